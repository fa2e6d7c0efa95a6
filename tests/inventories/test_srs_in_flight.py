"""The example in flight is in order, and its approved plan is of its own files."""

from __future__ import annotations

import json

from commands import ROOT, Call

import consolidate
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.formulation.remaining import left_to_plan

EXAMPLE = ROOT / "examples/srs-in-flight/inventory"


def test_it_has_no_errors_and_nothing_suspicious(call: Call) -> None:
    said = call("check", EXAMPLE)
    assert said.code == 0
    assert said.err == ""


def test_its_plan_was_approved_as_the_files_stand() -> None:
    inventory = consolidate.load(EXAMPLE)
    assert inventory.approved is not None
    (file,) = (EXAMPLE / "approved").iterdir()
    approval = json.loads(file.read_text(encoding="utf-8"))["approved"]
    assert approval["inventory"] == inventory.approved.inventory == inventory.content_hash
    assert inventory.progress is not None
    assert len(inventory.progress.quarters) == 6


def test_budgets_of_years_that_are_over_hold_nothing_up() -> None:
    """They stay in what is left to plan, so that all agree on their numbers, and are more than any plan could spend."""
    inventory = consolidate.load(EXAMPLE)
    left = left_to_plan(inventory)
    over = [number for number, budget in enumerate(left.budgets) if budget.label == "2016/17"]
    assert len(over) == 3
    columns = Columns(left, left.plan_quarters)
    assert len(columns.savings) == len(columns.saved) == len(inventory.targets) + len(inventory.budgets)
    assert all(columns.savings[len(inventory.targets) + number] < 0 for number in over)
