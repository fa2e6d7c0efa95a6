"""The page of plateaus: a column for each time, between them what changes, below in words what appears and goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width, wrap
from consolidate.diagrams.landscape import OUTSIDE, READY, RETIRED, Gap, Plateau
from consolidate.diagrams.legend import LegendEntry, draw_legend, legend_height
from consolidate.diagrams.page import LINE_HEIGHT, MARGIN, TITLE_HEIGHT, draw_heading, subtitle_lines
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.plateau_words import changes, moment

COLUMN, BETWEEN = 262.0, 124.0
"""The width of a column, and of the room between two."""
_HEAD = 34.0
_ABOVE = 3
"""The most lines above an arrow that say how much changes; a fourth stands below it."""
_LINE = 11.5
"""The height of a line of what appears and goes."""
_MOST_LINES = 8
"""The most lines in which the systems of one kind are named."""


def left(index: int) -> float:
    """The left edge of a column."""
    return MARGIN + index * (COLUMN + BETWEEN)


def right(index: int) -> float:
    """The right edge of a column."""
    return left(index) + COLUMN


class PlateauBody(Protocol):
    """What stands in the columns: systems one by one (:mod:`.plateau_systems`), or counted (:mod:`.plateau_counts`)."""

    @property
    def height(self) -> float:
        """The height of every column."""
        ...

    def draw(self, canvas: Canvas, top: float) -> None:
        """Draw all columns and what leads from one to the next; ``top`` is their upper edge."""
        ...

    def legend(self) -> Sequence[LegendEntry]:
        """The signs that are used, and what they mean."""
        ...


@dataclass
class PlateauSheet:
    """A page to draw; ``named``: how many systems are named in each line of what appears and goes."""

    view: PlanView
    canvas: Canvas
    subtitle: str
    plateaus: Sequence[Plateau]
    gaps: Sequence[Gap]
    body: PlateauBody
    named: int

    def draw(self) -> Canvas:
        """Work out where everything stands, then draw it."""
        canvas = self.canvas
        room = right(len(self.plateaus) - 1) - MARGIN
        heading = subtitle_lines(self.subtitle, room)
        canvas.width = room + 2 * MARGIN
        heads = TITLE_HEIGHT + LINE_HEIGHT * len(heading) + 6
        top = heads + _HEAD + 12
        said = [self._changes(gap) for gap in self.gaps]
        below = top + self.body.height + 16
        legend = self.body.legend()
        legend_y = below + 16 + _LINE * max(len(lines) for lines in said) + 12
        canvas.height = legend_y + legend_height(legend, room) + MARGIN
        draw_heading(canvas, heading, room)
        for index, one in enumerate(self.plateaus):
            self._draw_head(index, heads, one)
        for index, gap in enumerate(self.gaps):
            self._draw_summary(index, heads, gap)
        self.body.draw(canvas, top)
        self._draw_changes(below, said)
        draw_legend(canvas, legend, legend_y, room)
        return canvas

    def _draw_head(self, index: int, y: float, plateau: Plateau) -> None:
        """The time of a column, and what is there then."""
        canvas, words = self.canvas, self.view.words
        there = sum(one.state not in (OUTSIDE, RETIRED) for one in plateau.systems.values())
        services = sum(stage == READY for stage in plateau.services.values())
        text = self.view.language.text(
            "{systems}; {services}",
            systems=words.systems(there),
            services=self.view.language.plural("{n} shared service", "{n} shared services", services),
        )
        canvas.rect(left(index), y, COLUMN, _HEAD, themes.BLACK)
        title = fit(moment(self.view, plateau.quarter), COLUMN - 16, 11, True)
        canvas.text(left(index) + 8, y + 14, title, 11, bold=True, colour=themes.PAPER)
        canvas.text(left(index) + 8, y + 27, fit(text, COLUMN - 16, 8.5), 8.5, colour=themes.PAPER)

    def _draw_summary(self, index: int, y: float, gap: Gap) -> None:
        """An arrow from one time to the next, and in a few words how much changes."""
        moved = sum(map(len, gap.moved.values()))
        language = self.view.language
        counted = [
            (len(gap.ready), language.plural("+{n} service", "+{n} services", len(gap.ready))),
            (moved, language.plural("{n} moves in", "{n} move in", moved)),
            (len(gap.renewed), language.plural("{n} renewed", "{n} renewed", len(gap.renewed))),
            (len(gap.retired), language.plural("{n} goes", "{n} go", len(gap.retired))),
        ]
        texts = [text for count, text in counted if count]
        x, w = right(index) + 4, BETWEEN - 8
        lines = _joined(texts, w - 4) if texts else [language.text("no change")]
        middle = y + _HEAD - 6
        above = lines[:_ABOVE]
        for line, text in enumerate(above):
            self.canvas.text(x + w / 2, middle - 6 - 9.5 * (len(above) - 1 - line), text, 8, align="c")
        for text in lines[_ABOVE:]:  # one at most
            self.canvas.text(x + w / 2, middle + 12, text, 8, align="c")
        self.canvas.line([(x, middle), (x + w, middle)], Stroke(themes.BLACK, 1.6), arrow=8)

    def _changes(self, gap: Gap) -> list[tuple[str, bool]]:
        """The lines of what appears and goes, and whether each is a heading."""
        room = COLUMN + BETWEEN - 20
        lines: list[tuple[str, bool]] = []
        for heading, text in changes(self.view, gap, self.named):
            if heading:
                lines.append((fit(heading, room, 8.5, True), True))
            lines += [(line, False) for line in wrap(text, room - 8, 8.5, _MOST_LINES)]
        return lines

    def _draw_changes(self, y: float, said: Sequence[Sequence[tuple[str, bool]]]) -> None:
        """What appears and goes, under each column what has changed before it."""
        canvas, language = self.canvas, self.view.language
        canvas.line([(MARGIN, y - 6), (self.canvas.width - MARGIN, y - 6)], Stroke(themes.FAINT))
        canvas.text(MARGIN, y + 10, fit(language.text("What appears and goes"), COLUMN, 10, True), 10, bold=True)
        for index, lines in enumerate(said, 1):
            x = left(index) - BETWEEN + 20
            quarter = self.view.words.quarter(self.plateaus[index].quarter)
            title = language.text("By the end of {quarter}", quarter=quarter)
            title = fit(title, COLUMN + BETWEEN - 20, 10, True)
            canvas.text(x, y + 10, title, 10, bold=True)
            canvas.line([(x, y + 14), (x + width(title, 10, True), y + 14)], Stroke(themes.BLACK))
            for line, (text, bold) in enumerate(lines):
                canvas.text(x + (0 if bold else 8), y + 27 + _LINE * line, text, 8.5, bold=bold)


def _joined(texts: Sequence[str], room: float) -> list[str]:
    """Texts with commas between, in as many lines as they need, none of them broken."""
    lines = [texts[0]]
    for text in texts[1:]:
        longer = f"{lines[-1]}, {text}"
        if width(f"{longer},", 8) <= room:
            lines[-1] = longer
        else:
            lines[-1] += ","
            lines.append(text)
    return [fit(line, room, 8) for line in lines]
