"""A choice of a system forced or forbidden: variants of an inventory (:mod:`consolidate.variants`).

A quarter is forced by a freeze of the system's cutovers in all others, and by the first quarter in which work on it may
start, so that every method and the ledger heed it as they heed any freeze.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from consolidate.errors import UserError
from consolidate.inventory import Freeze, Inventory, Option, Selection, Service, System
from consolidate.variants import entry_of, listed_names, require_quarter, variant, with_entry


def is_reported(inventory: Inventory, id: str) -> bool:
    """Whether anything was reported of a system, or of a service's build: then no variant changes what it does."""
    progress = inventory.progress
    return progress is not None and (bool(progress.systems.get(id)) or id in progress.services)


@variant
def forcing(inventory: Inventory, system: str, option: int, *starts: int) -> Inventory:
    """A system takes one of its options and, where ``starts`` are given, starts each of its steps in that quarter.

    Args:
        inventory: what is changed.
        system: its id.
        option: the option's number, from 1.
        starts: quarters from the horizon's start; none, or one for each step of the option.

    Raises:
        UserError: there is no such system, option or quarter, the number of starts is wrong, or work on the system
            has begun already.
    """
    found = entry_of(inventory.systems, system, "system")
    chosen = _option_of(found, option)
    changed = replace(inventory, systems=with_entry(inventory.systems, system, replace(found, options=(chosen,))))
    if not starts:
        return changed
    if chosen.approach == "retain" or len(starts) != len(chosen.steps):
        wanted = 0 if chosen.approach == "retain" else len(chosen.steps)
        raise UserError(f"option {option} of {system} has {wanted} steps to start, and {len(starts)} starts are given")
    if is_reported(inventory, system):
        raise UserError(f"work on {system} was reported, so its start cannot be forced")
    for start in starts:
        require_quarter(inventory, start)
    cutovers = {start + step.quarters - 1 for start, step in zip(starts, chosen.steps, strict=True)}
    shut = _only_in(inventory, system, cutovers)
    forced = replace(found, options=(chosen,), earliest=max(found.earliest, starts[0]))
    return replace(changed, systems=with_entry(inventory.systems, system, forced), freezes=(*inventory.freezes, shut))


def _only_in(inventory: Inventory, system: str, cutovers: Set[int]) -> Freeze:
    """A freeze of a system's cutovers in all other quarters; it says why, as the files do of theirs."""
    others = frozenset(range(inventory.plan_quarters)) - cutovers
    when = " and ".join(inventory.label(quarter) for quarter in sorted(cutovers))
    return Freeze(others, False, Selection(frozenset({system}), system), f"{system} is made to cut over in {when}")


@variant
def cutting_over(inventory: Inventory, system: str, quarter: int) -> Inventory:
    """A system moves, by whichever of its options of one step, and cuts over in one quarter.

    Args:
        inventory: what is changed.
        system: its id.
        quarter: from the horizon's start.

    Raises:
        UserError: there is no such system or quarter, none of its options moves it in one step, or work on it was
            reported.
    """
    found = entry_of(inventory.systems, system, "system")
    require_quarter(inventory, quarter)
    if is_reported(inventory, system):
        raise UserError(f"work on {system} was reported, so its cutover cannot be forced")
    options = tuple(one for one in found.options if one.goes_live and one.then is None)
    if not options:
        raise UserError(_in_two_steps(inventory, found, quarter))
    shut = _only_in(inventory, system, {quarter})
    changed = replace(found, options=options)
    return replace(
        inventory, systems=with_entry(inventory.systems, system, changed), freezes=(*inventory.freezes, shut)
    )


def _in_two_steps(inventory: Inventory, system: System, quarter: int) -> str:
    """That one quarter does not say when a system cuts over, and how it is said."""
    moving = next((one for one in system.options if one.goes_live), None)
    if moving is None:
        return f"no option of {system.id} moves it; it can only stay, or be renewed in place"
    when = ",".join((inventory.label(quarter), "…"))
    return (
        f"no option of {system.id} moves it in one step; name the option and the quarter in which each step cuts over, "
        f"as in `{system.id}={moving.number}@{when}`"
    )


@variant
def forbidding(
    inventory: Inventory, system: str, *, option: int | None = None, cutover: int | None = None
) -> Inventory:
    """A system may not take one of its options, or may not cut over in one quarter.

    Args:
        inventory: what is changed.
        system: its id.
        option: the option's number, from 1; it must not be the only one.
        cutover: a quarter from the horizon's start, in which no step of it may cut over.

    Raises:
        UserError: there is no such system, option or quarter, or no option would be left.
    """
    found = entry_of(inventory.systems, system, "system")
    changed, freezes = found, inventory.freezes
    if option is not None:
        _option_of(found, option)
        left = tuple(one for one in found.options if one.number != option)
        if not left:
            raise UserError(f"option {option} is the only one of {system}, so it cannot be forbidden")
        changed = replace(found, options=left)
    if cutover is not None:
        require_quarter(inventory, cutover)
        shut = Freeze(frozenset({cutover}), False, Selection(frozenset({system}), system), "forbidden")
        freezes = (*freezes, shut)
    return replace(inventory, systems=with_entry(inventory.systems, system, changed), freezes=freezes)


@variant
def taking(inventory: Inventory, system: str, options: Sequence[int]) -> Inventory:
    """A system takes one of some of its options.

    Args:
        inventory: what is changed.
        system: its id.
        options: their numbers, from 1; the others are taken away.

    Raises:
        UserError: there is no such system or option, or none is given.
    """
    found = entry_of(inventory.systems, system, "system")
    chosen = {_option_of(found, number).number for number in options}
    if not chosen:
        raise UserError(f"no option of {system} would be left")
    left = tuple(one for one in found.options if one.number in chosen)
    return replace(inventory, systems=with_entry(inventory.systems, system, replace(found, options=left)))


@variant
def staying(inventory: Inventory, systems: Sequence[str]) -> Inventory:
    """Systems stay as they are.

    Args:
        inventory: what is changed.
        systems: their ids.

    Raises:
        UserError: there is no such system, or it cannot stay.
    """
    changed = dict(inventory.systems)
    for id in systems:
        found = entry_of(inventory.systems, id, "system")
        left = tuple(option for option in found.options if option.approach == "retain")
        if not left:
            raise UserError(f"{id} cannot stay as it is: it has no option that retains it")
        changed[id] = replace(found, options=left)
    return replace(inventory, systems=changed)


@variant
def building(inventory: Inventory, service: str, ready: int | None = None) -> Inventory:
    """A service is built in every plan and, where ``ready`` is given, can be used from just that quarter.

    Args:
        inventory: what is changed.
        service: its id.
        ready: from the horizon's start; by default whenever it is best.

    Raises:
        UserError: there is no such service or quarter, it is not one that is built, or its build was reported.
    """
    found = _buildable(inventory, service)
    changed = replace(found, must_build=True)
    if ready is not None:
        assert found.build is not None
        require_quarter(inventory, ready)
        changed = replace(changed, earliest=max(found.earliest, ready - found.build.quarters), latest=ready)
    return replace(inventory, services=with_entry(inventory.services, service, changed))


@variant
def not_building(inventory: Inventory, service: str) -> Inventory:
    """A service is built in no plan.

    Args:
        inventory: what is changed.
        service: its id.

    Raises:
        UserError: there is no such service, it is not one that is built, it must be, or its build was reported.
    """
    found = _buildable(inventory, service)
    if found.must_build:
        raise UserError(f"{service} must be built, so that cannot be forbidden")
    # Where the last quarter from which it may be ready leaves no start, it is never built.
    return replace(inventory, services=with_entry(inventory.services, service, replace(found, latest=-1)))


def _buildable(inventory: Inventory, service: str) -> Service:
    found = entry_of(inventory.services, service, "service")
    if found.build is None:
        raise UserError(f"{service} is there already, so its build can be neither forced nor forbidden")
    if inventory.progress is not None and service in inventory.progress.services:
        raise UserError(f"the build of {service} was reported, so it can be neither forced nor forbidden")
    return found


def _option_of(system: System, number: int) -> Option:
    for option in system.options:
        if option.number == number:
            return option
    known = listed_names(str(option.number) for option in system.options)
    raise UserError(f"{system.id} has no option {number}; it has {known}")
