"""A table of counts as a picture, for what is too much for lines: rows, columns, a count in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width, wrap
from consolidate.diagrams.page import LINE_HEIGHT, MARGIN, TITLE_HEIGHT, draw_heading, subtitle_lines

_ROW = 18.0


@dataclass(frozen=True)
class CountCell:
    """``text`` on ``fill``; ``sentence`` says it in full."""

    text: str
    sentence: str
    fill: str = themes.WATER


@dataclass
class CountTable:
    """A table to draw.

    Attributes:
        rows, columns: by key, what to write beside or above them.
        cells: by the keys of row and column.
        corner: what the rows are, above their names.
        notes: what stands below.
        step: the width of a column, set by :meth:`draw`.
    """

    rows: Mapping[str, str]
    columns: Mapping[str, str]
    cells: Mapping[tuple[str, str], CountCell]
    corner: str
    notes: Sequence[str]
    step: float = 40.0

    def draw(self, canvas: Canvas, subtitle: str) -> Canvas:
        """Fill a page with the table."""
        names = min(280.0, max([120.0, *(width(name, 9) + 14 for name in self.rows.values())]))
        self.step = max([40.0, *(width(cell.text, 8.5) + 8 for cell in self.cells.values())])
        room = max(names + len(self.columns) * self.step, 700.0)
        heading = subtitle_lines(subtitle, room)
        top = TITLE_HEIGHT + LINE_HEIGHT * len(heading) + 8
        bottom = top + (len(self.rows) + 1) * _ROW
        notes = [line for text in self.notes for line in wrap(text, room * 0.93, 8.5, 40)]
        canvas.width = room + 2 * MARGIN
        canvas.height = bottom + 14 + 12 * len(notes) + MARGIN
        draw_heading(canvas, heading, room)
        self._draw_head(canvas, top, names)
        for index, (row, name) in enumerate(self.rows.items()):
            self._draw_row(canvas, top + (index + 1) * _ROW, names, row, name)
        for index, line in enumerate(notes):
            canvas.text(MARGIN, bottom + 20 + 12 * index, line, 8.5)
        return canvas

    def _draw_head(self, canvas: Canvas, y: float, names: float) -> None:
        """The titles of the columns; ``names`` is the width of the column of names."""
        canvas.rect(MARGIN, y, names + len(self.columns) * self.step, _ROW, themes.BAND)
        canvas.text(MARGIN + 4, y + 12.5, fit(self.corner, names - 8, 9, True), 9, bold=True, colour=themes.PAPER)
        for index, head in enumerate(self.columns.values()):
            x = MARGIN + names + (index + 0.5) * self.step
            size = 8.5 if width(head, 8.5, True) < self.step - 3 else 7.0
            text = fit(head, self.step - 3, size, True)
            canvas.text(x, y + 12.5, text, size, bold=True, colour=themes.PAPER, align="c")

    def _draw_row(self, canvas: Canvas, y: float, names: float, row: str, name: str) -> None:
        canvas.text(MARGIN + 4, y + 12.5, fit(name, names - 8, 9), 9)
        w = names + len(self.columns) * self.step
        canvas.line([(MARGIN, y + _ROW), (MARGIN + w, y + _ROW)], Stroke(themes.HAIR, 0.7))
        for index, column in enumerate(self.columns):
            cell = self.cells.get((row, column))
            if cell is not None:
                x = MARGIN + names + index * self.step
                with canvas.group(cell.sentence):
                    canvas.rect(x + 1, y + 1, self.step - 2, _ROW - 2, cell.fill)
                    canvas.text(x + self.step / 2, y + 12.3, cell.text, 8.5, align="c")
