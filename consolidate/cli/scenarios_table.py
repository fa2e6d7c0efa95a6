"""The table that ``consolidate plan --all-scenarios`` shows: each plan's cost, its gap, and that against the base."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink, figure_table, percent
from consolidate.errors import InvalidInventory, NoPlan, OutOfTime, UserError
from consolidate.inventory import Inventory

if TYPE_CHECKING:
    from consolidate import PlanAttempt, PlanResult

BASE = "the inventory itself"
_UNDECIDED = "~ lies within the gaps: proven no further, the two may cost the same, or it may be the other way round."


@dataclass(frozen=True)
class ScenariosTable:
    """The table, laid out for the width of the console that shows it; the first of ``attempts`` is the base."""

    attempts: tuple[PlanAttempt, ...]
    out: Path
    stopped: bool

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        known = next((one.inventory for one in self.attempts if one.inventory is not None), None)
        assert known is not None  # where the inventory itself has errors there is no table
        yield from self.page(known, Ink(known.currency, options.ascii_only, 6))

    def page(self, inventory: Inventory, ink: Ink) -> Iterator[RenderableType]:
        """The heading, the table and what has to be said of it."""
        span = f"{inventory.label(0)} to {inventory.label(inventory.plan_quarters - 1)}"
        yield ink.line((str(inventory.programme), "bold"), f"  {span}, as files and scenarios are now")
        yield Text()
        yield self.table(ink)
        if any(mark for _, mark in map(self.difference, self.attempts)):
            yield Text()
            yield ink.line(_UNDECIDED)
        if not all(one.error for one in self.attempts):
            yield Text()
            place = self.out.as_posix().rstrip("/")
            yield ink.line(("FILES  ", "bold"), f"{place}/, and of each scenario {place}/NAME/")

    def table(self, ink: Ink) -> Table:
        """A row for each."""
        scale = 1_000 if max((cost(one.result) for one in self.attempts if not one.error), default=0) >= 1e6 else 1
        title = f"SCENARIO{ink.of(scale)} discounted"
        table = figure_table(ink, title, "cost", "gap", "against it", "in %", "")
        table.columns[-1].justify = "left"
        for attempt in self.attempts:
            name = ink.text(attempt.scenario or BASE)
            if attempt.error is not None:
                table.add_row(name, *[ink.text("-")] * 4, ink.text(self.why_not(attempt.error)))
                continue
            result = attempt.result
            amount, mark = self.difference(attempt)
            against, share = self.against(ink, amount, scale)
            table.add_row(
                name,
                ink.figure(cost(result) / scale),
                ink.text("0%" if result.status == "optimal" else percent(result.gap)),
                ink.text(f"{mark}{against}"),
                ink.text(share),
                "",
            )
        return table

    def against(self, ink: Ink, amount: float | None, scale: int) -> tuple[str, str]:
        """A difference in figures and as a share of the base's cost."""
        if amount is None:
            return "", ""
        base = cost(self.attempts[0].result)
        return f"{amount / scale:+,.0f}", f"{amount / base:+.1%}" if base else ""

    def difference(self, attempt: PlanAttempt) -> tuple[float | None, str]:
        """What a plan costs more than the base's, and a mark where that might be the other way round.

        None for the base itself, and where one of the two has no plan.
        """
        base = self.attempts[0]
        if attempt is base or attempt.error is not None or base.error is not None:
            return None, ""
        amount = cost(attempt.result) - cost(base.result)
        least = attempt.result.bound - base.result.objective
        most = attempt.result.objective - base.result.bound
        by_cost = all(one.inventory is not None and one.inventory.minimise == "cost" for one in (base, attempt))
        return amount, "" if by_cost and (least > 0 or most < 0) else "~"

    def why_not(self, error: UserError) -> str:
        """Why there is no plan, in a word or two; the whole of it is on the standard error stream."""
        if isinstance(error, InvalidInventory):
            return "has errors"
        if isinstance(error, NoPlan):
            return "no plan"
        return "stopped before" if self.stopped and isinstance(error, OutOfTime) else "not in time"


def cost(result: PlanResult) -> float:
    """What a plan costs, as its books say."""
    return result.verdict.ledger.total
