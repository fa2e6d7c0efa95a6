"""The alternatives of each system in one matrix: its one-step options, its two-step options, and staying."""

from __future__ import annotations

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, RETIRE, SECOND_RETIRE, Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import ReducedCosts, RelaxedSolution
from consolidate.solving.formulation.costs import NEVER


class Alternatives:
    """Alternatives by number: the R step rows, then the n two-step options, then staying by system, then none at all.

    Attributes:
        of_system: [S, most alternatives], those of each system, filled up with the number of none.
        rows: how many step rows there are; an alternative below that is a one-step option's row.
        stays: the number of the first system's staying; what is below that and no row is a two-step option.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        two = columns.two
        self.rows = count = len(columns.rows)
        self.stays = len(two) + count
        found: list[list[int]] = [[] for _ in columns.systems]
        for row in columns.singles.tolist():
            found[int(columns.row_system[row])].append(row)
        for place, first in enumerate(two[:, 0].tolist()):
            found[int(columns.row_system[first])].append(count + place)
        for system in range(len(columns.systems)):
            found[system].append(self.stays + system)
        width = max(map(len, found), default=1)
        nothing = self.stays + len(columns.systems)
        padded = [each + [nothing] * (width - len(each)) for each in found]
        self.of_system = np.array(padded, dtype=np.int64).reshape(len(found), width)

    def least(self, reduced: ReducedCosts, linked_rows: Ints, linked_pairs: Ints) -> Floats:
        """[S, most alternatives]: the least reduced cost of each, over all quarters, waiting for no service.

        Args:
            reduced: the reduced costs.
            linked_rows, linked_pairs: step rows and two-step options that need their system's principal service.
        """
        price, pair = reduced.rows, reduced.pairs
        low = price.T.min(axis=0) if price.shape[1] else np.full(len(price), INFINITY)
        low[linked_rows] = INFINITY
        low_pair = pair.T.min(axis=0) if pair.shape[1] else np.full(len(pair), INFINITY)
        low_pair[linked_pairs] = INFINITY
        return np.asarray(np.concatenate((low, low_pair, reduced.stay, [INFINITY]))[self.of_system])

    def choose(self, draft: SolutionDraft, reduced: ReducedCosts, numbers: Ints) -> None:
        """Enters each system's alternative, at its best quarters.

        Args:
            draft: the solution.
            reduced: the reduced costs.
            numbers: [S], alternatives by number.
        """
        single = np.flatnonzero(numbers < self.rows)
        rows = numbers[single]
        draft.one_step(single, rows, reduced.rows.T[:, rows].argmin(axis=0))
        both = np.flatnonzero((numbers >= self.rows) & (numbers < self.stays))
        if len(both):  # with one quarter there is no pair of them to look among
            options = numbers[both] - self.rows
            draft.two_steps(both, options, reduced.pairs.T[:, options].argmin(axis=0))


class SolutionDraft:
    """A solution of the subproblem into which choices are entered, many systems at a time; a later entry counts."""

    def __init__(self, columns: Columns) -> None:
        size = len(columns.systems)
        self.columns = columns
        self.first, self.second = np.full(size, -1), np.full(size, -1)
        self.start, self.follow = np.full(size, NEVER), np.full(size, NEVER)

    def one_step(self, systems: Ints, rows: Ints, starts: Ints) -> None:
        """Systems take one-step options: step rows, and the quarter in which each starts."""
        self.first[systems], self.start[systems] = rows, starts
        self.second[systems], self.follow[systems] = -1, NEVER

    def two_steps(self, systems: Ints, options: Ints, places: Ints) -> None:
        """Systems take two-step options: places in ``Columns.two``, and in ``Columns.pairs``."""
        two, pairs = self.columns.two, self.columns.pairs
        self.first[systems], self.second[systems] = two[options, 0], two[options, 1]
        self.start[systems], self.follow[systems] = pairs[0, places], pairs[1, places]

    def solution(self, ready: Ints) -> RelaxedSolution:
        """The solution with the cutovers that follow; ``ready``: [services], the quarter from which each is ready."""
        table, size = self.columns.table, len(self.first)
        first, second = self.first, self.second
        live, retired = np.full(size, NEVER), np.full(size, NEVER)
        moved = first >= 0
        duration = np.append(table.quarters, 0)  # a last entry for those without a row
        cutover = np.where(moved, self.start + duration[first] - 1, NEVER)
        goes = moved & np.append(table.live, False)[first]
        live[goes] = cutover[goes]
        kind = np.append(table.kind, -1)
        gone = goes & (kind[first] == RETIRE)
        retired[gone] = cutover[gone]
        later = (second >= 0) & (kind[second] == SECOND_RETIRE)
        retired[later] = (self.follow + duration[second] - 1)[later]
        return RelaxedSolution(first, self.start, second, self.follow, live, retired, ready)
