"""The roadmap for the Board: systems counted by partner and by where they go, not drawn one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import (
    counts,
    subtitle,
)
from consolidate.diagrams.sheet import BAR, ROW, Feed, Lane, ServiceLane, Sheet, Sign
from consolidate.diagrams.system_rows import SystemRow, worst_risk
from consolidate.diagrams.timeline import common_signs, describe, freeze_signs, ghost, ghost_sign, meter_words
from consolidate.plan import Move
from consolidate.vocabulary import APPROACH_NAMES, RISK_TEXT

MOST_ROWS = 90
"""So many rows by partner and destination; beyond, a row for each partner."""


@dataclass(frozen=True)
class GroupStrip:
    """Systems of one partner that go the same way: to ``service``, or (None) wherever they go."""

    view: PlanView
    label: str
    rows: tuple[SystemRow, ...]
    service: str | None
    who: str
    stay: int = 0

    @property
    def note(self) -> str:
        count = f"{len(self.rows):,}"
        if not self.stay:
            return count
        return self.view.language.text("{count} + {stay} stay", count=count, stay=f"{self.stay:,}")

    @property
    def heavy(self) -> bool:
        return any(self.view.critical.runs_through(row.moves) for row in self.rows)

    @property
    def moves(self) -> Sequence[Move]:
        return ()

    @cached_property
    def cells(self) -> dict[int, list[SystemRow]]:
        """The systems that cut over in each quarter."""
        cells: dict[int, list[SystemRow]] = {}
        for row in self.rows:
            cells.setdefault(row.arrival.cutover, []).append(row)
        return dict(sorted(cells.items()))

    @property
    def feeds(self) -> Sequence[Feed]:
        """One arrow, from the last cutover; its weight is the number of all."""
        if self.service is None:
            return ()
        last = max(self.cells)
        return [
            Feed(
                self.service,
                last,
                len(self.rows),
                any(self.view.critical.runs_through(row.moves) for row in self.cells[last]),
            )
        ]

    @property
    def frozen(self) -> Sequence[tuple[int, bool]]:
        """The quarters in which all of them are frozen."""
        found: dict[int, bool] = {}
        for freeze in self.view.inventory.freezes:
            if all(row.system.id in freeze.who.systems for row in self.rows):
                for quarter in freeze.quarters:
                    found[quarter] = found.get(quarter, False) or freeze.stops_work
        return sorted(found.items())

    def paint(self, canvas: Canvas, axis: Axis, y: float) -> None:
        if not self.rows:
            return
        self._ghost(canvas, axis, y)
        x, end = axis.x(min(row.moves[0].start for row in self.rows)), axis.x(max(self.cells) + 1)
        canvas.rect(x, y + (ROW - BAR) / 2 + 2, end - x, BAR - 4, "#e4e7e9", themes.FAINT, 0.7)
        for quarter, rows in self.cells.items():
            risk = worst_risk(rows)
            heavy = any(self.view.critical.runs_through(row.moves) for row in rows)
            with canvas.group(self._sentence(quarter, rows, risk)):
                cell(
                    canvas,
                    axis,
                    quarter,
                    y + (ROW - BAR) / 2,
                    f"{len(rows):,} {self.view.words.risk_letter(risk)}".strip(),
                    risk,
                    heavy,
                )

    def _ghost(self, canvas: Canvas, axis: Axis, y: float) -> None:
        """From the first start to the last cutover as approved, where any of the systems has left its place."""
        changed = [row for row in self.rows if row.approved]
        if not changed:
            return
        stand = {(move.system, move.step): move for row in self.rows for move in row.moves}
        stand |= {(move.system, move.step): move for row in changed for move in row.approved}
        start, last = min(move.start for move in stand.values()), max(move.cutover for move in stand.values())
        said = self.view.language.plural(
            "{who}: approved for {when}; {n} system has changed.",
            "{who}: approved for {when}; {n} systems have changed.",
            len(changed),
            who=self.who,
            when=self.view.words.span(start, last),
        )
        with canvas.group(said):
            ghost(canvas, axis.x(start), axis.x(last + 1), y)

    def _sentence(self, quarter: int, rows: Sequence[SystemRow], risk: str) -> str:
        names = ", ".join(row.name for row in rows[:8])
        if len(rows) > 8:
            names = self.view.language.text("{names} and {count} more", names=names, count=f"{len(rows) - 8:,}")
        said = {"who": self.who, "quarter": self.view.words.quarter(quarter), "names": names}
        if not self.view.rated:
            return self.view.language.plural(
                "{who}: {n} system cuts over in {quarter} ({names}).",
                "{who}: {n} systems cut over in {quarter} ({names}).",
                len(rows),
                **said,
            )
        return self.view.language.plural(
            "{who}: {n} system cuts over in {quarter} ({names}); worst risk {risk}.",
            "{who}: {n} systems cut over in {quarter} ({names}); worst risk {risk}.",
            len(rows),
            risk=self.view.words.risk_word(risk),
            **said,
        )


def cell(canvas: Canvas, axis: Axis, quarter: int, y: float, text: str, risk: str, heavy: bool) -> None:
    """A number and a letter, at the end of their quarter."""
    w = min(axis.step - 1, max(24.0, width(text, 8, True) + 7))
    x = axis.x(quarter + 1) - w
    edge, weight = (themes.BLACK, 2.4) if heavy else (themes.RISK[risk], 1.2)
    canvas.rect(x, y, w, BAR, themes.TINT[risk], edge, weight)
    size = 8.0 if width(text, 8, True) < w - 1 else 6.0
    canvas.text(x + w / 2, y + 9.5, text, size, bold=True, to="c")


def summary(view: PlanView, name: str, pages: bool = True) -> Canvas:
    """The roadmap of many systems, on one page. ``pages``: each partner has one beside it."""
    groups = {partner: _groups(view, partner, rows) for partner, rows in view.rows.moving_by_partner.items()}
    services = ServiceLane(view, view.inventory.services.values(), view.rows.moving, counts=True)
    fine = sum(len(strips) for strips in groups.values()) <= MOST_ROWS
    if fine:
        lanes = [_lane(view, partner, strips) for partner, strips in groups.items()]
    else:
        lanes = [Lane(view.language.text("Partners"), [_whole(view, partner) for partner in groups])]
    title = view.language.text("{name}: roadmap, board summary", name=view.words.programme)
    said = subtitle(view)
    if pages:
        said += " " + view.language.text("Each partner has a page of its own.")
    lines = [
        (
            f"{view.words.partner(partner)}: {counts(view, (*rows, *view.rows.staying_by_partner[partner]))}",
            rows,
            view.rows.staying_by_partner[partner],
        )
        for partner, rows in view.rows.moving_by_partner.items()
    ]
    canvas = Canvas(name, title, describe(view, title, said, lines))
    strips = [strip for lane in lanes for strip in lane.strips]
    wanted = [width(strip.label, 9, strip.heavy) + width(strip.note, 8) + 24 for strip in strips]
    wanted += [
        width(view.words.name(item.name), 9, True) + width(services.note(item), 8) + 24 for item in services.shown
    ]
    names = min(max([150.0, *wanted]), 270.0)
    return Sheet(view, canvas, said, lanes, services, _legend(view, services, fine), True, names).draw()


def _groups(view: PlanView, partner: str, rows: Sequence[SystemRow]) -> list[GroupStrip]:
    """A partner's rows: one for each service, in their order, then one for each other approach."""
    ways = [*view.inventory.services, *APPROACH_NAMES]
    found: dict[str, list[SystemRow]] = {}
    for row in rows:
        move = row.arrival
        found.setdefault(move.to or move.approach, []).append(row)
    strips = []
    for way in sorted(found, key=lambda way: ways.index(way) if way in ways else len(ways)):
        service = way if way in view.inventory.services else None
        label = view.words.service(way) if service else view.words.approach(way)[0]
        strips.append(GroupStrip(view, label, tuple(found[way]), service, f"{view.words.partner(partner)}, {label}"))
    return strips


def _lane(view: PlanView, partner: str, strips: Sequence[GroupStrip]) -> Lane:
    staying = view.rows.staying_by_partner[partner]
    every = [*view.rows.moving_by_partner[partner], *staying]
    risks = ", ".join(
        f"{count:,} {view.words.risk_letter(key)}" for key in "RA" if (count := sum(row.risk == key for row in staying))
    )
    said = view.words.systems(len(staying)) + (f" ({risks})" if risks else "")
    title = f"{view.words.partner(partner)}: {counts(view, every)}"
    return Lane(title, strips, (view.language.text("Stay as they are"), said) if staying else None)


def _whole(view: PlanView, partner: str) -> GroupStrip:
    name = view.words.partner(partner)
    return GroupStrip(
        view, name, view.rows.moving_by_partner[partner], None, name, len(view.rows.staying_by_partner[partner])
    )


def _legend(view: PlanView, services: ServiceLane, fine: bool) -> list[Sign]:
    signs: list[Sign] = [
        (
            view.language.text(
                "systems that cut over in the quarter; worst risk {risk}: {meaning}",
                risk=view.words.risk_word(key),
                meaning=view.language.text(RISK_TEXT[key]),
            ),
            26.0,
            partial(_cell_sign, view=view, risk=key),
        )
        for key in "RAG"
        if any(row.risk == key for row in view.rows.moving)
    ]
    if not view.rated:
        plain = partial(_cell_sign, view=view, risk=themes.UNRATED)
        signs.append((view.language.text("systems that cut over in the quarter"), 26.0, plain))
    signs.append((view.language.text("first start to last cutover"), 26.0, _span_sign))
    if any(row.approved for row in view.rows.moving):
        signs.append(ghost_sign(view))
    if view.critical.works:
        signs.append((view.language.text("on the critical path"), 26.0, _heavy_sign))
    signs += freeze_signs(view)
    return signs + meter_words(view) + common_signs(view, services, arrows=fine)


def _cell_sign(canvas: Canvas, x: float, y: float, view: PlanView, risk: str) -> None:
    canvas.rect(x, y, 26, BAR, themes.TINT[risk], themes.RISK[risk], 1.2)
    canvas.text(x + 13, y + 9.5, f"3 {view.words.risk_letter(risk)}".strip(), 8, bold=True, to="c")


def _span_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y + 2, 26, BAR - 4, "#e4e7e9", themes.FAINT, 0.7)


def _heavy_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, 26, BAR, themes.PAPER, themes.BLACK, 2.4)
