"""What a search still does once its time limit has passed, whatever it is at: little, and it leaves with what it knows.

The clock stands still, and the limit passes when it is looked at for the k-th time, so no test depends on the time of
day or on the speed of a machine. Work is counted in calls of functions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import pytest
import small_inventories
from builders import (
    build,
    consolidate,
    inventory,
    milestone,
    pot,
    rehost,
    retain,
    role,
    service,
    system,
)
from little_work import little_work

from consolidate import optimizer
from consolidate.accounts.verdict import violations
from consolidate.errors import NoPlan, OutOfTime
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.optimizer import Result, optimize_remaining
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.presolve import Presolve
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits, solve
from consolidate.solving.formulation.choices import offer
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.solving.formulation.stopping import Stop, never
from consolidate.solving.infeasibility.elastic_model import ElasticModel
from consolidate.solving.infeasibility.explanation import WayOut
from consolidate.solving.infeasibility.way_out import NOT_FOUND, way_out
from consolidate.solving.makespan.aggregate_model import AggregateModel
from consolidate.solving.makespan.genetic_search import GeneticSearch
from consolidate.solving.makespan.project import Project

SYSTEMS = 16
MOMENTS = (1, 30, 100, 250, 450, 700, 1_000)
"""Questions at which the limit passes: while the first choices are made, in a model, in a search."""
WITH_A_PLAN = 12_000
"""Calls after the limit where a plan is known: its figures and the prices of its bound, for so many systems."""
WITHOUT = 4_000
"""The same where none is: what a system, a row or a schedule takes, and no more. Whole searches take millions."""


class Limit:
    """A limit that passes at the ``last`` question; from then on calls of functions are counted.

    ``calls``: those; ``asked``: how often it was asked in all.
    """

    def __init__(self, last: float = float("inf"), *, counting: bool = True) -> None:
        self.last = last
        self.counting = counting
        self.asked = self.calls = 0

    def passed(self) -> bool:
        """Asks."""
        self.asked += 1
        if self.counting and self.asked == self.last:
            sys.setprofile(self._count)
        return self.asked >= self.last

    def clock(self) -> float:
        """The same, as a clock that stands still until it is past the deadline."""
        return 2e6 if self.passed() else 0.0

    def _count(self, frame: FrameType, event: str, what: Any) -> None:
        self.calls += event in ("call", "c_call")

    @property
    def limits(self) -> SolveLimits:
        """This limit, for a search."""
        return SolveLimits(gap=0.001, budget=20, deadline=1e6, clock=self.clock)


def systems(*options: Any, **more: Any) -> list[Any]:
    """Systems with a few links between them."""
    return [
        system(
            f"a/s{number}",
            *options,
            run_cost=1_000 + 100 * number,
            after=[f"a/s{number - 1}"] if number % 4 == 3 else [],
            **more,
        )
        for number in range(SYSTEMS)
    ]


@cache
def possible(minimise: str = "cost") -> Inventory:
    """An inventory that has a plan, and more to choose from than can be gone through at once."""
    moves = (
        rehost(quarters=1, effort={"dba": 10}, capital={"central": 100}, run_cost=900),
        consolidate("hr", quarters=2, effort={"dba": 12}, capital={"central": 50}),
    )
    return inventory(
        *systems(retain(), *moves, end_of_life=4),
        services=[service("hr", build(quarters=1, capital={"central": 500}))],
        roles=[role("dba", 25)],
        pots=[pot("central", 900, carry_forward=True)],
        milestones=[milestone(9, "3/5", *(f"a/s{number}" for number in range(SYSTEMS)))],
        T=10,
        minimise=minimise,
    )


@cache
def impossible(days: float = 15, money: float = 10_000, minimise: str = "cost") -> Inventory:
    """One without a plan: everybody must move, and there are too few people, or there is too little money."""
    programme = f"""
        programme: Too little
        minimise: {minimise}
        horizon: {{from: 2016/17 Q1, to: 2017/18 Q4}}
        roles: {{dba: {{days: {days}}}}}
        capital: {{central: {{amount: {money}, carry_forward: yes}}}}
        approaches: {{rehost: {{medium: {{quarters: 1, effort: {{dba: 10}}, capital: 100}}}}}}
        """
    lines = (
        f"s{n}: {{must_move: yes, run_cost: {1_000 + n}, after: [{f's{n - 1}' if n % 4 == 3 else ''}]}}"
        for n in range(SYSTEMS)
    )
    with TemporaryDirectory() as folder:
        return load(small_inventories.write(Path(folder), programme, "\n".join(lines)))


# -- whole searches -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Search:
    """A search, and how it is made to go the way that is tested.

    Attributes:
        inventory: what is planned.
        large: systems beyond which the whole program is not solved.
        small: choices up to which it is solved at once.
    """

    inventory: Callable[[], Inventory]
    large: int = 300
    small: int = 0

    def run(self, limits: SolveLimits, monitor: ProgressMonitor | None = None) -> Any:
        """What comes of it: a result, a way out, or an error."""
        remaining = remaining_of(self.inventory())
        with little_work(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(optimizer, "LARGE", self.large)
            patch.setattr(optimizer, "SMALL_CHOICES", self.small)
            try:
                return optimize_remaining(remaining, limits, monitor)
            except OutOfTime as error:
                return error
            except NoPlan:
                return self.explained(limits, monitor)
            finally:
                sys.setprofile(None)

    def explained(self, limits: SolveLimits, monitor: ProgressMonitor | None) -> WayOut | NoPlan:
        """Why there is no plan."""
        try:
            return way_out(self.inventory(), limits, monitor)
        except NoPlan as error:
            return error

    def is_sound(self, outcome: Any) -> bool:
        """Whether a search that was ended may end so."""
        if isinstance(outcome, Result):
            return violations(self.inventory(), outcome.plan) == ()
        if isinstance(outcome, NoPlan):
            return list(outcome.lines) == [NOT_FOUND]
        return isinstance(outcome, OutOfTime | WayOut)


SEARCHES = {
    "exact": Search(possible, small=10**6),
    "decomposition, then exact": Search(possible),
    "decomposition": Search(possible, large=10),
    "soonest": Search(lambda: possible("finish")),
    "soonest by decomposition": Search(lambda: possible("finish"), large=10),
    "no plan": Search(impossible, small=10**6),
    "no plan, by decomposition": Search(impossible, large=10),
    "no plan, for want of money": Search(lambda: impossible(60, 100), small=10**6),
    "no plan, and soonest": Search(lambda: impossible(minimise="finish")),
}


@pytest.mark.parametrize("last", MOMENTS)
@pytest.mark.parametrize("name", SEARCHES)
def test_little_is_done_after_the_limit(name: str, last: int) -> None:
    limit = Limit(last)
    outcome = SEARCHES[name].run(limit.limits)
    assert SEARCHES[name].is_sound(outcome)
    assert limit.calls <= (WITH_A_PLAN if isinstance(outcome, Result) else WITHOUT)


@pytest.mark.parametrize("last", MOMENTS[::3])
@pytest.mark.parametrize("name", SEARCHES)
def test_a_request_to_stop_is_heeded_in_the_same_places(name: str, last: int) -> None:
    limit = Limit(last)
    outcome = SEARCHES[name].run(SolveLimits(gap=0.001, budget=20), ProgressMonitor(stop=limit.passed))
    assert SEARCHES[name].is_sound(outcome)
    assert limit.calls <= (WITH_A_PLAN if isinstance(outcome, Result) else WITHOUT)
    if isinstance(outcome, Result) and limit.asked >= last:
        assert outcome.ended in ("stopped", "gap")  # the fewest quarters are proven before their cheapest plan


# -- one phase at a time --------------------------------------------------------------------------


def _built(stop: Stop) -> Model:
    return Model(possible(), possible().plan_quarters, stop=stop)


BUILDERS: dict[str, Callable[[Stop], object]] = {
    "choices": lambda stop: offer(possible(), 10, stop=stop),
    "presolve": lambda stop: Presolve(possible(), offer(possible(), 10), stop),
    "rows": _built,
    "columns": lambda stop: Columns(possible(), 10, stop),
    "tasks": lambda stop: Project(possible(), offer(possible(), 10), stop),
    "options alone": lambda stop: AggregateModel(possible(), offer(possible(), 10), stop=stop),
    "rules that give way": lambda stop: ElasticModel(impossible(), 2, stop=stop),
}


@pytest.mark.parametrize("name", BUILDERS)
def test_what_is_built_asks_for_each_system_at_least(name: str) -> None:
    limit = Limit()
    BUILDERS[name](limit.passed)
    assert limit.asked >= SYSTEMS
    for last in (1, SYSTEMS // 2, limit.asked):
        with pytest.raises(OutOfTime):
            BUILDERS[name](Limit(last, counting=False).passed)


def test_presolve_ends_with_what_it_has() -> None:
    whole = offer(possible(), 10)
    first = Limit()
    Presolve(possible(), whole, first.passed)
    again = Limit(first.asked + 1, counting=False)
    presolve = Presolve(possible(), whole, again.passed)
    presolve.efficient("cost")
    assert presolve.probe()
    assert presolve.offer().size == whole.size
    assert again.asked < first.asked + 5


def test_the_solver_is_not_handed_a_model_once_it_is_too_late() -> None:
    model = _built(never)
    model.load()
    outcome = solve(model.problem, Limit(5, counting=False).limits)
    assert (outcome.values, outcome.ended) == (None, "time")


def test_the_solver_asks_while_it_runs() -> None:
    model = _built(never)
    model.load()
    limit = Limit(len(model.rows) + 5, counting=False)
    assert solve(model.problem, limit.limits).ended == "time"


def test_a_schedule_that_is_under_way_is_given_up() -> None:
    project = Project(possible(), offer(possible(), 10))
    whole = GeneticSearch(project, never)
    whole.run(0, 2_000)
    assert whole.best is not None
    limit = Limit(30, counting=False)
    search = GeneticSearch(project, limit.passed)
    search.run(0, 2_000)
    assert limit.asked <= 30 + 1
    assert search.schedule.spent < whole.schedule.spent


def test_conflicting_rules_are_not_said_to_be_minimal_once_the_search_was_ended() -> None:
    """Every moment between a way out and the end of the filter: what is not minimal is not said to be."""
    whole = Limit()
    search = SEARCHES["no plan"]
    found = search.run(whole.limits)
    assert isinstance(found, WayOut)
    assert found.minimal
    seen = set()
    for last in range(whole.asked, 0, -max(whole.asked // 12, 1)):
        limit = Limit(last, counting=False)
        outcome = search.run(limit.limits)
        if not isinstance(outcome, WayOut):
            break
        seen.add(outcome.minimal)
        assert not outcome.minimal or set(outcome.conflict) == set(found.conflict)
    assert False in seen
