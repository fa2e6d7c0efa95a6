"""The proof of a bound as a file: what is written proves what it says, and nothing else passes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import brute_force
import builders
import numpy as np
import pytest
from random_inventories import loaded as inventory

from consolidate.errors import RejectedPlan
from consolidate.inventory import Inventory
from consolidate.solving.decomposition.certificate import Certificate, certificate_json, certify, prices, recompute
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.subgradient import ascend


def certified(data: Inventory) -> Certificate:
    columns = Columns(data, data.plan_quarters)
    lagrangian = Lagrangian(columns)
    return certify(columns, ascend(lagrangian, lagrangian.zero(), 60)[0])


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_what_is_written_proves_the_same_bound(seed: int) -> None:
    data = inventory(seed)
    made = certified(data)
    if made.bound == float("inf"):
        return  # a system without any choice: no bound to write
    again = recompute(certificate_json(made, data), data, "certificate.json")
    assert again.bound == pytest.approx(made.bound, rel=1e-12)
    for family, values in made.multipliers.items():
        assert (again.multipliers[family] == values).all(), family


SEED = 7


@pytest.fixture(scope="module")
def data() -> Inventory:
    return inventory(SEED)


@pytest.fixture(scope="module")
def text(data: Inventory) -> str:
    return certificate_json(certified(data), data)


def altered(text: str, **changes: Any) -> str:
    return json.dumps({**json.loads(text), **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"inventory": "0" * 64}, "another inventory"),
        ({"scenario": "no-such"}, "another inventory"),
        ({"quarters": 0}, "quarters"),
        ({"quarters": True}, "quarters"),
        ({"quarters": 10_000}, "quarters"),
        ({"quarters": 1}, "the whole horizon"),
        ({"bound": 1e30}, "its prices prove"),
        ({"bound": "much"}, "its prices prove"),
        ({"bound": float("nan")}, "its prices prove"),
        ({"format": 2}, "not a certificate"),
        ({"prices": []}, "prices"),
        ({"prices": {"wishes": []}}, "prices"),
        ({"prices": {"staff": [["nobody", 1.0]]}}, "no price of this inventory"),
        ({"prices": {"staff": [[["a", "list"], 1.0]]}}, "no price of this inventory"),
        ({"prices": {"staff": "all"}}, "no price of this inventory"),
        ({"prices": {"staff": [7]}}, "no price of this inventory"),
    ],
)
def test_what_is_not_a_proof_is_refused(data: Inventory, text: str, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(RejectedPlan, match=said):
        recompute(altered(text, **changes), data, "certificate.json")


def test_a_price_below_nothing_is_refused(data: Inventory, text: str) -> None:
    role = next(role.id for role in data.roles.values() if role.days is not None)
    with pytest.raises(RejectedPlan, match="below 0"):
        recompute(altered(text, prices={"staff": [[role, -1.0]]}), data, "certificate.json")


def test_prices_that_cancel_prove_nothing() -> None:
    """One system that must move, in the second quarter, for £10. Its day costs 0.00007 there and a trillion in
    the quarter before, in which nobody has a day: a sum over both rounds the small price up, and a million
    days make £52 of that. What such prices seem to prove is no bound."""
    days = 1e6
    data = builders.inventory(
        builders.system("a/x", builders.rehost(effort={"dba": days}, one_off=10)),
        roles=[builders.role("dba", [0, days])],
        T=2,
    )
    columns = Columns(data, 2)
    lagrangian = Lagrangian(columns)
    prices = lagrangian.zero()
    prices["staff"][:] = [1e12, 0.00007]
    assert lagrangian.evaluate(prices).bound > 50  # as it seems
    made = certify(columns, prices)
    assert made.bound < 10
    again = recompute(certificate_json(made, data), data, "certificate.json")
    assert again.bound < 10
    with pytest.raises(RejectedPlan, match="its prices prove"):
        recompute(altered(certificate_json(made, data), bound=50), data, "certificate.json")


@pytest.mark.parametrize("seed", range(0, 60, 5))
def test_rounding_takes_nothing_off_an_honest_bound(seed: int) -> None:
    data = inventory(seed)
    columns = Columns(data, data.plan_quarters)
    lagrangian = Lagrangian(columns)
    multipliers, bound = ascend(lagrangian, lagrangian.zero(), 60)
    if bound < float("inf"):
        assert certify(columns, multipliers).bound == pytest.approx(bound, rel=1e-6, abs=1e-3)


@pytest.mark.parametrize("seed", range(1, 40, 3))
def test_any_prices_prove_no_more_than_the_cheapest_plan_costs(seed: int) -> None:
    """Prices drawn at random, from pennies to trillions."""
    data = replace(inventory(seed), minimise="cost")
    best = brute_force.best(data)
    if best is None:
        return
    columns = Columns(data, data.plan_quarters)
    chance = np.random.default_rng(seed)
    for _ in range(10):
        drawn = Lagrangian(columns).zero()
        for family, values in drawn.items():
            values[:] = 10.0 ** chance.uniform(-3, 12, values.shape) * (chance.random(values.shape) < 0.5)
            if family == "together":
                values[:] *= chance.choice([-1, 1], values.shape)
        assert certify(columns, drawn).bound <= best.objective + 1e-6


def test_what_is_not_json_is_refused(data: Inventory) -> None:
    for text in ("", "{", "[" * 100_000, "7"):
        with pytest.raises(RejectedPlan):
            recompute(text, data, "certificate.json")


def test_a_pound_carried_forward_is_worth_what_all_later_years_pay() -> None:
    seeds = (inventory(seed) for seed in range(40))
    data = next(one for one in seeds if any(pot.carry_forward and len(pot.periods) > 1 for pot in one.pots.values()))
    columns = Columns(data, data.plan_quarters)
    multipliers = Lagrangian(columns).zero()
    multipliers["capital"] += 1.0
    found = prices(Certificate(data.plan_quarters, 0.0, multipliers), data)
    pot = next(pot for pot in data.pots.values() if pot.carry_forward and len(pot.periods) > 1)
    worth = [price.price for price in found if price.kind == "pot" and price.id == pot.id]
    assert worth == [float(left) for left in range(len(pot.periods), 0, -1)]
