"""The roadmap's frame: title, time axis, lanes, the shared services' lane, meters, legend.

What a lane holds is its own affair: a :class:`Strip` is a system (:mod:`.timeline`) or a group of
them (:mod:`.board`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from consolidate.diagrams.axis import QUARTERS, YEARS, Axis, Meters, Milestones
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Point
from consolidate.diagrams.engine.fonts import fit, width, wrap
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import (
    service_sentence,
)
from consolidate.diagrams.system_rows import SystemRow
from consolidate.inventory import Service
from consolidate.plan import Move, ServiceBuild

LEFT = 20.0
Sign = tuple[str, float, Callable[[Canvas, float, float], None]]
"""An entry of the legend: its words, the width of its sign, and how to draw that."""
ROW = 19.0
BAR = 13.0
_BAND = 16.0
_TEXT = 9.0


@dataclass(frozen=True)
class Feed:
    """Systems that go live on a service: the quarter of cutover and how many they are."""

    service: str
    cutover: int
    count: int
    heavy: bool


class Strip(Protocol):
    """A row of a lane. ``y`` is its upper edge."""

    @property
    def label(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def heavy(self) -> bool: ...
    @property
    def feeds(self) -> Sequence[Feed]: ...
    @property
    def frozen(self) -> Sequence[tuple[int, bool]]:
        """The quarters that are frozen; True where all work is."""
        ...

    @property
    def moves(self) -> Sequence[Move]:
        """The moves that have a bar of their own, for the links of the critical path."""
        ...

    def paint(self, canvas: Canvas, axis: Axis, y: float) -> None: ...


@dataclass
class Lane:
    """A partner's rows, and in ``stays`` the text about what stays as it is."""

    title: str
    strips: Sequence[Strip]
    stays: tuple[str, str] | None = None
    y: float = 0.0
    lines: list[str] = field(default_factory=list)

    @property
    def height(self) -> float:
        text = len(self.lines) * 11 + 8 if self.lines else 0
        return _BAND + len(self.strips) * ROW + text + 4

    def top(self, index: int) -> float:
        """The upper edge of a row."""
        return self.y + _BAND + 2 + index * ROW


class ServiceLane:
    """The shared services: when each is built, ready, and how many move in."""

    def __init__(self, view: PlanView, services: Iterable[Service], rows: Iterable[SystemRow], counts: bool) -> None:
        services = tuple(services)
        T = view.inventory.T
        self.view, self.counts = view, counts
        self.into = Counter(to for row in rows for to in {move.to for move in row.moves})
        self.shown = [item for item in services if _before(view.services.ready(item), T)]
        self.unbuilt = [item for item in services if not _before(view.services.ready(item), T)]
        self.y = 0.0
        self.lines: list[str] = []

    @property
    def height(self) -> float:
        if not self.shown and not self.unbuilt:
            return 0.0
        text = len(self.lines) * 11 + 8 if self.lines else 0
        return _BAND + 8 + len(self.shown) * (ROW + 2) + text

    def top(self, service: str) -> float | None:
        """The upper edge of a service's row."""
        for index, shown in enumerate(self.shown):
            if shown.id == service:
                return self.y + _BAND + 6 + index * (ROW + 2)
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

    def paint(self, canvas: Canvas, axis: Axis) -> None:
        for service in self.shown:
            y = self.top(service.id) or 0.0
            heavy = self.view.services.builds.get(service.id) in self.view.critical
            with canvas.group(service_sentence(self.view, service)):
                room = axis.left - LEFT - 16 - width(self.note(service), 8)
                canvas.text(
                    LEFT + 4, y + 13, fit(self.view.words.name(service.name), room, _TEXT, True), _TEXT, bold=True
                )
                canvas.text(axis.left - 8, y + 13, self.note(service), 8, colour=themes.GREY, to="r")
                self._life(canvas, axis, service, y + 3, heavy)
        if self.lines:
            y = self.y + self.height - len(self.lines) * 11 - 4
            canvas.text(LEFT + 4, y + 9, self.view.language.text("Not built"), _TEXT)
            for line in self.lines:
                canvas.text(axis.left + 4, y + 9, line, 8.5)
                y += 11

    def _life(self, canvas: Canvas, axis: Axis, service: Service, y: float, heavy: bool) -> None:
        colour, code = self.view.services.colours[service.id], self.view.services.codes[service.id]
        ready = self.view.services.ready(service) or 0
        x = axis.x(ready)
        canvas.rect(x, y, axis.right - x, BAR, themes.PAPER, colour, 1.3)
        build = self.view.services.builds.get(service.id)
        if build is not None and self.view.services.takes_time_to_build(service):
            start, w = axis.x(build.start), x - axis.x(build.start)
            canvas.rect(start, y, w, BAR, themes.BUILD, themes.BLACK if heavy else themes.BLUE, 2.2 if heavy else 0.9)
            word = self.view.language.text("build")
            fits = fit(word, w - 4, 8, heavy) == word
            canvas.text(start + w / 2, y + 9.5, word if fits else "", 8, bold=heavy, to="c")
        elif build is not None and heavy:
            canvas.rect(x, y, chip_width(code), BAR, colour, themes.BLACK, 2.2)
        chip(canvas, x, y, code, colour)
        if self.counts:
            self._arrivals(canvas, axis, service, y)

    def _arrivals(self, canvas: Canvas, axis: Axis, service: Service, y: float) -> None:
        """How many systems cut over into the service in each quarter, on its bar."""
        arrivals: dict[int, int] = {}
        for row in self.view.rows.moving_into[service.id]:
            cutover = next(move.cutover for move in row.moves if move.to == service.id)
            arrivals[cutover] = arrivals.get(cutover, 0) + 1
        for quarter, count in sorted(arrivals.items()):
            middle = axis.x(quarter) + axis.step / 2
            if quarter == self.view.services.ready(service):
                middle += chip_width(self.view.services.codes[service.id]) / 2
            canvas.text(
                middle, y + 9.5, f"+{count:,}", 8, bold=True, colour=self.view.services.colours[service.id], to="c"
            )


def _before(ready: int | None, end: int) -> bool:
    return ready is not None and ready < end


def chip_width(code: str) -> float:
    return max(width(code, 7.5, True) + 6, 16.0)


def chip(canvas: Canvas, x: float, y: float, code: str, colour: str) -> None:
    """A service's code, white on its colour."""
    w = chip_width(code)
    canvas.rect(x, y, w, BAR, colour)
    canvas.text(x + w / 2, y + 9.4, code, 7.5, bold=True, colour=themes.PAPER, to="c")


@dataclass
class Sheet:
    """A roadmap: put together, then laid out and painted by :meth:`draw`.

    ``own``: the systems of which it speaks, where these are not all: what concerns none of them is left out.
    """

    view: PlanView
    canvas: Canvas
    subtitle: str
    lanes: Sequence[Lane]
    services: ServiceLane
    legend: Sequence[Sign]
    meters: bool = True
    names: float = 190.0
    own: frozenset[str] | None = None

    def draw(self) -> Canvas:
        """Where everything stands, then everything, from the ground up."""
        inventory = self.view.inventory
        self.axis = Axis.fitting(LEFT + self.names, inventory.T, inventory.calendar, self.view.language)
        self.milestones = Milestones(self.view, self.axis, self.own)
        self.gauges = Meters(self.view, self.axis) if self.meters else None
        self._arrange_feeds()
        self._lay_out()
        self._ground()
        self._arrows()
        self._links()
        for lane in self.lanes:
            self._lane(lane)
        self._services()
        self._furniture()
        return self.canvas

    # Where things stand

    def _lay_out(self) -> None:
        right = self.axis.right
        self.room = max(right, 760.0) - LEFT
        self.canvas.width = max(self.edge, 760.0) + LEFT
        self.heads = wrap(self.subtitle, self.room * 0.93, 9.5, 4)
        self.axis_y = 40 + 13 * len(self.heads) + 4
        self.flags_y = self.axis_y + YEARS + QUARTERS + 2
        y = self.flags_y + self.milestones.height + 6
        for lane in self.lanes:
            lane.y = y
            if lane.stays:
                lane.lines = wrap(lane.stays[1], right - self.axis.left - 8, 8.5, 12)
            y += lane.height + 6
        self.services.y = y
        if self.services.unbuilt:
            text = ", ".join(self.view.words.name(service.name) for service in self.services.unbuilt)
            self.services.lines = wrap(text, right - self.axis.left - 8, 8.5, 6)
        self.bottom = y + self.services.height - (0 if self.services.height else 6)
        y = self.bottom + 4
        self.foot_y = y if y > 1000 else None
        y += YEARS + QUARTERS + 4 if self.foot_y else 0
        self.gauges_y = y
        y += self.gauges.height + 4 if self.gauges else 0
        self.legend_y = y + 14
        self.canvas.height = self.legend_y + self._legend(paint=False) + LEFT

    def _feeds(self) -> list[tuple[float, Feed]]:
        """Each feed with the middle of its row."""
        return [
            (lane.top(index) + ROW / 2, feed)
            for lane in self.lanes
            for index, strip in enumerate(lane.strips)
            for feed in strip.feeds
        ]

    def _arrange_feeds(self) -> None:
        """A trunk for each service and quarter, side by side in the quarter after the cutover."""
        order = {service.id: index for index, service in enumerate(self.services.shown)}
        found = {(feed.cutover, feed.service) for _, feed in self._feeds() if feed.service in order}
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

    # From the ground up

    def _ground(self) -> None:
        top = self.flags_y + self.milestones.height + 6
        services = self.services
        if services.height:
            self.canvas.rect(LEFT, services.y, self.axis.right - LEFT, services.height, themes.WATER)
        bottom = services.y if services.height else self.bottom
        self.axis.ground(self.canvas, top, bottom - top)
        for lane in self.lanes:
            for index in range(1, len(lane.strips) + bool(lane.lines)):
                y = lane.top(index)
                self.canvas.line([(LEFT, y), (self.axis.right, y)], themes.HAIR, 0.7)
            self._freezes(lane)
        if top > self.flags_y:
            self.milestones.lines(self.canvas, self.flags_y, self.bottom)

    def _freezes(self, lane: Lane) -> None:
        """Frozen quarters, neighbours in one box."""
        open_: dict[tuple[int, bool], int] = {}
        for index in range(len(lane.strips) + 1):
            now = set(lane.strips[index].frozen) if index < len(lane.strips) else set()
            for key in [key for key in open_ if key not in now]:
                first, (quarter, work) = open_.pop(key), key
                y, h = lane.top(first) + 1, (index - first) * ROW - 2
                fill = themes.NO_WORK if work else themes.FREEZE
                when = self.view.words.quarter(quarter)
                said = self.view.language.text("Freeze in {quarter}: no cutover.", quarter=when)
                if work:
                    said = self.view.language.text("Freeze in {quarter}: no work.", quarter=when)
                with self.canvas.group(said):
                    style = "" if work else "dashed"
                    self.canvas.rect(
                        self.axis.x(quarter) + 1, y, self.axis.step - 2, h, fill, themes.FREEZE_EDGE, 0.7, style
                    )
            for key in sorted(now):
                open_.setdefault(key, index)

    def _arrows(self) -> None:
        """From each bar's end to its trunk, and the trunks down to the services."""
        starts: dict[tuple[int, str], list[tuple[float, Feed]]] = {}
        for y, feed in self._feeds():
            if (feed.cutover, feed.service) in self.trunks:
                starts.setdefault((feed.cutover, feed.service), []).append((y, feed))
        for key in sorted(starts, key=lambda key: self.trunks[key]):
            for heavy in (False, True):
                feeds = [(y, feed) for y, feed in starts[key] if feed.heavy == heavy]
                if feeds:
                    self._trunk(key, feeds, heavy)

    def _trunk(self, key: tuple[int, str], feeds: list[tuple[float, Feed]], heavy: bool) -> None:
        cutover, service = key
        x, from_x = self.trunks[key], self.axis.x(cutover + 1)
        colour = themes.BLACK if heavy else self.view.services.colours[service]
        count = sum(feed.count for _, feed in feeds)
        weight = 2.4 if heavy else min(1.1 + 0.25 * (count - 1) ** 0.5, 3.0)
        for y, _ in feeds[1:]:
            self.canvas.line([(from_x, y), (x, y)], colour, 2.4 if heavy else 1.1)
        y = feeds[0][0]
        target = (self.services.top(service) or 0.0) + 3
        path: list[Point] = [(from_x, y), (x, y), (x, target)]
        if cutover >= self.axis.quarters - 1:
            path = [(from_x, y), (x, y), (x, target + BAR / 2), (self.axis.right, target + BAR / 2)]
        self.canvas.line(path, colour, weight, arrow=5.5 + weight, radius=4)

    def _links(self) -> None:
        """The critical path's links: from the end of one piece of work to the start of the next."""
        places: dict[Move | ServiceBuild, float] = {}
        for lane in self.lanes:
            for index, strip in enumerate(lane.strips):
                places |= {move: lane.top(index) + ROW / 2 for move in strip.moves}
        for build in self.view.plan.builds:
            top = self.services.top(build.service)
            if top is not None:
                places[build] = top + ROW / 2
        chain = self.view.critical.works
        for one, other in pairwise(chain):
            if one in places and other in places:
                x, y, end = self.axis.x(other.start), places[one], places[other]
                side = BAR / 2 if end > y else -BAR / 2
                if abs(end - y) > BAR:
                    self.canvas.line([(x, y + side), (x, end - side)], themes.BLACK, 2.0, arrow=6)

    def _lane(self, lane: Lane) -> None:
        canvas, right = self.canvas, self.axis.right
        canvas.rect(LEFT, lane.y, right - LEFT, _BAND, themes.BAND)
        title = fit(lane.title, right - LEFT - 8, 10, True)
        canvas.text(LEFT + 4, lane.y + 11.7, title, 10, bold=True, colour=themes.PAPER)
        for index, strip in enumerate(lane.strips):
            y = lane.top(index)
            note = width(strip.note, 8) + 8 if strip.note else 0
            label = fit(strip.label, self.names - 10 - note, _TEXT, strip.heavy)
            canvas.text(LEFT + 4, y + 12.5, label, _TEXT, bold=strip.heavy)
            canvas.text(self.axis.left - 6, y + 12.5, strip.note, 8, colour=themes.GREY, to="r")
            strip.paint(canvas, self.axis, y)
        if lane.stays:
            self._stays(lane)
        bottom = lane.y + lane.height
        sides: list[Point] = [(LEFT, lane.y), (LEFT, bottom), (right, bottom)]
        canvas.line(sides, themes.FAINT)

    def _stays(self, lane: Lane) -> None:
        assert lane.stays is not None
        y = lane.y + lane.height - len(lane.lines) * 11 - 6
        w = max(width(line, 8.5) for line in lane.lines) + 8
        self.canvas.rect(self.axis.left + 0.5, y - 1, w, len(lane.lines) * 11 + 5, themes.PAPER)
        self.canvas.text(LEFT + 4, y + 9, lane.stays[0], _TEXT)
        for index, line in enumerate(lane.lines):
            self.canvas.text(self.axis.left + 4, y + 9 + 11 * index, line, 8.5, colour=themes.GREY)

    def _services(self) -> None:
        if not self.services.height:
            return
        y, right = self.services.y, self.axis.right
        self.canvas.rect(LEFT, y, right - LEFT, _BAND, themes.BLUE)
        built = self.view.language.plural("{n} service", "{n} services", len(self.services.shown))
        title = self.view.language.text("The platform: {services}", services=built)
        self.canvas.text(LEFT + 4, y + 11.7, title, 10, bold=True, colour=themes.PAPER)
        self.services.paint(self.canvas, self.axis)
        h = self.services.height
        corners: list[Point] = [(LEFT, y), (right, y), (right, y + h), (LEFT, y + h), (LEFT, y)]
        self.canvas.line(corners, themes.BLUE, 1.3)

    def _furniture(self) -> None:
        canvas = self.canvas
        canvas.text(LEFT, 27, fit(canvas.title, self.room, 19, True), 19, bold=True)
        for index, line in enumerate(self.heads):
            canvas.text(LEFT, 45 + 13 * index, line, 9.5, colour=themes.GREY)
        self.axis.header(canvas, self.axis_y)
        self.milestones.paint(canvas, self.flags_y)
        if self.foot_y:
            self.axis.header(canvas, self.foot_y)
        if self.gauges:
            self.gauges.paint(canvas, self.gauges_y, LEFT)
        self._legend(paint=True)

    def _legend(self, paint: bool) -> float:
        """The legend's height; each entry a sign and its words, in as many lines as they need."""
        right = LEFT + self.room
        if paint:
            h = self._legend(paint=False)
            self.canvas.rect(LEFT, self.legend_y, self.room, h, themes.PAPER, themes.FAINT)
        x, y = LEFT + 10, self.legend_y + 10
        for words, sign_width, sign in self.legend:
            w = sign_width + 5 + width(words, 8.5) + 16
            if x + w > right and x > LEFT + 10:
                x, y = LEFT + 10, y + 19
            if paint:
                sign(self.canvas, x, y)
                self.canvas.text(x + sign_width + 5, y + 9.5, words, 8.5)
            x += w
        return y + 23 - self.legend_y
