"""The actuals: what was reported, as the ledger posts it: when each step of work was, and what each quarter took.

The second reading of the format's rule 10; :mod:`consolidate.solving.formulation.remaining` is the first. They share
only the reports as they were read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from consolidate.inventory import Inventory, Option, ServiceReport, Spent, Step, StepReport


@dataclass(frozen=True, slots=True)
class ReportedStep:
    """A step that is under way or done: quarters of its start, cutover and of the old system's ``last``."""

    report: StepReport
    option: Option
    step: Step
    start: int
    cutover: int
    last: int


def reported_steps(inventory: Inventory, id: str) -> tuple[ReportedStep, ...]:
    """A system's steps that are reported to be under way, or done."""
    progress = inventory.progress
    reports = progress.systems.get(id, ()) if progress else ()
    return tuple(
        _fixed(report, report.option, report.start, progress.open)
        for report in reports
        if progress and report.stands and report.option is not None and report.start is not None
    )


def _fixed(report: StepReport, option: Option, start: int, open_: int) -> ReportedStep:
    step = option.steps[report.step - 1]
    if report.cutover is not None:
        cutover = report.cutover
    elif report.expected is not None:
        cutover = report.expected
    else:
        cutover = start + step.quarters - 1
        if cutover < open_:
            cutover = open_
    last = cutover
    if step.approach != "refresh":
        last = cutover + step.parallel_run if report.off is None else max(report.off, cutover)
    return ReportedStep(report, option, step, start, cutover, last)


def is_cancelled(inventory: Inventory, id: str, step: int = 1) -> bool:
    """Whether a step was given up for good."""
    report = inventory.progress.step(id, step) if inventory.progress else None
    return report is not None and report.status == "cancelled"


def ready_from(inventory: Inventory, report: ServiceReport) -> int:
    """The quarter from which a reported service can be used, or will be."""
    assert inventory.progress is not None
    service = inventory.services[report.service]
    if report.ready is not None:
        return report.ready
    if report.expected is not None:
        return report.expected
    planned = service.ready or 0
    if service.build is not None and report.start is not None:
        planned = report.start + service.build.quarters
    return planned if planned >= inventory.progress.open else inventory.progress.open


Amounts = Iterator[tuple[str | None, int, float]]
"""(role or pot, quarter, amount)."""


def staff_used(effort: Mapping[str, tuple[float, ...]], start: int, end: int, spent: tuple[Spent, ...]) -> Amounts:
    """Person-days that work takes in each quarter."""
    reported = {one.quarter: dict(one.effort) for one in spent if one.effort is not None}
    yield from _taken({role: (sum(days), days) for role, days in effort.items()}, start, end, reported)


def capital_spent(capital: Mapping[str | None, float], start: int, end: int, spent: tuple[Spent, ...]) -> Amounts:
    """Capital that work takes in each quarter."""
    reported = {one.quarter: dict(one.capital) for one in spent if one.capital is not None}
    yield from _taken({pot: (total, ()) for pot, total in capital.items()}, start, end, reported)


def _taken(
    planned: Mapping[Any, tuple[float, tuple[float, ...]]],
    start: int,
    end: int,
    reported: Mapping[int, Mapping[Any, float]],
) -> Amounts:
    """Goes through the quarters: what is reported, else what was planned; after the last report, what is left."""
    keys: dict[str | None, None] = dict.fromkeys([*planned, *(key for found in reported.values() for key in found)])
    until = max(reported) if reported else None
    for key in keys:
        total, figures = planned.get(key, (0.0, ()))
        used = 0.0
        rest: float | None = None
        for q in range(min([start, *reported]), max([end, *reported]) + 1):
            if q in reported:
                amount = reported[q].get(key, 0.0)
            elif not start <= q <= end:
                amount = 0.0
            elif until is None or q < until:
                amount = figures[q - start] if len(figures) == end - start + 1 else total / (end - start + 1)
            else:
                rest = max(total - used, 0.0) if rest is None else rest
                amount = rest / (end - max(until, start - 1))
            used += amount
            if amount:
                yield key, q, amount


def abandoned_spending(inventory: Inventory, id: str) -> Iterator[Spent]:
    """What was spent on a system's work that was stopped or cancelled."""
    for report in inventory.progress.systems.get(id, ()) if inventory.progress else ():
        yield from report.lost
        if not report.stands:
            yield from report.spent
