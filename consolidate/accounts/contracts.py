"""What becomes of a contract: whether it ends, in which term, what is paid, and whether its rest is bought out.

The rule: notice of ``n`` months is in time when ``n`` months from the day it is given run out no later than
the last day of the term. Months keep the day's number; where the month is too short, they end on its last
day. So notice of 6 months to 31 March is in time on 30 September, and 3 months to 30 June on 31 March. A term
that ends with a month ends with the month in every renewal too. Notice counts from the day it arrives.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from consolidate.accounts.courses import Course
from consolidate.inventory import Contract
from consolidate.quarters import Calendar, months


def covering_term(contract: Contract, calendar: Calendar, quarter: int) -> int:
    """The first term that ends no sooner than a quarter, by how many renewals came before it."""
    number = 0
    while _end_of_term(contract, calendar, number) < quarter:
        number += 1
    return number


def last_under_contract(course: Course) -> int | None:
    """The last quarter of what the step ends that ends the contract; None where the contract runs on without end."""
    number = None if course.option is None else course.option.contract_step
    return course.works[number].last if number is not None and number < len(course.works) else None


def bought_out(contract: Contract, course: Course, calendar: Calendar, factors: Sequence[float]) -> bool:
    """Whether paying ``exit`` is cheaper, discounted, than letting the last term run on after the system has gone."""
    A, last = len(factors), last_under_contract(course)
    if contract.exit is None or last is None or not -1 <= last < A - 1:
        return False
    due = _payments_of_terms(contract, calendar, last, A)
    rest = fsum(amount * factors[q] for q, amount in due if q > last)
    # Equal costs count as equal even where the last digits of the sums differ.
    return contract.exit * factors[last + 1] < rest - 1e-9 * max(rest, 1.0)


def contract_payments(
    contract: Contract, course: Course, calendar: Calendar, factors: Sequence[float]
) -> list[tuple[int, float]]:
    """(quarter, payment): to the end of the term that covers the old system's last quarter, or bought out.

    Args:
        factors: of each quarter appraised, what discounts an amount.
    """
    A, last = len(factors), last_under_contract(course)
    if last is None:
        return [(q, contract.cost / 4) for q in range(A)]
    due = _payments_of_terms(contract, calendar, last, A)
    if contract.exit is not None and bought_out(contract, course, calendar, factors):
        return [*due[: last + 1], (last + 1, contract.exit)]
    return due


def _payments_of_terms(contract: Contract, calendar: Calendar, last: int, A: int) -> list[tuple[int, float]]:
    """Payments of whole terms up to the one that covers quarter ``last``, inside the appraisal."""
    end = _end_of_term(contract, calendar, covering_term(contract, calendar, min(last, A - 1)))
    return [(q, contract.cost / 4) for q in range(min(end, A - 1) + 1)]


def _end_of_term(contract: Contract, calendar: Calendar, number: int) -> int:
    return calendar.of_month(contract.ends + number * max(contract.renews_for, 1))


# ---- terms and notice ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ContractTerm:
    """One term of a contract: ``number`` renewals came before it. ``notice``: the last day to give notice."""

    number: int
    ends: dt.date
    notice: dt.date


def contract_term(contract: Contract, number: int) -> ContractTerm:
    """The term after ``number`` renewals.

    >>> one = Contract(100.0, 2018 * 12 + 2, 12, 6, None, 31)
    >>> contract_term(one, 0).notice, contract_term(one, 1).ends, contract_term(one, 1).notice
    (datetime.date(2017, 9, 30), datetime.date(2019, 3, 31), datetime.date(2018, 9, 30))
    """
    month = contract.ends + number * max(contract.renews_for, 1)
    whole = contract.day is None or contract.day >= _days(contract.ends)
    ends = _day(month, None if whole else contract.day)
    return ContractTerm(number, ends, last_day_for_notice(ends, contract.notice or 0))


def last_day_for_notice(ends: dt.date, notice: int) -> dt.date:
    """The last day on which notice of so many months ends a term on ``ends``.

    >>> last_day_for_notice(dt.date(2018, 3, 31), 6), last_day_for_notice(dt.date(2018, 6, 30), 3)
    (datetime.date(2017, 9, 30), datetime.date(2018, 3, 31))
    >>> last_day_for_notice(dt.date(2018, 3, 15), 1)
    datetime.date(2018, 2, 15)
    """
    month = months(ends)
    return _day(month - notice, None if ends.day == _days(month) else ends.day)


def _days(month: int) -> int:
    return monthrange(month // 12, month % 12 + 1)[1]


def _day(month: int, day: int | None) -> dt.date:
    last = _days(month)
    return dt.date(month // 12, month % 12 + 1, last if day is None else min(day, last))
