"""What one evaluation of the Lagrangian takes and returns: prices in; bound, reduced costs and a solution out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints

Multipliers = dict[str, Floats]
"""By family, the price of one unit of each constraint."""


def saving_prices(u: Multipliers) -> Floats:
    """[targets and budgets]: the price of a pound saved in the year of each."""
    return np.concatenate((u["target"], u["budget"]))


@dataclass(frozen=True)
class ReducedCosts:
    """Costs of all choices at given prices: their own cost and the price of what they use; infinite where impossible.

    Attributes:
        rows: [R, end], of step rows by start; of a two-step option's rows, only what each adds by itself.
        pairs: [n, Q], of two-step options.
        stay: [S], of staying.
    """

    rows: Floats
    pairs: Floats
    stay: Floats


@dataclass(frozen=True)
class RelaxedSolution:
    """What the subproblem's solution does with each system; :data:`NEVER` where it does not.

    Attributes:
        first, second: [S], the step rows of a system's option, -1 for none.
        start, follow: [S], the quarters in which those start.
        live, retired: [S], the cutover after which the system is live, and retired.
        ready: [services], the quarter from which each service is ready.
    """

    first: Ints
    start: Ints
    second: Ints
    follow: Ints
    live: Ints
    retired: Ints
    ready: Ints

    def steps(self) -> tuple[Ints, Ints]:
        """All step rows that are worked on, and the quarter in which each starts."""
        one, two = self.first >= 0, self.second >= 0
        rows = np.concatenate((self.first[one], self.second[two]))
        return rows, np.concatenate((self.start[one], self.follow[two]))


@dataclass(frozen=True)
class Evaluation:
    """L(u) and the solution of its subproblem.

    Attributes:
        bound: L(u), in money.
        scale: how large the terms are of which the bound is the sum, whatever their signs.
        taken: the subproblem's solution.
        reduced: the reduced costs of all choices.
        least: [S], the reduced cost of what the solution does with each system.
        values: [services, end + 1], what each service adds to the bound by the quarter from which it is ready, its
            systems with it; the last is never.
    """

    bound: float
    scale: float
    taken: RelaxedSolution
    reduced: ReducedCosts
    least: Floats
    values: Floats


@dataclass(frozen=True)
class BuildUse:
    """What builds use.

    Attributes:
        days: [roles, end], person-days.
        spent: [pots, end], money.
        running: [targets and budgets], what the services and their builds cost in each one's year.
    """

    days: Floats
    spent: Floats
    running: Floats
