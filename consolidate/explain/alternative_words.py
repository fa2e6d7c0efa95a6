"""Alternatives in words: what each costs and gains, and how sure that is; amounts in whole units of the currency."""

from __future__ import annotations

from consolidate.explain.alternatives import Alternative, NearbyPlans
from consolidate.vocabulary import counted, whole_money

GAINS = {
    "support": "fewer unsupported quarters",
    "capital": "less capital in the first year",
    "calm": "fewer moves in the busiest quarter",
    "finish": "an earlier last cutover",
    "approved": "less change from the approved plan",
}
"""What each preference asks for."""


def price_line(one: Alternative, found: NearbyPlans) -> str:
    """What an alternative costs and gains: "£951 dearer, 14 fewer unsupported quarters (gold)"."""
    if not one.better:
        return f"no plan was found with {GAINS[one.preference]}"
    return f"{apart_words(one.more, found)}, {_gain(one, found)}"


def apart_words(more: float, found: NearbyPlans) -> str:
    """What a plan costs more than the one asked about; less is less, however wide the gap."""
    if abs(more) < 0.5:
        return "at the same cost"
    if more < 0:
        return f"{whole_money(found.currency, -more)} cheaper than the plan"
    vague = " (not measurable: within the plan's own gap)" if more <= found.gap else ""
    return f"{whole_money(found.currency, more)} dearer{vague}"


def _gain(one: Alternative, found: NearbyPlans) -> str:
    """How much less of what is preferred."""
    less = one.asked.before - one.asked.found
    count = round(less)
    match one.preference:
        case "support":
            tier = one.asked.name.removeprefix("tier ")
            all_told = f"{found.merits.quarters:,} -> {one.merits.quarters:,} in all"
            return f"{count:,} fewer unsupported {_quarters(count)} ({tier or 'without a tier'}; {all_told})"
        case "capital":
            return f"{whole_money(found.currency, less)} less capital in {found.year}"
        case "calm":
            busiest = f"{found.merits.busiest:,} -> {one.merits.busiest:,}"
            return f"{counted(count, 'move').replace(' ', ' fewer ', 1)} in the busiest quarter ({busiest})"
        case "finish":
            return f"the last cutover {counted(count, 'quarter')} sooner"
        case _:
            return f"{count:,} fewer {_quarters(count)} of change from the approved plan"


def sure_line(one: Alternative, found: NearbyPlans) -> str:
    """How sure it is that there is no less: *proven*, *at most*, *at least*."""
    asked = one.asked
    near = f"no plan up to {share_words(found)} dearer does better"
    if asked.proven:
        return f"Proven: {near}."
    value, least = (_amount(each, asked.name, found) for each in (asked.found, asked.least))
    if asked.least <= 0:
        return f"At most {value}, as in the plan found; that {near} is not proven."
    every = f"every plan up to {share_words(found)} dearer has at least {least}"
    return f"At most {value}, as in the plan found; {every}."


def share_words(found: NearbyPlans) -> str:
    """By how much a plan may cost more, as a percentage."""
    return f"{100 * found.within:g}%"


def _amount(value: float, name: str, found: NearbyPlans) -> str:
    if name == "capital":
        return whole_money(found.currency, value)
    unit = "move" if name == "calm" else "quarter"
    return counted(round(value), unit)


def _quarters(count: int) -> str:
    return "quarter" if count == 1 else "quarters"


def same_line(found: NearbyPlans) -> str:
    """What all plans have in common, in a sentence."""
    if not found.found:
        return f"No alternative was found with which its {counted(found.moves, 'move')} and builds could be compared."
    plans = f"all {len(found.found) + 1} plans"
    if not found.same:
        return f"Nothing that is still to begin is the same in {plans}."
    now = sum(one.now for one in found.same)
    first = f", {now:,} of them now" if now else ""
    return (
        f"{len(found.same):,} of {counted(found.moves, 'move')} and builds are the same in {plans}{first}: "
        "safe to start."
    )
