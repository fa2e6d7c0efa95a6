"""What a Board may prefer beside a low cost, counted in the books of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum

from consolidate.accounts.ledger import Ledger, ledger
from consolidate.inventory import Inventory
from consolidate.plan import Plan
from consolidate.vocabulary import tiers_by_rank


@dataclass(frozen=True)
class Merits:
    """What speaks for or against a plan beside its cost; the less of each the better.

    Attributes
    ----------
    unsupported
        Quarters in which systems run past their end of life, by tier, the highest first; "": those without a tier.
    systems
        How many systems do.
    capital
        Capital spent in the financial year of the first open quarter, undiscounted, in the inventory's currency.
    busiest
        Moves with work in progress in the busiest of the quarters that are open.
    finish
        Quarters up to and including the last cutover; 0 without moves.
    changes
        Quarters of change against the approved plan, as ``stability`` puts a price on them; None where none is
        approved.
    """

    unsupported: Mapping[str, int]
    systems: int
    capital: float
    busiest: int
    finish: int
    changes: int | None

    @property
    def quarters(self) -> int:
        """Quarters in which systems run unsupported, all told."""
        return sum(self.unsupported.values())

    def of(self, name: str) -> float:
        """How much of a merit there is: of ``capital``, ``calm``, ``finish``, ``approved``, ``systems``, or a tier.

        Raises
        ------
        KeyError
            There is no such merit.
        """
        counts = {"capital": self.capital, "calm": self.busiest, "finish": self.finish, "approved": self.changes or 0}
        counts["systems"] = self.systems
        return float({**counts, **{f"tier {tier}": count for tier, count in self.unsupported.items()}}[name])


def merits(inventory: Inventory, plan: Plan, book: Ledger) -> Merits:
    """The merits of a plan, from its books; what was reported is in them."""
    ranks = tiers_by_rank(inventory.tiers)
    count = dict.fromkeys(ranks, 0)
    for id, quarters in book.exposed.items():
        count[inventory.systems[id].tier or ""] += len(quarters)
    year = inventory.calendar.year(inventory.open)
    return Merits(
        unsupported=count,
        systems=len(book.exposed),
        capital=fsum(
            amount for (_, quarter), amount in book.capital.items() if inventory.calendar.year(quarter) == year
        ),
        busiest=max(book.moving[inventory.open :], default=0),
        finish=book.finish,
        changes=None if inventory.approved is None else _changes(inventory, plan),
    )


def _changes(inventory: Inventory, plan: Plan) -> int:
    """Quarters of change: what the changes would cost at a price of 1."""
    return round(ledger(replace(inventory, stability=1.0), plan).costs.stability)
