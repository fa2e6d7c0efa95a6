"""The part of a large inventory in which it is decided whether there is a plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from little_work import little_work
from small_inventories import write

from consolidate import optimizer, planning
from consolidate.accounts.verdict import verify_plan
from consolidate.errors import NoPlan
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.optimizer import optimize
from consolidate.solving.exact.solver import SolveLimits
from consolidate.solving.formulation.feasibility_core import feasibility_core
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.solving.infeasibility.way_out import way_out
from consolidate.variants import with_longer_horizon

PROGRAMME = """
programme: Decisive
horizon: {from: 2016/17 Q1, to: 2016/17 Q4}
roles: {dba: {days: DAYS}}
approaches: {retain: {}, rehost: {medium: {effort: {dba: 10}}}}
"""
SYSTEMS = """
one: {must_move: yes, latest: 2016/17 Q1, run_cost: 100}
two: {must_move: yes, latest: 2016/17 Q1, after: [free], run_cost: 100}
free: {run_cost: 100, interfaces: [{with: p/one, cost: 5}]}
friend: {run_cost: 100}
other: {run_cost: 100, after: [one]}
"""


def made(folder: Path, days: int, more: str = "") -> Inventory:
    return load(write(folder, PROGRAMME.replace("DAYS", str(days)) + more, SYSTEMS))


def test_who_may_stay_does_not_decide(tmp_path: Path) -> None:
    found = feasibility_core(made(tmp_path, 20))
    assert list(found.inventory.systems) == ["p/one", "p/two"]
    assert found.conclusive
    assert found.inventory.systems["p/two"].after == ()


def test_who_cuts_over_with_one_that_must_decides_too(tmp_path: Path) -> None:
    found = feasibility_core(made(tmp_path, 40, "together: [[p/one, p/friend]]\n"))
    assert list(found.inventory.systems) == ["p/one", "p/two", "p/friend"]
    assert found.inventory.together == (("p/one", "p/friend"),)


def test_a_milestone_adds_those_that_are_easiest_to_move(tmp_path: Path) -> None:
    found = feasibility_core(made(tmp_path, 40, "milestones: [{by: 2016/17 Q4, live: 50%}]\n"))
    assert len(found.inventory.systems) == 4  # three are needed: two that must, and one and a half times the third
    assert not found.conclusive


def test_a_target_adds_those_that_save(tmp_path: Path) -> None:
    more = "targets: [{year: 2016/17, savings: 1}]\n"
    found = feasibility_core(made(tmp_path, 40, more))
    assert {"p/one", "p/two"} <= set(found.inventory.systems)
    assert not found.conclusive


@pytest.mark.parametrize("days", [10, 19, 20, 35])
def test_the_part_has_a_plan_when_the_whole_has(tmp_path: Path, days: int) -> None:
    data = made(tmp_path, days)
    part = feasibility_core(data).inventory
    if days >= 20:
        assert verify_plan(data, optimize(data).plan).ok
        assert verify_plan(part, optimize(part).plan).ok
        return
    for inventory in (data, part):
        with pytest.raises(NoPlan):
            optimize(inventory)
    with little_work():
        ways = [way_out(inventory, SolveLimits()) for inventory in (data, part)]
    assert ways[0].relaxations == ways[1].relaxations
    assert [relaxation.line for relaxation in ways[1].relaxations] == [f"relax: role dba 2016/17 Q1 +{20 - days} = 20"]


def test_the_horizon_can_grow_for_a_part_too(tmp_path: Path) -> None:
    part = feasibility_core(made(tmp_path, 20)).inventory
    assert with_longer_horizon(part, 2).plan_quarters == part.plan_quarters + 2
    assert list(with_longer_horizon(part, 2).systems) == list(part.systems)


# -- once something has happened ------------------------------------------------------------------


def begun(folder: Path, days: int, more: str = "") -> Inventory:
    """`friend` was moved in the first quarter, and `other`, which may be retained, is under way."""
    write(
        folder, PROGRAMME.replace("DAYS", str(days)) + more, SYSTEMS.replace("latest: 2016/17 Q1", "latest: 2016/17 Q2")
    )
    (folder / "progress").mkdir()
    (folder / "progress" / "2016-17-Q1.yaml").write_text(
        "quarter: 2016/17 Q1\nsystems:\n"
        "  p/friend: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q1}\n"
        "  p/other: {status: started, approach: rehost, start: 2016/17 Q1, expected: 2016/17 Q2}\n",
        encoding="utf-8",
    )
    return load(folder)


def test_what_has_begun_decides(tmp_path: Path) -> None:
    found = feasibility_core(remaining_of(begun(tmp_path, 40)).inventory)
    assert list(found.inventory.systems) == ["p/one", "p/two", "p/friend", "p/other"]
    assert found.conclusive


def test_what_has_begun_counts_for_a_milestone(tmp_path: Path) -> None:
    """Four of five are wanted: the two that must, the one that is live and the one under way are enough."""
    more = "milestones: [{by: 2016/17 Q4, live: 80%}]\n"
    found = feasibility_core(remaining_of(begun(tmp_path, 40, more)).inventory)
    assert "p/free" not in found.inventory.systems
    assert found.conclusive


@pytest.mark.parametrize("days", [5, 14, 15, 25, 40])
def test_the_large_way_says_the_same_once_something_has_begun(
    tmp_path: Path, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`other` takes five days of the second quarter, in which `one` and `two` need ten each."""
    data = begun(tmp_path, days)
    said: list[tuple[str, ...]] = []
    for large in (300, 0):
        monkeypatch.setattr(planning, "LARGE", large)
        monkeypatch.setattr(optimizer, "LARGE", large)
        try:
            with little_work():
                made = planning.make_plan(data)
            plan, verdict = made.plan, made.verdict
        except NoPlan as error:
            said.append(tuple(line for line in error.lines if line.startswith("relax: ")))
        else:
            assert verdict.ok
            said.append((f"{plan.objective:.2f}",))
    assert said[0] == said[1]
    assert said[0][0].startswith("relax: ") == (days < 25)
