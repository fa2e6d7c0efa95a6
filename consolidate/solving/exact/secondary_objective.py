r"""A plan near the best that has as little as can be of something else: the epsilon-constraint method.

To the program of :mod:`consolidate.solving.exact.model` comes a row that keeps the cost near the best, and a merit
(:mod:`consolidate.solving.formulation.merits`) takes the cost's place in the objective:

.. math:: \min\; m(x, z) + \varepsilon\, c(x, z, a, y) \quad\text{subject to}\quad c(x, z, a, y) \le C

The second term tells apart plans with equally little of it; :math:`\varepsilon` is so small that it never outweighs
one unit. Where the objective is proven to be :math:`B` or more, :math:`m \ge B - \varepsilon C` in every plan that
costs no more than :math:`C`, whatever came of the search.

Merits are taken in turn. Where the plan has the least already (each system's own least added up, or the solver's first
bound), nothing is searched; the first of which less is found is the last that is asked about. Then, with all of them
held, a cheaper plan is searched. Work is counted, not timed. (Y. Haimes, L. Lasdon and D. Wismer, 1971.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import pulp

from consolidate.inventory import Inventory
from consolidate.solving.exact.method import cost_of
from consolidate.solving.exact.model import LE, Constraint, Model, Terms, add
from consolidate.solving.exact.neighbourhood_search import improve, solution_of, start_values
from consolidate.solving.exact.solver import Outcome, ProgressMonitor, SolveLimits, must_stop, solve
from consolidate.solving.formulation.choices import Offer
from consolidate.solving.formulation.merits import Merit
from consolidate.solving.formulation.solution import Solution, first_violation

TYPICAL = 2_500
"""Columns of a model for which the amounts of work are meant; larger ones get in proportion less."""
UNIT, UNIT_OF_MONEY = 0.5, 0.005
"""What all that a plan near the best may cost more is worth at most, beside what is counted and beside amounts."""
PENNY = 0.005
"""What a plan near the best may cost more than the most that is allowed: rounding."""
CLOSE = 1e-6
"""Amounts of a merit that differ by less, as a share, are the same: what solvers' tolerances amount to."""


@dataclass(frozen=True)
class MeritWork:
    """How much work may be done for each merit, by a model of typical size.

    Attributes:
        first_looks: times that HiGHS may ask whether to go on before there is any search: the least may be proven at
            once.
        search: simplex iterations for the neighbourhoods.
        looks: times that HiGHS may ask after it, to prove that no plan has less; 0: it is not asked.
        cheaper: simplex iterations for a cheaper plan with as little.
    """

    first_looks: int = 8
    search: int = 8_000
    looks: int = 25
    cheaper: int = 5_000


FULL = MeritWork()
"""The work for what was asked about."""
SHORT = MeritWork(first_looks=3, search=1_000, looks=0, cheaper=500)
"""The work for a short look whether there is a better plan."""


@dataclass(frozen=True)
class LeastMerit:
    """How little of something plans near the best have.

    Attributes
    ----------
    name
        ``capital``, ``calm``, ``finish``, ``approved``, or ``tier`` and the tier whose unsupported quarters are
        counted.
    before
        How much of it the best plan has.
    found
        How much of it the plan that was found has.
    least
        What no plan that costs no more than is allowed has less than.
    """

    name: str
    before: float
    found: float
    least: float

    @property
    def better(self) -> bool:
        """Whether less of it was found."""
        return self.found < self.before - CLOSE * max(abs(self.before), 1.0)

    @property
    def proven(self) -> bool:
        """Whether no plan that is allowed has less."""
        return self.found <= self.least + max(CLOSE * abs(self.found), 2 * UNIT_OF_MONEY)


@dataclass(frozen=True)
class NearBest:
    """What plans near the best are: made of ``offered``, and no dearer than ``most``.

    ``least``: what no plan costs less than. The best plan is ``start``. ``work``: how much is done for each merit.
    """

    inventory: Inventory
    offered: Offer
    start: Solution
    most: float
    least: float
    work: MeritWork = FULL


class SecondaryObjective:
    """The program of plans near the best, asked for one merit after the other.

    Raises:
        OutOfTime: it was stopped while the program was made.
    """

    def __init__(self, near: NearBest, merits: tuple[Merit, ...], limits: SolveLimits, monitor: ProgressMonitor):
        self.near, self.merits, self.limits = near, merits, limits
        self.monitor = ProgressMonitor(stop=monitor.stop)
        self.model = Model(near.inventory, near.offered.end, offered=near.offered, stop=self.must_stop)
        self.cost: Terms = dict(self.model.objective)
        self.model.rows.append(Constraint("price", (), self.cost, LE, near.most))
        self.model.load()
        self.solution = near.start
        self.values: Mapping[Any, float] = start_values(self.model, near.start)
        span = near.most - near.least
        self.span, self.epsilon = span, 0.0
        share = min(1.0, TYPICAL / max(self.model.count, 1))
        self.share, self.work = share, near.work
        self._minimise({}, lambda plan: 0.0, 1.0)

    def must_stop(self) -> bool:
        """Whether the caller, or the time limit, ends the search."""
        return must_stop(self.limits, self.monitor)

    def run(self) -> tuple[Solution, tuple[LeastMerit, ...]]:
        """The plan that was found, and what is known of each merit that was asked about."""
        found: list[LeastMerit] = []
        for merit in self.merits:
            one = self._asked(merit)
            found.append(one)
            held = one.found if merit.whole else one.found + CLOSE * max(abs(one.found), 1.0)
            self.model.tighten([Constraint("held", (merit.name,), self._terms(merit), LE, held)])
            if one.better:
                self._minimise({}, lambda plan: 0.0, 1.0)
                self._search(self.work.cheaper, enough=self.near.least)
                break
        return self.solution, tuple(self._counted(merit, one) for merit, one in zip(self.merits, found, strict=False))

    def _counted(self, merit: Merit, one: LeastMerit) -> LeastMerit:
        """What the plan has of a merit in the end: one made cheaper may have more of it, as far as the row lets it."""
        found = merit.of(self.solution)
        return replace(one, found=found, least=self._believed(merit, one.least, found))

    def _asked(self, merit: Merit) -> LeastMerit:
        """As little of a merit as a search finds, and what is proven of it."""
        before, least = merit.of(self.solution), merit.floor(self.near.offered)
        close = CLOSE * max(abs(before), 1.0)
        if before > least + close and not self.must_stop():
            self.epsilon = (UNIT if merit.whole else UNIT_OF_MONEY) / self.span if self.span > 0 else 0.0
            self._minimise(self._terms(merit), merit.of, self.epsilon)
            least = self._proven(merit, least, self.work.first_looks)
            if merit.of(self.solution) > least + close:
                self._search(self.work.search, enough=least + self.epsilon * self.near.most)
                looks = max(round(self.work.looks * self.share), min(self.work.looks, 10))
                least = self._proven(merit, least, looks) if looks else least
        found = merit.of(self.solution)
        return LeastMerit(merit.name, before, found, self._believed(merit, least, found))

    def _believed(self, merit: Merit, least: float, found: float) -> float:
        """What no plan has less of; a claim that the plan in hand refutes, and not by rounding, proves nothing."""
        rounding = CLOSE if merit.whole else max(CLOSE * abs(found), 2 * UNIT_OF_MONEY)
        return min(least if least <= found + rounding else merit.floor(self.near.offered), found)

    def _terms(self, merit: Merit) -> Terms:
        """What a merit amounts to, by variable."""
        terms = {x: merit.of_choice(choice) for found in self.model.choices.values() for choice, x in found}
        terms.update((z, merit.of_build(build)) for found in self.model.builds.values() for build, z in found)
        return {var: amount for var, amount in terms.items() if amount}

    def _minimise(self, terms: Terms, amount: Callable[[Solution], float], price: float) -> None:
        """Makes the terms, which in a plan are so much, and the cost at a price the objective."""
        self.amount, self.price = amount, price
        self.model.problem.setObjective(pulp.LpAffineExpression(add((terms, 1.0), (self.cost, price))))

    def _worth(self, plan: Solution) -> float:
        """The objective of a plan."""
        return self.amount(plan) + self.price * cost_of(self.near.inventory, plan)

    def _search(self, work: int, enough: float) -> None:
        """Neighbourhoods of the plan in hand; what is better is kept."""
        if self.must_stop():
            return
        best = self._worth(self.solution)
        work = round(work * self.share)
        found, _ = improve(
            self.model, self.values, best, enough=enough, limits=self.limits, monitor=self.monitor, work=work
        )
        self._take(found)

    def _proven(self, merit: Merit, floor: float, looks: int) -> float:
        """What no plan near the best has less of, by the solver's bound; a better plan that it finds is kept."""
        gap = 0.8 * (UNIT if merit.whole else UNIT_OF_MONEY) / max(self._worth(self.solution), 1.0)
        limits = replace(self.limits, gap=gap, budget=looks)
        outcome = solve(self.model.problem, limits, self.monitor, self.values, searching=False)
        self._take(outcome.values)
        if outcome.ended == "infeasible":  # which it is not: the plan in hand is a solution
            return floor
        least = max(floor, outcome.bound - self.epsilon * self.near.most)
        return float(ceil(least - CLOSE * max(abs(least), 1.0))) if merit.whole else least

    def _take(self, values: Mapping[Any, float] | None) -> None:
        """Keeps a solution if it keeps every rule, is near the best and better than the plan in hand."""
        if values is None:
            return
        plan = solution_of(self.model, Outcome(values, 0.0, 0.0, ""))
        inventory = self.near.inventory
        if (
            first_violation(inventory, plan) is None
            and cost_of(inventory, plan) <= self.near.most + PENNY
            and self._worth(plan) < self._worth(self.solution)
        ):
            self.solution, self.values = plan, values
