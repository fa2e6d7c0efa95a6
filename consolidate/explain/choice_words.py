"""Why a plan does what it does, in words for a Board member; amounts in whole units of the currency."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.explain.diff_words import apart
from consolidate.explain.explained import (
    ChoiceExplained,
    HoldingLimit,
    PartnerExplained,
    PlanFinish,
    PricedChoice,
    SystemExplained,
)
from consolidate.explain.preconditions import undercut_line
from consolidate.vocabulary import COST_WORDS, counted, currency_sign, listed, plural, whole_money


def choice_sentence(found: ChoiceExplained) -> str:
    """What a plan does with a system or a service, and what the nearest other choices cost, for a Board member.

    Parameters
    ----------
    found
        What :func:`consolidate.explain_choice` returned of it.

    Returns
    -------
    str
        A sentence, or two where a limit holds it; amounts in whole units of the currency.
    """
    now = found.present
    when = now.quarters[-1].label if now.quarters else ""
    if found.kind == "service":
        said = f"{found.name} is ready from {when}" if now.quarters else f"{found.name} is not built"
    elif now.quarters:
        said = f"{found.name} moves ({now.what}) and cuts over in {when}"
    else:
        said = f"{found.name} stays as it is"
    parts = [*_nearest(found), *_best_other(found)]
    whole = f"{said}: {'; '.join(parts)}." if parts else f"{said}; nothing else is left to decide about it."
    proven = [one.limit for one in found.held_by if one.at_least >= 0.5]
    if proven:
        return f"{whole} It is held by {listed(proven, 2)}."
    if found.held_by:
        return f"{whole} It may be held by {listed([one.limit for one in found.held_by], 2)}."
    return whole


def _nearest(found: ChoiceExplained) -> list[str]:
    """A quarter sooner and a quarter later."""
    now = found.present.quarters
    parts: list[str] = []
    for shift, word in ((-1, "sooner"), (1, "later")):
        for one in found.quarters:
            if one.quarters[:-1] == now[:-1] and one.quarters[-1].number == now[-1].number + shift:
                if one.state == "forbidden":
                    parts.append(f"it cannot be a quarter {word}, for {one.forbidden_by[0]}")
                else:
                    parts.append(_clause(found, one, f"a quarter {word}", f"in which it is a quarter {word}"))
    return parts


def _clause(found: ChoiceExplained, one: PricedChoice, choice: str, with_it: str) -> str:
    """What a choice costs more, as a part of a sentence; or that there is no plan "in which …"."""
    if one.state in ("forbidden", "impossible"):
        return f"no plan {with_it} keeps the rules"
    if one.cost is None:
        return f"no plan was found {with_it}{_at_least(found, one)}"
    return f"{choice} {_makes(found, one)}"


def _best_other(found: ChoiceExplained) -> list[str]:
    """The other option that costs least; of a service, not to build it."""
    best = _cheapest(found.others)
    if found.kind == "service":
        if not found.present.quarters:
            return [f"to build it ({best.what}) {_makes(found, best)}"] if best else []
        others = [one for one in found.others if one.state != "forbidden"]
        return [_clause(found, one, "not to build it", "in which it is not built") for one in others]
    if best is None:
        return []
    when = f" in {best.quarters[-1].label}" if best.quarters else ""
    number = f" (option {best.option})" if best.what == found.present.what else ""
    return [f"its next best option, {best.what}{number}{when}, {_makes(found, best)}"]


def _cheapest(choices: Sequence[PricedChoice]) -> PricedChoice | None:
    """What ends soonest, where that counts, and costs least."""
    priced = [one for one in choices if one.cost is not None]
    return min(priced, key=lambda one: (one.later, one.cost or 0.0)) if priced else None


def cost_words(found: ChoiceExplained | PartnerExplained, one: PricedChoice) -> str:
    """What a choice costs more, and how sure that is: "at most £951 more"."""
    if one.state == "forbidden":
        return "not possible"
    if one.state == "impossible":
        return "no plan with it keeps the rules"
    if one.cost is None:
        return f"no plan found{_at_least(found, one)}"
    if one.later:
        cost = "at the same cost" if abs(one.cost) < 0.5 else f"at {apart(one.cost, found.currency)}"
        return f"{_finish_words(one)}, {cost}"
    if one.cost < -0.5:
        return apart(one.cost, found.currency)
    if one.dearer and one.at_least is not None:
        if one.cost - one.at_least < 1:
            return f"{apart(one.cost, found.currency)} (proven)"
        least = whole_money(found.currency, one.at_least)
        return f"at least {least}, at most {apart(one.cost, found.currency)}"
    most = f"at most {apart(one.cost, found.currency)}"
    if not one.measurable(found.slack):
        return "no measurable difference" + (f": {most}" if one.cost >= 0.5 else "")
    return most


def _finish_words(one: PricedChoice) -> str:
    """What a choice does to the last cutover, and how sure that is.

    >>> from consolidate.phrases import Phrase
    >>> _finish_words(PricedChoice(1, Phrase("rehost"), (), "priced", later=3, later_at_least=3))
    'the last cutover 3 quarters later (proven)'
    >>> _finish_words(PricedChoice(1, Phrase("rehost"), (), "priced", later=3, later_at_least=1))
    'the last cutover at least 1, at most 3 quarters later'
    """
    quarters = counted(abs(one.later), "quarter")
    if one.later < 0:
        return f"the last cutover {quarters} sooner"
    if one.later_at_least == one.later:
        return f"the last cutover {quarters} later (proven)"
    least = f"at least {one.later_at_least}, " if one.later_at_least else ""
    return f"the last cutover {least}at most {quarters} later"


def _at_least(found: ChoiceExplained | PartnerExplained, one: PricedChoice) -> str:
    """Of a choice with which no plan was found: what one would cost more, if anything is proven of that."""
    if one.later_at_least:
        return f"; it makes the last cutover at least {counted(one.later_at_least, 'quarter')} later"
    proven = one.dearer and one.at_least is not None
    return f"; it costs at least {whole_money(found.currency, one.at_least or 0.0)} more" if proven else ""


def _makes(found: ChoiceExplained, one: PricedChoice) -> str:
    """What a choice with which a plan was found costs more, as a verb: "costs at most £951 more"."""
    said = cost_words(found, one)
    return f"makes {said}" if one.later or said.startswith("no measurable") else f"costs {said}"


def kind_words(one: PricedChoice, currency: str, most: int = 3) -> str:
    """The largest of what a choice costs more, by kind; empty where there is nothing of a unit."""
    kinds = sorted((cost for cost in one.costs if abs(cost.more) >= 0.5), key=lambda cost: -abs(cost.more))
    sign = currency_sign(currency)
    said = [
        f"{COST_WORDS[cost.kind].lower()} {'-' if cost.more < 0 else '+'}{sign}{abs(cost.more):,.0f}" for cost in kinds
    ]
    return listed(said, most) if kinds else ""


def in_rows(found: ChoiceExplained, choices: Sequence[PricedChoice]) -> list[tuple[str, PricedChoice]]:
    """Choices with what to call each; quarters one after the other that the same forbids are one row."""
    rows: list[tuple[list[PricedChoice], PricedChoice]] = []
    for one in choices:
        if rows and _goes_on(rows[-1][0][-1], one):
            rows[-1][0].append(one)
        else:
            rows.append(([one], one))
    return [(_called(found, same), one) for same, one in rows]


def _goes_on(before: PricedChoice, one: PricedChoice) -> bool:
    alike = one.cost is None and (before.state, before.option, before.forbidden_by) == (
        one.state,
        one.option,
        one.forbidden_by,
    )
    return alike and len(before.quarters) == len(one.quarters) == 1


def _called(found: ChoiceExplained, same: Sequence[PricedChoice]) -> str:
    one = same[0]
    when = ", ".join(quarter.label for quarter in one.quarters)
    if len(same) > 1:
        when = f"{when} to {same[-1].quarters[0].label}"
    if one.option == found.present.option and when:
        return when
    which = "" if one.option is None else f" (option {one.option})"
    return f"{one.what}{which} {when}".strip()


def elsewhere_words(found: ChoiceExplained, one: PricedChoice) -> str:
    """What else moves with a choice, or what forbids it."""
    if one.forbidden_by:
        return "; ".join(one.forbidden_by)
    moved = list(dict.fromkeys(step.system for step in one.steps if step.system != found.id))
    built = [build.service for build in one.builds if build.service != found.id]
    said = [f"{counted(len(moved), 'other system')}: {listed(moved, 2)}"] if moved else []
    said += [f"{counted(len(built), 'service')}: {listed(built, 3)}"] if built else []
    if one.unsupported:
        more = "more" if one.unsupported > 0 else "fewer"
        said.append(f"{abs(one.unsupported):,} {more} unsupported {plural(abs(one.unsupported), 'quarter')}")
    return "; ".join(said) or ("nothing" if one.state == "priced" else "")


def measure_words(found: ChoiceExplained | PartnerExplained) -> str:
    """What costs are compared with, and what of them is not measurable."""
    total, slack = (whole_money(found.currency, amount) for amount in (found.total, found.slack))
    if found.ends is not None:
        return _finish_measure(found, found.ends)
    if found.slack < 0.5:
        return f"Costs are compared with the plan's {total}, which is the best there is."
    said = (
        f"Costs are compared with the plan's {total}, which lies at most {slack} above the best: "
        "differences within that are not measurable."
    )
    undercut = undercut_line(found.currency, _undercut(found))
    return f"{undercut} {said}" if undercut else said


def _finish_measure(found: ChoiceExplained | PartnerExplained, ends: PlanFinish) -> str:
    """The same of a plan of fewest quarters: when it ends, and what it costs among those that end as soon."""
    total, slack = (whole_money(found.currency, amount) for amount in (found.total, found.slack))
    said = [_sooner(found)]
    if ends.last is None:
        said.append("The plan has no cutover.")
    else:
        soon = (
            f", at most {counted(ends.sooner, 'quarter')} after the soonest" if ends.sooner else ", as soon as can be"
        )
        said.append(f"The plan's last cutover is in {ends.last.label}{soon}.")
    said.append("Choices are compared by the last cutover first, those that end as soon by cost.")
    if found.slack < 0.5:
        said.append(f"The plan's {total} is the least of all that end as soon.")
    else:
        said.append(
            f"The plan's {total} lies at most {slack} above the least of those: differences within that are not "
            "measurable."
        )
    return " ".join(one for one in said if one)


def _sooner(found: ChoiceExplained | PartnerExplained) -> str:
    """That the plan is not the best, where a plan was found that ends sooner, or as soon and costs less."""
    sooner = max((-one.later for one in _all(found) if one.cost is not None), default=0)
    if sooner > 0:
        return f"The plan is not the soonest: one was found that ends {counted(sooner, 'quarter')} sooner. Plan again."
    return undercut_line(found.currency, _undercut(found))


def _all(found: ChoiceExplained | PartnerExplained) -> list[PricedChoice]:
    if isinstance(found, PartnerExplained):
        return [one for system in found.systems for one in (system.later, system.other) if one is not None]
    return [*found.quarters, *found.others]


def _undercut(found: ChoiceExplained | PartnerExplained) -> float:
    """By how much the cheapest plan that was found with another choice, and ends no later, costs less than the plan."""
    return max((-one.cost for one in _all(found) if one.cost is not None and one.later <= 0), default=0.0)


def float_words(found: ChoiceExplained) -> str:
    """How much later costs nothing measurable, the critical path, and whose delay a delay would cause."""
    said = []
    at = (
        "at no measurable cost" if found.ends is None else "at no measurable cost and with the last cutover where it is"
    )
    if found.float_quarters:
        said.append(f"{counted(found.float_quarters, 'quarter')} later {at}")
    elif found.float_quarters is not None:
        said.append(f"no later quarter was found {at}")
    if found.finish_slack == 0:
        said.append("on the critical path: late, it makes the last cutover late")
    elif found.finish_slack is not None:
        said.append(f"up to {counted(found.finish_slack, 'quarter')} late, it leaves the last cutover where it is")
    first = [one for one in found.waits if one.slack == 0]
    if first:
        said.append(f"a quarter late, it holds up {listed([one.id for one in first], 4)}")
    elif found.waits:
        one = found.waits[0]
        said.append(f"more than {counted(one.slack, 'quarter')} late, it holds up {one.id}")
    else:
        said.append("nothing waits for it")
    return "; ".join(said)


def holding_words(found: ChoiceExplained, one: HoldingLimit) -> tuple[str, str]:
    """What it would do without a limit, and what that saves, with how sure that is."""
    when = ", ".join(quarter.label for quarter in one.quarters)
    does = f"{one.what} {when}".strip() if one.option != found.present.option or not when else when
    saves = f"saves {whole_money(found.currency, one.saves)}"
    if one.at_least >= 0.5:
        return does, f"{saves} (at least {whole_money(found.currency, one.at_least)}, proven)"
    return does, f"{saves} (not measurable)"


def unheld_words(found: ChoiceExplained) -> str:
    """The limits for which no plan shows that they hold it."""
    if not found.not_held_by:
        return ""
    return f"It was not found to be held by: {'; '.join(found.not_held_by)}."


def moving_words(found: ChoiceExplained) -> str:
    """For what stays, or a service that is not built: what would change that."""
    if found.present.quarters:
        return ""
    best = _cheapest(found.others)
    does = "move" if found.kind == "system" else "be built"
    if best is None:
        return f"No plan was found in which it would {does}."
    if best.later > 0:
        when = f" in {best.quarters[-1].label}" if best.quarters else ""
        return f"It would {does} ({best.what}{when}) only if the programme might end later: {cost_words(found, best)}."
    if best.cost is None or best.cost < 0.5:
        return f"It could {does} ({best.what}) at no cost: the plan is not better without."
    when = f" in {best.quarters[-1].label}" if best.quarters else ""
    most = whole_money(found.currency, best.cost)
    said = f"It would {does} ({best.what}{when}) if that were more than {most} cheaper, at the latest"
    least = whole_money(found.currency, best.at_least or 0.0)
    return f"{said}; not before it is {least} cheaper (proven)." if best.dearer else f"{said}."


def break_even_words(found: ChoiceExplained) -> str:
    """Whether a service is worth building, and with how many systems and users it still is."""
    even = found.break_even
    if even is None:
        return ""
    of = f"{counted(even.of_systems, 'system')} with {even.of_users:,.0f} users"
    if even.systems is None or even.saves is None:
        return f"It was not found to pay for itself with the {of} that use it."
    saves = whole_money(found.currency, even.saves)
    return (
        f"It pays with {counted(even.systems, 'system')} ({even.users or 0:,.0f} users), or fewer, of the {of} that "
        f"use it: a plan with these alone saves {saves} against not building it."
        if even.systems > 1
        else f"It pays with one system ({even.users or 0:,.0f} users) of the {of} that use it: a plan with that alone "
        f"saves {saves} against not building it."
    )


# -- partners -------------------------------------------------------------------------------------


def partner_sentence(found: PartnerExplained) -> str:
    """How many systems move, how many of them may be a quarter later, and how many not."""
    moving = [one for one in found.systems if one.present.quarters]
    move = "moves" if len(moving) == 1 else "move"
    asked = [one for one in moving if one.later is not None]
    free = sum(
        one.later is not None and one.later.state == "priced" and not one.later.measurable(found.slack) for one in asked
    )
    fixed = sum(one.later is not None and one.later.state in ("forbidden", "impossible") for one in asked)
    critical = sum(one.finish_slack == 0 for one in moving)
    return (
        f"{found.name}: {len(moving)} of {counted(len(found.systems), 'system')} {move}; "
        f"{free} can be a quarter later at no measurable cost, {fixed} cannot be later at all, "
        f"{critical} {'is' if critical == 1 else 'are'} on the critical path."
    )


def short_words(found: PartnerExplained, one: SystemExplained) -> tuple[str, str, str]:
    """What a system of a partner does, what a quarter later costs, and its next best option."""
    when = ", ".join(quarter.label for quarter in one.present.quarters)
    later = "" if one.later is None else _short_cost(found, one.later)
    if one.other is None:
        return f"{one.present.what} {when}".strip(), later, ""
    return f"{one.present.what} {when}".strip(), later, f"{one.other.what}: {_short_cost(found, one.other)}"


def _short_cost(found: PartnerExplained, one: PricedChoice) -> str:
    sign = currency_sign(found.currency)
    if one.state in ("forbidden", "impossible"):
        return "cannot be"
    if one.cost is None:
        return "no plan found"
    if one.later:
        return f"ends {counted(abs(one.later), 'quarter')} {'later' if one.later > 0 else 'sooner'}"
    if not one.measurable(found.slack):
        return "no measurable difference"
    if one.dearer and one.at_least is not None:
        if one.cost - one.at_least < 1:
            return f"{apart(one.cost, found.currency)} (proven)"
        return f"{sign}{one.at_least:,.0f} to {sign}{one.cost:,.0f}"
    return f"at most {apart(one.cost, found.currency)}"
