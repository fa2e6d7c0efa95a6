"""A plan with its books, as answers read it: costs, people and capital of a part of it, milestones, approvals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import Literal

from consolidate.accounts.courses import builds_of
from consolidate.accounts.differences import Differences, What, against_approved
from consolidate.accounts.ledger import Ledger, baseline
from consolidate.accounts.part_books import part_books
from consolidate.audience.restriction import highest_classification
from consolidate.explain.step_words import way_of_step
from consolidate.explain.values import CostLine, DatedQuarter, UseByQuarter, cost_lines, dated, dated_or_none
from consolidate.inventory import Inventory
from consolidate.phrases import NameInLanguages
from consolidate.plan import Plan, ServiceBuild


@dataclass(frozen=True)
class MilestoneInPlan:
    """A milestone and what of it lies with some systems.

    ``number``: its place in the file, from 1. ``live_of``: how many of these ``systems`` are live by then.
    ``asks``: how many of all ``matching`` systems have to be.
    """

    number: int
    by: DatedQuarter
    text: str
    systems: int
    live: int
    asks: int
    matching: int


@dataclass(frozen=True)
class ApprovedDifference:
    """A step of a system, or a build, that is not as it was approved (``what``: see :mod:`accounts.differences`).

    ``approved`` and ``now``: cutover, or the quarter from which a service is ready; ``approved_as``, ``now_as``: by
    what approach. ``reported``: it has happened. ``cost``: what it costs more, discounted; of a system on its first.
    """

    id: str
    step: int
    what: What | Literal["new"]
    approved: DatedQuarter | None
    now: DatedQuarter | None
    approved_as: str
    now_as: str
    reported: bool
    cost: float


@dataclass(frozen=True)
class PlanReading:
    """A plan of an inventory that keeps every rule, and its ``book``."""

    inventory: Inventory
    plan: Plan
    book: Ledger

    @property
    def marking(self) -> str:
        """The highest classification of the inventory's systems; empty where nothing is classified."""
        return highest_classification(self.inventory, self.inventory.systems)

    @cached_property
    def as_it_is(self) -> Ledger:
        """The books of leaving everything as it is."""
        return baseline(self.inventory)

    @cached_property
    def builds(self) -> Mapping[str, ServiceBuild]:
        """The builds, by service: as planned, or as reported."""
        return {build.service: build for build in builds_of(self.inventory, self.plan)}

    def dated(self, quarter: int) -> DatedQuarter:
        """A quarter with its dates."""
        return dated(self.inventory, quarter)

    def dated_or_none(self, quarter: int | None) -> DatedQuarter | None:
        """The same, where there is one."""
        return dated_or_none(self.inventory, quarter)

    # ---- money and people -------------------------------------------------------------------

    def costs_of_systems(self, ids: Collection[str]) -> tuple[CostLine, ...]:
        """What some systems cost, by kind, beside leaving them as they are."""
        return cost_lines(_summed(self.book, ids), _summed(self.as_it_is, ids))

    def resources(
        self, systems: frozenset[str] = frozenset(), services: frozenset[str] = frozenset()
    ) -> tuple[tuple[UseByQuarter, ...], tuple[UseByQuarter, ...]]:
        """People by role and capital by pot that some systems and builds take, in the inventory's order."""
        alone = part_books(self.inventory, self.plan, systems=systems, services=services)
        people = self._uses("role", self.inventory.roles, alone.effort)
        return people, self._uses("pot", [*self.inventory.pots, None], alone.capital)

    def _uses(
        self,
        kind: str,
        ids: Iterable[str | None],
        amounts: Mapping[tuple[str, int], float] | Mapping[tuple[str | None, int], float],
    ) -> tuple[UseByQuarter, ...]:
        found: dict[str | None, dict[int, float]] = defaultdict(dict)
        for (id, quarter), amount in amounts.items():
            found[id][quarter] = amount
        return tuple(
            UseByQuarter(kind, id or "", tuple((self.dated(q), found[id][q]) for q in sorted(found[id])))
            for id in ids
            if found.get(id)
        )

    # ---- rules and approvals ----------------------------------------------------------------

    def together_with(self, id: str) -> tuple[str, ...]:
        """The systems that cut over together with one."""
        groups = (group for group in self.inventory.together if id in group)
        return tuple(dict.fromkeys(other for group in groups for other in group if other != id))

    def milestones_of(self, ids: Collection[str]) -> tuple[MilestoneInPlan, ...]:
        """The milestones that some systems count for; dates that ask nothing of a plan are none."""
        found = []
        for number, rule in enumerate(self.inventory.milestones, 1):
            counting = rule.who.systems & set(ids)
            if counting and rule.share is not None:
                live = sum(self.book.live.get(id, rule.by + 2) <= rule.by + 1 for id in counting)
                text = rule.why or (NameInLanguages(rule.name.texts) if rule.name else rule.who.text)
                size = len(rule.who.systems)
                found.append(
                    MilestoneInPlan(number, self.dated(rule.by), text, len(counting), live, int(rule.needed), size)
                )
        return tuple(found)

    @cached_property
    def differences(self) -> Differences | None:
        """What differs from the approved plan; None where none is approved."""
        if self.inventory.approved is None:
            return None
        return against_approved(self.inventory, self.plan, self.book)

    def approved_differences(
        self, systems: Collection[str] = (), services: Collection[str] = ()
    ) -> tuple[ApprovedDifference, ...] | None:
        """What of some systems and services is not as it was approved; None where no plan is approved."""
        if self.differences is None:
            return None
        moved = [
            ApprovedDifference(
                one.system,
                one.step,
                one.what,
                self.dated_or_none(one.before.cutover if one.before else None),
                self.dated_or_none(one.now.cutover if one.now else None),
                way_of_step(one.before.approach, one.before.to) if one.before else "",
                way_of_step(one.now.approach, one.now.to) if one.now else "",
                one.reported,
                one.cost,
            )
            for one in self.differences.moves
            if one.system in systems
        ]
        built = [
            ApprovedDifference(
                one.service,
                0,
                one.what,
                self.dated_or_none(one.before.ready if one.before else None),
                self.dated_or_none(one.now.ready if one.now else None),
                "",
                "",
                one.reported,
                one.cost,
            )
            for one in self.differences.builds
            if one.service in services
        ]
        new = [
            ApprovedDifference(one.system, 1, "new", None, None, "", "", one.reported, one.cost)
            for one in self.differences.new
            if one.system in systems
        ]
        return (*moved, *built, *new)


def _summed(book: Ledger, ids: Collection[str]) -> dict[str, float]:
    """Costs by kind of some systems."""
    kinds: dict[str, list[float]] = defaultdict(list)
    for id in ids:
        for kind, amount in book.per_system.get(id, {}).items():
            kinds[kind].append(amount)
    return {kind: fsum(amounts) for kind, amounts in kinds.items()}
