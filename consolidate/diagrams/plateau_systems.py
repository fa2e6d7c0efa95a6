"""Plateaus with every system in its place: what stays keeps its line from column to column, what moves follows a curve.

Each partner has a box with a slot for each of its systems; each service has a slot for each system that it will have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width
from consolidate.diagrams.landscape import (
    AS_IS,
    BUILDING,
    LATER,
    OUTSIDE,
    READY,
    RENEWED,
    RETIRED,
    SHARED,
    UNDER_WAY,
    Plateau,
    Whereabouts,
)
from consolidate.diagrams.legend import LegendEntry
from consolidate.diagrams.marks import BAR
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.plateau_sheet import COLUMN, left, right
from consolidate.diagrams.plateau_words import STATE_WORDS, whereabouts_sentence
from consolidate.diagrams.sentences import service_sentence
from consolidate.diagrams.system_rows import SystemRow

_SLOT, _TITLE, _SERVICE, _APART = 17.0, 21.0, 19.0, 10.0
"""Heights: of a slot, of a box's title, of a service's, of the room between two boxes."""
_INSET = 8.0
"""From the edge of a column to its slots."""
_OLD = Stroke(themes.GREY, 0.8)
_STYLES = {
    AS_IS: (themes.YEAR, _OLD),
    UNDER_WAY: (themes.BUILD, Stroke(themes.BLUE, 0.9)),
    RENEWED: (themes.WATER, Stroke(themes.BLUE, 1.3)),
}
"""How a system looks at its partner: its fill and its edge."""
_BESIDE = (themes.PAPER, Stroke(themes.GREY, 0.8, "dashed"))
_UNSUPPORTED = (themes.TINT["R"], Stroke(themes.RED, 1.2))


class PlateauSystems:
    """The columns of :class:`.plateau_sheet.PlateauSheet`, with each system drawn."""

    def __init__(self, view: PlanView, plateaus: Sequence[Plateau]) -> None:
        self.view, self.plateaus = view, plateaus
        self.lanes: Mapping[str, Sequence[SystemRow]] = {
            partner: rows for partner, rows in view.rows.by_partner.items() if rows
        }
        self.hosted: Mapping[str, Sequence[SystemRow]] = {
            service: rows
            for service in view.inventory.services
            if (rows := self._ever_on(service)) or any(one.services[service] != LATER for one in plateaus)
        }
        self._place()

    def _ever_on(self, service: str) -> Sequence[SystemRow]:
        """The systems that are on a service at any of the times, the first to arrive first."""
        rows = [
            row
            for row in self.view.rows.moving
            if any(one.systems[row.system.id].service == service for one in self.plateaus)
        ]
        return sorted(rows, key=lambda row: (row.arrival.cutover, row.order))

    def _place(self) -> None:
        """The upper edges of all boxes and slots, from the top of the columns."""
        self.boxes: dict[str, tuple[float, float]] = {}
        self.slots: dict[str, float] = {}
        y = 0.0
        for partner, rows in self.lanes.items():
            self.boxes[partner] = (y, _TITLE + _SLOT * len(rows) + 5)
            self.slots |= {row.system.id: y + _TITLE + _SLOT * index for index, row in enumerate(rows)}
            y += self.boxes[partner][1] + _APART
        self.platform = y
        self.services: dict[str, float] = {}
        self.places: dict[tuple[str, str], float] = {}
        y += _TITLE
        for service, rows in self.hosted.items():
            self.services[service] = y
            y += _SERVICE + 2
            for index, row in enumerate(rows):
                self.places[service, row.system.id] = y + _SLOT * index
            y += _SLOT * len(rows) + 5
        self.bottom = y if self.hosted else self.platform - _APART

    @property
    def height(self) -> float:
        """The height of every column."""
        return self.bottom

    def draw(self, canvas: Canvas, top: float) -> None:
        """The boxes, the lines between the columns, then the systems on top."""
        for index, one in enumerate(self.plateaus):
            self._draw_boxes(canvas, top, index, one)
        for index in range(len(self.plateaus) - 1):
            self._draw_lines(canvas, top, index)
        for index, one in enumerate(self.plateaus):
            self._draw_services(canvas, top, index, one)
            for rows in self.lanes.values():
                for row in rows:
                    self._draw_system(canvas, top, index, row, one)

    def _draw_boxes(self, canvas: Canvas, top: float, index: int, plateau: Plateau) -> None:
        """The partners' boxes, a dashed one for those yet to join, and that of the shared services."""
        x = left(index)
        for partner, (y, h) in self.boxes.items():
            outside = all(plateau.systems[row.system.id].state == OUTSIDE for row in self.lanes[partner])
            edge = Stroke(themes.FAINT, 1.0, "dashed" if outside else "")
            canvas.rect(x, top + y, COLUMN, h, themes.PAPER if outside else themes.YEAR, edge)
            here = sum(plateau.systems[row.system.id].at_home for row in self.lanes[partner])
            note = f"{here:,}"
            if outside:
                joins = self.view.words.quarter(self.view.inventory.partners[partner].joins)
                note = self.view.language.text("joins {quarter}", quarter=joins)
            title = fit(self.view.words.partner(partner), COLUMN - 28 - width(note, 8.5), 10, True)
            ink = themes.GREY if outside else themes.INK
            canvas.text(x + _INSET, top + y + 14.5, title, 10, bold=True, colour=ink)
            canvas.text(x + COLUMN - _INSET, top + y + 14.5, note, 8.5, colour=themes.GREY, align="r")
        if self.hosted:
            draw_platform(self.view, canvas, x, top + self.platform, self.bottom - self.platform)

    def _draw_services(self, canvas: Canvas, top: float, index: int, plateau: Plateau) -> None:
        before = self.plateaus[index - 1].services if index else plateau.services
        for service, y in self.services.items():
            stage = plateau.services[service]
            with canvas.group(service_sentence(self.view, self.view.inventory.services[service])):
                new = stage == READY != before[service]
                ServiceTitle(self.view, service, stage, new).draw(canvas, left(index) + _INSET, top + y)

    # Systems

    def _draw_system(self, canvas: Canvas, top: float, index: int, row: SystemRow, plateau: Plateau) -> None:
        """A system where it runs: at its partner, on its service, or on both while the old one runs on."""
        where, id = plateau.systems[row.system.id], row.system.id
        x = left(index) + _INSET
        with canvas.group(whereabouts_sentence(self.view, row, plateau)):
            if where.at_home:
                self._draw_slot(canvas, x, top + self.slots[id], row, where)
            if where.service is not None and (where.service, id) in self.places:
                y = top + self.places[where.service, id]
                colour = self.view.services.colours[where.service]
                canvas.rect(x, y + 1, COLUMN - 2 * _INSET, _SLOT - 3, themes.PAPER, Stroke(colour, 1.1))
                partner = "" if len(self.lanes) == 1 else self.view.words.partner(row.system.partner)
                self._draw_text(canvas, x, y, row.name, partner, themes.INK)

    def _draw_slot(self, canvas: Canvas, x: float, y: float, row: SystemRow, where: Whereabouts) -> None:
        fill, edge = _BESIDE if where.beside else _STYLES[where.state]
        if where.unsupported:
            fill, edge = _UNSUPPORTED[0], Stroke(_UNSUPPORTED[1].colour, 1.2, edge.style)
        canvas.rect(x, y + 1, COLUMN - 2 * _INSET, _SLOT - 3, fill, edge)
        self._draw_text(canvas, x, y, row.name, self._note(where), themes.GREY if where.beside else themes.INK)

    def _note(self, where: Whereabouts) -> str:
        """What is said of a system at its partner, in a word or two."""
        notes = []
        if where.beside:
            notes.append(self.view.language.text("old, runs on"))
        elif where.state == UNDER_WAY:
            notes.append(self.view.language.text("under way"))
        elif where.state == RENEWED:
            notes.append(self.view.words.approach(where.approach)[0].lower())
        if where.unsupported:
            notes.append(self.view.language.text("unsupported"))
        return ", ".join(notes)

    def _draw_text(self, canvas: Canvas, x: float, y: float, name: str, note: str, ink: str) -> None:
        room = COLUMN - 2 * _INSET - 10
        note = fit(note, room * 0.5, 7.5)
        name = fit(name, room - width(note, 7.5) - 6, 8.5)
        canvas.text(x + 5, y + 11, name, 8.5, colour=ink)
        canvas.text(x + COLUMN - 2 * _INSET - 5, y + 11, note, 7.5, colour=themes.GREY, align="r")

    # Between the columns

    def _draw_lines(self, canvas: Canvas, top: float, index: int) -> None:
        """What stays, then what changes on top of it."""
        before, after = self.plateaus[index], self.plateaus[index + 1]
        x, end = right(index) - _INSET, left(index + 1) + _INSET
        changing = []
        for rows in self.lanes.values():
            for row in rows:
                was, now = before.systems[row.system.id], after.systems[row.system.id]
                if was.service is not None and was.service == now.service:
                    y = top + self.places[was.service, row.system.id] + _SLOT / 2
                    canvas.line([(x, y), (end, y)], Stroke(themes.HAIR, 1.0))
                if was.at_home and now.at_home and not (now.state == RENEWED != was.state):
                    y = top + self.slots[row.system.id] + _SLOT / 2
                    style = "dashed" if now.beside else ""
                    canvas.line([(x, y), (end, y)], Stroke(themes.FAINT, 1.0, style))
                changing.append((row, was, now))
        for row, was, now in changing:
            self._draw_change(canvas, top, (x, end), row, was, now)

    def _draw_change(
        self,
        canvas: Canvas,
        top: float,
        ends: tuple[float, float],
        row: SystemRow,
        was: Whereabouts,
        now: Whereabouts,
    ) -> None:
        """The curve of a system that moves, the line of one that is renewed, the cross of one that goes."""
        id, (x, end) = row.system.id, ends
        start = self.slots[id] if was.service is None else self.places[was.service, id]
        y = top + start + _SLOT / 2
        if now.service is not None and now.service != was.service:
            if was.state == OUTSIDE:
                return
            to = top + self.places[now.service, id] + _SLOT / 2
            bend = (end - x) * 0.5
            colour = self.view.services.colours[now.service]
            canvas.curve([(x, y), (x + bend, y), (end - bend, to), (end, to)], Stroke(colour, 1.4), arrow=6)
        elif now.state == RENEWED != was.state and was.state != OUTSIDE:
            canvas.line([(x, y), (end, y)], Stroke(themes.BLUE, 1.6), arrow=6)
        elif was.at_home and not now.at_home:
            draw_end(canvas, x, top + self.slots[id] + _SLOT / 2)

    def legend(self) -> Sequence[LegendEntry]:
        """The signs that are used, and what they mean."""
        language = self.view.language
        seen = {where.state for one in self.plateaus for where in one.systems.values()}
        every = [where for one in self.plateaus for where in one.systems.values()]
        entries = [
            LegendEntry(language.text(STATE_WORDS[state]), 26.0, partial(_box_sign, style=_STYLES[state]))
            for state in (AS_IS, UNDER_WAY, RENEWED)
            if state in seen
        ]
        if SHARED in seen:
            entries.append(LegendEntry(language.text(STATE_WORDS[SHARED]), 30.0, _curve_sign))
        if any(where.beside for where in every):
            entries.append(LegendEntry(language.text("old system runs on"), 26.0, partial(_box_sign, style=_BESIDE)))
        if any(where.unsupported for where in every):
            entries.append(
                LegendEntry(language.text("running unsupported"), 26.0, partial(_box_sign, style=_UNSUPPORTED))
            )
        if RETIRED in seen or any(where.beside for where in every):
            entries.append(
                LegendEntry(language.text("is switched off"), 26.0, lambda canvas, x, y: draw_end(canvas, x, y + 6))
            )
        return [*entries, *service_entries(self.view, self.plateaus)]


# Signs


def draw_platform(view: PlanView, canvas: Canvas, x: float, y: float, h: float) -> None:
    """The box of the shared services in a column, and its title."""
    canvas.rect(x, y, COLUMN, h, themes.WATER, Stroke(themes.BLUE, 1.3))
    title = fit(view.language.text("The platform: shared services"), COLUMN - 16, 10, True)
    canvas.text(x + _INSET, y + 14.5, title, 10, bold=True, colour=themes.NAVY)


@dataclass(frozen=True)
class ServiceTitle:
    """A service in a column: in its colour once it is there, in light blue while it is built, dashed before that.

    ``new``: whether it was not there at the time before. ``below``: a second line; it is then as high as two.
    """

    view: PlanView
    service: str
    stage: str
    new: bool
    below: str = ""

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it from its upper left corner, as wide as the slots of a column."""
        view, service = self.view, self.service
        w, h = COLUMN - 2 * _INSET, _SERVICE - 2 + (12 if self.below else 0)
        fill, edge, ink = themes.PAPER, Stroke(themes.FAINT, 1.0, "dashed"), themes.GREY
        ready = view.services.ready(view.inventory.services[service])
        note = "" if ready is None else view.language.text("from {quarter}", quarter=view.words.quarter(ready))
        if self.stage == READY:
            fill, edge, ink = view.services.colours[service], Stroke(view.services.colours[service]), themes.PAPER
            note = view.language.text("new") if self.new else ""
        elif self.stage == BUILDING:
            fill, edge, ink = themes.BUILD, Stroke(themes.BLUE), themes.INK
            note = view.language.text("being built")
        canvas.rect(x, y, w, h, fill, edge)
        name = f"{view.services.codes[service]}  {view.words.service(service)}"
        room = w - 16 - width(note, 8, True)
        size = 9.0 if width(name, 9, True) <= room else 8.0
        canvas.text(x + 5, y + 12, fit(name, room, size, True), size, bold=True, colour=ink)
        canvas.text(x + w - 5, y + 12, note, 8, bold=True, colour=ink, align="r")
        canvas.text(x + 5, y + 24, fit(self.below, w - 10, 8.5), 8.5, colour=ink)


def draw_end(canvas: Canvas, x: float, y: float) -> None:
    """A short red line that ends in a cross: what goes."""
    canvas.line([(x, y), (x + 22, y)], Stroke(themes.RED, 1.4))
    for side in (-4, 4):
        canvas.line([(x + 18, y - side), (x + 26, y + side)], Stroke(themes.RED, 2.0))


def service_entries(view: PlanView, plateaus: Sequence[Plateau]) -> list[LegendEntry]:
    """What the looks of services mean, those that are used."""
    looks: Mapping[str, tuple[str, tuple[str, Stroke]]] = {
        LATER: (view.language.text("service not there yet"), (themes.PAPER, Stroke(themes.FAINT, 1.0, "dashed"))),
        BUILDING: (view.language.text("service being built"), (themes.BUILD, Stroke(themes.BLUE))),
        READY: (view.language.text("service ready"), (themes.NAVY, Stroke(themes.NAVY))),
    }
    there = {service for one in plateaus for service, stage in one.services.items() if stage != LATER}
    seen = {stage for one in plateaus for service, stage in one.services.items() if service in there}
    return [
        LegendEntry(text, 26.0, partial(_box_sign, style=style))
        for stage, (text, style) in looks.items()
        if stage in seen
    ]


def _box_sign(canvas: Canvas, x: float, y: float, style: tuple[str, Stroke]) -> None:
    canvas.rect(x, y, 26, BAR, style[0], style[1])


def _curve_sign(canvas: Canvas, x: float, y: float) -> None:
    points = [(x, y + 1), (x + 15, y + 1), (x + 15, y + 11), (x + 30, y + 11)]
    canvas.curve(points, Stroke(themes.SERVICES[0], 1.4), arrow=6)
