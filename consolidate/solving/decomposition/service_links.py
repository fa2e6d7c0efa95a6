"""Which systems wait for which service, and what waiting for it costs them.

Each system that may use a service yet to be built is linked to one, its *principal* service: the subproblem keeps
that constraint. Any second service that one of its steps needs is a constraint of the family ``ready`` and bears a
price.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from consolidate.solving.decomposition.alternatives import SolutionDraft
from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import ReducedCosts
from consolidate.solving.decomposition.passes import Passes, PricedChoices, WaitingChoices, WaitingCosts
from consolidate.solving.formulation.costs import NEVER


class ServiceLinks:
    """Systems that may wait for a service yet to be built.

    Args:
        columns: all choices.
        passes: how arrays are gone through.

    Attributes:
        systems, service_of: [linked], the systems by their principal service, and that service.
        groups, bounds: the services that have linked systems, and where each one's systems begin in ``systems``.
        second_needs: [needs, 2], system and service for each need of another service; ``second_rows``: the step rows
            that have such needs, and places in ``second_needs``.
        rows, pairs: the step rows of one-step options, and the two-step options, that need the principal service.
        by_second: [n], two-step options of which only the second step needs it.
    """

    def __init__(self, columns: Columns, passes: Passes) -> None:
        self.columns, self.passes = columns, passes
        self.end = columns.end
        self.principal = _principal_services(columns)
        systems = sorted(self.principal, key=lambda system: (self.principal[system], system))
        self.systems = np.array(systems, dtype=np.int64)
        self.service_of = np.array([self.principal[system] for system in systems], dtype=np.int64)
        self.groups, self.bounds = np.unique(self.service_of, return_index=True)
        place = {system: at for at, system in enumerate(systems)}
        self.by_second = np.zeros(len(columns.two), dtype=bool)
        row_place, self.rows, row_bounds = _by_place(*self._link_rows(place), len(systems))
        pair_place, self.pairs, pair_bounds = _by_place(*self._link_pairs(place), len(systems))
        self.waiting = WaitingChoices(
            row_place, self.rows, row_bounds, pair_place, self.pairs, pair_bounds, self.by_second[self.pairs]
        )
        size, end = len(systems), self.end
        self.waiting_costs = WaitingCosts(
            np.empty((size, end)), np.empty((size, end + 1)), np.empty(size), np.empty((size, end + 1))
        )

    def _link_rows(self, place: dict[int, int]) -> tuple[Ints, Ints]:
        """The linked systems' places and rows of one-step options that need the principal service; notes others."""
        columns = self.columns
        pairs = set(columns.two.ravel().tolist())
        known: dict[tuple[int, int], int] = {}
        seconds: list[tuple[int, int]] = []
        found: list[tuple[int, int]] = []
        for number, row in enumerate(columns.rows):
            others = [need for need in row.needs if need != self.principal[row.system]]
            seconds += [(number, known.setdefault((row.system, need), len(known))) for need in others]
            if len(others) < len(row.needs) and number not in pairs:
                found.append((place[row.system], number))
        self.second_needs = np.array(list(known), dtype=np.int64).reshape(-1, 2)
        self.second_rows = _two_columns(seconds)
        return _two_columns(found)

    def _link_pairs(self, place: dict[int, int]) -> tuple[Ints, Ints]:
        """Places and numbers of two-step options of which the first or the second step needs the principal service."""
        columns = self.columns
        found: list[tuple[int, int]] = []
        for number, (first, second) in enumerate(columns.two.tolist()):
            system = columns.rows[first].system
            steps = [self.principal.get(system) in columns.rows[row].needs for row in (first, second)]
            if any(steps):
                self.by_second[number] = not steps[0]
                found.append((place[system], number))
        return _two_columns(found)

    def costs(self, reduced: ReducedCosts, alone: Floats) -> tuple[Floats, Floats]:
        """What linked systems pay at least, in arrays that the next call overwrites.

        Args:
            reduced: the reduced costs.
            alone: [linked], what the best choices without the service cost.

        Returns:
            [linked], with the service or without it; and [linked, end + 1], how much more when the service is ready
            from each quarter, the last never.
        """
        priced = PricedChoices(reduced.rows, reduced.pairs, self.columns.pairs)
        self.passes.waiting_costs(self.waiting, priced, alone, self.waiting_costs)
        return self.waiting_costs.base, self.waiting_costs.extra

    def choose(self, draft: SolutionDraft, reduced: ReducedCosts, alone: Floats, ready: Ints) -> None:
        """Enters the choices of the systems for which the service is ready in time and worth waiting for.

        Args:
            draft: the solution, in which every system has its best choice without the service.
            reduced, alone: those that :meth:`costs` was given last.
            ready: [services], the quarter from which each is ready.
        """
        priced = PricedChoices(reduced.rows, reduced.pairs, self.columns.pairs)
        from_ = np.minimum(ready[self.service_of], self.end)
        chosen = self.passes.choose(self.waiting, priced, alone, self.waiting_costs, from_)
        one, two = np.flatnonzero(chosen.row >= 0), np.flatnonzero(chosen.option >= 0)
        draft.one_step(self.systems[one], chosen.row[one], chosen.start[one])
        draft.two_steps(self.systems[two], chosen.option[two], chosen.pair[two])

    def first_uses(self, rows: Ints, starts: Ints) -> Ints:
        """[second needs]: the first quarter in which a step that has each of these needs starts; or NEVER.

        Args:
            rows, starts: the step rows that are worked on, and the quarter in which each starts.
        """
        needed = np.full(len(self.second_needs), NEVER)
        row_start = np.full(len(self.columns.rows), NEVER)
        row_start[rows] = starts
        having, at = self.second_rows
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


def _two_columns(pairs: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    """The first and the second numbers of pairs."""
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T.copy()
    return one, other


def _by_place(places: Ints, numbers: Ints, size: int) -> tuple[Ints, Ints, Ints]:
    """Places and what belongs to them, ordered by place; and [size + 1], where each place's begin and the last end."""
    order = np.argsort(places, kind="stable")
    places = places[order]
    return places, numbers[order], np.searchsorted(places, np.arange(size + 1))
