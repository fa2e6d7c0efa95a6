"""A picture of intervals: one row each, what was found and between what it is proven to lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from consolidate.diagrams.engine.fonts import fit
from consolidate.diagrams.engine.themes import GREY, HAIR, INK, WATER
from consolidate.report.formats.chart_layout import COLOURS, SIZE, WIDTH, axis_ticks
from consolidate.report.formats.svg_elements import escaped, marker, polyline, rectangle, text_element

_NAMES, _RIGHT = 250.0, 60.0
"""Points at the left for names, and at the right."""
_ROW, _HEAD, _FOOT = 36.0, 24.0, 12.0
"""The heights of a row, of the axis above them and of what is below, in points."""
_FONTS = "Arimo, Helvetica, Arial, Liberation Sans, Nimbus Sans, sans-serif"


@dataclass(frozen=True)
class DrawnInterval:
    """A row: its name, a remark below it, what was found, and between what it is proven to lie."""

    name: str
    remark: str
    found: float
    low: float
    high: float


def interval_svg(title: str, description: str, rows: Sequence[DrawnInterval], written: Callable[[float], str]) -> str:
    """Intervals as a picture: a band from the least to the most that is proven, a diamond at what was found.

    Args:
        title, description: what a screen reader reads.
        rows: one at least; no amount is below 0.
        written: an amount as a text.
    """
    height = _HEAD + _ROW * len(rows) + _FOOT
    ticks = axis_ticks(0, max(max(row.high for row in rows), 1.0))
    scale = (WIDTH - _NAMES - _RIGHT) / ticks[-1]
    parts = [*_axis(ticks, scale, height, written)]
    for number, row in enumerate(rows):
        parts += _row(row, _HEAD + _ROW * number, scale, written)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{height:g}"'
            f' viewBox="0 0 {WIDTH:g} {height:g}" role="img" font-family="{_FONTS}" font-size="{SIZE:g}">',
            f"<title>{escaped(title)}</title><desc>{escaped(description)}</desc>",
            *parts,
            "</svg>",
        ]
    )


def _axis(ticks: Sequence[float], scale: float, height: float, written: Callable[[float], str]) -> Iterator[str]:
    for tick in ticks:
        x = _NAMES + tick * scale
        yield polyline([(x, _HEAD - 4), (x, height - _FOOT)], INK if tick == 0 else HAIR, 1.2 if tick == 0 else 1)
        yield text_element(x, 12, written(tick), SIZE - 1, colour=GREY, anchor="middle")


def _row(row: DrawnInterval, top: float, scale: float, written: Callable[[float], str]) -> Iterator[str]:
    middle = top + _ROW / 2
    left, right, at = (_NAMES + amount * scale for amount in (row.low, row.high, row.found))
    yield text_element(0, middle - 3, fit(row.name, _NAMES - 12, SIZE, bold=True), SIZE, bold=True)
    yield text_element(0, middle + 11, fit(row.remark, _NAMES - 12, SIZE - 1), SIZE - 1, colour=GREY)
    yield rectangle(left, middle - 6, max(right - left, 1), 12, fill=WATER, edge=GREY)
    yield marker(at, middle, 2, COLOURS[0])
    yield text_element(max(right, at) + 9, middle + 4, written(row.found), SIZE - 1, halo=True)
