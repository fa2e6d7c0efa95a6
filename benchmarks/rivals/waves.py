"""A wave planner after the rules that Azure Migrate publishes, as a rival.

The rules are those of the page "Automatic wave planning in Azure Migrate (preview)" (Azure Migrate's
documentation, state of September 2026). What it says, and what we make of it:

* *Dependency analysis*: what exchanges data both ways stays together, so do the parts of an
  application. Here: interfaces listed by both sides, and ``together``.
* What another depends on migrates in the same or an earlier wave. Here ``after``: an earlier one.
* *Prioritisation*: a score from 0 to 100 for each group, the weighted average of complexity,
  criticality, readiness, effort and business value, each on a common scale. The weights are not
  published; ours are alike. Higher scores go earlier.
* Applications of high criticality or high complexity do not appear in the earliest waves.
* *Wave optimisation*: waves are of about the same size, within a range of workloads and what the
  teams can do at once. A wave here is a quarter; the programme's own rules bound what fits.
* The *assessment* recommends a strategy for each workload with the savings it projects. Here: the
  option that saves most over the appraisal, taken by itself; a shared service is built when what
  its systems save pays for it.

The page has development and production apart; the inventory does not know which is which.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from consolidate.inventory import Inventory, Option, Service, System
from consolidate.plan import Plan
from consolidate.solving.formulation.costs import STAY, Prices, timing
from rivals.room import Room

EARLIEST = 2
"""Waves that count as the earliest."""
HARD = 0.9
"""Share of the systems that are not of high complexity."""


@dataclass(frozen=True)
class Advice:
    """What the assessment recommends for a system; ``saves`` over the appraisal, discounted."""

    option: Option
    saves: float


def plan(inventory: Inventory) -> Plan:
    """A plan in waves. It keeps every rule but, at times, milestones and targets, which it does not know."""
    return _Waves(inventory).plan()


class _Waves:
    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.room = Room(inventory)
        self.prices = Prices(inventory)
        self.advice = {key: self.ranked(system) for key, system in inventory.systems.items()}
        self.counts = [0] * inventory.plan_quarters
        self.bound = {key for group in inventory.together for key in group}

    def plan(self) -> Plan:
        self.build()
        systems = self.inventory.systems
        movers = {key for key in systems if self.advised(systems[key])}
        self.size = ceil(len(movers) / self.inventory.plan_quarters) if movers else 1
        groups = self.grouped(movers)
        for number in self.ordered(groups, self.urgent(groups, self.scores(groups))):
            self.place(groups[number])
        return self.room.plan()

    # -- assessment ---------------------------------------------------------------------------

    def ranked(self, system: System) -> list[Advice]:
        """Ways to move a system, what saves most first; if it has to move, also those that cost more."""
        stay = self.prices.choice(system, STAY, timing(STAY)).total
        must = self.has_to_move(system.id)
        found = []
        for option in system.options:
            if option.approach == "retain":
                continue
            start = self.inventory.plan_quarters // 3
            starts = (start,) if option.then is None else (start, start + option.first.quarters)
            saves = stay - self.prices.choice(system, option, timing(option, *starts)).total
            if saves > 0 or must:
                found.append(Advice(option, saves))
        return sorted(found, key=lambda advice: (-advice.saves, advice.option.number))

    def advised(self, system: System) -> list[Advice]:
        """What is left of the recommendations now that it is known which services there will be."""
        return [
            advice
            for advice in self.advice[system.id]
            if all(self.room.ready(service) is not None for step in advice.option.steps for service in step.needs)
        ]

    def build(self) -> None:
        """Builds, as soon as they fit, the services that what they save pays for, and what these need."""
        worth: dict[str, float] = defaultdict(float)
        forced: set[str] = set()
        for key, found in self.advice.items():
            if not found:
                continue
            best, needed = found[0], {need for step in found[0].option.steps for need in step.needs}
            others = (advice.saves for advice in found if not any(step.needs for step in advice.option.steps))
            for need in needed:
                worth[need] += best.saves - max(max(others, default=0.0), 0.0)
            if all(option.first.needs for option in self.inventory.systems[key].options):
                forced |= needed
        for service in self.inventory.services.values():
            if service.build is not None:
                price = self.prices.build(service, 0).total
                if worth[service.id] > price or service.id in forced:
                    self.raise_up(service)

    def raise_up(self, service: Service) -> None:
        """Builds a service after those that it needs."""
        if service.id in self.room.builds or service.build is None:
            return
        first = service.earliest
        for need in service.needs:
            self.raise_up(self.inventory.services[need])
            ready = self.room.ready(need)
            if ready is None:
                return
            first = max(first, ready)
        for start in range(max(first, 0), self.inventory.plan_quarters):
            if self.room.build(service, start):
                return

    # -- dependency analysis --------------------------------------------------------------------

    def grouped(self, movers: set[str]) -> list[list[System]]:
        """Groups that migrate together, in the order of the inventory; none waits for itself round about."""
        systems = self.inventory.systems
        links = {(key, link.other) for key, system in systems.items() for link in system.interfaces}
        after = {
            pair for key, system in systems.items() for other in system.after for pair in ((key, other), (other, key))
        }
        both = [pair for pair in sorted(links) if pair[::-1] in links and pair not in after]
        tied = [(group[0], other) for group in self.inventory.together for other in group[1:]]
        keys = [key for key in systems if key in movers or key in self.bound]
        groups = clusters(keys, [*both, *tied])
        ring = set(self.rings(groups))
        if ring:
            loose = {key for number in ring for key in groups[number]}
            groups = clusters(keys, [*(pair for pair in both if not loose.intersection(pair)), *tied])
        return [[systems[key] for key in group] for group in groups]

    def rings(self, groups: list[list[str]]) -> list[int]:
        """The groups that no order puts behind all that they wait for."""
        missing, waiters = self.waits(groups)
        free = [number for number, count in missing.items() if not count]
        for number in free:  # grows while it is read
            for waiter in waiters[number]:
                missing[waiter] -= 1
                if not missing[waiter]:
                    free.append(waiter)
        return [number for number, count in missing.items() if count]

    def waits(self, groups: Iterable[Iterable[str]]) -> tuple[dict[int, int], dict[int, list[int]]]:
        """How many other groups each waits for, and which groups wait for it."""
        of = {key: number for number, group in enumerate(groups) for key in group}
        pairs = {(of[key], of[other]) for key in of for other in self.inventory.systems[key].after if other in of}
        missing, waiters = dict.fromkeys(range(len(set(of.values()))), 0), defaultdict(list)
        for number, other in sorted(pairs):
            if number != other:
                missing[number] += 1
                waiters[other].append(number)
        return missing, waiters

    # -- prioritisation -------------------------------------------------------------------------

    def scores(self, groups: list[list[System]]) -> list[float]:
        """The priority of each group, 0 to 100: the higher, the earlier."""
        factors = [
            self.scaled([-float(sum(len(s.after) + len(s.interfaces) for s in group)) for group in groups]),
            self.scaled([-max(s.exposure for s in group) for group in groups]),
            self.scaled([-float(max(self.first(s) for s in group)) for group in groups]),
            self.scaled([-sum(self.effort(s) for s in group) for group in groups]),
            self.scaled([sum(self.value(s) for s in group) for group in groups]),
        ]
        return [20.0 * sum(parts) for parts in zip(*factors, strict=True)]

    def urgent(self, groups: list[list[System]], scores: list[float]) -> list[float]:
        """Groups in which something has to move, and all that they wait for, rank before everything else."""
        of = {system.id: number for number, group in enumerate(groups) for system in group}
        wanted = [number for key, number in of.items() if self.has_to_move(key)]
        urgent: set[int] = set()
        while wanted:
            number = wanted.pop()
            if number not in urgent:
                urgent.add(number)
                wanted.extend(of[other] for system in groups[number] for other in system.after if other in of)
        return [score + 100.0 * (number in urgent) for number, score in enumerate(scores)]

    def has_to_move(self, key: str) -> bool:
        return all(option.approach != "retain" for option in self.inventory.systems[key].options)

    @staticmethod
    def scaled(values: list[float]) -> list[float]:
        """Ranks from 0 to 1, which no outlier distorts."""
        order = {value: rank for rank, value in enumerate(sorted(set(values)))}
        return [order[value] / max(len(order) - 1, 1) for value in values]

    def first(self, system: System) -> int:
        """Readiness: the first quarter in which it could start."""
        advice = self.advised(system)
        start = self.room.earliest(system, advice[0].option.first) if advice else None
        return self.inventory.plan_quarters if start is None else start

    def effort(self, system: System) -> float:
        advice = self.advised(system)
        steps = advice[0].option.steps if advice else ()
        return sum(sum(days) for step in steps for days in step.effort.values())

    def value(self, system: System) -> float:
        advice = self.advised(system)
        return advice[0].saves if advice else 0.0

    def ordered(self, groups: list[list[System]], scores: list[float]) -> Iterable[int]:
        """Groups by score, but none before what it depends on; a ring is broken at its best score."""
        missing, waiters = self.waits([[system.id for system in group] for group in groups])
        free = [(-scores[number], number) for number, count in missing.items() if not count]
        ring = sorted((-scores[number], number) for number, count in missing.items() if count)
        heapq.heapify(free)
        done: set[int] = set()
        while free or ring:
            _, number = heapq.heappop(free) if free else ring.pop(0)
            if number in done:
                continue
            done.add(number)
            yield number
            for waiter in waiters[number]:
                missing[waiter] -= 1
                if not missing[waiter]:
                    heapq.heappush(free, (-scores[waiter], waiter))

    # -- waves ----------------------------------------------------------------------------------

    def place(self, group: list[System]) -> None:
        """Puts a group into the first wave that has room for all of it; else its members one by one."""
        if self.packed(group):
            return
        if len(group) > 1 and not any(system.id in self.bound for system in group):
            for system in sorted(group, key=lambda system: not self.has_to_move(system.id)):
                self.place([system])
        elif any(self.has_to_move(system.id) for system in group):
            # What must move goes ahead of what it would wait for: that stays then.
            for other in dict.fromkeys(other for system in group for other in system.after):
                if other in self.room.moves and not self.has_to_move(other) and other not in self.bound:
                    self.room.give_back(self.inventory.systems[other])
            self.packed(group)

    def packed(self, group: list[System]) -> bool:
        must = any(self.has_to_move(system.id) for system in group)
        for wave in range(self.first_wave(group), self.inventory.plan_quarters):
            if (must or self.counts[wave] + len(group) <= max(self.size, len(group))) and self.together(group, wave):
                self.counts[wave] += len(group)
                return True
        return False

    def first_wave(self, group: list[System]) -> int:
        """Critical and complex groups are not in the earliest waves, unless others wait for them."""
        waited_for = any(self.room.waiting.get(system.id) for system in group)
        critical = max(self.inventory.tiers.values(), default=0.0)
        hard = any(system.exposure >= critical > 0 for system in group) or sum(map(self.effort, group)) > self.heavy
        return EARLIEST if hard and not waited_for else 0

    @cached_property
    def heavy(self) -> float:
        """Person-days from which a group is of high complexity."""
        efforts = sorted(self.effort(system) for system in self.inventory.systems.values())
        return efforts[int(HARD * (len(efforts) - 1))] if efforts else 0.0

    def together(self, group: list[System], wave: int) -> bool:
        """Cuts all of a group over in one wave, or leaves the plan as it was."""
        taken: list[System] = []
        for system in group:
            if not self.cut_over(system, wave):
                for other in taken:
                    self.room.give_back(other)
                return False
            taken.append(system)
        return True

    def cut_over(self, system: System, wave: int) -> bool:
        """Takes the best way of a system whose (first) cutover lies in the wave."""
        for advice in self.advised(system):
            start = wave - advice.option.first.quarters + 1
            first = self.room.earliest(system, advice.option.first)
            if first is not None and start >= max(first, 0):
                starts = self.room.starts(system, advice.option, start)
                if starts is not None:
                    self.room.take(system, advice.option, starts)
                    return True
        return False


def clusters(keys: Sequence[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The keys in groups, two of a pair in the same one; in the keys' order."""
    head = {key: key for key in keys}

    def find(key: str) -> str:
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    for one, other in pairs:
        if one in head and other in head:
            head[find(other)] = find(one)
    groups: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[find(key)].append(key)
    return list(groups.values())
