"""Every plan of a small inventory that costs no more than is allowed: brute force for what may be preferred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import brute_force
from brute_force import Schedule, Treatment, exposed, quarters_of

from consolidate.inventory import Inventory

MOST_LEAVES = 4_000
"""Plans that are looked at before a case is given up."""


class TooMany(Exception):
    """There are more plans than can be tried in a test."""


@dataclass(frozen=True)
class Counted:
    """A plan that keeps every rule: what it costs, and how much it has of all that may be preferred."""

    cost: float
    merits: dict[str, float]


class NearBest(brute_force.Search):
    """All plans that cost no more than ``most``."""

    def __init__(self, inventory: Inventory, most: float, finish: int) -> None:
        super().__init__(inventory)
        self.most, self.quarters = most, finish
        self.found: list[Counted] = []

    def beaten(self, cost: float, ways: Sequence[Treatment]) -> bool:
        late = self.finish and quarters_of(ways) > self.quarters
        return cost > self.most + 0.01 or late

    def leaf(self, builds: dict[str, int], chosen: list[Treatment]) -> None:
        self.tried += 1
        if self.tried > MOST_LEAVES:
            raise TooMany
        plan = Schedule(self.inventory, {way.system.id: way for way in chosen}, builds)
        agency = plan.cheapest_agency()
        cost = sum(plan.costs(agency).values())
        if cost <= self.most + 0.01 and not any(brute_force.rules(plan, agency)):
            self.found.append(Counted(cost, merits(plan)))


def merits(plan: Schedule) -> dict[str, float]:
    """How much a plan has of all that may be preferred, counted from the format's text."""
    inventory = plan.inventory
    year = inventory.calendar.year(0)
    busy = [0] * inventory.plan_quarters
    for way in plan.ways.values():
        for _, start, cutover in way.works:
            for quarter in range(start, cutover + 1):
                busy[quarter] += 1
    found = {
        "capital": sum(amount for q, amount in paid(plan) if inventory.calendar.year(q) == year),
        "calm": float(max(busy, default=0)),
        "finish": float(quarters_of(list(plan.ways.values()))),
        "approved": sum(brute_force.churn(replace(inventory, stability=1.0), way) for way in plan.ways.values()),
    }
    for tier in (*inventory.tiers, ""):
        ways = [way for way in plan.ways.values() if (way.system.tier or "") == tier]
        found[f"tier {tier}"] = float(sum(sum(exposed(inventory, way)) for way in ways))
    return found


def paid(plan: Schedule) -> Iterator[tuple[int, float]]:
    """Capital by quarter, of every pot and of none."""
    works = [(step.capital, start, step.quarters) for way in plan.ways.values() for step, start, _ in way.works]
    works += [(build.capital, start, build.quarters) for build, start in plan.built]
    for capital, start, quarters in works:
        width = max(quarters, 1)
        yield from ((start + offset, sum(capital.values()) / width) for offset in range(width))


def near_best(inventory: Inventory, most: float, finish: int) -> list[Counted]:
    """All plans that cost no more than ``most`` and, where quarters are minimised, end by then.

    Raises:
        TooMany: to be left alone.
    """
    search = NearBest(inventory, most, finish)
    search.run()
    return search.found
