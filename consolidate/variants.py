"""An inventory changed in memory: fewer systems, more money, a forced choice.

A **variant** is an :class:`~consolidate.inventory.Inventory` like any other: valid, complete, frozen, to be planned by
the same functions. It differs from another inventory by one stated change. Every function here takes an inventory
and plain values and returns a variant; the inventory it is given stays as it is, so they compose::

    richer = with_pot(inventory, "onewales", "2016/17", 900_000)
    forced = forcing(richer, "torfaen/hr-payroll", 2, start=3)

**Its hash is its own.** ``content_hash`` of a variant is derived from that of the inventory it was made from and a
canonical description of the change: the same change of the same files gives the same hash, on every machine, and
no plan bears the hash of files from which it was not made. A change that changes nothing gives the inventory itself.

**It knows how it came about** (:attr:`~consolidate.inventory.Inventory.origin`): the inventory of the files, and the
changes made to it, in order. A longer horizon is therefore always the first change: the horizon of the files'
inventory is extended, and the other changes are made again, so that they hold in the quarters that are new as well.

**It can be pickled**, and so sent to another process: a change is a function of a module and its arguments.

A **view** is the same inventory with part of it out of sight: what is left to plan after what was reported, what a
drawing shows of it. It bears the same hash, for it speaks of the same files.

Other modules define variants of their own with :func:`variant`.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction
from functools import wraps
from math import fsum
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from consolidate import horizon
from consolidate.errors import UserError
from consolidate.inventory import (
    Budget,
    Freeze,
    Inventory,
    Limit,
    Milestone,
    Modification,
    Origin,
    Period,
    Role,
    Selection,
    Service,
    Step,
    System,
    Target,
)
from consolidate.phrases import Phrase
from consolidate.remembering import remembering_last

Arguments = ParamSpec("Arguments")
Entry = TypeVar("Entry")
Variation = Callable[Concatenate[Inventory, Arguments], Inventory]
"""A function from an inventory and plain values to another inventory."""


LAST_CUTOVER = Phrase("the last cutover")
"""Why nothing may cut over after some quarter, where the last cutover is held (:func:`cheapest_within`)."""


def variant(change: Variation[Arguments]) -> Variation[Arguments]:
    """Makes a function's results variants: with a hash of their own, and with a record of the change.

    The function must stand at the top level of its module and return ``replace(inventory, ...)``; its arguments are
    texts, numbers, sets, sequences or mappings of these, or None.
    """
    signature = inspect.signature(change)

    @wraps(change)
    def made(inventory: Inventory, /, *given: Arguments.args, **named: Arguments.kwargs) -> Inventory:
        bound = signature.bind(inventory, *given, **named)
        bound.apply_defaults()
        arguments = tuple(_plain(value) for value in list(bound.arguments.values())[1:])
        names = list(bound.arguments)[1:]
        changed = change(inventory, *given, **named)
        if changed == inventory:
            return inventory
        record = Modification(made, tuple(zip(names, arguments, strict=True)))
        return replace(changed, content_hash=_hash_of(inventory, record), origin=_origin_with(inventory, record))

    return made


def as_view(change: Callable[[Inventory], Inventory], inventory: Inventory, part: Inventory) -> Inventory:
    """``part`` as a view of ``inventory``: with the same hash, and with a record of how to get it again.

    ``change`` is a top-level function that gives ``part`` for ``inventory``.
    """
    record = Modification(change, ())
    return replace(part, content_hash=inventory.content_hash, origin=_origin_with(inventory, record))


def _origin_with(inventory: Inventory, change: Modification) -> Origin:
    origin = inventory.origin or Origin(inventory, ())
    return Origin(origin.files, (*origin.changes, change))


def _hash_of(inventory: Inventory, change: Modification) -> str:
    """sha256 of the hash of what was changed and the description of the change, as hex."""
    return hashlib.sha256(f"{inventory.content_hash}\n{description(change)}\n".encode()).hexdigest()


def description(change: Modification) -> str:
    """A change in one line, the same on every machine: ``with_pot(pot="common", period="2016/17", amount=5.0)``."""
    given = ", ".join(f"{name}={_canonical(value)}" for name, value in change.arguments)
    return f"{change.function.__name__}({given})"


def _plain(value: Any) -> Any:
    """The value as an immutable one."""
    if isinstance(value, AbstractSet):
        return frozenset(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(_plain, value))
    return value


def change_between(inventory: Inventory, changed: Inventory) -> Modification | None:
    """The one change that was made to an inventory to give another; None where that is not how it came about."""
    last = changed.origin.changes[-1] if changed.origin is not None and changed.origin.changes else None
    return last if last is not None and _hash_of(inventory, last) == changed.content_hash else None


def _canonical(value: Any) -> str:
    """A value as text: equal values give the same text, whatever their order or type of number."""
    if value is None or isinstance(value, str | bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return repr(float(value))
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, AbstractSet):
        return "{" + ", ".join(sorted(map(_canonical, value))) + "}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(sorted(f"{_canonical(key)}: {_canonical(one)}" for key, one in value.items())) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_canonical, value)) + "]"
    raise TypeError(f"a change cannot be described with a {type(value).__name__}")


# -- systems and partners -------------------------------------------------------------------------


def systems_among(inventory: Inventory, ids: AbstractSet[str]) -> dict[str, System]:
    """Some of the systems, in order, their ``after`` and ``interfaces`` with the others gone."""
    systems, place = inventory.systems, _places(inventory)
    return {key: _apart(systems[key], ids) for key in sorted(ids & systems.keys(), key=place.__getitem__)}


@remembering_last
def _places(inventory: Inventory) -> dict[str, int]:
    """The place of each system among all: a few of them are put in order without a look at the others."""
    return {id: place for place, id in enumerate(inventory.systems)}


def _apart(system: System, ids: AbstractSet[str]) -> System:
    after = tuple(other for other in system.after if other in ids)
    interfaces = tuple(link for link in system.interfaces if link.other in ids)
    if (after, interfaces) == (system.after, system.interfaces):
        return system
    return replace(system, after=after, interfaces=interfaces)


def services_among(inventory: Inventory, ids: AbstractSet[str]) -> dict[str, Service]:
    """The services, in order; their builds wait for some of the systems alone."""
    return {
        id: service if ids >= set(service.after) else replace(service, after=_among(service.after, ids))
        for id, service in inventory.services.items()
    }


def _among(systems: tuple[str, ...], ids: AbstractSet[str]) -> tuple[str, ...]:
    return tuple(system for system in systems if system in ids)


def selected(who: Selection, ids: AbstractSet[str]) -> Selection:
    """The systems that a rule speaks of, those alone that are among ``ids``; its words stay."""
    return Selection(who.systems & ids, who.text)


@variant
def with_systems(inventory: Inventory, systems: AbstractSet[str]) -> Inventory:
    """The inventory with these systems alone.

    Links with the others are gone, rules speak of those that are left and keep their numbers, and so do reports.
    Money, people, services and partners stay.

    Raises:
        UserError: there is no such system.
    """
    for id in sorted(systems):
        entry_of(inventory.systems, id, "system")
    ids = frozenset(systems)
    progress = inventory.progress
    return replace(
        inventory,
        systems=systems_among(inventory, ids),
        services=services_among(inventory, ids),
        freezes=tuple(replace(rule, who=selected(rule.who, ids)) for rule in inventory.freezes),
        limits=tuple(replace(rule, who=selected(rule.who, ids)) for rule in inventory.limits),
        milestones=tuple(replace(rule, who=selected(rule.who, ids)) for rule in inventory.milestones),
        together=groups_among(inventory, ids),
        progress=progress
        and replace(progress, systems={id: steps for id, steps in progress.systems.items() if id in ids}),
    )


def groups_among(inventory: Inventory, ids: AbstractSet[str]) -> tuple[tuple[str, ...], ...]:
    """What is left of the groups that cut over together; a single system is no group."""
    left = (tuple(id for id in group if id in ids) for group in inventory.together)
    return tuple(group for group in left if len(group) > 1)


@variant
def with_partners(inventory: Inventory, partners: AbstractSet[str]) -> Inventory:
    """The inventory with these partners and their systems alone; see :func:`with_systems`. All money stays.

    Targets and budgets of other partners are gone.

    Raises:
        UserError: there is no such partner.
    """
    for id in sorted(partners):
        entry_of(inventory.partners, id, "partner")
    theirs = frozenset(id for id, system in inventory.systems.items() if system.partner in partners)
    own = replace(
        with_systems(inventory, theirs),
        partners={id: partner for id, partner in inventory.partners.items() if id in partners},
    )
    targets = [n for n, rule in enumerate(own.targets) if partners >= set(rule.partners or ())]
    budgets = [n for n, rule in enumerate(own.budgets) if partners >= set(rule.partners or ())]
    if (len(targets), len(budgets)) == (len(own.targets), len(own.budgets)):
        return own
    timetable = own.timetable
    return replace(
        own,
        targets=tuple(own.targets[n] for n in targets),
        budgets=tuple(own.budgets[n] for n in budgets),
        timetable=replace(
            timetable,
            targets=tuple(timetable.targets[n] for n in targets) if timetable.targets else (),
            budgets=tuple(timetable.budgets[n] for n in budgets) if timetable.budgets else (),
        ),
    )


# -- money and people -----------------------------------------------------------------------------


@variant
def with_pot(inventory: Inventory, pot: str, period: str, amount: float) -> Inventory:
    """Another amount in one period of a pot, in the programme's currency.

    Args:
        inventory: what is changed.
        pot: its id.
        period: its label: ``2016/17``, or ``2016/17 Q3`` where the pot is given by quarter.
        amount: the new amount, 0 or more.

    Raises:
        UserError: there is no such pot or period, or the amount is negative.
    """
    found = entry_of(inventory.pots, pot, "pot")
    if all(one.label != period for one in found.periods):
        raise UserError(
            f"the pot {pot!r} has no period {period!r}; it has {listed_names(p.label for p in found.periods)}"
        )

    def changed(one: Period) -> Period:
        return replace(one, amount=_at_least_nothing(amount)) if one.label == period else one

    return replace(
        inventory, pots=with_entry(inventory.pots, pot, replace(found, periods=tuple(map(changed, found.periods))))
    )


@variant
def with_role(
    inventory: Inventory,
    role: str,
    quarter: int,
    *,
    days: float | None = None,
    agency_days: float | None = None,
    day_rate: float | None = None,
) -> Inventory:
    """Other days, agency days or price of an agency day for a role in one quarter; what is None stays.

    Args:
        inventory: what is changed.
        role: its id.
        quarter: from the horizon's start.
        days: person-days of its own, for a role that is limited.
        agency_days: person-days that can be bought on top.
        day_rate: price of one of these.

    Raises:
        UserError: there is no such role or quarter, a figure is negative, or the role's days are not limited.
    """
    found = entry_of(inventory.roles, role, "role")
    require_quarter(inventory, quarter)
    changed: Role = found
    if days is not None:
        if found.days is None:
            raise UserError(f"the role {role!r} is not limited, so its days cannot be changed")
        changed = replace(changed, days=_set(found.days, quarter, _at_least_nothing(days)))
    if agency_days is not None:
        changed = replace(changed, agency_days=_set(found.agency_days, quarter, _at_least_nothing(agency_days)))
    if day_rate is not None:
        changed = replace(changed, day_rate=_set(found.day_rate, quarter, _at_least_nothing(day_rate)))
    return replace(inventory, roles=with_entry(inventory.roles, role, changed))


@variant
def with_unlimited_means(inventory: Inventory) -> Inventory:
    """People (free of charge) and capital without limit, every other rule as it stands."""
    works = [step for system in inventory.systems.values() for option in system.options for step in option.steps]
    builds = [service.build for service in inventory.services.values() if service.build is not None]
    most = fsum(fsum(work.capital.values()) for work in works) + fsum(fsum(build.capital.values()) for build in builds)
    return replace(
        inventory,
        roles={id: replace(role, days=None, day_cost=()) for id, role in inventory.roles.items()},
        pots={
            id: replace(pot, periods=tuple(replace(period, amount=most) for period in pot.periods))
            for id, pot in inventory.pots.items()
        },
    )


# -- rules ----------------------------------------------------------------------------------------


@variant
def with_limit(inventory: Inventory, number: int, moves: int) -> Inventory:
    """Another number of moves at a time for a limit, by its number from 1.

    Raises:
        UserError: there is no such limit, or the number of moves is negative.
    """
    limit: Limit = _numbered(inventory.limits, number, "limit")
    changed = replace(limit, moves=int(_at_least_nothing(moves)))
    return replace(inventory, limits=_set(inventory.limits, number - 1, changed))


@variant
def with_most_under_way(inventory: Inventory, moves: int) -> Inventory:
    """One limit more: at most so many moves of all systems have work in progress in any one quarter.

    Raises:
        UserError: the number of moves is negative.
    """
    everybody = Selection(frozenset(inventory.systems), "all systems")
    return replace(inventory, limits=(*inventory.limits, Limit(int(_at_least_nothing(moves)), everybody)))


@variant
def cheapest_within(inventory: Inventory, quarters: int) -> Inventory:
    """The cost is minimised, and every cutover that is still to be planned is in the first so many quarters."""
    late = frozenset(range(quarters, inventory.plan_quarters))
    changed = replace(inventory, minimise="cost")
    if not late:
        return changed
    everybody = Selection(frozenset(inventory.systems), "all systems")
    return replace(changed, freezes=(*inventory.freezes, Freeze(late, False, everybody, LAST_CUTOVER)))


@variant
def with_milestone(
    inventory: Inventory, number: int, *, share: Fraction | None = None, by: int | None = None
) -> Inventory:
    """Another share of systems live (0 to 1), or another quarter, for a milestone, by its number from 1.

    Raises:
        UserError: there is no such milestone or quarter, or the share is not from 0 to 1.
    """
    milestone: Milestone = _numbered(inventory.milestones, number, "milestone")
    if share is not None and not 0 <= share <= 1:
        raise UserError(f"a share is from 0 to 1, not {share}")
    if by is not None:
        require_quarter(inventory, by)
    changed = replace(
        milestone, share=milestone.share if share is None else share, by=milestone.by if by is None else by
    )
    return replace(inventory, milestones=_set(inventory.milestones, number - 1, changed))


@variant
def with_target(inventory: Inventory, number: int, savings: float) -> Inventory:
    """Other savings (a year's, undiscounted) for a target, by its number from 1.

    Raises:
        UserError: there is no such target.
    """
    target: Target = _numbered(inventory.targets, number, "target")
    return replace(inventory, targets=_set(inventory.targets, number - 1, replace(target, savings=float(savings))))


@variant
def with_budget(inventory: Inventory, number: int, at_most: float) -> Inventory:
    """Another amount of revenue (a year's, undiscounted) for a budget, by its number from 1.

    Raises:
        UserError: there is no such budget.
    """
    budget: Budget = _numbered(inventory.budgets, number, "budget")
    changed = replace(budget, at_most=float(at_most))
    return replace(inventory, budgets=_set(inventory.budgets, number - 1, changed))


@variant
def with_freeze_open(inventory: Inventory, number: int, quarter: int) -> Inventory:
    """A freeze, by its number from 1, that does not hold in one quarter.

    Raises:
        UserError: there is no such freeze or quarter.
    """
    freeze: Freeze = _numbered(inventory.freezes, number, "freeze")
    require_quarter(inventory, quarter)
    changed = replace(freeze, quarters=freeze.quarters - {quarter})
    return replace(inventory, freezes=_set(inventory.freezes, number - 1, changed))


@variant
def with_capacity(inventory: Inventory, service: str, users: float | None) -> Inventory:
    """Another number of users that a service has room for; None: no limit.

    Raises:
        UserError: there is no such service, or the number is negative.
    """
    found = entry_of(inventory.services, service, "service")
    capacity = None if users is None else _at_least_nothing(users)
    return replace(inventory, services=with_entry(inventory.services, service, replace(found, capacity=capacity)))


@variant
def with_stability(inventory: Inventory, price: float) -> Inventory:
    """Another price, in the programme's currency, of changing the approved plan by one quarter for one system.

    Raises:
        UserError: the price is negative.
    """
    return replace(inventory, stability=_at_least_nothing(price))


@variant
def with_exposure(inventory: Inventory, tier: str, price: float) -> Inventory:
    """Another judged cost of one quarter past end of life, for the systems of a tier.

    Raises:
        UserError: there is no such tier, or the price is negative.
    """
    entry_of(inventory.tiers, tier, "tier")
    exposure = _at_least_nothing(price)
    systems = {
        id: replace(system, exposure=exposure) if system.tier == tier else system
        for id, system in inventory.systems.items()
    }
    return replace(inventory, tiers=with_entry(inventory.tiers, tier, exposure), systems=systems)


@variant
def minimising(inventory: Inventory, what: Literal["cost", "finish"]) -> Inventory:
    """The inventory with another objective: the least cost, or the soonest finish.

    Raises:
        UserError: it is neither.
    """
    if what not in ("cost", "finish"):
        raise UserError(f"a plan minimises cost or finish, not {what!r}")
    return replace(inventory, minimise=what)


# -- one system's choices -------------------------------------------------------------------------


@variant
def with_scaled_work(
    inventory: Inventory,
    system: str,
    *,
    effort: float = 1.0,
    capital: float = 1.0,
    one_off: float = 1.0,
    run_cost: float = 1.0,
) -> Inventory:
    """Estimates of all a system's options multiplied: effort, capital, one-off cost, and the running cost after it.

    Raises:
        UserError: there is no such system, or a factor is negative.
    """
    found = entry_of(inventory.systems, system, "system")
    for factor in (effort, capital, one_off, run_cost):
        _at_least_nothing(factor)

    def scaled(step: Step) -> Step:
        return replace(
            step,
            effort={role: tuple(days * effort for days in given) for role, given in step.effort.items()},
            capital={pot: amount * capital for pot, amount in step.capital.items()},
            one_off=step.one_off * one_off,
            run_cost=step.run_cost * run_cost,
        )

    options = tuple(
        replace(one, first=scaled(one.first), then=None if one.then is None else scaled(one.then))
        for one in found.options
    )
    return replace(inventory, systems=with_entry(inventory.systems, system, replace(found, options=options)))


# -- dates ----------------------------------------------------------------------------------------


@variant
def with_latest(inventory: Inventory, system: str, quarter: int | None) -> Inventory:
    """Another last quarter in which a system may cut over; None: any.

    Raises:
        UserError: there is no such system.
    """
    found = entry_of(inventory.systems, system, "system")
    return replace(inventory, systems=with_entry(inventory.systems, system, replace(found, latest=quarter)))


@variant
def with_latest_build(inventory: Inventory, service: str, quarter: int | None) -> Inventory:
    """Another last quarter from which a service may be ready; None: any.

    Raises:
        UserError: there is no such service.
    """
    found = entry_of(inventory.services, service, "service")
    return replace(inventory, services=with_entry(inventory.services, service, replace(found, latest=quarter)))


@variant
def with_earliest(inventory: Inventory, system: str, quarter: int) -> Inventory:
    """Another first quarter in which work on a system may start.

    Raises:
        UserError: there is no such system, or the quarter is before the horizon.
    """
    found = entry_of(inventory.systems, system, "system")
    changed = replace(found, earliest=int(_at_least_nothing(quarter)))
    return replace(inventory, systems=with_entry(inventory.systems, system, changed))


@variant
def delayed(inventory: Inventory, quarters: int) -> Inventory:
    """The whole programme begins later: no step and no build that has not begun starts in the next open quarters.

    All else stays where it is: ends of support, contracts, milestones, money by year.

    Args:
        inventory: what is changed.
        quarters: how many of the quarters that are open are let go by.

    Raises:
        UserError: fewer than none.
    """
    first = inventory.open + int(_at_least_nothing(quarters))
    changed = replace(
        inventory,
        systems={id: replace(one, earliest=max(one.earliest, first)) for id, one in inventory.systems.items()},
        services={id: replace(one, earliest=max(one.earliest, first)) for id, one in inventory.services.items()},
    )
    reported = frozenset(inventory.progress.systems) if inventory.progress else frozenset()
    if not reported or first == inventory.open:
        return changed
    # A second step has no `earliest`; what was reported of a step is bound by no freeze.
    why = f"nothing begins before {inventory.label(min(first, inventory.plan_quarters - 1))}"
    shut = Freeze(frozenset(range(inventory.open, first)), True, Selection(reported, ", ".join(sorted(reported))), why)
    return replace(changed, freezes=(*inventory.freezes, shut))


def ancestor(inventory: Inventory, content_hash: str) -> Inventory | None:
    """The inventory with that hash, among those from which this one was made, and itself; None where there is none."""
    if inventory.content_hash == content_hash or inventory.origin is None:
        return inventory if inventory.content_hash == content_hash else None
    found = inventory.origin.files
    for change in inventory.origin.changes:
        if found.content_hash == content_hash:
            return found
        found = apply_again(change, found)
    return None


def with_longer_horizon(inventory: Inventory, quarters: int) -> Inventory:
    """The inventory with a horizon so many quarters longer, which may be 0.

    The appraisal is extended to the longer horizon's end if it would end before. Where the inventory is a variant,
    the horizon is extended first and the other changes are made again, whatever their order was.

    Raises:
        ValueError: ``quarters`` is negative, or nothing is known of the inventory beyond its horizon.
    """
    if quarters < 0:
        raise ValueError("a horizon can only be made longer")
    if not quarters:
        return inventory
    origin = inventory.origin or Origin(inventory, ())
    changes = origin.changes
    if changes and changes[0].function is with_longer_horizon:
        quarters += dict(changes[0].arguments)["quarters"]
        changes = changes[1:]
    record = Modification(with_longer_horizon, (("quarters", quarters),))
    found = replace(
        horizon.longer(origin.files, quarters),
        content_hash=_hash_of(origin.files, record),
        origin=_origin_with(origin.files, record),
    )
    for change in changes:
        found = apply_again(change, found)
    return found


def apply_again(change: Modification, inventory: Inventory) -> Inventory:
    """The same change, made to another inventory."""
    given = dict(change.arguments)
    starred = [
        one.name for one in inspect.signature(change.function).parameters.values() if one.kind is one.VAR_POSITIONAL
    ]
    if not starred:
        return change.function(inventory, **given)
    rest = given.pop(starred[0])
    return change.function(inventory, *given.values(), *rest)


# -- what they share ------------------------------------------------------------------------------


def entry_of(entries: Mapping[str, Entry], id: str, kind: str) -> Entry:
    """An entry by its id.

    Raises:
        UserError: there is none of that id; ``kind`` says what is missing.
    """
    if id not in entries:
        raise UserError(f"there is no {kind} {id!r} in the inventory; it has {listed_names(entries)}")
    return entries[id]


def _numbered(rules: Sequence[Entry], number: int, kind: str) -> Entry:
    if not 1 <= number <= len(rules):
        raise UserError(f"there is no {kind} {number} in the inventory; it has {len(rules)}")
    return rules[number - 1]


def listed_names(words: Any) -> str:
    """The first few of them."""
    found = list(words)
    return ", ".join([*found[:5], *(["..."] if found[5:] else [])]) or "none"


def require_quarter(inventory: Inventory, quarter: int) -> None:
    """Refuses a quarter that is not in the horizon.

    Raises:
        UserError: it is not.
    """
    if not 0 <= quarter < inventory.plan_quarters:
        last = inventory.label(inventory.plan_quarters - 1)
        raise UserError(
            f"quarter {quarter} is outside the horizon, which has {inventory.plan_quarters} and ends with {last}"
        )


def _at_least_nothing(amount: float) -> float:
    if not amount >= 0:
        raise UserError(f"an amount must be 0 or more, not {amount}")
    return amount


def with_entry(entries: Mapping[str, Entry], id: str, changed: Entry) -> Mapping[str, Entry]:
    """The entries with one of them changed."""
    return {**entries, id: changed}


def _set(entries: tuple[Entry, ...], at: int, changed: Entry) -> tuple[Entry, ...]:
    return (*entries[:at], changed, *entries[at + 1 :])
