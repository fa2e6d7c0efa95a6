"""What ``consolidate whatif`` shows on the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from consolidate.cli.diff_page import costs_table, difference_lines, rest_line
from consolidate.cli.ink import Ink, percent
from consolidate.explain.diff_words import what_if_line
from consolidate.explain.what_if import WhatIf

_BEST = 1e-7
"""Gaps below this are rounding."""
_SHOWN = 12
"""So many lines of one kind are shown; JSON has all of them."""


@dataclass(frozen=True)
class WhatIfPage:
    """The page of what a change does; ``brief``: without the table of costs, for one answer of many."""

    found: WhatIf
    brief: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        plans = self.found.plans
        ink = Ink(plans.currency, options.ascii_only, _SHOWN)
        yield ink.line(("What if ", "bold"), "; ".join(self.found.changes))
        yield ink.line((what_if_line(self.found), "bold"))
        if self.found.improved >= 0.5:
            better = ink.money(self.found.improved)
            yield ink.line(
                f"On the way a plan without the change was found that costs {better} less than the one there is. "
                "Plan again with a smaller gap."
            )
        yield from difference_lines(ink, plans)
        if not plans.same:
            yield Text()
            if not self.brief:
                yield costs_table(ink, plans)
                yield Text()
            yield rest_line(ink, plans)
        best = "the best there is" if self.found.gap < _BEST else f"within {percent(self.found.gap)} of the best"
        narrower = "" if self.found.settled else " A smaller --gap narrows what is proven, and takes longer."
        yield ink.line(f"The plan with the change is proven to be {best}.{narrower}")
