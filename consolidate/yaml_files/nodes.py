"""YAML as a tree of texts that know where they stand.

No value is converted: `no`, `1.10`, `12:30` and `2020-13-14` stay the texts they are, and
each bears its file, line and column, and whether it was quoted. What a text means is for
:mod:`consolidate.fields`. The tree is built from parser events with a stack of our own, so
that hostile files (deep nesting, a thousand million aliases) end in a message.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import yaml

from consolidate.errors import Problem

MAX_BYTES = 20_000_000
MAX_DEPTH = 60
MAX_ALIASED = 200_000

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_TAGS = {
    "scalar": {"!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp"))},
    "list": {"!", "tag:yaml.org,2002:seq"},
    "mapping": {"!", "tag:yaml.org,2002:map"},
}
# Control characters, line breaks that only some programs see, and what turns the direction of writing.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_REPLACED = "\ufffd"


class Mark(Protocol):
    """A place in a file; ``line`` and ``column`` count from 1, ``source`` is the file as the user would name it."""

    line: int
    column: int
    source: str


class Place:
    """A mark that is no value."""

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
        return self.plain and self in _NULLS


class Seq(list["Node"]):
    """A list."""

    __slots__ = ("column", "line", "source")
    line: int
    column: int
    source: str


class Map(dict[str, "Node"]):
    """A mapping. Its keys are :class:`Text`; ``lost`` names keys taken out because they were faulty."""

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
        """Another mapping in this one's place."""
        other = Map(items)
        other.source, other.line, other.column = self.source, self.line, self.column
        other.lost = self.lost | lost
        other.index = None
        return other


Node = Text | Seq | Map


class Findings:
    """Collects problems; ``spoiled`` holds places whose value the reader has already complained of."""

    def __init__(self) -> None:
        self.problems: set[Problem] = set()
        self.spoiled: set[tuple[str, int, int]] = set()

    def add(self, mark: Mark, message: str) -> None:
        self.problems.add(Problem(mark.source, mark.line, mark.column, message))

    def warn(self, mark: Mark, message: str) -> None:
        self.problems.add(Problem(mark.source, mark.line, mark.column, message, "warning"))

    def spoil(self, mark: Mark, message: str) -> None:
        self.add(mark, message)
        self.spoiled.add((mark.source, mark.line, mark.column))

    def is_spoiled(self, mark: Mark) -> bool:
        return (mark.source, mark.line, mark.column) in self.spoiled

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    def sorted(self) -> tuple[Problem, ...]:
        return tuple(sorted(self.problems))


def show(text: str, length: int = 60) -> str:
    """``text`` in backquotes, on one line, cut to about ``length`` characters.

    >>> show("a" * 100, 10), show("x\\ny")
    ('`aaaaaaaaaa…`', '`x\\\\ny`')
    """
    cut = text[:length]
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in cut)
    return f"`{safe}…`" if len(text) > length else f"`{safe}`"


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The known word most like ``text``, if any is like it at all.

    >>> nearest("rehots", ["rehost", "retain"])
    'rehost'
    """
    matches = difflib.get_close_matches(text[:130], list(known), n=1, cutoff=0.6)
    return str(matches[0]) if matches else None


class _Unreadable(Exception):
    """The file ends here: what follows can't be made sense of."""

    def __init__(self, mark: Mark, message: str) -> None:
        self.mark = mark
        self.message = message
        super().__init__(message)


def contained(path: Path, folder: Path) -> bool:
    """Whether ``path``, its links followed, lies in ``folder``."""
    inside, outer = os.path.realpath(path), os.path.realpath(folder)
    return inside == outer or inside.startswith(os.path.join(outer, ""))


def read_text(path: Path, shown: str, folder: Path, findings: Findings) -> str | None:
    """The text of a file, its byte-order mark off and its line endings made equal; None when it has problems.

    Args:
        path: the file.
        shown: the file as the user would name it.
        folder: the inventory; a link that leads out of it is refused.
    """
    place = Place(shown)
    if not contained(path, folder):
        findings.add(place, "a link that leads out of the inventory; put the file itself here")
        return None
    try:
        data = _read_bytes(path)
    except _Unreadable as error:
        findings.add(place, error.message)
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        findings.add(place, f"can't be read ({reason or 'a bad file name'}); make it a readable file")
        return None
    return _decode(data, shown, findings)


def _read_bytes(path: Path) -> bytes:
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise _Unreadable(Place(""), "not a file; a file of this name belongs here")
    if status.st_size > MAX_BYTES:
        raise _Unreadable(Place(""), f"larger than {MAX_BYTES // 1_000_000} MB; split it into several files")
    with open(path, "rb") as file:
        return file.read(MAX_BYTES + 1)


def _decode(data: bytes, shown: str, findings: Findings) -> str | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            before = ""
        findings.add(_place_after(before, shown), "not UTF-8; save the file in the encoding UTF-8")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place_after(before: str, shown: str) -> Place:
    line = before.count("\n") + 1
    return Place(shown, line, len(before) - (before.rfind("\n") + 1) + 1)


def parse(text: str, shown: str, findings: Findings) -> Map | None:
    """The tree of one YAML document that is a mapping; None when there is none to speak of."""
    text = _without_unseen(text, shown, findings)
    try:
        root = _Builder(shown, findings).build(_events(text, shown))
    except _Unreadable as error:
        findings.add(error.mark, error.message)
        return None
    if root is None or (isinstance(root, Text) and root.is_null):
        findings.add(Place(shown), "the file is empty; write `key: value` lines, or delete it if it isn't needed")
        return None
    if not isinstance(root, Map):
        findings.add(root, "the file must be a mapping; write `key: value` lines (with a blank after the colon)")
        return None
    return root


def _without_unseen(text: str, shown: str, findings: Findings) -> str:
    for count, match in enumerate(_UNSEEN.finditer(text)):
        if count == 20:
            break
        code = f"U+{ord(match[0]):04X}"
        findings.add(
            _place_after(text[: match.start()], shown),
            f"a control character ({code}) that can't be seen; delete it",
        )
    return _UNSEEN.sub(_REPLACED, text)


_SYNTAX = {
    "found character that cannot start any token": "a text can't begin with this character; quote the text "
    "(and indent with blanks, never tabs)",
    "mapping values are not allowed in this context": "a colon out of place; quote a text that holds `: `, "
    "and indent the keys of a mapping alike",
    "did not find expected key": "a key was expected here; indent the keys of a mapping alike and close brackets",
    "did not find expected '-' indicator": "a list entry was expected here; begin each with `- `, indented alike",
    "did not find expected ',' or ']'": "a list is not closed; write `,` between its entries and `]` after the last",
    "did not find expected ',' or '}'": "a mapping is not closed; write `,` between its entries and `}` after the last",
    "did not find expected node content": "a value was expected here; close brackets, and quote a text that begins "
    "with a sign",
    "found unexpected end of stream": "the file ends within a quoted text; close the quotes",
    "could not find expected ':'": "a key without its colon; write `key: value`",
    "found a tab character that violates indentation": "a tab where blanks belong; indent with blanks, never tabs",
    "found undefined tag handle": "an unknown tag; leave the tag out",
    "did not find expected <document start>": "the file holds something after its end; keep to one document",
}


def _events(text: str, shown: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        what = error.problem or error.context or "not YAML"
        message = _SYNTAX.get(what, f"not YAML: {show(what, 100)[1:-1]}; mend the writing here")
        raise _Unreadable(Place(shown, line, column), message) from None
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        raise _Unreadable(Place(shown), "not YAML; mend the writing") from None


class _Frame:
    """A list or mapping under construction. ``size``: nodes in it, aliases written out."""

    __slots__ = ("anchor", "key", "merges", "node", "size")

    def __init__(self, node: Map | Seq, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.size = 1
        self.key: Text | Seq | Map | None = None
        self.merges: list[Map] = []


class _Builder:
    """Builds the tree from events."""

    def __init__(self, shown: str, findings: Findings) -> None:
        self.shown = shown
        self.findings = findings
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.aliased = 0
        self.root: Node | None = None
        self.repeated = 0

    def build(self, events: Iterator[Any]) -> Node | None:
        documents = 0
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self.put(self.scalar(event), 1, event.anchor)
            elif kind is yaml.MappingStartEvent:
                self.open(Map(), event, "mapping")
            elif kind is yaml.SequenceStartEvent:
                self.open(Seq(), event, "list")
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.close()
            elif kind is yaml.AliasEvent:
                self.alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents == 2:
                    place = self.place(event)
                    raise _Unreadable(place, "a second document in one file; keep to one, without `---` between")
        return self.root

    def place(self, event: Any) -> Place:
        return Place(self.shown, event.start_mark.line + 1, event.start_mark.column + 1)

    def scalar(self, event: Any) -> Text:
        text = Text(event.value)
        mark = event.start_mark
        text.source, text.line, text.column = self.shown, mark.line + 1, mark.column + 1
        text.plain = not event.style
        if event.tag is not None or not event.implicit[0]:
            self.quoted(text, event)
        elif _REPLACED in text:
            self.findings.spoiled.add((self.shown, text.line, text.column))
        return text

    def quoted(self, text: Text, event: Any) -> None:
        if event.tag is not None:
            self.tag(text, event, "scalar")
            text.plain = text.plain and event.tag not in ("!", "tag:yaml.org,2002:str")
        if event.style == '"' and _UNSEEN.search(text):
            self.findings.spoil(text, "a text with a control character that can't be seen; take the escape out")

    def tag(self, mark: Mark, event: Any, kind: str) -> None:
        if event.tag is not None and event.tag not in _TAGS[kind]:
            name = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.findings.spoil(mark, f"an unknown tag {show(name)}; leave the tag out")

    def open(self, node: Map | Seq, event: Any, kind: str) -> None:
        mark = event.start_mark
        node.source, node.line, node.column = self.shown, mark.line + 1, mark.column + 1
        if isinstance(node, Map):
            node.lost = frozenset()
            node.index = None
        self.tag(node, event, kind)
        if len(self.frames) >= MAX_DEPTH:
            raise _Unreadable(node, f"nested deeper than {MAX_DEPTH} levels; an inventory needs no more than ten")
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.frames.append(_Frame(node, event.anchor))

    def close(self) -> None:
        frame = self.frames.pop()
        for merged in frame.merges:
            assert isinstance(frame.node, Map)
            for key, value in merged.items():
                frame.node.setdefault(key, value)
        self.put(frame.node, frame.size, frame.anchor)

    def alias(self, event: Any) -> None:
        place = self.place(event)
        if event.anchor not in self.anchors:
            raise _Unreadable(place, f"no anchor {show('&' + event.anchor)} stands before this; write it there")
        target = self.anchors[event.anchor]
        if target is None:
            raise _Unreadable(place, f"{show('*' + event.anchor)} stands within what it repeats; write it out")
        self.aliased += target[1]
        if self.aliased > MAX_ALIASED:
            raise _Unreadable(place, f"aliases add more than {MAX_ALIASED:,} nodes to the file; write less by alias")
        self.put(*target, None)

    def put(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, size)
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        frame.size += size
        if isinstance(frame.node, Seq):
            frame.node.append(node)
        elif frame.key is None:
            frame.key = node
        else:
            key, frame.key = frame.key, None
            self.pair(frame, key, node)

    def pair(self, frame: _Frame, key: Node, value: Node) -> None:
        assert isinstance(frame.node, Map)
        if not isinstance(key, Text):
            self.findings.add(key, "a key that is a list or mapping; write a plain text (quote one that has braces)")
        elif key == "<<" and key.plain:
            self.merge(frame, key, value)
        elif key in frame.node:
            self.repeat(frame.node, key)
        else:
            frame.node[key] = value

    def repeat(self, node: Map, key: Text) -> None:
        self.repeated += 1
        first = ""
        if self.repeated <= 100:  # looking for the first each time would take a hostile file for ever
            first = next((f", first in line {k.line}" for k in node if k == key and isinstance(k, Text)), "")
        self.findings.add(key, f"{show(key)} stands twice{first}; keep one of them")

    def merge(self, frame: _Frame, key: Text, value: Node) -> None:
        parts = list(value) if isinstance(value, Seq) else [value]
        maps = [part for part in parts if isinstance(part, Map)]
        if len(maps) != len(parts):
            self.findings.add(key, "`<<` takes a mapping or a list of mappings; write `<<: *name`")
        elif frame.merges:
            self.findings.add(key, "`<<` stands twice; write one `<<: [*a, *b]`")
        frame.merges.extend(maps)
