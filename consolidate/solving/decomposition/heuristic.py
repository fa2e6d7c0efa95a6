"""The Lagrangian heuristic: plans and bounds for thousands of systems.

1. *Prices*: the subgradient ascent (:mod:`consolidate.solving.decomposition.subgradient`) gives a bound, and prices
   of people, money and ties.
2. *Services*: each service's quarter is voted by the last of the ascent's iterations, and made to fit
   (:mod:`consolidate.solving.decomposition.service_dates`).
3. *Greedy*: with the services held, prices are found again; systems then enter in the order of what moving saves,
   each where its reduced cost is least among what still fits (:mod:`consolidate.solving.decomposition.greedy`).
4. *Ruin and recreate* at true costs (:mod:`consolidate.solving.decomposition.ruin_and_recreate`).
5. *Neighbourhoods*: some systems at a time, solved exactly
   (:mod:`consolidate.solving.decomposition.exact_neighbourhood`).

A short round of 1 to 4 comes first, so that there is a plan early. Work is counted, not timed, and chance is
seeded: the same inventory gives the same plan, unless a time limit cuts it short.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Ints
from consolidate.solving.decomposition.candidates import CandidateLists
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers
from consolidate.solving.decomposition.exact_neighbourhood import conflicting_systems, replan
from consolidate.solving.decomposition.greedy import insertion_order
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.decomposition.resources import ResourceIndex
from consolidate.solving.decomposition.rows import OptionColumn
from consolidate.solving.decomposition.ruin_and_recreate import Cooling, RuinAndRecreate
from consolidate.solving.decomposition.service_dates import (
    ReadyVotes,
    brought_forward,
    fitted_to_resources,
    only_needed,
)
from consolidate.solving.decomposition.service_dive import HeldServices, ServiceElection
from consolidate.solving.decomposition.subgradient import ascend
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits, reason_to_stop
from consolidate.solving.formulation.costs import NEVER

PROOF_ITERATIONS = 300
"""Iterations that may prove that there is no plan."""
REPORT = 10
"""Iterations between two progress reports."""
HOT, COLD = 30.0, 0.3
"""Temperatures of the search, as multiples of what systems lose on average against their cheapest candidates."""
WARM = 6.0
"""The first temperature of a short search: there is no time to get away from the greedy plan, and back."""
QUICKLY = 10
"""How many times fewer iterations there are with the services held, for the first plan."""
SHARES = (0.5, 0.3, 0.7)
"""The shares of votes that settle a service's quarter; the search starts from the one with the lowest bound."""
COMPARED = 6_000
"""Systems up to which more than one is tried: with more of them, votes agree and iterations take long."""
AGAIN = (300, 2_000)
"""Up to the first number of systems the exact method takes over, and services are not elected; up to the second, more
than one search is made: with more systems plans differ less and a search takes longer."""
FOLLOWED = 300
"""Iterations where the exact method follows, whose relaxation proves more than further ones would."""
FEW_SYSTEMS = 60
"""Systems up to which one short search will do, for the exact method proves an optimum or nearly so."""
RESTARTS, MORE_RESTARTS = 4, 12
"""Searches from one beginning where the exact method follows: they end some tenths of a per cent apart, and several
short ones find a better plan than a long one. The second number is for :data:`HARDER` systems or more."""
HARDER = 100
"""Systems from which the exact method finds little that the searches have missed."""
LONGER, HOTTER = 2, 3
"""How much longer, and from how much higher a temperature, the one search is where services were elected instead: it
starts from the right ones."""
NEIGHBOURHOODS = 5
"""Neighbourhoods solved exactly at the end."""
NEIGHBOURS_GAP, NEIGHBOURS_BUDGET = 1e-5, 20
"""When each is done: the gap, and how often HiGHS may ask whether to go on."""
WORTHWHILE = 0.001
"""The share of the cost that services add to the bound, from which on others are elected."""
FEW = 6
"""Services up to which each is left out once while there is no plan."""
CERTAIN = 1e-7
"""A bound above zero by more than this share of its terms is more than rounding."""


@dataclass(frozen=True)
class HeuristicResult:
    """What the heuristic found.

    Attributes:
        columns: a complete plan, one column for each system in order, or None.
        ready: [services], the quarter from which each is ready; only services that the plan needs are built.
        objective: what the plan costs; infinite without one.
        bound: proven: no plan costs less.
        multipliers: the prices that prove the bound, services free.
        ended: ``gap`` (proven), ``infeasible`` (proven), ``budget``, ``time`` or ``stopped``.
    """

    columns: tuple[OptionColumn, ...] | None
    ready: Ints
    objective: float
    bound: float
    multipliers: Multipliers
    ended: str


def lagrangian_heuristic(columns: Columns, limits: SolveLimits, monitor: ProgressMonitor) -> HeuristicResult:
    """A plan at the lowest cost that can be found, and the proof of how good it is.

    Args:
        columns: all choices.
        limits: ``gap`` at which to end; ``deadline``, only a stop.
        monitor: told of progress; asked between iterations and between steps of the search whether to stop.
    """
    with without_collector():
        return LagrangianHeuristic(columns, limits, monitor).run()


@contextmanager
def without_collector() -> Iterator[None]:
    """Turns the garbage collector off: it would go through a million tuples, none in a cycle, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class WorkBudget:
    """How much is done, by number of systems: many say more of each price, so fewer iterations will do.

    Attributes:
        first: iterations of the ascent before the first plan.
        quick: steps of the search for the first plan.
        iterations: of the ascent after that.
        held: iterations with the services held.
        steps: of the search.
        elected: evaluations of an election of services, where votes chose badly; none where the exact method follows.
    """

    first: int
    quick: int
    iterations: int
    held: int
    steps: int
    elected: int

    @classmethod
    def of(cls, systems: int) -> WorkBudget:
        """The budget for so many systems."""
        thousands = max(systems, 50) / 1000
        return cls(
            first=int(min(100 / thousands**0.1, 100)),
            quick=int(1500 * thousands**0.25),
            iterations=FOLLOWED if systems <= AGAIN[0] else int(600 / thousands**0.36),
            held=int(min(80 / thousands**0.1, 80)),
            steps=int(
                (36_000 if systems <= FEW_SYSTEMS else 72_000 if systems <= AGAIN[0] else 180_000)
                * min(thousands, 1) ** 0.17
                * max(thousands, 1) ** 0.04
            ),
            elected=0 if systems <= AGAIN[0] else int(1700 / max(thousands, 1) ** 0.36),
        )


class LagrangianHeuristic:
    """One run of the heuristic, and the best plan and bound so far.

    Args:
        columns: all choices.
        limits, monitor: as :func:`lagrangian_heuristic` takes them.

    Attributes:
        best, ready, objective: the best plan, its services, and what it costs; None and infinite while there is none.
        bound, multipliers: the best proven bound, and the prices that prove it.
        ended: why it ended; empty while it has not.
    """

    def __init__(self, columns: Columns, limits: SolveLimits, monitor: ProgressMonitor) -> None:
        self.columns, self.limits, self.monitor = columns, limits, monitor
        self.lagrangian = Lagrangian(columns)
        self.resources = ResourceIndex(columns)
        self.rng = random.Random(0)
        self.budget = WorkBudget.of(len(columns.systems))
        self.best: tuple[OptionColumn, ...] | None = None
        self.ready = np.zeros(0, dtype=np.int64)
        self.objective = INFINITY
        self.bound = -INFINITY
        self.multipliers = self.lagrangian.zero()
        self.ended = ""

    def run(self) -> HeuristicResult:
        """All of it, a short round first."""
        if self.lagrangian.evaluate(self.multipliers).bound == INFINITY:
            return self.result("infeasible")
        votes = self.ascend(self.budget.first, 0.15, 0.005)
        if not self.over():
            self.find_plan(votes, quick=True)
        if self.best is None and not self.over() and self.is_infeasible():
            return self.result("infeasible")
        if not self.over():
            votes = self.ascend(self.budget.iterations, 0.05, 0.0008)
        if not self.over():
            self.find_plan(votes, quick=False)
        self.over()
        return self.result(self.ended or "budget")

    def result(self, ended: str) -> HeuristicResult:
        """The best plan and bound so far."""
        return HeuristicResult(self.best, self.ready, self.objective, self.bound, self.multipliers, ended)

    def over(self) -> bool:
        """Whether to end; the reason is remembered."""
        if not self.ended:
            if self.objective - self.bound <= self.limits.gap * abs(self.objective) and self.best is not None:
                self.ended = "gap"
            else:
                self.ended = reason_to_stop(self.limits, self.monitor)
        return bool(self.ended)

    # -- the bound ---------------------------------------------------------------------------

    def ascend(self, count: int, first: float, last: float) -> ReadyVotes:
        """Better prices, services free. Returns how the last quarter of the iterations would build.

        Args:
            count: iterations.
            first, last: step lengths of the first and the last one.
        """
        votes = ReadyVotes(len(self.columns.services), self.columns.end)

        def note(number: int, found: Evaluation) -> bool:
            if number * 4 > count * 3:
                votes.add(found.taken.ready)
            self.bound = max(self.bound, found.bound)
            if number % REPORT == 0:
                self.monitor.report(self.objective, self.bound)
            return self.over()

        before = self.bound
        best, bound = ascend(self.lagrangian, self.multipliers, count, first=first, last=last, callback=note)
        if bound > before:
            self.multipliers = best
        return votes

    def is_infeasible(self) -> bool:
        """Whether the bound without any costs is above zero: then no plan exists (a Farkas certificate)."""
        costless = Lagrangian(self.columns, costly=False)
        proven = False

        def note(number: int, found: Evaluation) -> bool:
            nonlocal proven
            proven = proven or found.bound > CERTAIN * found.scale
            return proven or self.over()

        ascend(costless, costless.zero(), PROOF_ITERATIONS, callback=note)
        return proven

    # -- a plan --------------------------------------------------------------------------------

    def find_plan(self, votes: ReadyVotes, *, quick: bool) -> None:
        """A plan at the present prices, with services as voted; with others while there is no plan, and time."""
        found = self.lagrangian.evaluate(self.multipliers)
        shares = SHARES[:1] if quick or len(self.columns.systems) > COMPARED else SHARES
        held = [self.held(self.fitted(ready, found), quick=quick) for ready in map(votes.ready, shares[:1])]
        elects = not quick and self.badly_chosen(held[0])
        if elects:
            fit = partial(self.fitted, found=found)
            held = ServiceElection(self.lagrangian, fit, self.over, self.budget.elected).run(self.multipliers, held[0])
        else:
            held += [self.held(self.fitted(ready, found), quick=quick) for ready in map(votes.ready, shares[1:])]
        if self.over():
            return
        ranked = sorted(held, key=lambda each: each.bound)
        complete = self.plan_with(ranked[0], quick=quick, longer=elects and self.again)
        for number, each in enumerate(ranked[1:] if not quick and not elects else (), start=1):
            if not self.over() and (number < (2 if self.again else 1) or not complete):
                complete = self.plan_with(each, quick=quick) or complete
        if quick or self.best is not None or self.over():
            return
        for ready in self.other_dates(votes):
            if self.plan_with(self.held(self.fitted(ready, found), quick=quick), quick=quick) or self.over():
                return

    def badly_chosen(self, held: HeldServices) -> bool:
        """Whether these services alone cost so much above the bound that others are worth looking for."""
        held_back = held.bound - self.bound
        return self.budget.elected > 0 and INFINITY > held_back > WORTHWHILE * abs(held.bound)

    def fitted(self, ready: Ints, found: Evaluation) -> Ints:
        """The same services, made to fit, and brought forward for systems that could not do anything otherwise."""
        first = fitted_to_resources(self.resources, ready)
        return fitted_to_resources(self.resources, brought_forward(self.columns, first, found))

    def held(self, ready: Ints, *, quick: bool) -> HeldServices:
        """Better prices with services held to these quarters."""
        better, bound = ascend(
            self.lagrangian,
            self.multipliers,
            self.budget.held // (QUICKLY if quick else 1),
            first=0.02,
            ready=ready,
            callback=lambda *_: self.over(),
        )
        if not np.isfinite(bound):
            return HeldServices(ready, self.multipliers, INFINITY)
        return HeldServices(ready, better, bound)

    def other_dates(self, votes: ReadyVotes) -> Iterator[Ints]:
        """Other quarters for the services: as early as votes allow, as early as can be, with more time for the systems
        that builds wait for, all but one of these, none but those that must be built."""
        columns = self.columns
        soonest = np.array([found.start if found else NEVER for found in columns.ready_in], dtype=np.int64)
        number = np.arange(len(soonest))
        must = np.array([service.id in columns.built_anyway for service in columns.services], dtype=bool)
        free = np.flatnonzero((soonest < NEVER) & ~must).tolist() if len(number) <= FEW else []
        without = [np.where(number == each, NEVER, soonest) for each in free]
        none = np.where(must, soonest, NEVER)
        last = np.array([found.stop - 1 if found else NEVER for found in columns.ready_in], dtype=np.int64)
        gated = np.array([bool(service.after) for service in columns.services], dtype=bool)
        delays = [np.ceil(share * (last - soonest)).astype(np.int64) for share in (0.5, 1.0) if gated.any()]
        later = [np.where(gated & (soonest < NEVER), soonest + delay, soonest) for delay in delays]
        yield from (votes.ready(0.1), soonest, *later, *without, none)

    def plan_with(self, held: HeldServices, *, quick: bool, longer: bool = False) -> bool:
        """A plan with these services: greedy, ruin and recreate (``longer`` for want of a second), neighbourhoods.
        Returns whether there is a complete one."""
        found = self.lagrangian.evaluate(held.multipliers, held.ready)
        candidates = CandidateLists(self.resources, found.reduced, held.ready)
        steps, hot = (self.budget.quick, WARM) if quick else (self.budget.steps, self.heat)
        if longer:
            steps, hot = steps * LONGER, hot * HOTTER
        order, plans = insertion_order(found), []
        for _ in range(1 if quick else self.restarts):
            plan = PartialPlan(self.resources, held.ready)
            search = RuinAndRecreate(plan, candidates, self.rng)
            search.insert_all(order, steps, self.over)
            self.keep(plan)
            if not self.over():
                self.search(search, steps, hot)
            if not plan.complete():
                break  # with other services, sooner than by other chances
            plans.append(plan)
        if not quick and plans:
            self.polish(min(plans, key=PartialPlan.total), candidates)
        return bool(plans)

    @property
    def again(self) -> bool:
        """Whether there is time for a second search, or a longer one."""
        return AGAIN[0] < len(self.columns.systems) <= AGAIN[1]

    @property
    def restarts(self) -> int:
        """How many times each of these is searched from the same beginning, by other chances."""
        systems = len(self.columns.systems)
        if not FEW_SYSTEMS < systems <= AGAIN[0]:
            return 1
        return RESTARTS if systems < HARDER else MORE_RESTARTS

    @property
    def heat(self) -> float:
        """The first temperature: where there is time for it, higher."""
        return 2 * HOT if FEW_SYSTEMS < len(self.columns.systems) <= AGAIN[1] else HOT

    def search(self, search: RuinAndRecreate, steps: int, hot: float) -> None:
        """Ruin and recreate in so many steps; ``hot`` is the first temperature, as :data:`HOT`."""
        plan, candidates = search.plan, search.candidates
        losses = [
            candidate.reduced - candidates.of(system, 1)[0].reduced
            for system, candidate in enumerate(plan.at)
            if candidate is not None
        ]
        loss = sum(losses) / max(len(losses), 1) or 1.0
        # What is undecided costs something to the search; without that, its first complete plan would look free.
        first = plan.total() + search.missing * plan.at.count(None)

        def enough(change: float) -> bool:
            if search.complete and first + change < self.objective:
                self.monitor.report(first + change, self.bound)
                if first + change - self.bound <= self.limits.gap * abs(first + change):
                    return True
            return self.over()

        search.run(Cooling(steps, hot * loss, COLD * loss), enough)
        self.keep(plan)

    def polish(self, plan: PartialPlan, candidates: CandidateLists) -> None:
        """Replans some neighbourhoods exactly."""
        for _ in range(NEIGHBOURHOODS):
            if self.over():
                return
            limits = SolveLimits(NEIGHBOURS_GAP, NEIGHBOURS_BUDGET, self.limits.deadline, clock=self.limits.clock)
            systems = conflicting_systems(plan, candidates, self.rng)
            if replan(plan, candidates, systems, limits, ProgressMonitor(stop=self.monitor.stop)):
                self.keep(plan)

    def keep(self, plan: PartialPlan) -> None:
        """Remembers a plan if it is complete and the best so far."""
        if not plan.complete():
            return
        chosen = tuple(candidate.column for candidate in plan.at if candidate is not None)
        ready = only_needed(self.columns, plan.ready, chosen)
        # Without the builds that nothing needs it may cost less, agency days among it.
        if not np.array_equal(ready, plan.ready):
            candidates = [candidate for candidate in plan.at if candidate is not None]
            plan = PartialPlan(self.resources, ready)
            for candidate in candidates:
                plan.put(candidate)
        total = plan.total()
        if total < self.objective:
            self.best, self.ready, self.objective = chosen, ready, total
            self.monitor.report(self.objective, self.bound)
