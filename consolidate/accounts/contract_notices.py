"""Contracts: the last day on which notice can be given, in the current term and in every renewed one.

A contract that a plan leaves before its term ends, for the contract's price of leaving, is paid for by the year until
what it is for is switched off, and the price is due in the quarter after. The last day on which that can be decided is
so many months before as the notice has.

Terms and their last days for notice are those of :mod:`consolidate.accounts.contracts`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from consolidate.accounts.contracts import (
    ContractTerm,
    bought_out,
    contract_term,
    covering_term,
    last_day_for_notice,
    last_under_contract,
)
from consolidate.accounts.courses import Course
from consolidate.accounts.ledger import Ledger
from consolidate.inventory import Contract, Inventory, System
from consolidate.quarters import Calendar

Intention = Literal["leave", "stay", "buy_out", "left"]
"""``left``: the last day for notice has gone by, and the contract is to end all the same: was notice given?"""


@dataclass(frozen=True)
class ContractNotice:
    """A contract whose last day for notice comes up, and what the plan wants at the end of that term.

    ``renewed_to``: when the next term would end. ``known``: whether the inventory says how many months' notice
    is to be given; where it does not, the last day of the term is taken. ``needed``: the last quarter in which
    the plan needs the contract; None where it runs on. ``moved``: whether the plan moves the system, whatever becomes
    of the contract. ``day``: the last on which it can be decided: that for notice, or, of a contract that is bought
    out, so many months as the notice has before it is ``left``, the last day that it is in use (None where it ends with
    its term). ``exit``: what buying out the rest of the term costs. ``late``: whether the day has gone by.
    """

    system: str
    cost: float
    term: ContractTerm
    renewed_to: dt.date
    known: bool
    wish: Intention
    needed: int | None
    day: dt.date
    moved: bool = True
    left: dt.date | None = None
    exit: float | None = None
    late: bool = False


def contract_notices(inventory: Inventory, ledger: Ledger, first: dt.date, last: dt.date) -> tuple[ContractNotice, ...]:
    """Contracts whose last day for notice, or for buying out, lies between two days, those included, by that day.

    So do contracts that the plan leaves at the end of a term which still runs, or that it buys out at a price still to
    be paid, though the day has gone by. Terms that the plan does not reach any more are left out, and of a contract
    that renews several times in between, so are terms at whose end nothing is to be done.
    """
    found = [
        notice
        for system in inventory.systems.values()
        if system.contract is not None
        for notice in _of_system(inventory, system, system.contract, ledger.courses[system.id], first, last)
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.system)))


def _of_system(
    inventory: Inventory, system: System, contract: Contract, course: Course, first: dt.date, last: dt.date
) -> Iterator[ContractNotice]:
    calendar, factors = inventory.calendar, [inventory.discount(q) for q in range(inventory.appraisal_quarters)]
    needed = last_under_contract(course)
    end = None if needed is None else covering_term(contract, calendar, needed)
    bought = needed is not None and bought_out(contract, course, calendar, factors)
    stayed = False
    for one in _terms(contract, last):
        if end is not None and (one.number > end or (bought and one.number == end)):
            break
        leave = one.number == end
        if one.notice < first and (not leave or one.ends < first):
            continue
        if not leave and (stayed or one.notice < calendar.first_day(system.joins)):
            continue  # one line says that it stays on; before its partner takes part it is no business of the plan's
        stayed = stayed or not leave
        late = one.notice < first
        wish: Intention = "stay" if not leave else "left" if late else "leave"
        yield ContractNotice(
            system=system.id,
            cost=contract.cost,
            term=one,
            renewed_to=contract_term(contract, one.number + 1).ends,
            known=contract.notice is not None,
            wish=wish,
            needed=needed,
            day=one.notice,
            moved=course.cutover is not None,
            late=late,
        )
    if bought and needed is not None and end is not None:
        notice = _buy_out(system, contract, calendar, needed, end)
        if notice.day <= last and calendar.last_day(needed + 1) >= first:  # else it is paid already
            yield replace(notice, late=notice.day < first)


def _buy_out(system: System, contract: Contract, calendar: Calendar, needed: int, end: int) -> ContractNotice:
    """A contract whose term number ``end`` is bought out after the last quarter in which it is needed."""
    left = calendar.last_day(needed)
    return ContractNotice(
        system=system.id,
        cost=contract.cost,
        term=contract_term(contract, end),
        renewed_to=contract_term(contract, end + 1).ends,
        known=contract.notice is not None,
        wish="buy_out",
        needed=needed,
        day=last_day_for_notice(left, contract.notice or 0),
        left=left,
        exit=contract.exit,
    )


def _terms(contract: Contract, last: dt.date) -> Iterator[ContractTerm]:
    """Terms whose notice falls no later than ``last``."""
    number = 0
    while (one := contract_term(contract, number)).notice <= last:
        yield one
        number += 1
