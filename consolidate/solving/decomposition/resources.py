"""Everything that is limited, as one list of resources that plans draw on.

A *resource* is a room of which every choice takes a share, never less than nothing: person-days of a role in
a quarter, a pot's money up to the end of a period, a limit's moves in a quarter, a service's capacity.
What has to be *reached* is a resource too: a milestone leaves room for so many systems that are not live, a
target for so much less than all could save together. So whether a choice fits is one comparison by resource.

The families bear the names of the model's. Units: person-days, currency, moves, users, systems.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.formulation.costs import NEVER

ROUNDING = 1e-7
"""What sums in floating point may be over a limit by, relative to it."""


class ResourceKey(NamedTuple):
    """One limited thing. ``family``: the model's name; ``rule``: role, pot, limit, … by number;
    ``time``: quarter, or a pot's period."""

    family: str
    rule: int
    time: int


class ResourceIndex:
    """The resources of one inventory, and what rows and builds take of them."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.end = columns.end
        self.keys: list[ResourceKey] = []
        self.limit: list[float] = []
        self.most: list[float] = []
        """By resource, what all systems together could take."""
        self._staff()
        self._money()
        self._limits()
        self._capacity()
        self._milestones()
        self._targets()
        self.room = np.array(self.limit, dtype=float)

    def _add(self, family: str, rule: int, time: int, room: float, most: float) -> int:
        self.keys.append(ResourceKey(family, rule, time))
        self.limit.append(room)
        self.most.append(most)
        return len(self.keys) - 1

    def _largest(self, amounts: list[tuple[int, float]]) -> float:
        """Sum over systems of the largest of their (row, amount)s, rows of one option added up."""
        by_mode: dict[tuple[int, int], float] = {}
        for row, amount in amounts:
            key = (self.columns.rows[row].system, self.columns.rows[row].option.number)
            by_mode[key] = by_mode.get(key, 0.0) + amount
        largest: dict[int, float] = {}
        for (system, _), amount in by_mode.items():
            largest[system] = max(largest.get(system, 0.0), amount)
        return sum(largest.values())

    # -- what there is ----------------------------------------------------------------------

    def _staff(self) -> None:
        inventory, columns = self.columns.inventory, self.columns
        factors = np.diff(np.array(columns.prices.prefix)).tolist()
        self.agency: dict[int, tuple[float, float]] = {}
        """By resource: agency days on top, and their discounted price."""
        taken: list[list[tuple[int, float]]] = [[] for _ in columns.roles]
        for number, row in enumerate(columns.rows):
            for role, days in row.staff:
                taken[role].append((number, max(days)))
        for number, name in enumerate(columns.roles):
            team, most = inventory.roles[name], self._largest(taken[number])
            assert team.days is not None
            for quarter in range(self.end):
                more = team.agency_days[quarter]
                resource = self._add("staff", number, quarter, team.days[quarter] + more, most)
                if more > 0:
                    self.agency[resource] = (more, team.day_rate[quarter] * factors[quarter])

    def _money(self) -> None:
        """With carry-forward, a period's resource is all that is spent up to its end."""
        columns = self.columns
        taken: list[list[tuple[int, float]]] = [[] for _ in columns.pots]
        for number, row in enumerate(columns.rows):
            for pot, amount in row.money:
                taken[pot].append((number, amount * row.step.quarters))
        self.drawn: list[list[tuple[int, ...]]] = []
        """By pot and quarter, the resources that money spent in it is taken from."""
        for number, fund in enumerate(columns.inventory.pots.values()):
            most, total = self._largest(taken[number]), 0.0
            drawn: list[tuple[int, ...]] = [()] * self.end
            for place, period in enumerate(fund.periods):
                total = total + period.amount if fund.carry_forward else period.amount
                resource = self._add("capital", number, place, total, most)
                here = [quarter for quarter in period.quarters if 0 <= quarter < self.end]
                before = range(min(here, default=0)) if fund.carry_forward else ()
                for quarter in (*before, *here):
                    drawn[quarter] = (*drawn[quarter], resource)
            self.drawn.append(drawn)

    def _limits(self) -> None:
        columns = self.columns
        self.limits_of: list[tuple[int, ...]] = [()] * len(columns.systems)
        """By system, the first resource of each limit that counts it."""
        for number, limit in enumerate(columns.inventory.limits):
            members = columns.members(limit.who.systems).tolist()
            first = len(self.keys)
            for quarter in range(self.end):
                self._add("limit", number, quarter, limit.room(quarter), len(members))
            for system in members:
                self.limits_of[system] += (first,)

    def _capacity(self) -> None:
        columns = self.columns
        self.capacity: dict[int, int] = {}
        """By service, its resource."""
        taken: list[list[tuple[int, float]]] = [[] for _ in columns.services]
        for number, row in enumerate(columns.rows):
            if row.into >= 0:
                taken[row.into].append((number, columns.systems[row.system].users))
        for number, service in enumerate(columns.services):
            if taken[number]:
                there = (service.capacity or 0.0) if service.build is None else 0.0
                self.capacity[number] = self._add("capacity", number, 0, there, self._largest(taken[number]))

    def _milestones(self) -> None:
        columns = self.columns
        self.milestones_of: list[list[tuple[int, int]]] = [[] for _ in columns.systems]
        """By system: the last cutover that counts, and the resource."""
        for number, rule in enumerate(columns.inventory.milestones):
            members = columns.members(rule.who.systems).tolist()
            resource = self._add("milestone", number, rule.by, len(members) - rule.needed, len(members))
            for system in members:
                self.milestones_of[system].append((rule.by, resource))

    def _targets(self) -> None:
        columns = self.columns
        self.targets: list[tuple[int, Floats]] = []
        """For each target, its resource and what each system could save at most."""
        for number, (target, (alone, pair)) in enumerate(zip(columns.inventory.targets, columns.saved, strict=True)):
            most = np.where(np.isfinite(columns.stay_cost), 0.0, -np.inf)
            least = np.where(np.isfinite(columns.stay_cost), 0.0, np.inf)
            single = columns.singles
            for rows, figures, there in (
                (columns.row_system[single], alone[single], np.isfinite(columns.cost[single])),
                (columns.row_system[columns.two[:, 0]], pair, np.isfinite(columns.pair_cost)),
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
        build = self.columns.services[service].build
        if build is None or ready >= NEVER:
            return taken
        start, length = ready - build.quarters, max(build.quarters, 1)
        for role, days in build.effort.items():
            if role in self.columns.roles:
                for offset, figure in enumerate(days):
                    taken[self.columns.roles[role] * self.end + start + offset] = figure
        for pot, amount in build.capital.items():
            if pot is not None:
                for drawn in self.drawn[self.columns.pots[pot]][start : start + length]:
                    for resource in drawn:
                        taken[resource] = taken.get(resource, 0.0) + amount / length
        if service in self.capacity:
            taken[self.capacity[service]] = -(self.columns.services[service].capacity or 0.0)
        for (resource, _), target in zip(self.targets, self.columns.inventory.targets, strict=True):
            taken[resource] = self.columns.prices.build_running(self.columns.services[service], start, target.quarters)
        return taken

    def after_builds(self, ready: Ints) -> Floats:
        """What builds leave of each resource; less than nothing where they take more than there is."""
        room = self.room.copy()
        for service, quarter in enumerate(ready.tolist()):
            for resource, amount in self.build(service, quarter).items():
                room[resource] -= amount
        return room

    def overdrawn(self, room: Floats) -> bool:
        """Whether people or money of some quarter are short."""
        return bool((room < -ROUNDING * np.maximum(1.0, np.abs(self.room))).any())
