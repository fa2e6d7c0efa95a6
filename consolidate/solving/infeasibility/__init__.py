"""Why there is no plan: the rules in conflict, and the cheapest way out."""
