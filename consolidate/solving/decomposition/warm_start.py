"""A search that begins with an earlier plan: a proven interval at once, then what a little work makes of it.

1. *The bound at the old prices.* It is valid at any prices (:mod:`consolidate.solving.decomposition.lagrangian`), so
   one evaluation proves something, and if the inventory has changed little, nearly as much as before.
2. *The old plan, repaired.* Its services are kept, as far as they still fit; each system takes what it took, in the
   order of what moving saves, for as long as that fits; what is not possible any more is put where its reduced cost
   is least among what does, and if that leaves something undecided, a short search goes on until nothing is.
3. *A short ascent and a short search* from there, until the gap asked for is proven or the work is done.

Work is counted, not timed: the same inventory and the same start give the same plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from consolidate.plan import Move
from consolidate.solving.decomposition.arrays import INFINITY, Ints
from consolidate.solving.decomposition.candidates import Candidate, CandidateLists
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers
from consolidate.solving.decomposition.greedy import insert_all, insertion_order
from consolidate.solving.decomposition.heuristic import (
    HeuristicResult,
    LagrangianHeuristic,
    WorkBudget,
    without_collector,
)
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.decomposition.rows import OptionColumn
from consolidate.solving.decomposition.ruin_and_recreate import RuinAndRecreate
from consolidate.solving.decomposition.start import Start, prices_at
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits
from consolidate.solving.formulation.costs import NEVER

FIRST_STEP, LAST_STEP = 0.02, 0.0008
"""Step lengths of the ascent's first and last iteration: the prices are nearly right, so steps are short."""
HOT = 3.0
"""The first temperature of the search: it begins near a good plan, and must not lose it."""


@dataclass(frozen=True)
class WarmBudget:
    """How much is done, by number of systems.

    Attributes:
        iterations: of the ascent.
        completing: steps of the search while the repaired plan leaves something undecided.
        steps: of the search after that.
    """

    iterations: int
    completing: int
    steps: int

    @classmethod
    def of(cls, systems: int) -> WarmBudget:
        """The budget for so many systems."""
        thousands = max(systems, 50) / 1000
        return cls(
            iterations=int(min(40 / thousands**0.3, 60)),
            completing=int(1000 * thousands**0.25),
            steps=int(6_000 * thousands**0.17),
        )


def warm_heuristic(
    columns: Columns, start: Start, limits: SolveLimits, monitor: ProgressMonitor, known: float = -INFINITY
) -> HeuristicResult:
    """A plan that is made from an earlier one, and the proof of how good it is.

    Args:
        columns: all choices of the inventory as it is now.
        start: the earlier plan and its prices.
        limits, monitor: as :func:`consolidate.solving.decomposition.heuristic.lagrangian_heuristic` takes them.
        known: a bound that is proven already. One that a plan found here undercuts is taken for none.
    """
    with without_collector():
        return _WarmSearch(columns, start, limits, monitor, known).run()


class _WarmSearch:
    """One search from an earlier plan."""

    def __init__(
        self, columns: Columns, start: Start, limits: SolveLimits, monitor: ProgressMonitor, known: float
    ) -> None:
        self.columns, self.start, self.known = columns, start, known
        self.monitor = monitor
        self.search = LagrangianHeuristic(columns, limits, monitor)
        self.budget = WarmBudget.of(len(columns.systems))
        self.proven = -INFINITY
        """The best bound at prices; the search's own may be one that was known."""

    def run(self) -> HeuristicResult:
        """All of it."""
        search = self.search
        found = self._first_bound()
        if found.bound == INFINITY:
            return search.result("infeasible")
        wanted = kept_columns(self.columns, self.start)
        ready = search.fitted(kept_services(self.columns, self.start), found)
        plan, candidates = self._repaired(search.multipliers, ready, wanted)
        if not search.over():
            self._ascend()
        if not search.over():
            wanted = {now.column.system: now.column for now in plan.at if now is not None}
            plan, candidates = self._repaired(search.multipliers, ready, wanted)
            search.search(RuinAndRecreate(plan, candidates, search.rng), self.budget.steps, HOT)
        self._believe()
        search.over()
        return self._result()

    def _first_bound(self) -> Evaluation:
        """The bound at the old prices; at none, where that is higher: they may be anything."""
        search, lagrangian = self.search, self.search.lagrangian
        nothing = lagrangian.evaluate(search.multipliers).bound
        old = prices_at(lagrangian, self.start)
        found = lagrangian.evaluate(old)
        if found.bound >= nothing:
            search.multipliers = old
        else:
            found = lagrangian.evaluate(search.multipliers)
        search.bound = self.proven = found.bound
        self.monitor.report(INFINITY, search.bound)
        return found

    def _believe(self) -> None:
        """Takes the bound that was known for a bound, unless a plan costs less.

        Only once the search is over: with it the gap asked for would often be proven by the first repaired plan, and
        the better ones that the same little work finds would not be looked for.
        """
        search = self.search
        if search.bound < self.known <= search.objective:
            search.bound = self.known
            self.monitor.report(search.objective, search.bound)

    def _ascend(self) -> None:
        """Better prices by subgradient ascent. Without old ones it takes as much work as for a new inventory."""
        search = self.search
        if any(self.start.prices.values()):
            search.ascend(self.budget.iterations, FIRST_STEP, LAST_STEP)
        else:
            search.ascend(WorkBudget.of(len(self.columns.systems)).iterations, 0.15, LAST_STEP)

    def _repaired(
        self, u: Multipliers, ready: Ints, wanted: dict[int, OptionColumn]
    ) -> tuple[PartialPlan, CandidateLists]:
        """The plan with these services in which each system does what it did, if that is still possible."""
        search = self.search
        found = search.lagrangian.evaluate(u, ready)
        plan = PartialPlan(search.resources, ready)
        candidates = CandidateLists(search.resources, found.reduced, ready)
        order = insertion_order(found)
        put_back(plan, candidates, order, wanted)
        insert_all(plan, candidates, order, search.over)
        search.keep(plan)
        if not plan.complete() and not search.over():
            search.search(RuinAndRecreate(plan, candidates, search.rng), self.budget.completing, HOT)
        return plan, candidates

    def _result(self) -> HeuristicResult:
        search = self.search
        if search.bound > search.objective:  # a plan undercuts what was known: it was no bound
            search.bound = self.proven
        return search.result(search.ended or "budget")


def kept_services(columns: Columns, start: Start) -> Ints:
    """[services]: from when each is ready if its build begins as in the earlier plan; NEVER where it was not built."""
    builds, later = start.builds(), start.later(columns.inventory.calendar)
    found = np.full(len(columns.services), NEVER)
    for number, (service, possible) in enumerate(zip(columns.services, columns.ready_in, strict=True)):
        if service.build is not None and service.id in builds and possible:
            ready = builds[service.id].start - later + service.build.quarters
            found[number] = max(ready, possible.start)
        elif service.id in columns.built_anyway and possible:
            found[number] = possible.start
    return found


def kept_columns(columns: Columns, start: Start) -> dict[int, OptionColumn]:
    """By system, what it did in the earlier plan, where there is such a choice still."""
    moves, later = start.moves(), start.later(columns.inventory.calendar)
    found = {}
    for number, system in enumerate(columns.systems):
        steps = moves.get(system.id)
        if steps is None and not system.began:
            continue
        column = _stay(columns, number) if not (steps or system.began) else _work(columns, number, steps or {}, later)
        if column is not None:
            found[number] = column
    return found


def _stay(columns: Columns, number: int) -> OptionColumn | None:
    return OptionColumn(number) if np.isfinite(columns.stay_cost[number]) else None


def _work(columns: Columns, number: int, steps: dict[int, Move], later: int) -> OptionColumn | None:
    """The choice with the same approach, service and starts, by the same option if it still is such a one."""
    system = columns.systems[number]
    began = len(system.began)
    starts = [*system.began, *(move.start - later for step, move in sorted(steps.items()) if step > began)]
    kinds = [(move.approach, move.to) for step, move in sorted(steps.items()) if step > began]
    wanted = steps[1].option if 1 in steps else 0
    for rows in sorted(columns.rows_of[number], key=lambda rows: columns.rows[rows[0]].option.number != wanted):
        made = [(step.approach, step.to) for step in (columns.rows[row].step for row in rows[began:])]
        if made == kinds and _possible(columns, rows, starts):
            return OptionColumn(number, rows, tuple(starts))
    return None


def _possible(columns: Columns, rows: tuple[int, ...], starts: list[int]) -> bool:
    """Whether an option may start in these quarters."""
    if not all(0 <= start < columns.end for start in starts) or starts != sorted(set(starts)):
        return False
    return bool(np.isfinite(columns.price(OptionColumn(columns.rows[rows[0]].system, rows, tuple(starts)))))


def put_back(
    plan: PartialPlan, candidates: CandidateLists, order: Iterable[int], wanted: Mapping[int, OptionColumn]
) -> None:
    """Puts what is wanted into a plan, as far as it fits; systems that cut over together enter together or not at all.

    Args:
        plan: the plan; what is decided already stays.
        candidates: what each system may do.
        order: in which systems enter, by number.
        wanted: by system, its choice; those of which nothing is wanted stay undecided.
    """
    for system in order:
        group = plan.group_of.get(system, (system,))
        if any(plan.at[one] is not None or one not in wanted for one in group):
            continue
        found = [candidates.matching(wanted[one]) for one in group]
        lives = {candidate.live for candidate in found if candidate is not None}
        if None not in found and len(lives) == 1:
            _enter(plan, [candidate for candidate in found if candidate is not None])


def _enter(plan: PartialPlan, group: list[Candidate]) -> None:
    """Puts all of a group in, or none where one of them does not fit."""
    for place, candidate in enumerate(group):
        if not plan.fits(candidate):
            for entered in group[:place]:
                plan.take(entered.column.system)
            return
        plan.put(candidate)
