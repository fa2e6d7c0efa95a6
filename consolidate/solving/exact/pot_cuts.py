r"""Cuts for pots of capital: what a whole plan can pay for, which a relaxation overlooks.

A relaxation fills a pot to the last pound with parts of moves. A whole plan cannot: amounts come in lumps. A pot's row

.. math:: \sum_j c_j x_j \le C

is a **multiple-choice knapsack**. A system takes at most one of its choices, a service at most one of its builds; those
of one system that cost alike are one *item* :math:`k` with weight :math:`w_k`, and :math:`X_k` is the sum of their
variables. A **pot cut** is :math:`\sum_k \pi_k X_k \le 1` with :math:`\pi \ge 0`.

*Validity.* At a whole solution that keeps the row, the items taken are at most one of each group, and their weights add
up to no more than the capacity. So a cut holds for every such solution just when

.. math:: \max \Big\{ \sum_{k \in S} \pi_k : \sum_{k \in S} w_k \le W,\ |S \cap G| \le 1 \ \forall G \Big\} \le 1
          \qquad (G \text{ the items of one system or service}),

which dynamic programming decides: group by group, :math:`f(c) = \max(f(c), f(c - w_k) + \pi_k)`. Amounts are counted in
units, rounded down: :math:`w_k = \lfloor c_k / u \rfloor`, :math:`W = \lfloor C / u \rfloor`. That is a relaxation, for
:math:`\sum \lfloor c_k / u \rfloor \le \lfloor \sum c_k / u \rfloor`: what holds for it holds for the row. At last the
coefficients are made whole numbers, multiples of 1/27720, and the maximum is computed once more in whole numbers: it is
the right-hand side. No cut rests on what floats make of a sum, and the solver is given whole numbers without a common
divisor: of 0.142857 seven times, at most 0.999999, HiGHS 1.15.1 makes six times, and "proves" what is not so.

*Separation* (a Fenchel cut, Boyd 1994). Of the items in the support of a relaxation's solution :math:`X^*`, the most
violated cut maximises :math:`\sum \pi_k X^*_k` over :math:`0 \le \pi \le 1` with :math:`\sum_{k \in S} \pi_k \le 1` for
the sets :math:`S` met so far; the dynamic program finds the set that breaks it most, until there is none.

*Lifting.* Other items come in, group by group. If :math:`f` is the maximum over the other groups, then
:math:`\pi_k = 1 - f(W - w_k)` is the most that item :math:`k` can have; of one group at most one item is taken, so all
that a group lacks are lifted at once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from consolidate.errors import OutOfTime
from consolidate.solving.exact.digits import in_units
from consolidate.solving.exact.model import LE, Constraint, Model
from consolidate.solving.exact.solver import INFINITY, LinearRelaxation, ProgressMonitor, SolveLimits
from consolidate.solving.formulation.resources import closeness

ROUNDS = 8
"""Times that the relaxation is solved again with what it broke."""
LITTLE = 2e-5
"""A round that lifts the bound by less than this share of it is the last."""
ROUNDING = 1e-8
"""What is taken off a relaxation's bound, as a share of it: simplex is exact to less."""
UNITS = 4_000
"""Units that a pot is counted in at most: a table of the dynamic program has so many entries."""
SCALE = 27_720
"""Coefficients are whole numbers of such parts: halves, thirds and so on to twelfths are among them."""
CLOSE = 1e-4
"""What a coefficient may lack of a whole number to be taken for it; the right-hand side is computed afterwards."""
VIOLATED = 1e-3
"""By how much the relaxation has to break a cut."""
SETS = 80
"""Sets of items that are met at most before the separation of one cut ends."""
PRESENT = 1e-6
"""From which value on an item is in a solution's support."""

Values = np.ndarray[Any, np.dtype[np.float64]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class PotCut:
    """Whole ``coefficients`` by item of a pot, and the most that they add up to in any plan that keeps to the pot."""

    coefficients: tuple[int, ...]
    most: int


@dataclass(frozen=True)
class PotItems:
    """A pot's row as a multiple-choice knapsack.

    Attributes:
        weights: by item, in units.
        groups: by system or service, the numbers of its items, of which a plan takes one at most.
        capacity: units that the pot holds.
        variables: by item, the variables whose sum it is.
    """

    weights: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    capacity: int
    variables: tuple[tuple[Any, ...], ...]

    def value(self, values: Mapping[Any, float]) -> Values:
        """By item, the sum of its variables' values."""
        return np.array([sum(values.get(var, 0.0) for var in found) for found in self.variables])

    def binds(self, items: Iterable[int]) -> bool:
        """Whether these items can be more than the pot holds, one of each group taken."""
        some = set(items)
        heaviest = (max((self.weights[k] for k in group if k in some), default=0) for group in self.groups)
        return sum(heaviest) > self.capacity


def pot_items(amounts: Mapping[Any, float], limit: float, group_of: Mapping[Any, Any]) -> PotItems:
    """A pot's row in units, rounded down.

    Args:
        amounts: by variable, what it takes of the pot, not below 0.   [currency]
        limit: what the pot holds.   [currency]
        group_of: by variable, its system or service.
    """
    used = {var: amount for var, amount in amounts.items() if amount > 0}
    exact = in_units(list(used.values()), limit) if used else None
    if exact is not None:
        whole, most, _ = exact
        unit = max(-(-most // UNITS), 1)
        weights = dict(zip(used, (amount // unit for amount in whole), strict=True))
        capacity = max(most, 0) // unit
    else:
        unit_amount = max(limit, 1e-9) / UNITS
        slack = closeness(limit) / unit_amount + 1e-9
        weights = {var: math.floor(amount / unit_amount - 1e-9) for var, amount in used.items()}
        capacity = math.floor(max(limit, 0.0) / unit_amount + slack)
    items: dict[tuple[Any, float], list[Any]] = defaultdict(list)
    for var, weight in weights.items():
        if weight > 0:
            items[group_of[var], weight].append(var)
    groups: dict[Any, list[int]] = defaultdict(list)
    for number, (group, _) in enumerate(items):
        groups[group].append(number)
    return PotItems(
        tuple(int(weight) for _, weight in items),
        tuple(map(tuple, groups.values())),
        capacity,
        tuple(map(tuple, items.values())),
    )


# -- all pots of a model ------------------------------------------------------------------


def pot_cuts(model: Model, limits: SolveLimits, monitor: ProgressMonitor) -> tuple[list[Constraint], float]:
    """Cuts for all pots of a loaded model, found in rounds, and the bound of its relaxation with them.

    Only cuts that bind in the last relaxation are kept. There are none where the relaxation has no solution, or where
    time ends; the bound is then what is known so far, minus infinity if nothing is.
    """
    groups = {x: ("system", system) for system, found in model.choices.items() for _, x in found}
    groups |= {z: ("service", service) for service, found in model.builds.items() for _, z in found}
    pots = [pot_items(amounts, limit, groups) for amounts, limit in model.pots]
    cuts: dict[tuple[int, PotCut], Constraint] = {}
    values: Mapping[Any, float] = {}
    bound = -INFINITY
    try:
        relaxation = LinearRelaxation(model.problem, limits, monitor)
    except OutOfTime:
        return [], bound
    for number in range(ROUNDS + 1):
        found, least = relaxation.solve()
        if found is None:
            break
        values, before, bound = found, bound, least
        if number == ROUNDS or bound - before < LITTLE * abs(bound):
            break
        broken = {key: row for key, row in _broken(pots, values) if key not in cuts}
        if not broken:
            break
        for row in broken.values():
            relaxation.add(row.terms, row.bound)
        cuts |= broken
    binding = [row for row in cuts.values() if _left(row, values) < VIOLATED * row.bound]
    return binding, bound - ROUNDING * abs(bound)


def _broken(pots: Sequence[PotItems], values: Mapping[Any, float]) -> Iterator[tuple[tuple[int, PotCut], Constraint]]:
    """By pot, the cut that a solution breaks most."""
    for number, pot in enumerate(pots):
        cut = separated(pot, pot.value(values))
        if cut is not None:
            terms = {
                var: float(k) for k, found in zip(cut.coefficients, pot.variables, strict=True) if k for var in found
            }
            yield (number, cut), Constraint("pot_cut", (number,), terms, LE, float(cut.most))


def _left(row: Constraint, values: Mapping[Any, float]) -> float:
    return row.bound - sum(factor * values[var] for var, factor in row.terms.items())


# -- the dynamic program ------------------------------------------------------------------


def with_group(table: Any, pot: PotItems, group: Iterable[int], gains: Any) -> Any:
    """By units used at most, what can be gained by one item more, of a group; the table of one group after another."""
    better = table.copy()
    for k in group:
        weight = pot.weights[k]
        if gains[k] > 0 and weight <= pot.capacity:
            np.maximum(better[weight:], table[: len(table) - weight] + gains[k], out=better[weight:])
    return better


def most_gained(pot: PotItems, gains: Any, without: int = -1) -> Any:
    """By units used at most, the most that items gain, one of each group at most; of all groups ``without`` one."""
    table = np.zeros(pot.capacity + 1, dtype=np.asarray(gains).dtype)
    for number, group in enumerate(pot.groups):
        if number != without:
            table = with_group(table, pot, group, gains)
    return table


def best_items(pot: PotItems, gains: Values) -> tuple[float, list[int]]:
    """The most that items gain within the pot, and which they are."""
    tables = [np.zeros(pot.capacity + 1)]
    some = [[k for k in group if gains[k] > 0] for group in pot.groups]
    some = [group for group in some if group]
    for group in some:
        tables.append(with_group(tables[-1], pot, group, gains))
    left, taken = pot.capacity, []
    for group, before, after in zip(reversed(some), tables[-2::-1], tables[:0:-1], strict=True):
        if after[left] > before[left]:
            fitting = (k for k in group if pot.weights[k] <= left)
            k = next(k for k in fitting if before[left - pot.weights[k]] + gains[k] == after[left])
            taken.append(k)
            left -= pot.weights[k]
    return float(tables[-1][-1]), taken


# -- one cut ---------------------------------------------------------------------------------


def separated(pot: PotItems, value: Values) -> PotCut | None:
    """The cut that a solution breaks most, lifted; None where it breaks none by :data:`VIOLATED`.

    Args:
        pot: a pot's row.
        value: by item, its value in the solution.
    """
    support = [k for k in range(len(value)) if value[k] > PRESENT]
    if not pot.binds(support):
        return None
    found = _most_violated(pot, value, support)
    if found is None:
        return None
    cut = rounded(pot, lifted(pot, found, support))
    broken = float(np.dot(cut.coefficients, value)) - cut.most
    return cut if broken > VIOLATED * cut.most else None


def _most_violated(pot: PotItems, value: Values, support: Sequence[int]) -> Values | None:
    """Coefficients of the support that make the most of the solution, and at most 1 of any plan."""
    master = _Master(value, support)
    best, best_value = None, 1.0 + VIOLATED
    for _ in range(SETS):
        gains, hoped = master.solve()
        if hoped <= best_value + 1e-9:
            break
        most, taken = best_items(pot, gains)
        if hoped / max(most, 1.0) > best_value:
            best, best_value = gains / max(most, 1.0), hoped / max(most, 1.0)
        if most <= 1.0 + 1e-9:
            break
        master.forbid(_filled(pot, value, support, taken))
    return best


def _filled(pot: PotItems, value: Values, support: Sequence[int], taken: Iterable[int]) -> list[int]:
    """The items taken, and what else fits beside them, what the solution has most of first."""
    group_of = {k: number for number, group in enumerate(pot.groups) for k in group}
    chosen = list(taken)
    left = pot.capacity - sum(pot.weights[k] for k in chosen)
    full = {group_of[k] for k in chosen}
    for k in sorted(support, key=lambda k: (-value[k], k)):
        if group_of[k] not in full and pot.weights[k] <= left:
            chosen.append(k)
            left -= pot.weights[k]
            full.add(group_of[k])
    return chosen


class _Master:
    """The linear program of the coefficients: each from 0 to 1, and at most 1 for every set of items met."""

    def __init__(self, value: Values, support: Sequence[int]) -> None:
        self.support, self.size = support, len(value)
        self.column = {k: number for number, k in enumerate(support)}
        count = len(support)
        empty: Any = np.empty(0, dtype=np.int32)
        self.model: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy is typed in part
        self.model.setOptionValue("output_flag", False)
        self.model.setOptionValue("threads", 1)
        costs = -np.array([value[k] for k in support], dtype=float)
        self.model.addCols(count, costs, np.zeros(count), np.ones(count), 0, empty, empty, empty)

    def forbid(self, taken: Sequence[int]) -> None:
        """Coefficients of these items add up to 1 at most."""
        columns = np.array(sorted(self.column[k] for k in taken), dtype=np.int32)
        self.model.addRow(-highspy.kHighsInf, 1.0, len(columns), columns, np.ones(len(columns)))

    def solve(self) -> tuple[Values, float]:
        """By item, its coefficient, and what they make of the solution."""
        self.model.run()
        gains = np.zeros(self.size)
        gains[list(self.support)] = np.clip(self.model.getSolution().col_value, 0.0, 1.0)
        return gains, -float(self.model.getInfo().objective_function_value)


def lifted(pot: PotItems, gains: Values, support: Iterable[int]) -> Values:
    """A cut's coefficients with those of the items that are not in the support, each as large as can be."""
    known, gains = set(support), gains.copy()
    missing = [[k for k in group if k not in known] for group in pot.groups]
    heaviest = sorted(range(len(pot.groups)), key=lambda g: -max((pot.weights[k] for k in missing[g]), default=0))
    for partly in (True, False):  # groups in the support first: they have to be taken out of the table
        table = most_gained(pot, gains)
        for number in heaviest:
            if missing[number] and partly == any(k in known for k in pot.groups[number]):
                others = most_gained(pot, gains, number) if partly else table
                for k in missing[number]:
                    left = pot.capacity - pot.weights[k]
                    gains[k] = max(1.0 - float(others[left]), 0.0) if left >= 0 else 1.0
                table = with_group(others, pot, pot.groups[number], gains)
    return gains


def rounded(pot: PotItems, gains: Values) -> PotCut:
    """Coefficients as whole numbers without a common divisor, and the right-hand side to go with them."""
    whole = np.floor(gains * SCALE + CLOSE).astype(np.int64)
    whole //= max(int(np.gcd.reduce(whole)), 1)
    return PotCut(tuple(whole.tolist()), int(most_gained(pot, whole)[-1]))
