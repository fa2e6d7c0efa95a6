r"""A relaxation without time: the choice of options alone, as a small program.

Sets and variables: :math:`y_{so} \in \{0,1\}`, system :math:`s` takes option :math:`o`, which must have a choice;
:math:`z_v \in \{0,1\}`, service :math:`v` is built. Rows: one option a system; services built when needed, or when
they must be, and only with the systems moving that they wait for;
``together``; and each resource whose amounts can be added up (:class:`SummableFamily` of
:mod:`consolidate.solving.formulation.resources`): each pot over
all its periods, each role over all quarters of work with agency staff, capacities, as many movers as the milestones
ask for. Every plan gives a solution (leave out the quarters), so where there is none, there is no plan; and what has
to give way here has to in every plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pulp

from consolidate.inventory import Inventory, Option
from consolidate.solving.exact.digits import digit_rows
from consolidate.solving.exact.solver import Outcome, ProgressMonitor, SolveLimits, solve
from consolidate.solving.formulation.choices import Offer, wanted_services
from consolidate.solving.formulation.resources import Resources, SummableFamily, loosened
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped

Key = tuple[Hashable, ...]
"""('pot', id) | ('role', id) | ('capacity', service) | ('milestone', number)"""


@dataclass
class AggregateModel:
    """The program of an inventory and an offer.

    ``prices``: what a family's rows may give way for, by unit; a family without a price never does.
    ``short``: for each row that may, the variable that says by how much.
    ``stop``: asked before each system and each option; ``OutOfTime`` if it is True.
    """

    inventory: Inventory
    offered: Offer
    prices: Mapping[str, float] = field(default_factory=dict)
    problem: pulp.LpProblem = field(default_factory=lambda: pulp.LpProblem("aggregate", pulp.LpMinimize))
    options: dict[tuple[str, int], Any] = field(default_factory=dict)
    built: dict[str, Any] = field(default_factory=dict)
    short: dict[Key, Any] = field(default_factory=dict)
    objective: dict[Any, float] = field(default_factory=dict)
    count: int = 0
    stop: Stop = never

    def __post_init__(self) -> None:
        self.resources = Resources(self.inventory)
        self.movers: dict[str, dict[Any, float]] = {}
        self.taken: dict[tuple[str, int], Option] = {}
        for key, found in unless_stopped(self.offered.systems.items(), self.stop):
            some = {choice.option.number: choice.option for choice in found}
            new = {number: self._variable(1, whole=True) for number in some}
            self._row(dict.fromkeys(new.values(), 1.0), pulp.LpConstraintEQ, 1)
            self.taken.update({(key, number): option for number, option in some.items()})
            self.options.update({(key, number): y for number, y in new.items()})
            self.movers[key] = {y: 1.0 for number, y in new.items() if some[number].goes_live}
        for key, builds in self.offered.builds.items():
            if self.inventory.services[key].build is not None:
                self.built[key] = self._variable(1 if builds else 0, whole=True)
        self._services()
        families = sorted(self.resources.families.items())
        totals = [family for _, family in families if isinstance(family, SummableFamily)]
        for family in (family for family in totals if not family.at_least):
            self._limited(family)
        self._together()
        for family in (family for family in totals if family.at_least):
            self._limited(family)
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
        exact = key[0] == "pot" and not price
        rows = digit_rows(terms, bound, lambda: self._variable(None, whole=True)) if exact else []
        for row in rows:
            self._row(row.terms, sense, row.limit)
        if not rows:
            self._row(terms, sense, loosened(bound, at_least=sense == pulp.LpConstraintGE))

    def _services(self) -> None:
        for place, option in unless_stopped(self.taken.items(), self.stop):
            y = self.options[place]
            for service in dict.fromkeys(need for step in option.steps for need in step.needs):
                if service in self.built:
                    self._row({y: 1.0, self.built[service]: -1.0}, pulp.LpConstraintLE, 0)
        for service in wanted_services(self.inventory, ()):
            if service in self.built:
                self._row({self.built[service]: 1.0}, pulp.LpConstraintGE, 1)
        for service, z in self.built.items():
            for system in self.inventory.services[service].after:
                moved = dict.fromkeys(self.movers[system], -1.0)
                self._row({z: 1.0, **moved}, pulp.LpConstraintLE, 0)
            for need in self.inventory.services[service].needs:
                if need in self.built:
                    self._row({z: 1.0, self.built[need]: -1.0}, pulp.LpConstraintLE, 0)

    def _limited(self, family: SummableFamily) -> None:
        """A row for each rule of a family of resources, over all quarters together."""
        used: dict[Any, dict[Any, float]] = defaultdict(lambda: defaultdict(float))
        for (system, number), option in unless_stopped(self.taken.items(), self.stop):
            for rule, amount in family.total_of_option(self.inventory.systems[system], option):
                used[rule][self.options[system, number]] += amount
        for service, z in self.built.items():
            build = self.inventory.services[service].build
            assert build is not None
            for rule, amount in family.total_of_work(build):
                used[rule][z] += amount
        sense = pulp.LpConstraintGE if family.at_least else pulp.LpConstraintLE
        rules = (
            dict.fromkeys(resource.rule for resource in self.resources.of(family.name))
            if family.at_least
            else list(used)
        )
        for rule in unless_stopped(rules, self.stop):
            available = family.total_available(rule, self.offered.end)
            self._giving((family.item, rule), dict(used[rule]), sense, available)

    def _together(self) -> None:
        for group in unless_stopped(self.inventory.together, self.stop):
            for one, other in pairwise(group):
                terms = {**self.movers[one], **dict.fromkeys(self.movers[other], -1.0)}
                self._row(terms, pulp.LpConstraintEQ, 0)

    def price(self, prices: Mapping[tuple[str, int], float]) -> None:
        """Another objective: a price for each option of each system."""
        self.objective = {self.options[place]: price for place, price in prices.items()}
        self.problem.setObjective(pulp.LpAffineExpression(self.objective))

    def solve(
        self, limits: SolveLimits, monitor: ProgressMonitor | None = None, enforced: Sequence[Key] = ()
    ) -> Outcome:
        """Solves with some rows enforced, and all others giving way if they may."""
        for key in enforced:
            self.short[key].upBound = 0
        try:
            return solve(self.problem, limits, monitor)
        finally:
            for key in enforced:
                self.short[key].upBound = None

    def chosen(self, outcome: Outcome) -> dict[str, int]:
        """The number of the option that each system takes in a solution."""
        values = outcome.values or {}
        return {key: number for (key, number), y in self.options.items() if values.get(y, 0.0) > 0.5}
