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
from consolidate.language import Language
from consolidate.vocabulary import translatable

_SHOWN = 8
"""So many things that all plans have alike are shown; JSON and the page have all of them."""
_HEADINGS = {
    "support": translatable("SUPPORT"),
    "capital": translatable("CAPITAL"),
    "calm": translatable("CALM"),
    "finish": translatable("FINISH"),
    "approved": translatable("APPROVED"),
}
"""What stands before an alternative: by what name `plan --prefer` takes it."""
_COLUMNS = {
    "support": translatable("support"),
    "capital": translatable("capital"),
    "calm": translatable("calm"),
    "finish": translatable("finish"),
    "approved": translatable("approved"),
}
"""The same over a column of figures."""


@dataclass(frozen=True)
class AlternativesPage:
    """The page of alternatives to a plan, in the reader's language."""

    found: NearbyPlans
    own: Language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found, own = self.found, self.own
        ink = Ink(found.currency, options.ascii_only, _SHOWN)
        yield ink.line(
            (own.text("Alternatives to the plan").upper(), "bold"),
            own.text(
                ", which costs {total}: up to {share} ({room}) dearer, and better in something else.",
                total=ink.money(found.total),
                share=share_words(found),
                room=ink.money(found.most - found.total),
            ),
        )
        if undercut := undercut_line(own, found.currency, found.cheaper, found.plan_status):
            yield Text()
            yield ink.line(undercut)
        for one in found.alternatives:
            yield Text()
            heading = own.text(_HEADINGS[one.preference])
            yield ink.line((f"{heading}  ", "bold"), f"{price_line(own, one, found, ink.money)}.")
            yield ink.line(sure_line(own, one, found, ink.money))
        yield Text()
        yield _table(ink, own, found)
        yield Text()
        yield ink.line((f"{own.text('THE SAME')}  ", "bold"), same_line(own, found))
        if found.found and found.same:
            yield _same(ink, own, found)


def _same(ink: Ink, own: Language, found: NearbyPlans) -> Table:
    """The first few things that all plans have alike."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, show_edge=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for same in found.same[:_SHOWN]:
        first, last = own.quarter(same.start.label), own.quarter(same.until.label)
        when = first if first == last else own.text("{first} to {last}", first=first, last=last)
        how = own.said(same.approach) or own.text("build")
        table.add_row(ink.text(f"  {when}"), ink.name(f"{same.what}: {how}"))
    if len(found.same) > _SHOWN:
        table.add_row(ink.text(f"  {own.and_more(len(found.same) - _SHOWN)}"))
    return table


def _table(ink: Ink, own: Language, found: NearbyPlans) -> Table:
    """What counts, a row each; the plan asked about and the alternatives, a column each."""
    plans: tuple[Alternative | NearbyPlans, ...] = (found, *found.found)
    columns = (own.text("the plan"), *(own.text(_COLUMNS[one.preference]) for one in found.found))
    table = figure_table(ink, own.text("What counts").upper(), *columns, padding=1)

    def row(what: str, counts: Iterable[float], style: str = "") -> None:
        table.add_row(ink.text(what), *map(ink.figure, counts), style=style)

    more = (one.more if isinstance(one, Alternative) else 0.0 for one in plans)
    row(f"{own.text('Costs more')}{ink.of(1)}", more, "bold")
    row(own.text("Quarters unsupported"), (one.merits.quarters for one in plans))
    for tier in found.merits.unsupported:
        if any(one.merits.unsupported[tier] for one in plans):
            row(f"  {tier or own.text('no tier')}", (one.merits.unsupported[tier] for one in plans))
    row(own.text("Systems unsupported"), (one.merits.systems for one in plans))
    row(f"{own.text('Capital {year}', year=found.year)}{ink.of(1)}", (one.merits.capital for one in plans))
    row(own.text("Moves, busiest quarter"), (one.merits.busiest for one in plans))
    row(own.text("Last cutover, quarter"), (one.merits.finish for one in plans))
    if found.merits.changes is not None:
        row(own.text("Quarters of change"), (one.merits.changes or 0 for one in plans))
    changed = (one.otherwise if isinstance(one, Alternative) else 0 for one in plans)
    row(own.text("Moves, builds changed"), changed)
    return table
