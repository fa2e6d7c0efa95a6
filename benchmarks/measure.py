"""Runs things in processes of their own and says how long they took, how much they held, what came out."""

from __future__ import annotations

import json
import math
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
PHASES = ("load", "build", "solve", "check", "write", "draw")


@dataclass(frozen=True)
class Ran:
    """A process that has ended. ``said`` is the last line of what it printed; ``peak`` in MB, 0 if not known."""

    code: int
    seconds: float
    peak: float
    said: str


@dataclass(frozen=True)
class Found:
    """What a planner made of an inventory, its cost reckoned by our ledger.

    ``cost`` is None without a plan; ``bound`` None where nothing is proven; ``note`` says how it ended, or
    which rule its plan breaks. ``phases`` are seconds by part of the work.
    """

    name: str
    systems: int
    as_it_is: float
    cost: float | None
    bound: float | None
    seconds: float
    whole: float
    peak: float
    note: str
    phases: Mapping[str, float] = field(default_factory=dict)

    @property
    def gap(self) -> float | None:
        """Of cost."""
        return None if self.cost is None or self.bound is None else max(self.cost - self.bound, 0.0) / self.cost

    @property
    def savings_gap(self) -> float | None:
        """Of what any plan could save at most."""
        if self.cost is None or self.bound is None or self.as_it_is <= self.bound:
            return None
        return max(self.cost - self.bound, 0.0) / (self.as_it_is - self.bound)


_FIRST_LOAD = {**os.environ, "CONSOLIDATE_NO_CACHE": "1"}
"""Every run is measured as if its inventory was never loaded before."""


def run(command: Sequence[str], log: Path, limit: float) -> Ran:
    """Runs a command; after ``limit`` seconds it is killed, with all that it started."""
    began = time.perf_counter()
    with log.open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT, start_new_session=True, env=_FIRST_LOAD
        )
        alarm = threading.Timer(limit, lambda: os.killpg(process.pid, signal.SIGKILL))
        alarm.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            alarm.cancel()
        code = process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = said.read().strip().splitlines()
    # ru_maxrss is in kilobytes on Linux, in bytes on macOS.
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Ran(code, time.perf_counter() - began, peak, lines[-1] if lines else "")


def ours(inventory: Path, out: Path, gap: str, limit: float) -> Found:
    """``consolidate plan`` with everything that it writes and draws."""
    out.mkdir(parents=True)
    code = "from consolidate.cli.app import main; main()"
    command = [sys.executable, "-c", code, "plan", str(inventory), "--out", str(out), "--gap", gap]
    ran = run([*command, "--time-limit", str(limit)], out / "said.txt", 3 * limit + 300)
    timings = read(out / "timings.json")
    plan = read(out / "plan.json")
    phases = {name: float(timings[name]) for name in PHASES if timings.get(name) is not None}
    if "check" not in phases and "plan" in timings:
        made = phases.get("build", 0.0) + phases.get("solve", 0.0)
        phases["check"] = max(float(timings["plan"]) - made, 0.0)
    note = f"{plan['status']}, {timings.get('method', '')}" if plan else f"exit {ran.code}: {ran.said}"
    judged = judge(inventory, out)
    seconds = float(timings.get("plan", ran.seconds))
    return found(f"consolidate, {gap} asked", judged, plan.get("bound"), seconds, ran, note, phases)


def rival(method: str, name: str, inventory: Path, out: Path, gap: float, limit: float) -> Found:
    """A rival in ``rivals/``."""
    out.mkdir(parents=True)
    command = [sys.executable, str(HERE / "rivals" / "run.py"), method, str(inventory), str(out)]
    options = ["--time-limit", str(limit), "--gap", str(gap)]
    ran = run([*command, *options], out / "said.txt", 3 * limit + 120)
    result = read(out / "result.json")
    note = str(result["said"]) if result else f"killed or failed: {ran.said}"
    seconds = result["build"] + result["solve"] if result else ran.seconds
    return found(name, judge(inventory, out), result.get("bound"), seconds, ran, note, {})


def found(
    name: str,
    judged: Mapping[str, Any],
    bound: float | None,
    seconds: float,
    ran: Ran,
    note: str,
    phases: Mapping[str, float],
) -> Found:
    """Puts together what a process did and what the ledger says; a plan that breaks a rule is none."""
    broken = judged.get("broken", [])
    cost = None if broken else judged.get("cost")
    if broken:
        note = f"rejected, {judged['times']} times: {', '.join(broken)}; {note}"
    claimed = bound if bound is not None and math.isfinite(bound) and bound > 0 else None
    systems, as_it_is = int(judged["systems"]), float(judged["as_it_is"])
    return Found(name, systems, as_it_is, cost, claimed, seconds, ran.seconds, ran.peak, note, phases)


def judge(inventory: Path, out: Path) -> dict[str, Any]:
    """What our ledger makes of OUT/plan.json, if there is one."""
    plan = out / "plan.json"
    command = [
        sys.executable,
        str(HERE / "rivals" / "judge.py"),
        str(inventory),
        *([str(plan)] if plan.exists() else []),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    judged: dict[str, Any] = json.loads(done.stdout)
    return judged


def read(path: Path) -> dict[str, Any]:
    """A JSON file; empty if it isn't there."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return data


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float | None:
    """The b of values ~ a · sizes^b by least squares of the logarithms; None with fewer than two values above 0.

    >>> exponent([1, 10, 100], [2, 20, 200])
    1.0
    """
    pairs = [(math.log(size), math.log(value)) for size, value in zip(sizes, values, strict=True) if value > 0]
    if len({x for x, _ in pairs}) < 2:
        return None
    mean_x, mean_y = (sum(pair[axis] for pair in pairs) / len(pairs) for axis in (0, 1))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sum((x - mean_x) ** 2 for x, _ in pairs)
    return round(slope, 12)


def machine() -> str:
    """What it was measured on, and when."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    packages = ", ".join(f"{name} {_version(name)}" for name in ("PuLP", "highspy", "ortools", "numpy"))
    busy = f" (load average {os.getloadavg()[0]:.1f} before)" if hasattr(os, "getloadavg") else ""
    return (
        f"Measured on {time.strftime('%Y-%m-%d')}: {model}, {os.cpu_count()} cores{busy}, {platform.system()}, "
        f"Python {platform.python_version()}; {packages}."
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not there"
