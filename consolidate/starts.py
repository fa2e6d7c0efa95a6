"""What a search may begin with: a result of this process, or the files of an earlier run.

A start is made of a plan and of the prices that proved its bound (:mod:`consolidate.solving.decomposition.start`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from consolidate.errors import Message, RejectedPlan, Remedy
from consolidate.inventory import Inventory, require_inventory, require_plan_of
from consolidate.loading.plan_files import read_plan_text, read_utf8
from consolidate.optimizer import Result
from consolidate.plan import Plan, from_json
from consolidate.planning import CERTIFICATE
from consolidate.solving.decomposition.certificate import priced, proven_bound, read_prices
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.start import Start, prices_at
from consolidate.solving.formulation.remaining import remaining_of


def start_from(inventory: Inventory, result: Result) -> Start:
    """What a search for another plan may begin with, from a plan that was made in this process.

    Parameters
    ----------
    inventory
        The inventory that was planned.
    result
        What :func:`consolidate.make_plan` or :func:`consolidate.optimize` returned for it.

    Returns
    -------
    Start
        Its plan, its prices and its bound, by label. It can be sent to another process.

    Raises
    ------
    InvalidArgument
        ``inventory`` is none, or the result is of another one.
    """
    require_plan_of(inventory, result.plan, "result")
    prices = {} if result.certificate is None else priced(result.certificate)
    return Start(result.plan, inventory.calendar, prices, result.bound)


def read_start(inventory: Inventory, path: str | Path) -> Start:
    """What a search may begin with, from a plan.json and the certificate.json beside it.

    Nothing that the files claim is believed: the plan is tried, and the bound is computed at the prices. Without a
    certificate all prices begin at 0, and finding them takes as long as without a start.

    Parameters
    ----------
    inventory
        The inventory that is to be planned, which may have changed since.
    path
        The plan.json.

    Returns
    -------
    Start
        The plan and its prices, by label.

    Raises
    ------
    RejectedPlan
        The file is no plan, has no system in common with the inventory, or what is beside it is no certificate.
    UserError
        A file cannot be read.
    """
    require_inventory(inventory)
    path = Path(path)
    plan = from_json(read_plan_text(path, Remedy.PLAN_THERE), inventory.calendar, str(path))
    if not _in_common(inventory, plan):
        before = f"{path}: has no system in common with {inventory.programme}, so nothing can begin with it; "
        raise RejectedPlan(Message(before, Remedy.WHICH_INVENTORY))
    certificate = path.parent / CERTIFICATE
    if not certificate.exists():
        return Start(plan, inventory.calendar, {})
    prices = read_prices(read_utf8(certificate, Remedy.PLAN_AGAIN), str(certificate))
    return Start(plan, inventory.calendar, prices)


def believing(start: Start, inventory: Inventory, plan: Plan) -> Start:
    """The same start, for callers that trust the bound that the plan claims.

    Args:
        start: that plan and its prices; one of another plan stays as it is.
        inventory: the inventory that the plan is of.
        plan: the plan.
    """
    if start.plan.inventory != inventory.content_hash or plan.inventory != inventory.content_hash:
        return start
    return replace(start, bound=max(start.bound, plan.bound), inventory=inventory)


def bound_at(inventory: Inventory, start: Start) -> float:
    """What the prices of a start prove that no plan of an inventory costs less than, in its currency, discounted.

    A bound at any prices is valid (:mod:`consolidate.solving.decomposition.lagrangian`), so the inventory need not be
    that of the start. It is one evaluation, and takes no search.
    """
    remaining = remaining_of(inventory)
    lagrangian = Lagrangian(Columns(remaining.inventory, inventory.plan_quarters))
    return proven_bound(lagrangian, prices_at(lagrangian, start)) + remaining.costs.total


def _in_common(inventory: Inventory, plan: Plan) -> bool:
    named = {move.system for move in plan.moves} | {stay.system for stay in plan.stays}
    return not named.isdisjoint(inventory.systems) or not inventory.systems
