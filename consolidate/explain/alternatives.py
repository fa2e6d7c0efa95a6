"""What else? Plans near the best that are better in something else, what each costs, and what all have in common.

Every price is a difference of two ledgers' totals. How little there can be of what is preferred is proven, or not: see
:class:`consolidate.LeastMerit`. Every plan that is found is held against what is said of the others: one that has less
of what another was searched for takes its place, and one that has less than was "proven" refutes that.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace

from consolidate.accounts.merits import Merits, merits
from consolidate.accounts.verdict import verify_plan
from consolidate.audience.restriction import highest_classification
from consolidate.errors import Message, OutOfTime, Remedy
from consolidate.explain.plan_diff import PlanDiff, diff_plans
from consolidate.explain.step_words import way_of_step
from consolidate.explain.values import DatedQuarter, dated
from consolidate.inventory import Inventory, Name
from consolidate.parallel.jobs import Allowance
from consolidate.parallel.mapping import Round, done_by
from consolidate.plan import Plan
from consolidate.preferring import DEFAULT_WITHIN, PreferredPlan, prefer, preferences_of, require_preference
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.secondary_objective import LeastMerit
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.vocabulary import counted

LONGEST_FIRST = ("calm", "finish", "support", "capital", "approved")
"""In which order workers are given what to look for."""


@dataclass(frozen=True)
class Alternative:
    """A plan about as cheap as the one asked about that is better in something else.

    Attributes
    ----------
    preference
        In what: ``support``, ``capital``, ``calm``, ``finish`` or ``approved``.
    better
        Whether a plan was found that has less of it; else the plan is the one asked about.
    more
        What it costs more than the plan asked about, by their ledgers; below 0 where it is cheaper.
    merits
        All that speaks for it.
    least
        What was asked about, the most important first, and what is proven of it.
    differs
        What it does otherwise.
    under_way
        Moves with work in progress, by quarter of the horizon.
    plan
        The plan.
    """

    preference: str
    better: bool
    more: float
    merits: Merits
    least: tuple[LeastMerit, ...]
    differs: PlanDiff
    under_way: tuple[int, ...]
    plan: Plan = field(metadata={"json": False})

    def __repr__(self) -> str:
        return f"<Alternative {self.preference}: {self.plan!r}, costs {self.more:,.2f} more>"

    @property
    def asked(self) -> LeastMerit:
        """What was asked about last: of that the plan has less, if of anything."""
        return self.least[-1]

    @property
    def otherwise(self) -> int:
        """How many moves and builds it has otherwise than the plan asked about."""
        return len(self.differs.steps) + len(self.differs.builds)


@dataclass(frozen=True)
class SameWork:
    """Work that all plans have alike; of a build ``approach`` is empty and ``until`` is the quarter before it is ready.

    ``now``: whether it begins in the first quarter that is open.
    """

    what: str
    step: int
    approach: str
    start: DatedQuarter
    until: DatedQuarter
    now: bool


@dataclass(frozen=True)
class NearbyPlans:
    """Plans about as cheap as the one asked about, beside that one.

    Attributes
    ----------
    currency, year
        The inventory's currency, and the financial year of the first open quarter, of which the capital is counted.
    total, gap
        What the plan asked about costs, and how close it is proven to be to the least, in the currency.
    within, most
        By how much a plan may cost more, as a share, and what it may cost.
    merits
        What speaks for the plan asked about.
    alternatives
        One for each preference that makes sense, in their order.
    same
        The work still to begin that all plans, the one asked about too, have alike, the soonest first: it is safe to
        start.
    moves
        How many moves and builds the plan asked about has still to begin.
    programme, marking
        The programme's name by language; the highest classification of its systems.
    quarters, under_way
        The quarters of the horizon, and the moves of the plan asked about with work in progress in each.
    plan_status
        The status of the plan asked about, as plan.json has it: where it is not ``within_gap``, a smaller gap gives no
        other plan.
    """

    currency: str
    year: str
    total: float
    gap: float
    within: float
    most: float
    merits: Merits
    alternatives: tuple[Alternative, ...]
    same: tuple[SameWork, ...]
    moves: int
    programme: Name
    marking: str
    quarters: tuple[str, ...]
    under_way: tuple[int, ...]
    plan_status: str = "within_gap"

    def __repr__(self) -> str:
        found = f"{len(self.found):,} of {counted(len(self.alternatives), 'preference')} found"
        return f"<NearbyPlans of {self.programme}, total {self.total:,.2f} and {self.within:.3g} more: {found}>"

    @property
    def found(self) -> tuple[Alternative, ...]:
        """The alternatives that are better in something."""
        return tuple(one for one in self.alternatives if one.better)

    @property
    def cheaper(self) -> float:
        """By how much the cheapest of them costs less than the plan asked about, which then is not the best; else 0."""
        return max([0.0, *(-one.more for one in self.found)])


@dataclass(frozen=True)
class _Common:
    """What every search needs; sent to each worker once."""

    inventory: Inventory
    plan: Plan
    within: float
    start: Start | None


def alternatives(
    inventory: Inventory,
    plan: Plan,
    *,
    within: float = DEFAULT_WITHIN,
    start: Start | None = None,
    time_limit: float | None = None,
    monitor: ProgressMonitor | None = None,
    executor: Executor | None = None,
) -> NearbyPlans:
    """Plans near the best that are better in something else: support, capital, calm, finish, as approved.

    Parameters
    ----------
    inventory, plan
        An inventory and its best plan, whose bound is taken as it says.
    within
        By how much a plan may cost more than the best, as a share: 0.01 is 1%.
    start
        What :func:`consolidate.start_from` or :func:`consolidate.read_start` makes of the plan; see
        :func:`consolidate.prefer`.
    time_limit
        Seconds for all of them together. A stop makes plans differ from run to run.
    monitor
        A stop request; ``on_plan`` is told of each search that begins and ends.
    executor
        Who searches: what :func:`consolidate.planning_workers` gives, or any other executor. Default: this process.

    Returns
    -------
    NearbyPlans
        Plain data: prices are differences of two ledgers' totals. The same whatever the executor.

    Raises
    ------
    InvalidArgument
        ``within`` is below 0 or above 1; the inventory is none, or ``plan`` is of another one.
    RejectedPlan
        The plan breaks a rule.
    OutOfTime
        It was stopped before anything was found out.
    Disagreement
        The ledger rejects a plan that was found: a fault of this package.
    """
    wanted = preferences_of(inventory)
    require_preference(inventory, wanted[0], within)
    found = _searched(_Common(inventory, plan, within, start), wanted, time_limit, monitor, executor)
    if not found:
        raise OutOfTime(Message("the search ended before any alternative was found; ", Remedy.MORE_TIME))
    return _side_by_side(inventory, plan, within, [found[one] for one in wanted if one in found])


def _side_by_side(inventory: Inventory, plan: Plan, within: float, found: Sequence[PreferredPlan]) -> NearbyPlans:
    """The best plan, and what was found near it."""
    verdict = verify_plan(inventory, plan)
    book = verdict.ledger
    best = PreferredPlan("", plan, verdict, merits(inventory, plan, book), ())
    every = [_best_for(one, (best, *found)) for one in found]
    same, moves = _in_common(inventory, [plan, *(one.plan for one in every if one.better)])
    return NearbyPlans(
        currency=inventory.currency,
        year=inventory.calendar.label(inventory.open).split()[0],
        total=book.total,
        gap=max(book.total - plan.bound, 0.0) if inventory.minimise == "cost" else 0.0,
        within=within,
        most=book.total * (1 + within),
        merits=best.merits,
        alternatives=tuple(_told(one, best, inventory) for one in every),
        same=same,
        moves=moves,
        programme=inventory.programme,
        marking=highest_classification(inventory, inventory.systems),
        quarters=tuple(map(inventory.label, range(inventory.plan_quarters))),
        under_way=book.moving,
        plan_status=plan.status,
    )


def _told(one: PreferredPlan, best: PreferredPlan, inventory: Inventory) -> Alternative:
    return Alternative(
        preference=one.preference,
        better=one.better,
        more=one.verdict.ledger.total - best.verdict.ledger.total,
        merits=one.merits,
        least=one.least,
        differs=diff_plans(inventory, best.plan, inventory, one.plan),
        under_way=one.verdict.ledger.moving,
        plan=one.plan,
    )


def preferred(common: _Common, preference: str, allowed: Allowance) -> PreferredPlan | OutOfTime:
    """One search, in whatever process."""
    try:
        return prefer(
            common.inventory,
            common.plan,
            preference,
            within=common.within,
            start=common.start,
            time_limit=allowed.seconds,
            monitor=allowed.monitor,
        )
    except OutOfTime as error:
        return error


def _searched(
    common: _Common,
    wanted: Sequence[str],
    time_limit: float | None,
    monitor: ProgressMonitor | None,
    executor: Executor | None,
) -> dict[str, PreferredPlan]:
    """What was found, by preference."""
    listener = monitor or ProgressMonitor()
    order = [one for one in LONGEST_FIRST if one in wanted]
    how = Round(
        executor=executor,
        monitor=listener,
        deadline=None if time_limit is None else time.monotonic() + time_limit,
        on_start=lambda number, done: listener.on_plan(done, len(order), order[number]),
    )
    found: dict[str, PreferredPlan] = {}
    with closing(done_by(preferred, common, order, how)) as results:
        for done, (number, outcome) in enumerate(results, 1):
            if isinstance(outcome, PreferredPlan):
                found[order[number]] = outcome
            listener.on_plan(done, len(order), "")
    return found


def _best_for(own: PreferredPlan, every: Sequence[PreferredPlan]) -> PreferredPlan:
    """The best of all plans by what was asked for; what one of them refutes is not proven any more."""
    names = [one.name for one in own.least]

    def rank(one: PreferredPlan) -> list[float]:
        return [*(round(one.merits.of(name), 2) for name in names), round(one.verdict.ledger.total, 2)]

    chosen = min((own, *every), key=rank)
    before = every[0].merits
    least = []
    for place, one in enumerate(own.least):
        least.append(LeastMerit(one.name, before.of(one.name), chosen.merits.of(one.name), one.least))
        # What was proven of a merit holds with those before it held at what the search itself found.
        alike = [each for each in every if rank(each)[:place] == rank(own)[:place]]
        if any(each.merits.of(one.name) < one.least - max(abs(one.least), 1.0) * 1e-6 for each in alike):
            least[-1] = replace(least[-1], least=0.0)
        if least[-1].better:
            break
    return replace(own, plan=chosen.plan, verdict=chosen.verdict, merits=chosen.merits, least=tuple(least))


def _in_common(inventory: Inventory, plans: Sequence[Plan]) -> tuple[tuple[SameWork, ...], int]:
    """The work still to begin that all plans have alike, and how much the first of them has."""
    best = plans[0]
    moves = {one for one in best.moves if one.start >= inventory.open}.intersection(*(plan.moves for plan in plans))
    builds = {one for one in best.builds if one.start >= inventory.open}.intersection(*(plan.builds for plan in plans))
    count = sum(one.start >= inventory.open for one in best.moves)
    count += sum(one.start >= inventory.open for one in best.builds)
    work: list[tuple[int, int, str, int, str, int]]
    work = [(one.start, 1, one.system, one.step, way_of_step(one.approach, one.to), one.cutover) for one in moves]
    work += [(one.start, 0, one.service, 1, "", max(one.ready - 1, one.start)) for one in builds]
    return (
        tuple(
            SameWork(what, step, approach, dated(inventory, start), dated(inventory, until), start == inventory.open)
            for start, _, what, step, approach, until in sorted(work)
        ),
        count,
    )
