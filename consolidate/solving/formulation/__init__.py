"""The problem, stated once for every method: choices, their costs, what they take and what is limited."""
