"""The roadmap in detail: a row for each system, a bar for each step of its move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import (
    counts,
    move_sentence,
    subtitle,
    support_and_risk,
    unsupported,
)
from consolidate.diagrams.sheet import BAR, ROW, Feed, Lane, ServiceLane, Sheet, Sign, chip, chip_width
from consolidate.diagrams.system_rows import SystemRow
from consolidate.inventory import Service
from consolidate.plan import Move, ServiceBuild
from consolidate.vocabulary import RISK_TEXT

_CHIP = 11.0
Group = tuple[str, Sequence[SystemRow], Sequence[SystemRow]]
"""A lane: its title, the rows that move, those that stay."""


@dataclass(frozen=True)
class SystemStrip:
    """A moving system's row. ``words``: approaches stand beside the name, the bars being too short for them."""

    view: PlanView
    row: SystemRow
    words: bool

    @property
    def label(self) -> str:
        return self.row.name

    @property
    def note(self) -> str:
        return (
            ", ".join(self.view.words.approach(move.approach)[0].lower() for move in self.row.moves)
            if self.words
            else ""
        )

    @property
    def heavy(self) -> bool:
        return self.view.critical.runs_through(self.row.moves)

    @property
    def moves(self) -> Sequence[Move]:
        return self.row.moves

    @property
    def feeds(self) -> Sequence[Feed]:
        return [
            Feed(move.to, move.cutover, 1, move in self.view.critical) for move in self.row.moves if move.to is not None
        ]

    @property
    def frozen(self) -> Sequence[tuple[int, bool]]:
        found: dict[int, bool] = {}
        for freeze in self.view.inventory.freezes:
            if self.row.system.id in freeze.who.systems:
                for quarter in freeze.quarters:
                    found[quarter] = found.get(quarter, False) or freeze.stops_work
        return sorted(found.items())

    def paint(self, canvas: Canvas, axis: Axis, y: float) -> None:
        middle = y + ROW / 2
        for move in self.row.approved:
            when = self.view.words.span(move.start, move.cutover)
            with canvas.group(self.view.language.text("{name}: approved for {when}.", name=self.row.name, when=when)):
                ghost(canvas, axis.x(move.start), axis.x(move.cutover + 1), y)
        if self.row.exposed:
            with canvas.group(f"{self.row.name}: {support_and_risk(self.view, self.row)}."):
                for start, end in _runs(self.row.exposed, axis.quarters):
                    canvas.line([(axis.x(start) + 2, middle), (axis.x(end) - 1, middle)], themes.RED, 1.7, "dotted")
        for move in self.row.moves:
            self._tail(canvas, axis, middle, move)
        for move in self.row.moves:
            with canvas.group(move_sentence(self.view, self.row, move)):
                self._bar(canvas, axis, y + (ROW - BAR) / 2, move)
        self._end_of_support(canvas, axis, y)

    def _tail(self, canvas: Canvas, axis: Axis, middle: float, move: Move) -> None:
        """The old system running on beside the new."""
        start, end = axis.x(move.cutover + 1), axis.x(move.last + 1)
        if end > start:
            colour = themes.RISK[self.row.risk]
            canvas.rect(start, middle - 2, end - start, 4, themes.TINT[self.row.risk], colour, 0.7)

    def _bar(self, canvas: Canvas, axis: Axis, y: float, move: Move) -> None:
        x, end = axis.x(move.start), axis.x(move.cutover + 1)
        risk, heavy = self.row.risk, move in self.view.critical
        canvas.rect(x, y, end - x, BAR, themes.TINT[risk], themes.RISK[risk], 1.0)
        letter(canvas, x, y, self.view, risk)
        right = end
        if move.to is not None:
            code = self.view.services.codes.get(move.to, "?")
            right = max(end - chip_width(code), x + _CHIP)
            chip(canvas, right, y, code, self.view.services.colours.get(move.to, themes.GREY))
        if not self.words:
            self._word(canvas, axis, x + _CHIP, right, y, move)
        if heavy:
            outline(canvas, x, y, end - x)

    def _word(self, canvas: Canvas, axis: Axis, left: float, right: float, y: float, move: Move) -> None:
        """The approach, in the middle of the room or else beside the mark of end of support."""
        end, heavy = self.row.system.end_of_life, move in self.view.critical
        mark = axis.x(end + 1) if end is not None and end < axis.quarters else left
        rooms = [(left, right)]
        if left < mark < right:
            rooms = sorted([(left, mark - 3), (mark + 3, right)], key=lambda room: room[0] - room[1])
        for word in self.view.words.approach(move.approach):
            w = width(word, 8, heavy) + 2
            middle = (left + right) / 2
            if len(rooms) > 1 and w < right - left and abs(mark - middle) > w / 2 + 3:
                rooms = [(left, right)]
            if w < rooms[0][1] - rooms[0][0]:
                canvas.text(sum(rooms[0]) / 2, y + 9.6, word, 8, bold=heavy, to="c")
                return

    def _end_of_support(self, canvas: Canvas, axis: Axis, y: float) -> None:
        end = self.row.system.end_of_life
        if end is not None and end < axis.quarters:
            with canvas.group(f"{self.row.name}: {support_and_risk(self.view, self.row)}."):
                end_mark(canvas, axis.x(end + 1), y)


def letter(canvas: Canvas, x: float, y: float, view: PlanView, risk: str) -> None:
    """The risk's letter, white on its colour."""
    canvas.rect(x, y, _CHIP, BAR, themes.RISK[risk])
    if risk:
        canvas.text(x + _CHIP / 2, y + 9.4, view.words.risk_letter(risk), 7.5, bold=True, colour=themes.PAPER, to="c")


def outline(canvas: Canvas, x: float, y: float, w: float) -> None:
    """The heavy frame of the critical path."""
    canvas.line([(x, y), (x + w, y), (x + w, y + BAR), (x, y + BAR), (x, y - 1)], themes.BLACK, 2.2)


def ghost(canvas: Canvas, x: float, end: float, y: float) -> None:
    """Where the approved plan had it: a dashed frame, a little higher than a bar, so that it shows behind one."""
    top, bottom = y + 1, y + ROW - 1
    corners = [(x + 1, top), (end - 1, top), (end - 1, bottom), (x + 1, bottom), (x + 1, top)]
    canvas.line(corners, themes.GREY, 1.2, "dashed")


def end_mark(canvas: Canvas, x: float, y: float) -> None:
    """Support ends here."""
    canvas.rect(x - 0.8, y + 2.5, 1.6, ROW - 4, themes.RED)
    canvas.shape("invtriangle", x, y + 4, 7, themes.RED)


def _runs(quarters: Iterable[int], end: int) -> list[tuple[int, int]]:
    """Quarters inside the horizon, neighbours together.

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


def detailed(view: PlanView, name: str, title: str, groups: Sequence[Group], *, whole: bool) -> Canvas:
    """A roadmap with a row for each system.

    ``groups``: a lane's title, the rows that move, those that stay. ``whole``: all partners are
    in it, so that people and money used belong under it; else only the services that its rows use
    are shown.
    """
    moving = [row for _, rows, _ in groups for row in rows]
    every = [row for _, rows, stays in groups for row in (*rows, *stays)]
    words = Axis.fitting(0, view.inventory.T, view.inventory.calendar).step < 55
    lanes = [
        Lane(title, [SystemStrip(view, row, words) for row in rows], _stays(view, stays))
        for title, rows, stays in groups
    ]
    services = ServiceLane(view, _services(view, moving, whole), moving, counts=False)
    said = subtitle(view) if whole else f"{counts(view, every).capitalize()}. {unsupported(view, every)}"
    canvas = Canvas(name, title, describe(view, title, said, groups))
    names = _names(view, moving, services, words)
    own = None if whole else _of_partners(view, {row.system.partner for row in every})
    legend = _legend(view, moving, services, whole, own)
    return Sheet(view, canvas, said, lanes, services, legend, whole, names, own).draw()


def _of_partners(view: PlanView, partners: set[str]) -> frozenset[str]:
    return frozenset(key for key, system in view.inventory.systems.items() if system.partner in partners)


def _services(view: PlanView, rows: Sequence[SystemRow], whole: bool) -> list[Service]:
    services = view.inventory.services
    if whole:
        return list(services.values())
    used = {need for row in rows for move in row.moves for need in (*row.step(move).needs, move.to)}
    return [service for service in services.values() if service.id in used]


def _names(view: PlanView, rows: Sequence[SystemRow], services: ServiceLane, words: bool) -> float:
    """The width of the column of names: as wide as the widest, within reason."""
    wanted = [width(row.name, 9, view.critical.runs_through(row.moves)) + 14 for row in rows]
    if words:
        wanted = [
            w + max(40.0, width(SystemStrip(view, row, True).note, 8)) + 10 for w, row in zip(wanted, rows, strict=True)
        ]
    wanted += [
        width(view.words.name(item.name), 9, True) + width(services.note(item), 8) + 24 for item in services.shown
    ]
    return min(max([150.0, *wanted]), 300.0 if words else 250.0)


def _stays(view: PlanView, rows: Sequence[SystemRow]) -> tuple[str, str] | None:
    if not rows:
        return None
    said = ", ".join(
        row.name if row.risk in ("G", themes.UNRATED) else f"{row.name} ({view.words.risk_letter(row.risk)})"
        for row in rows
    )
    if len(rows) == 1:
        return view.language.text("Stays as it is"), said
    return view.language.text("Stay as they are: {count}", count=f"{len(rows):,}"), said


def describe(view: PlanView, title: str, subtitle: str, groups: Sequence[Group]) -> str:
    """The picture in words, for whoever does not see it."""
    whole = view.words.span(0, view.inventory.T - 1)
    parts = [f"{title}. {view.language.text('A chart of bars over {when}.', when=whole)} {subtitle}"]
    for lane, rows, _ in groups:
        if rows:
            start, end = min(row.moves[0].start for row in rows), max(row.moves[-1].cutover for row in rows)
            risks = ", ".join(
                f"{count} {view.words.risk_word(key)}"
                for key in "RAG"
                if (count := sum(row.risk == key for row in rows))
            )
            what, when = lane.rstrip("."), view.words.span(start, end)
            parts.append(
                view.language.text("{lane}; work from {when}; risk {risks}.", lane=what, when=when, risks=risks)
                if risks
                else view.language.text("{lane}; work from {when}.", lane=what, when=when)
            )
    if view.critical.works:
        chain = [
            view.words.service(work.service)
            if isinstance(work, ServiceBuild)
            else view.words.name(view.inventory.systems[work.system].name)
            for work in view.critical.works
        ]
        said = view.language.text(", then ").join(chain)
        parts.append(view.language.text("Critical path: {chain}.", chain=said))
    parts.append(view.language.text("The same data stand in moves.csv, staff.csv and capital.csv."))
    return " ".join(parts)


def _legend(
    view: PlanView, rows: Sequence[SystemRow], services: ServiceLane, whole: bool, own: frozenset[str] | None
) -> list[Sign]:
    """The signs that this picture uses."""
    signs: list[Sign] = [
        (
            f"{view.words.risk_word(key)}: {view.language.text(RISK_TEXT[key])}",
            28.0,
            partial(_risk_sign, view=view, risk=key),
        )
        for key in "RAG"
        if any(row.risk == key for row in rows)
    ]
    T = view.inventory.T
    if any(row.system.end_of_life is not None and row.system.end_of_life < T for row in rows):
        signs.append((view.language.text("end of support"), 8.0, lambda canvas, x, y: end_mark(canvas, x + 4, y - 3)))
    if any(quarter < T for row in rows for quarter in row.exposed):
        signs.append((view.language.text("running unsupported"), 30.0, _dots))
    if any(move.last > move.cutover for row in rows for move in row.moves):
        signs.append((view.language.text("old system runs on"), 26.0, _tail_sign))
    if any(row.approved for row in rows):
        signs.append(ghost_sign(view))
    works = [move for row in rows for move in row.moves] + [
        view.services.builds.get(item.id) for item in services.shown
    ]
    if any(work in view.critical for work in works):
        signs.append(
            (view.language.text("critical path: each starts as soon as the one before is done"), 26.0, _heavy_sign)
        )
    signs += freeze_signs(view, None if whole else frozenset(row.system.id for row in rows))
    return [*signs, *common_signs(view, services, own), *(meter_words(view) if whole else ())]


def ghost_sign(view: PlanView) -> Sign:
    return (view.language.text("where the approved plan had it"), 26.0, lambda c, x, y: ghost(c, x, x + 26, y - 3))


def freeze_signs(view: PlanView, own: frozenset[str] | None = None) -> list[Sign]:
    """The freezes' boxes; ``own``: the systems that have a row, where these are not all."""
    signs: list[Sign] = []
    shown = [one for one in view.inventory.freezes if own is None or not own.isdisjoint(one.who.systems)]
    for work in (False, True):
        if any(freeze.stops_work == work and freeze.quarters for freeze in shown):
            words = view.language.text("freeze: no work") if work else view.language.text("freeze: no cutover")
            signs.append((words, 26.0, partial(_freeze_sign, work=work)))
    return signs


def common_signs(
    view: PlanView, services: ServiceLane, own: frozenset[str] | None = None, *, arrows: bool = True
) -> list[Sign]:
    """Milestones, services and arrows."""
    signs: list[Sign] = []
    if any(own is None or not own.isdisjoint(milestone.who.systems) for milestone in view.inventory.milestones):
        signs.append(
            (
                view.language.text("milestone"),
                12.0,
                lambda canvas, x, y: canvas.shape("diamond", x + 6, y + 6.5, 11, themes.BLUE),
            )
        )
    if any(view.services.takes_time_to_build(service) for service in services.shown):
        signs.append(
            (
                view.language.text("service being built"),
                26.0,
                lambda c, x, y: c.rect(x, y, 26, BAR, themes.BUILD, themes.BLUE),
            )
        )
    if services.shown:
        signs.append((view.language.text("service ready"), 26.0, _service_sign))
    if arrows and any(view.rows.moving_into[service.id] for service in services.shown):
        signs.append((view.language.text("moves onto a service (its code is on the bar)"), 30.0, _arrow_sign))
    return signs


def meter_words(view: PlanView) -> list[Sign]:
    """What stands under the axis, in words."""
    inventory, words = view.inventory, []
    if inventory.roles:
        words.append(view.language.text("Staff: person-days used, % of own and agency days"))
    if inventory.pots:
        words.append(view.language.text("Capital: spent of what the year allows, with what was carried forward"))
    return [(text, 0.0, lambda canvas, x, y: None) for text in words]


def _risk_sign(canvas: Canvas, x: float, y: float, view: PlanView, risk: str) -> None:
    canvas.rect(x, y, 28, BAR, themes.TINT[risk], themes.RISK[risk])
    letter(canvas, x, y, view, risk)


def _dots(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x, y + 6.5), (x + 30, y + 6.5)], themes.RED, 1.7, "dotted")


def _tail_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y + 4.5, 26, 4, themes.TINT["G"], themes.RISK["G"], 0.7)


def _heavy_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, 26, BAR, themes.PAPER)
    outline(canvas, x, y, 26)


def _freeze_sign(canvas: Canvas, x: float, y: float, work: bool) -> None:
    fill, style = (themes.NO_WORK, "") if work else (themes.FREEZE, "dashed")
    canvas.rect(x, y, 26, BAR, fill, themes.FREEZE_EDGE, 0.7, style)


def _service_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, 26, BAR, themes.PAPER, themes.NAVY, 1.3)


def _arrow_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x, y + 6.5), (x + 30, y + 6.5)], themes.GREY, 1.3, arrow=7)
