"""The part of a large inventory in which it is decided whether there is a plan at all.

A system that may be retained stands in nobody's way: it takes no people and no money, and what waits
for it is not held up. So a plan exists for all systems as soon as there is one for those that must do
something, with all others retained. Milestones and targets ask for more: as many systems as are easiest
to move are added, and then a plan for the part is a plan for the whole, but the reverse is not sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, fsum
from typing import NamedTuple

from consolidate.inventory import Apportion, Inventory, Option, Rule, System
from consolidate.solving.formulation.costs import STAY, Prices, Timing, timing
from consolidate.solving.formulation.resources import Budgets
from consolidate.solving.formulation.shared_parts import SharedParts
from consolidate.variants import systems_among, variant

MARGIN = 1.5
"""How many times what a milestone or target asks for is offered to it."""


@dataclass(frozen=True)
class FeasibilityCore:
    """``conclusive``: where the part has no plan, the inventory has none either."""

    inventory: Inventory
    conclusive: bool


def feasibility_core(inventory: Inventory) -> FeasibilityCore:
    """The systems that must do something, and those that milestones and targets need."""
    wanted = {system.id for system in inventory.systems.values() if not _may_stay(system)}
    wanted = _grouped(inventory, wanted | _gating(inventory))
    conclusive = True
    for milestone in inventory.milestones:
        here = [inventory.systems[system] for system in sorted(milestone.who.systems)]
        lacking = milestone.needed - sum(system.id in wanted for system in here)
        if lacking > 0:
            easy = sorted((system for system in here if system.id not in wanted), key=_work)
            wanted |= {system.id for system in easy[: ceil(lacking * MARGIN)]}
            conclusive = False
    goals = list(_goals(inventory))
    if goals:
        wanted |= _savers(inventory, wanted, goals)
        conclusive = False
    return FeasibilityCore(reduced_to(inventory, _grouped(inventory, wanted)), conclusive)


def _gating(inventory: Inventory) -> set[str]:
    """Systems that a service waits for: what needs it cannot move unless they do."""
    return {system for service in inventory.services.values() for system in service.after}


class _Goal(NamedTuple):
    """Running costs to be saved in some quarters, by the systems of some partners (None: of all)."""

    quarters: range
    savings: float
    parts: SharedParts


def _goals(inventory: Inventory) -> Iterator[_Goal]:
    """What targets ask for, and what has to be saved for the budgets' sake."""
    for target in inventory.targets:
        if target.savings > 0:
            yield _Goal(target.quarters, target.savings, SharedParts(inventory, target.partners))
    family = Budgets(inventory)
    for number, budget in enumerate(inventory.budgets):
        today = fsum(family.own_cost(number, system, STAY, Timing()) for system in inventory.systems.values())
        yield _Goal(budget.quarters, max(today - budget.at_most, 0.0), family.parts[number])


def _may_stay(system: System) -> bool:
    return any(option.approach == "retain" for option in system.options)


def _grouped(inventory: Inventory, wanted: set[str]) -> set[str]:
    """The wanted systems and those that cut over together with them."""
    found = set(wanted)
    growing = True
    while growing:
        growing = False
        for group in inventory.together:
            if found.intersection(group) and not found.issuperset(group):
                found.update(group)
                growing = True
    return found


def _work(system: System) -> tuple[float, str]:
    """Days and quarters of its easiest move."""
    moves = [option for option in system.options if option.goes_live]
    return min((_days(option) for option in moves), default=float("inf")), system.id


def _days(option: Option) -> float:
    return sum(sum(days) for step in option.steps for days in step.effort.values()) + len(option.services)


def _savers(inventory: Inventory, wanted: set[str], goals: Sequence[_Goal]) -> set[str]:
    """Systems that save most in the years of targets and budgets when they move as early as may be."""
    prices = Prices(inventory)
    found: set[str] = set()
    for goal in goals:
        saved = {
            system.id: max((_saved(prices, system, option, goal.quarters) for option in system.options), default=0.0)
            if goal.parts.concerns(system.partner)
            else 0.0
            for system in inventory.systems.values()
        }
        total = sum(saved[system] for system in wanted)
        for system in sorted(saved, key=lambda key: (-saved[key], key)):
            if total >= goal.savings * MARGIN or saved[system] <= 0:
                break
            if system not in wanted:
                found.add(system)
                total += saved[system]
    return found


def _saved(prices: Prices, system: System, option: Option, quarters: range) -> float:
    if option.approach == STAY.approach:
        return 0.0
    starts, start = [], max(system.earliest, prices.inventory.open)
    for number, step in enumerate(option.steps):
        start = system.began[number] if number < len(system.began) else max(start, prices.inventory.open)
        starts.append(start)
        start += step.quarters
    when: Timing = timing(option, *starts)
    return prices.saved(system, option, when, quarters)


@variant
def reduced_to(inventory: Inventory, wanted: AbstractSet[str]) -> Inventory:
    """The inventory with these systems alone, all others being retained.

    Links to the others are gone; what milestones and targets ask for stays, and budgets have what the others leave.
    """
    family = Budgets(inventory)
    others = [system for id, system in inventory.systems.items() if id not in wanted]
    retained = [
        fsum(family.own_cost(number, system, STAY, Timing()) for system in others)
        for number in range(len(inventory.budgets))
    ]
    return replace(
        inventory,
        budgets=tuple(
            replace(budget, at_most=budget.at_most - spent)
            for budget, spent in zip(inventory.budgets, retained, strict=True)
        ),
        systems=systems_among(inventory, wanted),
        together=tuple(group for group in inventory.together if wanted >= set(group)),
        apportion=_by_all_systems(inventory),
    )


def _by_all_systems(inventory: Inventory) -> Apportion:
    """The rule of apportionment, by numbers of systems where it is by systems: those that are retained count, too."""
    counts = Counter(system.partner for system in inventory.systems.values())
    by_systems = {partner: Fraction(counts[partner]) for partner in inventory.partners}

    def counted(rule: Rule) -> Rule:
        return by_systems if rule == "systems" else rule

    given = inventory.apportion
    years = {year: counted(rule) for year, rule in given.years.items()}
    return replace(given, default=counted(given.default), years=years)
