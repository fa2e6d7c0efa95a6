"""Is each partner better off inside? The best plan of every group of partners alone, and what follows from it.

A group alone has its own pots, and of the shared pots and of the staff the part that the stated rule
(:mod:`consolidate.cost_sharing.apportionment`) gives its members; it builds the services it needs itself. What it
costs is what its best plan costs: discounted, judged exposure included, as the optimiser minimises it, and proven to
an interval. From the costs of all groups follow each partner's Shapley value, whether any division of the
cost leaves no group better off alone (the core), and how far the stated rule is from both.

Every plan is handed to the independent ledger before its figures are used.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from math import fsum, inf, isfinite
from typing import Literal

from consolidate.accounts.ledger import NOT_CASH, SHARED, Ledger, baseline
from consolidate.accounts.verdict import verify_plan
from consolidate.cost_sharing.apportionment import parts_of
from consolidate.cost_sharing.cooperative_game import (
    TIE,
    Core,
    Estimate,
    Group,
    Interval,
    Verdict,
    core,
    groups,
    orders,
    prefixes,
    sampled,
)
from consolidate.cost_sharing.cooperative_game import shapley as exact
from consolidate.errors import NoPlan, OutOfTime, UserError
from consolidate.inventory import Inventory, Pot, Role
from consolidate.optimizer import optimize
from consolidate.planning import Disagreement
from consolidate.quarters import year_label
from consolidate.solving.exact.solver import DEFAULT_THREADS, ProgressMonitor
from consolidate.variants import variant, with_partners, with_unlimited_means

DEFAULT_GAP = 0.005
EVERY = 8
"""Partners up to which every group is planned for: 255 groups."""
DEFAULT_SAMPLES = 20
"""Permutations drawn where there are more."""
NO_PLAN = Interval(inf, inf)
"""The cost of a group without a plan."""

How = Literal["plan", "no plan"]


@dataclass(frozen=True)
class Reckoned:
    """A cost as far as it is proven, discounted, judged exposure included; ``cash`` without it, of the plan found."""

    cost: Interval
    cash: float


@dataclass(frozen=True)
class Alone:
    """What a group of partners would do without the others.

    Attributes:
        group: its members.
        means: what its best plan costs with its own means; None where no plan keeps its rules with them.
        freed: for a group without a plan: what its best plan would cost with people (free of charge) and
            capital without limit; None where there is no plan even so.
        as_it_is: what leaving everything as it is costs, whether its rules allow that or not.
    """

    group: Group
    means: Reckoned | None
    freed: Reckoned | None
    as_it_is: Reckoned

    @property
    def how(self) -> How:
        """Whether it has a plan of its own; who has none can't leave."""
        return "no plan" if self.means is None else "plan"

    @property
    def cost(self) -> Interval:
        """What it costs alone: infinite where it has no plan."""
        return NO_PLAN if self.means is None else self.means.cost

    @property
    def cost_freed(self) -> Interval:
        """The same, were who has no plan to have people and capital without limit; infinite if it has none even so."""
        helped = self.means or self.freed
        return NO_PLAN if helped is None else helped.cost

    @property
    def stand_in(self) -> Reckoned:
        """What it is reckoned at for the Shapley values, which need a figure for every group."""
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
        return self.direct + self.allocated

    @property
    def total(self) -> float:
        """With judged exposure: what is compared with groups' costs."""
        return self.direct + self.allocated + self.exposure


@dataclass(frozen=True)
class Shares:
    """What the plans of all groups say of who should pay what.

    Attributes:
        partners: ids, in the inventory's order.
        alone: what each group would do, by group; the whole first. Those that are missing are in ``missing``.
        missing: groups that there was no time for, or for which no plan was found in time.
        bills: what each partner bears under the stated rule.
        shapley: each partner's Shapley value; empty where a group is missing, or where it is estimated.
        estimated: the same from ``samples`` permutations; empty for up to EVERY partners.
        samples: permutations that the estimate is from.
        core: whether any division leaves no group better off alone; groups without a plan can't leave.
        core_freed: the same if groups without a plan of their own had people and money without limit; those
            that have no plan even so can't leave.
    """

    partners: tuple[str, ...]
    alone: Mapping[Group, Alone]
    missing: tuple[Group, ...]
    bills: Mapping[str, Bill]
    shapley: Mapping[str, Interval]
    estimated: Mapping[str, Estimate]
    samples: int
    core: Core
    core_freed: Core

    @property
    def whole(self) -> Alone:
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

    def fair(self, partner: str) -> Interval | None:
        """The Shapley value, or what is estimated for it (two standard errors added either way)."""
        if partner in self.estimated:
            found = self.estimated[partner]
            return Interval(found.interval.low - 2 * found.error, found.interval.high + 2 * found.error)
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


@variant
def part(inventory: Inventory, group: AbstractSet[str]) -> Inventory:
    """The inventory of a group of partners by itself.

    Its own systems and pots; its members' part, by the stated rule of each year, of shared pots (those that
    bear no partner's id), of every role's days and agency days, and of the savings that targets promise. Pots
    of partners outside are shut. `after`, `interfaces` and `together` lose the systems outside; freezes, limits
    and milestones speak of its own systems alone, their numbers as they stand. Services as they stand. The
    least cost is sought, as if nothing had been approved and nothing had happened yet.
    """
    inside = frozenset(group)
    years = {year: part_of(inventory, inside, year) for year in _years(inventory)}
    year_of = inventory.calendar.year
    own = with_partners(inventory, inside)
    return replace(
        own,
        minimise="cost",
        stability=0.0,
        approved=None,
        approved_hash=None,
        progress=None,
        open=0,
        roles={
            id: _role(role, [years[year_of(q)] for q in range(inventory.T)]) for id, role in inventory.roles.items()
        },
        pots={id: _pot(inventory, pot, inside, years) for id, pot in inventory.pots.items()},
        freezes=tuple(rule for rule in own.freezes if rule.who.systems),
        limits=tuple(rule for rule in own.limits if rule.who.systems),
        milestones=tuple(rule for rule in own.milestones if rule.who.systems),
        targets=tuple(
            replace(target, savings=_share(target.savings, years[year_of(target.quarters[0])]))
            for target in inventory.targets
        ),
    )


def part_of(inventory: Inventory, inside: Group, year: int) -> Fraction:
    """The exact part of what is shared that a group's members have together in a year."""
    return sum((share for partner, share in parts_of(inventory, year).items() if partner in inside), Fraction(0))


def _years(inventory: Inventory) -> list[int]:
    year_of = inventory.calendar.year
    return list(range(year_of(0), year_of(inventory.A - 1) + 1))


def _share(amount: float, share: Fraction) -> float:
    return float(Fraction(amount) * share)


def _role(role: Role, shares: Sequence[Fraction]) -> Role:
    days = None if role.days is None else tuple(map(_share, role.days, shares))
    return replace(role, days=days, agency_days=tuple(map(_share, role.agency_days, shares)))


def _pot(inventory: Inventory, pot: Pot, inside: Group, years: Mapping[int, Fraction]) -> Pot:
    def amount(index: int) -> float:
        period = pot.periods[index]
        if pot.id in inventory.partners:
            return period.amount if pot.id in inside else 0.0
        return _share(period.amount, years[inventory.calendar.year(period.quarters[0])])

    return replace(pot, periods=tuple(replace(one, amount=amount(n)) for n, one in enumerate(pot.periods)))


@dataclass(frozen=True)
class _Solver:
    """Plans for one group after the other; ``deadline`` in seconds of ``time.monotonic()``."""

    gap: float
    deadline: float | None
    threads: int
    monitor: ProgressMonitor

    def alone(self, own: Inventory, group: Group, left: int) -> Alone | None:
        """What a group would do with what is its ``own``; None: not found in time.

        ``left`` groups have to share the time that is left.
        """
        before = baseline(own)
        as_it_is = Reckoned(Interval(before.total, before.total), before.paid)
        try:
            means = self.if_any(own, left)
            return Alone(group, means, None if means else self.if_any(with_unlimited_means(own), left), as_it_is)
        except OutOfTime:
            return None

    def if_any(self, inventory: Inventory, left: int) -> Reckoned | None:
        """The best plan; None where there is none at all. It may run out of time."""
        try:
            return self.reckoned(inventory, left)[0]
        except NoPlan:
            return None

    def reckoned(self, inventory: Inventory, left: int) -> tuple[Reckoned, Ledger]:
        """The best plan, as the ledger reckons it.

        Raises:
            NoPlan, OutOfTime: as ``optimize`` does.
            Disagreement: when the ledger rejects the plan.
        """
        seconds = None if self.deadline is None else max(self.deadline - time.monotonic(), 0.1) / left
        plan = optimize(inventory, gap=self.gap, time_limit=seconds, threads=self.threads, monitor=self.monitor).plan
        verdict = verify_plan(inventory, plan)
        if not verdict.ok:
            raise Disagreement("the ledger rejects the plan of a group of partners")
        return Reckoned(Interval(plan.bound, plan.objective), verdict.ledger.paid), verdict.ledger

    def late(self) -> bool:
        return self.monitor.stop() or (self.deadline is not None and time.monotonic() >= self.deadline)


# -- all of them ----------------------------------------------------------------------------------


def shares(
    inventory: Inventory,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    samples: int = DEFAULT_SAMPLES,
    seed: int = 0,
    threads: int = DEFAULT_THREADS,
    monitor: ProgressMonitor | None = None,
    seen: Callable[[int, int, Group], None] = lambda done, of, group: None,
) -> Shares:
    """Plans for every group of partners, and reckons what each should bear.

    Args:
        inventory: a valid inventory, with at least one partner.
        gap: to which each group's plan is proven.
        time_limit: seconds for all groups together; only a stop.
        samples, seed: beyond EVERY partners, how many permutations are drawn, and from which seed.
        monitor: progress callback and stop request: what is complete is given then.
        seen: told before each group how many are done, of how many, and which comes.

    Raises:
        NoPlan: when there is no plan for all partners together.
        OutOfTime: when none was found for them in time.
        UserError: when there is no partner.
    """
    partners = tuple(inventory.partners)
    if not partners:
        raise UserError("the inventory has no partners, so nobody pays; add a file such as partners/torfaen.yaml")
    deadline = None if time_limit is None else time.monotonic() + time_limit
    solver = _Solver(gap, deadline, threads, monitor or ProgressMonitor())
    drawn = orders(partners, samples, seed) if len(partners) > EVERY else []
    whole, *others = _wanted(partners, drawn)
    seen(0, len(others) + 1, whole)
    together = part(inventory, whole)
    means, book = solver.reckoned(together, len(others) + 1)
    before = baseline(together)
    found = {whole: Alone(whole, means, None, Reckoned(Interval(before.total, before.total), before.paid))}
    for number, group in enumerate(others):
        if solver.late():
            break
        seen(number + 1, len(others) + 1, group)
        alone = solver.alone(part(inventory, group), group, len(others) - number)
        if alone is not None:
            found[group] = alone
    missing = tuple(group for group in others if group not in found)
    return _concluded(partners, found, missing, bills(inventory, book), drawn)


def _wanted(partners: Sequence[str], drawn: Sequence[Sequence[str]]) -> list[Group]:
    """The groups to plan for, the whole first."""
    if len(partners) <= EVERY:
        return list(groups(partners))
    singles = [frozenset({partner}) for partner in partners]
    seen = [group for order in drawn for group in prefixes(order)]
    return list(dict.fromkeys([frozenset(partners), *singles, *seen]))


def bills(inventory: Inventory, ledger: Ledger) -> dict[str, Bill]:
    """What each partner bears of a plan under the stated rule, discounted; in all the ledger's cash and exposure."""
    own: dict[tuple[str, bool], list[float]] = {}
    shared: dict[int, list[float]] = {}
    for (partner, year, kind), amount in ledger.discounted.items():
        if partner is SHARED:
            shared.setdefault(year, []).append(amount)
        elif kind not in NOT_CASH or kind == "exposure":
            own.setdefault((partner, kind == "exposure"), []).append(amount)
    parts = {year: parts_of(inventory, year) for year in shared}
    return {
        partner: Bill(
            direct=fsum(own.get((partner, False), ())),
            allocated=fsum(float(parts[year][partner]) * amount for year in shared for amount in shared[year]),
            exposure=fsum(own.get((partner, True), ())),
        )
        for partner in inventory.partners
    }


def _concluded(
    partners: tuple[str, ...],
    alone: Mapping[Group, Alone],
    missing: tuple[Group, ...],
    billed: Mapping[str, Bill],
    drawn: Sequence[Sequence[str]],
) -> Shares:
    """What follows from the groups' costs, as far as they are known."""
    stand_ins = {group: one.stand_in.cost for group, one in alone.items()}
    complete = [order for order in drawn if all(group in alone for group in prefixes(order))]
    every = len(partners) <= EVERY
    return Shares(
        partners=partners,
        alone=alone,
        missing=missing,
        bills=billed,
        shapley=exact(partners, stand_ins) if every and not missing else {},
        estimated=sampled(partners, stand_ins, complete) if len(complete) > 1 else {},
        samples=len(complete),
        core=core(partners, {group: one.cost for group, one in alone.items()}),
        core_freed=core(partners, {group: one.cost_freed for group, one in alone.items()}),
    )


def as_json(inventory: Inventory, shares: Shares, gap: float, seed: int) -> str:
    """shares.json's text: amounts discounted and rounded to a penny, null where there is no figure."""
    data = {
        "format": 1,
        "inventory": inventory.content_hash,
        "scenario": inventory.scenario,
        "gap": gap,
        "every_group": shares.all_groups,
        "samples": None if shares.all_groups else shares.samples,
        "seed": None if shares.all_groups else seed,
        "rules": {year_label(year): _percentages(inventory, year) for year in _years(inventory)},
        "partners": [_partner_json(shares, partner) for partner in shares.partners],
        "groups": [_group_json(shares, group) for group in shares.alone],
        "missing": [[partner for partner in shares.partners if partner in group] for group in shares.missing],
        "core": _core_json(shares.core),
        "core_freed": _core_json(shares.core_freed),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _percentages(inventory: Inventory, year: int) -> dict[str, float]:
    return {partner: round(float(share * 100), 6) for partner, share in parts_of(inventory, year).items()}


def _partner_json(shares: Shares, partner: str) -> dict[str, object]:
    bill = shares.bills[partner]
    estimate = shares.estimated.get(partner)
    fair = estimate.interval if estimate else shares.shapley.get(partner)
    return {
        "partner": partner,
        "direct": _amount(bill.direct),
        "allocated": _amount(bill.allocated),
        "exposure": _amount(bill.exposure),
        "total": _amount(bill.total),
        "shapley": _amount(shares.point(partner)),
        "shapley_interval": _span(fair),
        "standard_error": _amount(estimate.error if estimate else None),
    }


def _group_json(shares: Shares, group: Group) -> dict[str, object]:
    alone = shares.alone[group]
    whole = len(group) == len(shares.partners)
    return {
        "partners": [partner for partner in shares.partners if partner in group],
        "alone": alone.how,
        "cost": _span(alone.cost),
        "freed": _span(alone.freed.cost if alone.freed else None),
        "as_it_is": _amount(alone.as_it_is.cost.high),
        "cash": _amount(alone.stand_in.cash),
        "pays_inside": _amount(shares.pays(group)),
        "saves_inside": None if whole else _span(shares.saves(group)),
        "leaves": None if whole else shares.blocks(group),
        "better_alone_if_freed": None if whole else shares.better_alone(group),
    }


def _core_json(core: Core) -> dict[str, object]:
    return {"exists": core.verdict, "least_excess": _span(core.excess), "all_groups_known": core.known}


def _span(interval: Interval | None) -> list[float | None] | None:
    if interval is None or not (isfinite(interval.low) or isfinite(interval.high)):
        return None
    return [_amount(interval.low), _amount(interval.high)]


def _amount(amount: float | None) -> float | None:
    return None if amount is None or not isfinite(amount) else round(amount, 2) + 0.0
