"""What may go wrong: unsupported systems, contracts that renew themselves, risks; and names to translate."""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.accounts.contract_notices import ContractNotice
from consolidate.inventory import Name, Risk
from consolidate.report.document import Block, Chart, PackTable, Paragraph, Section, Series, TableColumn
from consolidate.report.facts.records import ExposureFacts
from consolidate.report.sections.wording import LEVEL_NAMES, Row, Wording


def unsupported_section(words: Wording) -> Section:
    """Systems running unsupported now and in the next four quarters, by tier and partner."""
    language, found = words.language, words.facts.exposure
    title = language.text("Systems running unsupported")
    said = language.text(
        "Systems that run past the end of their support. Paid extended support does not make a system supported."
    )
    if found is None:
        hidden = language.text("Which systems run unsupported, and how many, is not in the public version.")
        return Section("unsupported", title, (Paragraph(said), Paragraph(hidden)))
    blocks: list[Block] = []
    if any(found.totals):
        blocks += [
            Paragraph(said),
            _unsupported_chart(words, found, tuple(words.inventory.label(q) for q in found.quarters)),
        ]
    else:
        blocks.append(Paragraph(language.text("No system runs unsupported now or in the next four quarters.")))
    if found.systems:
        blocks.append(_unsupported_list(words, found))
    return Section("unsupported", title, tuple(blocks))


def _unsupported_chart(words: Wording, found: ExposureFacts, quarters: tuple[str, ...]) -> Block:
    language = words.language
    heads: tuple[TableColumn, ...] = tuple(
        TableColumn(f"q{place}", language.quarter(quarter), "count") for place, quarter in enumerate(quarters)
    )
    total: Row = (language.text("All tiers"), language.text("All partners"), *found.totals)
    rows: list[Row] = [
        (words.tier(tier), words.partner(partner), *counts) for (tier, partner), counts in found.counts.items()
    ]
    table = PackTable(
        "unsupported",
        language.text("Systems running unsupported at some time in the quarter, by tier and partner"),
        (TableColumn("tier", language.text("Tier")), TableColumn("partner", language.text("Partner")), *heads),
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
        language.text("Systems running unsupported, by tier"),
        language.text(
            "Bars for each quarter, one for each tier. In this quarter: {now}; in {quarter}: {later}.",
            now=language.number(found.totals[0]),
            later=language.number(found.totals[-1]),
            quarter=language.quarter(quarters[-1]),
        ),
        quarters,
        series,
        language.text("systems"),
        table,
    )


def _unsupported_list(words: Wording, found: ExposureFacts) -> PackTable:
    language, inventory = words.language, words.inventory
    paid = any(one.paid_until is not None for one in found.systems)
    hardware = any(one.support.hardware is not None for one in found.systems)
    approved = found.longer is not None
    rows: tuple[Row, ...] = tuple(
        (
            words.system(one.system),
            words.partner_of(one.system),
            words.tier(inventory.systems[one.system].tier),
            words.when(one.support.software),
            *((words.when(one.support.hardware),) if hardware else ()),
            language.text("end of the appraisal") if one.until is None else words.label(one.until),
            one.ahead,
            *((one.approved,) if approved else ()),
            *((words.label(one.paid_until),) if paid else ()),
        )
        for one in found.systems
    )
    return PackTable(
        "unsupported_systems",
        language.text("Which systems those are")
        if found.longer is None
        else language.text("Which systems those are, and others that stay unsupported for longer than approved"),
        (
            TableColumn("system", language.text("System")),
            TableColumn("partner", language.text("Partner")),
            TableColumn("tier", language.text("Tier")),
            TableColumn("software", language.text("Software supported until"), "date"),
            *([TableColumn("hardware", language.text("Hardware supported until"), "date")] if hardware else []),
            TableColumn("until", language.text("Unsupported until"), "quarter"),
            TableColumn("ahead", language.text("Quarters unsupported from now"), "count"),
            *([TableColumn("approved", language.text("As approved"), "count")] if approved else []),
            *([TableColumn("paid", language.text("Extended support until"), "quarter")] if paid else []),
        ),
        rows,
        cut=words.cut(len(rows)),
    )


def contracts_section(words: Wording) -> Section:
    """Contracts whose last day for notice falls in the next four quarters."""
    language, facts = words.language, words.facts
    title = language.text("Contracts to decide on")
    if facts.audience.public:
        hidden = language.text(
            "Which contracts are to be left, and when, is not in the public version: suppliers would know what the "
            "partners mean to do before it is agreed with them."
        )
        return Section("contracts", title, (Paragraph(hidden),))
    if not facts.notices:
        none = language.text("No contract's last day for notice falls in the next four quarters.")
        return Section("contracts", title, (Paragraph(none),))
    leave = sum(one.wish == "leave" for one in facts.notices)
    said = language.text(
        "The last day to give notice falls in the next four quarters for these contracts; after it the contract renews "
        "itself. Notice is to be given on {count} of them.",
        count=language.number(leave),
    )
    on = sum(one.needed is None and one.moved for one in facts.notices)
    if on:
        said += " " + language.text(
            "Contracts that run on after the system has moved, for its software stays in use: {count}. They cost what "
            "they cost today, and no notice is to be given.",
            count=language.number(on),
        )
    gone = sum(one.wish == "left" for one in facts.notices)
    if gone:
        said += " " + language.plural(
            "Of {n} that is to end the day has gone by.", "Of {n} that are to end the day has gone by.", gone
        )
    rows = tuple(_notice(words, one) for one in facts.notices)
    rule = language.text(
        "The last day is the last from which the months of notice run out by the end of the term; a term that ends "
        "with a month ends with the month in every renewal. Allow for the time that a letter takes."
    )
    if any(one.wish == "buy_out" for one in facts.notices):
        rule += " " + language.text(
            "Of a contract that is bought out the months of notice run out on the day on which its system is switched "
            "off; if that is missed, it is paid to the end of its term."
        )
    table = PackTable(
        "contracts",
        language.text("Contracts by the last day to give notice"),
        (
            TableColumn("notice", language.text("Last day to give notice"), "date"),
            TableColumn("system", language.text("System")),
            TableColumn("partner", language.text("Partner")),
            TableColumn("cost", language.text("Cost a year"), "money"),
            TableColumn("ends", language.text("Term ends"), "date"),
            TableColumn("renews", language.text("Else renewed to"), "date"),
            TableColumn("wish", language.text("What the plan wants")),
        ),
        rows,
        note=rule,
        cut=words.cut(len(rows)),
    )
    return Section("contracts", title, (Paragraph(said), table))


def _notice(words: Wording, one: ContractNotice) -> Row:
    wish = _wish(words, one)
    if not one.known and one.left is not None:
        unknown = words.language.text("how long notice is, is not known: the day on which it is switched off is shown")
        wish += f"; {unknown}"
    elif not one.known:
        wish += "; " + words.language.text("how long notice is, is not known: the end of the term is shown")
    return (
        one.day,
        words.system(one.system),
        words.partner_of(one.system),
        one.cost,
        one.term.ends,
        None if one.wish == "buy_out" else one.renewed_to,
        wish,
    )


def _wish(words: Wording, one: ContractNotice) -> str:
    language = words.language
    if one.needed is None and one.moved:
        return language.text("stay on: the contract runs on after the move, for the software stays in use")
    if one.needed is None:
        return language.text("stay on: the system stays")
    quarter = words.quarter(one.needed)
    if one.wish == "stay":
        return language.text("stay on: the system runs until {quarter}", quarter=quarter)
    if one.wish == "left":
        return language.text(
            "the day has gone by: check that notice was given; the system runs until {quarter}", quarter=quarter
        )
    if one.exit is None:
        return language.text("give notice: the system runs until {quarter}", quarter=quarter)
    price = words.money(one.exit)
    if one.late:
        return language.text(
            "the day has gone by: check that notice was given; buy out the rest of the term for {price}, after "
            "{quarter}",
            price=price,
            quarter=quarter,
        )
    return language.text("buy out the rest of the term for {price}, after {quarter}", price=price, quarter=quarter)


def risks_section(words: Wording) -> Section:
    """The programme's register of risks, and beside it those that people reported for the quarter."""
    language, facts = words.language, words.facts
    title = language.text("Risks")
    register = facts.programme.risks
    blocks: list[Block] = []
    if register:
        blocks.append(Paragraph(language.text("What people see coming, and what is done about it.")))
        blocks.append(_risks(words, "register", language.text("The programme's register of risks"), register))
    if facts.audience.partner is not None:
        blocks.append(Paragraph(language.text("Risks to the whole programme are in the Board's pack.")))
    elif facts.delivery is None or not facts.delivery.risks:
        blocks.append(Paragraph(language.text("No risk was entered for this quarter.")))
    else:
        if not register:
            blocks.append(Paragraph(language.text("What people see coming, and what is done about it.")))
        blocks.append(_risks(words, "risks", language.text("Risks to delivery, as entered"), facts.delivery.risks))
    return Section("risks", title, tuple(blocks))


def _risks(words: Wording, key: str, caption: str, risks: tuple[Risk, ...]) -> PackTable:
    """A row for each risk, in the order in which they were entered; with the systems that it touches."""
    language = words.language
    touching = any(one.systems for one in risks)
    rows = tuple(
        (
            words.name(one.risk),
            language.text(LEVEL_NAMES[one.likelihood]),
            language.text(LEVEL_NAMES[one.impact]),
            None if one.owner is None else words.name(one.owner),
            None if one.action is None else words.name(one.action),
            *((words.few_systems(one.systems),) if touching else ()),
        )
        for one in risks
    )
    return PackTable(
        key,
        caption,
        (
            TableColumn("risk", language.text("Risk")),
            TableColumn("likelihood", language.text("Likelihood")),
            TableColumn("impact", language.text("Impact")),
            TableColumn("owner", language.text("Owner")),
            TableColumn("action", language.text("Action")),
            *([TableColumn("systems", language.text("Systems that it touches"))] if touching else []),
        ),
        rows,
        cut=words.cut(len(rows)),
    )


def untranslated_section(words: Wording) -> Section | None:
    """Names that have no Welsh yet; in English there is nothing to say."""
    language = words.language
    if language.code == "en":
        return None
    rows = [(kind, id, str(name)) for kind, id, name in _names(words) if not language.name(name)[1]]
    title = language.text("Names without a Welsh one")
    if not rows:
        return Section("untranslated", title, (Paragraph(language.text("Every name has a Welsh one.")),))
    said = language.plural(
        "{n} name has no Welsh text in the inventory; the English one is shown.",
        "{n} names have no Welsh text in the inventory; the English ones are shown.",
        len(rows),
    )
    table = PackTable(
        "untranslated",
        language.text("Names to translate"),
        (
            TableColumn("kind", language.text("What")),
            TableColumn("id", language.text("Id")),
            TableColumn("name", language.text("English name")),
        ),
        tuple(rows),
        headers=2,
        cut=words.cut(len(rows)),
    )
    return Section("untranslated", title, (Paragraph(said), table))


def _names(words: Wording) -> Iterator[tuple[str, str, Name]]:
    language, inventory = words.language, words.inventory
    if words.facts.audience.partner is None:
        yield language.text("programme"), "", inventory.programme
    used = {system.tier for system in inventory.systems.values()}
    for id in (tier for tier in inventory.tiers if tier in used):
        yield language.text("tier"), id, inventory.name_of("tier", id)
    for id in inventory.roles:
        yield language.text("role"), id, inventory.name_of("role", id)
    for id in inventory.pots:
        yield language.text("pot"), id, inventory.name_of("pot", id)
    for id, partner in inventory.partners.items():
        yield language.text("partner"), id, partner.name
    for id, service in inventory.services.items():
        yield language.text("service"), id, service.name
    for id, system in inventory.systems.items():
        yield language.text("system"), id, system.name
    delivery, programme = words.facts.delivery, words.facts.programme
    risks = [*programme.risks, *(delivery.risks if delivery is not None else ())]
    entered = [one.rule.name for one in programme.milestones]
    entered += [delivery.why, *delivery.decisions] if delivery is not None else []
    for name in filter(None, (*entered, *(text for one in risks for text in (one.risk, one.owner, one.action)))):
        yield language.text("text entered"), "", name
