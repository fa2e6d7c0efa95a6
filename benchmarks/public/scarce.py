"""Makes hard projects with scarce people: 30 activities of 3 modes, 2 renewable and 2 non-renewable resources.

    python benchmarks/public/scarce.py DIR [--first 1] [--count 20]

The same files for the same seeds. Made as PSPLIB's are (Kolisch and Sprecher, 1996): resource strength says how
much there is between the least that lets every activity run by itself and the peak of the earliest schedule.
People: a tenth to a quarter of that way (PSPLIB's least is a quarter); money: a half or three quarters.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from public.own.make import psplib

ACTIVITIES, MODES, PEOPLE, MONEY = 30, 3, 2, 2
COMPLEXITY = (1.5, 1.8, 2.1)
"""Arcs for each activity."""
STRENGTH_OF_PEOPLE = (0.1, 0.15, 0.2, 0.25)
STRENGTH_OF_MONEY = (0.5, 0.75)


@dataclass(frozen=True)
class Way:
    """A mode: quarters, people in each of them, money in all."""

    duration: int
    people: tuple[int, ...]
    money: tuple[int, ...]

    @property
    def uses(self) -> tuple[int, ...]:
        return (*self.people, *self.money)


def network(chance: random.Random, complexity: float) -> dict[int, list[int]]:
    """Each activity's predecessors: one from the nearest that came before, then more up to the complexity."""
    inner = range(1, ACTIVITIES + 1)
    before: dict[int, list[int]] = {a: [chance.randrange(max(1, a - 8), a)] if a > 3 else [] for a in inner}
    while sum(map(len, before.values())) < (ACTIVITIES + 2) * complexity - 6:
        a = chance.randrange(4, ACTIVITIES + 1)
        b = chance.randrange(max(1, a - 10), a)
        followers = sum(b in earlier for earlier in before.values())
        if len(before[a]) < 3 and followers < 3 and not _comes_before(before, b, a):
            before[a].append(b)
    return before


def _comes_before(before: dict[int, list[int]], one: int, other: int) -> bool:
    return one in before[other] or any(_comes_before(before, one, b) for b in before[other])


def modes(chance: random.Random) -> list[Way]:
    """Modes of which the longer needs no more of anything."""
    found: list[Way] = []
    durations = sorted(chance.randrange(1, 11) for _ in range(MODES))
    people = [sorted((chance.randrange(1, 11) for _ in range(MODES)), reverse=True) for _ in range(PEOPLE)]
    money = [sorted((chance.randrange(1, 11) for _ in range(MODES)), reverse=True) for _ in range(MONEY)]
    for m in range(MODES):
        found.append(Way(durations[m], tuple(p[m] for p in people), tuple(n[m] for n in money)))
    return found


def availability(before: dict[int, list[int]], ways: dict[int, list[Way]], people: float, money: float) -> list[int]:
    """What there is of each resource, by its strength."""
    limits = []
    for k in range(PEOPLE):
        least = max(min(way.people[k] for way in found) for found in ways.values())
        limits.append(least + round(people * (_peak(before, ways, k) - least)))
    for k in range(MONEY):
        least = sum(min(way.money[k] for way in found) for found in ways.values())
        most = sum(max(way.money[k] for way in found) for found in ways.values())
        limits.append(least + round(money * (most - least)))
    return limits


def _peak(before: dict[int, list[int]], ways: dict[int, list[Way]], k: int) -> int:
    """The most that the earliest schedule uses at a time, each activity in the mode that uses most."""
    ends: dict[int, int] = {}
    used: dict[int, int] = {}
    for a, found in ways.items():
        way = max(found, key=lambda w: (w.people[k], -w.duration))
        start = max((ends[b] for b in before[a]), default=0)
        ends[a] = start + way.duration
        for t in range(start, ends[a]):
            used[t] = used.get(t, 0) + way.people[k]
    return max(used.values())


def instance(seed: int) -> str:
    """The text of an instance in PSPLIB's layout."""
    chance = random.Random(seed)
    before = network(chance, COMPLEXITY[seed % len(COMPLEXITY)])
    ways = {a: modes(chance) for a in before}
    people = STRENGTH_OF_PEOPLE[seed % len(STRENGTH_OF_PEOPLE)]
    limits = availability(before, ways, people, STRENGTH_OF_MONEY[seed % len(STRENGTH_OF_MONEY)])
    sink = ACTIVITIES + 2
    followers = {a + 1: [b + 1 for b in before if a in before[b]] or [sink] for a in before}
    followers[1] = [a + 1 for a in before if not before[a]]
    followers[sink] = []
    none = [[0] * (1 + PEOPLE + MONEY)]
    rows = {1: none, sink: none} | {a + 1: [[w.duration, *w.uses] for w in found] for a, found in ways.items()}
    return psplib(followers, rows, limits)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=20)
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    for seed in range(wanted.first, wanted.first + wanted.count):
        (wanted.folder / f"scarce{seed}.mm").write_text(instance(seed), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
