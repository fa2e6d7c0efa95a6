"""Runs the planner and CP-SAT on a case, each in a process of its own, and has the answers judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from threading import Timer
from typing import Any

from public import judge, money
from public.convert import Inventory, convert, horizon_of
from public.formats import Instance, Project, read
from public.results import Case, Result
from public.style import Style

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PLAN = (sys.executable, "-m", "consolidate", "plan")
CPSAT = (sys.executable, str(HERE / "cpsat.py"))

GRACE = 300.0
"""Seconds after its time limit at which a process is ended: drawing comes after the plan."""

NO_PLAN, OUT_OF_TIME = 3, 4
"""Exit codes of `consolidate plan` that are no faults."""

QUICK = {"ufl-or": 10.0}
"""Classes with a time limit of their own, in seconds."""


@dataclass(frozen=True)
class Settings:
    """How cases are run.

    Attributes:
        time_limit: seconds for a case.
        relabel: seed of the relabelling; None writes the instances down plainly.
        keep: folder under which inventories and plans stay; None throws them away.
    """

    time_limit: float = 60.0
    threads: int = 1
    relabel: int | None = None
    keep: Path | None = None

    def limit(self, case: Case) -> float:
        return min(self.time_limit, QUICK.get(case.group, self.time_limit))


@dataclass(frozen=True)
class Ended:
    """A process that has ended: what it said, its exit code, and seconds (of the clock, of the processor)."""

    code: int
    out: str
    err: str
    began: float
    seconds: float
    cpu: float


def execute(command: Sequence[str | Path], folder: Path, timeout: float) -> Ended:
    """Runs a command with its outputs kept in a folder; it is ended when the timeout (seconds) is over."""
    began, clock = time.time(), time.perf_counter()
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=out, stderr=err)
        timer = Timer(timeout, process.kill)
        timer.start()
        cpu = 0.0
        try:
            if hasattr(os, "wait4"):
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                cpu = usage.ru_utime + usage.ru_stime
            else:
                process.wait()
        finally:
            timer.cancel()
    said = [(folder / name).read_text(encoding="utf-8", errors="replace") for name in ("stdout", "stderr")]
    return Ended(process.returncode, said[0], said[1], began, time.perf_counter() - clock, cpu)


def inventory_of(case: Case, instance: Instance, relabel: int | None) -> Inventory:
    """The case's inventory, relabelled in a way that depends on the seed and on nothing but the case."""
    style = Style(None if relabel is None else f"{relabel} {case.name}")
    return convert(instance, case.horizon or horizon_of(instance, case.best), style, pots=case.pots)


# -- the planner ------------------------------------------------------------------------------------


def run_planner(case: Case, settings: Settings, folder: Path) -> Result:
    """Plans a case in a folder and judges what comes out."""
    instance = read(case.kind, case.file)
    inventory = inventory_of(case, instance, settings.relabel)
    inventory.write(folder / "inventory")
    out = folder / "outputs"
    out.mkdir(parents=True, exist_ok=True)
    (out / "plan.json").unlink(missing_ok=True)
    limit = settings.limit(case)
    command: list[str | Path] = [*PLAN, folder / "inventory", "--out", out, "--gap", "0", "--time-limit", f"{limit:g}"]
    ended = execute([*command, "--threads", str(settings.threads)], folder, limit + GRACE)
    result = Result(case, ended.seconds, cpu=ended.cpu, code=ended.code)
    if ended.code == 0:
        _judge_plan(result, instance, inventory, out, ended)
    elif ended.code == NO_PLAN:
        result.claims_best = True
        if isinstance(instance, Project):
            _judge_way_out(result, instance, inventory, ended.err)
    elif ended.code != OUT_OF_TIME:
        result.faults.append(f"exit code {ended.code}: {(ended.err.strip().splitlines() or ['nothing said'])[-1]}")
    result.hold_against_the_table()
    return result


def _judge_plan(result: Result, instance: Instance, inventory: Inventory, out: Path, ended: Ended) -> None:
    verdict = judge.judge_file(instance, inventory.key, out / "plan.json")
    result.faults += verdict.faults
    result.false += verdict.false
    result.value, result.bound, result.claims_best = verdict.value, verdict.bound, verdict.optimal
    if not verdict.faults:
        # The plan is there before the drawing; the file's own time says when.
        result.seconds = max((out / "plan.json").stat().st_mtime - ended.began, 0.0)
        result.drawing = ended.seconds - result.seconds


def _judge_way_out(result: Result, project: Project, inventory: Inventory, said: str) -> None:
    """Holds the lines on what is to be relaxed against what the money really lacks."""
    try:
        way = money.way_out(said)
    except ValueError as error:
        result.faults.append(str(error))
        return
    result.names_pot = bool(way.pots)
    if result.case.best is not None or not result.case.impossible:
        return
    needed = money.lack(project)
    key = inventory.key
    more = [way.pots.get(pot, Decimal(0)) / key.money for pot in key.pots]
    price = way.price / key.money
    alone = "/".join("-" if a is None else str(a) for a in needed.alone)
    result.said = f"lacks {alone} alone, {needed.together} together; asked for {'+'.join(map(str, more))}"
    if set(way.pots) - set(key.pots):
        result.false.append(f"names pots that there are not: {sorted(way.pots)}")
    if way.others:
        result.said += f" and {', '.join(way.others)}"
        return
    if not money.suffices(project, more):
        result.false.append(f"a way out that does not lead out: {result.said}")
    if price < needed.together:
        result.false.append(f"a way out cheaper than can be: {result.said}")
    result.cheapest = price == needed.together


# -- CP-SAT -----------------------------------------------------------------------------------------


def run_cpsat(case: Case, settings: Settings, folder: Path) -> Result:
    """Solves the original instance with CP-SAT, in the same horizon, and judges the answer by the same rules."""
    instance = read(case.kind, case.file)
    limit = settings.limit(case)
    horizon = case.horizon or horizon_of(instance, case.best)
    command: list[str | Path] = [
        *CPSAT,
        case.kind,
        case.file,
        "--time-limit",
        f"{limit:g}",
        "--threads",
        str(settings.threads),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    ended = execute([*command, "--horizon", str(horizon)], folder, limit + GRACE)
    result = Result(case, ended.seconds, cpu=ended.cpu, code=ended.code)
    if ended.code != 0:
        last = (ended.err.strip().splitlines() or ["nothing said"])[-1]
        raise RuntimeError(f"CP-SAT cannot be run: {last} (it comes with `pip install 'consolidate-planner[bench]'`)")
    answer = json.loads(ended.out)
    result.claims_best = answer["status"] in ("OPTIMAL", "INFEASIBLE")
    result.names_pot = answer["status"] == "INFEASIBLE"  # it has no names to give: saying no is enough
    if "decisions" in answer:
        decisions = _decisions(answer["decisions"])
        result.faults += judge.faults_of(instance, decisions)
        result.value, result.bound = judge.value_of(instance, decisions), Decimal(answer["bound"])
    result.hold_against_the_table()
    return result


def _decisions(answer: dict[str, Any]) -> judge.Decisions:
    """JSON has only texts for keys."""
    if "modes" in answer:
        return judge.Schedule(*({int(a): number for a, number in answer[key].items()} for key in ("modes", "starts")))
    if "serves" in answer:
        return judge.Opening(frozenset(answer["opened"]), {int(i): j for i, j in answer["serves"].items()})
    return judge.Packing(frozenset(answer["taken"]))
