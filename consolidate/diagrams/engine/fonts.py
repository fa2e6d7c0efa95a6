"""How wide a text will be, in Helvetica, without asking any font of the machine.

Graphviz neither wraps nor clips, so whatever is drawn must be known to fit. The widths are
those of the Helvetica and Helvetica-Bold of every PostScript printer, in thousandths of the
font's size; Arial, Liberation Sans and Nimbus Sans share them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_DIGITS = (556,) * 10
# fmt: off
_REGULAR = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *_DIGITS, 278, 278, 584,
    584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778,
    722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,
    556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)
_BOLD = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, *_DIGITS, 333, 333, 584,
    584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778,
    722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333,
    611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
)
# fmt: on
_OTHERS = {"–": 556, "—": 1000, "…": 1000, "·": 278, "£": 556, "€": 556, "•": 350, "×": 584, "‘": 278, "’": 278}
ELLIPSIS = "…"


@lru_cache(maxsize=4096)
def _letter(letter: str, bold: bool) -> int:
    """Thousandths of the size. Accents weigh nothing; what is not known counts a full square."""
    if " " <= letter <= "~":
        return (_BOLD if bold else _REGULAR)[ord(letter) - 32]
    if letter in _OTHERS:
        return _OTHERS[letter]
    if unicodedata.combining(letter):
        return 0
    base = unicodedata.normalize("NFD", letter)[0]
    return _letter(base, bold) if base != letter else 1000


def measurable(text: str) -> bool:
    """Whether the width of every letter is known, so that the text may be held to it.

    >>> measurable("Tŷ Llywodraeth"), measurable("日本")
    (True, False)
    """
    return text.isascii() or all(letter in _OTHERS or unicodedata.normalize("NFD", letter)[0] <= "~" for letter in text)


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of ``text`` in points, in Helvetica of ``size`` points.

    >>> width("iTrent", 10), width("Tŷ", 10) == width("Ty", 10)
    (25.56, True)
    """
    return _total(text, bold) * size / 1000


@lru_cache(maxsize=16_384)
def _total(text: str, bold: bool) -> int:
    """Thousandths of the size. The same few thousand words stand on all pages."""
    return sum(_letter(letter, bold) for letter in text)


def fit(text: str, room: float, size: float, bold: bool = False) -> str:
    """``text`` if it fits in ``room`` points, else as much of it as does, with an ellipsis.

    >>> fit("Revenues and benefits", 60, 9), fit("iTrent", 60, 9), fit("iTrent", 4, 9)
    ('Revenues a…', 'iTrent', '')
    """
    if width(text, size, bold) <= room:
        return text
    room -= width(ELLIPSIS, size, bold)
    if room < 0:
        return ""
    kept = 0
    for letter in text:
        room -= _letter(letter, bold) * size / 1000
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def wrap(text: str, room: float, size: float, lines: int, bold: bool = False) -> list[str]:
    """``text`` broken between words into at most ``lines`` lines; what is left over is cut.

    >>> wrap("do not leave a large volume to the last year", 100, 9, 2)
    ['do not leave a large', 'volume to the last year']
    """
    broken: list[str] = []
    current = ""
    words = text.split(" ")
    for index, word in enumerate(words):
        longer = f"{current} {word}" if current else word
        if width(longer, size, bold) <= room or not current:
            current = longer
            continue
        if len(broken) == lines - 1:
            current = " ".join([current, *words[index:]])
            break
        broken.append(current)
        current = word
    return [fit(line, room, size, bold) for line in (*broken, current)]
