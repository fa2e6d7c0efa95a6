"""``consolidate check``: all that is wrong with an inventory."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

import consolidate
from consolidate.cli.arguments import InventoryArgument, InventoryOption, inventory_of
from consolidate.cli.console import print_problems, say
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
    if not found.ok:
        raise typer.Exit(1)
    if format is Format.text:
        warnings = counted(len(found.problems), "warning") if found.problems else "nothing odd"
        size = f"{counted(found.systems, 'system')} of {counted(found.partners, 'partner')}"
        say(f"{folder}: {size}; no errors, {warnings}")
