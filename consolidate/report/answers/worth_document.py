"""What more of what is scarce would save, as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from consolidate.explain.answer_words import Money
from consolidate.explain.worth import Gain, Worth
from consolidate.explain.worth_words import headline, more_words, notes, proven_words, sooner_words, what_words
from consolidate.language import Language, language
from consolidate.report.answers.answer_page import answer_html, answer_page
from consolidate.report.document import Block, Pack, PackPicture, PackTable, Paragraph, Points, Section, TableColumn
from consolidate.report.formats.interval_picture import DrawnInterval, interval_svg

_DRAWN = 15
"""So many amounts are drawn."""


def worth_html(found: Worth, lang: str = "en") -> str:
    """What more of what is scarce would save as one HTML page: self-contained, no script, nothing from the network.

    Parameters
    ----------
    found
        What :func:`consolidate.worth` returned.
    lang
        ``en`` or ``cy``.

    Returns
    -------
    str
        The page; the same for the same answer.

    Raises
    ------
    UserError
        There are no texts in that language.
    """
    return answer_html(found, worth_document(language(lang), found))


def worth_document(own: Language, found: Worth) -> Pack:
    """The whole document: what is worth most, the picture of it, then all amounts."""
    money = partial(own.money, currency=found.currency)
    sections = [Section("most", own.text("What is worth most"), tuple(_pictures(own, found, money)))]
    sections.append(Section("all", own.text("Every amount"), (_table(own, "all", found.gains, money),)))
    sections.append(Section("reading", own.text("How to read this"), (Points(_reading(own, found)),)))
    title = own.text("{programme}: what more would save", programme=own.said(found.programme))
    total = money(found.total)
    subtitle = own.text("compared with a plan that costs {total}, discounted", total=total)
    return answer_page(own, found, title, subtitle, _summary(own, found, money), sections)


def _reading(own: Language, found: Worth) -> tuple[str, ...]:
    """How to read it, a point each."""
    by_quarters = own.text(
        "The last cutover counts first: by how many quarters would it be sooner? What is saved is asked with the last "
        "cutover where it is: among all plans that end no later than the one compared with."
    )
    return (
        *((by_quarters,) if found.ends is not None else ()),
        own.text(
            "Each amount is a question of its own: what would the best plan cost less with so much more of this alone? "
            "Gains do not add up."
        ),
        own.text(
            "A saving is the difference of two plans' books, discounted to the first quarter. A better plan may be "
            "there that was not found; no plan saves more than what is said to be the most."
        ),
        own.text("Gains come in steps, for a move is made or not: less than is enough may save nothing."),
        own.text(
            "No measurable gain: the gain may be anything from nothing to the most; what is proven of the plans does "
            "not tell them apart."
        ),
    )


def _summary(own: Language, found: Worth, money: Money) -> Iterator[Block]:
    yield Paragraph(headline(own, found, money))
    if said := notes(own, found, money):
        yield Points(tuple(said))


def _table(own: Language, key: str, gains: Sequence[Gain], money: Money) -> PackTable:
    by_quarters = any(gain.sooner is not None for gain in gains)
    columns = (
        TableColumn("what", own.text("Of what")),
        TableColumn("more", own.text("How much more")),
        *((TableColumn("sooner", own.text("Last cutover")),) if by_quarters else ()),
        TableColumn("saves", own.text("Saves"), "money"),
        TableColumn("low", own.text("At least"), "money"),
        TableColumn("high", own.text("At most"), "money"),
        TableColumn("proven", own.text("What is proven")),
    )
    rows = tuple(
        (
            what_words(own, gain.scarce),
            more_words(own, gain, money),
            *(() if gain.sooner is None else (sooner_words(own, gain.sooner, money),)),
            None if gain.searched == "no" else gain.saves,
            gain.low,
            gain.high,
            proven_words(own, gain, money),
        )
        for gain in gains
    )
    saves = own.text("What more would save, discounted")
    title = own.text("What more would do to the last cutover, and save, discounted") if by_quarters else saves
    return PackTable(key, title, columns, rows)


def _pictures(own: Language, found: Worth, money: Money) -> Iterator[Block]:
    """What ends soonest, where quarters are minimised; what saves most; and between what that is proven to lie."""
    if found.ends is not None:
        yield from _picture_of_quarters(own, found, money)
    yield from _picture_of_money(own, found, money)


def _picture_of_quarters(own: Language, found: Worth, money: Money) -> Iterator[Block]:
    """What would make the last cutover sooner."""
    shown = [gain for gain in found.gains if gain.sooner is not None and gain.sooner.quarters][:_DRAWN]
    if not shown:
        yield Paragraph(own.text("No plan whose last cutover is sooner was found with more of anything."))
        return
    intervals = [
        DrawnInterval(
            what_words(own, gain.scarce), more_words(own, gain, money), sooner.quarters, sooner.low, sooner.high
        )
        for gain in shown
        if (sooner := gain.sooner) is not None
    ]
    first = shown[0]
    assert first.sooner is not None
    description = own.plural(
        "{n} amount, each with by how many quarters the best plan found with it ends sooner, and the interval in which "
        "that is proven to lie. First: {what}, {more}: {sooner}.",
        "{n} amounts, each with by how many quarters the best plan found with it ends sooner, and the interval in "
        "which that is proven to lie. First: {what}, {more}: {sooner}.",
        len(shown),
        what=what_words(own, first.scarce),
        more=more_words(own, first, money),
        sooner=sooner_words(own, first.sooner, money),
    )
    title = own.text("What makes the last cutover sooner")
    svg = interval_svg(title, description, intervals, partial(_whole_quarters, own))
    yield PackPicture("sooner", title, description, svg, None, _table(own, "sooner", shown, money))


def _whole_quarters(own: Language, number: float) -> str:
    """A number of quarters; nothing of the parts of one, as an axis may have."""
    return own.plural("{n} quarter", "{n} quarters", round(number)) if float(number).is_integer() else ""


def _picture_of_money(own: Language, found: Worth, money: Money) -> Iterator[Block]:
    """What saves most, and between what that is proven to lie."""
    shown = [gain for gain in found.gains if gain.saves >= 0.5][:_DRAWN]
    if not shown:
        yield Paragraph(own.text("No plan that costs less was found with more of anything."))
        return
    intervals = [
        DrawnInterval(what_words(own, gain.scarce), more_words(own, gain, money), gain.saves, gain.low, gain.high)
        for gain in shown
    ]
    first = intervals[0]
    description = own.plural(
        "{n} amount, each with what the best plan found with it saves, and the interval in which the gain is proven to "
        "lie. First: {what}, {more}, which saves {saves}, proven to lie between {least} and {most}.",
        "{n} amounts, each with what the best plan found with it saves, and the interval in which the gain is proven "
        "to lie. First: {what}, {more}, which saves {saves}, proven to lie between {least} and {most}.",
        len(shown),
        what=first.name,
        more=first.remark,
        saves=money(first.found),
        least=money(first.low),
        most=money(first.high),
    )
    yield Paragraph(
        own.text(
            "The diamond, and the figure, are what the best plan found with so much more costs less; the band is "
            "between what the gain is proven to lie."
        )
    )
    title = own.text("What saves most")
    svg = interval_svg(title, description, intervals, money)
    yield PackPicture("most", title, description, svg, None, _table(own, "most", shown, money))
