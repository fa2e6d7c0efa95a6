"""What a plan says of one system."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from consolidate.accounts.contracts import bought_out, contract_term, covering_term, last_under_contract
from consolidate.accounts.courses import Course
from consolidate.explain.plan_reading import (
    ApprovedDifference,
    MilestoneInPlan,
    PlanReading,
)
from consolidate.explain.values import CostLine, DatedQuarter, UseByQuarter
from consolidate.inventory import EndOfLife, Inventory, Step, System
from consolidate.phrases import NameInLanguages


@dataclass(frozen=True)
class StepInPlan:
    """A step of work on a system: when it is done, and what it leads to.

    ``live``: the quarter from which what it leads to is used (None: it is renewed in place). ``last``: the last
    quarter in which what it replaces runs. ``reported``: as what the reports have it, None where it is planned.
    """

    step: int
    approach: str
    to: str | None
    start: DatedQuarter
    cutover: DatedQuarter
    live: DatedQuarter | None
    last: DatedQuarter
    reported: str | None
    note: str


@dataclass(frozen=True)
class DependencyInPlan:
    """Something that a system waits for, or that waits for it.

    ``kind``: ``after`` (a system), ``service``, ``together`` (a system that cuts over in the same quarter) or
    ``gate`` (a service whose build waits for systems). ``quarter``: of what is waited for, the first in which it is
    live or ready; of what waits, the one in which it starts; of ``together``, the cutover. None: there is none.
    ``tight``: not a quarter lies between.
    """

    kind: Literal["after", "service", "together", "gate"]
    id: str
    quarter: DatedQuarter | None
    tight: bool = False


@dataclass(frozen=True)
class SupportInPlan:
    """When support ends of ``what``: ``software`` or ``hardware`` of today, or of what a ``step`` leads to."""

    what: Literal["software", "hardware"]
    step: int
    """0: of the system of today."""
    quarter: DatedQuarter
    day: dt.date | None


@dataclass(frozen=True)
class ContractInPlan:
    """The contract of today: ``cost`` a year, ``ends`` with its present term.

    ``last_term_ends``: the end of the term that the plan lets run out; None where it runs on without end.
    ``notice_by``: the last day to give notice of that; None where it runs on, or nothing is known of notice.
    ``bought_out``: whether the rest of that term is bought out for ``exit``.
    """

    cost: float
    ends: dt.date
    notice_months: int | None
    last_term_ends: dt.date | None
    notice_by: dt.date | None
    bought_out: bool
    exit: float | None


@dataclass(frozen=True)
class SystemInPlan:
    """What a plan says of a system.

    Attributes
    ----------
    id, name, partner, partner_name, capability, tier, users
        Which it is.
    approach
        That of the option taken; ``retain`` where it stays.
    option
        The option's number; None where it stays.
    steps
        Its moves; none where it stays.
    costs
        By kind beside leaving it as it is, discounted; what all share (services, agency staff) is not in it.
    people, capital
        What its own work takes, by role and by pot.
    support
        When support ends, of today's and of what it becomes.
    unsupported
        Quarters in which it runs unsupported under the plan.
    unsupported_as_it_is
        In how many it would, left as it is.
    contract
        That of today; None where there is none.
    earliest, latest
        Bounds that the inventory sets.
    waits_for, waited_for_by
        What must be done before it starts, and what starts after it.
    milestones
        Those that it counts for.
    approved
        What differs from the approved plan; None where none is approved.
    also
        What else bears the same name, as ``kind:id``.
    """

    id: str
    name: str
    partner: str
    partner_name: str
    capability: str
    tier: str | None
    users: float
    approach: str
    option: int | None
    steps: tuple[StepInPlan, ...]
    costs: tuple[CostLine, ...]
    people: tuple[UseByQuarter, ...]
    capital: tuple[UseByQuarter, ...]
    support: tuple[SupportInPlan, ...]
    unsupported: tuple[DatedQuarter, ...]
    unsupported_as_it_is: int
    contract: ContractInPlan | None
    earliest: DatedQuarter | None
    latest: DatedQuarter | None
    waits_for: tuple[DependencyInPlan, ...]
    waited_for_by: tuple[DependencyInPlan, ...]
    milestones: tuple[MilestoneInPlan, ...]
    approved: tuple[ApprovedDifference, ...] | None
    also: tuple[str, ...] = ()

    def __repr__(self) -> str:
        when = ", ".join(one.cutover.label for one in self.steps)
        return f"<SystemInPlan {self.id}: {self.approach}{when and ' in '}{when}>"


def system_in_plan(reading: PlanReading, id: str, also: tuple[str, ...]) -> SystemInPlan:
    """What a plan says of a system, by its id."""
    inventory, book = reading.inventory, reading.book
    system, course = inventory.systems[id], book.courses[id]
    people, capital = reading.resources(systems=frozenset({id}))
    return SystemInPlan(
        id=id,
        name=NameInLanguages(system.name.texts),
        partner=system.partner,
        partner_name=NameInLanguages(inventory.partners[system.partner].name.texts),
        capability=system.capability,
        tier=system.tier,
        users=system.users,
        approach="retain" if course.option is None else course.option.approach,
        option=None if course.option is None else course.option.number,
        steps=tuple(_steps(reading, id, course)),
        costs=reading.costs_of_systems({id}),
        people=people,
        capital=capital,
        support=tuple(_support(reading, system, course)),
        unsupported=tuple(map(reading.dated, book.exposed.get(id, ()))),
        unsupported_as_it_is=len(reading.as_it_is.exposed.get(id, ())),
        contract=_contract(inventory, system, course),
        earliest=reading.dated(system.earliest) if system.earliest > 0 else None,
        latest=None if system.latest is None else reading.dated(system.latest),
        waits_for=tuple(_waits_for(reading, system, course)),
        waited_for_by=tuple(_waited_for_by(reading, id, course)),
        milestones=reading.milestones_of({id}),
        approved=reading.approved_differences(systems={id}),
        also=also,
    )


def _steps(reading: PlanReading, id: str, course: Course) -> Iterator[StepInPlan]:
    progress = reading.inventory.progress
    for number, work in enumerate(course.works, 1):
        report = progress.step(id, number) if progress else None
        refreshed = work.step.approach == "refresh"
        yield StepInPlan(
            number,
            work.step.approach,
            work.step.to,
            reading.dated(work.start),
            reading.dated(work.cutover),
            None if refreshed else reading.dated(work.cutover + 1),
            reading.dated(work.last),
            None if report is None else report.status,
            "" if report is None else report.note,
        )


def _support(reading: PlanReading, system: System, course: Course) -> Iterator[SupportInPlan]:
    yield from _ends(reading, 0, system.support_ends)
    for number, work in enumerate(course.works, 1):
        yield from _ends(reading, number, work.step.support_ends)


def _ends(reading: PlanReading, step: int, ends: EndOfLife) -> Iterator[SupportInPlan]:
    if ends.software is not None:
        yield SupportInPlan("software", step, reading.dated(ends.software.quarter), ends.software.day)
    if ends.hardware is not None:
        yield SupportInPlan("hardware", step, reading.dated(ends.hardware.quarter), ends.hardware.day)


def _contract(inventory: Inventory, system: System, course: Course) -> ContractInPlan | None:
    contract, calendar = system.contract, inventory.calendar
    if contract is None:
        return None
    last = last_under_contract(course)
    leaves = None if last is None else contract_term(contract, covering_term(contract, calendar, last))
    factors = [inventory.discount(q) for q in range(inventory.appraisal_quarters)]
    bought = bought_out(contract, course, calendar, factors)
    return ContractInPlan(
        cost=contract.cost,
        ends=contract_term(contract, 0).ends,
        notice_months=contract.notice,
        last_term_ends=None if leaves is None else leaves.ends,
        notice_by=None if leaves is None or contract.notice is None else leaves.notice,
        bought_out=bought,
        exit=contract.exit,
    )


# -- what waits for what --------------------------------------------------------------------------


def _waits_for(reading: PlanReading, system: System, course: Course) -> Iterator[DependencyInPlan]:
    first = course.works[0].start if course.works else None
    for other in system.after:
        live = reading.book.live.get(other)
        yield DependencyInPlan("after", other, reading.dated_or_none(live), live is not None and live == first)
    seen: set[str] = set()
    for work in course.works:
        for service in _new_needs(work.step, seen):
            ready = reading.book.ready.get(service)
            tight = ready is not None and ready == work.start
            yield DependencyInPlan("service", service, reading.dated_or_none(ready), tight)
    for other in reading.together_with(system.id):
        cutover = reading.book.courses[other].cutover
        yield DependencyInPlan("together", other, reading.dated_or_none(cutover), course.cutover is not None)


def _new_needs(step: Step, seen: set[str]) -> list[str]:
    new = [id for id in dict.fromkeys(step.needs) if id not in seen]
    seen.update(new)
    return new


def _waited_for_by(reading: PlanReading, id: str, course: Course) -> Iterator[DependencyInPlan]:
    live = None if course.cutover is None else course.cutover + 1
    for other in reading.inventory.systems.values():
        if id in other.after:
            works = reading.book.courses[other.id].works
            start = works[0].start if works else None
            yield DependencyInPlan("after", other.id, reading.dated_or_none(start), start is not None and start == live)
    for service in reading.inventory.services.values():
        if id in service.after:
            start = reading.builds[service.id].start if service.id in reading.builds else None
            yield DependencyInPlan(
                "gate", service.id, reading.dated_or_none(start), start is not None and start == live
            )
