"""The whole mixed-integer program of an inventory: built, solved, and the work for it recorded."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from math import fsum

from consolidate.errors import NoPlan, OutOfTime
from consolidate.inventory import Inventory
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.neighbourhood_search import is_offered, solution_of, solve_in_phases, start_values
from consolidate.solving.exact.presolve import presolved
from consolidate.solving.exact.solver import (
    INFINITY,
    Outcome,
    ProgressMonitor,
    SolveLimits,
    must_stop,
    reason_to_stop,
    solve,
)
from consolidate.solving.formulation.assemble import OPTIMAL, agency_of, total_costs
from consolidate.solving.formulation.choices import Offer, offer, shortened
from consolidate.solving.formulation.costs import Prices
from consolidate.solving.formulation.people import most_saved_by_agency
from consolidate.solving.formulation.proven_bound import ProvenBound
from consolidate.solving.formulation.solution import Solution, first_violation


@dataclass
class SolveStatistics:
    """Which methods make a plan, and the work they take: filled in as they run.

    Attributes:
        method: the methods used, in words.
        build_seconds: spent building programs.
        solve_seconds: spent solving them, and in the decomposition.
        ended: why the last solve ended: ``gap``, ``budget``, ``time``, ``stopped`` or ``infeasible``.
        columns: of the last program that was solved; 0 where none was.
        rows: the same.
    """

    method: str = ""
    build_seconds: float = 0.0
    solve_seconds: float = 0.0
    ended: str = ""
    columns: int = 0
    rows: int = 0


def cost_of(inventory: Inventory, solution: Solution) -> float:
    """What a solution costs, discounted, agency staff included."""
    return total_costs(Prices(inventory), solution, agency_of(inventory, solution)).total


@dataclass
class ExactMethod:
    """Plans an inventory by the whole mixed-integer program.

    Attributes:
    """

    inventory: Inventory
    limits: SolveLimits
    monitor: ProgressMonitor
    statistics: SolveStatistics = field(default_factory=SolveStatistics)

    def cheapest(
        self,
        end: int,
        start: Solution | None = None,
        offered: Offer | None = None,
        proven: ProvenBound | None = None,
    ) -> tuple[Solution, float]:
        """The cheapest plan that needs no more than ``end`` quarters, and the bound on its cost.

        Args:
            end: quarters of work.
            start: a plan to begin with.
            offered: the choices that may be in it; all of them by default.
            proven: what other methods have proven of plans in so many quarters, to which this is added.

        Raises:
            NoPlan: when no plan can meet the rules.
            OutOfTime: when the limits ended the search before there was a plan.
        """
        proven = ProvenBound() if proven is None else proven
        if start is not None:
            proven.known(cost_of(self.inventory, start))
        try:
            if offered is None:
                whole = offer(self.inventory, self.inventory.plan_quarters, stop=self.must_stop)
                offered = shortened(self.inventory, whole, end)
            return self._cheapest(end, start, offered, proven)
        except OutOfTime:
            if start is None:
                raise
            self.statistics.ended = reason_to_stop(self.limits, self.monitor) or self.statistics.ended
            return start, proven.value

    def _cheapest(
        self, end: int, start: Solution | None, offered: Offer, proven: ProvenBound
    ) -> tuple[Solution, float]:
        """The same, with the choices that may be in it."""
        floor = fsum(min((choice.cost for choice in found), default=0.0) for found in offered.systems.values())
        floor -= most_saved_by_agency(self.inventory)
        proven.claim("each system's cheapest choice", floor)
        if start is not None and cost_of(self.inventory, start) <= floor + OPTIMAL * abs(floor):
            return start, floor
        left = presolved(self.inventory, offered, "cost", self.must_stop, probing=False)
        if left is None:
            raise NoPlan("no plan can meet the rules")
        model, outcome = self._solve(end, "cost", left, self.limits, start, proven)
        if outcome.ended == "infeasible":
            raise NoPlan("no plan can meet the rules")
        best = self._best_of(start, None if outcome.values is None else solution_of(model, outcome))
        if best is None:
            raise OutOfTime
        proven.known(cost_of(self.inventory, best))
        return best, proven.value

    def _best_of(self, start: Solution | None, found: Solution | None) -> Solution | None:
        """What the program found, unless it breaks a rule, or the plan to begin with costs less."""
        if found is None or first_violation(self.inventory, found) is not None:
            return start
        if start is not None and cost_of(self.inventory, start) < cost_of(self.inventory, found) * (1 - OPTIMAL):
            return start
        return found

    def any_plan(self, end: int, offered: Offer, limits: SolveLimits, doubting: bool) -> tuple[Model, Outcome]:
        """The program without an objective: any plan in ``end`` quarters. ``doubting`` asks twice before a no."""
        return self._solve(end, "any", offered, limits, None, doubting=doubting)

    def must_stop(self) -> bool:
        """Whether the user, or the time limit, ends the search."""
        return must_stop(self.limits, self.monitor)

    def _solve(
        self,
        end: int,
        goal: str,
        offered: Offer,
        limits: SolveLimits,
        start: Solution | None,
        proven: ProvenBound | None = None,
        *,
        doubting: bool = True,
    ) -> tuple[Model, Outcome]:
        """Builds and solves one program."""
        began = time.perf_counter()
        model = Model(self.inventory, end, goal, offered=offered, stop=self.must_stop)
        model.load()
        built = time.perf_counter()
        if goal == "cost":
            known = start if start is not None and is_offered(model, start) else None
            values = None if known is None else start_values(model, known)
            price = INFINITY if known is None else cost_of(self.inventory, known)
            outcome = solve_in_phases(model, limits, self.monitor, values, price, proven)
        else:
            outcome = solve(model.problem, limits, ProgressMonitor(stop=self.monitor.stop), doubting=doubting)
        statistics = self.statistics
        statistics.method = f"mixed-integer program ({self.limits.solver})"
        statistics.build_seconds += built - began
        statistics.solve_seconds += time.perf_counter() - built
        statistics.ended = outcome.ended
        statistics.columns, statistics.rows = model.count, len(model.rows)
        return model, outcome
