"""What ``consolidate explain`` shows on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink
from consolidate.explain import choice_words as words
from consolidate.explain.explained import ChoiceExplained, PartnerExplained, PricedChoice
from consolidate.language import Language

_ROWS = 12


@dataclass(frozen=True)
class ExplainPage:
    """The page of an answer of :func:`consolidate.explain_choice`, in the reader's language.

    ``why``: from a change, as ``whatif`` takes it, the command that says what stands in its way; None where no change
    of it can be asked about, for its work was reported.
    """

    found: ChoiceExplained | PartnerExplained
    own: Language
    why: Callable[[str], str] | None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found, own = self.found, self.own
        ink = Ink(found.currency, options.ascii_only, _ROWS)
        yield from _partner(ink, own, found) if isinstance(found, PartnerExplained) else _choice(ink, own, found)
        if self.why and isinstance(found, ChoiceExplained) and (change := _impossible(found)):
            yield Text()
            yield ink.line(own.text("Which rules stand in the way: {command}", command=self.why(change)))
        yield Text()
        yield ink.line(words.measure_words(own, found))
        if found.also:
            yield ink.line(own.text("Of the same name: {names}.", names=", ".join(found.also)))


def _impossible(found: ChoiceExplained) -> str:
    """The nearest choice that is proven to have no plan, as a change: a later quarter, else a sooner one, else another
    way; empty where there is none.
    """
    quarters, others = ([one for one in some if one.state == "impossible"] for some in (found.quarters, found.others))
    later = [one for one in quarters if one.quarters > found.present.quarters]
    changes = (_as_change(found, one) for one in (*later, *reversed(quarters), *others))
    return next(filter(None, changes), "")


def _as_change(found: ChoiceExplained, one: PricedChoice) -> str:
    """A choice as an option of ``whatif``; empty where none says just that."""
    when = ",".join(quarter.label for quarter in one.quarters)
    if found.kind == "service" and when:
        return f'--force "{found.id}={when}"'
    if found.kind == "service" and found.present.quarters:
        return f"--forbid {found.id}"
    if found.kind == "service":
        return f"--force {found.id}" if one.what == "built" else ""  # built for one system is more than built
    what = f"{one.option}@{when}" if when else str(one.option)
    return f'--force "{found.id}={what}"'


def _choice(ink: Ink, own: Language, found: ChoiceExplained) -> Iterator[RenderableType]:
    """A system or a service."""
    yield ink.line((found.id, "bold"), f"  {words.choice_sentence(found, own.code)}")
    for said in (words.moving_words(own, found), words.break_even_words(own, found)):
        if said:
            yield Text()
            yield ink.line(said)
    heading = own.text("Ready from") if found.kind == "service" else own.text("In another quarter")
    yield from _priced(ink, own, found, heading, found.quarters)
    yield from _priced(ink, own, found, own.text("Otherwise"), found.others)
    if found.held_by:
        rows = [(own.said(one.limit), *words.holding_words(own, found, one)) for one in found.held_by]
        titles = (own.text("Without this limit"), own.text("It would be"), own.text("And the plan"))
        yield from _table(ink, titles, rows)
    if found.not_held_by:
        yield Text()
        yield ink.line(words.unheld_words(own, found))
    if found.present.quarters:
        yield Text()
        yield ink.line((f"{own.text('Float').upper()}  ", "bold"), f"{words.float_words(own, found)}.")


def _partner(ink: Ink, own: Language, found: PartnerExplained) -> Iterator[RenderableType]:
    """A partner: a line for each of its systems."""
    yield ink.line((found.id, "bold"), f"  {words.partner_sentence(own, found)}")
    rows = [(one.id.partition("/")[2] or one.id, *words.short_words(own, found, one)) for one in found.systems]
    titles = (own.text("System"), own.text("In the plan"), own.text("A quarter later"), own.text("Otherwise"))
    yield from _table(ink, titles, rows)


def _priced(
    ink: Ink, own: Language, found: ChoiceExplained, title: str, choices: Sequence[PricedChoice]
) -> Iterator[RenderableType]:
    """Choices with what they cost, and what else moves or what forbids them."""
    rows = [
        (
            called,
            _lines(words.cost_words(own, found, one), words.kind_words(own, one, found.currency)),
            words.elsewhere_words(own, found, one),
        )
        for called, one in words.in_rows(own, found, choices)
    ]
    titles = (title, own.text("What it costs"), own.text("What else moves, or what forbids it"))
    yield from _table(ink, titles, rows)


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _table(ink: Ink, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[RenderableType]:
    """A table that folds its texts, headed in capitals; nothing without rows."""
    if not rows:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    for title in titles:
        table.add_column(ink.text(title.upper()))
    for row in rows:
        table.add_row(*map(ink.name, row))
    yield Text()
    yield table
