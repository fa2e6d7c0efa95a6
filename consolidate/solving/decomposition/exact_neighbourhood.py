r"""Some of the systems, planned anew and exactly, with all others held where they are.

The rows are those of :mod:`consolidate.solving.exact.model`, by the same names, for the systems set free; what the
others take of each cell is subtracted, and services stay as they are built. Only candidates whose reduced
cost is near their system's least are offered: what costs much more than the prices say is in no good plan.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pulp

from consolidate.solving.decomposition.partial_plan import State, whole_groups
from consolidate.solving.decomposition.resources import Candidate, Offers
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits, solve
from consolidate.solving.formulation.costs import NEVER

Terms = dict[Any, float]
Rows = Iterator[tuple[Terms, int, float]]
SIZE = 40
"""Systems that are set free at once."""
KEEP = 6
"""Candidates that each is offered, by reduced cost, besides its own."""
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

    def solve(self, limits: SolveLimits, monitor: ProgressMonitor) -> list[Candidate] | None:
        """The best candidates, one for each free system, from the first ones offered; None where none were found."""
        start = {picks[0][1]: 1.0 for picks in self.picks.values()}
        values = solve(self.problem, limits, monitor, start).values
        if values is None:
            return None
        return [max(picks, key=lambda pick: values.get(pick[1], 0.0))[0] for picks in self.picks.values()]


def around(state: State, offers: Offers, dice: random.Random) -> list[int]:
    """Systems of a complete plan that stand in each other's way: one that loses much against its cheapest, those
    that hold what it wants or has and lose most, and the neighbours of all of these."""
    losses = []
    for system, now in enumerate(state.at):
        least = offers.of(system, 1)
        losses.append(max(now.reduced - least[0].reduced, 0.0) + 1e-6 if now is not None and least else 1e-6)
    seed = dice.choices(range(len(losses)), [math.sqrt(loss) for loss in losses])[0]
    found = {seed: None}
    now = state.at[seed]
    for candidate in (*offers.of(seed, 1)[:1], *([] if now is None else [now])):
        for cell, _ in candidate.use:
            if state.cells.cells[cell].family in ("staff", "limit"):
                holders = sorted(state.holders[cell], key=lambda system: (-losses[system], system))
                found.update(dict.fromkeys(holders[: SIZE // 6]))
    for system in list(found):
        tied = [*state.waits_for[system], *state.awaited_by[system], *(other for other, _ in state.links[system])]
        found.update(dict.fromkeys(tied))
    rest = [system for system in found if system != seed]
    dice.shuffle(rest)
    return [seed, *rest[: SIZE - 1]]


def replan(
    state: State, offers: Offers, systems: Iterable[int], limits: SolveLimits, monitor: ProgressMonitor
) -> float:
    """Sets systems of a complete plan free and plans them anew; the plan is as before unless that is cheaper.

    Args:
        state: the plan.
        offers: what each system may do.
        systems: who is set free; with them, those that cut over together with them.
        limits, monitor: as in :func:`consolidate.solving.exact.solver.solve`.

    Returns:
        what it saves.
    """
    old = [state.take(system) for system in whole_groups(state, systems)]
    before = _total(state, old)
    offered = {
        candidate.column.system: [
            candidate,
            *(c for c in offers.of(candidate.column.system, KEEP)[:KEEP] if c is not candidate and state.fits(c)),
        ]
        for candidate in old
    }
    found = Neighbourhood(state, offered).solve(limits, monitor)
    after = _total(state, found) if found is not None else None
    better = found is not None and after is not None and before is not None and after < before - 1e-6
    for candidate in found if better and found is not None else old:
        state.put(candidate)
    return before - after if better and before is not None and after is not None else 0.0


def _total(state: State, candidates: list[Candidate]) -> float | None:
    """What candidates of undecided systems add, put in one after the other; None where they do not fit."""
    total, placed = 0.0, []
    for candidate in candidates:
        if not state.fits(candidate):
            break
        total += state.cost(candidate)
        state.put(candidate)
        placed.append(candidate)
    for candidate in placed:
        state.take(candidate.column.system)
    return total if len(placed) == len(candidates) else None


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
