"""Cost games with known answers, and the axioms that the Shapley value is defined by."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidate.cost_sharing.cooperative_game import (
    Group,
    Interval,
    core,
    groups,
    least_core,
    shapley,
)
from consolidate.cost_sharing.sampling import estimated

ABC = ("a", "b", "c")


def of(**costs: float) -> dict[Group, float]:
    """``of(a=1, ab=2)``: costs by the letters of a group."""
    return {frozenset(letters): float(cost) for letters, cost in costs.items()}


AIRPORT = of(a=1, b=2, c=3, ab=2, ac=3, bc=3, abc=3)
"""A runway as long as the largest plane needs (Littlechild and Owen 1973): 1, 2 and 3 metres."""
GLOVES = of(a=0, b=0, c=0, ab=-1, ac=-1, bc=0, abc=-1)
"""One left glove (a), two right ones; a pair saves 1. The core holds one division: all of it to a."""
QUARREL = of(a=1, b=1, c=1, ab=1, ac=1, bc=1, abc=2)
"""Any two could do for 1 what all three do for 2: no division is in the core."""


def as_intervals(costs: Mapping[Group, float]) -> dict[Group, Interval]:
    """Costs that are known, as intervals."""
    return {group: Interval(cost, cost) for group, cost in costs.items()}


def values(players: tuple[str, ...], costs: Mapping[Group, float]) -> dict[str, float]:
    found = shapley(players, as_intervals(costs))
    assert all(one.low == pytest.approx(one.high) for one in found.values())
    return {player: one.high for player, one in found.items()}


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        (AIRPORT, {"a": Fraction(1, 3), "b": Fraction(5, 6), "c": Fraction(11, 6)}),
        (GLOVES, {"a": Fraction(-2, 3), "b": Fraction(-1, 6), "c": Fraction(-1, 6)}),
        (QUARREL, {"a": Fraction(2, 3), "b": Fraction(2, 3), "c": Fraction(2, 3)}),
    ],
)
def test_known_values(costs: dict[Group, float], expected: dict[str, Fraction]) -> None:
    assert values(ABC, costs) == pytest.approx({player: float(share) for player, share in expected.items()})


def test_two_players_share_what_they_save() -> None:
    assert values(("a", "b"), of(a=10, b=6, ab=12)) == pytest.approx({"a": 8, "b": 4})


def test_groups_come_whole_first_then_from_the_smallest() -> None:
    assert ["".join(sorted(group)) for group in groups(ABC)] == ["abc", "a", "b", "c", "ab", "ac", "bc"]
    assert len(list(groups("abcdefgh"))) == 255


COSTS = st.fixed_dictionaries({group: st.integers(0, 1000) for group in groups(ABC)})


def from_orders(costs: Mapping[Group, float]) -> dict[str, Fraction]:
    """The definition itself: the mean over all orders, in exact arithmetic."""
    total = dict.fromkeys(ABC, Fraction(0))
    for order in permutations(ABC):
        before = Fraction(0)
        for number, player in enumerate(order):
            group = frozenset(order[: number + 1])
            total[player] += Fraction(costs[group]) - before
            before = Fraction(costs[group])
    return {player: amount / 6 for player, amount in total.items()}


@given(COSTS)
def test_the_formula_is_the_mean_over_all_orders(costs: dict[Group, float]) -> None:
    found = values(ABC, costs)
    assert found == pytest.approx({player: float(share) for player, share in from_orders(costs).items()})
    assert sum(found.values()) == pytest.approx(costs[frozenset(ABC)])
    every = estimated(ABC, as_intervals(costs))
    assert {player: one.mean for player, one in every.items()} == pytest.approx(found, abs=1e-9)
    assert {one.error for one in every.values()} == {one.margin for one in every.values()} == {0.0}


@given(COSTS, COSTS)
def test_intervals_hold_the_value_of_every_game_within_them(one: dict[Group, float], other: dict[Group, float]) -> None:
    spans = {group: Interval(min(one[group], other[group]), max(one[group], other[group])) for group in one}
    found = shapley(ABC, spans)
    for costs in (one, other):
        inside = from_orders(costs)
        assert all(found[p].low - 1e-9 <= inside[p] <= found[p].high + 1e-9 for p in ABC)
    assert all(found.interval.low <= found.mean <= found.interval.high for found in estimated(ABC, spans).values())


# -- the core -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("costs", "verdict", "excess"),
    [(AIRPORT, "yes", -0.5), (GLOVES, "yes", 0.0), (QUARREL, "no", 1 / 3)],
)
def test_known_cores(costs: dict[Group, float], verdict: str, excess: float) -> None:
    found = core(ABC, as_intervals(costs))
    assert (found.verdict, found.known) == (verdict, True)
    assert found.excess.low == pytest.approx(excess, abs=1e-6)
    assert found.excess.high == pytest.approx(excess, abs=1e-6)


def test_the_core_is_open_where_costs_are_not_known_well_enough() -> None:
    spans = as_intervals(QUARREL) | {frozenset(ABC): Interval(1.4, 2)}
    found = core(ABC, spans)
    assert found.verdict == "open"
    assert found.excess.low == pytest.approx(-0.2 / 3, abs=1e-6)  # any two pay 2/3 of 1.4
    assert core(ABC, spans | {frozenset(ABC): Interval(1.6, 2)}).verdict == "no"
    assert core(ABC, spans | {frozenset(ABC): Interval(1.4, 1.5)}).verdict == "yes"


def test_groups_that_are_missing_or_cannot_leave() -> None:
    """A group that is not known may block; one that can't leave does not."""
    some = {group: cost for group, cost in as_intervals(AIRPORT).items() if len(group) != 2}
    assert (core(ABC, some).verdict, core(ABC, some).known) == ("open", False)
    blocked = {group: cost for group, cost in as_intervals(QUARREL).items() if group != frozenset("ab")}
    assert core(ABC, blocked | {frozenset("c"): Interval(-2, -2)}).verdict == "no"
    stuck = {group: Interval(inf, inf) for group in groups(ABC)} | {frozenset(ABC): Interval(3, 3)}
    assert core(ABC, stuck).verdict == "yes"
    assert core(ABC, stuck).excess == Interval(-inf, -inf)


@settings(max_examples=40)
@given(COSTS)
def test_the_core_is_not_empty_just_where_it_is_balanced(costs: dict[Group, float]) -> None:
    """Bondareva and Shapley: for three players, four balanced families of groups decide it."""
    v = {"".join(sorted(group)): cost for group, cost in costs.items()}
    least = min(
        v["a"] + v["b"] + v["c"],
        *(v[one] + v[two] for one, two in (("a", "bc"), ("b", "ac"), ("c", "ab"))),
        (v["ab"] + v["ac"] + v["bc"]) / 2,
    )
    if abs(least - v["abc"]) > 0.1:
        assert core(ABC, as_intervals(costs)).verdict == ("yes" if least > v["abc"] else "no")


def test_least_core_of_costs_of_any_size() -> None:
    caps = {group: cost * 1e9 for group, cost in QUARREL.items() if len(group) < 3}
    assert least_core(ABC, caps, 2e9) == pytest.approx(1e9 / 3)
    assert least_core(("a",), {}, 5.0) == -inf


@pytest.mark.parametrize(
    ("caps", "total", "excess"),
    [
        (of(a=80), 95, -inf),  # all may be put on b and c
        (of(ab=1, ac=1), 3, -inf),  # a is paid as much as one likes, by b and c
        (of(ab=1, ac=1, bc=1), 2, 1 / 3),
        (of(a=1, bc=1), 0, -1),  # as low as the largest cost: a bound all the same
        (of(ab=10, ac=10, bc=10), -10, -50 / 3),  # beyond it
        (of(a=1, b=1, c=1), -1, -4 / 3),
    ],
)
def test_a_least_core_without_a_bound_and_with_a_low_one(caps: dict[Group, float], total: float, excess: float) -> None:
    assert least_core(ABC, caps, total) == pytest.approx(excess, abs=1e-6)
    found = core(ABC, as_intervals(caps) | {frozenset(ABC): Interval(total, total)})
    assert found.excess.low == found.excess.high == pytest.approx(excess, abs=1e-6)
