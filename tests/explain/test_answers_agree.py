"""One choice has one figure: explanations, the calendar of decisions and what-if answers agree on what it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import generate
import pytest
import random_inventories
from generate import Hardness

import consolidate
from consolidate import Decision
from consolidate.errors import UserError
from consolidate.explain import choice_search, what_if
from consolidate.explain.choice_search import ChoiceSearch
from consolidate.explain.explained import ChoiceExplained, PartnerExplained, PricedChoice
from consolidate.explain.explained_plans import Way
from consolidate.forced_choices import building, cutting_over, forbidding, forcing, not_building, taking
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.planning import PlanResult
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import ProgressMonitor

PENNY = 0.005
POOR = 0.5
"""A gap with which a search ends with the first plan that it finds."""


@dataclass(frozen=True)
class Case:
    """An inventory with a plan, of which choices are searched for and not planned exactly."""

    inventory: Inventory
    result: PlanResult
    start: Start

    def explained(self, name: str, nearest: int | None = None) -> ChoiceExplained:
        found = consolidate.explain_choice(
            self.inventory, self.result.plan, name, nearest=nearest, start=self.start, gap=0.02
        )
        assert isinstance(found, ChoiceExplained)
        return found

    def at_most(self, changed: Inventory) -> float:
        """What a plan with a change costs at most more than the plan there is, where the search for it ends with the
        first plan: with what a better plan without it, found on the way, costs less."""
        options = consolidate.PlanOptions(gap=POOR, certify=False, start=self.start)
        found = consolidate.what_if(self.inventory, self.result.plan, changed, options)
        return found.cost - found.improved


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("generated")
    generate.write(folder, 24, 3, Hardness(), partners=6)
    inventory = load(folder)
    result = consolidate.make_plan(inventory, gap=0.02)
    return Case(inventory, result, consolidate.start_from(inventory, result))


def same(rows: tuple[PricedChoice, ...], one: PricedChoice) -> PricedChoice | None:
    return next(
        (row for row in rows if (row.option, row.what, row.quarters) == (one.option, one.what, one.quarters)), None
    )


def answers_of(one: Decision) -> Iterator[PricedChoice]:
    yield from (each for each in (one.missed, one.again, one.otherwise) if each is not None and each.cost is not None)


def test_explain_and_decisions_have_the_same_figure(case: Case) -> None:
    """In the same quarter, to the penny; of another option, which may be in another quarter, no more than there."""
    calendar = consolidate.decisions(case.inventory, case.result.plan, later=2, start=case.start, gap=0.02)
    same_quarter = other_option = 0
    for decision in calendar.decisions:
        if decision.kind not in ("start", "build") or not any(answers_of(decision)) or same_quarter > 6:
            continue
        found = case.explained(f"service:{decision.id}" if decision.kind == "build" else decision.id, nearest=4)
        for one in answers_of(decision):
            row = same((*found.quarters, *found.others), one)
            if row is not None:
                assert row.cost is not None
                assert one.cost is not None
                assert row.cost <= one.cost + PENNY
                assert one.option != found.present.option or row.cost == pytest.approx(one.cost, abs=PENNY)
                same_quarter += 1
            else:
                option = next(row for row in found.others if row.option == one.option)
                assert option.cost is not None
                assert one.cost is not None
                assert option.cost <= one.cost + PENNY
                other_option += 1
    assert same_quarter > 3


def test_a_partner_in_short_has_the_figures_of_its_systems(case: Case) -> None:
    partner = next(iter(case.inventory.partners))
    found = consolidate.explain_choice(
        case.inventory, case.result.plan, f"partner:{partner}", start=case.start, gap=0.02
    )
    assert isinstance(found, PartnerExplained)
    for short in [one for one in found.systems if one.later is not None or one.other is not None][:3]:
        whole = case.explained(short.id)
        for one in (short.later, short.other):
            if one is not None and one.cost is not None:
                row = same((*whole.quarters, *whole.others), one)
                assert row is not None
                assert row.cost == pytest.approx(one.cost, abs=PENNY)


def test_what_is_found_depends_on_no_earlier_search(case: Case) -> None:
    def search() -> ChoiceSearch:
        return ChoiceSearch(case.inventory, case.result.plan, case.start, 0.02, ProgressMonitor())

    used, figures = search(), {}
    for turn in range(2):
        for system in [*case.inventory.systems][:8]:
            for one in sorted(used.held.choices(system), key=lambda each: (each.least, each.starts))[:2]:
                plan, _ = used.holding(one)
                figures[turn, one.column] = None if plan is None else plan.objective
    for (_, column), figure in figures.items():
        assert figure == figures[0, column]
        fresh = search().held.with_column(column)
        assert (fresh is None) == (figure is None)
    assert len(figures) > 20


def changes_of(inventory: Inventory, found: ChoiceExplained) -> Iterator[tuple[PricedChoice, Inventory]]:
    """Rows of an explanation, each with a change that it does what is asked for."""
    now = [one.number for one in found.present.quarters]
    for one in found.quarters:
        when = [each.number for each in one.quarters]
        if one.cost is None:
            continue
        if found.kind == "service":
            yield one, building(inventory, found.id, when[0])
        elif len(when) == 1:
            option = next(each for each in inventory.systems[found.id].options if each.number == one.option)
            if option.goes_live:
                yield one, cutting_over(inventory, found.id, when[0])
            yield one, forcing(inventory, found.id, option.number, when[0] - option.first.quarters + 1)
            if now and when[0] != now[0]:
                yield one, forbidding(inventory, found.id, cutover=now[0])
    for one in found.others:
        if one.cost is not None and found.kind == "system" and one.option is not None:
            yield one, taking(inventory, found.id, [one.option])
        elif one.cost is not None and not one.what.startswith("built"):
            yield one, not_building(inventory, found.id)


def nearest(case: Case, name: str, quarters: int = 2) -> list[tuple[PricedChoice, Inventory]]:
    return list(changes_of(case.inventory, case.explained(name, nearest=quarters)))


def test_what_if_never_shows_more_than_the_explanation(case: Case) -> None:
    moving = dict.fromkeys(move.system for move in case.result.plan.moves)
    services = [f"service:{build.service}" for build in case.result.plan.builds]
    dearer = 0
    for name in (*[*moving][:2], *services[:1]):
        for row, changed in nearest(case, name):
            assert row.cost is not None
            assert case.at_most(changed) <= row.cost + PENNY, (name, row)
            poor = consolidate.make_plan(changed, gap=POOR, certify=False, start=case.start).plan.objective
            dearer += poor - case.result.plan.objective > row.cost + PENNY
    assert dearer > 0, "the search of what-if by itself finds no more than the explanation in any case"


def test_once_a_stop_was_requested_no_explanation_is_begun(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def begun(*_: object) -> list[Way]:
        raise AssertionError("an explanation was begun")

    _, changed = nearest(case, next(move.system for move in case.result.plan.moves), 1)[0]
    stopped: list[bool] = []
    monkeypatch.setattr(what_if, "explained_ways", begun)
    monkeypatch.setattr(what_if, "make_plan", planning_until(stopped))
    options = consolidate.PlanOptions(gap=POOR, certify=False, start=case.start)
    monitor = ProgressMonitor(stop=lambda: bool(stopped))
    found = consolidate.what_if(case.inventory, case.result.plan, changed, options, monitor=monitor)
    assert stopped
    assert found.plans.new_total > 0


def planning_until(stopped: list[bool]) -> Callable[..., PlanResult]:
    """Plans as ever, and notes it as it ends: from then on a stop is requested."""

    def plan(inventory: Inventory, **options: Any) -> PlanResult:
        found = consolidate.make_plan(inventory, **options)
        stopped.append(True)
        return found

    return plan


@pytest.mark.parametrize("seed", [7, 8, 21])
def test_the_same_of_small_inventories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Planned exactly or searched; of least cost, and of fewest quarters, where the last cutover counts first."""
    inventory = load(tmp_path, random_inventories.write(seed, tmp_path))
    for minimise in ("cost", "finish"):
        for exact in (0, choice_search.EXACT):
            monkeypatch.setattr(choice_search, "EXACT", exact)
            own = replace(inventory, minimise=minimise, progress=None, content_hash=f"{seed} {minimise}")
            try:
                result = consolidate.make_plan(own, gap=0)
            except UserError:
                continue
            case = Case(own, result, consolidate.start_from(own, result))
            moving = dict.fromkeys(move.system for move in result.plan.moves)
            for name in [*moving][:1]:
                for row, changed in nearest(case, name, 1):
                    options = consolidate.PlanOptions(gap=POOR, certify=False, start=case.start)
                    found = consolidate.what_if(own, result.plan, changed, options)
                    assert row.cost is not None
                    assert (found.quarters, found.cost) <= (row.later, row.cost + PENNY) or minimise == "cost"
                    assert minimise == "finish" or found.cost - found.improved <= row.cost + PENNY
