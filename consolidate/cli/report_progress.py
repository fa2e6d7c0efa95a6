"""``consolidate report-progress``: a report on a quarter, to be corrected by those who know."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.arguments import InventoryArgument, InventoryOption, command_on, named_and_inventory
from consolidate.cli.console import say


def report_progress(
    quarter: Annotated[str, typer.Argument(metavar="QUARTER", help='The quarter that is over, as "2016/17 Q1".')],
    inventory: InventoryArgument = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="PLAN", help="A plan.json to go by; default: the approved plan.")
    ] = None,
    named: InventoryOption = None,
) -> None:
    """Write a report on a quarter into the inventory, filled in with what should have happened.

    Correct what was otherwise; `consolidate plan` then plans from the next quarter on. A report that is there
    already is left alone.
    """
    quarter, folder = named_and_inventory(quarter, inventory, named)
    path = consolidate.report_progress(folder, quarter, plan)
    say(f"{path}: correct what was otherwise, then run: {command_on('plan', folder)}")
