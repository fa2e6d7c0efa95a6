"""All that is limited, as one vector of whole numbers packed into a single integer.

A plan uses many resources: each role in each quarter, each pot in each period, each limit in each quarter, each
service's capacity. :class:`ResourceVectors` gives every one of them a field of the same width in one (long) integer.
What a choice uses is such a vector, so is what is left, and whether the choice fits is one subtraction, whatever the
number of resources: each field has a *guard* bit above it, from which a field that would fall below 0 borrows.

Amounts become whole by a factor for each role, pot and service: the smallest power of ten that makes every figure
whole; a million, the solver's own tolerance, where none does. Rounding then errs on one side. A method that builds
plans rounds use up and availability down, so that what fits is possible; one that proves something impossible does the
opposite (``optimistic``).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer
from consolidate.solving.formulation.resources import RESOLUTION, Key, Resources
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped

FINEST = 6
"""Decimals that are kept at most."""
SLACK = 1e-3
"""What rounding may have added, in units of the last of these decimals."""


class ResourceVectors:
    """The vectors of an inventory, for the choices of an :class:`~consolidate.solving.formulation.choices.Offer`.

    ``full``: what is available, with all guards set; ``guards``: the guards alone; ``needed``: what each choice and
    build uses; ``used``: the same in exact figures. A resource that cannot run out (all systems and services together
    use no more than there is, agency staff apart) has no field.

    Raises:
        OutOfTime: ``stop``, which is asked before each system and each choice, returned True.
    """

    def __init__(self, inventory: Inventory, offered: Offer, *, optimistic: bool, stop: Stop = never) -> None:
        self._stop = stop
        self.resources = Resources(inventory)
        self._families = [family for family in self.resources.families.values() if family.packed]
        self._counting = self.resources.counting()
        self.used: dict[Choice | BuildChoice, dict[Key, float]] = {}
        most = self._most(offered)
        room = {key: self.resources.by_key[key].in_all for key in most}
        self.keys = sorted(key for key in most if most[key] > self.resources.by_key[key].own + 1e-9)
        self.places = {key: place for place, key in enumerate(self.keys)}
        self._pack(room, optimistic=optimistic)

    def _most(self, offered: Offer) -> dict[Key, float]:
        """Enters what every choice and build uses; returns what all systems and services could use at most."""
        most: dict[Key, float] = defaultdict(float)
        every: list[tuple[Choice, ...] | tuple[BuildChoice, ...]] = [
            *offered.systems.values(),
            *offered.builds.values(),
        ]
        for found in unless_stopped(every, self._stop):
            top: dict[Key, float] = defaultdict(float)
            for choice in found:
                used = self.used[choice] = self._use_of(choice)
                for key, amount in used.items():
                    top[key] = max(top[key], amount)
            for key, amount in top.items():
                most[key] += amount
        return most

    def _use_of(self, choice: Choice | BuildChoice) -> dict[Key, float]:
        """What a choice or a build uses of each resource."""
        used: dict[Key, float] = defaultdict(float)
        counting = self._counting
        for family in self._families:
            entries = family.of_choice(choice) if isinstance(choice, Choice) else family.of_build(choice)
            for entry, amount in entries:
                for key in counting.get(entry, ()):
                    used[key] += amount
        return used

    def _pack(self, room: Mapping[Key, float], *, optimistic: bool) -> None:
        """Makes whole numbers of all figures and packs them."""
        up, down = (_floor, _ceiling) if optimistic else (_ceiling, _floor)
        factors = _factors(self.keys, room, self.used.values())
        whole = {key: down(room[key] * factors[key[:2]]) for key in self.keys}
        needed = {
            choice: [
                (self.places[key], up(amount * factors[key[:2]])) for key, amount in used.items() if key in self.places
            ]
            for choice, used in unless_stopped(self.used.items(), self._stop)
        }
        largest = max([1, *whole.values(), *(amount for some in needed.values() for _, amount in some)])
        self.width = largest.bit_length() + 1
        self.guards = sum(1 << (place * self.width + self.width - 1) for place in self.places.values())
        self.full = self.guards + sum(max(whole[key], 0) << (self.places[key] * self.width) for key in self.keys)
        self.needed: dict[Choice | BuildChoice, int] = {
            choice: sum(amount << (place * self.width) for place, amount in some)
            for choice, some in unless_stopped(needed.items(), self._stop)
        }

    def amount(self, vector: int, place: int) -> int:
        """What a vector holds in the field at a place."""
        return (vector >> (place * self.width)) & ((1 << (self.width - 1)) - 1)

    def least(self, one: int, other: int) -> int:
        """Field by field, the smaller of the two."""
        larger = ((one | self.guards) - other) & self.guards
        mask = larger - (larger >> (self.width - 1))
        return (other & mask) | (one & ~mask)

    def no_more(self, one: Choice, other: Choice) -> bool:
        """Whether one choice uses no more of any resource than another, in exact figures."""
        there = self.used[other]
        return all(amount <= there.get(key, 0.0) for key, amount in self.used[one].items() if key in self.places)

    def fits(self, free: int, needed: int) -> bool:
        """Whether a use fits into what is free, in every field."""
        return (free - needed) & self.guards == self.guards

    def short(self, free: int, needed: int) -> Iterator[Key]:
        """The resources of which a use needs more than is free."""
        lacking = self.guards & ~(free - needed)
        while lacking:
            place = (lacking.bit_length() - 1) // self.width
            yield self.keys[place]
            lacking &= ~(1 << (place * self.width + self.width - 1))


def _factors(
    keys: Iterable[Key], room: Mapping[Key, float], taken: Iterable[Mapping[Key, float]]
) -> dict[tuple[str, Any], int]:
    """For each role, pot, limit and service the power of ten that makes its figures whole."""
    figures: dict[tuple[str, Any], set[float]] = defaultdict(set)
    wanted = set(keys)
    for key in wanted:
        figures[key[:2]].add(room[key])
    for some in taken:
        for key, amount in some.items():
            if key in wanted:
                figures[key[:2]].add(amount)
    return {kind: _factor(some) for kind, some in figures.items()}


def _factor(figures: Iterable[float]) -> int:
    """The smallest power of ten that makes all of them whole, at most a million.

    >>> _factor({3.0, 2.5}), _factor({1 / 3})
    (10, 1000000)
    """
    decimals = 0
    for figure in figures:
        while decimals < FINEST and not _is_whole(figure * 10**decimals):
            decimals += 1
    return int(10**decimals)


def _is_whole(figure: float) -> bool:
    return abs(figure - round(figure)) <= 1e-9 + RESOLUTION * abs(figure)


def _slack(figure: float) -> float:
    """What rounding may have added to a figure, or taken from it."""
    return SLACK + RESOLUTION * abs(figure)


def _floor(figure: float) -> int:
    return math.floor(figure + _slack(figure))


def _ceiling(figure: float) -> int:
    return math.ceil(figure - _slack(figure))
