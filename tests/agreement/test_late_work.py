"""Work that was reported to end beyond the horizon, interfaces with it, and budgets that these strain."""

from __future__ import annotations

import random
from dataclasses import replace
from math import isclose
from pathlib import Path

import numpy as np
import pytest
from every_progress import every_plan, progressed
from random_progress import with_budget, with_late_work

import consolidate as c
from consolidate.accounts.ledger import Ledger
from consolidate.accounts.verdict import violations
from consolidate.inventory import Inventory
from consolidate.planning import make_plan
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.formulation.choices import system_choices
from consolidate.solving.formulation.costs import STAY, Timing
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.solving.formulation.resources import Budgets

pytestmark = pytest.mark.usefixtures("little")

SEEDS = range(300, 400)
AMPLE = 1e9


def strained(seed: int, at: Path) -> tuple[Inventory, list[Ledger]] | None:
    """A random inventory with late work and a budget that some plans break, and the books of those that do not."""
    data = progressed(seed, at)
    data = None if data is None else with_late_work(data, seed)
    if data is None:
        return None
    ample = with_budget(data, seed, AMPLE)
    accepted = [book for plan, book in every_plan(ample) if not violations(ample, plan, book)]
    if not accepted:
        return None
    at_most = random.Random(seed).choice(accepted).revenue[0] + 1e-4
    return with_budget(data, seed, at_most), [book for book in accepted if book.revenue[0] <= at_most]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimum_is_the_best_of_all_plans_within_the_budget(seed: int, tmp_path: Path) -> None:
    found = strained(seed, tmp_path / "inventory")
    if found is None:
        return
    data, books = found
    best = min(float(book.finish) if data.minimise == "finish" else book.total for book in books)
    made = make_plan(data, gap=0)
    assert made.verdict.ok
    assert isclose(made.plan.objective, best, rel_tol=1e-6, abs_tol=0.01)
    assert isclose(made.plan.bound, best, rel_tol=1e-6, abs_tol=0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_budget_that_no_plan_keeps_has_a_cheapest_way_out(seed: int, tmp_path: Path) -> None:
    """It is as much more as the least that any plan spends is over it: no horizon need be longer for that."""
    found = strained(seed, tmp_path / "inventory")
    if found is None:
        return
    data, books = found
    least = min(book.revenue[0] for book in books)
    short = with_budget(data, seed, least - 1_000)
    with pytest.raises(c.NoPlan) as refused:
        make_plan(short, gap=0)
    relaxed = [line for line in refused.value.lines if line.startswith("relax: ")]
    if all("budget" in line for line in relaxed):
        amount = float(relaxed[0].split("+")[1].split(" ")[0].replace(",", ""))
        assert len(relaxed) == 1
        assert isclose(amount, 1_000, abs_tol=1.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_cost_and_spend_what_the_closed_forms_say(seed: int, tmp_path: Path) -> None:
    data = progressed(seed, tmp_path / "inventory")
    data = None if data is None else with_late_work(data, seed)
    if data is None:
        return
    left = remaining_of(replace(with_budget(data, seed, AMPLE), targets=())).inventory
    columns, budgets = Columns(left, left.plan_quarters), Budgets(left)
    alone, both = columns.saved[0]
    stays = sum(budgets.own_cost(0, system, STAY, Timing()) for system in left.systems.values())
    assert columns.savings[0] == pytest.approx(stays - left.budgets[0].at_most)
    for system in columns.systems:
        staying = budgets.own_cost(0, system, STAY, Timing())
        for choice in system_choices(columns.prices, system, columns.bounds, left.plan_quarters, relaxed=False):
            column = columns.column(choice)
            assert columns.price(column) == pytest.approx(choice.cost, rel=1e-9, abs=1e-6)
            spent = sum(amount for _, amount in budgets.of_choice(choice))
            if len(column.rows) == 1:
                saved = alone[column.rows[0], column.starts[0]]
            elif column.rows:
                saved = both[columns.place_of[column.rows[0]], columns.pair_number(*column.starts)]
            else:
                saved = 0.0
            assert saved == pytest.approx(staying - spent, rel=1e-9, abs=1e-6)
    assert np.isfinite(columns.savings).all()
