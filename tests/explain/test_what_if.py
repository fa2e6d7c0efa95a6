"""What a change does: figures against independent optima, and what is proven always holds them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path

import pytest
import random_inventories
from problem_cases import write

import consolidate
from consolidate import WhatIf
from consolidate.errors import InvalidArgument, NoPlan, RejectedPlan
from consolidate.explain.diff_words import what_if_line
from consolidate.explain.what_if import ChangeBounds
from consolidate.forced_choices import cutting_over, forbidding, taking
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.loading import load
from consolidate.planning import PlanResult
from consolidate.restricting import only_restricts
from consolidate.variants import delayed, with_pot, with_role
from consolidate.vocabulary import whole_money

EN = language("en")
POUNDS = partial(whole_money, "GBP")

FILES = {
    "programme.yaml": """
programme: What if
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 100}}
capital: {common: {amount: {2016/17: 60, 2017/18: 100}}}
""",
    "partners/a.yaml": """
systems:
  one: {run_cost: 400, options: [{approach: rehost, capital: 60, run_cost: 0}, {approach: retain}]}
  two: {run_cost: 200, options: [{approach: rehost, capital: 60, run_cost: 0}, {approach: retain}]}
""",
}


OPTIMUM = consolidate.PlanOptions(gap=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("what-if"), FILES)


@pytest.fixture(scope="module")
def inventory(folder: Path) -> Inventory:
    return load(folder)


@pytest.fixture(scope="module")
def result(inventory: Inventory) -> PlanResult:
    return consolidate.make_plan(inventory, gap=0)


def test_worked_by_hand(inventory: Inventory, result: PlanResult, folder: Path) -> None:
    """One moves in 2016/17 Q1 (it saves £700), two a year later (it saves £150): the pot has money for one a year.

    With twice the pot in 2016/17 two moves a year sooner and saves its £200 of that year.
    """
    changed = load(folder, changes=["capital.common.2016/17=+100%"])
    found = consolidate.what_if(inventory, result.plan, changed, OPTIMUM, changes=["more"])
    assert (found.cost, found.quarters) == (pytest.approx(-200), -4)
    assert found.low == pytest.approx(-200, abs=0.01)
    assert found.high == pytest.approx(-200, abs=0.01)
    assert [(one.system, one.what, one.quarters) for one in found.plans.steps] == [("a/two", "sooner", -4)]
    assert what_if_line(EN, found, POUNDS) == "It saves £200."


def test_what_changes_nothing_is_called_so(inventory: Inventory, result: PlanResult, folder: Path) -> None:
    changed = load(folder, changes=["capital.common.2017/18=+50%"])
    found = consolidate.what_if(inventory, result.plan, changed, OPTIMUM)
    assert found.plans.same
    assert not found.measurable
    assert what_if_line(EN, found, POUNDS).startswith("No measurable difference: the plan that was found costs as much")
    assert "between" not in what_if_line(EN, found, POUNDS), "an interval without any width is none to speak of"


def test_a_better_plan_found_on_the_way_is_no_effect_of_the_change(inventory: Inventory, folder: Path) -> None:
    poor = consolidate.make_plan(forbidding(inventory, "a/two", option=1), gap=0).plan
    there = consolidate.make_plan(inventory, gap=0)
    waiting = replace(poor, inventory=inventory.content_hash, bound=there.bound)
    changed = load(folder, changes=["capital.common.2017/18=+50%"])
    found = consolidate.what_if(inventory, waiting, changed, OPTIMUM)
    assert found.improved == pytest.approx(90)  # two moves: £150 saved for £60
    assert found.cost == pytest.approx(0)
    assert not found.measurable


def test_without_a_plan_it_says_what_stands_in_the_way(inventory: Inventory, result: PlanResult) -> None:
    forced = with_pot(taking(inventory, "a/one", [1]), "common", "2016/17", 0)
    with pytest.raises(NoPlan):
        consolidate.what_if(inventory, result.plan, with_pot(forced, "common", "2017/18", 0))


def test_a_plan_of_something_else_is_refused(inventory: Inventory, result: PlanResult) -> None:
    other = with_pot(inventory, "common", "2016/17", 0)
    with pytest.raises(InvalidArgument, match="another inventory"):
        consolidate.what_if(other, result.plan, inventory)
    with pytest.raises(RejectedPlan, match="the old plan breaks a rule"):
        consolidate.what_if(other, replace(result.plan, inventory=other.content_hash), inventory, OPTIMUM)


CHANGES: tuple[Callable[[Inventory], Inventory], ...] = (
    lambda i: delayed(i, 1),
    lambda i: with_pot(i, *_first_pot(i)),
    lambda i: with_role(i, next(id for id, role in i.roles.items() if role.days is not None), 0, days=0),
    lambda i: forbidding(i, next(id for id, system in i.systems.items() if len(system.options) > 1), option=1),
    lambda i: cutting_over(i, next(iter(i.systems)), i.plan_quarters - 1),
    lambda i: with_pot(i, *_first_pot(i, 3.0)),
    lambda i: with_role(with_pot(i, *_first_pot(i)), next(iter(i.roles)), 0, agency_days=1_000),
)
GIVES = 5
"""Which of them only gives; the next gives and takes, all others only restrict."""


def _first_pot(inventory: Inventory, factor: float = 0.5) -> tuple[str, str, float]:
    pot = next(iter(inventory.pots.values()))
    return pot.id, pot.periods[0].label, pot.periods[0].amount * factor


_cases: dict[int, tuple[Inventory, Inventory, float, float] | None] = {}


def _case(seed: int, folder: Path) -> tuple[Inventory, Inventory, float, float] | None:
    """A random inventory and a change of it, with the cold optima of both; None where one of them has no plan."""
    if seed not in _cases:
        _cases[seed] = _new_case(seed, folder)
    return _cases[seed]


def _new_case(seed: int, folder: Path) -> tuple[Inventory, Inventory, float, float] | None:
    inventory = load(folder, random_inventories.write(seed, folder))
    try:
        changed = CHANGES[seed % len(CHANGES)](inventory)
        before, after = (consolidate.optimize(one, gap=0).objective for one in (inventory, changed))
    except (StopIteration, consolidate.UserError):
        return None
    return inventory, changed, before, after


def _answer(case: tuple[Inventory, Inventory, float, float]) -> WhatIf:
    """The answer of a poor plan."""
    inventory, _, _, _ = case
    plan = consolidate.make_plan(inventory, gap=0.05)
    options = consolidate.PlanOptions(0.005, start=consolidate.start_from(inventory, plan))
    return consolidate.what_if(inventory, plan.plan, case[1], options)


def _is_true(found: WhatIf, before: float, after: float) -> bool:
    """Whether the difference of two optima lies in what is said to be proven."""
    assert found.low is not None
    assert found.high is not None
    return found.low - 0.01 <= after - before <= found.high + 0.01


def test_what_is_proven_holds_against_cold_optima(tmp_path: Path) -> None:
    """Of random inventories and changes: the difference of two cold optima lies in the interval of a poor plan, too."""
    tried = set()
    for seed in range(49):
        if (case := _case(seed, tmp_path / str(seed))) is None:
            continue
        found, kind = _answer(case), seed % len(CHANGES)
        assert seed > 10 or found == _answer(case)
        assert found.cost == pytest.approx(found.plans.new_total - found.plans.old_total)
        if case[0].minimise == "cost":
            assert _is_true(found, *case[2:]), seed
            assert found.high is not None
            assert found.low is not None
            if kind == GIVES:
                assert max(found.cost, found.high) <= 0.01
            elif kind < GIVES:
                assert min(found.cost, found.low) >= -0.01
            tried.add(seed)
    assert len(tried) >= 15
    assert {seed % len(CHANGES) for seed in tried} == set(range(len(CHANGES)))


def _contradicted(folder: Path) -> int:
    """How many differences of cold optima do not lie in what is proven when only poor plans and bounds are known."""
    wrong = 0
    for seed in range(49):
        case = _case(seed, folder / str(seed))
        if case is not None and case[0].minimise == "cost":
            inventory, changed, before, after = case
            known = ChangeBounds.of(inventory, changed, before * 1.3, before * 0.7)
            low, high = known.between(after * 1.3, after * 0.7)
            wrong += not low - 0.01 <= after - before <= high + 0.01
    return wrong


def test_a_change_that_is_taken_for_another_kind_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _contradicted(tmp_path) == 0
    for planted in (lambda old, new: True, lambda old, new: only_restricts(new, old)):
        monkeypatch.setattr("consolidate.explain.what_if.only_restricts", planted)
        assert _contradicted(tmp_path) > 0


def test_a_smaller_pot_costs_nothing_or_more_from_the_first_words_on(
    inventory: Inventory, result: PlanResult, folder: Path
) -> None:
    less, more = (load(folder, changes=[f"capital.common.2016/17={by}"]) for by in ("-10%", "+10%"))
    known = ChangeBounds.of(inventory, less, 1_000.0, 900.0)
    assert known.between(inf, -inf) == (0, inf)
    assert known.between(1_500.0, 400.0) == (0, 600)
    assert known.between(1_500.0, 1_200.0) == (200, 600)
    known = ChangeBounds.of(inventory, more, 1_000.0, 900.0)
    assert known.between(inf, -inf) == (-inf, 0)
    assert known.between(980.0, 400.0) == (-600, 0)
    assert known.between(930.0, 920.0) == (-80, 0)
    assert known.between(910.0, 920.0) == (-80, -10)  # what is proven with more money holds without it
    both = load(folder, changes=["capital.common.2016/17=-10%", "capital.common.2017/18=+10%"])
    assert ChangeBounds.of(inventory, both, 1_000.0, 900.0).between(1_500.0, 400.0) == (-600, 600)


def test_what_the_plan_says_is_proven_is_proven_of_less_money(
    inventory: Inventory, result: PlanResult, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The inventory with less money was read from its files: the plan's bound, better than that of prices, holds."""
    start = replace(consolidate.start_from(inventory, result), bound=-inf)
    changed = load(folder, changes=["capital.common.2016/17=59"])
    monkeypatch.setattr("consolidate.optimizer.SMALL_CHOICES", 0)  # nothing is so small that it is planned at once
    found = consolidate.what_if(inventory, result.plan, changed, consolidate.PlanOptions(gap=0.9, start=start))
    assert found.plans.new_total * (1 - found.gap) >= result.bound - 0.01
    weaker = consolidate.make_plan(changed, gap=0.9, start=replace(start, prices={}))
    assert weaker.bound < result.bound - 0.01  # which by itself was not found again


def test_no_measurable_difference_is_not_said_of_what_was_not_settled(
    inventory: Inventory, result: PlanResult, folder: Path
) -> None:
    """A plan that is known to within £30: what lies within that twice cannot be measured, more is left open."""
    some = consolidate.what_if(inventory, result.plan, load(folder, changes=["capital.common.2016/17=+100%"]), OPTIMUM)
    near = replace(some, cost=20.0, low=0.0, high=50.0, slack=30.0)
    assert near.settled
    assert what_if_line(EN, near, POUNDS) == (
        "No measurable difference: the plan that was found costs £20 more; the change is proven to cost between "
        "nothing and £50 more; the plan there is may itself lie £30 above the best."
    )
    far = replace(some, cost=700.0, low=-40.0, high=730.0, slack=30.0)
    assert not far.settled
    assert what_if_line(EN, far, POUNDS) == (
        "Not settled: the plan that was found costs £700 more; the change is proven to cost between £40 less and "
        "£730 more."
    )


def test_where_quarters_are_minimised_a_cheaper_plan_that_ends_later_is_no_better(tmp_path: Path) -> None:
    """System two cuts over at once for £60 of the common pot, though it saved more money were it to wait for one."""
    files = {**FILES, "programme.yaml": FILES["programme.yaml"] + "minimise: finish\n"}
    files["partners/a.yaml"] = """
systems:
  one: {run_cost: 400, must_move: yes, options: [{approach: rehost, capital: 60, run_cost: {default: 400}}]}
""".replace("{default: 400}", "410")
    inventory = load(write(tmp_path, files))
    plan = consolidate.make_plan(inventory, gap=0)
    changed = load(tmp_path, changes=["capital.common.2016/17=0"])
    found = consolidate.what_if(inventory, plan.plan, changed)
    assert found.quarters == 4
    assert found.plans.new_total < found.plans.old_total  # to run it costs more
    assert found.low is None
    assert found.improved == 0


def test_as_json(inventory: Inventory, result: PlanResult, folder: Path) -> None:
    changed = load(folder, changes=["capital.common.2016/17=+100%"])
    found = consolidate.what_if(inventory, result.plan, changed, OPTIMUM, changes=["capital.common.2016/17=+100%"])
    data = json.loads(consolidate.answer_json(found))
    assert data["kind_of_answer"] == "WhatIf"
    assert data["changes"] == ["capital.common.2016/17=+100%"]
    assert data["cost"] == pytest.approx(-200)
