"""Whatever ends a run, and whoever runs beside it: what is in a folder is of one plan, and nothing is lost."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from commands import COMMAND, ROOT, Call
from deaths import Deaths, Killed, contents

from consolidate import OutputSet, load
from consolidate.output_sets import put_back_interrupted

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")

Files = dict[str, bytes]


def lasting(folder: Path) -> Files:
    """What is seen in a folder, less what differs from run to run."""
    return {name: content for name, content in contents(folder).items() if name != "timings.json"}


def without_pictures(files: Files) -> Files:
    return {name: content for name, content in files.items() if not name.endswith((".svg", ".png", ".gv"))}


@pytest.fixture
def rivals(made: Path) -> Path:
    """Two inventories, ``inventory`` and ``other``, and what is written of each, in ``outputs`` and ``more``."""
    subprocess.run([*COMMAND, "plan", str(made / "other"), "--out", str(made / "more")], cwd=ROOT, check=True)
    return made


def made_here(rivals: Path, call: Call) -> Files:
    """What the other inventory's plan is in this process, in which tests do with less work."""
    assert call("plan", rivals / "other", "--out", rivals / "here").code == 0
    return lasting(rivals / "here")


def start(inventory: Path, out: Path) -> subprocess.Popen[str]:
    command = [*COMMAND, "plan", str(inventory), "--out", str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def seconds_of_a_run(folder: Path) -> float:
    began = time.monotonic()
    with start(folder / "other", folder / "measured") as process:
        process.communicate()
    assert process.returncode == 0
    return time.monotonic() - began


def wait_until_heeded(process: subprocess.Popen[str]) -> None:
    """Until the program takes SIGTERM, and so SIGINT: Python itself, as it starts, ends by either in its own way."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        time.sleep(0.5)
        return
    until = time.monotonic() + 30
    while time.monotonic() < until:
        caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt:"))
        if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.002)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_ended_at_any_time(rivals: Path, sign: signal.Signals) -> None:
    """Forty times, from its first moment to its last: the earlier files whole, or the new ones."""
    whole, chance = seconds_of_a_run(rivals), random.Random(int(sign))
    old, new = lasting(rivals / "outputs"), lasting(rivals / "more")
    for number in range(40):
        out = Path(shutil.copytree(rivals / "outputs", rivals / f"out-{number}"))
        with start(rivals / "other", out) as process:
            wait_until_heeded(process)
            time.sleep(chance.uniform(0, whole))
            process.send_signal(sign)
            _, err = process.communicate()
        assert "Traceback" not in err
        assert process.returncode in ((0, -9) if sign is signal.SIGKILL else (0, 130)), err
        put_back_interrupted(out)
        assert lasting(out) in (old, new, without_pictures(new)), f"run {number}"
        if process.returncode == 130:
            assert "nothing was written" not in err or lasting(out) == old
        shutil.rmtree(out)


def test_killed_at_every_change_of_a_file(rivals: Path, call: Call, undrawn: None) -> None:
    """And, after each, while the files are put back."""
    old, new = lasting(rivals / "outputs"), made_here(rivals, call)
    at = 0
    while True:
        at += 1
        out = Path(shutil.copytree(rivals / "outputs", rivals / f"out-{at}"))
        with pytest.MonkeyPatch.context() as patch:
            deaths = Deaths(patch, at)
            with suppress(Killed):
                call("plan", rivals / "other", "--out", out)
        seen = lasting(out)
        assert seen.items() <= old.items() or seen.items() <= new.items(), f"mixed after {at} changes"
        for again in (1, 3, 7):
            with pytest.MonkeyPatch.context() as patch, suppress(Killed):
                Deaths(patch, again)
                put_back_interrupted(out)
        put_back_interrupted(out)
        assert lasting(out) in (old, new), f"not whole after {at} changes"
        shutil.rmtree(out)
        if not deaths.dead:
            break
    assert at > 50


def test_a_disk_that_is_full_at_every_write(rivals: Path, call: Call, undrawn: None) -> None:
    old, new = lasting(rivals / "outputs"), made_here(rivals, call)
    for at in range(1, 100):
        out = Path(shutil.copytree(rivals / "outputs", rivals / f"out-{at}"))
        with pytest.MonkeyPatch.context() as patch:
            deaths = Deaths(patch, at, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "write")
            said = call("plan", rivals / "other", "--out", out)
        assert said.code in (0, 2)
        assert lasting(out) == (new if said.code == 0 else old), f"full after {at} changes"
        assert said.code == 0 or said.err.count("\n") == 1
        shutil.rmtree(out)
        if deaths.count < at:
            break


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 500 kB, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("no disk may be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_small_disk(rivals: Path, small_disk: Path) -> None:
    """The room that is left shrinks until no run finds enough."""
    old, new = lasting(rivals / "outputs"), lasting(rivals / "more")
    out = Path(shutil.copytree(rivals / "outputs", small_disk / "out"))
    codes = set()
    for number in range(20):
        with suppress(OSError):
            (small_disk / f"{number}").write_bytes(b"x" * 25_000)
        process = start(rivals / ("other" if number % 2 else "inventory"), out)
        _, err = process.communicate()
        codes.add(process.returncode)
        assert process.returncode in (0, 2), err
        assert "Traceback" not in err
        assert lasting(out) in (old, new)
    assert codes == {0, 2}


def test_a_chosen_scenario_ended_at_every_moment(made: Path, call: Call) -> None:
    """By a kill, or a full disk: whoever loads the inventory next finds the old one or the new one."""
    at = made / "inventory"
    (at / "scenarios").mkdir()
    joins = "partners: {p: {users: 5}, r: {systems: {archive: {run_cost: 9_000}}}}\n"
    (at / "scenarios/joins.yaml").write_text(f"programme: {{currency: EUR}}\n{joins}")
    assert call("plan", at, "--scenario", "joins", "--out", made / "joins").code == 0
    old, seen = contents(at), list[Files]()
    for error in (None, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))):
        for number in range(1, 200):
            folder = Path(shutil.copytree(made, made.parent / "tried"))
            with pytest.MonkeyPatch.context() as patch:
                deaths = Deaths(patch, number, error)
                ask = ("approve", folder / "joins/plan.json", "--by", "Board", "--on", "2016-07-12")
                with suppress(Killed):
                    call(*ask, "--scenario", "joins", "--inventory", folder / "inventory")
            load(folder / "inventory")
            found = contents(folder / "inventory")
            seen += [found] if found not in (old, *seen) else []
            shutil.rmtree(folder)
            if deaths.count < number:
                break
        assert number > 20
    assert len(seen) == 1


def test_races_of_two_plans_in_one_folder(rivals: Path) -> None:
    old, new = lasting(rivals / "outputs"), lasting(rivals / "more")
    out = rivals / "race"
    for _ in range(20):
        processes = [start(rivals / "inventory", out), start(rivals / "other", out)]
        for process in processes:
            _, err = process.communicate()
            assert process.returncode == 0, err
        assert lasting(out) in (old, new)


def test_races_of_many_small_runs(tmp_path: Path) -> None:
    """Four processes, a hundred runs each, in one folder: whoever looks sees files of one run only."""
    script = (
        "import sys\nfrom consolidate import OutputSet\n"
        "for run in range(100):\n"
        "    outputs = OutputSet(sys.argv[1])\n    outputs.start('plan')\n"
        "    for name in 'abcd':\n        outputs.add('plan', f'{name}.csv', f'{sys.argv[2]} {run}')\n"
        "    outputs.put_in_place()\n    assert not outputs.kept\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "out")]
    processes = [subprocess.Popen([*command, str(number)], cwd=ROOT) for number in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert len(set(contents(tmp_path / "out").values())) == 1


@pytest.mark.parametrize("seed", range(20))
def test_links_planted_anywhere(rivals: Path, call: Call, undrawn: None, seed: int) -> None:
    """Under names that runs use, have used or might use, to files and folders: no target is ever touched."""
    chance = random.Random(seed)
    victims = rivals / "victims"
    victims.mkdir()
    (victims / "file").write_text("SECRET")
    (victims / "folder").mkdir()
    out, inventory = rivals / "outputs", rivals / "inventory"
    names = ["plan.json", "moves.csv", ".consolidate.json", ".consolidate.lock", ".consolidate-probe", "timings.json"]
    names += [".consolidate-0123456789abcdef", "plan.json.part", "board-start-tables", "certificate.json"]
    for name in chance.sample(names, 4):
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.symlink_to(victims / chance.choice(["file", "folder", "nowhere"]))
    for part in chance.sample(["progress/2016-17-Q1.yaml", "progress/2016-17-Q1.yaml.part", "approved", "x"], 2):
        (inventory / part).parent.mkdir(exist_ok=True)
        if chance.random() < 0.5:
            (inventory / part).symlink_to(victims / chance.choice(["file", "folder", "nowhere"]))
    for command in (
        ("plan", inventory, "--out", out),
        ("report-progress", "2016/17 Q1", "--inventory", inventory, "--plan", out / "plan.json"),
        ("board", "--inventory", inventory, "--out", out, "--formats", "csv", "--lang", "en"),
        ("approve", out / "plan.json", "--by", "Board", "--inventory", inventory),
        ("shares", inventory, "--out", out),
        ("roadmap", "--out", out, "--inventory", inventory),
    ):
        call(*command)
        assert (victims / "file").read_text() == "SECRET"
        assert sorted(path.name for path in victims.rglob("*")) == ["file", "folder"]


def test_a_set_of_many_files_is_whole(tmp_path: Path) -> None:
    """As a pack of three hundred files, killed at random."""
    script = (
        "import sys\nfrom consolidate import OutputSet\n"
        "outputs = OutputSet(sys.argv[1])\noutputs.start('pack')\n"
        "for name in range(300):\n    outputs.add('pack', f't/{name}.csv', sys.argv[2] * 10_000)\n"
        "print('ready', flush=True)\noutputs.put_in_place()\n"
    )
    chance, out = random.Random(1), tmp_path / "out"
    first = OutputSet(out)
    first.start("pack")
    for name in range(300):
        first.add("pack", f"t/{name}.csv", "-" * 10_000)
    first.put_in_place()
    for number in range(60):
        before = contents(out)
        command = [sys.executable, "-c", script, str(out), str(number % 10)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.communicate()
        assert len(set(contents(out).values())) < 2, "mixed"
        put_back_interrupted(out)
        after = contents(out)
        assert len(after) == 300
        assert after == before or set(after.values()) == {f"{number % 10}".encode() * 10_000}
