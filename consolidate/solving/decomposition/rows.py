"""The rows and columns of the decomposition: what couples systems, and the blocks of choices that it prices."""

from __future__ import annotations

from dataclasses import dataclass

from consolidate.inventory import Option, Step
from consolidate.solving.decomposition.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class StepRow:
    """One piece of work. ``staff``: (role, person-days by quarter of work); ``money``: (pot, amount in
    each quarter of work); ``needs``: services yet to be built that it waits for; roles, pots and
    services by number."""

    system: int
    option: Option
    step: Step
    number: int
    kind: int
    staff: tuple[tuple[int, tuple[float, ...]], ...]
    money: tuple[tuple[int, float], ...]
    needs: tuple[int, ...]
    into: int
    """The service whose capacity it takes, -1 for none."""

    @property
    def layout(self) -> tuple[int, int, bool]:
        """What rows of one block have in common: duration, kind, evenly spread effort."""
        return (self.step.quarters, self.kind, all(len(set(days)) == 1 for _, days in self.staff))


@dataclass(frozen=True, slots=True)
class OptionColumn:
    """One choice: a system's row(s) and the quarter in which each starts; no rows for staying."""

    system: int
    rows: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Block:
    """Rows ``low`` … ``high`` - 1, all of one duration and kind."""

    low: int
    high: int
    quarters: int
    kind: int
    even: bool
    effort: Floats
    """Person-days a quarter, [rows, roles]; where they are uneven, [rows, roles x quarters]."""


@dataclass(frozen=True)
class Links:
    """What ties systems to each other: arrays of system numbers, one entry for each tie."""

    after: Ints
    """[n, 2]: who waits, for whom."""
    together: Ints
    """[n, 2]: who cut over in the same quarter."""
    interface: Ints
    """[n, 2]: who lists it, with whom."""
    price: Floats
    """[n, end]: the discounted cost of an interface in quarters 1 … end; the last stands for all after it."""
