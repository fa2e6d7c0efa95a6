"""Is each partner better off inside? The best plan of every group of partners alone, and what follows from it.

A group alone has its own pots, and of the shared pots and of the staff the part that the stated rule
(:mod:`consolidate.cost_sharing.apportionment`) gives its members; it builds the services it needs itself. What it
costs is what its best plan costs: discounted, judged exposure included, as the optimiser minimises it, and proven to
an interval. From the costs of all groups follow each partner's Shapley value, whether any division of the
cost leaves no group better off alone (the core), and how far the stated rule is from both.

Every plan is handed to the independent ledger before its figures are used.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import fsum, inf, isfinite
from typing import Literal

from consolidate.accounts.ledger import NOT_CASH, SHARED, Ledger, baseline
from consolidate.accounts.partners_parts import parts_by_quarter
from consolidate.accounts.verdict import verify_plan
from consolidate.cost_sharing.cooperative_game import (
    TIE,
    Core,
    Estimate,
    Group,
    Interval,
    Verdict,
    core,
    groups,
)
from consolidate.cost_sharing.cooperative_game import shapley as exact
from consolidate.cost_sharing.group_inventory import group_inventory
from consolidate.cost_sharing.sampling import drawn_groups, estimated
from consolidate.errors import NoPlan, OutOfTime, UserError
from consolidate.inventory import Inventory, require_inventory
from consolidate.optimizer import optimize
from consolidate.parallel.jobs import Allowance
from consolidate.parallel.mapping import Round, done_by
from consolidate.planning import Disagreement
from consolidate.solving.exact.solver import DEFAULT_THREADS, ProgressMonitor
from consolidate.variants import with_unlimited_means

DEFAULT_GAP = 0.005
EVERY = 9
"""Partners up to which every group is planned for: 511 groups."""
DEFAULT_SAMPLES = 20
"""Groups drawn of each size where there are more."""
NO_PLAN = Interval(inf, inf)
"""The cost of a group without a plan."""

How = Literal["plan", "no plan"]


@dataclass(frozen=True)
class GroupCost:
    """A group's proven cost, discounted, judged exposure included; ``cash``: that of the plan found, without it."""

    cost: Interval
    cash: float


@dataclass(frozen=True)
class StandAlone:
    """What a group of partners would pay without the others: its stand-alone cost.

    Attributes:
        group: its members.
        means: what its best plan costs with its own means; None where no plan keeps its rules with them.
        freed: for a group without a plan: what its best plan would cost with people (free of charge) and
            capital without limit; None where there is no plan even so.
        as_it_is: what leaving everything as it is costs, whether its rules allow that or not.
    """

    group: Group
    means: GroupCost | None
    freed: GroupCost | None
    as_it_is: GroupCost

    @property
    def how(self) -> How:
        """Whether it has a plan of its own; a group without one cannot leave."""
        return "no plan" if self.means is None else "plan"

    @property
    def cost(self) -> Interval:
        """What it costs alone: infinite where it has no plan."""
        return NO_PLAN if self.means is None else self.means.cost

    @property
    def cost_freed(self) -> Interval:
        """The same, a group without a plan having people and capital without limit; infinite if it has none even so."""
        helped = self.means or self.freed
        return NO_PLAN if helped is None else helped.cost

    @property
    def stand_in(self) -> GroupCost:
        """The cost taken for the Shapley values, which need a figure for every group."""
        return self.means or self.freed or self.as_it_is


@dataclass(frozen=True)
class Bill:
    """What a partner bears of the best plan for all, discounted: cash of its own systems, its part of what
    is shared, and its systems' judged exposure."""

    direct: float
    allocated: float
    exposure: float

    @property
    def cash(self) -> float:
        """The cost without judged exposure."""
        return self.direct + self.allocated

    @property
    def total(self) -> float:
        """The cost with judged exposure: what is compared with groups' costs."""
        return self.direct + self.allocated + self.exposure


@dataclass(frozen=True, repr=False)
class CostShares:
    """What the plans of all groups say of who should pay what.

    Attributes:
        partners: ids, in the inventory's order.
        alone: what each group would do, by group; the whole first. Those that are missing are in ``missing``.
        missing: groups that there was no time for, or for which no plan was found in time.
        bills: what each partner bears under the stated rule.
        shapley: each partner's Shapley value; empty where a group is missing, or where it is estimated.
        estimated: the same from some groups; empty for up to EVERY partners, and where a group is missing.
        samples: groups that were to be drawn of each size, where there are so many.
        core: whether any division leaves no group better off alone; groups without a plan can't leave.
        core_freed: the same if groups without a plan of their own had people and money without limit; those
            that have no plan even so can't leave.
        gap: the relative gap to which each group's plan was to be proven.
        seed: where drawing them began.
    """

    partners: tuple[str, ...]
    alone: Mapping[Group, StandAlone]
    missing: tuple[Group, ...]
    bills: Mapping[str, Bill]
    shapley: Mapping[str, Interval]
    estimated: Mapping[str, Estimate]
    samples: int
    core: Core
    core_freed: Core
    gap: float
    seed: int

    def __repr__(self) -> str:
        groups = f"{len(self.alone):,} groups planned for" + (f", {len(self.missing):,} not" if self.missing else "")
        cost = f"{self.whole.cost.low:,.2f} to {self.whole.cost.high:,.2f}"
        return f"<CostShares of {len(self.partners):,} partners: {groups}; all together {cost}>"

    @property
    def whole(self) -> StandAlone:
        """What all partners together would pay."""
        return self.alone[frozenset(self.partners)]

    @property
    def all_groups(self) -> bool:
        """Whether every group was to be planned for, not a sample."""
        return len(self.partners) <= EVERY

    def pays(self, group: Iterable[str]) -> float:
        """What the members of a group bear together under the stated rule."""
        return fsum(self.bills[partner].total for partner in group)

    def saves(self, group: Group) -> Interval:
        """What a group saves by being inside, under the stated rule; below 0 it would do better alone.

        Of a group without a plan of its own: against what it would cost it with people and money without
        limit, or else to leave everything as it is.
        """
        return self.alone[group].stand_in.cost - Interval(self.pays(group), self.pays(group))

    def blocks(self, group: Group) -> Verdict:
        """Whether a group would do better alone than under the stated rule; one without a plan can't."""
        known = self.alone[group]
        return "no" if known.how == "no plan" else self.better_alone(group)

    def better_alone(self, group: Group) -> Verdict:
        """The same, were a group without a plan to have people and money without limit."""
        if not isfinite(self.alone[group].cost_freed.high):
            return "no"
        saved = self.saves(group)
        return Interval(-saved.high, -saved.low).above(0.0, TIE * abs(self.whole.cost.high))

    def cut_short(self, group: Group) -> bool:
        """Whether the time, and not the gap, ended the planning of a group."""
        cost = self.alone[group].stand_in.cost
        return cost.high - cost.low > self.gap * abs(cost.high) * (1 + TIE) + TIE

    def pays_more_inside(self) -> dict[str, Interval]:
        """The partners that pay more under the stated rule than they would alone, whether they can leave or not."""
        margin = TIE * abs(self.whole.cost.high)
        singles = {one: frozenset({one}) for one in self.partners if len(self.partners) > 1}
        more = {one: Interval(0.0, 0.0) - self.saves(group) for one, group in singles.items() if group in self.alone}
        return {one: amount for one, amount in more.items() if amount.above(0.0, margin) == "yes"}

    def fair(self, partner: str) -> Interval | None:
        """The Shapley value, or the range that is estimated for it: in 95 of 100 games all ranges hold at once."""
        if partner in self.estimated:
            found = self.estimated[partner]
            return Interval(found.interval.low - found.margin, found.interval.high + found.margin)
        return self.shapley.get(partner)

    def point(self, partner: str) -> float | None:
        """A single figure within it: the Shapley value of the plans found, which adds up to the whole's cost."""
        if partner in self.estimated:
            return self.estimated[partner].mean
        if partner not in self.shapley:
            return None
        found = {group: alone.stand_in.cost.high for group, alone in self.alone.items()}
        return exact(self.partners, {group: Interval(cost, cost) for group, cost in found.items()})[partner].high


# -- one group ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sampling:
    """How Shapley values are estimated beyond :data:`EVERY` partners.

    ``samples``: groups of each size drawn at random, at least; ``seed``: from which random seed.
    """

    samples: int = DEFAULT_SAMPLES
    seed: int = 0


@dataclass(frozen=True)
class _Common:
    """What the plans of all groups have in common, sent to each worker once."""

    inventory: Inventory
    gap: float
    threads: int


@dataclass(frozen=True)
class _Alone:
    """What came of one group: what it would do, and for all partners together the books of their plan."""

    group: StandAlone
    book: Ledger | None = None


def planned_alone(common: _Common, group: Group, allowed: Allowance) -> _Alone | None:
    """Plans for one group, in whatever process; None where no plan was found in time.

    Raises:
        NoPlan, OutOfTime: of all partners together, as ``optimize`` does.
        Disagreement: when the ledger rejects the plan.
    """
    own = group_inventory(common.inventory, group)
    if len(group) == len(common.inventory.partners):
        cost, book = _best_plan(own, common, allowed)
        return _Alone(StandAlone(group, cost, None, _cost_as_it_is(own)), book)
    try:
        means = _cost_if_any(own, common, allowed)
        freed = None if means else _cost_if_any(with_unlimited_means(own), common, allowed)
    except OutOfTime:
        return None
    return _Alone(StandAlone(group, means, freed, _cost_as_it_is(own)))


def _cost_if_any(inventory: Inventory, common: _Common, allowed: Allowance) -> GroupCost | None:
    """What the best plan costs; None where there is none at all.

    Raises:
        OutOfTime: as ``optimize`` does.
    """
    try:
        return _best_plan(inventory, common, allowed)[0]
    except NoPlan:
        return None


def _best_plan(inventory: Inventory, common: _Common, allowed: Allowance) -> tuple[GroupCost, Ledger]:
    """What the best plan costs, and its books.

    Raises:
        NoPlan, OutOfTime: as ``optimize`` does.
        Disagreement: when the ledger rejects the plan.
    """
    found = optimize(
        inventory, gap=common.gap, time_limit=allowed.seconds, threads=common.threads, monitor=allowed.monitor
    )
    verdict = verify_plan(inventory, found.plan)
    if not verdict.ok:
        raise Disagreement("the ledger rejects the plan of a group of partners")
    return GroupCost(Interval(found.bound, found.objective), verdict.ledger.paid), verdict.ledger


def _cost_as_it_is(inventory: Inventory) -> GroupCost:
    """What leaving everything as it is costs."""
    before = baseline(inventory)
    return GroupCost(Interval(before.total, before.total), before.paid)


# -- all of them ----------------------------------------------------------------------------------


def cost_shares(
    inventory: Inventory,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    sampling: Sampling | None = None,
    threads: int = DEFAULT_THREADS,
    monitor: ProgressMonitor | None = None,
    executor: Executor | None = None,
) -> CostShares:
    """What each partner should bear, from the best plan of every group of partners.

    Costs are discounted, in the inventory's currency, judged exposure included.

    Parameters
    ----------
    inventory
        A valid inventory, with at least one partner.
    gap
        Relative gap to which each group's plan is proven.
    time_limit
        Seconds for all groups together; only a stop.
    sampling
        Beyond :data:`EVERY` partners, how many groups to draw; default :class:`Sampling`.
    threads
        Threads of the solver.
    monitor
        Progress callbacks and stop request: when stopped, what is complete is returned.
    executor
        Who plans, as :func:`consolidate.plan_many` takes it; figures are the same.

    Returns
    -------
    CostShares
        What each group would do, what follows for each partner, and which groups there was no time for.

    Raises
    ------
    NoPlan
        There is no plan for all partners together.
    OutOfTime
        None was found for them in time.
    InvalidArgument
        ``inventory`` is none.
    UserError
        There is no partner.
    """
    require_inventory(inventory)
    partners = tuple(inventory.partners)
    if not partners:
        raise UserError("the inventory has no partners, so nobody pays; add a file such as partners/torfaen.yaml")
    sampling = sampling or Sampling()
    all_groups = _groups_to_plan(partners, sampling)
    deadline = None if time_limit is None else time.monotonic() + time_limit
    how = Round(executor, monitor or ProgressMonitor(), deadline)
    found, book = _planned(_Common(inventory, gap, threads), all_groups, how)
    missing = tuple(group for group in all_groups if group not in found)
    return _concluded(partners, found, missing, bills(inventory, book), sampling, gap)


def _groups_to_plan(partners: Sequence[str], sampling: Sampling) -> list[Group]:
    """The groups that are planned for, the whole first."""
    if len(partners) <= EVERY:
        return list(groups(partners))
    return drawn_groups(partners, sampling.samples, sampling.seed)


def _planned(common: _Common, all_groups: Sequence[Group], how: Round) -> tuple[dict[Group, StandAlone], Ledger]:
    """What each group would pay, in their order, as far as there is time, and the books of the plan for all."""
    of, tell = len(all_groups), how.monitor.on_plan

    def name(group: Group) -> str:
        return ", ".join(partner for partner in common.inventory.partners if partner in group)

    how = replace(how, on_start=lambda number, done: tell(done, of, name(all_groups[number])))
    answers: dict[Group, _Alone | None] = {}
    for number, answer in done_by(planned_alone, common, all_groups, how):
        answers[all_groups[number]] = answer
        tell(len(answers), of, "")
    found = [answer for answer in map(answers.get, all_groups) if answer is not None]
    whole = found[0]
    assert whole.book is not None  # it is the first group, which is begun in any case, and raises where it has no plan
    return {answer.group.group: answer.group for answer in found}, whole.book


def bills(inventory: Inventory, ledger: Ledger) -> dict[str, Bill]:
    """What each partner bears of a plan under the stated rule, discounted; in all the ledger's cash and exposure."""
    own: dict[tuple[str, bool], list[float]] = {}
    for (partner, _, kind), amount in ledger.discounted.items():
        if partner is not SHARED and (kind not in NOT_CASH or kind == "exposure"):
            own.setdefault((partner, kind == "exposure"), []).append(amount)
    flows = [row for (partner, kind), row in ledger.flows.items() if partner is SHARED and kind not in NOT_CASH]
    shared = [fsum(row[q] for row in flows) * inventory.discount(q) for q in range(inventory.appraisal_quarters)]
    parts = parts_by_quarter(inventory)
    return {
        partner: Bill(
            direct=fsum(own.get((partner, False), ())),
            allocated=fsum(float(part[partner]) * amount for part, amount in zip(parts, shared, strict=True)),
            exposure=fsum(own.get((partner, True), ())),
        )
        for partner in inventory.partners
    }


def _concluded(
    partners: tuple[str, ...],
    alone: Mapping[Group, StandAlone],
    missing: tuple[Group, ...],
    billed: Mapping[str, Bill],
    sampling: Sampling,
    gap: float,
) -> CostShares:
    """What follows from the groups' costs, as far as they are known."""
    stand_ins = {group: one.stand_in.cost for group, one in alone.items()}
    every = len(partners) <= EVERY
    return CostShares(
        partners=partners,
        alone=alone,
        missing=missing,
        bills=billed,
        shapley=exact(partners, stand_ins) if every and not missing else {},
        estimated=estimated(partners, stand_ins) if not every and not missing else {},
        samples=sampling.samples,
        core=core(partners, {group: one.cost for group, one in alone.items()}),
        core_freed=core(partners, {group: one.cost_freed for group, one in alone.items()}),
        gap=gap,
        seed=sampling.seed,
    )
