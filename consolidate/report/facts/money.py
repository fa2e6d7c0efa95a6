"""The facts of a pack about money: pots, people's days, savings, the Board's measures, and who pays."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import fsum

from consolidate.accounts.journal import SAVED_KINDS
from consolidate.accounts.ledger import Ledger, years_of
from consolidate.audience.plan_books import PlanBooks
from consolidate.cost_sharing.apportionment import apportion, shared_out
from consolidate.report.facts.records import BoardMeasures, PartnerYear, PotYear, RoleQuarter, SavingYear
from consolidate.variants import with_systems


def pot_years(books: PlanBooks, approved: PlanBooks | None, now: int) -> Iterator[PotYear]:
    """Each pot in each financial year in which it has money or is spent from; capital without a pot comes last."""
    inventory, ledger = books.inventory, books.ledger
    for id in (*inventory.pots, None):
        pot = inventory.pots.get(id) if id is not None else None
        carried = 0.0
        for year, quarters in years_of(inventory.calendar, inventory.appraisal_quarters):
            amount = None
            if pot is not None and books.whole:
                amount = fsum(one.amount for one in pot.periods if inventory.calendar.year(one.quarters[0]) == year)
            used = {q: ledger.capital.get((id, q), 0.0) for q in quarters}
            promised = {q: ledger.committed_capital.get((id, q), 0.0) for q in quarters if q > now}
            then = 0.0 if approved is None else fsum(approved.ledger.capital.get((id, q), 0.0) for q in quarters)
            available = None if amount is None else amount + carried
            spent, committed = fsum(used[q] for q in quarters if q <= now), fsum(promised.values())
            whole = fsum(used.values())
            if amount or (carried and quarters[0] < inventory.plan_quarters) or whole or then:
                yield PotYear(
                    pot=id,
                    year=year,
                    amount=amount,
                    available=available,
                    spent=spent,
                    committed=committed,
                    planned=max(whole - spent - committed, 0.0),
                    approved=None if approved is None else then,
                )
            carried = available - whole if pot is not None and pot.carry_forward and available is not None else 0.0


def role_quarters(books: PlanBooks) -> Iterator[RoleQuarter]:
    """Days of each role by quarter; for a plan that is cut down only those used, as what there is belongs to all."""
    for team in books.inventory.roles.values():
        for q in range(books.inventory.plan_quarters):
            yield RoleQuarter(
                role=team.id,
                quarter=q,
                days=None if team.days is None or not books.whole else team.days[q],
                agency_limit=team.agency_days[q] if books.whole else 0.0,
                used=books.ledger.staff.get((team.id, q), 0.0),
                agency=books.ledger.agency.get((team.id, q), 0.0),
            )


def saving_years(books: PlanBooks, approved: PlanBooks | None, now: int) -> Iterator[SavingYear]:
    """What is saved in each financial year, against leaving everything as it is."""
    saved, new, then = _saved(books), None, None
    if approved is not None:
        then = _saved(approved)
        if approved.inventory.systems.keys() != books.inventory.systems.keys():
            known = _saved(PlanBooks(with_systems(books.inventory, approved.inventory.systems.keys()), books.plan))
            new = [whole - part for whole, part in zip(saved, known, strict=True)]
    whole_programme = [one for one in books.inventory.targets if one.partners is None]
    targets = {books.inventory.calendar.year(one.quarters[0]): one.savings for one in whole_programme}
    for year, quarters in years_of(books.inventory.calendar, books.inventory.appraisal_quarters):
        yield SavingYear(
            year=year,
            saved=fsum(saved[q] for q in quarters),
            released=fsum(saved[q] for q in quarters if q <= now) if quarters[0] <= now else None,
            approved=None if then is None else fsum(then[q] for q in quarters),
            new=None if new is None else fsum(new[q] for q in quarters),
            target=targets.get(year),
        )


def _saved(books: PlanBooks) -> list[float]:
    """What is saved in each quarter appraised."""
    A = books.inventory.appraisal_quarters
    before, after = by_quarter(books.as_it_is, SAVED_KINDS, A), by_quarter(books.ledger, SAVED_KINDS, A)
    return [one - other for one, other in zip(before, after, strict=True)]


def by_quarter(ledger: Ledger, kinds: Collection[str], A: int) -> list[float]:
    """What some kinds of cost come to in each quarter appraised, all partners and what they share together."""
    rows = [row for (_, kind), row in ledger.flows.items() if kind in kinds]
    return [fsum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * A


def board_measures(
    books: PlanBooks, pots: tuple[PotYear, ...], savings: tuple[SavingYear, ...], now: int
) -> BoardMeasures:
    """The Board's measures that the data give, of the financial year of the quarter ``now``."""
    in_time, quarter = _in_time(books, range(now + 1)), _in_time(books, range(now, now + 1))
    year = books.inventory.calendar.year(max(now, 0))
    these = [one for one in pots if one.year == year]
    limits = [one.available for one in these if one.available is not None]
    released = next((one for one in savings if one.year == year), None)
    part = books.inventory.calendar.index_in_year(max(now, 0)) + 1
    approved = None if released is None else released.approved
    return BoardMeasures(
        in_time=in_time,
        quarter_in_time=quarter,
        year=year,
        spent=fsum(one.spent for one in these),
        forecast=fsum(one.forecast for one in these if one.available is not None),
        limit=fsum(limits) if limits else None,
        released=0.0 if released is None else released.released or 0.0,
        released_approved=None if approved is None or part != 4 else approved,
    )


def _in_time(books: PlanBooks, quarters: range) -> tuple[int, int]:
    """Moves done no later than approved, of those that were approved for these quarters or done in them."""
    approved = books.inventory.approved
    good = whole = 0
    for move in approved.moves if approved else ():
        report = books.inventory.progress.step(move.system, move.step) if books.inventory.progress else None
        done = report.cutover if report is not None and report.stands else None
        if move.system in books.inventory.systems and (move.cutover in quarters or done in quarters):
            whole += 1
            good += done is not None and done <= move.cutover
    return good, whole


def partner_years(books: PlanBooks, whole: PlanBooks | None) -> Iterator[PartnerYear]:
    """Who pays what: what its own systems in ``books`` cost, and of what ``whole`` shares out each partner's part.

    ``whole`` is None where nothing may be said of what is shared out.
    """
    own = apportion(books.inventory, books.ledger)
    direct = {(line.partner, line.year, line.kind): line.direct for line in own.lines}
    allocated = {(line.partner, line.year, line.kind): line.allocated for line in own.lines}
    told = whole is books
    parts = {} if whole is None or told else shared_out(whole.inventory, whole.ledger)
    for partner in books.inventory.partners:
        for year in own.years:
            paid = own.amount(partner, year)
            yield PartnerYear(
                partner,
                year,
                paid.direct,
                None if whole is None else paid.allocated if told else parts[year, partner],
                direct_capital=direct.get((partner, year, "capital"), 0),
                allocated_capital=allocated.get((partner, year, "capital"), 0) if told else None,
                time=allocated.get((partner, year, "staff"), 0) if told else None,
            )
