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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from consolidate.inventory import Inventory, Pot
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer, telling_periods

Key = tuple[str, Any, int]
"""('role', id, quarter) | ('pot', id, period) | ('limit', number, quarter) | ('capacity', service, 0)"""

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
        self.inventory = inventory
        up, down = (math.floor, math.ceil) if generous else (math.ceil, math.floor)
        slack = SLACK if generous else -SLACK
        self.pots = {pot.id: _periods_of(pot) for pot in inventory.pots.values()}
        self.members = {
            system: [number for number, limit in enumerate(inventory.limits) if system in limit.who.systems]
            for system in inventory.systems
        }
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
                taken[choice] = self._taken(choice)
                for key, amount in taken[choice].items():
                    top[key] = max(top[key], amount)
            for key, amount in top.items():
                most[key] += amount
        room = {key: self._room(key) for key in most}
        self.keys = sorted(key for key in most if most[key] > self._own(key) + 1e-9)
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

    # -- what is taken, and what there is ------------------------------------------------

    def _taken(self, choice: Choice | BuildChoice) -> dict[Key, float]:
        taken: dict[Key, float] = defaultdict(float)
        if isinstance(choice, BuildChoice):
            assert choice.service.build is not None
            self._work(taken, choice.service.build, choice.start)
            return taken
        for step, start in zip(choice.option.steps, choice.when.starts, strict=False):
            self._work(taken, step, start)
        for start, cutover in zip(choice.when.starts, choice.when.cutovers, strict=True):
            for number in self.members[choice.system.id]:
                for quarter in range(start, cutover + 1):
                    taken["limit", number, quarter] = 1.0
        for service in choice.option.services:
            if self.inventory.services[service].capacity is not None and choice.system.users:
                taken["capacity", service, 0] += choice.system.users
        return taken

    def _work(self, taken: dict[Key, float], work: Any, start: int) -> None:
        for role, days in work.effort.items():
            if self.inventory.roles[role].days is not None:
                for offset, figure in enumerate(days):
                    if figure:
                        taken["role", role, start + offset] += figure
        quarters = max(work.quarters, 1)
        for pot, amount in work.capital.items():
            if pot is not None and amount:
                for offset in range(quarters):
                    for period in self.pots[pot].get(start + offset, ()):
                        taken["pot", pot, period] += amount / quarters

    def _room(self, key: Key) -> float:
        """What there is in all, agency staff included."""
        kind, what, number = key
        more = self.inventory.roles[what].agency_days[number] if kind == "role" else 0.0
        return self._own(key) + more

    def _own(self, key: Key) -> float:
        kind, what, number = key
        match kind:
            case "role":
                days = self.inventory.roles[what].days
                assert days is not None
                return days[number]
            case "pot":
                pot = self.inventory.pots[what]
                first = 0 if pot.carry_forward else number
                return math.fsum(period.amount for period in pot.periods[first : number + 1])
            case "limit":
                return float(self.inventory.limits[what].room(number))
            case _:
                return self.inventory.services[what].capacity or 0.0


def _periods_of(pot: Pot) -> dict[int, Sequence[int]]:
    """By quarter, the periods in which money spent in it counts: with carry-forward all that follow, too.

    Where nothing is added in the period that follows, that one's row says all that this one's does.
    """
    count = len(pot.periods)
    if not pot.carry_forward:
        return {quarter: [number] for number in range(count) for quarter in pot.periods[number].quarters}
    telling = telling_periods(pot)
    return {
        quarter: [last for last in telling if last >= number]
        for number, period in enumerate(pot.periods)
        for quarter in period.quarters
    }


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
