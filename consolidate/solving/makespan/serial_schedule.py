"""Good plans in a moment, for whoever wants to finish soon.

A serial schedule generation scheme (J. E. Kelley, 1963; R. Kolisch, 1996): systems are taken in the order of
a list, each in a given option (a mode) at the first quarter in which all that is limited still
suffices; services that an option needs are built first. Then the plan is pushed to its end and back
to its beginning (forward-backward improvement; R. Valls, F. Ballestín and S. Quintanilla, 2005), where a
system may change its option if it then ends sooner (the multi-mode left shift of A. Sprecher, S. Hartmann and
A. Drexl, 1997). Lists and options are bred by a genetic algorithm (S. Hartmann, 2001): two parents, a
cut, the head of the one and the rest in the order of the other.

Chance is seeded and work is counted in placements, so that the same inventory gives the same plan.
A plan that breaks a rule is never handed on
(:func:`consolidate.solving.formulation.solution.first_violation` decides), and to find none proves nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer
from consolidate.solving.formulation.costs import Prices
from consolidate.solving.formulation.resource_vectors import Packing
from consolidate.solving.formulation.solution import Solution, first_needed, wanted_services

POPULATION = 40
MUTATION = 0.06
"""Chance that a place in the list, or an option, is changed in a child."""
STALE = 30
"""Children, in populations, without a better plan after which breeding begins anew."""

REPAIRS = 12
"""Changes of mode that a repair may try, in systems."""

NOWHERE = -1


@dataclass(slots=True)
class Mode:
    """An option of a system, or the build of a service: its choices by start, in parallel lists.

    ``frees``: the quarter from which whoever waits may start (0: nobody has to wait); ``ends``: last quarter
    of work; ``first[q]``: the first choice that starts in or after quarter q. ``services``: tasks
    that must be ready before the first step; ``later``: before the second, which starts in ``seconds``.
    """

    choices: list[Choice | BuildChoice]
    starts: list[int]
    needed: list[int]
    frees: list[int]
    ends: list[int]
    first: list[int]
    services: tuple[int, ...]
    later: tuple[int, ...] = ()
    seconds: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Task:
    """A system, or a service to be built. ``before``, ``after``: tasks it waits for, and that wait for it."""

    key: str
    modes: list[Mode]
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    group: tuple[int, ...] = ()
    """Tasks it cuts over together with, itself among them."""


Score = tuple[int, int, int]
"""Broken rules, quarters, and the last quarters of all work added up: less is better."""


@dataclass(slots=True)
class Plan:
    """Where each task stands: mode, place among the mode's choices; the list it came from."""

    score: Score
    order: list[int]
    modes: list[int]
    places: list[tuple[int, int] | None]


class Yard:
    """Where plans are put together, task by task.

    Tasks are the systems, in the inventory's order, then the services to be built. ``spent`` counts placements.
    """

    def __init__(self, inventory: Inventory, offered: Offer) -> None:
        self.inventory = inventory
        self.end = offered.end
        self.packing = Packing(inventory, offered, generous=False)
        self.guards = self.packing.guards
        self.systems = list(offered.systems)
        self.count = len(self.systems)
        built = [key for key, service in inventory.services.items() if service.build is not None]
        self.number = {key: place for place, key in enumerate(self.systems)}
        self.service = {key: self.count + place for place, key in enumerate(built)}
        self.tasks = [Task(key, self._modes(offered.systems[key])) for key in self.systems]
        self.tasks += [Task(key, self._builds(key, offered.builds[key])) for key in built]
        for place, key in enumerate(self.systems):
            for other in inventory.systems[key].after:
                self.tasks[place].before.append(self.number[other])
                self.tasks[self.number[other]].after.append(place)
        for group in inventory.together:
            members = tuple(self.number[key] for key in group)
            for place in members:
                self.tasks[place].group = members
        self.stock = [n for n, key in enumerate(self.packing.keys) if key[0] in ("capital", "capacity")]
        self.there = [self.amounts(self.packing.full)[n] for n in range(len(self.stock))]
        self.use = [[self._use(mode) for mode in task.modes] for task in self.tasks]
        self.prices = Prices(inventory)
        self._saved: dict[tuple[Choice, range], float] = {}
        self.spent = 0
        self.free = 0
        self.places: list[tuple[int, int] | None] = []

    # -- what can be placed ------------------------------------------------------------------

    def _modes(self, found: Iterable[Choice]) -> list[Mode]:
        by_option: dict[int, list[Choice]] = {}
        for choice in found:
            by_option.setdefault(choice.option.number, []).append(choice)
        return [self._mode(some) for some in by_option.values()]

    def _mode(self, found: list[Choice]) -> Mode:
        found = sorted(found, key=lambda choice: (choice.when.starts[:1], choice.finish))
        option = found[0].option
        starts = [choice.when.starts[0] if choice.when.starts else 0 for choice in found]
        first = self._tasks(option.first.needs)
        later = () if option.then is None else tuple(n for n in self._tasks(option.then.needs) if n not in first)
        return Mode(
            choices=list(found),
            starts=starts,
            needed=[self.packing.needed[choice] for choice in found],
            frees=[0 if choice.live is None else choice.live + 1 for choice in found],
            ends=[choice.finish for choice in found],
            first=[bisect_left(starts, quarter) for quarter in range(self.end + 1)]
            if option.approach != "retain"
            else [],
            services=first,
            later=later,
            seconds=[choice.when.starts[-1] for choice in found] if later else [],
        )

    def _builds(self, key: str, found: Sequence[BuildChoice]) -> list[Mode]:
        starts = [build.start for build in found]
        needs = self._tasks(self.inventory.services[key].needs)
        return [
            Mode(
                choices=list(found),
                starts=starts,
                needed=[self.packing.needed[build] for build in found],
                frees=[build.ready for build in found],
                ends=[NOWHERE for _ in found],
                first=[bisect_left(starts, quarter) for quarter in range(self.end + 1)],
                services=needs,
            )
        ]

    def _tasks(self, services: Iterable[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.service[key] for key in services if key in self.service))

    def amounts(self, packed: int) -> list[int]:
        """What a packed number holds in the fields of pots and capacities."""
        width = self.packing.width
        mask = (1 << (width - 1)) - 1
        return [(packed >> (place * width)) & mask for place in self.stock]

    def _use(self, mode: Mode) -> list[int]:
        """What a mode takes of pots and capacities at least, whenever it starts."""
        least = mode.needed[0] if mode.needed else 0
        for needed in mode.needed[1:]:
            least = self.packing.least(least, needed)
        return self.amounts(least)

    # -- putting together -------------------------------------------------------------------

    def clear(self) -> None:
        self.free = self.packing.full
        self.places = [None] * len(self.tasks)

    def earliest(self, task: int) -> int:
        """The first quarter that its links leave to a system."""
        earliest = 0
        for other in self.tasks[task].before:
            place = self.places[other]
            if place is not None:
                earliest = max(earliest, self.tasks[other].modes[place[0]].frees[place[1]])
        return earliest

    def latest(self, task: int) -> int:
        """The quarter before which it must be live: the first in which work starts that waits for it."""
        latest = self.end
        for other in self.tasks[task].after:
            place = self.places[other]
            if place is not None and self.tasks[other].modes[place[0]].first:
                latest = min(latest, self.tasks[other].modes[place[0]].starts[place[1]])
        return latest

    def soonest(self, mode: Mode, earliest: int) -> int:
        """The first choice of a mode that fits; :data:`NOWHERE` when none does. Builds what it needs."""
        if not mode.first:
            return 0 if (self.free - mode.needed[0]) & self.guards == self.guards else NOWHERE
        for service in mode.services:
            ready = self.ready(service)
            if ready == NOWHERE:
                return NOWHERE
            earliest = max(earliest, ready)
        second = 0
        for service in mode.later:
            ready = self.ready(service)
            if ready == NOWHERE:
                return NOWHERE
            second = max(second, ready)
        if earliest > self.end:
            return NOWHERE
        free, guards, needed = self.free, self.guards, mode.needed
        for place in range(mode.first[earliest], len(needed)):
            if (free - needed[place]) & guards == guards and (not second or mode.seconds[place] >= second):
                return place
        return NOWHERE

    def ready(self, service: int) -> int:
        """The quarter from which a service is ready; it is built as soon as can be if it is not yet."""
        place = self.places[service]
        mode = self.tasks[service].modes[0]
        if place is None:
            found = self.soonest(mode, 0) if mode.choices else NOWHERE
            if found == NOWHERE:
                return NOWHERE
            self.put(service, 0, found)
            place = (0, found)
        return mode.frees[place[1]]

    def put(self, task: int, mode: int, place: int) -> None:
        self.spent += 1
        self.free -= self.tasks[task].modes[mode].needed[place]
        self.places[task] = (mode, place)

    def lift(self, task: int) -> tuple[int, int]:
        """Takes a task out again, and says where it was."""
        place = self.places[task]
        assert place is not None
        self.free += self.tasks[task].modes[place[0]].needed[place[1]]
        self.places[task] = None
        return place

    def forward(self, order: Sequence[int], modes: Sequence[int]) -> None:
        """Places every system in the order of a list, each in its mode or, failing that, the one that ends soonest."""
        self.clear()
        for task in order:
            if self.places[task] is not None:
                continue
            if self.tasks[task].group:
                self._place_group(self.tasks[task].group, modes)
                continue
            earliest = self.earliest(task)
            found = self.soonest(self.tasks[task].modes[modes[task]], earliest)
            if found != NOWHERE:
                self.put(task, modes[task], found)
            else:
                self.place_best(task, earliest, ())

    def place_best(self, task: int, earliest: int, favourite: tuple[int, ...]) -> None:
        """Places a system in the mode that ends soonest, if any can be."""
        best: tuple[int, int, int] | None = None
        for number, mode in enumerate(self.tasks[task].modes):
            found = self.soonest(mode, earliest)
            if found != NOWHERE:
                mark = (2 * mode.ends[found] - (number in favourite), number, found)
                best = mark if best is None else min(best, mark)
        if best is not None:
            self.put(task, best[1], best[2])

    def _place_group(self, group: tuple[int, ...], modes: Sequence[int]) -> None:
        """Systems that cut over together: the first quarter in which all of them can, or as they stay."""
        chosen = [self.tasks[task].modes[modes[task]] for task in group]
        if any(mode.frees[0] == 0 for mode in chosen):
            for task in group:
                self._place_staying(task, modes[task])
            return
        earliest = [self.earliest(task) for task in group]
        for mode in chosen:
            for service in (*mode.services, *mode.later):
                self.ready(service)
        for live in range(1, self.end + 1):
            places = [self._live_from(mode, live, soon) for mode, soon in zip(chosen, earliest, strict=True)]
            total = sum(mode.needed[place] for mode, place in zip(chosen, places, strict=True) if place != NOWHERE)
            if NOWHERE not in places and (self.free - total) & self.guards == self.guards:
                for task, place in zip(group, places, strict=True):
                    self.put(task, modes[task], place)
                return

    def _live_from(self, mode: Mode, live: int, earliest: int) -> int:
        """A choice of a mode that is live from a quarter, if its links leave one."""
        readies = [self.places[service] is not None and self.ready(service) for service in mode.services]
        if False in readies or any(self.places[service] is None for service in mode.later):
            return NOWHERE
        second = max((self.ready(service) for service in mode.later), default=0)
        for place, frees in enumerate(mode.frees):
            soon = mode.starts[place] >= max([earliest, *map(int, readies)])
            if frees == live and soon and (not second or mode.seconds[place] >= second):
                return place
        return NOWHERE

    def _place_staying(self, task: int, wanted: int) -> None:
        """Places a system in a mode in which it never goes live, the wanted one if that is such."""
        modes = self.tasks[task].modes
        for number in (wanted, *range(len(modes))):
            if modes[number].frees[0] == 0:
                found = self.soonest(modes[number], self.earliest(task))
                if found != NOWHERE:
                    self.put(task, number, found)
                    return

    def end_of(self, task: int) -> int:
        place = self.places[task]
        return NOWHERE if place is None else self.tasks[task].modes[place[0]].ends[place[1]]

    def start_of(self, task: int) -> int:
        place = self.places[task]
        return NOWHERE if place is None else self.tasks[task].modes[place[0]].starts[place[1]]

    def movable(self) -> list[int]:
        """Placed systems that stand alone."""
        return [task for task in range(self.count) if self.places[task] is not None and not self.tasks[task].group]

    def backward(self) -> None:
        """Pushes every system to its end, the last first, without ending later than now."""
        limit = max(map(self.end_of, range(self.count)), default=NOWHERE)
        for task in sorted(self.movable(), key=lambda task: (-self.end_of(task), -task)):
            was, place = self.lift(task)
            mode = self.tasks[task].modes[was]
            latest = self.latest(task)
            free, guards = self.free, self.guards
            for later in range(len(mode.starts) - 1, place, -1):
                if (
                    mode.frees[later] <= latest
                    and mode.ends[later] <= limit
                    and (free - mode.needed[later]) & guards == guards
                ):
                    place = later
                    break
            self.put(task, was, place)

    def again(self) -> None:
        """Back to the beginning: every system as soon as can be, the first first, in whichever mode ends soonest."""
        for task in sorted(self.movable(), key=lambda task: (self.start_of(task), task)):
            was, place = self.lift(task)
            before = len(self.places) - self.places.count(None)
            self.place_best(task, self.earliest(task), (was,))
            if self.places[task] is None:
                assert len(self.places) - self.places.count(None) == before
                self.put(task, was, place)

    def modes_of(self, options: Mapping[str, int]) -> list[int]:
        """The place of each system's option, given its number; the first where that is not offered."""
        modes = [0] * len(self.tasks)
        for key, number in options.items():
            task = self.number[key]
            for place, mode in enumerate(self.tasks[task].modes):
                first = mode.choices[0]
                if isinstance(first, Choice) and first.option.number == number:
                    modes[task] = place
        return modes

    def places_of(self, plan: Solution) -> list[tuple[int, int] | None] | None:
        """Where a plan has each task; None when it takes a choice that is not offered here."""
        places: list[tuple[int, int] | None] = [None] * len(self.tasks)
        taken = {choice.system.id: (choice.option.number, choice.when) for choice in plan.choices}
        built = {build.service.id: build.start for build in plan.builds}
        for number, task in enumerate(self.tasks):
            for mode, some in enumerate(task.modes):
                for place, one in enumerate(some.choices):
                    if isinstance(one, Choice):
                        if taken[task.key] == (one.option.number, one.when):
                            places[number] = (mode, place)
                    elif built.get(task.key) == one.start:
                        places[number] = (mode, place)
        return None if None in places[: self.count] else places

    # -- what it is worth --------------------------------------------------------------------

    def solution(self) -> Solution:
        """The plan as it stands; builds that nothing needs are left out."""
        choices: list[Choice] = []
        builds: list[BuildChoice] = []
        for task, place in zip(self.tasks, self.places, strict=True):
            if place is not None:
                found = task.modes[place[0]].choices[place[1]]
                if isinstance(found, Choice):
                    choices.append(found)
                else:
                    builds.append(found)
        wanted = wanted_services(self.inventory, (tuple(first_needed(choice)) for choice in choices))
        return Solution(tuple(choices), tuple(build for build in builds if build.service.id in wanted))

    def score(self) -> Score:
        broken_rules = self.places[: self.count].count(None)
        if self.inventory.milestones or self.inventory.targets:
            broken_rules += self._short()
        ends = [self.end_of(task) for task in range(self.count)]
        return (broken_rules, max(ends, default=NOWHERE) + 1, sum(ends))

    def saved(self, choice: Choice, quarters: range) -> float:
        """What a choice saves in some quarters, reckoned once."""
        key = (choice, quarters)
        if key not in self._saved:
            self._saved[key] = self.prices.saved(choice.system, choice.option, choice.when, quarters)
        return self._saved[key]

    def _short(self) -> int:
        """Systems too few for the milestones; targets that are missed."""
        plan = self.solution()
        missed = sum(
            max(
                0,
                rule.needed
                - sum(
                    c.live is not None and c.live <= rule.by for c in plan.choices if c.system.id in rule.who.systems
                ),
            )
            for rule in self.inventory.milestones
        )
        for rule in self.inventory.targets:
            saved = sum(self.saved(c, rule.quarters) for c in plan.choices)
            saved -= sum(self.prices.build_running(b.service, b.start, rule.quarters) for b in plan.builds)
            missed += saved < rule.savings - 1e-6
        return missed


def _excess(total: Sequence[int], there: Sequence[int]) -> float:
    """By how much the amounts exceed what there is, in shares of it."""
    return sum((taken - have) / max(have, 1) for taken, have in zip(total, there, strict=True) if taken > have)
