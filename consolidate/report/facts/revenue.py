"""The facts of a pack about revenue, which budgets limit: by year, beside its budgets, and by area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum

from consolidate.accounts.journal import REVENUE_KINDS
from consolidate.accounts.ledger import SHARED, Ledger, years_of
from consolidate.audience.plan_books import PlanBooks
from consolidate.inventory import Budget
from consolidate.report.facts.money import by_quarter
from consolidate.report.facts.records import (
    AreaYear,
    BudgetYear,
    PartnersTarget,
    PartnerYear,
    RevenueFacts,
    RevenueYear,
)

TIME = "staff"
"""The kind of cost that is what own people's days are worth: revenue, and no payment."""


def revenue_facts(
    books: PlanBooks, approved: PlanBooks | None, now: int, pay: tuple[PartnerYear, ...], public: bool
) -> RevenueFacts:
    """All of them; ``pay``: what each partner pays, where it may be told.

    To the public nothing by area: of an area with one system that would tell when its contract is to be left.
    """
    return RevenueFacts(
        years=tuple(revenue_years(books, approved, now)),
        budgets=tuple(budget_years(books, pay)),
        targets=tuple(partners_targets(books)),
        areas=() if public else tuple(area_years(books)),
    )


def revenue_years(books: PlanBooks, approved: PlanBooks | None, now: int) -> Iterator[RevenueYear]:
    """Revenue of each financial year, by kind."""
    inventory = books.inventory
    A = inventory.appraisal_quarters
    flows, left = _by_kind(books.ledger, A), _by_kind(books.as_it_is, A)
    then = None if approved is None else _by_kind(approved.ledger, A)
    for year, quarters in years_of(inventory.calendar, A):
        reported = [q for q in quarters if q <= now]
        yield RevenueYear(
            year=year,
            kinds={kind: fsum(flows[kind][q] for q in quarters) for kind in REVENUE_KINDS if kind != TIME},
            time=fsum(flows[TIME][q] for q in quarters),
            so_far=_total(flows, reported) if reported else None,
            as_it_is=_total(left, quarters),
            approved=None if then is None else _total(then, quarters),
        )


def _by_kind(ledger: Ledger, A: int) -> dict[str, list[float]]:
    """Revenue of each quarter appraised by kind."""
    return {kind: by_quarter(ledger, (kind,), A) for kind in REVENUE_KINDS}


def _total(flows: Mapping[str, list[float]], quarters: list[int]) -> float:
    return fsum(row[q] for row in flows.values() for q in quarters)


def budget_years(books: PlanBooks, pay: tuple[PartnerYear, ...]) -> Iterator[BudgetYear]:
    """What counts against each budget.

    Beside a partner's own systems stands its part of all that is shared: what of that is revenue would tell what it
    consists of, which is no part of a partner's pack.
    """
    parts = {} if books.whole else {(one.partner, one.year): one.allocated for one in pay}
    for rule, revenue in zip(books.inventory.budgets, books.ledger.revenue, strict=True):
        year = books.inventory.calendar.year(rule.quarters[0])
        yield BudgetYear(
            label=rule.label,
            year=year,
            quarters=len(rule.quarters),
            partners=rule.partners,
            at_most=rule.at_most,
            revenue=revenue,
            allocated=None if books.whole else _pounds(parts, rule, year),
        )


def _pounds(parts: Mapping[tuple[str, int], int | None], rule: Budget, year: int) -> float:
    return fsum((parts.get((partner, year)) or 0) / 100 for partner in rule.partners or ())


def partners_targets(books: PlanBooks) -> Iterator[PartnersTarget]:
    """Targets of some partners alone."""
    for rule, saved in zip(books.inventory.targets, books.ledger.savings, strict=True):
        if rule.partners is not None:
            yield PartnersTarget(rule.label, rule.partners, rule.savings, saved)


def area_years(books: PlanBooks) -> Iterator[AreaYear]:
    """What each area costs in each financial year, in the order of the systems; what all share comes last. Years in
    which nothing is paid are left out."""
    if books.ledger.areas:
        yield from (one for one in _all_area_years(books) if one.revenue or one.capital or one.time)


def _all_area_years(books: PlanBooks) -> Iterator[AreaYear]:
    years = years_of(books.inventory.calendar, books.inventory.appraisal_quarters)
    areas = list(dict.fromkeys(system.area for system in books.inventory.systems.values()))
    for area in sorted(areas, key=lambda one: one is None):
        rows = [(kind, row) for (_, of, kind), row in books.ledger.areas.items() if of == area]
        yield from (_area_year(area, False, year, quarters, rows) for year, quarters in years)
    rows = [(kind, row) for (partner, kind), row in books.ledger.flows.items() if partner is SHARED]
    yield from (_area_year(None, True, year, quarters, rows) for year, quarters in years)


def _area_year(
    area: str | None, shared: bool, year: int, quarters: list[int], rows: list[tuple[str, tuple[float, ...]]]
) -> AreaYear:
    def of(*kinds: str) -> float:
        return fsum(row[q] for kind, row in rows if kind in kinds for q in quarters)

    paid = [kind for kind in REVENUE_KINDS if kind != TIME]
    return AreaYear(area, shared, year, of(*paid), of("capital"), of(TIME))
