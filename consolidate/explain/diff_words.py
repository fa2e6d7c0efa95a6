"""What differs between two plans or inventories, in words and in Markdown; amounts in whole units of the currency."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from consolidate.explain.inventory_diff import Cause, FigureDifference, InventoryDiff
from consolidate.explain.plan_diff import BuildDifference, PlanDiff, StepDifference
from consolidate.explain.what_if import WhatIf
from consolidate.vocabulary import COST_WORDS, counted, currency_sign, listed, whole_money

_CHANGE_WORDS = {
    "option": "with another option",
    "service": "into another service",
    "approach": "in another way",
    "cost": "at another cost",
}


def apart(amount: float, currency: str) -> str:
    """A difference in words.

    >>> apart(1200, "GBP"), apart(-3, "GBP"), apart(0.2, "GBP")
    ('£1,200 more', '£3 less', 'as much')
    """
    if abs(amount) < 0.5:
        return "as much"
    return f"{currency_sign(currency)}{abs(amount):,.0f} {'more' if amount > 0 else 'less'}"


def verdict_line(found: PlanDiff) -> str:
    """What differs, in a sentence."""
    if found.same:
        return "Nothing differs: the plans do the same, at the same cost."
    cost = f"The new plan costs {apart(found.more, found.currency)}" + (
        " as the old one" if abs(found.more) < 0.5 else " than the old one"
    )
    what = [counted(len(found.steps), "move") if found.steps else "", counted(len(found.builds), "build")]
    said = [one for one, some in zip(what, (found.steps, found.builds), strict=True) if some]
    differ = f"{' and '.join(said)} {'differs' if len(found.steps) + len(found.builds) == 1 else 'differ'}"
    return f"{cost}; {differ if said else 'no move and no build differs'}."


def step_words(one: StepDifference) -> str:
    """What differs in one step of a system."""
    which = one.system if one.step == 1 else f"{one.system}, second step"
    told = one.what
    if one.quarters and one.what in ("later", "sooner"):
        told = f"{counted(abs(one.quarters), 'quarter')} {one.what}"
    was = f"{one.old_as} {one.old.label}" if one.old else "it stays"
    now = f"{one.new_as} {one.new.label}" if one.new else "it stays"
    if one.old and one.new and one.old_as == one.new_as:
        was, now = one.old.label, one.new.label
    return f"{which}: {_CHANGE_WORDS.get(told, told)}, {was} -> {now}"


def build_words(one: BuildDifference) -> str:
    """What differs in the build of a service."""
    was, now = (f"ready {when.label}" if when else "not built" for when in (one.old, one.new))
    return f"{one.service}: {_CHANGE_WORDS.get(one.what, one.what)}, {was} -> {now}"


def figure_words(one: FigureDifference) -> str:
    """A figure that differs: its path, the old value and the new one."""
    return f"{one.path}: {one.old or 'not there'} -> {one.new or 'not there'}"


def cause_words(cause: Cause, currency: str) -> tuple[str, str]:
    """What a difference costs by itself, and what comes back with it as it was."""
    if cause.invalid:
        return "not by itself: the inventory is not valid with it as it was", ""
    if cause.cost is None:
        return "without it no plan keeps the rules", ""
    if cause.low is None or cause.high is None:
        cost = f"{apart(cause.cost, currency)}, not proven"
    elif not cause.measurable:
        cost = "no measurable gain or cost"
    else:
        cost = apart(cause.cost, currency)
        if cause.high - cause.low >= 1:
            cost += f" (proven: {_between(cause.low, cause.high, currency)})"
    back = f"as they were again: {listed(cause.brings_back)}" if cause.brings_back else "no move comes back"
    return cost, back


def _between(low: float, high: float, currency: str) -> str:
    """An interval that does not hold 0."""
    least, most = sorted((abs(low), abs(high)))
    sign = currency_sign(currency)
    return f"{sign}{least:,.0f} to {sign}{most:,.0f} {'more' if low > 0 else 'less'}"


def cost_between(low: float, high: float, currency: str) -> str:
    """Between what a change is proven to cost, as far as anything is proven, after "it costs".

    >>> cost_between(-145749, 744122, "GBP"), cost_between(0, 744122, "GBP"), cost_between(-50, 0, "GBP")
    ('between £145,749 less and £744,122 more', 'between nothing and £744,122 more', 'between £50 less and nothing')
    >>> cost_between(0, 0.2, "GBP"), cost_between(1000, math.inf, "GBP"), cost_between(-math.inf, -20, "GBP")
    ('nothing', 'at least £1,000 more', 'at least £20 less')
    """
    least, most = (_or_nothing(amount, currency) if math.isfinite(amount) else "" for amount in (low, high))
    if least and most:
        return least if least == most else f"between {least} and {most}"
    if not (least or most):
        return "what is not known yet"
    if least:
        return f"at least {least}" if low > 0 else ("nothing or more" if low > -0.5 else f"no less than {least}")
    return f"at least {most}" if high < 0 else ("nothing or less" if high < 0.5 else f"at most {most}")


def _or_nothing(amount: float, currency: str) -> str:
    return "nothing" if abs(amount) < 0.5 else apart(amount, currency)


def what_if_line(found: WhatIf) -> str:
    """What a change costs or saves, in a sentence: what was found, and what is proven."""
    currency = found.plans.currency
    if found.low is None or found.high is None:
        way = "later" if found.quarters > 0 else "sooner"
        later = f"the last cutover is {counted(abs(found.quarters), 'quarter')} {way}"
        cost = "costs as much" if abs(found.cost) < 0.5 else f"costs {apart(found.cost, currency)}"
        return f"The plan {cost}; {later if found.quarters else 'the last cutover is when it was'}."
    if max(abs(found.low), abs(found.high), abs(found.cost)) < 0.5:
        return "No measurable difference: the plan that was found costs as much, and so does the best."
    if not found.measurable:
        plan = f"the plan that was found costs {apart(found.cost, currency)}"
        proven = f"the change is proven to cost {cost_between(min(found.low, 0.0), max(found.high, 0.0), currency)}"
        if not found.settled:
            return f"Not settled: {plan}; {proven}."
        above = f"; the plan there is may itself lie {whole_money(currency, found.slack)} above the best"
        return f"No measurable difference: {plan}; {proven}{above if found.slack >= 0.5 else ''}."
    proven = f" (proven: {_between(found.low, found.high, currency)})" if found.high - found.low >= 1 else ""
    return f"It {'costs' if found.cost > 0 else 'saves'} {currency_sign(currency)}{abs(found.cost):,.0f}{proven}."


# -- Markdown -------------------------------------------------------------------------------------


def diff_markdown(found: PlanDiff | InventoryDiff) -> str:
    """What differs, as Markdown for a pull request.

    Parameters
    ----------
    found
        What :func:`consolidate.diff_plans` or :func:`consolidate.diff_inventories` returned.

    Returns
    -------
    str
        A heading, a sentence and tables; it ends in a newline.
    """
    plans = found.plans if isinstance(found, InventoryDiff) else found
    sign = currency_sign(plans.currency).strip()
    parts = ["## What differs in the plan", verdict_line(plans)]
    if isinstance(found, InventoryDiff):
        figures = [(f"`{one.path}`", one.old or "", one.new or "") for one in found.figures]
        parts += _table("### Figures and rules", ("path", "old", "new"), figures)
        causes = [(f"`{one.path}`", *cause_words(one, plans.currency)) for one in found.causes]
        parts += _table("### Why: each changed back by itself", ("path", "it costs", "with it as it was"), causes)
    rows = [(_words(step_words(one)), _signed(one.cost)) for one in plans.steps]
    parts += _table("### Moves", ("move", f"system costs more, {sign}"), rows)
    rows = [(_words(build_words(one)), _signed(one.cost)) for one in plans.builds]
    parts += _table("### Builds", ("build", f"costs more, {sign}"), rows)
    one_sided = [(f"new: {one.system}", _signed(one.cost)) for one in plans.added]
    one_sided += [(f"gone: {one.system}", _signed(-one.cost)) for one in plans.removed]
    parts += _table("### Systems that only one inventory has", ("system", f"costs more, {sign}"), one_sided)
    costs = [(COST_WORDS[one.kind], f"{one.old:,.0f}", f"{one.new:,.0f}", _signed(one.more)) for one in plans.costs]
    costs.append(("**in all**", f"{plans.old_total:,.0f}", f"{plans.new_total:,.0f}", _signed(plans.more)))
    parts += _table(f"### Costs, {sign}, discounted", ("kind", "old", "new", "more"), costs)
    return "\n\n".join(parts) + "\n"


def _words(text: str) -> str:
    return text.replace("->", "→")


def _signed(amount: float) -> str:
    return "0" if abs(amount) < 0.5 else f"{amount:+,.0f}"


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A heading and a table; nothing where there are no rows."""
    cells = [[_cell(text) for text in row] for row in rows]
    if cells:
        yield title
        lines = [list(columns), ["---"] * len(columns), *cells]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """A text that stays in its cell and starts no markup of its own."""
    safe = "".join(c if c.isprintable() else " " for c in text)
    return safe.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
