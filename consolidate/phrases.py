"""Texts of answers that are said in the reader's language: English as they stand, with what they are made of.

An answer is plain data, and the same in every language: what it holds in words is a text in English, which JSON writes
as it is. A text of this module knows, too, what it was made of, so that :meth:`consolidate.language.Language.said` can
say it in another language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from consolidate.vocabulary import counted, money


class Phrase(str):
    """A text of the catalogues with the values in its ``{places}``, which may be texts of this module themselves.

    The text stands in the call itself, as docs/translation.md says, or is one that is marked ``translatable``.

    >>> Phrase("it waits for {other}, live from {quarter}", other="a/mail", quarter=QuarterLabel("2017/18 Q2"))
    'it waits for a/mail, live from 2017/18 Q2'
    """

    __slots__ = ("message", "values")
    message: str
    values: Mapping[str, str]

    def __new__(cls, message: str, /, **values: str) -> Self:
        made = super().__new__(cls, message.format(**values))
        made.message, made.values = message, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.message,), dict(self.values)


class PluralPhrase(str):
    """The same with a number, which is written at ``{n}``: ``one`` where it is 1, else ``many``.

    ``shown``: the number as it is written, where it has decimals.

    >>> PluralPhrase("{n} day in {role}", "{n} days in {role}", 2.5, "2.5", role="net")
    '2.5 days in net'
    """

    __slots__ = ("many", "number", "one", "shown", "values")
    one: str
    many: str
    number: float
    shown: str
    values: Mapping[str, str]

    def __new__(cls, one: str, many: str, number: float, shown: str = "", /, **values: str) -> Self:
        shown = shown or str(number)
        made = super().__new__(cls, (one if number == 1 else many).format(n=shown, **values))
        made.one, made.many, made.number, made.shown, made.values = one, many, number, shown, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str, float, str], dict[str, Any]]:
        return (self.one, self.many, self.number, self.shown), dict(self.values)


class ListedTexts(str):
    """Several texts with a comma between them.

    >>> ListedTexts((AmountText(1, "GBP"), QuarterLabel("2017/18 Q2")))
    '£1, 2017/18 Q2'
    """

    __slots__ = ("texts",)
    texts: tuple[str, ...]

    def __new__(cls, texts: tuple[str, ...]) -> Self:
        made = super().__new__(cls, ", ".join(texts))
        made.texts = texts
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[tuple[str, ...]], dict[str, Any]]:
        return (self.texts,), {}


class QuarterLabel(str):
    """The label of a quarter: ``2017/18 Q2``, in Welsh ``2017/18 Ch2``."""

    __slots__ = ()


class NameInLanguages(str):
    """A name as English has it; ``texts`` has it by language.

    >>> NameInLanguages({"en": "Payroll", "cy": "Cyflogres"})
    'Payroll'
    """

    __slots__ = ("texts",)
    texts: Mapping[str, str]

    def __new__(cls, texts: Mapping[str, str]) -> Self:
        made = super().__new__(cls, texts.get("en") or next(iter(texts.values())))
        made.texts = texts
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Mapping[str, str]], dict[str, Any]]:
        return (self.texts,), {}


class AmountText(str):
    """An amount of money, without decimals where it is whole.

    >>> AmountText(64_000, "GBP")
    '£64,000'
    """

    __slots__ = ("amount", "currency")
    amount: float
    currency: str

    def __new__(cls, amount: float, currency: str) -> Self:
        made = super().__new__(cls, money(amount, currency))
        made.amount, made.currency = amount, currency
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[float, str], dict[str, Any]]:
        return (self.amount, self.currency), {}


class MovesText(str):
    """A number of moves.

    >>> MovesText(1), MovesText(3)
    ('1 move', '3 moves')
    """

    __slots__ = ("number",)
    number: int

    def __new__(cls, number: int) -> Self:
        made = super().__new__(cls, counted(number, "move"))
        made.number = number
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[int], dict[str, Any]]:
        return (self.number,), {}
