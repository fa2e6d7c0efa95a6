"""A plan under construction: what each system does, what is left of every cell, and what a change costs.

Services are given: they are built, or not, before systems move. Rules that limit are cells
(:mod:`consolidate.solving.decomposition.resources`); ``after`` and interfaces are looked up among the neighbours;
groups that cut over together are kept so by whoever moves their members.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from consolidate.solving.decomposition.arrays import Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.resources import ROUNDING, Candidate, Cells
from consolidate.solving.formulation.costs import NEVER


class State:
    """What is decided so far. ``at[s]`` is None while nothing is decided about system s.

    ``free``: by cell, what is left; ``paid``: below that, days are the agency's; ``rate``: their price.
    """

    def __init__(self, data: Columns, cells: Cells, ready: Ints) -> None:
        self.data = data
        self.cells = cells
        self.ready = ready
        self.prefix = data.prices.prefix
        self.A = data.prices.end
        size = len(data.systems)
        self.at: list[Candidate | None] = [None] * size
        self.start = [NEVER] * size
        self.live = [NEVER] * size
        self.retired = [-1] * size
        """-1 while nothing is decided: then no interface is paid for, as if it were gone."""
        room = cells.after_builds(ready)
        self.free: list[float] = [left + ROUNDING * max(1.0, abs(left)) for left in room.tolist()]
        self.paid = [0.0] * len(self.free)
        self.rate = [0.0] * len(self.free)
        for cell, (more, price) in cells.agency.items():
            self.paid[cell], self.rate[cell] = more + self.free[cell] - float(room[cell]), price
        self.holders: list[dict[int, float]] = [{} for _ in self.free]
        """By cell, the systems that take of it, and how much."""
        self._ties()
        self.fixed = self._fixed()

    def _ties(self) -> None:
        data = self.data
        size = len(data.systems)
        self.waits_for: list[list[int]] = [[] for _ in range(size)]
        self.awaited_by: list[list[int]] = [[] for _ in range(size)]
        for one, other in data.links.after.tolist():
            self.waits_for[one].append(other)
            self.awaited_by[other].append(one)
        self.links: list[list[tuple[int, float]]] = [[] for _ in range(size)]
        """By system, its interfaces as it sees them: with whom, at what cost a quarter."""
        for number, system in enumerate(data.systems):
            for link in system.interfaces:
                self.links[number].append((data.index[link.other], link.cost))
                self.links[data.index[link.other]].append((number, link.cost))
        self.group_of: dict[int, tuple[int, ...]] = {}
        for group in data.inventory.together:
            numbers = [data.index[system] for system in group]
            merged = tuple(sorted({one for number in numbers for one in self.group_of.get(number, (number,))}))
            self.group_of.update(dict.fromkeys(merged, merged))

    def _fixed(self) -> float:
        """What builds cost, agency apart."""
        data = self.data
        costs = []
        for number, quarter in enumerate(self.ready.tolist()):
            build = data.services[number].build
            if build is not None and quarter < NEVER:
                costs.append(data.prices.build(data.services[number], quarter - build.quarters).total)
        return fsum(costs)

    # -- does it fit? -----------------------------------------------------------------------------

    def window(self, system: int) -> tuple[int, int]:
        """The first quarter in which it may start, and the last in which it may cut over, as its neighbours are."""
        first, last = 0, NEVER
        for other in self.waits_for[system]:
            live = self.live[other]
            if first <= live < NEVER:
                first = live + 1
        for other in self.awaited_by[system]:
            if self.start[other] <= last:
                last = self.start[other] - 1
        return first, last

    def fits(self, candidate: Candidate) -> bool:
        """Whether an undecided system's candidate breaks no rule as things are; ``together`` apart."""
        first, last = self.window(candidate.column.system)
        return candidate.start >= first and (candidate.live <= last or candidate.live == NEVER) and self.has(candidate)

    def has(self, candidate: Candidate) -> bool:
        """Whether there is enough of every cell."""
        free = self.free
        for cell, amount in candidate.use:  # noqa: SIM110  # a loop is quicker, and this is the innermost one
            if free[cell] < amount:
                return False
        return True

    # -- what does it cost? --------------------------------------------------------------------------

    def cost(self, candidate: Candidate) -> float:
        """What a candidate of an undecided system adds: its own price, agency days, interfaces."""
        total = candidate.own
        if candidate.hire:
            total += self.hired(candidate)
        links = self.links[candidate.column.system]
        if links:
            total += self.bridges(links, candidate.live, candidate.retired)
        return total

    def hired(self, candidate: Candidate) -> float:
        """Agency days that a candidate makes necessary.   [currency, discounted]"""
        total, free, paid = 0.0, self.free, self.paid
        for cell, amount in candidate.hire:
            left = free[cell]
            short = paid[cell] - left + amount
            if short > 0:
                total += self.rate[cell] * min(short, amount)
        return total

    def bridges(self, links: Iterable[tuple[int, float]], live: int, retired: int) -> float:
        """What interfaces cost when their one end is live, and retired, after these cutovers."""
        total, prefix, end = 0.0, self.prefix, self.A
        for other, cost in links:
            there = self.live[other]
            first, last = (live, there) if live < there else (there, live)
            last = min(last, retired, self.retired[other], end - 1)
            if last > first:
                total += cost * (prefix[last + 1] - prefix[first + 1])
        return total

    # -- changes ----------------------------------------------------------------------------------------

    def put(self, candidate: Candidate) -> None:
        """Decides: the candidate should fit."""
        system, free, holders = candidate.column.system, self.free, self.holders
        self.at[system] = candidate
        self.start[system], self.live[system], self.retired[system] = candidate.start, candidate.live, candidate.retired
        for cell, amount in candidate.use:
            free[cell] -= amount
            holders[cell][system] = amount

    def take(self, system: int) -> Candidate:
        """Undecides a decided system; what it did comes back."""
        candidate, free, holders = self.at[system], self.free, self.holders
        assert candidate is not None
        self.at[system] = None
        self.start[system] = self.live[system] = NEVER
        self.retired[system] = -1
        for cell, amount in candidate.use:
            free[cell] += amount
            del holders[cell][system]
        return candidate

    # -- the whole --------------------------------------------------------------------------------------------

    def complete(self) -> bool:
        """Everything is decided, and builds alone overdraw nothing; what breaks a rule is not put in."""
        return None not in self.at and min(self.free, default=0.0) >= 0

    def total(self) -> float:
        """What the plan costs so far, builds and agency included; afresh, and so without rounding's drift."""
        costs = [self.fixed]
        costs += [candidate.own for candidate in self.at if candidate is not None]
        self.tidy()
        for cell in self.cells.agency:
            costs.append(self.rate[cell] * max(self.paid[cell] - self.free[cell], 0.0))
        for system, links in enumerate(self.links):
            if links:
                mine = [link for link in links if link[0] < system]
                costs.append(self.bridges(mine, self.live[system], self.retired[system]))
        return fsum(costs)

    def tidy(self) -> None:
        """Reckons what is left afresh: additions and subtractions by the thousand leave traces."""
        room = self.cells.after_builds(self.ready).tolist()
        for cell, left in enumerate(room):
            self.free[cell] = left + ROUNDING * max(1.0, abs(left)) - fsum(self.holders[cell].values())


def whole_groups(state: State, systems: Iterable[int]) -> list[int]:
    """The systems, and those that cut over together with them; rising."""
    return sorted({member for system in systems for member in state.group_of.get(system, (system,))})
