"""A plan becomes the approved one, with which every later plan is compared."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from consolidate.accounts.own_approval import as_its_own_approval
from consolidate.accounts.verdict import Verdict, approved_since, verify_plan
from consolidate.errors import InvalidArgument, Message, RejectedPlan, Remedy, UserError
from consolidate.folder_lock import folder_lock
from consolidate.inventory import Inventory
from consolidate.loading.plan_files import plan_of_text, read_plan_text, read_utf8
from consolidate.loading.sources import scenario_names
from consolidate.loading.written_scenarios import FileEdit, WrittenScenario, write_in
from consolidate.output_files import CannotWrite, refuse_links, why_not, write_new_file
from consolidate.output_sets import replace_together
from consolidate.plan import Plan, to_json
from consolidate.planning import CERTIFICATE, verify_bound
from consolidate.yaml_files.messages import show

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBERED = re.compile(r"(\d+)-.*\.json")


@dataclass(frozen=True)
class Approval:
    """A plan that was approved.

    Attributes
    ----------
    path
        The file it is kept in.
    by
        Who approved it.
    on
        On which day (``2016-07-12``).
    plan_again
        Whether the plan.json is outdated by the approval: it pays for changes from the plan approved before, or is one
        of the scenario that is the inventory itself from now on.
    files
        The files of the inventory that were changed, made or removed because a scenario was chosen.
    """

    path: Path
    by: str
    on: str
    plan_again: bool = False
    files: tuple[ChangedFile, ...] = ()


@dataclass(frozen=True)
class ChangedFile:
    """A file of an inventory into which a chosen scenario was written.

    Attributes
    ----------
    path
        The file.
    what
        ``changed``, ``new`` or ``removed``.
    figures
        How many figures in it are not what they were; new ones and those that went are among them.
    """

    path: Path
    what: Literal["changed", "new", "removed"]
    figures: int


def approve_plan(
    folder: str | Path, plan: str | Path, *, by: str, on: str | None = None, scenario: str | None = None
) -> Approval:
    """Freeze a plan as the approved one, in the folder ``approved`` of its inventory.

    Earlier approvals stay where they are; the last one counts.

    A plan of a scenario is approved by naming the scenario. Its changes are then written into the inventory's files, in
    which all else stays as it is; its own file is removed, for the inventory then says what it said. The approved plan
    is one of that inventory. All of this is done, or none.

    Parameters
    ----------
    folder
        The inventory's folder.
    plan
        The plan.json that was decided on.
    by
        Who approved it.
    on
        The day, as ``2016-07-12``; today by default.
    scenario
        The scenario that was chosen, where the plan is one of a scenario.

    Returns
    -------
    Approval
        What was written.

    Raises
    ------
    RejectedPlan
        The plan breaks a rule, one of its figures or its proof is wrong, it is of another scenario than the one named,
        the inventory has changed since it was made, or another plan has been approved meanwhile.
    InvalidInventory
        The inventory has errors.
    UserError
        The arguments cannot be used, the scenario's changes cannot be written into the files, or the approval cannot
        be written.
    """
    folder, plan = Path(folder), Path(plan)
    day = _day_of_argument(on)
    if not by.strip():
        raise UserError(Message("nobody approves nothing: ", Remedy.WHO_APPROVES))
    text = read_plan_text(plan, Remedy.PLAN_FIRST)  # once: what is checked is what is frozen
    inventory, made = plan_of_text(folder, text, plan)
    _of_scenario(folder, made, scenario, plan)
    approvals = folder / "approved"
    _not_before(_last(approvals), day)
    verify_bound(inventory, made, _sound(inventory, made, plan), plan.parent / CERTIFICATE)
    chosen = None if scenario is None else write_in(folder, inventory)
    if chosen is not None:
        _sound(chosen.inventory, replace(made, scenario=None, inventory=chosen.inventory.content_hash), plan)
    content = _frozen(text, inventory, by, day, chosen, as_its_own_approval(inventory, made))
    edits = () if chosen is None else chosen.files
    path = _write(folder, day, content, inventory.approved_hash, edits)
    again = chosen is not None or bool((made.costs or {}).get("stability"))
    return Approval(path, by, day, again, tuple(_changed(folder, edit) for edit in edits))


def _frozen(text: str, inventory: Inventory, by: str, day: str, chosen: WrittenScenario | None, approved: Plan) -> str:
    """The text of an approval.

    Args:
        text: of the plan.json.
        inventory: that the plan is of, in its scenario.
        by, day: who approved it, and when.
        chosen: the scenario, written into the inventory; the plan is one of that from now on.
        approved: the plan with what it claims once it is approved.
    """
    frozen = json.loads(text)
    if (frozen.get("costs") or {}).get("stability"):
        claims = json.loads(to_json(approved, inventory.calendar))
        frozen |= {key: claims[key] for key in ("status", "objective", "bound", "gap", "savings_gap", "costs")}
    now = inventory.content_hash
    if chosen is not None:
        now = chosen.inventory.content_hash
        frozen |= {"scenario": None, "inventory": now}
    frozen["approved"] = {
        "by": by,
        "on": day,
        "inventory": now,
        "plan": hashlib.sha256(text.encode()).hexdigest(),
        "before": inventory.approved_hash,
    }
    if chosen is not None:
        named = {"name": inventory.scenario, "title": chosen.title, "description": chosen.description}
        frozen["approved"]["scenario"] = {key: value for key, value in named.items() if value}
    return json.dumps(frozen, indent=1, ensure_ascii=False) + "\n"


def _changed(folder: Path, edit: FileEdit) -> ChangedFile:
    what: Literal["changed", "new", "removed"] = "changed"
    if edit.old is None or edit.new is None:
        what = "new" if edit.old is None else "removed"
    return ChangedFile(folder / edit.path, what, edit.figures)


def _of_scenario(folder: Path, plan: Plan, scenario: str | None, path: Path) -> None:
    """Refuses a plan that is not one of what is chosen: a scenario, or the inventory as it is."""
    if plan.scenario == scenario:
        return
    if scenario is None:
        before = f"{path}: a plan of the scenario {plan.scenario}; "
        raise RejectedPlan(Message(before, Remedy.CHOOSE_SCENARIO, f" {plan.scenario}"))
    names = scenario_names(folder)
    if scenario not in names:
        known = ", ".join(map(show, names)) or "none"
        raise UserError(f"there is no scenario {show(scenario)} in {folder}; scenarios: {known}")
    of = "the inventory as it is" if plan.scenario is None else f"the scenario {plan.scenario}"
    raise RejectedPlan(f"{path}: a plan of {of}, not of the scenario {scenario}; name a plan of that")


def _sound(inventory: Inventory, plan: Plan, path: Path) -> Verdict:
    """Refuses a plan that breaks a rule, or one of whose figures is wrong."""
    verdict = verify_plan(inventory, plan)
    if not verdict.ok:
        raise RejectedPlan(verdict.reason.within(f"{path}: can't be approved: "), verdict.faults)
    if plan.approved != inventory.approved_hash:  # be it the approved plan itself: it is approved once
        since = approved_since(inventory, plan).removeprefix("approved: ")
        raise RejectedPlan(since.within(f"{path}: can't be approved: "))
    return verdict


def _day_of_argument(text: str | None) -> str:
    if text is None:
        return dt.date.today().isoformat()
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise UserError(f"{text!r} is no date; write it as 2016-07-12")


# -- the approvals there are ----------------------------------------------------------


def _names(folder: Path) -> list[str]:
    """Approved plans by name, hidden ones left out as where they are read; the last one counts."""
    try:
        names = [path.name for path in folder.iterdir()] if folder.exists() else []
    except OSError as error:
        raise UserError(f"{folder}: cannot be listed ({why_not(error)}); make it a readable folder") from None
    return [name for name in names if name.endswith(".json") and not name.startswith(".")]


def _last(folder: Path) -> Path | None:
    """The approval that counts."""
    return max((folder / name for name in _names(folder)), default=None)


def _not_before(last: Path | None, day: str) -> None:
    """Approvals follow one another in time: the one that counts is not the older one."""
    before = None if last is None else _day(read_utf8(last, "give the file as it was written"))
    if before is not None and day < before:
        said = f"the last plan was approved on {before} ({last}); "
        raise InvalidArgument("on", day, Message(said, Remedy.LATER_DAY))


def _day(text: str) -> str | None:
    """When a plan was approved, as its file says; None where it doesn't (as one that is being written)."""
    try:
        day = json.loads(text)["approved"]["on"]
    except (ValueError, LookupError, TypeError):
        return None
    return day if isinstance(day, str) and _DAY.fullmatch(day) else None


# -- writing it, though others may do so at the same moment ---------------------------


def _write(folder: Path, day: str, text: str, before: str | None, edits: Sequence[FileEdit]) -> Path:
    """Writes an approval under the next number, and what else changes with it; the path.

    Args:
        folder: of the inventory.
        day: of this one.
        text: what it says.
        before: the sha256 of the approval that it follows; None where it is the first.
        edits: of other files of the inventory.
    """
    approvals = folder / "approved"
    try:
        content = text.encode()
        refuse_links(approvals)
        approvals.mkdir(exist_ok=True)
        with folder_lock(approvals):
            last = _last(approvals)
            if (None if last is None else _hash(last)) != before:
                raise _overtaken(last)
            path = next_file(approvals, day)
            if edits:
                name = f"{approvals.name}/{path.name}"
                old, new = ({edit.path: getattr(edit, which) for edit in edits} for which in ("old", "new"))
                replace_together(folder, old | {name: None}, new | {name: content})
            else:
                write_new_file(path, content)
            return path
    except CannotWrite as error:
        if edits or error.message.remedy is not None:
            raise
        reason = error.reason
    except FileExistsError:
        _not_before(_last(approvals), day)
        raise _overtaken(_last(approvals)) from None
    except (OSError, UnicodeError) as error:
        reason = why_not(error)
    finally:
        if edits:
            with suppress(OSError):
                approvals.rmdir()  # where nothing was written, and nothing was there
    raise UserError(f"{approvals}: the approval cannot be written ({reason})")


def _overtaken(last: Path | None) -> RejectedPlan:
    said = f"another plan has been approved meanwhile ({last}): " if last else "the last approval is gone: "
    return RejectedPlan(Message(said, Remedy.PLAN_AGAIN))


def _hash(path: Path) -> str:
    """As the inventory has it of the approval that counts."""
    text = read_utf8(path, "give the file as it was written").replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(text.encode()).hexdigest()


def next_file(folder: Path, day: str) -> Path:
    """The next file by number, which must be the last by name, too.

    Raises:
        UserError: another file would count as the last, or the last approval is of a later day.
    """
    names = _names(folder)
    number = 1 + max((int(match[1]) for name in names if (match := _NUMBERED.fullmatch(name))), default=0)
    path, last = folder / f"{number:03}-{day}.json", max((folder / name for name in names), default=None)
    if last is not None and last.name >= path.name:
        raise UserError(f"{last}: comes after {path.name} by name, and would count as the last; rename it")
    _not_before(last, day)
    return path
