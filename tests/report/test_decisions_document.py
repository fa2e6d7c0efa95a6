"""The calendar of decisions as a page, where no month is missing in its chart, and on a terminal of any width."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

import consolidate
from consolidate.cli.decisions_page import DecisionsPage
from consolidate.explain.decisions import Decision, DecisionCalendar
from consolidate.language import language
from consolidate.phrases import Phrase

DAYS = (dt.date(2016, 11, 30), dt.date(2017, 4, 1), dt.date(2017, 4, 1))


def calendar(*days: dt.date) -> DecisionCalendar:
    made = tuple(
        Decision(day, "notice", f"a/{n}", f"System {n}", 1, Phrase("leave the contract")) for n, day in enumerate(days)
    )
    return DecisionCalendar("A programme", "", "GBP", "", dt.date(2016, 4, 1), 1000.0, 0.0, made)


@pytest.mark.parametrize(
    ("lang", "months"),
    [
        ("en", ["November 2016", "December 2016", "January 2017", "February 2017", "March 2017", "April 2017"]),
        ("cy", ["Tachwedd 2016", "Rhagfyr 2016", "Ionawr 2017", "Chwefror 2017", "Mawrth 2017", "Ebrill 2017"]),
    ],
)
def test_every_month_from_the_first_to_the_last_is_there(lang: str, months: list[str]) -> None:
    """Two of them have decisions, and the axis names all six."""
    page = consolidate.decisions_html(calendar(*DAYS), lang)
    table = page[page.index('id="table-months"') :].partition("</table>")[0]
    rows = re.findall(r'<th scope="row">([^<]*)</th>\s*<td class="n">(\d+)</td>', table)
    assert rows == list(zip(months, "100002", strict=True))
    axis = re.findall(r'<text [^>]*font-size="12"[^>]*text-anchor="middle"[^>]*>([^<]+)</text>', page)
    assert axis == [*(month[:3] for month in months), "2016", "2017"]


def test_one_month_needs_no_chart() -> None:
    assert "<svg" not in consolidate.decisions_html(calendar(*DAYS[1:]))


@pytest.mark.parametrize(("width", "most"), [(80, 3), (100, 3), (129, 2), (130, 3), (200, 3)])
def test_no_decision_is_broken_into_many_short_lines(width: int, most: int) -> None:
    """Its two days stand in a line, where there is little room in one of their own."""
    (one,) = calendar(dt.date(2016, 9, 30)).decisions
    used = replace(one, ends=dt.date(2018, 3, 31), left=dt.date(2017, 3, 31), cost=28_443.0)
    whole = replace(calendar(), decisions=(used,))
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(DecisionsPage(whole, language("en")))
    assert isinstance(console.file, io.StringIO)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert max(map(len, lines)) <= width
    first = next(number for number, line in enumerate(lines) if line.startswith("2016-09-30"))
    assert lines.index("", first) - first <= most
    if width < 130:
        assert lines[first + 1].startswith(" " * 14 + "in use until 31 March 2017, term ends 31 March 2018; £28,443")
