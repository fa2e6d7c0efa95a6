"""Solves an instance with OR-Tools CP-SAT and prints the answer as JSON: to be run as a process of its own.

    python benchmarks/public/cpsat.py KIND FILE [--time-limit 60] [--threads 1] [--horizon N]

HiGHS and OR-Tools cannot be loaded into one process, so nothing of the planner is imported here.
Projects have optional intervals and cumulative resources; the others are models of booleans.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from ortools.sat.python import cp_model

from public.formats import Facilities, Instance, Knapsack, Project, read


class Model(ABC):
    """A model, what its objective is multiplied by, and how to read decisions from a solution."""

    def __init__(self) -> None:
        self.cp = cp_model.CpModel()
        self.scale = 1

    def scaled(self, number: Decimal) -> int:
        return int(number * self.scale)

    @abstractmethod
    def decisions(self, solver: cp_model.CpSolver) -> dict[str, Any]:
        """What the solver decided; each kind of problem below reads it off its own variables."""


class ProjectModel(Model):
    """An interval for each activity and, with several modes, one of its modes' optional intervals."""

    def __init__(self, project: Project, horizon: int) -> None:
        super().__init__()
        self.starts = {a: self.cp.new_int_var(0, horizon, f"start{a}") for a in project.modes}
        ends = {a: self.cp.new_int_var(0, horizon, f"end{a}") for a in project.modes}
        self.taken = {
            (a, m): self.cp.new_bool_var(f"mode{a},{m}")
            for a, modes in project.modes.items()
            for m in range(len(modes))
        }
        intervals = {}
        for a, modes in project.modes.items():
            self.cp.add_exactly_one(self.taken[a, m] for m in range(len(modes)))
            for m, mode in enumerate(modes):
                intervals[a, m] = self.cp.new_optional_interval_var(
                    self.starts[a], mode.duration, ends[a], self.taken[a, m], f"work{a},{m}"
                )
            self.cp.add(
                ends[a] == self.starts[a] + sum(mode.duration * self.taken[a, m] for m, mode in enumerate(modes))
            )
            for earlier in project.after[a]:
                self.cp.add(self.starts[a] >= ends[earlier])
        self._resources(project, intervals)
        makespan = self.cp.new_int_var(0, horizon, "makespan")
        self.cp.add_max_equality(makespan, ends.values())
        self.cp.minimize(makespan)

    def _resources(self, project: Project, intervals: dict[tuple[int, int], cp_model.IntervalVar]) -> None:
        modes = {(a, m): mode for a, found in project.modes.items() for m, mode in enumerate(found)}
        for k, limit in enumerate(project.renewable):
            users = [key for key, mode in modes.items() if mode.renewable[k]]
            self.cp.add_cumulative([intervals[key] for key in users], [modes[key].renewable[k] for key in users], limit)
        for k, limit in enumerate(project.nonrenewable):
            self.cp.add(sum(mode.nonrenewable[k] * self.taken[key] for key, mode in modes.items()) <= limit)

    def decisions(self, solver: cp_model.CpSolver) -> dict[str, Any]:
        modes = {a: m for (a, m), taken in self.taken.items() if solver.boolean_value(taken)}
        return {"modes": modes, "starts": {a: solver.value(start) for a, start in self.starts.items()}}


class FacilityModel(Model):
    """Which facility serves each customer, and which are open."""

    def __init__(self, instance: Facilities) -> None:
        super().__init__()
        self.scale = _scale([*instance.fixed, *(cost for row in instance.cost for cost in row)])
        facilities, customers = range(len(instance.fixed)), range(len(instance.demand))
        self.opened = [self.cp.new_bool_var(f"open{j}") for j in facilities]
        self.serves = {(i, j): self.cp.new_bool_var(f"serve{i},{j}") for i in customers for j in facilities}
        for i in customers:
            self.cp.add_exactly_one(self.serves[i, j] for j in facilities)
        for (_, j), serve in self.serves.items():
            self.cp.add_implication(serve, self.opened[j])
        if instance.capacity is not None:
            unit = _scale([*instance.demand, *instance.capacity])
            for j in facilities:
                load = sum(int(instance.demand[i] * unit) * self.serves[i, j] for i in customers)
                self.cp.add(load <= int(instance.capacity[j] * unit) * self.opened[j])
        fixed = sum(self.scaled(instance.fixed[j]) * self.opened[j] for j in facilities)
        self.cp.minimize(fixed + sum(self.scaled(instance.cost[j][i]) * x for (i, j), x in self.serves.items()))

    def decisions(self, solver: cp_model.CpSolver) -> dict[str, Any]:
        opened = [j for j, var in enumerate(self.opened) if solver.boolean_value(var)]
        return {"opened": opened, "serves": {i: j for (i, j), var in self.serves.items() if solver.boolean_value(var)}}


class KnapsackModel(Model):
    """Which items are taken."""

    def __init__(self, instance: Knapsack) -> None:
        super().__init__()
        self.scale = _scale(instance.profit)
        self.taken = [self.cp.new_bool_var(f"take{i}") for i in range(len(instance.profit))]
        for row, limit in zip(instance.use, instance.limit, strict=True):
            unit = _scale([*row, limit])
            weight = sum(int(use * unit) * var for use, var in zip(row, self.taken, strict=True))
            self.cp.add(weight <= int(limit * unit))
        self.cp.maximize(sum(self.scaled(p) * var for p, var in zip(instance.profit, self.taken, strict=True)))

    def decisions(self, solver: cp_model.CpSolver) -> dict[str, Any]:
        return {"taken": [i for i, var in enumerate(self.taken) if solver.boolean_value(var)]}


def _scale(numbers: Iterable[Decimal]) -> int:
    """The least power of ten that makes all the numbers whole: CP-SAT knows no others."""
    scale = 1
    for number in numbers:
        while number * scale != int(number * scale):
            scale *= 10
    return scale


def model_of(instance: Instance, horizon: int) -> Model:
    if isinstance(instance, Project):
        return ProjectModel(instance, horizon)
    return FacilityModel(instance) if isinstance(instance, Facilities) else KnapsackModel(instance)


def solve(instance: Instance, horizon: int, seconds: float, threads: int) -> dict[str, Any]:
    """Status, objective and bound in the instance's units, and the decisions: what is printed."""
    model = model_of(instance, horizon)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    solver.parameters.relative_gap_limit = 0
    status = solver.solve(model.cp)
    answer: dict[str, Any] = {"status": solver.status_name(status)}
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        answer["objective"] = str(Decimal(round(solver.objective_value)) / model.scale)
        answer["bound"] = str(Decimal(str(solver.best_objective_bound)) / model.scale)
        answer["decisions"] = model.decisions(solver)
    return answer


def main() -> None:
    began = time.monotonic()
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("kind")
    parser.add_argument("file", type=Path)
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--horizon", type=int, default=1, help="periods (projects)")
    wanted = parser.parse_args()
    instance = read(wanted.kind, wanted.file)
    left = max(wanted.time_limit - (time.monotonic() - began), 0.1)
    print(json.dumps(solve(instance, wanted.horizon, left, wanted.threads)))


if __name__ == "__main__":
    main()
