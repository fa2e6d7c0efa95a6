"""What is left to plan when a report says what no plan would have done."""

from __future__ import annotations

from pathlib import Path

import pytest

from consolidate.accounts.verdict import verify_plan
from consolidate.errors import NoPlan
from consolidate.loading import load
from consolidate.planning import make_plan
from consolidate.solving.formulation.remaining import remaining_of

pytestmark = pytest.mark.usefixtures("little")

PROGRAMME = """
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
roles: {dba: {days: 20}}
approaches:
  consolidate: {medium: {quarters: 1, effort: {dba: 5}}}
  rehost: {medium: {quarters: 1, effort: {dba: 5}, run_cost: 90%}}
  retain: {}
"""
SERVICES = """
services:
  mail: {build: {quarters: 1, effort: {dba: 5}}, capacity: 500}
"""
PARTNER = """
partner: A
users: 400
systems:
  one: {capability: mail, run_cost: 1_000}
  two: {capability: mail, run_cost: 9_000, users: USERS}
"""
REPORT = """
quarter: 2016/17 Q1
systems:
  a/one: {status: live, approach: consolidate, to: mail, start: 2016/17 Q1, cutover: 2016/17 Q1}
"""


def written(path: Path, users: int, report: str = REPORT, services: str = SERVICES) -> Path:
    for name, text in {
        "programme.yaml": PROGRAMME,
        "services.yaml": services,
        "partners/a.yaml": PARTNER.replace("USERS", str(users)),
        "progress/2016-17-Q1.yaml": report,
    }.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("users", "to"), [(100, "mail"), (101, None)])
def test_who_was_moved_into_a_service_that_nobody_built_takes_room_in_it(
    tmp_path: Path, users: int, to: str | None
) -> None:
    """The service need not be built for it, but holds so many fewer when it is."""
    inventory = load(written(tmp_path, users))
    assert remaining_of(inventory).inventory.services["mail"].capacity == 100
    made = make_plan(inventory)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert {move.system: move.to for move in plan.moves} == {"a/one": "mail", "a/two": to}
    assert len(plan.builds) == (to is not None)


@pytest.mark.parametrize("capacity", [399, 100])
def test_a_service_that_holds_more_than_it_can_has_room_for_nobody_else(tmp_path: Path, capacity: int) -> None:
    inventory = load(written(tmp_path, 1, services=SERVICES.replace("500", str(capacity))))
    left = remaining_of(inventory)
    assert left.inventory.services["mail"].capacity == 0
    assert left.over(inventory, ("capacity", "mail")) == 400 - capacity
    made = make_plan(inventory)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert [move.to for move in plan.moves] == ["mail", None]


def test_the_way_out_counts_who_is_there_already(tmp_path: Path) -> None:
    """Both must be in it: it has to hold 400 and 300."""
    folder = written(tmp_path, 300)
    text = (folder / "partners/a.yaml").read_text(encoding="utf-8")
    only = text.replace("two: {", "two: {must_move: yes, options: [{approach: consolidate}], ")
    (folder / "partners/a.yaml").write_text(only, encoding="utf-8")
    with pytest.raises(NoPlan) as refused:
        make_plan(load(folder))
    assert [line for line in refused.value.lines if "mail" in line and "700" in line], refused.value.lines
    more = SERVICES.replace("500", "700")
    (folder / "services.yaml").write_text(more, encoding="utf-8")
    inventory = load(folder)
    assert verify_plan(inventory, make_plan(inventory).plan).ok
