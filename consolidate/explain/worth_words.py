"""What more of something would save, in words: for the terminal and the page alike."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.explain.answer_words import Money, difference_words
from consolidate.explain.finish_words import ends_words, not_soonest_line
from consolidate.explain.preconditions import undercut_line
from consolidate.explain.scarcity import Scarce
from consolidate.explain.sooner import Sooner
from consolidate.explain.worth import Gain, Worth
from consolidate.language import Language
from consolidate.vocabulary import at_most, translatable

_THINGS = {
    "pot": translatable("pot {id}"),
    "role": translatable("role {id}"),
    "limit": translatable("limit {id}"),
    "freeze": translatable("freeze {id}"),
    "milestone": translatable("milestone {id}"),
    "target": translatable("target {id}"),
    "budget": translatable("budget {id}"),
    "capacity": translatable("capacity {id}"),
}


_UNIT = 0.5
"""What no amount printed in whole units tells from 0."""


def what_words(own: Language, scarce: Scarce) -> str:
    """What there would be more of.

    >>> from consolidate.language import language
    >>> what_words(language("en"), Scarce("pot", "ict", "2016/17", "currency", (10_000.0,)))
    'pot ict 2016/17'
    >>> what_words(language("en"), Scarce("limit", "2", "", "moves", (1.0,), about="tier: platinum"))
    'limit 2 (tier: platinum)'
    """
    what = own.text(_THINGS[scarce.kind], id=scarce.id)
    if scarce.period:
        what = f"{what} {own.quarter(scarce.period)}"
    return own.text("{what} ({why})", what=what, why=scarce.about) if scarce.about else what


def _form(amount: float) -> int:
    """The whole number whose form of a plural goes with an amount."""
    return round(amount) if float(amount).is_integer() else 5


def more_words(own: Language, gain: Gain, money: Money) -> str:
    """How much more of it."""
    amount, number, form = gain.amount, f"{gain.amount:,.6g}", _form(gain.amount)
    match gain.scarce.unit:
        case "currency":
            if gain.scarce.kind == "target":
                return own.text("{amount} less", amount=money(amount))
            return own.text("{amount} more", amount=money(amount))
        case "days":
            return own.plural("{number} day a quarter", "{number} days a quarter", form, number=number)
        case "moves":
            return own.text("{number} more at a time", number=number)
        case "lifted":
            return own.text("lifted")
        case "systems":
            return own.plural("{number} system fewer", "{number} systems fewer", form, number=number)
        case "quarters":
            return own.plural("{number} quarter later", "{number} quarters later", form, number=number)
    return own.plural("{number} more user", "{number} more users", form, number=number)


def proven_words(own: Language, gain: Gain, money: Money) -> str:
    """What is proven of it."""
    most = money(at_most(gain.high))
    if gain.searched == "no":
        return own.text("at most {amount}; not searched for", amount=most)
    if not gain.measurable:
        said = (
            own.text("no measurable gain: at most {amount}", amount=most) if gain.high >= 0.5 else own.text("nothing")
        )
    elif gain.high - gain.low < 1:
        said = own.text("proven")
    else:
        said = own.text("proven: {least} to {most}", least=money(gain.low), most=most)
    if gain.enough is not None and 0 < gain.enough < gain.amount - 0.5:
        return own.text("{what}; {amount} is enough", what=said, amount=money(gain.enough))
    return said


def sooner_words(own: Language, sooner: Sooner, money: Money) -> str:
    """By how many quarters the last cutover is sooner, how sure that is, and what the plan that ends then costs more.

    >>> from consolidate.language import language
    >>> english, pounds = language("en"), "£{:,.0f}".format
    >>> sooner_words(english, Sooner(1, 1, 1, "alone", 3000.0), pounds)
    '1 quarter sooner (proven), at £3,000 more'
    >>> sooner_words(english, Sooner(2, 1, 3, "alone", 0.0), pounds)
    '2 quarters sooner (proven: 1 to 3), at the same cost'
    >>> sooner_words(english, Sooner(0, 0, 2, "together", None), pounds)
    'none found; at most 2 quarters sooner'
    """
    if not sooner.high:
        return own.text("no sooner (proven)")
    if not sooner.quarters and sooner.searched == "no":
        return own.plural(
            "at most {n} quarter sooner; not searched for", "at most {n} quarters sooner; not searched for", sooner.high
        )
    if not sooner.quarters:
        return own.plural(
            "none found; at most {n} quarter sooner", "none found; at most {n} quarters sooner", sooner.high
        )
    if sooner.low == sooner.high:
        when = own.plural("{n} quarter sooner (proven)", "{n} quarters sooner (proven)", sooner.quarters)
    else:
        when = own.plural(
            "{n} quarter sooner (proven: {least} to {most})",
            "{n} quarters sooner (proven: {least} to {most})",
            sooner.quarters,
            least=own.number(sooner.low),
            most=own.number(sooner.high),
        )
    cost = sooner.cost or 0.0
    if abs(cost) < _UNIT:
        return own.text("{when}, at the same cost", when=when)
    return own.text("{when}, at {more}", when=when, more=difference_words(own, cost, money))


def headline(own: Language, found: Worth, money: Money) -> str:
    """What is worth most, in a sentence; where quarters are minimised, what ends soonest before what saves most."""
    if not found.gains:
        return own.text("There is nothing of which there could be more.")
    if found.ends is None or not found.plans:
        return _in_money(own, found, money)
    best = found.gains[0]
    if best.sooner is not None and best.sooner.low:
        return own.text(
            "{what} would do most: the last cutover {sooner}.",
            what=_named(own, best, money),
            sooner=sooner_words(own, best.sooner, money),
        )
    return " ".join((_none_sooner(own, found), _in_money(own, found, money)))


def _none_sooner(own: Language, found: Worth) -> str:
    """That nothing is proven to make the last cutover sooner."""
    each = [gain.sooner for gain in found.gains if gain.sooner is not None]
    if not any(one.high for one in each):
        return own.text("No more of anything makes the last cutover sooner (proven).")
    if any(one.quarters for one in each):
        return own.text("Nothing is proven to make the last cutover sooner than the best plan without it.")
    return own.text("No plan whose last cutover is sooner was found with more of anything.")


def _in_money(own: Language, found: Worth, money: Money) -> str:
    """What would save most; where quarters are minimised, with the last cutover where it is."""
    best = min(found.gains, key=lambda gain: gain.rank[2:4])
    if best.measurable and found.ends is not None:
        return own.text(
            "With the last cutover where it is, {what} would save most: {amount} ({proven}).",
            what=_named(own, best, money),
            amount=money(best.saves),
            proven=proven_words(own, best, money),
        )
    if best.measurable:
        return own.text(
            "{what} would save most: {amount} ({proven}).",
            what=_named(own, best, money),
            amount=money(best.saves),
            proven=proven_words(own, best, money),
        )
    if not found.plans and found.left:
        return own.text("What could be gained at most; nothing was planned with more of anything.")
    if found.ends is not None:
        return own.text("With the last cutover where it is, no measurable saving was found from more of anything.")
    return own.text("No measurable gain was found from more of anything.")


def _named(own: Language, gain: Gain, money: Money) -> str:
    what, number, form = what_words(own, gain.scarce), f"{gain.amount:,.6g}", _form(gain.amount)
    match gain.scarce.unit:
        case "currency":
            if gain.scarce.kind == "target":
                return own.text("{amount} less in {what}", amount=money(gain.amount), what=what)
            return own.text("{amount} more in {what}", amount=money(gain.amount), what=what)
        case "days":
            return own.plural(
                "{number} more day a quarter of {what}",
                "{number} more days a quarter of {what}",
                form,
                number=number,
                what=what,
            )
        case "moves":
            return own.plural(
                "{number} more move at a time in {what}",
                "{number} more moves at a time in {what}",
                form,
                number=number,
                what=what,
            )
        case "lifted":
            return own.text("Lifting {what}", what=what)
        case "users":
            return own.plural(
                "Room for {number} more user in {what}",
                "Room for {number} more users in {what}",
                form,
                number=number,
                what=what,
            )
    return own.text("{what}, {more},", what=f"{what[:1].upper()}{what[1:]}", more=more_words(own, gain, money))


def limits_words(own: Language, found: Worth, money: Money) -> str:
    """Which of all amounts could gain most, and how much that is."""
    first = max(found.gains, key=lambda gain: gain.high)
    if found.ends is not None:
        return own.plural(
            "with the last cutover where it is, of {n} amount none can save more than {amount} ({what})",
            "with the last cutover where it is, of {n} amounts none can save more than {amount} ({what})",
            len(found.gains),
            amount=money(at_most(first.high)),
            what=what_words(own, first.scarce),
        )
    return own.plural(
        "of {n} amount, none can save more than {amount} ({what})",
        "of {n} amounts, none can save more than {amount} ({what})",
        len(found.gains),
        amount=money(at_most(first.high)),
        what=what_words(own, first.scarce),
    )


def _undercut_line(own: Language, found: Worth) -> str:
    status = found.plan_status if found.ends is None else ""
    return undercut_line(own, found.currency, found.improved, status)


def notes(own: Language, found: Worth, money: Money) -> Sequence[str]:
    """What has to be known to read the figures, a sentence or two each."""
    said = []
    undercut = not_soonest_line(own, found.ends_sooner) or _undercut_line(own, found)
    if undercut:
        said.append(f"{undercut} {own.text('Savings are counted from that one.')}")
    if found.ends is not None:
        said.append(ends_words(own, found.ends))
    if found.margin >= _UNIT and found.ends is not None:
        said.append(
            own.text(
                "The cheapest plan that ends as soon could cost up to {amount} less than the one compared with: "
                "savings below that cannot be told from nothing.",
                amount=money(at_most(found.margin)),
            )
        )
    elif found.margin >= _UNIT:
        said.append(
            own.text(
                "The best plan could cost up to {amount} less than the one compared with: gains below that cannot be "
                "told from nothing.",
                amount=money(at_most(found.margin)),
            )
        )
    return said


def rest_words(own: Language, gains: Sequence[Gain], money: Money) -> Sequence[str]:
    """The same of what has no row of its own: how much it could gain at most, by how that is known."""

    def most(those: Sequence[Gain]) -> str:
        return money(at_most(max(gain.high for gain in those)))

    said = []
    if searched := [gain for gain in gains if gain.searched != "no"]:
        said.append(
            own.plural(
                "{n} more amount searched for, and no measurable gain found: each saves at most {amount}.",
                "{n} more amounts searched for, and no measurable gain found: each saves at most {amount}.",
                len(searched),
                amount=most(searched),
            )
        )
    if others := [gain for gain in gains if gain.searched == "no"]:
        said.append(
            own.plural(
                "{n} more amount not planned with: each saves at most {amount}.",
                "{n} more amounts not planned with: each saves at most {amount}.",
                len(others),
                amount=most(others),
            )
        )
    if those := [gain.sooner for gain in gains if gain.sooner is not None]:
        said.append(_rest_sooner(own, max(one.high for one in those)))
    return said


def _rest_sooner(own: Language, most: int) -> str:
    """By how many quarters any of what has no row of its own could make the last cutover sooner."""
    if not most:
        return own.text("None of these makes the last cutover sooner (proven).")
    return own.plural(
        "Each of these makes the last cutover at most {n} quarter sooner.",
        "Each of these makes the last cutover at most {n} quarters sooner.",
        most,
    )
