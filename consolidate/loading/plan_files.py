"""A plan.json and the inventory it is a plan of."""

from __future__ import annotations

import json
from pathlib import Path

from consolidate.errors import Message, RejectedPlan, Remedy, UserError
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.loading.sources import scenario_names
from consolidate.output_sets import put_back_interrupted
from consolidate.plan import Plan, from_json
from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.text_files import inventory_text


def read_utf8(path: Path, remedy: Remedy | str) -> str:
    """The text of a file (UTF-8, with a byte order mark or without).

    Raises:
        UserError: it cannot be read; the message ends in the remedy.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else "not UTF-8 text"
    before = f"{path}: cannot be read ({why}); "
    raise UserError(Message(before, remedy) if isinstance(remedy, Remedy) else before + remedy)


def read_plan_text(path: Path, remedy: Remedy) -> str:
    """The text of a plan.json; if a run was ended while it put a plan's files in place, they are put back first.

    Raises:
        UserError: it cannot be read; the message ends in the remedy.
    """
    put_back_interrupted(path.parent)
    if (path / "plan.json").is_file():
        raise UserError(f"{path}: is a folder; name the plan in it, {path / 'plan.json'}")
    return read_utf8(path, remedy)


def load_plan(folder: str | Path, path: str | Path) -> tuple[Inventory, Plan]:
    """Read a plan.json, and the inventory it is a plan of, in the scenario that the plan names.

    Parameters
    ----------
    folder
        The inventory's folder.
    path
        The plan.json.

    Returns
    -------
    tuple
        The inventory, and the plan. The inventory may have changed since the plan was made:
        :func:`consolidate.verify_plan` says so.

    Raises
    ------
    InvalidInventory
        The inventory has errors.
    RejectedPlan
        The file is no plan, or one of another inventory or of a scenario that is not there.
    UserError
        A file cannot be read.
    """
    folder, path = Path(folder), Path(path)
    return plan_of_text(folder, read_plan_text(path, Remedy.PLAN_FIRST), path)


def plan_of_text(folder: Path, text: str, path: Path) -> tuple[Inventory, Plan]:
    """The same of the text of a plan.json, which was read from ``path``; raises the same."""
    inventory = load(folder)
    plan = from_json(text, inventory.calendar, str(path))
    if plan.scenario is not None:
        require_scenario(folder, plan.scenario, path)
        inventory = load(folder, plan.scenario)
        plan = from_json(text, inventory.calendar, str(path))
    _of_this_inventory(inventory, plan, path, folder)
    return inventory, plan


def require_scenario(folder: Path, scenario: str, path: Path) -> None:
    """Refuses a plan of a scenario that the inventory does not have, or does not have any more.

    Args:
        folder: the inventory's folder.
        scenario: what the plan says.
        path: the plan's file.

    Raises:
        RejectedPlan: there is no such scenario.
    """
    if scenario not in scenario_names(folder):
        _refuse_if_chosen(folder, scenario, path)
        known = ", ".join(map(show, scenario_names(folder))) or "none"
        raise RejectedPlan(f"{path}: scenario: the plan says {show(scenario)}; the inventory has {known}")


def _refuse_if_chosen(folder: Path, scenario: str, path: Path) -> None:
    """Refuses a plan of a scenario that is the inventory itself by now: it was written in with an approval."""
    for file in sorted((folder / "approved").glob("*.json"), reverse=True):
        text = inventory_text(file, str(file), folder, Findings())  # no device, and nothing outside
        try:
            chosen = json.loads(text or "")["approved"]["scenario"]["name"]
        except (ValueError, LookupError, TypeError, RecursionError):
            continue
        if chosen == scenario:
            was = f"{path}: a plan of the scenario {show(scenario)}, which was chosen and is the inventory itself since"
            raise RejectedPlan(Message(f"{was} (its plan then: {file}); ", Remedy.PLAN))


def _of_this_inventory(inventory: Inventory, plan: Plan, path: Path, folder: Path) -> None:
    """Refuses a plan of quite another inventory in one line: a rule broken for each system would say nothing.

    An inventory that has changed since is not another one: of that, every rule and figure is of interest.
    """
    if plan.inventory == inventory.content_hash:
        return
    named = {move.system for move in plan.moves} | {stay.system for stay in plan.stays}
    known = sum(system in inventory.systems for system in named)
    if plan.programme == str(inventory.programme) and 2 * known >= len(named):
        return
    before = (
        f"{path}: is a plan of another inventory ({plan.programme or 'no name'}; {known:,} of its {len(named):,} "
        f"systems are in {folder}, {inventory.programme}); "
    )
    raise RejectedPlan(Message(before, Remedy.WHICH_INVENTORY))


def refuse_scenario(plan: Plan, path: Path) -> None:
    """Refuses a plan of what might be: what is approved and reported is what is.

    Raises:
        RejectedPlan: it is a plan of a scenario.
    """
    if plan.scenario is not None:
        before = f"{path}: a plan of the scenario {plan.scenario}; "
        raise RejectedPlan(Message(before, Remedy.APPROVE_SCENARIO, f" {plan.scenario}"))
