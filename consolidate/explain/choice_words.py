"""Why a plan does what it does, in words for a Board member; amounts in whole units of the currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from consolidate.explain.answer_words import more_or_less
from consolidate.explain.explained import (
    BreakEven,
    ChoiceExplained,
    HoldingLimit,
    PartnerExplained,
    PlanFinish,
    PricedChoice,
    SystemExplained,
)
from consolidate.explain.finish_words import ends_words, not_soonest_line
from consolidate.explain.preconditions import undercut_line
from consolidate.explain.values import DatedQuarter
from consolidate.language import Language, language
from consolidate.vocabulary import COST_WORDS, translatable


class _Clauses(NamedTuple):
    """What is said of a choice, as parts of a sentence: that it cannot be, that no plan was found, what it costs."""

    impossible: str
    not_found: str
    costs: str
    makes: str


_SOONER = _Clauses(
    translatable("no plan in which it is a quarter sooner keeps the rules"),
    translatable("no plan was found in which it is a quarter sooner"),
    translatable("a quarter sooner costs {more}"),
    translatable("a quarter sooner makes {difference}"),
)
_LATER = _Clauses(
    translatable("no plan in which it is a quarter later keeps the rules"),
    translatable("no plan was found in which it is a quarter later"),
    translatable("a quarter later costs {more}"),
    translatable("a quarter later makes {difference}"),
)
_SAME_WAY = {
    -1: translatable("no plan in which it moves in the same way a quarter sooner keeps the rules"),
    1: translatable("no plan in which it moves in the same way a quarter later keeps the rules"),
}
_NOT_BUILT = _Clauses(
    translatable("no plan in which it is not built keeps the rules"),
    translatable("no plan was found in which it is not built"),
    translatable("not to build it costs {more}"),
    translatable("not to build it makes {difference}"),
)
_CANNOT_BE = {
    -1: translatable("it cannot be a quarter sooner, for {why}"),
    1: translatable("it cannot be a quarter later, for {why}"),
}


def choice_sentence(found: ChoiceExplained, lang: str = "en") -> str:
    """What a plan does with a system or a service, and what the nearest other choices cost, for a Board member.

    Parameters
    ----------
    found
        What :func:`consolidate.explain_choice` returned of it.
    lang
        ``en`` or ``cy``.

    Returns
    -------
    str
        A sentence, or two where a limit holds it; amounts in whole units of the currency.

    Raises
    ------
    UserError
        There are no texts in that language.
    """
    own = language(lang)
    parts = [*_nearest(own, found), *_best_other(own, found)]
    if parts:
        whole = own.text("{what}: {others}.", what=_present(own, found), others="; ".join(parts))
    else:
        whole = own.text("{what}; nothing else is left to decide about it.", what=_present(own, found))
    proven = [one.limit for one in found.held_by if one.at_least >= 0.5]
    limits = own.listed([own.said(limit) for limit in proven or [one.limit for one in found.held_by]], 2)
    if proven:
        return f"{whole} {own.text('It is held by {limits}.', limits=limits)}"
    return f"{whole} {own.text('It may be held by {limits}.', limits=limits)}" if found.held_by else whole


def _present(own: Language, found: ChoiceExplained) -> str:
    """What the plan does."""
    name, now = own.said(found.name), found.present
    when = own.quarter(now.quarters[-1].label) if now.quarters else ""
    if found.kind == "service":
        if now.quarters:
            return own.text("{service} is ready from {quarter}", service=name, quarter=when)
        return own.text("{service} is not built", service=name)
    if now.quarters:
        how = own.said(now.what)
        return own.text("{system} moves ({how}) and cuts over in {quarter}", system=name, how=how, quarter=when)
    return own.text("{system} stays as it is", system=name)


def _nearest(own: Language, found: ChoiceExplained) -> list[str]:
    """A quarter sooner and a quarter later."""
    now = found.present.quarters
    parts: list[str] = []
    for shift, clauses in ((-1, _SOONER), (1, _LATER)):
        if found.kind == "system":  # only the option that is taken was tried
            clauses = clauses._replace(impossible=_SAME_WAY[shift])
        for one in found.quarters:
            if one.quarters[:-1] == now[:-1] and one.quarters[-1].number == now[-1].number + shift:
                if one.state == "forbidden":
                    parts.append(own.text(_CANNOT_BE[shift], why=own.said(one.forbidden_by[0])))
                else:
                    parts.append(_clause(own, found, one, clauses))
    return parts


def _clause(own: Language, found: ChoiceExplained, one: PricedChoice, clauses: _Clauses) -> str:
    """What a choice costs more, as a part of a sentence; or that there is no plan with it."""
    impossible, not_found, costs, makes = clauses
    if one.state in ("forbidden", "impossible"):
        return own.text(impossible)
    if one.cost is None:
        return _with_the_least(own, found, one, own.text(not_found))
    said = cost_words(own, found, one)
    return own.text(makes, difference=said) if _makes_difference(found, one) else own.text(costs, more=said)


def _best_other(own: Language, found: ChoiceExplained) -> list[str]:
    """The other option that costs least; of a service, not to build it."""
    if found.kind == "service" and found.present.quarters:
        return [_clause(own, found, one, _NOT_BUILT) for one in found.others if one.state != "forbidden"]
    best = _cheapest(found.others)
    if best is None:
        return []
    said, vague = cost_words(own, found, best), _makes_difference(found, best)
    if found.kind == "service":
        how = own.said(best.what)
        if vague:
            return [own.text("to build it ({how}) makes {difference}", how=how, difference=said)]
        return [own.text("to build it ({how}) costs {more}", how=how, more=said)]
    choice = own.said(best.what)
    if best.what == found.present.what:
        choice = own.text("{how} (option {number})", how=choice, number=best.option)
    if best.quarters:
        choice = own.text("{how} in {quarter}", how=choice, quarter=own.quarter(best.quarters[-1].label))
    if vague:
        return [own.text("its next best option, {choice}, makes {difference}", choice=choice, difference=said)]
    return [own.text("its next best option, {choice}, costs {more}", choice=choice, more=said)]


def _cheapest(choices: Sequence[PricedChoice]) -> PricedChoice | None:
    """What ends soonest, where that counts, and costs least."""
    priced = [one for one in choices if one.cost is not None]
    return min(priced, key=lambda one: (one.later, one.cost or 0.0)) if priced else None


def cost_words(own: Language, found: ChoiceExplained | PartnerExplained, one: PricedChoice) -> str:
    """What a choice costs more, and how sure that is: "at most £951 more"."""
    if one.state == "forbidden":
        return own.text("not possible")
    if one.state == "impossible":
        return own.text("no plan with it keeps the rules")
    if one.cost is None:
        return _with_the_least(own, found, one, own.text("no plan found"))
    more = more_or_less(own, one.cost, found.currency)
    if one.later:
        return _finish_words(own, one, "" if abs(one.cost) < 0.5 else more)
    if one.cost < -0.5:
        return more
    if one.dearer and one.at_least is not None:
        if one.cost - one.at_least < 1:
            return own.text("{more} (proven)", more=more)
        least = own.money(one.at_least, found.currency)
        return own.text("at least {least}, at most {more}", least=least, more=more)
    if one.measurable(found.slack):
        return own.text("at most {more}", more=more)
    if one.cost < 0.5:
        return own.text("no measurable difference")
    return own.text("no measurable difference: at most {more}", more=more)


def _finish_words(own: Language, one: PricedChoice, more: str) -> str:
    """What a choice does to the last cutover, how sure that is, and what it costs ``more``.

    >>> from consolidate.phrases import Phrase
    >>> english, how = language("en"), Phrase("rehost")
    >>> _finish_words(english, PricedChoice(1, how, (), "priced", later=3, later_at_least=3), "")
    'the last cutover 3 quarters later (proven), at the same cost'
    >>> _finish_words(english, PricedChoice(1, how, (), "priced", later=3, later_at_least=1), "£9 more")
    'the last cutover at least 1, at most 3 quarters later, at £9 more'
    """
    if one.later < 0:
        when = own.plural("the last cutover {n} quarter sooner", "the last cutover {n} quarters sooner", -one.later)
    elif one.later_at_least == one.later:
        when = own.plural(
            "the last cutover {n} quarter later (proven)", "the last cutover {n} quarters later (proven)", one.later
        )
    elif one.later_at_least:
        when = own.plural(
            "the last cutover at least {least}, at most {n} quarter later",
            "the last cutover at least {least}, at most {n} quarters later",
            one.later,
            least=own.number(one.later_at_least),
        )
    else:
        when = own.plural(
            "the last cutover at most {n} quarter later", "the last cutover at most {n} quarters later", one.later
        )
    return (
        own.text("{when}, at {more}", when=when, more=more) if more else own.text("{when}, at the same cost", when=when)
    )


def _makes_difference(found: ChoiceExplained, one: PricedChoice) -> bool:
    """Whether the words of what a choice costs are a difference that it makes, or none, and no amount."""
    return one.cost is not None and (bool(one.later) or (one.cost >= -0.5 and not one.measurable(found.slack)))


def _with_the_least(own: Language, found: ChoiceExplained | PartnerExplained, one: PricedChoice, not_found: str) -> str:
    """Of a choice with which no plan was found: what one would cost more, too, if anything is proven of that."""
    if one.later_at_least:
        return own.plural(
            "{what}; it makes the last cutover at least {n} quarter later",
            "{what}; it makes the last cutover at least {n} quarters later",
            one.later_at_least,
            what=not_found,
        )
    if not (one.dearer and one.at_least is not None):
        return not_found
    least = own.money(one.at_least, found.currency)
    return own.text("{what}; it costs at least {amount} more", what=not_found, amount=least)


def kind_words(own: Language, one: PricedChoice, currency: str, most: int = 3) -> str:
    """The largest of what a choice costs more, by kind; empty where there is nothing of a unit."""
    kinds = sorted((cost for cost in one.costs if abs(cost.more) >= 0.5), key=lambda cost: -abs(cost.more))
    said = []
    for cost in kinds:
        amount = own.money(abs(cost.more), currency)
        said.append(f"{own.text(COST_WORDS[cost.kind]).lower()} {'-' if cost.more < 0 else '+'}{amount}")
    return own.listed(said, most)


def in_rows(own: Language, found: ChoiceExplained, choices: Sequence[PricedChoice]) -> list[tuple[str, PricedChoice]]:
    """Choices with what to call each; quarters one after the other that the same forbids are one row."""
    rows: list[tuple[list[PricedChoice], PricedChoice]] = []
    for one in choices:
        if rows and _goes_on(rows[-1][0][-1], one):
            rows[-1][0].append(one)
        else:
            rows.append(([one], one))
    return [(_called(own, found, same), one) for same, one in rows]


def _goes_on(before: PricedChoice, one: PricedChoice) -> bool:
    alike = one.cost is None and (before.state, before.option, before.forbidden_by) == (
        one.state,
        one.option,
        one.forbidden_by,
    )
    if not alike or not len(before.quarters) == len(one.quarters) == 1:
        return False
    return one.quarters[0].number == before.quarters[0].number + 1  # the plan's own quarter is none of them


def _called(own: Language, found: ChoiceExplained, same: Sequence[PricedChoice]) -> str:
    one = same[0]
    when = _when(own, one.quarters)
    if len(same) > 1:
        when = own.text("{first} to {last}", first=when, last=_when(own, same[-1].quarters[:1]))
    if one.option == found.present.option and when:
        return when
    what = own.said(one.what)
    if one.option is not None:
        what = own.text("{how} (option {number})", how=what, number=one.option)
    return f"{what} {when}".strip()


def _when(own: Language, quarters: Sequence[DatedQuarter]) -> str:
    return ", ".join(own.quarter(quarter.label) for quarter in quarters)


def elsewhere_words(own: Language, found: ChoiceExplained, one: PricedChoice) -> str:
    """What else moves with a choice, or what forbids it."""
    if one.forbidden_by:
        return "; ".join(map(own.said, one.forbidden_by))
    moved = list(dict.fromkeys(step.system for step in one.steps if step.system != found.id))
    built = [build.service for build in one.builds if build.service != found.id]
    said = []
    if moved:
        names = own.listed(moved, 2)
        said.append(own.plural("{n} other system: {names}", "{n} other systems: {names}", len(moved), names=names))
    if built:
        names = own.listed(built, 3)
        said.append(own.plural("{n} service: {names}", "{n} services: {names}", len(built), names=names))
    if one.unsupported > 0:
        said.append(own.plural("{n} more unsupported quarter", "{n} more unsupported quarters", one.unsupported))
    elif one.unsupported:
        said.append(own.plural("{n} fewer unsupported quarter", "{n} fewer unsupported quarters", -one.unsupported))
    return "; ".join(said) or (own.text("nothing") if one.state == "priced" else "")


def measure_words(own: Language, found: ChoiceExplained | PartnerExplained) -> str:
    """What costs are compared with, and what of them is not measurable."""
    if found.ends is not None:
        return _finish_measure(own, found, found.ends)
    total, slack = (own.money(amount, found.currency) for amount in (found.total, found.slack))
    if found.slack < 0.5:
        return own.text("Costs are compared with the plan's {total}, which is the best there is.", total=total)
    said = own.text(
        "Costs are compared with the plan's {total}, which lies at most {slack} above the best: differences within "
        "that are not measurable.",
        total=total,
        slack=slack,
    )
    undercut = undercut_line(own, found.currency, _undercut(found), found.plan_status)
    return f"{undercut} {said}" if undercut else said


def _finish_measure(own: Language, found: ChoiceExplained | PartnerExplained, ends: PlanFinish) -> str:
    """The same of a plan of fewest quarters: when it ends, and what it costs among those that end as soon."""
    total, slack = (own.money(amount, found.currency) for amount in (found.total, found.slack))
    said = [_sooner(own, found), ends_words(own, ends)]
    said.append(own.text("Choices are compared by the last cutover first, those that end as soon by cost."))
    if found.slack < 0.5:
        said.append(own.text("The plan's {total} is the least of all that end as soon.", total=total))
    else:
        said.append(
            own.text(
                "The plan's {total} lies at most {slack} above the least of those: differences within that are not "
                "measurable.",
                total=total,
                slack=slack,
            )
        )
    return " ".join(one for one in said if one)


def _sooner(own: Language, found: ChoiceExplained | PartnerExplained) -> str:
    """That the plan is not the best, where a plan was found that ends sooner, or as soon and costs less."""
    sooner = max((-one.later for one in _all(found) if one.cost is not None), default=0)
    return not_soonest_line(own, sooner) or undercut_line(own, found.currency, _undercut(found), "")


def _all(found: ChoiceExplained | PartnerExplained) -> list[PricedChoice]:
    if isinstance(found, PartnerExplained):
        return [one for system in found.systems for one in (system.later, system.other) if one is not None]
    return [*found.quarters, *found.others]


def _undercut(found: ChoiceExplained | PartnerExplained) -> float:
    """By how much the cheapest plan that was found with another choice, and ends no later, costs less than the plan."""
    return max((-one.cost for one in _all(found) if one.cost is not None and one.later <= 0), default=0.0)


def float_words(own: Language, found: ChoiceExplained) -> str:
    """How much later costs nothing measurable, the critical path, and whose delay a delay would cause."""
    said = [_float(own, found)] if found.float_quarters is not None else []
    if found.finish_slack == 0:
        said.append(own.text("on the critical path: late, it makes the last cutover late"))
    elif found.finish_slack is not None:
        said.append(
            own.plural(
                "up to {n} quarter late, it leaves the last cutover where it is",
                "up to {n} quarters late, it leaves the last cutover where it is",
                found.finish_slack,
            )
        )
    return "; ".join([*said, _holds_up(own, found)])


def _float(own: Language, found: ChoiceExplained) -> str:
    """How much later costs nothing measurable, and where quarters are minimised, delays no last cutover."""
    quarters, by_cost = found.float_quarters or 0, found.ends is None
    if quarters and by_cost:
        return own.plural(
            "{n} quarter later at no measurable cost", "{n} quarters later at no measurable cost", quarters
        )
    if quarters:
        return own.plural(
            "{n} quarter later at no measurable cost and with the last cutover where it is",
            "{n} quarters later at no measurable cost and with the last cutover where it is",
            quarters,
        )
    if by_cost:
        return own.text("no later quarter was found at no measurable cost")
    return own.text("no later quarter was found at no measurable cost and with the last cutover where it is")


def _holds_up(own: Language, found: ChoiceExplained) -> str:
    """Whose delay a delay would cause."""
    first = [one for one in found.waits if one.slack == 0]
    if first:
        return own.text("a quarter late, it holds up {names}", names=own.listed([one.id for one in first], 4))
    if not found.waits:
        return own.text("nothing waits for it")
    one = found.waits[0]
    return own.plural(
        "more than {n} quarter late, it holds up {name}",
        "more than {n} quarters late, it holds up {name}",
        one.slack,
        name=one.id,
    )


def holding_words(own: Language, found: ChoiceExplained, one: HoldingLimit) -> tuple[str, str]:
    """What it would do without a limit, and what that saves, with how sure that is."""
    when = _when(own, one.quarters)
    does = f"{own.said(one.what)} {when}".strip() if one.option != found.present.option or not when else when
    saves = own.money(one.saves, found.currency)
    if one.at_least >= 0.5:
        least = own.money(one.at_least, found.currency)
        return does, own.text("saves {amount} (at least {least}, proven)", amount=saves, least=least)
    return does, own.text("saves {amount} (not measurable)", amount=saves)


def unheld_words(own: Language, found: ChoiceExplained) -> str:
    """The limits for which no plan shows that they hold it."""
    if not found.not_held_by:
        return ""
    return own.text("It was not found to be held by: {limits}.", limits="; ".join(map(own.said, found.not_held_by)))


def moving_words(own: Language, found: ChoiceExplained) -> str:
    """What would change that a system stays, or that a service is not built."""
    if found.present.quarters:
        return ""
    best, moves = _cheapest(found.others), found.kind == "system"
    if best is None or best.cost is None:
        if moves:
            return own.text("No plan was found in which it would move.")
        return own.text("No plan was found in which it would be built.")
    how = own.said(best.what)
    dated = own.text("{how} in {quarter}", how=how, quarter=_when(own, best.quarters[-1:])) if best.quarters else how
    if best.later > 0:
        cost = cost_words(own, found, best)
        if moves:
            return own.text(
                "It would move ({how}) only if the programme might end later: {cost}.", how=dated, cost=cost
            )
        return own.text(
            "It would be built ({how}) only if the programme might end later: {cost}.", how=dated, cost=cost
        )
    if best.cost < 0.5:
        if moves:
            return own.text("It could move ({how}) at no cost: the plan is not better without.", how=how)
        return own.text("It could be built ({how}) at no cost: the plan is not better without.", how=how)
    most, least = (own.money(amount, found.currency) for amount in (best.cost, best.at_least or 0.0))
    if best.dearer:
        return own.text(_WOULD_BUT_NOT_BEFORE[found.kind], how=dated, most=most, least=least)
    return own.text(_WOULD[found.kind], how=dated, most=most)


_WOULD = {
    "system": translatable("It would move ({how}) if that were more than {most} cheaper, at the latest."),
    "service": translatable("It would be built ({how}) if that were more than {most} cheaper, at the latest."),
}
_WOULD_BUT_NOT_BEFORE = {
    "system": translatable(
        "It would move ({how}) if that were more than {most} cheaper, at the latest; not before it is {least} cheaper "
        "(proven)."
    ),
    "service": translatable(
        "It would be built ({how}) if that were more than {most} cheaper, at the latest; not before it is {least} "
        "cheaper (proven)."
    ),
}


def break_even_words(own: Language, found: ChoiceExplained) -> str:
    """Whether a service is worth building, and with how many systems and users it still is."""
    return "" if found.break_even is None else _pays(own, found.break_even, found.currency)


def _pays(own: Language, even: BreakEven, currency: str) -> str:
    every = _with_users(own, even.of_systems, even.of_users)
    if even.systems is None or even.saves is None:
        return own.text("It was not found to pay for itself with the {systems} that use it.", systems=every)
    saves, users = own.money(even.saves, currency), own.number(even.users or 0)
    if even.systems > 1:
        return own.plural(
            "It pays with {n} system ({users} users), or fewer, of the {systems} that use it: a plan with these alone "
            "saves {amount} against not building it.",
            "It pays with {n} systems ({users} users), or fewer, of the {systems} that use it: a plan with these alone "
            "saves {amount} against not building it.",
            even.systems,
            users=users,
            systems=every,
            amount=saves,
        )
    return own.text(
        "It pays with one system ({users} users) of the {systems} that use it: a plan with that alone saves {amount} "
        "against not building it.",
        users=users,
        systems=every,
        amount=saves,
    )


def _with_users(own: Language, systems: int, users: float) -> str:
    return own.plural(
        "{n} system with {users} users", "{n} systems with {users} users", systems, users=own.number(users)
    )


# -- partners -------------------------------------------------------------------------------------


def partner_sentence(own: Language, found: PartnerExplained) -> str:
    """How many systems move, how many of them may be a quarter later, and how many not."""
    moving = [one for one in found.systems if one.present.quarters]
    later = [one.later for one in moving if one.later is not None]
    free = sum(one.state == "priced" and not one.measurable(found.slack) for one in later)
    fixed = sum(one.state in ("forbidden", "impossible") for one in later)
    every = own.plural("{n} system", "{n} systems", len(found.systems))
    outcomes = Counter(one.outcome for one in found.systems)
    moves, retired, renewed = outcomes["moves"], outcomes["retires"], outcomes["renewed"]
    told = [own.plural("{n} of {systems} moves", "{n} of {systems} move", moves, systems=every)]
    told += [own.plural("{n} retires", "{n} retire", retired)] if retired else []
    told += [own.plural("{n} is renewed in place", "{n} are renewed in place", renewed)] if renewed else []
    return own.text(
        "{partner}: {moving}; {free}, {fixed}, {critical}.",
        partner=own.said(found.name),
        moving=", ".join(told),
        free=own.text("{n} can be a quarter later at no measurable cost", n=own.number(free)),
        fixed=own.text("{n} cannot be later in the same way", n=own.number(fixed)),
        critical=own.plural(
            "{n} is on the critical path", "{n} are on the critical path", sum(one.finish_slack == 0 for one in moving)
        ),
    )


def short_words(own: Language, found: PartnerExplained, one: SystemExplained) -> tuple[str, str, str]:
    """What a system of a partner does, what a quarter later costs, and its next best option."""
    does = f"{own.said(one.present.what)} {_when(own, one.present.quarters)}".strip()
    later = "" if one.later is None else _short_cost(own, found, one.later)
    if one.other is None:
        return does, later, ""
    return does, later, f"{own.said(one.other.what)}: {_short_cost(own, found, one.other)}"


def _short_cost(own: Language, found: PartnerExplained, one: PricedChoice) -> str:
    if one.state in ("forbidden", "impossible"):
        return own.text("cannot be")
    if one.cost is None:
        return own.text("no plan found")
    if one.later > 0:
        return own.plural("ends {n} quarter later", "ends {n} quarters later", one.later)
    if one.later:
        return own.plural("ends {n} quarter sooner", "ends {n} quarters sooner", -one.later)
    if not one.measurable(found.slack):
        return own.text("no measurable difference")
    if one.dearer and one.at_least is not None:
        if one.cost - one.at_least < 1:
            return own.text("{more} (proven)", more=more_or_less(own, one.cost, found.currency))
        least, most = (own.money(amount, found.currency) for amount in (one.at_least, one.cost))
        return own.text("{least} to {most}", least=least, most=most)
    return own.text("at most {more}", more=more_or_less(own, one.cost, found.currency))
