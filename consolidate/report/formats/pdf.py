"""The pack as a PDF that a screen reader can read (PDF/UA-1: tagged, titled, in its language), set by typst.

The template ``templates/pack.typ`` says how everything looks. What it says goes there as JSON, so that
no text can become markup. The same pack gives the same bytes: no date, no font of the machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import pairwise
from typing import Any

from consolidate.language import Language, language
from consolidate.report.document import (
    Block,
    CellKind,
    CellValue,
    Chart,
    Figures,
    Heading,
    Pack,
    PackPicture,
    PackTable,
    Paragraph,
    Points,
    Rating,
    rating_in,
)
from consolidate.report.formats import charts
from consolidate.report.formats.cell_text import NUMERIC, cell_text
from consolidate.report.formats.page_layout import (
    LONGEST_WORD,
    PORTRAIT,
    Page,
    page_runs,
    picture_placement,
    row_heights,
    table_placement,
    with_pages,
)
from consolidate.typesetting.typst_compiler import settable_svg, settable_text, typeset

Data = dict[str, Any]
_SHORT = 300.0
"""Points: what is no higher than this is not broken over pages."""


def pdf_document(pack: Pack, *, currency: str = "GBP") -> bytes:
    """The pack as a PDF/UA-1. Letters that the font lacks (no European ones) are shown as a sign for the unknown.

    Raises:
        UserError: typst or the font is not installed.
    """
    source = files("consolidate").joinpath("report/formats/templates/pack.typ").read_bytes()
    data = json.dumps(_Writer(language(pack.language), currency).pack(pack), ensure_ascii=False)
    return typeset(source, {"pack": data}, "pdf")[0]


class _Writer:
    """Turns blocks into what the template draws, each with the page it wants."""

    def __init__(self, language: Language, currency: str) -> None:
        self.language = language
        self.currency = currency

    def pack(self, pack: Pack) -> Data:
        summary = self.part("part-summary", self.language.text("Summary"), pack.summary) if pack.summary else []
        rest = [item for one in pack.sections for item in self.part(f"part-{one.key}", one.heading, one.blocks)]
        properties = self.properties(pack)
        contents = [(PORTRAIT, {"kind": "contents"})] if rest else []
        before, between, after = _page(self.language)
        return {
            "language": pack.language,
            "title": settable_text(pack.title),
            "subtitle": settable_text(pack.subtitle),
            "marking": settable_text(pack.marking),
            "draft": settable_text(pack.draft),
            "contents": settable_text(self.language.text("Contents")),
            "page": [before, between, after],
            "runs": [
                {"paper": page.paper, "landscape": page.turned, "items": items}
                for page, items in page_runs([*summary, *contents, *rest, *properties])
            ],
        }

    def part(self, key: str, heading: str, blocks: Iterable[Block]) -> list[tuple[Page, Data]]:
        """A heading and what is below it; words stay on the page of what they lead to."""
        first: Data = {"kind": "heading", "key": key, "text": settable_text(heading)}
        items = [(None, first), *(item for block in blocks for item in self.block(block))]
        for (page, data), _ in pairwise(items):
            data["keep"] = page is None
        return with_pages(items)

    def properties(self, pack: Pack) -> list[tuple[Page, Data]]:
        if not pack.properties:
            return []
        heading = settable_text(self.language.text("What this pack was made from"))
        texts = [f"{settable_text(label)}: {settable_text(value)}" for label, value in pack.properties.items()]
        return [
            (PORTRAIT, {"kind": "heading", "key": "made-from", "text": heading}),
            (PORTRAIT, {"kind": "points", "texts": texts}),
        ]

    def block(self, block: Block) -> Sequence[tuple[Page | None, Data]]:
        if isinstance(block, PackTable):
            return [self.table(block)]
        if isinstance(block, Chart):
            picture = charts.chart_svg(block, self.language)
            return [self.picture(block.title, block.description, picture, turn=False), self.table(block.table)]
        if isinstance(block, PackPicture):
            return [self.picture(block.title, block.description, block.svg), self.table(block.table)]
        return [(None, self.words(block))]

    def words(self, block: Heading | Paragraph | Points | Figures | Rating) -> Data:
        if isinstance(block, Heading):
            return {"kind": "subheading", "text": settable_text(block.text)}
        if isinstance(block, Paragraph):
            return {"kind": "paragraph", "text": settable_text(block.text)}
        if isinstance(block, Points):
            return {"kind": "points", "texts": [settable_text(one) for one in block.texts]}
        if isinstance(block, Figures):
            return {
                "kind": "figures",
                "figures": [[settable_text(part) for part in figure] for figure in block.figures],
            }
        word = block.word if block.rag is None else f"{self.language.rag(block.rag)[0]}: {block.word}"
        return {
            "kind": "rating",
            "title": settable_text(block.title),
            "rag": block.rag,
            "word": settable_text(word),
            "why": settable_text(block.why),
        }

    def picture(self, title: str, description: str, svg: str, turn: bool = True) -> tuple[Page, Data]:
        """``turn``: a wide one may go on a landscape page."""
        page, width, height = picture_placement(svg, turn)
        return page, {
            "kind": "picture",
            "caption": settable_text(title),
            "alt": settable_text(description),
            "svg": settable_svg(svg),
            "width": width,
            "height": height,
        }

    def table(self, whole: PackTable) -> tuple[Page, Data]:
        table = whole.brief()
        rows = [
            [self.cell(column.kind, cell) for column, cell in zip(table.columns, row, strict=True)]
            for row in table.rows
        ]
        headings = [settable_text(column.heading) for column in table.columns]
        texts = [[said for said, _ in row] for row in rows]
        page, points, widths = table_placement(headings, texts)
        high = row_heights(texts, points, widths)
        heads = [
            {"heading": heading, "right": column.kind in NUMERIC}
            for heading, column in zip(headings, table.columns, strict=True)
        ]
        return page, {
            "kind": "table",
            "caption": settable_text(table.caption),
            "columns": heads,
            "widths": widths,
            "size": points,
            "rows": rows,
            "headers": table.headers,
            "whole": sum(high) < _SHORT,
            "broken": [one > _SHORT for one in high],
            "total": table.total,
            "note": settable_text(table.note),
        }

    def cell(self, kind: CellKind, cell: CellValue) -> tuple[str, str | None]:
        """The text, in which quarters, dates and ratings are not broken; and the rating."""
        said = settable_text(cell_text(self.language, kind, cell, self.currency))
        whole = kind in ("quarter", "date", "rag") and len(said) < LONGEST_WORD
        return said.replace(" ", "\xa0") if whole else said, rating_in(cell) if kind == "rag" else None


def _page(language: Language) -> list[str]:
    """What comes before, between and after the two numbers of a page: the template puts them in."""
    words = language.text("Page {page} of {pages}", page="\0", pages="\0")
    return [settable_text(part) if part.strip() == part else part for part in words.split("\0")]
