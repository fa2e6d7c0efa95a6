"""The way in: an inventory becomes a plan and the proof of how good it is.

The plan that comes back carries figures of its own reckoning (the closed forms of
:mod:`consolidate.solving.formulation.costs`). Whoever calls this hands it to :mod:`consolidate.accounts.rules`, which
reckons them again, independently, before anything is written.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import fsum

from consolidate.errors import NoPlan, OutOfTime
from consolidate.inventory import Inventory
from consolidate.plan import Plan
from consolidate.solving.decomposition.certificate import Certificate, certify
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Evaluation
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.method import METHOD, Found, cheapest, soonest, with_stays
from consolidate.solving.decomposition.reduced_cost_fixing import forced
from consolidate.solving.decomposition.subgradient import ascend
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.neighbourhood_search import solution_of, solve_in_phases, start_values
from consolidate.solving.exact.presolve import presolved
from consolidate.solving.exact.solver import (
    DEFAULT_SOLVER,
    DEFAULT_THREADS,
    INFINITY,
    Outcome,
    ProgressMonitor,
    SolveLimits,
    solve,
)
from consolidate.solving.formulation.assemble import OPTIMAL, agency_days, assemble, total_costs
from consolidate.solving.formulation.baseline import carry_forward
from consolidate.solving.formulation.choices import Offer, offer
from consolidate.solving.formulation.feasibility_core import feasibility_core
from consolidate.solving.formulation.remaining import Remaining, remaining_of
from consolidate.solving.formulation.solution import Solution, finish_of
from consolidate.solving.makespan.fewest_quarters import Fewest

DEFAULT_GAP = 0.001
BUDGET = 3_000
"""Times that HiGHS may ask whether to go on in its proof: about half a minute of work on the
shipped inventory, and the same amount on every machine."""
PATIENCE_FOR_OPTIMA = 500
"""How much more work an optimum may take (``gap`` 0), asked for by somebody who wants to know."""
LARGE = 300
"""Systems up to which the whole mixed-integer program is solved."""
SMALL_CHOICES = 1_000
"""Choices up to which it is solved at once: a plan to begin with would take longer than the optimum."""
LARGE_CHOICES = 12_000
"""Choices left, after what a decomposed plan rules out, up to which it is solved for any inventory."""


@dataclass
class Statistics:
    """How a plan came about; kept out of plan.json, which must be the same every time.

    Times in seconds. ``ended`` is why the solve ended: gap, budget, time or stopped. ``certificate``:
    the prices that prove a bound on the cost, where there are any.
    """

    method: str = ""
    build: float = 0.0
    solve: float = 0.0
    ended: str = ""
    columns: int = 0
    rows: int = 0
    certificate: Certificate | None = None


def optimize(
    inventory: Inventory,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    threads: int = DEFAULT_THREADS,
    solver: str = DEFAULT_SOLVER,
    monitor: ProgressMonitor | None = None,
    statistics: Statistics | None = None,
) -> Plan:
    """The best plan for an inventory, with a proven bound.

    Args:
        inventory: a valid inventory.
        gap: relative gap at which the search may end; 0 for an optimum.
        time_limit: seconds after which it is stopped; only a stop, for it makes plans differ.
        threads: threads of the solver.
        solver: ``HiGHS``, or the name of any other that PuLP finds.
        monitor: progress callback and stop request.
        statistics: filled in with how it went.

    Raises:
        NoPlan: when no plan can meet the rules.
        OutOfTime: when time or patience ended before there was a plan.
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    budget = BUDGET if gap > 0 else BUDGET * PATIENCE_FOR_OPTIMA
    limits = SolveLimits(gap, budget, deadline, threads, solver)
    remaining = remaining_of(inventory)
    left = remaining.inventory
    run = _Run(left, limits, monitor or ProgressMonitor(), statistics or Statistics(), statistics is not None)
    if inventory.minimise == "finish":
        solution, bound = run.large_finish() if run.is_large else run.finish()
    else:
        solution, bound = run.guided()
    solution = run.kept(solution, gap, remaining)
    return assemble(remaining, solution, bound, gap)


@dataclass
class _Run:
    inventory: Inventory
    limits: SolveLimits
    monitor: ProgressMonitor
    statistics: Statistics
    asked: bool = False
    """Whether anybody wants the statistics."""
    proven: float = -INFINITY
    """The bound of the decomposition, where it was asked."""

    @property
    def is_large(self) -> bool:
        return len(self.inventory.systems) > LARGE and self.limits.solver == DEFAULT_SOLVER

    def guided(self) -> tuple[Solution, float]:
        """The cheapest plan: by decomposition, and then exactly where that is within reach.

        The decomposed plan is the exact method's start, and its bound says which choices cannot be
        in a better plan.

        Raises:
            NoPlan, OutOfTime: as :func:`optimize` does.
        """
        if self.limits.solver != DEFAULT_SOLVER or (not self.is_large and self.is_small):
            exact = self.cost(self.inventory.T)
            self.certify(self.price(exact[0]))
            return exact
        began = time.perf_counter()
        found = cheapest(self.inventory, self.inventory.T, self.limits, self.monitor)
        self.note(found, began)
        self.proven = found.bound
        if found.ended == "infeasible":
            raise NoPlan("no plan can meet the rules")
        plan = found.plan
        if plan is None and self.is_large and not self.stop():
            plan = self.by_the_decisive()
        left = None if found.ended == "gap" or self.stop() else self.left(found, plan)
        if plan is None:
            if left is None:
                raise OutOfTime
            return self.cost(self.inventory.T, None, left)
        return (plan, found.bound) if left is None else self.exactly(plan, found.bound, left)

    def exactly(self, plan: Solution, bound: float, left: Offer) -> tuple[Solution, float]:
        """A better plan than the one in hand, or a better proof, from what may still be in one."""
        before = self.statistics.method
        try:
            better, proven = self.cost(self.inventory.T, plan, left)
        except (NoPlan, OutOfTime):
            return plan, bound
        self.statistics.method = f"{before}, then {self.statistics.method}"
        best = better if self.price(better) <= self.price(plan) else plan
        return best, max(bound, min(proven, self.price(best)))

    def kept(self, plan: Solution, gap: float, remaining: Remaining) -> Solution:
        """The approved plan, if it can still be carried out and this one does not beat it by more than the gap."""
        before = carry_forward(remaining)
        if before is None:
            return plan
        settled = remaining.costs.total
        worse = [(self.price(before) + settled, self.price(plan) + settled)]
        if self.inventory.minimise == "finish":
            worse.append((finish_of(before), finish_of(plan)))
        return before if all(old - new <= gap * abs(old) + OPTIMAL for old, new in worse) else plan

    @property
    def is_small(self) -> bool:
        """Whether there are few choices: options times quarters (pairs of quarters, where there are two steps)."""
        T, systems = self.inventory.T, self.inventory.systems.values()
        count = sum(T if option.then is None else T * T // 2 for system in systems for option in system.options)
        return count <= SMALL_CHOICES

    def certify(self, cost: float) -> None:
        """Prices of people and money for who asks how it went, where they were not needed for the plan."""
        if not self.asked or not self.inventory.systems:
            return

        def enough(number: int, found: Evaluation) -> bool:
            return self.stop() or found.bound >= cost - OPTIMAL * abs(cost)

        data = Columns(self.inventory, self.inventory.T)
        lagrangian = Lagrangian(data)
        prices, bound = ascend(lagrangian, lagrangian.zero(), callback=enough)
        if abs(bound) < INFINITY:
            self.statistics.certificate = certify(data, prices)

    def note(self, found: Found, began: float) -> None:
        """What the decomposition adds to the statistics: the prices prove a bound, whatever comes of the rest."""
        self.statistics.method = METHOD
        self.statistics.solve += time.perf_counter() - began
        self.statistics.ended = found.ended
        if found.multipliers and found.ended != "infeasible":
            self.statistics.certificate = certify(found.data, found.multipliers)

    def left(self, found: Found, plan: Solution | None) -> Offer | None:
        """What may be in a plan better than the one in hand; None where that is too much to solve exactly."""
        if plan is None or not found.multipliers:
            too_many = self.is_large and found.data.count > LARGE_CHOICES
            return None if too_many else offer(self.inventory, self.inventory.T)
        bounds = forced(found.data, found.multipliers)
        cost = self.price(plan)
        if self.is_large and bounds.count(cost) > LARGE_CHOICES:
            return None
        return bounds.keep(offer(self.inventory, self.inventory.T), cost)

    def by_the_decisive(self) -> Solution | None:
        """A plan in which only those systems move that have to.

        Raises:
            NoPlan: when those have none, and that decides it.
        """
        part = feasibility_core(self.inventory)
        if len(part.inventory.systems) == len(self.inventory.systems):
            return None
        run = _Run(part.inventory, self.limits, self.monitor, Statistics())
        try:
            plan, _ = run.cost(part.inventory.T)
        except NoPlan:
            if part.conclusive:
                raise
            return None
        except OutOfTime:
            return None
        return with_stays(self.inventory, plan)

    def large_finish(self) -> tuple[Solution, float]:
        """As :meth:`finish`, by decomposition.

        Raises:
            NoPlan, OutOfTime: as :func:`optimize` does.
        """
        began = time.perf_counter()
        found = soonest(self.inventory, self.limits, self.monitor)
        self.note(found, began)
        self.statistics.certificate = None
        if found.ended == "infeasible":
            raise NoPlan("no plan can meet the rules")
        plan = found.plan if found.plan is not None else self.by_the_decisive()
        if plan is None:
            raise OutOfTime
        return plan, found.bound

    def cost(self, end: int, start: Solution | None = None, whole: Offer | None = None) -> tuple[Solution, float]:
        """The cheapest plan that needs no more than ``end`` quarters.

        Args:
            end: quarters of work.
            start: a plan to begin with.
            whole: what may be in it; default everything.

        Raises:
            NoPlan, OutOfTime: as :func:`optimize` does.
        """
        whole = whole or offer(self.inventory, end)
        floor = fsum(min((choice.cost for choice in found), default=0.0) for found in whole.systems.values())
        if start is not None and self.price(start) <= floor + OPTIMAL * abs(floor):
            return start, floor
        left = presolved(self.inventory, whole, "cost", self.stop, probing=False)
        if left is None:
            raise NoPlan("no plan can meet the rules")
        model, outcome = self.run(end, "cost", left, self.limits, start)
        if outcome.ended == "infeasible":
            raise NoPlan("no plan can meet the rules")
        if outcome.values is None:
            raise OutOfTime
        return solution_of(model, outcome), max(outcome.bound, floor)

    def price(self, plan: Solution) -> float:
        """What a plan costs."""
        return total_costs(self.inventory, plan, agency_days(self.inventory, plan)).total

    def stop(self) -> bool:
        return self.monitor.stop() or self.limits.seconds_left == 0

    def finish(self) -> tuple[Solution, float]:
        """The plan that ends soonest and, among those, costs least. The bound is in quarters.

        Raises:
            NoPlan, OutOfTime: as :func:`optimize` does.
        """
        fewest = Fewest(self.inventory, self.limits, self.monitor, self.feasible)
        fewest.run()
        self.statistics.ended = fewest.ended
        if fewest.sure > self.inventory.T:
            raise NoPlan("no plan can meet the rules")
        if fewest.best is None:
            raise OutOfTime
        best = fewest.best
        if fewest.ended in ("gap", "budget"):
            best, _ = self.cost(finish_of(best), best)
        return best, float(fewest.sure)

    def feasible(self, end: int, left: Offer, limits: SolveLimits, doubting: bool) -> tuple[Model, Outcome]:
        """Any plan in ``end`` quarters."""
        return self.run(end, "any", left, limits, None, doubting=doubting)

    def run(
        self, end: int, goal: str, left: Offer, limits: SolveLimits, start: Solution | None, *, doubting: bool = True
    ) -> tuple[Model, Outcome]:
        """Builds and solves one model."""
        began = time.perf_counter()
        model = Model(self.inventory, end, goal, offered=left)
        model.load()
        built = time.perf_counter()
        if goal == "cost":
            values = None if start is None else start_values(model, start)
            price = INFINITY if start is None else self.price(start)
            outcome = solve_in_phases(model, limits, self.monitor, values, price, self.proven)
        else:
            outcome = solve(model.problem, limits, ProgressMonitor(stop=self.monitor.stop), doubting=doubting)
        self.statistics.method = f"mixed-integer program ({self.limits.solver})"
        self.statistics.build += built - began
        self.statistics.solve += time.perf_counter() - built
        self.statistics.ended = outcome.ended
        self.statistics.columns, self.statistics.rows = model.count, len(model.rows)
        return model, outcome


# -- the plan --------------------------------------------------------------------
