"""How texts of files are quoted in messages, and what a misspelt word may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


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
