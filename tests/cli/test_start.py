"""`plan --start`: begins with the plan that is named, and says so; what cannot be begun with is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import small_inventories
from commands import Call


@pytest.fixture(autouse=True)
def _not_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consolidate.optimizer.SMALL_CHOICES", 0)


def test_a_plan_that_begins_with_another_one_says_so(planned: Path, tmp_path: Path, call: Call) -> None:
    old, new = planned / "outputs" / "plan.json", tmp_path / "plan.json"
    said = call("plan", planned / "inventory", "--start", old, "--out", tmp_path)
    assert said.code == 0, said.err
    first, second = (json.loads(path.read_text(encoding="utf-8")) for path in (old, new))
    assert "start" not in first
    assert len(second["start"]) == 64
    assert second["moves"] == first["moves"]
    said = call("verify", new, "--inventory", planned / "inventory")
    assert said.code == 0
    assert f"was searched for from an earlier plan and its prices ({second['start'][:12]})" in said.out


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("plan.json", "", "plan.json: not JSON"),
        ("plan.json", "[]", "plan.json: not a plan"),
        ("certificate.json", "{", "certificate.json: not JSON"),
        ("certificate.json", "{}", "certificate.json: not a certificate"),
    ],
)
def test_a_broken_start_is_refused(planned: Path, tmp_path: Path, call: Call, name: str, text: str, word: str) -> None:
    for file in ("plan.json", "certificate.json"):
        (tmp_path / file).write_bytes((planned / "outputs" / file).read_bytes())
    (tmp_path / name).write_text(text, encoding="utf-8")
    said = call("plan", planned / "inventory", "--start", tmp_path / "plan.json", "--out", tmp_path / "out")
    (line,) = said.err.splitlines()
    assert said.code == 1
    assert word in line
    assert not (tmp_path / "out" / "plan.json").exists()


def test_a_start_that_is_not_there(planned: Path, tmp_path: Path, call: Call) -> None:
    said = call("plan", planned / "inventory", "--start", tmp_path / "plan.json", "--out", tmp_path / "out")
    (line,) = said.err.splitlines()
    assert said.code == 2
    assert "plan.json: cannot be read" in line


def test_a_start_of_other_systems(planned: Path, tmp_path: Path, call: Call) -> None:
    other = small_inventories.write(tmp_path / "other", systems="another: {}")
    said = call("plan", other, "--start", planned / "outputs" / "plan.json", "--out", tmp_path / "out")
    (line,) = said.err.splitlines()
    assert said.code == 1
    assert "has no system in common with" in line
