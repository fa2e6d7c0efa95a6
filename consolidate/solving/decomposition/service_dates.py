"""From which quarter each service is ready: by vote of the bound's iterations, made to fit, then bettered.

Services are what a plan is built around: once their quarters are given, all else is limited by cells alone.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Evaluation
from consolidate.solving.decomposition.resources import Cells
from consolidate.solving.decomposition.rows import OptionColumn
from consolidate.solving.formulation.costs import NEVER


class Votes:
    """How often each quarter was best for each service: [services, end + 1]; the last is never."""

    def __init__(self, services: int, end: int) -> None:
        self.end = end
        self.count = np.zeros((services, end + 1), dtype=np.int64)

    def add(self, ready: Ints) -> None:
        self.count[np.arange(len(self.count)), np.minimum(ready, self.end)] += 1

    def ready(self, share: float = 0.5) -> Ints:
        """By service, the quarter that leaves ``share`` of its votes before it; never where most say so."""
        found = np.full(len(self.count), NEVER)
        for service, votes in enumerate(self.count):
            if votes.any() and votes[-1] * 2 < votes.sum():
                cumulated = np.cumsum(votes[:-1])
                found[service] = int(np.searchsorted(cumulated, cumulated[-1] * share))
        return found


def buildable(cells: Cells, ready: Ints) -> Ints:
    """The same services, each as late as people, money and what it needs ask; never where nothing is late enough."""
    data = cells.data
    found = np.full(len(ready), NEVER)
    room = cells.room.copy()
    waiting = [number for _, number in sorted((int(q), n) for n, q in enumerate(ready) if q < NEVER)]
    while waiting:
        number = next((n for n in waiting if all(found[need] < NEVER for need in needs_of(data, n))), None)
        if number is None:
            break
        waiting.remove(number)
        found[number] = _place(cells, room, number, _first(data, found, number, int(ready[number])))
    return found


def needs_of(data: Columns, number: int) -> list[int]:
    """The services yet to be built that one needs."""
    services = data.inventory.services
    return [data.service_index[need] for need in data.services[number].needs if services[need].build is not None]


def _first(data: Columns, found: Ints, number: int, wanted: int) -> int:
    """The first quarter, ``wanted`` or later, from which a service can be ready as what it needs is."""
    build = data.services[number].build
    assert build is not None
    needed = (int(found[need]) + build.quarters for need in needs_of(data, number))
    return max([wanted, data.bounds.ready[data.services[number].id], *needed])


def _place(cells: Cells, room: Floats, number: int, first: int) -> int:
    """Takes the build from ``room`` in the first quarter where it fits."""
    for quarter in range(first, cells.end):
        taken = cells.build(number, quarter)
        at = np.array([cell for cell in taken if cells.cells[cell].family in ("staff", "capital")], dtype=np.int64)
        amounts = np.array([taken[cell] for cell in at.tolist()])
        if (amounts <= room[at] + 1e-7 * np.maximum(1.0, np.abs(room[at]))).all():
            room[at] -= amounts
            return quarter
    return NEVER


def made_possible(data: Columns, ready: Ints, found: Evaluation) -> Ints:
    """Services brought forward for systems that have no way left: each gets what its cheapest one needs.

    Args:
        data: the choices.
        ready: services' quarters.
        found: an evaluation with services free, for the prices.
    """
    ready = ready.copy()
    for system in _stranded(data, ready):
        rows = [(rows, float(found.reduced.rows[rows[0]].min())) for rows in data.rows_of[system]]
        open_ = [(value, rows) for rows, value in rows if np.isfinite(value)]
        if not open_:
            continue
        for row in min(open_)[1]:
            start = int(found.reduced.rows[row].argmin())
            for need in data.rows[row].needs:
                _bring_forward(data, ready, need, start)
    return ready


def _stranded(data: Columns, ready: Ints) -> list[int]:
    """Systems that can neither stay nor move with these services."""
    first = np.array([max((int(ready[need]) for need in row.needs), default=0) for row in data.rows], dtype=np.int64)
    there = np.isfinite(data.cost) & (np.arange(data.end) >= first[:, None])
    open_: list[bool] = np.asarray(there.any(axis=1)).tolist()
    fine = set(np.flatnonzero(np.isfinite(data.stay_cost)).tolist())
    fine.update(
        system
        for system, options in enumerate(data.rows_of)
        if any(all(open_[row] for row in rows) for rows in options)
    )
    return [system for system in range(len(data.systems)) if system not in fine]


def _bring_forward(data: Columns, ready: Ints, service: int, quarter: int) -> None:
    if ready[service] <= quarter:
        return
    build = data.services[service].build
    assert build is not None
    ready[service] = max(quarter, data.bounds.ready[data.services[service].id])
    for need in needs_of(data, service):
        _bring_forward(data, ready, need, int(ready[service]) - build.quarters)


def wanted(data: Columns, ready: Ints, columns: Iterable[OptionColumn]) -> Ints:
    """The same services without those that no column needs, nor a service that one needs."""
    found = np.full(len(ready), NEVER)
    open_ = [need for column in columns for row in column.rows for need in data.rows[row].needs]
    while open_:
        service = open_.pop()
        if found[service] == NEVER:
            found[service] = ready[service]
            open_.extend(needs_of(data, service))
    return found
