"""The certificate of a bound: a file of prices from which anyone can compute the bound again.

A Lagrangian bound holds for any prices (:mod:`consolidate.solving.decomposition.lagrangian`), so with the inventory
and this file one evaluation proves it, and how the prices were found does not matter. In the file each price bears the
name of its family in the model, and of what it is a price of; what is not listed has the price 0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import numpy as np

from consolidate.errors import Message, RejectedPlan, Remedy
from consolidate.inventory import Inventory, Role
from consolidate.plan import Price
from consolidate.solving.decomposition.arrays import INFINITY, Floats
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Multipliers, saving_prices
from consolidate.solving.decomposition.lagrangian import FAMILIES, Lagrangian
from consolidate.solving.formulation.people import agency_is_cheaper, premium, with_enough_days
from consolidate.solving.formulation.resources import Budgets

FORMAT = 1
DIGITS = 9
"""Significant digits that are kept. The bound is computed from the rounded prices, so nothing is lost."""
CLOSE = 1e-9
"""Relative error of a bound that is computed again on another machine."""
ROUNDING = 1e-12
"""What is taken off a bound, as a share of all the terms of which it is the sum: many times the error of floats.
Where terms are no larger than the bound this is next to nothing; prices made so that large terms cancel prove nothing.
"""

TIES = ("after", "together", "interface", "ready", "build", "gate")
"""The families of constraints between two systems, or a system and a service, or two services."""

Label = tuple[Any, ...]
"""What a price is a price of, such as ``("payroll team",)`` or ``(system, other system)``."""


@dataclass(frozen=True, repr=False)
class Certificate:
    """Prices that prove a bound.

    Attributes:
        end: quarters of the plans that it holds for.
        bound: what each of them costs at least.   [currency, discounted]
        multipliers: the prices, by family.
        labels: what each row of a family's prices is a price of.
    """

    end: int
    bound: float
    multipliers: Multipliers
    labels: Mapping[str, list[Label]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Certificate: no plan in {self.end:,} quarters costs less than {self.bound:,.2f}, discounted>"


def certify(columns: Columns, multipliers: Multipliers) -> Certificate:
    """Rounds prices to what is written, and computes the bound that those prove."""
    lagrangian = Lagrangian(columns)
    rounded = {family: _rounded(multipliers[family]) for family in FAMILIES}
    return Certificate(columns.end, proven_bound(lagrangian, rounded), rounded, _all_labels(lagrangian))


def proven_bound(lagrangian: Lagrangian, u: Multipliers) -> float:
    """The bound that prices prove, whatever rounding does; in money."""
    found = lagrangian.evaluate(u)
    if found.bound == INFINITY:  # a system without any choice: nothing to round
        return found.bound
    return found.bound - ROUNDING * (found.scale + _terms(lagrangian, u))


def _terms(lagrangian: Lagrangian, u: Multipliers) -> float:
    """How large the terms of the systems' reduced costs can be, whatever their signs, added up.

    For each system the most that one of its rows uses of people, money, capacity, limits, targets and budgets if
    it used it at the prices of all quarters together (sums over some quarters are differences of sums
    over all), twice for two steps; the prices of its milestones; and the prices of ties, which two
    systems, two steps and both sides of an interface may each take.
    """
    columns, coupling = lagrangian.columns, lagrangian.coupling
    days = np.abs(coupling.day_price(u)).sum(axis=1)
    taken = coupling.effort @ days
    for row, role, effort in coupling.uneven:
        taken[row] += max(effort) * days[role]
    money = (u["capital"] @ coupling.periods).reshape(len(columns.pots), lagrangian.end).sum(axis=1)
    for pot, amount in zip(coupling.pot, coupling.amount, strict=True):
        taken += money[pot] * amount if len(money) else 0.0
    if len(u["capacity"]):
        taken += coupling.users * u["capacity"][coupling.into]
    taken += (coupling.limited @ u["limit"].sum(axis=1))[coupling.limit_class][columns.row_system]
    for price, (alone, pair) in zip(saving_prices(u), columns.saved, strict=True):
        taken += price * _largest(alone)
        np.add.at(taken, columns.two[:, 0], price * _largest(pair))
    each = np.zeros(len(columns.systems))
    np.maximum.at(each, columns.row_system, taken)
    total = 2 * float(each.sum())
    total += sum(
        float(price) * len(members) for price, (members, *_) in zip(u["milestone"], coupling.milestones, strict=True)
    )
    return total + 8 * sum(float(np.abs(u[family]).sum()) for family in TIES)


def _largest(values: Floats) -> Floats:
    """[rows]: the largest of each row, whatever its sign."""
    return np.asarray(np.abs(np.where(np.isfinite(values), values, 0.0)).max(axis=1, initial=0.0))


def _rounded(values: Floats) -> Floats:
    """To so many significant digits, as text would give them back."""
    flat = np.zeros(values.size)
    some = np.flatnonzero(values)  # a tenth of them, where there are many
    flat[some] = [float(f"{value:.{DIGITS}g}") for value in values.ravel()[some].tolist()]
    return flat.reshape(values.shape)


_JSON = json.JSONEncoder(ensure_ascii=False)


def certificate_json(certificate: Certificate, inventory: Inventory) -> str:
    """The text of certificate.json; ends in a newline."""
    head = {
        "format": FORMAT,
        "inventory": inventory.content_hash,
        "scenario": inventory.scenario,
        "quarters": certificate.end,
        "bound": certificate.bound,
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    lines.append(' "prices": {')
    prices = priced(certificate)
    for number, (family, found) in enumerate(prices.items()):
        body = ",\n".join(f"   [{_listed(label)}, {_listed(figures)}]" for label, figures in found.items())
        comma = "," if number + 1 < len(prices) else ""
        lines.append(f'  "{family}": [{chr(10) + body if body else ""}]{comma}')
    return "{\n" + "\n".join(lines) + "\n }\n}\n"


def priced(certificate: Certificate) -> dict[str, dict[Label, tuple[float, ...]]]:
    """By family, what has a price, and its prices: one, or one for each quarter. What has none is left out."""
    found: dict[str, dict[Label, tuple[float, ...]]] = {}
    for family in FAMILIES:
        rows = certificate.labels[family]
        values = _by_label(certificate.multipliers[family], len(rows)).tolist()
        found[family] = {label: _stripped(row) for label, row in zip(rows, values, strict=True) if any(row)}
    return found


def _stripped(row: list[float]) -> tuple[float, ...]:
    """A row without the zeros that it ends in."""
    size = len(row)
    while size and not row[size - 1]:
        size -= 1
    return tuple(row[:size])


def _by_label(values: Floats, count: int) -> Floats:
    """A family's prices with a row for each label; a view."""
    return values.reshape(count, values.size // count) if count else values.reshape(0, 0)


def _listed(values: Label | tuple[float, ...]) -> str:
    """Labels or prices as they stand in a list of JSON; whole numbers without their .0."""
    text = _JSON.encode(values)[1:-1]
    if text[:1] == '"':
        return text
    return text.replace(".0,", ",").removesuffix(".0")


def _all_labels(lagrangian: Lagrangian) -> dict[str, list[Label]]:
    return {family: labels(lagrangian, family) for family in FAMILIES}


def labels(lagrangian: Lagrangian, family: str) -> list[Label]:
    """What each row of a family's prices is called, in order; a row's prices are by quarter where it has several."""
    data, inventory = lagrangian.columns, lagrangian.inventory
    names = [system.id for system in data.systems]
    services = [service.id for service in data.services]
    links = data.links
    makers: dict[str, Iterator[Label]] = {
        "staff": ((role,) for role in data.roles),
        "capital": ((pot.id, period.label) for pot in inventory.pots.values() for period in pot.periods),
        "limit": ((f"limit {number + 1}",) for number in range(len(inventory.limits))),
        "milestone": ((f"milestone {number + 1}",) for number in range(len(inventory.milestones))),
        "target": ((f"target {number + 1}",) for number in range(len(inventory.targets))),
        "budget": ((f"budget {number + 1}",) for number in range(len(inventory.budgets))),
        "capacity": ((service,) for service in services),
        "after": _twice((names[one], names[other]) for one, other in links.after.tolist()),
        "together": _twice((names[one], names[other]) for one, other in links.together.tolist()),
        "interface": _twice(
            (side, names[one], names[other])
            for side in ("while it is live", "while the other is live")
            for one, other in links.interface.tolist()
        ),
        "ready": ((names[system], services[need]) for system, need in lagrangian.services.links.second_needs),
        "build": ((services[service], services[need]) for service, need in lagrangian.services.forest.minor_needs),
        "gate": _twice((services[service], names[system]) for service, system in links.gates.tolist()),
    }
    return list(makers[family])


def _twice(found: Iterator[Label]) -> Iterator[Label]:
    """Two ties of one kind between the same two are told apart by a number."""
    seen: dict[Label, int] = {}
    for label in found:
        seen[label] = seen.get(label, 0) + 1
        yield label if seen[label] == 1 else (f"{label[0]} #{seen[label]}", *label[1:])


# -- reading it again -----------------------------------------------------------------------


def recompute(text: str, inventory: Inventory, path: str) -> Certificate:
    """Reads a certificate and computes its bound again.

    Returns:
        the certificate with the bound as it is, whatever the file says.

    Raises:
        RejectedPlan: it is not a certificate, not of this inventory, or claims more than its prices prove.
    """
    found = _parsed(text, path)
    if not of_inventory(text, inventory, path):
        raise RejectedPlan(Message(f"{path}: proves a bound of another inventory; ", Remedy.PLAN_AGAIN))
    end = found.get("quarters")
    if type(end) is not int or end != inventory.plan_quarters:  # a bound on shorter plans is none on all
        raise RejectedPlan(
            Message(f"{path}: quarters: must be {inventory.plan_quarters}, the whole horizon; ", Remedy.PLAN_AGAIN)
        )
    lagrangian = Lagrangian(Columns(inventory, end))
    multipliers = lagrangian.zero()
    prices = found.get("prices")
    if not isinstance(prices, dict) or not set(prices) <= set(FAMILIES):
        raise RejectedPlan(f"{path}: prices: must be an object of {', '.join(FAMILIES)}")
    known = _all_labels(lagrangian)
    for family, rows in prices.items():
        _fill(multipliers[family], known[family], rows, family, path)
    bound = proven_bound(lagrangian, multipliers)
    claimed = found.get("bound")
    if not isinstance(claimed, int | float) or not claimed <= bound + CLOSE * max(abs(bound), 1.0):
        raise RejectedPlan(f"{path}: bound: its prices prove {bound:,.2f}, not {claimed}")
    return Certificate(end, bound, multipliers, known)


def read_prices(text: str, path: str) -> dict[str, dict[Label, tuple[float, ...]]]:
    """By family and label, the prices in a certificate of whatever inventory; what is no price is left out.

    Raises:
        RejectedPlan: it is not a certificate.
    """
    prices = _parsed(text, path).get("prices")
    if not isinstance(prices, dict):
        raise RejectedPlan(Message(f"{path}: prices: must be an object; ", Remedy.CERTIFICATE_FILE))
    found: dict[str, dict[Label, tuple[float, ...]]] = {}
    for family in FAMILIES:
        rows = prices.get(family)
        for row in rows if isinstance(rows, list) else ():
            named = list(takewhile(lambda one: isinstance(one, str), row)) if isinstance(row, list) else []
            if named and all(map(_number, row[len(named) :])):
                found.setdefault(family, {})[tuple(named)] = tuple(map(float, row[len(named) :]))
    return found


def of_inventory(text: str, inventory: Inventory, path: str) -> bool:
    """Whether a certificate is of this inventory, in this scenario.

    Raises:
        RejectedPlan: it is not a certificate.
    """
    found = _parsed(text, path)
    return found.get("inventory") == inventory.content_hash and found.get("scenario") == inventory.scenario


def _parsed(text: str, path: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RejectedPlan(Message(f"{path}: not JSON ({error}); ", Remedy.CERTIFICATE_FILE)) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise RejectedPlan(Message(f"{path}: not a certificate; ", Remedy.CERTIFICATE_FILE))
    return found


def _fill(values: Floats, known: list[Label], rows: object, family: str, path: str) -> None:
    """Enters a family's prices, each row by its label."""
    place = {label: number for number, label in enumerate(known)}
    table = _by_label(values, len(known))
    for row in rows if isinstance(rows, list) else [None]:
        width = len(known[0]) if known else 0
        label = tuple(row[:width]) if isinstance(row, list) else None
        figures = row[width:] if isinstance(row, list) else []
        try:
            at = place.get(label) if label is not None else None
        except TypeError:  # a label that is a list or an object
            at = None
        if at is None or len(figures) > table.shape[1] or not all(_number(figure) for figure in figures):
            raise RejectedPlan(f"{path}: prices.{family}: {json.dumps(row)[:80]} is no price of this inventory's")
        if family != "together" and any(figure < 0 for figure in figures):
            raise RejectedPlan(f"{path}: prices.{family}: {json.dumps(row)[:80]} is below 0")
        table[at, : len(figures)] = figures


def _number(value: object) -> bool:
    """Whether it can be a price: beyond a trillion, sums would round away what they are to prove."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e12


# -- what prices mean --------------------------------------------------------------------------------


def prices(certificate: Certificate, inventory: Inventory) -> list[Price]:
    """The prices, in the relaxation, of a day of each role in each year and of a unit of currency of each pot.

    A role's price is the sum over the year's quarters, discounted. They are not what one more would save: that is
    found by planning again, and may be more, less or nothing, for moves are whole. What does not bind in the
    relaxation has the price 0.
    """
    found = []
    calendar, end = inventory.calendar, certificate.end
    roles = [role for role in with_enough_days(inventory).roles.values() if role.days is not None]
    for role, by_quarter in zip(roles, _day_prices(certificate, inventory, roles), strict=True):
        if inventory.roles[role.id].days is None:
            continue
        years: dict[str, float] = {}
        for quarter in range(end):
            label = calendar.year_label(quarter)
            years[label] = years.get(label, 0.0) + float(by_quarter[quarter])
        found += [Price("role", role.id, year, "day in each quarter", price) for year, price in years.items()]
    limits = iter(certificate.multipliers["capital"].tolist())
    for pot in inventory.pots.values():
        amounts = [next(limits) for _ in pot.periods]
        if pot.carry_forward:  # a pound more in one period is a pound more up to every later one
            amounts = np.cumsum(amounts[::-1])[::-1].tolist()
        found += [
            Price("pot", pot.id, period.label, inventory.currency, value)
            for period, value in zip(pot.periods, amounts, strict=True)
        ]
    return found


def _day_prices(certificate: Certificate, inventory: Inventory, roles: Sequence[Role]) -> Floats:
    """[roles, quarters]: what one more own day saves. Where agency days are cheaper it replaces none of them."""
    values = certificate.multipliers["staff"].copy()
    budgets = Budgets(inventory)
    for at, role in enumerate(roles):
        for quarter in range(certificate.end):
            if agency_is_cheaper(role, quarter):
                more = -premium(role, quarter) * inventory.discount(quarter)
                for (_, number, _), extra in budgets.of_agency(role.id, quarter):
                    more -= float(certificate.multipliers["budget"][number]) * extra
                values[at, quarter] = max(values[at, quarter] - more, 0.0)
    return values
