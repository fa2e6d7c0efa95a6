"""The time axis: financial years and quarters, from left to right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width
from consolidate.language import Language
from consolidate.language import language as language_named
from consolidate.quarters import Calendar

YEARS, QUARTERS = 17.0, 24.0
"""Heights of the two bands of the header."""


@dataclass(frozen=True)
class Axis:
    """Quarter q of ``quarters`` stands from ``x(q)`` to ``x(q + 1)``; each is ``step`` points wide."""

    left: float
    step: float
    quarters: int
    calendar: Calendar
    language: Language = field(default_factory=lambda: language_named("en"))

    @classmethod
    def fitting(cls, left: float, quarters: int, calendar: Calendar, language: Language | None = None) -> Axis:
        """An axis about as wide as a landscape page, however long the horizon is; in English unless given."""
        step = max(28.0, min(1070.0, 480.0 + 80 * quarters) / quarters)
        return cls(left, step, quarters, calendar, language or language_named("en"))

    @property
    def right(self) -> float:
        """The end of the last quarter."""
        return self.x(self.quarters)

    def x(self, quarter: int) -> float:
        """Where a quarter begins; what lies outside the horizon is put on its edge."""
        return self.left + min(max(quarter, 0), self.quarters) * self.step

    def years(self) -> Iterator[tuple[str, range]]:
        """The financial years and their quarters inside the horizon."""
        start = 0
        while start < self.quarters:
            end = min(start + 4 - self.calendar.index_in_year(start), self.quarters)
            yield self.calendar.year_label(start), range(start, end)
            start = end

    def months(self, quarter: int) -> str:
        """A quarter's months: ``Apr–Jun``."""
        last = self.calendar.last_month(quarter) % 12
        return f"{self.language.month((last - 2) % 12 + 1)}–{self.language.month(last + 1)}"

    def draw_header(self, canvas: Canvas, y: float) -> None:
        """Financial years above quarters, from ``y`` downwards."""
        for index, (label, quarters) in enumerate(self.years()):
            x, w = self.x(quarters.start), len(quarters) * self.step
            canvas.rect(x, y, w, YEARS, themes.BAND if index % 2 else themes.BLACK)
            size = 10.0 if width(label, 10, True) < w - 2 else 6.5
            canvas.text(x + w / 2, y + 12, fit(label, w, size, True), size, bold=True, colour=themes.PAPER, align="c")
            for quarter in quarters:
                self._draw_quarter(canvas, quarter, y + YEARS)

    def _draw_quarter(self, canvas: Canvas, quarter: int, y: float) -> None:
        x = self.x(quarter)
        canvas.rect(x, y, self.step, QUARTERS, themes.HEAD, Stroke(themes.FAINT, 0.6))
        label = self.language.quarter(f"Q{self.calendar.index_in_year(quarter) + 1}")
        roomy = max(width("May–May", 7), width(self.months(quarter), 7)) < self.step
        canvas.text(x + self.step / 2, y + (10.5 if roomy else 15), label, 9, bold=True, align="c")
        if roomy:
            canvas.text(x + self.step / 2, y + 20, self.months(quarter), 7, colour=themes.GREY, align="c")

    def draw_grid(self, canvas: Canvas, y: float, h: float) -> None:
        """Every other year shaded, a line at each quarter; a heavier one at each year."""
        for index, (_, quarters) in enumerate(self.years()):
            if index % 2:
                canvas.rect(self.x(quarters.start), y, len(quarters) * self.step, h, themes.YEAR)
            for quarter in quarters:
                first = quarter == quarters.start
                colour = themes.FAINT if first else themes.HAIR
                canvas.line([(self.x(quarter), y), (self.x(quarter), y + h)], Stroke(colour, 1.0 if first else 0.7))
        canvas.line([(self.right, y), (self.right, y + h)], Stroke(themes.FAINT))
