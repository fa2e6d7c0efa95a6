"""What there is only so much of, and the inventory with a little more of it.

Money of each pot and period, days of each role and year, moves at a time, freezes, milestones, targets, budgets, and
room in services: each is something of which one more unit may be worth something (:mod:`consolidate.explain.worth`).
What lies before the first quarter that is open is past, and left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from consolidate.errors import UserError
from consolidate.inventory import Budget, Inventory, Target
from consolidate.variants import (
    with_budget,
    with_capacity,
    with_freeze_open,
    with_limit,
    with_milestone,
    with_pot,
    with_role,
    with_target,
)
from consolidate.yaml_files.messages import nearest, show

_AMOUNT = re.compile(r"([0-9][0-9_]*(?:\.[0-9]+)?)\s*(%?)")
_TENTH = (0.0, 0.1)


@dataclass(frozen=True)
class Scarce:
    """Something that there is only so much of.

    Attributes
    ----------
    kind
        ``pot``, ``role``, ``limit``, ``freeze``, ``milestone``, ``target``, ``budget`` or ``capacity``.
    id
        The id of a pot, role or service; the number of a rule, from 1.
    period
        The label of a pot's period, or of a role's financial year; empty where there is none.
    unit
        Of what more is asked for: ``currency``, ``days`` (in each quarter of the year), ``moves``, ``users``;
        ``lifted`` of a freeze; ``systems`` fewer, or ``quarters`` later, of a milestone.
    amounts
        How much more is asked for, rising.
    quarters
        Those of a role's year, or of a freeze.
    about
        Whom or what a rule speaks of, in the words of the files; empty for all else.
    """

    kind: str
    id: str
    period: str
    unit: str
    amounts: tuple[float, ...]
    quarters: tuple[int, ...] = ()
    about: str = ""

    @property
    def name(self) -> str:
        """By what it is asked about: ``pot onewales``, ``limit 2``."""
        return f"{self.kind} {self.id}"


More = Mapping[Scarce, float]
"""How much more of each of several things."""


def with_more(inventory: Inventory, more: More) -> Inventory:
    """The inventory with more of several things."""
    return reduce(lambda found, one: loosened(found, *one), more.items(), inventory)


def loosened(inventory: Inventory, scarce: Scarce, amount: float) -> Inventory:
    """The inventory with so much more of something: a variant of which every plan of the inventory is one, too."""
    id, number = scarce.id, int(scarce.id) if scarce.id.isdigit() else 0
    match scarce.kind, scarce.unit:
        case "pot", _:
            there = next(one.amount for one in inventory.pots[id].periods if one.label == scarce.period)
            return with_pot(inventory, id, scarce.period, there + amount)
        case "role", _:
            days = inventory.roles[id].days or ()
            for quarter in scarce.quarters:
                inventory = with_role(inventory, id, quarter, days=days[quarter] + amount)
            return inventory
        case "limit", _:
            return with_limit(inventory, number, inventory.limits[number - 1].moves + round(amount))
        case "freeze", _:
            for quarter in scarce.quarters:
                inventory = with_freeze_open(inventory, number, quarter)
            return inventory
        case "milestone", "systems":
            rule = inventory.milestones[number - 1]
            left = max(rule.needed - round(amount), 0)
            return with_milestone(inventory, number, share=Fraction(left, len(rule.who.systems)))
        case "milestone", _:
            return with_milestone(inventory, number, by=inventory.milestones[number - 1].by + round(amount))
        case "target", _:
            return with_target(inventory, number, inventory.targets[number - 1].savings - amount)
        case "budget", _:
            return with_budget(inventory, number, inventory.budgets[number - 1].at_most + amount)
    room = inventory.services[id].capacity
    return with_capacity(inventory, id, None if room is None else room + amount)


def scarcities(
    inventory: Inventory, money: Sequence[str] = ("10000", "10%"), days: float = 10.0, of: Sequence[str] = ()
) -> tuple[Scarce, ...]:
    """All that there is only so much of.

    Args:
        inventory: a valid inventory.
        money: how much more money is asked for: amounts of currency, or percentages of what there is.
        days: how many more days of a role, in each quarter of a year.
        of: a kind (``pot``), an id (``onewales``), or both (``limit 2``); only those. Empty: all.

    Raises:
        UserError: an amount is none, or nothing has such a name.
    """
    parts = [_part(text) for text in money]
    if not (days > 0 and math.isfinite(days)):
        raise UserError(f"{days:g} is no number of days that could be more; give more than 0")
    every = [one for one in _every(inventory, parts, days) if one.amounts]
    wanted: set[Scarce] = set()
    for name in of:
        found = [one for one in every if " ".join(name.split()) in (one.kind, one.id, one.name)]
        if not found or name.strip().isdigit():
            known = list(dict.fromkeys(word for one in every for word in (one.name, one.kind)))
            guess = nearest(name, [*known, *(one.id for one in every if not one.id.isdigit())])
            kinds = ", ".join(dict.fromkeys(one.kind for one in every))
            example = f", or one of them, as {show(every[0].name)}" if every else ""
            hint = f"did you mean {show(guess)}?" if guess else f"name a kind ({kinds}){example}"
            raise UserError(f"there is nothing called {show(name)} of which there could be more; {hint}")
        wanted |= set(found)
    return tuple(one for one in every if not of or one in wanted)


def _part(text: str) -> tuple[float, float]:
    """An amount and a share of what there is; one of them is 0."""
    match = _AMOUNT.fullmatch(text.strip())
    number = float(match[1].replace("_", "")) if match else 0.0
    if match is None or not number > 0:
        raise UserError(f"{show(text)} is no amount that could be more; write an amount as 10000, or a share as 10%")
    return (0.0, number / 100) if match[2] else (number, 0.0)


def _more(there: float, parts: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """How much more is asked for of so much, rising, to the penny; nothing is left out."""
    found = {round(amount + share * max(there, 0.0), 2) for amount, share in parts}
    return tuple(sorted(one for one in found if one > 0))


def _whose(rule: Target | Budget) -> str:
    return ", ".join(rule.partners or ())


def _every(inventory: Inventory, parts: Sequence[tuple[float, float]], days: float) -> Iterator[Scarce]:
    horizon = range(inventory.open, inventory.plan_quarters)
    for pot in inventory.pots.values():
        for period in pot.periods:
            if period.quarters.stop > inventory.open:
                yield Scarce("pot", pot.id, period.label, "currency", _more(period.amount, parts))
    for role in inventory.roles.values():
        for year in dict.fromkeys(map(inventory.calendar.year_label, horizon)) if role.days is not None else ():
            quarters = tuple(quarter for quarter in horizon if inventory.calendar.year_label(quarter) == year)
            yield Scarce("role", role.id, year, "days", (days,), quarters)
    for number, limit in enumerate(inventory.limits, 1):
        yield Scarce("limit", str(number), "", "moves", (1.0,), about=limit.who.text)
    for number, freeze in enumerate(inventory.freezes, 1):
        if left := tuple(sorted(freeze.quarters & set(horizon))):
            yield Scarce("freeze", str(number), "", "lifted", (1.0,), left, freeze.why or freeze.who.text)
    for number, milestone in enumerate(inventory.milestones, 1):
        if milestone.needed and milestone.by >= inventory.open:
            about = milestone.why or milestone.who.text
            yield Scarce("milestone", str(number), "", "systems", (1.0,), about=about)
            if milestone.by + 1 < inventory.plan_quarters:
                yield Scarce("milestone", str(number), "", "quarters", (1.0,), about=about)
    for number, target in enumerate(inventory.targets, 1):
        yield Scarce(
            "target", str(number), target.label, "currency", _more(target.savings, parts), about=_whose(target)
        )
    for number, budget in enumerate(inventory.budgets, 1):
        yield Scarce(
            "budget", str(number), budget.label, "currency", _more(budget.at_most, parts), about=_whose(budget)
        )
    for service in inventory.services.values():
        if service.capacity:
            yield Scarce("capacity", service.id, "", "users", _more(service.capacity, (_TENTH,)))
