"""The books of a part of a plan alone: some of its systems, some of the services that it builds."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from consolidate.accounts.ledger import Ledger, ledger
from consolidate.inventory import Inventory
from consolidate.plan import Plan
from consolidate.variants import systems_among


def part_books(
    inventory: Inventory,
    plan: Plan,
    *,
    systems: AbstractSet[str] = frozenset(),
    services: AbstractSet[str] = frozenset(),
) -> Ledger:
    """What these systems and the builds of these services use and cost, reported work included.

    Interfaces with other systems, agency staff and the price of changing an approved plan are not in it: they are
    nobody's alone.
    """
    reported = inventory.progress
    part = replace(
        inventory,
        systems=systems_among(inventory, systems),
        targets=(),
        budgets=(),
        approved=None,
        progress=reported
        and replace(
            reported,
            systems={id: steps for id, steps in reported.systems.items() if id in systems},
            services={id: report for id, report in reported.services.items() if id in services},
        ),
    )
    moves = tuple(move for move in plan.moves if move.system in systems)
    builds = tuple(build for build in plan.builds if build.service in services)
    return ledger(part, Plan(moves, (), builds, ()))
