"""Ruin and recreate as loops over flat arrays: one text that Python runs, and that numba can compile.

What a search reads and changes is in :class:`consolidate.solving.decomposition.search_tables.SearchTables` and
:class:`~consolidate.solving.decomposition.search_tables.SearchState`. Run by Python, these hold lists; compiled
(:mod:`consolidate.solving.decomposition.compiled_search`), numpy arrays. Both do the same operations in the same
order, with a source of chance of their own, so both find the same plan; that is why only what numba knows is used here,
and no logarithm, whose last bit is the machine's.

Systems, candidates and resources are numbers. What a candidate *uses* are the places ``use_at[candidate]`` to
``use_at[candidate + 1]`` of ``use_resource`` and ``use_amount``, and likewise with the other lists of lists.

The choice of systems to take out is our own; the rest after G. Schrimpf et al., Journal of Computational Physics 159,
2000.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

from consolidate.solving.decomposition.arrays import INFINITY
from consolidate.solving.decomposition.search_rules import (
    add_interfaces,
    add_to_budgets,
    budgets_allow,
    cost,
    cost_beside,
    draw,
    drawn,
    fits,
    put,
    put_all,
    take,
    there_is_enough,
    touch,
    window,
)
from consolidate.solving.decomposition.search_tables import (
    COMPARED,
    LEFT,
    NEEDED,
    ORDERED,
    PLACED,
    POOLED,
    TOUCHED,
    TRIED,
    WANTED,
    SearchState,
    SearchTables,
)
from consolidate.solving.formulation.costs import NEVER

WISHES = 6
"""How many of its cheapest candidates a seed may ask for while it is in the plan."""
COMPANY = 4
"""How many more systems leave at most, besides those in the way."""
TIED = 0.5
"""How often one of them is a neighbour, by ``after`` or an interface, of one that has left."""
__all__ = ["HELPERS", "insert_all", "put_all", "run"]

# -- the first plan --------------------------------------------------------------------------------------------------


def insert_all(tables: SearchTables, state: SearchState, systems: Any) -> None:
    """Decides about those of these systems that are undecided, one after the other, each where its reduced cost is
    least of what fits, with those that cut over together with it."""
    for number in range(len(systems)):
        system = systems[number]
        if state.at[system] >= 0:
            continue
        group = tables.group_of[system]
        if group >= 0:
            if cheapest_together(tables, state, group):
                for member in range(tables.group_at[group + 1] - tables.group_at[group]):
                    put(tables, state, state.best_trial[member])
            continue
        found = cheapest_that_fits(tables, state, system, 1.0)
        if found >= 0:
            put(tables, state, found)


# -- the ruin --------------------------------------------------------------------------------------------------------


def leave(tables: SearchTables, state: SearchState, system: int) -> None:
    """Takes a system out, with those that cut over together with it; what they cost is noted."""
    group = tables.group_of[system]
    if group < 0:
        leave_alone(tables, state, system)
    else:
        for place in range(tables.group_at[group], tables.group_at[group + 1]):
            leave_alone(tables, state, tables.member[place])


def leave_alone(tables: SearchTables, state: SearchState, system: int) -> None:
    """Takes one system out, if it has not left already."""
    if state.gone[system]:
        return
    state.gone[system] = 1
    state.left[state.counter[LEFT]] = system
    state.counter[LEFT] += 1
    old = state.at[system]
    state.old[system] = old
    if old < 0:
        state.lost[0] += tables.missing
    else:
        take(tables, state, system)
        state.lost[0] += cost(tables, state, old)


def wish(tables: SearchTables, state: SearchState, seed: int) -> None:
    """What the seed asks for: one of its better candidates, and the like for those that move together."""
    counter = state.counter
    counter[WANTED] = 0
    low = tables.first[seed]
    count = min(tables.first[seed + 1] - low, COMPARED)
    if count == 0:  # nothing that it could do with these services
        return
    old = state.old[seed]
    if old < 0:
        found = low + drawn(state, count)
    else:
        better = 0
        while better < min(count, WISHES) and tables.reduced[low + better] < tables.reduced[old]:
            better += 1
        found = low + (drawn(state, better) if better else 0)
    state.wanted[0] = found
    counter[WANTED] = 1
    group = tables.group_of[seed]
    if group < 0:
        return
    for place in range(tables.group_at[group], tables.group_at[group + 1]):
        other = tables.member[place]
        if other != seed:
            like = first_with_cutover(tables, other, tables.live[found])
            if like < 0:
                counter[WANTED] = 0
                return
            state.wanted[counter[WANTED]] = tables.by_cutover[like]
            counter[WANTED] += 1


def first_with_cutover(tables: SearchTables, system: int, live: int) -> int:
    """The place in ``by_cutover`` of the cheapest candidate of a grouped system with this cutover; -1 for none."""
    low, high = tables.first[system], tables.first[system + 1]
    end = high
    while low < high:
        middle = (low + high) // 2
        if tables.live[tables.by_cutover[middle]] < live:
            low = middle + 1
        else:
            high = middle
    return low if low < end and tables.live[tables.by_cutover[low]] == live else -1


def clear(tables: SearchTables, state: SearchState) -> None:
    """Those in the way leave: neighbours by ``after``, holders of what is short; and some company."""
    for number in range(state.counter[WANTED]):
        candidate = state.wanted[number]
        clear_neighbours(tables, state, candidate)
        list_needs(tables, state, candidate)
        for place in range(state.counter[NEEDED]):
            resource, amount = state.needed[place], state.amount[place]
            while state.free[resource] < amount and state.holders[resource] > 0:
                leave(tables, state, least_regret(tables, state, resource))
    take_company(tables, state)


def clear_neighbours(tables: SearchTables, state: SearchState, candidate: int) -> None:
    """What a candidate waits for and would not be live in time leaves, and what waits for it and starts too early."""
    system, start, live = tables.system[candidate], tables.start[candidate], tables.live[candidate]
    if start < NEVER:
        for place in range(tables.waits_at[system], tables.waits_at[system + 1]):
            if start <= state.live[tables.waits[place]] < NEVER:
                leave(tables, state, tables.waits[place])
    if live < NEVER:
        for place in range(tables.awaited_at[system], tables.awaited_at[system + 1]):
            if state.start[tables.awaited[place]] <= live:
                leave(tables, state, tables.awaited[place])


def list_needs(tables: SearchTables, state: SearchState, candidate: int) -> None:
    """Lists what a candidate uses, what people and interfaces add to budgets included."""
    counter = state.counter
    counter[NEEDED] = 0
    touched = 0
    if tables.budgeted:
        add_to_budgets(tables, state, candidate)
        touched = counter[TOUCHED]
        for place in range(touched):
            state.needed[place] = state.touched[place]
            state.amount[place] = state.added[state.touched[place]]
        counter[NEEDED] = touched
    for use in range(tables.use_at[candidate], tables.use_at[candidate + 1]):
        resource = tables.use_resource[use]
        if tables.budgeted and state.marked[resource]:
            for place in range(touched):
                if state.needed[place] == resource:
                    state.amount[place] += tables.use_amount[use]
        else:
            state.needed[counter[NEEDED]] = resource
            state.amount[counter[NEEDED]] = tables.use_amount[use]
            counter[NEEDED] += 1


def least_regret(tables: SearchTables, state: SearchState, resource: int) -> int:
    """The one of three random holders of a resource that loses least by leaving."""
    low, count = tables.holder_at[resource], state.holders[resource]
    found, least = -1, INFINITY
    for _ in range(3):
        system = state.holder[low + drawn(state, count)]
        loss = regret(tables, state, system)
        if found < 0 or loss < least:
            found, least = system, loss
    return found


def regret(tables: SearchTables, state: SearchState, system: int) -> float:
    """What a system loses at least, by reduced cost, when it leaves its place."""
    now, low = state.at[system], tables.first[system]
    if tables.first[system + 1] - low < 2:
        return INFINITY
    other = low + 1 if now == low else low
    return float(tables.reduced[other] - tables.reduced[now])


def pool_uses(tables: SearchTables, state: SearchState, candidate: int) -> None:
    """Adds what a candidate uses to the pool by which company is chosen, where others use it too."""
    for use in range(tables.use_at[candidate], tables.use_at[candidate + 1]):
        resource = tables.use_resource[use]
        if tables.shared[resource] and state.counter[POOLED] < len(state.pool):
            state.pool[state.counter[POOLED]] = resource
            state.counter[POOLED] += 1


def take_company(tables: SearchTables, state: SearchState) -> None:
    """Some more leave: neighbours of one that has left, and others that use what is asked for."""
    counter = state.counter
    counter[POOLED] = 0
    for number in range(counter[WANTED]):
        pool_uses(tables, state, state.wanted[number])
    if counter[POOLED] == 0:
        for number in range(counter[LEFT]):
            if state.old[state.left[number]] >= 0:
                pool_uses(tables, state, state.old[state.left[number]])
    for _ in range(1 + drawn(state, COMPANY)):
        if draw(state) < TIED:
            near = state.left[drawn(state, counter[LEFT])]
            low, count = tables.near_at[near], tables.near_at[near + 1] - tables.near_at[near]
            if count:
                leave(tables, state, tables.near[low + drawn(state, count)])
        elif counter[POOLED]:
            resource = state.pool[drawn(state, counter[POOLED])]
            count = state.holders[resource]
            if count:
                leave(tables, state, state.holder[tables.holder_at[resource] + drawn(state, count)])


# -- the recreation ---------------------------------------------------------------------------------------------------


def enter(tables: SearchTables, state: SearchState) -> float:
    """Puts in what is asked for, if all of it fits. Returns what it costs."""
    total = 0.0
    for number in range(state.counter[WANTED]):
        candidate = state.wanted[number]
        if not fits(tables, state, candidate):
            while state.counter[PLACED]:
                state.counter[PLACED] -= 1
                take(tables, state, tables.system[state.placed[state.counter[PLACED]]])
            return 0.0
        total += place(tables, state, candidate)
    return total


def place(tables: SearchTables, state: SearchState, candidate: int) -> float:
    """Puts a candidate in, and notes that. Returns what it costs."""
    found = cost(tables, state, candidate)
    put(tables, state, candidate)
    state.placed[state.counter[PLACED]] = candidate
    state.counter[PLACED] += 1
    return found


def order(tables: SearchTables, state: SearchState) -> None:
    """The order in which systems return: at random, or those first that have most to lose, or that need most."""
    counter = state.counter
    count = 0
    for number in range(counter[LEFT]):
        if state.at[state.left[number]] < 0:
            state.order[count] = state.left[number]
            count += 1
    counter[ORDERED] = count
    by = draw(state)
    if by < 0.4:
        for number in range(count - 1, 0, -1):
            other = drawn(state, number + 1)
            kept = state.order[number]
            state.order[number] = state.order[other]
            state.order[other] = kept
        return
    for number in range(count):
        state.key[number] = spread(tables, state.order[number]) if by < 0.8 else demand(tables, state.order[number])
    for number in range(1, count):  # few, so that inserting them one by one is quickest
        kept, key = state.order[number], state.key[number]
        other = number
        while other > 0 and state.key[other - 1] < key:
            state.order[other], state.key[other] = state.order[other - 1], state.key[other - 1]
            other -= 1
        state.order[other], state.key[other] = kept, key


def demand(tables: SearchTables, system: int) -> float:
    """How many resources its cheapest candidate uses."""
    low = tables.first[system]
    return float(tables.use_at[low + 1] - tables.use_at[low]) if low < tables.first[system + 1] else 0.0


def spread(tables: SearchTables, system: int) -> float:
    """How much more its fourth cheapest candidate costs than its cheapest."""
    low, count = tables.first[system], tables.first[system + 1] - tables.first[system]
    if count == 0:  # nothing that it could do with these services
        return INFINITY
    return float(tables.reduced[low + min(3, count - 1)] - tables.reduced[low])


def recreate(tables: SearchTables, state: SearchState) -> float:
    """Puts systems back: what is asked for if all of it fits, then the others one after the other, each where it costs
    least. Returns what all of them cost, undecided ones included."""
    state.counter[PLACED] = 0
    total = enter(tables, state)
    order(tables, state)
    by = draw(state)
    guided = 1.0 if by < 0.4 else 0.0 if by < 0.7 else draw(state)
    for number in range(state.counter[ORDERED]):
        system = state.order[number]
        if state.at[system] >= 0:
            continue
        group = tables.group_of[system]
        if group >= 0:
            if cheapest_together(tables, state, group):
                for member in range(tables.group_at[group + 1] - tables.group_at[group]):
                    total += place(tables, state, state.best_trial[member])
                continue
        else:
            found = cheapest_that_fits(tables, state, system, guided)
            if found >= 0:
                total += place(tables, state, found)
                continue
        total += tables.missing
    return total


def cheapest_that_fits(tables: SearchTables, state: SearchState, system: int, guided: float) -> int:
    """The cheapest candidate that fits of those that are compared, else the first of the others; -1 for none.
    ``guided``: as for :func:`cheapest`."""
    found = cheapest(tables, state, system, guided)
    return found if found >= 0 else first_fit_beyond(tables, state, system)


def cheapest(tables: SearchTables, state: SearchState, system: int, guided: float) -> int:
    """The cheapest candidate that fits, of those that are compared; -1 for none.

    Args:
        tables, state: the search.
        system: whose candidates.
        guided: the weight of the reduced cost; the rest is what a candidate adds to the plan's cost.
    """
    first, last = window(tables, state, system)
    best, least, true = -1, INFINITY, 1.0 - guided
    reduced, own, start, live = tables.reduced, tables.own, tables.start, tables.live
    low = tables.first[system]
    for candidate in range(low, min(tables.first[system + 1], low + COMPARED)):
        price = reduced[candidate] * guided + own[candidate] * true
        if price >= least:
            if guided == 1.0:
                break
            continue
        if start[candidate] < first or last < live[candidate] < NEVER:
            continue
        if there_is_enough(tables, state, candidate):
            if true > 0:
                price += cost_beside(tables, state, candidate) * true
            if price < least:
                best, least = candidate, price
    return best


def first_fit_beyond(tables: SearchTables, state: SearchState, system: int) -> int:
    """The first of the other candidates that fits; -1 for none."""
    first, last = window(tables, state, system)
    for candidate in range(tables.first[system] + COMPARED, tables.first[system + 1]):
        if tables.start[candidate] < first or last < tables.live[candidate] < NEVER:
            continue
        if there_is_enough(tables, state, candidate):
            return candidate
    return -1


def cheapest_together(tables: SearchTables, state: SearchState, group: int) -> bool:
    """Finds one candidate for each of a group, with one cutover or none, of least reduced cost, in ``best_trial``.

    Returns:
        whether there are such; the plan stays as it was.
    """
    members = tables.group_at[group + 1] - tables.group_at[group]
    one = tables.member[tables.group_at[group]]
    least, found = INFINITY, False
    number = tables.first[one]
    while number < tables.first[one + 1]:
        live = tables.live[tables.by_cutover[number]]
        total = try_cutover(tables, state, group, live)
        if state.counter[TRIED] == members and total < least:
            least, found = total, True
            for member in range(members):
                state.best_trial[member] = state.trial[member]
        for member in range(state.counter[TRIED]):
            take(tables, state, tables.system[state.trial[member]])
        while number < tables.first[one + 1] and tables.live[tables.by_cutover[number]] == live:
            number += 1
    return found


def try_cutover(tables: SearchTables, state: SearchState, group: int, live: int) -> float:
    """Puts the members of a group in with this cutover, as many as fit. Returns their reduced costs together."""
    state.counter[TRIED] = 0
    total = 0.0
    for place in range(tables.group_at[group], tables.group_at[group + 1]):
        system = tables.member[place]
        number = first_with_cutover(tables, system, live)
        if number < 0:
            return total
        while number < tables.first[system + 1] and not fits(tables, state, tables.by_cutover[number]):
            number += 1
            if number < tables.first[system + 1] and tables.live[tables.by_cutover[number]] != live:
                return total
        if number == tables.first[system + 1]:
            return total
        candidate = tables.by_cutover[number]
        put(tables, state, candidate)
        state.trial[state.counter[TRIED]] = candidate
        state.counter[TRIED] += 1
        total += tables.reduced[candidate]
    return total


# -- the search -------------------------------------------------------------------------------------------------------


def weigh(tables: SearchTables, state: SearchState) -> float:
    """Weights by which seeds are drawn, added up in ``weight``. Returns their sum: 0 where none could be better off.

    A system's weight is the root of what it loses against its cheapest candidate; the undecided ones have half of all
    weight.
    """
    total, undecided = 0.0, 0
    for number in range(len(tables.seeds)):
        system = tables.seeds[number]
        now, low = state.at[system], tables.first[system]
        if now < 0:
            undecided += 1
            state.weight[number] = -1.0
        else:
            state.weight[number] = sqrt(max(tables.reduced[now] - tables.reduced[low], 0.0))
            total += state.weight[number]
    share = max(total, 1.0) / max(undecided, 1)
    so_far = 0.0
    for number in range(len(tables.seeds)):
        so_far += share if state.weight[number] < 0 else state.weight[number]
        state.weight[number] = so_far
    return so_far


def seed(tables: SearchTables, state: SearchState) -> int:
    """A system by its weight."""
    low, high = 0, len(tables.seeds) - 1
    wanted = draw(state) * state.weight[high]
    while low < high:
        middle = (low + high) // 2
        if state.weight[middle] > wanted:
            high = middle
        else:
            low = middle + 1
    return int(tables.seeds[low])


def step(tables: SearchTables, state: SearchState, patience: float) -> None:
    """Takes some systems out and puts them back; the new plan is accepted if it costs less than ``patience`` more,
    and the change undone otherwise."""
    counter, value = state.counter, state.value
    counter[LEFT] = 0
    state.lost[0] = 0.0
    one = seed(tables, state)
    leave(tables, state, one)
    wish(tables, state, one)
    clear(tables, state)
    change = recreate(tables, state) - state.lost[0]
    for number in range(counter[LEFT]):
        state.gone[state.left[number]] = 0
    if change <= -1e-9 or change < patience:
        value[0] += change
        if value[0] < value[1] - 1e-6:
            value[1] = value[0]
            for system in range(len(state.at)):
                state.best[system] = state.at[system]
        return
    for number in range(counter[PLACED]):
        take(tables, state, tables.system[state.placed[number]])
    for number in range(counter[LEFT]):
        if state.old[state.left[number]] >= 0:
            put(tables, state, state.old[state.left[number]])


def run(tables: SearchTables, state: SearchState, patience: Any) -> bool:
    """So many steps as there are entries in ``patience``. Returns whether any system could be better off at all."""
    if weigh(tables, state) <= 0:
        return False
    for number in range(len(patience)):
        step(tables, state, patience[number])
    return True


HELPERS: tuple[Callable[..., Any], ...] = (
    draw, drawn, window, touch, add_to_budgets, add_interfaces, budgets_allow, there_is_enough, fits, cost_beside, cost,
    put, take, leave, leave_alone, wish, first_with_cutover, clear, clear_neighbours, list_needs, least_regret, regret,
    pool_uses, take_company, enter, place, order, demand, spread, recreate, cheapest_that_fits, cheapest,
    first_fit_beyond, cheapest_together, try_cutover, weigh, seed, step,
)  # fmt: skip
"""The functions that :func:`run`, :func:`insert_all` and :func:`put_all` are made of."""
