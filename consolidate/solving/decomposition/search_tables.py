"""What a search reads and changes, in flat arrays: the choices of all systems, ties, and what is left of resources.

The same facts as in :class:`consolidate.solving.decomposition.partial_plan.PartialPlan`, laid out for the loops of
:mod:`consolidate.solving.decomposition.search_steps`. A list of lists is one list of all entries, and one of the places
where each begins, named ``…_at``, with the end of the last one after it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any, NamedTuple

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.candidates import CandidateLists
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.decomposition.search_uses import UseTable, use_table
from consolidate.solving.formulation.costs import NEVER

COMPARED = 16
"""Candidates of a system that are compared, by reduced cost; the others only where none of these fits."""
MOST = 300_000
"""Candidates of all systems, or of all undecided ones, together up to which each has all of its own."""
POOL = 2_000
"""Uses that are drawn from for company, at most."""
SHARED_FAMILIES = frozenset(("staff", "capital", "limit", "capacity"))
"""Families of the resources by whose use further systems are chosen; of the others nearly all systems are holders."""
COUNTERS = 10
FIRST_SEED, SECOND_SEED, TOUCHED, LEFT, WANTED, NEEDED, POOLED, PLACED, ORDERED, TRIED = range(COUNTERS)
"""Places in ``counter``: the state of the source of chance, and how many entries each list has."""


class SearchTables(NamedTuple):
    """What does not change. Lists when Python runs the search, numpy arrays when it is compiled.

    Attributes:
        first: by system, its first candidate; they are in order of reduced cost.
        system, reduced, own, start, live, retired: by candidate, as in
            :class:`consolidate.solving.decomposition.candidates.Candidate`.
        use_at, use_resource, use_amount: by candidate, what it uses.
        hires: by candidate, whether days that it uses may cost more, or less, than own ones are worth.
        by_cutover: the candidates of systems that cut over together with others, by cutover and then by reduced cost,
            at the places of ``first``; of other systems, as they are.
        can_hire, relief, rate, paid: by resource, whether its days may; by how much less, by how much more; and the
            amount left below which.
        rate_at, rate_budget, rate_value: by resource, what such a day adds to budgets.
        shared: by resource, whether further systems are chosen by its use.
        holder_at: by resource, where the list of its holders begins.
        empty: by resource, what is left of it when nothing is decided.
        waits_at, waits, awaited_at, awaited, near_at, near: by system, its neighbours by ``after``, and all.
        link_at, link_other, link_cost, link_before: by system, its interfaces.
        year_at, year_budget, year_row: by interface, the budgets that count it, and the places of their rows.
        count: rows of budgets that count interfaces: how many quarters of its year lie before each quarter.
        prefix: sums of discount factors before each quarter.
        group_of, group_at, member: by system, its group, -1 for none; by group, its systems.
        seeds: the systems that have a choice.
        end: quarters of the appraisal.
        budgeted: 1 where budgets can run out.
        missing: what an undecided system costs.
    """

    first: Any
    system: Any
    reduced: Any
    own: Any
    start: Any
    live: Any
    retired: Any
    use_at: Any
    use_resource: Any
    use_amount: Any
    hires: Any
    by_cutover: Any
    can_hire: Any
    relief: Any
    rate: Any
    paid: Any
    rate_at: Any
    rate_budget: Any
    rate_value: Any
    shared: Any
    holder_at: Any
    empty: Any
    waits_at: Any
    waits: Any
    awaited_at: Any
    awaited: Any
    near_at: Any
    near: Any
    link_at: Any
    link_other: Any
    link_cost: Any
    link_before: Any
    year_at: Any
    year_budget: Any
    year_row: Any
    count: Any
    prefix: Any
    group_of: Any
    group_at: Any
    member: Any
    seeds: Any
    end: int
    budgeted: int
    missing: float


class SearchState(NamedTuple):
    """What changes.

    Attributes:
        at: by system, its candidate; -1 while nothing is decided.
        start, live, retired: by system, as in a partial plan.
        best: ``at`` of the best plan.
        value: what the plan, and the best one, cost more than the first.
        free: by resource, what is left.
        holders: by resource, how many systems use it; ``holder``, ``held``: which, and by which use.
        place_of: by use, its place among these.
        added, marked, touched: by budget, what a candidate adds to it; whether it adds anything; and which these are.
        gone, left, old, lost: by system, whether it has left in this step; which have; their candidates before, by
            system; what these cost.
        wanted, placed, order, key: candidates that are asked for, and that were put in; systems in the order in which
            they return, and what that goes by.
        needed, amount: resources that a candidate needs, and how much.
        pool: resources by which company is chosen.
        trial, best_trial: candidates of a group that are tried, and the best such.
        weight: the weights of seeds, added up.
        counter: how many entries each of these lists has, and the state of the source of chance.
    """

    at: Any
    start: Any
    live: Any
    retired: Any
    best: Any
    value: Any
    free: Any
    holders: Any
    holder: Any
    held: Any
    place_of: Any
    added: Any
    marked: Any
    touched: Any
    gone: Any
    left: Any
    old: Any
    lost: Any
    wanted: Any
    placed: Any
    order: Any
    key: Any
    needed: Any
    amount: Any
    pool: Any
    trial: Any
    best_trial: Any
    weight: Any
    counter: Any


class SearchArrays(NamedTuple):
    """The tables, the plan in them, and which candidate is which.

    Attributes:
        tables: what does not change.
        at: [systems], the plan's candidates; -1 for undecided systems.
        place: by candidate, its place in the candidate lists.
    """

    tables: SearchTables
    at: Ints
    place: Ints


def search_arrays(plan: PartialPlan, candidates: CandidateLists, before: SearchArrays | None = None) -> SearchArrays:
    """A plan and what each system may do, in arrays.

    Args:
        plan: the plan; it stays as it is.
        candidates: of which the cheapest are compared; of systems that cut over together with others there are all, and
            of undecided ones, too, where these are few.
        before: arrays of the same plan and lists, when less was decided: what is the same is not computed again.
    """
    now = np.array([-1 if each is None else candidates.place_of(each.column) for each in plan.at], dtype=np.int64)
    place, first = _kept(plan, candidates, now)
    costs = [candidate.own for candidate in plan.at if candidate is not None]
    choices = np.diff(candidates.bounds) > (now >= 0)
    choices[list(candidates.held)] &= now[list(candidates.held)] < 0
    seeds, missing = np.flatnonzero(choices), 10.0 * max(map(abs, costs), default=1.0) + 1.0
    if before is not None and np.array_equal(before.place, place):
        at = np.where(now < 0, -1, np.searchsorted(place, now))
        return SearchArrays(before.tables._replace(seeds=seeds, missing=missing), at, place)
    uses = use_table(candidates, place) if before is None else _uses_with(before, candidates, place)
    dates = candidates.dates(place)
    at = np.where(now < 0, -1, np.searchsorted(place, now))
    system = np.repeat(np.arange(len(plan.at)), np.diff(first))
    can_hire = np.zeros(len(plan.free), dtype=np.int64)
    can_hire[sorted(candidates.can_hire)] = 1
    tables = SearchTables(
        first=first,
        system=system,
        reduced=candidates.values[place],
        own=candidates.own[place],
        start=dates[0],
        live=dates[1],
        retired=dates[2],
        use_at=uses.at,
        use_resource=uses.resource,
        use_amount=uses.amount,
        hires=_hires(uses, can_hire),
        by_cutover=np.lexsort((np.arange(len(place)), dates[1], system)),
        can_hire=can_hire,
        relief=_by_resource(plan, plan.relief),
        rate=np.array(plan.rate),
        paid=np.array(plan.paid),
        **_rates(plan),
        shared=np.array([key.family in SHARED_FAMILIES for key in plan.resources.keys], dtype=np.int64),
        holder_at=_holder_room(plan, uses, system),
        empty=np.array(plan.empty),
        **_ties(plan),
        **_interfaces(plan),
        prefix=np.array(plan.prefix),
        **_groups(plan),
        end=plan.appraisal_quarters,
        budgeted=int(bool(plan.budgets)),
        seeds=seeds,
        missing=missing,
    )
    return SearchArrays(tables, at, place)


def _kept(plan: PartialPlan, candidates: CandidateLists, now: Ints) -> tuple[Ints, Ints]:
    """The places of the candidates that the search knows, in order, and by system the number of its first one."""
    bounds = np.array(candidates.bounds)
    counts = np.diff(bounds)
    most = np.full(len(counts), max(MOST // max(len(counts), 1), COMPARED))
    most[now < 0] = max(MOST // max(int((now < 0).sum()), 1), COMPARED)
    most[list(plan.group_of)] = MOST
    rank = np.arange(bounds[-1]) - np.repeat(bounds[:-1], counts)
    kept = rank < np.repeat(most, counts)
    kept[now[now >= 0]] = True
    for system, candidate in candidates.held.items():
        kept[bounds[system] : bounds[system + 1]] = False
        kept[candidates.place_of(candidate.column)] = True
    place = np.flatnonzero(kept)
    return place, np.searchsorted(place, bounds)


def _uses_with(before: SearchArrays, candidates: CandidateLists, place: Ints) -> UseTable:
    """What the candidates at some places use; worked out for those alone that the arrays of before do not hold."""
    old = before.tables
    at = np.minimum(np.searchsorted(before.place, place), len(before.place) - 1)
    known = before.place[at] == place if len(before.place) else np.zeros(len(place), dtype=bool)
    new = use_table(candidates, place[~known])
    low = np.empty(len(place), dtype=np.int64)
    low[known], low[~known] = old.use_at[at[known]], new.at[:-1] + len(old.use_resource)
    counts = np.empty(len(place), dtype=np.int64)
    counts[known], counts[~known] = np.diff(old.use_at)[at[known]], np.diff(new.at)
    ends = np.concatenate(([0], np.cumsum(counts)))
    source = np.arange(ends[-1]) + np.repeat(low - ends[:-1], counts)
    resource = np.concatenate((old.use_resource, new.resource))[source]
    return UseTable(ends, resource, np.concatenate((old.use_amount, new.amount))[source])


def _hires(uses: UseTable, can_hire: Ints) -> Ints:
    sums = np.concatenate(([0], np.cumsum(can_hire[uses.resource])))
    return (sums[uses.at[1:]] > sums[uses.at[:-1]]).astype(np.int64)


def _by_resource(plan: PartialPlan, values: dict[int, float]) -> Floats:
    found = np.zeros(len(plan.free))
    for resource, value in values.items():
        found[resource] = value
    return found


def _holder_room(plan: PartialPlan, uses: UseTable, system: Ints) -> Ints:
    """By resource, where the list of its holders begins: there is room for all systems that could use it."""
    size = len(plan.at)
    user = system[np.repeat(np.arange(len(uses.at) - 1), np.diff(uses.at))]
    pairs = np.sort(uses.resource * size + user)
    first = np.diff(pairs, prepend=-1) > 0
    counts = np.bincount(pairs[first] // max(size, 1), minlength=len(plan.free))
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _flat(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Where each list begins, and all entries."""
    at = [0, *accumulate(map(len, lists))]
    return np.array(at, dtype=np.int64), np.array(list(chain.from_iterable(lists)), dtype=np.int64)


def _rates(plan: PartialPlan) -> dict[str, Any]:
    rates = [plan.revenue.rates.get(resource, ()) for resource in range(len(plan.free))]
    at, budget = _flat([[budget for budget, _ in each] for each in rates])
    value = np.array([value for each in rates for _, value in each], dtype=float)
    return {"rate_at": at, "rate_budget": budget, "rate_value": value}


def _ties(plan: PartialPlan) -> dict[str, Any]:
    waits_at, waits = _flat(plan.waits_for)
    awaited_at, awaited = _flat(plan.awaited_by)
    near_at, near = _flat([plan.neighbours(system) for system in range(len(plan.at))])
    found = {"waits_at": waits_at, "waits": waits, "awaited_at": awaited_at, "awaited": awaited}
    return found | {"near_at": near_at, "near": near}


def _interfaces(plan: PartialPlan) -> dict[str, Any]:
    sides = list(chain.from_iterable(plan.links))
    rows: dict[int, int] = {}
    count: list[int] = []
    for side in sides:
        for budget, quarters in side.years:
            if budget not in rows:
                rows[budget] = len(count)
                count += quarters
    link_at, link_other = _flat([[side.other for side in each] for each in plan.links])
    year_at, year_budget = _flat([[budget for budget, _ in side.years] for side in sides])
    return {
        "link_at": link_at,
        "link_other": link_other,
        "link_cost": np.array([side.cost for side in sides], dtype=float),
        "link_before": np.array([side.before for side in sides], dtype=np.int64),
        "year_at": year_at,
        "year_budget": year_budget,
        "year_row": np.array([rows[budget] for budget in year_budget.tolist()], dtype=np.int64),
        "count": np.array(count, dtype=np.int64),
    }


def _groups(plan: PartialPlan) -> dict[str, Any]:
    groups = sorted(set(plan.group_of.values()))
    number = {group: index for index, group in enumerate(groups)}
    of = [number[plan.group_of[system]] if system in plan.group_of else -1 for system in range(len(plan.at))]
    group_at, member = _flat(groups)
    return {"group_of": np.array(of, dtype=np.int64), "group_at": group_at, "member": member}


def search_state(arrays: SearchArrays, rng: random.Random) -> SearchState:
    """A state with room for everything, and nothing in it; ``rng`` gives the seeds of the source of chance."""
    tables = arrays.tables
    systems, resources, uses = len(arrays.at), len(tables.empty), len(tables.use_resource)
    widest = int(np.diff(tables.use_at).max(initial=0))
    group = max(int(np.diff(tables.group_at).max(initial=0)), 1)
    counter = _whole(COUNTERS)
    counter[FIRST_SEED], counter[SECOND_SEED] = rng.randrange(1, 2**31 - 250), rng.randrange(1, 2**31 - 250)
    return SearchState(
        at=np.full(systems, -1),
        start=np.full(systems, NEVER),
        live=np.full(systems, NEVER),
        retired=np.full(systems, -1),
        best=arrays.at.copy(),
        value=np.zeros(2),
        free=tables.empty.copy(),
        holders=_whole(resources),
        holder=_whole(int(tables.holder_at[-1])),
        held=_whole(int(tables.holder_at[-1])),
        place_of=_whole(uses),
        added=np.zeros(resources),
        marked=_whole(resources),
        touched=_whole(resources),
        gone=_whole(systems),
        left=_whole(systems),
        old=_whole(systems),
        lost=np.zeros(1),
        wanted=_whole(group),
        placed=_whole(systems + group),
        order=_whole(systems),
        key=np.zeros(systems),
        needed=_whole(resources + widest),
        amount=np.zeros(resources + widest),
        pool=_whole(POOL),
        trial=_whole(group),
        best_trial=_whole(group),
        weight=np.zeros(systems),
        counter=counter,
    )


def _whole(count: int) -> Ints:
    return np.zeros(count, dtype=np.int64)


def as_lists(fields: Iterable[Any]) -> list[Any]:
    """Arrays as lists, which Python reads faster; other values as they are."""
    return [each.tolist() if isinstance(each, np.ndarray) else each for each in fields]
