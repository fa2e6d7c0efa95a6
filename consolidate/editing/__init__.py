"""What writes into an inventory: a quarter's progress form, and the approval of a plan."""
