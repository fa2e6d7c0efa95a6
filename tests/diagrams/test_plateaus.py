"""Plateaus: where each system is as a quarter ends, what appears and goes, and the pictures of it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from builders import build, consolidate, inventory, refresh, rehost, retain, retire, service, system
from drawings import SVG, many, move, needs_graphviz, texts

from consolidate.accounts.ledger import ledger
from consolidate.diagrams.landscape import (
    AS_IS,
    BUILDING,
    LATER,
    OUTSIDE,
    READY,
    RENEWED,
    RETIRED,
    SHARED,
    UNDER_WAY,
    Gap,
    plateau,
)
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.plateau_words import changes
from consolidate.diagrams.plateaus import MOST_DRAWN, draw_plateaus, plateau_diagrams, plateau_quarters
from consolidate.diagrams.roadmap import draw_roadmap
from consolidate.errors import InvalidArgument
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.plan import Plan, ServiceBuild, Stay


def small() -> tuple[Inventory, Plan]:
    """A system for each thing that can become of one; the second partner joins in the third quarter."""
    data = inventory(
        system("torfaen/hr", consolidate("payroll", quarters=2, parallel_run=1), name="iTrent", end_of_life=2),
        system("torfaen/web", rehost(), name="Web server"),
        system("torfaen/fax", retire(), name="Fax"),
        system("torfaen/desk", refresh(), name="Desk"),
        system("torfaen/library", retain(), name="Library"),
        system("newport/hr", rehost(then=consolidate("payroll")), name="Resourcelink"),
        services=[service("payroll", build(2)), service("email", ready=-1), service("never", build(1))],
        T=8,
    )
    data = replace(
        data,
        partners={id: replace(one, joins=2 if id == "newport" else 0) for id, one in data.partners.items()},
        systems={id: replace(one, joins=2 if one.partner == "newport" else 0) for id, one in data.systems.items()},
    )
    moves = (
        move("torfaen/hr", 1, "consolidate", 2, 3, to="payroll", last=4),
        move("torfaen/web", 1, "rehost", 1, 1),
        move("torfaen/fax", 1, "retire", 1, 1),
        move("torfaen/desk", 1, "refresh", 5, 5),
        move("newport/hr", 1, "rehost", 3, 3),
        move("newport/hr", 1, "consolidate", 5, 5, to="payroll", step=2),
    )
    return data, Plan(moves, (Stay("torfaen/library"),), (ServiceBuild(0, "payroll", 2),), ())


def view_of(data: Inventory, plan: Plan, own: str = "en") -> PlanView:
    return PlanView(data, plan, ledger(data, plan), language(own))


@pytest.mark.parametrize(
    ("id", "states"),
    [
        ("torfaen/hr", [AS_IS, AS_IS, AS_IS, UNDER_WAY, SHARED, SHARED, SHARED]),
        ("torfaen/web", [AS_IS, AS_IS, RENEWED, RENEWED, RENEWED, RENEWED, RENEWED]),
        ("torfaen/fax", [AS_IS, AS_IS, RETIRED, RETIRED, RETIRED, RETIRED, RETIRED]),
        ("torfaen/desk", [AS_IS, AS_IS, AS_IS, AS_IS, AS_IS, AS_IS, RENEWED]),
        ("torfaen/library", [AS_IS] * 7),
        ("newport/hr", [OUTSIDE, OUTSIDE, OUTSIDE, AS_IS, RENEWED, RENEWED, SHARED]),
    ],
)
def test_where_a_system_is_as_each_quarter_ends(id: str, states: list[str]) -> None:
    view = view_of(*small())
    assert [plateau(view, quarter).systems[id].state for quarter in range(-1, 6)] == states


def test_an_old_system_that_runs_on_is_in_both_places() -> None:
    view = view_of(*small())
    found = [plateau(view, quarter).systems["torfaen/hr"] for quarter in (2, 3, 4)]
    assert [(one.service, one.beside, one.at_home) for one in found] == [
        (None, False, True),
        ("payroll", True, True),
        ("payroll", False, False),
    ]
    assert [one.unsupported for one in found] == [False, True, True]


def test_a_service_is_there_when_the_quarter_before_its_first_one_ends() -> None:
    view = view_of(*small())
    assert [plateau(view, quarter).services["payroll"] for quarter in range(-1, 3)] == [LATER, BUILDING, READY, READY]
    assert {plateau(view, quarter).services["email"] for quarter in range(-1, 8)} == {READY}
    assert {plateau(view, quarter).services["never"] for quarter in range(-1, 8)} == {LATER}


def test_what_appears_and_goes_is_said() -> None:
    view = view_of(*small())
    assert changes(view, Gap(view, plateau(view, -1), plateau(view, 3)), 5) == [
        ("Joins", "Newport, with 1 system"),
        ("New services", "payroll"),
        ("To payroll", "iTrent"),
        ("Renewed or moved by its partner", "Web server, Resourcelink"),
        ("Goes", "Fax"),
    ]
    assert changes(view, Gap(view, plateau(view, 6), plateau(view, 7)), 5) == [("", "Nothing changes.")]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("en", "+1 service, 2 move in, 2 renewed, 1 goes"),
        ("cy", "+1 gwasanaeth, 2 yn symud i mewn, 2 wedi’i adnewyddu, 1 yn mynd"),
    ],
)
def test_an_arrow_says_how_much_changes_whole(own: str, said: str) -> None:
    """In as many lines as it takes, whatever the language: in Welsh the third was cut off."""
    view = view_of(*small(), own)
    canvas = next(one.canvas for one in plateau_diagrams(view, [7]) if one.canvas.name == "plateaus")
    lines = [label.text for _, label in canvas.labels if label.size == 8 and label.anchor == "middle"]
    assert " ".join(lines).startswith(said)


def test_many_names_are_cut_and_counted_and_one_that_several_bear_has_its_partner() -> None:
    data, plan = many(24, 2, 3, 8, seed=4, names=["Email", "Payroll"])
    view = view_of(data, plan)
    said = changes(view, Gap(view, plateau(view, -1), plateau(view, 7)), 1)
    assert any(text.startswith("Email (Partner-0) and ") and text.endswith(" more") for _, text in said)


@needs_graphviz
def test_the_files_are_of_one_run_and_speak_to_a_screen_reader(tmp_path: Path) -> None:
    data, plan = small()
    books = ledger(data, plan)
    found = draw_plateaus(data, plan, books, tmp_path, ["2017/18 Q2", "2016/17 Q4", "2016/17 Q4"])
    assert [path.name for path in found.files] == ["plateaus.gv", "plateaus.png", "plateaus.svg"]
    root = ET.parse(tmp_path / "plateaus.svg").getroot()
    assert (root.get("role"), root.get("lang")) == ("img", "en-GB")
    description = root.findtext(f"{SVG}desc") or ""
    assert (
        "Start of 2016/17 Q1: as it was: 5, not in the programme yet: 1; Services that are there: email." in description
    )
    assert "Then: Joins: Newport, with 1 system; New services: payroll; To payroll: iTrent;" in description
    said = [one.text for one in root.iter(f"{SVG}title")]
    assert "End of 2016/17 Q4: Torfaen, iTrent: on payroll; the old system still runs; running unsupported." in said
    assert {"Start of 2016/17 Q1", "End of 2016/17 Q4", "End of 2017/18 Q2"} <= {
        box[4] for box in texts(tmp_path / "plateaus.svg")
    }
    draw_roadmap(data, plan, books, tmp_path, formats=("svg",))
    assert not (tmp_path / "plateaus.svg").exists()  # it may be of another plan


def test_a_partners_page_is_the_same_whatever_others_are_and_do() -> None:
    data, plan = many(MOST_DRAWN * 2, 3, 5, 12, seed=9)
    moves = tuple(
        one if one.system.startswith("partner-1") else replace(one, approach="rehost", to=None, cutover=9, last=9)
        for one in plan.moves
    )
    pages = [
        {one.canvas.name: one.canvas for one in plateau_diagrams(view_of(data, made), [5, 11])}
        for made in (plan, replace(plan, moves=moves, gap=0.2))
    ]
    mine, again = (found["plateaus-partner-1"] for found in pages)
    assert (mine.to_dot(), mine.description, mine.groups) == (again.to_dot(), again.description, again.groups)
    assert pages[0]["plateaus"].to_dot() != pages[1]["plateaus"].to_dot()
    assert not [name for name in ("partner-0", "Partner-0", "partner-2") if name in mine.to_dot() + mine.description]


def test_each_picture_bears_the_classification_of_what_it_shows() -> None:
    data, plan = many(MOST_DRAWN * 2, 3, 5, 12, seed=9)
    systems = {
        id: replace(one, classification="secret" if one.partner == "partner-2" else "official")
        for id, one in data.systems.items()
    }
    data = replace(data, systems=systems, classifications=("official", "secret"))
    for one in plateau_diagrams(view_of(data, plan), [11]):
        marking = "SECRET" if one.canvas.name in ("plateaus", "plateaus-partner-2") else "OFFICIAL"
        assert one.canvas.marking == marking
        assert f'label="{marking}\\r"' in one.canvas.to_dot()


@pytest.mark.parametrize(
    ("quarters", "reason"),
    [
        ([], "plateaus 0 quarters: name 1 to 8"),
        (["2016"], "plateaus '2016': write a quarter as 2016/17 Q1"),
        (["2016/17 Q1", "2031/32 Q1"], "the quarters appraised are 2016/17 Q1 to 2017/18 Q4"),
        (["2015/16 Q4"], "the quarters appraised are"),
    ],
)
def test_quarters_that_cannot_be_drawn_are_refused(quarters: list[str], reason: str) -> None:
    with pytest.raises(InvalidArgument, match=reason.replace("(", "\\(")):
        plateau_quarters(small()[0], quarters)


def test_a_quarter_may_be_given_alone_and_quarters_in_any_order() -> None:
    data = small()[0]
    assert plateau_quarters(data, "2016/17 Q4") == [3]
    assert plateau_quarters(data, ["2017/18 Q1", " 2016/17 Q4"]) == [3, 4]
