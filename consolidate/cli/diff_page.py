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
from consolidate.language import Language
from consolidate.vocabulary import COST_WORDS

_SHOWN = 15
"""So many lines of one kind are shown; JSON and Markdown have all of them."""


@dataclass(frozen=True)
class DiffPage:
    """The page of what differs between two plans, or two inventories, in the reader's language."""

    found: PlanDiff | InventoryDiff
    own: Language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        own, plans = self.own, self.found.plans if isinstance(self.found, InventoryDiff) else self.found
        ink = Ink(plans.currency, options.ascii_only, _SHOWN)
        yield ink.line((verdict_line(own, plans, ink.money), "bold"))
        if isinstance(self.found, InventoryDiff):
            gap = own.percent(self.found.gap, 2)
            yield ink.line(own.text("Each plan is proven to within {gap} of the best, or nearer.", gap=gap))
            yield from _lines(ink, own, own.text("Figures"), [figure_words(own, one) for one in self.found.figures])
            yield from _why(ink, own, self.found)
        yield from difference_lines(ink, own, plans)
        if not plans.same:
            yield Text()
            yield costs_table(ink, own, plans)
            yield Text()
            yield rest_line(ink, own, plans)


def difference_lines(ink: Ink, own: Language, plans: PlanDiff) -> Iterator[RenderableType]:
    """What moves and what is built otherwise, and systems that only one of the inventories has."""
    moves = [_costing(ink, step_words(own, one), one.cost) for one in plans.steps]
    yield from _lines(ink, own, own.text("Moves"), moves)
    builds = [_costing(ink, build_words(own, one), one.cost) for one in plans.builds]
    yield from _lines(ink, own, own.text("Builds"), builds)
    yield from _lines(ink, own, own.text("New"), [_costing(ink, one.system, one.cost) for one in plans.added])
    yield from _lines(ink, own, own.text("Gone"), [_costing(ink, one.system, -one.cost) for one in plans.removed])


def _costing(ink: Ink, said: str, cost: float) -> str:
    return said if abs(cost) < 0.5 else f"{said} ({'+' if cost > 0 else '-'}{ink.money(abs(cost))})"


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    return grid


def _lines(ink: Ink, own: Language, heading: str, said: list[str]) -> Iterator[RenderableType]:
    if said:
        grid = _grid()
        shown = said[: ink.rows]
        if len(said) > len(shown):
            shown.append(own.and_more(len(said) - len(shown)))
        for number, text in enumerate(shown):
            grid.add_row(ink.text("" if number else heading.upper()), ink.text(text))
        yield Text()
        yield grid


def _why(ink: Ink, own: Language, found: InventoryDiff) -> Iterator[RenderableType]:
    """Each difference changed back by itself: what it costs, and what comes back."""
    if found.causes:
        said = []
        for cause in found.causes:
            cost, back = cause_words(own, cause, ink.money)
            said.append(f"{own.said(cause.path)}: {cost}{f'; {back}' if back else ''}")
        yield from _lines(ink, own, own.text("Why"), said)


def costs_table(ink: Ink, own: Language, plans: PlanDiff) -> Table:
    """Costs by kind under both plans."""
    title = own.text("COST{unit} discounted", unit=ink.of(1))
    table = figure_table(ink, title, own.text("old"), own.text("new"), own.text("more"))
    for one in plans.costs:
        kind = own.text(COST_WORDS[one.kind])
        table.add_row(ink.text(kind), ink.figure(one.old), ink.figure(one.new), ink.figure(one.more))
    total = (ink.figure(plans.old_total), ink.figure(plans.new_total), ink.figure(plans.more))
    judged = any(one.kind in ("exposure", "stability") for one in plans.costs)
    table.add_row(ink.text(own.text("Cash and judged") if judged else own.text("In all")), *total, style="bold")
    return table


def rest_line(ink: Ink, own: Language, plans: PlanDiff) -> Text:
    """Quarters unsupported and the last cutover under both plans."""
    unsupported = own.text(
        "{old} -> {new} quarters.", old=own.number(plans.old_unsupported), new=own.number(plans.new_unsupported)
    )
    old, new = (own.quarter(when.label) if when else own.text("none") for when in (plans.old_finish, plans.new_finish))
    return ink.line(
        (f"{own.text('unsupported').upper()}  ", "bold"),
        f"{unsupported}  ",
        (f"{own.text('Last cutover').upper()}  ", "bold"),
        f"{old} -> {new}.",
    )
