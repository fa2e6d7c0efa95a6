"""Runs one rival on one inventory, in a process of its own.

    python run.py METHOD INVENTORY OUT [--time-limit SECONDS] [--gap 0.001] [--threads 1]

METHOD is one of ``waves``, ``plain-cbc``, ``plain-highs``, ``strong-highs``, ``strong-lp`` and ``cpsat``.
Writes OUT/result.json (seconds to load, build and solve, the bound that it claims, what it said) and,
if there is a plan, OUT/plan.json.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.plan import Plan, to_json


@dataclass
class Result:
    """What a rival did. ``bound`` is None where it proves nothing; ``said`` is how it ended, in its words."""

    load: float = 0.0
    build: float = 0.0
    solve: float = 0.0
    bound: float | None = None
    said: str = ""
    columns: int = 0
    rows: int = 0


@dataclass(frozen=True)
class Limits:
    seconds: float
    gap: float
    threads: int


def waves(inventory: Inventory, result: Result, limits: Limits) -> Plan | None:
    from rivals import waves as rival

    began = time.perf_counter()
    plan = rival.plan(inventory)
    result.solve = time.perf_counter() - began
    return plan


def plain_highs(inventory: Inventory, result: Result, limits: Limits) -> Plan | None:
    from rivals.plain_pulp import Plain

    return _with_highs(Plain, inventory, result, limits)


def strong_highs(inventory: Inventory, result: Result, limits: Limits) -> Plan | None:
    from rivals.strong import Strong

    return _with_highs(Strong, inventory, result, limits)


def strong_lp(inventory: Inventory, result: Result, limits: Limits) -> Plan | None:
    from rivals.strong import Strong

    _with_highs(Strong, inventory, result, limits, whole=False)
    return None


def _with_highs(kind: type, inventory: Inventory, result: Result, limits: Limits, whole: bool = True) -> Plan | None:
    """PuLP's own interface to HiGHS. PuLP calls a solve that hit its limit Optimal: the solution's state tells."""
    import pulp

    began = time.perf_counter()
    model = kind(inventory)
    result.build = time.perf_counter() - began
    result.columns, result.rows = len(model.problem.variables()), len(model.problem.constraints())
    solver = pulp.HiGHS(mip=whole, msg=False, gapRel=limits.gap, timeLimit=limits.seconds, threads=limits.threads)
    model.problem.solve(solver)
    result.solve = time.perf_counter() - began - result.build
    highs = model.problem.solverModel
    info = highs.getInfo()
    result.said = highs.modelStatusToString(highs.getModelStatus())
    if not whole:
        result.bound = info.objective_function_value if result.said == "Optimal" else None
        return None
    result.bound = info.mip_dual_bound
    return model.plan() if info.primal_solution_status == 2 else None


def plain_cbc(inventory: Inventory, result: Result, limits: Limits) -> Plan | None:
    import pulp

    from rivals.plain_pulp import Plain

    began = time.perf_counter()
    model = Plain(inventory)
    result.build = time.perf_counter() - began
    result.columns, result.rows = len(model.problem.variables()), len(model.problem.constraints())
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "cbc.log"
        options = {"gapRel": limits.gap, "timeLimit": limits.seconds, "threads": limits.threads, "logPath": str(log)}
        with warnings.catch_warnings():  # PuLP 3 says that its own CBC will leave in PuLP 4
            warnings.simplefilter("ignore", DeprecationWarning)
            own = "PULP_CBC_CMD" in pulp.listSolvers(onlyAvailable=True)
            solver = pulp.getSolver("PULP_CBC_CMD" if own else "COIN_CMD", msg=False, **options)
        model.problem.solve(solver)
        said = log.read_text(encoding="utf-8", errors="replace")
    result.solve = time.perf_counter() - began - result.build
    ended = re.search(r"Result - (.+)", said)
    bound = re.search(r"Lower bound:\s+(\S+)", said)
    result.said = ended[1].strip() if ended else "no result"
    result.bound = float(bound[1]) if bound else None
    there = model.problem.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    if bound is None and there:
        result.bound = (pulp.value(model.problem.objective) or 0.0) * (1 - limits.gap)
    return model.plan() if there else None


def cpsat(inventory: Inventory, result: Result, limits: Limits) -> Plan | None:
    import numpy as np

    from rivals.strong import Strong

    began = time.perf_counter()
    model = Strong(inventory)
    arrays = model.arrays()
    result.build = time.perf_counter() - began
    result.columns, result.rows = len(arrays["cost"]), len(arrays["lows"])
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "model.npz", Path(folder) / "found.npz"
        np.savez(source, **arrays)
        script = Path(__file__).with_name("cpsat.py")
        given = [str(source), str(target), str(limits.seconds), str(limits.threads), str(limits.gap)]
        done = subprocess.run([sys.executable, str(script), *given], capture_output=True, text=True, check=False)
        result.solve = time.perf_counter() - began - result.build
        if done.returncode != 0:
            result.said = (done.stderr.strip().splitlines() or ["failed"])[-1]
            return None
        with np.load(target) as found:
            values, result.bound, result.said = found["values"], float(found["bound"]), str(found["status"])
    if not len(values):
        return None
    model.take(values)
    return model.plan()


METHODS: dict[str, Callable[[Inventory, Result, Limits], Plan | None]] = {
    "waves": waves,
    "plain-cbc": plain_cbc,
    "plain-highs": plain_highs,
    "strong-highs": strong_highs,
    "strong-lp": strong_lp,
    "cpsat": cpsat,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Run a rival.")
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("inventory", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--gap", type=float, default=0.001)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    began = time.perf_counter()
    inventory = load(given.inventory)
    result = Result(load=time.perf_counter() - began)
    plan = METHODS[given.method](inventory, result, Limits(given.time_limit, given.gap, given.threads))
    given.out.mkdir(parents=True, exist_ok=True)
    if plan is not None:
        (given.out / "plan.json").write_text(to_json(plan, inventory.calendar), encoding="utf-8")
    (given.out / "result.json").write_text(json.dumps(asdict(result), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
