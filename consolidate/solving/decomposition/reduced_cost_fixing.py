r"""What cannot be in a plan cheaper than the one in hand: reduced-cost fixing with the Lagrangian bound.

The bound with one column forced into the subproblem is a bound on every plan that takes it; where that is
above the cost of a plan in hand, the column may go. For a system without services it is
:math:`L(u) - \min_j \bar c_j + \bar c_j`. For one that is linked to a service v, with :math:`F_v(r)` the
subproblem's value when v is ready from r and :math:`w_i(r)` what system i pays at least then,

.. math:: \min_{r \in R_j} \big( F_v(r) - w_i(r) \big) + \bar c_j

where :math:`R_j` are the quarters in which column j may find the service ready. A build of v that is ready
from r goes where :math:`F_v(r)` itself is above the plan's cost. (E. Balas and P. R. Martin, 1980; for the
Lagrangian, J. E. Beasley, 1993.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Floats
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Multipliers, ReducedCosts
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.rows import OptionColumn
from consolidate.solving.decomposition.service_links import ServiceLinks
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped

ROUNDING = 1e-7
"""A bound is above a cost when it is by more than this share of it."""


@dataclass(frozen=True)
class ColumnBounds:
    """Lower bounds on the cost of every plan that takes a given column or build.

    Attributes:
        columns: the columns.
        alone: [R, end], for one-step options, by step row and start.
        pair: [n, Q], for two-step options.
        stay: [S], for staying.
        builds: [services, end], for building each service so that it is ready from each quarter.
        unbuilt: [services], for not building it.
    """

    columns: Columns
    alone: Floats
    pair: Floats
    stay: Floats
    builds: Floats
    unbuilt: Floats

    def least(self, column: OptionColumn) -> float:
        """What every plan with this column costs at least."""
        if not column.rows:
            return float(self.stay[column.system])
        if len(column.rows) == 1:
            return float(self.alone[column.rows[0], column.starts[0]])
        place = self.columns.place_of[column.rows[0]]
        return float(self.pair[place, self.columns.pair_number(*column.starts)])

    def count(self, cost: float) -> int:
        """How many columns may be in a plan that costs no more than ``cost``."""
        limit = cost + ROUNDING * abs(cost)
        return int(sum((each <= limit).sum() for each in (self.alone[self.columns.singles], self.pair, self.stay)))

    def restrict(self, offer: Offer, cost: float, stop: Stop = never) -> Offer:
        """What of an offer may be in a plan that costs no more than ``cost``.

        Raises:
            OutOfTime: ``stop``, which is asked before each system, returned True.
        """
        limit = cost + ROUNDING * abs(cost)

        def choices(found: tuple[Choice, ...]) -> tuple[Choice, ...]:
            return tuple(choice for choice in found if self.least(self.columns.column(choice)) <= limit)

        def builds(found: tuple[BuildChoice, ...]) -> tuple[BuildChoice, ...]:
            index = self.columns.service_index
            return tuple(build for build in found if self.builds[index[build.service.id], build.ready] <= limit)

        systems = {system: choices(found) for system, found in unless_stopped(offer.systems.items(), stop)}
        return replace(offer, systems=systems, builds={key: builds(found) for key, found in offer.builds.items()})


def column_bounds(columns: Columns, u: Multipliers) -> ColumnBounds:
    """The bound for each column and each build.

    Args:
        columns: the columns.
        u: prices of the coupling constraints.
    """
    lagrangian = Lagrangian(columns)
    services = lagrangian.services
    links = services.links
    reduced = lagrangian.reduced_costs(u)
    least = services.alternatives.least(reduced, links.rows, links.pairs).costs
    alone = least[links.systems]
    least[links.systems], extra = links.costs(reduced, alone)
    worth = np.minimum(alone[:, None], links.waiting_costs.ready)  # [linked, end + 1]
    fixed = float(least.sum()) + lagrangian.coupling.constant(u)
    total, by_ready = services.forest.best_by_quarter(services.values(u, extra))
    bound, by_ready = fixed + total, fixed + by_ready
    rest = np.full((len(columns.systems), columns.end + 1), bound) - least[:, None]
    with np.errstate(invalid="ignore"):
        rest[links.systems] = by_ready[links.service_of] - worth
    rest[np.isnan(rest)] = INFINITY  # a quarter in which neither can be
    # With the service needed from quarter s, it is ready in s or before; not needed, in any quarter or never.
    in_time = np.minimum.accumulate(rest, axis=1)
    alone, pairs = _with_the_rest(columns, links, reduced, in_time)
    return ColumnBounds(columns, alone, pairs, reduced.stay + in_time[:, -1], by_ready[:, :-1], by_ready[:, -1])


def _with_the_rest(
    columns: Columns, links: ServiceLinks, reduced: ReducedCosts, in_time: Floats
) -> tuple[Floats, Floats]:
    """The bounds for one-step options, [R, end], and for two-step options, [n, Q].

    Args:
        columns: the columns.
        links: which of them need their system's principal service.
        reduced: the columns' reduced costs.
        in_time: [S, end + 1], what all the rest costs at least when a system needs its service from each quarter;
            the last is for not needing it.
    """
    alone = reduced.rows + in_time[:, -1][columns.row_system][:, None]
    alone[links.rows] = reduced.rows[links.rows] + in_time[columns.row_system[links.rows], : columns.end]
    owner = columns.row_system[columns.two[:, 0]]
    start, follow = columns.pairs
    pairs = reduced.pairs + in_time[:, -1][owner][:, None]
    by_second = links.by_second[links.pairs]
    for numbers, quarter in ((links.pairs[~by_second], start), (links.pairs[by_second], follow)):
        pairs[numbers] = reduced.pairs[numbers] + in_time[owner[numbers]][:, quarter]
    return alone, pairs
