"""What more would save where quarters are minimised: by hand, and against brute force over all plans."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import brute_force
import problem_cases
import pytest
import random_inventories
from worth_answers import asked, gain

import consolidate
from consolidate import Worth, WorthOptions
from consolidate.errors import UserError
from consolidate.explain.explained import PlanFinish
from consolidate.explain.scarcity import loosened
from consolidate.explain.sooner import Sooner
from consolidate.explain.worth_words import headline, limits_words, notes, rest_words
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
roles: {engineer: {days: {2016/17: 40, 2017/18: 40}}, tester: {days: {2016/17: 10, 2017/18: 10}}}
capital: {common: {amount: {2016/17: 60, 2017/18: 100}}, other: {amount: {2016/17: 10, 2017/18: 10}}}
""",
    "partners/a.yaml": """
systems:
  one: {run_cost: 400, options: [{approach: rehost, capital: {common: 60}, effort: {engineer: 10}, run_cost: 0}]}
  two:
    run_cost: 400
    options:
      - {approach: rehost, capital: {common: 60}, effort: {engineer: 10}, run_cost: 0}
      - {approach: refactor, quarters: 2, effort: {engineer: 10}, run_cost: 0}
  three: {run_cost: 100, options: [{approach: rehost, capital: {other: 20}, run_cost: 20}, {approach: retain}]}
""",
}


def test_quarters_come_first_then_money_at_the_same_quarters(inventory: Inventory, result: PlanResult) -> None:
    """The pot has money for one; two is rewritten meanwhile, in two quarters. With £60 more both are rehosted at once.

    Two then costs £60 of capital and £100 less to run. With the last cutover where it is, that saves as much; and
    three, for £10 more of the other pot, saves £20 a quarter in seven quarters for its £20.
    """
    found = asked(inventory, result, money=("10", "60"), of=("pot",), most=None)
    assert found.ends is not None
    assert found.ends.last is not None
    assert (found.ends.last.label, found.ends.sooner) == ("2016/17 Q2", 0)
    assert result.objective == 2
    best = found.gains[0]
    assert (best.scarce.name, best.scarce.period, best.amount) == ("pot common", "2016/17", 60)
    assert best.sooner is not None
    assert replace(best.sooner, cost=None) == Sooner(1, 1, 1, "alone", None)
    assert best.sooner.cost == pytest.approx(-40)
    assert [best.saves, best.low, best.high] == pytest.approx([40] * 3, abs=0.01)
    less = gain(found, "pot common", 10, "2016/17")
    assert less.sooner == Sooner(0, 0, 0, "alone", None)
    assert not less.measurable
    other = gain(found, "pot other", 10, "2016/17")
    assert other.sooner is not None
    assert (other.sooner.quarters, other.sooner.high) == (0, 0)
    assert other.measurable
    assert [other.saves, other.low, other.high] == pytest.approx([120] * 3, abs=0.01)
    assert other.saves > best.saves
    assert found.left == 0


def test_plans_of_fewest_quarters_do_not_stand_for_searches_for_savings(tmp_path: Path) -> None:
    """With more of all together the plan of fewest quarters is a dear one: it says nothing of what could be saved."""
    dear = FILES["partners/a.yaml"].replace("run_cost: 0}\n      - {app", "run_cost: 400}\n      - {app")
    assert dear != FILES["partners/a.yaml"]
    inventory = load(problem_cases.write(tmp_path, {**FILES, "partners/a.yaml": dear}))
    result = consolidate.make_plan(inventory, gap=0)
    found = asked(inventory, result, money=("10", "60"), of=("pot",), most=None)
    assert found.gains[0].sooner is not None
    assert found.gains[0].sooner.cost == pytest.approx(660)
    assert {one.searched for one in found.gains} == {"alone"}
    assert gain(found, "pot other", 10, "2016/17").saves == pytest.approx(120, abs=0.01)
    assert gain(found, "pot other", 9, "2016/17").saves == 0, "a pound less is not enough"
    assert gain(found, "pot other", 60, "2017/18").high < 0.01
    assert refuted(inventory, found) == []


def test_what_gains_nothing_is_proven_by_one_plan_with_more_of_all(inventory: Inventory, result: PlanResult) -> None:
    found = asked(inventory, result, of=("role",), most=None)
    assert {one.sooner for one in found.gains} == {Sooner(0, 0, 0, "together", None)}
    assert found.gains
    assert not any(one.measurable for one in found.gains)


def test_in_words(inventory: Inventory, result: PlanResult) -> None:
    found = asked(inventory, result, money=("60",), of=("pot",), most=None)
    assert headline(ENGLISH, found, POUNDS) == (
        "£60 more in pot common 2016/17 would do most: the last cutover 1 quarter sooner (proven), at £40 less."
    )
    assert notes(ENGLISH, found, POUNDS) == ["The plan's last cutover is in 2016/17 Q2, as soon as can be."]
    sooner = replace(found, ends_sooner=1, margin=9.0, ends=replace(found.ends or PlanFinish(None, 0), sooner=1))
    assert notes(ENGLISH, sooner, POUNDS) == [
        "The plan is not the soonest: one was found that ends 1 quarter sooner. Plan again. "
        "Savings are counted from that one.",
        "The plan's last cutover is in 2016/17 Q2, at most 1 quarter after the soonest.",
        "The cheapest plan that ends as soon could cost up to £9 less than the one compared with: savings below that "
        "cannot be told from nothing.",
    ]
    other = asked(inventory, result, money=("10",), of=("other",), most=None)
    assert headline(ENGLISH, other, POUNDS) == (
        "No more of anything makes the last cutover sooner (proven). With the last cutover where it is, £10 more in "
        "pot other 2016/17 would save most: £120 (proven)."
    )
    assert "with the last cutover where it is, of 3 amounts none can save more" in limits_words(ENGLISH, other, POUNDS)
    none = asked(inventory, result, of=("tester",))
    assert headline(ENGLISH, none, POUNDS).endswith(
        "With the last cutover where it is, no measurable saving was found from more of anything."
    )
    assert rest_words(ENGLISH, none.gains, POUNDS)[-1] == "None of these makes the last cutover sooner (proven)."
    unknown = tuple(replace(one, sooner=Sooner(0, 0, 2, "together", None)) for one in none.gains)
    said = headline(ENGLISH, replace(none, gains=unknown), POUNDS)
    assert said.startswith("No plan whose last cutover is sooner was found with more of anything.")
    assert rest_words(ENGLISH, unknown, POUNDS)[-1] == "Each of these makes the last cutover at most 2 quarters sooner."
    unproven = tuple(replace(one, sooner=Sooner(1, 0, 2, "together", 5.0)) for one in none.gains)
    said = headline(ENGLISH, replace(none, gains=unproven), POUNDS)
    assert said.startswith("Nothing is proven to make the last cutover sooner than the best plan without it.")


def test_limits_alone_make_no_plan(inventory: Inventory, result: PlanResult) -> None:
    heard: list[Worth] = []
    start = consolidate.start_from(inventory, result)
    found = consolidate.worth(inventory, result.plan, WorthOptions(most=0), start=start, on_limits=heard.append)
    assert heard == [found]
    assert found.plans == 0
    assert {one.sooner for one in found.gains} == {Sooner(0, 0, 2, "no", None)}
    assert headline(ENGLISH, found, POUNDS) == (
        "What could be gained at most; nothing was planned with more of anything."
    )


def test_a_sooner_plan_found_on_the_way_is_no_gain(inventory: Inventory, result: PlanResult) -> None:
    late = inventory
    for quarter in (0, 1):
        late = forbidding(late, "a/two", cutover=quarter)
    poor = consolidate.make_plan(late, gap=0).plan
    given = replace(result, plan=replace(poor, inventory=inventory.content_hash, bound=2.0))
    found = asked(inventory, given, of=("tester",))
    assert found.ends_sooner == poor.objective - 2 > 0
    assert found.total == pytest.approx(consolidate.ledger(inventory, result.plan).total)
    assert found.improved == 0
    assert {one.sooner for one in found.gains} == {Sooner(0, 0, 0, "together", None)}


def test_as_json_and_as_a_page(inventory: Inventory, result: PlanResult) -> None:
    found = asked(inventory, result, money=("60",), most=None)
    data = json.loads(consolidate.answer_json(found))
    assert data["gains"][0]["sooner"]["quarters"] == 1
    assert data["ends"]["last"]["quarter"] == "2016/17 Q2"
    page = consolidate.worth_html(found)
    assert "What makes the last cutover sooner" in page
    assert page.count("<svg") == 2
    assert "trosglwyddo olaf" in consolidate.worth_html(found, "cy")


def test_workers_change_nothing(inventory: Inventory, result: PlanResult) -> None:
    start = consolidate.start_from(inventory, result)
    with consolidate.planning_workers(2) as executor:
        many = consolidate.worth(inventory, result.plan, start=start, executor=executor)
    assert consolidate.answer_json(many) == consolidate.answer_json(
        consolidate.worth(inventory, result.plan, start=start)
    )


# -- against brute force ------------------------------------------------------------------------------


def refuted(inventory: Inventory, found: Worth) -> list[str]:
    """Gains of which another thing is said than all plans, tried one by one, say."""
    before = brute_force.best(inventory)
    assert before is not None
    finish = round(before.objective)
    as_soon = brute_force.best(cheapest_within(inventory, finish))
    assert as_soon is not None
    wrong = []
    for one in found.gains:
        changed = loosened(inventory, one.scarce, one.amount)
        after, cheapest = brute_force.best(changed), brute_force.best(cheapest_within(changed, finish))
        assert one.sooner is not None
        assert after is not None
        assert cheapest is not None
        sooner, saves = finish - round(after.objective), as_soon.cost - cheapest.cost
        if not one.sooner.low <= sooner <= one.sooner.high or one.sooner.quarters > sooner:
            wrong.append(f"{one.scarce.name} {one.amount}: {one.sooner}, and it is {sooner}")
        elif one.sooner.quarters == sooner and one.sooner.cost is not None:
            more = after.cost - before.cost
            if one.sooner.cost < more - 0.01:
                wrong.append(f"{one.scarce.name} {one.amount}: costs {one.sooner.cost}, and it is {more}")
        if not one.low - 0.01 <= saves <= one.high + 0.01 or one.saves > saves + 0.01:
            wrong.append(f"{one.scarce.name} {one.amount}: saves {one.low} to {one.high}, and it is {saves}")
    return wrong


def cases(folder: Path, count: int) -> list[tuple[Inventory, PlanResult]]:
    """Random inventories that minimise quarters, of which there is a plan."""
    found: list[tuple[Inventory, PlanResult]] = []
    for seed in range(80):
        inventory = load(folder / str(seed), random_inventories.write(seed, folder / str(seed)))
        if inventory.minimise == "finish" and len(found) < count:
            try:
                found.append((inventory, consolidate.make_plan(inventory, gap=0)))
            except UserError:
                continue
    return found


def test_every_gain_is_that_of_all_plans_tried(inventory: Inventory, result: PlanResult) -> None:
    for most in (1, None):
        found = asked(inventory, result, money=("10", "60"), days=5, most=most)
        assert len(found.gains) >= 8
        assert refuted(inventory, found) == []


def test_of_random_inventories_too(tmp_path: Path) -> None:
    tried = 0
    for inventory, result in cases(tmp_path, 4):
        found = asked(inventory, result, money=("25%",), most=2)
        assert refuted(inventory, found) == []
        tried += len(found.gains)
    assert tried >= 12


def test_a_wrong_number_of_quarters_is_caught(
    inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bound that is a quarter too high says that no plan with more ends sooner."""
    monkeypatch.setattr("consolidate.explain.sooner._whole", lambda bound: round(bound) + 1)
    monkeypatch.setattr("consolidate.explain.sooner.SoonerSearch._note", lambda *_: None)
    wrong = refuted(inventory, asked(inventory, result, money=("60",), of=("pot",), most=None))
    assert wrong
    assert "and it is 1" in wrong[0]


def test_a_wrong_saving_is_caught(inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound as high as what the plan costs says that nothing can be saved."""
    cost = consolidate.ledger(inventory, result.plan).total
    monkeypatch.setattr("consolidate.explain.worth.bound_at", lambda *_: cost)
    wrong = refuted(inventory, asked(inventory, result, money=("60",), of=("pot",), most=0))
    assert any("saves 0.0 to 0.0, and it is 40" in one for one in wrong)
