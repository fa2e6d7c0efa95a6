"""Which systems wait for which service, and what waiting for it costs them.

Each system that may use a service yet to be built is linked to one, its *principal* service: the subproblem keeps
that constraint. Any second service that one of its steps needs is a constraint of the family ``ready`` and bears a
price.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from consolidate.solving.decomposition.alternatives import SolutionDraft
from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints, Mask
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import ReducedCosts
from consolidate.solving.formulation.costs import NEVER

Layer = tuple[Ints, Ints]
"""Two arrays of one length, in which no number of the first occurs twice."""


@dataclass(frozen=True)
class WaitingCosts:
    """What linked systems pay at least with their principal service.

    Attributes:
        needed: [end, linked], when the step that needs the service starts in each quarter.
        ready: [end + 1, linked], when the service is ready from each quarter; the last is never, and infinite.
    """

    needed: Floats
    ready: Floats


class ServiceLinks:
    """Systems that may wait for a service yet to be built.

    Attributes:
        systems, service_of: [linked], the systems by their principal service, and that service.
        groups, bounds: the services that have linked systems, and where each one's systems begin in ``systems``.
        second_needs: (system, service) for each need of another service; ``second_rows``: layers of the step rows
            that have such needs, and places in ``second_needs``.
        rows, pairs: the step rows of one-step options, and the two-step options, that need the principal service.
        by_second: [n], two-step options of which only the second step needs it.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.end = columns.end
        self.principal = _principal_services(columns)
        systems = sorted(self.principal, key=lambda system: (self.principal[system], system))
        self.systems = np.array(systems, dtype=np.int64)
        self.service_of = np.array([self.principal[system] for system in systems], dtype=np.int64)
        self.groups, self.bounds = np.unique(self.service_of, return_index=True)
        place = {system: at for at, system in enumerate(systems)}
        self._link_rows(place)
        self._link_pairs(place)
        start, follow = columns.pairs
        self._by_start = np.searchsorted(start, np.arange(max(self.end - 1, 0)))
        self._follow_order = np.argsort(follow, kind="stable")
        self._by_follow = np.searchsorted(follow[self._follow_order], np.arange(1, self.end))

    def _link_rows(self, place: dict[int, int]) -> None:
        """Step rows that need a second service, and one-step options that need the principal one."""
        columns = self.columns
        pairs = set(columns.two.ravel().tolist())
        known: dict[tuple[int, int], int] = {}
        seconds, singles = _Layers(), _Layers()
        depth: Counter[int] = Counter()
        for number, row in enumerate(columns.rows):
            others = [need for need in row.needs if need != self.principal[row.system]]
            for layer, need in enumerate(others):
                seconds.add(layer, number, known.setdefault((row.system, need), len(known)))
            if len(others) < len(row.needs) and number not in pairs:
                singles.add(depth[row.system], place[row.system], number)
                depth[row.system] += 1
        self.second_needs = list(known)
        self.second_rows = seconds.arrays()
        self._single_layers = singles.arrays()
        self.rows = singles.second()

    def _link_pairs(self, place: dict[int, int]) -> None:
        """Two-step options of which the first or the second step needs the principal service."""
        columns = self.columns
        layers = _Layers()
        self.by_second = np.zeros(len(columns.two), dtype=bool)
        depth: Counter[int] = Counter()
        for number, (first, second) in enumerate(columns.two.tolist()):
            system = columns.rows[first].system
            steps = [self.principal.get(system) in columns.rows[row].needs for row in (first, second)]
            if any(steps):
                self.by_second[number] = not steps[0]
                layers.add(depth[system], place[system], number)
                depth[system] += 1
        self._pair_layers = layers.arrays()
        self.pairs = layers.second()

    def costs(self, reduced: ReducedCosts) -> WaitingCosts:
        """What linked systems pay at least with their principal service, at these reduced costs."""
        needed = np.full((self.end, len(self.systems)), INFINITY)
        for at, rows in self._single_layers:
            needed[:, at] = np.minimum(needed[:, at], reduced.rows.T[:, rows])
        for at, numbers in self._pair_layers:
            least = self._by_need(reduced.pairs.T[:, numbers], self.by_second[numbers])
            needed[:, at] = np.minimum(needed[:, at], least)
        ready = np.full((self.end + 1, len(self.systems)), INFINITY)
        for quarter in reversed(range(self.end)):
            np.minimum(needed[quarter], ready[quarter + 1], out=ready[quarter])
        return WaitingCosts(needed, ready)

    def _by_need(self, pairs: Floats, second: Mask) -> Floats:
        """[Q, options] to [end, options]: the least by the quarter in which the step that needs the service starts."""
        low = np.full((self.end, pairs.shape[1]), INFINITY)
        if len(pairs):
            low[:-1] = np.minimum.reduceat(pairs, self._by_start, axis=0)
            late = np.flatnonzero(second)
            if len(late):
                low[0, late] = INFINITY
                low[1:, late] = np.minimum.reduceat(pairs[:, late][self._follow_order], self._by_follow, axis=0)
        return low

    def choose(
        self, draft: SolutionDraft, reduced: ReducedCosts, waiting: WaitingCosts, alone: Floats, ready: Ints
    ) -> None:
        """Enters the choices of the systems for which the service is ready in time and worth waiting for.

        Args:
            draft: the solution, in which every system has its best choice without the service.
            reduced: the reduced costs.
            waiting: what follows from them, by :meth:`costs`.
            alone: [linked], what the best choices without the service cost.
            ready: [services], the quarter from which each is ready.
        """
        from_ = np.minimum(ready[self.service_of], self.end)
        places = np.flatnonzero(waiting.ready[from_, np.arange(len(from_))] < alone)
        if not len(places):
            return
        quarter = np.arange(self.end)[:, None]
        in_time = np.where(quarter >= from_[places], waiting.needed[:, places], INFINITY)
        when = in_time.argmin(axis=0)
        value = in_time[when, np.arange(len(places))]
        at_place = np.full(len(self.systems), -1)
        at_place[places] = np.arange(len(places))
        for at, rows in self._single_layers:
            here = np.flatnonzero(at_place[at] >= 0)
            mine = at_place[at[here]]
            hit = reduced.rows.T[when[mine], rows[here]] == value[mine]
            draft.one_step(self.systems[at[here][hit]], rows[here][hit], when[mine][hit])
        pair_start, pair_follow = self.columns.pairs
        for at, numbers in self._pair_layers:
            here = np.flatnonzero(at_place[at] >= 0)
            mine = at_place[at[here]]
            chosen = numbers[here]
            if not len(chosen):
                continue
            step = np.where(self.by_second[chosen][:, None], pair_follow, pair_start)
            in_quarter = np.where(step == when[mine][:, None], reduced.pairs[chosen], INFINITY)
            best = in_quarter.argmin(axis=1)
            hit = in_quarter[np.arange(len(best)), best] == value[mine]
            draft.two_steps(self.systems[at[here][hit]], chosen[hit], best[hit])

    def first_uses(self, rows: Ints, starts: Ints) -> Ints:
        """[second needs]: the first quarter in which a step that has each of these needs starts; or NEVER.

        Args:
            rows, starts: the step rows that are worked on, and the quarter in which each starts.
        """
        needed = np.full(len(self.second_needs), NEVER)
        row_start = np.full(len(self.columns.rows), NEVER)
        row_start[rows] = starts
        for having, at in self.second_rows:
            np.minimum.at(needed, at, row_start[having])
        return needed


def _principal_services(columns: Columns) -> dict[int, int]:
    """By system, the service it is linked to: of those that it may wait for, the one that fewest others do."""
    wanted: dict[int, set[int]] = {}
    for row in columns.rows:
        if row.needs:
            wanted.setdefault(row.system, set()).update(row.needs)
    count = Counter(need for needs in wanted.values() for need in needs)
    return {system: min(needs, key=lambda need: (count[need], need)) for system, needs in sorted(wanted.items())}


class _Layers:
    """Pairs of numbers, laid out in layers so that in each layer no first number occurs twice."""

    def __init__(self) -> None:
        self.layers: list[list[tuple[int, int]]] = []

    def add(self, layer: int, one: int, other: int) -> None:
        while len(self.layers) <= layer:
            self.layers.append([])
        self.layers[layer].append((one, other))

    def arrays(self) -> list[Layer]:
        found = (np.array(layer, dtype=np.int64).reshape(-1, 2) for layer in self.layers)
        return [(pairs[:, 0], pairs[:, 1]) for pairs in found]

    def second(self) -> Ints:
        """The second numbers of all layers."""
        return np.array([other for layer in self.layers for _, other in layer], dtype=np.int64)
