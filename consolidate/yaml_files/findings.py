"""The problems found in files: all are collected, and reading goes on."""

from __future__ import annotations

from consolidate.errors import Problem
from consolidate.yaml_files.nodes import Mark


class Findings:
    """Collects problems, each once.

    ``spoiled``: the places of values that the parser has reported; what they mean is not reported on as well.
    """

    def __init__(self) -> None:
        self.problems: set[Problem] = set()
        self.spoiled: set[tuple[str, int, int]] = set()

    def add(self, mark: Mark, message: str) -> None:
        """Report an error."""
        self.problems.add(Problem(mark.source, mark.line, mark.column, message))

    def warn(self, mark: Mark, message: str) -> None:
        """Report a warning."""
        self.problems.add(Problem(mark.source, mark.line, mark.column, message, "warning"))

    def spoil(self, mark: Mark, message: str) -> None:
        """Report an error, and that nothing more is to be said of this place."""
        self.add(mark, message)
        self.spoiled.add((mark.source, mark.line, mark.column))

    def is_spoiled(self, mark: Mark) -> bool:
        """Whether the parser has reported this place."""
        return (mark.source, mark.line, mark.column) in self.spoiled

    @property
    def failed(self) -> bool:
        """Whether there is an error among the problems."""
        return any(problem.severity == "error" for problem in self.problems)

    def sorted(self) -> tuple[Problem, ...]:
        """The problems by file, line and column."""
        return tuple(sorted(self.problems))
