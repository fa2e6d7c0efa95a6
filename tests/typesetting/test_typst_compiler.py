"""The one font of every page: what is in it."""

from __future__ import annotations

import packs

from consolidate.typesetting import typst_compiler


def test_the_font_has_what_welsh_needs() -> None:
    points = typst_compiler.font_code_points("a PDF")
    assert set(map(ord, packs.WELSH)) <= points
    assert ord("中") not in points
    assert 0 not in points
