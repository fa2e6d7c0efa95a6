"""The search's flat arrays hold a partial plan's rules, and its loops find the same plan in Python and compiled."""

from __future__ import annotations

import functools
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import random_inventories

from consolidate.solving import decomposition
from consolidate.solving.decomposition import ruin_and_recreate, search_steps, search_tables, search_uses
from consolidate.solving.decomposition.candidates import Candidate, CandidateLists
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.greedy import insert_all
from consolidate.solving.decomposition.held_choices import HeldLists
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.decomposition.resources import ResourceIndex
from consolidate.solving.decomposition.ruin_and_recreate import Cooling, RuinAndRecreate, loops_for
from consolidate.solving.decomposition.search_tables import (
    COMPARED,
    SearchState,
    SearchTables,
    as_lists,
    search_arrays,
    search_state,
)
from consolidate.solving.formulation.costs import NEVER

SEEDS = range(0, 240, 3)


@functools.cache
def columns(seed: int) -> Columns:
    """The choices of random inventory number ``seed``."""
    data = replace(random_inventories.loaded(seed), minimise="cost")
    return Columns(data, data.plan_quarters)


def begun(seed: int, share: float) -> tuple[PartialPlan, CandidateLists]:
    """A plan of which a share of the systems is decided, with all services as soon as they can be ready."""
    found, rng = columns(seed), random.Random(seed)
    resources = ResourceIndex(found)
    ready = np.array([each.start if each else NEVER for each in found.ready_in], dtype=np.int64)
    relaxation = Lagrangian(found)
    reduced = relaxation.evaluate(relaxation.zero(), ready).reduced
    plan, candidates = PartialPlan(resources, ready), CandidateLists(resources, reduced, ready)
    insert_all(plan, candidates, [system for system in range(len(found.systems)) if rng.random() < share])
    return plan, candidates


def in_lists(plan: PartialPlan, candidates: CandidateLists) -> tuple[SearchTables, SearchState]:
    """The same in the lists that Python's loops change."""
    arrays = search_arrays(plan, candidates)
    tables = SearchTables(*as_lists(arrays.tables))
    state = SearchState(*as_lists(search_state(arrays, random.Random(0))))
    search_steps.put_all(tables, state, arrays.at.tolist())
    return tables, state


@pytest.mark.parametrize("seed", SEEDS)
def test_both_say_the_same_of_every_candidate_whatever_is_decided(seed: int) -> None:
    """Whether it fits, what it costs, and what is left then; after any changes."""
    plan, candidates = begun(seed, 0.5)
    tables, state = in_lists(plan, candidates)
    rng = random.Random(seed)
    for _ in range(30):
        system = rng.randrange(len(plan.at))
        if plan.at[system] is not None:
            plan.take(system)
            search_steps.take(tables, state, system)
        fitting: list[tuple[int, Candidate]] = []
        numbers = range(tables.first[system], tables.first[system + 1])
        for number, candidate in zip(numbers, candidates.all(system), strict=True):
            assert search_steps.fits(tables, state, number) == plan.fits(candidate)
            assert search_steps.cost(tables, state, number) == pytest.approx(plan.cost(candidate), rel=1e-12, abs=1e-6)
            assert (tables.start[number], tables.live[number]) == (candidate.start, candidate.live)
            if plan.fits(candidate):
                fitting.append((number, candidate))
        if fitting:
            number, candidate = rng.choice(fitting)
            plan.put(candidate)
            search_steps.put(tables, state, number)
        assert state.free == pytest.approx(plan.free, rel=1e-9, abs=1e-6)
        for resource, holders in enumerate(plan.holders):
            low = tables.holder_at[resource]
            assert sorted(state.holder[low : low + state.holders[resource]]) == sorted(holders)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("room", [1, 300_000])
def test_loops_insert_systems_where_the_partial_plan_does(
    seed: int, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where there is not room for all that systems may do: then those come last that fit nowhere else."""
    monkeypatch.setattr(search_tables, "MOST", room)
    (one, lists), (other, candidates) = begun(seed, 0.3), begun(seed, 0.3)
    order = list(range(len(one.at)))
    random.Random(seed).shuffle(order)
    few = [system for system in order if lists.count(system) <= COMPARED and system not in one.group_of]
    insert_all(one, lists, order if room > 1 else few)
    RuinAndRecreate(other, candidates, random.Random(0)).insert_all(order if room > 1 else few, 1, lambda: False)
    assert [now and now.column for now in other.at] == [now and now.column for now in one.at]
    assert other.free == pytest.approx(one.free, rel=1e-9, abs=1e-6)
    search = RuinAndRecreate(other, candidates, random.Random(0))
    search.insert_all(order, 1, lambda: False)
    undecided = [system for system, now in enumerate(other.at) if now is None and system not in other.group_of]
    assert not any(other.fits(one) for system in undecided for one in candidates.all(system))
    assert search.arrays.tables.missing == search_arrays(other, candidates).tables.missing
    assert search.arrays.tables.seeds.tolist() == search_arrays(other, candidates).tables.seeds.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_arrays_made_of_earlier_ones_are_those_made_anew(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether some of what candidates use is known already, and however many are worked out at a time."""
    monkeypatch.setattr(search_tables, "MOST", 1)
    plan, candidates = begun(seed, 0.0)
    before = search_arrays(plan, candidates)
    insert_all(plan, candidates, list(range(len(plan.at))))
    monkeypatch.setattr(search_tables, "MOST", 300_000 if seed % 2 else 1)
    anew = search_arrays(plan, candidates)
    monkeypatch.setattr(search_uses, "AT_ONCE", 2)
    found = search_arrays(plan, candidates, before)
    assert np.array_equal(found.place, anew.place)
    assert np.array_equal(found.at, anew.at)
    for name, values in anew.tables._asdict().items():
        assert np.array_equal(getattr(found.tables, name), values), name


@pytest.mark.parametrize("seed", SEEDS)
def test_an_undone_step_leaves_everything_as_it_was(seed: int) -> None:
    plan, candidates = begun(seed, 1.0)
    tables, state = in_lists(plan, candidates)
    if not tables.seeds or not search_steps.weigh(tables, state):
        return
    for _ in range(20):
        before, at, gone = list(state.free), list(state.at), list(state.gone)
        search_steps.step(tables, state, -1e300)  # no change is accepted that does not cost less
        if state.at == at:
            assert state.free == pytest.approx(before, rel=1e-9, abs=1e-6)
        assert state.gone == gone == [0] * len(gone)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_search_says_it_saves_is_what_it_saves(seed: int) -> None:
    plan, candidates = begun(seed, 1.0)
    before, undecided = plan.total(), plan.at.count(None)
    search = RuinAndRecreate(plan, candidates, random.Random(seed))
    said = [0.0]
    search.run(Cooling(60, 1e5, 1e3), lambda change: bool(said.append(change)))
    assert search.complete == (None not in plan.at)
    change = plan.total() - before + search.missing * (plan.at.count(None) - undecided)
    assert change == pytest.approx(said[-1], rel=1e-9, abs=1e-2)
    for candidate in plan.at:
        assert candidate is None or plan.take(candidate.column.system) is candidate


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_of_several_searches_counts(seed: int) -> None:
    def cost(*chances: int) -> float:
        plan, candidates = begun(seed, 0.8)
        search = RuinAndRecreate(plan, candidates, random.Random(0))
        search.run_often(Cooling(60, 1e5, 1e3), [random.Random(chance) for chance in chances])
        return plan.total() + search.missing * plan.at.count(None)

    assert cost(1, 2, 3) == pytest.approx(min(cost(1), cost(2), cost(3)), rel=1e-9, abs=1e-2)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_candidate_that_is_held_stays(seed: int) -> None:
    """A search over lists in which a system may do one thing alone puts nothing else in."""
    plan, candidates = begun(seed, 0.0)
    fitting = [one for system in range(len(plan.at)) for one in candidates.all(system) if plan.fits(one)]
    alone = [one for one in fitting if one.column.system not in plan.group_of]
    if not alone:
        return
    held = max(alone, key=lambda one: one.reduced)
    plan.put(held)
    lists = HeldLists(candidates, {held.column.system: held})
    insert_all(plan, lists, range(len(plan.at)))
    RuinAndRecreate(plan, lists, random.Random(seed)).run(Cooling(200, 1e5, 1e3), lambda _: False)
    now = plan.at[held.column.system]
    assert now is None or now.column == held.column


def searched(seed: int, loops: Callable[[int, int], Any], monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """The plan and its cost that a search with these loops finds."""
    plan, candidates = begun(seed, 0.8)
    monkeypatch.setattr(ruin_and_recreate, "loops_for", loops)
    costs: list[float] = []
    RuinAndRecreate(plan, candidates, random.Random(seed)).run(
        Cooling(700, 1e5, 1e2), lambda change: bool(costs.append(change))
    )
    return costs, plan.total(), [candidate and candidate.column for candidate in plan.at], list(plan.free)


@pytest.mark.parametrize("seed", SEEDS[::2])
def test_compiled_or_not_the_same_plan_is_found(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled_search = pytest.importorskip("consolidate.solving.decomposition.compiled_search")
    compiled = searched(seed, lambda *_: (compiled_search, True), monkeypatch)
    assert compiled == searched(seed, lambda *_: (search_steps, False), monkeypatch)


def test_short_searches_are_not_compiled() -> None:
    if "consolidate.solving.decomposition.compiled_search" not in sys.modules:
        assert loops_for(999, 1_000_000) == (search_steps, False)


def test_searches_that_were_not_compiled_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine code is made once searches without it have taken as long as that does."""
    compiled_search = pytest.importorskip("consolidate.solving.decomposition.compiled_search")
    monkeypatch.setattr(compiled_search, "is_kept", lambda: False)
    monkeypatch.setattr(ruin_and_recreate, "COMPILED_AFTER", 10_000)
    monkeypatch.setattr(ruin_and_recreate, "_UNCOMPILED", [0])
    assert [loops_for(1_000, 4)[1] for _ in range(4)] == [False, False, True, True]


def test_without_numba_python_runs_the_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "consolidate.solving.decomposition.compiled_search", None)
    monkeypatch.delattr(decomposition, "compiled_search", raising=False)
    assert loops_for(10**6, 10**6) == (search_steps, False)


def test_code_that_numba_has_been_told_not_to_compile_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    compiling = pytest.importorskip("consolidate.solving.decomposition.compiling")
    monkeypatch.setattr(compiling, "ENABLED", False)
    assert loops_for(10**6, 10**6) == (search_steps, False)
