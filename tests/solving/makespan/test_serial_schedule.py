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
