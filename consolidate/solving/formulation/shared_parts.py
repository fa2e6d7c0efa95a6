"""What some partners bear of what all share, by quarter, as a number that a solver's coefficients are made with."""

from __future__ import annotations

from functools import cached_property

from consolidate.inventory import Inventory, Rule


class SharedParts:
    """Which part of the shared costs falls on some partners together.

    Args:
        partners: their ids; None: all partners, who bear everything.
    """

    def __init__(self, inventory: Inventory, partners: tuple[str, ...] | None) -> None:
        self.inventory = inventory
        self.partners = partners

    def concerns(self, partner: str) -> bool:
        """Whether a partner's own costs are among theirs."""
        return self.partners is None or partner in self.partners

    def at(self, quarter: int) -> float:
        """Their part in a quarter, from 0 to 1."""
        return self._by_quarter[quarter]

    @cached_property
    def _by_quarter(self) -> tuple[float, ...]:
        quarters = range(self.inventory.appraisal_quarters)
        return tuple(1.0 if self.partners is None else self._part(quarter) for quarter in quarters)

    def _part(self, quarter: int) -> float:
        inventory = self.inventory
        here = [partner for partner in inventory.partners.values() if partner.joins <= quarter]
        rule: Rule = inventory.apportion.years.get(inventory.calendar.year(quarter), inventory.apportion.default)
        if not isinstance(rule, str):
            weights = {partner.id: float(rule.get(partner.id, 0)) for partner in here}
        elif rule == "users":
            weights = {partner.id: partner.users for partner in here}
        elif rule == "systems":
            weights = {partner.id: self._systems.get(partner.id, 0.0) for partner in here}
        else:
            weights = {partner.id: 1.0 for partner in here}
        total = sum(weights.values())
        if not total:
            weights, total = dict.fromkeys(weights, 1.0), float(len(weights))
        return sum(weight for partner, weight in weights.items() if self.concerns(partner)) / total if total else 0.0

    @cached_property
    def _systems(self) -> dict[str, float]:
        counts: dict[str, float] = {}
        for system in self.inventory.systems.values():
            counts[system.partner] = counts.get(system.partner, 0.0) + 1.0
        return counts
