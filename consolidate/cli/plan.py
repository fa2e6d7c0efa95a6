"""``consolidate plan``: find a plan, prove how good it is, write and draw it."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import consolidate
from consolidate.cli.all_scenarios import SECONDS, TABLES, AllScenarios, Workers
from consolidate.cli.arguments import (
    InventoryArgument,
    InventoryOption,
    OutOption,
    PreferOption,
    ScenarioOption,
    SchedulerOption,
    StartOption,
    WithinOption,
    WorkersOption,
    inventory_of,
    parse_gap,
    parse_share,
)
from consolidate.cli.console import (
    complain,
    doubted,
    drawing_workers,
    print_wide,
    put_in_place,
    say,
    tell,
    warn,
    watched,
)
from consolidate.cli.interruption import RUN, shielded
from consolidate.cli.plan_timings import Timings, add_timings, record, seconds_left, timed
from consolidate.cli.roadmap import PICTURES, draw_rest
from consolidate.errors import InvalidInventory, NoPlan, OutOfTime, UserError
from consolidate.output_files import check_writable
from consolidate.output_sets import check_not_in_the_way
from consolidate.vocabulary import counted, money

if TYPE_CHECKING:
    from consolidate import Inventory, PlanResult, PreferredPlan, ProgressMonitor, Start

LOOK_EVERY = 0.5
"""Seconds between two looks at the files of an inventory that is watched."""


def plan(
    inventory: InventoryArgument = None,
    scenario: ScenarioOption = None,
    out: OutOption = Path("outputs"),
    gap: Annotated[str, typer.Option(metavar="GAP", help="How close to the best possible it must be proven.")] = "0.1%",
    time_limit: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            help="Stop the search after so long, with the best plan so far; default: 300 for each plan.",
            show_default=False,
        ),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Threads of the solver.")] = 1,
    solver: Annotated[str, typer.Option(metavar="NAME", help="HiGHS, or any other solver that PuLP finds.")] = "HiGHS",
    start: StartOption = None,
    prefer: PreferOption = None,
    within: WithinOption = "1%",
    watch: Annotated[
        bool, typer.Option("--watch", help="Plan again whenever a file of the inventory is saved.")
    ] = False,
    all_scenarios: Annotated[
        bool, typer.Option("--all-scenarios", help="Plan the inventory and each of its scenarios, and compare them.")
    ] = False,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    named: InventoryOption = None,
) -> None:
    """Find the cheapest plan that keeps every rule, prove how good it is, and draw it.

    Writes plan.json, tables (CSV) and pictures (SVG, PNG) and prints a summary. Exit codes: 0 done,
    1 the inventory has errors, 2 usage, 3 no plan can meet the rules (and what would help),
    4 the time limit ended before any plan was found.
    """
    began = time.monotonic()
    folder, wanted = inventory_of(inventory, named), parse_gap(gap)
    if all_scenarios:
        _refuse_what_is_of_one_plan({"scenario": scenario, "start": start, "prefer": prefer, "watch": watch or None})
        options = consolidate.PlanOptions(wanted, threads, solver, look_for_support=True)
        AllScenarios(folder, out, began).run(options, time_limit, Workers(workers, scheduler))
        return
    if scheduler is not None:
        raise UserError("--scheduler is for many plans: give it with --all-scenarios")
    preferred = None if prefer is None else (prefer, parse_share(within, "--within"))
    request = _Request(folder, scenario, out, wanted, time_limit or SECONDS, threads, solver, start, preferred)
    check_writable(out)
    if watch:
        _plan_whenever_saved(request)
    else:
        _plan_once(request, began)


def _refuse_what_is_of_one_plan(given: Mapping[str, object]) -> None:
    """Options of one plan, by name, are None where all scenarios are planned."""
    for option, value in given.items():
        if value is not None:
            raise UserError(f"--{option} is for one plan and --all-scenarios makes several: give one of them")


@dataclass(frozen=True)
class _Request:
    """What is to be planned, and how."""

    folder: Path
    scenario: str | None
    out: Path
    gap: float
    time_limit: float
    threads: int
    solver: str
    start: Path | None
    prefer: tuple[str, float] | None
    """What is preferred, and by how much it may cost more, as a share."""

    def read_start(self, data: Inventory) -> Start | None:
        """What the search begins with, where a plan was named for that."""
        return None if self.start is None else consolidate.read_start(data, self.start)


def _plan_whenever_saved(request: _Request) -> None:
    """Plans, and again after each change of the inventory's files, until Ctrl-C ends it; each time from the last plan.

    What is wrong with the inventory is said, and watching goes on: it is being worked on.
    """
    from consolidate.loading.watching import InventoryWatch  # here, so that planning once starts sooner

    last: Start | None = None
    try:
        while True:
            seen = InventoryWatch(request.folder)
            try:
                stopped, last = _plan_once(request, time.monotonic(), last)
                if stopped:
                    return
            except (InvalidInventory, NoPlan, OutOfTime) as error:
                tell(error)
            say(f"watching {request.folder}: it is planned again when a file is saved; Ctrl-C ends")
            sys.stdout.flush()
            while not seen.changed():
                time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        if not RUN.written:
            raise
        complain("stopped watching; the last plan is written")


def _plan_once(request: _Request, began: float, last: Start | None = None) -> tuple[bool, Start]:
    """Plans, writes, draws and says what was found.

    Args:
        request: what is asked for.
        began: when, in seconds of the monotonic clock.
        last: what to begin with instead of the plan that was named, if any.

    Returns:
        whether the search was asked to stop with the best so far, and what the next may begin with.
    """
    timings: Timings = {}
    with timed(timings, "load"):
        data = consolidate.load(request.folder, request.scenario)
    warn(data.warnings, request.folder)
    if request.prefer is not None:
        _refuse_preference(data, request.prefer[0])
    check_not_in_the_way(request.out, (*TABLES, *PICTURES))
    outputs = consolidate.OutputSet(request.out)
    # What was read stays: the garbage collector need not go through it again and again.
    gc.collect()
    gc.freeze()
    start = last or request.read_start(data)
    with ExitStack() as stack:
        with watched(request.gap) as monitor:
            result, basis, said = _found(request, data, start, monitor, (timings, began))
            ended = _ended(result, stopped=monitor.stop(), seconds=time.monotonic() - began)
            with shielded():
                with timed(timings, "begin"):
                    executor = stack.enter_context(drawing_workers(data))
                    begun = consolidate.begin_roadmap(data, result.plan, result.verdict.ledger, executor=executor)
                with timed(timings, "write"):
                    files = consolidate.write_plan(data, result, outputs)
        record(timings, result)
        drawn = True
        try:
            with timed(timings, "draw"):
                files += draw_rest(begun, outputs)
        except KeyboardInterrupt:
            drawn = False
            begun.give_up()
    add_timings(timings, outputs)
    put_in_place(outputs)
    if not drawn:
        complain("stopped while drawing; the plan is written: `consolidate roadmap` draws it")
    _print_summary(data, result, files, request.gap, (said, *doubted(data, request.folder), ended))
    return monitor.stop() or not drawn, basis


def _found(
    request: _Request, data: Inventory, start: Start | None, monitor: ProgressMonitor, clock: tuple[Timings, float]
) -> tuple[PlanResult, Start, str]:
    """The plan, what a next one may begin with, and a line on what else was found.

    Args:
        clock: where times are noted, and when the command began.
    """
    timings, began = clock
    with timed(timings, "plan"):
        result = consolidate.make_plan(
            data,
            gap=request.gap,
            time_limit=seconds_left(request.time_limit, began, data),
            threads=request.threads,
            solver=request.solver,
            monitor=monitor,
            start=start,
        )
    basis = consolidate.start_from(data, result)
    with timed(timings, "prefer"):
        if request.prefer is not None:
            result, said = _preferring(request, data, result, basis, monitor, began)
            return result, basis, said
        if result.ended in ("time", "stopped"):
            return result, basis, ""
        result, said = _supported(request, data, result, basis, monitor, began)
    return result, consolidate.start_from(data, result), said


def _ended(result: PlanResult, *, stopped: bool, seconds: float) -> str:
    """What ended the search before it was done, in a line; empty where nothing did."""
    if not (stopped or result.ended == "time"):
        return ""
    by = "by you" if stopped else "by the time limit"
    return f"STOPPED  {by} after {seconds:,.0f} s: this is the best plan found until then."


def _refuse_preference(data: Inventory, preference: str) -> None:
    """Before the work, not after it: what cannot be preferred."""
    from consolidate.yaml_files.messages import meant  # here, so that other commands start sooner

    known = consolidate.preferences_of(data)
    if preference not in known:
        may = f"of this inventory may be preferred {', '.join(known)}"
        raise UserError(f"--prefer {preference!r}: {may}{meant(preference, known)}")


def _preferring(
    request: _Request, data: Inventory, result: PlanResult, basis: Start, monitor: ProgressMonitor, began: float
) -> tuple[PlanResult, str]:
    """The plan that was asked for, near the best, and a line that says so."""
    assert request.prefer is not None
    preference, within = request.prefer
    left = seconds_left(request.time_limit, began, data)
    try:
        found = consolidate.prefer(
            data, result.plan, preference, within=within, start=basis, time_limit=left, monitor=monitor
        )
    except OutOfTime:
        return (
            result,
            f"PREFERRED  {preference}: the search ended before it was looked for; this is the first plan.",
        )
    told = "; ".join(f"{one.name} {one.before:,.0f} -> {one.found:,.0f}" for one in found.least if one.better)
    proven = "that no plan so near has less is proven" if all(one.proven for one in found.least) else ""
    what = f"{told}, {_dearer(data, result, found)} than the plan found first" if told else "as the plan found first"
    line = f"PREFERRED  {preference}: {what}{f'; {proven}' if proven else ''}."
    return consolidate.preferred_result(data, result, found, within, request.gap), line


def _supported(
    request: _Request, data: Inventory, result: PlanResult, basis: Start, monitor: ProgressMonitor, began: float
) -> tuple[PlanResult, str]:
    """A plan within the gap that leaves fewer systems unsupported: taken where it is no dearer, else told in a line."""
    left = seconds_left(request.time_limit, began, data)
    found = consolidate.fewer_unsupported(data, result, request.gap, start=basis, time_limit=left, monitor=monitor)
    if found is None:
        return result, ""
    kept = consolidate.cheaper_result(data, result, found, request.gap)
    if kept is not result:
        return kept, ""
    more = money(round(found.verdict.ledger.total - result.verdict.ledger.total), data.currency)
    fewer = f"{counted(found.merits.systems, 'system')} unsupported, not {round(found.least[0].before):,}"
    return result, f"Another plan within the gap leaves {fewer}, and costs {more} more: see `consolidate alternatives`."


def _dearer(data: Inventory, result: PlanResult, found: PreferredPlan) -> str:
    """What a plan costs more or less than the one found first."""
    more = round(found.verdict.ledger.total - result.verdict.ledger.total)
    return f"{money(abs(more), data.currency)} {'cheaper' if more < 0 else 'dearer'}"


def _print_summary(
    data: Inventory, result: PlanResult, files: tuple[Path, ...], gap: float, last: tuple[str, ...]
) -> None:
    """The summary of a plan, whether the gap asked for was reached, and the ``last`` lines, some of which are empty."""
    # Imported here, so that other commands start sooner.
    from consolidate.cli.changes_summary import against_approved, gap_not_reached, not_reached
    from consolidate.cli.plan_summary import summary

    made, ledger = result.plan, result.verdict.ledger
    options = print_wide(summary(data, made, ledger, consolidate.baseline(data), files, result.method))
    for line in against_approved(data, made, ledger, options.ascii_only):
        say(line)
    for line in not_reached(data, ledger):
        say(line)
    for bound in result.refuted:
        complain(f"{bound}; that bound is left out, and the one shown holds without it: please report this inventory")
    for line in filter(None, (gap_not_reached(result, gap), *last)):
        say(line)
