"""``consolidate approve``: a plan becomes the one with which every later plan is compared."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import consolidate
from consolidate.cli.arguments import InventoryArgument, InventoryOption, command_on, complete_scenarios, with_inventory
from consolidate.cli.console import complain, say, tame
from consolidate.cli.remedies import worded
from consolidate.errors import RejectedPlan, UserError
from consolidate.vocabulary import counted

if TYPE_CHECKING:
    from consolidate import ChangedFile


def approve(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan.json that was decided on.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who approved it.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="When, as 2016-07-12; default today.")] = None,
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The scenario that was chosen: its changes are written into the inventory.",
            autocompletion=complete_scenarios,
        ),
    ] = None,
    inventory: InventoryArgument = None,
    named: InventoryOption = None,
) -> None:
    """Freeze a plan as the approved one, in the inventory's folder `approved`.

    Earlier approvals stay where they are; the last one counts. With --scenario the changes of that scenario are written
    into the inventory's files, in which all else stays as it is, and the plan is one of that. Exit code 1 when the plan
    breaks a rule, when one of its figures or its proof is wrong, or when the inventory has changed since it was made.
    """
    file, folder = with_inventory(plan, inventory, named)
    plan = file or plan
    try:
        approval = consolidate.approve_plan(folder, plan, by=" ".join(tame(by).split()), on=on, scenario=scenario)
    except RejectedPlan as error:
        if len(error.faults) < 2:
            raise
        command = f"consolidate verify {plan} --inventory {folder}"
        raise RejectedPlan(f"{worded(error)} (and {len(error.faults) - 1} more: {command})") from None
    if approval.on > dt.date.today().isoformat():
        complain(f"--on {approval.on} is still to come: if that is a slip, take the file away and approve again")
    for changed in approval.files:
        say(f"{changed.path}: {_in_words(changed)}")
    say(f"{approval.path}: approved by {approval.by} on {approval.on}; from now on plans are held against it")
    if scenario is not None:
        _warn_of_scenarios(folder)
        say(f"commit these files as one change; then plan the inventory as it is now: {command_on('plan', folder)}")
    elif approval.plan_again:
        say(f"{plan}: what it pays for changes was against the plan approved before: run `consolidate plan` again")


def _in_words(file: ChangedFile) -> str:
    if file.what == "removed":
        return "removed" if file.figures else "removed; the inventory now says what it said"
    count = counted(file.figures, "figure")
    return f"new, with {count}" if file.what == "new" else f"{count} changed"


def _warn_of_scenarios(folder: Path) -> None:
    """Other scenarios were written for the inventory as it was."""
    names = consolidate.scenario_names(folder)
    if names:
        what = f"the scenario {names[0]} is" if len(names) == 1 else f"the scenarios {', '.join(names)} are"
        say(f"{what} now what would change in this inventory: read whether that still says what was meant")
    for name in names:
        try:
            consolidate.load(folder, name)
        except UserError:
            complain(f"the scenario {name} has errors over the inventory as it is now: {command_on('check', folder)}")
