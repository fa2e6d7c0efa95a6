"""A YAML text edited so that it means something else, and all that is not touched by that stays letter for letter.

The text is gone through beside what it is to mean. Where the two agree, nothing is done; else the least that makes them
agree: a value replaced, a key added behind the last one or taken away with its line, an entry of a list likewise.
Comments stay, but for those within what is taken away or replaced. What an alias or a merge key gives is written out
where it is to be something else from now on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from consolidate.yaml_files.copying import Fresh, SourceText, same
from consolidate.yaml_files.nodes import Map, Node, Seq, Text
from consolidate.yaml_files.pieces import Piece, after_blanks, colon_after, line_end, line_start, pieces_of


class NotEditable(Exception):
    """Something is written so that it cannot be edited in its place."""


def edited_text(text: str, node: Map, origin: SourceText) -> str:
    """The text of a file edited to mean something else.

    Args:
        text: what the file holds; ``\\n`` or ``\\r\\n`` ends its lines.
        node: what it is to mean.
        origin: the file from which what is new comes.

    Raises:
        NotEditable: it is written so that it cannot be edited.
    """
    editor = _Editor(text, origin)
    editor.change(pieces_of(text), node, _Lead(0, -2, "file"))
    return editor.result()


@dataclass(frozen=True)
class _Lead:
    """What a value stands behind: where that ends, the column in which it begins, and whether braces are around."""

    end: int
    column: int
    kind: str
    """``key`` or ``dash`` in a block, ``flow`` within braces, ``file``."""


class _Editor:
    """Collects the edits of one text."""

    def __init__(self, text: str, origin: SourceText) -> None:
        self.text, self.origin = text, origin
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.edits: list[tuple[int, int, str]] = []
        self.anchors: dict[str, Node] = {}
        self.named: list[tuple[str, Node | None]] = []
        """The names that anchors were given, in order, and what each meant before: to take them back."""

    def result(self) -> str:
        """The text with all edits made."""
        parts, at = [], 0
        for start, end, new in sorted(self.edits, key=lambda edit: edit[:2]):
            if start < at:
                raise NotEditable
            parts += [self.text[at:start], new.replace("\n", self.newline)]
            at = end
        return "".join([*parts, self.text[at:]])

    def change(self, piece: Piece, node: Node, lead: _Lead) -> None:
        """Makes a piece mean a node."""
        if piece.kind == "alias":
            given = self.anchors.get(piece.name or "")
            if given is None or not same(given, node):
                self._replace(piece, node, lead)
            return
        before = len(self.edits), len(self.named)
        try:
            self._edit(piece, node)
        except NotEditable:
            del self.edits[before[0] :]
            self._forget_anchors(before[1])
            if lead.kind == "file":
                raise
            self._replace(piece, node, lead)
            return
        if piece.name is not None:
            self._note_anchor(piece.name, node)

    def _edit(self, piece: Piece, node: Node) -> None:
        if piece.kind == "map" and isinstance(node, Map) and node and piece.entries:
            self._edit_map(piece, node)
        elif piece.kind == "list" and isinstance(node, Seq) and node and piece.items:
            self._edit_list(piece, node)
        elif not same(piece.content, node):
            raise NotEditable

    # -- mappings -------------------------------------------------------------------------

    def _edit_map(self, piece: Piece, node: Map) -> None:
        if piece.flow and not piece.braces and not same(piece.content, node):
            raise NotEditable  # `[a: 1]`
        entries = [(key, value) for key, value in piece.entries]
        keeps = [key.is_merge or str(key.content) in node for key, _ in entries]
        column = piece.entries[0][0].column - 1
        for (key, value), stays in zip(entries, keeps, strict=True):
            if stays and not key.is_merge:
                colon = colon_after(self.text, key.end)
                end = key.end if colon is None else colon + 1
                self.change(value, node[str(key.content)], _Lead(end, column, "flow" if piece.flow else "key"))
            elif stays:
                self._note_anchors(value)
        added = self._added(piece, node, keeps)
        spans = [(key.start, max(key.end, value.end)) for key, value in entries]
        if piece.flow:
            self._edit_flow(piece, spans, keeps, [self.origin.entry_within_braces(key, node[key]) for key in added])
            return
        self._remove_lines(spans, keeps, any(keeps))
        self._add_lines(spans[-1][1], [self.origin.entry(key, node[key], column) for key in added])

    def _added(self, piece: Piece, node: Map, keeps: list[bool]) -> list[str]:
        """The keys that are to be added; a merge key that gives something else by now is not kept."""
        own = dict.fromkeys(str(key.content) for key, _ in piece.entries if not key.is_merge)
        kept = {key: None for key in own if key in node}
        merges = [number for number, (key, _) in enumerate(piece.entries) if key.is_merge]
        names = {str(key): key for key in node}
        new = [names[key] for key in node if key not in own]
        if not merges:
            if [*kept, *new] != list(node):
                raise NotEditable
            return new
        merged = self._merged([piece.entries[number][1] for number in merges])
        if merged is not None and all(key in node for key in merged if key not in kept):
            added = {key: None for key in new if key not in merged or not same(merged[key], node[key])}
            if [*kept, *added, *(key for key in merged if key not in kept and key not in added)] == list(node):
                return list(added)
        for number in merges:
            keeps[number] = False
        return new

    def _merged(self, values: list[Piece]) -> dict[str, Node] | None:
        """What merge keys give by now; None where an anchor is gone."""
        merged: dict[str, Node] = {}
        for value in values:
            for part in value.items if value.kind == "list" else [value]:
                given = self.anchors.get(part.name or "") if part.kind == "alias" else part.content
                if not isinstance(given, Map):
                    return None
                merged |= {key: node for key, node in given.items() if key not in merged}
        return merged

    def _note_anchors(self, piece: Piece) -> None:
        """What stays as it is keeps its anchors."""
        for one in piece.below:
            if one.name is not None and one.kind != "alias":
                self._note_anchor(one.name, one.content)

    def _note_anchor(self, name: str, node: Node) -> None:
        self.named.append((name, self.anchors.get(name)))
        self.anchors[name] = node

    def _forget_anchors(self, count: int) -> None:
        """Takes back all anchors but the first so many."""
        while len(self.named) > count:
            name, before = self.named.pop()
            if before is None:
                del self.anchors[name]
            else:
                self.anchors[name] = before

    # -- lists ----------------------------------------------------------------------------

    def _edit_list(self, piece: Piece, node: Seq) -> None:
        old, new = [_canonical(item.content) for item in piece.items], [_canonical(item) for item in node]
        pairs = list(_pairs(old, new))
        if not pairs or (piece.flow and not piece.braces):
            raise NotEditable
        kept = dict(pairs)
        dashes = [] if piece.flow else self._dashes(piece)
        for number, item in enumerate(piece.items):
            if number in kept:
                at = item.start if piece.flow else dashes[number] + 1
                column = piece.column if piece.flow else _column(self.text, dashes[number])
                self.change(item, node[kept[number]], _Lead(at, column, "flow" if piece.flow else "dash"))
        keeps = [number in kept for number in range(len(piece.items))]
        behind = _added_behind(kept, len(node), len(piece.items))
        if piece.flow:
            spans = [(item.start, item.end) for item in piece.items]
            last = len(spans) - 1
            if any(numbers for at, numbers in behind.items() if at != last):
                raise NotEditable  # a short list is rewritten
            self._edit_flow(piece, spans, keeps, [self.origin.within_braces(node[j]) for j in behind.get(last, [])])
            return
        spans = [(dash, max(item.end, dash + 1)) for dash, item in zip(dashes, piece.items, strict=True)]
        self._remove_lines(spans, keeps, True)
        column = _column(self.text, dashes[0])
        for at, numbers in behind.items():
            lines = [self.origin.item(node[j], column) for j in numbers]
            if at >= 0:
                self._add_lines(spans[at][1], lines)
            elif self.text[line_start(self.text, dashes[0]) : dashes[0]].strip():
                raise NotEditable
            else:
                start = line_start(self.text, dashes[0])
                self.edits.append((start, start, "".join(line + "\n" for line in lines)))

    def _dashes(self, piece: Piece) -> list[int]:
        found, last = [], piece.body
        for item in piece.items:
            dash = after_blanks(self.text, last)
            if self.text[dash : dash + 1] != "-":
                raise NotEditable
            found.append(dash)
            last = max(item.end, dash + 1)
        return found

    # -- taking away and adding -----------------------------------------------------------

    def _remove_lines(self, spans: list[tuple[int, int]], keeps: list[bool], any_stays: bool) -> None:
        """Takes entries of a block away with their lines; comments on lines between them stay."""
        inline = bool(self.text[line_start(self.text, spans[0][0]) : spans[0][0]].strip())
        if inline and not any_stays:
            raise NotEditable
        for number, ((start, end), stays) in enumerate(zip(spans, keeps, strict=True)):
            inline = inline and all(not kept for kept in keeps[:number])
            if stays:
                continue
            stop = line_end(self.text, end)
            if not inline:
                stop = _next_line(self.text, stop)
                self.edits.append((line_start(self.text, start), stop, ""))
                continue
            while self.text[stop : stop + 1] in (" ", "\t", "\r", "\n"):  # what follows takes its place
                stop += 1
            inline = number + 1 < len(spans) and stop == spans[number + 1][0]
            self.edits.append((start, stop, ""))

    def _add_lines(self, end: int, lines: list[str]) -> None:
        """Adds whole lines behind the line in which something ends."""
        if not lines:
            return
        stop = line_end(self.text, end)
        if (start := _next_line(self.text, stop)) > stop:
            self.edits.append((start, start, "".join(line + "\n" for line in lines)))
        else:
            self.edits.append((stop, stop, "".join("\n" + line for line in lines)))

    def _edit_flow(self, piece: Piece, spans: list[tuple[int, int]], keeps: list[bool], added: list[str]) -> None:
        """Takes entries within braces away, with their commas, and adds others behind the last."""
        if not any(keeps):
            first, last = spans[0][0], spans[-1][1]
            self.edits.append((first, last, ", ".join(added)))
            return
        final = max(number for number, stays in enumerate(keeps) if stays)
        for number in range(final):
            if not keeps[number]:
                self.edits.append((spans[number][0], spans[number + 1][0], ""))
        if final < len(spans) - 1:
            between = self.text[spans[final][1] : spans[-1][1]]
            start = spans[final + 1][0] if "#" in between else spans[final][1]
            self.edits.append((start, spans[-1][1], ""))
        self.edits += [(spans[final][1], spans[final][1], "".join(f", {one}" for one in added))] if added else []

    # -- replacing ------------------------------------------------------------------------

    def _replace(self, piece: Piece, node: Node, lead: _Lead) -> None:
        """Rewrites a value."""
        if lead.kind == "flow":
            colon = piece.start == piece.end == lead.end and self.text[lead.end - 1] != ":"
            fresh = Fresh(self.origin.within_braces(node), False)
            before = ": " if colon else " " if piece.start == lead.end and self.text[lead.end - 1] == ":" else ""
            self.edits.append((piece.start, piece.end, before + fresh.text))
            return
        fresh = self.origin.value(node, lead.column + 2)
        stop, end = line_end(self.text, lead.end), line_end(self.text, piece.end)
        if piece.start > stop:  # on lines of its own
            behind = "" if not fresh.block else "\n" + fresh.text
            if not fresh.block:
                self.edits.append((lead.end, lead.end, " " + fresh.text))
            self.edits.append((stop, end, behind))
        elif fresh.block and lead.kind == "key":
            self.edits.append((lead.end, piece.end, ""))
            self.edits.append((end, end, "\n" + fresh.text))
        else:
            before = " " if piece.start == lead.end else ""
            # Behind several lines there is room for no comment: it might be taken for part of a text.
            until = end if fresh.block else piece.end
            self.edits.append((piece.start, until, before + fresh.text.lstrip(" ")))


def _next_line(text: str, end: int) -> int:
    """Where the line after one begins that ends at ``end``; there, where it is the last."""
    return end + (2 if text.startswith("\r\n", end) else 1 if text.startswith("\n", end) else 0)


def _column(text: str, at: int) -> int:
    return at - line_start(text, at)


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Which entries stay, by their numbers in the old list and in the new one."""
    if old == new:  # comparing long lists of equal entries takes quadratic time
        yield from enumerate(range(len(new)))
        return
    for kind, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind in ("equal", "replace"):
            yield from zip(range(i, i_end), range(j, j_end), strict=False)


def _added_behind(kept: dict[int, int], count: int, items: int) -> dict[int, list[int]]:
    """Which new entries stand behind which old one, by number; -1: before the first."""
    place = {new: old for old, new in kept.items()}
    found: dict[int, list[int]] = {}
    at = -1
    for number in range(count):
        if number in place:
            at = place[number]
        else:
            found.setdefault(at, []).append(number)
    if kept and max(kept) < items - 1 and max(kept) in found:  # behind those that go, too
        found[items - 1] = found.pop(max(kept))
    return found


def _canonical(node: Node) -> str:
    """A node as a text that is the same where it means the same."""
    if isinstance(node, Map):
        return "{" + ", ".join(f"{json.dumps(key)}: {_canonical(value)}" for key, value in node.items()) + "}"
    if isinstance(node, Seq):
        return "[" + ", ".join(map(_canonical, node)) + "]"
    assert isinstance(node, Text)
    return json.dumps(node) if not node.plain else "null" if node.is_null else node.replace("_", "")
