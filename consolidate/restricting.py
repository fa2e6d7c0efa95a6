"""Whether a change to an inventory only restricts: takes choices away, or makes them dearer.

Then what was proven of it before still holds. **Proof.** Let every plan that keeps the rules *after* the change keep
them *before*, too, and cost no more then. Take the cheapest plan after the change: it keeps the rules before, so it
costs at least the bound that was proven then; and it costs no less after the change than before. So the old bound is
a bound on every plan after the change, whatever it was proven by. It needs no prices, so the bound of a search tree
survives as well.

Every field is compared by itself. What may differ, and in which direction only:

- there may be less of a pot in a period, of a role's own or agency days, of a limit's moves, of a budget, of a
  service's capacity; more may be asked by a milestone's share or a target: fewer plans keep the rule;
- an option may be gone, a freeze added or longer, ``earliest`` later, ``latest`` earlier, ``must_build`` new: a plan
  that needs none of what is gone is as good as before;
- a price may be higher: of an agency day or an own one, of exposure, of stability, of a service or its build, of what
  an option costs. Work may be more: it then takes more of each resource. (With more work more agency days may be
  bought where these are cheaper than own ones, but each saves less than the own day costs of which it takes the place.)

All else must be the same, so what is not thought of here is no restriction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import le
from typing import Any

from consolidate.inventory import (
    Budget,
    Build,
    Capital,
    Effort,
    Freeze,
    Inventory,
    Limit,
    Milestone,
    Option,
    Pot,
    Role,
    Service,
    Step,
    System,
    Target,
)


def only_restricts(before: Inventory, after: Inventory) -> bool:
    """Whether every plan of ``after`` is a plan of ``before`` as well, and costs no less.

    True only where that is certain: what differs in any other way than the module says is taken for no restriction.
    """
    return (
        _rest(before) == _rest(after)
        and after.stability >= before.stability
        and _each(before.pots, after.pots, _pot)
        and _each(before.roles, after.roles, _role)
        and _each(before.services, after.services, _service)
        and _each(before.systems, after.systems, _system)
        and _in_turn(before.limits, after.limits, _limit)
        and _in_turn(before.milestones, after.milestones, _milestone)
        and _in_turn(before.targets, after.targets, _target)
        and _in_turn(before.budgets, after.budgets, _budget)
        and _in_turn(before.freezes, after.freezes[: len(before.freezes)], _freeze)
        and _reported_alike(before, after)
    )


def _rest(inventory: Inventory) -> Inventory:
    """The inventory without what is compared by itself, and without what no plan depends on."""
    return replace(
        inventory,
        stability=0.0,
        pots={},
        roles={},
        services={},
        systems={},
        limits=(),
        milestones=(),
        targets=(),
        budgets=(),
        freezes=(),
        tiers={},
        content_hash="",
        warnings=(),
    )


def _reported_alike(before: Inventory, after: Inventory) -> bool:
    """What was reported took the same people and money before and after."""
    if after.progress is None:
        return True
    reported, services = after.progress.systems, after.progress.services
    return (
        before.roles == after.roles
        and all(before.systems[id] == after.systems[id] for id in reported if id in after.systems)
        and all(before.services[id] == after.services[id] for id in services if id in after.services)
    )


# -- each kind of entry -----------------------------------------------------------------------------


def _each(before: Mapping[str, Any], after: Mapping[str, Any], restricted: Any) -> bool:
    """Whether the same entries, in the same order, are restricted each, or as they were."""
    return list(before) == list(after) and all(
        old is after[id] or old == after[id] or restricted(old, after[id]) for id, old in before.items()
    )


def _in_turn(before: Sequence[Any], after: Sequence[Any], restricted: Any) -> bool:
    """The same of rules, by their place."""
    return len(before) == len(after) and all(
        old == new or restricted(old, new) for old, new in zip(before, after, strict=True)
    )


def _no_more(before: Iterable[float], after: Iterable[float]) -> bool:
    """Whether there are as many figures, none of them higher."""
    old, new = tuple(before), tuple(after)
    return len(old) == len(new) and all(map(le, new, old))


def _pot(before: Pot, after: Pot) -> bool:
    alike = [replace(period, amount=0.0) for period in before.periods] == [
        replace(period, amount=0.0) for period in after.periods
    ]
    return (
        alike
        and before.carry_forward == after.carry_forward
        and _no_more((one.amount for one in before.periods), (one.amount for one in after.periods))
    )


def _role(before: Role, after: Role) -> bool:
    if (before.days is None) != (after.days is None):
        return False
    return (
        before.id == after.id
        and _no_more(before.days or (), after.days or ())
        and _no_more(before.agency_days, after.agency_days)
        and _no_more(after.day_rate, before.day_rate)
        and _no_more(after.day_cost, before.day_cost)
    )


def _service(before: Service, after: Service) -> bool:
    if (before.build is None) != (after.build is None):
        return False
    dearer = replace(
        before,
        build=after.build,
        earliest=max(before.earliest, after.earliest),
        run_cost_per_user=max(before.run_cost_per_user, after.run_cost_per_user),
        run_cost_per_system=max(before.run_cost_per_system, after.run_cost_per_system),
        must_build=before.must_build or after.must_build,
        capacity=_lower(before.capacity, after.capacity),
        latest=_lower(before.latest, after.latest),
    )
    return dearer == after and (before.build is None or after.build is None or _build(before.build, after.build))


def _build(before: Build, after: Build) -> bool:
    return (
        before.quarters == after.quarters
        and after.run_cost >= before.run_cost
        and _takes_more(before.effort, after.effort)
        and _costs_more(before.capital, after.capital)
    )


def _system(before: System, after: System) -> bool:
    restricted = replace(
        before,
        options=after.options,
        earliest=max(before.earliest, after.earliest),
        latest=_lower(before.latest, after.latest),
        exposure=max(before.exposure, after.exposure),
    )
    known = {option.number: option for option in before.options}
    return restricted == after and all(
        option.number in known and _option(known[option.number], option) for option in after.options
    )


def _option(before: Option, after: Option) -> bool:
    return before == after or (
        len(before.steps) == len(after.steps)
        and all(_step(old, new) for old, new in zip(before.steps, after.steps, strict=True))
    )


def _step(before: Step, after: Step) -> bool:
    dearer = replace(
        before,
        effort=after.effort,
        capital=after.capital,
        one_off=max(before.one_off, after.one_off),
        run_cost=max(before.run_cost, after.run_cost),
    )
    return dearer == after and _takes_more(before.effort, after.effort) and _costs_more(before.capital, after.capital)


def _limit(before: Limit, after: Limit) -> bool:
    return replace(before, moves=min(before.moves, after.moves)) == after


def _milestone(before: Milestone, after: Milestone) -> bool:
    return replace(before, share=after.share) == after and after.needed >= before.needed


def _target(before: Target, after: Target) -> bool:
    return replace(before, savings=max(before.savings, after.savings)) == after


def _budget(before: Budget, after: Budget) -> bool:
    return replace(before, at_most=min(before.at_most, after.at_most)) == after


def _freeze(before: Freeze, after: Freeze) -> bool:
    return replace(before, quarters=before.quarters | after.quarters) == after


def _lower(one: Any, other: Any) -> Any:
    """The lower of two bounds, either of which may not be there."""
    given = [value for value in (one, other) if value is not None]
    return min(given, default=None)


def _takes_more(before: Effort, after: Effort) -> bool:
    """Whether work takes as many days of each role in each quarter, or more."""
    return all(role in after and _no_more(after[role], days) for role, days in before.items())


def _costs_more(before: Capital, after: Capital) -> bool:
    """Whether work takes as much of each pot, or more."""
    return all(after.get(pot, 0.0) >= amount for pot, amount in before.items())
