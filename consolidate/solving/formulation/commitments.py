"""What reported work takes: its dates, its people and money by quarter, and what these leave for the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, replace
from math import fsum
from typing import Any

from consolidate.inventory import (
    Inventory,
    Pot,
    Progress,
    Role,
    Service,
    ServiceReport,
    Spent,
    Step,
    StepReport,
    System,
)
from consolidate.plan import Agency, Costs, Move, ServiceBuild
from consolidate.solving.formulation.costs import Prices, worth
from consolidate.solving.formulation.people import bought
from consolidate.solving.formulation.resources import Budgets, Targets

Booked = dict[tuple[str | None, int], float]
"""An amount by (role or pot, quarter)."""


def ends(report: StepReport, step: Step, open_: int) -> int:
    """The quarter in which a step was cut over, or will be."""
    assert report.start is not None
    if report.cutover is not None:
        return report.cutover
    return report.expected if report.expected is not None else max(report.start + step.quarters - 1, open_)


def ready(report: ServiceReport, service: Service, open_: int) -> int:
    """The quarter from which a service can be used, or will be."""
    given = report.ready if report.ready is not None else report.expected
    if given is not None:
        return given
    if service.build is None or report.start is None:
        return max(service.ready or 0, open_)
    return max(report.start + service.build.quarters, open_)


def spread(
    totals: Mapping[Any, tuple[float, ...] | float],
    start: int,
    end: int,
    told: Mapping[int, Mapping[Any, float]],
) -> Iterator[tuple[str | None, int, float]]:
    """What work from ``start`` to ``end`` takes: (role or pot, quarter, amount).

    A total is spread evenly; a list stands at its own length. A quarter that was reported on has what was
    reported, and what is left after the last of them is spread evenly over the rest.

    Args:
        totals: by role or pot, a total, or one figure for each quarter.
        told: what was reported, by quarter, then by role or pot.
    """
    length = end - start + 1
    last = max(told, default=start - 1)
    for key in dict.fromkeys([*totals, *(key for found in told.values() for key in found)]):
        whole = totals.get(key, 0.0)
        figures = whole if isinstance(whole, tuple) else ()
        total = fsum(figures) if figures else float(whole) if not isinstance(whole, tuple) else 0.0
        plan = figures if len(figures) == length else (total / max(length, 1),) * length
        booked = {quarter: amount for quarter, amount in enumerate(plan, start) if quarter <= last or not told}
        booked.update({quarter: found.get(key, 0.0) for quarter, found in told.items()})
        if told and end > last:
            left = max(total - fsum(booked.values()), 0.0)
            first = max(last + 1, start)
            booked.update(dict.fromkeys(range(first, end + 1), left / (end - first + 1)))
        yield from ((key, quarter, amount) for quarter, amount in booked.items() if amount)


def paid(pot: Pot, money: Mapping[tuple[str | None, int], float]) -> list[float]:
    """What is committed of a pot, by period."""
    return [fsum(money.get((pot.id, q), 0.0) for q in period.quarters) for period in pot.periods]


def overspent(pot: Pot, money: Mapping[tuple[str | None, int], float]) -> list[float]:
    """By period, how much more is committed than there is; with carry-forward, up to its end."""
    there = so_far = 0.0
    found = []
    for period, used in zip(pot.periods, paid(pot, money), strict=True):
        there, so_far = there + period.amount, so_far + used
        found.append(max(so_far - there, 0.0))
        if not pot.carry_forward:
            there = so_far = 0.0
    return found


def timing_start(report: StepReport) -> int:
    """The quarter in which a step that has begun was started."""
    assert report.start is not None
    return report.start


def added(parts: Iterable[Costs]) -> Costs:
    """Costs added up, kind by kind."""
    listed = list(parts)
    return Costs(**{kind.name: fsum(getattr(part, kind.name) for part in listed) for kind in fields(Costs)})


def less(one: Costs, other: Costs) -> Costs:
    """One less the other, kind by kind."""
    return Costs(**{kind.name: getattr(one, kind.name) - getattr(other, kind.name) for kind in fields(Costs)})


class Commitments:
    """What reported work takes of an inventory, booked step by step and service by service.

    Attributes:
        days, money: by (role, quarter) and (pot, quarter).
        costs: what it costs, discounted, part by part.
        moves, builds: the work itself, as a plan has it; in the order of booking.
        under_way: first and last quarter of each step, by system.
        saved, revenue: in each target's and each budget's year, by its number from 0; fixed whatever else is planned.
    """

    def __init__(self, inventory: Inventory, progress: Progress, prices: Prices) -> None:
        self.inventory = inventory
        self.open = progress.open
        self.prices = prices
        self.days: Booked = defaultdict(float)
        self.money: Booked = defaultdict(float)
        self.costs: list[Costs] = []
        self.moves: list[Move] = []
        self.builds: list[ServiceBuild] = []
        self.under_way: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.saved: dict[int, float] = defaultdict(float)
        self.revenue: dict[int, float] = defaultdict(float)
        self.targets, self.budgets = Targets(inventory), Budgets(inventory)

    def book_step(self, system: System, report: StepReport) -> Step:
        """Books a step that has begun; gives the step as it is carried out, which takes nothing more."""
        assert report.option is not None
        assert report.start is not None
        number = report.step
        step = report.option.steps[number - 1]
        end = ends(report, step, self.open)
        self._book(step.effort, step.capital, report.start, end, report.spent)
        length = end - report.start + 1
        self.costs.append(Costs(one_off=step.one_off * self.prices.spread(report.start, length)))
        self._book_one_off(system, step.one_off / length, range(report.start, end + 1))
        last = report.off if report.off is not None else end + step.parallel_run
        last = end if step.approach == "refresh" else last
        self.moves.append(
            Move(report.start, system.id, number, report.option.number, step.approach, step.to, end, last)
        )
        self.under_way[system.id].append((report.start, end))
        return replace(
            step, quarters=length, effort={}, capital={}, one_off=0.0, needs=(), parallel_run=max(last - end, 0)
        )

    def book_service(self, service: Service, report: ServiceReport, from_: int) -> None:
        """Books a service that can be used from a quarter on, and its build if it has one."""
        build = service.build
        if build is None or report.start is None:
            self._book({}, {}, from_, from_ - 1, report.spent)
            return
        self._book(build.effort, build.capital, report.start, max(from_ - 1, report.start), report.spent)
        self.costs.append(
            Costs(run=build.run_cost / 4 * self.prices.span(from_, self.inventory.appraisal_quarters - 1))
        )
        self.builds.append(ServiceBuild(report.start, service.id, from_))
        first = from_ - build.quarters
        for number, running in self.targets.fixed_costs(service, first):
            self.saved[number] -= running
        for number, running in self.budgets.fixed_costs(service, first):
            self.revenue[number] += running

    def _book_one_off(self, system: System, amount: float, quarters: range) -> None:
        """Books so much one-off cost in each quarter with the budgets that it concerns."""
        for entry, total in self.budgets.of_own_cost(system.partner, amount, quarters) if amount else ():
            self.revenue[entry[1]] += total

    def book_interfaces(self, paid: Iterable[tuple[str, float, range]]) -> None:
        """Books interfaces that cost the same in every plan: who pays how much in each of some quarters."""
        for partner, cost, quarters in paid:
            if quarters:
                self.costs.append(Costs(interface=cost * self.prices.span(quarters.start, quarters.stop - 1)))
                for entry, total in self.budgets.of_own_cost(partner, cost, quarters):
                    self.revenue[entry[1]] += total

    def book_people(self) -> None:
        """Books what the days worked are worth, and agency days, once all work is booked."""
        for (role, quarter), days in self.days.items():
            price = worth(self.inventory.roles[str(role)], quarter)
            if price:
                self.costs.append(Costs(staff=price * days * self.prices.at(quarter)))
                for number in self.budgets.years.get(quarter, ()):
                    self.revenue[number] += self.budgets.parts[number].at(quarter) * price * days
        agency = tuple(self.agency())
        self.costs.extend(agency_costs(self.prices, agency))
        for one in agency:
            for entry, extra in self.budgets.of_agency(one.role, one.quarter):
                self.revenue[entry[1]] += extra * one.days

    def book_lost(self, report: StepReport) -> None:
        """Books what was spent on attempts that were stopped."""
        spent = report.lost if report.stands else (*report.lost, *report.spent)
        for one in spent:
            for role, days in (one.effort or {}).items():
                self.days[role, one.quarter] += days
            for pot, amount in (one.capital or {}).items():
                self._pay(pot, one.quarter, amount)

    def _book(
        self,
        effort: Mapping[str, tuple[float, ...]],
        capital: Mapping[str | None, float],
        start: int,
        end: int,
        spent: tuple[Spent, ...],
    ) -> None:
        """Books the people and the money of a piece of work."""
        worked = {one.quarter: one.effort for one in spent if one.effort is not None}
        for role, quarter, days in spread(effort, start, end, worked):
            self.days[role, quarter] += days
        paid = {one.quarter: one.capital for one in spent if one.capital is not None}
        for pot, quarter, amount in spread(capital, start, end, paid):
            self._pay(pot, quarter, amount)

    def _pay(self, pot: str | None, quarter: int, amount: float) -> None:
        self.money[pot, quarter] += amount
        if quarter >= 0:
            self.costs.append(Costs(capital=amount * self.prices.at(quarter)))

    def users(self, service: str, besides: AbstractSet[str] = frozenset()) -> float:
        """Users of the systems that have moved into a service, or are moving in, ``besides`` these systems."""
        moved = {move.system for move in self.moves if move.to == service}
        return fsum(self.inventory.systems[id].users for id in sorted(moved - besides))

    def agency(self) -> Iterator[Agency]:
        """Agency days that the committed work buys, as far as there are any."""
        for role in self.inventory.roles.values():
            for quarter, limit in enumerate(role.agency_days):
                days = min(bought(role, quarter, self.days.get((role.id, quarter), 0.0)), limit)
                if days > 5e-7:
                    yield Agency(role.id, quarter, round(days, 6))


def agency_costs(prices: Prices, agency: Iterable[Agency]) -> Iterator[Costs]:
    """What agency days cost, and what own people's days are worth less for them."""
    for one in agency:
        role = prices.inventory.roles[one.role]
        factor = one.days * prices.at(one.quarter)
        yield Costs(agency=role.day_rate[one.quarter] * factor, staff=-worth(role, one.quarter) * factor)


# -- what is left of people and money -------------------------------------------------------------


def role_left(role: Role, days: Mapping[tuple[str | None, int], float]) -> Role:
    """What is left of a role, agency days standing in for what it lacks; ``days`` are committed."""
    committed = [days.get((role.id, quarter), 0.0) for quarter in range(len(role.agency_days))]
    hired = [bought(role, quarter, used) for quarter, used in enumerate(committed)]
    own = None
    if role.days is not None:
        taken = (used - more for used, more in zip(committed, hired, strict=True))
        own = tuple(max(there - used, 0.0) for there, used in zip(role.days, taken, strict=True))
    agency = tuple(max(limit - more, 0.0) for limit, more in zip(role.agency_days, hired, strict=True))
    return replace(role, days=own, agency_days=agency)


def pot_left(pot: Pot, money: Mapping[tuple[str | None, int], float]) -> Pot:
    """What is left of a pot: with carry-forward, no more by any period than is left by each later one."""
    spent = paid(pot, money)
    if not pot.carry_forward:
        amounts = [max(period.amount - used, 0.0) for period, used in zip(pot.periods, spent, strict=True)]
    else:
        there = so_far = 0.0
        left = []
        for period, used in zip(pot.periods, spent, strict=True):
            there, so_far = there + period.amount, so_far + used
            left.append(max(there - so_far, 0.0))
        for at in range(len(left) - 2, -1, -1):
            left[at] = min(left[at], left[at + 1])
        amounts = [amount - before for before, amount in zip([0.0, *left], left, strict=False)]
    periods = tuple(replace(one, amount=amount) for one, amount in zip(pot.periods, amounts, strict=True))
    return replace(pot, periods=periods)
