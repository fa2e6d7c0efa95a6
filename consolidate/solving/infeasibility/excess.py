"""How much more of everything a plan needs than there is, and the relaxations that give it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import chain
from math import fsum

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import settled_choice
from consolidate.solving.formulation.costs import Prices
from consolidate.solving.formulation.resources import ResourceFamily, Resources, closeness
from consolidate.solving.formulation.solution import Solution
from consolidate.solving.infeasibility.relaxations import RELAX, Item, Relaxation, as_numbered
from consolidate.variants import with_longer_horizon


def excess_of(inventory: Inventory, plan: Solution) -> dict[Item, float]:
    """By how much a plan exceeds each amount that may be relaxed, from its choices; in the amount's own unit."""
    needs = {item: float(amount) for item, amount in _broken_bounds(plan).items() if amount}
    longer = with_longer_horizon(inventory, int(needs.get(("horizon",), 0)))
    resources = Resources(longer)
    for family in resources.families.values():
        # Only money of a year asks what becomes of work that ends beyond the horizon.
        counted = without_late_work(longer, plan) if family.name in ("target", "budget") else plan
        needs.update(_exceeded(resources, family, counted))
    return needs


def _broken_bounds(plan: Solution) -> dict[Item, int]:
    """What single choices break: ``latest`` and the horizon by so many quarters, freezes."""
    found: dict[Item, int] = defaultdict(int)
    breaks = (*(choice.breaks for choice in plan.choices), *(build.breaks for build in plan.builds))
    for kind, what, amount in chain.from_iterable(breaks):
        if kind == "latest":
            found["latest", what] = amount
        elif kind == "freeze":
            found["freeze", what, amount] = 1
        else:
            found["horizon",] = max(found["horizon",], amount)
    return found


def _exceeded(resources: Resources, family: ResourceFamily, plan: Solution) -> dict[Item, float]:
    """How much more of each amount a plan needs; what an earlier period is given is there in the later ones, too."""
    more: dict[Item, float] = {}
    for resource, used in resources.counted(family, resources.used(family, plan.choices, plan.builds)):
        items = family.items(resource.rule, resource.time)
        lacking = resource.in_all - used if family.at_least else used - resource.in_all
        lacking -= fsum(more.get(item, 0.0) for item in items)
        if lacking > closeness(resource.in_all):
            more[items[-1]] = more.get(items[-1], 0.0) + lacking
    return more


def without_late_work(inventory: Inventory, plan: Solution) -> Solution:
    """A plan made with a longer horizon, with systems as this inventory has them: what is late looks as if it stayed.

    What such a system costs the others (their interfaces with it) is in the systems, so all are exchanged.
    """
    prices = Prices(inventory)
    choices = []
    for choice in plan.choices:
        system = inventory.systems[choice.system.id]
        settled = settled_choice(prices, system) if choice.system is not system else None
        choices.append(settled or replace(choice, system=system))
    return Solution(tuple(choices), plan.builds)


def relax(inventory: Inventory, plan: Solution) -> tuple[tuple[Relaxation, ...], Inventory]:
    """The relaxations that a plan of the elastic model needs, and the inventory with them in force."""
    needs = excess_of(inventory, plan)
    relaxed = with_longer_horizon(inventory, int(needs.get(("horizon",), 0)))
    relaxations = []
    for item in sorted(needs, key=as_numbered):
        relaxation, relaxed = RELAX[str(item[0])](relaxed, item, needs[item], inventory)
        relaxations.append(replace(relaxation, amount=needs[item]))
    return tuple(relaxations), relaxed
