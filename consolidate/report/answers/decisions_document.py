"""The calendar of decisions as an HTML page for the Board: what is due in which year, in order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import groupby

from consolidate.explain.decision_words import (
    calendar_sentence,
    caveat_words,
    decision_words,
    missed_words,
    planned_words,
    stopped_words,
)
from consolidate.explain.decisions import Decision, DecisionCalendar
from consolidate.language import Language, language
from consolidate.quarters import months
from consolidate.report.answers.answer_page import answer_html, answer_page
from consolidate.report.document import Block, Chart, PackTable, Paragraph, Section, Series, TableColumn


def decisions_html(calendar: DecisionCalendar, lang: str = "en") -> str:
    """The calendar of decisions as one HTML page, self-contained and accessible: no script, nothing from the network.

    Parameters
    ----------
    calendar
        What :func:`consolidate.decisions` returned.
    lang
        ``en`` or ``cy``.

    Returns
    -------
    str
        The page; the same for the same calendar.

    Raises
    ------
    UserError
        There are no texts in that language.
    """
    own = language(lang)
    years = groupby(calendar.decisions, key=lambda one: one.day.year)
    title = own.text("{programme}: calendar of decisions", programme=own.said(calendar.programme))
    subtitle = own.text("The last responsible moment of each start, build, notice and renewal")
    stopped = stopped_words(own, calendar)
    summary: tuple[Block, ...] = (
        Paragraph(calendar_sentence(own, calendar)),
        *([Paragraph(stopped)] if stopped else []),
        *_chart(own, calendar),
        Paragraph(caveat_words(own, calendar)),
    )
    sections = (_year(own, calendar, year, list(found)) for year, found in years)
    return answer_html(calendar, answer_page(own, calendar, title, subtitle, summary, sections))


def _year(own: Language, calendar: DecisionCalendar, year: int, found: list[Decision]) -> Section:
    columns = (
        TableColumn("day", own.text("By"), "date"),
        TableColumn("decision", own.text("Decision")),
        TableColumn("planned", own.text("In the plan")),
        TableColumn("missed", own.text("If it is missed")),
    )
    rows = tuple(
        (one.day, decision_words(own, one), planned_words(own, one), missed_words(own, calendar, one)) for one in found
    )
    table = PackTable(f"decisions-{year}", own.text("To be decided in {year}", year=year), columns, rows)
    return Section(f"year-{year}", str(year), (table,))


def _chart(own: Language, calendar: DecisionCalendar) -> tuple[Chart, ...]:
    """How many decisions are due in each month from the first in which there are any to the last, in bars."""
    counts = Counter(one.day.replace(day=1) for one in calendar.decisions)
    if len(counts) < 2:
        return ()
    columns = (
        TableColumn("month", own.text("Month")),
        TableColumn("decisions", own.text("Decisions"), "count"),
    )
    every = [dt.date(n // 12, n % 12 + 1, 1) for n in range(months(min(counts)), months(max(counts)) + 1)]
    busiest = max(every, key=lambda month: counts[month])
    title = own.text("Decisions due by month")
    rows = tuple((own.month_year(month), counts[month]) for month in every)
    return (
        Chart(
            key="months",
            title=title,
            description=own.text(
                "Bars by month; most are due in {month}: {count}.",
                month=own.month_year(busiest),
                count=own.number(counts[busiest]),
            ),
            labels=tuple(f"{month:%Y-%m}" for month in every),
            series=(Series(own.text("decisions due"), tuple(float(counts[month]) for month in every), "bar"),),
            unit=own.text("decisions"),
            table=PackTable("months", title, columns, rows),
        ),
    )
