"""``consolidate approve``: a plan becomes the one with which every later plan is compared."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.arguments import InventoryArgument, InventoryOption, with_inventory
from consolidate.cli.console import complain, say, tame
from consolidate.cli.remedies import worded
from consolidate.errors import RejectedPlan


def approve(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan.json that was decided on.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who approved it.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="When, as 2016-07-12; default today.")] = None,
    inventory: InventoryArgument = None,
    named: InventoryOption = None,
) -> None:
    """Freeze a plan as the approved one, in the inventory's folder `approved`.

    Earlier approvals stay where they are; the last one counts. Exit code 1 when the plan breaks a rule, when one
    of its figures or its proof is wrong, or when the inventory has changed since it was made.
    """
    file, folder = with_inventory(plan, inventory, named)
    plan = file or plan
    try:
        approval = consolidate.approve_plan(folder, plan, by=" ".join(tame(by).split()), on=on)
    except RejectedPlan as error:
        if len(error.faults) < 2:
            raise
        command = f"consolidate verify {plan} --inventory {folder}"
        raise RejectedPlan(f"{worded(error)} (and {len(error.faults) - 1} more: {command})") from None
    if approval.on > dt.date.today().isoformat():
        complain(f"--on {approval.on} is still to come: if that is a slip, take the file away and approve again")
    say(f"{approval.path}: approved by {approval.by} on {approval.on}; from now on plans are held against it")
    if approval.plan_again:
        say(f"{plan}: what it pays for changes was against the plan approved before: run `consolidate plan` again")
