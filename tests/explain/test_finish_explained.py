"""Explanations and decisions of plans of fewest quarters: by hand, and against cold optima of quarters and of cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from problem_cases import write

import consolidate
from consolidate.errors import NoPlan
from consolidate.explain import choice_search
from consolidate.explain.choice_words import (
    choice_sentence,
    cost_words,
    float_words,
    measure_words,
    moving_words,
    short_words,
)
from consolidate.explain.decision_words import caveat_words, missed_words
from consolidate.explain.explained import ChoiceExplained, PartnerExplained, PlanFinish, PricedChoice
from consolidate.forced_choices import forcing
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.loading import load
from consolidate.planning import PlanResult
from consolidate.variants import cheapest_within

ENGLISH = language("en")
FILES = {
    "programme.yaml": """
programme: Soon
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
minimise: finish
discount_rate: 0%
capital: {common: {amount: {2016/17: 60, 2017/18: 100}}}
freezes: [{quarters: [2017/18 Q1], stops: cutover, systems: [a/two], why: an election}]
""",
    "partners/a.yaml": """
systems:
  one: {run_cost: 400, options: [{approach: rehost, capital: 60, run_cost: 0}]}
  two:
    run_cost: 200
    options: [{approach: rehost, capital: 60, run_cost: 0}, {approach: refactor, quarters: 2, run_cost: 0}]
  three:
    run_cost: 100
    after: [one]
    earliest: 2016/17 Q3
    options: [{approach: rehost, run_cost: 96}, {approach: retain}]
""",
}


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return load(write(tmp_path_factory.mktemp("soon"), FILES))


@pytest.fixture(scope="module")
def result(inventory: Inventory) -> PlanResult:
    return consolidate.make_plan(inventory, gap=0)


def explained(inventory: Inventory, result: PlanResult, name: str) -> ChoiceExplained:
    found = consolidate.explain_choice(inventory, result.plan, name, gap=0)
    assert isinstance(found, ChoiceExplained)
    return found


def told(choices: tuple[PricedChoice, ...]) -> dict[str, tuple[int, int, float] | str]:
    return {
        " ".join([one.what, *(quarter.label for quarter in one.quarters)]): one.state
        if one.cost is None
        else (one.later, one.later_at_least, round(one.cost, 2))
        for one in choices
    }


def test_each_quarter_and_option_worked_by_hand(inventory: Inventory, result: PlanResult) -> None:
    """The pot has money for one; two is rewritten in two quarters meanwhile, so the last cutover is in 2016/17 Q2.

    A quarter later two costs £50 more to run, and three may move, which saves £1 a quarter. Rehosted, two takes the
    money of one, which then waits for that of 2017/18.
    """
    assert result.objective == 2
    two = explained(inventory, result, "a/two")
    assert two.ends == PlanFinish(two.present.quarters[-1], 0)
    assert told(two.quarters) == {
        "refactor 2016/17 Q1": "forbidden",
        "refactor 2016/17 Q3": (1, 1, 45),
        "refactor 2016/17 Q4": (2, 2, 95),
        "refactor 2017/18 Q1": "forbidden",
        "refactor 2017/18 Q2": (4, 4, 195),
        "refactor 2017/18 Q3": (5, 5, 245),
        "refactor 2017/18 Q4": (6, 6, 295),
    }
    assert told(two.others) == {"rehost 2016/17 Q1": (3, 3, 410)}
    assert (two.float_quarters, two.finish_slack) == (0, 0)
    one = explained(inventory, result, "a/one")
    assert told(one.quarters)["rehost 2016/17 Q2"] == (0, 0, 100)
    assert one.quarters[0].at_least == pytest.approx(100, abs=0.01)
    assert told(one.quarters)["rehost 2016/17 Q3"] == (1, 1, 200)


def test_in_words(inventory: Inventory, result: PlanResult) -> None:
    two, three = (explained(inventory, result, name) for name in ("a/two", "a/three"))
    assert choice_sentence(two).endswith(
        "a quarter later makes the last cutover 1 quarter later (proven), at £45 more; its next best option, rehost in "
        "2016/17 Q1, makes the last cutover 3 quarters later (proven), at £410 more."
    )
    assert measure_words(ENGLISH, two) == (
        "The plan's last cutover is in 2016/17 Q2, as soon as can be. Choices are compared by the last cutover first, "
        "those that end as soon by cost. The plan's £460 is the least of all that end as soon."
    )
    assert "with the last cutover where it is" in float_words(ENGLISH, two)
    assert moving_words(ENGLISH, three) == (
        "It would move (rehost in 2016/17 Q3) only if the programme might end later: the last cutover 1 quarter later "
        "(proven), at £5 less."
    )
    assert [one.limit for one in three.held_by] == ["the last cutover of all systems"]
    partner = consolidate.explain_choice(inventory, result.plan, "a", gap=0)
    assert isinstance(partner, PartnerExplained)
    assert partner.ends == two.ends
    assert [short_words(ENGLISH, partner, one)[1:] for one in partner.systems] == [
        ("£100 more (proven)", ""),
        ("ends 1 quarter later", "rehost: ends 3 quarters later"),
        ("", "rehost: ends 1 quarter later"),
    ]
    open_ = replace(two.others[0], later_at_least=1)
    assert cost_words(ENGLISH, two, open_) == "the last cutover at least 1, at most 3 quarters later, at £410 more"
    sooner = replace(two, others=(replace(open_, later=-1, later_at_least=0),))
    assert measure_words(ENGLISH, sooner).startswith(
        "The plan is not the soonest: one was found that ends 1 quarter sooner."
    )
    nothing = replace(open_, state="not found", cost=None, later=0, later_at_least=2)
    assert cost_words(ENGLISH, two, nothing) == "no plan found; it makes the last cutover at least 2 quarters later"


def test_a_decision_is_due_when_later_would_make_the_programme_end_later(
    inventory: Inventory, result: PlanResult
) -> None:
    calendar = consolidate.decisions(inventory, result.plan, gap=0)
    assert calendar.ends == PlanFinish(explained(inventory, result, "a/two").present.quarters[-1], 0)
    own = language("en")
    said = {one.id: missed_words(own, calendar, one) for one in calendar.decisions}
    assert said == {
        "a/one": "£100 more a quarter later (proven)",
        "a/two": "the last cutover is 1 quarter later (proven); it costs £45 more",
    }
    assert calendar.slack < 0.5
    assert caveat_words(own, calendar).endswith("The plan's £460 is the least of all that end as soon.")
    assert caveat_words(language("cy"), calendar).endswith("yw’r lleiaf o’r rhai sy’n gorffen yr un mor fuan.")
    assert "may lie £9 above the cheapest" in caveat_words(own, replace(calendar, slack=9.0))
    assert [one.latest == one.planned for one in calendar.decisions] == [True, True]
    assert "would make the last cutover later than 2016/17 Q2" in caveat_words(own, calendar)
    assert caveat_words(own, replace(calendar, slack=0.0)).endswith("is the least of all that end as soon.")
    assert caveat_words(own, replace(calendar, slack=9.0)).endswith("may lie £9 above the cheapest that ends as soon.")
    two = next(one for one in calendar.decisions if one.id == "a/two")
    assert two.missed is not None
    later = replace(two, missed=replace(two.missed, later=2))
    assert missed_words(own, calendar, later) == "the last cutover is at most 2 quarters later; it costs £45 more"
    unfound = replace(two, missed=replace(two.missed, cost=None, later=0, later_at_least=2))
    assert missed_words(own, calendar, unfound) == "the last cutover is at least 2 quarters later"


LONG = {
    "programme.yaml": """
programme: Long
horizon: {from: 2016/17 Q1, to: 2019/20 Q4}
minimise: finish
discount_rate: 0%
milestones: [{by: 2017/18 Q1, live: 100%}]
""",
    "services.yaml": """
services: {mail: {provides: email, build: {quarters: 1}}}
""",
    "partners/a.yaml": """
systems:
  email: {run_cost: 400, options: [{approach: consolidate, to: mail, run_cost: 0}]}
""",
}


def test_what_no_plan_can_have_is_proven_however_far_it_is(tmp_path: Path) -> None:
    """Ready any later than the milestone allows, however much later, the service comes too late for the only plan."""
    inventory = load(write(tmp_path / "long", LONG))
    result = consolidate.make_plan(inventory, gap=0)
    far = [one for one in explained(inventory, result, "service:mail").quarters if one.quarters[0].number > 5]
    assert len(far) == 10
    assert {(one.state, *map(str, one.forbidden_by)) for one in far} == {
        ("forbidden", "too few systems could be live by 2017/18 Q1 for milestone 1")
    }


def test_what_ends_much_later_is_found(tmp_path: Path) -> None:
    free = {**LONG, "programme.yaml": LONG["programme.yaml"].replace("milestones", "#")}
    inventory = load(write(tmp_path / "free", free))
    result = consolidate.make_plan(inventory, gap=0)
    found = explained(inventory, result, "service:mail")
    assert {one.state for one in found.quarters if one.quarters[0].number > result.objective} == {"priced"}


# -- against cold optima ------------------------------------------------------------------------------


def cold(inventory: Inventory, system: str, choice: PricedChoice) -> tuple[int, float] | None:
    """The fewest quarters with a choice, and the least cost with these; None where no plan has it."""
    option = next(one for one in inventory.systems[system].options if one.number == choice.option)
    cutovers = [quarter.number for quarter in choice.quarters]
    starts = [cutover - step.quarters + 1 for cutover, step in zip(cutovers, option.steps, strict=False)]
    forced = forcing(inventory, system, option.number, *(starts if option.approach != "retain" else []))
    try:
        quarters = consolidate.optimize(forced, gap=0).objective
    except NoPlan:
        return None
    return round(quarters), consolidate.optimize(cheapest_within(forced, round(quarters)), gap=0).objective


def wrong_answers(folder: Path) -> list[str]:
    """Choices of which another thing is said than cold optima say."""
    wrong = []
    for money in (60, 130):
        text = FILES["programme.yaml"].replace("{2016/17: 60", f"{{2016/17: {money}")
        inventory = load(write(folder / str(money), {**FILES, "programme.yaml": text}))
        result = consolidate.make_plan(inventory, gap=0)
        for system in ("a/one", "a/two", "a/three"):
            found = consolidate.explain_choice(inventory, result.plan, system, nearest=3, gap=0)
            assert isinstance(found, ChoiceExplained)
            for choice in (*found.quarters, *found.others):
                if choice.state == "forbidden":
                    continue
                best = cold(inventory, system, choice)
                said = (
                    None if choice.cost is None else (round(result.objective) + choice.later, found.total + choice.cost)
                )
                if (best is None) != (said is None) or (best and said and best != pytest.approx(said, abs=0.01)):
                    wrong.append(f"{money} {system} {choice.what} {choice.quarters}: {best} is not {said}")
                elif choice.later != choice.later_at_least:
                    wrong.append(f"{money} {system} {choice.quarters}: not proven")
    return wrong


def test_every_answer_is_that_of_cold_optima(tmp_path: Path) -> None:
    assert wrong_answers(tmp_path) == []


def test_a_level_that_ends_a_quarter_too_late_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "consolidate.explain.finish_levels.cheapest_within",
        lambda inventory, quarters: cheapest_within(inventory, quarters + 1),
    )
    assert wrong_answers(tmp_path)


def test_what_a_search_finds_is_true_too(
    inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a large inventory: no plan ends sooner than is proven, and those found end no sooner than the best."""
    monkeypatch.setattr(choice_search, "EXACT", 0)
    priced = 0
    for system in ("a/one", "a/two"):
        found = explained(inventory, result, system)
        for choice in (*found.quarters, *found.others):
            if choice.state != "forbidden" and (best := cold(inventory, system, choice)) is not None:
                assert best[0] >= result.objective + choice.later_at_least
                assert choice.cost is None or best <= (
                    result.objective + choice.later,
                    found.total + choice.cost + 0.01,
                )
                priced += choice.cost is not None
    assert priced >= 8
