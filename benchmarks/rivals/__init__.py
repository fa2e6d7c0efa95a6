"""Other ways to make a plan, to be measured against. Each gives a plan that our own ledger costs."""
