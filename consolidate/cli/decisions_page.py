"""What ``consolidate decisions`` shows on the terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink
from consolidate.explain import decision_words as words
from consolidate.explain.decisions import Decision, DecisionCalendar
from consolidate.language import Language

_WIDE = 130
"""From so many columns on, four cells stand side by side; in fewer, they would be broken into many short lines."""
_PLANNED = 24
"""So wide at most is what is planned: a quarter with its float, or two days."""


@dataclass(frozen=True)
class DecisionsPage:
    """The page of a calendar of :func:`consolidate.decisions`, in the reader's language.

    ``why``: from a change, as ``whatif`` takes it, the command that says what stands in its way.
    """

    calendar: DecisionCalendar
    own: Language
    why: Callable[[str], str] | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        calendar, own = self.calendar, self.own
        ink = Ink(calendar.currency, options.ascii_only, len(calendar.decisions))
        yield ink.line((words.calendar_sentence(own, calendar), "bold"))
        if stopped := words.stopped_words(own, calendar):
            yield ink.line(stopped)
        yield Text()
        yield self.table(ink) if options.max_width >= _WIDE else self.listed(ink)
        yield Text()
        yield ink.line(words.caveat_words(own, calendar))
        for change in _unnamed(calendar) if self.why else ():
            assert self.why is not None
            yield ink.line(own.text("Which rules stand in the way: {command}", command=self.why(change)))

    def table(self, ink: Ink) -> Table:
        """A row for each decision, where its cells are wide enough to be read."""
        calendar, own = self.calendar, self.own
        table = _by_day(ink, own)
        table.add_column(ink.text(own.text("Decision").upper()))
        table.add_column(ink.text(own.text("In the plan").upper()), max_width=_PLANNED)
        table.add_column(ink.text(own.text("If it is missed").upper()))
        for one in calendar.decisions:
            cells = words.decision_words(own, one), *self.said_of(one)
            table.add_row(ink.text(one.day.isoformat()), *map(ink.name, cells))
        return table

    def listed(self, ink: Ink) -> Table:
        """The same where there is less room: what is decided, and in the line below it when, and if it is missed."""
        own = self.own
        table = _by_day(ink, own, "\n")
        below = "; ".join(own.text(what).upper() for what in ("In the plan", "If it is missed"))
        table.add_column(Text("\n").join((ink.text(own.text("Decision").upper()), ink.text(f"  {below}"))))
        for one in self.calendar.decisions:
            said = "; ".join(filter(None, self.said_of(one)))
            cell = Group(ink.name(words.decision_words(own, one), "bold"), Padding(ink.name(said), (0, 0, 0, 2)))
            table.add_row(ink.text(one.day.isoformat()), cell)
        return table

    def said_of(self, one: Decision) -> tuple[str, str]:
        """When the plan has it, and what comes of missing it."""
        return words.planned_words(self.own, one), words.missed_words(self.own, self.calendar, one)


def _by_day(ink: Ink, own: Language, below: str = "") -> Table:
    """A table with its first column alone, the days, and what stands ``below`` its heading."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    table.add_column(Text.assemble(ink.text(own.text("By").upper()), below), no_wrap=True)
    return table


def _unnamed(calendar: DecisionCalendar) -> list[str]:
    """What is proven to have no plan without a rule to name, as options of ``whatif``, which says which rules it is.

    Each is the first one of a start of one step, or of a build, so late.
    """
    found = []
    for one in calendar.decisions:
        missed = one.missed
        if missed is None or missed.state != "impossible" or one.step > 1 or len(missed.quarters) != 1:
            continue
        when = missed.quarters[0].label
        what = when if one.kind == "build" else f"{missed.option}@{when}"
        found.append(f'--force "{one.id}={what}"')
    return found
