"""The map: what moves where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consolidate.diagrams.count_table import Cell, Grid
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.fonts import fit, width, wrap
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import (
    availability,
    move_sentence,
    service_sentence,
    subtitle,
)
from consolidate.diagrams.system_rows import SystemRow, worst_risk
from consolidate.vocabulary import APPROACH_NAMES

MOST_LINES = 110
"""So many lines can be followed; beyond, a table of counts."""
_LEFT, _TOP = 20.0, 27.0
_ROW, _GAP, _HEAD, _BETWEEN = 21.0, 5.0, 27.0, 14.0
_SOURCE, _MIDDLE, _TARGET, _TALL = 340.0, 300.0, 290.0, 34.0


@dataclass(frozen=True)
class Source:
    """A line of the map's left side: a system, or the systems of a partner that go the same way."""

    partner: str
    name: str
    risk: str
    when: str
    count: int
    to: str
    heavy: bool
    sentence: str


def flow_map(view: PlanView, name: str) -> Canvas:
    """The map, in as much detail as can be read: systems, groups of them, or a table."""
    one_by_one = len(view.rows.moving) <= MOST_LINES
    sources = _systems(view) if one_by_one else _groups(view)
    title = view.language.text("{name}: what moves where", name=view.words.programme)
    if len(sources) > MOST_LINES:
        return _table(view, name, title)
    said = (
        f"{subtitle(view)} {view.language.text('The letter is the risk: {letters}.', letters=view.words.risk_letters)}"
    )
    if not one_by_one:
        said += " " + view.language.text("A thicker line is more systems.")
    if view.critical.works:
        said += " " + view.language.text("Black: on the critical path.")
    canvas = Canvas(name, title, _describe(view, title, said))
    return _Map(view, canvas, sources).draw(said)


def way(row: SystemRow) -> str:
    """Where a system goes: a service's id, or the approach."""
    move = row.arrival
    return move.to or move.approach


def _systems(view: PlanView) -> list[Source]:
    return [
        Source(
            row.system.partner,
            row.name,
            row.risk,
            view.words.quarter(row.arrival.cutover),
            1,
            way(row),
            view.critical.runs_through(row.moves),
            " ".join(move_sentence(view, row, move) for move in row.moves),
        )
        for rows in view.rows.moving_by_partner.values()
        for row in rows
    ]


def _groups(view: PlanView) -> list[Source]:
    sources = []
    for (partner, to), rows in counted(view).items():
        cutovers = [row.arrival.cutover for row in rows]
        risk, when = worst_risk(rows), view.words.span(min(cutovers), max(cutovers))
        label = target_name(view, to)
        sentence = view.language.plural(
            "{partner}: {n} system goes to {service}, cutting over in {when}; worst risk {risk}.",
            "{partner}: {n} systems go to {service}, cutting over in {when}; worst risk {risk}.",
            len(rows),
            partner=view.words.partner(partner),
            service=label,
            when=when,
            risk=view.words.risk_word(risk),
        )
        heavy = any(view.critical.runs_through(row.moves) for row in rows)
        sources.append(Source(partner, label, risk, when, len(rows), to, heavy, sentence))
    return sources


def counted(view: PlanView) -> Mapping[tuple[str, str], list[SystemRow]]:
    """The moving systems by partner and by where they go, both in the inventory's order."""
    found: dict[tuple[str, str], list[SystemRow]] = {}
    for partner, rows in view.rows.moving_by_partner.items():
        for row in rows:
            found.setdefault((partner, way(row)), []).append(row)
    partners, ways = list(view.inventory.partners), [*view.inventory.services, *APPROACH_NAMES]
    return dict(sorted(found.items(), key=lambda item: (partners.index(item[0][0]), ways.index(item[0][1]))))


def target_name(view: PlanView, to: str) -> str:
    return view.words.service(to) if to in view.inventory.services else view.words.approach(to)[0]


def _describe(view: PlanView, title: str, subtitle: str) -> str:
    parts = [f"{title}. {subtitle}"]
    targets: dict[str, int] = {}
    for (_, to), rows in counted(view).items():
        targets[to] = targets.get(to, 0) + len(rows)
    parts += [f"{target_name(view, to)}: {view.words.systems(count)}." for to, count in targets.items()]
    return " ".join([*parts, view.language.text("The same data stand in moves.csv.")])


class _Map:
    """Partners on the left, where their systems go on the right, curves between them."""

    def __init__(self, view: PlanView, canvas: Canvas, sources: Sequence[Source]) -> None:
        self.view, self.canvas = view, canvas
        services = view.inventory.services
        order = [*services, *APPROACH_NAMES]
        targets = sorted({source.to for source in sources}, key=order.index)
        self.sources = list(sources)
        self.services = [to for to in targets if to in services]
        self.others = [to for to in targets if to not in services]
        self._untangle()

    def _untangle(self) -> None:
        """Order both sides so that few lines cross: each stands at the mean of those it is tied to."""
        partners = {partner: index for index, partner in enumerate(self.view.inventory.partners)}
        for _ in range(6):
            place = {to: index for index, to in enumerate([*self.services, *self.others])}
            self.sources.sort(key=lambda source: (partners[source.partner], place[source.to], source.when, source.name))
            means = {to: _mean([index for index, source in enumerate(self.sources) if source.to == to]) for to in place}
            self.services.sort(key=lambda to: means[to])
            self.others.sort(key=lambda to: means[to])

    def draw(self, subtitle: str) -> Canvas:
        w = _SOURCE + _MIDDLE + _TARGET
        heads = wrap(subtitle, w * 0.93, 9.5, 4)
        self.canvas.width = w + 2 * _LEFT
        top = 40.0 + 13 * len(heads) + 10
        left, bottom = self._place_sources(top)
        right, right_bottom = self._place_targets(top, bottom)
        self.canvas.height = max(bottom, right_bottom) + _LEFT
        self.canvas.text(_LEFT, _TOP, fit(self.canvas.title, w, 19, True), 19, bold=True)
        for index, line in enumerate(heads):
            self.canvas.text(_LEFT, 45 + 13 * index, line, 9.5, colour=themes.GREY)
        self._boxes(left, right)
        self._curves(left, right)
        for source, y in zip(self.sources, left, strict=True):
            self._source(source, y)
        for to, y in right.items():
            self._target(to, y)
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

    def _place_targets(self, top: float, bottom: float) -> tuple[dict[str, float], float]:
        """The upper edge of each target; both boxes together stand beside the middle of the left side."""
        count = len(self.services) + len(self.others)
        step = _TALL + min(max(10.0, (bottom - top) * 0.6 / max(count, 1) - _TALL), 44.0)
        boxes = [(name, items) for name, items in (("s", self.services), ("o", self.others)) if items]
        h = sum(_HEAD + step * len(items) for _, items in boxes) + _BETWEEN * (len(boxes) - 1)
        y = max(top, (top + bottom - h) / 2)
        places: dict[str, float] = {}
        self.targets: list[tuple[str, float, float]] = []
        for name, items in boxes:
            self.targets.append((name, y, _HEAD + step * len(items)))
            for index, to in enumerate(items):
                places[to] = y + _HEAD + step * index
            y += _HEAD + step * len(items) + _BETWEEN
        return places, y - _BETWEEN

    def _boxes(self, left: Sequence[float], right: Mapping[str, float]) -> None:
        for partner, y, h in self.frames:
            self.canvas.rect(_LEFT, y, _SOURCE, h, themes.YEAR, themes.FAINT)
            title = fit(self.view.words.partner(partner), _SOURCE - 20, 11, True)
            self.canvas.text(_LEFT + 10, y + 17, title, 11, bold=True)
            stay = len(self.view.rows.staying_by_partner[partner])
            if stay:
                said = self.view.language.plural("{n} system stays as it is", "{n} systems stay as they are", stay)
                self.canvas.text(_LEFT + 10, y + h - 5, said, 8.5, colour=themes.GREY)
        x = _LEFT + _SOURCE + _MIDDLE
        for name, y, h in self.targets:
            platform = name == "s"
            fill, edge = (themes.WATER, themes.BLUE) if platform else (themes.YEAR, themes.FAINT)
            self.canvas.rect(x, y, _TARGET, h, fill, edge)
            title = self.view.language.text("Other ways")
            if platform:
                title = self.view.language.text("The platform: shared services")
            self.canvas.text(x + 10, y + 17, title, 11, bold=True)

    def _curves(self, left: Sequence[float], right: Mapping[str, float]) -> None:
        x1, x2 = _LEFT + _SOURCE - 10, _LEFT + _SOURCE + _MIDDLE + 10
        for to, y in right.items():
            ends = [index for index, source in enumerate(self.sources) if source.to == to]
            for rank, index in enumerate(ends):
                source = self.sources[index]
                start = left[index] + _ROW / 2
                end = y + 5 + (_TALL - 10) * (rank + 0.5) / len(ends)
                colour = themes.BLACK if source.heavy else self.view.services.colours.get(to, themes.GREY)
                weight = 2.4 if source.heavy else 1.1 + min(0.5 * (source.count - 1) ** 0.5, 3.0)
                bend = (x2 - x1) * 0.45
                self.canvas.curve(
                    [(x1, start), (x1 + bend, start), (x2 - bend, end), (x2, end)], colour, weight, arrow=6 + weight
                )

    def _source(self, source: Source, y: float) -> None:
        canvas, w = self.canvas, _SOURCE - 20
        with canvas.group(source.sentence):
            edge, weight = (themes.BLACK, 2.2) if source.heavy else (themes.RISK[source.risk], 1.0)
            canvas.rect(_LEFT + 10, y, w, _ROW, themes.TINT[source.risk], edge, weight)
            canvas.rect(_LEFT + 10, y, 14, _ROW, themes.RISK[source.risk])
            canvas.text(
                _LEFT + 17, y + 14, self.view.words.risk_letter(source.risk), 9, bold=True, colour=themes.PAPER, to="c"
            )
            said = source.when if source.count == 1 else f"{self.view.words.systems(source.count)}, {source.when}"
            room = w - 30 - width(said, 8.5)
            name = fit(source.name, room, 9.5, source.heavy)
            canvas.text(_LEFT + 30, y + 14, name, 9.5, bold=source.heavy)
            canvas.text(_LEFT + 4 + w, y + 14, said, 8.5, colour=themes.GREY, to="r")

    def _target(self, to: str, y: float) -> None:
        canvas, x = self.canvas, _LEFT + _SOURCE + _MIDDLE + 10
        w = _TARGET - 20
        service = self.view.inventory.services.get(to)
        count = self.view.words.systems(sum(source.count for source in self.sources if source.to == to))
        if service is None:
            canvas.rect(x, y, w, _TALL, themes.PAPER, themes.GREY)
            canvas.text(x + w / 2, y + 15, self.view.words.approach(to)[0], 10, bold=True, to="c")
            canvas.text(x + w / 2, y + 27, count, 8.5, to="c")
            return
        when = availability(self.view, self.view.services.ready(service) or 0)
        with canvas.group(service_sentence(self.view, service)):
            canvas.rect(x, y, w, _TALL, self.view.services.colours[to])
            name = fit(f"{self.view.services.codes[to]}  {self.view.words.name(service.name)}", w - 8, 10, True)
            canvas.text(x + w / 2, y + 15, name, 10, bold=True, colour=themes.PAPER, to="c")
            canvas.text(x + w / 2, y + 27, f"{count}; {when}", 8.5, colour=themes.PAPER, to="c")


def _mean(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _in_all(view: PlanView, count: int) -> str:
    return view.language.plural("{n} system in all.", "{n} systems in all.", count)


def _table(view: PlanView, name: str, title: str) -> Canvas:
    """Partners by where their systems go, with counts and the worst risk among them."""
    groups = counted(view)
    used = {to for _, to in groups}
    ways = [to for to in [*view.inventory.services, *APPROACH_NAMES] if to in used]
    cells: dict[tuple[str, str], Cell] = {}
    for (partner, to), rows in groups.items():
        risk = worst_risk(rows)
        said = view.language.plural(
            "{partner}: {n} system goes to {service}; worst risk {risk}.",
            "{partner}: {n} systems go to {service}; worst risk {risk}.",
            len(rows),
            partner=view.words.partner(partner),
            service=target_name(view, to),
            risk=view.words.risk_word(risk),
        )
        cells[partner, to] = Cell(f"{len(rows):,} {view.words.risk_letter(risk)}", said, themes.TINT[risk])
    for to in ways:
        total = sum(len(rows) for (_, way), rows in groups.items() if way == to)
        cells["", to] = Cell(f"{total:,}", f"{target_name(view, to)}: {_in_all(view, total)}")
    for partner, own in view.rows.moving_by_partner.items():
        cells[partner, ""] = Cell(f"{len(own):,}", f"{view.words.partner(partner)}: {_in_all(view, len(own))}")
    cells["", ""] = Cell(f"{len(view.rows.moving):,}", _in_all(view, len(view.rows.moving)))
    columns = {to: view.services.codes[to] if to in view.services.codes else view.words.approach(to)[1] for to in ways}
    columns[""] = view.language.text("All")
    partners = {partner: view.words.partner(partner) for partner in view.inventory.partners}
    partners[""] = view.language.text("All partners")
    codes = ", ".join(f"{view.services.codes[to]} {view.words.service(to)}" for to in ways if to in view.services.codes)
    key = [
        view.language.text("Services: {codes}.", codes=codes) if codes else "",
        view.language.text(
            "A number with the worst risk among the systems: {letters}.", letters=view.words.risk_letters
        ),
    ]
    said = f"{subtitle(view)} {view.language.text('How many systems of each partner go where.')}"
    canvas = Canvas(name, title, _describe(view, title, said))
    return Grid(partners, columns, cells, view.language.text("Partner"), [line for line in key if line]).draw(
        canvas, said
    )
