"""What people and interfaces add to budgets in a plan under construction: that depends on all systems together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from consolidate.solving.decomposition.candidates import Candidate
from consolidate.solving.decomposition.resources import ResourceIndex


class InterfaceSide(NamedTuple):
    """An interface as one of its systems sees it.

    Attributes:
        other: the other system.
        cost: a quarter.
        before: the last quarter in which not both take part.
        years: the budgets that count it, as resources, each with the quarters of its year.
    """

    other: int
    cost: float
    before: int
    years: tuple[tuple[int, range], ...]


class SharedRevenue:
    """What a plan under construction takes of budgets, what choices use by themselves apart.

    Args:
        resources: what is limited.
        budgets: the resources that are budgets and can run out.
        free, paid: by resource, what is left, and the amount left below which days cost more, as in the plan.
        links: by system, its interfaces.
        passed: by system, the cutovers after which it is live, and retired, as in the plan.
    """

    def __init__(
        self,
        resources: ResourceIndex,
        budgets: Collection[int],
        free: list[float],
        paid: list[float],
        links: Sequence[Sequence[InterfaceSide]],
        passed: tuple[list[int], list[int]],
    ) -> None:
        self.resources, self.free, self.paid, self.links = resources, free, paid, links
        self.live, self.retired = passed
        self.rates: dict[int, tuple[tuple[int, float], ...]] = {}
        """By resource, what a day that costs more or less is in each budget."""
        for resource, rates in resources.revenue_rate.items():
            counted = tuple((budget, rate) for budget, rate in rates if budget in budgets)
            if counted:
                self.rates[resource] = counted
        self.end = resources.columns.inventory.appraisal_quarters
        self.known: tuple[Candidate, dict[int, float]] | None = None
        """What was found last; to be forgotten when anything changes."""

    def allows(self, candidate: Candidate) -> bool:
        """Whether budgets allow what an undecided system's candidate adds to them, people and interfaces included."""
        added = self.of(candidate)
        if not added:
            return True
        free = dict(added)
        for resource, amount in candidate.use:
            if resource in free:
                free[resource] += amount
        return all(amount <= self.free[resource] for resource, amount in free.items())

    def of(self, candidate: Candidate) -> Mapping[int, float]:
        """What an undecided system's candidate adds to budgets beside its own use of them."""
        if self.known is not None and self.known[0] is candidate:
            return self.known[1]
        added: dict[int, float] = {}
        rates, relief = self.rates, self.resources.relief
        for resource, amount in candidate.hire:
            if resource in rates:
                on_top = min(max(self.paid[resource] - self.free[resource] + amount, 0.0), amount)
                days = on_top - amount if resource in relief else on_top
                if days:
                    for budget, rate in rates[resource]:
                        added[budget] = added.get(budget, 0.0) + rate * days
        live = candidate.live
        for link in self.links[candidate.column.system]:
            if link.years and live != self.live[link.other] and self.retired[link.other] >= 0:
                self._add(added, link, live, candidate.retired)
        self.known = (candidate, added)
        return added

    def in_all(self) -> dict[int, float]:
        """What all that is decided adds to budgets, builds included."""
        added: dict[int, float] = {}
        for resource, rates in self.rates.items():
            days = max(self.paid[resource] - self.free[resource], 0.0)
            days -= self.worked(resource) if resource in self.resources.relief else 0.0
            for budget, rate in rates:
                added[budget] = added.get(budget, 0.0) + rate * days
        for system, links in enumerate(self.links):
            for link in links:
                if link.years and link.other < system:
                    self._add(added, link, self.live[system], self.retired[system])
        return added

    def worked(self, resource: int) -> float:
        """Days of a resource that are worked, builds included."""
        left = self.free[resource] - (self.paid[resource] - self.resources.on_top[resource][0])
        return max(float(self.resources.room[resource]) - left, 0.0)

    def _add(self, added: dict[int, float], link: InterfaceSide, live: int, retired: int) -> None:
        """Adds what an interface adds of a system that is live, and retired, after these cutovers."""
        there = self.live[link.other]
        first = max(min(live, there), link.before)
        last = min(max(live, there), retired, self.retired[link.other], self.end - 1)
        for budget, years in link.years:
            quarters = min(last, years.stop - 1) - max(first + 1, years.start) + 1
            if quarters > 0:
                added[budget] = added.get(budget, 0.0) + link.cost * quarters
