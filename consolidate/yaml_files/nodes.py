"""The nodes of the tree: texts, lists and mappings that know where they stand.

No value is converted: `no`, `1.10`, `12:30` and `2020-13-14` stay the texts they are, and each has its file, line
and column, and whether it was quoted. What a text means is for :mod:`consolidate.loading.schema.fields`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


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

    def copy_of(self, items: Iterable[tuple[str, Node]], lost: frozenset[str] = frozenset()) -> Map:
        """A mapping with other ``items`` that stands where this one does; ``lost`` adds to the keys taken out."""
        other = Map(items)
        other.source, other.line, other.column = self.source, self.line, self.column
        other.lost = self.lost | lost
        other.index = None
        return other


Node = Text | Seq | Map


def place_after(before: str, shown: str) -> Place:
    """The place that follows the text ``before`` of the file ``shown``."""
    line = before.count("\n") + 1
    return Place(shown, line, len(before) - (before.rfind("\n") + 1) + 1)
