"""``consolidate compare``: options side by side, with doing nothing and doing the minimum beside them."""

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
    answer_language,
    check_files,
    show_answer,
)
from consolidate.cli.arguments import (
    DEFAULT_INVENTORY,
    SchedulerOption,
    WorkersOption,
    complete_scenarios,
    parse_gap,
)
from consolidate.cli.console import answering, workers_for

if TYPE_CHECKING:
    from rich.console import RenderableType

    from consolidate.language import Language


def compare(
    options: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OPTIONS",
            help="Scenarios, or files plan.json; `base` is the inventory itself. Default: that and all scenarios.",
            autocompletion=complete_scenarios,
            show_default=False,
        ),
    ] = None,
    inventory: Annotated[
        Path, typer.Option("--inventory", metavar="DIR", help="The inventory's folder.")
    ] = DEFAULT_INVENTORY,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where plans lie that need not be made again.")
    ] = Path("outputs"),
    gap: Annotated[str, typer.Option(metavar="GAP", help="How close each plan that is made must be proven.")] = "0.5%",
    time_limit: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="For all plans that are made, at most.")
    ] = 600.0,
    details: Annotated[bool, typer.Option("--details", help="By year, partner, tier, role and system, too.")] = False,
    html: HtmlOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Compare options: what each costs and is worth, beside doing nothing and doing the minimum.

    An appraisal in the manner of the Green Book. Plans in --out and --out/NAME that are of the inventory as it is now
    are taken, others are made. Exit codes as for `plan`.
    """
    wanted, own = parse_gap(gap), answer_language(lang)
    check_files(html)
    names = tuple(options or ())
    most = len(names) or 1 + len(consolidate.scenario_names(inventory))
    how = consolidate.PlanOptions(gap=wanted, certify=False)
    with answering(wanted) as monitor, workers_for(1 + most, workers, scheduler) as executor:
        found = consolidate.compare_options(
            inventory, names, plans=out, options=how, time_limit=time_limit, monitor=monitor, executor=executor
        )
    show_answer(
        found,
        partial(_page, own=own, details=details),
        as_json,
        AnswerFile(
            html, partial(consolidate.appraisal_html, lang=lang), own.text("the same as a page, with all of it")
        ),
        own=own,
    )


def _page(found: consolidate.OptionsAppraisal, own: Language, details: bool) -> RenderableType:
    from consolidate.cli.compare_page import ComparePage  # here, so that other commands start sooner

    return ComparePage(found, own, details)
