"""The marks that roadmaps are made of, and the sizes that they share. Lengths are points."""

from __future__ import annotations

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.plan_view import PlanView

ROW = 19.0
"""The height of a row of a lane."""
BAR = 13.0
"""The height of a bar in it."""
BAND = 16.0
"""The height of a lane's title."""
LABEL = 9.0
"""The size of the text of a row's name."""
RISK_BOX = 11.0
"""The width of the box with the risk's letter at the start of a bar."""
CRITICAL = Stroke(themes.BLACK, 2.2)
"""The edge of what is on the critical path."""

GATE = Stroke(themes.INK, 1.3, "dotted")
"""The line from a system to the service whose build waits for it."""


def chip_width(code: str) -> float:
    """The width of a service's chip."""
    return max(width(code, 7.5, True) + 6, 16.0)


def service_chip(canvas: Canvas, x: float, y: float, code: str, colour: str) -> None:
    """A service's code, white on its colour."""
    w = chip_width(code)
    canvas.rect(x, y, w, BAR, colour)
    canvas.text(x + w / 2, y + 9.4, code, 7.5, bold=True, colour=themes.PAPER, align="c")


def risk_box(canvas: Canvas, x: float, y: float, view: PlanView, risk: str) -> None:
    """The risk's letter, white on its colour."""
    canvas.rect(x, y, RISK_BOX, BAR, themes.RISK[risk])
    if risk:
        letter = view.words.risk_letter(risk)
        canvas.text(x + RISK_BOX / 2, y + 9.4, letter, 7.5, bold=True, colour=themes.PAPER, align="c")


def critical_frame(canvas: Canvas, x: float, y: float, w: float) -> None:
    """The heavy frame around a bar on the critical path."""
    canvas.line([(x, y), (x + w, y), (x + w, y + BAR), (x, y + BAR), (x, y - 1)], CRITICAL)


def ghost_bar(canvas: Canvas, x: float, end: float, y: float) -> None:
    """Where the approved plan had a move: a dashed frame, a little higher than a bar, so that it shows behind one."""
    top, bottom = y + 1, y + ROW - 1
    corners = [(x + 1, top), (end - 1, top), (end - 1, bottom), (x + 1, bottom), (x + 1, top)]
    canvas.line(corners, Stroke(themes.GREY, 1.2, "dashed"))


def gate_mark(canvas: Canvas, x: float, y: float) -> None:
    """A gate: a black post where a build may begin."""
    canvas.rect(x - 1.5, y - 2, 4, BAR + 4, themes.BLACK)


def end_of_support_mark(canvas: Canvas, x: float, y: float) -> None:
    """A red pin where support ends."""
    canvas.rect(x - 0.8, y + 2.5, 1.6, ROW - 4, themes.RED)
    canvas.shape("invtriangle", x, y + 4, 7, themes.RED)
