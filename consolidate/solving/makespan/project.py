"""What there is to schedule: systems and builds as tasks, options as modes, and what each uses and waits for.

The terms are those of multi-mode resource-constrained project scheduling (MRCPSP). A project does not change; schedules
of it are built in :mod:`consolidate.solving.makespan.serial_schedule`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer, topological_order, wanted_services
from consolidate.solving.formulation.resource_vectors import ResourceVectors
from consolidate.solving.formulation.resources import Entry, closeness
from consolidate.solving.formulation.solution import Solution, first_needed
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped

NOWHERE = -1
"""In place of a quarter or a position: there is none."""

Place = tuple[int, int]
"""Where a task is in a schedule: its mode, and the position among the mode's choices."""


@dataclass(slots=True)
class Mode:
    """An option of a system, or the build of a service: its choices by start, in parallel lists.

    ``frees``: the quarter from which successors may start (0: none has to wait); ``ends``: last quarter of work;
    ``first[q]``: the first choice that starts in or after quarter q (empty where nothing is done). ``services``: tasks
    that must be ready before the first step; ``later``: before the second, which starts in ``seconds``. ``gates``: the
    systems that a build waits for.
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
    gates: tuple[int, ...] = ()


@dataclass(slots=True)
class Task:
    """A system, or a service to be built.

    ``before``, ``after``: its predecessors and successors, as tasks. ``opens``: the services whose builds wait for it;
    ``opened``: the systems for which builds wait that it may need.
    """

    key: str
    modes: list[Mode]
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    opens: list[int] = field(default_factory=list)
    opened: tuple[int, ...] = ()
    group: tuple[int, ...] = ()
    """Tasks that cut over together with it, itself among them."""


class Project:
    """The tasks of an inventory and an offer.

    Tasks are the systems, in the inventory's order (``count`` of them), then the services to be built. ``stock``:
    the fields of non-renewable resources (capital, capacity); ``there``: what is available of each; ``use``: by task
    and mode, what it uses of each at least. ``must``: services that are built in every plan; ``idle``: those of them
    that no system may need.

    Raises:
        OutOfTime: ``stop``, which is asked before each system, returned True.
    """

    def __init__(self, inventory: Inventory, offered: Offer, stop: Stop = never) -> None:
        self.inventory = inventory
        self.end = offered.end
        self.vectors = ResourceVectors(inventory, offered, optimistic=False, stop=stop)
        self.systems = list(offered.systems)
        self.count = len(self.systems)
        built = [key for key, service in inventory.services.items() if service.build is not None]
        self.number = {key: place for place, key in enumerate(self.systems)}
        self.service = {key: self.count + place for place, key in enumerate(built)}
        self.tasks = [Task(key, self._modes(offered.systems[key])) for key in unless_stopped(self.systems, stop)]
        self.tasks += [Task(key, [self._build(key, offered.builds[key])]) for key in built]
        self._link()
        self._open()
        self.stock = [n for n, key in enumerate(self.vectors.keys) if key[0] in ("capital", "capacity")]
        self.there = self.amounts(self.vectors.full)
        self.use = [[self._least_use(mode) for mode in task.modes] for task in unless_stopped(self.tasks, stop)]
        resources = self.vectors.resources
        self._wanted = [family for family in resources.families.values() if not family.packed]
        self._provided: dict[Choice | BuildChoice, list[tuple[Entry, float]]] = {}

    def topological(self) -> list[int]:
        """The systems, as tasks, in an order in which predecessors come first."""
        links = {
            key: tuple(self.systems[other] for other in self.tasks[self.number[key]].before) for key in self.systems
        }
        return [self.number[key] for key in topological_order(links)]

    def _link(self) -> None:
        """Enters who waits for whom, and who cuts over together."""
        for place, key in enumerate(self.systems):
            for other in self.inventory.systems[key].after:
                self.tasks[place].before.append(self.number[other])
                self.tasks[self.number[other]].after.append(place)
        for group in self.inventory.together:
            members = tuple(self.number[key] for key in group)
            for place in members:
                self.tasks[place].group = members

    def _open(self) -> None:
        """Enters which systems builds wait for, and which services are built in every plan."""
        needed: dict[int, set[int]] = {}
        for service in self.service.values():
            for gate in self.tasks[service].modes[0].gates:
                self.tasks[gate].opens.append(service)
        for task in self.tasks[: self.count]:
            services = self._closure(need for mode in task.modes for need in (*mode.services, *mode.later))
            needed[self.number[task.key]] = services
            task.opened = tuple(sorted({gate for one in services for gate in self.tasks[one].modes[0].gates}))
        anyway = wanted_services(self.inventory, ())
        self.must = [number for key, number in self.service.items() if key in anyway]
        some = set().union(*needed.values())
        self.idle = [number for number in self.must if number not in some]

    def _closure(self, services: Iterable[int]) -> set[int]:
        """Some services and all that they need."""
        found: set[int] = set()
        open_ = list(services)
        while open_:
            service = open_.pop()
            if service not in found:
                found.add(service)
                open_ += self.tasks[service].modes[0].services
        return found

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
            needed=[self.vectors.needed[choice] for choice in found],
            frees=[0 if choice.live is None else choice.live + 1 for choice in found],
            ends=[choice.finish for choice in found],
            first=[] if option.approach == "retain" else self._first(starts),
            services=first,
            later=later,
            seconds=[choice.when.starts[-1] for choice in found] if later else [],
        )

    def _build(self, key: str, found: Sequence[BuildChoice]) -> Mode:
        starts = [build.start for build in found]
        return Mode(
            choices=list(found),
            starts=starts,
            needed=[self.vectors.needed[build] for build in found],
            frees=[build.ready for build in found],
            ends=[NOWHERE for _ in found],
            first=self._first(starts),
            services=self._tasks(self.inventory.services[key].needs),
            gates=tuple(self.number[system] for system in self.inventory.services[key].after),
        )

    def _first(self, starts: list[int]) -> list[int]:
        """By quarter, the position of the first start in or after it."""
        return [bisect_left(starts, quarter) for quarter in range(self.end + 1)]

    def _tasks(self, services: Iterable[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.service[key] for key in services if key in self.service))

    def amounts(self, vector: int) -> list[int]:
        """What a vector holds of the non-renewable resources."""
        return [self.vectors.amount(vector, place) for place in self.stock]

    def _least_use(self, mode: Mode) -> list[int]:
        """What a mode uses of the non-renewable resources at least, whenever it starts."""
        least = mode.needed[0] if mode.needed else 0
        for needed in mode.needed[1:]:
            least = self.vectors.least(least, needed)
        return self.amounts(least)

    # -- plans and places ---------------------------------------------------------------------

    def modes_of(self, options: Mapping[str, int]) -> list[int]:
        """The mode of each system's option, given its number; the first where that is not offered."""
        modes = [0] * len(self.tasks)
        for key, number in options.items():
            task = self.number[key]
            for place, mode in enumerate(self.tasks[task].modes):
                first = mode.choices[0]
                if isinstance(first, Choice) and first.option.number == number:
                    modes[task] = place
        return modes

    def places_of(self, plan: Solution) -> list[Place | None] | None:
        """Where a plan has each task; None when it takes a choice that is not offered here."""
        places: list[Place | None] = [None] * len(self.tasks)
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

    def solution(self, places: Sequence[Place | None]) -> Solution:
        """The plan that has the tasks at these places, without builds that no system needs."""
        choices: list[Choice] = []
        builds: list[BuildChoice] = []
        for task, place in zip(self.tasks, places, strict=True):
            if place is not None:
                found = task.modes[place[0]].choices[place[1]]
                if isinstance(found, Choice):
                    choices.append(found)
                else:
                    builds.append(found)
        wanted = wanted_services(self.inventory, (tuple(first_needed(choice)) for choice in choices))
        return Solution(tuple(choices), tuple(build for build in builds if build.service.id in wanted))

    def shortfall(self, places: Sequence[Place | None]) -> int:
        """Systems too few for the milestones, targets that are missed, and budgets that are exceeded."""
        if not self._wanted:
            return 0
        plan = self.solution(places)
        provided: dict[Entry, float] = {}
        choices: tuple[Choice | BuildChoice, ...] = (*plan.choices, *plan.builds)
        for choice in choices:
            for entry, amount in self._provides(choice):
                provided[entry] = provided.get(entry, 0.0) + amount
        total = 0
        for family in self._wanted:
            for entry, amount in family.of_all(plan.choices, plan.builds):
                provided[entry] = provided.get(entry, 0.0) + amount
            for resource, amount in self.vectors.resources.counted(family, provided):
                lacking = resource.in_all - amount if family.at_least else amount - resource.in_all
                if lacking > closeness(resource.in_all):
                    total += int(lacking) if family.whole else 1
        return total

    def _provides(self, choice: Choice | BuildChoice) -> list[tuple[Entry, float]]:
        """What a choice or a build provides of what a plan has to, or takes of a budget; computed once."""
        found = self._provided.get(choice)
        if found is None:
            found = []
            for family in self._wanted:
                found += family.of_choice(choice) if isinstance(choice, Choice) else family.of_build(choice)
            self._provided[choice] = found
        return found
