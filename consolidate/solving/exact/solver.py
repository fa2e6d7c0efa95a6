"""Solves a PuLP problem; returns the solution that was found and the bound that was proven.

HiGHS is run through PuLP's own interface, with four things added that PuLP 3.3 lacks: the
model is passed in arrays, a solution can be given as a start, a callback reports progress and can
stop the solve, and outcomes are distinguished (PuLP calls a solve that hit its time limit
``Optimal``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import highspy
import numpy as np
import pulp

from consolidate.errors import OutOfTime, UserError
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped

DEFAULT_SOLVER = "HiGHS"
DEFAULT_THREADS = 1
"""Fixed, not the machine's number of cores, so that the plan is the same everywhere."""
DEFAULT_GAP = 0.001
"""Relative gap at which a search ends unless another is asked for."""

INFINITY = float("inf")

RELIABLE = 1
"""Strong-branching trials of a variable before its pseudocosts are relied on (measured: half the nodes' time)."""

ColumnValues = np.ndarray[Any, np.dtype[Any]]
"""Values by column."""


@dataclass(frozen=True)
class SolveLimits:
    """How good a solution has to be and how much work may be spent on it.

    ``gap``: relative gap at which it is done. ``budget``: number of times HiGHS asks whether to
    go on, which depends on the work done and not on the clock. ``deadline``: seconds of ``clock``
    at which it is stopped wherever it is; only a stop. ``share``: how much of the usual work may be spent on better
    plans before the proof; less than all of it where there is an earlier plan to begin with.
    """

    gap: float = DEFAULT_GAP
    budget: int | None = None
    deadline: float | None = None
    threads: int = DEFAULT_THREADS
    solver: str = DEFAULT_SOLVER
    share: float = 1.0
    clock: Callable[[], float] = field(default=time.monotonic, repr=False, compare=False)

    @property
    def is_short(self) -> bool:
        """Whether there is an earlier plan to begin with, as good as what a search finds."""
        return self.share < 1.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the deadline; None without one."""
        return None if self.deadline is None else max(self.deadline - self.clock(), 0.0)


def _ignore(incumbent: float, bound: float) -> None:
    """The default report: does nothing."""


def _unheard(done: int, of: int, which: str) -> None:
    """The same of many plans."""


@dataclass
class ProgressMonitor:
    """Progress callbacks and a stop request, for the caller of a running solve.

    Attributes
    ----------
    report
        Called now and then with the objective of the best plan so far and the proven bound, infinite where not known
        (the bound: below 0); with both infinite once it is proven that there is no plan, before a way out is sought.
    stop
        Returns True once the caller wants the best plan found so far.
    on_plan
        Where many plans are made: called as each begins, with how many are done, of how many, and which it is (a
        scenario, partners); and as each ends, with an empty name.
    """

    report: Callable[[float, float], None] = _ignore
    stop: Stop = never
    on_plan: Callable[[int, int, str], None] = _unheard


def must_stop(limits: SolveLimits, monitor: ProgressMonitor) -> bool:
    """Whether the caller, or the time limit, ends a search."""
    return bool(reason_to_stop(limits, monitor))


def reason_to_stop(limits: SolveLimits, monitor: ProgressMonitor) -> str:
    """Why a search has to end now: ``stopped`` or ``time``; empty while it may go on."""
    if monitor.stop():
        return "stopped"
    return "time" if limits.seconds_left == 0 else ""


@dataclass(frozen=True)
class Outcome:
    """What a solve found. ``values`` is None without a solution; ``bound`` is proven.

    ``ended`` is ``gap`` (proven), ``infeasible``, ``budget``, ``time`` or ``stopped``.
    """

    values: Mapping[Any, float] | None
    objective: float
    bound: float
    ended: str


def solve(
    problem: pulp.LpProblem,
    limits: SolveLimits,
    monitor: ProgressMonitor | None = None,
    start: Mapping[Any, float] | None = None,
    *,
    searching: bool = True,
    doubting: bool = True,
) -> Outcome:
    """Minimise ``problem``.

    Args:
        problem: a PuLP minimisation without a constant in its objective.
        limits: when to stop.
        monitor: progress callback and stop request.
        start: values of a feasible solution, by variable; missing ones are 0.
        searching: False where ``start`` is good and the proof is what is wanted.
        doubting: solve a second time, without presolve, before reporting that there is no solution.

    Raises:
        UserError: when PuLP finds no solver of that name.
    """
    if limits.solver != DEFAULT_SOLVER:
        return _solve_elsewhere(problem, limits)
    monitor = monitor or ProgressMonitor()
    try:
        highs = _Highs(limits, monitor, start, searching=searching)
        problem.solve(highs)
        if doubting and highs.doubtful():
            # Presolve is where a solver's rare wrong answers come from: ask again without it.
            highs = _Highs(limits, monitor, start, presolve=False)
            problem.solve(highs)
    except OutOfTime:
        return Outcome(None, INFINITY, -INFINITY, reason_to_stop(limits, monitor))
    return highs.outcome()


def quiet(model: Any) -> None:
    """Switches HiGHS's sub-MIP heuristics off: where there is a good plan already, that time is better
    spent on the bound (measured: a gap of 0.10% instead of 0.17% in 30 s)."""
    model.setOptionValue("mip_heuristic_effort", 0.0)
    # Strong branching on every new variable, eight times, would take most of a small budget.
    model.setOptionValue("mip_pscost_minreliable", RELIABLE)
    for name in ("rins", "rens", "root_reduced_cost"):
        model.setOptionValue(f"mip_heuristic_run_{name}", False)


class Neighbourhoods:
    """A model kept in HiGHS, in which most of a solution is fixed and the rest solved again.

    Raises:
        OutOfTime: the limits ended the search while the model was handed over.
    """

    def __init__(self, problem: pulp.LpProblem, limits: SolveLimits, monitor: ProgressMonitor) -> None:
        self.highs = _Highs(limits, ProgressMonitor(stop=monitor.stop), None, runs=False, searching=False)
        problem.solve(self.highs)
        self.variables = self.highs.variables
        self.lows = np.array([var.lowBound for var in self.variables], dtype=float)
        self.tops = np.array([INFINITY if var.upBound is None else var.upBound for var in self.variables])
        self.every = np.arange(len(self.variables), dtype=np.int32)

    def solve(self, held: ColumnValues, fixed: ColumnValues, nodes: int) -> tuple[float, ColumnValues, int]:
        """Solves again with the columns ``fixed`` (a mask) at their ``held`` values.

        It ends after so many ``nodes``, or when the budget of asking is used up.

        Returns:
            objective, values (rounded where whole) and the work it took in simplex iterations;
            the objective is infinite when nothing was found.
        """
        model = self.highs.model
        lows, tops = np.where(fixed, held, self.lows), np.where(fixed, held, self.tops)
        model.changeColsBounds(len(self.every), self.every, lows, tops)
        model.setOptionValue("mip_max_nodes", nodes)
        left = self.highs.limits.seconds_left
        if left is not None:
            model.setOptionValue("time_limit", model.getRunTime() + left)
        self.highs.hand_over(held)
        self.highs.asked, self.highs.why = 0, ""
        model.run()
        info = model.getInfo()
        if info.primal_solution_status != 2:
            return INFINITY, held, info.simplex_iteration_count
        found = np.array(model.getSolution().col_value)
        whole = np.abs(found - np.round(found)) < 1e-6
        return info.objective_function_value, np.where(whole, np.round(found), found), info.simplex_iteration_count


class LinearRelaxation:
    """The linear relaxation of a problem, solved again after every cut.

    Raises:
        OutOfTime: the limits ended the search while the problem was handed over.
    """

    def __init__(self, problem: pulp.LpProblem, limits: SolveLimits, monitor: ProgressMonitor) -> None:
        self.highs = _Highs(limits, ProgressMonitor(stop=monitor.stop), None, runs=False)
        problem.solve(self.highs)
        self.highs.model.setOptionValue("solve_relaxation", True)
        self.variables = self.highs.variables

    def add(self, terms: Mapping[Any, float], limit: float) -> None:
        """One row more: the terms add up to no more than the limit."""
        columns = np.array([var.index for var in terms], dtype=np.int32)
        factors = np.array(list(terms.values()), dtype=float)
        self.highs.model.addRow(-INFINITY, limit, len(columns), columns, factors)

    def solve(self) -> tuple[Mapping[Any, float] | None, float]:
        """The values by variable, and the objective; None where there is no solution, or no time for it."""
        model = self.highs.model
        left = self.highs.limits.seconds_left
        if left is not None:
            model.setOptionValue("time_limit", model.getRunTime() + left)
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None, -INFINITY
        values = dict(zip(self.variables, model.getSolution().col_value, strict=True))
        return values, float(model.getInfo().objective_function_value)


class _Highs(pulp.HiGHS):  # type: ignore[misc]  # PuLP is not typed
    def __init__(
        self,
        limits: SolveLimits,
        monitor: ProgressMonitor,
        start: Mapping[Any, float] | None,
        *,
        presolve: bool = True,
        runs: bool = True,
        searching: bool = True,
    ) -> None:
        super().__init__(msg=False, gapRel=limits.gap, threads=limits.threads, timeLimit=limits.seconds_left)
        self.optionsDict["random_seed"] = 0
        # HiGHS 1.15.1 gives wrong answers with this presolve rule (enumeration) on some small models:
        # false "infeasible" and false bounds, found by the agreement tests, which pin two of them.
        self.optionsDict["presolve_rule_off"] = 1 << 16
        if not presolve:
            self.optionsDict["presolve"] = "off"
        if limits.gap == 0:
            self.gapAbs = 0.0
        self.limits = limits
        self.monitor = monitor
        self.start = start
        self.runs = runs
        self.searching = searching
        self.asked = 0
        self.why = ""
        self.model: Any = None
        self.variables: list[Any] = []

    def buildSolverModel(self, lp: pulp.LpProblem) -> None:
        """The model in three calls; PuLP's own makes one for each row and column."""
        self.variables = lp.variables()
        costs = [lp.objective.get(var, 0.0) for var in self.variables]
        lows = [-INFINITY if var.lowBound is None else var.lowBound for var in self.variables]
        highs = [INFINITY if var.upBound is None else var.upBound for var in self.variables]
        size = len(self.variables)
        empty = np.empty(0, dtype=np.int32)
        self.model = lp.solverModel
        self.model.addCols(size, np.array(costs, dtype=float), np.array(lows), np.array(highs), 0, empty, empty, empty)
        for index, var in enumerate(self.variables):
            var.index = index
        whole = [var.index for var in self.variables if var.cat == pulp.LpInteger and self.mip]
        kinds = np.full(len(whole), highspy.HighsVarType.kInteger)
        self.model.changeColsIntegrality(len(whole), np.array(whole, dtype=np.int32), kinds)
        self._add_rows(lp.constraints())

    def _add_rows(self, constraints: Any) -> None:
        starts: list[int] = []
        columns: list[int] = []
        factors: list[float] = []
        lows: list[float] = []
        highs: list[float] = []
        for row in unless_stopped(constraints, partial(must_stop, self.limits, self.monitor)):
            starts.append(len(columns))
            for var, factor in row.items():
                columns.append(var.index)
                factors.append(factor)
            low, high = row.getLb(), row.getUb()
            lows.append(-INFINITY if low is None else low)
            highs.append(INFINITY if high is None else high)
        self.model.addRows(
            len(starts),
            np.array(lows, dtype=float),
            np.array(highs, dtype=float),
            len(columns),
            np.array(starts, dtype=np.int32),
            np.array(columns, dtype=np.int32),
            np.array(factors, dtype=float),
        )

    def callSolver(self, lp: pulp.LpProblem) -> None:
        if self.start is not None:
            self.hand_over(np.array([float(self.start.get(var, 0.0)) for var in self.variables]))
        self.model.setCallback(self._called, None)
        kinds = highspy.cb.HighsCallbackType
        for kind in (kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt):
            self.model.startCallback(kind)
        if not self.searching:
            quiet(self.model)
        if self.runs:
            self.model.run()

    def hand_over(self, values: ColumnValues) -> None:
        """Gives HiGHS a solution to begin with."""
        solution = highspy.HighsSolution()
        solution.col_value = list(values)
        self.model.setSolution(solution)

    def _called(self, kind: Any, message: str, out: Any, reply: Any, data: Any) -> None:
        if kind == highspy.cb.HighsCallbackType.kCallbackMipInterrupt:
            self.asked += 1
            if self.limits.budget is not None and self.asked > self.limits.budget:
                self.why = "budget"
            self.monitor.report(out.mip_primal_bound, out.mip_dual_bound)
        self.why = reason_to_stop(self.limits, self.monitor) or self.why
        reply.user_interrupt = bool(self.why)

    def findSolutionValues(self, lp: pulp.LpProblem) -> tuple[int, int]:
        return pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound

    def doubtful(self) -> bool:
        """True for an answer that is asked for a second time: no solution at all, or an error."""
        kinds = highspy.HighsModelStatus
        return self.model.getModelStatus() in (
            kinds.kInfeasible,
            kinds.kUnboundedOrInfeasible,
            kinds.kSolveError,
            kinds.kPresolveError,
            kinds.kPostsolveError,
        )

    def outcome(self) -> Outcome:
        status, info = self.model.getModelStatus(), self.model.getInfo()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return Outcome(None, INFINITY, INFINITY, "infeasible")
        found = info.primal_solution_status == 2
        values = dict(zip(self.variables, self.model.getSolution().col_value, strict=True)) if found else None
        bound = info.mip_dual_bound if any(var.cat == pulp.LpInteger for var in self.variables) else -INFINITY
        objective = info.objective_function_value if found else INFINITY
        if status in (kinds.kOptimal, kinds.kModelEmpty):
            # Without whole variables, or when presolve solves it all, the solution is its own bound.
            bound = bound if -INFINITY < bound < INFINITY else objective
            return Outcome(values, objective, min(bound, objective), "gap")
        return Outcome(values, objective, min(bound, objective), self.why or "time")


def _solve_elsewhere(problem: pulp.LpProblem, limits: SolveLimits) -> Outcome:
    """Any other solver that PuLP finds. Its bound is what its own gap lets us conclude."""
    known = pulp.listSolvers(onlyAvailable=True)
    if limits.solver not in known:
        raise UserError(f"no solver {limits.solver!r} here; PuLP finds {', '.join(sorted(known))}")
    solver = pulp.getSolver(limits.solver, msg=False, timeLimit=limits.seconds_left, gapRel=limits.gap)
    problem.solve(solver)
    if problem.sol_status == pulp.LpSolutionInfeasible:
        return Outcome(None, INFINITY, INFINITY, "infeasible")
    if problem.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return Outcome(None, INFINITY, -INFINITY, "time")
    values = {var: var.varValue or 0.0 for var in problem.variables()}
    objective = float(pulp.value(problem.objective) or 0.0)
    if problem.sol_status == pulp.LpSolutionOptimal:
        return Outcome(values, objective, objective - limits.gap * abs(objective), "gap")
    return Outcome(values, objective, -INFINITY, "time")
