"""Betters a plan by taking a few systems out and putting them back: ruin and recreate.

A system that is not where prices say it should be, or is nowhere yet, asks for a place; those who hold
it leave, with a few that share its quarters, and all are put back one after the other where each costs least. A
plan that is a little dearer is kept at first, less and less (simulated annealing); the best is remembered.
What is still undecided costs more than anything else, so an incomplete plan is completed on the way.

After G. Schrimpf et al., Journal of Computational Physics 159, 2000; whom to take out is our own choice.
"""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consolidate.solving.decomposition.arrays import INFINITY
from consolidate.solving.decomposition.greedy import cheapest_that_fits, cheapest_together
from consolidate.solving.decomposition.partial_plan import State
from consolidate.solving.decomposition.resources import Candidate, Offers
from consolidate.solving.formulation.costs import NEVER

KEEP = 16
"""Candidates of a system that are weighed, by reduced cost; all others only where none of them fits."""
WISHES = 6
"""Of those, how many a seed may ask for."""
COMPANY = 4
"""How many more systems leave at most, besides those in the way."""
TIED = 0.5
"""How often one of them is a neighbour, by ``after`` or an interface, of one that is out."""
EVERY = 300
"""Steps between two reckonings of who is how far from its best."""
TRAFFIC = frozenset(("staff", "capital", "limit", "capacity"))
"""Families of the cells whose holders are company for each other; of the others nearly all are holders."""

Plan = list[Candidate | None]


@dataclass(frozen=True)
class Pace:
    """``steps`` of work; temperatures at the start and at the end, in money."""

    steps: int
    hot: float
    cold: float


class Rebuild:
    """A search from one plan; ``state`` holds the best one found when :meth:`run` returns."""

    def __init__(self, state: State, offers: Offers, dice: random.Random) -> None:
        self.state = state
        self.offers = offers
        self.dice = dice
        self.traffic = [cell.family in TRAFFIC for cell in state.cells.cells]
        self.systems = [
            system for system, now in enumerate(state.at) if offers.count(system) > (0 if now is None else 1)
        ]
        self.least = [
            offers.of(system, 1)[0].reduced if offers.count(system) else INFINITY for system in range(len(state.at))
        ]
        costs = [candidate.own for candidate in state.at if candidate is not None]
        self.missing = 10.0 * max(map(abs, costs), default=1.0) + 1.0
        """What an undecided system costs: more than any other change does."""
        self.value = 0.0
        self.best = 0.0
        self.best_plan: Plan = list(state.at)
        """``value``, ``best``: what the plan, and the best one, cost more than the first."""
        self.out: dict[int, Candidate | None] = {}
        self.near = [
            [*state.waits_for[system], *state.awaited_by[system], *(other for other, _ in state.links[system])]
            for system in range(len(state.at))
        ]
        """By system, those tied to it by ``after`` or an interface."""

    def run(self, pace: Pace, enough: Callable[[float], bool]) -> None:
        """Goes on for so many steps, or until ``enough`` says so of what the best plan costs more than the first."""
        for number in range(pace.steps):
            if number % max(EVERY, len(self.systems) // 20) == 0:
                self._weigh()
                if not self.cumulated or enough(self.best):
                    break
            self.step(pace.hot * (pace.cold / pace.hot) ** (number / pace.steps))
        self._restore()

    def _weigh(self) -> None:
        """Systems by the root of what they lose against their cheapest; the undecided have half of all weight."""
        total, weights = 0.0, []
        for system in self.systems:
            now = self.state.at[system]
            weights.append(-1.0 if now is None else math.sqrt(max(now.reduced - self.least[system], 0.0)))
            total += max(weights[-1], 0.0)
        undecided = sum(weight < 0 for weight in weights)
        share = max(total, 1.0) / max(undecided, 1)
        self.cumulated: list[float] = []
        reached = 0.0
        for weight in weights:
            reached += share if weight < 0 else weight
            self.cumulated.append(reached)
        if reached <= 0:
            self.cumulated = []

    def _restore(self) -> None:
        for system, candidate in enumerate(self.best_plan):
            if self.state.at[system] is not candidate and self.state.at[system] is not None:
                self.state.take(system)
        for candidate in self.best_plan:
            if candidate is not None and self.state.at[candidate.column.system] is None:
                self.state.put(candidate)

    # -- one step -----------------------------------------------------------------------------

    def step(self, temperature: float) -> None:
        """Takes some out and puts them back; what comes of it is kept, or undone."""
        state, dice = self.state, self.dice
        seed = self.systems[min(bisect(self.cumulated, dice.random() * self.cumulated[-1]), len(self.systems) - 1)]
        self.out = {}
        self.before = 0.0
        self._leave(seed)
        wanted = self._wish(seed)
        self._clear(wanted)
        placed: list[Candidate] = []
        after = self._enter(wanted, placed)
        after += self._recreate(self._order({candidate.column.system for candidate in placed}), placed)
        change = after - self.before
        if change <= -1e-9 or change < -temperature * math.log(1.0 - dice.random()):
            self.value += change
            if self.value < self.best - 1e-6:
                self.best, self.best_plan = self.value, list(state.at)
            return
        for candidate in placed:
            state.take(candidate.column.system)
        for old in self.out.values():
            if old is not None:
                state.put(old)

    def _leave(self, system: int) -> None:
        """Takes a system out, with those that cut over together with it; ``before`` is what they cost."""
        state = self.state
        for one in state.group_of.get(system, (system,)):
            if one not in self.out:
                if state.at[one] is None:
                    self.out[one] = None
                    self.before += self.missing
                else:
                    self.out[one] = old = state.take(one)
                    self.before += state.cost(old)

    def _wish(self, seed: int) -> list[Candidate]:
        """What the seed asks for: one of its better candidates, and the like for those that move together."""
        old = self.out[seed]
        choices = self.offers.of(seed, KEEP)
        if not choices:  # nothing it could do as services are
            return []
        if old is None:
            wish = self.dice.choice(choices)
        else:
            better = [c for c in choices[:WISHES] if c.reduced < old.reduced]
            wish = self.dice.choice(better) if better else choices[0]
        found = [wish]
        for other in self.state.group_of.get(seed, ()):
            if other != seed:
                like = next((c for c in self.offers.all(other) if c.live == wish.live), None)
                if like is None:
                    return []
                found.append(like)
        return found

    def _clear(self, wanted: list[Candidate]) -> None:
        """Those in the way leave: neighbours by ``after``, holders of what is short; and some company."""
        state = self.state
        for wish in wanted:
            self._clear_ties(wish)
            for cell, amount in wish.use:
                if state.free[cell] < amount:
                    self._clear_cell(cell, amount)
        self._take_company(wanted)

    def _take_company(self, wanted: list[Candidate]) -> None:
        """Some more leave: those tied to one that is out, and others at work in the quarters that are wished for."""
        state, dice = self.state, self.dice
        cells = [cell for wish in wanted for cell, _ in wish.use if self.traffic[cell]]
        if not cells:
            cells = [cell for old in self.out.values() if old is not None for cell, _ in old.use if self.traffic[cell]]
        for _ in range(1 + int(dice.random() * COMPANY)):
            if dice.random() < TIED:
                out = list(self.out)
                near = self.near[out[int(dice.random() * len(out))]]
            else:
                near = list(state.holders[cells[int(dice.random() * len(cells))]]) if cells else []
            if near:
                self._leave(near[int(dice.random() * len(near))])

    def _clear_ties(self, wish: Candidate) -> None:
        """What it waits for and would not be live, and what would no longer wait for it."""
        state, system = self.state, wish.column.system
        if wish.start < NEVER:
            for other in state.waits_for[system]:
                if wish.start <= state.live[other] < NEVER:
                    self._leave(other)
        if wish.live < NEVER:
            for other in state.awaited_by[system]:
                if state.start[other] <= wish.live:
                    self._leave(other)

    def _clear_cell(self, cell: int, amount: float) -> None:
        """Holders leave until there is enough: of three at random, the one that loses least by it."""
        state, dice = self.state, self.dice
        holders = list(state.holders[cell])
        while state.free[cell] < amount and holders:
            picks = [holders[int(dice.random() * len(holders))] for _ in range(3)]
            pick = min(picks, key=self._regret)
            holders.remove(pick)
            self._leave(pick)

    def _regret(self, system: int) -> float:
        """What a system loses at least, by prices, when it leaves its place."""
        now, best = self.state.at[system], self.offers.of(system, 2)
        if now is None or len(best) < 2:
            return INFINITY
        return (best[-1] if best[0] is now else best[0]).reduced - now.reduced

    def _enter(self, wanted: list[Candidate], placed: list[Candidate]) -> float:
        """Puts the wanted in if all of them fit now. Returns what they cost."""
        state, total, first = self.state, 0.0, len(placed)
        for wish in wanted:
            if not state.fits(wish):
                while len(placed) > first:
                    state.take(placed.pop().column.system)
                return 0.0
            total += state.cost(wish)
            state.put(wish)
            placed.append(wish)
        return total

    def _order(self, done: Iterable[int]) -> list[int]:
        """In which order the others return: any, or those first that have most to lose."""
        rest = [system for system in self.out if system not in done]
        draw = self.dice.random()
        if draw < 0.4:
            self.dice.shuffle(rest)
        elif draw < 0.8:
            rest.sort(key=self._spread, reverse=True)
        else:
            rest.sort(key=self._demand, reverse=True)
        return rest

    def _demand(self, system: int) -> int:
        """Of how many things its cheapest candidate takes some."""
        return max((len(candidate.use) for candidate in self.offers.of(system, 1)[:1]), default=0)

    def _spread(self, system: int) -> float:
        best = self.offers.of(system, 4)
        if not best:  # nothing it could do as services are
            return INFINITY
        return best[min(3, len(best) - 1)].reduced - best[0].reduced

    def _recreate(self, systems: list[int], placed: list[Candidate]) -> float:
        """Puts systems back, one after the other. Returns what they cost, undecided ones too.

        Sometimes where they cost least by prices, sometimes by what they add to the plan, sometimes in between.
        """
        draw = self.dice.random()
        guided = 1.0 if draw < 0.4 else 0.0 if draw < 0.7 else self.dice.random()
        state, total = self.state, 0.0
        for system in systems:
            if state.at[system] is not None:
                continue
            found = self._place(system, guided)
            for candidate in found:
                total += state.cost(candidate)
                state.put(candidate)
                placed.append(candidate)
            if not found:
                total += self.missing
        return total

    def _place(self, system: int, guided: float) -> list[Candidate]:
        """Where it costs least; nothing where it does not fit. ``guided``: the share that prices have in it."""
        group = self.state.group_of.get(system)
        if group is not None:
            return cheapest_together(self.state, self.offers, group) or []
        best = self._cheapest(system, guided)
        if best is None:
            best = cheapest_that_fits(self.state, self.offers, system, KEEP)
        return [] if best is None else [best]

    def _cheapest(self, system: int, guided: float) -> Candidate | None:
        state = self.state
        free, links = state.free, state.links[system]
        first, last = state.window(system)
        best, least, true = None, INFINITY, 1.0 - guided
        for candidate in self.offers.of(system, KEEP):
            cost = candidate.reduced * guided + candidate.own * true
            if cost >= least:
                if guided == 1.0:
                    break
                continue
            if candidate.start < first or last < candidate.live < NEVER:
                continue
            for cell, amount in candidate.use:
                if free[cell] < amount:
                    break
            else:
                if true:
                    if candidate.hire:
                        cost += state.hired(candidate) * true
                    if links:
                        cost += state.bridges(links, candidate.live, candidate.retired) * true
                if cost < least:
                    best, least = candidate, cost
        return best
