"""An inventory over a horizon: what depends on how many quarters may be worked in and are appraised.

Days, rates, money, freezes and targets are given by quarter, by financial year or once for all of them
(:class:`~consolidate.inventory.Timetable`). A horizon says for which quarters that is filled in, so that a longer
one needs no file to be read again.
"""

from __future__ import annotations

from dataclasses import replace

from consolidate.inventory import (
    Amounts,
    Budget,
    Freeze,
    Inventory,
    Period,
    Pot,
    RecurringQuarters,
    Role,
    RoleAmounts,
    Target,
)
from consolidate.quarters import Calendar, year_label


def over_horizon(inventory: Inventory, plan_quarters: int, appraisal_quarters: int) -> Inventory:
    """The inventory with so many quarters to work in, and so many appraised, as its timetable says.

    What its roles, pots, freezes, targets and budgets say of single quarters is replaced.
    """
    timetable, calendar = inventory.timetable, inventory.calendar
    return replace(
        inventory,
        plan_quarters=plan_quarters,
        appraisal_quarters=appraisal_quarters,
        roles={
            id: _role(id, amounts, plan_quarters, appraisal_quarters, calendar)
            for id, amounts in timetable.roles.items()
        },
        pots={id: _pot(pot, timetable.pots[id], plan_quarters, calendar) for id, pot in inventory.pots.items()},
        freezes=tuple(
            _freeze(freeze, quarters, plan_quarters, calendar)
            for freeze, quarters in zip(inventory.freezes, timetable.freezes, strict=True)
        ),
        targets=tuple(
            Target(
                year_label(year), _quarters_within(calendar, year, appraisal_quarters), target.savings, target.partners
            )
            for target, year in zip(inventory.targets, timetable.targets, strict=True)
        ),
        budgets=tuple(
            Budget(
                year_label(year), _quarters_within(calendar, year, appraisal_quarters), budget.at_most, budget.partners
            )
            for budget, year in zip(inventory.budgets, timetable.budgets, strict=True)
        ),
    )


def longer(inventory: Inventory, quarters: int) -> Inventory:
    """The inventory with a horizon so many quarters longer.

    An appraisal that would end before the longer horizon does is extended to its end.

    Raises:
        ValueError: the inventory has no timetable, so nothing is known beyond its horizon.
    """
    timetable = inventory.timetable
    given = (timetable.roles.keys(), timetable.pots.keys(), *map(len, (timetable.freezes, timetable.targets)))
    held = (inventory.roles.keys(), inventory.pots.keys(), *map(len, (inventory.freezes, inventory.targets)))
    if given != held or len(timetable.budgets) != len(inventory.budgets):
        raise ValueError("nothing is known of this inventory beyond its horizon; give it a timetable")
    plan_quarters = inventory.plan_quarters + quarters
    until = plan_quarters if timetable.appraisal_follows else max(inventory.appraisal_quarters, plan_quarters)
    return over_horizon(inventory, plan_quarters, until)


def _quarters_within(calendar: Calendar, year: int, end: int) -> range:
    """The quarters of a financial year from 0 up to ``end``, which is left out."""
    first = calendar.first_of_year(year)
    return range(max(first, 0), min(first + 4, end))


def _role(id: str, amounts: RoleAmounts, plan_quarters: int, appraisal_quarters: int, calendar: Calendar) -> Role:
    def by_quarter(given: Amounts, quarters: int = plan_quarters) -> tuple[float, ...]:
        return tuple(given.at(quarter, calendar) for quarter in range(quarters))

    days = None if amounts.days is None else by_quarter(amounts.days)
    day_cost = by_quarter(amounts.day_cost, appraisal_quarters) if amounts.day_cost != Amounts() else ()
    return Role(id, days, by_quarter(amounts.agency_days), by_quarter(amounts.day_rate), day_cost)


def _pot(pot: Pot, amounts: Amounts, plan_quarters: int, calendar: Calendar) -> Pot:
    """A pot's periods: a financial year, or its quarters where any of them has an amount of its own."""
    by_quarter = {calendar.year(quarter) for quarter in amounts.quarters}
    periods = []
    for year in range(calendar.year(0), calendar.year(plan_quarters - 1) + 1):
        inside = _quarters_within(calendar, year, plan_quarters)
        if year in by_quarter:
            for quarter in inside:
                amount = amounts.quarters.get(quarter, 0.0)
                periods.append(Period(calendar.label(quarter), range(quarter, quarter + 1), amount))
        else:
            periods.append(Period(year_label(year), inside, amounts.years.get(year, amounts.default)))
    return replace(pot, periods=tuple(periods))


def _freeze(freeze: Freeze, named: RecurringQuarters, plan_quarters: int, calendar: Calendar) -> Freeze:
    quarters = (q for q in range(plan_quarters) if q in named.exact or calendar.index_in_year(q) in named.every_year)
    return replace(freeze, quarters=frozenset(quarters))
