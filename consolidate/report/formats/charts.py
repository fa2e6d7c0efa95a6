"""Charts as SVG, drawn by ourselves: small, the same every time, readable without colour.

Lines differ in dashes and markers, bars in patterns, as well as in colour; each line is labelled where it
ends. Nothing is read off the machine: widths of text come from a table of Helvetica's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import chain, count, pairwise

from consolidate.diagrams.engine.fonts import fit, width, wrap
from consolidate.diagrams.engine.themes import FAINT, GREY, HAIR, INK, PAPER, WATER
from consolidate.language import Language
from consolidate.report.document import Chart, Series
from consolidate.report.formats.chart_layout import PLOT, SIZE, WIDTH, ChartLayout
from consolidate.report.formats.svg_elements import escaped, marker, polyline, rectangle, text_element

_FONTS = "Arimo, Helvetica, Arial, Liberation Sans, Nimbus Sans, sans-serif"
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def chart_svg(chart: Chart, language: Language, prefix: str = "chart") -> str:
    """A chart as an SVG element. ``prefix`` and the chart's key begin its ids: unique where they are.

    The element has the role ``img``, its title and its description.
    """
    return _ChartDrawing(chart, language, f"{prefix}-{chart.key}").draw()


@dataclass(frozen=True)
class _ChartDrawing:
    """Draws the parts of a chart where its layout has them."""

    chart: Chart
    language: Language
    name: str

    @cached_property
    def layout(self) -> ChartLayout:
        return ChartLayout(self.chart, self.language)

    def draw(self) -> str:
        foot, height = self._labels()
        parts = [*self._patterns(), *self._ground(), *self._hollow_bars(), *self._solid_bars()]
        parts += [part for series in self.layout.lines for part in self._line(series)]
        parts += [*self._values(), *self._names(), *self._legend(), *foot]
        chart = self.chart
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img"'
            f' aria-labelledby="{escape(self.name)}-title" aria-describedby="{escape(self.name)}-desc"'
            f' font-family="{_FONTS}" font-size="{SIZE:g}">'
        )
        title = f'<title id="{escape(self.name)}-title">{escaped(chart.title)}</title>'
        desc = f'<desc id="{escape(self.name)}-desc">{escaped(chart.description)}</desc>'
        return "\n".join([head, title, desc, *parts, "</svg>"])

    def _patterns(self) -> Iterator[str]:
        """Bars are told apart by hatching, too."""
        shapes = (
            "",
            '<path d="M-1 1l2-2M0 8l8-8M7 9l2-2" stroke="{c}" stroke-width="2.4"/>',
            '<circle cx="2" cy="2" r="1.6" fill="{c}"/><circle cx="6" cy="6" r="1.6" fill="{c}"/>',
            '<path d="M0 2h8M0 6h8" stroke="{c}" stroke-width="2"/>',
        )
        for number, series in enumerate(self.layout.bars):
            style = self.layout.style(series)
            if style.pattern > 0:
                body = shapes[style.pattern].format(c=style.colour)
                yield (
                    f'<pattern id="{escape(self.name)}-p{number}" width="8" height="8" patternUnits="userSpaceOnUse">'
                    f'<rect width="8" height="8" fill="{PAPER}"/>{body}</pattern>'
                )

    def _fill(self, series: Series) -> str:
        style = self.layout.style(series)
        if style.pattern <= 0:
            return style.colour
        number = next(place for place, one in enumerate(self.layout.bars) if one is series)
        return f"url(#{escape(self.name)}-p{number})"

    def _ground(self) -> Iterator[str]:
        """Shaded stretches, lines at the ticks, the unit."""
        for first, last, text in self.chart.marks:
            x, w = self.layout.x(first, 0), self.layout.band * (last - first + 1)
            yield rectangle(x, self.layout.top, w, PLOT, fill=WATER)
            yield rectangle(x, self.layout.top - 16, w, 16, fill=WATER)
            yield text_element(x + w / 2, self.layout.top - 4, fit(text, max(w, 60) - 4, 11), 11, anchor="middle")
        yield text_element(0, 12, fit(self.chart.unit, WIDTH, SIZE), SIZE, colour=GREY)
        for tick in self.layout.ticks:
            y = self.layout.y(tick)
            colour, weight = (INK, 1.2) if tick == 0 else (FAINT if tick == self.layout.ticks[0] else HAIR, 1)
            yield polyline([(self.layout.left, y), (self.layout.right, y)], colour, weight)
            yield text_element(
                self.layout.left - 6, y + 4, self.layout.tick_label(tick), SIZE, colour=GREY, anchor="end"
            )

    def _hollow_bars(self) -> Iterator[str]:
        for series in self.layout.boxes:
            if series.style == "ghost":
                for place, value in enumerate(series.values):
                    if value:
                        yield self._box(place, 0.06, 0.88, value, PAPER, GREY, ' stroke-dasharray="4 3"')

    def _solid_bars(self) -> Iterator[str]:
        for series, place, value, left, share in self._bars():
            yield self._box(place, left, share, value, self._fill(series), self.layout.style(series).colour)

    def _bars(self) -> Iterator[tuple[Series, int, float, float, float]]:
        """Each bar: its series, place and value, where it begins in its band, and its share of it."""
        share = 0.72 / max(len(self.layout.bars), 1)
        for number, series in enumerate(self.layout.bars):
            for place, value in enumerate(series.values):
                if value:
                    yield series, place, value, 0.14 + number * share, share

    def _values(self) -> Iterator[str]:
        """The numbers on the bars, where there is room for them: drawn after lines, which do not cross them so."""
        for _, place, value, left, share in self._bars():
            text = self.layout.written(value)
            if width(text, 10) < share * self.layout.band + 3:
                x, y = self.layout.x(place, left + share / 2), self.layout.y(value) + (-4 if value > 0 else 12)
                yield text_element(x, y, text, 10, anchor="middle", halo=True)

    def _box(self, place: int, at: float, share: float, value: float, fill: str, edge: str, more: str = "") -> str:
        y, zero = self.layout.y(value), self.layout.y(0)
        return rectangle(
            self.layout.x(place, at), min(y, zero), self.layout.band * share, abs(y - zero), fill, edge, more
        )

    def _line(self, series: Series) -> Iterator[str]:
        """A line through the middles, or a step across each whole band; broken where there is no value."""
        style, step = self.layout.style(series), series.style == "step"
        weight = 1.8 if series.style == "ghost" else 2.4
        for run in _runs(series.values):
            points = [
                (self.layout.x(place, share), self.layout.y(value)) for place, value in run for share in _shares(step)
            ]
            yield polyline(points, style.colour, weight, style.dash)
            if not step and style.marker >= 0 and self.layout.band > 9:
                yield from (marker(*point, style.marker, style.colour) for point in points)

    def _names(self) -> Iterator[str]:
        """The name of each line: where it ends early, just there; else beside the plot, apart from the others."""
        ends = []
        for series in self.layout.lines:
            last = [(place, value) for place, value in enumerate(series.values) if value is not None][-1:]
            ends += [
                (self.layout.y(value), self.layout.x(place, _shares(series.style == "step")[-1]), series)
                for place, value in last
            ]
        early = [end for end in ends if self.layout.right - end[1] > width(end[2].name, SIZE, True) + 12]
        yield from self._names_within(early)
        ends = sorted((end for end in ends if end not in early), key=lambda end: end[0])
        heights = _apart([y for y, _, _ in ends], 15, self.layout.top, self.layout.bottom)
        for (y, x, series), height in zip(ends, heights, strict=True):
            colour = self.layout.style(series).colour
            yield polyline([(x + 4, y), (self.layout.right + 3, height), (self.layout.right + 8, height)], colour, 0.8)
            text = fit(series.name, WIDTH - self.layout.right - 12, SIZE, True)
            yield text_element(self.layout.right + 11, height + 4, text, SIZE, colour=colour, bold=True)

    def _names_within(self, early: Sequence[tuple[float, float, Series]]) -> Iterator[str]:
        """The names of lines that end early: those that end one above the other do not cover one another."""
        for place in sorted({x for _, x, _ in early}):
            ends = sorted((end for end in early if end[1] == place), key=lambda end: end[0])
            heights = _apart([y + 10 for y, _, _ in ends], 15, self.layout.top, self.layout.bottom)
            for (_, x, series), height in zip(ends, heights, strict=True):
                colour = self.layout.style(series).colour
                yield text_element(x + 8, height + 4, series.name, SIZE, colour=colour, bold=True, halo=True)

    def _legend(self) -> Iterator[str]:
        for x, row, series in self.layout.legend:
            y = 20 + 18 * row
            ghost = series.style == "ghost"
            more = ' stroke-dasharray="4 3"' if ghost else ""
            fill = PAPER if ghost else self._fill(series)
            yield rectangle(x, y, 16, 12, fill, self.layout.style(series).colour, more)
            yield text_element(x + 22, y + 10.5, fit(series.name, WIDTH - x - 26, SIZE), SIZE)

    def _labels(self) -> tuple[list[str], float]:
        """What is below the axis, and the height of the whole."""
        labels = self.chart.labels
        if len(labels) > 4 and all(map(_is_quarter, labels)):
            quarters = [self.language.quarter(label).rpartition(" ")[::2] for label in labels]
            return self._years(quarters, (1, 2, 4)), self.layout.bottom + 44
        if len(labels) > 4 and all(map(_MONTH.fullmatch, labels)):
            months = [(label[:4], self.language.month(int(label[5:]))) for label in labels]
            return self._years(months, (1, 3, 6, 12)), self.layout.bottom + 44
        if self.chart.amounts:
            return self._by_amount(labels)
        return self._plain([self.language.quarter(label) for label in labels])

    def _years(self, pairs: Sequence[tuple[str, str]], steps: Sequence[int]) -> list[str]:
        """Parts of years in one line, as many as there is room for at one of the regular ``steps``; in another the
        years.
        """
        widest = max(width(part, SIZE) for _, part in pairs)
        every = next(
            step for step in chain(steps, count(2 * steps[-1], steps[-1])) if step * self.layout.band >= widest + 5
        )
        starts = [place for place, (year, _) in enumerate(pairs) if place == 0 or year != pairs[place - 1][0]]
        parts = [
            text_element(self.layout.x(place), self.layout.bottom + 16, part, SIZE, anchor="middle")
            for place, (_, part) in enumerate(pairs)
            if (place - starts[1] if len(starts) > 1 else place) % every == 0
        ]
        top, foot = self.layout.bottom + (20 if widest > self.layout.band else 0), self.layout.bottom + 38
        for start, end in pairwise([*starts, len(pairs)]):
            left, room = self.layout.x(start, 0), self.layout.band * (end - start)
            parts.append(polyline([(left, top), (left, foot)], FAINT, 1))
            if room > width(pairs[start][0], SIZE, True):
                parts.append(
                    text_element(
                        left + room / 2, self.layout.bottom + 34, pairs[start][0], SIZE, anchor="middle", bold=True
                    )
                )
        return parts

    def _by_amount(self, labels: Sequence[str]) -> tuple[list[str], float]:
        """Labels that stand as far apart as their amounts, without those that would cover the one before them."""
        parts, end = [], -math.inf
        for place, label in enumerate(labels):
            x, half = self.layout.x(place), width(label, 11) / 2
            if x - half > end + 6:
                end = x + half
                parts.append(text_element(x, self.layout.bottom + 16, label, 11, anchor="middle"))
        return parts, self.layout.bottom + 25

    def _plain(self, labels: Sequence[str]) -> tuple[list[str], float]:
        """Labels broken into at most three lines; where there are too many, every second one, or fewer."""
        every = max(1, math.ceil(34 / self.layout.band)) if labels else 1
        parts, most = [], 1
        for place, label in enumerate(labels):
            if place % every == 0:
                lines = wrap(label, self.layout.band * every - 6, 11, 3)
                most = max(most, len(lines))
                parts += [
                    text_element(self.layout.x(place), self.layout.bottom + 16 + 13 * row, line, 11, anchor="middle")
                    for row, line in enumerate(lines)
                ]
        return parts, self.layout.bottom + 12 + 13 * most


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
    """Ascending heights moved as far as it takes to be ``gap`` apart, between top and bottom if they can.

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
