"""The dependency diagram: which system waits for which system or service, and which talk to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consolidate.diagrams.count_table import CountCell, CountTable
from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.canvas import Canvas, Point, Stroke
from consolidate.diagrams.engine.fonts import fit
from consolidate.diagrams.engine.layered_layout import Edge, LayeredLayout, connected_components, layered_layout
from consolidate.diagrams.legend import (
    LegendEntry,
    critical_entry,
    draw_legend,
    legend_height,
    line_entry,
    risk_entries,
)
from consolidate.diagrams.network import Dependency, Network, NetworkNode, grouped, network, node_id
from consolidate.diagrams.page import LINE_HEIGHT, MARGIN, TITLE_HEIGHT, draw_heading, subtitle_lines
from consolidate.diagrams.plan_view import PlanView
from consolidate.language import Language
from consolidate.vocabulary import translatable

_WIDTH, _HEIGHT = 236.0, 32.0
"""The size of a node."""
_NODE_GAP, _EDGE_GAP, _LAYER_GAP = 42.0, 13.0, 70.0
"""Distances: of nodes above each other, of edges, and between layers."""
_PAGE = 1290.0
_MOST_DESCRIBED = 150
"""With more dependencies than these the description counts the rest."""
_SENTENCES = {
    "after": translatable("{other} comes after {one}"),
    "needs": translatable("{other} needs {one}"),
    "gate": translatable("{other} is built after {one}"),
    "interface": translatable("{other} has an interface with {one}"),
}
_COUNTS = {
    "after": translatable("{count} after"),
    "needs": translatable("{count} needs"),
    "gate": translatable("{count} gate"),
    "interface": translatable("{count} interface"),
}
_LETTERS = {
    "after": translatable("{count}a"),
    "needs": translatable("{count}n"),
    "gate": translatable("{count}g"),
    "interface": translatable("{count}i"),
}


def dependency_diagram(view: PlanView, name: str) -> Canvas:
    """The diagram, in as much detail as can be read: systems, groups of them, or a table."""
    title = view.language.text("{name}: what depends on what", name=view.words.programme)
    shown = network(view)
    if not shown.fits:
        groups = grouped(view, shown)
        if not groups.fits:
            return _table(view, shown, name, title)
        shown = groups
    text = _subtitle(shown, view.language)
    canvas = Canvas(name, title, _description(shown, title, text, view.language), marking=view.marking)
    return _DependencyDiagram(view, canvas, shown).draw(text)


def _subtitle(shown: Network, language: Language) -> str:
    if not shown.edges:
        return language.text("No system waits for another or talks to one, and no service needs another.")
    numbers = {kind: sum(edge.count for edge in shown.edges if edge.kind == kind) for kind in _SENTENCES}
    texts = {
        "after": language.plural(
            "{n} system that waits for another", "{n} times that a system waits for another", numbers["after"]
        ),
        "needs": language.plural("{n} need of a service", "{n} needs of services", numbers["needs"]),
        "gate": language.plural(
            "{n} time that a service waits for a system", "{n} times that a service waits for a system", numbers["gate"]
        ),
        "interface": language.plural("{n} interface", "{n} interfaces", numbers["interface"]),
    }
    what = ", ".join(texts[kind] for kind, number in numbers.items() if number)
    sentences = [
        language.text("Only what depends on something is shown: {what}.", what=what),
        language.text("The quarter is that of the cutover, or from which a service is ready."),
    ]
    if shown.hubs:
        sentences.append(language.text("Needed by many: {services}.", services=", ".join(shown.hubs)))
    if any(edge.count > 1 for edge in shown.edges):
        sentences.append(
            language.text("Systems are grouped by partner and capability; a thicker line stands for more of them.")
        )
    return " ".join(sentences)


def _description(shown: Network, title: str, text: str, language: Language) -> str:
    """The diagram in words, for screen readers; ``text`` is its subtitle."""
    sentences = [f"{title}. {text}"]
    for edge in shown.edges[:_MOST_DESCRIBED]:
        one, other = (f"{node.name} ({node.line})" for node in (shown.nodes[edge.source], shown.nodes[edge.target]))
        sentences.append(f"{language.text(_SENTENCES[edge.kind], one=one, other=other)}.")
    if len(shown.edges) > _MOST_DESCRIBED:
        sentences.append(language.text("And {count} more.", count=f"{len(shown.edges) - _MOST_DESCRIBED:,}"))
    return " ".join(sentences)


class _DependencyDiagram:
    """The connected components of a network, each laid out in layers, packed on a page from the top.

    Parallel dependencies between two nodes are one edge of the layout, and drawn side by side.
    """

    def __init__(self, view: PlanView, canvas: Canvas, network: Network) -> None:
        self.view, self.canvas, self.network = view, canvas, network
        self.critical = {node_id(work) for work in view.critical.works}
        rank = {node: index for index, node in enumerate(network.nodes)}
        self.parallel: dict[Edge, list[Dependency]] = {}
        for dependency in network.edges:
            ends = sorted((dependency.source, dependency.target), key=rank.__getitem__)
            self.parallel.setdefault((ends[0], ends[1]), []).append(dependency)

    def draw(self, subtitle: str) -> Canvas:
        """Fill a page with the diagram."""
        canvas = self.canvas
        components = connected_components(list(self.network.nodes), list(self.parallel))
        layouts = [self._layout(nodes) for nodes in components]
        room = max([_PAGE, *(_layout_width(layout) for layout in layouts)])
        heading = subtitle_lines(subtitle, room)
        canvas.width = room + 2 * MARGIN
        top = TITLE_HEIGHT + LINE_HEIGHT * len(heading) + 4
        draw_heading(canvas, heading, room)
        legend = self._legend()
        draw_legend(canvas, legend, top, room)
        top += legend_height(legend, room) + 14
        layouts.sort(key=lambda layout: -layout.height)
        places, h = pack_boxes([(_layout_width(layout) + 40, layout.height + 16) for layout in layouts], room + 40)
        for layout, (x, y) in zip(layouts, places, strict=True):
            self._draw_component(layout, MARGIN + x, top + y)
        canvas.height = top + h + MARGIN
        return canvas

    def _layout(self, nodes: Sequence[str]) -> LayeredLayout:
        """The layout of a component; interfaces alone do not make layers."""
        inside = set(nodes)
        edges = {edge: dependencies for edge, dependencies in self.parallel.items() if edge[0] in inside}
        directed = [edge for edge, parallel in edges.items() if any(one.kind != "interface" for one in parallel)]
        loose = [edge for edge in edges if edge not in set(directed)]
        return layered_layout(nodes, directed, loose, _NODE_GAP, _EDGE_GAP)

    def _draw_component(self, layout: LayeredLayout, x: float, y: float) -> None:
        step = _WIDTH + _LAYER_GAP
        places = {node: (x + layer * step, y + layout.y[node]) for node, layer in layout.layer.items()}
        ports = self._ports(layout, places)
        for edge, route in layout.routes.items():
            first, last = _leftmost(edge, layout)
            level = layout.layer[first] == layout.layer[last]
            for track, dependency in enumerate(self.parallel[edge]):
                start = (places[first][0] + _WIDTH, ports[dependency, first])
                end = (places[last][0] + (_WIDTH if level else 0), ports[dependency, last])
                passes = [
                    (x + at * step, y + height + 3 * track) for at, height in enumerate(route, layout.layer[first] + 1)
                ]
                points = _side_bend(start, end) if level else _path(start, end, passes)
                if dependency.target == first:
                    points.reverse()
                self._draw_dependency(dependency, points)
        for node, place in places.items():
            self._draw_node(self.network.nodes[node], *place)

    def _ports(self, layout: LayeredLayout, places: Mapping[str, Point]) -> dict[tuple[Dependency, str], float]:
        """Where each edge leaves or reaches its nodes: side by side, in the order of where they come from."""
        sides: dict[tuple[str, str], list[tuple[float, int, Dependency]]] = {}
        for edge, route in layout.routes.items():
            first, last = _leftmost(edge, layout)
            level = layout.layer[first] == layout.layer[last]
            near, far = (route[0], route[-1]) if route else (layout.y[last], layout.y[first])
            for track, dependency in enumerate(self.parallel[edge]):
                sides.setdefault((first, "right"), []).append((near, track, dependency))
                sides.setdefault((last, "right" if level else "left"), []).append((far, track, dependency))
        ports: dict[tuple[Dependency, str], float] = {}
        for (node, _), ends in sides.items():
            gap = min(6.0, (_HEIGHT - 8) / len(ends))
            ends.sort(key=lambda end: (end[0], end[1], end[2].source, end[2].target))
            for index, (_, _, dependency) in enumerate(ends):
                ports[dependency, node] = places[node][1] + gap * (index - (len(ends) - 1) / 2)
        return ports

    def _draw_dependency(self, dependency: Dependency, points: Sequence[Point]) -> None:
        one, other = self.network.nodes[dependency.source], self.network.nodes[dependency.target]
        sentence = self.view.language.text(_SENTENCES[dependency.kind], one=one.name, other=other.name)
        if dependency.count > 1:
            count = f"{dependency.count:,}"
            sentence = self.view.language.text("{what} ({count} times)", what=sentence, count=count)
        with self.canvas.group(f"{sentence}."):
            self._draw_curve(dependency, points)

    def _draw_curve(self, dependency: Dependency, points: Sequence[Point]) -> None:
        kind, ends = dependency.kind, {dependency.source, dependency.target}
        critical = kind != "interface" and ends <= self.critical
        service = dependency.source.removeprefix("service ")
        colour = themes.INK if kind in ("after", "gate") else self.view.services.colours.get(service, themes.GREY)
        weight = 2.4 if critical else 1.1 + min(0.4 * (dependency.count - 1) ** 0.5, 2.0)
        if kind == "interface":
            self.canvas.curve(points, Stroke(themes.GREY, weight, "dashed"))
        else:
            stroke = Stroke(themes.BLACK if critical else colour, weight, "dotted" if kind == "gate" else "")
            self.canvas.curve(points, stroke, arrow=6 + weight)

    def _draw_node(self, node: NetworkNode, x: float, y: float) -> None:
        canvas = self.canvas
        top = y - _HEIGHT / 2
        with canvas.group(node.sentence):
            outline = Stroke(themes.BLACK, 2.2) if node.critical else Stroke(node.outline)
            canvas.rect(x, top, _WIDTH, _HEIGHT, node.fill, outline)
            left = x + 7
            if node.risk:
                letter = self.view.words.risk_letter(node.risk)
                canvas.rect(x, top, 13, _HEIGHT, themes.RISK[node.risk])
                canvas.text(x + 6.5, y + 3, letter, 8.5, bold=True, colour=themes.PAPER, align="c")
                left = x + 18
            room = x + _WIDTH - 4 - left
            canvas.text(left, top + 13, fit(node.name, room, 9.5, True), 9.5, bold=True, colour=node.ink)
            canvas.text(left, top + 26, fit(node.line, room, 8.5), 8.5, colour=node.ink)

    def _legend(self) -> list[LegendEntry]:
        """What the lines are, those that there are, and the risks."""
        kinds = {edge.kind for edge in self.network.edges}
        lines = {
            "after": (self.view.language.text("starts only after"), Stroke(themes.INK, 1.2)),
            "needs": (self.view.language.text("needs the service (in its colour)"), Stroke(themes.BLUE, 1.2)),
            "gate": (
                self.view.language.text("gate: built only after the system has moved"),
                Stroke(themes.INK, 1.2, "dotted"),
            ),
            "interface": (self.view.language.text("interface between systems"), Stroke(themes.GREY, 1.2, "dashed")),
        }
        entries = [
            line_entry(text, stroke, arrow=0.0 if kind == "interface" else 7.0)
            for kind, (text, stroke) in lines.items()
            if kind in kinds
        ]
        nodes = self.network.nodes.values()
        entries += risk_entries(self.view, {node.risk for node in nodes})
        return [*entries, critical_entry(self.view)] if any(node.critical for node in nodes) else entries


# Geometry


def _path(start: Point, end: Point, passes: Sequence[Point]) -> list[Point]:
    """Curves from layer to layer, straight along the nodes of each layer that the edge passes."""
    points = [start]
    for left, height in passes:
        points += _bend(points[-1], (left, height))
        points += [(left, height), (left + _WIDTH, height), (left + _WIDTH, height)]
    return points + _bend(points[-1], end)


def _bend(start: Point, end: Point) -> list[Point]:
    """A curve that leaves and arrives level."""
    middle = (start[0] + end[0]) / 2
    return [(middle, start[1]), (middle, end[1]), end]


def _side_bend(start: Point, end: Point) -> list[Point]:
    """A curve between two nodes of one layer, on their right."""
    bulge = min(_LAYER_GAP * 0.8, 18 + 0.12 * abs(end[1] - start[1]))
    return [start, (start[0] + bulge, start[1]), (end[0] + bulge, end[1]), end]


def _leftmost(edge: Edge, layout: LayeredLayout) -> tuple[str, str]:
    """The two ends of an edge, the one further left first."""
    one, other = edge
    return (one, other) if layout.layer[one] <= layout.layer[other] else (other, one)


def pack_boxes(sizes: Sequence[Point], room: float) -> tuple[list[Point], float]:
    """A place for each box of a width and height, the highest free one, leftmost; and the height of all.

    >>> pack_boxes([(6, 9), (4, 4), (4, 4)], 10)
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


def _layout_width(layout: LayeredLayout) -> float:
    bend = _LAYER_GAP * 0.8 if layout.layers == 1 and layout.routes else 0
    return layout.layers * (_WIDTH + _LAYER_GAP) - _LAYER_GAP + bend


# The table


def _table(view: PlanView, shown: Network, name: str, title: str) -> Canvas:
    """Partners by partners: how often systems of the one wait for, or talk to, systems of the other."""
    partner = {row.system.id: row.system.partner for row in view.rows.every}
    numbers: dict[tuple[str, str], dict[str, int]] = {}
    for edge in shown.edges:
        source, target = partner.get(edge.source, "services"), partner.get(edge.target, "services")
        kinds = numbers.setdefault((target, "own" if source == target else source), dict.fromkeys(_SENTENCES, 0))
        kinds[edge.kind] += 1
    numbered = enumerate(view.inventory.partners, 1)
    names = {identity: f"{index}  {view.words.partner(identity)}" for index, identity in numbered}
    heads = {
        "own": view.language.text("itself"),
        **{identity: text.split()[0] for identity, text in names.items()},
        "services": view.language.text("services"),
    }
    names["services"] = view.language.text("Shared services")
    rows = {identity: text for identity, text in names.items() if any(row == identity for row, _ in numbers)}
    columns = {identity: text for identity, text in heads.items() if any(column == identity for _, column in numbers)}
    cells = {ends: _cell(view, ends, kinds, names) for ends, kinds in numbers.items()}
    many = view.language.text("They are too many to draw one by one: the numbers say how many between which partners.")
    text = f"{_subtitle(shown, view.language)} {many}"
    notes = [
        view.language.text(
            "A row depends on a column (by the rows' numbers). a: starts after; n: needs it; g: gate; i: interface."
        )
    ]
    canvas = Canvas(name, title, f"{title}. {text}", marking=view.marking)
    return CountTable(rows, columns, cells, view.language.text("Systems of"), notes).draw(canvas, text)


def _cell(view: PlanView, ends: tuple[str, str], kinds: Mapping[str, int], names: Mapping[str, str]) -> CountCell:
    """How often the one depends on the other, in letters and in full."""
    found = {kind: f"{number:,}" for kind, number in kinds.items() if number}
    sentence = view.language.text(
        "{one}, on {other}: {what}.",
        one=names[ends[0]],
        other=names.get(ends[1], view.language.text("itself")),
        what=", ".join(view.language.text(_COUNTS[kind], count=number) for kind, number in found.items()),
    )
    letters = " ".join(view.language.text(_LETTERS[kind], count=number) for kind, number in found.items())
    return CountCell(letters, sentence)
