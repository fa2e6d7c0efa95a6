"""Serial schedules: what is tried in vain leaves nothing behind, and what is under construction adds up."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import random_inventories
import small_inventories

from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.planning import make_plan
from consolidate.solving.formulation.choices import offer
from consolidate.solving.formulation.solution import finish_of, first_violation
from consolidate.solving.makespan.genetic_search import GeneticSearch
from consolidate.solving.makespan.project import Project
from consolidate.solving.makespan.serial_schedule import SerialSchedule

PROGRAMME = """
programme: Tiny
horizon: {from: 2016/17 Q3, to: 2017/18 Q2}
minimise: finish
roles: {data: {days: 25}}
capital: {pool: {amount: {default: 20_000, 2017/18: 90_000}}}
"""
SERVICES = """
platform: {build: {quarters: 0, effort: {data: 22}, capital: 24_000}}
hr: {build: {capital: 8_000}}
"""
SYSTEMS = """
s0: {needs: [hr], options: [{approach: retire, capital: {pool: 16_000}, effort: {data: 22}}]}
s1:
  after: [s0]
  options:
    - {approach: rehost, then: {approach: retire, needs: [platform]}}
    - {approach: retire, effort: {data: 16}}
"""


def test_a_service_built_for_an_option_that_fits_nowhere_is_not_built(tmp_path: Path) -> None:
    folder = small_inventories.write(tmp_path / "inventory", PROGRAMME, SYSTEMS, SERVICES)
    plan = make_plan(load(folder)).plan
    assert plan.status == "optimal"
    assert plan.objective == 4


def what_is_left(project: Project, schedule: SerialSchedule) -> int:
    """Everything there is, less what the tasks that are placed use."""
    used = (
        project.tasks[task].modes[place[0]].needed[place[1]]
        for task, place in enumerate(schedule.places)
        if place is not None
    )
    return project.vectors.full - sum(used)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_free_is_what_there_is_less_what_is_placed(seed: int, tmp_path: Path) -> None:
    random_inventories.write(seed, tmp_path)
    inventory: Inventory = load(tmp_path)
    offered = offer(inventory, inventory.plan_quarters)
    if not offered.possible:
        return
    project = Project(inventory, offered)
    schedule, dice = SerialSchedule(project), random.Random(seed)
    for _ in range(8):
        order = dice.sample(range(project.count), project.count)
        schedule.forward(order, [dice.randrange(max(len(task.modes), 1)) for task in project.tasks])
        for push in (schedule.backward, schedule.forward_again):
            push()
            assert schedule.free == what_is_left(project, schedule)
            assert schedule.free & project.vectors.guards == project.vectors.guards, "more is used than there is"


GATED_PROGRAMME = """
programme: Gated
horizon: {from: 2016/17 Q1, to: 2018/19 Q4}
minimise: finish
roles: {data: {days: 20}}
budgets: [{year: 2017/18, at_most: 40_000}]
"""
GATED_SERVICES = """
review: {after: [p/pilot-one, p/pilot-two], must_build: yes, build: {quarters: 1, effort: {data: 20}}}
lessons: {needs: [review], must_build: yes, build: {quarters: 1}}
hub: {must_build: yes, after: [p/late], build: {quarters: 2, effort: {data: [20, 20]}}}
"""
GATED_SYSTEMS = """
pilot-one: {options: [{approach: retain}, {approach: rehost, effort: {data: 15}}]}
pilot-two: {options: [{approach: retain}, {approach: rehost, effort: {data: 15}}]}
late: {must_move: yes, needs: [review], options: [{approach: rehost, effort: {data: 10}}]}
"""


def test_builds_wait_for_systems_and_what_must_be_built_is(tmp_path: Path) -> None:
    """The pilots one after the other (people), the review, then the last; the hub is built after all moves are done."""
    folder = small_inventories.write(tmp_path / "inventory", GATED_PROGRAMME, GATED_SYSTEMS, GATED_SERVICES)
    inventory = load(folder)
    project = Project(inventory, offer(inventory, inventory.plan_quarters))
    search = GeneticSearch(project, lambda: False)
    search.run(4, 2_000)
    plan = search.solution()
    assert plan is not None
    assert first_violation(inventory, plan) is None
    assert finish_of(plan) == 4
    starts = {build.service.id: build.start for build in plan.builds}
    assert starts == {"review": 2, "lessons": 3, "hub": 4}
    assert make_plan(inventory).plan.objective == 4


@pytest.mark.parametrize("systems", [60])
def test_gates_are_no_obstacle_to_a_quick_plan(systems: int, tmp_path: Path) -> None:
    """Three waves, each of which waits for the review of the one before: a first population has a plan."""
    dice = random.Random(1)
    entries, services = [], []
    for number in range(systems):
        wave = min(3 * number // systems, 2)
        needs = f"needs: [review-{wave}], " if wave else ""
        option = f"{{approach: rehost, effort: {{data: {dice.randint(2, 9)}}}}}"
        entries.append(f"s{number}: {{must_move: yes, {needs}options: [{option}]}}")
    for wave in (1, 2, 3):
        named = ", ".join(f"p/s{number}" for number in range(systems) if min(3 * number // systems, 2) == wave - 1)
        services.append(f"review-{wave}: {{after: [{named}], must_build: yes, build: {{quarters: 1}}}}")
    programme = GATED_PROGRAMME.replace("2018/19 Q4", "2025/26 Q4").replace("40_000", "400_000")
    folder = small_inventories.write(tmp_path / "inventory", programme, "\n".join(entries), "\n".join(services))
    inventory = load(folder)
    project = Project(inventory, offer(inventory, inventory.plan_quarters))
    search = GeneticSearch(project, lambda: False)
    search.run(0, 60 * 100)
    plan = search.solution()
    assert plan is not None
    assert first_violation(inventory, plan) is None
