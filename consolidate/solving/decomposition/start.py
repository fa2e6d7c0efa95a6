"""What a search may begin with: an earlier plan, and the prices that proved its bound, all by label.

Labels are ids, numbers of rules, periods and quarters of the calendar, so a start fits an inventory that has changed
since: what is not there any more is left out, and what is new begins without a price. See
:mod:`consolidate.solving.decomposition.warm_start` for what is made of it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from consolidate.inventory import Inventory
from consolidate.plan import Move, Plan, ServiceBuild, move_order
from consolidate.quarters import Calendar
from consolidate.solving.decomposition.arrays import INFINITY
from consolidate.solving.decomposition.certificate import Label, labels
from consolidate.solving.decomposition.evaluation import Multipliers
from consolidate.solving.decomposition.lagrangian import FAMILIES, Lagrangian

PricesByLabel = Mapping[str, Mapping[Label, tuple[float, ...]]]
"""By family, what has a price, and its prices: one, or one for each quarter."""

HIGHEST = 1e12
"""Prices beyond this are none: sums of them would round away all others."""

QUARTERLY = frozenset(("staff", "limit", "after", "together", "interface", "ready", "build", "gate"))
"""The families with a price for each quarter."""


@dataclass(frozen=True, repr=False)
class Start:
    """An earlier plan and its prices, for :func:`consolidate.make_plan` to begin with.

    The search is then short, and an interval is proven at once. The plan is another one than without a start, and
    names it. An approved plan is kept until a better one is worth the change, whatever the start is. Small, and
    it can be sent to another process.

    Attributes
    ----------
    plan
        The plan: what it does is tried again; what it claims is not believed.
    calendar
        That of its inventory: what its quarters are counted from.
    prices
        The prices that proved its bound, by family and label. Whatever they are, a bound at them is valid.
    bound
        What was proven of the plan's inventory when the plan was made; minus infinity where nothing can be believed,
        as of what a file says. It is used only where the inventory has changed so that it must still hold.
    thorough
        Whether the search may take more work on the proof, for a closer interval: some ten seconds more.
    inventory
        The plan's inventory, where that which is to be planned was read apart from it, and not made from it in memory:
        whether what was proven still holds is found by comparing the two.
    """

    plan: Plan
    calendar: Calendar
    prices: PricesByLabel
    bound: float = -INFINITY
    thorough: bool = False
    inventory: Inventory | None = None

    def __repr__(self) -> str:
        count = sum(map(len, self.prices.values()))
        return f"<Start {self.hash[:12]}: {self.plan!r}; {count:,} prices>"

    @cached_property
    def hash(self) -> str:
        """sha256, as hex, of all that a search takes from it: the plan's decisions, the prices and the bound."""
        label = self.calendar.label
        content: list[Any] = [
            self.plan.inventory,
            [
                (move.system, move.step, move.option, move.approach, move.to, label(move.start))
                for move in sorted(self.plan.moves, key=move_order)
            ],
            sorted(stay.system for stay in self.plan.stays),
            sorted((build.service, label(build.start)) for build in self.plan.builds),
            label(0),
            [
                [family, *([*what, *figures] for what, figures in sorted(self.prices.get(family, {}).items()))]
                for family in FAMILIES
            ],
            self.bound if math.isfinite(self.bound) else None,
            *(["thorough"] if self.thorough else []),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def moves(self) -> dict[str, dict[int, Move]]:
        """By system, the moves of the plan by step; empty for one that stays."""
        found: dict[str, dict[int, Move]] = {stay.system: {} for stay in self.plan.stays}
        for move in self.plan.moves:
            found.setdefault(move.system, {})[move.step] = move
        return found

    def builds(self) -> dict[str, ServiceBuild]:
        """The builds of the plan, by service."""
        return {build.service: build for build in self.plan.builds}

    def later(self, calendar: Calendar) -> int:
        """How many quarters later another calendar begins: what is taken off the numbers of quarters."""
        return calendar.origin - self.calendar.origin


def prices_at(lagrangian: Lagrangian, start: Start) -> Multipliers:
    """A start's prices for another inventory: those of labels that it has, 0 for the others.

    What is no price (not finite, of the wrong sign, beyond all reason) is 0, too: a bound at any prices is valid.
    """
    u = lagrangian.zero()
    later = start.later(lagrangian.inventory.calendar)
    for family in FAMILIES:
        given = start.prices.get(family, {})
        known = labels(lagrangian, family) if given else []
        if not known:
            continue
        table = u[family].reshape(len(known), -1)
        shift = later if family in QUARTERLY else 0
        for row, label in zip(table, known, strict=True):
            figures = given.get(label, ())
            for at in range(max(shift, 0), min(len(figures), len(row) + shift)):
                row[at - shift] = _price(figures[at], family)
    return u


def _price(value: float, family: str) -> float:
    """What can be a price; else 0. Only those of equations may be negative."""
    if not abs(value) <= HIGHEST or (value < 0 and family != "together"):
        return 0.0
    return value
