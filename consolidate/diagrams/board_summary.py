"""The board summary: a roadmap with systems counted by partner and destination, not drawn one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from consolidate.diagrams.axis import Axis
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.lanes import Arrival, Lane, ServiceLane, frozen_quarters
from consolidate.diagrams.legend import summary_legend
from consolidate.diagrams.marks import BAR, ROW, ghost_bar
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import lane_title, subtitle
from consolidate.diagrams.sheet import Sheet
from consolidate.diagrams.system_rows import SystemRow, worst_risk
from consolidate.diagrams.timeline import RowGroup, description
from consolidate.plan import Move
from consolidate.vocabulary import APPROACH_NAMES

MOST_ROWS = 90
"""With more rows by partner and destination than these, there is one row for each partner."""


@dataclass(frozen=True)
class GroupLaneRow:
    """A row for systems of one partner that go the same way: to ``service``, or (None) wherever they go.

    ``who`` names them in sentences; ``staying``: how many more of the partner's systems stay.
    """

    view: PlanView
    label: str
    rows: tuple[SystemRow, ...]
    service: str | None
    who: str
    staying: int = 0

    @property
    def note(self) -> str:
        """How many systems there are."""
        count = f"{len(self.rows):,}"
        if not self.staying:
            return count
        return self.view.language.text("{count} + {stay} stay", count=count, stay=f"{self.staying:,}")

    @property
    def critical(self) -> bool:
        """Whether the critical path runs through any of the systems."""
        return any(self.view.critical.runs_through(row.moves) for row in self.rows)

    @property
    def joins(self) -> int:
        """The first quarter in which any of them takes part."""
        return min((row.system.joins for row in self.rows), default=0)

    @property
    def moves(self) -> Sequence[Move]:
        """None: no move has a bar of its own."""
        return ()

    @cached_property
    def cells(self) -> dict[int, list[SystemRow]]:
        """The systems that cut over in each quarter."""
        cells: dict[int, list[SystemRow]] = {}
        for row in self.rows:
            cells.setdefault(row.arrival.cutover, []).append(row)
        return dict(sorted(cells.items()))

    @property
    def arrivals(self) -> Sequence[Arrival]:
        """One arrow, from the last cutover; its weight is the number of all."""
        if self.service is None:
            return ()
        last = max(self.cells)
        return [
            Arrival(
                self.service,
                last,
                len(self.rows),
                any(self.view.critical.runs_through(row.moves) for row in self.cells[last]),
            )
        ]

    @property
    def frozen(self) -> Sequence[tuple[int, bool]]:
        """The quarters in which all of them are frozen."""
        return frozen_quarters(self.view.inventory, [row.system.id for row in self.rows])

    def draw(self, canvas: Canvas, axis: Axis, y: float) -> None:
        """A bar from the first start to the last cutover, with a cell for each quarter in which systems cut over."""
        if not self.rows:
            return
        self._draw_ghost(canvas, axis, y)
        x, end = axis.x(min(row.moves[0].start for row in self.rows)), axis.x(max(self.cells) + 1)
        canvas.rect(x, y + (ROW - BAR) / 2 + 2, end - x, BAR - 4, themes.SPAN, Stroke(themes.FAINT, 0.7))
        for quarter, rows in self.cells.items():
            risk = worst_risk(rows)
            critical = any(self.view.critical.runs_through(row.moves) for row in rows)
            with canvas.group(self._sentence(quarter, rows, risk)):
                text = f"{len(rows):,} {self.view.words.risk_letter(risk)}".strip()
                _draw_cell(canvas, axis, quarter, y + (ROW - BAR) / 2, text, risk, critical)

    def _draw_ghost(self, canvas: Canvas, axis: Axis, y: float) -> None:
        """From the first start to the last cutover as approved, where any of the systems has left its place."""
        changed = [row for row in self.rows if row.approved]
        if not changed:
            return
        approved = {(move.system, move.step): move for row in self.rows for move in row.moves}
        approved |= {(move.system, move.step): move for row in changed for move in row.approved}
        start, last = min(move.start for move in approved.values()), max(move.cutover for move in approved.values())
        sentence = self.view.language.plural(
            "{who}: approved for {when}; {n} system has changed.",
            "{who}: approved for {when}; {n} systems have changed.",
            len(changed),
            who=self.who,
            when=self.view.words.span(start, last),
        )
        with canvas.group(sentence):
            ghost_bar(canvas, axis.x(start), axis.x(last + 1), y)

    def _sentence(self, quarter: int, rows: Sequence[SystemRow], risk: str) -> str:
        names = ", ".join(row.name for row in rows[:8])
        if len(rows) > 8:
            names = self.view.language.text("{names} and {count} more", names=names, count=f"{len(rows) - 8:,}")
        values = {"who": self.who, "quarter": self.view.words.quarter(quarter), "names": names}
        if not self.view.rated:
            return self.view.language.plural(
                "{who}: {n} system cuts over in {quarter} ({names}).",
                "{who}: {n} systems cut over in {quarter} ({names}).",
                len(rows),
                **values,
            )
        return self.view.language.plural(
            "{who}: {n} system cuts over in {quarter} ({names}); worst risk {risk}.",
            "{who}: {n} systems cut over in {quarter} ({names}); worst risk {risk}.",
            len(rows),
            risk=self.view.words.risk_word(risk),
            **values,
        )


def _draw_cell(canvas: Canvas, axis: Axis, quarter: int, y: float, text: str, risk: str, critical: bool) -> None:
    """How many systems, and the letter of their worst risk, at the end of the quarter."""
    w = min(axis.step - 1, max(24.0, width(text, 8, True) + 7))
    x = axis.x(quarter + 1) - w
    edge = Stroke(themes.BLACK, 2.4) if critical else Stroke(themes.RISK[risk], 1.2)
    canvas.rect(x, y, w, BAR, themes.TINT[risk], edge)
    size = 8.0 if width(text, 8, True) < w - 1 else 6.0
    canvas.text(x + w / 2, y + 9.5, text, size, bold=True, align="c")


def board_summary(view: PlanView, name: str, pages: bool = True) -> Canvas:
    """The roadmap of many systems, on one page. ``pages``: each partner has one beside it."""
    groups = {
        partner: _rows_by_destination(view, partner, rows) for partner, rows in view.rows.moving_by_partner.items()
    }
    services = ServiceLane(view, view.inventory.services.values(), view.rows.moving, counts=True)
    by_destination = sum(len(rows) for rows in groups.values()) <= MOST_ROWS
    if by_destination:
        lanes = [_lane(view, partner, rows) for partner, rows in groups.items()]
    else:
        lanes = [Lane(view.language.text("Partners"), [_row_of_partner(view, partner) for partner in groups])]
    title = view.language.text("{name}: roadmap, board summary", name=view.words.programme)
    text = subtitle(view)
    if pages:
        text += " " + view.language.text("Each partner has a page of its own.")
    described = [
        RowGroup(lane_title(view, partner), rows, view.rows.staying_by_partner[partner])
        for partner, rows in view.rows.moving_by_partner.items()
    ]
    canvas = Canvas(name, title, description(view, title, text, described), marking=view.marking)
    rows = [row for lane in lanes for row in lane.rows]
    labels = [width(row.label, 9, row.critical) + width(row.note, 8) + 24 for row in rows]
    names = min(max([150.0, *labels, *services.label_widths()]), 270.0)
    legend = summary_legend(view, services, arrows=by_destination)
    return Sheet(view, canvas, text, lanes, services, legend, True, names).draw()


def _rows_by_destination(view: PlanView, partner: str, rows: Sequence[SystemRow]) -> list[GroupLaneRow]:
    """A partner's rows: one for each service, in their order, then one for each other approach."""
    order = [*view.inventory.services, *APPROACH_NAMES]
    found: dict[str, list[SystemRow]] = {}
    for row in rows:
        found.setdefault(row.destination, []).append(row)
    groups = []
    for destination in sorted(found, key=lambda one: order.index(one) if one in order else len(order)):
        service = destination if destination in view.inventory.services else None
        label = view.words.destination(destination)
        who = f"{view.words.partner(partner)}, {label}"
        groups.append(GroupLaneRow(view, label, tuple(found[destination]), service, who))
    return groups


def _lane(view: PlanView, partner: str, rows: Sequence[GroupLaneRow]) -> Lane:
    """A partner's lane: what stays is counted, with its risks."""
    staying = view.rows.staying_by_partner[partner]
    risks = ", ".join(
        f"{count:,} {view.words.risk_letter(risk)}"
        for risk in "RA"
        if (count := sum(row.risk == risk for row in staying))
    )
    text = view.words.systems(len(staying)) + (f" ({risks})" if risks else "")
    joins = view.inventory.partners[partner].joins
    return Lane(
        lane_title(view, partner), rows, (view.language.text("Stay as they are"), text) if staying else None, joins
    )


def _row_of_partner(view: PlanView, partner: str) -> GroupLaneRow:
    """One row for all of a partner's systems."""
    name, staying = view.words.partner(partner), view.rows.staying_by_partner[partner]
    return GroupLaneRow(view, name, view.rows.moving_by_partner[partner], None, name, len(staying))
