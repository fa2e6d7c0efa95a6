"""A frontier as a page: what it costs to have more or less of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from consolidate.explain.frontier import Frontier, FrontierPoint
from consolidate.explain.frontier_words import (
    Money,
    frontier_headline,
    frontier_notes,
    frontier_title,
    more_than_at_hand,
    proven_more,
    size_words,
)
from consolidate.language import language
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
from consolidate.vocabulary import currency_sign, whole_money


def frontier_html(found: Frontier) -> str:
    """A frontier as one HTML page with its pictures: self-contained, no script, nothing from the network.

    Parameters
    ----------
    found
        What :func:`consolidate.frontier` returned.

    Returns
    -------
    str
        The page; the same for the same answer.
    """
    return answer_html(found, frontier_document(found))


def frontier_document(found: Frontier) -> Pack:
    """The whole document: cost in a picture and a table, then quarters unsupported and the last cutover."""
    money = partial(whole_money, found.currency)
    title = f"{found.programme}: what {frontier_title(found)} {'cost' if found.kind == 'changes' else 'costs'}"
    summary = (Paragraph(frontier_headline(found, money)), Points(tuple(frontier_notes(found))))
    sections = (
        Section("cost", "Cost", (_cost_chart(found, money),)),
        Section("support", "Quarters unsupported, and the last cutover", tuple(_other_charts(found, money))),
    )
    return answer_page(language("en"), found, title, "", summary, sections)


def frontier_table(found: Frontier, money: Money) -> PackTable:
    """Every point, with what is proven of it."""
    columns = [
        TableColumn("size", {"exposure": "Exposure", "changes": "Change"}.get(found.kind, "Size")),
        TableColumn("cost", "Cost", "money"),
        TableColumn("low", "At least", "money"),
        TableColumn("more", "Costs more", "money"),
        TableColumn("proven", "What is proven of that"),
        TableColumn("unsupported", "Quarters unsupported", "count"),
        TableColumn("finish", "Last cutover", "quarter"),
    ]
    if found.kind == "changes":
        columns.append(TableColumn("changed", "Systems changed", "count"))
    return PackTable(
        "points",
        "What plans cost, discounted, beside the plan at hand",
        tuple(columns),
        tuple(_row(found, point, money)[: len(columns)] for point in found.points),
    )


def _row(found: Frontier, point: FrontierPoint, money: Money) -> tuple[CellValue, ...]:
    return (
        size_words(found, point, money),
        point.cost,
        point.low,
        more_than_at_hand(found, point)[0],
        proven_more(found, point, money),
        point.unsupported,
        point.finish.label if point.finish else None,
        point.changed,
    )


def _cost_chart(found: Frontier, money: Money) -> Chart:
    """What plans cost more than the one at hand, and what no plan costs less than."""
    now = found.points[found.at_hand]
    most = tuple(more_than_at_hand(found, point)[0] for point in found.points)
    least = tuple(
        point.low - (now.cost or 0.0) if point.low is not None and point.cost is not None else None
        for point in found.points
    )
    first, last = (size_words(found, point, money) for point in (found.points[0], found.points[-1]))
    return Chart(
        "cost",
        f"Cost against {frontier_title(found)}",
        f"From {first} to {last}: what the best plan found costs more than the plan at hand, and what no plan costs "
        "less than; the best plan lies between. The table has the figures.",
        _labels(found, money),
        (Series("best plan found", most), Series("no plan costs less", least, "ghost")),
        f"{currency_sign(found.currency).strip()}, more than the plan at hand, discounted",
        frontier_table(found, money),
    )


def _labels(found: Frontier, money: Money) -> tuple[str, ...]:
    return tuple(
        f"{point.size:.0%}" if found.kind in ("pot", "role") else size_words(found, point, money).split(" ")[0]
        for point in found.points
    )


def _other_charts(found: Frontier, money: Money) -> Iterator[Chart]:
    labels = _labels(found, money)
    columns = (TableColumn("size", "Size"), TableColumn("count", "Quarters", "count"))
    unsupported = tuple(point.unsupported for point in found.points)
    finishes = tuple(
        (point.finish.number + 1 if point.finish else 0) if point.cost is not None else None for point in found.points
    )
    for key, title, values in (
        ("unsupported", "Quarters in which systems run unsupported", unsupported),
        ("finish", "Quarters up to the last cutover, from the first of the programme", finishes),
    ):
        yield Chart(
            key,
            title,
            f"{title}, of the best plan found at each size; the table has the numbers.",
            labels,
            (Series("best plan found", values, "bar"),),
            "quarters",
            PackTable(key, title, columns, tuple(zip(labels, values, strict=True))),
        )
