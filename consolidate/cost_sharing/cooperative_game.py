r"""Dividing a common cost among players: the Shapley value and the core of a cost game.

A cost game says for every group S of players what it would cost them to act alone, :math:`v(S)`. Where a
cost is known only to lie in an interval, so is whatever follows from it: the intervals here are valid (to
the rounding of floating point) whatever the true costs in theirs are.

Sources: L. S. Shapley, "A value for n-person games" (1953); D. B. Gillies, "Solutions to general non-zero-sum
games" (1959), for the core; M. Maschler, B. Peleg and L. S. Shapley, "Geometric properties of the kernel,
nucleolus, and related solution concepts" (1979), for the least core.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial, fsum, inf, isfinite
from typing import Literal

import pulp

from consolidate.solving.exact.solver import SolveLimits, solve

Group = frozenset[str]
Verdict = Literal["yes", "no", "open"]
"""``open``: not decided, for the costs are not known closely enough."""

TIE = 1e-6
"""Amounts that differ by less than this share of the whole cost are the same."""


@dataclass(frozen=True)
class Interval:
    """A figure that is at least ``low`` and at most ``high``."""

    low: float
    high: float

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def above(self, level: float, margin: float = 0.0) -> Verdict:
        """Whether the figure is more than ``level``, by more than ``margin``.

        >>> Interval(3, 4).above(2), Interval(1, 2).above(2), Interval(1, 3).above(2)
        ('yes', 'no', 'open')
        """
        return "yes" if self.low > level + margin else "no" if self.high <= level + margin else "open"


@dataclass(frozen=True)
class Estimate:
    """An estimate from some of the groups.

    Attributes:
        mean: the estimate, from the upper ends of the costs.
        error: its standard error.
        interval: where it lies because costs are known to an interval only; what is due to drawing comes on top.
        margin: what is added either way so that the range holds the value, at the level that is stated.
    """

    mean: float
    error: float
    interval: Interval
    margin: float


def groups(players: Sequence[str]) -> Iterator[Group]:
    """Every group but the empty one, the whole first, then from the smallest."""
    yield frozenset(players)
    for size in range(1, len(players)):
        for members in combinations(players, size):
            yield frozenset(members)


def shapley(players: Sequence[str], costs: Mapping[Group, Interval]) -> dict[str, Interval]:
    r"""Each player's Shapley value: what it adds to the cost of those before it, over all orders of arrival.

    .. math:: \varphi_i = \sum_{S \ni i} \frac{(|S|-1)!\,(n-|S|)!}{n!} \bigl(v(S) - v(S \setminus \{i\})\bigr)

    An interval is got by taking each cost at the end of its interval that makes the sum least, or greatest:
    every group stands in the formula once, so no narrower one is valid. Exact costs (low = high) give the
    value itself, up to rounding.

    Raises:
        KeyError: when a group's cost is missing.
    """
    return {
        one: Interval(_value(one, players, costs, low=True), _value(one, players, costs, low=False)) for one in players
    }


def _value(player: str, players: Sequence[str], costs: Mapping[Group, Interval], *, low: bool) -> float:
    n = len(players)
    terms = []
    for group in groups(players):
        inside = player in group
        size = len(group) if inside else len(group) + 1
        weight = factorial(size - 1) * factorial(n - size) / factorial(n)
        cost = costs[group]
        terms.append(weight * (cost.low if inside == low else cost.high) * (1 if inside else -1))
    return fsum(terms)


# -- the core -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Core:
    """Whether some division of the whole cost leaves no group better off alone, and how far from it all are.

    ``excess``: the least e such that some division asks no group for more than its own cost + e; at or
    below 0 the core is not empty. -inf where no group can leave, or where those who can could be asked for as
    little as one likes, since the others must bear the rest whatever it is.
    ``known``: whether it is computed from every group; else there may be groups that block all divisions.
    """

    verdict: Verdict
    excess: Interval
    known: bool


def core(players: Sequence[str], costs: Mapping[Group, Interval]) -> Core:
    """The core, as far as it is known: ``costs`` must hold the whole group's; infinite ones bind nothing."""
    whole = frozenset(players)
    total = costs[whole]
    parts = {group: cost for group, cost in costs.items() if group != whole}
    low = least_core(players, {group: cost.high for group, cost in parts.items()}, total.low)
    high = least_core(players, {group: cost.low for group, cost in parts.items()}, total.high)
    known = all(group in costs for group in groups(players))
    margin = TIE * abs(total.high)
    nonempty = high <= margin and known
    return Core("no" if low > margin else "yes" if nonempty else "open", Interval(low, high), known)


def least_core(players: Sequence[str], caps: Mapping[Group, float], total: float) -> float:
    r"""The least excess of any division of ``total``; -inf where it has no bound.

    .. math:: \min e \quad\text{s.t.}\quad \sum_{i \in N} x_i = v(N), \qquad
              \sum_{i \in S} x_i \le v(S) + e \quad \forall\, \emptyset \ne S \subset N

    It is greater for a greater ``total`` and for lower caps. By duality it is bounded just where weights
    :math:`\lambda_S \ge 0` on the capped groups make :math:`\sum_{S \ni i} \lambda_S = 1` for every player, and is
    then :math:`(v(N) - \sum_S \lambda_S v(S)) / \sum_S \lambda_S` for some of them. As their sum is more than 1,
    that is never as low as twice the largest amount below 0: what gets there has no bound.
    """
    finite = {group: cap for group, cap in caps.items() if isfinite(cap)}
    if not finite:
        return -inf
    scale = max(abs(total), *map(abs, finite.values())) or 1.0
    problem = pulp.LpProblem("least_core", pulp.LpMinimize)
    excess = problem.add_variable("excess", -2.0)
    pays = {player: problem.add_variable(f"pays_{number}") for number, player in enumerate(players)}
    problem += excess
    problem += pulp.lpSum(pays.values()) == total / scale
    for group, cap in finite.items():
        problem += pulp.lpSum(pays[player] for player in players if player in group) - excess <= cap / scale
    found = solve(problem, SolveLimits(gap=0.0))
    return -inf if found.objective <= -2.0 + TIE else found.objective * scale
