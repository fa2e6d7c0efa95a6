"""Where the parts of a chart are: its axes, the bands of its labels, the legend; and how its series are told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.engine.themes import GREY
from consolidate.language import Language
from consolidate.report.document import Chart, Series

WIDTH, PLOT = 760.0, 250.0
"""The width of a chart, and the height of what is inside its axes, in points."""
SIZE = 12.0
"""The size of its letters, in points."""
COLOURS = ("#1d70b8", "#912b88", "#0b6e6e", "#7a4a1e", "#003078", "#a3195b", "#566400", "#4c2c92")
DASHES = ("", "9 4", "2 4", "9 3 2 3")


def axis_ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """At most seven round numbers, from below ``low`` to above ``high``.

    >>> axis_ticks(0, 70), axis_ticks(0, 0.9), axis_ticks(-3, 4, whole=True), axis_ticks(0, 0, whole=True)
    ([0, 20, 40, 60, 80], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [-4, -2, 0, 2, 4], [0, 1])
    """
    if high <= low:
        high = low + 1
    size = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(size * times for times in (1, 2, 2.5, 5, 10) if (high - low) / (size * times) <= 5)
    if whole:
        step = float(max(1, math.ceil(step)))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    found = [round(step * number, digits) for number in range(first, last + 1)]
    return [int(tick) for tick in found] if step == int(step) else found


@dataclass(frozen=True)
class SeriesStyle:
    """How a series is told apart: by colour, dashes, markers (-1: none) and patterns (-1: none)."""

    colour: str
    dash: str
    marker: int
    pattern: int


@dataclass(frozen=True)
class ChartLayout:
    """Where the parts of a chart are, in points from its top left."""

    chart: Chart
    language: Language

    @cached_property
    def bars(self) -> list[Series]:
        """Series drawn as bars."""
        return [series for series in self.chart.series if series.style == "bar"]

    @cached_property
    def lines(self) -> list[Series]:
        """Series labelled where they end: lines and steps, and what was approved if it is drawn as a line."""
        return [one for one in self.chart.series if one.style != "bar" and not self.hollow(one)]

    def hollow(self, series: Series) -> bool:
        """Whether a series is drawn as hollow bars behind the others: what was approved, where there are bars."""
        return series.style == "ghost" and bool(self.bars)

    @cached_property
    def boxes(self) -> list[Series]:
        """Series that are explained above the chart: bars, and hollow bars."""
        return [one for one in self.chart.series if one.style == "bar" or self.hollow(one)]

    @cached_property
    def styles(self) -> dict[int, SeriesStyle]:
        """By the place of a series in the chart."""
        found, own = {}, 0
        for place, series in enumerate(self.chart.series):
            if series.style == "ghost":
                found[place] = SeriesStyle(GREY, "5 4", -1, -1)
                continue
            dash = DASHES[own % len(DASHES)] if series.style != "bar" else ""
            found[place] = SeriesStyle(COLOURS[own % len(COLOURS)], dash, own % 4, own % 4)
            own += 1
        return found

    def style(self, series: Series) -> SeriesStyle:
        """A series' style."""
        return self.styles[next(place for place, one in enumerate(self.chart.series) if one is series)]

    @cached_property
    def ticks(self) -> list[float]:
        """The numbers at the vertical axis."""
        values = [value for series in self.chart.series for value in series.values if value is not None]
        whole = all(float(value).is_integer() for value in values)
        return axis_ticks(min([0.0, *values]), max([0.0, *values]), whole)

    def written(self, value: float) -> str:
        """A number with as many decimals as the axis needs."""
        step = self.ticks[1] - self.ticks[0]
        return self.language.number(value, max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0)

    @cached_property
    def left(self) -> float:
        """The left end of the axis."""
        return max(width(self.tick_label(tick), SIZE) for tick in self.ticks) + 12

    def tick_label(self, tick: float) -> str:
        """The number at a tick of the axis."""
        step = self.ticks[1] - self.ticks[0]
        return self.language.number(tick, 0 if step == int(step) else min(3, len(f"{step:.10g}".partition(".")[2])))

    @cached_property
    def right(self) -> float:
        """The right end of the axis; beyond it are the names of the lines."""
        wide = max((width(series.name, SIZE, True) for series in self.lines), default=0.0)
        return WIDTH - (min(wide, 240.0) + 20 if self.lines else 8)

    @cached_property
    def band(self) -> float:
        """The width of one label."""
        return (self.right - self.left) / max(len(self.chart.labels), 1)

    @cached_property
    def legend(self) -> list[tuple[float, float, Series]]:
        """Where each box of the legend is: x, row."""
        places, x, row = [], self.left, 0
        for series in self.boxes if len(self.chart.series) > 1 else ():
            w = 22 + width(series.name, SIZE) + 20
            if x + w > WIDTH and x > self.left:
                x, row = self.left, row + 1
            places.append((x, float(row), series))
            x += w
        return places

    @cached_property
    def top(self) -> float:
        """The top of the vertical axis, below the unit, the legend and the marks."""
        rows = 1 + max((row for _, row, _ in self.legend), default=-1.0)
        over = 12 if self.bars and self.legend else 0  # the number on a bar that is as high as the axis
        return 26 + 18 * rows + (16 if self.chart.marks else 0) + over

    @property
    def bottom(self) -> float:
        """The bottom of the vertical axis."""
        return self.top + PLOT

    @cached_property
    def middles(self) -> list[float]:
        """Where each label stands: at equal distances, or as far apart as the amounts that they are for."""
        first, last = self.left + self.band / 2, self.right - self.band / 2
        amounts = self.chart.amounts or range(len(self.chart.labels))
        whole = amounts[-1] - amounts[0] if amounts else 0
        return [first + (last - first) * ((amount - amounts[0]) / whole if whole else 0) for amount in amounts]

    def x(self, place: int, share: float = 0.5) -> float:
        """A place within a label's band: 0 is its left edge, 1 its right."""
        return self.middles[place] + (share - 0.5) * self.band

    def y(self, value: float) -> float:
        """The height at which a value is drawn."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.bottom - (value - low) / (high - low) * PLOT
