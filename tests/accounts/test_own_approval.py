"""What a plan claims once it is approved is so: by the ledger, and of the best plan that there is then."""

from __future__ import annotations

from dataclasses import replace

import pytest
import random_inventories

from consolidate.accounts.ledger import ledger
from consolidate.accounts.own_approval import as_its_own_approval
from consolidate.accounts.verdict import verify_plan
from consolidate.errors import NoPlan
from consolidate.inventory import Inventory
from consolidate.plan import Plan
from consolidate.planning import make_plan
from consolidate.variants import with_stability

_STABLE = [
    seed
    for seed in range(160)
    if random_inventories.loaded(seed).stability and random_inventories.loaded(seed).approved is not None
]


def approved(inventory: Inventory, plan: Plan) -> tuple[Inventory, Plan]:
    """The inventory and the plan, once it is the approved one."""
    claimed = as_its_own_approval(inventory, plan)
    now = replace(inventory, approved=claimed, approved_hash="now")
    return now, replace(claimed, approved="now")


def best(inventory: Inventory) -> Plan:
    return make_plan(inventory, gap=0.0, certify=False).plan


@pytest.mark.parametrize("seed", _STABLE)
def test_the_bound_holds_for_every_plan_from_then_on(seed: int) -> None:
    """Of the best plan, and of one that was made without a price of change, which pays more of it."""
    inventory = random_inventories.loaded(seed)
    try:
        found = best(inventory)
    except NoPlan:
        return
    other = best(with_stability(inventory, 0.0))
    costs = ledger(inventory, other).costs
    finish = inventory.minimise == "finish"
    spread = (other.objective if finish else costs.total) - found.bound
    worse = replace(
        found,
        **{key: getattr(other, key) for key in ("moves", "stays", "builds", "agency")},
        costs=costs.as_json(),
        objective=other.objective if finish else costs.total,
        gap=spread / costs.total if costs.total and not finish else found.gap,
        status="feasible",
    )
    for plan in (found, worse):
        now, claimed = approved(inventory, plan)
        assert not [
            one for one in verify_plan(now, claimed).differences if "status" not in one and "savings" not in one
        ]
        assert (claimed.costs or {})["stability"] == 0
        assert claimed.bound <= best(now).objective + 0.01


def test_a_plan_that_pays_nothing_stays_as_it_is() -> None:
    inventory = random_inventories.loaded(_STABLE[0])
    paid = Plan((), (), (), (), costs={"stability": 5.0})
    assert as_its_own_approval(replace(inventory, approved=None), paid) is paid
    free = replace(paid, costs={"stability": 0.0})
    assert as_its_own_approval(inventory, free) is free
