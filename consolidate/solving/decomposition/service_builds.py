"""What builds of services cost and use, in arrays: by service and by the quarter from which it is ready."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints, ordered_product, scatter, tails
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.coupling_constraints import CouplingConstraints
from consolidate.solving.decomposition.evaluation import BuildUse, Multipliers, saving_prices
from consolidate.solving.decomposition.service_forest import ServiceForest
from consolidate.solving.formulation.choices import BuildChoice
from consolidate.solving.formulation.costs import NEVER


class ServiceBuilds:
    """The builds of a forest of services.

    Attributes:
        cost: [services, end], of a build that is ready in each quarter; infinite where it cannot be.
        running: [targets and budgets, services, end], what the service and its build then cost in each one's year.
    """

    def __init__(self, columns: Columns, coupling: CouplingConstraints, forest: ServiceForest) -> None:
        self.columns, self.coupling, self.forest = columns, coupling, forest
        self.end = columns.end
        self.cost = np.full((len(columns.services), self.end), INFINITY)
        targets, budgets = len(columns.inventory.targets), len(columns.inventory.budgets)
        self.running = np.zeros((targets + budgets, len(columns.services), self.end))
        used: list[tuple[int, int, float]] = []
        for service in forest.built:
            for ready in columns.ready_in[service]:
                build = BuildChoice(columns.services[service], ready - forest.quarters(service), ready, 0.0)
                cost = columns.prices.build(build.service, build.start).total
                self.cost[service, ready] = cost if coupling.costly else 0.0
                used += [(service * self.end + ready, resource, amount) for resource, amount in self._used_by(build)]
                for name, first, sign in (("target", 0, -1.0), ("budget", targets, 1.0)):
                    family = columns.resources.families.get(name)
                    for (_, number, _), amount in () if family is None else family.of_build(build):
                        self.running[first + number, service, ready] += sign * amount
        # What builds use of people and money, as three lists: which build (service and ready quarter), which
        # resource (role and quarter, then pot and quarter), how much.
        self._build = np.array([build for build, _, _ in used], dtype=np.int64)
        self._resource = np.array([resource for _, resource, _ in used], dtype=np.int64)
        self._amount = np.array([amount for *_, amount in used], dtype=float)
        self._bounds = np.searchsorted(self._build, np.arange(self.cost.size + 1))

    def _used_by(self, build: BuildChoice) -> Iterator[tuple[int, float]]:
        """What one build uses of people and money: resource and amount."""
        columns = self.columns
        numbers = {"staff": columns.roles, "capital": columns.pots}
        first = {"staff": 0, "capital": len(columns.roles)}
        for name in numbers:
            family = columns.resources.families.get(name)
            for (_, rule, quarter), amount in () if family is None else family.of_build(build):
                yield (first[name] + numbers[name][rule]) * self.end + quarter, amount

    def reduced_costs(self, u: Multipliers, second_needs: Ints) -> Floats:
        """[services, end]: reduced costs of builds.

        Args:
            u: the prices.
            second_needs: [second needs, 2], system and service of each constraint of the family ``ready``.
        """
        columns, end = self.columns, self.end
        price = self.cost + ordered_product(saving_prices(u), self.running)
        money = self.coupling.pot_prices(u)
        paid = np.concatenate((self.coupling.day_price(u).ravel(), money.ravel()))[self._resource] * self._amount
        price += np.bincount(self._build, weights=paid, minlength=price.size).reshape(price.shape)
        price -= (u["capacity"] * self.coupling.holds)[:, None]
        relief = np.zeros((len(columns.services), end))
        scatter(relief, second_needs[:, 1], u["ready"])
        return price - tails(relief)[:, :-1] + self._waits(u)

    def _waits(self, u: Multipliers) -> Floats:
        """[services, end]: the prices of needs that the forest does not keep, and of gates."""
        total = np.zeros_like(self.cost)
        for prices, service in zip(u["gate"], self.columns.links.gates[:, 0].tolist(), strict=True):
            quarters = self.forest.quarters(service)
            total[service, quarters:] += tails(prices)[: max(self.end - quarters, 0)]
        for at, (service, need) in enumerate(self.forest.minor_needs):
            tail = tails(u["build"][at])
            quarters = self.forest.quarters(service)
            for ready in range(quarters, self.end):
                total[service, ready] += tail[ready - quarters]
            total[need] -= tail[:-1]
        return total

    def use(self, ready: Ints) -> BuildUse:
        """What builds use when services are ready from the quarters ``ready``, [services]."""
        roles, pots, end = len(self.columns.roles), len(self.columns.pots), self.end
        used = np.zeros((roles + pots) * end)
        running = np.zeros(len(self.running))
        for service in self.forest.built:
            if ready[service] < NEVER:
                build = service * end + int(ready[service])
                part = slice(self._bounds[build], self._bounds[build + 1])
                used[self._resource[part]] += self._amount[part]  # each resource once: a build names a role once
                running += self.running[:, service, int(ready[service])]
        by_quarter = used.reshape(roles + pots, end)
        return BuildUse(by_quarter[:roles], by_quarter[roles:], running)
