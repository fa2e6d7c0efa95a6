"""Everything that is limited, by number: what a partial plan draws on.

What is limited, how much of it there is and what uses it is stated in
:mod:`consolidate.solving.formulation.resources`; here the resources of one inventory are numbered, so that whether a
choice fits is one comparison by resource. Each choice uses an amount that is never negative. What has to be *reached*
is turned round: of a milestone, systems that are not live in time are used; of a target, what a system saves less than
it could. What is available of these is what all systems could provide together beyond what is asked for.

The families bear the names of the model's. Units: person-days, currency, moves, users, systems.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.yearly_savings import YearRule, budget_rules
from consolidate.solving.formulation.choices import BuildChoice
from consolidate.solving.formulation.costs import NEVER
from consolidate.solving.formulation.people import premium
from consolidate.solving.formulation.resources import Budgets, Entry, Resource


class ResourceKey(NamedTuple):
    """One limited thing. ``family``: the model's name; ``rule``: role, pot, limit, …; ``time``: quarter, or a pot's
    period."""

    family: str
    rule: str | int
    time: int


class ResourceIndex:
    """The resources of one inventory by number, and what builds use of them.

    Attributes:
        keys: the resources; those of one role, or of one limit, by quarter, one after the other.
        room: [resources], what there is of each before anything is built or done.
        most: by resource, what all systems together could use.
        on_top: by resource of which days can cost more, those days, and how much more, discounted: agency days; or,
            where these are cheaper, own ones.
        relief: by resource of which agency days are cheaper, by how much, discounted: choices cost what own days are
            worth by themselves.
        revenue_rate: by resource, what that is in each budget that counts it: (budget's resource, amount) pairs.
        counted_by: by entry of the formulation, the resources that count it.
        limits_of: by system, the first resource of each limit that counts it.
        milestones_of: by system, the last cutover that counts, and the resource, of each milestone.
        capacity: by service, its resource; ``built``: what the service's build adds to it.
        targets: for each target and budget, its resource and what each system could save at most, [S].
        budgets: the resources that are budgets, each with its rule.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.end = columns.end
        self.keys: list[ResourceKey] = []
        self.most: list[float] = []
        self.on_top: dict[int, tuple[float, float]] = {}
        self.relief: dict[int, float] = {}
        self.revenue_rate: dict[int, tuple[tuple[int, float], ...]] = {}
        self.budgets: dict[int, YearRule] = {}
        self.counted_by: dict[Entry, tuple[int, ...]] = {}
        self._room: list[float] = []
        self._first: dict[tuple[str, str | int], int] = {}
        self._staff()
        self._capital()
        self._limits()
        self._capacity()
        self._milestones()
        self._targets()
        self.room = np.array(self._room, dtype=float)

    def _add(self, resource: Resource, room: float, most: float) -> int:
        self.keys.append(ResourceKey(*resource.key))
        self._room.append(room)
        self.most.append(most)
        number = len(self.keys) - 1
        self._first.setdefault((resource.family, resource.rule), number)
        return number

    def _count(self, resource: Resource, number: int) -> None:
        """Enters a resource that counts nothing before its own quarters."""
        for quarter in resource.quarters:
            entry = (resource.family, resource.rule, quarter)
            self.counted_by[entry] = (*self.counted_by.get(entry, ()), number)

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
        """Person-days of roles by quarter, agency days included."""
        columns = self.columns
        factors = np.diff(np.array(columns.prices.prefix)).tolist()
        used: list[list[tuple[int, float]]] = [[] for _ in columns.roles]
        for row, step in enumerate(columns.rows):
            for role, days in step.staff:
                used[role].append((row, max(days)))
        most = {name: self._largest(used[role]) for name, role in columns.roles.items()}
        for resource in columns.resources.of("staff"):
            quarter = resource.time
            if quarter < self.end:
                number = self._add(resource, resource.available + resource.agency, most[resource.rule])
                self._count(resource, number)
                if resource.agency > 0:
                    more = premium(columns.inventory.roles[resource.rule], quarter)
                    self.on_top[number] = (
                        resource.agency if more >= 0 else resource.available,
                        abs(more) * factors[quarter],
                    )
                    if more < 0:
                        self.relief[number] = -more * factors[quarter]

    def _capital(self) -> None:
        """Money of pots by period; a cumulative resource counts all that is spent up to the end of its period."""
        columns = self.columns
        used: list[list[tuple[int, float]]] = [[] for _ in columns.pots]
        for row, step in enumerate(columns.rows):
            for pot, amount in step.money:
                used[pot].append((row, amount * step.step.quarters))
        most = {name: self._largest(used[pot]) for name, pot in columns.pots.items()}
        counted: list[Entry] = []
        for resource in columns.resources.of("capital"):
            number = self._add(resource, resource.available, most[resource.rule])
            here = [(resource.family, resource.rule, quarter) for quarter in resource.quarters if quarter < self.end]
            counted = counted + here if resource.cumulative else here
            for entry in counted if here else ():  # a period after the end counts no more than the one before it
                self.counted_by[entry] = (*self.counted_by.get(entry, ()), number)

    def _limits(self) -> None:
        """Moves under way by quarter."""
        columns = self.columns
        counting = columns.limits_of
        members = np.bincount([number for numbers in counting for number in numbers], minlength=1).tolist()
        for resource in columns.resources.of("limit"):
            if resource.time < self.end:
                most = members[resource.rule] if resource.rule < len(members) else 0
                self._count(resource, self._add(resource, resource.available, most))
        self.limits_of = [tuple(self._first["limit", number] for number in numbers) for numbers in counting]

    def _capacity(self) -> None:
        """Users of the services that any row may use."""
        columns = self.columns
        self.capacity: dict[int, int] = {}
        self.built: dict[int, float] = {}
        used: list[list[tuple[int, float]]] = [[] for _ in columns.services]
        for row, step in enumerate(columns.rows):
            if step.into >= 0:
                used[step.into].append((row, columns.systems[step.system].users))
        for resource in columns.resources.of("capacity"):
            service = columns.service_index[resource.rule]
            if used[service]:
                self.capacity[service] = self._add(resource, resource.available, self._largest(used[service]))
                self.built[service] = resource.built

    def _milestones(self) -> None:
        """Systems that are not live in time."""
        columns = self.columns
        self.milestones_of: list[list[tuple[int, int]]] = [[] for _ in columns.systems]
        for resource in columns.resources.of("milestone"):
            members, by = columns.milestones[resource.rule]
            number = self._add(resource, len(members) - resource.available, len(members))
            for system in members.tolist():
                self.milestones_of[system].append((by, number))

    def _targets(self) -> None:
        """Savings in a year that systems could make, and do not: those that targets and budgets ask for."""
        columns = self.columns
        self.targets: list[tuple[int, Floats]] = []
        wanted = [*columns.resources.of("target"), *columns.resources.of("budget")]
        for resource, (alone, pair), needed in zip(wanted, columns.saved, columns.savings.tolist(), strict=True):
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
            number = self._add(resource, float(most.sum()) - needed, float((most - least).sum()))
            self._count(resource, number)
            self.targets.append((number, most))
        self._shared_revenue()

    def _shared_revenue(self) -> None:
        """What agency days and interfaces can add to budgets, which choices add only together."""
        columns, family = self.columns, self.columns.resources.families.get("budget")
        if not isinstance(family, Budgets):
            return
        numbers = [self._first["budget", number] for number in range(len(columns.inventory.budgets))]
        self.budgets = dict(zip(numbers, budget_rules(columns.resources), strict=True))
        for resource, (more, _) in self.on_top.items():
            key = self.keys[resource]
            rates = [(numbers[rule], abs(extra)) for (_, rule, _), extra in family.of_agency(str(key.rule), key.time)]
            self.revenue_rate[resource] = tuple((number, rate) for number, rate in rates if rate)
            for number, rate in self.revenue_rate[resource]:
                self.most[number] += rate * more
        for number, revenue in zip(numbers, columns.links.revenue, strict=True):
            self.most[number] += float(revenue.sum())

    # -- what is used -------------------------------------------------------------------------

    def first_day(self, role: int) -> int:
        """The resource that is a role's days in the first quarter."""
        return self._first["staff", self.columns.role_names[role]]

    def money(self, pot: int, quarter: int) -> tuple[int, ...]:
        """The resources that money of a pot is taken from when it is spent in a quarter."""
        return self.counted_by.get(("capital", self.columns.pot_names[pot], quarter), ())

    def build(self, service: int, ready: int) -> dict[int, float]:
        """What a build uses, by resource: less than zero of the capacity that it adds."""
        used: dict[int, float] = {}
        new = self.columns.services[service]
        if new.build is None or ready >= NEVER:
            return used
        choice = BuildChoice(new, ready - new.build.quarters, ready, 0.0)
        for family in self.columns.resources.families.values():
            sign = -1.0 if family.at_least else 1.0
            for entry, amount in family.of_build(choice):
                for resource in self.counted_by.get(entry, ()):
                    used[resource] = used.get(resource, 0.0) + sign * amount
        if service in self.capacity:
            used[self.capacity[service]] = -self.built[service]
        return used

    def gate_deadlines(self, ready: Ints) -> Ints:
        """[S]: the quarter before which each system has to be live, for builds that wait for it; NEVER for none.

        Args:
            ready: [services], the quarter from which each is ready.
        """
        found = np.full(len(self.columns.systems), NEVER)
        for service, system in self.columns.links.gates.tolist():
            build = self.columns.services[service].build
            if build is not None and ready[service] < NEVER:
                found[system] = min(found[system], int(ready[service]) - build.quarters)
        return found

    def after_builds(self, ready: Ints) -> Floats:
        """[resources]: what builds leave of each; less than zero where they use more than there is.

        Args:
            ready: [services], the quarter from which each is ready.
        """
        room = self.room.copy()
        for service, quarter in enumerate(ready.tolist()):
            for resource, amount in self.build(service, quarter).items():
                room[resource] -= amount
        return room
