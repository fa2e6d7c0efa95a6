r"""Some of the systems, planned anew and exactly, with all others held where they are.

The rows are those of :mod:`consolidate.model`, by the same names, for the systems set free; what the
others take of each cell is subtracted, and services stay as they are built. Only candidates whose reduced
cost is near their system's least are offered: what costs much more than the prices say is in no good plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pulp

from consolidate.cells import Candidate
from consolidate.costs import NEVER
from consolidate.solver import Effort, Watch, solve
from consolidate.state import State

Terms = dict[Any, float]
Rows = Iterator[tuple[Terms, int, float]]
LE, EQ = pulp.LpConstraintLE, pulp.LpConstraintEQ


@dataclass
class Neighbourhood:
    """The program of the free systems, about which ``state`` has decided nothing.

    ``offered``: what each may do, each of which fits the state; groups that cut over together are free as a whole.
    """

    state: State
    offered: dict[int, list[Candidate]]
    problem: pulp.LpProblem = field(default_factory=lambda: pulp.LpProblem("neighbourhood", pulp.LpMinimize))
    picks: dict[int, list[tuple[Candidate, Any]]] = field(default_factory=dict)
    objective: Terms = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.taken: dict[int, Terms] = defaultdict(dict)
        for system, candidates in self.offered.items():
            self.picks[system] = [(each, self.variable(self._price(each), 1.0, whole=True)) for each in candidates]
            for candidate, x in self.picks[system]:
                for cell, amount in candidate.use:
                    self.taken[cell][x] = amount
        for family in (option, cells, after, together, interface):
            for terms, sense, bound in family(self):
                self.problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, rhs=bound))
        self.problem.setObjective(pulp.LpAffineExpression(self.objective))

    def variable(self, cost: float, high: float, *, whole: bool = False) -> Any:
        self.count += 1
        kind = pulp.LpInteger if whole else pulp.LpContinuous
        new = self.problem.add_variable(f"v{self.count}", 0.0, high, kind)
        if cost:
            self.objective[new] = cost
        return new

    def _price(self, candidate: Candidate) -> float:
        """Its own cost, and its interfaces with systems that are held."""
        held = [link for link in self.state.links[candidate.column.system] if link[0] not in self.offered]
        return candidate.own + self.state.bridges(held, candidate.live, candidate.retired)

    def solve(self, effort: Effort, watch: Watch) -> list[Candidate] | None:
        """The best candidates, one for each free system, from the first ones offered; None where none were found."""
        start = {picks[0][1]: 1.0 for picks in self.picks.values()}
        values = solve(self.problem, effort, watch, start).values
        if values is None:
            return None
        return [max(picks, key=lambda pick: values.get(pick[1], 0.0))[0] for picks in self.picks.values()]


def option(n: Neighbourhood) -> Rows:
    """Each free system takes exactly one of its candidates."""
    for picks in n.picks.values():
        yield {x: 1.0 for _, x in picks}, EQ, 1.0


def cells(n: Neighbourhood) -> Rows:
    """staff, capital, limit, capacity, milestone, target: what the others leave, and agency days.   [as the cell]"""
    state = n.state
    for cell, terms in n.taken.items():
        left, paid = state.free[cell], min(state.paid[cell], state.free[cell])
        most = sum(max((terms.get(x, 0.0) for _, x in picks), default=0.0) for picks in n.picks.values())
        if most <= left - paid:
            continue
        if paid > 0:
            yield {**terms, n.variable(state.rate[cell], paid): -1.0}, LE, max(left - paid, 0.0)
        else:
            yield dict(terms), LE, max(left, 0.0)


def after(n: Neighbourhood) -> Rows:
    """Work starts only once what the system waits for is live, or never will be (both set free)."""
    for system, picks in n.picks.items():
        for other in n.state.waits_for[system]:
            if other not in n.picks:
                continue
            for quarter in sorted({candidate.start for candidate, _ in picks if candidate.start < NEVER}):
                terms = {x: 1.0 for candidate, x in picks if candidate.start <= quarter}
                terms |= {x: -1.0 for c, x in n.picks[other] if c.live < quarter or c.live >= NEVER}
                yield terms, LE, 0.0


def together(n: Neighbourhood) -> Rows:
    """All of a group cut over in one quarter, or none."""
    for group in dict.fromkeys(n.state.group_of[system] for system in n.picks if system in n.state.group_of):
        for one, other in pairwise(group):
            for quarter in range(n.state.data.end):
                terms = {x: 1.0 for candidate, x in n.picks[one] if candidate.live == quarter}
                terms |= {x: -1.0 for candidate, x in n.picks[other] if candidate.live == quarter}
                if terms:
                    yield terms, EQ, 0.0


def interface(n: Neighbourhood) -> Rows:
    """Paid for while exactly one of two free systems is live and neither is retired."""
    data = n.state.data
    prices = data.links.price
    for number, (one, other) in enumerate(data.links.interface.tolist()):
        if one in n.picks and other in n.picks:
            for quarter in range(data.end):
                price = float(prices[number, quarter])
                if price > 0:
                    yield from _bridge(n, n.variable(price, 1.0), n.picks[one], n.picks[other], quarter)


def _bridge(
    n: Neighbourhood, paid: Any, one: list[tuple[Candidate, Any]], other: list[tuple[Candidate, Any]], quarter: int
) -> Rows:
    """The two rows of an interface in the quarter after ``quarter``."""
    for mine, theirs in ((one, other), (other, one)):
        terms: Terms = {x: 1.0 for candidate, x in mine if candidate.live <= quarter < candidate.retired}
        if terms:
            terms |= {x: -1.0 for candidate, x in theirs if candidate.live <= quarter}
            yield {**terms, paid: -1.0}, LE, 0.0
