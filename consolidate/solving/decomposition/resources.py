"""Everything that is limited, as one list of cells that plans draw on.

A *cell* is a room of which every choice takes a share, never less than nothing: person-days of a role in
a quarter, a pot's money up to the end of a period, a limit's moves in a quarter, a service's capacity.
What has to be *reached* is a cell too: a milestone leaves room for so many systems that are not live, a
target for so much less than all could save together. So whether a choice fits is one comparison by cell.

The families bear the names of the model's. Units: person-days, currency, moves, users, systems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from consolidate.solving.decomposition.arrays import REFRESH, RETIRE, SECOND_RETIRE, Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import ReducedCosts
from consolidate.solving.decomposition.rows import OptionColumn
from consolidate.solving.formulation.costs import NEVER

Use = tuple[tuple[int, float], ...]
"""(cell, amount) pairs, each cell once."""

ROUNDING = 1e-7
"""What sums in floating point may be over a limit by, relative to it."""


class Cell(NamedTuple):
    """One limited thing. ``family``: the model's name; ``rule``: role, pot, limit, … by number;
    ``time``: quarter, or a pot's period."""

    family: str
    rule: int
    time: int


class Candidate(NamedTuple):
    """A column with all that a plan under construction asks of it.

    ``reduced``: its reduced cost; ``own``: what it costs by itself; ``start``: first quarter of work,
    :data:`NEVER` for none; ``live``, ``retired``: the cutover after which it is, or :data:`NEVER`;
    ``use``: of cells that can fill up; ``hire``: of those whose last part is agency days.
    """

    reduced: float
    own: float
    start: int
    live: int
    retired: int
    use: Use
    hire: Use
    column: OptionColumn


class Cells:
    """The cells of one inventory, and what rows and builds take of them."""

    def __init__(self, data: Columns) -> None:
        self.data = data
        self.end = data.end
        self.cells: list[Cell] = []
        self.limit: list[float] = []
        self.most: list[float] = []
        """By cell, what all systems together could take."""
        self._staff()
        self._money()
        self._limits()
        self._capacity()
        self._milestones()
        self._targets()
        self.room = np.array(self.limit, dtype=float)

    def _add(self, family: str, rule: int, time: int, room: float, most: float) -> int:
        self.cells.append(Cell(family, rule, time))
        self.limit.append(room)
        self.most.append(most)
        return len(self.cells) - 1

    def _largest(self, amounts: list[tuple[int, float]]) -> float:
        """Sum over systems of the largest of their (row, amount)s, rows of one option added up."""
        by_mode: dict[tuple[int, int], float] = {}
        for row, amount in amounts:
            key = (self.data.rows[row].system, self.data.rows[row].option.number)
            by_mode[key] = by_mode.get(key, 0.0) + amount
        largest: dict[int, float] = {}
        for (system, _), amount in by_mode.items():
            largest[system] = max(largest.get(system, 0.0), amount)
        return sum(largest.values())

    # -- what there is ----------------------------------------------------------------------

    def _staff(self) -> None:
        inventory, data = self.data.inventory, self.data
        factors = np.diff(np.array(data.prices.prefix)).tolist()
        self.agency: dict[int, tuple[float, float]] = {}
        """By cell: agency days on top, and their discounted price."""
        taken: list[list[tuple[int, float]]] = [[] for _ in data.roles]
        for number, row in enumerate(data.rows):
            for role, days in row.staff:
                taken[role].append((number, max(days)))
        for number, name in enumerate(data.roles):
            team, most = inventory.roles[name], self._largest(taken[number])
            assert team.days is not None
            for quarter in range(self.end):
                more = team.agency_days[quarter]
                cell = self._add("staff", number, quarter, team.days[quarter] + more, most)
                if more > 0:
                    self.agency[cell] = (more, team.day_rate[quarter] * factors[quarter])

    def _money(self) -> None:
        """With carry-forward, a period's cell is all that is spent up to its end."""
        data = self.data
        taken: list[list[tuple[int, float]]] = [[] for _ in data.pots]
        for number, row in enumerate(data.rows):
            for pot, amount in row.money:
                taken[pot].append((number, amount * row.step.quarters))
        self.drawn: list[list[tuple[int, ...]]] = []
        """By pot and quarter, the cells that money spent in it is taken from."""
        for number, fund in enumerate(data.inventory.pots.values()):
            most, total = self._largest(taken[number]), 0.0
            drawn: list[tuple[int, ...]] = [()] * self.end
            for place, period in enumerate(fund.periods):
                total = total + period.amount if fund.carry_forward else period.amount
                cell = self._add("capital", number, place, total, most)
                here = [quarter for quarter in period.quarters if 0 <= quarter < self.end]
                before = range(min(here, default=0)) if fund.carry_forward else ()
                for quarter in (*before, *here):
                    drawn[quarter] = (*drawn[quarter], cell)
            self.drawn.append(drawn)

    def _limits(self) -> None:
        data = self.data
        self.limits_of: list[tuple[int, ...]] = [()] * len(data.systems)
        """By system, the first cell of each limit that counts it."""
        for number, limit in enumerate(data.inventory.limits):
            members = data.members(limit.who.systems).tolist()
            first = len(self.cells)
            for quarter in range(self.end):
                self._add("limit", number, quarter, limit.room(quarter), len(members))
            for system in members:
                self.limits_of[system] += (first,)

    def _capacity(self) -> None:
        data = self.data
        self.capacity: dict[int, int] = {}
        """By service, its cell."""
        taken: list[list[tuple[int, float]]] = [[] for _ in data.services]
        for number, row in enumerate(data.rows):
            if row.into >= 0:
                taken[row.into].append((number, data.systems[row.system].users))
        for number, service in enumerate(data.services):
            if taken[number]:
                there = (service.capacity or 0.0) if service.build is None else 0.0
                self.capacity[number] = self._add("capacity", number, 0, there, self._largest(taken[number]))

    def _milestones(self) -> None:
        data = self.data
        self.milestones_of: list[list[tuple[int, int]]] = [[] for _ in data.systems]
        """By system: the last cutover that counts, and the cell."""
        for number, rule in enumerate(data.inventory.milestones):
            members = data.members(rule.who.systems).tolist()
            cell = self._add("milestone", number, rule.by, len(members) - rule.needed, len(members))
            for system in members:
                self.milestones_of[system].append((rule.by, cell))

    def _targets(self) -> None:
        data = self.data
        self.targets: list[tuple[int, Floats]] = []
        """For each target, its cell and what each system could save at most."""
        for number, (target, (alone, pair)) in enumerate(zip(data.inventory.targets, data.saved, strict=True)):
            most = np.where(np.isfinite(data.stay_cost), 0.0, -np.inf)
            least = np.where(np.isfinite(data.stay_cost), 0.0, np.inf)
            single = data.singles
            for rows, figures, there in (
                (data.row_system[single], alone[single], np.isfinite(data.cost[single])),
                (data.row_system[data.two[:, 0]], pair, np.isfinite(data.pair_cost)),
            ):
                if figures.size:
                    np.maximum.at(most, rows, np.where(there, figures, -np.inf).max(axis=1))
                    np.minimum.at(least, rows, np.where(there, figures, np.inf).min(axis=1))
            most = np.where(np.isfinite(most), most, 0.0)
            least = np.where(np.isfinite(least), least, 0.0)
            room = float(most.sum()) - target.savings
            self.targets.append((self._add("target", number, 0, room, float((most - least).sum())), most))

    # -- what is taken ------------------------------------------------------------------------

    def build(self, service: int, ready: int) -> dict[int, float]:
        """What a build takes, less than nothing of the capacity that it makes."""
        taken: dict[int, float] = {}
        build = self.data.services[service].build
        if build is None or ready >= NEVER:
            return taken
        start, length = ready - build.quarters, max(build.quarters, 1)
        for role, days in build.effort.items():
            if role in self.data.roles:
                for offset, figure in enumerate(days):
                    taken[self.data.roles[role] * self.end + start + offset] = figure
        for pot, amount in build.capital.items():
            if pot is not None:
                for drawn in self.drawn[self.data.pots[pot]][start : start + length]:
                    for cell in drawn:
                        taken[cell] = taken.get(cell, 0.0) + amount / length
        if service in self.capacity:
            taken[self.capacity[service]] = -(self.data.services[service].capacity or 0.0)
        for (cell, _), target in zip(self.targets, self.data.inventory.targets, strict=True):
            taken[cell] = self.data.prices.build_running(self.data.services[service], start, target.quarters)
        return taken

    def after_builds(self, ready: Ints) -> Floats:
        """What builds leave of each cell; less than nothing where they take more than there is."""
        room = self.room.copy()
        for service, quarter in enumerate(ready.tolist()):
            for cell, amount in self.build(service, quarter).items():
                room[cell] -= amount
        return room

    def overdrawn(self, room: Floats) -> bool:
        """Whether people or money of some quarter are short."""
        return bool((room < -ROUNDING * np.maximum(1.0, np.abs(self.room))).any())


class Offers:
    """The columns of each system that wait for nothing unbuilt, by reduced cost; made when asked for.

    Args:
        cells: what is limited.
        reduced: the reduced costs by which columns are ordered.
        ready: [services], the quarter from which each is ready.
    """

    def __init__(self, cells: Cells, reduced: ReducedCosts, ready: Ints) -> None:
        self.cells = cells
        self.data = data = cells.data
        room = cells.after_builds(ready)
        self.can_fill = [most > left for most, left in zip(cells.most, room.tolist(), strict=True)]
        own_days = {cell: room[cell] - more for cell, (more, _) in cells.agency.items()}
        self.can_hire = {cell for cell, left in own_days.items() if cells.most[cell] > left}
        systems, values, rows, at = self._flat(reduced, self._unready(ready))
        order = np.lexsort((at, rows, values, systems))
        systems, self.values, self.rows, self.at = systems[order], values[order], rows[order], at[order]
        self.bounds: list[int] = np.searchsorted(systems, np.arange(len(data.systems) + 1)).tolist()
        self.own = self._looked_up(data.cost, data.pair_cost, data.stay_cost[systems])
        self.lacks = [
            (cell, most[systems] - self._looked_up(alone, both, np.zeros(len(systems))))
            for (cell, most), (alone, both) in zip(cells.targets, data.saved, strict=True)
        ]
        """By target: its cell, and how much less each column saves than its system could."""
        self.made: list[list[Candidate]] = [[] for _ in data.systems]
        self.parts: dict[tuple[object, int, int], Use] = {}
        """What equal work takes is one object: a million candidates have few different ones."""

    def _looked_up(self, alone: Floats, both: Floats, stays: Floats) -> Floats:
        """By column, the entry of its row, or of its two-step option; else that for staying."""
        found, count = stays.copy(), len(self.data.rows)
        one, two = (self.rows >= 0) & (self.rows < count), self.rows >= count
        found[one] = alone[self.rows[one], self.at[one]]
        found[two] = both[self.rows[two] - count, self.at[two]]
        return found

    def _unready(self, ready: Ints) -> Ints:
        """By row, the first quarter in which what it needs is ready."""
        return np.array(
            [max((int(ready[need]) for need in row.needs), default=0) for row in self.data.rows], dtype=np.int64
        )

    def _flat(self, reduced: ReducedCosts, first: Ints) -> tuple[Ints, Floats, Ints, Ints]:
        """All columns: system, reduced cost, row (two-step options after them, -1 for staying), quarter or pair."""
        data, price, pair, stay = self.data, reduced.rows, reduced.pairs, reduced.stay
        single = data.singles
        good = np.isfinite(price[single]) & np.isfinite(data.cost[single])
        good &= np.arange(data.end) >= first[single][:, None]
        row, start = np.nonzero(good)
        rows = single[row]
        parts = [(data.row_system[rows], price[rows, start], rows, start)]
        start_of, follow_of = data.pairs
        fine = np.isfinite(pair) & (start_of >= first[data.two[:, 0]][:, None])
        fine &= follow_of >= first[data.two[:, 1]][:, None]
        option, place = np.nonzero(fine)
        parts.append((data.row_system[data.two[option, 0]], pair[option, place], len(data.rows) + option, place))
        stays = np.flatnonzero(np.isfinite(stay))
        parts.append((stays, stay[stays], np.full(len(stays), -1), np.zeros(len(stays), dtype=np.int64)))
        systems, values, numbers, places = (np.concatenate(part) for part in zip(*parts, strict=True))
        return systems, values, numbers, places

    def count(self, system: int) -> int:
        return int(self.bounds[system + 1] - self.bounds[system])

    def of(self, system: int, most: int) -> list[Candidate]:
        """The ``most`` of lowest reduced cost, or more of them if they are there already."""
        made = self.made[system]
        low = self.bounds[system]
        for place in range(low + len(made), min(low + most, self.bounds[system + 1])):
            made.append(self._candidate(self._column(system, place), place))
        return made

    def all(self, system: int) -> list[Candidate]:
        return self.of(system, self.count(system))

    def _column(self, system: int, place: int) -> OptionColumn:
        row, at = int(self.rows[place]), int(self.at[place])
        if row < 0:
            return OptionColumn(system)
        option = row - len(self.data.rows)
        if option < 0:
            return OptionColumn(system, (row,), (at,))
        first, second = self.data.two[option].tolist()
        start, follow = self.data.pairs[:, at].tolist()
        return OptionColumn(system, (first, second), (start, follow))

    def _candidate(self, column: OptionColumn, place: int) -> Candidate:
        rows, system = [self.data.rows[row] for row in column.rows], column.system
        start, live, retired = NEVER, NEVER, NEVER
        use: Use = ()
        for row, first in zip(rows, column.starts, strict=True):
            cutover = first + row.step.quarters - 1
            if row.number == 1:
                start = first
                live = NEVER if row.kind == REFRESH else cutover
            retired = cutover if row.kind in (RETIRE, SECOND_RETIRE) else retired
            use += self._part(row.staff, first, 0, self._staff) + self._part(
                row.money, first, row.step.quarters, self._money
            )
            limits = self.cells.limits_of[system]
            use += self._part(limits, first, row.step.quarters, self._limits)
            if row.into >= 0:
                use += self._kept(((self.cells.capacity[row.into], self.data.systems[system].users),))
        if len(rows) > 1:
            use = _added_up(use)
        late = [(cell, 1.0) for by, cell in self.cells.milestones_of[system] if live > by]
        lacks = [(cell, float(lack[place])) for cell, lack in self.lacks]
        use += self._kept((*late, *lacks))
        hire = tuple(item for item in use if item[0] in self.can_hire) if self.can_hire else ()
        return Candidate(float(self.values[place]), float(self.own[place]), start, live, retired, use, hire, column)

    def _kept(self, taken: Iterable[tuple[int, float]]) -> Use:
        """What matters of it: cells that can fill up or have agency days."""
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
            yield from enumerate(days, role * self.cells.end + first)

    def _money(self, money: tuple[tuple[int, float], ...], first: int, quarters: int) -> Iterator[tuple[int, float]]:
        spent = [
            (cell, amount)
            for pot, amount in money
            for drawn in self.cells.drawn[pot][first : first + quarters]
            for cell in drawn
        ]
        yield from _added_up(spent)

    def _limits(self, limits: tuple[int, ...], first: int, quarters: int) -> Iterator[tuple[int, float]]:
        for cell in limits:
            for quarter in range(first, first + quarters):
                yield cell + quarter, 1.0


def _added_up(taken: Iterable[tuple[int, float]]) -> Use:
    """Each cell once."""
    total: dict[int, float] = {}
    for cell, amount in taken:
        total[cell] = total.get(cell, 0.0) + amount
    return tuple(total.items())
