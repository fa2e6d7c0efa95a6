"""An options appraisal as a document: what the terminal shows of it in brief, and its page in whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from consolidate.explain.appraisal import AppraisedOption, CashOfYear, OptionsAppraisal, SystemInOption
from consolidate.explain.switching import DISCOUNT_RATE, SwitchingValue
from consolidate.language import Language, language
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
from consolidate.vocabulary import COST_WORDS, currency_sign, translatable

_Row = tuple[CellValue, ...]
_MOST_DRAWN = 6
"""So many options can be told apart in a chart."""


def appraisal_html(appraisal: OptionsAppraisal, lang: str = "en") -> str:
    """An options appraisal as one HTML page, self-contained and accessible: no script, nothing from the network.

    Parameters
    ----------
    appraisal
        What :func:`consolidate.compare_options` returned.
    lang
        ``en`` or ``cy``. What the planner said of options without a plan stays English.

    Returns
    -------
    str
        The page; the same for the same appraisal.

    Raises
    ------
    UserError
        There are no texts in that language.
    """
    own = language(lang)
    return answer_html(appraisal, appraisal_document(own, appraisal))


def appraisal_document(own: Language, appraisal: OptionsAppraisal) -> Pack:
    """The whole document: what is best, then each comparison in a section of its own."""
    title = own.text("{programme}: options appraisal", programme=own.said(appraisal.programme))
    first, last = (own.quarter(one.label) for one in (appraisal.first, appraisal.last))
    dates = own.text("{first} to {last}", first=first, last=last)
    return answer_page(own, appraisal, title, dates, _summary(own, appraisal), _sections(own, appraisal))


def summary_tables(own: Language, appraisal: OptionsAppraisal) -> tuple[PackTable, ...]:
    """What of it is shown on a terminal, after the worth of each option."""
    return tuple(one for one in (_switching(own, appraisal), _costs(own, appraisal)) if one.rows)


def detail_tables(own: Language, appraisal: OptionsAppraisal) -> tuple[PackTable, ...]:
    """What of it is shown there if details are asked for, after the summary."""
    tables = (
        *_by_year(own, appraisal),
        _partner_totals(own, appraisal),
        _unsupported(own, appraisal),
        _people(own, appraisal),
    )
    return tuple(one for one in (*tables, _moves(own, appraisal, brief=True)) if one.rows)


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


def brief_worth(own: Language, appraisal: OptionsAppraisal) -> PackTable:
    """What each option is worth, in few enough columns for a terminal."""
    whole = _worth(own, appraisal)
    names = {
        "option": own.text("Option"),
        "npv": own.text("Worth"),
        "at_most": own.text("At most"),
        "whole_life": own.text("Cost"),
        "unsupported": own.text("Unsupp."),
        "moving": own.text("Moving"),
        "finish": own.text("Finish"),
    }
    places = [place for place, one in enumerate(whole.columns) if one.key in names]
    columns = tuple(replace(whole.columns[place], heading=names[whole.columns[place].key]) for place in places)
    rows = tuple(tuple(row[place] for place in places) for row in whole.rows)
    note = own.text(
        "Worth: net present value. Unsupp.: quarters in which systems run unsupported. Finish: the last cutover."
    )
    if any(one.renewed or one.retired for one in appraisal.options):
        note += " " + own.text("Moving: without what is renewed in place or retired.")
    return PackTable(whole.key, whole.caption, columns, rows, note=note)


def verdict_sentence(own: Language, appraisal: OptionsAppraisal) -> str:
    """Which option is worth most, and how sure that is."""
    if appraisal.best is None:
        return own.text("No option keeps every rule.")
    best = appraisal.option(appraisal.best)
    amount = own.money(abs(round(best.npv)), appraisal.currency)
    aside = [own.said(one.name) for one in appraisal.options if not one.broken and not _alike(one, best)]
    names = [own.said(one) for one in (best.name, *_as_good(appraisal, best))]
    worth = (
        own.text("{amount} more than doing nothing", amount=amount)
        if best.npv >= 0
        else own.text("{amount} less than doing nothing", amount=amount)
    )
    if not any(one.name != best.name and not one.broken and _alike(one, best) for one in appraisal.options):
        said = own.text("{option} is the only option that keeps every rule: {worth}.", option=names[0], worth=worth)
    else:
        sure = _how_sure(own, appraisal.proven, of_these=bool(aside))
        said = own.text("{who}: {worth} ({sure}).", who=_worth_most(own, names), worth=worth, sure=sure)
    if not aside:
        return said
    return own.text(
        "Of the options with one cost of doing nothing (not {names}), {sentence}", names=", ".join(aside), sentence=said
    )


def _worth_most(own: Language, names: Sequence[str]) -> str:
    first, *others = names
    if not others:
        return own.text("{option} is worth most", option=first)
    for other in others:
        first = own.text("{option} and {other}", option=first, other=other)
    return own.text("{options} are worth most, all the same", options=first)


def _how_sure(own: Language, proven: bool, *, of_these: bool) -> str:
    if proven:
        return (
            own.text("no plan of another of these could be worth more")
            if of_these
            else own.text("no plan of another option could be worth more")
        )
    return (
        own.text("not proven: a better plan of another of these could be worth more")
        if of_these
        else own.text("not proven: a better plan of another option could be worth more")
    )


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


def notes(own: Language, appraisal: OptionsAppraisal) -> tuple[str, ...]:
    """What has to be known to read the figures, a sentence or two each."""
    nothing = appraisal.options[0]
    said = [
        own.text(
            "Whole-life costs are discounted at {rate} a year to {quarter}, at prices of {year}; they include judged "
            "exposure, which is not cash. Net present value is what an option costs less than doing nothing with the "
            "same figures; at most: no plan of that option is worth more.",
            rate=own.percent(appraisal.discount_rate, 2),
            quarter=own.quarter(appraisal.first.label),
            year=appraisal.price_base,
        )
    ]
    if nothing.broken:
        said.append(
            own.plural(
                "Doing nothing breaks {n} rule: it is not an option, only what the others are measured against.",
                "Doing nothing breaks {n} rules: it is not an option, only what the others are measured against.",
                nothing.broken,
            )
        )
    others = [own.said(one.name) for one in appraisal.options if not _alike(one, nothing)]
    if others:
        said.append(
            own.text(
                "With the figures of {names} doing nothing costs otherwise, so that neither cost nor worth compares "
                "with that of the others.",
                names=", ".join(others),
            )
        )
    return tuple(said)


def planner_words(
    own: Language, appraisal: OptionsAppraisal, brief: bool = False
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the planner said of options that have no plan, below what it is about.

    ``brief``: of why no plan does the minimum alone, the first line.
    """
    if appraisal.no_minimum:
        lines = appraisal.no_minimum[:1] if brief else appraisal.no_minimum
        yield own.text("No plan does the minimum alone:"), tuple(map(own.said, lines))
    if appraisal.left_out:
        yield own.text("Left out, for they have no plan:"), tuple(map(own.said, appraisal.left_out))


def _summary(own: Language, appraisal: OptionsAppraisal) -> Iterator[Block]:
    yield Paragraph(verdict_sentence(own, appraisal))
    yield from _worth_and_work(own, appraisal)
    yield Points(notes(own, appraisal))
    for about, lines in planner_words(own, appraisal, brief=True):
        yield Paragraph(about)
        yield Points(lines)


def _sections(own: Language, appraisal: OptionsAppraisal) -> Iterator[Section]:
    switching = _switching(own, appraisal)
    if switching.rows:
        yield Section("switching", own.text("Switching values"), (Points(_held(own)), switching))
    yield Section("costs", own.text("Whole-life cost by kind"), (_costs(own, appraisal),))
    yield Section("cash", own.text("Cash by year"), (*_cash_chart(own, appraisal), *_by_year(own, appraisal)))
    yield Section("partners", own.text("Cash by partner"), (_partner_totals(own, appraisal), _partners(own, appraisal)))
    yield Section("unsupported", own.text("Quarters unsupported"), (_unsupported(own, appraisal),))
    yield Section("people", own.text("People"), (_people(own, appraisal),))
    moves = _moves(own, appraisal)
    yield Section(
        "moves", own.text("What moves when"), (moves if moves.rows else Paragraph(no_difference(own, appraisal)),)
    )
    yield Section("compared", own.text("What was compared"), (_compared(own, appraisal), *_no_minimum(own, appraisal)))


def no_difference(own: Language, appraisal: OptionsAppraisal) -> str:
    """What is said where nothing differs in what the options move: that they are alike, or that there is only one."""
    names = [one.name for one in appraisal.options if one.kind != "nothing"]
    if len(names) == 1:
        return own.text(
            "Only {option} moves anything: there is no other to compare its moves with.", option=own.said(names[0])
        )
    return own.text("All options but doing nothing move the same systems in the same way and quarter.")


def _held(own: Language) -> tuple[str, ...]:
    """What switching values say, and what is held."""
    return (
        own.text(
            "How far a figure must change, for all options alike, before another option is worth more than the best "
            "one."
        ),
        own.text(
            "Held are the plans, and the rules: pots, budgets and targets are taken to follow the prices. Just before "
            "the change that is named, the totals of the ledgers still put the best option first; at it, the other one."
        ),
        own.text(
            "Proven: up to that change no plan of another option, planned anew, is worth more than the plan of the "
            "best one. Where nothing is said, the bounds of the plans are too far from them to prove it."
        ),
    )


def _switching(own: Language, appraisal: OptionsAppraisal) -> PackTable:
    columns = (
        TableColumn("figure", own.text("Figure")),
        TableColumn("switches", own.text("Switches at")),
        TableColumn("rival", own.text("Then worth most")),
        TableColumn("at_least", own.text("Proven up to")),
    )
    rows = tuple(
        (
            own.text("Discount rate") if one.figure == DISCOUNT_RATE else own.text(COST_WORDS[one.figure]),
            _change(own, one, one.after),
            own.said(one.rival),
            "" if one.at_least is None else _change(own, one, one.at_least),
        )
        for one in appraisal.switching
    )
    caption = own.text(
        "How far a figure must change before {option} is no longer worth most", option=own.said(appraisal.best or "")
    )
    return PackTable("switching", caption, columns, rows, note=own.text("The plans are held as they are."))


def _change(own: Language, one: SwitchingValue, amount: float) -> str:
    """As +12.3%, or for the discount rate the rate."""
    if one.figure == DISCOUNT_RATE:
        return own.percent(amount, 2)
    return f"{'+' if amount >= 0 else ''}{own.percent(amount)}"


def _worth(own: Language, appraisal: OptionsAppraisal) -> PackTable:
    """A row for each option; with how many systems are renewed or retired only where any is."""
    renewed, retired = any(one.renewed for one in appraisal.options), any(one.retired for one in appraisal.options)
    columns = (
        TableColumn("option", own.text("Option")),
        TableColumn("npv", own.text("Net present value"), "money"),
        TableColumn("at_most", own.text("At most"), "money"),
        TableColumn("cash_npv", own.text("Of it cash"), "money"),
        TableColumn("whole_life", own.text("Whole-life cost"), "money"),
        TableColumn("cash", own.text("Of it cash"), "money"),
        TableColumn("unsupported", own.text("Quarters unsupported"), "count"),
        TableColumn("moving", own.text("Systems moving"), "count"),
        *((TableColumn("renewed", own.text("Renewed in place"), "count"),) if renewed else ()),
        *((TableColumn("retired", own.text("Retired"), "count"),) if retired else ()),
        TableColumn("finish", own.text("Last cutover"), "quarter"),
    )
    rows = tuple(
        (
            own.said(one.name),
            one.npv,
            one.npv_at_most,
            one.cash_npv,
            one.whole_life,
            one.cash,
            one.quarters_unsupported,
            one.moving,
            *((one.renewed,) if renewed else ()),
            *((one.retired,) if retired else ()),
            one.finish.label if one.finish else None,
        )
        for one in appraisal.options
    )
    return PackTable("worth", own.text("What each option is worth"), columns, rows)


def _worth_and_work(own: Language, appraisal: OptionsAppraisal) -> tuple[PackTable, PackTable]:
    """The amounts of the same in one table, what the options do in another: in one they are wider than a screen."""
    whole = _worth(own, appraisal)
    amounts = [place for place, column in enumerate(whole.columns) if column.kind == "money"]
    others = [place for place in range(1, len(whole.columns)) if place not in amounts]
    return _of_columns(whole, amounts), replace(
        _of_columns(whole, others), key="work", caption=own.text("What each option does")
    )


def _of_columns(table: PackTable, places: Sequence[int]) -> PackTable:
    """The first column of a table and some others."""
    kept = (0, *places)
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)


def _costs(own: Language, appraisal: OptionsAppraisal) -> PackTable:
    kinds = [kind for kind in COST_WORDS if any(line.kind == kind for one in appraisal.options for line in one.costs)]
    amounts = [{line.kind: line.plan for line in one.costs} for one in appraisal.options]
    rows: list[_Row] = [(own.text(COST_WORDS[kind]), *(one.get(kind, 0.0) for one in amounts)) for kind in kinds]
    rows.append((own.text("Total"), *(one.whole_life for one in appraisal.options)))
    columns = (TableColumn("kind", own.text("Kind of cost")), *_option_columns(own, appraisal, "money"))
    return PackTable("costs", own.text("Whole-life cost by kind, discounted"), columns, tuple(rows), total=True)


def _option_columns(own: Language, appraisal: OptionsAppraisal, kind: CellKind) -> tuple[TableColumn, ...]:
    return tuple(
        TableColumn(f"option{number}", own.said(one.name), kind) for number, one in enumerate(appraisal.options, 1)
    )


_PARTS: tuple[tuple[str, str, str, Callable[[CashOfYear], float]], ...] = (
    (
        "capital",
        translatable("Capital"),
        translatable("Capital by year, undiscounted"),
        lambda one: one.capital,
    ),
    (
        "revenue",
        translatable("Revenue"),
        translatable("Revenue by year, undiscounted"),
        lambda one: one.revenue,
    ),
    (
        "own_days",
        translatable("Own people's days (no payment)"),
        translatable("Own people's days (no payment) by year, undiscounted"),
        lambda one: one.own_days,
    ),
)
"""What is paid, in parts: the key of a part's table, what the part is called, the caption, and its amount."""


def _by_year(own: Language, appraisal: OptionsAppraisal) -> Iterator[PackTable]:
    """A table of capital, one of revenue, and one of own people's days where they have a worth."""
    for key, _, caption, part in _PARTS:
        rows: list[_Row] = [
            (years[0].year, *map(part, years)) for years in zip(*(one.years for one in appraisal.options), strict=True)
        ]
        if any(amount for row in rows for amount in row[1:]):
            rows.append((own.text("Total"), *(sum(map(part, one.years)) for one in appraisal.options)))
            columns = (TableColumn("year", own.text("Year"), "text"), *_option_columns(own, appraisal, "money"))
            yield PackTable(key, own.text(caption), columns, tuple(rows), total=True)


def _cash_chart(own: Language, appraisal: OptionsAppraisal) -> Iterator[Chart]:
    if len(appraisal.options) > _MOST_DRAWN:
        return
    labels = tuple(one.year for one in appraisal.options[0].years)
    paid = [[one.capital + one.revenue for one in option.years] for option in appraisal.options]
    rows: list[_Row] = [(year, *(amounts[number] for amounts in paid)) for number, year in enumerate(labels)]
    totals = ", ".join(
        f"{own.said(option.name)} {own.money(round(sum(amounts)), appraisal.currency)}"
        for option, amounts in zip(appraisal.options, paid, strict=True)
    )
    columns = (TableColumn("year", own.text("Year")), *_option_columns(own, appraisal, "money"))
    yield Chart(
        key="paid",
        title=own.text("Capital and revenue paid by year"),
        description=own.text("A line for each option over the financial years; in all: {totals}.", totals=totals),
        labels=labels,
        series=tuple(
            Series(own.said(one.name), tuple(amounts)) for one, amounts in zip(appraisal.options, paid, strict=True)
        ),
        unit=currency_sign(appraisal.currency).strip(),
        table=PackTable("paid", own.text("Capital and revenue paid by year, undiscounted"), columns, tuple(rows)),
    )


def _partner_rows(own: Language, appraisal: OptionsAppraisal, *, by_year: bool) -> Iterator[_Row]:
    """Rows of (partner, year where wanted, what, amount of each option); those of nothing are left out."""
    partners = dict.fromkeys(one.partner for option in appraisal.options for one in option.partners)
    years = [one.year for one in appraisal.options[0].years] if by_year else [None]
    for partner in partners:
        for year in years:
            for _, title, _, part in _PARTS:
                amounts = [
                    sum(part(one) for one in option.partners if one.partner == partner and year in (None, one.year))
                    for option in appraisal.options
                ]
                if any(amounts):
                    name = own.said(appraisal.names.get(f"partner {partner}", partner))
                    yield (name, *([year] if by_year else []), own.text(title), *amounts)


def _partner_totals(own: Language, appraisal: OptionsAppraisal) -> PackTable:
    columns = (
        TableColumn("partner", own.text("Partner")),
        TableColumn("what", own.text("What")),
        *_option_columns(own, appraisal, "money"),
    )
    rows = tuple(_partner_rows(own, appraisal, by_year=False))
    return PackTable("partners", own.text("Paid by partner over all years, undiscounted"), columns, rows, headers=2)


def _partners(own: Language, appraisal: OptionsAppraisal) -> PackTable:
    columns = (
        TableColumn("partner", own.text("Partner")),
        TableColumn("year", own.text("Year")),
        TableColumn("what", own.text("What")),
        *_option_columns(own, appraisal, "money"),
    )
    rows = tuple(_partner_rows(own, appraisal, by_year=True))
    return PackTable("partner-years", own.text("Paid by partner and year, undiscounted"), columns, rows, headers=3)


def _unsupported(own: Language, appraisal: OptionsAppraisal) -> PackTable:
    counts = [{line.tier: line.quarters for line in one.unsupported} for one in appraisal.options]
    tiers = dict.fromkeys(tier for one in counts for tier in one)
    rows: list[_Row] = [
        (
            own.said(appraisal.names.get(f"tier {tier}", tier)) or own.text("No tier"),
            *(one.get(tier, 0) for one in counts),
        )
        for tier in tiers
    ]
    rows.append((own.text("Total"), *(one.quarters_unsupported for one in appraisal.options)))
    columns = (TableColumn("tier", own.text("Tier")), *_option_columns(own, appraisal, "count"))
    return PackTable(
        "unsupported", own.text("Quarters in which systems run unsupported"), columns, tuple(rows), total=True
    )


def _people(own: Language, appraisal: OptionsAppraisal) -> PackTable:
    days = [{(line.role, line.year): line for line in one.people} for one in appraisal.options]
    keys = dict.fromkeys((role, year) for role, year in sorted({key for one in days for key in one}))
    roles = [key.removeprefix("role ") for key in appraisal.names if key.startswith("role ")]
    rows: list[_Row] = []
    for role, year in sorted(keys, key=lambda key: (roles.index(key[0]), key[1])):
        amounts = [one[role, year].days if (role, year) in one else 0.0 for one in days]
        rows.append((own.said(appraisal.names[f"role {role}"]), year, *amounts))
    bought = [sum(line.bought for line in one.people) for one in appraisal.options]
    note = ""
    if any(bought):
        said = ", ".join(
            f"{own.said(one.name)} {own.number(n)}" for one, n in zip(appraisal.options, bought, strict=True) if n
        )
        note = own.text("Days bought in from agencies, of these: {amounts}.", amounts=said)
    columns = (
        TableColumn("role", own.text("Role")),
        TableColumn("year", own.text("Year")),
        *_option_columns(own, appraisal, "number"),
    )
    return PackTable("people", own.text("Person-days by role and year"), columns, tuple(rows), headers=2, note=note)


def _moves(own: Language, appraisal: OptionsAppraisal, *, brief: bool = False) -> PackTable:
    numbers = [number for number, one in enumerate(appraisal.options) if one.kind != "nothing"]
    columns = tuple(
        column for number, column in enumerate(_option_columns(own, appraisal, "text")) if number in numbers
    )
    rows = tuple(
        (one.system, *(_how(own, one.options[number], brief) for number in numbers)) for one in appraisal.moves
    )
    caption = own.text("What does not move in the same way and quarter in all")
    return PackTable("moves", caption, (TableColumn("system", own.text("System")), *columns), rows)


def _how(own: Language, one: SystemInOption, brief: bool) -> str:
    if one.cutover is None:
        return own.said(one.how) or own.text("is not in it")
    quarter = own.quarter(one.cutover.label)
    return quarter if brief else f"{quarter}: {own.said(one.how)}"


def _compared(own: Language, appraisal: OptionsAppraisal) -> PackTable:
    columns = (
        TableColumn("option", own.text("Option")),
        TableColumn("what", own.text("What it is")),
        TableColumn("systems", own.text("Systems"), "count"),
        TableColumn("inventory", own.text("Inventory (sha256)")),
    )
    what = {
        "nothing": own.text("everything left as it is, nothing built"),
        "minimum": own.text("the cheapest plan in which every system stays that may"),
    }
    rows = tuple(
        (
            own.said(one.name),
            what.get(one.kind)
            or (
                own.text("the plan in {file}", file=one.source)
                if one.source
                else own.text("planned for this appraisal")
            ),
            one.systems,
            one.inventory,
        )
        for one in appraisal.options
    )
    return PackTable("compared", own.text("The options, and the figures they are of"), columns, rows)


def _no_minimum(own: Language, appraisal: OptionsAppraisal) -> Sequence[Block]:
    if not appraisal.no_minimum:
        return ()
    return (
        Paragraph(own.text("Why no plan does the minimum alone:")),
        Points(tuple(map(own.said, appraisal.no_minimum))),
    )
