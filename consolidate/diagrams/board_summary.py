"""The roadmap for the Board: systems counted by partner and by where they go, not drawn one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.facts import Facts, Row
from consolidate.diagrams.sheet import BAR, ROW, Feed, Lane, ServiceLane, Sheet, Sign
from consolidate.diagrams.timeline import common_signs, describe, freeze_signs, ghost, ghost_sign, meter_words
from consolidate.plan import Move
from consolidate.vocabulary import APPROACH_NAMES, RISK_TEXT

MOST_ROWS = 90
"""So many rows by partner and destination; beyond, a row for each partner."""


def arrival(row: Row) -> Move:
    """The move that counts for a system: the first that goes to a service, else its last."""
    return next((move for move in row.moves if move.to is not None), row.moves[-1])


@dataclass(frozen=True)
class GroupStrip:
    """Systems of one partner that go the same way: to ``service``, or (None) wherever they go."""

    facts: Facts
    label: str
    rows: tuple[Row, ...]
    service: str | None
    who: str
    stay: int = 0

    @property
    def note(self) -> str:
        count = f"{len(self.rows):,}"
        if not self.stay:
            return count
        return self.facts.language.text("{count} + {stay} stay", count=count, stay=f"{self.stay:,}")

    @property
    def heavy(self) -> bool:
        return any(self.facts.is_heavy(row) for row in self.rows)

    @property
    def moves(self) -> Sequence[Move]:
        return ()

    @cached_property
    def cells(self) -> dict[int, list[Row]]:
        """The systems that cut over in each quarter."""
        cells: dict[int, list[Row]] = {}
        for row in self.rows:
            cells.setdefault(arrival(row).cutover, []).append(row)
        return dict(sorted(cells.items()))

    @property
    def feeds(self) -> Sequence[Feed]:
        """One arrow, from the last cutover; its weight is the number of all."""
        if self.service is None:
            return ()
        last = max(self.cells)
        return [Feed(self.service, last, len(self.rows), any(self.facts.is_heavy(row) for row in self.cells[last]))]

    @property
    def frozen(self) -> Sequence[tuple[int, bool]]:
        """The quarters in which all of them are frozen."""
        found: dict[int, bool] = {}
        for freeze in self.facts.inventory.freezes:
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
            risk = min((row.risk for row in rows), key="RAG".index)
            heavy = any(self.facts.is_heavy(row) for row in rows)
            with canvas.group(self._sentence(quarter, rows, risk)):
                cell(
                    canvas,
                    axis,
                    quarter,
                    y + (ROW - BAR) / 2,
                    f"{len(rows):,} {self.facts.letter(risk)}".strip(),
                    risk,
                    heavy,
                )

    def _ghost(self, canvas: Canvas, axis: Axis, y: float) -> None:
        """From the first start to the last cutover as approved, where any of the systems has left its place."""
        changed = [row for row in self.rows if self.facts.was(row)]
        if not changed:
            return
        stand = {(move.system, move.step): move for row in self.rows for move in row.moves}
        stand |= {(move.system, move.step): move for row in changed for move in self.facts.was(row)}
        start, last = min(move.start for move in stand.values()), max(move.cutover for move in stand.values())
        said = self.facts.language.plural(
            "{who}: approved for {when}; {n} system has changed.",
            "{who}: approved for {when}; {n} systems have changed.",
            len(changed),
            who=self.who,
            when=self.facts.span(start, last),
        )
        with canvas.group(said):
            ghost(canvas, axis.x(start), axis.x(last + 1), y)

    def _sentence(self, quarter: int, rows: Sequence[Row], risk: str) -> str:
        names = ", ".join(row.name for row in rows[:8])
        if len(rows) > 8:
            names = self.facts.language.text("{names} and {count} more", names=names, count=f"{len(rows) - 8:,}")
        said = {"who": self.who, "quarter": self.facts.label(quarter), "names": names}
        if not self.facts.rated:
            return self.facts.language.plural(
                "{who}: {n} system cuts over in {quarter} ({names}).",
                "{who}: {n} systems cut over in {quarter} ({names}).",
                len(rows),
                **said,
            )
        return self.facts.language.plural(
            "{who}: {n} system cuts over in {quarter} ({names}); worst risk {risk}.",
            "{who}: {n} systems cut over in {quarter} ({names}); worst risk {risk}.",
            len(rows),
            risk=self.facts.word(risk),
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


def summary(facts: Facts, name: str, pages: bool = True) -> Canvas:
    """The roadmap of many systems, on one page. ``pages``: each partner has one beside it."""
    groups = {partner: _groups(facts, partner, rows) for partner, rows in facts.by_partner.items()}
    services = ServiceLane(facts, facts.inventory.services.values(), facts.moving, counts=True)
    fine = sum(len(strips) for strips in groups.values()) <= MOST_ROWS
    if fine:
        lanes = [_lane(facts, partner, strips) for partner, strips in groups.items()]
    else:
        lanes = [Lane(facts.language.text("Partners"), [_whole(facts, partner) for partner in groups])]
    title = facts.language.text("{name}: roadmap, board summary", name=facts.title)
    said = facts.subtitle
    if pages:
        said += " " + facts.language.text("Each partner has a page of its own.")
    lines = [
        (f"{facts.partner(partner)}: {facts.counts((*rows, *facts.staying[partner]))}", rows, facts.staying[partner])
        for partner, rows in facts.by_partner.items()
    ]
    canvas = Canvas(name, title, describe(facts, title, said, lines))
    strips = [strip for lane in lanes for strip in lane.strips]
    wanted = [width(strip.label, 9, strip.heavy) + width(strip.note, 8) + 24 for strip in strips]
    wanted += [width(facts.name(item.name), 9, True) + width(services.note(item), 8) + 24 for item in services.shown]
    names = min(max([150.0, *wanted]), 270.0)
    return Sheet(facts, canvas, said, lanes, services, _legend(facts, services, fine), True, names).draw()


def _groups(facts: Facts, partner: str, rows: Sequence[Row]) -> list[GroupStrip]:
    """A partner's rows: one for each service, in their order, then one for each other approach."""
    ways = [*facts.inventory.services, *APPROACH_NAMES]
    found: dict[str, list[Row]] = {}
    for row in rows:
        move = arrival(row)
        found.setdefault(move.to or move.approach, []).append(row)
    strips = []
    for way in sorted(found, key=lambda way: ways.index(way) if way in ways else len(ways)):
        service = way if way in facts.inventory.services else None
        label = facts.service(way) if service else facts.approach(way)[0]
        strips.append(GroupStrip(facts, label, tuple(found[way]), service, f"{facts.partner(partner)}, {label}"))
    return strips


def _lane(facts: Facts, partner: str, strips: Sequence[GroupStrip]) -> Lane:
    staying = facts.staying[partner]
    every = [*facts.by_partner[partner], *staying]
    risks = ", ".join(
        f"{count:,} {facts.letter(key)}" for key in "RA" if (count := sum(row.risk == key for row in staying))
    )
    said = facts.systems(len(staying)) + (f" ({risks})" if risks else "")
    title = f"{facts.partner(partner)}: {facts.counts(every)}"
    return Lane(title, strips, (facts.language.text("Stay as they are"), said) if staying else None)


def _whole(facts: Facts, partner: str) -> GroupStrip:
    name = facts.partner(partner)
    return GroupStrip(facts, name, facts.by_partner[partner], None, name, len(facts.staying[partner]))


def _legend(facts: Facts, services: ServiceLane, fine: bool) -> list[Sign]:
    signs: list[Sign] = [
        (
            facts.language.text(
                "systems that cut over in the quarter; worst risk {risk}: {meaning}",
                risk=facts.word(key),
                meaning=facts.language.text(RISK_TEXT[key]),
            ),
            26.0,
            partial(_cell_sign, facts=facts, risk=key),
        )
        for key in "RAG"
        if any(row.risk == key for row in facts.moving)
    ]
    if not facts.rated:
        plain = partial(_cell_sign, facts=facts, risk=themes.UNRATED)
        signs.append((facts.language.text("systems that cut over in the quarter"), 26.0, plain))
    signs.append((facts.language.text("first start to last cutover"), 26.0, _span_sign))
    if any(facts.was(row) for row in facts.moving):
        signs.append(ghost_sign(facts))
    if facts.critical:
        signs.append((facts.language.text("on the critical path"), 26.0, _heavy_sign))
    signs += freeze_signs(facts)
    return signs + meter_words(facts) + common_signs(facts, services, arrows=fine)


def _cell_sign(canvas: Canvas, x: float, y: float, facts: Facts, risk: str) -> None:
    canvas.rect(x, y, 26, BAR, themes.TINT[risk], themes.RISK[risk], 1.2)
    canvas.text(x + 13, y + 9.5, f"3 {facts.letter(risk)}".strip(), 8, bold=True, to="c")


def _span_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y + 2, 26, BAR - 4, "#e4e7e9", themes.FAINT, 0.7)


def _heavy_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, 26, BAR, themes.PAPER, themes.BLACK, 2.4)
