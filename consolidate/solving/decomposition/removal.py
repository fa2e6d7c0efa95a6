"""Which systems leave a plan together: the ruin in ruin and recreate.

A system (the *seed*) asks for one of its better candidates. The systems in the way of that leave, and a few more
that use the same resources or are tied to one that has left.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from consolidate.solving.decomposition.arrays import INFINITY
from consolidate.solving.decomposition.candidates import Candidate, CandidateLists, Use
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.formulation.costs import NEVER

WISHES = 6
"""How many of its cheapest candidates a seed may ask for while it is in the plan."""
COMPANY = 4
"""How many more systems leave at most, besides those in the way."""
TIED = 0.5
"""How often one of them is a neighbour, by ``after`` or an interface, of one that has left."""
SHARED_FAMILIES = frozenset(("staff", "capital", "limit", "capacity"))
"""Families of the resources by whose use further systems are chosen; of the others nearly all systems are holders."""


@dataclass
class Removed:
    """Systems that have left the plan.

    Attributes:
        old: by system, its candidate before; None for one that was undecided.
        cost: what all of them cost before.
    """

    old: dict[int, Candidate | None] = field(default_factory=dict)
    cost: float = 0.0


class Removal:
    """Takes systems out of a plan.

    Args:
        plan: the plan.
        candidates: what each system may do.
        rng: the source of chance.
        missing: what an undecided system costs.
        keep: how many candidates of an undecided seed are considered, by reduced cost.
    """

    def __init__(
        self, plan: PartialPlan, candidates: CandidateLists, rng: random.Random, missing: float, keep: int
    ) -> None:
        self.plan, self.candidates, self.rng = plan, candidates, rng
        self.missing, self.keep = missing, keep
        self._shared = [key.family in SHARED_FAMILIES for key in plan.resources.keys]
        self._near = [plan.neighbours(system) for system in range(len(plan.at))]

    def ruin(self, seed: int) -> tuple[Removed, list[Candidate]]:
        """Takes out a system and all that is in the way of a candidate that it asks for.

        Returns:
            the systems that have left, and what is asked for: the seed's candidate and those of its group.
        """
        out = Removed()
        self._leave(seed, out)
        wanted = self._wish(seed, out)
        self._clear(wanted, out)
        return out, wanted

    def _leave(self, system: int, out: Removed) -> None:
        """Takes a system out, with those that cut over together with it."""
        plan = self.plan
        for one in plan.group_of.get(system, (system,)):
            if one not in out.old:
                if plan.at[one] is None:
                    out.old[one] = None
                    out.cost += self.missing
                else:
                    out.old[one] = old = plan.take(one)
                    out.cost += plan.cost(old)

    def _wish(self, seed: int, out: Removed) -> list[Candidate]:
        """What the seed asks for: one of its better candidates, and the like for those that move together."""
        old = out.old[seed]
        choices = self.candidates.of(seed, self.keep)
        if not choices:  # nothing that it could do with these services
            return []
        if old is None:
            wish = self.rng.choice(choices)
        else:
            better = [candidate for candidate in choices[:WISHES] if candidate.reduced < old.reduced]
            wish = self.rng.choice(better) if better else choices[0]
        found = [wish]
        for other in self.plan.group_of.get(seed, ()):
            if other != seed:
                like = self.candidates.by_cutover(other).get(wish.live)
                if not like:
                    return []
                found.append(like[0])
        return found

    def _clear(self, wanted: list[Candidate], out: Removed) -> None:
        """Those in the way leave: neighbours by ``after``, holders of what is short; and some company."""
        plan = self.plan
        for wish in wanted:
            self._clear_neighbours(wish, out)
            for resource, amount in self._needed(wish):
                if plan.free[resource] < amount:
                    self._clear_resource(resource, amount, out)
        self._take_company(wanted, out)

    def _needed(self, wish: Candidate) -> Use:
        """What a candidate uses, what people and interfaces add to budgets included."""
        if not self.plan.budgets:
            return wish.use
        needed = dict(self.plan.revenue.of(wish))
        for resource, amount in wish.use:
            needed[resource] = needed.get(resource, 0.0) + amount
        return tuple(needed.items())

    def _clear_neighbours(self, wish: Candidate, out: Removed) -> None:
        """What a candidate waits for and would not be live in time, and what waits for it and starts too early."""
        plan, system = self.plan, wish.column.system
        if wish.start < NEVER:
            for other in plan.waits_for[system]:
                if wish.start <= plan.live[other] < NEVER:
                    self._leave(other, out)
        if wish.live < NEVER:
            for other in plan.awaited_by[system]:
                if plan.start[other] <= wish.live:
                    self._leave(other, out)

    def _clear_resource(self, resource: int, amount: float, out: Removed) -> None:
        """Holders leave until there is enough: of three at random, the one that loses least by it."""
        plan, rng = self.plan, self.rng
        holders = list(plan.holders[resource])
        while plan.free[resource] < amount and holders:
            drawn = [holders[int(rng.random() * len(holders))] for _ in range(3)]
            least = min(drawn, key=self._regret)
            holders.remove(least)
            self._leave(least, out)

    def _regret(self, system: int) -> float:
        """What a system loses at least, by reduced cost, when it leaves its place."""
        now, best = self.plan.at[system], self.candidates.of(system, 2)
        if now is None or len(best) < 2:
            return INFINITY
        return (best[-1] if best[0] is now else best[0]).reduced - now.reduced

    def _take_company(self, wanted: list[Candidate], out: Removed) -> None:
        """Some more leave: neighbours of one that has left, and others that use what is asked for."""
        plan, rng, shared = self.plan, self.rng, self._shared
        resources = [resource for wish in wanted for resource, _ in wish.use if shared[resource]]
        if not resources:
            left = (old for old in out.old.values() if old is not None)
            resources = [resource for old in left for resource, _ in old.use if shared[resource]]
        for _ in range(1 + int(rng.random() * COMPANY)):
            if rng.random() < TIED:
                gone = list(out.old)
                near = self._near[gone[int(rng.random() * len(gone))]]
            else:
                near = list(plan.holders[resources[int(rng.random() * len(resources))]]) if resources else []
            if near:
                self._leave(near[int(rng.random() * len(near))], out)
