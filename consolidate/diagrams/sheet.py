"""A roadmap's page: title, time axis, milestones, lanes, the shared services' lane, resource use, legend.

What a row of a lane holds is for the row to draw: see :class:`.lanes.LaneRow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from consolidate.diagrams.axis import QUARTERS, YEARS, Axis
from consolidate.diagrams.critical_path import Work
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Point, Stroke
from consolidate.diagrams.engine.fonts import fit, width, wrap
from consolidate.diagrams.gates import draw_gate_lines
from consolidate.diagrams.joining_partners import cover_before_joining, draw_joining_band
from consolidate.diagrams.lanes import Arrival, Lane, ServiceLane
from consolidate.diagrams.legend import LegendEntry, draw_legend, legend_height
from consolidate.diagrams.marks import BAND, BAR, LABEL, ROW
from consolidate.diagrams.milestones import MilestoneRow
from consolidate.diagrams.page import LINE_HEIGHT, MARGIN, TITLE_HEIGHT, draw_heading, subtitle_lines
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.resource_use import ResourceUse
from consolidate.diagrams.sentences import not_built

_LEAST_WIDTH = 760.0
_LONG = 1000.0
"""Below lanes that reach further down than this the time axis is drawn a second time."""


@dataclass
class Sheet:
    """A roadmap: put together, then laid out and drawn by :meth:`draw`.

    Attributes:
        resources: whether people and money used are shown under the lanes.
        names: the width of the column of names.
        systems: the systems that the sheet shows, where these are not all; a milestone of none of them is left out.
    """

    view: PlanView
    canvas: Canvas
    subtitle: str
    lanes: Sequence[Lane]
    services: ServiceLane
    legend: Sequence[LegendEntry]
    resources: bool = True
    names: float = 190.0
    systems: frozenset[str] | None = None

    def draw(self) -> Canvas:
        """Work out where everything stands, then draw it from the background up."""
        inventory = self.view.inventory
        self.axis = Axis.fitting(MARGIN + self.names, inventory.plan_quarters, inventory.calendar, self.view.language)
        self.milestones = MilestoneRow(self.view, self.axis, self.systems)
        self.resource_use = ResourceUse(self.view, self.axis) if self.resources else None
        self._place_trunks()
        self._place_parts()
        self._draw_background()
        self._draw_arrows()
        draw_gate_lines(self.view, self.canvas, self.axis, self.lanes, self.services)
        self._draw_critical_links()
        for lane in self.lanes:
            self._draw_lane(lane)
        self._draw_services()
        self._draw_frame()
        return self.canvas

    # Where things stand

    def _place_parts(self) -> None:
        """The upper edge of each part, and the size of the page."""
        right = self.axis.right
        self.room = max(right, _LEAST_WIDTH) - MARGIN
        self.canvas.width = max(self.edge, _LEAST_WIDTH) + MARGIN
        self.subtitle_lines = subtitle_lines(self.subtitle, self.room)
        self.axis_y = TITLE_HEIGHT + LINE_HEIGHT * len(self.subtitle_lines) + 4
        self.milestones_y = self.axis_y + YEARS + QUARTERS + 2
        y = self.milestones_y + self.milestones.height + 6
        for lane in self.lanes:
            lane.y = y
            if lane.staying:
                lane.lines = wrap(lane.staying[1], right - self.axis.left - 8, 8.5, 12)
            y += lane.height + 6
        self.services.y = y
        if self.services.unbuilt:
            text = ", ".join(not_built(self.view, service) for service in self.services.unbuilt)
            self.services.lines = wrap(text, right - self.axis.left - 8, 8.5, 6)
        self.bottom = y + self.services.height - (0 if self.services.height else 6)
        y = self.bottom + 4
        self.second_axis_y = y if y > _LONG else None
        y += YEARS + QUARTERS + 4 if self.second_axis_y else 0
        self.resource_use_y = y
        y += self.resource_use.height + 4 if self.resource_use else 0
        self.legend_y = y + 14
        self.canvas.height = self.legend_y + legend_height(self.legend, self.room) + MARGIN

    def _arrivals(self) -> list[tuple[float, Arrival]]:
        """Each arrival with the middle of its row."""
        return [
            (lane.top(index) + ROW / 2, arrival)
            for lane in self.lanes
            for index, row in enumerate(lane.rows)
            for arrival in row.arrivals
        ]

    def _place_trunks(self) -> None:
        """A trunk line for each service and quarter, side by side in the quarter after the cutover."""
        order = {service.id: index for index, service in enumerate(self.services.shown)}
        found = {(arrival.cutover, arrival.service) for _, arrival in self._arrivals() if arrival.service in order}
        trunks: dict[int, list[str]] = {}
        for cutover, service in sorted(found, key=lambda item: (item[0], order[item[1]])):
            trunks.setdefault(cutover, []).append(service)
        self.trunks: dict[tuple[int, str], float] = {}
        self.edge = self.axis.right
        for cutover, services in trunks.items():
            outside = cutover >= self.axis.quarters - 1
            gap = 6.0 if outside else min(7.0, (self.axis.step - 8) / max(len(services), 1))
            for index, service in enumerate(services):
                self.trunks[cutover, service] = self.axis.x(cutover + 1) + (12 if outside else 5) + gap * index
            if outside:
                self.edge += 12 + gap * len(services)

    # From the background up

    def _draw_background(self) -> None:
        top = self.milestones_y + self.milestones.height + 6
        services = self.services
        if services.height:
            self.canvas.rect(MARGIN, services.y, self.axis.right - MARGIN, services.height, themes.WATER)
        bottom = services.y if services.height else self.bottom
        self.axis.draw_grid(self.canvas, top, bottom - top)
        for lane in self.lanes:
            for index in range(1, len(lane.rows) + bool(lane.lines)):
                y = lane.top(index)
                self.canvas.line([(MARGIN, y), (self.axis.right, y)], Stroke(themes.HAIR, 0.7))
            self._draw_freezes(lane)
            cover_before_joining(self.canvas, self.axis, lane)
        if top > self.milestones_y:
            self.milestones.draw_lines(self.canvas, self.milestones_y, self.bottom)

    def _draw_freezes(self, lane: Lane) -> None:
        """Frozen quarters of a lane, those of adjacent rows in one box."""
        first_rows: dict[tuple[int, bool], int] = {}
        for index in range(len(lane.rows) + 1):
            now = set(lane.rows[index].frozen) if index < len(lane.rows) else set()
            for key in [key for key in first_rows if key not in now]:
                first = first_rows.pop(key)
                self._draw_freeze(*key, lane.top(first) + 1, (index - first) * ROW - 2)
            for key in sorted(now):
                first_rows.setdefault(key, index)

    def _draw_freeze(self, quarter: int, stops_work: bool, y: float, h: float) -> None:
        when = self.view.words.quarter(quarter)
        fill, style = (themes.NO_WORK, "") if stops_work else (themes.FREEZE, "dashed")
        sentence = self.view.language.text("Freeze in {quarter}: no cutover.", quarter=when)
        if stops_work:
            sentence = self.view.language.text("Freeze in {quarter}: no work.", quarter=when)
        with self.canvas.group(sentence):
            edge = Stroke(themes.FREEZE_EDGE, 0.7, style)
            self.canvas.rect(self.axis.x(quarter) + 1, y, self.axis.step - 2, h, fill, edge)

    def _draw_arrows(self) -> None:
        """From each bar's end to its trunk, and the trunks down to the services."""
        starts: dict[tuple[int, str], list[tuple[float, Arrival]]] = {}
        for y, arrival in self._arrivals():
            if (arrival.cutover, arrival.service) in self.trunks:
                starts.setdefault((arrival.cutover, arrival.service), []).append((y, arrival))
        for key in sorted(starts, key=lambda key: self.trunks[key]):
            for critical in (False, True):
                arrivals = [(y, arrival) for y, arrival in starts[key] if arrival.critical == critical]
                if arrivals:
                    self._draw_trunk(key, arrivals, critical)

    def _draw_trunk(self, key: tuple[int, str], arrivals: list[tuple[float, Arrival]], critical: bool) -> None:
        """A trunk with the branches that lead into it; the thicker, the more systems it stands for."""
        cutover, service = key
        x, from_x = self.trunks[key], self.axis.x(cutover + 1)
        colour = themes.BLACK if critical else self.view.services.colours[service]
        count = sum(arrival.count for _, arrival in arrivals)
        weight = 2.4 if critical else min(1.1 + 0.25 * (count - 1) ** 0.5, 3.0)
        for y, _ in arrivals[1:]:
            self.canvas.line([(from_x, y), (x, y)], Stroke(colour, 2.4 if critical else 1.1))
        y = arrivals[0][0]
        target = (self.services.top(service) or 0.0) + 3
        path: list[Point] = [(from_x, y), (x, y), (x, target)]
        if cutover >= self.axis.quarters - 1:
            path = [(from_x, y), (x, y), (x, target + BAR / 2), (self.axis.right, target + BAR / 2)]
        self.canvas.line(path, Stroke(colour, weight), arrow=5.5 + weight, radius=4)

    def _draw_critical_links(self) -> None:
        """The critical path's links: from the end of one piece of work to the start of the next."""
        places: dict[Work, float] = {}
        for lane in self.lanes:
            for index, row in enumerate(lane.rows):
                places |= {move: lane.top(index) + ROW / 2 for move in row.moves}
        for build in self.view.plan.builds:
            top = self.services.top(build.service)
            if top is not None:
                places[build] = top + ROW / 2
        for before, after in pairwise(self.view.critical.works):
            if before in places and after in places:
                x, y, end = self.axis.x(after.start), places[before], places[after]
                side = BAR / 2 if end > y else -BAR / 2
                if abs(end - y) > BAR:
                    self.canvas.line([(x, y + side), (x, end - side)], Stroke(themes.BLACK, 2.0), arrow=6)

    def _draw_lane(self, lane: Lane) -> None:
        canvas, right = self.canvas, self.axis.right
        if lane.joins:
            draw_joining_band(self.view, canvas, self.axis, lane)
        else:
            self._draw_band(lane.y, fit(lane.title, right - MARGIN - 8, 10, True), themes.BAND)
        for index, row in enumerate(lane.rows):
            y = lane.top(index)
            note = width(row.note, 8) + 8 if row.note else 0
            label = fit(row.label, self.names - 10 - note, LABEL, row.critical)
            canvas.text(MARGIN + 4, y + 12.5, label, LABEL, bold=row.critical)
            canvas.text(self.axis.left - 6, y + 12.5, row.note, 8, colour=themes.GREY, align="r")
            row.draw(canvas, self.axis, y)
        if lane.staying:
            self._draw_staying(lane, lane.staying[0])
        bottom = lane.y + lane.height
        sides: list[Point] = [(MARGIN, lane.y), (MARGIN, bottom), (right, bottom)]
        canvas.line(sides, Stroke(themes.FAINT))

    def _draw_band(self, y: float, title: str, fill: str) -> None:
        """The title of a lane, white on a dark band."""
        self.canvas.rect(MARGIN, y, self.axis.right - MARGIN, BAND, fill)
        self.canvas.text(MARGIN + 4, y + 11.7, title, 10, bold=True, colour=themes.PAPER)

    def _draw_staying(self, lane: Lane, heading: str) -> None:
        y = lane.y + lane.height - len(lane.lines) * 11 - 6
        w = max(width(line, 8.5) for line in lane.lines) + 8
        self.canvas.rect(self.axis.left + 0.5, y - 1, w, len(lane.lines) * 11 + 5, themes.PAPER)
        self.canvas.text(MARGIN + 4, y + 9, heading, LABEL)
        for index, line in enumerate(lane.lines):
            self.canvas.text(self.axis.left + 4, y + 9 + 11 * index, line, 8.5, colour=themes.GREY)

    def _draw_services(self) -> None:
        if not self.services.height:
            return
        y, right = self.services.y, self.axis.right
        built = self.view.language.plural("{n} service", "{n} services", len(self.services.shown))
        self._draw_band(y, self.view.language.text("The platform: {services}", services=built), themes.BLUE)
        self.services.draw(self.canvas, self.axis)
        h = self.services.height
        corners: list[Point] = [(MARGIN, y), (right, y), (right, y + h), (MARGIN, y + h), (MARGIN, y)]
        self.canvas.line(corners, Stroke(themes.BLUE, 1.3))

    def _draw_frame(self) -> None:
        """What stands around the lanes: heading, time axis, milestones, resource use, legend."""
        canvas = self.canvas
        draw_heading(canvas, self.subtitle_lines, self.room)
        self.axis.draw_header(canvas, self.axis_y)
        self.milestones.draw(canvas, self.milestones_y)
        if self.second_axis_y:
            self.axis.draw_header(canvas, self.second_axis_y)
        if self.resource_use:
            self.resource_use.draw(canvas, self.resource_use_y, MARGIN)
        draw_legend(canvas, self.legend, self.legend_y, self.room)
