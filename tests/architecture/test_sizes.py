"""Functions, classes and files stay short, and functions take few arguments."""

from __future__ import annotations

import ast
from pathlib import Path

import known_exceptions
import pytest
from source_tree import ROOT, SOURCES, apart, defined, definitions

from consolidate.cli import app

LINES_OF_A_FUNCTION, LINES_OF_A_CLASS, LINES_OF_A_FILE, ARGUMENTS = 60, 250, 700, 7

COMMANDS = {
    f"{callback.__module__.removeprefix('consolidate.')}: {callback.__name__}"
    for callback in (command.callback for command in app.app.registered_commands)
    if callback is not None
}
"""What the command line calls: each of their arguments is one for users."""

BEHIND_PLAN = {"planning: make_plan", "optimizer: optimize"}
"""The functions behind `consolidate plan`, which take its options by name."""


def test_functions_stay_short() -> None:
    found = [one.name for one in definitions() if not one.is_class and one.lines > LINES_OF_A_FUNCTION]
    assert not (said := apart(found, known_exceptions.LONG_FUNCTIONS)), said


def test_classes_stay_short() -> None:
    found = [one.name for one in definitions() if one.is_class and one.lines > LINES_OF_A_CLASS]
    assert not (said := apart(found, known_exceptions.LONG_CLASSES)), said


def test_functions_take_few_arguments() -> None:
    found = [one.name for one in definitions() if one.arguments > ARGUMENTS and one.name not in COMMANDS | BEHIND_PLAN]
    assert not (said := apart(found, known_exceptions.MANY_ARGUMENTS)), said


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LINES_OF_A_FILE


def test_the_rules_find_what_they_look_for() -> None:
    text = "class A:\n    def f(self, a, /, b, *, c):\n        def g(x): pass\ndef h(a, b, c, d, e, f, g, h): pass\n"
    found = list(defined(ast.parse(text), "cli.app"))
    assert [one.name for one in found] == ["cli.app: A", "cli.app: A.f", "cli.app: A.g", "cli.app: h"]
    assert [one.arguments for one in found] == [0, 3, 1, 8]
    assert [one.lines for one in found] == [3, 2, 1, 1]
    assert [one.public for one in found] == [True, True, False, True]
    assert apart(["a", "b"], ["b", "c"]).splitlines() == ["breaks the rule: a", "is no exception any more: c"]
    assert apart(["a"], ["a"]) == ""
