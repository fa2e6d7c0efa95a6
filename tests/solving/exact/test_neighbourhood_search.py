"""The search by neighbourhoods: never worse than its start, the same every time, and obedient."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import small_inventories
from little_work import little_work

from consolidate.accounts.verdict import violations
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.optimizer import optimize
from consolidate.solving.exact.model import EQ, LE, Model
from consolidate.solving.exact.neighbourhood_search import improve, solution_of
from consolidate.solving.exact.solver import INFINITY, Outcome, ProgressMonitor, SolveLimits, solve
from consolidate.solving.formulation.assemble import assemble
from consolidate.solving.formulation.proven_bound import ProvenBound
from consolidate.solving.formulation.remaining import remaining_of

ROOT = Path(__file__).parents[3]
WORK = 2_000
"""Simplex iterations: enough to find something in a moment."""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    """Twenty systems that compete for people, money and services."""
    folder = tmp_path_factory.mktemp("generated")
    command = [sys.executable, str(ROOT / "benchmarks" / "generate.py"), "--systems", "20", "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return load(folder)


@dataclass(frozen=True)
class Begun:
    """A loaded model, and any plan at all to start from."""

    model: Model
    first: Outcome


@pytest.fixture(scope="module")
def begun(generated: Inventory) -> Begun:
    model = Model(generated, generated.plan_quarters)
    model.load()
    first = solve(model.problem, SolveLimits(gap=1.0, budget=50))
    assert first.values is not None
    return Begun(model, first)


def improved(
    begun: Begun, *, enough: float = -INFINITY, work: int = WORK, monitor: ProgressMonitor | None = None
) -> Outcome:
    values, best = improve(
        begun.model,
        dict(begun.first.values or {}),
        begun.first.objective,
        enough=enough,
        work=work,
        limits=SolveLimits(gap=0.0),
        monitor=monitor or ProgressMonitor(),
    )
    return Outcome(values, best, begun.first.bound, "budget")


@dataclass(frozen=True)
class Found:
    """What the search found, and what it reported on its way."""

    outcome: Outcome
    told: tuple[float, ...]


@pytest.fixture(scope="module")
def found(begun: Begun) -> Found:
    told: list[float] = []
    outcome = improved(begun, monitor=ProgressMonitor(report=lambda incumbent, _: told.append(incumbent)))
    return Found(outcome, tuple(told))


def priced(begun: Begun, outcome: Outcome) -> float:
    """What the objective really says of a solution; every row of the model is tried as well."""
    values = outcome.values
    assert values is not None
    for row in begun.model.rows:
        left = sum(factor * values[var] for var, factor in row.terms.items())
        over = abs(left - row.bound) if row.sense == EQ else (left - row.bound) * (1 if row.sense == LE else -1)
        assert over <= 1e-6 * max(1.0, abs(row.bound)), (row.family, row.key)
    return sum(factor * values[var] for var, factor in begun.model.objective.items())


def test_better_than_its_start_and_keeps_every_rule(generated: Inventory, begun: Begun, found: Found) -> None:
    outcome = found.outcome
    assert outcome.objective < begun.first.objective
    assert priced(begun, outcome) == pytest.approx(outcome.objective)
    plan = assemble(remaining_of(generated), solution_of(begun.model, outcome), outcome.bound, 0.0)
    assert violations(generated, plan) == ()
    # builds that nothing needs are left out of a plan, so it may cost less than the search thinks
    assert plan.objective <= outcome.objective * (1 + 1e-9)
    assert plan.objective >= begun.first.bound - 1e-4


def test_the_same_every_time(begun: Begun, found: Found) -> None:
    again = improved(begun)
    assert again.objective == found.outcome.objective
    assert again.values == found.outcome.values


@pytest.mark.parametrize("work", [0, 1])
def test_no_work_and_the_start_comes_back(begun: Begun, work: int) -> None:
    found = improved(begun, work=work)
    assert found.objective <= begun.first.objective
    if work == 0:
        assert found.objective == begun.first.objective


def test_stops_when_the_plan_is_good_enough(begun: Begun) -> None:
    assert improved(begun, enough=INFINITY).objective == begun.first.objective


def test_stops_when_it_is_told_to(begun: Begun) -> None:
    assert improved(begun, monitor=ProgressMonitor(stop=lambda: True)).objective == begun.first.objective


def test_tells_how_far_it_is(found: Found) -> None:
    assert list(found.told) == sorted(found.told, reverse=True)
    assert found.told[-1] == found.outcome.objective


def test_an_optimum_stays_an_optimum(tmp_path: Path) -> None:
    inv = load(
        small_inventories.write(tmp_path, "roles: {dba: {days: 5}}", "\n".join(
            f"s{n}: {{run_cost: {100 * n}, options: [{{approach: retire, effort: {{dba: 4}}}}, {{approach: retain}}]}}"
            for n in range(6)
        ))
    )  # fmt: skip
    model = Model(inv, inv.plan_quarters)
    model.load()
    best = solve(model.problem, SolveLimits(gap=0.0))
    assert best.ended == "gap"
    again = improved(Begun(model, best))
    assert again.objective == best.objective


def test_a_short_budget_still_gives_a_plan_with_a_bound(
    generated: Inventory, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First look, neighbourhoods, proof: with next to no work for each it is feasible, and the bound holds."""
    from consolidate import optimizer
    from consolidate.solving.exact import neighbourhood_search

    monkeypatch.setattr(neighbourhood_search, "FIRST_LOOK", 2)
    monkeypatch.setattr(neighbourhood_search, "WORK", WORK)
    monkeypatch.setattr(optimizer, "BUDGET", 4)
    with little_work():
        result, again = (optimize(generated, gap=0.0, certify=certify) for certify in (True, False))
    plan = result.plan
    assert result.ended in ("budget", "gap")
    assert violations(generated, plan) == ()
    assert plan.bound <= begun.first.objective
    assert plan.objective >= begun.first.bound
    assert plan == again.plan


def test_a_plan_to_begin_with_takes_the_place_of_the_first_look(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is proven before the neighbourhoods is what was proven before, or the relaxation proves, and what comes back
    is no worse than what went in. A poor plan, of which nothing better is known than half its price, is not worth
    bettering: then HiGHS looks first."""
    from consolidate.solving.exact import neighbourhood_search

    monkeypatch.setattr(neighbourhood_search, "WORK", WORK)
    told: list[tuple[float, float]] = []
    monitor = ProgressMonitor(report=lambda incumbent, bound: told.append((incumbent, bound)))
    whole = {var: value for var, value in (begun.first.values or {}).items() if var.cat == "Integer"}
    price = begun.first.objective
    looks: list[float] = []
    look = neighbourhood_search._Phases.look
    monkeypatch.setattr(
        neighbourhood_search._Phases, "look", lambda hunter: looks.append(hunter.best.objective) or look(hunter)
    )
    once_looked = ProgressMonitor(stop=lambda: bool(looks))
    neighbourhood_search.solve_in_phases(
        begun.model, SolveLimits(gap=0.0, budget=4), once_looked, whole, price, ProvenBound(claims={"half": price / 2})
    )
    assert looks == [price]
    found = neighbourhood_search.solve_in_phases(
        begun.model, SolveLimits(gap=0.0, budget=4), monitor, whole, price, ProvenBound(claims={"most": price * 0.99})
    )
    assert looks == [price]
    assert told[0][0] == price
    assert price * 0.99 <= told[0][1] < price
    assert told[1][0] < price
    assert -INFINITY < found.bound <= found.objective < begun.first.objective
    assert priced(begun, found) == pytest.approx(found.objective)


@pytest.mark.parametrize(
    ("gap", "within", "gaps"),
    [
        (0.0005, True, [0.001, None]),
        (0.0005, False, [0.001]),
        (0.001, False, [None]),
        (0.0, False, [None]),
    ],
)
def test_who_asks_for_a_small_gap_first_has_what_the_default_proves(
    begun: Begun, monkeypatch: pytest.MonkeyPatch, gap: float, within: bool, gaps: list[float | None]
) -> None:
    """The tree of a smaller gap keeps more nodes, and proved less of the shipped inventory with the same work."""
    from consolidate.solving.exact import neighbourhood_search

    phases = neighbourhood_search._Phases
    asked: list[float | None] = []

    def note(_: object, phase: str, budget: int | None, *, searching: bool, gap: float | None = None) -> None:
        asked.append(gap)

    monkeypatch.setattr(phases, "whole", note)
    monkeypatch.setattr(phases, "close", lambda self, gap=None: within and gap is not None)
    for phase in ("look", "tighten", "root", "neighbourhoods"):
        monkeypatch.setattr(phases, phase, lambda self: None)
    neighbourhood_search.solve_in_phases(begun.model, SolveLimits(gap=gap, budget=40), ProgressMonitor())
    assert asked == gaps


@pytest.mark.parametrize(("budget", "again"), [(30, False), (60, True)])
def test_what_was_solved_at_the_root_is_not_solved_again(
    begun: Begun, monkeypatch: pytest.MonkeyPatch, budget: int, again: bool
) -> None:
    """With no more work than at the root, from the same plan, the proof would find what the root has found."""
    from consolidate.solving.exact import neighbourhood_search

    monkeypatch.setattr(neighbourhood_search._Phases, "neighbourhoods", lambda self: None)
    monkeypatch.setattr(neighbourhood_search._Phases, "close", lambda self: False)
    budgets: list[int | None] = []
    searches: list[bool] = []

    def note(phases: neighbourhood_search._Phases, phase: str, budget: int | None, *, searching: bool) -> None:
        budgets.append(budget)
        searches.append(searching)

    monkeypatch.setattr(neighbourhood_search._Phases, "whole", note)
    whole = {var: value for var, value in (begun.first.values or {}).items() if var.cat == "Integer"}
    neighbourhood_search.solve_in_phases(
        begun.model, SolveLimits(gap=0.001, budget=budget, share=0.3), ProgressMonitor(), whole, begun.first.objective,
        ProvenBound(claims={"most": begun.first.objective * 0.99}),
    )  # fmt: skip
    assert budgets == ([min(budget, 40), budget] if again else [budget])
    assert not any(searches)  # an earlier plan is as good as what the solver's heuristics find
    budgets.clear()
    neighbourhood_search.solve_in_phases(
        begun.model, SolveLimits(gap=0.001, budget=budget), ProgressMonitor(), whole, begun.first.objective,
        ProvenBound(claims={"most": begun.first.objective * 0.99}),
    )  # fmt: skip
    assert budgets == [min(budget, 40), budget]
    assert searches[-2:] == [True, False]
