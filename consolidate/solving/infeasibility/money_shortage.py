"""Where capital alone rules every plan out, and how much more of it there has to be.

The choice of options without time (:mod:`consolidate.solving.makespan.aggregate_model`) is a small program. If its
pots have to give way, whatever else does, then they have to in every plan, and the least that it costs is a bound on
any way out. When a plan exists that needs no more than that, the way out is the cheapest, and the
large model of :mod:`consolidate.solving.infeasibility.way_out` need not be solved. The same holds for the ways in
which some rules are enforced: of these the small program enforces those that it has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from consolidate.inventory import Inventory, Pot
from consolidate.solving.exact.presolve import Presolve
from consolidate.solving.exact.solver import Outcome, ProgressMonitor, SolveLimits, must_stop
from consolidate.solving.formulation.assemble import assemble
from consolidate.solving.formulation.choices import offer
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.solving.formulation.solution import Solution
from consolidate.solving.infeasibility.explanation import WayOut
from consolidate.solving.infeasibility.relaxations import PRICES, Item, Relaxation, relax_pot
from consolidate.solving.makespan.aggregate_model import AggregateModel, Key
from consolidate.solving.makespan.genetic_search import GeneticSearch
from consolidate.solving.makespan.project import Project
from consolidate.variants import with_pot

PLACEMENTS = 60_000
"""Work allowed for a plan that uses the money."""


class MoneyShortage:
    """What money the ways out of an inventory need, whatever else gives way in them.

    Args:
        inventory: one without a plan.
        extended: the same with the longest horizon that is allowed.
        limits, monitor: as for a solve.

    Raises:
        OutOfTime: it was stopped before there was anything to solve.
    """

    def __init__(
        self, inventory: Inventory, extended: Inventory, limits: SolveLimits, monitor: ProgressMonitor
    ) -> None:
        self.inventory = inventory
        self.limits = limits
        self.monitor = monitor
        stop = partial(must_stop, limits, monitor)
        horizon = inventory.plan_quarters
        everything = offer(extended, extended.plan_quarters, relaxed=True, horizon=horizon, stop=stop)
        self.model = AggregateModel(extended, everything, PRICES, stop=stop)
        self.pots: Sequence[Key] = [key for key in self.model.short if key[0] == "pot"]
        """The rules of pots, as the small program knows them."""

    def least(self, enforced: Collection[Item] = ()) -> Outcome:
        """The least that gives way where some rules are enforced: a bound; infeasible: there is no such way."""
        known = [rule for rule in self.model.short if rule in enforced]
        return self.model.solve(replace(self.limits, gap=0.0), self.monitor, known)

    def way(self, least: Outcome) -> WayOut | None:
        """The way out that gives no more than the least; None where more than money gives way, or none was found.

        Nothing is said in it of what conflicts.
        """
        values = least.values
        if values is None or least.ended != "gap" or least.objective <= 1e-6:
            return None
        short = {key: values[variable] for key, variable in self.model.short.items() if values[variable] > 1e-6}
        pots = {str(key[1]): amount for key, amount in short.items() if key[0] == "pot"}
        if len(pots) < len(short) or not all(_simple(self.inventory.pots[pot]) for pot in pots):
            return None
        options = self.model.chosen(least)
        for period in (_last_with_money, _first):
            more = {(pot, period(self.inventory.pots[pot])): amount for pot, amount in sorted(pots.items())}
            plan = _plan(_richer(self.inventory, more), options, self.limits, self.monitor)
            if plan is not None:
                return _way(self.inventory, more, plan)
        return None

    def possible(self, enforced: Sequence[Key]) -> bool:
        """Whether these pots alone leave room for a choice of options."""
        return self.model.solve(replace(self.limits, gap=1.0), self.monitor, enforced).ended != "infeasible"


def _way(inventory: Inventory, more: Mapping[tuple[str, int], float], plan: Solution) -> WayOut:
    """The way out that gives so much more money, by pot and period."""
    relaxations: list[Relaxation] = []
    relaxed = inventory
    for (pot, period), amount in more.items():
        relaxation, relaxed = relax_pot(relaxed, ("pot", pot, period), amount, inventory)
        relaxations.append(replace(relaxation, amount=amount))
    return WayOut(
        conflict=(),
        minimal=False,
        relaxations=tuple(relaxations),
        cheapest=True,
        inventory=relaxed,
        plan=assemble(remaining_of(relaxed), plan, 0.0, 1.0),
        solution=plan,
    )


def _simple(pot: Pot) -> bool:
    """Whether money added to its first period is there for all work."""
    return pot.carry_forward or len(pot.periods) == 1


def _last_with_money(pot: Pot) -> int:
    return max((number for number, period in enumerate(pot.periods) if period.amount), default=0)


def _first(pot: Pot) -> int:
    return 0


def _richer(inventory: Inventory, more: Mapping[tuple[str, int], float]) -> Inventory:
    """The inventory with more money in some periods."""
    for (key, number), amount in more.items():
        period = inventory.pots[key].periods[number]
        inventory = with_pot(inventory, key, period.label, period.amount + amount)
    return inventory


def _plan(
    inventory: Inventory, options: Mapping[str, int], limits: SolveLimits, monitor: ProgressMonitor
) -> Solution | None:
    """Any plan, to begin with one that takes these options."""
    stop = partial(must_stop, limits, monitor)
    offered = offer(inventory, inventory.plan_quarters, stop=stop)
    if not offered.possible:
        return None
    presolve = Presolve(inventory, offered, stop)
    if not presolve.follow():
        return None
    project = Project(inventory, presolve.offer(), stop)
    search = GeneticSearch(project, stop)
    search.run(inventory.plan_quarters, PLACEMENTS, [project.modes_of(options)])
    return search.solution()
