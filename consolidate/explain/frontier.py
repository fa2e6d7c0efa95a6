"""What it costs to have more or less of one thing: money of a pot, days of a role, exposure, or changes of a plan.

**Of a pot or a role** the inventory is planned at each size. With more of it every plan that is possible with less
stays possible, so that a plan found at one size is tried at the larger ones, and what is proven at one size holds at
the smaller ones.

**Exposure and changes** have a price in the inventory and no limit. The inventory is planned at several prices
:math:`w`; each plan has an amount :math:`A` and costs :math:`C` without it. What is proven of the least
:math:`C + w A`, a bound :math:`B_w`, says for every plan, whatever its price was, that :math:`C \\ge B_w - w A`: so a
plan of that amount, or of less, costs at least :math:`\\max_w (B_w - w A)`. Which prices are tried is found from the
plans: the first are 0 and a high one, the next the slopes between neighbours (Y. P. Aneja and K. P. K. Nair,
1979). Plans between which no price chooses are not found so; the bound holds of them, too.

Every cost is of a ledger, every bound of a search; no price of a relaxation is said.

**Where quarters are minimised** a frontier of a pot or a role is of the last cutover: the plans are of fewest quarters,
and so is what is proven; what they cost stands beside. Exposure and changes are weighed against cost as ever, among the
plans whose last cutover is no later than that of the plan at hand.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from math import ceil, inf, isfinite

from consolidate.accounts.ledger import Ledger, ledger
from consolidate.audience.restriction import highest_classification
from consolidate.errors import InvalidArgument, NoPlan, UserError
from consolidate.explain.explained import PlanFinish
from consolidate.explain.finish_levels import CLOSEST, cheapest_as_soon
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.preconditions import ledger_if_sound, sound_ledger
from consolidate.explain.values import DatedQuarter, dated, dated_or_none
from consolidate.inventory import Inventory, require_plan_of
from consolidate.parallel.plans import PlanAttempt, PlanOptions, plan_many
from consolidate.phrases import NameInLanguages
from consolidate.plan import Plan
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.starts import believing
from consolidate.variants import with_exposure, with_pot, with_role, with_stability
from consolidate.vocabulary import counted
from consolidate.yaml_files.messages import nearest, show

SIZES = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
"""Sizes of a pot or a role, as shares of what there is, unless others are asked for."""
MOST_PRICES = 6
"""How many plans at other prices are made, of exposure or changes, unless another number is asked for."""
_HIGHEST_EXPOSURE = 16.0
"""The highest price of exposure that is tried, as a multiple of the inventory's."""
_HIGHEST_CHANGE = 1.0
"""The highest price of one quarter's change that is tried, as a share of what the plan costs."""
_PENNY = 0.01


@dataclass(frozen=True)
class FrontierOptions:
    """How a frontier is found.

    Attributes
    ----------
    sizes
        Of a pot or a role: shares of what there is. Empty: :data:`SIZES`.
    most
        Of exposure or changes: how many plans are made at other prices.
    gap
        How close to the best each plan is to be proven: a wish, for each search is short. None: as close as the plan
        at hand.
    time_limit
        Seconds for all plans together; None: as long as it takes. A stop makes answers differ from run to run.
    """

    sizes: tuple[float, ...] = ()
    most: int = MOST_PRICES
    gap: float | None = None
    time_limit: float | None = None


@dataclass(frozen=True)
class FrontierPoint:
    """What there is of something, and what a plan costs then.

    Attributes
    ----------
    size
        Of a pot or a role: a share of what there is. Of ``exposure``: its judged cost, discounted, at the inventory's
        prices. Of ``changes``: quarters of change against the approved plan, as the inventory counts them.
    amount
        Of a pot: its money; of a role: its days, in all quarters that are open. Else as ``size``.
    cost
        What the best plan found costs, discounted; of ``exposure`` and ``changes`` without that itself. None where
        there is no plan.
    low
        What no plan of that size can cost less than; None where nothing is known of that, or there can be none.
    possible
        False where it is proven that no plan of that size keeps the rules.
    unsupported
        Quarters in which systems run unsupported, all told.
    finish
        The quarter of the last cutover; None without one.
    changed
        How many systems differ from the approved plan; 0 where there is none.
    soonest
        Of a pot or a role, where quarters are minimised: no plan of that size has its last cutover before this quarter.
        None where none is proven to need one.
    """

    size: float
    amount: float
    cost: float | None
    low: float | None
    possible: bool
    unsupported: int | None
    finish: DatedQuarter | None
    changed: int
    soonest: DatedQuarter | None = None


@dataclass(frozen=True)
class Frontier:
    """What it costs to have more or less of one thing.

    Attributes
    ----------
    programme, marking, currency
        The inventory's.
    kind, id
        ``pot`` or ``role`` and its id; ``exposure`` or ``changes``, and nothing.
    points
        By size.
    at_hand
        Which of them is what there is, or the plan at hand, from 0.
    plans
        How many plans were made.
    undercut
        How much less than the plan asked about one costs that was found on the way, and keeps the rules as they are;
        0 without one. The plan asked about is then not the best.
    stopped
        Whether a stop, or the time, ended it before it was done: then it is of the plans found until then.
    ends
        Where quarters are minimised: when the plan asked about ends, and how much sooner the best could. None where
        cost is.
    undercut_quarters
        By how many quarters sooner than the plan asked about one ends that was found on the way, and keeps the rules
        as they are.
    plan_status
        The status of the plan asked about, as plan.json has it: where it is not ``within_gap``, a smaller gap gives no
        other plan.
    """

    programme: NameInLanguages
    marking: str
    currency: str
    kind: str
    id: str
    points: tuple[FrontierPoint, ...]
    at_hand: int
    plans: int
    undercut: float
    stopped: bool = False
    ends: PlanFinish | None = None
    undercut_quarters: int = 0
    plan_status: str = "within_gap"

    def __repr__(self) -> str:
        size = f"{counted(len(self.points), 'point')}, {counted(self.plans, 'plan')}"
        return f"<Frontier of {self.programme}, {f'{self.kind} {self.id}'.strip()}: {size}>"


def frontier(
    inventory: Inventory,
    plan: Plan,
    what: str,
    options: FrontierOptions | None = None,
    *,
    start: Start,
    monitor: ProgressMonitor | None = None,
    executor: Executor | None = None,
) -> Frontier:
    """What it costs to have more or less of a pot, a role, exposure, or changes of the approved plan.

    Parameters
    ----------
    inventory, plan
        An inventory and its plan, whose bound is taken as it says.
    what
        The id of a pot or a role (``pot ict`` where both have it); ``exposure``; or ``changes``.
    options
        How it is found; default :class:`FrontierOptions`.
    start
        The plan and its prices, from :func:`consolidate.read_start` or :func:`consolidate.start_from`.
    monitor
        Progress callback and stop request.
    executor
        Who makes the plans: what :func:`consolidate.planning_workers` gives. Default: this process.

    Returns
    -------
    Frontier
        Plain data: costs are of ledgers, with what is proven of them.

    Raises
    ------
    RejectedPlan
        The plan breaks a rule of its inventory.
    InvalidArgument
        The inventory is none, ``plan`` is of another one, or a size or a gap cannot be.
    UserError
        There is no such pot or role; no system has exposure; no plan is approved.
    """
    require_plan_of(inventory, plan)
    book, options = sound_ledger(inventory, plan), options or FrontierOptions()
    asked = _Asked(inventory, plan, book, *frontier_of(inventory, what))
    points, at_hand, undercut, planner = asked.points(options, start, monitor or ProgressMonitor(), executor)
    return Frontier(
        programme=NameInLanguages(inventory.programme.texts),
        marking=highest_classification(inventory, inventory.systems),
        currency=inventory.currency,
        kind=asked.kind,
        id=asked.id,
        points=tuple(points),
        at_hand=at_hand,
        plans=planner.made,
        undercut=undercut[1],
        stopped=planner.stopped,
        ends=asked.ends,
        undercut_quarters=undercut[0],
        plan_status=plan.status,
    )


@dataclass(frozen=True)
class _Asked:
    """The plan that is asked about, and what of."""

    inventory: Inventory
    plan: Plan
    book: Ledger
    kind: str
    id: str

    @property
    def ends(self) -> PlanFinish | None:
        """When a plan of fewest quarters ends, and how much sooner the best could."""
        if self.inventory.minimise != "finish":
            return None
        last = dated_or_none(self.inventory, self.book.finish - 1 if self.book.finish else None)
        return PlanFinish(last, max(round(self.book.finish - self.plan.bound), 0))

    def points(
        self, options: FrontierOptions, start: Start, monitor: ProgressMonitor, executor: Executor | None
    ) -> tuple[list[FrontierPoint], int, tuple[int, float], _Planner]:
        """The points; which is at hand; by how many quarters, or else how much, the plan is undercut; who planned."""
        inventory, plan, sooner = self.inventory, self.plan, 0
        if self.kind in ("pot", "role"):
            planner = _planner(options, plan, believing(start, inventory, plan), monitor, executor)
            points, at_hand, least = _by_size(inventory, plan, self.kind, self.id, options.sizes or SIZES, planner)
            if self.ends is not None:
                sooner = max(self.book.finish - _ended(points[at_hand]), 0)
        else:
            if self.ends is not None:
                reading = PlanReading(inventory, plan, self.book)
                inventory, plan, start = cheapest_as_soon(reading, start, options.gap, monitor)
            planner = _planner(options, plan, believing(start, inventory, plan), monitor, executor)
            points, at_hand, least = _by_price(inventory, plan, self.kind, options.most, planner)
        return points, at_hand, (sooner, 0.0 if sooner else max(self.book.total - least, 0.0)), planner


def _ended(point: FrontierPoint) -> int:
    """The quarters up to its last cutover."""
    return point.finish.number + 1 if point.finish else 0


def frontier_of(inventory: Inventory, what: str) -> tuple[str, str]:
    """What a frontier is asked for: its kind, and the id of a pot or a role.

    Raises:
        UserError: there is no such thing, or nothing can be asked of it.
    """
    words = what.split()
    pots = {id: ("pot", id) for id in inventory.pots}
    roles = {id: ("role", id) for id, role in inventory.roles.items() if role.days is not None}
    if what == "exposure":
        if not any(system.exposure for system in inventory.systems.values()):
            raise UserError("no system has a tier with exposure, so that nothing can be said of it")
        return "exposure", ""
    if what == "changes":
        if inventory.approved is None:
            raise UserError("no plan is approved, so that there is nothing to change")
        return "changes", ""
    if len(words) == 2 and words[0] in ("pot", "role"):
        found = (pots if words[0] == "pot" else roles).get(words[1])
    elif what in pots and what in roles:
        raise UserError(f"{show(what)} is a pot and a role; write `pot {what}` or `role {what}`")
    else:
        found = pots.get(what) or roles.get(what)
    if found is None:
        guess = nearest(words[-1] if words else what, [*pots, *roles, "exposure", "changes"])
        hint = f"did you mean {show(guess)}?" if guess else "name a pot, a role with days, `exposure` or `changes`"
        raise UserError(f"there is no pot and no limited role called {show(what)}; {hint}")
    return found


@dataclass
class _Planner:
    """Makes plans from the one at hand, within the time that is left."""

    gap: float
    start: Start
    deadline: float | None
    monitor: ProgressMonitor
    executor: Executor | None
    made: int = 0

    @property
    def stopped(self) -> bool:
        """Whether there is to be an end before all is done."""
        late = self.deadline is not None and time.monotonic() >= self.deadline
        return self.monitor.stop() or late

    def plans(self, inventories: Sequence[Inventory]) -> list[PlanAttempt]:
        """One attempt for each, in their order."""
        left = None if self.deadline is None else max(self.deadline - time.monotonic(), 0.0)
        options = PlanOptions(gap=self.gap, certify=False, start=self.start, ways_out=False)
        attempts = plan_many(inventories, options, time_limit=left, monitor=self.monitor, executor=self.executor)
        with closing(attempts):
            found = list(attempts)
        self.made += sum(attempt.error is None for attempt in found)
        return found


def _planner(
    options: FrontierOptions, plan: Plan, start: Start, monitor: ProgressMonitor, executor: Executor | None
) -> _Planner:
    gap = max(plan.gap, CLOSEST) if options.gap is None else options.gap
    deadline = None if options.time_limit is None else time.monotonic() + options.time_limit
    return _Planner(gap, start, deadline, monitor, executor)


# -- pots and roles -------------------------------------------------------------------------------


def resized(inventory: Inventory, kind: str, id: str, size: float) -> Inventory:
    """The inventory with so large a share of a pot's money, or of a role's days, in what is open yet."""
    if kind == "pot":
        for period in inventory.pots[id].periods:
            if period.quarters.stop > inventory.open:
                inventory = with_pot(inventory, id, period.label, round(period.amount * size, 2))
        return inventory
    for quarter, days in enumerate(inventory.roles[id].days or ()):
        if inventory.open <= quarter < inventory.plan_quarters:
            inventory = with_role(inventory, id, quarter, days=round(days * size, 4))
    return inventory


def _amount(inventory: Inventory, kind: str, id: str) -> float:
    """What there is of a pot or a role in what is open yet."""
    if kind == "pot":
        return sum(one.amount for one in inventory.pots[id].periods if one.quarters.stop > inventory.open)
    return sum((inventory.roles[id].days or ())[inventory.open : inventory.plan_quarters])


def _by_size(
    inventory: Inventory, plan: Plan, kind: str, id: str, sizes: Sequence[float], planner: _Planner
) -> tuple[list[FrontierPoint], int, float]:
    """The points of a pot or a role, which of them is what there is, and what a plan costs there."""
    if not all(0 <= size <= 100 for size in sizes):
        raise InvalidArgument("sizes", ", ".join(f"{size:g}" for size in sizes), "give shares from 0 to 100")
    every = sorted({*sizes, 1.0})
    variants = {size: inventory if size == 1 else resized(inventory, kind, id, size) for size in every}
    others = [size for size in every if size != 1]
    bounds, plans = {1.0: plan.bound}, {1.0: plan}
    for size, attempt in zip(others, planner.plans([variants[size] for size in others]), strict=True):
        if isinstance(attempt.error, NoPlan):
            bounds[size] = inf
        elif attempt.error is None:
            bounds[size], plans[size] = attempt.result.bound, attempt.result.plan
    points = []
    for size in every:
        able = [made for smaller, made in plans.items() if smaller <= size]
        books = [book for made in able if (book := ledger_if_sound(variants[size], made)) is not None]
        best = min(books, key=partial(_rank, inventory), default=None)
        low = max((bound for larger, bound in bounds.items() if larger >= size), default=-inf)
        point = _point(variants[size], size, _amount(variants[size], kind, id), best, low)
        points.append(_ending(inventory, point, low) if inventory.minimise == "finish" else point)
    at_hand = every.index(1.0)
    return points, at_hand, points[at_hand].cost or 0.0


def _rank(inventory: Inventory, book: Ledger) -> tuple[int, float]:
    """What the inventory minimises: cost, or quarters and then cost."""
    return book.finish if inventory.minimise == "finish" else 0, book.total


def _ending(inventory: Inventory, point: FrontierPoint, low: float) -> FrontierPoint:
    """A point of which quarters are proven, and nothing in money: what no plan ends before, and no least cost.

    Args:
        inventory: whose quarters they are.
        point: the point.
        low: the quarters that every plan of that size has at least.
    """
    quarters = ceil(low - 1e-6) if isfinite(low) else 0
    if point.finish is not None:
        quarters = min(quarters, _ended(point))
    return replace(point, low=None, soonest=dated_or_none(inventory, quarters - 1 if quarters > 0 else None))


def _point(inventory: Inventory, size: float, amount: float, book: Ledger | None, low: float) -> FrontierPoint:
    if book is None:
        return FrontierPoint(size, amount, None, low if isfinite(low) else None, low < inf, None, None, 0)
    finish = dated(inventory, book.finish - 1) if book.finish else None
    unsupported = sum(map(len, book.exposed.values()))
    least = min(low, book.total) if isfinite(low) else None
    return FrontierPoint(size, amount, book.total, least, True, unsupported, finish, 0)


# -- exposure and changes -------------------------------------------------------------------------


def priced(inventory: Inventory, kind: str, price: float) -> Inventory:
    """The inventory with exposure so many times as dear, or with that price of one quarter's change."""
    if kind == "changes":
        return with_stability(inventory, price)
    for tier, exposure in inventory.tiers.items():
        inventory = with_exposure(inventory, tier, exposure * price)
    return inventory


@dataclass(frozen=True)
class _Priced:
    """A plan: how much of what has a price it has, and what it costs without that."""

    plan: Plan
    book: Ledger
    amount: float
    cost: float


@dataclass
class _PriceSearch:
    """Plans at several prices, and what is proven at each."""

    inventory: Inventory
    kind: str
    found: list[_Priced] = field(default_factory=list)
    bounds: dict[float, float] = field(default_factory=dict)

    def take(self, price: float, plan: Plan, bound: float) -> None:
        """A plan at a price, and the bound there."""
        self.bounds[price] = max(bound, self.bounds.get(price, -inf))
        # A price of 1 in the books gives amounts: of exposure in money, of changes in quarters.
        book = ledger(priced(self.inventory, self.kind, 1.0), plan)
        amount = book.costs.exposure if self.kind == "exposure" else book.costs.stability
        self.found.append(_Priced(plan, book, amount, book.total - amount))

    def best(self) -> list[_Priced]:
        """Plans to which none is preferred that has no more of it and costs no more; by amount."""
        kept: list[_Priced] = []
        for one in sorted(self.found, key=lambda one: (one.amount, one.cost)):
            if not kept or one.cost < kept[-1].cost - _PENNY:
                kept.append(one)
        return kept

    def least(self, amount: float) -> float:
        """What no plan with so much of it, or less, costs less than."""
        return max(bound - price * amount for price, bound in self.bounds.items())

    def next_prices(self, room: int) -> list[float]:
        """The slopes between neighbours on the hull that were not tried, those of the largest steps first."""
        steps: list[tuple[float, float]] = []
        for fewer, more in pairwise(self._hull()):
            price = float(f"{_slope(fewer, more):.4g}")
            if price > 0 and all(abs(price - tried) > 1e-3 * price for tried in self.bounds):
                steps.append(((more.amount - fewer.amount) * (fewer.cost - more.cost), price))
        return [price for _, price in sorted(steps, reverse=True)[:room]]

    def _hull(self) -> list[_Priced]:
        """The plans that are cheapest at some price, by amount: along them slopes fall."""
        hull: list[_Priced] = []
        for one in self.best():
            while len(hull) > 1 and _slope(hull[-2], hull[-1]) <= _slope(hull[-1], one):
                hull.pop()
            hull.append(one)
        return hull


def _slope(fewer: _Priced, more: _Priced) -> float:
    return (fewer.cost - more.cost) / (more.amount - fewer.amount)


def _by_price(
    inventory: Inventory, plan: Plan, kind: str, most: int, planner: _Planner
) -> tuple[list[FrontierPoint], int, float]:
    """The points of exposure or changes; which is the plan at hand, or beats it; and what the cheapest costs in all."""
    search = _PriceSearch(inventory, kind)
    search.take(1.0 if kind == "exposure" else inventory.stability, plan, plan.bound)
    own = search.found[0]
    highest = _HIGHEST_EXPOSURE if kind == "exposure" else max(_HIGHEST_CHANGE * abs(own.cost), 2 * inventory.stability)
    wanted = [price for price in (0.0, highest) if price not in search.bounds][:most]
    while wanted:
        most -= len(wanted)
        attempts = planner.plans([priced(inventory, kind, price) for price in wanted])
        for price, attempt in zip(wanted, attempts, strict=True):
            if attempt.error is None:
                search.take(price, attempt.result.plan, attempt.result.bound)
        wanted = [] if planner.monitor.stop() or all(one.error for one in attempts) else search.next_prices(most)
    points = [_priced_point(inventory, kind, one, search.least(one.amount)) for one in search.best()]
    at_hand = max((place for place, one in enumerate(points) if one.amount <= own.amount + 1e-9), default=0)
    price = 1.0 if kind == "exposure" else inventory.stability
    return points, at_hand, min(one.cost + price * one.amount for one in search.found)


def _priced_point(inventory: Inventory, kind: str, one: _Priced, low: float) -> FrontierPoint:
    point = _point(inventory, one.amount, one.amount, one.book, low)
    changed = sum(1 for kinds in one.book.per_system.values() if kinds.get("stability")) if kind == "changes" else 0
    return replace(point, cost=one.cost, low=min(low, one.cost), changed=changed)
