"""A frontier in words: for the terminal and the page alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor, inf, isfinite, log10

from consolidate.explain.frontier import Frontier, FrontierPoint
from consolidate.explain.preconditions import undercut_line
from consolidate.language import language
from consolidate.vocabulary import plural

Money = Callable[[float], str]
"""Writes an amount in whole units of the currency."""


def frontier_title(found: Frontier) -> str:
    """What it is of."""
    if found.kind == "changes":
        return "changes of the approved plan"
    return found.kind if found.kind == "exposure" else f"{found.kind} {found.id}"


def size_words(found: Frontier, point: FrontierPoint, money: Money) -> str:
    """How much of it there is at a point."""
    if found.kind == "pot":
        return f"{point.size:.0%}, {money(point.amount)}"
    if found.kind == "role":
        return f"{point.size:.0%}, {point.amount:,.0f} days"
    if found.kind == "exposure":
        return money(point.amount)
    return f"{point.amount:,.0f} {plural(round(point.amount), 'quarter')}"


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


def proven_more(found: Frontier, point: FrontierPoint, money: Money) -> str:
    """What is proven of what it costs more, or less, than what there is."""
    if point is found.points[found.at_hand]:
        return "what there is" if found.kind in ("pot", "role") else "compared with this"
    _, low, high = more_than_at_hand(found, point)
    if not point.possible:
        return "no plan keeps the rules"
    least, most = (_outward(amount, side, money) for amount, side in ((low, floor), (high, ceil)))
    if high == inf:
        return f"no plan found; at least {least}" if low > 0 else "no plan found"
    if low == -inf:
        return f"at most {most}"
    if low <= 0 <= high:
        slack = _slack(found)
        said = "no measurable difference" if max(-low, high) <= 2 * max(slack, 0.5) else "not settled"
        return f"{said}: {least} to {most}" if high - low >= 1 else "no difference"
    return "proven" if high - low < 1 else f"proven: {least} to {most}"


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


def frontier_headline(found: Frontier, money: Money) -> str:
    """From the least to the most of it, what plans cost more or less than the one at hand."""
    those = [point for point in found.points if point.cost is not None]
    now = found.points[found.at_hand]
    said = []
    for point in (those[0], those[-1]):
        more = more_than_at_hand(found, point)[0]
        if point is now or more is None:
            continue
        apart = f"{money(abs(more))} {'more' if more > 0 else 'less'}" if abs(more) >= 0.5 else "as much"
        size = size_words(found, point, money).replace(", ", " (") + (")" if found.kind in ("pot", "role") else "")
        said.append(f"with {size} the best plan found costs {apart}")
    words = "; ".join(said) or "no plan with more or less of it differs"
    title = frontier_title(found)
    return f"{title[:1].upper()}{title[1:]}: {words}."


def frontier_notes(found: Frontier) -> Sequence[str]:
    """What has to be known to read it, a sentence or two each."""
    undercut = undercut_line(language("en"), found.currency, found.undercut)
    stopped = "It was stopped before it was done: this is of the plans found until then." if found.stopped else ""
    return tuple(note for note in (stopped, undercut, *_notes(found)) if note)


def _notes(found: Frontier) -> Sequence[str]:
    if found.kind in ("pot", "role"):
        what = "its money in every period" if found.kind == "pot" else "its days in every quarter"
        return (
            f"Sizes are shares of {what} that is still open. A plan that fits one size fits each larger one, so costs "
            "never rise with size.",
        )
    if found.kind == "exposure":
        first = "Exposure is its judged cost, discounted, at the inventory's prices; costs are without it."
    else:
        first = (
            "Changes are counted as the inventory prices them: quarters by which cutovers differ from the approved "
            "plan, four for another option, a move dropped or added. Costs are without that price."
        )
    return (
        first,
        "Each plan shown is the cheapest found at some price of it. What is proven holds for every plan with as much "
        "of it, or less.",
    )
