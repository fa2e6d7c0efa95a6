"""What ``consolidate frontier`` shows on the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink
from consolidate.explain.frontier import Frontier
from consolidate.explain.frontier_words import (
    frontier_headline,
    frontier_notes,
    is_of_quarters,
    more_than_at_hand,
    proven_end,
    proven_more,
    size_words,
)
from consolidate.language import Language
from consolidate.report.answers.frontier_document import size_heading


@dataclass(frozen=True)
class FrontierPage:
    """The page of what it costs to have more or less of one thing, in the reader's language."""

    found: Frontier
    own: Language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found, own = self.found, self.own
        ink = Ink(found.currency, options.ascii_only, len(found.points))
        yield ink.line((frontier_headline(own, found, ink.money), "bold"))
        for note in frontier_notes(own, found):
            yield ink.line(note)
        yield Text()
        yield _table_of_ends(ink, own, found) if is_of_quarters(found) else _table(ink, own, found)


def _empty_table(ink: Ink, own: Language, found: Frontier) -> Table:
    """A table with a column of sizes."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    table.add_column(_heading(ink, size_heading(own, found)), no_wrap=True)
    return table


def _table_of_ends(ink: Ink, own: Language, found: Frontier) -> Table:
    """Where quarters are minimised: the last cutover, what is proven of that, and cost beside it."""
    table = _empty_table(ink, own, found)
    table.add_column(_heading(ink, own.text("Last cutover")), no_wrap=True)
    table.add_column(_heading(ink, own.text("Proven of the last cutover")), overflow="fold")
    for heading in (*_in_money(ink, own.text("Cost"), own.text("Costs more")), own.text("Quarters unsupp.")):
        table.add_column(_heading(ink, heading), justify="right", no_wrap=True)
    for number, point in enumerate(found.points):
        more = more_than_at_hand(found, point)[0]
        proven = proven_end(own, found, point)
        if number == found.at_hand:
            proven = own.text("{there}; {proven}", there=own.text("what there is"), proven=proven)
        table.add_row(
            ink.text(size_words(own, found, point, ink.short_money)),
            ink.text(own.quarter(point.finish.label) if point.finish else ""),
            ink.text(proven),
            ink.text("") if point.cost is None else ink.figure(point.cost),
            ink.text("") if more is None else ink.figure(more),
            ink.text("" if point.unsupported is None else own.number(point.unsupported)),
        )
    return table


def _table(ink: Ink, own: Language, found: Frontier) -> Table:
    table = _empty_table(ink, own, found)
    for heading in (*_in_money(ink, own.text("Cost"), own.text("Costs more")), own.text("Quarters unsupp.")):
        table.add_column(_heading(ink, heading), justify="right", no_wrap=True)
    table.add_column(_heading(ink, own.text("Last cutover")), no_wrap=True)
    table.add_column(_heading(ink, own.text("Proven of what it costs more")), overflow="fold")
    for point in found.points:
        more = more_than_at_hand(found, point)[0]
        table.add_row(
            ink.text(size_words(own, found, point, ink.short_money)),
            ink.text(own.text("no plan")) if point.cost is None else ink.figure(point.cost),
            ink.text("") if more is None else ink.figure(more),
            ink.text("" if point.unsupported is None else own.number(point.unsupported)),
            ink.text(own.quarter(point.finish.label) if point.finish else ""),
            ink.text(proven_more(own, found, point, ink.short_money)),
        )
    return table


def _in_money(ink: Ink, *headings: str) -> tuple[str, ...]:
    """Headings of columns of amounts, with their unit."""
    return tuple(f"{heading}{ink.of(1)}" for heading in headings)


def _heading(ink: Ink, text: str) -> Text:
    """The heading of a column in capitals, in two lines as narrow as can be; the first is empty above one word."""
    words = text.upper().split(" ")
    ways = [
        (" ".join(words[:place]), " ".join(words[place:])) for place in range(1 if len(words) > 1 else 0, len(words))
    ]
    above, below = min(ways, key=lambda way: max(map(len, way)))
    return ink.text(above).append("\n").append(ink.text(below))
