"""Sections about revenue: by year and kind, beside its budgets, and by area."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from consolidate.report.document import Block, Chart, PackTable, Paragraph, Section, Series, TableColumn
from consolidate.report.facts.records import AreaYear, BudgetYear, RevenueYear
from consolidate.report.sections.wording import Row, Wording
from consolidate.vocabulary import currency_sign, translatable

KIND_NAMES = {
    "run": translatable("Running"),
    "contract": translatable("Contracts"),
    "support": translatable("Extended support"),
    "one_off": translatable("One-off"),
    "agency": translatable("Agency staff"),
    "interface": translatable("Interfaces"),
}


def revenue_section(words: Wording) -> Section:
    """Revenue of each year, capital apart, and beside it the budgets."""
    language, facts = words.language, words.facts
    said = language.text(
        "What is revenue and not capital: running, contracts, extended support, one-off costs, interfaces and agency "
        "staff, undiscounted."
    )
    if facts.audience.sees_all:
        if any(one.time for one in facts.revenue.years):
            said += " " + language.text(
                "Own people's time is what their days are worth: budgets count it, and it is no payment."
            )
    elif not facts.audience.public:
        said += " " + language.text("It is that of the partner's own systems: for its part of the rest see who pays.")
    else:
        said += " " + language.text("What all share is not in it, and no budget.")
    blocks = (Paragraph(said), _chart(words), *_budgets(words))
    return Section("revenue", language.text("Revenue: forecast and budgets"), blocks)


def _chart(words: Wording) -> Chart:
    language, years = words.language, words.facts.revenue.years
    timed = any(one.time for one in years)
    series = [Series(language.text("Revenue paid"), tuple(fsum(one.kinds.values()) for one in years), "bar")]
    if timed:
        series.append(Series(language.text("Own people's time (worth)"), tuple(one.time for one in years), "bar"))
    if any(one.approved is not None for one in years):
        series.insert(0, Series(language.text("Approved"), tuple(one.approved for one in years), "ghost"))
    limits = {one.year: one.at_most for one in words.facts.revenue.budgets if one.partners is None}
    if limits:
        steps = tuple(limits.get(one.year) for one in years)
        series.append(Series(language.text("Budget of the whole programme"), steps, "step"))
    return Chart(
        "revenue",
        language.text("Revenue by financial year"),
        language.text("Bars for each financial year: what is paid as revenue; the table says the same."),
        tuple(words.year(one.year) for one in years),
        tuple(series),
        currency_sign(words.inventory.currency).strip(),
        _by_year(words, timed),
    )


def _by_year(words: Wording, timed: bool) -> PackTable:
    """A row for each year, a column for each kind that there is."""
    language, years = words.language, words.facts.revenue.years
    # To the public no kinds: what contracts cost in each year would tell when they are to be left.
    told = () if words.facts.audience.public else KIND_NAMES
    kinds = [kind for kind in told if any(one.kinds[kind] for one in years)]
    approved = any(one.approved is not None for one in years)

    def row(one: RevenueYear) -> Row:
        cells = (*(one.kinds[kind] for kind in kinds), *((one.time,) if timed else ()))
        rest = (one.total, one.as_it_is, one.so_far, *((one.approved,) if approved else ()))
        return (words.year(one.year), *cells, *rest)

    return PackTable(
        "revenue",
        language.text("Revenue by financial year and kind"),
        (
            TableColumn("year", language.text("Financial year")),
            *(TableColumn(kind, language.text(KIND_NAMES[kind]), "money") for kind in kinds),
            *([TableColumn("time", language.text("Own people's time (worth)"), "money")] if timed else []),
            TableColumn("total", language.text("Revenue"), "money"),
            TableColumn("as_it_is", language.text("If all were left as it is"), "money"),
            TableColumn("so_far", language.text("Of it so far"), "money"),
            *([TableColumn("approved", language.text("Approved"), "money")] if approved else []),
        ),
        tuple(map(row, years)),
    )


def _budgets(words: Wording) -> Iterator[Block]:
    """What is left of each budget; nothing where there is none that may be told."""
    language, found = words.language, words.facts.revenue.budgets
    if not found:
        return
    if words.facts.audience.partner is not None:
        yield _own_budgets(words, found)
        return
    over = [one for one in found if not one.kept]
    yield Paragraph(
        language.text("Every budget is kept.")
        if not over
        else language.text("Exceeded: {budgets}.", budgets="; ".join(map(words.budget, over)))
    )
    yield PackTable(
        "budgets",
        language.text("Revenue beside its budgets"),
        (
            TableColumn("year", language.text("Financial year")),
            TableColumn("whose", language.text("Whose")),
            TableColumn("revenue", language.text("Revenue"), "money"),
            TableColumn("budget", language.text("Budget"), "money"),
            TableColumn("left", language.text("Left"), "money"),
        ),
        tuple((words.budget_year(one), _whose(words, one), one.revenue, one.at_most, one.left) for one in found),
        headers=2,
        note=language.text(
            "Partners' budgets hold their own systems' revenue and their part of what all share of it. Of a year that "
            "is appraised in part, the budget is for that part."
        ),
    )


def _own_budgets(words: Wording, found: tuple[BudgetYear, ...]) -> PackTable:
    """A partner's own budgets: what of its part of the rest is revenue, its pack does not say."""
    language = words.language
    return PackTable(
        "budgets",
        language.text("Revenue of own systems beside your budgets"),
        (
            TableColumn("year", language.text("Financial year")),
            TableColumn("revenue", language.text("Revenue of own systems"), "money"),
            TableColumn("allocated", language.text("Part of what all share, capital in it"), "money"),
            TableColumn("budget", language.text("Budget"), "money"),
        ),
        tuple((words.budget_year(one), one.revenue, one.allocated, one.at_most) for one in found),
        note=language.text(
            "The budget also has to hold what of your part of the rest is revenue. Whether it is kept, the Board's "
            "pack says."
        ),
    )


def _whose(words: Wording, one: BudgetYear) -> str:
    return words.language.text("the whole programme") if one.partners is None else words.partners(one.partners)


def areas_section(words: Wording) -> Section | None:
    """What each area costs in each year; nothing where no system has an area."""
    language, found = words.language, words.facts.revenue.areas
    if not found:
        return None
    timed = any(one.time for one in found)
    totals = (fsum(one.revenue for one in found), fsum(one.capital for one in found))
    time = fsum(one.time for one in found)
    columns = (
        TableColumn("area", language.text("Area")),
        TableColumn("year", language.text("Financial year")),
        TableColumn("revenue", language.text("Revenue paid"), "money"),
        TableColumn("capital", language.text("Capital"), "money"),
        *([TableColumn("time", language.text("Own people's time (worth)"), "money")] if timed else []),
        TableColumn("total", language.text("Total"), "money"),
    )
    rows = [_area(words, one, timed) for one in found]
    cells = (*totals, *((time,) if timed else ()), fsum((*totals, time)))
    rows.append((language.text("All areas"), language.text("all years"), *cells))
    table = PackTable(
        "areas",
        language.text("Costs by area and financial year"),
        columns,
        tuple(rows),
        headers=2,
        total=True,
        note=language.text("Undiscounted. Judged exposure is not cash and is not in it."),
        cut=words.cut(len(rows) - 1),
    )
    said = language.text("What the systems of each area cost, before and after they move.")
    if words.facts.audience.partner is not None or words.facts.audience.public:
        said += " " + language.text("What all share is in no area.")
    return Section("areas", language.text("Costs by area"), (Paragraph(said), table))


def _area(words: Wording, one: AreaYear, timed: bool) -> Row:
    language = words.language
    area = language.text("shared by all") if one.shared else one.area or language.text("no area")
    total = fsum((one.revenue, one.capital, one.time))
    return (area, words.year(one.year), one.revenue, one.capital, *((one.time,) if timed else ()), total)
