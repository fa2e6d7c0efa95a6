"""What a user did that we cannot work with, as values; and the errors that carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from consolidate.vocabulary import plural


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong, or odd, in one place of the user's files.

    Attributes:
        path: the file, as the user would name it.
        line: line number from 1.
        column: column number from 1.
        message: ``what is wrong; what would be right``.
        severity: a ``warning`` changes no exit code.
    """

    path: str
    line: int
    column: int
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        kind = "warning: " if self.severity == "warning" else ""
        return f"{self.path}:{self.line}:{self.column}: {kind}{self.message}"


class UserError(Exception):
    """Something the user can mend: one clear line, and the exit code that says so."""

    exit_code = 2


class InvalidInventory(UserError):
    """The inventory has errors; ``problems`` holds all of them, and the warnings."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = sum(problem.severity == "error" for problem in problems)
        super().__init__(f"the inventory has {errors} {plural(errors, 'error')}")


class RejectedPlan(UserError):
    """A plan that breaks a rule, or whose figures are wrong."""

    exit_code = 1


class NoPlan(UserError):
    """No plan can meet the rules; ``lines`` say what conflicts and the cheapest way out."""

    exit_code = 3

    def __init__(self, message: str, lines: Sequence[str] = ()) -> None:
        self.lines = tuple(lines)
        super().__init__(message)


class OutOfTime(UserError):
    """The time limit ended before any plan was found."""

    exit_code = 4
