"""``consolidate explain``: why the plan does what it does with a system, a service or a partner."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.answers import JsonOption, PlanFolder, asked_plan
from consolidate.cli.arguments import (
    InventoryArgument,
    InventoryOption,
    ScenarioOption,
    complete_entries,
    inventory_of,
    parse_gap,
)
from consolidate.cli.console import answering, print_wide, say
from consolidate.output_files import check_writable, write_file

_PLAN_GAP = 0.001
"""How close to the best a plan is made where there is none."""


def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A system (torfaen/hr-payroll), a service or a partner.",
            autocompletion=complete_entries,
        ),
    ],
    inventory: InventoryArgument = None,
    nearest: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only so many quarters sooner and later.", show_default=False)
    ] = None,
    scenario: ScenarioOption = None,
    out: PlanFolder = Path("outputs"),
    gap: Annotated[
        str, typer.Option(metavar="GAP", help="How close each plan of a small inventory is proven.")
    ] = "0.01%",
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, too.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
    named: InventoryOption = None,
) -> None:
    """Say why the plan does what it does with a system, a service or a partner.

    What all else costs more, what forbids it, which limits hold it, how late it may be. The plan is the plan.json in
    --out; where that is none of this inventory as it is now, one is made first. Exit codes as for `plan`.
    """
    wanted = parse_gap(gap)
    if html is not None:
        check_writable(html.parent)
    asked = asked_plan(inventory_of(inventory, named), scenario, out, _PLAN_GAP)
    with answering(wanted) as monitor:
        found = consolidate.explain_choice(
            asked.inventory, asked.plan, name, nearest=nearest, gap=wanted, start=asked.start, monitor=monitor
        )
    if html is not None:
        write_file(html, consolidate.explanation_html(found))
    if as_json:
        sys.stdout.write(consolidate.answer_json(found))
        return
    from consolidate.cli.explain_page import ExplainPage  # here, so that other commands start sooner

    print_wide(ExplainPage(found))
    if html is not None:
        say(f"{html}: the same as a page, with all of it")
