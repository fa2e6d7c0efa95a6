r"""What a Board may prefer beside a low cost, as a sum over the choices of a plan.

A **merit** is something of which a preferred plan has as little as can be: unsupported quarters of a tier, capital in
a year, quarters of change.

.. math:: m(x, z) = \sum_j a_j\, x_j + \sum_{v,b} a_{vb}\, z_{vb}

and what is settled whatever is planned, which is left out. The ledger counts the same of a finished plan
(:mod:`consolidate.accounts.merits`), and shares nothing with this module. What is no sum, the busiest quarter and the
last cutover, is held by limits and freezes of a variant instead (:mod:`consolidate.preferring`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import fsum

from consolidate.inventory import Capital, Inventory
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer
from consolidate.solving.formulation.costs import Prices, exposed_spans
from consolidate.solving.formulation.remaining import Remaining
from consolidate.solving.formulation.solution import Solution
from consolidate.vocabulary import tiers_by_rank


def _nothing(build: BuildChoice) -> float:
    """What a build adds where only systems count."""
    return 0.0


@dataclass(frozen=True)
class Merit:
    """Something of which a preferred plan has as little as can be.

    Attributes:
        name: ``tier`` and the tier, for unsupported quarters; else the preference itself.
        of_choice, of_build: how much a choice and a build have of it.
        whole: whether it is counted, and not an amount.
    """

    name: str
    of_choice: Callable[[Choice], float]
    of_build: Callable[[BuildChoice], float] = _nothing
    whole: bool = True

    def of(self, plan: Solution) -> float:
        """How much of it a plan has, without what is settled."""
        return fsum([*map(self.of_choice, plan.choices), *map(self.of_build, plan.builds)])

    def floor(self, offered: Offer) -> float:
        """What no plan has less of: each system's least, as if nothing bound them."""
        return fsum(min(map(self.of_choice, found)) for found in offered.systems.values())


def merits_of(remaining: Remaining, preference: str) -> tuple[Merit, ...]:
    """What a preference asks for, the most important first.

    Args:
        remaining: what is left to plan.
        preference: ``support``, ``capital`` or ``approved``; or ``systems``, those that run unsupported for a time.
    """
    match preference:
        case "support":
            return tuple(_unsupported(remaining.inventory, tier) for tier in tiers_by_rank(remaining.inventory.tiers))
        case "capital":
            return (_capital(remaining.inventory, remaining.whole.open),)
        case "approved":
            return (_changes(remaining.inventory),)
        case "systems":
            return (_systems(remaining.inventory),)
        case _:
            raise ValueError(f"{preference!r} is no sum")


def _unsupported(inventory: Inventory, tier: str) -> Merit:
    """Quarters in which systems of a tier run past their end of life.   [quarters]"""
    end = inventory.appraisal_quarters

    def of_choice(choice: Choice) -> float:
        if (choice.system.tier or "") != tier:
            return 0.0
        spans = exposed_spans(choice.system, choice.option, choice.when, end)
        return float(sum(last - first + 1 for first, last in spans))

    return Merit(f"tier {tier}", of_choice)


def _systems(inventory: Inventory) -> Merit:
    """Systems that run past their end of life for a time, of whatever tier.   [systems]"""
    end = inventory.appraisal_quarters
    return Merit("systems", lambda choice: float(bool(exposed_spans(choice.system, choice.option, choice.when, end))))


def _capital(inventory: Inventory, open_: int) -> Merit:
    """Capital spent in the financial year of the first open quarter, from every pot.   [currency, undiscounted]"""
    calendar = inventory.calendar
    year = calendar.year(open_)

    def spent(capital: Capital, start: int, quarters: int) -> float:
        inside = sum(calendar.year(quarter) == year for quarter in range(start, start + quarters))
        return fsum(capital.values()) / quarters * inside if inside else 0.0

    def of_choice(choice: Choice) -> float:
        works = list(zip(choice.option.steps, choice.when.starts, strict=False))[len(choice.system.began) :]
        return fsum(spent(step.capital, start, step.quarters) for step, start in works)

    def of_build(build: BuildChoice) -> float:
        assert build.service.build is not None
        return spent(build.service.build.capital, build.start, max(build.service.build.quarters, 1))

    return Merit("capital", of_choice, of_build, whole=False)


def _changes(inventory: Inventory) -> Merit:
    """Quarters of change against the approved plan, as ``stability`` puts a price on them.   [quarters]"""
    prices = Prices(replace(inventory, stability=1.0))
    return Merit("approved", lambda choice: prices.stability(choice.system, choice.option, choice.when))
