"""``consolidate report-progress``: a report on a quarter, to be corrected by those who know."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from consolidate.cli.console import (
    InventoryOption,
    UserErrorExit,
    load_inventory,
    not_of_a_scenario,
    read_plan,
    same_inventory,
    say,
    write_text,
)


def report_progress(
    quarter: Annotated[str, typer.Argument(metavar="QUARTER", help='The quarter that is over, as "2016/17 Q1".')],
    inventory: InventoryOption = Path("inventory"),
    plan: Annotated[
        Path | None, typer.Option(metavar="PLAN", help="A plan.json to go by; default: the approved plan.")
    ] = None,
) -> None:
    """Write a report on a quarter into the inventory, filled in with what should have happened.

    Correct what was otherwise; `consolidate plan` then plans from the next quarter on. A report that is there
    already is left alone.
    """
    from consolidate.editing.progress_form import report

    if plan is not None:
        data, made = read_plan(inventory, plan)
        same_inventory(data, made, plan, inventory)
        not_of_a_scenario(made, plan)
    else:
        data = load_inventory(inventory, None)
        if data.approved is None:
            hint = "approve one (`consolidate approve PLAN --by WHO`), or name one with --plan"
            raise UserErrorExit(2, f"{inventory}: there is no approved plan to go by; {hint}")
        made = data.approved
    try:
        number = data.calendar.quarter(quarter)
    except ValueError as error:
        raise UserErrorExit(2, f"{quarter!r} is no quarter: {error}") from None
    label = data.label(number)
    if not 0 <= number < data.T:
        first, last = data.label(0), data.label(data.T - 1)
        raise UserErrorExit(2, f"{label} is outside the horizon; report on {first} to {last}")
    if data.progress is not None and number < data.progress.open:
        told = "is reported on already" if number in data.progress.quarters else "lies before what is reported already"
        raise UserErrorExit(2, f"{label} {told}; the next is {data.label(data.progress.open)}")
    if number > data.open:
        raise UserErrorExit(2, f"{data.label(data.open)} is not reported on yet: report on that first")
    path = inventory / "progress" / f"{label.replace('/', '-').replace(' ', '-')}.yaml"
    if path.exists():
        raise UserErrorExit(2, f"{path} is there already; rename it, or correct it by hand")
    write_text(path, report(data, made, number))
    say(f"{path}: correct what was otherwise, then run: consolidate plan {inventory}")
