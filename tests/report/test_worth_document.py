"""The page of what more would save: its words, its table and its picture say the same."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

from consolidate.cli.worth_page import together
from consolidate.explain.scarcity import Scarce
from consolidate.explain.worth import Gain, Worth
from consolidate.explain.worth_words import headline, notes
from consolidate.language import language
from consolidate.report.answers.worth_document import worth_document, worth_html
from consolidate.report.document import PackPicture

ENGLISH = language("en")
POT = Scarce("pot", "ict", "2016/17", "currency", (1_000.0, 5_000.0))
LIMIT = Scarce("limit", "1", "", "moves", (1.0,), about="tier: <gold>")
GAINS = (
    Gain(POT, 5_000, "alone", 640_000, 600_000, 700_000, 4_000),
    Gain(LIMIT, 1, "together", 200, 0, 900),
    Gain(POT, 1_000, "no", 0, 0, 700_000),
)
FOUND = Worth("Shared & safe", "official", "GBP", GAINS, 9e6, 1_000, 0, 3, 1)


def test_the_picture_and_the_tables_say_the_same() -> None:
    document = worth_document(ENGLISH, FOUND)
    picture = next(one for section in document.sections for one in section.blocks if isinstance(one, PackPicture))
    assert [row[0] for row in picture.table.rows] == ["pot ict 2016/17", "limit 1 (tier: <gold>)"]
    written = "".join(ET.fromstring(picture.svg).itertext())
    for text in ("pot ict 2016/17", "limit 1 (tier: <gold>)", "£5,000 more", "£640,000", "£200"):
        assert text in written
    last = document.sections[1].blocks[0]
    assert getattr(last, "rows")[2] == (  # noqa: B009 - a block of any kind
        "pot ict 2016/17",
        "£1,000 more",
        None,
        0,
        700_000,
        "at most £700,000; not searched for",
    )


def test_the_page_is_whole_and_safe() -> None:
    page = worth_html(FOUND)
    assert "£5,000 more in pot ict 2016/17 would save most: £640,000" in page
    assert "£4,000 is enough" in page
    assert "Shared &amp; safe" in page
    assert "<gold>" not in page
    assert "OFFICIAL" in page


def test_each_kind_is_named_in_a_sentence() -> None:
    def said(scarce: Scarce, amount: float) -> str:
        gain = Gain(scarce, amount, "alone", 640, 600, 700, None)
        return headline(ENGLISH, replace(FOUND, gains=(gain,)), lambda amount: f"£{amount:,.0f}").partition(
            " would save"
        )[0]

    assert said(Scarce("role", "dba", "2016/17", "days", (10.0,)), 10) == "10 more days a quarter of role dba 2016/17"
    assert said(LIMIT, 1) == "1 more move at a time in limit 1 (tier: <gold>)"
    assert said(Scarce("freeze", "1", "", "lifted", (1.0,), about="year end"), 1) == "Lifting freeze 1 (year end)"
    assert said(Scarce("target", "1", "2016/17", "currency", (9.0,)), 9) == "£9 less in target 1 2016/17"
    assert said(Scarce("milestone", "2", "", "quarters", (1.0,)), 1) == "Milestone 2, 1 quarter later,"
    assert said(Scarce("capacity", "email", "", "users", (5.0,)), 5) == "Room for 5 more users in capacity email"


def test_amounts_of_one_thing_stand_together() -> None:
    """The smallest first, under the name of the thing; things as they save most."""
    rows = [(gain.scarce.name, gain.amount) for gain in together(GAINS)]
    assert rows == [("pot ict", 1_000), ("pot ict", 5_000), ("limit 1", 1)]


def test_a_plan_that_costs_less_is_said_with_its_remedy() -> None:
    assert notes(ENGLISH, replace(FOUND, improved=4_000.0), lambda amount: f"£{amount:,.0f}")[0] == (
        "The plan is not the cheapest: one was found that costs £4,000 less. A smaller gap may find it. "
        "Savings are counted from that one."
    )
    wide = replace(FOUND, improved=4_000.0, plan_status="feasible")
    assert notes(ENGLISH, wide, lambda amount: f"£{amount:,.0f}")[0] == (
        "The plan is not the cheapest: one was found that costs £4,000 less. Savings are counted from that one."
    )


def test_nothing_gained_is_said() -> None:
    page = worth_html(Worth("P", "", "GBP", GAINS[2:], 9e6, 1_000, 0, 3, 1))
    assert "No measurable gain was found from more of anything." in page
    assert "No plan that costs less was found with more of anything." in page
