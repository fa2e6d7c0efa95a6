"""The languages of reports and pictures: texts from gettext catalogues; numbers, money and dates as each writes them.

English texts are in the code and are the catalogue's keys. Write ``language.text("...")`` with the text
itself between the brackets, never a variable or an f-string: that is how the texts are found (see
docs/translation.md). Catalogues are read as text (``.po``), so that nothing compiled is kept.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from babel.core import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from consolidate.errors import UserError
from consolidate.inventory import Name
from consolidate.phrases import (
    AmountText,
    ListedTexts,
    MovesText,
    NameInLanguages,
    Phrase,
    PluralPhrase,
    QuarterLabel,
)

LOCALES = {"en": "en_GB", "cy": "cy"}
"""The languages there are, and whose conventions each follows."""
NAMES = {"en": "English", "cy": "Cymraeg"}
"""What each language calls itself."""
_WELSH_MONTHS = ("Ion", "Chw", "Maw", "Ebr", "Mai", "Meh", "Gor", "Aws", "Med", "Hyd", "Tac", "Rha")


class Language:
    """One language. Made by :func:`language`. ``tag`` names it in documents (BCP 47): ``en-GB``, ``cy``."""

    def __init__(self, code: str, texts: gettext.NullTranslations) -> None:
        self.code = code
        self.cut = 0
        """How many lists were cut short in texts so far: who prints an answer says where all of it is."""
        self._texts = texts
        self._locale = Locale.parse(LOCALES[code])
        self.tag = LOCALES[code].replace("_", "-")

    def __reduce__(self) -> tuple[Callable[[str], Language], tuple[str]]:
        """Another process makes it again from its code."""
        return language, (self.code,)

    @property
    def draft(self) -> str:
        """That no translator has confirmed the texts yet; nothing where there is nothing to confirm."""
        return "" if self.code == "en" else self.text("The Welsh texts are a draft, to be confirmed by a translator.")

    def text(self, message: str, **values: object) -> str:
        """``message`` in this language, with the ``values`` in their ``{places}``.

        >>> language("cy").text("Contents")
        'Cynnwys'
        """
        return self._texts.gettext(message).format(**values)

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        """The form that goes with the number ``n``, which is written at ``{n}``.

        >>> language("en").plural("{n} system", "{n} systems", 1200)
        '1,200 systems'
        """
        return self._texts.ngettext(one, many, n).format(n=self.number(n), **values)

    def context(self, context: str, message: str, **values: object) -> str:
        """As :meth:`text`, for a text that means different things in different places: ``context`` says where."""
        return self._texts.pgettext(context, message).format(**values)

    def said(self, text: str) -> str:
        """A text of an answer in this language: one of :mod:`consolidate.phrases`; any other is not ours, and stays.

        >>> language("cy").said(Phrase("ready from {quarter}", quarter=QuarterLabel("2017/18 Q2")))
        'parod o 2017/18 Ch2'
        """
        match text:
            case Phrase():
                message = text.message
                return self.text(message, **{place: self.said(value) for place, value in text.values.items()})
            case PluralPhrase():
                # With decimals it takes the form that a large number has.
                number = int(text.number) if float(text.number).is_integer() else 100
                values = {place: self.said(value) for place, value in text.values.items()}
                return self._texts.ngettext(text.one, text.many, number).format(n=text.shown, **values)
            case ListedTexts():
                return ", ".join(map(self.said, text.texts))
            case QuarterLabel():
                return self.quarter(text)
            case NameInLanguages():
                return text.texts.get(self.code) or str(text)
            case AmountText():
                return self.money(text.amount, text.currency, 0 if float(text.amount).is_integer() else 2)
            case MovesText():
                return self.plural("{n} move", "{n} moves", text.number)
        return text

    def listed(self, words: Sequence[str], most: int = 8) -> str:
        """The first few of several words, and how many more there are.

        >>> language("en").listed(["a", "b", "c"], 2), language("cy").listed(["a", "b", "c"], 2)
        ('a, b and 1 more', 'a, b a hefyd 1 arall')
        """
        shown, more = ", ".join(words[:most]), len(words) - most
        if more <= 0:
            return shown
        self.cut += 1
        return self.text("{names} and {count} more", names=shown, count=self.number(more))

    def and_more(self, number: int) -> str:
        """What stands below the first lines of a list of which so many are left out.

        >>> language("en").and_more(3), language("cy").and_more(1_200)
        ('and 3 more', 'a hefyd 1,200 arall')
        """
        self.cut += 1
        return self.text("and {n} more", n=self.number(number))

    def name(self, name: Name) -> tuple[str, bool]:
        """A name, and whether it is in this language: where it is missing, the English one is given.

        >>> welsh = language("cy")
        >>> welsh.name(Name({"en": "Payroll", "cy": "Cyflogres"})), welsh.name(Name({"en": "Payroll"}))
        (('Cyflogres', True), ('Payroll', False))
        """
        own = name.texts.get(self.code)
        return (own, True) if own else (str(name), False)

    def number(self, value: float, decimals: int = 0) -> str:
        """
        >>> language("en").number(1234.56, 1), language("cy").number(-0.2)
        ('1,234.6', '0')
        """
        return _number_in(self.code, _rounded(value, decimals), decimals)

    def money(self, value: float, currency: str = "GBP", decimals: int = 0) -> str:
        """
        >>> language("en").money(-1234.5, decimals=2), language("cy").money(950, "SEK")
        ('-£1,234.50', 'SEK\\xa0950')
        """
        letters = get_currency_symbol(currency, self._locale)[-1:].isalpha()
        pattern = _digits("¤\xa0#,##0" if letters else "¤#,##0", decimals)
        return format_currency(_rounded(value, decimals), currency, pattern, self._locale, currency_digits=False)

    def percent(self, fraction: float, decimals: int = 1) -> str:
        """
        >>> language("cy").percent(0.125), language("en").percent(0.5, 0)
        ('12.5%', '50%')
        """
        return format_percent(
            _rounded(fraction * 100, decimals).scaleb(-2), _digits("#,##0", decimals) + "%", self._locale
        )

    def date(self, day: dt.date) -> str:
        """
        >>> language("en").date(dt.date(2017, 4, 1)), language("cy").date(dt.date(2017, 4, 1))
        ('1 April 2017', '1 Ebrill 2017')
        """
        return format_date(day, "d MMMM y", self._locale)

    def month_year(self, day: dt.date) -> str:
        """
        >>> language("cy").month_year(dt.date(2017, 2, 1))
        'Chwefror 2017'
        """
        return format_date(day, "MMMM y", self._locale)

    def month(self, number: int) -> str:
        """A month's short name, 1 to 12, in three letters.

        >>> language("en").month(9), language("cy").month(9)
        ('Sep', 'Med')
        """
        return _WELSH_MONTHS[number - 1] if self.code == "cy" else _month_in(self.code, number)

    def quarter(self, label: str) -> str:
        """A quarter's label (``2017/18 Q2``) as this language writes it, or its short form (``Q2``); a year stays.

        Welsh public bodies shorten *chwarter* to Ch, and so does CLDR.

        >>> language("en").quarter("2017/18 Q2"), language("cy").quarter("2017/18 Q2"), language("cy").quarter("Q2")
        ('2017/18 Q2', '2017/18 Ch2', 'Ch2')
        """
        year, letter, number = label.rpartition("Q")
        return f"{year}{self.context('quarter', 'Q')}{number}" if letter else label

    def rag(self, rating: str) -> tuple[str, str]:
        """The letter and the word of a rating: ``red``, ``amber`` or ``green``.

        >>> language("en").rag("red"), language("cy").rag("red")
        (('R', 'red'), ('C', 'coch'))
        """
        match rating:
            case "red":
                return self.context("letter of red", "R"), self.text("red")
            case "amber":
                return self.context("letter of amber", "A"), self.text("amber")
            case "green":
                return self.context("letter of green", "G"), self.text("green")
        raise KeyError(rating)


@lru_cache
def language(code: str) -> Language:
    """The language with that code.

    Raises:
        UserError: there is none.
    """
    if code not in LOCALES:
        known = ", ".join(LOCALES)
        raise UserError(f"no texts in the language {code!r}; the languages are {known}")
    return Language(code, gettext.NullTranslations() if code == "en" else _catalogue(code))


@lru_cache(maxsize=2**14)
def _number_in(code: str, value: Decimal, decimals: int) -> str:
    """A rounded number in a language. The same few thousand stand on all pages, and each takes a while to write."""
    return format_decimal(value, _digits("#,##0", decimals), Locale.parse(LOCALES[code]))


@lru_cache
def _month_in(code: str, number: int) -> str:
    """The first three letters of a month in a language."""
    return format_date(dt.date(2000, number, 1), "MMMM", Locale.parse(LOCALES[code]))[:3]


def _catalogue(code: str) -> gettext.GNUTranslations:
    text = files("consolidate").joinpath(f"locale/{code}/LC_MESSAGES/consolidate.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(text), locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _rounded(value: float, decimals: int) -> Decimal:
    """Rounded as Python rounds, and never minus zero."""
    return Decimal(f"{value:.{decimals}f}") + 0


def _digits(pattern: str, decimals: int) -> str:
    return f"{pattern}.{'0' * decimals}" if decimals else pattern
