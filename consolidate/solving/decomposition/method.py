"""The decomposition as a method: from an inventory to a solution, a bound and the prices that prove it.

:mod:`consolidate.solving.decomposition.heuristic` does the work; here it is asked for the objective that the inventory
minimises, and its answer becomes a solution like that of any other method. Where it finds no plan although it could
not prove that there is none, the systems that decide it (:mod:`consolidate.solving.formulation.feasibility_core`) are
planned exactly, all others retained.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from consolidate.errors import NoPlan, OutOfTime
from consolidate.inventory import Inventory
from consolidate.solving.decomposition.certificate import Certificate, certify
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers
from consolidate.solving.decomposition.heuristic import HeuristicResult, lagrangian_heuristic
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.reduced_cost_fixing import column_bounds
from consolidate.solving.decomposition.start import Start
from consolidate.solving.decomposition.subgradient import ITERATIONS, ascend
from consolidate.solving.decomposition.warm_start import warm_heuristic
from consolidate.solving.exact.method import ExactMethod, cost_of
from consolidate.solving.exact.solver import INFINITY, ProgressMonitor, SolveLimits, must_stop, reason_to_stop
from consolidate.solving.formulation.assemble import OPTIMAL
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer, offer, wanted_services
from consolidate.solving.formulation.costs import NEVER, Prices, Timing, passage, timing
from consolidate.solving.formulation.feasibility_core import feasibility_core
from consolidate.solving.formulation.solution import Solution, finish_of, first_violation
from consolidate.solving.formulation.stopping import Stop, never

METHOD = "decomposition"
WARM_METHOD = "decomposition from an earlier plan"


@dataclass(frozen=True)
class DecompositionResult:
    """What the decomposition found.

    Attributes:
        plan: the plan; None where none was found.
        bound: proven, of what was asked for: money or quarters.
        ended: as in :class:`consolidate.solving.exact.solver.Outcome`.
        columns: the choices.
        multipliers: the prices that prove the bound in money for these choices; empty where none were computed.
    """

    plan: Solution | None
    bound: float
    ended: str
    columns: Columns
    multipliers: Multipliers


def cheapest_plan(inventory: Inventory, end: int, limits: SolveLimits, monitor: ProgressMonitor) -> DecompositionResult:
    """The cheapest plan that needs no more than ``end`` quarters.

    Raises:
        OutOfTime: the limits ended the search before there were choices to choose from.
    """
    columns = Columns(inventory, end, partial(must_stop, limits, monitor))
    return _decomposed(inventory, columns, lagrangian_heuristic(columns, limits, monitor))


def warm_plan(
    inventory: Inventory, start: Start, limits: SolveLimits, monitor: ProgressMonitor, known: float = -INFINITY
) -> DecompositionResult:
    """The same of an inventory of which there is an earlier plan, which may have been of a somewhat other inventory.

    Args:
        inventory: what is planned, in its whole horizon.
        start: the earlier plan, and the prices that proved its bound.
        limits, monitor: as for a solve.
        known: a bound that is proven already.

    Raises:
        OutOfTime: as :func:`cheapest_plan` does.
    """
    columns = Columns(inventory, inventory.plan_quarters, partial(must_stop, limits, monitor))
    return _decomposed(inventory, columns, warm_heuristic(columns, start, limits, monitor, known))


def _decomposed(inventory: Inventory, columns: Columns, answer: HeuristicResult) -> DecompositionResult:
    """The heuristic's answer with its plan as a solution."""
    plan = as_solution(columns, answer)
    if plan is not None and first_violation(inventory, plan) is not None:  # what rounding lets pass is no plan
        return DecompositionResult(None, answer.bound, "budget", columns, answer.multipliers)
    return DecompositionResult(plan, answer.bound, answer.ended, columns, answer.multipliers)


def soonest_plan(inventory: Inventory, limits: SolveLimits, monitor: ProgressMonitor) -> DecompositionResult:
    """The plan that ends soonest, and costs least among those; the bound is in quarters.

    Bisection on the horizon: a horizon has a plan, or is proven to have none, or is left open, and then only longer
    ones are tried.

    Raises:
        OutOfTime: the limits ended the search before there were choices to choose from.
    """
    quiet = ProgressMonitor(stop=monitor.stop)
    unmoved = _without_moves(inventory, limits, quiet)
    if unmoved.plan is not None:  # nothing has to move, so nothing does
        return DecompositionResult(unmoved.plan, 0.0, "gap", Columns(inventory, inventory.plan_quarters), {})
    best: DecompositionResult | None = None
    low, high, trial = unmoved.low, inventory.plan_quarters + 1, inventory.plan_quarters
    ended = unmoved.ended
    while max(low, 1) <= trial < high:
        try:
            found = cheapest_plan(inventory, trial, replace(limits, gap=1.0), quiet)
        except OutOfTime:
            if best is None:
                raise
            ended = reason_to_stop(limits, monitor)
            break
        if found.plan is not None:
            best, high = found, finish_of(found.plan)
            trial = (low + high) // 2
        elif found.ended == "infeasible":
            low = trial + 1
            trial = (low + high) // 2
        else:
            ended = found.ended
            if ended in ("time", "stopped"):
                break
            trial = max((trial + high) // 2, trial + 1)
        monitor.report(float(high) if best is not None else float("inf"), float(low))
    if best is None:
        ended = "infeasible" if low > inventory.plan_quarters else ended
        columns = Columns(inventory, inventory.plan_quarters, partial(must_stop, limits, monitor))
        return DecompositionResult(None, float(low), ended, columns, {})
    best = replace(best, bound=float(min(low, high)), ended=ended)
    try:
        final = cheapest_plan(inventory, max(high, 1), limits, quiet)
    except OutOfTime:
        return best
    return replace(final, plan=final.plan or best.plan, bound=float(min(low, high)), ended=ended)


class _Unmoved(NamedTuple):
    """What is known of plans in which no system moves: the cheapest, and how many quarters every plan needs."""

    plan: Solution | None
    low: int
    ended: str = "gap"


def _without_moves(inventory: Inventory, limits: SolveLimits, monitor: ProgressMonitor) -> _Unmoved:
    """The cheapest plan with every system retained, and built what must be.

    Raises:
        OutOfTime: as :func:`cheapest_plan` does.
    """
    if any(all(option.approach != "retain" for option in system.options) for system in inventory.systems.values()):
        return _Unmoved(None, 1)
    builds: tuple[BuildChoice, ...] = ()
    if any(service.must_build for service in inventory.services.values()):
        stays = {
            id: replace(system, options=tuple(option for option in system.options if option.approach == "retain"))
            for id, system in inventory.systems.items()
        }
        found = cheapest_plan(replace(inventory, systems=stays), inventory.plan_quarters, limits, monitor)
        if found.plan is None:
            return _Unmoved(None, 1) if found.ended == "infeasible" else _Unmoved(None, 0, found.ended)
        builds = found.plan.builds
    plan = with_stays(inventory, Solution((), builds))
    if first_violation(inventory, plan) is None:
        return _Unmoved(plan, 0)
    return _Unmoved(None, 0, "budget") if builds else _Unmoved(None, 1)


def as_solution(columns: Columns, answer: HeuristicResult) -> Solution | None:
    """The heuristic's plan as choices and builds, without builds that nothing needs; None where it has none."""
    if answer.columns is None:
        return None
    choices = tuple(columns.choice(column) for column in answer.columns)
    ready = {service.id: quarter for service, quarter in zip(columns.services, answer.ready.tolist(), strict=True)}
    return Solution(choices, needed_builds(columns.prices, choices, ready))


def needed_builds(prices: Prices, choices: tuple[Choice, ...], ready: Mapping[str, int]) -> tuple[BuildChoice, ...]:
    """The builds of the services that choices need; ``ready``: by service, the quarter from which it is ready."""
    inventory = prices.inventory
    working = (step for choice in choices for step, _ in zip(choice.option.steps, choice.when.starts, strict=False))
    wanted = wanted_services(inventory, (step.needs for step in working))
    found = []
    for key, service in inventory.services.items():
        if key in wanted and service.build is not None and ready[key] < NEVER:
            start = ready[key] - service.build.quarters
            found.append(BuildChoice(service, start, ready[key], prices.build(service, start).total))
    return tuple(found)


def with_stays(inventory: Inventory, part: Solution) -> Solution:
    """A plan for some systems as one for all: the others are retained, or go on as they began."""
    prices = Prices(inventory)
    planned = {choice.system.id: choice for choice in part.choices}
    choices = []
    for key, system in inventory.systems.items():
        stay = next((option for option in system.options if option.approach == "retain"), None)
        if key in planned:
            choices.append(replace(planned[key], system=system))
        elif stay is not None:
            choices.append(Choice(system, stay, Timing(), prices.choice(system, stay, Timing()).total))
        elif system.began:
            option = system.options[0]
            when = timing(option, *system.began)
            live, retired = (when.cutovers[0] if option.goes_live else None), passage(option, when).retired
            choices.append(Choice(system, option, when, prices.choice(system, option, when).total, (), live, retired))
    return Solution(tuple(choices), part.builds)


# -- beside the exact method ----------------------------------------------------------


def choices_left(
    found: DecompositionResult, solution: Solution | None, most: int | None, stop: Stop = never
) -> Offer | None:
    """The choices that may be in a plan better than ``solution``; None where they are more than ``most``.

    Raises:
        OutOfTime: ``stop``, which is asked before each system, returned True.
    """
    inventory, columns = found.columns.inventory, found.columns
    if most is not None and len(inventory.systems) > most:  # one of each is in the plan
        return None
    if solution is None or not found.multipliers:
        too_many = most is not None and columns.count > most
        return None if too_many else offer(inventory, inventory.plan_quarters, stop=stop)
    bounds = column_bounds(columns, found.multipliers)
    cost = cost_of(inventory, solution)
    if most is not None and bounds.count(cost) > most:
        return None
    return bounds.restrict(offer(inventory, inventory.plan_quarters, stop=stop), cost, stop)


def plan_by_core(inventory: Inventory, limits: SolveLimits, monitor: ProgressMonitor) -> Solution | None:
    """A plan in which only those systems move that have to; None where none was found.

    Raises:
        NoPlan: when those have none, and that decides it.
    """
    part = feasibility_core(inventory)
    if len(part.inventory.systems) == len(inventory.systems):
        return None
    try:
        solution, _ = ExactMethod(part.inventory, limits, monitor).cheapest(part.inventory.plan_quarters)
    except NoPlan:
        if part.conclusive:
            raise
        return None
    except OutOfTime:
        return None
    plan = with_stays(inventory, solution)
    return plan if first_violation(inventory, plan) is None else None


def certificate_of(found: DecompositionResult) -> Certificate | None:
    """The decomposition's prices, which prove its bound whatever comes of the rest."""
    return certify(found.columns, found.multipliers) if found.multipliers else None


def certificate_for(inventory: Inventory, cost: float, stop: Stop) -> Certificate | None:
    """The prices that prove the best bound on the cost, for a plan that was found without them.

    Args:
        cost: of the plan: the search for prices ends where they prove it to be the least.
        stop: whether the search has to end now; None is the answer where that is before it could begin.
    """

    def enough(number: int, found: Evaluation) -> bool:
        return stop() or found.bound >= cost - OPTIMAL * abs(cost)

    try:
        columns = Columns(inventory, inventory.plan_quarters, stop)
    except OutOfTime:
        return None
    lagrangian = Lagrangian(columns)
    prices, bound = ascend(lagrangian, lagrangian.zero(), ITERATIONS, callback=enough)
    return certify(columns, prices) if abs(bound) < INFINITY else None
