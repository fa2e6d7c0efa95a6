"""What all drawings have alike: the page's margin, a title and a subtitle."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.fonts import fit, width, wrap

MARGIN = 20.0
"""The page's margin, in points."""
TITLE_HEIGHT, LINE_HEIGHT = 40.0, 13.0
"""The heights of the title and of each line of the subtitle."""


def subtitle_lines(text: str, room: float) -> list[str]:
    """A subtitle in up to four lines that fit in ``room`` points, whatever the font."""
    return wrap(text, room * 0.93, 9.5, 4)


def draw_heading(canvas: Canvas, lines: Sequence[str], room: float) -> None:
    """The canvas's title, its marking at the right, and the lines of the subtitle below."""
    marked = width(canvas.marking, 11, True) + 16 if canvas.marking else 0.0
    canvas.text(MARGIN, 27, fit(canvas.title, room - marked, 19, True), 19, bold=True)
    canvas.text(MARGIN + room, 27, canvas.marking, 11, bold=True, align="r")
    for index, line in enumerate(lines):
        canvas.text(MARGIN, 45 + LINE_HEIGHT * index, line, 9.5, colour=themes.GREY)
