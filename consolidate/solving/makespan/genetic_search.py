"""Lists of systems bred from one another: a genetic algorithm over serial schedules."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Sequence

from consolidate.solving.formulation.choices import in_order
from consolidate.solving.formulation.solution import Solution, first_violation
from consolidate.solving.makespan.serial_schedule import (
    MUTATION,
    POPULATION,
    REPAIRS,
    STALE,
    Plan,
    Score,
    Yard,
    _excess,
)


class Breeding:
    """Better plans from good ones. ``best`` is the best that obeys every rule."""

    def __init__(self, yard: Yard, stop: Callable[[], bool]) -> None:
        self.yard = yard
        self.stop = stop
        self.dice = random.Random(0)
        self.best: Plan | None = None
        self.families: list[Plan] = []
        self.known: set[tuple[object, ...]] = set()
        tasks = yard.tasks
        self.links = {yard.systems[n]: tuple(yard.systems[m] for m in tasks[n].before) for n in range(yard.count)}
        self.topological = [yard.number[key] for key in in_order(self.links)]
        self.tails = self._tails()
        self.several = [task for task in range(yard.count) if len(tasks[task].modes) > 1]

    def _tails(self) -> list[int]:
        """Quarters of work in the longest chain that begins with a system, in its shortest modes."""
        tasks = self.yard.tasks
        tails = [0] * self.yard.count
        for task in reversed(self.topological):
            length = min((mode.ends[0] - mode.starts[0] + 1 for mode in tasks[task].modes if mode.first), default=0)
            tails[task] = length + max((tails[other] for other in tasks[task].after), default=0)
        return tails

    def over(self, low: int, budget: int) -> bool:
        found = self.best is not None and self.best.score[1] <= low
        return found or self.yard.spent >= budget or self.stop()

    def run(self, low: int, budget: int, seeds: Sequence[Sequence[int]] = ()) -> None:
        """Breeds until a plan needs no more than ``low`` quarters, or the budget of placements is spent."""
        budget += self.yard.spent
        alone = 0
        while not self.over(low, budget) and alone < 3:
            self.populate(low, budget, seeds)
            alone += len(self.families) <= 1
            stale = 0
            while stale < STALE * POPULATION and len(self.families) > 1 and not self.over(low, budget):
                best = self.families[0].score
                self.breed()
                stale = 0 if self.families[0].score < best else stale + 1

    def populate(self, low: int, budget: int, seeds: Sequence[Sequence[int]]) -> None:
        self.families, self.known = [], set()
        for number in range(POPULATION):
            if self.over(low, budget):
                return
            modes = list(seeds[number % len(seeds)]) if seeds and number < POPULATION // 2 else self.drawn_modes()
            self.add(self.drawn_order(), modes)

    def drawn_modes(self) -> list[int]:
        """A mode for each task by chance; a group either moves or stays."""
        return [self.dice.randrange(len(task.modes)) if task.modes else 0 for task in self.yard.tasks]

    def repair(self, modes: list[int]) -> None:
        """Changes modes until pots and capacities suffice, or patience ends: each change makes the excess less."""
        use, there, dice = self.yard.use, self.yard.there, self.dice
        total = [0] * len(there)
        for task, mode in enumerate(modes):
            if use[task]:
                total = [one + other for one, other in zip(total, use[task][mode], strict=True)]
        excess = _excess(total, there)
        tries = REPAIRS * len(self.several)
        while excess > 0 and tries > 0:
            tries -= 1
            task = dice.choice(self.several)
            mode = dice.randrange(len(use[task]))
            new = [a - b + c for a, b, c in zip(total, use[task][modes[task]], use[task][mode], strict=True)]
            better = _excess(new, there)
            if better < excess or (better == excess and tries % 2):
                modes[task], total, excess = mode, new, better

    def drawn_order(self) -> list[int]:
        """A list in which nobody stands before whom he waits for: the longer the tail, the sooner, with some chance."""
        tasks = self.yard.tasks
        waiting = [len(tasks[task].before) for task in range(self.yard.count)]
        open_ = [task for task in range(self.yard.count) if not waiting[task]]
        weight = self.dice.choice((0.0, 0.5, 1.0, 2.0))
        order = []
        while open_:
            marks = [weight * self.tails[task] + self.dice.random() * (self.tails[task] + 1) for task in open_]
            task = open_.pop(marks.index(max(marks)))
            order.append(task)
            for other in tasks[task].after:
                waiting[other] -= 1
                if not waiting[other]:
                    open_.append(other)
        return order

    def add(self, order: Sequence[int], modes: list[int]) -> None:
        """Makes a plan, improves it, and keeps it among the families if it is good enough and new."""
        yard = self.yard
        yard.spent += 1
        self.repair(modes)
        yard.forward(order, modes)
        score = yard.score()
        places = list(yard.places)
        while True:
            yard.backward()
            yard.again()
            again = yard.score()
            if again < score:
                score, places = again, list(yard.places)
            if again >= score:
                break
        yard.places = places
        key = tuple(places)
        if key in self.known:
            return
        plan = self.encoded(score, places)
        if score[0] == 0 and (self.best is None or score < self.best.score) and self.obeys(places):
            self.best = plan
        if len(self.families) >= POPULATION:
            if score >= self.families[-1].score:
                return
            self.known.discard(tuple(self.families.pop().places))
        self.known.add(key)
        at = bisect_left([one.score for one in self.families], score)
        self.families.insert(at, plan)

    def adopt(self, plan: Solution) -> None:
        """Takes a plan that others found among the families."""
        places = self.yard.places_of(plan)
        if places is not None and self.families:
            self.yard.places = places
            found = self.encoded(self.yard.score(), places)
            self.best = found if self.best is None or found.score < self.best.score else self.best
            self.families[-1] = found
            self.families.sort(key=lambda one: one.score)
            self.known.add(tuple(places))

    def plan(self) -> Solution | None:
        """The best plan so far."""
        if self.best is None:
            return None
        self.yard.places = self.best.places
        return self.yard.solution()

    def obeys(self, places: list[tuple[int, int] | None]) -> bool:
        self.yard.places = places
        return first_violation(self.yard.inventory, self.yard.solution()) is None

    def encoded(self, score: Score, places: list[tuple[int, int] | None]) -> Plan:
        """The list and the modes that lead to a plan: by start, in an order that the links allow."""
        yard = self.yard
        yard.places = places
        rank = {task: place for place, task in enumerate(self.topological)}
        # Whoever waits starts later, but where what he waits for holds nothing up.
        order = sorted(range(yard.count), key=lambda task: (self._begins(task), rank[task]))
        modes = [0 if place is None else place[0] for place in places]
        return Plan(score, order, modes, places)

    def _begins(self, task: int) -> int:
        return self.yard.start_of(task)

    def breed(self) -> None:
        """One child of two parents."""
        one, other = self.parent(), self.parent()
        count = self.yard.count
        low, high = sorted((self.dice.randrange(count + 1), self.dice.randrange(count + 1)))
        head = one.order[:low]
        taken = set(head)
        middle = [task for task in other.order if task not in taken][: high - low]
        taken.update(middle)
        order = head + middle + [task for task in one.order if task not in taken]
        modes = list(one.modes)
        for task in middle:
            modes[task] = other.modes[task]
        self.mutate(order, modes)
        self.add(order, modes)

    def parent(self) -> Plan:
        places = len(self.families)
        return self.families[min(self.dice.randrange(places), self.dice.randrange(places))]

    def mutate(self, order: list[int], modes: list[int]) -> None:
        """Neighbours in the list change places where the links allow it; options change."""
        tasks, dice = self.yard.tasks, self.dice
        for place in range(len(order) - 1):
            if dice.random() < MUTATION and order[place] not in tasks[order[place + 1]].before:
                order[place], order[place + 1] = order[place + 1], order[place]
        for task in order:
            if dice.random() < MUTATION:
                modes[task] = dice.randrange(len(tasks[task].modes))
