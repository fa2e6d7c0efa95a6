"""Words that several answers share, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from consolidate.language import Language
from consolidate.phrases import Phrase, PluralPhrase
from consolidate.vocabulary import translatable

_NO_PLAN = (
    translatable("no plan can meet the rules"),
    translatable("the search ended before any plan was found"),
    translatable("the search ended before any plan was found; give it more time"),
    translatable("the search ended before this plan was begun; give it more time"),
    translatable("the search ended before a way out was found; give it more time"),
)
"""Why there is no plan, as the errors say it."""
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


def sayable(text: str) -> str:
    """What the planner says of there being no plan, as a text that is said in the reader's language.

    >>> from consolidate.language import language
    >>> language("cy").said(sayable("no plan can meet the rules"))
    'ni all unrhyw gynllun gadw at y rheolau'
    """
    if isinstance(text, Phrase | PluralPhrase):
        return text
    return next((Phrase(one) for one in _NO_PLAN if one == text), text)
