"""Which limits hold a system where it is: each is loosened, and a plan shows whether the system does something else.

A limit holds a system if, without it, a plan was found in which the system does something else and which costs less
than every plan found, without the limit, in which it does what it does. So what the limit saves others is no reason.
Where none holds it alone, several may together: those that the plan with nothing but the system moved exceeds, each
loosened by just that much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice

from consolidate.accounts.ledger import ledger
from consolidate.accounts.verdict import verify_plan
from consolidate.explain.choice_search import ChoiceSearch, checked_book, moves_of
from consolidate.explain.explained import HoldingLimit
from consolidate.explain.loosened_limits import Loosened, lacking, limits_on
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.step_words import way_of
from consolidate.explain.values import dated
from consolidate.forced_choices import forcing
from consolidate.inventory import Inventory
from consolidate.phrases import Phrase
from consolidate.plan import Plan
from consolidate.solving.decomposition.held_choices import PricedColumn

MOST = 12
"""Limits that are tried."""
MOST_TOGETHER = 2
"""Choices for which it is tried whether several limits together hold a system, where none does alone."""
NEW = 2
"""Choices that a system has only without a limit which are tried; where it has none, the best other one is."""


def what_holds(
    search: ChoiceSearch, reading: PlanReading, system: str, now: PricedColumn
) -> tuple[tuple[HoldingLimit, ...], tuple[Phrase, ...]]:
    """The limits that hold a system, what saves most first, and those for which no plan shows that.

    Args:
        search: of the plan asked about.
        reading: the same plan.
        system: its id.
        now: what it does.

    Raises:
        Disagreement: the ledger rejects a plan that was found.
    """
    held: list[HoldingLimit] = []
    others: list[Loosened] = []
    for number, loosened in enumerate(islice(limits_on(reading, system), MOST)):
        if search.monitor.stop():
            break
        search.monitor.on_plan(number, MOST, f"without {loosened.limit}")
        plan = _elsewhere(search, loosened.inventory, system, now)
        if plan is None:
            others.append(loosened)
        else:
            held.append(_told(search, loosened, system, plan))
    if not held and not search.monitor.stop():
        lacks, plan = _together(search, system, now)
        if plan is not None:
            limit = reduce(_with, (one.limit for one in lacks))
            held.append(_told(search, Loosened(limit, lacks[-1].inventory), system, plan))
            named = {one.limit_of for one in lacks}
            others = [one for one in others if one.limit_of not in named]
    return tuple(sorted(held, key=lambda one: -one.saves)), tuple(one.limit for one in others)


def _with(limits: Phrase, limit: Phrase) -> Phrase:
    return Phrase("{limits}, together with {limit}", limits=limits, limit=limit)


def _together(search: ChoiceSearch, system: str, now: PricedColumn) -> tuple[list[Loosened], Plan | None]:
    """What a system lacks for that which would save most, were all else as it is, and the plan in which it does that.

    The limits are loosened by just that much, by which the plan with nothing but the system moved exceeds them. They
    hold it, all of them together, where with them no plan that is found with the system as it is is as cheap as one in
    which it moves.
    """
    for _, choice, plan in sorted(_cheaper_alone(search, system, now), key=lambda one: -one[0])[:MOST_TOGETHER]:
        lacks = lacking(search.inventory, ledger(search.inventory, plan))
        if search.monitor.stop() or not lacks:
            continue
        other = _search_of(search, lacks[-1].inventory)
        alone = other.alone_otherwise(choice)
        if alone is None or alone.objective > search.total - 0.5 or verify_plan(other.inventory, alone).violations:
            continue
        least = min(one.objective for one in (alone, *_plans_of(other, [choice])))
        same = _as_now(search, other, system, now)
        if same is None or least < same.objective - 0.5:
            return lacks, alone
    return [], None


def _cheaper_alone(search: ChoiceSearch, system: str, now: PricedColumn) -> Iterator[tuple[float, PricedColumn, Plan]]:
    """Other choices of a system with which the plan would cost less were all else as it is: how much, and that plan."""
    for one in search.held.choices(system):
        if (one.option, one.starts) != (now.option, now.starts):
            plan = search.alone_otherwise(one)
            if plan is not None and plan.objective < search.total - 0.5:
                yield search.total - plan.objective, one, plan


def _as_now(search: ChoiceSearch, other: ChoiceSearch, system: str, now: PricedColumn) -> Plan | None:
    """The best plan found, or the best, of a variant in which a system does what it does."""
    if search.is_small and not search.is_reported(system):
        return search.exactly(forcing(other.inventory, system, now.option, *now.starts))[0]
    return next(_plans_of(other, [now]), None)


def _told(search: ChoiceSearch, loosened: Loosened, system: str, plan: Plan) -> HoldingLimit:
    cost = checked_book(loosened.inventory, plan, f"a limit loosened: {loosened.limit}").total
    moves = moves_of(plan, system)
    options = search.inventory.systems[system].options
    number = moves[0].option if moves else next(one.number for one in options if one.approach == "retain")
    return HoldingLimit(
        limit=loosened.limit,
        option=number,
        what=way_of(next(one for one in options if one.number == number)),
        quarters=tuple(dated(search.inventory, one.cutover) for one in moves),
        saves=search.total - cost,
        at_least=search.plan.bound - cost,
    )


def _elsewhere(search: ChoiceSearch, variant: Inventory, system: str, now: PricedColumn) -> Plan | None:
    """A plan of a variant in which a system does something else and which costs less than any found in which not."""
    exact = search.is_small and not search.is_reported(system)
    if exact:
        free, _ = search.exactly(variant)
        plans = [free] if free is not None and _differs(free, system, now) else []
        other = None
    else:
        other = _search_of(search, variant)
        plans = list(_plans_of(other, _elsewhere_first(search, other, system, now)))
    if not plans:
        return None
    best = min(plans, key=lambda plan: plan.objective)
    if best.objective > search.total - 0.5:
        return None
    if other is None:
        same, _ = search.exactly(forcing(variant, system, now.option, *now.starts))
    else:
        same = next(_plans_of(other, [now]), None)
    return best if same is None or best.objective < same.objective - 0.5 else None


def _search_of(search: ChoiceSearch, variant: Inventory) -> ChoiceSearch:
    """A search of a variant, from the same plan and the same prices; the plan's bound proves nothing of it."""
    plan = replace(search.plan, inventory=variant.content_hash, bound=0.0)
    return ChoiceSearch(variant, plan, search.start, search.gap, search.monitor)


def _elsewhere_first(
    search: ChoiceSearch, other: ChoiceSearch, system: str, now: PricedColumn
) -> Sequence[PricedColumn]:
    """What a system may do else: first what it could not before, then what prices think most of."""
    before = {(one.option, one.starts) for one in search.held.choices(system)}
    every = [one for one in other.held.choices(system) if (one.option, one.starts) != (now.option, now.starts)]
    every.sort(key=lambda one: (one.least, one.option, one.starts))
    new = [one for one in every if (one.option, one.starts) not in before]
    return new[:NEW] or every[:1]


def _plans_of(search: ChoiceSearch, columns: Sequence[PricedColumn]) -> Iterator[Plan]:
    for one in columns:
        plan, _ = search.holding(one)
        if plan is not None:
            yield plan


def _differs(plan: Plan, system: str, now: PricedColumn) -> bool:
    moves = moves_of(plan, system)
    if not moves:
        return bool(now.starts)
    return {one.option for one in moves} != {now.option} or tuple(one.start for one in moves) != now.starts
