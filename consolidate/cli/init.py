"""``consolidate init``: an inventory to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.arguments import InventoryOption, complete_examples, inventory_of
from consolidate.cli.console import say


def init(
    inventory: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help="A folder that is not there yet; default: inventory.", show_default=False
        ),
    ] = None,
    named: InventoryOption = None,
    example: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Copy a real programme: srs, sts, onesource, worcestershire, plymouth-cco.",
            autocompletion=complete_examples,
        ),
    ] = None,
) -> None:
    """Write a small commented inventory to start from, or a copy of an example."""
    folder = inventory_of(inventory, named)
    written = consolidate.start_inventory(folder, example)
    page = folder / "README.md"
    say(f"{folder} is ready. Look at {page if page in written else folder / 'programme.yaml'}, then run:")
    say(f"consolidate plan {folder} --out {folder}-plan")
