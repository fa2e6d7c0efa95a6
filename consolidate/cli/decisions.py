"""``consolidate decisions``: by when each start, build, notice and renewal must be decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
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
    DECISION_KINDS,
    InventoryArgument,
    InventoryOption,
    ScenarioOption,
    SchedulerOption,
    WorkersOption,
    complete_decisions,
    complete_partners,
    inventory_of,
    one_of,
    parse_gap,
)
from consolidate.cli.console import answering, workers_for
from consolidate.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from consolidate import Inventory
    from consolidate.language import Language


PartnersOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ID",
        help="Only those of this partner; may be given again.",
        autocompletion=complete_partners,
        show_default=False,
    ),
]
KindsOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND",
        help="Only those of this kind, start, build, notice or renewal; may be given again.",
        autocompletion=complete_decisions,
        show_default=False,
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option(metavar="WHEN", help="Only those due by the end of a quarter, or by a day.", show_default=False),
]


def decisions(
    inventory: InventoryArgument = None,
    later: Annotated[
        int, typer.Option(min=0, max=40, metavar="N", help="Try each start and build up to N quarters later.")
    ] = 4,
    partner: PartnersOption = None,
    kind: KindsOption = None,
    until: UntilOption = None,
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
    kinds = [one_of("--kind", one, "kinds", DECISION_KINDS) for one in kind or ()]
    asked = asked_plan(folder, scenario, out, CHOICES_PLAN_GAP, lambda data: _chosen(data, partner or (), until))
    partners, day = _chosen(asked.inventory, partner or (), until)
    if kinds and not {"start", "build"} & {*kinds}:
        later = 0  # days for notice need no search
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
        found.only(partners, kinds, day),
        partial(_page, own=own, why=partial(command_of_whatif, folder, out, scenario)),
        as_json,
        AnswerFile(ics, partial(consolidate.decisions_ics, lang=lang), own.text("the same for a diary")),
        AnswerFile(html, partial(consolidate.decisions_html, lang=lang), own.text("the same as a page")),
        own=own,
    )


def _chosen(data: Inventory, partners: Sequence[str], until: str | None) -> tuple[Sequence[str], dt.date | None]:
    """The ids of partners whose decisions are asked for, and the day up to which.

    Raises:
        UserError: there is no such partner; ``until`` is no time.
    """
    from consolidate.explain.names import named_in  # here, so that other commands start sooner
    from consolidate.quarters import parse_date

    ids = [named_in(data, f"partner:{one.removeprefix('partner:')}").id for one in partners]
    if until is None:
        return ids, None
    try:
        if "Q" in until:
            return ids, data.calendar.last_day(data.calendar.quarter(until))
        return ids, parse_date(until)
    except ValueError:
        hint = "write a quarter as 2016/17 Q1, or a day as 2018-03-31"
        raise UserError(f"--until {until!r} is no time by which a decision could be due; {hint}") from None


def _page(found: consolidate.DecisionCalendar, own: Language, why: Callable[[str], str]) -> RenderableType:
    from consolidate.cli.decisions_page import DecisionsPage  # here, so that other commands start sooner

    return DecisionsPage(found, own, why)
