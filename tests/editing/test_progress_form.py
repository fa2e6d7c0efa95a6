"""A report filled in with what should have happened: planning on from it changes nothing, and none is written over."""

from __future__ import annotations

from pathlib import Path

from commands import Call
from reported import folder

import consolidate as c
from consolidate.optimizer import optimize


def test_a_round_trip_loses_nothing(tmp_path: Path, call: Call, undrawn: None) -> None:
    at, out = folder(tmp_path / "inventory"), tmp_path / "out"
    assert call("plan", at, "--out", out, "--gap", "0").code == 0
    before = (out / "plan.json").read_text()
    said = call("approve", out / "plan.json", "--by", "SRS Board", "--on", "2016-07-12", "--inventory", at)
    assert said.code == 0, said.err
    first = c.load(at)
    assert first.approved is not None
    for quarter in ("2016/17 Q1", "2016/17 Q2", "2016/17 Q3"):
        assert call("report-progress", quarter, "--inventory", at).code == 0
        assert call("plan", at, "--out", out, "--gap", "0").code == 0
        now = c.from_json((out / "plan.json").read_text(), first.calendar, "plan.json")
        then = c.from_json(before, first.calendar, "plan.json")
        assert (now.moves, now.stays, now.builds) == (then.moves, then.stays, then.builds)
        assert call("verify", out / "plan.json", "--inventory", at).code == 0


def test_a_report_is_never_written_over(tmp_path: Path, call: Call) -> None:
    at = folder(tmp_path, q1="", q2="")
    said = call("report-progress", "2016/17 Q3", "--inventory", at)
    assert (said.code, "no approved plan" in said.err) == (2, True)
    (at / "approved").mkdir()
    plan = c.to_json(optimize(c.load(at), gap=0).plan, c.load(at).calendar)
    (at / "approved/001-2016-07-12.json").write_text(plan)
    assert (
        "is reported on already; the next is 2016/17 Q3" in call("report-progress", "2016/17 Q2", "--inventory", at).err
    )
    assert "outside the horizon" in call("report-progress", "2026/27 Q2", "--inventory", at).err
    assert "is no quarter" in call("report-progress", "Q2", "--inventory", at).err
    assert call("report-progress", "2016/17 Q3", "--inventory", at).code == 0
    assert c.load(at).open == 3
