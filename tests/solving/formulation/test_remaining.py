"""What is left to plan when a report says what no plan would have done."""

from __future__ import annotations

from pathlib import Path

import pytest

from consolidate.accounts.verdict import verify_plan
from consolidate.errors import NoPlan
from consolidate.inventory import Inventory
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


# -- interfaces with what ends beyond the horizon --------------------------------------------------------

LATE = {
    "programme.yaml": """
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2018/19 Q4
discount_rate: 0%
approaches: {rehost: {medium: {quarters: 1}}, retain: {}}
""",
    "partners/a.yaml": """
partner: A
systems:
  near: {run_cost: 8_000, options: [{approach: rehost, run_cost: 4_000}]}
""",
    "partners/b.yaml": """
partner: B
systems:
  late: {run_cost: 4_000, interfaces: [{with: a/near, cost: COST}], options: [{approach: rehost, run_cost: 4_000}]}
  later: {run_cost: 4_000, interfaces: [{with: late, cost: 10}], options: [{approach: rehost, run_cost: 4_000}]}
""",
    "progress/2016-17-Q1.yaml": """
quarter: 2016/17 Q1
systems:
  b/late: {status: started, approach: rehost, start: 2016/17 Q1, expected: 2018/19 Q1}
  b/later: {status: started, approach: rehost, start: 2016/17 Q1, expected: 2018/19 Q3}
""",
}
"""The near system may move from quarter 1 to 7; the late one is live after quarter 8, and the later one after 10."""


def late(path: Path, cost: int, programme: str = "") -> Inventory:
    for name, text in {**LATE, "programme.yaml": LATE["programme.yaml"] + programme}.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text.replace("COST", str(cost)), encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("cost", "cutover", "total"),
    [
        # It saves 1,000 a quarter once it is live; the interface costs more up to quarter 8. It stays no longer than
        # that: else the interface costs 1,500 in quarters 9 to 11. 6,000 is for systems that run on: 24,000 in 12
        # quarters of the late ones; near costs 8 x 2,000 + 4 x 1,000, and an interface in quarter 8; 10 in 9 and 10.
        (1_500, 7, 24_000 + 20_000 + 1_500 + 20),
        # Here it costs less, so it moves at once: near costs 2 x 2,000 + 10 x 1,000, interfaces in quarters 2 to 8.
        (600, 1, 24_000 + 14_000 + 7 * 600 + 20),
    ],
)
def test_an_interface_with_what_ends_beyond_the_horizon_is_a_cost_of_the_other_side(
    tmp_path: Path, cost: int, cutover: int, total: int
) -> None:
    plan = make_plan(late(tmp_path, cost), gap=0).plan
    assert [move.cutover for move in plan.moves if move.system == "a/near"] == [cutover]
    assert plan.objective == plan.bound == total


@pytest.mark.parametrize(
    ("partner", "at_most", "cutover"),
    [
        # In 2016/17 its own systems cost B 8,000. An interface in quarter 3 alone leaves it within 8,600.
        ("b", 8_600, 2),
        ("b", 9_200, 1),
        ("b", 8_599, 3),
        # A does not pay for it: it lists no interface.
        ("a", 6_000, 1),
    ],
)
def test_who_lists_an_interface_with_what_is_late_pays_for_it_within_his_budget(
    tmp_path: Path, partner: str, at_most: int, cutover: int
) -> None:
    budget = f"budgets:\n  - {{year: 2016/17, at_most: {at_most}, partners: [{partner}]}}\n"
    made = make_plan(late(tmp_path, 600, budget), gap=0)
    assert made.verdict.ok
    assert [move.cutover for move in made.plan.moves if move.system == "a/near"] == [cutover]


def test_what_two_late_systems_cost_each_other_is_settled(tmp_path: Path) -> None:
    """Their interface costs 10 in quarters 9 and 10, whatever is planned, and the near one's 600 in quarter 8."""
    budget = "budgets:\n  - {year: 2018/19, at_most: 8_620, partners: [b]}\n"
    left = remaining_of(late(tmp_path, 600, budget))
    assert left.inventory.budgets[0].at_most == 8_600
    assert left.costs.interface == 20
    assert make_plan(left.whole, gap=0).verdict.ok


def test_the_way_out_pays_for_interfaces_with_what_is_late(tmp_path: Path) -> None:
    """It is sought with a longer horizon, in which the late systems are not late: it costs the same."""
    budget = "budgets:\n  - {year: 2018/19, at_most: 8_000, partners: [b]}\n"
    with pytest.raises(NoPlan) as refused:
        make_plan(late(tmp_path, 600, budget), gap=0)
    assert "relax: budget 1 2018/19 +620 = 8620" in refused.value.lines


def test_the_way_out_counts_what_is_late_once(tmp_path: Path) -> None:
    """What it leads to costs 297,000 more in 2018/19. Were that counted twice, a date would rather give way."""
    budget = "budgets:\n  - {year: 2018/19, at_most: 709_000}\n"
    late(tmp_path, 600, budget)
    for name, old, new in (
        ("b", "approach: rehost, run_cost: 4_000}]}\n  later", "approach: rehost, run_cost: 400_000}]}\n  later"),
        ("a", "  near", "  big: {run_cost: 400_000, latest: 2016/17 Q1, options: [BIG]}\n  near"),
        ("a", "BIG", "{approach: retain}, {approach: rehost, run_cost: 0}"),
    ):
        path = tmp_path / "partners" / f"{name}.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(NoPlan) as refused:
        make_plan(load(tmp_path), gap=0)
    # 4,000 of near and 600 of its interface; big; 1,000 and three times 100,000 of late; 4,000 of later; 20.
    assert [line for line in refused.value.lines if "relax: " in line] == ["relax: budget 1 2018/19 +620 = 709620"]


def test_what_was_reported_of_a_year_that_is_past_breaks_no_budget_of_it(tmp_path: Path) -> None:
    """What both steps lead to runs beside the system of today, so that the year costs more than any one of them."""
    path = written(tmp_path, 1, services="services: {}\n")
    (path / "programme.yaml").write_text(
        PROGRAMME.replace("roles: {dba: {days: 20}}", "").replace(", effort: {dba: 5}", "")
        + "budgets:\n  - {year: 2016/17, at_most: 1}\n"
    )
    option = "{approach: rehost, run_cost: 40_000, then: {approach: rehost, run_cost: 50_000, parallel_run: 8}}"
    (path / "partners/a.yaml").write_text(f"partner: A\nsystems:\n  one: {{run_cost: 10, options: [{option}]}}\n")
    (path / "progress/2016-17-Q1.yaml").unlink()
    (path / "progress/2016-17-Q4.yaml").write_text(
        """
quarter: 2016/17 Q4
systems:
  a/one:
    - {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q1}
    - {step: 2, status: live, start: 2016/17 Q2, cutover: 2016/17 Q2}
"""
    )
    assert make_plan(load(path)).plan.moves
