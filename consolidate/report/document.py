"""What a pack holds, as plain data: the one thing that every form of it is written from.

All texts are already in the pack's language, and are plain text: the writer of each format escapes them for
its form (markup, formulas, field codes). Numbers in tables stay numbers, so that a workbook can compute
with them; :class:`TableColumn` says how they are to be shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self, cast, get_args

CellKind = Literal["text", "count", "money", "pence", "number", "percent", "quarter", "date", "rag"]
"""How a column is shown. ``count``: whole number; ``money``: whole currency units; ``pence``: with two
decimals; ``number``: one decimal; ``percent``: a fraction (0.25 is 25%); ``quarter``: a label, a text;
``date``: a :class:`datetime.date`; ``rag``: ``red``, ``amber`` or ``green`` (a letter and a word beside the colour)."""

Rag = Literal["red", "amber", "green"]
"""A rating."""

CellValue = str | int | float | dt.date | None
"""None is an empty cell: there is nothing to say."""


class NumberOfKind(float):
    """A number whose kind is not its column's: in a table whose rows are of several kinds."""

    kind: CellKind

    def __new__(cls, value: float, kind: CellKind) -> Self:
        made = super().__new__(cls, value)
        made.kind = kind
        return made


@dataclass(frozen=True)
class TableColumn:
    """A column of a table. ``key`` is its stable name in tidy files; ``heading`` is in the pack's language."""

    key: str
    heading: str
    kind: CellKind = "text"


@dataclass(frozen=True)
class Heading:
    """A heading below that of a section."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list of short texts."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """A few figures in large type: (what it is, the figure as a text, a remark or '')."""

    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Rating:
    """A red, amber or green rating, and the reason for it. ``title`` says of what."""

    title: str
    rag: Rag | None
    word: str
    """The rating in words; where there is none, that none was given."""
    why: str


@dataclass(frozen=True)
class Cut:
    """Where a long table ends on a page: after ``most`` rows. ``note`` says so; ``rest`` names what is left out, where
    the columns are added up."""

    most: int
    note: str
    rest: str
    closing: int = 1
    """The last rows of a table that is added up, which are always shown: the total, and what belongs to no row."""


@dataclass(frozen=True)
class PackTable:
    """A table. ``key`` names it in files; the first ``headers`` columns are headers of their rows.

    ``total``: the last row adds up those above it. ``note`` is shown below it. ``cut``: it is too long for a page.
    """

    key: str
    caption: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    headers: int = 1
    total: bool = False
    note: str = ""
    cut: Cut | None = None

    def without(self, key: str) -> PackTable:
        """The table less a column, if it has that."""
        places = [place for place, column in enumerate(self.columns) if column.key != key]
        return replace(
            self,
            columns=tuple(self.columns[place] for place in places),
            rows=tuple(tuple(row[place] for place in places) for row in self.rows),
            headers=sum(place < self.headers for place in places),
        )

    def brief(self) -> PackTable:
        """As it is shown on a page; a workbook has the whole of it."""
        if self.cut is None:
            return self
        most, end = self.cut.most, len(self.rows) - (self.cut.closing if self.total else 0)
        closing: list[tuple[CellValue, ...]] = []
        if self.total:
            rest = [_sum(cells) for cells in zip(*self.rows[most:end], strict=True)]
            closing = [(self.cut.rest, *rest[1:]), *self.rows[end:]]
        rows = (*self.rows[:most], *closing)
        return replace(self, rows=rows, note=f"{self.cut.note} {self.note}".strip(), cut=None)


def rating_in(cell: CellValue) -> Rag | None:
    """The rating in a cell, if there is one."""
    for known in get_args(Rag):
        if cell == known:
            return cast(Rag, known)
    return None


def _sum(cells: Sequence[CellValue]) -> CellValue:
    """The sum of the numbers in a column; None where there are none."""
    numbers = [cell for cell in cells if isinstance(cell, int | float)]
    return sum(numbers) if numbers else None


@dataclass(frozen=True)
class Series:
    """One line, or one set of bars, of a chart: a value (or None) for each label of the chart's axis."""

    name: str
    values: tuple[float | None, ...]
    style: Literal["line", "step", "bar", "ghost"] = "line"
    """``ghost``: what was approved, drawn behind the rest."""


@dataclass(frozen=True)
class Chart:
    """A chart of series over labels. Its table, which says the same, is always shown beside it.

    ``marks``: (first label, last label, text) of stretches of the axis to be shaded. ``amounts``: for a chart of lines,
    what each label stands for, rising or falling: labels are as far apart as these; () for labels at equal distances.
    """

    key: str
    title: str
    description: str
    """The text alternative: what one sees, in a sentence or two, with the figures that matter."""
    labels: tuple[str, ...]
    """Quarters as the inventory writes them: the renderer puts them into the language."""
    series: tuple[Series, ...]
    unit: str
    table: PackTable
    marks: tuple[tuple[int, int, str], ...] = ()
    amounts: tuple[float, ...] = ()


@dataclass(frozen=True)
class PackPicture:
    """A picture drawn elsewhere (the roadmap), as SVG and as PNG, with a table that says the same."""

    key: str
    title: str
    description: str
    svg: str
    png: bytes | None
    table: PackTable


Block = Heading | Paragraph | Points | Figures | Rating | PackTable | Chart | PackPicture


@dataclass(frozen=True)
class Section:
    """A heading and what is below it. ``key`` is its anchor."""

    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Pack:
    """A pack in one language.

    ``marking`` is the classification in header and footer; ``draft`` says that the texts are
    a translation yet to be confirmed, and is empty where they are not.
    """

    language: str
    title: str
    subtitle: str
    marking: str
    draft: str
    summary: tuple[Block, ...]
    """What comes first: what has to be decided, and the state of the programme."""
    sections: tuple[Section, ...]
    properties: dict[str, str] = field(default_factory=dict)
    """What it was made from: (label, value), such as the plan's and the inventory's hashes, and the quarter."""

    def tables(self) -> Iterator[PackTable]:
        """Every table, those of charts and pictures too, in their order."""
        for block in (*self.summary, *(block for section in self.sections for block in section.blocks)):
            if isinstance(block, PackTable):
                yield block
            elif isinstance(block, Chart | PackPicture):
                yield block.table
