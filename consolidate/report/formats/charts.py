"""Charts as SVG, drawn by ourselves: small, the same every time, readable without colour.

Lines differ in dashes and markers, bars in patterns, as well as in colour; each line is labelled where it
ends. Nothing is read off the machine: widths of text come from a table of Helvetica's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import pairwise
from typing import Any

from consolidate.diagrams.engine.fonts import fit, width, wrap
from consolidate.diagrams.engine.themes import FAINT, GREY, HAIR, INK, PAPER, WATER
from consolidate.language import Language
from consolidate.report.document import Chart, Series
from consolidate.report.safe_text import clean

WIDTH, PLOT = 760.0, 250.0
"""The width of a chart, and the height of what is inside its axes, in points."""
_SIZE = 12.0
_COLOURS = ("#1d70b8", "#912b88", "#0b6e6e", "#7a4a1e", "#003078", "#a3195b", "#566400", "#4c2c92")
_DASHES = ("", "9 4", "2 4", "9 3 2 3")
_FONTS = "Helvetica, Arial, Liberation Sans, Nimbus Sans, Arimo, sans-serif"


def chart_svg(chart: Chart, language: Language, prefix: str = "chart") -> str:
    """A chart as an SVG element. ``prefix`` and the chart's key begin its ids: unique where they are.

    The element has the role ``img``, its title and its description.
    """
    plot = _Plot(chart, language, f"{prefix}-{chart.key}")
    return plot.draw()


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
class _Style:
    colour: str
    dash: str
    marker: int
    pattern: int


@dataclass(frozen=True)
class _Plot:
    chart: Chart
    language: Language
    name: str

    # What stands where

    @cached_property
    def bars(self) -> list[Series]:
        return [series for series in self.chart.series if series.style == "bar"]

    @cached_property
    def lines(self) -> list[Series]:
        """Series labelled where they end: lines and steps, and what was approved if it is drawn as a line."""
        return [one for one in self.chart.series if one.style != "bar" and not self._hollow(one)]

    def _hollow(self, series: Series) -> bool:
        return series.style == "ghost" and bool(self.bars)

    @cached_property
    def boxes(self) -> list[Series]:
        """Series that are explained above the chart: bars, and hollow bars."""
        return [one for one in self.chart.series if one.style == "bar" or self._hollow(one)]

    @cached_property
    def styles(self) -> dict[int, _Style]:
        """By the place of a series in the chart."""
        found, own = {}, 0
        for place, series in enumerate(self.chart.series):
            if series.style == "ghost":
                found[place] = _Style(GREY, "5 4", -1, -1)
                continue
            dash = _DASHES[own % len(_DASHES)] if series.style != "bar" else ""
            found[place] = _Style(_COLOURS[own % len(_COLOURS)], dash, own % 4, own % 4)
            own += 1
        return found

    def style(self, series: Series) -> _Style:
        return self.styles[next(place for place, one in enumerate(self.chart.series) if one is series)]

    @cached_property
    def ticks(self) -> list[float]:
        values = [value for series in self.chart.series for value in series.values if value is not None]
        whole = all(float(value).is_integer() for value in values)
        return axis_ticks(min([0.0, *values]), max([0.0, *values]), whole)

    def written(self, value: float) -> str:
        """A number with as many decimals as the axis needs."""
        step = self.ticks[1] - self.ticks[0]
        return self.language.number(value, max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0)

    @cached_property
    def left(self) -> float:
        return max(width(self._tick(tick), _SIZE) for tick in self.ticks) + 12

    def _tick(self, tick: float) -> str:
        step = self.ticks[1] - self.ticks[0]
        return self.language.number(tick, 0 if step == int(step) else min(3, len(f"{step:.10g}".partition(".")[2])))

    @cached_property
    def right(self) -> float:
        """The right end of the axis; beyond it stand the names of the lines."""
        wide = max((width(series.name, _SIZE, True) for series in self.lines), default=0.0)
        return WIDTH - (min(wide, 190.0) + 20 if self.lines else 8)

    @cached_property
    def band(self) -> float:
        return (self.right - self.left) / max(len(self.chart.labels), 1)

    @cached_property
    def legend(self) -> list[tuple[float, float, Series]]:
        """Where each box of the legend stands: x, row."""
        places, x, row = [], self.left, 0
        for series in self.boxes if len(self.chart.series) > 1 else ():
            w = 22 + width(series.name, _SIZE) + 20
            if x + w > WIDTH and x > self.left:
                x, row = self.left, row + 1
            places.append((x, float(row), series))
            x += w
        return places

    @cached_property
    def top(self) -> float:
        rows = 1 + max((row for _, row, _ in self.legend), default=-1.0)
        over = 12 if self.bars and self.legend else 0  # the number on a bar that is as high as the axis
        return 26 + 18 * rows + (16 if self.chart.marks else 0) + over

    @property
    def bottom(self) -> float:
        return self.top + PLOT

    def x(self, place: int, share: float = 0.5) -> float:
        """A place within a label's band: 0 is its left edge, 1 its right."""
        return self.left + (place + share) * self.band

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.bottom - (value - low) / (high - low) * PLOT

    # Drawing

    def draw(self) -> str:
        foot, height = self._labels()
        parts = [*self._patterns(), *self._ground(), *self._hollow_bars(), *self._solid_bars()]
        parts += [part for series in self.lines for part in self._line(series)]
        parts += [*self._names(), *self._legend(), *foot]
        chart = self.chart
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img"'
            f' aria-labelledby="{escape(self.name)}-title" aria-describedby="{escape(self.name)}-desc"'
            f' font-family="{_FONTS}" font-size="{_SIZE:g}">'
        )
        title = f'<title id="{escape(self.name)}-title">{_text(chart.title)}</title>'
        desc = f'<desc id="{escape(self.name)}-desc">{_text(chart.description)}</desc>'
        return "\n".join([head, title, desc, *parts, "</svg>"])

    def _patterns(self) -> Iterator[str]:
        """Bars are told apart by hatching, too."""
        shapes = (
            "",
            '<path d="M-1 1l2-2M0 8l8-8M7 9l2-2" stroke="{c}" stroke-width="2.4"/>',
            '<circle cx="2" cy="2" r="1.6" fill="{c}"/><circle cx="6" cy="6" r="1.6" fill="{c}"/>',
            '<path d="M0 2h8M0 6h8" stroke="{c}" stroke-width="2"/>',
        )
        for number, series in enumerate(self.bars):
            style = self.style(series)
            if style.pattern > 0:
                body = shapes[style.pattern].format(c=style.colour)
                yield (
                    f'<pattern id="{escape(self.name)}-p{number}" width="8" height="8" patternUnits="userSpaceOnUse">'
                    f'<rect width="8" height="8" fill="{PAPER}"/>{body}</pattern>'
                )

    def _fill(self, series: Series) -> str:
        style = self.style(series)
        if style.pattern <= 0:
            return style.colour
        number = next(place for place, one in enumerate(self.bars) if one is series)
        return f"url(#{escape(self.name)}-p{number})"

    def _ground(self) -> Iterator[str]:
        """Shaded stretches, lines at the ticks, the unit."""
        for first, last, text in self.chart.marks:
            x, w = self.x(first, 0), self.band * (last - first + 1)
            yield _rect(x, self.top, w, PLOT, fill=WATER)
            yield _rect(x, self.top - 16, w, 16, fill=WATER)
            yield _write(x + w / 2, self.top - 4, fit(text, max(w, 60) - 4, 11), 11, anchor="middle")
        yield _write(0, 12, fit(self.chart.unit, WIDTH, _SIZE), _SIZE, colour=GREY)
        for tick in self.ticks:
            y = self.y(tick)
            colour, weight = (INK, 1.2) if tick == 0 else (FAINT if tick == self.ticks[0] else HAIR, 1)
            yield _stroke([(self.left, y), (self.right, y)], colour, weight)
            yield _write(self.left - 6, y + 4, self._tick(tick), _SIZE, colour=GREY, anchor="end")

    def _hollow_bars(self) -> Iterator[str]:
        for series in self.boxes:
            if series.style == "ghost":
                for place, value in enumerate(series.values):
                    if value:
                        yield self._box(place, 0.06, 0.88, value, PAPER, GREY, ' stroke-dasharray="4 3"')

    def _solid_bars(self) -> Iterator[str]:
        share = 0.72 / max(len(self.bars), 1)
        for number, series in enumerate(self.bars):
            fill, colour = self._fill(series), self.style(series).colour
            for place, value in enumerate(series.values):
                if value:
                    yield self._box(place, 0.14 + number * share, share, value, fill, colour)
                    text = self.written(value)
                    if width(text, 10) < share * self.band + 3:
                        x = self.x(place, 0.14 + (number + 0.5) * share)
                        yield _write(x, self.y(value) + (-4 if value > 0 else 12), text, 10, anchor="middle", halo=True)

    def _box(self, place: int, at: float, share: float, value: float, fill: str, edge: str, more: str = "") -> str:
        y, nought = self.y(value), self.y(0)
        return _rect(self.x(place, at), min(y, nought), self.band * share, abs(y - nought), fill, edge, more)

    def _line(self, series: Series) -> Iterator[str]:
        """A line through the middles, or a step across each whole band; broken where there is no value."""
        style, step = self.style(series), series.style == "step"
        weight = 1.8 if series.style == "ghost" else 2.4
        for run in _runs(series.values):
            points = [(self.x(place, share), self.y(value)) for place, value in run for share in _shares(step)]
            yield _stroke(points, style.colour, weight, style.dash)
            if not step and style.marker >= 0 and self.band > 9:
                yield from (_marker(*point, style.marker, style.colour) for point in points)

    def _names(self) -> Iterator[str]:
        """The name of each line: where it ends early, just there; else beside the plot, apart from the others."""
        ends = []
        for series in self.lines:
            last = [(place, value) for place, value in enumerate(series.values) if value is not None][-1:]
            ends += [
                (self.y(value), self.x(place, _shares(series.style == "step")[-1]), series) for place, value in last
            ]
        early = [end for end in ends if self.right - end[1] > width(end[2].name, _SIZE, True) + 12]
        for y, x, series in early:
            colour = self.style(series).colour
            yield _write(x + 8, y + 14, series.name, _SIZE, colour=colour, bold=True, halo=True)
        ends = sorted((end for end in ends if end not in early), key=lambda end: end[0])
        heights = _apart([y for y, _, _ in ends], 15, self.top, self.bottom)
        for (y, x, series), height in zip(ends, heights, strict=True):
            colour = self.style(series).colour
            yield _stroke([(x + 4, y), (self.right + 3, height), (self.right + 8, height)], colour, 0.8)
            text = fit(series.name, WIDTH - self.right - 12, _SIZE, True)
            yield _write(self.right + 11, height + 4, text, _SIZE, colour=colour, bold=True)

    def _legend(self) -> Iterator[str]:
        for x, row, series in self.legend:
            y = 20 + 18 * row
            ghost = series.style == "ghost"
            more = ' stroke-dasharray="4 3"' if ghost else ""
            fill = PAPER if ghost else self._fill(series)
            yield _rect(x, y, 16, 12, fill, self.style(series).colour, more)
            yield _write(x + 22, y + 10.5, fit(series.name, WIDTH - x - 26, _SIZE), _SIZE)

    def _labels(self) -> tuple[list[str], float]:
        """What stands under the axis, and the height of the whole."""
        labels = [self.language.quarter(label) for label in self.chart.labels]
        pairs = [label.rpartition(" ")[::2] for label in labels]
        if len(labels) > 4 and all(_is_quarter(label) for label in self.chart.labels):
            return self._years(pairs), self.bottom + 44
        return self._plain(labels)

    def _years(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """Quarters in one line, their years in another."""
        parts, every = [], 1
        while every < len(pairs) and every * self.band < width("Ch4", _SIZE) + 5:
            every *= 2
        starts = [place for place, (year, _) in enumerate(pairs) if place == 0 or year != pairs[place - 1][0]]
        for place, (_, quarter) in enumerate(pairs):
            if (place - starts[1] if len(starts) > 1 else place) % every == 0:
                parts.append(_write(self.x(place), self.bottom + 16, quarter, _SIZE, anchor="middle"))
        for start, end in pairwise([*starts, len(pairs)]):
            room = self.band * (end - start)
            parts.append(_stroke([(self.x(start, 0), self.bottom), (self.x(start, 0), self.bottom + 38)], FAINT, 1))
            if room > width("2016/17", _SIZE, True):
                middle = self.x(start, 0) + room / 2
                parts.append(_write(middle, self.bottom + 34, pairs[start][0], _SIZE, anchor="middle", bold=True))
        return parts

    def _plain(self, labels: Sequence[str]) -> tuple[list[str], float]:
        """Labels broken into at most three lines; where there are too many, every second one, or fewer."""
        every = max(1, math.ceil(34 / self.band)) if labels else 1
        parts, most = [], 1
        for place, label in enumerate(labels):
            if place % every == 0:
                lines = wrap(label, self.band * every - 6, 11, 3)
                most = max(most, len(lines))
                parts += [
                    _write(self.x(place), self.bottom + 16 + 13 * row, line, 11, anchor="middle")
                    for row, line in enumerate(lines)
                ]
        return parts, self.bottom + 12 + 13 * most


def _is_quarter(label: str) -> bool:
    head, _, tail = label.rpartition(" Q")
    return bool(head) and tail in {"1", "2", "3", "4"}


def _shares(step: bool) -> tuple[float, ...]:
    return (0.0, 1.0) if step else (0.5,)


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Neighbouring places that have a value."""
    run: list[tuple[int, float]] = []
    for place, value in enumerate([*values, None]):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []


def _apart(heights: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Ascending heights moved as far as it takes to stand ``gap`` apart, between top and bottom if they can.

    >>> _apart([10, 12, 60, 100], 15, 0, 100)
    [10, 25, 60, 100]
    """
    found: list[float] = []
    for height in heights:
        found.append(max(height, found[-1] + gap) if found else max(height, top))
    limit = bottom
    for place in range(len(found) - 1, -1, -1):
        found[place] = min(found[place], limit)
        limit = found[place] - gap
    return found


def _text(text: str) -> str:
    return escape(clean(text))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _write(x: float, y: float, text: str, size: float, **style: Any) -> str:
    """A text. ``style``: ``colour``, ``bold``, ``anchor`` (SVG's), ``halo`` (white around it)."""
    more = f' fill="{style.get("colour", INK)}"'
    more += ' font-weight="bold"' if style.get("bold") else ""
    more += f' text-anchor="{style["anchor"]}"' if "anchor" in style else ""
    more += f' stroke="{PAPER}" stroke-width="3" paint-order="stroke"' if style.get("halo") else ""
    return f'<text x="{_number(x)}" y="{_number(y)}" font-size="{size:g}"{more}>{_text(text)}</text>'


def _rect(x: float, y: float, w: float, h: float, fill: str, edge: str = "", more: str = "") -> str:
    stroke = f' stroke="{edge}" stroke-width="1.2"' if edge else ""
    place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(w)}" height="{_number(h)}"'
    return f'<rect {place} fill="{fill}"{stroke}{more}/>'


def _stroke(points: Sequence[tuple[float, float]], colour: str, weight: float, dash: str = "") -> str:
    path = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{weight:g}"{more}/>'


def _marker(x: float, y: float, kind: int, colour: str) -> str:
    """A dot, a square, a diamond or a triangle."""
    if kind == 0:
        return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="4" fill="{colour}"/>'
    corners = {
        1: ((-3.6, -3.6), (3.6, -3.6), (3.6, 3.6), (-3.6, 3.6)),
        2: ((0, -5), (5, 0), (0, 5), (-5, 0)),
        3: ((0, -5), (4.6, 3.6), (-4.6, 3.6)),
    }[kind]
    points = " ".join(f"{_number(x + a)},{_number(y + b)}" for a, b in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'
