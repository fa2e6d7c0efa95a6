"""Money and people: pots, roles, savings, the Board's measures, who pays."""

from __future__ import annotations

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
)
from consolidate.report.facts.records import PartnerYear, PotYear
from consolidate.report.sections.wording import Row, Wording, column
from consolidate.vocabulary import marked

_RULES = {
    "by users": marked("by users"),
    "by number of systems": marked("by number of systems"),
    "equally": marked("equally"),
    "by agreed percentages": marked("by agreed percentages"),
}
_MOST_BARS = 6


def capital_section(words: Wording) -> Section:
    """Spend and forecast against each pot by year."""
    own, facts = words.own, words.facts
    title = own.text("Capital: spend and forecast")
    if not facts.pots:
        return Section("capital", title, (Paragraph(own.text("No capital is spent.")),))
    limited = any(one.amount is not None for one in facts.pots)
    approved = any(one.approved is not None for one in facts.pots)
    table = PackTable(
        "capital",
        own.text("Capital by pot and financial year"),
        (
            column("pot", own.text("Pot")),
            column("year", own.text("Financial year")),
            *([column("available", own.text("Available"), "money")] if limited else []),
            column("spent", own.text("Spent"), "money"),
            column("committed", own.text("Committed"), "money"),
            column("planned", own.text("Planned"), "money"),
            *([column("left", own.text("Left"), "money")] if limited else []),
            *([column("approved", own.text("Approved"), "money")] if approved else []),
        ),
        tuple(_pot(words, one, limited, approved) for one in facts.pots),
        headers=2,
        note=_pots_note(words, limited),
    )
    short = [one for one in facts.pots if one.left is not None and one.left < -0.5]
    said = own.text(
        "Spent so far: {spent}. Committed: {committed}. Still planned: {planned}.",
        spent=words.money(fsum(one.spent for one in facts.pots)),
        committed=words.money(fsum(one.committed for one in facts.pots)),
        planned=words.money(fsum(one.planned for one in facts.pots)),
    )
    over = own.plural(
        "In {n} case a pot is over its limit of the year.",
        "In {n} cases pots are over their limit of the year.",
        len(short),
    )
    blocks: list[Block] = [Paragraph(f"{said} {over}" if short else said)]
    return Section("capital", title, (*blocks, _capital_chart(words, table, limited, approved)))


def _pots_note(words: Wording, limited: bool) -> str:
    own = words.own
    said = own.text("Spent: in quarters that have been reported on. Committed: what work under way still takes.")
    if not limited:
        return said
    carried = own.text("Available holds what was carried forward, where a pot allows that; left is what remains of it.")
    return f"{said} {carried}"


def _pot(words: Wording, one: PotYear, limited: bool, approved: bool) -> Row:
    cells: list[CellValue] = [one.spent, one.committed, one.planned]
    if limited:
        available = one.available if one.available is not None else words.own.text("not limited")
        cells = [available, *cells, one.left]
    cells += [one.approved] if approved else []
    return (words.pot(one.pot), words.year(one.year), *cells)


def _capital_chart(words: Wording, table: PackTable, limited: bool, approved: bool) -> Block:
    own, facts = words.own, words.facts
    years = sorted({one.year for one in facts.pots})
    by_year = {year: [one for one in facts.pots if one.year == year] for year in years}
    series = [
        Series(own.text("Spent"), tuple(fsum(one.spent for one in by_year[year]) for year in years), "bar"),
        Series(
            own.text("Committed and planned"),
            tuple(fsum(one.committed + one.planned for one in by_year[year]) for year in years),
            "bar",
        ),
    ]
    if approved:
        then = tuple(fsum(one.approved or 0.0 for one in by_year[year]) for year in years)
        series.insert(0, Series(own.text("Approved"), then, "ghost"))
    if limited:
        series.append(
            Series(
                own.text("Amounts of the year"),
                tuple(fsum(one.amount or 0.0 for one in by_year[year]) for year in years),
                "step",
            )
        )
    return Chart(
        "capital",
        own.text("Capital by financial year, all pots together"),
        own.text(
            "Bars for what was spent, and what is committed and planned, in each financial year; "
            "the table gives each pot."
        ),
        tuple(map(words.year, years)),
        tuple(series),
        words.inventory.currency,
        table,
    )


def savings_section(words: Wording) -> Section:
    """Savings released against target and against what was approved, by year."""
    own, facts = words.own, words.facts
    approved = any(one.approved is not None for one in facts.savings)
    targets = any(one.target is not None for one in facts.savings)
    table = PackTable(
        "savings",
        own.text("Running costs saved, by financial year"),
        (
            column("year", own.text("Financial year")),
            column("saved", own.text("Saved (forecast)"), "money"),
            column("released", own.text("Of it released"), "money"),
            *([column("approved", own.text("As approved"), "money")] if approved else []),
            *(
                [column("target", own.text("Target"), "money"), column("over", own.text("Over the target"), "money")]
                if targets
                else []
            ),
        ),
        tuple(
            (
                words.year(one.year),
                one.saved,
                one.released,
                *((one.approved,) if approved else ()),
                *((one.target, None if one.target is None else one.saved - one.target) if targets else ()),
            )
            for one in facts.savings
        ),
        note=own.text(
            "Below 0: more is paid than if everything were left as it is, as while old and new run side by side."
        ),
    )
    series = [Series(own.text("Saved (forecast)"), tuple(one.saved for one in facts.savings), "bar")]
    if approved:
        series.insert(0, Series(own.text("As approved"), tuple(one.approved for one in facts.savings), "ghost"))
    if targets:
        series.append(Series(own.text("Target"), tuple(one.target for one in facts.savings), "step"))
    chart = Chart(
        "savings",
        own.text("Running costs saved, by financial year"),
        own.text("A bar for each financial year: what is saved of running, contract and support costs."),
        tuple(words.year(one.year) for one in facts.savings),
        tuple(series),
        words.inventory.currency,
        table,
    )
    said = own.text(
        "What running, contracts and support cost less than if everything were left as it is, undiscounted. "
        "Released since the start: {amount}.",
        amount=words.money(fsum(one.released or 0.0 for one in facts.savings)),
    )
    if facts.audience.partner is not None:
        said += " " + own.text("Running costs of shared services are not in it: see who pays.")
    return Section("savings", own.text("Savings released"), (Paragraph(said), chart))


def measures_section(words: Wording) -> Section:
    """Those of the Board's agreed measures that the data can give, and those that they cannot."""
    own, facts = words.own, words.facts
    found = facts.measures
    rows: list[Row] = [
        (own.text("Projects delivered in time, overall"), _of(words, found.in_time)),
        (own.text("Changes completed within planned timescale, this quarter"), _of(words, found.quarter_in_time)),
        (
            own.text("Savings released within the organisations, this financial year"),
            NumberOfKind(found.released, "money"),
        ),
    ]
    if found.limit is not None:
        within = own.text(
            "{amount} of {limit} (capital, spent and forecast)",
            amount=words.money(found.forecast),
            limit=words.money(found.limit),
        )
        rows.append((own.text("Manage within the budget set, this financial year"), within))
    table = PackTable(
        "measures",
        own.text("Measures that the data give"),
        (column("measure", own.text("Measure")), column("value", own.text("Value"))),
        tuple(rows),
    )
    missing = (
        own.text("Major incidents; availability of platinum and gold systems and of the network: from monitoring."),
        own.text("Calls resolved in time and at the first call, response times: from the service desk."),
        own.text("Projects that delivered the agreed scope; customer satisfaction: from surveys."),
        own.text("Income: from the accounts."),
    )
    return Section(
        "measures",
        own.text("Measures agreed by the Board"),
        (
            Paragraph(own.text("Of the measures in the strategy, these follow from the plan and the reports.")),
            table,
            Paragraph(own.text("These cannot be told from an inventory; others report them:")),
            Points(missing),
        ),
    )


def _of(words: Wording, counts: tuple[int, int]) -> str:
    done, of = counts
    if not of:
        return words.own.text("none was due")
    return words.own.text(
        "{count} of {all} ({share})",
        count=words.own.number(done),
        all=words.own.number(of),
        share=words.own.percent(done / of, 0),
    )


def payments_section(words: Wording) -> Section:
    """Who pays: direct and allocated apart, to the penny."""
    own, facts = words.own, words.facts
    rows: list[Row] = []
    for one in facts.pay:
        rows.append((words.partner(one.partner), words.year(one.year), *_pounds(one)))
    whole = facts.audience.partner is None
    if whole:
        direct, allocated = sum(one.direct for one in facts.pay), sum(one.allocated for one in facts.pay)
        total = [amount / 100 for amount in (direct, allocated, direct + allocated)]
        rows.append((own.text("All partners"), own.text("all years"), *total))
    table = PackTable(
        "pay",
        own.text("Cash costs by partner and financial year"),
        (
            column("partner", own.text("Partner")),
            column("year", own.text("Financial year")),
            column("direct", own.text("Direct"), "pence"),
            column("allocated", own.text("Allocated"), "pence"),
            column("total", own.text("Total"), "pence"),
        ),
        tuple(rows),
        headers=2,
        total=whole,
        note=own.text("Undiscounted. Judged exposure is not cash and is not in it."),
    )
    said = own.text(
        "Direct is what a partner's own systems cost. Allocated is its part of what all share: builds and fixed "
        "running costs of services, and agency staff."
    )
    rules = sorted({own.text(_RULES[rule]) for rule in facts.rules.values()})
    said += " " + own.text("It is shared out {rule}.", rule=", ".join(rules))
    if not whole:
        said += " " + own.text(
            "Interfaces with other partners' systems are not in it, for they would tell when those move."
        )
    this = _this_year(words)
    partners = list(dict.fromkeys(one.partner for one in facts.pay))
    if len(partners) > _MOST_BARS:
        return Section("pay", own.text("Who pays"), (Paragraph(said), this, table))
    years = sorted({one.year for one in facts.pay})
    amounts = {(one.partner, one.year): (one.direct + one.allocated) / 100 for one in facts.pay}
    chart = Chart(
        "pay",
        own.text("Cash costs by partner"),
        own.text("Bars for each financial year, one for each partner: direct and allocated costs together."),
        tuple(map(year_label, years)),
        tuple(Series(words.partner(id), tuple(amounts.get((id, year)) for year in years), "bar") for id in partners),
        words.inventory.currency,
        table,
    )
    return Section("pay", own.text("Who pays"), (Paragraph(said), this, chart))


def _pounds(one: PartnerYear) -> tuple[float, float, float]:
    """Direct, allocated, both."""
    return one.direct / 100, one.allocated / 100, (one.direct + one.allocated) / 100


def _this_year(words: Wording) -> PackTable:
    """Costs of the year beside each partner's operating budget."""
    own, facts = words.own, words.facts
    budgets = {id: one.budget for id, one in facts.shown.inventory.partners.items()}
    # A budget is for all systems: beside the cost of some of them it would mislead.
    known = not facts.audience.public and any(budget is not None for budget in budgets.values())
    rows: list[Row] = []
    for one in facts.pay:
        if one.year == facts.measures.year:
            rows.append((words.partner(one.partner), *_pounds(one), *((budgets[one.partner],) if known else ())))
    return PackTable(
        "pay_year",
        own.text("Cash costs in {year}, by partner", year=words.year(facts.measures.year)),
        (
            column("partner", own.text("Partner")),
            column("direct", own.text("Direct"), "pence"),
            column("allocated", own.text("Allocated"), "pence"),
            column("total", own.text("Total"), "pence"),
            *([column("budget", own.text("Operating budget a year"), "money")] if known else []),
        ),
        tuple(rows),
    )
