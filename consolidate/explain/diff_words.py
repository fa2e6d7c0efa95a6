"""What differs between two plans or inventories, in words and in Markdown, in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from consolidate.explain.answer_words import Money, difference_words
from consolidate.explain.inventory_diff import Cause, FigureDifference, InventoryDiff
from consolidate.explain.plan_diff import BuildDifference, PlanDiff, StepDifference
from consolidate.explain.values import DatedQuarter
from consolidate.explain.what_if import WhatIf
from consolidate.language import Language, language
from consolidate.vocabulary import COST_WORDS, currency_sign, translatable, whole_money

CHANGE_WORDS = {
    "option": translatable("with another option"),
    "service": translatable("into another service"),
    "approach": translatable("in another way"),
    "cost": translatable("at another cost"),
    "sooner": translatable("sooner"),
    "later": translatable("later"),
    "added": translatable("added"),
    "dropped": translatable("dropped"),
}
"""In what a step or a build differs."""


def verdict_line(own: Language, found: PlanDiff, money: Money) -> str:
    """What differs, in a sentence."""
    if found.same:
        return own.text("Nothing differs: the plans do the same, at the same cost.")
    differ = _how_many(own, len(found.steps), len(found.builds))
    if abs(found.more) < 0.5:
        return own.text("The new plan costs as much as the old one; {differ}.", differ=differ)
    more = difference_words(own, found.more, money)
    return own.text("The new plan costs {more} than the old one; {differ}.", more=more, differ=differ)


def _how_many(own: Language, moves: int, builds: int) -> str:
    """How many moves and builds differ."""
    if moves and builds:
        return own.text(
            "{moves} and {builds} differ",
            moves=own.plural("{n} move", "{n} moves", moves),
            builds=own.plural("{n} build", "{n} builds", builds),
        )
    if moves:
        return own.plural("{n} move differs", "{n} moves differ", moves)
    if builds:
        return own.plural("{n} build differs", "{n} builds differ", builds)
    return own.text("no move and no build differs")


def step_words(own: Language, one: StepDifference) -> str:
    """What differs in one step of a system."""
    which = one.system if one.step == 1 else own.text("{system}, second step", system=one.system)
    told = own.text(CHANGE_WORDS[one.what])
    if one.quarters and one.what == "later":
        told = own.plural("{n} quarter later", "{n} quarters later", abs(one.quarters))
    if one.quarters and one.what == "sooner":
        told = own.plural("{n} quarter sooner", "{n} quarters sooner", abs(one.quarters))
    alike = one.old is not None and one.new is not None and one.old_as == one.new_as
    was, now = (_done(own, "" if alike else way, when) for way, when in ((one.old_as, one.old), (one.new_as, one.new)))
    return f"{which}: {told}, {was} -> {now}"


def _done(own: Language, way: str, when: DatedQuarter | None) -> str:
    """How and when a step is done."""
    return f"{own.said(way)} {own.quarter(when.label)}".strip() if when else own.text("it stays")


def build_words(own: Language, one: BuildDifference) -> str:
    """What differs in the build of a service."""
    was, now = (
        own.text("ready {quarter}", quarter=own.quarter(when.label)) if when else own.text("not built")
        for when in (one.old, one.new)
    )
    return f"{one.service}: {own.text(CHANGE_WORDS[one.what])}, {was} -> {now}"


def figure_words(own: Language, one: FigureDifference) -> str:
    """A figure that differs: its path, the old value and the new one."""
    missing = own.text("not there")
    return f"{one.path}: {one.old or missing} -> {one.new or missing}"


def cause_words(own: Language, cause: Cause, money: Money) -> tuple[str, str]:
    """What a difference costs by itself, and what comes back with it as it was."""
    if cause.invalid:
        return own.text("not by itself: the inventory is not valid with it as it was"), ""
    if cause.cost is None:
        return own.text("without it no plan keeps the rules"), ""
    cost = difference_words(own, cause.cost, money)
    if cause.low is None or cause.high is None:
        cost = own.text("{more}, not proven", more=cost)
    elif not cause.measurable:
        cost = own.text("no measurable gain or cost")
    elif cause.high - cause.low >= 1:
        proven = _between(own, cause.low, cause.high, money)
        cost = own.text("{more} (proven: {between})", more=cost, between=proven)
    if not cause.brings_back:
        return cost, own.text("no move comes back")
    return cost, own.text("as they were again: {systems}", systems=own.listed(cause.brings_back))


def _between(own: Language, low: float, high: float, money: Money) -> str:
    """An interval that does not hold 0."""
    least, most = map(money, sorted((abs(low), abs(high))))
    if low > 0:
        return own.text("{least} to {most} more", least=least, most=most)
    return own.text("{least} to {most} less", least=least, most=most)


def cost_between(own: Language, low: float, high: float, money: Money) -> str:
    """Between what a change is proven to cost, as far as anything is proven, after "it costs".

    >>> said = partial(cost_between, language("en"), money=partial(whole_money, "GBP"))
    >>> said(-145749, 744122), said(0, 744122), said(-50, 0)
    ('between £145,749 less and £744,122 more', 'between nothing and £744,122 more', 'between £50 less and nothing')
    >>> said(0, 0.2), said(1000, math.inf), said(-math.inf, -20)
    ('nothing', 'at least £1,000 more', 'at least £20 less')
    """
    least, most = (_or_nothing(own, amount, money) if math.isfinite(amount) else "" for amount in (low, high))
    if least and most:
        return least if least == most else own.text("between {least} and {most}", least=least, most=most)
    if least:
        if low > 0:
            return own.text("at least {amount}", amount=least)
        return own.text("nothing or more") if low > -0.5 else own.text("no less than {amount}", amount=least)
    if most:
        if high < 0:
            return own.text("at least {amount}", amount=most)
        return own.text("nothing or less") if high < 0.5 else own.text("at most {amount}", amount=most)
    return own.text("what is not known yet")


def _or_nothing(own: Language, amount: float, money: Money) -> str:
    return own.text("nothing") if abs(amount) < 0.5 else difference_words(own, amount, money)


def what_if_line(own: Language, found: WhatIf, money: Money) -> str:
    """What a change costs or saves, in a sentence: what was found, and what is proven."""
    more = difference_words(own, found.cost, money)
    if found.low is None or found.high is None:
        return _ends_line(own, found.quarters, more)
    if max(abs(found.low), abs(found.high), abs(found.cost)) < 0.5:
        return own.text("No measurable difference: the plan that was found costs as much, and so does the best.")
    if not found.measurable:
        values = {"more": more, "proven": cost_between(own, min(found.low, 0.0), max(found.high, 0.0), money)}
        if not found.settled:
            return own.text(
                "Not settled: the plan that was found costs {more}; the change is proven to cost {proven}.", **values
            )
        if found.slack < 0.5:
            return own.text(
                "No measurable difference: the plan that was found costs {more}; "
                "the change is proven to cost {proven}.",
                **values,
            )
        return own.text(
            "No measurable difference: the plan that was found costs {more}; the change is proven to cost {proven}; "
            "the plan there is may itself lie {slack} above the best.",
            slack=money(found.slack),
            **values,
        )
    amount, dearer = money(abs(found.cost)), found.cost > 0
    if found.high - found.low < 1:
        return (
            own.text("It costs {amount}.", amount=amount) if dearer else own.text("It saves {amount}.", amount=amount)
        )
    between = _between(own, found.low, found.high, money)
    if dearer:
        return own.text("It costs {amount} (proven: {between}).", amount=amount, between=between)
    return own.text("It saves {amount} (proven: {between}).", amount=amount, between=between)


def _ends_line(own: Language, later: int, more: str) -> str:
    """The same where quarters are minimised: what the plan costs, and by how many quarters it ends ``later``."""
    if not later:
        return own.text("The plan costs {more}; the last cutover is when it was.", more=more)
    if later > 0:
        return own.plural(
            "The plan costs {more}; the last cutover is {n} quarter later.",
            "The plan costs {more}; the last cutover is {n} quarters later.",
            later,
            more=more,
        )
    return own.plural(
        "The plan costs {more}; the last cutover is {n} quarter sooner.",
        "The plan costs {more}; the last cutover is {n} quarters sooner.",
        -later,
        more=more,
    )


# -- Markdown -------------------------------------------------------------------------------------


def diff_markdown(found: PlanDiff | InventoryDiff, lang: str = "en") -> str:
    """What differs, as Markdown for a pull request.

    Parameters
    ----------
    found
        What :func:`consolidate.diff_plans` or :func:`consolidate.diff_inventories` returned.
    lang
        ``en`` or ``cy``.

    Returns
    -------
    str
        A heading, a sentence and tables; it ends in a newline.

    Raises
    ------
    UserError
        There are no texts in that language.
    """
    own = language(lang)
    plans = found.plans if isinstance(found, InventoryDiff) else found
    money = partial(whole_money, plans.currency)
    sign = currency_sign(plans.currency).strip()
    parts = [f"## {own.text('What differs in the plan')}", verdict_line(own, plans, money)]
    if isinstance(found, InventoryDiff):
        columns = (own.text("path"), own.text("old"), own.text("new"))
        figures = [(f"`{one.path}`", one.old or "", one.new or "") for one in found.figures]
        parts += _table(own.text("Figures and rules"), columns, figures)
        columns = (own.text("path"), own.text("it costs"), own.text("with it as it was"))
        causes = [(_path(own, one), *cause_words(own, one, money)) for one in found.causes]
        parts += _table(own.text("Why: each changed back by itself"), columns, causes)
    parts += _plans_tables(own, plans, sign)
    if own.draft:
        parts.append(own.draft)
    return "\n\n".join(parts) + "\n"


def _plans_tables(own: Language, plans: PlanDiff, sign: str) -> Iterator[str]:
    """What is done otherwise, and what that costs."""
    costs_more = own.text("costs more, {unit}", unit=sign)
    rows = [(_words(step_words(own, one)), _signed(one.cost)) for one in plans.steps]
    yield from _table(own.text("Moves"), (own.text("move"), own.text("system costs more, {unit}", unit=sign)), rows)
    rows = [(_words(build_words(own, one)), _signed(one.cost)) for one in plans.builds]
    yield from _table(own.text("Builds"), (own.text("build"), costs_more), rows)
    one_sided = [(own.text("new: {system}", system=one.system), _signed(one.cost)) for one in plans.added]
    one_sided += [(own.text("gone: {system}", system=one.system), _signed(-one.cost)) for one in plans.removed]
    yield from _table(own.text("Systems that only one inventory has"), (own.text("system"), costs_more), one_sided)
    costs = [
        (own.text(COST_WORDS[one.kind]), own.number(one.old), own.number(one.new), _signed(one.more))
        for one in plans.costs
    ]
    in_all = f"**{own.text('in all')}**"
    costs.append((in_all, own.number(plans.old_total), own.number(plans.new_total), _signed(plans.more)))
    columns = (own.text("kind"), own.text("old"), own.text("new"), own.text("more"))
    yield from _table(own.text("Costs, {unit}, discounted", unit=sign), columns, costs)


def _path(own: Language, cause: Cause) -> str:
    """The path of what was changed back, as it stands in a text."""
    return f"`{own.said(cause.path)}`"


def _words(text: str) -> str:
    return text.replace("->", "→")


def _signed(amount: float) -> str:
    return "0" if abs(amount) < 0.5 else f"{amount:+,.0f}"


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A heading and a table; nothing where there are no rows."""
    cells = [[_cell(text) for text in row] for row in rows]
    if cells:
        yield f"### {title}"
        lines = [list(columns), ["---"] * len(columns), *cells]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """A text that stays in its cell and starts no markup of its own."""
    safe = "".join(c if c.isprintable() else " " for c in text)
    return safe.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
