"""A language that marks every text it gives, so that one which does not come from it shows."""

from __future__ import annotations

import gettext
import re
from calendar import month_abbr, month_name
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from io import StringIO

import pytest
from rich.console import Console, RenderableType

import consolidate.language

MARKED = "xx"
"""Its code."""
_WIDE = 4_000
"""Columns: no text is broken."""


class _Marking(gettext.NullTranslations):
    """English, each text between marks."""

    def gettext(self, message: str) -> str:
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"«{msgid1 if n == 1 else msgid2}»"

    def pgettext(self, context: str, message: str) -> str:
        return f"«{message}»"


@contextmanager
def marked_language(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """While it lasts there is such a language."""
    with patch.context() as patched:
        patched.setitem(consolidate.language.LOCALES, MARKED, "en_GB")
        patched.setattr(consolidate.language, "_catalogue", lambda code: _Marking())
        consolidate.language.language.cache_clear()
        yield
    consolidate.language.language.cache_clear()


def unmarked(text: str, *known: str) -> str:
    """What of a text stands outside of all marks and is no figure, date or hash, and none of the ``known`` words."""
    before = ""
    while before != text:
        before, text = text, re.sub(r"«[^«»]*»", " ", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", " ", text)
    text = re.sub(r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b", " ", text)
    text = re.sub(rf"\b(?:{'|'.join(month_name[1:])}) \d{{4}}\b", " ", text)
    text = "" if text in month_abbr[1:] else text  # below an axis
    for word in sorted(known, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text)
    return " ".join(re.findall(r"[^\W\d_]{2,}", text))


class _Texts(HTMLParser):
    """Every text that is read on a page, or said of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br", "hr", "img", "input"):
            self._inside.append(tag)
        self.found += [value for name, value in attrs if name in ("aria-label", "alt", "title") and value]

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._inside and data.strip():
            self.found.append(data)


def texts_of_page(page: str) -> list[str]:
    """Every text of an HTML page: headings, cells, what its pictures say."""
    return _Texts(page).found


def printed(page: RenderableType) -> str:
    """What a terminal shows of an answer, no line broken."""
    console = Console(file=StringIO(), width=_WIDE)
    console.print(page)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()
