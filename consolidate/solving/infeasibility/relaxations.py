"""Rules that give way: what each relaxation is called, what it counts, and the inventory with it in force.

How a line reads, and the prices, are in ``docs/relaxations.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction

from consolidate.inventory import Inventory, Service
from consolidate.phrases import AmountText, Phrase, PluralPhrase, QuarterLabel
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
from consolidate.vocabulary import translatable

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
    "pot": translatable("{price} for each {unit} of capital"),
    "target": translatable("{price} for each {unit} of savings less"),
    "budget": translatable("{price} for each {unit} of revenue"),
    "role": translatable("{price} a person-day"),
    "capacity": translatable("{price} a user"),
    "limit": translatable("{price} a move more at a time"),
    "milestone": translatable("{price} a system fewer"),
    "latest": translatable("{price} a quarter later"),
    "freeze": translatable("{price} a frozen quarter opened"),
    "horizon": translatable("{price} a quarter more for all"),
}
"""What each price is for, in the words of the message; ``{unit}`` stands for one unit of the currency."""

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
        Phrase(
            "{role} is {days} short in {quarter}",
            role=role.id,
            days=PluralPhrase("{n} person-day", "{n} person-days", more, figure(more)),
            quarter=QuarterLabel(label),
        ),
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
        Phrase(
            "{period} capital of {pot} is {amount} short",
            period=QuarterLabel(period.label),
            pot=pot.id,
            amount=AmountText(more, inventory.currency),
        ),
        PRICES["pot"] * more,
    ), with_pot(inventory, pot.id, period.label, new)


def _relax_capacity(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    service = inventory.services[str(item[1])]
    more = _up(amount, service.capacity or 0.0)
    new = (service.capacity or 0.0) + more
    return Relaxation(
        item,
        f"relax: capacity {service.id} +{figure(more)} = {figure(new)}",
        PluralPhrase(
            "{service} holds {n} user too few",
            "{service} holds {n} users too few",
            more,
            figure(more),
            service=service.id,
        ),
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
        PluralPhrase(
            "limit {number} ({who}) allows {n} move a quarter too few",
            "limit {number} ({who}) allows {n} moves a quarter too few",
            int(amount),
            number=str(number + 1),
            who=limit.who.text,
        ),
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
        PluralPhrase(
            "{n} system too few can be live by {quarter} for milestone {number} ({who})",
            "{n} systems too few can be live by {quarter} for milestone {number} ({who})",
            fewer,
            quarter=QuarterLabel(label),
            number=str(number + 1),
            who=rule.who.text,
        ),
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
        Phrase(
            "savings in {year} fall {amount} short of the target",
            year=rule.label,
            amount=AmountText(less, inventory.currency),
        ),
        PRICES["target"] * less,
    ), with_target(inventory, number + 1, new)


def _relax_budget(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    number = item[1]
    assert isinstance(number, int)
    rule = inventory.budgets[number]
    more = _up(amount, rule.at_most)
    new = round(rule.at_most + more, 4)
    partners = ", ".join(rule.partners or ())
    values = {"partners": partners, "year": rule.label, "amount": AmountText(more, inventory.currency)}
    if partners:
        said = Phrase("revenue of {partners} in {year} is {amount} over its budget", **values)
    else:
        said = Phrase("revenue in {year} is {amount} over its budget", **values)
    return Relaxation(
        item,
        f"relax: budget {number + 1} {rule.label} +{figure(more)} = {figure(new)}",
        said,
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
        PluralPhrase(
            "{system} cannot cut over before {quarter}, {n} quarter late",
            "{system} cannot cut over before {quarter}, {n} quarters late",
            more,
            system=system.id,
            quarter=QuarterLabel(inventory.label(new)),
        ),
        PRICES["latest"] * more,
    ), with_latest(inventory, system.id, new)


def _relax_latest_build(inventory: Inventory, item: Item, service: Service, more: int) -> Relaxed:
    assert service.latest is not None
    new = service.latest + more
    values = {"service": service.id, "quarter": QuarterLabel(inventory.label(new))}
    said: str = PluralPhrase(
        "{service} cannot be ready before {quarter}, {n} quarter late",
        "{service} cannot be ready before {quarter}, {n} quarters late",
        more,
        **values,
    )
    if service.latest == -1:
        said = Phrase("{service} is built all the same, ready from {quarter}", **values)
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
        Phrase(
            "freeze {number} ({why}) has to open in {quarter}",
            number=str(number + 1),
            why=rule.why or rule.who.text,
            quarter=QuarterLabel(label),
        ),
        PRICES["freeze"],
    ), with_freeze_open(inventory, number + 1, quarter)


def _relax_horizon(inventory: Inventory, item: Item, amount: float, before: Inventory) -> Relaxed:
    more = int(amount)
    label = inventory.label(before.plan_quarters - 1 + more)
    return Relaxation(
        item,
        f"relax: horizon +{more} = {label}",
        PluralPhrase(
            "the work does not fit before {quarter}, {n} quarter after the horizon's end",
            "the work does not fit before {quarter}, {n} quarters after the horizon's end",
            more,
            quarter=QuarterLabel(label),
        ),
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
