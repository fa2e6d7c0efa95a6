"""Answers in the reader's language: pages, what a terminal shows and the diary; JSON is the same for all."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from marked_language import MARKED, marked_language, printed, texts_of_page, unmarked
from problem_cases import write
from rich.console import RenderableType

import consolidate
from consolidate.cli import decisions_page, frontier_page
from consolidate.cli.alternatives_page import AlternativesPage
from consolidate.cli.compare_page import ComparePage
from consolidate.cli.decisions_page import DecisionsPage
from consolidate.cli.explain_page import ExplainPage
from consolidate.cli.frontier_page import FrontierPage
from consolidate.cli.worth_page import WorthPage
from consolidate.inventory import Inventory
from consolidate.language import Language, language
from consolidate.planning import PlanResult

FILES = {
    "programme.yaml": """
programme: {en: Marked, cy: Rhaglen}
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
classifications: [official, official-sensitive]
roles: {engineer: {days: {2016/17: 50, 2017/18: 100}}}
capital: {common: {amount: {2016/17: 60_000, 2017/18: 10_000}}}
tiers: {gold: {exposure: 1_000}}
freezes: [{quarters: [2016/17 Q4], stops: cutover, why: bla}]
""",
    "services.yaml": """
services:
  hub: {provides: email, build: {quarters: 1, capital: 10_000}}
  spare: {provides: web, build: {quarters: 1, capital: 20_000}}
""",
    "partners/a.yaml": """
systems:
  one:
    run_cost: 400_000
    tier: gold
    end_of_life: 2016-03-31
    classification: official-sensitive
    options: [{approach: rehost, capital: 50_000, effort: {engineer: 20}, run_cost: 0}, {approach: retain}]
  stays: {run_cost: 100, capability: web, options: [{approach: consolidate, to: spare}, {approach: retain}]}
  mail:
    after: [one]
    run_cost: 30_000
    capability: email
    contract: {cost: 8_000, ends: 2017-03-31, renews_for: 12, notice: 6}
    options: [{approach: consolidate, to: hub, run_cost: 0}, {approach: retain}]
""",
    "scenarios/dear.yaml": "programme: {capital: {common: {amount: {2016/17: 70_000}}}}\n",
    "scenarios/poor.yaml": """
partners: {a: {systems: {one: {must_move: yes, options: [{approach: rehost, capital: 99_000}]}}}}
""",
}
NAMES = (
    *("Marked", "Rhaglen", "one", "mail", "stays", "hub", "spare", "a/one", "a/mail", "a/stays"),
    *("engineer", "common", "gold", "bla", "GBP"),
    *("base", "dear", "poor", "OFFICIAL-SENSITIVE"),
)


class Answer(NamedTuple):
    """An answer, how it is made a page in a language, and what a terminal shows of it."""

    found: Callable[[Path, Inventory, PlanResult], Any]
    html: Callable[[Any, str], str]
    page: Callable[[Any, Language], RenderableType]


def frontier_of(what: str, folder: Path, data: Inventory, made: PlanResult) -> Any:
    options = consolidate.FrontierOptions(sizes=(0.2, 1.0, 1.5), most=2)
    return consolidate.frontier(data, made.plan, what, options, start=consolidate.start_from(data, made))


def worth_of(folder: Path, data: Inventory, made: PlanResult) -> Any:
    options = consolidate.WorthOptions(most=2)
    return consolidate.worth(data, made.plan, options, start=consolidate.start_from(data, made))


def soonest(data: Inventory) -> tuple[Inventory, consolidate.Plan]:
    """The inventory with the fewest quarters wanted, and its plan."""
    soon = replace(data, minimise="finish")
    return soon, consolidate.make_plan(soon, gap=0).plan


def explained_by_finish(folder: Path, data: Inventory, made: PlanResult) -> Any:
    return consolidate.explain_choice(*soonest(data), "a/mail", nearest=2)


def decided_by_finish(folder: Path, data: Inventory, made: PlanResult) -> Any:
    return consolidate.decisions(*soonest(data), later=1)


def compared(folder: Path) -> consolidate.OptionsAppraisal:
    """The inventory and its scenarios, of which one has no plan, beside doing nothing."""
    return consolidate.compare_options(folder)


def explained(name: str, folder: Path, data: Inventory, made: PlanResult) -> Any:
    """Why a system, a service or a partner is where it is."""
    return consolidate.explain_choice(data, made.plan, name, nearest=2)


def alternatives_to(folder: Path, data: Inventory, made: PlanResult) -> Any:
    """Plans up to twice as dear, so that some are better in something else."""
    return consolidate.alternatives(data, made.plan, within=1, start=consolidate.start_from(data, made))


def explain_page(found: Any, own: Language) -> RenderableType:
    return ExplainPage(found, own, "consolidate whatif {}".format)


ANSWERS: dict[str, Answer] = {
    "alternatives": Answer(alternatives_to, consolidate.alternatives_html, AlternativesPage),
    "decisions": Answer(
        lambda _, data, made: consolidate.decisions(data, made.plan, later=1), consolidate.decisions_html, DecisionsPage
    ),
    **{
        f"explain {name}": Answer(partial(explained, name), consolidate.explanation_html, explain_page)
        for name in ("a/one", "a/mail", "a/stays", "hub", "spare", "a")
    },
    **{
        f"frontier {what}": Answer(partial(frontier_of, what), consolidate.frontier_html, FrontierPage)
        for what in ("common", "engineer", "exposure")
    },
    "worth": Answer(worth_of, consolidate.worth_html, WorthPage),
    "explain where quarters are minimised": Answer(explained_by_finish, consolidate.explanation_html, explain_page),
    "decisions where quarters are minimised": Answer(decided_by_finish, consolidate.decisions_html, DecisionsPage),
    "compare": Answer(lambda folder, *_: compared(folder), consolidate.appraisal_html, ComparePage),
    "compare in whole": Answer(
        lambda folder, *_: compared(folder), consolidate.appraisal_html, partial(ComparePage, details=True)
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same files, for an answer that reads them itself."""
    return write(tmp_path_factory.mktemp("welsh"), FILES)


@pytest.fixture(params=ANSWERS, scope="module")
def answer(
    request: pytest.FixtureRequest, folder: Path, inventory: Inventory, result: PlanResult
) -> tuple[Answer, Any]:
    chosen = ANSWERS[request.param]
    return chosen, chosen.found(folder, inventory, result)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Any:
    with marked_language(monkeypatch):
        yield language(MARKED)


def test_every_word_of_a_page_comes_from_the_language(answer: tuple[Answer, Any], marked: Language) -> None:
    kind, found = answer
    texts = [text for text in texts_of_page(kind.html(found, MARKED)) if "…" not in text]
    assert len(texts) > 20
    assert not [(text, left) for text in texts if (left := unmarked(text, *NAMES))]


def test_every_word_on_the_terminal_comes_from_the_language(
    answer: tuple[Answer, Any], marked: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions_page, "_PLANNED", 200)  # no column folds its texts, and no heading is in two lines
    monkeypatch.setattr(frontier_page, "_heading", lambda ink, text: ink.text(text))
    kind, found = answer
    lines = printed(kind.page(found, marked)).splitlines()
    assert not [(line, left) for line in lines if (left := unmarked(line, *NAMES))]


def test_a_welsh_page_says_what_the_english_one_does(answer: tuple[Answer, Any]) -> None:
    """The same tables, rows, pictures and figures; the page says its language, and that its texts are a draft."""
    kind, found = answer
    english, welsh = kind.html(found, "en"), kind.html(found, "cy")
    assert '<html lang="cy"' in welsh
    assert "gyfieithydd" in welsh
    assert "gyfieithydd" not in english
    for tag in ("<table", "<tr", "<td", "<svg", "<section", "<h2", "<polyline", "<rect", "<path"):
        assert english.count(tag) == welsh.count(tag), tag
    assert figures(english) == figures(welsh)
    assert "Rhaglen" in welsh or "Marked" not in english


def figures(page: str) -> list[str]:
    return sorted(re.findall(r"£[\d,]*\d", " ".join(texts_of_page(page))))


def test_no_english_is_left(answer: tuple[Answer, Any]) -> None:
    kind, found = answer
    said = " ".join([*texts_of_page(kind.html(found, "cy")), printed(kind.page(found, language("cy")))])
    english = r"the|of|and|is|are|not|with|by|to|plan|quarters?|systems|costs|more|less|found|proven|saves?|Q[1-4]"
    assert not re.findall(rf".{{0,30}}\b(?:{english})\b.{{0,30}}", said)


def test_json_knows_no_language(answer: tuple[Answer, Any]) -> None:
    """What answers hold in words is English in it, whatever language they were last said in."""
    kind, found = answer
    before = consolidate.answer_json(found)
    kind.html(found, "cy")
    assert consolidate.answer_json(found) == before
    before = before.replace('"cy": "Rhaglen"', "")  # the programme's name, in both languages
    assert not re.search(r"\bCh[1-4]\b|Rhaglen|gwaith|cynllun", before)


def test_a_diary_in_welsh(inventory: Inventory, result: PlanResult, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its texts say their language; what identifies an event is the same, so that it replaces the English one."""
    calendar = consolidate.decisions(inventory, result.plan, later=1)
    english, welsh = (consolidate.decisions_ics(calendar, lang).replace("\r\n ", "") for lang in ("en", "cy"))
    assert re.findall("UID:.*", english) == re.findall("UID:.*", welsh)
    assert "SUMMARY;LANGUAGE=cy:Diwrnod olaf: dechrau a/one: ail-letya" in welsh
    assert "LANGUAGE" not in english
    assert "X-WR-CALDESC:Drafft" in welsh
    with marked_language(monkeypatch):
        marked = consolidate.decisions_ics(calendar, MARKED).replace("\r\n ", "")
        said = re.findall(r"^(?:SUMMARY|DESCRIPTION|CATEGORIES|X-WR-CALNAME)[^:]*:(.*)\r$", marked, re.MULTILINE)
        assert len(said) > 6
        assert not [(text, left) for text in said if (left := unmarked(text.replace("\\n", " "), *NAMES))]


@pytest.mark.parametrize("name", ANSWERS)
def test_a_language_without_texts(name: str) -> None:
    with pytest.raises(consolidate.UserError, match="no texts in the language 'fr'"):
        ANSWERS[name].html(None, "fr")
