"""Words that several answers share, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from consolidate.language import Language

Money = Callable[[float], str]
"""Writes an amount in whole units of the currency."""


def more_or_less(own: Language, amount: float, currency: str) -> str:
    """A difference in words, in whole units of the currency.

    >>> from consolidate.language import language
    >>> [more_or_less(language("en"), amount, "GBP") for amount in (1200, -3, 0.2)]
    ['£1,200 more', '£3 less', 'as much']
    """
    return difference_words(own, amount, partial(own.money, currency=currency))


def difference_words(own: Language, amount: float, money: Money) -> str:
    """The same, with another way to write an amount."""
    if abs(amount) < 0.5:
        return own.text("as much")
    said = money(abs(amount))
    return own.text("{amount} more", amount=said) if amount > 0 else own.text("{amount} less", amount=said)
