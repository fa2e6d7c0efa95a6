"""A plan with the inventory it is of and its books; and what a pack is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from consolidate.accounts.ledger import Ledger, baseline, ledger
from consolidate.inventory import Inventory
from consolidate.plan import Plan


@dataclass(frozen=True)
class PlanBooks:
    """A plan and the inventory it speaks of.

    Attributes:
        whole: nothing was taken out.
        written: the plan's books, where they were computed already.
    """

    inventory: Inventory
    plan: Plan
    whole: bool = True
    written: Ledger | None = None

    @cached_property
    def ledger(self) -> Ledger:
        """The plan's books, written up when they are first asked for."""
        return ledger(self.inventory, self.plan) if self.written is None else self.written

    @cached_property
    def as_it_is(self) -> Ledger:
        """The books of leaving everything as it is, written up when they are first asked for."""
        return baseline(self.inventory)


@dataclass(frozen=True)
class Basis:
    """What a pack is made from. ``before``: the plan as it stood a quarter earlier, its own inventory with it."""

    now: PlanBooks
    before: PlanBooks | None
    quarter: int
    holds: bool | None
    """Whether the approved plan still keeps every rule; None where none was approved."""
    dropped: tuple[str, ...] = ()
    """Systems that the approved plan moves and the plan does not, to make room for systems that are new."""
