"""The page of alternatives: what is drawn of them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from builders import inventory, rehost, retain, system
from drawings import SVG, box_of, overlaps

import consolidate
from consolidate.explain.alternatives import Alternative, NearbyPlans
from consolidate.language import language
from consolidate.report.answers.alternatives_document import NAMES


@pytest.fixture(scope="module")
def found() -> NearbyPlans:
    """Of two systems."""
    data = inventory(system("a/one", rehost(), retain()), system("a/two", rehost(), retain()), T=8)
    return consolidate.alternatives(data, consolidate.make_plan(data).plan)


def drawings(page: str) -> list[ET.Element]:
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def five(found: NearbyPlans) -> NearbyPlans:
    """An alternative of each kind, all as busy as one another in the end."""
    (one, *_) = found.alternatives

    def busy(number: int) -> tuple[int, ...]:
        return (*(1 + (number + quarter) % 4 for quarter in range(len(found.quarters) - 1)), 0)

    made: list[Alternative] = [
        replace(one, preference=kind, better=True, under_way=busy(number)) for number, kind in enumerate(NAMES)
    ]
    return replace(found, alternatives=tuple(made), under_way=busy(9))


@pytest.mark.parametrize("code", ["en", "cy"])
def test_each_alternative_is_drawn_beside_the_plan(found: NearbyPlans, code: str) -> None:
    """In one chart the lines of five covered one another, and their names stood in a heap where they ended."""
    own = language(code)
    charts = drawings(consolidate.alternatives_html(five(found), code))
    assert len(charts) == 5
    for chart, name in zip(charts, NAMES.values(), strict=True):
        texts = [one for one in chart.iter(f"{SVG}text") if one.text]
        assert {own.text("The plan"), own.text(name)} <= {one.text for one in texts}
        assert overlaps(sorted(((*box_of(one, 0.0), one.text or "") for one in texts), key=lambda box: box[1])) == []


def test_without_an_alternative_the_plan_alone_is_drawn(found: NearbyPlans) -> None:
    (chart,) = drawings(consolidate.alternatives_html(replace(found, alternatives=())))
    assert "Moves under way by quarter" in (chart.findtext(f"{SVG}title") or "")
