"""Why a plan does what it does with a system, a service or a partner: what all else would cost, and what holds it.

A partner's systems are explained in short, each by a quarter later and its next best option.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consolidate.accounts.verdict import verify_plan
from consolidate.errors import InvalidArgument, RejectedPlan, message_of
from consolidate.explain.choice_search import ChoiceSearch
from consolidate.explain.explained import ChoiceExplained, PartnerExplained, SystemExplained
from consolidate.explain.explainer import Explainer
from consolidate.explain.finish_explained import FinishExplainer
from consolidate.explain.finish_levels import FinishLevels
from consolidate.explain.names import Named, named_in
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.service_explained import ServiceExplainer
from consolidate.explain.system_explained import SystemExplainer
from consolidate.inventory import Inventory
from consolidate.phrases import NameInLanguages
from consolidate.plan import Plan
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import ProgressMonitor

EXPLAINED_GAP = 0.0001
"""How close to the best the plans of a small inventory are proven, unless another gap is asked for."""


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
        The inventory that the plan is of. Where it minimises quarters, choices are compared by the last cutover first,
        those that end as soon by cost.
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
        Nothing has that name, or several have it; or nothing is decided about it.
    RejectedPlan
        The plan is not one of this inventory as it is now, or breaks a rule.
    InvalidArgument
        ``inventory`` is none; ``nearest`` is below 1, or ``gap`` no share.
    Disagreement
        The ledger rejects a plan that was found: a fault of this package.
    """
    if nearest is not None and nearest < 1:
        raise InvalidArgument("nearest", str(nearest), "give 1 or more, or None for all quarters")
    reading, meant = asked_reading(inventory, plan), named_in(inventory, name)
    monitor = monitor or ProgressMonitor()
    if inventory.minimise == "finish":
        return _by_finish(FinishExplainer(FinishLevels(reading, start, gap, monitor), nearest), meant)
    return _by_cost(Explainer(reading, ChoiceSearch(inventory, plan, start, gap, monitor), nearest), meant)


def _by_cost(explainer: Explainer, meant: Named) -> ChoiceExplained | PartnerExplained:
    if meant.kind == "partner":
        return _of_partner(explainer, meant)
    kind = SystemExplainer if meant.kind == "system" else ServiceExplainer
    return kind(explainer.reading, explainer.search, explainer.nearest, meant).whole()


def asked_reading(inventory: Inventory, plan: Plan) -> PlanReading:
    """A plan that is asked about, with its books.

    Raises:
        RejectedPlan: it breaks a rule, or claims what is not so.
    """
    verdict = verify_plan(inventory, plan)
    if not verdict.ok:
        raise RejectedPlan(message_of(verdict.faults[0]), verdict.faults)
    return PlanReading(inventory, plan, verdict.ledger)


def _of_partner(explainer: Explainer, meant: Named) -> PartnerExplained:
    """The systems of a partner, each in short."""
    reading, search = explainer.reading, explainer.search
    found: list[SystemExplained] = []
    for id in _systems_of(reading, meant):
        if search.held.present(id) is not None and not search.monitor.stop():
            found.append(SystemExplainer(reading, search, 1, Named("system", id, ())).short())
    return _partner(explainer, meant, found)


def _by_finish(by_finish: FinishExplainer, meant: Named) -> ChoiceExplained | PartnerExplained:
    """The same of a plan of fewest quarters."""
    if meant.kind != "partner":
        return by_finish.whole(meant)
    level = by_finish.levels.at(0)
    found: list[SystemExplained] = []
    for id in _systems_of(level.reading, meant):
        if level.search.held.present(id) is not None and not level.search.monitor.stop():
            found.append(by_finish.short(id))
    return replace(_partner(Explainer(level.reading, level.search, None), meant, found), ends=by_finish.levels.ends)


def _systems_of(reading: PlanReading, meant: Named) -> list[str]:
    return [id for id, system in reading.inventory.systems.items() if system.partner == meant.id]


def _partner(explainer: Explainer, meant: Named, systems: Sequence[SystemExplained]) -> PartnerExplained:
    return PartnerExplained(
        id=meant.id,
        name=NameInLanguages(explainer.inventory.partners[meant.id].name.texts),
        marking=explainer.reading.marking,
        currency=explainer.inventory.currency,
        total=explainer.search.total,
        slack=explainer.slack,
        systems=tuple(systems),
        also=meant.others,
        plan_status=explainer.reading.plan.status,
    )
