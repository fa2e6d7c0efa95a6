"""From an inventory to a plan and the proof of how good it is: which method plans which inventory.

The plan carries figures that the solving side computes in closed form
(:mod:`consolidate.solving.formulation.costs`). :mod:`consolidate.planning` has the ledger compute them again,
independently, before anything is written.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from consolidate.errors import InvalidArgument, NoPlan, OutOfTime
from consolidate.inventory import Inventory, require_inventory
from consolidate.plan import Plan
from consolidate.restricting import only_restricts
from consolidate.solving.decomposition.certificate import Certificate
from consolidate.solving.decomposition.method import (
    METHOD,
    WARM_METHOD,
    DecompositionResult,
    certificate_for,
    certificate_of,
    cheapest_plan,
    choices_left,
    plan_by_core,
    soonest_plan,
    warm_plan,
)
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.method import ExactMethod, SolveStatistics, cost_of
from consolidate.solving.exact.solver import (
    DEFAULT_GAP,
    DEFAULT_SOLVER,
    DEFAULT_THREADS,
    INFINITY,
    ProgressMonitor,
    SolveLimits,
)
from consolidate.solving.formulation.approved_plan import carry_forward
from consolidate.solving.formulation.assemble import OPTIMAL, assemble
from consolidate.solving.formulation.choices import Offer
from consolidate.solving.formulation.proven_bound import FalseBound, ProvenBound
from consolidate.solving.formulation.remaining import Remaining, remaining_of
from consolidate.solving.formulation.solution import Solution, finish_of
from consolidate.solving.makespan.fewest_quarters import FewestQuarters
from consolidate.variants import ancestor
from consolidate.vocabulary import html_table

BUDGET = 3_000
"""Times that HiGHS may ask whether to go on in its proof: about half a minute of work on the
shipped inventory, and the same amount on every machine."""
WARM_BUDGET, WARM_SHARE = 40, 0.3
"""The same with an earlier plan to begin with, and the share of the usual search for better plans."""
THOROUGH_BUDGET = 1_000
"""The same where the earlier plan is to be proven closely (:attr:`Start.thorough`), or where nothing came of it."""
PATIENCE_FOR_OPTIMA = 500
"""How much more work an optimum (``gap`` 0) may take than a plan within a gap."""
LARGE = 300
"""Systems up to which the whole mixed-integer program is solved."""
SMALL_CHOICES = 1_000
"""Choices up to which it is solved at once: a plan to begin with would take longer than the optimum."""
AT_ONCE = 4
"""One part in so many of the work allowed is for solving at once; then a decomposed plan is looked for after all."""
LARGE_CHOICES = 12_000
"""Choices left, after what a decomposed plan rules out, up to which it is solved for any inventory."""


@dataclass(frozen=True, repr=False)
class Result:
    """A plan, what is proven of it, and how it came about.

    Only the plan is written to plan.json, which is the same every time; times differ from run to run.

    Attributes
    ----------
    plan
        The decisions, and what is claimed of them.
    method
        The methods that found it, in words.
    ended
        Why the last solve ended: ``gap`` (proven), ``budget``, ``time`` or ``stopped``.
    build_seconds, solve_seconds
        Time spent building mixed-integer programs, and solving (decomposition included).
    columns, rows
        Size of the last mixed-integer program that was solved; 0 where none was.
    certificate
        The prices that prove a bound on the cost, where they were computed.
    refuted
        Bounds that the plan refutes, which were left out: each is a fault of a solver or of this package, to be
        reported. Empty, unless something is wrong.
    """

    plan: Plan
    method: str
    ended: str
    build_seconds: float
    solve_seconds: float
    columns: int
    rows: int
    certificate: Certificate | None
    refuted: tuple[FalseBound, ...]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.plan!r}, found by {self.method}>"

    def _repr_html_(self) -> str:
        """The plan, how good it is and how it was found, for notebooks."""
        seconds = self.build_seconds + self.solve_seconds
        rows = [("method", self.method), ("building and solving", f"{seconds:.1f} seconds"), ("ended by", self.ended)]
        return self.plan._repr_html_() + html_table("How it was found", rows)

    @property
    def status(self) -> str:
        """``optimal``, ``within_gap`` or ``feasible``."""
        return self.plan.status

    @property
    def objective(self) -> float:
        """What the inventory minimises: discounted cost in its currency, or quarters up to the last cutover."""
        return self.plan.objective

    @property
    def bound(self) -> float:
        """The proven least value of the objective."""
        return self.plan.bound

    @property
    def gap(self) -> float:
        """The relative gap between objective and bound: 0.01 is 1%."""
        return self.plan.gap


def optimize(
    inventory: Inventory,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    threads: int = DEFAULT_THREADS,
    solver: str = DEFAULT_SOLVER,
    monitor: ProgressMonitor | None = None,
    certify: bool = False,
    start: Start | None = None,
) -> Result:
    """The best plan for an inventory, with a proven bound, as the solving side sees it.

    Most callers want :func:`consolidate.make_plan`, which has the ledger check the plan.

    Parameters
    ----------
    inventory, gap, time_limit, threads, solver, monitor, certify, start
        As :func:`consolidate.make_plan` takes them.

    Returns
    -------
    Result
        The plan, its bound, and how it came about.

    Raises
    ------
    NoPlan, OutOfTime, InvalidArgument, UserError
        As :func:`consolidate.make_plan` raises them; ``NoPlan`` without what conflicts.
    """
    require_inventory(inventory)
    limits = limits_of(gap, time_limit, threads, solver)
    return optimize_remaining(remaining_of(inventory), limits, monitor, certify=certify, start=start)


def limits_of(gap: float, time_limit: float | None, threads: int, solver: str) -> SolveLimits:
    """The limits of a run that begins now.

    Raises:
        InvalidArgument: a gap below 0 or above 1, no thread, or a time limit below 0.
    """
    if not 0 <= gap <= 1:
        raise InvalidArgument("gap", f"{gap:g}", "give a share from 0 to 1: 0.001 is 0.1%")
    if threads < 1:
        raise InvalidArgument("threads", str(threads), "give 1 or more")
    if time_limit is not None and not time_limit >= 0:
        raise InvalidArgument("time_limit", f"{time_limit:g}", "give seconds from now, or None")
    deadline = None if time_limit is None else time.monotonic() + time_limit
    return SolveLimits(gap, BUDGET, deadline, threads, solver)


def optimize_remaining(
    remaining: Remaining,
    limits: SolveLimits,
    monitor: ProgressMonitor | None = None,
    *,
    certify: bool = False,
    start: Start | None = None,
    patient: bool = True,
) -> Result:
    """As :func:`optimize`, of what is left to plan, where that is known already.

    ``patient``: False where a search that comes to nothing from its start is to end, and not to begin again without.

    Raises:
        NoPlan, OutOfTime, UserError: as ``optimize`` does.
    """
    gap = limits.gap
    if gap <= 0:
        limits = replace(limits, budget=BUDGET * PATIENCE_FOR_OPTIMA)
    monitor = monitor or ProgressMonitor()
    if remaining.whole.minimise == "cost":  # else a search reports quarters, and another one costs
        monitor = _best_so_far(monitor)
    search = _Search(remaining.inventory, limits, monitor, certify, patient=patient)
    if start is not None:
        search.begin_with(start, still_proven(start, remaining))
    solution = search.soonest() if remaining.whole.minimise == "finish" else search.cheapest()
    solution = _approved_or(search.inventory, search.proven, solution, gap, remaining)
    proven = search.proven
    statistics = search.statistics
    plan = assemble(remaining, solution, proven.value, gap)
    return Result(
        plan=plan if search.start is None else replace(plan, start=search.start.hash),
        method=statistics.method,
        ended=statistics.ended,
        build_seconds=statistics.build_seconds,
        solve_seconds=statistics.solve_seconds,
        columns=statistics.columns,
        rows=statistics.rows,
        certificate=search.certificate,
        refuted=proven.refuted,
    )


def still_proven(start: Start, remaining: Remaining) -> float:
    """What was proven when a start was made, of what is left to plan; minus infinity where that need not hold any more.

    It holds where the inventory differs from the start's by changes that only restrict
    (:mod:`consolidate.restricting`), with the same approved plan and the same reports.
    """
    before = ancestor(remaining.whole, start.plan.inventory) or start.inventory
    if before is None or before.content_hash != start.plan.inventory or not only_restricts(before, remaining.whole):
        return -INFINITY
    reported = before.progress.hash if before.progress else None
    if (start.plan.approved, start.plan.progress) != (before.approved_hash, reported):
        return -INFINITY
    return start.bound - remaining.costs.total


def _best_so_far(monitor: ProgressMonitor) -> ProgressMonitor:
    """Reports the best plan and the best bound of all methods: each of them knows its own."""
    best, highest = INFINITY, -INFINITY

    def report(objective: float, bound: float) -> None:
        nonlocal best, highest
        best, highest = min(best, objective), max(highest, bound)
        monitor.report(best, highest)

    return ProgressMonitor(report, monitor.stop)


@dataclass
class _Search:
    """The methods for one inventory, and what they leave behind: statistics, a certificate, and what is proven.

    Every bound is a claim, and every plan is held against all of them before one is believed.
    """

    inventory: Inventory
    limits: SolveLimits
    monitor: ProgressMonitor
    certify: bool
    patient: bool = True
    statistics: SolveStatistics = field(default_factory=SolveStatistics)
    certificate: Certificate | None = None
    start: Start | None = None
    """What it began with, if that had any influence."""
    known: float = -INFINITY
    """A bound that was proven before."""
    proven: ProvenBound = field(default_factory=ProvenBound)

    def __post_init__(self) -> None:
        self.exact = ExactMethod(self.inventory, self.limits, self.monitor, self.statistics)

    def begin_with(self, start: Start, known: float) -> None:
        """Begins with an earlier plan, where that helps, and then does a short search.

        Where the whole program is solved at once, where another solver was asked for, and where quarters are
        minimised, everything is as without it.
        """
        if self.limits.solver != DEFAULT_SOLVER or self.is_solved_at_once or self.inventory.minimise == "finish":
            return
        self.start, self.known = start, known
        optimal = self.limits.gap <= 0  # who asks for an optimum wants the proof, however long it takes
        budget = THOROUGH_BUDGET if start.thorough else WARM_BUDGET
        limits = self.limits if optimal else replace(self.limits, budget=budget, share=WARM_SHARE)
        self.exact = ExactMethod(self.inventory, limits, self.monitor, self.statistics)

    @property
    def is_large(self) -> bool:
        """Whether there are too many systems for the whole mixed-integer program."""
        return len(self.inventory.systems) > LARGE and self.limits.solver == DEFAULT_SOLVER

    @property
    def is_solved_at_once(self) -> bool:
        """Whether there are few choices: options times quarters (pairs of quarters, where there are two steps)."""
        T, systems = self.inventory.plan_quarters, self.inventory.systems.values()
        count = sum(T if option.then is None else T * T // 2 for system in systems for option in system.options)
        return not self.is_large and count <= SMALL_CHOICES

    # -- the cheapest plan ------------------------------------------------------------

    def cheapest(self) -> Solution:
        """The cheapest plan: by decomposition, and then exactly where that is within reach.

        The decomposed plan is the exact method's start, and its bound says which choices cannot be
        in a better plan.

        Raises:
            NoPlan, OutOfTime: as :func:`optimize` does.
        """
        T = self.inventory.plan_quarters
        if self.limits.solver != DEFAULT_SOLVER:
            return self._small()
        at_once = self._tried_at_once() if self.is_solved_at_once else None
        if at_once is not None and self.statistics.ended != "budget":
            return at_once
        # The second search goes its own way: what the first has proven is added when it has ended.
        tried, self.proven = self.proven, ProvenBound()
        try:
            solution = self._decomposed_first(T)
        except (NoPlan, OutOfTime) as error:
            if at_once is None:
                raise
            solution = at_once
            if isinstance(error, NoPlan):  # a false claim, as a false bound is one
                self.proven.claim("the decomposition", INFINITY)
                self.statistics.ended = "budget"
        finally:
            self.proven.add(tried)
        return solution if at_once is None else min(solution, at_once, key=self._cost)

    def _decomposed_first(self, T: int) -> Solution:
        """The same, by decomposition first."""
        found = self._decomposed()
        if found.plan is None and self.exact.must_stop():
            raise OutOfTime
        self.certificate = certificate_of(found)
        solution = self._plan_of(found)
        found = self._held_against_plans(found, solution)
        left = self._choices_left(found, solution)
        if solution is None:
            if left is None:
                raise OutOfTime
            return self.exact.cheapest(T, None, left, self.proven)[0]
        if left is None:
            return solution
        before = self.statistics.method
        try:
            better, _ = self.exact.cheapest(T, solution, left, self.proven)
        except NoPlan:
            return solution
        if self.statistics.method != before:  # the plan to begin with may be as good as one can be, and nothing solved
            self.statistics.method = f"{before}, then {self.statistics.method}"
        return min(better, solution, key=self._cost)

    def _cost(self, plan: Solution) -> float:
        return cost_of(self.inventory, plan)

    def _tried_at_once(self) -> Solution | None:
        """The plan by the whole program alone, given a part of the work allowed; None where that found none.

        Few choices may still be hard to choose among: where this was not enough (``ended`` is ``budget``), a
        decomposed plan is a better beginning than more of the same.

        Raises:
            NoPlan, OutOfTime: as :func:`optimize` does.
        """
        allowed = None if self.limits.budget is None else max(self.limits.budget // AT_ONCE, 1)
        whole, limits = self.exact, replace(self.limits, budget=allowed)
        self.exact = ExactMethod(self.inventory, limits, self.monitor, self.statistics)
        try:
            return self._small()
        except OutOfTime:
            if self.statistics.ended in ("time", "stopped") or whole.must_stop():
                raise
            return None
        finally:
            self.exact = whole

    def _held_against_plans(self, found: DecompositionResult, solution: Solution | None) -> DecompositionResult:
        """The same without what the plan refutes: of a false bound the prices say nothing of choices either."""
        if solution is not None:
            self.proven.known(cost_of(self.inventory, solution))
        bound = found.bound
        if self.known > -INFINITY and self.certificate is not None:
            # What was proven before is in the bound, too: alone, the prices prove what the certificate says.
            self.proven.claim("the proof of the plan to begin with", self.known)
            bound = self.certificate.bound
        if not self.proven.claim("the decomposition", bound):
            self.certificate = None
            return replace(found, multipliers={}, ended="budget")
        return replace(found, ended="budget") if self.proven.refuted else found

    def _decomposed(self) -> DecompositionResult:
        """The decomposition's plan: from an earlier one, if there is one and if something comes of it."""
        T, began = self.inventory.plan_quarters, time.perf_counter()
        if self.start is not None:
            found = warm_plan(self.inventory, self.start, self.limits, self.monitor, self.known)
            self._note(found, began, WARM_METHOD)
            if found.plan is not None or found.ended == "infeasible" or self.exact.must_stop() or not self.patient:
                return found
            self._go_on_without_start()
            began = time.perf_counter()
        found = cheapest_plan(self.inventory, T, self.limits, self.monitor)
        self._note(found, began)
        return found

    def _go_on_without_start(self) -> None:
        """Goes on as if there had been none, but for the proof, which is to be short all the same.

        Where it is no shorter, the start has no influence, what was proven with it neither, and the plan does not name
        it.
        """
        limits = self.limits
        if self.is_large or limits.gap <= 0:
            self.start, self.known = None, -INFINITY
        else:
            limits = replace(limits, budget=THOROUGH_BUDGET)
        self.exact = ExactMethod(self.inventory, limits, self.monitor, self.statistics)

    def _choices_left(self, found: DecompositionResult, solution: Solution | None) -> Offer | None:
        """The choices for the exact method; None where it has nothing to prove, or no time or hope to."""
        if found.ended == "gap" or self.exact.must_stop():
            return None
        if self.start is not None and self.is_large and solution is not None:
            return None  # to find out which are left takes longer than all the rest
        try:
            return choices_left(found, solution, LARGE_CHOICES if self.is_large else None, self.exact.must_stop)
        except OutOfTime:
            return None

    def _small(self) -> Solution:
        """By the whole mixed-integer program alone."""
        solution, _ = self.exact.cheapest(self.inventory.plan_quarters, proven=self.proven)
        if self.certify and self.inventory.systems:
            cost = cost_of(self.inventory, solution)
            self.certificate = certificate_for(self.inventory, cost, self.exact.must_stop)
        return solution

    def _note(self, found: DecompositionResult, began: float, method: str = METHOD) -> None:
        """What the decomposition adds to the statistics."""
        self.statistics.method = method
        self.statistics.solve_seconds += time.perf_counter() - began
        self.statistics.ended = found.ended

    def _plan_of(self, found: DecompositionResult) -> Solution | None:
        """The decomposition's plan; for a large inventory without one, that of the systems that decide it.

        Raises:
            NoPlan: no plan can meet the rules.
        """
        if found.ended == "infeasible":
            raise NoPlan("no plan can meet the rules")
        if found.plan is None and self.is_large and not self.exact.must_stop():
            return plan_by_core(self.inventory, self.limits, self.monitor)
        return found.plan

    # -- the soonest plan -------------------------------------------------------------

    def soonest(self) -> Solution:
        """The plan that ends soonest and, among those, costs least. The bound is in quarters.

        Raises:
            NoPlan, OutOfTime: as :func:`optimize` does.
        """
        if self.is_large:
            return self._soonest_by_decomposition()
        fewest = FewestQuarters(self.inventory, self.limits, self.monitor, self.exact.any_plan)
        fewest.run()
        self.statistics.ended = fewest.ended
        if fewest.sure > self.inventory.plan_quarters:
            raise NoPlan("no plan can meet the rules")
        if fewest.best is None:
            raise OutOfTime
        best = fewest.best
        if fewest.ended in ("gap", "budget"):
            best, _ = self.exact.cheapest(finish_of(best), best)
        self._ends(best, "the search for the fewest quarters", fewest.sure)
        return best

    def _soonest_by_decomposition(self) -> Solution:
        began = time.perf_counter()
        found = soonest_plan(self.inventory, self.limits, self.monitor)
        self._note(found, began)
        solution = self._plan_of(found)
        if solution is None:
            raise OutOfTime
        self._ends(solution, "the decomposition", found.bound)
        return solution

    def _ends(self, plan: Solution, source: str, bound: float) -> None:
        """Holds the bound on the quarters against a plan."""
        self.proven.known(float(finish_of(plan)))
        self.proven.claim(source, float(bound))


def _approved_or(
    inventory: Inventory, proven: ProvenBound, solution: Solution, gap: float, remaining: Remaining
) -> Solution:
    """The approved plan, if it can still be carried out and this one does not beat it by more than the gap."""
    before = carry_forward(remaining)
    settled = remaining.costs.total
    if before is None:
        return solution
    finish = inventory.minimise == "finish"
    proven.known(float(finish_of(before)) if finish else cost_of(inventory, before))
    worse = [tuple(cost_of(inventory, one) + settled for one in (before, solution))]
    if finish:
        worse.append((finish_of(before), finish_of(solution)))
    return before if all(old - new <= gap * abs(old) + OPTIMAL for old, new in worse) else solution
