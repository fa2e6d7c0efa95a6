"""Why a plan does what it does: every kind of figure against cold, independent optima, and by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import random_inventories
from problem_cases import write

import consolidate
from consolidate.errors import InvalidArgument, NoPlan, RejectedPlan, UserError
from consolidate.explain import choice_search
from consolidate.explain.choice_search import ChoiceSearch
from consolidate.explain.choice_words import (
    break_even_words,
    choice_sentence,
    cost_words,
    float_words,
    in_rows,
    measure_words,
    moving_words,
    partner_sentence,
)
from consolidate.explain.explained import ChoiceExplained, PartnerExplained, PricedChoice
from consolidate.explain.forbidden import what_else_is_late
from consolidate.explain.loosened_limits import limits_on, starting_later
from consolidate.explain.plan_reading import PlanReading
from consolidate.forced_choices import building, forcing, not_building
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.loading import load
from consolidate.planning import Disagreement, PlanResult

ENGLISH = language("en")
TINY = 0.01

FILES = {
    "programme.yaml": """
programme: Explained
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 100}}
capital: {common: {amount: {2016/17: 60, 2017/18: 100}}}
freezes: [{quarters: [2017/18 Q1], stops: cutover, systems: [a/two], why: an election}]
""",
    "partners/a.yaml": """
systems:
  one: {run_cost: 400, options: [{approach: rehost, capital: 60, run_cost: 0}]}
  two: {run_cost: 200, options: [{approach: rehost, capital: 60, run_cost: 0}, {approach: retain}]}
  three:
    run_cost: 100
    after: [one]
    earliest: 2016/17 Q3
    latest: 2017/18 Q3
    options: [{approach: rehost, run_cost: 96}, {approach: retain}]
""",
}


def explain(inventory: Inventory, result: PlanResult, name: str) -> ChoiceExplained:
    found = consolidate.explain_choice(inventory, result.plan, name, gap=0)
    assert isinstance(found, ChoiceExplained)
    return found


def costs(choices: tuple[PricedChoice, ...]) -> dict[str, float | str]:
    return {
        ", ".join(one.label for one in choice.quarters) or choice.what: choice.state
        if choice.cost is None
        else round(choice.cost, 2)
        for choice in choices
    }


def test_each_quarter_and_option_worked_by_hand(inventory: Inventory, result: PlanResult) -> None:
    """One moves in 2016/17 Q1 and saves £100 a quarter; two has money a year later, and 2017/18 Q1 is frozen for it."""
    found = explain(inventory, result, "a/one")
    assert [one.label for one in found.present.quarters] == ["2016/17 Q1"]
    # A quarter later costs £100; from 2017/18 on it takes two's money: two moves in 2016/17 Q1 instead of 2017/18 Q2.
    assert costs(found.quarters) == {
        "2016/17 Q2": pytest.approx(100, abs=5),
        "2016/17 Q3": pytest.approx(200, abs=5),
        "2016/17 Q4": pytest.approx(300, abs=5),
        "2017/18 Q1": pytest.approx(400 - 250, abs=5),
        "2017/18 Q2": pytest.approx(500 - 250, abs=5),
        "2017/18 Q3": pytest.approx(600 - 250, abs=5),
        "2017/18 Q4": pytest.approx(700 - 250, abs=5),
    }
    assert all(choice.at_least == pytest.approx(choice.cost, abs=TINY) for choice in found.quarters)
    moved = found.quarters[3]
    assert [one.system for one in moved.steps if one.system != "a/one"][:1] == ["a/two"]
    assert sum(line.more for line in moved.costs) == pytest.approx(moved.cost)
    assert (found.float_quarters, [one.id for one in found.waits]) == (0, ["a/three"])


def test_what_forbids_a_quarter_is_named(inventory: Inventory, result: PlanResult) -> None:
    forbidden = {
        one.quarters[0].label: one.forbidden_by
        for one in explain(inventory, result, "a/two").quarters
        if one.forbidden_by
    }
    assert forbidden == {"2017/18 Q1": ("a freeze forbids a cutover in 2017/18 Q1 (an election)",)}
    forbidden = {
        one.quarters[0].label: one.forbidden_by
        for one in explain(inventory, result, "a/three").quarters
        if one.forbidden_by
    }
    assert forbidden["2016/17 Q1"] == (
        "work on it may not begin before 2016/17 Q3 (earliest)",
        "it waits for a/one, live from 2016/17 Q2 at the soonest",
    )
    assert forbidden["2016/17 Q2"] == ("work on it may not begin before 2016/17 Q3 (earliest)",)
    assert forbidden["2017/18 Q4"] == ("it has to cut over by 2017/18 Q3 (latest)",)


def test_a_partner_that_joins_later_is_named_and_is_no_date_that_could_go(tmp_path: Path) -> None:
    programme = """
programme: Joining
horizon: {from: 2016/17 Q1, to: 2016/17 Q4}
discount_rate: 0%
"""
    moving = "{run_cost: 400, options: [{approach: rehost, run_cost: 0}, {approach: retain}]"
    files = {
        "programme.yaml": programme,
        "partners/a.yaml": f"systems: {{one: {moving}}}}}\n",
        "partners/b.yaml": "joins: 2016/17 Q2\n"
        f"systems: {{two: {moving}}}, three: {moving}, earliest: 2016/17 Q3}}}}\n",
    }
    inventory = load(write(tmp_path, files))
    result = consolidate.make_plan(inventory, gap=0)
    two, three = (explain(inventory, result, name) for name in ("b/two", "b/three"))
    assert two.quarters[0].forbidden_by == ("its partner takes part from 2016/17 Q2 only",)
    assert (two.held_by, two.not_held_by) == ((), ())
    assert three.quarters[0].forbidden_by == ("work on it may not begin before 2016/17 Q3 (earliest)",)
    assert [(one.limit, one.saves) for one in three.held_by] == [
        ("no work on it before 2016/17 Q3 (earliest)", pytest.approx(100))
    ]


def test_limits_that_hold_a_system_are_shown_by_plans(inventory: Inventory, result: PlanResult) -> None:
    """Two waits for money and for the election; with £60 more a year it moves in 2016/17 Q1 and saves £50 a quarter."""
    found = explain(inventory, result, "a/two")
    assert [one.label for one in found.present.quarters] == ["2017/18 Q2"]
    money, freeze = found.held_by
    assert money.limit.startswith("capital of common (tried with £60 more in each period)")
    assert [one.label for one in money.quarters] == ["2016/17 Q1"]
    assert (money.saves, money.at_least) == (pytest.approx(250), pytest.approx(250, abs=TINY))
    assert freeze.limit == "freeze 1 (an election)"
    assert [one.label for one in freeze.quarters] == ["2017/18 Q1"]
    assert freeze.saves == pytest.approx(50)
    early = explain(inventory, result, "a/three")
    assert [(one.limit, one.quarters[0].label) for one in early.held_by] == [
        ("no work on it before 2016/17 Q3 (earliest)", "2016/17 Q2")
    ]


@pytest.mark.parametrize("exact", [0, choice_search.EXACT])
def test_limits_that_hold_a_system_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: int) -> None:
    """Two lacks £60 and all the days of a year in which one moves: neither alone lets it move; both do, a year sooner.

    One saves £400 a year from 2017/18 on, two £200; with both it saves them a year sooner.
    """
    monkeypatch.setattr(choice_search, "EXACT", exact)
    files = {
        "programme.yaml": """
programme: Together
horizon: {from: 2016/17 Q1, to: 2018/19 Q4}
discount_rate: 0%
capital: {common: {amount: {2016/17: 60, 2017/18: 100, 2018/19: 100}}}
roles: {builder: {days: {default: 10}}}
""",
        "partners/a.yaml": """
systems:
  one:
    run_cost: 400
    options: [{approach: rehost, quarters: 4, capital: 60, run_cost: 0, effort: {builder: 40}}]
  two:
    run_cost: 200
    options: [{approach: rehost, quarters: 4, capital: 60, run_cost: 0, effort: {builder: 40}}, {approach: retain}]
""",
    }
    inventory = load(write(tmp_path, files))
    result = consolidate.make_plan(inventory, gap=0)
    found = explain(inventory, result, "a/two")
    assert [one.label for one in found.present.quarters] == ["2017/18 Q4"]
    (held,) = found.held_by
    assert held.limit == (
        "capital of common (tried with £60 more in each period), together with role builder (tried with 10 more days a "
        "quarter)"
    )
    assert [one.label for one in held.quarters] == ["2016/17 Q4"]
    assert held.saves == pytest.approx(200)
    assert found.not_held_by == ()
    assert explain(inventory, result, "a/one").held_by == ()


def test_float_and_the_critical_path(inventory: Inventory, result: PlanResult) -> None:
    """The last cutover is two's, in 2017/18 Q2: it is critical; one may be late until three would end after that."""
    two, one = explain(inventory, result, "a/two"), explain(inventory, result, "a/one")
    assert (two.finish_slack, two.waits) == (0, ())
    assert one.finish_slack == 1 + 3  # three starts a quarter after one is live, and ends three before two
    assert [(wait.id, wait.slack) for wait in one.waits] == [("a/three", 1)]
    assert "on the critical path" in float_words(ENGLISH, two)


STAYS = {
    "programme.yaml": """
programme: Stays
horizon: {from: 2016/17 Q1, to: 2016/17 Q4}
discount_rate: 0%
""",
    "partners/a.yaml": """
systems:
  one: {run_cost: 40, options: [{approach: rehost, capital: 60, run_cost: 0}, {approach: retain}]}
  two: {run_cost: 40, options: [{approach: retain}]}
""",
}


def test_what_would_make_a_system_move(tmp_path: Path) -> None:
    """To move one costs £60 and saves £30: it would have to be £30 cheaper."""
    inventory = load(write(tmp_path, STAYS))
    result = consolidate.make_plan(inventory, gap=0)
    found = explain(inventory, result, "a/one")
    assert costs(found.others) == {"2016/17 Q1": pytest.approx(30)}
    assert moving_words(ENGLISH, found) == (
        "It would move (rehost in 2016/17 Q1) if that were more than £30 cheaper, at the latest; "
        "not before it is £30 cheaper (proven)."
    )
    alone = explain(inventory, result, "a/two")
    assert (alone.others, alone.quarters) == ((), ())
    assert consolidate.choice_sentence(alone).endswith("nothing else is left to decide about it.")


SERVICE = {
    "programme.yaml": """
programme: Service
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
""",
    "services.yaml": """
services:
  hub: {provides: email, build: {quarters: 1, capital: 500, run_cost: 0}}
""",
    "partners/a.yaml": """
systems:
  big:
    capability: email
    users: 50
    run_cost: 200
    options: [{approach: consolidate, to: hub, quarters: 1, run_cost: 0}, {approach: retain}]
  mid:
    capability: email
    users: 30
    run_cost: 160
    options: [{approach: consolidate, to: hub, quarters: 1, run_cost: 0}, {approach: retain}]
  low:
    capability: email
    users: 20
    run_cost: 80
    options: [{approach: consolidate, to: hub, quarters: 1, run_cost: 0}, {approach: retain}]
""",
}


@pytest.mark.parametrize("exact", [250, 0])
def test_a_service_with_how_many_systems_it_pays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: int) -> None:
    """Built for £500 it serves from 2016/17 Q3 on, six quarters: £300, £240 and £120 saved; two of three pay for it."""
    monkeypatch.setattr(choice_search, "EXACT", exact)
    inventory = load(write(tmp_path, SERVICE))
    result = consolidate.make_plan(inventory, gap=0)
    found = explain(inventory, result, "hub")
    even = found.break_even
    assert even is not None
    assert even.first == ("a/big", "a/mid", "a/low")
    assert (even.systems, even.users, even.of_systems, even.of_users) == (2, 80, 3, 100)
    assert even.saves == pytest.approx(40)
    assert break_even_words(ENGLISH, found).startswith("It pays with 2 systems (80 users), or fewer, of the 3 systems")
    assert costs(found.others) == {"not built": pytest.approx(160)}
    assert costs(found.quarters)["2016/17 Q3"] == pytest.approx(110)  # a quarter later: £440 a year


YEARS = {
    "programme.yaml": """
programme: By the year
horizon: {from: 2016/17 Q1, to: 2018/19 Q4}
discount_rate: 0%
budgets: [{year: 2016/17, at_most: 90}, {year: 2018/19, at_most: 1_000}]
targets: [{year: 2018/19, savings: 42, partners: [a]}]
""",
    "partners/a.yaml": """
systems:
  one: {run_cost: 40, options: [{approach: rehost, one_off: 60, run_cost: 0}, {approach: retain}]}
  two: {run_cost: 40, options: [{approach: rehost, one_off: 20, run_cost: 38}, {approach: retain}]}
""",
}


@pytest.mark.parametrize("exact", [250, 0])
def test_budgets_and_targets_hold_a_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: int) -> None:
    """One saves £10 a quarter once it has moved for £60, for which there is no room in the budget of 2016/17: it waits
    for a year, and two with it, which moves for the target alone: £40 and £2 more."""
    monkeypatch.setattr(choice_search, "EXACT", exact)
    inventory = load(write(tmp_path, YEARS))
    result = consolidate.make_plan(inventory, gap=0)
    one, two = (explain(inventory, result, name) for name in ("a/one", "a/two"))
    assert [quarter.label for quarter in one.present.quarters] == ["2017/18 Q1"]
    held = {str(limit.limit): limit for found in (one, two) for limit in found.held_by}
    budget = held["budgets of all (tried with £100 more in each year)"]
    assert [quarter.label for quarter in budget.quarters] == ["2016/17 Q1"]
    assert budget.saves == pytest.approx(42)
    assert budget.saves == pytest.approx(result.objective - (cold(replace(inventory, budgets=())) or 0.0))
    target = held["targets of a (tried with £98 less in each year)"]
    assert (target.what, target.quarters) == ("retain", ())
    assert target.saves == pytest.approx(result.objective - (cold(replace(inventory, targets=())) or 0.0))
    assert "targedau a (rhoddwyd cynnig ar £98 yn llai ym mhob blwyddyn)" in choice_sentence(two, "cy")


def test_where_a_search_finds_no_plan_it_is_planned_exactly_whether_there_is_one(
    inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an inventory too large to plan every choice exactly, and a search that finds nothing at all."""
    exactly = explain(inventory, result, "a/one")
    monkeypatch.setattr(choice_search, "EXACT", 0)
    for method in ("with_column", "with_service"):
        monkeypatch.setattr(f"consolidate.explain.choice_search.HeldChoices.{method}", lambda *given: None)
    found = explain(inventory, result, "a/one")
    assert costs(found.quarters) == pytest.approx(costs(exactly.quarters))
    assert [one.at_least for one in found.quarters] == pytest.approx(
        [one.at_least for one in exactly.quarters], abs=TINY
    )
    monkeypatch.setattr(choice_search, "EXACT_AFTERWARDS", 0)
    assert set(costs(explain(inventory, result, "a/one").quarters).values()) == {"not found"}


def test_what_no_plan_can_do_is_told_from_what_was_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One and two share the money of 2016/17, and both must move in it: neither can wait for the next year's."""
    files = dict(FILES)
    files["programme.yaml"] = FILES["programme.yaml"].replace("2016/17: 60, 2017/18: 100", "2016/17: 120, 2017/18: 60")
    files["programme.yaml"] += "milestones: [{by: 2016/17 Q4, live: 100%, systems: [a/one, a/two]}]\n"
    inventory = load(write(tmp_path, files))
    result = consolidate.make_plan(inventory, gap=0)
    monkeypatch.setattr(choice_search, "EXACT", 0)
    later = {one.quarters[0].label: one for one in explain(inventory, result, "a/one").quarters}["2017/18 Q1"]
    assert later.state == "forbidden"
    assert later.forbidden_by == ("too few systems could be live by 2016/17 Q4 for milestone 1",)
    assert "erbyn 2016/17 Ch4" in language("cy").said(later.forbidden_by[0])


@pytest.mark.parametrize("exact", [250, 0])
def test_a_milestone_is_named_that_the_first_of_two_steps_would_miss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: int
) -> None:
    """Both systems have to be live by 2016/17 Q2; the second step may then be whenever it is best."""
    monkeypatch.setattr(choice_search, "EXACT", exact)
    programme = """
programme: Two steps
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
milestones: [{by: 2016/17 Q2, live: 100%}]
"""
    systems = """
systems:
  one: {run_cost: 400, options: [{approach: rehost, run_cost: 200, then: {approach: refactor, run_cost: 0}}]}
  two: {run_cost: 400, options: [{approach: rehost, run_cost: 0}]}
"""
    inventory = load(write(tmp_path, {"programme.yaml": programme, "partners/a.yaml": systems}))
    result = consolidate.make_plan(inventory, gap=0)
    for name in ("a/one", "a/two"):
        first = {one.quarters[0].label: one for one in explain(inventory, result, name).quarters}["2016/17 Q3"]
        assert first.forbidden_by == ("too few systems could be live by 2016/17 Q2 for milestone 1",), name
    others = explain(inventory, result, "a/one").quarters
    assert sum(one.state == "priced" for one in others) > 3  # the second step in other quarters


def cold(variant: Inventory) -> float | None:
    """The optimum of a variant, planned from nothing; None where no plan keeps the rules."""
    try:
        return consolidate.optimize(variant, gap=0).objective
    except NoPlan:
        return None


def variants_of(inventory: Inventory, found: ChoiceExplained) -> Iterator[tuple[PricedChoice, Inventory]]:
    """Each choice of an explanation with the inventory in which it alone is left."""
    for choice in (*found.quarters, *found.others):
        if found.kind == "service":
            if choice.what == "not built":
                if not inventory.services[found.id].must_build:
                    yield choice, not_building(inventory, found.id)
            elif not choice.what.startswith("built for"):
                yield choice, building(inventory, found.id, *(one.number for one in choice.quarters))
            continue
        option = next(one for one in inventory.systems[found.id].options if one.number == choice.option)
        if choice in found.others or not choice.quarters:
            yield choice, forcing(inventory, found.id, option.number)
        elif len(option.steps) == 1:
            start = choice.quarters[0].number - option.first.quarters + 1
            if start >= 0:
                yield choice, forcing(inventory, found.id, option.number, start)


SEEDS = (3, 6, 7, 8, 15, 21, 38, 49, 57, 64, 65)
"""Of random inventories with a plan, most of which move or build something."""


def cases(folder: Path, seeds: Sequence[int]) -> Iterator[tuple[int, Inventory, PlanResult, str]]:
    for seed in seeds:
        inventory = load(folder / str(seed), random_inventories.write(seed, folder / str(seed)))
        if inventory.minimise == "finish" or inventory.progress is not None:
            continue
        try:
            result = consolidate.make_plan(inventory, gap=0)
        except UserError:
            continue
        services = [id for id, one in inventory.services.items() if one.build is not None]
        names = [*(f"service:{id}" for id in services[:1]), *list(inventory.systems)[:2]]
        for name in names:
            yield seed, inventory, result, name


def check_choice(choice: PricedChoice, total: float, best: float | None, *, exact: bool) -> None:
    """What is said of a choice holds of the optimum with it."""
    if choice.state in ("forbidden", "impossible"):
        assert best is None
        return
    if best is None:
        assert choice.cost is None
        return
    more = best - total
    slack = 1e-6 * max(abs(total), 1.0) + 0.01
    assert choice.at_least is None or choice.at_least <= more + slack
    if choice.cost is not None:
        assert choice.cost >= more - slack
        if exact:
            assert choice.cost == pytest.approx(more, abs=slack)
    assert not exact or choice.state == "priced"


@pytest.mark.parametrize("exact", [True, False])
def test_every_answer_holds_against_cold_optima(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    """Of random inventories, planned anew for each choice: exactly what is said; searched: at least and at most."""
    monkeypatch.setattr(choice_search, "EXACT", 10**9 if exact else 0)
    states: dict[str, int] = {}
    for _, inventory, result, name in cases(tmp_path, SEEDS if exact else SEEDS[::2]):
        start = consolidate.start_from(inventory, result)
        found = consolidate.explain_choice(inventory, result.plan, name, gap=0, start=start)
        assert isinstance(found, ChoiceExplained)
        for choice, variant in variants_of(inventory, found):
            check_choice(choice, found.total, cold(variant), exact=exact)
            states[choice.state] = states.get(choice.state, 0) + 1
        loosened = (
            {one.limit: one.inventory for one in limits_on(reading_of(inventory, result), found.id)}
            if found.kind == "system"
            else {}
        )
        for limit in found.held_by:
            best = cold(loosened[limit.limit])
            assert best is not None
            assert found.total - limit.saves >= best - 0.01  # no plan without the limit saves more
    assert states["priced"] > 10, states
    assert states["forbidden"] > 5, states


def test_what_the_dates_alone_are_said_to_forbid_has_no_plan(tmp_path: Path) -> None:
    """Of random inventories, every start of every option that leaves another system no quarter: all planned."""
    said = 0
    for seed in range(1, 60):
        inventory = load(tmp_path / str(seed), random_inventories.write(seed, tmp_path / str(seed)))
        if inventory.progress is not None:
            continue
        for system in inventory.systems.values():
            options = [one for one in system.options if one.approach != "retain" and one.then is None]
            starts = [(one.number, start) for one in options for start in range(inventory.plan_quarters)]
            late = (forcing(inventory, system.id, *one) for one in starts)
            found = [one for one in late if what_else_is_late(one, system.id)]
            for two in (one for one in system.options if one.then is not None):
                taken = forcing(inventory, system.id, two.number)
                later = (starting_later(taken, system.id, start) for start in range(inventory.plan_quarters))
                found += [one for one in later if what_else_is_late(one, system.id)][:1]
            said += len(found)
            assert all(cold(one) is None for one in found[-3:])
        for service in inventory.services.values():
            if service.build is None:
                continue
            ready = range(service.build.quarters, inventory.plan_quarters)
            found = [one for one in (building(inventory, service.id, q) for q in ready) if what_else_is_late(one, "")]
            said += len(found)
            assert all(cold(one) is None for one in found[:3])
    assert said > 20, said


def reading_of(inventory: Inventory, result: PlanResult) -> PlanReading:
    return PlanReading(inventory, result.plan, consolidate.verify_plan(inventory, result.plan).ledger)


def test_a_plan_that_does_something_else_is_no_answer(
    inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChoiceSearch, "exactly", lambda self, variant: (self.plan, self.plan.bound))
    with pytest.raises(Disagreement, match="does something else"):
        explain(inventory, result, "a/one")


def test_a_plan_with_a_wrong_cost_is_no_answer(
    inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    exactly = ChoiceSearch.exactly

    def cheaper(self: ChoiceSearch, variant: Inventory) -> choice_search.Answer:
        plan, bound = exactly(self, variant)
        return plan and replace(plan, objective=plan.objective - 50), bound

    monkeypatch.setattr(ChoiceSearch, "exactly", cheaper)
    with pytest.raises(Disagreement, match="the ledger rejects"):
        explain(inventory, result, "a/one")


def test_what_cannot_be_explained_is_said(inventory: Inventory, result: PlanResult, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="did you mean"):
        explain(inventory, result, "a/onne")
    other = load(write(tmp_path / "other", STAYS))
    with pytest.raises(RejectedPlan):
        explain(other, result, "a/one")
    with pytest.raises(InvalidArgument, match="give 1 or more"):
        consolidate.explain_choice(inventory, result.plan, "a/one", nearest=0)


def test_a_partners_systems_in_short(inventory: Inventory, result: PlanResult) -> None:
    found = consolidate.explain_choice(inventory, result.plan, "partner:a", gap=0)
    assert isinstance(found, PartnerExplained)
    assert [one.id for one in found.systems] == ["a/one", "a/two", "a/three"]
    one, two = found.systems[:2]
    assert one.later is not None
    assert one.later.cost == pytest.approx(explain(inventory, result, "a/one").quarters[0].cost)
    assert one.other is None
    assert two.other is not None
    assert (two.other.what, two.other.cost) == ("retain", pytest.approx(40))
    assert "1 is on the critical path" in partner_sentence(ENGLISH, found)
    assert partner_sentence(ENGLISH, found).startswith("a: 3 of 3 systems move; ")
    ends = [
        replace(one, outcome=what) for one, what in zip(found.systems, ("moves", "retires", "renewed"), strict=True)
    ]
    counted = partner_sentence(ENGLISH, replace(found, systems=tuple(ends)))
    assert counted.startswith("a: 1 of 3 systems moves, 1 retires, 1 is renewed in place; ")
    assert json.loads(consolidate.answer_json(found))["kind_of_answer"] == "PartnerExplained"
    assert "A quarter later" in consolidate.explanation_html(found)


TWO_STEPS = {
    "programme.yaml": """
programme: Two steps
horizon: {from: 2016/17 Q1, to: 2017/18 Q2}
discount_rate: 0%
roles: {dba: {days: {default: 2, 2016/17 Q2: 4, 2016/17 Q4: 4}, agency: {days: {2016/17 Q3: 2}, day_rate: 6}}}
""",
    "partners/a.yaml": """
systems:
  one:
    run_cost: 80
    options:
      - {approach: rehost, run_cost: 40, then: {approach: refactor, effort: {dba: 4}, run_cost: 0}}
      - {approach: retain}
  two: {run_cost: 60, options: [{approach: rehost, effort: {dba: 4}, run_cost: 0}, {approach: retain}]}
""",
}


def test_a_first_step_in_another_quarter_is_priced_with_the_best_second(tmp_path: Path) -> None:
    inventory = load(write(tmp_path, TWO_STEPS))
    result = consolidate.make_plan(inventory, gap=0)
    assert result.plan.objective == pytest.approx(80)  # one in Q1 and 2016/17 Q4, two in Q2
    start = consolidate.start_from(inventory, result)
    found = consolidate.explain_choice(inventory, result.plan, "a/one", gap=0, start=start)
    assert isinstance(found, ChoiceExplained)
    priced = {tuple(quarter.number for quarter in one.quarters): one for one in found.quarters if one.cost is not None}
    # With the first step in Q2 the second is best in Q4, beside two in Q2: 40 + 20 for one, 30 for two. In Q3 it
    # would be 40 + 10 + 12 for agency staff, and 30; its bound alone is lower.
    assert {key: one.cost for key, one in priced.items()} == pytest.approx(
        {(0, 1): 7, (0, 2): 2, (1, 3): 10, (2, 3): 20}
    )
    assert all(one.at_least == pytest.approx(one.cost) for one in priced.values())


def test_a_partners_next_best_options_are_the_cheapest(tmp_path: Path) -> None:
    """Of a small inventory; that with the least bound may cost more."""
    ways = """
      - {approach: rehost, run_cost: 80, then: {approach: refactor, effort: {dba: 4}, run_cost: 0, capital: 60}}
      - {approach: relocate, effort: {dba: 1}, run_cost: 40}
      - {approach: retain}
"""
    systems = f"""
systems:
  one:
    run_cost: 80
    options:{ways}
  two:
    run_cost: 200
    options: [{{approach: rehost, effort: {{dba: 2}}, capital: 60, run_cost: 0}}, {{approach: retain}}]
"""
    programme = """
programme: Next best
horizon: {from: 2016/17 Q1, to: 2017/18 Q2}
discount_rate: 0%
roles: {dba: {days: 2, agency: {days: {2016/17 Q2: 4}, day_rate: 10}}}
capital: {common: {amount: {2016/17: 60, 2017/18: 60}}}
"""
    inventory = load(write(tmp_path, {"programme.yaml": programme, "partners/a.yaml": systems}))
    result = consolidate.make_plan(inventory, gap=0)
    start = consolidate.start_from(inventory, result)
    short = consolidate.explain_choice(inventory, result.plan, "partner:a", gap=0, start=start)
    assert isinstance(short, PartnerExplained)
    for one in short.systems:
        whole = consolidate.explain_choice(inventory, result.plan, one.id, gap=0, start=start)
        assert isinstance(whole, ChoiceExplained)
        assert one.other is not None
        assert one.other.cost == pytest.approx(min(other.cost for other in whole.others if other.cost is not None))


def test_a_limit_holds_it_only_where_that_is_proven(inventory: Inventory, result: PlanResult) -> None:
    """Of a plan that is not the best, a plan without a limit may be cheaper for another reason."""
    found = explain(inventory, result, "a/two")
    assert " It is held by " in consolidate.choice_sentence(found)
    unproven = replace(found, held_by=tuple(replace(one, at_least=0.0) for one in found.held_by))
    assert " It may be held by " in consolidate.choice_sentence(unproven)
    assert " held by " not in consolidate.choice_sentence(replace(found, held_by=()))


def test_that_a_cheaper_plan_was_found_is_said_once(inventory: Inventory, result: PlanResult) -> None:
    """Beside a plan that is not proven well, with what to do; each choice says only what it costs less."""
    found = explain(inventory, result, "a/one")
    assert measure_words(ENGLISH, found).startswith("Costs are compared with the plan's")
    priced = next(one for one in found.quarters if one.cost is not None)
    poor = replace(found, slack=9_000.0, quarters=(replace(priced, cost=-951.0, at_least=None),))
    poor = replace(poor, plan_status="within_gap")
    assert measure_words(ENGLISH, poor).startswith(
        "The plan is not the cheapest: one was found that costs £951 less. A smaller gap may find it. Costs are"
    )
    assert "not the cheapest" not in cost_words(ENGLISH, poor, poor.quarters[0])


def test_quarters_that_the_same_forbids_are_one_row(inventory: Inventory, result: PlanResult) -> None:
    found = consolidate.explain_choice(inventory, result.plan, "a/three", gap=0)
    assert isinstance(found, ChoiceExplained)
    rows = [called for called, _ in in_rows(ENGLISH, found, found.quarters)]
    assert rows[:3] == ["2016/17 Q1", "2016/17 Q2", "2016/17 Q4"]
    same = replace(
        found, quarters=tuple(replace(one, forbidden_by=("x",), cost=None, state="forbidden") for one in found.quarters)
    )
    # The plan's own quarter, 2016/17 Q3, is none of them.
    called = [called for called, _ in in_rows(ENGLISH, same, same.quarters)]
    assert called == ["2016/17 Q1 to 2016/17 Q2", "2016/17 Q4 to 2017/18 Q4"]


def test_fewer_quarters_and_a_stop(inventory: Inventory, result: PlanResult) -> None:
    near = consolidate.explain_choice(inventory, result.plan, "a/one", nearest=1, gap=0)
    assert isinstance(near, ChoiceExplained)
    assert [one.quarters[0].label for one in near.quarters] == ["2016/17 Q2"]
    stopped = consolidate.ProgressMonitor(stop=lambda: True)
    nothing = consolidate.explain_choice(inventory, result.plan, "a/one", monitor=stopped)
    assert isinstance(nothing, ChoiceExplained)
    assert (nothing.quarters, nothing.others, nothing.held_by) == ((), (), ())


def test_the_page_is_the_same_each_time(inventory: Inventory, result: PlanResult) -> None:
    pages = [consolidate.explanation_html(explain(inventory, result, "a/two")) for _ in range(2)]
    assert pages[0] == pages[1]
    assert "capital of common" in pages[0]
    assert "<script" not in pages[0]
