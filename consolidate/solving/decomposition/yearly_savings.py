"""What choices save in the years of targets and budgets, undiscounted.

A budget is written like a target: what is spent within it is no more than ``at_most`` exactly if against staying as
much is saved as staying costs more than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.column_costs import ColumnCosts
from consolidate.solving.formulation.resources import Budgets, Resources, Targets
from consolidate.solving.formulation.shared_parts import SharedParts


class YearRule(NamedTuple):
    """A target, or (``revenue``) a budget: what counts in ``quarters``, with which part of what is shared."""

    quarters: range
    part: SharedParts
    revenue: bool

    def shared(self, end: int) -> Floats:
        """[end]: which part of what all share counts in each quarter."""
        return np.array([self.part.at(q) if q in self.quarters else 0.0 for q in range(end)])


def year_rules(resources: Resources) -> list[YearRule]:
    """All targets, then all budgets."""
    family = resources.families.get("target")
    parts = family.parts if isinstance(family, Targets) else []
    targets = zip(resources.inventory.targets, parts, strict=True)
    return [*(YearRule(target.quarters, part, False) for target, part in targets), *budget_rules(resources)]


def budget_rules(resources: Resources) -> list[YearRule]:
    """All budgets."""
    family = resources.families.get("budget")
    parts = family.parts if isinstance(family, Budgets) else []
    budgets = zip(resources.inventory.budgets, parts, strict=True)
    return [YearRule(budget.quarters, part, True) for budget, part in budgets]


def wanted_savings(resources: Resources, table: ColumnCosts) -> Floats:
    """For each target and budget, what has to be saved in its year: of a budget, what staying costs more than that."""
    targets = [resource.available for resource in resources.of("target")]
    for resource, rule in zip(resources.of("budget"), budget_rules(resources), strict=True):
        mine = [rule.part.concerns(system.partner) for system in table.systems]
        weights = table.weights(rule.quarters)
        settled = float(table.settled.of_staying(weights, rule.part.concerns).sum())
        targets.append(float(table.as_it_is(rule.quarters)[mine].sum()) + settled - resource.available)
    return np.array(targets, dtype=float)


class YearlySavings:
    """Savings of all choices against staying.

    Args:
        table: the closed forms.
        singles: the rows of one-step options.
        two: [n, 2], the rows of two-step options.
        pairs: [2, Q], the quarters in which their steps may start.
    """

    def __init__(self, table: ColumnCosts, singles: Ints, two: Ints, pairs: Ints) -> None:
        self.table, self.singles, self.two = table, singles, two
        self.start, self.follow = pairs

    def of_all(self, rules: Sequence[YearRule]) -> tuple[Floats, Floats]:
        """By rule: those by one-step options, [rules, R, end], and by two-step options, [rules, n, Q]."""
        rows = np.zeros((len(rules), len(self.table.rows), self.table.end))
        pairs = np.zeros((len(rules), len(self.two), len(self.start)))
        for number, rule in enumerate(rules):
            rows[number], pairs[number] = self.of(rule)
        return rows, pairs

    def of(self, rule: YearRule) -> tuple[Floats, Floats]:
        """By one-step options, [R, end], and by two-step options, [n, Q]."""
        table, (first, second) = self.table, self.two.T
        alone = np.zeros((len(table.rows), table.end))
        both = np.zeros((len(first), len(self.start)))
        mine = np.array([rule.part.concerns(system.partner) for system in table.systems], dtype=bool)[table.system]
        own, quarters = self.singles[mine[self.singles]], np.arange(table.end)
        alone[own] = table.saved(own, quarters, rule.quarters)
        pairs = np.flatnonzero(mine[first])
        both[pairs] = table.pair_saved(first[pairs], second[pairs], self.start, self.follow, rule.quarters)
        if rule.revenue:
            alone[own] -= table.one_off_in(own, quarters, rule.quarters)
            for rows, start in ((first[pairs], self.start), (second[pairs], self.follow)):
                both[pairs] -= table.one_off_in(rows, start, rule.quarters)
            self._worth(rule, alone, both)
            self._settled(rule, alone, both)
        return alone, both

    def _worth(self, rule: YearRule, alone: Floats, both: Floats) -> None:
        """Takes off what the days of work are worth: all share it."""
        worth = self.table.worth
        if worth.efforts:
            weights = rule.shared(self.table.appraisal_quarters)
            alone[self.singles] -= worth.of(self.singles, np.arange(self.table.end), weights)
            for rows, start in ((self.two[:, 0], self.start), (self.two[:, 1], self.follow)):
                both -= worth.of(rows, start, weights)

    def _settled(self, rule: YearRule, alone: Floats, both: Floats) -> None:
        """Takes off what interfaces with settled systems cost more than if the system stays: who lists them pays."""
        settled, concerns = self.table.settled, rule.part.concerns
        if settled.links:
            weights, system = self.table.weights(rule.quarters), self.table.system
            staying = settled.of_staying(weights, concerns)[:, None]
            more = settled.of(self.singles, np.arange(self.table.end), weights, concerns)
            alone[self.singles] -= more - staying[system[self.singles]]
            first, second = self.two.T
            both -= settled.of_pairs(first, second, self.start, self.follow, weights, concerns) - staying[system[first]]
