"""The shortest makespan, by a sequence of decision problems: is there a plan in so many quarters?

What makes ``minimise: finish`` hard is the length of the horizon, so it is never solved over the whole of it.
There are two ends: ``low``, quarters that every plan needs, and ``high``, those of the best plan
found. Between them a number is chosen, and presolve (:mod:`consolidate.solving.exact.presolve`) and, if it leaves
anything open, the mixed-integer program say whether the work fits into so few quarters; without an
objective, since any plan will do. Either answer moves one end. Where neither comes within the work
allowed, another number is tried, the quick heuristic (:mod:`consolidate.solving.makespan.serial_schedule`) is given
another turn, and then more work is allowed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from consolidate.errors import OutOfTime
from consolidate.inventory import Inventory
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.neighbourhood_search import solution_of
from consolidate.solving.exact.presolve import Presolve
from consolidate.solving.exact.solver import Outcome, ProgressMonitor, SolveLimits, must_stop, reason_to_stop
from consolidate.solving.formulation.choices import Choice, Offer, offer, shortened
from consolidate.solving.formulation.solution import Solution, finish_of, first_violation
from consolidate.solving.makespan.aggregate_model import AggregateModel
from consolidate.solving.makespan.schedule_search import ScheduleSearch
from consolidate.solving.makespan.tree_search import TreeSearch

QUICK = 3_000
"""Placements of the first turn of the heuristic, for each system: about a second for fifty."""
TURN = 8_000
"""The same, for each later turn."""
PATIENCE = 3
"""Turns without a better plan, where there is much to choose from, before anything is asked."""
FIRST_BUDGET = 60
"""Times that HiGHS may ask whether to go on, in the first round of tries; three times as often in each that follows."""
TREE_WORK = 1_000
"""Systems that the tree search may look at for each such time; ``TREE_FACTOR`` times as many in a program of up to
``SMALL`` choices, where it is the quicker of the two and goes first."""
TREE_FACTOR = 8
SMALL = 1_000
NEAR = 2
"""Quarters by which starts may differ from the best plan's, in the search for a better one nearby."""
NEAR_FACTOR = 25
"""Such a program is small: so many times more often may HiGHS ask."""
NEIGHBOURHOODS = 25
"""Neighbourhoods in each search around the best plan."""
NEIGHBOURHOOD_BUDGET = 15
"""Times that HiGHS may ask in each of them."""
REACHES = (3, 6, 12)
"""Quarters by which the free systems may start sooner or later there; the others, one."""
ROUNDS = 3
"""Rounds of tries, unless an optimum is asked for."""
FAR = 4
"""Quarters between the ends from which the middle is tried first."""

Solve = Callable[[int, Offer, SolveLimits, bool], tuple[Model, Outcome]]


@dataclass
class FewestQuarters:
    """The search between the two ends.

    ``solve`` builds and solves the model of an offer, without an objective; where it is ``doubting``, it reports that
    there is no plan only after solving twice. ``sure``: what presolve or such a second answer proves. ``low`` > T when
    there is no plan; ``best`` is None while none is known. ``ended``: ``gap``, ``budget``, ``time`` or ``stopped``.
    """

    inventory: Inventory
    limits: SolveLimits
    monitor: ProgressMonitor
    solve: Solve
    low: int = 0
    sure: int = 0
    high: int = 0
    best: Solution | None = None
    ended: str = "budget"
    reduced: dict[int, Offer] = field(default_factory=dict)
    trees: dict[int, TreeSearch] = field(default_factory=dict)
    rng: random.Random = field(default_factory=lambda: random.Random(0))
    freed: dict[int, int] = field(default_factory=dict)

    def run(self) -> None:
        """Searches until both ends meet, the work allowed is done, or it is stopped."""
        try:
            self._search()
        except OutOfTime:  # while something was built: what is known stays
            self.ended = reason_to_stop(self.limits, self.monitor)

    def _search(self) -> None:
        self.high = self.inventory.plan_quarters + 1
        whole = self.presolve_of(offer(self.inventory, self.inventory.plan_quarters, stop=self.stop), efficient=True)
        if whole is None or not whole.follow() or self.impossible(whole.offer()):
            self.low, self.sure, self.ended = self.high, self.high, "gap"
            return
        self.whole = whole.offer()
        self.heuristic(QUICK)
        self.raise_bound()
        self.search_plans()
        self.close_gap()
        while self.low > self.sure and self.ended != "stopped":
            # The last number of quarters found too few is asked about again, with the doubt that a proof needs.
            end = self.low - 1
            self.low = self.sure
            if not self.decide(end, None, doubting=True):
                break
            self.close_gap()

    def search_plans(self) -> None:
        """Where there are many choices, plans come before proofs: heuristic and neighbourhoods take turns."""
        vain = 0
        while not self.over() and vain < PATIENCE and self.has_many_choices():
            before = self.high
            self.heuristic(TURN)
            self.search_around(NEIGHBOURHOODS)
            vain = vain + 1 if self.high == before else 0

    def close_gap(self) -> None:
        """Decides numbers of quarters until both ends meet, or the work allowed is done."""
        self.ended = "budget"
        budget, rounds = FIRST_BUDGET, 0
        while not self.over():
            if not self.decide_some(budget):
                rounds += 1
                if self.limits.gap > 0 and rounds >= ROUNDS:
                    return
                budget *= 3
                self.heuristic(TURN)
                self.search_near(NEAR + rounds, budget)
                if not self.over() and self.has_many_choices():
                    self.search_around(NEIGHBOURHOODS)

    def stop(self) -> bool:
        """Whether the user, or the time limit, ends the search."""
        return must_stop(self.limits, self.monitor)

    def over(self) -> bool:
        """True when both ends have met, the time is up or a stop was requested; ``ended`` says which."""
        self.monitor.report(float(self.high) if self.best else float("inf"), float(self.low))
        if self.low >= self.high or (self.best and self.high - self.low <= self.limits.gap * self.high):
            self.ended = "gap"
        else:
            self.ended = reason_to_stop(self.limits, self.monitor) or self.ended
        return self.ended != "budget"

    def has_many_choices(self) -> bool:
        """Whether there is much to choose from in fewer quarters than now: then plans are sought before proofs."""
        left = self.reduced_to(self.high - 1)
        if left is None:
            self.too_few(self.high - 1, sure=True)
        return left is not None and left.size > SMALL

    def take(self, plan: Solution) -> bool:
        """Takes a plan as the best, unless it breaks a rule: then what is known stays, and the answer is False."""
        if first_violation(self.inventory, plan) is not None:
            return False
        self.best, self.high = plan, min(self.high, finish_of(plan))
        return True

    # -- the plan ---------------------------------------------------------------------------

    def impossible(self, whole: Offer) -> bool:
        """Whether the choice of options alone has no solution; where it has one, the heuristic is made ready."""
        core = AggregateModel(self.inventory, whole, stop=self.stop)
        limits = replace(self.limits, gap=1.0, budget=FIRST_BUDGET)
        if core.solve(limits, self.monitor).ended == "infeasible":
            return True
        self.search = ScheduleSearch(self.inventory, whole, core, limits, self.monitor, self.stop)
        return False

    def heuristic(self, placements: int) -> None:
        """Gives the heuristic another turn."""
        found = self.search.run(self.low, placements, self.best)
        if found is not None and finish_of(found) < self.high:
            self.take(found)

    def search_near(self, radius: int, budget: int) -> None:
        """Better plans close to the best: every system starts within so many quarters of where it does now."""
        while self.best is not None and not self.over():
            end = self.high - 1
            left = self.reduced_to(end)
            if left is None:
                self.too_few(end, sure=True)
                return
            close = self.presolve_of(_close(left, self.best, radius))
            if close is None or not close.probe():
                return
            model, outcome = self.solve(
                end, close.offer(), replace(self.limits, gap=1.0, budget=budget * NEAR_FACTOR), False
            )
            if outcome.values is None or not self.take(solution_of(model, outcome)):
                return

    def search_around(self, tries: int) -> None:
        """Better plans around the best: some systems by chance are free, the others stay within a quarter.

        A large neighbourhood search (P. Shaw, 1998). The more often a neighbourhood is empty, the more are free in
        the next; the fewer, where one is not decided within the work allowed.
        """
        for _ in range(tries):
            if self.best is None or self.over():
                return
            left = self.reduced_to(self.high - 1)
            if left is None:
                self.too_few(self.high - 1, sure=True)
                return
            keys, reach = list(left.systems), self.rng.choice(REACHES)
            freed = self.freed.get(reach, 2 * len(keys) // (1 + reach))
            around = self.presolve_of(_around(left, self.best, set(self.rng.sample(keys, freed)), reach))
            ended = "infeasible" if around is None or not around.follow() else self._found(around.offer())
            freed += {"infeasible": 1 + freed // 10, "budget": -1 - freed // 4}.get(ended, 0)
            self.freed[reach] = min(max(freed, 1), len(keys))

    def _found(self, around: Offer) -> str:
        """Looks for a plan among so few choices; says how it ended."""
        limits = replace(self.limits, gap=1.0, budget=NEIGHBOURHOOD_BUDGET)
        model, outcome = self.solve(around.end, around, limits, False)
        if outcome.values is not None:
            self.take(solution_of(model, outcome))
        return outcome.ended

    # -- the bound ----------------------------------------------------------------------------

    def raise_bound(self) -> None:
        """Raises ``low`` by presolve alone, by halves."""
        low, high = self.low, self.high - 1
        while low <= high and not self.stop():
            middle = (low + high) // 2
            if self.reduced_to(middle) is None:
                low = middle + 1
                self.too_few(middle, sure=True)
            else:
                high = middle - 1

    def presolve_of(self, offered: Offer, *, efficient: bool = False) -> Presolve | None:
        """Presolve of an offer, not yet run; None when a system has no choice."""
        if not offered.possible:
            return None
        presolve = Presolve(self.inventory, offered, self.stop)
        if efficient:
            presolve.efficient("finish")
        return presolve

    def reduced_to(self, end: int) -> Offer | None:
        """What presolve leaves for so many quarters; None when nothing fits."""
        if end not in self.reduced:
            wider = min((other for other in self.reduced if other > end), default=None)
            base = self.whole if wider is None else self.reduced[wider]
            found = self.presolve_of(shortened(self.inventory, base, end))
            if found is None or not found.probe():
                return None
            self.reduced[end] = found.offer()
            self.trees[end] = TreeSearch(found, self.stop)
        return self.reduced[end]

    def decide_some(self, budget: int) -> bool:
        """Tries a few numbers of quarters with so much work each; True when an end has moved."""
        low, high = self.low, self.high - 1
        ends = (low, (low + high) // 2, high) if high - low < FAR else ((low + high) // 2, low, high)
        return any(self.over() or self.decide(end, budget) for end in dict.fromkeys(ends))

    def decide(self, end: int, budget: int | None, *, doubting: bool = False) -> bool:
        """Whether the work fits into ``end`` quarters; True when that is answered."""
        left = self.reduced_to(end)
        if left is None:
            self.too_few(end, sure=True)
            return True
        small = left.size <= SMALL
        if budget is not None and not doubting:
            match self.trees[end].run(TREE_WORK * budget * (TREE_FACTOR if small else 1)):
                case "none":
                    self.too_few(end, sure=True)
                    return True
                case "plan":
                    plan = self.trees[end].plan
                    assert plan is not None
                    self.take(plan)
                    return True
            if small and budget == FIRST_BUDGET:
                return False
        budget = self.limits.budget if budget is None else budget
        model, outcome = self.solve(end, left, replace(self.limits, gap=1.0, budget=budget), doubting)
        if outcome.ended == "infeasible":
            self.too_few(end, sure=doubting)
        elif outcome.values is not None:
            return self.take(solution_of(model, outcome))
        return outcome.ended == "infeasible"

    def too_few(self, end: int, *, sure: bool) -> None:
        """Notes that no plan has so few quarters; ``sure`` where that is proven."""
        self.low = max(self.low, end + 1)
        if sure:
            self.sure = max(self.sure, end + 1)


def _close(left: Offer, plan: Solution, radius: int) -> Offer:
    """The choices that start within ``radius`` quarters of what a plan does with their system."""
    starts = {choice.system.id: choice.when.starts[:1] for choice in plan.choices}

    def close(choice: Choice) -> bool:
        before = starts[choice.system.id]
        now = choice.when.starts[:1]
        return not now or not before or abs(now[0] - before[0]) <= radius

    return Offer(left.end, {key: tuple(filter(close, found)) for key, found in left.systems.items()}, left.builds)


def _around(left: Offer, plan: Solution, free: Collection[str], reach: int) -> Offer:
    """The choices near a plan's: of the free, any option within ``reach`` quarters; of others the plan's, within 1."""
    before = {choice.system.id: choice for choice in plan.choices}

    def near(key: str, choice: Choice) -> bool:
        was = before[key]
        if key not in free and choice.option.number != was.option.number:
            return False
        now, then = choice.when.starts[:1], was.when.starts[:1]
        return not now or not then or abs(now[0] - then[0]) <= (reach if key in free else 1)

    systems = {key: tuple(choice for choice in found if near(key, choice)) for key, found in left.systems.items()}
    return Offer(left.end, systems, left.builds)
