"""``consolidate check``: all that is wrong with an inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

import consolidate
from consolidate.cli.arguments import (
    PROBLEM_FORMATS,
    InventoryArgument,
    InventoryOption,
    complete_problem_formats,
    inventory_of,
    one_of,
)
from consolidate.cli.console import complain, print_problems, say
from consolidate.vocabulary import counted

if TYPE_CHECKING:
    from consolidate.cli.problem_formats import ProblemFormat


def check(
    inventory: InventoryArgument = None,
    format: Annotated[
        str,
        typer.Option(
            metavar="FORMAT", help="Of problems: text, json or github.", autocompletion=complete_problem_formats
        ),
    ] = "text",
    named: InventoryOption = None,
) -> None:
    """Say everything that is wrong with an inventory, and with each of its scenarios."""
    folder, form = inventory_of(inventory, named), one_of("--format", format, "formats", PROBLEM_FORMATS)
    found = consolidate.check_inventory(folder)
    print_problems(found.problems, cast("ProblemFormat", form))
    scenarios = f" and {counted(len(found.scenarios), 'scenario')}" if found.scenarios else ""
    if found.ok and form == "text":
        warnings = counted(len(found.problems), "warning") if found.problems else "nothing odd"
        size = f"{counted(found.systems, 'system')} of {counted(found.partners, 'partner')}"
        say(f"{folder}: {size}{scenarios}; no errors, {warnings}")
    if not found.ok:
        if form == "text":
            errors = sum(problem.severity == "error" for problem in found.problems)
            mended = "it is mended" if errors == 1 else "they are mended"
            complain(f"{folder}{scenarios}: {counted(errors, 'error')}; once {mended}, more may be found that is odd")
        raise typer.Exit(1)
