"""Keys and values written as YAML to be put into a file: as the file has them from which they come, where that can be.

What is copied keeps its comments, its quotes and its layout. What cannot be copied is written anew: within braces, or
over lines, as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from consolidate.yaml_files.nodes import Map, Node, Seq, Text
from consolidate.yaml_files.pieces import Piece, line_end, line_start, pieces_of

WIDTH = 120
"""Mappings and lists that no file has are written within braces up to so many letters."""
_STEP = 2
_PLAIN = re.compile(r"[A-Za-z0-9~.][^,\[\]{}:#&*!|>'\"%@`\n]*(?<! )|")
_NUMBER = re.compile(r"[0-9][0-9_]*(\.[0-9_]+)?%?")
_AMISS = re.compile(r"[,\[\]{}]")


def same(old: Node, new: Node) -> bool:
    """Whether two nodes mean the same: keys in the same order, and texts that are read alike."""
    if isinstance(old, Text) and isinstance(new, Text):
        return _same_text(old, new)
    if isinstance(old, Map) and isinstance(new, Map):
        return list(old) == list(new) and all(same(value, new[key]) for key, value in old.items())
    if isinstance(old, Seq) and isinstance(new, Seq):
        return len(old) == len(new) and all(map(same, old, new))
    return False


def _same_text(old: Text, new: Text) -> bool:
    if old == new:
        return old.plain == new.plain or bool(_AMISS.search(old))  # such a text cannot be plain within braces
    if old.is_null or new.is_null:
        return old.is_null and new.is_null
    numbers = old.plain and new.plain and _NUMBER.fullmatch(old) and _NUMBER.fullmatch(new)
    return bool(numbers) and old.replace("_", "") == new.replace("_", "")


@dataclass(frozen=True)
class Fresh:
    """A value to be written: its text, whose lines but the first are indented, and whether it begins on a new line."""

    text: str
    block: bool


class SourceText:
    """The file from which new keys and values come.

    Args:
        shown: the file, as its nodes name it.
        text: what it holds, lines ended by ``\\n``.
    """

    def __init__(self, shown: str, text: str) -> None:
        self.shown, self.text = shown, text
        self.values: dict[tuple[str, int, int], Piece] = {}
        self.entries: dict[tuple[int, int], tuple[Piece, Piece, bool]] = {}
        self._enter(pieces_of(text))

    def _enter(self, piece: Piece) -> None:
        for one in piece.below:
            if one.kind != "text" or one.content:
                self.values[one.kind, one.line, one.column] = one
            for key, value in one.entries:
                self.entries[key.line, key.column] = key, value, one.flow

    # -- within a block -------------------------------------------------------------------

    def entry(self, key: str, value: Node, indent: int) -> str:
        """A key with its value, over whole lines."""
        found = self._entry(key)
        if found is not None and same(found[1].content, value) and found[1].stands_alone:
            piece, below, flow = found
            if not flow:
                return self._copied(piece.start, below.end, piece.column - 1, indent)
        fresh = self.value(value, indent + _STEP)
        lead = f"{' ' * indent}{self._key(key)}:"
        return f"{lead}\n{fresh.text}" if fresh.block else f"{lead} {fresh.text}"

    def item(self, value: Node, indent: int) -> str:
        """An entry of a list, over whole lines."""
        found = self._piece(value)
        lead = f"{' ' * indent}- "
        if found is not None and not found.flow and found.kind == "map":
            copied = self._copied(found.start, found.end, found.column - 1, indent + _STEP, above=False)
            return lead + copied.lstrip(" ")
        fresh = self.value(value, indent + _STEP)
        return lead + fresh.text.lstrip(" ")

    def value(self, value: Node, indent: int, *, braces: bool = True) -> Fresh:
        """A value within a block.

        Args:
            value: what is to be written.
            indent: of its lines, where it needs some of its own.
            braces: whether a mapping may be written within braces.
        """
        found = self._piece(value)
        if found is not None and found.kind != "text" and (not found.flow or (found.braces and braces)):
            if not found.flow:
                return Fresh(self._copied(found.start, found.end, found.column - 1, indent), True)
            outer = _indentation(self.text, found.start)
            return Fresh(_shifted(self.text[found.start : found.end], indent - _STEP - outer), False)
        if isinstance(value, Text):
            return Fresh(self._scalar(value, within_braces=False), False)
        written = self._written(value)
        flow = self.within_braces(value)
        if not value or (braces and (written.flow if written is not None else len(flow) + indent <= WIDTH)):
            return Fresh(flow, False)
        if isinstance(value, Seq):
            return Fresh("\n".join(self.item(item, indent) for item in value), True)
        return Fresh("\n".join(self.entry(key, item, indent) for key, item in value.items()), True)

    def file(self, node: Map) -> str:
        """The text of a new file: what can be copied is, and the keys at the top stand on lines of their own."""
        return self.value(node, 0, braces=False).text + "\n"

    # -- within braces --------------------------------------------------------------------

    def within_braces(self, value: Node) -> str:
        """A value within braces, on one line."""
        found = self._piece(value)
        if found is not None and found.braces and not re.search(r"[\n#]", self.text[found.start : found.end]):
            return self.text[found.start : found.end]
        if isinstance(value, Text):
            return self._scalar(value, within_braces=True)
        if isinstance(value, Seq):
            return "[" + ", ".join(map(self.within_braces, value)) + "]"
        return "{" + ", ".join(self.entry_within_braces(key, item) for key, item in value.items()) + "}"

    def entry_within_braces(self, key: str, value: Node) -> str:
        """A key with its value within braces."""
        return f"{self._key(key)}: {self.within_braces(value)}"

    # -- what both have -------------------------------------------------------------------

    def _key(self, key: str) -> str:
        found = self._entry(key)
        written = self.text[found[0].start : found[0].end] if found else ""
        if written and "\n" not in written and not _AMISS.search(written):
            return written
        return key if key and _PLAIN.fullmatch(key) else json.dumps(key, ensure_ascii=False)

    def _scalar(self, value: Text, *, within_braces: bool) -> str:
        found = self._piece(value)
        if found is not None and found.flow and not (within_braces and value.plain and _AMISS.search(value)):
            written = self.text[found.start : found.end]
            if "\n" not in written and written:
                return written
        if value.is_null:
            return "null"
        if value.plain and not (within_braces and _AMISS.search(value)):
            return str(value)
        return json.dumps(value, ensure_ascii=False)

    def _entry(self, key: str) -> tuple[Piece, Piece, bool] | None:
        """The piece that is a key, with its value: there may be another key at its place, from which it was derived."""
        found = None
        if isinstance(key, Text) and key.source == self.shown:
            found = self.entries.get((key.line, key.column))
        return found if found is not None and found[0].content == key else None

    def _written(self, value: Node) -> Piece | None:
        """The piece at the place of a node, which may mean something else: what it removed is not in the node."""
        if value.source != self.shown:
            return None
        kind = "text" if isinstance(value, Text) else "map" if isinstance(value, Map) else "list"
        return self.values.get((kind, value.line, value.column))

    def _piece(self, value: Node) -> Piece | None:
        """The piece that is a node, if it can be copied."""
        found = self._written(value)
        return found if found is not None and same(found.content, value) and found.stands_alone else None

    def _copied(self, start: int, end: int, column: int, indent: int, *, above: bool = True) -> str:
        """Whole lines with another indentation; the comments in front, and the one behind, go with them."""
        end = self._with_comment(end)
        lines = _shifted(self.text[start:end], indent - column)
        comments = list(self._comments_above(start)) if above else []
        return "\n".join(" " * indent + line for line in [*comments, lines])

    def _with_comment(self, end: int) -> int:
        """The end of a value, the comment in the same line included."""
        rest = self.text[end : line_end(self.text, end)]
        return end + len(rest) if rest.strip().startswith("#") else end

    def _comments_above(self, start: int) -> Iterator[str]:
        """Comments on lines of their own directly above what begins a line."""
        begin = line_start(self.text, start)
        if self.text[begin:start].strip():
            return
        above = []
        while begin and (line := self.text[line_start(self.text, begin - 1) : begin - 1]).strip().startswith("#"):
            above.append(line.strip())
            begin = line_start(self.text, begin - 1)
        yield from reversed(above)


def _indentation(text: str, at: int) -> int:
    line = text[line_start(text, at) : at]
    return len(line) - len(line.lstrip(" "))


def _shifted(text: str, by: int) -> str:
    """Lines but the first, moved by so many columns, as far as there are blanks to take away."""
    first, *rest = text.split("\n")
    if by >= 0:
        return "\n".join([first, *(" " * by + line if line.strip() else line for line in rest)])
    return "\n".join([first, *(line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in rest)])
