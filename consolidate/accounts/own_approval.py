"""A plan as it stands once it is the approved one itself: it pays for no change, and its bound is lowered by no less.

What a plan pays for changes (``stability``) it pays against the plan that was approved before. With its approval that
comes to nothing, and what every other plan pays is another amount, too. So the bound has to be lowered, by the most
that any plan can pay less from now on. Step by step of the systems that the former plan knows, with ``d(x)`` the
quarters of change of a plan x from the former plan and ``e(x)`` those from the new one, ``d(x) - e(x)`` is at most

- ``|c - c'|`` where both have the step in the same way, with the cutovers c and c',
- else a year, or what a step can be moved by within the horizon, less a year, if that is more,

so that what was proven of all plans before, less the sum of these at the price of a quarter, is proven now.
"""

from __future__ import annotations

from dataclasses import replace

from consolidate.accounts.ledger import baseline, ledger
from consolidate.inventory import Inventory
from consolidate.plan import Plan

_YEAR = 4

Step = tuple[str, str | None, int]
"""In what way a step is done: approach, service, and cutover."""


def as_its_own_approval(inventory: Inventory, plan: Plan) -> Plan:
    """A plan with what it claims once it is approved; nothing else about it is another.

    Args:
        inventory: the plan's, with the plan that was approved before.
        plan: a plan that keeps every rule of it.
    """
    before = inventory.approved
    if before is None or not (plan.costs or {}).get("stability"):
        return plan
    costs = ledger(replace(inventory, approved=plan), plan).costs
    claimed = replace(plan, costs=costs.as_json())
    if inventory.minimise == "finish":
        return claimed
    bound = min(plan.bound - inventory.stability * _most_less(inventory, before, plan), costs.total)
    spread = costs.total - bound
    gap = spread / costs.total if costs.total else 0.0
    possible = baseline(inventory).costs.total - bound
    return replace(
        claimed,
        objective=costs.total,
        bound=bound,
        gap=gap,
        savings_gap=spread / possible if possible > 0 else None,
        status="optimal" if gap <= 1e-6 else plan.status if gap <= plan.gap else "feasible",
    )


def _most_less(inventory: Inventory, before: Plan, plan: Plan) -> int:
    """By how many quarters of change, at most, any plan is nearer to the new plan than to the one before."""
    old, new = _steps(before), _steps(plan)
    known = {move.system for move in before.moves} | {stay.system for stay in before.stays}
    keys = [key for key in {*old, *new} if key[0] in known & inventory.systems.keys()]
    return sum(_less(old.get(key), new.get(key), inventory.plan_quarters) for key in keys)


def _less(old: Step | None, new: Step | None, quarters: int) -> int:
    """The most by which the change of one step can shrink, in quarters."""
    farthest = 0 if old is None else max(abs(old[2]), abs(quarters - old[2]))
    if old is not None and new is not None and old[:2] == new[:2]:
        return abs(old[2] - new[2])
    return max(_YEAR, farthest - _YEAR)


def _steps(plan: Plan) -> dict[tuple[str, int], Step]:
    return {(move.system, move.step): (move.approach, move.to, move.cutover) for move in plan.moves}
