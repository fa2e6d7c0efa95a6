"""``consolidate open``: the roadmap in a browser, or where it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.arguments import complete_partners
from consolidate.cli.console import complain, say

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""Variables of the environment of which one is set where a browser can be started."""


def open_roadmap(
    partner: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A partner's own page.", autocompletion=complete_partners),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder with the plan.")] = Path("outputs"),
) -> None:
    """Open the roadmap in a browser; where there is none, say where the picture is."""
    path = consolidate.roadmap_picture(out, partner).resolve()
    say(str(path))
    if not _shown(path):
        complain("no browser could be started here; open that file in one")


def _shown(path: Path) -> bool:
    """Opens a file in the browser; False where nothing can show it."""
    if sys.platform not in ("win32", "darwin") and not any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    ):
        return False  # without a screen a browser for the terminal would take it over
    import webbrowser  # here, so that other commands start sooner

    try:
        return webbrowser.open(path.as_uri())
    except (webbrowser.Error, OSError):
        return False
