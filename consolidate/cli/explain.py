"""``consolidate explain``: why the plan does what it does with a system, a service or a partner."""

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
    complete_entries,
    named_and_inventory,
    parse_gap,
)
from consolidate.cli.console import answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from consolidate.language import Language


def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A system (torfaen/hr-payroll), a service or a partner.",
            autocompletion=complete_entries,
        ),
    ],
    inventory: InventoryArgument = None,
    nearest: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only so many quarters sooner and later.", show_default=False)
    ] = None,
    scenario: ScenarioOption = None,
    out: PlanFolder = Path("outputs"),
    gap: ChoicesGapOption = "0.01%",
    html: HtmlOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    named: InventoryOption = None,
) -> None:
    """Say why the plan does what it does with a system, a service or a partner.

    What all else costs more, what forbids it, which limits hold it, how late it may be. The plan is the plan.json in
    --out, else the approved one; where neither is of this inventory as it is now, one is made first. Exit codes as for
    `plan`.
    """
    # Imported here, so that other commands start sooner.
    from consolidate.explain.names import named_in
    from consolidate.forced_choices import is_reported

    wanted, own = parse_gap(gap), answer_language(lang)
    check_files(html)
    name, folder = named_and_inventory(name, inventory, named)
    asked = asked_plan(folder, scenario, out, CHOICES_PLAN_GAP, lambda data: named_in(data, name))
    with answering(wanted) as monitor:
        found = consolidate.explain_choice(
            asked.inventory, asked.plan, name, nearest=nearest, gap=wanted, start=asked.start, monitor=monitor
        )
    why = None if is_reported(asked.inventory, found.id) else partial(command_of_whatif, folder, out, scenario)
    show_answer(
        found,
        partial(_page, own=own, why=why),
        as_json,
        AnswerFile(
            html, partial(consolidate.explanation_html, lang=lang), own.text("the same as a page, with all of it")
        ),
        own=own,
    )


def _page(
    found: consolidate.ChoiceExplained | consolidate.PartnerExplained, own: Language, why: Callable[[str], str] | None
) -> RenderableType:
    from consolidate.cli.explain_page import ExplainPage  # here, so that other commands start sooner

    return ExplainPage(found, own, why)
