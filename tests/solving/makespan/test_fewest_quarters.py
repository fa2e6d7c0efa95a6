"""The fewest quarters: what breaks a rule is no plan, whichever method says that it is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import small_inventories

from consolidate.loading import load
from consolidate.solving.exact.method import ExactMethod
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.solver import Outcome, ProgressMonitor, SolveLimits
from consolidate.solving.formulation.choices import Offer, offer
from consolidate.solving.formulation.solution import Solution, first_violation
from consolidate.solving.makespan.fewest_quarters import FewestQuarters

SYSTEMS = """
one: &it {must_move: yes, options: [{approach: rehost, effort: {engineer: 10}}]}
two: *it
three: *it
"""


def test_values_that_break_a_rule_are_not_taken(tmp_path: Path) -> None:
    programme = "minimise: finish\nroles: {engineer: {days: 10}}\n"
    inventory = load(small_inventories.write(tmp_path / "inventory", programme, SYSTEMS))
    exact = ExactMethod(inventory, SolveLimits(), ProgressMonitor())

    def all_at_once(end: int, offered: Offer, limits: SolveLimits, doubting: bool) -> tuple[Model, Outcome]:
        model, outcome = exact.any_plan(end, offered, limits, doubting)
        return model, replace(outcome, values={found[0][1]: 1.0 for found in model.choices.values()})

    fewest = FewestQuarters(inventory, SolveLimits(), ProgressMonitor(), all_at_once)
    at_once = Solution(tuple(found[0] for found in offer(inventory, inventory.plan_quarters).systems.values()), ())
    assert first_violation(inventory, at_once) == "staff"
    assert not fewest.take(at_once)
    assert fewest.best is None
    fewest.run()
    assert fewest.best is not None
    assert first_violation(inventory, fewest.best) is None
    assert fewest.high == 3
