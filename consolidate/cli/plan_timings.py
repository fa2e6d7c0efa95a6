"""How long the parts of planning take, as timings.json tells, and how much of a time limit is left for the search."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from consolidate.output_sets import PLAN_GROUP

if TYPE_CHECKING:
    from consolidate import Inventory, OutputSet, PlanResult

RESERVE = 1.0
"""Seconds of the time limit kept back for starting Python, checking the plan and writing plan.json."""
RESERVE_PER_SYSTEM = 0.0006
"""The same, for each system."""
RESERVE_PER_INTERFACE = 0.0002
"""The same, for each interface."""
OVERRUN = 0.05
"""Share of the time limit by which the solver may overrun: it looks at the clock only now and then."""

Timings = dict[str, Any]


def seconds_left(time_limit: float, began: float, inventory: Inventory) -> float:
    """Seconds for the search: the time limit runs until plan.json is written, and it takes a moment to check a plan."""
    interfaces = sum(len(system.interfaces) for system in inventory.systems.values())
    checking = RESERVE_PER_SYSTEM * len(inventory.systems) + RESERVE_PER_INTERFACE * interfaces
    reserve = min(RESERVE + checking + OVERRUN * time_limit, time_limit / 3)
    return max(time_limit - (time.monotonic() - began) - reserve, 0.1)


def record(timings: Timings, result: PlanResult) -> None:
    """How the plan was found, beside how long it took."""
    timings.update(build=round(result.build_seconds, 3), solve=round(result.solve_seconds, 3), method=result.method)
    timings.update(ended=result.ended)
    if result.columns:  # there is none where no program of rows and columns was solved
        timings.update(columns=result.columns, rows=result.rows)


@contextmanager
def timed(timings: Timings, what: str) -> Iterator[None]:
    """Notes how long something takes."""
    began = time.perf_counter()
    yield
    timings[what] = round(time.perf_counter() - began, 3)


def add_timings(timings: Timings, outputs: OutputSet) -> None:
    """Adds timings.json to the files of a run."""
    timings["peak_mb"] = _peak_memory()
    outputs.add(PLAN_GROUP, "timings.json", json.dumps(timings, indent=1) + "\n", lasting=False)


def _peak_memory() -> float | None:
    """The most memory that this process has held, in MB, where the machine reports it."""
    try:
        import resource  # not there on Windows
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
