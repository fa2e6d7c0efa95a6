"""Public instances with known optima: read, written as inventories, planned, judged by their own rules."""
