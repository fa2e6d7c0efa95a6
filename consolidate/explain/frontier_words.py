"""A frontier in words: for the terminal and the page alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor, inf, isfinite, log10

from consolidate.explain.answer_words import Money, difference_words
from consolidate.explain.explained import PlanFinish
from consolidate.explain.finish_words import ends_words, not_soonest_line
from consolidate.explain.frontier import Frontier, FrontierPoint
from consolidate.explain.preconditions import undercut_line
from consolidate.explain.values import DatedQuarter
from consolidate.language import Language
from consolidate.vocabulary import translatable

_UNIT = 0.5
"""What no amount printed in whole units tells from 0."""


def frontier_title(own: Language, found: Frontier) -> str:
    """What it is of."""
    match found.kind:
        case "pot":
            return own.text("pot {id}", id=found.id)
        case "role":
            return own.text("role {id}", id=found.id)
        case "exposure":
            return own.text("exposure")
    return own.text("changes of the approved plan")


def size_words(own: Language, found: Frontier, point: FrontierPoint, money: Money) -> str:
    """How much of it there is at a point."""
    amount = _amount(own, found, point, money)
    return f"{own.percent(point.size, 0)}, {amount}" if found.kind in ("pot", "role") else amount


def _amount(own: Language, found: Frontier, point: FrontierPoint, money: Money) -> str:
    """The same without the share that it is."""
    if found.kind == "role":
        return own.plural("{n} day", "{n} days", round(point.amount))
    if found.kind == "changes":
        return own.plural("{n} quarter", "{n} quarters", round(point.amount))
    return money(point.amount)


def more_than_at_hand(found: Frontier, point: FrontierPoint) -> tuple[float | None, float, float]:
    """What the best plan found costs more than the one at hand, and between what that is proven to lie.

    Every plan that is possible with less is possible with more, at the same cost. So with less the best plan costs as
    much or more, and with more as much or less, whatever bounds and plans are known of either.
    """
    now = found.points[found.at_hand]
    if now.cost is None:  # the plan at hand keeps the rules, so there is one
        raise AssertionError("the plan at hand has no cost")
    if point is now:
        return 0.0, 0.0, 0.0
    least, most = (0.0, inf) if point.size < now.size else (-inf, 0.0)
    low = max(least, -inf if point.low is None else point.low - now.cost)
    if point.cost is None:
        return None, low, most
    return point.cost - now.cost, low, min(most, inf if now.low is None else point.cost - now.low)


def proven_more(own: Language, found: Frontier, point: FrontierPoint, money: Money) -> str:
    """What is proven of what it costs more, or less, than what there is."""
    if point is found.points[found.at_hand]:
        return own.text("what there is") if found.kind in ("pot", "role") else own.text("compared with this")
    _, low, high = more_than_at_hand(found, point)
    if not point.possible:
        return own.text("no plan keeps the rules")
    least, most = (_outward(amount, side, money) for amount, side in ((low, floor), (high, ceil)))
    if high == inf:
        return own.text("no plan found; at least {least}", least=least) if low > 0 else own.text("no plan found")
    if low == -inf:
        return own.text("at most {more}", more=most)
    if low < _UNIT and high > -_UNIT:  # what is less than half a unit from 0 is printed as 0, and rounding besides
        if high - low < 1:
            return own.text("no difference")
        if max(-low, high) <= 2 * max(_slack(found), 0.5):
            return own.text("no measurable difference: {least} to {most}", least=least, most=most)
        return own.text("not settled: {least} to {most}", least=least, most=most)
    return own.text("proven") if high - low < 1 else own.text("proven: {least} to {most}", least=least, most=most)


def is_of_quarters(found: Frontier) -> bool:
    """Whether the last cutover is what is asked: of a pot or a role, where quarters are minimised."""
    return found.ends is not None and found.kind in ("pot", "role")


def later_than_at_hand(found: Frontier, point: FrontierPoint) -> int | None:
    """By how many quarters the last cutover of the best plan found is later than at hand; None without a plan."""
    now = found.points[found.at_hand]
    return None if point.cost is None else _quarters(point.finish) - _quarters(now.finish)


def _quarters(finish: DatedQuarter | None) -> int:
    return finish.number + 1 if finish else 0


def proven_end(own: Language, found: Frontier, point: FrontierPoint) -> str:
    """What is proven of the last cutover of a size."""
    if not point.possible:
        return own.text("no plan keeps the rules")
    soonest = "" if point.soonest is None else own.quarter(point.soonest.label)
    if point.cost is None:
        return (
            own.text("no plan found; not before {quarter}", quarter=soonest) if soonest else own.text("no plan found")
        )
    if _quarters(point.finish) <= _quarters(point.soonest):
        return own.text("proven")
    return own.text("not before {quarter}", quarter=soonest) if soonest else ""


def _slack(found: Frontier) -> float:
    """By how much the plan at hand may lie above the best: what is no larger cannot be measured with it."""
    now = found.points[found.at_hand]
    return max((now.cost or 0.0) - now.low, 0.0) if now.low is not None else inf


def _outward(amount: float, side: Callable[[float], int], money: Money) -> str:
    """The end of an interval in three figures, rounded to its side, so that no more is claimed than is proven.

    >>> _outward(1_013_149.0, floor, "{:,.0f}".format), _outward(-90_261.0, ceil, "{:,.0f}".format)
    ('+1,010,000', '-90,200')
    """
    if not isfinite(amount):
        return ""
    unit = 10.0 ** max(floor(log10(max(abs(amount), 1.0))) - 2, 0)
    rounded = side(amount / unit) * unit
    return f"{'-' if rounded < 0 else '+' if rounded > 0 else ''}{money(abs(rounded))}"


def frontier_headline(own: Language, found: Frontier, money: Money) -> str:
    """From the least to the most of it, what plans cost more than the one at hand, or how much later they end."""
    those = [point for point in found.points if point.cost is not None]
    now = found.points[found.at_hand]
    said = []
    for point in (those[0], those[-1]):
        more = more_than_at_hand(found, point)[0]
        if point is now or more is None:
            continue
        size = _size_in_brackets(own, found, point, money)
        if is_of_quarters(found):
            said.append(_ending(own, later_than_at_hand(found, point) or 0, size))
            continue
        said.append(
            own.text("with {size} the best plan found costs {more}", size=size, more=difference_words(own, more, money))
        )
    title = frontier_title(own, found)
    return own.text(
        "{what}: {costs}.",
        what=f"{title[:1].upper()}{title[1:]}",
        costs="; ".join(said or _without_plans(own, found, money))
        or own.text("no other plan with more or less of it was found"),
    )


def _ending(own: Language, later: int, size: str) -> str:
    """When the best plan found with so much of it ends, beside the one at hand."""
    if later > 0:
        return own.plural(
            "with {size} the last cutover of the best plan found is {n} quarter later",
            "with {size} the last cutover of the best plan found is {n} quarters later",
            later,
            size=size,
        )
    if later < 0:
        return own.plural(
            "with {size} the last cutover of the best plan found is {n} quarter sooner",
            "with {size} the last cutover of the best plan found is {n} quarters sooner",
            -later,
            size=size,
        )
    return own.text("with {size} the best plan found ends as soon", size=size)


def _without_plans(own: Language, found: Frontier, money: Money) -> list[str]:
    """Of the largest size at which no plan can keep the rules, and that at which none was found: that it is so."""
    said = []
    for possible, text in (
        (False, translatable("with {size} no plan keeps the rules")),
        (True, translatable("with {size} no plan was found")),
    ):
        if those := [point for point in found.points if point.cost is None and point.possible is possible]:
            said.append(own.text(text, size=_size_in_brackets(own, found, those[-1], money)))
    return said


def _size_in_brackets(own: Language, found: Frontier, point: FrontierPoint, money: Money) -> str:
    """How much of it there is at a point, in a sentence: ``70% (378 days)``."""
    size = _amount(own, found, point, money)
    return f"{own.percent(point.size, 0)} ({size})" if found.kind in ("pot", "role") else size


def frontier_notes(own: Language, found: Frontier) -> Sequence[str]:
    """What has to be known to read it, a sentence or two each."""
    status = found.plan_status if found.ends is None else ""
    undercut = undercut_line(own, found.currency, found.undercut, status)
    undercut = not_soonest_line(own, found.undercut_quarters) or undercut
    stopped = own.text("It was stopped before it was done: this is of the plans found until then.")
    ends = "" if found.ends is None else _end_notes(own, found, found.ends)
    return tuple(note for note in (stopped if found.stopped else "", undercut, ends, *_notes(own, found)) if note)


def _end_notes(own: Language, found: Frontier, ends: PlanFinish) -> str:
    """Of a plan of fewest quarters: when it ends, and what its last cutover has to do with the rest."""
    if is_of_quarters(found):
        return ends_words(own, ends)
    weighed = own.text("Weighed against cost are the plans whose last cutover is no later than that.")
    return f"{ends_words(own, ends)} {weighed}"


def _notes(own: Language, found: Frontier) -> Sequence[str]:
    if found.kind == "pot" and found.ends is not None:
        return (
            own.text(
                "Sizes are shares of its money in every period that is still open. A plan that fits one size fits each "
                "larger one, so with more the last cutover is never later; costs are of the plan that ends soonest."
            ),
        )
    if found.kind == "role" and found.ends is not None:
        return (
            own.text(
                "Sizes are shares of its days in every quarter that is still open. A plan that fits one size fits each "
                "larger one, so with more the last cutover is never later; costs are of the plan that ends soonest."
            ),
        )
    if found.kind == "pot":
        return (
            own.text(
                "Sizes are shares of its money in every period that is still open. A plan that fits one size fits each "
                "larger one, so costs never rise with size."
            ),
        )
    if found.kind == "role":
        return (
            own.text(
                "Sizes are shares of its days in every quarter that is still open. A plan that fits one size fits each "
                "larger one, so costs never rise with size."
            ),
        )
    if found.kind == "exposure":
        first = own.text("Exposure is its judged cost, discounted, at the inventory's prices; costs are without it.")
    else:
        first = own.text(
            "Changes are counted as the inventory prices them: quarters by which cutovers differ from the approved "
            "plan, four for another option, a move dropped or added. Costs are without that price."
        )
    return (
        first,
        own.text(
            "Each plan shown is the cheapest found at some price of it. What is proven holds for every plan with as "
            "much of it, or less."
        ),
    )
