"""A frontier as a page: what it costs to have more or less of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from consolidate.explain.answer_words import Money
from consolidate.explain.frontier import Frontier, FrontierPoint
from consolidate.explain.frontier_words import (
    frontier_headline,
    frontier_notes,
    frontier_title,
    is_of_quarters,
    more_than_at_hand,
    proven_end,
    proven_more,
    size_words,
)
from consolidate.explain.values import DatedQuarter
from consolidate.language import Language, language
from consolidate.report.answers.answer_page import answer_html, answer_page
from consolidate.report.document import (
    CellValue,
    Chart,
    Pack,
    PackTable,
    Paragraph,
    Points,
    Section,
    Series,
    TableColumn,
)
from consolidate.vocabulary import currency_sign


def frontier_html(found: Frontier, lang: str = "en") -> str:
    """A frontier as one HTML page with its pictures: self-contained, no script, nothing from the network.

    Parameters
    ----------
    found
        What :func:`consolidate.frontier` returned.
    lang
        ``en`` or ``cy``.

    Returns
    -------
    str
        The page; the same for the same answer.

    Raises
    ------
    UserError
        There are no texts in that language.
    """
    return answer_html(found, frontier_document(language(lang), found))


def frontier_document(own: Language, found: Frontier) -> Pack:
    """The whole document: cost in a picture and a table, then quarters unsupported and the last cutover."""
    money = partial(own.money, currency=found.currency)
    programme, what = own.said(found.programme), frontier_title(own, found)
    if found.kind == "changes":
        title = own.text("{programme}: what changes of the approved plan cost", programme=programme)
    else:
        title = own.text("{programme}: what {what} costs", programme=programme, what=what)
    summary = (Paragraph(frontier_headline(own, found, money)), Points(tuple(frontier_notes(own, found))))
    unsupported, finish = _other_charts(own, found, money)
    if is_of_quarters(found):
        title = own.text("{programme}: how soon {what} lets it end", programme=programme, what=what)
        sections = (
            Section("finish", own.text("Last cutover"), (_finish_chart(own, found, money),)),
            Section(
                "cost", own.text("Cost, and quarters unsupported"), (_end_cost_chart(own, found, money), unsupported)
            ),
        )
    else:
        sections = (
            Section("cost", own.text("Cost"), (_cost_chart(own, found, money),)),
            Section("support", own.text("Quarters unsupported, and the last cutover"), (unsupported, finish)),
        )
    return answer_page(own, found, title, "", summary, sections)


def size_heading(own: Language, found: Frontier) -> str:
    """The heading of what there is of it."""
    if found.kind == "exposure":
        return own.text("Exposure")
    return own.text("Change") if found.kind == "changes" else own.text("Size")


def frontier_table(own: Language, found: Frontier, money: Money) -> PackTable:
    """Every point, with what is proven of it."""
    if is_of_quarters(found):
        return _table_of_ends(own, found, money)
    columns = [
        TableColumn("size", size_heading(own, found)),
        TableColumn("cost", own.text("Cost"), "money"),
        TableColumn("low", own.text("At least"), "money"),
        TableColumn("more", own.text("Costs more"), "money"),
        TableColumn("proven", own.text("What is proven of that")),
        TableColumn("unsupported", own.text("Quarters unsupported"), "count"),
        TableColumn("finish", own.text("Last cutover"), "quarter"),
    ]
    if found.kind == "changes":
        columns.append(TableColumn("changed", own.text("Systems changed"), "count"))
    return PackTable(
        "points",
        own.text("What plans cost, discounted, beside the plan at hand"),
        tuple(columns),
        tuple(_row(own, found, point, money)[: len(columns)] for point in found.points),
    )


def _table_of_ends(own: Language, found: Frontier, money: Money) -> PackTable:
    """The same where quarters are minimised: the last cutover before cost."""
    columns = (
        TableColumn("size", size_heading(own, found)),
        TableColumn("finish", own.text("Last cutover"), "quarter"),
        TableColumn("soonest", own.text("Not before"), "quarter"),
        TableColumn("proven", own.text("What is proven of that")),
        TableColumn("cost", own.text("Cost"), "money"),
        TableColumn("more", own.text("Costs more"), "money"),
        TableColumn("unsupported", own.text("Quarters unsupported"), "count"),
    )
    rows = tuple(
        (
            size_words(own, found, point, money),
            point.finish.label if point.finish else None,
            point.soonest.label if point.soonest else None,
            proven_end(own, found, point),
            point.cost,
            more_than_at_hand(found, point)[0],
            point.unsupported,
        )
        for point in found.points
    )
    title = own.text("When plans end, and what they cost, discounted, beside the plan at hand")
    return PackTable("points", title, columns, rows)


def _finish_chart(own: Language, found: Frontier, money: Money) -> Chart:
    """The quarters up to the last cutover of the best plans found, and those that no plan has less than."""
    best = tuple(None if point.cost is None else _ended(point.finish) for point in found.points)
    least = tuple(
        _ended(point.soonest) if point.possible and point.soonest is not None else None for point in found.points
    )
    first, last = (size_words(own, found, point, money) for point in (found.points[0], found.points[-1]))
    return Chart(
        "finish",
        own.text("Quarters up to the last cutover, against {what}", what=frontier_title(own, found)),
        own.text(
            "From {first} to {last}: the quarters up to the last cutover of the best plan found, and those that every "
            "plan has at least; the best plan lies between. The table has the figures.",
            first=first,
            last=last,
        ),
        _labels(own, found, money),
        (Series(own.text("best plan found"), best, "bar"), Series(own.text("no plan ends sooner"), least, "ghost")),
        own.text("quarters"),
        frontier_table(own, found, money),
    )


def _end_cost_chart(own: Language, found: Frontier, money: Money) -> Chart:
    """What the plans that end soonest cost."""
    labels, title = _labels(own, found, money), own.text("What the plan that ends soonest costs, discounted")
    costs = tuple(point.cost for point in found.points)
    columns = (TableColumn("size", size_heading(own, found)), TableColumn("cost", own.text("Cost"), "money"))
    return Chart(
        "cost",
        title,
        own.text("{title}, of the best plan found at each size; the table has the numbers.", title=title),
        labels,
        (Series(own.text("best plan found"), costs),),
        currency_sign(found.currency).strip(),
        PackTable("cost", title, columns, tuple(zip(labels, costs, strict=True))),
        amounts=_amounts(found),
    )


def _ended(finish: DatedQuarter | None) -> int:
    """The quarters up to and with one."""
    return finish.number + 1 if finish else 0


def _row(own: Language, found: Frontier, point: FrontierPoint, money: Money) -> tuple[CellValue, ...]:
    return (
        size_words(own, found, point, money),
        point.cost,
        point.low,
        more_than_at_hand(found, point)[0],
        proven_more(own, found, point, money),
        point.unsupported,
        point.finish.label if point.finish else None,
        point.changed,
    )


def _cost_chart(own: Language, found: Frontier, money: Money) -> Chart:
    """What plans cost more than the one at hand, and what no plan costs less than."""
    now = found.points[found.at_hand]
    most = tuple(more_than_at_hand(found, point)[0] for point in found.points)
    least = tuple(
        point.low - (now.cost or 0.0) if point.low is not None and point.cost is not None else None
        for point in found.points
    )
    first, last = (size_words(own, found, point, money) for point in (found.points[0], found.points[-1]))
    return Chart(
        "cost",
        own.text("Cost against {what}", what=frontier_title(own, found)),
        own.text(
            "From {first} to {last}: what the best plan found costs more than the plan at hand, and what no plan costs "
            "less than; the best plan lies between. The table has the figures.",
            first=first,
            last=last,
        ),
        _labels(own, found, money),
        (Series(own.text("best plan found"), most), Series(own.text("no plan costs less"), least, "ghost")),
        own.text("{currency}, more than the plan at hand, discounted", currency=currency_sign(found.currency).strip()),
        frontier_table(own, found, money),
        amounts=_amounts(found),
    )


def _amounts(found: Frontier) -> tuple[float, ...]:
    """What each point stands for, so that the slope of a line is what one more costs; () unless they rise or fall."""
    amounts = tuple(point.size if found.kind in ("pot", "role") else float(point.amount) for point in found.points)
    steps = [after - before for before, after in pairwise(amounts)]
    return amounts if all(step > 0 for step in steps) or all(step < 0 for step in steps) else ()


def _labels(own: Language, found: Frontier, money: Money) -> tuple[str, ...]:
    if found.kind in ("pot", "role"):
        return tuple(own.percent(point.size, 0) for point in found.points)
    return tuple(
        money(point.amount) if found.kind == "exposure" else own.number(point.amount) for point in found.points
    )


def _other_charts(own: Language, found: Frontier, money: Money) -> Iterator[Chart]:
    labels = _labels(own, found, money)
    columns = (TableColumn("size", size_heading(own, found)), TableColumn("count", own.text("Quarters"), "count"))
    unsupported = tuple(point.unsupported for point in found.points)
    finishes = tuple(_ended(point.finish) if point.cost is not None else None for point in found.points)
    for key, title, values in (
        ("unsupported", own.text("Quarters in which systems run unsupported"), unsupported),
        ("finish", own.text("Quarters up to the last cutover, from the first of the programme"), finishes),
    ):
        yield Chart(
            key,
            title,
            own.text("{title}, of the best plan found at each size; the table has the numbers.", title=title),
            labels,
            (Series(own.text("best plan found"), values, "bar"),),
            own.text("quarters"),
            PackTable(key, title, columns, tuple(zip(labels, values, strict=True))),
        )
