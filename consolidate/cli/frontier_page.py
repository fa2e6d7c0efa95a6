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
    more_than_at_hand,
    proven_more,
    size_words,
)


@dataclass(frozen=True)
class FrontierPage:
    """The page of what it costs to have more or less of one thing."""

    found: Frontier

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        ink = Ink(self.found.currency, options.ascii_only, len(self.found.points))
        yield ink.line((frontier_headline(self.found, ink.money), "bold"))
        for note in frontier_notes(self.found):
            yield ink.line(note)
        yield Text()
        yield _table(ink, self.found)


def _table(ink: Ink, found: Frontier) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    table.add_column(
        _heading(ink, "", {"exposure": "EXPOSURE", "changes": "CHANGE"}.get(found.kind, "SIZE")), no_wrap=True
    )
    for heading in (("", "COST"), ("COSTS", "MORE"), ("QUARTERS", "UNSUPP.")):
        table.add_column(_heading(ink, *heading), justify="right", no_wrap=True)
    table.add_column(_heading(ink, "LAST", "CUTOVER"), no_wrap=True)
    table.add_column(_heading(ink, "PROVEN OF WHAT", "IT COSTS MORE"), overflow="fold")
    for point in found.points:
        more = more_than_at_hand(found, point)[0]
        table.add_row(
            ink.text(size_words(found, point, ink.short_money)),
            ink.text("no plan") if point.cost is None else ink.figure(point.cost),
            ink.text("") if more is None else ink.figure(more),
            ink.text("" if point.unsupported is None else f"{point.unsupported:,}"),
            ink.text(point.finish.label if point.finish else ""),
            ink.text(proven_more(found, point, ink.short_money)),
        )
    return table


def _heading(ink: Ink, *lines: str) -> Text:
    """The heading of a column, in two lines."""
    return ink.text(lines[0]).append("\n").append(lines[1])
