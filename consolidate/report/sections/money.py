"""Sections about money: pots, savings, the Board's measures, who pays."""

from __future__ import annotations

from collections.abc import Callable
from math import fsum

from consolidate.quarters import year_label
from consolidate.report.document import (
    Block,
    CellValue,
    Chart,
    NumberOfKind,
    PackTable,
    Paragraph,
    Points,
    Section,
    Series,
    TableColumn,
)
from consolidate.report.facts.records import PartnerYear, PotYear
from consolidate.report.sections.wording import Row, Wording
from consolidate.vocabulary import currency_sign, translatable

_RULES = {
    "by users": translatable("by users"),
    "by number of systems": translatable("by number of systems"),
    "equally": translatable("equally"),
    "by agreed percentages": translatable("by agreed percentages"),
}
_MOST_BARS = 6
_Pence = Callable[[PartnerYear], int]


def capital_section(words: Wording) -> Section:
    """Spend and forecast against each pot by year."""
    language, facts = words.language, words.facts
    title = language.text("Capital: spend and forecast")
    if not facts.pots:
        return Section("capital", title, (Paragraph(language.text("No capital is spent.")),))
    limited = any(one.amount is not None for one in facts.pots)
    approved = any(one.approved is not None for one in facts.pots)
    table = PackTable(
        "capital",
        language.text("Capital by pot and financial year"),
        (
            TableColumn("pot", language.text("Pot")),
            TableColumn("year", language.text("Financial year")),
            *([TableColumn("available", language.text("Available"), "money")] if limited else []),
            TableColumn("spent", language.text("Spent"), "money"),
            TableColumn("committed", language.text("Committed"), "money"),
            TableColumn("planned", language.text("Planned"), "money"),
            *([TableColumn("left", language.text("Left"), "money")] if limited else []),
            *([TableColumn("approved", language.text("Approved"), "money")] if approved else []),
        ),
        tuple(_pot(words, one, limited, approved) for one in facts.pots),
        headers=2,
        note=_pots_note(words, limited),
    )
    short = [one for one in facts.pots if one.left is not None and one.left < -0.5]
    said = language.text(
        "Spent so far: {spent}. Committed: {committed}. Still planned: {planned}.",
        spent=words.money(fsum(one.spent for one in facts.pots)),
        committed=words.money(fsum(one.committed for one in facts.pots)),
        planned=words.money(fsum(one.planned for one in facts.pots)),
    )
    over = language.plural(
        "In {n} case a pot is over its limit of the year.",
        "In {n} cases pots are over their limit of the year.",
        len(short),
    )
    if facts.audience.public:
        said += " " + language.text("What builds of shared services take is not in it.")
    blocks: list[Block] = [Paragraph(f"{said} {over}" if short else said)]
    return Section("capital", title, (*blocks, _capital_chart(words, table, limited, approved)))


def _pots_note(words: Wording, limited: bool) -> str:
    language = words.language
    said = language.text("Spent: in quarters that have been reported on. Committed: what work under way still takes.")
    if not limited:
        return said
    carried = language.text(
        "Available holds what was carried forward, where a pot allows that; left is what remains of it."
    )
    return f"{said} {carried}"


def _pot(words: Wording, one: PotYear, limited: bool, approved: bool) -> Row:
    cells: list[CellValue] = [one.spent, one.committed, one.planned]
    if limited:
        available = one.available if one.available is not None else words.language.text("not limited")
        cells = [available, *cells, one.left]
    cells += [one.approved] if approved else []
    return (words.pot(one.pot), words.year(one.year), *cells)


def _capital_chart(words: Wording, table: PackTable, limited: bool, approved: bool) -> Block:
    language, facts = words.language, words.facts
    years = sorted({one.year for one in facts.pots})
    by_year = {year: [one for one in facts.pots if one.year == year] for year in years}
    series = [
        Series(language.text("Spent"), tuple(fsum(one.spent for one in by_year[year]) for year in years), "bar"),
        Series(
            language.text("Committed and planned"),
            tuple(fsum(one.committed + one.planned for one in by_year[year]) for year in years),
            "bar",
        ),
    ]
    if approved:
        then = tuple(fsum(one.approved or 0.0 for one in by_year[year]) for year in years)
        series.insert(0, Series(language.text("Approved"), then, "ghost"))
    if limited:
        series.append(
            Series(
                language.text("Amounts of the year"),
                tuple(fsum(one.amount or 0.0 for one in by_year[year]) for year in years),
                "step",
            )
        )
    return Chart(
        "capital",
        language.text("Capital by financial year, all pots together"),
        language.text(
            "Bars for what was spent, and what is committed and planned, in each financial year; "
            "the table gives each pot."
        ),
        tuple(map(words.year, years)),
        tuple(series),
        currency_sign(words.inventory.currency).strip(),
        table,
    )


def savings_section(words: Wording) -> Section:
    """Savings released against target and against what was approved, by year."""
    language, facts = words.language, words.facts
    approved = any(one.approved is not None for one in facts.savings)
    targets = any(one.target is not None for one in facts.savings)
    table = _savings_table(words, approved, targets)
    series = [Series(language.text("Saved (forecast)"), tuple(one.saved for one in facts.savings), "bar")]
    if approved:
        series.insert(0, Series(language.text("As approved"), tuple(one.approved for one in facts.savings), "ghost"))
    if targets:
        series.append(Series(language.text("Target"), tuple(one.target for one in facts.savings), "step"))
    chart = Chart(
        "savings",
        language.text("Running costs saved, by financial year"),
        language.text("A bar for each financial year: what is saved of running, contract and support costs."),
        tuple(words.year(one.year) for one in facts.savings),
        tuple(series),
        currency_sign(words.inventory.currency).strip(),
        table,
    )
    said = language.text(
        "What running, contracts and support cost less than if everything were left as it is, undiscounted. "
        "Released since the start: {amount}.",
        amount=words.money(fsum(one.released or 0.0 for one in facts.savings)),
    )
    if facts.audience.partner is not None and not facts.audience.public:
        said += " " + language.text("Running costs of shared services are not in it: see who pays.")
    elif facts.audience.public:
        said += " " + language.text("Running costs of shared services are not in it.")
    said += " " + language.text("What a contract that runs on costs is in none of it: nobody stops paying that.")
    return Section("savings", language.text("Savings released"), (Paragraph(said), chart, *_partners_targets(words)))


def _partners_targets(words: Wording) -> tuple[PackTable, ...]:
    """Targets of partners alone, named as such."""
    language, found = words.language, words.facts.revenue.targets
    if not found:
        return ()
    table = PackTable(
        "partners_targets",
        language.text("Targets of partners"),
        (
            TableColumn("year", language.text("Financial year")),
            TableColumn("partners", language.text("Partners")),
            TableColumn("saved", language.text("Saved (forecast)"), "money"),
            TableColumn("target", language.text("Target"), "money"),
            TableColumn("over", language.text("Over the target"), "money"),
        ),
        tuple(
            (one.label, words.partners(one.partners), one.saved, one.wanted, one.saved - one.wanted) for one in found
        ),
        headers=2,
        note=language.text("Their own systems' savings, less their part of what shared services cost to run."),
    )
    return (table,)


def _savings_table(words: Wording, approved: bool, targets: bool) -> PackTable:
    """A row for each financial year."""
    language, facts = words.language, words.facts
    new = any(one.new is not None for one in facts.savings)
    return PackTable(
        "savings",
        language.text("Running costs saved, by financial year"),
        (
            TableColumn("year", language.text("Financial year")),
            TableColumn("saved", language.text("Saved (forecast)"), "money"),
            TableColumn("released", language.text("Of it released"), "money"),
            *([TableColumn("new", language.text("Of it with new systems"), "money")] if new else []),
            *([TableColumn("approved", language.text("As approved"), "money")] if approved else []),
            *(
                [
                    TableColumn("target", language.text("Target"), "money"),
                    TableColumn("over", language.text("Over the target"), "money"),
                ]
                if targets
                else []
            ),
        ),
        tuple(
            (
                words.year(one.year),
                one.saved,
                one.released,
                *((one.new,) if new else ()),
                *((one.approved,) if approved else ()),
                *((one.target, None if one.target is None else one.saved - one.target) if targets else ()),
            )
            for one in facts.savings
        ),
        note=language.text(
            "Below 0: more is paid than if everything were left as it is, as while old and new run side by side."
        ),
    )


def measures_section(words: Wording) -> Section:
    """Those of the Board's agreed measures that the data can give, and those that they cannot."""
    language, facts = words.language, words.facts
    found = facts.measures
    rows: list[Row] = [
        (language.text("Projects delivered in time, overall"), _of(words, found.in_time)),
        (language.text("Changes completed within planned timescale, this quarter"), _of(words, found.quarter_in_time)),
        (
            language.text("Savings released within the organisations, this financial year"),
            NumberOfKind(found.released, "money"),
        ),
    ]
    if found.limit is not None:
        within = language.text(
            "{amount} of {limit} (capital, spent and forecast)",
            amount=words.money(found.forecast),
            limit=words.money(found.limit),
        )
        rows.append((language.text("Manage within the budget set, this financial year"), within))
    table = PackTable(
        "measures",
        language.text("Measures that the data give"),
        (TableColumn("measure", language.text("Measure")), TableColumn("value", language.text("Value"))),
        tuple(rows),
    )
    missing = (
        language.text(
            "Major incidents; availability of platinum and gold systems and of the network: from monitoring."
        ),
        language.text("Calls resolved in time and at the first call, response times: from the service desk."),
        language.text("Projects that delivered the agreed scope; customer satisfaction: from surveys."),
        language.text("Income: from the accounts."),
    )
    return Section(
        "measures",
        language.text("Measures agreed by the Board"),
        (
            Paragraph(language.text("Of the measures in the strategy, these follow from the plan and the reports.")),
            table,
            Paragraph(language.text("These cannot be told from an inventory; others report them:")),
            Points(missing),
        ),
    )


def _of(words: Wording, counts: tuple[int, int]) -> str:
    done, of = counts
    if not of:
        return words.language.text("none was due")
    return words.language.text(
        "{count} of {all} ({share})",
        count=words.language.number(done),
        all=words.language.number(of),
        share=words.language.percent(done / of, 0),
    )


def payments_section(words: Wording) -> Section:
    """Who pays: direct and allocated apart, to the penny."""
    language, facts = words.language, words.facts
    by_partner, by_year, _ = _payment_titles(words)
    rows: list[Row] = [(words.partner(one.partner), words.year(one.year), *_amounts(words, one)) for one in facts.pay]
    whole = facts.audience.partner is None
    if whole:
        total = [round(fsum(amounts), 2) for amounts in zip(*(_amounts(words, one) for one in facts.pay), strict=True)]
        rows.append((language.text("All partners"), language.text("all years"), *total))
    table = PackTable(
        "pay",
        by_year,
        (
            TableColumn("partner", language.text("Partner")),
            TableColumn("year", language.text("Financial year")),
            *(column for column, _ in _split(words)),
        ),
        tuple(rows),
        headers=2,
        total=whole,
        note=language.text("Undiscounted. Judged exposure is not cash and is not in it."),
    )
    said, this = Paragraph(_payments_said(words)), _this_year(words)
    partners = list(dict.fromkeys(one.partner for one in facts.pay))
    if len(partners) > _MOST_BARS:
        return Section("pay", language.text("Who pays"), (said, this, table))
    years = sorted({one.year for one in facts.pay})
    amounts = {(one.partner, one.year): one.total / 100 for one in facts.pay}
    described = language.text(
        "Bars for each financial year, one for each partner: direct and allocated costs together."
    )
    if facts.audience.public:
        described = language.text("Bars for each financial year, one for each partner: direct costs.")
    chart = Chart(
        "pay",
        by_partner,
        described,
        tuple(map(year_label, years)),
        tuple(Series(words.partner(id), tuple(amounts.get((id, year)) for year in years), "bar") for id in partners),
        currency_sign(words.inventory.currency).strip(),
        table,
    )
    return Section("pay", language.text("Who pays"), (said, this, chart))


def _payment_titles(words: Wording) -> tuple[str, str, str]:
    """What costs by partner, by partner and year, and of this year are called: cash, unless own time is among them.

    A partner is not told what its part of the shared costs consists of, and so not whether own time is.
    """
    language, facts = words.language, words.facts
    year = words.year(facts.measures.year)
    if facts.audience.partner is not None and not facts.audience.public:
        return (
            language.text("Costs by partner"),
            language.text("Costs by partner and financial year"),
            language.text("Costs in {year}, by partner", year=year),
        )
    if not facts.audience.public and any(any(role.day_cost) for role in words.inventory.roles.values()):
        return (
            language.text("Costs by partner, worth of own time included"),
            language.text("Costs by partner and financial year, worth of own time included"),
            language.text("Costs in {year} by partner, worth of own time included", year=year),
        )
    return (
        language.text("Cash costs by partner"),
        language.text("Cash costs by partner and financial year"),
        language.text("Cash costs in {year}, by partner", year=year),
    )


def _payments_said(words: Wording) -> str:
    language, facts = words.language, words.facts
    if facts.audience.public:
        return language.text(
            "What a partner's own systems cost. What all share, which is builds and fixed running costs of services, "
            "agency staff and the worth of own people's days, is not public: each partner knows its part of it, and "
            "could work out from the rest what is left out here."
        )
    said = language.text(
        "Direct is what a partner's own systems cost. Allocated is its part of what all share: builds and fixed "
        "running costs of services, agency staff, and, where the inventory gives it, the worth of own people's time, "
        "which is not a payment."
    )
    rules = sorted({language.text(_RULES[rule]) for rule in facts.rules.values()})
    said += " " + language.text("It is shared out {rule}.", rule=", ".join(rules))
    if facts.audience.partner is None:
        return said
    return f"{said} " + language.text(
        "Interfaces with other partners' systems are not in it, for they would tell when those move."
    )


def _split(words: Wording) -> list[tuple[TableColumn, _Pence]]:
    """The amounts that may be told, in pence: revenue and capital apart, and what own people's days are worth."""
    language, facts = words.language, words.facts

    def column(key: str, heading: str, of: _Pence) -> tuple[TableColumn, _Pence]:
        return TableColumn(key, heading, "pence"), of

    found = [
        column("direct_revenue", language.text("Direct: revenue"), lambda one: one.direct - one.direct_capital),
        column("direct_capital", language.text("Direct: capital"), lambda one: one.direct_capital),
    ]
    if facts.audience.public:
        return [*found, column("direct", language.text("Direct"), lambda one: one.direct)]
    if facts.audience.partner is not None:
        found.append(column("allocated", language.text("Allocated"), lambda one: one.allocated or 0))
    else:
        found += [
            column("allocated_revenue", language.text("Allocated: revenue paid"), _allocated_revenue),
            column("allocated_capital", language.text("Allocated: capital"), lambda one: one.allocated_capital or 0),
        ]
        if any(one.time for one in facts.pay):
            worth = language.text("Allocated: own people's time")
            found.append(column("allocated_time", worth, lambda one: one.time or 0))
    return [*found, column("total", language.text("Total"), lambda one: one.total)]


def _allocated_revenue(one: PartnerYear) -> int:
    return (one.allocated or 0) - (one.allocated_capital or 0) - (one.time or 0)


def _amounts(words: Wording, one: PartnerYear) -> list[float]:
    """What stands in the columns of :func:`_split`."""
    return [of(one) / 100 for _, of in _split(words)]


def _this_year(words: Wording) -> PackTable:
    """Costs of the year beside each partner's operating budget."""
    language, facts = words.language, words.facts
    budgets = {id: one.budget for id, one in facts.shown.inventory.partners.items()}
    # A budget is for all systems: beside the cost of some of them it would mislead.
    known = not facts.audience.public and any(budget is not None for budget in budgets.values())
    rows: list[Row] = []
    for one in facts.pay:
        if one.year == facts.measures.year:
            amounts = _amounts(words, one)
            rows.append((words.partner(one.partner), *amounts, *((budgets[one.partner],) if known else ())))
    return PackTable(
        "pay_year",
        _payment_titles(words)[2],
        (
            TableColumn("partner", language.text("Partner")),
            *(column for column, _ in _split(words)),
            *([TableColumn("budget", language.text("Operating budget a year"), "money")] if known else []),
        ),
        tuple(rows),
    )
