"""A first plan by prices: systems enter by what moving saves, each where its reduced cost is least."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY
from consolidate.solving.decomposition.evaluation import Evaluation
from consolidate.solving.decomposition.partial_plan import State
from consolidate.solving.decomposition.resources import Candidate, Offers

SHORT = 6
"""Candidates of a system that are looked at before all the others are made."""


def order(found: Evaluation) -> list[int]:
    """Systems by what moving them saves at these prices; those that cannot stay first."""
    with np.errstate(invalid="ignore"):
        gain = np.where(np.isfinite(found.reduced.stay), found.reduced.stay - found.least, INFINITY)
    return [int(system) for system in np.argsort(-gain, kind="stable")]


def greedy(state: State, offers: Offers, systems: Iterable[int]) -> None:
    """Decides every undecided system for which something fits."""
    for system in systems:
        if state.at[system] is None:
            insert(state, offers, system)


def insert(state: State, offers: Offers, system: int) -> bool:
    """Puts a system, and those that cut over together with it, where that is cheapest by reduced cost."""
    group = state.group_of.get(system)
    if group is not None:
        best = cheapest_together(state, offers, group)
        for candidate in best or ():
            state.put(candidate)
        return best is not None
    found = cheapest_that_fits(state, offers, system)
    if found is not None:
        state.put(found)
    return found is not None


def cheapest_that_fits(state: State, offers: Offers, system: int, known: int = 0) -> Candidate | None:
    """The candidate of least reduced cost that fits, the first ``known`` apart; they are made as they are needed."""
    count = offers.count(system)
    most = max(known, SHORT // 2)
    while known < count:
        most = min(2 * most, count)
        found = first_fit(state, offers.of(system, most)[known:most])
        if found is not None:
            return found
        known = most
    return None


def first_fit(state: State, candidates: Iterable[Candidate]) -> Candidate | None:
    return next((candidate for candidate in candidates if state.fits(candidate)), None)


def cheapest_together(state: State, offers: Offers, group: tuple[int, ...]) -> list[Candidate] | None:
    """One candidate for each of a group, with one cutover or none, of least reduced cost; the state is as before."""
    best, least = None, INFINITY
    found = [offers.all(system) for system in group]
    for cutover in sorted(set.intersection(*({candidate.live for candidate in each} for each in found))):
        placed: list[Candidate] = []
        for each in found:
            fit = first_fit(state, (candidate for candidate in each if candidate.live == cutover))
            if fit is None:
                break
            state.put(fit)
            placed.append(fit)
        total = sum(candidate.reduced for candidate in placed)
        for candidate in placed:
            state.take(candidate.column.system)
        if len(placed) == len(group) and total < least:
            best, least = placed, total
    return best
