"""Tables of a plan: CSV files for a spreadsheet, and tidy tables in a star schema for Power BI."""
