"""Which letters the font of the PDF has, read from the font: a PDF/UA may hold no letter that cannot be shown."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Set
from functools import lru_cache
from pathlib import Path

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""What is shown in place of a letter that the font lacks."""
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")


@lru_cache
def covered_code_points(font: Path) -> frozenset[int]:
    """Code points for which a TrueType font has a glyph.

    The table ``cmap`` and its formats 4 and 12 are as in the OpenType specification, section "cmap".
    """
    data = font.read_bytes()
    tables = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", data, start + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * index)
        if platform in (0, 3):
            found.update(_points(data, start + offset))
    return frozenset(found)


def _points(data: bytes, start: int) -> Iterator[int]:
    form = struct.unpack_from(">H", data, start)[0]
    if form == 12:
        for index in range(struct.unpack_from(">I", data, start + 12)[0]):
            first, last, _ = struct.unpack_from(">III", data, start + 16 + 12 * index)
            yield from range(first, last + 1)
    elif form == 4:
        yield from _segments(data, start)


def _segments(data: bytes, start: int) -> Iterator[int]:
    """Format 4: segments of code points; glyph 0 is the sign for a missing one."""
    count = struct.unpack_from(">H", data, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, start + 14)
    rest = start + 16 + 2 * count
    starts = struct.unpack_from(f">{count}H", data, rest)
    deltas = struct.unpack_from(f">{count}H", data, rest + 2 * count)
    for index, (first, last, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        place = rest + 4 * count + 2 * index
        offset = struct.unpack_from(">H", data, place)[0]
        for point in range(first, last + 1):
            glyph = struct.unpack_from(">H", data, place + offset + 2 * (point - first))[0] if offset else point
            if glyph and (glyph + delta) & 0xFFFF:
                yield point


def showable(text: str, points: frozenset[int]) -> str:
    """The text with a sign in place of every letter that the font lacks.

    >>> showable("Tŷ \N{GRINNING FACE}", frozenset(map(ord, "Tŷ "))) == f"Tŷ {REPLACEMENT}"
    True
    """
    return _replaced(text, {letter for letter in set(text) if ord(letter) not in points})


def showable_svg(svg: str, points: frozenset[int]) -> str:
    """The same for a picture's source, in which letters may also be written as numbers."""

    def reference(match: re.Match[str]) -> str:
        point = int(match[1], 16) if match[1] else int(match[2])
        return match[0] if point in points or point in (9, 10, 13) else REPLACEMENT

    lacking = {letter for letter in set(svg) - set("\t\r\n") if ord(letter) not in points}
    return _REFERENCE.sub(reference, _replaced(svg, lacking))


def _replaced(text: str, lacking: Set[str]) -> str:
    """Looked up by letter and not by place: a picture has a hundred thousand places and a hundred letters."""
    return text.translate(dict.fromkeys(map(ord, lacking), REPLACEMENT)) if lacking else text
