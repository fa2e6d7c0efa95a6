"""What one more unit would save: steps worked by hand, and intervals against cold optima of loosened inventories."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import random_inventories
from worth_answers import asked, gain

import consolidate
from consolidate import Worth, WorthOptions
from consolidate.errors import InvalidArgument, RejectedPlan, UserError
from consolidate.explain.scarcity import loosened, scarcities
from consolidate.explain.worth import groups_of
from consolidate.forced_choices import forbidding
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.planning import PlanResult
from consolidate.starts import bound_at
from consolidate.variants import with_pot, with_role

FILES = {
    "programme.yaml": """
programme: Worth
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
roles: {engineer: {days: {2016/17: 50, 2017/18: 100}}}
capital: {common: {amount: {2016/17: 55_000, 2017/18: 0}, carry_forward: true}}
limits: [{moves: 1}]
""",
    "partners/a.yaml": """
systems:
  one:
    run_cost: 400_000
    options: [{approach: rehost, capital: 60_000, effort: {engineer: 50}, run_cost: 0}, {approach: retain}]
""",
}


def test_a_step_worked_by_hand(inventory: Inventory, result: PlanResult) -> None:
    """The move needs £60,000 of the £55,000 that there are: £4,999 more buy nothing, £5,000 the move.

    It then cuts over in 2016/17 Q1, and saves seven quarters at £100,000 for its £60,000; if the money is there in
    2017/18 only, three quarters.
    """
    found = asked(inventory, result, money=("10000",), of=("pot",))
    best = found.gains[0]
    assert (best.scarce.id, best.scarce.period, best.amount, best.enough) == ("common", "2016/17", 10_000, 5_000)
    assert best.measurable
    assert [best.saves, best.low, best.high] == pytest.approx([640_000] * 3)
    later = gain(found, "pot common", 10_000, "2017/18")
    assert [later.saves, later.low, later.high, later.enough] == pytest.approx([240_000] * 3 + [5_000])
    for period in ("2016/17", "2017/18"):
        less = gain(found, "pot common", 4_999, period)
        assert less.searched == "alone"
        assert not less.measurable
        assert [less.saves, less.low, less.high] == pytest.approx([0] * 3, abs=0.01)
    assert found.left == 0


def test_a_smaller_amount_that_is_enough_takes_no_plan_of_its_own(inventory: Inventory, result: PlanResult) -> None:
    found = asked(inventory, result, money=("6000", "20%"), of=("pot common",))  # £11,000 more are tried first
    assert gain(found, "pot common", 6_000, "2016/17").saves == pytest.approx(640_000)
    short = asked(inventory, result, money=("4000", "20%"), of=("common",))
    assert gain(short, "pot common", 4_000, "2016/17").high == pytest.approx(0, abs=0.01)


def test_what_gains_nothing_is_called_so(inventory: Inventory, result: PlanResult) -> None:
    found = asked(inventory, result, of=("role", "limit 1"))
    assert {one.scarce.kind for one in found.gains} == {"role", "limit"}
    assert not any(one.measurable or one.high > 0.01 for one in found.gains)
    assert found.left == 0


def test_without_plans_there_are_limits(inventory: Inventory, result: PlanResult) -> None:
    heard: list[Worth] = []
    start = consolidate.start_from(inventory, result)
    found = consolidate.worth(inventory, result.plan, WorthOptions(most=0), start=start, on_limits=heard.append)
    assert heard == [found]
    assert found.plans == 0
    assert {one.searched for one in found.gains} == {"no"}
    assert found.gains[0].high >= 640_000 - 0.01
    assert found.left > 0


def test_a_better_plan_found_on_the_way_is_no_gain(inventory: Inventory) -> None:
    rich = with_pot(inventory, "common", "2016/17", 60_000)
    best = consolidate.make_plan(rich, gap=0)
    poor = consolidate.make_plan(forbidding(rich, "a/one", cutover=0), gap=0).plan
    plan = replace(poor, inventory=rich.content_hash, bound=best.bound)
    options = WorthOptions(money=("10000",), most=None)
    found = consolidate.worth(rich, plan, options, start=consolidate.start_from(rich, best))
    assert found.improved == pytest.approx(100_000)  # a quarter sooner
    assert found.plans
    assert [one.saves for one in found.gains] == pytest.approx([0] * len(found.gains))
    assert not any(one.measurable for one in found.gains)


def test_what_is_refused(inventory: Inventory, result: PlanResult) -> None:
    for options, message in (
        ({"of": ("comon",)}, "there is nothing called `comon` of which there could be more; did you mean `common`?"),
        ({"of": ("7",)}, "there is nothing called `7`"),
        ({"money": ("much",)}, "`much` is no amount that could be more"),
        ({"money": ("0%",)}, "`0%` is no amount that could be more"),
        ({"days": 0.0}, "0 is no number of days that could be more"),
    ):
        with pytest.raises(UserError, match=message.replace("?", r"\?")):
            asked(inventory, result, **options)
    other = with_pot(inventory, "common", "2016/17", 0)
    start = consolidate.start_from(inventory, result)
    with pytest.raises(InvalidArgument, match="another inventory"):
        consolidate.worth(other, result.plan, start=start)


def test_a_plan_that_breaks_a_rule_is_refused(inventory: Inventory) -> None:
    rich = with_pot(inventory, "common", "2016/17", 60_000)
    moved = consolidate.make_plan(rich, gap=0)
    plan = replace(moved.plan, inventory=inventory.content_hash)
    with pytest.raises(RejectedPlan, match="the plan breaks a rule of its inventory"):
        consolidate.worth(inventory, plan, start=consolidate.start_from(rich, moved))


def test_as_json(inventory: Inventory, result: PlanResult) -> None:
    data = json.loads(consolidate.answer_json(asked(inventory, result, of=("pot",))))
    assert data["kind_of_answer"] == "Worth"
    assert data["gains"][0]["scarce"]["id"] == "common"
    assert data["gains"][0]["saves"] == pytest.approx(640_000)


def test_what_is_past_is_left_out(inventory: Inventory) -> None:
    later = replace(inventory, open=5)
    found = scarcities(later)
    assert [one.period for one in found if one.kind == "pot"] == ["2017/18"]
    assert [one.quarters for one in found if one.kind == "role"] == [(5, 6, 7)]


# -- against cold optima ------------------------------------------------------------------------------


def _cases(folder: Path, count: int) -> list[tuple[int, Inventory, PlanResult]]:
    """Random inventories of which there is a plan, with a poor one."""
    found = []
    for seed in range(60):
        inventory = load(folder / str(seed), random_inventories.write(seed, folder / str(seed)))
        if inventory.minimise == "cost" and len(found) < count:
            try:
                found.append((seed, inventory, consolidate.make_plan(inventory, gap=0.05)))
            except UserError:
                continue
    return found


def test_what_is_proven_holds_against_cold_optima(tmp_path: Path) -> None:
    """The difference of two cold optima lies between what is proven, and the bound at old prices below the optimum."""
    tried, kinds = 0, set()
    for seed, inventory, plan in _cases(tmp_path, 2):
        start = consolidate.start_from(inventory, plan)
        before = consolidate.optimize(inventory, gap=0).objective
        found = asked(inventory, plan, money=("25%",), most=2)
        for one in found.gains:
            changed = loosened(inventory, one.scarce, one.amount)
            after = consolidate.optimize(changed, gap=0).objective
            assert bound_at(changed, start) <= after + 0.01, (seed, one)
            assert one.low - 0.01 <= before - after <= one.high + 0.01, (seed, one)
            assert one.low <= one.saves <= one.high
            tried += 1
            kinds.add(one.scarce.kind)
    assert tried >= 8
    assert {"pot", "role"} <= kinds


def test_more_of_anything_keeps_every_plan(tmp_path: Path) -> None:
    """What may be loosened never takes a plan away, of inventories that use every key."""
    for _, inventory, plan in _cases(tmp_path, 4):
        for scarce in scarcities(inventory):
            for amount in scarce.amounts:
                changed = loosened(inventory, scarce, amount)
                assert changed.content_hash != inventory.content_hash
                verdict = consolidate.verify_plan(changed, plan.plan)
                assert not verdict.violations, (scarce, verdict.violations)
                assert verdict.ledger.total <= plan.verdict.ledger.total + 0.01


def test_what_is_searched_together_is_proven_for_each(inventory: Inventory, result: PlanResult) -> None:
    """Without prices all is unpriced, and one plan with more of everything comes first."""
    start = consolidate.Start(result.plan, inventory.calendar, {})
    found = consolidate.worth(inventory, result.plan, WorthOptions(money=("10000",), days=1), start=start)
    assert gain(found, "pot common", 10_000, "2016/17").saves == pytest.approx(640_000)
    idle = gain(found, "limit 1", 1)
    assert (idle.searched, idle.saves, idle.low) == ("alone", 0, 0)
    assert idle.high == pytest.approx(0, abs=0.01)


def test_groups_hold_what_is_hardly_priced(inventory: Inventory) -> None:
    every = scarcities(inventory)
    drops = dict.fromkeys(every, 0.0) | {every[1]: 70.0, every[2]: 40.0, every[3]: 20.0}
    assert groups_of(drops, 100.0) == [
        tuple(one for one in every if one not in every[1:4]),
        (every[3], every[2]),
    ]


@pytest.mark.parametrize("wrong", [1.0, 1e5])
def test_a_wrong_answer_is_caught(
    inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    """A bound that is too high by so much says that less can be gained than a cold plan gains."""
    monkeypatch.setattr("consolidate.explain.worth.bound_at", lambda *_: result.bound + wrong - 1)
    found = asked(inventory, result, money=("10000",), of=("pot",), most=0)
    best = gain(found, "pot common", 10_000, "2016/17")
    changed = loosened(inventory, best.scarce, best.amount)
    saves = result.objective - consolidate.optimize(changed, gap=0).objective
    assert not best.low - 0.01 <= saves <= best.high + 0.01


def test_workers_change_nothing(inventory: Inventory, result: PlanResult) -> None:
    richer = with_role(inventory, "engineer", 0, days=60)
    plan = consolidate.make_plan(richer, gap=0)
    start = consolidate.start_from(richer, plan)
    with consolidate.planning_workers(2) as executor:
        many = consolidate.worth(richer, plan.plan, start=start, executor=executor)
    assert consolidate.answer_json(many) == consolidate.answer_json(consolidate.worth(richer, plan.plan, start=start))
