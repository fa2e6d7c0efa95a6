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

import math
from dataclasses import dataclass, replace

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Floats, Mask
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Multipliers
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.rows import Column
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer

ROUNDING = 1e-7
"""A bound is above a cost when it is by more than this share of it."""


@dataclass(frozen=True)
class Left:
    """Bounds on plans that take each column: of rows that stand alone [R, end], of two-step options [n, Q],
    of staying [S]; and that build each service ready from each quarter [services, end]."""

    data: Columns
    alone: Floats
    pair: Floats
    stay: Floats
    builds: Floats

    def least(self, column: Column) -> float:
        """What every plan with this column costs at least."""
        if not column.rows:
            return float(self.stay[column.system])
        if len(column.rows) == 1:
            return float(self.alone[column.rows[0], column.starts[0]])
        place = self.data.place_of[column.rows[0]]
        return float(self.pair[place, self.data.pair_number(*column.starts)])

    def count(self, cost: float) -> int:
        """How many columns may be in a plan that costs no more than ``cost``."""
        limit = cost + ROUNDING * abs(cost)
        return int(sum((each <= limit).sum() for each in (self.alone[self.data.singles], self.pair, self.stay)))

    def keep(self, offer: Offer, cost: float) -> Offer:
        """What of an offer may be in a plan that costs no more than ``cost``."""
        limit = cost + ROUNDING * abs(cost)

        def chosen(found: tuple[Choice, ...]) -> tuple[Choice, ...]:
            return tuple(choice for choice in found if self.least(self.data.column(choice)) <= limit)

        def built(found: tuple[BuildChoice, ...]) -> tuple[BuildChoice, ...]:
            index = self.data.service_index
            return tuple(build for build in found if self.builds[index[build.service.id], build.ready] <= limit)

        systems = {system: chosen(found) for system, found in offer.systems.items()}
        return replace(offer, systems=systems, builds={key: built(found) for key, found in offer.builds.items()})


def forced(data: Columns, u: Multipliers) -> Left:
    """The bounds for each column and build at the prices ``u``."""
    lagrangian = Lagrangian(data)
    shared = lagrangian.services
    price, stay = lagrangian.price(u)
    price = price.copy()
    pair = lagrangian.pair_price(u, price)
    alternatives = lagrangian.alternatives
    values = alternatives.values(price, pair, stay, shared.linked_rows, shared.linked_pairs)
    ways = values[alternatives.ways]
    without = ways.min(axis=1)
    suffix, _ = shared._suffixes(price, pair)
    worth = np.minimum(without[shared.linked][:, None], suffix)
    least = without.copy()
    least[shared.linked] = worth[:, 0] if len(worth) else least[shared.linked]
    fixed = float(least.sum()) + lagrangian.coupling.constant(u)
    value = _values(lagrangian, u, worth)
    total, by_ready = _by_ready(lagrangian, value)
    bound, by_ready = fixed + total, fixed + by_ready
    rest = np.full((len(data.systems), data.end + 1), bound) - least[:, None]
    with np.errstate(invalid="ignore"):
        rest[shared.linked] = by_ready[shared.service_of] - worth
    rest[np.isnan(rest)] = INFINITY  # a quarter in which neither can be
    # With the service needed from quarter s, it is ready in s or before; not needed, whenever.
    in_time = np.minimum.accumulate(rest, axis=1)
    needs, pair_needs, by_second = _needing(lagrangian)
    alone = price + in_time[:, -1][data.row_system][:, None]
    alone[needs] = price[needs] + in_time[data.row_system[needs], : data.end]
    owner = data.row_system[data.two[:, 0]]
    start, follow = data.pairs
    pairs = pair + in_time[:, -1][owner][:, None]
    for mask, quarter in ((pair_needs & ~by_second, start), (pair_needs & by_second, follow)):
        pairs[mask] = pair[mask] + in_time[owner[mask]][:, quarter]
    return Left(data, alone, pairs, stay + in_time[:, -1], by_ready[:, :-1])


def _values(lagrangian: Lagrangian, u: Multipliers, worth: Floats) -> Floats:
    """[services, end + 1]: each service's own part, by the quarter from which it is ready; last: never."""
    shared = lagrangian.services
    value = np.zeros((len(shared.cost), lagrangian.end + 1))
    value[:, :-1] = shared.priced(u)
    if len(shared.groups):
        with np.errstate(invalid="ignore"):
            extra = worth - worth[:, :1]
        value[shared.groups] += np.add.reduceat(extra, shared.group_bounds, axis=0)
    return value


def _by_ready(lagrangian: Lagrangian, value: Floats) -> tuple[float, Floats]:
    """The best of all services together; and [services, end + 1], the same with one service held to one quarter.

    Once up the trees, from those that nobody needs to those that need nobody, and once down again:
    what all others cost at least when v is ready from r is, with p what v needs, the least over the
    quarters of p that allow r of what everything but v's branch costs then. Both are one pass over the
    services, so this takes about as long as one evaluation.
    """
    shared = lagrangian.services
    branch = value.copy()
    after: dict[int, Floats] = {}
    for number in shared.order:
        if number in shared.parent:
            after[number] = shared._best_after(branch[number], shared._quarters(number))
            branch[shared.parent[number]] += after[number]
    roots = [number for number in shared.order if number not in shared.parent]
    total = math.fsum(float(branch[number].min()) for number in roots)
    found = np.full_like(value, INFINITY)
    for number in reversed(shared.order):
        if number in shared.parent:
            beside = _beside(found[shared.parent[number]], after[number], shared._quarters(number))
        else:
            least = float(branch[number].min())
            beside = np.full(value.shape[1], total - least if np.isfinite(least) else INFINITY)
        found[number] = branch[number] + beside
    return total, found


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


def _needing(lagrangian: Lagrangian) -> tuple[Mask, Mask, Mask]:
    """Rows that need their system's principal service; two-step options that do; those whose second step does."""
    shared, data = lagrangian.services, lagrangian.columns
    needs = np.zeros(len(data.rows), dtype=bool)
    needs[shared.linked_rows] = True
    pairs = np.zeros(len(data.two), dtype=bool)
    pairs[shared.linked_pairs] = True
    return needs, pairs, shared.pair_by_second
