"""Reduced-cost fixing: what is ruled out is in no plan as cheap as the one in hand."""

from __future__ import annotations

from dataclasses import replace

import brute_force
import builders
import numpy as np
import pytest
import random_inventories

from consolidate.inventory import Inventory
from consolidate.solving.decomposition.arrays import Floats
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.reduced_cost_fixing import column_bounds
from consolidate.solving.decomposition.service_forest import ServiceForest
from consolidate.solving.decomposition.subgradient import ascend
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.solver import SolveLimits, solve
from consolidate.solving.formulation.choices import offer


def inventory(seed: int) -> Inventory:
    return replace(random_inventories.loaded(seed), minimise="cost")


@pytest.mark.parametrize("seed", range(1, 80, 2))
def test_the_cheapest_plan_survives(seed: int) -> None:
    data = inventory(seed)
    best = brute_force.best(data)
    if best is None:
        return
    columns = Columns(data, data.plan_quarters)
    lagrangian = Lagrangian(columns)
    multipliers, bound = ascend(lagrangian, lagrangian.zero(), 80)
    assert bound <= best.objective + 1e-6 * abs(best.objective)
    kept = column_bounds(columns, multipliers).restrict(offer(data, data.plan_quarters), best.objective)
    model = Model(data, data.plan_quarters, offered=kept)
    model.load()
    assert solve(model.problem, SolveLimits(gap=0.0)).objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(2, 42, 4))
def test_the_bound_for_a_column_is_below_every_plan_with_it(seed: int) -> None:
    data = inventory(seed)
    whole = offer(data, data.plan_quarters)
    columns = Columns(data, data.plan_quarters)
    lagrangian = Lagrangian(columns)
    multipliers, bound = ascend(lagrangian, lagrangian.zero(), 80)
    if bound == float("inf"):
        return
    left = column_bounds(columns, multipliers)
    for system, found in whole.systems.items():
        for choice in found[:6]:
            only = replace(whole, systems={**whole.systems, system: (choice,)})
            model = Model(data, data.plan_quarters, offered=only)
            model.load()
            best = solve(model.problem, SolveLimits(gap=0.0))
            least = left.least(columns.column(choice))
            assert least <= best.objective + 1e-6 * max(abs(least), 1.0), (system, choice.when)


def held(forest: ServiceForest, value: Floats, number: int, ready: int) -> float:
    """The best of all services together with one held to one quarter, from the leaves up."""
    value = value.copy()
    value[number] = [each if at == ready else np.inf for at, each in enumerate(value[number])]
    total = 0.0
    for service in forest.order:
        if service in forest.parent:
            value[forest.parent[service]] += forest.branch_value(value[service], forest.quarters(service))
        else:
            total += float(value[service].min())
    return total


@pytest.mark.parametrize("seed", range(30))
def test_each_service_held_to_each_quarter(seed: int) -> None:
    """Trees of services with random values, some of them impossible: once up and down, and one at a time."""
    chance = np.random.default_rng(seed)
    count, quarters = 7, 6
    needs = [[f"s{chance.integers(number)}"] if number and chance.random() < 0.7 else [] for number in range(count)]
    data = builders.inventory(
        builders.system("a/x"),
        services=[
            builders.service(f"s{number}", builders.build(int(chance.integers(0, 4))), needs=needs[number])
            for number in range(count)
        ],
        T=quarters,
    )
    forest = ServiceForest(Columns(data, quarters))
    value = chance.normal(size=(count, quarters + 1)).round(3)
    value[chance.random(value.shape) < 0.2] = np.inf
    value[:, -1] = np.where(chance.random(count) < 0.1, np.inf, value[:, -1])
    total, found = forest.best_by_quarter(value)
    right = [[held(forest, value, number, at) for at in range(quarters + 1)] for number in range(count)]
    assert found == pytest.approx(np.array(right))
    assert total == pytest.approx(np.min(right, axis=1).min())
    assert any(need for need in needs)


def test_something_is_ruled_out() -> None:
    ruled_out = 0
    for seed in range(20):
        data = inventory(seed)
        best = brute_force.best(data)
        if best is not None:
            columns = Columns(data, data.plan_quarters)
            lagrangian = Lagrangian(columns)
            left = column_bounds(columns, ascend(lagrangian, lagrangian.zero(), 80)[0])
            whole = offer(data, data.plan_quarters)
            ruled_out += whole.size - left.restrict(whole, best.objective).size
            assert left.count(best.objective) <= left.count(float("1e300"))
    assert ruled_out > 0
