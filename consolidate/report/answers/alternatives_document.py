"""Alternatives as a page for people: what each costs and gains, all plans side by side, and what is safe to start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from consolidate.explain.alternative_words import price_line, sure_line
from consolidate.explain.alternatives import Alternative, NearbyPlans, SameWork
from consolidate.explain.preconditions import undercut_line
from consolidate.language import Language, language
from consolidate.report.document import (
    Block,
    CellKind,
    CellValue,
    Chart,
    NumberOfKind,
    Pack,
    PackTable,
    Paragraph,
    Points,
    Section,
    Series,
    TableColumn,
)
from consolidate.report.formats.html import html_page
from consolidate.vocabulary import translatable

NAMES = {
    "support": translatable("Fewest unsupported quarters"),
    "capital": translatable("Least capital in the first year"),
    "calm": translatable("Calmest busiest quarter"),
    "finish": translatable("Earliest last cutover"),
    "approved": translatable("Least change from the approved plan"),
}
"""How the alternative of each preference is called."""


def alternatives_html(found: NearbyPlans, lang: str = "en") -> str:
    """What :func:`consolidate.alternatives` found as one HTML file: nothing beside it, nothing from the network.

    Parameters
    ----------
    found
        What was found.
    lang
        ``en`` or ``cy``.

    Returns
    -------
    str
        The page.

    Raises
    ------
    UserError
        There are no texts in that language.
    """
    own = language(lang)
    name, _ = own.name(found.programme)
    pack = Pack(
        language=lang,
        title=own.text("Alternatives to the plan"),
        subtitle=name,
        marking=found.marking.upper(),
        draft=own.draft,
        summary=tuple(_summary(own, found)),
        sections=(
            Section("plans", own.text("The plans side by side"), (_side_by_side(own, found), *_busy(own, found))),
            Section("same", own.text("The same in all of them"), tuple(_same(own, found))),
        ),
    )
    return html_page(pack, currency=found.currency)


def _summary(own: Language, found: NearbyPlans) -> Iterator[Block]:
    yield Paragraph(
        own.text(
            "The plan costs {total}, and no plan can cost over {gap} less. "
            "Those below cost up to {share} more, and each is better in something else.",
            total=own.money(found.total, found.currency),
            gap=own.money(found.gap, found.currency),
            share=own.percent(found.within, 2),
        )
    )
    if undercut := undercut_line(own, found.currency, found.cheaper, found.plan_status):
        yield Paragraph(undercut)
    yield Points(tuple(_point(own, one, found) for one in found.alternatives))


def _point(own: Language, one: Alternative, found: NearbyPlans) -> str:
    """What one alternative costs and gains, and how sure that is."""
    money = partial(own.money, currency=found.currency)
    costs, sure = price_line(own, one, found, money), sure_line(own, one, found, money)
    return f"{own.text(NAMES[one.preference])}: {costs}. {sure}"


def _columns(own: Language, found: NearbyPlans) -> tuple[TableColumn, ...]:
    names = [(one.preference, own.text(NAMES[one.preference])) for one in found.found]
    return (
        TableColumn("what", own.text("What counts")),
        TableColumn("best", own.text("The plan"), "number"),
        *(TableColumn(key, name, "number") for key, name in names),
    )


def _side_by_side(own: Language, found: NearbyPlans) -> PackTable:
    """What counts, a row each; the plan asked about and the alternatives, a column each."""
    plans: tuple[Alternative | NearbyPlans, ...] = (found, *found.found)

    def row(what: str, kind: CellKind, numbers: Iterable[float]) -> tuple[CellValue, ...]:
        return (what, *(NumberOfKind(number, kind) for number in numbers))

    rows = [
        row(own.text("Costs more"), "money", (one.more if isinstance(one, Alternative) else 0.0 for one in plans)),
        row(own.text("Quarters unsupported"), "count", (one.merits.quarters for one in plans)),
    ]
    for tier in found.merits.unsupported:
        if any(one.merits.unsupported[tier] for one in plans):
            what = own.text("of them {tier}", tier=tier) if tier else own.text("of them without a tier")
            rows.append(row(what, "count", (one.merits.unsupported[tier] for one in plans)))
    rows += [
        row(own.text("Systems unsupported for a time"), "count", (one.merits.systems for one in plans)),
        row(own.text("Capital in {year}", year=found.year), "money", (one.merits.capital for one in plans)),
        row(own.text("Moves under way in the busiest quarter"), "count", (one.merits.busiest for one in plans)),
        (own.text("Last cutover"), *(_finish(own, one, found) for one in plans)),
    ]
    if found.merits.changes is not None:
        what = own.text("Quarters of change from the approved plan")
        rows.append(row(what, "count", (one.merits.changes or 0 for one in plans)))
    rows.append(
        row(
            own.text("Moves and builds otherwise"),
            "count",
            (one.otherwise if isinstance(one, Alternative) else 0 for one in plans),
        )
    )
    note = own.text("Each price is the difference of two plans' costs, discounted: a plan at that price was found.")
    return PackTable("plans", own.text("The plans side by side"), _columns(own, found), tuple(rows), note=note)


def _finish(own: Language, one: Alternative | NearbyPlans, found: NearbyPlans) -> str:
    quarters = one.merits.finish
    return own.quarter(found.quarters[min(quarters, len(found.quarters)) - 1]) if quarters else ""


def _busy(own: Language, found: NearbyPlans) -> Iterator[Chart]:
    """Moves under way by quarter, of each alternative in front of those of the plan: all in one chart would cover one
    another. Of the plan alone where no alternative was found.
    """
    plan = own.text("The plan")
    if not found.found:
        said = own.text(
            "The plan has {n} moves under way in its busiest quarter; the table has the others.",
            n=own.number(found.merits.busiest),
        )
        alone = (Series(plan, tuple(map(float, found.under_way)), "bar"),)
        yield _busy_chart(own, found, "under-way", own.text("Moves under way by quarter"), said, alone)
    for one in found.found:
        name = own.text(NAMES[one.preference])
        said = own.text(
            "The most moves under way in a quarter: {n} in the plan, {m} in this one. The table has every quarter.",
            n=own.number(found.merits.busiest),
            m=own.number(one.merits.busiest),
        )
        series = (
            Series(plan, tuple(map(float, found.under_way)), "ghost"),
            Series(name, tuple(map(float, one.under_way)), "bar"),
        )
        title = own.text("Moves under way by quarter: {name}", name=name)
        yield _busy_chart(own, found, f"under-way-{one.preference}", title, said, series)


def _busy_chart(
    own: Language, found: NearbyPlans, key: str, title: str, description: str, series: tuple[Series, ...]
) -> Chart:
    columns = (
        TableColumn("quarter", own.text("Quarter"), "quarter"),
        *(TableColumn(str(number), one.name, "count") for number, one in enumerate(series)),
    )
    rows: tuple[tuple[CellValue, ...], ...] = tuple(
        (own.quarter(label), *(one.values[number] for one in series)) for number, label in enumerate(found.quarters)
    )
    table = PackTable(key, title, columns, rows)
    return Chart(key, title, description, found.quarters, series, own.text("moves"), table)


def _same(own: Language, found: NearbyPlans) -> Iterator[Block]:
    if not found.found:
        yield Paragraph(own.text("No alternative was found to compare the plan with."))
        return
    yield Paragraph(
        own.text(
            "{same} of {all} moves and builds still to begin are the same in all these plans: safe to start.",
            same=own.number(len(found.same)),
            all=own.number(found.moves),
        )
    )
    if found.same:
        columns = (
            TableColumn("what", own.text("System or service")),
            TableColumn("how", own.text("How")),
            TableColumn("start", own.text("Starts"), "quarter"),
            TableColumn("until", own.text("Ends"), "quarter"),
        )
        rows = tuple(_work(own, one) for one in found.same)
        yield PackTable("same", own.text("Safe to start"), columns, rows)


def _work(own: Language, one: SameWork) -> tuple[CellValue, ...]:
    how = own.said(one.approach) or own.text("build")
    return (one.what, how, own.quarter(one.start.label), own.quarter(one.until.label))
