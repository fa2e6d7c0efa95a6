r"""What is left to plan once something was reported.

Reported work is taken out of the inventory, and what is left is an inventory like any other, so that every
method plans it unchanged:

- a step that is under way or done has one start (:attr:`~consolidate.inventory.System.began`), lasts until
  it was cut over or is expected to be, and takes nothing; its people and money are *committed*;
- roles, pots and limits have what the committed work leaves of them, never less than nothing:
  :math:`d'_{kq} = \max(0, d_{kq} - e_{kq})`, where agency days stand in for what is lacking;
- a service under way or done exists, from the quarter it was or is expected to be ready;
- nothing else starts before the first open quarter.

A plan of the whole is a plan of what is left, and the committed work, and costs a constant more
(:attr:`Remaining.costs`), so a bound on the one is a bound on the other.

How committed work is spread over its quarters is the format's rule 10; the ledger books the same from the
same reports, quarter by quarter, and shares nothing with this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import fsum
from typing import Any

from consolidate.inventory import (
    Budget,
    Inventory,
    Limit,
    Option,
    Progress,
    Service,
    StepReport,
    System,
    Target,
)
from consolidate.plan import Agency, Costs, Move, ServiceBuild, move_order
from consolidate.solving.formulation.commitments import (
    Commitments,
    added,
    less,
    overspent,
    pot_left,
    ready,
    role_left,
    timing_start,
)
from consolidate.solving.formulation.costs import STAY, Passage, Prices, Timing, passage, timing
from consolidate.solving.formulation.settled_interfaces import settled_interfaces
from consolidate.variants import as_view


@dataclass(frozen=True)
class Remaining:
    """What is left to plan of an inventory, and what is settled already.

    Attributes:
        whole: the inventory itself, reports included.
        inventory: what is left to plan; it has no progress of its own.
        prices: of what is left.
        moves, builds: what is done or under way, as a plan has it.
        agency: days that the committed work needs of agency staff.
        costs: what a plan of ``inventory`` costs less than the whole.
        finish: quarters up to the last cutover beyond the horizon; 0 where there is none.
        days, money: what is committed, by (role, quarter) and (pot, quarter).
        users: who has moved in, or is moving in, by service.
    """

    whole: Inventory
    inventory: Inventory
    prices: Prices
    moves: tuple[Move, ...]
    builds: tuple[ServiceBuild, ...]
    agency: tuple[Agency, ...]
    costs: Costs
    finish: int
    days: Mapping[tuple[str, int], float]
    money: Mapping[tuple[str | None, int], float]
    users: Mapping[str, float]

    def over(self, inventory: Inventory, item: tuple[Any, ...]) -> float:
        """By how much the committed work takes more than there is: of a role or pot from a quarter or period on,
        of a service's capacity; 0 for everything else."""
        match item:
            case ("role", str(id), int(quarter)):
                role = inventory.roles[id]
                if role.days is None or quarter >= len(role.days):
                    return 0.0  # of a longer horizon
                there = role.days[quarter] + role.agency_days[quarter]
                return max(self.days.get((id, quarter), 0.0) - there, 0.0)
            case ("pot", str(id), int(number)):
                over = overspent(inventory.pots[id], self.money)[number:]
                return max(over if inventory.pots[id].carry_forward else over[:1], default=0.0)
            case ("limit", int(number)):
                rule = self.inventory.limits[number]
                return float(max(0, *(a + b - rule.moves for a, b in zip(rule.taken, rule.own, strict=True))))
            case ("capacity", str(id)):
                return max(self.users.get(id, 0.0) - (inventory.services[id].capacity or 0.0), 0.0)
            case _:
                return 0.0

    @property
    def settled(self) -> frozenset[tuple[str, int]]:
        """Moves that are reported: (system, step)."""
        return frozenset((move.system, move.step) for move in self.moves)


def remaining_of(inventory: Inventory) -> Remaining:
    """What is left to plan of an inventory; the inventory itself where nothing was reported."""
    if inventory.progress is None:
        return Remaining(inventory, inventory, Prices(inventory), (), (), (), Costs(), 0, {}, {}, {})
    return _Derivation(inventory, inventory.progress).made()


def left_to_plan(inventory: Inventory) -> Inventory:
    """The inventory of what is left: a view, with the hash of the whole."""
    return remaining_of(inventory).inventory


class _Derivation:
    """Takes what was reported out of an inventory, system by system and service by service, in that order."""

    def __init__(self, inventory: Inventory, progress: Progress) -> None:
        self.inventory = inventory
        self.progress = progress
        self.open = progress.open
        self.prices = Prices(inventory)
        self.committed = Commitments(inventory, progress, self.prices)
        self.late: dict[str, Passage] = {}
        self.finish = 0
        self.counted: set[str] = set()
        """Systems that have moved in somewhere and still count in the capacity of services."""

    def made(self) -> Remaining:
        inventory = self.inventory
        systems = {id: self.system(system) for id, system in inventory.systems.items()}
        services = {id: self.service(service) for id, service in inventory.services.items()}
        settled = settled_interfaces(inventory, self.late)
        systems = {id: settled.left(self.waiting(system)) for id, system in systems.items()}
        self.committed.book_interfaces(settled.between_settled)
        self.committed.book_people()
        part = replace(
            inventory,
            systems=systems,
            services=services,
            roles={id: role_left(role, self.committed.days) for id, role in inventory.roles.items()},
            pots={id: pot_left(pot, self.committed.money) for id, pot in inventory.pots.items()},
            limits=tuple(self.limits()),
            # What is past asks for nothing; it keeps its place, so that numbers mean the same.
            milestones=tuple(
                rule if rule.by >= self.open else replace(rule, share=Fraction(0)) for rule in inventory.milestones
            ),
            targets=tuple(self.target(number, rule) for number, rule in enumerate(inventory.targets)),
            budgets=tuple(self.budget(number, rule) for number, rule in enumerate(inventory.budgets)),
            together=tuple(self.together()),
            progress=None,
            open=self.open,
        )
        left = as_view(left_to_plan, inventory, part)
        committed = self.committed
        return Remaining(
            whole=inventory,
            inventory=left,
            prices=Prices(left),
            moves=tuple(sorted(committed.moves, key=move_order)),
            builds=tuple(sorted(committed.builds)),
            agency=tuple(committed.agency()),
            costs=added(committed.costs),
            finish=self.finish,
            days={(str(role), quarter): days for (role, quarter), days in committed.days.items()},
            money=dict(committed.money),
            users={id: committed.users(id) for id in inventory.services},
        )

    # -- systems --------------------------------------------------------------------

    def system(self, system: System) -> System:
        """A system as its reports leave it."""
        reports = self.progress.systems.get(system.id, ())
        for report in reports:
            self.committed.book_lost(report)
        if not reports or reports[0].status == "stopped":
            return system
        if reports[0].status == "cancelled":
            kept = next((one for one in system.options if one.approach == "retain"), STAY)
            return replace(system, options=(kept,), after=(), latest=None)
        return self.moving(system, reports)

    def moving(self, system: System, reports: tuple[StepReport, ...]) -> System:
        """A system whose first step has begun."""
        first = self.committed.book_step(system, reports[0])
        option, second = reports[0].option, reports[1] if len(reports) > 1 else None
        assert option is not None
        then = option.then
        began = [timing_start(reports[0])]
        if second is not None and second.stands:
            then = self.committed.book_step(system, second)
            began.append(timing_start(second))
        elif second is not None and second.status == "cancelled":
            then = None
        fixed = Option(option.number, first, then)
        # Where a second step is still to follow, it finds no room after the horizon's end: then there is no plan.
        if self.committed.moves[-1].cutover >= self.inventory.plan_quarters and len(began) == len(fixed.steps):
            return self.beyond(system, fixed, began)
        return self.begun(system, fixed, began)

    def begun(self, system: System, fixed: Option, began: list[int]) -> System:
        """A system with nothing left to decide but, perhaps, its second step."""
        first = fixed.first
        # A start before the horizon is the same as one at its start: what it took is committed.
        if began[0] < 0:
            fixed = replace(fixed, first=replace(first, quarters=first.quarters + began[0]))
            began[0] = 0
        open_ = [step.to for step in fixed.steps[len(began) :] if step.to is not None]
        if any(self.inventory.services[to].capacity is not None for to in open_):
            self.counted.add(system.id)
        else:  # those who have moved in are taken out of the service's capacity, be it built or not
            system = replace(system, users=0.0)
        return replace(system, options=(fixed,), after=(), earliest=0, began=tuple(began))

    def beyond(self, system: System, option: Option, began: list[int]) -> System:
        """A system of which a step ends beyond the horizon.

        If that is its only step, it looks as if it stayed, and no system can wait for it; if it is its second, as
        if there were none. What that costs more or less is the same for every plan; what an interface with it costs
        depends on the other side alone (:mod:`consolidate.solving.formulation.settled_interfaces`).
        """
        when = timing(option, *began)
        self.late[system.id] = passage(option, when)
        self.finish = max(self.finish, when.cutovers[-1] + 1)
        if len(began) == 2:
            left = self.begun(system, replace(option, then=None), began[:1])
            shown, then = left.options[0], timing(left.options[0], *left.began)
        else:
            left = replace(system, options=(STAY,), after=(), latest=None)
            shown, then = STAY, Timing()
        costs, costs_shown = self.prices.choice(system, option, when), self.prices.choice(system, shown, then)
        self.committed.costs.append(less(costs, costs_shown))
        for number, rule in enumerate(self.inventory.targets):
            if self.committed.targets.parts[number].concerns(system.partner):
                self.committed.saved[number] += self.prices.saved(system, option, when, rule.quarters)
                self.committed.saved[number] -= self.prices.saved(system, shown, then, rule.quarters)
        for number, budget in enumerate(self.inventory.budgets):
            if self.committed.budgets.parts[number].concerns(system.partner):
                self.committed.revenue[number] += self.prices.running(system, option, when, budget.quarters)
                self.committed.revenue[number] -= self.prices.running(system, shown, then, budget.quarters)
        return left

    def waiting(self, system: System) -> System:
        """A system that waits for one that goes live beyond the horizon cannot move."""
        if system.began or not any(self.never(other) for other in system.after):
            return system
        return replace(system, options=tuple(one for one in system.options if one.approach == "retain"))

    def never(self, id: str) -> bool:
        """Whether a system goes live beyond the horizon."""
        return id in self.late and self.late[id].live >= self.inventory.plan_quarters

    # -- services -------------------------------------------------------------------

    def service(self, service: Service) -> Service:
        """A service as its reports leave it: one that is under way exists, from when it will be ready."""
        report = self.progress.services.get(service.id)
        if report is None:
            return self.roomy(service)
        from_ = ready(report, service, self.open)
        self.committed.book_service(service, report, from_)
        return replace(self.roomy(service), build=None, ready=from_, needs=(), after=(), must_build=False, latest=None)

    def roomy(self, service: Service) -> Service:
        """What capacity is left for other systems: at least what those that have moved in and still count take."""
        if service.capacity is None:
            return service
        users = self.committed.users(service.id)
        return replace(service, capacity=max(service.capacity, users) - self.committed.users(service.id, self.counted))

    # -- what is left of the rules -------------------------------------------------------

    def limits(self) -> Iterator[Limit]:
        """Limits on what is left: work under way counts, even where it is more than the limit allows."""
        settled = {id for id in self.committed.under_way if id in self.late or not self.goes_on(id)}
        for rule in self.inventory.limits:
            own, taken = [0] * self.inventory.plan_quarters, [0] * self.inventory.plan_quarters
            for id in sorted(rule.who.systems & self.committed.under_way.keys()):
                count = taken if id in settled else own
                for start, end in self.committed.under_way[id]:
                    for quarter in range(max(start, 0), min(end + 1, self.inventory.plan_quarters)):
                        count[quarter] += 1
            who = replace(rule.who, systems=rule.who.systems - settled)
            yield replace(rule, who=who, taken=tuple(taken), own=tuple(own))

    def budget(self, number: int, rule: Budget) -> Budget:
        """A budget less what is spent already; of a year that is past, more than any plan could spend."""
        if rule.quarters.stop > self.open:
            return replace(rule, at_most=rule.at_most - self.committed.revenue[number])
        interfaces = fsum(4 * one.cost for system in self.inventory.systems.values() for one in system.interfaces)
        agency = fsum(
            days * rate
            for role in self.inventory.roles.values()
            for days, rate in zip(role.agency_days, role.day_rate, strict=True)
        )
        return replace(rule, at_most=self.dearest_year() + interfaces + agency)

    def target(self, number: int, rule: Target) -> Target:
        """A target less what is saved already; of a year that is past, more than any plan could fall short of."""
        if rule.quarters.stop > self.open:
            return replace(rule, savings=rule.savings - self.committed.saved[number])
        return replace(rule, savings=-self.dearest_year())

    def dearest_year(self) -> float:
        """More than running everything could cost in a year, by any options and with every service."""
        systems = (  # what it leads to may run in parallel, so the costs of two steps add up
            max((fsum(step.run_cost for step in option.steps) for option in system.options), default=0.0)
            + system.run_cost
            + system.extended_support
            + (0.0 if system.contract is None else system.contract.cost + (system.contract.exit or 0.0))
            for system in self.inventory.systems.values()
        )
        builds = (service.build.run_cost for service in self.inventory.services.values() if service.build is not None)
        return fsum(systems) + fsum(builds)

    def goes_on(self, id: str) -> bool:
        """Whether a second step is still to be planned."""
        reports = self.progress.systems[id]
        option = reports[0].option
        return option is not None and option.then is not None and (len(reports) == 1 or reports[1].status == "stopped")

    def together(self) -> Iterator[tuple[str, ...]]:
        """Groups without the systems that have begun or were cancelled."""
        out = {id for id, reports in self.progress.systems.items() if reports[0].status != "stopped"}
        for group in self.inventory.together:
            left = tuple(id for id in group if id not in out)
            if len(left) > 1:
                yield left
