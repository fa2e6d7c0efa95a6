"""``consolidate alternatives``: plans near the best that are better in something else, and what each costs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import consolidate
from consolidate.cli.answers import (
    AnswerFile,
    HtmlOption,
    JsonOption,
    LangOption,
    PlanFolder,
    answer_language,
    asked_plan,
    check_files,
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
    parse_share,
)
from consolidate.cli.console import complain, searching, workers_for

if TYPE_CHECKING:
    from rich.console import RenderableType

    from consolidate.language import Language


def alternatives(
    inventory: InventoryArgument = None,
    within: Annotated[
        str, typer.Option(metavar="SHARE", help="By how much a plan may cost more than the best.")
    ] = "1%",
    scenario: ScenarioOption = None,
    out: PlanFolder = Path("outputs"),
    gap: Annotated[
        str, typer.Option(metavar="GAP", help="How close the best plan must be proven, if there is none yet.")
    ] = "0.1%",
    time_limit: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Stop after so long, with what was found.")
    ] = 600.0,
    html: HtmlOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    named: InventoryOption = None,
) -> None:
    """Say which plans near the best are better in something else, what each costs, and what is safe to start.

    The fewest unsupported quarters of the highest tiers, the least capital in the first open year, the fewest moves in
    the busiest quarter, the earliest last cutover, the least change from the approved plan. Searched from the plan in
    --out; `consolidate plan --prefer` takes one. Exit codes as for `plan`.
    """
    share, wanted, own = parse_share(within, "--within"), parse_gap(gap), answer_language(lang)
    check_files(html)
    asked = asked_plan(inventory_of(inventory, named), scenario, out, wanted)
    preferences = consolidate.preferences_of(asked.inventory)
    with searching() as monitor, workers_for(len(preferences), workers, scheduler) as executor:
        found = consolidate.alternatives(
            asked.inventory,
            asked.plan,
            within=share,
            start=asked.start,
            time_limit=time_limit,
            monitor=monitor,
            executor=executor,
        )
    _say_what_is_missing(preferences, found)
    file = AnswerFile(html, partial(consolidate.alternatives_html, lang=lang), own.text("the same as a page"))
    show_answer(found, partial(_page, own=own), as_json, file, own=own)


def _say_what_is_missing(preferences: Sequence[str], found: consolidate.NearbyPlans) -> None:
    """Which plans were not looked for until the end, or not at all."""
    there = {one.preference for one in found.alternatives}
    missing = [one for one in preferences if one not in there]
    if missing:
        complain(f"the search ended before it was through with {', '.join(missing)}: give it more with --time-limit")


def _page(found: consolidate.NearbyPlans, own: Language) -> RenderableType:
    from consolidate.cli.alternatives_page import AlternativesPage  # here, so that other commands start sooner

    return AlternativesPage(found, own)
