"""The facts of a pack about exposure: which systems run past their end of support, and the rating."""

from __future__ import annotations

from consolidate.accounts.courses import support_of_exposed
from consolidate.audience.plan_books import PlanBooks
from consolidate.inventory import System
from consolidate.report.document import Rag
from consolidate.report.facts.records import AHEAD, ExposureFacts, UnsupportedSystem


def _paid_until(system: System) -> int | None:
    """The last quarter in which extended support is paid for; None: never, or as long as it runs unsupported."""
    return system.extended_until if system.extended_support else None


def exposure_facts(books: PlanBooks, approved: PlanBooks | None, now: int) -> ExposureFacts:
    """Systems that run unsupported now and in the next quarters, and the rating that follows."""
    inventory = books.inventory
    quarters = tuple(q for q in range(max(now, 0), max(now, 0) + AHEAD + 1) if q < inventory.appraisal_quarters)
    counts: dict[tuple[str | None, str], list[int]] = {}
    found = []
    longer = 0
    ranked = sorted(inventory.tiers, key=lambda tier: (-inventory.tiers[tier], list(inventory.tiers).index(tier)))
    critical = tuple(tier for tier in ranked[:2] if inventory.tiers[tier] > 0)
    for id, exposed in books.ledger.exposed.items():
        system = inventory.systems[id]
        ahead = sum(q >= quarters[0] for q in exposed)
        then = None
        if approved is not None and id in approved.inventory.systems:  # else it is new: nothing was approved
            then = sum(q >= quarters[0] for q in approved.ledger.exposed.get(id, ()))
            longer += ahead > then
        hit = [q for q in quarters if q in exposed]
        if not hit and (then is None or ahead <= then):
            continue
        first = hit[0] if hit else min(q for q in exposed if q >= quarters[0])
        until = first
        while until + 1 in exposed:
            until += 1
        found.append(
            UnsupportedSystem(
                id,
                support_of_exposed(system, books.ledger.courses[id], inventory.appraisal_quarters, first),
                _paid_until(system),
                first,
                None if until == inventory.appraisal_quarters - 1 else until,
                then,
                ahead,
            )
        )
        if not hit:
            continue
        row = counts.setdefault((system.tier, system.partner), [0] * len(quarters))
        for place, q in enumerate(quarters):
            row[place] += q in exposed
    totals = tuple(sum(row[place] for row in counts.values()) for place in range(len(quarters)))
    critical_now = sum(row[0] for (tier, _), row in counts.items() if tier in critical)
    rag: Rag = "red" if critical_now or longer else "amber" if any(totals) else "green"
    places = {tier: place for place, tier in enumerate(ranked)}
    partners = list(inventory.partners)
    order = sorted(counts, key=lambda key: (places.get(key[0] or "", len(places)), partners.index(key[1])))
    return ExposureFacts(
        quarters=quarters,
        counts={key: tuple(counts[key]) for key in order},
        totals=totals,
        systems=tuple(
            sorted(
                found, key=lambda one: (places.get(inventory.systems[one.system].tier or "", 99), one.first, one.system)
            )
        ),
        critical=critical,
        critical_now=critical_now,
        longer=None if approved is None else longer,
        rag=rag,
    )
