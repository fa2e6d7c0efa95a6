"""Frontiers where quarters are minimised: the last cutover against a size, by hand and against brute force."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import brute_force
import pytest
from problem_cases import write

import consolidate
from consolidate import Frontier, FrontierOptions
from consolidate.explain.frontier import priced, resized
from consolidate.explain.frontier_words import frontier_headline, frontier_notes, proven_end
from consolidate.forced_choices import forbidding
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.loading import load
from consolidate.planning import PlanResult
from consolidate.variants import cheapest_within

ENGLISH = language("en")
POUNDS = "£{:,.0f}".format
FILES = {
    "programme.yaml": """
programme: Soon
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
minimise: finish
discount_rate: 0%
tiers: {gold: {exposure: 10}}
roles: {engineer: {days: 20}}
capital: {common: {amount: {2016/17: 80, 2017/18: 80}}}
""",
    "partners/a.yaml": """
systems:
  one: {run_cost: 400, options: [{approach: rehost, capital: 60, effort: {engineer: 20}, run_cost: 0}]}
  two:
    run_cost: 400
    tier: gold
    end_of_life: 2016-03-31
    options: [{approach: refactor, quarters: 2, effort: {engineer: 20}, run_cost: 0, end_of_life: never}]
  three:
    run_cost: 0
    tier: gold
    end_of_life: 2016-03-31
    options: [{approach: rehost, one_off: 75, run_cost: 0, end_of_life: never}, {approach: retain}]
""",
}


def asked(inventory: Inventory, result: PlanResult, what: str, **options: object) -> Frontier:
    start = consolidate.start_from(inventory, result)
    return consolidate.frontier(inventory, result.plan, what, FrontierOptions(**options), start=start)  # type: ignore[arg-type]


def told(found: Frontier) -> list[tuple[float, str, str]]:
    return [
        (point.size, point.finish.label if point.finish else "", proven_end(ENGLISH, found, point))
        for point in found.points
    ]


def test_the_last_cutover_against_a_role_worked_by_hand(inventory: Inventory, result: PlanResult) -> None:
    """One takes 20 days of a quarter and two 10 of two: with 20 they take three quarters, with 30 two, with 15 none."""
    found = asked(inventory, result, "engineer", sizes=(0.75, 1.5, 3.0))
    assert told(found) == [
        (0.75, "", "no plan keeps the rules"),
        (1.0, "2016/17 Q3", "proven"),
        (1.5, "2016/17 Q2", "proven"),
        (3.0, "2016/17 Q2", "proven"),
    ]
    assert found.ends is not None
    assert found.ends.last == found.points[1].finish
    assert (found.ends.sooner, found.undercut, found.undercut_quarters) == (0, 0, 0)
    assert found.points[2].cost == pytest.approx(consolidate.ledger(inventory, result.plan).total - 110)
    assert [point.low for point in found.points] == [None] * 4
    assert frontier_headline(ENGLISH, found, POUNDS) == (
        "Role engineer: with 300% (480 days) the last cutover of the best plan found is 1 quarter sooner."
    )
    assert frontier_notes(ENGLISH, found)[0] == "The plan's last cutover is in 2016/17 Q3, as soon as can be."


def refuted(inventory: Inventory, found: Frontier) -> list[str]:
    """Points of which another thing is said than all plans, tried one by one, say."""
    wrong = []
    for point in found.points:
        best = brute_force.best(resized(inventory, found.kind, found.id, point.size))
        if best is None:
            wrong += [f"{point.size}: there is no plan"] if point.cost is not None or point.possible else []
            continue
        finish = point.finish.number + 1 if point.finish else 0
        soonest = point.soonest.number + 1 if point.soonest else 0
        if not point.possible or not soonest <= best.objective <= finish:
            wrong.append(f"{point.size}: {soonest} to {finish}, and it is {best.objective}")
        elif best.objective == finish and (point.cost or 0) < best.cost - 0.01:
            wrong.append(f"{point.size}: {point.cost}, and it is {best.cost}")
    return wrong


def test_every_size_is_that_of_all_plans_and_a_wrong_one_is_caught(inventory: Inventory, result: PlanResult) -> None:
    for what, sizes in (("engineer", (0.5, 1.5)), ("common", (0.5, 2.0))):
        found = asked(inventory, result, what, sizes=sizes)
        assert refuted(inventory, found) == []
        late = replace(found.points[-1], soonest=found.points[1].finish, finish=found.points[1].finish, cost=0.0)
        assert refuted(inventory, replace(found, points=(*found.points[:-1], late)))


def test_words_where_less_is_known(inventory: Inventory, result: PlanResult) -> None:
    found = asked(inventory, result, "engineer", sizes=(0.75, 1.5))
    none, now, more = found.points
    points = (replace(none, possible=True, soonest=now.finish), replace(now, soonest=more.finish), more)
    unsure = replace(found, points=points, undercut_quarters=1)
    assert [said for *_, said in told(unsure)] == [
        "no plan found; not before 2016/17 Q3",
        "not before 2016/17 Q2",
        "proven",
    ]
    assert frontier_notes(ENGLISH, unsure)[0].startswith("The plan is not the soonest: one was found that ends 1")
    unknown = replace(unsure, points=(replace(none, possible=True), replace(now, soonest=None), more))
    assert [said for *_, said in told(unknown)] == ["no plan found", "", "proven"]
    later = replace(found, points=(replace(none, cost=1.0, finish=now.finish), more), at_hand=1)
    assert "the last cutover of the best plan found is 1 quarter later" in frontier_headline(ENGLISH, later, POUNDS)
    same = replace(found, points=(replace(none, cost=1.0, finish=now.finish), now), at_hand=1)
    assert "the best plan found ends as soon" in frontier_headline(ENGLISH, same, POUNDS)


def test_by_how_many_quarters_the_plan_is_undercut(inventory: Inventory, result: PlanResult) -> None:
    """Of a plan that ends later than it need: one of a smaller pot keeps the rules, and ends sooner."""
    late = inventory
    for quarter in range(4):
        late = forbidding(late, "a/two", cutover=quarter)
    poor = consolidate.make_plan(late, gap=0).plan
    given = replace(result, plan=replace(poor, inventory=inventory.content_hash, bound=2.0))
    found = asked(inventory, given, "common", sizes=(0.8,))
    assert (found.undercut_quarters, found.undercut) == (poor.objective - 3, 0)
    assert found.points[found.at_hand].finish == found.points[0].finish
    assert found.ends is not None
    assert found.ends.sooner == poor.objective - 2
    larger = asked(inventory, given, "common", sizes=(1.5,))
    assert larger.undercut_quarters == 0  # what is planned with a larger pot is not tried with this one


def test_exposure_is_weighed_among_plans_that_end_as_soon(inventory: Inventory, result: PlanResult) -> None:
    """Three costs £75 to move, which ends £70 of exposure: it moves where that is dearer, in the first quarter."""
    found = asked(inventory, result, "exposure")
    assert found.ends is not None
    assert {point.finish for point in found.points} == {found.ends.last}
    assert len(found.points) >= 2
    assert frontier_notes(ENGLISH, found)[0] == (
        "The plan's last cutover is in 2016/17 Q3, as soon as can be. Weighed against cost are the plans whose last "
        "cutover is no later than that."
    )
    for price in (0.0, 1.0, 2.0, 50.0):
        best = brute_force.best(priced(cheapest_within(inventory, 3), "exposure", price))
        assert best is not None
        costs = dict(best.plan.costs(best.plan.cheapest_agency()))
        exposure = costs.pop("exposure") / (price or 1.0) if price else None
        for point in found.points:
            assert point.low is not None
            assert point.cost is not None
            assert point.cost + price * point.amount >= best.cost - 0.01
            if exposure is not None and exposure <= point.amount + 0.01:
                assert sum(costs.values()) >= point.low - 0.01


def test_as_a_page(inventory: Inventory, result: PlanResult) -> None:
    page = consolidate.frontier_html(asked(inventory, result, "engineer", sizes=(0.75, 1.5)))
    assert "how soon role engineer lets it end" in page
    assert page.count("<svg") == 3
    assert "trosglwyddo olaf" in consolidate.frontier_html(asked(inventory, result, "exposure"), "cy")


def test_an_approved_plan_is_weighed_too(tmp_path: Path, inventory: Inventory, result: PlanResult) -> None:
    write(tmp_path, FILES)
    (tmp_path / "approved").mkdir()
    (tmp_path / "approved/001-2016-04-01.json").write_text(consolidate.to_json(result.plan, inventory.calendar))
    approved = load(tmp_path)
    found = asked(approved, consolidate.make_plan(approved, gap=0), "changes")
    assert found.points[0].amount == 0
    assert found.ends is not None
