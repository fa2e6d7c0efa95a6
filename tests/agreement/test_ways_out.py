"""The cheapest way out of an inventory without a plan, tried on random ones.

The ``relax:`` lines are read back as a user would carry them out. Brute force then says that
they make a plan possible, and that none of them can be left out or be any smaller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import brute_force
import plain_reading
import pytest
from little_work import little_work

from consolidate.inventory import Inventory
from consolidate.solving.exact.solver import SolveLimits
from consolidate.solving.infeasibility.explanation import WayOut
from consolidate.solving.infeasibility.further_ways import rules_of
from consolidate.solving.infeasibility.relaxations import PRICES
from consolidate.solving.infeasibility.way_out import way_out

_LINE = re.compile(r"relax: (\w+) ?(.*?) ?([+-][\d.]+)(%?) = (.+)")
_LESS = {"role": 0.1, "pot": 1.0, "target": 1.0, "budget": 1.0, "capacity": 0.1, "limit": 1, "latest": 1, "horizon": 1}
"""What is taken off a relaxation to show that less would not do: more than its figures are rounded by."""

Line = tuple[str, str, float, str]
"""What to relax, its id and period, by how much, and the new value as written."""


def parsed(line: str) -> Line:
    match = _LINE.fullmatch(line)
    assert match is not None, line
    return match[1], match[2], float(match[3]), match[5]


def carried_out(seed: int, lines: Sequence[Line]) -> Inventory:
    """A random inventory with relaxations made, the horizon's first."""
    inventory = plain_reading.read(seed, sum(int(amount) for what, _, amount, _ in lines if what == "horizon"))
    for line in lines:
        if line[0] != "horizon":
            inventory = eased(inventory, *line)
    return inventory


def eased(inv: Inventory, what: str, where: str, amount: float, new: str) -> Inventory:
    """One relaxation made."""
    head, _, period = where.partition(" ")
    place = int(head) - 1 if head.isdigit() else -1
    match what:
        case "role":
            q = inv.calendar.quarter(period)
            if q >= inv.plan_quarters:
                return inv  # of use only in a longer horizon
            days = inv.roles[head].days or ()
            changed = replace(inv.roles[head], days=(*days[:q], days[q] + amount, *days[q + 1 :]))
            return replace(inv, roles={**inv.roles, head: changed})
        case "pot":
            periods = [
                replace(one, amount=one.amount + amount) if one.label == period else one
                for one in inv.pots[head].periods
            ]
            return replace(inv, pots={**inv.pots, head: replace(inv.pots[head], periods=tuple(periods))})
        case "capacity":
            service = inv.services[head]
            held = (service.capacity or 0) + amount
            return replace(inv, services={**inv.services, head: replace(service, capacity=held)})
        case "latest" if head in inv.services:
            built = inv.services[head]
            assert built.latest is not None
            return replace(inv, services={**inv.services, head: replace(built, latest=built.latest + int(amount))})
        case "latest":
            system = inv.systems[head]
            assert system.latest is not None
            later = replace(system, latest=system.latest + int(amount))
            return replace(inv, systems={**inv.systems, head: later})
        case "limit":
            rules = list(inv.limits)
            rules[place] = replace(rules[place], moves=rules[place].moves + int(amount))
            return replace(inv, limits=tuple(rules))
        case "milestone":
            stones = list(inv.milestones)
            stones[place] = replace(stones[place], share=Fraction(new.removesuffix("%")) / 100)
            return replace(inv, milestones=tuple(stones))
        case "target":
            targets = list(inv.targets)
            assert targets[place].label == period
            targets[place] = replace(targets[place], savings=targets[place].savings + amount)
            return replace(inv, targets=tuple(targets))
        case "budget":
            budgets = list(inv.budgets)
            assert budgets[place].label == period
            budgets[place] = replace(budgets[place], at_most=budgets[place].at_most + amount)
            return replace(inv, budgets=tuple(budgets))
        case "freeze":
            freezes = list(inv.freezes)
            opened = freezes[place].quarters - {inv.calendar.quarter(period)}
            freezes[place] = replace(freezes[place], quarters=opened)
            return replace(inv, freezes=tuple(freezes))
    raise AssertionError(what)


def smaller(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The same with one line left out, or with a little less of one."""
    for place, (what, where, amount, new) in enumerate(lines):
        others = [*lines[:place], *lines[place + 1 :]]
        yield others
        if what in _LESS and abs(amount) > _LESS[what]:
            less = _LESS[what] if amount > 0 else -_LESS[what]
            yield [*others, (what, where, amount - less, new)]


@pytest.mark.parametrize("seed", range(260))
def test_way_out_leads_out_and_none_is_smaller(seed: int) -> None:
    inventory = plain_reading.read(seed)
    if brute_force.best(inventory) is not None:
        return
    with little_work():
        way = way_out(inventory, SolveLimits())
    if way.plan is None:
        # Not even a longer horizon, more people and more money would do: links alone conflict.
        assert way.relaxations == ()
        return
    assert way.cheapest
    lines = [parsed(relaxation.line) for relaxation in way.relaxations]
    assert lines
    assert brute_force.best(carried_out(seed, lines)) is not None
    assert way.inventory is not None
    assert brute_force.broken(way.inventory, way.plan) == []
    for one in way.relaxations:
        kind, _, amount, _ = parsed(one.line)
        if kind != "milestone":  # priced by the system, written as a share
            assert one.price == pytest.approx(PRICES[kind] * abs(amount))
    for fewer in smaller(lines):
        assert brute_force.best(carried_out(seed, fewer)) is None, fewer
    assert way.conflict
    further_ways_lead_out(seed, way)


def further_ways_lead_out(seed: int, way: WayOut) -> None:
    """Each further way makes a plan possible, costs no less than those before, and contains none of them."""
    every = [way, *way.others]
    for before, after in pairwise(every):
        assert after.price >= before.price - 0.01
    assert not any(rules_of(earlier) <= rules_of(later) for earlier, later in combinations(every, 2))
    for other in way.others:
        lines = [parsed(relaxation.line) for relaxation in other.relaxations]
        assert brute_force.best(carried_out(seed, lines)) is not None
        assert other.inventory is not None
        assert other.plan is not None
        assert brute_force.broken(other.inventory, other.plan) == []
        if any(what == "horizon" for what, *_ in lines) and (other.inventory.targets or other.inventory.budgets):
            continue  # with it the appraisal may grow, and the year of a target: no way counts on that
        for fewer in smaller(lines):
            assert brute_force.best(carried_out(seed, fewer)) is None, fewer
