"""Why a plan does what it does with a system, a service or a partner, as an HTML page for people who look at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consolidate.explain import choice_words as words
from consolidate.explain.explained import ChoiceExplained, PartnerExplained, PricedChoice
from consolidate.language import Language, language
from consolidate.report.answers.answer_page import answer_html, answer_page
from consolidate.report.document import Block, Chart, PackTable, Paragraph, Section, Series, TableColumn
from consolidate.vocabulary import COST_WORDS, currency_sign


def explanation_html(found: ChoiceExplained | PartnerExplained, lang: str = "en") -> str:
    """An explanation as one HTML page, self-contained and accessible: no script, nothing from the network.

    Parameters
    ----------
    found
        What :func:`consolidate.explain_choice` returned.
    lang
        ``en`` or ``cy``.

    Returns
    -------
    str
        The page; the same for the same explanation.

    Raises
    ------
    UserError
        There are no texts in that language.
    """
    own = language(lang)
    if isinstance(found, PartnerExplained):
        sentence, sections = words.partner_sentence(own, found), _of_partner(own, found)
    else:
        sentence, sections = words.choice_sentence(found, lang), _of_choice(own, found)
    title = own.text("{name}: why the plan does what it does", name=own.said(found.name))
    summary = (Paragraph(sentence), Paragraph(words.measure_words(own, found)))
    return answer_html(found, answer_page(own, found, title, found.id, summary, sections))


def _of_choice(own: Language, found: ChoiceExplained) -> Iterator[Section]:
    """A system or a service: other quarters, other options, limits, float."""
    said = [one for one in (words.moving_words(own, found), words.break_even_words(own, found)) if one]
    yield Section("worth", own.text("What it is worth"), tuple(map(Paragraph, said)))
    heading = own.text("Ready from another quarter") if found.kind == "service" else own.text("In another quarter")
    tables = _tables(own, found, "quarters", own.text("Quarter"), found.quarters)
    yield Section("quarters", heading, (*_chart(own, found), *tables))
    others = _tables(own, found, "options", own.text("Choice"), found.others)
    yield Section("options", own.text("Otherwise"), tuple(others))
    yield Section("limits", own.text("What holds it where it is"), tuple(_limits(own, found)))
    if found.present.quarters:
        late = Paragraph(f"{_capital(words.float_words(own, found))}.")
        yield Section("float", own.text("How late it may be"), (late, *_waits(own, found)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _chart(own: Language, found: ChoiceExplained) -> Iterator[Chart]:
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
    if by_finish:
        title = own.text("By how many quarters others make the last cutover later")
        heading, series, unit = own.text("Quarters later"), own.text("quarters later"), own.text("quarters")
    else:
        title = own.text("What other quarters cost more, at most")
        heading, series = own.text("Costs more, at most"), own.text("costs more, at most")
        unit = currency_sign(found.currency).strip()
    columns = (
        TableColumn("quarter", own.text("Quarter"), "quarter"),
        TableColumn("cost", heading, "count" if by_finish else "money"),
    )
    yield Chart(
        key="cost-by-quarter",
        title=title,
        description=own.text(
            "Bars by quarter, nothing in {quarter}, as planned; a quarter without a bar cannot be, or no plan was "
            "found.",
            quarter=own.quarter(found.present.quarters[0].label),
        ),
        labels=labels,
        series=(Series(series, values, "bar"),),
        unit=unit,
        table=PackTable("cost-by-quarter", title, columns, tuple(zip(labels, values, strict=True))),
    )


def _bar(one: PricedChoice, by_finish: bool) -> float | None:
    if one.cost is None:
        return None
    return float(one.later) if by_finish else one.cost


def _tables(
    own: Language, found: ChoiceExplained, key: str, heading: str, choices: Sequence[PricedChoice]
) -> Iterator[PackTable]:
    """Choices with what they cost and what else moves; then the costs by kind."""
    rows = tuple(
        (called, _capital(words.cost_words(own, found, one)), words.elsewhere_words(own, found, one))
        for called, one in words.in_rows(own, found, choices)
    )
    columns = (
        TableColumn("choice", heading),
        TableColumn("cost", own.text("What it costs")),
        TableColumn("else", own.text("What else moves, or what forbids it")),
    )
    if rows:
        yield PackTable(key, own.text("What each costs, and how sure that is"), columns, rows)
    priced = [(called, one) for called, one in words.in_rows(own, found, choices) if one.costs]
    used = {line.kind for _, one in priced for line in one.costs if abs(line.more) >= 0.5}
    kinds = [kind for kind in COST_WORDS if kind in used]
    if priced and kinds:
        by_kind = (
            TableColumn("choice", heading),
            *(TableColumn(kind, own.text(COST_WORDS[kind]), "money") for kind in kinds),
            TableColumn("total", own.text("In all"), "money"),
        )
        amounts = [{line.kind: line.more for line in one.costs} for _, one in priced]
        lines = tuple(
            (called, *(each.get(kind, 0.0) for kind in kinds), one.cost)
            for (called, one), each in zip(priced, amounts, strict=True)
        )
        caption = own.text("What the plan found costs more, by kind, discounted")
        yield PackTable(f"{key}-kinds", caption, by_kind, lines)


def _limits(own: Language, found: ChoiceExplained) -> Iterator[Block]:
    columns = (
        TableColumn("limit", own.text("Without this limit")),
        TableColumn("does", own.text("It would be")),
        TableColumn("saves", own.text("And the plan")),
    )
    rows = tuple((own.said(one.limit), *words.holding_words(own, found, one)) for one in found.held_by)
    if rows:
        caption = own.text("Limits without which it would do something else, each shown by a plan")
        yield PackTable("limits", caption, columns, rows)
    if found.not_held_by:
        yield Paragraph(words.unheld_words(own, found))


def _waits(own: Language, found: ChoiceExplained) -> Iterator[PackTable]:
    columns = (
        TableColumn("id", own.text("Waits for it")),
        TableColumn("starts", own.text("Starts in"), "quarter"),
        TableColumn("slack", own.text("Quarters late that do it no harm"), "count"),
    )
    rows = tuple((one.id, one.starts.label, one.slack) for one in found.waits)
    if rows:
        yield PackTable("waits", own.text("What waits for it, directly or through others"), columns, rows)


def _of_partner(own: Language, found: PartnerExplained) -> Iterator[Section]:
    columns = (
        TableColumn("system", own.text("System")),
        TableColumn("plan", own.text("In the plan")),
        TableColumn("later", own.text("A quarter later")),
        TableColumn("other", own.text("Otherwise")),
    )
    rows = tuple((f"{own.said(one.name)} ({one.id})", *words.short_words(own, found, one)) for one in found.systems)
    caption = own.text("Each system, and what the nearest other choices cost more")
    yield Section("systems", own.text("Its systems"), (PackTable("systems", caption, columns, rows),))
