"""Shares estimated from some groups: in 95 of 100 games whose exact shares are known, all ranges hold them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import comb, factorial, fsum
from random import Random

import pytest

from consolidate.cost_sharing.cooperative_game import Group, groups
from consolidate.cost_sharing.cooperative_game import Interval as I
from consolidate.cost_sharing.sampling import drawn_groups, estimated

TEN = tuple("abcdefghij")
Cost = Callable[[Group], float]


def amount(chance: Random, least: float, most: float) -> float:
    return float(10 ** chance.uniform(least, most))


def longest_runway(chance: Random) -> Cost:
    needs = {player: amount(chance, 3, 6) for player in TEN}
    return lambda group: max(needs[player] for player in group)


def shared_services(chance: Random) -> Cost:
    """Each is built once, for whoever needs it."""
    builds = [
        (amount(chance, 4, 6), frozenset(player for player in TEN if chance.random() < chance.choice((0.2, 0.4, 0.7))))
        for _ in range(chance.randint(3, 12))
    ]
    return lambda group: fsum(cost for cost, users in builds if users & group)


def thresholds(chance: Random) -> Cost:
    """Whoever is too small together pays more: as a group without means does."""
    users = {player: amount(chance, 1, 4) for player in TEN}
    steps = [(chance.uniform(0.1, 0.9) * fsum(users.values()), amount(chance, 4, 6)) for _ in range(3)]
    return lambda group: fsum(cost for at, cost in steps if fsum(users[player] for player in group) < at)


def rare_savings(chance: Random) -> Cost:
    """Only a few together save much: the large contribution that orders drawn at random miss."""
    pacts = [(frozenset(chance.sample(TEN, chance.randint(2, 4))), amount(chance, 4, 6)) for _ in range(3)]
    return lambda group: -fsum(saved for members, saved in pacts if members <= group)


def rough(chance: Random) -> Cost:
    """No rhyme or reason."""
    costs = {group: chance.uniform(0.9, 1.1) * 1e5 * len(group) for group in groups(TEN)}
    return costs.__getitem__


KINDS = (longest_runway, shared_services, thresholds, rare_savings, rough)
EVERY_GROUP = list(groups(TEN))


def game(seed: int) -> dict[Group, float]:
    """One or two kinds, on top of what each costs by itself."""
    chance = Random(seed)
    parts = [
        KINDS[seed % len(KINDS)](chance),
        *(kind(chance) for kind in chance.sample(KINDS[:4], chance.randint(0, 1))),
    ]
    own = {player: amount(chance, 3, 5.5) for player in TEN}
    return {group: fsum(part(group) for part in parts) + fsum(own[one] for one in group) for group in EVERY_GROUP}


def exact_shares(costs: dict[Group, float]) -> dict[str, float]:
    """The definition, group by group."""
    n = len(TEN)
    weight = [factorial(size - 1) * factorial(n - size) / factorial(n) if size else 0.0 for size in range(n + 1)]
    shares = dict.fromkeys(TEN, 0.0)
    for group, cost in costs.items():
        for player in TEN:
            shares[player] += weight[len(group)] * cost if player in group else -weight[len(group) + 1] * cost
    return shares


@pytest.mark.parametrize("samples", [20, 6])
def test_in_95_of_100_games_every_range_holds_the_exact_share(samples: int) -> None:
    held = ranges = 0
    for seed in range(100):
        costs, drawn = game(seed), drawn_groups(TEN, samples, seed)
        shares, found = exact_shares(costs), estimated(TEN, {group: I(costs[group], costs[group]) for group in drawn})
        inside = [abs(found[one].mean - shares[one]) <= found[one].margin + 1e-6 for one in TEN]
        held += all(inside)
        ranges += sum(inside)
    assert held >= 95, (held, ranges)


def test_what_is_planned_for() -> None:
    drawn = drawn_groups(TEN, 20, 1)
    assert drawn[0] == frozenset(TEN)
    assert drawn == drawn_groups(TEN, 20, 1) != drawn_groups(TEN, 20, 2)
    assert len(set(drawn)) == len(drawn)
    for size in range(1, 10):
        here = [group for group in drawn if len(group) == size]
        assert len(here) == comb(10, size) if size in (1, 9) else len(here) >= 20
        for player in TEN:
            assert min(sum(player in group for group in here), sum(player not in group for group in here)) >= min(
                2, len(here) - 9
            )
    assert set(drawn_groups(TEN, 300, 1)) == set(EVERY_GROUP)


def test_all_groups_give_the_shares_themselves_and_some_add_up_to_the_whole() -> None:
    costs = game(3)
    every = estimated(TEN, {group: I(cost, cost) for group, cost in costs.items()})
    shares = exact_shares(costs)
    for player in TEN:
        assert every[player].mean == pytest.approx(shares[player])
        assert (every[player].error, every[player].margin) == (0, 0)
    some = estimated(TEN, {group: I(costs[group] - 5, costs[group]) for group in drawn_groups(TEN, 5, 1)})
    assert fsum(one.mean for one in some.values()) == pytest.approx(costs[frozenset(TEN)])
    assert all(one.interval.low < one.mean < one.interval.high for one in some.values())
    assert len(list(combinations(TEN, 2))) > 20  # so that not all pairs are known
