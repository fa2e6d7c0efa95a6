"""Contracts: the last day on which notice can be given, in the current term and in every renewed one.

Terms and their last days for notice are those of :mod:`consolidate.accounts.contracts`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
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
from consolidate.quarters import months

Intention = Literal["leave", "stay", "buy_out", "left"]
"""``left``: the last day for notice has gone by, and the contract is to end all the same: was notice given?"""


@dataclass(frozen=True)
class ContractNotice:
    """A contract whose last day for notice comes up, and what the plan wants at the end of that term.

    ``renewed_to``: when the next term would end. ``known``: whether the inventory says how many months' notice
    is to be given; where it does not, the last day of the term is taken. ``needed``: the last quarter in which
    the plan needs the contract; None where it runs on. ``exit``: what buying out the rest of the term costs.
    ``moved``: whether the plan moves the system, whatever becomes of the contract.
    """

    system: str
    cost: float
    term: ContractTerm
    renewed_to: dt.date
    known: bool
    wish: Intention
    needed: int | None
    exit: float | None
    moved: bool = True


@dataclass(frozen=True)
class BuyOut:
    """A contract that a plan leaves before its term ends, for the contract's price of leaving.

    ``left``: the last day that is paid for by the year, on which what the contract is for is switched off; the price
    is due in the quarter after. ``day``: the last on which that can be decided, so many months before as the notice
    has. ``term``: the one whose rest is bought out. ``paid_by``: the last day of the quarter in which the price is due.
    """

    system: str
    day: dt.date
    left: dt.date
    paid_by: dt.date
    term: ContractTerm


def buy_outs(inventory: Inventory, ledger: Ledger, first: dt.date, last: dt.date) -> tuple[BuyOut, ...]:
    """Contracts bought out that must be decided no later than ``last``, by day; without those paid before ``first``."""
    calendar, factors = inventory.calendar, [inventory.discount(q) for q in range(inventory.appraisal_quarters)]
    found = []
    for system in inventory.systems.values():
        contract, course = system.contract, ledger.courses[system.id]
        needed = last_under_contract(course)
        if contract is None or needed is None or not bought_out(contract, course, calendar, factors):
            continue
        left = calendar.last_day(needed)
        day, term = last_day_for_notice(left, contract.notice or 0), covering_term(contract, calendar, needed)
        found.append(BuyOut(system.id, day, left, calendar.last_day(needed + 1), contract_term(contract, term)))
    return tuple(sorted((o for o in found if o.day <= last and o.paid_by >= first), key=lambda o: (o.day, o.system)))


def contract_notices(inventory: Inventory, ledger: Ledger, first: dt.date, last: dt.date) -> tuple[ContractNotice, ...]:
    """Contracts whose last day for notice lies between two days, those included, by that day.

    So do contracts that the plan leaves at the end of a term which still runs, though the day has gone by. Terms
    that the plan does not reach any more are left out, and of a contract that renews several times in between, so
    are terms at whose end nothing is to be done.
    """
    found = [
        notice
        for system in inventory.systems.values()
        if system.contract is not None
        for notice in _of_system(inventory, system, system.contract, ledger.courses[system.id], first, last)
    ]
    return tuple(sorted(found, key=lambda one: (one.term.notice, one.system)))


def _of_system(
    inventory: Inventory, system: System, contract: Contract, course: Course, first: dt.date, last: dt.date
) -> Iterator[ContractNotice]:
    calendar, factors = inventory.calendar, [inventory.discount(q) for q in range(inventory.appraisal_quarters)]
    needed = last_under_contract(course)
    end = None if needed is None else covering_term(contract, calendar, needed)
    stayed = False
    for one in _terms(contract, last):
        if end is not None and one.number > end:
            return
        leave = one.number == end
        bought = leave and bought_out(contract, course, calendar, factors)
        if one.notice < first and (not leave or one.ends < first):
            continue
        if bought and needed is not None and calendar.of_month(months(first)) > needed + 1:
            return  # paid already
        if not leave and (stayed or one.notice < calendar.first_day(system.joins)):
            continue  # one line says that it stays on; before its partner takes part it is no business of the plan's
        stayed = stayed or not leave
        wish: Intention = "stay" if not leave else "buy_out" if bought else "left" if one.notice < first else "leave"
        yield ContractNotice(
            system=system.id,
            cost=contract.cost,
            term=one,
            renewed_to=contract_term(contract, one.number + 1).ends,
            known=contract.notice is not None,
            wish=wish,
            needed=needed,
            moved=course.cutover is not None,
            exit=contract.exit if wish == "buy_out" else None,
        )


def _terms(contract: Contract, last: dt.date) -> Iterator[ContractTerm]:
    """Terms whose notice falls no later than ``last``."""
    number = 0
    while (one := contract_term(contract, number)).notice <= last:
        yield one
        number += 1
