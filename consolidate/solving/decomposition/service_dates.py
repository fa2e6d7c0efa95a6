"""From which quarter each service is ready: by vote of the ascent's iterations, made to fit, then brought forward.

Services come first in a plan: once their quarters are settled, everything else is limited by resources alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Evaluation
from consolidate.solving.decomposition.resources import ResourceIndex
from consolidate.solving.decomposition.rows import OptionColumn
from consolidate.solving.formulation.costs import NEVER
from consolidate.solving.formulation.resources import closeness


class ReadyVotes:
    """How often each quarter was best for each service: [services, end + 1]; the last is never."""

    def __init__(self, services: int, end: int) -> None:
        self.end = end
        self.count = np.zeros((services, end + 1), dtype=np.int64)

    def add(self, ready: Ints) -> None:
        """Counts the vote of one iteration: [services], the quarter from which each was ready."""
        self.count[np.arange(len(self.count)), np.minimum(ready, self.end)] += 1

    def ready(self, share: float = 0.5) -> Ints:
        """[services]: the quarter by which ``share`` of a service's votes are in; NEVER where most votes say so."""
        found = np.full(len(self.count), NEVER)
        for service, votes in enumerate(self.count):
            if votes.any() and votes[-1] * 2 < votes.sum():
                cumulated = np.cumsum(votes[:-1])
                found[service] = int(np.searchsorted(cumulated, cumulated[-1] * share))
        return found


def fitted_to_resources(resources: ResourceIndex, ready: Ints, first: Set[int] = frozenset()) -> Ints:
    """The same services, each delayed until people, money and its needs allow it; NEVER where they never do.

    Args:
        resources: what is limited.
        ready: [services], the quarter from which each is to be ready.
        first: the services that take people and money before all others.
    """
    columns = resources.columns
    found = np.full(len(ready), NEVER)
    room = resources.room.copy()
    waiting = [number for *_, number in sorted((n not in first, int(q), n) for n, q in enumerate(ready) if q < NEVER)]
    while waiting:
        there = [n for n in waiting if all(found[need] < NEVER for need in needs_of(columns, n))]
        if not there:
            break
        # One that waits for systems comes after the services that these may need.
        number = next((n for n in there if not used_by_gates(columns, n).intersection(waiting)), there[0])
        waiting.remove(number)
        found[number] = _place(resources, room, number, _first(columns, found, number, int(ready[number])))
    return found


def needs_of(columns: Columns, number: int) -> list[int]:
    """The services yet to be built that one needs."""
    services = columns.inventory.services
    return [columns.service_index[need] for need in columns.services[number].needs if services[need].build is not None]


def _first(columns: Columns, found: Ints, number: int, wanted: int) -> int:
    """The first quarter, ``wanted`` or later, from which a service can be ready, given when its needs are."""
    build = columns.services[number].build
    assert build is not None
    needed = (int(found[need]) + build.quarters for need in needs_of(columns, number))
    gates = (first_move(columns, found, system) + 1 + build.quarters for system in gates_of(columns, number))
    return max([wanted, columns.bounds.ready[columns.services[number].id], *needed, *gates])


def gates_of(columns: Columns, number: int) -> list[int]:
    """The systems that a service's build waits for."""
    return [columns.index[system] for system in columns.services[number].after]


def used_by_gates(columns: Columns, number: int) -> set[int]:
    """The services that the systems may need for which a service's build waits."""
    rows = (rows[0] for system in gates_of(columns, number) for rows in columns.rows_of[system])
    return {need for row in rows for need in columns.rows[row].needs} - {number}


def first_move(columns: Columns, ready: Ints, system: int) -> int:
    """The first quarter in which a system can have moved with services ready from these quarters; NEVER for none."""
    found = [NEVER]
    for row, *_ in columns.rows_of[system]:
        if columns.table.live[row]:
            first = max((int(ready[need]) for need in columns.rows[row].needs), default=0)
            starts = np.flatnonzero(np.isfinite(columns.cost[row]) & (np.arange(columns.end) >= first))
            found += [int(start) + columns.rows[row].step.quarters - 1 for start in starts[:1]]
    return min(found)


def _place(resources: ResourceIndex, room: Floats, number: int, first: int) -> int:
    """The first quarter in which a build fits; what it uses is taken from ``room``."""
    for quarter in range(first, resources.columns.ready_in[number].stop):
        taken = resources.build(number, quarter)
        limited = [resource for resource in taken if resources.keys[resource].family in ("staff", "capital")]
        at = np.array(limited, dtype=np.int64)
        amounts = np.array([taken[resource] for resource in at.tolist()])
        close = np.array([closeness(left) for left in room[at].tolist()])
        if (amounts <= room[at] + close).all():
            room[at] -= amounts
            return quarter
    return NEVER


def brought_forward(columns: Columns, ready: Ints, found: Evaluation) -> Ints:
    """Services brought forward for systems that could neither stay nor move: each gets what its cheapest option needs.

    Args:
        columns: the choices.
        ready: [services], the quarter from which each is ready.
        found: an evaluation with services free, for the reduced costs.
    """
    ready = ready.copy()
    for system in _stranded(columns, ready):
        rows = [(rows, float(found.reduced.rows[rows[0]].min())) for rows in columns.rows_of[system]]
        open_ = [(value, rows) for rows, value in rows if np.isfinite(value)]
        if not open_:
            continue
        for row in min(open_)[1]:
            start = int(found.reduced.rows[row].argmin())
            for need in columns.rows[row].needs:
                bring_forward(columns, ready, need, start)
    return ready


def _stranded(columns: Columns, ready: Ints) -> list[int]:
    """Systems that can neither stay nor move with these services."""
    first = np.array([max((int(ready[need]) for need in row.needs), default=0) for row in columns.rows], dtype=np.int64)
    there = np.isfinite(columns.cost) & (np.arange(columns.end) >= first[:, None])
    open_: list[bool] = np.asarray(there.any(axis=1)).tolist()
    fine = set(np.flatnonzero(np.isfinite(columns.stay_cost)).tolist())
    fine.update(
        system
        for system, options in enumerate(columns.rows_of)
        if any(all(open_[row] for row in rows) for rows in options)
    )
    return [system for system in range(len(columns.systems)) if system not in fine]


def bring_forward(columns: Columns, ready: Ints, service: int, quarter: int) -> None:
    """Makes a service ready by a quarter, or as soon after it as it can be, and what it needs in time for that.

    Args:
        columns: the choices.
        ready: [services], the quarter from which each is ready; changed in place.
        service: which.
        quarter: from when it is needed.
    """
    if ready[service] <= quarter:
        return
    build = columns.services[service].build
    assert build is not None
    ready[service] = max(quarter, columns.bounds.ready[columns.services[service].id])
    for need in needs_of(columns, service):
        bring_forward(columns, ready, need, int(ready[service]) - build.quarters)


def only_needed(columns: Columns, ready: Ints, chosen: Iterable[OptionColumn]) -> Ints:
    """The same services without those that no chosen column needs, directly or not, and that need not be built."""
    found = np.full(len(ready), NEVER)
    open_ = [need for column in chosen for row in column.rows for need in columns.rows[row].needs]
    open_ += [number for number, service in enumerate(columns.services) if service.must_build]
    while open_:
        service = open_.pop()
        if found[service] == NEVER:
            found[service] = ready[service]
            open_.extend(needs_of(columns, service))
    return found
