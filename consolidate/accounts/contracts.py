"""What becomes of a contract: whether it ends, in which term, what is paid, and whether its rest is bought out."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from consolidate.accounts.courses import Course
from consolidate.inventory import Contract
from consolidate.quarters import Calendar


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
