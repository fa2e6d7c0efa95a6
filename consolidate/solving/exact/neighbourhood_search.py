"""How a model is solved: a good plan first, then the proof.

A solver left alone does both at once, and proves slowly while its plan is poor, since only a good plan
shows what cannot be in a better one. So there are five
phases, each of which ends the search when the gap asked for is proven:

1. *first look*: where there is no plan to begin with, the solver alone, briefly. Easy inventories end here.
2. *tighten*: cuts for pots (:mod:`consolidate.solving.exact.pot_cuts`), which the relaxation gives, and a first bound.
3. *root*: the program from the best plan so far, briefly: the solver's own cuts may prove a wide gap, and its own
   heuristics find a better plan sooner than neighbourhoods do. Not from an earlier plan, which is as good as that.
4. *neighbourhoods*: most systems are held at what the plan does with them; a few are set
   free, with every service, and solved exactly (large neighbourhood search). What is set
   free grows while nothing is found and shrinks while it takes too much work.
5. *prove*: the whole program again, from the best plan, without searching.

All rules hold, because it is the same model each time. Work is counted, not
timed, and chance is seeded: the same model gives the same plan.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pulp

from consolidate.errors import OutOfTime
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.pot_cuts import pot_cuts
from consolidate.solving.exact.solver import (
    DEFAULT_GAP,
    DEFAULT_SOLVER,
    INFINITY,
    ColumnValues,
    Neighbourhoods,
    Outcome,
    ProgressMonitor,
    SolveLimits,
    must_stop,
    reason_to_stop,
    solve,
)
from consolidate.solving.formulation.choices import Choice, wanted_services
from consolidate.solving.formulation.proven_bound import ProvenBound
from consolidate.solving.formulation.solution import Solution

FIRST_LOOK = 60
"""Times that HiGHS may ask whether to go on, in the first look."""
AT_ROOT = 40
"""Times that HiGHS may ask at the root."""
FAR = 0.05
"""A start that may be worse than the best by more than this share is a poor one."""
TYPICAL = 2_500
"""Columns of a model for which the looks and the budget are meant; larger ones get in proportion
fewer, for each look then takes so much longer."""
WORK = 8_000
"""Simplex iterations for the neighbourhoods, at a typical model: they find most of what they find soon."""
SMALLEST = 8
"""Systems set free at first."""
HARD = 800
"""Simplex iterations from which a neighbourhood counts as too large."""
NODES, MOST = 3, 25
"""Nodes, and times that HiGHS may ask whether to go on, after which each is left: what is found, is found soon."""
BETTER = 1e-6
"""The share of its cost by which a plan must cost less to be better, and not the same but for rounding."""
PATIENCE = 20
"""Neighbourhoods in a row without a better plan after which the search ends."""


def solve_in_phases(
    model: Model,
    limits: SolveLimits,
    monitor: ProgressMonitor,
    start: Mapping[Any, float] | None = None,
    price: float = INFINITY,
    proven: ProvenBound | None = None,
) -> Outcome:
    """Solves a loaded model in the phases above.

    Args:
        model: a model whose rows PuLP holds.
        limits: when to stop; its budget is for the proof.
        monitor: progress callback and stop request.
        start: values of the whole variables of a feasible solution, by variable.
        price: what that solution costs.
        proven: what is proven already, to which this is added; a solution far from it is not worth bettering before a
            first look.

    Returns:
        the best solution, and the highest bound that it does not refute.
    """
    proven = ProvenBound() if proven is None else proven
    if limits.solver != DEFAULT_SOLVER:
        found = solve(model.problem, limits, monitor)
        proven.claim(limits.solver, found.bound)
        return found
    search = _Phases(model, limits, monitor, Outcome(start, price, -INFINITY, "budget"), proven)
    phases = (search.root, search.neighbourhoods, search.prove)
    good = start is not None and price - proven.value <= FAR * abs(price)
    for phase in (search.tighten, *phases) if good else (search.look, search.tighten, *phases):
        phase()
        if search.over():
            break
    return search.best


class _Phases:
    """The best solution and the best bound so far."""

    def __init__(
        self, model: Model, limits: SolveLimits, monitor: ProgressMonitor, first: Outcome, proven: ProvenBound
    ) -> None:
        self.model = model
        self.proven = proven
        self.limits = limits
        self.monitor = ProgressMonitor(self.report, monitor.stop)
        self.caller = monitor
        self.best = first
        self.proving = False
        self.rooted: tuple[int, float] | None = None
        self.scale = min(1.0, (TYPICAL / max(model.count, 1)) ** 1.5)

    def asks(self, number: int) -> int:
        """So many looks at a typical model, for this one. Who asks for an optimum is given them all."""
        return number if self.limits.gap == 0 else max(round(number * self.scale), 20)

    def report(self, incumbent: float, bound: float) -> None:
        """What is known so far, whatever program is being solved."""
        incumbent = min(incumbent, self.best.objective)
        self.caller.report(incumbent, max(bound if self.proving and bound <= incumbent else -INFINITY, self.bound))

    @property
    def bound(self) -> float:
        """The highest bound, by any method, that the best solution does not refute."""
        return replace(self.proven, least=min(self.proven.least, self.best.objective)).value

    def take(self, found: Outcome, source: str = "") -> None:
        """Keeps what is better; only the whole program's bound is a bound, and has a source."""
        if source and (found.ended != "infeasible" or self.best.values is not None):
            self.proven.claim(source, found.bound)
        values, objective = (
            (found.values, found.objective)
            if found.values is not None and found.objective < self.best.objective
            else (self.best.values, self.best.objective)
        )
        self.best = Outcome(values, objective, self.best.bound, found.ended if source else "budget")
        self.best = replace(self.best, bound=self.bound)
        known = self.best.values is not None
        if (self.best.ended == "gap" and not self.close()) or (self.best.ended == "infeasible" and known):
            self.best = replace(self.best, ended="budget")  # the solver is wrong

    def close(self, gap: float | None = None) -> bool:
        """Whether there is a solution, proven to be within a gap; by default the one that is asked for."""
        if self.best.values is None:
            return False
        gap = self.limits.gap if gap is None else gap
        return self.best.objective - self.best.bound <= gap * abs(self.best.objective)

    def over(self) -> bool:
        """True when the gap is proven, there is no plan, the time is up or a stop was requested."""
        best = self.best
        if best.ended in ("infeasible", "gap"):
            return True
        if self.close():
            self.best = replace(best, ended="gap")
        else:
            self.best = replace(best, ended=reason_to_stop(self.limits, self.monitor) or best.ended)
        return self.best.ended != "budget"

    def look(self) -> None:
        self.whole("first look", min(FIRST_LOOK, self.limits.budget or FIRST_LOOK), searching=True)

    def whole(self, phase: str, budget: int | None, *, searching: bool, gap: float | None = None) -> None:
        """Solves the whole program from the best solution; its bound is one, and bears the phase's name."""
        self.proving = True
        limits = replace(self.limits, budget=budget, gap=self.limits.gap if gap is None else gap)
        found = solve(self.model.problem, limits, self.monitor, self.best.values, searching=searching)
        self.take(found, f"{DEFAULT_SOLVER}'s {phase}")
        self.proving = False

    def tighten(self) -> None:
        """Adds pot cuts, which the phases after this one have, too; the relaxation with them proves a bound."""
        if self.model.goal != "cost" or not self.model.pots:
            return
        cuts, bound = pot_cuts(self.model, self.limits, self.monitor)
        self.model.tighten(cuts)
        self.take(Outcome(None, INFINITY, bound, "budget"), f"{DEFAULT_SOLVER}'s relaxation")
        self.report(self.best.objective, self.bound)

    def root(self) -> None:
        """The solver's own cuts, which may prove a wide gap, and its own heuristics, from a plan that it can better."""
        if self.limits.gap > 0 and self.best.values is not None:
            budget = min(AT_ROOT, self.limits.budget or AT_ROOT)
            searching = not self.limits.is_short
            self.rooted = None if searching else (budget, self.best.objective)
            self.whole("root", budget, searching=searching)

    def neighbourhoods(self) -> None:
        if self.model.goal != "cost" or self.best.values is None:
            return
        best, work = self.best, round(WORK * self.limits.share * min(1.0, TYPICAL / max(self.model.count, 1)))
        enough = best.bound / (1 - self.limits.gap) if self.limits.gap < 1 else INFINITY
        values, objective = improve(
            self.model,
            best.values or {},
            best.objective,
            enough=enough,
            limits=self.limits,
            monitor=self.monitor,
            work=work,
        )
        self.take(Outcome(values, objective, -INFINITY, "budget"))

    def prove(self) -> None:
        # Who asks for an optimum needs the very best plan as much as the bound.
        searching = self.best.values is None or self.limits.gap == 0
        budget = None if self.limits.budget is None else self.asks(self.limits.budget)
        if self.rooted is not None and budget is not None:
            done, cost = self.rooted
            if budget <= done and self.best.objective >= cost - BETTER * abs(cost):
                return  # the root was no less work, from as good a plan
        if 0 < self.limits.gap < DEFAULT_GAP:
            # A tree that keeps all that lies within a small gap may prove less, with the same work, than one that drops
            # it: who asks for more than the default first has what the default gives.
            self.whole("proof", budget, searching=searching, gap=DEFAULT_GAP)
            if self.over() or not self.close(DEFAULT_GAP):
                return
        self.whole("proof", budget, searching=searching)


@dataclass
class Search:
    """A running search. ``best`` is the value of ``values``, by column of the model."""

    model: Model
    near: Neighbourhoods
    values: ColumnValues
    best: float
    columns: dict[str, ColumnValues]
    rng: random.Random
    size: float = SMALLEST
    idle: int = 0

    def run(self, enough: float, work: int, monitor: ProgressMonitor, limits: SolveLimits) -> None:
        """Goes on until the plan costs ``enough`` or less, or the work (simplex iterations) is done."""
        systems = list(self.model.choices)
        while work > 0 and self.best > enough and self.idle < PATIENCE:
            if must_stop(limits, monitor):
                return
            free = self.neighbourhood(systems)
            better, spent = self.solve(free)
            work -= max(spent, 200)
            if better:
                self.idle = 0
                monitor.report(self.best, -INFINITY)
            else:
                self.idle += 1
            whole = len(free) == len(systems)
            self.size = min(self.size * (0.85 if spent > HARD else 1.08), len(systems))
            if whole and spent <= HARD:
                return

    def solve(self, free: Collection[str]) -> tuple[bool, int]:
        """Sets systems free; True when that gives a better plan, and the work it took."""
        fixed = np.zeros(len(self.values), dtype=bool)
        for system, columns in self.columns.items():
            if system not in free:
                fixed[columns] = True
        objective, values, spent = self.near.solve(self.values, fixed, NODES)
        if objective < self.best - BETTER * abs(self.best):
            self.best, self.values = objective, values
            return True, spent
        return False, spent

    def neighbourhood(self, systems: list[str]) -> set[str]:
        """Systems that are close: in time, in what they need, or by chance."""
        count = min(round(self.size), len(systems))
        kind = self.rng.choice((self.by_time, self.by_time, self.by_kind, None))
        if kind is None:
            return set(self.rng.sample(systems, count))
        closeness = kind(systems)
        chance = {system: closeness(system) + self.rng.random() for system in systems}
        return set(sorted(systems, key=chance.__getitem__)[:count])

    def by_time(self, systems: list[str]) -> Callable[[str], float]:
        """Close are those whose work is about the same quarter."""
        quarter = self.rng.randrange(max(self.model.end, 1))
        starts = {system: self.now(system).when.starts for system in systems}
        far = self.model.end / 2
        return lambda system: min((abs(start - quarter) for start in starts[system]), default=far) * 0.5

    def by_kind(self, systems: list[str]) -> Callable[[str], float]:
        """Close are those of one system's partner, capability or services."""
        inventory = self.model.inventory
        centre = inventory.systems[self.rng.choice(systems)]
        services = {service for option in centre.options for service in option.services}

        def distance(system: str) -> float:
            other = inventory.systems[system]
            shared = any(services.intersection(option.services) for option in other.options)
            alike = shared + (other.capability == centre.capability) + 0.5 * (other.partner == centre.partner)
            linked = system in centre.after or centre.id in other.after
            return -alike - linked

        return distance

    def now(self, system: str) -> Choice:
        """What the plan does with a system."""
        found = self.model.choices[system]
        return found[int(np.argmax(self.values[self.columns[system]]))][0]


def improve(
    model: Model,
    start: Mapping[Any, float],
    best: float,
    *,
    enough: float,
    limits: SolveLimits,
    monitor: ProgressMonitor,
    work: int = WORK,
) -> tuple[dict[Any, float], float]:
    """A better solution of a loaded model, from ``start`` with objective ``best``.

    Returns:
        values by variable, and their objective; ``start`` where it was stopped before it began.
    """
    try:
        near = Neighbourhoods(model.problem, replace(limits, gap=1e-4, budget=MOST), monitor)
    except OutOfTime:
        return dict(start), best
    values = np.array([float(start.get(var, 0.0)) for var in near.variables])
    columns = {system: np.array([x.index for _, x in found], dtype=np.int64) for system, found in model.choices.items()}
    for var, index in zip(near.variables, range(len(near.variables)), strict=True):
        if var.cat == pulp.LpInteger:
            values[index] = round(values[index])
    search = Search(model, near, values, best, columns, random.Random(0))
    search.run(enough, work, monitor, limits)
    return dict(zip(near.variables, search.values, strict=True)), search.best


# -- plans and values ---------------------------------------------------------------------


def solution_of(model: Model, outcome: Outcome) -> Solution:
    """What a solution takes; builds that nothing needs are left out."""
    values = outcome.values or {}
    choices = tuple(
        max(found, key=lambda pair: values.get(pair[1], 0.0))[0] for found in model.choices.values() if found
    )
    builds = tuple(build for found in model.builds.values() for build, z in found if values.get(z, 0.0) > 0.5)
    working = (step for choice in choices for step, _ in zip(choice.option.steps, choice.when.starts, strict=False))
    wanted = wanted_services(model.inventory, (step.needs for step in working))
    return Solution(choices, tuple(build for build in builds if build.service.id in wanted))


def is_offered(model: Model, plan: Solution) -> bool:
    """Whether a model has all the choices and builds of a plan; presolve strikes out what better plans do without."""
    offered = {
        (choice.system.id, choice.option.number, choice.when) for found in model.choices.values() for choice, _ in found
    }
    builds = {(build.service.id, build.start) for found in model.builds.values() for build, _ in found}
    return all((choice.system.id, choice.option.number, choice.when) in offered for choice in plan.choices) and all(
        (build.service.id, build.start) in builds for build in plan.builds
    )


def start_values(model: Model, start: Solution) -> dict[Any, float]:
    """A plan as values of a model's whole variables; the solver finds the others."""
    taken = {(choice.system.id, choice.option.number, choice.when) for choice in start.choices}
    built = {(build.service.id, build.start) for build in start.builds}
    values: dict[Any, float] = {}
    for found in model.choices.values():
        for choice, x in found:
            values[x] = float((choice.system.id, choice.option.number, choice.when) in taken)
    for builds in model.builds.values():
        for build, z in builds:
            values[z] = float((build.service.id, build.start) in built)
    for y, group in model.modes.values():
        values[y] = sum(values[x] for x in group)
    for w, terms in model.steps.values():  # each after the one that it goes on from
        values[w] = sum(values[x] for x in terms)
    for row in model.digits:  # from the last digit to the first
        values[row.carry] = row.carried(values)
    return values
