"""The decomposed method: plans and bounds for thousands of systems.

1. *Prices*: the Lagrangian dual (:mod:`consolidate.solving.decomposition.lagrangian`) gives a bound, and prices of
   people, money and ties.
2. *Services*: each service's quarter is voted by the last of the ascent's iterations, and made to fit
   (:mod:`consolidate.solving.decomposition.service_dates`).
3. *Greedy*: with the services given, prices again; systems then enter by what moving saves, each where its
   reduced cost is least among what still fits (:mod:`consolidate.solving.decomposition.greedy`).
4. *Ruin and recreate* at true costs (:mod:`consolidate.solving.decomposition.ruin_and_recreate`).
5. *Neighbourhoods*: some systems at a time, solved exactly
(:mod:`consolidate.solving.decomposition.exact_neighbourhood`).

A short round of 1 to 3 comes first, so that there is a plan early. Work is counted, not timed, and chance is
seeded: the same inventory gives the same plan, unless a time limit cuts it short.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers
from consolidate.solving.decomposition.exact_neighbourhood import around, replan
from consolidate.solving.decomposition.greedy import greedy, order
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.partial_plan import State
from consolidate.solving.decomposition.resources import Cells, Offers
from consolidate.solving.decomposition.rows import OptionColumn
from consolidate.solving.decomposition.ruin_and_recreate import Pace, Rebuild
from consolidate.solving.decomposition.service_dates import Votes, buildable, made_possible, wanted
from consolidate.solving.decomposition.subgradient import ascend
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits
from consolidate.solving.formulation.costs import NEVER

PROOF_ITERATIONS = 300
"""Iterations that may prove that there is no plan."""
REPORT = 10
"""Iterations between two reports."""
HOT, COLD = 30.0, 0.3
"""Temperatures of the search, as multiples of what systems lose on average against their cheapest."""
WARM = 6.0
"""The first temperature of a short search: there is no time to get away from what the greedy found, and back."""
QUICKLY = 10
"""So many times fewer iterations with the services given, for the first plan."""
SHARES = (0.5, 0.3, 0.7)
"""The shares of votes that settle a service's quarter; that with the least bound is built upon."""
COMPARED = 6_000
"""Systems up to which more than one is tried: with more of them, votes agree and iterations take long."""
AGAIN = (300, 2_000)
"""Numbers of systems between which the services with the second least bound are built upon as well: with fewer, the
exact method takes over; with more, plans differ less and a search takes longer."""
NEIGHBOURHOODS = 5
"""Neighbourhoods solved exactly at the end."""
NEIGHBOURS_GAP, NEIGHBOURS_BUDGET = 1e-5, 20
"""When each is done: the gap, and how often HiGHS may ask whether to go on."""
FEW = 6
"""Services of which each is left out once while there is no plan."""
CERTAIN = 1e-7
"""A bound above nothing by more than this share of its terms is more than rounding."""


@dataclass(frozen=True)
class Decomposed:
    """What came of it.

    Attributes:
        columns: a complete plan, one column for each system in order, or None.
        ready: the quarter from which each service is ready; only services that the plan needs are built.
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


def decompose(data: Columns, limits: SolveLimits, monitor: ProgressMonitor) -> Decomposed:
    """A plan at the least cost that can be found, and the proof of how good it is.

    Args:
        data: the choices.
        limits: ``gap`` at which it is done; ``deadline``, only a stop.
        monitor: who looks on; asked between iterations and between steps of the search.
    """
    with _no_collector():
        return _Run(data, limits, monitor).run()


@contextmanager
def _no_collector() -> Iterator[None]:
    """Without the garbage collector: it would walk over a million tuples, none of them in a cycle, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class Work:
    """How much is done, by number of systems: many say more of each price, so fewer iterations will do.

    Attributes:
        first: iterations of the ascent before the first plan.
        quick: steps of the search for the first plan.
        iterations: of the ascent after that.
        fixed: iterations with the services given.
        steps: of the search.
    """

    first: int
    quick: int
    iterations: int
    fixed: int
    steps: int

    @classmethod
    def of(cls, systems: int) -> Work:
        thousands = max(systems, 50) / 1000
        return cls(
            first=int(min(100 / thousands**0.1, 100)),
            quick=int(1500 * thousands**0.25),
            iterations=int(min(600 / thousands**0.36, 800)),
            fixed=int(min(80 / thousands**0.1, 80)),
            steps=int(36_000 * thousands**0.17),
        )


@dataclass(frozen=True)
class Given:
    """Services, and the best prices and bound with these; the bound is infinite where somebody could do nothing."""

    ready: Ints
    multipliers: Multipliers
    bound: float


class _Run:
    def __init__(self, data: Columns, limits: SolveLimits, monitor: ProgressMonitor) -> None:
        self.data, self.limits, self.monitor = data, limits, monitor
        self.lagrangian = Lagrangian(data)
        self.cells = Cells(data)
        self.dice = random.Random(0)
        self.work = Work.of(len(data.systems))
        self.columns: tuple[OptionColumn, ...] | None = None
        self.ready = np.zeros(0, dtype=np.int64)
        self.objective = INFINITY
        self.bound = -INFINITY
        self.multipliers = self.lagrangian.zero()
        self.why = ""

    def run(self) -> Decomposed:
        if self.lagrangian.evaluate(self.multipliers).bound == INFINITY:
            return self.answer("infeasible")
        votes = self.ascend(self.work.first, 0.15, 0.005)
        if not self.over():
            self.plan(votes, quick=True)
        if self.columns is None and not self.over() and self.impossible():
            return self.answer("infeasible")
        if not self.over():
            votes = self.ascend(self.work.iterations, 0.05, 0.0008)
        if not self.over():
            self.plan(votes, quick=False)
        self.over()
        return self.answer(self.why or "budget")

    def answer(self, ended: str) -> Decomposed:
        return Decomposed(self.columns, self.ready, self.objective, self.bound, self.multipliers, ended)

    def over(self) -> bool:
        """Whether to end, for a reason that is kept."""
        if not self.why:
            if self.objective - self.bound <= self.limits.gap * abs(self.objective) and self.columns is not None:
                self.why = "gap"
            elif self.monitor.stop():
                self.why = "stopped"
            elif self.limits.seconds_left == 0:
                self.why = "time"
        return bool(self.why)

    # -- the bound ---------------------------------------------------------------------------

    def ascend(self, count: int, first: float, last: float) -> Votes:
        """Better prices, services free; how the last quarter of the iterations would build."""
        votes = Votes(len(self.data.services), self.data.end)

        def seen(number: int, found: Evaluation) -> bool:
            if number * 4 > count * 3:
                votes.add(found.taken.ready)
            self.bound = max(self.bound, found.bound)
            if number % REPORT == 0:
                self.monitor.report(self.objective, self.bound)
            return self.over()

        before = self.bound
        best, bound = ascend(self.lagrangian, self.multipliers, count, first=first, last=last, callback=seen)
        if bound > before:
            self.multipliers = best
        return votes

    def impossible(self) -> bool:
        """Whether a bound on nothing at all is above nothing: then no plan exists (a Farkas proof)."""
        costless = Lagrangian(self.data, costly=False)
        proven = False

        def seen(number: int, found: Evaluation) -> bool:
            nonlocal proven
            proven = proven or found.bound > CERTAIN * found.scale
            return proven or self.over()

        ascend(costless, costless.zero(), PROOF_ITERATIONS, callback=seen)
        return proven

    # -- a plan --------------------------------------------------------------------------------

    def plan(self, votes: Votes, *, quick: bool) -> None:
        """A plan by the prices as they are, with the services as voted; others while there is none, and time."""
        found = self.lagrangian.evaluate(self.multipliers)
        shares = SHARES[:1] if quick or len(self.data.systems) > COMPARED else SHARES
        voted = [self.given(self.fitting(ready, found), quick=quick) for ready in map(votes.ready, shares)]
        if self.over():
            return
        ranked = sorted(voted, key=lambda given: given.bound)
        self.plan_with(ranked[0], quick=quick)
        if not quick and self.again and not self.over():
            self.plan_with(ranked[1], quick=quick)
        for ready in () if quick else self.others(votes):
            if self.columns is not None or self.over():
                break
            self.plan_with(self.given(self.fitting(ready, found), quick=quick), quick=quick)

    def fitting(self, ready: Ints, found: Evaluation) -> Ints:
        """The same services, made to fit, and brought forward for who could not do anything otherwise."""
        return buildable(self.cells, made_possible(self.data, buildable(self.cells, ready), found))

    def given(self, ready: Ints, *, quick: bool) -> Given:
        """Better prices with these services."""
        better, bound = ascend(
            self.lagrangian,
            self.multipliers,
            self.work.fixed // (QUICKLY if quick else 1),
            first=0.02,
            ready=ready,
            callback=lambda *_: self.over(),
        )
        return Given(
            ready, better if np.isfinite(bound) else self.multipliers, bound if np.isfinite(bound) else INFINITY
        )

    def others(self, votes: Votes) -> Iterator[Ints]:
        """Other quarters for the services: as early as votes allow, as early as can be, all but one of these, none."""
        ready = self.data.bounds.ready
        soonest = np.array(
            [NEVER if service.build is None else ready[service.id] for service in self.data.services], dtype=np.int64
        )
        built = np.flatnonzero(soonest < NEVER).tolist() if len(self.data.services) <= FEW else []
        without = [np.where(np.arange(len(soonest)) == number, NEVER, soonest) for number in built]
        yield from (votes.ready(0.1), soonest, *without, np.full(len(soonest), NEVER))

    def plan_with(self, given: Given, *, quick: bool) -> None:
        """A plan with these services."""
        found = self.lagrangian.evaluate(given.multipliers, given.ready)
        state = State(self.data, self.cells, given.ready)
        offers = Offers(self.cells, found.reduced, given.ready)
        greedy(state, offers, order(found))
        self.keep(state)
        if not self.over():
            self.search(state, offers, self.work.quick if quick else self.work.steps, WARM if quick else self.heat)
        if not quick and state.complete():
            self.polish(state, offers)

    def polish(self, state: State, offers: Offers) -> None:
        """Some neighbourhoods, exactly."""
        for _ in range(NEIGHBOURHOODS):
            if self.over():
                return
            limits = SolveLimits(NEIGHBOURS_GAP, NEIGHBOURS_BUDGET, self.limits.deadline)
            if replan(state, offers, around(state, offers, self.dice), limits, ProgressMonitor(stop=self.monitor.stop)):
                self.keep(state)

    @property
    def again(self) -> bool:
        """Whether there is time for a second search."""
        return AGAIN[0] < len(self.data.systems) <= AGAIN[1]

    @property
    def heat(self) -> float:
        """The first temperature: where there is time for it, higher (measured: 0.76% on average, not 0.79%)."""
        return 2 * HOT if self.again else HOT

    def search(self, state: State, offers: Offers, count: int, hot: float = HOT) -> None:
        """Ruin and recreate, from hot to cold, in so many steps."""
        losses = [
            candidate.reduced - offers.of(system, 1)[0].reduced
            for system, candidate in enumerate(state.at)
            if candidate is not None
        ]
        loss = sum(losses) / max(len(losses), 1) or 1.0
        rebuild = Rebuild(state, offers, self.dice)
        # What is undecided costs something to the search; without that, its first complete plan would look free.
        first = state.total() + rebuild.missing * state.at.count(None)

        def enough(change: float) -> bool:
            if None not in rebuild.best_plan and first + change < self.objective:
                self.monitor.report(first + change, self.bound)
                if first + change - self.bound <= self.limits.gap * abs(first + change):
                    return True
            return self.over()

        rebuild.run(Pace(count, hot * loss, COLD * loss), enough)
        self.keep(state)

    def keep(self, state: State) -> None:
        """Remembers a plan if it is complete and the best so far."""
        if not state.complete():
            return
        columns = tuple(candidate.column for candidate in state.at if candidate is not None)
        ready = wanted(self.data, state.ready, columns)
        # Without the builds that nothing needs it may cost less, agency days among it.
        if not np.array_equal(ready, state.ready):
            candidates = [candidate for candidate in state.at if candidate is not None]
            state = State(self.data, self.cells, ready)
            for candidate in candidates:
                state.put(candidate)
        total = state.total()
        if total < self.objective:
            self.columns, self.ready, self.objective = columns, ready, total
            self.monitor.report(self.objective, self.bound)
