"""The decomposed method against the exact one and the ledger, on random inventories that use every key."""

from __future__ import annotations

import functools
import random
from dataclasses import replace

import numpy as np
import pytest
import random_inventories
from little_work import little_work
from once_a_run import once_a_run

from consolidate.accounts.verdict import verify_plan
from consolidate.errors import NoPlan
from consolidate.inventory import Inventory
from consolidate.optimizer import optimize
from consolidate.solving.decomposition.candidates import CandidateLists
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Multipliers
from consolidate.solving.decomposition.greedy import insert_all
from consolidate.solving.decomposition.heuristic import HeuristicResult, LagrangianHeuristic, lagrangian_heuristic
from consolidate.solving.decomposition.lagrangian import FAMILIES, Lagrangian
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.decomposition.resources import ResourceIndex
from consolidate.solving.decomposition.ruin_and_recreate import Cooling, RuinAndRecreate
from consolidate.solving.decomposition.subgradient import subgradient
from consolidate.solving.exact.model import FAMILIES as MODEL_FAMILIES
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits
from consolidate.solving.formulation.assemble import assemble
from consolidate.solving.formulation.choices import BuildChoice, system_choices, wanted_services
from consolidate.solving.formulation.costs import NEVER
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.solving.formulation.solution import Solution, first_violation

SEEDS = range(0, 240, 2)
CLOSE = 1e-7


@functools.cache
def inventory(seed: int) -> Inventory:
    """Random inventory number ``seed``, to be planned at the least cost."""
    return replace(random_inventories.loaded(seed), minimise="cost")


@once_a_run
def optimum(seed: int) -> float | None:
    """What the exact method finds; None without a plan."""
    try:
        return optimize(inventory(seed), gap=0).plan.objective
    except NoPlan:
        return None


@once_a_run
def decomposed(seed: int) -> HeuristicResult:
    """What comes of little work: a gap of nothing is rarely proven by prices, so all of it is done each time."""
    data = inventory(seed)
    with little_work():
        return lagrangian_heuristic(Columns(data, data.plan_quarters), SolveLimits(gap=0.0), ProgressMonitor())


def solution_of(data: Columns, found: HeuristicResult) -> Solution:
    """The plan as the exact method would say it."""
    assert found.columns is not None
    built = []
    for number, service in enumerate(data.services):
        if service.build is not None and found.ready[number] < NEVER:
            ready = int(found.ready[number])
            start = ready - service.build.quarters
            built.append(BuildChoice(service, start, ready, data.prices.build(service, start).total))
    return Solution(tuple(data.choice(column) for column in found.columns), tuple(built))


def slack(value: float) -> float:
    return CLOSE * max(1.0, abs(value))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_column_costs_what_the_closed_form_says(seed: int) -> None:
    data = inventory(seed)
    columns = Columns(data, data.plan_quarters)
    count = 0
    for system in columns.systems:
        for choice in system_choices(columns.prices, system, columns.bounds, data.plan_quarters, relaxed=False):
            column = columns.column(choice)
            assert columns.price(column) == pytest.approx(choice.cost, rel=1e-9, abs=1e-6)
            assert columns.choice(column).when == choice.when
            count += 1
    possible = np.isfinite(columns.cost[columns.singles]).sum() + np.isfinite(columns.pair_cost).sum()
    assert count == possible + np.isfinite(columns.stay_cost).sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_obeys_every_rule_and_costs_what_it_says(seed: int) -> None:
    found, data = decomposed(seed), inventory(seed)
    if optimum(seed) is None:
        assert found.columns is None
        return
    assert found.columns is not None, "there is a plan, and it was not found"
    plan = solution_of(Columns(data, data.plan_quarters), found)
    assert first_violation(data, plan) is None
    assert {build.service.id for build in plan.builds} == {
        service
        for service in wanted_services(
            data, (s.needs for c in plan.choices for s, _ in zip(c.option.steps, c.when.starts, strict=False))
        )
        if data.services[service].build is not None
    }
    written = assemble(remaining_of(data), plan, found.bound, 0.0)
    verdict = verify_plan(data, written)
    assert verdict.ok, (verdict.violations, verdict.differences)
    assert written.objective == pytest.approx(found.objective, rel=1e-7, abs=0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimum_lies_between_bound_and_objective(seed: int) -> None:
    best, found = optimum(seed), decomposed(seed)
    if best is None:
        assert found.ended in ("infeasible", "budget")
        return
    assert found.ended in ("gap", "budget")
    assert found.bound <= best + slack(best)
    assert found.objective >= best - slack(best)
    data = inventory(seed)
    again = Lagrangian(Columns(data, data.plan_quarters)).evaluate(found.multipliers).bound
    assert again == pytest.approx(found.bound, rel=1e-12), "the multipliers prove the bound"


def random_prices(lagrangian: Lagrangian, rng: np.random.Generator) -> Multipliers:
    """Prices of any size, most of them far too high or too low."""
    found = {}
    for family, zero in lagrangian.zero().items():
        size = 100.0 * 10.0 ** rng.integers(-3, 3)
        drawn = rng.normal(size=zero.shape) * size * (rng.random() < 0.7)
        found[family] = np.asarray(drawn if family == "together" else np.abs(drawn))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_any_prices_give_a_bound(seed: int) -> None:
    best, data = optimum(seed), inventory(seed)
    if best is None:
        return
    lagrangian = Lagrangian(Columns(data, data.plan_quarters))
    rng = np.random.default_rng(seed)
    for _ in range(4):
        bound = lagrangian.evaluate(random_prices(lagrangian, rng)).bound
        assert bound <= best + slack(best)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slack_is_a_subgradient(seed: int) -> None:
    """L is concave: no other prices give more than the subgradient says."""
    data = inventory(seed)
    lagrangian = Lagrangian(Columns(data, data.plan_quarters))
    rng = np.random.default_rng(seed)
    prices, others = (random_prices(lagrangian, rng) for _ in range(2))
    here = lagrangian.evaluate(prices)
    if not np.isfinite(here.bound):
        return
    slope = subgradient(lagrangian, prices, here)
    rise = sum(float(((others[family] - prices[family]) * slope[family]).sum()) for family in FAMILIES)
    there = lagrangian.evaluate(others).bound
    assert there <= here.bound + rise + 1e-9 * (abs(here.bound) + abs(rise) + abs(there) + 1.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_is_said_only_where_there_is_none(seed: int) -> None:
    if decomposed(seed).ended == "infeasible":
        assert optimum(seed) is None


def test_most_of_the_impossible_is_proven() -> None:
    impossible = [seed for seed in SEEDS if optimum(seed) is None]
    proven = [seed for seed in impossible if decomposed(seed).ended == "infeasible"]
    assert impossible
    assert len(proven) * 2 >= len(impossible)


def test_many_plans_are_the_cheapest_or_nearly() -> None:
    """Chance is seeded, so this is a fact and not a matter of luck."""
    found = [(best, decomposed(seed).objective) for seed in SEEDS if (best := optimum(seed)) is not None]
    close = sum(objective <= best * 1.001 + slack(best) for best, objective in found)
    assert close >= 0.9 * len(found)


@pytest.mark.parametrize("seed", [4, 18, 30])
def test_the_same_inventory_gives_the_same_plan(seed: int) -> None:
    """With all of the work, as it is done for users."""
    data, best = inventory(seed), optimum(seed)
    found, again = (
        lagrangian_heuristic(Columns(data, data.plan_quarters), SolveLimits(gap=0.0), ProgressMonitor())
        for _ in range(2)
    )
    assert found.columns == again.columns
    assert found.bound == again.bound
    assert (found.ready == again.ready).all()
    assert best is None or found.bound - slack(best) <= best <= found.objective + slack(best)


def test_families_bear_the_names_of_the_model() -> None:
    """What is priced and what is limited are families of the model, by the same names."""
    names = {family.__name__ for family in MODEL_FAMILIES}
    assert set(FAMILIES) <= names
    families = {
        key.family
        for seed in SEEDS
        for key in ResourceIndex(Columns(inventory(seed), inventory(seed).plan_quarters)).keys
    }
    assert families == {"staff", "capital", "limit", "capacity", "milestone", "target", "budget"}
    assert families <= names


def test_a_progress_monitor_may_stop_it() -> None:
    seed = next(seed for seed in SEEDS if optimum(seed) is not None)
    data = inventory(seed)
    reports: list[tuple[float, float]] = []
    found = lagrangian_heuristic(
        Columns(data, data.plan_quarters),
        SolveLimits(gap=0.0),
        ProgressMonitor(
            report=lambda objective, bound: reports.append((objective, bound)), stop=lambda: len(reports) >= 3
        ),
    )
    assert found.ended in ("stopped", "gap")
    assert reports


def test_no_time_at_all_is_an_end_too() -> None:
    data = inventory(SEEDS[0])
    found = lagrangian_heuristic(
        Columns(data, data.plan_quarters), SolveLimits(gap=0.0, deadline=0.0), ProgressMonitor()
    )
    assert found.ended in ("time", "infeasible")


@pytest.mark.parametrize(
    "seed", [seed for seed in SEEDS if "budgets" in random_inventories.Sketch(seed).programme][:12]
)
def test_what_is_left_of_budgets_is_right_after_many_changes(seed: int) -> None:
    """What people and interfaces add depends on the order of changes, but its sum does not."""
    data = inventory(seed)
    assert data.budgets
    columns = Columns(data, data.plan_quarters)
    resources = ResourceIndex(columns)
    ready = np.array([found.start if found else NEVER for found in columns.ready_in], dtype=np.int64)
    reduced = Lagrangian(columns).evaluate(Lagrangian(columns).zero(), ready).reduced
    plan, candidates = PartialPlan(resources, ready), CandidateLists(resources, reduced, ready)
    insert_all(plan, candidates, range(len(columns.systems)))
    RuinAndRecreate(plan, candidates, random.Random(seed)).run(Cooling(80, 1e5, 1e3), lambda _: False)
    before = list(plan.free)
    plan.recompute_free()
    assert plan.free == pytest.approx(before, abs=1e-3)


@pytest.mark.parametrize(("complete", "searched"), [(False, 3), (True, 1)])
def test_other_services_are_searched_while_no_plan_is_complete(
    complete: bool, searched: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the quick round has left a plan, so that services at other dates are not tried any more."""
    data = replace(random_inventories.loaded(4), minimise="cost")
    heuristic = LagrangianHeuristic(Columns(data, data.plan_quarters), SolveLimits(gap=0.0), ProgressMonitor())
    votes = heuristic.ascend(10, 0.1, 0.01)
    heuristic.best, heuristic.objective = (), 1e12
    tried: list[object] = []
    monkeypatch.setattr(heuristic, "plan_with", lambda held, **_: bool(tried.append(held)) or complete)
    heuristic.find_plan(votes, quick=False)
    assert len(tried) == searched
