"""A YAML text with the place of everything in it: from where to where each key and value is written, and how.

The tree of :mod:`consolidate.yaml_files.parser` says where a value begins, which is what a message needs. Who edits the
text, or copies part of it, needs its end, too, and what the tree leaves out: anchors, aliases, merge keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from consolidate.yaml_files.nodes import Map, Node, Place, Seq, Text, list_at, map_at, text_at
from consolidate.yaml_files.parser import LOADER

Kind = Literal["text", "map", "list", "alias"]
MERGE = "<<"
_PROPERTIES = re.compile(r"(?:[&!][^ \t\r\n]*[ \t\r\n]*)+")
"""An anchor and a tag, before what has them."""


@dataclass
class Piece:
    """A key or value where it is written: ``text[start:end]``, in letters, without blanks and comments around it.

    Attributes:
        kind: what it is; an ``alias`` stands for something else.
        line, column: where it begins, from 1, as nodes have it; of what has an anchor or a tag, where that is.
        body: where it begins behind these.
        flow: written within braces or brackets, or a text. Else it is a mapping or list over lines.
        braces: it has braces or brackets of its own.
        name: of its anchor, or of the one that it stands for.
        content: what it means, aliases and merge keys resolved.
        entries: keys and values of a mapping, as they are written.
        items: of a list.
    """

    kind: Kind
    start: int
    end: int
    line: int
    column: int
    body: int = 0
    flow: bool = True
    braces: bool = False
    name: str | None = None
    content: Node = field(default_factory=lambda: text_at(Place(""), ""))
    entries: list[tuple[Piece, Piece]] = field(default_factory=list)
    items: list[Piece] = field(default_factory=list)

    @property
    def below(self) -> Iterator[Piece]:
        """All that lies in it, and itself."""
        yield self
        for key, value in self.entries:
            yield key
            yield from value.below
        for item in self.items:
            yield from item.below

    @property
    def is_merge(self) -> bool:
        """Whether it is a merge key."""
        return isinstance(self.content, Text) and self.content.plain and self.content == MERGE

    @property
    def stands_alone(self) -> bool:
        """Whether it means the same wherever it is written: no anchor, alias or merge key lies in it."""
        return not any(one.name is not None or one.is_merge for one in self.below)


def pieces_of(text: str) -> Piece:
    """The root of a text that :func:`consolidate.yaml_files.parser.parse` reads without a problem."""
    return _Builder(text).root()


class _Builder:
    """Builds pieces from the parser's events."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=LOADER))
        self.anchors: dict[str, Node] = {}

    def root(self) -> Piece:
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                return self._piece(event, 0)
        raise ValueError("nothing in it")

    def _piece(self, event: Any, after: int) -> Piece:
        """What begins with an event.

        Args:
            event: that.
            after: where what comes before it ends; a text that is left out stands there.
        """
        mark, end = event.start_mark, event.end_mark.index
        found = Piece("text", mark.index, end, mark.line + 1, mark.column + 1, mark.index)
        if isinstance(event, yaml.AliasEvent):
            name = str(event.anchor)
            found.kind, found.name, found.content = "alias", name, self.anchors[name]
            return found
        found.name = event.anchor
        if event.anchor is not None or event.tag is not None:
            properties = _PROPERTIES.match(self.text, found.start)
            found.body = after_blanks(self.text, properties.end()) if properties else found.start
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(found, event, after)
        else:
            found.flow = bool(event.flow_style)
            found.braces = found.flow and end > found.start and self.text[end - 1] in "{["
            if isinstance(event, yaml.MappingStartEvent):
                self._map(found)
            else:
                self._list(found)
        if event.anchor is not None:
            self.anchors[event.anchor] = found.content
        return found

    def _scalar(self, found: Piece, event: Any, after: int) -> None:
        if event.style in ("|", ">"):
            found.flow = False
            found.end = found.start + len(self.text[found.start : found.end].rstrip())
        elif found.start == found.end:
            found.start = found.body = found.end = after
        content = text_at(Place("", found.line, found.column), event.value)
        content.plain = not event.style and event.tag not in ("!", "tag:yaml.org,2002:str")
        found.content = content

    def _map(self, found: Piece) -> None:
        found.kind, own, merged = "map", {}, dict[str, Node]()
        place = Place("", found.line, found.column)
        last = found.start
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._piece(event, last)
            value = self._piece(next(self.events), self._after_colon(key.end))
            found.entries.append((key, value))
            last = max(value.end, key.end)
            if key.is_merge:
                parts = value.content if isinstance(value.content, Seq) else [value.content]
                for part in parts:
                    merged |= {} if not isinstance(part, Map) else {k: v for k, v in part.items() if k not in merged}
            else:
                own[str(key.content)] = value.content
        found.content = map_at(place, {**own, **{k: v for k, v in merged.items() if k not in own}}.items())
        found.end = _index(event) if found.braces else last

    def _list(self, found: Piece) -> None:
        found.kind = "list"
        last = found.body
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.items.append(self._piece(event, last if found.flow else after_blanks(self.text, last) + 1))
            last = max(found.items[-1].end, last)
        found.content = list_at(Place("", found.line, found.column), [item.content for item in found.items])
        found.end = _index(event) if found.braces else last

    def _after_colon(self, key_end: int) -> int:
        """Where the value of a key may stand: behind its colon; where there is none, behind the key."""
        at = colon_after(self.text, key_end)
        return key_end if at is None else at + 1


def _index(event: Any) -> int:
    """Where an event ends."""
    return int(event.end_mark.index)


def colon_after(text: str, end: int) -> int | None:
    """Where the colon of a key stands that ends at ``end``; None where it has none, as within braces it need not."""
    at = after_blanks(text, end)
    return at if text[at : at + 1] == ":" else None


def after_blanks(text: str, at: int) -> int:
    """Where the first letter stands, from a place on, that is neither blank nor in a comment."""
    while at < len(text) and (text[at] in " \t\r\n" or (text[at] == "#" and (not at or text[at - 1] in " \t\r\n"))):
        at = line_end(text, at) if text[at] == "#" else at + 1
    return at


def line_start(text: str, at: int) -> int:
    """Where a line begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where a line ends, before what breaks it."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end > at and text[end - 1 : end] == "\r" else end
