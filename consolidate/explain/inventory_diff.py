"""What differs between two inventories, and why their plans do: figures and rules changed back one by one.

For each difference the new inventory is planned again with that difference as it was. What the new plan costs more
than that one is what the difference costs by itself; the moves that are then as they were in the old plan are those
that it brings back. Both are compared as they are proven: a plan is known to lie within its gap of the best, so what
a change costs is known as an interval, and where that holds 0 there is no measurable difference.

A plan that is made to be compared keeps to the old one wherever that is within the gap of the best, so that no move
differs by chance: the old plan stands for an approved one, at no price of change. Where it cannot be carried out, or
is too dear, the new inventory is planned once more with a small price on each change, all changes together within the
gap; that plan is taken if its own cost is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from consolidate.accounts.ledger import ledger
from consolidate.accounts.verdict import verify_plan, violations
from consolidate.errors import InvalidInventory, Message, NoPlan, OutOfTime, Remedy
from consolidate.explain.answer_words import sayable
from consolidate.explain.plan_diff import PlanDiff, diff_plans, done_by
from consolidate.inventory import Inventory
from consolidate.loading.file_differences import FileDifference, InventoryPair
from consolidate.optimizer import optimize
from consolidate.parallel import mapping
from consolidate.parallel.jobs import Allowance
from consolidate.phrases import Phrase
from consolidate.plan import Plan
from consolidate.planning import Disagreement
from consolidate.vocabulary import counted

DIFF_GAP = 0.01
"""How close each plan must be proven to the best, unless another gap is asked for."""
MOST_CAUSES = 8
"""So many differences are changed back by themselves; of more, those that stand together in the files are one."""

_PENNY = 0.01

OnPlan = Callable[[int, int, str], None]
"""Called before each plan: how many are done, of how many, and what is planned."""


@dataclass(frozen=True)
class FigureDifference:
    """A figure or rule that is not as it was: its path, the old value and the new one as written; None: not there."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Cause:
    """Differences that were changed back, together, in the new inventory.

    ``figures``: which. ``cost``: what the new plan costs more than one with these as they were; ``low`` and ``high``:
    between what that is proven to lie, were both plans the best. None: no plan keeps the rules with these as they
    were, or, where ``invalid``, the inventory is not valid so. ``brings_back``: systems that differ between the plans
    and are then as they were.
    """

    path: str
    figures: tuple[FigureDifference, ...]
    cost: float | None
    low: float | None
    high: float | None
    brings_back: tuple[str, ...]
    invalid: bool = False

    @property
    def measurable(self) -> bool:
        """Whether it is proven that the difference costs, or saves, anything."""
        return self.low is not None and self.high is not None and (self.low > _PENNY or self.high < -_PENNY)


@dataclass(frozen=True)
class InventoryDiff:
    """What differs between two inventories and between their plans, and why.

    Attributes
    ----------
    figures
        What differs in the files.
    gap
        How close each plan was to be proven to the best.
    old_bound, new_bound
        What no plan of the old, and of the new, inventory costs less than; None where quarters are minimised.
    plans
        What differs between the plans.
    causes
        Differences changed back one by one, or those that stand together at once; those that cost the most first.
    """

    figures: tuple[FigureDifference, ...]
    gap: float
    old_bound: float | None
    new_bound: float | None
    plans: PlanDiff
    causes: tuple[Cause, ...]

    def __repr__(self) -> str:
        size = f"{counted(len(self.figures), 'figure')} differ, {counted(len(self.causes), 'cause')}"
        return f"<InventoryDiff: {size}; {self.plans!r}>"


@dataclass(frozen=True)
class _Planned:
    """A plan, what the ledger says that it costs, and what no plan costs less than (None: quarters are minimised)."""

    plan: Plan
    total: float
    bound: float | None


def diff_inventories(
    old: str | Path,
    new: str | Path,
    *,
    gap: float = DIFF_GAP,
    time_limit: float | None = None,
    on_plan: OnPlan | None = None,
    executor: Executor | None = None,
) -> InventoryDiff:
    """What differs between two inventories, what that does to the plan, what it costs, and why.

    Parameters
    ----------
    old, new
        The folders of two inventories whose horizons begin with the same quarter.
    gap
        How close each plan must be proven to the best: what lies within it is not measurable.
    time_limit
        Seconds for each plan; a limit makes answers differ from run to run.
    on_plan
        Is called before each plan: how many are done, of how many, and what is planned.
    executor
        Who plans with the differences changed back, from :func:`consolidate.planning_workers`; None: this process. The
        answer is the same.

    Returns
    -------
    InventoryDiff
        Plain data: amounts are of ledgers, or differences of two, with what is proven of them.

    Raises
    ------
    InvalidInventory
        One of the inventories has errors.
    NoPlan
        No plan can meet the rules of one of them; the message says of which.
    UserError
        A folder cannot be read, or the inventories begin with different quarters.
    InvalidArgument, OutOfTime
        As :func:`consolidate.make_plan` raises them.
    """
    pair = InventoryPair(old, new)
    groups = grouped(pair.differences)
    told, of = on_plan or (lambda done, of, what: None), 2 + len(groups)
    told(0, of, "the old inventory")
    before = _first_plan(pair.old, None, gap, time_limit, Phrase("the old inventory ({folder})", folder=str(old)))
    told(1, of, "the new inventory")
    after = _first_plan(pair.new, before.plan, gap, time_limit, Phrase("the new inventory ({folder})", folder=str(new)))
    after = _nearer(pair.new, before.plan, after, gap, time_limit)
    plans = diff_plans(pair.old, before.plan, pair.new, after.plan)
    kept = _Kept(before.plan, gap, time_limit)
    causes = _causes(pair, groups, (before, after), kept, told, executor)
    causes.sort(key=lambda cause: (cause.cost is not None, not cause.measurable, -abs(cause.cost or 0.0)))
    figures = tuple(_figures(pair.differences))
    return InventoryDiff(figures, gap, before.bound, after.bound, plans, tuple(causes))


def _figures(differences: Sequence[FileDifference]) -> Iterator[FigureDifference]:
    yield from (FigureDifference(one.path, one.old, one.new) for one in differences)


# -- planning -------------------------------------------------------------------------------------


def _first_plan(inventory: Inventory, near: Plan | None, gap: float, time_limit: float | None, which: str) -> _Planned:
    try:
        return _planned(inventory, near, gap, time_limit)
    except NoPlan as error:
        said = Phrase("{which}: {why}; ", which=which, why=sayable(error.message))
        raise NoPlan(Message(said, Remedy.WAYS_OUT)) from None


def _nearer(inventory: Inventory, near: Plan, found: _Planned, gap: float, time_limit: float | None) -> _Planned:
    """A plan that differs less from ``near``, if one is found that is as close to the best as was asked for."""
    if inventory.approved is not None or found.bound is None or done_by(found.plan) == done_by(near):
        return found
    price = gap * found.total / (4 * max(len(inventory.systems), 1))
    try:
        result = optimize(replace(inventory, approved=near, stability=price), gap=gap, time_limit=time_limit)
    except (NoPlan, OutOfTime):
        return found
    total = ledger(replace(inventory, stability=0.0), result.plan).total
    near_enough = total * (1 - gap) <= found.bound + 1e-6 and not violations(inventory, result.plan)
    return _Planned(result.plan, total, found.bound) if near_enough else found


def _planned(inventory: Inventory, near: Plan | None, gap: float, time_limit: float | None) -> _Planned:
    """The best plan to within the gap; ``near`` itself, if it is that and can be carried out.

    Raises:
        NoPlan, OutOfTime: as ``optimize`` does.
    """
    asked = inventory
    if near is not None and inventory.approved is None:
        # Without an approved plan no change has a price, whatever `stability` says.
        asked = replace(inventory, approved=near, approved_hash=inventory.approved_hash, stability=0.0)
    result = optimize(asked, gap=gap, time_limit=time_limit)
    verdict = verify_plan(asked, result.plan)
    if not verdict.ok:
        raise Disagreement("the ledger rejects the plan that was found: " + "; ".join(verdict.faults[:3]))
    return _Planned(result.plan, verdict.ledger.total, result.bound if inventory.minimise == "cost" else None)


@dataclass(frozen=True)
class _Kept:
    """What all plans with a difference changed back have in common: the old plan, and how they are made."""

    near: Plan
    gap: float
    time_limit: float | None


def _planned_back(kept: _Kept, inventory: Inventory, allowance: Allowance) -> _Planned | None:
    """A job: the plan with some differences as they were; None where no plan keeps the rules."""
    try:
        return _planned(inventory, kept.near, kept.gap, kept.time_limit)
    except NoPlan:
        return None


def _causes(
    pair: InventoryPair,
    groups: Sequence[Sequence[FileDifference]],
    plans: tuple[_Planned, _Planned],
    kept: _Kept,
    on_plan: OnPlan,
    executor: Executor | None,
) -> list[Cause]:
    """What each group of differences does by itself; those are left out that make no difference to the inventory."""
    invalid: dict[int, Cause] = {}
    back: dict[int, Inventory] = {}
    for number, group in enumerate(groups):
        try:
            inventory = pair.changed_back(group)
        except InvalidInventory:
            invalid[number] = Cause(_path(group), tuple(_figures(group)), None, None, None, (), invalid=True)
        else:
            if not _means_the_same(inventory, pair.new):
                back[number] = inventory
    numbers = list(back)

    def begun(job: int, done: int) -> None:
        on_plan(2 + done, 2 + len(back), f"with {_path(groups[numbers[job]])} as it was")

    how = mapping.Round(executor, on_start=begun)
    found = mapping.done_by(_planned_back, kept, list(back.values()), how)
    causes = {numbers[job]: _cause(pair, groups[numbers[job]], plans, there) for job, there in found}
    return [each for _, each in sorted((invalid | causes).items())]


def _cause(
    pair: InventoryPair, group: Sequence[FileDifference], plans: tuple[_Planned, _Planned], there: _Planned | None
) -> Cause:
    """What some differences do by themselves: ``plans`` are the old one and the new one, ``there`` is without them."""
    (before, after), path, figures = plans, _path(group), tuple(_figures(group))
    if there is None:
        return Cause(path, figures, None, None, None, ())
    old, new, now = done_by(before.plan), done_by(after.plan), done_by(there.plan)
    differing = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key) and key[0] in pair.old.systems}
    back = dict.fromkeys(id for id, step in sorted(differing) if now.get((id, step)) == old.get((id, step)))
    cost = after.total - there.total
    # Where both are proven to be the best, rounding may put either end on the wrong side of it.
    low = None if after.bound is None else min(after.bound - there.total, cost)
    high = None if there.bound is None else max(after.total - there.bound, cost)
    return Cause(path, figures, cost, low, high, tuple(back))


def _means_the_same(one: Inventory, other: Inventory) -> bool:
    """Whether two inventories differ in nothing but how they are written."""
    return replace(one, content_hash=other.content_hash, warnings=other.warnings) == other


# -- grouping -------------------------------------------------------------------------------------


def grouped(differences: Sequence[FileDifference], most: int = MOST_CAUSES) -> list[list[FileDifference]]:
    """Differences in at most so many groups: those that stand the closest together in the files are put together.

    The deepest level is closed first, until there are few enough: the years of a pot, then the keys of a system, then
    the systems of a partner.
    """
    groups: dict[tuple[str | int, ...], list[FileDifference]] = {one.keys: [one] for one in differences}
    while len(groups) > most and max(map(len, groups)) > 1:
        deepest = max(map(len, groups))
        closer: dict[tuple[str | int, ...], list[FileDifference]] = {}
        for keys, some in groups.items():
            closer.setdefault(keys[:-1] if len(keys) == deepest else keys, []).extend(some)
        groups = closer
    return list(groups.values())


def _path(group: Sequence[FileDifference]) -> str:
    """What a group is called: the path of its only difference, or what its paths have in common."""
    if len(group) == 1:
        return group[0].path
    first, last = min(one.path for one in group), max(one.path for one in group)
    same = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    stem = first[:same]
    cut = max(stem.rfind("."), stem.rfind("/"))
    return stem[:cut] if cut > 0 else Phrase("{path} and others", path=group[0].path)
