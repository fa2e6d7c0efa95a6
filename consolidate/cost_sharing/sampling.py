r"""Shapley values from some of the groups: strata by size, drawn so that every partner is in and out of each.

With :math:`v` averaged over the groups of size k that have player i (:math:`A_{ik}`) and that do not (:math:`B_{ik}`),

.. math:: \varphi_i = \frac{1}{n} \Big( v(N) + \sum_{k=1}^{n-1} (A_{ik} - B_{ik}) \Big)

so every group that is planned for says something of every player. The smallest and largest groups (one player, all but
one, all) are always planned for; of the sizes between, groups are drawn. What each player costs on average when it is
first and when it is last is taken out before averaging and put back after, which changes nothing but the errors.

Sources: P. Kolpaczki, V. Bengs, M. Muschalik and E. Hüllermeier, "Approximating the Shapley value without marginal
contributions" (2024), for strata in which groups serve all players.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb, fsum, log, sqrt
from random import Random
from statistics import NormalDist

from consolidate.cost_sharing.cooperative_game import Estimate, Group, Interval

LEVEL = 0.95
"""In so many of all games, all ranges hold at once. ``tests/cost_sharing/test_sampling.py`` tries it on known games."""


def drawn_groups(players: Sequence[str], samples: int, seed: int) -> list[Group]:
    """The groups to plan for: the whole, single players, all but one, and of each size between ``samples`` or more.

    Those of one size are blocks of shuffled players (or what is left without a block, where that is smaller), so that
    all players are in about as many; they go on until each has been in two at least, and out of two. All groups of a
    size where there are no more.
    """
    n, chance = len(players), Random(seed)
    found: dict[Group, None] = {frozenset(players): None}
    for size in (1, n - 1, *range(2, n - 1)):
        if size in (1, n - 1) or comb(n, size) <= samples:
            found.update(dict.fromkeys(map(frozenset, combinations(players, size))))
        else:
            found.update(dict.fromkeys(_of_size(players, size, samples, chance)))
    return list(found)


def _of_size(players: Sequence[str], size: int, samples: int, chance: Random) -> list[Group]:
    n, everyone = len(players), frozenset(players)
    block = min(size, n - size)
    found: dict[Group, None] = {}
    inside = dict.fromkeys(players, 0)
    while len(found) < comb(n, size):
        shuffled = chance.sample(players, n)
        for number in range(n // block):
            some = frozenset(shuffled[number * block : (number + 1) * block])
            group = some if block == size else everyone - some
            if group not in found:
                found[group] = None
                for player in group:
                    inside[player] += 1
        seldom = min(min(inside.values()), len(found) - max(inside.values()))
        if len(found) >= samples and seldom >= 2:
            break
    return list(found)


def estimated(players: Sequence[str], costs: Mapping[Group, Interval]) -> dict[str, Estimate]:
    """The Shapley values, estimated from the costs of :func:`drawn_groups`."""
    whole = frozenset(players)
    own = _means_of_ends(players, {group: cost.high for group, cost in costs.items()})
    rest = {group: cost.high - fsum(own[player] for player in group) for group, cost in costs.items()}
    strata = [[group for group in costs if len(group) == size] for size in range(1, len(players))]
    spreads, largest = [], 0.0
    for stratum in strata:
        mean = fsum(rest[group] for group in stratum) / len(stratum)
        off = [rest[group] - mean for group in stratum]
        spreads.append(fsum(one**2 for one in off) / max(len(off) - 1, 1))
        largest = max(largest, *map(abs, off))
    unseen = _unseen(players, strata) * largest
    z = NormalDist().inv_cdf(1 - (1 - LEVEL) / 2 / len(players))
    found = {}
    for player, weights in _weights(players, strata, whole).items():
        mean = fsum(weight * costs[group].high for group, weight in weights.items())
        error = _standard_error(player, len(players), strata, spreads)
        ends = [(weight * costs[group].low, weight * costs[group].high) for group, weight in weights.items()]
        interval = Interval(fsum(map(min, ends)), fsum(map(max, ends)))
        found[player] = Estimate(mean, error, interval, z * error + unseen)
    return found


def _means_of_ends(players: Sequence[str], costs: Mapping[Group, float]) -> dict[str, float]:
    """What each player adds, on average, when it comes first and when it comes last."""
    whole = frozenset(players)
    return {one: (costs[frozenset({one})] + costs[whole] - costs[whole - {one}]) / 2 for one in players}


Weights = dict[Group, float]
"""An estimate is a weighted sum of the groups' costs; by group, its weight."""


def _weights(players: Sequence[str], strata: Sequence[Sequence[Group]], whole: Group) -> dict[str, Weights]:
    """Each player's weights; what the estimates together miss the whole cost by is divided equally."""
    rough = {player: _weights_of(player, players, strata, whole) for player in players}
    missed: Weights = {whole: 1.0}
    for weights in rough.values():
        for group, weight in weights.items():
            missed[group] = missed.get(group, 0.0) - weight
    return {
        player: {group: weights.get(group, 0.0) + weight / len(players) for group, weight in missed.items()}
        for player, weights in rough.items()
    }


def _weights_of(player: str, players: Sequence[str], strata: Sequence[Sequence[Group]], whole: Group) -> Weights:
    """A player's weights, as if it were alone."""
    n = len(players)
    weights: dict[Group, float] = {whole: 1 / n}
    # Of each player's mean of first and last: what is put back after averaging, less what was taken out before.
    back = {one: (1.0 if one == player else 0.0) - 1 / n for one in players}
    for stratum in strata:
        inside = sum(player in group for group in stratum)
        for group in stratum:
            weight = 1 / inside / n if player in group else -1 / (len(stratum) - inside) / n
            weights[group] = weights.get(group, 0.0) + weight
            for one in group:
                back[one] -= weight
    for one, factor in back.items():
        weights[frozenset({one})] += factor / 2
        weights[whole] += factor / 2
        weights[whole - {one}] -= factor / 2
    return weights


def _standard_error(player: str, n: int, strata: Sequence[Sequence[Group]], spreads: Sequence[float]) -> float:
    """From the spread of each stratum; a stratum that is known whole adds nothing."""
    variance = 0.0
    for size, (stratum, spread) in enumerate(zip(strata, spreads, strict=True), start=1):
        inside = sum(player in group for group in stratum)
        for count, of in ((inside, comb(n - 1, size - 1)), (len(stratum) - inside, comb(n - 1, size))):
            variance += spread * (1 - count / of) / count
    return sqrt(variance) / n


def _unseen(players: Sequence[str], strata: Sequence[Sequence[Group]]) -> float:
    """What groups of a kind that was never drawn may weigh, at this level, all players together.

    Had they a share p of a stratum, m draws would miss them with a chance of :math:`(1-p)^m`. 0 where all is known.
    """
    n = len(players)
    open_ = [len(stratum) for size, stratum in enumerate(strata, start=1) if len(stratum) < comb(n, size)]
    return log(n / (1 - LEVEL)) / (n * min(open_)) if open_ else 0.0
