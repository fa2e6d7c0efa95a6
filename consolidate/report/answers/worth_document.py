"""What more of what is scarce would save, as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from consolidate.explain.worth import Gain, Worth
from consolidate.explain.worth_words import Money, headline, more_words, notes, proven_words, what_words
from consolidate.language import language
from consolidate.report.answers.answer_page import answer_html, answer_page
from consolidate.report.document import Block, Pack, PackPicture, PackTable, Paragraph, Points, Section, TableColumn
from consolidate.report.formats.interval_picture import DrawnInterval, interval_svg
from consolidate.vocabulary import plural, whole_money

_DRAWN = 15
"""So many amounts are drawn."""


def worth_html(found: Worth) -> str:
    """What more of what is scarce would save as one HTML page: self-contained, no script, nothing from the network.

    Parameters
    ----------
    found
        What :func:`consolidate.worth` returned.

    Returns
    -------
    str
        The page; the same for the same answer.
    """
    return answer_html(found, worth_document(found))


def worth_document(found: Worth) -> Pack:
    """The whole document: what is worth most, the picture of it, then all amounts."""
    money = partial(whole_money, found.currency)
    sections = [Section("most", "What is worth most", tuple(_pictures(found, money)))]
    sections.append(Section("all", "Every amount", (_table("all", found.gains, money),)))
    sections.append(Section("reading", "How to read this", (Points(_READING),)))
    title = f"{found.programme}: what more would save"
    subtitle = f"compared with a plan that costs {money(found.total)}, discounted"
    return answer_page(language("en"), found, title, subtitle, _summary(found, money), sections)


_READING = (
    "Each amount is a question of its own: what would the best plan cost less with so much more of this alone? Gains "
    "do not add up.",
    "A saving is the difference of two plans' books, discounted to the first quarter. A better plan may be there that "
    "was not found; no plan saves more than what is said to be the most.",
    "Gains come in steps, for a move is made or not: less than is enough may save nothing.",
    "No measurable gain: the gain may be anything from nothing to the most; what is proven of the plans does not tell "
    "them apart.",
)


def _summary(found: Worth, money: Money) -> Iterator[Block]:
    yield Paragraph(headline(found, money))
    if said := notes(found, money):
        yield Points(tuple(said))


def _table(key: str, gains: Sequence[Gain], money: Money) -> PackTable:
    columns = (
        TableColumn("what", "Of what"),
        TableColumn("more", "How much more"),
        TableColumn("saves", "Saves", "money"),
        TableColumn("low", "At least", "money"),
        TableColumn("high", "At most", "money"),
        TableColumn("proven", "What is proven"),
    )
    rows = tuple(
        (
            what_words(gain.scarce),
            more_words(gain, money),
            None if gain.searched == "no" else gain.saves,
            gain.low,
            gain.high,
            proven_words(gain, money),
        )
        for gain in gains
    )
    return PackTable(key, "What more would save, discounted", columns, rows)


def _pictures(found: Worth, money: Money) -> Iterator[Block]:
    """What saves most, and between what that is proven to lie."""
    shown = [gain for gain in found.gains if gain.saves >= 0.5][:_DRAWN]
    if not shown:
        yield Paragraph("No plan that costs less was found with more of anything.")
        return
    intervals = [
        DrawnInterval(what_words(gain.scarce), more_words(gain, money), gain.saves, gain.low, gain.high)
        for gain in shown
    ]
    first = shown[0]
    count = len(shown)
    description = (
        f"{count} {plural(count, 'amount')}, each with what the best plan found with it saves, and the interval in "
        f"which the gain is proven to lie. First: {what_words(first.scarce)}, {more_words(first, money)}, which saves "
        f"{money(first.saves)}, proven to lie between {money(first.low)} and {money(first.high)}."
    )
    yield Paragraph(
        "The diamond, and the figure, are what the best plan found with so much more costs less; the band is between "
        "what the gain is proven to lie."
    )
    title = "What saves most"
    svg = interval_svg(title, description, intervals, money)
    yield PackPicture("most", title, description, svg, None, _table("most", shown, money))
