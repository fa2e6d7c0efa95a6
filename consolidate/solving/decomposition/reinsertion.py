"""How systems that have left a plan return to it: the recreation in ruin and recreate."""

from __future__ import annotations

import random
from collections.abc import Iterable

from consolidate.solving.decomposition.arrays import INFINITY
from consolidate.solving.decomposition.candidates import Candidate, CandidateLists
from consolidate.solving.decomposition.greedy import cheapest_that_fits, cheapest_together
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.formulation.costs import NEVER


class Reinsertion:
    """Puts systems back into a plan, one after the other, each where it costs least.

    Args:
        plan: the plan.
        candidates: what each system may do.
        rng: the source of chance.
        missing: what an undecided system costs.
        keep: how many candidates of a system are compared, by reduced cost; the others only where none of them fits.
    """

    def __init__(
        self, plan: PartialPlan, candidates: CandidateLists, rng: random.Random, missing: float, keep: int
    ) -> None:
        self.plan, self.candidates, self.rng = plan, candidates, rng
        self.missing, self.keep = missing, keep

    def recreate(self, systems: Iterable[int], wanted: list[Candidate]) -> tuple[list[Candidate], float]:
        """Puts systems back: the candidates that are asked for if all of them fit, then the others.

        Args:
            systems: the systems that have left.
            wanted: what some of them ask for.

        Returns:
            the candidates that are in the plan now, and what all the systems cost, undecided ones included.
        """
        placed, cost = self._enter(wanted)
        done = {candidate.column.system for candidate in placed}
        order = self._order([system for system in systems if system not in done])
        draw = self.rng.random()
        guided = 1.0 if draw < 0.4 else 0.0 if draw < 0.7 else self.rng.random()
        return placed, cost + self._insert(order, guided, placed)

    def _enter(self, wanted: list[Candidate]) -> tuple[list[Candidate], float]:
        """Puts candidates in if all of them fit. Returns those that are in, and what they cost."""
        plan, total = self.plan, 0.0
        placed: list[Candidate] = []
        for wish in wanted:
            if not plan.fits(wish):
                for candidate in reversed(placed):
                    plan.take(candidate.column.system)
                return [], 0.0
            total += plan.cost(wish)
            plan.put(wish)
            placed.append(wish)
        return placed, total

    def _order(self, systems: list[int]) -> list[int]:
        """The order in which systems return: at random, or those first that have most to lose, or that need most."""
        draw = self.rng.random()
        if draw < 0.4:
            self.rng.shuffle(systems)
        elif draw < 0.8:
            systems.sort(key=self._spread, reverse=True)
        else:
            systems.sort(key=self._demand, reverse=True)
        return systems

    def _demand(self, system: int) -> int:
        """How many resources its cheapest candidate uses."""
        return max((len(candidate.use) for candidate in self.candidates.of(system, 1)[:1]), default=0)

    def _spread(self, system: int) -> float:
        """How much more its fourth cheapest candidate costs than its cheapest."""
        best = self.candidates.of(system, 4)
        if not best:  # nothing that it could do with these services
            return INFINITY
        return best[min(3, len(best) - 1)].reduced - best[0].reduced

    def _insert(self, systems: list[int], guided: float, placed: list[Candidate]) -> float:
        """Puts systems back in this order; adds to ``placed``. Returns what they cost, undecided ones included."""
        plan, total = self.plan, 0.0
        for system in systems:
            if plan.at[system] is not None:
                continue
            found = self._place(system, guided)
            for candidate in found:
                total += plan.cost(candidate)
                plan.put(candidate)
                placed.append(candidate)
            if not found:
                total += self.missing
        return total

    def _place(self, system: int, guided: float) -> list[Candidate]:
        """The candidates of a system and its group that cost least; none where they do not fit.

        Args:
            system: the system.
            guided: the weight of the reduced cost; the rest is what a candidate adds to the plan's cost.
        """
        group = self.plan.group_of.get(system)
        if group is not None:
            return cheapest_together(self.plan, self.candidates, group) or []
        best = self._cheapest(system, guided)
        if best is None:
            best = cheapest_that_fits(self.plan, self.candidates, system, self.keep)
        return [] if best is None else [best]

    def _cheapest(self, system: int, guided: float) -> Candidate | None:
        plan = self.plan
        free, links = plan.free, plan.links[system]
        first, last = plan.window(system)
        best, least, true = None, INFINITY, 1.0 - guided
        for candidate in self.candidates.of(system, self.keep):
            cost = candidate.reduced * guided + candidate.own * true
            if cost >= least:
                if guided == 1.0:
                    break
                continue
            if candidate.start < first or last < candidate.live < NEVER:
                continue
            for resource, amount in candidate.use:
                if free[resource] < amount:
                    break
            else:
                if plan.budgets and not plan.revenue.allows(candidate):
                    continue
                if true:
                    if candidate.hire:
                        cost += plan.cost_of_agency(candidate) * true
                    if links:
                        cost += plan.cost_of_interfaces(links, candidate.live, candidate.retired) * true
                if cost < least:
                    best, least = candidate, cost
        return best
