"""``consolidate decisions``: by when each start, build, notice and renewal must be decided."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.answers import JsonOption, PlanFolder, asked_plan
from consolidate.cli.arguments import InventoryArgument, InventoryOption, ScenarioOption, inventory_of, parse_gap
from consolidate.cli.console import answering, print_wide, say
from consolidate.output_files import check_writable, write_file

_PLAN_GAP = 0.001
"""How close to the best a plan is made where there is none."""


def decisions(
    inventory: InventoryArgument = None,
    later: Annotated[
        int, typer.Option(min=0, max=40, metavar="N", help="Try each start and build up to N quarters later.")
    ] = 4,
    scenario: ScenarioOption = None,
    out: PlanFolder = Path("outputs"),
    gap: Annotated[
        str, typer.Option(metavar="GAP", help="How close each plan of a small inventory is proven.")
    ] = "0.01%",
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help="Write it for a diary, too.", show_default=False)
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, too.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
    named: InventoryOption = None,
) -> None:
    """List by when each start, build, notice and renewal must be decided, in order, and what missing it costs.

    The plan is the plan.json in --out; where that is none of this inventory as it is now, one is made first. Exit codes
    as for `plan`.
    """
    wanted = parse_gap(gap)
    for path in (ics, html):
        if path is not None:
            check_writable(path.parent)
    asked = asked_plan(inventory_of(inventory, named), scenario, out, _PLAN_GAP)
    with answering(wanted) as monitor:
        found = consolidate.decisions(
            asked.inventory, asked.plan, later=later, gap=wanted, start=asked.start, monitor=monitor
        )
    if ics is not None:
        write_file(ics, consolidate.decisions_ics(found))
    if html is not None:
        write_file(html, consolidate.decisions_html(found))
    if as_json:
        sys.stdout.write(consolidate.answer_json(found))
        return
    from consolidate.cli.decisions_page import DecisionsPage  # here, so that other commands start sooner

    print_wide(DecisionsPage(found))
    for path, what in ((ics, "the same for a diary"), (html, "the same as a page")):
        if path is not None:
            say(f"{path}: {what}")
