"""Which method for which inventory, and what the decomposed one is asked for."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import brute_force
import pytest
from builders import build, rehost, retain, service, system
from builders import inventory as inventory_of
from little_work import little_work
from once_a_run import once_a_run
from random_inventories import loaded as inventory

from consolidate import optimizer
from consolidate.accounts.verdict import verify_plan
from consolidate.errors import NoPlan, OutOfTime
from consolidate.optimizer import Result, optimize
from consolidate.planning import make_plan
from consolidate.solving.decomposition.method import cheapest_plan, with_stays
from consolidate.solving.exact.method import cost_of
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.solving.formulation.choices import offer
from consolidate.solving.formulation.solution import Solution


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimizer, "LARGE", 0)
    monkeypatch.setattr(optimizer, "LARGE_CHOICES", 0)


@functools.cache
def best_of(seed: int) -> brute_force.Best | None:
    return brute_force.best(inventory(seed))


@once_a_run
def planned(seed: int) -> Result | NoPlan | OutOfTime:
    """What comes of planning it: asked for by several tests, planned once."""
    try:
        with little_work():
            return optimize(inventory(seed))
    except (NoPlan, OutOfTime) as error:
        return error


@pytest.mark.parametrize("seed", [*range(0, 120, 3), 86, 119, 122])
def test_the_decomposed_method_keeps_every_rule_and_never_claims_too_much(seed: int) -> None:
    best, result = best_of(seed), planned(seed)
    if isinstance(result, NoPlan):
        assert best is None
        return
    if isinstance(result, OutOfTime):
        return  # neither a plan nor a proof: said so, and nothing claimed
    assert best is not None
    plan = result.plan
    verdict = verify_plan(inventory(seed), plan)
    assert verdict.ok, (verdict.violations, verdict.differences)
    close = 1e-6 * max(abs(best.objective), 1.0)
    assert plan.bound <= best.objective + close
    assert plan.objective >= best.objective - close
    assert result.method.startswith("decomposition")


def test_nearly_all_get_a_plan_or_a_proof() -> None:
    """What is left open must stay rare; an inventory of this kind is small and contrived."""
    without = [seed for seed in range(0, 120, 3) if isinstance(planned(seed), OutOfTime)]
    assert len(without) <= 2


def test_the_same_inventory_gives_the_same_plan() -> None:
    seed = next(seed for seed in range(0, 120, 3) if best_of(seed) is not None)
    first = planned(seed)
    assert isinstance(first, Result)
    with little_work():
        assert optimize(inventory(seed)).plan == first.plan


def test_the_prices_that_prove_the_bound_come_with_it() -> None:
    seeds = (seed for seed in range(0, 120, 3) if best_of(seed) is not None)
    data = replace(inventory(next(seeds)), minimise="cost")
    result = optimize(data, certify=True)
    assert result.certificate is not None
    assert result.certificate.bound == pytest.approx(result.bound, rel=1e-6, abs=1e-3)


@pytest.mark.parametrize("seed", range(1, 61, 6))
def test_an_inventory_without_a_plan_is_explained(seed: int) -> None:
    data = inventory(seed)
    if best_of(seed) is not None:
        return
    with little_work(), pytest.raises((NoPlan, OutOfTime)) as raised:
        make_plan(data)
    assert raised.type is OutOfTime or raised.value.lines


def test_a_method_that_is_not_needed_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The decomposed plan costs as little as any could, so no program is solved after it."""
    monkeypatch.setattr(optimizer, "LARGE_CHOICES", 12_000)
    monkeypatch.setattr(optimizer, "choices_left", lambda *given: offer(data, data.plan_quarters))
    monkeypatch.setattr(optimizer, "cheapest_plan", lambda *given: replace(cheapest_plan(*given), ended="budget"))
    data = inventory_of(system("a/x", rehost(one_off=5, run_cost=1), run_cost=400))
    assert optimize(data).method == "decomposition"


@pytest.mark.parametrize(
    ("at_most", "must_build", "quarters"), [(200, False, 0), (200, True, 0), (95, False, 1), (20, False, None)]
)
def test_the_fewest_quarters_are_none_where_nothing_has_to_move(
    at_most: float, must_build: bool, quarters: int | None
) -> None:
    """A budget, and a service that must be built, do not by themselves make a system move."""
    data = inventory_of(
        system("a/x", rehost(run_cost=1), retain(), run_cost=100),
        services=[service("hub", build(2), must_build=must_build)],
        T=4,
        minimise="finish",
        budgets=[("2016/17", at_most, None)],
    )
    if quarters is None:
        with pytest.raises(NoPlan):
            optimize(data)
        return
    plan = optimize(data).plan
    assert (plan.objective, plan.bound) == (quarters, quarters)
    assert bool(plan.builds) == must_build
    assert verify_plan(data, plan).ok


def test_few_choices_that_are_hard_are_begun_again_from_a_decomposed_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the whole program found in its part of the work counts only where nothing better comes after it."""
    data = inventory_of(system("a/x", rehost(one_off=5, run_cost=1), retain(), run_cost=400))
    best = optimize(data).plan
    tried: list[float] = []

    def in_vain(search: Any) -> Solution:
        tried.append(search.exact.limits.budget)
        search.statistics.ended = "budget"
        return with_stays(data, Solution((), ()))

    monkeypatch.setattr(optimizer, "LARGE", 300)
    monkeypatch.setattr("consolidate.optimizer._Search._small", in_vain)
    found = optimize(data)
    assert (found.plan.moves, found.plan.objective) == (best.moves, best.objective)
    assert found.method.startswith("decomposition")
    assert tried == [optimizer.BUDGET // optimizer.AT_ONCE]

    def no_time(*given: object) -> Solution:
        raise OutOfTime

    monkeypatch.setattr(optimizer, "cheapest_plan", no_time)
    assert [stay.system for stay in optimize(data).plan.stays] == ["a/x"]


def test_a_plan_found_at_once_stays_reported_and_refutes_that_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    data = inventory_of(system("a/x", rehost(one_off=5, run_cost=1), retain(), run_cost=400))
    best = optimize(data)

    def in_its_part(search: Any) -> Solution:
        stays = with_stays(data, Solution((), ()))
        search.monitor.report(best.objective - 1, best.objective - 2)
        search.proven.known(cost_of(data, stays))
        search.statistics.ended = "budget"
        return stays

    monkeypatch.setattr(optimizer, "LARGE", 300)
    monkeypatch.setattr("consolidate.optimizer._Search._small", in_its_part)
    told: list[tuple[float, float]] = []
    optimize(data, monitor=ProgressMonitor(lambda objective, bound: told.append((objective, bound))))
    assert len(told) > 1
    assert max(objective for objective, _ in told) == best.objective - 1, "never that of a dearer plan afterwards"
    assert min(bound for _, bound in told) == best.objective - 2

    def no_plan(*given: object) -> Solution:
        raise NoPlan("no plan can meet the rules")

    monkeypatch.setattr(optimizer, "cheapest_plan", no_plan)
    found = optimize(data)
    assert [stay.system for stay in found.plan.stays] == ["a/x"]
    assert [str(one) for one in found.refuted] == ["the decomposition claims that there is no plan, and there is one"]
