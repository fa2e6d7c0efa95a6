"""What is wrong in the user's files or request, as values, and the errors that carry them.

Messages speak to a caller of the library. Where what would help depends on how the library is used, a message ends
in (or holds) a :class:`Remedy`; the command line replaces its wording by commands and options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, Self

from consolidate.vocabulary import plural


class Remedy(Enum):
    """What the user can do. The value is the wording for a caller of the library."""

    PLAN = "make a plan of the inventory as it is now"
    PLAN_AGAIN = "make the plan again"
    PLAN_FIRST = "make a plan first, or name a plan.json that is there"
    PLAN_THERE = "name a plan.json that is there"
    DRAW_FIRST = "draw it first, or name a folder in which it is drawn"
    PLAN_FILE = "give a plan.json that write_plan wrote"
    CERTIFICATE_FILE = "write_plan writes it"
    WAYS_OUT = "make_plan says what would help"
    MORE_TIME = "give it more time"
    NEW_INVENTORY = "write it (start_inventory makes a first one in a new folder)"
    WHICH_INVENTORY = "say which inventory"
    OTHER_FOLDER = "name another folder"
    APPROVE_OR_NAME = "approve one, or name a plan"
    WHO_APPROVES = 'say who, as in by="SRS Board"'
    CHOOSE_SCENARIO = "if that was chosen, have its changes written into the inventory with scenario ="
    APPROVE_SCENARIO = "approve it first, with scenario ="
    LATER_DAY = "give that day or a later one, or take that file away if its date was a slip"
    NEW_FOLDER = "name a new folder"
    GRAPHVIZ = "install it, or the package pygraphviz"
    REPORT_PACKAGES = "install the optional packages for the Board pack"
    PARQUET_PACKAGE = "install the optional package for Parquet"
    CLUSTER_PACKAGE = "install the optional package for clusters"
    SCHEDULER = "see that it runs, and that this machine can reach it"
    START_WORKERS = "start some, where this package is installed"
    SAME_VERSIONS = "install the same versions where the workers are as here"
    WHY_LOST = "see whether their machine is out of memory, and use fewer workers"


class Message(str):
    """A text that may hold a remedy, which each way of using the library words in its own way.

    >>> message = Message("the plan is an old one; ", Remedy.PLAN_AGAIN)
    >>> str(message)
    'the plan is an old one; make the plan again'
    >>> message.worded({Remedy.PLAN_AGAIN: "run it again"})
    'the plan is an old one; run it again'
    """

    __slots__ = ("after", "before", "remedy")
    before: str
    remedy: Remedy | None
    after: str

    def __new__(cls, before: str, remedy: Remedy | None = None, after: str = "") -> Self:
        made = super().__new__(cls, before + (remedy.value if remedy else "") + after)
        made.before, made.remedy, made.after = before, remedy, after
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, Remedy | None, str], dict[str, Any]]:
        return (self.before, self.remedy, self.after), {}

    def worded(self, words: Mapping[Remedy, str]) -> str:
        """The text with the remedy in other words."""
        return self.before + (words[self.remedy] if self.remedy else "") + self.after

    def within(self, before: str, after: str = "") -> Message:
        """The message as a part of a longer one."""
        return Message(before + self.before, self.remedy, self.after + after)

    def removeprefix(self, prefix: str, /) -> Message:
        """The message without what it begins with."""
        return Message(self.before.removeprefix(prefix), self.remedy, self.after)


def message_of(text: object) -> Message:
    """The message of an error, or any text as a message."""
    if isinstance(text, UserError):
        return text.message
    return text if isinstance(text, Message) else Message(str(text))


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong, or suspicious, in one place of the user's files.

    Attributes:
        path: the file, as the user would name it.
        line: line number from 1.
        column: column number from 1.
        message: ``what is wrong; what would be right``; a :class:`Message` where it holds a remedy.
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
    """An error that the user can correct.

    Attributes:
        message: one line that says what is wrong and what would help.
        exit_code: the command line's exit code.
    """

    exit_code = 2

    def __init__(self, message: str) -> None:
        self.message = message_of(message)
        super().__init__(self.message)


class InvalidArgument(UserError):
    """An argument of a function (an option of a command) that cannot be used.

    Attributes:
        argument: its name.
        value: what was given, as it is to be shown.
        reason: what is wrong with it.
    """

    def __init__(self, argument: str, value: str, reason: str) -> None:
        self.argument, self.value, self.reason = argument, value, reason
        super().__init__(f"{argument} {value}: {reason}")

    def __reduce__(self) -> tuple[type[InvalidArgument], tuple[str, str, str]]:
        return type(self), (self.argument, self.value, self.reason)


class InvalidInventory(UserError):
    """The inventory has errors; ``problems`` holds all of them, and the warnings.

    ``what`` has them, with its verb, where it is not the inventory as it stands: a change of it, say.
    """

    exit_code = 1

    def __init__(self, problems: Sequence[Problem], what: str = "the inventory has") -> None:
        self.problems, self.what = tuple(problems), what
        errors = sum(problem.severity == "error" for problem in problems)
        super().__init__(f"{what} {errors} {plural(errors, 'error')}")

    def __reduce__(self) -> tuple[type[InvalidInventory], tuple[tuple[Problem, ...], str]]:
        return type(self), (self.problems, self.what)


class RejectedPlan(UserError):
    """A plan that breaks a rule, or whose figures are wrong; ``faults`` are all of them, a line each."""

    exit_code = 1

    def __init__(self, message: str, faults: Sequence[str] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(message)

    def __reduce__(self) -> tuple[type[RejectedPlan], tuple[str, tuple[str, ...]]]:
        return type(self), (self.message, self.faults)


class NoPlan(UserError):
    """No plan can meet the rules; ``lines`` say what conflicts and the cheapest ways out."""

    exit_code = 3

    def __init__(self, message: str, lines: Sequence[str] = ()) -> None:
        self.lines = tuple(lines)
        super().__init__(message)

    def __reduce__(self) -> tuple[type[NoPlan], tuple[str, tuple[str, ...]]]:
        return type(self), (self.message, self.lines)


class OutOfTime(UserError):
    """The time limit ended before any plan was found."""

    exit_code = 4

    def __init__(self, message: str = "") -> None:
        before = "the search ended before any plan was found; "
        super().__init__(message or Message(before, Remedy.MORE_TIME))
