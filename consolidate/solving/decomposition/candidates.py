"""What each system may do once services are settled: columns with all that a partial plan asks of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from consolidate.solving.decomposition.arrays import REFRESH, RETIRE, SECOND_RETIRE, Floats, Ints
from consolidate.solving.decomposition.evaluation import ReducedCosts
from consolidate.solving.decomposition.resources import ResourceIndex
from consolidate.solving.decomposition.rows import OptionColumn, StepRow
from consolidate.solving.formulation.costs import NEVER

Use = tuple[tuple[int, float], ...]
"""(resource, amount) pairs, each resource once."""


class Candidate(NamedTuple):
    """A column with all that a plan under construction asks of it.

    Attributes:
        reduced: its reduced cost.
        own: what it costs by itself.   [currency, discounted]
        start: the first quarter of work; :data:`NEVER` for none.
        live, retired: the cutover after which the system is live, and retired; or :data:`NEVER`.
        use: what it uses of resources that can fill up.
        hire: the part of that of which days may cost more, or less, than own ones are worth.
        column: the column.
    """

    reduced: float
    own: float
    start: int
    live: int
    retired: int
    use: Use
    hire: Use
    column: OptionColumn


class CandidateLists:
    """The candidates of each system that need no service before it is ready, by reduced cost; made when asked for.

    Args:
        resources: what is limited.
        reduced: the reduced costs by which columns are ordered.
        ready: [services], the quarter from which each is ready.
    """

    held: Mapping[int, Candidate] = {}
    """Systems that may do one thing alone, with that candidate."""

    def __init__(self, resources: ResourceIndex, reduced: ReducedCosts, ready: Ints) -> None:
        self.resources = resources
        self.columns = columns = resources.columns
        room = resources.after_builds(ready)
        self.can_fill = [most > left for most, left in zip(resources.most, room.tolist(), strict=True)]
        base_days = {resource: room[resource] - more for resource, (more, _) in resources.on_top.items()}
        self.can_hire = {resource for resource, left in base_days.items() if resources.most[resource] > left}
        self.can_hire.update(resources.relief)
        self.deadline = resources.gate_deadlines(ready)
        systems, values, rows, at = self._flat(reduced, self._unready(ready))
        order = np.lexsort((at, rows, values, systems))
        systems, self.values, self.rows, self.at = systems[order], values[order], rows[order], at[order]
        self.bounds: list[int] = np.searchsorted(systems, np.arange(len(columns.systems) + 1)).tolist()
        self.own = self._looked_up(columns.cost, columns.pair_cost, columns.stay_cost[systems])
        self.lacks = [
            (resource, most[systems] - self._looked_up(alone, both, np.zeros(len(systems))))
            for (resource, most), (alone, both) in zip(resources.targets, columns.saved, strict=True)
        ]
        """By target and budget: its resource, and how much less each column saves than its system could."""
        self.made: list[list[Candidate]] = [[] for _ in columns.systems]
        self._by_cutover: dict[int, dict[int, list[Candidate]]] = {}
        self.parts: dict[tuple[object, int, int], Use] = {}
        """What equal work uses is one object: a million candidates have few different ones."""

    def _looked_up(self, alone: Floats, both: Floats, stays: Floats) -> Floats:
        """By column, the entry of its row, or of its two-step option; else that for staying."""
        found, count = stays.copy(), len(self.columns.rows)
        one, two = (self.rows >= 0) & (self.rows < count), self.rows >= count
        found[one] = alone[self.rows[one], self.at[one]]
        found[two] = both[self.rows[two] - count, self.at[two]]
        return found

    def _unready(self, ready: Ints) -> Ints:
        """By row, the first quarter in which what it needs is ready."""
        return np.array(
            [max((int(ready[need]) for need in row.needs), default=0) for row in self.columns.rows], dtype=np.int64
        )

    def _late(self, rows: Ints) -> Ints:
        """By first step, the quarter from which a start is too late for the builds that wait for the system."""
        columns = self.columns
        by = self.deadline[columns.row_system[rows]]
        late = np.where(columns.table.live[rows], by - columns.table.quarters[rows] + 1, 0)
        return np.where(by == NEVER, NEVER, late)

    def _flat(self, reduced: ReducedCosts, first: Ints) -> tuple[Ints, Floats, Ints, Ints]:
        """All columns: system, reduced cost, row (two-step options after them, -1 for staying), quarter or pair."""
        columns, price, pair, stay = self.columns, reduced.rows, reduced.pairs, reduced.stay
        single = columns.singles
        good = np.isfinite(price[single]) & np.isfinite(columns.cost[single])
        good &= np.arange(columns.end) >= first[single][:, None]
        good &= np.arange(columns.end) < self._late(single)[:, None]
        row, start = np.nonzero(good)
        rows = single[row]
        parts = [(columns.row_system[rows], price[rows, start], rows, start)]
        start_of, follow_of = columns.pairs
        fine = np.isfinite(pair) & (start_of >= first[columns.two[:, 0]][:, None])
        fine &= follow_of >= first[columns.two[:, 1]][:, None]
        fine &= start_of < self._late(columns.two[:, 0])[:, None]
        option, place = np.nonzero(fine)
        parts.append(
            (columns.row_system[columns.two[option, 0]], pair[option, place], len(columns.rows) + option, place)
        )
        stays = np.flatnonzero(np.isfinite(stay) & (self.deadline == NEVER))
        parts.append((stays, stay[stays], np.full(len(stays), -1), np.zeros(len(stays), dtype=np.int64)))
        systems, values, numbers, places = (np.concatenate(part) for part in zip(*parts, strict=True))
        return systems, values, numbers, places

    def count(self, system: int) -> int:
        """How many candidates a system has."""
        return int(self.bounds[system + 1] - self.bounds[system])

    def of(self, system: int, most: int) -> list[Candidate]:
        """The ``most`` candidates of lowest reduced cost, or more of them if they have been made already."""
        made = self.made[system]
        low = self.bounds[system]
        for place in range(low + len(made), min(low + most, self.bounds[system + 1])):
            made.append(self._candidate(self._column(system, place), place))
        return made

    def all(self, system: int) -> list[Candidate]:
        """All candidates of a system, by reduced cost."""
        return self.of(system, self.count(system))

    def matching(self, column: OptionColumn) -> Candidate | None:
        """The candidate that is a given column; None where it needs a service too early, or is not possible at all."""
        place, low = self.place_of(column), self.bounds[column.system]
        return self.of(column.system, place - low + 1)[place - low] if place >= 0 else None

    def place_of(self, column: OptionColumn) -> int:
        """The place in the lists of the candidate that is a given column; -1 where there is none."""
        columns, (low, high) = self.columns, self.bounds[column.system : column.system + 2]
        row, at = -1, 0
        if len(column.rows) == 1:
            row, at = column.rows[0], column.starts[0]
        elif column.rows:
            row = len(columns.rows) + int(columns.place_of[column.rows[0]])
            at = columns.pair_number(*column.starts)
        places = np.flatnonzero((self.rows[low:high] == row) & (self.at[low:high] == at))
        return low + int(places[0]) if len(places) else -1

    def at_place(self, system: int, place: int) -> Candidate:
        """The candidate of a system at a place in the lists."""
        number = place - self.bounds[system]
        if number < len(self.made[system]):
            return self.made[system][number]
        return self._candidate(self._column(system, place), place)

    def system_at(self, place: Ints) -> Ints:
        """Whose the candidates at some places are."""
        return np.searchsorted(np.array(self.bounds), place, side="right") - 1

    def steps(self, place: Ints) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        """The rows of the first and of the second step of the candidates at some places, -1 for none, with the quarter
        in which each begins."""
        columns, rows, at = self.columns, self.rows[place], self.at[place]
        count = len(columns.rows)
        double = np.flatnonzero(rows >= count)
        first, start = np.where(rows < count, rows, -1), np.where(rows < count, at, 0)
        second, follow = np.full(len(place), -1), np.zeros(len(place), dtype=np.int64)
        first[double], second[double] = columns.two[rows[double] - count].T
        start[double], follow[double] = columns.pairs[:, at[double]]
        return (first, start), (second, follow)

    def dates(self, place: Ints) -> tuple[Ints, Ints, Ints]:
        """``start``, ``live`` and ``retired`` of the candidates at some places."""
        columns = self.columns
        number = np.array([row.number for row in columns.rows] + [0])
        kind = np.array([row.kind for row in columns.rows] + [REFRESH])
        quarters = np.array([row.step.quarters for row in columns.rows] + [0])
        start, live, retired = (np.full(len(place), NEVER) for _ in range(3))
        for row, begin in self.steps(place):
            cutover, first = begin + quarters[row] - 1, number[row] == 1
            start[first] = begin[first]
            goes_live = first & (kind[row] != REFRESH)
            live[goes_live] = cutover[goes_live]
            retires = (kind[row] == RETIRE) | (kind[row] == SECOND_RETIRE)
            retired[retires] = cutover[retires]
        return start, live, retired

    def by_cutover(self, system: int) -> dict[int, list[Candidate]]:
        """All candidates of a system by reduced cost, by the cutover after which it is live."""
        found = self._by_cutover.get(system)
        if found is None:
            found = self._by_cutover[system] = {}
            for candidate in self.all(system):
                found.setdefault(candidate.live, []).append(candidate)
        return found

    def _column(self, system: int, place: int) -> OptionColumn:
        row, at = int(self.rows[place]), int(self.at[place])
        if row < 0:
            return OptionColumn(system)
        option = row - len(self.columns.rows)
        if option < 0:
            return OptionColumn(system, (row,), (at,))
        first, second = self.columns.two[option].tolist()
        start, follow = self.columns.pairs[:, at].tolist()
        return OptionColumn(system, (first, second), (start, follow))

    def _candidate(self, column: OptionColumn, place: int) -> Candidate:
        rows, system = [self.columns.rows[row] for row in column.rows], column.system
        start, live, retired = NEVER, NEVER, NEVER
        use: Use = ()
        for row, first in zip(rows, column.starts, strict=True):
            cutover = first + row.step.quarters - 1
            if row.number == 1:
                start = first
                live = NEVER if row.kind == REFRESH else cutover
            retired = cutover if row.kind in (RETIRE, SECOND_RETIRE) else retired
            use += self.work(row, first)
            if row.into >= 0:
                use += self._kept(((self.resources.capacity[row.into], self.columns.systems[system].users),))
        if len(rows) > 1:
            use = _added_up(use)
        late = [(resource, 1.0) for by, resource in self.resources.milestones_of[system] if live > by]
        lacks = [(resource, float(lack[place])) for resource, lack in self.lacks]
        use += self._kept((*late, *lacks))
        hire = tuple(item for item in use if item[0] in self.can_hire) if self.can_hire else ()
        return Candidate(float(self.values[place]), float(self.own[place]), start, live, retired, use, hire, column)

    def work(self, row: StepRow, first: int) -> Use:
        """People, money and moves under way of a step that begins in a quarter, as far as they matter."""
        quarters = row.step.quarters
        use = self._part(row.staff, first, 0, self._staff) + self._part(row.money, first, quarters, self._money)
        return use + self._part(self.resources.limits_of[row.system], first, quarters, self._limits)

    def _kept(self, taken: Iterable[tuple[int, float]]) -> Use:
        """The part that matters: of resources that can fill up or have agency days."""
        return tuple(item for item in taken if item[1] > 0 and (self.can_fill[item[0]] or item[0] in self.can_hire))

    def _part(
        self, what: Any, first: int, quarters: int, taken: Callable[[Any, int, int], Iterator[tuple[int, float]]]
    ) -> Use:
        key = (what, first, quarters)
        found = self.parts.get(key)
        if found is None:
            found = self.parts[key] = self._kept(taken(what, first, quarters))
        return found

    def _staff(
        self, staff: tuple[tuple[int, tuple[float, ...]], ...], first: int, _: int
    ) -> Iterator[tuple[int, float]]:
        for role, days in staff:
            yield from enumerate(days, self.resources.first_day(role) + first)

    def _money(self, money: tuple[tuple[int, float], ...], first: int, quarters: int) -> Iterator[tuple[int, float]]:
        spent = [
            (resource, amount)
            for pot, amount in money
            for quarter in range(first, first + quarters)
            for resource in self.resources.money(pot, quarter)
        ]
        yield from _added_up(spent)

    def _limits(self, limits: tuple[int, ...], first: int, quarters: int) -> Iterator[tuple[int, float]]:
        for resource in limits:
            for quarter in range(first, first + quarters):
                yield resource + quarter, 1.0


def _added_up(taken: Iterable[tuple[int, float]]) -> Use:
    """Each resource once."""
    total: dict[int, float] = {}
    for resource, amount in taken:
        total[resource] = total.get(resource, 0.0) + amount
    return tuple(total.items())
