"""With how many systems a service is still worth building."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import fsum

from consolidate.accounts.verdict import verify_plan
from consolidate.explain.choice_search import ChoiceSearch, checked_book
from consolidate.explain.explained import BreakEven
from consolidate.explain.loosened_limits import used_by
from consolidate.explain.plan_reading import PlanReading
from consolidate.plan import Plan

STEPS = 600
"""Steps of the search for each number of systems."""


def break_even(search: ChoiceSearch, reading: PlanReading, service: str, without: Plan) -> BreakEven:
    """The fewest systems with which a plan that builds a service costs less than the one without it.

    Those that lose most without the service come first; with more of them no plan is dearer, so the number is found by
    halving.

    Args:
        search: of the plan asked about, which builds the service.
        reading: the same plan.
        service: its id.
        without: the best plan found in which it is not built.

    Raises:
        Disagreement: the ledger rejects a plan that was found.
    """
    needing = _needing(reading, service)
    courses = reading.book.courses.items()
    using = [id for id, course in courses if any(need in needing for work in course.works for need in work.step.needs)]
    there, not_there = (_by_system(plan, search) for plan in (search.plan, without))
    first = tuple(sorted(using, key=lambda id: (there.get(id, 0.0) - not_there.get(id, 0.0), id)))
    saves = {len(first): without.objective - search.total}

    def pays(count: int) -> bool:
        if count not in saves:
            plan = _best_with(search, needing, frozenset(first[:count]))
            built = plan is not None and any(build.service == service for build in plan.builds)
            saves[count] = without.objective - plan.objective if plan is not None and built else 0.0
        return saves[count] >= 0.5

    low, high = 0, len(first)
    if not first or not pays(high):
        low = high = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if pays(middle) else (middle, high)
    users = [reading.inventory.systems[id].users for id in first]
    return BreakEven(
        systems=high or None,
        users=fsum(users[:high]) if high else None,
        of_systems=len(first),
        of_users=fsum(users),
        saves=saves[high] if high else None,
        first=first,
    )


def _needing(reading: PlanReading, service: str) -> frozenset[str]:
    """A service and those that need it, along all chains."""
    found, new = {service}, {service}
    while new:
        new = {id for id, one in reading.inventory.services.items() if id not in found and new & set(one.needs)}
        found |= new
    return frozenset(found)


def _by_system(plan: Plan, search: ChoiceSearch) -> Mapping[str, float]:
    book = verify_plan(search.inventory, plan).ledger
    return {id: fsum(kinds.values()) for id, kinds in book.per_system.items()}


def _best_with(search: ChoiceSearch, needing: frozenset[str], systems: frozenset[str]) -> Plan | None:
    """The best plan found in which of all systems that can do something else only some use some services."""
    variant = used_by(search.inventory, needing, systems)
    if search.is_small:
        found, _ = search.exactly(variant)
    else:
        plan = replace(search.plan, inventory=variant.content_hash, bound=0.0)
        found = ChoiceSearch(variant, plan, search.start, search.gap, search.monitor, STEPS).free()
    if found is not None:
        checked_book(variant, found, "fewer users of a service")
    return found
