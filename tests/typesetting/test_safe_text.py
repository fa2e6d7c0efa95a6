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
    """Each character between two letters: what is left is a line, and reads from one side."""
    for code in range(0x110000):
        line = safe_line(f"a{chr(code)}b")
        assert len(line.splitlines()) == 1, hex(code)
        assert not any(unicodedata.bidirectional(letter) in ("RLO", "LRO", "RLE", "LRE") for letter in line), hex(code)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", " =", "\t+", "\x00="])
def test_no_cell_is_a_formula(sign: str) -> None:
    assert defused(f"{sign}1+1").startswith("'")
    assert defused(f"a{sign}1") == safe_line(f"a{sign}1")
