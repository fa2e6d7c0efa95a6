"""From YAML text to a tree of nodes.

The tree is built from the parser's events with an explicit stack instead of recursion, and what aliases add is
counted, so that hostile files (deep nesting, aliases that multiply) end in a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.messages import show
from consolidate.yaml_files.nodes import NOTHING_LOST, Map, Mark, Node, Place, Seq, Text, place_after, text_at
from consolidate.yaml_files.syntax_errors import explain

MAX_DEPTH = 60
"""How many levels lists and mappings may be nested."""
MAX_ALIASED = 200_000
"""How many nodes aliases may add to a file."""
MAX_NODES = 800_000
"""How many keys and values a file may hold: some 15,000 systems with every key; about 200 bytes of memory each."""
MAX_NODES_IN_ALL = 2_000_000
"""The same for all files that are read together."""

YAML_VERSION = str(yaml.__version__)
"""The version of what reads YAML."""
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""What reads YAML into events: compiled, where it is."""
_TAGS = {
    "scalar": {"!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp"))},
    "list": {"!", "tag:yaml.org,2002:seq"},
    "mapping": {"!", "tag:yaml.org,2002:map"},
}
# Control characters, line breaks that only some programs see, and what turns the direction of writing.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?%?")
_REPLACEMENT = "\ufffd"
_MOST_REPORTED = 20
"""How many invisible characters of a file are reported."""
_MOST_LOOKED_UP = 100
"""For how many repeated keys the first is looked up; for all of them, a hostile file would take quadratic time."""


class _Unreadable(Exception):
    """Parsing ends at ``mark``: what follows cannot be understood."""

    def __init__(self, mark: Mark, message: str) -> None:
        self.mark = mark
        self.message = message
        super().__init__(message)


def parse(text: str, shown: str, findings: Findings) -> Map | None:
    """The tree of one YAML document that is a mapping; None where the text is no such document.

    Args:
        text: the text of the file.
        shown: the file as the user would name it.
        findings: where problems are reported.
    """
    text = _without_invisible(text, shown, findings)
    builder = _TreeBuilder(shown, findings)
    try:
        root = _built(builder, text, shown)
    except _Unreadable as error:
        findings.add(error.mark, error.message)
        return None
    findings.nodes += builder.nodes
    if root is None or (isinstance(root, Text) and root.is_null):
        findings.add(Place(shown), "the file is empty; write `key: value` lines, or delete it if it isn't needed")
        return None
    if not isinstance(root, Map):
        findings.add(root, "the file must be a mapping; write `key: value` lines (with a blank after the colon)")
        return None
    return root


def _without_invisible(text: str, shown: str, findings: Findings) -> str:
    """The text with invisible characters replaced; they are reported."""
    for count, match in enumerate(_INVISIBLE.finditer(text)):
        if count == _MOST_REPORTED:
            break
        code = f"U+{ord(match[0]):04X}"
        findings.add(
            place_after(text[: match.start()], shown),
            f"a control character ({code}) that can't be seen; delete it",
        )
    return _INVISIBLE.sub(_REPLACEMENT, text)


def _built(builder: _TreeBuilder, text: str, shown: str) -> Node | None:
    """The tree of the parser's events; its errors in the words of the format."""
    try:
        loader = LOADER(text)
        try:
            return builder.build(iter(loader.get_event, None))
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise _Unreadable(*explain(error, text, shown)) from None
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        raise _Unreadable(Place(shown), "not YAML; mend the writing") from None


class _Frame:
    """A list or mapping under construction.

    ``size``: nodes in it, aliases written out. ``key``: the key that waits for its value. ``merges``: the mappings
    that its merge key (`<<`) names. ``last``: within braces, the key that was added last. ``commas``: by key, the
    amounts that were written with commas, which end a value within braces.
    """

    __slots__ = ("anchor", "braces", "commas", "key", "last", "merges", "node", "size")

    def __init__(self, node: Map | Seq, anchor: str | None, braces: bool) -> None:
        self.node = node
        self.anchor = anchor
        self.size = 1
        self.key: Text | Seq | Map | None = None
        self.merges: list[Map] = []
        self.braces = braces
        self.last: Text | None = None
        self.commas: dict[Text, Text] = {}


class _TreeBuilder:
    """Builds the tree from the parser's events.

    ``anchors``: the node of each anchor and its size; None while the node is still under construction.
    """

    def __init__(self, shown: str, findings: Findings) -> None:
        self.shown = shown
        self.findings = findings
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.aliased = 0
        self.root: Node | None = None
        self.repeated = 0
        self.nodes = 0
        self.most = min(MAX_NODES, MAX_NODES_IN_ALL - findings.nodes)
        self.line: int = 0

    def build(self, events: Iterator[Any]) -> Node | None:
        """The root of the tree; None for an empty document."""
        documents = 0
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._place_node(self._scalar(event), 1, event.anchor)
            elif kind is yaml.MappingStartEvent:
                self._open(Map(), event, "mapping")
            elif kind is yaml.SequenceStartEvent:
                self._open(Seq(), event, "list")
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents == 2:
                    place = self._place(event)
                    raise _Unreadable(place, "a second document in one file; keep to one, without `---` between")
        return self.root

    def _place(self, event: Any) -> Place:
        return Place(self.shown, event.start_mark.line + 1, event.start_mark.column + 1)

    def _line(self, mark: Any) -> int:
        """The number of a line: one object for all that stands in it."""
        if mark.line + 1 != self.line:
            self.line = mark.line + 1
        return self.line

    def _scalar(self, event: Any) -> Text:
        text = Text(event.value)
        mark = event.start_mark
        if mark.line + 1 != self.line:  # as _line does: of all values, most are texts
            self.line = mark.line + 1
        text.source, text.line, text.column = self.shown, self.line, mark.column + 1
        text.plain = not event.style
        if event.tag is not None or not event.implicit[0]:
            self._check_scalar(text, event)
        elif _REPLACEMENT in text:
            self.findings.spoiled.add((self.shown, text.line, text.column))
        return text

    def _check_scalar(self, text: Text, event: Any) -> None:
        """A text that is quoted or has a tag: is the tag known, and are there escapes of invisible characters?"""
        if event.tag is not None:
            self._check_tag(text, event, "scalar")
            text.plain = text.plain and event.tag not in ("!", "tag:yaml.org,2002:str")
        if event.style == '"' and _INVISIBLE.search(text):
            self.findings.spoil(text, "a text with a control character that can't be seen; take the escape out")

    def _check_tag(self, mark: Mark, event: Any, kind: str) -> None:
        if event.tag is not None and event.tag not in _TAGS[kind]:
            name = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.findings.spoil(mark, f"an unknown tag {show(name)}; leave the tag out")

    def _open(self, node: Map | Seq, event: Any, kind: str) -> None:
        """A list or mapping begins."""
        mark = event.start_mark
        node.source, node.line, node.column = self.shown, self._line(mark), mark.column + 1
        if isinstance(node, Map):
            node.lost = NOTHING_LOST
            node.index = None
        self._check_tag(node, event, kind)
        if len(self.frames) >= MAX_DEPTH:
            raise _Unreadable(node, f"nested deeper than {MAX_DEPTH} levels; an inventory needs no more than ten")
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.frames.append(_Frame(node, event.anchor, bool(event.flow_style)))

    def _close(self) -> None:
        """A list or mapping ends; the keys that it merges are added where it has not its own."""
        frame = self.frames.pop()
        for merged in frame.merges:
            assert isinstance(frame.node, Map)
            for key, value in merged.items():
                frame.node.setdefault(key, value)
        for amount in frame.commas.values():
            what = f"{show(amount)} has commas, which end a value within braces"
            self.findings.spoil(amount, f"{what}; write {show(amount.replace(',', '_'))}, or quote a text")
        self._place_node(frame.node, frame.size, frame.anchor)

    def _alias(self, event: Any) -> None:
        """An alias stands for the node of its anchor, which is shared, not copied."""
        place = self._place(event)
        if event.anchor not in self.anchors:
            raise _Unreadable(place, f"no anchor {show('&' + event.anchor)} stands before this; write it there")
        target = self.anchors[event.anchor]
        if target is None:
            raise _Unreadable(place, f"{show('*' + event.anchor)} stands within what it repeats; write it out")
        self.aliased += target[1]
        if self.aliased > MAX_ALIASED:
            raise _Unreadable(place, f"aliases add more than {MAX_ALIASED:,} nodes to the file; write less by alias")
        self._place_node(*target, None)

    def _place_node(self, node: Node, size: int, anchor: str | None) -> None:
        """Put a finished node into the list or mapping under construction."""
        self.nodes += 1
        if self.nodes > self.most:
            what = "the file" if self.most == MAX_NODES else "the inventory"
            limit = MAX_NODES if self.most == MAX_NODES else MAX_NODES_IN_ALL
            raise _Unreadable(node, f"{what} holds more than {limit:,} keys and values; that is no inventory")
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
            self._add_pair(frame, key, node)

    def _add_pair(self, frame: _Frame, key: Node, value: Node) -> None:
        assert isinstance(frame.node, Map)
        if not isinstance(key, Text):
            self.findings.add(key, "a key that is a list or mapping; write a plain text (quote one that has braces)")
        elif key == "<<" and key.plain:
            self._add_merge(frame, key, value)
        elif frame.braces and not value and self._belongs_to_last(frame, key, value):
            pass
        elif key in frame.node:
            self._report_repeated(frame.node, key)
        else:
            frame.node[key] = value
            frame.last = key

    def _belongs_to_last(self, frame: _Frame, key: Text, value: Node) -> bool:
        """Whether a key is the rest of the amount before it (`{cost: 85,000}`), to which it is then added."""
        if frame.last is None or not isinstance(value, Text) or value or not value.plain:
            return False
        assert isinstance(frame.node, Map)
        begun = frame.node[frame.last]
        if (
            not isinstance(begun, Text)
            or not begun.plain
            or not key.plain
            or not _THOUSANDS.fullmatch(f"{begun},{key}")
        ):
            return False
        if (key.line, key.column) != (begun.line, begun.column + len(begun) + 1):
            return False
        frame.node[frame.last] = frame.commas[frame.last] = text_at(begun, f"{begun},{key}")
        return True

    def _report_repeated(self, node: Map, key: Text) -> None:
        if self.findings.is_full(self.shown):
            self.findings.count(key, 1)
            return
        self.repeated += 1
        first = ""
        if self.repeated <= _MOST_LOOKED_UP:
            first = next((f", first in line {k.line}" for k in node if k == key and isinstance(k, Text)), "")
        self.findings.add(key, f"{show(key)} stands twice{first}; keep one of them")

    def _add_merge(self, frame: _Frame, key: Text, value: Node) -> None:
        """A merge key: its mappings are merged when the one that has it ends."""
        parts = list(value) if isinstance(value, Seq) else [value]
        maps = [part for part in parts if isinstance(part, Map)]
        if len(maps) != len(parts):
            self.findings.add(key, "`<<` takes a mapping or a list of mappings; write `<<: *name`")
        elif frame.merges:
            self.findings.add(key, "`<<` stands twice; write one `<<: [*a, *b]`")
        frame.merges.extend(maps)
