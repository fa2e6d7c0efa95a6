"""What each group of partners would do alone, worked by hand; and the command."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import inf
from pathlib import Path

import pytest
from builders import (
    build,
    consolidate,
    freeze,
    inventory,
    limit,
    milestone,
    pot,
    rehost,
    retain,
    role,
    service,
    system,
)
from commands import Call
from rich.console import Console

from consolidate.cli.shares_summary import SharesSummary
from consolidate.cost_sharing.coalitions import CostShares, GroupCost, Sampling, cost_shares
from consolidate.cost_sharing.cooperative_game import Interval
from consolidate.cost_sharing.group_inventory import group_inventory
from consolidate.cost_sharing.shares_json import as_json
from consolidate.errors import NoPlan, OutOfTime, UserError
from consolidate.inventory import Apportion, Inventory, Name, Partner
from consolidate.plan import Plan
from consolidate.report.tables.plan_tables import groups_alone_table
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.variants import with_unlimited_means

WHOLE = frozenset("abc")


def partner(id: str, users: float = 0.0) -> Partner:
    return Partner(id, Name({"en": id}), None, users, None, None)


def airport(**more: object) -> Inventory:
    """Three services, each on top of the one before and 1 to build; a needs the first, b two, c all three."""
    return inventory(
        *(system(f"{id}/x", consolidate(f"s{n}", run_cost=0)) for n, id in enumerate("abc", 1)),
        services=[
            service("s1", build(capital={"shared": 1} if "pots" in more else 1)),
            service("s2", build(capital=1), needs=["s1"]),
            service("s3", build(capital=1), needs=["s2"]),
        ],
        **more,  # type: ignore[arg-type]
    )


def costs(found: CostShares) -> dict[str, float]:
    """What each group costs alone, by the letters of its members."""
    return {"".join(sorted(group)): round(alone.cost.high, 6) for group, alone in found.alone.items()}


def test_the_airport_game() -> None:
    found = cost_shares(airport(), gap=0)
    assert costs(found) == {"abc": 3, "a": 1, "b": 2, "c": 3, "ab": 2, "ac": 3, "bc": 3}
    assert [found.shapley[id].high for id in "abc"] == pytest.approx([1 / 3, 5 / 6, 11 / 6], abs=1e-5)
    assert sum(found.point(id) or 0 for id in "abc") == pytest.approx(3)
    assert found.core.verdict == "yes"
    assert found.core.excess.high == pytest.approx(-0.5, abs=1e-4)
    # Nobody has users, so each bears a third of what is shared: as much as a pays alone.
    assert [found.bills[id].allocated for id in "abc"] == pytest.approx([1, 1, 1])
    assert {found.blocks(group) for group in found.alone if group != WHOLE} == {"no"}
    assert found.missing == ()


def test_a_rule_that_drives_a_partner_out() -> None:
    """All of it falls on a, who alone would pay 1; a and b together would pay 2."""
    found = cost_shares(replace(airport(), apportion=Apportion({"a": Fraction(1)})), gap=0)
    assert found.pays("a") == pytest.approx(3)
    assert found.saves(frozenset("a")).high == pytest.approx(-2, abs=1e-5)
    blocking = {"".join(sorted(group)) for group in found.alone if group != WHOLE and found.blocks(group) == "yes"}
    assert blocking == {"a", "ab"}
    assert found.core.verdict == "yes"


def test_two_partners_who_save_a_build() -> None:
    """Alone each stays at 40 a year for two years, or builds for 100; together they build once and save 60."""
    inv = inventory(
        *(system(f"{id}/x", retain(), consolidate("s", run_cost=0), run_cost=40) for id in "ab"),
        services=[service("s", build(0, capital=20))],
        partners=[partner("a", 3), partner("b", 1)],
        T=8,
    )
    found = cost_shares(inv, gap=0)
    # A build of no quarters, then a quarter's work: each pays one quarter of 10.
    assert costs(found) == {"ab": 40, "a": 30, "b": 30}
    assert [found.shapley[id].high for id in "ab"] == pytest.approx([20, 20], abs=1e-4)
    assert [found.bills[id].total for id in "ab"] == pytest.approx([25, 15])
    assert found.saves(frozenset("a")).high == pytest.approx(5, abs=1e-4)


def test_no_plan_with_its_part_of_the_money() -> None:
    """A third of the pot builds nothing, so nobody can leave; with money enough it is the airport again."""
    found = cost_shares(airport(pots=[pot("shared", [1, 0])]), gap=0)
    assert costs(found) == {"abc": 3, **dict.fromkeys(["a", "b", "c", "ab", "ac", "bc"], inf)}
    assert {found.alone[group].how for group in found.alone} == {"plan", "no plan"}
    assert {found.blocks(group) for group in found.alone if group != WHOLE} == {"no"}
    assert (found.core.verdict, found.core.excess) == ("yes", Interval(-inf, -inf))
    assert [found.shapley[id].high for id in "abc"] == pytest.approx([1 / 3, 5 / 6, 11 / 6], abs=1e-5)
    assert found.core_freed.excess.high == pytest.approx(-0.5, abs=1e-4)


def two_that_break_their_milestone(days: float = 10, agency: float = 0) -> Inventory:
    """Half must move. a has nothing that moves; b's only move needs more days than its part. Both may stay."""
    return inventory(
        system("a/x", retain(), run_cost=4),
        system("b/x", retain(), rehost(effort={"dba": 10}, run_cost=0), run_cost=8),
        roles=[role("dba", days, agency=agency, rate=1)],
        milestones=[milestone(3, "1/2", "a/x", "b/x")],
        T=4,
    )


def test_who_cannot_keep_its_rules_has_no_plan_even_if_everything_may_stay() -> None:
    """Staying breaks the milestone, so it is no plan: b is reckoned with the days it lacks, a as it is."""
    found = cost_shares(two_that_break_their_milestone(), gap=0)
    a, b = (found.alone[frozenset(id)] for id in "ab")
    assert (a.how, a.freed, a.stand_in.cost) == ("no plan", None, Interval(4, 4))
    assert b.how == "no plan"
    assert b.stand_in is b.freed
    assert b.stand_in.cost.high == pytest.approx(2)
    assert costs(found) == {"ab": 6, "a": inf, "b": inf}
    assert [found.shapley[id].high for id in "ab"] == pytest.approx([4, 2], abs=1e-5)
    assert {found.blocks(group) for group in found.alone} == {"no"}


def test_who_has_no_plan_even_with_people_and_money_cannot_leave_then_either() -> None:
    """a pays b's 5 agency days, and 4 if it is left as it is; its rules forbid that, so it can't do better alone."""
    inv = replace(two_that_break_their_milestone(5, 5), apportion=Apportion({"a": Fraction(1)}))
    found = cost_shares(inv, gap=0)
    assert found.saves(frozenset("a")).high == pytest.approx(-5, abs=1e-5)
    assert found.better_alone(frozenset("a")) == "no"
    assert found.core_freed.excess == Interval(-inf, -inf)  # b's cost alone binds nothing
    notes = [line[:30] for line in screen(inv, found).splitlines() if line[:1] in ("*", "+")]
    assert notes == ["* No plan keeps the rules with", "+ No plan keeps the rules what"]
    groups = {tuple(one["partners"]): one for one in json.loads(as_json(inv, found))["groups"]}
    assert groups["a",] == groups["a",] | {"alone": "no plan", "cost": None, "freed": None, "as_it_is": 4}
    assert groups["b",] == groups["b",] | {"alone": "no plan", "cost": None}
    assert [row["alone"] for row in groups_alone_table(found).to_dict("records")] == ["plan", "no plan", "freed"]


def test_a_core_without_a_bound() -> None:
    """b can't leave; so a's cost alone bounds nothing, and as much as one likes can be put on b."""
    inv = inventory(
        system("a/x", retain(), run_cost=4),
        system("b/x", rehost(effort={"dba": 10}, run_cost=0), run_cost=8),
        roles=[role("dba", 10)],
        T=4,
    )
    found = cost_shares(inv, gap=0)
    assert (found.core.verdict, found.core.excess) == ("yes", Interval(-inf, -inf))
    assert json.loads(as_json(inv, found))["core"]["least_excess"] is None
    shown = " ".join(screen(inv, found).split())
    leaving = shown.split("IS EACH BETTER OFF INSIDE?")[1].split("IF PEOPLE AND MONEY WERE NO LIMIT")[0]
    assert "Nobody can leave to gain: under the stated rule no group that can leave would do better alone." in leaving
    assert "(the core is not empty)." in leaving
    assert "One of them saves" not in leaving
    assert "inf" not in leaving


def test_what_was_reported_is_said_to_be_left_out() -> None:
    inv = replace(airport(), approved=Plan((), (), (), ()))
    said = "All is reckoned from the start, as if nothing were approved or reported yet."
    assert said in screen(inv, cost_shares(inv, gap=0))
    assert said not in screen(airport(), cost_shares(airport(), gap=0))


def test_no_plan_even_with_people_and_money() -> None:
    """Half must be live by the first quarter's end: a does it for both, b by itself can't move so soon, nor stay."""
    inv = inventory(
        system("a/x", rehost(run_cost=0), run_cost=8),
        system("b/x", rehost(run_cost=0), run_cost=4, earliest=1),
        milestones=[milestone(0, "1/2", "a/x", "b/x")],
        T=4,
    )
    found = cost_shares(inv, gap=0)
    stuck = found.alone[frozenset("b")]
    assert (stuck.how, stuck.means, stuck.freed) == ("no plan", None, None)
    assert stuck.cost.low == inf
    assert stuck.stand_in.cost == Interval(4, 4)
    assert costs(found) == {"ab": 4, "a": 2, "b": inf}
    assert [found.shapley[id].high for id in "ab"] == pytest.approx([1, 3], abs=1e-5)


def test_no_plan_for_all_together() -> None:
    with pytest.raises(NoPlan):
        cost_shares(inventory(system("a/x", rehost()), limits=[limit(0, "a/x")]))


# -- a group by itself ----------------------------------------------------------------------------


@pytest.fixture
def linked() -> Inventory:
    """a and b with 1 and 3 users, and everything that links them."""
    return inventory(
        system("a/x", run_cost=8, interfaces={"b/x": 5, "a/y": 7}),
        system("a/y", after=["a/x", "b/x"]),
        system("b/x", retain(), rehost(capital={"shared": 4, "a": 1}), run_cost=8),
        roles=[role("dba", [4, 8], agency=2, rate=3), role("net")],
        pots=[pot("shared", 100), pot("a", 40), pot("b", 60)],
        partners=[partner("a", 1), partner("b", 3)],
        freezes=[freeze([0], "a/x", "b/x"), freeze([1], "b/x")],
        limits=[limit(2, "a/x", "b/x"), limit(1, "b/x")],
        milestones=[milestone(1, "1/2", "a/x", "b/x"), milestone(1, "0", "b/x")],
        together=[["a/x", "b/x"], ["a/x", "a/y", "b/x"]],
        targets={"2016/17": 8},
        T=2,
        A=8,
        stability=3,
        minimise="finish",
    )


def test_a_group_by_itself(linked: Inventory) -> None:
    own = group_inventory(linked, {"a"})
    assert list(own.systems) == ["a/x", "a/y"]
    assert [link.other for link in own.systems["a/x"].interfaces] == ["a/y"]
    assert own.systems["a/y"].after == ("a/x",)
    assert (own.roles["dba"].days, own.roles["dba"].agency_days, own.roles["net"].days) == ((1, 2), (0.5, 0.5), None)
    assert {id: [period.amount for period in one.periods] for id, one in own.pots.items()} == {
        "shared": [25],
        "a": [40],
        "b": [0],
    }
    assert [(sorted(one.who.systems), sorted(one.quarters)) for one in own.freezes] == [(["a/x"], [0])]
    assert [(sorted(one.who.systems), one.moves) for one in own.limits] == [(["a/x"], 2)]
    assert [(sorted(one.who.systems), one.needed) for one in own.milestones] == [(["a/x"], 1)]
    assert own.together == (("a/x", "a/y"),)
    assert [target.savings for target in own.targets] == [2]
    assert (own.minimise, own.stability, own.approved) == ("cost", 0, None)


def test_all_partners_together_lose_nothing(linked: Inventory) -> None:
    assert (
        replace(group_inventory(linked, {"a", "b"}), minimise="finish", stability=3, content_hash=linked.content_hash)
        == linked
    )


def test_a_group_with_gates_budgets_and_who_joins_on_the_way() -> None:
    """b joins with the third quarter: from then on half of everything is its part, a quarter of the year's money."""
    whole = inventory(
        system("a/x", rehost(), run_cost=8),
        system("b/y", rehost(needs=["review", "late"]), run_cost=8, joins=2),
        services=[
            service("review", build(), after=["a/x"], must_build=True),
            service("late", build(), after=["a/x", "b/z"], must_build=True, latest=3),
        ],
        roles=[role("dba", 4, agency=2, rate=3)],
        pots=[pot("shared", 100)],
        budgets=[("2016/17", 80, None), ("2016/17", 60, ["a", "b"]), ("2016/17", 40, ["b"])],
        apportion=Apportion("equal"),
        T=4,
    )
    whole = replace(whole, systems={**whole.systems, "b/z": system("b/z", rehost(), joins=2)})
    own = group_inventory(whole, {"b"})
    assert (own.roles["dba"].days, own.roles["dba"].agency_days) == ((0, 0, 2, 2), (0, 0, 1, 1))
    assert [period.amount for period in own.pots["shared"].periods] == [25]
    assert [(one.at_most, one.partners) for one in own.budgets] == [(20, None), (40, ("b",))]
    assert own.partners["b"].joins == 2
    assert list(own.services) == ["late"]
    assert (own.services["late"].after, own.services["late"].must_build, own.services["late"].latest) == (
        ("b/z",),
        True,
        3,
    )
    assert own.systems["b/y"].options[0].first.needs == ("late",)


def test_freed_of_people_and_money(linked: Inventory) -> None:
    own = with_unlimited_means(group_inventory(linked, {"b"}))
    assert own.roles["dba"].days is None
    assert {period.amount for one in own.pots.values() for period in one.periods} == {5}


# -- what must hold of any inventory --------------------------------------------------------------


def random_inventory(seed: int) -> Inventory:
    """Two or three partners with two systems each, a service to share, staff and money that bind at times."""
    chance = random.Random(seed)
    some: Callable[[int], int] = lambda most: chance.randint(0, most)  # noqa: E731
    ids = "abc"[: chance.randint(2, 3)]
    systems = [
        system(
            f"{id}/{name}",
            retain(),
            consolidate("s", effort={"dba": some(3)}, one_off=some(9), run_cost=some(20)),
            run_cost=some(80),
            end_of_life=some(3),
            exposure=some(9),
        )
        for id in ids
        for name in "xy"
    ]
    return inventory(
        *systems,
        services=[service("s", build(some(1), capital={"p": some(40)}, run_cost=some(10)))],
        roles=[role("dba", some(6), agency=some(2), rate=some(5))],
        pots=[pot("p", some(90))],
        partners=[partner(id, some(5)) for id in ids],
        T=4,
        A=6,
        rate=0.035,
    )


@pytest.mark.parametrize("seed", range(12))
def test_axioms_on_small_random_inventories(seed: int) -> None:
    """Efficiency: Shapley shares and bills add up to the whole's cost. No gap: the intervals close."""
    inv = random_inventory(seed)
    found = cost_shares(inv, gap=0)
    total = found.whole.cost.high
    slack = 1e-4 * max(total, 1)
    assert sum(found.point(id) or 0 for id in found.partners) == pytest.approx(total)
    assert sum(bill.total for bill in found.bills.values()) == pytest.approx(total)
    for id in found.partners:
        interval = found.shapley[id]
        assert interval.low - slack <= (found.point(id) or 0) <= interval.high + slack
        assert interval.high - interval.low <= slack
    wide = cost_shares(inv, gap=1)
    assert all(wide.shapley[id].low - slack <= found.shapley[id].low for id in found.partners)
    assert all(found.shapley[id].high <= wide.shapley[id].high + slack for id in found.partners)


def test_symmetry_and_dummy() -> None:
    """Two alike pay alike; who has nothing to do with the rest pays just its own."""
    alike = [system(f"{id}/x", retain(), consolidate("s", run_cost=0), run_cost=50) for id in "ab"]
    inv = inventory(*alike, system("c/x", retain(), run_cost=12), services=[service("s", build(0, capital=30))], T=4)
    found = cost_shares(inv, gap=0)
    assert found.shapley["a"].high == pytest.approx(found.shapley["b"].high, abs=1e-4)
    assert found.shapley["c"].high == pytest.approx(12, abs=1e-4)
    assert found.alone[frozenset("c")].cost.high == pytest.approx(12)


# -- many partners, and stopping ------------------------------------------------------------------


def many(count: int) -> Inventory:
    """``count`` partners who each save 3 by a service that costs 4 to build."""
    ids = "abcdefghijkl"[:count]
    return inventory(
        *(system(f"{id}/x", retain(), consolidate("s", run_cost=0), run_cost=4) for id in ids),
        services=[service("s", build(0, capital=4))],
        T=4,
    )


def test_beyond_nine_partners_groups_are_drawn() -> None:
    found = cost_shares(many(10), gap=0, sampling=Sampling(samples=4, seed=3))
    assert (found.all_groups, found.samples, found.shapley) == (False, 4, {})
    assert found.core.known is False
    whole = frozenset(found.partners)
    assert all(group in found.alone for id in whole for group in (frozenset(id), whole - {id}))
    assert "Nobody can leave to gain: under the stated rule no group that was planned for would" in " ".join(
        screen(many(10), found).split()
    )
    assert sum(found.point(id) or 0 for id in found.partners) == pytest.approx(found.whole.cost.high)
    for id in found.partners:
        fair = found.fair(id)
        assert fair is not None
        assert fair.low <= (found.point(id) or 0) <= fair.high
        # All are alike, so groups of one size cost the same: the estimate is exact.
        assert found.point(id) == pytest.approx(found.whole.cost.high / 10)
    again = cost_shares(many(10), gap=0, sampling=Sampling(samples=4, seed=3))
    assert as_json(many(10), again) == as_json(many(10), found)


def test_who_pays_more_inside_than_alone_is_named_though_nobody_can_leave() -> None:
    """b has no systems and alone pays nothing, but no money of its own for the milestone: it cannot leave."""
    inv = inventory(
        system("a/x", consolidate("s", run_cost=0), run_cost=4),
        services=[service("s", build(capital={"shared": 4}))],
        pots=[pot("shared", [4, 0])],
        partners=[partner("a"), partner("b")],
    )
    found = cost_shares(inv, gap=0)
    shown = " ".join(screen(inv, found).split())
    assert "Yes" not in shown
    assert "WHO PAYS MORE INSIDE THAN ALONE b, by £2" in shown


def test_a_group_that_the_time_cut_short_is_not_said_to_want_a_narrower_gap() -> None:
    found = cost_shares(airport(), gap=0)
    alone = dict(found.alone)
    for id in "ab":
        group = frozenset(id)
        alone[group] = replace(alone[group], means=GroupCost(Interval(0.5, 2.5), 1))
    late = replace(found, alone=alone, gap=0.01)
    said = " ".join(screen(airport(), late).split())
    assert "2 are not decided in the time (a longer --time-limit helps)" in said
    assert "at this gap" not in said
    assert "2 are not decided at this gap" in " ".join(screen(airport(), replace(late, gap=0.9)).split())


def test_no_group_is_said_to_do_better_only_of_those_that_can_leave() -> None:
    """Some groups have no plan of their own, and not every group is known."""
    inv = airport(pots=[pot("shared", [1, 0])])
    found = cost_shares(replace(inv, pots={}), gap=0)
    stuck = {g: replace(one, means=None, freed=one.means) if len(g) == 1 else one for g, one in found.alone.items()}
    some = replace(found, alone=stuck, core=replace(found.core, known=False))
    assert "no group that was planned for and can leave would do better alone" in " ".join(screen(inv, some).split())


def test_stopping_leaves_what_is_complete() -> None:
    begun: list[str] = []

    def note(done: int, of: int, which: str) -> None:
        begun.extend([which] * bool(which))

    found = cost_shares(airport(), gap=0, monitor=ProgressMonitor(stop=lambda: len(begun) > 2, on_plan=note))
    assert WHOLE in found.alone
    assert 0 < len(found.missing) < 6
    assert (found.shapley, found.core.known) == ({}, False)
    assert found.fair("a") is None
    with pytest.raises(OutOfTime):
        cost_shares(many(9), monitor=ProgressMonitor(stop=lambda: True), time_limit=1e-9)


def test_an_inventory_without_partners() -> None:
    with pytest.raises(UserError, match=r"no partners, so nobody pays; add a file"):
        cost_shares(inventory())


def test_one_partner_alone() -> None:
    found = cost_shares(inventory(system("a/x", run_cost=4), T=4), gap=0)
    assert found.shapley["a"].high == pytest.approx(4)
    assert "There is one partner alone." in screen(inventory(system("a/x", run_cost=4), T=4), found)


# -- what is shown and written --------------------------------------------------------------------


def screen(inv: Inventory, found: CostShares, width: int = 80) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(SharesSummary(inv, found, (Path("out/shares.csv"),)))
    return console.export_text()


def test_the_screen_says_who_would_leave() -> None:
    inv = replace(airport(), apportion=Apportion({"a": Fraction(1)}))
    shown = " ".join(screen(inv, cost_shares(inv, gap=0)).split())
    assert "Under the stated rule 2 groups would do better alone: above all a, by £2." in shown
    assert "There are divisions of the cost that leave no group better off alone (the core is not empty)." in shown
    assert "What all share is apportioned by agreed percentages." in shown


def test_the_screen_says_who_cannot_leave() -> None:
    inv = airport(pots=[pot("shared", [1, 0])])
    shown = " ".join(screen(inv, cost_shares(inv, gap=0)).split())
    assert "No group has a plan of its own with its part of the people and money, so none can leave." in shown
    assert "* No plan keeps the rules with its part of the people and money, so it cannot leave." in shown
    assert "IF PEOPLE AND MONEY WERE NO LIMIT Nobody can leave to gain: under the stated rule no group" in shown


def test_lines_fit_the_width_and_names_are_not_markup() -> None:
    long = "x" * 63
    inv = inventory(
        system(f"{long}/x", run_cost=4e6),
        system("b/x", run_cost=4e6),
        T=4,
        programme="[red]not\x1b[31m red[/red]",
        partners=[Partner(long, Name({"en": "=cmd()"}), None, 1.0, None, None)],
    )
    found = cost_shares(inv)
    shown = screen(inv, found)
    assert max(map(len, shown.splitlines())) <= 80
    assert "[red]not" in shown
    assert "\x1b" not in shown


SHARED = """
programme: Two
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
capital: {common: {amount: 40_000}}
approaches: {retain: {}, consolidate: {medium: {quarters: 1, capital: 100}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "inventory"
    for name, text in {
        "programme.yaml": SHARED,
        "services.yaml": "services: {email: {build: {capital: 9_000}}}\n",
        "partners/a.yaml": "partner: '=cmd()'\nusers: 30\nsystems: {email: {run_cost: 20_000}}\n",
        "partners/b.yaml": "partner: '[bold]B'\nusers: 10\nsystems: {email: {run_cost: 20_000}}\n",
    }.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text)
    return made


def test_the_command(folder: Path, tmp_path: Path, call: Call) -> None:
    said = call("shares", folder, "--out", tmp_path / "out", "--gap", "0")
    assert said.code == 0, said.err
    assert "3 of 3 groups of partners were planned for" in " ".join(said.out.split())
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/shares.csv").read_text())))
    assert [(row["partner"], row["name"], row["alone"]) for row in rows] == [
        ("a", "'=cmd()", "plan"),
        ("b", "[bold]B", "plan"),
    ]
    groups = list(csv.DictReader(io.StringIO((tmp_path / "out/groups.csv").read_text())))
    assert [row["group"] for row in groups] == ["a + b", "a", "b"]
    data = json.loads((tmp_path / "out/shares.json").read_text())
    assert data["rules"]["2016/17"] == {"a": 75, "b": 25}
    assert sum(row["shapley"] for row in data["partners"]) == pytest.approx(data["groups"][0]["cost"][1], abs=0.02)
    assert sum(float(row["total"]) for row in rows) == pytest.approx(data["groups"][0]["cost"][1], abs=0.02)
    first = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    call("shares", folder, "--out", tmp_path / "out", "--gap", "0")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == first


def test_the_command_when_it_is_stopped(
    folder: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is complete is written, and what is missing is said."""
    monkeypatch.setattr("consolidate.parallel.mapping.Round.is_over", lambda _round: True)
    said = call("shares", folder, "--out", tmp_path / "out")
    assert said.code == 0
    assert "stopped before 2 of 3 groups were planned for" in said.err
    shown = " ".join(said.out.split())
    assert "IS EACH BETTER OFF INSIDE? Not known: no other group was planned for." in shown
    assert "NOT PLANNED FOR a; b. What needs them is not known." in shown
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/shares.csv").read_text())))
    assert [(row["alone"], row["shapley"]) for row in rows] == [("", ""), ("", "")]
    assert json.loads((tmp_path / "out/shares.json").read_text())["missing"] == [["a"], ["b"]]


def test_exit_codes(folder: Path, tmp_path: Path, call: Call) -> None:
    assert call("shares", tmp_path / "nowhere").code == 2
    assert call("shares", folder, "--gap", "wide").code == 2
    assert call("shares", folder, "--samples", "1").code == 2
    (folder / "programme.yaml").write_text(SHARED + "milestones: [{by: 2016/17 Q1, live: 100%}]\n")
    said = call("shares", folder, "--out", tmp_path / "out")
    assert said.code == 3
    assert "no plan can meet the rules for all partners together; `consolidate plan` says what would help" in said.err
    assert not (tmp_path / "out/shares.csv").exists()
    (folder / "programme.yaml").write_text(SHARED + "apportion: nobody\n")
    assert call("shares", folder).code == 1
