"""A plan near the best that a Board may prefer: where the searches for it and the ledger meet.

*Sums* (unsupported quarters, capital in a year, change) are minimised as they are, by the whole program with the cost
held near the best (:mod:`consolidate.solving.exact.secondary_objective`). Beforehand every choice is struck out that
would make a plan too dear, by the prices that prove the best plan's bound. Of a large inventory, variants are planned
instead in which what is preferred costs more and more.

*The busiest quarter and the last cutover* are held by a limit and by freezes at less and less, each time planned from
the best plan: until no plan is near it any more, which is proven where the bound is above what is allowed.

The ledger checks each plan as it checks any, and counts for itself what is preferred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import fsum

from consolidate.accounts.actuals import reported_steps
from consolidate.accounts.merits import Merits, merits
from consolidate.accounts.verdict import Verdict, verify_plan
from consolidate.errors import InvalidArgument, NoPlan, OutOfTime, RejectedPlan
from consolidate.inventory import Inventory, require_plan_of
from consolidate.optimizer import LARGE, limits_of, optimize_remaining
from consolidate.plan import Plan
from consolidate.planning import Disagreement, PlanResult
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.reduced_cost_fixing import column_bounds
from consolidate.solving.decomposition.start import Start, prices_at
from consolidate.solving.exact.method import cost_of
from consolidate.solving.exact.secondary_objective import (
    FULL,
    SHORT,
    LeastMerit,
    MeritWork,
    NearBest,
    SecondaryObjective,
)
from consolidate.solving.exact.solver import DEFAULT_GAP, DEFAULT_SOLVER, DEFAULT_THREADS, ProgressMonitor, SolveLimits
from consolidate.solving.formulation.approved_plan import as_solution
from consolidate.solving.formulation.assemble import ROUNDING, assemble
from consolidate.solving.formulation.choices import Offer, offer
from consolidate.solving.formulation.merits import Merit, merits_of
from consolidate.solving.formulation.people import most_saved_by_agency
from consolidate.solving.formulation.remaining import Remaining, remaining_of
from consolidate.solving.formulation.solution import Solution
from consolidate.variants import cheapest_within, with_exposure, with_most_under_way, with_pot, with_stability
from consolidate.vocabulary import PREFERENCES, tiers_by_rank

DEFAULT_WITHIN = 0.01
"""By how much a plan may cost more than the best, as a share of it, unless told otherwise."""
EXACT = 1e-6
"""How far two counts of a merit may be apart, as a share: amounts of money are added up in other orders."""
FACTORS = (0.25, 1.0, 4.0, 16.0)
"""Prices of what is preferred, in a large inventory: as shares of what all of it may cost."""
LOWER_TIER = 8.0
"""How much less a quarter of the next lower tier then counts."""
SHARES = (0.9, 0.75, 0.5, 0.25)
"""Shares of what the best plan spends in the first open year, which a large inventory may spend then."""
PENNY = 0.01
"""What a plan may cost more than the most that is allowed: rounding."""


@dataclass(frozen=True)
class PreferredPlan:
    """A plan near the best that has as little as was found of what is preferred.

    Attributes
    ----------
    preference
        What is preferred.
    plan
        The plan, checked by the ledger: the best one itself where less was not found. Its bound and its gap are those
        of the cost.
    verdict
        The ledger's.
    merits
        All that speaks for it, counted in its books.
    least
        What was asked about, the most important first: how much the best plan has of it, how much this one, and what
        no plan that is allowed has less than.
    """

    preference: str
    plan: Plan
    verdict: Verdict
    merits: Merits
    least: tuple[LeastMerit, ...]

    @property
    def better(self) -> bool:
        """Whether it has less of what is preferred than the best plan."""
        return any(one.better for one in self.least)


def preferences_of(inventory: Inventory) -> tuple[str, ...]:
    """What may be preferred: change only where a plan is approved, the last cutover only where it is not minimised.

    Parameters
    ----------
    inventory
        A valid inventory.

    Returns
    -------
    tuple of str
        Some of ``support``, ``capital``, ``calm``, ``finish`` and ``approved``, in this order.
    """
    senseless = {"approved"} if inventory.approved is None else set()
    senseless |= {"finish"} if inventory.minimise == "finish" else set()
    return tuple(one for one in PREFERENCES if one not in senseless)


def prefer(
    inventory: Inventory,
    plan: Plan,
    preference: str,
    *,
    within: float = DEFAULT_WITHIN,
    start: Start | None = None,
    time_limit: float | None = None,
    monitor: ProgressMonitor | None = None,
) -> PreferredPlan:
    """A plan near the best that has as little as can be of something else.

    Parameters
    ----------
    inventory, plan
        An inventory and its best plan, whose bound is taken as it says.
    preference
        ``support``: the fewest unsupported quarters, of the highest tier first; ``capital``: the least capital in the
        financial year of the first open quarter; ``calm``: the fewest moves in the busiest quarter; ``finish``: the
        earliest last cutover; ``approved``: the least change from the approved plan.
    within
        By how much it may cost more than the plan, as a share: 0.01 is 1%.
    start
        What :func:`consolidate.start_from` or :func:`consolidate.read_start` makes of the plan: its prices make for
        better searches. The plan in it is not looked at.
    time_limit
        Seconds after which the search is stopped, with what it has. A stop makes plans differ from run to run.
    monitor
        A stop request.

    Returns
    -------
    PreferredPlan
        The plan, and what is proven of it.

    Raises
    ------
    InvalidArgument
        There is no such preference, or it makes no sense here; ``within`` is below 0 or above 1; the inventory is
        none, or ``plan`` is of another one.
    RejectedPlan
        The plan breaks a rule.
    OutOfTime
        It was stopped before the search could begin.
    Disagreement
        The ledger rejects the plan that was found, or counts otherwise: a fault of this package.
    """
    require_plan_of(inventory, plan)
    require_preference(inventory, preference, within)
    verdict = verify_plan(inventory, plan)
    if verdict.violations:
        raise RejectedPlan(f"the plan breaks a rule ({verdict.violations[0].message}), so nothing can be near it")
    limits = limits_of(DEFAULT_GAP, time_limit, DEFAULT_THREADS, DEFAULT_SOLVER)
    return _Preferring(inventory, plan, verdict, within, start, limits, monitor or ProgressMonitor()).run(preference)


def fewer_unsupported(
    inventory: Inventory,
    result: PlanResult,
    gap: float = DEFAULT_GAP,
    *,
    start: Start | None = None,
    time_limit: float | None = None,
    monitor: ProgressMonitor | None = None,
) -> PreferredPlan | None:
    """After a short search: a plan that is also within the gap, and leaves fewer systems unsupported for a time.

    Parameters
    ----------
    inventory, result
        An inventory, and what :func:`consolidate.make_plan` returned for it.
    gap
        The gap that was asked for.
    start
        What :func:`consolidate.start_from` makes of the result, for a better search.
    time_limit
        Seconds after which the search is stopped, with what it has. A stop makes plans differ from run to run.
    monitor
        A stop request.

    Returns
    -------
    PreferredPlan or None
        The plan, whose ``merits.systems`` says how many. None where none was found, where no system runs unsupported,
        where quarters are minimised, and beyond 300 systems, where a short search finds nothing.

    Raises
    ------
    InvalidArgument
        The inventory is none, or the result is of another one; a time limit below 0.
    Disagreement
        The ledger rejects the plan that was found, or counts otherwise: a fault of this package.
    """
    require_plan_of(inventory, result.plan, "result")
    total = result.verdict.ledger.total
    most = result.plan.bound / (1 - gap) if gap < 1 else total
    nothing = not result.verdict.ledger.exposed or inventory.minimise == "finish" or not total
    if nothing or most <= total or len(inventory.systems) > LARGE:
        return None
    limits = limits_of(DEFAULT_GAP, time_limit, DEFAULT_THREADS, DEFAULT_SOLVER)
    searched = _Preferring(
        inventory, result.plan, result.verdict, most / total - 1, start, limits, monitor or ProgressMonitor()
    )
    try:
        found = searched.fewer_unsupported()
    except OutOfTime:
        return None
    return found if found.better else None


def preferred_result(
    inventory: Inventory, result: PlanResult, found: PreferredPlan, within: float, gap: float = DEFAULT_GAP
) -> PlanResult:
    """A plan that was preferred, in the place of the best one, as a result to write.

    Parameters
    ----------
    inventory, result
        An inventory, and what :func:`consolidate.make_plan` returned for it.
    found
        What :func:`consolidate.prefer` found near its plan.
    within
        By how much it might cost more, as a share.
    gap
        The gap that was asked for.

    Returns
    -------
    PlanResult
        The same bound and certificate, and the preferred plan with its gap to that bound; it says what was preferred.

    Raises
    ------
    Disagreement
        The ledger rejects the plan: a fault of this package.
    """
    return _in_its_place(inventory, result, found.plan, gap, prefer=found.preference, within=within)


def cheaper_result(
    inventory: Inventory, result: PlanResult, found: PreferredPlan, gap: float = DEFAULT_GAP
) -> PlanResult:
    """The result itself; or, where a plan that is better in something else is no dearer, that plan in its place.

    A plan that is proven to within a gap only need not be the cheapest, so that a search near it may undercut it.

    Parameters
    ----------
    inventory, result
        An inventory, and what :func:`consolidate.make_plan` returned for it.
    found
        What :func:`consolidate.fewer_unsupported` found near its plan.
    gap
        The gap that was asked for.

    Returns
    -------
    PlanResult
        ``result`` as it is where ``found`` is dearer, by a penny or more. Else the same bound and certificate, and the
        plan that was found with its gap to that bound.

    Raises
    ------
    Disagreement
        The ledger rejects the plan: a fault of this package.
    """
    if round(found.verdict.ledger.total, 2) > round(result.verdict.ledger.total, 2):
        return result
    return _in_its_place(inventory, result, found.plan, gap)


def _in_its_place(
    inventory: Inventory,
    result: PlanResult,
    plan: Plan,
    gap: float,
    prefer: str | None = None,
    within: float | None = None,
) -> PlanResult:
    """Another plan in the place of a result's, with what is proven of that.

    Raises:
        Disagreement: the ledger rejects it.
    """
    status = plan.status
    if status != "optimal":
        status = "within_gap" if plan.gap <= gap + ROUNDING else "feasible"
    made = replace(plan, status=status, prefer=prefer, within=within)
    verdict = verify_plan(inventory, made)
    if not verdict.ok:
        raise Disagreement(f"the ledger rejects the plan that was preferred: {'; '.join(verdict.faults[:3])}")
    return replace(result, plan=made, verdict=verdict, method=f"{result.method}, and a search near its plan")


def require_preference(inventory: Inventory, preference: str, within: float = DEFAULT_WITHIN) -> None:
    """Refuses a preference that there is not, or that makes no sense for an inventory, and a share that is none.

    Raises:
        InvalidArgument: it is one of these.
    """
    known = preferences_of(inventory)
    if preference not in PREFERENCES:
        raise InvalidArgument("prefer", preference, f"give one of {', '.join(known)}")
    if preference not in known:
        why = "no plan is approved" if preference == "approved" else "quarters are minimised, so the best plan has it"
        raise InvalidArgument("prefer", preference, f"{why}; give one of {', '.join(known)}")
    if not 0 <= within <= 1:
        raise InvalidArgument("within", f"{within:g}", "give a share from 0 to 1: 0.01 is 1%")


@dataclass(frozen=True)
class _Preferring:
    """One search, from the best plan."""

    inventory: Inventory
    plan: Plan
    verdict: Verdict
    within: float
    start: Start | None
    limits: SolveLimits
    monitor: ProgressMonitor

    @property
    def most(self) -> float:
        """What a plan may cost."""
        return self.verdict.ledger.total * (1 + self.within)

    @property
    def base(self) -> Inventory:
        """The inventory that is planned: where quarters are minimised, no plan may end later than the best."""
        if self.inventory.minimise == "cost":
            return self.inventory
        return cheapest_within(self.inventory, self.verdict.ledger.finish)

    def run(self, preference: str) -> PreferredPlan:
        """The plan that was found."""
        had = merits(self.inventory, self.plan, self.verdict.ledger)
        unchanged = PreferredPlan(preference, self.plan, self.verdict, had, ())
        if preference == "calm":
            return self._step_down(unchanged, "calm", lambda moves: with_most_under_way(self.base, moves))
        if preference == "finish":
            return self._step_down(unchanged, "finish", lambda quarters: cheapest_within(self.inventory, quarters))
        return self._least_sum(unchanged)

    def _checked(self, preference: str, solution: Solution) -> PreferredPlan:
        """A plan of a solution, with the books that the ledger has of it.

        Raises:
            Disagreement: the ledger rejects it.
        """
        remaining = remaining_of(self.inventory)
        settled = 0.0 if self.inventory.minimise == "finish" else remaining.costs.total
        made = replace(assemble(remaining, solution, self.plan.bound - settled, 0.0), start=self.plan.start)
        verdict = verify_plan(self.inventory, made)
        if not verdict.ok:
            raise Disagreement(f"the ledger rejects the plan that was found: {'; '.join(verdict.faults[:3])}")
        return PreferredPlan(preference, made, verdict, merits(self.inventory, made, verdict.ledger), ())

    # -- sums -------------------------------------------------------------------------------

    def fewer_unsupported(self) -> PreferredPlan:
        """After a short search: a plan with fewer systems that run unsupported for a time."""
        had = merits(self.inventory, self.plan, self.verdict.ledger)
        return self._least_sum(PreferredPlan("systems", self.plan, self.verdict, had, ()), SHORT)

    def _least_sum(self, best: PreferredPlan, work: MeritWork = FULL) -> PreferredPlan:
        """As little as was found of a sum, with the cost held near the best."""
        if len(self.inventory.systems) > LARGE:
            return self._dearer_and_dearer(best)
        remaining = remaining_of(self.base)
        asked = merits_of(remaining, best.preference)
        solution = as_solution(remaining, self.plan)
        if solution is None:
            raise RejectedPlan("the plan is none of this inventory, as it stands now")
        near = replace(self._near_best(remaining, solution), work=work)
        solution_found, least = SecondaryObjective(near, asked, self.limits, self.monitor).run()
        found = best if solution_found is solution else self._checked(best.preference, solution_found)
        counts = _TwoCounts(best.merits, found.merits, solution, solution_found)
        return replace(found, least=tuple(map(counts.agreed, asked, least)))

    def _near_best(self, remaining: Remaining, solution: Solution) -> NearBest:
        """What plans near the best are, of what is left to plan."""
        left = remaining.inventory
        most = self.most - remaining.costs.total
        offered = offer(left, left.plan_quarters)
        cheapest = fsum(min(choice.cost for choice in found) for found in offered.systems.values())
        least = cheapest - most_saved_by_agency(left)
        if self.inventory.minimise == "cost":
            least = max(least, self.plan.bound - remaining.costs.total)
        if self.start is not None and self.start.prices:
            offered = _without_the_dear(left, offered, most, self.start)
        return NearBest(left, offered, solution, max(most, cost_of(left, solution)), least)

    def _dearer_and_dearer(self, best: PreferredPlan) -> PreferredPlan:
        """As little as was found of a sum in a large inventory: at rising prices, until a plan is too dear."""
        names = _asked_names(best)
        found = best
        for changed in self._priced(best):
            try:
                result = optimize_remaining(
                    remaining_of(changed), self.limits, self.monitor, start=self._from(best), patient=False
                )
            except (NoPlan, OutOfTime):
                break
            solution = as_solution(remaining_of(self.inventory), result.plan)
            if solution is None:
                break
            made = self._checked(best.preference, solution)
            if made.verdict.ledger.total > self.most + PENNY:
                break
            found = min(found, made, key=lambda one: [*map(one.merits.of, names), one.verdict.ledger.total])
        least = []
        for name in names:
            least.append(LeastMerit(name, best.merits.of(name), found.merits.of(name), 0.0))
            if least[-1].better:
                break
        return replace(found, least=tuple(least))

    def _priced(self, best: PreferredPlan) -> Iterator[Inventory]:
        """Variants in which what is preferred costs more and more, or in which there is less and less capital."""
        if best.preference == "capital":
            yield from (self._with_less_capital(share) for share in SHARES)
            return
        room = self.most - self.verdict.ledger.total
        for factor in FACTORS:
            if best.preference == "approved":
                price = room * factor / max(best.merits.changes or 0, 1)
                yield with_stability(self.base, self.base.stability + price)
                continue
            changed = self.base
            price = room * factor / max(next((n for n in best.merits.unsupported.values() if n), 1), 1)
            for tier in tiers_by_rank(self.inventory.tiers)[:-1]:
                changed = with_exposure(changed, tier, self.inventory.tiers[tier] + price)
                price = price / LOWER_TIER if best.merits.unsupported[tier] else price
            yield changed

    def _with_less_capital(self, share: float) -> Inventory:
        """No pot has more than a share of what the best plan spends of it in the first open year."""
        changed, calendar, spent = self.base, self.inventory.calendar, self.verdict.ledger.capital
        year = calendar.year(self.inventory.open)
        for pot in self.inventory.pots.values():
            for period in pot.periods:
                if calendar.year(period.quarters.start) == year:
                    used = fsum(spent.get((pot.id, quarter), 0.0) for quarter in period.quarters)
                    changed = with_pot(changed, pot.id, period.label, min(period.amount, share * used))
        return changed

    # -- the busiest quarter, the last cutover -------------------------------------------------

    def _step_down(self, best: PreferredPlan, name: str, variant: Callable[[int], Inventory]) -> PreferredPlan:
        """Two less at a time, then one, each planned from the best plan, until no less is found near it."""
        least = self._reported(name)
        found, failed = best, least - 1
        while (target := max(int(found.merits.of(name)) - 2, failed + 1)) < found.merits.of(name):
            try:
                changed = remaining_of(variant(target))
                result = optimize_remaining(changed, self.limits, self.monitor, start=self._from(best), patient=False)
            except NoPlan:
                failed, least = target, target + 1
                continue
            except OutOfTime:
                break
            if result.bound > self.most + PENNY:
                least = target + 1
            solution = as_solution(remaining_of(self.inventory), result.plan)
            if (result.plan.costs or {})["total"] > self.most + PENNY or solution is None:
                failed = target
                continue
            found = self._checked(best.preference, solution)
            if found.merits.of(name) > target:
                raise Disagreement(f"{name}: at most {target} was asked for, the ledger counts {found.merits.of(name)}")
        had, has = best.merits.of(name), found.merits.of(name)
        return replace(found, least=(LeastMerit(name, had, has, min(float(least), has)),))

    def _reported(self, name: str) -> int:
        """What work that was reported makes of it, whatever else is planned: no rule that is added binds that."""
        steps = [one for id in self.inventory.systems for one in reported_steps(self.inventory, id)]
        if name == "finish":
            return max((one.cutover + 1 for one in steps), default=0)
        quarters = range(self.inventory.open, self.inventory.plan_quarters)
        return max((sum(one.start <= quarter <= one.cutover for one in steps) for quarter in quarters), default=0)

    def _from(self, found: PreferredPlan) -> Start:
        """What a search begins with: a plan, and the prices of the best one."""
        if self.start is None:
            return Start(found.plan, self.inventory.calendar, {})
        return replace(self.start, plan=found.plan, calendar=self.inventory.calendar)


def _asked_names(best: PreferredPlan) -> list[str]:
    """The merits of which there is something that could be less, the most important first."""
    if best.preference != "support":
        return [best.preference]
    return [f"tier {tier}" for tier in best.merits.unsupported]


def _without_the_dear(left: Inventory, offered: Offer, most: float, start: Start) -> Offer:
    """An offer without the choices with which every plan costs more than is allowed."""
    columns = Columns(left, left.plan_quarters)
    return column_bounds(columns, prices_at(Lagrangian(columns), start)).restrict(offered, most)


@dataclass(frozen=True)
class _TwoCounts:
    """What the ledger counts, before and now, and the solutions in which the search counted."""

    before: Merits
    now: Merits
    start: Solution
    found: Solution

    def agreed(self, merit: Merit, one: LeastMerit) -> LeastMerit:
        """What was asked about, with what is settled in it.

        Raises:
            Disagreement: the counts differ.
        """
        had, has = self.before.of(merit.name), self.now.of(merit.name)
        settled = had - merit.of(self.start)
        counted = merit.of(self.found)
        if abs(has - counted - settled) > EXACT * max(abs(has), abs(settled), 1.0):
            raise Disagreement(f"{merit.name}: the search counts {counted + settled:,.2f}, the ledger {has:,.2f}")
        return LeastMerit(one.name, had, has, min(one.least + settled, has))
