"""The plan that a question is about: what must be so of it, and its books."""

from __future__ import annotations

from consolidate.accounts.ledger import Ledger
from consolidate.accounts.verdict import verify_plan
from consolidate.errors import RejectedPlan
from consolidate.inventory import Inventory
from consolidate.language import Language
from consolidate.plan import Plan


def undercut_line(own: Language, currency: str, saved: float) -> str:
    """That the plan asked about is not the cheapest, where a search came upon one that costs so much less; else empty.

    >>> from consolidate.language import language
    >>> undercut_line(language("en"), "GBP", 951.0)
    'The plan is not the cheapest: one was found that costs £951 less. Plan again with a smaller gap.'
    """
    if saved < 0.5:
        return ""
    return own.text(
        "The plan is not the cheapest: one was found that costs {less} less. Plan again with a smaller gap.",
        less=own.money(saved, currency),
    )


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
