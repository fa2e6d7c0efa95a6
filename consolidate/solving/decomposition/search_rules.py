"""A plan in flat arrays: whether a choice fits, what it costs, and how it is put in and taken out.

The rules of :class:`consolidate.solving.decomposition.partial_plan.PartialPlan`, in the loops that
:mod:`consolidate.solving.decomposition.search_steps` is made of; see there.
"""

from __future__ import annotations

from typing import Any

from consolidate.solving.decomposition.search_tables import (
    FIRST_SEED,
    SECOND_SEED,
    TOUCHED,
    SearchState,
    SearchTables,
)
from consolidate.solving.formulation.costs import NEVER

FIRST_MODULUS, SECOND_MODULUS = 2147483563, 2147483399

# -- chance ----------------------------------------------------------------------------------------------------


def draw(state: SearchState) -> float:
    """A number between 0 and 1, by P. L'Ecuyer's two combined generators (Communications of the ACM 31, 1988)."""
    counter = state.counter
    counter[FIRST_SEED] = counter[FIRST_SEED] * 40014 % FIRST_MODULUS
    counter[SECOND_SEED] = counter[SECOND_SEED] * 40692 % SECOND_MODULUS
    mixed = (counter[FIRST_SEED] - counter[SECOND_SEED]) % (FIRST_MODULUS - 1)
    return float((mixed + 0.5) / (FIRST_MODULUS - 1))


def drawn(state: SearchState, count: int) -> int:
    """One of the numbers below ``count``."""
    return int(draw(state) * count)


# -- does it fit? ------------------------------------------------------------------------------------------------


def window(tables: SearchTables, state: SearchState, system: int) -> tuple[int, int]:
    """The first quarter in which a system may start, and the last in which it may cut over, by its neighbours."""
    first, last = 0, NEVER
    for place in range(tables.waits_at[system], tables.waits_at[system + 1]):
        live = state.live[tables.waits[place]]
        if first <= live < NEVER:
            first = live + 1
    for place in range(tables.awaited_at[system], tables.awaited_at[system + 1]):
        start = state.start[tables.awaited[place]]
        if start <= last:
            last = start - 1
    return first, last


def touch(state: SearchState, budget: int, amount: float) -> None:
    """Enters an amount that is added to a budget."""
    if not state.marked[budget]:
        state.marked[budget] = 1
        state.touched[state.counter[TOUCHED]] = budget
        state.counter[TOUCHED] += 1
    state.added[budget] += amount


def add_to_budgets(tables: SearchTables, state: SearchState, candidate: int) -> None:
    """Enters what an undecided system's candidate adds to budgets beside its own use of them."""
    counter, touched = state.counter, state.touched
    for place in range(counter[TOUCHED]):
        state.added[touched[place]] = 0.0
        state.marked[touched[place]] = 0
    counter[TOUCHED] = 0
    if tables.hires[candidate]:
        resources, rate_at, can_hire = tables.use_resource, tables.rate_at, tables.can_hire
        for use in range(tables.use_at[candidate], tables.use_at[candidate + 1]):
            resource = resources[use]
            low, high = rate_at[resource], rate_at[resource + 1]
            if low < high and can_hire[resource]:
                amount = tables.use_amount[use]
                days = tables.paid[resource] - state.free[resource] + amount
                if days > amount:
                    days = amount
                elif days < 0:
                    days = 0.0
                if tables.relief[resource] > 0:
                    days -= amount
                if days != 0:
                    for rate in range(low, high):
                        touch(state, tables.rate_budget[rate], tables.rate_value[rate] * days)
    if tables.link_at[tables.system[candidate]] < tables.link_at[tables.system[candidate] + 1]:
        add_interfaces(tables, state, candidate)


def add_interfaces(tables: SearchTables, state: SearchState, candidate: int) -> None:
    """Enters what interfaces add to budgets."""
    system, live, lives = tables.system[candidate], tables.live[candidate], state.live
    year_at, others, before, retired = tables.year_at, tables.link_other, tables.link_before, state.retired
    horizon = min(tables.retired[candidate], tables.end - 1)
    for link in range(tables.link_at[system], tables.link_at[system + 1]):
        low, high = year_at[link], year_at[link + 1]
        if low == high:
            continue
        other = others[link]
        there = lives[other]
        first = max(min(live, there), before[link])
        last = min(max(live, there), horizon, retired[other])
        if last > first:
            for place in range(low, high):
                row = tables.year_row[place]
                quarters = tables.count[row + last + 1] - tables.count[row + first + 1]
                if quarters:
                    touch(state, tables.year_budget[place], tables.link_cost[link] * quarters)


def budgets_allow(tables: SearchTables, state: SearchState, candidate: int) -> bool:
    """Whether budgets allow what an undecided system's candidate adds to them, people and interfaces included."""
    add_to_budgets(tables, state, candidate)
    count = state.counter[TOUCHED]
    if count == 0:
        return True
    for place in range(count):
        budget = state.touched[place]
        if state.added[budget] > state.free[budget]:
            return False
    resources, amounts, marked, added, free = (
        tables.use_resource, tables.use_amount, state.marked, state.added, state.free,
    )  # fmt: skip
    for use in range(tables.use_at[candidate], tables.use_at[candidate + 1]):
        resource = resources[use]
        if marked[resource] and added[resource] + amounts[use] > free[resource]:
            return False
    return True


def there_is_enough(tables: SearchTables, state: SearchState, candidate: int) -> bool:
    """Whether there is enough of everything that a candidate uses, budgets included."""
    free, resources, amounts = state.free, tables.use_resource, tables.use_amount
    for use in range(tables.use_at[candidate], tables.use_at[candidate + 1]):
        if free[resources[use]] < amounts[use]:
            return False
    return tables.budgeted == 0 or budgets_allow(tables, state, candidate)


def fits(tables: SearchTables, state: SearchState, candidate: int) -> bool:
    """Whether an undecided system's candidate breaks no rule at present, ``together`` apart."""
    first, last = window(tables, state, tables.system[candidate])
    if tables.start[candidate] < first or last < tables.live[candidate] < NEVER:
        return False
    return there_is_enough(tables, state, candidate)


# -- what does it cost? --------------------------------------------------------------------------------------------


def cost_beside(tables: SearchTables, state: SearchState, candidate: int) -> float:
    """What an undecided system's candidate adds beside its own price: what days cost more or less, and interfaces."""
    total = 0.0
    if tables.hires[candidate]:
        resources, can_hire, free = tables.use_resource, tables.can_hire, state.free
        for use in range(tables.use_at[candidate], tables.use_at[candidate + 1]):
            resource = resources[use]
            if can_hire[resource]:
                amount = tables.use_amount[use]
                short = tables.paid[resource] - free[resource] + amount
                if short > 0:
                    total += tables.rate[resource] * min(short, amount)
                if tables.relief[resource] > 0:
                    total -= tables.relief[resource] * amount
    system, live, lives = tables.system[candidate], tables.live[candidate], state.live
    others, before, retired = tables.link_other, tables.link_before, state.retired
    horizon = min(tables.retired[candidate], tables.end - 1)
    for link in range(tables.link_at[system], tables.link_at[system + 1]):
        other = others[link]
        there = lives[other]
        first = max(min(live, there), before[link])
        last = min(max(live, there), horizon, retired[other])
        if last > first:
            total += tables.link_cost[link] * (tables.prefix[last + 1] - tables.prefix[first + 1])
    return total


def cost(tables: SearchTables, state: SearchState, candidate: int) -> float:
    """What a candidate of an undecided system adds to the plan's cost."""
    return float(tables.own[candidate] + cost_beside(tables, state, candidate))


# -- changes -------------------------------------------------------------------------------------------------------


def put(tables: SearchTables, state: SearchState, candidate: int) -> None:
    """Decides about an undecided system."""
    if tables.budgeted:
        add_to_budgets(tables, state, candidate)
        for place in range(state.counter[TOUCHED]):
            budget = state.touched[place]
            state.free[budget] -= state.added[budget]
    system = tables.system[candidate]
    state.at[system] = candidate
    state.start[system] = tables.start[candidate]
    state.live[system] = tables.live[candidate]
    state.retired[system] = tables.retired[candidate]
    free, resources, amounts = state.free, tables.use_resource, tables.use_amount
    holder_at, holders, holder, held, place_of = (
        tables.holder_at, state.holders, state.holder, state.held, state.place_of,
    )  # fmt: skip
    for use in range(tables.use_at[candidate], tables.use_at[candidate + 1]):
        resource = resources[use]
        free[resource] -= amounts[use]
        place = holder_at[resource] + holders[resource]
        holders[resource] += 1
        holder[place], held[place], place_of[use] = system, use, place


def take(tables: SearchTables, state: SearchState, system: int) -> int:
    """Makes a decided system undecided. Returns its candidate."""
    candidate = state.at[system]
    state.at[system] = -1
    state.start[system] = NEVER
    state.live[system] = NEVER
    state.retired[system] = -1
    free, resources, amounts = state.free, tables.use_resource, tables.use_amount
    holder_at, holders, holder, held, place_of = (
        tables.holder_at, state.holders, state.holder, state.held, state.place_of,
    )  # fmt: skip
    for use in range(tables.use_at[candidate], tables.use_at[candidate + 1]):
        resource = resources[use]
        free[resource] += amounts[use]
        holders[resource] -= 1
        last, place = holder_at[resource] + holders[resource], place_of[use]
        holder[place], held[place] = holder[last], held[last]
        place_of[held[place]] = place
    if tables.budgeted:
        add_to_budgets(tables, state, candidate)
        for place in range(state.counter[TOUCHED]):
            budget = state.touched[place]
            state.free[budget] += state.added[budget]
    return int(candidate)


def put_all(tables: SearchTables, state: SearchState, plan: Any) -> None:
    """Puts a whole plan in, [systems] candidates or -1, and so clears the rounding errors of thousands of changes."""
    for resource in range(len(tables.empty)):
        state.free[resource] = tables.empty[resource]
        state.holders[resource] = 0
    for system in range(len(state.at)):
        state.at[system] = -1
        state.start[system] = NEVER
        state.live[system] = NEVER
        state.retired[system] = -1
    for system in range(len(state.at)):
        if plan[system] >= 0:
            put(tables, state, plan[system])
