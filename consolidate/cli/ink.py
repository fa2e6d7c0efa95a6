"""Text, figures and tables of the summaries, for a terminal that is wide or narrow, in colour or plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Literal

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from consolidate.vocabulary import counted, currency_sign, short_money

_FEW = 3
"""So many kinds of cost have a row each where there is little room (none where there is hardly any)."""


@dataclass(frozen=True)
class Breakable:
    """Lines that wrap at spaces, and after hyphens and slashes, as the ids of systems are read."""

    texts: tuple[Text, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("\n").join(self.lines(options.max_width))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((end - start for text in self.texts for start, end in _pieces(text)), default=0)
        whole = max(map(len, self.texts))
        return Measurement(min(widest, options.max_width), min(whole, options.max_width))

    def lines(self, width: int) -> list[Text]:
        """As few lines as are no wider, each as full as it can be."""
        return [line for text in self.texts for line in self._wrapped(text, width)]

    @staticmethod
    def _wrapped(text: Text, width: int) -> list[Text]:
        spans: list[tuple[int, int]] = []
        for start, end in _pieces(text):
            if spans and end - spans[-1][0] <= width:
                spans[-1] = (spans[-1][0], end)
                continue
            spans += [(first, min(first + width, end)) for first in range(start, end, max(width, 1))]
        return [text[start:end] for start, end in spans]


def _pieces(text: Text) -> list[tuple[int, int]]:
    """Where each piece that is kept together starts and ends; the space after it is no part of it."""
    return [match.span() for match in _PIECE.finditer(text.plain)]


_PIECE = re.compile(r"[/-]*(?:[^\s/-]|(?<=\d)[/-](?=\d))+[/-]*|[/-]+")
"""The pieces of a word, which end with a hyphen or a slash, unless that stands between digits, as in a date."""


@dataclass(frozen=True)
class Ink:
    """Writes figures and text for one terminal: ``plain`` where it has ASCII alone, ``rows`` as there is room."""

    currency: str
    plain: bool
    rows: int
    cut: list[int] = field(default_factory=list, compare=False)
    """How many things each list that was cut short has left out so far."""

    @property
    def brief(self) -> bool:
        """Whether there is room for the least alone."""
        return self.rows < 2

    def kinds(self, kinds: Sequence[str]) -> Sequence[str]:
        """Which kinds of cost, the largest first, have a row of their own."""
        if not self.rows:
            return ()
        return kinds[:_FEW] if self.brief and len(kinds) > _FEW + 1 else kinds

    def shown(self, count: int) -> int:
        """How many of ``count`` things have a row of their own, one row being for all the others."""
        shown = count if count <= self.rows else max(self.rows - 1, 0)
        if shown < count:
            self.cut.append(count - shown)
        return shown

    def some(self, items: Sequence[str], most: int) -> str:
        """The first of several items, and how many more there are."""
        if len(items) <= most:
            return ", ".join(items)
        shown = max(most - 1, 1)
        self.cut.append(len(items) - shown)
        return f"{', '.join(items[:shown])} and {len(items) - shown} more"

    def text(self, text: str, style: str = "") -> Text:
        """A text in a style, without what moves the cursor, and in ASCII where the terminal has no more."""
        shown = "".join(c if c.isprintable() else " " for c in text)
        if self.plain:
            shown = shown.encode("ascii", "replace").decode()
        return Text(shown, style=style)

    def name(self, text: str, style: str = "") -> Breakable:
        """Lines with names in them, which wrap after a hyphen or a slash, too, and within a word only if they must."""
        return Breakable(tuple(self.text(line, style) for line in text.split("\n")))

    def line(self, *parts: str | tuple[str, str]) -> Text:
        """A line of several parts, each a text, or a text and a style."""
        return Text.assemble(*(self.text(*((part,) if isinstance(part, str) else part)) for part in parts))

    @property
    def sign(self) -> str:
        """The currency as it stands before an amount."""
        sign = currency_sign(self.currency)
        return f"{self.currency} " if self.plain and not sign.isascii() else sign

    def money(self, amount: float) -> str:
        """An amount in whole currency units."""
        return f"{'-' if amount < -0.5 else ''}{self.sign}{abs(amount):,.0f}"

    def short_money(self, amount: float) -> str:
        """An amount of a million or more as £2.72m, which leaves one of three figures as it is; else whole."""
        if abs(amount) < 1e6:
            return self.money(amount)
        short = short_money(amount, self.currency)
        return short.replace(currency_sign(self.currency), self.sign)

    def of(self, scale: int) -> str:
        """The unit of a column of amounts, thousands or units, as part of its heading."""
        return f" {self.sign}000" if scale > 1 else f" {self.sign.strip()}"

    def figure(self, amount: float) -> Text:
        """A figure in a table: whole, a dash for nothing."""
        return self.text(f"{amount:,.0f}" if abs(amount) >= 0.5 else "-" if not amount else "<1")

    def bar(self, amount: float, most: float, width: int) -> Text:
        """A bar as long as an amount is large."""
        return self.text(("#" if self.plain else "█") * ceil(width * amount / most) if most else "")


def figure_table(ink: Ink, title: str, *columns: str, padding: int = 2) -> Table:
    """A table without rules: a heading, then a column of labels and columns of figures."""
    table = Table(box=None, pad_edge=False, padding=(0, padding, 0, 0), show_edge=False, header_style="bold")
    overflow: Literal["crop", "ellipsis"] = "crop" if ink.plain else "ellipsis"
    table.add_column(ink.text(title), no_wrap=True, overflow=overflow)
    for name in columns:
        table.add_column(ink.text(name), justify="right" if name else "left", no_wrap=True, overflow=overflow)
    return table


def beside(
    console: Console, options: ConsoleOptions, gap: Sequence[RenderableType], *parts: RenderableType
) -> RenderableType:
    """Parts side by side where the console is wide enough, else one below the other with ``gap`` between."""
    widths = [Measurement.get(console, options.update(width=10_000), part).maximum for part in parts]
    if len(parts) < 2 or sum(widths) + 3 * (len(parts) - 1) > options.max_width:
        return Group(*[item for part in parts for item in (*gap, part)][len(gap) :])
    grid = Table.grid(padding=(0, 3, 0, 0))
    for width in widths:
        grid.add_column(width=width)
    grid.add_row(*parts)
    return grid


def percent(share: float) -> str:
    """A share as a percentage of two figures, never rounded down: it bounds something.

    >>> percent(0.00301), percent(0.1234), percent(0.00000012), percent(0.0)
    ('0.31%', '13%', '0.000012%', '0%')
    """
    if share <= 0:
        return "0%"
    places = 1 - floor(log10(share * 100))
    rounded = ceil(share * 100 * 10**places - 1e-9) / 10**places
    return f"{rounded:.{max(places, 0)}f}%"


def rest_label(n: int, what: str, every: Sequence[object]) -> str:
    """What has no row of its own: 3 more roles, or where none has one, 8 roles."""
    return counted(n, f"more {what}" if n < len(every) else what)
