"""What ``consolidate worth`` shows on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink
from consolidate.explain.worth import Gain, Worth
from consolidate.explain.worth_words import headline, more_words, notes, proven_words, rest_words, what_words

_SHOWN = 20
"""So many amounts have a row; the page and JSON have all of them."""


@dataclass(frozen=True)
class WorthPage:
    """The page of what more of what is scarce would save."""

    found: Worth

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found = self.found
        ink = Ink(found.currency, options.ascii_only, _SHOWN)
        yield ink.line((headline(found, ink.money), "bold"))
        for note in notes(found, ink.money):
            yield ink.line(note)
        # What was searched for and gained nothing is said of all in common.
        telling = [gain for gain in found.gains if gain.saves >= 0.5 or gain.searched != "together"]
        shown = telling[: ink.shown(len(telling))]
        if shown:
            yield Text()
            yield _table(ink, together(shown))
        rest = [gain for gain in found.gains if gain not in shown]
        if rest:
            yield Text()
        for said in rest_words(found, rest, ink.money):
            yield ink.line(said)


def together(gains: Sequence[Gain]) -> list[Gain]:
    """Gains from amounts of the same thing one after the other, the smallest first: its name need be read once."""
    places = list(dict.fromkeys(what_words(gain.scarce) for gain in gains))
    return sorted(gains, key=lambda gain: (places.index(what_words(gain.scarce)), gain.scarce.unit, gain.amount))


def _table(ink: Ink, gains: Sequence[Gain]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    table.add_column(ink.text("WHAT"))
    table.add_column(ink.text("HOW MUCH MORE"))
    table.add_column(ink.text("SAVES"), justify="right", no_wrap=True)
    table.add_column(ink.text("PROVEN"), overflow="fold")
    before = ""
    for gain in gains:
        saves = ink.text("") if gain.searched == "no" else ink.figure(gain.saves)
        what = what_words(gain.scarce)
        words = ("" if what == before else what, more_words(gain, ink.money))
        table.add_row(*map(ink.name, words), saves, ink.text(proven_words(gain, ink.money)))
        before = what
    return table
