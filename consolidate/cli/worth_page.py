"""What ``consolidate worth`` shows on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink
from consolidate.explain.worth import Gain, Worth
from consolidate.explain.worth_words import (
    headline,
    more_words,
    notes,
    proven_words,
    rest_words,
    sooner_words,
    what_words,
)
from consolidate.language import Language

_SHOWN = 20
"""So many amounts have a row; the page and JSON have all of them."""


@dataclass(frozen=True)
class WorthPage:
    """The page of what more of what is scarce would save, in the reader's language.

    ``whole``: all of it was asked for by name, so that every amount has a row.
    """

    found: Worth
    own: Language
    whole: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found, own = self.found, self.own
        ink = Ink(found.currency, options.ascii_only, _SHOWN)
        yield ink.line((headline(own, found, ink.money), "bold"))
        for note in notes(own, found, ink.money):
            yield ink.line(note)
        # What was searched for and gained nothing is said of all in common, unless it was asked for by name.
        telling = [gain for gain in found.gains if self.whole or _tells(gain)]
        shown = telling if self.whole else telling[: ink.shown(len(telling))]
        if shown:
            yield Text()
            yield _table(ink, own, together(shown))
        rest = [gain for gain in found.gains if gain not in shown]
        if rest:
            own.cut += 1
            yield Text()
        for said in rest_words(own, rest, ink.money):
            yield ink.line(said)


def _tells(gain: Gain) -> bool:
    """Whether there is more to say of an amount than that it was searched for, with others, and gained nothing."""
    return gain.saves >= 0.5 or gain.searched != "together" or (gain.sooner is not None and gain.sooner.quarters > 0)


def together(gains: Sequence[Gain]) -> list[Gain]:
    """Gains from amounts of the same thing one after the other, the smallest first: its name need be read once."""
    places = list(dict.fromkeys(_thing(gain) for gain in gains))
    return sorted(gains, key=lambda gain: (places.index(_thing(gain)), gain.scarce.unit, gain.amount))


def _thing(gain: Gain) -> tuple[str, str, str]:
    """What it is of, whatever the amount."""
    return gain.scarce.kind, gain.scarce.id, gain.scarce.period


def _table(ink: Ink, own: Language, gains: Sequence[Gain]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    table.add_column(ink.text(own.text("What").upper()))
    table.add_column(ink.text(own.text("How much more").upper()))
    by_quarters = any(gain.sooner is not None for gain in gains)
    if by_quarters:
        table.add_column(ink.text(own.text("Last cutover").upper()), overflow="fold")
    table.add_column(ink.text(f"{own.text('Saves').upper()}{ink.of(1)}"), justify="right", no_wrap=True)
    table.add_column(ink.text(own.text("Proven").upper()), overflow="fold")
    before = ""
    for gain in gains:
        saves = ink.text("") if gain.searched == "no" else ink.figure(gain.saves)
        what = what_words(own, gain.scarce)
        words = ("" if what == before else what, more_words(own, gain, ink.money))
        sooner = [] if gain.sooner is None else [ink.text(sooner_words(own, gain.sooner, ink.short_money))]
        table.add_row(*map(ink.name, words), *sooner, saves, ink.text(proven_words(own, gain, ink.money)))
        before = what
    return table
