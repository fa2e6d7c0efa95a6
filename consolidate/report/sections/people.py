"""People: what work needs of each role, against what there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum

from consolidate.report.document import (
    Block,
    CellKind,
    CellValue,
    Chart,
    PackTable,
    Paragraph,
    Section,
    Series,
    TableColumn,
)
from consolidate.report.facts.records import RoleQuarter
from consolidate.report.sections.wording import Wording

_MOST_LINES = 6
_MOST_COLUMNS = 8
"""With more roles than this a table has a row for each role and quarter, and no column for each role."""

Ahead = Sequence[RoleQuarter]


def people_section(words: Wording) -> Section:
    """People by role against capacity, in the quarters to come."""
    language, facts = words.language, words.facts
    title = language.text("People")
    ahead = [one for one in facts.people if one.quarter > facts.quarter]
    if not any(one.used for one in ahead):
        return Section("people", title, (Paragraph(language.text("No people are needed from now on.")),))
    blocks: list[Block] = [Paragraph(_said(words, ahead))]
    limited = [one for one in ahead if one.share is not None]
    if limited:
        blocks.append(_chart(words, limited))
    needed = language.text("Person-days needed, by role")
    blocks.append(_table(words, "people", needed, language.text("Days needed"), ahead, "number", lambda one: one.used))
    if limited:
        there = language.text("Own person-days there are, by role")
        blocks.append(
            _table(words, "people_days", there, language.text("Own days"), limited, "number", lambda one: one.days)
        )
    bought = [one for one in ahead if one.agency > 1e-9]
    if bought:
        blocks.append(_bought(words, bought))
    return Section("people", title, tuple(blocks))


def _said(words: Wording, ahead: Ahead) -> str:
    language, facts = words.language, words.facts
    if facts.audience.partner is not None:
        return language.text("The days that your own moves need of each role.")
    if facts.audience.public:
        return language.text("The days that these moves, and the services they need, take of each role.")
    said = language.text("The days that moves and builds need of each role, against the days there are.")
    days = fsum(one.agency for one in ahead)
    return (
        f"{said} {language.text('Agency days to be bought: {days}.', days=language.number(days))}"
        if days > 1e-9
        else said
    )


def _table(
    words: Wording,
    key: str,
    caption: str,
    heading: str,
    ahead: Ahead,
    kind: CellKind,
    value: Callable[[RoleQuarter], float | None],
) -> PackTable:
    """A row for each quarter, a column for each role that has anything in one."""
    language = words.language
    found = {(one.role, one.quarter): value(one) for one in ahead}
    roles = [role for role in words.inventory.roles if any(found.get((role, one.quarter)) for one in ahead)]
    quarters = sorted({one.quarter for one in ahead})
    if len(roles) > _MOST_COLUMNS:
        return PackTable(
            key,
            caption,
            (
                TableColumn("role", language.text("Role")),
                TableColumn("quarter", language.text("Quarter"), "quarter"),
                TableColumn("value", heading, kind),
            ),
            tuple((words.role(role), words.label(q), found.get((role, q))) for role in roles for q in quarters),
            headers=2,
            cut=words.cut(len(roles) * len(quarters)),
        )
    return PackTable(
        key,
        caption,
        (
            TableColumn("quarter", language.text("Quarter"), "quarter"),
            *(TableColumn(role, words.role(role), kind) for role in roles),
        ),
        tuple((words.label(q), *(found.get((role, q)) for role in roles)) for q in quarters),
    )


def _chart(words: Wording, limited: Ahead) -> Chart:
    language = words.language
    quarters = sorted({one.quarter for one in limited})
    share: dict[tuple[str, int], float | None] = {(one.role, one.quarter): one.share for one in limited}
    roles = [role for role in words.inventory.roles if any((role, q) in share for q in quarters)]
    peaks = {role: max(share.get((role, q)) or 0.0 for q in quarters) for role in roles}
    busiest = sorted(roles, key=lambda role: (-peaks[role], roles.index(role)))[:_MOST_LINES]

    def line(role: str) -> Series:
        shares = [share.get((role, q)) for q in quarters]
        return Series(words.role(role), tuple(None if one is None else round(100 * one, 1) for one in shares))

    series = [line(role) for role in roles if role in busiest]
    if any(one > 1 for one in peaks.values()):
        series.insert(0, Series(language.text("Own days"), (100.0,) * len(quarters), "ghost"))
    description = language.text(
        "A line for each role: the share of its own days that is needed. Above 100 agency staff is bought."
    )
    peak = language.percent(peaks[busiest[0]], 0)
    description += " " + language.text("The busiest is {role}, at {share}.", role=words.role(busiest[0]), share=peak)
    title = language.text("Share of each role's own days that is needed")
    return Chart(
        "people",
        title,
        description,
        tuple(words.inventory.label(q) for q in quarters),
        tuple(series),
        "%",
        _table(
            words, "people_share", title, language.text("Share of own days"), limited, "percent", lambda one: one.share
        ),
    )


def _bought(words: Wording, bought: Ahead) -> PackTable:
    language = words.language
    rows: list[tuple[CellValue, ...]] = [
        (words.role(one.role), words.label(one.quarter), one.used, one.days, one.agency) for one in bought
    ]
    return PackTable(
        "people_agency",
        language.text("Where agency staff is bought"),
        (
            TableColumn("role", language.text("Role")),
            TableColumn("quarter", language.text("Quarter"), "quarter"),
            TableColumn("used", language.text("Days needed"), "number"),
            TableColumn("days", language.text("Own days"), "number"),
            TableColumn("agency", language.text("Agency days"), "number"),
        ),
        tuple(rows),
        headers=2,
        cut=words.cut(len(rows)),
    )
