"""How blocks lie on A4 pages: which pages are turned, how large a picture is, how wide the columns of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from consolidate.diagrams.engine.fonts import width
from consolidate.typesetting.typst_compiler import svg_size

_MARGINS = (114.0, 192.0)
"""Points of a page's width and height that margins take, and a heading, a caption and a text below."""
_PAPERS = {"a4": (595.0, 842.0), "a3": (842.0, 1191.0)}
_INSET = 8.0
LONGEST_WORD = 26
"""Letters of a word from which it is broken anywhere."""
_LONGEST_TEXT = 44
"""Letters of a text from which it is broken into lines."""
_ROOMY = {9.0: 0.62, 8.0: 0.75}
"""By the size of type, the share of the room that its texts want unbroken that a table must have to be in portrait."""
_LEAD = 80.0
"""Points that a section's heading and first words may take above a picture on a page of its own."""
_SMALLEST = 0.6
"""A picture that has to be made smaller than this looks for a larger page."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page:
    """A page's paper, ``a4`` or ``a3``, and whether it is turned on its side."""

    paper: str = "a4"
    turned: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, in points."""
        wide, high = _PAPERS[self.paper]
        return (high, wide) if self.turned else (wide, high)

    @property
    def room(self) -> tuple[float, float]:
        """The width and height that are left for a table or a picture, in points."""
        return self.size[0] - _MARGINS[0], self.size[1] - _MARGINS[1]


PORTRAIT, LANDSCAPE = Page(), Page(turned=True)


def page_runs(items: Sequence[tuple[Page, Item]]) -> list[tuple[Page, list[Item]]]:
    """Items, each with the page that it wants, in runs that go on pages of one kind.

    >>> [items for _, items in page_runs([(PORTRAIT, "a"), (PORTRAIT, "b"), (LANDSCAPE, "c")])]
    [['a', 'b'], ['c']]
    """
    found: list[tuple[Page, list[Item]]] = []
    for page, item in items:
        if not found or found[-1][0] != page:
            found.append((page, []))
        found[-1][1].append(item)
    return found


def with_pages(items: Sequence[tuple[Page | None, Item]]) -> list[tuple[Page, Item]]:
    """Items of a section; what goes on any page (None) goes with what comes next, at the end with what was last.

    >>> [page.turned for page, _ in with_pages([(None, "heading"), (LANDSCAPE, "table"), (None, "note")])]
    [True, True, True]
    """
    following: Page | None = None
    found: list[tuple[Page | None, Item]] = []
    for page, item in reversed(items):
        following = page or following
        found.append((following, item))
    last, whole = PORTRAIT, []
    for page, item in reversed(found):
        last = page or last
        whole.append((last, item))
    return whole


def picture_placement(svg: str, turn: bool) -> tuple[Page, float, float]:
    """The page on which a picture goes, and its width and height there, in points.

    It is the first on which the picture need not be made much smaller: A4, A4 on its side, A3; else that
    on which it is largest. Without ``turn`` it is A4.

    >>> picture_placement('<svg width="1456pt" height="100pt">', True)
    (Page(paper='a3', turned=True), 1077.0, 73.97)
    >>> picture_placement('<svg width="1000pt" height="100pt">', True)
    (Page(paper='a4', turned=True), 728.0, 72.8)
    >>> picture_placement('<svg width="962pt" height="100pt">', False)
    (Page(paper='a4', turned=False), 481.0, 50.0)
    """
    wide, high = svg_size(svg)
    pages = (PORTRAIT, LANDSCAPE, Page("a3"), Page("a3", turned=True)) if turn else (PORTRAIT,)
    lead = _LEAD if turn else 0.0
    scales = [min(page.room[0] / wide, (page.room[1] - lead) / high, 1.0) for page in pages]
    fits = [place for place, scale in enumerate(scales) if scale >= _SMALLEST]
    best = fits[0] if fits else max(range(len(pages)), key=lambda place: scales[place])
    return pages[best], round(wide * scales[best], 2), round(high * scales[best], 2)


def table_placement(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Page, float, list[float]]:
    """The page on which a table goes, in what size of type, and how wide its columns are, in points.

    Each column gets its longest word, and what is then left goes to those with longer texts. Where too
    little is left, the type is made smaller, the page is turned, the type is made smaller still; then words are broken.
    """
    needs, wants = _measured(headings, rows)
    upright = [
        (PORTRAIT, points)
        for points, share in _ROOMY.items()
        if PORTRAIT.room[0] >= share * sum(points * one + _INSET for one in wants)
    ]
    for page, points in (*upright, (LANDSCAPE, 9.0), (LANDSCAPE, 8.0), (LANDSCAPE, 7.0), (LANDSCAPE, 6.0)):
        available = page.room[0]
        need = [points * one + _INSET for one in needs]
        if sum(need) <= available:
            return page, points, _shared(need, [points * one + _INSET for one in wants], available)
    return LANDSCAPE, points, [round(one * available / sum(need), 2) for one in need]


def row_heights(rows: Sequence[Sequence[str]], points: float, widths: Sequence[float]) -> list[float]:
    """How high rows are, in points, in type of that size: as many lines as their longest cell."""

    def lines(text: str, wide: float) -> int:
        room, need = wide - _INSET, width(text, points, bold=True)
        return 1 if need <= room + 1.0 else ceil(1.15 * need / max(room, 1.0))  # lines are not filled to the end

    return [
        max((lines(*cell) for cell in zip(row, widths, strict=True)), default=1) * points * 1.25 + _INSET
        for row in rows
    ]


def _measured(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[float], list[float]]:
    """The widest word of each column and its widest text, in ems, in bold."""
    needs, wants = [], []
    for place, heading in enumerate(headings):
        cells = {heading[:400], *(row[place][:400] for row in rows)}
        words = {word[:LONGEST_WORD] for cell in cells for word in cell.split(" ")}
        needs.append(max((width(word, 1.0, bold=True) for word in words), default=0.0))
        wants.append(max((width(cell[:_LONGEST_TEXT], 1.0, bold=True) for cell in cells), default=0.0))
    return needs, [max(pair) for pair in zip(needs, wants, strict=True)]


def _shared(need: Sequence[float], want: Sequence[float], available: float) -> list[float]:
    """The room for each column: what it wants, or what it needs and its part of the rest."""
    if sum(want) <= available:
        return [round(one + 0.5, 2) for one in want]
    part = (available - sum(need)) / (sum(want) - sum(need))
    return [round(low + part * (high - low), 2) for low, high in zip(need, want, strict=True)]
