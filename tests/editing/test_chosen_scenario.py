"""A scenario that the Board chose: its changes go into the inventory with the approval, all of it or nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from commands import Call, Said
from deaths import Deaths, Killed, contents, hidden

import consolidate
from consolidate.errors import RejectedPlan
from consolidate.folder_lock import LOCK_FILE

SCENARIO = """\
scenario: Another joins
description: with a pot of its own
programme:
  capital:
    r: {amount: 5_000}   # theirs
partners:
  p: {systems: {library: {run_cost: 6_000}}}
  r:
    pot: r
    systems:
      archive: {run_cost: 9_000}   # as they say
"""
COMMENT = "# What the Board is asked about.\n"


@pytest.fixture(scope="module")
def planned_scenario(planned: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small inventory, two scenarios, and plans of the inventory and of one of them."""
    folder = Path(shutil.copytree(planned, tmp_path_factory.mktemp("chosen") / "whole"))
    at = folder / "inventory"
    (at / "scenarios").mkdir()
    (at / "scenarios/joins.yaml").write_text(COMMENT + SCENARIO)
    (at / "scenarios/less.yaml").write_text("programme: {capital: {common: {amount: 39_000}}}\n")
    result = consolidate.make_plan(consolidate.load(at, "joins"))
    consolidate.write_plan(consolidate.load(at, "joins"), result, folder / "joins")
    return folder


@pytest.fixture
def chosen(planned_scenario: Path, tmp_path: Path) -> Path:
    """The same, to be changed at will."""
    return Path(shutil.copytree(planned_scenario, tmp_path / "chosen"))


def approve(call: Call, folder: Path, plan: str = "joins", scenario: str = "joins") -> Said:
    more = ("--scenario", scenario) if scenario else ()
    ask = ("approve", folder / plan / "plan.json", "--by", "SRS Board", "--on", "2016-07-12")
    return call(*ask, *more, "--inventory", folder / "inventory")


def test_the_scenario_becomes_the_inventory(chosen: Path, call: Call, undrawn: None) -> None:
    at = chosen / "inventory"
    before, laid_over = contents(at), consolidate.load(at, "joins")
    said = approve(call, chosen)
    approval = at / "approved/001-2016-07-12.json"
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        f"{at}/programme.yaml: 1 figure changed",
        f"{at}/partners/p.yaml: 1 figure changed",
        f"{at}/partners/r.yaml: new, with 2 figures",
        f"{at}/scenarios/joins.yaml: removed; the inventory now says what it said",
        f"{approval}: approved by SRS Board on 2016-07-12; from now on plans are held against it",
        "the scenario less is now what would change in this inventory: read whether that still says what was meant",
        f"commit these files as one change; then plan the inventory as it is now: consolidate plan {at}",
    ]
    after = contents(at)
    assert sorted(before.keys() - after.keys()) == ["scenarios/joins.yaml"]
    assert sorted(after.keys() - before.keys()) == ["approved/001-2016-07-12.json", "partners/r.yaml"]
    changed = sorted(name for name in before if after.get(name, before[name]) != before[name])
    assert changed == ["partners/p.yaml", "programme.yaml"]
    assert after["partners/r.yaml"] == b"pot: r\nsystems:\n  archive: {run_cost: 9_000}   # as they say\n"
    assert after["partners/p.yaml"] == before["partners/p.yaml"].replace(b"5_000}", b"6_000}")
    assert hidden(at) == []
    frozen = json.loads(approval.read_text())
    assert frozen["scenario"] is None
    assert frozen["inventory"] == frozen["approved"]["inventory"] == consolidate.load(at).content_hash
    said_of_it = {"name": "joins", "title": "Another joins", "description": "with a pot of its own"}
    assert frozen["approved"]["scenario"] == said_of_it
    assert consolidate.load(at).systems["r/archive"].run_cost == laid_over.systems["r/archive"].run_cost


def test_the_approved_plan_is_one_of_the_inventory_as_it_is_then(chosen: Path, call: Call, undrawn: None) -> None:
    """No plan has to be made to go on with it; and what is planned next is held against it."""
    at = chosen / "inventory"
    assert approve(call, chosen).code == 0
    approval = at / "approved/001-2016-07-12.json"
    assert call("verify", approval, "--inventory", at).code == 0
    gone = (
        f"{chosen}/joins/plan.json: a plan of the scenario `joins`, which was chosen and is the inventory itself since"
    )
    said = call("verify", chosen / "joins/plan.json", "--inventory", at)
    assert said.err == f"consolidate: {gone} (its plan then: {approval}); run `consolidate plan`\n"
    pack = ("board", "--inventory", at, "--out", chosen / "pack", "--formats", "csv")
    assert call(*pack).code == 0
    moves = json.loads((chosen / "pack/board-start-plan.json").read_text())["moves"]
    assert moves == json.loads(approval.read_text())["moves"]
    assert call(*pack, "--plan", approval).code == 0
    assert call(*pack, "--plan", chosen / "joins/plan.json").err.endswith(said.err)  # after a warning
    asked = call("whatif", "--set", "p/library.run_cost=+1", "--inventory", at, "--out", chosen / "none")
    assert asked.code == 0
    assert asked.err == f"{chosen}/none/plan.json: is no plan of this inventory as it is now; asked is {approval}\n"
    assert call("plan", at, "--out", chosen / "outputs").code == 0
    same = call("diff", approval, chosen / "outputs/plan.json", "--inventory", at)
    assert (same.code, same.err) == (0, "")
    assert json.loads((chosen / "outputs/plan.json").read_text())["moves"] == json.loads(approval.read_text())["moves"]


def test_the_same_from_python(chosen: Path) -> None:
    at = chosen / "inventory"
    approval = consolidate.approve_plan(at, chosen / "joins/plan.json", by="Board", on="2016-07-12", scenario="joins")
    assert approval.plan_again
    assert [(file.path, file.what, file.figures) for file in approval.files] == [
        (at / "programme.yaml", "changed", 1),
        (at / "partners/p.yaml", "changed", 1),
        (at / "partners/r.yaml", "new", 2),
        (at / "scenarios/joins.yaml", "removed", 0),
    ]


def test_a_scenario_that_changes_nothing_can_be_chosen(chosen: Path, call: Call) -> None:
    at = chosen / "inventory"
    (at / "scenarios/same.yaml").write_text("scenario: As it is\n")
    inventory = consolidate.load(at, "same")
    consolidate.write_plan(inventory, consolidate.make_plan(inventory), chosen / "same")
    before = contents(at)
    assert approve(call, chosen, "same", "same").code == 0
    gone = {name: content for name, content in before.items() if name != "scenarios/same.yaml"}
    assert {name: content for name, content in contents(at).items() if not name.startswith("approved")} == gone


def test_a_plan_of_something_else_is_refused(chosen: Path, call: Call) -> None:
    before = contents(chosen)
    joins, base = chosen / "joins/plan.json", chosen / "outputs/plan.json"
    of_base = "a plan of the inventory as it is, not of the scenario joins; name a plan of that"
    whole = "if that was chosen, have its changes written into the inventory with --scenario joins"
    for plan, scenario, why in (
        ("joins", "", f"{joins}: a plan of the scenario joins; {whole}"),
        ("joins", "less", f"{joins}: a plan of the scenario joins, not of the scenario less; name a plan of that"),
        ("outputs", "joins", f"{base}: {of_base}"),
    ):
        said = approve(call, chosen, plan, scenario)
        assert (said.code, said.err) == (1, f"consolidate: {why}\n")
    said = approve(call, chosen, "joins", "lesss")
    known = f"{chosen / 'inventory'}; scenarios: `joins`, `less`"
    assert said.err == f"consolidate: there is no scenario `lesss` in {known}\n"
    (chosen / "inventory/scenarios/joins.yaml").write_text(SCENARIO.replace("9_000", "8_000"))
    said = approve(call, chosen)
    assert said.code == 1
    assert "can't be approved: inventory: it has changed since this plan was made" in said.err
    (chosen / "inventory/scenarios/joins.yaml").write_text(COMMENT + SCENARIO)
    assert contents(chosen) == before


def test_other_scenarios_that_no_longer_fit_are_named(chosen: Path, call: Call) -> None:
    at = chosen / "inventory"
    (at / "scenarios/less.yaml").write_text("partners: {r: {systems: {archive: {run_cost: 1}}, pot: common}}\n")
    (at / "scenarios/none.yaml").write_text("partners: {r: null, p: {systems: {email: {after: [r/archive]}}}}\n")
    said = approve(call, chosen)
    assert said.code == 0
    assert said.err == f"the scenario none has errors over the inventory as it is now: consolidate check {at}\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_an_approval_that_is_a_pipe_is_not_waited_for(chosen: Path, call: Call) -> None:
    """It is looked through for a scenario that is gone."""
    at = chosen / "inventory"
    assert approve(call, chosen).code == 0
    pipe, plan = at / "approved/000.json", chosen / "joins/plan.json"
    os.mkfifo(pipe)
    plan.write_text(plan.read_text().replace('"joins"', '"gone"'))
    said = json.dumps({"approved": {"scenario": {"name": "gone"}}})
    threading.Thread(target=pipe.write_text, args=(said,), daemon=True).start()
    with pytest.raises(RejectedPlan, match="scenario: the plan says `gone`; the inventory has `less`"):
        consolidate.load_plan(at, plan)


# -- all of it, or nothing ---------------------------------------------------------------------------


@pytest.mark.parametrize("error", [None, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))], ids=["killed", "full"])
def test_ended_at_some_moment_the_inventory_is_the_old_or_the_new(
    chosen: Path, call: Call, tmp_path: Path, error: OSError | None
) -> None:
    """As whoever loads it next finds it; tests/attack ends it at every moment."""
    old = contents(chosen / "inventory")
    whole = Path(shutil.copytree(chosen, tmp_path / "whole"))
    with pytest.MonkeyPatch.context() as patch:
        last = Deaths(patch)
        assert approve(call, whole).code == 0
    new = contents(whole / "inventory")
    for at in (*range(1, last.count, 6), last.count - 3):
        folder = Path(shutil.copytree(chosen, tmp_path / f"at-{at}"))
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            Deaths(patch, at, None if error is None else lambda: error)
            assert approve(call, folder).code in (0, 2)
        consolidate.load(folder / "inventory")
        assert contents(folder / "inventory") in (old, new), f"mixed after {at} changes"
        assert [name for name in hidden(folder / "inventory") if name != LOCK_FILE] == []


def test_who_changes_a_file_meanwhile_loses_nothing(chosen: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from consolidate.editing import approval

    path = chosen / "inventory/partners/p.yaml"
    written = approval.write_in

    def then_changed(*given: object) -> object:
        found = written(*given)  # type: ignore[arg-type]
        path.write_text(path.read_text() + "users: 7\n")
        return found

    monkeypatch.setattr(approval, "write_in", then_changed)
    before = contents(chosen / "inventory")
    said = approve(call, chosen)
    assert said.code == 2
    assert said.err == f"consolidate: {path}: cannot be written (it was changed by somebody else meanwhile)\n"
    assert contents(chosen / "inventory") == before | {"partners/p.yaml": path.read_bytes()}
    assert not (chosen / "inventory/approved").exists()


def plant(folder: Path, name: str) -> None:
    """Puts a link in a file's or folder's place, to what was there, or to a file or folder of that kind."""
    path, victim = folder / name, folder / "victim"
    if path.exists():
        path.rename(victim)
    elif path.suffix:
        victim.write_text("SECRET\n")
    else:
        victim.mkdir()
    path.symlink_to(victim)


@pytest.mark.parametrize("planted", ["approved", "partners/p.yaml", "scenarios/joins.yaml"])
def test_nothing_is_written_or_removed_through_a_link(chosen: Path, call: Call, planted: str) -> None:
    """Links within the inventory are read; to write there the file itself has to be there."""
    at = chosen / "inventory"
    plant(at, planted)
    before = contents(at)
    said = approve(call, chosen)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "is a link, through which nothing is written" in said.err
    assert (at / planted).is_symlink()
    assert contents(at) == before


@pytest.mark.parametrize(
    "planted", ["approved", "partners", "scenarios", "partners/p.yaml", "partners/r.yaml", "scenarios/joins.yaml"]
)
def test_nor_through_one_that_is_planted_meanwhile(
    chosen: Path, call: Call, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from consolidate.editing import approval

    at = chosen / "inventory"
    written = approval.write_in
    seen: list[dict[str, bytes]] = []

    def then_planted(*given: object) -> object:
        found = written(*given)  # type: ignore[arg-type]
        plant(at, planted)
        seen.append(contents(at))
        return found

    monkeypatch.setattr(approval, "write_in", then_planted)
    said = approve(call, chosen)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert (at / planted).is_symlink()
    assert contents(at) == seen[0]


def test_what_others_may_do_with_a_file_stays(chosen: Path, call: Call) -> None:
    path = chosen / "inventory/partners/p.yaml"
    path.chmod(0o640)
    assert approve(call, chosen).code == 0
    assert path.stat().st_mode & 0o777 == 0o640
