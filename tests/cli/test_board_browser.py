"""A real Board pack in a real browser: its sections, not only made-up ones. Skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import board_cases as cases
import pytest
from browsers import LANGUAGES, OPTIONS, axe, browser

from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.audience.restriction import Audience
from consolidate.report.facts.compute import pack_facts
from consolidate.report.pack import BoardPack

__all__ = ["browser"]

AUDIENCES = {"board": Audience(), "partner": Audience("torfaen"), "public": Audience(public=True)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack for each audience in each language."""
    folder = tmp_path_factory.mktemp("packs")
    inventory = cases.folder(folder / "inventory")
    before = PlanBooks(cases.case(inventory, until="2016/17 Q1").inventory, cases.plans()[0])
    where = Basis(cases.case(inventory), before, 1, holds=False)
    for name, audience in AUDIENCES.items():
        pack = BoardPack(where, pack_facts(where, audience), ("SRS Board", "2016-07-12"))
        for file, content in pack.files(LANGUAGES, ("html",)).items():
            text = content.decode().replace(pack.name, name)
            (folder / file.replace(pack.name, name)).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    page = browser.new_page()
    page.on("dialog", lambda dialog: pytest.fail("a text became a script"))
    yield page
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", AUDIENCES)
def test_axe_finds_nothing(page: Any, folder: Path, name: str, code: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((folder / f"{name}-{code}.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = axe().run(page, options=OPTIONS).response
    assert found["passes"]
    said = [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]
    assert not said, "\n".join(said)
    assert page.evaluate("document.documentElement.scrollWidth") == width
