"""The way in: an inventory becomes a plan and the proof of how good it is.

The plan that comes back carries figures of its own reckoning (the closed forms of
:mod:`consolidate.costs`). Whoever calls this hands it to :mod:`consolidate.check`, which
reckons them again, independently, before anything is written.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from math import fsum

from consolidate.choices import BuildChoice, Choice, windows
from consolidate.costs import Prices, passage
from consolidate.inventory import Build, Inventory, Step
from consolidate.model import Model
from consolidate.plan import Agency, Costs, Move, Plan, ServiceBuild, Stay
from consolidate.problems import NoPlan, OutOfTime
from consolidate.search import hunt
from consolidate.solver import DEFAULT_SOLVER, DEFAULT_THREADS, INFINITY, Effort, Outcome, Watch

DEFAULT_GAP = 0.001
BUDGET = 2_200
"""Times that HiGHS may ask whether to go on in its proof: about half a minute of work on the
shipped inventory, and the same amount on every machine."""
TRY = 150
"""The same, for a try at a shorter horizon."""
PATIENCE_FOR_OPTIMA = 500
"""How much more work an optimum may take (``gap`` 0), asked for by somebody who wants to know."""
OPTIMAL = 1e-6
ROUNDING = 1e-9
"""A gap that is this much above the one asked for is that one: costs are rounded, solvers print few digits."""


@dataclass
class Statistics:
    """How a plan came about; kept out of plan.json, which must be the same every time.

    Times in seconds. ``ended`` is why the solve ended: gap, budget, time or stopped.
    """

    method: str = ""
    build: float = 0.0
    solve: float = 0.0
    ended: str = ""
    columns: int = 0
    rows: int = 0


@dataclass(frozen=True)
class Picked:
    """The choices and builds that make up a plan."""

    choices: tuple[Choice, ...]
    builds: tuple[BuildChoice, ...]


def optimize(
    inventory: Inventory,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    threads: int = DEFAULT_THREADS,
    solver: str = DEFAULT_SOLVER,
    watch: Watch | None = None,
    statistics: Statistics | None = None,
) -> Plan:
    """The best plan for an inventory, with a proven bound.

    Args:
        inventory: a valid inventory.
        gap: relative gap at which the search may end; 0 for an optimum.
        time_limit: seconds after which it is stopped; only a stop, for it makes plans differ.
        threads: threads of the solver.
        solver: ``HiGHS``, or the name of any other that PuLP finds.
        watch: who looks on, and may stop it.
        statistics: filled in with how it went.

    Raises:
        NoPlan: when no plan can meet the rules.
        OutOfTime: when time or patience ended before there was a plan.
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    budget = BUDGET if gap > 0 else BUDGET * PATIENCE_FOR_OPTIMA
    effort = Effort(gap, budget, deadline, threads, solver)
    run = _Run(inventory, effort, watch or Watch(), statistics or Statistics())
    picked, bound = run.finish() if inventory.minimise == "finish" else run.cost(inventory.T)
    return assemble(inventory, picked, bound, gap)


@dataclass
class _Run:
    inventory: Inventory
    effort: Effort
    watch: Watch
    statistics: Statistics

    def cost(self, end: int, start: Picked | None = None) -> tuple[Picked, float]:
        """The cheapest plan that needs no more than ``end`` quarters."""
        model, outcome = self.solve(end, "cost", start)
        return picked(model, outcome), max(outcome.bound, model.floor())

    def finish(self) -> tuple[Picked, float]:
        """The plan that ends soonest and, among those, costs least. The bound is in quarters.

        What makes this hard is the length of the horizon, so it is cut from both ends first: a
        short try at half the quarters between bound and plan either finds a plan that ends
        sooner, or proves that there is none.
        """
        low, best = self.squeeze()
        end = self.inventory.T if best is None else finish_of(best)
        ended = "gap"
        if best is None or end > low:
            model, outcome = self.solve(end, "finish", best)
            best, ended = picked(model, outcome), outcome.ended
            low = max(low, whole_quarters(outcome.bound))
        if ended in ("gap", "budget"):
            best, _ = self.cost(finish_of(best), best)
        return best, float(low)

    def squeeze(self) -> tuple[int, Picked | None]:
        """Quarters that every plan needs, and the plan that ends soonest among those met."""
        low, best = self.least_quarters(), None
        high = self.inventory.T + 1
        end = (low + high) // 2
        while low < high and low <= self.inventory.T:
            end = min(max(end, low), high - 1, self.inventory.T)
            model, outcome = self.run(end, "finish", replace(self.effort, budget=TRY), None)
            if outcome.ended == "infeasible":
                low = end + 1
            elif outcome.values is not None:
                best = picked(model, outcome)
                high = finish_of(best)
                low = min(max(low, whole_quarters(outcome.bound)), high)
            elif outcome.ended != "budget" or end >= high - 1:
                break
            else:
                # Too hard to tell: leave the bound, and try nearer to the plan.
                end = (end + high + 1) // 2
                continue
            end = (low + high) // 2
        if low > self.inventory.T:
            raise NoPlan("no plan can meet the rules")
        return low, best

    def least_quarters(self) -> int:
        """Quarters that the links alone ask for: the longest chain of what has to move."""
        soonest = windows(self.inventory, self.inventory.T).soonest
        systems = self.inventory.systems.values()
        must = [system.id for system in systems if all(option.approach != "retain" for option in system.options)]
        return min(max((soonest[key] + 1 for key in must), default=0), self.inventory.T + 1)

    def solve(self, end: int, goal: str, start: Picked | None = None) -> tuple[Model, Outcome]:
        """Builds and solves one model.

        Raises:
            NoPlan, OutOfTime: as :func:`optimize` does.
        """
        model, outcome = self.run(end, goal, self.effort, start)
        if outcome.ended == "infeasible":
            raise NoPlan("no plan can meet the rules")
        if outcome.values is None:
            raise OutOfTime("the search ended before any plan was found; give it more time with --time-limit")
        return model, outcome

    def run(self, end: int, goal: str, effort: Effort, start: Picked | None) -> tuple[Model, Outcome]:
        """The same, whatever comes of it."""
        began = time.perf_counter()
        model = Model(self.inventory, end, goal)
        model.load()
        built = time.perf_counter()
        outcome = hunt(model, effort, self.watch, None if start is None else start_values(model, start))
        self.statistics.method = f"mixed-integer program ({self.effort.solver})"
        self.statistics.build += built - began
        self.statistics.solve += time.perf_counter() - built
        self.statistics.ended = outcome.ended
        self.statistics.columns, self.statistics.rows = model.count, len(model.rows)
        return model, outcome


def whole_quarters(bound: float) -> int:
    """A bound on a number of quarters, rounded up.

    >>> whole_quarters(3.2), whole_quarters(3.0000000001), whole_quarters(-float("inf"))
    (4, 3, 0)
    """
    return max(math.ceil(bound - 1e-6), 0) if abs(bound) < INFINITY else 0


def picked(model: Model, outcome: Outcome) -> Picked:
    """What a solution takes; builds that nothing needs are left out."""
    values = outcome.values or {}
    choices = tuple(
        max(found, key=lambda pair: values.get(pair[1], 0.0))[0] for found in model.choices.values() if found
    )
    builds = tuple(build for found in model.builds.values() for build, z in found if values.get(z, 0.0) > 0.5)
    working = (step for choice in choices for step, _ in zip(choice.option.steps, choice.when.starts, strict=False))
    wanted = wanted_services(model.inventory, (step.needs for step in working))
    return Picked(choices, tuple(build for build in builds if build.service.id in wanted))


def wanted_services(inventory: Inventory, needs: Iterable[tuple[str, ...]]) -> set[str]:
    """The services named, and all that they need in turn."""
    wanted: set[str] = set()
    open_ = [service for group in needs for service in group]
    while open_:
        service = open_.pop()
        if service not in wanted:
            wanted.add(service)
            open_.extend(inventory.services[service].needs)
    return wanted


def start_values(model: Model, start: Picked) -> dict[object, float]:
    """A plan as values of a model's whole variables; the solver finds the others."""
    taken = {(choice.system.id, choice.option.number, choice.when) for choice in start.choices}
    built = {(build.service.id, build.start) for build in start.builds}
    values: dict[object, float] = {}
    for found in model.choices.values():
        for choice, x in found:
            values[x] = float((choice.system.id, choice.option.number, choice.when) in taken)
    for builds in model.builds.values():
        for build, z in builds:
            values[z] = float((build.service.id, build.start) in built)
    return values


def finish_of(plan: Picked) -> int:
    """Quarters up to and including the last cutover."""
    return 1 + max((choice.finish for choice in plan.choices), default=-1)


# -- the plan --------------------------------------------------------------------


def assemble(inventory: Inventory, plan: Picked, bound: float, gap: float) -> Plan:
    """The plan as plain data, with what it claims: costs by kind, objective, bound, gap."""
    agency = bought(inventory, plan)
    costs = total_costs(inventory, plan, agency).as_json()
    objective = float(finish_of(plan)) if inventory.minimise == "finish" else costs["total"]
    bound = min(round(max(bound, 0.0), 6), objective)
    proven = (objective - bound) / objective if objective else 0.0
    status = "optimal" if proven <= OPTIMAL else "within_gap" if proven <= gap + ROUNDING else "feasible"
    return Plan(
        moves=tuple(sorted(_moves(plan.choices))),
        stays=tuple(sorted(Stay(c.system.id) for c in plan.choices if c.option.approach == "retain")),
        builds=tuple(sorted(ServiceBuild(b.start, b.service.id, b.ready) for b in plan.builds)),
        agency=agency,
        status=status,
        objective=objective,
        bound=bound,
        gap=proven,
        savings_gap=_savings_gap(inventory, objective, bound),
        costs=costs,
        programme=str(inventory.programme),
        scenario=inventory.scenario,
        inventory=inventory.content_hash,
        approved=inventory.approved_hash,
    )


def _savings_gap(inventory: Inventory, objective: float, bound: float) -> float | None:
    """What is left to find, as a share of what a plan could save at best."""
    if inventory.minimise == "finish":
        return None
    possible = Prices(inventory).as_it_is() - bound
    return (objective - bound) / possible if possible > 1e-6 else None


def _moves(choices: Iterable[Choice]) -> Iterable[Move]:
    for choice in choices:
        when = choice.when
        for number, start in enumerate(when.starts):
            step = choice.option.steps[number]
            yield Move(
                start=start,
                system=choice.system.id,
                step=number + 1,
                option=choice.option.number,
                approach=step.approach,
                to=step.to,
                cutover=when.cutovers[number],
                last=when.lasts[number],
            )


def work_of(plan: Picked) -> Iterator[tuple[Step | Build, int]]:
    """Each piece of work with the quarter in which it starts."""
    for choice in plan.choices:
        yield from zip(choice.option.steps, choice.when.starts, strict=False)
    for build in plan.builds:
        if build.service.build is not None:
            yield build.service.build, build.start


def days_used(plan: Picked) -> dict[tuple[str, int], float]:
    """Person-days that a plan's work takes, by role and quarter."""
    used: dict[tuple[str, int], float] = defaultdict(float)
    for work, start in work_of(plan):
        for role, days in work.effort.items():
            for offset, figure in enumerate(days):
                used[role, start + offset] += figure
    return used


def bought(inventory: Inventory, plan: Picked) -> tuple[Agency, ...]:
    """Agency days that a plan needs: what its work takes beyond each role's own days."""
    short = []
    for (role, quarter), used in days_used(plan).items():
        own = inventory.roles[role].days
        if own is not None and used > own[quarter] + 5e-7:
            short.append(Agency(role, quarter, round(used - own[quarter], 6)))
    return tuple(sorted(short))


def total_costs(inventory: Inventory, plan: Picked, agency: Iterable[Agency]) -> Costs:
    """The plan's costs by kind, discounted, from the closed forms."""
    prices = Prices(inventory)
    parts = [prices.choice(choice.system, choice.option, choice.when) for choice in plan.choices]
    parts += [prices.build(build.service, build.start) for build in plan.builds]
    passages = {choice.system.id: passage(choice.option, choice.when) for choice in plan.choices}
    interface = fsum(
        prices.interface(link.cost, passages[system.id], passages[link.other])
        for system in inventory.systems.values()
        for link in system.interfaces
    )
    paid = fsum(
        item.days * inventory.roles[item.role].day_rate[item.quarter] * prices.at(item.quarter) for item in agency
    )
    parts.append(Costs(agency=paid, interface=interface))
    return Costs(**{kind.name: fsum(getattr(part, kind.name) for part in parts) for kind in fields(Costs)})
