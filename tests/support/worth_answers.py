"""What more of something would save, asked in one line; and the gain of one amount among the answers."""

from __future__ import annotations

import consolidate
from consolidate import Gain, Worth, WorthOptions
from consolidate.inventory import Inventory
from consolidate.planning import PlanResult


def asked(inventory: Inventory, result: PlanResult, **options: object) -> Worth:
    start = consolidate.start_from(inventory, result)
    return consolidate.worth(inventory, result.plan, WorthOptions(**options), start=start)  # type: ignore[arg-type]


def gain(found: Worth, name: str, amount: float, period: str = "") -> Gain:
    (one,) = (
        one
        for one in found.gains
        if (one.scarce.name, one.scarce.period, one.amount) == (name, period or one.scarce.period, amount)
    )
    return one
