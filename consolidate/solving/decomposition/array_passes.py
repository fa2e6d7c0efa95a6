"""The passes of :mod:`consolidate.solving.decomposition.passes` in array arithmetic.

Each changes an array that it is given, so that none is allocated hundreds of times. Entries that meet in one place
are added one after the other, in the order in which they stand.
"""

from __future__ import annotations

import numpy as np

from consolidate.solving.decomposition.arrays import (
    INFINITY,
    LIVE,
    REFRESH,
    RETIRE,
    SECOND_RETIRE,
    Floats,
    Ints,
    scatter,
    tails,
)
from consolidate.solving.decomposition.passes import (
    MOMENTUM,
    SPREAD,
    TINY,
    BlockPrices,
    Chosen,
    Levels,
    PairTable,
    PricedChoices,
    RowTable,
    StepShares,
    TiePrices,
    Ties,
    WaitingChoices,
    WaitingCosts,
)
from consolidate.solving.formulation.costs import NEVER


def tie_levels(ties: Ties, prices: TiePrices, levels: Levels) -> None:
    """Adds to ``levels`` what ties cost: having started by a quarter pays for that quarter and all after it."""
    waiting, gated = tails(prices.after), tails(prices.gate)
    own, others = tails(prices.interface)[:, :, :-1]
    scatter(levels.start, ties.waits, waiting[:, :-1])
    scatter(levels.live, ties.awaited, -waiting[:, 1:])
    scatter(levels.stay, ties.awaited, -waiting[:, :1])
    scatter(levels.live, ties.gating, -gated[:, 1:])
    scatter(levels.live, ties.one, prices.together)
    scatter(levels.live, ties.other, -prices.together)
    scatter(levels.bridge, ties.lists, own)
    scatter(levels.live, ties.listed, -own)
    scatter(levels.bridge, ties.listed, others)
    scatter(levels.live, ties.lists, -others)


def price_block(
    out: Floats, table: RowTable, levels: Levels, block: BlockPrices, savings: Floats, capacity: Floats
) -> None:
    """The reduced costs of a block's rows.

    Args:
        out: [R, end], of which the block's rows are written.
        table: facts of all rows.
        levels: what ties cost.
        block: which rows, and what their people, money and limits cost.
        savings: [targets and budgets], the price of a pound saved in the year of each.
        capacity: [services], the price of a user.
    """
    rows, width = slice(block.low, block.high), block.work.shape[1]
    part = out[rows]
    np.copyto(part, table.cost[rows])
    for tau, saved in zip(savings.tolist(), table.saved, strict=True):
        if tau:
            part -= tau * saved[rows]
    into = table.into[rows]
    if capacity.any():
        part += np.where(into >= 0, table.users[rows] * capacity[into], 0.0)[:, None]
    part, system = part[:, :width], table.system[rows]
    cutover = slice(block.quarters - 1, block.quarters - 1 + width)
    if block.kind == LIVE:
        level = levels.start[:, :width] + levels.live[:, cutover] + levels.bridge[:, cutover]
    elif block.kind == RETIRE:
        level = levels.start[:, :width] + levels.live[:, cutover]
    elif block.kind == REFRESH:
        level = levels.start[:, :width] + levels.stay
    else:
        level = -levels.bridge[:, cutover] if block.kind == SECOND_RETIRE else np.zeros_like(levels.start[:, :width])
    if len(block.limits):
        level += block.limits[table.member]
    part += level[system]
    part += block.work[block.which]
    for pot, amount in zip(table.pot[:, rows], table.amount[:, rows], strict=True):
        part += block.money[pot] * amount[:, None]


def price_pairs(out: Floats, rows: Floats, table: PairTable, savings: Floats) -> None:
    """The reduced costs of two-step options: their cost and what both of their rows use.

    Args:
        out: [n, Q], written.
        rows: [R, end], the reduced costs of rows.
        table: facts of the options.
        savings: [targets and budgets], the price of a pound saved in the year of each.
    """
    np.add(rows[table.first][:, table.start], rows[table.second][:, table.follow], out=out)
    out += table.cost
    for tau, saved in zip(savings.tolist(), table.saved, strict=True):
        if tau:
            out -= tau * saved


def least(values: Floats) -> tuple[Floats, Ints]:
    """The least of each row of ``values``, and the first place where it stands; infinite, and 0, where it has none."""
    if not values.shape[1]:
        return np.full(len(values), INFINITY), np.zeros(len(values), dtype=np.int64)
    place = values.argmin(axis=1)
    return values[np.arange(len(values)), place], place


def cheapest(values: Floats, numbers: Ints) -> tuple[Floats, Ints]:
    """The least of the values that each row of numbers stands for, and the first number of the row that has it.

    Args:
        values: [n].
        numbers: [rows, at least one], places in ``values``.
    """
    costs = values[numbers]
    row = np.arange(len(numbers))
    way = costs.argmin(axis=1)
    return costs[row, way], numbers[row, way]


def waiting_costs(waiting: WaitingChoices, reduced: PricedChoices, alone: Floats, costs: WaitingCosts) -> None:
    """What linked systems pay at least, by the quarter in which they first need their service.

    Args:
        waiting: the choices.
        reduced: what they cost.
        alone: [linked], what the best choice without the service costs.
        costs: written.
    """
    needed, ready = costs.needed, costs.ready
    end = needed.shape[1]
    needed[:] = INFINITY
    flat = needed.reshape(-1)
    places = waiting.row_place[:, None] * end + np.arange(end)
    np.minimum.at(flat, places.ravel(), reduced.rows[waiting.rows].ravel())
    first_needs = np.where(waiting.by_second[:, None], reduced.quarters[1], reduced.quarters[0])
    places = waiting.pair_place[:, None] * end + first_needs
    np.minimum.at(flat, places.ravel(), reduced.pairs[waiting.pairs].ravel())
    ready[:, end] = INFINITY
    ready[:, :end] = np.minimum.accumulate(needed[:, ::-1], axis=1)[:, ::-1]
    worth = np.minimum(alone[:, None], ready)
    costs.base[:] = worth[:, 0]
    with np.errstate(invalid="ignore"):
        np.subtract(worth, worth[:, :1], out=costs.extra)


def choose(waiting: WaitingChoices, reduced: PricedChoices, alone: Floats, costs: WaitingCosts, ready: Ints) -> Chosen:
    """The choices of the systems for which their service is ready in time, and worth waiting for; of several, the last.

    Args:
        waiting, reduced, alone: as of :func:`waiting_costs`.
        costs: what that wrote.
        ready: [linked], the quarter from which each system's service is ready, at most ``end``.
    """
    size, end = costs.needed.shape
    waits = costs.ready[np.arange(size), ready] < alone
    value, when = least(np.where(np.arange(end) >= ready[:, None], costs.needed, INFINITY))
    when = np.where(waits, when, -1)
    rows, pairs, quarters = reduced
    chosen = Chosen(*(np.full(size, -1) for _ in range(4)))
    mine = waiting.row_place
    hits = np.flatnonzero((when[mine] >= 0) & (rows[waiting.rows, when[mine]] == value[mine]))
    chosen.row[mine[hits]] = waiting.rows[hits]
    chosen.start[mine[hits]] = when[mine[hits]]
    mine = waiting.pair_place
    if len(mine) and quarters.shape[1]:
        first_needs = np.where(waiting.by_second[:, None], quarters[1], quarters[0])
        fitting = np.where(first_needs == when[mine][:, None], pairs[waiting.pairs], INFINITY)
        best = fitting.argmin(axis=1)
        hits = np.flatnonzero((when[mine] >= 0) & (fitting[np.arange(len(mine)), best] == value[mine]))
        chosen.option[mine[hits]] = waiting.pairs[hits]
        chosen.pair[mine[hits]] = best[hits]
    return chosen


def tie_slack(ties: Ties, dates: tuple[Ints, Ints, Ints], paid: Floats, slack: TiePrices) -> None:
    """By how much a solution exceeds the constraints of ``after``, ``together`` and ``interface``.

    Args:
        ties: who is tied.
        dates: [S] each, the quarter in which work on a system starts, after which it is live, and after which retired.
        paid: [interfaces, end], 1 where an interface is paid for in any case.
        slack: written, ``gate`` excepted.
    """
    begins, live, retired = dates
    quarter = np.arange(slack.after.shape[1])
    on = live[ties.awaited][:, None]
    slack.after[:] = (begins[ties.waits][:, None] <= quarter).astype(float) - (on < quarter) - (on >= NEVER)
    slack.together[:] = (live[ties.one][:, None] == quarter).astype(float) - (live[ties.other][:, None] == quarter)
    for side, mine, others in ((0, ties.lists, ties.listed), (1, ties.listed, ties.lists)):
        here = live[mine][:, None]
        bridged = (here <= quarter) & (quarter < retired[mine][:, None])
        slack.interface[side] = bridged.astype(float) - (live[others][:, None] <= quarter) - paid


def step(u: Floats, averages: tuple[Floats, Floats], slack: Floats, ranges: Floats, shares: StepShares) -> None:
    """A step of Adam for the prices of one family.

    Args:
        u: the prices, changed.
        averages: of the subgradient and of its square; changed.
        slack: the subgradient.
        ranges: the natural range of each price.
        shares: how long the step is.
    """
    mean, spread = averages
    mean *= MOMENTUM
    mean += (1 - MOMENTUM) * slack
    spread *= SPREAD
    spread += (1 - SPREAD) * slack**2
    root = np.sqrt(spread / shares.spread) + TINY
    u += ranges * shares.length * (mean / shares.mean) / root
