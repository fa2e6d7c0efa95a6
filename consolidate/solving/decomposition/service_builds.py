"""What builds of services cost and use, in arrays: by service and by the quarter from which it is ready."""

from __future__ import annotations

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints, tails
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.coupling_constraints import CouplingConstraints
from consolidate.solving.decomposition.evaluation import BuildUse, Multipliers
from consolidate.solving.decomposition.service_forest import ServiceForest
from consolidate.solving.formulation.costs import NEVER


class ServiceBuilds:
    """The builds of a forest of services.

    Attributes:
        cost: [services, end], of a build that is ready in each quarter; infinite where it cannot be.
        running: [targets, services, end], what the service then costs to run in each target's year.
    """

    def __init__(self, columns: Columns, coupling: CouplingConstraints, forest: ServiceForest) -> None:
        self.columns, self.coupling, self.forest = columns, coupling, forest
        self.end = columns.end
        self._costs()
        self._uses()

    def _costs(self) -> None:
        columns, prices = self.columns, self.columns.prices
        targets = columns.inventory.targets
        self.cost = np.full((len(columns.services), self.end), INFINITY)
        self.running = np.zeros((len(targets), len(columns.services), self.end))
        for number in self.forest.built:
            service = columns.services[number]
            for ready in range(columns.bounds.ready[service.id], self.end):
                start = ready - self.forest.quarters(number)
                self.cost[number, ready] = prices.build(service, start).total if self.coupling.costly else 0.0
                for place, target in enumerate(targets):
                    self.running[place, number, ready] = prices.build_running(service, start, target.quarters)

    def _uses(self) -> None:
        """What builds use of people and money, as three lists: which build (service and ready quarter), of
        which resource (role and quarter, then pot and quarter), how much."""
        columns, end = self.columns, self.end
        found: list[tuple[int, int, float]] = []
        for number in self.forest.built:
            service = columns.services[number]
            assert service.build is not None
            quarters = service.build.quarters
            taken = [
                (columns.roles[role], days) for role, days in service.build.effort.items() if role in columns.roles
            ]
            length = max(quarters, 1)
            for pot, amount in service.build.capital.items():
                if pot is not None:
                    taken.append((len(columns.roles) + columns.pots[pot], (amount / length,) * length))
            for ready in range(columns.bounds.ready[service.id], end):
                for kind, figures in taken:
                    first = kind * end + ready - quarters
                    found += [(number * end + ready, first + offset, each) for offset, each in enumerate(figures)]
        self._used_by = np.array([build for build, _, _ in found], dtype=np.int64)
        self._used = np.array([resource for _, resource, _ in found], dtype=np.int64)
        self._amount = np.array([amount for *_, amount in found])

    def reduced_costs(self, u: Multipliers, second_needs: list[tuple[int, int]]) -> Floats:
        """[services, end]: reduced costs of builds.

        Args:
            u: the prices.
            second_needs: (system, service) for each constraint of the family ``ready``.
        """
        columns, end = self.columns, self.end
        price = self.cost + np.tensordot(u["target"], self.running, axes=1)
        money = (u["capital"] @ self.coupling.periods).reshape(len(columns.pots), end)
        paid = np.concatenate((u["staff"].ravel(), money.ravel()))[self._used] * self._amount
        price += np.bincount(self._used_by, weights=paid, minlength=price.size).reshape(price.shape)
        price -= (u["capacity"] * self.coupling.holds)[:, None]
        relief = np.zeros((len(columns.services), end))
        for at, (_, need) in enumerate(second_needs):
            relief[need] += u["ready"][at]
        return price - tails(relief)[:, :-1] + self._minor_needs(u)

    def _minor_needs(self, u: Multipliers) -> Floats:
        """[services, end]: the prices of needs that the forest does not keep."""
        total = np.zeros_like(self.cost)
        for at, (service, need) in enumerate(self.forest.minor_needs):
            tail = tails(u["build"][at])
            quarters = self.forest.quarters(service)
            for ready in range(quarters, self.end):
                total[service, ready] += tail[ready - quarters]
            total[need] -= tail[:-1]
        return total

    def use(self, ready: Ints) -> BuildUse:
        """What builds use when services are ready from the quarters ``ready``, [services]."""
        columns, end = self.columns, self.end
        days, spent = np.zeros((len(columns.roles), end)), np.zeros((len(columns.pots), end))
        running = np.zeros(len(self.running))
        for number in self.forest.built:
            service = columns.services[number]
            if ready[number] >= NEVER or service.build is None:
                continue
            start, quarters = int(ready[number]) - service.build.quarters, service.build.quarters
            for role, figures in service.build.effort.items():
                if role in columns.roles:
                    days[columns.roles[role], start : start + len(figures)] += figures
            for pot, amount in service.build.capital.items():
                if pot is not None:
                    spent[columns.pots[pot], start : start + max(quarters, 1)] += amount / max(quarters, 1)
            running += self.running[:, number, int(ready[number])]
        return BuildUse(days, spent, running)
