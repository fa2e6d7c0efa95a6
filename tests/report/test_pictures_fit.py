"""No text of any picture lies over another or leaves its box, in any size of programme and in both languages.

Charts, and the picture that the pack and its Word document show. Widths are those of the font that is drawn in, and
each text is held to its width, so that this is so on every machine, whatever fonts it has.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache
from itertools import chain

import pytest
from drawings import SVG, box_of, needs_graphviz, outside, overlaps, with_rules

from consolidate.accounts.ledger import ledger
from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.audience.restriction import Audience
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.roadmap import first_page
from consolidate.language import language
from consolidate.report.document import Chart, Pack
from consolidate.report.facts.compute import pack_facts
from consolidate.report.formats.charts import chart_svg
from consolidate.report.sections.pack_document import pack_document

SIZES = [(20, 3), (74, 4), (200, 6)]


@cache
def pack(count: int, partners: int, code: str) -> Pack:
    data, plan = with_rules(count, partners)
    facts = pack_facts(Basis(PlanBooks(data, plan), None, 5, None), Audience())
    return pack_document(facts, language(code), drawn=None, made_from={})


def check(svg: str, moved: bool) -> None:
    """``moved``: whether Graphviz has drawn it, which puts its origin at the bottom."""
    root = ET.fromstring(svg)
    wide, high = map(float, (root.get("viewBox") or "").split()[2:])
    down = high if moved else 0.0
    drawn = [text for text in root.iter(f"{SVG}text") if text.text]
    assert drawn
    assert [text.text for text in drawn if not text.get("textLength")] == []
    boxes = sorted(((*box_of(text, down), text.text or "") for text in drawn), key=lambda box: box[1])
    assert overlaps(boxes) == []
    assert [box[4] for box in boxes if box[0] < 0 or box[1] < 0 or box[2] > wide or box[3] > high] == []
    assert outside(root, down) == []


@pytest.mark.parametrize("code", ["en", "cy"])
@pytest.mark.parametrize(("count", "partners"), SIZES)
def test_every_chart(count: int, partners: int, code: str) -> None:
    found = pack(count, partners, code)
    blocks = chain(found.summary, *(section.blocks for section in found.sections))
    charts = [block for block in blocks if isinstance(block, Chart)]
    assert len(charts) >= 4
    for chart in charts:
        check(chart_svg(chart, language(code)), moved=False)


@needs_graphviz
@pytest.mark.parametrize("code", ["en", "cy"])
@pytest.mark.parametrize(("count", "partners"), SIZES)
def test_the_picture_of_the_pack_and_of_word(count: int, partners: int, code: str) -> None:
    data, plan = with_rules(count, partners)
    _, svg, png = first_page(PlanView(data, plan, ledger(data, plan), language(code)))
    check(svg, moved=True)
    assert png.startswith(b"\x89PNG")  # made from that very SVG where typst is there


def test_the_check_finds_what_sticks_out() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40">'
        '<rect x="0" y="0" width="200" height="40" fill="#fff"/>'
        '<rect x="10" y="10" width="30" height="20" fill="#eee"/>'
        '<text x="12" y="24" font-size="10" textLength="40">{}</text></svg>'
    )
    check(svg.format("HR"), moved=False)
    with pytest.raises(AssertionError):
        check(svg.format("Payroll"), moved=False)
