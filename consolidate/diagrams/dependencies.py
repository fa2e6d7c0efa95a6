"""The dependencies: which system waits for which system or service, and which talk to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consolidate.diagrams.count_table import Cell, Grid
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Point
from consolidate.diagrams.engine.fonts import fit, width, wrap
from consolidate.diagrams.engine.layered_layout import Layout, Pair, arrange, parts
from consolidate.diagrams.network import Box, Line, Network, box_of, grouped, network
from consolidate.diagrams.plan_view import PlanView
from consolidate.language import Language
from consolidate.vocabulary import marked

_LEFT, _W, _H, _TALL, _THIN, _BETWEEN = 20.0, 236.0, 32.0, 42.0, 13.0, 70.0
_PAGE = 1290.0
_WORDS = {
    "after": marked("{other} comes after {one}"),
    "needs": marked("{other} needs {one}"),
    "interface": marked("{other} has an interface with {one}"),
}
_BRIEF = {
    "after": marked("{count} after"),
    "needs": marked("{count} needs"),
    "interface": marked("{count} interface"),
}
_LETTERS = {"after": marked("{count}a"), "needs": marked("{count}n"), "interface": marked("{count}i")}


def dependencies(view: PlanView, name: str) -> Canvas:
    """The picture of dependencies, in as much detail as can be read."""
    title = view.language.text("{name}: what depends on what", name=view.words.programme)
    shown = network(view)
    if not shown.fits:
        groups = grouped(view, shown)
        if not groups.fits:
            return _table(view, shown, name, title)
        shown = groups
    said = _said(shown, view.language)
    canvas = Canvas(name, title, _describe(shown, title, said, view.language))
    return _Picture(view, canvas, shown).draw(said)


def _said(shown: Network, language: Language) -> str:
    if not shown.lines:
        return language.text("No system waits for another or talks to one, and no service needs another.")
    kinds = {kind: sum(line.count for line in shown.lines if line.kind == kind) for kind in _WORDS}
    words = {
        "after": language.plural(
            "{n} system that waits for another", "{n} times that a system waits for another", kinds["after"]
        ),
        "needs": language.plural("{n} need of a service", "{n} needs of services", kinds["needs"]),
        "interface": language.plural("{n} interface", "{n} interfaces", kinds["interface"]),
    }
    said = ", ".join(words[kind] for kind, count in kinds.items() if count)
    parts_ = [
        language.text("Only what depends on something is shown: {what}.", what=said),
        language.text("The quarter is that of the cutover, or from which a service is ready."),
    ]
    if shown.hubs:
        parts_.append(language.text("Needed by many: {services}.", services=", ".join(shown.hubs)))
    if any(line.count > 1 for line in shown.lines):
        parts_.append(
            language.text("Systems are grouped by partner and capability; a thicker line stands for more of them.")
        )
    return " ".join(parts_)


def _describe(shown: Network, title: str, said: str, language: Language) -> str:
    parts_ = [f"{title}. {said}"]
    for line in shown.lines[:150]:
        one, other = (f"{box.name} ({box.line})" for box in (shown.boxes[line.one], shown.boxes[line.other]))
        parts_.append(f"{language.text(_WORDS[line.kind], one=one, other=other)}.")
    if len(shown.lines) > 150:
        parts_.append(language.text("And {count} more.", count=f"{len(shown.lines) - 150:,}"))
    return " ".join(parts_)


# The picture


class _Picture:
    """Parts of the network, each laid out in layers, on shelves from the top."""

    def __init__(self, view: PlanView, canvas: Canvas, network: Network) -> None:
        self.view, self.canvas, self.network = view, canvas, network
        rank = {box: index for index, box in enumerate(network.boxes)}
        self.pairs: dict[Pair, list[Line]] = {}
        for line in network.lines:
            ends = sorted((line.one, line.other), key=rank.__getitem__)
            self.pairs.setdefault((ends[0], ends[1]), []).append(line)

    def draw(self, said: str) -> Canvas:
        canvas = self.canvas
        layouts = [self._layout(boxes) for boxes in parts(list(self.network.boxes), list(self.pairs))]
        wide = max([_PAGE, *(_wide(layout) for layout in layouts)])
        heads = wrap(said, wide * 0.93, 9.5, 4)
        canvas.width = wide + 2 * _LEFT
        top = 40.0 + 13 * len(heads) + 34
        canvas.text(_LEFT, 27, fit(canvas.title, wide, 19, True), 19, bold=True)
        for index, line in enumerate(heads):
            canvas.text(_LEFT, 45 + 13 * index, line, 9.5, colour=themes.GREY)
        self._legend(top - 30)
        layouts.sort(key=lambda layout: -layout.height)
        places, h = pack([(_wide(layout) + 40, layout.height + 16) for layout in layouts], wide + 40)
        for layout, (x, y) in zip(layouts, places, strict=True):
            self._part(layout, _LEFT + x, top + y)
        canvas.height = top + h + _LEFT
        return canvas

    def _layout(self, boxes: Sequence[str]) -> Layout:
        inside = set(boxes)
        pairs = {pair: lines for pair, lines in self.pairs.items() if pair[0] in inside}
        firm = [pair for pair, lines in pairs.items() if any(line.kind != "interface" for line in lines)]
        loose = [pair for pair in pairs if pair not in set(firm)]
        return arrange(boxes, firm, loose, _TALL, _THIN)

    def _part(self, layout: Layout, x: float, y: float) -> None:
        step = _W + _BETWEEN
        places = {box: (x + layer * step, y + layout.y[box]) for box, layer in layout.layer.items()}
        ports = self._ports(layout, places)
        for pair, route in layout.routes.items():
            first = _leftmost(pair, layout)[0]
            for lane, line in enumerate(self.pairs[pair]):
                passes = [
                    (x + at * step, y + height + 3 * lane) for at, height in enumerate(route, layout.layer[first] + 1)
                ]
                self._line(line, pair, layout, places, ports, passes)
        for box, place in places.items():
            self._box(self.network.boxes[box], *place)

    def _ports(self, layout: Layout, places: Mapping[str, Point]) -> dict[tuple[Line, str], float]:
        """Where each line leaves or reaches its boxes: side by side, in the order of where they come from."""
        sides: dict[tuple[str, str], list[tuple[float, int, Line]]] = {}
        for pair, route in layout.routes.items():
            first, last = _leftmost(pair, layout)
            level = layout.layer[first] == layout.layer[last]
            near, far = (route[0], route[-1]) if route else (layout.y[last], layout.y[first])
            for lane, line in enumerate(self.pairs[pair]):
                sides.setdefault((first, "right"), []).append((near, lane, line))
                sides.setdefault((last, "right" if level else "left"), []).append((far, lane, line))
        ports: dict[tuple[Line, str], float] = {}
        for (box, _), ends in sides.items():
            gap = min(6.0, (_H - 8) / len(ends))
            ends.sort(key=lambda end: (end[0], end[1], end[2].one, end[2].other))
            for index, (_, _, line) in enumerate(ends):
                ports[line, box] = places[box][1] + gap * (index - (len(ends) - 1) / 2)
        return ports

    def _line(
        self,
        line: Line,
        pair: Pair,
        layout: Layout,
        places: Mapping[str, Point],
        ports: Mapping[tuple[Line, str], float],
        passes: Sequence[Point],
    ) -> None:
        first, last = _leftmost(pair, layout)
        start = (places[first][0] + _W, ports[line, first])
        if layout.layer[first] == layout.layer[last]:
            end = (places[last][0] + _W, ports[line, last])
            bulge = min(_BETWEEN * 0.8, 18 + 0.12 * abs(end[1] - start[1]))
            points = [start, (start[0] + bulge, start[1]), (end[0] + bulge, end[1]), end]
        else:
            points = [start]
            for left, height in passes:
                points += _bend(points[-1], (left, height))
                points += [(left, height), (left + _W, height), (left + _W, height)]
            points += _bend(points[-1], (places[last][0], ports[line, last]))
        if line.other == first:
            points.reverse()
        one, other = self.network.boxes[line.one], self.network.boxes[line.other]
        said = self.view.language.text(_WORDS[line.kind], one=one.name, other=other.name)
        if line.count > 1:
            said = self.view.language.text("{what} ({count} times)", what=said, count=f"{line.count:,}")
        with self.canvas.group(f"{said}."):
            self._curve(line, points)

    def _curve(self, line: Line, points: Sequence[Point]) -> None:
        chained = {box_of(work) for work in self.view.critical.works}
        heavy = line.kind != "interface" and line.one in chained and line.other in chained
        service = line.one.removeprefix("service ")
        colour = themes.INK if line.kind == "after" else self.view.services.colours.get(service, themes.GREY)
        weight = 2.4 if heavy else 1.1 + min(0.4 * (line.count - 1) ** 0.5, 2.0)
        if line.kind == "interface":
            self.canvas.curve(points, themes.GREY, weight, "dashed")
        else:
            self.canvas.curve(points, themes.BLACK if heavy else colour, weight, arrow=6 + weight)

    def _box(self, box: Box, x: float, y: float) -> None:
        canvas = self.canvas
        top = y - _H / 2
        with canvas.group(box.sentence):
            canvas.rect(x, top, _W, _H, box.fill, themes.BLACK if box.heavy else box.edge, 2.2 if box.heavy else 1.0)
            left = x + 7
            if box.risk:
                canvas.rect(x, top, 13, _H, themes.RISK[box.risk])
                canvas.text(
                    x + 6.5, y + 3, self.view.words.risk_letter(box.risk), 8.5, bold=True, colour=themes.PAPER, to="c"
                )
                left = x + 18
            room = x + _W - 4 - left
            canvas.text(left, top + 13, fit(box.name, room, 9.5, True), 9.5, bold=True, colour=box.ink)
            canvas.text(left, top + 26, fit(box.line, room, 8.5), 8.5, colour=box.ink)

    def _legend(self, y: float) -> None:
        canvas, x = self.canvas, _LEFT
        kinds = {line.kind for line in self.network.lines}
        words = {
            "after": self.view.language.text("starts only after"),
            "needs": self.view.language.text("needs the service (in its colour)"),
            "interface": self.view.language.text("interface between systems"),
        }
        for kind in ("after", "needs", "interface"):
            if kind in kinds:
                colour = themes.INK if kind == "after" else themes.BLUE if kind == "needs" else themes.GREY
                style, arrow = ("dashed", 0.0) if kind == "interface" else ("", 7.0)
                canvas.line([(x, y + 6), (x + 34, y + 6)], colour, 1.2, style, arrow=arrow)
                canvas.text(x + 40, y + 9.5, words[kind], 8.5)
                x += 40 + width(words[kind], 8.5) + 22
        if any(box.risk for box in self.network.boxes.values()):
            text = self.view.language.text("Letter: risk, {letters}.", letters=self.view.words.risk_letters)
            if self.view.critical.works:
                text += " " + self.view.language.text("Black frame: critical path.")
            canvas.text(x, y + 9.5, text, 8.5)


def _bend(start: Point, end: Point) -> list[Point]:
    """A curve that leaves and arrives level."""
    middle = (start[0] + end[0]) / 2
    return [(middle, start[1]), (middle, end[1]), end]


def _leftmost(pair: Pair, layout: Layout) -> tuple[str, str]:
    """The two ends of a line, the one further left first."""
    one, other = pair
    return (one, other) if layout.layer[one] <= layout.layer[other] else (other, one)


def pack(sizes: Sequence[Point], room: float) -> tuple[list[Point], float]:
    """A place for each box of a width and height, the highest free one, leftmost; and the height of all.

    >>> pack([(6, 9), (4, 4), (4, 4)], 10)
    ([(0.0, 0.0), (6.0, 0.0), (6.0, 4.0)], 9.0)
    """
    placed: list[tuple[float, float, float, float]] = []
    for w, h in sizes:
        edges = [x for x in sorted({0.0, *(right for _, _, right, _ in placed)}) if x + w <= room + 0.01 or x == 0]
        tops = [
            (max((bottom for left, _, right, bottom in placed if left < x + w and x < right), default=0.0), x)
            for x in edges
        ]
        y, x = min(tops)
        placed.append((x, y, x + w, y + h))
    return [(x, y) for x, y, _, _ in placed], max((bottom for *_, bottom in placed), default=0.0)


def _wide(layout: Layout) -> float:
    extra = _BETWEEN * 0.8 if layout.layers == 1 and layout.routes else 0
    return layout.layers * (_W + _BETWEEN) - _BETWEEN + extra


def _table(view: PlanView, shown: Network, name: str, title: str) -> Canvas:
    """Partners by partners: how often systems of the one wait for, or talk to, systems of the other."""
    partner = {row.system.id: row.system.partner for row in view.rows.every}
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for line in shown.lines:
        one, other = partner.get(line.one, "services"), partner.get(line.other, "services")
        kinds = counts.setdefault((other, "own" if one == other else one), dict.fromkeys(_WORDS, 0))
        kinds[line.kind] += 1
    names = {
        identity: f"{index}  {view.words.partner(identity)}"
        for index, identity in enumerate(view.inventory.partners, 1)
    }
    heads = {
        "own": view.language.text("itself"),
        **{identity: text.split()[0] for identity, text in names.items()},
        "services": view.language.text("services"),
    }
    names["services"] = view.language.text("Shared services")
    used = {column for _, column in counts}
    rows = {identity: text for identity, text in names.items() if any(row == identity for row, _ in counts)}
    columns = {identity: text for identity, text in heads.items() if identity in used}
    cells = {
        pair: Cell(
            " ".join(view.language.text(_LETTERS[kind], count=f"{n:,}") for kind, n in kinds.items() if n),
            view.language.text(
                "{one}, on {other}: {what}.",
                one=names[pair[0]],
                other=names.get(pair[1], view.language.text("itself")),
                what=", ".join(view.language.text(_BRIEF[kind], count=f"{n:,}") for kind, n in kinds.items() if n),
            ),
        )
        for pair, kinds in counts.items()
    }
    many = view.language.text("They are too many to draw one by one: the numbers say how many between which partners.")
    said = f"{_said(shown, view.language)} {many}"
    notes = [
        view.language.text(
            "A row depends on a column (by the rows' numbers). a: starts after; n: needs a service; i: interface."
        )
    ]
    canvas = Canvas(name, title, f"{title}. {said}")
    return Grid(rows, columns, cells, view.language.text("Systems of"), notes).draw(canvas, said)
