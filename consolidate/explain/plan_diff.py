"""What differs between two plans: moves and builds, what they cost, by kind and in all.

Which steps differ, and in what, is found as for the approved plan: see :mod:`consolidate.accounts.differences`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from math import fsum

from consolidate.accounts.differences import build_changes, changes, known_systems
from consolidate.accounts.ledger import Ledger
from consolidate.errors import UserError
from consolidate.explain.preconditions import sound_ledger
from consolidate.explain.step_words import way_of_step
from consolidate.explain.values import DatedQuarter, dated
from consolidate.inventory import Inventory
from consolidate.plan import KINDS, Costs, Move, Plan
from consolidate.vocabulary import counted


@dataclass(frozen=True)
class CostDifference:
    """A kind of cost under both plans, discounted, in the inventory's currency."""

    kind: str
    old: float
    new: float

    @property
    def more(self) -> float:
        """What the new plan costs more; below 0: less."""
        return self.new - self.old


@dataclass(frozen=True)
class StepDifference:
    """A step of a system that is not as it was.

    ``what``: ``sooner``, ``later``, ``approach``, ``service``, ``option``, ``cost``, ``added`` or ``dropped``.
    ``old`` and ``new``: its cutover, None where it does not move; ``old_as``, ``new_as``: by what approach.
    ``quarters``: by how many it is later. ``cost``: what the whole system costs more; on its first difference.
    """

    system: str
    step: int
    what: str
    old: DatedQuarter | None
    new: DatedQuarter | None
    old_as: str
    new_as: str
    quarters: int | None
    cost: float


@dataclass(frozen=True)
class BuildDifference:
    """A service that is not ready when it was (None: it is not built); ``cost``: what its build costs more."""

    service: str
    what: str
    old: DatedQuarter | None
    new: DatedQuarter | None
    cost: float


@dataclass(frozen=True)
class OneSided:
    """A system that only one of the inventories has, and what it costs there, discounted."""

    system: str
    cost: float


@dataclass(frozen=True)
class PlanDiff:
    """What differs between an old and a new plan.

    Attributes
    ----------
    currency
        The new inventory's.
    costs
        By kind, both plans' ledgers, kinds that neither has left out.
    old_total, new_total
        What the plans cost in all, judged exposure and the price of change too.
    steps, builds
        What is not as it was, in the order of the new inventory.
    systems
        How many both inventories have.
    added, removed
        The systems that only the new, or only the old, inventory has.
    old_unsupported, new_unsupported
        Quarters in which systems run unsupported, all told.
    old_finish, new_finish
        The last cutover; None where nothing moves.
    """

    currency: str
    costs: tuple[CostDifference, ...]
    old_total: float
    new_total: float
    steps: tuple[StepDifference, ...]
    builds: tuple[BuildDifference, ...]
    systems: int
    added: tuple[OneSided, ...]
    removed: tuple[OneSided, ...]
    old_unsupported: int
    new_unsupported: int
    old_finish: DatedQuarter | None
    new_finish: DatedQuarter | None

    def __repr__(self) -> str:
        differ = f"{counted(len(self.steps), 'step')}, {counted(len(self.builds), 'build')} differ"
        return f"<PlanDiff: {differ}; costs {self.more:,.2f} more>"

    @property
    def more(self) -> float:
        """What the new plan costs more in all; below 0: less."""
        return self.new_total - self.old_total

    @property
    def later(self) -> int:
        """By how many quarters the last cutover is later; a plan without one ends before the first quarter."""
        old, new = (when.number if when else -1 for when in (self.old_finish, self.new_finish))
        return new - old

    @property
    def same(self) -> bool:
        """Whether nothing differs in what is done, and nothing in what it costs."""
        return not (self.steps or self.builds or self.added or self.removed or abs(self.more) >= 0.5)


def diff_plans(old_inventory: Inventory, old: Plan, new_inventory: Inventory, new: Plan) -> PlanDiff:
    """What differs between two plans, of one inventory or of two.

    Parameters
    ----------
    old_inventory, old
        A plan and its inventory.
    new_inventory, new
        Another plan and its inventory, which may be the same.

    Returns
    -------
    PlanDiff
        Plain data: every amount is of a ledger, or the difference of two.

    Raises
    ------
    RejectedPlan
        A plan breaks a rule of its inventory.
    UserError
        The inventories begin in different quarters, to which costs are discounted.
    InvalidArgument
        An inventory is none.
    """
    then = sound_ledger(old_inventory, old, "the old plan")
    now = sound_ledger(new_inventory, new, "the new plan")
    return diff_books(old_inventory, old, then, new_inventory, new, now)


def diff_books(
    old_inventory: Inventory, old: Plan, then: Ledger, new_inventory: Inventory, new: Plan, now: Ledger
) -> PlanDiff:
    """The same of plans that keep the rules, of which the books are at hand: ``then`` of the old, ``now`` of the new.

    Raises:
        UserError: the inventories begin in different quarters.
    """
    if old_inventory.calendar != new_inventory.calendar:
        first = f"{old_inventory.label(0)} and {new_inventory.label(0)}"
        raise UserError(f"the plans' inventories begin with different quarters ({first}): their costs do not compare")
    return PlanDiff(
        currency=new_inventory.currency,
        costs=_costs(then, now),
        old_total=then.total,
        new_total=now.total,
        steps=tuple(_steps(old_inventory, old, then, new_inventory, new, now)),
        builds=tuple(_builds(old_inventory, old, new_inventory, new)),
        systems=len(old_inventory.systems.keys() & new_inventory.systems.keys()),
        added=_one_sided(new_inventory, now, old_inventory),
        removed=_one_sided(old_inventory, then, new_inventory),
        old_unsupported=sum(map(len, then.exposed.values())),
        new_unsupported=sum(map(len, now.exposed.values())),
        old_finish=dated(old_inventory, then.finish - 1) if then.finish else None,
        new_finish=dated(new_inventory, now.finish - 1) if now.finish else None,
    )


def _costs(then: Ledger, now: Ledger) -> tuple[CostDifference, ...]:
    names = [kind.name for kind in fields(Costs)]
    assert tuple(names) == KINDS
    found = (CostDifference(kind, getattr(then.costs, kind), getattr(now.costs, kind)) for kind in names)
    return tuple(one for one in found if one.old or one.new)


def _steps(
    old_inventory: Inventory, old: Plan, then: Ledger, new_inventory: Inventory, new: Plan, now: Ledger
) -> Iterator[StepDifference]:
    if not known_systems(new_inventory, old):
        return
    for one in changes(new_inventory, old, new, then, now, old_inventory):
        yield StepDifference(
            one.system,
            one.step,
            one.what,
            dated(new_inventory, one.before.cutover) if one.before else None,
            dated(new_inventory, one.now.cutover) if one.now else None,
            _way(one.before),
            _way(one.now),
            one.quarters,
            one.cost,
        )


def _way(move: Move | None) -> str:
    return way_of_step(move.approach, move.to) if move else ""


def _builds(old_inventory: Inventory, old: Plan, new_inventory: Inventory, new: Plan) -> Iterator[BuildDifference]:
    for one in build_changes(new_inventory, old, new, old_inventory):
        yield BuildDifference(
            one.service,
            one.what,
            dated(new_inventory, one.before.ready) if one.before else None,
            dated(new_inventory, one.now.ready) if one.now else None,
            one.cost,
        )


def _one_sided(inventory: Inventory, book: Ledger, other: Inventory) -> tuple[OneSided, ...]:
    ids = (id for id in inventory.systems if id not in other.systems)
    return tuple(OneSided(id, fsum(book.per_system.get(id, {}).values())) for id in ids)


def done_by(plan: Plan) -> Mapping[tuple[str, int], tuple[str, str | None, int]]:
    """What a plan does with each step of each system: approach, service and quarter of cutover."""
    return {(move.system, move.step): (move.approach, move.to, move.cutover) for move in plan.moves}
