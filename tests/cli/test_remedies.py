"""What would help is data in the library; the command line says it with its commands and options."""

from __future__ import annotations

import pickle

import pytest

from consolidate.cli.remedies import COMMANDS, worded, worded_problem
from consolidate.errors import (
    InvalidArgument,
    InvalidInventory,
    Message,
    NoPlan,
    OutOfTime,
    Problem,
    RejectedPlan,
    Remedy,
    UserError,
)


@pytest.mark.parametrize("remedy", Remedy)
def test_each_remedy_has_words_of_the_command_line(remedy: Remedy) -> None:
    message = Message("it is wrong; ", remedy, " (or not)")
    assert message == f"it is wrong; {remedy.value} (or not)"
    assert worded(message) == f"it is wrong; {COMMANDS[remedy]} (or not)"
    assert not any(word in remedy.value for word in ("--", "`consolidate", "pip "))


def test_a_message_stays_one_in_a_longer_text_and_in_errors_and_problems() -> None:
    message = Message("a.yaml: it is late; ", Remedy.MORE_TIME)
    assert (
        worded(message.removeprefix("a.yaml: ").within("(", ")")) == "(it is late; give it more time with --time-limit)"
    )
    assert worded(UserError(message)) == worded(message)
    assert worded("plain text") == "plain text"
    assert worded(worded_problem(Problem("a", 1, 2, message)).message) == worded(message)
    assert worded(InvalidArgument("on", "never", "no date")) == "--on never: no date"
    assert str(InvalidArgument("on", "never", "no date")) == "on never: no date"


@pytest.mark.parametrize(
    "error",
    [
        UserError(Message("a; ", Remedy.PLAN_AGAIN, " b")),
        InvalidArgument("on", "never", "no date"),
        InvalidInventory([Problem("a", 1, 2, Message("no such file; ", Remedy.NEW_INVENTORY))]),
        RejectedPlan("it breaks a rule", ["staff: too few", "figures: wrong"]),
        NoPlan("no plan can meet the rules", ["staff: too few"]),
        OutOfTime(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_pickling(error: UserError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert worded(again) == worded(error)
