"""The pictures in Welsh, and what an approved plan adds to them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from drawings import SVG, many, needs_graphviz, overlaps, texts, tiny

from consolidate.accounts.ledger import ledger
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.plateaus import plateau_diagrams
from consolidate.diagrams.roadmap import diagrams, draw_roadmap, first_page
from consolidate.inventory import Inventory, Name
from consolidate.language import Language, language
from consolidate.plan import Plan
from consolidate.vocabulary import RISK_TEXT

SHAPES = [(20, 3, 4, 8), (200, 5, 8, 12), (900, 12, 10, 16)]
"""Detailed, summary, and so many that tables stand for lines: systems, partners, services, quarters."""


class Marking(Language):
    """A language that marks every text it gives, so that one which does not come from it shows."""

    def __init__(self) -> None:
        self.__dict__ |= vars(language("en"))

    def text(self, message: str, **values: object) -> str:
        return f"«{super().text(message, **values)}»"

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        return f"«{super().plural(one, many, n, **values)}»"

    def context(self, context: str, message: str, **values: object) -> str:
        return f"«{message}»"


def named(data: Inventory) -> Inventory:
    """All names in Welsh, as one that any word of another language would stand out from."""
    name = Name({"en": "English-name", "cy": "Enw"})
    return replace(
        data,
        programme=name,
        partners={key: replace(one, name=name) for key, one in data.partners.items()},
        services={key: replace(one, name=name) for key, one in data.services.items()},
        systems={key: replace(one, name=name) for key, one in data.systems.items()},
    )


def words(data: Inventory, plan: Plan, own: Language) -> list[str]:
    """Every text of every picture: written, said on what is drawn, title and description."""
    found: list[str] = []
    view = PlanView(data, plan, ledger(data, plan), own)
    for diagram in (*diagrams(view), *plateau_diagrams(view, [data.plan_quarters // 2, data.plan_quarters - 1])):
        canvas = diagram.canvas
        found += [canvas.title, canvas.description, *canvas.groups]
        found += re.findall(r'label="((?:[^"\\]|\\.)*)"', canvas.to_dot())
    return [text for text in found if text]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_word_comes_from_the_language(shape: tuple[int, int, int, int]) -> None:
    data, plan = many(*shape, seed=5)
    for text in words(named(data), plan, Marking()):
        # Names, ids, codes, figures, and what was cut to fit (an ellipsis) are nobody's text.
        bare = re.sub(r"«[^»]*»", "", re.sub(r"«[^«»]*»", "", re.sub(r"«[^«»]*»", "", text)))
        if "«" in bare or "»" in bare or "…" in text:
            continue
        bare = re.sub(r"English-name|capability-\d+|engineer|data-migration|not the last year|a reason|one\b", "", bare)
        assert not re.search(r"[a-z]{3,}", bare.replace("\\l", "")), text


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_no_english_is_left(shape: tuple[int, int, int, int]) -> None:
    data, plan = many(*shape, seed=6)
    said = " ".join(words(named(data), plan, language("cy"))).replace("moves.csv", "")
    english = r"English|systems|quarters?|moves?|services?|roadmap|risk|red|amber|green|support|ready|Q[1-4]"
    assert not re.findall(rf"\b(?:{english})\b.{{30}}", said)
    assert re.search(r"\bCh[1-4]\b", said)


@needs_graphviz
def test_a_welsh_picture_says_so(tmp_path: Path) -> None:
    data, plan = tiny()
    draw_roadmap(data, plan, ledger(data, plan), tmp_path, formats=("svg",), language="cy")
    root = ET.parse(tmp_path / "roadmap.svg").getroot()
    assert root.get("lang") == "cy"
    assert (root.findtext(f"{SVG}title") or "").endswith(": map ffordd")


@needs_graphviz
@pytest.mark.parametrize("shape", SHAPES[:2], ids=str)
def test_welsh_texts_do_not_overlap(tmp_path: Path, shape: tuple[int, int, int, int]) -> None:
    """Welsh words are longer than English ones."""
    data, plan = many(*shape, seed=7)
    draw_roadmap(data, plan, ledger(data, plan), tmp_path, formats=("svg",), language="cy")
    for path in sorted(tmp_path.glob("*.svg")):
        assert not overlaps(texts(path)), path.name


def test_only_names_in_the_language_are_welsh() -> None:
    data, plan = tiny()
    hr = replace(data.systems["torfaen/hr"], name=Name({"en": "Payroll", "cy": "Cyflogres"}))
    data = replace(data, systems={**data.systems, "torfaen/hr": hr})
    graph = diagrams(PlanView(data, plan, ledger(data, plan), language("cy")))[0].canvas.to_dot()
    assert "Cyflogres" in graph
    assert "Payroll" not in graph.replace("payroll", "")
    assert "Llyfrgell" in graph


def shifted(plan: Plan, by: int) -> Plan:
    """The plan with its first move earlier."""
    first = plan.moves[0]
    moved = replace(first, start=first.start - by, cutover=first.cutover - by, last=first.last - by)
    return replace(plan, moves=(moved, *plan.moves[1:]))


def test_what_was_approved_is_a_ghost() -> None:
    data, plan = tiny()
    book = ledger(data, plan)
    plain = diagrams(PlanView(data, plan, book))[0].canvas
    same = diagrams(PlanView(data, plan, book, approved=plan))[0].canvas
    ghost = diagrams(PlanView(data, plan, book, approved=shifted(plan, 1)))[0].canvas
    assert same.to_dot() == plain.to_dot()
    assert set(ghost.groups) - set(plain.groups) == {"iTrent: approved for 2016/17 Q2 to Q3."}
    assert "where the approved plan had it" in ghost.to_dot()


def test_a_summary_counts_what_has_changed() -> None:
    data, plan = many(200, 5, 8, 12, seed=8)
    late = next(index for index, move in enumerate(plan.moves) if move.start > 0)
    plan = replace(plan, moves=(plan.moves[late], *plan.moves[:late], *plan.moves[late + 1 :]))
    said = diagrams(PlanView(data, plan, ledger(data, plan), approved=shifted(plan, 1)))[0].canvas.groups
    assert [text for text in said if "approved" in text and text.endswith("1 system has changed.")]


@needs_graphviz
def test_the_first_page_for_a_pack() -> None:
    data, plan = tiny()
    canvas, svg, png = first_page(PlanView(data, plan, ledger(data, plan), language("cy")))
    assert canvas.title in svg
    assert png.startswith(b"\x89PNG")


@pytest.mark.parametrize("code", ["en", "cy"])
@pytest.mark.parametrize("name", ["map", "dependencies"])
@pytest.mark.parametrize("count", [20, 200])
def test_the_legend_says_what_red_amber_and_green_mean(count: int, name: str, code: str) -> None:
    """Whatever colours and letters are in the picture; and its description does, for those who do not see it."""
    own = language(code)
    data, plan = many(count, 3, 4, 8, count)
    view = PlanView(data, plan, ledger(data, plan), own)
    (canvas,) = (one.canvas for one in diagrams(view) if one.canvas.name == name)
    drawn = {label.text for _, label in canvas.labels}
    shown = [risk for risk in "RAG" if view.words.risk_letter(risk) in drawn]
    assert "R" in shown
    for risk in shown:
        assert f"{view.words.risk_word(risk)}: {own.text(RISK_TEXT[risk])}" in drawn
        if name == "map":
            assert own.text(RISK_TEXT[risk]) in canvas.description
