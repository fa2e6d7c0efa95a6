"""The model as one would write it down by hand in PuLP, as a rival.

One binary for each system, option and start; one for each service and start of its build. What makes it
plain is how the links are written: a service that is not ready holds back all that need it in *one* row
for each quarter (with a big M), what waits for another system does so by the *numbers* of the quarters
(with a big M, too), nothing is cut beforehand but what the dates of the system itself forbid, and the solver
gets no start. All rules of the format are in it, and prices are ours, so that the plan can be checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pulp

from consolidate.inventory import Build, Inventory, Option, Step, System
from consolidate.plan import Plan
from consolidate.solving.formulation.costs import Prices, passage, timing
from rivals.room import Room

Sum = Any
"""A linear expression of PuLP's."""


@dataclass(frozen=True)
class Way:
    """A column: an option of a system with the start of each of its steps; ``x`` is its binary."""

    system: System
    option: Option
    starts: tuple[int, ...]
    x: Any

    @property
    def cutovers(self) -> tuple[int, ...]:
        return tuple(start + step.quarters - 1 for step, start in zip(self.option.steps, self.starts, strict=False))

    def live(self, by: int) -> bool:
        """Whether it has gone live by a cutover up to quarter ``by``."""
        return self.option.goes_live and self.cutovers[0] <= by


class Plain:
    """The model; ``problem`` is for any solver of PuLP's."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.T = inventory.plan_quarters
        self.prices = Prices(inventory)
        self.problem = pulp.LpProblem("plain", pulp.LpMinimize)
        self.objective: list[tuple[Any, float]] = []
        self.count = 0
        self.ways = {key: list(self.columns(system)) for key, system in inventory.systems.items()}
        self.builds = {key: self.starts_of(key) for key in inventory.services}
        self.once()
        self.staff()
        self.capital()
        self.ready()
        self.after()
        self.shared()
        self.milestones()
        self.together()
        self.targets()
        self.interfaces()
        self.problem += pulp.LpAffineExpression(self.objective)

    # -- variables ----------------------------------------------------------------------------

    def variable(self, price: float, high: float | None, kind: str = pulp.LpContinuous) -> Any:
        self.count += 1
        new = self.problem.add_variable(f"v{self.count}", 0, high, kind)
        self.objective.append((new, price))
        return new

    def columns(self, system: System) -> Iterator[Way]:
        """Every option at every start that the system's own dates, freezes and the horizon allow."""
        for option in system.options:
            for starts in self.all_starts(system, option):
                price = self.prices.choice(system, option, timing(option, *starts)).total
                yield Way(system, option, starts, self.variable(price, 1, pulp.LpInteger))

    def all_starts(self, system: System, option: Option) -> Iterator[tuple[int, ...]]:
        if option.approach == "retain":
            yield ()
            return
        for start in range(system.earliest, self.T):
            if not self.allowed(system, option.first, start):
                continue
            if option.then is None:
                yield (start,)
                continue
            for second in range(start + option.first.quarters, self.T):
                if self.allowed(system, option.then, second):
                    yield (start, second)

    def allowed(self, system: System, step: Step, start: int) -> bool:
        cutover = start + step.quarters - 1
        if cutover >= self.T or (system.latest is not None and cutover > system.latest):
            return False
        return not any(
            quarter in freeze.quarters
            for freeze in self.inventory.freezes
            if system.id in freeze.who.systems
            for quarter in range(start if freeze.stops_work else cutover, cutover + 1)
        )

    def starts_of(self, service: str) -> list[tuple[int, int, Any]]:
        """(start, ready quarter, binary) of each build that is ready by the last quarter."""
        made = self.inventory.services[service]
        if made.build is None:
            return []
        starts = range(max(made.earliest, 0), self.T - made.build.quarters)
        return [
            (q, q + made.build.quarters, self.variable(self.prices.build(made, q).total, 1, pulp.LpInteger))
            for q in starts
        ]

    # -- rules ----------------------------------------------------------------------------------

    def once(self) -> None:
        for ways in self.ways.values():
            self.problem += pulp.lpSum(way.x for way in ways) == 1
        for builds in self.builds.values():
            if builds:
                self.problem += pulp.lpSum(z for _, _, z in builds) <= 1

    def work(self) -> Iterator[tuple[Any, Step | Build, int]]:
        """(binary, piece of work, start) of everything that uses people or money."""
        for ways in self.ways.values():
            for way in ways:
                for step, start in zip(way.option.steps, way.starts, strict=False):
                    yield way.x, step, start
        for service, builds in self.builds.items():
            for start, _, z in builds:
                made = self.inventory.services[service].build
                assert made is not None
                yield z, made, start

    def staff(self) -> None:
        """People of a role in a quarter: no more than there are, with agency days bought on top."""
        used: dict[tuple[str, int], list[tuple[Any, float]]] = defaultdict(list)
        for x, work, start in self.work():
            for role, days in work.effort.items():
                for quarter, need in enumerate(days, start=start):
                    used[role, quarter].append((x, need))
        for (role, quarter), terms in used.items():
            team = self.inventory.roles[role]
            if team.days is not None:
                limit, price = team.agency_days[quarter], team.day_rate[quarter] * self.prices.at(quarter)
                bought = self.variable(price, limit)
                self.problem += summed(terms) <= team.days[quarter] + bought

    def capital(self) -> None:
        """A pot's capital by period, or all of it so far where what is left is carried forward."""
        spent: dict[tuple[str, int], list[tuple[Any, float]]] = defaultdict(list)
        for x, work, start in self.work():
            quarters = max(work.quarters, 1)
            for pot, amount in work.capital.items():
                if pot is not None and amount:
                    for quarter in range(start, start + quarters):
                        spent[pot, quarter].append((x, amount / quarters))
        for purse in self.inventory.pots.values():
            terms: list[tuple[Any, float]] = []
            there = 0.0
            for period in purse.periods:
                if not purse.carry_forward:
                    terms, there = [], 0.0
                for quarter in period.quarters:
                    terms += spent.get((purse.id, quarter), [])
                there += period.amount
                if terms:
                    self.problem += summed(terms) <= there

    def needing(self) -> dict[str, list[tuple[int, Any]]]:
        """By service: (start of work, binary) of all that needs it, other services' builds too."""
        found: dict[str, list[tuple[int, Any]]] = defaultdict(list)
        for ways in self.ways.values():
            for way in ways:
                for step, start in zip(way.option.steps, way.starts, strict=False):
                    for service in step.needs:
                        found[service].append((start, way.x))
        for service, builds in self.builds.items():
            for need in self.inventory.services[service].needs:
                found[need] += [(start, z) for start, _, z in builds]
        return found

    def ready(self) -> None:
        """One row for each service and quarter: nobody has started by then unless it is ready."""
        for service, users in self.needing().items():
            made = self.inventory.services[service]
            for quarter in range(self.T):
                started = [x for start, x in users if start <= quarter]
                if made.build is None:
                    early = [x for start, x in users if start == quarter < (made.ready or 0)]
                    if early:
                        self.problem += pulp.lpSum(early) == 0
                elif started:
                    ready = pulp.lpSum(z for _, at, z in self.builds[service] if at <= quarter)
                    self.problem += pulp.lpSum(started) <= len(started) * ready

    def after(self) -> None:
        """Work starts after the other's cutover, by the numbers of the quarters, if both move."""
        big = self.T
        for key, system in self.inventory.systems.items():
            for other in system.after:
                moves = [way for way in self.ways[key] if way.starts]
                waits = [way for way in self.ways[other] if way.option.goes_live]
                start = pulp.lpSum(way.starts[0] * way.x for way in moves)
                end = pulp.lpSum((way.cutovers[0] + 1) * way.x for way in waits)
                held = 2 - pulp.lpSum(way.x for way in moves) - pulp.lpSum(way.x for way in waits)
                self.problem += start >= end - big * held

    def shared(self) -> None:
        """Capacity of services, and moves with work in progress under each limit."""
        for service in self.inventory.services.values():
            if service.capacity is not None:
                users = [
                    (way.x, way.system.users)
                    for ways in self.ways.values()
                    for way in ways
                    if service.id in way.option.services
                ]
                if users:
                    self.problem += summed(users) <= service.capacity
        for limit in self.inventory.limits:
            busy: dict[int, list[Any]] = defaultdict(list)
            for key in sorted(limit.who.systems):
                for way in self.ways[key]:
                    for start, cutover in zip(way.starts, way.cutovers, strict=True):
                        for quarter in range(start, cutover + 1):
                            busy[quarter].append(way.x)
            for terms in busy.values():
                self.problem += pulp.lpSum(terms) <= limit.moves

    def milestones(self) -> None:
        for milestone in self.inventory.milestones:
            keys = sorted(milestone.who.systems)
            live = pulp.lpSum(way.x for key in keys for way in self.ways[key] if way.live(milestone.by))
            self.problem += live >= milestone.needed

    def together(self) -> None:
        """In each quarter either all of a group cut over or none."""
        for first, *others in self.inventory.together:
            for other in others:
                for quarter in range(self.T):
                    self.problem += self.cutting_over(first, quarter) == self.cutting_over(other, quarter)

    def cutting_over(self, key: str, quarter: int) -> Sum:
        return pulp.lpSum(way.x for way in self.ways[key] if way.option.goes_live and way.cutovers[0] == quarter)

    def targets(self) -> None:
        for target in self.inventory.targets:
            saved = []
            for ways in self.ways.values():
                for way in ways:
                    when = timing(way.option, *way.starts)
                    saved.append((way.x, self.prices.saved(way.system, way.option, when, target.quarters)))
            for service, builds in self.builds.items():
                made = self.inventory.services[service]
                saved += [(z, -self.prices.build_running(made, start, target.quarters)) for start, _, z in builds]
            self.problem += summed(saved) >= target.savings

    def interfaces(self) -> None:
        """An interface is paid for while one side is live and the other is not, and none has been retired."""
        for key, system in self.inventory.systems.items():
            for link in system.interfaces:
                for quarter in range(1, self.T + 1):
                    last = quarter if quarter < self.T else self.inventory.appraisal_quarters - 1
                    paid = self.variable(link.cost * self.prices.span(quarter, last), 1)
                    for one, other in ((key, link.other), (link.other, key)):
                        live = self.live_by(one, quarter - 1) - self.live_by(other, quarter - 1)
                        self.problem += paid >= live - self.retired_by(one, quarter - 1)

    def live_by(self, key: str, quarter: int) -> Sum:
        return pulp.lpSum(way.x for way in self.ways[key] if way.live(quarter))

    def retired_by(self, key: str, quarter: int) -> Sum:
        return pulp.lpSum(
            way.x
            for way in self.ways[key]
            if way.starts and passage(way.option, timing(way.option, *way.starts)).retired <= quarter
        )

    # -- the plan -------------------------------------------------------------------------------

    def plan(self) -> Plan:
        """What the solution takes."""
        room = Room(self.inventory)
        for service, builds in self.builds.items():
            made = self.inventory.services[service].build
            for start, _, z in builds:
                if made is not None and (z.value() or 0.0) > 0.5:
                    room.builds[service] = start
                    room.use(made, start, 1)
        for ways in self.ways.values():
            way = max(ways, key=lambda way: way.x.value() or 0.0)
            if way.starts:
                room.take(way.system, way.option, way.starts)
        return room.plan()


def summed(terms: list[tuple[Any, float]]) -> Sum:
    """A sum in which a variable may stand more than once."""
    total: dict[Any, float] = defaultdict(float)
    for x, factor in terms:
        total[x] += factor
    return pulp.LpAffineExpression(list(total.items()))
