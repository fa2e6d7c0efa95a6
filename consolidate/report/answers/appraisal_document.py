"""An options appraisal as a document: what the terminal shows of it in brief, and its page in whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from consolidate.explain.appraisal import AppraisedOption, CashOfYear, OptionsAppraisal, SystemInOption
from consolidate.explain.switching import DISCOUNT_RATE, SwitchingValue
from consolidate.language import language
from consolidate.report.answers.answer_page import answer_html, answer_page
from consolidate.report.document import (
    Block,
    CellKind,
    CellValue,
    Chart,
    Pack,
    PackTable,
    Paragraph,
    Points,
    Section,
    Series,
    TableColumn,
)
from consolidate.vocabulary import COST_WORDS, counted, money

_Row = tuple[CellValue, ...]
_MOST_DRAWN = 6
"""So many options can be told apart in a chart."""


def appraisal_html(appraisal: OptionsAppraisal) -> str:
    """An options appraisal as one HTML page, self-contained and accessible: no script, nothing from the network.

    Parameters
    ----------
    appraisal
        What :func:`consolidate.compare_options` returned.

    Returns
    -------
    str
        The page; the same for the same appraisal.
    """
    return answer_html(appraisal, appraisal_document(appraisal))


def appraisal_document(appraisal: OptionsAppraisal) -> Pack:
    """The whole document: what is best, then each comparison in a section of its own."""
    title = f"{appraisal.programme}: options appraisal"
    dates = f"{appraisal.first.label} to {appraisal.last.label}"
    return answer_page(language("en"), appraisal, title, dates, _summary(appraisal), _sections(appraisal))


def summary_tables(appraisal: OptionsAppraisal) -> tuple[PackTable, ...]:
    """What of it is shown on a terminal, after the worth of each option."""
    return tuple(one for one in (_switching(appraisal), _costs(appraisal)) if one.rows)


def detail_tables(appraisal: OptionsAppraisal) -> tuple[PackTable, ...]:
    """What of it is shown there if details are asked for, after the summary."""
    tables = (*_by_year(appraisal), _partner_totals(appraisal), _unsupported(appraisal), _people(appraisal))
    return tuple(one for one in (*tables, _moves(appraisal, brief=True)) if one.rows)


def differing(table: PackTable) -> tuple[PackTable, int]:
    """A table of options without the rows in which all options have the same, and how many those are.

    The last row stays where it is the total.
    """
    places = [place for place, column in enumerate(table.columns) if column.key.removeprefix("option").isdigit()]
    last = table.rows[-1:] if table.total else ()
    rows = table.rows[: len(table.rows) - len(last)]
    kept = tuple(row for row in rows if len({_compared_cell(row[place]) for place in places}) != 1)
    return replace(table, rows=(*kept, *last)), len(rows) - len(kept)


def _compared_cell(cell: CellValue) -> CellValue:
    """A cell as it is compared: amounts to the penny, for they are added up in different orders."""
    return round(cell, 2) if isinstance(cell, float) else cell


def brief_worth(appraisal: OptionsAppraisal) -> PackTable:
    """What each option is worth, in few enough columns for a terminal."""
    whole = _worth(appraisal)
    names = {
        "option": "Option",
        "npv": "Worth",
        "at_most": "At most",
        "whole_life": "Cost",
        "unsupported": "Unsupp.",
        "moving": "Moving",
        "finish": "Finish",
    }
    places = [place for place, one in enumerate(whole.columns) if one.key in names]
    columns = tuple(replace(whole.columns[place], heading=names[whole.columns[place].key]) for place in places)
    rows = tuple(tuple(row[place] for place in places) for row in whole.rows)
    note = "Worth: net present value. Unsupp.: quarters in which systems run unsupported. Finish: the last cutover."
    return PackTable(whole.key, whole.caption, columns, rows, note=note)


def verdict_sentence(appraisal: OptionsAppraisal) -> str:
    """Which option is worth most, and how sure that is."""
    if appraisal.best is None:
        return "No option keeps every rule."
    best = appraisal.option(appraisal.best)
    worth = money(abs(round(best.npv)), appraisal.currency)
    than = "more than doing nothing" if best.npv >= 0 else "less than doing nothing"
    aside = [one.name for one in appraisal.options if not one.broken and not _alike(one, best)]
    among = f"Of the options with one cost of doing nothing (not {', '.join(aside)}), " if aside else ""
    other = "another of these" if aside else "another option"
    sure = f"{'no' if appraisal.proven else 'not proven: a better'} plan of {other} could be worth more"
    names = [best.name, *_as_good(appraisal, best)]
    who = f"{best.name} is worth most" if len(names) == 1 else f"{' and '.join(names)} are worth most, all the same"
    return f"{among}{who}: {worth} {than} ({sure})."


def _alike(one: AppraisedOption, other: AppraisedOption) -> bool:
    """Whether doing nothing costs the same with the figures of both, so that what they are worth can be compared."""
    return abs(one.do_nothing - other.do_nothing) < 0.5


def _as_good(appraisal: OptionsAppraisal, best: AppraisedOption) -> list[str]:
    """The other options that keep the rules, can be compared, and are worth as much as the best, to the unit."""
    return [
        one.name
        for one in appraisal.options
        if one.name != best.name and not one.broken and abs(one.npv - best.npv) < 0.5 and _alike(one, best)
    ]


def notes(appraisal: OptionsAppraisal) -> tuple[str, ...]:
    """What has to be known to read the figures, a sentence or two each."""
    nothing = appraisal.options[0]
    said = [
        f"Whole-life costs are discounted at {appraisal.discount_rate:.2%} a year to {appraisal.first.label}, "
        f"at prices of {appraisal.price_base}; they include judged exposure, which is not cash. Net present value is "
        "what an option costs less than doing nothing with the same figures; at most: no plan of that option "
        "is worth more."
    ]
    if nothing.broken:
        said.append(
            f"Doing nothing breaks {counted(nothing.broken, 'rule')}: it is not an option, only what the others are "
            "measured against."
        )
    if appraisal.no_minimum:
        said.append(f"No plan does the minimum alone: {appraisal.no_minimum[0]}")
    said.extend(f"Left out: {one}" for one in appraisal.left_out)
    others = [one.name for one in appraisal.options if not _alike(one, nothing)]
    if others:
        said.append(
            f"With the figures of {', '.join(others)} doing nothing costs otherwise, so that neither cost nor worth "
            "compares with that of the others."
        )
    return tuple(said)


def _summary(appraisal: OptionsAppraisal) -> Iterator[Block]:
    yield Paragraph(verdict_sentence(appraisal))
    yield _worth(appraisal)
    yield Points(notes(appraisal))


def _sections(appraisal: OptionsAppraisal) -> Iterator[Section]:
    switching = _switching(appraisal)
    if switching.rows:
        yield Section("switching", "Switching values", (Points(_HELD), switching))
    yield Section("costs", "Whole-life cost by kind", (_costs(appraisal),))
    yield Section("cash", "Cash by year", (*_cash_chart(appraisal), *_by_year(appraisal)))
    yield Section("partners", "Cash by partner", (_partner_totals(appraisal), _partners(appraisal)))
    yield Section("unsupported", "Quarters unsupported", (_unsupported(appraisal),))
    yield Section("people", "People", (_people(appraisal),))
    moves = _moves(appraisal)
    same = Paragraph("All options but doing nothing move the same systems in the same way and quarter.")
    yield Section("moves", "What moves when", (moves if moves.rows else same,))
    yield Section("compared", "What was compared", (_compared(appraisal), *_no_minimum(appraisal)))


_HELD = (
    "How far a figure must change, for all options alike, before another option is worth more than the best one.",
    "Held are the plans, and the rules: pots, budgets and targets are taken to follow the prices. Just before the "
    "change that is named, the totals of the ledgers still put the best option first; at it, the other one.",
    "Proven: up to that change no plan of another option, planned anew, is worth more than the plan of the best one. "
    "Where nothing is said, the bounds of the plans are too far from them to prove it.",
)


def _switching(appraisal: OptionsAppraisal) -> PackTable:
    columns = (
        TableColumn("figure", "Figure"),
        TableColumn("switches", "Switches at"),
        TableColumn("rival", "Then worth most"),
        TableColumn("at_least", "Proven up to"),
    )
    rows = tuple(
        (
            "Discount rate" if one.figure == DISCOUNT_RATE else COST_WORDS[one.figure],
            _change(one, one.after),
            one.rival,
            "" if one.at_least is None else _change(one, one.at_least),
        )
        for one in appraisal.switching
    )
    caption = f"How far a figure must change before {appraisal.best} is no longer worth most"
    return PackTable("switching", caption, columns, rows, note="The plans are held as they are.")


def _change(one: SwitchingValue, amount: float) -> str:
    """As +12.3%, or for the discount rate the rate."""
    return f"{amount:.2%}" if one.figure == DISCOUNT_RATE else f"{amount:+.1%}"


def _worth(appraisal: OptionsAppraisal) -> PackTable:
    columns = (
        TableColumn("option", "Option"),
        TableColumn("npv", "Net present value", "money"),
        TableColumn("at_most", "At most", "money"),
        TableColumn("cash_npv", "Of it cash", "money"),
        TableColumn("whole_life", "Whole-life cost", "money"),
        TableColumn("cash", "Of it cash", "money"),
        TableColumn("unsupported", "Quarters unsupported", "count"),
        TableColumn("moving", "Systems moving", "count"),
        TableColumn("finish", "Last cutover", "quarter"),
    )
    rows = tuple(
        (
            one.name,
            one.npv,
            one.npv_at_most,
            one.cash_npv,
            one.whole_life,
            one.cash,
            one.quarters_unsupported,
            one.moving,
            one.finish.label if one.finish else None,
        )
        for one in appraisal.options
    )
    return PackTable("worth", "What each option is worth", columns, rows)


def _costs(appraisal: OptionsAppraisal) -> PackTable:
    kinds = [kind for kind in COST_WORDS if any(line.kind == kind for one in appraisal.options for line in one.costs)]
    amounts = [{line.kind: line.plan for line in one.costs} for one in appraisal.options]
    rows: list[_Row] = [(COST_WORDS[kind], *(one.get(kind, 0.0) for one in amounts)) for kind in kinds]
    rows.append(("Total", *(one.whole_life for one in appraisal.options)))
    columns = (TableColumn("kind", "Kind of cost"), *_option_columns(appraisal, "money"))
    return PackTable("costs", "Whole-life cost by kind, discounted", columns, tuple(rows), total=True)


def _option_columns(appraisal: OptionsAppraisal, kind: CellKind) -> tuple[TableColumn, ...]:
    return tuple(TableColumn(f"option{number}", one.name, kind) for number, one in enumerate(appraisal.options, 1))


_PARTS: tuple[tuple[str, str, Callable[[CashOfYear], float]], ...] = (
    ("capital", "Capital", lambda one: one.capital),
    ("revenue", "Revenue", lambda one: one.revenue),
    ("own_days", "Own people's days (no payment)", lambda one: one.own_days),
)


def _by_year(appraisal: OptionsAppraisal) -> Iterator[PackTable]:
    """A table of capital, one of revenue, and one of own people's days where they have a worth."""
    for key, title, part in _PARTS:
        rows: list[_Row] = [
            (years[0].year, *map(part, years)) for years in zip(*(one.years for one in appraisal.options), strict=True)
        ]
        if any(amount for row in rows for amount in row[1:]):
            rows.append(("Total", *(sum(map(part, one.years)) for one in appraisal.options)))
            columns = (TableColumn("year", "Year", "text"), *_option_columns(appraisal, "money"))
            yield PackTable(key, f"{title} by year, undiscounted", columns, tuple(rows), total=True)


def _cash_chart(appraisal: OptionsAppraisal) -> Iterator[Chart]:
    if len(appraisal.options) > _MOST_DRAWN:
        return
    labels = tuple(one.year for one in appraisal.options[0].years)
    paid = [[one.capital + one.revenue for one in option.years] for option in appraisal.options]
    rows: list[_Row] = [(year, *(amounts[number] for amounts in paid)) for number, year in enumerate(labels)]
    totals = ", ".join(
        f"{option.name} {money(round(sum(amounts)), appraisal.currency)}"
        for option, amounts in zip(appraisal.options, paid, strict=True)
    )
    columns = (TableColumn("year", "Year"), *_option_columns(appraisal, "money"))
    yield Chart(
        key="paid",
        title="Capital and revenue paid by year",
        description=f"A line for each option over the financial years; in all: {totals}.",
        labels=labels,
        series=tuple(Series(one.name, tuple(amounts)) for one, amounts in zip(appraisal.options, paid, strict=True)),
        unit=appraisal.currency,
        table=PackTable("paid", "Capital and revenue paid by year, undiscounted", columns, tuple(rows)),
    )


def _partner_rows(appraisal: OptionsAppraisal, *, by_year: bool) -> Iterator[_Row]:
    """Rows of (partner, year where wanted, what, amount of each option); those of nothing are left out."""
    partners = dict.fromkeys(one.partner for option in appraisal.options for one in option.partners)
    years = [one.year for one in appraisal.options[0].years] if by_year else [None]
    for partner in partners:
        for year in years:
            for _, title, part in _PARTS:
                amounts = [
                    sum(part(one) for one in option.partners if one.partner == partner and year in (None, one.year))
                    for option in appraisal.options
                ]
                if any(amounts):
                    name = appraisal.names.get(f"partner {partner}", partner)
                    yield (name, *([year] if by_year else []), title, *amounts)


def _partner_totals(appraisal: OptionsAppraisal) -> PackTable:
    columns = (TableColumn("partner", "Partner"), TableColumn("what", "What"), *_option_columns(appraisal, "money"))
    rows = tuple(_partner_rows(appraisal, by_year=False))
    return PackTable("partners", "Paid by partner over all years, undiscounted", columns, rows, headers=2)


def _partners(appraisal: OptionsAppraisal) -> PackTable:
    columns = (
        TableColumn("partner", "Partner"),
        TableColumn("year", "Year"),
        TableColumn("what", "What"),
        *_option_columns(appraisal, "money"),
    )
    rows = tuple(_partner_rows(appraisal, by_year=True))
    return PackTable("partner-years", "Paid by partner and year, undiscounted", columns, rows, headers=3)


def _unsupported(appraisal: OptionsAppraisal) -> PackTable:
    counts = [{line.tier: line.quarters for line in one.unsupported} for one in appraisal.options]
    tiers = dict.fromkeys(tier for one in counts for tier in one)
    rows: list[_Row] = [
        (appraisal.names.get(f"tier {tier}", tier) or "No tier", *(one.get(tier, 0) for one in counts))
        for tier in tiers
    ]
    rows.append(("Total", *(one.quarters_unsupported for one in appraisal.options)))
    columns = (TableColumn("tier", "Tier"), *_option_columns(appraisal, "count"))
    return PackTable("unsupported", "Quarters in which systems run unsupported", columns, tuple(rows), total=True)


def _people(appraisal: OptionsAppraisal) -> PackTable:
    days = [{(line.role, line.year): line for line in one.people} for one in appraisal.options]
    keys = dict.fromkeys((role, year) for role, year in sorted({key for one in days for key in one}))
    roles = [key.removeprefix("role ") for key in appraisal.names if key.startswith("role ")]
    rows: list[_Row] = []
    for role, year in sorted(keys, key=lambda key: (roles.index(key[0]), key[1])):
        amounts = [one[role, year].days if (role, year) in one else 0.0 for one in days]
        rows.append((appraisal.names[f"role {role}"], year, *amounts))
    bought = [sum(line.bought for line in one.people) for one in appraisal.options]
    note = ""
    if any(bought):
        said = ", ".join(f"{one.name} {n:,.0f}" for one, n in zip(appraisal.options, bought, strict=True) if n)
        note = f"Bought in from agencies, of these: {said} days."
    columns = (TableColumn("role", "Role"), TableColumn("year", "Year"), *_option_columns(appraisal, "number"))
    return PackTable("people", "Person-days by role and year", columns, tuple(rows), headers=2, note=note)


def _moves(appraisal: OptionsAppraisal, *, brief: bool = False) -> PackTable:
    numbers = [number for number, one in enumerate(appraisal.options) if one.kind != "nothing"]
    columns = tuple(column for number, column in enumerate(_option_columns(appraisal, "text")) if number in numbers)
    rows = tuple((one.system, *(_how(one.options[number], brief) for number in numbers)) for one in appraisal.moves)
    caption = "What does not move in the same way and quarter in all"
    return PackTable("moves", caption, (TableColumn("system", "System"), *columns), rows)


def _how(one: SystemInOption, brief: bool) -> str:
    if one.cutover is None:
        return one.how or "is not in it"
    return one.cutover.label if brief else f"{one.cutover.label}: {one.how}"


def _compared(appraisal: OptionsAppraisal) -> PackTable:
    columns = (
        TableColumn("option", "Option"),
        TableColumn("what", "What it is"),
        TableColumn("systems", "Systems", "count"),
        TableColumn("inventory", "Inventory (sha256)"),
    )
    what = {
        "nothing": "everything left as it is, nothing built",
        "minimum": "the cheapest plan in which every system stays that may",
    }
    rows = tuple(
        (
            one.name,
            what.get(one.kind) or (f"the plan in {one.source}" if one.source else "planned for this appraisal"),
            one.systems,
            one.inventory,
        )
        for one in appraisal.options
    )
    return PackTable("compared", "The options, and the figures they are of", columns, rows)


def _no_minimum(appraisal: OptionsAppraisal) -> Sequence[Block]:
    if not appraisal.no_minimum:
        return ()
    return (Paragraph("Why no plan does the minimum alone:"), Points(appraisal.no_minimum))
