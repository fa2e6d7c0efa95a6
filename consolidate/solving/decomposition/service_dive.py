"""Services elected by diving: for the quarters at which plans can cost least, as far as prices can tell.

What a plan costs above the bound has two parts: what holding *its* services adds to the bound (the held bound less
the free one), and what the search leaves. Where the first is large, no search for moves can make up for it, and votes
elect badly: each service's votes look right by themselves, but together they compete for the same people and money.

1. *Dive* (a diving heuristic as in branch and bound: T. Berthold, Primal heuristics for mixed integer programs, 2006):
   a short ascent with the quarters settled so far held; the service whose quarters agree least over its last half is
   settled at its most frequent one, with all that agree nearly always; and again, until all are settled. The prices
   answer each decision before the next one is made (where services are too many for half of the budget, several are
   settled at a time). Settling what agrees most first is worse: the quarrels are then settled by what is left of
   people and money.
2. *Converge*: the held bound believed is that of prices optimised again with the services held.
3. *Change* up to three services at a time where the cuts of all evaluations so far
   (:mod:`consolidate.solving.decomposition.service_cuts`) leave room for a lower held bound; each trial ends as soon as
   its bound is no lower than the least one known.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.service_cuts import ServiceCut, ServiceCuts
from consolidate.solving.decomposition.service_dates import ReadyVotes
from consolidate.solving.decomposition.subgradient import ascend
from consolidate.solving.formulation.stopping import Stop

ROUND = 40
"""Iterations between two decisions of a dive."""
DIVE_STEPS = 0.01, 0.0008
"""Step lengths of the first and the last iteration of each of these."""
SURE = 0.995
"""The share of votes with which a service is settled whatever the others do."""
CONVERGE, TRIAL = 100, 40
"""Iterations that optimise prices again until they have converged; and those that a trial begins with."""
TRIAL_STEP, HOLD_STEP = 0.005, 0.007
"""The first step length of a trial, which starts from prices of services nearly the same; and once it is believed."""
EVERY = 5
"""Iterations from one cut that is kept to the next."""
LOOKS = 4
"""How often prices are bettered before they are taken to have converged, at most."""
STALLED = 2e-4
"""A rise of the bound, as a share of it, that makes no difference: it has converged."""
LOWER = 5e-6
"""The share of the held bound by which a change has to promise to lower it."""
FITTED = 20
"""Promising changes that are made to fit before the search for one ends."""


@dataclass(frozen=True)
class HeldServices:
    """Services held to quarters, and the best prices and bound with these.

    Attributes:
        ready: [services], the quarter from which each is ready.
        multipliers: the prices.
        bound: proven for plans with these services; infinite where some system could then do nothing.
    """

    ready: Ints
    multipliers: Multipliers
    bound: float


class ServiceElection:
    """An election of services' quarters.

    Args:
        lagrangian: the relaxation.
        fit: makes quarters fit people, money, needs and gates.
        stop: asked after every evaluation whether to end.
        budget: evaluations that may be spent.

    Attributes:
        found: services with their held bounds, the least first, which has converged.
        left: evaluations that may still be spent.
        free: the bound with services free: no held bound that has converged is below it.
    """

    def __init__(self, lagrangian: Lagrangian, fit: Callable[[Ints], Ints], stop: Stop, budget: int) -> None:
        self.lagrangian, self.fit, self.stop, self.left = lagrangian, fit, stop, budget
        self.free = -INFINITY
        self.cuts = ServiceCuts(lagrangian.services.forest)
        self.found: list[HeldServices] = []
        self.known: set[tuple[int, ...]] = set()

    def run(self, prices: Multipliers, first: HeldServices) -> list[HeldServices]:
        """Dives, and then changes what has the least held bound for as long as the budget lasts.

        Args:
            prices: the best ones with services free.
            first: the services known to have the least held bound so far.

        Returns:
            services with their held bounds, the least first, ``first`` among them.
        """
        self.free = self.lagrangian.evaluate(prices).bound
        dived = self.dive(prices)
        if dived is not None:
            ready, there = self.fit(dived[0]), dived[1]
            if self.is_new(ready):
                self.hold(ready, there, CONVERGE)
        if self.is_new(first.ready):
            if not self.found or first.bound < self.found[0].bound:
                if not self.hold(first.ready, first.multipliers, CONVERGE):
                    self.found.append(first)  # cut short: what its bound would have been is not known
            else:  # its bound has not converged and is too high already
                self.found.append(first)
        while self.found and not self.ended() and self.change():
            pass
        return self.found or [first]

    def ended(self) -> bool:
        """Whether the budget is spent, or the search has to end."""
        return self.left <= 0 or self.stop()

    def is_new(self, ready: Ints) -> bool:
        """Whether these quarters were not tried before; they are remembered."""
        key = tuple(ready.tolist())
        new = key not in self.known
        self.known.add(key)
        return new

    def count(self, number: int, found: Evaluation) -> bool:
        """Counts an evaluation, and keeps some as cuts. Returns whether to end."""
        self.left -= 1
        if number % EVERY == 0 and np.isfinite(found.bound):
            self.cuts.add(self.cuts.cut(found))
        return self.ended()

    def dive(self, prices: Multipliers) -> tuple[Ints, Multipliers] | None:
        """Quarters settled one after the other, and the prices then; None where that leads nowhere, or no time is left.

        Args:
            prices: the best ones with services free.
        """
        forest = self.lagrangian.services.forest
        mask: Floats = np.zeros((len(forest.services), forest.end + 1))
        open_ = list(forest.built)
        together = math.ceil(len(open_) / max(self.left // (2 * ROUND), 1))
        while open_:
            votes = ReadyVotes(*self._size)

            def note(number: int, found: Evaluation, votes: ReadyVotes = votes) -> bool:
                if number * 2 > ROUND:
                    votes.add(found.taken.ready)
                return self.count(number, found)

            first, last = DIVE_STEPS
            masked = self.lagrangian.masked(mask)
            prices, bound = ascend(masked, prices, ROUND, first=first, last=last, callback=note)
            if self.ended() or not np.isfinite(bound):
                return None
            settled = _settled(votes, open_, together)
            for service, quarter in settled.items():
                mask[service] = INFINITY
                mask[service, quarter] = 0.0
            open_ = [service for service in open_ if service not in settled]
        ready, total = forest.best(mask)
        return (ready, prices) if np.isfinite(total) else None

    @property
    def _size(self) -> tuple[int, int]:
        forest = self.lagrangian.services.forest
        return len(forest.services), forest.end

    def hold(self, ready: Ints, prices: Multipliers, iterations: int, below: float = INFINITY) -> bool:
        """Prices optimised again with services held; what comes of it is kept if the bound stays below ``below``.

        Args:
            ready: [services], the quarters.
            prices: to start from.
            iterations: how many at first; then :data:`CONVERGE` again until the bound has converged.
            below: where the trial ends; infinite: nowhere.

        Returns:
            whether they were kept. A bound that was cut short is not: it looks lower than it is.
        """
        best: tuple[float, ServiceCut] | None = None

        def note(number: int, found: Evaluation) -> bool:
            nonlocal best
            if np.isfinite(found.bound) and (best is None or found.bound > best[0]):
                best = found.bound, self.cuts.cut(found)
            return self.count(number, found) or found.bound >= below

        step, before = TRIAL_STEP if below < INFINITY else HOLD_STEP, -INFINITY
        prices, bound = ascend(self.lagrangian, prices, iterations, first=step, ready=ready, callback=note)
        for _ in range(LOOKS - 1):
            converged = bound >= self.free and bound - before < STALLED * abs(bound)
            if converged or not np.isfinite(bound) or bound >= below or self.ended():
                break
            before = bound
            better, reached = ascend(self.lagrangian, prices, CONVERGE, first=HOLD_STEP, ready=ready, callback=note)
            prices, bound = (better, reached) if reached > bound else (prices, bound)
        if best is None:
            return False
        self.cuts.add(best[1], prices)
        if bound >= below or self.ended():
            return False
        self.found = sorted([*self.found, HeldServices(ready, prices, bound)], key=lambda held: held.bound)
        return True

    def change(self) -> bool:
        """Tries the most promising change of what has the least held bound. Returns False where none promises."""
        best = self.found[0]
        below = best.bound - LOWER * abs(best.bound)
        for changed in self.cuts.changed(best.ready, below)[:FITTED]:
            ready = self.fit(changed)
            if self.is_new(ready) and self.cuts.least(ready) < below:
                self.hold(ready, self.cuts.prices(ready), TRIAL, best.bound)
                return True
        return False


def _settled(votes: ReadyVotes, open_: list[int], together: int) -> dict[int, int]:
    """By service, the quarter at which it is settled: of those that agree nearly always, and those that do least.

    Args:
        votes: of the last iterations.
        open_: the services that are not settled yet.
        together: how many that do not agree are settled at once.
    """
    count = votes.count[open_]
    mode, share = count.argmax(axis=1), count.max(axis=1) / np.maximum(count.sum(axis=1), 1)
    doubtful = [place for place in range(len(open_)) if share[place] < SURE]
    places = [place for place in range(len(open_)) if share[place] >= SURE]
    places += sorted(doubtful, key=lambda place: float(share[place]))[:together]
    return {open_[place]: int(mode[place]) for place in places}
