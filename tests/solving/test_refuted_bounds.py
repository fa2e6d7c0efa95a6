"""A bound above the cost of a plan, from whatever method, is left out, said, and never printed as a proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_inventories

from consolidate import optimizer
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.optimizer import Result, optimize
from consolidate.solving.exact import neighbourhood_search
from consolidate.solving.exact.solver import Outcome

PROGRAMME = "roles: {engineer: {days: 10}}\n"
SYSTEMS = "\n".join(
    f"s{n}: {{run_cost: {9000 + n}, options: [{{approach: retire, one_off: 100, effort: {{engineer: 7}}}},"
    " {approach: retain}]}"
    for n in range(6)
)


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """Six systems that could all be retired, one in each of four quarters."""
    return load(small_inventories.write(tmp_path, PROGRAMME, SYSTEMS))


@pytest.fixture
def honest(inventory: Inventory) -> Result:
    result = optimize(inventory, gap=0.0)
    assert result.status == "optimal"
    assert result.refuted == ()
    return result


def too_high(method: Callable[..., Any]) -> Callable[..., Any]:
    """The same method with a bound that is far too high."""

    def lying(*asked: Any, **how: Any) -> Any:
        found = method(*asked, **how)
        return replace(found, bound=3 * (found.objective if isinstance(found, Outcome) else found.bound))

    return lying


def test_of_the_solver(inventory: Inventory, honest: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhood_search, "solve", too_high(neighbourhood_search.solve))
    result = optimize(inventory, gap=0.0)
    assert [one.source for one in result.refuted] == ["HiGHS's first look", "HiGHS's proof"]
    assert result.status == "feasible"
    assert result.bound <= honest.objective <= result.objective


def test_of_the_decomposition(inventory: Inventory, honest: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then what its prices say of choices counts for nothing either: the exact method has all of them."""
    monkeypatch.setattr(optimizer, "SMALL_CHOICES", 0)
    monkeypatch.setattr(optimizer, "cheapest_plan", too_high(optimizer.cheapest_plan))
    result = optimize(inventory, gap=0.0)
    assert [one.source for one in result.refuted] == ["the decomposition"]
    assert result.certificate is None
    assert result.status == "optimal"
    assert result.objective == pytest.approx(honest.objective)
    assert result.bound == pytest.approx(honest.objective)


def test_of_quarters(inventory: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lying(optimizer.FewestQuarters):
        def run(self) -> None:
            super().run()
            self.sure += 1

    soonest = replace(inventory, minimise="finish")
    expected = optimize(soonest)
    monkeypatch.setattr(optimizer, "FewestQuarters", Lying)
    result = optimize(soonest)
    assert result.objective == expected.objective
    assert [one.source for one in result.refuted] == ["the search for the fewest quarters"]
    assert result.bound == 0
    assert result.status == ("optimal" if expected.objective == 0 else "feasible")
