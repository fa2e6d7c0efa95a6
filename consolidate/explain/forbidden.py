"""What forbids a choice, by the data alone: dates, freezes, services, what waits for what.

The windows are those of the planner (:func:`consolidate.solving.formulation.choices.windows`); here each bound is
traced to the rule that it comes from, and that is named.
"""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.inventory import Inventory, Option, Service, System
from consolidate.phrases import Phrase, QuarterLabel
from consolidate.solving.formulation.choices import LONGER, Windows, freezes_of, windows
from consolidate.solving.formulation.costs import NEVER


def what_forbids(
    inventory: Inventory, bounds: Windows, system: System, option: Option, cutover: int
) -> tuple[Phrase, ...]:
    """Why a system cannot cut over in a quarter by an option; empty where nothing in the data forbids it.

    Args:
        inventory: what is left to plan.
        bounds: its windows.
        system: the system, of which no work has begun.
        option: one of its options with work.
        cutover: of the option's first step, from the horizon's start.
    """
    start = cutover - option.first.quarters + 1
    return tuple(
        dict.fromkeys(
            (*_too_soon(inventory, bounds, system, option, start), *_too_late(inventory, bounds, system, cutover))
        )
    ) or tuple(_frozen(inventory, system, start, cutover))


def _too_soon(inventory: Inventory, bounds: Windows, system: System, option: Option, start: int) -> Iterator[Phrase]:
    if start < 0:
        yield Phrase("work would have to begin before the horizon, {quarter}", quarter=_label(inventory, 0))
    elif start < inventory.open:
        yield Phrase(
            "work would have to begin before {quarter}, the first open quarter",
            quarter=_label(inventory, inventory.open),
        )
    if max(start, inventory.open) < system.earliest:
        quarter = _label(inventory, system.earliest)
        if system.earliest == system.joins:
            yield Phrase("its partner takes part from {quarter} only", quarter=quarter)
        else:
            yield Phrase("work on it may not begin before {quarter} (earliest)", quarter=quarter)
    for other in _chain(inventory, bounds, system, start):
        yield Phrase(
            "it waits for {other}, live from {quarter} at the soonest",
            other=other,
            quarter=_when(inventory, bounds.soonest[other] + 1),
        )
    for need in option.first.needs:
        if bounds.ready[need] > start:
            yield _not_ready(inventory, inventory.services[need], bounds.ready[need])


def _chain(inventory: Inventory, bounds: Windows, system: System, start: int) -> Iterator[str]:
    """The systems that it waits for and that cannot be live by a quarter: the last of them, and what that waits for."""
    moving = [id for id in system.after if all(option.goes_live for option in inventory.systems[id].options)]
    late = [id for id in moving if bounds.soonest[id] >= start]
    if not late:
        return
    last = max(late, key=lambda id: bounds.soonest[id])
    yield last
    # What holds up the last of them: a system after which it starts at once.
    found = inventory.systems[last]
    begin = bounds.start[last]
    if not found.began and begin > max(found.earliest, inventory.open):
        yield from _chain(inventory, bounds, found, begin - 1)


def _not_ready(inventory: Inventory, service: Service, ready: int) -> Phrase:
    if service.build is None and service.ready is not None:
        return Phrase("{service} can be used from {quarter} on", service=service.id, quarter=_when(inventory, ready))
    return Phrase("{service} cannot be ready before {quarter}", service=service.id, quarter=_when(inventory, ready))


def _too_late(inventory: Inventory, bounds: Windows, system: System, cutover: int) -> Iterator[Phrase]:
    if system.latest is not None and cutover > system.latest:
        yield Phrase("it has to cut over by {quarter} (latest)", quarter=_label(inventory, system.latest))
    elif cutover > bounds.live[system.id]:
        for other in inventory.systems.values():
            if system.id in other.after and all(option.goes_live for option in other.options):
                shortest = min(option.first.quarters for option in other.options)
                if bounds.live[other.id] - shortest < cutover:
                    by = _label(inventory, max(bounds.live[other.id], 0))
                    yield Phrase("{other} waits for it and has to cut over by {quarter}", other=other.id, quarter=by)


def _frozen(inventory: Inventory, system: System, start: int, cutover: int) -> Iterator[Phrase]:
    """The freezes that a step breaks which is worked on from one quarter to another."""
    for number, stops_work, quarters in freezes_of(inventory, system):
        hit = [quarter for quarter in range(start if stops_work else cutover, cutover + 1) if quarter in quarters]
        if hit:
            quarter, why = _label(inventory, hit[0]), inventory.freezes[number].why
            if stops_work:
                said = Phrase("a freeze forbids work in {quarter}", quarter=quarter)
            else:
                said = Phrase("a freeze forbids a cutover in {quarter}", quarter=quarter)
            yield Phrase("{what} ({why})", what=said, why=why) if why else said


def what_forbids_ready(inventory: Inventory, bounds: Windows, service: Service, ready: int) -> tuple[Phrase, ...]:
    """Why a service cannot be ready from a quarter; empty where nothing in the data forbids it."""
    found = []
    if ready < bounds.ready[service.id]:
        needs = [
            need for need in service.needs if service.build and bounds.ready[need] + service.build.quarters > ready
        ]
        quarter = _when(inventory, bounds.ready[service.id])
        found.append(
            Phrase("it cannot be ready before {quarter}, for it needs {service}", quarter=quarter, service=needs[0])
            if needs
            else Phrase("it cannot be ready before {quarter}", quarter=quarter)
        )
    if service.latest is not None and ready > service.latest:
        latest = _label(inventory, max(service.latest, 0))
        found.append(Phrase("it has to be ready by {quarter} (latest)", quarter=latest))
    return tuple(found)


def what_else_is_late(inventory: Inventory, meant: str) -> tuple[Phrase, ...]:
    """What leaves another system, or a service that must be built, no quarter at all, or a milestone too few systems;
    empty where there is nothing like that.

    Where there is anything, no plan keeps the rules.

    Args:
        inventory: what is left to plan, a choice held in it.
        meant: the system or service whose choice that is.
    """
    bounds = windows(inventory, inventory.plan_quarters)
    for service in inventory.services.values():
        late = service.must_build and service.latest is not None and bounds.ready[service.id] > service.latest
        if late and service.id != meant:
            by = _label(inventory, max(service.latest or 0, 0))
            return (Phrase("{other} waits for it and has to be ready by {quarter}", other=service.id, quarter=by),)
    for system in inventory.systems.values():
        if system.id != meant and (why := _no_quarter(inventory, bounds, system)):
            return why
    return _missed_milestone(inventory, bounds)


def _missed_milestone(inventory: Inventory, bounds: Windows) -> tuple[Phrase, ...]:
    """The first milestone by which too few systems can be live, one at a time; empty where there is none."""
    for number, rule in enumerate(inventory.milestones, 1):
        if rule.by < inventory.open or not rule.needed:
            continue
        systems = (inventory.systems[id] for id in rule.who.systems if id in inventory.systems)
        if sum(_first_cutover(bounds, one) <= rule.by for one in systems) < rule.needed:
            by = _label(inventory, rule.by)
            return (Phrase("too few systems could be live by {quarter} for milestone {n}", quarter=by, n=str(number)),)
    return ()


def _first_cutover(bounds: Windows, system: System) -> int:
    """The first quarter in which a system may cut over, if it does not stay; beyond all horizons where it has to."""
    if system.began:
        return bounds.soonest[system.id]
    start, working = bounds.start[system.id], [one for one in system.options if one.approach != "retain"]
    ready = (max([start, *(bounds.ready[need] for need in one.first.needs)]) + one.first.quarters for one in working)
    return min(ready, default=NEVER + 1) - 1


def _no_quarter(inventory: Inventory, bounds: Windows, system: System) -> tuple[Phrase, ...]:
    """What leaves a system no quarter for any of its options; empty where it has one, or stays."""
    if system.began or any(option.approach == "retain" for option in system.options):
        return ()
    every = range(inventory.plan_quarters)
    for option in system.options:
        if not all(what_forbids(inventory, bounds, system, option, cutover) for cutover in every):
            return ()
    soonest = bounds.soonest[system.id]
    if soonest in every and (late := tuple(_too_late(inventory, bounds, system, soonest))):
        if system.latest is not None and soonest > system.latest:
            by = _label(inventory, max(system.latest, 0))
            return (Phrase("{other} waits for it and has to cut over by {quarter}", other=system.id, quarter=by),)
        return tuple(Phrase("{other} waits for it, and {why}", other=system.id, why=why) for why in late)
    if soonest in every:
        for option in system.options:
            frozen = tuple(_frozen(inventory, system, soonest - option.first.quarters + 1, soonest))
            if frozen:
                return tuple(Phrase("{other} waits for it, and {why}", other=system.id, why=why) for why in frozen)
    last = _label(inventory, inventory.plan_quarters - 1)
    ends = Phrase("the horizon ends with {quarter}", quarter=last)
    return (Phrase("{other} waits for it, and {why}", other=system.id, why=ends),)


def _when(inventory: Inventory, quarter: int) -> QuarterLabel | Phrase:
    """A quarter's label; words where it never comes."""
    if quarter < inventory.plan_quarters + LONGER:
        return _label(inventory, quarter)
    return Phrase("a quarter that never comes")


def _label(inventory: Inventory, quarter: int) -> QuarterLabel:
    return QuarterLabel(inventory.label(quarter))
