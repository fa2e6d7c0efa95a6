"""The charts: inside their frame, told apart without colour, nothing lost, texts that stay texts."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import packs
import pytest

from consolidate.diagrams.engine.fonts import width
from consolidate.diagrams.engine.themes import contrast
from consolidate.language import language
from consolidate.report.document import Chart, Series
from consolidate.report.formats.chart_layout import COLOURS, ChartLayout, axis_ticks
from consolidate.report.formats.charts import chart_svg

SVG = "{http://www.w3.org/2000/svg}"
EN = language("en")


def drawn(chart: Chart, code: str = "en") -> ET.Element:
    return ET.fromstring(chart_svg(chart, language(code)))


def chart(*series: Series, labels: int = 8, quarters: bool = True) -> Chart:
    names = tuple(f"20{16 + n // 4}/{17 + n // 4} Q{1 + n % 4}" if quarters else f"Role {n}" for n in range(labels))
    return replace(packs.burn_up(), labels=names, series=series, marks=())


def boxes(root: ET.Element) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right, bottom of each text, and the text."""
    found = []
    for text in root.iter(f"{SVG}text"):
        size, words = float(text.get("font-size", "0")), text.text or ""
        w = width(words, size, text.get("font-weight") == "bold")
        left = float(text.get("x", "0")) - {"start": 0.0, "middle": w / 2, "end": w}[text.get("text-anchor", "start")]
        base = float(text.get("y", "0"))
        found.append((left, base - 0.72 * size, left + w, base + 0.2 * size, words))
    return found


def test_it_says_what_it_is() -> None:
    root = drawn(packs.burn_up())
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (title.get("id"), desc.get("id"))
    assert (title.text, desc.text) == (packs.burn_up().title, packs.burn_up().description)


def test_quarters_are_in_the_language() -> None:
    words = {text.text for text in drawn(packs.burn_up(), "cy").iter(f"{SVG}text")}
    assert {"Ch1", "2016/17", "The last year"} <= words


@pytest.mark.parametrize("amounts", [(10.0, 16.0, 16.1, 30.0), (30.0, 16.1, 16.0, 10.0), (5.0,)])
def test_points_of_a_line_are_as_far_apart_as_their_amounts(amounts: tuple[float, ...]) -> None:
    """So that a slope is what one more costs; of labels that would touch, the later one is left out."""
    values = tuple(float(place) for place in range(len(amounts)))
    labels = tuple(f"£{amount:,.1f} million" for amount in amounts)
    one = replace(packs.burn_up(), labels=labels, series=(Series("cost", values),), marks=(), amounts=amounts)
    x = ChartLayout(one, EN).middles
    for place, amount in enumerate(amounts[1:], start=1):
        share = (amount - amounts[0]) / (amounts[-1] - amounts[0])
        assert (x[place] - x[0]) / (x[-1] - x[0]) == pytest.approx(share)
    named = [box for box in boxes(drawn(one)) if box[4] in labels]
    assert len(named) == min(len(amounts), 3)
    for box, other in pairwise(named):
        assert box[2] < other[0]


@pytest.mark.parametrize("code", ["en", "cy"])
@pytest.mark.parametrize("count", [5, 7, 12, 24, 45, 60, 120])
@pytest.mark.parametrize("first", [0, 3, 9, 11])
def test_months_are_named_at_regular_steps(count: int, first: int, code: str) -> None:
    """From the month in which a year begins; the years stand below; no label touches another, or leaves the frame."""
    months = tuple(f"{2016 + n // 12}-{1 + n % 12:02d}" for n in range(first, first + count))
    bars = Series("due", tuple(float(n % 4) for n in range(count)), "bar")
    root = drawn(replace(chart(bars, labels=count), labels=months), code)
    texts = boxes(root)
    short = [language(code).month(n) for n in range(1, 13)]
    named = [(short.index(box[4]), box) for box in texts if box[4] in short]
    assert len(named) >= min(count, 5)
    steps = {(after - before) % 12 or 12 for (before, _), (after, _) in pairwise(named)}
    assert len(steps) == 1
    assert steps < {1, 3, 6, 12}
    if first + count > 12:
        assert any(number == 0 for number, _ in named)
    for (_, one), (_, other) in pairwise(named):
        assert one[2] < other[0]
    assert min(box[0] for box in texts) >= 0
    assert max(box[2] for box in texts) <= 760
    assert {box[4] for box in texts if len(box[4]) == 4 and box[4].isdigit()} <= {month[:4] for month in months}


def test_a_bar_is_as_high_as_its_value() -> None:
    root = drawn(chart(Series("one", (0, 10, 20, None), "bar"), labels=4, quarters=False))
    bars = [rect for rect in root.iter(f"{SVG}rect") if rect.get("stroke") == COLOURS[0]]
    heights = [float(rect.get("height", "0")) for rect in bars]
    assert heights == [125, 250]
    assert {float(rect.get("y", "0")) + float(rect.get("height", "0")) for rect in bars} == {276.0}


def test_no_line_crosses_the_number_on_a_bar() -> None:
    """A step that passes where the number stands: the number is drawn after it, with white around it."""
    root = drawn(chart(Series("spent", (600.0,) * 4, "bar"), Series("amounts", (630.0,) * 4, "step"), quarters=False))
    order = list(root.iter())
    (step,) = (place for place, one in enumerate(order) if one.get("stroke-width") == "2.4")
    numbers = [place for place, one in enumerate(order) if one.text == "600" and one.get("font-size") == "10"]
    assert len(numbers) == 4
    assert min(numbers) > step
    assert {order[place].get("paint-order") for place in numbers} == {"stroke"}


def test_a_line_breaks_where_there_is_nothing() -> None:
    root = drawn(chart(Series("one", (1, 2, None, 4, 5, None, None, 7))))
    lines = [path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("stroke-width") == "2.4"]
    assert [line.count("L") for line in lines] == [1, 1, 0]


def test_series_differ_in_more_than_colour() -> None:
    values = tuple(float(n) for n in range(8))
    lines = [Series(f"line {n}", values) for n in range(4)]
    root = drawn(chart(*lines))
    dashes = {path.get("stroke-dasharray") for path in root.iter(f"{SVG}path") if path.get("stroke-width") == "2.4"}
    assert len(dashes) == 4
    bars = [Series(f"bar {n}", values, "bar") for n in range(4)]
    fills = {rect.get("fill") for rect in drawn(chart(*bars)).iter(f"{SVG}rect") if rect.get("stroke")}
    assert len(fills) == 4
    assert sum(fill.startswith("url(#") for fill in fills if fill) == 3


def test_colours_have_contrast_enough_for_text() -> None:
    assert min(contrast(colour, "#ffffff") for colour in COLOURS) >= 4.5


def test_every_series_is_named() -> None:
    words = [text.text for text in drawn(packs.burn_up()).iter(f"{SVG}text")]
    assert {series.name for series in packs.burn_up().series} <= set(words)


@pytest.mark.parametrize("seed", range(30))
def test_it_stays_inside_its_frame(seed: int) -> None:
    pick = random.Random(seed)
    labels = pick.choice([1, 3, 8, 24, 40])
    styles: tuple[Literal["line", "step", "bar", "ghost"], ...] = ("line", "step", "bar", "ghost")
    scale = pick.choice([1, 1e6, 0.01])
    series = tuple(
        Series(
            pick.choice(["Moved", packs.LONG_WORD, "What has been approved by the Board"]),
            tuple(pick.choice([None, pick.uniform(-1 if seed % 3 == 0 else 0, 1) * scale]) for _ in range(labels)),
            pick.choice(styles),
        )
        for _ in range(pick.randint(0, 5))
    )
    root = drawn(chart(*series, labels=labels, quarters=seed % 2 == 0))
    high = float((root.get("viewBox") or "").split()[3])
    for left, top, right, bottom, words in boxes(root):
        assert left >= -0.5, words
        assert right <= 760.5, words
        assert top >= -0.5, words
        assert bottom <= high + 0.5, words
    axis = [box for box in boxes(root) if box[1] > 200 and box[4][:1] in "Q2R"]
    for index, one in enumerate(axis):
        for other in axis[index + 1 :]:
            assert other[1] >= one[3] or one[1] >= other[3] or other[0] >= one[2] or one[0] >= other[2]


def test_names_of_lines_stand_apart() -> None:
    lines = [Series(f"line {n}", tuple(10 + n / 10 for _ in range(8))) for n in range(6)]
    names = sorted((box for box in boxes(drawn(chart(*lines))) if box[4].startswith("line")), key=lambda box: box[1])
    assert len(names) == 6
    assert all(other[1] >= one[3] for one, other in pairwise(names))


def test_names_of_lines_that_end_at_one_early_place_stand_apart() -> None:
    root = drawn(chart(Series("Best plan found", (0.0, -12.5)), Series("No plan costs less", (0.0, -12.5)), labels=2))
    names = [box for box in boxes(root) if box[4] in ("Best plan found", "No plan costs less")]
    assert len(names) == 2
    above, below = sorted(names, key=lambda box: box[1])
    assert above[3] <= below[1]


def test_hostile_texts_are_texts() -> None:
    for text in packs.HOSTILE:
        series = (Series(text, (1.0, 2.0), "bar"), Series(text, (1.0, 2.0)))
        one = replace(packs.burn_up(), title=text, description=text, unit=text, series=series, labels=(text, text))
        root = drawn(replace(one, marks=((0, 1, text),)))
        known = {"svg", "title", "desc", "rect", "path", "text", "circle", "polygon", "pattern"}
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= known
        assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]


def test_same_chart_same_bytes() -> None:
    assert chart_svg(packs.burn_up(), EN) == chart_svg(packs.burn_up(), EN)


@pytest.mark.parametrize("seed", range(40))
def test_ticks_hold_their_values(seed: int) -> None:
    pick = random.Random(seed)
    low = pick.choice([0.0, -pick.random() * 10 ** pick.randint(-3, 8)])
    high = low + pick.random() * 10 ** pick.randint(-3, 8)
    found = axis_ticks(low, high)
    assert found[0] <= low + 1e-6 * (high - low)
    assert found[-1] >= high - 1e-6 * (high - low)
    assert 2 <= len(found) <= 7
    steps = {round((b - a) / (found[1] - found[0]), 6) for a, b in pairwise(found)}
    assert steps == {1.0}
