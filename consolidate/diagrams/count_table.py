"""A table of counts as a picture, for what is too much for lines: rows, columns, a count in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.fonts import fit, width, wrap

_LEFT, _ROW = 20.0, 18.0


@dataclass(frozen=True)
class Cell:
    """``text`` on ``fill``; ``sentence`` says it in full."""

    text: str
    sentence: str
    fill: str = themes.WATER


@dataclass
class Grid:
    """``rows`` and ``columns`` by key: what to write beside or above them. ``key`` explains below."""

    rows: Mapping[str, str]
    columns: Mapping[str, str]
    cells: Mapping[tuple[str, str], Cell]
    corner: str
    key: Sequence[str]
    step: float = 40.0

    def draw(self, canvas: Canvas, subtitle: str) -> Canvas:
        """Fill a sheet with the table."""
        names = min(280.0, max([120.0, *(width(name, 9) + 14 for name in self.rows.values())]))
        self.step = max([40.0, *(width(cell.text, 8.5) + 8 for cell in self.cells.values())])
        room = max(names + len(self.columns) * self.step, 700.0)
        heads = wrap(subtitle, room * 0.93, 9.5, 4)
        top = 40.0 + 13 * len(heads) + 8
        notes = [line for text in self.key for line in wrap(text, room * 0.93, 8.5, 40)]
        canvas.width = room + 2 * _LEFT
        canvas.height = top + (len(self.rows) + 1) * _ROW + 14 + 12 * len(notes) + _LEFT
        canvas.text(_LEFT, 27, fit(canvas.title, room, 19, True), 19, bold=True)
        for index, line in enumerate(heads):
            canvas.text(_LEFT, 45 + 13 * index, line, 9.5, colour=themes.GREY)
        self._head(canvas, top, names)
        for index, (row, name) in enumerate(self.rows.items()):
            self._row(canvas, top + (index + 1) * _ROW, names, row, name)
        for index, line in enumerate(notes):
            y = top + (len(self.rows) + 1) * _ROW + 20 + 12 * index
            canvas.text(_LEFT, y, line, 8.5)
        return canvas

    def _head(self, canvas: Canvas, y: float, names: float) -> None:
        canvas.rect(_LEFT, y, names + len(self.columns) * self.step, _ROW, themes.BAND)
        canvas.text(_LEFT + 4, y + 12.5, fit(self.corner, names - 8, 9, True), 9, bold=True, colour=themes.PAPER)
        for index, head in enumerate(self.columns.values()):
            x = _LEFT + names + (index + 0.5) * self.step
            size = 8.5 if width(head, 8.5, True) < self.step - 3 else 7.0
            text = fit(head, self.step - 3, size, True)
            canvas.text(x, y + 12.5, text, size, bold=True, colour=themes.PAPER, to="c")

    def _row(self, canvas: Canvas, y: float, names: float, row: str, name: str) -> None:
        canvas.text(_LEFT + 4, y + 12.5, fit(name, names - 8, 9), 9)
        w = names + len(self.columns) * self.step
        canvas.line([(_LEFT, y + _ROW), (_LEFT + w, y + _ROW)], themes.HAIR, 0.7)
        for index, column in enumerate(self.columns):
            found = self.cells.get((row, column))
            if found is not None:
                x = _LEFT + names + index * self.step
                with canvas.group(found.sentence):
                    canvas.rect(x + 1, y + 1, self.step - 2, _ROW - 2, found.fill)
                    canvas.text(x + self.step / 2, y + 12.3, found.text, 8.5, to="c")
