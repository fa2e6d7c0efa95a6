"""``consolidate alternatives``: what is shown and written, the same whatever the number of workers, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import Call

import consolidate


def where(folder: Path) -> tuple[str | Path, ...]:
    return (folder / "inventory", "--out", folder / "outputs")


def test_each_preference_has_its_price_and_how_sure_it_is(call: Call, planned: Path) -> None:
    said = call("alternatives", *where(planned), "--within", "20%", "--workers", "1")
    assert said.code == 0
    assert said.out.startswith("ALTERNATIVES TO THE PLAN, which costs £")
    for heading in ("SUPPORT  ", "CAPITAL  ", "CALM  ", "FINISH  ", "WHAT COUNTS ", "THE SAME  "):
        assert heading in said.out
    assert "Proven: no plan up to 20% dearer does better." in said.out
    assert not said.err
    assert all(len(line) <= 100 for line in said.out.splitlines())


def test_what_was_not_looked_for_is_said(call: Call, planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alternatives = consolidate.alternatives

    def ended(*given: Any, **more: Any) -> consolidate.NearbyPlans:
        found = alternatives(*given, **more)
        return replace(found, alternatives=tuple(one for one in found.alternatives if one.preference != "support"))

    monkeypatch.setattr(consolidate, "alternatives", ended)
    said = call("alternatives", *where(planned), "--within", "20%", "--workers", "1")
    assert "through with support: give it more" in said.err


def test_the_same_bytes_whatever_the_number_of_workers(call: Call, planned: Path) -> None:
    one, two = (
        call("alternatives", *where(planned), "--within", "20%", "--json", "--workers", str(n)).out for n in (1, 2)
    )
    assert one == two
    data = json.loads(one)
    assert [each["preference"] for each in data["alternatives"]] == ["support", "capital", "calm", "finish"]
    assert all(each["more"] <= data["most"] - data["total"] + 0.01 for each in data["alternatives"])


@pytest.mark.parametrize(
    ("lang", "title", "what"),
    [
        ("en", "Alternatives to the plan", "the same as a page"),
        ("cy", "Dewisiadau yn lle’r cynllun", "yr un peth fel tudalen"),
    ],
)
def test_a_page_in_each_language(
    call: Call, planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, title: str, what: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    page = tmp_path / "page.html"
    said = call("alternatives", *where(planned), "--within", "20%", "--html", page, "--lang", lang, "--workers", "1")
    assert said.code == 0
    assert said.out.startswith(f"{title.upper()}, ")
    assert said.out.endswith(f"{page}: {what}\n")
    assert max(map(len, said.out.removesuffix(f"{page}: {what}\n").splitlines())) <= 80
    text = page.read_text(encoding="utf-8")
    assert title in text
    assert ("i’w cadarnhau gan gyfieithydd" in text) == (lang == "cy")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--within", "0.5"), "--within: 0.5 could be 0.5% or 50%: write the one you mean"),
        (("--within", "much"), "--within: 'much' is no share; write a percentage as 0.1%"),
        (("--lang", "fr"), "--lang 'fr': the languages are en, cy"),
        (("--workers", "2", "--scheduler", "tcp://nowhere:1"), "--workers are of this machine and --scheduler"),
        (("--scenario", "none"), "none"),
    ],
)
def test_what_is_refused(call: Call, planned: Path, arguments: tuple[str, ...], message: str) -> None:
    said = call("alternatives", *where(planned), *arguments)
    assert said.code == 2
    assert message in said.err
    assert len(said.err.splitlines()) == 1
    assert not said.out
