"""What waits for a system or a service in a plan, and how late it may be before others, or the last cutover, are.

Nothing is replanned here: all other dates are those of the plan. What waits is a step of a system, or a build: a second
step may begin long after the first, and is late only when what there is between them is used up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from consolidate.explain.explained import WaitsForIt
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.values import dated
from consolidate.inventory import Inventory


class _Node(NamedTuple):
    """A step of a system, from 1, or the build of a service: ``kind`` says of which."""

    kind: str
    id: str
    step: int = 1


def waits_for(reading: PlanReading, kind: str, id: str) -> tuple[WaitsForIt, ...]:
    """What would be late if something were, along all chains, and by how many quarters that does no harm to it.

    Of a system of two steps, the step that is late first.
    """
    least, begins = _slacks(reading, kind, id)
    first: dict[tuple[str, str], _Node] = {}
    for node in sorted(begins, key=lambda one: (least[one], begins[one])):
        if (node.kind, node.id) != (kind, id):
            first.setdefault((node.kind, node.id), node)
    found = [
        WaitsForIt(
            "system" if node.kind == "system" else "service",
            node.id,
            dated(reading.inventory, begins[node]),
            least[node],
        )
        for node in first.values()
    ]
    return tuple(sorted(found, key=lambda one: (one.slack, one.starts, one.id)))


def finish_slack(reading: PlanReading, kind: str, id: str) -> int | None:
    """How many quarters late something may be before the plan's last cutover is; None where it is not done at all.

    What waits for it is late by what its slack leaves, and ends as much later; 0 is the critical path.
    """
    if kind == "service" and id not in reading.builds:
        return None
    least, _ = _slacks(reading, kind, id)
    last = reading.book.finish - 1
    return min((slack + last - _end(reading, node) for node, slack in least.items()), default=None)


def _nodes(reading: PlanReading, kind: str, id: str) -> list[_Node]:
    """Something as a whole: all steps of a system; of a service, its build."""
    if kind == "service":
        return [_Node(kind, id)]
    return [_Node(kind, id, step) for step in range(1, len(reading.book.courses[id].works) + 1)]


def _end(reading: PlanReading, node: _Node) -> int:
    """The last quarter of a piece of work; a service's build counts to the quarter before."""
    if node.kind == "service":
        return reading.builds[node.id].ready - 1
    return reading.book.courses[node.id].works[node.step - 1].cutover


def _slacks(reading: PlanReading, kind: str, id: str) -> tuple[dict[_Node, int], dict[_Node, int]]:
    """By what waits for something, how many quarters late that may be, and when what waits starts."""
    least: dict[_Node, int] = dict.fromkeys(_nodes(reading, kind, id), 0)
    begins: dict[_Node, int] = {}
    open_ = list(least)
    while open_:
        node = min(open_, key=lambda one: (least[one], one))
        open_.remove(node)
        for other, start, slack in _followers(reading, node):
            total = least[node] + slack
            if total < least.get(other, total + 1):
                least[other], begins[other] = total, start
                open_.append(other)
    return least, begins


def _followers(reading: PlanReading, node: _Node) -> Iterator[tuple[_Node, int, int]]:
    """What starts only after a step is done, or a service ready, when it starts, and how many quarters after that."""
    inventory, book, id = reading.inventory, reading.book, node.id
    if node.kind == "system" and node.step == 1:
        for step, work in enumerate(book.courses[id].works[1:], 2):
            if work.reported is None:
                yield _Node("system", id, step), work.start, work.start - book.courses[id].works[0].cutover - 1
    elif node.kind == "system":
        return  # others wait for the first step alone
    there = book.live.get(id) if node.kind == "system" else book.ready.get(id)
    if there is None:
        return
    for other, course in book.courses.items():
        for step, work in enumerate(course.works, 1):
            needed = id in work.step.needs if node.kind == "service" else step == 1 and _after(inventory, other, id)
            if needed and work.reported is None and work.start >= there:
                yield _Node("system", other, step), work.start, work.start - there
    for service, build in reading.builds.items():
        wanted = inventory.services[service].after if node.kind == "system" else inventory.services[service].needs
        if id in wanted and build.start >= there:
            yield _Node("service", service), build.start, build.start - there


def _after(inventory: Inventory, system: str, other: str) -> bool:
    """Whether a system comes after another."""
    return other in inventory.systems[system].after
