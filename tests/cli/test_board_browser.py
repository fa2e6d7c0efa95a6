"""A real Board pack in a real browser: its sections, not only made-up ones. Skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import board_cases as cases
import pytest
from browsers import LANGUAGES, RULES, axe, browser

from consolidate.cli import board
from consolidate.language import language
from consolidate.report.facts.audience import Audience
from consolidate.report.facts.compute import pack_facts
from consolidate.report.facts.plan_books import Basis, PlanBooks

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
        found = pack_facts(where, audience)
        for code in LANGUAGES:
            pack = board._pack(found, language(code), where.now, ("SRS Board", "2016-07-12"))
            others = {one: f"{name}-{one}.html" for one in LANGUAGES}
            for file, content in board._forms(pack, ("html",), f"{name}-{code}", others, "GBP"):
                (folder / file).write_bytes(content)
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
    rules = {"runOnly": {"type": "tag", "values": RULES}}
    found = axe().run(page, options=rules).response
    assert found["passes"]
    said = [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]
    assert not said, "\n".join(said)
    assert page.evaluate("document.documentElement.scrollWidth") == width
