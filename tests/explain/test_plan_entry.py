"""What a plan says of one system, partner or service: small cases by hand, random ones against other sums."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections import defaultdict
from dataclasses import replace
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brute_force
import plain_reading
import pytest
import reported
import small_inventories
from builders import (
    build,
    consolidate,
    contract,
    inventory,
    milestone,
    plan_of,
    pot,
    rehost,
    retain,
    role,
    service,
    software_ends,
    system,
)
from commands import Call
from little_work import little_work
from rich.console import Console

import consolidate as c
from consolidate.cli.arguments import complete_entries
from consolidate.cli.entry_page import EntryPage
from consolidate.errors import NoPlan, RejectedPlan, UserError
from consolidate.explain.names import named_in
from consolidate.explain.partner_entry import PartnerInPlan
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.service_entry import ServiceInPlan
from consolidate.explain.system_entry import SystemInPlan, system_in_plan
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.plan import KINDS, Plan
from consolidate.report.tables.plan_tables import apportioned_table


def small() -> tuple[Inventory, Plan]:
    """Two councils: pay waits for mail, which moves into hub; a contract that ends, one that runs on."""
    mail = system(
        *("a/mail", retain(), consolidate("hub", effort={"dba": [10]}, capital={"main": 500}, end_of_life=None)),
        run_cost=400,
        users=7,
        end_of_life=1,
        exposure=50,
        contract=contract(40, 3, notice=6),
        latest=6,
    )
    pay = system(
        *("a/pay", retain(), rehost(effort={"dba": [4, 6]}, quarters=2, run_cost=100)),
        run_cost=200,
        users=3,
        after=["a/mail"],
        contract=contract(80, 3, notice=None),
    )
    other = system("b/mail", retain(), rehost(), run_cost=60, users=5, interfaces={"a/mail": 2})
    inv = inventory(
        *(mail, pay, other),
        services=[service("hub", build(2, effort={"dba": [1, 2]}, capital=90, run_cost=40), capacity=9)],
        roles=[role("dba", 20)],
        pots=[pot("main", 1000)],
        milestones=[milestone(4, "1/2", "a/mail", "b/mail")],
        together=[],
    )
    plan = plan_of(inv, {"a/mail": (2, 2), "a/pay": (2, 3)}, builds={"hub": 0})
    return inv, plan


def entry(name: str) -> Any:
    inv, plan = small()
    return c.describe_in_plan(inv, consistent(inv, plan), name)


def consistent(inv: Inventory, plan: Plan) -> Plan:
    """The plan with claims of its own that agree with its books."""
    book = c.ledger(inv, plan)
    total = book.costs.total
    return replace(
        plan,
        objective=total,
        bound=total,
        gap=0.0,
        savings_gap=None if c.baseline(inv).costs.total <= total else 0.0,
        status="optimal",
        costs=book.costs.as_json(),
        programme=str(inv.programme),
        scenario=inv.scenario,
        inventory=inv.content_hash,
        approved=inv.approved_hash,
        progress=inv.progress.hash if inv.progress else None,
    )


# -- by hand --------------------------------------------------------------------------------------


def test_a_system_that_moves() -> None:
    found = entry("a/mail")
    assert isinstance(found, SystemInPlan)
    assert (found.approach, found.option, found.partner_name, found.users) == ("consolidate", 2, "A", 7)
    (step,) = found.steps
    assert (step.to, step.start.label, step.start.begins) == ("hub", "2016/17 Q3", dt.date(2016, 10, 1))
    assert step.live is not None
    assert (step.cutover.ends, step.live.label, step.last.label) == (dt.date(2016, 12, 31), "2016/17 Q4", "2016/17 Q3")
    # Unsupported in quarter 2, after which it has moved; left as it is, in quarters 2 to 7.
    assert [quarter.label for quarter in found.unsupported] == ["2016/17 Q3"]
    assert found.unsupported_as_it_is == 6
    costs = {line.kind: (line.plan, line.as_it_is) for line in found.costs}
    assert costs["run"] == (300, 800)
    assert costs["exposure"] == (50, 300)
    assert costs["contract"] == (40, 80)  # to the end of its term, with quarter 3
    assert costs["capital"] == (500, 0)
    (days,) = found.people
    assert (days.id, [(quarter.number, amount) for quarter, amount in days.by_quarter]) == ("dba", [(2, 10.0)])
    (capital,) = found.capital
    assert (capital.id, capital.total) == ("main", 500)
    assert found.latest is not None
    assert found.latest.number == 6


def test_contracts() -> None:
    ends, renewed = entry("a/mail").contract, entry("a/pay").contract
    assert (ends.last_term_ends, ends.notice_by) == (dt.date(2017, 3, 31), dt.date(2016, 9, 30))
    # It cuts over in quarter 4, a quarter after the term's end: the renewed term ends a year later. No notice is known.
    assert (renewed.ends, renewed.last_term_ends, renewed.notice_by) == (
        dt.date(2017, 3, 31),
        dt.date(2018, 3, 31),
        None,
    )
    assert entry("b/mail").contract is None


def test_what_waits_for_what() -> None:
    mail, pay = entry("a/mail"), entry("a/pay")
    assert [(one.kind, one.id, one.quarter.number, one.tight) for one in mail.waits_for] == [
        ("service", "hub", 2, True)
    ]
    assert [(one.id, one.quarter.number, one.tight) for one in mail.waited_for_by] == [("a/pay", 3, True)]
    assert [(one.kind, one.id, one.tight) for one in pay.waits_for] == [("after", "a/mail", True)]


def test_milestones_count_what_is_live_by_then() -> None:
    (goal,) = entry("a/mail").milestones
    assert (goal.number, goal.by.number, goal.systems, goal.live, goal.asks, goal.matching) == (1, 4, 1, 1, 1, 2)
    (goal,) = entry("b").milestones
    assert (goal.systems, goal.live) == (1, 0)
    assert entry("a/pay").milestones == ()


def test_a_system_that_stays() -> None:
    found = entry("b/mail")
    assert (found.approach, found.option, found.steps, found.people) == ("retain", None, (), ())
    costs = {line.kind: (line.plan, line.as_it_is) for line in found.costs}
    assert costs == {"run": (120, 120), "interface": (10, 0)}  # a/mail is live in five quarters of eight


def test_a_partner() -> None:
    found = entry("a")
    assert isinstance(found, PartnerInPlan)
    assert [(one.system, one.cutover.number) for one in found.cutovers] == [("a/mail", 2), ("a/pay", 4)]
    assert (found.stays, found.users_of_systems, found.users_moved) == ((), 10, 10)
    assert {use.id: use.total for use in found.people} == {"dba": 20}
    assert list(found.unsupported) == ["a/mail"]
    book = c.ledger(*small())
    assert fsum(line.plan for line in found.costs) == pytest.approx(
        fsum(amount for (partner, _, _), amount in book.discounted.items() if partner == "a")
    )
    shared = fsum(amount for (partner, _, _), amount in book.cash.items() if partner is None)
    assert found.shared + entry("b").shared == pytest.approx(shared, abs=0.01)
    assert entry("b").stays == ("b/mail",)


def test_a_partner_s_bill_by_year_is_that_of_apportioned_csv() -> None:
    """To the penny, in JSON and on the screen; all years together are what it bears."""
    inventory, plan = small()
    book = c.ledger(inventory, plan)
    rows = [row for row in apportioned_table(inventory, book).to_dict("records") if row["partner"] == "a"]
    found = entry("a")
    assert isinstance(found, PartnerInPlan)
    assert [(one.year, one.kind, f"{one.direct:.2f}", f"{one.shared:.2f}") for one in found.bill] == [
        (row["financial_year"], row["kind"], f"{float(row['direct']):.2f}", f"{float(row['allocated']):.2f}")
        for row in rows
    ]
    paid = [row for row in rows if row["cash"] == "yes"]
    assert fsum(one.direct for one in found.bill if one.cash) == pytest.approx(found.direct)
    console = Console(file=io.StringIO(), width=120)
    console.print(EntryPage(found, "GBP", language("en")))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    table = lines[next(number for number, line in enumerate(lines) if line.startswith("BILL £ undiscounted")) + 1 :]
    for year in dict.fromkeys(row["financial_year"] for row in paid):
        cells = next(line for line in table if line.startswith(year)).split()
        of_year = [row for row in paid if row["financial_year"] == year]
        assert cells[1:4] == [
            f"{fsum(float(row[what]) for row in of_year):,.2f}" for what in ("direct", "allocated", "total")
        ]
    assert next(line for line in table if line.startswith("In all")).split()[2] == f"{found.direct:,.2f}"


def test_a_service() -> None:
    found = entry("hub")
    assert isinstance(found, ServiceInPlan)
    assert (found.start.number, found.ready.number, found.capacity, found.users) == (0, 2, 9, 7)  # type: ignore[union-attr]
    assert [(one.system, one.live.number) for one in found.used_by] == [("a/mail", 3)]
    assert {line.kind: line.plan for line in found.costs} == {"run": 60, "capital": 90}
    assert {use.id: use.total for use in found.people} == {"dba": 3}


def test_a_service_that_takes_no_time_to_build() -> None:
    """As a gate does: it is ready in the quarter in which it would begin, and provides what it is called."""
    found = entry("hub")
    at_once = replace(found, ready=found.start, provides="hub")
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(EntryPage(at_once, "GBP", language("en")))
    shown = " ".join(console.export_text().split())
    assert "ready from 2016/17 Q1 (2016-04-01), and takes no time to build." in shown
    assert "built from" not in shown
    assert ": a service PLAN" in shown


def test_support_of_what_it_becomes() -> None:
    inv, plan = small()
    mail = replace(inv.systems["a/mail"], support_ends=software_ends(1))
    found = system_in_plan(PlanReading(inv, plan, c.ledger(inv, plan)), "a/mail", ())
    assert found.support[0].quarter.number == 1
    assert mail.support_ends.quarter == 1


# -- what was reported, and approved ------------------------------------------------------------------


def test_reports_and_approvals_are_told(tmp_path: Path) -> None:
    first = c.load(reported.folder(tmp_path))
    with little_work():
        then = c.make_plan(first).plan
    approved = tmp_path / "approved" / "001-2016-04-01.json"
    approved.parent.mkdir()
    text = json.loads(c.to_json(then, first.calendar)) | {"approved": {"by": "Board", "on": "2016-04-01"}}
    approved.write_text(json.dumps(text), encoding="utf-8")
    inv = c.load(reported.folder(tmp_path, q1=reported.STARTED % ", expected: 2016/17 Q4, note: two days late"))
    with little_work():
        plan = c.make_plan(inv).plan
    found = c.describe_in_plan(inv, plan, "p/mail")
    assert isinstance(found, SystemInPlan)
    assert found.steps[0].reported == "started"
    assert found.steps[0].note == "two days late"
    changes = c.describe_in_plan(inv, plan, "p").approved
    assert changes is not None
    told = {(one.id, one.step): one.what for one in changes if one.step}
    was = {(move.system, move.step): move.cutover for move in then.moves}
    now = {(move.system, move.step): move.cutover for move in plan.moves}
    assert told.keys() >= {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
    assert c.describe_in_plan(first, then, "p/mail").approved is None


def test_a_plan_that_was_approved_with_another_approach_is_told_of(tmp_path: Path) -> None:
    """It is not held against the approaches that there are: it may have been written by hand, or long ago."""
    first = c.load(reported.folder(tmp_path))
    with little_work():
        then = c.make_plan(first).plan
    text = json.loads(c.to_json(then, first.calendar)) | {"approved": {"by": "Board", "on": "2016-04-01"}}
    text["moves"] = [one | {"approach": "lift and shift"} for one in text["moves"]]
    (tmp_path / "approved").mkdir()
    (tmp_path / "approved" / "001-2016-04-01.json").write_text(json.dumps(text), encoding="utf-8")
    inv = c.load(tmp_path)
    with little_work():
        changes = c.describe_in_plan(inv, c.make_plan(inv).plan, "p").approved
    assert changes
    assert {one.approved_as.removesuffix(f" into {to}") for one in changes for to in inv.services} == {"lift and shift"}
    assert {language("cy").said(one.approved_as).partition(" i ")[0] for one in changes} == {"lift and shift"}


# -- against other sums -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_figures_are_those_of_an_independent_reading(seed: int) -> None:
    """Each system's costs by brute force's own sums; its people and capital, and the services', add up to all."""
    inv = plain_reading.read(seed)
    try:
        with little_work():
            plan = c.optimize(inv, gap=1.0).plan
    except NoPlan:
        return
    ways = brute_force.schedule(inv, plan)
    assert ways is not None
    reading = PlanReading(inv, plan, c.ledger(inv, plan))
    for id, way in ways.ways.items():
        found = {line.kind: line.plan for line in system_in_plan(reading, id, ()).costs if line.kind != "interface"}
        expected = brute_force.alone(inv, way)
        for kind in {*found, *expected}:
            assert found.get(kind, 0.0) == pytest.approx(expected.get(kind, 0.0), abs=1e-6), (id, kind)
    used: dict[tuple[str, str, int], float] = defaultdict(float)
    parts = [
        *({"systems": frozenset({id})} for id in inv.systems),
        *({"services": frozenset({id})} for id in inv.services),
    ]
    for part in parts:
        for use in (use for uses in reading.resources(**part) for use in uses):
            for quarter, amount in use.by_quarter:
                used[use.kind, use.id, quarter.number] += amount
    for (id, quarter), days in ways.staff.items():
        if quarter < inv.plan_quarters:
            assert used["role", id, quarter] == pytest.approx(days, abs=1e-6)
    for (pot_, quarter), amount in ways.money.items():
        assert used["pot", pot_, quarter] == pytest.approx(amount, abs=1e-6)


def test_parts_add_up_to_the_whole(planned: Path) -> None:
    inv, plan = c.load_plan(planned / "inventory", planned / "outputs" / "plan.json")
    book = c.ledger(inv, plan)
    entries = [c.describe_in_plan(inv, plan, id) for id in (*inv.partners, *inv.services)]
    for kind in KINDS:
        parts = fsum(line.plan for one in entries for line in one.costs if line.kind == kind)
        assert parts + (book.costs.agency if kind == "agency" else 0.0) == pytest.approx(getattr(book.costs, kind))


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "id", "others"),
    [
        ("a/mail", "system", "a/mail", ()),
        ("pay", "system", "a/pay", ()),
        ("a", "partner", "a", ()),
        ("hub", "service", "hub", ()),
        ("service:hub", "service", "hub", ()),
        ("  Pay ", "system", "a/pay", ()),
    ],
)
def test_names(name: str, kind: str, id: str, others: tuple[str, ...]) -> None:
    found = named_in(small()[0], name)
    assert (found.kind, found.id, found.others) == (kind, id, others)


def test_a_service_and_systems_of_one_name(planned: Path) -> None:
    inv = c.load(planned / "inventory")
    found = named_in(inv, "email")
    assert (found.kind, found.id, found.others) == ("service", "email", ("system:p/email",))
    assert named_in(inv, "system:email").id == "p/email"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mail", "`mail` could be a/mail, b/mail; say which"),
        ("a/mial", "did you mean a/mail?"),
        ("huub", "did you mean hub?"),
        ("HUUB", "did you mean hub?"),
        ("A/Mail", "did you mean a/mail?"),
        ("ail", "did you mean a/mail, b/mail?"),
        ("partner:hub", "there is no partner `hub` in the inventory; its partners are a, b"),
        ("serivce:hub", "service `serivce:hub` in the inventory; did you mean service:hub?"),
        ("zzzzzz", "its partners are a, b"),
        ("", "its partners are a, b"),
        ("a\nb\x1b[2J", "`a\\nb\\x1b[2J`"),
    ],
)
def test_a_wrong_name_is_one_clear_line(name: str, said: str) -> None:
    with pytest.raises(UserError, match=r"mean|could|partners") as caught:
        named_in(small()[0], name)
    assert said in caught.value.message
    assert "\n" not in caught.value.message


# -- the command ----------------------------------------------------------------------------------


def shown(call: Call, planned: Path, *words: str) -> str:
    said = call("show", *words, "--inventory", planned / "inventory", "--out", planned / "outputs")
    assert said.code == 0, said.err
    assert said.err == ""
    return said.out


def test_the_inventory_may_stand_first(planned: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = planned / "inventory", ("--out", planned / "outputs")
    assert call("show", folder, "p/payroll", *out) == call("show", "p/payroll", folder, *out)
    monkeypatch.chdir(planned / "outputs")  # where no inventory goes without saying
    said = call("show", folder, *out)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"consolidate: {folder} is the inventory; name before it what is asked about\n"


def test_show(planned: Path, call: Call) -> None:
    said = shown(call, planned, "p/payroll")
    assert "WAITS FOR" in said
    assert "p/email (live from" in said
    assert "\x1b" not in said
    assert "ready from" in shown(call, planned, "service:email")
    assert "library" in shown(call, planned, "p")


@pytest.mark.parametrize("name", ["p", "p/email", "p/library", "service:email"])
@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("code", ["en", "cy"])
def test_the_page_fits(planned: Path, name: str, width: int, code: str) -> None:
    inv, plan = c.load_plan(planned / "inventory", planned / "outputs" / "plan.json")
    for encoding in ("utf-8", "ascii"):
        with open(
            planned / f"{width}-{encoding}.txt", "w+", encoding=encoding
        ) as file:  # the encoding says what it has
            console = Console(file=file, width=width)
            console.print(EntryPage(c.describe_in_plan(inv, plan, name), inv.currency, language(code)))
            file.seek(0)
            lines = file.read().splitlines()
        assert len(lines) <= 40
        assert max(map(len, lines)) <= width


def test_show_in_welsh(planned: Path, call: Call) -> None:
    said = shown(call, planned, "p/payroll", "--lang", "cy")
    assert "YN AROS AM" in said
    assert "p/email (yn fyw o 20" in said
    assert "gyfieithydd" in said
    assert not re.search(r"\b(?:waits|live|from|users|Q[1-4])\b", said)
    assert shown(call, planned, "p/payroll", "--lang", "cy", "--json") == shown(call, planned, "p/payroll", "--json")


@pytest.mark.parametrize("name", ["p", "p/email", "service:email"])
def test_json(planned: Path, call: Call, name: str) -> None:
    data = json.loads(shown(call, planned, name, "--json"))
    assert data["format"] == 1
    assert data["kind_of_answer"] in ("SystemInPlan", "PartnerInPlan", "ServiceInPlan")
    assert {"kind", "plan", "as_it_is"} == set(data["costs"][0])
    if name == "p/email":
        assert data["steps"][0]["start"].keys() == {"quarter", "begins", "ends"}


def test_no_plan_yet(small: Path, tmp_path: Path, call: Call) -> None:
    said = call("show", "p", small, "--out", tmp_path / "nowhere")
    assert said.code == 2
    (line,) = said.err.splitlines()
    assert "run `consolidate plan` first" in line


def test_an_inventory_that_has_changed(made: Path, call: Call) -> None:
    said = call("show", "p", made / "other", "--out", made / "outputs")
    assert said.code == 1
    (line,) = said.err.splitlines()
    assert "it has changed since this plan was made" in line
    assert "plan.json" in line


def test_another_inventory(planned: Path, tmp_path: Path, call: Call) -> None:
    other = small_inventories.write(tmp_path / "other", systems="email: {}")
    said = call("show", "p", other, "--out", planned / "outputs")
    assert said.code == 1
    assert len(said.err.splitlines()) == 1
    assert "is a plan of another inventory" in said.err


def test_a_wrong_name(planned: Path, call: Call) -> None:
    said = call("show", "p/emial", planned / "inventory", "--out", planned / "outputs")
    assert (said.code, len(said.err.splitlines())) == (2, 1)
    assert "did you mean p/email?" in said.err


def test_a_plan_that_breaks_a_rule_is_refused() -> None:
    inv, plan = small()
    with pytest.raises(RejectedPlan):
        c.describe_in_plan(inv, plan, "a")  # it claims nothing


def test_names_are_completed(planned: Path) -> None:
    given: Any = SimpleNamespace(params={"inventory": planned / "inventory"})
    assert complete_entries(given, "") == ["email", "p", "p/"]
    assert complete_entries(given, "p/") == ["p/email", "p/library", "p/payroll"] or complete_entries(given, "p/") == [
        *("p/email", "p/payroll", "p/library")
    ]
    assert complete_entries(given, "p/e") == ["p/email"]
    elsewhere: Any = SimpleNamespace(params={"named": planned / "nowhere"})
    assert complete_entries(elsewhere, "") == []
