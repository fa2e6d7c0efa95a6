"""What ``consolidate whatif`` shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from consolidate.cli.diff_page import costs_table, difference_lines, rest_line
from consolidate.cli.ink import Ink, percent
from consolidate.explain.diff_words import what_if_line
from consolidate.explain.preconditions import smaller_gap_line
from consolidate.explain.what_if import WhatIf
from consolidate.language import Language

_BEST = 1e-7
"""Gaps below this are rounding."""
_SHOWN = 12
"""So many lines of one kind are shown; JSON has all of them."""


@dataclass(frozen=True)
class WhatIfPage:
    """The page of what a change does, in the reader's language; ``brief``: without the table of costs, for one answer
    of many."""

    found: WhatIf
    own: Language
    brief: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        own, plans = self.own, self.found.plans
        ink = Ink(plans.currency, options.ascii_only, _SHOWN)
        yield ink.line((f"{own.text('What if')} ", "bold"), "; ".join(self.found.changes))
        yield ink.line((what_if_line(own, self.found, ink.money), "bold"))
        by_cost = self.found.low is not None
        if self.found.improved >= 0.5:
            yield ink.line(
                own.text(
                    "On the way a plan without the change was found that costs {better} less than the one there is.",
                    better=ink.money(self.found.improved),
                ),
                *(f" {line}" for line in smaller_gap_line(own, self.found.plan_status if by_cost else "")),
            )
        yield from difference_lines(ink, own, plans)
        if not plans.same:
            yield Text()
            if not self.brief:
                yield costs_table(ink, own, plans)
                yield Text()
            yield rest_line(ink, own, plans)
        yield ink.line(*self._proven())

    def _proven(self) -> Iterator[str]:
        """How good the plan with the change is."""
        own, gap = self.own, self.found.gap
        if gap < _BEST:
            yield own.text("The plan with the change is proven to be the best there is.")
        else:
            yield own.text("The plan with the change is proven to be within {gap} of the best.", gap=percent(gap))
        if not self.found.settled:
            yield f" {own.text('A smaller --gap narrows what is proven, and takes longer.')}"
