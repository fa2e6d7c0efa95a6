"""A genetic algorithm over serial schedules (S. Hartmann, 2001).

An individual is a list of systems with a mode for each, from which
:class:`~consolidate.solving.makespan.serial_schedule.SerialSchedule` builds a schedule. A child takes the head of one
parent's list, a middle of the other's, and the rest of the first's (two-point crossover). Chance is seeded.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from consolidate.errors import OutOfTime
from consolidate.solving.formulation.solution import Solution, first_violation
from consolidate.solving.makespan.project import Place, Project
from consolidate.solving.makespan.serial_schedule import Score, SerialSchedule

POPULATION = 40
MUTATION = 0.06
"""Probability that a place in the list, or a mode, is changed in a child."""
STALE = 30
"""Children, in populations, without a better schedule after which a new population is drawn."""
REPAIRS = 12
"""Changes of mode that a repair may try, in systems."""
POPULATIONS = 3
"""Populations of one individual after which the search ends: there is nothing to vary."""


class Individual(NamedTuple):
    """A schedule, and the list and modes that lead to it."""

    score: Score
    order: list[int]
    modes: list[int]
    places: list[Place | None]


class GeneticSearch:
    """The search for a schedule of few quarters. ``best`` is the best that obeys every rule.

    ``population`` is in the order of scores; ``stop`` returns True once the search is to end, in the middle of a
    schedule, too, which is then given up.
    """

    def __init__(self, project: Project, stop: Callable[[], bool]) -> None:
        self.project = project
        self.schedule = SerialSchedule(project)
        self.stop = stop
        self.rng = random.Random(0)
        self.best: Individual | None = None
        self.population: list[Individual] = []
        self.known: set[tuple[object, ...]] = set()
        self.topological = project.topological()
        self.tails = self._tails()
        self.several = [task for task in range(project.count) if len(project.tasks[task].modes) > 1]

    def _tails(self) -> list[int]:
        """Quarters of work in the longest chain that begins with a system, in its shortest modes."""
        tasks = self.project.tasks
        tails = [0] * self.project.count
        for task in reversed(self.topological):
            length = min((mode.ends[0] - mode.starts[0] + 1 for mode in tasks[task].modes if mode.first), default=0)
            tails[task] = length + max((tails[other] for other in tasks[task].after), default=0)
        return tails

    def over(self, low: int, budget: int) -> bool:
        """Whether a schedule of ``low`` quarters is found, the budget of placements spent, or a stop requested."""
        found = self.best is not None and self.best.score[1] <= low
        return found or self.schedule.spent >= budget or self.stop()

    def run(self, low: int, budget: int, seeds: Sequence[Sequence[int]] = ()) -> None:
        """Searches until a schedule needs no more than ``low`` quarters, or the budget of placements is spent.

        Args:
            low: quarters that are few enough.
            budget: placements.
            seeds: modes by task that half of each first population takes.
        """
        try:
            self._search(low, budget + self.schedule.spent, seeds)
        except OutOfTime:  # in the middle of a schedule: the best so far stays
            return

    def _search(self, low: int, budget: int, seeds: Sequence[Sequence[int]]) -> None:
        alone = 0
        while not self.over(low, budget) and alone < POPULATIONS:
            self.populate(low, budget, seeds)
            alone += len(self.population) <= 1
            stale = 0
            while stale < STALE * POPULATION and len(self.population) > 1 and not self.over(low, budget):
                best = self.population[0].score
                self.breed()
                stale = 0 if self.population[0].score < best else stale + 1

    def populate(self, low: int, budget: int, seeds: Sequence[Sequence[int]]) -> None:
        """Draws a new population."""
        self.population, self.known = [], set()
        for number in range(POPULATION):
            if self.over(low, budget):
                return
            modes = list(seeds[number % len(seeds)]) if seeds and number < POPULATION // 2 else self.drawn_modes()
            self.add(self.drawn_order(), modes)

    def drawn_modes(self) -> list[int]:
        """A mode for each task by chance."""
        return [self.rng.randrange(len(task.modes)) if task.modes else 0 for task in self.project.tasks]

    def repair(self, modes: list[int]) -> None:
        """Changes modes until capital and capacities suffice, or the tries are used up: each lowers the excess."""
        use, there, rng = self.project.use, self.project.there, self.rng
        total = [0] * len(there)
        for task, mode in enumerate(modes):
            if use[task]:
                total = [one + other for one, other in zip(total, use[task][mode], strict=True)]
        excess = _excess(total, there)
        tries = REPAIRS * len(self.several)
        while excess > 0 and tries > 0:
            self._heed()
            tries -= 1
            task = rng.choice(self.several)
            mode = rng.randrange(len(use[task]))
            new = [a - b + c for a, b, c in zip(total, use[task][modes[task]], use[task][mode], strict=True)]
            better = _excess(new, there)
            if better < excess or (better == excess and tries % 2):
                modes[task], total, excess = mode, new, better

    def drawn_order(self) -> list[int]:
        """A list in which predecessors come first: the longer a system's tail, the sooner, with some chance."""
        tasks = self.project.tasks
        waiting = [len(tasks[task].before) for task in range(self.project.count)]
        open_ = [task for task in range(self.project.count) if not waiting[task]]
        weight = self.rng.choice((0.0, 0.5, 1.0, 2.0))
        order = []
        while open_:
            self._heed()
            marks = [weight * self.tails[task] + self.rng.random() * (self.tails[task] + 1) for task in open_]
            task = open_.pop(marks.index(max(marks)))
            order.append(task)
            for other in tasks[task].after:
                waiting[other] -= 1
                if not waiting[other]:
                    open_.append(other)
        return order

    def _heed(self) -> None:
        """Gives up what is under way once the search is to end."""
        if self.stop():
            raise OutOfTime

    def add(self, order: Sequence[int], modes: list[int]) -> None:
        """Builds a schedule, improves it, and adds it to the population if it is good enough and new."""
        self.schedule.spent += 1
        self.repair(modes)
        self.schedule.forward(order, modes)
        score, places = self._improved()
        key = tuple(places)
        if key in self.known:
            return
        found = self.encoded(score, places)
        if score[0] == 0 and (self.best is None or score < self.best.score) and self._obeys(places):
            self.best = found
        if len(self.population) >= POPULATION:
            if score >= self.population[-1].score:
                return
            self.known.discard(tuple(self.population.pop().places))
        self.known.add(key)
        at = bisect_left([one.score for one in self.population], score)
        self.population.insert(at, found)

    def _improved(self) -> tuple[Score, list[Place | None]]:
        """The better of the schedule as it is and its forward-backward improvement, which it ends with."""
        schedule = self.schedule
        score, places = schedule.score(), list(schedule.places)
        schedule.backward()
        schedule.forward_again()
        again = schedule.score()
        if again < score:
            score, places = again, list(schedule.places)
        schedule.places = places
        return score, places

    def adopt(self, plan: Solution) -> None:
        """Takes a plan that another method found into the population."""
        places = self.project.places_of(plan)
        if places is not None and self.population:
            self.schedule.places = places
            found = self.encoded(self.schedule.score(), places)
            self.best = found if self.best is None or found.score < self.best.score else self.best
            self.population[-1] = found
            self.population.sort(key=lambda one: one.score)
            self.known.add(tuple(places))

    def solution(self) -> Solution | None:
        """The best plan so far."""
        return None if self.best is None else self.project.solution(self.best.places)

    def _obeys(self, places: list[Place | None]) -> bool:
        """Whether the plan with the tasks at these places obeys every rule."""
        return first_violation(self.project.inventory, self.project.solution(places)) is None

    def encoded(self, score: Score, places: list[Place | None]) -> Individual:
        """The list and the modes that lead to a schedule: by start, in an order that the links allow."""
        self.schedule.places = places
        rank = {task: place for place, task in enumerate(self.topological)}
        # A successor starts later, unless its predecessor holds nothing up: then their rank decides.
        order = sorted(range(self.project.count), key=lambda task: (self.schedule.start_of(task), rank[task]))
        modes = [0 if place is None else place[0] for place in places]
        return Individual(score, order, modes, places)

    def breed(self) -> None:
        """One child of two parents."""
        one, other = self._parent(), self._parent()
        count = self.project.count
        low, high = sorted((self.rng.randrange(count + 1), self.rng.randrange(count + 1)))
        head = one.order[:low]
        taken = set(head)
        middle = [task for task in other.order if task not in taken][: high - low]
        taken.update(middle)
        order = head + middle + [task for task in one.order if task not in taken]
        modes = list(one.modes)
        for task in middle:
            modes[task] = other.modes[task]
        self._mutate(order, modes)
        self.add(order, modes)

    def _parent(self) -> Individual:
        """The better of two individuals drawn (tournament selection)."""
        size = len(self.population)
        return self.population[min(self.rng.randrange(size), self.rng.randrange(size))]

    def _mutate(self, order: list[int], modes: list[int]) -> None:
        """Swaps neighbours in the list where the links allow it, and changes modes, by chance."""
        tasks, rng = self.project.tasks, self.rng
        for place in range(len(order) - 1):
            if rng.random() < MUTATION and order[place] not in tasks[order[place + 1]].before:
                order[place], order[place + 1] = order[place + 1], order[place]
        for task in order:
            if rng.random() < MUTATION:
                modes[task] = rng.randrange(len(tasks[task].modes))


def _excess(total: Sequence[int], there: Sequence[int]) -> float:
    """By how much the amounts exceed what is available, in shares of it."""
    return sum((taken - have) / max(have, 1) for taken, have in zip(total, there, strict=True) if taken > have)
