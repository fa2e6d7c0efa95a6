"""The passes in array arithmetic and those that numba compiles: the same bits, so the same plans everywhere."""

from __future__ import annotations

import functools
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import random_inventories

from consolidate.loading import load
from consolidate.solving.decomposition import array_passes, lagrangian
from consolidate.solving.decomposition.arrays import Floats, ordered_product, scatter, spans
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Multipliers
from consolidate.solving.decomposition.lagrangian import COMPILED_FROM, Lagrangian, passes_for
from consolidate.solving.decomposition.subgradient import ascend, natural_ranges, subgradient

compiled_passes = pytest.importorskip("consolidate.solving.decomposition.compiled_passes")
compiling = pytest.importorskip("consolidate.solving.decomposition.compiling")

SEEDS = range(1, 240, 8)


@functools.cache
def columns(seed: int) -> Columns:
    """The choices of random inventory number ``seed``."""
    with tempfile.TemporaryDirectory() as name:
        inventory = load(name, scenario=random_inventories.write(seed, Path(name)))
    return Columns(inventory, inventory.plan_quarters)


def some_prices(relaxation: Lagrangian, seed: int) -> Multipliers:
    """Prices of which some are zero, in the range in which they matter."""
    rng, ranges = np.random.default_rng(seed), natural_ranges(relaxation)
    return {
        family: rng.random(each.shape) * (rng.random(each.shape) < 0.5) * ranges[family]
        for family, each in relaxation.zero().items()
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_an_evaluation_and_its_subgradient_have_the_same_bits(seed: int) -> None:
    both = [Lagrangian(columns(seed), passes=passes) for passes in (array_passes, compiled_passes)]
    u = some_prices(both[0], seed)
    one, other = (each.evaluate(u) for each in both)
    assert (one.bound, one.scale) == (other.bound, other.scale)
    for mine, theirs in ((one.reduced, other.reduced), (one.taken, other.taken)):
        for name, values in vars(mine).items():
            assert np.array_equal(values, vars(theirs)[name]), name
    if one.bound == np.inf:
        return  # a system without any choice
    slack, others = (subgradient(each, u, found) for each, found in zip(both, (one, other), strict=True))
    for family, values in slack.items():
        assert np.array_equal(values, others[family]), family


@pytest.mark.parametrize("seed", SEEDS[::3])
def test_an_ascent_ends_at_the_same_bits(seed: int) -> None:
    found = []
    for passes in (array_passes, compiled_passes):
        relaxation = Lagrangian(columns(seed), passes=passes)
        found.append(ascend(relaxation, relaxation.zero(), 40))
    (one, bound), (other, other_bound) = found
    assert bound == other_bound
    assert all(np.array_equal(values, other[family]) for family, values in one.items())


@pytest.mark.parametrize("seed", SEEDS)
def test_people_in_excess_are_those_of_the_work_that_is_taken(seed: int) -> None:
    """By the rows' own lists, quarter by quarter; the subgradient adds steps up and down."""
    relaxation = Lagrangian(columns(seed))
    u = some_prices(relaxation, seed)
    found = relaxation.evaluate(u)
    if found.bound == np.inf:
        return
    coupling = relaxation.coupling
    days = relaxation.services.builds.use(found.taken.ready).days.copy()
    for row, start in zip(*found.taken.steps(), strict=True):
        for role, figures in columns(seed).rows[row].staff:
            days[role, start : start + len(figures)] += figures
    bought = np.where(coupling.extra_price(u) < 0, coupling.extra, 0.0)
    assert subgradient(relaxation, u, found)["staff"] == pytest.approx(days - coupling.days - bought, abs=1e-6)


def test_large_inventories_are_gone_through_by_compiled_passes() -> None:
    assert passes_for(COMPILED_FROM) is compiled_passes
    assert passes_for(COMPILED_FROM - 1) is array_passes


@pytest.mark.parametrize("reason", ["no numba", "switched off"])
def test_without_compiled_passes_arrays_do(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if reason == "no numba":
        monkeypatch.delattr("consolidate.solving.decomposition.compiled_passes")
        monkeypatch.setitem(sys.modules, "consolidate.solving.decomposition.compiled_passes", None)
    else:
        monkeypatch.setattr(compiling, "ENABLED", False)
    assert lagrangian.passes_for(10 * COMPILED_FROM) is array_passes


def in_order(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def test_sums_are_added_up_in_order() -> None:
    """Pairwise or blocked sums of these numbers end in other bits."""
    rng = np.random.default_rng(0)
    values: Floats = rng.random((500, 3)) * 10.0 ** rng.integers(-8, 8, (500, 1))
    target = np.zeros((1, 3))
    scatter(target, np.zeros(500, dtype=np.int64), values)
    assert target[0].tolist() == [in_order(column) for column in values.T.tolist()]
    weights = rng.random(500)
    assert ordered_product(weights, values).tolist() == [
        in_order([weight * value for weight, value in zip(weights.tolist(), column, strict=True)])
        for column in values.T.tolist()
    ]


def test_work_that_is_longer_than_the_horizon_has_no_quarter_to_start_in() -> None:
    assert spans(np.ones((2, 3)), 5).shape == (2, 0)
    assert spans(np.ones((2, 3)), 2).tolist() == [[2, 2], [2, 2]]
