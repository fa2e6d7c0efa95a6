"""``consolidate init``: an inventory to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.arguments import InventoryOption, inventory_of
from consolidate.cli.console import say


def init(
    inventory: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help="A folder that is not there yet; default: inventory.", show_default=False
        ),
    ] = None,
    named: InventoryOption = None,
) -> None:
    """Write a small commented inventory to start from."""
    folder = inventory_of(inventory, named)
    consolidate.start_inventory(folder)
    say(f"{folder} is ready. Look at {folder / 'programme.yaml'}, then run:")
    say(f"consolidate plan {folder} --out {folder}-plan")
