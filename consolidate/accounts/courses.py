"""What becomes of each system and service under a plan: steps of work with their dates, planned or reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from consolidate.accounts import actuals
from consolidate.inventory import NO_END, EndOfLife, Inventory, Option, Step, System
from consolidate.plan import Plan, ServiceBuild

Outcome = Literal["moves", "retires", "renewed", "stays"]
"""What becomes of a system in the end; ``renewed``: in place, by a refresh alone."""


@dataclass(frozen=True, slots=True)
class ScheduledStep:
    """One step of work as it will be: quarters of start, cutover and of the old system's ``last``."""

    step: Step
    start: int
    cutover: int
    last: int
    reported: actuals.ReportedStep | None = None
    """What was reported of it, when it was."""


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of a system: the option it takes, and one or two steps of work (none: it stays)."""

    option: Option | None
    works: tuple[ScheduledStep, ...]

    @property
    def first(self) -> ScheduledStep | None:
        """The first step of work; None if the system stays."""
        return self.works[0] if self.works else None

    @property
    def cutover(self) -> int | None:
        """The quarter it cuts over to something else than what it was; None if it stays or is renewed."""
        if not self.works or self.works[0].step.approach == "refresh":
            return None
        return self.works[0].cutover

    @property
    def retired(self) -> int | None:
        """The first quarter without the system; None when it is not retired."""
        return next((work.cutover + 1 for work in self.works if work.step.approach == "retire"), None)

    @property
    def outcome(self) -> Outcome:
        """What becomes of the system in the end: whoever counts systems that move counts these."""
        if self.retired is not None:
            return "retires"
        if self.cutover is not None:
            return "moves"
        return "renewed" if self.works else "stays"


def courses(inventory: Inventory, plan: Plan) -> dict[str, Course]:
    """What becomes of each system of the inventory, in its order."""
    found: dict[str, dict[int, tuple[Option, int]]] = defaultdict(dict)
    for move in plan.moves:
        option = _option(inventory.systems.get(move.system), move.option)
        if option is not None and option.approach != "retain" and move.step in range(1, len(option.steps) + 1):
            found[move.system].setdefault(move.step, (option, move.start))
    return {id: _reported(inventory, id, _course(found.get(id, {}))) for id in inventory.systems}


def _reported(inventory: Inventory, id: str, planned: Course) -> Course:
    """What becomes of a system with its reports: what was reported holds, whatever the plan says."""
    if actuals.is_cancelled(inventory, id):
        return Course(None, ())
    fixed = actuals.reported_steps(inventory, id)
    if not fixed:
        return planned
    option = fixed[0].option
    works = [ScheduledStep(one.step, one.start, one.cutover, one.last, one) for one in fixed]
    if actuals.is_cancelled(inventory, id, 2):
        return Course(replace(option, then=None), tuple(works))
    if len(works) < len(option.steps) and planned.option is not None and planned.option.number == option.number:
        works += planned.works[1:]
    return Course(option, tuple(works))


def _option(system: System | None, number: int) -> Option | None:
    return next((one for one in system.options if one.number == number), None) if system else None


def _course(steps: Mapping[int, tuple[Option, int]]) -> Course:
    if 1 not in steps:
        return Course(None, ())
    option, start = steps[1]
    works = [_work(option.first, start)]
    if option.then is not None and 2 in steps and steps[2][0] is option:
        works.append(_work(option.then, steps[2][1]))
    return Course(option, tuple(works))


def _work(step: Step, start: int) -> ScheduledStep:
    cutover = start + step.quarters - 1
    last = cutover if step.approach == "refresh" else cutover + step.parallel_run
    return ScheduledStep(step, start, cutover, last)


def builds_of(inventory: Inventory, plan: Plan) -> list[ServiceBuild]:
    """The builds that the inventory knows, each service once, their ready quarters worked out or as reported."""
    found: dict[str, ServiceBuild] = {}
    for id, report in inventory.progress.services.items() if inventory.progress else ():
        if inventory.services[id].build is not None and report.start is not None:
            found[id] = ServiceBuild(report.start, id, actuals.ready_from(inventory, report))
    for build in plan.builds:
        service = inventory.services.get(build.service)
        if service is not None and service.build is not None and build.service not in found:
            found[build.service] = ServiceBuild(build.start, build.service, build.start + service.build.quarters)
    return list(found.values())


def spans_with_end_of_life(system: System, course: Course, A: int) -> list[tuple[int, int, int]]:
    """What of a system runs and has an end of life: the old system or what a step led to. (first quarter, last
    quarter, the quarter in which its support ends)"""
    works = course.works
    spans = [(0, works[0].last if works else A - 1, system.end_of_life)]
    ends = [works[1].last if len(works) == 2 else A - 1, A - 1]
    spans += [(work.cutover + 1, end, work.step.end_of_life) for work, end in zip(works, ends, strict=False)]
    return [(max(begin, system.joins), end, dies) for begin, end, dies in spans if dies is not None]


def support_of_exposed(system: System, course: Course, A: int, quarter: int) -> EndOfLife:
    """When support ends, as it was given, of what runs unsupported in ``quarter``: the old system, or what it has
    become; of both, the one whose support ended first."""
    found = [
        (first.quarter, first.day or date.max, dates)
        for begin, end, dates in _spans_with_support(system, course, A)
        if (first := dates.first) is not None and begin <= quarter <= end and quarter > first.quarter
    ]
    return min(found, key=lambda one: one[:2], default=(0, date.max, NO_END))[2]


def _spans_with_support(system: System, course: Course, A: int) -> Iterator[tuple[int, int, EndOfLife]]:
    """Like :func:`spans_with_end_of_life`, with the dates behind it."""
    works = course.works
    yield system.joins, works[0].last if works else A - 1, system.support_ends
    ends = [works[1].last if len(works) == 2 else A - 1, A - 1]
    for work, end in zip(works, ends, strict=False):
        yield work.cutover + 1, end, work.step.support_ends
