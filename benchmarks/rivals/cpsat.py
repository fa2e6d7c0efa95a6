"""Solves a model in arrays with OR-Tools CP-SAT, in a process of its own (it can't share one with HiGHS).

    python cpsat.py MODEL.npz OUT.npz SECONDS WORKERS GAP

CP-SAT takes whole numbers only. What is continuous with an upper bound above 1 is counted in
thousandths; rows are multiplied by 1,000 and rounded so that what they allow keeps the rule; money is counted
in pence. So the plan keeps every rule, and the bound is true to the same thousandths.
"""

from __future__ import annotations

import math
import sys
import time
from typing import Any

import numpy as np

FINE = 1000
PENCE = 100


def build(data: Any) -> tuple[Any, list[Any], Any]:
    """The model, its variables, and what one unit of each is."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    unit = np.where(data["whole"] | (data["top"] <= 1), 1.0, 1 / FINE)
    columns = [
        model.new_int_var(0, int(min(top / one, 1e9)), f"v{index}")
        for index, (top, one) in enumerate(zip(data["top"], unit, strict=True))
    ]
    starts, entries, factors = data["starts"], data["entries"], data["factors"]
    for row, (low, top) in enumerate(zip(data["lows"], data["tops"], strict=True)):
        span = slice(starts[row], starts[row + 1])
        own = [columns[place] for place in entries[span]]
        exact = factors[span] * unit[entries[span]] * FINE
        if low == top:
            model.add(cp_model.LinearExpr.weighted_sum(own, [round(f) for f in exact]) == round(low * FINE))
            continue
        if top < math.inf:
            above = [math.ceil(f - 1e-6) for f in exact]
            model.add(cp_model.LinearExpr.weighted_sum(own, above) <= math.floor(top * FINE + 1e-6))
        if low > -math.inf:
            below = [math.floor(f + 1e-6) for f in exact]
            model.add(cp_model.LinearExpr.weighted_sum(own, below) >= math.ceil(low * FINE - 1e-6))
    prices = [round(price * one * PENCE) for price, one in zip(data["cost"], unit, strict=True)]
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, prices))
    return model, columns, unit


def main(source: str, target: str, seconds: float, workers: int, gap: float) -> None:
    from ortools.sat.python import cp_model

    began = time.perf_counter()
    with np.load(source) as stored:
        data = {name: stored[name] for name in stored.files}
    model, columns, unit = build(data)
    built = time.perf_counter() - began
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.relative_gap_limit = gap
    solver.parameters.random_seed = 0
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    values = np.array([solver.value(x) for x in columns]) * unit if found else np.empty(0)
    np.savez(
        target, values=values, bound=solver.best_objective_bound / PENCE, build=built, status=solver.status_name(status)
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
