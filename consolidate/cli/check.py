"""``consolidate check``: all that is wrong with an inventory."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

import consolidate
from consolidate.cli.arguments import InventoryArgument, InventoryOption, inventory_of
from consolidate.cli.console import complain, print_problems, say
from consolidate.vocabulary import counted


class Format(StrEnum):
    """How problems are printed."""

    text = "text"
    json = "json"
    github = "github"


def check(
    inventory: InventoryArgument = None,
    format: Annotated[Format, typer.Option(help="How problems are printed.")] = Format.text,
    named: InventoryOption = None,
) -> None:
    """Say everything that is wrong with an inventory, and with each of its scenarios."""
    folder = inventory_of(inventory, named)
    found = consolidate.check_inventory(folder)
    print_problems(found.problems, format.value)
    scenarios = f" and {counted(len(found.scenarios), 'scenario')}" if found.scenarios else ""
    if found.ok and format is Format.text:
        warnings = counted(len(found.problems), "warning") if found.problems else "nothing odd"
        size = f"{counted(found.systems, 'system')} of {counted(found.partners, 'partner')}"
        say(f"{folder}: {size}{scenarios}; no errors, {warnings}")
    if not found.ok:
        if format is Format.text:
            errors = sum(problem.severity == "error" for problem in found.problems)
            mended = "it is mended" if errors == 1 else "they are mended"
            complain(f"{folder}{scenarios}: {counted(errors, 'error')}; once {mended}, more may be found that is odd")
        raise typer.Exit(1)
