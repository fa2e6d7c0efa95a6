"""``consolidate schema``: the schemas of an inventory's files, for editors and checks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.arguments import complete_kinds
from consolidate.cli.console import say
from consolidate.errors import UserError
from consolidate.yaml_files.messages import meant


def schema(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="KIND",
            help="programme, services, partner, scenario, progress.",
            autocompletion=complete_kinds,
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the files of all kinds here.")] = None,
) -> None:
    """Print the JSON Schema of a kind of file, or write them all, for editors and checks."""
    kinds = consolidate.SCHEMAS
    if kind is not None and kind not in kinds:
        raise UserError(f"no file kind {kind!r}; there are {', '.join(kinds)}{meant(kind, kinds)}")
    if kind is None and out is None:
        raise UserError(f"say which: consolidate schema KIND ({', '.join(kinds)}), or --out DIR for all")
    wanted = tuple(kinds) if kind is None else (kind,)
    if out is None:
        for name in wanted:
            sys.stdout.write(consolidate.schema_text(name))
        return
    for path in consolidate.write_schemas(out, wanted):
        say(str(path))
