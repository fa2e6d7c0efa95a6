"""``consolidate board``: the pack's files, who may read what in each of them, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import board_cases as cases
import pytest
from commands import Call

from consolidate.commands import board as command
from consolidate.language import language
from consolidate.loader import load
from consolidate.plan import to_json
from consolidate.report.content import Chart, Pack, Picture, Table
from consolidate.report.facts import facts
from consolidate.report.reckoned import Situation
from consolidate.report.view import Audience, Case

EVERY = ("html", "pdf", "docx", "xlsx")


def situation(folder: Path, dispatch: int = 5) -> Situation:
    earlier = cases.case(folder, until="2016/17 Q1")
    approved, _ = cases.plans(dispatch=dispatch)
    return Situation(cases.case(folder, dispatch), Case(earlier.inventory, approved), 1, holds=False)


def packs(where: Situation, audience: Audience) -> dict[str, Pack]:
    found = facts(where, audience)
    approved = ("SRS Board", "2016-07-12")
    return {code: command._pack(found, language(code), where.now, approved) for code in ("en", "cy")}


def files(where: Situation, audience: Audience) -> dict[str, bytes]:
    """Every file of a pack."""
    made: dict[str, bytes] = {}
    for code, pack in packs(where, audience).items():
        made |= dict(command._forms(pack, EVERY, code, {"en": "en.html", "cy": "cy.html"}, "GBP"))
    return made | dict(command._tables(facts(where, audience)))


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Situation:
    return situation(cases.folder(tmp_path_factory.mktemp("board")))


# -- one partner's pack ---------------------------------------------------------------------------

OTHER_GWENT = """
partner: Gwent
users: 100
pot: common
systems:
  dispatch: {name: Something else, tier: silver, run_cost: 10, classification: official, end_of_life: 2019-03-31}
  custody: {name: Cells, tier: bronze, run_cost: 7_000, end_of_life: 2030-03-31, contract: {cost: 1, ends: 2016-12-31, notice: 1}}
  files: {name: Paper, tier: bronze, run_cost: 1, users: 5}
  extra: {name: One more, tier: gold, run_cost: 99_000, end_of_life: 2015-03-31}
"""  # noqa: E501
OTHER_FIRST = cases.FIRST.replace("capital: 1_000, note: OTHERNAME is late", "capital: 30_000, effort: {engineer: 39}")


def test_nothing_of_others_is_in_a_partner_pack(tmp_path: Path) -> None:
    """The others' systems, moves, reports, risks and rules are changed in every way: not a byte is another.

    Even what the partner itself says of another's system stays, whether or not there is such a system.
    """
    reported = cases.SECOND.replace("two people left", "waits for OTHERNAME")
    where = situation(cases.folder(tmp_path / "one", second=reported))
    programme = cases.PROGRAMME.replace("apportion", "targets: [{year: 2017/18, savings: 5}]\napportion")
    second = reported.replace("amber", "red").replace("more staff leave", "war")
    texts = {"gwent": OTHER_GWENT, "first": OTHER_FIRST, "programme": programme, "second": second}
    other = situation(cases.folder(tmp_path / "other", **texts), dispatch=7)
    mine, again = (files(one, Audience("torfaen")) for one in (where, replace(other, holds=True)))
    assert mine.keys() == again.keys()
    assert [name for name in mine if mine[name] != again[name]] == []
    assert b"waits for OTHERNAME" in mine["en.html"]
    whole = files(where, Audience()), files(other, Audience())
    assert all(one != whole[1][name] for name, one in whole[0].items() if name.endswith(EVERY))


@pytest.mark.parametrize("public", [False, True])
def test_a_partner_pack_names_no_other(where: Situation, public: bool) -> None:
    for name, content in files(where, Audience("torfaen", public)).items():
        found = cases.texts_of(name, content)
        assert not [word for word in ("OTHERNAME", "ENWARALL", "gwent", "Gwent", "Monmouth") if word in found], name


def test_what_is_shared_is_seen(tmp_path: Path, where: Situation) -> None:
    """The part of shared costs changes with the rule, and the pack says so: the test above is no empty one."""
    changed = cases.PROGRAMME.replace("apportion: equal", "apportion: {gwent: 100%}")
    other = situation(cases.folder(tmp_path, programme=changed))
    paid = [facts(one, Audience("torfaen")).pay for one in (where, other)]
    assert sum(one.allocated for one in paid[0]) > sum(one.allocated for one in paid[1]) == 0


# -- the public pack ------------------------------------------------------------------------------


def test_nothing_above_the_lowest_is_in_any_public_file(where: Situation) -> None:
    for name, content in files(where, Audience(public=True)).items():
        found = cases.texts_of(name, content)
        assert not [word for word in ("OTHERNAME", "ENWARALL", "dispatch", "custody") if word in found], name
        assert "SECRET" not in found, name
    whole = files(where, Audience())
    assert all("OTHERNAME" in cases.texts_of(name, whole[name]) for name in ("en.html", "en.docx", "en.xlsx", "en.pdf"))


def test_a_public_pack_never_says_which_systems_are_unsupported(where: Situation) -> None:
    pack = packs(where, Audience(public=True))["en"]
    keys = {table.key for table in pack.tables()}
    assert "unsupported_systems" not in keys
    assert not [block for section in pack.sections for block in section.blocks if isinstance(block, Picture)]
    table = next(table for table in pack.tables() if table.key == "unsupported")
    assert [row[2:] for row in table.rows] == [(4, 4, 4, 3, "fewer than 3")]
    tables = command._tables(facts(where, Audience(public=True)))
    assert len(tables["fact_exposure.csv"].splitlines()) == 1  # its head
    assert b"2016-06-30" not in tables["dim_system.csv"]  # when support of the desk ends


def test_figures_with_too_few_behind_them_are_not_shown(where: Situation) -> None:
    """One system of Torfaen draws on its pot in 2017/18: what it takes must not be told."""
    pots = _table(packs(where, Audience(public=True))["en"], "capital")
    later = next(row for row in pots.rows if row[:2] == ("torfaen", "2017/18"))
    assert set(later[3:]) == {"not shown"}
    carried = next(row for row in pots.rows if row[:2] == ("common", "2017/18"))
    assert carried[2] == "not shown"
    whole = _table(packs(where, Audience())["en"], "capital")
    assert "not shown" not in [cell for row in whole.rows for cell in row]


def test_the_marking_stands_in_every_form(where: Situation) -> None:
    for audience, marking in ((Audience(), "SECRET"), (Audience(public=True), "OFFICIAL")):
        assert packs(where, audience)["en"].marking == marking
        for name, content in files(where, audience).items():
            if name.endswith(EVERY):
                assert marking in cases.texts_of(name, content), name


# -- what it says -----------------------------------------------------------------------------------


def _table(pack: Pack, key: str) -> Table:
    return next(table for table in pack.tables() if table.key == key)


def test_sections_stand_in_the_boards_order(where: Situation) -> None:
    pack = packs(where, Audience())["cy"]
    assert [section.key for section in pack.sections] == [
        *("moved", "roadmap", "capital", "people", "unsupported", "contracts", "slipped", "savings", "measures"),
        *("risks", "next", "changes", "against", "pay", "untranslated"),
    ]
    assert "untranslated" not in [section.key for section in packs(where, Audience())["en"].sections]


def test_names_without_welsh_are_listed(where: Situation) -> None:
    rows = _table(packs(where, Audience())["cy"], "untranslated").rows
    ids = {row[1] for row in rows}
    assert {"torfaen/desk", "torfaen/web", "gwent"} <= ids
    assert not ids & {"torfaen/email", "torfaen", "email", "gwent/dispatch"}


def test_both_languages_say_the_same_numbers(where: Situation) -> None:
    english, welsh = packs(where, Audience()).values()
    for one, other in zip(english.tables(), welsh.tables(), strict=False):
        assert one.key == other.key
        numbers = [[cell for cell in row if isinstance(cell, int | float)] for row in one.rows]
        assert numbers == [[cell for cell in row if isinstance(cell, int | float)] for row in other.rows]


def test_charts_say_what_their_tables_say(where: Situation) -> None:
    for pack in packs(where, Audience()).values():
        charts = [block for section in pack.sections for block in section.blocks if isinstance(block, Chart)]
        assert len(charts) == 6
        for chart in charts:
            assert all(len(series.values) == len(chart.labels) for series in chart.series)
            assert chart.table.rows
            assert chart.description


def test_hostile_names_are_only_text(where: Situation) -> None:
    made = files(where, Audience())
    for code in ("en", "cy"):
        page = made[f"{code}.html"].decode()
        assert "<b>&" not in page
        assert "<i>more</i>" not in page
    assert "Mail &lt;b&gt;&amp;" in made["en.html"].decode()


# -- the command ------------------------------------------------------------------------------------


@pytest.fixture
def flying(tmp_path: Path, call: Call) -> Path:
    """An inventory with reports and an approved plan that fits it, and the plan from here on in outputs."""
    folder = cases.folder(tmp_path / "inventory")
    kept = {name: (folder / "progress" / name).read_text() for name in ("2016-17-Q1.yaml", "2016-17-Q2.yaml")}
    for name in kept:
        (folder / "progress" / name).unlink()
    assert call("plan", folder, "--out", tmp_path / "first").code == 0
    approved = call("approve", tmp_path / "first" / "plan.json", "--by", "SRS Board", "--on", "2016-07-12", "--inventory", folder)  # noqa: E501  # fmt: skip
    assert approved.code == 0, approved.err
    for name, text in kept.items():
        (folder / "progress" / name).write_text(text)
    assert call("plan", folder, "--out", tmp_path / "outputs").code == 0
    return tmp_path


@pytest.mark.usefixtures("undrawn")
def test_files_and_what_it_says(flying: Path, call: Call) -> None:
    said = call("board", "--inventory", flying / "inventory", "--out", flying / "outputs", "--formats", "html,csv")
    assert said.code == 0
    assert not [line for line in said.err.splitlines() if "warning: " not in line]
    stem = "board-2016-17-Q2"
    assert said.out == f"{flying / 'outputs'}: {stem}-en.html, {stem}-cy.html and {stem}-tables/\n"
    assert (flying / "outputs" / f"{stem}-tables" / "dim_system.csv").exists()
    page = (flying / "outputs" / f"{stem}-en.html").read_text(encoding="utf-8")
    assert f'href="{stem}-cy.html"' in page
    assert "approved by SRS Board on 12 July 2016" in page
    kept = json.loads((flying / "outputs" / f"{stem}-plan.json").read_text(encoding="utf-8"))
    assert kept == json.loads((flying / "outputs" / "plan.json").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("undrawn")
def test_the_same_bytes_wherever_it_is_written(flying: Path, call: Call) -> None:
    plan = flying / "outputs" / "plan.json"
    for out in ("one", "another/place"):
        said = call("board", "--inventory", flying / "inventory", "--out", flying / out, "--plan", plan)
        assert said.code == 0, said.err
    first = {path.name: path.read_bytes() for path in (flying / "one").rglob("*") if path.is_file()}
    again = {path.name: path.read_bytes() for path in (flying / "another/place").rglob("*") if path.is_file()}
    assert first == again
    assert len([name for name in first if name.endswith(EVERY)]) == 8


@pytest.mark.usefixtures("undrawn")
def test_an_earlier_quarter_is_as_it_stood_then(flying: Path, call: Call) -> None:
    """The second report is not heeded; the plan of now breaks the rules of then, so another is made."""
    arguments = ("--inventory", flying / "inventory", "--out", flying / "out", "--formats", "html", "--lang", "en")
    said = call("board", *arguments, "--quarter", "2016/17 Q1")
    assert said.code == 0
    assert "making one" in said.err
    page = (flying / "out" / "board-2016-17-Q1-en.html").read_text(encoding="utf-8")
    assert "two people left" not in page
    assert "nothing yet" in page


@pytest.mark.usefixtures("undrawn")
def test_the_next_pack_compares_with_the_plan_of_the_last_one(flying: Path, call: Call) -> None:
    """The plan that the first pack was made from lies beside it, and the second finds no change but what happened."""
    arguments = ("--inventory", flying / "inventory", "--out", flying / "out", "--formats", "html", "--lang", "en")
    assert call("board", *arguments, "--quarter", "2016/17 Q1").code == 0
    kept = flying / "out" / "board-2016-17-Q1-plan.json"
    inventory = load(flying / "inventory", until="2016/17 Q1")
    assert command._accepted(inventory, kept) is not None
    kept.write_text(to_json(replace(inventory.approved or cases.plans()[0], moves=()), inventory.calendar))
    assert command._accepted(inventory, kept) is None


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--lang", "fr"), 2, "--lang 'fr': the languages are en, cy, both"),
        (("--formats", "html,odt"), 2, "--formats 'html,odt': write some of html, pdf, docx, xlsx, csv"),
        (("--formats", " , "), 2, "--formats"),
        (("--partner", "cardiff"), 2, "no such partner; there are gwent, monmouth, torfaen"),
        (("--quarter", "2016/17 Q3"), 2, "nothing was reported on it; the last is on 2016/17 Q2"),
        (("--quarter", "2015/16 Q3"), 2, "nothing was reported on it"),
        (("--quarter", "soon"), 2, "--quarter 'soon': write a quarter as 2016/17 Q1"),
        (("--plan", "nowhere.json"), 2, "nowhere.json: cannot be read"),
        (("--plan", "first/plan.json"), 1, "first/plan.json: rejected for 2016/17 Q2"),
    ],
)
@pytest.mark.usefixtures("undrawn")
def test_what_is_refused(
    flying: Path, call: Call, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, message: str
) -> None:
    monkeypatch.chdir(flying)
    said = call("board", "--out", "out", *arguments)
    assert (said.code, said.out) == (code, "")
    assert message in said.err
    assert len([line for line in said.err.splitlines() if "warning: " not in line]) == 1
    assert not list((flying / "out").glob("board*")) if (flying / "out").exists() else True


def test_without_reports_it_is_about_the_start(planned: Path, call: Call, tmp_path: Path) -> None:
    arguments = ("--inventory", planned / "inventory", "--plan", planned / "outputs" / "plan.json", "--formats", "html")
    said = call("board", *arguments, "--out", tmp_path, "--lang", "en")
    assert said.code == 0, said.err
    page = (tmp_path / "board-start-en.html").read_text(encoding="utf-8")
    assert "Approve a plan: none has been approved yet." in page
    assert "Position before the start" in page
