"""Each kind of relaxation once, with its `relax:` line and the rules that conflict."""

from __future__ import annotations

import re
from itertools import combinations
from math import inf
from pathlib import Path
from textwrap import dedent

import pytest
import small_inventories
from little_work import little_work
from marked_language import MARKED, marked_language, unmarked

from consolidate.accounts.verdict import verify_plan
from consolidate.errors import NoPlan
from consolidate.forced_choices import not_building
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.loading import load
from consolidate.optimizer import optimize
from consolidate.planning import explanation, make_plan
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits
from consolidate.solving.infeasibility import further_ways
from consolidate.solving.infeasibility.explanation import WayOut, conflict_order, in_words
from consolidate.solving.infeasibility.further_ways import rules_of
from consolidate.solving.infeasibility.irreducible_conflict import minimal_conflict
from consolidate.solving.infeasibility.relaxations import PRICES
from consolidate.solving.infeasibility.way_out import way_out

MUST = "must_move: yes"


def explained(folder: Path, programme: str, systems: str, services: str = "") -> tuple[Inventory, WayOut]:
    """An inventory without a plan, and the way out; that is tried, by the planner and by the ledger."""
    inv = load(small_inventories.write(folder, programme, systems, services))
    with pytest.raises(NoPlan):
        optimize(inv)
    with little_work():
        way = way_out(inv, SolveLimits())
    if way.plan is not None:
        assert way.inventory is not None
        assert verify_plan(way.inventory, way.plan).ok
        optimize(way.inventory)
    return inv, way


CASES = {
    "a build that must be made and takes long": (
        "",
        "a: {run_cost: 1}",
        "review: {must_build: yes, build: {quarters: 9}}",
        ["the horizon ends with 2016/17 Q4"],
        ["the work does not fit before 2018/19 Q2, 6 quarters after the horizon's end"],
        ["relax: horizon +6 = 2018/19 Q2"],
    ),
    "pot of a year": (
        """
        capital: {common: {amount: {2016/17: 40_000}}}
        """,
        "a: {must_move: yes, options: [{approach: rehost, capital: 104_000}]}",
        "",
        ["common has £40,000 of capital for 2016/17", "the horizon ends with 2016/17 Q4"],
        ["2016/17 capital of common is £64,000 short"],
        ["relax: pot common 2016/17 +64000 = 104000"],
    ),
    "pot of a quarter": (
        """
        capital: {common: {amount: {2016/17 Q3: 50}}}
        """,
        "a: {must_move: yes, earliest: 2016/17 Q3, latest: 2016/17 Q3, options: [{approach: rehost, capital: 50.75}]}",
        "",
        # one pound is dearer than nothing, and cheaper than a quarter more
        ["p/a must cut over by 2016/17 Q3 (latest)", "common has £50 of capital for 2016/17 Q3"],
        ["2016/17 Q3 capital of common is £0.75 short"],
        ["relax: pot common 2016/17 Q3 +0.75 = 50.75"],
    ),
    "pot that carries forward": (
        """
        programme: Two years
        horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
        capital: {common: {amount: {2016/17: 10, 2017/18: 20}, carry_forward: yes}}
        approaches: {rehost: {medium: {}}}
        """,
        """
        a: {options: [{approach: rehost, capital: 40}]}
        """,
        "",
        [
            "common has £10 of capital for 2016/17",
            "common has £20 of capital for 2017/18",
            "the horizon ends with 2017/18 Q4",
        ],
        ["2017/18 capital of common is £10 short"],
        ["relax: pot common 2017/18 +10 = 30"],
    ),
    "role": (
        """
        roles: {dba: {days: {default: 10, 2016/17 Q2: 60}, agency: {days: 2, day_rate: 1}}}
        """,
        "a: {must_move: yes, options: [{approach: rehost, effort: {dba: 74.5}}]}",
        "",
        [
            *(f"dba has {days} person-days in 2016/17 Q{q}" for q, days in ((1, 10), (2, 60), (3, 10), (4, 10))),
            "the horizon ends with 2016/17 Q4",
        ],
        ["dba is 12.5 person-days short in 2016/17 Q2"],
        ["relax: role dba 2016/17 Q2 +12.5 = 72.5"],
    ),
    "latest": (
        "",
        """
        a: {must_move: yes, options: [{approach: rehost, quarters: 2}]}
        b: {must_move: yes, after: [a], latest: 2016/17 Q2}
        """,
        "",
        ["p/b must cut over by 2016/17 Q2 (latest)"],
        ["p/b cannot cut over before 2016/17 Q3, 1 quarter late"],
        ["relax: latest p/b +1 = 2016/17 Q3"],
    ),
    "horizon": (
        "",
        "a: {must_move: yes, earliest: 2016/17 Q4, options: [{approach: rehost, quarters: 3}]}",
        "",
        ["the horizon ends with 2016/17 Q4"],
        ["the work does not fit before 2017/18 Q2, 2 quarters after the horizon's end"],
        ["relax: horizon +2 = 2017/18 Q2"],
    ),
    "horizon for a service": (
        "",
        "a: {must_move: yes, needs: [zone]}",
        "zone: {build: {quarters: 5}}",
        ["the horizon ends with 2016/17 Q4"],
        ["the work does not fit before 2017/18 Q2, 2 quarters after the horizon's end"],
        ["relax: horizon +2 = 2017/18 Q2"],
    ),
    "limit": (
        """
        programme: One quarter
        horizon: {from: 2016/17 Q1, to: 2016/17 Q1}
        approaches: {rehost: {medium: {}}}
        limits:
          - {moves: 9}
          - {moves: 1, partners: [p]}
        """,
        "a: {}\nb: {}\nc: {}",
        "",
        None,
        None,
        ["relax: limit 2 +2 = 3"],
    ),
    "milestone": (
        """
        roles: {dba: {days: 1}}
        milestones:
          - {by: 2016/17 Q3, live: 0%}
          - {by: 2016/17 Q2, live: 75%, why: early}
        """,
        """
        a: {earliest: 2016/17 Q3}
        b: {earliest: 2016/17 Q3}
        c: {}
        d: {}
        """,
        "",
        ["milestone 2: 75% live by 2016/17 Q2 (every system)"],
        ["1 system too few can be live by 2016/17 Q2 for milestone 2 (every system)"],
        ["relax: milestone 2 2016/17 Q2 -25% = 50%"],
    ),
    "target": (
        """
        targets: [{year: 2016/17, savings: 500}]
        """,
        "a: {run_cost: 400, options: [{approach: retire}]}",
        "",
        ["target 1: £500 saved in 2016/17"],
        ["savings in 2016/17 fall £200 short of the target"],
        ["relax: target 1 2016/17 -200 = 300"],
    ),
    "budget, of days that are lacking too": (
        """
        roles: {dba: {days: 20, day_cost: 300}, dev: {days: 20, agency: {days: 5, day_rate: 500}, day_cost: 400}}
        budgets: [{year: 2016/17, at_most: 17_000}]
        """,
        "a: {must_move: yes, latest: 2016/17 Q1, options: [{approach: rehost, effort: {dba: 22, dev: 28}}]}",
        "",
        None,
        # 22 of one's own at £300, 23 at £400 and 5 agency days at £500: £18,300
        None,
        [
            "relax: budget 1 2016/17 +1300 = 18300",
            "relax: role dba 2016/17 Q1 +2 = 22",
            "relax: role dev 2016/17 Q1 +3 = 23",
        ],
    ),
    "capacity": (
        "",
        """
        a: {must_move: yes, users: 60, options: [{approach: consolidate, to: email}]}
        b: {must_move: yes, users: 70, options: [{approach: consolidate, to: email}]}
        """,
        "email: {build: {}, capacity: 100}",
        ["email holds 100 users"],
        ["email holds 30 users too few"],
        ["relax: capacity email +30 = 130"],
    ),
    "freeze of a cutover": (
        """
        freezes:
          - {quarters: [Q1], systems: [p/b]}
          - {quarters: [Q2], systems: [p/a], why: billing}
        """,
        "a: {must_move: yes, earliest: 2016/17 Q2, latest: 2016/17 Q2}\nb: {}",
        "",
        ["p/a must cut over by 2016/17 Q2 (latest)", "freeze 2 in 2016/17 Q2 (billing)"],
        ["freeze 2 (billing) has to open in 2016/17 Q2"],
        ["relax: freeze 2 2016/17 Q2 -1 = open"],
    ),
    "freeze of work": (
        """
        freezes: [{quarters: [2016/17 Q2, 2016/17 Q3], stops: work}]
        """,
        "a: {must_move: yes, options: [{approach: rehost, quarters: 3}]}",
        "",
        None,
        None,
        ["relax: freeze 1 2016/17 Q2 -1 = open", "relax: freeze 1 2016/17 Q3 -1 = open"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_kind(tmp_path: Path, name: str) -> None:
    programme, systems, services, conflict, texts, lines = CASES[name]
    _, way = explained(tmp_path, programme, systems, services)
    assert [one.line for one in way.relaxations] == lines
    if texts is not None:
        assert [one.text for one in way.relaxations] == texts
    assert way.cheapest
    assert way.minimal
    if conflict is not None:
        assert sorted(way.conflict) == sorted(conflict)


SPOKEN = {
    **{name: case[:3] for name, case in CASES.items()},
    "budgets and targets of partners": (
        """
        targets: [{year: 2016/17, savings: 500, partners: [p]}]
        budgets: [{year: 2016/17, at_most: 100, partners: [p]}]
        """,
        "a: {run_cost: 400, options: [{approach: retire}]}",
        "",
    ),
    "links": ("together: [[p/a, p/b]]", "a: {latest: 2016/17 Q1, after: [p/b]}\nb: {must_move: yes}", ""),
    "a service that waits": (
        "",
        "a: {options: [{approach: retain}]}\nb: {must_move: yes, options: [{approach: consolidate, to: email}]}",
        "email: {build: {}, must_build: yes, after: [p/a]}",
    ),
}


@pytest.mark.parametrize("name", SPOKEN)
def test_every_word_is_said_in_the_readers_language(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for lines that are for programs; and what is English in it is what was there before."""
    _, way = explained(tmp_path, *SPOKEN[name])
    lines = [
        line for line in explanation(way) if not line.startswith("relax: ") and not re.match("  way [0-9]+: ", line)
    ]
    assert lines
    with marked_language(monkeypatch):
        marked = [language(MARKED).said(line) for line in lines]
    names = ("p/a", "p/b", "p", "a", "b", "dba", "dev", "email", "hub", "main", "common", "billing", "early")
    assert not [(line, left) for line in marked if (left := unmarked(line, *names))]
    assert [re.sub("[«»]", "", line) for line in marked] == lines
    english = r"the|of|and|is|are|by|plan|quarters?|days?|users?|too|short|must|needs|waits|Q[1-4]"
    assert not re.findall(rf"\b(?:{english})\b", " ".join(map(language("cy").said, lines)))


def test_what_is_cheaper_wins(tmp_path: Path) -> None:
    """Ten days at 600 against one quarter for one system at 20,000; and the other way about with forty."""
    programme = "roles: {dba: {days: 60}}"
    systems = """
    a: {must_move: yes, latest: 2016/17 Q1, options: [{approach: rehost, effort: {dba: 60}}]}
    b: {must_move: yes, latest: 2016/17 Q1, options: [{approach: rehost, effort: {dba: %s}}]}
    """
    _, way = explained(tmp_path / "days", programme, systems % 10)
    assert way.price == 10 * PRICES["role"]
    _, way = explained(tmp_path / "quarters", programme, systems % 40)
    assert way.price == PRICES["latest"]
    assert len(way.relaxations) == 1
    assert way.relaxations[0].line.startswith("relax: latest p/")
    assert sorted(way.conflict) == [
        "dba has 60 person-days in 2016/17 Q1",
        "p/a must cut over by 2016/17 Q1 (latest)",
        "p/b must cut over by 2016/17 Q1 (latest)",
    ]


def test_several_things_at_once(tmp_path: Path) -> None:
    _, way = explained(
        tmp_path,
        """
        capital: {common: {amount: 5}}
        roles: {dba: {days: 1}}
        """,
        "a: {must_move: yes, options: [{approach: rehost, capital: 6, effort: {dba: 2}}]}",
    )
    lines = [one.line for one in way.relaxations]
    assert lines[0] == "relax: pot common 2016/17 +1 = 6"
    assert lines[1].startswith("relax: role dba 2016/17 Q")
    assert lines[1].endswith("+1 = 2")
    assert way.price == PRICES["pot"] + PRICES["role"]


def test_conflicts_are_told_of_the_horizon_that_there_is(tmp_path: Path) -> None:
    """A freeze of every quarter conflicts by itself however long the horizon; those of its own quarters are named."""
    _, way = explained(
        tmp_path,
        "freezes: [{quarters: [Q1, Q2, Q3, Q4], stops: work}]",
        "a: {must_move: yes, options: [{approach: rehost, quarters: 6}]}",
    )
    assert way.minimal
    assert way.conflict == ("the horizon ends with 2016/17 Q4",)


@pytest.mark.parametrize("amount", ["{default: 10}", "{2016/17: 10, 2017/18: 10}"])
@pytest.mark.parametrize("carry", ["yes", "no"])
def test_pots_beyond_the_horizon(tmp_path: Path, amount: str, carry: str) -> None:
    """A longer horizon would bring another year's money: what conflicts may then be a year outside it."""
    programme = f"capital: {{common: {{amount: {amount}, carry_forward: {carry}}}}}"
    inv, way = explained(tmp_path, programme, "a: {must_move: yes, options: [{approach: rehost, capital: 40}]}")
    assert [one.line for one in way.relaxations] == ["relax: pot common 2016/17 +30 = 40"]
    assert way.minimal
    assert way.conflict[0] == "common has £10 of capital for 2016/17"
    assert way.conflict[1] in ("the horizon ends with 2016/17 Q4", "common has £10 of capital for 2017/18")
    assert in_words(inv, ("pot", "common", 1)) == "common has £10 of capital for 2017/18"


@pytest.mark.parametrize(
    ("programme", "systems", "services", "conflict"),
    [
        (
            "together: [[p/a, p/b]]",
            f"a: {{{MUST}}}\nb: {{{MUST}, after: [a]}}",
            "",
            ["p/a, p/b cut over together", "p/b waits for p/a (after)"],
        ),
        (
            "together: [[p/c, p/d], [p/a, p/b]]",
            f"a: {{{MUST}}}\nb: {{{MUST}, after: [c]}}\nc: {{{MUST}, after: [a]}}\nd: {{}}",
            "",
            ["p/a, p/b cut over together", "p/b waits for p/c (after)", "p/c waits for p/a (after)"],
        ),
    ],
)
def test_links_that_conflict_for_ever(
    tmp_path: Path, programme: str, systems: str, services: str, conflict: list[str]
) -> None:
    _, way = explained(tmp_path, programme, systems, services)
    assert way.plan is None
    assert way.relaxations == ()
    assert sorted(way.conflict) == conflict
    assert explanation(way)[-1] == "no more money, people or time makes a plan possible: change one of these links"


def test_lines_for_people_then_lines_for_programs(tmp_path: Path) -> None:
    programme = dedent(
        """
        programme: Shillings
        currency: KES
        horizon: {from: 2016/17 Q1, to: 2016/17 Q4}
        capital: {common: {amount: {2016/17: 1_000}}}
        approaches: {rehost: {medium: {capital: 3_500.5}}}
        """
    )
    inv = load(small_inventories.write(tmp_path, programme, "a: {}"))
    with pytest.raises(NoPlan) as error:
        make_plan(inv)
    assert error.value.exit_code == 3
    assert error.value.lines == (
        "these rules cannot be met together:",
        "  common has KES 1,000 of capital for 2016/17",
        "  the horizon ends with 2016/17 Q4",
        "the cheapest way out, KES 2,500 at the stated prices; a plan that uses it exists:",
        "  2016/17 capital of common is KES 2,500.50 short",
        "relax: pot common 2016/17 +2500.5 = 3500.5",
        "prices of giving way: KES 1 for each KES 1 of capital",
    )


def test_relaxations_are_to_be_applied_together(tmp_path: Path) -> None:
    """£2,500 and two person-days are short: either alone makes no plan possible."""
    programme = dedent(
        """
        programme: Both
        horizon: {from: 2016/17 Q1, to: 2016/17 Q1}
        capital: {common: {amount: {2016/17: 1_000}}}
        roles: {dba: {days: 5}}
        approaches: {rehost: {medium: {capital: 3_500, effort: {dba: 7}}}}
        """
    )
    inv = load(small_inventories.write(tmp_path, programme, "a: {}"))
    with pytest.raises(NoPlan) as error:
        make_plan(inv)
    lines = error.value.lines
    assert "the cheapest way out, £3,700 at the stated prices; all 2 applied together make a plan possible:" in lines
    assert sum(line.startswith("relax: ") for line in lines) == 2


def test_one_is_one(tmp_path: Path) -> None:
    """A day, a user, a move: not 1 person-days."""
    programme = dedent(
        """
        programme: One
        horizon: {from: 2016/17 Q1, to: 2016/17 Q1}
        roles: {dba: {days: 1}}
        limits: [{moves: 1}]
        """
    )
    move = "must_move: yes, users: 1, options: [{approach: consolidate, to: mail, effort: {dba: 1}}]"
    systems = f"a: {{{move}}}\nb: {{{move}}}"
    inv = load(small_inventories.write(tmp_path, programme, systems, "mail: {capacity: 1}"))
    with pytest.raises(NoPlan) as error:
        make_plan(inv)
    assert {"  dba is 1 person-day short in 2016/17 Q1", "  mail holds 1 user too few"} <= {*error.value.lines}
    assert in_words(inv, ("role", "dba", 0)) == "dba has 1 person-day in 2016/17 Q1"
    assert in_words(inv, ("capacity", "mail")) == "mail holds 1 user"
    assert in_words(inv, ("limit", 0)) == "limit 1: at most 1 move at a time (every system)"


def test_several_ways_out_from_the_cheapest_on(tmp_path: Path) -> None:
    """Ten days more, a quarter later for either system; each is a way by itself, and the dearer come after."""
    programme = "roles: {dba: {days: 60}}"
    systems = """
    a: {must_move: yes, latest: 2016/17 Q1, options: [{approach: rehost, effort: {dba: 60}}]}
    b: {must_move: yes, latest: 2016/17 Q1, options: [{approach: rehost, effort: {dba: 10}}]}
    """
    _, way = explained(tmp_path, programme, systems)
    assert [one.line for one in way.relaxations] == ["relax: role dba 2016/17 Q1 +10 = 70"]
    lines = [[one.line for one in other.relaxations] for other in way.others]
    later = [["relax: latest p/a +1 = 2016/17 Q2"], ["relax: latest p/b +1 = 2016/17 Q2"]]
    assert sorted(lines) == later
    assert all(other.cheapest for other in way.others)
    for other in way.others:
        assert other.inventory is not None
        assert other.plan is not None
        assert verify_plan(other.inventory, other.plan).ok


def test_another_period_is_no_other_way(tmp_path: Path) -> None:
    """A day is short in any quarter, so it could be added in any; what else helps is a longer horizon."""
    programme = "roles: {dba: {days: {2016/17: 1, default: 2}}}"
    _, way = explained(tmp_path, programme, "a: {must_move: yes, options: [{approach: rehost, effort: {dba: 2}}]}")
    (other,) = way.others
    assert way.relaxations[0].item[:2] == ("role", "dba")
    assert [one.line for one in other.relaxations] == ["relax: horizon +1 = 2017/18 Q1"]
    assert other.price == PRICES["horizon"]


def test_a_way_contains_none_before_it(tmp_path: Path) -> None:
    """The pot must give way whatever else does: no way is an earlier one with more on top."""
    programme = """
    capital: {common: {amount: {2016/17: 5}}}
    roles: {dba: {days: 1}}
    """
    systems = "a: {must_move: yes, latest: 2016/17 Q2, options: [{approach: rehost, capital: 6, effort: {dba: 2}}]}"
    _, way = explained(tmp_path, programme, systems)
    rules = [rules_of(one) for one in (way, *way.others)]
    assert not any(earlier <= later for earlier, later in combinations(rules, 2))


def test_ways_are_told_after_the_first_with_their_prices(tmp_path: Path) -> None:
    """Only the first has lines that begin with ``relax:``; a program that reads these makes one way of them."""
    programme = "roles: {dba: {days: {2016/17: 1, default: 2}}}"
    systems = "a: {must_move: yes, options: [{approach: rehost, effort: {dba: 2}}]}"
    inv = load(small_inventories.write(tmp_path, programme, systems))
    with pytest.raises(NoPlan) as error, little_work():
        make_plan(inv)
    lines = error.value.lines
    assert sum(line.startswith("relax: ") for line in lines) == 1
    assert lines[-4:] == (
        "way 2 (the next cheapest), £100,000 at the stated prices; a plan that uses it exists:",
        "  the work does not fit before 2017/18 Q1, 1 quarter after the horizon's end",
        "  way 2: horizon +1 = 2017/18 Q1",
        "prices of giving way: £600 a person-day, £100,000 a quarter more for all",
    )


def test_the_work_for_further_ways_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(further_ways, "MOST_SOLVES", 1)
    programme = "roles: {dba: {days: 60}}"
    systems = """
    a: {must_move: yes, latest: 2016/17 Q1, options: [{approach: rehost, effort: {dba: 60}}]}
    b: {must_move: yes, latest: 2016/17 Q1, options: [{approach: rehost, effort: {dba: 10}}]}
    """
    _, way = explained(tmp_path, programme, systems)
    (other,) = way.others
    assert other.cheapest  # the only rule of the first was enforced, and nothing was cut short by then
    monkeypatch.setattr(further_ways, "MOST_SOLVES", 0)
    _, way = explained(tmp_path / "none", programme, systems)
    assert way.others == ()


def test_the_same_way_out_every_time(tmp_path: Path) -> None:
    system = "s%d: {must_move: yes, latest: 2016/17 Q1, options: [{approach: rehost, effort: {dba: 2}}]}"
    systems = "\n".join(system % number for number in range(6))
    folder = small_inventories.write(tmp_path, "roles: {dba: {days: 5}}", systems)
    with little_work():
        ways = [way_out(load(folder), SolveLimits()) for _ in range(2)]
    assert ways[0].conflict == ways[1].conflict
    assert [one.line for one in ways[0].relaxations] == [one.line for one in ways[1].relaxations]
    # three of the six already take 6 of the 5 days
    assert len(ways[0].conflict) == 4


@pytest.mark.parametrize(
    "conflict", [["a"], ["a", "e"], ["b", "c", "d"], ["a", "b", "c", "d", "e"]], ids="".join
)  # fmt: skip
def test_minimal_conflict_finds_it(conflict: list[str]) -> None:
    items = [(letter,) for letter in "abcde"]
    needed = {(letter,) for letter in conflict}
    assert sorted(minimal_conflict(items, lambda some: not needed <= set(some))) == sorted(needed)


def test_minimal_conflict_among_two() -> None:
    """Of two conflicts it gives one, whole, and nothing of the other."""
    conflicts = [{("a",), ("d",)}, {("b",), ("e",)}]
    items = [(letter,) for letter in "abcde"]
    found = minimal_conflict(items, lambda some: not any(one <= set(some) for one in conflicts))
    assert set(found) in conflicts


def test_quarters_of_a_role_stand_in_their_order() -> None:
    """The tenth quarter comes after the second."""
    assert conflict_order(
        [("role", "dba", 10), ("horizon",), ("pot", "ict", 1), ("role", "dba", 2), ("pot", "ict", 0)]
    ) == [
        ("role", "dba", 2),
        ("role", "dba", 10),
        ("horizon",),
        ("pot", "ict", 0),
        ("pot", "ict", 1),
    ]


def test_what_a_way_out_costs_is_no_cost_of_a_plan(tmp_path: Path) -> None:
    """Whoever watches hears that there is no plan; prices of giving way were heard as costs, and shown as such."""
    programme, systems, *_ = CASES["pot of a year"]
    inv = load(small_inventories.write(tmp_path, programme, systems, ""))
    heard: list[tuple[float, float]] = []
    with pytest.raises(NoPlan) as caught, little_work():
        make_plan(inv, monitor=ProgressMonitor(report=lambda incumbent, bound: heard.append((incumbent, bound))))
    assert caught.value.lines
    assert heard[-1] == (inf, inf)
    assert all(bound < inf for _, bound in heard[:-1])


def test_a_way_out_is_looked_for_only_where_it_is_wanted(tmp_path: Path) -> None:
    programme, systems, *_ = CASES["pot of a year"]
    inv = load(small_inventories.write(tmp_path, programme, systems, ""))
    with pytest.raises(NoPlan, match="no plan can meet the rules") as caught:
        make_plan(inv, ways_out=False)
    assert not caught.value.lines


def test_a_service_that_is_forbidden_is_said_to_be(tmp_path: Path) -> None:
    systems = "a: {must_move: yes, options: [{approach: consolidate, to: hub}]}"
    inv = load(small_inventories.write(tmp_path, "", systems, "hub: {provides: c, build: {quarters: 1}}"))
    with pytest.raises(NoPlan) as caught, little_work():
        make_plan(not_building(inv, "hub"))
    said = "\n".join(caught.value.lines)
    assert "hub is not to be built (forbidden, or due before the horizon begins)" in said
    assert "hub is built all the same, ready from 2016/17 Q2" in said
    assert "must be ready by" not in said
