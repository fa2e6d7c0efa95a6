"""The calendar of decisions in words, for the terminal, the page and the calendar file alike."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.explain.answer_words import more_or_less
from consolidate.explain.decisions import Decision, DecisionCalendar
from consolidate.explain.explained import PricedChoice
from consolidate.language import Language
from consolidate.phrases import Phrase


def calendar_sentence(own: Language, calendar: DecisionCalendar) -> str:
    """How many decisions there are, and which comes first; and how many others were not asked for."""
    if not calendar.left_out:
        return _calendar_sentence(own, calendar)
    others = own.plural(
        "{n} other decision was not asked for.", "{n} other decisions were not asked for.", calendar.left_out
    )
    if not calendar.decisions:
        return own.text("There is none that was asked for: {others}", others=others)
    return f"{_calendar_sentence(own, calendar)} {others}"


def _calendar_sentence(own: Language, calendar: DecisionCalendar) -> str:
    if not calendar.decisions:
        return own.text("Nothing is left to decide.")
    of = {kind: sum(one.kind == kind for one in calendar.decisions) for kind in ("start", "build", "notice", "renewal")}
    counts = {
        "start": own.plural("{n} start", "{n} starts", of["start"]),
        "build": own.plural("{n} build", "{n} builds", of["build"]),
        "notice": own.plural("{n} notice", "{n} notices", of["notice"]),
        "renewal": own.plural("{n} renewal", "{n} renewals", of["renewal"]),
    }
    first = calendar.decisions[0]
    return own.text(
        "{decisions}: {kinds}. The first is due by {day}: {what}.",
        decisions=own.plural("{n} decision", "{n} decisions", len(calendar.decisions)),
        kinds=", ".join(said for kind, said in counts.items() if of[kind]),
        day=own.date(first.day),
        what=decision_words(own, first),
    )


def decision_words(own: Language, one: Decision) -> str:
    """What is to be decided."""
    which = own.text("{system}, second step", system=one.id) if one.kind == "start" and one.step > 1 else one.id
    match one.kind:
        case "start":
            return own.text("start {system}: {how}", system=which, how=own.said(one.what))
        case "build":
            return own.text("start to build {service}", service=which)
        case _:
            return f"{which}: {own.said(one.what)}"


def planned_words(own: Language, one: Decision) -> str:
    """Since when, or until when: the planned quarter and how much later it may be; of a contract, the term's end."""
    if one.ends is not None and one.left is not None:
        return own.text("in use until {day}, term ends {end}", day=own.date(one.left), end=own.date(one.ends))
    if one.ends is not None:
        return own.text("term ends {day}", day=own.date(one.ends))
    if one.planned is None or one.latest is None:
        return ""
    quarter = own.quarter(one.planned.label)
    float_quarters = one.latest.number - one.planned.number
    if not float_quarters:
        return quarter
    if one.open_ended:
        return own.plural(
            "{quarter}, {n} quarter or more of float",
            "{quarter}, {n} quarters or more of float",
            float_quarters,
            quarter=quarter,
        )
    return own.plural(
        "{quarter}, {n} quarter of float", "{quarter}, {n} quarters of float", float_quarters, quarter=quarter
    )


def missed_words(own: Language, calendar: DecisionCalendar, one: Decision) -> str:
    """What missing it costs, with how sure that is."""
    if one.kind == "renewal":
        return own.text("it renews by itself")
    if one.kind == "notice" and one.left is not None:
        more = more_or_less(own, one.cost or 0.0, calendar.currency)
        return own.text("{more}: the contract is paid to the end of its term", more=more)
    if one.kind == "notice":
        if abs(one.cost or 0.0) < 0.5:
            return own.text("nothing: another term costs as much")
        return own.text("{more} for another term", more=more_or_less(own, one.cost or 0.0, calendar.currency))
    if one.missed is None and not one.tried and not one.open_ended:
        return own.text("not tried: this is the plan's own quarter")
    if one.missed is None:
        return own.text("no measurable cost as far as was tried")
    said = _later_words(own, calendar, one, one.missed)
    other = one.otherwise
    if other is None or other.state in ("forbidden", "impossible"):
        return said
    if other.cost is None:
        return own.text("{what}; otherwise no plan was found", what=said)
    return f"{said}; {_otherwise_words(own, calendar, one, other)}"


def _later_words(own: Language, calendar: DecisionCalendar, one: Decision, missed: PricedChoice) -> str:
    """What it costs to start or build it after its latest quarter in the same way."""
    if not one.never_later and missed.state not in ("forbidden", "impossible"):
        return _a_quarter_later(own, calendar.currency, missed)
    other, why = one.otherwise, _why(own, missed.forbidden_by)
    if one.never_later and other is not None and other.state in ("forbidden", "impossible"):
        if one.kind == "start" and other.forbidden_by:
            # What forbids the quarter after, as a freeze, may not forbid all.
            why = _why(own, other.forbidden_by)
        return own.text("cannot be later: {why}", why=why)
    if one.never_later:
        return own.text("cannot be later in the same way: {why}", why=why)
    if one.again is None:
        return own.text("cannot be a quarter later: {why}", why=why)
    when = own.quarter(one.again.quarters[-1].label) if one.again.quarters else ""
    cost = _cost(own, calendar, one.again)
    return own.text("cannot be a quarter later: {why}; in {quarter}: {what}", why=why, quarter=when, what=cost)


def _why(own: Language, forbidden_by: Sequence[Phrase]) -> str:
    return "; ".join(map(own.said, forbidden_by)) or own.text("the rules together forbid it")


def _otherwise_words(own: Language, calendar: DecisionCalendar, one: Decision, other: PricedChoice) -> str:
    """What else may be done, and what that costs."""
    cost = _cost(own, calendar, other)
    if not other.quarters:
        if one.kind == "build":
            return own.text("otherwise it is not built: {what}", what=cost)
        return own.text("otherwise it stays as it is: {what}", what=cost)
    when = own.quarter(other.quarters[0].label)
    if one.kind == "build":
        return own.text("otherwise it is ready from {quarter}: {what}", quarter=when, what=cost)
    how = own.said(other.what)
    if how == own.said(one.what):  # another option by the same approach
        how = own.text("{how} (option {number})", how=how, number=other.option)
    return own.text("otherwise {how} in {quarter}: {what}", how=how, quarter=when, what=cost)


def _a_quarter_later(own: Language, currency: str, missed: PricedChoice) -> str:
    """What a quarter later costs, or that no plan was found."""
    if missed.cost is None:
        return _not_found(own, missed)
    if missed.later > 0:
        return _ends_later_words(own, currency, missed)
    more = more_or_less(own, missed.cost, currency)
    if missed.dearer and missed.at_least is not None:
        if missed.cost - missed.at_least < 1:
            return own.text("{more} a quarter later (proven)", more=more)
        least, most = (own.money(amount, currency) for amount in (missed.at_least, missed.cost))
        return own.text("{least} to {most} more a quarter later", least=least, most=most)
    return own.text("at most {more} a quarter later", more=more)


def _not_found(own: Language, found: PricedChoice) -> str:
    """Of a choice with which no plan was found, what is proven of it."""
    if found.later_at_least:
        return own.plural(
            "the last cutover is at least {n} quarter later",
            "the last cutover is at least {n} quarters later",
            found.later_at_least,
        )
    return own.text("no plan was found with it later")


def _cost(own: Language, calendar: DecisionCalendar, found: PricedChoice) -> str:
    """What another choice costs, with how sure that is."""
    if found.cost is None:
        return _not_found(own, found)
    if found.later > 0:
        return _ends_later_words(own, calendar.currency, found)
    if not found.measurable(calendar.slack):
        return own.text("no measurable difference")
    more = more_or_less(own, found.cost, calendar.currency)
    if found.dearer and found.at_least is not None:
        if found.cost - found.at_least < 1:
            return own.text("{more} (proven)", more=more)
        least, most = (own.money(amount, calendar.currency) for amount in (found.at_least, found.cost))
        return own.text("{least} to {most}", least=least, most=most)
    return own.text("at most {more}", more=more)


def _ends_later_words(own: Language, currency: str, missed: PricedChoice) -> str:
    """The same where the plan that was found ends later."""
    more = more_or_less(own, missed.cost or 0.0, currency)
    if missed.later_at_least == missed.later:
        return own.plural(
            "the last cutover is {n} quarter later (proven); it costs {more}",
            "the last cutover is {n} quarters later (proven); it costs {more}",
            missed.later,
            more=more,
        )
    return own.plural(
        "the last cutover is at most {n} quarter later; it costs {more}",
        "the last cutover is at most {n} quarters later; it costs {more}",
        missed.later,
        more=more,
    )


def stopped_words(own: Language, calendar: DecisionCalendar) -> str:
    """That a stop ended it before it was done, and what that means; empty where none did."""
    if not calendar.stopped:
        return ""
    return own.text("It was stopped before it was done: what was not tried yet has the plan's own quarter.")


def caveat_words(own: Language, calendar: DecisionCalendar) -> str:
    """What has to be known to read the calendar."""
    total, slack = (own.money(amount, calendar.currency) for amount in (calendar.total, calendar.slack))
    if calendar.ends is not None and calendar.ends.last is not None:
        due = own.text(
            "Each by itself: two delays at once may cost more. A decision is due when later would make the last "
            "cutover later than {quarter}, or cost measurably more.",
            quarter=own.quarter(calendar.ends.last.label),
        )
        if calendar.slack < 0.5:
            least = own.text("The plan's {total} is the least of all that end as soon.", total=total)
            return f"{due} {least}"
        above = own.text(
            "The plan's {total} may lie {slack} above the cheapest that ends as soon.", total=total, slack=slack
        )
        return f"{due} {above}"
    if calendar.slack < 0.5:
        return own.text(
            "Each by itself: two delays at once may cost more. The plan's {total} is the best there is.", total=total
        )
    return own.text(
        "Each by itself: two delays at once may cost more. The plan's {total} may lie {slack} above the best; what "
        "costs no more is not measurable.",
        total=total,
        slack=slack,
    )
