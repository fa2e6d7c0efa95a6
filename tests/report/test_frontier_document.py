"""The page of a frontier: its charts, its tables and its words say the same, and nothing is claimed beyond what is."""

from __future__ import annotations

from dataclasses import replace

from consolidate.explain.frontier import Frontier, FrontierPoint
from consolidate.explain.frontier_words import frontier_headline, frontier_notes, proven_more
from consolidate.language import language
from consolidate.report.answers.frontier_document import frontier_document, frontier_html
from consolidate.report.document import Chart

ENGLISH = language("en")

NONE = FrontierPoint(0.5, 5_000, None, None, False, None, None, 0)
POINTS = (
    NONE,
    FrontierPoint(0.9, 9_000, 1_300_000, 1_250_123, True, 12, None, 0),
    FrontierPoint(1.0, 10_000, 1_100_000, 1_090_000, True, 9, None, 0),
    FrontierPoint(1.5, 15_000, 1_095_000, 1_080_000, True, 9, None, 0),
)
FOUND = Frontier("Shared & safe", "official", "GBP", "pot", "ict", POINTS, 2, 3, 0.0)


def money(amount: float) -> str:
    return f"£{amount:,.0f}"


def test_no_more_is_said_than_is_proven() -> None:
    said = [proven_more(ENGLISH, FOUND, point, money) for point in POINTS]
    assert said == [
        "no plan keeps the rules",
        "proven: +£150,000 to +£210,000",
        "what there is",
        "no measurable difference: -£20,000 to £0",
    ]
    unknown = replace(NONE, possible=True)
    assert proven_more(ENGLISH, FOUND, unknown, money) == "no plan found"
    assert proven_more(ENGLISH, FOUND, replace(unknown, low=1_250_123), money) == "no plan found; at least +£150,000"
    assert proven_more(ENGLISH, FOUND, replace(POINTS[1], low=None), money) == "not settled: £0 to +£210,000"
    assert frontier_headline(ENGLISH, FOUND, money) == (
        "Pot ict: with 90% (£9,000) the best plan found costs £200,000 more; "
        "with 150% (£15,000) the best plan found costs £5,000 less."
    )


def test_a_cheaper_plan_found_on_the_way_is_said_first() -> None:
    assert frontier_notes(ENGLISH, FOUND)[0].startswith("Sizes are shares")
    assert frontier_notes(ENGLISH, replace(FOUND, undercut=4_000.0))[0] == (
        "The plan is not the cheapest: one was found that costs £4,000 less. A smaller gap may find it."
    )


def test_charts_and_tables_say_the_same() -> None:
    charts = [
        one
        for section in frontier_document(ENGLISH, FOUND).sections
        for one in section.blocks
        if isinstance(one, Chart)
    ]
    cost, unsupported, finish = charts
    assert cost.series[0].values == (None, 200_000, 0, -5_000)
    assert cost.series[1].values == (None, 150_123, -10_000, -20_000)
    assert [row[3] for row in cost.table.rows] == [None, 200_000, 0, -5_000]
    assert unsupported.series[0].values == (None, 12, 9, 9)
    assert [row[1] for row in unsupported.table.rows] == [None, 12, 9, 9]
    assert finish.series[0].values == (None, 0, 0, 0)
    assert cost.amounts == (0.5, 0.9, 1.0, 1.5)


def test_lines_stand_at_what_there_is_of_it_where_that_rises_or_falls() -> None:
    def amounts(found: Frontier) -> tuple[float, ...]:
        chart = frontier_document(ENGLISH, found).sections[0].blocks[0]
        assert isinstance(chart, Chart)
        return chart.amounts

    exposure = replace(FOUND, kind="exposure", id="")
    assert amounts(exposure) == (5_000, 9_000, 10_000, 15_000)
    assert amounts(replace(exposure, points=(*POINTS, POINTS[0]))) == ()


def test_the_page_is_whole_and_safe() -> None:
    page = frontier_html(FOUND)
    assert "Shared &amp; safe: what pot ict costs" in page
    assert "no plan keeps the rules" in page
    assert "OFFICIAL" in page
    changes = frontier_html(replace(FOUND, kind="changes", id="", points=POINTS[1:], at_hand=1))
    assert "Systems changed" in changes
    assert "what changes of the approved plan cost" in changes
