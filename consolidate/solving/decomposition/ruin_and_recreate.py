"""Improves a plan by taking a few systems out and putting them back: ruin and recreate.

A system that is not where prices say it should be, or is undecided, asks for a place; the systems in its way leave
(:mod:`consolidate.solving.decomposition.removal`), and all are put back one after the other
(:mod:`consolidate.solving.decomposition.reinsertion`). A plan that costs a little more is accepted at first, less and
less (simulated annealing); the best is remembered. An undecided system costs more than anything else, so an
incomplete plan is completed on the way.

After G. Schrimpf et al., Journal of Computational Physics 159, 2000; the choice of systems to take out is our own.
"""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from consolidate.solving.decomposition.arrays import INFINITY
from consolidate.solving.decomposition.candidates import Candidate, CandidateLists
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.decomposition.reinsertion import Reinsertion
from consolidate.solving.decomposition.removal import Removal

KEEP = 16
"""Candidates of a system that are compared, by reduced cost."""
EVERY = 300
"""Steps between two computations of how far each system is from its best candidate."""


@dataclass(frozen=True)
class Cooling:
    """``steps`` of work; temperatures at the start and at the end, in money."""

    steps: int
    hot: float
    cold: float


class RuinAndRecreate:
    """A search from one plan, which is the best one found when :meth:`run` returns.

    Args:
        plan: the plan; changed in place.
        candidates: what each system may do.
        rng: the source of chance.

    Attributes:
        missing: what an undecided system costs: more than any other change does.
        value, best: what the plan, and the best one, cost more than the first.
        best_plan: by system, its candidate in the best plan.
    """

    def __init__(self, plan: PartialPlan, candidates: CandidateLists, rng: random.Random) -> None:
        self.plan = plan
        self.rng = rng
        self.systems = [
            system for system, now in enumerate(plan.at) if candidates.count(system) > (0 if now is None else 1)
        ]
        self.least = [
            candidates.of(system, 1)[0].reduced if candidates.count(system) else INFINITY
            for system in range(len(plan.at))
        ]
        costs = [candidate.own for candidate in plan.at if candidate is not None]
        self.missing = 10.0 * max(map(abs, costs), default=1.0) + 1.0
        self.removal = Removal(plan, candidates, rng, self.missing, KEEP)
        self.reinsertion = Reinsertion(plan, candidates, rng, self.missing, KEEP)
        self.value = 0.0
        self.best = 0.0
        self.best_plan: list[Candidate | None] = list(plan.at)

    def run(self, cooling: Cooling, enough: Callable[[float], bool]) -> None:
        """Searches for so many steps, or until ``enough`` accepts what the best plan costs more than the first."""
        cumulated: list[float] = []
        for number in range(cooling.steps):
            if number % max(EVERY, len(self.systems) // 20) == 0:
                cumulated = self._cumulated_weights()
                if not cumulated or enough(self.best):
                    break
            draw = bisect(cumulated, self.rng.random() * cumulated[-1])
            seed = self.systems[min(draw, len(self.systems) - 1)]
            self._step(seed, cooling.hot * (cooling.cold / cooling.hot) ** (number / cooling.steps))
        self._restore_best()

    def _cumulated_weights(self) -> list[float]:
        """Weights by which seeds are drawn, added up; empty where no system could be better off.

        A system's weight is the root of what it loses against its cheapest candidate; the undecided ones have half of
        all weight.
        """
        total, weights = 0.0, []
        for system in self.systems:
            now = self.plan.at[system]
            weights.append(-1.0 if now is None else math.sqrt(max(now.reduced - self.least[system], 0.0)))
            total += max(weights[-1], 0.0)
        undecided = sum(weight < 0 for weight in weights)
        share = max(total, 1.0) / max(undecided, 1)
        found = list(accumulate(share if weight < 0 else weight for weight in weights))
        return found if found and found[-1] > 0 else []

    def _step(self, seed: int, temperature: float) -> None:
        """Takes some systems out and puts them back; the new plan is accepted, or the change undone."""
        plan = self.plan
        out, wanted = self.removal.ruin(seed)
        placed, cost = self.reinsertion.recreate(out.old, wanted)
        change = cost - out.cost
        if change <= -1e-9 or change < -temperature * math.log(1.0 - self.rng.random()):
            self.value += change
            if self.value < self.best - 1e-6:
                self.best, self.best_plan = self.value, list(plan.at)
            return
        for candidate in placed:
            plan.take(candidate.column.system)
        for old in out.old.values():
            if old is not None:
                plan.put(old)

    def _restore_best(self) -> None:
        for system, candidate in enumerate(self.best_plan):
            if self.plan.at[system] is not candidate and self.plan.at[system] is not None:
                self.plan.take(system)
        for candidate in self.best_plan:
            if candidate is not None and self.plan.at[candidate.column.system] is None:
                self.plan.put(candidate)
