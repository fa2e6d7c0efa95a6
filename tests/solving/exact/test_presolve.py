"""What is struck out before there is a model: nothing that a plan could want, and what is meant to go goes."""

from __future__ import annotations

import random

import pytest
from builders import build as building
from builders import consolidate, inventory, limit, milestone, pot, rehost, retain, role, system
from builders import service as a_service
from random_inventories import loaded

from consolidate.accounts.verdict import violations
from consolidate.inventory import Inventory
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.presolve import Presolve, presolved
from consolidate.solving.exact.solver import Outcome, SolveLimits, solve
from consolidate.solving.formulation.assemble import assemble
from consolidate.solving.formulation.choices import Choice, Offer, offer, shortened
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.solving.formulation.resource_vectors import ResourceVectors
from consolidate.solving.formulation.solution import Solution, first_violation
from consolidate.solving.makespan.aggregate_model import AggregateModel
from consolidate.solving.makespan.genetic_search import GeneticSearch
from consolidate.solving.makespan.project import Project
from consolidate.solving.makespan.tree_search import TreeSearch

SEEDS = range(120)


def answer(inv: Inventory, goal: str, left: Offer | None) -> Outcome | None:
    """The program's own answer, for all choices (None) or for those that are left."""
    model = Model(inv, inv.plan_quarters, goal, offered=left)
    model.load()
    outcome = solve(model.problem, SolveLimits(gap=0.0))
    return None if outcome.values is None else outcome


def starts(offered: Offer | None, key: str) -> list[tuple[int, ...]]:
    """Option number and starts of what is left of a system."""
    assert offered is not None
    return [(choice.option.number, *choice.when.starts) for choice in offered.systems[key]]


# -- nothing is lost ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimum_stays(seed: int) -> None:
    inv = loaded(seed)
    left = presolved(inv, offer(inv, inv.plan_quarters), "cost", probing=True)
    before, after = answer(inv, "cost", None), None if left is None else answer(inv, "cost", left)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after.objective == pytest.approx(before.objective, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_in_so_many_quarters_stays(seed: int) -> None:
    """For every number of quarters: presolve, tree search and the program itself agree on whether there is one."""
    inv = loaded(seed)
    for end in range(1, inv.plan_quarters + 1):
        whole = shortened(inv, offer(inv, inv.plan_quarters), end)
        possible = whole.possible and answer(inv, "any", whole) is not None
        left = presolved(inv, whole, "finish", probing=True)
        assert (left is not None and answer(inv, "any", left) is not None) == possible
        if left is not None:
            tree = TreeSearch(Presolve(inv, left))
            found = tree.run(1_000_000)
            assert tree.exhausted or found == "plan"
            assert found in ("open", "plan" if possible else "none")
        if possible:
            assert AggregateModel(inv, whole).solve(SolveLimits(gap=1.0)).values is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_tree_and_the_heuristic_find_obeys_every_rule(seed: int) -> None:
    inv = loaded(seed)
    whole = offer(inv, inv.plan_quarters)
    if not whole.possible:
        return
    tree = TreeSearch(Presolve(inv, whole))
    tree.run(100_000)
    search = GeneticSearch(Project(inv, whole), lambda: False)
    search.run(0, 500)
    for plan in (tree.plan, search.solution()):
        assert plan is None or violations(inv, assemble(remaining_of(inv), plan, 0.0, 1.0)) == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_rules_added_up_twice(seed: int) -> None:
    """Whatever is picked at random: the solving side and the ledger agree on whether it obeys the rules."""
    inv, dice = loaded(seed), random.Random(seed)
    whole = offer(inv, inv.plan_quarters, relaxed=True)
    if not whole.possible:
        return
    vectors = ResourceVectors(inv, whole, optimistic=False)
    for _ in range(20):
        choices = tuple(dice.choice(found) for found in whole.systems.values())
        builds = tuple(dice.choice(found) for found in whole.builds.values() if found and dice.random() < 0.8)
        plan = Solution(choices, builds)
        fault = first_violation(inv, plan)
        assert (fault is None) == (violations(inv, assemble(remaining_of(inv), plan, 0.0, 1.0)) == ()), fault
        taken = sum(vectors.needed[one] for one in choices) + sum(vectors.needed[one] for one in builds)
        if fault is None:
            assert vectors.fits(vectors.full, taken)
        assert vectors.fits(vectors.full, taken) or fault is not None


# -- what is meant to go ------------------------------------------------------------------------


def test_an_option_that_leaves_too_little_for_the_others() -> None:
    inv = inventory(
        system("a/x", rehost(capital={"p": 8}), rehost(quarters=2, capital={"p": 3}), must_move=True),
        system("a/y", rehost(capital={"p": 4}), must_move=True),
        pots=[pot("p", [10])],
        T=3,
    )
    left = presolved(inv, offer(inv, inv.plan_quarters), "cost", probing=False)
    assert {option for option, *_ in starts(left, "a/x")} == {2}


def test_links_and_lengths_cut_both_ends() -> None:
    inv = inventory(
        system("a/x", rehost(quarters=2), must_move=True),
        system("a/y", rehost(quarters=3), must_move=True, after=["a/x"]),
        T=6,
    )
    left = presolved(inv, offer(inv, inv.plan_quarters), "finish", probing=False)
    assert starts(left, "a/x") == [(1, 0), (1, 1)]
    assert starts(left, "a/y") == [(1, 2), (1, 3)]
    assert presolved(inv, shortened(inv, offer(inv, inv.plan_quarters), 4), "finish", probing=False) is None


def test_work_that_must_go_on_leaves_no_room() -> None:
    """The long one is under way in quarter 1, whenever it starts: the short one can't be then."""
    inv = inventory(
        system("a/long", rehost(quarters=2, effort={"dba": 8}), must_move=True),
        system("a/short", rehost(effort={"dba": 3}), must_move=True),
        roles=[role("dba", 5)],
        T=3,
    )
    left = presolved(inv, offer(inv, inv.plan_quarters), "cost", probing=False)
    assert starts(left, "a/short") == [(1, 0), (1, 2)]


def test_probing_sees_what_the_rules_alone_do_not() -> None:
    """Three that take all of a role need three quarters: with two of them no start is left."""
    systems = [system(f"a/{name}", rehost(effort={"dba": 5}), must_move=True) for name in "xyz"]
    inv = inventory(*systems, roles=[role("dba", 5)], T=2)
    whole = offer(inv, inv.plan_quarters)
    assert presolved(inv, whole, "finish", probing=False) is not None
    assert presolved(inv, whole, "finish", probing=True) is None


def test_a_milestone_that_takes_everyone() -> None:
    inv = inventory(
        system("a/x", rehost(), retain()),
        system("a/y", rehost(), retain()),
        milestones=[milestone(1, "1", "a/x", "a/y")],
        T=4,
    )
    left = presolved(inv, offer(inv, inv.plan_quarters), "cost", probing=False)
    assert starts(left, "a/x") == [(1, 0), (1, 1)]


def inefficient(**more: object) -> Inventory:
    """The second option is slower, dearer and takes as much; ``more`` is what may yet speak for it."""
    return inventory(
        system(
            "a/x",
            rehost(effort={"dba": 4}, one_off=10),
            rehost(quarters=2, effort={"dba": [4, 1]}, one_off=20),
            must_move=True,
            **more,  # type: ignore[arg-type]
        ),
        system("a/y", rehost(effort={"dba": 4}), must_move=True),
        roles=[role("dba", 5)],
        T=3,
    )


def test_a_dominated_option_goes() -> None:
    inv = inefficient()
    for goal in ("cost", "finish"):
        left = presolved(inv, offer(inv, inv.plan_quarters), goal, probing=False)
        assert {option for option, *_ in starts(left, "a/x")} == {1}


def test_not_where_a_group_could_need_its_cutover() -> None:
    inv = inventory(
        *inefficient().systems.values(),
        roles=[role("dba", 5)],
        together=[["a/x", "a/y"]],
        T=3,
    )
    left = presolved(inv, offer(inv, inv.plan_quarters), "finish", probing=False)
    assert {option for option, *_ in starts(left, "a/x")} == {1, 2}


def test_a_quicker_option_that_takes_more_of_a_role_stays() -> None:
    inv = inventory(
        system("a/x", rehost(effort={"dba": 5}), rehost(quarters=2, effort={"dba": 4}), must_move=True),
        system("a/y", rehost(effort={"dba": 3}), must_move=True),
        roles=[role("dba", 5)],
        T=3,
    )
    left = presolved(inv, offer(inv, inv.plan_quarters), "finish", probing=False)
    assert {option for option, *_ in starts(left, "a/x")} == {1, 2}


def test_a_move_that_pays_for_nothing_goes_unless_a_milestone_counts_it() -> None:
    move, stay = rehost(one_off=100, run_cost=50.0), retain()
    inv = inventory(system("a/x", move, stay, run_cost=50), T=2)
    assert starts(presolved(inv, offer(inv, inv.plan_quarters), "cost", probing=False), "a/x") == [(2,)]
    inv = inventory(
        system("a/x", move, stay, run_cost=50),
        system("a/y", move, stay, run_cost=50),
        milestones=[milestone(1, "1/2", "a/x", "a/y")],
        T=2,
    )
    assert len(starts(presolved(inv, offer(inv, inv.plan_quarters), "cost", probing=False), "a/x")) == 3


def test_builds_that_come_too_late_for_everyone_go() -> None:
    inv = inventory(
        system("a/x", consolidate("s"), must_move=True, latest=2),
        services=[a_service("s", building(1))],
        T=5,
    )
    left = presolved(inv, offer(inv, inv.plan_quarters), "cost", probing=False)
    assert left is not None
    assert [one.start for one in left.builds["s"]] == [0, 1]
    assert starts(left, "a/x") == [(1, 1), (1, 2)]


# -- vectors ------------------------------------------------------------------------------------


def thirds() -> Inventory:
    """Work that has no short decimal form; any three just fit."""
    return inventory(
        *(system(f"a/{name}", rehost(quarters=3, effort={"dba": 20}), must_move=True) for name in "wxyz"),
        roles=[role("dba", 20)],
        limits=[limit(2, "a/x", "a/y", "a/z")],
        T=3,
    )


def test_rounding_never_forbids_what_is_possible() -> None:
    inv = thirds()
    whole = offer(inv, inv.plan_quarters)
    three: list[Choice] = [found[0] for found in whole.systems.values()][1:]
    generous = ResourceVectors(inv, whole, optimistic=True)
    short = generous.short(generous.full, sum(generous.needed[one] for one in three))
    assert {key[0] for key in short} == {"limit"}
    cautious = ResourceVectors(inv, whole, optimistic=False)
    short = cautious.short(cautious.full, sum(cautious.needed[one] for one in three))
    assert {key[0] for key in short} == {"limit", "staff"}


def test_least_and_no_more_go_field_by_field() -> None:
    inv = inefficient()
    whole = offer(inv, inv.plan_quarters)
    vectors = ResourceVectors(inv, whole, optimistic=True)
    quick, slow = whole.systems["a/x"][0], whole.systems["a/x"][3]
    assert (quick.option.number, slow.option.number) == (1, 2)
    assert vectors.no_more(quick, slow)
    assert not vectors.no_more(slow, quick)
    assert vectors.least(vectors.needed[quick], vectors.needed[slow]) == vectors.needed[quick]


# -- the quick heuristic -------------------------------------------------------------------------


def test_the_heuristic_is_the_same_every_time_and_fills_a_role() -> None:
    """Twelve that take a quarter each, three at a time: four quarters; the last in a chain of their own."""
    many = [system(f"a/m{n:02d}", rehost(effort={"dba": 2}), must_move=True) for n in range(12)]
    inv = inventory(*many, roles=[role("dba", 6)], T=9)
    plans = []
    for _ in range(2):
        search = GeneticSearch(Project(inv, offer(inv, inv.plan_quarters)), lambda: False)
        search.run(4, 2_000)
        plan = search.solution()
        assert plan is not None
        assert max(choice.finish for choice in plan.choices) + 1 == 4
        plans.append([choice.when for choice in plan.choices])
    assert plans[0] == plans[1]


def test_the_heuristic_takes_a_plan_from_others() -> None:
    inv = inventory(
        *(system(f"a/{name}", rehost(effort={"dba": 2}), must_move=True) for name in "xyz"), roles=[role("dba", 6)], T=3
    )
    whole = offer(inv, inv.plan_quarters)
    project = Project(inv, whole)
    given = Solution(tuple(found[-1] for found in whole.systems.values()), ())
    assert project.places_of(given) == [(0, 2), (0, 2), (0, 2)]
