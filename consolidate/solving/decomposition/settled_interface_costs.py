"""What interfaces with settled systems cost, for all choices of the systems on their other side at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from consolidate.inventory import Inventory
from consolidate.solving.decomposition.arrays import REFRESH, RETIRE, SECOND_RETIRE, Floats, Ints
from consolidate.solving.decomposition.rows import StepRow
from consolidate.solving.formulation.costs import NEVER

Concerns = Callable[[str], bool]
"""Whether what a partner pays counts."""


def all_partners(partner: str) -> bool:
    """What any partner pays counts."""
    return True


class SettledInterfaceCosts:
    """The cost of each choice's interfaces with settled systems.

    In all methods ``prefix``, [appraisal quarters + 1], holds the weights of quarters added up, and ``concerns`` says
    of which partners that pay it counts.

    Args:
        inventory: whose systems the rows are of.
        rows: one for each step of each option.
    """

    def __init__(self, inventory: Inventory, rows: Sequence[StepRow]) -> None:
        self.appraisal_quarters = inventory.appraisal_quarters
        self.size = len(inventory.systems)
        self.links = {number: system.settled for number, system in enumerate(inventory.systems.values())}
        self.links = {number: settled for number, settled in self.links.items() if settled}
        self.rows = rows

    def of_staying(self, prefix: Floats, concerns: Concerns = all_partners) -> Floats:
        """[S]: of systems that stay."""
        found = np.zeros(self.size)
        never = np.full(1, NEVER)
        for system in self.links:
            found[system] = self._cost(system, never, never, prefix, concerns)[0]
        return found

    def of(self, rows: Ints, start: Ints, prefix: Floats, concerns: Concerns = all_partners) -> Floats:
        """[rows, starts]: of one-step options."""
        found = np.zeros((len(rows), len(start)))
        never = np.full(len(start), NEVER)
        for at, row in self._linked(rows):
            cutover = start + row.step.quarters - 1
            live = never if row.kind == REFRESH else cutover
            found[at] = self._cost(row.system, live, cutover if row.kind == RETIRE else never, prefix, concerns)
        return found

    def of_pairs(
        self, first: Ints, second: Ints, start: Ints, follow: Ints, prefix: Floats, concerns: Concerns = all_partners
    ) -> Floats:
        """[options, pairs]: of two-step options."""
        found = np.zeros((len(first), len(start)))
        never = np.full(len(start), NEVER)
        for at, row in self._linked(first):
            then = self.rows[second[at]]
            gone = follow + then.step.quarters - 1 if then.kind == SECOND_RETIRE else never
            found[at] = self._cost(row.system, start + row.step.quarters - 1, gone, prefix, concerns)
        return found

    def _linked(self, rows: Ints) -> Iterator[tuple[int, StepRow]]:
        """Those of the rows whose system has such an interface, each with its place among them."""
        if self.links:
            for at, row in enumerate(rows.tolist()):
                if self.rows[row].system in self.links:
                    yield at, self.rows[row]

    def _cost(self, system: int, live: Ints, retired: Ints, prefix: Floats, concerns: Concerns) -> Floats:
        """What a system's interfaces cost that is live, and retired, after these cutovers."""
        total = np.zeros(len(live))
        for one in self.links[system]:
            if concerns(one.partner):
                first = np.maximum(np.minimum(live, one.live) + 1, one.joined)
                last = np.minimum(np.maximum(live, one.live), np.minimum(retired, one.retired))
                span = prefix[self._clipped(last + 1)] - prefix[self._clipped(first)]
                total += one.cost * np.maximum(span, 0.0)
        return total

    def _clipped(self, quarters: Ints) -> Ints:
        return np.clip(quarters, 0, self.appraisal_quarters)
