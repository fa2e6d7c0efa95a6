"""``consolidate show``: what the plan says of one system, partner or service."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import consolidate
from consolidate.cli.answers import JsonOption, LangOption, PlanFolder, answer_language, show_answer
from consolidate.cli.arguments import InventoryArgument, InventoryOption, complete_entries, named_and_inventory
from consolidate.errors import RejectedPlan, message_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from consolidate.language import Language


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A system (torfaen/hr-payroll), a partner or a service.",
            autocompletion=complete_entries,
        ),
    ],
    inventory: InventoryArgument = None,
    named: InventoryOption = None,
    out: PlanFolder = Path("outputs"),
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Show what the plan says of a system, a partner or a service, on one screen.

    When it moves and how, what that costs against leaving it as it is, what waits for what, whom it takes. The plan is
    the plan.json in --out. Exit code 1 when it is of another inventory, or of this one as it was.
    """
    own, plan = answer_language(lang), out / "plan.json"
    name, folder = named_and_inventory(name, inventory, named)
    data, made = consolidate.load_plan(folder, plan)
    try:
        entry = consolidate.describe_in_plan(data, made, name)
    except RejectedPlan as error:
        raise RejectedPlan(message_of(error).within(f"{plan}: "), error.faults) from None
    show_answer(entry, partial(_page, currency=data.currency, own=own), as_json, own=own)


def _page(
    entry: consolidate.SystemInPlan | consolidate.PartnerInPlan | consolidate.ServiceInPlan,
    currency: str,
    own: Language,
) -> RenderableType:
    from consolidate.cli.entry_page import EntryPage  # here, so that other commands start sooner

    return EntryPage(entry, currency, own)
