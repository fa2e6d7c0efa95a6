"""The pictures: their text stays text, nothing overlaps, same plan same bytes, and no Graphviz is no disaster."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from math import dist
from pathlib import Path

import pytest
from builders import (
    build,
    consolidate,
    freeze,
    inventory,
    milestone,
    rehost,
    service,
    system,
)
from drawings import SVG, many, move, needs_graphviz, overlaps, texts, tiny

from consolidate.accounts.ledger import ledger
from consolidate.diagrams.axis import Axis
from consolidate.diagrams.critical_path import critical_chain
from consolidate.diagrams.dependencies import pack_boxes
from consolidate.diagrams.engine import rendering, themes
from consolidate.diagrams.engine.layered_layout import layered_layout, spaced
from consolidate.diagrams.picture_files import Drawn
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.platform_services import service_codes
from consolidate.diagrams.roadmap import MOST_SYSTEMS, diagrams, draw_roadmap
from consolidate.diagrams.sentences import counts
from consolidate.diagrams.system_rows import SystemRow, risk
from consolidate.inventory import Inventory, Name
from consolidate.plan import Plan, ServiceBuild
from consolidate.quarters import Calendar
from consolidate.variants import with_systems

GOLDEN = Path(__file__).parent / "goldens" / "roadmap.gv"
ALLOWED = {"svg", "title", "desc", "g", "polygon", "path", "text", "ellipse", "polyline"}
HOSTILE = (
    '<b>&"|{}\\',
    "=cmd|' /C calc'!A0",
    "\\N\\G\\l</text><script>alert(1)</script>",
    "&lt;i&gt; &#65; &amp;",
    'quoted"]; x -> y [label="',
    "\\",
    "Ŵ ŷ Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "two\nlines\x00and\u202eback",
)


# Plans to draw


def drawn(data: Inventory, plan: Plan, out: Path, formats: Sequence[str] = ("svg", "gv")) -> Drawn:
    return draw_roadmap(data, plan, ledger(data, plan), out, formats=formats)


# What is drawn


def test_a_milestone_may_bear_a_name_by_language(tmp_path: Path) -> None:
    data, plan = tiny()
    named = [replace(one, name=Name({"en": "A review", "cy": "Adolygiad"})) for one in data.milestones]
    assert named
    assert drawn(replace(data, milestones=tuple(named)), plan, tmp_path).files


def test_the_graph_of_a_tiny_plan_is_the_golden_one() -> None:
    data, plan = tiny()
    canvas = diagrams(PlanView(data, plan, ledger(data, plan)))[0].canvas
    assert canvas.to_dot() == GOLDEN.read_text(encoding="utf-8")


@needs_graphviz
def test_all_files_are_written(tmp_path: Path) -> None:
    found = drawn(*tiny(), tmp_path, ("svg", "png", "gv"))
    assert found.note is None
    names = ["dependencies.svg", "map.svg", "roadmap.gv", "roadmap.png", "roadmap.svg"]
    assert [path.name for path in found.files] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == [".consolidate.json", *names]
    wide = int.from_bytes((tmp_path / "roadmap.png").read_bytes()[16:20], "big")
    assert 2000 <= wide <= 2200  # pixels, from the PNG's header


@needs_graphviz
def test_an_svg_speaks_to_a_screen_reader(tmp_path: Path) -> None:
    drawn(*tiny(), tmp_path)
    for name in ("roadmap", "map", "dependencies"):
        text = (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        root = ET.fromstring(text)
        assert root.get("role") == "img"
        assert root.get("lang") == "en-GB"
        title, description = root[0], root[1]
        assert (title.tag, title.get("id")) == (f"{SVG}title", root.get("aria-labelledby"))
        assert (description.tag, description.get("id")) == (f"{SVG}desc", root.get("aria-describedby"))
        assert "Test programme" in (title.text or "")
        assert len(description.text or "") > 60
        for word in ("graphviz", "Generated", "<script", "href", "<!DOCTYPE"):
            assert word not in text


@needs_graphviz
def test_a_bar_says_what_it_is_in_a_full_sentence(tmp_path: Path) -> None:
    drawn(*tiny(), tmp_path)
    titles = [title.text for title in ET.parse(tmp_path / "roadmap.svg").getroot().iter(f"{SVG}title")]
    assert (
        "Torfaen: iTrent moves to payroll by consolidate, 2016/17 Q3 to Q4; the old system runs on to 2017/18 Q1;"
        " support ends 2016/17 Q4, unsupported for 1 quarter; risk amber; on the critical path."
    ) in titles
    assert (
        "payroll (code PA) is built 2016/17 Q1 to Q2 and is ready from 2016/17 Q3; 1 system moves in;"
        " on the critical path."
    ) in titles


@needs_graphviz
def test_hostile_text_stays_text(tmp_path: Path) -> None:
    drawn(*many(24, 3, 4, 8, seed=3, names=HOSTILE), tmp_path)
    for name in ("roadmap", "map", "dependencies"):
        root = ET.parse(tmp_path / f"{name}.svg").getroot()
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ALLOWED
        shown = [element.text for element in root.iter(f"{SVG}text")]
        for text in HOSTILE[:6]:
            assert text in shown, name
    said = " ".join(element.text or "" for element in ET.parse(tmp_path / "roadmap.svg").getroot().iter(f"{SVG}title"))
    for text in (*HOSTILE[:7], "two lines and back"):
        assert text in said


@needs_graphviz
@pytest.mark.parametrize(
    ("count", "partners", "services", "T", "seed"),
    [
        (20, 3, 6, 16, 1),
        (60, 3, 12, 16, 2),
        (30, 5, 3, 40, 3),  # approaches beside the names
        (3, 1, 0, 1, 4),  # one quarter, no services
        (150, 6, 8, 12, 5),  # counted
        (200, 60, 2, 9, 6),  # a row for each partner, tables instead of lines
    ],
)
def test_no_texts_overlap_or_leave_the_page(
    tmp_path: Path, count: int, partners: int, services: int, T: int, seed: int
) -> None:
    found = drawn(*many(count, partners, services, T, seed), tmp_path, ("svg",))
    for path in found.files:
        boxes = texts(path)
        wide, high = map(float, (ET.parse(path).getroot().get("viewBox") or "").split()[2:])
        assert [box[4] for box in boxes if box[0] < 0 or box[1] < 0 or box[2] > wide or box[3] > high] == []
        assert overlaps(boxes) == [], path.name


@needs_graphviz
def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    data, plan = many(70, 3, 5, 10, seed=8)
    one = drawn(data, plan, tmp_path / "one")
    shuffled = replace(plan, moves=plan.moves[::-1], stays=plan.stays[::-1], builds=plan.builds[::-1])
    other = drawn(data, shuffled, tmp_path / "other")
    assert [path.name for path in one.files] == [path.name for path in other.files]
    for path in one.files:
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes(), path.name


@needs_graphviz
def test_many_systems_are_counted_and_each_partner_has_a_page(tmp_path: Path) -> None:
    data, plan = many(MOST_SYSTEMS * 2, 3, 5, 10, seed=9)
    names = {path.name for path in drawn(data, plan, tmp_path, ("svg",)).files}
    pages = {f"roadmap-partner-{n}.svg" for n in range(3)}
    assert names == {"roadmap.svg", "map.svg", "dependencies.svg", *pages}
    summary = (tmp_path / "roadmap.svg").read_text(encoding="utf-8")
    assert "board summary" in summary
    for n in range(3):
        page = [box[4] for box in texts(tmp_path / f"roadmap-partner-{n}.svg")]
        own = [one for one in data.systems.values() if one.partner == f"partner-{n}"]
        moving = {one.system for one in plan.moves}
        assert all(str(one.name) in page for one in own if one.id in moving)


def test_a_partners_page_says_only_what_concerns_its_systems() -> None:
    data, plan = many(MOST_SYSTEMS * 2, 3, 5, 10, seed=9)
    of_one = [one.id for one in data.systems.values() if one.partner == "partner-1"]
    data = replace(
        data,
        milestones=(*data.milestones, milestone(5, "1/4", *of_one, why="a lease ends")),
        freezes=(freeze([3], *of_one, stops_work=True),),
    )
    pages = {diagram.canvas.name: diagram.canvas for diagram in diagrams(PlanView(data, plan, ledger(data, plan)))}
    for name in ("roadmap", "roadmap-partner-0", "roadmap-partner-1"):
        graph = pages[name].to_dot()
        assert ("a lease ends" in graph) == (name != "roadmap-partner-0")
        assert ("freeze: no work" in graph) == (name != "roadmap-partner-0")
        assert ("not the last year" in graph) == (name == "roadmap")  # it is a milestone of all systems


def test_a_partners_page_is_the_same_whatever_others_are_and_do() -> None:
    """What others move, into what, when, what it is called, and how many there are: no byte of the page is another."""
    data, plan = many(MOST_SYSTEMS * 2, 3, 5, 10, seed=9)
    own = "partner-1"
    others = [one for one in data.systems.values() if one.partner != own]
    renamed = {one.id: replace(one, name=Name({"en": "Another"}), end_of_life=1, after=()) for one in others}
    gone = {one.id for one in others[::2]}
    changed = replace(data, systems={id: renamed.get(id, one) for id, one in data.systems.items() if id not in gone})
    changed = with_systems(changed, frozenset(changed.systems))
    moves = tuple(
        one if one.system.startswith(own) else replace(one, approach="rehost", to=None, cutover=9, last=9)
        for one in plan.moves
        if one.system not in gone
    )
    stays = tuple(one for one in plan.stays if one.system not in gone)
    another = replace(plan, moves=moves, stays=stays, gap=0.2)
    pages = [
        {diagram.canvas.name: diagram.canvas for diagram in diagrams(PlanView(one, made, ledger(one, made)))}
        for one, made in ((data, plan), (changed, another))
    ]
    mine, again = (found[f"roadmap-{own}"] for found in pages)
    assert (mine.to_dot(), mine.description, mine.groups) == (again.to_dot(), again.description, again.groups)
    assert pages[0]["roadmap"].to_dot() != pages[1]["roadmap"].to_dot()


@pytest.mark.parametrize("count", [8, 120, 900])
def test_every_picture_bears_the_classification_of_what_it_shows(count: int) -> None:
    data, plan = many(count, 3, 5, 10, seed=9)
    systems = {
        id: replace(one, classification="secret" if one.partner == "partner-2" else "official")
        for id, one in data.systems.items()
    }
    data = replace(data, systems=systems, classifications=("official", "secret"))
    for diagram in diagrams(PlanView(data, plan, ledger(data, plan))):
        canvas = diagram.canvas
        marking = "OFFICIAL" if canvas.name.startswith(("roadmap-partner-0", "roadmap-partner-1")) else "SECRET"
        assert canvas.marking == marking
        assert f'label="{marking}\\r"' in canvas.to_dot()
        assert canvas.description.startswith(f"{marking}. ")


# Without Graphviz


@pytest.mark.parametrize("count", [8, 300, 900])
def test_a_plan_without_risk_is_drawn_in_every_detail(count: int) -> None:
    """Each picture, whether it shows systems, groups of them or a table; none speaks of support or of a risk."""
    data, plan = many(count, 9, 6, 12, 7)
    for diagram in diagrams(PlanView(data, plan, ledger(data, plan), rated=False)):
        said = " ".join([diagram.canvas.description, *diagram.canvas.groups, diagram.canvas.to_dot()])
        assert not [word for word in ("risk red", "unsupported", "support ends", "R red") if word in said]
        assert not [risk for risk in "RAG" if themes.TINT[risk] in diagram.canvas.to_dot()]


def test_without_graphviz_the_graphs_are_written_and_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "renderers", list)
    found = drawn(*tiny(), tmp_path, ("svg", "png"))
    assert {path.name for path in found.files} == {"roadmap.gv", "map.gv", "dependencies.gv"}
    assert found.note is not None
    assert "\n" not in found.note
    assert "install it, or the package pygraphviz" in found.note


def test_a_renderer_that_fails_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(jobs: Sequence[rendering.Job]) -> list[bytes]:
        raise rendering.CannotDraw("it broke")

    monkeypatch.setattr(rendering, "renderers", lambda: [broken, lambda jobs: [b"picture" for _ in jobs]])
    assert rendering.render([rendering.Job("digraph {}", "svg")]) == [b"picture"]
    monkeypatch.setattr(rendering, "renderers", lambda: [broken])
    with pytest.raises(rendering.CannotDraw, match="it broke"):
        rendering.render([rendering.Job("digraph {}", "svg")])


@needs_graphviz
def test_a_graph_with_a_mistake_is_no_picture() -> None:
    with pytest.raises(rendering.CannotDraw):
        rendering.render([rendering.Job("digraph { a [label=<<FONT></FONT>> ", "svg")])


# What the pictures say


@pytest.mark.parametrize(
    ("exposed", "end_of_life", "last", "expected"),
    [
        ((), None, 3, "G"),
        ((), 5, 3, "G"),
        ((), 4, 3, "A"),  # off in the quarter before
        ((), 3, 3, "A"),  # off in the quarter in which support ends
        ((3,), 2, 3, "A"),
        ((2, 3), 1, 3, "R"),
        ((7, 8), None, 3, "R"),  # what it moved to is unsupported
    ],
)
def test_risk(exposed: tuple[int, ...], end_of_life: int | None, last: int, expected: str) -> None:
    assert risk(exposed, (move("a/b", 1, "retire", 1, last, last=last),), end_of_life) == expected


def test_codes_are_short_and_unique() -> None:
    ids = [f"service-{n}" for n in range(60)] + ["email", "hr", "hr-payroll", "e", "9"]
    found = service_codes(ids)
    assert len(set(found.values())) == len(ids)
    assert max(map(len, found.values())) <= 3


def test_the_critical_path_follows_what_waits() -> None:
    data = inventory(
        system("a/first", consolidate("s", quarters=2)),
        system("a/second", rehost(quarters=1), after=["a/first"]),
        system("a/idle", rehost(quarters=1), after=["a/first"]),
        services=[service("s", build(1), needs=["base"]), service("base", build(2))],
        T=8,
    )
    base, built = ServiceBuild(0, "base", 2), ServiceBuild(2, "s", 3)
    first, second = move("a/first", 1, "consolidate", 3, 4, to="s"), move("a/second", 1, "rehost", 5, 5)
    idle = move("a/idle", 1, "rehost", 4, 5)
    plan = Plan((first, idle, second), (), (base, built), ())
    assert critical_chain(data, plan) == (base, built, first, second)
    late = move("a/second", 1, "rehost", 6, 6)
    assert critical_chain(data, Plan((first, idle, late), (), (base, built), ())) == ()
    assert critical_chain(data, Plan((), (), (), ())) == ()


def test_rows_stand_by_start() -> None:
    data, plan = many(40, 2, 3, 12, seed=5)
    for rows in PlanView(data, plan, ledger(data, plan)).rows.moving_by_partner.values():
        assert [row.moves[0].start for row in rows] == sorted(row.moves[0].start for row in rows)


def test_counts_add_up() -> None:
    data, plan = many(40, 2, 3, 12, seed=5)
    view = PlanView(data, plan, ledger(data, plan))

    def total(rows: Sequence[SystemRow]) -> int:
        return sum(int(part.split()[0]) for part in counts(view, rows).partition(": ")[2].split(", "))

    assert total(view.rows.every) == 40
    assert counts(view, view.rows.every).startswith("40 systems: ")


def test_the_axis_knows_a_financial_year_that_starts_in_january() -> None:
    axis = Axis.fitting(0, 3, Calendar(4 * 2016 + 3, starts=1))
    assert [(label, list(quarters)) for label, quarters in axis.years()] == [("2016/17", [0]), ("2017/18", [1, 2])]
    assert [axis.months(quarter) for quarter in range(3)] == ["Oct–Dec", "Jan–Mar", "Apr–Jun"]


@pytest.mark.parametrize("colour", [*themes.SERVICES, *themes.RISK.values(), themes.BAND, themes.BLUE])
def test_white_text_can_be_read_on(colour: str) -> None:
    assert themes.contrast(themes.PAPER, colour) >= 4.5


def lightness_and_hue(colour: str) -> tuple[float, float, float]:
    """A colour in CIELAB (D65), in which equal distances look about equally far."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    x, y, z = (
        amount ** (1 / 3) if amount > 0.008856 else 7.787 * amount + 16 / 116
        for amount in (
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_services_can_be_told_apart() -> None:
    """Any two by their colours, and from the colours of risk; those that follow each other at a glance."""
    places = [lightness_and_hue(colour) for colour in themes.SERVICES]
    risks = [lightness_and_hue(colour) for colour in themes.RISK.values()]
    assert min(dist(one, other) for one, other in combinations(places, 2)) >= 18
    assert min(dist(one, risk) for one in places for risk in risks) >= 15
    assert min(dist(one, other) for one, other in pairwise([*places, places[0]])) >= 35


@pytest.mark.parametrize(
    ("ink", "paper"),
    [(themes.INK, paper) for paper in (*themes.TINT.values(), themes.BUILD, themes.USED, themes.FREEZE, themes.NO_WORK)]
    + [(themes.GREY, paper) for paper in (themes.PAPER, themes.YEAR, themes.HEAD, themes.WATER, *themes.TINT.values())],
)
def test_dark_text_can_be_read(ink: str, paper: str) -> None:
    assert themes.contrast(ink, paper) >= 4.5


# Geometry


def test_layers_keep_order_and_distance() -> None:
    layout = layered_layout(
        ["a", "b", "c", "d"], [("a", "b"), ("b", "c"), ("a", "c")], [("c", "d")], node_gap=10, edge_gap=4
    )
    assert layout.layer == {"a": 0, "b": 1, "c": 2, "d": 2}
    assert abs(layout.y["c"] - layout.y["d"]) >= 10
    assert len(layout.routes["a", "c"]) == 1
    assert abs(layout.routes["a", "c"][0] - layout.y["b"]) >= 7


def test_spread_is_least_squares() -> None:
    pick = random.Random(4)
    for _ in range(50):
        wanted = [pick.uniform(0, 20) for _ in range(5)]
        found = spaced(wanted, [3.0] * 4)
        assert all(b - a >= 3 - 1e-9 for a, b in pairwise(found))
        best = sum((a - b) ** 2 for a, b in zip(found, wanted, strict=True))
        for index in range(5):  # no neighbouring feasible place is better
            for step in (-0.01, 0.01):
                other = [*found]
                other[index] += step
                if all(b - a >= 3 for a, b in pairwise(other)):
                    assert sum((a - b) ** 2 for a, b in zip(other, wanted, strict=True)) >= best - 1e-9


def test_packed_boxes_do_not_touch() -> None:
    pick = random.Random(6)
    sizes = [(pick.uniform(1, 9), pick.uniform(1, 9)) for _ in range(40)]
    places, high = pack_boxes(sizes, 20)
    boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(places, sizes, strict=True)]
    for index, one in enumerate(boxes):
        assert one[2] <= 20.01
        assert one[3] <= high
        for other in boxes[index + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


if __name__ == "__main__":  # writes the golden graph anew, to be looked at before it is kept
    example, choice = tiny()
    canvas = diagrams(PlanView(example, choice, ledger(example, choice)))[0].canvas
    GOLDEN.write_text(canvas.to_dot(), encoding="utf-8", newline="\n")
