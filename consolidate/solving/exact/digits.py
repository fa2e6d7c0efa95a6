r"""Rows of large amounts, digit by digit: exact to the penny in a solver that is exact to a millionth.

A solver takes 0.999999 for 1. In a row :math:`\sum_j a_j x_j \le R` of amounts of £10m such a "1" hides £10: the solver
may believe in what is over the limit, and, worse, strike out what is not once the belief turns out wrong. So where
amounts are large against the least by which they can be over the limit, they are counted in the unit of which all are
multiples, and the row is written as one adds up on paper, with digits to a base :math:`B`:
:math:`a_j = a_j' + B a_j''`, :math:`R = R' + B R''`, a carry :math:`c`, and

.. math:: \sum_j a_j' x_j \le R' + B c, \qquad \sum_j a_j'' x_j + c \le R'', \qquad c \in \{0, 1, 2, \ldots\}

the second split again while it is large. A whole solution keeps these rows just when it keeps the one that they are
made of, and the relaxation is no weaker: B times the second and the first make the whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from consolidate.solving.formulation.resources import RESOLUTION

BASE = 1000
"""The base of the digits: hundreds of systems together cannot be wrong by a whole one."""
SAFE = 10_000_000
"""A row stays as it is where its amounts are up to so many times what they can be over the limit by at least."""
PARTS = (1, 2, 3, 4, 6, 12, 60, 420, 2520)
"""Into how many parts a penny is divided until every amount is a whole number of them: amounts are spread evenly."""

Terms = Mapping[Any, float]


@dataclass(frozen=True)
class DigitRow:
    """``terms`` add up to no more than ``limit``; ``carry`` goes to the next row, if there is one."""

    terms: dict[Any, float]
    limit: float
    carry: Any = None

    def carried(self, values: Mapping[Any, float]) -> float:
        """What the carry has to be, given the values of all other variables."""
        total = sum(factor * values[var] for var, factor in self.terms.items() if var is not self.carry)
        return max(math.ceil((total - self.limit) / BASE - 1e-9), 0)


def digit_rows(terms: Terms, limit: float, new: Callable[[], Any]) -> list[DigitRow]:
    """The rows that say, exactly, that amounts (none below 0) add up to no more than a limit; none where it is safe
    to say so in one row.

    Args:
        terms: the amount of each whole variable.
        limit: what there is.
        new: makes a whole variable, 0 or more.
    """
    found = in_units(list(terms.values()), limit) if terms else None
    if found is None:
        return []
    amounts, most, least_over = found
    if max(most, *amounts) <= SAFE * least_over:
        return []
    # More than there is at all is too much, however much it is.
    numbers = {var: min(number, max(most, 0) + 1) for var, number in zip(terms, amounts, strict=True)}
    carried: dict[Any, float] = {}
    rows = []
    while most > BASE:
        carry = new()
        digits = {var: float(number % BASE) for var, number in numbers.items() if number % BASE}
        rows.append(DigitRow({**digits, **carried, carry: -float(BASE)}, float(most % BASE), carry))
        numbers = {var: number // BASE for var, number in numbers.items() if number >= BASE}
        most, carried = most // BASE, {carry: 1.0}
    rows.append(DigitRow({**{var: float(number) for var, number in numbers.items()}, **carried}, float(most)))
    return rows


def in_units(amounts: list[float], limit: float) -> tuple[list[int], int, float] | None:
    """In the largest unit that makes every amount whole: the amounts, what keeps within the limit, and by what the next
    larger sum is over it. None where a fine unit does not do.

    >>> in_units([1500.0, 3000.0], 4500.0), in_units([100 / 3, 50.0], 90.0), in_units([2**0.5], 2.0)
    (([1, 2], 3, 1.0), ([2, 3], 5, 0.6), None)
    """
    for parts in PARTS:
        scaled = [amount * 100 * parts for amount in amounts]
        numbers = [round(figure) for figure in scaled]
        if max(scaled, default=0.0) * RESOLUTION > 0.2:
            return None
        if all(abs(a - b) <= 1e-7 + RESOLUTION * a for a, b in zip(scaled, numbers, strict=True)):
            unit = math.gcd(*numbers) or 1
            room = limit * 100 * parts
            most = math.floor(room + 1e-4 + RESOLUTION * abs(room)) // unit
            return [number // unit for number in numbers], most, ((most + 1) * unit - room) / unit
    return None
