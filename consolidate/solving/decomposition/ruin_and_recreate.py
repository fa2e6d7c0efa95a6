"""Improves a plan by taking a few systems out and putting them back: ruin and recreate.

A system that is not where prices say it should be, or is undecided, asks for a place; the systems in its way leave, and
all are put back one after the other (:mod:`consolidate.solving.decomposition.search_steps`). A plan that costs a little
more is accepted at first, less and less (simulated annealing); the best is remembered. An undecided system costs more
than anything else, so an incomplete plan is completed on the way.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from consolidate.solving.decomposition import search_steps
from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.candidates import CandidateLists
from consolidate.solving.decomposition.greedy import cheapest_that_fits
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.decomposition.search_tables import (
    SearchState,
    SearchTables,
    as_lists,
    search_arrays,
    search_state,
)
from consolidate.solving.formulation.stopping import Stop

EVERY = 300
"""Steps between two looks at how far each system is from its best candidate, at least."""
ANEW = 10
"""Such looks between two computations of what is left of resources: changes leave rounding errors."""
SHORT = 1_000
"""Steps below which a search takes less time than importing numba."""
COMPILED_FROM = 1_000_000
"""Steps times systems from which the search is compiled though no machine code is kept on this machine yet."""
COMPILED_AFTER = 5_000_000
"""The same of many short searches together: so much takes, uncompiled, about as long as to compile."""
_UNCOMPILED = [0]
"""Steps times systems that were searched in this process without machine code where there might have been some."""


@dataclass(frozen=True)
class Cooling:
    """``steps`` of work; temperatures at the start and at the end, in money."""

    steps: int
    hot: float
    cold: float


class Loops(Protocol):
    """The loops of a search, compiled or not."""

    def run(self, tables: SearchTables, state: SearchState, patience: Any) -> bool:
        """Steps of the search."""
        ...

    def put_all(self, tables: SearchTables, state: SearchState, plan: Any) -> None:
        """Puts a whole plan in."""
        ...

    def insert_all(self, tables: SearchTables, state: SearchState, systems: Any) -> None:
        """Decides about systems that are undecided."""
        ...


def loops_for(steps: int, systems: int) -> tuple[Loops, bool]:
    """The faster loops for so many steps, and whether they are compiled. Both find the same plan.

    The compiled ones are imported here because that takes longer than a short search; there may be none, as in
    :func:`consolidate.solving.decomposition.lagrangian.passes_for`.
    """
    if steps >= SHORT or "consolidate.solving.decomposition.compiled_search" in sys.modules:
        try:
            from consolidate.solving.decomposition import compiled_search, compiling
        except (ImportError, OSError):
            return search_steps, False
        work = steps * systems
        many = work >= COMPILED_FROM or _UNCOMPILED[0] + work > COMPILED_AFTER
        if compiling.ENABLED and (many or compiled_search.is_kept()):
            return compiled_search, True
        _UNCOMPILED[0] += work
    return search_steps, False


class RuinAndRecreate:
    """A search from one plan, which is the best one found when :meth:`run` returns.

    Args:
        plan: the plan; changed in place.
        candidates: what each system may do.
        rng: the source of chance.
    """

    def __init__(self, plan: PartialPlan, candidates: CandidateLists, rng: random.Random) -> None:
        self.plan, self.candidates, self.rng = plan, candidates, rng
        self.arrays = search_arrays(plan, candidates)
        self.best: Ints = self.arrays.at

    @property
    def missing(self) -> float:
        """What an undecided system costs: more than any other change does."""
        return float(self.arrays.tables.missing)

    @property
    def complete(self) -> bool:
        """Whether the best plan decides about all systems."""
        return bool((self.best >= 0).all())

    def insert_all(self, systems: Sequence[int], steps: int, stop: Stop) -> None:
        """Decides about every undecided system for which something fits, in the order of ``systems``, until ``stop``.

        As :func:`consolidate.solving.decomposition.greedy.insert_all` does; ``steps`` of a search are to follow, unless
        it was stopped.
        """
        loops, compiled, tables, state = self._begun(steps, random.Random(0))
        for low in range(0, len(systems), EVERY):
            if stop():
                break
            part = systems[low : low + EVERY]
            loops.insert_all(tables, state, np.array(part, dtype=np.int64) if compiled else part)
        plan, candidates = self.plan, self.candidates
        for system, now in enumerate(np.array(state.at).tolist()):
            if now >= 0 and plan.at[system] is None:
                plan.put(candidates.at_place(system, int(self.arrays.place[now])))
        if stop():
            return  # nothing is searched any more
        for system in systems:  # where the arrays had not room for all that a system may do
            known = int(tables.first[system + 1] - tables.first[system])
            if plan.at[system] is None and system not in plan.group_of and not stop():
                found = cheapest_that_fits(plan, candidates, system, known)
                if found is not None:
                    plan.put(found)
        self.arrays = search_arrays(plan, candidates, self.arrays)
        self.best = self.arrays.at

    def _begun(self, steps: int, rng: random.Random) -> tuple[Loops, bool, SearchTables, SearchState]:
        """Loops, whether they are compiled, and the plan as it is in tables and a state for them."""
        loops, compiled = loops_for(steps, len(self.arrays.at))
        tables, state = self.arrays.tables, search_state(self.arrays, rng)
        if not compiled:
            tables, state = SearchTables(*as_lists(tables)), SearchState(*as_lists(state))
        loops.put_all(tables, state, self.arrays.at if compiled else self.arrays.at.tolist())
        return loops, compiled, tables, state

    def run(self, cooling: Cooling, enough: Callable[[float], bool]) -> None:
        """Searches for so many steps, or until ``enough`` accepts what the best plan costs more than the first."""
        self._walked(cooling, enough, self.rng)
        self._restore_best()

    def run_often(self, cooling: Cooling, rngs: Sequence[random.Random]) -> None:
        """Searches so many steps with each source of chance, each time from the plan there is; the best one counts."""
        least, best = math.inf, self.best
        for rng in rngs:
            more = self._walked(cooling, lambda _: False, rng)
            if more < least:
                least, best = more, self.best
        self.best = best
        self._restore_best()

    def _walked(self, cooling: Cooling, enough: Callable[[float], bool], rng: random.Random) -> float:
        """Searches from the plan there is; returns what the best plan found costs more than that."""
        systems = len(self.arrays.at)
        every = max(EVERY, systems // 20)
        loops, compiled, tables, state = self._begun(cooling.steps, rng)
        more = 0.0
        for number, low in enumerate(range(0, cooling.steps, every)):
            if number % ANEW == ANEW - 1:
                loops.put_all(tables, state, state.at[:] if not compiled else state.at.copy())
            patience = self._patience(cooling, low, min(low + every, cooling.steps), rng)
            if not loops.run(tables, state, patience if compiled else patience.tolist()):
                break
            self.best, more = np.array(state.best, dtype=np.int64), float(state.value[1])
            if enough(more):
                break
        return more

    def _patience(self, cooling: Cooling, low: int, high: int, rng: random.Random) -> Floats:
        """By step, how much more a plan may cost that is accepted: the temperature by a drawn exponential variate."""
        found = np.empty(high - low)
        for number in range(low, high):
            temperature = cooling.hot * (cooling.cold / cooling.hot) ** (number / cooling.steps)
            found[number - low] = -temperature * math.log(1.0 - rng.random())
        return found

    def _restore_best(self) -> None:
        plan, changed = self.plan, np.flatnonzero(self.best != self.arrays.at).tolist()
        for system in changed:
            if plan.at[system] is not None:
                plan.take(system)
        for system in changed:
            if self.best[system] >= 0:
                plan.put(self.candidates.at_place(system, int(self.arrays.place[self.best[system]])))
