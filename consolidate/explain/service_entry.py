"""What a plan says of one service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consolidate.accounts.part_books import part_books
from consolidate.explain.plan_reading import ApprovedDifference, PlanReading
from consolidate.explain.system_entry import DependencyInPlan
from consolidate.explain.values import CostLine, DatedQuarter, UseByQuarter, cost_lines
from consolidate.inventory import Service
from consolidate.phrases import NameInLanguages
from consolidate.plan import KINDS
from consolidate.vocabulary import counted


@dataclass(frozen=True)
class ServiceUser:
    """A system that moves into a service: with how many users, and from which quarter it is live there."""

    system: str
    users: float
    live: DatedQuarter


@dataclass(frozen=True)
class ServiceInPlan:
    """What a plan says of a service.

    Attributes
    ----------
    id, name, provides
        Which it is.
    start, ready
        When its build starts, and from when it can be used. Without a start it exists, or is never built (then there
        is no ``ready`` either).
    built
        Whether it takes a build at all.
    reported, note
        What was reported of it: ``started`` or ``ready``; None where it is planned.
    earliest, latest, must_build
        Bounds that the inventory sets.
    waits_for
        Services that must be ready and systems that must have moved before its build starts.
    waited_for_by
        Services whose build needs it, and systems that need it without moving into it, by the quarter of their start.
    used_by
        The systems that move into it, by when.
    capacity, users
        Room for how many users (None: no limit), and how many there are in the end.
    costs
        Of its build and its fixed running costs, by kind, discounted; what users pay is in their systems' costs.
    run_cost_per_user, run_cost_per_system
        What a user and a system in it cost a year.
    people, capital
        What its build takes, by role and by pot.
    approved
        What differs from the approved plan; None where none is approved.
    also
        What else bears the same name, as ``kind:id``.
    """

    id: str
    name: str
    provides: str
    built: bool
    start: DatedQuarter | None
    ready: DatedQuarter | None
    reported: str | None
    note: str
    earliest: DatedQuarter | None
    latest: DatedQuarter | None
    must_build: bool
    waits_for: tuple[DependencyInPlan, ...]
    waited_for_by: tuple[DependencyInPlan, ...]
    used_by: tuple[ServiceUser, ...]
    capacity: float | None
    users: float
    costs: tuple[CostLine, ...]
    run_cost_per_user: float
    run_cost_per_system: float
    people: tuple[UseByQuarter, ...]
    capital: tuple[UseByQuarter, ...]
    approved: tuple[ApprovedDifference, ...] | None
    also: tuple[str, ...] = ()

    def __repr__(self) -> str:
        ready = f"ready in {self.ready.label}" if self.ready else "never ready" if not self.built else "ready"
        return f"<ServiceInPlan {self.id}: {ready}, used by {counted(len(self.used_by), 'system')}>"


def service_in_plan(reading: PlanReading, id: str, also: tuple[str, ...]) -> ServiceInPlan:
    """What a plan says of a service, by its id."""
    inventory, book = reading.inventory, reading.book
    service, build = inventory.services[id], reading.builds.get(id)
    report = inventory.progress.services.get(id) if inventory.progress else None
    people, capital = reading.resources(services=frozenset({id}))
    alone = part_books(inventory, reading.plan, services=frozenset({id})).costs
    return ServiceInPlan(
        id=id,
        name=NameInLanguages(service.name.texts),
        provides=service.provides,
        built=service.build is not None,
        start=reading.dated_or_none(build.start if build else None),
        ready=reading.dated_or_none(book.ready.get(id)),
        reported=None if report is None else report.status,
        note="" if report is None else report.note,
        earliest=reading.dated(service.earliest) if service.earliest > 0 else None,
        latest=reading.dated_or_none(service.latest),
        must_build=service.must_build,
        waits_for=tuple(_waits_for(reading, service)),
        waited_for_by=tuple(_waited_for_by(reading, id)),
        used_by=_used_by(reading, id),
        capacity=service.capacity,
        users=book.users.get(id, 0.0),
        costs=cost_lines({kind: getattr(alone, kind) for kind in KINDS}, {}),
        run_cost_per_user=service.run_cost_per_user,
        run_cost_per_system=service.run_cost_per_system,
        people=people,
        capital=capital,
        approved=reading.approved_differences(services={id}),
        also=also,
    )


def _waits_for(reading: PlanReading, service: Service) -> Iterator[DependencyInPlan]:
    build = reading.builds.get(service.id)
    for other in service.needs:
        ready = reading.book.ready.get(other)
        tight = build is not None and ready is not None and ready == build.start
        yield DependencyInPlan("service", other, reading.dated_or_none(ready), tight)
    for system in service.after:
        live = reading.book.live.get(system)
        tight = build is not None and live is not None and live == build.start
        yield DependencyInPlan("gate", system, reading.dated_or_none(live), tight)


def _waited_for_by(reading: PlanReading, id: str) -> Iterator[DependencyInPlan]:
    ready = reading.book.ready.get(id)
    for other in reading.inventory.services.values():
        if id in other.needs:
            start = reading.builds[other.id].start if other.id in reading.builds else None
            yield DependencyInPlan(
                "service", other.id, reading.dated_or_none(start), start is not None and start == ready
            )
    for system, course in reading.book.courses.items():
        needing = [work for work in course.works if id in work.step.needs and work.step.to != id]
        if needing:
            start = needing[0].start
            yield DependencyInPlan("after", system, reading.dated(start), start == ready)


def _used_by(reading: PlanReading, id: str) -> tuple[ServiceUser, ...]:
    found = [
        ServiceUser(system, reading.inventory.systems[system].users, reading.dated(work.cutover + 1))
        for system, course in reading.book.courses.items()
        for work in course.works
        if work.step.to == id
    ]
    return tuple(sorted(found, key=lambda one: (one.live.number, one.system)))
