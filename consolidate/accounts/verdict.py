"""The verdict on a plan: rules that it breaks, and claims of its own that do not agree with the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consolidate.accounts.ledger import Ledger, baseline, ledger
from consolidate.accounts.rules import RULES, TENTH_OF_A_PENNY, RuleContext, Violation, live_count, over
from consolidate.errors import Message, Remedy, message_of
from consolidate.inventory import Inventory, require_inventory
from consolidate.plan import KINDS, Plan, move_order
from consolidate.vocabulary import PREFERENCES, counted, html_table, to_the_penny

PENNY = 0.01
"""Amounts that a plan claims may differ by this much."""


_OPTIMAL = 1e-6
"""The gap up to which a plan is called optimal."""


_MADE_FROM = ("programme:", "scenario:", "inventory:", "approved:", "progress:")
"""How differences begin that say what a plan was made from."""


@dataclass(frozen=True)
class Verdict:
    """What the ledger makes of a plan: rules broken, and claims that differ, one line each."""

    ledger: Ledger
    violations: tuple[Violation, ...]
    differences: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Verdict: {self._in_words()}>"

    def _repr_html_(self) -> str:
        """What is wrong, or what the plan costs, for notebooks."""
        faults = [(str(number), fault) for number, fault in enumerate(self.faults, 1)]
        return html_table("Verdict", [("plan", self._in_words()), *faults])

    def _in_words(self) -> str:
        if self.ok:
            return f"keeps every rule, and every figure agrees; total cost {self.ledger.costs.total:,.2f}"
        return f"{counted(len(self.violations), 'rule')} broken, {counted(len(self.differences), 'figure')} wrong"

    @property
    def ok(self) -> bool:
        """True when no rule is broken and every figure is right."""
        return not self.violations and not self.differences

    @property
    def reason(self) -> Message:
        """The first fault, as a clause that may follow a colon."""
        return message_of(self.faults[0]).removeprefix("approved: ").removeprefix("progress: ")

    @property
    def faults(self) -> tuple[str, ...]:
        """All that is wrong, a line each; first what the plan was made from, which often explains the rest."""
        made_from = [line for line in self.differences if line.startswith(_MADE_FROM)]
        rest = [line for line in self.differences if line not in made_from]
        return (*made_from, *(violation.message for violation in self.violations), *rest)


def verify_plan(inventory: Inventory, plan: Plan) -> Verdict:
    """Write up the books of a plan, and test its rules and its own claims on them.

    Parameters
    ----------
    inventory
        The inventory that the plan is of.
    plan
        Any plan, whether it keeps the rules or not.

    Returns
    -------
    Verdict
        The books, the rules broken, and the claims that differ from the books.

    Raises
    ------
    InvalidArgument
        ``inventory`` or ``plan`` is none.
    """
    book = ledger(inventory, plan)
    return Verdict(book, _violations(inventory, plan, book), tuple(_differences(inventory, plan, book)))


def violations(inventory: Inventory, plan: Plan, book: Ledger | None = None) -> tuple[Violation, ...]:
    """Every rule that a plan breaks, without its claims.

    Parameters
    ----------
    inventory
        The inventory that the plan is of.
    plan
        Any plan.
    book
        Its ledger, where it is at hand.

    Returns
    -------
    tuple of Violation
        A violation each, rule by rule; empty for a plan that can be carried out.

    Raises
    ------
    InvalidArgument
        ``inventory`` or ``plan`` is none.
    """
    return _violations(inventory, plan, book or ledger(inventory, plan))


def _violations(inventory: Inventory, plan: Plan, book: Ledger) -> tuple[Violation, ...]:
    context = RuleContext(inventory, plan, book)
    return tuple(violation for rule in RULES for violation in rule(context))


@dataclass(frozen=True)
class MissedGoal:
    """A milestone, target or budget whose time is over and that was not met. It is history: no plan breaks a rule by
    it.

    ``by``: a milestone's quarter, the last appraised one of a target's or budget's year. ``reached`` of ``wanted``:
    systems live of the ``all`` that it speaks of; amounts saved; revenue, and at most how much was to be spent
    (undiscounted; ``all`` is 0). ``share`` is a milestone's. ``who``: of whom alone it speaks.
    """

    rule: str
    by: int
    label: str
    reached: float
    wanted: float
    all: int
    share: float = 0.0
    who: str = ""
    why: str = ""

    def __str__(self) -> str:
        who, why = f" of {self.who}" if self.who else "", f" ({self.why})" if self.why else ""
        if self.rule == "target":
            return f"target: {self.wanted:,.2f} saved in {self.label}{who}: {self.reached:,.2f}"
        if self.rule == "budget":
            return f"budget: revenue of at most {self.wanted:,.2f} in {self.label}{who}: {self.reached:,.2f}"
        return f"milestone: {self.share:.4g}%{who} live by {self.label}{why}: {self.reached:,.0f} of {self.all:,}"


def missed_goals(inventory: Inventory, book: Ledger) -> tuple[MissedGoal, ...]:
    """Milestones, targets and budgets inside the horizon whose time is over, as reported, and that were not met.

    Parameters
    ----------
    inventory
        The inventory, with what was reported.
    book
        The books of a plan of it, from :func:`consolidate.ledger`.

    Returns
    -------
    tuple of MissedGoal
        Milestones, then targets, then budgets, each in the inventory's order.

    Raises
    ------
    InvalidArgument
        ``inventory`` is none.
    """
    require_inventory(inventory)
    context = RuleContext(inventory, Plan((), (), (), ()), book)
    return (*_missed_milestones(context), *_missed_targets(context), *_missed_budgets(context))


def _missed_milestones(context: RuleContext) -> Iterator[MissedGoal]:
    for rule in context.inventory.milestones:
        live = live_count(context, rule)
        if rule.by >= 0 and context.past(rule.by) and live < rule.needed:
            count, share = len(rule.who.systems), float((rule.share or 0) * 100)
            label, who = context.label(rule.by), rule.who.text if count < len(context.inventory.systems) else ""
            yield MissedGoal("milestone", rule.by, label, live, rule.needed, count, share, who, rule.why)


def _missed_targets(context: RuleContext) -> Iterator[MissedGoal]:
    for rule, saved in zip(context.inventory.targets, context.ledger.savings, strict=True):
        end = rule.quarters.stop - 1
        if end >= 0 and context.past(end) and over(rule.savings, saved, TENTH_OF_A_PENNY):
            yield MissedGoal("target", end, rule.label, saved, rule.savings, 0, who=", ".join(rule.partners or ()))


def _missed_budgets(context: RuleContext) -> Iterator[MissedGoal]:
    for rule, spent in zip(context.inventory.budgets, context.ledger.revenue, strict=True):
        end = rule.quarters.stop - 1
        if end >= 0 and context.past(end) and over(spent, rule.at_most, TENTH_OF_A_PENNY):
            yield MissedGoal("budget", end, rule.label, spent, rule.at_most, 0, who=", ".join(rule.partners or ()))


def _differences(inventory: Inventory, plan: Plan, book: Ledger) -> Iterator[str]:
    yield from _made_from(inventory, plan)
    yield from _costs(plan, book)
    finish = inventory.minimise == "finish"
    right = float(book.finish) if finish else book.costs.total
    true = abs(plan.objective - right) <= PENNY
    if not true:
        what = "quarters up to the last cutover" if finish else "total cost"
        yield f"objective: the plan says {to_the_penny(plan.objective)}; the {what} is {to_the_penny(right)}"
    if not plan.bound <= right + PENNY:
        yield f"bound: the plan says {to_the_penny(plan.bound)}, which is above its own objective {to_the_penny(right)}"
    yield from _gaps(inventory, plan, plan.objective if true else right)
    yield from _preferred(inventory, plan)


def _made_from(inventory: Inventory, plan: Plan) -> Iterator[str]:
    """The plan is one of this inventory, as it stands. Hashes mean nothing to a reader, so none is shown."""
    named = (
        ("programme", plan.programme, str(inventory.programme)),
        ("scenario", plan.scenario, inventory.scenario),
    )
    for key, claimed, right in named:
        if claimed != right:
            yield f"{key}: the plan says {claimed or 'none'}; here it is {right or 'none'}"
    if plan.inventory != inventory.content_hash:
        yield Message("inventory: it has changed since this plan was made, or is another one; ", Remedy.PLAN_AGAIN)
    if plan.approved != inventory.approved_hash and not _is_as_approved(inventory, plan):
        yield approved_since(inventory, plan)
    if plan.progress != (inventory.progress.hash if inventory.progress else None):
        yield Message(f"progress: {_reported_since(plan, inventory)}", Remedy.PLAN_AGAIN)


def _is_as_approved(inventory: Inventory, plan: Plan) -> bool:
    """Whether a plan is, decision for decision, the approved one, and had nothing to pay for changes when it was made.

    Then nothing that it claims is touched by the approval, its bound included: what any plan has to pay for changes
    from this one is no less than what it had to pay before, as this one agrees with what was approved then.
    """
    if inventory.approved is None or (plan.costs or {}).get("stability"):
        return False
    return _decisions(plan) == _decisions(inventory.approved)


def _decisions(plan: Plan) -> tuple[object, ...]:
    """What a plan decides, as its file has it."""
    days = sorted((one.role, one.quarter, round(one.days, 6)) for one in plan.agency)
    return sorted(plan.moves, key=move_order), sorted(plan.stays), sorted(plan.builds), days


def approved_since(inventory: Inventory, plan: Plan) -> Message:
    """What is said of a plan that was not made with the plan approved that is approved now."""
    return Message(f"approved: {_when_made(inventory, plan)}", Remedy.PLAN_AGAIN)


def _when_made(inventory: Inventory, plan: Plan) -> str:
    if plan.approved is None:
        return "it was made before a plan was approved: "
    if inventory.approved_hash is None:
        return "it was made when a plan was approved, and here none is: put that back into approved/, or "
    return "it was made when another plan was approved: "


def _reported_since(plan: Plan, inventory: Inventory) -> str:
    if inventory.progress is None:
        return "it was made with reports that are not there now: put them back into progress/, or "
    if plan.progress is None:
        return "it was made before the reports that are there now: "
    return "it was made before the last report was written, or with other reports: "


def _costs(plan: Plan, book: Ledger) -> Iterator[str]:
    claimed = plan.costs or {}
    right = {**{kind: float(getattr(book.costs, kind)) for kind in KINDS}, "total": book.costs.total}
    for kind in claimed:
        if kind not in right:
            yield f"costs: there is no kind {kind}; the kinds are {', '.join(right)}"
    for kind, amount in right.items():
        if kind not in claimed:
            yield f"costs: {kind} is missing; it is {to_the_penny(amount)}"
        elif not abs(claimed[kind] - amount) <= PENNY:
            yield f"costs: the plan says {kind} is {to_the_penny(claimed[kind])}; it is {to_the_penny(amount)}"


def _gaps(inventory: Inventory, plan: Plan, objective: float) -> Iterator[str]:
    """The gaps follow from objective and bound, and the status from the gap."""
    spread = objective - plan.bound
    spread = 0.0 if -PENNY <= spread <= 2e-6 else spread
    gap = 0.0 if not spread else spread / objective if objective else None
    if gap is None or not abs(plan.gap - gap) <= 1e-6 + 4e-6 / max(abs(objective), 1e-6):
        right = "nothing, the objective being 0" if gap is None else f"{gap:.6%}"
        yield f"gap: the plan says {plan.gap:.6%}; from objective and bound it is {right}"
    elif plan.status not in ("optimal", "within_gap", "feasible"):
        yield f"status: the plan says {plan.status}; write optimal, within_gap or feasible"
    elif plan.status == "optimal" and gap > 2 * _OPTIMAL:
        yield f"status: the plan says optimal; its gap is {gap:.6%}"
    elif plan.status != "optimal" and gap < _OPTIMAL / 2:
        yield f"status: the plan says {plan.status}; with a gap of {gap:.6%} it is optimal"
    yield from _savings_gap(inventory, plan, spread)


def _preferred(inventory: Inventory, plan: Plan) -> Iterator[str]:
    """What the plan says was preferred is something that can be, at a price that is said."""
    if plan.prefer is not None and plan.prefer not in PREFERENCES:
        yield f"prefer: the plan says {plan.prefer}; it is one of {', '.join(PREFERENCES)}, or left out"
    if plan.prefer == "approved" and inventory.approved is None:
        yield "prefer: the plan says approved, and no plan is approved"
    if (plan.prefer is None) != (plan.within is None) or not 0 <= (plan.within or 0.0) <= 1:
        yield f"within: the plan says {plan.within}; it is a share from 0 to 1, and there only beside prefer"


def _savings_gap(inventory: Inventory, plan: Plan, spread: float) -> Iterator[str]:
    """The gap of what the plan could save at most, against leaving everything as it is."""
    most = 0.0 if inventory.minimise == "finish" else baseline(inventory).costs.total - plan.bound
    if inventory.minimise != "finish" and abs(most) < PENNY:
        return  # next to nothing can be saved: the ratio says nothing
    right = spread / most if most > 0 else None
    claimed = plan.savings_gap
    if right is None or claimed is None:
        if right is not claimed:
            yield f"savings_gap: the plan says {_ratio(claimed)}; it is {_ratio(right)}"
    elif not abs(claimed - right) <= 1e-6 * max(1.0, abs(right)) + 4e-6 / most:
        yield f"savings_gap: the plan says {_ratio(claimed)}; it is {_ratio(right)}"


def _ratio(value: float | None) -> str:
    return "null" if value is None else f"{value:.6%}"
