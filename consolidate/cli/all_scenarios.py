"""``consolidate plan --all-scenarios``: the inventory and each of its scenarios planned, and held side by side."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

import consolidate
from consolidate.cli.console import (
    complain,
    doubted,
    print_problems,
    print_wide,
    put_in_place,
    say,
    warn,
    watched,
    workers_for,
)
from consolidate.cli.interruption import INTERRUPTED, RUN
from consolidate.cli.plan_timings import OVERRUN, RESERVE, Timings, add_timings, record, timed
from consolidate.cli.remedies import worded
from consolidate.cli.roadmap import PICTURES, draw
from consolidate.errors import InvalidInventory, NoPlan, OutOfTime
from consolidate.output_files import check_writable
from consolidate.output_sets import check_not_in_the_way

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from consolidate import Inventory, PlanAttempt, PlanOptions, PlanResult, ProgressMonitor

TABLES = ("moves.csv", "staff.csv", "capital.csv", "costs.csv", "apportioned.csv", "unsupported.csv")
"""Tables that every plan has, by names that others may use as well."""
SECONDS = 300.0
"""Seconds for each plan where no time limit is given."""


class Workers(NamedTuple):
    """What was said of who makes the plans: a number of processes, or a scheduler."""

    processes: int | None
    scheduler: str | None


@dataclass(frozen=True)
class AllScenarios:
    """A run of all scenarios: of which inventory, where the plans go, and when the command began."""

    inventory: Path
    out: Path
    began: float

    def folder_of(self, scenario: str | None) -> Path:
        """Where a scenario's plan goes; that of the inventory itself goes where it goes without scenarios."""
        return self.out if scenario is None else self.out / scenario

    def run(self, options: PlanOptions, time_limit: float | None, workers: Workers) -> None:
        """Plans all of them, writes each plan as it comes, and shows the table.

        Raises:
            typer.Exit: with what :func:`exit_code` says, where that is not 0.
        """
        names = [None, *consolidate.scenario_names(self.inventory)]
        for folder in map(self.folder_of, names):
            if folder == self.out or folder.exists():  # that of a scenario without a plan is not made
                check_writable(folder)
                check_not_in_the_way(folder, (*TABLES, *PICTURES))
        limit = time_limit or SECONDS * len(names)
        with watched(options.gap, many=True) as monitor, workers_for(len(names), *workers) as executor:
            found = sorted(self.written(options, limit, monitor, executor), key=lambda one: one.number)
            stopped = monitor.stop()
        self.show(found, options.gap, stopped=stopped)
        code = exit_code(found, stopped=stopped)
        RUN.partly = code == INTERRUPTED and RUN.written
        if code:
            raise typer.Exit(code)

    def written(
        self, options: PlanOptions, limit: float, monitor: ProgressMonitor, executor: Executor | None
    ) -> list[PlanAttempt]:
        """What came of each, as they came; those that have a plan are written and drawn."""
        left = max(limit - (time.monotonic() - self.began) - min(RESERVE + OVERRUN * limit, limit / 3), 0.1)
        attempts = consolidate.plan_scenarios(
            self.inventory, options, time_limit=left, monitor=monitor, executor=executor, as_they_come=True
        )
        # What was read stays: the garbage collector need not go through it again and again.
        gc.collect()
        gc.freeze()
        found = []
        with closing(attempts):
            for attempt in attempts:
                if attempt.number == 0 and attempt.inventory is not None:
                    warn(attempt.inventory.warnings, self.inventory)
                if attempt.error is None and attempt.inventory is not None:
                    self.write(attempt.scenario, attempt.inventory, attempt.result)
                found.append(attempt)
        return found

    def write(self, scenario: str | None, data: Inventory, result: PlanResult) -> None:
        """Writes and draws a plan, in a folder of its own."""
        outputs = consolidate.OutputSet(self.folder_of(scenario))
        timings: Timings = {}
        with timed(timings, "write"):
            consolidate.write_plan(data, result, outputs)
        record(timings, result)
        with timed(timings, "draw"):
            draw(data, result.plan, result.verdict, outputs)
        add_timings(timings, outputs)
        put_in_place(outputs)
        RUN.partly = True

    def show(self, found: Sequence[PlanAttempt], gap: float, *, stopped: bool) -> None:
        """Says why some have no plan, on the standard error stream, and shows the table."""
        from consolidate.cli.scenarios_table import ScenariosTable  # here, so that other commands start sooner

        for attempt in found:
            error, of = attempt.error, f"scenario {attempt.scenario}: " if attempt.scenario else ""
            if error is None or (stopped and isinstance(error, OutOfTime)):
                continue
            if isinstance(error, InvalidInventory):
                print_problems(sorted(error.problems))
            complain(f"consolidate: {of}{worded(error)}")
            for line in error.lines if isinstance(error, NoPlan) else ():
                complain(worded(line))
        print_wide(ScenariosTable(tuple(found), self.out, stopped))
        for attempt in found:
            for line in doubted(attempt.inventory, self.inventory) if attempt.inventory is not None else ():
                say(line)
        made = [attempt.result for attempt in found if attempt.error is None]
        if wide := sum(result.status == "feasible" for result in made):
            plans = _of_them(wide, len(made))
            say(f"GAP  {gap * 100:g}% was asked for and not reached by {plans}; the table says what is proven.")
        if cut := sum(result.ended in ("time", "stopped") for result in made):
            by = "by you" if stopped else "by the time limit"
            say(f"STOPPED  {by}: the best found until then, {_of_them(cut, len(made))}.")


def _of_them(some: int, plans: int) -> str:
    return f"{some} of the {plans} plans" if plans > 1 else "the only plan"


def exit_code(found: Sequence[PlanAttempt], *, stopped: bool) -> int:
    """0 where all have a plan; else that of the first in the table that has none.

    Where the command was stopped, that of one which was not planned for that reason is 130.
    """
    for attempt in found:
        if attempt.error is not None:
            return INTERRUPTED if stopped and isinstance(attempt.error, OutOfTime) else attempt.error.exit_code
    return 0
