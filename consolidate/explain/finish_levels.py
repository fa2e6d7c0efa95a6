"""What other choices do where quarters are minimised: first to the last cutover, then to the cost.

A plan of fewest quarters, with its last cutover in quarter :math:`F`, is a plan of the inventory in which cost is
minimised and nothing cuts over after :math:`F` (:func:`consolidate.variants.cheapest_within`). In that inventory, the
first *level*, each other choice has a plan that ends as soon, and costs so much more; or it has none. Then it is looked
for in the inventory in which nothing cuts over after :math:`F + 1`, and so on. What a level proves to be impossible
makes every plan with the choice end later than that level allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from consolidate.accounts.verdict import verify_plan
from consolidate.explain.choice_search import STEPS, ChoiceSearch
from consolidate.explain.explained import PlanFinish, PricedChoice
from consolidate.explain.explainer import Question
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.values import dated_or_none
from consolidate.inventory import Inventory
from consolidate.plan import Plan
from consolidate.solving.decomposition.certificate import certify, priced
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import INFINITY, ProgressMonitor
from consolidate.variants import cheapest_within

CLOSEST = 1e-6
"""The gap that is asked for beside an optimum: 0 would ask for optima, however long they take."""
MOST_LATER = 4
"""By how many quarters later than it must end a choice is looked for at most, quarter by quarter."""


@dataclass(frozen=True)
class Level:
    """The plan asked about as one of least cost among those that end no later than some quarter, and a search there."""

    reading: PlanReading
    search: ChoiceSearch


def cheapest_as_soon(
    reading: PlanReading, start: Start | None, gap: float | None, monitor: ProgressMonitor
) -> tuple[Inventory, Plan, Start]:
    """The first level, for searches that minimise cost: its inventory, the plan in it, and what they begin with.

    Args:
        reading: a plan of an inventory that minimises quarters.
        start: the plan with prices; without, they are found once.
        gap: how close to the least cost the plan is to be proven, of a small inventory; None: as close as can be.
        monitor: progress and stop request.
    """
    levels = FinishLevels(reading, start, CLOSEST if gap is None else gap, monitor)
    level = levels.at(0)
    plan = level.reading.plan
    above = max(plan.objective - plan.bound, 0.0) / max(abs(plan.objective), 1.0)
    plan = replace(plan, gap=above)
    return level.reading.inventory, plan, replace(levels.start, plan=plan, bound=-INFINITY)


class FinishLevels:
    """Levels of a plan of fewest quarters, each made when it is first asked for.

    Args:
        reading: the plan, of an inventory that minimises quarters.
        start: the plan with prices; without, they are found once.
        gap, monitor, steps: as :class:`consolidate.explain.choice_search.ChoiceSearch` takes them.
    """

    def __init__(
        self, reading: PlanReading, start: Start | None, gap: float, monitor: ProgressMonitor, steps: int = STEPS
    ) -> None:
        self.given, self.gap, self.monitor, self.steps = reading, gap, monitor, steps
        self.start = start or Start(reading.plan, reading.inventory.calendar, {})
        self.finish = reading.book.finish
        self._levels: dict[int, Level] = {}

    def listen_to(self, monitor: ProgressMonitor) -> None:
        """Has the searches of all levels heed another wish to stop."""
        self.monitor = monitor
        for level in self._levels.values():
            level.search.monitor = monitor

    @property
    def top(self) -> int:
        """The last level, in which nothing but the horizon ends the plan."""
        return self.given.inventory.plan_quarters - self.finish

    @property
    def ends(self) -> PlanFinish:
        """When the plan ends, and how much sooner the best could."""
        plan = self.given.plan
        return PlanFinish(
            last=dated_or_none(self.given.inventory, self.finish - 1 if self.finish else None),
            sooner=max(round(self.finish - plan.bound), 0),
        )

    def at(self, later: int) -> Level:
        """The level of plans that end at most so many quarters later."""
        if later not in self._levels:
            self._levels[later] = self._made(later)
        return self._levels[later]

    def _made(self, later: int) -> Level:
        given = self.given
        inventory = cheapest_within(given.inventory, self.finish + later)
        plan = replace(given.plan, inventory=inventory.content_hash, bound=-INFINITY, costs=None)
        search = ChoiceSearch(inventory, plan, self.start, self.gap, self.monitor, self.steps)
        search.counts_finish = True
        if not self.start.prices:
            prices = priced(certify(search.held.columns, search.held.prices))
            self.start = search.start = replace(self.start, prices=prices)
        bound = search.exactly(inventory)[1] if search.is_small and not later else -INFINITY
        bound = max(bound, search.held.bound + search.settled)
        search.plan = replace(plan, objective=search.total, bound=min(bound, search.total))
        search.search_beyond(search.plan.bound)
        return Level(PlanReading(inventory, search.plan, verify_plan(inventory, search.plan).ledger), search)

    def _first(self, cutover: int | None) -> int:
        """The first level in which a choice may be that has a cutover in a quarter, or (None) in any."""
        return 0 if cutover is None else max(cutover + 1 - self.finish, 0)

    def tried(self, cutover: int | None) -> Iterator[int]:
        """The levels in which a choice is looked for: the first few, and, of a small inventory, the last one.

        In that, a plan is found with any choice that has one, or it is proven that none has it.

        Args:
            cutover: a cutover that the choice has, from the horizon's start; None where it may have any.
        """
        first = self._first(cutover)
        last = min(self.top, first + MOST_LATER)
        yield from range(first, last + 1)
        if last < self.top and self.at(self.top).search.is_small:
            yield self.top

    def answered(
        self, choice: PricedChoice, cutover: int | None, ask: Callable[[Level], Question | None]
    ) -> PricedChoice:
        """A choice with the plan that ends soonest of those found with it, and costs least among those.

        Args:
            choice: the choice, without an answer.
            cutover: a cutover that it has, from the horizon's start; None where it may have any.
            ask: asks for it in a level; None where it is no choice there, which is proven.
        """
        proven = self._first(cutover)
        for later in self.tried(cutover):
            if self.monitor.stop():
                break
            level = self.at(later)
            asked = ask(level)
            found = None if asked is None else level.search.answer_of(asked)
            if found is not None and found.state == "priced":
                found = replace(found, at_least=None if later else found.at_least)
                return replace(found, later_at_least=min(proven, max(found.later, 0)))
            if found is not None and found.state != "impossible" and found.state != "forbidden":
                continue
            if found is not None and later == self.top:
                choice = replace(choice, forbidden_by=found.forbidden_by)
            if proven == later or later == self.top:
                proven = later + 1  # what is impossible in the last level is so in all
        if proven > self.top:
            return replace(choice, state="forbidden" if choice.forbidden_by else "impossible")
        return replace(choice, state="not found", later_at_least=proven)
