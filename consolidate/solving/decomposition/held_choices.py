r"""What a plan would be with one choice held, for many choices of one inventory: one warm state, many short searches.

To plan a variant of the inventory for each choice would build all its arrays again. Here they are built once, with the
plan and the prices there are (:class:`consolidate.solving.decomposition.start.Start`):

1. *Bounds.* What every plan with a choice costs at least is known for all choices at once from the prices
   (:mod:`consolidate.solving.decomposition.reduced_cost_fixing`); where that is infinite, no plan has it.
2. *Plans.* The choice enters an empty plan first; all others enter as they were, as far as they still fit, and the
   rest where it costs least. A short search at true costs goes on from there, in which the system held has no other
   choice. Where the plan that it finds costs more than :attr:`HeldChoices.enough`, some longer ones do, each with
   another source of chance: short searches of one choice differ by more than what two neighbouring quarters do.

Services stay as they are in the plan; those that a choice needs sooner are brought forward. Work is counted and chance
is seeded for each choice, so an answer depends on no other.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from consolidate.inventory import Inventory
from consolidate.solving.decomposition.arrays import INFINITY, Ints
from consolidate.solving.decomposition.candidates import Candidate, CandidateLists
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Multipliers
from consolidate.solving.decomposition.exact_neighbourhood import SIZE, replan
from consolidate.solving.decomposition.greedy import cheapest_together, insert_all, insertion_order
from consolidate.solving.decomposition.heuristic import (
    NEIGHBOURS_BUDGET,
    NEIGHBOURS_GAP,
    HeuristicResult,
    without_collector,
)
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.method import as_solution
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.decomposition.reduced_cost_fixing import ColumnBounds, column_bounds
from consolidate.solving.decomposition.resources import ResourceIndex
from consolidate.solving.decomposition.rows import OptionColumn
from consolidate.solving.decomposition.ruin_and_recreate import Cooling, RuinAndRecreate
from consolidate.solving.decomposition.service_dates import bring_forward, fitted_to_resources, only_needed
from consolidate.solving.decomposition.start import Start, prices_at
from consolidate.solving.decomposition.subgradient import ascend
from consolidate.solving.decomposition.warm_start import kept_columns, kept_services, put_back
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits
from consolidate.solving.formulation.costs import NEVER
from consolidate.solving.formulation.solution import Solution, first_violation

COMPLETING = 800
"""Steps while something is still undecided."""
HOT, COLD = 0.3, 0.15
"""Temperatures, as multiples of what systems lose on average against their cheapest candidates: it begins near a good
plan, which a hotter search would lose (measured on the shipped inventory)."""
AGAIN, LONGER = 3, 3
"""Further searches for a choice whose plan costs more than enough, and by how much longer each of them is."""
ITERATIONS = 300
"""Iterations of the ascent, where a start has no prices."""


class HeldLists(CandidateLists):
    """The same lists with one candidate alone for some systems.

    What is found depends on no earlier search: candidates that were made for one are not offered unasked, and the one
    at a place is always the same object.

    Args:
        lists: the lists; what is made of the other systems is shared with them.
        held: by system, the candidate.
    """

    def __init__(self, lists: CandidateLists, held: Mapping[int, Candidate]) -> None:
        self.__dict__.update(vars(lists))
        self.held = held

    def count(self, system: int) -> int:
        """How many candidates a system has."""
        return 1 if system in self.held else super().count(system)

    def of(self, system: int, most: int) -> list[Candidate]:
        """The ``most`` candidates of lowest reduced cost, and no more of them; the held one alone."""
        return [self.held[system]] if system in self.held else super().of(system, most)[:most]

    def at_place(self, system: int, place: int) -> Candidate:
        """As of the lists; made if it was not."""
        number = place - self.bounds[system]
        return super().of(system, number + 1)[number]

    def by_cutover(self, system: int) -> dict[int, list[Candidate]]:
        """As of the lists; the held one alone."""
        if system in self.held:
            return {self.held[system].live: [self.held[system]]}
        return super().by_cutover(system)


@dataclass(frozen=True)
class PricedColumn:
    """A choice of a system, and what every plan with it costs at least (infinite: no plan has it)."""

    column: OptionColumn
    option: int
    starts: tuple[int, ...]
    cutovers: tuple[int, ...]
    least: float


@dataclass(frozen=True)
class _Settled:
    """Services settled for some quarters, what each system may do then, and the order in which systems enter."""

    ready: Ints
    lists: CandidateLists
    order: list[int]


class _Searched(NamedTuple):
    """What a first search began with, and the plan that it found, if it decides about all systems."""

    settled: _Settled
    lists: CandidateLists
    best: PartialPlan | None


class HeldChoices:
    """Plans of one inventory in which one choice is held.

    Args:
        inventory: what is planned, in its whole horizon, without reports
            (:class:`consolidate.solving.formulation.remaining.Remaining`).
        start: a plan of it, and the prices that proved its bound.
        steps: of the search for each choice.
        few: of no more choices than these no prices are sought, where the start has none.

    Attributes:
        bound: what every plan costs at least, at these prices.
        columns: all choices.
        steps: of the search for each choice.
        enough: a plan that costs no more than this is not searched for again.
    """

    def __init__(self, inventory: Inventory, start: Start, steps: int, few: int = 0) -> None:
        self.inventory, self.steps, self.enough = inventory, steps, INFINITY
        with without_collector():
            self.columns = Columns(inventory, inventory.plan_quarters)
            self.resources = ResourceIndex(self.columns)
            self.lagrangian = Lagrangian(self.columns)
            self.prices = self._prices(start, few)
            self.bound = self.lagrangian.evaluate(self.prices).bound
            self._wanted = kept_columns(self.columns, start)
            self._ready = kept_services(self.columns, start)
        self._known: dict[bytes, _Settled] = {}
        self._system = -1
        self._firsts: dict[OptionColumn, _Searched | None] = {}
        self._found: dict[OptionColumn, Solution | None] = {}

    def _prices(self, start: Start, few: int) -> Multipliers:
        """The start's prices; where it has none, or none that prove anything, those of a short ascent.

        Of a few choices each is planned exactly, by whoever asks: then no price is sought.
        """
        nothing = self.lagrangian.zero()
        old = prices_at(self.lagrangian, start)
        if self.columns.count <= few or self.lagrangian.evaluate(old).bound > self.lagrangian.evaluate(nothing).bound:
            return old
        return ascend(self.lagrangian, nothing, ITERATIONS)[0]

    @cached_property
    def bounds(self) -> ColumnBounds:
        """What every plan with each choice, or each build, costs at least."""
        return column_bounds(self.columns, self.prices)

    def choices(self, system: str) -> list[PricedColumn]:
        """All choices of a system that its dates, and those of services, allow, in the order of options and starts."""
        columns, number = self.columns, self.columns.index[system]
        found = []
        if np.isfinite(columns.stay_cost[number]):
            found.append(self._priced(OptionColumn(number)))
        for rows in columns.rows_of[number]:
            starts = [(start,) for start in range(columns.end)] if len(rows) == 1 else columns.pairs.T.tolist()
            every = (OptionColumn(number, rows, tuple(each)) for each in starts)
            found += [self._priced(column) for column in every if np.isfinite(columns.price(column))]
        return found

    def present(self, system: str) -> PricedColumn | None:
        """What a system does in the plan there is; None where that is not possible any more."""
        column = self._wanted.get(self.columns.index[system])
        return None if column is None else self._priced(column)

    @property
    def count(self) -> int:
        """How many choices there are in all."""
        return self.columns.count

    def users_of(self, service: str) -> list[PricedColumn]:
        """For each system that a service could serve, its choice that needs it and has the least bound, in order."""
        number, columns = self.columns.service_index[service], self.columns
        systems = sorted({row.system for row in columns.rows if number in row.needs})
        found = []
        for system in systems:
            every = self.choices(columns.systems[system].id)
            using = [one for one in every if any(number in columns.rows[row].needs for row in one.column.rows)]
            found += sorted(using, key=lambda one: (one.least, one.option, one.starts))[:1]
        return sorted(found, key=lambda one: (one.least, one.column.system))

    def needed_from(self, service: str, column: OptionColumn) -> int:
        """The first quarter in which a choice needs a service."""
        number = self.columns.service_index[service]
        pairs = zip(column.rows, column.starts, strict=True)
        return min(start for row, start in pairs if number in self.columns.rows[row].needs)

    def _priced(self, column: OptionColumn) -> PricedColumn:
        option, when = self.columns.option(column), self.columns.when(column)
        return PricedColumn(column, option.number, column.starts, when.cutovers, self.bounds.least(column))

    def least_with_service(self, service: str, ready: int | None) -> float:
        """What every plan costs at least in which a service is ready from a quarter, or (None) is not built."""
        number = self.columns.service_index[service]
        return float(self.bounds.unbuilt[number] if ready is None else self.bounds.builds[number, ready])

    # -- plans ------------------------------------------------------------------------

    def with_column(self, column: OptionColumn) -> Solution | None:
        """A plan in which a system takes a choice; None where none was found, which proves nothing."""
        with without_collector():
            self._forget_others(column.system)
            if column not in self._found:
                self._found[column] = self._longer(self._first(column), column)
            return self._found[column]

    def first_cost(self, column: OptionColumn) -> float:
        """What the plan costs that the first search finds in which a system takes a choice; infinite without one.

        It tells which of several choices to ask for: what :meth:`with_column` then finds costs as much or less.
        """
        with without_collector():
            self._forget_others(column.system)
            found = self._first(column)
        return INFINITY if found is None or found.best is None else found.best.total()

    def _forget_others(self, system: int) -> None:
        """What was found with choices of the system that was asked about last is kept, and of no other."""
        if self._system != system:
            self._system = system
            self._firsts.clear()
            self._found.clear()

    def _first(self, column: OptionColumn) -> _Searched | None:
        if column not in self._firsts:
            self._firsts[column] = self._searched(self._in_time(column), column)
        return self._firsts[column]

    def alone_otherwise(self, column: OptionColumn) -> Solution | None:
        """The plan there is with another choice of one system, which may break rules; None where it is no plan now."""
        chosen = {**self._wanted, column.system: column}
        if len(chosen) < len(self.columns.systems):
            return None
        every = tuple(chosen[system] for system in sorted(chosen))
        ready = only_needed(self.columns, self._in_time(column), every)
        return as_solution(self.columns, HeuristicResult(every, ready, INFINITY, -INFINITY, self.prices, "budget"))

    def with_nothing_held(self) -> Solution | None:
        """A plan that begins with the one there is, in which nothing is held; None where none was found."""
        with without_collector():
            return self._plan(fitted_to_resources(self.resources, self._ready))

    def with_service(self, service: str, ready: int | None) -> Solution | None:
        """A plan in which a service is ready from a quarter, or is not built; None where none was found.

        What needs it sooner waits, or does something else.
        """
        wanted = self._ready.copy()
        wanted[self.columns.service_index[service]] = NEVER if ready is None else ready
        with without_collector():
            found = fitted_to_resources(self.resources, wanted)
            if found[self.columns.service_index[service]] != wanted[self.columns.service_index[service]]:
                return None
            plan = self._plan(found)
        # What nothing uses any more is not built: then this is no plan with it.
        built = plan is not None and any(build.service.id == service for build in plan.builds)
        return plan if built == (ready is not None) else None

    def _in_time(self, column: OptionColumn) -> Ints:
        """The plan's services, those that a choice needs brought forward for it."""
        ready, needed = self._ready.copy(), set()
        for row, start in zip(column.rows, column.starts, strict=True):
            for need in self.columns.rows[row].needs:
                bring_forward(self.columns, ready, need, start)
                needed.add(need)
        if np.array_equal(ready, self._ready):
            return self._ready
        first = needed | {number for number in range(len(ready)) if ready[number] < self._ready[number]}
        return fitted_to_resources(self.resources, ready, first)

    def _settled(self, ready: Ints) -> _Settled:
        key = ready.tobytes()
        if key not in self._known:
            found = self.lagrangian.evaluate(self.prices, ready)
            lists = CandidateLists(self.resources, found.reduced, ready)
            self._known[key] = _Settled(ready, lists, insertion_order(found))
        return self._known[key]

    def _plan(self, ready: Ints) -> Solution | None:
        """The best plan found with services settled and nothing held."""
        return self._longer(self._searched(ready, None), None)

    def _searched(self, ready: Ints, column: OptionColumn | None) -> _Searched | None:
        """What the first search finds with services settled and a choice held, if any; None where that fits nowhere."""
        settled = self._settled(ready)
        held: dict[int, Candidate] = {}
        if column is not None:
            candidate = settled.lists.matching(column)
            if candidate is None:
                return None
            held[column.system] = candidate
        lists = HeldLists(settled.lists, held)
        plan = self._repaired(settled, lists, column)
        if plan is None:
            return None
        self._search(plan, lists)
        return _Searched(settled, lists, _kept(plan, column))

    def _longer(self, found: _Searched | None, column: OptionColumn | None) -> Solution | None:
        """The same, searched for again where it costs more than enough."""
        if found is None:
            return None
        settled, lists, best = found
        if best is not None and best.total() > self.enough:
            other = self._repaired(settled, lists, column)
            assert other is not None  # it was made before
            self._search_again(other, lists)
            best = min(best, _kept(other, column) or best, key=PartialPlan.total)
        return None if best is None else self._solution(best)

    def _repaired(self, settled: _Settled, lists: CandidateLists, column: OptionColumn | None) -> PartialPlan | None:
        """The plan there is as far as it still fits beside a choice; None where that fits nowhere."""
        plan = PartialPlan(self.resources, settled.ready)
        if column is not None:
            group = plan.group_of.get(column.system, (column.system,))
            placed = cheapest_together(plan, lists, group)
            if placed is None:
                return None
            for candidate in placed:
                plan.put(candidate)
        put_back(plan, lists, settled.order, self._wanted_of(lists))
        insert_all(plan, lists, settled.order)
        return plan

    def _wanted_of(self, lists: CandidateLists) -> dict[int, OptionColumn]:
        return {system: column for system, column in self._wanted.items() if lists.count(system)}

    def _search(self, plan: PartialPlan, lists: CandidateLists) -> None:
        """Ruin and recreate: until all is decided, and then for a while; what is not as it was, planned exactly."""
        rng = random.Random(0)
        _complete(plan, lists, rng)
        search, loss = _search_from(plan, lists, rng)
        search.run(Cooling(self.steps, HOT * loss, COLD * loss), lambda _: False)
        _replan(plan, lists, self._wanted, rng)

    def _search_again(self, plan: PartialPlan, lists: CandidateLists) -> None:
        """The same, longer and several times from the same plan, of which the best counts."""
        _complete(plan, lists, random.Random(0))
        search, loss = _search_from(plan, lists, random.Random(0))
        cooling = Cooling(LONGER * self.steps, HOT * loss, COLD * loss)
        search.run_often(cooling, [random.Random(seed) for seed in range(1, AGAIN + 1)])
        _replan(plan, lists, self._wanted, random.Random(0))

    def _solution(self, plan: PartialPlan) -> Solution | None:
        """A complete plan as choices and builds, without builds that nothing needs; None where it breaks a rule."""
        chosen = tuple(candidate.column for candidate in plan.at if candidate is not None)
        ready = only_needed(self.columns, plan.ready, chosen)
        answer = HeuristicResult(chosen, ready, plan.total(), -INFINITY, self.prices, "budget")
        found = as_solution(self.columns, answer)
        return found if found is not None and first_violation(self.inventory, found) is None else None


def _search_from(plan: PartialPlan, lists: CandidateLists, rng: random.Random) -> tuple[RuinAndRecreate, float]:
    """A search from a plan, and what systems lose on average against their cheapest candidates: its temperatures."""
    losses = [now.reduced - lists.of(system, 1)[0].reduced for system, now in enumerate(plan.at) if now is not None]
    return RuinAndRecreate(plan, lists, rng), sum(losses) / max(len(losses), 1) or 1.0


def _complete(plan: PartialPlan, lists: CandidateLists, rng: random.Random) -> None:
    """A search until all is decided."""
    if None in plan.at:
        search, loss = _search_from(plan, lists, rng)
        search.run(Cooling(COMPLETING, HOT * loss, COLD * loss), lambda _: search.complete)


def _replan(plan: PartialPlan, lists: CandidateLists, wanted: Mapping[int, OptionColumn], rng: random.Random) -> None:
    """Plans exactly what is not as it is wanted."""
    if not plan.complete():
        return
    displaced = [one for one, now in enumerate(plan.at) if now is not None and wanted.get(one) != now.column]
    rng.shuffle(displaced)
    replan(plan, lists, displaced[:SIZE], SolveLimits(NEIGHBOURS_GAP, NEIGHBOURS_BUDGET, None), ProgressMonitor())


def _kept(plan: PartialPlan, column: OptionColumn | None) -> PartialPlan | None:
    """A plan that decides about all systems, with the choice held; None of any other."""
    now = None if column is None else plan.at[column.system]
    lost = column is not None and (now is None or now.column != column)
    return plan if plan.complete() and not lost else None
