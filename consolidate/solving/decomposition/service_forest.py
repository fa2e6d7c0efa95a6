r"""When each service should be ready, as services that need each other allow: best quarters on a forest.

Each service that is yet to be built keeps exactly one of its needs, the *principal* one, so that services form
trees. The best quarters are found by dynamic programming, from the leaves to the roots and back. Further needs are
constraints of the family ``build`` and bear a price.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.formulation.costs import NEVER


class ServiceForest:
    """Services yet to be built, by number in the inventory, under the services that they need.

    Values of services are arrays [services, end + 1], by the quarter from which each is ready; the last is never.

    Attributes:
        built: the services.
        parent: by service, its principal need; roots have none.
        minor_needs: (service, need) for each need that is priced instead.
        order: the services, each before the one that it needs.
    """

    def __init__(self, columns: Columns) -> None:
        self.end = columns.end
        self.services = columns.services
        self.built = [number for number, service in enumerate(self.services) if service.build is not None]
        self.parent: dict[int, int] = {}
        self.minor_needs: list[tuple[int, int]] = []
        index, closure = columns.service_index, columns.closure
        for number in self.built:
            needs = [need for need in self.services[number].needs if self.services[index[need]].build is not None]
            direct = [need for need in needs if not any(need in closure[other] for other in needs)]
            direct.sort(key=lambda need: (-len(closure[need]), index[need]))
            for place, need in enumerate(dict.fromkeys(direct)):
                if place == 0:
                    self.parent[number] = index[need]
                else:
                    self.minor_needs.append((number, index[need]))
        self.order = list(self._leaves_first())

    def _leaves_first(self) -> Iterator[int]:
        waiting = list(self.built)
        while waiting:
            parents = {self.parent[number] for number in waiting if number in self.parent}
            yield from (number for number in waiting if number not in parents)
            waiting = [number for number in waiting if number in parents]

    def quarters(self, service: int) -> int:
        """How many quarters a service takes to build."""
        build = self.services[service].build
        return 0 if build is None else build.quarters

    def best(self, value: Floats) -> tuple[Ints, float]:
        """The quarters of least total value, and that value.

        Args:
            value: each service's own value; overwritten by that of its branch.

        Returns:
            [services], the quarter from which each is ready or :data:`NEVER`; and the sum of their values.
        """
        never = self.end
        chosen = np.full(len(value), NEVER)
        for number in self.order:
            if number in self.parent:
                value[self.parent[number]] += self.branch_value(value[number], self.quarters(number))
        total = 0.0
        for number in reversed(self.order):
            above = self.parent.get(number)
            first = 0
            if above is not None:
                first = never if chosen[above] == NEVER else min(chosen[above] + self.quarters(number), never)
            best = first + int(value[number, first:].argmin())
            chosen[number] = NEVER if best == never else best
            total += float(value[number, best]) if above is None else 0.0
        return chosen, total

    def total(self, value: Floats, ready: Ints) -> float:
        """The value of services that are ready from the quarters ``ready``, [services]."""
        at = np.minimum(ready, self.end)
        return float(sum(value[number, at[number]] for number in self.built))

    def best_by_quarter(self, value: Floats) -> tuple[float, Floats]:
        """The least total value of all services; and [services, end + 1], the same with one held to one quarter.

        One pass from the leaves to the roots and one back: what all others cost at least when a service is ready
        from r is the least, over the quarters of the service that it needs which allow r, of what everything but its
        own branch costs then. This takes about as long as one evaluation.

        Args:
            value: each service's own value.
        """
        branch = value.copy()
        after: dict[int, Floats] = {}
        for number in self.order:
            if number in self.parent:
                after[number] = self.branch_value(branch[number], self.quarters(number))
                branch[self.parent[number]] += after[number]
        roots = [number for number in self.order if number not in self.parent]
        total = math.fsum(float(branch[number].min()) for number in roots)
        found = np.full_like(value, INFINITY)
        for number in reversed(self.order):
            if number in self.parent:
                beside = _beside(found[self.parent[number]], after[number], self.quarters(number))
            else:
                least = float(branch[number].min())
                beside = np.full(value.shape[1], total - least if np.isfinite(least) else INFINITY)
            found[number] = branch[number] + beside
        return total, found

    def branch_value(self, value: Floats, quarters: int) -> Floats:
        """[end + 1]: a branch's least value by the quarter from which the service it needs is ready; last: never.

        Args:
            value: [end + 1], the branch's value by the quarter from which its own root is ready.
            quarters: how long that takes to build.
        """
        least = np.minimum.accumulate(value[::-1])[::-1]
        places = np.minimum(np.arange(self.end + 1) + quarters, self.end)
        places[-1] = self.end
        return np.asarray(least[places])


def _beside(parent: Floats, after: Floats, quarters: int) -> Floats:
    """[end + 1]: what all but a service's branch costs at least, by the quarter from which the service is ready.

    Args:
        parent: what everything costs at least, by the quarter from which what it needs is ready.
        after: what of that is the service's branch.
        quarters: how long it is built, after what it needs is ready.
    """
    with np.errstate(invalid="ignore"):
        rest = parent - after
    rest[np.isnan(rest)] = INFINITY
    end = len(parent) - 1
    least = np.minimum.accumulate(rest)
    allowed = np.full(end + 1, INFINITY)
    allowed[quarters:end] = least[: max(end - quarters, 0)]
    allowed[end] = least[end]  # never ready: whatever what it needs does
    return allowed
