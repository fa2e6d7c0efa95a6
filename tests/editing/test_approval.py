"""What is approved and by which plan is reported: nothing that is false, nothing lost, and refusals in plain words."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from commands import COMMAND, ROOT, Call, Said
from reported import folder as reported_folder


@pytest.fixture
def decided(planned: Path, tmp_path: Path) -> Path:
    """A folder with an inventory and its plan, to be changed at will."""
    return Path(shutil.copytree(planned, tmp_path / "decided"))


def approve(call: Call, folder: Path, on: str = "2016-07-12", by: str = "SRS Board") -> Said:
    return call("approve", folder / "outputs/plan.json", "--by", by, "--on", on, "--inventory", folder / "inventory")


def approvals(folder: Path) -> dict[str, str]:
    """Who approved, by file; everything that lies in the folder is an approval."""
    found = sorted((folder / "inventory/approved").iterdir())
    return {path.name: json.loads(path.read_text())["approved"]["by"] for path in found}


def test_a_report_goes_by_no_plan_of_a_scenario_or_of_another_inventory(decided: Path, call: Call) -> None:
    """What is in the plan alone, or not in the plan, would go into the report."""
    at, out = decided / "inventory", decided / "outputs"
    (at / "scenarios").mkdir()
    (at / "scenarios/more.yaml").write_text("scenario: More\npartners: {p: {systems: {extra: {run_cost: 90_000}}}}\n")
    assert call("plan", at, "--scenario", "more", "--out", out / "more").code == 0
    ask = ("report-progress", "2016/17 Q1", "--inventory", at, "--plan")
    said = call(*ask, out / "more/plan.json")
    assert said.code == 1
    assert "scenario more; approve it first: consolidate approve PLAN --by WHO --scenario more" in said.err
    other = json.loads((out / "plan.json").read_text()) | {"programme": "Another", "inventory": "0"}
    (out / "other.json").write_text(json.dumps(other))
    said = call(*ask, out / "other.json")
    assert said.code == 1
    assert f"{out / 'other.json'}: is a plan of another inventory (Another; 3 of its 3 systems" in said.err
    assert not (at / "progress").exists()
    assert call(*ask, out / "plan.json").code == 0


@pytest.mark.parametrize("on", ["2016-07-12", "2016-07-13"])
def test_of_two_who_approve_at_once_the_second_is_refused(
    decided: Path, call: Call, monkeypatch: pytest.MonkeyPatch, on: str
) -> None:
    """The other one comes after the plan was checked: both would say that they follow the same approval."""
    from consolidate.editing import approval

    check = approval.verify_plan
    rival: list[Said] = []

    def checked(*arguments: Any) -> Any:
        if not rival:
            rival.append(Said(-1, "", ""))
            rival[0] = approve(call, decided, by="The other")
        return check(*arguments)

    monkeypatch.setattr(approval, "verify_plan", checked)
    said = approve(call, decided, on)
    assert (rival[0].code, said.code) == (0, 1)
    first = decided / "inventory/approved/001-2016-07-12.json"
    meanwhile = f"another plan has been approved meanwhile ({first})"
    assert said.err == f"consolidate: {meanwhile}: run `consolidate plan` again\n"
    assert approvals(decided) == {"001-2016-07-12.json": "The other"}


def test_what_is_checked_is_what_is_approved(decided: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is replaced while it is being checked."""
    from consolidate.editing import approval

    path = decided / "outputs/plan.json"
    plan = json.loads(path.read_text())
    check = approval.verify_plan

    def replaced(*arguments: Any) -> Any:
        path.write_text(json.dumps(plan | {"moves": []}))
        return check(*arguments)

    monkeypatch.setattr(approval, "verify_plan", replaced)
    assert approve(call, decided).code == 0
    frozen = json.loads((decided / "inventory/approved/001-2016-07-12.json").read_text())
    assert frozen["moves"] == plan["moves"]


def test_processes_that_approve_at_once_erase_nothing(decided: Path) -> None:
    """Some may find on reading the inventory that another approval came before."""
    ask = ("approve", decided / "outputs/plan.json", "--inventory", decided / "inventory", "--on", "2016-07-12")
    pipe = subprocess.PIPE
    asked = [
        subprocess.Popen([*COMMAND, *map(str, ask), "--by", f"Board {n}"], cwd=ROOT, stdout=pipe, stderr=pipe)
        for n in range(3)
    ]
    said = [process.communicate(timeout=120) for process in asked]
    done = [n for n, process in enumerate(asked) if process.returncode == 0]
    assert done, said
    assert sorted(approvals(decided).values()) == [f"Board {n}" for n in done]
    refusals = (b"it was made before a plan was approved", b"another plan has been approved meanwhile")
    assert all(any(one in said[n][1] for one in refusals) for n in range(3) if n not in done)
    assert len(done) == 1


def test_an_approval_that_cannot_be_written_leaves_nothing(
    decided: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor half of it, where there are no hard links and the disk is full when half is written."""

    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, "no space left")

    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    def opened(path: Path, mode: str = "r", *more: Any, **others: Any) -> Any:
        if mode != "xb" or path.suffix != ".json":
            return really(path, mode, *more, **others)
        path.touch()
        return Full()

    really = Path.open
    monkeypatch.setattr("os.link", refused)
    monkeypatch.setattr(Path, "open", opened)
    said = approve(call, decided)
    assert said.code == 2
    assert "the approval cannot be written (no space left)" in said.err
    assert approvals(decided) == {}


def test_an_approval_is_not_older_than_the_last(decided: Path, call: Call) -> None:
    assert approve(call, decided).code == 0
    at = decided / "inventory"
    assert call("plan", at, "--out", decided / "outputs").code == 0
    said = approve(call, decided, "2016-07-11")
    first = at / "approved/001-2016-07-12.json"
    assert said.code == 2
    assert said.err == (
        f"consolidate: --on 2016-07-11: the last plan was approved on 2016-07-12 ({first}); "
        "give that day or a later one with --on, or take that file away if its date was a slip\n"
    )
    assert approve(call, decided).code == 0
    assert list(approvals(decided)) == ["001-2016-07-12.json", "002-2016-07-12.json"]


def test_nor_is_it_older_than_one_that_comes_between(
    decided: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def late(source: Path, path: Path) -> None:
        path.write_text(json.dumps({"approved": {"by": "The other", "on": "2016-07-13"}}))
        monkeypatch.setattr("os.link", link)
        link(source, path)

    monkeypatch.setattr("os.link", late)
    said = approve(call, decided)
    assert (said.code, "the last plan was approved on 2016-07-13" in said.err) == (2, True)
    assert approvals(decided) == {"001-2016-07-12.json": "The other"}


@pytest.mark.parametrize("approved", ['{"by": "SRS Board", "on": "soon"}', '{"on": 3}', '"yes"', "null"])
def test_an_approval_without_a_date_is_followed_by_any(decided: Path, call: Call, approved: str) -> None:
    at, out = decided / "inventory", decided / "outputs"
    (at / "approved").mkdir()
    first = (out / "plan.json").read_text()
    (at / "approved/001-first.json").write_text(first.replace('"approved": null', f'"approved": {approved}'))
    assert '"approved": null' in first
    assert call("plan", at, "--out", out).code == 0
    assert approve(call, decided).code == 0
    assert len([*(at / "approved").iterdir()]) == 2


def test_a_hidden_file_is_no_approval(decided: Path, call: Call) -> None:
    """Such as macOS puts beside another's on a drive that is not its own."""
    (decided / "inventory/approved").mkdir()
    (decided / "inventory/approved/._001-2016-07-11.json").write_text("{}")
    assert approve(call, decided).code == 0
    assert (decided / "inventory/approved/001-2016-07-12.json").exists()


def test_a_plan_whose_proof_is_false_is_not_approved(decided: Path, call: Call) -> None:
    """As `verify` does."""
    path = decided / "outputs/certificate.json"
    sound = path.read_text()
    path.write_text(json.dumps(json.loads(sound) | {"bound": 1e12}))
    said = approve(call, decided)
    assert (said.code, not (decided / "inventory/approved").exists()) == (1, True)
    assert f"{path}: bound: its prices prove" in said.err
    assert said.err == call("verify", decided / "outputs/plan.json", "--inventory", decided / "inventory").err
    path.write_text(sound)
    assert approve(call, decided).code == 0


def other_was_approved(path: Path) -> None:
    """As if the plan approved had been another one: with every agency day let go."""
    path.write_text(json.dumps(json.loads(path.read_text()) | {"builds": []}))


def test_a_plan_is_not_outdated_by_its_own_approval(decided: Path, call: Call, undrawn: None) -> None:
    """It claims nothing that the approval touches; yet it is approved once, and another plan is outdated by it."""
    at, plan = decided / "inventory", decided / "outputs/plan.json"
    programme = at / "programme.yaml"
    programme.write_text(programme.read_text() + "stability: 100\n")
    assert call("plan", at, "--out", decided / "outputs").code == 0
    said = approve(call, decided)
    approval = at / "approved/001-2016-07-12.json"
    assert said.out == f"{approval}: approved by SRS Board on 2016-07-12; from now on plans are held against it\n"
    for file in (plan, approval):
        assert call("verify", file, "--inventory", at).code == 0
    assert call("show", "p/email", "--out", decided / "outputs", "--inventory", at).code == 0
    assert not call("whatif", "--set", "p/email.run_cost=+1", "--out", decided / "outputs", "--inventory", at).err
    again = approve(call, decided)
    assert again.code == 1
    assert "can't be approved: it was made before a plan was approved: run `consolidate plan` again" in again.err
    other_was_approved(approval)
    assert "approved: it was made before a plan was approved" in call("verify", plan, "--inventory", at).err


def test_a_plan_that_pays_for_changes_is_outdated_by_its_own_approval(decided: Path, call: Call, undrawn: None) -> None:
    """What it pays for changes is paid against the plan approved before."""
    at, out = decided / "inventory", decided / "outputs"
    programme = at / "programme.yaml"
    programme.write_text(programme.read_text() + "stability: 1\n")
    assert call("plan", at, "--out", out).code == 0
    before = json.loads((out / "plan.json").read_text())
    for move in before["moves"]:
        move["cutover"] = "2017/18 Q4"
    (at / "approved").mkdir()
    (at / "approved/001-2016-07-11.json").write_text(json.dumps(before))
    assert call("plan", at, "--out", out, "--gap", "0").code == 0
    assert json.loads((out / "plan.json").read_text())["costs"]["stability"] > 0
    said = approve(call, decided)
    assert said.out.endswith(
        "what it pays for changes was against the plan approved before: run `consolidate plan` again\n"
    )
    assert "it was made when another plan was approved: run" in call("verify", out / "plan.json", "--inventory", at).err
    approval = at / "approved/002-2016-07-12.json"
    assert call("verify", approval, "--inventory", at).code == 0
    assert json.loads(approval.read_text())["costs"]["stability"] == 0


def test_a_plan_that_was_made_earlier_says_so_in_words(decided: Path, call: Call, undrawn: None) -> None:
    """First of all, and without a hash: whatever else is wrong follows from it."""
    at, plan = decided / "inventory", decided / "outputs/plan.json"

    def told() -> str:
        said = [
            call("verify", plan, "--inventory", at).err,
            approve(call, decided, "2016-10-12").err,
            call("board", "--inventory", at, "--plan", plan, "--out", decided / "pack", "--formats", "csv").err,
        ]
        assert not re.search("[0-9a-f]{64}", "".join(said))
        assert "can't be approved: " in said[1]
        assert "run `consolidate plan` again" in said[1].split("can't be approved: ")[1].split(" (and ")[0]
        assert all(line.count("consolidate plan`") < 2 for line in said[2].splitlines())
        return "".join(said)

    assert approve(call, decided).code == 0
    other_was_approved(at / "approved/001-2016-07-12.json")
    assert told().count("it was made before a plan was approved: run `consolidate plan` again") == 3
    call("plan", at, "--out", decided / "outputs")
    assert approve(call, decided).code == 0
    other_was_approved(at / "approved/002-2016-07-12.json")
    assert told().count("it was made when another plan was approved: run `consolidate plan` again") == 3
    call("plan", at, "--out", decided / "outputs")
    (at / "progress").mkdir()
    (at / "progress/q1.yaml").write_text("quarter: 2016/17 Q1\nsystems: {p/email: {status: cancelled}}\n")
    assert "p/email is not in the plan as it was reported" in call("verify", plan, "--inventory", at).err
    assert told().count("it was made before the reports that are there now: run") == 3
    call("plan", at, "--out", decided / "outputs")
    assert call("report-progress", "2016/17 Q2", "--inventory", at).code == 0
    assert told().count("it was made before the last report was written, or with other reports: run") == 3
    shutil.rmtree(at / "progress")
    shutil.rmtree(at / "approved")
    said = told()
    assert "approved: it was made when a plan was approved, and here none is: put that back into approved/, or" in said
    assert "progress: it was made with reports that are not there now: put them back into progress/, or" in said


def test_approvals_are_kept_and_need_a_plan_that_holds(tmp_path: Path, call: Call, undrawn: None) -> None:
    at, out = reported_folder(tmp_path / "inventory"), tmp_path / "out"
    call("plan", at, "--out", out)
    who = ("--by", "SRS Board", "--inventory", at)
    assert call("approve", out / "plan.json", "--on", "2016-07-12", *who).code == 0
    again = call("approve", out / "plan.json", "--on", "2016-10-12", *who)
    assert again.code == 1
    assert "approved: it was made before a plan was approved: run `consolidate plan` again" in again.err
    call("plan", at, "--out", out)
    assert call("approve", out / "plan.json", "--on", "2016-10-12", *who).code == 0
    assert sorted(path.name for path in (at / "approved").iterdir()) == ["001-2016-07-12.json", "002-2016-10-12.json"]
    services = at / "services.yaml"
    services.write_text(services.read_text().replace("capacity: 15", "capacity: 16"))
    late = call("approve", out / "plan.json", *who)
    assert late.code == 1
    assert "it has changed since this plan was made" in late.err
    assert call("approve", out / "plan.json", "--on", "2016-13-01", *who).code == 2
    assert call("approve", out / "plan.json", "--by", " ", "--inventory", at).code == 2
