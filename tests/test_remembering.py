"""What is remembered of an inventory: it is right for each one, and goes with it."""

from __future__ import annotations

import gc
from dataclasses import replace
from weakref import ref

from builders import inventory, rehost, retain, system

from consolidate.accounts.ledger import baseline
from consolidate.inventory import Inventory
from consolidate.remembering import remembering_last


class Counted:
    """A result that can be watched."""

    def __init__(self, quarters: int) -> None:
        self.quarters = quarters


def test_the_last_inventory_is_remembered_by_itself_and_not_by_its_like() -> None:
    asked: list[Inventory] = []

    @remembering_last
    def quarters(of: Inventory) -> Counted:
        asked.append(of)
        return Counted(of.plan_quarters)

    one = inventory(system("a/x", retain()), T=4)
    other = replace(one, plan_quarters=5)
    assert quarters(one) is quarters(one)
    assert [quarters(each).quarters for each in (one, other, other, one, replace(one))] == [4, 5, 5, 4, 4]
    assert len(asked) == 4


def test_nothing_is_kept_of_an_inventory_that_is_gone() -> None:
    @remembering_last
    def quarters(of: Inventory) -> Counted:
        return Counted(of.plan_quarters)

    one = inventory(system("a/x", retain()), T=4)
    found = ref(quarters(one))
    assert found() is not None
    del one
    gc.collect()
    assert found() is None


def test_the_baseline_is_that_of_the_inventory_asked_about() -> None:
    one = inventory(system("a/x", retain(), rehost(), run_cost=400), T=4)
    dearer = inventory(system("a/x", retain(), rehost(), run_cost=800), T=4)
    assert [baseline(each).costs.run for each in (one, dearer, one)] == [400, 800, 400]
    assert baseline(one) is baseline(one)
