r"""Some of the systems, planned anew and exactly, with all others held where they are.

The constraints are those of :mod:`consolidate.solving.exact.model`, by the same names, for the systems set free; what
the others use of each resource is subtracted, and services stay as they are. Only candidates whose reduced cost is near
their system's least are offered: what costs much more than the prices say is in no good plan.
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

from consolidate.solving.decomposition.candidates import Candidate, CandidateLists
from consolidate.solving.decomposition.partial_plan import PartialPlan, whole_groups
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
    """The mixed-integer program of the free systems, about which ``plan`` has decided nothing.

    Attributes:
        plan: the plan of all others.
        offered: by free system, its candidates, each of which fits the plan; groups that cut over together are free
            as a whole.
        problem: the program.
        variables: by free system, its candidates with the variable of each.
        objective: by variable, its cost.
        count: how many variables there are.
    """

    plan: PartialPlan
    offered: dict[int, list[Candidate]]
    problem: pulp.LpProblem = field(default_factory=lambda: pulp.LpProblem("neighbourhood", pulp.LpMinimize))
    variables: dict[int, list[tuple[Candidate, Any]]] = field(default_factory=dict)
    objective: Terms = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.taken: dict[int, Terms] = defaultdict(dict)
        self.revenue: dict[int, Terms] = defaultdict(dict)
        """By budget, what people and interfaces add to it."""
        for system, candidates in self.offered.items():
            self.variables[system] = [(each, self.variable(self._price(each), 1.0, whole=True)) for each in candidates]
            for candidate, x in self.variables[system]:
                for resource, amount in candidate.use:
                    self.taken[resource][x] = amount
        for family in (option, resources, after, together, interface, budget):
            for terms, sense, bound in family(self):
                self.problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, rhs=bound))
        self.problem.setObjective(pulp.LpAffineExpression(self.objective))

    def variable(self, cost: float, high: float, *, whole: bool = False) -> Any:
        """A new variable between 0 and ``high``, at a cost in the objective."""
        self.count += 1
        kind = pulp.LpInteger if whole else pulp.LpContinuous
        new = self.problem.add_variable(f"v{self.count}", 0.0, high, kind)
        if cost:
            self.objective[new] = cost
        return new

    def _price(self, candidate: Candidate) -> float:
        """Its own cost, what days cost less than in it, and its interfaces with systems that are held."""
        held = [link for link in self.plan.links[candidate.column.system] if link.other not in self.offered]
        cheaper = sum(self.plan.relief.get(resource, 0.0) * amount for resource, amount in candidate.hire)
        return candidate.own - cheaper + self.plan.cost_of_interfaces(held, candidate.live, candidate.retired)

    def solve(self, limits: SolveLimits, monitor: ProgressMonitor) -> list[Candidate] | None:
        """The best candidates, one for each free system, from the first ones offered; None where none were found."""
        start = {found[0][1]: 1.0 for found in self.variables.values()}
        values = solve(self.problem, limits, monitor, start).values
        if values is None:
            return None
        return [max(found, key=lambda pair: values.get(pair[1], 0.0))[0] for found in self.variables.values()]


def conflicting_systems(plan: PartialPlan, candidates: CandidateLists, rng: random.Random) -> list[int]:
    """Systems of a complete plan that compete with each other.

    They are one that loses much against its cheapest candidate, those that use what it wants or has and lose most,
    and the neighbours of all of these.
    """
    losses = []
    for system, now in enumerate(plan.at):
        least = candidates.of(system, 1)
        losses.append(max(now.reduced - least[0].reduced, 0.0) + 1e-6 if now is not None and least else 1e-6)
    seed = rng.choices(range(len(losses)), [math.sqrt(loss) for loss in losses])[0]
    found = {seed: None}
    now = plan.at[seed]
    for candidate in (*candidates.of(seed, 1)[:1], *([] if now is None else [now])):
        for resource, _ in candidate.use:
            if plan.resources.keys[resource].family in ("staff", "limit"):
                holders = sorted(plan.holders[resource], key=lambda system: (-losses[system], system))
                found.update(dict.fromkeys(holders[: SIZE // 6]))
    for system in list(found):
        found.update(dict.fromkeys(plan.neighbours(system)))
    rest = [system for system in found if system != seed]
    rng.shuffle(rest)
    return [seed, *rest[: SIZE - 1]]


def replan(
    plan: PartialPlan, candidates: CandidateLists, systems: Iterable[int], limits: SolveLimits, monitor: ProgressMonitor
) -> float:
    """Frees systems of a complete plan and replans them; the plan is as before unless that is cheaper.

    Args:
        plan: the plan.
        candidates: what each system may do.
        systems: the systems that are set free; those that cut over together with them are, too.
        limits, monitor: as in :func:`consolidate.solving.exact.solver.solve`.

    Returns:
        what it saves.
    """
    old = [plan.take(system) for system in whole_groups(plan, systems)]
    before = _total(plan, old)
    offered = {
        candidate.column.system: [
            candidate,
            *(c for c in candidates.of(candidate.column.system, KEEP)[:KEEP] if c is not candidate and plan.fits(c)),
        ]
        for candidate in old
    }
    found = Neighbourhood(plan, offered).solve(limits, monitor)
    after = _total(plan, found) if found is not None else None
    better = found is not None and after is not None and before is not None and after < before - 1e-6
    for candidate in found if better and found is not None else old:
        plan.put(candidate)
    return before - after if better and before is not None and after is not None else 0.0


def _total(plan: PartialPlan, candidates: list[Candidate]) -> float | None:
    """What candidates of undecided systems add, put in one after the other; None where they do not fit."""
    total, placed = 0.0, []
    for candidate in candidates:
        if not plan.fits(candidate):
            break
        total += plan.cost(candidate)
        plan.put(candidate)
        placed.append(candidate)
    for candidate in placed:
        plan.take(candidate.column.system)
    return total if len(placed) == len(candidates) else None


def option(n: Neighbourhood) -> Rows:
    """Each free system takes exactly one of its candidates."""
    for found in n.variables.values():
        yield {x: 1.0 for _, x in found}, EQ, 1.0


def resources(n: Neighbourhood) -> Rows:
    """staff, capital, limit, capacity, milestone, target: what others leave, and agency days.   [as the resource]"""
    plan = n.plan
    for resource, terms in n.taken.items():
        if resource in plan.budgets:
            continue
        left, paid = plan.free[resource], min(plan.paid[resource], plan.free[resource])
        most = sum(max((terms.get(x, 0.0) for _, x in found), default=0.0) for found in n.variables.values())
        if most <= left - paid:
            continue
        if paid > 0:
            days = n.variable(plan.rate[resource], paid)
            for number, rate in plan.revenue.rates.get(resource, ()):
                n.revenue[number][days] = rate
            yield {**terms, days: -1.0}, LE, max(left - paid, 0.0)
        else:
            yield dict(terms), LE, max(left, 0.0)


def after(n: Neighbourhood) -> Rows:
    """Work starts only once what the system waits for is live, or never will be (both set free)."""
    for system, found in n.variables.items():
        for other in n.plan.waits_for[system]:
            if other not in n.variables:
                continue
            for quarter in sorted({candidate.start for candidate, _ in found if candidate.start < NEVER}):
                terms = {x: 1.0 for candidate, x in found if candidate.start <= quarter}
                terms |= {x: -1.0 for c, x in n.variables[other] if c.live < quarter or c.live >= NEVER}
                yield terms, LE, 0.0


def together(n: Neighbourhood) -> Rows:
    """All of a group cut over in one quarter, or none."""
    for group in dict.fromkeys(n.plan.group_of[system] for system in n.variables if system in n.plan.group_of):
        for one, other in pairwise(group):
            for quarter in range(n.plan.columns.end):
                terms = {x: 1.0 for candidate, x in n.variables[one] if candidate.live == quarter}
                terms |= {x: -1.0 for candidate, x in n.variables[other] if candidate.live == quarter}
                if terms:
                    yield terms, EQ, 0.0


def interface(n: Neighbourhood) -> Rows:
    """Paid for while exactly one of two free systems is live and neither is retired."""
    columns = n.plan.columns
    prices = columns.links.price
    for number, (one, other) in enumerate(columns.links.interface.tolist()):
        if one in n.variables and other in n.variables:
            for quarter in range(columns.end):
                price = float(prices[number, quarter])
                if price > 0:
                    paid = n.variable(price, 1.0)
                    for resource, revenue in zip(n.plan.resources.budgets, columns.links.revenue, strict=True):
                        if revenue[number, quarter] and resource in n.plan.budgets:
                            n.revenue[resource][paid] = float(revenue[number, quarter])
                    yield from _bridge(n, paid, n.variables[one], n.variables[other], quarter)


def budget(n: Neighbourhood) -> Rows:
    """What others leave of a budget, interfaces with systems that are held apart; people and interfaces included."""
    for resource in n.plan.budgets:
        terms = {**n.taken.get(resource, {}), **n.revenue.get(resource, {})}
        if terms:
            yield terms, LE, max(n.plan.free[resource], 0.0)


def _bridge(
    n: Neighbourhood, paid: Any, one: list[tuple[Candidate, Any]], other: list[tuple[Candidate, Any]], quarter: int
) -> Rows:
    """The two constraints of an interface in the quarter after ``quarter``."""
    for mine, theirs in ((one, other), (other, one)):
        terms: Terms = {x: 1.0 for candidate, x in mine if candidate.live <= quarter < candidate.retired}
        if terms:
            terms |= {x: -1.0 for candidate, x in theirs if candidate.live <= quarter}
            yield {**terms, paid: -1.0}, LE, 0.0
