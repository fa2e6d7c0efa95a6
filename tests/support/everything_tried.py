"""The best value of a small public instance, by trying everything: shares nothing with planner or judge."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal

from public.formats import Facilities, Instance, Knapsack, Mode, Project


def best(instance: Instance) -> Decimal | None:
    """Least makespan or cost, or greatest profit; None when there is no plan."""
    if isinstance(instance, Project):
        return min((Decimal(time) for chosen in choices(instance) for time in _times(instance, chosen)), default=None)
    if isinstance(instance, Facilities):
        return min(_costs(instance), default=None)
    return max(_profits(instance), default=None)


def choices(project: Project) -> Iterator[dict[int, Mode]]:
    """Every choice of modes that the money allows."""
    for modes in itertools.product(*project.modes.values()):
        spent = [sum(mode.nonrenewable[k] for mode in modes) for k in range(len(project.nonrenewable))]
        if all(use <= limit for use, limit in zip(spent, project.nonrenewable, strict=True)):
            yield dict(zip(project.modes, modes, strict=True))


def _times(project: Project, chosen: dict[int, Mode]) -> Iterator[int]:
    """Makespans of the schedules in which each activity of a list starts as early as it can.

    Over all lists these hold every active schedule, and one of them is best (Kolisch, 1996).
    """
    if any(
        use > limit for mode in chosen.values() for use, limit in zip(mode.renewable, project.renewable, strict=True)
    ):
        return
    for order in itertools.permutations(chosen):
        if all(order.index(b) < order.index(a) for a in order for b in project.after[a]):
            yield _packed(project, chosen, order)


def _packed(project: Project, chosen: dict[int, Mode], order: tuple[int, ...]) -> int:
    free = [list(project.renewable) for _ in range(sum(mode.duration for mode in chosen.values()))]
    end: dict[int, int] = {}
    for a in order:
        mode, start = chosen[a], max((end[b] for b in project.after[a]), default=0)
        while any(
            u > f for t in range(start, start + mode.duration) for u, f in zip(mode.renewable, free[t], strict=True)
        ):
            start += 1
        for t in range(start, start + mode.duration):
            free[t] = [f - u for f, u in zip(free[t], mode.renewable, strict=True)]
        end[a] = start + mode.duration
    return max(end.values())


def _costs(instance: Facilities) -> Iterator[Decimal]:
    for serves in itertools.product(range(len(instance.fixed)), repeat=len(instance.demand)):
        load = [Decimal(0)] * len(instance.fixed)
        for i, j in enumerate(serves):
            load[j] += instance.demand[i]
        if instance.capacity is None or all(a <= b for a, b in zip(load, instance.capacity, strict=True)):
            cost = sum(instance.cost[j][i] for i, j in enumerate(serves))
            yield cost + sum(instance.fixed[j] for j in set(serves))


def _profits(instance: Knapsack) -> Iterator[Decimal]:
    for taken in itertools.product((0, 1), repeat=len(instance.profit)):
        used = [sum(u for u, t in zip(row, taken, strict=True) if t) for row in instance.use]
        if all(u <= limit for u, limit in zip(used, instance.limit, strict=True)):
            yield sum((p for p, t in zip(instance.profit, taken, strict=True) if t), Decimal(0))
