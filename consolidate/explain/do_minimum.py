"""*Do minimum*: the inventory in which every system stays that may, so that only what must be done is done.

A system must move if it cannot be retained, or if something that must be done waits for its move: the gate (``after``)
of a service that has to be built. A service has to be built if it is a ``must_build``, or is needed by every way in
which a system that must move may do so, or by another such service. All other systems stay. What was reported stands:
systems that reports speak of are left as free as they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from consolidate.forced_choices import staying
from consolidate.inventory import Inventory, System


def do_minimum(inventory: Inventory) -> Inventory:
    """The same inventory, with every system retained that nothing asks to move.

    Milestones, targets and budgets may ask for more than that; then it has no plan.
    """
    must = must_move(inventory)
    reported = inventory.progress.systems if inventory.progress is not None else {}
    free = [id for id, system in inventory.systems.items() if id not in must and id not in reported and _may(system)]
    return staying(inventory, free)


def must_move(inventory: Inventory) -> frozenset[str]:
    """The systems that must move, whatever the milestones, targets and budgets; by the definition above."""
    systems = {id for id, system in inventory.systems.items() if not _may(system)}
    services = {id for id, service in inventory.services.items() if service.must_build}
    while True:
        needed = services.union(
            *(_needed_by(inventory.systems[id]) for id in systems),
            *(inventory.services[id].needs for id in services),
        )
        needed = {id for id in needed if inventory.services[id].build is not None}
        gates = systems.union(*(inventory.services[id].after for id in needed))
        if needed == services and gates == systems:
            return frozenset(systems)
        services, systems = needed, gates


def _may(system: System) -> bool:
    return any(option.approach == "retain" for option in system.options)


def _needed_by(system: System) -> Iterable[str]:
    """The services that every option needs by which a system has work."""
    ways = [
        {service for step in option.steps for service in step.needs}
        for option in system.options
        if option.approach != "retain"
    ]
    return set.intersection(*ways) if ways else ()
