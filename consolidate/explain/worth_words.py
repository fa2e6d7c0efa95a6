"""What more of something would save, in words: for the terminal and the page alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from consolidate.explain.preconditions import undercut_line
from consolidate.explain.scarcity import Scarce
from consolidate.explain.worth import Gain, Worth
from consolidate.language import language
from consolidate.vocabulary import at_most, counted, plural

Money = Callable[[float], str]
"""Writes an amount in whole units of the currency."""


def what_words(scarce: Scarce) -> str:
    """What there would be more of.

    >>> what_words(Scarce("pot", "ict", "2016/17", "currency", (10_000.0,)))
    'pot ict 2016/17'
    >>> what_words(Scarce("limit", "2", "", "moves", (1.0,), about="tier: platinum"))
    'limit 2 (tier: platinum)'
    """
    rule = f" ({scarce.about})" if scarce.about else ""
    return f"{scarce.name}{f' {scarce.period}' if scarce.period else ''}{rule}"


def more_words(gain: Gain, money: Money) -> str:
    """How much more of it."""
    amount, number = gain.amount, f"{gain.amount:,.6g}"
    match gain.scarce.unit:
        case "currency":
            return f"{money(amount)} {'less' if gain.scarce.kind == 'target' else 'more'}"
        case "days":
            return f"{number} {plural(amount, 'day')} a quarter"
        case "moves":
            return f"{number} more at a time"
        case "lifted":
            return "lifted"
        case "systems":
            return f"{number} {plural(amount, 'system')} fewer"
        case "quarters":
            return f"{number} {plural(amount, 'quarter')} later"
    return f"{number} more {plural(amount, 'user')}"


def proven_words(gain: Gain, money: Money) -> str:
    """What is proven of it."""
    most = money(at_most(gain.high))
    if gain.searched == "no":
        return f"at most {most}; not searched for"
    if gain.measurable:
        said = "proven" if gain.high - gain.low < 1 else f"proven: {money(gain.low)} to {most}"
    else:
        said = f"no measurable gain: at most {most}" if gain.high >= 0.5 else "nothing"
    if gain.enough is not None and 0 < gain.enough < gain.amount - 0.5:
        said += f"; {money(gain.enough)} is enough"
    return said


def headline(found: Worth, money: Money) -> str:
    """What is worth most, in a sentence."""
    best = next(iter(found.gains), None)
    if best is None:
        return "There is nothing of which there could be more."
    if best.measurable:
        return f"{_named(best, money)} would save most: {money(best.saves)} ({proven_words(best, money)})."
    if not found.plans and found.left:
        return "What could be gained at most; nothing was planned with more of anything."
    return "No measurable gain was found from more of anything."


def _named(gain: Gain, money: Money) -> str:
    what, amount, number = what_words(gain.scarce), gain.amount, f"{gain.amount:,.6g}"
    match gain.scarce.unit:
        case "currency":
            return f"{money(amount)} {'less' if gain.scarce.kind == 'target' else 'more'} in {what}"
        case "days":
            return f"{number} more {plural(amount, 'day')} a quarter of {what}"
        case "moves":
            return f"{number} more {plural(amount, 'move')} at a time in {what}"
        case "lifted":
            return f"Lifting {what}"
        case "users":
            return f"Room for {number} more {plural(amount, 'user')} in {what}"
    return f"{what[:1].upper()}{what[1:]}, {more_words(gain, money)},"


def limits_words(found: Worth, money: Money) -> str:
    """Which of all amounts could gain most, and how much that is."""
    first = max(found.gains, key=lambda gain: gain.high)
    most = money(at_most(first.high))
    return f"of {counted(len(found.gains), 'amount')}, none can save more than {most} ({what_words(first.scarce)})"


def notes(found: Worth, money: Money) -> Sequence[str]:
    """What has to be known to read the figures, a sentence or two each."""
    said = []
    if found.improved >= 0.5:
        said.append(
            f"{undercut_line(language('en'), found.currency, found.improved)} Savings are counted from that one."
        )
    if found.margin >= 0.5:
        said.append(
            f"The best plan could cost up to {money(at_most(found.margin))} less than the one compared with: "
            "gains below that cannot be told from nothing."
        )
    return said


def rest_words(found: Worth, gains: Sequence[Gain], money: Money) -> Sequence[str]:
    """The same of what has no row of its own: how much it could gain at most, by how that is known."""
    said = []
    for searched, how in (
        (("alone", "together"), "searched for, and no measurable gain found"),
        (("no",), "not planned with"),
    ):
        those = [gain for gain in gains if gain.searched in searched]
        if those:
            most = money(at_most(max(gain.high for gain in those)))
            said.append(f"{counted(len(those), 'more amount')} {how}: each saves at most {most}.")
    return said
