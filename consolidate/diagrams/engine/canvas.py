"""A canvas that becomes a Graphviz graph.

Everything stands where it is drawn: each mark is a node with a position of its own, each line an
edge with its spline, and ``layout=nop2`` keeps Graphviz from moving anything (letting it route
five hundred pinned nodes takes a minute). Lengths are points, x to the right, y downwards from
the top. What is drawn later lies on top: Graphviz draws nodes in the order of the file, each
followed by its edges, so a line is an edge from the node before it to itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil

from consolidate.diagrams.engine import themes
from consolidate.diagrams.engine.fonts import measurable, width

Point = tuple[float, float]


@dataclass(frozen=True)
class Stroke:
    """How a line or the edge of a box is drawn: ``weight`` in points; ``style`` is ``dashed``, ``dotted`` or solid."""

    colour: str
    weight: float = 1.0
    style: str = ""


_DEFAULTS = (
    '  node [shape=box, style=filled, fixedsize=true, margin=0, label="", penwidth=0, labelloc=t, '
    "fontname=Helvetica]\n"
    "  edge [arrowhead=none, arrowtail=none]\n"
)  # fmt: skip


@dataclass(frozen=True)
class _Mark:
    """A node: its centre, its size, its attributes. ``align``: where a text is held (l, r or c)."""

    x: float
    y: float
    w: float
    h: float
    attributes: str
    group: int | None
    align: str = ""

    def within(self, width: float) -> _Mark:
        """No wider than the page on the side where there is only slack: Graphviz would widen the page."""
        if not self.align:
            return self
        left, right = self.x - self.w / 2, self.x + self.w / 2
        spare = {"l": right - width, "r": -left, "c": 2 * max(right - width, -left)}[self.align]
        if spare <= 0:
            return self
        shift = {"l": -spare / 2, "r": spare / 2, "c": 0.0}[self.align]
        return replace(self, x=self.x + shift, w=max(self.w - spare, 1.0))


@dataclass(frozen=True)
class Label:
    """A line of text: where it is anchored (``start``, ``middle`` or ``end``), its baseline, how it looks, its width.

    ``width`` is None where letters are in it whose width is not known.
    """

    x: float
    y: float
    anchor: str
    text: str
    size: float
    bold: bool
    colour: str
    width: float | None


@dataclass(frozen=True)
class _Line:
    """An edge: 1 + 3n points of cubic curves, the tip of its arrow if it has one, its attributes."""

    points: tuple[Point, ...]
    tip: Point | None
    attributes: str
    group: int | None


@dataclass
class Canvas:
    """One drawing. ``name`` is its file's name without an extension.

    ``groups`` are the sentences that stand for what is drawn inside :meth:`group`. ``marking`` is the classification
    of what is drawn, which the description begins with; empty where there is none.
    """

    name: str
    title: str
    description: str
    width: float = 0.0
    height: float = 0.0
    marking: str = ""
    groups: list[str] = field(default_factory=list)
    _items: list[_Mark | _Line] = field(default_factory=list)
    _labels: dict[int, Label] = field(default_factory=dict)
    _group: int | None = None

    def __post_init__(self) -> None:
        if self.marking:
            self.description = f"{self.marking}. {self.description}"

    @contextmanager
    def group(self, sentence: str) -> Iterator[None]:
        """What is drawn inside the ``with`` block is one thing, and ``sentence`` says what."""
        self._group, before = len(self.groups), self._group
        self.groups.append(printable(sentence))
        yield
        self._group = before

    def _mark(self, x: float, y: float, w: float, h: float, attributes: str) -> None:
        self._items.append(_Mark(x, y, w, h, attributes, self._group))

    def rect(self, x: float, y: float, w: float, h: float, fill: str, edge: Stroke | None = None) -> None:
        """A box from its upper left corner; without ``edge`` it has none."""
        attributes = f'fillcolor="{fill}"'
        if edge is not None:
            attributes += f', color="{edge.colour}", penwidth={number(edge.weight)}'
            if edge.style:
                attributes += f', style="filled,{edge.style}"'
        self._mark(x + w / 2, y + h / 2, w, h, attributes)

    def shape(self, kind: str, x: float, y: float, size: float, fill: str, edge: Stroke | None = None) -> None:
        """One of Graphviz's shapes, such as ``diamond`` or ``circle``, about a centre; without ``edge`` it has none."""
        attributes = f'shape={kind}, fillcolor="{fill}"'
        if edge is not None:
            attributes += f', color="{edge.colour}", penwidth={number(edge.weight)}'
        self._mark(x, y, size, size, attributes)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = themes.INK,
        align: str = "l",
    ) -> None:
        """One line of text on the baseline ``y``; ``x`` is where it starts (``align``: l), ends (r) or its middle (c).

        The node is wider than the text by our table, so that another font does not make
        Graphviz complain; its upper edge fixes the baseline, whatever the font's height.
        """
        text = printable(text)
        if not text:
            return
        w, h = width(text, size, bold) * 1.4 + 12, size * 1.6
        centre = {"l": x + w / 2, "r": x - w / 2, "c": x}[align]
        label = quote(text, {"l": r"\l", "r": r"\r", "c": ""}[align])
        face = ', fontname="Helvetica-Bold"' if bold else ""
        ink = f', fontcolor="{colour}"' if colour != "black" else ""
        kind = f"shape=none, style=solid, fontsize={number(size)}{face}{ink}, label={label}"
        anchor = {"l": "start", "r": "end", "c": "middle"}[align]
        room = width(text, size, bold) if measurable(text) else None
        self._labels[len(self._items)] = Label(x, y, anchor, text, size, bold, colour, room)
        self._items.append(_Mark(centre, y - size + h / 2, w, h, kind, self._group, align))

    def curve(self, points: Sequence[Point], stroke: Stroke, arrow: float = 0.0) -> None:
        """Cubic curves through 1 + 3n points; ``arrow`` is the length of an arrowhead at its end."""
        attributes = f'color="{stroke.colour}"'
        if stroke.weight != 1.0:
            attributes += f", penwidth={number(stroke.weight)}"
        if stroke.style:
            attributes += f", style={stroke.style}"
        tip = None
        path = list(points)
        if arrow:
            attributes += f", arrowhead=normal, arrowsize={number(arrow / 10)}"
            tip = path[-1]
            path[-1] = _before(path[-2], tip, arrow) if path[-2] != tip else _before(path[-4], tip, arrow)
        self._items.append(_Line(tuple(path), tip, attributes, self._group))

    def line(self, points: Sequence[Point], stroke: Stroke, arrow: float = 0.0, radius: float = 0.0) -> None:
        """Straight lines from point to point, the corners rounded by ``radius``."""
        path: list[Point] = [points[0]]
        for index in range(1, len(points) - 1):
            corner = points[index]
            into, out = _towards(corner, path[-1], radius), _towards(corner, points[index + 1], radius)
            path += [path[-1], into, into, corner, corner, out]
        path += [path[-1], points[-1], points[-1]]
        self.curve(path, stroke, arrow)

    def to_dot(self, *, texts: bool = True) -> str:
        """The graph, as text in Graphviz's language; without ``texts`` it is of the shapes and lines alone."""
        self.width, self.height = float(ceil(self.width)), float(ceil(self.height))
        head = (
            f"digraph {quote(self.name)} {{\n"
            f"  graph [layout=nop2, notranslate=true, pad=0, margin=0, bgcolor=white, outputorder=breadthfirst,"
            f' bb="0,0,{number(self.width)},{number(self.height)}"]\n' + _DEFAULTS
        )
        paper = _Mark(self.width / 2, self.height / 2, self.width, self.height, f'fillcolor="{themes.PAPER}"', None)
        rows = [head]
        node = 0
        for index, item in enumerate([paper, *self._items]):
            if isinstance(item, _Mark):
                if not texts and index - 1 in self._labels:
                    continue
                node = index
                rows.append(self._node(index, item.within(self.width)))
            else:
                rows.append(self._edge(index, node, item))
        return "".join(rows) + "}\n"

    def group_of(self, index: int) -> int | None:
        """The group of the mark or line that the graph calls ``n{index}`` or ``e{index}``."""
        return self._items[index - 1].group if index > 0 else None

    @property
    def labels(self) -> Iterator[tuple[int, Label]]:
        """The lines of text in the order in which they are drawn, each with its number in the graph, ``n{number}``."""
        return ((index + 1, label) for index, label in self._labels.items())

    def _node(self, index: int, mark: _Mark) -> str:
        place = f'pos="{number(mark.x)},{number(self.height - mark.y)}"'
        size = f"width={inches(mark.w)}, height={inches(mark.h)}"
        return f"  n{index} [{place}, {size}, {mark.attributes}]\n"

    def _edge(self, index: int, node: int, line: _Line) -> str:
        points = [f"{number(x)},{number(self.height - y)}" for x, y in line.points]
        if line.tip is not None:
            points.insert(0, f"e,{number(line.tip[0])},{number(self.height - line.tip[1])}")
        return f'  n{node} -> n{node} [id=e{index}, {line.attributes}, pos="{" ".join(points)}"]\n'


def _towards(start: Point, end: Point, distance: float) -> Point:
    """The point ``distance`` from ``start`` on the way to ``end``; at most half way."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    if length == 0:
        return start
    share = min(distance, length / 2) / length
    return (start[0] + dx * share, start[1] + dy * share)


def _before(start: Point, tip: Point, arrow: float) -> Point:
    """Where a line must end for its arrowhead to reach from there to ``tip``."""
    dx, dy = tip[0] - start[0], tip[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    return (tip[0] - dx / length * arrow, tip[1] - dy / length * arrow)


@lru_cache(maxsize=2**16)
def number(value: float) -> str:
    """Two decimals at most, so that the same drawing is the same bytes. (Most stand on many pages, so they are kept.)

    >>> number(12.0), number(0.1 + 0.2), number(-0.001)
    ('12', '0.3', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@lru_cache(maxsize=2**14)
def inches(points: float) -> str:
    """Graphviz takes sizes in inches."""
    return f"{points / 72:.5f}".rstrip("0").rstrip(".")


def printable(text: str) -> str:
    """The text without control characters, line ends and marks that turn the direction of writing.

    >>> printable("a\\nb\\x00c ŵ")
    'a b c ŵ'
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else " " for letter in text)


def quote(text: str, justify: str = "") -> str:
    r"""A Graphviz string whose text stays text: ``&`` starts no entity, a backslash no escape.

    >>> print(quote('R&D "x" C:\\x', r"\l"))
    "R&amp;D \"x\" C:\\x\l"
    """
    body = text.replace("\\", "\\\\").replace("&", "&amp;").replace('"', '\\"')
    return f'"{body}{justify}"'
