"""What the terminal shows."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import meaning_cases
import pytest
from builders import (
    build,
    consolidate,
    inventory,
    option,
    plan_of,
    pot,
    refresh,
    rehost,
    retain,
    retire,
    role,
    service,
    system,
)
from rich.console import Console

from consolidate.accounts.ledger import baseline, ledger
from consolidate.cli.changes_summary import against_approved, not_reached
from consolidate.cli.plan_summary import summary
from consolidate.cli.problem_formats import problems_text
from consolidate.errors import Problem
from consolidate.inventory import (
    Interface,
    Inventory,
    Milestone,
    Progress,
    Selection,
    ServiceReport,
    Spent,
    StepReport,
    Target,
)
from consolidate.plan import Plan
from consolidate.report.tables import plan_tables

FILES = [Path("outputs") / name for name in ("plan.json", "moves.csv", "roadmap.svg")]


def shown(inv: Inventory, plan: Plan, width: int = 80, height: int | None = None, encoding: str = "utf-8") -> list[str]:
    """The lines on the screen; with a ``height`` it is a terminal, else a file."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    console = Console(
        file=file,
        width=width,
        height=height,
        force_terminal=height is not None,
        color_system=None,
        legacy_windows=False,
    )
    console.print(summary(inv, plan, ledger(inv, plan), baseline(inv), FILES))
    file.flush()
    return [line.rstrip() for line in raw.getvalue().decode(encoding).splitlines()]


@pytest.fixture
def case() -> tuple[Inventory, Plan]:
    """Four systems over two years: one is consolidated, one renewed, one retired, one stays unsupported."""
    inv = inventory(
        system(
            "a/x",
            retain(),
            consolidate("s", quarters=2, effort={"dba": 20}, capital={"p": 60}, one_off=8),
            run_cost=4_000,
            users=10,
        ),
        system("a/y", retain(), refresh(run_cost=300), run_cost=400),
        system("b/x", retain(), retire(effort={"dba": 12}), run_cost=400),
        system("b/y", run_cost=40, end_of_life=-1, exposure=5),
        services=[service("s", build(1, capital={"p": 30}, run_cost=40), run_cost_per_user=2), service("t", build())],
        roles=[role("dba", 10, agency=5, rate=3), role("net")],
        pots=[pot("p", [100, 50], carry_forward=True), pot("q", 7)],
    )
    plan = plan_of(inv, {"a/x": (2, 2), "a/y": (2, 0), "b/x": (2, 5)}, builds={"s": 1}, agency={("dba", 5): 2})
    proven = {"objective": 5_529.0, "bound": 5_512.36, "gap": 0.00301, "savings_gap": 0.0512}
    return inv, replace(plan, status="within_gap", **proven)


def test_the_whole_of_it(case: tuple[Inventory, Plan]) -> None:
    """Run: a/x 4,000 + 20, a/y 100 + 7 x 75, b/x 600, b/y 80, s 60; as it is 9,680."""
    assert shown(*case) == [
        "Test programme  2016/17 Q1 to 2017/18 Q4",
        "Costs £5,529, £40 of it judged and not cash: £4,191 (43.1%) less than leaving",
        "everything as it is.",
        "No plan can cost over £17 (0.31%) less: at most 5.2% of the possible savings is",
        "missed.",
        "",
        "COST £ discounted   plan  as it is   CUTOVERS Q1 Q2 Q3 Q4 in year live",
        "Running            5,385     9,680   2016/17   1  -  -  1 ███████  25%",
        "One-off                8         -   2017/18   -  1  -  - ████     50%",
        "Agency staff           6         -",
        "Revenue            5,399     9,680",
        "Capital               90         -",
        "Cash               5,489     9,680",
        "Exposure (judged)     40        40",
        "Cash and judged    5,529     9,720",
        "",
        "STAFF days with agency  used        of  peak          in    full  agency",
        "dba                       32       120   80%  2017/18 Q2  0 of 8       2",
        "net                        0  no limit                                 -",
        "",
        "CAPITAL £ undiscounted  2016/17  2017/18  in all/limit",
        "p                        90/100     0/60        90/150",
        "q                           0/7      0/7          0/14",
        "",
        "SYSTEMS  1 of 4 move, 1 retired, 1 renewed: 3 cutovers; 1 stays.",
        "UNSUPPORTED  1 system for 8 quarters in all (as it is: 1 for 8); 1 already in",
        "2016/17 Q1, 1 still in 2017/18 Q4. Longest, in quarters: b/y 8.",
        "SERVICES  1 of 2 built (ready from): s 2016/17 Q3. Not built: t.",
        "FILES  outputs/ roadmap.svg, moves.csv, plan.json",
    ]


def test_systems_and_cutovers_agree() -> None:
    """A second step is a cutover of no further system, and a renewal one of none that moves; else nothing is said."""
    twice = system("a/twice", option("rehost", then=option("replatform")))
    inv = inventory(twice, system("a/renewed", refresh()), system("a/stays", retain()))
    plan = plan_of(inv, {"a/twice": (1, 0, 2), "a/renewed": (1, 1)})
    assert "SYSTEMS  1 of 3 move (1 twice), 1 renewed: 3 cutovers; 1 stays." in shown(inv, plan)
    inv = inventory(system("a/once", rehost()), system("a/stays", retain()))
    assert "SYSTEMS  1 of 2 move, 1 stays." in shown(inv, plan_of(inv, {"a/once": (1, 0)}))


def crowd(n: int) -> tuple[Inventory, Plan]:
    """A plan of ``n`` roles, pots, services and unsupported systems, all with long names."""
    long = "a-rather-long-name-for-a-thing"
    inv = inventory(
        *(
            system(
                f"some-partner/{long}-{i}",
                retain(),
                rehost(effort={f"{long}-{i}": i}, capital={f"{long}-{i}": 1000.0 * i}),
                run_cost=1e5,
                end_of_life=-1,
                exposure=9e3,
            )
            for i in range(n)
        ),
        services=[service(f"{long}-{i}", build(1, run_cost=5)) for i in range(n)],
        roles=[role(f"{long}-{i}", 100) for i in range(n)],
        pots=[pot(f"{long}-{i}", 1e6) for i in range(n)],
        T=64,
        programme="A programme " * 5,
    )
    plan = plan_of(
        inv, {id: (2, i) for i, id in enumerate(inv.systems)}, builds={f"{long}-{i}": 1 for i in range(0, n, 2)}
    )
    return inv, replace(plan, gap=0.25, savings_gap=0.5)


@pytest.mark.parametrize(("width", "height"), [(80, 40), (80, None), (100, 30), (120, 40), (80, 24)])
def test_it_fits_one_screen_whatever_there_is_to_say(width: int, height: int | None) -> None:
    lines = shown(*crowd(30), width=width, height=height)
    assert len(lines) < (height or 41)
    assert max(map(len, lines)) <= width
    text = " ".join(lines)
    brief = height is not None and height < 30
    for said in (
        "30 roles" if brief else "more roles",
        "30 pots" if brief else "more pots",
        "No plan can cost over £",
        "15 of 30 built",
        "30 of 30 move, 0 stay.",
        "(they have all of what is cut short here)",
    ):
        assert said in text


def test_little_room_leaves_the_smaller_costs_together(case: tuple[Inventory, Plan]) -> None:
    """Running 5,385, capital 90 and the interface have a row each; one-off 8 and agency 6 share one."""
    inv, plan = case
    links = replace(inv.systems["a/x"], interfaces=(Interface("b/y", 12.0),))
    inv = replace(inv, systems={**inv.systems, "a/x": links})
    lines = shown(inv, plan, height=24)
    assert len(lines) < 24
    assert [line.split("  ")[0] for line in lines[5:12]] == [
        "COST £ discounted", "Running", "Interfaces", "2 other kinds", "Capital", "Cash", "Exposure (judged)"
    ]  # fmt: skip
    assert lines[8].split()[3] == "14"
    assert any(line.startswith("2 roles") for line in lines)
    assert "SERVICES  1 of 2 built." in lines


def test_services_that_need_no_build_are_in_all(case: tuple[Inventory, Plan]) -> None:
    inv, plan = case
    inv = replace(inv, services={**inv.services, "u": service("u", ready=0)})
    assert any(line.startswith("SERVICES  2 in use: 1 needs no build, 1 of 2 built") for line in shown(inv, plan))


def test_years_share_rows_where_there_are_many() -> None:
    rows = [line for line in shown(*crowd(3), width=120) if "20" in line and " to " in line]
    assert any("2016/17 to 2017/18" in line for line in rows)
    assert any("2030/31 to 2031/32" in line for line in rows)


def test_a_terminal_with_ascii_alone(case: tuple[Inventory, Plan]) -> None:
    inv, plan = case
    inv = replace(inv, programme=replace(inv.programme, texts={"en": "Y Gyflogrês"}))
    lines = shown(inv, plan, encoding="ascii")
    assert lines[0].startswith("Y Gyflogr?s")
    assert lines[1].startswith("Costs GBP 5,529")
    assert any("#######" in line for line in lines)
    assert len(shown(inv, plan, encoding="ascii", width=40)) > 20


def test_hostile_names_stay_text(case: tuple[Inventory, Plan]) -> None:
    inv, plan = case
    inv = replace(inv, programme=replace(inv.programme, texts={"en": "[red]bold[/red] \x1b[2J <b> & [/]"}))
    assert shown(inv, plan)[0].startswith("[red]bold[/red]  [2J <b> & [/]  2016/17 Q1")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "optimal", "gap": 0.0}, "Proven to be the cheapest plan possible."),
        ({"gap": 0.0, "status": "optimal"}, "Proven to be the cheapest plan possible."),
        ({"savings_gap": None}, "No plan can cost over £17 (0.31%) less."),
        (
            {"status": "feasible"},
            "No plan can cost over £17 (0.31%) less: at most 5.2% of the possible savings is missed.",
        ),
        (
            {"status": "feasible", "gap": 0.0029, "objective": 36_612_000.0, "bound": 36_506_300.0},
            "No plan can cost over £106,000 (0.29%) less: at most 5.2% of the possible savings is missed.",
        ),
    ],
)
def test_what_is_proven(case: tuple[Inventory, Plan], changes: dict[str, Any], said: str) -> None:
    inv, plan = case
    assert said in shown(inv, replace(plan, **changes), width=200)


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (6.0, "The last cutover is in 2017/18 Q2 (quarter 6), proven to be the earliest possible."),
        (5.2, "The last cutover is in 2017/18 Q2 (quarter 6), proven to be the earliest possible."),
        (5.0, "The last cutover is in 2017/18 Q2 (quarter 6), proven to be at most 1 quarter later than possible."),
        (2.0, "The last cutover is in 2017/18 Q2 (quarter 6), proven to be at most 4 quarters later than possible."),
    ],
)
def test_what_is_proven_when_finishing_first(case: tuple[Inventory, Plan], bound: float, said: str) -> None:
    inv, plan = case
    assert said in shown(replace(inv, minimise="finish"), replace(plan, bound=bound), width=200)


def test_a_plan_that_does_nothing() -> None:
    inv = inventory(system("a/x", run_cost=40), minimise="finish", T=2)
    lines = shown(inv, plan_of(inv))
    assert "Nothing moves." in lines
    assert "Costs £20: £0 (0.0%) less than leaving everything as it is." in lines
    assert "UNSUPPORTED  no system runs past its end of life." in lines
    free = inventory(system("a/x"), T=1)
    assert "Costs £0: £0 less than leaving everything as it is." in shown(free, plan_of(free))


def test_a_plan_that_costs_more_says_so() -> None:
    inv = inventory(system("a/x", rehost(capital=100), run_cost=40), T=4)
    assert "Costs £140: £100 (250.0%) more than leaving everything as it is." in shown(
        inv, plan_of(inv, {"a/x": (1, 0)})
    )


def test_other_money() -> None:
    inv = inventory(system("a/x", run_cost=4_000_000), T=4, currency="NOK")
    lines = shown(inv, plan_of(inv))
    assert any(line.startswith("Costs NOK 4,000,000:") for line in lines)
    assert any(line.startswith("COST NOK 000 discounted") for line in lines)


# ---- problems -----------------------------------------------------------------------------------

PROBLEMS = [
    Problem("inventory/partners/a,b:c.yaml", 7, 15, "100% of `hr`\r\nis wrong; say, 50%"),
    Problem("inventory/programme.yaml", 2, 1, "odd but legal: Gyflogrês", "warning"),
]


def test_problems_as_text() -> None:
    assert problems_text(PROBLEMS).split("\n") == [
        "inventory/partners/a,b:c.yaml:7:15: 100% of `hr` is wrong; say, 50%",
        "inventory/programme.yaml:2:1: warning: odd but legal: Gyflogrês",
    ]
    assert problems_text([]) == ""


def test_problems_as_json() -> None:
    assert json.loads(problems_text(PROBLEMS, "json"))[1] == {
        "path": "inventory/programme.yaml",
        "line": 2,
        "column": 1,
        "message": "odd but legal: Gyflogrês",
        "severity": "warning",
    }
    assert json.loads(problems_text([], "json")) == []


def test_problems_as_annotations() -> None:
    """GitHub unescapes %25, %0D and %0A in messages, and %3A and %2C in properties as well."""
    assert problems_text(PROBLEMS, "github").split("\n") == [
        "::error file=inventory/partners/a%2Cb%3Ac.yaml,line=7,col=15::100%25 of `hr`%0D%0Ais wrong; say, 50%25",
        "::warning file=inventory/programme.yaml,line=2,col=1::odd but legal: Gyflogrês",
    ]


# -- against what was approved, and what was not reached -------------------------------------------


def told(inv: Inventory, system: str, number: int, capital: float | None = None, until: int = 0) -> Progress:
    """A report of one system: live in its first quarter, with so much capital spent on it."""
    spent = () if capital is None else (Spent(0, {"p": capital}, None),)
    option = inv.systems[system].option(number)
    report = StepReport(system, 1, "live", option, 0, 0, None, None, spent, (), 0, note="dear")
    return Progress(tuple(range(until + 1)), {system: (report,)}, {}, {}, "f" * 64)


@pytest.fixture
def ways() -> Inventory:
    """Two ways to move one system, and one that goes into a service."""
    bare = inventory(
        system(
            "a/x",
            retain(),
            rehost(capital={"p": 50}, run_cost=200),
            rehost(capital={"p": 90}, run_cost=200),
            run_cost=400,
        ),
        system("a/y", retain(), consolidate("s"), run_cost=400),
        services=[service("s", build(1, capital={"p": 30}))],
        pots=[pot("p", [1_000, 500], carry_forward=True)],
    )
    return replace(
        bare, approved=plan_of(bare, {"a/x": (2, 0), "a/y": (2, 4)}, builds={"s": 2}), approved_hash="a" * 64
    )


def said(inv: Inventory, progress: Progress | None, plan: Plan) -> list[str]:
    """What the screen says; it counts what changes.csv lists."""
    data = inv if progress is None else replace(inv, progress=progress, open=progress.open)
    book = ledger(data, plan)
    lines = list(against_approved(data, plan, book, ascii_only=True))
    listed = len(plan_tables.changes_table(data, plan, book))
    counted = [int(word) for word in lines[0].partition(" not as approved")[0].split() if word.isdigit()]
    assert sum(counted) == listed
    return lines


def test_everything_is_as_approved(ways: Inventory) -> None:
    assert ways.approved is not None
    assert said(ways, None, ways.approved) == ["APPROVED  Everything is as it was approved."]
    assert said(ways, told(ways, "a/x", 2, 50.4), ways.approved) == ["APPROVED  Everything is as it was approved."]
    assert list(against_approved(replace(ways, approved=None), ways.approved, ledger(ways, ways.approved))) == []


def test_another_option_or_another_cost_is_a_change(ways: Inventory) -> None:
    assert ways.approved is not None
    plan = plan_of(ways, {"a/x": (3, 0), "a/y": (2, 4)}, builds={"s": 2})
    lines = said(ways, told(ways, "a/x", 3), plan)
    assert lines[0] == "APPROVED  1 move is not as approved: 1 with another option; reported: 1, planned: 0."
    assert lines[1].startswith("          The plan costs GBP 40 more than the approved one")
    assert lines[2] == "          a/x: with another option, rehost (option 2) -> rehost (option 3), reported (dear)"
    lines = said(ways, told(ways, "a/x", 2, 45), ways.approved)
    assert lines[0] == "APPROVED  1 move is not as approved: 1 at another cost; reported: 1, planned: 0."
    assert lines[2] == "          a/x: at another cost, capital GBP 5 less, reported (dear)"


def test_builds_are_counted_and_told_as_moves_are(ways: Inventory) -> None:
    plan = plan_of(ways, {"a/x": (2, 0), "a/y": (2, 5)}, builds={"s": 2})
    build_of = ServiceReport("s", "started", 2, None, 4, (Spent(2, {"p": 130.0}, None),), 3, note="late")
    progress = replace(told(ways, "a/x", 2, until=3), services={"s": build_of})
    lines = said(ways, progress, replace(plan, builds=tuple(replace(one, ready=4) for one in plan.builds)))
    assert lines[0] == "APPROVED  1 move and 1 build are not as approved: 2 later; reported: 1, planned: 1."
    assert lines[2] == "          s: later, ready 2016/17 Q4 -> ready 2017/18 Q1, reported (late)"
    assert lines[3] == "          a/y: later, 2017/18 Q1 -> 2017/18 Q2, planned"
    on_time = replace(build_of, expected=None, status="ready", ready=3)
    plan = plan_of(ways, {"a/x": (2, 0), "a/y": (2, 4)}, builds={"s": 2})
    lines = said(ways, replace(progress, services={"s": on_time}), plan)
    assert lines[0] == "APPROVED  1 build is not as approved: 1 at another cost; reported: 1, planned: 0."
    assert lines[2] == "          s: at another cost, capital GBP 100 more, reported (late)"


def test_what_was_not_reached_is_said(ways: Inventory) -> None:
    assert ways.approved is not None
    every, one = Selection(frozenset(ways.systems), ""), Selection(frozenset({"a/y"}), "capability y")
    rules = (
        Milestone(1, Fraction(1), every, "do not wait"),
        Milestone(1, Fraction(1, 3), one, ""),
        Milestone(1, Fraction(1, 2), every, "reached"),
        Milestone(2, Fraction(1), every, "not over yet"),
        Milestone(-1, Fraction(1), every, "before the horizon"),
    )
    targets = (Target("2016/17", range(2), 500.5), Target("2017/18", range(4, 8), 9_000.0))
    data = replace(ways, milestones=rules, targets=targets, progress=told(ways, "a/x", 2, until=1), open=2)
    assert list(not_reached(data, ledger(data, ways.approved))) == [
        "MISSED    milestone: 100% live by 2016/17 Q2 (do not wait): 1 of 2",
        "MISSED    milestone: 33.33% of capability y live by 2016/17 Q2: 0 of 1",
        "MISSED    target: 500.50 saved in 2016/17: 50.00",
    ]
    nothing = replace(data, progress=None, open=0)
    assert list(not_reached(nothing, ledger(nothing, ways.approved))) == []


def test_own_people_s_time_is_called_what_it_is_and_budgets_are_kept_or_exceeded(tmp_path: Path) -> None:
    """14 days of own people at 300; revenue of 54,200 in 2016/17 and 44,000 of two partners in 2017/18."""
    inv, plan = meaning_cases.inventory(tmp_path), meaning_cases.NOTHING_REPORTED
    lines = shown(inv, plan, width=120)
    assert [line.split("  ")[0] for line in lines if line.startswith(("Own", "Revenue", "Capital", "Cash"))] == [
        *("Own people (worth)", "Revenue", "Capital", "Cash and own time", "Cash and judged")
    ]
    assert "REVENUE BUDGETS  3 of 3 kept; least left £6,000 in 2017/18 (torfaen, gwent)." in lines
    tight = replace(inv, budgets=(replace(inv.budgets[0], at_most=54_000), *inv.budgets[1:]))
    assert "REVENUE BUDGETS  2 of 3 kept; exceeded by £200 in 2016/17." in shown(tight, plan, width=120)
