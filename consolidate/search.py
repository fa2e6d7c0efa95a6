"""Betters a plan by neighbourhoods solved exactly (large neighbourhood search).

Most systems are held at what the plan does with them; a few are set free, with every
service, and that small program is solved by HiGHS. All rules hold by themselves, because it
is the same model. What is set free grows while nothing is found and shrinks while the
small programs take too much work; work is counted in simplex iterations and the choice is
seeded, so the same model gives the same plan.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
import pulp

from consolidate.choices import Choice
from consolidate.model import Model
from consolidate.solver import INFINITY, Effort, Neighbourhoods, Solution, Watch

SMALLEST = 8
"""Systems set free at first."""
HARD = 3_000
"""Simplex iterations from which a neighbourhood counts as too large."""
NODES = 60
PATIENCE = 60
"""Neighbourhoods in a row without a better plan after which the search ends."""


@dataclass
class Search:
    """A running search. ``best`` is the value of ``values``, by column of the model."""

    model: Model
    near: Neighbourhoods
    values: Solution
    best: float
    columns: dict[str, Solution]
    dice: random.Random
    size: float = SMALLEST
    idle: int = 0

    def run(self, enough: float, work: int, watch: Watch, effort: Effort) -> None:
        """Goes on until the plan costs ``enough`` or less, or the work (simplex iterations) is done."""
        systems = list(self.model.choices)
        while work > 0 and self.best > enough and self.idle < PATIENCE:
            if watch.stop() or effort.seconds_left == 0:
                return
            free = self.neighbourhood(systems)
            better, spent = self.solve(free)
            work -= max(spent, 200)
            if better:
                self.idle = 0
                watch.report(self.best, -INFINITY)
            else:
                self.idle += 1
            whole = len(free) == len(systems)
            self.size = min(self.size * (0.85 if spent > HARD else 1.08), len(systems))
            if whole and spent <= HARD:
                return

    def solve(self, free: Collection[str]) -> tuple[bool, int]:
        """Sets systems free; True when that gives a better plan, and the work it took."""
        fixed = np.zeros(len(self.values), dtype=bool)
        for system, columns in self.columns.items():
            if system not in free:
                fixed[columns] = True
        objective, values, spent = self.near.solve(self.values, fixed, NODES)
        if objective < self.best - 1e-6 * abs(self.best):
            self.best, self.values = objective, values
            return True, spent
        return False, spent

    def neighbourhood(self, systems: list[str]) -> set[str]:
        """Systems that are close: in time, in what they need, or by chance."""
        count = min(round(self.size), len(systems))
        kind = self.dice.choice((self.by_time, self.by_time, self.by_kind, None))
        if kind is None:
            return set(self.dice.sample(systems, count))
        closeness = kind(systems)
        chance = {system: closeness(system) + self.dice.random() for system in systems}
        return set(sorted(systems, key=chance.__getitem__)[:count])

    def by_time(self, systems: list[str]) -> Callable[[str], float]:
        """Close are those whose work is about the same quarter."""
        quarter = self.dice.randrange(max(self.model.end, 1))
        starts = {system: self.now(system).when.starts for system in systems}
        far = self.model.end / 2
        return lambda system: min((abs(start - quarter) for start in starts[system]), default=far) * 0.5

    def by_kind(self, systems: list[str]) -> Callable[[str], float]:
        """Close are those of one system's partner, capability or services."""
        inventory = self.model.inventory
        centre = inventory.systems[self.dice.choice(systems)]
        services = {service for option in centre.options for service in option.services}

        def distance(system: str) -> float:
            other = inventory.systems[system]
            shared = any(services.intersection(option.services) for option in other.options)
            alike = shared + (other.capability == centre.capability) + 0.5 * (other.partner == centre.partner)
            linked = system in centre.after or centre.id in other.after
            return -alike - linked

        return distance

    def now(self, system: str) -> Choice:
        """What the plan does with a system."""
        found = self.model.choices[system]
        return found[int(np.argmax(self.values[self.columns[system]]))][0]


def improve(
    model: Model,
    start: dict[object, float],
    best: float,
    *,
    enough: float,
    work: int,
    effort: Effort,
    watch: Watch,
) -> tuple[dict[object, float], float]:
    """A better solution of a loaded model, from ``start`` with objective ``best``.

    Returns:
        values by variable, and their objective.
    """
    near = Neighbourhoods(model.problem, replace(effort, gap=1e-4), watch)
    values = np.array([float(start.get(var, 0.0)) for var in near.variables])
    columns = {system: np.array([x.index for _, x in found], dtype=np.int64) for system, found in model.choices.items()}
    for var, index in zip(near.variables, range(len(near.variables)), strict=True):
        if var.cat == pulp.LpInteger:
            values[index] = round(values[index])
    search = Search(model, near, values, best, columns, random.Random(0))
    search.run(enough, work, watch, effort)
    return dict(zip(near.variables, search.values, strict=True)), search.best
