"""The problems found in files: all are collected, and reading goes on.

However many there are, a reader needs to see some of them and how many more: so many of a file, and so many warnings
of a kind, are kept; the rest is counted. A hostile file thus costs no memory here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from consolidate.errors import Problem
from consolidate.yaml_files.nodes import Mark, Place

MOST_IN_A_FILE = 200
"""How many errors, and how many warnings, of one file are kept."""
MOST_OF_A_KIND = 20
"""How many warnings of one kind are kept, in all files together."""
_LONGEST = 4_000
"""Letters of a message; the middle of longer ones is left out."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning that is yet to be given; with ``more``, how many of its kind follow, the first of them at ``mark``."""

    mark: Mark
    message: str
    kind: str
    more: int = 0


class Remarks:
    """Collects warnings that are given later: as many of a kind as may be given, and how many more there are."""

    def __init__(self) -> None:
        self._remarks: list[Remark] = []
        self._counts: dict[str, int] = {}
        self._next: dict[str, Mark] = {}

    def warn(self, mark: Mark, message: str, kind: str) -> None:
        """Note a warning; see :meth:`Findings.warn`."""
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        if count <= MOST_OF_A_KIND:
            self._remarks.append(Remark(mark, message, kind))
        elif count == MOST_OF_A_KIND + 1:
            self._next[kind] = mark

    def all(self) -> tuple[Remark, ...]:
        """The warnings in the order in which they came, then how many more there are of each kind."""
        more = (Remark(mark, "", kind, self._counts[kind] - MOST_OF_A_KIND) for kind, mark in self._next.items())
        return (*self._remarks, *more)


class Findings:
    """Collects problems, each once.

    ``spoiled``: the places of values that the parser has reported; what they mean is not reported on as well.
    """

    def __init__(self) -> None:
        self.problems: set[Problem] = set()
        self.spoiled: set[tuple[str, int, int]] = set()
        self.doubted: set[tuple[str, int, int]] = set()
        """The places of which a warning says all that is odd: others there would follow from the same slip."""
        self.nodes = 0
        """How many keys and values the files hold that were read."""
        self.failed = False
        """Whether there is an error among the problems."""
        self._kept: dict[tuple[str, str], int] = {}
        self.uncounted: set[str] = set()
        """Files with more errors than were counted."""
        self._more: dict[tuple[str, str], tuple[Place, int]] = {}
        """What was left out, by file and severity or by kind of warning: the first, and how many."""

    def add(self, mark: Mark, message: str) -> None:
        """Report an error."""
        self._collect(Problem(mark.source, mark.line, mark.column, _cut(message)))

    def warn(self, mark: Mark, message: str, kind: str | None = None) -> None:
        """Report a warning; ``kind`` says what many of its kind are, such as "systems have no tier"."""
        if (mark.source, mark.line, mark.column) in self.doubted:
            return
        if kind is None or self._room("kind", kind, MOST_OF_A_KIND, mark):
            self._collect(Problem(mark.source, mark.line, mark.column, _cut(message), "warning"))

    def doubt(self, mark: Mark, message: str) -> None:
        """Report a warning, and that no other is to be given of this place."""
        self.warn(mark, message)
        self.doubted.add((mark.source, mark.line, mark.column))

    def repeat(self, remarks: Iterable[Remark]) -> None:
        """Give warnings that were noted before, as if each was given now."""
        for remark in remarks:
            if remark.more:
                self._leave_out(("kind", remark.kind), remark.mark, remark.more)
            else:
                self.warn(remark.mark, remark.message, remark.kind)

    def _collect(self, problem: Problem) -> None:
        self.failed = self.failed or problem.severity == "error"
        if problem not in self.problems and self._room(problem.severity, problem.path, MOST_IN_A_FILE, _place(problem)):
            self.problems.add(problem)

    def _room(self, what: str, of: str, most: int, mark: Mark) -> bool:
        """Whether one more is kept; otherwise it is counted."""
        key = what, of
        kept = self._kept.get(key, 0)
        if kept < most:
            self._kept[key] = kept + 1
            return True
        self._leave_out(key, mark, 1)
        return False

    def _leave_out(self, key: tuple[str, str], mark: Mark, number: int) -> None:
        place, before = self._more.get(key) or (Place(mark.source, mark.line, mark.column), 0)
        self._more[key] = place, before + number

    def count(self, mark: Mark, more: int) -> None:
        """Count errors of a file that stand from ``mark`` on and were not worth a message each."""
        if more:
            self.failed = True
            self._leave_out(("error", mark.source), mark, more)

    def is_full(self, source: str) -> bool:
        """Whether further errors of a file are only counted, so that a message need not be thought about."""
        return self._kept.get(("error", source), 0) >= MOST_IN_A_FILE

    def spoil(self, mark: Mark, message: str) -> None:
        """Report an error, and that nothing more is to be said of this place."""
        self.add(mark, message)
        self.spoiled.add((mark.source, mark.line, mark.column))

    def is_spoiled(self, mark: Mark) -> bool:
        """Whether the parser has reported this place."""
        return (mark.source, mark.line, mark.column) in self.spoiled

    def sorted(self) -> tuple[Problem, ...]:
        """The problems by file, line and column, with how many more there are."""
        counted = [self._counted(what, of, *more) for (what, of), more in self._more.items()]
        return tuple(sorted([*self.problems, *counted]))

    def _counted(self, what: str, of: str, place: Place, more: int) -> Problem:
        severity: Literal["error", "warning"] = "error" if what == "error" else "warning"
        if what == "kind":
            message = f"{more:,} more warnings of the same kind ({of}); those that are listed say what helps"
        else:
            least = "at least " if what == "error" and of in self.uncounted else ""
            message = f"{least}{more:,} more {severity}s in this file; mend the others first"
        return Problem(place.source, place.line, place.column, message, severity)


def named(problem: Problem, scenarios: str) -> Problem:
    """A problem that is there only with a scenario, or several, laid over the inventory, with their names."""
    return replace(problem, message=f"{problem.message} (with {scenarios} laid over the inventory)")


def _place(problem: Problem) -> Place:
    return Place(problem.path, problem.line, problem.column)


def _cut(message: str) -> str:
    """A message of a length that can be read."""
    if len(message) <= _LONGEST:
        return message
    return f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"
