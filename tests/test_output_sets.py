"""The files of one run are put in their places together, through no link, and what others wrote is lost nowhere."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from deaths import Deaths, Killed, contents, hidden

from consolidate import OutputSet, folder_lock
from consolidate.errors import UserError
from consolidate.output_files import CannotWrite, check_writable, write_file, write_new_file
from consolidate.output_sets import LIST, check_not_in_the_way, put_back_interrupted, replace_together

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="plants links")

OLD = {"plan.json": "old", "moves.csv": "old", "roadmap-a.svg": "old", "t/x.csv": "old", "t/y.csv": "old"}
NEW = {"plan.json": "new", "moves.csv": "new", "roadmap-b.svg": "new", "t/x.csv": "new", "u/z.csv": "new"}


def run(folder: Path, files: dict[str, str], group: str = "plan", of: str | None = None) -> OutputSet:
    outputs = OutputSet(folder)
    outputs.start(group, of)
    for name, text in files.items():
        outputs.add(group, name, text)
    outputs.put_in_place()
    return outputs


def read(folder: Path) -> dict[str, str]:
    return {name: content.decode() for name, content in contents(folder).items()}


def test_a_run_replaces_the_files_of_the_run_before(tmp_path: Path) -> None:
    run(tmp_path / "out", OLD)
    run(tmp_path / "out", NEW)
    assert read(tmp_path / "out") == NEW
    assert hidden(tmp_path / "out") == [LIST]
    run(tmp_path / "out", {"shares.csv": "other"}, "shares")
    assert read(tmp_path / "out") == NEW | {"shares.csv": "other"}


def test_what_is_of_the_same_stays(tmp_path: Path) -> None:
    run(tmp_path, {"a.html": "1", "a.pdf": "1"}, "pack", "one")
    run(tmp_path, {"a.html": "1"}, "pack", "one")
    assert read(tmp_path) == {"a.html": "1", "a.pdf": "1"}
    run(tmp_path, {"a.html": "2"}, "pack", "two")
    assert read(tmp_path) == {"a.html": "2"}


def changes(folder: Path) -> int:
    """How many changes of files it takes to replace one run's files by another's."""
    run(folder, OLD)
    with pytest.MonkeyPatch.context() as patch:
        deaths = Deaths(patch)
        run(folder, NEW)
    return deaths.count


def test_killed_at_every_point(tmp_path: Path) -> None:
    """Old and new files are never in their places together, and whoever comes next finds one set whole."""
    ends = set()
    for at in range(1, changes(tmp_path / "whole") + 1):
        folder = tmp_path / str(at)
        run(folder, OLD)
        with pytest.MonkeyPatch.context() as patch:
            Deaths(patch, at)
            with pytest.raises(Killed):
                run(folder, NEW)
        assert len(set(read(folder).values())) < 2, f"mixed after {at} changes"
        put_back_interrupted(folder)
        assert read(folder) in (OLD, NEW), f"not whole after {at} changes"
        assert {name for name in hidden(folder) if name != folder_lock.LOCK_FILE} == {LIST}
        ends.add(read(folder) == NEW)
        run(folder, NEW)
        assert read(folder) == NEW
    assert ends == {False, True}


@pytest.mark.parametrize("forever", ["", "write", "replace"])
def test_an_error_at_every_point_leaves_all_as_it_was(tmp_path: Path, forever: str) -> None:
    """A full disk, or a file that somebody holds open where that locks it."""
    for at in range(1, changes(tmp_path / "whole") + 1):
        folder = tmp_path / str(at)
        run(folder, OLD)
        with pytest.MonkeyPatch.context() as patch:
            Deaths(patch, at, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), forever)
            done = False
            with suppress(CannotWrite):
                run(folder, NEW)
                done = True
        put_back_interrupted(folder)  # which changes nothing, unless what went wrong also hindered putting back
        assert read(folder) == (NEW if done else OLD), f"after {at} changes"


# -- what others wrote ------------------------------------------------------------------------


def test_nothing_is_lost_that_no_run_wrote(tmp_path: Path) -> None:
    (tmp_path / "map.svg").write_text("mine")
    (tmp_path / "roadmap-notes.svg").write_text("mine, too")
    done = run(tmp_path, {"map.svg": "new"})
    assert done.kept == ((tmp_path / "map.svg", tmp_path / "map.kept.svg"),)
    run(tmp_path, {"plan.json": "later"})
    assert read(tmp_path) == {"plan.json": "later", "map.kept.svg": "mine", "roadmap-notes.svg": "mine, too"}


def test_nor_what_was_changed_since(tmp_path: Path) -> None:
    run(tmp_path, OLD)
    (tmp_path / "moves.csv").write_text("corrected")
    (tmp_path / "roadmap-a.svg").write_text("coloured")
    run(tmp_path, NEW)
    assert read(tmp_path) == NEW | {"moves.kept.csv": "corrected", "roadmap-a.svg": "coloured"}
    (tmp_path / "moves.csv").write_text("again")
    run(tmp_path, NEW)
    assert read(tmp_path)["moves.kept-2.csv"] == "again"
    (tmp_path / "moves.csv").write_text("new")
    assert not run(tmp_path, NEW).kept


def test_before_it_begins_a_run_says_what_is_in_the_way(tmp_path: Path) -> None:
    run(tmp_path, OLD)
    check_not_in_the_way(tmp_path, list(OLD))
    (tmp_path / "map.svg").write_text("mine")
    with pytest.raises(UserError, match=r"map\.svg: was written by no earlier run, .*; move it away, or name another"):
        check_not_in_the_way(tmp_path, ["moves.csv", "map.svg"])
    (tmp_path / "moves.csv").write_text("mine")
    with pytest.raises(UserError, match=r"moves\.csv: has been changed since it was written"):
        check_not_in_the_way(tmp_path, ["moves.csv", "map.svg"])


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    run(tmp_path, OLD)
    (tmp_path / "u").write_text("a file, where a folder is to be")
    with pytest.raises(CannotWrite):
        run(tmp_path, NEW)
    assert read(tmp_path) == OLD | {"u": "a file, where a folder is to be"}


@pytest.mark.parametrize("list", ["", "[]", '{"groups": 3}', '{"groups": {"plan": {"of": null}}}', "\0", '{"groups":'])
def test_a_list_that_is_none_knows_nothing(tmp_path: Path, list: str) -> None:
    run(tmp_path, OLD)
    (tmp_path / LIST).write_text(list)
    run(tmp_path, NEW)
    assert read(tmp_path) == OLD | NEW | {f"{n.split('.')[0]}.kept.{n.split('.')[1]}": "old" for n in OLD if n in NEW}


# -- what others planted ------------------------------------------------------------------------


def test_no_link_is_written_through(tmp_path: Path) -> None:
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.write_text("SECRET")
    (tmp_path / "else").mkdir()
    out.mkdir()
    for name in ("plan.json", "plan.json.part", ".consolidate-probe", LIST, "moves.csv"):
        (out / name).symlink_to(victim)
    check_writable(out)
    run(out, OLD)
    assert victim.read_text() == "SECRET"
    assert not (out / LIST).is_symlink()
    assert (out / "plan.kept.json").is_symlink()
    write_file(out / "plan.kept.json", "a file")
    assert not (out / "plan.kept.json").is_symlink()
    (out / "u").symlink_to(tmp_path / "else")
    with pytest.raises(CannotWrite, match="u: it is a link, through which nothing is written"):
        run(out, NEW)
    assert not list((tmp_path / "else").iterdir())
    assert victim.read_text() == "SECRET"


@pytest.mark.parametrize("link", ["out", "out/below"])
def test_nor_a_folder_that_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str) -> None:
    (tmp_path / "else/below").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    Path(link).parent.mkdir(exist_ok=True)
    Path(link).symlink_to(tmp_path / "else")
    refused = f"{link}: it is a link, through which nothing is written; name the folder that it leads to"
    for out in (Path("out/below"), Path("out/below/more")):
        with pytest.raises(CannotWrite, match=refused):
            run(out, OLD)
        with pytest.raises(CannotWrite, match=refused):
            check_writable(out)
        with pytest.raises(CannotWrite, match=refused):
            write_new_file(out / "a", "b")
    assert not contents(tmp_path / "else")


@pytest.mark.parametrize(
    "name",
    ["../victim", "/etc/victim", "a/b/victim", "..", "a/../../victim", "", ".git/config", "a/.config", "GIT~1/config"],
)
def test_a_planted_note_leads_nowhere(tmp_path: Path, name: str) -> None:
    out, work = tmp_path / "out", ".consolidate-0123456789abcdef"
    (out / work).mkdir(parents=True)
    (tmp_path / "victim").write_text("SECRET")
    (out / work / "old-0").write_text("evil")
    for note in (
        {"name": name, "old": f"{work}/old-0", "new": None, "sha256": None},
        {"name": "a", "old": name, "new": None, "sha256": None},
        {"name": "a", "old": None, "new": name, "sha256": None},
        {"name": "a", "old": None, "new": "b", "sha256": None},
    ):
        (out / work / "moves.json").write_text(json.dumps([note]))
        with pytest.raises(CannotWrite, match="no note of ours; look what is in that folder, and remove it"):
            put_back_interrupted(out)
    assert (tmp_path / "victim").read_text() == "SECRET"


@pytest.mark.parametrize("name", ["a:b", "a\\b", ".git/config", "a/b/c"])
def test_a_name_that_a_note_would_not_be_believed_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotWrite, match="it has a name with a colon, a backslash or a tilde; rename it"):
        replace_together(tmp_path, {"c": None, name: None}, {"c": b"new", name: b"new"})
    assert not contents(tmp_path)


def test_a_planted_list_of_hidden_files_is_none(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text("mine")
    files = {".git/config": None, "moves.csv": None}
    (tmp_path / LIST).write_text(json.dumps({"groups": {"plan": {"of": None, "files": files}}}))
    run(tmp_path, {"plan.json": "new"})
    assert (tmp_path / ".git/config").read_text() == "mine"


def test_a_planted_note_that_is_nested_for_ever(tmp_path: Path) -> None:
    work = tmp_path / ".consolidate-0123456789abcdef"
    work.mkdir()
    (work / "moves.json").write_text("[" * 100_000)
    with pytest.raises(CannotWrite, match="no note of ours"):
        put_back_interrupted(tmp_path)


def test_a_planted_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else/moves.json").write_text("[]")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/.consolidate-0123456789abcdef").symlink_to(tmp_path / "else")
    run(tmp_path / "out", OLD)
    assert (tmp_path / "else/moves.json").read_text() == "[]"


def test_a_planted_lock_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    lock, victim = tmp_path / "out" / folder_lock.LOCK_FILE, tmp_path / "victim"
    victim.write_text("SECRET")
    for plant in (lock.symlink_to, lock.hardlink_to):
        plant(victim)
        with pytest.raises(CannotWrite, match=r"cannot be locked .*remove"):
            run(tmp_path / "out", OLD)
        lock.unlink()
    assert victim.read_text() == "SECRET"


# -- several at once ----------------------------------------------------------------------------


HOLDS = """
import sys
from contextlib import suppress
from pathlib import Path
from consolidate.folder_lock import folder_lock
with folder_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_waits_or_says_who_is_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder_lock, "PATIENCE", 0.0)
        with pytest.raises(CannotWrite) as caught:
            run(tmp_path, OLD)
    who = f"process {holder.pid} is writing there; wait until it is done, or name another folder"
    assert str(caught.value) == f"{tmp_path}: {who}"

    def gone(_: float) -> None:
        holder.kill()  # with it goes the lock, though not the file
        holder.communicate()

    monkeypatch.setattr("time.sleep", gone)
    run(tmp_path, OLD)
    assert read(tmp_path) == OLD
    assert hidden(tmp_path) == [LIST]


def test_files_keep_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        run(tmp_path / "out", OLD)
        write_file(tmp_path / "more/file", "text")
    finally:
        os.umask(before)
    for path in [*(tmp_path / "out").rglob("*"), tmp_path / "more", tmp_path / "more/file"]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
