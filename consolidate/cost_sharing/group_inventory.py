"""What a group of partners would plan with by itself: its own systems and money, and its part of what all share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction

from consolidate.accounts.partners_parts import parts_by_quarter
from consolidate.cost_sharing.cooperative_game import Group
from consolidate.inventory import Inventory, Option, Pot, Role, Step
from consolidate.variants import services_among, variant, with_partners


@variant
def group_inventory(inventory: Inventory, group: AbstractSet[str]) -> Inventory:
    """The inventory of a group of partners by itself.

    Its own systems and pots; its members' part, by the stated rule of each quarter, of shared pots (those that
    bear no partner's id), of every role's days and agency days, and of the savings and revenue of targets and
    budgets for the whole programme (of what is for several quarters, the mean of their parts); of those for some
    partners it keeps the ones whose partners are all members.
    Pots of partners outside are shut, and gates wait for members' systems only. `after`, `interfaces` and
    `together` lose the systems outside; freezes, limits and milestones speak of its own systems alone, their
    numbers as they stand. Services as they stand. The least cost is sought, as if nothing had been approved and
    nothing had happened yet.
    """
    inside = frozenset(group)
    parts = [_part(of_quarter, inside) for of_quarter in parts_by_quarter(inventory)]
    members = frozenset(id for id, system in inventory.systems.items() if system.partner in inside)
    own = with_partners(without_idle_gates(replace(inventory, progress=None), members), inside)
    return replace(
        own,
        minimise="cost",
        stability=0.0,
        approved=None,
        approved_hash=None,
        progress=None,
        open=0,
        roles={id: _role(role, parts[: inventory.plan_quarters]) for id, role in inventory.roles.items()},
        pots={id: _pot(inventory, pot, inside, parts) for id, pot in inventory.pots.items()},
        freezes=tuple(rule for rule in own.freezes if rule.who.systems),
        limits=tuple(rule for rule in own.limits if rule.who.systems),
        milestones=tuple(rule for rule in own.milestones if rule.who.systems),
        targets=tuple(
            rule if rule.partners else replace(rule, savings=_share(rule.savings, _mean(parts, rule.quarters)))
            for rule in own.targets
        ),
        budgets=tuple(
            rule if rule.partners else replace(rule, at_most=_share(rule.at_most, _mean(parts, rule.quarters)))
            for rule in own.budgets
        ),
    )


def without_idle_gates(inventory: Inventory, ids: AbstractSet[str]) -> Inventory:
    """The inventory with gates that wait for some of the systems alone.

    A gate with none of its systems among ``ids`` holds up nothing any more; if nothing moves into the service, it
    falls away, and with it the need of it. A service that was reported stays.
    """
    reported = inventory.progress.services if inventory.progress else {}
    entered = {step.to for system in inventory.systems.values() for option in system.options for step in option.steps}
    idle = {
        id
        for id, service in inventory.services.items()
        if service.after and ids.isdisjoint(service.after) and id not in entered and id not in reported
    }
    services = {
        id: replace(service, needs=_without(service.needs, idle))
        for id, service in services_among(inventory, ids).items()
        if id not in idle
    }
    systems = inventory.systems
    if idle:
        systems = {id: replace(one, options=_freed(one.options, idle)) for id, one in inventory.systems.items()}
    return replace(inventory, services=services, systems=systems)


def _without(needs: tuple[str, ...], idle: AbstractSet[str]) -> tuple[str, ...]:
    return tuple(need for need in needs if need not in idle)


def _freed(options: tuple[Option, ...], idle: AbstractSet[str]) -> tuple[Option, ...]:
    """Options that do not need some services."""

    def freed(step: Step) -> Step:
        return replace(step, needs=_without(step.needs, idle))

    return tuple(
        replace(option, first=freed(option.first), then=None if option.then is None else freed(option.then))
        for option in options
    )


def _part(parts: Mapping[str, Fraction], inside: Group) -> Fraction:
    """The exact part of what is shared that a group's members have together."""
    return sum((part for partner, part in parts.items() if partner in inside), Fraction(0))


def _mean(parts: Sequence[Fraction], quarters: Sequence[int]) -> Fraction:
    """The part of what is spread evenly over some quarters."""
    return sum((parts[quarter] for quarter in quarters), Fraction(0)) / len(quarters)


def _share(amount: float, share: Fraction) -> float:
    return float(Fraction(amount) * share)


def _role(role: Role, shares: Sequence[Fraction]) -> Role:
    days = None if role.days is None else tuple(map(_share, role.days, shares))
    return replace(role, days=days, agency_days=tuple(map(_share, role.agency_days, shares)))


def _pot(inventory: Inventory, pot: Pot, inside: Group, parts: Sequence[Fraction]) -> Pot:
    def amount(index: int) -> float:
        period = pot.periods[index]
        if pot.id in inventory.partners:
            return period.amount if pot.id in inside else 0.0
        return _share(period.amount, _mean(parts, period.quarters))

    return replace(pot, periods=tuple(replace(one, amount=amount(n)) for n, one in enumerate(pot.periods)))
