"""What the exact method hands on when time ends: nothing that breaks a rule, and the plan to begin with if need be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_inventories

from consolidate.errors import OutOfTime
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.solving.exact import method, neighbourhood_search
from consolidate.solving.exact.method import ExactMethod, cost_of
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.solver import INFINITY, Outcome, ProgressMonitor, SolveLimits
from consolidate.solving.formulation.choices import offer
from consolidate.solving.formulation.proven_bound import ProvenBound
from consolidate.solving.formulation.solution import Solution, first_violation

PROGRAMME = "roles: {engineer: {days: 10}}\n"
SYSTEMS = """
one: &it
  must_move: yes
  options:
    - {approach: rehost, capital: 5_000, effort: {engineer: 10}}
    - {approach: rehost, capital: 9_000, effort: {engineer: 10}}
two: *it
"""
"""The dearer option is in no plan that is worth having, so presolve strikes it out."""


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    return load(small_inventories.write(tmp_path / "inventory", PROGRAMME, SYSTEMS))


def taking(inventory: Inventory, **taken: tuple[int, int]) -> Solution:
    """A plan: by system, the option and the quarter in which it starts."""
    found = offer(inventory, inventory.plan_quarters).systems
    choices = [
        choice
        for id, (option, start) in taken.items()
        for choice in found[f"p/{id}"]
        if (choice.option.number, choice.when.starts) == (option, (start,))
    ]
    assert len(choices) == len(taken)
    return Solution(tuple(choices), ())


def taken(plan: Solution) -> list[tuple[str, int, tuple[int, ...]]]:
    """What a plan does with each system: option and starts."""
    return [(choice.system.id, choice.option.number, choice.when.starts) for choice in plan.choices]


def ended(monkeypatch: pytest.MonkeyPatch, broken: bool = False) -> None:
    """Lets the time end before anything is found, or with values that start everything at once."""

    def at_once(
        model: Model, limits: SolveLimits, monitor: ProgressMonitor, start: Mapping[Any, float] | None, *rest: Any
    ) -> Outcome:
        if broken:
            values = {found[0][1]: 1.0 for found in model.choices.values()}
            return Outcome(values, 0.0, -INFINITY, "time")
        return Outcome(start, INFINITY if start is None else rest[0], -INFINITY, "time")

    monkeypatch.setattr(method, "solve_in_phases", at_once)


@pytest.mark.parametrize("option", [1, 2])
@pytest.mark.parametrize("broken", [False, True])
def test_when_time_ends_the_plan_to_begin_with_is_kept(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch, option: int, broken: bool
) -> None:
    start = taking(inventory, one=(option, 2), two=(option, 1))
    assert first_violation(inventory, start) is None
    ended(monkeypatch, broken)
    plan, bound = ExactMethod(inventory, SolveLimits(), ProgressMonitor()).cheapest(inventory.plan_quarters, start)
    assert taken(plan) == taken(start)
    assert bound <= cost_of(inventory, start)


@pytest.mark.parametrize("broken", [False, True])
def test_without_one_there_is_no_plan(inventory: Inventory, monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:
    ended(monkeypatch, broken)
    with pytest.raises(OutOfTime):
        ExactMethod(inventory, SolveLimits(), ProgressMonitor()).cheapest(inventory.plan_quarters)


def test_with_time_it_is_bettered(inventory: Inventory) -> None:
    start = taking(inventory, one=(2, 2), two=(2, 1))
    plan, _ = ExactMethod(inventory, SolveLimits(gap=0.0), ProgressMonitor()).cheapest(inventory.plan_quarters, start)
    assert {choice.option.number for choice in plan.choices} == {1}
    assert first_violation(inventory, plan) is None


def least_cost(inventory: Inventory) -> float:
    plan, bound = ExactMethod(inventory, SolveLimits(gap=0.0), ProgressMonitor()).cheapest(inventory.plan_quarters)
    assert bound == pytest.approx(cost_of(inventory, plan))
    return bound


def claiming(monkeypatch: pytest.MonkeyPatch, source: str, claim: Callable[[Outcome], Outcome]) -> None:
    """Lets HiGHS make something else of its answer, in the phase that ``source`` names."""
    take = neighbourhood_search._Phases.take

    def lied_to(phases: Any, found: Outcome, phase: str = "") -> None:
        take(phases, claim(found) if phase == source else found, phase)

    monkeypatch.setattr(neighbourhood_search._Phases, "take", lied_to)


@pytest.mark.parametrize("source", ["HiGHS's proof", "HiGHS's root", "HiGHS's first look"])
def test_a_bound_above_the_cost_of_a_plan_is_caught(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """HiGHS "proves" that no plan costs less than twice as much: that counts for nothing, and is said."""
    least = least_cost(inventory)
    start = None if source == "HiGHS's first look" else taking(inventory, one=(1, 2), two=(1, 1))
    claiming(monkeypatch, source, lambda found: replace(found, bound=2 * found.objective))
    proven = ProvenBound()
    gap = 1e-9 if source == "HiGHS's root" else 0.0  # who asks for an optimum is not interested in a wide gap
    exact = ExactMethod(inventory, SolveLimits(gap=gap), ProgressMonitor())
    plan, bound = exact.cheapest(inventory.plan_quarters, start, proven=proven)
    assert first_violation(inventory, plan) is None
    assert 0 < bound <= least * (1 + 1e-9)
    assert cost_of(inventory, plan) >= least * (1 - 1e-9)
    assert [one.source for one in proven.refuted] == [source]
    assert proven.value == bound


def test_an_optimum_that_costs_more_than_a_known_plan_is_caught(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HiGHS calls optimal what costs a tenth more than the plan that it was given."""
    least = least_cost(inventory)
    start = taking(inventory, one=(1, 2), two=(1, 1))
    cost = cost_of(inventory, start)
    claiming(monkeypatch, "HiGHS's proof", lambda found: replace(found, objective=1.1 * cost, bound=1.1 * cost))
    proven = ProvenBound()
    exact = ExactMethod(inventory, SolveLimits(gap=0.0), ProgressMonitor())
    plan, bound = exact.cheapest(inventory.plan_quarters, start, proven=proven)
    assert cost_of(inventory, plan) <= cost
    assert [one.source for one in proven.refuted] == ["HiGHS's proof"]
    assert bound <= least * (1 + 1e-9)
    assert exact.statistics.ended == "budget"


def test_where_the_first_look_finds_no_plan_the_search_goes_on(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Outcome(None, INFINITY, -INFINITY, "budget")
    claiming(monkeypatch, "HiGHS's first look", lambda _: nothing)
    exact = ExactMethod(inventory, SolveLimits(), ProgressMonitor())
    plan, bound = exact.cheapest(inventory.plan_quarters)
    assert first_violation(inventory, plan) is None
    assert bound == pytest.approx(cost_of(inventory, plan), rel=1e-3)


def test_that_there_is_no_plan_is_not_believed_where_there_is_one(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = taking(inventory, one=(1, 2), two=(1, 1))
    claiming(monkeypatch, "HiGHS's proof", lambda _: Outcome(None, INFINITY, INFINITY, "infeasible"))
    proven = ProvenBound()
    plan, bound = ExactMethod(inventory, SolveLimits(gap=0.0), ProgressMonitor()).cheapest(
        inventory.plan_quarters, start, proven=proven
    )
    assert cost_of(inventory, plan) <= cost_of(inventory, start)
    assert 0 < bound < cost_of(inventory, plan)
    assert list(map(str, proven.refuted)) == ["HiGHS's proof claims that there is no plan, and there is one"]
