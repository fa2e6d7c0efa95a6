"""Arguments and options that several commands share, and what a shell may complete them with."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer


def _stems(folder: str) -> Callable[[typer.Context, str], list[str]]:
    """Completes with the names of the YAML files in a folder of the inventory, which need not be read for it."""

    def complete(context: typer.Context, incomplete: str) -> list[str]:
        # While the option that is completed has no value yet, arguments before it are not assigned.
        inventory = Path(*context.args[:1] or [context.params.get("inventory") or "inventory"])
        try:
            names = sorted(path.stem for path in (inventory / folder).iterdir() if path.suffix == ".yaml")
        except OSError:
            return []
        return [name for name in names if name.startswith(incomplete)]

    return complete


def _words(*words: str) -> Callable[[str], list[str]]:
    """Completes with one of a few words."""

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete


def complete_formats(incomplete: str) -> list[str]:
    """Completes the last of a list of a pack's forms, with commas between."""
    before, comma, last = incomplete.rpartition(",")
    forms = ("html", "pdf", "docx", "xlsx", "csv")
    return [f"{before}{comma}{form}" for form in forms if form.startswith(last) and form not in before.split(",")]


complete_scenarios = _stems("scenarios")
complete_partners = _stems("partners")
complete_languages = _words("en", "cy", "both")
complete_kinds = _words("programme", "services", "partner", "scenario", "progress")

InventoryArgument = Annotated[Path, typer.Argument(metavar="INVENTORY", help="The inventory's folder.")]
InventoryOption = Annotated[Path, typer.Option("--inventory", metavar="DIR", help="The inventory's folder.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the plan and its pictures go.")]
PlanArgument = Annotated[Path | None, typer.Argument(metavar="PLAN", help="A plan.json; default: the one in --out.")]
ScenarioOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="A file of scenarios/ to plan instead.", autocompletion=complete_scenarios),
]


def parse_gap(text: str) -> float:
    """A fraction or a percentage, 0 to 1.

    >>> parse_gap("0.1%"), parse_gap("0")
    (0.001, 0.0)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*", text)
    if match is None or float(match[1]) > (100 if match[2] else 1):
        raise typer.BadParameter(f"{text!r} is no gap; write a percentage as 0.1%, or a fraction as 0.001")
    return round(float(match[1]) / 100, 12) if match[2] else float(match[1])
