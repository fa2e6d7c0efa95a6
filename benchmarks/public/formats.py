"""Readers of the public instances' files, and the instances as they are read.

Nothing here knows of inventories or plans. Times are in periods, numbered from 0; money, demand
and resources are in the instance's own units, exact (``int`` or ``Decimal``).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

KINDS = ("rcpsp-mm", "rcpsp", "sscflp", "ufl", "mknap")


@dataclass(frozen=True)
class Mode:
    """A way to carry out an activity.

    Attributes:
        duration: in periods, at least 1.
        renewable: use of each renewable resource in each period of the duration.
        nonrenewable: use of each non-renewable resource in all.
    """

    duration: int
    renewable: tuple[int, ...]
    nonrenewable: tuple[int, ...]


@dataclass(frozen=True)
class Project:
    """A resource-constrained project with one or several modes for each activity; the makespan is to be least.

    Attributes:
        modes: of each activity, by its number in the file; source and sink are left out.
        after: each activity's immediate predecessors, source and sink left out.
        renewable: what there is of each renewable resource in each period.
        nonrenewable: what there is of each non-renewable resource in all.
    """

    name: str
    modes: Mapping[int, tuple[Mode, ...]]
    after: Mapping[int, tuple[int, ...]]
    renewable: tuple[int, ...]
    nonrenewable: tuple[int, ...]


@dataclass(frozen=True)
class Facilities:
    """Facility location in which one facility serves the whole of a customer; the cost is to be least.

    Attributes:
        capacity: of each facility, in units of demand; None where capacities are left out.
        fixed: cost of opening each facility.
        demand: of each customer.
        cost: ``cost[facility][customer]`` of serving the customer's whole demand.
    """

    name: str
    capacity: tuple[Decimal, ...] | None
    fixed: tuple[Decimal, ...]
    demand: tuple[Decimal, ...]
    cost: tuple[tuple[Decimal, ...], ...]


@dataclass(frozen=True)
class Knapsack:
    """Items to take or leave under several limits; the profit is to be greatest.

    Attributes:
        profit: of each item.
        use: ``use[limit][item]``.
        limit: of each resource.
    """

    name: str
    profit: tuple[Decimal, ...]
    use: tuple[tuple[Decimal, ...], ...]
    limit: tuple[Decimal, ...]


Instance = Project | Facilities | Knapsack


def read(kind: str, path: Path) -> Instance:
    """The instance in a file.

    Args:
        kind: one of :data:`KINDS`.

    Raises:
        ValueError: when the file is not of that kind, with what is wrong.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        if kind in ("rcpsp-mm", "rcpsp"):
            return parse_project(text, path.stem)
        if kind in ("sscflp", "ufl"):
            return parse_facilities(text, path.name, capacitated=kind == "sscflp")
        if kind == "mknap":
            return parse_knapsack(text, path.stem)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    raise ValueError(f"{path}: no kind {kind!r}; there are {', '.join(KINDS)}")


# -- projects: PSPLIB (.mm, .sm) and MMLIB (tabs, a shorter header, no horizon) --------------------

_SECTIONS = re.compile(r"^\s*(PRECEDENCE RELATIONS|REQUESTS/DURATIONS|RESOURCE ?AVAILABILITIES)", re.MULTILINE)


def parse_project(text: str, name: str) -> Project:
    """A project in PSPLIB's or MMLIB's layout.

    Raises:
        ValueError: when a part is missing or does not fit another.
    """
    head, links, requests, limits = _sections(text)
    renewable, nonrenewable = (_kind_count(head, kind) for kind in ("renewable", "nonrenewable"))
    if _kind_count(head, "doubly constrained"):
        raise ValueError("it has doubly constrained resources; only renewable and non-renewable ones can be read")
    successors, declared = _successors(links)
    modes = _modes(requests, renewable, nonrenewable)
    if {job: len(found) for job, found in modes.items()} != declared:
        raise ValueError("the requests do not have the jobs and modes that the precedence relations declare")
    available = next((row for row in _rows(limits) if len(row) == renewable + nonrenewable), None)
    if available is None:
        raise ValueError(f"no line of {renewable + nonrenewable} resource availabilities")
    ends = (min(modes), max(modes))
    if any(mode.duration or any(mode.renewable + mode.nonrenewable) for job in ends for mode in modes[job]):
        raise ValueError("the first and the last job are to be source and sink: no duration, no use")
    if any(mode.duration < 1 for job, found in modes.items() if job not in ends for mode in found):
        raise ValueError("an activity has the duration 0: only the source and the sink may")
    inner = {job: found for job, found in modes.items() if job not in ends}
    after = {job: tuple(a for a in inner if job in successors[a]) for job in inner}
    return Project(name, inner, after, tuple(available[:renewable]), tuple(available[renewable:]))


def _sections(text: str) -> list[str]:
    """The head, and what stands below each of the three headings."""
    starts = list(_SECTIONS.finditer(text))
    if [found[1][:3] for found in starts] != ["PRE", "REQ", "RES"]:
        raise ValueError("not one each of the headings PRECEDENCE RELATIONS, REQUESTS, RESOURCE AVAILABILITIES")
    edges = [0, *(found.start() for found in starts), len(text)]
    return [text[one:other] for one, other in itertools.pairwise(edges)]


def _kind_count(head: str, kind: str) -> int:
    match = re.search(rf"^\s*-\s*{kind}\s*:\s*(\d+)", head, re.MULTILINE)
    if match is None:
        raise ValueError(f"the head does not say how many {kind} resources there are")
    return int(match[1])


def _rows(section: str) -> Iterator[list[int]]:
    """The lines that hold nothing but whole numbers."""
    for line in section.splitlines():
        if re.fullmatch(r"[\s\d]*\d[\s\d]*", line):
            yield [int(number) for number in line.split()]


def _successors(section: str) -> tuple[dict[int, tuple[int, ...]], dict[int, int]]:
    """Each job's successors, and the number of its modes."""
    successors, declared = {}, {}
    for job, modes, count, *others in _rows(section):
        if len(others) != count:
            raise ValueError(f"job {job} has {len(others)} successors where {count} are announced")
        successors[job], declared[job] = tuple(others), modes
    unknown = sorted({other for others in successors.values() for other in others} - set(successors))
    if unknown or not successors:
        raise ValueError(f"successors that are no jobs: {unknown}" if unknown else "no jobs")
    return successors, declared


def _modes(section: str, renewable: int, nonrenewable: int) -> dict[int, tuple[Mode, ...]]:
    """Each job's modes: a line begins with the job's number, or only with the next mode's."""
    found: dict[int, list[Mode]] = {}
    width = renewable + nonrenewable
    job = None
    for row in _rows(section):
        if len(row) == width + 3:
            job, row = row[0], row[1:]
        if len(row) != width + 2 or job is None:
            raise ValueError(f"a line of requests has {len(row)} numbers; mode, duration and {width} uses are expected")
        number, duration, *uses = row
        modes = found.setdefault(job, [])
        modes.append(Mode(duration, tuple(uses[:renewable]), tuple(uses[renewable:])))
        if number != len(modes):
            raise ValueError(f"job {job}: mode {number} stands where mode {len(modes)} is expected")
    return {job: tuple(modes) for job, modes in found.items()}


# -- facilities and knapsacks: numbers only, whatever the line breaks -------------------------------


def _numbers(text: str) -> list[Decimal]:
    """All numbers of a file; many of Holmberg's end in NUL bytes."""
    try:
        return [Decimal(word) for word in text.replace("\0", " ").split()]
    except InvalidOperation:
        raise ValueError("not only numbers") from None


def _take(numbers: Sequence[Decimal], counts: Sequence[int], what: str) -> Iterator[tuple[Decimal, ...]]:
    """Cuts the numbers into runs of the lengths given, which must use them up."""
    if len(numbers) != sum(counts):
        raise ValueError(f"{len(numbers)} numbers where {what} takes {sum(counts)}")
    start = 0
    for count in counts:
        yield tuple(numbers[start : start + count])
        start += count


def _sizes(numbers: Sequence[Decimal], place: int) -> tuple[int, int]:
    sizes = numbers[place : place + 2]
    if len(sizes) < 2 or any(size < 1 or size != int(size) for size in sizes):
        raise ValueError("the file is to begin with two sizes, whole numbers of 1 or more")
    return int(sizes[0]), int(sizes[1])


def parse_facilities(text: str, name: str, *, capacitated: bool) -> Facilities:
    """Facilities in OR-Library's layout, which Holmberg's files have too.

    Raises:
        ValueError: when there are not exactly the numbers that the sizes ask for.
    """
    numbers = _numbers(text)
    facilities, customers = _sizes(numbers, 0)
    counts = [2] * facilities + [customers] * (facilities + 1)
    runs = list(_take(numbers[2:], counts, f"{facilities} facilities and {customers} customers"))
    capacity, fixed = zip(*runs[:facilities], strict=True)
    return Facilities(name, capacity if capacitated else None, fixed, runs[facilities], tuple(runs[facilities + 1 :]))


def parse_knapsack(text: str, name: str) -> Knapsack:
    """The one problem of a file in the layout of OR-Library's mknapcb files.

    Raises:
        ValueError: when it holds several problems, or not exactly the numbers that the sizes ask for.
    """
    numbers = _numbers(text)
    if not numbers or numbers[0] != 1:
        raise ValueError("the file is to hold one problem: its first number is to be 1")
    items, limits = _sizes(numbers, 1)
    counts = [items] * (limits + 1) + [limits]
    profit, *use, limit = _take(numbers[4:], counts, f"{items} items and {limits} limits")
    return Knapsack(name, profit, tuple(use), limit)
