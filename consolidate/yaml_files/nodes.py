"""The nodes of the tree: texts, lists and mappings that know where they stand.

No value is converted: `no`, `1.10`, `12:30` and `2020-13-14` stay the texts they are, and each has its file, line
and column, and whether it was quoted. What a text means is for :mod:`consolidate.loading.schema.fields`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
NOTHING_LOST: frozenset[str] = frozenset()
"""What every mapping shares that is as its file has it: an empty set of its own would be as large as the mapping."""


class Mark(Protocol):
    """A place in a file; ``line`` and ``column`` count from 1, ``source`` is the file as the user would name it."""

    line: int
    column: int
    source: str


class Place:
    """A place by itself, without a value."""

    __slots__ = ("column", "line", "source")

    def __init__(self, source: str, line: int = 1, column: int = 1) -> None:
        self.source = source
        self.line = line
        self.column = column


class Text(str):
    """A scalar as written. ``plain``: not quoted, so that it may be a number or `yes`."""

    __slots__ = ("column", "line", "plain", "source")
    line: int
    column: int
    source: str
    plain: bool

    @property
    def is_null(self) -> bool:
        """Whether YAML takes it for null: nothing, `~` or `null`, not quoted."""
        return self.plain and self in _NULLS


class Seq(list["Node"]):
    """A list."""

    __slots__ = ("column", "line", "source")
    line: int
    column: int
    source: str


class Map(dict[str, "Node"]):
    """A mapping.

    Its keys are :class:`Text`. ``lost`` names keys taken out because they were faulty. ``index`` finds the place of
    a key by its text; it is made when first asked for.
    """

    __slots__ = ("column", "index", "line", "lost", "source")
    line: int
    column: int
    source: str
    lost: frozenset[str]
    index: dict[str, Mark] | None

    def key(self, name: str) -> Mark:
        """Where the key ``name`` stands, or where the mapping does if it has none."""
        if self.index is None:
            self.index = {key: key for key in self if isinstance(key, Text)}
        return self.index.get(name, self)

    def copy_of(self, items: Iterable[tuple[str, Node]], lost: frozenset[str] = NOTHING_LOST) -> Map:
        """A mapping with other ``items`` that stands where this one does; ``lost`` adds to the keys taken out."""
        other = map_at(self, items)
        other.lost = self.lost | lost if lost else self.lost
        return other

    def list_of(self, key: str) -> Sequence[Node]:
        """The entries of the list under ``key``; none where there is no list."""
        below = self.get(key)
        return below if isinstance(below, Seq) else ()


Node = Text | Seq | Map


def text_at(place: Mark, text: str) -> Text:
    """A text, not quoted, that stands at a place."""
    made = Text(text)
    made.source, made.line, made.column, made.plain = place.source, place.line, place.column, True
    return made


def list_at(place: Mark, entries: Iterable[Node]) -> Seq:
    """A list that stands at a place."""
    made = Seq(entries)
    made.source, made.line, made.column = place.source, place.line, place.column
    return made


def map_at(place: Mark, items: Iterable[tuple[str, Node]]) -> Map:
    """A mapping that stands at a place."""
    made = Map(items)
    made.source, made.line, made.column = place.source, place.line, place.column
    made.lost, made.index = NOTHING_LOST, None
    return made


def place_after(before: str, shown: str) -> Place:
    """The place that follows the text ``before`` of the file ``shown``."""
    line = before.count("\n") + 1
    return Place(shown, line, len(before) - (before.rfind("\n") + 1) + 1)
