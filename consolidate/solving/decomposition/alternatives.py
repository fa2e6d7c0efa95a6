"""The alternatives of each system in one matrix: its one-step options, its two-step options, and staying."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY, RETIRE, SECOND_RETIRE, Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import ReducedCosts, RelaxedSolution
from consolidate.solving.decomposition.passes import Passes
from consolidate.solving.formulation.costs import NEVER


class LeastCosts(NamedTuple):
    """The best alternative of each system that waits for no service, and the best quarters of all alternatives.

    Attributes:
        costs: [S], the least reduced cost over all alternatives and quarters.
        number: [S], the alternative that has it.
        start: [R], the quarter in which each step row costs least.
        pair: [n], the pair of quarters in which each two-step option does.
    """

    costs: Floats
    number: Ints
    start: Ints
    pair: Ints


class Alternatives:
    """Alternatives by number: the R step rows, then the n two-step options, then staying by system, then none at all.

    Args:
        columns: all choices.
        passes: how arrays are gone through.

    Attributes:
        of_system: [S, most alternatives], those of each system, filled up with the number of none.
        rows: how many step rows there are; an alternative below that is a one-step option's row.
        stays: the number of the first system's staying; what is below that and no row is a two-step option.
    """

    def __init__(self, columns: Columns, passes: Passes) -> None:
        self.columns, self.passes = columns, passes
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

    def least(self, reduced: ReducedCosts, linked_rows: Ints, linked_pairs: Ints) -> LeastCosts:
        """The least reduced costs.

        Args:
            reduced: the reduced costs.
            linked_rows, linked_pairs: step rows and two-step options that need their system's principal service.
        """
        (low, start), (low_pair, pair) = (self.passes.least(each) for each in (reduced.rows, reduced.pairs))
        low[linked_rows] = INFINITY
        low_pair[linked_pairs] = INFINITY
        every = np.concatenate((low, low_pair, reduced.stay, [INFINITY]))
        return LeastCosts(*self.passes.cheapest(every, self.of_system), start, pair)

    def choose(self, draft: SolutionDraft, least: LeastCosts) -> None:
        """Enters each system's best alternative, at its best quarters.

        Args:
            draft: the solution.
            least: which these are.
        """
        numbers = least.number
        single = np.flatnonzero(numbers < self.rows)
        rows = numbers[single]
        draft.one_step(single, rows, least.start[rows])
        both = np.flatnonzero((numbers >= self.rows) & (numbers < self.stays))
        if len(both):  # with one quarter there is no pair of them to look among
            options = numbers[both] - self.rows
            draft.two_steps(both, options, least.pair[options])


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
