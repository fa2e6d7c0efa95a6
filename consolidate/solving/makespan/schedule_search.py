"""The heuristic for short schedules: which search runs, what it begins with, and the best plan that it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from consolidate.inventory import Effort, Inventory
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits
from consolidate.solving.formulation.choices import Offer
from consolidate.solving.formulation.solution import Solution, finish_of
from consolidate.solving.makespan.aggregate_model import AggregateModel
from consolidate.solving.makespan.genetic_search import GeneticSearch
from consolidate.solving.makespan.project import Project
from consolidate.solving.makespan.vectorised_schedule import VectorisedSearch, is_plain

FACTOR = 4
"""So many times more placements where schedules are built by the hundred (in ``vectorised_schedule``)."""
LATER_FACTOR = 12
"""The same in later turns: what is not found at first needs large populations, and is not found in other ways."""
SEEDS = 6
"""Choices of options, each for another price of time, that the search begins with."""
SEED_GAP = 0.02


class ScheduleSearch:
    """Searches for a plan of few quarters, a budget at a time.

    Plain projects are searched with numpy (:class:`VectorisedSearch`), all others with :class:`GeneticSearch`, which
    also takes over where the former finds a schedule that breaks a rule that it does not know.

    Args:
        inventory: what is to be planned.
        offered: the choices to choose from.
        core: the choice of options without time, for seeds.
        limits, monitor: as for a solve.
        stop: returns True once the search is to end.

    Raises:
        OutOfTime: it was stopped before the search could begin.
    """

    def __init__(
        self,
        inventory: Inventory,
        offered: Offer,
        core: AggregateModel,
        limits: SolveLimits,
        monitor: ProgressMonitor,
        stop: Callable[[], bool],
    ) -> None:
        self.inventory = inventory
        self.project = Project(inventory, offered, stop)
        self.first = True
        self.seeds: list[list[int]] = []
        for number in range(SEEDS):
            core.price(self._prices(offered, number))
            outcome = core.solve(replace(limits, gap=SEED_GAP), monitor)
            if outcome.values is not None:
                self.seeds.append(self.project.modes_of(core.chosen(outcome)))
        self.genetic = GeneticSearch(self.project, stop)
        self.vectorised: VectorisedSearch | None = None
        if is_plain(self.project):
            self.vectorised = VectorisedSearch(self.project, self.genetic.drawn_order, stop)

    def run(self, low: int, placements: int, best: Solution | None) -> Solution | None:
        """The best plan found so far, after another turn.

        Args:
            low: quarters that are few enough.
            placements: budget of the turn, for each system.
            best: the best plan that any method has found.
        """
        placements *= len(self.inventory.systems)
        found = self._vectorised(low, placements * (FACTOR if self.first else LATER_FACTOR), best)
        self.first = False
        if self.vectorised is None:
            if best is not None:
                self.genetic.adopt(best)
            self.genetic.run(low, placements, self.seeds)
            found = self.genetic.solution()
        return found

    def _vectorised(self, low: int, placements: int, best: Solution | None) -> Solution | None:
        """What the vectorised search finds; it is given up when its best breaks a rule that it does not know."""
        search = self.vectorised
        if search is None:
            return None
        if best is not None and finish_of(best) < search.quarters:
            search.adopt(best)
        search.run(low, placements, self.seeds)
        found = search.solution()
        if found is None:
            self.vectorised = None
        return found

    def _prices(self, offered: Offer, number: int) -> dict[tuple[str, int], float]:
        """Prices of options for a seed: quarters of work, and the more of the effort the higher its number."""
        prices: dict[tuple[str, int], float] = {}
        for key, found in offered.systems.items():
            for choice in found:
                time = sum(step.quarters for step in choice.option.steps) if choice.when.starts else 0
                work = sum(self._share(step.effort) for step in choice.option.steps) if choice.when.starts else 0.0
                prices[key, choice.option.number] = time + number * work
        return prices

    def _share(self, effort: Effort) -> float:
        """Effort in quarters of all that each role has."""
        total = 0.0
        for role, days in effort.items():
            have = self.inventory.roles[role].days
            if have is not None:
                total += sum(days) / max(sum(have) / len(have), 1e-9)
        return total
