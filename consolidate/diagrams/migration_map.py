"""The migration map: partners' systems on the left, where they move on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consolidate.diagrams.count_table import CountCell, CountTable
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.fonts import fit, width
from consolidate.diagrams.legend import LegendEntry, draw_legend, legend_height, map_legend
from consolidate.diagrams.page import LINE_HEIGHT, MARGIN, TITLE_HEIGHT, draw_heading, subtitle_lines
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import (
    availability,
    move_sentence,
    service_sentence,
    subtitle,
)
from consolidate.diagrams.system_rows import SystemRow, worst_risk
from consolidate.vocabulary import APPROACH_NAMES

MOST_SOURCES = 110
"""With more lines than these, systems are grouped; with more groups, a table of counts stands for the map."""
_ROW, _GAP, _HEAD, _BETWEEN = 21.0, 5.0, 27.0, 14.0
"""Heights: of a source, of the gap below it, of a box's title, of the gap between boxes."""
_LEFT_WIDTH, _MIDDLE_WIDTH, _RIGHT_WIDTH = 340.0, 300.0, 290.0
_DESTINATION = 34.0
"""The height of a destination."""
_SWEEPS = 6


@dataclass(frozen=True)
class MigrationSource:
    """A line of the map's left side: a system, or the systems of a partner that go the same way.

    ``to``: a service's id, or an approach. ``count``: how many systems it stands for.
    """

    partner: str
    name: str
    risk: str
    when: str
    count: int
    to: str
    critical: bool
    sentence: str


def migration_map(view: PlanView, name: str) -> Canvas:
    """The map, in as much detail as can be read: systems, groups of them, or a table."""
    one_by_one = len(view.rows.moving) <= MOST_SOURCES
    sources = _system_sources(view) if one_by_one else _group_sources(view)
    title = view.language.text("{name}: what moves where", name=view.words.programme)
    if len(sources) > MOST_SOURCES:
        return _table(view, name, title)
    text = subtitle(view)
    if view.rated:
        text += " " + view.language.text("The letter is the risk: {letters}.", letters=view.words.risk_letters)
    canvas = Canvas(name, title, _description(view, title, text), marking=view.marking)
    legend = map_legend(view, {source.risk for source in sources}, grouped=not one_by_one)
    return _MigrationMap(view, canvas, sources).draw(subtitle(view), legend)


def _system_sources(view: PlanView) -> list[MigrationSource]:
    return [
        MigrationSource(
            partner=row.system.partner,
            name=row.name,
            risk=row.risk,
            when=view.words.quarter(row.arrival.cutover),
            count=1,
            to=row.destination,
            critical=view.critical.runs_through(row.moves),
            sentence=" ".join(move_sentence(view, row, move) for move in row.moves),
        )
        for rows in view.rows.moving_by_partner.values()
        for row in rows
    ]


def _group_sources(view: PlanView) -> list[MigrationSource]:
    sources = []
    for (partner, to), rows in _by_partner_and_destination(view).items():
        cutovers = [row.arrival.cutover for row in rows]
        risk, when = worst_risk(rows), view.words.span(min(cutovers), max(cutovers))
        label = view.words.destination(to)
        sentence = view.language.plural(
            "{partner}: {n} system goes to {service}, cutting over in {when}; worst risk {risk}.",
            "{partner}: {n} systems go to {service}, cutting over in {when}; worst risk {risk}.",
            len(rows),
            partner=view.words.partner(partner),
            service=label,
            when=when,
            risk=view.words.risk_word(risk),
        )
        critical = any(view.critical.runs_through(row.moves) for row in rows)
        sources.append(MigrationSource(partner, label, risk, when, len(rows), to, critical, sentence))
    return sources


def _by_partner_and_destination(view: PlanView) -> Mapping[tuple[str, str], list[SystemRow]]:
    """The moving systems by partner and by where they go, both in the inventory's order."""
    found: dict[tuple[str, str], list[SystemRow]] = {}
    for partner, rows in view.rows.moving_by_partner.items():
        for row in rows:
            found.setdefault((partner, row.destination), []).append(row)
    partners, destinations = list(view.inventory.partners), [*view.inventory.services, *APPROACH_NAMES]
    return dict(sorted(found.items(), key=lambda item: (partners.index(item[0][0]), destinations.index(item[0][1]))))


def _description(view: PlanView, title: str, text: str) -> str:
    """The map in words, for screen readers; ``text`` is its subtitle."""
    counts: dict[str, int] = {}
    for (_, to), rows in _by_partner_and_destination(view).items():
        counts[to] = counts.get(to, 0) + len(rows)
    parts = [f"{view.words.destination(to)}: {view.words.systems(count)}." for to, count in counts.items()]
    return " ".join([f"{title}. {text}", *parts, view.language.text("The same data stand in moves.csv.")])


class _MigrationMap:
    """Partners on the left, where their systems go on the right, curves between them."""

    def __init__(self, view: PlanView, canvas: Canvas, sources: Sequence[MigrationSource]) -> None:
        self.view, self.canvas = view, canvas
        services = view.inventory.services
        order = [*services, *APPROACH_NAMES]
        destinations = sorted({source.to for source in sources}, key=order.index)
        self.sources = list(sources)
        self.services = [to for to in destinations if to in services]
        self.others = [to for to in destinations if to not in services]
        self._reduce_crossings()

    def _reduce_crossings(self) -> None:
        """Order both sides by barycentres, in turn: each at the mean place of those it is connected with."""
        partners = {partner: index for index, partner in enumerate(self.view.inventory.partners)}
        for _ in range(_SWEEPS):
            place = {to: index for index, to in enumerate([*self.services, *self.others])}
            self.sources.sort(key=lambda source: (partners[source.partner], place[source.to], source.when, source.name))
            means = {to: _mean([index for index, source in enumerate(self.sources) if source.to == to]) for to in place}
            self.services.sort(key=lambda to: means[to])
            self.others.sort(key=lambda to: means[to])

    def draw(self, subtitle: str, legend: Sequence[LegendEntry]) -> Canvas:
        """Fill a page with the map."""
        w = _LEFT_WIDTH + _MIDDLE_WIDTH + _RIGHT_WIDTH
        heading = subtitle_lines(subtitle, w)
        self.canvas.width = w + 2 * MARGIN
        top = TITLE_HEIGHT + LINE_HEIGHT * len(heading) + 4
        if legend:
            draw_legend(self.canvas, legend, top, w)
            top += legend_height(legend, w) + 8
        left, bottom = self._place_sources(top)
        right, right_bottom = self._place_destinations(top, bottom)
        self.canvas.height = max(bottom, right_bottom) + MARGIN
        draw_heading(self.canvas, heading, w)
        self._draw_boxes()
        self._draw_curves(left, right)
        for source, y in zip(self.sources, left, strict=True):
            self._draw_source(source, y)
        for to, y in right.items():
            self._draw_destination(to, y)
        return self.canvas

    def _place_sources(self, top: float) -> tuple[list[float], float]:
        """The upper edge of each source, and of what comes below them all."""
        places: list[float] = []
        self.frames: list[tuple[str, float, float]] = []
        y = top
        for partner in self.view.inventory.partners:
            own = [source for source in self.sources if source.partner == partner]
            stay = self.view.rows.staying_by_partner[partner]
            if not own and not stay:
                continue
            start = y
            y += _HEAD
            for _ in own:
                places.append(y)
                y += _ROW + _GAP
            y += 15 if stay else 2
            self.frames.append((partner, start, y - start))
            y += _BETWEEN
        return places, y - _BETWEEN

    def _place_destinations(self, top: float, bottom: float) -> tuple[dict[str, float], float]:
        """The upper edge of each destination; both boxes together stand beside the middle of the left side."""
        count = len(self.services) + len(self.others)
        step = _DESTINATION + min(max(10.0, (bottom - top) * 0.6 / max(count, 1) - _DESTINATION), 44.0)
        boxes = [(name, items) for name, items in (("s", self.services), ("o", self.others)) if items]
        h = sum(_HEAD + step * len(items) for _, items in boxes) + _BETWEEN * (len(boxes) - 1)
        y = max(top, (top + bottom - h) / 2)
        places: dict[str, float] = {}
        self.destination_boxes: list[tuple[str, float, float]] = []
        for name, items in boxes:
            self.destination_boxes.append((name, y, _HEAD + step * len(items)))
            for index, to in enumerate(items):
                places[to] = y + _HEAD + step * index
            y += _HEAD + step * len(items) + _BETWEEN
        return places, y - _BETWEEN

    def _draw_boxes(self) -> None:
        """The partners' boxes on the left; the platform's and that of other ways on the right."""
        for partner, y, h in self.frames:
            self.canvas.rect(MARGIN, y, _LEFT_WIDTH, h, themes.YEAR, Stroke(themes.FAINT))
            title = fit(self.view.words.partner(partner), _LEFT_WIDTH - 20, 11, True)
            self.canvas.text(MARGIN + 10, y + 17, title, 11, bold=True)
            stay = len(self.view.rows.staying_by_partner[partner])
            if stay:
                text = self.view.language.plural("{n} system stays as it is", "{n} systems stay as they are", stay)
                self.canvas.text(MARGIN + 10, y + h - 5, text, 8.5, colour=themes.GREY)
        x = MARGIN + _LEFT_WIDTH + _MIDDLE_WIDTH
        for name, y, h in self.destination_boxes:
            platform = name == "s"
            fill, edge = (themes.WATER, themes.BLUE) if platform else (themes.YEAR, themes.FAINT)
            self.canvas.rect(x, y, _RIGHT_WIDTH, h, fill, Stroke(edge))
            title = self.view.language.text("Other ways")
            if platform:
                title = self.view.language.text("The platform: shared services")
            self.canvas.text(x + 10, y + 17, title, 11, bold=True)

    def _draw_curves(self, left: Sequence[float], right: Mapping[str, float]) -> None:
        """A curve from each source to its destination, where the curves end in the order of their sources."""
        x1, x2 = MARGIN + _LEFT_WIDTH - 10, MARGIN + _LEFT_WIDTH + _MIDDLE_WIDTH + 10
        for to, y in right.items():
            ends = [index for index, source in enumerate(self.sources) if source.to == to]
            for rank, index in enumerate(ends):
                source = self.sources[index]
                start = left[index] + _ROW / 2
                end = y + 5 + (_DESTINATION - 10) * (rank + 0.5) / len(ends)
                colour = themes.BLACK if source.critical else self.view.services.colours.get(to, themes.GREY)
                weight = 2.4 if source.critical else 1.1 + min(0.5 * (source.count - 1) ** 0.5, 3.0)
                bend = (x2 - x1) * 0.45
                points = [(x1, start), (x1 + bend, start), (x2 - bend, end), (x2, end)]
                self.canvas.curve(points, Stroke(colour, weight), arrow=6 + weight)

    def _draw_source(self, source: MigrationSource, y: float) -> None:
        canvas, w = self.canvas, _LEFT_WIDTH - 20
        with canvas.group(source.sentence):
            edge = Stroke(themes.BLACK, 2.2) if source.critical else Stroke(themes.RISK[source.risk])
            canvas.rect(MARGIN + 10, y, w, _ROW, themes.TINT[source.risk], edge)
            canvas.rect(MARGIN + 10, y, 14, _ROW, themes.RISK[source.risk])
            letter = self.view.words.risk_letter(source.risk)
            canvas.text(MARGIN + 17, y + 14, letter, 9, bold=True, colour=themes.PAPER, align="c")
            note = source.when if source.count == 1 else f"{self.view.words.systems(source.count)}, {source.when}"
            room = w - 30 - width(note, 8.5)
            name = fit(source.name, room, 9.5, source.critical)
            canvas.text(MARGIN + 30, y + 14, name, 9.5, bold=source.critical)
            canvas.text(MARGIN + 4 + w, y + 14, note, 8.5, colour=themes.GREY, align="r")

    def _draw_destination(self, to: str, y: float) -> None:
        canvas, x = self.canvas, MARGIN + _LEFT_WIDTH + _MIDDLE_WIDTH + 10
        w = _RIGHT_WIDTH - 20
        service = self.view.inventory.services.get(to)
        count = self.view.words.systems(sum(source.count for source in self.sources if source.to == to))
        if service is None:
            canvas.rect(x, y, w, _DESTINATION, themes.PAPER, Stroke(themes.GREY))
            canvas.text(x + w / 2, y + 15, self.view.words.approach(to)[0], 10, bold=True, align="c")
            canvas.text(x + w / 2, y + 27, count, 8.5, align="c")
            return
        when = availability(self.view, self.view.services.ready(service) or 0)
        with canvas.group(service_sentence(self.view, service)):
            canvas.rect(x, y, w, _DESTINATION, self.view.services.colours[to])
            name = fit(f"{self.view.services.codes[to]}  {self.view.words.name(service.name)}", w - 8, 10, True)
            canvas.text(x + w / 2, y + 15, name, 10, bold=True, colour=themes.PAPER, align="c")
            canvas.text(x + w / 2, y + 27, f"{count}; {when}", 8.5, colour=themes.PAPER, align="c")


def _mean(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _in_all(view: PlanView, count: int) -> str:
    return view.language.plural("{n} system in all.", "{n} systems in all.", count)


def _table(view: PlanView, name: str, title: str) -> Canvas:
    """Partners by where their systems go, with counts and the worst risk among them."""
    used = {to for _, to in _by_partner_and_destination(view)}
    destinations = [to for to in [*view.inventory.services, *APPROACH_NAMES] if to in used]
    codes = view.services.codes
    columns = {to: codes[to] if to in codes else view.words.approach(to)[1] for to in destinations}
    columns[""] = view.language.text("All")
    partners = {partner: view.words.partner(partner) for partner in view.inventory.partners}
    partners[""] = view.language.text("All partners")
    services = ", ".join(f"{codes[to]} {view.words.service(to)}" for to in destinations if to in codes)
    notes = [view.language.text("Services: {codes}.", codes=services)] if services else []
    if view.rated:
        letters = view.words.risk_letters
        notes.append(view.language.text("A number with the worst risk among the systems: {letters}.", letters=letters))
    text = f"{subtitle(view)} {view.language.text('How many systems of each partner go where.')}"
    canvas = Canvas(name, title, _description(view, title, text), marking=view.marking)
    table = CountTable(partners, columns, _cells(view, destinations), view.language.text("Partner"), notes)
    return table.draw(canvas, text)


def _cells(view: PlanView, destinations: Sequence[str]) -> dict[tuple[str, str], CountCell]:
    """The table's cells by partner and destination; the sums of rows and columns have an empty key."""
    groups = _by_partner_and_destination(view)
    cells: dict[tuple[str, str], CountCell] = {}
    for (partner, to), rows in groups.items():
        risk = worst_risk(rows)
        sentence = view.language.plural(
            "{partner}: {n} system goes to {service}; worst risk {risk}.",
            "{partner}: {n} systems go to {service}; worst risk {risk}.",
            len(rows),
            partner=view.words.partner(partner),
            service=view.words.destination(to),
            risk=view.words.risk_word(risk),
        )
        cells[partner, to] = CountCell(
            f"{len(rows):,} {view.words.risk_letter(risk)}".strip(), sentence, themes.TINT[risk]
        )
    for to in destinations:
        total = sum(len(rows) for (_, destination), rows in groups.items() if destination == to)
        cells["", to] = CountCell(f"{total:,}", f"{view.words.destination(to)}: {_in_all(view, total)}")
    for partner, own in view.rows.moving_by_partner.items():
        cells[partner, ""] = CountCell(f"{len(own):,}", f"{view.words.partner(partner)}: {_in_all(view, len(own))}")
    cells["", ""] = CountCell(f"{len(view.rows.moving):,}", _in_all(view, len(view.rows.moving)))
    return cells
