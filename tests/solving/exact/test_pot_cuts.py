"""Cuts for pots: no plan that keeps to its pots breaks one, and what is broken is found.

Pots are small enough to try every plan of them. Amounts are whole, halves, thirds, or no multiple of anything.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import small_inventories

from consolidate.loading import load
from consolidate.solving.exact import pot_cuts
from consolidate.solving.exact.model import Model
from consolidate.solving.exact.pot_cuts import PotItems, best_items, lifted, pot_items, rounded, separated
from consolidate.solving.exact.solver import ProgressMonitor, SolveLimits, solve

UNITS = (1000.0, 500.0, 1000 / 3, 1234.567, 0.01, 2**0.5 * 700)


def random_pot(rng: random.Random) -> tuple[dict[str, float], float, dict[str, int]]:
    """Amounts by variable, what the pot holds, and the system of each variable; some cost nothing, some too much."""
    unit = rng.choice(UNITS)
    group_of, amounts = {}, {}
    for group in range(rng.randint(2, 6)):
        for number in range(rng.randint(1, 3)):
            name = f"x{group}.{number}"
            group_of[name], amounts[name] = group, rng.choice((0, *range(1, 30))) * unit
    heaviest = sum(max(amounts[var] for var in group_of if group_of[var] == g) for g in set(group_of.values()))
    return amounts, rng.choice((heaviest * rng.uniform(0.2, 0.9), round(rng.uniform(5, 60)) * unit)), group_of


def every_plan(group_of: Mapping[str, int]) -> Iterator[list[str]]:
    """All ways to take at most one variable of each group."""
    groups = {group: [var for var in group_of if group_of[var] == group] for group in group_of.values()}
    for taken in product(*([None, *found] for found in groups.values())):
        yield [var for var in taken if var is not None]


def kept(amounts: Mapping[str, float], limit: float, group_of: Mapping[str, int]) -> Iterator[list[str]]:
    """Those that keep to the pot, to a millionth of a unit of currency."""
    return (plan for plan in every_plan(group_of) if sum(amounts[var] for var in plan) <= limit + 1e-6)


def solution(pot: PotItems, rng: random.Random) -> np.ndarray:
    """Values that a relaxation could have: they fill the pot, in parts."""
    value = np.zeros(len(pot.weights))
    for group in pot.groups:
        share = 1.0
        for k in rng.sample(group, len(group)):
            value[k] = share * rng.choice((0.0, 0.3, 0.7, 1.0))
            share -= value[k]
    used = float(np.dot(value, pot.weights))
    return value * min(1.0, pot.capacity / used) if used else value


def coefficients(pot: PotItems, whole: tuple[int, ...]) -> dict[str, int]:
    """By variable, its coefficient in a cut."""
    return {var: k for k, found in zip(whole, pot.variables, strict=True) for var in found}


@pytest.mark.parametrize("seed", range(60))
def test_no_plan_that_keeps_to_the_pot_breaks_a_cut(seed: int) -> None:
    rng = random.Random(seed)
    amounts, limit, group_of = random_pot(rng)
    pot = pot_items(amounts, limit, group_of)
    plans = list(kept(amounts, limit, group_of))
    for _ in range(5):
        cut = separated(pot, solution(pot, rng))
        if cut is not None:
            by_variable = coefficients(pot, cut.coefficients)
            sums = [sum(by_variable.get(var, 0) for var in plan) for plan in plans]
            assert max(sums) <= cut.most
            assert math.gcd(*cut.coefficients) == 1


@pytest.mark.parametrize("seed", range(60))
def test_coefficients_that_anyone_makes_up_are_lifted_and_rounded_to_a_cut(seed: int) -> None:
    """Whatever the support: some items alone, each with as much as a plan of them lets it have."""
    rng = random.Random(seed)
    amounts, limit, group_of = random_pot(rng)
    pot = pot_items(amounts, limit, group_of)
    support = [k for k in range(len(pot.weights)) if rng.random() < 0.5]
    gains = np.array([rng.random() if k in support else 0.0 for k in range(len(pot.weights))])
    most, _ = best_items(pot, gains)
    cut = rounded(pot, lifted(pot, gains / max(most, 1.0), support))
    by_variable = coefficients(pot, cut.coefficients)
    for plan in kept(amounts, limit, group_of):
        assert sum(by_variable.get(var, 0) for var in plan) <= cut.most


@pytest.mark.parametrize("seed", range(30))
def test_the_best_items_are_the_best_of_all(seed: int) -> None:
    rng = random.Random(seed)
    pot = pot_items(*random_pot(rng))
    gains = np.array([rng.choice((0.0, rng.random())) for _ in pot.weights])
    most, taken = best_items(pot, gains)
    tried = ([k for k in plan if k is not None] for plan in product(*([None, *group] for group in pot.groups)))
    fitting = [plan for plan in tried if sum(pot.weights[k] for k in plan) <= pot.capacity]
    assert most == pytest.approx(max(sum(gains[k] for k in plan) for plan in fitting))
    assert sum(gains[k] for k in taken) == pytest.approx(most)
    assert sum(pot.weights[k] for k in taken) <= pot.capacity
    assert all(len({*group} & {*taken}) <= 1 for group in pot.groups)


def test_three_halves_of_a_pot_are_a_cut() -> None:
    """Three moves of 60 in a pot of 100: a relaxation does 5/3 of them, a plan one."""
    amounts = {"a": 60.0, "b": 60.0, "c": 60.0}
    pot = pot_items(amounts, 100.0, {"a": 0, "b": 1, "c": 2})
    cut = separated(pot, np.full(3, 5 / 9))
    assert cut is not None
    assert len(set(cut.coefficients)) == 1
    assert cut.most == cut.coefficients[0]
    assert separated(pot, np.full(3, 1 / 3)) is None


def test_items_outside_the_support_are_lifted_as_far_as_can_be() -> None:
    """Beside three moves of 60, one of 90 takes the place of one of them; one of 40 fits beside; one of 101 never."""
    amounts = {"a": 60.0, "b": 60.0, "c": 60.0, "d": 90.0, "e": 40.0, "f": 101.0}
    pot = pot_items(amounts, 100.0, {name: name for name in amounts})
    cut = separated(pot, np.array([5 / 9, 5 / 9, 5 / 9, 0, 0, 0]))
    assert cut is not None
    assert cut.coefficients == (cut.most, cut.most, cut.most, cut.most, 0, cut.most)


def test_a_pot_that_everything_fits_into_has_no_cut() -> None:
    assert separated(pot_items({"a": 60.0, "b": 40.0}, 100.0, {"a": 0, "b": 1}), np.ones(2)) is None


def test_tiny_coefficients_are_left_out() -> None:
    pot = pot_items({"a": 60.0, "b": 60.0}, 100.0, {"a": 0, "b": 1})
    assert rounded(pot, np.array([1.0, 9e-6])).coefficients == (1, 0)
    assert rounded(pot, np.array([1.0, 0.5])).coefficients == (2, 1)


OPTIONS = "options: [{approach: retire, capital: %d}, {approach: retain}]"
SYSTEMS = "\n".join(f"s{n}: {{run_cost: {90_000 + n}, {OPTIONS % (50_000 + 1000 * n)}}}" for n in range(6))


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """Six moves of £50,000 to £55,000, and £150,000: two of them, where a relaxation does almost three."""
    programme = "capital: {main: {amount: {2016/17: 150_000}}}\n"
    inventory = load(small_inventories.write(tmp_path, programme, SYSTEMS))
    found = Model(inventory, inventory.plan_quarters)
    found.load()
    return found


def test_the_cuts_of_a_model_lift_its_relaxation_and_keep_its_optimum(model: Model) -> None:
    best = solve(model.problem, SolveLimits(gap=0.0))
    with_rounds, bound = pot_cuts.pot_cuts(model, SolveLimits(), ProgressMonitor())
    assert with_rounds
    assert {row.family for row in with_rounds} == {"pot_cut"}
    assert best.values is not None
    for row in with_rounds:
        assert sum(factor * best.values[var] for var, factor in row.terms.items()) <= row.bound + 1e-6
    assert bound <= best.objective
    model.tighten(with_rounds)
    again = solve(model.problem, SolveLimits(gap=0.0))
    assert again.objective == pytest.approx(best.objective)


def test_a_stop_leaves_the_model_as_it_is(model: Model) -> None:
    cuts, bound = pot_cuts.pot_cuts(model, SolveLimits(), ProgressMonitor(stop=lambda: True))
    assert (cuts, bound) == ([], -np.inf)


def test_a_seventh_is_a_seventh() -> None:
    """In millionths, seven sevenths are less than one; HiGHS then takes seven times one for too much."""
    amounts = {f"x{number}": 100.0 for number in range(9)}
    pot = pot_items(amounts, 700.0, {var: var for var in amounts})
    cut = rounded(pot, np.full(9, 1 / 7))
    assert (cut.coefficients, cut.most) == ((1,) * 9, 7)
