"""``consolidate roadmap``: a plan drawn again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import consolidate
from consolidate.cli.arguments import InventoryArgument, InventoryOption, OutOption, PlanArgument, with_inventory
from consolidate.cli.console import complain, say
from consolidate.cli.remedies import worded
from consolidate.errors import RejectedPlan, message_of
from consolidate.output_files import check_writable

if TYPE_CHECKING:
    from consolidate import Inventory, Plan, Verdict


def roadmap(
    plan: PlanArgument = None,
    inventory: InventoryArgument = None,
    named: InventoryOption = None,
    out: OutOption = Path("outputs"),
) -> None:
    """Draw a plan again: the roadmap, the map of what moves where, and the dependencies."""
    plan, folder = with_inventory(plan, inventory, named)
    plan = plan or out / "plan.json"
    check_writable(out)
    data, made = consolidate.load_plan(folder, plan)
    verdict = consolidate.verify_plan(data, made)
    if verdict.violations:
        raise RejectedPlan(f"{plan}: breaks a rule ({verdict.violations[0].message}); run `consolidate verify {plan}`")
    if not verdict.ok:
        complain(worded(message_of(verdict.faults[0]).within(f"{plan}: ", "; drawn as the inventory is now")))
    for path in draw(data, made, verdict, out):
        say(str(path))


def draw(data: Inventory, made: Plan, verdict: Verdict, out: Path) -> tuple[Path, ...]:
    """Draws a plan, and says what could not be drawn; the files written."""
    drawn = consolidate.draw_roadmap(data, made, verdict.ledger, out)
    if drawn.note:
        complain(worded(drawn.note))
    return drawn.files
