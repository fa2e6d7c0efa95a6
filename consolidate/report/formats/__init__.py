"""The forms of a pack: web page, PDF, Word document, workbook, and their charts."""
