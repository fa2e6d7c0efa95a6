"""The CSV files: what stands in them, and that they add up."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from math import fsum
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
import small_inventories
from builders import (
    build,
    consolidate,
    contract,
    inventory,
    plan_of,
    pot,
    refresh,
    rehost,
    retain,
    role,
    service,
    system,
)

import consolidate as c
from consolidate.accounts.differences import What, against_approved, as_approved
from consolidate.accounts.ledger import Ledger, ledger
from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.audience.restriction import Audience
from consolidate.errors import UserError
from consolidate.inventory import Inventory
from consolidate.optimizer import optimize
from consolidate.plan import KINDS, Plan, Price, Stay
from consolidate.report.facts.compute import pack_facts
from consolidate.report.sections.changes import CHANGE_NAMES
from consolidate.report.tables import plan_tables


@pytest.fixture
def case() -> tuple[Inventory, Plan, Ledger]:
    """Three systems of two partners: one moves in two steps, one stays and runs out of support, one is renewed."""
    inv = inventory(
        system(
            "a/x",
            retain(),
            rehost(quarters=2, effort={"dba": 10}, capital={"p": 70}, one_off=5, parallel_run=1, then=consolidate("s")),
            name='=cmd, "x"',
            tier="gold",
            users=4_100,
            run_cost=1_000,
            contract=contract(33, 2),
        ),
        system("b/y", name="Y Gyflogrês", run_cost=99.99, end_of_life=5, exposure=3.5, extended_support=7),
        system("b/z", retain(), refresh(run_cost=10), run_cost=20),
        services=[service("s", build(1, run_cost=7.01, capital={None: 9}))],
        roles=[role("dba", 10, agency={1: 3}, rate=3), role("net")],
        pots=[pot("p", [50, 100], carry_forward=True), pot("q", {"2016/17 Q3": 5, "2017/18": 7})],
        rate=0.035,
    )
    plan = plan_of(inv, {"a/x": (2, 3, 6), "b/z": (2, 0)}, builds={"s": 1}, agency={("dba", 1): 2})
    return inv, plan, ledger(inv, plan)


def rows(frame: pd.DataFrame) -> list[str]:
    return plan_tables.frame_to_csv(frame).splitlines()


def test_moves(case: tuple[Inventory, Plan, Ledger]) -> None:
    assert rows(plan_tables.moves_table(*case)) == [
        "system,name,partner,capability,tier,option,approach,to,step,"
        "start,cutover,live,last,users,capital,effort_days,one_off,unsupported_quarters,contract,area,confidence",
        "b/z,z,b,z,,2,refresh,,1,2016/17 Q1,2016/17 Q1,,2016/17 Q1,0,0.00,0.00,0.00,0,,,medium",
        'a/x,"\'=cmd, ""x""",a,x,gold,2,rehost,,1,2016/17 Q4,2017/18 Q1,2017/18 Q2,2017/18 Q2,4100,70.00,10.00,5.00,0,'
        "ends,,medium",
        'a/x,"\'=cmd, ""x""",a,x,gold,2,consolidate,s,2,'
        "2017/18 Q3,2017/18 Q3,2017/18 Q4,2017/18 Q3,4100,0.00,0.00,0.00,,,,medium",
        "b/y,Y Gyflogrês,b,y,,1,retain,,,,,,,0,,,,2,,,medium",
    ]


def test_staff(case: tuple[Inventory, Plan, Ledger]) -> None:
    inv, _, book = case
    lines = rows(plan_tables.staff_table(inv, book))
    assert lines[0] == "role,quarter,days_available,days_used,agency_limit,agency_days,day_rate,agency_cost"
    assert lines[2] == "dba,2016/17 Q2,10.00,0.00,3.00,2.00,3.00,6.00"
    assert lines[4] == "dba,2016/17 Q4,10.00,5.00,0.00,0.00,3.00,0.00"
    assert lines[9] == "net,2016/17 Q1,,0.00,0.00,0.00,0.00,0.00"
    assert len(lines) == 1 + 2 * 8


def test_capital(case: tuple[Inventory, Plan, Ledger]) -> None:
    inv, _, book = case
    assert rows(plan_tables.capital_table(inv, book)) == [
        "pot,period,kind,amount,carried_in,spent,left,carried_forward",
        "p,2016/17,year,50.00,0.00,35.00,15.00,15.00",
        "p,2017/18,year,100.00,15.00,35.00,80.00,80.00",
        "q,2016/17 Q1,quarter,0.00,0.00,0.00,0.00,0.00",
        "q,2016/17 Q2,quarter,0.00,0.00,0.00,0.00,0.00",
        "q,2016/17 Q3,quarter,5.00,0.00,0.00,5.00,0.00",
        "q,2016/17 Q4,quarter,0.00,0.00,0.00,0.00,0.00",
        "q,2017/18,year,7.00,0.00,0.00,7.00,0.00",
        ",2016/17,year,,,9.00,,",
    ]


def test_unsupported_worst_first() -> None:
    inv = inventory(
        system("a/x", end_of_life=6, exposure=10, extended_support=8),
        system("a/y", end_of_life=3, exposure=10, tier="gold"),
        system("a/z", end_of_life=0, extended_support=2),
        system("a/w", end_of_life=7, exposure=10),
    )
    assert rows(plan_tables.unsupported_table(inv, ledger(inv, plan_of(inv)))) == [
        "system,name,partner,tier,quarters,first,last,extended_support,judged_exposure,"
        "software_support_ends,hardware_support_ends,extended_until",
        "a/y,y,a,gold,4,2017/18 Q1,2017/18 Q4,0.00,40.00,2016/17 Q4,,",
        "a/x,x,a,,1,2017/18 Q4,2017/18 Q4,2.00,10.00,2017/18 Q3,,",
        "a/z,z,a,,7,2016/17 Q2,2017/18 Q4,3.50,0.00,2016/17 Q1,,",
    ]


def test_costs_add_up_to_the_ledger_to_the_penny(case: tuple[Inventory, Plan, Ledger]) -> None:
    inv, _, book = case
    frame = plan_tables.costs_table(inv, book)
    assert f"{frame['discounted'].sum():.2f}" == f"{book.total:.2f}"
    assert frame["amount"].sum() == pytest.approx(sum(book.cash.values()), abs=0.0051)
    for kind in KINDS:
        part = frame[frame["kind"] == kind]["discounted"].sum()
        assert part == pytest.approx(getattr(book.costs, kind), abs=0.0101)


def test_many_small_costs_add_up_too() -> None:
    """A hundred partners at 1.33 pence a year, for two years: rounded one by one they would lose 66 pence."""
    inv = inventory(*(system(f"p{n}/x", run_cost=0.0133) for n in range(100)))
    book = ledger(inv, plan_of(inv))
    assert plan_tables.costs_table(inv, book)["amount"].sum() == pytest.approx(2.66)
    assert sum(round(amount, 2) for amount in book.cash.values()) == pytest.approx(2.0)


def test_costs_name_what_is_no_cash_and_what_is_shared() -> None:
    bare = inventory(
        system("a/x", end_of_life=3, exposure=5, run_cost=4), services=[service("s", build(1, capital=8))], stability=3
    )
    inv = replace(bare, approved=plan_of(bare, {"a/x": (2, 1)}))
    assert rows(plan_tables.costs_table(inv, ledger(inv, plan_of(inv, builds={"s": 5})))) == [
        "partner,financial_year,kind,cash,amount,discounted,spending,note",
        "a,2016/17,run,yes,4.00,4.00,revenue,",
        "a,2016/17,stability,no,12.00,12.00,,",
        "a,2017/18,run,yes,4.00,4.00,revenue,",
        "a,2017/18,exposure,no,20.00,20.00,,",
        "shared,2017/18,capital,yes,8.00,8.00,capital,",
    ]


def test_a_partner_called_shared_is_told_from_what_is_shared() -> None:
    inv = inventory(system("shared/x", run_cost=4), services=[service("s", build(1, capital=8))], T=4)
    frame = plan_tables.costs_table(inv, ledger(inv, plan_of(inv, builds={"s": 1})))
    assert list(frame["partner"]) == ["shared", "(shared)"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r\n=1",
        "  =1",
        "'=1",
        "a\nb",
        'a"b,c',
        "–1",
        "\uff1d1+1",
        "\u3000\uff20SUM(A1)",
    ],
)
def test_text_is_never_a_formula_or_a_row(text: str) -> None:
    inv = inventory(system("a/x", name=text), T=1)
    written = plan_tables.frame_to_csv(plan_tables.moves_table(inv, plan_of(inv), ledger(inv, plan_of(inv))))
    cells = list(csv.reader(io.StringIO(written)))
    assert len(cells) == 2
    assert cells[1][1][0] not in "=+-@\t\r\n \uff1d\uff0b\uff0d\uff20"
    assert cells[1][1].lstrip("'").strip() == " ".join(text.split()).lstrip("'")


def with_areas(inv: Inventory) -> Inventory:
    areas = {"a/x": "Networks", "b/z": "Desktops"}
    systems = {id: replace(one, area=areas.get(id)) for id, one in inv.systems.items()}
    return replace(inv, systems=systems)


def test_areas_add_up_to_the_costs_kind_by_kind(case: tuple[Inventory, Plan, Ledger], tmp_path: Path) -> None:
    """By year too, but for a penny; y, which has no area, stands under none, and what all share apart."""
    inv, plan = with_areas(case[0]), case[1]
    book = ledger(inv, plan)
    frame, costs = plan_tables.areas_table(inv, book), plan_tables.costs_table(inv, book)
    assert list(dict.fromkeys(frame["area"])) == ["Networks", "Desktops", "", "shared"]
    for kind in set(costs["kind"]) | set(frame["kind"]):
        found, expected = (one[one["kind"] == kind]["amount"].sum() for one in (frame, costs))
        assert found == pytest.approx(expected, abs=1e-9), kind
    by_year = [one.groupby("financial_year")["amount"].sum() for one in (frame, costs)]
    assert by_year[0].to_dict() == pytest.approx(by_year[1].to_dict(), abs=0.02)
    assert rows(frame)[:2] == [
        "area,financial_year,kind,cash,amount,discounted,spending,note",
        f"Networks,2016/17,run,yes,1000.00,{1000 * fsum(1.035 ** (-q / 4) for q in range(4)) / 4:.2f},revenue,",
    ]
    assert "Networks,2016/17,capital,yes,35.00,34.11,capital," in rows(frame)
    assert tmp_path / "areas.csv" in plan_tables.write_tables(inv, plan, book, tmp_path)


def test_files_are_written_as_the_same_bytes_each_time(case: tuple[Inventory, Plan, Ledger], tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    paths = plan_tables.write_tables(*case, out)
    names = ["moves.csv", "staff.csv", "capital.csv", "costs.csv", "apportioned.csv", "unsupported.csv"]
    assert paths == [out / name for name in names]
    assert sorted(path.name for path in out.iterdir()) == sorted([".consolidate.json", *names])
    first = [path.read_bytes() for path in paths]
    plan_tables.write_tables(*case, out)
    assert [path.read_bytes() for path in paths] == first
    assert all(text.endswith(b"\n") and b"\r" not in text for text in first)
    assert "Gyflogrês".encode() in first[0]


def test_an_empty_plan_has_its_headings(tmp_path: Path) -> None:
    inv = inventory(system("a/x"))
    plan = plan_of(inv)
    for path in plan_tables.write_tables(inv, plan, ledger(inv, plan), tmp_path):
        assert pd.read_csv(path).columns.size >= 6


def test_every_table_bears_the_classification_of_what_it_is_of(
    case: tuple[Inventory, Plan, Ledger], tmp_path: Path
) -> None:
    """The highest of all systems, in the last column; where the programme has no classifications there is none."""
    data, plan, book = case
    systems = {id: replace(one, classification="official") for id, one in data.systems.items()}
    systems |= {id: replace(one, classification="secret") for id, one in list(systems.items())[:1]}
    marked = replace(data, systems=systems, classifications=("official", "secret", "top"))
    scarce = [Price("pot", "one", "2016/17", "GBP", 1.5)]
    for number, (inv, marking) in enumerate([(data, ""), (marked, "SECRET")]):
        for path in plan_tables.write_tables(inv, plan, book, tmp_path / str(number), scarce):
            head, *lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
            assert ("marking" in head) == bool(marking), path.name
            assert not marking or (head[-1] == "marking" and all(line[-1] == marking for line in lines)), path.name


def test_prices_are_said_to_be_those_of_a_relaxation() -> None:
    frame = plan_tables.prices_table([Price("pot", "one", "2016/17", "GBP", 3.774)])
    assert rows(frame) == [
        "kind,id,period,unit,price,note",
        "pot,one,2016/17,GBP,3.77,price in the relaxation; one more unit need not save it",
    ]


def test_a_folder_that_cannot_be_written_to_is_told(case: tuple[Inventory, Plan, Ledger], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="give a folder that can be written to"):
        plan_tables.write_tables(*case, tmp_path / "file")
    (tmp_path / "moves.csv").mkdir()
    with pytest.raises(UserError, match="give a folder that can be written to"):
        plan_tables.write_tables(*case, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "moves.csv"]


# -- changes.csv ----------------------------------------------------------------------------------

WAYS = """
mail: {run_cost: 400_000, options: [{approach: rehost, run_cost: 50%, capital: 5_000}, {approach: rehost, run_cost: 50%, capital: 90_000}, {approach: retain}]}
pay: {run_cost: 400_000, earliest: 2016/17 Q3, interfaces: [{with: mail, cost: 700}], options: [{approach: consolidate, to: hub, run_cost: 50%}, {approach: retain}]}
"""  # noqa: E501
HUB = "hub: {build: {quarters: 1, capital: 1_000, run_cost: 400}}"
MAIL = "systems:\n  p/mail: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q1%s}\n"
BUILT = (MAIL % "") + "services:\n  hub: {status: %s}\n"


def ways_apart(frame: pd.DataFrame) -> list[str]:
    """changes.csv without the ways of moving and what is of new systems, which have tests of their own."""
    return rows(frame.drop(columns=["approved_as", "now_as", "new_costs", "new_saves"]))


HEAD = "system,service,name,step,change,approved,now,quarters,why,costs_more,capital_more,note"


def reported(tmp_path: Path, report: str = "") -> tuple[Inventory, Plan, Ledger]:
    """What was approved for :data:`WAYS`, then a report on its first quarter, and the plan from there."""
    small_inventories.write(tmp_path, "discount_rate: 0%\n", WAYS, HUB)
    first = c.load(tmp_path)
    approved = c.to_json(optimize(first, gap=0).plan, first.calendar)
    files = {"approved/001.json": approved}
    files |= {"progress/2016-17-Q1.yaml": f"quarter: 2016/17 Q1\n{report}"} if report else {}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    data = c.load(tmp_path)
    plan = optimize(data, gap=0).plan
    return data, plan, ledger(data, plan)


@pytest.mark.parametrize(
    ("report", "wanted"),
    [
        (MAIL % "", []),
        (MAIL % ", capital: 5_000.40", []),
        (MAIL % ", option: 2", ["p/mail,,mail,1,option,2016/17 Q1,2016/17 Q1,0,reported,85000.00,85000.00,"]),
        (
            MAIL % ", capital: 5_000.50, note: dear",
            ["p/mail,,mail,1,cost,2016/17 Q1,2016/17 Q1,0,reported,0.50,0.50,dear"],
        ),
        (
            BUILT % "ready, start: 2016/17 Q1, ready: 2016/17 Q2, capital: 800_000",
            [",hub,hub,,sooner,2016/17 Q3,2016/17 Q2,-1,reported,799100.00,799000.00,"],
        ),
        (
            BUILT % "started, start: 2016/17 Q1, expected: 2016/17 Q3, capital: 7_000",
            [",hub,hub,,cost,2016/17 Q3,2016/17 Q3,0,reported,6000.00,6000.00,"],
        ),
    ],
)  # fmt: skip
def test_what_is_not_as_approved(tmp_path: Path, report: str, wanted: list[str]) -> None:
    """Another option, another cost, builds; and nothing of what costs otherwise because of its neighbours alone."""
    data, plan, book = reported(tmp_path, report)
    assert ways_apart(plan_tables.changes_table(data, plan, book)) == [HEAD, *wanted]
    pack = pack_facts(Basis(PlanBooks(data, plan), None, 0, holds=None), Audience()).against
    assert pack is not None
    listed = [(one.system, one.what) for one in pack.moves] + [(one.service, one.what) for one in pack.builds]
    assert listed == [("".join(row.split(",")[:2]), row.split(",")[4]) for row in wanted]


def test_each_kind_of_change_has_its_words() -> None:
    assert set(CHANGE_NAMES) == set(get_args(What))


def test_a_planned_system_is_not_changed_by_its_neighbours(tmp_path: Path) -> None:
    """Mail goes live a quarter later than approved: pay, which moves as approved, pays for a shorter interface."""
    late = "systems:\n  p/mail: {status: started, approach: rehost, start: 2016/17 Q1, expected: 2016/17 Q2}\n"
    data, plan, book = reported(tmp_path, late)
    assert data.approved is not None
    before = ledger(replace(data, progress=None, open=0), data.approved)
    assert before.per_system["p/pay"]["interface"] > book.per_system["p/pay"]["interface"]
    assert [line.split(",")[:5] for line in ways_apart(plan_tables.changes_table(data, plan, book))[1:]] == [
        ["p/mail", "", "mail", "1", "later"]
    ]


def test_a_restart_that_ends_on_time_cost_what_was_lost(tmp_path: Path) -> None:
    told = MAIL.replace("live", "started").replace(", cutover: 2016/17 Q1%s", ", expected: 2016/17 Q2, capital: 300")
    data, _, _ = reported(tmp_path, told)
    assert data.approved is not None
    second = {"start": 1, "cutover": 1, "last": 1}
    moves = tuple(replace(one, **(second if one.system == "p/mail" else {})) for one in data.approved.moves)
    (tmp_path / "approved/001.json").write_text(c.to_json(replace(data.approved, moves=moves), data.calendar))
    for quarter, text in ((2, "{status: stopped}"), (3, "{status: live, start: 2016/17 Q2, cutover: 2016/17 Q2}")):
        path = tmp_path / f"progress/2016-17-Q{quarter}.yaml"
        path.write_text(f"quarter: 2016/17 Q{quarter}\nsystems:\n  p/mail: {text}\n")
    data = c.load(tmp_path)
    plan = optimize(data, gap=0).plan
    found = [
        line
        for line in ways_apart(plan_tables.changes_table(data, plan, ledger(data, plan)))
        if line.startswith("p/mail")
    ]
    assert found == ["p/mail,,mail,1,cost,2016/17 Q2,2016/17 Q2,0,reported,300.00,300.00,"]


def test_what_was_late_when_it_was_approved_is_as_approved(tmp_path: Path) -> None:
    """The Board approves anew what is late already: the move and the build that it waits for."""
    late = MAIL.replace("live", "started").replace("cutover: 2016/17 Q1%s", "expected: 2016/17 Q4")
    data, plan, _ = reported(
        tmp_path, late + "services:\n  hub: {status: started, start: 2016/17 Q1, expected: 2016/17 Q3}\n"
    )
    assert [(move.start, move.cutover) for move in plan.moves if move.system == "p/mail"] == [(0, 3)]
    (tmp_path / "approved/002.json").write_text(c.to_json(plan, data.calendar))
    data = c.load(tmp_path)
    plan = optimize(data, gap=0).plan
    book = ledger(data, plan)
    found = against_approved(data, plan, book)
    assert (found.moves, found.builds) == ((), ())
    assert found.then.paid == pytest.approx(book.paid)
    pack = pack_facts(Basis(PlanBooks(data, plan), None, 0, holds=None), Audience())
    assert pack.extra_cost == pytest.approx(0)


TOLD = "quarter: 2016/17 Q%d\nsystems:\n  %s\n"


def tell(folder: Path, quarter: int, system: str) -> Inventory:
    (folder / f"progress/2016-17-Q{quarter}.yaml").write_text(TOLD % (quarter, system), encoding="utf-8")
    return c.load(folder)


def approve(folder: Path, data: Inventory) -> tuple[Inventory, Plan]:
    """A plan of what is there, approved."""
    plan = optimize(data, gap=0).plan
    number = len(list((folder / "approved").iterdir())) + 1
    (folder / f"approved/00{number}.json").write_text(c.to_json(plan, data.calendar), encoding="utf-8")
    return c.load(folder), plan


def test_what_had_been_spent_when_it_was_approved_is_as_approved(tmp_path: Path) -> None:
    """The Board approves anew what has cost otherwise, a move and a build; only what happens then has changed."""
    text = (
        MAIL % ", capital: 25_000"
    ) + "services:\n  hub: {status: started, start: 2016/17 Q1, expected: 2016/17 Q3, capital: 70}\n"
    data, _, _ = reported(tmp_path, text)
    data, plan = approve(tmp_path, data)
    book = ledger(data, plan)
    found = against_approved(data, plan, book)
    assert (found.moves, found.builds) == ((), ())
    assert found.then.paid == pytest.approx(book.paid)
    assert found.then.capital == book.capital
    for audience in (Audience(), Audience(partner="p"), Audience(public=True)):
        pack = pack_facts(Basis(PlanBooks(data, plan), None, 0, holds=None), audience)
        assert pack.against is not None
        assert (pack.against.moves, pack.against.builds) == ((), ())
        assert pack.extra_cost in (None, pytest.approx(0))
    data = tell(tmp_path, 2, "p/mail: {capital: 800, note: paid twice}")
    wanted = "p/mail,,mail,1,cost,2016/17 Q1,2016/17 Q1,0,reported,800.00,800.00,paid twice"
    plan = optimize(data, gap=0).plan
    assert ways_apart(plan_tables.changes_table(data, plan, ledger(data, plan))) == [HEAD, wanted]


def test_reports_that_were_corrected_count_as_the_approved_plan_says(tmp_path: Path) -> None:
    """Nobody can tell any more what had been spent by then: the option's capital counts."""
    data, _, _ = reported(tmp_path, MAIL % ", capital: 25_000")
    approve(tmp_path, data)
    data = tell(tmp_path, 1, MAIL.splitlines()[1].strip() % ", capital: 25_001")
    assert data.progress is not None
    assert data.progress.approved is None
    wanted = "p/mail,,mail,1,cost,2016/17 Q1,2016/17 Q1,0,reported,20001.00,20001.00,"
    plan = optimize(data, gap=0).plan
    assert ways_apart(plan_tables.changes_table(data, plan, ledger(data, plan))) == [HEAD, wanted]


def test_what_was_spent_and_late_when_it_was_approved_stays_so_with_other_options(tmp_path: Path) -> None:
    """Options that take longer today change nothing of what was approved; nor do they hide what it had cost."""
    text = MAIL.replace("live", "started").replace(", cutover: 2016/17 Q1%s", ", capital: 6_000")
    data, _, _ = reported(tmp_path, text + "services:\n  hub: {status: started, start: 2016/17 Q1, capital: 7_000}\n")
    _, plan = approve(tmp_path, data)
    for name, old in (("partners/p.yaml", "run_cost: 50%, capital: 5_000"), ("services.yaml", "capital: 1_000")):
        path = tmp_path / name
        assert old in path.read_text()
        path.write_text(
            path.read_text().replace(old, f"quarters: 4, {old}").replace("quarters: 1, quarters", "quarters")
        )
    data = c.load(tmp_path)
    earlier, approved = as_approved(data)
    then = ledger(earlier, approved)
    assert [(id, one.cutover) for id, one in then.courses.items()] == [(one.system, one.cutover) for one in plan.moves]
    assert then.ready == {one.service: one.ready for one in plan.builds}
    assert then.capital[None, 0] == pytest.approx(13_000.0)


BEGUN = (MAIL % "").replace("live", "started").replace(", cutover: 2016/17 Q1", ", capital: 300")


@pytest.mark.parametrize(
    ("start", "status", "wanted"),
    [
        (0, "stopped", "later,2016/17 Q1,2016/17 Q3,2,planned,300.00"),
        (2, "stopped", "cost,2016/17 Q3,2016/17 Q3,0,reported,300.00"),
        (None, "stopped", "added,,2016/17 Q3,,planned,5300.00"),
        (0, "cancelled", "dropped,2016/17 Q1,,,reported,-4700.00"),
        (None, "cancelled", "cost,,,,reported,300.00"),
    ],
)
def test_what_was_spent_in_vain_counts_whatever_comes_of_it(
    tmp_path: Path, start: int | None, status: str, wanted: str
) -> None:
    """Work that was approved for ``start``, or not at all, is begun and given up."""
    data, _, _ = reported(tmp_path, BEGUN)
    assert data.approved is not None
    mail = next(one for one in data.approved.moves if one.system == "p/mail")
    others = tuple(one for one in data.approved.moves if one is not mail)
    mails = () if start is None else (replace(mail, start=start, cutover=start, last=start),)
    old = replace(data.approved, moves=(*others, *mails), stays=() if mails else (Stay("p/mail"),))
    (tmp_path / "approved/001.json").write_text(c.to_json(old, data.calendar))
    data = tell(tmp_path, 2, f"p/mail: {{status: {status}}}")
    plan = optimize(data, gap=0).plan
    book = ledger(data, plan)
    found = [
        row.split(",") for row in ways_apart(plan_tables.changes_table(data, plan, book)) if row.startswith("p/mail")
    ]
    assert [",".join((*one[4:9], one[10])) for one in found] == [wanted]
    # Approved anew, it is all known.
    data, plan = approve(tmp_path, data)
    assert ways_apart(plan_tables.changes_table(data, plan, ledger(data, plan))) == [HEAD]


def test_a_second_step_goes_with_its_first(tmp_path: Path) -> None:
    """What was reported of the first decides of the second: it was given up, or done in a way that has no second."""
    two = "{approach: rehost, run_cost: 90%, then: {approach: consolidate, to: hub, run_cost: 10%, capital: 70}}"
    small_inventories.write(
        tmp_path,
        "",
        f"x: {{run_cost: 90_000, options: [{two}, {{approach: rehost}}, {{approach: retain}}]}}",
        "hub: {}",
    )
    (tmp_path / "approved").mkdir()
    (tmp_path / "progress").mkdir()
    approve(tmp_path, c.load(tmp_path))
    done = "p/x: {status: live, approach: rehost, option: 2, start: 2016/17 Q1, cutover: 2016/17 Q1}"
    for text, first in (("p/x: {status: cancelled}", "dropped"), (done, "option")):
        data = tell(tmp_path, 1, text)
        plan = optimize(data, gap=0).plan
        found = against_approved(data, plan, ledger(data, plan)).moves
        assert [(one.step, one.what, one.reported) for one in found] == [(1, first, True), (2, "dropped", True)]


def test_what_was_done_before_the_horizon_is_not_dropped(tmp_path: Path) -> None:
    """The horizon has moved on: what moved and was built is described as it is now, and the approval is an old one."""
    data, plan, _ = reported(tmp_path)
    done = tuple(replace(one, start=-2, cutover=-1, last=-1) for one in plan.moves)
    built = tuple(replace(one, start=-1, ready=0) for one in plan.builds)
    data = replace(data, approved=replace(plan, moves=done, builds=built))
    # Option 1 is now another one.
    mail = replace(data.systems["p/mail"], options=data.systems["p/mail"].options[2:])
    mail = replace(mail, options=(replace(mail.options[0], number=1),))
    data = replace(data, systems={**data.systems, "p/mail": mail})
    stays = replace(plan, moves=(), builds=())
    assert len(done) == 2
    assert len(built) == 1
    assert ways_apart(plan_tables.changes_table(data, stays, ledger(data, stays))) == [HEAD]


def test_no_changes_are_left_when_nothing_is_approved_any_more(tmp_path: Path) -> None:
    data, plan, book = reported(tmp_path / "a", MAIL % "")
    out = tmp_path / "out"
    plan_tables.write_tables(data, plan, book, out)
    assert (out / "changes.csv").exists()
    plan_tables.write_tables(replace(data, approved=None, approved_hash=None), plan, book, out)
    assert not (out / "changes.csv").exists()


def test_another_way_is_told_by_both(tmp_path: Path) -> None:
    data, plan, book = reported(tmp_path, MAIL % ", option: 2")
    (row,) = plan_tables.changes_table(data, plan, book).to_dict("records")
    assert (row["change"], row["approved_as"], row["now_as"]) == ("option", "rehost", "rehost")
