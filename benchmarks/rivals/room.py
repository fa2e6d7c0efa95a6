"""What is left of people, money and permission while a plan is put together move by move.

The rules that can be told at once are told here; milestones, targets and what else only a whole
plan shows are for ``consolidate.accounts.rules`` to judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from consolidate.inventory import Build, Inventory, Option, Service, Step, System
from consolidate.plan import Agency, Move, Plan, ServiceBuild, Stay

TINY = 1e-6


@dataclass
class Room:
    """``moves`` and ``builds`` are what has been taken so far; the rest follows from them."""

    inventory: Inventory
    moves: dict[str, tuple[Option, tuple[int, ...]]] = field(default_factory=dict)
    builds: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        inventory, quarters = self.inventory, self.inventory.plan_quarters
        self.days = {
            role.id: [own + more for own, more in zip(role.days, role.agency_days, strict=True)]
            for role in inventory.roles.values()
            if role.days is not None
        }
        self.used = {role: [0.0] * quarters for role in self.days}
        self.period = {
            pot.id: {q: index for index, period in enumerate(pot.periods) for q in period.quarters}
            for pot in inventory.pots.values()
        }
        self.spent = {pot.id: [0.0] * len(pot.periods) for pot in inventory.pots.values()}
        self.users: dict[str, float] = defaultdict(float)
        self.moving = [[0] * quarters for _ in inventory.limits]
        self.limits: dict[str, list[int]] = defaultdict(list)
        for number, limit in enumerate(inventory.limits):
            for system in limit.who.systems:
                self.limits[system].append(number)
        self.no_work: dict[str, set[int]] = defaultdict(set)
        self.no_cutover: dict[str, set[int]] = defaultdict(set)
        for freeze in inventory.freezes:
            for system in freeze.who.systems:
                (self.no_work if freeze.stops_work else self.no_cutover)[system].update(freeze.quarters)
        self.waiting: dict[str, list[str]] = defaultdict(list)
        for key, waits in inventory.systems.items():
            for other in waits.after:
                self.waiting[other].append(key)

    # -- what is known of the plan so far -------------------------------------------------

    def ready(self, service: str) -> int | None:
        """The quarter from which a service can be used; None while it is not built."""
        found = self.inventory.services[service]
        if found.build is None:
            return found.ready or 0
        return self.builds[service] + found.build.quarters if service in self.builds else None

    def earliest(self, system: System, step: Step) -> int | None:
        """The first quarter that services and what it waits for leave to a step; None: never."""
        first = system.earliest
        for service in step.needs:
            ready = self.ready(service)
            if ready is None:
                return None
            first = max(first, ready)
        for other in system.after:
            if other in self.moves and self.moves[other][0].goes_live:
                option, starts = self.moves[other]
                first = max(first, starts[0] + option.first.quarters)
        return first

    def starts(self, system: System, option: Option, start: int) -> tuple[int, ...] | None:
        """Starts of all steps, the first in ``start``, the second as soon as it fits; None when it doesn't."""
        if not self.fits(system, option.first, start) or not self.in_time(system, option, start):
            return None
        if option.then is None:
            return (start,)
        first = self.earliest(system, option.then)
        if first is None:
            return None
        self.use(option.first, start, 1)
        follows = range(max(start + option.first.quarters, first), self.inventory.plan_quarters)
        second = next((quarter for quarter in follows if self.fits(system, option.then, quarter)), None)
        self.use(option.first, start, -1)
        return None if second is None else (start, second)

    def in_time(self, system: System, option: Option, start: int) -> bool:
        """Whether what waits for it still waits, and its services hold its users."""
        cutover = start + option.first.quarters - 1
        if option.goes_live:
            for other in self.waiting.get(system.id, ()):
                if other in self.moves and self.moves[other][1] and self.moves[other][1][0] <= cutover:
                    return False
        for service in option.services:
            capacity = self.inventory.services[service].capacity
            if capacity is not None and self.users[service] + system.users > capacity + TINY:
                return False
        return True

    def fits(self, system: System, step: Step, start: int) -> bool:
        """Whether one step can be worked on from ``start``, as far as dates, freezes, limits, people and money go."""
        cutover = start + step.quarters - 1
        last = self.inventory.plan_quarters - 1
        latest = last if system.latest is None else min(system.latest, last)
        if cutover > latest or cutover in self.no_cutover.get(system.id, ()):
            return False
        frozen = self.no_work.get(system.id, ())
        for q in range(start, cutover + 1):
            if q in frozen:
                return False
            for number in self.limits.get(system.id, ()):
                if self.moving[number][q] >= self.inventory.limits[number].moves:
                    return False
        return self.affordable(step.effort, step.capital, start, step.quarters)

    def affordable(
        self, effort: Mapping[str, Sequence[float]], capital: Mapping[str | None, float], start: int, quarters: int
    ) -> bool:
        """Whether people and money are there for work that starts then."""
        for role, days in effort.items():
            if role in self.days:
                free, used = self.days[role], self.used[role]
                for q, need in enumerate(days, start=start):
                    if used[q] + need > free[q] + TINY:
                        return False
        return all(
            self.funded(pot, amount, start, quarters) for pot, amount in capital.items() if pot is not None and amount
        )

    def funded(self, pot: str, amount: float, start: int, quarters: int) -> bool:
        """Whether a pot can bear an amount spread over the quarters of work."""
        purse, more = self.inventory.pots[pot], [0.0] * len(self.spent[pot])
        for q in range(start, start + quarters):
            more[self.period[pot][q]] += amount / quarters
        spent = there = 0.0
        for period, before, extra in zip(purse.periods, self.spent[pot], more, strict=True):
            kept = purse.carry_forward
            spent, there = (spent if kept else 0.0) + before + extra, (there if kept else 0.0) + period.amount
            if spent > there + TINY and (extra or kept):
                return False
        return True

    # -- taking and giving back -------------------------------------------------------------

    def take(self, system: System, option: Option, starts: tuple[int, ...]) -> None:
        self.moves[system.id] = (option, starts)
        self.enter(system, option, starts, 1)

    def give_back(self, system: System) -> None:
        self.enter(system, *self.moves.pop(system.id), -1)

    def enter(self, system: System, option: Option, starts: tuple[int, ...], sign: int) -> None:
        for step, start in zip(option.steps, starts, strict=True):
            self.use(step, start, sign)
            for q in range(start, start + step.quarters):
                for number in self.limits.get(system.id, ()):
                    self.moving[number][q] += sign
        for service in option.services:
            self.users[service] += sign * system.users

    def build(self, service: Service, start: int) -> bool:
        """Starts a build then if its people and money are there."""
        made = service.build
        assert made is not None
        quarters = max(made.quarters, 1)
        inside = start + made.quarters <= self.inventory.plan_quarters - 1
        if not inside or not self.affordable(made.effort, made.capital, start, quarters):
            return False
        self.builds[service.id] = start
        self.use(made, start, 1)
        return True

    def use(self, work: Step | Build, start: int, sign: int) -> None:
        for role, days in work.effort.items():
            if role in self.used:
                for q, need in enumerate(days, start=start):
                    self.used[role][q] += sign * need
        quarters = max(work.quarters, 1)
        for pot, amount in work.capital.items():
            if pot is not None:
                for q in range(start, start + quarters):
                    self.spent[pot][self.period[pot][q]] += sign * amount / quarters

    # -- the plan -----------------------------------------------------------------------------

    def plan(self) -> Plan:
        """What was taken; every other system stays."""
        moves = tuple(
            sorted(move for key, (option, starts) in self.moves.items() for move in moves_of(key, option, starts))
        )
        stays = tuple(Stay(key) for key in sorted(self.inventory.systems.keys() - self.moves.keys()))
        services = self.inventory.services
        builds = tuple(
            sorted(
                ServiceBuild(start, key, start + made.quarters)
                for key, start in self.builds.items()
                if (made := services[key].build)
            )
        )
        return Plan(moves, stays, builds, tuple(self.agency()))

    def agency(self) -> Iterator[Agency]:
        """Agency days: what the work takes beyond a role's own days."""
        for role, used in self.used.items():
            own = self.inventory.roles[role].days or ()
            for q, days in enumerate(used):
                if days > own[q] + TINY:
                    yield Agency(role, q, round(days - own[q], 6))


def moves_of(system: str, option: Option, starts: Sequence[int]) -> Iterator[Move]:
    """One move for each step of an option."""
    for number, (step, start) in enumerate(zip(option.steps, starts, strict=True), start=1):
        cutover = start + step.quarters - 1
        last = cutover + step.parallel_run
        yield Move(start, system, number, option.number, step.approach, step.to, cutover, last)
