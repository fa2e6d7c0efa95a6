"""Partners that join on the way: their lanes begin where they join."""

from __future__ import annotations

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width
from consolidate.diagrams.lanes import Lane
from consolidate.diagrams.marks import BAND, ROW
from consolidate.diagrams.page import MARGIN
from consolidate.diagrams.plan_view import PlanView

_JOINS = Stroke(themes.GREY, 1.6)
"""The line where a partner joins."""


def cover_before_joining(canvas: Canvas, axis: Axis, lane: Lane) -> None:
    """Covers the quarters before a lane begins, or before a row of it does."""
    if lane.joins:
        _cover(canvas, axis, lane.joins, lane.y + BAND, lane.height - BAND)
        return
    for index, row in enumerate(lane.rows):
        if row.joins:
            _cover(canvas, axis, row.joins, lane.top(index) + 0.5, ROW - 1)


def _cover(canvas: Canvas, axis: Axis, joins: int, y: float, h: float) -> None:
    x = axis.x(joins)
    canvas.rect(axis.left, y, x - axis.left, h, themes.ABSENT)
    canvas.line([(x, y), (x, y + h)], _JOINS)


def draw_joining_band(view: PlanView, canvas: Canvas, axis: Axis, lane: Lane) -> None:
    """The title of a lane whose partner joins on the way: the dark band begins where it does."""
    x, y = axis.x(lane.joins), lane.y
    before, after = x - MARGIN, axis.right - x
    said = view.language.text("joins {quarter}", quarter=view.words.quarter(lane.joins))
    canvas.rect(MARGIN, y, before, BAND, themes.ABSENT)
    canvas.rect(x, y, after, BAND, themes.BAND)
    base = y + 11.7
    if width(lane.title, 10, True) + 8 <= before or before >= after:
        canvas.text(MARGIN + 4, base, fit(lane.title, before - 8, 10, True), 10, bold=True)
        canvas.text(x + 4, base, fit(said, after - 8, 8.5), 8.5, colour=themes.PAPER)
    else:
        canvas.text(x + 4, base, fit(lane.title, after - 8, 10, True), 10, bold=True, colour=themes.PAPER)
        canvas.text(x - 6, base, fit(said, before - 10, 8.5), 8.5, align="r")
