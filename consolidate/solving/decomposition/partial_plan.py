"""A plan under construction: what each system does, what is left of every resource, and what a change costs.

Services are given: they are built, or not, before systems move. Rules that limit are resources
(:mod:`consolidate.solving.decomposition.resources`); ``after`` and interfaces are looked up among the neighbours;
groups that cut over together are kept together by the caller that moves their members.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from consolidate.solving.decomposition.arrays import Ints
from consolidate.solving.decomposition.candidates import Candidate
from consolidate.solving.decomposition.resources import ResourceIndex
from consolidate.solving.decomposition.shared_revenue import InterfaceSide, SharedRevenue
from consolidate.solving.formulation.costs import NEVER
from consolidate.solving.formulation.resources import closeness


class PartialPlan:
    """What is decided so far.

    Args:
        resources: what is limited.
        ready: [services], the quarter from which each service is ready.

    Attributes:
        at: by system, its candidate; None while nothing is decided about it.
        start, live: by system, the quarter in which it starts and the cutover after which it is live; or NEVER.
        retired: the same for the cutover after which it is retired; -1 while nothing is decided: then no interface is
            paid for, as if it were gone.
        free: by resource, what is left of it; ``empty``: what there is while nothing is decided.
        paid: by resource, the amount left below which days cost more, by ``rate`` each: agency days; or, where they are
            cheaper, own ones. ``relief``: then, by how much any day costs less than choices have in their own costs.
        holders: by resource, the systems that use some of it, and how much.
        waits_for, awaited_by: by system, its neighbours by ``after``.
        links: by system, its interfaces as it sees them.
        budgets: the resources that are budgets and can run out; ``revenue``: what people and interfaces add to these.
        group_of: by system, all systems that cut over together with it, itself included.
    """

    def __init__(self, resources: ResourceIndex, ready: Ints) -> None:
        self.columns = columns = resources.columns
        self.resources = resources
        self.ready = ready
        self.prefix = columns.prices.prefix
        self.appraisal_quarters = columns.prices.end
        size = len(columns.systems)
        self.at: list[Candidate | None] = [None] * size
        self.start = [NEVER] * size
        self.live = [NEVER] * size
        self.retired = [-1] * size
        room = resources.after_builds(ready)
        self.free: list[float] = [left + closeness(left) for left in room.tolist()]
        self.paid = [0.0] * len(self.free)
        self.rate = [0.0] * len(self.free)
        self.relief = resources.relief
        self.budgets = {
            budget: rule for budget, rule in resources.budgets.items() if resources.most[budget] > room[budget]
        }
        for resource, (more, price) in resources.on_top.items():
            self.paid[resource], self.rate[resource] = more + self.free[resource] - float(room[resource]), price
        self.holders: list[dict[int, float]] = [{} for _ in self.free]
        self._ties()
        self.revenue = SharedRevenue(
            resources, self.budgets, self.free, self.paid, self.links, (self.live, self.retired)
        )
        self._fixed = self._cost_of_builds()
        self.recompute_free()
        self.empty = list(self.free)

    def _ties(self) -> None:
        columns = self.columns
        size = len(columns.systems)
        self.waits_for: list[list[int]] = [[] for _ in range(size)]
        self.awaited_by: list[list[int]] = [[] for _ in range(size)]
        for one, other in columns.links.after.tolist():
            self.waits_for[one].append(other)
            self.awaited_by[other].append(one)
        self.links: list[list[InterfaceSide]] = [[] for _ in range(size)]
        quarters = range(self.appraisal_quarters + 1)
        counts = {
            budget: [sum(1 for each in rule.quarters if each < quarter) for quarter in quarters]
            for budget, rule in self.budgets.items()
        }
        concerned = {
            partner: [budget for budget, rule in self.budgets.items() if rule.part.concerns(partner)]
            for partner in columns.inventory.partners
        }
        for number, system in enumerate(columns.systems):
            for link in system.interfaces:
                other = columns.index[link.other]
                before = max(system.joins, columns.systems[other].joins) - 1
                years = tuple((each, counts[each]) for each in concerned[system.partner])
                self.links[number].append(InterfaceSide(other, link.cost, before, years))
                self.links[other].append(InterfaceSide(number, link.cost, before, years))
        self.group_of: dict[int, tuple[int, ...]] = {}
        for group in columns.inventory.together:
            numbers = [columns.index[system] for system in group]
            merged = tuple(sorted({one for number in numbers for one in self.group_of.get(number, (number,))}))
            self.group_of.update(dict.fromkeys(merged, merged))

    def _cost_of_builds(self) -> float:
        """What builds cost, agency days apart.   [currency, discounted]"""
        columns = self.columns
        costs = []
        for number, quarter in enumerate(self.ready.tolist()):
            build = columns.services[number].build
            if build is not None and quarter < NEVER:
                costs.append(columns.prices.build(columns.services[number], quarter - build.quarters).total)
        return fsum(costs)

    def neighbours(self, system: int) -> list[int]:
        """The systems that one is tied to by ``after`` or an interface."""
        tied = (link.other for link in self.links[system])
        return [*self.waits_for[system], *self.awaited_by[system], *tied]

    # -- does it fit? -----------------------------------------------------------------------------

    def window(self, system: int) -> tuple[int, int]:
        """The first quarter in which a system may start, and the last in which it may cut over, by its neighbours."""
        first, last = 0, NEVER
        for other in self.waits_for[system]:
            live = self.live[other]
            if first <= live < NEVER:
                first = live + 1
        for other in self.awaited_by[system]:
            if self.start[other] <= last:
                last = self.start[other] - 1
        return first, last

    def fits(self, candidate: Candidate) -> bool:
        """Whether an undecided system's candidate breaks no rule at present, ``together`` apart."""
        return self.first_fit(candidate.column.system, (candidate,)) is not None

    def first_fit(self, system: int, candidates: Iterable[Candidate]) -> Candidate | None:
        """The first of an undecided system's candidates that breaks no rule at present, ``together`` apart."""
        free, (first, last) = self.free, self.window(system)
        for candidate in candidates:
            if candidate.start < first or last < candidate.live < NEVER:
                continue
            for resource, amount in candidate.use:  # a loop is quickest, and this is an innermost one
                if free[resource] < amount:
                    break
            else:
                if not self.budgets or self.revenue.allows(candidate):
                    return candidate
        return None

    # -- what does it cost? --------------------------------------------------------------------------

    def cost(self, candidate: Candidate) -> float:
        """What a candidate of an undecided system adds: its own price, what days cost more or less, interfaces."""
        total = candidate.own
        if candidate.hire:
            total += self.cost_of_agency(candidate)
        links = self.links[candidate.column.system]
        if links:
            total += self.cost_of_interfaces(links, candidate.live, candidate.retired)
        return total

    def cost_of_agency(self, candidate: Candidate) -> float:
        """What a candidate's days cost more than own people's worth, or less.   [currency, discounted]"""
        total, free, paid = 0.0, self.free, self.paid
        for resource, amount in candidate.hire:
            left = free[resource]
            short = paid[resource] - left + amount
            if short > 0:
                total += self.rate[resource] * min(short, amount)
            if resource in self.relief:
                total -= self.relief[resource] * amount
        return total

    def cost_of_interfaces(self, links: Iterable[InterfaceSide], live: int, retired: int) -> float:
        """What interfaces of a system cost that is live, and retired, after these cutovers."""
        total, prefix, end = 0.0, self.prefix, self.appraisal_quarters
        for other, cost, before, _ in links:
            there = self.live[other]
            first, last = (live, there) if live < there else (there, live)
            if first < before:
                first = before
            last = min(last, retired, self.retired[other], end - 1)
            if last > first:
                total += cost * (prefix[last + 1] - prefix[first + 1])
        return total

    # -- changes ----------------------------------------------------------------------------------------

    def put(self, candidate: Candidate) -> None:
        """Decides about an undecided system; the candidate should fit."""
        system, free, holders = candidate.column.system, self.free, self.holders
        if self.budgets:
            for resource, amount in self.revenue.of(candidate).items():
                free[resource] -= amount
            self.revenue.known = None
        self.at[system] = candidate
        self.start[system], self.live[system], self.retired[system] = candidate.start, candidate.live, candidate.retired
        for resource, amount in candidate.use:
            free[resource] -= amount
            holders[resource][system] = amount

    def take(self, system: int) -> Candidate:
        """Removes the candidate of a decided system; what it used is free again."""
        candidate, free, holders = self.at[system], self.free, self.holders
        assert candidate is not None
        self.at[system] = None
        self.start[system] = self.live[system] = NEVER
        self.retired[system] = -1
        for resource, amount in candidate.use:
            free[resource] += amount
            del holders[resource][system]
        if self.budgets:
            self.revenue.known = None
            for resource, amount in self.revenue.of(candidate).items():
                free[resource] += amount
            self.revenue.known = None
        return candidate

    # -- the whole --------------------------------------------------------------------------------------------

    def complete(self) -> bool:
        """Whether everything is decided, and builds alone overdraw nothing; what breaks a rule is never put in."""
        if None in self.at or min(self.free, default=0.0) < 0:
            return False
        columns = self.columns
        return all(self.ready[columns.service_index[service]] < NEVER for service in columns.built_anyway)

    def total(self) -> float:
        """What the plan costs so far, builds and agency days included; summed afresh, without old rounding errors."""
        costs = [self._fixed]
        costs += [candidate.own for candidate in self.at if candidate is not None]
        self.recompute_free()
        for resource in self.resources.on_top:
            costs.append(self.rate[resource] * max(self.paid[resource] - self.free[resource], 0.0))
        costs += [-relief * self.revenue.worked(resource) for resource, relief in self.relief.items()]
        for system, links in enumerate(self.links):
            if links:
                mine = [link for link in links if link.other < system]
                costs.append(self.cost_of_interfaces(mine, self.live[system], self.retired[system]))
        return fsum(costs)

    def recompute_free(self) -> None:
        """Recomputes what is left of each resource: thousands of changes accumulate rounding errors."""
        room = self.resources.after_builds(self.ready).tolist()
        for resource, left in enumerate(room):
            self.free[resource] = left + closeness(left) - fsum(self.holders[resource].values())
        if self.budgets:
            for budget, amount in self.revenue.in_all().items():
                self.free[budget] -= amount


def whole_groups(plan: PartialPlan, systems: Iterable[int]) -> list[int]:
    """The systems, and those that cut over together with them, by number."""
    return sorted({member for system in systems for member in plan.group_of.get(system, (system,))})
