"""Money is exact to the penny whatever the size, and all sides agree on what is possible."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain, combinations
from pathlib import Path

import pytest
import small_inventories
from builders import inventory, plan_of, pot, rehost, retain, role, system
from little_work import little_work

from consolidate import optimizer
from consolidate.accounts.ledger import ledger
from consolidate.accounts.verdict import verify_plan, violations
from consolidate.errors import NoPlan, OutOfTime
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.optimizer import optimize
from consolidate.solving.exact.digits import digit_rows
from consolidate.solving.exact.solver import SolveLimits
from consolidate.solving.infeasibility.way_out import way_out

SIZES = (Decimal("10_000_000"), Decimal("1_000_000_000"), Decimal("1_000_000_000_000"))
PENNY = Decimal("0.01")


def all_must_move(amount: Decimal, over: Decimal, quarters: int, minimise: str = "cost") -> Inventory:
    """Three systems that must move; what they cost together is ``over`` what the pot holds."""
    first, second = (amount / 7).quantize(PENNY), (amount / 3).quantize(PENNY)
    costs = (first, second, amount + over - first - second)
    systems = (
        system(f"a/{number}", rehost(capital={"pot": float(cost)}, quarters=quarters))
        for number, cost in enumerate(costs)
    )
    return inventory(*systems, pots=[pot("pot", float(amount))], T=4, minimise=minimise)


def possible(inv: Inventory) -> bool:
    try:
        with little_work():
            plan = optimize(inv, gap=0).plan
    except NoPlan:
        return False
    assert not violations(inv, plan)
    return True


@pytest.mark.parametrize("quarters", [1, 3])
@pytest.mark.parametrize("over", [-PENNY, Decimal(0), PENNY])
@pytest.mark.parametrize("amount", SIZES)
def test_a_pot_is_spent_to_the_last_penny_and_no_further(amount: Decimal, over: Decimal, quarters: int) -> None:
    inv = all_must_move(amount, over, quarters)
    plan = plan_of(inv, dict.fromkeys(inv.systems, (1, 0)))
    fits = over <= 0
    assert [one.rule for one in violations(inv, plan)] == ([] if fits else ["capital"])
    assert possible(inv) == fits
    assert possible(replace(inv, minimise="finish")) == fits


@pytest.mark.parametrize("over", [Decimal(0), PENNY])
@pytest.mark.parametrize("amount", SIZES)
def test_the_decomposition_spends_no_more_either(
    amount: Decimal, over: Decimal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimizer, "LARGE", 0)
    monkeypatch.setattr(optimizer, "LARGE_CHOICES", 0)
    inv = all_must_move(amount, over, 3)
    if over:  # which it need not prove
        with pytest.raises((NoPlan, OutOfTime)), little_work():
            optimize(inv)
    else:
        assert possible(inv)


@pytest.mark.parametrize("amount", SIZES)
def test_what_is_short_is_named_to_the_penny(amount: Decimal, tmp_path: Path) -> None:
    third = (amount / 3).quantize(PENNY)
    programme = f"capital: {{common: {{amount: {{2016/17: {amount}}}}}}}"
    systems = "\n".join(
        f"{name}: {{must_move: yes, options: [{{approach: rehost, quarters: 3, capital: {cost}}}]}}"
        for name, cost in (("first", amount + PENNY - third), ("second", third))
    )
    way = way_out(load(small_inventories.write(tmp_path, programme, systems)), SolveLimits())
    assert [one.line for one in way.relaxations] == [f"relax: pot common 2016/17 +0.01 = {amount + PENNY}"]


@pytest.mark.parametrize("amount", SIZES)
def test_with_carry_forward_all_that_has_gone_before_counts(amount: Decimal) -> None:
    def spends(second: Decimal) -> Inventory:
        return inventory(
            system("a/x", rehost(capital={"pot": float(amount / 4)})),
            system("a/y", rehost(capital={"pot": float(second)})),
            pots=[pot("pot", [float(amount / 2), float(amount / 2)], carry_forward=True)],
        )

    for over in (Decimal(0), PENNY):
        inv = spends(amount * 3 / 4 + over)
        plan = plan_of(inv, {"a/x": (1, 0), "a/y": (1, 5)})
        assert bool(violations(inv, plan)) == bool(over)
        assert possible(inv) == (not over)


@pytest.mark.parametrize("amount", SIZES)
def test_a_target_is_met_to_the_penny(amount: Decimal) -> None:
    for short in (Decimal(0), PENNY):
        half = (amount / 2).quantize(PENNY)
        saving = rehost(run_cost=0.0)
        inv = inventory(
            *(system(f"a/{n}", retain(), saving, run_cost=float(half)) for n in range(2)),
            *(system(f"a/stays-{n}", retain(), run_cost=float(half)) for n in range(20)),
            targets={"2017/18": float(2 * half + short)},
        )
        moved = {"a/0": (2, 0), "a/1": (2, 0)}
        assert bool(violations(inv, plan_of(inv, moved))) == bool(short)
        assert possible(inv) == (not short)


@pytest.mark.parametrize("days", [1e3, 1e6, 1e9])
def test_days_over_their_limit_are_over_it_whatever_the_size(days: float) -> None:
    for over in (0.0, 0.01):
        work = rehost(quarters=3, effort={"dba": [days / 3, days / 3 + over, days / 3]})
        inv = inventory(system("a/x", work), roles=[role("dba", days / 3)], T=3)
        assert bool(violations(inv, plan_of(inv, {"a/x": (1, 0)}))) == bool(over)
        assert possible(inv) == (not over)


def some_may_move(rng: random.Random, amount: float) -> tuple[Inventory, list[Decimal], Decimal]:
    """Systems that may move and a pot that just about holds some of them: their costs, and what the pot holds."""
    costs = [Decimal(f"{rng.uniform(0.05, 1) * amount:.2f}") for _ in range(rng.randint(3, 5))]
    quarters = rng.choice((1, 2, 3))
    held = sum((cost for cost in costs if rng.random() < 0.7), Decimal(0)) + rng.choice((-PENNY, Decimal(0), PENNY))
    held = max(held, PENNY)
    systems = (
        system(
            f"a/{number}",
            retain(),
            rehost(capital={"pot": float(cost)}, quarters=quarters, run_cost=0.0),
            run_cost=rng.randint(1, 9) * amount,
        )
        for number, cost in enumerate(costs)
    )
    return inventory(*systems, T=4, pots=[pot("pot", float(held))]), costs, held


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("amount", [1e7, 1e9, 1e12])
def test_the_best_choice_within_a_pot_is_found(amount: float, seed: int) -> None:
    """A solver that takes 0.999999 for 1 believes in plans that cost too much, and loses those that do not."""
    inv, costs, held = some_may_move(random.Random(seed), amount)

    def cost(moved: Sequence[int]) -> float:
        return ledger(inv, plan_of(inv, {f"a/{number}": (2, 0) for number in moved})).total

    every = chain.from_iterable(combinations(range(len(costs)), size) for size in range(len(costs) + 1))
    best = min(cost(moved) for moved in every if sum(costs[number] for number in moved) <= held)
    plan = optimize(inv, gap=0).plan
    assert verify_plan(inv, plan).ok
    assert plan.objective == pytest.approx(best, rel=1e-9)


def test_rows_in_digits_say_what_one_row_does() -> None:
    """Over all ways to choose, with the least carries; and small rows stay as they are."""
    amounts = {"x": 45_062_439.78, "y": 90_234_092.57 / 3 * 2, "z": 46_350_675.99}
    limit = 45_062_439.78 + 46_350_675.99
    names = iter(range(100))
    rows = digit_rows(amounts, limit, lambda: next(names))
    assert len(rows) > 2
    assert all(abs(factor) <= 1000 for row in rows for factor in row.terms.values())
    for taken in chain.from_iterable(combinations(amounts, size) for size in range(4)):
        values: dict[object, float] = {key: float(key in taken) for key in amounts}
        values.update({row.carry: 0.0 for row in rows if row.carry is not None})
        for row in rows:
            if row.carry is not None:
                values[row.carry] = row.carried(values)
        kept = all(sum(f * values[var] for var, f in row.terms.items()) <= row.limit for row in rows)
        assert kept == (sum(amounts[key] for key in taken) <= limit), taken
    assert digit_rows({"x": 500_000.0, "y": 1_000_000.0}, 1e9, list) == []  # some thousand times half a million
