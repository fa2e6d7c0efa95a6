"""A layered drawing of a graph: a place for each node, few crossings, short edges.

The method of Sugiyama, Tagawa and Toda (1981): layers by longest paths, a dummy node in each layer that an edge
passes, the order within layers by barycentres; then coordinates by least squares (isotonic regression), which
keeps order and distances. Layers go from left to right. Nothing is random: same graph, same drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Edge = tuple[str, str]
_Vertex = str | tuple[int, int]
"""A node, or a dummy node: the number of an edge and the layer that it passes."""
_SWEEPS = 12


@dataclass
class LayeredLayout:
    """The layout of one connected component, in the units of the distances that were given.

    Attributes:
        layer: each node's layer, from 0.
        y: the middle of each node.
        routes: for each edge, where it passes the layers between its ends.
        layers: how many there are.
        height: from 0 to the end of the lowest node.
    """

    layer: dict[str, int]
    y: dict[str, float]
    routes: dict[Edge, list[float]] = field(default_factory=dict)
    layers: int = 1
    height: float = 0.0


def connected_components(nodes: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    """The connected components, the largest first, each in the order of ``nodes``.

    >>> connected_components(["a", "b", "c", "d"], [("a", "c")])
    [['a', 'c'], ['b'], ['d']]
    """
    root = {node: node for node in nodes}

    def find(node: str) -> str:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for one, other in edges:
        root[find(other)] = find(one)
    components: dict[str, list[str]] = {}
    for node in nodes:
        components.setdefault(find(node), []).append(node)
    return sorted(components.values(), key=lambda component: -len(component))


def layered_layout(
    nodes: Sequence[str], edges: Sequence[Edge], loose_edges: Sequence[Edge], node_gap: float, edge_gap: float
) -> LayeredLayout:
    """Lay out one connected component.

    Args:
        nodes: in an order in which every one of ``edges`` goes forwards.
        edges: those that lead from an earlier layer to a later one.
        loose_edges: those without a direction, which do not make layers.
        node_gap: the distance between the middles of two nodes above each other.
        edge_gap: the same for edges that pass a layer.
    """
    layer = _layers(nodes, edges, loose_edges)
    columns, neighbours, dummies = _columns(nodes, layer, [*edges, *loose_edges])
    _order(columns, neighbours)
    y = _coordinates(columns, neighbours, node_gap, edge_gap)
    top = min(y.values()) - node_gap / 2
    y = {vertex: value - top for vertex, value in y.items()}
    return LayeredLayout(
        layer,
        {node: y[node] for node in nodes},
        {edge: [y[dummy] for dummy in passed] for edge, passed in dummies.items()},
        len(columns),
        max(y.values()) + node_gap / 2,
    )


def _layers(nodes: Sequence[str], edges: Sequence[Edge], loose_edges: Sequence[Edge]) -> dict[str, int]:
    """Layers by longest paths; a node without predecessors stands right before its first successor."""
    predecessors: dict[str, list[str]] = {node: [] for node in nodes}
    successors: dict[str, list[str]] = {node: [] for node in nodes}
    for one, other in edges:
        predecessors[other].append(one)
        successors[one].append(other)
    layer: dict[str, int] = {}
    for node in nodes:
        layer[node] = max((layer[other] + 1 for other in predecessors[node]), default=0)
    for node in nodes:
        if not predecessors[node] and successors[node]:
            layer[node] = min(layer[other] for other in successors[node]) - 1
    for node in nodes:
        if not predecessors[node] and not successors[node]:
            near = [layer[b if a == node else a] for a, b in loose_edges if node in (a, b)]
            layer[node] = min(near, default=0)
    return layer


def _columns(
    nodes: Sequence[str], layer: Mapping[str, int], edges: Sequence[Edge]
) -> tuple[list[list[_Vertex]], dict[_Vertex, list[_Vertex]], dict[Edge, list[_Vertex]]]:
    """Nodes and dummy nodes by layer, the neighbours of each, and the dummy nodes of each edge."""
    columns: list[list[_Vertex]] = [[] for _ in range(max(layer.values()) + 1)]
    neighbours: dict[_Vertex, list[_Vertex]] = {}
    for node in nodes:
        columns[layer[node]].append(node)
        neighbours[node] = []
    dummies: dict[Edge, list[_Vertex]] = {}
    for number, (one, other) in enumerate(edges):
        first, last = sorted((one, other), key=lambda node: layer[node])
        between = range(layer[first] + 1, layer[last])
        passed: list[_Vertex] = [(number, at) for at in between]
        for dummy, at in zip(passed, between, strict=True):
            columns[at].append(dummy)
            neighbours[dummy] = []
        path: list[_Vertex] = [first, *passed, last]
        for a, b in pairwise(path):
            neighbours[a].append(b)
            neighbours[b].append(a)
        dummies[one, other] = passed
    return columns, neighbours, dummies


def _order(columns: list[list[_Vertex]], neighbours: Mapping[_Vertex, Sequence[_Vertex]]) -> None:
    """Sweep to and fro, sorting each layer by the barycentre of each node's neighbours."""
    place = {vertex: float(index) for column in columns for index, vertex in enumerate(column)}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wanted = {vertex: _mean([place[o] for o in neighbours[vertex]], place[vertex]) for vertex in column}
            column.sort(key=lambda vertex: wanted[vertex])
            for index, vertex in enumerate(column):
                place[vertex] = index - (len(column) - 1) / 2


def _coordinates(
    columns: Sequence[Sequence[_Vertex]],
    neighbours: Mapping[_Vertex, Sequence[_Vertex]],
    node_gap: float,
    edge_gap: float,
) -> dict[_Vertex, float]:
    """Each node as near to the mean of its neighbours as the order and the distances allow."""
    y: dict[_Vertex, float] = {}
    gaps = []
    for column in columns:
        sizes = [node_gap if isinstance(vertex, str) else edge_gap for vertex in column]
        gaps.append([(a + b) / 2 for a, b in pairwise(sizes)])
        at = -sum(gaps[-1]) / 2
        for vertex, gap in zip(column, [*gaps[-1], 0.0], strict=True):
            y[vertex] = at
            at += gap
    for sweep in range(_SWEEPS):
        for index in range(len(columns)) if sweep % 2 == 0 else range(len(columns) - 1, -1, -1):
            column = columns[index]
            wanted = [_mean([y[other] for other in neighbours[vertex]], y[vertex]) for vertex in column]
            y |= dict(zip(column, spaced(wanted, gaps[index]), strict=True))
    return y


def spaced(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The places nearest to those wanted (least squares) with at least ``gaps`` between neighbours.

    Isotonic regression by pooling adjacent violators.

    >>> spaced([0, 0, 10], [2, 2])
    [-1.0, 1.0, 10.0]
    """
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=False):
        total, count = value - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            last_total, last_count = pools.pop()
            total, count = total + last_total, count + last_count
        pools.append((total, count))
    means = [total / count for total, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
