"""Writes the tables of docs/power-bi.md, from the schemas that the tables themselves are written with.

python docs/generate_power_bi.py
"""

from __future__ import annotations

from pathlib import Path

from consolidate.report.tables.star_schema import SCHEMAS
from consolidate.report.tables.tidy_tables import schema_markdown as tables

PAGE = Path(__file__).with_name("power-bi.md")
BEGIN, END = "<!-- tables: written by docs/generate_power_bi.py -->\n", "<!-- end of tables -->"


def page(text: str) -> str:
    """The page with its generated part made anew."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n" + tables(SCHEMAS) + "\n" + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
