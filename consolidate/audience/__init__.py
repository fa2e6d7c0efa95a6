"""Who may read what: a plan with its books, and the same cut down to what one reader may know of."""
