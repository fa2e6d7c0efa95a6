"""The passes over all choices of which an evaluation of the Lagrangian and a step of the ascent consist.

They are written twice. :mod:`consolidate.solving.decomposition.array_passes` has each in a few lines of array
arithmetic; :mod:`consolidate.solving.decomposition.compiled_passes` has the same as loops that numba compiles, for
inventories of so many systems that moving arrays through memory is what takes the time. Both give **the same bits**,
on every machine: entries are added up in one fixed order, never by a matrix product, whose order is the processor's.
So it is only a question of time which of them runs, and an installation without numba finds the same plans, later.

Shapes: ``S`` systems, ``R`` step rows, ``end`` quarters of work, ``n`` two-step options, ``Q`` pairs of quarters.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from consolidate.solving.decomposition.arrays import Floats, Ints, Mask

MOMENTUM, SPREAD = 0.9, 0.95
"""Decay rates of Adam's averages of the subgradient and of its square."""
TINY = 1e-12
"""Keeps a step finite where a constraint was always met exactly."""


class Ties(NamedTuple):
    """Systems, by number, of each tie between two of them, or between a build and one.

    Attributes:
        waits, awaited: of ``after``, the system that waits, and the one it waits for.
        gating: of ``gate``, the system that a build waits for.
        one, other: of ``together``.
        lists, listed: of ``interface``, the system that lists it, and the other.
    """

    waits: Ints
    awaited: Ints
    gating: Ints
    one: Ints
    other: Ints
    lists: Ints
    listed: Ints


class TiePrices(NamedTuple):
    """Prices of ties, [ties, end] each; of interfaces [2, interfaces, end]."""

    after: Floats
    gate: Floats
    together: Floats
    interface: Floats


class Levels(NamedTuple):
    """What ties make it cost to do something with a system in a quarter.

    Attributes:
        start, live, bridge: [S, end], of starting, of going live, of being live.
        stay: [S, 1], of never going live.
    """

    start: Floats
    live: Floats
    bridge: Floats
    stay: Floats


class RowTable(NamedTuple):
    """Facts of step rows that pricing them needs.

    Attributes:
        cost: [R, end], their own cost.
        saved: [targets and budgets, R, end], what they save in the year of each.
        system: [R], whose they are.
        into, users: [R], the service whose capacity each takes (-1 for none), and how many users.
        pot, amount: [layers, R], the pots that each draws on, and how much in each quarter of work.
        member: [S], the class of each system by the limits that count it.
    """

    cost: Floats
    saved: Floats
    system: Ints
    into: Ints
    users: Floats
    pot: Ints
    amount: Floats
    member: Ints


class BlockPrices(NamedTuple):
    """What the rows of one block pay, by the quarter in which they start; ``width`` quarters leave time to finish.

    Attributes:
        low, high: the rows ``low`` … ``high`` - 1.
        quarters, kind: their duration and kind.
        work, which: [different, width], what each effort that occurs costs, and [rows], which of them each row takes.
        money: [pots, width], what a pound of each pot in every quarter of work costs.
        limits: [classes, width], what a move under way costs each class of systems; no class where limits are free.
    """

    low: int
    high: int
    quarters: int
    kind: int
    work: Floats
    which: Ints
    money: Floats
    limits: Floats


class PairTable(NamedTuple):
    """Facts of two-step options.

    Attributes:
        cost: [n, Q], what each costs.
        saved: [targets and budgets, n, Q], what it saves in the year of each.
        first, second: [n], the rows of its steps.
        start, follow: [Q], the quarters in which these start.
    """

    cost: Floats
    saved: Floats
    first: Ints
    second: Ints
    start: Ints
    follow: Ints


class WaitingChoices(NamedTuple):
    """The choices of linked systems that need their principal service, those of one system together.

    Attributes:
        row_place, rows: the linked system (by place) and the row of each one-step option.
        row_bounds: [linked + 1], where each system's begin among these, and where the last one's end.
        pair_place, pairs, pair_bounds: the same of two-step options, by number.
        by_second: whether it is the second step of each of these that needs the service, and not the first.
    """

    row_place: Ints
    rows: Ints
    row_bounds: Ints
    pair_place: Ints
    pairs: Ints
    pair_bounds: Ints
    by_second: Mask


class WaitingCosts(NamedTuple):
    """What linked systems pay at least, with their principal service and without it.

    Attributes:
        needed: [linked, end], when the step that needs the service starts in each quarter.
        ready: [linked, end + 1], when the service is ready from each quarter; the last is never, and infinite.
        base: [linked], with the service or without it, whenever it is ready.
        extra: [linked, end + 1], what a system pays more than ``base`` when the service is ready from each quarter.
    """

    needed: Floats
    ready: Floats
    base: Floats
    extra: Floats


class PricedChoices(NamedTuple):
    """The reduced costs of choices, and when they start.

    Attributes:
        rows: [R, end], of step rows by start.
        pairs: [n, Q], of two-step options.
        quarters: [2, Q], in which the two steps of each pair start.
    """

    rows: Floats
    pairs: Floats
    quarters: Ints


class Chosen(NamedTuple):
    """What linked systems take of the choices that wait, [linked] each; -1 for those that do not.

    Attributes:
        row, start: a one-step option's row, and the quarter in which it starts.
        option, pair: a two-step option, and its pair of quarters; it counts where there is also a row.
    """

    row: Ints
    start: Ints
    option: Ints
    pair: Ints


class StepShares(NamedTuple):
    """One step of Adam: ``length``, a share of each price's range; what its averages hold of all that was to come."""

    length: float
    mean: float
    spread: float


class Passes(Protocol):
    """The passes, written in one way or the other; each is described where it is written in arrays."""

    def tie_levels(self, ties: Ties, prices: TiePrices, levels: Levels) -> None:
        """Adds what ties cost."""

    def price_block(
        self, out: Floats, table: RowTable, levels: Levels, block: BlockPrices, savings: Floats, capacity: Floats
    ) -> None:
        """The reduced costs of a block's rows."""

    def price_pairs(self, out: Floats, rows: Floats, table: PairTable, savings: Floats) -> None:
        """The reduced costs of two-step options."""

    def least(self, values: Floats) -> tuple[Floats, Ints]:
        """The least of each row, and the first place where it stands."""
        ...

    def cheapest(self, values: Floats, numbers: Ints) -> tuple[Floats, Ints]:
        """The least of the values that each row of numbers stands for, and the first number that has it."""
        ...

    def waiting_costs(
        self, waiting: WaitingChoices, reduced: PricedChoices, alone: Floats, costs: WaitingCosts
    ) -> None:
        """What linked systems pay at least, by the quarter in which they first need their service."""

    def choose(
        self, waiting: WaitingChoices, reduced: PricedChoices, alone: Floats, costs: WaitingCosts, ready: Ints
    ) -> Chosen:
        """The choices of the systems for which their service is ready in time, and worth waiting for."""
        ...

    def tie_slack(self, ties: Ties, dates: tuple[Ints, Ints, Ints], paid: Floats, slack: TiePrices) -> None:
        """By how much a solution exceeds the constraints of ties."""

    def step(
        self, u: Floats, averages: tuple[Floats, Floats], slack: Floats, ranges: Floats, shares: StepShares
    ) -> None:
        """A step of prices along the subgradient."""
