"""Ctrl-C, and SIGTERM as Ctrl-C: a line and exit code 130, or the plan so far; never a traceback."""

from __future__ import annotations

import os
import re
import signal as signals
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import ROOT, Call

import consolidate.parallel.plans
import consolidate.planning
from consolidate.errors import NoPlan
from consolidate.inventory import Inventory
from consolidate.planning import PlanResult

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")

WHILE_IMPORTING = """
import signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.{signal})

sys.meta_path.insert(0, Finder())
sys.argv = ["consolidate", "check", {folder!r}]
from consolidate.__main__ import main
main()
"""
WHILE_SEARCHING = """
import signal, sys
from consolidate.solving.exact import neighbourhood_search
from consolidate.solving.exact.solver import INFINITY, Outcome

def solve(problem, limits, monitor=None, start=None, *, searching=True):
    for _ in range({times}):
        signal.raise_signal(signal.{signal})
    assert {times} == 1 and monitor.stop()
    return Outcome(None, INFINITY, -INFINITY, "stopped")

neighbourhood_search.solve = solve
sys.argv = ["consolidate", "plan", {folder!r}, "--out", {out!r}]
from consolidate.__main__ import main
main()
"""
IN_A_TEXT_RUN_AS_CODE = """
import signal, sys
from consolidate.solving.exact import neighbourhood_search

def solve(problem, limits, monitor=None, start=None, *, searching=True):
    exec("for _ in range(2): signal.raise_signal(signal.{signal})")

neighbourhood_search.solve = solve
sys.argv = ["consolidate", "plan", {folder!r}, "--out", {out!r}]
from consolidate.__main__ import main
main()
"""
NOTHING = "consolidate: stopped before it was done; nothing was written\n"


def ran(script: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("module", ["consolidate.cli.app", "typer", "rich.console", "consolidate.loading.check"])
def test_while_modules_are_imported(small: Path, signal: str, module: str) -> None:
    script = WHILE_IMPORTING.format(module=module, signal=signal, folder=str(small))
    assert ran(script) == (130, NOTHING)


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("times", [1, 2])
def test_while_a_plan_is_looked_for(small: Path, tmp_path: Path, signal: str, times: int) -> None:
    script = WHILE_SEARCHING.format(signal=signal, times=times, folder=str(small), out=str(tmp_path / "out"))
    assert ran(script) == (130, NOTHING)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
def test_the_exit_code_is_kept_where_python_would_end_itself_by_the_signal(
    small: Path, tmp_path: Path, signal: str
) -> None:
    """With ``python -m`` alone, after an interruption in a text that is run as code."""
    script = IN_A_TEXT_RUN_AS_CODE.format(signal=signal, folder=str(small), out=str(tmp_path / "out"))
    (tmp_path / "interrupted.py").write_text(script, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    command = [sys.executable, "-m", "interrupted"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, NOTHING)


def test_before_the_handler_is_there_hardly_anything_is_imported() -> None:
    script = "import sys; before = {*sys.modules}; import consolidate.__main__; print(*sorted({*sys.modules} - before))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    own = {name for name in done.stdout.split() if name.startswith("consolidate")}
    assert own == {"consolidate", "consolidate.__main__", "consolidate.cli", "consolidate.cli.interruption"}
    assert not {"typing", "re", "typer", "rich"} & {*done.stdout.split()}


@pytest.mark.parametrize(
    ("ended", "by"), [("stopped", "by you"), ("time", "by the time limit"), ("budget", ""), ("gap", "")]
)
def test_what_ended_the_search_is_said_in_a_line(
    small: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, undrawn: None, ended: str, by: str
) -> None:
    make = consolidate.make_plan

    def cut_short(*given: Any, **named: Any) -> PlanResult:
        result = make(*given, **named)
        if ended == "stopped":
            signals.raise_signal(signals.SIGINT)
        return replace(result, ended=ended)

    monkeypatch.setattr(consolidate, "make_plan", cut_short, raising=False)
    said = call("plan", small, "--out", tmp_path)
    assert said.code == 0
    last = said.out.splitlines()[-1]
    assert bool(by) == bool(re.fullmatch(rf"STOPPED  {by} after \d+ s: this is the best plan found until then\.", last))
    assert ("STOPPED" in said.out) == bool(by)


@pytest.mark.parametrize(
    ("ended", "status", "said_of_it"),
    [
        ("budget", "feasible", "The search had done all the work that it is allowed."),
        ("time", "feasible", ""),
        ("budget", "within_gap", None),
        ("gap", "optimal", None),
    ],
)
def test_a_gap_that_was_not_reached_is_said(
    small: Path,
    tmp_path: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    undrawn: None,
    ended: str,
    status: str,
    said_of_it: str | None,
) -> None:
    make = consolidate.make_plan

    def wide(*given: Any, **named: Any) -> PlanResult:
        result = make(*given, **named)
        return replace(result, ended=ended, plan=replace(result.plan, status=status, gap=0.00301))

    monkeypatch.setattr(consolidate, "make_plan", wide, raising=False)
    monkeypatch.setattr(consolidate, "fewer_unsupported", lambda *_, **__: None, raising=False)
    said = call("plan", small, "--out", tmp_path, "--gap", "0.2%")
    lines = [line for line in said.out.splitlines() if line.startswith("GAP")]
    expected = f"GAP  0.2% was asked for and not reached: 0.31% is proven. {said_of_it}".rstrip()
    assert lines == ([] if said_of_it is None else [expected])


@pytest.fixture
def with_scenario(small: Path) -> Path:
    """The same with a scenario, ``other``, that changes nothing."""
    (small / "scenarios").mkdir()
    (small / "scenarios/other.yaml").write_text("scenario: other\n", encoding="utf-8")
    return small


def test_of_many_plans_it_is_said_how_many_a_stop_cut_short(
    with_scenario: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, undrawn: None
) -> None:
    make = consolidate.planning.make_plan

    def cut_short(inventory: Inventory, **named: Any) -> PlanResult:
        result = make(inventory, **named)
        if not inventory.scenario:
            return replace(result, ended="gap")
        return replace(result, ended="time", plan=replace(result.plan, status="feasible"))

    monkeypatch.setattr(consolidate.parallel.plans, "make_plan", cut_short)
    said = call("plan", with_scenario, "--out", tmp_path, "--all-scenarios", "--workers", "1")
    assert said.code == 0, said.err
    *_, wide, cut = said.out.splitlines()
    assert wide == "GAP  0.1% was asked for and not reached by 1 of the 2 plans; the table says what is proven."
    assert cut == "STOPPED  by the time limit: the best found until then, 1 of the 2 plans."


def test_what_has_no_plan_is_not_counted_among_the_plans(
    with_scenario: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, undrawn: None
) -> None:
    make = consolidate.planning.make_plan

    def wide(inventory: Inventory, **named: Any) -> PlanResult:
        if inventory.scenario:
            raise NoPlan("no plan can meet the rules")
        result = make(inventory, **named)
        return replace(result, ended="time", plan=replace(result.plan, status="feasible"))

    monkeypatch.setattr(consolidate.parallel.plans, "make_plan", wide)
    said = call("plan", with_scenario, "--out", tmp_path, "--all-scenarios", "--workers", "1")
    assert said.code == 3
    *_, gap, cut = said.out.splitlines()
    assert gap == "GAP  0.1% was asked for and not reached by the only plan; the table says what is proven."
    assert cut == "STOPPED  by the time limit: the best found until then, the only plan."
