"""The facts of a pack about the programme itself: milestones, shared services and what they wait for, and how sure
the figures are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import fsum

from consolidate.accounts.courses import builds_of
from consolidate.accounts.rules import RuleContext, live_count
from consolidate.audience.plan_books import PlanBooks
from consolidate.inventory import Inventory
from consolidate.report.facts.records import KnownFigures, MilestoneReached, ProgrammeFacts, ServiceComing

_LEVELS = ("high", "medium", "low")
_UNSAID = "medium"


def programme_facts(books: PlanBooks) -> ProgrammeFacts:
    """All of them, of what may be told."""
    return ProgrammeFacts(
        milestones=tuple(milestones_reached(books)),
        services=tuple(services_coming(books)),
        risks=books.inventory.risks,
        known=tuple(known_figures(books.inventory)),
    )


def milestones_reached(books: PlanBooks) -> Iterator[MilestoneReached]:
    """Each milestone by its date, and how many of its systems are live by then."""
    context = RuleContext(books.inventory, books.plan, books.ledger)
    for rule in sorted(books.inventory.milestones, key=lambda one: (one.by, one.day or date.max)):
        yield MilestoneReached(rule, live_count(context, rule))


def services_coming(books: PlanBooks) -> Iterator[ServiceComing]:
    """Each service: its build, and what that waits for."""
    starts = {build.service: build.start for build in builds_of(books.inventory, books.plan)}
    for id, service in books.inventory.services.items():
        waits = tuple((one, books.ledger.courses[one].cutover) for one in service.after if one in books.ledger.courses)
        yield ServiceComing(id, starts.get(id), books.ledger.ready.get(id), waits)


def known_figures(inventory: Inventory) -> Iterator[KnownFigures]:
    """How many systems have figures of each confidence; nothing where that is said of none."""
    found = {level: [one for one in inventory.systems.values() if one.confidence == level] for level in _LEVELS}
    if len(found[_UNSAID]) == len(inventory.systems):
        return
    for level, systems in found.items():
        cost = fsum(one.run_cost + (one.contract.cost if one.contract is not None else 0.0) for one in systems)
        yield KnownFigures(level, len(systems), cost)
