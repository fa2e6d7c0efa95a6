"""Services elected by diving: better than by vote, the same each time, within the budget, and stopped when asked."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import generate
import numpy as np
import pytest

from consolidate.loading import load
from consolidate.solving.decomposition import heuristic, service_dive
from consolidate.solving.decomposition.arrays import Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers
from consolidate.solving.decomposition.heuristic import LagrangianHeuristic, WorkBudget, lagrangian_heuristic
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.service_dive import HeldServices, ServiceElection
from consolidate.solving.decomposition.subgradient import ascend
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits
from consolidate.solving.formulation.costs import NEVER
from consolidate.solving.formulation.stopping import Stop, never

ELECTED = 300
BUDGET = WorkBudget(first=40, quick=100, iterations=60, held=20, steps=200, elected=ELECTED)


@pytest.fixture(autouse=True)
def few_iterations(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few services need fewer iterations between two decisions than a thousand systems do."""
    for name, iterations in (("ROUND", 15), ("CONVERGE", 40), ("TRIAL", 15)):
        monkeypatch.setattr(service_dive, name, iterations)


@functools.cache
def choices() -> Columns:
    """Generated inventory number 2 with 30 systems and few people."""
    with tempfile.TemporaryDirectory() as name:
        generate.write(Path(name) / "inventory", 30, 2, generate.Hardness(staff_tight=True))
        data = load(Path(name) / "inventory")
        return Columns(data, data.plan_quarters)


@dataclass(frozen=True)
class Voted:
    """Services badly chosen; ``prices`` and ``free`` with services free."""

    heuristic: LagrangianHeuristic
    first: HeldServices
    prices: Multipliers
    free: Evaluation

    def election(self, stop: Stop = never, budget: int = ELECTED) -> ServiceElection:
        fit = partial(self.heuristic.fitted, found=self.free)
        return ServiceElection(self.heuristic.lagrangian, fit, stop, budget)


@functools.cache
def voted() -> Voted:
    """What votes elect, and each service two quarters later than that."""
    run = LagrangianHeuristic(choices(), SolveLimits(gap=0.0), ProgressMonitor())
    run.budget = BUDGET
    votes = run.ascend(100, 0.15, 0.0008)
    free = run.lagrangian.evaluate(run.multipliers)
    late = votes.ready(0.5) + 2
    first = run.held(run.fitted(np.where(late < NEVER, late, NEVER), free), quick=False)
    return Voted(run, first, run.multipliers, free)


@functools.cache
def elected() -> tuple[HeldServices, ...]:
    """What is elected from there."""
    return tuple(voted().election().run(voted().prices, voted().first))


def test_services_whose_bound_was_cut_short_are_not_kept() -> None:
    election = voted().election(budget=3)
    election.found = [voted().first]
    assert not election.hold(elected()[0].ready, voted().prices, 40)
    assert election.found == [voted().first]


def test_services_too_many_for_the_budget_are_settled_several_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for budget in (30, 60, ELECTED):
        evaluated = count_evaluations(monkeypatch)
        assert voted().election(budget=budget).dive(voted().prices) is not None
        assert len(evaluated) <= max(budget // 2, service_dive.ROUND)
        monkeypatch.undo()
        monkeypatch.setattr(service_dive, "ROUND", 15)


def converged(ready: Ints, prices: Multipliers) -> float:
    """The held bound after many iterations."""
    return ascend(voted().heuristic.lagrangian, prices, 100, first=0.02, ready=ready)[1]


def test_services_are_elected_that_cost_less_than_those_it_starts_from() -> None:
    start, best = voted().first, elected()[0]
    assert not np.array_equal(best.ready, start.ready)
    assert converged(best.ready, best.multipliers) < converged(start.ready, start.multipliers)
    assert [each.bound for each in elected()] == sorted(each.bound for each in elected())
    assert any(np.array_equal(each.ready, start.ready) for each in elected())


def test_what_is_elected_fits_people_money_and_needs() -> None:
    for held in elected():
        assert np.array_equal(voted().heuristic.fitted(held.ready, voted().free), held.ready)
        again = voted().heuristic.lagrangian.evaluate(held.multipliers, held.ready).bound
        assert again == pytest.approx(held.bound, rel=1e-12), "the prices prove the held bound"


def test_the_same_services_are_elected_each_time() -> None:
    again = voted().election().run(voted().prices, voted().first)
    assert [each.ready.tolist() for each in again] == [each.ready.tolist() for each in elected()]
    assert [each.bound for each in again] == [each.bound for each in elected()]


@pytest.mark.parametrize("budget", [0, 1, 30, 130])
def test_no_more_is_evaluated_than_the_budget_allows(budget: int, monkeypatch: pytest.MonkeyPatch) -> None:
    election = voted().election(budget=budget)
    evaluated = count_evaluations(monkeypatch)
    found = election.run(voted().prices, voted().first)
    assert found
    assert len(evaluated) <= budget + 4, "one at the start; and the last of an ascent says that it is over"


@pytest.mark.parametrize("asked", [0, 1, 50, 150])
def test_an_election_is_stopped_in_between(asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated = count_evaluations(monkeypatch)
    election = voted().election(stop=lambda: len(evaluated) > asked)
    found = election.run(voted().prices, voted().first)
    assert found
    assert len(evaluated) <= asked + 4


def count_evaluations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by one with each evaluation of the Lagrangian."""
    evaluated: list[int] = []
    evaluate = Lagrangian.evaluate

    def counted(self: Lagrangian, u: Multipliers, ready: Ints | None = None) -> Evaluation:
        evaluated.append(1)
        return evaluate(self, u, ready)

    monkeypatch.setattr(Lagrangian, "evaluate", counted)
    return evaluated


def test_the_heuristic_elects_services_where_votes_chose_badly(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[float] = []
    run = ServiceElection.run

    def noted(self: ServiceElection, prices: Multipliers, first: HeldServices) -> list[HeldServices]:
        found = run(self, prices, first)
        runs.append(found[0].bound)
        return found

    monkeypatch.setattr(ServiceElection, "run", noted)
    monkeypatch.setattr(heuristic, "WORTHWHILE", -1.0)
    monkeypatch.setattr(heuristic, "NEIGHBOURHOODS", 0)
    monkeypatch.setattr(WorkBudget, "of", lambda _: BUDGET)
    found = lagrangian_heuristic(choices(), SolveLimits(gap=0.0), ProgressMonitor())
    assert len(runs) == 1
    assert found.columns is not None
    assert found.bound <= found.objective
