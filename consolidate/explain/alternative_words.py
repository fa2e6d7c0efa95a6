"""Alternatives in words, in the reader's language: what each costs and gains, and how sure that is."""

from __future__ import annotations

from consolidate.explain.alternatives import Alternative, NearbyPlans
from consolidate.explain.answer_words import Money
from consolidate.language import Language
from consolidate.vocabulary import translatable

_NONE_FOUND = {
    "support": translatable("no plan was found with fewer unsupported quarters"),
    "capital": translatable("no plan was found with less capital in the first year"),
    "calm": translatable("no plan was found with fewer moves in the busiest quarter"),
    "finish": translatable("no plan was found with an earlier last cutover"),
    "approved": translatable("no plan was found with less change from the approved plan"),
}
"""That there is no better plan, for what each preference asks for."""


def price_line(own: Language, one: Alternative, found: NearbyPlans, money: Money) -> str:
    """What an alternative costs and gains: "£951 dearer, 14 fewer unsupported quarters (gold)"."""
    if not one.better:
        return own.text(_NONE_FOUND[one.preference])
    return f"{apart_words(own, one.more, found, money)}, {_gain(own, one, found, money)}"


def apart_words(own: Language, more: float, found: NearbyPlans, money: Money) -> str:
    """What a plan costs more than the one asked about; less is less, however wide the gap."""
    if abs(more) < 0.5:
        return own.text("at the same cost")
    if more < 0:
        return own.text("{amount} cheaper than the plan", amount=money(-more))
    if more <= found.gap:
        return own.text("{amount} dearer (not measurable: within the plan's own gap)", amount=money(more))
    return own.text("{amount} dearer", amount=money(more))


def _gain(own: Language, one: Alternative, found: NearbyPlans, money: Money) -> str:
    """How much less of what is preferred."""
    less = one.asked.before - one.asked.found
    count = round(less)
    match one.preference:
        case "support":
            return own.plural(
                "{n} fewer unsupported quarter ({tier}; {before} -> {now} in all)",
                "{n} fewer unsupported quarters ({tier}; {before} -> {now} in all)",
                count,
                tier=one.asked.name.removeprefix("tier ") or own.text("without a tier"),
                before=own.number(found.merits.quarters),
                now=own.number(one.merits.quarters),
            )
        case "capital":
            return own.text("{amount} less capital in {year}", amount=money(less), year=found.year)
        case "calm":
            return own.plural(
                "{n} fewer move in the busiest quarter ({before} -> {now})",
                "{n} fewer moves in the busiest quarter ({before} -> {now})",
                count,
                before=own.number(found.merits.busiest),
                now=own.number(one.merits.busiest),
            )
        case "finish":
            return own.plural("the last cutover {n} quarter sooner", "the last cutover {n} quarters sooner", count)
        case _:
            return own.plural(
                "{n} fewer quarter of change from the approved plan",
                "{n} fewer quarters of change from the approved plan",
                count,
            )


def sure_line(own: Language, one: Alternative, found: NearbyPlans, money: Money) -> str:
    """How sure it is that there is no less: *proven*, *at most*, *at least*."""
    asked, share = one.asked, share_words(found)
    if asked.proven:
        return own.text("Proven: no plan up to {share} dearer does better.", share=share)
    value = _amount(own, asked.found, asked.name, money)
    if asked.least <= 0:
        return own.text(
            "At most {value}, as in the plan found; that no plan up to {share} dearer does better is not proven.",
            value=value,
            share=share,
        )
    return own.text(
        "At most {value}, as in the plan found; every plan up to {share} dearer has at least {least}.",
        value=value,
        share=share,
        least=_amount(own, asked.least, asked.name, money),
    )


def share_words(found: NearbyPlans) -> str:
    """By how much a plan may cost more, as a percentage."""
    return f"{100 * found.within:g}%"


def _amount(own: Language, value: float, name: str, money: Money) -> str:
    if name == "capital":
        return money(value)
    if name == "calm":
        return own.plural("{n} move", "{n} moves", round(value))
    return own.plural("{n} quarter", "{n} quarters", round(value))


def same_line(own: Language, found: NearbyPlans) -> str:
    """What all plans have in common, in a sentence."""
    moves, plans = own.plural("{n} move", "{n} moves", found.moves), own.number(len(found.found) + 1)
    if not found.found:
        return own.text("No alternative was found with which its {moves} and builds could be compared.", moves=moves)
    if not found.same:
        return own.text("Nothing that is still to begin is the same in all {plans} plans.", plans=plans)
    same, now = own.number(len(found.same)), sum(one.now for one in found.same)
    if not now:
        return own.text(
            "{same} of {moves} and builds are the same in all {plans} plans: safe to start.",
            same=same,
            moves=moves,
            plans=plans,
        )
    return own.text(
        "{same} of {moves} and builds are the same in all {plans} plans, {now} of them now: safe to start.",
        same=same,
        moves=moves,
        plans=plans,
        now=own.number(now),
    )
