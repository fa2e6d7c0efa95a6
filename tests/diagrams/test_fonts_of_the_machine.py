"""Pictures do not depend on the fonts of the machine: neither where texts stand, nor how wide they are drawn."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from drawings import SVG, many, needs_graphviz, overlaps, texts, tiny

from consolidate.accounts.ledger import ledger
from consolidate.diagrams.engine import pictures
from consolidate.diagrams.engine.accessible_svg import accessible
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.engine.rendering import Job, render
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.roadmap import diagrams, draw_roadmap
from consolidate.inventory import Name
from consolidate.typesetting import typst_compiler

NOWHERE = (
    '<svg viewBox="0 0 300 100" xmlns="http://www.w3.org/2000/svg"><g><g class="node"><title>n1</title>'
    '<text x="7" y="-9" text-anchor="start" font-size="10.00">Payroll</text></g></g></svg>'
)
"""What Graphviz draws of a text on a machine whose fonts are too wide."""


@pytest.mark.parametrize(("align", "anchor"), [("l", "start"), ("r", "end"), ("c", "middle")])
def test_a_text_stands_where_the_canvas_has_it(align: str, anchor: str) -> None:
    canvas = Canvas("page", "Title", "Description", 300, 100)
    canvas.text(120, 40, "Payroll", 10, align=align)
    drawn = ET.fromstring(accessible(NOWHERE.encode(), canvas)).find(f".//{SVG}text")
    assert drawn is not None
    assert (drawn.get("x"), drawn.get("y"), drawn.get("text-anchor")) == ("120", "-60", anchor)
    assert float(drawn.get("textLength", 0)) == pytest.approx(width("Payroll", 10), abs=0.01)
    assert drawn.get("lengthAdjust") == "spacingAndGlyphs"


def test_letters_of_unknown_width_are_not_squeezed() -> None:
    canvas = Canvas("page", "Title", "Description", 300, 100)
    canvas.text(120, 40, "給与", 10)
    drawn = ET.fromstring(accessible(NOWHERE.encode(), canvas)).find(f".//{SVG}text")
    assert drawn is not None
    assert drawn.get("textLength") is None


@needs_graphviz
def test_what_graphviz_draws_is_all_there_and_means_the_same() -> None:
    """Read by an XML parser: each mark, in the same order, with its place and its text, whatever letters are in it."""
    data, plan = many(20, 3, 6, 10, 7)
    hostile = {id: replace(one, name=Name({"en": f'R&D <{id}> "x" --   &amp; é'})) for id, one in data.systems.items()}
    canvas = diagrams(PlanView(replace(data, systems=hostile), plan, ledger(data, plan)))[0].canvas
    before = render([Job(canvas.to_dot(), "svg")])[0]
    one, other = (ET.fromstring(svg) for svg in (before, accessible(before, canvas)))
    marks = [
        [(mark.tag, mark.get("points"), mark.get("d"), mark.text) for mark in root.iter() if mark.tag.endswith(kinds)]
        for root in (one, other)
        for kinds in (("polygon", "path", "ellipse", "polyline", "text"),)
    ]
    assert len(marks[0]) > 200
    assert marks[0] == marks[1]
    assert [one.get(key) for key in ("width", "height", "viewBox")] == [
        other.get(key) for key in ("width", "height", "viewBox")
    ]


@needs_graphviz
@pytest.mark.parametrize("count", [20, 74, 200])
def test_every_text_is_held_to_its_width_and_none_overlaps(tmp_path: Path, count: int) -> None:
    data, plan = many(count, 3, 12, 16, count)
    for path in draw_roadmap(data, plan, ledger(data, plan), tmp_path, formats=("svg",)).files:
        drawn = ET.parse(path).getroot().iter(f"{SVG}text")
        assert all(text.get("textLength") for text in drawn)
        assert overlaps(texts(path)) == [], path.name


@needs_graphviz
@pytest.mark.parametrize("typst", [True, False])
def test_a_png_is_of_the_same_size_whatever_draws_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typst: bool
) -> None:
    if typst and not typst_compiler.can_set():
        pytest.skip("typst is not installed")
    asked: list[str] = []

    def noted(jobs: list[Job]) -> list[bytes]:
        asked.extend(job.format for job in jobs)
        return render(jobs)

    render = pictures.render
    monkeypatch.setattr(pictures, "render", noted)
    monkeypatch.setattr(pictures, "can_set", lambda: typst)
    data, plan = tiny()
    draw_roadmap(data, plan, ledger(data, plan), tmp_path)
    assert ("png" in asked) is not typst
    wide, high = struct.unpack_from(">II", (tmp_path / "roadmap.png").read_bytes(), 16)
    assert (wide, high) == pytest.approx((2100, 688), abs=2)
