"""What one more unit of what is scarce would save: found by planning again with it, never read off a price.

**At once, an upper limit of each gain.** A bound holds at any prices, so the prices that proved the bound of the plan
at hand (its certificate) prove one of the inventory with more of something, by one evaluation
(:func:`consolidate.starts.bound_at`). What the plan at hand costs more than that bound is the most that could be
gained. By how much more of something lowers the bound, things are ordered, and put together; for nothing else are
prices used.

**Then together.** What is not priced at all, and what is hardly priced, is searched for in common: one plan of the
inventory with more of all of it proves a bound for each, since an inventory with more of everything has more of each.
A plan that is found is tried with more of each thing alone.

**Then alone**, what may gain most: of what is priced, and of what gained anything together.

A gain is the difference of two ledgers' totals. It is proven to be no more than what the best plan found costs above
the bound with more of the thing; and no less than what the new plan costs below the best bound without, and never
less than nothing. More of anything keeps every plan, so what is proven with more holds without it, too. Where the
interval begins with nothing, there is no *measurable* gain.

**Steps.** Moves are whole, so gains come in steps. Of money, as much as the new plan takes is enough; whether a
pound less would do as well is found by planning with a pound less.

A search with more of something may come upon a plan that keeps the rules without it, too, and costs less than the plan
at hand. Then all is compared with that plan: what it saves is no gain of anything.

**Where quarters are minimised** two things are asked of each amount. By how many quarters would the last cutover be
sooner (:mod:`consolidate.explain.sooner`)? And what would be saved with the last cutover where it is: all of the above,
asked of the inventory in which cost is minimised and nothing cuts over later
(:func:`consolidate.explain.finish_levels.cheapest_as_soon`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace
from math import ceil, inf

from consolidate.accounts.verdict import verify_plan
from consolidate.audience.restriction import highest_classification
from consolidate.explain.explained import PlanFinish
from consolidate.explain.finish_levels import CLOSEST, cheapest_as_soon
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.preconditions import ledger_if_sound, sound_ledger
from consolidate.explain.scarcity import More, Scarce, loosened, scarcities, with_more
from consolidate.explain.sooner import Sooner, SoonerSearch, results_with_more
from consolidate.explain.values import dated_or_none
from consolidate.inventory import Inventory, require_plan_of
from consolidate.parallel.jobs import Allowance
from consolidate.parallel.mapping import Round, done_by
from consolidate.parallel.plans import PlanOptions
from consolidate.phrases import NameInLanguages
from consolidate.plan import Plan
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import DEFAULT_GAP, ProgressMonitor
from consolidate.starts import bound_at
from consolidate.vocabulary import counted

MOST_ALONE = 6
"""How many things are planned with more of them alone, unless another number is asked for."""
HARDLY = 0.001
"""As a share of the plan's cost, what more of several things may be worth in all, by the prices, for these to be
searched together. If it were more, what is proven for each would say little."""
_PENNY = 0.01
"""Gains below this are rounding."""
_LESS = 1.0
"""How much less than enough is tried, in units of currency."""


@dataclass(frozen=True)
class WorthOptions:
    """What is asked for.

    Attributes
    ----------
    money
        How much more money: amounts of currency (``10000``), or percentages of what there is (``10%``).
    days
        How many more days of a role, in each quarter of a year.
    of
        Only these: a kind (``pot``), an id (``onewales``), or both (``limit 2``). Empty: all.
    most
        How many things are planned with more of them alone, those that may gain most first; None: all of which a gain
        is possible. As many plans again may go into steps. 0: nothing is planned, and limits are all there is.
    gap
        How close to the best these plans are to be proven: a wish, for each search is short. None: as close as the
        plan at hand.
    time_limit
        Seconds for all plans together; None: as long as it takes. A stop makes answers differ from run to run.
    """

    money: tuple[str, ...] = ("10000", "10%")
    days: float = 10.0
    of: tuple[str, ...] = ()
    most: int | None = MOST_ALONE
    gap: float | None = None
    time_limit: float | None = None


@dataclass(frozen=True)
class Gain:
    """What so much more of something would save, discounted, in the inventory's currency.

    Attributes
    ----------
    scarce
        What there would be more of.
    amount
        How much more, in its unit.
    searched
        Whether a plan was made with it: ``alone``; ``together`` with more of other things; or ``no``: then all that is
        known is what could be gained at most.
    saves
        What the best plan found with it costs less, by two ledgers.
    low, high
        Between what the gain is proven to lie, were all plans the best.
    enough
        Of a pot: how much of it the plan takes, which would be enough; None where nothing is known of that.
    sooner
        Where quarters are minimised: by how many quarters the last cutover would be sooner; what is saved is then what
        it would be with the last cutover where it is. None where cost is minimised.
    """

    scarce: Scarce
    amount: float
    searched: str
    saves: float
    low: float
    high: float
    enough: float | None = None
    sooner: Sooner | None = None

    @property
    def measurable(self) -> bool:
        """Whether it is proven that any money is saved."""
        return self.low > _PENNY

    @property
    def rank(self) -> tuple[float, ...]:
        """What is worth most first: what is proven, then what was found, then what is possible; quarters before money.

        So gains in quarters come before all that is gained in money with the last cutover where it is.
        """
        quarters = (0, 0, 0) if self.sooner is None else (self.sooner.low, self.sooner.quarters, self.sooner.high)
        money = (-self.low if self.measurable else 0.0, -self.saves)
        return (-quarters[0], -quarters[1], *money, -quarters[2], -self.high)


@dataclass(frozen=True)
class Worth:
    """What one more unit of each scarce thing would save.

    Attributes
    ----------
    programme, marking, currency
        The inventory's.
    gains
        Each amount of each thing: first what is proven to gain something, then by what the plans found save, then by
        what could be gained at most.
    total
        What the plan compared with costs.
    margin
        How much less, at most, the best plan without anything more could cost: gains up to this cannot be told from
        nothing.
    improved
        What the plan compared with costs less than the one that was given.
    plans
        How many plans were made.
    left
        Of how many amounts a gain is possible, and no plan was made.
    ends
        Where quarters are minimised: when the plan compared with ends, and how much sooner the best could.
    ends_sooner
        By how many quarters the plan compared with ends sooner than the one that was given.
    plan_status
        The status of the plan that was given, as plan.json has it: where it is not ``within_gap``, a smaller gap gives
        no other plan.
    """

    programme: NameInLanguages
    marking: str
    currency: str
    gains: tuple[Gain, ...]
    total: float
    margin: float
    improved: float
    plans: int
    left: int
    ends: PlanFinish | None = None
    ends_sooner: int = 0
    plan_status: str = "within_gap"

    def __repr__(self) -> str:
        left = f", {self.left:,} left" if self.left else ""
        return f"<Worth of {self.programme}: {counted(len(self.gains), 'gain')}, {counted(self.plans, 'plan')}{left}>"


def worth(
    inventory: Inventory,
    plan: Plan,
    options: WorthOptions | None = None,
    *,
    start: Start,
    monitor: ProgressMonitor | None = None,
    executor: Executor | None = None,
    on_limits: Callable[[Worth], None] | None = None,
) -> Worth:
    """What one more unit of each pot, role, limit, freeze, milestone, target, budget and service would save.

    Parameters
    ----------
    inventory, plan
        An inventory and its plan, whose bound is taken as it says.
    options
        What is asked for; default :class:`WorthOptions`.
    start
        The plan and its prices, from :func:`consolidate.read_start` or :func:`consolidate.start_from`.
    monitor
        Progress callback and stop request.
    executor
        Who makes the plans: what :func:`consolidate.planning_workers` gives. Default: this process.
    on_limits
        Told what could be gained at most, before the first plan is made.

    Returns
    -------
    Worth
        Plain data: amounts are differences of ledgers' totals, with what is proven of them.

    Raises
    ------
    RejectedPlan
        The plan breaks a rule of its inventory.
    InvalidArgument
        The inventory is none, ``plan`` is of another one, or the gap is no share.
    UserError
        An amount is none; nothing has such a name.
    """
    require_plan_of(inventory, plan)
    book = sound_ledger(inventory, plan)
    options = options or WorthOptions()
    every = asked_of(inventory, options)
    deadline = None if options.time_limit is None else time.monotonic() + options.time_limit
    how = Round(executor, monitor or ProgressMonitor(), deadline)
    if inventory.minimise == "finish":
        asked = _AskedOfQuarters(PlanReading(inventory, plan, book), every, options, start, how)
        return asked.answered(on_limits or _unheard)
    search = _Search(inventory, plan, every, options, start, how, book.total)
    search.find_limits()
    if on_limits is not None:
        on_limits(search.answer())
    if options.most != 0:
        search.search_plans()
    return search.answer()


def _unheard(_: Worth) -> None:
    """Whom nothing is to be told."""


def asked_of(inventory: Inventory, options: WorthOptions) -> tuple[Scarce, ...]:
    """All of which more is asked for.

    Raises:
        UserError: an amount is none; nothing has such a name.
    """
    return scarcities(inventory, options.money, options.days, options.of)


def bound_of(common: tuple[Inventory, Start], more: More, allowed: Allowance) -> float:
    """What the prices at hand prove of an inventory with more of something, in whatever process."""
    inventory, start = common
    return bound_at(with_more(inventory, more), start)


def groups_of(drops: Mapping[Scarce, float], room: float) -> list[tuple[Scarce, ...]]:
    """What is searched for together: what is not priced at all, and what is hardly priced.

    Args:
        drops: by how much more of each thing lowers the bound at the prices at hand.
        room: up to how much those of the second group may do so in all.
    """
    free = tuple(scarce for scarce, drop in drops.items() if drop <= _PENNY)
    hardly: list[Scarce] = []
    for scarce, drop in sorted(drops.items(), key=lambda one: one[1]):
        if drop > _PENNY and (room := room - drop) >= 0:
            hardly.append(scarce)
    return [group for group in (free, tuple(hardly)) if group]


@dataclass
class _Tried:
    """One amount more of something, and what is known of it: the cost of a plan, and how much that takes."""

    scarce: Scarce
    amount: float
    searched: str = "no"
    cost: float | None = None
    enough: float | None = None


@dataclass
class _Search:
    """The search for gains, from limits to plans to steps."""

    inventory: Inventory
    plan: Plan
    every: tuple[Scarce, ...]
    options: WorthOptions
    start: Start
    how: Round
    given: float
    """What the plan at hand costs."""
    tried: list[_Tried] = field(default_factory=list)
    proofs: list[tuple[More, float]] = field(default_factory=list)
    """Bounds, each with how much more of what it is of."""
    drops: dict[Scarce, float] = field(default_factory=dict)
    """By how much more of each thing lowers the bound at the prices at hand."""
    plans: int = 0

    def __post_init__(self) -> None:
        self.best = self.given

    def find_limits(self) -> None:
        """A bound of the largest amount of each thing, which holds for smaller ones."""
        wanted = [{scarce: scarce.amounts[-1]} for scarce in self.every]
        # Limits are the first that is said, and quick: no time limit stops them.
        how = replace(self.how, deadline=None, monitor=ProgressMonitor())
        with closing(done_by(bound_of, (self.inventory, self.start), wanted, how)) as results:
            bounds = dict(results)
        before = bound_at(self.inventory, self.start)
        for number, more in enumerate(wanted):
            self.proofs.append((more, bounds[number]))
            self.drops |= dict.fromkeys(more, before - bounds[number])
        self.tried = [_Tried(scarce, amount) for scarce in self.every for amount in scarce.amounts]

    def limit(self, scarce: Scarce, amount: float) -> float:
        """The most that could be gained: by what is proven with as much of it, or with more."""
        proven = max(bound for more, bound in self.proofs if more.get(scarce, 0.0) >= amount)
        return max(self.best - proven, 0.0)

    @property
    def least(self) -> float:
        """What every plan without anything more costs at least: what is proven with more holds without it, too."""
        return min(max([self.plan.bound, *(bound for _, bound in self.proofs)]), self.best)

    # -- plans ------------------------------------------------------------------------

    def search_plans(self) -> None:
        """Plans with more of things together, then alone, then with less."""
        self.search_together()
        self.search_alone()
        self.find_steps()

    def search_together(self) -> None:
        """Plans with more of several things, proven closely: they hold for each of them, and for what there is."""
        groups = groups_of(self.drops, HARDLY * abs(self.given))
        wanted = [{scarce: scarce.amounts[-1] for scarce in group} for group in groups]
        self._plan(wanted, replace(self.start, thorough=True), 0.5)

    def search_alone(self) -> None:
        """Plans with more of one thing, of those that may gain most first."""
        unfound = {one.scarce for one in self.tried if one.searched == "together"}
        promising = [scarce for scarce in self.drops if scarce not in unfound and self._may_gain(scarce)]
        promising.sort(key=lambda scarce: -self.drops[scarce])
        self._plan([{scarce: scarce.amounts[-1]} for scarce in promising[: self.options.most]], self.start)

    def _may_gain(self, scarce: Scarce) -> bool:
        """Whether a gain that could be told from nothing is possible."""
        return self.limit(scarce, scarce.amounts[-1]) > self.best - self.least + _PENNY

    def find_steps(self) -> None:
        """Plans with less, where more gains something: with each smaller amount, and with just not enough."""
        asked: list[tuple[Scarce, float]] = []
        probes: list[tuple[Scarce, float]] = []
        for one in self.tried:
            if one.searched != "alone" or not self._gain(one).measurable:
                continue
            enough = one.amount if one.enough is None else one.enough
            asked += [(one.scarce, less) for less in one.scarce.amounts if _PENNY < less < enough - _PENNY]
            less = round(enough - _LESS, 2)
            if one.scarce.kind == "pot" and less > 0 and less not in one.scarce.amounts:
                probes.append((one.scarce, less))
        # The smaller amounts that were asked for before those that were not.
        wanted = [*asked, *probes][: self.options.most]
        self.tried += [_Tried(*probe) for probe in probes if probe in wanted]
        self._plan([{scarce: amount} for scarce, amount in wanted], self.start)

    def _plan(self, wanted: Sequence[More], start: Start, closer: float = 1.0) -> None:
        """Plans with each; what there is no time for, or what cannot be planned so shortly, stays as it is."""
        gap = closer * (max(self.plan.gap, CLOSEST) if self.options.gap is None else self.options.gap)
        options = PlanOptions(gap=gap, certify=False, start=start, ways_out=False)
        found = []
        for more, result in results_with_more(self.inventory, wanted, options, self.how):
            self.plans += 1
            self.proofs.append((more, result.bound))
            found.append((more, result.plan))
        self.note(found)

    def note(self, found: Sequence[tuple[More, Plan]], *, searched: bool = True) -> None:
        """Takes plans, each with more of something, as they are: nothing is proven by them.

        Args:
            found: the plans.
            searched: whether they were to cost little. Else only what they happen to save is noted, and whatever they
                save nothing of is still to be searched for.
        """
        self._compare(plan for _, plan in found)
        for more, plan in found:
            self._note(more, plan, searched)

    def _compare(self, plans: Iterable[Plan]) -> None:
        """Compares with the cheapest plan that keeps the rules as they are."""
        for plan in plans:
            cost = _cost_of(self.inventory, plan)
            if cost is not None and cost < self.best:
                self.best = cost

    def _note(self, more: More, plan: Plan, searched: bool) -> None:
        """What a plan with more of something says of each thing that it had more of."""
        cost = _cost_of(with_more(self.inventory, more), plan)
        gained = cost is not None and cost < self.best - _PENNY
        if not gained and not searched:
            return
        for one in self._amounts_of(more):
            if len(more) == 1:
                one.searched = "alone"
            elif one.searched == "no":
                one.searched = "gained together" if gained else "together"
            if gained:
                self._take(one, plan)

    def _amounts_of(self, more: More) -> Iterator[_Tried]:
        """What was asked of just these amounts; together, of the largest that were asked of."""
        return (one for one in self.tried if abs(more.get(one.scarce, inf) - one.amount) < _PENNY)

    def _take(self, one: _Tried, plan: Plan) -> None:
        """The cheaper of plans that keep the rules with more of something."""
        cost = _cost_of(loosened(self.inventory, one.scarce, one.amount), plan)
        if cost is not None and (one.cost is None or cost < one.cost - _PENNY):
            one.cost = cost
            one.enough = _enough(self.inventory, one, plan) if one.scarce.kind == "pot" else None

    # -- the answer -------------------------------------------------------------------

    def _gain(self, one: _Tried) -> Gain:
        """What is known of an amount: by a plan with no more of it than that."""
        same = [other for other in self.tried if other.scarce == one.scarce]
        known = [
            (other.cost, other.amount, other.enough)
            for other in same
            if other.cost is not None and (other.amount if other.enough is None else other.enough) <= one.amount
        ]
        # A search with more that found nothing, or what less is enough for, is one of less, too.
        more = [other.searched for other in same if other.amount >= one.amount and (known or other.cost is None)]
        searched = next((said for said in ("alone", "together") if any(said in other for other in more)), "no")
        high = self.limit(one.scarce, one.amount)
        cost, _, enough = min(known, key=lambda each: each[:2], default=(self.best, 0.0, None))
        # A plan that was found later without more of anything keeps the rules with more of it, too.
        saves = max(self.best - cost, 0.0)
        low = min(max(self.least - cost, 0.0), saves)
        return Gain(one.scarce, one.amount, searched, saves, low, max(high, saves), enough if saves else None)

    def answer(self) -> Worth:
        """All that is known so far."""
        gains = [self._gain(one) for one in self.tried]
        gains.sort(key=lambda gain: gain.rank)
        margin = self.best - self.least
        return Worth(
            programme=NameInLanguages(self.inventory.programme.texts),
            marking=highest_classification(self.inventory, self.inventory.systems),
            currency=self.inventory.currency,
            gains=tuple(gains),
            total=self.best,
            margin=margin,
            improved=self.given - self.best,
            plans=self.plans,
            left=sum(gain.searched == "no" and gain.high > margin + _PENNY for gain in gains),
            plan_status=self.plan.status,
        )


@dataclass
class _AskedOfQuarters:
    """What is asked of a plan of fewest quarters: what ends sooner, and what saves with the last cutover as it is."""

    given: PlanReading
    every: tuple[Scarce, ...]
    options: WorthOptions
    start: Start
    how: Round

    def answered(self, on_limits: Callable[[Worth], None]) -> Worth:
        """All gains; what is known at once is told first."""
        given, options = self.given, self.options
        gap = DEFAULT_GAP if options.gap is None else options.gap
        quarters = SoonerSearch(given.inventory, given.plan, self.every, options.most, gap, self.how)
        money = self._in_money(given)
        on_limits(self._together(quarters, money))
        if options.most != 0:
            quarters.run()
            if quarters.best is not given.plan:
                money = self._in_money(PlanReading(given.inventory, quarters.best, quarters.book))
            money.note(quarters.made, searched=False)
            money.search_plans()
            quarters.ask_further(
                (one.scarce, one.amount) for one in money.tried if one.amount not in one.scarce.amounts
            )
        return self._together(quarters, money)

    def _in_money(self, reading: PlanReading) -> _Search:
        """The search for what is saved where nothing cuts over after the last cutover of a plan."""
        inventory, plan, start = cheapest_as_soon(reading, self.start, self.options.gap, self.how.monitor)
        search = _Search(inventory, plan, self.every, self.options, start, self.how, plan.objective)
        search.find_limits()
        return search

    def _together(self, quarters: SoonerSearch, money: _Search) -> Worth:
        """Each amount with both its gains."""
        found, inventory = money.answer(), self.given.inventory
        gains = [replace(gain, sooner=quarters.sooner(gain.scarce, gain.amount)) for gain in found.gains]
        finish, margin = quarters.book.finish, quarters.book.finish - quarters.least
        return replace(
            found,
            gains=tuple(sorted(gains, key=lambda gain: gain.rank)),
            improved=0.0 if finish < quarters.given.finish else max(quarters.given.total - found.total, 0.0),
            plans=found.plans + len(quarters.made),
            left=sum(_is_left(gain, found.margin, margin) for gain in gains),
            ends=PlanFinish(dated_or_none(inventory, finish - 1 if finish else None), margin),
            ends_sooner=quarters.given.finish - finish,
        )


def _is_left(gain: Gain, margin: float, quarters: int) -> bool:
    """Whether more could be gained than is told from nothing, in money or in quarters, and no plan was made alone."""
    in_money = gain.searched == "no" and gain.high > margin + _PENNY
    sooner = gain.sooner
    return in_money or (sooner is not None and sooner.searched != "alone" and sooner.high > quarters)


def _cost_of(inventory: Inventory, plan: Plan) -> float | None:
    """What a plan costs by the ledger; None where it breaks a rule."""
    book = ledger_if_sound(inventory, plan)
    return None if book is None else book.total


def _enough(inventory: Inventory, one: _Tried, plan: Plan) -> float | None:
    """How much more of a pot a plan takes than there is, to the penny; None unless the ledger agrees."""
    pot = inventory.pots[one.scarce.id]
    spent = verify_plan(inventory, plan).ledger.capital
    lacking = [sum(spent.get((pot.id, q), 0.0) for q in period.quarters) - period.amount for period in pot.periods]
    at = next(number for number, period in enumerate(pot.periods) if period.label == one.scarce.period)
    last = len(lacking) if pot.carry_forward else at + 1
    most = max(sum(lacking[0 if pot.carry_forward else at : number + 1]) for number in range(at, last))
    enough = min(max(ceil(most * 100 - 1e-4) / 100, 0.0), one.amount)
    return enough if _cost_of(loosened(inventory, one.scarce, enough), plan) is not None else None
