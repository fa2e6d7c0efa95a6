"""Schedules built task by task: a serial schedule-generation scheme with forward-backward improvement.

The scheme is that of J. E. Kelley (1963) and R. Kolisch (1996): systems are taken in the order of a list, each in a
given option (a mode) in the first quarter in which every limited resource still suffices; services that an option
needs are built first. The schedule is then pushed to its end and back to its beginning (forward-backward improvement;
R. Valls, F. Ballestín and S. Quintanilla, 2005), where a system may change its option if it then ends sooner (the
multi-mode left shift of A. Sprecher, S. Hartmann and A. Drexl, 1997). Lists and modes come from a genetic algorithm
(:mod:`consolidate.solving.makespan.genetic_search`).

Work is counted in placements, so that the same inventory gives the same plan. A plan that breaks a rule is never
handed on (:func:`consolidate.solving.formulation.solution.first_violation` decides), and to find none proves nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from consolidate.solving.makespan.project import NOWHERE, Mode, Place, Project

Score = tuple[int, int, int]
"""Violations, quarters, and the last quarters of all work added up: less is better."""


class PartialSchedule:
    """A schedule under construction: where each task is, and where one more fits.

    ``free``: what is left of every resource, as a vector; ``places``: where each task is, None while it is nowhere;
    ``spent``: placements so far, over all schedules that were built here.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.tasks = project.tasks
        self.count = project.count
        self.end = project.end
        self.guards = project.vectors.guards
        self.spent = 0
        self.free = 0
        self.places: list[Place | None] = []
        self.built: list[int] = []
        """Services, in the order in which they were built."""

    def clear(self) -> None:
        """Takes out all tasks."""
        self.free = self.project.vectors.full
        self.places = [None] * len(self.tasks)
        self.built = []

    # -- one task -----------------------------------------------------------------------------

    def earliest(self, task: int) -> int:
        """The first quarter in which a system's predecessors let it start."""
        earliest = 0
        for other in self.tasks[task].before:
            place = self.places[other]
            if place is not None:
                earliest = max(earliest, self.tasks[other].modes[place[0]].frees[place[1]])
        return earliest

    def latest(self, task: int) -> int:
        """The quarter before which it must be live: the first in which a successor, or a build it opens, starts."""
        latest = self.opening(task)
        for other in self.tasks[task].after:
            place = self.places[other]
            if place is not None and self.tasks[other].modes[place[0]].first:
                latest = min(latest, self.tasks[other].modes[place[0]].starts[place[1]])
        return latest

    def opening(self, task: int) -> int:
        """The first quarter in which a build starts that waits for a system; no quarter of work where none does."""
        starts = [self.start_of(service) for service in self.tasks[task].opens if self.places[service] is not None]
        return min(starts, default=self.end)

    def soonest(self, mode: Mode, earliest: int) -> int:
        """The first choice of a mode that fits; :data:`NOWHERE` when none does.

        The services that it needs are built, unless it fits nowhere: then nothing has changed.
        """
        mark = len(self.built)
        place = self._first_fit(mode, earliest)
        if place == NOWHERE:
            self.undo_builds(mark)
        return place

    def undo_builds(self, mark: int) -> None:
        """Takes out again the services that were built since there were ``mark`` of them."""
        while len(self.built) > mark:
            self.lift(self.built.pop())

    def _first_fit(self, mode: Mode, earliest: int) -> int:
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
        free, guards, needed = self.free, self.guards, mode.needed
        # Only builds may start later than the last quarter of work on systems.
        first = mode.first[earliest] if earliest <= self.end else bisect_left(mode.starts, earliest)
        for place in range(first, len(needed)):
            if (free - needed[place]) & guards == guards and (not second or mode.seconds[place] >= second):
                return place
        return NOWHERE

    def ready(self, service: int) -> int:
        """The quarter from which a service is ready; it is built as soon as possible if it is not yet."""
        place = self.places[service]
        mode = self.tasks[service].modes[0]
        if place is None:
            opened = self._opened(mode)
            found = self.soonest(mode, opened) if mode.choices and opened != NOWHERE else NOWHERE
            if found == NOWHERE:
                return NOWHERE
            self.put(service, 0, found)
            self.built.append(service)
            place = (0, found)
        return mode.frees[place[1]]

    def _opened(self, mode: Mode) -> int:
        """The quarter from which systems let a build start that waits for them; none where one of them stays."""
        opened = 0
        for gate in mode.gates:
            place = self.places[gate]
            frees = 0 if place is None else self.tasks[gate].modes[place[0]].frees[place[1]]
            if not frees:
                return NOWHERE
            opened = max(opened, frees)
        return opened

    def put(self, task: int, mode: int, place: int) -> None:
        """Places a task."""
        self.spent += 1
        self.free -= self.tasks[task].modes[mode].needed[place]
        self.places[task] = (mode, place)

    def lift(self, task: int) -> Place:
        """Takes a task out again; returns where it was."""
        place = self.places[task]
        assert place is not None
        self.free += self.tasks[task].modes[place[0]].needed[place[1]]
        self.places[task] = None
        return place

    def end_of(self, task: int) -> int:
        """The last quarter of a task's work."""
        place = self.places[task]
        return NOWHERE if place is None else self.tasks[task].modes[place[0]].ends[place[1]]

    def start_of(self, task: int) -> int:
        """The first quarter of a task's work."""
        place = self.places[task]
        return NOWHERE if place is None else self.tasks[task].modes[place[0]].starts[place[1]]


class SerialSchedule(PartialSchedule):
    """Schedules built from lists of systems, pushed to their ends and back."""

    def forward(self, order: Sequence[int], modes: Sequence[int]) -> None:
        """Places every system in the order of a list, each in its mode or, failing that, the one that ends soonest."""
        self.clear()
        under_way: set[int] = set()
        for task in order:
            self._place(task, modes, under_way)
        self._build_musts()

    def _place(self, task: int, modes: Sequence[int], under_way: set[int]) -> None:
        """Places a system, or its group, after the systems for which builds wait that it may need."""
        group = self.tasks[task].group or (task,)
        if self.places[task] is not None or task in under_way:
            return
        under_way.update(group)
        for gate in [gate for one in group for gate in self.tasks[one].opened]:
            self._place(gate, modes, under_way)
        if self.tasks[task].group:
            self._place_group(self.tasks[task].group, modes)
            return
        earliest = self.earliest(task)
        found = self.soonest(self.tasks[task].modes[modes[task]], earliest)
        if found != NOWHERE:
            self.put(task, modes[task], found)
        else:
            self.place_best(task, earliest, ())

    def _build_musts(self) -> None:
        """Builds what is built in every plan and is not yet, as soon as possible."""
        for service in self.project.must:
            self.ready(service)

    def place_best(self, task: int, earliest: int, favourite: tuple[int, ...]) -> None:
        """Places a system in the mode that ends soonest, a favourite among equals, if any fits.

        What one mode needs built takes nothing from the others: only for the mode taken is it built in the end. A
        system for which a build waits goes live before that starts.
        """
        waited = any(self.places[service] is not None for service in self.tasks[task].opens)
        opening = self.opening(task)
        best: tuple[int, int, int] | None = None
        built = len(self.built)
        for number, mode in enumerate(self.tasks[task].modes):
            found = self.soonest(mode, earliest)
            self.undo_builds(built)
            if found != NOWHERE and (not waited or 0 < mode.frees[found] <= opening):
                mark = (2 * mode.ends[found] - (number in favourite), number, found)
                best = mark if best is None else min(best, mark)
        if best is not None:
            mode = self.tasks[task].modes[best[1]]
            self.put(task, best[1], self.soonest(mode, earliest) if mode.services or mode.later else best[2])

    def _place_group(self, group: tuple[int, ...], modes: Sequence[int]) -> None:
        """Systems that cut over together: in the first quarter in which all of them can, or as they are."""
        chosen = [self.tasks[task].modes[modes[task]] for task in group]
        if any(mode.frees[0] == 0 for mode in chosen):
            for task in group:
                self._place_staying(task, modes[task])
            return
        earliest = [self.earliest(task) for task in group]
        built = len(self.built)
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
        self.undo_builds(built)

    def _live_from(self, mode: Mode, live: int, earliest: int) -> int:
        """A choice of a mode that is live from a quarter, if its links allow one."""
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

    def movable(self) -> list[int]:
        """Placed systems that cut over by themselves."""
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

    def forward_again(self) -> None:
        """Pushes every system back to its beginning, the first first, in whichever mode ends soonest.

        What must be built though no system needs it comes after them.
        """
        for service in self.project.idle:
            if self.places[service] is not None:
                self.lift(service)
                self.built.remove(service)
        for task in sorted(self.movable(), key=lambda task: (self.start_of(task), task)):
            was, place = self.lift(task)
            self.place_best(task, self.earliest(task), (was,))
            if self.places[task] is None:
                self.put(task, was, place)
        self._build_musts()

    def score(self) -> Score:
        """How good the schedule is: less is better."""
        violations = self.places[: self.count].count(None) + self.project.shortfall(self.places)
        violations += sum(self.places[service] is None for service in self.project.must)
        ends = [self.end_of(task) for task in range(self.count)]
        return (violations, max(ends, default=NOWHERE) + 1, sum(ends))
