"""What a command writes is there whole or not at all, and what others wrote stays."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from commands import Call
from deaths import Deaths, Killed, contents, hidden

from consolidate.output_sets import LIST


def test_a_picture_of_the_users_stays(small: Path, tmp_path: Path, call: Call) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "map.svg").write_text("mine")
    (docs / "roadmap-notes.svg").write_text("mine, too")
    said = call("plan", small, "--out", docs)
    reason = "was written by no earlier run, and would be replaced"
    assert (said.code, said.err) == (
        2,
        f"consolidate: {docs / 'map.svg'}: {reason}; move it away, or name another folder with --out\n",
    )
    assert contents(docs) == {"map.svg": b"mine", "roadmap-notes.svg": b"mine, too"}
    (docs / "map.svg").rename(docs / "ours.svg")
    assert call("plan", small, "--out", docs).code == 0
    assert call("plan", small, "--out", docs).code == 0
    assert contents(docs)["roadmap-notes.svg"] == b"mine, too"


def test_a_file_in_the_way_of_a_plan_is_kept(small: Path, tmp_path: Path, call: Call, undrawn: None) -> None:
    (tmp_path / "plan.json").write_text("mine")
    said = call("plan", small, "--out", tmp_path)
    path, kept = tmp_path / "plan.json", tmp_path / "plan.kept.json"
    assert said.code == 0
    assert said.err == f"{path}: was not as an earlier run had written it; what was there is kept: {kept}\n"
    assert kept.read_text() == "mine"


def test_a_full_disk_leaves_the_earlier_plan(made: Path, call: Call, undrawn: None) -> None:
    before = contents(made / "outputs")
    with pytest.MonkeyPatch.context() as patch:
        Deaths(patch, 30, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "write")
        said = call("plan", made / "other", "--out", made / "outputs")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "No space left on device" in said.err
    assert contents(made / "outputs") == before
    assert hidden(made / "outputs") == [LIST]


@pytest.mark.parametrize("command", ["verify", "roadmap", "plan", "board", "approve", "report-progress"])
def test_after_a_kill_every_command_finds_the_earlier_plan_whole(
    made: Path, call: Call, undrawn: None, command: str
) -> None:
    out, inventory = made / "outputs", made / "inventory"
    call("plan", inventory, "--out", out)  # without pictures
    before = contents(out)
    with pytest.MonkeyPatch.context() as patch:
        deaths = Deaths(patch)
        counted = os.replace

        def replace(old: Path, new: Path) -> None:
            deaths.dead |= old.name == "new-3"
            counted(old, new)

        patch.setattr(os, "replace", replace)
        with pytest.raises(Killed):
            call("plan", made / "other", "--out", out)
    assert 0 < len(contents(out)) < len(before)
    arguments: dict[str, tuple[str | Path, ...]] = {
        "verify": ("--out", out, "--inventory", inventory),
        "roadmap": ("--out", out, "--inventory", inventory),
        "plan": (inventory, "--out", out),
        "board": ("--inventory", inventory, "--out", out, "--formats", "csv", "--lang", "en"),
        "approve": (out / "plan.json", "--by", "Board", "--inventory", inventory),
        "report-progress": ("2016/17 Q1", "--plan", out / "plan.json", "--inventory", inventory),
    }
    assert call(command, *arguments[command]).code == 0
    after = contents(out)
    assert {name: after[name] for name in before if name != "timings.json"} == {
        name: content for name, content in before.items() if name != "timings.json"
    }


def test_pictures_are_not_drawn_beside_another_plan(made: Path, call: Call) -> None:
    out = made / "more"
    assert call("plan", made / "other", "--out", out).code == 0
    before = contents(out)
    said = call("roadmap", made / "outputs/plan.json", "--inventory", made / "inventory", "--out", out)
    assert (said.code, said.err) == (
        2,
        f"consolidate: {out / 'plan.json'}: is another plan, beside which this one's files are not written; "
        "name another folder with --out\n",
    )
    assert contents(out) == before
    assert call("roadmap", out / "plan.json", "--inventory", made / "other", "--out", out).code == 0


def test_forms_of_a_pack_of_another_plan_go(made: Path, call: Call) -> None:
    def board(inventory: str, form: str) -> set[str]:
        given = ("--inventory", made / inventory, "--plan", made / plan, "--out", made / "pack", "--lang", "en")
        assert call("board", *given, "--formats", form).code == 0
        return {name for name in contents(made / "pack") if not name.startswith("board-start-tables")}

    call("plan", made / "other", "--out", made / "more")
    plan = "outputs/plan.json"
    assert board("inventory", "html") == {"board-start-en.html", "board-start-plan.json"}
    assert board("inventory", "xlsx") == {"board-start-en.html", "board-start-en.xlsx", "board-start-plan.json"}
    plan = "more/plan.json"
    assert board("other", "csv") == {"board-start-plan.json"}
    assert (made / "pack/board-start-tables/schema.json").exists()
    assert board("other", "html") == {"board-start-en.html", "board-start-plan.json"}
