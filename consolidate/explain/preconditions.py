"""The plan that a question is about: what must be so of it, and its books."""

from __future__ import annotations

from consolidate.accounts.ledger import Ledger
from consolidate.accounts.verdict import verify_plan
from consolidate.errors import RejectedPlan
from consolidate.inventory import Inventory
from consolidate.language import Language
from consolidate.plan import Plan


def undercut_line(own: Language, currency: str, saved: float, status: str) -> str:
    """That the plan asked about is not the cheapest, where a search came upon one that costs so much less; else empty.

    Args:
        own: the reader's language.
        currency: of the inventory.
        saved: how much less it costs.
        status: of the plan asked about (:attr:`~consolidate.Plan.status`).

    >>> from consolidate.language import language
    >>> undercut_line(language("en"), "GBP", 951.0, "within_gap")
    'The plan is not the cheapest: one was found that costs £951 less. A smaller gap may find it.'
    >>> undercut_line(language("en"), "GBP", 951.0, "feasible")
    'The plan is not the cheapest: one was found that costs £951 less.'
    """
    if saved < 0.5:
        return ""
    less = own.money(saved, currency)
    said = own.text("The plan is not the cheapest: one was found that costs {less} less.", less=less)
    return " ".join([said, *smaller_gap_line(own, status)])


def smaller_gap_line(own: Language, status: str) -> tuple[str, ...]:
    """The advice to ask for a smaller gap, where that can give another plan: the gap ended the search for this one."""
    return (own.text("A smaller gap may find it."),) if status == "within_gap" else ()


def sound_ledger(inventory: Inventory, plan: Plan, which: str = "the plan") -> Ledger:
    """The books of a plan that keeps the rules.

    Raises:
        RejectedPlan: it breaks one; ``which`` names it.
    """
    verdict = verify_plan(inventory, plan)
    if verdict.violations:
        broken = [violation.message for violation in verdict.violations]
        raise RejectedPlan(f"{which} breaks a rule of its inventory ({broken[0]})", broken)
    return verdict.ledger


def ledger_if_sound(inventory: Inventory, plan: Plan) -> Ledger | None:
    """The books of a plan; None where it breaks a rule."""
    verdict = verify_plan(inventory, plan)
    return None if verdict.violations else verdict.ledger
