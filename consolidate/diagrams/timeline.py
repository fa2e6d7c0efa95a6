"""The roadmap in detail: a row for each system, a bar for each step of its move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.lanes import Arrival, Lane, ServiceLane, frozen_quarters
from consolidate.diagrams.legend import timeline_legend
from consolidate.diagrams.marks import (
    BAR,
    RISK_BOX,
    ROW,
    chip_width,
    critical_frame,
    end_of_support_mark,
    ghost_bar,
    risk_box,
    service_chip,
)
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import (
    counts,
    move_sentence,
    subtitle,
    support_and_risk,
    unsupported,
)
from consolidate.diagrams.sheet import Sheet
from consolidate.diagrams.system_rows import SystemRow
from consolidate.inventory import Service
from consolidate.plan import Move, ServiceBuild


class RowGroup(NamedTuple):
    """A lane in the making: its title, the rows that move, those that stay."""

    title: str
    moving: Sequence[SystemRow]
    staying: Sequence[SystemRow]

    @property
    def joins(self) -> int:
        """The first quarter in which any of its systems takes part."""
        return min((row.system.joins for row in (*self.moving, *self.staying)), default=0)


@dataclass(frozen=True)
class SystemLaneRow:
    """A moving system's row. ``approaches``: written beside its name, the bars being too short for them."""

    view: PlanView
    row: SystemRow
    approaches: bool

    @property
    def label(self) -> str:
        """The system's name."""
        return self.row.name

    @property
    def note(self) -> str:
        """The approaches, where they do not stand on the bars."""
        if not self.approaches:
            return ""
        return ", ".join(self.view.words.approach(move.approach)[0].lower() for move in self.row.moves)

    @property
    def critical(self) -> bool:
        """Whether the critical path runs through the system."""
        return self.view.critical.runs_through(self.row.moves)

    @property
    def joins(self) -> int:
        """The quarter in which its partner joins."""
        return self.row.system.joins

    @property
    def moves(self) -> Sequence[Move]:
        """All its moves: each has a bar."""
        return self.row.moves

    @property
    def arrivals(self) -> Sequence[Arrival]:
        """An arrow for each move to a service."""
        moves = [(move, move.to) for move in self.row.moves if move.to is not None]
        return [Arrival(to, move.cutover, 1, move in self.view.critical) for move, to in moves]

    @property
    def frozen(self) -> Sequence[tuple[int, bool]]:
        """The quarters in which the system is frozen."""
        return frozen_quarters(self.view.inventory, [self.row.system.id])

    def draw(self, canvas: Canvas, axis: Axis, y: float) -> None:
        """From the background up: ghost bars, quarters without support, parallel running, bars, end of support."""
        middle = y + ROW / 2
        for move in self.row.approved:
            when = self.view.words.span(move.start, move.cutover)
            with canvas.group(self.view.language.text("{name}: approved for {when}.", name=self.row.name, when=when)):
                ghost_bar(canvas, axis.x(move.start), axis.x(move.cutover + 1), y)
        if self.row.exposed:
            with canvas.group(f"{self.row.name}: {support_and_risk(self.view, self.row)}."):
                for start, end in _runs(self.row.exposed, axis.quarters):
                    ends = [(axis.x(start) + 2, middle), (axis.x(end) - 1, middle)]
                    canvas.line(ends, Stroke(themes.RED, 1.7, "dotted"))
        for move in self.row.moves:
            self._draw_parallel_run(canvas, axis, middle, move)
        for move in self.row.moves:
            with canvas.group(move_sentence(self.view, self.row, move)):
                self._draw_bar(canvas, axis, y + (ROW - BAR) / 2, move)
        self._draw_end_of_support(canvas, axis, y)

    def _draw_parallel_run(self, canvas: Canvas, axis: Axis, middle: float, move: Move) -> None:
        """The old system running on beside the new."""
        start, end = axis.x(move.cutover + 1), axis.x(move.last + 1)
        if end > start:
            colour = themes.RISK[self.row.risk]
            canvas.rect(start, middle - 2, end - start, 4, themes.TINT[self.row.risk], Stroke(colour, 0.7))

    def _draw_bar(self, canvas: Canvas, axis: Axis, y: float, move: Move) -> None:
        x, end = axis.x(move.start), axis.x(move.cutover + 1)
        risk, critical = self.row.risk, move in self.view.critical
        canvas.rect(x, y, end - x, BAR, themes.TINT[risk], Stroke(themes.RISK[risk]))
        risk_box(canvas, x, y, self.view, risk)
        right = end
        if move.to is not None:
            code = self.view.services.codes.get(move.to, "?")
            right = max(end - chip_width(code), x + RISK_BOX)
            service_chip(canvas, right, y, code, self.view.services.colours.get(move.to, themes.GREY))
        if not self.approaches:
            self._draw_approach(canvas, axis, x + RISK_BOX, right, y, move)
        if critical:
            critical_frame(canvas, x, y, end - x)

    def _draw_approach(self, canvas: Canvas, axis: Axis, left: float, right: float, y: float, move: Move) -> None:
        """The approach, in the middle of the room or else beside the mark of end of support."""
        end, critical = self.row.system.end_of_life, move in self.view.critical
        mark = axis.x(end + 1) if end is not None and end < axis.quarters else left
        rooms = [(left, right)]
        if left < mark < right:
            rooms = sorted([(left, mark - 3), (mark + 3, right)], key=lambda room: room[0] - room[1])
        for word in self.view.words.approach(move.approach):
            w = width(word, 8, critical) + 2
            middle = (left + right) / 2
            if len(rooms) > 1 and w < right - left and abs(mark - middle) > w / 2 + 3:
                rooms = [(left, right)]
            if w < rooms[0][1] - rooms[0][0]:
                canvas.text(sum(rooms[0]) / 2, y + 9.6, word, 8, bold=critical, align="c")
                return

    def _draw_end_of_support(self, canvas: Canvas, axis: Axis, y: float) -> None:
        end = self.row.system.end_of_life
        if end is not None and end < axis.quarters:
            with canvas.group(f"{self.row.name}: {support_and_risk(self.view, self.row)}."):
                end_of_support_mark(canvas, axis.x(end + 1), y)


def _runs(quarters: Iterable[int], end: int) -> list[tuple[int, int]]:
    """Runs of consecutive quarters before ``end``, each as its first quarter and the one after its last.

    >>> _runs([0, 1, 3, 9], 8)
    [(0, 2), (3, 4)]
    """
    runs: list[tuple[int, int]] = []
    for quarter in sorted(quarters):
        if not 0 <= quarter < end:
            continue
        if runs and runs[-1][1] == quarter:
            runs[-1] = (runs[-1][0], quarter + 1)
        else:
            runs.append((quarter, quarter + 1))
    return runs


def timeline(view: PlanView, name: str, title: str, groups: Sequence[RowGroup], *, whole: bool) -> Canvas:
    """A roadmap with a row for each system, and a lane for each of ``groups``.

    ``whole``: all partners are in it, so that people and money used belong under it; else only the
    services that its rows use are shown.
    """
    moving = [row for group in groups for row in group.moving]
    every = [row for group in groups for row in (*group.moving, *group.staying)]
    approaches = Axis.fitting(0, view.inventory.plan_quarters, view.inventory.calendar).step < 55
    lanes = [
        Lane(
            group.title,
            [SystemLaneRow(view, row, approaches) for row in group.moving],
            _staying(view, group.staying),
            group.joins,
        )
        for group in groups
    ]
    services = ServiceLane(view, _services(view, moving, whole), moving, counts=False)
    text = subtitle(view) if whole else f"{counts(view, every).capitalize()}. {unsupported(view, every)}"
    canvas = Canvas(name, title, description(view, title, text, groups), marking=view.marking)
    names = _name_width(view, moving, services, approaches)
    systems = None if whole else _of_partners(view, {row.system.partner for row in every})
    legend = timeline_legend(view, moving, services, whole, systems)
    return Sheet(view, canvas, text, lanes, services, legend, whole, names, systems).draw()


def _of_partners(view: PlanView, partners: set[str]) -> frozenset[str]:
    return frozenset(key for key, system in view.inventory.systems.items() if system.partner in partners)


def _services(view: PlanView, rows: Sequence[SystemRow], whole: bool) -> list[Service]:
    """The services to show: all, or those that the rows need or move into."""
    services = view.inventory.services
    if whole:
        return list(services.values())
    used = {need for row in rows for move in row.moves for need in (*row.step(move).needs, move.to)}
    return [service for service in services.values() if service.id in used]


def _name_width(view: PlanView, rows: Sequence[SystemRow], services: ServiceLane, approaches: bool) -> float:
    """The width of the column of names: as wide as the widest, within reason."""
    labels = [width(row.name, 9, view.critical.runs_through(row.moves)) + 14 for row in rows]
    if approaches:
        notes = [SystemLaneRow(view, row, True).note for row in rows]
        labels = [label + max(40.0, width(note, 8)) + 10 for label, note in zip(labels, notes, strict=True)]
    return min(max([150.0, *labels, *services.label_widths()]), 300.0 if approaches else 250.0)


def _staying(view: PlanView, rows: Sequence[SystemRow]) -> tuple[str, str] | None:
    """A heading and the names of the systems that stay, with their risk; None where there are none."""
    if not rows:
        return None
    names = ", ".join(
        row.name if row.risk in ("G", themes.UNRATED) else f"{row.name} ({view.words.risk_letter(row.risk)})"
        for row in rows
    )
    if len(rows) == 1:
        return view.language.text("Stays as it is"), names
    return view.language.text("Stay as they are: {count}", count=f"{len(rows):,}"), names


def description(view: PlanView, title: str, text: str, groups: Sequence[RowGroup]) -> str:
    """A roadmap in words, for screen readers; ``text`` is its subtitle."""
    whole = view.words.span(0, view.inventory.plan_quarters - 1)
    parts = [f"{title}. {view.language.text('A chart of bars over {when}.', when=whole)} {text}"]
    parts += [_group_sentence(view, group) for group in groups if group.moving]
    if view.critical.works:
        chain = [
            view.words.service(work.service)
            if isinstance(work, ServiceBuild)
            else view.words.name(view.inventory.systems[work.system].name)
            for work in view.critical.works
        ]
        joined = view.language.text(", then ").join(chain)
        parts.append(view.language.text("Critical path: {chain}.", chain=joined))
    parts.append(view.language.text("The same data stand in moves.csv, staff.csv and capital.csv."))
    return " ".join(parts)


def _group_sentence(view: PlanView, group: RowGroup) -> str:
    """When a lane's work begins and ends, and what risks its systems run."""
    rows = group.moving
    start, end = min(row.moves[0].start for row in rows), max(row.moves[-1].cutover for row in rows)
    risks = ", ".join(
        f"{count} {view.words.risk_word(risk)}" for risk in "RAG" if (count := sum(row.risk == risk for row in rows))
    )
    lane, when = group.title.rstrip("."), view.words.span(start, end)
    if risks:
        return view.language.text("{lane}; work from {when}; risk {risks}.", lane=lane, when=when, risks=risks)
    return view.language.text("{lane}; work from {when}.", lane=lane, when=when)
