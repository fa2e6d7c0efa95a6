"""Ties between systems, by number, and what interfaces cost while they are paid for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from consolidate.inventory import Inventory
from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.rows import Links
from consolidate.solving.decomposition.yearly_savings import YearRule, budget_rules
from consolidate.solving.formulation.costs import Prices
from consolidate.solving.formulation.resources import Resources


class InterfaceCosts:
    """Costs of interfaces in quarters 1 … ``end``, of which the last stands for all after it.

    Nothing counts before both partners have joined.

    Args:
        inventory: whose systems they are between.
        prices: its discount factors.
        listed: by interface, the system that lists it, the other (by number), and its cost a quarter.
        end: quarters of work.
    """

    def __init__(
        self, inventory: Inventory, prices: Prices, listed: Sequence[tuple[int, int, float]], end: int
    ) -> None:
        self.systems = list(inventory.systems.values())
        self.prices, self.listed, self.end = prices, listed, end
        self.cost = np.array([cost for *_, cost in listed], dtype=float)[:, None]
        joined = [max(self.systems[one].joins, self.systems[other].joins) for one, other, _ in listed]
        self.joined = np.array(joined, dtype=np.int64)[:, None]

    def price(self) -> Floats:
        """[interfaces, end]: the discounted cost."""
        return self.cost * self._counted(np.diff(np.array(self.prices.prefix)))

    def revenue(self, budgets: Sequence[YearRule]) -> Floats:
        """[budgets, interfaces, end]: the undiscounted cost in the year of each budget that counts the interface."""
        found = np.zeros((len(budgets), len(self.listed), self.end))
        for number, rule in enumerate(budgets):
            mine = [rule.part.concerns(self.systems[one].partner) for one, *_ in self.listed]
            weights = np.array([float(quarter in rule.quarters) for quarter in range(self.prices.end)])
            found[number] = self.cost * self._counted(weights) * np.array(mine, dtype=float).reshape(-1, 1)
        return found

    def _counted(self, weights: Floats) -> Floats:
        """[interfaces, end]: the weights, [appraisal quarters], of the quarters that count."""
        end, size = self.end, len(weights)
        quarters = np.arange(size)
        each = np.where(quarters >= self.joined, weights, 0.0)
        found = np.zeros((len(self.listed), end))
        if end:
            found[:, : end - 1] = each[:, 1:end]
            found[:, end - 1] = each[:, min(end, size) :].sum(axis=1)
        return found


def links_of(resources: Resources, prices: Prices, end: int) -> Links:
    """The ties of an inventory, each kind in its order, for ``end`` quarters of work."""
    inventory = resources.inventory
    index = {id: number for number, id in enumerate(inventory.systems)}
    systems = list(enumerate(inventory.systems.values()))
    after = [(number, index[other]) for number, system in systems for other in system.after]
    together = [(index[one], index[other]) for group in inventory.together for one, other in pairwise(group)]
    services = enumerate(inventory.services.values())
    gates = [(number, index[id]) for number, service in services if service.build is not None for id in service.after]
    listed = [(number, index[link.other], link.cost) for number, system in systems for link in system.interfaces]
    interfaces = InterfaceCosts(inventory, prices, listed, end)
    return Links(
        _ties(after),
        _ties(together),
        _ties(gates),
        _ties([(one, other) for one, other, _ in listed]),
        interfaces.price(),
        interfaces.revenue(budget_rules(resources)),
    )


def _ties(pairs: Sequence[tuple[int, int]]) -> Ints:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
