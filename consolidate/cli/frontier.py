"""``consolidate frontier``: what it costs to have more or less of a pot, a role, exposure or changes."""

from __future__ import annotations

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
    PlansGapOption,
    TimeLimitOption,
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
    named_and_inventory,
    parse_gap,
)
from consolidate.cli.console import answering, workers_for
from consolidate.errors import UserError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from consolidate.language import Language

PRICES = 6
"""How many plans at other prices: as the library makes, which takes longer to import than to say so here."""
MANY = 100
"""More plans than are ever made at once."""


def frontier(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="A pot, a role, `exposure` or `changes`.")],
    inventory: InventoryArgument = None,
    sizes: Annotated[
        list[str] | None,
        typer.Option(
            "--size", metavar="PERCENT", help="Of a pot or role: a size, as 80%; again for more. Default: 70% to 130%."
        ),
    ] = None,
    most: Annotated[
        int, typer.Option("--plans", min=1, max=MANY, metavar="N", help="Of exposure and changes: how many plans.")
    ] = PRICES,
    scenario: ScenarioOption = None,
    out: PlanFolder = Path("outputs"),
    gap: PlansGapOption = None,
    time_limit: TimeLimitOption = 600.0,
    html: HtmlOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    named: InventoryOption = None,
) -> None:
    """Show what plans cost with more or less of a pot, a role, exposure, or changes of the approved plan.

    With quarters unsupported, the last cutover, and what is proven. Exit codes as for `plan`.
    """
    own = answer_language(lang)
    check_files(html)
    wanted = None if gap is None else parse_gap(gap)
    options = consolidate.FrontierOptions(tuple(map(_share, sizes or ())), most, wanted, time_limit)
    from consolidate.explain.frontier import frontier_of  # here, so that other commands start sooner

    close = 0.005 if wanted is None else wanted
    what, folder = named_and_inventory(what, inventory, named)
    asked = asked_plan(folder, scenario, out, close, lambda data: frontier_of(data, what))
    with workers_for(MANY, workers, scheduler) as executor, answering(wanted or asked.plan.gap) as monitor:
        found = consolidate.frontier(
            asked.inventory, asked.plan, what, options, start=asked.start, monitor=monitor, executor=executor
        )
    show_answer(
        found,
        partial(_page, own=own),
        as_json,
        AnswerFile(html, partial(consolidate.frontier_html, lang=lang), own.text("the same as a page, with pictures")),
        own=own,
    )


def _share(text: str) -> float:
    """A percentage as a share.

    Raises:
        UserError: it is none.
    """
    try:
        share = float(text.strip().removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not text.strip().endswith("%") or not 0 <= share <= 100:
        raise UserError(f"--size {text}: write a percentage of what there is, such as 80%")
    return share


def _page(found: consolidate.Frontier, own: Language) -> RenderableType:
    from consolidate.cli.frontier_page import FrontierPage  # here, so that other commands start sooner

    return FrontierPage(found, own)
