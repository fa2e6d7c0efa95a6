"""``consolidate show``: what the plan says of one system, partner or service."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.answers import JsonOption, PlanFolder
from consolidate.cli.arguments import InventoryArgument, InventoryOption, complete_entries, inventory_of
from consolidate.cli.console import print_wide
from consolidate.errors import RejectedPlan, message_of


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A system (torfaen/hr-payroll), a partner or a service.",
            autocompletion=complete_entries,
        ),
    ],
    inventory: InventoryArgument = None,
    named: InventoryOption = None,
    out: PlanFolder = Path("outputs"),
    as_json: JsonOption = False,
) -> None:
    """Show what the plan says of a system, a partner or a service, on one screen.

    When it moves and how, what that costs against leaving it as it is, what waits for what, whom it takes. The plan is
    the plan.json in --out. Exit code 1 when it is of another inventory, or of this one as it was.
    """
    plan = out / "plan.json"
    data, made = consolidate.load_plan(inventory_of(inventory, named), plan)
    try:
        entry = consolidate.describe_in_plan(data, made, name)
    except RejectedPlan as error:
        raise RejectedPlan(message_of(error).within(f"{plan}: "), error.faults) from None
    if as_json:
        sys.stdout.write(consolidate.answer_json(entry))
        return
    from consolidate.cli.entry_page import EntryPage  # here, so that other commands start sooner

    print_wide(EntryPage(entry, data.currency))
