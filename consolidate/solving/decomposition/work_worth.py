"""What the days of work on all rows are worth if own people do them, for all starts at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from consolidate.inventory import Effort, Inventory
from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.rows import StepRow
from consolidate.solving.formulation.costs import worth


class WorkWorth:
    """The worth of days of work on step rows. Efforts that differ are few, so each is priced once.

    Attributes:
        discounted: [appraisal quarters], the weights that make discounted money of it.
    """

    def __init__(self, inventory: Inventory, rows: Sequence[StepRow], end: int) -> None:
        self.end, self.appraisal_quarters = end, inventory.appraisal_quarters
        quarters = range(self.appraisal_quarters)
        self.discounted = np.array([inventory.discount(quarter) for quarter in quarters])
        roles = (role for role in inventory.roles.values() if any(role.day_cost))
        self.prices = {role.id: np.array([worth(role, quarter) for quarter in quarters]) for role in roles}
        kinds: dict[object, int] = {}
        self.efforts: list[Effort] = []
        self.kind = np.zeros(len(rows), dtype=np.int64)
        for at, row in enumerate(rows if self.prices else ()):
            key = frozenset((role, days) for role, days in row.step.effort.items() if role in self.prices)
            if key not in kinds:
                kinds[key] = len(kinds)
                self.efforts.append(row.step.effort)
            self.kind[at] = kinds[key]
        self.table: tuple[Floats, Floats] | None = None

    def of(self, rows: Ints, start: Ints, weights: Floats) -> Floats:
        """[rows, starts]: what work on rows is worth that starts in quarters ``start``.

        Args:
            weights: [appraisal quarters], how much the worth of a day counts in each.
        """
        if not self.efforts:
            return np.zeros((len(rows), len(start)))
        if self.table is None or self.table[0] is not weights:
            self.table = (weights, self._worth(weights))
        return self.table[1][self.kind[rows]][:, start]

    def _worth(self, weights: Floats) -> Floats:
        """[kinds, end]: what each effort is worth by the quarter in which it starts."""
        found = np.zeros((len(self.efforts), self.end))
        for role, prices in self.prices.items():
            weighed = np.concatenate((prices * weights, np.zeros(self.end)))
            for kind, effort in enumerate(self.efforts):
                for offset, days in enumerate(effort.get(role, ())):
                    found[kind] += days * weighed[offset : offset + self.end]
        return found
