"""What ``consolidate decisions`` shows on the terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink
from consolidate.explain import decision_words as words
from consolidate.explain.decisions import DecisionCalendar
from consolidate.language import Language

_PLANNED = 12
"""So wide at most is what is planned: a quarter, or a day."""


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
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
        table.add_column(ink.text(own.text("By").upper()), no_wrap=True)
        table.add_column(ink.text(own.text("Decision").upper()))
        table.add_column(ink.text(own.text("In the plan").upper()), max_width=_PLANNED)
        table.add_column(ink.text(own.text("If it is missed").upper()))
        for one in calendar.decisions:
            cells = (
                words.decision_words(own, one),
                words.planned_words(own, one),
                words.missed_words(own, calendar, one),
            )
            table.add_row(ink.text(one.day.isoformat()), *map(ink.name, cells))
        yield table
        yield Text()
        yield ink.line(words.caveat_words(own, calendar))
        for change in _unnamed(calendar) if self.why else ():
            assert self.why is not None
            yield ink.line(own.text("Which rules stand in the way: {command}", command=self.why(change)))


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
