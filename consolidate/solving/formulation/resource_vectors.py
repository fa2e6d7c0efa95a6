"""Everything that is limited, packed into whole numbers.

A plan takes from many things that are limited: each role in each quarter, each pot in each
period, each limit in each quarter, each service's capacity. :class:`Packing` gives every one
of them a field of the same width in one (long) whole number. What a choice takes is such a
number, so is what is free, and whether the choice fits is one subtraction, whatever the number of
rules: each field has a *guard* bit above it, which a field that would fall below 0 borrows.

Amounts become whole by a factor of their own for each role, pot and service: the smallest power
of ten that makes every figure whole; a millionth, the solver's own tolerance, where none does. Then
rounding errs on one side: who builds a plan rounds what is taken up and what there is down; who says that
something cannot be does the opposite (``generous``).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer
from consolidate.solving.formulation.resources import Key, Resources

FINEST = 6
"""Decimals that are kept at most."""
SLACK = 1e-3
"""Of the last of these decimals: what rounding may have added."""


class Packing:
    """The fields of one inventory, for the choices of an :class:`~consolidate.solving.formulation.choices.Offer`.

    ``full``: what there is, with all guards set; ``guards``: the guards alone. What cannot run out
    (all systems and services together do not take that much) has no field.
    """

    def __init__(self, inventory: Inventory, offered: Offer, *, generous: bool) -> None:
        resources = Resources(inventory)
        self.families = [family for family in resources.families.values() if not family.at_least]
        self.counting = resources.counting()
        up, down = (math.floor, math.ceil) if generous else (math.ceil, math.floor)
        slack = SLACK if generous else -SLACK
        self.taken: dict[Choice | BuildChoice, dict[Key, float]] = {}
        taken = self.taken
        most: dict[Key, float] = defaultdict(float)
        every: list[tuple[Choice, ...] | tuple[BuildChoice, ...]] = [
            *offered.systems.values(),
            *offered.builds.values(),
        ]
        for found in every:
            top: dict[Key, float] = defaultdict(float)
            for choice in found:
                taken[choice] = self._used(choice)
                for key, amount in taken[choice].items():
                    top[key] = max(top[key], amount)
            for key, amount in top.items():
                most[key] += amount
        room = {key: resources.by_key[key].in_all for key in most}
        own = {key: resources.by_key[key].own for key in most}
        self.keys = sorted(key for key in most if most[key] > own[key] + 1e-9)
        self.places = {key: place for place, key in enumerate(self.keys)}
        self.factors = _factors(self.keys, room, taken.values())
        whole = {key: down(room[key] * self.factors[key[:2]] - slack) for key in self.keys}
        needed = {
            choice: [
                (self.places[key], up(amount * self.factors[key[:2]] + slack))
                for key, amount in some.items()
                if key in self.places
            ]
            for choice, some in taken.items()
        }
        largest = max([1, *whole.values(), *(amount for some in needed.values() for _, amount in some)])
        self.width = largest.bit_length() + 1
        self.guards = sum(1 << (place * self.width + self.width - 1) for place in self.places.values())
        self.full = self.guards + sum(max(whole[key], 0) << (self.places[key] * self.width) for key in self.keys)
        self.needed: dict[Choice | BuildChoice, int] = {
            choice: sum(amount << (place * self.width) for place, amount in some) for choice, some in needed.items()
        }

    def least(self, one: int, other: int) -> int:
        """Field by field, the smaller of the two."""
        larger = ((one | self.guards) - other) & self.guards
        mask = larger - (larger >> (self.width - 1))
        return (other & mask) | (one & ~mask)

    def no_more(self, one: Choice, other: Choice) -> bool:
        """Whether one takes no more of anything than the other, in exact figures."""
        there = self.taken[other]
        return all(amount <= there.get(key, 0.0) for key, amount in self.taken[one].items() if key in self.places)

    def fits(self, free: int, needed: int) -> bool:
        """Whether what is needed is free, in every field."""
        return (free - needed) & self.guards == self.guards

    def short(self, free: int, needed: int) -> Iterator[Key]:
        """The fields in which it is not."""
        lacking = self.guards & ~(free - needed)
        while lacking:
            place = (lacking.bit_length() - 1) // self.width
            yield self.keys[place]
            lacking &= ~(1 << (place * self.width + self.width - 1))

    # -- what is used ----------------------------------------------------------------------

    def _used(self, choice: Choice | BuildChoice) -> dict[Key, float]:
        """What a choice or a build uses of each resource."""
        used: dict[Key, float] = defaultdict(float)
        counting = self.counting
        for family in self.families:
            entries = family.of_choice(choice) if isinstance(choice, Choice) else family.of_build(choice)
            for entry, amount in entries:
                for key in counting.get(entry, ()):
                    used[key] += amount
        return used


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
        while decimals < FINEST and abs(figure * 10**decimals - round(figure * 10**decimals)) > 1e-9:
            decimals += 1
    return int(10**decimals)
