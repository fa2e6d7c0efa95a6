"""The Board pack: what it says (``facts``, ``sections``), and the files it is written to (``formats``, ``tables``).

A pack is built once in each language as plain data (:class:`~consolidate.report.document.Pack`); what
writes it as a web page, PDF, Word document or workbook sees nothing else, so that all of them say the same.
"""
