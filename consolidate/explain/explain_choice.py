"""Why a plan does what it does with a system, a service or a partner: what all else would cost, and what holds it.

A partner's systems are explained in short, each by a quarter later and its next best option.
"""

from __future__ import annotations

from consolidate.accounts.verdict import verify_plan
from consolidate.errors import InvalidArgument, RejectedPlan, message_of
from consolidate.explain.choice_search import ChoiceSearch
from consolidate.explain.explained import ChoiceExplained, PartnerExplained, SystemExplained
from consolidate.explain.explainer import Explainer
from consolidate.explain.names import Named, named_in
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.preconditions import require_cost
from consolidate.explain.service_explained import ServiceExplainer
from consolidate.explain.system_explained import SystemExplainer
from consolidate.inventory import Inventory
from consolidate.phrases import NameInLanguages
from consolidate.plan import Plan
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import ProgressMonitor

EXPLAINED_GAP = 0.0001
"""How close to the best the plans of a small inventory are proven, unless another gap is asked for."""
ASKED = "what other choices cost is told of a plan of least cost"
"""What is asked, of an inventory that cannot answer it."""


def explain_choice(
    inventory: Inventory,
    plan: Plan,
    name: str,
    *,
    nearest: int | None = None,
    gap: float = EXPLAINED_GAP,
    start: Start | None = None,
    monitor: ProgressMonitor | None = None,
) -> ChoiceExplained | PartnerExplained:
    """Why a plan does what it does with a system, a service, or the systems of a partner.

    Parameters
    ----------
    inventory
        The inventory that the plan is of. It minimises cost.
    plan
        A plan that keeps its rules; its bound is taken as it says.
    name
        A system, a service or a partner, as :func:`consolidate.describe_in_plan` takes it.
    nearest
        How many quarters sooner and later are asked about; None: all of them. Other options are always asked about.
    gap
        How close to the best each plan of a small inventory is proven. Those of a large one are found by a short search
        from the plan, and proven as far as its prices reach.
    start
        The plan with its prices, from :func:`consolidate.read_start` or :func:`consolidate.start_from`; without, prices
        are found anew.
    monitor
        Progress callback and stop request; ``on_plan`` is told of each choice. When stopped, what has no answer yet is
        left out.

    Returns
    -------
    ChoiceExplained or PartnerExplained
        Plain data: each cost is a difference of two ledgers' totals, with what is proven.

    Raises
    ------
    UserError
        Nothing has that name, or several have it; nothing is decided about it; or the inventory minimises quarters.
    RejectedPlan
        The plan is not one of this inventory as it is now, or breaks a rule.
    InvalidArgument
        ``inventory`` is none; ``nearest`` is below 1, or ``gap`` no share.
    Disagreement
        The ledger rejects a plan that was found: a fault of this package.
    """
    if nearest is not None and nearest < 1:
        raise InvalidArgument("nearest", str(nearest), "give 1 or more, or None for all quarters")
    reading, meant = asked_reading(inventory, plan), explained_name(inventory, name)
    search = ChoiceSearch(inventory, plan, start, gap, monitor or ProgressMonitor())
    if meant.kind == "system":
        return SystemExplainer(reading, search, nearest, meant).whole()
    if meant.kind == "service":
        return ServiceExplainer(reading, search, nearest, meant).whole()
    return _of_partner(Explainer(reading, search, nearest), meant)


def explained_name(inventory: Inventory, name: str) -> Named:
    """What is to be explained, before any plan is looked at.

    Raises:
        UserError: nothing has that name, or several have it; or the inventory minimises quarters.
    """
    require_cost(inventory, ASKED)
    return named_in(inventory, name)


def asked_reading(inventory: Inventory, plan: Plan) -> PlanReading:
    """A plan of least cost that is asked about, with its books.

    Raises:
        UserError, RejectedPlan: as :func:`explain_choice` raises them.
    """
    verdict = verify_plan(inventory, plan)
    if not verdict.ok:
        raise RejectedPlan(message_of(verdict.faults[0]), verdict.faults)
    require_cost(inventory, ASKED)
    return PlanReading(inventory, plan, verdict.ledger)


def _of_partner(explainer: Explainer, meant: Named) -> PartnerExplained:
    """The systems of a partner, each in short."""
    reading, search = explainer.reading, explainer.search
    systems = [id for id, system in reading.inventory.systems.items() if system.partner == meant.id]
    search.share_out(2 * len(systems))
    found: list[SystemExplained] = []
    for id in systems:
        if search.held.present(id) is not None and not search.monitor.stop():
            found.append(SystemExplainer(reading, search, 1, Named("system", id, ())).short())
    return PartnerExplained(
        id=meant.id,
        name=NameInLanguages(reading.inventory.partners[meant.id].name.texts),
        marking=reading.marking,
        currency=reading.inventory.currency,
        total=search.total,
        slack=explainer.slack,
        systems=tuple(found),
        also=meant.others,
    )
