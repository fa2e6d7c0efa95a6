"""From a canvas to a picture as a file holds it: an SVG for every screen reader, and a PNG of the same.

Graphviz draws the shapes and lines; the texts are the canvas's word (see ``accessible_svg``). The PNG is made from the
SVG by Typst in the font that the widths are measured in, whatever fonts the machine has; where Typst is not installed,
Graphviz draws it in the machine's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.diagrams.engine.accessible_svg import accessible
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.rendering import Job, render
from consolidate.typesetting.typst_compiler import can_set, svg_to_png

_PIXELS = 2_100
"""How wide a PNG is, unless its page is very wide, or very long."""
_LEAST_DPI, _MOST_PIXELS = 96.0, 30_000


@dataclass(frozen=True)
class Drawing:
    """A canvas, its graph in Graphviz's language, and the format in which it is wanted: ``svg`` or ``png``."""

    canvas: Canvas
    graph: str
    format: str

    @property
    def dpi(self) -> float:
        """Pixels of a PNG for each inch of the page."""
        most = 72 * _MOST_PIXELS / max(self.canvas.width, self.canvas.height)
        return min(max(_LEAST_DPI, 72 * _PIXELS / self.canvas.width), most)


def rendered(drawings: Sequence[Drawing], language: str) -> list[bytes]:
    """The picture of each drawing, in their order; ``language`` is the tag of their texts (``en-GB``).

    Raises:
        CannotDraw: no Graphviz is found, or it fails.
    """
    by_typst = can_set()
    jobs: dict[tuple[int, str], Job] = {}
    for one in drawings:
        kind = "svg" if by_typst else one.format
        if (id(one.canvas), kind) not in jobs:
            graph = one.canvas.to_dot(texts=False) if kind == "svg" else one.graph
            jobs[id(one.canvas), kind] = Job(graph, kind, one.dpi)
    drawn = dict(zip(jobs, render(list(jobs.values())), strict=True))
    pictures: list[bytes] = []
    described: dict[int, bytes] = {}
    for one in drawings:
        if not by_typst and one.format == "png":
            pictures.append(drawn[id(one.canvas), "png"])
            continue
        if id(one.canvas) not in described:  # the PNG of a canvas is made from its SVG
            described[id(one.canvas)] = accessible(drawn[id(one.canvas), "svg"], one.canvas, language)
        svg = described[id(one.canvas)]
        pixels = round(one.canvas.width * one.dpi / 72)
        pictures.append(svg if one.format == "svg" else svg_to_png(svg.decode(), pixels))
    return pictures
