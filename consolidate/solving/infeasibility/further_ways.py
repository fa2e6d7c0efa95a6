"""Further ways out of an inventory without a plan: the next cheapest that do not contain an earlier one.

A way out is known by the rules that give way in it, whatever the period: more of the same people in another quarter is
no other way. Of the ways that do not contain the first, each leaves at least one of its rules in force, so the cheapest
of them is the cheapest over one solve for each of these rules, enforced. Each of those solutions stands for a region of
ways; the regions are searched from the cheapest on, and divided in the same manner where the cheapest of one contains a
way that is known (as hitting sets are in R. Reiter, "A theory of diagnosis from first principles", 1987; for the order,
E. L. Lawler, "A procedure for computing the K best solutions", 1972).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from consolidate.errors import OutOfTime
from consolidate.inventory import Inventory
from consolidate.solving.exact.neighbourhood_search import solution_of
from consolidate.solving.exact.solver import Outcome, ProgressMonitor, SolveLimits, must_stop
from consolidate.solving.formulation.assemble import assemble
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.solving.infeasibility.elastic_model import ElasticModel
from consolidate.solving.infeasibility.excess import relax, without_late_work
from consolidate.solving.infeasibility.explanation import WayOut
from consolidate.solving.infeasibility.money_shortage import MoneyShortage
from consolidate.solving.infeasibility.relaxations import Item

MOST_WAYS = 3
"""So many ways out are looked for, the cheapest among them."""
MOST_SOLVES = 16
"""Solves allowed for all but the first."""
BUDGET = 4_000
"""Work allowed for each of these."""
MOST_SYSTEMS = 150
"""Of larger inventories only the cheapest way out is looked for: each solve takes too long."""

Rules = frozenset[Item]


def rule_of(item: Item) -> Item:
    """What gives way, whatever the period: a role, a pot, a system's ``latest``, a freeze; the horizon.

    >>> rule_of(("role", "dba", 3)), rule_of(("horizon",))
    (('role', 'dba'), ('horizon',))
    """
    return item[:2]


def rules_of(way: WayOut) -> Rules:
    """The rules that give way in a way out."""
    return frozenset(rule_of(one.item) for one in way.relaxations)


def way_of(inventory: Inventory, elastic: ElasticModel, outcome: Outcome) -> WayOut:
    """The way out that a solution of the elastic model stands for; nothing is said yet of what conflicts."""
    plan = solution_of(elastic.model, outcome)
    relaxations, relaxed = relax(inventory, plan)
    plan = without_late_work(relaxed, plan)
    return WayOut(
        conflict=(),
        minimal=False,
        relaxations=relaxations,
        cheapest=outcome.ended == "gap",
        inventory=relaxed,
        plan=assemble(remaining_of(relaxed), plan, 0.0, 1.0),
        solution=plan,
    )


@dataclass(order=True)
class _Region:
    """Ways in which some rules are ``enforced``, and the cheapest of them."""

    price: float
    number: int
    enforced: Rules = field(compare=False)
    way: WayOut = field(compare=False)


class _Search:
    """The regions that are still open, and how many solves are left; ``proven`` while none was cut short."""

    def __init__(
        self, elastic: ElasticModel, shortage: MoneyShortage, limits: SolveLimits, monitor: ProgressMonitor
    ) -> None:
        self.elastic = elastic
        self.shortage = shortage
        self.limits = replace(limits, gap=0.0, budget=BUDGET)
        self.monitor = monitor
        self.open: list[_Region] = []
        self.seen: set[Rules] = set()
        self.solves = 0
        self.proven = True

    def divide(self, enforced: Rules, known: WayOut) -> None:
        """Opens the regions below ``enforced`` in which one rule of a known way is enforced as well."""
        for rule in sorted(rules_of(known), key=str):
            below = enforced | {rule}
            if below in self.seen:
                continue
            self.seen.add(below)
            if self.solves >= MOST_SOLVES or must_stop(self.limits, self.monitor):
                self.proven = False
                return
            self.solves += 1
            way = self._cheapest(below)
            if way is not None:
                heapq.heappush(self.open, _Region(way.price, self.solves, below, way))

    def _cheapest(self, enforced: Rules) -> WayOut | None:
        """The cheapest way in which these rules are enforced; None where there is none, or none was found."""
        least = self.shortage.least(enforced)
        if least.ended == "infeasible":
            return None
        by_money = self.shortage.way(least)
        if by_money is not None:
            return by_money
        outcome = self.elastic.solve(self.limits, self.monitor, list(self._items(enforced)))
        self.proven = self.proven and outcome.ended in ("gap", "infeasible")
        return None if outcome.values is None else way_of(self.elastic.inventory, self.elastic, outcome)

    def _items(self, rules: Rules) -> Iterator[Item]:
        """All that gives way in the elastic model by these rules."""
        return (item for item in self.elastic.slack if rule_of(item) in rules)


def further_ways(
    elastic: ElasticModel, shortage: MoneyShortage, first: WayOut, limits: SolveLimits, monitor: ProgressMonitor
) -> tuple[WayOut, ...]:
    """The next cheapest ways out, none of which contains one before it; those that were found.

    ``cheapest`` of each says whether it is proven to be the next.

    Args:
        elastic: the elastic model of an inventory without a plan.
        shortage: what money its ways out need.
        first: the cheapest way out.
        limits, monitor: as for a solve; the work is bounded besides.
    """
    search, found = _Search(elastic, shortage, limits, monitor), [first]
    try:
        search.divide(frozenset(), first)
        while search.open and len(found) < MOST_WAYS:
            region = heapq.heappop(search.open)
            known = _contained(found, region.way)
            if known is None:
                found.append(replace(region.way, cheapest=first.cheapest and search.proven))
            if len(found) < MOST_WAYS:
                search.divide(region.enforced, known or region.way)
    except OutOfTime:
        pass  # those that were found stand
    return tuple(found[1:])


def _contained(known: Iterable[WayOut], way: WayOut) -> WayOut | None:
    """A known way all of whose rules give way in this one, too."""
    return next((one for one in known if rules_of(one) <= rules_of(way)), None)
