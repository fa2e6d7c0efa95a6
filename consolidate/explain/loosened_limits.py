"""The limits on a system that leave no room in a plan, each with the inventory in which it is loosened.

A limit on dates, or a link, goes; of a limit that others share (people, money, moves at a time, a milestone) there is
as much more as the system takes of it. A limit that leaves room where the system is in the plan holds nothing there,
and is left out. Budgets and targets of the same partners are one limit, as the periods of a pot are: loosened in each
year in which there is not room, by what the system may cost in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, fsum

from consolidate.accounts.ledger import Ledger
from consolidate.explain.plan_reading import PlanReading
from consolidate.inventory import Budget, Inventory, Limit, Option, Pot, Step, System, Target
from consolidate.phrases import AmountText, MovesText, Phrase, QuarterLabel
from consolidate.variants import LAST_CUTOVER, groups_among, selected, variant, with_entry, with_limit, with_milestone

_CLOSE = 1e-6
"""What is over by less than this is rounding."""


@dataclass(frozen=True)
class Loosened:
    """A limit in words, and the ``inventory`` without it."""

    limit: Phrase
    inventory: Inventory

    @property
    def limit_of(self) -> tuple[object, object]:
        """Which limit was loosened last, whatever by how much."""
        assert self.inventory.origin is not None
        last = self.inventory.origin.changes[-1]
        return last.function, last.arguments[0][1]


def limits_on(reading: PlanReading, id: str) -> Iterator[Loosened]:
    """The limits on a system that leave no room: dates, freezes, links, money, people, moves at a time, milestones.

    Args:
        reading: the plan, whose inventory is loosened.
        id: the system.
    """
    inventory = reading.inventory
    system = inventory.systems[id]
    yield from _dates(reading, system)
    yield from _links(reading, system)
    yield from _means(reading, system)
    yield from _of_years(reading, system)
    for number, limit in enumerate(inventory.limits, 1):
        if id in limit.who.systems and _most_at_once(reading.book, limit) >= limit.moves:
            yield _one_more_move(inventory, number, limit)
    for number, rule in enumerate(inventory.milestones, 1):
        live = [one for one in rule.who.systems if reading.book.live.get(one, rule.by + 2) <= rule.by + 1]
        if id in live and len(live) <= rule.needed:
            share = Fraction(rule.needed - 1, len(rule.who.systems))
            said = Phrase(
                "milestone {number}, by {quarter} (tried with one system fewer)",
                number=str(number),
                quarter=QuarterLabel(inventory.label(rule.by)),
            )
            yield Loosened(said, with_milestone(inventory, number, share=share))


def _dates(reading: PlanReading, system: System) -> Iterator[Loosened]:
    inventory, works = reading.inventory, reading.book.courses[system.id].works
    if works and system.earliest > max(inventory.open, system.joins) and works[0].start <= system.earliest:
        earliest = QuarterLabel(inventory.label(system.earliest))
        said = Phrase("no work on it before {quarter} (earliest)", quarter=earliest)
        yield Loosened(said, starting_any_time(inventory, system.id))
    if works and system.latest is not None and works[-1].cutover >= system.latest:
        latest = QuarterLabel(inventory.label(max(system.latest, 0)))
        said = Phrase("cutover by {quarter} (latest)", quarter=latest)
        yield Loosened(said, ending_any_time(inventory, system.id))
    for number, freeze in enumerate(inventory.freezes, 1):
        if system.id in freeze.who.systems and freeze.quarters:
            said = Phrase("freeze {number}", number=str(number))
            if freeze.why == LAST_CUTOVER:
                said = Phrase("the last cutover of all systems")
            elif freeze.why:
                said = Phrase("{what} ({why})", what=said, why=freeze.why)
            yield Loosened(said, unfrozen(inventory, number, system.id))


def _links(reading: PlanReading, system: System) -> Iterator[Loosened]:
    """What it starts after at once, or cannot start after, and what cuts over together with it.

    A service that it moves into is no limit that could go: there is nothing to move into without it.
    """
    inventory, works = reading.inventory, reading.book.courses[system.id].works
    starts = {work.start for work in works}
    for other in system.after:
        live = reading.book.live.get(other)
        if live is None or live in starts:
            yield Loosened(Phrase("it waits for {other}", other=other), not_waiting_for(inventory, system.id, other))
    needs = dict.fromkeys(need for option in system.options for step in option.steps for need in step.needs)
    into = {service for option in system.options for service in option.services}
    for need in needs:
        ready = reading.book.ready.get(need)
        if need not in into and inventory.services[need].build is not None and ready in starts and ready is not None:
            said = Phrase(
                "it waits for service {service}, ready from {quarter}",
                service=need,
                quarter=QuarterLabel(inventory.label(ready)),
            )
            yield Loosened(said, not_needing(inventory, system.id, need, ready))
    if others := reading.together_with(system.id):
        said = Phrase("it cuts over together with {names}", names=", ".join(others))
        yield Loosened(said, apart_from_group(inventory, system.id))


def _means(reading: PlanReading, system: System) -> Iterator[Loosened]:
    """Money and people of which there is not room, in some period or quarter, for all that the system may take."""
    inventory, book = reading.inventory, reading.book
    steps = [step for option in system.options for step in option.steps]
    for id, pot in inventory.pots.items():
        amount = max((step.capital.get(id, 0.0) for step in steps), default=0.0)
        rooms = [
            period.amount - fsum(book.capital.get((id, quarter), 0.0) for quarter in period.quarters)
            for period in pot.periods
        ]
        if amount and min(rooms, default=0.0) < amount:
            yield _more_money(inventory, inventory, id, amount)
    for id, role in inventory.roles.items():
        peak = max((max(step.effort.get(id, ()), default=0.0) for step in steps), default=0.0)
        free = (days - book.staff.get((id, quarter), 0.0) for quarter, days in enumerate(role.days or ()))
        if peak and min(free, default=peak) < peak:
            yield _more_days(inventory, id, peak)


def _more_money(inventory: Inventory, now: Inventory, pot: str, amount: float) -> Loosened:
    """A pot with so much more in each period; ``now`` is what is changed, ``inventory`` as it was."""
    said = Phrase(
        "capital of {pot} (tried with {amount} more in each period)",
        pot=pot,
        amount=AmountText(amount, inventory.currency),
    )
    return Loosened(said, with_more_money(now, pot, amount))


def _more_days(now: Inventory, role: str, days: float) -> Loosened:
    """A role with so many more days in each quarter."""
    said = Phrase("role {role} (tried with {days} more days a quarter)", role=role, days=f"{days:,.4g}")
    return Loosened(said, with_more_days(now, role, days))


def _one_more_move(now: Inventory, number: int, limit: Limit) -> Loosened:
    """A limit, by its number from 1, with one more move at a time."""
    said = Phrase(
        "limit {number}, {moves} at a time (tried with one more)", number=str(number), moves=MovesText(limit.moves)
    )
    return Loosened(said, with_limit(now, number, limit.moves + 1))


def lacking(inventory: Inventory, book: Ledger) -> list[Loosened]:
    """Of what a plan takes more than there is: money, people, and one move at a time; each with so much more of it.

    Each has what those before it have, too: the last one has all of it.

    Args:
        inventory: whose limits.
        book: the books of a plan, which may break its rules.
    """
    found: list[Loosened] = []
    now = inventory
    for id, pot in inventory.pots.items():
        over = max(_overspent(pot, id, book), default=0.0)
        if over > _CLOSE:
            found.append(_more_money(inventory, now, id, float(ceil(over - _CLOSE))))
            now = found[-1].inventory
    for id, role in inventory.roles.items():
        there = [days + hired for days, hired in zip(role.days or (), role.agency_days, strict=False)]
        over = max((book.staff.get((id, quarter), 0.0) - days for quarter, days in enumerate(there)), default=0.0)
        if over > _CLOSE:
            found.append(_more_days(now, id, ceil(10 * (over - _CLOSE)) / 10))
            now = found[-1].inventory
    for number, limit in enumerate(inventory.limits, 1):
        if _most_at_once(book, limit) > limit.moves:
            found.append(_one_more_move(now, number, limit))
            now = found[-1].inventory
    return found


def _overspent(pot: Pot, id: str, book: Ledger) -> Iterator[float]:
    """By period, how much more each period would have to have; what is left over is there later, if it is carried."""
    left = 0.0
    for number, period in enumerate(pot.periods, 1):
        left += period.amount - fsum(book.capital.get((id, quarter), 0.0) for quarter in period.quarters)
        yield -left / (number if pot.carry_forward else 1)
        left = left if pot.carry_forward else 0.0


def _of_years(reading: PlanReading, system: System) -> Iterator[Loosened]:
    """Budgets and targets in whose years there is not room for all that the system may change: of the same partners,
    all years at once."""
    inventory, book = reading.inventory, reading.book
    yearly = _most_a_year(system)
    amount = AmountText(yearly, inventory.currency)
    left = [budget.at_most - spent for budget, spent in zip(inventory.budgets, book.revenue, strict=True)]
    for partners, numbers in _without_room(inventory, system, inventory.budgets, left, yearly).items():
        whose = Phrase("budgets of {partners}", partners=", ".join(partners)) if partners else Phrase("budgets of all")
        said = Phrase("{what} (tried with {amount} more in each year)", what=whose, amount=amount)
        yield Loosened(said, with_wider_budgets(inventory, tuple(numbers), yearly))
    left = [saved - target.savings for target, saved in zip(inventory.targets, book.savings, strict=True)]
    for partners, numbers in _without_room(inventory, system, inventory.targets, left, yearly).items():
        whose = Phrase("targets of {partners}", partners=", ".join(partners)) if partners else Phrase("targets of all")
        said = Phrase("{what} (tried with {amount} less in each year)", what=whose, amount=amount)
        yield Loosened(said, with_lower_targets(inventory, tuple(numbers), yearly))


def _without_room(
    inventory: Inventory, system: System, rules: Sequence[Budget | Target], left: Sequence[float], yearly: float
) -> dict[tuple[str, ...] | None, list[int]]:
    """By their partners, the numbers of the budgets or targets of open years that a system could use up.

    Args:
        inventory, system: whose budgets or targets, and which system.
        rules, left: these, and what is left of each.
        yearly: the most that the system may change in a year.
    """
    found: dict[tuple[str, ...] | None, list[int]] = {}
    for number, (rule, room) in enumerate(zip(rules, left, strict=True), 1):
        if _speaks_of(rule, system) and rule.quarters.stop > inventory.open and room < yearly:
            found.setdefault(rule.partners, []).append(number)
    return found


def _speaks_of(rule: Budget | Target, system: System) -> bool:
    return rule.partners is None or system.partner in rule.partners


def _most_a_year(system: System) -> float:
    """What a system may change in a year's revenue at most, in whole units: as it is, and the dearest step beside."""
    contract = 0.0 if system.contract is None else system.contract.cost
    steps = [step for option in system.options for step in option.steps]
    return float(
        ceil(system.run_cost + contract + system.extended_support)
        + ceil(max((step.run_cost + step.one_off for step in steps), default=0.0))
    )


def _most_at_once(book: Ledger, limit: Limit) -> int:
    """The most moves of a limit's systems that have work in progress in one quarter."""
    courses = [book.courses[id] for id in limit.who.systems]
    busy = Counter(q for course in courses for work in course.works for q in range(work.start, work.cutover + 1))
    return max(busy.values(), default=0)


# -- the variants -------------------------------------------------------------------------------


def _with_system(inventory: Inventory, changed: System) -> Inventory:
    return replace(inventory, systems=with_entry(inventory.systems, changed.id, changed))


@variant
def starting_any_time(inventory: Inventory, system: str) -> Inventory:
    """Work on a system may begin as soon as its partner takes part."""
    found = inventory.systems[system]
    return _with_system(inventory, replace(found, earliest=found.joins))


@variant
def starting_later(inventory: Inventory, system: str, quarter: int) -> Inventory:
    """Work on a system may not begin before a quarter."""
    found = inventory.systems[system]
    return _with_system(inventory, replace(found, earliest=max(found.earliest, quarter)))


@variant
def building_later(inventory: Inventory, service: str, quarter: int) -> Inventory:
    """The build of a service may not begin before a quarter."""
    found = inventory.services[service]
    changed = replace(found, earliest=max(found.earliest, quarter))
    return replace(inventory, services=with_entry(inventory.services, service, changed))


@variant
def ending_any_time(inventory: Inventory, system: str) -> Inventory:
    """A system may cut over as late as it likes."""
    return _with_system(inventory, replace(inventory.systems[system], latest=None))


@variant
def unfrozen(inventory: Inventory, number: int, system: str) -> Inventory:
    """A freeze, by its number from 1, does not speak of a system."""
    freeze = inventory.freezes[number - 1]
    changed = replace(freeze, who=selected(freeze.who, freeze.who.systems - {system}))
    return replace(inventory, freezes=(*inventory.freezes[: number - 1], changed, *inventory.freezes[number:]))


@variant
def not_waiting_for(inventory: Inventory, system: str, other: str) -> Inventory:
    """A system does not wait for another one."""
    found = inventory.systems[system]
    return _with_system(inventory, replace(found, after=tuple(one for one in found.after if one != other)))


@variant
def not_needing(inventory: Inventory, system: str, service: str, ready: int) -> Inventory:
    """A system does not wait for a service, which is built for the others as it was, to be ready from a quarter."""
    found = inventory.systems[system]

    def step(one: Step) -> Step:
        return replace(one, needs=tuple(need for need in one.needs if need != service))

    def option(one: Option) -> Option:
        return replace(one, first=step(one.first), then=None if one.then is None else step(one.then))

    changed = _with_system(inventory, replace(found, options=tuple(map(option, found.options))))
    built = inventory.services[service]
    reported = inventory.progress is not None and service in inventory.progress.services
    if built.build is None or reported:
        return changed
    fixed = replace(built, must_build=True, earliest=max(built.earliest, ready - built.build.quarters), latest=ready)
    return replace(changed, services=with_entry(inventory.services, service, fixed))


@variant
def apart_from_group(inventory: Inventory, system: str) -> Inventory:
    """A system need not cut over together with others."""
    return replace(inventory, together=groups_among(inventory, frozenset(inventory.systems) - {system}))


@variant
def with_more_money(inventory: Inventory, pot: str, amount: float) -> Inventory:
    """There is so much more in each period of a pot."""
    found = inventory.pots[pot]
    periods = tuple(replace(period, amount=period.amount + amount) for period in found.periods)
    return replace(inventory, pots=with_entry(inventory.pots, pot, replace(found, periods=periods)))


@variant
def with_more_days(inventory: Inventory, role: str, days: float) -> Inventory:
    """There are so many more person-days of a limited role in each quarter."""
    found = inventory.roles[role]
    more = tuple(each + days for each in found.days or ())
    return replace(inventory, roles=with_entry(inventory.roles, role, replace(found, days=more)))


@variant
def with_wider_budgets(inventory: Inventory, numbers: tuple[int, ...], amount: float) -> Inventory:
    """Some budgets, by their numbers from 1, are so much larger."""
    budgets = list(inventory.budgets)
    for number in numbers:
        budgets[number - 1] = replace(budgets[number - 1], at_most=budgets[number - 1].at_most + amount)
    return replace(inventory, budgets=tuple(budgets))


@variant
def with_lower_targets(inventory: Inventory, numbers: tuple[int, ...], amount: float) -> Inventory:
    """Some targets, by their numbers from 1, are so much lower."""
    targets = list(inventory.targets)
    for number in numbers:
        targets[number - 1] = replace(targets[number - 1], savings=targets[number - 1].savings - amount)
    return replace(inventory, targets=tuple(targets))


@variant
def used_by(inventory: Inventory, services: frozenset[str], systems: frozenset[str]) -> Inventory:
    """Only some systems may use some services, and those that can do nothing else."""

    def limited(system: System) -> System:
        left = tuple(one for one in system.options if not any(services & set(step.needs) for step in one.steps))
        return system if system.id in systems or not left else replace(system, options=left)

    return replace(inventory, systems={id: limited(system) for id, system in inventory.systems.items()})
