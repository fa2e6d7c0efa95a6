"""The calendar of decisions in words, for the terminal, the page and the calendar file alike."""

from __future__ import annotations

from consolidate.explain.decisions import Decision, DecisionCalendar
from consolidate.explain.diff_words import apart
from consolidate.vocabulary import counted, currency_sign, whole_money


def calendar_sentence(calendar: DecisionCalendar) -> str:
    """How many decisions there are, and which comes first."""
    if not calendar.decisions:
        return "Nothing is left to decide."
    kinds = {"start": "start", "build": "build", "notice": "notice", "renewal": "renewal"}
    counts = [
        counted(number, word)
        for kind, word in kinds.items()
        if (number := sum(one.kind == kind for one in calendar.decisions))
    ]
    first = calendar.decisions[0]
    return (
        f"{counted(len(calendar.decisions), 'decision')}: {', '.join(counts)}. "
        f"The first is due by {first.day.isoformat()}: {decision_words(first)}."
    )


def decision_words(one: Decision) -> str:
    """What is to be decided."""
    which = f"{one.id}, second step" if one.kind == "start" and one.step > 1 else one.id
    match one.kind:
        case "start":
            return f"start {which}: {one.what}"
        case "build":
            return f"start to build {which}"
        case _:
            return f"{which}: {one.what}"


def planned_words(one: Decision) -> str:
    """Since when, or until when: the planned quarter and how much later it may be; of a contract, the term's end."""
    if one.ends is not None:
        return f"term ends {one.ends.isoformat()}"
    if one.planned is None or one.latest is None:
        return ""
    float_quarters = one.latest.number - one.planned.number
    if not float_quarters:
        return one.planned.label
    more = " or more" if one.open_ended else ""
    return f"{one.planned.label}, {counted(float_quarters, 'quarter')}{more} of float"


def missed_words(calendar: DecisionCalendar, one: Decision) -> str:
    """What missing it costs, with how sure that is."""
    if one.kind == "renewal":
        return "it renews by itself" if "renew" in one.what else "the rest of the term is bought out"
    if one.kind == "notice":
        cost = apart(one.cost or 0.0, calendar.currency)
        return f"{cost} for another term" if abs(one.cost or 0.0) >= 0.5 else "nothing: another term costs as much"
    if one.missed is None:
        return "no measurable cost as far as was tried" if one.open_ended else "not known"
    if one.missed.state in ("forbidden", "impossible"):
        return f"cannot be later: {'; '.join(one.missed.forbidden_by) or 'no plan keeps the rules'}"
    if one.missed.cost is None:
        return "no plan was found with it later"
    if one.missed.dearer and one.missed.at_least is not None:
        sign = currency_sign(calendar.currency)
        if one.missed.cost - one.missed.at_least < 1:
            return f"{apart(one.missed.cost, calendar.currency)} a quarter later (proven)"
        return f"{sign}{one.missed.at_least:,.0f} to {sign}{one.missed.cost:,.0f} more a quarter later"
    return f"at most {apart(one.missed.cost, calendar.currency)} a quarter later"


def caveat_words(calendar: DecisionCalendar) -> str:
    """What has to be known to read the calendar."""
    total, slack = (whole_money(calendar.currency, amount) for amount in (calendar.total, calendar.slack))
    by_itself = "Each by itself: two delays at once may cost more."
    if calendar.slack < 0.5:
        return f"{by_itself} The plan's {total} is the best there is."
    return f"{by_itself} The plan's {total} may lie {slack} above the best; what costs no more is not measurable."
