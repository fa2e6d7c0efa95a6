"""What may go wrong: unsupported systems, contracts that renew themselves, risks; and names to translate."""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.inventory import Name
from consolidate.report.document import Block, Chart, PackTable, Paragraph, Section, Series, TableColumn
from consolidate.report.facts.contract_notices import ContractNotice
from consolidate.report.facts.records import ExposureFacts
from consolidate.report.sections.wording import LEVEL_NAMES, Row, Wording, column
from consolidate.report.tables.star_schema import last_day


def unsupported_section(words: Wording) -> Section:
    """Systems running unsupported now and in the next four quarters, by tier and partner."""
    own, found = words.own, words.facts.exposure
    title = own.text("Systems running unsupported")
    said = own.text(
        "Systems that run past the end of their support. Paid extended support does not make a system supported."
    )
    if found is None:
        hidden = own.text("Which systems run unsupported, and how many, is not in the public version.")
        return Section("unsupported", title, (Paragraph(said), Paragraph(hidden)))
    blocks: list[Block] = []
    if any(found.totals):
        blocks += [
            Paragraph(said),
            _unsupported_chart(words, found, tuple(words.inventory.label(q) for q in found.quarters)),
        ]
    else:
        blocks.append(Paragraph(own.text("No system runs unsupported now or in the next four quarters.")))
    if found.systems:
        blocks.append(_unsupported_list(words, found))
    return Section("unsupported", title, tuple(blocks))


def _unsupported_chart(words: Wording, found: ExposureFacts, quarters: tuple[str, ...]) -> Block:
    own = words.own
    heads: tuple[TableColumn, ...] = tuple(
        column(f"q{place}", own.quarter(quarter), "count") for place, quarter in enumerate(quarters)
    )
    total: Row = (own.text("All tiers"), own.text("All partners"), *found.totals)
    rows: list[Row] = [
        (words.tier(tier), words.partner(partner), *counts) for (tier, partner), counts in found.counts.items()
    ]
    table = PackTable(
        "unsupported",
        own.text("Systems running unsupported at some time in the quarter, by tier and partner"),
        (column("tier", own.text("Tier")), column("partner", own.text("Partner")), *heads),
        (*rows, total),
        headers=2,
        total=True,
    )
    tiers = list(dict.fromkeys(tier for tier, _ in found.counts))
    series = tuple(
        Series(
            words.tier(tier),
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
            "Bars for each quarter, one for each tier. In this quarter: {now}; in {quarter}: {later}.",
            now=own.number(found.totals[0]),
            later=own.number(found.totals[-1]),
            quarter=own.quarter(quarters[-1]),
        ),
        quarters,
        series,
        own.text("systems"),
        table,
    )


def _unsupported_list(words: Wording, found: ExposureFacts) -> PackTable:
    own, inventory = words.own, words.inventory
    rows: tuple[Row, ...] = tuple(
        (
            words.system(one.system),
            words.partner_of(one.system),
            words.tier(inventory.systems[one.system].tier),
            None if one.since is None else last_day(inventory.calendar, one.since),
            own.text("end of the appraisal") if one.until is None else words.label(one.until),
            one.ahead,
            one.approved,
        )
        for one in found.systems
    )
    return PackTable(
        "unsupported_systems",
        own.text("Which systems those are")
        if found.longer is None
        else own.text("Which systems those are, and others that stay unsupported for longer than approved"),
        (
            column("system", own.text("System")),
            column("partner", own.text("Partner")),
            column("tier", own.text("Tier")),
            column("since", own.text("Support ends"), "date"),
            column("until", own.text("Unsupported until"), "quarter"),
            column("ahead", own.text("Quarters unsupported from now"), "count"),
            column("approved", own.text("As approved"), "count"),
        ),
        rows,
        cut=words.cut(len(rows)),
    )


def contracts_section(words: Wording) -> Section:
    """Contracts whose last day for notice falls in the next four quarters."""
    own, facts = words.own, words.facts
    title = own.text("Contracts to decide on")
    if facts.audience.public:
        hidden = own.text(
            "Which contracts are to be left, and when, is not in the public version: suppliers would know what the "
            "partners mean to do before it is agreed with them."
        )
        return Section("contracts", title, (Paragraph(hidden),))
    if not facts.notices:
        none = own.text("No contract's last day for notice falls in the next four quarters.")
        return Section("contracts", title, (Paragraph(none),))
    leave = sum(one.wish == "leave" for one in facts.notices)
    said = own.text(
        "The last day to give notice falls in the next four quarters for these contracts; after it the contract renews "
        "itself. Notice is to be given on {count}.",
        count=own.number(leave),
    )
    gone = sum(one.wish == "left" for one in facts.notices)
    if gone:
        said += " " + own.plural(
            "Of {n} that is to end the day has gone by.", "Of {n} that are to end the day has gone by.", gone
        )
    rows = tuple(_notice(words, one) for one in facts.notices)
    rule = own.text(
        "The last day is the last from which the months of notice run out by the end of the term; a term that ends "
        "with a month ends with the month in every renewal. Allow for the time that a letter takes."
    )
    table = PackTable(
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
        rows,
        note=rule,
        cut=words.cut(len(rows)),
    )
    return Section("contracts", title, (Paragraph(said), table))


def _notice(words: Wording, one: ContractNotice) -> Row:
    wish = _wish(words, one)
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


def _wish(words: Wording, one: ContractNotice) -> str:
    own = words.own
    if one.needed is None:
        return own.text("stay on: the system stays")
    quarter = words.quarter(one.needed)
    if one.wish == "stay":
        return own.text("stay on: the system runs until {quarter}", quarter=quarter)
    if one.wish == "left":
        return own.text(
            "the day has gone by: check that notice was given; the system runs until {quarter}", quarter=quarter
        )
    if one.exit is None:
        return own.text("give notice: the system runs until {quarter}", quarter=quarter)
    price = words.money(one.exit)
    return own.text("buy out the rest of the term for {price}, after {quarter}", price=price, quarter=quarter)


def risks_section(words: Wording) -> Section:
    own, told = words.own, words.facts.delivery
    title = own.text("Risks")
    if words.facts.audience.partner is not None:
        return Section("risks", title, (Paragraph(own.text("Risks to the whole programme are in the Board's pack.")),))
    if told is None or not told.risks:
        return Section("risks", title, (Paragraph(own.text("No risk was entered for this quarter.")),))
    rows = tuple(
        (
            words.name(one.risk),
            own.text(LEVEL_NAMES[one.likelihood]),
            own.text(LEVEL_NAMES[one.impact]),
            None if one.owner is None else words.name(one.owner),
            None if one.action is None else words.name(one.action),
        )
        for one in told.risks
    )
    table = PackTable(
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


def untranslated_section(words: Wording) -> Section | None:
    """Names that have no Welsh yet; in English there is nothing to say."""
    own = words.own
    if own.code == "en":
        return None
    rows = [(kind, id, str(name)) for kind, id, name in _names(words) if not own.name(name)[1]]
    title = own.text("Names without a Welsh one")
    if not rows:
        return Section("untranslated", title, (Paragraph(own.text("Every name has a Welsh one.")),))
    said = own.plural(
        "{n} name has no Welsh text in the inventory; the English one is shown.",
        "{n} names have no Welsh text in the inventory; the English ones are shown.",
        len(rows),
    )
    table = PackTable(
        "untranslated",
        own.text("Names to translate"),
        (column("kind", own.text("What")), column("id", own.text("Id")), column("name", own.text("English name"))),
        tuple(rows),
        headers=2,
        cut=words.cut(len(rows)),
    )
    return Section("untranslated", title, (Paragraph(said), table))


def _names(words: Wording) -> Iterator[tuple[str, str, Name]]:
    own, inventory = words.own, words.inventory
    if words.facts.audience.partner is None:
        yield own.text("programme"), "", inventory.programme
    used = {system.tier for system in inventory.systems.values()}
    for id in (tier for tier in inventory.tiers if tier in used):
        yield own.text("tier"), id, inventory.name_of("tier", id)
    for id in inventory.roles:
        yield own.text("role"), id, inventory.name_of("role", id)
    for id in inventory.pots:
        yield own.text("pot"), id, inventory.name_of("pot", id)
    for id, partner in inventory.partners.items():
        yield own.text("partner"), id, partner.name
    for id, service in inventory.services.items():
        yield own.text("service"), id, service.name
    for id, system in inventory.systems.items():
        yield own.text("system"), id, system.name
    told = words.facts.delivery
    if told is not None:
        risks = (text for one in told.risks for text in (one.risk, one.owner, one.action))
        for name in filter(None, (told.why, *told.decisions, *risks)):
            yield own.text("text entered"), "", name
