"""Which plans a Board pack is made from: as a quarter ended, and as the quarter before did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consolidate.accounts.approved_plan_status import standing
from consolidate.accounts.verdict import verify_plan
from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.errors import InvalidArgument, Message, RejectedPlan, Remedy
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.loading.plan_files import read_plan_text, require_scenario
from consolidate.plan import Plan, from_json
from consolidate.planning import accepted_plan, plan_for_pack

PLANS = Path("outputs")
"""The folder in which plans are looked for, besides that of the pack."""


def _ignore_inventory(inventory: Inventory) -> None:
    """The default: nothing is done with the inventory."""


def _plan_at_once(inventory: Inventory, quarter: int) -> Plan:
    """The plan of an inventory as it stood at the end of a quarter, made without a word."""
    return plan_for_pack(inventory)


def ignore_note(message: Message) -> None:
    """The default: notes on what a pack leaves out are dropped."""


@dataclass(frozen=True)
class PackCallbacks:
    """What a caller hears, and is asked, while a pack is made.

    Attributes
    ----------
    loaded
        Called with the inventory when it has been read.
    planner
        Called with an inventory, as it stood at the end of a quarter, and the number of the quarter (-1 before the
        first report), where no plan of it is found: it makes one.
    note
        Called with a message where something is left out of the pack.
    """

    loaded: Callable[[Inventory], None] = _ignore_inventory
    planner: Callable[[Inventory, int], Plan] = _plan_at_once
    note: Callable[[Message], None] = ignore_note


@dataclass(frozen=True)
class _Question:
    """The inventory's folder, the whole inventory, and the quarter that is asked about."""

    folder: Path
    whole: Inventory
    quarter: int
    last: int
    """The last quarter that is reported on; -1 where none is."""

    def inventory(self, scenario: str | None = None) -> Inventory:
        """The inventory as it stood at the end of the quarter."""
        if scenario is None and self.quarter == self.last:
            return self.whole
        until = None if self.quarter == self.last else self.whole.label(self.quarter)
        return load(self.folder, scenario, until=until)

    def earlier(self, scenario: str | None) -> Inventory:
        """The inventory as it stood a quarter before that."""
        return load(self.folder, scenario, until=self.whole.label(self.quarter - 1))


def pack_basis(
    folder: Path, out: Path, *, quarter: str | None, plan: Path | None, partner: str | None, callbacks: PackCallbacks
) -> Basis:
    """The plan at the end of a quarter, and a quarter earlier. Nothing is written.

    Args:
        folder: the inventory's.
        out: the folder of the pack, in which plans are looked for, and the plans that earlier packs were made from.
        quarter: the label of the quarter; by default the last one reported on.
        plan: the plan.json to go by; by default one is found, or made.
        partner: for whom the pack is, where it is for one partner.
        callbacks: what the caller hears, and is asked.

    Raises:
        RejectedPlan: ``plan`` is no plan, or breaks a rule.
        UserError: an argument cannot be used, or a file cannot be read.
        InvalidInventory, NoPlan, OutOfTime: of the inventory, and of the plan that is made.
    """
    whole = load(folder)
    callbacks.loaded(whole)
    last = whole.progress.quarters[-1] if whole.progress else -1
    question = _Question(folder, whole, _quarter(whole, quarter, last), last)
    inventory = question.inventory()
    if partner is not None and partner not in inventory.partners:
        known = ", ".join(inventory.partners)
        raise InvalidArgument("partner", repr(partner), f"no such partner; there are {known}")
    if plan is not None:
        inventory, made = _given(question, inventory, plan)
    else:
        made = _found(inventory, out, question.quarter) or callbacks.planner(inventory, question.quarter)
    before = None
    if question.quarter >= 0:
        earlier = question.earlier(inventory.scenario)
        then = accepted_plan(earlier, out / plan_file(earlier, question.quarter - 1)) or _first(earlier)
        before = None if then is None else PlanBooks(earlier, then)
    stands = standing(inventory, made)
    holds, dropped = (None, ()) if stands is None else (stands.holds, stands.dropped)
    return Basis(PlanBooks(inventory, made), before, question.quarter, holds, dropped)


def _first(earlier: Inventory) -> Plan | None:
    """Before anything has happened the approved plan is the plan; later only a plan that was kept can say."""
    return earlier.approved if earlier.progress is None else None


def _quarter(inventory: Inventory, wanted: str | None, last: int) -> int:
    """The number of the quarter asked for; -1 is the time before the first."""
    if wanted is None:
        return last
    try:
        quarter = inventory.calendar.quarter(wanted)
    except ValueError as error:
        raise InvalidArgument("quarter", repr(wanted), str(error)) from None
    if quarter != -1 and (inventory.progress is None or quarter not in inventory.progress.quarters):
        newest = f"the last is on {inventory.label(last)}" if last >= 0 else "there are no reports yet"
        raise InvalidArgument("quarter", wanted, f"nothing was reported on it; {newest}")
    return quarter


def _given(question: _Question, inventory: Inventory, path: Path) -> tuple[Inventory, Plan]:
    """The plan that was named, and the inventory in its scenario; it must keep the rules."""
    made = from_json(read_plan_text(path, Remedy.PLAN_THERE), inventory.calendar, str(path))
    if made.scenario is not None:
        require_scenario(question.folder, made.scenario, path)
        inventory = question.inventory(made.scenario)
    verdict = verify_plan(inventory, made)
    if not verdict.ok:
        when = inventory.label(question.quarter) if question.quarter >= 0 else "the position before the start"
        before = f"{path}: rejected for {when}: "
        reason = verdict.reason if verdict.reason.remedy else Message(f"{verdict.reason}; ", Remedy.PLAN)
        raise RejectedPlan(reason.within(before), verdict.faults)
    return inventory, made


def _found(inventory: Inventory, out: Path, quarter: int) -> Plan | None:
    """The plan beside the pack, or in the folder where plans are written, or the one that the quarter's pack was
    made from before, or the approved one; the first that is of this inventory."""
    earlier = out / plan_file(inventory, quarter)  # of an earlier quarter: what the Board was shown then
    for path in dict.fromkeys((out / "plan.json", PLANS / "plan.json", earlier)):
        plan = accepted_plan(inventory, path)
        if plan is not None:
            return plan
    approved = inventory.approved
    if approved is None or approved.scenario != inventory.scenario or not verify_plan(inventory, approved).ok:
        return None
    return approved


def stem(inventory: Inventory, quarter: int) -> str:
    """What the names of a pack's files begin with: the quarter (``board-2017-18-Q2``, or ``board-start``), and the
    plan's scenario if any."""
    when = inventory.file_label(quarter) if quarter >= 0 else "start"
    return f"board-{when}" + ("" if inventory.scenario is None else f"-scenario-{inventory.scenario}")


def plan_file(inventory: Inventory, quarter: int) -> str:
    """The name of the plan that a pack was made from, which is kept for the next one to compare with."""
    return f"{stem(inventory, quarter)}-plan.json"
