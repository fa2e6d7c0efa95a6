"""``consolidate frontier``: the answer on the terminal, as JSON and as a page, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Call, welsh_page

from consolidate.cli.frontier import PRICES
from consolidate.explain.frontier import MOST_PRICES


def where(folder: Path) -> tuple[str | Path, ...]:
    return (folder / "inventory", "--out", folder / "outputs", "--workers", "1")


def test_as_many_are_planned_as_the_library_would() -> None:
    assert PRICES == MOST_PRICES


def test_a_role_is_asked_about(call: Call, planned: Path, tmp_path: Path) -> None:
    page = tmp_path / "frontier.html"
    said = call("frontier", "engineer", *where(planned), "--size", "50%", "--size", "150%", "--html", page)
    assert said.code == 0, said.err
    assert said.out.startswith("Role engineer: with 50% (")
    assert "what there is" in said.out
    assert said.out.endswith(f"{page}: the same as a page, with pictures\n")
    text = page.read_text(encoding="utf-8")
    assert "what role engineer costs" in text
    assert text.count("<svg") == 3
    assert "<script" not in text


def test_json_has_every_point(call: Call, planned: Path) -> None:
    said = call("frontier", "role engineer", *where(planned), "--size", "50%", "--json")
    assert said.code == 0
    data = json.loads(said.out)
    assert (data["kind"], data["id"], data["at_hand"]) == ("role", "engineer", 1)
    assert [point["size"] for point in data["points"]] == [0.5, 1.0]
    assert not said.err


def test_an_answer_in_welsh(call: Call, planned: Path, tmp_path: Path) -> None:
    page = welsh_page(call, tmp_path / "tudalen.html", "frontier", "common", "--size", "100%", *where(planned))
    assert "beth yw cost cronfa common" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("engeneer",), "did you mean `engineer`?"),
        (("engineer", "--size", "5"), "--size 5: write a percentage of what there is, such as 80%"),
        (("engineer", "--size", "much%"), "--size much%: write a percentage"),
        (("engineer", "--gap", "much"), "--gap"),
        (("changes",), "no plan is approved"),
    ],
)
def test_what_is_refused(call: Call, planned: Path, arguments: tuple[str, ...], message: str) -> None:
    said = call("frontier", *arguments, *where(planned))
    assert said.code in (1, 2)
    assert message in said.err
