"""What may go wrong: unsupported systems, contracts that renew themselves, risks; and names to translate."""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.inventory import Name
from consolidate.language import marked
from consolidate.report.content import Block, Chart, Column, Paragraph, Section, Series, Table
from consolidate.report.notices import Notice
from consolidate.report.star import last_day
from consolidate.report.wording import LEVELS, Row, Words, column

_WISHES = {
    "leave": marked("give notice: the system is off by then"),
    "stay": marked("stay on: the system still runs"),
    "buy_out": marked("buy out the rest of the term"),
}


def unsupported(words: Words) -> Section:
    """Systems running unsupported now and in the next four quarters, by tier and partner."""
    own, found = words.own, words.facts.exposure
    title = own.text("Systems running unsupported")
    said = own.text(
        "Systems that run past the end of their support. Paid extended support does not make a system supported."
    )
    if not any(found.totals):
        none = own.text("No system runs unsupported now or in the next four quarters.")
        if not words.facts.audience.public:
            return Section("unsupported", title, (Paragraph(none),))
    quarters = tuple(words.quarter(q) for q in found.quarters)
    blocks: list[Block] = [Paragraph(said), _unsupported_chart(words, quarters)]
    if not words.facts.audience.public:
        blocks.append(_unsupported_list(words))
    return Section("unsupported", title, tuple(blocks))


def _unsupported_chart(words: Words, quarters: tuple[str, ...]) -> Block:
    own, found = words.own, words.facts.exposure
    public = words.facts.audience.public
    heads: tuple[Column, ...] = tuple(column(f"q{place}", quarter, "count") for place, quarter in enumerate(quarters))
    total: Row = (own.text("All tiers"), own.text("All partners"), *(words.counted(count) for count in found.totals))
    rows: list[Row] = (
        []
        if public
        else [
            (tier or own.text("none"), words.partner(partner), *counts)
            for (tier, partner), counts in found.counts.items()
        ]
    )
    table = Table(
        "unsupported",
        own.text("Systems running unsupported at some time in the quarter, by tier and partner"),
        (column("tier", own.text("Tier")), column("partner", own.text("Partner")), *heads),
        (*rows, total),
        headers=2,
        total=bool(rows),
    )
    if public:
        return table
    tiers = list(dict.fromkeys(tier for tier, _ in found.counts))
    series = tuple(
        Series(
            tier or own.text("none"),
            tuple(
                float(sum(counts[place] for (each, _), counts in found.counts.items() if each == tier))
                for place in range(len(quarters))
            ),
            "bar",
        )
        for tier in tiers
    )
    return Chart(
        "unsupported",
        own.text("Systems running unsupported, by tier"),
        own.text(
            "Bars for each quarter, one for each tier. In this quarter: {now}; in four quarters: {later}.",
            now=own.number(found.totals[0]),
            later=own.number(found.totals[-1]),
        ),
        quarters,
        series,
        own.text("systems"),
        table,
    )


def _unsupported_list(words: Words) -> Table:
    own, inventory = words.own, words.inventory
    rows: list[Row] = [
        (
            words.system(one.system),
            words.partner_of(one.system),
            inventory.systems[one.system].tier or own.text("none"),
            None if one.since is None else last_day(inventory.calendar, one.since),
            own.text("end of the appraisal") if one.until is None else words.label(one.until),
            one.ahead,
            one.approved,
        )
        for one in words.facts.exposure.systems
        if one.system in inventory.systems
    ]
    shown, note = words.capped(rows)
    return Table(
        "unsupported_systems",
        own.text("Which systems those are"),
        (
            column("system", own.text("System")),
            column("partner", own.text("Partner")),
            column("tier", own.text("Tier")),
            column("since", own.text("Support ends"), "date"),
            column("until", own.text("Unsupported until"), "quarter"),
            column("ahead", own.text("Quarters unsupported from now"), "count"),
            column("approved", own.text("As approved"), "count"),
        ),
        shown,
        note=note,
    )


def contracts(words: Words) -> Section:
    """Contracts whose last day for notice falls in the next four quarters."""
    own, facts = words.own, words.facts
    title = own.text("Contracts to decide on")
    if not facts.notices:
        none = own.text("No contract's last day for notice falls in the next four quarters.")
        return Section("contracts", title, (Paragraph(none),))
    leave = sum(one.wish == "leave" for one in facts.notices)
    said = own.text(
        "The last day to give notice falls in the next four quarters for these contracts; after it the contract renews "
        "itself. Notice is to be given on {count}.",
        count=own.number(leave),
    )
    shown, note = words.capped([_notice(words, one) for one in facts.notices])
    rule = own.text(
        "The last day is the last from which the months of notice run out by the end of the term; a term that ends "
        "with a month ends with the month in every renewal. Allow for the time that a letter takes."
    )
    table = Table(
        "contracts",
        own.text("Contracts by the last day to give notice"),
        (
            column("notice", own.text("Last day to give notice"), "date"),
            column("system", own.text("System")),
            column("partner", own.text("Partner")),
            column("cost", own.text("Cost a year"), "money"),
            column("ends", own.text("Term ends"), "date"),
            column("renews", own.text("Else renewed to"), "date"),
            column("wish", own.text("What the plan wants")),
        ),
        shown,
        headers=1,
        note=f"{note} {rule}".strip(),
    )
    return Section("contracts", title, (Paragraph(said), table))


def _notice(words: Words, one: Notice) -> Row:
    wish = words.own.text(_WISHES[one.wish])
    if not one.known:
        wish += "; " + words.own.text("how long notice is, is not known: the end of the term is shown")
    return (
        one.term.notice,
        words.system(one.system),
        words.partner_of(one.system),
        one.cost,
        one.term.ends,
        one.renewed_to,
        wish,
    )


def risks(words: Words) -> Section:
    own, told = words.own, words.facts.delivery
    title = own.text("Risks")
    if words.facts.audience.partner is not None:
        return Section("risks", title, (Paragraph(own.text("Risks to the whole programme are in the Board's pack.")),))
    if told is None or not told.risks:
        return Section("risks", title, (Paragraph(own.text("No risk was entered for this quarter.")),))
    rows = tuple(
        (
            words.name(one.risk),
            own.text(LEVELS[one.likelihood]),
            own.text(LEVELS[one.impact]),
            None if one.owner is None else words.name(one.owner),
            None if one.action is None else words.name(one.action),
        )
        for one in told.risks
    )
    table = Table(
        "risks",
        own.text("Risks to delivery, as entered"),
        (
            column("risk", own.text("Risk")),
            column("likelihood", own.text("Likelihood")),
            column("impact", own.text("Impact")),
            column("owner", own.text("Owner")),
            column("action", own.text("Action")),
        ),
        rows,
    )
    return Section("risks", title, (Paragraph(own.text("What people see coming, and what is done about it.")), table))


def untranslated(words: Words) -> Section | None:
    """Names that have no Welsh yet; in English there is nothing to say."""
    own = words.own
    if own.code == "en":
        return None
    rows = [(kind, id, str(name)) for kind, id, name in _names(words) if not own.name(name)[1]]
    title = own.text("Names without a Welsh one")
    if not rows:
        return Section("untranslated", title, (Paragraph(own.text("Every name has a Welsh one.")),))
    shown, note = words.capped(rows)
    said = own.plural(
        "{n} name has no Welsh text in the inventory; the English one is shown.",
        "{n} names have no Welsh text in the inventory; the English ones are shown.",
        len(rows),
    )
    table = Table(
        "untranslated",
        own.text("Names to translate"),
        (column("kind", own.text("What")), column("id", own.text("Id")), column("name", own.text("English name"))),
        shown,
        headers=2,
        note=note,
    )
    return Section("untranslated", title, (Paragraph(said), table))


def _names(words: Words) -> Iterator[tuple[str, str, Name]]:
    own, inventory = words.own, words.inventory
    if words.facts.audience.partner is None:
        yield own.text("programme"), "", inventory.programme
    for id, partner in inventory.partners.items():
        yield own.text("partner"), id, partner.name
    for id, service in inventory.services.items():
        yield own.text("service"), id, service.name
    for id, system in inventory.systems.items():
        yield own.text("system"), id, system.name
    told = words.facts.delivery
    if told is not None:
        for name in (*([told.why] if told.why else []), *told.decisions, *(one.risk for one in told.risks)):
            yield own.text("text entered"), "", name
