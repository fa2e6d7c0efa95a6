"""Only the command line prints, ends the process, and speaks of commands, options and installing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import known_exceptions
import pytest
import typer.main
from source_tree import NAMES, ROOT, apart, needs, parsed, texts

import consolidate
from consolidate.cli import app

_LOUD = re.compile(r"print|exit|quit|sys\.exit|os\._exit|os\.abort|sys\.std(out|err)\.write|typer\..*")
_QUIET = sorted(name for name in NAMES if name.split(".")[0] not in ("cli", "__main__"))
COMMANDS = sorted(typer.main.get_command(app.app).commands)  # type: ignore[attr-defined]

WORK = {
    "alternatives": "alternatives",
    "approve": "approve_plan",
    "board": "board_pack",
    "check": "check_inventory",
    "compare": "compare_options",
    "diff": "diff_inventories",
    "frontier": "frontier",
    "init": "start_inventory",
    "open": "roadmap_picture",
    "plan": "make_plan",
    "report-progress": "report_progress",
    "roadmap": "draw_roadmap",
    "schema": "write_schemas",
    "shares": "cost_shares",
    "show": "describe_in_plan",
    "verify": "verify_plan",
    "decisions": "decisions",
    "explain": "explain_choice",
    "whatif": "what_if",
    "worth": "worth",
}
"""The public function that does the work of each command."""


@pytest.mark.parametrize("name", _QUIET)
def test_only_the_command_line_prints_or_ends(name: str) -> None:
    for node in ast.walk(parsed(NAMES[name])):
        if isinstance(node, ast.Call):
            assert not _LOUD.fullmatch(ast.unparse(node.func)), f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Raise) and node.exc is not None:
            assert not ast.unparse(node.exc).startswith("SystemExit"), f"line {node.lineno}"


@pytest.mark.parametrize("name", _QUIET)
def test_nobody_needs_the_command_line(name: str) -> None:
    assert not {other for other in needs(name) if other.split(".")[0] == "cli"}


def test_the_work_of_every_command_is_a_public_function() -> None:
    assert sorted(WORK) == COMMANDS
    undone = [command for command, function in WORK.items() if function not in consolidate.__all__]
    assert not (said := apart(undone, known_exceptions.COMMANDS_WITHOUT_FUNCTION)), said
    for function in set(WORK.values()) & set(consolidate.__all__):
        assert callable(getattr(consolidate, function))
        assert not getattr(consolidate, function).__module__.startswith("consolidate.cli")


_SPEAKS_OF_COMMANDS = re.compile(rf"\bconsolidate ({'|'.join(COMMANDS)})\b|(?<![-\w])--[a-z]{{2}}|\bpip install\b")


def test_only_the_command_line_speaks_of_commands_and_options() -> None:
    found = [
        f"{name}: {node.value}"
        for name in _QUIET
        for node in texts(parsed(NAMES[name]))
        if _SPEAKS_OF_COMMANDS.search(str(node.value))
    ]
    assert not (said := apart(found, known_exceptions.MESSAGES)), said


_ELSEWHERE = re.compile(r"(?<![\w.])/(?:work|home|Users|tmp)/|\.\./shared")
_TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".json", ".html", ".css", ".svg", ".gv", ".po", ""}


def files_of_text() -> Iterator[Path]:
    """The project's own text files."""
    for part in ("consolidate", "tests", "benchmarks", "docs", "inventory", ".ci", "schemas"):
        found = sorted((ROOT / part).rglob("*"))
        yield from (path for path in found if path.is_file() and path.suffix in _TEXT)
    yield from (path for path in (ROOT / "README.md", ROOT / "Makefile", ROOT / "pyproject.toml") if path.exists())


def test_no_file_names_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files_of_text()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _ELSEWHERE.search(line)
    ]
    assert not found, "\n".join(found)


def test_the_rules_find_what_they_look_for() -> None:
    assert _LOUD.fullmatch("sys.exit")
    assert _ELSEWHERE.search("see /wo" + "rk/main")
    assert not _ELSEWHERE.search("https://example.org/work/main")
    tree = ast.parse('"""Run `consolidate plan`."""\nx = "run `consolidate plan`"\ny = f"try --gap {x}"\nz = "a--bc"\n')
    said = [str(node.value) for node in texts(tree) if _SPEAKS_OF_COMMANDS.search(str(node.value))]
    assert said == ["run `consolidate plan`", "try --gap "]
