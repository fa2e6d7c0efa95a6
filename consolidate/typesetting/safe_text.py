"""Texts cleaned of what no document may hold; and what to say when a package that writes one is missing."""

from __future__ import annotations

import re
import unicodedata

from consolidate.errors import Message, Remedy, UserError

_BLANKS = re.compile(r"[ \t\r\n\f\v\x1c-\x1f\x85\u2028\u2029]+")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\u202a-\u202e\u2066-\u2069]"
)


def safe_line(text: str) -> str:
    """One line of text that any XML file and any page may hold.

    Control characters, halves of surrogate pairs and noncharacters go, for XML forbids them; so do
    overrides of the direction of writing, with which one name can pass for another. Blanks are
    joined; hard blanks stay.

    >>> safe_line("two\\n lines\\x00"), safe_line("\\u202egpj.exe"), safe_line("£1\\xa0m")
    ('two lines', 'gpj.exe', '£1\\xa0m')
    """
    if text.isascii() and text.isprintable():  # nearly all texts of a large inventory
        return _BLANKS.sub(" ", text).strip(" ")
    kept = "".join(letter for letter in _FORBIDDEN.sub("", text) if ord(letter) & 0xFFFE != 0xFFFE)
    return _BLANKS.sub(" ", kept).strip(" ")


def defused(text: str) -> str:
    """One line of text that no spreadsheet takes for a formula, for a cell of a CSV file.

    >>> defused("=cmd|' /C calc'!A0"), defused("\uff1d1"), defused("two\\nlines")
    ("'=cmd|' /C calc'!A0", "'\uff1d1", 'two lines')
    """
    line = safe_line(text)
    wide = line if line.isascii() else unicodedata.normalize("NFKC", line)
    first = wide.lstrip()  # some spreadsheets take wide signs for narrow ones
    return f"'{line}" if first.startswith(("=", "+", "-", "@")) else line


def missing(package: str, form: str, remedy: Remedy = Remedy.REPORT_PACKAGES) -> UserError:
    """What to say where a package that ``form`` needs is not installed.

    >>> print(missing("typst", "a PDF"))
    a PDF needs the package typst, which is not installed; install the optional packages for the Board pack
    """
    before = f"{form} needs the package {package}, which is not installed; "
    return UserError(Message(before, remedy))
