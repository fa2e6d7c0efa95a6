"""``consolidate worth``: what one more unit of what is scarce would save."""

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
    inventory_of,
    parse_gap,
)
from consolidate.cli.console import answering, complain, workers_for
from consolidate.vocabulary import whole_money

if TYPE_CHECKING:
    from rich.console import RenderableType

    from consolidate import Worth
    from consolidate.language import Language

PLANS = 6
"""How many are planned alone: as the library does, which takes longer to import than to say so here."""
MANY = 10_000
"""So many things are asked about, of each of which a bound is found: enough for all workers."""


def worth(
    inventory: InventoryArgument = None,
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="AMOUNT", help="How much more money: 10000, or 10%; may be given again. Default: both."),
    ] = None,
    days: Annotated[float, typer.Option(metavar="N", help="How many more days of a role in a quarter.")] = 10.0,
    of: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this: role, onewales, `limit 2`; may be given again.")
    ] = None,
    most: Annotated[
        int,
        typer.Option("--plans", min=0, max=10_000, metavar="N", help="How many are planned with more of them alone."),
    ] = PLANS,
    every: Annotated[bool, typer.Option("--all", help="Plan with more of each of which a gain is possible.")] = False,
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
    """Say what one more unit of each pot, role, limit, freeze, milestone, target, budget and service would save.

    First what could be gained at most, from the prices of the plan in --out; then plans with more of many things
    together, and with more of the most promising alone. Exit codes as for `plan`.
    """
    check_files(html)
    own, wanted = answer_language(lang), None if gap is None else parse_gap(gap)
    options = consolidate.WorthOptions(
        money=tuple(by) if by else ("10000", "10%"),
        days=days,
        of=tuple(of or ()),
        most=None if every else most,
        gap=wanted,
        time_limit=time_limit,
    )
    from consolidate.explain.worth import asked_of  # here, so that other commands start sooner

    close = 0.005 if wanted is None else wanted
    asked = asked_plan(inventory_of(inventory, named), scenario, out, close, lambda data: asked_of(data, options))
    with workers_for(MANY, workers, scheduler) as executor, answering(wanted or asked.plan.gap) as monitor:
        found = consolidate.worth(
            asked.inventory,
            asked.plan,
            options,
            start=asked.start,
            monitor=monitor,
            executor=executor,
            on_limits=None if as_json else partial(_tell_limits, own),
        )
    file = AnswerFile(html, partial(consolidate.worth_html, lang=lang), own.text("the same as a page, with all of it"))
    show_answer(found, partial(_page, own=own, whole=bool(of)), as_json, file, own=own)


def _tell_limits(own: Language, found: Worth) -> None:
    """The first words: what could be gained at most, before the first plan is made."""
    from consolidate.explain.worth_words import limits_words

    if found.gains:
        complain(limits_words(own, found, partial(whole_money, found.currency)))
    if found.left:
        complain(
            own.plural(
                "a gain is possible from {n} amount; planning with more of them",
                "a gain is possible from {n} amounts; planning with more of them",
                found.left,
            )
        )


def _page(found: Worth, own: Language, whole: bool) -> RenderableType:
    from consolidate.cli.worth_page import WorthPage  # here, so that other commands start sooner

    return WorthPage(found, own, whole)
