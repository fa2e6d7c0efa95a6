r"""Why there is no plan, and the cheapest way out.

An *elastic* model keeps every rule that links systems (``after``, ``needs``, ``together``,
``earliest``) and lets the others give way at a stated price (:data:`PRICES`): pots, roles,
capacities, limits, milestones, targets, ``latest``, freezes, the end of the horizon. Its
optimum is a cheapest set of relaxations, and the plan it makes possible is the proof. Then
an elastic filter collects rules until they cannot all be enforced, and a search by halves
(U. Junker, "QuickXplain", 2004) leaves a set of which no rule can be missed: those that
conflict (an irreducible infeasible subset, in the words of J. Chinneck).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from consolidate.errors import Message, NoPlan, OutOfTime, Remedy
from consolidate.inventory import Inventory
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits, must_stop
from consolidate.solving.formulation.assemble import assemble
from consolidate.solving.formulation.choices import windows
from consolidate.solving.formulation.remaining import Remaining, remaining_of
from consolidate.solving.infeasibility.elastic_model import ElasticModel
from consolidate.solving.infeasibility.explanation import MOST_QUARTERS, WayOut, conflict_words
from consolidate.solving.infeasibility.further_ways import MOST_SYSTEMS, further_ways, way_of
from consolidate.solving.infeasibility.irreducible_conflict import (
    conflicting_links,
    conflicting_rules,
    minimal_conflict,
)
from consolidate.solving.infeasibility.money_shortage import MoneyShortage
from consolidate.solving.infeasibility.relaxations import RELAX, Item
from consolidate.variants import with_longer_horizon

SPARE_QUARTERS = 4
"""The horizon may grow by this many quarters more than the links between systems need."""
BUDGET = 4_000
"""Work allowed for each of the many small solves of the filter."""

NOT_FOUND = Message("the search ended before a way out was found; ", Remedy.MORE_TIME)


def way_out(inventory: Inventory, limits: SolveLimits, monitor: ProgressMonitor | None = None) -> WayOut:
    """Explains an inventory that has no plan.

    Raises:
        NoPlan: when the limits ended the search before a way out was found.
    """
    try:
        return _way_out(inventory, limits, monitor or ProgressMonitor())
    except OutOfTime:
        raise NoPlan("no plan can meet the rules", [NOT_FOUND]) from None


def _way_out(inventory: Inventory, limits: SolveLimits, monitor: ProgressMonitor) -> WayOut:
    """The same.

    Raises:
        OutOfTime: the limits ended the search before a way out was found.
    """
    stop = partial(must_stop, limits, monitor)
    more = _quarters_more(inventory)
    shortage = MoneyShortage(inventory, with_longer_horizon(inventory, more), replace(limits, budget=BUDGET), monitor)
    by_money = shortage.way(shortage.least())
    if by_money is not None:
        by_money = _with_conflict(inventory, shortage, by_money)
        if not _is_small(inventory) or stop():
            return by_money
        try:
            elastic = ElasticModel(inventory, more, stop=stop)
        except OutOfTime:
            return by_money
        return replace(by_money, others=further_ways(elastic, shortage, by_money, limits, monitor))
    elastic = ElasticModel(inventory, more, stop=stop)
    outcome = elastic.solve(replace(limits, gap=0.0), monitor, start=elastic.longer_plan(limits, monitor))
    if outcome.ended == "infeasible":
        return conflicting_links(elastic, replace(limits, gap=1.0, budget=BUDGET), monitor)
    if outcome.values is None:
        raise OutOfTime
    way = way_of(inventory, elastic, outcome)
    conflict, minimal = conflicting_rules(elastic, outcome, replace(limits, gap=0.5, budget=BUDGET), monitor)
    return replace(
        way,
        conflict=conflict_words(inventory, conflict),
        minimal=minimal,
        others=further_ways(elastic, shortage, way, limits, monitor) if _is_small(inventory) else (),
    )


def _is_small(inventory: Inventory) -> bool:
    return len(inventory.systems) <= MOST_SYSTEMS


def for_whole(remaining: Remaining, way: WayOut) -> WayOut:
    """A way out of what is left of an inventory, restated for the whole of it.

    Where what is under way takes more than there is, that much more has to be given before anything is left.
    """
    if way.solution is None:
        return way
    inventory = remaining.whole
    relaxed = with_longer_horizon(
        inventory, sum(int(one.amount) for one in way.relaxations if one.item[0] == "horizon")
    )
    extended = relaxed
    relaxations, filled, over = [], set(), 0.0
    for one in way.relaxations:
        more = 0.0
        carried = one.item[0] == "pot" and inventory.pots[str(one.item[1])].carry_forward
        place = one.item[:2] if carried else one.item
        if place not in filled:
            more = remaining.over(extended, one.item)
            filled.add(place)
        over += more
        relaxation, relaxed = RELAX[str(one.item[0])](relaxed, one.item, one.amount + more, inventory)
        relaxations.append(replace(relaxation, amount=one.amount + more))
    plan = assemble(remaining_of(relaxed), way.solution, 0.0, 1.0)
    # What has to be given before anything is left was not weighed when the cheapest was sought.
    cheapest = way.cheapest and not over
    others = tuple(for_whole(remaining, other) for other in way.others)
    return replace(
        way,
        relaxations=tuple(relaxations),
        inventory=relaxed,
        plan=plan,
        cheapest=cheapest,
        left=True,
        others=others,
    )


def _with_conflict(inventory: Inventory, shortage: MoneyShortage, way: WayOut) -> WayOut:
    """The same way out, with the pots that conflict whatever else gives way."""
    pots = [str(key[1]) for key in minimal_conflict(shortage.pots, shortage.possible)]
    enforced: list[Item] = [("pot", pot, number) for pot in pots for number in _with_money(inventory, pot)]
    extended = shortage.model.inventory
    if any(len(extended.pots[pot].periods) > len(inventory.pots[pot].periods) for pot in pots):
        # A longer horizon would bring new periods, and money could be added to those.
        enforced.append(("horizon",))
    return replace(
        way,
        conflict=conflict_words(inventory, enforced),
        minimal=all(len(inventory.pots[pot].periods) == len(_with_money(inventory, pot)) for pot in pots),
    )


def _with_money(inventory: Inventory, pot: str) -> list[int]:
    """The periods of a pot that have money; the first where none has."""
    return [number for number, period in enumerate(inventory.pots[pot].periods) if period.amount] or [0]


def _quarters_more(inventory: Inventory) -> int:
    """How much longer the horizon may become: as the links need, and a little."""
    bounds = windows(inventory, inventory.plan_quarters, relaxed=True)
    built = (bounds.ready[id] for id, service in inventory.services.items() if service.must_build)
    ready = (quarter for quarter in built if quarter < inventory.plan_quarters + MOST_QUARTERS)  # others never are
    needed = max([0, *bounds.soonest.values(), *ready]) - inventory.plan_quarters + 1
    return min(max(needed, 0) + SPARE_QUARTERS, MOST_QUARTERS)
