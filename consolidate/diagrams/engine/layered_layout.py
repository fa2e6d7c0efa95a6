"""A readable place for each box of a network: layers from left to right, few crossings, short lines.

The method of Sugiyama, Tagawa and Toda (1981): longest-path layers, a dummy for each layer that a
line passes, order within layers by barycentres; heights then by least squares (isotonic
regression), which keeps the order and the distances. No randomness: same network, same picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Pair = tuple[str, str]
_Node = str | tuple[int, int]
"""A box, or a dummy: the number of a line and the layer it passes."""
_SWEEPS = 12


@dataclass
class Layout:
    """One connected part: each box's layer and the middle of its height (units of the caller's).

    ``routes``: for each line, the heights at which it passes the layers between its ends.
    ``height``: from 0 to the lowest edge.
    """

    layer: dict[str, int]
    y: dict[str, float]
    routes: dict[Pair, list[float]] = field(default_factory=dict)
    layers: int = 1
    height: float = 0.0


def parts(boxes: Sequence[str], lines: Sequence[Pair]) -> list[list[str]]:
    """The connected parts, the largest first, each in the order of ``boxes``.

    >>> parts(["a", "b", "c", "d"], [("a", "c")])
    [['a', 'c'], ['b'], ['d']]
    """
    root = {box: box for box in boxes}

    def find(box: str) -> str:
        while root[box] != box:
            root[box] = root[root[box]]
            box = root[box]
        return box

    for one, other in lines:
        root[find(other)] = find(one)
    groups: dict[str, list[str]] = {}
    for box in boxes:
        groups.setdefault(find(box), []).append(box)
    return sorted(groups.values(), key=lambda group: -len(group))


def arrange(boxes: Sequence[str], lines: Sequence[Pair], loose: Sequence[Pair], tall: float, thin: float) -> Layout:
    """Lay out one part.

    ``boxes`` in an order in which every line of ``lines`` goes forwards; ``loose`` lines do not
    make layers. ``tall`` is the distance of two boxes above each other, ``thin`` that of lines.
    """
    layer = _layers(boxes, lines, loose)
    columns, ties, passes = _columns(boxes, layer, [*lines, *loose])
    _order(columns, ties)
    y = _heights(columns, ties, tall, thin)
    top = min(y.values()) - tall / 2
    y = {node: value - top for node, value in y.items()}
    return Layout(
        layer,
        {box: y[box] for box in boxes},
        {pair: [y[node] for node in nodes] for pair, nodes in passes.items()},
        len(columns),
        max(y.values()) + tall / 2,
    )


def _layers(boxes: Sequence[str], lines: Sequence[Pair], loose: Sequence[Pair]) -> dict[str, int]:
    """Longest paths; what waits for nothing stands next to the first that waits for it."""
    before: dict[str, list[str]] = {box: [] for box in boxes}
    behind: dict[str, list[str]] = {box: [] for box in boxes}
    for one, other in lines:
        before[other].append(one)
        behind[one].append(other)
    layer: dict[str, int] = {}
    for box in boxes:
        layer[box] = max((layer[other] + 1 for other in before[box]), default=0)
    for box in boxes:
        if not before[box] and behind[box]:
            layer[box] = min(layer[other] for other in behind[box]) - 1
    for box in boxes:
        if not before[box] and not behind[box]:
            near = [layer[b if a == box else a] for a, b in loose if box in (a, b)]
            layer[box] = min(near, default=0)
    return layer


def _columns(
    boxes: Sequence[str], layer: Mapping[str, int], lines: Sequence[Pair]
) -> tuple[list[list[_Node]], dict[_Node, list[_Node]], dict[Pair, list[_Node]]]:
    """Boxes and dummies by layer, who is tied to whom, and the dummies of each line."""
    columns: list[list[_Node]] = [[] for _ in range(max(layer.values()) + 1)]
    ties: dict[_Node, list[_Node]] = {}
    for box in boxes:
        columns[layer[box]].append(box)
        ties[box] = []
    passes: dict[Pair, list[_Node]] = {}
    for number, (one, other) in enumerate(lines):
        first, last = sorted((one, other), key=lambda box: layer[box])
        passed: list[_Node] = [(number, at) for at in range(layer[first] + 1, layer[last])]
        for dummy, at in zip(passed, range(layer[first] + 1, layer[last]), strict=True):
            columns[at].append(dummy)
            ties[dummy] = []
        path: list[_Node] = [first, *passed, last]
        for a, b in pairwise(path):
            ties[a].append(b)
            ties[b].append(a)
        passes[one, other] = passed
    return columns, ties, passes


def _order(columns: list[list[_Node]], ties: Mapping[_Node, Sequence[_Node]]) -> None:
    """Sweep to and fro, sorting each layer by the mean place of what it is tied to."""
    place = {node: float(index) for column in columns for index, node in enumerate(column)}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wanted = {node: _mean([place[other] for other in ties[node]], place[node]) for node in column}
            column.sort(key=lambda node: wanted[node])
            for index, node in enumerate(column):
                place[node] = index - (len(column) - 1) / 2


def _heights(
    columns: Sequence[Sequence[_Node]], ties: Mapping[_Node, Sequence[_Node]], tall: float, thin: float
) -> dict[_Node, float]:
    """Each node as near to the middle of its ties as the order and the distances allow."""
    y: dict[_Node, float] = {}
    gaps = []
    for column in columns:
        sizes = [tall if isinstance(node, str) else thin for node in column]
        gaps.append([(a + b) / 2 for a, b in pairwise(sizes)])
        at = -sum(gaps[-1]) / 2
        for node, gap in zip(column, [*gaps[-1], 0.0], strict=True):
            y[node] = at
            at += gap
    for sweep in range(_SWEEPS):
        for index in range(len(columns)) if sweep % 2 == 0 else range(len(columns) - 1, -1, -1):
            column = columns[index]
            wanted = [_mean([y[other] for other in ties[node]], y[node]) for node in column]
            y |= dict(zip(column, spread(wanted, gaps[index]), strict=True))
    return y


def spread(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The places nearest to those wanted (least squares) that keep at least ``gaps`` between neighbours.

    >>> spread([0, 0, 10], [2, 2])
    [-1.0, 1.0, 10.0]
    """
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=False):
        total, count = value - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, more = pools.pop()
            total, count = total + before, count + more
        pools.append((total, count))
    means = [total / count for total, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
