"""Answers that have no page of HTML, in the reader's language: on the terminal, and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from marked_language import MARKED, marked_language, printed, unmarked
from problem_cases import write
from rich.console import Console, RenderableType

import consolidate
from consolidate.cli.diff_page import DiffPage
from consolidate.cli.whatif_page import WhatIfPage
from consolidate.language import Language, language
from consolidate.loading import load

FILES = {
    "programme.yaml": """
programme: {en: Marked, cy: Rhaglen}
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
roles: {engineer: {days: {2016/17: 50, 2017/18: 100}}}
capital: {common: {amount: {2016/17: 60_000, 2017/18: 10_000}}}
tiers: {gold: {exposure: 1_000}}
""",
    "services.yaml": """
services:
  hub: {provides: email, build: {quarters: 1, capital: 10_000}}
""",
    "partners/a.yaml": """
systems:
  one:
    run_cost: 400_000
    tier: gold
    end_of_life: 2016-03-31
    options: [{approach: rehost, capital: 50_000, effort: {engineer: 20}, run_cost: 0}, {approach: retain}]
  mail:
    run_cost: 30_000
    capability: email
    options: [{approach: consolidate, to: hub, run_cost: 0}, {approach: retain}]
""",
}
LESS = "capital.common.2016/17=-90%"
NAMES = (
    *("one", "mail", "hub", "a/one", "a/mail", "a/new", "engineer", "common", "gold", "GBP", "rehost", "Ctrl"),
    *("capital", "capital.common.2016/17", "systems", "a/one.run_cost", "force", "forbid", "SERVICE"),
)


def planned(data: consolidate.Inventory) -> consolidate.Plan:
    return consolidate.make_plan(data, gap=0).plan


def asked(*changes: str) -> Callable[[Path], Any]:
    """What some changes do."""

    def found(folder: Path) -> Any:
        data = load(folder)
        options = consolidate.PlanOptions(gap=0)
        return consolidate.what_if(
            data, planned(data), consolidate.load_changed(folder, changes), options, changes=changes
        )

    return found


def inventories(folder: Path) -> Any:
    """What differs between two inventories: less money, a figure of a system, a system that is new."""
    partner = FILES["partners/a.yaml"].replace("400_000", "300_000")
    partner += "  new: {run_cost: 50, options: [{approach: retire}, {approach: retain}]}\n"
    programme = FILES["programme.yaml"].replace("2016/17: 60_000", "2016/17: 6_000")
    new = write(folder.parent / "new", {**FILES, "programme.yaml": programme, "partners/a.yaml": partner})
    return consolidate.diff_inventories(folder, new, gap=0)


def plans(folder: Path) -> Any:
    """What differs between two plans of one inventory: the other way round."""
    data, less = load(folder), load(folder, changes=[LESS])
    return consolidate.diff_plans(less, planned(less), data, planned(data))


class Answer(NamedTuple):
    """An answer, and what is shown of it in a language."""

    found: Callable[[Path], Any]
    page: Callable[[Any, Language], RenderableType]
    markdown: Callable[[Any, str], str] | None = None


ANSWERS = {
    "whatif with less money": Answer(asked(LESS), WhatIfPage),
    "whatif with nothing that could be measured": Answer(asked("roles.engineer=+10%"), WhatIfPage),
    "whatif forced": Answer(asked("force a/one=2016/17 Q3", "forbid hub"), WhatIfPage),
    "diff of inventories": Answer(inventories, DiffPage, consolidate.diff_markdown),
    "diff of plans": Answer(plans, DiffPage, consolidate.diff_markdown),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("short") / "old", FILES)


@pytest.fixture(params=ANSWERS, scope="module")
def answer(request: pytest.FixtureRequest, folder: Path) -> tuple[Answer, Any]:
    chosen = ANSWERS[request.param]
    return chosen, chosen.found(folder)


def lines_of(kind: Answer, found: Any, code: str) -> list[str]:
    """All that is said in a language, without what was typed and what stands in files."""
    said = printed(kind.page(found, language(code)))
    if kind.markdown is not None:
        said += kind.markdown(found, code)
    for written in (*getattr(found, "changes", ()), *(one.new for one in getattr(found, "figures", ()) if one.new)):
        said = said.replace(written, "")
    return said.splitlines()


def test_every_word_comes_from_the_language(answer: tuple[Answer, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    kind, found = answer
    with marked_language(monkeypatch):
        lines = lines_of(kind, found, MARKED)
    assert not [(line, left) for line in lines if (left := unmarked(line, *NAMES))]


def test_no_english_is_left(answer: tuple[Answer, Any]) -> None:
    kind, found = answer
    said = "\n".join(lines_of(kind, found, "cy"))
    english = r"the|of|and|is|are|not|with|by|to|plan|quarters?|costs|more|less|found|proven|saves?|later|sooner|Q[1-4]"
    assert not re.findall(rf".{{0,30}}\b(?:{english})\b.{{0,30}}", said)


def test_figures_are_the_same(answer: tuple[Answer, Any]) -> None:
    kind, found = answer
    english, welsh = (sorted(re.findall(r"[\d,]*\d", "\n".join(lines_of(kind, found, code)))) for code in ("en", "cy"))
    assert english == welsh


def test_80_columns_are_enough(answer: tuple[Answer, Any]) -> None:
    """No heading and no label is cut off."""
    kind, found = answer
    console = Console(file=StringIO(), width=80)
    console.print(kind.page(found, language("cy")))
    assert isinstance(console.file, StringIO)
    said = console.file.getvalue()
    assert "…" not in re.sub(r"\{.*…", "", said)
    assert max(map(len, said.splitlines())) <= 80


def test_json_knows_no_language(answer: tuple[Answer, Any]) -> None:
    kind, found = answer
    before = consolidate.answer_json(found)
    lines_of(kind, found, "cy")
    assert consolidate.answer_json(found) == before
    assert not re.search(r"\bCh[1-4]\b|yn fwy|cynllun", before)


def test_markdown_says_that_it_is_a_draft(folder: Path) -> None:
    found = plans(folder)
    assert "gyfieithydd" in consolidate.diff_markdown(found, "cy")
    assert consolidate.diff_markdown(found, "en") == consolidate.diff_markdown(found)
    with pytest.raises(consolidate.UserError, match="no texts in the language 'fr'"):
        consolidate.diff_markdown(found, "fr")
