"""From an inventory to a plan that is checked: where the optimiser and the ledger meet.

They share nothing but the typed inventory, so a plan that passes here has had every rule
tested and every figure reckoned twice.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from consolidate.accounts.verdict import Verdict, verify_plan
from consolidate.errors import NoPlan
from consolidate.inventory import Inventory
from consolidate.optimizer import BUDGET, DEFAULT_GAP, LARGE, Result, optimize_remaining
from consolidate.plan import Plan
from consolidate.solving.decomposition.method import with_stays
from consolidate.solving.exact.solver import DEFAULT_SOLVER, DEFAULT_THREADS, ProgressMonitor, SolveLimits
from consolidate.solving.formulation.feasibility_core import feasibility_core
from consolidate.solving.formulation.remaining import Remaining, remaining_of
from consolidate.solving.infeasibility.explanation import WayOut
from consolidate.solving.infeasibility.way_out import for_whole, way_out
from consolidate.variants import with_longer_horizon


class Disagreement(RuntimeError):
    """The optimiser and the ledger disagree about a plan: a fault of ours, not of the user's."""


@dataclass(frozen=True)
class PlanResult(Result):
    """The optimiser's result, and the ledger's verdict on its plan, which keeps every rule.

    Attributes
    ----------
    verdict
        Every figure of the plan, computed again by the ledger (:attr:`~consolidate.Verdict.ledger`).
    """

    verdict: Verdict


def make_plan(
    inventory: Inventory,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    threads: int = DEFAULT_THREADS,
    solver: str = DEFAULT_SOLVER,
    monitor: ProgressMonitor | None = None,
    certify: bool = True,
) -> PlanResult:
    """The best plan for an inventory, checked by the independent ledger.

    Parameters
    ----------
    inventory
        A valid inventory, from :func:`consolidate.load`.
    gap
        Relative gap at which the search may end (0.001 is 0.1%); 0 for an optimum.
    time_limit
        Seconds after which the search is stopped. A stop makes plans differ from run to run.
    threads
        Threads of the solver.
    solver
        ``HiGHS``, or the name of any other solver that PuLP finds.
    monitor
        Progress callback and stop request.
    certify
        Compute the prices that prove a bound on the cost even where the plan does not need them.

    Returns
    -------
    PlanResult
        The plan, what is proven of it, the ledger's verdict, and how the plan came about.

    Raises
    ------
    NoPlan
        No plan can meet the rules: with what conflicts and the cheapest way out, itself tested by the ledger.
    OutOfTime
        The time limit, or the work allowed, ended before there was a plan.
    Disagreement
        The ledger rejects the plan, which must not be used: a fault of this package.
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    remaining = remaining_of(inventory)
    try:
        result = optimize_remaining(
            remaining, SolveLimits(gap, BUDGET, deadline, threads, solver), monitor, certify=certify
        )
    except NoPlan as error:
        way = _way_out(remaining, SolveLimits(gap, BUDGET, deadline, threads), monitor)
        raise NoPlan(error.message, explanation(way)) from None
    return PlanResult(**vars(result), verdict=_checked(inventory, result.plan))


def _way_out(remaining: Remaining, limits: SolveLimits, monitor: ProgressMonitor | None) -> WayOut:
    """The explanation; of a large inventory, that of the systems that decide whether there is a plan."""
    inventory, left = remaining.whole, remaining.inventory
    if len(inventory.systems) <= LARGE:
        way = way_out(left, limits, monitor)
    else:
        part = feasibility_core(left)
        way = way_out(part.inventory, limits, monitor)
        # Where milestones or targets ask for systems, others than those looked at might do it for less.
        way = way if part.conclusive else replace(way, cheapest=False)
        if way.solution is not None and inventory.progress is not None:
            more = sum(int(one.amount) for one in way.relaxations if one.item[0] == "horizon")
            way = replace(way, solution=with_stays(with_longer_horizon(left, more), way.solution))
    return way if inventory.progress is None else for_whole(remaining, way)


def _checked(inventory: Inventory, plan: Plan) -> Verdict:
    verdict = verify_plan(inventory, plan)
    if not verdict.ok:
        faults = [violation.message for violation in verdict.violations] + list(verdict.differences)
        raise Disagreement("the ledger rejects the plan that was found: " + "; ".join(faults[:3]))
    return verdict


def explanation(way: WayOut) -> tuple[str, ...]:
    """The lines that say what conflicts and what would help; the way out is tested first.

    Raises:
        Disagreement: when the ledger rejects the plan that the relaxations make possible.
    """
    alone = "this rule cannot be met" if len(way.conflict) == 1 else "these rules cannot be met together"
    which = alone if way.minimal else "these rules, among others, stand in the way"
    which += " (figures are what is left after what was reported)" if way.left else ""
    lines = [f"{which}:", *(f"  {rule}" for rule in way.conflict)] if way.conflict else []
    if way.inventory is None or way.plan is None:
        return (*lines, "no more money, people or time makes a plan possible: change one of these links")
    _checked(way.inventory, way.plan)
    price = f"{way.price:,.0f}"
    proven = "the cheapest way out" if way.cheapest else "a way out (not proven to be the cheapest)"
    few = len(way.relaxations)
    exists = "a plan that uses it exists" if few == 1 else f"all {few} applied together make a plan possible"
    return (
        *lines,
        f"{proven}, {price} at the stated prices; {exists}:",
        *(f"  {relaxation.text}" for relaxation in way.relaxations),
        *(relaxation.line for relaxation in way.relaxations),
    )
