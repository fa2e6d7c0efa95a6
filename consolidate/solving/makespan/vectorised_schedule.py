"""Hundreds of schedules at once, for projects that are nothing but work, order, staff and money.

What :mod:`consolidate.solving.makespan.serial_schedule` does one schedule at a time (a serial generation scheme,
forward-backward improvement with change of options, a genetic algorithm) is done here for a whole generation, step by
step in numpy arrays: a row is a schedule. For each row and quarter, a bit says whether what a system needs of every
role is free in it; shifting the bits over one another leaves those quarters from which it is free long enough, and
the lowest such bit is where the system starts. A schedule of fifty systems takes some twenty millionths of a second.

Only where all that is asked of a plan can be said so (:func:`plain`): nothing to build, no groups, milestones or
savings targets; options of one step, with one choice for each start; money by its total. Effort that is not
even counts with its peak, which can only make a schedule longer. Chance is seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consolidate.solving.formulation.choices import Choice
from consolidate.solving.formulation.solution import Solution, first_violation
from consolidate.solving.makespan.serial_schedule import Mode, Yard

Array = NDArray[Any]

WORD = 64
PARENTS = 240
CHILDREN = 240
MUTATION = 0.05
"""Chance that a place in the list, or an option, is changed in a child."""
STALE = 40
"""Generations without a better plan after which breeding begins anew."""
REPAIRS = 40
"""Changes of option that a repair may try."""
FAILED = 10**8
LATER = 10**5
"""What a system without a place, and a quarter more, count for in a score, against the ends of all work added up."""


def plain(yard: Yard) -> bool:
    """Whether schedules can be made here at all: see the head of this module."""
    inventory = yard.inventory
    if len(yard.tasks) > yard.count or inventory.together or inventory.milestones or inventory.targets:
        return False
    stock = [key[:2] for key in yard.packing.keys if key[0] in ("capital", "capacity")]
    return len(set(stock)) == len(stock) and all(_steady(mode) for task in yard.tasks for mode in task.modes)


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


class Site:
    """A plain project in arrays: by task (system) and mode (option). ``spent`` counts placements."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.count = yard.count
        self.most = max(len(task.modes) for task in yard.tasks)
        self.quarters = -(-yard.end // WORD) * WORD
        self.words = self.quarters // WORD
        kinds = {key[:2] for key in yard.packing.keys if key[0] in ("staff", "limit")}
        self.kinds = {kind: number for number, kind in enumerate(sorted(kinds))}
        self._tables()
        self._fill()
        self.before = self._links([task.before for task in yard.tasks])
        self.after = self._links([task.after for task in yard.tasks])
        self.spent = 0

    def _fill(self) -> None:
        yard, shape = self.yard, (self.count, self.most)
        self.valid = np.zeros(shape, bool)
        self.length = np.ones(shape, np.int16)
        self.lag = np.ones(shape, np.int16)
        self.window = np.zeros((*shape, self.words), np.uint64)
        need = np.zeros((*shape, max(len(self.kinds), 1)), np.int64)
        self.use = np.zeros((*shape, len(yard.there)), np.int64)
        for place, task in enumerate(yard.tasks):
            for number, mode in enumerate(task.modes):
                at = (place, number)
                self.valid[at] = True
                self.lag[at] = mode.frees[0] - mode.starts[0]
                need[at], reach = self._peaks(mode)
                self.length[at] = max(mode.ends[0] - mode.starts[0] + 1, reach)
                self.window[at] = self.until[mode.starts[-1] + 1] & ~self.until[mode.starts[0]]
                self.use[at] = yard.use[place][number]
        self.there = np.array(yard.there, np.int64)
        free = np.zeros((need.shape[2], self.quarters), np.int64)
        for place, key in enumerate(yard.packing.keys):
            if key[:2] in self.kinds:
                width = yard.packing.width
                free[self.kinds[key[:2]], key[2]] = (yard.packing.full >> (place * width)) & ((1 << (width - 1)) - 1)
        self._unlimited(free)
        top = max(int(need.max()), int(free.max()))
        kind = np.int8 if top < 128 else np.int16 if top < 2**15 else np.int64
        self.need, self.free = need.astype(kind), free.astype(kind)
        self.shifts = self._cover(int(self.length.max()))

    def _unlimited(self, free: Array) -> None:
        """Where a role cannot run short in a quarter it has no field: there is enough for everybody."""
        packed = {key for key in self.yard.packing.keys if key[:2] in self.kinds}
        for kind, number in self.kinds.items():
            most = sum(max(self._peak(mode, kind) for mode in task.modes) for task in self.yard.tasks)
            for quarter in range(self.yard.end):
                if (*kind, quarter) not in packed:
                    free[number, quarter] = most

    def _peak(self, mode: Mode, kind: tuple[str, Any]) -> int:
        number = self.kinds[kind]
        return int(self._peaks(mode)[0][number])

    def _peaks(self, mode: Mode) -> tuple[Array, int]:
        """The most that a mode takes of each role in a quarter, whenever it starts, and for how many quarters."""
        packing = self.yard.packing
        peaks, reach = np.zeros(max(len(self.kinds), 1), np.int64), 1
        for choice, start, needed in zip(mode.choices, mode.starts, mode.needed, strict=True):
            for key in packing.taken[choice]:
                number = self.kinds.get(key[:2])
                if number is None:
                    continue
                reach = max(reach, key[2] - start + 1)
                if key in packing.places:
                    amount = (needed >> (packing.places[key] * packing.width)) & ((1 << (packing.width - 1)) - 1)
                    peaks[number] = max(peaks[number], amount)
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


class Flock:
    """Schedules, a row each: ``order`` and ``modes`` they came from, ``starts`` (-1: no place) by task."""

    def __init__(self, site: Site, order: Array, modes: Array) -> None:
        self.site = site
        self.rows = np.arange(len(order))
        self.order, self.modes = order, modes.copy()
        self.free = np.repeat(site.free[None], len(order), axis=0)
        # One place more, for who waits for nobody.
        self.starts = np.full((len(order), site.count + 1), -1, np.int64)
        self.frees = np.zeros((len(order), site.count + 1), np.int64)

    def forward(self) -> None:
        """Each in turn as soon as can be."""
        site, rows = self.site, self.rows
        site.spent += self.order.size
        for place in range(site.count):
            task = self.order[:, place]
            mode = self.modes[rows, task]
            soonest = self.frees[rows[:, None], site.before[task]].max(axis=1)
            bits = site.fitting(self.free, task[:, None], mode[:, None])[:, 0] & ~site.until[soonest]
            self.put(task, mode, site.first(bits))

    def put(self, task: Array, mode: Array, start: Array) -> None:
        self.free -= self.site.taken(task, mode, start)
        self.starts[self.rows, task] = start
        self.modes[self.rows, task] = mode
        self.frees[self.rows, task] = np.where(start >= 0, start + self.site.lag[task, mode], 0)

    def lift(self, task: Array) -> tuple[Array, Array]:
        mode, start = self.modes[self.rows, task], self.starts[self.rows, task]
        self.free += self.site.taken(task, mode, start)
        return mode, start

    def ends(self) -> Array:
        """The quarter after each task's last."""
        lengths = self.site.length[np.arange(self.site.count), self.modes]
        ends: Array = np.where(self.starts[:, :-1] >= 0, self.starts[:, :-1] + lengths, 0)
        return ends

    def scores(self) -> Array:
        ends = self.ends()
        failed = (self.starts[:, :-1] < 0).sum(axis=1)
        scores: Array = failed * FAILED + ends.max(axis=1) * LATER + ends.sum(axis=1)
        return scores

    def backward(self) -> None:
        """Each to its end, the last first, without ending later than now."""
        site, rows = self.site, self.rows
        site.spent += self.order.size
        ends = self.ends()
        limit = ends.max(axis=1)
        self.starts[:, -1] = site.quarters
        order = np.argsort(-ends, axis=1, kind="stable")
        for place in range(site.count):
            task = order[:, place]
            mode, start = self.lift(task)
            waiting = self.starts[rows[:, None], site.after[task]].min(axis=1)
            latest = np.minimum(limit - site.length[task, mode], waiting - site.lag[task, mode])
            bits = site.fitting(self.free, task[:, None], mode[:, None])[:, 0]
            found = site.last(bits & site.until[np.clip(latest + 1, 0, site.quarters)])
            self.put(task, mode, np.where(start >= 0, np.maximum(found, start), start))

    def again(self) -> None:
        """Each as soon as can be, the first first, in whichever mode that money allows ends soonest."""
        site, rows = self.site, self.rows
        site.spent += self.order.size
        order = np.argsort(self.starts[:, :-1], axis=1, kind="stable")
        every = np.arange(site.most)[None, :]
        left = site.there - site.use[np.arange(site.count), self.modes].sum(axis=1)
        for place in range(site.count):
            task = order[:, place]
            mode, start = self.lift(task)
            soonest = self.frees[rows[:, None], site.before[task]].max(axis=1)
            found = site.first(site.fitting(self.free, task[:, None], every) & ~site.until[soonest][:, None])
            spare = left + site.use[task, mode]
            may = (site.use[task] <= spare[:, None]).all(axis=2) | (every == mode[:, None])
            marks = 2 * (found + site.length[task]) - (every == mode[:, None])
            best = np.where(may & (found >= 0), marks, np.iinfo(np.int64).max).argmin(axis=1)
            best = np.where((start >= 0) & (found[rows, best] >= 0), best, mode)
            left = spare - site.use[task, best]
            self.put(task, best, np.where(start >= 0, np.maximum(found[rows, best], -1), start))


class Swarm:
    """A genetic algorithm over flocks. ``best``: starts and modes of the best schedule that fits, or None."""

    def __init__(self, yard: Yard, draw: Callable[[], list[int]], stop: Callable[[], bool]) -> None:
        self.site = Site(yard)
        self.stop = stop
        self.draw = draw
        self.dice = np.random.default_rng(0)
        self.best: tuple[Array, Array] | None = None
        self.score = FAILED
        self.order = np.zeros((0, yard.count), np.intp)
        self.modes = np.zeros((0, yard.count), np.intp)
        self.starts = np.zeros((0, yard.count), np.int64)
        self.scores = np.zeros(0, np.int64)
        self.stale = 0

    @property
    def quarters(self) -> int:
        """Of the best schedule; more than any when there is none."""
        return self.score // LATER

    def run(self, low: int, budget: int, seeds: Sequence[Sequence[int]]) -> None:
        """Breeds until a schedule needs no more than ``low`` quarters or the budget of placements is spent."""
        budget += self.site.spent
        while self.quarters > low and self.site.spent < budget and not self.stop():
            if not len(self.scores) or self.stale >= STALE:
                self.populate(seeds)
            self.breed()

    def adopt(self, plan: Solution) -> None:
        """Takes a plan that others found among the families."""
        places = self.site.yard.places_of(plan)
        if places is None:
            return
        some = [(0, 0) if place is None else place for place in places]
        modes = np.array([[mode for mode, _ in some]], np.intp)
        tasks = self.site.yard.tasks
        starts = [task.modes[mode].starts[place] for task, (mode, place) in zip(tasks, some, strict=True)]
        ends = np.array(starts) + self.site.length[np.arange(len(starts)), modes[0]]
        self.keep(np.array([starts]), modes, ends.max(keepdims=True) * LATER + ends.sum(keepdims=True))

    def plan(self) -> Solution | None:
        """The best schedule as a plan; None when there is none that obeys every rule."""
        if self.best is None:
            return None
        yard = self.site.yard
        starts, modes = self.best
        yard.places = [
            (int(mode), int(start) - task.modes[mode].starts[0])
            for task, mode, start in zip(yard.tasks, modes, starts, strict=True)
        ]
        plan = yard.solution()
        return plan if first_violation(yard.inventory, plan) is None else None

    def populate(self, seeds: Sequence[Sequence[int]]) -> None:
        self.order, self.modes = self.order[:0], self.modes[:0]
        self.starts, self.scores = self.starts[:0], self.scores[:0]
        self.stale = 0
        order = np.array([self.draw() for _ in range(PARENTS)], np.intp)
        draws = self.dice.random((PARENTS, self.site.count, self.site.most))
        modes = np.where(self.site.valid, draws, -1.0).argmax(axis=2)
        for row in range(PARENTS // 2 if seeds else 0):
            modes[row] = seeds[row % len(seeds)]
        self.add(order, modes)

    def add(self, order: Array, modes: Array) -> None:
        """Makes schedules, improves them, and keeps the best of old and new."""
        flock = Flock(self.site, order, self.repaired(modes))
        flock.forward()
        best = flock.scores()
        starts, chosen = flock.starts[:, :-1].copy(), flock.modes.copy()
        while True:
            flock.backward()
            flock.again()
            scores = flock.scores()
            better = scores < best
            starts[better], chosen[better] = flock.starts[better, :-1], flock.modes[better]
            best = np.minimum(best, scores)
            if better.mean() < 0.3:
                break
        self.keep(starts, chosen, best)

    def keep(self, starts: Array, modes: Array, scores: Array) -> None:
        over = (self.site.there < self.site.use[np.arange(self.site.count), modes].sum(axis=1)).any(axis=1)
        scores = scores + FAILED * over
        order = np.argsort(starts, axis=1, kind="stable")
        starts, modes = np.vstack((self.starts, starts)), np.vstack((self.modes, modes))
        order, scores = np.vstack((self.order, order)), np.concatenate((self.scores, scores))
        _, first = np.unique(np.hstack((scores[:, None], starts, modes)), axis=0, return_index=True)
        kept = first[:PARENTS]
        self.starts, self.modes, self.order, self.scores = starts[kept], modes[kept], order[kept], scores[kept]
        self.stale += 1
        if self.scores[0] < self.score:
            self.score, self.best = int(self.scores[0]), (self.starts[0].copy(), self.modes[0].copy())
            self.stale = 0

    def repaired(self, modes: Array) -> Array:
        """Changes options until money suffices, one in each row at a time, one that helps."""
        site, modes = self.site, modes.copy()
        tasks = np.arange(site.count)
        scale = np.maximum(site.there, 1)
        for _ in range(REPAIRS if len(site.there) else 0):
            total = site.use[tasks, modes].sum(axis=1)
            rows = np.flatnonzero((total > site.there).any(axis=1))
            if not len(rows):
                break
            change = site.use[None] - site.use[tasks, modes[rows]][:, :, None]
            after = total[rows][:, None, None] + change - site.there
            excess = (np.maximum(after, 0) / scale).sum(axis=3)
            now = (np.maximum(total[rows] - site.there, 0) / scale).sum(axis=1)
            gain = np.where(site.valid, now[:, None, None] - excess, 0.0)
            marks = np.where(gain > 0, gain * self.dice.random(gain.shape), -1.0).reshape(len(rows), -1)
            pick = marks.argmax(axis=1)
            helps = marks[np.arange(len(rows)), pick] > 0
            modes[rows[helps], pick[helps] // site.most] = pick[helps] % site.most
        return modes

    def parents(self) -> Array:
        """Of two by chance the better; the families are in the order of their scores."""
        found: Array = self.dice.integers(len(self.scores), size=(2, CHILDREN)).min(axis=0)
        return found

    def breed(self) -> None:
        """A generation: the head of the one, a middle in the order and modes of the other, the rest of the one."""
        count = self.site.count
        one, other = self.parents(), self.parents()
        rank = np.argsort(self.order, axis=1)
        cut = np.sort(self.dice.integers(count + 1, size=(2, CHILDREN)), axis=0)
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
        draws = np.where(self.site.valid, self.dice.random((*modes.shape, self.site.most)), -1.0).argmax(axis=2)
        changed: Array = np.where(self.dice.random(modes.shape) < MUTATION, draws, modes)
        return changed

    def shuffled(self, order: Array) -> Array:
        """Neighbours change places where the links allow it."""
        rows = np.arange(len(order))
        for place in range(self.site.count - 1):
            one, next_ = order[:, place], order[:, place + 1]
            swap = self.dice.random(len(rows)) < MUTATION
            swap &= ~(self.site.before[next_] == one[:, None]).any(axis=1)
            order[swap, place], order[swap, place + 1] = next_[swap], one[swap]
        return order
