"""What if a figure were another one, a choice forced or forbidden, the whole programme later?

The inventory with the change is planned from the plan that there is (``start``), which takes a moment and not minutes.
What the change costs is the difference of two ledgers' totals, and an interval in which it is proven to lie, were both
plans the best: a plan with the change costs at least its bound, and the plan without it at most what it costs, so the
change costs at least the difference of these two; and at most what the plan with the change costs more than the bound
without it. Where that interval holds 0 there is no measurable difference.

A search with the change may come upon a plan that keeps the rules without it as well, and costs less than the plan
that there was. Then it is that plan with which is compared: what it saves is no effect of the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from consolidate.accounts.verdict import verify_plan
from consolidate.explain.plan_diff import PlanDiff, diff_plans
from consolidate.inventory import Inventory, require_inventory, require_plan_of
from consolidate.parallel.plans import PlanOptions
from consolidate.plan import Plan
from consolidate.planning import PlanResult, make_plan
from consolidate.solving.exact.solver import ProgressMonitor

WHAT_IF_GAP = 0.005
"""How close to the best the plan with a change must be proven, unless another gap is asked for."""
WHAT_IF_OPTIONS = PlanOptions(gap=WHAT_IF_GAP, certify=False)
"""How it is made, unless told otherwise."""


@dataclass(frozen=True)
class WhatIf:
    """What a change of an inventory does, in the inventory's currency, discounted.

    Attributes
    ----------
    changes
        The change in words.
    cost
        What the plan with the change costs more than the one without it, by their ledgers; below 0: less.
    low, high
        Between what that is proven to lie, were both plans the best. None where quarters are minimised.
    quarters
        By how many quarters the last cutover is later.
    gap
        How close the plan with the change is proven to the best.
    improved
        What the plan without the change was found to cost less than the one that there was.
    plans
        What differs between the plan without the change and the one with it.
    """

    changes: tuple[str, ...]
    cost: float
    low: float | None
    high: float | None
    quarters: int
    gap: float
    improved: float
    plans: PlanDiff

    @property
    def measurable(self) -> bool:
        """Whether it is proven that the change costs, or saves, anything."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def what_if(
    inventory: Inventory,
    plan: Plan,
    changed: Inventory,
    options: PlanOptions = WHAT_IF_OPTIONS,
    *,
    changes: Sequence[str] = (),
    time_limit: float | None = None,
    monitor: ProgressMonitor | None = None,
) -> WhatIf:
    """What a change of an inventory costs or saves, and what moves.

    Parameters
    ----------
    inventory, plan
        An inventory and its plan, whose bound is taken as it says.
    changed
        The same inventory with a change: from :func:`consolidate.load_changed`, or a variant.
    options
        How the plan with the change is made. Its ``start`` is best the plan that there is, from
        :func:`consolidate.start_from` or :func:`consolidate.read_start`: then the search is short, and the gap asked
        for a wish. By default it begins with nothing, and takes as long as any.
    changes
        The change in words, for whoever reads the answer: as :func:`consolidate.load_changed` takes them.
    time_limit
        Seconds after which the search is stopped. A stop makes answers differ from run to run.
    monitor
        Progress callback and stop request.

    Returns
    -------
    WhatIf
        Plain data: amounts are of ledgers, or differences of two, with what is proven of them.

    Raises
    ------
    NoPlan
        With the change no plan can meet the rules: with what conflicts and the ways out.
    RejectedPlan
        The plan breaks a rule of its inventory.
    InvalidArgument
        An inventory is none, ``plan`` is of another one, or an option cannot be.
    OutOfTime, UserError
        As :func:`consolidate.make_plan` raises them.
    """
    require_plan_of(inventory, plan)
    require_inventory(changed)
    result = make_plan(changed, **vars(options), time_limit=time_limit, monitor=monitor)
    return _compared(inventory, plan, changed, result, tuple(changes))


def _compared(
    inventory: Inventory, plan: Plan, changed: Inventory, result: PlanResult, changes: tuple[str, ...]
) -> WhatIf:
    before = _better_before(inventory, plan, result)
    found = diff_plans(inventory, before, changed, result.plan)
    proven = inventory.minimise == "cost"
    return WhatIf(
        changes=changes,
        cost=found.more,
        # Bounds are known to a millionth, and no better than the plans.
        low=min(result.bound - found.old_total, found.more) if proven else None,
        high=max(found.new_total - plan.bound, found.more) if proven else None,
        quarters=_quarters_later(found),
        gap=result.gap,
        improved=verify_plan(inventory, plan).ledger.total - found.old_total,
        plans=found,
    )


def _better_before(inventory: Inventory, plan: Plan, result: PlanResult) -> Plan:
    """The plan without the change: the one there is, or the one with it, where that keeps the rules and costs less."""
    new = result.plan
    other = replace(plan, moves=new.moves, stays=new.stays, builds=new.builds, agency=new.agency, costs=None)
    if inventory.systems.keys() != {move.system for move in other.moves} | {stay.system for stay in other.stays}:
        return plan
    verdict = verify_plan(inventory, other)
    cheaper = verdict.ledger.total < verify_plan(inventory, plan).ledger.total
    return other if cheaper and not verdict.violations else plan


def _quarters_later(found: PlanDiff) -> int:
    """By how many quarters the last cutover is later; a plan without one ends before the first quarter."""
    old, new = (when.number if when else -1 for when in (found.old_finish, found.new_finish))
    return new - old
