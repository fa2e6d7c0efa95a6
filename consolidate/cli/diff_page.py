"""What ``consolidate diff`` shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink, figure_table
from consolidate.explain.diff_words import build_words, cause_words, figure_words, step_words, verdict_line
from consolidate.explain.inventory_diff import InventoryDiff
from consolidate.explain.plan_diff import PlanDiff
from consolidate.vocabulary import COST_WORDS

_SHOWN = 15
"""So many lines of one kind are shown; JSON and Markdown have all of them."""


@dataclass(frozen=True)
class DiffPage:
    """The page of what differs between two plans, or two inventories."""

    found: PlanDiff | InventoryDiff

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        plans = self.found.plans if isinstance(self.found, InventoryDiff) else self.found
        ink = Ink(plans.currency, options.ascii_only, _SHOWN)
        yield ink.line((verdict_line(plans), "bold"))
        if isinstance(self.found, InventoryDiff):
            yield ink.line(f"Each plan is proven to within {self.found.gap:.2%} of the best, or nearer.")
            yield from _lines(ink, "FIGURES", [figure_words(one) for one in self.found.figures])
            yield from _why(ink, self.found)
        yield from difference_lines(ink, plans)
        if not plans.same:
            yield Text()
            yield costs_table(ink, plans)
            yield Text()
            yield rest_line(ink, plans)


def difference_lines(ink: Ink, plans: PlanDiff) -> Iterator[RenderableType]:
    """What moves and what is built otherwise, and systems that only one of the inventories has."""
    yield from _lines(ink, "MOVES", [_costing(ink, step_words(one), one.cost) for one in plans.steps])
    yield from _lines(ink, "BUILDS", [_costing(ink, build_words(one), one.cost) for one in plans.builds])
    yield from _lines(ink, "NEW", [_costing(ink, one.system, one.cost) for one in plans.added])
    yield from _lines(ink, "GONE", [_costing(ink, one.system, -one.cost) for one in plans.removed])


def _costing(ink: Ink, said: str, cost: float) -> str:
    return said if abs(cost) < 0.5 else f"{said} ({'+' if cost > 0 else '-'}{ink.money(abs(cost))})"


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    return grid


def _lines(ink: Ink, heading: str, said: list[str]) -> Iterator[RenderableType]:
    if said:
        grid = _grid()
        shown = said[: ink.rows]
        if len(said) > len(shown):
            shown.append(f"and {len(said) - len(shown):,} more")
        for number, text in enumerate(shown):
            grid.add_row(ink.text("" if number else heading), ink.text(text))
        yield Text()
        yield grid


def _why(ink: Ink, found: InventoryDiff) -> Iterator[RenderableType]:
    """Each difference changed back by itself: what it costs, and what comes back."""
    if found.causes:
        said = []
        for cause in found.causes:
            cost, back = cause_words(cause, found.plans.currency)
            said.append(f"{cause.path}: {cost}{f'; {back}' if back else ''}")
        yield from _lines(ink, "WHY", said)


def costs_table(ink: Ink, plans: PlanDiff) -> Table:
    """Costs by kind under both plans."""
    table = figure_table(ink, f"COST{ink.of(1)} discounted", "old", "new", "more")
    for one in plans.costs:
        table.add_row(ink.text(COST_WORDS[one.kind]), ink.figure(one.old), ink.figure(one.new), ink.figure(one.more))
    total = (ink.figure(plans.old_total), ink.figure(plans.new_total), ink.figure(plans.more))
    judged = any(one.kind in ("exposure", "stability") for one in plans.costs)
    table.add_row(ink.text("Cash and judged" if judged else "In all"), *total, style="bold")
    return table


def rest_line(ink: Ink, plans: PlanDiff) -> Text:
    """Quarters unsupported and the last cutover under both plans."""
    finishes = [when.label if when else "none" for when in (plans.old_finish, plans.new_finish)]
    return ink.line(
        ("UNSUPPORTED  ", "bold"),
        f"{plans.old_unsupported:,} -> {plans.new_unsupported:,} quarters.  ",
        ("LAST CUTOVER  ", "bold"),
        f"{finishes[0]} -> {finishes[1]}.",
    )
