"""``consolidate whatif``: what a change of the inventory costs or saves, and what moves."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import consolidate
from consolidate.cli.answers import (
    JsonOption,
    LangOption,
    PlanFolder,
    answer_language,
    asked_plan,
    saved_line,
    show_answer,
)
from consolidate.cli.arguments import (
    InventoryArgument,
    InventoryOption,
    ScenarioOption,
    complete_changes,
    inventory_of,
    parse_gap,
)
from consolidate.cli.console import say
from consolidate.errors import UserError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from consolidate.language import Language

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="A figure, such as capital.onewales.2017/18=-10%; may be given again.",
        autocompletion=complete_changes,
    ),
]
ForceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--force",
        metavar="SYSTEM=WHAT",
        help="A system cuts over in a quarter (2018/19 Q1), or takes an option (2, rehost); a service is built.",
    ),
]
ForbidOption = Annotated[list[str] | None, typer.Option("--forbid", metavar="SYSTEM=WHAT", help="The same, forbidden.")]


_LONGEST = 400
"""Quarters of the longest delay that is asked about: more than any horizon has."""


def whatif(
    inventory: InventoryArgument = None,
    figures: SetOption = None,
    force: ForceOption = None,
    forbid: ForbidOption = None,
    delay: Annotated[int | None, typer.Option(metavar="N", help="Nothing begins in the next N open quarters.")] = None,
    scenario: ScenarioOption = None,
    out: PlanFolder = Path("outputs"),
    gap: Annotated[str, typer.Option(metavar="GAP", help="How close the changed plan should be proven.")] = "0.5%",
    time_limit: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Stop the search after so long.")
    ] = 60.0,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Keep the figures as a scenario.")] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    named: InventoryOption = None,
) -> None:
    """Say what a change of the inventory costs or saves, and what moves; no file is touched.

    It is planned from the plan in --out, which takes seconds. Without a change to ask about, changes are typed one
    after the other. Exit codes as for `plan`.
    """
    changes = [*(figures or ()), *(f"force {one}" for one in force or ()), *(f"forbid {one}" for one in forbid or ())]
    if delay is not None and not 1 <= delay <= _LONGEST:
        raise UserError(f"--delay {delay}: give a number of quarters from 1 to {_LONGEST}")
    changes += [f"delay {delay}"] if delay else []
    folder = inventory_of(inventory, named)
    wanted, own = parse_gap(gap), answer_language(lang)
    if save is not None:
        from consolidate.editing.scenario_file import new_scenario_path  # here, so that other commands start sooner

        new_scenario_path(folder, save, "save")
        consolidate.figures_only(changes)
    asked = asked_plan(folder, scenario, out, wanted, lambda _: consolidate.load_changed(folder, changes, scenario))
    if not changes:
        if as_json or save is not None:
            raise UserError("there is nothing to ask about; give a change with --set, --force, --forbid or --delay")
        from consolidate.cli.whatif_session import WhatIfSession

        WhatIfSession(asked, wanted, time_limit, own).run()
        return
    found = asked.what_if(changes, wanted, time_limit, own)
    show_answer(found, partial(_page, own=own), as_json, own=own)
    if save is not None:
        path = consolidate.save_scenario(folder, save, changes, scenario=scenario)
        say(saved_line(own, path, save))


def _page(found: consolidate.WhatIf, own: Language) -> RenderableType:
    from consolidate.cli.whatif_page import WhatIfPage  # here, so that other commands start sooner

    return WhatIfPage(found, own)
