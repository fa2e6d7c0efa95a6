"""What a group of partners would plan with by itself: its own systems and money, and its part of what all share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction

from consolidate.cost_sharing.apportionment import parts_of
from consolidate.cost_sharing.cooperative_game import Group
from consolidate.inventory import Inventory, Pot, Role
from consolidate.variants import variant, with_partners, without_idle_gates


@variant
def group_inventory(inventory: Inventory, group: AbstractSet[str]) -> Inventory:
    """The inventory of a group of partners by itself.

    Its own systems and pots; its members' part, by the stated rule of each year, of shared pots (those that
    bear no partner's id), of every role's days and agency days, and of the savings and revenue of targets and
    budgets for the whole programme; of those for some partners it keeps the ones whose partners are all members.
    Pots of partners outside are shut, and gates wait for members' systems only. `after`, `interfaces` and
    `together` lose the systems outside; freezes, limits and milestones speak of its own systems alone, their
    numbers as they stand. Services as they stand. The least cost is sought, as if nothing had been approved and
    nothing had happened yet.
    """
    inside = frozenset(group)
    years = {year: group_share(inventory, inside, year) for year in years_appraised(inventory)}
    year_of = inventory.calendar.year
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
        roles={
            id: _role(role, [years[year_of(q)] for q in range(inventory.plan_quarters)])
            for id, role in inventory.roles.items()
        },
        pots={id: _pot(inventory, pot, inside, years) for id, pot in inventory.pots.items()},
        freezes=tuple(rule for rule in own.freezes if rule.who.systems),
        limits=tuple(rule for rule in own.limits if rule.who.systems),
        milestones=tuple(rule for rule in own.milestones if rule.who.systems),
        targets=tuple(
            rule if rule.partners else replace(rule, savings=_share(rule.savings, years[year_of(rule.quarters[0])]))
            for rule in own.targets
        ),
        budgets=tuple(
            rule if rule.partners else replace(rule, at_most=_share(rule.at_most, years[year_of(rule.quarters[0])]))
            for rule in own.budgets
        ),
    )


def group_share(inventory: Inventory, inside: Group, year: int) -> Fraction:
    """The exact part of what is shared that a group's members have together in a year."""
    return sum((share for partner, share in parts_of(inventory, year).items() if partner in inside), Fraction(0))


def years_appraised(inventory: Inventory) -> list[int]:
    """The financial years appraised, each as its first calendar year."""
    year_of = inventory.calendar.year
    return list(range(year_of(0), year_of(inventory.appraisal_quarters - 1) + 1))


def _share(amount: float, share: Fraction) -> float:
    return float(Fraction(amount) * share)


def _role(role: Role, shares: Sequence[Fraction]) -> Role:
    days = None if role.days is None else tuple(map(_share, role.days, shares))
    return replace(role, days=days, agency_days=tuple(map(_share, role.agency_days, shares)))


def _pot(inventory: Inventory, pot: Pot, inside: Group, years: Mapping[int, Fraction]) -> Pot:
    def amount(index: int) -> float:
        period = pot.periods[index]
        if pot.id in inventory.partners:
            return period.amount if pot.id in inside else 0.0
        return _share(period.amount, years[inventory.calendar.year(period.quarters[0])])

    return replace(pot, periods=tuple(replace(one, amount=amount(n)) for n, one in enumerate(pot.periods)))
