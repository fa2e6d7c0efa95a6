"""``consolidate verify``: a plan held against every rule and every figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import consolidate
from consolidate.cli.arguments import InventoryArgument, InventoryOption, OutOption, PlanArgument, with_inventory
from consolidate.cli.console import complain, say
from consolidate.cli.remedies import worded
from consolidate.errors import RejectedPlan
from consolidate.vocabulary import counted

if TYPE_CHECKING:
    from consolidate import BoundCheck


def verify(
    plan: PlanArgument = None,
    inventory: InventoryArgument = None,
    named: InventoryOption = None,
    out: OutOption = Path("outputs"),
) -> None:
    """Recompute every figure of a plan with the independent ledger, and test every rule."""
    plan, folder = with_inventory(plan, inventory, named)
    plan = plan or out / "plan.json"
    data, made = consolidate.load_plan(folder, plan)
    verdict = consolidate.verify_plan(data, made)
    for violation in verdict.violations:
        complain(f"{plan}: {violation.rule}: {violation.message}")
    for difference in verdict.differences:
        complain(f"{plan}: figures: {worded(difference)}")
    if not verdict.ok:
        broken, wrong = len(verdict.violations), len(verdict.differences)
        raise RejectedPlan(f"{plan}: rejected: {counted(broken, 'rule')} broken, {counted(wrong, 'figure')} wrong")
    say(f"{plan}: keeps every rule, and every figure agrees; total cost {verdict.ledger.costs.total:,.2f}")
    if made.start is not None:
        say(f"{plan}: was searched for from an earlier plan and its prices ({made.start[:12]}), not from nothing")
    if made.prefer is not None:
        say(f"{plan}: is not the cheapest: {made.prefer} was preferred, at up to {made.within or 0:.3%} more")
    for one in consolidate.missed_goals(data, verdict.ledger):
        say(f"{plan}: missed {one}")
    certificate = plan.parent / consolidate.CERTIFICATE
    proof = consolidate.verify_bound(data, made, verdict, certificate)
    if proof is not None:
        say(f"{certificate}: {_in_words(proof)}")


def _in_words(proof: BoundCheck) -> str:
    """What the prices in a certificate prove."""
    if proof.bound is None:
        return "of another inventory, so it proves nothing of this plan; run `consolidate plan` again"
    below = f"{proof.below:.3%}" if proof.total else "0%"
    said = f"its prices prove that no plan costs less than {proof.bound:,.2f} ({below} below this one)"
    if proof.claims_more:
        said += (
            f"; the plan's own bound of {proof.claimed:,.2f} is the solver's word: a search tree cannot be checked so"
        )
    return said
