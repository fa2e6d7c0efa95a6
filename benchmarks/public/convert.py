"""An instance written as an inventory, and the key that leads from the inventory's plan back to the instance.

One period is one quarter. The README beside this file has the mapping as a table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from public.formats import Facilities, Instance, Knapsack, Mode, Project
from public.style import Calendar, Style

Node = dict[str, Any]

UNENDING = 120
"""Quarters of the horizon where no plan is known to exist: long enough for every cheapest way out."""

YEARS = Decimal("1.25")
"""What a system that stays costs in years of its run cost: a horizon of one quarter, and four to appraise."""


@dataclass(frozen=True)
class Way:
    """What an option of a system is on the instance.

    Attributes:
        choice: number of the mode from 0, or of the facility; 1 for an item that is taken, 0 for one that is left.
        quarters: of work, as written (an option that was added may take longer than the mode it is worse than).
        extra: what it costs more than on the instance, in the inventory's money.
    """

    choice: int
    quarters: int = 1
    extra: Decimal = Decimal(0)


@dataclass
class Key:
    """Leads from the inventory back to the instance.

    Attributes:
        origin: ordinal (4 x year + quarter) of the first quarter.
        horizon: quarters.
        systems: activity, customer or item by whole id of its system.
        ways: by whole id of a system, its options in the order written.
        services: facility by id of its service.
        money: of the inventory for a unit of the instance's cost or profit.
        stay: cost of leaving every system as it is, in the inventory's money (knapsack).
        pots: ids of the pots, in the order of the instance's non-renewable resources (projects).
    """

    origin: int
    horizon: int
    systems: dict[str, int] = field(default_factory=dict)
    ways: dict[str, tuple[Way, ...]] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)
    money: Decimal = Decimal(1)
    stay: Decimal = Decimal(0)
    pots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inventory:
    """An instance as an inventory: the text of each file by its place in the folder, and the key."""

    files: Mapping[str, str]
    key: Key

    def write(self, folder: Path) -> None:
        for place, text in self.files.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def horizon_of(instance: Instance, best: Decimal | None) -> int:
    """Quarters to plan in: half as many again as the best makespan takes and four, so that it is still to be found."""
    if not isinstance(instance, Project):
        return 1
    return UNENDING if best is None else math.ceil(Decimal("1.5") * best) + 4


def convert(instance: Instance, horizon: int, style: Style | None = None, *, pots: bool = False) -> Inventory:
    """The inventory of an instance.

    Args:
        horizon: quarters (projects; the others need one).
        style: how to write it down; default: plainly.
        pots: whether a knapsack's limits are pots of capital instead of roles.
    """
    style = style or Style()
    if isinstance(instance, Project):
        return _project(instance, horizon, style)
    if isinstance(instance, Facilities):
        return _facilities(instance, style)
    return _knapsack(instance, style, pots)


# -- projects ---------------------------------------------------------------------------------------


def _project(project: Project, horizon: int, style: Style) -> Inventory:
    roles, role_units = _resources("r", len(project.renewable), style)
    pots, unit = style.ids("n", range(1, len(project.nonrenewable) + 1)), style.unit()
    programme = _programme(project.name, horizon, "finish", style.calendar)
    programme["roles"] = _entries(
        style, {roles[k]: {"days": days * role_units[k]} for k, days in enumerate(project.renewable, 1)}
    )
    programme["capital"] = _entries(
        style, {pots[k]: _pot(amount * unit, style) for k, amount in enumerate(project.nonrenewable, 1)}
    )
    whole = _whole_ids("a", project.modes, style)
    key = Key(style.calendar.origin, horizon, {whole[a]: a for a in project.modes}, money=unit)
    key.pots = tuple(pots.values())
    after = _implied(project.after, style)
    systems = {}
    for activity in style.order(project.modes):
        options = []
        for number, mode in _with_worse(project.modes[activity], style):
            effort = _entries(style, {roles[k]: _effort(r * role_units[k], mode.duration, style)
                                      for k, r in enumerate(mode.renewable, 1) if r})  # fmt: skip
            capital = _entries(style, {pots[k]: use * unit for k, use in enumerate(mode.nonrenewable, 1) if use})
            option = {"approach": "replatform", "quarters": mode.duration, "effort": effort, "capital": capital}
            options.append((Way(number, mode.duration), option))
        _level(option for _, option in options)
        body = _system(options, whole[activity], key, style, must_move=True)
        body["after"] = [whole[a] for a in style.order(after[activity])]
        systems[whole[activity]] = body
    return Inventory(_files(programme, systems, {}, style), key)


def _resources(letter: str, count: int, style: Style) -> tuple[dict[int, str], dict[int, Decimal]]:
    numbers = range(1, count + 1)
    return style.ids(letter, numbers), {k: style.unit() for k in numbers}


def _pot(amount: Decimal, style: Style) -> Node:
    return {"amount": {style.calendar.first_year: amount, "default": 0}, "carry_forward": True}


def _effort(each: Decimal, quarters: int, style: Style) -> Any:
    """The same in each quarter: written as the total, or as a list."""
    return [each] * quarters if style.chosen([0], 0.5) else each * quarters


def _with_worse(modes: Sequence[Mode], style: Style) -> list[tuple[int, Mode]]:
    """The modes by number, and some more that are in nothing better than the mode whose number they bear."""
    found = list(enumerate(modes))
    worse = [
        (number, Mode(mode.duration + style.more(2), *(tuple(use + style.more(1) for use in uses)
                                                       for uses in (mode.renewable, mode.nonrenewable))))
        for number, mode in style.chosen(found, 0.3)
    ]  # fmt: skip
    return found + worse


def _level(options: Iterable[Node]) -> None:
    """Makes all options of a system cost the same, so that finishing is all that matters."""
    found = list(options)
    spent = [sum(option["capital"].values(), Decimal(0)) for option in found]
    for option, amount in zip(found, spent, strict=True):
        option["one_off"] = max(spent) - amount


def _implied(after: Mapping[int, tuple[int, ...]], style: Style) -> dict[int, list[int]]:
    """The predecessors, and some of those that follow from them."""
    found = {}
    for activity, direct in after.items():
        reached, ahead = set(direct), list(direct)
        while ahead:
            fresh = [a for a in after[ahead.pop()] if a not in reached]
            reached.update(fresh)
            ahead += fresh
        found[activity] = [*direct, *style.chosen(sorted(reached - set(direct)), 0.3)]
    return found


# -- facilities and knapsacks -----------------------------------------------------------------------


def _facilities(instance: Facilities, style: Style) -> Inventory:
    money, users = style.unit(), style.whole_unit()
    names = style.ids("s", range(len(instance.fixed)))
    whole = _whole_ids("c", range(len(instance.demand)), style)
    key = Key(style.calendar.origin, 1, {whole[i]: i for i in range(len(instance.demand))}, money=money)
    key.services = {name: facility for facility, name in names.items()}
    services = {}
    for facility in style.order(names):
        body: Node = {"build": {"quarters": 0, "capital": instance.fixed[facility] * money}}
        if instance.capacity is not None:
            body["capacity"] = instance.capacity[facility] * users
        services[names[facility]] = body
    systems = {}
    for customer in style.order(range(len(instance.demand))):
        pairs = [(facility, Decimal(0)) for facility in names]
        pairs += [(facility, money * (1 + style.more(9))) for facility in style.chosen(list(names), 0.03)]
        options = [
            (Way(j, 1, extra), {"approach": "consolidate", "to": names[j],
                                "one_off": instance.cost[j][customer] * money + extra})
            for j, extra in pairs
        ]  # fmt: skip
        body = _system(options, whole[customer], key, style, must_move=True)
        systems[whole[customer]] = {"users": instance.demand[customer] * users, **body}
    return Inventory(_files(_programme(instance.name, 1, "cost", style.calendar), systems, services, style), key)


def _knapsack(instance: Knapsack, style: Style, pots: bool) -> Inventory:
    money, limits = style.unit(), range(1, len(instance.limit) + 1)
    names, units = _resources("l", len(limits), style)
    programme = _programme(instance.name, 1, "cost", style.calendar)
    programme["appraise_to"] = style.calendar.label(4)
    amounts = {names[k]: instance.limit[k - 1] * units[k] for k in limits}
    if pots:
        programme["capital"] = _entries(style, {k: {"amount": {style.calendar.first_year: a}}
                                                for k, a in amounts.items()})  # fmt: skip
    else:
        programme["roles"] = _entries(style, {k: {"days": a} for k, a in amounts.items()})
    items = range(len(instance.profit))
    whole = _whole_ids("i", items, style)
    key = Key(style.calendar.origin, 1, {whole[i]: i for i in items}, money=money)
    systems = {}
    for item in style.order(items):
        use = {names[k]: instance.use[k - 1][item] * units[k] for k in limits}
        # Capital is part of the cost: what a move takes from pots is to come back with the profit.
        run_cost = instance.profit[item] * money + (sum(use.values(), Decimal(0)) if pots else 0)
        key.stay += YEARS * run_cost
        options: list[tuple[Way, Node]] = [(Way(0, 0), {"approach": "retain"})]
        for more in (0, *style.chosen([1], 0.2)):
            taken = {name: amount + more for name, amount in use.items()}
            extra = Decimal(more * len(use) if pots else 0)
            option = {"approach": "retire", "capital" if pots else "effort": _entries(style, taken)}
            options.append((Way(1, 1, extra), option))
        systems[whole[item]] = {"run_cost": run_cost, **_system(options, whole[item], key, style)}
    return Inventory(_files(programme, systems, {}, style), key)


# -- the inventory's files --------------------------------------------------------------------------


def _programme(name: str, horizon: int, minimise: str, calendar: Calendar) -> Node:
    found: Node = {"programme": name, "horizon": {"from": calendar.label(0), "to": calendar.label(horizon - 1)}}
    if calendar.starts != Calendar().starts:
        found["financial_year_starts"] = calendar.starts
    return {**found, "discount_rate": "0%", "minimise": minimise}


def _whole_ids(letter: str, numbers: Iterable[int], style: Style) -> dict[int, str]:
    """Whole ids, the systems being dealt out among the partners."""
    names, partners = style.ids(letter, numbers), style.partners()
    return {number: f"{style.order(partners)[0]}/{name}" for number, name in names.items()}


def _system(options: list[tuple[Way, Node]], whole: str, key: Key, style: Style, *, must_move: bool = False) -> Node:
    """A system with its options, of which the key takes note in the order in which they are written."""
    ordered = style.order(options)
    key.ways[whole] = tuple(way for way, _ in ordered)
    body: Node = {"must_move": True} if must_move else {}
    return {**body, "options": [{k: v for k, v in option.items() if v or k == "one_off"} for _, option in ordered]}


def _entries(style: Style, entries: Mapping[str, Any]) -> Node:
    return {name: entries[name] for name in style.order(entries)}


def _files(programme: Node, systems: Mapping[str, Node], services: Node, style: Style) -> dict[str, str]:
    by_partner: dict[str, Node] = {}
    for whole, body in systems.items():
        partner, name = whole.split("/")
        by_partner.setdefault(partner, {})[name] = {k: v for k, v in body.items() if v != []}
    files = {
        f"partners/{partner}.yaml": _dump({"partner": partner.upper(), "systems": found})
        for partner, found in by_partner.items()
    }
    kept = {key: value for key, value in programme.items() if value != {}}
    return {"programme.yaml": _dump(kept), "services.yaml": _dump({"services": services}), **files}


class _Dumper(yaml.SafeDumper):
    """Numbers as they are, without exponents; no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text or "0")


def _bool(dumper: yaml.SafeDumper, value: bool) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:bool", "yes" if value else "no")


_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(bool, _bool)


def _dump(node: Node) -> str:
    return yaml.dump(node, Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=10**6, allow_unicode=True)
