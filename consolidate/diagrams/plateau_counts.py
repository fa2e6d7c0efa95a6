"""Plateaus of many systems: each partner a bar of how many are where, each service how many are on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width
from consolidate.diagrams.landscape import (
    AS_IS,
    LATER,
    OUTSIDE,
    READY,
    RENEWED,
    RETIRED,
    SHARED,
    STATES,
    UNDER_WAY,
    Gap,
    Plateau,
)
from consolidate.diagrams.legend import LegendEntry
from consolidate.diagrams.marks import BAR
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.plateau_sheet import COLUMN, left, right
from consolidate.diagrams.plateau_systems import ServiceTitle, draw_platform, service_entries
from consolidate.diagrams.plateau_words import STATE_WORDS, composition, moment

MOST_CURVES = 110
"""With more streams of systems than these between two times, none is drawn: the counts say it."""
_BLOCK, _TITLE, _SERVICE, _APART = 40.0, 21.0, 36.0, 12.0
"""Heights: of a partner, of the platform's title, of a service, of the room between the two."""
_INSET = 8.0
_BAR = 15.0
_LOOKS = {
    AS_IS: (themes.SPAN, Stroke(themes.GREY, 0.7), themes.INK),
    UNDER_WAY: (themes.BUILD, Stroke(themes.BLUE, 0.7), themes.INK),
    RENEWED: (themes.WATER, Stroke(themes.BLUE, 1.0), themes.INK),
    SHARED: (themes.NAVY, Stroke(themes.NAVY, 0.7), themes.PAPER),
    RETIRED: (themes.PAPER, Stroke(themes.GREY, 0.7, "dashed"), themes.GREY),
}
"""How the part of a bar looks that stands for a state: its fill, its edge, its ink."""


class PlateauCounts:
    """The columns of :class:`.plateau_sheet.PlateauSheet`, with systems counted."""

    def __init__(self, view: PlanView, plateaus: Sequence[Plateau], gaps: Sequence[Gap]) -> None:
        self.view, self.plateaus, self.gaps = view, plateaus, gaps
        self.rows = {partner: rows for partner, rows in view.rows.by_partner.items() if rows}
        self.services = [
            service for service in view.inventory.services if any(one.services[service] != LATER for one in plateaus)
        ]
        self.on = [Counter(where.service for where in one.systems.values()) for one in plateaus]
        self.blocks = {partner: index * _BLOCK for index, partner in enumerate(self.rows)}
        self.platform = len(self.blocks) * _BLOCK + _APART
        self.boxes = {service: self.platform + _TITLE + index * _SERVICE for index, service in enumerate(self.services)}

    @property
    def height(self) -> float:
        """The height of every column."""
        if not self.services:
            return self.platform - _APART
        return self.platform + _TITLE + len(self.services) * _SERVICE + 4

    def draw(self, canvas: Canvas, top: float) -> None:
        """The partners, the platform, and curves from partners to where their systems have gone."""
        for index, one in enumerate(self.plateaus):
            self._draw_platform(canvas, top, index, one)
            for partner in self.rows:
                self._draw_partner(canvas, top + self.blocks[partner], index, partner, one)
        for index, gap in enumerate(self.gaps):
            self._draw_curves(canvas, top, index, gap)

    def _draw_partner(self, canvas: Canvas, y: float, index: int, partner: str, plateau: Plateau) -> None:
        rows, x = self.rows[partner], left(index)
        counts = plateau.counts(rows)
        outside = counts[OUTSIDE] == len(rows)
        name = self.view.words.partner(partner)
        said = f"{moment(self.view, plateau.quarter)}: {name}: {composition(self.view, rows, plateau)}."
        with canvas.group(said):
            edge = Stroke(themes.FAINT, 1.0, "dashed" if outside else "")
            canvas.rect(x, y, COLUMN, _BLOCK - 4, themes.PAPER if outside else themes.YEAR, edge)
            note = self.view.words.systems(len(rows) - counts[RETIRED])
            unsupported = sum(plateau.systems[row.system.id].unsupported for row in rows)
            if unsupported:
                note = self.view.language.text("{systems}, {n} unsupported", systems=note, n=f"{unsupported:,}")
            if outside:
                joins = self.view.words.quarter(self.view.inventory.partners[partner].joins)
                note = self.view.language.text("joins {quarter}", quarter=joins)
            room = COLUMN - 2 * _INSET - 10 - width(note, 8.5)
            size = next((size for size in (9.0, 8.5, 8.0) if width(name, size, True) <= room), 7.5)
            title = fit(name, room, size, True)
            ink = themes.GREY if outside else themes.INK
            canvas.text(x + _INSET, y + 12, title, size, bold=True, colour=ink)
            canvas.text(x + COLUMN - _INSET, y + 12, note, 8.5, colour=themes.GREY, align="r")
            if not outside:
                self._draw_bar(canvas, x + _INSET, y + 17, counts)

    def _draw_bar(self, canvas: Canvas, x: float, y: float, counts: Counter[str]) -> None:
        """Parts for the states, as wide as they have systems, and wide enough for their numbers."""
        found = [(state, counts[state]) for state in STATES if counts[state]]
        least = {state: width(f"{count:,}", 8, True) + 6 for state, count in found}
        spare = COLUMN - 2 * _INSET - sum(least.values())
        total = sum(count for _, count in found)
        for state, count in found:
            w = least[state] + spare * count / total
            fill, edge, ink = _LOOKS[state]
            canvas.rect(x, y, w, _BAR, fill, edge)
            canvas.text(x + w / 2, y + 10.8, f"{count:,}", 8, bold=True, colour=ink, align="c")
            x += w

    def _draw_platform(self, canvas: Canvas, top: float, index: int, plateau: Plateau) -> None:
        if not self.services:
            return
        x, y = left(index), top + self.platform
        draw_platform(self.view, canvas, x, y, self.height - self.platform)
        for service in self.services:
            now = self.on[index][service]
            more = now - self.on[index - 1][service] if index else 0
            text = self.view.words.systems(now)
            if more:
                text = self.view.language.text("{systems} ({more} more)", systems=text, more=f"{more:,}")
            said = self.view.language.text(
                "{when}: {name}: {what}",
                when=moment(self.view, plateau.quarter),
                name=self.view.words.service(service),
                what=text,
            )
            before = self.plateaus[index - 1].services if index else plateau.services
            stage = plateau.services[service]
            with canvas.group(f"{said}."):
                new = stage == READY != before[service]
                below = text if stage == READY or now else "–"
                drawn = ServiceTitle(self.view, service, stage, new, below)
                drawn.draw(canvas, x + _INSET, top + self.boxes[service])

    def _draw_curves(self, canvas: Canvas, top: float, index: int, gap: Gap) -> None:
        """A curve for the systems of each partner that arrive on each service; the thicker, the more they are."""
        streams = [
            (partner, service, count)
            for service, rows in gap.moved.items()
            if service in self.boxes
            for partner, count in Counter(row.system.partner for row in rows).items()
        ]
        if len(streams) > MOST_CURVES:
            return
        leaving = Counter(partner for partner, _, _ in streams)
        arriving = Counter(service for _, service, _ in streams)
        left_so_far: Counter[str] = Counter()
        arrived: Counter[str] = Counter()
        x, end = right(index), left(index + 1) + _INSET
        partners = list(self.rows)
        for partner, service, count in sorted(
            streams, key=lambda one: (partners.index(one[0]), self.services.index(one[1]))
        ):
            left_so_far[partner] += 1
            arrived[service] += 1
            start = top + self.blocks[partner] + (_BLOCK - 4) * left_so_far[partner] / (leaving[partner] + 1)
            to = top + self.boxes[service] + 2 + (_SERVICE - 9) * arrived[service] / (arriving[service] + 1)
            bend = (end - x) * 0.5
            weight = 1.0 + min(0.6 * (count - 1) ** 0.5, 3.5)
            said = self.view.language.plural(
                "{partner}: {n} system moves to {service}.",
                "{partner}: {n} systems move to {service}.",
                count,
                partner=self.view.words.partner(partner),
                service=self.view.words.service(service),
            )
            with canvas.group(said):
                colour = self.view.services.colours[service]
                points = [(x, start), (x + bend, start), (end - bend, to), (end, to)]
                canvas.curve(points, Stroke(colour, weight), arrow=5 + weight)

    def legend(self) -> Sequence[LegendEntry]:
        """The signs that are used, and what they mean."""
        language = self.view.language
        seen = {where.state for one in self.plateaus for where in one.systems.values()}
        entries = [
            LegendEntry(language.text(STATE_WORDS[state]), 26.0, partial(_part_sign, state=state))
            for state in STATES
            if state in seen
        ]
        if SHARED in seen:
            entries.append(LegendEntry(language.text("systems that move; the thicker, the more"), 30.0, _stream_sign))
        return [*entries, *service_entries(self.view, self.plateaus)]


def _part_sign(canvas: Canvas, x: float, y: float, state: str) -> None:
    fill, edge, ink = _LOOKS[state]
    canvas.rect(x, y, 26, BAR, fill, edge)
    canvas.text(x + 13, y + 9.5, "3", 8, bold=True, colour=ink, align="c")


def _stream_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x, y + 6.5), (x + 30, y + 6.5)], Stroke(themes.SERVICES[0], 2.4), arrow=7)
