"""``consolidate decisions``: by when each start, build, notice and renewal must be decided."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import consolidate
from consolidate.cli.answers import (
    CHOICES_PLAN_GAP,
    AnswerFile,
    ChoicesGapOption,
    HtmlOption,
    JsonOption,
    LangOption,
    PlanFolder,
    answer_language,
    asked_plan,
    check_files,
    command_of_whatif,
    show_answer,
)
from consolidate.cli.arguments import (
    InventoryArgument,
    InventoryOption,
    ScenarioOption,
    SchedulerOption,
    WorkersOption,
    inventory_of,
    parse_gap,
)
from consolidate.cli.console import answering, workers_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from consolidate.language import Language


def decisions(
    inventory: InventoryArgument = None,
    later: Annotated[
        int, typer.Option(min=0, max=40, metavar="N", help="Try each start and build up to N quarters later.")
    ] = 4,
    scenario: ScenarioOption = None,
    out: PlanFolder = Path("outputs"),
    gap: ChoicesGapOption = "0.01%",
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help="Write it for a diary, too.", show_default=False)
    ] = None,
    html: HtmlOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    named: InventoryOption = None,
) -> None:
    """List by when each start, build, notice and renewal must be decided, in order, and what missing it costs.

    The plan is the plan.json in --out, else the approved one; where neither is of this inventory as it is now, one is
    made first. Exit codes as for `plan`.
    """
    wanted, own = parse_gap(gap), answer_language(lang)
    check_files(ics, html)
    folder = inventory_of(inventory, named)
    asked = asked_plan(folder, scenario, out, CHOICES_PLAN_GAP)
    searches = len(asked.inventory.systems) if later else 1
    partly = "what was not tried yet has the plan's own quarter"
    with workers_for(searches, workers, scheduler) as executor, answering(wanted, partly) as monitor:
        found = consolidate.decisions(
            asked.inventory,
            asked.plan,
            later=later,
            gap=wanted,
            start=asked.start,
            monitor=monitor,
            executor=executor,
        )
    show_answer(
        found,
        partial(_page, own=own, why=partial(command_of_whatif, folder, out, scenario)),
        as_json,
        AnswerFile(ics, partial(consolidate.decisions_ics, lang=lang), own.text("the same for a diary")),
        AnswerFile(html, partial(consolidate.decisions_html, lang=lang), own.text("the same as a page")),
        own=own,
    )


def _page(found: consolidate.DecisionCalendar, own: Language, why: Callable[[str], str]) -> RenderableType:
    from consolidate.cli.decisions_page import DecisionsPage  # here, so that other commands start sooner

    return DecisionsPage(found, own, why)
