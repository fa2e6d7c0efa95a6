"""What forbids a choice, by the data alone: dates, freezes, services, what waits for what.

The windows are those of the planner (:func:`consolidate.solving.formulation.choices.windows`); here each bound is
traced to the rule that it comes from, and that is named.
"""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.inventory import Inventory, Option, Service, System
from consolidate.solving.formulation.choices import LONGER, Windows, freezes_of


def what_forbids(
    inventory: Inventory, bounds: Windows, system: System, option: Option, cutover: int
) -> tuple[str, ...]:
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


def _too_soon(inventory: Inventory, bounds: Windows, system: System, option: Option, start: int) -> Iterator[str]:
    if start < 0:
        yield f"work would have to begin before the horizon, {inventory.label(0)}"
    elif start < inventory.open:
        yield f"work would have to begin before {inventory.label(inventory.open)}, the first open quarter"
    if max(start, inventory.open) < system.earliest:
        yield f"work on it may not begin before {inventory.label(system.earliest)} (earliest)"
    for other in _chain(inventory, bounds, system, start):
        yield f"it waits for {other}, live from {_when(inventory, bounds.soonest[other] + 1)} at the soonest"
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


def _not_ready(inventory: Inventory, service: Service, ready: int) -> str:
    if service.build is None and service.ready is not None:
        return f"{service.id} can be used from {_when(inventory, ready)} on"
    return f"{service.id} cannot be ready before {_when(inventory, ready)}"


def _too_late(inventory: Inventory, bounds: Windows, system: System, cutover: int) -> Iterator[str]:
    if system.latest is not None and cutover > system.latest:
        yield f"it has to cut over by {inventory.label(system.latest)} (latest)"
    elif cutover > bounds.live[system.id]:
        for other in inventory.systems.values():
            if system.id in other.after and all(option.goes_live for option in other.options):
                shortest = min(option.first.quarters for option in other.options)
                if bounds.live[other.id] - shortest < cutover:
                    by = inventory.label(max(bounds.live[other.id], 0))
                    yield f"{other.id} waits for it and has to cut over by {by}"


def _frozen(inventory: Inventory, system: System, start: int, cutover: int) -> Iterator[str]:
    """The freezes that a step breaks which is worked on from one quarter to another."""
    for number, stops_work, quarters in freezes_of(inventory, system):
        hit = [quarter for quarter in range(start if stops_work else cutover, cutover + 1) if quarter in quarters]
        if hit:
            what = "work" if stops_work else "a cutover"
            why = inventory.freezes[number].why
            yield f"a freeze forbids {what} in {inventory.label(hit[0])}{f' ({why})' if why else ''}"


def what_forbids_ready(inventory: Inventory, bounds: Windows, service: Service, ready: int) -> tuple[str, ...]:
    """Why a service cannot be ready from a quarter; empty where nothing in the data forbids it."""
    found = []
    if ready < bounds.ready[service.id]:
        needs = [
            need for need in service.needs if service.build and bounds.ready[need] + service.build.quarters > ready
        ]
        held_up = f", for it needs {needs[0]}" if needs else ""
        found.append(f"it cannot be ready before {_when(inventory, bounds.ready[service.id])}{held_up}")
    if service.latest is not None and ready > service.latest:
        found.append(f"it has to be ready by {inventory.label(max(service.latest, 0))} (latest)")
    return tuple(found)


def _when(inventory: Inventory, quarter: int) -> str:
    """A quarter's label; words where it never comes."""
    return inventory.label(quarter) if quarter < inventory.plan_quarters + LONGER else "a quarter that never comes"
