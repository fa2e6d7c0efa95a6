"""What candidates use of resources, for many of them at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints, Mask
from consolidate.solving.decomposition.candidates import CandidateLists, Use

AT_ONCE = 50_000
"""Candidates whose uses are worked out at a time: on the way they take several times the room of the table."""


class UseTable(NamedTuple):
    """What candidates use.

    Attributes:
        at: [candidates + 1], where each one's uses begin.
        resource, amount: [uses], of what, and how much; each resource once by candidate.
    """

    at: Ints
    resource: Ints
    amount: Floats


class _Uses(NamedTuple):
    """Uses in no order: whose, of what, and how much, [uses] each."""

    candidate: Ints
    resource: Ints
    amount: Floats


def use_table(candidates: CandidateLists, place: Ints) -> UseTable:
    """What the candidates at some places of the lists use; the same as :attr:`Candidate.use` has.

    Args:
        candidates: the lists.
        place: [candidates], the places.
    """
    kept = np.array(candidates.can_fill, dtype=bool)
    kept[sorted(candidates.can_hire)] = True
    lows = range(0, max(len(place), 1), AT_ONCE)
    parts = [_uses(candidates, place[low : low + AT_ONCE], kept) for low in lows]
    counts = np.concatenate([np.diff(part.at) for part in parts])
    resource, amount = (np.concatenate(each) for each in zip(*(part[1:] for part in parts), strict=True))
    return UseTable(np.concatenate(([0], np.cumsum(counts))), resource, amount)


def _uses(candidates: CandidateLists, place: Ints, kept: Mask) -> UseTable:
    """The same of a part of them."""
    (first, start), (second, follow) = candidates.steps(place)
    parts = [
        _work(candidates, first, start),
        _work(candidates, second, follow),
        _users(candidates, first, kept),
        _users(candidates, second, kept),
        *_late(candidates, place, kept),
        *_lacks(candidates, place, kept),
    ]
    whose, what, amount = (np.concatenate(each) for each in zip(*parts, strict=True))
    found = _Uses(whose, what, amount)
    if (second >= 0).any():
        found = _added_up(found, second >= 0)
    order = np.argsort(found.candidate, kind="stable")
    at = np.searchsorted(found.candidate[order], np.arange(len(place) + 1))
    return UseTable(at, found.resource[order], found.amount[order])


def _work(candidates: CandidateLists, rows: Ints, starts: Ints) -> _Uses:
    """People, money and moves under way of one step of each candidate; -1 in ``rows`` for none."""
    columns, limits = candidates.columns, candidates.resources.limits_of
    number: dict[tuple[object, ...], int] = {}
    which = np.zeros(len(columns.rows), dtype=np.int64)
    for place in _different(rows, len(columns.rows)):
        row = columns.rows[place]
        key = (row.staff, row.money, limits[row.system], row.step.quarters)
        which[place] = number.setdefault(key, len(number))
    there = np.flatnonzero(rows >= 0)
    keys = which[rows[there]] * columns.end + starts[there]
    different = np.flatnonzero(np.bincount(keys))  # few in a small range: quicker than sorting all
    back = np.searchsorted(different, keys)
    a_row = np.zeros(len(number), dtype=np.int64)
    a_row[which[rows[there]]] = rows[there]
    uses: list[Use] = [
        candidates.work(columns.rows[row], first)
        for row, first in zip(a_row[different // columns.end].tolist(), (different % columns.end).tolist(), strict=True)
    ]
    counts = np.array([len(use) for use in uses], dtype=np.int64)
    at = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    flat = np.array([pair for use in uses for pair in use], dtype=float).reshape(-1, 2)
    length = counts[back]
    ends = np.cumsum(length)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - length, length)
    source = np.repeat(at[back], length) + within
    return _Uses(np.repeat(there, length), flat[source, 0].astype(np.int64), flat[source, 1])


def _different(rows: Ints, count: int) -> list[int]:
    """The rows below ``count`` that there are, -1 apart, in order."""
    there = np.zeros(count, dtype=bool)
    there[rows[rows >= 0]] = True
    return list(np.flatnonzero(there).tolist())


def _users(candidates: CandidateLists, rows: Ints, kept: Mask) -> _Uses:
    """What one step of each candidate uses of the capacity of services."""
    columns = candidates.columns
    resource = np.full(len(columns.rows) + 1, -1)  # the last one is that of no row
    for place in _different(rows, len(columns.rows)):
        into = columns.rows[place].into
        if into >= 0:
            resource[place] = candidates.resources.capacity[into]
    users = np.array([system.users for system in columns.systems], dtype=float)
    there = np.flatnonzero(resource[rows] >= 0)
    what, amount = resource[rows[there]], users[columns.row_system[rows[there]]]
    good = kept[what] & (amount > 0)
    return _Uses(there[good], what[good], amount[good])


def _late(candidates: CandidateLists, place: Ints, kept: Mask) -> list[_Uses]:
    """Which candidates are not live in time for milestones."""
    members: dict[tuple[int, int], list[int]] = {}
    for system, milestones in enumerate(candidates.resources.milestones_of):
        for by, resource in milestones:
            if kept[resource]:
                members.setdefault((by, resource), []).append(system)
    live, system_of = candidates.dates(place)[1], candidates.system_at(place)
    found = []
    for (by, resource), systems in members.items():
        counted = np.zeros(len(candidates.columns.systems), dtype=bool)
        counted[systems] = True
        late = np.flatnonzero(counted[system_of] & (live > by))
        found.append(_Uses(late, np.full(len(late), resource), np.ones(len(late))))
    return found


def _lacks(candidates: CandidateLists, place: Ints, kept: Mask) -> list[_Uses]:
    """How much less candidates save than their systems could, by target and budget."""
    found = []
    for resource, lack in candidates.lacks:
        if kept[resource]:
            here = lack[place]
            lacking = np.flatnonzero(here > 0)
            found.append(_Uses(lacking, np.full(len(lacking), resource), here[lacking]))
    return found


def _added_up(uses: _Uses, double: Mask) -> _Uses:
    """Each resource once by candidate: two steps may use the same.

    Args:
        uses: of all candidates.
        double: [candidates], whether each has two steps.
    """
    twice = double[uses.candidate]
    whose, what, amount = (each[twice] for each in uses)
    resources = int(what.max(initial=0)) + 1
    key, back = np.unique(whose * resources + what, return_inverse=True)
    total = np.zeros(len(key))
    np.add.at(total, back.ravel(), amount)
    parts = zip((each[~twice] for each in uses), (key // resources, key % resources, total), strict=True)
    return _Uses(*(np.concatenate(part) for part in parts))
