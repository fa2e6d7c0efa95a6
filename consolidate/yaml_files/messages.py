"""How texts of files are quoted in messages, and what a misspelt word may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_ALIKE = 0.6
"""How alike (0 to 1) a word is that may have been meant."""
_LOOKED_AT = 130
"""Letters of a word that are compared."""
_COMPARED = 100
"""How many words are compared in full: those whose letters are the most alike."""


def show(text: str, length: int = 60) -> str:
    """``text`` in backquotes, on one line, cut to about ``length`` characters.

    >>> show("a" * 100, 10), show("x\\ny")
    ('`aaaaaaaaaa…`', '`x\\\\ny`')
    """
    cut = text[:length]
    safe = cut if cut.isprintable() else _escaped(cut)
    return f"`{safe}…`" if len(text) > length else f"`{safe}`"


def _escaped(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


class Guesses:
    """How much looking for the words that were meant may still cost: in a hostile file all of them are misspelt.

    A word that is looked at costs one unit, one whose letters are counted five, one that is compared in full twenty;
    a thousand units take about 2 ms.
    """

    def __init__(self, left: int = 500_000) -> None:
        self.left = left

    def nearest(self, text: str, known: Iterable[str], alike: float = _ALIKE) -> str | None:
        """The known word most like ``text``, capital letters or not; None without one, or with nothing left to look."""
        if self.left <= 0:
            return None
        matcher = difflib.SequenceMatcher()
        matcher.set_seq2(text[:_LOOKED_AT].casefold())
        possible = []
        for word in known:
            self.left -= 1
            matcher.set_seq1(word[:_LOOKED_AT].casefold())
            if matcher.real_quick_ratio() < alike:
                continue
            self.left -= 4
            quick = matcher.quick_ratio()
            if quick >= alike:
                possible.append((quick, word))
        best: tuple[float, str] | None = None
        for quick, word in sorted(possible, reverse=True)[:_COMPARED]:
            if best is not None and quick < best[0]:
                break
            self.left -= 15
            matcher.set_seq1(word[:_LOOKED_AT].casefold())
            found = matcher.ratio(), word
            if found[0] >= alike and (best is None or found > best):
                best = found
        return best[1] if best is not None else None


def nearest(text: str, known: Iterable[str], alike: float = _ALIKE) -> str | None:
    """The known word most like ``text``, if any is at least so much ``alike`` (0 to 1).

    >>> nearest("rehots", ["rehost", "retain"]), nearest("TORFAEN", ["monmouthshire", "torfaen"])
    ('rehost', 'torfaen')
    """
    return Guesses().nearest(text, known, alike)


def meant(text: str, known: Iterable[str]) -> str:
    """What ends a message about a word that is none of those known: which of them it may have been, or nothing.

    >>> meant("notices", ["start", "notice"]), meant("x", ["start"])
    ('; did you mean notice?', '')
    """
    guess = nearest(text, known)
    return f"; did you mean {guess}?" if guess else ""
