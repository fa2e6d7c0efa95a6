"""shares.json: what the plans of all groups of partners say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from math import isfinite

from consolidate.cost_sharing.apportionment import parts_by_year
from consolidate.cost_sharing.coalitions import CostShares
from consolidate.cost_sharing.cooperative_game import Core, Group, Interval
from consolidate.inventory import Inventory
from consolidate.quarters import year_label


def as_json(inventory: Inventory, shares: CostShares) -> str:
    """shares.json's text: amounts discounted and rounded to a penny, null where there is no figure."""
    data = {
        "format": 1,
        "inventory": inventory.content_hash,
        "scenario": inventory.scenario,
        "gap": shares.gap,
        "every_group": shares.all_groups,
        "samples": None if shares.all_groups else shares.samples,
        "seed": None if shares.all_groups else shares.seed,
        "rules": {year_label(year): _percentages(parts) for year, parts in parts_by_year(inventory).items()},
        "partners": [_partner_json(shares, partner) for partner in shares.partners],
        "groups": [_group_json(shares, group) for group in shares.alone],
        "missing": [[partner for partner in shares.partners if partner in group] for group in shares.missing],
        "core": _core_json(shares.core),
        "core_freed": _core_json(shares.core_freed),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _percentages(parts: Mapping[str, Fraction]) -> dict[str, float]:
    return {partner: round(float(part * 100), 12) for partner, part in parts.items()}


def _partner_json(shares: CostShares, partner: str) -> dict[str, object]:
    bill = shares.bills[partner]
    estimate = shares.estimated.get(partner)
    fair = estimate.interval if estimate else shares.shapley.get(partner)
    return {
        "partner": partner,
        "direct": _amount(bill.direct),
        "allocated": _amount(bill.allocated),
        "exposure": _amount(bill.exposure),
        "total": _amount(bill.total),
        "shapley": _amount(shares.point(partner)),
        "shapley_interval": _span(fair),
        "standard_error": _amount(estimate.error if estimate else None),
    }


def _group_json(shares: CostShares, group: Group) -> dict[str, object]:
    alone = shares.alone[group]
    whole = len(group) == len(shares.partners)
    return {
        "partners": [partner for partner in shares.partners if partner in group],
        "alone": alone.how,
        "cost": _span(alone.cost),
        "freed": _span(alone.freed.cost if alone.freed else None),
        "as_it_is": _amount(alone.as_it_is.cost.high),
        "cash": _amount(alone.stand_in.cash),
        "pays_inside": _amount(shares.pays(group)),
        "saves_inside": None if whole else _span(shares.saves(group)),
        "leaves": None if whole else shares.blocks(group),
        "better_alone_if_freed": None if whole else shares.better_alone(group),
    }


def _core_json(core: Core) -> dict[str, object]:
    return {"exists": core.verdict, "least_excess": _span(core.excess), "all_groups_known": core.known}


def _span(interval: Interval | None) -> list[float | None] | None:
    if interval is None or not (isfinite(interval.low) or isfinite(interval.high)):
        return None
    return [_amount(interval.low), _amount(interval.high)]


def _amount(amount: float | None) -> float | None:
    return None if amount is None or not isfinite(amount) else round(amount, 2) + 0.0
