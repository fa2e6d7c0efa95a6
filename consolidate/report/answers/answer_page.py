"""What the pages of answers have in common: in the reader's language, and marked as what they show.

The page's own words (contents, skip links) come from the writer of packs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from consolidate.language import Language
from consolidate.report.document import Block, Pack, Section
from consolidate.report.formats.html import html_page


class MarkedAnswer(Protocol):
    """An answer of which a page is made.

    Attributes:
        marking: the highest classification of what it speaks of; empty where nothing is classified.
        currency: of its amounts.
    """

    @property
    def marking(self) -> str:
        """The classification."""
        ...

    @property
    def currency(self) -> str:
        """The currency."""
        ...


def answer_page(
    own: Language,
    answer: MarkedAnswer,
    title: str,
    subtitle: str,
    summary: Iterable[Block],
    sections: Iterable[Section],
) -> Pack:
    """The document of an answer; sections without anything in them are left out."""
    return Pack(
        language=own.code,
        title=title,
        subtitle=subtitle,
        marking=answer.marking.upper(),
        draft=own.draft,
        summary=tuple(summary),
        sections=tuple(section for section in sections if section.blocks),
    )


def answer_html(answer: MarkedAnswer, page: Pack) -> str:
    """The document of an answer as one HTML page, self-contained: no script, nothing from the network."""
    return html_page(page, currency=answer.currency)
