"""``consolidate diff``: what differs between two inventories, or two plans, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import consolidate
from consolidate.cli.answers import LangOption, answer_language, in_language, print_page
from consolidate.cli.arguments import DEFAULT_INVENTORY, SchedulerOption, WorkersOption, parse_gap, plan_in
from consolidate.cli.console import complain, counting, workers_for
from consolidate.cli.remedies import worded
from consolidate.errors import RejectedPlan, UserError, message_of

if TYPE_CHECKING:
    from consolidate import Inventory, InventoryDiff, Plan, PlanDiff

CAUSES = 8
"""So many differences are changed back at most: as the library does, which takes longer to import than to say here."""


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="An inventory's folder, or a plan.json.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another of the same kind.")],
    named: Annotated[
        Path, typer.Option("--inventory", metavar="DIR", help="The inventory that NEW, a plan, is of.")
    ] = DEFAULT_INVENTORY,
    old_inventory: Annotated[
        Path | None, typer.Option(metavar="DIR", help="That of OLD, a plan; default: the same.", show_default=False)
    ] = None,
    gap: Annotated[str, typer.Option(metavar="GAP", help="How close each plan of a folder must be proven.")] = "1%",
    time_limit: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="For each plan, at most.")] = 300.0,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, for a pull request.")] = False,
    lang: LangOption = "en",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Say what differs between two inventories or two plans: what moved, why, and what it costs.

    Two folders are planned, and what differs between them is changed back one by one to find which figure or rule moved
    what. Of two plans is said what moved and what it costs. Exit codes as for `plan`.
    """
    wanted, own = parse_gap(gap), answer_language(lang)
    if as_json and markdown:
        raise UserError("--json and --markdown: give one of them")
    old, new = plan_in(old), plan_in(new)
    if old.is_dir() != new.is_dir():
        if missing := next((one for one in (old, new) if not one.exists()), None):
            raise UserError(f"{missing} is not there; give two inventories' folders, or two plans")
        raise UserError(f"{old} and {new}: give two inventories' folders, or two plans")
    found: PlanDiff | InventoryDiff
    if new.is_dir():
        with in_language(own), workers_for(CAUSES, workers, scheduler) as executor, counting() as on_plan:
            found = consolidate.diff_inventories(
                old, new, gap=wanted, time_limit=time_limit, on_plan=on_plan, executor=executor
            )
    else:
        then = _plan_of(old, old_inventory or named, "--old-inventory")
        found = consolidate.diff_plans(*then, *_plan_of(new, named, "--inventory"))
    if as_json:
        sys.stdout.write(consolidate.answer_json(found))
    elif markdown:
        sys.stdout.write(consolidate.diff_markdown(found, lang))
    else:
        from consolidate.cli.diff_page import DiffPage  # here, so that other commands start sooner

        print_page(DiffPage(found, own), own)


def _plan_of(path: Path, folder: Path, option: str) -> tuple[Inventory, Plan]:
    """A plan and its inventory; says where the inventory has changed since.

    Raises:
        RejectedPlan: it breaks a rule of the inventory as it is now.
    """
    data, made = consolidate.load_plan(folder, path)
    verdict = consolidate.verify_plan(data, made)
    if verdict.violations:
        why = verdict.violations[0].message
        raise RejectedPlan(f"{path}: breaks a rule of {folder} ({why}); name the inventory it was made of: {option}")
    if not verdict.ok:
        complain(worded(message_of(verdict.faults[0]).within(f"{path}: ", f"; compared as {folder} is now")))
    return data, made
