"""The legends of roadmaps: an entry for each sign that a sheet uses, and what it means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import NamedTuple

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.lanes import ServiceLane
from consolidate.diagrams.marks import (
    BAR,
    GATE,
    critical_frame,
    end_of_support_mark,
    gate_mark,
    ghost_bar,
    risk_box,
)
from consolidate.diagrams.milestones import DATE_KINDS, DATE_SHAPES, date_mark
from consolidate.diagrams.page import MARGIN
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import waits_for
from consolidate.diagrams.system_rows import SystemRow
from consolidate.vocabulary import RISK_TEXT


class LegendEntry(NamedTuple):
    """The words of an entry, and its sign: how wide it is, and what draws it from its upper left corner."""

    text: str
    width: float
    draw: Callable[[Canvas, float, float], None]


def _places(entries: Sequence[LegendEntry], room: float) -> tuple[list[tuple[float, float]], float]:
    """Where each entry's sign stands from the legend's upper left corner, and the legend's height."""
    places: list[tuple[float, float]] = []
    x = y = 10.0
    for entry in entries:
        w = entry.width + 5 + width(entry.text, 8.5) + 16
        if x + w > room and x > 10:
            x, y = 10.0, y + 19
        places.append((x, y))
        x += w
    return places, y + 23


def legend_height(entries: Sequence[LegendEntry], room: float) -> float:
    """How high a legend is that is ``room`` points wide."""
    return _places(entries, room)[1]


def draw_legend(canvas: Canvas, entries: Sequence[LegendEntry], y: float, room: float) -> None:
    """A box with the entries, each a sign and its words, in as many lines as they need; ``y`` is its upper edge."""
    places, height = _places(entries, room)
    canvas.rect(MARGIN, y, room, height, themes.PAPER, Stroke(themes.FAINT))
    for entry, (right, down) in zip(entries, places, strict=True):
        entry.draw(canvas, MARGIN + right, y + down)
        canvas.text(MARGIN + right + entry.width + 5, y + down + 9.5, entry.text, 8.5)


def timeline_legend(
    view: PlanView, rows: Sequence[SystemRow], services: ServiceLane, whole: bool, systems: frozenset[str] | None
) -> list[LegendEntry]:
    """The legend of a roadmap with a row for each system; the arguments are those of :class:`.sheet.Sheet`."""
    entries = risk_entries(view, {row.risk for row in rows})
    T = view.inventory.plan_quarters
    if any(row.system.end_of_life is not None and row.system.end_of_life < T for row in rows):
        entries.append(LegendEntry(view.language.text("end of support"), 8.0, _end_of_support_sign))
    if any(quarter < T for row in rows for quarter in row.exposed):
        entries.append(LegendEntry(view.language.text("running unsupported"), 30.0, _unsupported_sign))
    if any(move.last > move.cutover for row in rows for move in row.moves):
        runs_on = partial(_parallel_run_sign, risk="G" if view.rated else themes.UNRATED)
        entries.append(LegendEntry(view.language.text("old system runs on"), 26.0, runs_on))
    entries += _ghost_entries(view, rows)
    builds = [view.services.builds.get(item.id) for item in services.shown]
    if any(work in view.critical for work in [*(move for row in rows for move in row.moves), *builds]):
        text = view.language.text("critical path: each starts as soon as the one before is done")
        entries.append(LegendEntry(text, 26.0, _critical_bar_sign))
    entries += _freeze_entries(view, None if whole else frozenset(row.system.id for row in rows))
    entries += _common_entries(view, services, systems, arrows=True)
    return entries + _resource_notes(view) if whole else entries


def risk_entries(view: PlanView, risks: Collection[str]) -> list[LegendEntry]:
    """What the colours and letters of the risks mean, those that there are."""
    return [
        LegendEntry(view.words.risk_meaning(key), 28.0, partial(_risk_sign, view=view, risk=key))
        for key in "RAG"
        if key in risks
    ]


def map_legend(view: PlanView, risks: Collection[str], grouped: bool) -> list[LegendEntry]:
    """The legend of the map; ``grouped``: whether its lines stand for several systems each."""
    entries = risk_entries(view, risks)
    if view.rows.moving and any(view.rows.moving_into[id] for id in view.inventory.services):
        entries.append(LegendEntry(view.language.text("moves onto a service, in its colour"), 30.0, _arrow_sign))
    if grouped:
        entries.append(LegendEntry(view.language.text("thicker: more systems"), 30.0, _thick_sign))
    return [*entries, critical_entry(view)] if view.critical.works else entries


def line_entry(text: str, stroke: Stroke, arrow: float) -> LegendEntry:
    """A line as it is drawn, and what it means."""
    return LegendEntry(
        text, 34.0, lambda canvas, x, y: canvas.line([(x, y + 6.5), (x + 34, y + 6.5)], stroke, arrow=arrow)
    )


def critical_entry(view: PlanView) -> LegendEntry:
    """What a black frame means."""
    return LegendEntry(view.language.text("on the critical path"), 26.0, _critical_cell_sign)


def summary_legend(view: PlanView, services: ServiceLane, arrows: bool) -> list[LegendEntry]:
    """The legend of the board summary; ``arrows``: whether arrows are drawn from its rows to the services."""
    entries = [
        LegendEntry(
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
        entries.append(LegendEntry(view.language.text("systems that cut over in the quarter"), 26.0, plain))
    entries.append(LegendEntry(view.language.text("first start to last cutover"), 26.0, _span_sign))
    entries += _ghost_entries(view, view.rows.moving)
    if view.critical.works:
        entries.append(critical_entry(view))
    entries += _freeze_entries(view, None)
    return entries + _resource_notes(view) + _common_entries(view, services, None, arrows)


def _ghost_entries(view: PlanView, rows: Sequence[SystemRow]) -> list[LegendEntry]:
    """What a ghost bar is, where there is one."""
    if not any(row.approved for row in rows):
        return []
    return [LegendEntry(view.language.text("where the approved plan had it"), 26.0, _ghost_sign)]


def _freeze_entries(view: PlanView, systems: frozenset[str] | None) -> list[LegendEntry]:
    """The freezes' boxes; ``systems``: those that have a row, where these are not all."""
    entries = []
    freezes = view.inventory.freezes
    shown = [freeze for freeze in freezes if systems is None or not systems.isdisjoint(freeze.who.systems)]
    for work in (False, True):
        if any(freeze.stops_work == work and freeze.quarters for freeze in shown):
            text = view.language.text("freeze: no work") if work else view.language.text("freeze: no cutover")
            entries.append(LegendEntry(text, 26.0, partial(_freeze_sign, work=work)))
    return entries


def _common_entries(
    view: PlanView, services: ServiceLane, systems: frozenset[str] | None, arrows: bool
) -> list[LegendEntry]:
    """Milestones, services and arrows."""
    entries = []
    milestones = [
        one for one in view.inventory.milestones if systems is None or not systems.isdisjoint(one.who.systems)
    ]
    if any(one.share is not None for one in milestones):
        entries.append(LegendEntry(view.language.text("milestone"), 12.0, _milestone_sign))
    kinds = {one.kind for one in milestones if one.share is None}
    entries += [
        LegendEntry(
            view.language.text("date") if kind is None else view.language.text(DATE_KINDS[kind]),
            12.0,
            partial(_date_sign, kind=kind),
        )
        for kind in DATE_SHAPES
        if kind in kinds
    ]
    if any(waits_for(view, service) for service in services.shown):
        entries.append(LegendEntry(view.language.text("gate: what the build waits for"), 26.0, _gate_sign))
    if any(view.services.takes_time_to_build(service) for service in services.shown):
        entries.append(LegendEntry(view.language.text("service being built"), 26.0, _build_sign))
    if services.shown:
        entries.append(LegendEntry(view.language.text("service ready"), 26.0, _service_sign))
    if arrows and any(view.rows.moving_into[service.id] for service in services.shown):
        text = view.language.text("moves onto a service (its code is on the bar)")
        entries.append(LegendEntry(text, 30.0, _arrow_sign))
    return entries


def _resource_notes(view: PlanView) -> list[LegendEntry]:
    """What the rows under the axis show: words without a sign."""
    texts = []
    if view.inventory.roles:
        texts.append(view.language.text("Staff: person-days used, % of own and agency days"))
    if view.inventory.pots:
        texts.append(view.language.text("Capital: spent of what the year allows, with what was carried forward"))
    return [LegendEntry(text, 0.0, lambda canvas, x, y: None) for text in texts]


# Signs


def _risk_sign(canvas: Canvas, x: float, y: float, view: PlanView, risk: str) -> None:
    canvas.rect(x, y, 28, BAR, themes.TINT[risk], Stroke(themes.RISK[risk]))
    risk_box(canvas, x, y, view, risk)


def _end_of_support_sign(canvas: Canvas, x: float, y: float) -> None:
    end_of_support_mark(canvas, x + 4, y - 3)


def _unsupported_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x, y + 6.5), (x + 30, y + 6.5)], Stroke(themes.RED, 1.7, "dotted"))


def _parallel_run_sign(canvas: Canvas, x: float, y: float, risk: str) -> None:
    canvas.rect(x, y + 4.5, 26, 4, themes.TINT[risk], Stroke(themes.RISK[risk], 0.7))


def _ghost_sign(canvas: Canvas, x: float, y: float) -> None:
    ghost_bar(canvas, x, x + 26, y - 3)


def _critical_bar_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, 26, BAR, themes.PAPER)
    critical_frame(canvas, x, y, 26)


def _cell_sign(canvas: Canvas, x: float, y: float, view: PlanView, risk: str) -> None:
    canvas.rect(x, y, 26, BAR, themes.TINT[risk], Stroke(themes.RISK[risk], 1.2))
    canvas.text(x + 13, y + 9.5, f"3 {view.words.risk_letter(risk)}".strip(), 8, bold=True, align="c")


def _span_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y + 2, 26, BAR - 4, themes.SPAN, Stroke(themes.FAINT, 0.7))


def _critical_cell_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, 26, BAR, themes.PAPER, Stroke(themes.BLACK, 2.4))


def _freeze_sign(canvas: Canvas, x: float, y: float, work: bool) -> None:
    fill, style = (themes.NO_WORK, "") if work else (themes.FREEZE, "dashed")
    canvas.rect(x, y, 26, BAR, fill, Stroke(themes.FREEZE_EDGE, 0.7, style))


def _milestone_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.shape("diamond", x + 6, y + 6.5, 11, themes.BLUE)


def _date_sign(canvas: Canvas, x: float, y: float, kind: str | None) -> None:
    date_mark(canvas, x + 6, y + 6.5, kind)


def _gate_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x, y + 6.5), (x + 21, y + 6.5)], GATE, arrow=6)
    gate_mark(canvas, x + 23, y)


def _build_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, 26, BAR, themes.BUILD, Stroke(themes.BLUE))


def _service_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, 26, BAR, themes.PAPER, Stroke(themes.NAVY, 1.3))


def _thick_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x, y + 6.5), (x + 30, y + 6.5)], Stroke(themes.GREY, 3.6))


def _arrow_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.line([(x, y + 6.5), (x + 30, y + 6.5)], Stroke(themes.GREY, 1.3), arrow=7)
