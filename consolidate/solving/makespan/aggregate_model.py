r"""The choice of options alone, without time: a small program that decides what money decides.

Sets and variables: :math:`y_{so} \in \{0,1\}`, system :math:`s` takes option :math:`o`, which must have a
choice; :math:`z_v \in \{0,1\}`, service :math:`v` is built. Rows: one option a system; each pot, over all its
periods; each role, over all quarters of work, agency included; capacities; services built when needed;
``together``; as many movers as the milestones ask for. Every plan gives a solution (forget when things
happen), so where there is none, there is no plan; and what has to give way here has to in every
plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import fsum
from typing import Any

import pulp

from consolidate.inventory import Inventory, Option
from consolidate.solving.exact.solver import Outcome, ProgressMonitor, SolveLimits, solve
from consolidate.solving.formulation.choices import Offer

Key = tuple[Hashable, ...]
"""('pot', id) | ('role', id) | ('capacity', service) | ('milestone', number)"""


@dataclass
class Timeless:
    """The program of an inventory and an offer.

    ``prices``: what a family's rows may give way for, by unit; a family without a price never does.
    ``short``: for each row that may, the variable that says by how much.
    """

    inventory: Inventory
    offered: Offer
    prices: Mapping[str, float] = field(default_factory=dict)
    problem: pulp.LpProblem = field(default_factory=lambda: pulp.LpProblem("timeless", pulp.LpMinimize))
    options: dict[tuple[str, int], Any] = field(default_factory=dict)
    built: dict[str, Any] = field(default_factory=dict)
    short: dict[Key, Any] = field(default_factory=dict)
    objective: dict[Any, float] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.movers: dict[str, dict[Any, float]] = {}
        self.taken: dict[tuple[str, int], Option] = {}
        for key, found in self.offered.systems.items():
            some = {choice.option.number: choice.option for choice in found}
            new = {number: self._variable(1, whole=True) for number in some}
            self._row(dict.fromkeys(new.values(), 1.0), pulp.LpConstraintEQ, 1)
            self.taken.update({(key, number): option for number, option in some.items()})
            self.options.update({(key, number): y for number, y in new.items()})
            self.movers[key] = {y: 1.0 for number, y in new.items() if some[number].goes_live}
        for key, builds in self.offered.builds.items():
            if self.inventory.services[key].build is not None:
                self.built[key] = self._variable(1 if builds else 0, whole=True)
        for family in (self._services, self._pots, self._roles, self._together, self._milestones):
            family()
        self.problem.setObjective(pulp.LpAffineExpression(self.objective))

    def _variable(self, high: float | None, *, whole: bool = False) -> Any:
        self.count += 1
        return self.problem.add_variable(f"v{self.count}", 0, high, pulp.LpInteger if whole else pulp.LpContinuous)

    def _row(self, terms: Mapping[Any, float], sense: int, bound: float) -> None:
        self.problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(dict(terms)), sense, rhs=bound))

    def _giving(self, key: Key, terms: dict[Any, float], sense: int, bound: float) -> None:
        """A row that gives way, if its family has a price."""
        price = self.prices.get(str(key[0]), 0.0)
        if price:
            self.short[key] = self._variable(None)
            self.objective[self.short[key]] = price
            terms = {**terms, self.short[key]: -1.0 if sense == pulp.LpConstraintLE else 1.0}
        self._row(terms, sense, bound)

    def _services(self) -> None:
        into: dict[str, dict[Any, float]] = defaultdict(dict)
        for place, option in self.taken.items():
            y = self.options[place]
            for service in dict.fromkeys(need for step in option.steps for need in step.needs):
                if service in self.built:
                    self._row({y: 1.0, self.built[service]: -1.0}, pulp.LpConstraintLE, 0)
            for service in option.services:
                if self.inventory.services[service].capacity is not None:
                    into[service][y] = self.inventory.systems[place[0]].users
        for service, z in self.built.items():
            for need in self.inventory.services[service].needs:
                if need in self.built:
                    self._row({z: 1.0, self.built[need]: -1.0}, pulp.LpConstraintLE, 0)
        for service, terms in into.items():
            there = self.inventory.services[service].capacity or 0.0
            self._giving(("capacity", service), terms, pulp.LpConstraintLE, there)

    def _work(self) -> list[tuple[Any, Any]]:
        """Each variable with each piece of work that it stands for."""
        work: list[tuple[Any, Any]] = [
            (self.options[place], step)
            for place, option in self.taken.items()
            for step in option.steps
            if option.approach != "retain"
        ]
        return work + [(z, self.inventory.services[key].build) for key, z in self.built.items()]

    def _pots(self) -> None:
        spent: dict[str, dict[Any, float]] = defaultdict(lambda: defaultdict(float))
        for variable, work in self._work():
            for pot, amount in work.capital.items():
                if pot is not None and amount:
                    spent[pot][variable] += amount
        for pot, terms in spent.items():
            there = fsum(period.amount for period in self.inventory.pots[pot].periods)
            self._giving(("pot", pot), dict(terms), pulp.LpConstraintLE, there)

    def _roles(self) -> None:
        days: dict[str, dict[Any, float]] = defaultdict(lambda: defaultdict(float))
        for variable, work in self._work():
            for role, figures in work.effort.items():
                if self.inventory.roles[role].days is not None and fsum(figures):
                    days[role][variable] += fsum(figures)
        for role, terms in days.items():
            who = self.inventory.roles[role]
            there = fsum((who.days or ())[: self.offered.end]) + fsum(who.agency_days[: self.offered.end])
            self._giving(("role", role), dict(terms), pulp.LpConstraintLE, there)

    def _together(self) -> None:
        for group in self.inventory.together:
            for one, other in pairwise(group):
                terms = {**self.movers[one], **dict.fromkeys(self.movers[other], -1.0)}
                self._row(terms, pulp.LpConstraintEQ, 0)

    def _milestones(self) -> None:
        for number, rule in enumerate(self.inventory.milestones):
            if rule.needed:
                terms = {y: 1.0 for key in self.movers if key in rule.who.systems for y in self.movers[key]}
                self._giving(("milestone", number), terms, pulp.LpConstraintGE, rule.needed)

    def price(self, prices: Mapping[tuple[str, int], float]) -> None:
        """Another objective: a price for each option of each system."""
        self.objective = {self.options[place]: price for place, price in prices.items()}
        self.problem.setObjective(pulp.LpAffineExpression(self.objective))

    def solve(
        self, limits: SolveLimits, monitor: ProgressMonitor | None = None, standing: Sequence[Key] = ()
    ) -> Outcome:
        """Solves with some rows standing as they are, and all others giving way if they may."""
        for key in standing:
            self.short[key].upBound = 0
        try:
            return solve(self.problem, limits, monitor)
        finally:
            for key in standing:
                self.short[key].upBound = None

    def chosen(self, outcome: Outcome) -> dict[str, int]:
        """The number of the option that each system takes in a solution."""
        values = outcome.values or {}
        return {key: number for (key, number), y in self.options.items() if values.get(y, 0.0) > 0.5}
