"""What waits for a system or a service in a plan, and how late it may be before others, or the last cutover, are.

Nothing is replanned here: all other dates are those of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.explain.explained import WaitsForIt
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.values import dated

_Node = tuple[str, str]
"""``system`` or ``service``, and its id."""


def waits_for(reading: PlanReading, kind: str, id: str) -> tuple[WaitsForIt, ...]:
    """What would be late if something were, along all chains, and by how many quarters that does no harm to it."""
    least, begins = _slacks(reading, (kind, id))
    found = [
        WaitsForIt(
            "system" if node[0] == "system" else "service", node[1], dated(reading.inventory, start), least[node]
        )
        for node, start in begins.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.slack, one.starts, one.id)))


def finish_slack(reading: PlanReading, kind: str, id: str) -> int | None:
    """How many quarters late something may be before the plan's last cutover is; None where it is not done at all.

    What waits for it is late by what its slack leaves, and ends as much later; 0 is the critical path.
    """
    least, _ = _slacks(reading, (kind, id))
    last = reading.book.finish - 1
    if _end(reading, (kind, id)) is None:
        return None
    ends = ((slack, _end(reading, node)) for node, slack in least.items())
    return min(slack + last - end for slack, end in ends if end is not None)


def _end(reading: PlanReading, node: _Node) -> int | None:
    """The last quarter of work on something that the plan does; a service's build counts to the quarter before."""
    kind, id = node
    if kind == "service":
        return reading.builds[id].ready - 1 if id in reading.builds else None
    works = reading.book.courses[id].works
    return max(work.cutover for work in works) if works else None


def _slacks(reading: PlanReading, first: _Node) -> tuple[dict[_Node, int], dict[_Node, int]]:
    """By what waits for something, how many quarters late that may be, and when what waits starts."""
    least: dict[_Node, int] = {first: 0}
    begins: dict[_Node, int] = {}
    open_ = [first]
    while open_:
        node = min(open_, key=lambda one: (least[one], one))
        open_.remove(node)
        for other, start, slack in _followers(reading, node):
            total = least[node] + slack
            if total < least.get(other, total + 1):
                least[other], begins[other] = total, start
                open_.append(other)
    return least, begins


def _followers(reading: PlanReading, node: tuple[str, str]) -> Iterator[tuple[tuple[str, str], int, int]]:
    """What starts only after a system is live, or a service ready, when it starts, and how many quarters after that."""
    kind, id = node
    inventory, book = reading.inventory, reading.book
    there = book.live.get(id) if kind == "system" else book.ready.get(id)
    if there is None:
        return
    for other, course in book.courses.items():
        works = [work for work in course.works if work.reported is None]
        if kind == "system":
            waiting = works[:1] if id in inventory.systems[other].after else []
        else:
            waiting = [work for work in works if id in work.step.needs][:1]
        for work in waiting:
            if work.start >= there:
                yield ("system", other), work.start, work.start - there
    for service, build in reading.builds.items():
        wanted = inventory.services[service].after if kind == "system" else inventory.services[service].needs
        if id in wanted and build.start >= there:
            yield ("service", service), build.start, build.start - there
