"""Plans near the best side by side: prices of two ledgers, what is the same, each held against the others."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
import small_inventories
from rich.console import Console

import consolidate
from consolidate.cli.alternatives_page import AlternativesPage
from consolidate.errors import InvalidArgument, OutOfTime
from consolidate.explain import alternatives as module
from consolidate.explain.alternative_words import price_line, same_line, sure_line
from consolidate.explain.alternatives import NearbyPlans, alternatives
from consolidate.explain.preconditions import undercut_line
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.loading import load
from consolidate.planning import PlanResult
from consolidate.preferring import PreferredPlan
from consolidate.vocabulary import whole_money

EN = language("en")
POUNDS = partial(whole_money, "GBP")

PROGRAMME = """
programme: {en: Small, cy: Bach}
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 0}, bronze: {exposure: 0}}
roles: {dba: {days: 10}, net: {days: 99}}
approaches:
  rehost: {medium: {quarters: 1, effort: {dba: 10}}}
  replatform: {medium: {quarters: 1, effort: {net: 1}}}
"""
SYSTEMS = """
one:
  {run_cost: 4000, tier: gold, end_of_life: 2016/17 Q1, options: [{approach: rehost, end_of_life: never, run_cost: 0}]}
two: {run_cost: 4400, tier: bronze, options: [{approach: rehost, run_cost: 0}]}
three: {run_cost: 9000, tier: bronze, options: [{approach: replatform, run_cost: 0}]}
"""


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return load(small_inventories.write(tmp_path_factory.mktemp("alternatives"), PROGRAMME, SYSTEMS))


@pytest.fixture(scope="module")
def result(inventory: Inventory) -> PlanResult:
    return consolidate.make_plan(inventory, gap=0)


@pytest.fixture(scope="module")
def found(inventory: Inventory, result: PlanResult) -> NearbyPlans:
    start = consolidate.start_from(inventory, result)
    return alternatives(inventory, result.plan, within=0.5, start=start)


def test_worked_by_hand(found: NearbyPlans) -> None:
    """`two` first, then `one`, which the dba's days keep apart, and `three` at once. `one` first is £100 dearer and
    leaves nothing unsupported; one move at a time makes `three` (£2,250 a quarter) go first: £1,100 and £1,000 more."""
    assert found.total == pytest.approx(1100 + 2000 + 2250)
    support, capital, calm, finish = found.alternatives
    assert [one.better for one in found.alternatives] == [True, False, True, False]
    assert support.more == pytest.approx(100)
    assert price_line(EN, support, found, POUNDS) == "£100 dearer, 1 fewer unsupported quarter (gold; 1 -> 0 in all)"
    assert sure_line(EN, support, found, POUNDS) == "Proven: no plan up to 50% dearer does better."
    assert calm.more == pytest.approx(1100 + 1000)
    assert price_line(EN, calm, found, POUNDS) == "£2,100 dearer, 1 fewer move in the busiest quarter (2 -> 1)"
    assert price_line(EN, finish, found, POUNDS) == "no plan was found with an earlier last cutover"
    assert sure_line(EN, finish, found, POUNDS) == "Proven: no plan up to 50% dearer does better."
    assert capital.asked.found == 0


def test_what_is_the_same_is_safe_to_start(found: NearbyPlans) -> None:
    """`three` starts at once in all three plans; `one` and `two` do not start in one quarter in all of them."""
    assert [(one.what, one.start.label, one.now) for one in found.same] == [("p/three", "2016/17 Q1", True)]
    assert same_line(EN, found) == "1 of 3 moves and builds are the same in all 3 plans, 1 of them now: safe to start."


def test_where_no_alternative_is_found_nothing_is_said_to_be_the_same(found: NearbyPlans) -> None:
    none = replace(found, alternatives=tuple(one for one in found.alternatives if not one.better))
    assert none.cheaper == 0
    assert same_line(EN, none) == "No alternative was found with which its 3 moves and builds could be compared."
    assert "No alternative was found to compare the plan with." in consolidate.alternatives_html(none)
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(AlternativesPage(none, EN))
    shown = console.export_text()
    assert "CAPITAL  no plan was found with less capital in the first year." in shown
    assert "The plan is not the cheapest" not in shown


def test_every_price_is_the_difference_of_two_ledgers(
    found: NearbyPlans, inventory: Inventory, result: PlanResult
) -> None:
    for one in found.alternatives:
        verdict = consolidate.verify_plan(inventory, one.plan)
        assert verdict.ok
        assert one.more == pytest.approx(verdict.ledger.total - result.verdict.ledger.total)
        assert one.differs.more == pytest.approx(one.more)


def test_what_is_within_the_gap_is_not_measurable(found: NearbyPlans) -> None:
    vague = replace(found, gap=150.0)
    assert price_line(EN, found.alternatives[0], vague, POUNDS).startswith("£100 dearer (not measurable: ")


def test_what_is_cheaper_than_the_plan_is_said(inventory: Inventory, found: NearbyPlans) -> None:
    """Of a plan £100 dearer than the best, both systems a quarter later than need be, whatever its gap."""
    support = found.alternatives[0]
    assert found.cheaper == 0
    assert undercut_line(language("en"), "GBP", found.cheaper, found.plan_status) == ""
    poor = replace(found, gap=5000.0, alternatives=(replace(support, more=-1900.4), *found.alternatives[1:]))
    assert price_line(EN, poor.alternatives[0], poor, POUNDS).startswith(
        "£1,900 cheaper than the plan, 1 fewer unsupported"
    )
    said = "The plan is not the cheapest: one was found that costs £1,900 less."
    assert found.plan_status == "optimal"
    for status, advice in (
        ("within_gap", " A smaller gap may find it."),
        ("feasible", ""),
        ("optimal", ""),
    ):
        assert undercut_line(language("en"), "GBP", poor.cheaper, status) == said + advice
    page = consolidate.alternatives_html(poor)
    assert "The plan is not the cheapest: one was found that costs £1,900 less." in page
    assert "£1,900 cheaper than the plan, 1 fewer unsupported quarter" in page
    vague = replace(poor, alternatives=(replace(support, more=100.0),))
    assert "£100 dearer (not measurable: within the plan&#39;s own gap), 1 fewer" in consolidate.alternatives_html(
        vague
    )


def test_executors_make_no_difference(inventory: Inventory, result: PlanResult, found: NearbyPlans) -> None:
    start = consolidate.start_from(inventory, result)
    with consolidate.planning_workers(2) as executor:
        other = alternatives(inventory, result.plan, within=0.5, start=start, executor=executor)
    assert consolidate.answer_json(other) == consolidate.answer_json(found)


# -- each plan is held against what is said of the others ------------------------------------------------


def _changed(change: Callable[[PreferredPlan], PreferredPlan], preference: str) -> Callable[..., PreferredPlan]:
    real = module.prefer

    def prefer(inventory: Inventory, plan: consolidate.Plan, wanted: str, **options: object) -> PreferredPlan:
        found = real(inventory, plan, wanted, **options)  # type: ignore[arg-type]
        return change(found) if wanted == preference else found

    return prefer


def test_a_plan_found_for_something_else_may_be_the_best_of_all(
    inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search for support that finds nothing is given the plan that another search came upon."""
    better = consolidate.prefer(inventory, result.plan, "support", within=0.5)
    best = consolidate.prefer(inventory, result.plan, "support", within=0.0)
    poor = replace(best, least=tuple(replace(one, least=0.0) for one in best.least))
    monkeypatch.setattr(module, "prefer", _changed(lambda found: poor, "support"))
    real = module.prefer

    def luckier(inventory: Inventory, plan: consolidate.Plan, wanted: str, **options: object) -> PreferredPlan:
        found = real(inventory, plan, wanted, **options)
        return replace(better, preference="finish", least=found.least) if wanted == "finish" else found

    monkeypatch.setattr(module, "prefer", luckier)
    support = alternatives(inventory, result.plan, within=0.5).alternatives[0]
    assert support.better
    assert support.more == pytest.approx(100)


def test_what_another_plan_refutes_is_not_proven(
    inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted wrong bound: that every plan near the best leaves 1 quarter unsupported, which one does not."""

    def planted(found: PreferredPlan) -> PreferredPlan:
        return replace(found, least=tuple(replace(one, least=1.0) for one in found.least))

    monkeypatch.setattr(module, "prefer", _changed(planted, "support"))
    support = alternatives(inventory, result.plan, within=0.5).alternatives[0]
    assert (support.asked.found, support.asked.least) == (0, 0)


# -- what is refused ---------------------------------------------------------------------------------------


def test_what_cannot_be_asked(inventory: Inventory, result: PlanResult) -> None:
    with pytest.raises(InvalidArgument, match="within 2: give a share from 0 to 1"):
        alternatives(inventory, result.plan, within=2)
    with pytest.raises(InvalidArgument, match="a plan of another inventory"):
        alternatives(inventory, replace(result.plan, inventory="another"))


def test_a_stop_before_anything_was_found(
    inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*given: object, **named: object) -> PreferredPlan:
        raise OutOfTime

    monkeypatch.setattr(module, "prefer", late)
    with pytest.raises(OutOfTime, match="before any alternative was found"):
        alternatives(inventory, result.plan)


def test_an_approved_plan_is_a_preference(inventory: Inventory, result: PlanResult) -> None:
    """With a plan approved in which `one` goes first there is one with no change from it."""
    other = consolidate.prefer(inventory, result.plan, "support", within=0.5).plan
    approved = replace(inventory, approved=other, approved_hash="hash", content_hash="approved", stability=0.0)
    made = consolidate.make_plan(approved, gap=0)
    found = alternatives(approved, made.plan, within=0.5)
    assert [one.preference for one in found.alternatives][-1] == "approved"
    change = found.alternatives[-1]
    assert (change.asked.before, change.asked.found, change.asked.proven) == (2, 0, True)
    assert price_line(EN, change, found, POUNDS) == "£100 dearer, 2 fewer quarters of change from the approved plan"
