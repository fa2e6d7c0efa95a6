"""Hundreds of schedules at once, for projects that are nothing but work, order, staff and money.

What :mod:`consolidate.solving.makespan.serial_schedule` does one schedule at a time (a serial generation scheme,
forward-backward improvement with change of options, a genetic algorithm) is done here for a whole generation, step by
step in numpy arrays: a row is a schedule. For each row and quarter, a bit says whether what a system needs of every
role is free in it; shifting the bits over one another leaves those quarters from which it is free long enough, and
the lowest such bit is where the system starts. A schedule of fifty systems takes some twenty millionths of a second.

Only where all that is asked of a plan can be said so (:func:`is_plain`): nothing to build, no groups, milestones,
savings targets or budgets; options of one step, with one choice for each start; money by its total. Effort that is not
even counts with its peak, which can only make a schedule longer. Chance is seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consolidate.errors import OutOfTime
from consolidate.solving.formulation.choices import Choice
from consolidate.solving.formulation.solution import Solution, first_violation
from consolidate.solving.formulation.stopping import unless_stopped
from consolidate.solving.makespan.project import Mode, Project

Array = NDArray[Any]

WORD = 64
PARENTS = 240
"""Schedules in the first population, and children in each of its generations."""
MOST_PARENTS = 960
"""The same of the last: each population that is drawn anew is twice as large as the one before."""
MUTATION = 0.05
"""Probability that a place in the list, or an option, is changed in a child."""
STALE = 40
"""Generations without a better schedule after which a new population is drawn."""
REPAIRS = 40
"""Changes of option that a repair may try."""
FAILED = 10**8
LATER = 10**5
"""What a system without a place, and a quarter more, count for in a score, against the ends of all work added up."""


def is_plain(project: Project) -> bool:
    """Whether schedules can be made here at all: see the head of this module."""
    inventory = project.inventory
    if len(project.tasks) > project.count or inventory.together or inventory.milestones:
        return False
    if inventory.targets or inventory.budgets:
        return False
    stock = [key[:2] for key in project.vectors.keys if key[0] in ("capital", "capacity")]
    return len(set(stock)) == len(stock) and all(_steady(mode) for task in project.tasks for mode in task.modes)


def _steady(mode: Mode) -> bool:
    """One choice for each start, one start after the other, always as long."""
    starts = mode.starts
    return (
        bool(mode.first)
        and starts == list(range(starts[0], starts[0] + len(starts)))
        and all(isinstance(choice, Choice) and len(choice.when.starts) == 1 for choice in mode.choices)
        and len({free - start for free, start in zip(mode.frees, starts, strict=True)}) == 1
        and len({end - start for end, start in zip(mode.ends, starts, strict=True)}) == 1
        and mode.frees[0] > starts[0]
    )


class ProjectArrays:
    """A plain project in arrays: by task (system) and mode (option). ``spent`` counts placements."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.count = project.count
        self.most = max(len(task.modes) for task in project.tasks)
        self.quarters = -(-project.end // WORD) * WORD
        self.words = self.quarters // WORD
        kinds = {key[:2] for key in project.vectors.keys if key[0] in ("staff", "limit")}
        self.kinds = {kind: number for number, kind in enumerate(sorted(kinds))}
        self._tables()
        self._fill()
        self.before = self._links([task.before for task in project.tasks])
        self.after = self._links([task.after for task in project.tasks])
        self.rank = self._ranks()
        self.spent = 0

    def _fill(self) -> None:
        project, shape = self.project, (self.count, self.most)
        self.valid = np.zeros(shape, bool)
        self.length = np.ones(shape, np.int16)
        self.lag = np.ones(shape, np.int16)
        self.window = np.zeros((*shape, self.words), np.uint64)
        need = np.zeros((*shape, max(len(self.kinds), 1)), np.int64)
        self.use = np.zeros((*shape, len(project.there)), np.int64)
        for place, task in enumerate(project.tasks):
            for number, mode in enumerate(task.modes):
                at = (place, number)
                self.valid[at] = True
                self.lag[at] = mode.frees[0] - mode.starts[0]
                need[at], reach = self._peaks(mode)
                self.length[at] = max(mode.ends[0] - mode.starts[0] + 1, reach)
                self.window[at] = self.until[mode.starts[-1] + 1] & ~self.until[mode.starts[0]]
                self.use[at] = project.use[place][number]
        self.there = np.array(project.there, np.int64)
        free = np.zeros((need.shape[2], self.quarters), np.int64)
        for place, key in enumerate(project.vectors.keys):
            if key[:2] in self.kinds:
                free[self.kinds[key[:2]], key[2]] = project.vectors.amount(project.vectors.full, place)
        self._unlimited(free)
        top = max(int(need.max()), int(free.max()))
        kind = np.int8 if top < 128 else np.int16 if top < 2**15 else np.int64
        self.need, self.free = need.astype(kind), free.astype(kind)
        self.shifts = self._cover(int(self.length.max()))

    def _unlimited(self, free: Array) -> None:
        """Where a role cannot run short in a quarter it has no field: there is enough for all."""
        packed = {key for key in self.project.vectors.keys if key[:2] in self.kinds}
        for kind, number in self.kinds.items():
            most = sum(max(self._peak(mode, kind) for mode in task.modes) for task in self.project.tasks)
            for quarter in range(self.project.end):
                if (*kind, quarter) not in packed:
                    free[number, quarter] = most

    def _peak(self, mode: Mode, kind: tuple[str, Any]) -> int:
        number = self.kinds[kind]
        return int(self._peaks(mode)[0][number])

    def _peaks(self, mode: Mode) -> tuple[Array, int]:
        """The most that a mode takes of each role in a quarter, whenever it starts, and for how many quarters."""
        vectors = self.project.vectors
        peaks, reach = np.zeros(max(len(self.kinds), 1), np.int64), 1
        for choice, start, needed in zip(mode.choices, mode.starts, mode.needed, strict=True):
            for key in vectors.used[choice]:
                number = self.kinds.get(key[:2])
                if number is None:
                    continue
                reach = max(reach, key[2] - start + 1)
                if key in vectors.places:
                    peaks[number] = max(peaks[number], vectors.amount(needed, vectors.places[key]))
        return peaks, reach

    def _tables(self) -> None:
        """``until[q]``: the bits of all quarters before q."""
        bits = [(1 << quarter) - 1 for quarter in range(self.quarters + 1)]
        mask = (1 << WORD) - 1
        self.until = np.array([[(b >> (WORD * w)) & mask for w in range(self.words)] for b in bits], np.uint64)
        self.clock = np.arange(self.quarters, dtype=np.int16)

    def _cover(self, longest: int) -> Array:
        """By length, the shifts that leave a bit where so many in a row are set."""
        rows = []
        for length in range(longest + 1):
            row, covered = [], 1
            while covered < length:
                row.append(min(covered, length - covered))
                covered += row[-1]
            rows.append(row)
        width = max(map(len, rows))
        return np.array([row + [0] * (width - len(row)) for row in rows], np.uint64).reshape(len(rows), width)

    def _links(self, links: Sequence[Sequence[int]]) -> Array:
        width = max(1, max(map(len, links)))
        return np.array([[*some, *[self.count] * (width - len(some))] for some in links], np.intp)

    def _ranks(self) -> Array:
        """The place of each task in a list in which predecessors come first."""
        ranks = np.zeros(self.count, np.intp)
        ranks[self.project.topological()] = np.arange(self.count)
        return ranks

    def listed(self, starts: Array) -> Array:
        """Tasks by start in each row, those without a place last, in an order that the links allow."""
        order: Array = np.argsort(np.where(starts < 0, self.quarters + self.rank, starts), axis=1, kind="stable")
        return order

    # -- where work fits -----------------------------------------------------------------------

    def fitting(self, free: Array, task: Array, mode: Array) -> Array:
        """For each row of (rows, modes): bits of the quarters in which a task can start, given what is free."""
        need = self.need[task, mode]
        ok = free[:, None, 0] >= need[:, :, 0, None]
        for kind in range(1, need.shape[2]):
            ok &= free[:, None, kind] >= need[:, :, kind, None]
        bits = np.packbits(ok, axis=2, bitorder="little").view("<u8")
        shifts = self.shifts[self.length[task, mode]]
        for step in range(shifts.shape[2]):
            shift = shifts[:, :, step, None]
            moved = bits >> shift
            if self.words > 1:
                moved[:, :, :-1] |= (bits[:, :, 1:] << (np.uint64(WORD - 1) - shift)) << np.uint64(1)
            bits = bits & moved
        found: Array = bits & self.window[task, mode]
        return found

    def first(self, bits: Array) -> Array:
        """The lowest bit that is set, or -1."""
        if self.words > 1:
            word = (bits != 0).argmax(axis=-1)
            low = np.take_along_axis(bits, word[..., None], -1)[..., 0]
        else:
            word, low = 0, bits[..., 0]
        lowest = low & (~low + np.uint64(1))
        place: Array = np.frexp(lowest.astype(np.float64))[1] - 1 + WORD * np.where(lowest > 0, word, 0)
        return place

    def last(self, bits: Array) -> Array:
        """The highest bit that is set, or -1."""
        if self.words > 1:
            word = self.words - 1 - (bits[..., ::-1] != 0).argmax(axis=-1)
            high = np.take_along_axis(bits, word[..., None], -1)[..., 0]
        else:
            word, high = 0, bits[..., 0]
        # Without the bit below the highest, rounding to a float cannot carry over.
        alone = high & ~(high >> np.uint64(1))
        place: Array = np.frexp(alone.astype(np.float64))[1] - 1 + WORD * np.where(high > 0, word, 0)
        return place

    def taken(self, task: Array, mode: Array, start: Array) -> Array:
        """What each row's task takes: (rows, kinds, quarters). Nothing where it has no start."""
        length = np.where(start >= 0, self.length[task, mode], 0).astype(np.uint16)
        during = (self.clock - start.astype(np.int16)[:, None]).view(np.uint16) < length[:, None]
        taken: Array = during[:, None, :] * self.need[task, mode][:, :, None]
        return taken


class Schedules:
    """Schedules, a row each: ``order`` and ``modes`` they came from, ``starts`` (-1: no place) by task."""

    def __init__(self, arrays: ProjectArrays, order: Array, modes: Array) -> None:
        self.arrays = arrays
        self.rows = np.arange(len(order))
        self.order, self.modes = order, modes.copy()
        self.free = np.repeat(arrays.free[None], len(order), axis=0)
        # One place more, for tasks without predecessors.
        self.starts = np.full((len(order), arrays.count + 1), -1, np.int64)
        self.frees = np.zeros((len(order), arrays.count + 1), np.int64)

    def forward(self) -> None:
        """Each in turn as soon as can be."""
        arrays, rows = self.arrays, self.rows
        arrays.spent += self.order.size
        for place in range(arrays.count):
            task = self.order[:, place]
            mode = self.modes[rows, task]
            soonest = self.frees[rows[:, None], arrays.before[task]].max(axis=1)
            bits = arrays.fitting(self.free, task[:, None], mode[:, None])[:, 0] & ~arrays.until[soonest]
            self.put(task, mode, arrays.first(bits))

    def put(self, task: Array, mode: Array, start: Array) -> None:
        """Places a task in each row; nowhere where ``start`` is -1."""
        self.free -= self.arrays.taken(task, mode, start)
        self.starts[self.rows, task] = start
        self.modes[self.rows, task] = mode
        # What waits for a task without a place has none either.
        self.frees[self.rows, task] = np.where(start >= 0, start + self.arrays.lag[task, mode], self.arrays.quarters)

    def lift(self, task: Array) -> tuple[Array, Array]:
        """Takes a task out of each row again; returns its modes and starts."""
        mode, start = self.modes[self.rows, task], self.starts[self.rows, task]
        self.free += self.arrays.taken(task, mode, start)
        return mode, start

    def ends(self) -> Array:
        """The quarter after each task's last."""
        lengths = self.arrays.length[np.arange(self.arrays.count), self.modes]
        ends: Array = np.where(self.starts[:, :-1] >= 0, self.starts[:, :-1] + lengths, 0)
        return ends

    def scores(self) -> Array:
        """How good each schedule is: less is better."""
        ends = self.ends()
        failed = (self.starts[:, :-1] < 0).sum(axis=1)
        scores: Array = failed * FAILED + ends.max(axis=1) * LATER + ends.sum(axis=1)
        return scores

    def backward(self) -> None:
        """Each to its end, the last first, without ending later than now."""
        arrays, rows = self.arrays, self.rows
        arrays.spent += self.order.size
        ends = self.ends()
        limit = ends.max(axis=1)
        self.starts[:, -1] = arrays.quarters
        order = np.argsort(-ends, axis=1, kind="stable")
        for place in range(arrays.count):
            task = order[:, place]
            mode, start = self.lift(task)
            waiting = self.starts[rows[:, None], arrays.after[task]].min(axis=1)
            latest = np.minimum(limit - arrays.length[task, mode], waiting - arrays.lag[task, mode])
            bits = arrays.fitting(self.free, task[:, None], mode[:, None])[:, 0]
            found = arrays.last(bits & arrays.until[np.clip(latest + 1, 0, arrays.quarters)])
            self.put(task, mode, np.where(start >= 0, np.maximum(found, start), start))

    def forward_again(self) -> None:
        """Each as soon as can be, the first first, in whichever mode that money allows ends soonest."""
        arrays, rows = self.arrays, self.rows
        arrays.spent += self.order.size
        order = np.argsort(self.starts[:, :-1], axis=1, kind="stable")
        every = np.arange(arrays.most)[None, :]
        left = arrays.there - arrays.use[np.arange(arrays.count), self.modes].sum(axis=1)
        for place in range(arrays.count):
            task = order[:, place]
            mode, start = self.lift(task)
            soonest = self.frees[rows[:, None], arrays.before[task]].max(axis=1)
            found = arrays.first(arrays.fitting(self.free, task[:, None], every) & ~arrays.until[soonest][:, None])
            spare = left + arrays.use[task, mode]
            may = (arrays.use[task] <= spare[:, None]).all(axis=2) | (every == mode[:, None])
            marks = 2 * (found + arrays.length[task]) - (every == mode[:, None])
            best = np.where(may & (found >= 0), marks, np.iinfo(np.int64).max).argmin(axis=1)
            best = np.where((start >= 0) & (found[rows, best] >= 0), best, mode)
            left = spare - arrays.use[task, best]
            self.put(task, best, np.where(start >= 0, np.maximum(found[rows, best], -1), start))


class VectorisedSearch:
    """A genetic algorithm over many schedules at once.

    ``best``: starts and modes of the best schedule that fits, or None.
    """

    def __init__(self, project: Project, draw: Callable[[], list[int]], stop: Callable[[], bool]) -> None:
        self.arrays = ProjectArrays(project)
        self.stop = stop
        self.draw = draw
        self.rng = np.random.default_rng(0)
        self.best: tuple[Array, Array] | None = None
        self.score = FAILED
        self.order = np.zeros((0, project.count), np.intp)
        self.modes = np.zeros((0, project.count), np.intp)
        self.starts = np.zeros((0, project.count), np.int64)
        self.scores = np.zeros(0, np.int64)
        self.stale = 0
        self.size = PARENTS // 2

    @property
    def quarters(self) -> int:
        """The length of the best schedule; more than any when there is none."""
        return self.score // LATER

    def run(self, low: int, budget: int, seeds: Sequence[Sequence[int]]) -> None:
        """Searches until a schedule needs no more than ``low`` quarters or the budget of placements is spent."""
        budget += self.arrays.spent
        while self.quarters > low and self.arrays.spent < budget and not self.stop():
            try:
                if not len(self.scores) or self.stale >= STALE:
                    self.populate(seeds)
                self.breed()
            except OutOfTime:  # in the middle of a generation: the best so far stays
                return

    def adopt(self, plan: Solution) -> None:
        """Takes a plan that another method found into the population."""
        places = self.arrays.project.places_of(plan)
        if places is None:
            return
        some = [(0, 0) if place is None else place for place in places]
        modes = np.array([[mode for mode, _ in some]], np.intp)
        tasks = self.arrays.project.tasks
        starts = [task.modes[mode].starts[place] for task, (mode, place) in zip(tasks, some, strict=True)]
        ends = np.array(starts) + self.arrays.length[np.arange(len(starts)), modes[0]]
        self.keep(np.array([starts]), modes, ends.max(keepdims=True) * LATER + ends.sum(keepdims=True))

    def solution(self) -> Solution | None:
        """The best schedule as a plan; None when there is none that obeys every rule."""
        if self.best is None:
            return None
        project = self.arrays.project
        starts, modes = self.best
        places = [
            (int(mode), int(start) - task.modes[mode].starts[0])
            for task, mode, start in zip(project.tasks, modes, starts, strict=True)
        ]
        plan = project.solution(places)
        return plan if first_violation(project.inventory, plan) is None else None

    def populate(self, seeds: Sequence[Sequence[int]]) -> None:
        """Draws a new population: what a small one does not find soon, a larger one may."""
        self.size = min(2 * self.size, MOST_PARENTS)
        self.order, self.modes = self.order[:0], self.modes[:0]
        self.starts, self.scores = self.starts[:0], self.scores[:0]
        self.stale = 0
        order = np.array([self.draw() for _ in range(self.size)], np.intp)
        draws = self.rng.random((self.size, self.arrays.count, self.arrays.most))
        modes = np.where(self.arrays.valid, draws, -1.0).argmax(axis=2)
        for row in range(self.size // 2 if seeds else 0):
            modes[row] = seeds[row % len(seeds)]
        self.add(order, modes)

    def add(self, order: Array, modes: Array) -> None:
        """Makes schedules, improves them, and keeps the best of old and new."""
        schedules = Schedules(self.arrays, order, self.repaired(modes))
        schedules.forward()
        best = schedules.scores()
        starts, chosen = schedules.starts[:, :-1].copy(), schedules.modes.copy()
        while True:
            schedules.backward()
            schedules.forward_again()
            scores = schedules.scores()
            better = scores < best
            starts[better], chosen[better] = schedules.starts[better, :-1], schedules.modes[better]
            best = np.minimum(best, scores)
            if better.mean() < 0.3 or self.stop():
                break
        self.keep(starts, chosen, best)

    def keep(self, starts: Array, modes: Array, scores: Array) -> None:
        """Adds schedules to the population and keeps the best of old and new, each once."""
        over = (self.arrays.there < self.arrays.use[np.arange(self.arrays.count), modes].sum(axis=1)).any(axis=1)
        scores = scores + FAILED * over
        order = self.arrays.listed(starts)
        starts, modes = np.vstack((self.starts, starts)), np.vstack((self.modes, modes))
        order, scores = np.vstack((self.order, order)), np.concatenate((self.scores, scores))
        _, first = np.unique(np.hstack((scores[:, None], starts, modes)), axis=0, return_index=True)
        kept = first[: self.size]
        self.starts, self.modes, self.order, self.scores = starts[kept], modes[kept], order[kept], scores[kept]
        self.stale += 1
        if self.scores[0] < self.score:
            self.score, self.best = int(self.scores[0]), (self.starts[0].copy(), self.modes[0].copy())
            self.stale = 0

    def repaired(self, modes: Array) -> Array:
        """Changes options until money suffices, one in each row at a time, one that helps."""
        arrays, modes = self.arrays, modes.copy()
        tasks = np.arange(arrays.count)
        scale = np.maximum(arrays.there, 1)
        for _ in range(REPAIRS if len(arrays.there) else 0):
            total = arrays.use[tasks, modes].sum(axis=1)
            rows = np.flatnonzero((total > arrays.there).any(axis=1))
            if not len(rows):
                break
            change = arrays.use[None] - arrays.use[tasks, modes[rows]][:, :, None]
            after = total[rows][:, None, None] + change - arrays.there
            excess = (np.maximum(after, 0) / scale).sum(axis=3)
            now = (np.maximum(total[rows] - arrays.there, 0) / scale).sum(axis=1)
            gain = np.where(arrays.valid, now[:, None, None] - excess, 0.0)
            marks = np.where(gain > 0, gain * self.rng.random(gain.shape), -1.0).reshape(len(rows), -1)
            pick = marks.argmax(axis=1)
            helps = marks[np.arange(len(rows)), pick] > 0
            modes[rows[helps], pick[helps] // arrays.most] = pick[helps] % arrays.most
        return modes

    def parents(self) -> Array:
        """Parents by binary tournament: the better of two drawn; the population is in the order of scores."""
        found: Array = self.rng.integers(len(self.scores), size=(2, self.size)).min(axis=0)
        return found

    def breed(self) -> None:
        """A generation: the head of the one, a middle in the order and modes of the other, the rest of the one."""
        count = self.arrays.count
        one, other = self.parents(), self.parents()
        rank = np.argsort(self.order, axis=1)
        cut = np.sort(self.rng.integers(count + 1, size=(2, self.size)), axis=0)
        head = rank[one] < cut[0][:, None]
        # Those not in the head, counted in the other's order: the first so many are the middle.
        ordered = np.take_along_axis(~head, self.order[other], axis=1)
        counted = np.take_along_axis(np.cumsum(ordered, axis=1), rank[other], axis=1)
        middle = ~head & (counted <= (cut[1] - cut[0])[:, None])
        keys = np.where(head, rank[one], np.where(middle, count + rank[other], 2 * count + rank[one]))
        order = np.argsort(keys, axis=1)
        modes = np.where(middle, self.modes[other], self.modes[one])
        self.add(self.shuffled(order), self.changed(modes))

    def changed(self, modes: Array) -> Array:
        """Options by chance for some."""
        draws = np.where(self.arrays.valid, self.rng.random((*modes.shape, self.arrays.most)), -1.0).argmax(axis=2)
        changed: Array = np.where(self.rng.random(modes.shape) < MUTATION, draws, modes)
        return changed

    def shuffled(self, order: Array) -> Array:
        """Neighbours change places where the links allow it."""
        rows = np.arange(len(order))
        for place in unless_stopped(range(self.arrays.count - 1), self.stop):
            one, next_ = order[:, place], order[:, place + 1]
            swap = self.rng.random(len(rows)) < MUTATION
            swap &= ~(self.arrays.before[next_] == one[:, None]).any(axis=1)
            order[swap, place], order[swap, place + 1] = next_[swap], one[swap]
        return order
