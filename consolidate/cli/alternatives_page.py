"""What ``consolidate alternatives`` shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink, figure_table
from consolidate.explain.alternative_words import price_line, same_line, share_words, sure_line
from consolidate.explain.alternatives import Alternative, NearbyPlans
from consolidate.explain.preconditions import undercut_line
from consolidate.language import language

_SHOWN = 8
"""So many things that all plans have alike are shown; JSON and the page have all of them."""


@dataclass(frozen=True)
class AlternativesPage:
    """The page of alternatives to a plan."""

    found: NearbyPlans

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found = self.found
        ink = Ink(found.currency, options.ascii_only, _SHOWN)
        room = ink.money(found.most - found.total)
        yield ink.line(
            ("ALTERNATIVES TO THE PLAN", "bold"),
            f", which costs {ink.money(found.total)}: up to {share_words(found)} ({room}) dearer, "
            "and better in something else.",
        )
        if undercut := undercut_line(language("en"), found.currency, found.cheaper):
            yield Text()
            yield ink.line(undercut)
        for one in found.alternatives:
            yield Text()
            yield ink.line((f"{one.preference.upper()}  ", "bold"), f"{price_line(one, found)}.")
            yield ink.line(sure_line(one, found))
        yield Text()
        yield _table(ink, found)
        yield Text()
        yield ink.line(("THE SAME  ", "bold"), same_line(found))
        if found.found and found.same:
            yield _same(ink, found)


def _same(ink: Ink, found: NearbyPlans) -> Table:
    """The first few things that all plans have alike."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, show_edge=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for same in found.same[:_SHOWN]:
        when = " to ".join(dict.fromkeys((same.start.label, same.until.label)))
        table.add_row(ink.text(f"  {when}"), ink.name(f"{same.what}: {same.approach or 'build'}"))
    if len(found.same) > _SHOWN:
        table.add_row(ink.text(f"  and {len(found.same) - _SHOWN:,} more"))
    return table


def _table(ink: Ink, found: NearbyPlans) -> Table:
    """What counts, a row each; the plan asked about and the alternatives, a column each."""
    plans: tuple[Alternative | NearbyPlans, ...] = (found, *found.found)
    table = figure_table(ink, "WHAT COUNTS", "the plan", *(one.preference for one in found.found), padding=1)

    def row(what: str, counts: Iterable[float], style: str = "") -> None:
        table.add_row(ink.text(what), *map(ink.figure, counts), style=style)

    row(f"Costs more{ink.of(1)}", (one.more if isinstance(one, Alternative) else 0.0 for one in plans), "bold")
    row("Quarters unsupported", (one.merits.quarters for one in plans))
    for tier in found.merits.unsupported:
        if any(one.merits.unsupported[tier] for one in plans):
            row(f"  {tier or 'no tier'}", (one.merits.unsupported[tier] for one in plans))
    row("Systems unsupported", (one.merits.systems for one in plans))
    row(f"Capital {found.year}{ink.of(1)}", (one.merits.capital for one in plans))
    row("Moves, busiest quarter", (one.merits.busiest for one in plans))
    row("Last cutover, quarter", (one.merits.finish for one in plans))
    if found.merits.changes is not None:
        row("Quarters of change", (one.merits.changes or 0 for one in plans))
    row("Moves, builds changed", (one.otherwise if isinstance(one, Alternative) else 0 for one in plans))
    return table
