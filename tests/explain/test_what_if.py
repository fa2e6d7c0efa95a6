"""What a change does: figures against independent optima, and what is proven always holds them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import random_inventories
from problem_cases import write

import consolidate
from consolidate.errors import InvalidArgument, NoPlan, RejectedPlan
from consolidate.explain.diff_words import what_if_line
from consolidate.forced_choices import cutting_over, forbidding, taking
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.planning import PlanResult
from consolidate.variants import delayed, with_pot, with_role

FILES = {
    "programme.yaml": """
programme: What if
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 100}}
capital: {common: {amount: {2016/17: 60, 2017/18: 100}}}
""",
    "partners/a.yaml": """
systems:
  one: {run_cost: 400, options: [{approach: rehost, capital: 60, run_cost: 0}, {approach: retain}]}
  two: {run_cost: 200, options: [{approach: rehost, capital: 60, run_cost: 0}, {approach: retain}]}
""",
}


OPTIMUM = consolidate.PlanOptions(gap=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("what-if"), FILES)


@pytest.fixture(scope="module")
def inventory(folder: Path) -> Inventory:
    return load(folder)


@pytest.fixture(scope="module")
def result(inventory: Inventory) -> PlanResult:
    return consolidate.make_plan(inventory, gap=0)


def test_worked_by_hand(inventory: Inventory, result: PlanResult, folder: Path) -> None:
    """One moves in 2016/17 Q1 (it saves £700), two a year later (it saves £150): the pot has money for one a year.

    With twice the pot in 2016/17 two moves a year sooner and saves its £200 of that year.
    """
    changed = load(folder, changes=["capital.common.2016/17=+100%"])
    found = consolidate.what_if(inventory, result.plan, changed, OPTIMUM, changes=["more"])
    assert (found.cost, found.quarters) == (pytest.approx(-200), -4)
    assert found.low == pytest.approx(-200, abs=0.01)
    assert found.high == pytest.approx(-200, abs=0.01)
    assert [(one.system, one.what, one.quarters) for one in found.plans.steps] == [("a/two", "sooner", -4)]
    assert what_if_line(found) == "It saves £200."


def test_what_changes_nothing_is_called_so(inventory: Inventory, result: PlanResult, folder: Path) -> None:
    changed = load(folder, changes=["capital.common.2017/18=+50%"])
    found = consolidate.what_if(inventory, result.plan, changed, OPTIMUM)
    assert found.plans.same
    assert not found.measurable
    assert what_if_line(found).startswith("No measurable difference: the plan that was found costs as much")


def test_a_better_plan_found_on_the_way_is_no_effect_of_the_change(inventory: Inventory, folder: Path) -> None:
    poor = consolidate.make_plan(forbidding(inventory, "a/two", option=1), gap=0).plan
    there = consolidate.make_plan(inventory, gap=0)
    waiting = replace(poor, inventory=inventory.content_hash, bound=there.bound)
    changed = load(folder, changes=["capital.common.2017/18=+50%"])
    found = consolidate.what_if(inventory, waiting, changed, OPTIMUM)
    assert found.improved == pytest.approx(90)  # two moves: £150 saved for £60
    assert found.cost == pytest.approx(0)
    assert not found.measurable


def test_without_a_plan_it_says_what_stands_in_the_way(inventory: Inventory, result: PlanResult) -> None:
    forced = with_pot(taking(inventory, "a/one", [1]), "common", "2016/17", 0)
    with pytest.raises(NoPlan):
        consolidate.what_if(inventory, result.plan, with_pot(forced, "common", "2017/18", 0))


def test_a_plan_of_something_else_is_refused(inventory: Inventory, result: PlanResult) -> None:
    other = with_pot(inventory, "common", "2016/17", 0)
    with pytest.raises(InvalidArgument, match="another inventory"):
        consolidate.what_if(other, result.plan, inventory)
    with pytest.raises(RejectedPlan, match="the old plan breaks a rule"):
        consolidate.what_if(other, replace(result.plan, inventory=other.content_hash), inventory, OPTIMUM)


CHANGES: tuple[Callable[[Inventory], Inventory], ...] = (
    lambda i: delayed(i, 1),
    lambda i: with_pot(i, *_first_pot(i)),
    lambda i: with_role(i, next(id for id, role in i.roles.items() if role.days is not None), 0, days=0),
    lambda i: forbidding(i, next(id for id, system in i.systems.items() if len(system.options) > 1), option=1),
    lambda i: cutting_over(i, next(iter(i.systems)), i.plan_quarters - 1),
)


def _first_pot(inventory: Inventory) -> tuple[str, str, float]:
    pot = next(iter(inventory.pots.values()))
    return pot.id, pot.periods[0].label, pot.periods[0].amount / 2


def _case(seed: int, folder: Path) -> tuple[Inventory, Inventory, float, float] | None:
    """A random inventory and a change of it, with the cold optima of both; None where one of them has no plan."""
    inventory = load(folder, random_inventories.write(seed, folder))
    try:
        changed = CHANGES[seed % len(CHANGES)](inventory)
        before, after = (consolidate.optimize(one, gap=0).objective for one in (inventory, changed))
    except (StopIteration, consolidate.UserError):
        return None
    return inventory, changed, before, after


def test_what_is_proven_holds_against_cold_optima(tmp_path: Path) -> None:
    """Of random inventories and changes: the difference of two cold optima lies in the interval of a poor plan, too."""
    tried = 0
    for seed in range(40):
        if (case := _case(seed, tmp_path / str(seed))) is None:
            continue
        inventory, changed, before, after = case
        plan = consolidate.make_plan(inventory, gap=0.05)
        options = consolidate.PlanOptions(0.005, start=consolidate.start_from(inventory, plan))
        found = consolidate.what_if(inventory, plan.plan, changed, options)
        assert found == consolidate.what_if(inventory, plan.plan, changed, options)
        assert found.cost == pytest.approx(found.plans.new_total - found.plans.old_total)
        if inventory.minimise == "cost":
            assert found.low is not None
            assert found.high is not None
            assert found.low - 0.01 <= after - before <= found.high + 0.01, seed
            tried += 1
    assert tried >= 10


def test_as_json(inventory: Inventory, result: PlanResult, folder: Path) -> None:
    changed = load(folder, changes=["capital.common.2016/17=+100%"])
    found = consolidate.what_if(inventory, result.plan, changed, OPTIMUM, changes=["capital.common.2016/17=+100%"])
    data = json.loads(consolidate.answer_json(found))
    assert data["kind_of_answer"] == "WhatIf"
    assert data["changes"] == ["capital.common.2016/17=+100%"]
    assert data["cost"] == pytest.approx(-200)
