"""Masks and cuts of services against what evaluations say of all their quarters, one by one."""

from __future__ import annotations

import functools
import itertools
import tempfile
from pathlib import Path

import numpy as np
import pytest
import random_inventories

from consolidate.loading import load
from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Multipliers
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.service_cuts import ServiceCuts
from consolidate.solving.formulation.costs import NEVER

SEEDS = range(0, 60, 2)
ALLOWED = 3
"""Quarters left to each service, so that all combinations can be counted."""


@functools.cache
def relaxation(seed: int) -> Lagrangian:
    """The relaxation of random inventory number ``seed``."""
    with tempfile.TemporaryDirectory() as name:
        data = load(name, scenario=random_inventories.write(seed, Path(name)))
    return Lagrangian(Columns(data, data.plan_quarters))


def prices_for(lagrangian: Lagrangian, rng: np.random.Generator) -> Multipliers:
    """Prices of some size, none below 0."""
    size = 10.0 ** rng.integers(-1, 4)
    return {family: rng.random(zero.shape) * size for family, zero in lagrangian.zero().items()}


def quarters_allowed(lagrangian: Lagrangian, rng: np.random.Generator) -> list[list[int]]:
    """By service, some quarters from which it may be ready; the number after the last one is never."""
    end = lagrangian.end
    built = set(lagrangian.services.forest.built)
    return [
        sorted(rng.permutation(end + 1)[:ALLOWED].tolist()) if number in built else [end]
        for number in range(len(lagrangian.columns.services))
    ]


def combinations(lagrangian: Lagrangian, allowed: list[list[int]]) -> list[Ints]:
    """All quarters that are allowed and in which services come after what they need."""
    forest, found = lagrangian.services.forest, []
    for quarters in itertools.product(*allowed):
        ready = np.array([NEVER if quarter == lagrangian.end else quarter for quarter in quarters], dtype=np.int64)
        if all(ready[s] >= NEVER or ready[s] >= ready[need] + forest.quarters(s) for s, need in forest.parent.items()):
            found.append(ready)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mask_leaves_the_best_of_what_it_allows(seed: int) -> None:
    lagrangian, rng = relaxation(seed), np.random.default_rng(seed)
    prices, allowed = prices_for(lagrangian, rng), quarters_allowed(lagrangian, rng)
    mask: Floats = np.full((len(allowed), lagrangian.end + 1), INFINITY)
    for service, quarters in enumerate(allowed):
        mask[service, quarters] = 0.0
    masked = lagrangian.masked(mask).evaluate(prices)
    ready = combinations(lagrangian, allowed)
    least = min((lagrangian.evaluate(prices, each).bound for each in ready), default=INFINITY)
    assert masked.bound == pytest.approx(least, rel=1e-9)
    assert lagrangian.mask is None
    if np.isfinite(least):
        assert lagrangian.evaluate(prices, masked.taken.ready).bound == pytest.approx(least, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cut_says_what_an_evaluation_would(seed: int) -> None:
    lagrangian, rng = relaxation(seed), np.random.default_rng(seed)
    cuts, made = ServiceCuts(lagrangian.services.forest), []
    for _ in range(3):
        prices = prices_for(lagrangian, rng)
        found = lagrangian.evaluate(prices)
        if np.isfinite(found.bound):
            cuts.add(cuts.cut(found), prices)
            made.append(prices)
    for ready in combinations(lagrangian, quarters_allowed(lagrangian, rng))[:20] if made else ():
        bounds = [lagrangian.evaluate(prices, ready).bound for prices in made]
        assert cuts.least(ready) == pytest.approx(max(bounds), rel=1e-9)
        if np.isfinite(max(bounds)):
            assert lagrangian.evaluate(cuts.prices(ready), ready).bound == pytest.approx(max(bounds), rel=1e-9)
            check_changes(lagrangian, cuts, ready, max(bounds))


def check_changes(lagrangian: Lagrangian, cuts: ServiceCuts, ready: Ints, bound: float) -> None:
    """Changed quarters promise less, the lowest bound first, and keep the order of services."""
    forest = lagrangian.services.forest
    changed = cuts.changed(ready, bound)
    least = [cuts.least(each) for each in changed]
    assert all(each < bound + 1e-9 * abs(bound) for each in least)
    assert all(one <= other + 1e-9 * abs(bound) for one, other in itertools.pairwise(least))
    for each in changed:
        assert 1 <= np.count_nonzero(each != ready) <= 3
        assert all(each[s] >= NEVER or each[s] >= each[need] + forest.quarters(s) for s, need in forest.parent.items())
