"""Where capital alone rules every plan out, and how much more of it there has to be.

The choice of options without time (:mod:`consolidate.solving.makespan.aggregate_model`) is a small program. If its
pots have to give way, whatever else does, then they have to in every plan, and the least that it costs is a bound on
any way out. When a plan exists that needs no more than that, the way out is the cheapest, and the
large model of :mod:`consolidate.solving.infeasibility.way_out` need not be built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from consolidate.inventory import Inventory, Pot
from consolidate.solving.exact.presolve import Presolve
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits, must_stop
from consolidate.solving.formulation.choices import offer
from consolidate.solving.formulation.solution import Solution
from consolidate.solving.makespan.aggregate_model import AggregateModel, Key
from consolidate.solving.makespan.genetic_search import GeneticSearch
from consolidate.solving.makespan.project import Project
from consolidate.variants import with_pot

PLACEMENTS = 60_000
"""Work allowed for a plan that uses the money."""


@dataclass(frozen=True)
class Shortage:
    """``pots`` cannot all be enforced; ``plan`` is possible with ``more`` (by pot and period), the cheapest."""

    pots: tuple[str, ...]
    more: Mapping[tuple[str, int], float]
    plan: Solution


def money_shortage(
    inventory: Inventory,
    extended: Inventory,
    prices: Mapping[str, float],
    conflict: Callable[[Sequence[Key], Callable[[Sequence[Key]], bool]], list[Key]],
    limits: SolveLimits,
    monitor: ProgressMonitor,
) -> Shortage | None:
    """What money is short; None when that is not all there is to say.

    Args:
        inventory: one without a plan.
        extended: the same with the longest horizon that is allowed.
        prices: of relaxing a rule of each family by one unit.
        conflict: finds a subset of which nothing can be missed, given what is possible.
        limits, monitor: as for a solve.

    Raises:
        OutOfTime: it was stopped before there was anything to search.
    """
    stop = partial(must_stop, limits, monitor)
    horizon = inventory.plan_quarters
    everything = offer(extended, extended.plan_quarters, relaxed=True, horizon=horizon, stop=stop)
    core = AggregateModel(extended, everything, prices, stop=stop)
    least = core.solve(replace(limits, gap=0.0), monitor)
    values = least.values
    if values is None or least.ended != "gap" or least.objective <= 1e-6:
        return None
    short = {key: values[variable] for key, variable in core.short.items() if values[variable] > 1e-6}
    pots = {str(key[1]): amount for key, amount in short.items() if key[0] == "pot"}
    if len(pots) < len(short) or not all(_simple(inventory.pots[pot]) for pot in pots):
        return None
    options = core.chosen(least)
    for period in (_last_with_money, _first):
        more = {(pot, period(inventory.pots[pot])): amount for pot, amount in pots.items()}
        plan = _plan(_richer(inventory, more), options, limits, monitor)
        if plan is not None:
            break
    else:
        return None
    enforced = conflict(
        [key for key in core.short if key[0] == "pot"],
        lambda some: core.solve(replace(limits, gap=1.0), monitor, some).ended != "infeasible",
    )
    return Shortage(tuple(str(key[1]) for key in enforced), more, plan)


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
