"""Texts and pictures set in one font that comes with a package, so that they look the same on every machine.

``safe_text`` cleans what no document may hold, ``font_coverage`` knows the font's letters, and ``typst_compiler`` makes
PDF pages and PNG pictures with it.
"""
