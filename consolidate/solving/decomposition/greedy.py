"""A first plan by prices: systems enter in the order of what moving saves, each where its reduced cost is least.

For a plan that is changed in a few places. Whole plans are begun by the same rule in the loops of the search
(:meth:`consolidate.solving.decomposition.ruin_and_recreate.RuinAndRecreate.insert_all`).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from consolidate.solving.decomposition.arrays import INFINITY
from consolidate.solving.decomposition.candidates import Candidate, CandidateLists
from consolidate.solving.decomposition.evaluation import Evaluation
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.formulation.stopping import Stop, never

SHORT = 6
"""Candidates of a system that are looked at before all the others are made."""


def insertion_order(found: Evaluation) -> list[int]:
    """Systems by what moving them saves at these prices; those that cannot stay first."""
    stay = found.reduced.stay
    with np.errstate(invalid="ignore"):
        gain = np.where(np.isfinite(stay), stay - found.least, INFINITY)
    return [int(system) for system in np.argsort(-gain, kind="stable")]


def insert_all(plan: PartialPlan, candidates: CandidateLists, systems: Iterable[int], stop: Stop = never) -> None:
    """Decides about every undecided system for which something fits, in the order of ``systems``, until ``stop``."""
    for system in systems:
        if stop():
            return
        if plan.at[system] is None:
            insert(plan, candidates, system)


def insert(plan: PartialPlan, candidates: CandidateLists, system: int) -> bool:
    """Inserts a system, and those that cut over together with it, where that is cheapest by reduced cost."""
    group = plan.group_of.get(system)
    if group is not None:
        best = cheapest_together(plan, candidates, group)
        for candidate in best or ():
            plan.put(candidate)
        return best is not None
    found = cheapest_that_fits(plan, candidates, system)
    if found is not None:
        plan.put(found)
    return found is not None


def cheapest_that_fits(plan: PartialPlan, candidates: CandidateLists, system: int, known: int = 0) -> Candidate | None:
    """The candidate of least reduced cost that fits, the first ``known`` apart; they are made as they are needed."""
    count = candidates.count(system)
    most = max(known, SHORT // 2)
    while known < count:
        most = min(2 * most, count)
        found = plan.first_fit(system, candidates.of(system, most)[known:most])
        if found is not None:
            return found
        known = most
    return None


def cheapest_together(plan: PartialPlan, candidates: CandidateLists, group: tuple[int, ...]) -> list[Candidate] | None:
    """One candidate for each of a group, with one cutover or none, of least reduced cost; the plan stays as it was."""
    best, least = None, INFINITY
    found = [candidates.by_cutover(system) for system in group]
    for cutover in sorted(set.intersection(*(set(each) for each in found))):
        placed: list[Candidate] = []
        for system, each in zip(group, found, strict=True):
            fit = plan.first_fit(system, each[cutover])
            if fit is None:
                break
            plan.put(fit)
            placed.append(fit)
        total = sum(candidate.reduced for candidate in placed)
        for candidate in placed:
            plan.take(candidate.column.system)
        if len(placed) == len(group) and total < least:
            best, least = placed, total
    return best
