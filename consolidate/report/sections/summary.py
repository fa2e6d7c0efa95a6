"""The summary, which comes first: what has to be decided, the ratings, and the figures that matter."""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.report.document import Block, Figures, Heading, Paragraph, Points, Rating, rating_in
from consolidate.report.facts.records import ExposureFacts, PackFacts
from consolidate.report.sections.wording import Wording

_MOST_NOTICES = 8
_MOST_NAMES = 8


def summary_blocks(words: Wording) -> tuple[Block, ...]:
    """Whom the pack is for, the decisions wanted, the ratings and the figures."""
    return (*_audience(words), *_decisions(words), *_ratings(words), _figures(words))


def _audience(words: Wording) -> Iterator[Block]:
    """Whom the pack is for, and what it therefore leaves out."""
    facts, language = words.facts, words.language
    if facts.audience.partner is not None:
        yield Paragraph(
            language.text(
                "This pack is for {partner} alone. It holds its own systems and its part of what all share, and "
                "nothing of other partners. What was entered for the whole programme is in the Board's pack.",
                partner=words.partner(facts.audience.partner),
            )
        )
    if facts.audience.public:
        yield Paragraph(
            language.text(
                "This is the public version. Every list, chart and figure, money and people too, is of the systems of "
                "the lowest classification alone, and is not one of the whole programme. What people entered, and "
                "whether the approved plan can still be carried out, is about all systems. Nothing says which systems "
                "run unsupported, or how many, and exposure is not rated. What all share is in no amount."
            )
        )
        yield Paragraph(
            language.text("Systems left out: {count}.", count=words.left_out(facts.systems_withheld))
            if facts.systems_withheld
            else language.text("No system had to be left out.")
        )
    if facts.texts_withheld:
        yield Paragraph(
            language.plural(
                "{n} text that was entered is left out, for it names a system that is.",
                "{n} texts that were entered are left out, for they name systems that are.",
                facts.texts_withheld,
            )
        )


def _decisions(words: Wording) -> Iterator[Block]:
    facts, language = words.facts, words.language
    asked = [words.name(one) for one in facts.delivery.decisions] if facts.delivery else []
    asked += _computed(words)
    if asked:
        yield Heading(language.text("Decision wanted"))
        yield Points(tuple(asked))
    else:
        yield Heading(language.text("No decision is wanted this quarter."))


def _computed(words: Wording) -> Iterator[str]:
    """Decisions that follow from the figures."""
    facts, language = words.facts, words.language
    whole = facts.audience.sees_all
    new = facts.against.new if facts.against is not None and whole else ()
    if facts.holds is False or (facts.holds and new):
        said = _approve(words, len(new))
        if facts.extra_cost is not None:
            difference = words.apart(facts.extra_cost)
            if words.counts_own_time:
                said += " " + language.text(
                    "In cash and own people’s time, discounted, the new one costs {difference}.", difference=difference
                )
            else:
                said += " " + language.text(
                    "In cash, discounted, the new one costs {difference}.", difference=difference
                )
        yield said
    elif facts.holds is None and facts.audience.partner is None:
        yield language.text("Approve a plan: none has been approved yet.")
    lacking = [pot for pot in facts.pots if pot.left is not None and pot.left < -0.5]
    for number, pot in enumerate(lacking):
        if pot.pot not in {one.pot for one in lacking[:number]}:  # what it lacks is carried on, too
            yield language.text(
                "Agree how {pot} is to pay {amount} more than it has in {year}.",
                pot=words.pot(pot.pot),
                amount=words.money(-(pot.left or 0.0)),
                year=words.year(pot.year),
            )
    for budget in facts.revenue.budgets if whole else ():
        if not budget.kept:
            yield language.text(
                "Agree how {amount} more revenue than its budget is to be met in {budget}.",
                amount=words.money(-budget.left),
                budget=words.budget(budget),
            )
    notices = facts.next_quarter.notices if facts.next_quarter and not facts.audience.public else ()
    for one in notices[:_MOST_NOTICES]:
        yield language.text(
            "Give notice: {system} ({partner}), by {day}.",
            system=words.system(one.system),
            partner=words.partner_of(one.system),
            day=language.date(one.day),
        )
    if len(notices) > _MOST_NOTICES:
        yield language.plural(
            "Give notice on {n} more contract: see the contracts below.",
            "Give notice on {n} more contracts: see the contracts below.",
            len(notices) - _MOST_NOTICES,
        )


def _approve(words: Wording, new: int) -> str:
    """Why a new plan is to be approved: the approved one is broken, or does not know ``new`` systems."""
    language, facts = words.language, words.facts
    if facts.dropped:
        said = language.text(
            "Approve the new plan: beside systems that are new the approved one cannot be carried out as it stands. To "
            "make room for them these stay where they are: {systems}.",
            systems=", ".join(words.system(id) for id in facts.dropped[:_MOST_NAMES]),
        )
        rest = len(facts.dropped) - _MOST_NAMES
        return said if rest <= 0 else f"{said} {language.text('And {n} more.', n=language.number(rest))}"
    if facts.holds is False:
        return language.text("Approve the new plan: the approved one cannot be carried out any more as it stands.")
    return language.plural(
        "Approve the new plan: {n} system is new; the approved one, which does not know it, can still be carried out.",
        "Approve the new plan: {n} systems are new; the approved one, which does not know them, can still be carried "
        "out.",
        new,
    )


def _ratings(words: Wording) -> Iterator[Block]:
    facts, language = words.facts, words.language
    if facts.audience.partner is None:
        delivery = facts.delivery
        yield Rating(
            title=language.text("Delivery: as people see it"),
            rag=rating_in(None if delivery is None else delivery.rag),
            word=language.text("nobody has given a rating for this quarter")
            if delivery is None
            else language.rag(delivery.rag)[1],
            why=words.name(delivery.why) if delivery is not None and delivery.why is not None else "",
        )
    exposure = facts.exposure
    if exposure is not None:
        yield Rating(
            title=language.text("Exposure: worked out from end-of-support dates"),
            rag=exposure.rag,
            word=language.rag(exposure.rag)[1],
            why=f"{_exposed(words, exposure)} {_rule(words, exposure)}",
        )


def _exposed(words: Wording, exposure: ExposureFacts) -> str:
    language = words.language
    said = language.text(
        "Systems that ran unsupported at some time in the quarter: {now}; of the most critical tiers: {critical}.",
        now=language.number(exposure.totals[0] if exposure.totals else 0),
        critical=language.number(exposure.critical_now),
    )
    if exposure.longer is None:
        return said
    longer = language.text(
        "Unsupported for longer than approved, from now to the end of the appraisal: {count}.",
        count=language.number(exposure.longer),
    )
    return f"{said} {longer}"


def _rule(words: Wording, exposure: ExposureFacts) -> str:
    return words.language.text(
        "The rule: red when a system of the most critical tiers ({tiers}) ran unsupported in the quarter, or any "
        "system stays unsupported for longer than approved; amber when any did, or will in the next four quarters; "
        "green when none.",
        tiers=", ".join(map(words.tier, exposure.critical)) or words.language.text("none is rated"),
    )


def _figures(words: Wording) -> Figures:
    return Figures(tuple(_each_figure(words, words.facts)))


def _each_figure(words: Wording, facts: PackFacts) -> Iterator[tuple[str, str, str]]:
    language, burn_up = words.language, facts.burn_up
    moved = language.text("{count} of {all}", count=language.number(burn_up.moved), all=language.number(burn_up.total))
    due = "" if burn_up.due is None else language.text("approved by now: {count}", count=language.number(burn_up.due))
    yield language.text("Systems moved"), moved, due
    last = words.year(words.inventory.calendar.year(words.inventory.plan_quarters - 1))
    share = language.percent(burn_up.last_year / burn_up.total, 0) if burn_up.total else language.percent(0, 0)
    remark = language.text("{share} of all moves fall in {year}, the last year", share=share, year=last)
    yield language.text("Still to move"), language.number(burn_up.left), remark
    found = facts.exposure
    if found is not None and found.totals:
        last = words.quarter(found.quarters[-1])
        remark = language.text("in {quarter}: {count}", quarter=last, count=language.number(found.totals[-1]))
        yield language.text("Unsupported this quarter"), language.number(found.totals[0]), remark
    yield from _money_figures(words, facts)
    book = facts.shown.ledger
    if book.finish:
        was = facts.against is not None and facts.approved is not None and facts.approved.ledger.finish
        remark = language.text("approved: {quarter}", quarter=words.quarter(int(was) - 1)) if was else ""
        yield language.text("Last cutover"), words.quarter(book.finish - 1), remark


def _money_figures(words: Wording, facts: PackFacts) -> Iterator[tuple[str, str, str]]:
    language, measures = words.language, facts.measures
    if measures.limit is not None:
        remark = language.text(
            "of {amount} available in {year}", amount=words.money(measures.limit), year=words.year(measures.year)
        )
        yield language.text("Capital: spent and forecast"), words.money(measures.forecast), remark
    yield from _revenue_figures(words, facts)
    saving = next((one for one in facts.savings if one.year == measures.year), None)
    if saving is not None:
        remark = language.text("so far in {year}", year=words.year(measures.year))
        if not facts.audience.sees_all:
            remark = language.text("so far in {year}, without shared services", year=words.year(measures.year))
        elif saving.target is not None:
            remark = language.text(
                "so far in {year}; target of the year {amount}",
                year=words.year(measures.year),
                amount=words.money(saving.target),
            )
        yield language.text("Running costs saved"), words.money(saving.released or 0.0), remark


def _revenue_figures(words: Wording, facts: PackFacts) -> Iterator[tuple[str, str, str]]:
    """Revenue of the year, and whether its budgets are kept; of the Board's pack alone."""
    language, budgets = words.language, facts.revenue.budgets
    if not facts.audience.sees_all or not budgets:
        return
    year = next(one for one in facts.revenue.years if one.year == facts.measures.year)
    limit = next((one for one in budgets if one.year == year.year and one.partners is None), None)
    remark = language.text("in {year}", year=words.year(year.year))
    if limit is not None:
        remark = language.text(
            "of a budget of {amount} in {budget}", amount=words.money(limit.at_most), budget=limit.label
        )
    yield language.text("Revenue: forecast"), words.money(year.total), remark
    over = [one for one in budgets if not one.kept]
    tightest = min(budgets, key=lambda one: one.left)
    kept = language.text(
        "{count} of {all}", count=language.number(len(budgets) - len(over)), all=language.number(len(budgets))
    )
    told = words.money(abs(tightest.left)), words.budget(tightest)
    remark = language.text("least left: {amount}, in {budget}", amount=told[0], budget=told[1])
    if over:
        remark = language.text("exceeded most: by {amount}, in {budget}", amount=told[0], budget=told[1])
    yield language.text("Revenue budgets kept"), kept, remark
