"""The model in which rules give way at a price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from consolidate.inventory import Inventory
from consolidate.solving.exact.model import Constraint, Model, Terms
from consolidate.solving.exact.neighbourhood_search import start_values
from consolidate.solving.exact.solver import Outcome, ProgressMonitor, SolveLimits, must_stop, solve
from consolidate.solving.formulation.choices import offer
from consolidate.solving.formulation.solution import finish_of
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped
from consolidate.solving.infeasibility.relaxations import PRICES, Item
from consolidate.solving.infeasibility.same_years import with_years_of
from consolidate.solving.makespan.genetic_search import GeneticSearch
from consolidate.solving.makespan.project import Project
from consolidate.variants import with_longer_horizon

PLACEMENTS = 1_000
"""Work allowed, by system, for a plan that only takes longer, to begin with."""
MOST_PLACEMENTS = 100_000
"""The same, however many systems."""


class ElasticModel:
    """The model in which rules may give way; ``slack`` holds what enforces each when fixed at 0.

    ``links``: with only these links between systems and services; None for all.

    Raises:
        OutOfTime: ``stop``, which is asked before each system and each row, returned True.
    """

    def __init__(
        self, inventory: Inventory, more: int, links: frozenset[Item] | None = None, stop: Stop = never
    ) -> None:
        self.inventory = inventory
        self.extended = with_years_of(inventory, with_longer_horizon(inventory, more))
        self.model = Model(
            self.extended, self.extended.plan_quarters, relaxed=True, horizon=inventory.plan_quarters, stop=stop
        )
        self.slack: dict[Item, list[Any]] = defaultdict(list)
        self.model.objective.clear()
        if links is not None:
            self.model.rows = [row for row in self.model.rows if row.family not in LINKS or link(row) in links]
        for row in unless_stopped(self.model.rows, stop):
            self._loosen(row)
        self._horizon()
        self._choices()
        self.model.load()

    def _loosen(self, row: Constraint) -> None:
        """Lets one row give way by the amounts that it is about, if it limits a resource."""
        family = self.model.resources.families.get(row.family)
        if family is not None:
            for item in family.items(*row.key):
                row.terms[self._shared(item, whole=family.whole)] = 1.0 if family.at_least else -1.0

    def _new(self, item: Item, *, whole: bool = False, high: float | None = None) -> Any:
        slack = self.model.variable(PRICES[str(item[0])], 0, high, whole=whole)
        self.slack[item].append(slack)
        return slack

    def _shared(self, item: Item, *, whole: bool = False) -> Any:
        return self.slack[item][0] if item in self.slack else self._new(item, whole=whole)

    def _horizon(self) -> None:
        """One variable for each quarter that the horizon grows by, in order."""
        more = self.extended.plan_quarters - self.inventory.plan_quarters
        self.longer = [self._new(("horizon",), whole=True, high=1) for _ in range(more)]
        for one, following in zip(self.longer, self.longer[1:], strict=False):
            self.model.rows.append(Constraint("horizon", (), {following: 1.0, one: -1.0}, -1, 0))

    def _choices(self) -> None:
        """Choices that are late, in a freeze or beyond the horizon: priced, or tied to what is."""
        for system, found in self.model.choices.items():
            tied: dict[Any, Terms] = defaultdict(dict)
            for choice, x in found:
                for kind, what, amount in choice.breaks:
                    if kind == "latest":
                        self.model.objective[x] = PRICES["latest"] * amount
                        self.slack["latest", system].append(x)
                    elif kind == "freeze":
                        tied[self._shared(("freeze", what, amount), whole=True)][x] = 1.0
                    else:
                        for number in range(amount):
                            tied[self.longer[number]][x] = 1.0
            for slack, terms in tied.items():
                self.model.rows.append(Constraint("relaxed", (system,), {**terms, slack: -1.0}, -1, 0))
        for builds in self.model.builds.values():
            for build, z in builds:
                for kind, what, amount in build.breaks:
                    if kind == "latest":
                        self.model.objective[z] = PRICES["latest"] * amount
                        self.slack["latest", what].append(z)
                        continue
                    row = {z: 1.0, self.longer[amount - 1]: -1.0}
                    self.model.rows.append(Constraint("relaxed", (build.service.id,), row, -1, 0))

    def longer_plan(self, limits: SolveLimits, monitor: ProgressMonitor) -> dict[Any, float] | None:
        """A quick plan that breaks no rule but the horizon, as values; None where none was found.

        Raises:
            OutOfTime: it was stopped before the search could begin.
        """
        stop = partial(must_stop, limits, monitor)
        offered = offer(self.extended, self.extended.plan_quarters, stop=stop)
        if not offered.possible:
            return None
        search = GeneticSearch(Project(self.extended, offered, stop), stop)
        search.run(self.inventory.plan_quarters + 1, min(PLACEMENTS * len(self.inventory.systems), MOST_PLACEMENTS))
        plan = search.solution()
        if plan is None:
            return None
        last = max([finish_of(plan), *(build.ready + 1 for build in plan.builds)])
        values = start_values(self.model, plan)
        values.update(
            {longer: float(self.inventory.plan_quarters + number < last) for number, longer in enumerate(self.longer)}
        )
        return values

    def solve(
        self,
        limits: SolveLimits,
        monitor: ProgressMonitor,
        enforced: Sequence[Item] = (),
        start: dict[Any, float] | None = None,
    ) -> Outcome:
        """Solves with some rules enforced."""
        fixed = {slack: slack.upBound for item in enforced for slack in self.slack[item]}
        for slack in fixed:
            slack.upBound = 0
        try:
            return solve(self.model.problem, limits, monitor, start)
        finally:
            for slack, high in fixed.items():
                slack.upBound = high


LINKS = ("after", "together", "ready", "needs", "gate", "must_build")
"""Families of rows that never give way, each made of links that can be named."""


def link(row: Constraint) -> Item:
    """The link that a row belongs to: its key without the quarter."""
    return (row.family, row.key[0]) if row.family == "together" else (row.family, *row.key[:-1])
