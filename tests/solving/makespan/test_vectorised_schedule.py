"""Hundreds of schedules at once: what fits by bits fits one by one, and what comes out obeys every rule."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from builders import inventory, limit, milestone, pot, rehost, role, system

from consolidate.accounts.verdict import violations
from consolidate.inventory import Inventory
from consolidate.solving.formulation.assemble import assemble
from consolidate.solving.formulation.choices import offer
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.solving.makespan import vectorised_schedule
from consolidate.solving.makespan.genetic_search import GeneticSearch
from consolidate.solving.makespan.project import NOWHERE, Project
from consolidate.solving.makespan.serial_schedule import SerialSchedule
from consolidate.solving.makespan.vectorised_schedule import LATER, ProjectArrays, Schedules, VectorisedSearch, is_plain


def project_inventory(seed: int, *, count: int = 7, horizon: int = 24) -> Inventory:
    """Systems in a loose chain, each with two options that take staff of two roles and money."""
    dice = random.Random(seed)
    systems = []
    for number in range(count):
        options = [
            rehost(
                quarters=dice.randint(1, 4),
                effort={"dba": dice.randint(0, 9), "net": dice.randint(1, 9)},
                capital={"pot": dice.randint(1, 4)},
            )
            for _ in range(2)
        ]
        after = [f"a/m{other}" for other in range(number) if dice.random() < 0.3]
        systems.append(system(f"a/m{number}", *options, must_move=True, after=after))
    money = pot("pot", {"2016/17": 3.0 * count}, carry_forward=True)
    return inventory(*systems, roles=[role("dba", 7), role("net", 6)], pots=[money], T=horizon)


def search_of(inv: Inventory) -> tuple[Project, VectorisedSearch]:
    project = Project(inv, offer(inv, inv.plan_quarters))
    return project, VectorisedSearch(project, GeneticSearch(project, lambda: False).drawn_order, lambda: False)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("horizon", [24, 70])
def test_each_starts_where_it_would_one_by_one(seed: int, horizon: int) -> None:
    """Even effort, money enough: the schedules of both are the same, whether the bits fill one word or two."""
    inv = project_inventory(seed, horizon=horizon)
    project, search = search_of(inv)
    schedule, genetic, dice = (
        SerialSchedule(project),
        GeneticSearch(project, lambda: False),
        np.random.default_rng(seed),
    )
    orders = [genetic.drawn_order() for _ in range(8)]
    modes = search.repaired(dice.integers(2, size=(8, project.count)))
    modes = np.minimum(modes, search.arrays.valid.sum(axis=1) - 1)
    schedules = Schedules(search.arrays, np.array(orders), modes)
    schedules.forward()
    for row, order in enumerate(orders):
        schedule.forward(order, modes[row].tolist())
        if schedules.modes[row].tolist() == [place[0] if place else NOWHERE for place in schedule.places]:
            assert schedules.starts[row, :-1].tolist() == [schedule.start_of(task) for task in range(project.count)]
        before = schedules.scores()
    schedules.backward()
    schedules.forward_again()
    assert (schedules.scores()[before < LATER * horizon] <= before[before < LATER * horizon]).all()


def test_the_lowest_and_the_highest_bit() -> None:
    project = Project(project_inventory(1, horizon=70), offer(project_inventory(1, horizon=70), 70))
    arrays, dice = ProjectArrays(project), random.Random(0)
    numbers = [0, 1, 2**64 - 1, 2**64, 2**127, 2**128 - 1, *(dice.getrandbits(dice.randint(1, 128)) for _ in range(50))]
    bits = np.array([[n % 2**64, n >> 64] for n in numbers], np.uint64)
    assert arrays.first(bits).tolist() == [(n & -n).bit_length() - 1 for n in numbers]
    assert arrays.last(bits).tolist() == [n.bit_length() - 1 for n in numbers]


@pytest.mark.parametrize("seed", range(20))
def test_what_the_search_finds_obeys_every_rule_and_is_the_same_every_time(seed: int) -> None:
    found = []
    for _ in range(2):
        inv = project_inventory(seed, count=9)
        _, search = search_of(inv)
        search.run(0, 6_000, ())
        plan = search.solution()
        found.append(None if plan is None else [(choice.option.number, choice.when) for choice in plan.choices])
        if plan is not None:
            assert violations(inv, assemble(remaining_of(inv), plan, 0.0, 1.0)) == ()
            assert max(choice.finish for choice in plan.choices) + 1 == search.quarters
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", range(20))
def test_in_a_short_horizon_what_waits_for_a_system_without_a_place_has_none(seed: int) -> None:
    """Else lists put successors first, and the best schedule broke an ``after``: the search was given up for it."""
    inv = project_inventory(seed, count=9)
    _, search = search_of(inv)
    search.run(0, 6_000, ())
    shortest = search.quarters
    inv = project_inventory(seed, count=9, horizon=shortest + 1)
    project, search = search_of(inv)
    failed = 0
    for _ in range(4):
        search.run(shortest, 3_000, ())
        rank = np.argsort(search.order, axis=1)
        failed += int((search.starts < 0).any(axis=1).sum())
        for place, task in enumerate(project.tasks):
            assert (rank[:, task.before] < rank[:, [place]]).all()
            assert ((search.starts[:, task.before] >= 0) | (search.starts[:, [place]] < 0)).all()
    assert failed or search.quarters <= shortest
    assert search.best is None or search.solution() is not None


def test_each_population_is_twice_as_large_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectorised_schedule, "PARENTS", 8)
    monkeypatch.setattr(vectorised_schedule, "MOST_PARENTS", 20)
    monkeypatch.setattr(vectorised_schedule, "STALE", 1)
    _, search = search_of(project_inventory(3, count=9))
    drawn: list[int] = []
    populate = search.populate

    def noted(seeds: Sequence[Sequence[int]]) -> None:
        populate(seeds)
        drawn.append(search.size)
        assert len(search.scores) <= search.size

    monkeypatch.setattr(search, "populate", noted)
    search.run(0, 20_000, ())
    assert drawn[:3] == [8, 16, 20]
    assert set(drawn[3:]) == {20}


def test_a_plan_from_others_is_taken_in() -> None:
    inv = inventory(
        *(system(f"a/{name}", rehost(effort={"dba": 2}), must_move=True) for name in "xyz"), roles=[role("dba", 4)], T=6
    )
    _, one = search_of(inv)
    one.run(2, 10_000, ())
    plan = one.solution()
    assert plan is not None
    assert one.quarters == 2
    _, other = search_of(inv)
    other.adopt(plan)
    same = other.solution()
    assert same is not None
    assert [choice.when for choice in same.choices] == [choice.when for choice in plan.choices]


def test_only_plain_projects_are_searched_so() -> None:
    def plain(*options: object, **more: object) -> bool:
        inv = inventory(system("a/x", *options, must_move=True), T=6, **more)  # type: ignore[arg-type]
        return is_plain(Project(inv, offer(inv, inv.plan_quarters)))

    assert plain(rehost(quarters=2))
    assert plain(rehost(quarters=2), limits=[limit(1, "a/x")])
    assert not plain(rehost(quarters=2), milestones=[milestone(3, "1", "a/x")])
