"""Why a plan does what it does with a system, a service or a partner, as an HTML page for people who look at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consolidate.explain import choice_words as words
from consolidate.explain.explained import ChoiceExplained, PartnerExplained, PricedChoice
from consolidate.language import language
from consolidate.report.answers.answer_page import answer_html, answer_page
from consolidate.report.document import Block, Chart, PackTable, Paragraph, Section, Series, TableColumn
from consolidate.vocabulary import COST_WORDS


def explanation_html(found: ChoiceExplained | PartnerExplained) -> str:
    """An explanation as one HTML page, self-contained and accessible: no script, nothing from the network.

    Parameters
    ----------
    found
        What :func:`consolidate.explain_choice` returned.

    Returns
    -------
    str
        The page; the same for the same explanation.
    """
    if isinstance(found, PartnerExplained):
        sentence, sections = words.partner_sentence(found), _of_partner(found)
    else:
        sentence, sections = words.choice_sentence(found), _of_choice(found)
    title = f"{found.name}: why the plan does what it does"
    summary = (Paragraph(sentence), Paragraph(words.measure_words(found)))
    return answer_html(found, answer_page(language("en"), found, title, found.id, summary, sections))


def _of_choice(found: ChoiceExplained) -> Iterator[Section]:
    """A system or a service: other quarters, other options, limits, float."""
    said = [one for one in (words.moving_words(found), words.break_even_words(found)) if one]
    yield Section("worth", "What it is worth", tuple(map(Paragraph, said)))
    heading = "Ready from another quarter" if found.kind == "service" else "In another quarter"
    yield Section("quarters", heading, (*_chart(found), *_tables(found, "quarters", "Quarter", found.quarters)))
    yield Section("options", "Otherwise", tuple(_tables(found, "options", "Choice", found.others)))
    yield Section("limits", "What holds it where it is", tuple(_limits(found)))
    if found.present.quarters:
        yield Section(
            "float", "How late it may be", (Paragraph(f"{_capital(words.float_words(found))}."), *_waits(found))
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _chart(found: ChoiceExplained) -> Iterator[Chart]:
    """Bars of what other quarters cost; of a move in two steps there is none, for two quarters are no axis."""
    priced = [one for one in found.quarters if len(one.quarters) == 1 and one.cost is not None]
    if not priced or len(found.present.quarters) != 1:
        return
    every = sorted([*priced, found.present], key=lambda one: one.quarters[0])
    first, last = every[0].quarters[0].number, every[-1].quarters[0].number
    known = {one.quarters[0].number: one for one in (*found.quarters, found.present) if len(one.quarters) == 1}
    shown = [known[number] for number in range(first, last + 1) if number in known]
    labels = tuple(one.quarters[0].label for one in shown)
    by_finish = found.ends is not None
    values = tuple(0.0 if one.state == "present" else _bar(one, by_finish) for one in shown)
    title = (
        "By how many quarters others make the last cutover later"
        if by_finish
        else "What other quarters cost more, at most"
    )
    what = "Quarters later" if by_finish else "Costs more, at most"
    columns = (
        TableColumn("quarter", "Quarter", "quarter"),
        TableColumn("cost", what, "count" if by_finish else "money"),
    )
    yield Chart(
        key="cost-by-quarter",
        title=title,
        description=f"Bars by quarter, nothing in {found.present.quarters[0].label}, as planned; a quarter without a "
        "bar cannot be, or no plan was found.",
        labels=labels,
        series=(Series(what.lower(), values, "bar"),),
        unit="quarters" if by_finish else found.currency,
        table=PackTable("cost-by-quarter", title, columns, tuple(zip(labels, values, strict=True))),
    )


def _bar(one: PricedChoice, by_finish: bool) -> float | None:
    if one.cost is None:
        return None
    return float(one.later) if by_finish else one.cost


def _tables(found: ChoiceExplained, key: str, heading: str, choices: Sequence[PricedChoice]) -> Iterator[PackTable]:
    """Choices with what they cost and what else moves; then the costs by kind."""
    rows = tuple(
        (called, _capital(words.cost_words(found, one)), words.elsewhere_words(found, one))
        for called, one in words.in_rows(found, choices)
    )
    columns = (
        TableColumn("choice", heading),
        TableColumn("cost", "What it costs"),
        TableColumn("else", "What else moves, or what forbids it"),
    )
    if rows:
        yield PackTable(key, "What each costs, and how sure that is", columns, rows)
    priced = [(called, one) for called, one in words.in_rows(found, choices) if one.costs]
    used = {line.kind for _, one in priced for line in one.costs if abs(line.more) >= 0.5}
    kinds = [kind for kind in COST_WORDS if kind in used]
    if priced and kinds:
        by_kind = (
            TableColumn("choice", heading),
            *(TableColumn(kind, COST_WORDS[kind], "money") for kind in kinds),
            TableColumn("total", "In all", "money"),
        )
        amounts = [{line.kind: line.more for line in one.costs} for _, one in priced]
        lines = tuple(
            (called, *(each.get(kind, 0.0) for kind in kinds), one.cost)
            for (called, one), each in zip(priced, amounts, strict=True)
        )
        yield PackTable(f"{key}-kinds", "What the plan found costs more, by kind, discounted", by_kind, lines)


def _limits(found: ChoiceExplained) -> Iterator[Block]:
    columns = (
        TableColumn("limit", "Without this limit"),
        TableColumn("does", "It would"),
        TableColumn("saves", "And the plan"),
    )
    rows = tuple((one.limit, *words.holding_words(found, one)) for one in found.held_by)
    if rows:
        yield PackTable(
            "limits", "Limits without which it would do something else, each shown by a plan", columns, rows
        )
    if found.not_held_by:
        yield Paragraph(words.unheld_words(found))


def _waits(found: ChoiceExplained) -> Iterator[PackTable]:
    columns = (
        TableColumn("id", "Waits for it"),
        TableColumn("starts", "Starts in", "quarter"),
        TableColumn("slack", "Quarters late that do it no harm", "count"),
    )
    rows = tuple((one.id, one.starts.label, one.slack) for one in found.waits)
    if rows:
        yield PackTable("waits", "What waits for it, directly or through others", columns, rows)


def _of_partner(found: PartnerExplained) -> Iterator[Section]:
    columns = (
        TableColumn("system", "System"),
        TableColumn("plan", "In the plan"),
        TableColumn("later", "A quarter later"),
        TableColumn("other", "Otherwise"),
    )
    rows = tuple((f"{one.name} ({one.id})", *words.short_words(found, one)) for one in found.systems)
    table = PackTable("systems", "Each system, and what the nearest other choices cost more", columns, rows)
    yield Section("systems", "Its systems", (table,))
