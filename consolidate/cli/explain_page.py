"""What ``consolidate explain`` shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink
from consolidate.explain import choice_words as words
from consolidate.explain.explained import ChoiceExplained, PartnerExplained, PricedChoice

_ROWS = 12


@dataclass(frozen=True)
class ExplainPage:
    """The page of an answer of :func:`consolidate.explain_choice`."""

    found: ChoiceExplained | PartnerExplained

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found = self.found
        ink = Ink(found.currency, options.ascii_only, _ROWS)
        yield from _partner(ink, found) if isinstance(found, PartnerExplained) else _choice(ink, found)
        yield Text()
        yield ink.line(words.measure_words(found))
        if found.also:
            yield ink.line(f"Of the same name: {', '.join(found.also)}.")


def _choice(ink: Ink, found: ChoiceExplained) -> Iterator[RenderableType]:
    """A system or a service."""
    yield ink.line((found.id, "bold"), f"  {words.choice_sentence(found)}")
    for said in (words.moving_words(found), words.break_even_words(found)):
        if said:
            yield Text()
            yield ink.line(said)
    yield from _priced(ink, found, "READY FROM" if found.kind == "service" else "IN ANOTHER QUARTER", found.quarters)
    yield from _priced(ink, found, "OTHERWISE", found.others)
    if found.held_by:
        rows = [(one.limit, *words.holding_words(found, one)) for one in found.held_by]
        yield from _table(ink, ("WITHOUT THIS LIMIT", "IT WOULD BE", "AND THE PLAN"), rows)
    if found.not_held_by:
        yield Text()
        yield ink.line(words.unheld_words(found))
    if found.present.quarters:
        yield Text()
        yield ink.line(("FLOAT  ", "bold"), f"{words.float_words(found)}.")


def _partner(ink: Ink, found: PartnerExplained) -> Iterator[RenderableType]:
    """A partner: a line for each of its systems."""
    yield ink.line((found.id, "bold"), f"  {words.partner_sentence(found)}")
    rows = [(one.id.partition("/")[2] or one.id, *words.short_words(found, one)) for one in found.systems]
    yield from _table(ink, ("SYSTEM", "IN THE PLAN", "A QUARTER LATER", "OTHERWISE"), rows)


def _priced(ink: Ink, found: ChoiceExplained, title: str, choices: Sequence[PricedChoice]) -> Iterator[RenderableType]:
    """Choices with what they cost, and what else moves or what forbids them."""
    rows = [
        (
            called,
            _lines(words.cost_words(found, one), words.kind_words(one, found.currency)),
            words.elsewhere_words(found, one),
        )
        for called, one in words.in_rows(found, choices)
    ]
    yield from _table(ink, (title, "WHAT IT COSTS", "WHAT ELSE MOVES, OR WHAT FORBIDS IT"), rows)


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _table(ink: Ink, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[RenderableType]:
    """A table that folds its texts; nothing without rows."""
    if not rows:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    for title in titles:
        table.add_column(ink.text(title))
    for row in rows:
        table.add_row(*map(ink.name, row))
    yield Text()
    yield table
