"""Targets and budgets of an inventory in the same with a longer horizon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import Choice, settled_choice
from consolidate.solving.formulation.costs import Prices
from consolidate.solving.formulation.resources import Resources


def with_years_of(inventory: Inventory, longer: Inventory) -> Inventory:
    """The inventory with the longer horizon, and the targets and budgets of the given one.

    A longer horizon may lengthen the appraisal, and so a target's year: not what was asked for. What ends beyond the
    given horizon but within the longer one is among the choices of the latter, while the former has it in what its
    targets and budgets ask for: they ask for the difference more or less.
    """
    given = replace(longer, targets=inventory.targets, budgets=inventory.budgets)
    settled = [id for id, system in inventory.systems.items() if _differs(inventory, longer, id)]
    if not settled or not (given.targets or given.budgets):
        return given
    here, there = (_amounts(one, settled) for one in (inventory, given))
    return replace(
        given,
        targets=tuple(
            replace(rule, savings=rule.savings + there.get(("target", number), 0.0) - here.get(("target", number), 0.0))
            for number, rule in enumerate(given.targets)
        ),
        budgets=tuple(
            replace(rule, at_most=rule.at_most + there.get(("budget", number), 0.0) - here.get(("budget", number), 0.0))
            for number, rule in enumerate(given.budgets)
        ),
    )


def _differs(inventory: Inventory, longer: Inventory, id: str) -> bool:
    """Whether a system with nothing left to decide is not the same with the longer horizon."""
    one, other = inventory.systems[id], longer.systems[id]
    return (one.options, one.began) != (other.options, other.began)


def _amounts(inventory: Inventory, settled: list[str]) -> dict[tuple[str, int], float]:
    """By target and budget, what some systems provide or use in its year, of which nothing is left to decide."""
    resources = Resources(inventory)
    choices = list(_choices(inventory, settled))
    found = {}
    for name in ("target", "budget"):
        family = resources.families.get(name)
        used = {} if family is None else resources.used(family, choices, ())
        found.update({(name, entry[1]): amount for entry, amount in used.items()})
    return found


def _choices(inventory: Inventory, settled: list[str]) -> Iterator[Choice]:
    prices = Prices(inventory)
    for id in settled:
        choice = settled_choice(prices, inventory.systems[id])
        if choice is not None:
            yield choice
