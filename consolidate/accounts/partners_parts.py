"""Each partner's part of what all share, in each quarter, under the year's rule of apportionment."""

from __future__ import annotations

from fractions import Fraction

from consolidate.inventory import Inventory


def parts_by_quarter(inventory: Inventory) -> tuple[dict[str, Fraction], ...]:
    """By quarter of the appraisal each partner's exact part of what is shared; the parts of a quarter add up to 1.

    The rule is applied to the partners that have joined by then; the others have no part.
    """
    known: dict[tuple[int, frozenset[str]], dict[str, Fraction]] = {}
    found = []
    for quarter in range(inventory.appraisal_quarters):
        joined = frozenset(id for id, partner in inventory.partners.items() if partner.joins <= quarter)
        key = (inventory.calendar.year(quarter), joined)
        if key not in known:
            known[key] = _parts(inventory, *key)
        found.append(known[key])
    return tuple(found)


def _parts(inventory: Inventory, year: int, joined: frozenset[str]) -> dict[str, Fraction]:
    """The parts by the year's rule among those that have joined.

    ``users``, ``systems`` and percentages fall back to equal parts where none of them has any.
    """
    rule = inventory.apportion.years.get(year, inventory.apportion.default)
    weights = dict.fromkeys(inventory.partners, Fraction(0))
    if not isinstance(rule, str):
        weights.update({id: Fraction(rule.get(id, 0)) for id in joined})
    elif rule == "users":
        weights.update({id: Fraction(inventory.partners[id].users) for id in joined})
    elif rule == "systems":
        for system in inventory.systems.values():
            if system.partner in joined:
                weights[system.partner] += 1
    if not any(weights.values()):
        weights.update(dict.fromkeys(joined, Fraction(1)))
    total = sum(weights.values(), Fraction(0))
    return {partner: weight / total if total else Fraction(0) for partner, weight in weights.items()}
