"""The calendar of decisions as an HTML page for the Board: what is due in which year, in order."""

from __future__ import annotations

from itertools import groupby

from consolidate.explain.decision_words import (
    calendar_sentence,
    caveat_words,
    decision_words,
    missed_words,
    planned_words,
)
from consolidate.explain.decisions import Decision, DecisionCalendar
from consolidate.report.answers.answer_page import answer_html, answer_page
from consolidate.report.document import Block, Chart, PackTable, Paragraph, Section, Series, TableColumn


def decisions_html(calendar: DecisionCalendar) -> str:
    """The calendar of decisions as one HTML page, self-contained and accessible: no script, nothing from the network.

    Parameters
    ----------
    calendar
        What :func:`consolidate.decisions` returned.

    Returns
    -------
    str
        The page; the same for the same calendar.
    """
    years = groupby(calendar.decisions, key=lambda one: one.day.year)
    title = f"{calendar.programme}: calendar of decisions"
    subtitle = "The last responsible moment of each start, build, notice and renewal"
    summary: tuple[Block, ...] = (
        Paragraph(calendar_sentence(calendar)),
        *_chart(calendar),
        Paragraph(caveat_words(calendar)),
    )
    sections = (_year(calendar, year, list(found)) for year, found in years)
    return answer_html(calendar, answer_page(calendar, title, subtitle, summary, sections))


def _year(calendar: DecisionCalendar, year: int, found: list[Decision]) -> Section:
    columns = (
        TableColumn("day", "By", "date"),
        TableColumn("decision", "Decision"),
        TableColumn("planned", "In the plan"),
        TableColumn("missed", "If it is missed"),
    )
    rows = tuple((one.day, decision_words(one), planned_words(one), missed_words(calendar, one)) for one in found)
    table = PackTable(f"decisions-{year}", f"To be decided in {year}", columns, rows)
    return Section(f"year-{year}", str(year), (table,))


def _chart(calendar: DecisionCalendar) -> tuple[Chart, ...]:
    """How many decisions are due in each month in which there are any, in bars."""
    months = [(f"{one.day:%Y-%m}", one) for one in calendar.decisions]
    counts = {month: len(list(found)) for month, found in groupby(months, key=lambda pair: pair[0])}
    if len(counts) < 2:
        return ()
    columns = (TableColumn("month", "Month"), TableColumn("decisions", "Decisions", "count"))
    busiest = max(counts, key=lambda month: counts[month])
    return (
        Chart(
            key="months",
            title="Decisions due by month",
            description=f"Bars by month; most are due in {busiest}: {counts[busiest]}.",
            labels=tuple(counts),
            series=(Series("decisions due", tuple(map(float, counts.values())), "bar"),),
            unit="decisions",
            table=PackTable("months", "Decisions due by month", columns, tuple(counts.items())),
        ),
    )
