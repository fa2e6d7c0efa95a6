"""What one evaluation of the Lagrangian takes and gives: multipliers in, bound, reduced costs and subgradient out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.rows import Column

Multipliers = dict[str, Floats]
"""By family, the price of one unit of each row."""


@dataclass(frozen=True)
class Taken:
    """What the subproblem's solution does with each system; :data:`NEVER` where it does not.

    ``first``, ``second``: rows, -1 for none; ``start``, ``follow``: where they start; ``live``,
    ``retired``: the cutover after which it is. ``ready``: by service, the quarter from which it is.
    """

    first: Ints
    start: Ints
    second: Ints
    follow: Ints
    live: Ints
    retired: Ints
    ready: Ints

    def steps(self) -> tuple[Ints, Ints]:
        """All rows that are worked on, and the quarter in which each starts."""
        one, two = self.first >= 0, self.second >= 0
        rows = np.concatenate((self.first[one], self.second[two]))
        return rows, np.concatenate((self.start[one], self.follow[two]))

    def column(self, system: int) -> Column:
        rows = tuple(int(row[system]) for row in (self.first, self.second) if row[system] >= 0)
        starts = (int(self.start[system]), int(self.follow[system]))
        return Column(system, rows, starts[: len(rows)])


@dataclass(frozen=True)
class Evaluation:
    """L(u), and what the subproblem did. ``price``: [R, end], reduced costs of rows (their own part
    of a two-step option's); ``pair``: [n, Q], of two-step options; ``stay``: [S]; ``least``: [S],
    the cheapest that each system does. ``scale``: how large the terms are of which the bound is the sum."""

    bound: float
    scale: float
    taken: Taken
    price: Floats
    pair: Floats
    stay: Floats
    least: Floats


@dataclass(frozen=True)
class Use:
    """What builds take: people [roles, end], money [pots, end], running costs in each target's year."""

    days: Floats
    spent: Floats
    running: Floats
