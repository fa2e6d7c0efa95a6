"""The proof of a bound as a file: what is written proves what it says, and nothing else passes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import random_inventories

from consolidate.decomposition.certificate import Certificate, certify, prices, recompute, to_json
from consolidate.decomposition.columns import Columns
from consolidate.decomposition.dual import Lagrangian
from consolidate.inventory import Inventory
from consolidate.loader import load
from consolidate.problems import RejectedPlan


def inventory(seed: int) -> Inventory:
    with tempfile.TemporaryDirectory() as name:
        return load(name, scenario=random_inventories.write(seed, Path(name)))


def certified(data: Inventory) -> Certificate:
    columns = Columns(data, data.T)
    lagrangian = Lagrangian(columns)
    return certify(columns, lagrangian.ascend(lagrangian.zero(), 60)[0])


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_what_is_written_proves_the_same_bound(seed: int) -> None:
    data = inventory(seed)
    made = certified(data)
    if made.bound == float("inf"):
        return  # a system without any choice: no bound to write
    again = recompute(to_json(made, data), data, "certificate.json")
    assert again.bound == pytest.approx(made.bound, rel=1e-12)
    for family, values in made.multipliers.items():
        assert (again.multipliers[family] == values).all(), family


SEED = 7


@pytest.fixture(scope="module")
def data() -> Inventory:
    return inventory(SEED)


@pytest.fixture(scope="module")
def text(data: Inventory) -> str:
    return to_json(certified(data), data)


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


def test_what_is_not_json_is_refused(data: Inventory) -> None:
    for text in ("", "{", "[" * 100_000, "7"):
        with pytest.raises(RejectedPlan):
            recompute(text, data, "certificate.json")


def test_a_pound_carried_forward_is_worth_what_all_later_years_pay() -> None:
    seeds = (inventory(seed) for seed in range(40))
    data = next(one for one in seeds if any(pot.carry_forward and len(pot.periods) > 1 for pot in one.pots.values()))
    columns = Columns(data, data.T)
    multipliers = Lagrangian(columns).zero()
    multipliers["capital"] += 1.0
    found = prices(Certificate(data.T, 0.0, multipliers), data)
    pot = next(pot for pot in data.pots.values() if pot.carry_forward and len(pot.periods) > 1)
    worth = [price.price for price in found if price.kind == "pot" and price.id == pot.id]
    assert worth == [float(left) for left in range(len(pot.periods), 0, -1)]
