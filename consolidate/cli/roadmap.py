"""``consolidate roadmap``: a plan drawn again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import consolidate
from consolidate.cli.arguments import InventoryArgument, InventoryOption, OutOption, PlanArgument, with_inventory
from consolidate.cli.console import complain, drawing_workers, put_in_place, say
from consolidate.cli.remedies import worded
from consolidate.errors import RejectedPlan, message_of
from consolidate.output_files import check_writable
from consolidate.output_sets import check_not_in_the_way

if TYPE_CHECKING:
    from consolidate import BegunDrawing, Inventory, OutputSet, Plan, Verdict

PICTURES = ("roadmap.svg", "roadmap.png", "map.svg", "dependencies.svg")
"""Pictures of every plan, by names that others may use as well."""
_PLATEAUS = ("plateaus.svg", "plateaus.png")

PlateausOption = Annotated[
    str | None,
    typer.Option(
        metavar="QUARTERS",
        help="Also the landscape as these quarters end, and what appears and goes between: 2017/18 Q4,2019/20 Q4.",
        show_default=False,
    ),
]


def roadmap(
    plan: PlanArgument = None,
    inventory: InventoryArgument = None,
    named: InventoryOption = None,
    out: OutOption = Path("outputs"),
    plateaus: PlateausOption = None,
) -> None:
    """Draw a plan again: the roadmap, the map of what moves where, the dependencies, and if asked the plateaus."""
    plan, folder = with_inventory(plan, inventory, named)
    plan = plan or out / "plan.json"
    check_writable(out)
    data, made = consolidate.load_plan(folder, plan)
    check_not_in_the_way(out, PICTURES if plateaus is None else (*PICTURES, *_PLATEAUS))
    verdict = consolidate.verify_plan(data, made)
    if verdict.violations:
        raise RejectedPlan(f"{plan}: breaks a rule ({verdict.violations[0].message}); run `consolidate verify {plan}`")
    if not verdict.ok:
        complain(worded(message_of(verdict.faults[0]).within(f"{plan}: ", "; drawn as the inventory is now")))
    outputs = consolidate.OutputSet(out)
    files = () if plateaus is None else _draw_plateaus(data, made, verdict, outputs, plateaus)
    files += draw(data, made, verdict, outputs)
    put_in_place(outputs)
    for path in files:
        say(str(path))


def _draw_plateaus(
    data: Inventory, made: Plan, verdict: Verdict, outputs: OutputSet, plateaus: str
) -> tuple[Path, ...]:
    """Draws the landscape at the quarters named, with commas between; the files that will be written."""
    named = [quarter for quarter in plateaus.split(",") if quarter.strip()]
    return consolidate.draw_plateaus(data, made, verdict.ledger, outputs, named).files


def draw(data: Inventory, made: Plan, verdict: Verdict, outputs: OutputSet) -> tuple[Path, ...]:
    """Draws a plan, and says what could not be drawn; the files that will be written."""
    with drawing_workers(data) as executor:
        return draw_rest(consolidate.begin_roadmap(data, made, verdict.ledger, executor=executor), outputs)


def draw_rest(begun: BegunDrawing, outputs: OutputSet) -> tuple[Path, ...]:
    """Draws what is left of a drawing, and says what could not be drawn; the files that will be written."""
    found = begun.write(outputs)
    if found.note:
        complain(worded(found.note))
    return found.files
