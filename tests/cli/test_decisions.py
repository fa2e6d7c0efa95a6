"""``consolidate decisions``: the calendar on the terminal, for a diary, as a page, and what is refused."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import Call

import consolidate
from consolidate.explain.decisions import Decision


def where(folder: Path) -> tuple[str | Path, ...]:
    return ("--inventory", folder / "inventory", "--out", folder / "outputs")


def test_the_calendar_and_its_files(call: Call, planned: Path, tmp_path: Path) -> None:
    ics, html = tmp_path / "board/decisions.ics", tmp_path / "board/decisions.html"
    said = call("decisions", *where(planned), "--ics", ics, "--html", html)
    assert said.code == 0, said.err
    assert "The first is due by" in said.out.replace("\n", " ")
    assert "decisions.ics: the same for a diary" in said.out
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert "calendar of decisions" in html.read_text(encoding="utf-8")
    data = json.loads(call("decisions", *where(planned), "--later", "1", "--json").out)
    assert data["kind_of_answer"] == "DecisionCalendar"
    assert {one["kind"] for one in data["decisions"]} >= {"start", "build"}


def test_some_of_the_decisions_alone(call: Call, planned: Path, tmp_path: Path) -> None:
    """On the terminal, as JSON and for a diary alike; what is left out is counted."""
    asked = ("decisions", *where(planned), "--later", "0")
    whole = json.loads(call(*asked, "--json").out)["decisions"]
    day = sorted(one["day"] for one in whole)[0]
    for options, keep in (
        (("--kind", "build"), lambda one: one["kind"] == "build"),
        (("--kind", "start", "--kind", "build"), lambda one: one["kind"] in ("start", "build")),
        (("--until", day), lambda one: one["day"] <= day),
        (("--partner", whole[0]["partners"][0]), lambda one: whole[0]["partners"][0] in one["partners"]),
        (("--kind", "renewal"), lambda one: one["kind"] == "renewal"),
    ):
        ics = tmp_path / "some.ics"
        found = json.loads(call(*asked, *options, "--json", "--ics", ics).out)
        kept = [one for one in whole if keep(one)]
        assert found["decisions"] == kept
        assert found["left_out"] == len(whole) - len(kept)
        assert ics.read_text(encoding="utf-8").count("BEGIN:VEVENT") == len(kept)
        said = " ".join(call(*asked, *options).out.split())
        assert ("not asked for" in said) == (len(kept) < len(whole))


def test_a_quarter_holds_all_its_days(call: Call, planned: Path) -> None:
    asked = ("decisions", *where(planned), "--later", "0", "--json", "--until")
    assert call(*asked, "2016/17 Q1").out == call(*asked, "2016-06-30").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--partner", "nobody"), "there is no partner `nobody` in the inventory; its partners are "),
        (("--until", "2016/17"), "write a quarter as 2016/17 Q1, or a day as 2018-03-31"),
        (("--until", "2016/17 Q5"), "write a quarter as 2016/17 Q1, or a day as 2018-03-31"),
        (("--until", "2016-02-30"), "--until '2016-02-30' is no time by which a decision could be due"),
    ],
)
def test_what_cannot_be_asked_for(call: Call, planned: Path, arguments: tuple[str, ...], message: str) -> None:
    said = call("decisions", *where(planned), *arguments)
    assert said.code in (1, 2)
    assert message in said.err


def test_the_calendar_in_welsh(call: Call, planned: Path, tmp_path: Path) -> None:
    ics, html = tmp_path / "penderfyniadau.ics", tmp_path / "penderfyniadau.html"
    said = call("decisions", *where(planned), "--later", "0", "--lang", "cy", "--ics", ics, "--html", html)
    assert said.code == 0, said.err
    assert "dechrau adeiladu email" in said.out
    assert "ERBYN" in said.out
    assert "Drafft yw’r testunau Cymraeg" in said.out
    assert "penderfyniadau.ics: yr un peth ar gyfer dyddiadur" in said.out
    assert "LANGUAGE=cy:Diwrnod olaf" in ics.read_text(encoding="utf-8")
    assert '<html lang="cy"' in html.read_text(encoding="utf-8")
    english = call("decisions", *where(planned), "--later", "0", "--json").out
    assert call("decisions", *where(planned), "--later", "0", "--json", "--lang", "cy").out == english


def test_which_rules_together_forbid_it_is_asked_of_whatif(
    call: Call, planned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no rule can be named, the command that names them follows; it is one that can be run."""
    whole = consolidate.decisions

    def unnamed(*given: Any, **named: Any) -> consolidate.DecisionCalendar:
        found = whole(*given, **named)

        def barred(one: Decision) -> Decision:
            if one.missed is None or one.kind != "start":
                return one
            return replace(one, missed=replace(one.missed, state="impossible", cost=None, forbidden_by=()))

        return replace(found, decisions=tuple(map(barred, found.decisions)))

    monkeypatch.setattr(consolidate, "decisions", unnamed)
    said = call("decisions", *where(planned))
    assert "the rules together forbid it" in " ".join(said.out.split())
    line = next(part for part in said.out.split("Which rules stand in the way: ")[1:])
    command = shlex.split(" ".join(line.splitlines()[:4]).split(" Which")[0])
    assert command[:3] == ["consolidate", "whatif", "--force"]
    assert call(*command[1:]).code in (0, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--later", "-1"), "greater than or equal to 0"),
        (("--scenario", "nothing"), "nothing"),
        (("--gap", "0.5"), "write the one you mean"),
        (("--lang", "fr"), "--lang 'fr': the languages are en, cy"),
        (("--kind", "notices"), "--kind 'notices': the kinds are start, build, notice, renewal; did you mean notice?"),
    ],
)
def test_what_is_refused(call: Call, planned: Path, arguments: tuple[str, ...], message: str) -> None:
    said = call("decisions", *arguments, *where(planned))
    assert said.code == 2
    assert message in said.err
    assert not said.out
