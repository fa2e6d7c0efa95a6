"""What contracts, dates of support, gates, joining, budgets, worth of days, dates and risks become once loaded."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from problem_cases import write

from consolidate.inventory import EndOfLife, Inventory, Step, When
from consolidate.loading import load

FILES = {
    "programme.yaml": """
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2018/19 Q2
roles:
  dba: {days: 10, day_cost: {default: 310, 2018/19: 320, 2016/17 Q2: 300}}
  writer: {}
capital: {common: {amount: 1_000}}
approaches:
  rehost: {medium: {effort: {dba: 1, writer: 1}, capital: 1}}
  replatform: {medium: {end_of_life: {software: 2027-01-12, hardware: 2024-03-31}}}
  refresh: {medium: {end_of_life: {hardware: 2023-03-31}}}
  retain: {}
milestones:
  - {by: 2016/17 Q4, live: 50%, name: Half}
  - {by: 2017/18 Q2, live: 50%}
  - {by: 2017-02-15, name: {en: Board, cy: Bwrdd}, kind: governance}
targets:
  - {year: 2017/18, savings: 10}
  - {year: 2018/19, savings: 5, partners: [torfaen]}
budgets:
  - {year: 2018/19, at_most: 900.50}
  - {year: 2016/17, at_most: 500, partners: [torfaen, newport]}
risks:
  - {risk: {en: late, cy: hwyr}, likelihood: low, impact: high, owner: Board, action: wait, systems: [torfaen/a]}
  - {risk: dear, likelihood: high, impact: low}
""",
    "services.yaml": """
services:
  review: {build: {quarters: 0}, after: [torfaen/a, newport/a], must_build: yes, latest: 2017/18 Q2}
  zone: {build: {}}
""",
    "partners/torfaen.yaml": """
systems:
  a:
    end_of_life: {software: 2016-07-14, hardware: 2016/17 Q2}
    extended_support: {cost: 30, until: 2017-01-10}
    contract: {cost: 4, ends: 2017-03-31}
    options:
      - {approach: rehost, then: {approach: relocate}}
      - {approach: rehost, contract: ends, end_of_life: {hardware: 2020-03-31}}
      - {approach: rehost, then: {approach: refactor}}
      - {approach: rehost, end_of_life: never, then: {approach: relocate, end_of_life: {hardware: never}}}
      - {approach: refresh}
      - {approach: refresh, end_of_life: {software: 2019-01-01}}
      - {approach: replatform}
      - {approach: replatform, end_of_life: {hardware: 2030-03-31}}
      - {approach: repurchase, contract: runs, end_of_life: 2029-01-01}
      - {approach: retire}
  b: {product: windows-server 2008, end_of_life: {hardware: 2017-05-05}}
  c: {product: windows-server 2008, end_of_life: never}
  d: {product: windows-server 2008, end_of_life: 2020-02-01, extended_support: 7}
""",
    "partners/newport.yaml": "joins: 2017/18 Q1\nsystems: {a: {earliest: 2016/17 Q3}, b: {earliest: 2017/18 Q2}}\n",
    "scenarios/other.yaml": """
partners:
  torfaen:
    systems:
      a: {end_of_life: 2017-07-14, extended_support: 12}
      b: {end_of_life: 2019-01-01}
      d: {end_of_life: {hardware: 2018-01-01}}
  newport: {joins: null}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


@pytest.fixture
def inventory(folder: Path) -> Inventory:
    return load(folder)


def steps(inventory: Inventory, number: int) -> tuple[Step, ...]:
    return inventory.systems["torfaen/a"].option(number).steps


def test_support_ends_by_part(inventory: Inventory) -> None:
    a, b, c, d = (inventory.systems[f"torfaen/{id}"] for id in "abcd")
    assert a.support_ends == EndOfLife(When(1, date(2016, 7, 14)), When(1))
    assert (a.end_of_life, a.extended_support, a.extended_until) == (1, 30, 3)
    assert b.support_ends == EndOfLife(
        When(15, date(2020, 1, 14)), When(4, date(2017, 5, 5))
    )  # the software's looked up
    assert (b.end_of_life, b.extended_until) == (4, None)
    assert (c.support_ends, c.end_of_life) == (EndOfLife(), None)
    assert (d.support_ends.software, d.extended_support) == (When(15, date(2020, 2, 1)), 7)


@pytest.mark.parametrize(
    ("number", "software", "hardware"),
    [
        (1, [1, 1], [None, None]),  # rehost, then relocate: the software is what it was
        (2, [1], [15]),
        (3, [1, None], [None, None]),  # refactored: new software
        (4, [None, None], [None, None]),  # put right by the first step, and so for the second
        (5, [1], [27]),  # renewed: as `approaches` says
        (6, [11], [None]),  # an option that gives one of the two has nothing filled in for the other
        (7, [43], [31]),
        (8, [None], [55]),
        (9, [51], [None]),
        (10, [None], [None]),
    ],
)
def test_support_follows_the_software(
    number: int, software: list[int | None], hardware: list[int | None], inventory: Inventory
) -> None:
    ends = [step.support_ends for step in steps(inventory, number)]
    assert [None if one.software is None else one.software.quarter for one in ends] == software
    assert [None if one.hardware is None else one.hardware.quarter for one in ends] == hardware
    assert [step.end_of_life for step in steps(inventory, number)] == [one.quarter for one in ends]


def test_contracts_go_on_when_the_software_does(inventory: Inventory) -> None:
    ends = [option.contract_step for option in inventory.systems["torfaen/a"].options]
    assert ends == [None, 0, 1, None, None, None, None, None, None, 0]


def test_gates(inventory: Inventory) -> None:
    review, zone = inventory.services["review"], inventory.services["zone"]
    assert (review.after, review.must_build, review.latest) == (("torfaen/a", "newport/a"), True, 5)
    assert (zone.after, zone.must_build, zone.latest) == ((), False, None)


def test_joining(inventory: Inventory) -> None:
    assert [(id, partner.joins) for id, partner in inventory.partners.items()] == [("newport", 4), ("torfaen", 0)]
    systems = inventory.systems
    assert [(systems[f"newport/{id}"].joins, systems[f"newport/{id}"].earliest) for id in "ab"] == [(4, 4), (4, 5)]
    first, second, third = inventory.milestones
    assert first.who.systems == {f"torfaen/{id}" for id in "abcd"}  # newport joins after it
    assert second.who.systems == set(systems)
    assert (first.needed, second.needed, third.needed) == (2, 3, 0)


def test_milestones_that_are_dates(inventory: Inventory) -> None:
    first, _, board = inventory.milestones
    assert (str(first.name), first.kind, first.day, first.share) == ("Half", None, None, Fraction(1, 2))
    assert board.name is not None
    assert (board.by, board.day, board.share, board.kind) == (3, date(2017, 2, 15), None, "governance")
    assert board.name.texts["cy"] == "Bwrdd"


def test_budgets_and_targets_by_partner(inventory: Inventory) -> None:
    assert [(one.label, one.quarters, one.at_most, one.partners) for one in inventory.budgets] == [
        ("2018/19", range(8, 10), 900.5, None),
        ("2016/17", range(4), 500, ("torfaen", "newport")),
    ]
    assert [(one.label, one.quarters, one.partners) for one in inventory.targets] == [
        ("2017/18", range(4, 8), None),
        ("2018/19", range(8, 10), ("torfaen",)),
    ]
    assert inventory.places["budget 2"].endswith("programme.yaml:23")


def test_days_have_a_worth_to_the_end_of_the_appraisal(inventory: Inventory) -> None:
    assert inventory.roles["dba"].day_cost == (310, 300, *(310,) * 6, 320, 320)
    assert not any(inventory.roles["writer"].day_cost)


def test_risks(inventory: Inventory) -> None:
    late, dear = inventory.risks
    assert (str(late.risk), late.likelihood, late.impact, str(late.owner)) == ("late", "low", "high", "Board")
    assert (str(late.action), late.systems) == ("wait", ("torfaen/a",))
    assert (dear.owner, dear.action, dear.systems) == (None, None, ())


def test_a_scenario_merges_a_plain_date_as_the_softwares(folder: Path) -> None:
    inventory = load(folder, "other")
    a, b, d = (inventory.systems[f"torfaen/{id}"] for id in "abd")
    assert a.support_ends == EndOfLife(When(5, date(2017, 7, 14)), When(1))
    assert (a.extended_support, a.extended_until) == (12, None)  # a plain cost replaces the whole entry
    assert b.support_ends == EndOfLife(When(11, date(2019, 1, 1)), When(4, date(2017, 5, 5)))
    assert d.support_ends == EndOfLife(When(15, date(2020, 2, 1)), When(7, date(2018, 1, 1)))
    assert inventory.partners["newport"].joins == 0
