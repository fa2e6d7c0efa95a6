"""``consolidate board``: the pack's files, who may read what in each of them, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from math import fsum
from pathlib import Path
from typing import TypeVar

import board_cases as cases
import pytest
from commands import Call
from little_work import little_work
from made_once import drawn_once

from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.audience.restriction import Audience
from consolidate.cli import app
from consolidate.diagrams.engine.themes import RISK, TINT, UNRATED
from consolidate.language import language
from consolidate.loading import load
from consolidate.plan import Agency, ServiceBuild, to_json
from consolidate.planning import accepted_plan
from consolidate.report.document import (
    CellValue,
    Chart,
    Figures,
    Pack,
    PackPicture,
    PackTable,
    Paragraph,
    Points,
    Rating,
    Section,
)
from consolidate.report.facts.compute import pack_facts
from consolidate.report.formats.charts import chart_svg
from consolidate.report.pack import BoardPack
from consolidate.report.sections.people import people_section
from consolidate.report.sections.summary import summary_blocks
from consolidate.report.sections.wording import Wording

EVERY = ("html", "pdf", "docx", "xlsx")
Made = TypeVar("Made")


def once(make: Callable[[Basis, Audience], Made]) -> Callable[[Basis, Audience], Made]:
    """Remembers what was made of the very same basis for an audience: tests read it, and none changes it."""
    known: dict[tuple[int, Audience], tuple[Basis, Made]] = {}

    def made(where: Basis, audience: Audience) -> Made:
        if (id(where), audience) not in known:
            known[id(where), audience] = (where, make(where, audience))
        return known[id(where), audience][1]

    return made


def situation(folder: Path, dispatch: int = 5) -> Basis:
    earlier = cases.case(folder, until="2016/17 Q1")
    approved, _ = cases.plans(dispatch=dispatch)
    return Basis(cases.case(folder, dispatch), PlanBooks(earlier.inventory, approved), 1, holds=False)


@once
def board_pack(where: Basis, audience: Audience) -> BoardPack:
    return BoardPack(where, pack_facts(where, audience), ("SRS Board", "2016-07-12"))


@once
def packs(where: Basis, audience: Audience) -> dict[str, Pack]:
    made = board_pack(where, audience)
    with drawn_once():
        return {code: made.document(code) for code in ("en", "cy")}


@once
def files(where: Basis, audience: Audience) -> dict[str, bytes]:
    """Every file of a pack."""
    pack = board_pack(where, audience)
    with drawn_once():
        made = pack.files(formats=EVERY)
    forms = {name.removeprefix(f"{pack.name}-"): content for name, content in made.items()}
    return {name: content for name, content in forms.items() if name[:3] in ("en.", "cy.")} | dict(pack.tables())


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Basis:
    return situation(cases.folder(tmp_path_factory.mktemp("board")))


# -- one partner's pack ---------------------------------------------------------------------------

OTHER_GWENT = """
partner: Gwent
users: 100
pot: common
systems:
  dispatch: {name: Something else, tier: silver, run_cost: 10, classification: official, end_of_life: 2019-03-31}
  custody: {name: Cells, tier: bronze, run_cost: 7_000, end_of_life: 2030-03-31,
    contract: {cost: 1, ends: 2016-12-31, notice: 1}}
  files: {name: Paper, tier: bronze, run_cost: 1, users: 5}
  extra: {name: One more, tier: gold, run_cost: 99_000, end_of_life: 2015-03-31}
"""
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
def test_a_partner_pack_names_no_other(where: Basis, public: bool) -> None:
    for name, content in files(where, Audience("torfaen", public)).items():
        found = cases.texts_of(name, content)
        assert not [word for word in ("OTHERNAME", "ENWARALL", "gwent", "Gwent", "Monmouth") if word in found], name


def test_what_is_shared_is_seen(tmp_path: Path, where: Basis) -> None:
    """The part of shared costs changes with the rule, and the pack says so: the test above is no empty one."""
    changed = cases.PROGRAMME.replace("apportion: equal", "apportion: {gwent: 100%}")
    other = situation(cases.folder(tmp_path, programme=changed))
    paid = [pack_facts(one, Audience("torfaen")).pay for one in (where, other)]
    assert sum(one.allocated for one in paid[0]) > sum(one.allocated for one in paid[1]) == 0


PLAIN = (RISK[UNRATED], TINT[UNRATED])


# -- the public pack ------------------------------------------------------------------------------


def test_nothing_above_the_lowest_is_in_any_public_file(where: Basis) -> None:
    for name, content in files(where, Audience(public=True)).items():
        found = cases.texts_of(name, content)
        assert not [word for word in ("OTHERNAME", "ENWARALL", "dispatch", "custody") if word in found], name
        assert "SECRET" not in found, name
    whole = files(where, Audience())
    assert all("OTHERNAME" in cases.texts_of(name, whole[name]) for name in ("en.html", "en.docx", "en.xlsx", "en.pdf"))


def test_a_public_pack_never_says_which_systems_are_unsupported(where: Basis) -> None:
    pack = packs(where, Audience(public=True))["en"]
    keys = {table.key for table in pack.tables()}
    assert "unsupported_systems" not in keys
    (picture,) = [block for section in pack.sections for block in section.blocks if isinstance(block, PackPicture)]
    told = re.findall(r">([^<]+)<", picture.svg)
    assert "Service desk" in told
    assert not [text for text in told if re.search(r"support|\b(risk|red|amber|green)\b", text)]
    assert not [colour for colour in (*RISK.values(), *TINT.values()) if colour in picture.svg and colour not in PLAIN]
    (whole,) = [
        block
        for one in packs(where, Audience())["en"].sections
        for block in one.blocks
        if isinstance(block, PackPicture)
    ]
    assert [text for text in re.findall(r">([^<]+)<", whole.svg) if "unsupported" in text]
    assert not keys & {"unsupported", "contracts"}
    assert [block.title for block in pack.summary if isinstance(block, Rating)] == ["Delivery: as people see it"]
    assert not [text for text in _points(pack) if text.startswith("Give notice")]
    assert "Unsupported this quarter" not in [figure[0] for figure in _figures(pack)]
    tables = board_pack(where, Audience(public=True)).tables()
    assert len(tables["fact_exposure.csv"].splitlines()) == 1  # its head
    assert b"2016-06-30" not in tables["dim_system.csv"]  # when support of the desk ends
    assert "unsupported_quarters" in tables["dim_system.csv"].decode().splitlines()[0]
    assert all(line.endswith(",") for line in tables["dim_system.csv"].decode().splitlines()[1:])


@pytest.mark.parametrize("audience", [Audience(public=True), Audience("torfaen"), Audience("monmouth")])
def test_what_there_is_for_all_is_in_no_table_of_a_part(where: Basis, audience: Audience) -> None:
    tables = board_pack(where, audience).tables()
    assert len(tables["fact_funding.csv"].splitlines()) == 1
    days = [line.split(",")[2] for line in tables["fact_staff.csv"].decode().splitlines()[1:]]
    assert not any(days)
    whole = board_pack(where, Audience()).tables()
    assert len(whole["fact_funding.csv"].splitlines()) > 1
    assert "40" in [line.split(",")[2] for line in whole["fact_staff.csv"].decode().splitlines()[1:]]


COSTLY = cases.GWENT
for _old, _new in {
    "run_cost: 90_000": "run_cost: 12",
    "run_cost: 50_000": "run_cost: 7_000_000",
    "end_of_life: 2016-03-31": "end_of_life: 2030-03-31",
    "cost: 5_000, ends: 2017-06-30": "cost: 99, ends: 2016-12-31",
    "tier: gold": "tier: bronze",
}.items():
    COSTLY = COSTLY.replace(_old, _new)
LATE = cases.FIRST.replace(
    "expected: 2016/17 Q3, capital: 1_000", "expected: 2017/18 Q1, capital: 30_000, effort: {engineer: 39}"
)


@pytest.mark.parametrize("partner", [None, "torfaen", "gwent"])
def test_nothing_of_what_is_left_out_is_in_a_public_pack(where: Basis, tmp_path: Path, partner: str | None) -> None:
    """What the systems above the lowest classification cost, take, and when they move is changed: no byte is another.

    So no figure, no sum, and no difference between two packs tells anything of one of them, or of several.
    """
    texts = {"gwent": COSTLY, "first": LATE}
    other = situation(cases.folder(tmp_path / "other", **texts), dispatch=7)
    plan = replace(other.now.plan, gap=where.now.plan.gap)  # how good the whole plan is, is said
    other = replace(other, now=replace(other.now, plan=plan))
    mine, again = (files(one, Audience(partner, public=True)) for one in (where, other))
    assert mine.keys() == again.keys()
    assert [name for name in mine if mine[name] != again[name]] == []
    whole = packs(where, Audience())["en"], packs(other, Audience())["en"]
    for key in ("capital", "people", "savings", "pay", "unsupported", "changes_figures"):
        assert _table(whole[0], key).rows != _table(whole[1], key).rows, key


# What all share, in two ways: each year the same amount, of which everybody knows its part. In it are the public
# service, one that only secret systems use, and agency staff, and what each of them is differs.
SHARED = """
services:
  email: {{name: Shared email, build: {{effort: {{engineer: 20}}, capital: {{common: {email}}}, run_cost: {run}}},
    run_cost_per_user: 10}}
  vault: {{name: OTHERNAME vault, build: {{effort: {{engineer: 1}}, capital: {{common: 0}}, run_cost: {vault}}}}}
"""
READY = """
  vault: {status: ready, start: 2016/17 Q1, ready: 2016/17 Q2}
delivery:"""


def shared_in_some_way(path: Path, agency: float, **amounts: float) -> Basis:
    """The case with these amounts of what all share; the agency's day costs £500, and there is one gap."""
    texts = {
        "programme": cases.PROGRAMME.replace("{days: 40}", "{days: 40, agency: {days: 20, day_rate: 500}}"),
        "services": SHARED.format(**amounts),
        "first": cases.FIRST.replace("\ndelivery:", READY),
    }
    where = situation(cases.folder(path, **texts))
    plan = where.now.plan
    plan = replace(plan, builds=(*plan.builds, ServiceBuild(0, "vault", 1)), agency=(Agency("engineer", 2, agency),))
    return replace(where, now=replace(where.now, plan=plan))


@pytest.mark.parametrize("partner", ["torfaen", "monmouth"])
def test_what_is_in_the_shared_costs_is_in_no_packs_that_one_reader_may_hold(tmp_path: Path, partner: str) -> None:
    """A partner has its own pack, which gives its part of what all share and so the whole of it, and every public one.
    What the whole consists of, agency staff and services for others too, is in none of them, and in no difference."""
    one = shared_in_some_way(tmp_path / "one", agency=12, email=9_000, run=2_000, vault=500)
    other = shared_in_some_way(tmp_path / "other", agency=2, email=14_000, run=500, vault=2_000)
    shared = [shared_by_year(each) for each in (one, other)]
    assert shared[0] == pytest.approx(shared[1])
    assert shared[0][2016] > 16_000
    assert one.now.ledger.cash[None, 2016, "agency"] != other.now.ledger.cash[None, 2016, "agency"]
    for audience in (Audience(partner), Audience(public=True), Audience(partner, True), Audience("gwent", True)):
        mine, again = files(one, audience), files(other, audience)
        assert mine.keys() == again.keys()
        assert [name for name in mine if mine[name] != again[name]] == [], audience
    assert _table(packs(one, Audience(partner))["en"], "pay").rows[0][3] == pytest.approx(shared[0][2016] / 3, abs=0.01)


def shared_by_year(where: Basis) -> dict[int, float]:
    """What all share in each financial year."""
    cash = where.now.ledger.cash
    return {
        year: fsum(amount for key, amount in cash.items() if key[:2] == (None, year)) for year in (2016, 2017, 2018)
    }


def test_pennies_of_a_partners_part_tell_nothing_of_others(tmp_path: Path) -> None:
    """What others' systems cost is no whole number of pence, in one case: rounding it moves no penny of the part."""
    odd = cases.GWENT.replace("run_cost: 90_000", "run_cost: 90_000.03").replace("run_cost: 20_000", "run_cost: 0.01")
    texts = {"one": odd, "other": cases.GWENT}
    one, other = (situation(cases.folder(tmp_path / name, gwent=text)) for name, text in texts.items())
    paid = [[year.allocated for year in pack_facts(each, Audience("torfaen")).pay] for each in (one, other)]
    assert paid[0] == paid[1]


def test_public_figures_are_those_of_the_public_systems_alone(where: Basis) -> None:
    """Each amount of a table is the sum of what the tidy tables beside it say: nothing is left when they are taken
    away, and the systems' own amounts, added up by hand, are the same."""
    pack, case = packs(where, Audience(public=True))["en"], pack_facts(where, Audience(public=True)).shown
    capital = _table(pack, "capital")
    keys = [column.key for column in capital.columns]
    assert keys == ["pot", "year", "spent", "committed", "planned", "approved"]
    by_hand = {
        ("torfaen", "2016/17"): 2_500 + 2_000 + 1_500,
        ("torfaen", "2017/18"): 1_500,  # of the build of the shared service, which Torfaen pays a part of, nothing
    }
    assert {row[:2]: _sum(row[2:5]) for row in capital.rows} == pytest.approx(by_hand)
    assert sum(by_hand.values()) == pytest.approx(sum(case.ledger.capital.values()))
    people = _table(pack, "people")
    assert [column.key for column in people.columns] == ["quarter", "engineer"]
    assert {row[0]: row[1] for row in people.rows if row[1]} == pytest.approx(_days(where))
    assert [column.key for column in _table(pack, "pay").columns] == [
        *("partner", "year", "direct_revenue", "direct_capital", "direct")
    ]
    direct = _sum(row[4] for row in _table(pack, "pay").rows[:-1])
    assert _sum(row[3] for row in _table(pack, "pay").rows[:-1]) == pytest.approx(sum(by_hand.values()))
    systems = [kinds for id, kinds in where.now.ledger.per_system.items() if not id.startswith("gwent")]
    own = [amount for kinds in systems for kind, amount in kinds.items() if kind not in ("exposure", "interface")]
    assert direct == pytest.approx(sum(own), abs=0.01)  # the discount rate is 0%
    assert [row[1] for row in _table(pack, "pay").rows if row[0] == "Gwent"] == ["2016/17", "2017/18", "2018/19"]
    assert _sum(row[4] for row in _table(pack, "pay").rows if row[0] == "Gwent") == 0


def _sum(cells: Iterable[CellValue]) -> float:
    return sum(cell for cell in cells if isinstance(cell, int | float))


def _days(where: Basis) -> dict[str, float]:
    """Engineers that the three moves of Torfaen take after 2016/17 Q2, from their steps."""
    found: dict[str, float] = {}
    for id in ("torfaen/desk", "torfaen/email", "torfaen/web"):
        for work in where.now.ledger.courses[id].works:
            length = work.cutover - work.start + 1
            for q in range(max(work.start, 2), work.cutover + 1):
                label = where.now.inventory.label(q)
                found[label] = found.get(label, 0.0) + sum(map(sum, work.step.effort.values())) / length
    return found


def test_a_partner_called_public_shares_no_file_with_the_public_pack(tmp_path: Path) -> None:
    """Nor one called like a partner's public pack."""
    folder = cases.folder(tmp_path)
    text = (folder / "partners/monmouth.yaml").read_text(encoding="utf-8")
    for id in ("public", "torfaen-public"):
        (folder / f"partners/{id}.yaml").write_text(text.replace("hr:", f"hr-{id}:"), encoding="utf-8")
    where = situation(folder)
    asked = [
        Audience(),
        Audience(public=True),
        *(Audience(id, public) for id in where.now.inventory.partners for public in (False, True)),
    ]
    names = [board_pack(where, audience).name for audience in asked]
    assert len(set(names)) == len(names)
    assert {"board-2016-17-Q2", "board-2016-17-Q2-public", "board-2016-17-Q2-torfaen-public"} < set(names)


def test_a_public_pack_says_whose_figures_it_gives(where: Basis) -> None:
    english = packs(where, Audience(public=True))["en"]
    texts = [block.text for block in english.summary if isinstance(block, Paragraph)]
    assert "is of the systems of the lowest classification alone" in texts[0]
    assert texts[1] == "Systems left out: 3."
    assert [text for text in _points(english) if "cannot be carried out any more" in text and "£" not in text]
    assert not [name for name in english.properties if "sha256" in name]


def test_the_marking_stands_in_every_form(where: Basis) -> None:
    for audience, marking in ((Audience(), "SECRET"), (Audience(public=True), "OFFICIAL")):
        assert packs(where, audience)["en"].marking == marking
        for name, content in files(where, audience).items():
            if name.endswith(EVERY):
                assert marking in cases.texts_of(name, content), name


# -- what it says -----------------------------------------------------------------------------------


def _points(pack: Pack) -> tuple[str, ...]:
    return next(block.texts for block in pack.summary if isinstance(block, Points))


def _figures(pack: Pack) -> tuple[tuple[str, str, str], ...]:
    return next(block.figures for block in pack.summary if isinstance(block, Figures))


def _table(pack: Pack, key: str) -> PackTable:
    return next(table for table in pack.tables() if table.key == key)


def test_sections_stand_in_the_boards_order(where: Basis) -> None:
    pack = packs(where, Audience())["cy"]
    assert [section.key for section in pack.sections] == [
        *("moved", "roadmap", "services", "capital", "revenue", "people", "unsupported", "contracts", "slipped"),
        *("savings", "measures", "risks", "next", "changes", "against", "pay", "partners", "untranslated"),
    ]
    assert "untranslated" not in [section.key for section in packs(where, Audience())["en"].sections]


def test_names_without_welsh_are_listed(where: Basis) -> None:
    rows = _table(packs(where, Audience())["cy"], "untranslated").rows
    ids = {row[1] for row in rows}
    assert {"torfaen/desk", "torfaen/web", "gwent"} <= ids
    assert not ids & {"torfaen/email", "email", "gwent/dispatch"}
    kinds = {(row[0], row[1]) for row in rows}
    assert ("partner", "torfaen") not in kinds
    assert {("haen", "gold"), ("rôl", "engineer"), ("cronfa", "torfaen")} <= kinds


def test_both_languages_say_the_same_numbers(where: Basis) -> None:
    english, welsh = packs(where, Audience()).values()
    for one, other in zip(english.tables(), welsh.tables(), strict=False):
        assert one.key == other.key
        numbers = [[cell for cell in row if isinstance(cell, int | float)] for row in one.rows]
        assert numbers == [[cell for cell in row if isinstance(cell, int | float)] for row in other.rows]


def test_charts_say_what_their_tables_say(where: Basis) -> None:
    for pack in packs(where, Audience()).values():
        charts = [block for section in pack.sections for block in section.blocks if isinstance(block, Chart)]
        assert len(charts) == 7
        for chart in charts:
            assert all(len(series.values) == len(chart.labels) for series in chart.series)
            assert chart.table.rows
            assert chart.description


def test_hostile_names_are_only_text(where: Basis) -> None:
    made = files(where, Audience())
    for code in ("en", "cy"):
        page = made[f"{code}.html"].decode()
        assert "<b>&" not in page
        assert "<i>more</i>" not in page
    assert "Mail &lt;b&gt;&amp;" in made["en.html"].decode()


# -- the command ------------------------------------------------------------------------------------


def ends(*arguments: str | Path) -> int:
    """The exit code of a command that is run in this process."""
    with pytest.MonkeyPatch.context() as patch, little_work():
        patch.setattr(sys, "argv", ["consolidate", *map(str, arguments)])
        return app._run()


@pytest.fixture(scope="session")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inventory with reports and an approved plan that fits it, and the plan from here on in outputs; to be read."""
    at = tmp_path_factory.mktemp("flown")
    folder = cases.folder(at / "inventory")
    kept = {name: (folder / "progress" / name).read_text() for name in ("2016-17-Q1.yaml", "2016-17-Q2.yaml")}
    for name in kept:
        (folder / "progress" / name).unlink()
    assert ends("plan", folder, "--out", at / "first") == 0
    decided = ("--by", "SRS Board", "--on", "2016-07-12")
    assert ends("approve", at / "first" / "plan.json", *decided, "--inventory", folder) == 0
    for name, text in kept.items():
        (folder / "progress" / name).write_text(text)
    assert ends("plan", folder, "--out", at / "outputs") == 0
    return at


@pytest.fixture
def flying(flown: Path, tmp_path: Path) -> Path:
    """The same, to be changed at will."""
    return Path(shutil.copytree(flown, tmp_path / "flying"))


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
    assert "as it stood at the end of 2016/17 Q1: making a plan" in said.err
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
    assert accepted_plan(inventory, kept) is not None
    kept.write_text(to_json(replace(inventory.approved or cases.plans()[0], moves=()), inventory.calendar))
    assert accepted_plan(inventory, kept) is None


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


def test_without_pyarrow_the_tables_are_csv_alone(
    planned: Path, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consolidate.report.tables.tidy_tables.find_spec", lambda name: None)
    arguments = ("--inventory", planned / "inventory", "--plan", planned / "outputs" / "plan.json", "--formats", "csv")
    said = call("board", *arguments, "--out", tmp_path)
    assert said.code == 0, said.err
    assert "the tables are written as CSV alone: a Parquet file needs the package pyarrow" in said.err
    assert "run: pip install 'consolidate-planner[parquet]'" in said.err
    written = [file.name for file in (tmp_path / "board-start-tables").iterdir()]
    assert "fact_moves.csv" in written
    assert not [name for name in written if name.endswith(".parquet")]


def test_charts_are_drawn_alike_in_both_languages(where: Basis) -> None:
    """Quarters in one line, years in another: in Welsh too, where a quarter is a chwarter."""
    english, welsh = packs(where, Audience()).values()
    pairs = list(zip(_charts(english), _charts(welsh), strict=True))
    assert len(pairs) > 3
    for one, other in pairs:
        assert one.labels == other.labels
        assert (chart_svg(one, language("en")).count("<text"), ">Q2<" in chart_svg(one, language("en"))) == (
            chart_svg(other, language("cy")).count("<text"),
            ">Ch2<" in chart_svg(other, language("cy")),
        )


def _charts(pack: Pack) -> list[Chart]:
    return [block for section in pack.sections for block in section.blocks if isinstance(block, Chart)]


def test_many_roles_have_a_row_each_and_few_a_column(where: Basis) -> None:
    found = pack_facts(where, Audience())
    words = Wording(found, language("en"))
    few = _section_tables(people_section(words))
    assert [column.key for column in few["people"].columns] == ["quarter", "engineer"]
    assert [row[0] for row in few["people"].rows] == [where.now.inventory.label(q) for q in range(2, 8)]
    assert [row[1] for row in few["people_share"].rows] == pytest.approx(
        [one.share for one in found.people if one.quarter > 1]
    )
    roles = {f"role{n}": replace(where.now.inventory.roles["engineer"], id=f"role{n}") for n in range(9)}
    crowd = replace(
        found,
        shown=replace(found.shown, inventory=replace(found.shown.inventory, roles=roles)),
        people=tuple(replace(one, role=role) for role in roles for one in found.people),
    )
    many = _section_tables(people_section(Wording(crowd, language("en"))))
    assert [column.key for column in many["people"].columns] == ["role", "quarter", "value"]
    assert len(many["people"].rows) == 9 * 6


def test_agency_days_are_listed_where_they_are_bought(where: Basis) -> None:
    found = pack_facts(where, Audience())
    bought = tuple(replace(one, agency=3.0 if one.quarter == 4 else 0.0) for one in found.people)
    tables = _section_tables(people_section(Wording(replace(found, people=bought), language("en"))))
    assert [(row[1], row[4]) for row in tables["people_agency"].rows] == [("2017/18 Q1", 3.0)]
    assert "people_agency" not in _section_tables(people_section(Wording(found, language("en"))))


def _section_tables(section: Section) -> dict[str, PackTable]:
    return {
        block.table.key if isinstance(block, Chart) else block.key: block.table if isinstance(block, Chart) else block
        for block in section.blocks
        if isinstance(block, Chart | PackTable)
    }


@pytest.mark.usefixtures("undrawn")
def test_a_quarter_that_was_told_keeps_its_plan(flying: Path, call: Call) -> None:
    """Its pack in the other language is made from the same plan, though there are newer reports."""
    arguments = ("--inventory", flying / "inventory", "--out", flying / "out", "--quarter", "2016/17 Q1")
    assert call("board", *arguments, "--formats", "html", "--lang", "en").code == 0
    kept = flying / "out" / "board-2016-17-Q1-plan.json"
    told = kept.read_bytes()
    again = call("board", *arguments, "--formats", "html", "--lang", "cy")
    assert again.code == 0
    assert "making a plan" not in again.err
    assert kept.read_bytes() == told


def test_what_a_pot_lacks_is_to_be_decided(where: Basis) -> None:
    found = pack_facts(where, Audience())
    first = found.pots[0]
    over = replace(first, available=first.forecast - 2_500.0)
    asked = next(
        block.texts
        for block in summary_blocks(Wording(replace(found, pots=(over,)), language("en")))
        if isinstance(block, Points)
    )
    assert [text for text in asked if text.startswith("Agree how common is to pay £2,500 more than it has in 2016/17")]
    asked = next(block.texts for block in summary_blocks(Wording(found, language("en"))) if isinstance(block, Points))
    assert not [text for text in asked if text.startswith("Agree how")]


def test_a_partner_is_not_told_in_each_row_who_it_is(where: Basis) -> None:
    whole, own = (packs(where, audience)["en"] for audience in (Audience(), Audience("torfaen")))
    told = [table.key for table in own.tables() if "partner" in [column.key for column in table.columns]]
    assert told == ["pay_year"]
    assert len([table for table in whole.tables() if "partner" in [column.key for column in table.columns]]) > 5
    for table in own.tables():
        assert table.headers >= 1
        assert {len(row) for row in table.rows} <= {len(table.columns)}
