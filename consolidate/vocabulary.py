"""Words and formats that several outputs share: plurals and amounts of money in English, names of approaches, ratings.

What is written here is English. The texts of reports and pictures, which are translated, are written by
:mod:`consolidate.language`; it finds the ones in tables of the code by :func:`translatable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import ceil, floor, log10

_CURRENCY_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


PREFERENCES = ("support", "capital", "calm", "finish", "approved")
"""What may be preferred beside a low cost: the fewest unsupported quarters, the least capital in the first open year,
the fewest moves in the busiest quarter, the earliest last cutover, the least change from the approved plan."""


def tiers_by_rank(tiers: Mapping[str, float]) -> tuple[str, ...]:
    """Tiers, the highest first: that of which an unsupported quarter counts most; last, as "", systems without one.

    >>> tiers_by_rank({"bronze": 1.0, "gold": 5.0, "silver": 1.0})
    ('gold', 'bronze', 'silver', '')
    """
    return (*sorted(tiers, key=lambda tier: -tiers[tier]), "")


def translatable(message: str) -> str:
    """The text as it is: marks one in a table of the code, which is translated where it is used.

    >>> translatable("red")
    'red'
    """
    return message


def html_table(caption: str, rows: Iterable[tuple[str, str]]) -> str:
    """What a notebook shows of an object: a small table of names and values.

    >>> html_table("Plan", []), "&lt;1%" in html_table("Plan", [("gap", "<1%")])
    ('<table><caption>Plan</caption><tbody></tbody></table>', True)
    """
    cells = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(name)}</th>'
        f'<td style="text-align:left">{escape(value)}</td></tr>'
        for name, value in rows
    )
    return f"<table><caption>{escape(caption)}</caption><tbody>{cells}</tbody></table>"


def approach_text(approach: str, service: str | None) -> str:
    """How a step moves a system: its approach, and the service that it goes to.

    >>> approach_text("consolidate", "hub"), approach_text("rehost", None)
    ('consolidate into hub', 'rehost')
    """
    return f"{approach} into {service}" if service else approach


def plural(number: float, noun: str) -> str:
    """The form of a regular noun that goes with a number.

    >>> plural(1, "move"), plural(0, "move")
    ('move', 'moves')
    """
    return noun if number == 1 else f"{noun}s"


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "system"), counted(1200, "system")
    ('1 system', '1,200 systems')
    """
    return f"{number:,} {plural(number, noun)}"


def listed(words: Sequence[str], most: int = 8) -> str:
    """The first few of several words, and how many more there are.

    >>> listed(["a", "b", "c"], 2), listed(["a"]), listed([])
    ('a, b and 1 more', 'a', 'none')
    """
    shown = ", ".join(words[:most])
    more = len(words) - most
    return (f"{shown} and {more:,} more" if more > 0 else shown) or "none"


def currency_sign(currency: str) -> str:
    """What is written before an amount: the currency's sign, or its code and a space.

    >>> currency_sign("GBP"), currency_sign("SEK")
    ('£', 'SEK ')
    """
    return _CURRENCY_SIGNS.get(currency, f"{currency} ")


def money(amount: float, currency: str) -> str:
    """An amount of money; without decimals where it is whole.

    >>> money(64000, "GBP"), money(64000.5, "SEK")
    ('£64,000', 'SEK 64,000.50')
    """
    return f"{currency_sign(currency)}{amount:,.{0 if float(amount).is_integer() else 2}f}"


def whole_money(currency: str, amount: float) -> str:
    """An amount in whole units of a currency.

    >>> whole_money("GBP", 64000.4), whole_money("SEK", -64000.5), whole_money("GBP", -0.3)
    ('£64,000', '-SEK 64,000', '£0')
    """
    return f"{'-' if amount < -0.5 else ''}{currency_sign(currency)}{abs(amount):,.0f}"


def short_money(amount: float, currency: str = "GBP") -> str:
    """An amount of money in a few letters.

    >>> short_money(1_234_000), short_money(-64_000), short_money(950, "SEK"), short_money(0)
    ('£1.23m', '-£64k', 'SEK 950', '£0')
    """
    if amount < 0:
        return f"-{short_money(-amount, currency)}"
    sign = currency_sign(currency)
    for size, letter, decimals in ((1e9, "bn", 2), (1e6, "m", 2), (1e3, "k", 0)):
        if amount >= size * 0.9995:
            return f"{sign}{amount / size:,.{decimals}f}{letter}"
    return f"{sign}{amount:,.0f}"


def at_most(amount: float) -> float:
    """An amount in whole units, of three figures where it has more, never rounded down: it bounds something.

    >>> at_most(105_437.2), at_most(5.03), at_most(0.0)
    (106000.0, 6.0, 0.0)
    """
    if amount <= 0:
        return 0.0
    unit = 10.0 ** max(floor(log10(amount)) - 2, 0)
    return ceil(amount / unit - 1e-9) * unit


def to_the_penny(amount: float) -> str:
    """An amount with two decimals and no currency.

    >>> to_the_penny(1234.5)
    '1,234.50'
    """
    return f"{amount:,.2f}"


RISK_TEXT = {
    "R": translatable("unsupported for two quarters or more"),
    "A": translatable("unsupported for one quarter, or off within a quarter of end of support"),
    "G": translatable("in good time"),
}
"""What the letter of a system's rating means."""

APPROACH_NAMES = {
    "rehost": (translatable("Rehost"), translatable("Rehost")),
    "replatform": (translatable("Replatform"), translatable("Replat.")),
    "refactor": (translatable("Refactor"), translatable("Refact.")),
    "relocate": (translatable("Relocate"), translatable("Reloc.")),
    "repurchase": (translatable("Repurchase"), translatable("Repur.")),
    "retire": (translatable("Retire"), translatable("Retire")),
    "consolidate": (translatable("Consolidate"), translatable("Consol.")),
    "refresh": (translatable("Refresh"), translatable("Refresh")),
    "retain": (translatable("Retain"), translatable("Retain")),
}
"""How an approach is written on a bar, in full and where there is little room."""

COST_WORDS = {
    "run": translatable("Running"),
    "contract": translatable("Contracts"),
    "support": translatable("Extended support"),
    "one_off": translatable("One-off"),
    "capital": translatable("Capital"),
    "agency": translatable("Agency staff"),
    "staff": translatable("Own people (worth)"),
    "interface": translatable("Interfaces"),
    "exposure": translatable("Exposure (judged)"),
    "stability": translatable("Changes (not cash)"),
}
"""How each kind of cost is called on the terminal, and in answers."""
