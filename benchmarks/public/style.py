"""How an instance is written down: plainly, or with everything renamed, reordered and rescaled by seeded chance.

A relabelling changes nothing in the problem, so nothing in the answer: the published optimum holds.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

FACTORS = tuple(map(Decimal, ("0.1", "0.5", "2", "4", "25", "1000")))
"""Units to change into: tenths are no binary fractions, so sums of them are rounded."""


@dataclass(frozen=True)
class Calendar:
    """Where the horizon begins.

    Attributes:
        year: calendar year in which the financial year of the first quarter begins.
        quarter: of that financial year, 0 to 3.
        starts: month in which financial years start, 1 to 12.
    """

    year: int = 2016
    quarter: int = 0
    starts: int = 4

    @property
    def origin(self) -> int:
        """Ordinal of the first quarter: 4 x year + quarter."""
        return 4 * self.year + self.quarter

    @property
    def first_year(self) -> str:
        return f"{self.year}/{(self.year + 1) % 100:02d}"

    def label(self, q: int) -> str:
        """The quarter that comes q after the first.

        >>> Calendar().label(0), Calendar(1998, 3).label(5)
        ('2016/17 Q1', '2000/01 Q1')
        """
        year, quarter = divmod(self.origin + q, 4)
        return f"{year}/{(year + 1) % 100:02d} Q{quarter + 1}"


@dataclass
class Style:
    """Names, orders, units, the calendar and harmless additions.

    Attributes:
        seed: of the relabelling, and None for the plain way. The instance's name is to be part of it, so
            that each instance is relabelled in its own way.
    """

    seed: str | None = None
    calendar: Calendar = field(init=False)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self.calendar = Calendar()
        if self.changed:
            self.calendar = Calendar(self._chance.randrange(1990, 2080), *self._start())

    def _start(self) -> tuple[int, int]:
        return self._chance.randrange(4), self._chance.randrange(1, 13)

    @property
    def changed(self) -> bool:
        return self.seed is not None

    def ids(self, letter: str, numbers: Iterable[int]) -> dict[int, str]:
        """An id for each number: the letter and the number, or, relabelled, a word without meaning."""
        if not self.changed:
            return {number: f"{letter}{number:02d}" for number in numbers}
        names: dict[int, str] = {}
        for number in numbers:
            name = self._word()
            while name in names.values():
                name = self._word()
            names[number] = name
        return names

    def _word(self) -> str:
        letters = "".join(self._chance.choices("abcdefghijklmnopqrstuvwxyz", k=self._chance.randrange(3, 7)))
        return f"{letters}-{self._chance.randrange(1000)}"

    def partners(self) -> list[str]:
        """The partners among whom the systems are dealt out."""
        return list(self.ids("p", range(self._chance.randrange(1, 4))).values()) if self.changed else ["a"]

    def order(self, things: Iterable[T]) -> list[T]:
        """The things in the order given or, relabelled, in any."""
        found = list(things)
        if self.changed:
            self._chance.shuffle(found)
        return found

    def unit(self) -> Decimal:
        """What an amount is multiplied by."""
        return self._chance.choice(FACTORS) if self.changed else Decimal(1)

    def whole_unit(self) -> Decimal:
        """The same where only whole numbers will do."""
        return Decimal(self._chance.choice((2, 3, 10))) if self.changed else Decimal(1)

    def chosen(self, things: Sequence[T], share: float) -> list[T]:
        """The things that an addition is made for: about that share, and none in the plain way."""
        return [thing for thing in things if self._chance.random() < share] if self.changed else []

    def more(self, most: int) -> int:
        """By how much something added is worse: 0 to most."""
        return self._chance.randrange(most + 1)
