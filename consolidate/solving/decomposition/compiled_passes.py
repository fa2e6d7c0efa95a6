"""The passes of :mod:`consolidate.solving.decomposition.passes` as loops that numba compiles.

Importing this module takes half a second, so it is only done for large inventories; the first time on a machine some
seconds more, for what was compiled is kept beside the module or, where that cannot be written, in the user's cache
folder. Each function has the arguments and gives the bits of the one of that name in
:mod:`consolidate.solving.decomposition.array_passes`: the same operations on each entry, in the same order. That is
why nothing here may be compiled with ``fastmath`` or in parallel.
"""

from __future__ import annotations

import numpy as np

from consolidate.solving.decomposition.arrays import LIVE, REFRESH, RETIRE, SECOND_RETIRE, Floats, Ints
from consolidate.solving.decomposition.compiling import compiled
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


@compiled
def tie_levels(ties: Ties, prices: TiePrices, levels: Levels) -> None:
    """As :func:`consolidate.solving.decomposition.array_passes.tie_levels`."""
    end = levels.start.shape[1]
    for tie in range(len(ties.waits)):
        waits, awaited, tail = ties.waits[tie], ties.awaited[tie], 0.0
        for quarter in range(end - 1, -1, -1):
            levels.live[awaited, quarter] -= tail
            tail += prices.after[tie, quarter]
            levels.start[waits, quarter] += tail
        levels.stay[awaited, 0] -= tail
    for tie in range(len(ties.gating)):
        tail = 0.0
        for quarter in range(end - 1, -1, -1):
            levels.live[ties.gating[tie], quarter] -= tail
            tail += prices.gate[tie, quarter]
    for tie in range(len(ties.one)):
        for quarter in range(end):
            levels.live[ties.one[tie], quarter] += prices.together[tie, quarter]
    for tie in range(len(ties.other)):
        for quarter in range(end):
            levels.live[ties.other[tie], quarter] -= prices.together[tie, quarter]
    for side in range(2):
        for tie in range(len(ties.lists)):
            mine, others = ties.lists[tie], ties.listed[tie]
            if side == 1:
                mine, others = others, mine
            tail = 0.0
            for quarter in range(end - 1, -1, -1):
                tail += prices.interface[side, tie, quarter]
                levels.bridge[mine, quarter] += tail
                levels.live[others, quarter] -= tail


@compiled
def price_block(
    out: Floats, table: RowTable, levels: Levels, block: BlockPrices, savings: Floats, capacity: Floats
) -> None:
    """As :func:`consolidate.solving.decomposition.array_passes.price_block`."""
    end, width, last = out.shape[1], block.work.shape[1], block.quarters - 1
    limited, layers = len(block.limits) > 0, len(table.pot)
    for row in range(block.low, block.high):
        system, into = table.system[row], table.into[row]
        for quarter in range(end):
            out[row, quarter] = table.cost[row, quarter]
        for year in range(len(savings)):
            if savings[year] != 0.0:
                for quarter in range(end):
                    out[row, quarter] -= savings[year] * table.saved[year, row, quarter]
        if into >= 0:
            users = table.users[row] * capacity[into]
            for quarter in range(end):
                out[row, quarter] += users
        member, which = table.member[system], block.which[row - block.low]
        for quarter in range(width):
            level = 0.0
            if block.kind == LIVE:
                level = levels.start[system, quarter] + levels.live[system, quarter + last]
                level = level + levels.bridge[system, quarter + last]
            elif block.kind == RETIRE:
                level = levels.start[system, quarter] + levels.live[system, quarter + last]
            elif block.kind == REFRESH:
                level = levels.start[system, quarter] + levels.stay[system, 0]
            elif block.kind == SECOND_RETIRE:
                level = -levels.bridge[system, quarter + last]
            if limited:
                level = level + block.limits[member, quarter]
            out[row, quarter] = out[row, quarter] + level + block.work[which, quarter]
        for layer in range(layers):
            pot, amount = table.pot[layer, row], table.amount[layer, row]
            for quarter in range(width):
                out[row, quarter] += block.money[pot, quarter] * amount


@compiled
def price_pairs(out: Floats, rows: Floats, table: PairTable, savings: Floats) -> None:
    """As :func:`consolidate.solving.decomposition.array_passes.price_pairs`."""
    for option in range(out.shape[0]):
        first, second = table.first[option], table.second[option]
        for pair in range(out.shape[1]):
            both = rows[first, table.start[pair]] + rows[second, table.follow[pair]]
            out[option, pair] = both + table.cost[option, pair]
        for year in range(len(savings)):
            if savings[year] != 0.0:
                for pair in range(out.shape[1]):
                    out[option, pair] -= savings[year] * table.saved[year, option, pair]


@compiled
def least(values: Floats) -> tuple[Floats, Ints]:
    """As :func:`consolidate.solving.decomposition.array_passes.least`."""
    low, place = np.empty(values.shape[0]), np.zeros(values.shape[0], dtype=np.int64)
    for row in range(values.shape[0]):
        best, at = np.inf, 0
        for column in range(values.shape[1]):
            if values[row, column] < best:
                best, at = values[row, column], column
        low[row], place[row] = best, at
    return low, place


@compiled
def cheapest(values: Floats, numbers: Ints) -> tuple[Floats, Ints]:
    """As :func:`consolidate.solving.decomposition.array_passes.cheapest`."""
    low, first = np.empty(len(numbers)), np.empty(len(numbers), dtype=np.int64)
    for row in range(len(numbers)):
        number = numbers[row, 0]
        for column in range(1, numbers.shape[1]):
            if values[numbers[row, column]] < values[number]:
                number = numbers[row, column]
        low[row], first[row] = values[number], number
    return low, first


@compiled
def waiting_costs(waiting: WaitingChoices, reduced: PricedChoices, alone: Floats, costs: WaitingCosts) -> None:
    """As :func:`consolidate.solving.decomposition.array_passes.waiting_costs`."""
    end = costs.needed.shape[1]
    for place in range(len(alone)):
        needed, ready, extra = costs.needed[place], costs.ready[place], costs.extra[place]
        for quarter in range(end):
            needed[quarter] = np.inf
        for number in range(waiting.row_bounds[place], waiting.row_bounds[place + 1]):
            row = reduced.rows[waiting.rows[number]]
            for quarter in range(end):
                needed[quarter] = row[quarter] if row[quarter] < needed[quarter] else needed[quarter]
        for number in range(waiting.pair_bounds[place], waiting.pair_bounds[place + 1]):
            pairs, step = reduced.pairs[waiting.pairs[number]], 1 if waiting.by_second[number] else 0
            for pair in range(len(pairs)):
                quarter = reduced.quarters[step, pair]
                if pairs[pair] < needed[quarter]:
                    needed[quarter] = pairs[pair]
        best = ready[end] = np.inf
        for quarter in range(end - 1, -1, -1):
            best = ready[quarter] = needed[quarter] if needed[quarter] < best else best
        without = alone[place]
        base = costs.base[place] = best if best < without else without
        for quarter in range(end + 1):
            extra[quarter] = (ready[quarter] if ready[quarter] < without else without) - base


@compiled
def choose(waiting: WaitingChoices, reduced: PricedChoices, alone: Floats, costs: WaitingCosts, ready: Ints) -> Chosen:
    """As :func:`consolidate.solving.decomposition.array_passes.choose`."""
    size, end = costs.needed.shape
    chosen = Chosen(np.full(size, -1), np.full(size, -1), np.full(size, -1), np.full(size, -1))
    for place in range(size):
        if not costs.ready[place, ready[place]] < alone[place]:
            continue
        when, value = 0, np.inf
        for quarter in range(ready[place], end):
            if costs.needed[place, quarter] < value:
                when, value = quarter, costs.needed[place, quarter]
        for number in range(waiting.row_bounds[place], waiting.row_bounds[place + 1]):
            if reduced.rows[waiting.rows[number], when] == value:
                chosen.row[place], chosen.start[place] = waiting.rows[number], when
        for number in range(waiting.pair_bounds[place], waiting.pair_bounds[place + 1]):
            option, step = waiting.pairs[number], 1 if waiting.by_second[number] else 0
            for pair in range(reduced.quarters.shape[1]):
                if reduced.quarters[step, pair] == when and reduced.pairs[option, pair] == value:
                    chosen.option[place], chosen.pair[place] = option, pair
                    break
    return chosen


@compiled
def tie_slack(ties: Ties, dates: tuple[Ints, Ints, Ints], paid: Floats, slack: TiePrices) -> None:
    """As :func:`consolidate.solving.decomposition.array_passes.tie_slack`."""
    begins, live, retired = dates
    end = slack.after.shape[1]
    for tie in range(len(ties.waits)):
        begin, on = begins[ties.waits[tie]], live[ties.awaited[tie]]
        never = 1.0 if on >= NEVER else 0.0
        for quarter in range(end):
            slack.after[tie, quarter] = (1.0 if begin <= quarter else 0.0) - (1.0 if on < quarter else 0.0) - never
    for tie in range(len(ties.one)):
        one, other = live[ties.one[tie]], live[ties.other[tie]]
        for quarter in range(end):
            slack.together[tie, quarter] = (1.0 if one == quarter else 0.0) - (1.0 if other == quarter else 0.0)
    for side in range(2):
        for tie in range(len(ties.lists)):
            mine, others = ties.lists[tie], ties.listed[tie]
            if side == 1:
                mine, others = others, mine
            here, gone, there = live[mine], retired[mine], live[others]
            for quarter in range(end):
                bridged = 1.0 if here <= quarter and quarter < gone else 0.0
                reached = 1.0 if there <= quarter else 0.0
                slack.interface[side, tie, quarter] = bridged - reached - paid[tie, quarter]


@compiled
def _step(u: Floats, averages: tuple[Floats, Floats], slack: Floats, ranges: Floats, shares: StepShares) -> None:
    mean, spread = averages
    for at in range(len(u)):
        mean[at] = mean[at] * MOMENTUM + (1 - MOMENTUM) * slack[at]
        spread[at] = spread[at] * SPREAD + (1 - SPREAD) * (slack[at] * slack[at])
        root = np.sqrt(spread[at] / shares.spread) + TINY
        u[at] += ranges[at] * shares.length * (mean[at] / shares.mean) / root


def step(u: Floats, averages: tuple[Floats, Floats], slack: Floats, ranges: Floats, shares: StepShares) -> None:
    """As :func:`consolidate.solving.decomposition.array_passes.step`."""
    mean, spread = averages
    _step(u.reshape(-1), (mean.reshape(-1), spread.reshape(-1)), slack.reshape(-1), ranges.reshape(-1), shares)
