"""What if a figure were another one, a choice forced or forbidden, the whole programme later?

The inventory with the change is planned from the plan that there is (``start``), which takes a moment and not minutes.
What the change costs is the difference of two ledgers' totals, and an interval in which it is proven to lie, were both
plans the best: a plan with the change costs at least its bound, and the plan without it at most what it costs, so the
change costs at least the difference of these two; and at most what the plan with the change costs more than the bound
without it. Where that interval holds 0 there is no measurable difference.

A search with the change may come upon a plan that keeps the rules without it as well, and costs less than the plan
that there was. Then it is that plan with which is compared: what it saves is no effect of the change.

**What the kind of a change proves.** Let :math:`z_0` and :math:`z_1` be what the best plan costs without the change and
with it, and :math:`L_0 \\le z_0 \\le U_0`, :math:`L_1 \\le z_1 \\le U_1` what bounds and plans prove of these. So the
change costs from :math:`L_1 - U_0` to :math:`U_1 - L_0`. Where it only restricts (:mod:`consolidate.restricting`: a
smaller pot, a choice forced or forbidden, a higher price), :math:`z_1 \\ge z_0 \\ge L_0`: it costs nothing or more, and
the old bound is a bound with the change, too. Where it takes such a change back (a larger pot, a freeze lifted), so
that the inventory without it restricts the one with it, :math:`z_0 \\ge z_1 \\ge L_1`: it costs nothing or less, and
what is proven with the change holds without it. Of any other change, such as one that gives here and takes there,
nothing follows from its kind.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from consolidate.accounts.ledger import Ledger
from consolidate.accounts.verdict import verify_plan
from consolidate.explain.explained_plans import chosen_between, explained_ways
from consolidate.explain.plan_diff import PlanDiff, diff_books
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.preconditions import sound_ledger
from consolidate.inventory import Inventory, require_inventory, require_plan_of
from consolidate.parallel.mapping import Round
from consolidate.parallel.plans import PlanOptions
from consolidate.plan import Plan
from consolidate.planning import PlanResult, make_plan
from consolidate.restricting import only_restricts
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.starts import believing
from consolidate.vocabulary import counted

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
    slack
        By how much the plan without the change may lie above the best: of two plans that differ by no more than that,
        either may be the better one.
    improved
        What the plan without the change was found to cost less than the one that there was.
    plans
        What differs between the plan without the change and the one with it.
    plan_status
        The status of the plan that there was, as plan.json has it: where it is not ``within_gap``, a smaller gap gives
        no other plan.
    """

    changes: tuple[str, ...]
    cost: float
    low: float | None
    high: float | None
    quarters: int
    gap: float
    slack: float
    improved: float
    plans: PlanDiff
    plan_status: str = "within_gap"

    def __repr__(self) -> str:
        proven = "not proven" if self.low is None else f"proven {self.low:,.2f} to {self.high:,.2f}"
        return f"<WhatIf of {counted(len(self.changes), 'change')}: costs {self.cost:,.2f} more, {proven}>"

    @property
    def measurable(self) -> bool:
        """Whether it is proven that the change costs, or saves, anything."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high

    @property
    def settled(self) -> bool:
        """Whether an answer is proven: that the change costs or saves something, or nothing that could be measured.

        Nothing measurable: the plans' costs, and what is proven of them, are no further apart than what the plan
        without the change may itself lie above the best, on either side.
        """
        if self.low is None or self.high is None or self.measurable:
            return True
        return max(-self.low, self.high) <= 2 * max(self.slack, 0.5)


@dataclass(frozen=True)
class ChangeBounds:
    """Between what a change is proven to cost, whatever is known of the inventory with it at the time.

    Attributes:
        total, bound: what the plan without the change costs, and what no plan without it costs less than.
        restricts, gives: whether the change only restricts, or only takes restrictions back.
    """

    total: float
    bound: float
    restricts: bool
    gives: bool

    @classmethod
    def of(cls, inventory: Inventory, changed: Inventory, total: float, bound: float) -> ChangeBounds:
        """Those of a change from one inventory to another."""
        return cls(total, bound, only_restricts(inventory, changed), only_restricts(changed, inventory))

    def between(self, cost: float, bound: float) -> tuple[float, float]:
        """The least and the most, for what a plan with the change costs, and what none with it costs less than.

        Args:
            cost: infinite where there is no plan yet.
            bound: minus infinity where nothing is proven yet.
        """
        low = max(bound - self.total, 0.0 if self.restricts else -inf)
        before = max(self.bound, bound) if self.gives else self.bound
        return low, min(cost - before, 0.0 if self.gives else inf)


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
        The change in words, to be repeated in the answer: as :func:`consolidate.load_changed` takes them.
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
    if options.start is not None:
        options = replace(options, start=believing(options.start, inventory, plan))
    deadline = None if time_limit is None else time.monotonic() + time_limit
    rest = Round(monitor=ProgressMonitor() if monitor is None else monitor, deadline=deadline)
    result = make_plan(changed, **options.of_each, time_limit=time_limit, monitor=monitor)
    asked = PlanReading(inventory, plan, sound_ledger(inventory, plan, "the old plan"))
    after = _better(changed, (result.plan, result.verdict.ledger), plan)
    after = _as_explained(asked, changed, after, result.bound, options.start, ProgressMonitor(stop=rest.is_over))
    return _compared(asked, changed, result, after, tuple(changes))


def _as_explained(
    asked: PlanReading,
    changed: Inventory,
    known: tuple[Plan, Ledger],
    bound: float,
    start: Start | None,
    monitor: ProgressMonitor,
) -> tuple[Plan, Ledger]:
    """The best plan known of a changed inventory with its books, or a better one that an explanation would show.

    Args:
        asked: the plan without the change.
        changed: the inventory with it.
        known: the best plan of that, with its books.
        bound: what none of its plans costs less than.
        start: what the searches begin with.
        monitor: a request to stop.
    """
    change = chosen_between(asked.inventory, changed)
    by_cost = changed.minimise == "cost"
    if change is None or monitor.stop() or (by_cost and bound > known[1].total - 0.5):
        return known
    own = start if start is not None and start.plan.inventory == asked.inventory.content_hash else None
    for way in explained_ways(asked, change, own, monitor):
        if monitor.stop() or way.least > known[1].total - 0.5:
            break
        if (plan := way.plan()) is not None:
            known = _better(changed, known, plan)
    return known


def _compared(
    asked: PlanReading, changed: Inventory, result: PlanResult, best: tuple[Plan, Ledger], changes: tuple[str, ...]
) -> WhatIf:
    inventory, plan, book, (after, now) = asked.inventory, asked.plan, asked.book, best
    before, then = _better(inventory, _better(inventory, (plan, book), result.plan), after)
    found = diff_books(inventory, before, then, changed, after, now)
    proven = inventory.minimise == changed.minimise == "cost"
    low, high = ChangeBounds.of(inventory, changed, found.old_total, plan.bound).between(found.new_total, result.bound)
    above = max(found.new_total - result.bound, 0.0) if after is not result.plan and proven else None
    return WhatIf(
        changes=changes,
        cost=found.more,
        # Bounds are known to a millionth, and no better than the plans.
        low=min(low, found.more) if proven else None,
        high=max(high, found.more) if proven else None,
        quarters=found.later,
        gap=result.gap if above is None else above / abs(found.new_total or 1.0),
        slack=max(found.old_total - plan.bound, 0.0) if proven else 0.0,
        improved=max(book.total - found.old_total, 0.0),
        plans=found,
        plan_status=plan.status,
    )


def _better(inventory: Inventory, known: tuple[Plan, Ledger], other: Plan) -> tuple[Plan, Ledger]:
    """A plan of an inventory, with its books; or what another one does, made with or without a change, if that keeps
    the rules too and is better: costs less, or, where quarters are minimised, ends sooner, or as soon and costs less.
    """
    plan, book = known
    same = replace(plan, moves=other.moves, stays=other.stays, builds=other.builds, agency=other.agency, costs=None)
    if inventory.systems.keys() != {move.system for move in same.moves} | {stay.system for stay in same.stays}:
        return known
    verdict = verify_plan(inventory, same)
    better = _rank(inventory, verdict.ledger) < _rank(inventory, book)
    return (same, verdict.ledger) if better and not verdict.violations else known


def _rank(inventory: Inventory, book: Ledger) -> tuple[float, float]:
    return (book.finish if inventory.minimise == "finish" else 0, book.total)
