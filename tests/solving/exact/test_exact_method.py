"""What the exact method hands on when time ends: nothing that breaks a rule, and the plan to begin with if need be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import small_inventories

from consolidate.errors import OutOfTime
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.solving.exact import method
from consolidate.solving.exact.method import ExactMethod, cost_of
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.solver import INFINITY, Outcome, ProgressMonitor, SolveLimits
from consolidate.solving.formulation.choices import offer
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
