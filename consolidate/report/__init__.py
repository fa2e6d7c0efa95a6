"""The Board pack: what it says (``content``, ``sections``), and the forms it is handed over in.

A pack is built once in each language as plain data (:class:`~consolidate.report.document.Pack`); what
writes it as a web page, PDF, Word document or workbook sees nothing else, so that all of them say the same.
"""
