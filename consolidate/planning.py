"""From an inventory to a plan that is checked: where the optimiser and the ledger meet.

They share nothing but the typed inventory, so a plan that passes here has had every rule
tested and every figure computed twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from consolidate.accounts.verdict import Verdict, verify_plan
from consolidate.errors import NoPlan, RejectedPlan, Remedy, UserError
from consolidate.inventory import Inventory, require_inventory
from consolidate.loading.plan_files import read_plan_text, read_utf8
from consolidate.optimizer import LARGE, Result, limits_of, optimize_remaining
from consolidate.phrases import AmountText, ListedTexts, Phrase
from consolidate.plan import Plan, from_json
from consolidate.solving.decomposition.certificate import of_inventory, recompute
from consolidate.solving.decomposition.method import with_stays
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import (
    DEFAULT_GAP,
    DEFAULT_SOLVER,
    DEFAULT_THREADS,
    INFINITY,
    ProgressMonitor,
    SolveLimits,
)
from consolidate.solving.formulation.feasibility_core import feasibility_core
from consolidate.solving.formulation.remaining import Remaining, remaining_of
from consolidate.solving.infeasibility.explanation import WayOut
from consolidate.solving.infeasibility.relaxations import PRICED, PRICES
from consolidate.solving.infeasibility.way_out import for_whole, way_out
from consolidate.variants import with_longer_horizon

CERTIFICATE = "certificate.json"
"""The name of the file beside a plan.json with the prices that prove its bound."""

PACK_GAP = 0.005
"""How good a plan is that is made for a Board pack alone."""
PACK_TIME_LIMIT = 300.0
"""Seconds that it may take."""


class Disagreement(RuntimeError):
    """The optimiser and the ledger disagree about a plan: a fault of ours, not of the user's."""


@dataclass(frozen=True, repr=False)
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
    start: Start | None = None,
    ways_out: bool = True,
) -> PlanResult:
    """The best plan for an inventory, checked by the independent ledger.

    ``consolidate plan`` also looks near it for one that leaves fewer systems unsupported: what it writes is the plan of
    :func:`consolidate.plan_many` of this inventory alone, with ``PlanOptions(look_for_support=True)``.

    Parameters
    ----------
    inventory
        A valid inventory, from :func:`consolidate.load`.
    gap
        Relative gap at which the search may end (0.001 is 0.1%); 0 for an optimum.
    time_limit
        Seconds after which the search is stopped. A stop makes plans differ from run to run.
    solver, threads
        ``HiGHS``, or the name of any other solver that PuLP finds, and how many threads it has.
    monitor
        Progress callback and stop request.
    certify
        Compute the prices that prove a bound on the cost even where the plan does not need them.
    start
        An earlier plan, of an inventory much like this one, for a short search to begin with (:class:`Start`).
    ways_out
        Of no plan say which rules conflict, and the cheapest ways out: a search that can take longer than a plan's.

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
    InvalidArgument, UserError
        ``inventory`` is none; a gap below 0 or above 1, no thread, a time limit below 0; no solver of that name.
    Disagreement
        The ledger rejects the plan, which must not be used: a fault of this package.
    """
    require_inventory(inventory)
    limits, remaining = limits_of(gap, time_limit, threads, solver), remaining_of(inventory)
    try:
        result = optimize_remaining(remaining, limits, monitor, certify=certify, start=start)
    except NoPlan as error:
        raise _explained(error, remaining, limits, monitor) if ways_out else error from None
    return PlanResult(**vars(result), verdict=_checked(inventory, result.plan))


def plan_for_pack(inventory: Inventory, monitor: ProgressMonitor | None = None) -> Plan:
    """A plan for a Board pack where none has been made yet, to within :data:`PACK_GAP` of the best.

    Parameters
    ----------
    inventory
        A valid inventory, from :func:`consolidate.load`.
    monitor
        Progress callback and stop request.

    Returns
    -------
    Plan
        A plan that keeps every rule.

    Raises
    ------
    NoPlan, OutOfTime, InvalidArgument
        As :func:`consolidate.make_plan` raises them.
    """
    return make_plan(inventory, gap=PACK_GAP, time_limit=PACK_TIME_LIMIT, monitor=monitor, certify=False).plan


def accepted_plan(inventory: Inventory, path: Path) -> Plan | None:
    """The plan in a file, if it is one of this inventory, as it stands and in its scenario, and keeps every rule.

    Args:
        inventory: what it is to be a plan of.
        path: a plan.json, which need not be there.
    """
    try:
        plan = from_json(read_plan_text(path, Remedy.PLAN_THERE), inventory.calendar, str(path))
    except UserError:
        return None
    return plan if plan.scenario == inventory.scenario and verify_plan(inventory, plan).ok else None


def _explained(error: NoPlan, remaining: Remaining, limits: SolveLimits, monitor: ProgressMonitor | None) -> NoPlan:
    """The same with what conflicts, and the ways out."""
    way = _way_out(remaining, replace(limits, solver=DEFAULT_SOLVER), _without_plan(monitor))
    return NoPlan(error.message, explanation(way))


def _without_plan(monitor: ProgressMonitor | None) -> ProgressMonitor | None:
    """Hears once that there is no plan, and nothing of the search for a way out: its figures are prices, not costs."""
    if monitor is None:
        return None
    monitor.report(INFINITY, INFINITY)
    return ProgressMonitor(stop=monitor.stop, on_plan=monitor.on_plan)


def _way_out(remaining: Remaining, limits: SolveLimits, monitor: ProgressMonitor | None) -> WayOut:
    """The explanation; of a large inventory, that of the systems that decide whether there is a plan."""
    inventory, left = remaining.whole, remaining.inventory
    # What retained systems cost, and their interfaces, count in a budget: then no system can be left out.
    if len(inventory.systems) <= LARGE or inventory.budgets:
        way = way_out(left, limits, monitor)
    else:
        part = feasibility_core(left)
        way = way_out(part.inventory, limits, monitor)
        # Where milestones or targets ask for systems, others than those looked at might do it for less.
        way = way if part.conclusive else replace(way, cheapest=False)
        way = replace(way, others=())  # they might leave out systems that the core does not hold
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
    """The lines that say what conflicts and what would help: the cheapest way out, then the next ones.

    Each way out is tested first. Lines with ``relax:`` are of the first alone, and belong together.

    Raises:
        Disagreement: when the ledger rejects a plan that relaxations make possible.
    """
    lines = [Phrase("{which}:", which=_in_the_way(way)), *map(_indented, way.conflict)] if way.conflict else []
    if way.inventory is None or way.plan is None:
        hopeless = Phrase("no more money, people or time makes a plan possible")
        links = Phrase("{hopeless}: change one of these links", hopeless=hopeless)
        return (*lines, links if way.conflict else hopeless)
    _checked(way.inventory, way.plan)
    proven = Phrase("the cheapest way out") if way.cheapest else Phrase("a way out (not proven to be the cheapest)")
    return (
        *lines,
        Phrase(
            "{way}, {price} at the stated prices; {applied}:",
            way=proven,
            price=AmountText(round(way.price), way.inventory.currency),
            applied=_applied(way),
        ),
        *(_indented(relaxation.text) for relaxation in way.relaxations),
        *(relaxation.line for relaxation in way.relaxations),
        *(line for number, other in enumerate(way.others, 2) for line in _other_way(number, other)),
        _prices(way),
    )


def _in_the_way(way: WayOut) -> Phrase:
    """What the rules in conflict do."""
    which = Phrase("these rules, among others, stand in the way")
    if way.minimal and len(way.conflict) == 1:
        which = Phrase("this rule cannot be met")
    elif way.minimal:
        which = Phrase("these rules cannot be met together")
    return Phrase("{which} (figures are what is left after what was reported)", which=which) if way.left else which


def _indented(line: str) -> Phrase:
    return Phrase("  {line}", line=line)


def _applied(way: WayOut) -> Phrase:
    few = len(way.relaxations)
    if few == 1:
        return Phrase("a plan that uses it exists")
    return Phrase("all {number} applied together make a plan possible", number=str(few))


def _other_way(number: int, way: WayOut) -> Iterator[str]:
    """The lines of a way out that is not the first; it is tested."""
    assert way.inventory is not None
    assert way.plan is not None
    _checked(way.inventory, way.plan)
    yield Phrase(
        "way {number} ({proven}), {price} at the stated prices; {applied}:",
        number=str(number),
        proven=Phrase("the next cheapest") if way.cheapest else Phrase("another, not proven to be the next cheapest"),
        price=AmountText(round(way.price), way.inventory.currency),
        applied=_applied(way),
    )
    yield from (_indented(relaxation.text) for relaxation in way.relaxations)
    yield from (
        Phrase("  way {number}: {line}", number=str(number), line=one.line.removeprefix("relax: "))
        for one in way.relaxations
    )


def _prices(way: WayOut) -> Phrase:
    """The prices of all that gives way in one of the ways out."""
    assert way.inventory is not None
    ways = (way, *way.others)
    kinds = {str(one.item[0]) for each in ways for one in each.relaxations}
    currency = way.inventory.currency
    unit = AmountText(1, currency)
    told = (
        Phrase(PRICED[kind], price=AmountText(price, currency), unit=unit)
        for kind, price in PRICES.items()
        if kind in kinds
    )
    return Phrase("prices of giving way: {prices}", prices=ListedTexts(tuple(told)))


# -- what is proven of a plan ---------------------------------------------------------


@dataclass(frozen=True)
class BoundCheck:
    """What the prices in a certificate prove of a plan's bound, in the inventory's currency.

    Attributes
    ----------
    total
        What the plan costs.
    claimed
        The bound that the plan claims.
    bound
        What the prices prove that no plan costs less than; None where the certificate is of another inventory, and
        proves nothing of this plan.
    """

    total: float
    claimed: float
    bound: float | None

    @property
    def below(self) -> float:
        """How far the proven bound lies below the plan's cost, as a share of that."""
        return max(self.total - (self.bound or 0.0), 0.0) / self.total if self.total else 0.0

    @property
    def claims_more(self) -> bool:
        """Whether the plan claims more than the prices prove: then that is the solver's word."""
        return self.bound is not None and self.claimed > self.bound * (1 + 1e-9) + 1e-6


def verify_bound(inventory: Inventory, plan: Plan, verdict: Verdict, certificate: str | Path) -> BoundCheck | None:
    """Compute again the bound that the prices in a plan's certificate prove.

    Parameters
    ----------
    inventory, plan
        A plan and its inventory.
    verdict
        What :func:`consolidate.verify_plan` says of them.
    certificate
        The certificate.json that was written beside the plan.

    Returns
    -------
    BoundCheck or None
        None where there is no such file, or where quarters are minimised and not cost.

    Raises
    ------
    RejectedPlan
        It is no certificate, claims more than its prices prove, or proves that no plan costs so little.
    UserError
        It cannot be read.
    """
    path = Path(certificate)
    if not (plan.bound > 0 and inventory.minimise == "cost" and path.exists()):
        return None
    total = verdict.ledger.costs.total
    text = read_utf8(path, Remedy.PLAN_AGAIN)
    if not of_inventory(text, inventory, str(path)):
        return BoundCheck(total, plan.bound, None)
    remaining = remaining_of(inventory)
    bound = recompute(text, remaining.inventory, str(path)).bound + remaining.costs.total
    if bound > total * (1 + 1e-9):
        raise RejectedPlan(f"{path}: proves that no plan costs less than {bound:,.2f}, and this one does: report it")
    return BoundCheck(total, plan.bound, bound)
