"""No text of any picture lies over another, leaves its box or the page: every picture, size and language.

Widths are those of the font that is drawn in, and each text is held to its width, so that this is so on every machine.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from drawings import SVG, needs_graphviz, overlaps, sticking_out, texts, with_rules

from consolidate.accounts.ledger import ledger
from consolidate.diagrams.plateaus import draw_plateaus
from consolidate.diagrams.roadmap import draw_roadmap

QUARTERS = ["2016/17 Q3", "2017/18 Q4", "2019/20 Q2"]


@needs_graphviz
@pytest.mark.parametrize("own", ["en", "cy"])
@pytest.mark.parametrize(("count", "partners"), [(20, 3), (60, 3), (74, 4), (200, 6)])
def test_every_picture(tmp_path: Path, own: str, count: int, partners: int) -> None:
    data, plan = with_rules(count, partners)
    books = ledger(data, plan)
    files = [
        *draw_roadmap(data, plan, books, tmp_path, formats=("svg",), language=own).files,
        *draw_plateaus(data, plan, books, tmp_path, QUARTERS, formats=("svg",), language=own).files,
    ]
    names = {path.stem for path in files}
    assert {"roadmap", "map", "dependencies", "plateaus"} <= names
    for path in files:
        root = ET.parse(path).getroot()
        assert all(text.get("textLength") for text in root.iter(f"{SVG}text")), path.name
        boxes = texts(path)
        wide, high = map(float, (root.get("viewBox") or "").split()[2:])
        assert [box[4] for box in boxes if box[0] < 0 or box[1] < 0 or box[2] > wide or box[3] > high] == [], path.name
        assert overlaps(boxes) == [], path.name
        assert sticking_out(path) == [], path.name
