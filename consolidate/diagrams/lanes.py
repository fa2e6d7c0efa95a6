"""The lanes of a roadmap: each partner's rows, and the shared services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width
from consolidate.diagrams.marks import BAND, BAR, CRITICAL, LABEL, ROW, chip_width, gate_mark, service_chip
from consolidate.diagrams.page import MARGIN
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import service_sentence, waits_for
from consolidate.diagrams.system_rows import SystemRow
from consolidate.inventory import Inventory, Service
from consolidate.plan import Move


@dataclass(frozen=True)
class Arrival:
    """Systems of one row that cut over into a service in a quarter: an arrow to the service's lane."""

    service: str
    cutover: int
    count: int
    critical: bool


class LaneRow(Protocol):
    """A row of a lane: a system (:mod:`.timeline`) or a group of systems (:mod:`.board_summary`)."""

    @property
    def label(self) -> str:
        """The name beside the row."""
        ...

    @property
    def note(self) -> str:
        """What is written in grey after the name."""
        ...

    @property
    def critical(self) -> bool:
        """Whether the critical path runs through the row: its name is then bold."""
        ...

    @property
    def arrivals(self) -> Sequence[Arrival]:
        """The arrows that leave the row."""
        ...

    @property
    def frozen(self) -> Sequence[tuple[int, bool]]:
        """The quarters that are frozen; True where all work is."""
        ...

    @property
    def joins(self) -> int:
        """The quarter in which its systems join; 0 where they are there from the start."""
        ...

    @property
    def moves(self) -> Sequence[Move]:
        """The moves that have a bar of their own, for the links of the critical path."""
        ...

    def draw(self, canvas: Canvas, axis: Axis, y: float) -> None:
        """Draw the row; ``y`` is its upper edge."""
        ...


def frozen_quarters(inventory: Inventory, systems: Collection[str]) -> list[tuple[int, bool]]:
    """The quarters in which all of ``systems`` are frozen by one rule, rising; True where all work is."""
    found: dict[int, bool] = {}
    for freeze in inventory.freezes:
        if all(system in freeze.who.systems for system in systems):
            for quarter in freeze.quarters:
                found[quarter] = found.get(quarter, False) or freeze.stops_work
    return sorted(found.items())


@dataclass
class Lane:
    """A partner's rows, and in ``staying`` a heading and the text about what stays as it is.

    ``joins``: the quarter in which the partner joins. ``y`` and ``lines`` (that text, wrapped) are set when the sheet
    is laid out.
    """

    title: str
    rows: Sequence[LaneRow]
    staying: tuple[str, str] | None = None
    joins: int = 0
    y: float = 0.0
    lines: list[str] = field(default_factory=list)

    @property
    def height(self) -> float:
        """The height of the whole lane."""
        text = len(self.lines) * 11 + 8 if self.lines else 0
        return BAND + len(self.rows) * ROW + text + 4

    def top(self, index: int) -> float:
        """The upper edge of a row."""
        return self.y + BAND + 2 + index * ROW


class ServiceLane:
    """The shared services: when each is built, ready, and how many systems move in.

    Args:
        services: those to show.
        rows: the moving systems of the sheet.
        counts: whether to write on each bar how many systems cut over in each quarter.
    """

    def __init__(self, view: PlanView, services: Iterable[Service], rows: Iterable[SystemRow], counts: bool) -> None:
        services = tuple(services)
        T = view.inventory.plan_quarters
        self.view, self.counts = view, counts
        self.into = Counter(to for row in rows for to in {move.to for move in row.moves})
        self.shown = [item for item in services if _before(view.services.ready(item), T)]
        self.unbuilt = [item for item in services if not _before(view.services.ready(item), T)]
        self.y = 0.0
        self.lines: list[str] = []

    @property
    def height(self) -> float:
        """The height of the whole lane; 0 when there are no services."""
        if not self.shown and not self.unbuilt:
            return 0.0
        text = len(self.lines) * 11 + 8 if self.lines else 0
        return BAND + 8 + len(self.shown) * (ROW + 2) + text

    def top(self, service: str) -> float | None:
        """The upper edge of a service's row."""
        for index, shown in enumerate(self.shown):
            if shown.id == service:
                return self.y + BAND + 6 + index * (ROW + 2)
        return None

    def note(self, service: Service) -> str:
        """How many systems move in: of this sheet, and of all if they are more."""
        every, needed = self.view.rows.moving_into[service.id], self.view.rows.needing[service.id]
        own = self.into[service.id]
        if not every and needed:
            return self.view.language.text("{count} need it", count=f"{needed:,}")
        if own == len(every):
            return self.view.language.text("{count} in", count=f"{own:,}")
        return self.view.language.text("{count} of {all} in", count=f"{own:,}", all=f"{len(every):,}")

    def label_widths(self) -> list[float]:
        """What each service's name and note need of the column of names."""
        return [
            width(self.view.words.name(service.name), LABEL, True) + width(self.note(service), 8) + 24
            for service in self.shown
        ]

    def draw(self, canvas: Canvas, axis: Axis) -> None:
        """Draw each service's row, then the names of those that are not built."""
        for service in self.shown:
            y = self.top(service.id) or 0.0
            critical = self.view.services.builds.get(service.id) in self.view.critical
            with canvas.group(service_sentence(self.view, service)):
                room = axis.left - MARGIN - 16 - width(self.note(service), 8)
                name = fit(self.view.words.name(service.name), room, LABEL, True)
                canvas.text(MARGIN + 4, y + 13, name, LABEL, bold=True)
                canvas.text(axis.left - 8, y + 13, self.note(service), 8, colour=themes.GREY, align="r")
                self._draw_bar(canvas, axis, service, y + 3, critical)
        if self.lines:
            y = self.y + self.height - len(self.lines) * 11 - 4
            canvas.text(MARGIN + 4, y + 9, self.view.language.text("Not built"), LABEL)
            room = max(width(line, 8.5) for line in self.lines) + 8
            canvas.rect(axis.left + 0.5, y, room, len(self.lines) * 11 + 2, themes.WATER)  # milestones' lines end here
            for line in self.lines:
                canvas.text(axis.left + 4, y + 9, line, 8.5)
                y += 11

    def _draw_bar(self, canvas: Canvas, axis: Axis, service: Service, y: float, critical: bool) -> None:
        """The time in which a service is built, and from when on it is ready."""
        colour, code = self.view.services.colours[service.id], self.view.services.codes[service.id]
        ready = self.view.services.ready(service) or 0
        x = axis.x(ready)
        canvas.rect(x, y, axis.right - x, BAR, themes.PAPER, Stroke(colour, 1.3))
        build = self.view.services.builds.get(service.id)
        if build is not None and self.view.services.takes_time_to_build(service):
            start, w = axis.x(build.start), x - axis.x(build.start)
            canvas.rect(start, y, w, BAR, themes.BUILD, CRITICAL if critical else Stroke(themes.BLUE, 0.9))
            word = self.view.language.text("build")
            fits = fit(word, w - 4, 8, critical) == word
            canvas.text(start + w / 2, y + 9.5, word if fits else "", 8, bold=critical, align="c")
        elif build is not None and critical:
            canvas.rect(x, y, chip_width(code), BAR, colour, CRITICAL)
        service_chip(canvas, x, y, code, colour)
        if build is not None:
            self._draw_gate(canvas, axis, service, axis.x(build.start), y)
        if self.counts:
            self._draw_counts(canvas, axis, service, y)

    def _draw_gate(self, canvas: Canvas, axis: Axis, service: Service, x: float, y: float) -> None:
        """What the build that begins at ``x`` waits for, in words before it: nothing else is there at that time."""
        if not waits_for(self.view, service):
            return
        gate_mark(canvas, x, y)
        room = x - axis.left - 14
        said = [waits_for(self.view, service, most) for most in range(len(service.after), -1, -1)]
        text = next((text for text in said if width(text, 8) <= room), fit(said[-1], room, 8))
        w = width(text, 8) + 6
        canvas.rect(x - 3 - w, y + 1, w, BAR - 2, themes.WATER)
        canvas.text(x - 6, y + 9.5, text, 8, align="r")

    def _draw_counts(self, canvas: Canvas, axis: Axis, service: Service, y: float) -> None:
        """How many systems cut over into the service in each quarter, on its bar."""
        colour, code = self.view.services.colours[service.id], self.view.services.codes[service.id]
        counts: dict[int, int] = {}
        for row in self.view.rows.moving_into[service.id]:
            cutover = next(move.cutover for move in row.moves if move.to == service.id)
            counts[cutover] = counts.get(cutover, 0) + 1
        for quarter, count in sorted(counts.items()):
            middle = axis.x(quarter) + axis.step / 2
            if quarter == self.view.services.ready(service):
                middle += chip_width(code) / 2
            canvas.text(middle, y + 9.5, f"+{count:,}", 8, bold=True, colour=colour, align="c")


def _before(ready: int | None, end: int) -> bool:
    return ready is not None and ready < end
