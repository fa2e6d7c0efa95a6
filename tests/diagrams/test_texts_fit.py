"""No text lies over another, leaves its box or the page, or is crossed by a line: every picture, size and language.

Widths are those of the font that is drawn in, and each text is held to its width, so that this is so on every machine.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from drawings import SVG, crossed, needs_graphviz, overlaps, sticking_out, texts, with_rules

from consolidate.accounts.ledger import ledger
from consolidate.diagrams.engine.accessible_svg import accessible
from consolidate.diagrams.engine.canvas import Canvas, Stroke
from consolidate.diagrams.engine.rendering import Job, render
from consolidate.diagrams.plateaus import draw_plateaus
from consolidate.diagrams.roadmap import draw_roadmap
from consolidate.inventory import Name

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
        assert crossed(path) == set(), path.name


@needs_graphviz
def test_no_line_runs_through_the_names_of_services_that_are_not_built(tmp_path: Path) -> None:
    """The lines of milestones do, behind them."""
    data, plan = with_rules(74, 4)
    names = {id: Name({"en": f"The service {id} that nobody needs"}) for id in data.services}
    data = replace(data, services={id: replace(one, name=names[id]) for id, one in data.services.items()})
    used = {move.to for move in plan.moves}
    plan = replace(plan, builds=tuple(one for one in plan.builds if one.service in used))
    draw_roadmap(data, plan, ledger(data, plan), tmp_path, formats=("svg",))
    assert any("The service" in text and "," in text for *_, text in texts(tmp_path / "roadmap.svg"))
    assert crossed(tmp_path / "roadmap.svg") == set()


@needs_graphviz
def test_the_check_finds_a_line_through_a_text(tmp_path: Path) -> None:
    canvas = Canvas("one", "One", "One", 200.0, 100.0)
    canvas.text(10, 50, "Payroll", 10)
    canvas.line([(20, 20), (20, 80)], Stroke("#000000"))
    canvas.line([(100, 20), (100, 80)], Stroke("#000000"))
    canvas.rect(90, 40, 60, 20, "#ffffff")
    canvas.text(95, 50, "Libraries", 10)
    (picture,) = render([Job(canvas.to_dot(), "svg")])
    (tmp_path / "one.svg").write_bytes(accessible(picture, canvas))
    assert crossed(tmp_path / "one.svg") == {"Payroll"}
