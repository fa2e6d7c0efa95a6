"""``consolidate worth``: the answer on the terminal, as JSON and as a page, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Call, welsh_page

from consolidate.cli.worth import PLANS
from consolidate.explain.worth import MOST_ALONE


def test_as_many_are_planned_as_the_library_would() -> None:
    assert PLANS == MOST_ALONE


def where(folder: Path) -> tuple[str | Path, ...]:
    return (folder / "inventory", "--out", folder / "outputs", "--workers", "1")


def test_what_is_worth_most_is_said_first(call: Call, planned: Path, tmp_path: Path) -> None:
    page = tmp_path / "worth.html"
    said = call("worth", *where(planned), "--html", page)
    assert said.code == 0
    assert said.err.startswith("of ")
    assert ", none can save more than £" in said.err
    assert said.out.endswith(f"{page}: the same as a page, with all of it\n")
    text = page.read_text(encoding="utf-8")
    assert "what more would save" in text
    assert "<script" not in text


def test_json_has_every_amount(call: Call, planned: Path) -> None:
    said = call("worth", *where(planned), "--of", "role", "--days", "1", "--json")
    assert said.code == 0
    data = json.loads(said.out)
    assert {one["scarce"]["kind"] for one in data["gains"]} == {"role"}
    assert all(one["low"] <= one["saves"] <= one["high"] for one in data["gains"])
    assert not said.err


def test_all_that_was_asked_for_by_name_has_a_row(call: Call, planned: Path) -> None:
    """Otherwise what gained nothing is counted, and where all of it is, is said."""
    asked = ("worth", *where(planned), "--of", "pot")
    amounts = len(json.loads(call(*asked, "--json").out)["gains"])
    assert amounts > 1
    said = call(*asked)
    assert said.out.count("£10,000 more") == sum(line.startswith("pot ") for line in said.out.splitlines())
    assert sum(" more  " in line for line in said.out.splitlines()) == amounts, said.out
    assert "more amount" not in said.out
    assert "cut short" not in said.out
    said = call("worth", *where(planned))
    cut = "more amount" in said.out
    assert said.out.endswith("Lists are cut short here: --json has all of them.\n") == cut
    assert cut


def test_an_answer_in_welsh(call: Call, planned: Path, tmp_path: Path) -> None:
    page = welsh_page(call, tmp_path / "tudalen.html", "worth", "--plans", "0", *where(planned))
    assert "beth fyddai mwy yn ei arbed" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--of", "rolle"), "there is nothing called `rolle` of which there could be more; did you mean `role`?"),
        (("--by", "much"), "`much` is no amount that could be more"),
        (("--days", "0"), "0 is no number of days that could be more"),
        (("--gap", "much"), "--gap"),
    ],
)
def test_what_is_refused(call: Call, planned: Path, arguments: tuple[str, ...], message: str) -> None:
    said = call("worth", *where(planned), *arguments)
    assert said.code in (1, 2)
    assert message in said.err
