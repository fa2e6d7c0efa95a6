"""Whether the approved plan can still be carried out: the ledger's rules and the planner's start agree on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import random_inventories
import random_progress

from consolidate.accounts.approved_plan_status import standing
from consolidate.errors import NoPlan
from consolidate.loading import load
from consolidate.optimizer import optimize
from consolidate.solving.formulation.approved_plan import carry_forward
from consolidate.solving.formulation.remaining import remaining_of


@pytest.mark.parametrize("seed", range(20))
def test_the_approved_plan_stands_where_it_is_a_start_for_planning_on(seed: int, tmp_path: Path) -> None:
    random_inventories.write(seed, tmp_path)
    first = load(tmp_path)
    try:
        plan = optimize(first, gap=0.1).plan
    except NoPlan:
        return
    (tmp_path / "progress").mkdir()
    for name, text in random_progress.reports(first, plan, seed).items():
        (tmp_path / "progress" / name).write_text(text, encoding="utf-8")
    now = replace(load(tmp_path), approved=plan)
    found = standing(now, plan)
    assert found is not None
    assert found.holds == (carry_forward(remaining_of(now)) is not None), found
