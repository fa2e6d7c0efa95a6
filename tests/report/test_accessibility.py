"""The pack in a real browser: axe-core finds nothing, it fits a phone, nothing leaves the file, it can be printed.

Where there is no browser these tests are skipped, unless CONSOLIDATE_REQUIRE_BROWSER=1 says that there must be one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import packs
import pytest
from browsers import LANGUAGES, OPTIONS, axe, browser

from consolidate.report.document import Pack, Section
from consolidate.report.formats.html import html_page

__all__ = ["browser"]

DRAFT = "Mae'r testun Cymraeg hwn yn ddrafft."


def made_up(code: str) -> Pack:
    """The made-up pack, with a table long enough to be folded away beside its picture."""
    pack = packs.pack(code)
    folded = replace(packs.picture(), key="folded", table=packs.everything(40, "folded"))
    extra = Section("folded", "Folded away", (folded, replace(packs.burn_up(24), key="long")))
    return replace(pack, sections=(*pack.sections, extra), draft=DRAFT if code == "cy" else "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack in both languages, each with a link to the other."""
    folder = tmp_path_factory.mktemp("pack")
    files = {code: f"pack.{code}.html" for code in LANGUAGES}
    for code, name in files.items():
        (folder / name).write_text(html_page(made_up(code), others=files), encoding="utf-8")
    return folder


@pytest.fixture
def visit(browser: Any, folder: Path) -> Iterator[Any]:
    """Opens the pack in a language at a width; fails when anything but files beside it is asked for."""
    pages: list[Any] = []
    asked: list[str] = []

    def visit(code: str, width: int, height: int = 800) -> Any:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail("a text became a script"))
        page.goto((folder / f"pack.{code}.html").as_uri())
        pages.append(page)
        return page

    yield visit
    for page in pages:
        page.close()
    assert asked
    assert all(url.startswith(folder.as_uri()) for url in asked), asked


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("code", LANGUAGES)
def test_axe_finds_nothing(visit: Any, code: str, width: int) -> None:
    page = visit(code, width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = axe().run(page, options=OPTIONS).response
    assert {rule["id"] for rule in found["passes"]} >= {"color-contrast", "target-size", "html-has-lang", "svg-img-alt"}
    said = [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]
    ]
    assert not said, "\n".join(said)
    unsure = [rule for rule in found["incomplete"] if rule["id"] == "color-contrast"]
    told = {node["html"].split()[0] for rule in unsure for node in rule["nodes"]}
    drawings = {"<text", "<title", "<desc"}
    assert told <= drawings or width < 1280, (
        "on a phone, cells to which one must scroll cannot be judged; else they are"
    )


def test_axe_would_find_something(visit: Any) -> None:
    """The tool does see what is wrong with a page."""
    page = visit("en", 1280)
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate("document.querySelector('main p').style.color = '#ccc'")
    found = axe().run(page, options=OPTIONS).response
    assert {"html-has-lang", "color-contrast"} <= {rule["id"] for rule in found["violations"]}


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_fits_a_page_of_320_pixels(visit: Any, code: str) -> None:
    """Which is also a page of 1280 pixels at 400% (WCAG 2.2, 1.4.10): only tables and pictures scroll."""
    page = visit(code, 320)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(one => !one.closest('.scroll, .skip')"
        " && one.getBoundingClientRect().right > 320.5).map(one => one.outerHTML.slice(0, 120))"
    )
    assert wide == []


def test_larger_spacing_loses_nothing(visit: Any) -> None:
    """WCAG 2.2, 1.4.12: with the reader's own spacing of text no text is cut off."""
    page = visit("cy", 360)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
        " p { margin-bottom: 2em !important }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    cut = (
        "[...document.querySelectorAll('main :not(svg, svg *)')]"
        ".filter(one => getComputedStyle(one).overflowY == 'hidden').length"
    )
    assert page.evaluate(cut) == 0


def test_the_keyboard_reaches_everything_in_order(visit: Any) -> None:
    page = visit("en", 1280)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.evaluate(
        "window.stops = [...document.querySelectorAll('main a[href], main summary, main .scroll')]"
        ".filter(one => one.checkVisibility())"
    )
    for place in range(page.evaluate("stops.length")):
        page.keyboard.press("Tab")
        assert page.evaluate("stops.indexOf(document.activeElement)") == place
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_other_language_is_a_link_away(visit: Any) -> None:
    page = visit("en", 360)
    page.get_by_role("link", name="Cymraeg").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "cy"
    assert DRAFT in page.inner_text("main")


def test_hostile_texts_stay_texts(visit: Any) -> None:
    page = visit("en", 1280)
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.images.length") == 0
    assert (
        page.evaluate("[...document.querySelectorAll('*')].filter(one => one.onmouseover || one.onclick).length") == 0
    )
    text = page.inner_text("main")
    assert "<script>alert(1)</script>" in text
    assert "{{ 7 * 7 }} {% raw %} ${x} %(y)s {z}" in text


def test_it_prints(visit: Any) -> None:
    """What is folded away on a screen is printed; a PDF comes out."""
    page = visit("cy", 1280)
    hidden = page.locator("details table").first
    assert not hidden.is_visible()
    page.emulate_media(media="print")
    assert hidden.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.top nav')).display") == "none"
    printed = page.pdf(prefer_css_page_size=True, tagged=True)
    assert printed.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in printed
    assert b"/Lang (cy)" in printed
