"""The records of the decomposition: step rows and the blocks they form, columns, and ties between systems."""

from __future__ import annotations

from dataclasses import dataclass

from consolidate.inventory import Option, Step
from consolidate.solving.decomposition.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class StepRow:
    """One piece of work. Systems, roles, pots and services by number.

    Attributes:
        system, option, step: whose work it is.
        number: 1 for the first step of an option, 2 for the second.
        kind: :data:`consolidate.solving.decomposition.arrays.LIVE` and so on.
        staff: for each role, person-days by quarter of work.
        money: for each pot, the amount in each quarter of work.
        needs: services yet to be built that it waits for.
        into: the service whose capacity it uses, -1 for none.
    """

    system: int
    option: Option
    step: Step
    number: int
    kind: int
    staff: tuple[tuple[int, tuple[float, ...]], ...]
    money: tuple[tuple[int, float], ...]
    needs: tuple[int, ...]
    into: int

    @property
    def layout(self) -> tuple[int, int, bool]:
        """What rows of one block have in common: duration, kind, evenly spread effort."""
        return (self.step.quarters, self.kind, all(len(set(days)) == 1 for _, days in self.staff))


@dataclass(frozen=True, slots=True)
class OptionColumn:
    """One choice: a system's one or two step rows, and the quarter in which each starts; no rows for staying."""

    system: int
    rows: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Block:
    """The step rows ``low`` … ``high`` - 1, all of one duration and kind.

    Attributes:
        quarters, kind: of each.
        even: whether each needs the same people in all quarters of its work.
        effort: person-days a quarter, [rows, roles]; where they are uneven, [rows, roles x quarters].
    """

    low: int
    high: int
    quarters: int
    kind: int
    even: bool
    effort: Floats


@dataclass(frozen=True)
class Links:
    """Ties between systems, and between services and systems, by number.

    Attributes:
        after: [ties, 2], the system that waits, and the one it waits for.
        together: [ties, 2], two systems that cut over in the same quarter.
        gates: [ties, 2], the service whose build waits, and the system that it waits for.
        interface: [ties, 2], the system that lists the interface, and the other.
        price: [interfaces, end], the discounted cost of an interface in quarters 1 … end; the last is for all after it.
        revenue: [budgets, interfaces, end], what it adds to each budget then.
    """

    after: Ints
    together: Ints
    gates: Ints
    interface: Ints
    price: Floats
    revenue: Floats
