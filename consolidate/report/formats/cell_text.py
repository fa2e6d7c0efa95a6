"""A table's values as texts, for whatever is read by people; files for machines keep the values themselves."""

from __future__ import annotations

import datetime as dt

from consolidate.language import Language
from consolidate.report.document import CellKind, CellValue, NumberOfKind, rating_in
from consolidate.typesetting.safe_text import safe_line

NUMERIC: frozenset[CellKind] = frozenset({"count", "money", "pence", "number", "percent"})
"""Kinds that are aligned to the right, so that digits are below digits."""


def cell_text(language: Language, kind: CellKind, cell: CellValue, currency: str = "GBP") -> str:
    """A cell as it is read in ``language``; an empty one is empty. A rating is its letter and its word.

    A text in a column of numbers (``not limited``) stays as it is.

    >>> from consolidate.language import language
    >>> welsh = language("cy")
    >>> cell_text(welsh, "money", 1234.6), cell_text(welsh, "rag", "red"), cell_text(welsh, "count", None)
    ('£1,235', 'C: coch', '')
    """
    if cell is None:
        return ""
    if kind == "rag":
        known = rating_in(cell)
        return ": ".join(language.rag(known)) if known else safe_line(str(cell))
    if isinstance(cell, dt.date):
        return language.date(cell)
    if isinstance(cell, NumberOfKind):
        return _number(language, cell.kind, cell, currency)
    if isinstance(cell, str):
        return safe_line(language.quarter(cell) if kind == "quarter" else cell)
    return _number(language, kind, cell, currency)


def _number(language: Language, kind: CellKind, value: float, currency: str) -> str:
    if kind == "money":
        return language.money(value, currency)
    if kind == "pence":
        return language.money(value, currency, 2)
    if kind == "percent":
        return language.percent(value)
    whole = kind == "count" or isinstance(value, int)
    return language.number(value, 0 if whole else 1)
