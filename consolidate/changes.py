"""What differs between two plans, system by system, and what the difference costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum
from typing import Literal

from consolidate.inventory import Inventory
from consolidate.ledger import Ledger
from consolidate.plan import Move, Plan, ServiceBuild

What = Literal["sooner", "later", "approach", "service", "added", "dropped"]


@dataclass(frozen=True)
class Change:
    """One step of a system that is not as it was.

    ``quarters``: by how many its cutover is later (below 0: sooner); None where the two cannot be compared.
    ``reported``: the change has happened, it was not planned. ``cost``: what the whole system costs more,
    discounted, exposure in it, the price of change not; on the first change of a system, 0 on its second.
    """

    system: str
    step: int
    what: What
    before: Move | None
    now: Move | None
    quarters: int | None
    reported: bool
    cost: float


@dataclass(frozen=True)
class BuildChange:
    """A service whose build is not as it was; None where it is not built."""

    service: str
    before: ServiceBuild | None
    now: ServiceBuild | None
    reported: bool


def changes(inventory: Inventory, before: Plan, now: Plan, then: Ledger, book: Ledger) -> tuple[Change, ...]:
    """Every step that differs, in the order of the inventory.

    Args:
        inventory: the inventory as it is now, reports included; systems it does not know are left out.
        before, now: the plans. A move of the same approach and service is the same move at another time.
        then, book: their ledgers.
    """
    old = {(move.system, move.step): move for move in before.moves}
    new = {(move.system, move.step): move for move in now.moves}
    settled = {
        (id, report.step)
        for id, reports in (inventory.progress.systems if inventory.progress else {}).items()
        for report in reports
        if report.stands or report.status == "cancelled"
    }
    found = []
    for id in inventory.systems:
        cost = _cost(book.per_system.get(id, {})) - _cost(then.per_system.get(id, {}))
        for step in (1, 2):
            one, other = old.get((id, step)), new.get((id, step))
            what = _what(one, other)
            if what is not None:
                quarters = other.cutover - one.cutover if one and other and what in ("sooner", "later") else None
                found.append(Change(id, step, what, one, other, quarters, (id, step) in settled, cost))
                cost = 0.0
    return tuple(found)


def renumbered(inventory: Inventory, plan: Plan) -> Plan:
    """A plan of an inventory that has changed since: each move with the number that its option has now.

    That is the move's own number if the option still has its approach and service, else the first that has.
    """
    return replace(plan, moves=tuple(_renumbered(inventory, move) for move in plan.moves))


def _renumbered(inventory: Inventory, move: Move) -> Move:
    system = inventory.systems.get(move.system)
    fitting = [
        option.number
        for option in (system.options if system else ())
        if len(option.steps) >= move.step > 0
        and (option.steps[move.step - 1].approach, option.steps[move.step - 1].to) == (move.approach, move.to)
    ]
    return move if move.option in fitting or not fitting else replace(move, option=fitting[0])


def _what(before: Move | None, now: Move | None) -> What | None:
    if before is None or now is None:
        return None if before is now else "added" if before is None else "dropped"
    if before.approach != now.approach:
        return "approach"
    if before.to != now.to:
        return "service"
    if before.cutover == now.cutover:
        return None
    return "later" if now.cutover > before.cutover else "sooner"


def _cost(kinds: Mapping[str, float]) -> float:
    return fsum(amount for kind, amount in kinds.items() if kind != "stability")


def build_changes(inventory: Inventory, before: Plan, now: Plan) -> tuple[BuildChange, ...]:
    """Services that are ready at another time, built or not built any more; in the order of the inventory."""
    old = {build.service: build for build in before.builds}
    new = {build.service: build for build in now.builds}
    told = inventory.progress.services if inventory.progress else {}
    return tuple(
        BuildChange(id, old.get(id), new.get(id), id in told)
        for id in inventory.services
        if (old[id].ready if id in old else None) != (new[id].ready if id in new else None)
    )
