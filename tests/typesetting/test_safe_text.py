"""Texts that any document may hold: one line of what XML allows, and no formula in a CSV file."""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

import packs
import pytest

from consolidate.typesetting.safe_text import defused, safe_line


@pytest.mark.parametrize("text", packs.HOSTILE)
def test_xml_takes_what_is_left_of_a_hostile_text(text: str) -> None:
    line = safe_line(text)
    assert ET.fromstring(f"<a>{escape(line)}</a>").text in (line, None)
    assert safe_line(line) == line


def test_no_character_of_unicode_breaks_a_line_or_turns_it() -> None:
    """Of all alphabets and signs: what is left is one line, and is read from one side."""
    line = safe_line("".join(f"a{chr(code)}" for code in (*range(0x11000), *range(0xE0000, 0xE0200))))
    assert len(line.splitlines()) == 1
    assert not {"RLO", "LRO", "RLE", "LRE", "PDF"} & {unicodedata.bidirectional(letter) for letter in set(line)}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", " =", "\t+", "\x00="])
def test_no_cell_is_a_formula(sign: str) -> None:
    assert defused(f"{sign}1+1").startswith("'")
    assert defused(f"a{sign}1") == safe_line(f"a{sign}1")
