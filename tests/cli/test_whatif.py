"""``consolidate whatif``: answers, saving, a session of typed changes, and what is refused."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import pytest
import typer
from commands import Call

import consolidate
from consolidate.cli.app import app
from consolidate.cli.arguments import complete_changes
from consolidate.errors import OutOfTime


@pytest.fixture
def asked(planned: Path, tmp_path: Path) -> Path:
    """A copy of the small inventory and its plan, in which scenarios may be saved."""
    shutil.copytree(planned, tmp_path / "asked")
    return tmp_path / "asked"


def where(folder: Path) -> tuple[str | Path, ...]:
    return (folder / "inventory", "--out", folder / "outputs")


def test_an_answer_says_what_it_costs_and_what_moves(call: Call, planned: Path) -> None:
    said = call("whatif", *where(planned), "--delay", "2")
    assert said.code == 0
    assert said.out.startswith("What if delay 2\nIt costs £")
    assert "MOVES  " in said.out
    assert "UNSUPPORTED  " in said.out
    assert not said.err


def test_several_changes_are_one_question(call: Call, planned: Path) -> None:
    changes = ("--set", "roles.engineer=-50%", "--force", "payroll=rehost", "--forbid", "library=2016/17 Q1")
    said = call("whatif", *where(planned), *changes, "--json")
    assert said.code == 0
    data = json.loads(said.out)
    assert data["changes"] == ["roles.engineer=-50%", "force payroll=rehost", "forbid library=2016/17 Q1"]
    assert data["low"] <= data["cost"] <= data["high"]


def test_no_file_is_touched_unless_it_is_saved(call: Call, asked: Path) -> None:
    before = {path: path.read_bytes() for path in asked.rglob("*") if path.is_file()}
    assert call("whatif", *where(asked), "--set", "roles.engineer=-10%").code == 0
    assert {path: path.read_bytes() for path in asked.rglob("*") if path.is_file()} == before
    said = call("whatif", *where(asked), "--set", "roles.engineer=-10%", "--save", "fewer")
    assert said.code == 0
    assert said.out.endswith("fewer.yaml: says the same; `consolidate plan --scenario fewer` plans it\n")
    assert consolidate.load(asked / "inventory", "fewer").roles["engineer"].days == (18,) * 8


def test_a_scenario_that_cannot_be_saved_is_refused_before_the_work(
    call: Call, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (asked / "inventory" / "scenarios").mkdir(exist_ok=True)
    (asked / "inventory" / "scenarios" / "there.yaml").write_text("scenario: There\n", encoding="utf-8")
    monkeypatch.setattr(consolidate, "what_if", None)
    said = call("whatif", *where(asked), "--set", "roles.engineer=-10%", "--save", "there")
    assert (said.code, "there.yaml is there already; choose another name" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--set", "roles.enginer=1"), 2, "there is no role `enginer`; did you mean `engineer`?"),
        (("--set", "roles.engineer=x"), 1, "consolidate: the change has 1 error\n"),
        (("--set", "roles.engineer=x", "--set", "capital.common=-1%"), 1, "consolidate: the changes have 1 error\n"),
        (("--set", "capital.common=0", "--save", "no money"), 2, "--save no money: `no money` is no id; write up to"),
        (("--force", "emial=2"), 2, "there is no system, partner or service `emial` in the inventory"),
        (("--delay", "1", "--save", "later"), 2, "a scenario changes figures; `delay 1` is none"),
        (("--delay", "-1"), 2, "--delay -1: give a number of quarters from 1 to 400"),
        (("--delay", "0"), 2, "--delay 0: give a number of quarters from 1 to 400"),
        (("--json",), 2, "there is nothing to ask about"),
        (("--gap", "0.5", "--delay", "1"), 2, "write the one you mean"),
        (("--set", "capital.common=0", "--force", "payroll=rehost"), 3, "no plan can meet the rules"),
    ],
)
def test_what_is_refused(call: Call, planned: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    said = call("whatif", *where(planned), *arguments)
    assert said.code == code
    assert message in said.err
    assert not said.out


def test_without_a_plan_one_is_made_first(call: Call, planned: Path, tmp_path: Path) -> None:
    said = call("whatif", planned / "inventory", "--out", tmp_path, "--delay", "1")
    assert said.code == 0
    assert "there is no plan of this inventory as it is now; one is made first, and not kept" in said.err
    assert said.out.startswith("What if delay 1\nIt costs £")
    assert not list(tmp_path.glob("*.json"))


def test_a_session_adds_up_undoes_and_saves(call: Call, asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["roles.engineer=-10%", "nonsense", "list", "roles.engineer=-10%", "undo", "save fewer", "list", "quit"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*lines, "never read"])))
    said = call("whatif", *where(asked))
    assert said.code == 0
    assert said.out.count("What if ") == 3  # two changes, and the one that is left
    assert "What if roles.engineer=-10%; roles.engineer=-10%\n" in said.out
    assert "taken back: roles.engineer=-10%\n" in said.out
    assert said.out.rstrip().endswith("roles.engineer=-10%")
    assert "`nonsense` changes no figure; write PATH=VALUE" in said.err
    assert consolidate.load(asked / "inventory", "fewer").roles["engineer"].days == (18,) * 8


def test_a_session_ends_with_its_input_and_forgives(call: Call, planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    wrong = ["help", "undo", "save", "save x", "undo it", "capital.common=x"]
    lines = [*wrong, "capital.common=0", "save no money", "force payroll=rehost", "list"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    said = call("whatif", *where(planned))
    assert said.code == 0
    assert "undo  " in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    assert "no change yet" in said.out
    assert "give the scenario a name, as in `save less-money`" in said.err
    assert "there is no change yet to be kept as a scenario" in said.err
    assert "`undo it` changes no figure" in said.err
    assert "`help` says what else may be typed\n" in said.err
    assert "`x` is not a number" in said.err
    assert "\nsave no money: `no money` is no id; write up to" in said.err
    assert "no plan can meet the rules" in said.err
    assert said.err.rstrip().endswith("not kept")
    assert said.out.rstrip().endswith("capital.common=0")


def test_a_session_in_welsh(call: Call, planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed is the same in every language; what is said of it is not."""
    lines = ["help", "undo", "roles.engineer=-10%", "undo", "list"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    said = call("whatif", *where(planned), "--lang", "cy")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Beth os, am ")
    for text in ("teipiwch newid, `help` neu `quit`", "gyfieithydd", "save NAME  ", "Beth os roles.engineer=-10%\n"):
        assert text in said.out
    assert "tynnwyd yn ôl: roles.engineer=-10%\ndim newid eto\n" in said.out
    assert not re.search(r"\b(?:the|change|quarters?|plan|it)\b", said.out)


def test_that_there_was_no_time_is_said_in_welsh(call: Call, planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*given: object, **named: object) -> None:
        raise OutOfTime

    monkeypatch.setattr(consolidate, "what_if", late)
    asked = ("whatif", *where(planned), "--set", "capital.common=0")
    english, welsh = call(*asked), call(*asked, "--lang", "cy")
    assert (english.code, welsh.code) == (4, 4)
    assert "the search ended before any plan was found; give it more time with --time-limit" in english.err
    assert "daeth y chwilio i ben cyn canfod cynllun; rhowch fwy o amser iddo â --time-limit" in welsh.err


def test_why_there_is_no_plan_is_said_in_welsh(call: Call, planned: Path) -> None:
    asked = ("whatif", *where(planned), "--set", "capital.common=0", "--force", "payroll=rehost")
    english, welsh = call(*asked), call(*asked, "--lang", "cy")
    assert (english.code, welsh.code) == (3, 3)
    assert "no plan can meet the rules" in english.err
    assert "ni all unrhyw gynllun gadw at y rheolau" in welsh.err
    programs = [line for line in english.err.splitlines() if line.startswith("relax: ")]
    assert programs
    assert [line for line in welsh.err.splitlines() if line.startswith("relax: ")] == programs
    assert not re.search(r"\b(?:the|rule|short|capital of|way out|prices)\b", welsh.err)


@pytest.mark.parametrize("lang", ["en", "cy"])
def test_json_is_the_same_in_every_language(call: Call, planned: Path, lang: str) -> None:
    asked = ("whatif", *where(planned), "--delay", "2", "--json")
    assert call(*asked, "--lang", lang).out == call(*asked).out


def test_a_language_without_texts(call: Call, planned: Path) -> None:
    for command in (
        ("whatif", *where(planned), "--delay", "1"),
        ("diff", planned / "inventory", planned / "inventory"),
    ):
        said = call(*command, "--lang", "fr")
        assert (said.code, said.out, said.err) == (2, "", "consolidate: --lang 'fr': the languages are en, cy\n")


def test_figures_are_completed(planned: Path) -> None:
    context = typer.Context(typer.main.get_command(app), info_name="consolidate")
    context.args, context.params = [str(planned / "inventory")], {}
    assert "roles.engineer.agency.day_rate=" in complete_changes(context, "roles.eng")
    assert complete_changes(context, "roles.engineer.agency.day_rate=") == ["roles.engineer.agency.day_rate=400"]
