"""`plan --watch` plans again when a file is saved, goes on after an error, and ends with Ctrl-C."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from commands import Call

import consolidate as c
import consolidate.cli.plan as plan_command


def steps(monkeypatch: pytest.MonkeyPatch, *changes: Callable[[], object]) -> None:
    """Makes one change each time a plan was made and the files are watched; then Ctrl-C. Nobody waits."""
    left: Iterator[Callable[[], object]] = iter(changes)
    looks = [0]

    def slept(seconds: float) -> None:
        looks[0] += 1
        assert looks[0] < 100, "a change was not noticed"
        if looks[0] % 4 == 1:
            change = next(left, None)
            if change is None:
                raise KeyboardInterrupt
            change()

    # The command's own clock: whatever else waits while a plan is made or drawn is none of this.
    monkeypatch.setattr(plan_command, "time", SimpleNamespace(monotonic=time.monotonic, sleep=slept))


def replaced(path: Path, old: str, new: str) -> Callable[[], object]:
    def change() -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def test_it_plans_again_when_a_file_is_saved(
    small: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, undrawn: None
) -> None:
    out, partner = tmp_path / "out", small / "partners" / "p.yaml"
    costs: list[float] = []
    starts: list[c.Start | None] = []
    planned = c.make_plan

    def make_plan(data: c.Inventory, **given: Any) -> c.PlanResult:
        starts.append(given["start"])
        return planned(data, **given)

    monkeypatch.setattr(c, "make_plan", make_plan, raising=False)

    def noted() -> None:
        costs.append(json.loads((out / "plan.json").read_text(encoding="utf-8"))["costs"]["total"])

    def dearer() -> None:
        noted()
        replaced(partner, "60_000", "61_000")()

    steps(monkeypatch, dearer, lambda: (noted(), replaced(partner, "61_000", "62_000")()))
    said = call("plan", small, "--out", out, "--watch")
    noted()
    assert said.code == 0, said.err
    assert len(costs) == 3
    assert len(set(costs)) == 3
    assert [start and start.plan.costs and start.plan.costs["total"] for start in starts] == [None, *costs[:2]]
    assert call("verify", "--out", out, "--inventory", small).code == 0
    assert said.out.count("it is planned again when a file is saved") == 3
    assert "stopped watching; the last plan is written" in said.err


def test_errors_are_said_and_watching_goes_on(
    small: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, undrawn: None
) -> None:
    programme = small / "programme.yaml"
    steps(
        monkeypatch,
        replaced(programme, "engineer: {days: 20", "engineer: {dayz: 20"),
        replaced(programme, "engineer: {dayz: 20", "engineer: {days: 21"),
    )
    said = call("plan", small, "--out", tmp_path / "out", "--watch")
    assert said.code == 0
    assert "unknown key `dayz`" in said.err
    assert said.out.count("it is planned again when a file is saved") == 3
    assert (tmp_path / "out" / "plan.json").exists()


def test_interrupted_before_there_was_a_plan(
    small: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced(small / "programme.yaml", "engineer: {days: 20", "engineer: {dayz: 20")()
    steps(monkeypatch)
    said = call("plan", small, "--out", tmp_path / "out", "--watch")
    assert said.code == 130
    assert "nothing was written" in said.err


def test_a_folder_that_is_not_there_is_not_watched(tmp_path: Path, call: Call) -> None:
    said = call("plan", tmp_path / "nowhere", "--watch")
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
