"""The alternatives of each system in one matrix: its one-step options, its two-step options, and staying."""

from __future__ import annotations

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints
from consolidate.solving.decomposition.columns import Columns


class Alternatives:
    """Numbers of alternatives: the R rows, then the n two-step options, then staying by system, then none at all.

    Attributes:
        ways: [S, most alternatives], those of each system, filled up with the number of none.
        rows: how many rows there are; an alternative below that is a one-step option's row.
        stays: the number of the first system's staying; what is below that and no row is a two-step option.
    """

    def __init__(self, columns: Columns) -> None:
        two = columns.two
        self.rows = count = len(columns.rows)
        self.stays = len(two) + count
        ways: list[list[int]] = [[] for _ in columns.systems]
        for row in columns.singles.tolist():
            ways[int(columns.row_system[row])].append(row)
        for place, first in enumerate(two[:, 0].tolist()):
            ways[int(columns.row_system[first])].append(count + place)
        for system in range(len(columns.systems)):
            ways[system].append(self.stays + system)
        width = max(map(len, ways), default=1)
        nothing = self.stays + len(columns.systems)
        padded = [each + [nothing] * (width - len(each)) for each in ways]
        self.ways = np.array(padded, dtype=np.int64).reshape(len(ways), width)

    def values(self, price: Floats, pair: Floats, stay: Floats, linked_rows: Ints, linked_pairs: Ints) -> Floats:
        """[alternatives]: the least reduced cost of each, over all quarters; infinite where it waits for a service.

        Args:
            price, pair, stay: reduced costs of rows [R, end], of two-step options [n, Q], of staying [S].
            linked_rows, linked_pairs: rows and two-step options that wait for their system's principal service.
        """
        low = price.T.min(axis=0) if price.shape[1] else np.full(len(price), INFINITY)
        low[linked_rows] = INFINITY
        low_pair = pair.T.min(axis=0) if pair.shape[1] else np.full(len(pair), INFINITY)
        low_pair[linked_pairs] = INFINITY
        return np.concatenate((low, low_pair, stay, [INFINITY]))
