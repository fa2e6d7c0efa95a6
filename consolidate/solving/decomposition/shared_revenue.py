"""What people and interfaces add to budgets in a plan under construction: that depends on all systems together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from consolidate.solving.decomposition.candidates import Candidate
from consolidate.solving.decomposition.resources import ResourceIndex


class InterfaceSide(NamedTuple):
    """An interface as one of its systems sees it.

    Attributes:
        other: the other system.
        cost: a quarter.
        before: the last quarter in which not both take part.
        years: the budgets that count it, as resources, each with how many quarters of its year lie before each quarter.
    """

    other: int
    cost: float
    before: int
    years: tuple[tuple[int, list[int]], ...]


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
        self.counted = [[link for link in sides if link.years] for sides in links]
        """By system, the interfaces that some budget counts."""
        self.known: tuple[Candidate, dict[int, float]] | None = None
        """The last result; None once anything has changed."""

    def allows(self, candidate: Candidate) -> bool:
        """Whether budgets allow what an undecided system's candidate adds to them, people and interfaces included."""
        added, free = self.of(candidate), self.free
        if not added:
            return True
        for budget, more in added.items():
            if more > free[budget]:
                return False
        for resource, amount in candidate.use:  # a loop is quickest, and this is an innermost one
            if resource in added and added[resource] + amount > free[resource]:
                return False
        return True

    def of(self, candidate: Candidate) -> Mapping[int, float]:
        """What an undecided system's candidate adds to budgets beside its own use of them."""
        if self.known is not None and self.known[0] is candidate:
            return self.known[1]
        added: dict[int, float] = {}
        rates = self.rates
        for resource, amount in candidate.hire:
            if resource in rates:
                days = self.paid[resource] - self.free[resource] + amount
                if days > amount:  # comparisons are quicker than min and max, and this is an innermost loop
                    days = amount
                elif days < 0:
                    days = 0.0
                if resource in self.resources.relief:
                    days -= amount
                if days:
                    for budget, rate in rates[resource]:
                        added[budget] = added.get(budget, 0.0) + rate * days
        links = self.counted[candidate.column.system]
        if links:
            self._add(added, links, candidate.live, candidate.retired)
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
        for system, links in enumerate(self.counted):
            mine = [link for link in links if link.other < system]
            if mine:
                self._add(added, mine, self.live[system], self.retired[system])
        return added

    def worked(self, resource: int) -> float:
        """Days of a resource that are worked, builds included."""
        left = self.free[resource] - (self.paid[resource] - self.resources.on_top[resource][0])
        return max(float(self.resources.room[resource]) - left, 0.0)

    def _add(self, added: dict[int, float], links: Iterable[InterfaceSide], live: int, retired: int) -> None:
        """Adds what interfaces add of a system that is live, and retired, after these cutovers."""
        horizon = min(retired, self.end - 1)
        for other, cost, before, years in links:
            there = self.live[other]
            first, last = (live, there) if live < there else (there, live)
            if first < before:
                first = before
            if last > horizon:
                last = horizon
            gone = self.retired[other]
            if last > gone:
                last = gone
            if last > first:
                for budget, count in years:
                    quarters = count[last + 1] - count[first + 1]
                    if quarters:
                        added[budget] = added.get(budget, 0.0) + cost * quarters
