"""Answers that have no page of HTML, in the reader's language: on the terminal, and as Markdown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from marked_language import MARKED, marked_language, printed, unmarked
from problem_cases import write
from rich.console import Console, Group, RenderableType

import consolidate
from consolidate.cli.diff_page import DiffPage
from consolidate.cli.entry_page import EntryPage
from consolidate.cli.whatif_page import WhatIfPage
from consolidate.explain.plan_reading import ApprovedDifference, MilestoneInPlan
from consolidate.explain.step_words import way_of_step
from consolidate.explain.system_entry import ContractInPlan, DependencyInPlan, SupportInPlan
from consolidate.language import Language, language
from consolidate.loading import load
from consolidate.phrases import NameInLanguages

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
    *("bla", "Marked", "email", *(f"s{n}" for n in range(9))),
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


def entry(name: str) -> Callable[[Path], Any]:
    """What the plan says of something."""

    def found(folder: Path) -> Any:
        data = load(folder)
        return consolidate.describe_in_plan(data, planned(data), name)

    return found


def system_with_all(folder: Path) -> Any:
    """A system of which there is all to say that can be said of one."""
    found = entry("a/mail")(folder)
    first = found.steps[0]
    q = first.cutover
    later = replace(q, number=q.number + 3, label="2017/18 Q4")
    step = replace(first, live=later, last=later, reported="started", note="bla")
    again = replace(step, step=2, approach="rehost", to=None, reported="off", note="")
    waits = [DependencyInPlan(kind, "one", when, tight=True) for kind in KINDS for when in (q, None)]
    changes = ("option", "service", "approach", "cost", "sooner", "later", "added", "dropped", "new")
    return replace(
        found,
        steps=(step, again),
        unsupported=(q, later),
        support=(
            SupportInPlan("software", 0, q, None),
            SupportInPlan("hardware", 1, q, dt.date(2017, 3, 31)),
        ),
        contract=CONTRACT,
        earliest=q,
        latest=later,
        waits_for=tuple(waits),
        waited_for_by=tuple(waits),
        milestones=(MilestoneInPlan(1, q, NAME, 2, 1, 3, 4), MilestoneInPlan(2, later, "bla", 1, 0, 1, 1)),
        approved=tuple(
            ApprovedDifference("hub", 1, what, q, None, way_of_step("rehost", None), "", what == "new", cost)  # type: ignore[arg-type]
            for what, cost in zip(changes, (5.0, -5.0, 0.0) * 3, strict=True)
        ),
        also=("one",),
    )


def systems_otherwise(folder: Path) -> list[Any]:
    """What else may be said of a system: one step, other contracts, many changes or none."""
    found = system_with_all(folder)
    contracts = (
        replace(CONTRACT, last_term_ends=None, notice_months=None),
        replace(CONTRACT, bought_out=True, exit=900.0, notice_months=1),
        replace(CONTRACT, notice_by=None),
    )
    return [
        replace(found, steps=found.steps[:1], contract=contracts[0], approved=found.approved * 2, tier="gold"),
        replace(found, steps=(), contract=contracts[1], approved=(), unsupported=(), support=found.support[:1]),
        replace(found, contract=contracts[2], approved=None, unsupported=(), unsupported_as_it_is=0),
    ]


def partner_with_all(folder: Path) -> Any:
    found = entry("partner:a")(folder)
    one, *_ = found.cutovers
    unsupported = {f"a/s{n}": (one.cutover,) * n for n in range(1, 9)}
    return replace(
        found,
        joins=one.cutover,
        cutovers=(one, replace(one, step=2), replace(one, approach="refresh")),
        stays=("a/one",),
        unsupported=unsupported,
    )


def services(folder: Path) -> list[Any]:
    """What may be said of a service: it exists, is built or not, in no time, with bounds and charges, as reported."""
    found = entry("hub")(folder)
    start, ready = found.start, found.ready
    return [
        replace(found, built=False),
        replace(found, built=False, ready=None, run_cost_per_user=2.0, run_cost_per_system=3.0),
        replace(found, start=None, ready=None, capacity=None, must_build=True, earliest=start, latest=ready),
        replace(found, ready=start, reported="ready", note="bla", capacity=9.0, run_cost_per_user=2.0, provides="hub"),
        replace(found, reported="started", run_cost_per_system=2.0),
    ]


CONTRACT = ContractInPlan(
    cost=8_000.0,
    ends=dt.date(2017, 3, 31),
    notice_months=6,
    last_term_ends=dt.date(2018, 3, 31),
    notice_by=dt.date(2017, 9, 30),
    bought_out=False,
    exit=None,
)
KINDS: tuple[Literal["after", "service", "together", "gate"], ...] = ("after", "service", "together", "gate")
NAME = NameInLanguages({"en": "Marked", "cy": "Rhaglen"})


class Answer(NamedTuple):
    """An answer, and what is shown of it in a language."""

    found: Callable[[Path], Any]
    page: Callable[[Any, Language], RenderableType]
    markdown: Callable[[Any, str], str] | None = None


def entry_page(found: Any, own: Language) -> RenderableType:
    return Group(*(EntryPage(one, "GBP", own) for one in (found if isinstance(found, list) else [found])))


ANSWERS = {
    "show a system": Answer(entry("a/one"), entry_page),
    "show a system with all": Answer(system_with_all, entry_page),
    "show systems otherwise": Answer(systems_otherwise, entry_page),
    "show a partner": Answer(entry("partner:a"), entry_page),
    "show a partner with all": Answer(partner_with_all, entry_page),
    "show a service": Answer(entry("hub"), entry_page),
    "show services": Answer(services, entry_page),
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
    if isinstance(found, list):
        found = found[0]
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
