"""Rules that give way: what each relaxation is called, what it counts, and the inventory with it in force.

How a line reads, and the prices, are in ``docs/relaxations.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction

from consolidate.inventory import Inventory, Service
from consolidate.solving.formulation.resources import closeness
from consolidate.variants import (
    with_budget,
    with_capacity,
    with_freeze_open,
    with_latest,
    with_latest_build,
    with_limit,
    with_milestone,
    with_pot,
    with_role,
    with_target,
)
from consolidate.vocabulary import money, plural

PRICES = {
    "pot": 1.0,  # a pound
    "target": 1.0,  # a pound
    "budget": 1.0,  # a pound
    "role": 600.0,  # a person-day
    "capacity": 100.0,  # a user
    "limit": 10_000.0,  # a move more in every quarter
    "milestone": 10_000.0,  # a system fewer
    "latest": 20_000.0,  # a quarter, for one system or service
    "freeze": 20_000.0,  # a frozen quarter opened
    "horizon": 100_000.0,  # a quarter
}
"""What relaxing a rule by one unit is taken to cost. Only their proportions matter."""

PRICED = {
    "pot": "for each {} of capital",
    "target": "for each {} of savings less",
    "budget": "for each {} of revenue",
    "role": "a person-day",
    "capacity": "a user",
    "limit": "a move more at a time",
    "milestone": "a system fewer",
    "latest": "a quarter later",
    "freeze": "a frozen quarter opened",
    "horizon": "a quarter more for all",
}
"""What each price is for, in the words of the message; ``{}`` stands for one unit of the currency."""

Item = tuple[Hashable, ...]
"""A rule that may give way: ('pot', id, period) | ('role', id, quarter) | ('latest', system) | …"""


def as_numbered(item: Item) -> tuple[tuple[float, str], ...]:
    """A key that sorts rules by their numbers, as people count, and otherwise by name.

    >>> sorted([("role", "dba", 10), ("role", "dba", 2), ("pot", "a", 0)], key=as_numbered)
    [('pot', 'a', 0), ('role', 'dba', 2), ('role', 'dba', 10)]
    """
    return tuple((float(part), "") if isinstance(part, int) else (-1.0, str(part)) for part in item)


@dataclass(frozen=True)
class Relaxation:
    """One thing to relax. ``line`` is for programs, ``text`` for people; ``price`` is what it counts."""

    item: Item
    line: str
    text: str
    price: float
    amount: float = 0.0
    """By how much, in the item's own unit."""


Relaxed = tuple[Relaxation, Inventory]


def _up(amount: float, there: float) -> float:
    """An amount that is to be added to what is there, rounded up to hundredths so that it is enough."""
    return math.ceil((amount - closeness(there)) * 100) / 100


def figure(amount: float) -> str:
    """A number without more decimals than it has: 64000, 12.5.

    >>> figure(64000.0), figure(12.5), figure(0.1)
    ('64000', '12.5', '0.1')
    """
    return f"{amount:.4f}".rstrip("0").rstrip(".")


def _relax_role(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    _, key, quarter = item
    role = inventory.roles[str(key)]
    assert isinstance(quarter, int)
    assert role.days is not None
    more = _up(amount, role.days[quarter])
    new = round(role.days[quarter] + more, 4)
    label = inventory.label(quarter)
    return Relaxation(
        item,
        f"relax: role {role.id} {label} +{figure(more)} = {figure(new)}",
        f"{role.id} is {figure(more)} {plural(more, 'person-day')} short in {label}",
        PRICES["role"] * more,
    ), with_role(inventory, role.id, quarter, days=new)


def relax_pot(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    """More money in one period of a pot."""
    _, key, number = item
    pot = inventory.pots[str(key)]
    assert isinstance(number, int)
    period = pot.periods[number]
    more = _up(amount, period.amount)
    new = round(period.amount + more, 4)
    return Relaxation(
        item,
        f"relax: pot {pot.id} {period.label} +{figure(more)} = {figure(new)}",
        f"{period.label} capital of {pot.id} is {money(more, inventory.currency)} short",
        PRICES["pot"] * more,
    ), with_pot(inventory, pot.id, period.label, new)


def _relax_capacity(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    service = inventory.services[str(item[1])]
    more = _up(amount, service.capacity or 0.0)
    new = (service.capacity or 0.0) + more
    return Relaxation(
        item,
        f"relax: capacity {service.id} +{figure(more)} = {figure(new)}",
        f"{service.id} holds {figure(more)} {plural(more, 'user')} too few",
        PRICES["capacity"] * more,
    ), with_capacity(inventory, service.id, new)


def _relax_limit(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    number = item[1]
    assert isinstance(number, int)
    limit = inventory.limits[number]
    new = limit.moves + int(amount)
    return Relaxation(
        item,
        f"relax: limit {number + 1} +{int(amount)} = {new}",
        f"limit {number + 1} ({limit.who.text}) allows {int(amount)} {plural(int(amount), 'move')} a quarter too few",
        PRICES["limit"] * int(amount),
    ), with_limit(inventory, number + 1, new)


def _relax_milestone(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    number = item[1]
    assert isinstance(number, int)
    rule = inventory.milestones[number]
    fewer = int(amount)
    # The largest whole hundredth of a per cent that asks for no more systems than can be live.
    share = Fraction(10_000 * (rule.needed - fewer) // len(rule.who.systems), 10_000)
    drop = figure(float(((rule.share or 0) - share) * 100))
    label = inventory.label(rule.by)
    return Relaxation(
        item,
        f"relax: milestone {number + 1} {label} -{drop}% = {figure(float(share * 100))}%",
        f"{fewer} {plural(fewer, 'system')} too few can be live by {label}"
        f" for milestone {number + 1} ({rule.who.text})",
        PRICES["milestone"] * fewer,
    ), with_milestone(inventory, number + 1, share=share)


def _relax_target(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    number = item[1]
    assert isinstance(number, int)
    rule = inventory.targets[number]
    less = _up(amount, rule.savings)
    new = round(rule.savings - less, 4)
    return Relaxation(
        item,
        f"relax: target {number + 1} {rule.label} -{figure(less)} = {figure(new)}",
        f"savings in {rule.label} fall {money(less, inventory.currency)} short of the target",
        PRICES["target"] * less,
    ), with_target(inventory, number + 1, new)


def _relax_budget(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    number = item[1]
    assert isinstance(number, int)
    rule = inventory.budgets[number]
    more = _up(amount, rule.at_most)
    new = round(rule.at_most + more, 4)
    whose = f" of {', '.join(rule.partners)}" if rule.partners else ""
    return Relaxation(
        item,
        f"relax: budget {number + 1} {rule.label} +{figure(more)} = {figure(new)}",
        f"revenue{whose} in {rule.label} is {money(more, inventory.currency)} over its budget",
        PRICES["budget"] * more,
    ), with_budget(inventory, number + 1, new)


def _relax_latest(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    service = inventory.services.get(str(item[1]))
    if service is not None:
        return _relax_latest_build(inventory, item, service, int(amount))
    system = inventory.systems[str(item[1])]
    assert system.latest is not None
    new = system.latest + int(amount)
    more = int(amount)
    return Relaxation(
        item,
        f"relax: latest {system.id} +{more} = {inventory.label(new)}",
        f"{system.id} cannot cut over before {inventory.label(new)}, {more} {plural(more, 'quarter')} late",
        PRICES["latest"] * more,
    ), with_latest(inventory, system.id, new)


def _relax_latest_build(inventory: Inventory, item: Item, service: Service, more: int) -> Relaxed:
    assert service.latest is not None
    new = service.latest + more
    if service.latest == -1:
        said = f"{service.id} is built all the same, ready from {inventory.label(new)}"
    else:
        said = f"{service.id} cannot be ready before {inventory.label(new)}, {more} {plural(more, 'quarter')} late"
    return Relaxation(
        item,
        f"relax: latest {service.id} +{more} = {inventory.label(new)}",
        said,
        PRICES["latest"] * more,
    ), with_latest_build(inventory, service.id, new)


def _relax_freeze(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    _, number, quarter = item
    assert isinstance(number, int)
    assert isinstance(quarter, int)
    rule = inventory.freezes[number]
    label = inventory.label(quarter)
    return Relaxation(
        item,
        f"relax: freeze {number + 1} {label} -1 = open",
        f"freeze {number + 1} ({rule.why or rule.who.text}) has to open in {label}",
        PRICES["freeze"],
    ), with_freeze_open(inventory, number + 1, quarter)


def _relax_horizon(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    more = int(amount)
    label = inventory.label(before.plan_quarters - 1 + more)
    return Relaxation(
        item,
        f"relax: horizon +{more} = {label}",
        f"the work does not fit before {label}, {more} {plural(more, 'quarter')} after the horizon's end",
        PRICES["horizon"] * more,
    ), inventory


RELAX: dict[str, Callable[[Inventory, Item, float, Inventory], Relaxed]] = {
    "role": _relax_role,
    "pot": relax_pot,
    "capacity": _relax_capacity,
    "limit": _relax_limit,
    "milestone": _relax_milestone,
    "target": _relax_target,
    "budget": _relax_budget,
    "latest": _relax_latest,
    "freeze": _relax_freeze,
    "horizon": _relax_horizon,
}
