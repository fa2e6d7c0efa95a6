r"""What plans cost at least by the quarters of all services: each evaluation of the Lagrangian bounds them all.

With services held to the quarters :math:`r`, the bound at prices :math:`u` is a sum over services,

.. math:: L(u, r) = c(u) + \sum_v V_v(u, r_v)

and :math:`V` is at hand after any evaluation at these prices, whatever quarters that one was for. The held bound
:math:`\max_u L(u, r)` is therefore at least :math:`\max_k L(u_k, r)` over all evaluations :math:`k` made so far: cuts
as in J. F. Benders' method (Numerische Mathematik 4, 1962). They say, without another evaluation, which changes of
services cannot lower the held bound, and which might.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers
from consolidate.solving.decomposition.service_forest import ServiceForest
from consolidate.solving.formulation.costs import NEVER

CHANGES = 3
"""Services that may change at once."""
WIDTH = 60
"""Vectors of quarters that are kept after each change (a beam search)."""


@dataclass(frozen=True)
class ServiceCut:
    """One evaluation as a bound for all quarters of services.

    Attributes:
        constant: what does not depend on services.
        values: [services, end + 1], what each service adds by the quarter from which it is ready; the last is never.
    """

    constant: float
    values: Floats


class ServiceCuts:
    """The cuts known so far.

    Args:
        forest: the services and their needs.
    """

    def __init__(self, forest: ServiceForest) -> None:
        self.forest, self.end = forest, forest.end
        self.built = np.array(forest.built, dtype=np.int64)
        self.cuts: list[ServiceCut] = []
        self.priced: list[tuple[ServiceCut, Multipliers]] = []

    def cut(self, found: Evaluation) -> ServiceCut:
        """An evaluation as a cut; it is not added."""
        return ServiceCut(found.bound - self.forest.total(found.values, found.taken.ready), found.values)

    def add(self, cut: ServiceCut, prices: Multipliers | None = None) -> None:
        """Adds a cut, and the prices that it comes from where they are kept."""
        self.cuts.append(cut)
        if prices is not None:
            self.priced.append((cut, prices))

    def least(self, ready: Ints) -> float:
        """A bound on the cost of all plans with these services; ``ready``: [services], the quarters."""
        return max((self._at(cut, ready) for cut in self.cuts), default=-INFINITY)

    def prices(self, ready: Ints) -> Multipliers:
        """The kept prices with the highest bound for these services."""
        return max(self.priced, key=lambda each: self._at(each[0], ready))[1]

    def _at(self, cut: ServiceCut, ready: Ints) -> float:
        return cut.constant + self.forest.total(cut.values, ready)

    def changed(self, ready: Ints, below: float) -> list[Ints]:
        """Quarters that differ for up to :data:`CHANGES` services and may have a held bound below ``below``.

        Returns:
            them, the lowest bound first; services come after what they need.
        """
        first = np.minimum(ready, self.end)[self.built]
        current, known = first[None], {tuple(first.tolist()): INFINITY}
        for _ in range(CHANGES):
            bounds = self._bounds(current)
            following: list[Ints] = []
            order = np.argsort(bounds, axis=None, kind="stable")[: 6 * WIDTH]
            for parent, service, quarter in zip(*np.unravel_index(order, bounds.shape), strict=True):
                changed = current[parent].copy()
                changed[service] = quarter
                bound, key = float(bounds[parent, service, quarter]), tuple(changed.tolist())
                if bound < below and key not in known and len(following) < WIDTH:
                    known[key] = bound
                    following.append(changed)
            if not following:
                break
            current = np.array(following)
        ordered = sorted((key for key in known if known[key] < below), key=lambda key: (known[key], key))
        return [found for found in map(self._whole, ordered) if self._in_order(found)]

    def _bounds(self, current: Ints) -> Floats:
        """[n, built, end + 1]: the bound for each of ``current``, [n, built], with one service changed."""
        place = np.arange(len(self.built))
        found = np.full((*current.shape, self.end + 1), -INFINITY)
        for cut in self.cuts:
            values = cut.values[self.built]
            now = values[place, current]
            others = (cut.constant + now.sum(axis=1))[:, None] - now
            np.maximum(found, others[:, :, None] + values, out=found)
        return found

    def _whole(self, quarters: tuple[int, ...]) -> Ints:
        found = np.full(len(self.forest.services), NEVER)
        at = np.array(quarters, dtype=np.int64)
        found[self.built] = np.where(at < self.end, at, NEVER)
        return found

    def _in_order(self, ready: Ints) -> bool:
        return all(
            ready[service] >= NEVER or ready[service] >= ready[need] + self.forest.quarters(service)
            for service, need in self.forest.parent.items()
        )
