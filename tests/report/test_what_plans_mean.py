"""What reports say of contracts, support dates, revenue, areas, gates, risks, dates and partners that join: on a plan
whose figures are worked out by hand, to each reader what it may know."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import meaning_cases as cases
import pytest

from consolidate.accounts.contract_notices import contract_notices
from consolidate.accounts.ledger import ledger
from consolidate.accounts.verdict import missed_goals
from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.audience.restriction import Audience
from consolidate.inventory import Inventory, Progress
from consolidate.language import language
from consolidate.plan import Plan
from consolidate.report.document import CellValue, Figures, Pack, PackTable
from consolidate.report.facts.compute import pack_facts
from consolidate.report.facts.records import PackFacts
from consolidate.report.sections.pack_document import pack_document
from consolidate.report.tables import plan_tables
from consolidate.report.tables.star_schema import PackScope, star_tables

BOARD, TORFAEN, PUBLIC = Audience(), Audience("torfaen"), Audience(public=True)
READERS = (TORFAEN, PUBLIC, Audience("torfaen", public=True), Audience("gwent", public=True))


@pytest.fixture
def inv(tmp_path: Path) -> Inventory:
    return cases.inventory(tmp_path)


def facts(inv: Inventory, audience: Audience = BOARD, plan: Plan = cases.NOTHING_REPORTED) -> PackFacts:
    return pack_facts(Basis(PlanBooks(inv, plan), None, -1, None), audience)


def pack(inv: Inventory, audience: Audience = BOARD, code: str = "en") -> Pack:
    return pack_document(facts(inv, audience), language(code), drawn=None, made_from={})


def tables(inv: Inventory, audience: Audience = BOARD, code: str = "en") -> dict[str, PackTable]:
    return {table.key: table for table in pack(inv, audience, code).tables()}


def rows(inv: Inventory, key: str, audience: Audience = BOARD) -> list[tuple[CellValue, ...]]:
    return list(tables(inv, audience)[key].rows)


def tidy(inv: Inventory, audience: Audience = BOARD) -> dict[str, list[dict[str, CellValue]]]:
    shown = facts(inv, audience).shown
    about = PackScope("", None, audience.partner, audience.public)
    found = star_tables(shown.inventory, shown.plan, shown.ledger, about)
    return {
        name: [dict(zip((one.name for one in table.schema.columns), row, strict=True)) for row in table.rows]
        for name, table in found.items()
    }


# -- contracts ------------------------------------------------------------------------------------


def test_notice_is_recommended_only_where_the_plan_ends_the_contract(inv: Inventory) -> None:
    """The mail is rehosted, and its software's contract runs on; the website is written anew, and its contract ends."""
    said = {row[1]: row[-1] for row in rows(inv, "contracts")}
    assert said == {
        "Mail": "stay on: the contract runs on after the move, for the software stays in use",
        "Website": "give notice: the system runs until 2016/17 Q2",
    }
    frame = plan_tables.moves_table(inv, cases.NOTHING_REPORTED, ledger(inv, cases.NOTHING_REPORTED))
    assert dict(zip(frame["system"], frame["contract"], strict=True)) == {
        "gwent/vault": "",
        "torfaen/mail": "runs on",
        "torfaen/web": "ends",
        "newport/hr": "",
    }
    assert [one["contract"] for one in tidy(inv)["dim_system"] if one["contract_cost"]] == ["runs on", "ends"]
    assert {one["contract"] for one in tidy(inv, PUBLIC)["dim_system"]} == {None}


def test_terms_before_a_partner_takes_part_are_no_business_of_the_plan_s(tmp_path: Path) -> None:
    """Newport joins on 1 April 2017: the term of September 2016 is its own affair, that of September 2017 is listed."""
    held = cases.NEWPORT.replace(
        "run_cost: 6_000", "run_cost: 6_000, contract: {cost: 100, ends: 2016-09-30, notice: 3}"
    )
    inv = cases.inventory(tmp_path, newport=held)
    book = ledger(inv, cases.NOTHING_REPORTED)
    found = contract_notices(inv, book, dt.date(2016, 4, 1), dt.date(2018, 3, 31))
    assert [(one.term.notice, one.wish) for one in found if one.system == "newport/hr"] == [
        (dt.date(2017, 6, 30), "stay")
    ]


def test_what_a_contract_that_runs_on_costs_is_no_saving(inv: Inventory) -> None:
    """2017/18: half the website's running, 6,000, and its contract of 2,000; the mail's 8,000 are paid on. In 2016/17
    4,000 less by the website for half a year less what its contract still costs; support of 2,000 is paid as before."""
    assert [one.saved for one in facts(inv).savings] == pytest.approx([3_000 + 1_000, 6_000 + 2_000])
    assert facts(inv).savings[1].target == 1_000  # the programme's, not Torfaen's
    assert rows(inv, "partners_targets") == [("2017/18", "Torfaen", 8_000, 900, 7_100)]


# -- support --------------------------------------------------------------------------------------


def test_dates_of_support_are_shown_as_given(inv: Inventory) -> None:
    (mail,) = rows(inv, "unsupported_systems")
    assert mail[3:5] == (dt.date(2015, 7, 14), "2017/18 Q1")
    assert mail[-1] == "2016/17 Q2"
    (row,) = (one for one in tidy(inv)["dim_system"] if one["system"] == "torfaen/mail")
    assert row["end_of_life"] == dt.date(2015, 7, 14)
    assert (row["software_support_ends"], row["hardware_support_ends"]) == ("2015-07-14", "2017/18 Q1")
    frame = plan_tables.unsupported_table(inv, ledger(inv, cases.NOTHING_REPORTED))
    assert plan_tables.frame_to_csv(frame).splitlines()[1].endswith(",2000.00,8000.00,2015-07-14,2017/18 Q1,2016/17 Q2")


def test_extended_support_is_paid_until_it_ends(inv: Inventory) -> None:
    """4,000 a year for two of the eight quarters in which the mail runs unsupported."""
    assert [one["extended_support"] for one in tidy(inv)["fact_exposure"]] == [1_000, 1_000, 0, 0, 0, 0, 0, 0]


def test_no_end_of_support_reaches_the_public(inv: Inventory, tmp_path: Path) -> None:
    other = cases.inventory(
        tmp_path / "other",
        torfaen=cases.TORFAEN.replace("2015-07-14", "never").replace("until: 2016/17 Q2", "until: 2017/18 Q3"),
    )
    assert pack(inv, PUBLIC) == pack(other, PUBLIC)
    assert tidy(inv, PUBLIC) == tidy(other, PUBLIC)


# -- revenue --------------------------------------------------------------------------------------


def test_revenue_by_year_capital_and_worth_of_time_apart(inv: Inventory) -> None:
    """2016/17: running 20,000 + 10,000 + 12,000/2 + 6,000/2, contracts 8,000 + 1,000, support 2,000, and 14 days of
    own people at 300."""
    assert rows(inv, "revenue")[0] == ("2016/17", 39_000, 9_000, 2_000, 4_200, 54_200, 54_000, None)
    table = tables(inv)["pay"]
    assert [column.key for column in table.columns][2:] == [
        *("direct_revenue", "direct_capital", "allocated_revenue", "allocated_capital", "allocated_time", "total")
    ]
    assert table.rows[-1][2:] == (100_000, 5_000, 0, 0, 4_200, 109_200)
    costs = plan_tables.costs_table(inv, ledger(inv, cases.NOTHING_REPORTED))
    said = {
        (kind, what, note) for kind, what, note in zip(costs["kind"], costs["spending"], costs["note"], strict=True)
    }
    assert said == {
        *((kind, "revenue", "") for kind in ("run", "contract", "support")),
        ("capital", "capital", ""),
        ("exposure", "", ""),
        ("staff", "revenue", "worth of own people's time; not a payment"),
    }
    staff = [row for row in tidy(inv)["fact_cost"] if row["kind"] == "staff"]
    assert {(row["cash"], row["payment"], row["spending"]) for row in staff} == {(True, False, "revenue")}


def test_costs_with_the_worth_of_own_time_in_them_are_not_called_cash(inv: Inventory) -> None:
    named = {audience: tables(inv, audience)["pay"].caption for audience in (BOARD, TORFAEN, PUBLIC)}
    assert named == {
        BOARD: "Costs by partner and financial year, worth of own time included",
        TORFAEN: "Costs by partner and financial year",
        PUBLIC: "Cash costs by partner and financial year",
    }


def test_budgets_stand_beside_revenue_and_say_whose_they_are(inv: Inventory) -> None:
    assert rows(inv, "budgets") == [
        ("2016/17", "the whole programme", 54_200, 120_000, 65_800),
        ("2017/18", "Torfaen", 34_000, 60_000, 26_000),
        ("2017/18", "Torfaen, Gwent", 44_000, 50_000, 6_000),
    ]
    (figures,) = (block for block in pack(inv).summary if isinstance(block, Figures))
    assert ("Revenue budgets kept", "3 of 3", "least left: £6,000, in 2017/18, Torfaen, Gwent") in figures.figures
    assert [(row["partners"], row["revenue"]) for row in tidy(inv)["fact_budget"]] == [
        (None, 54_200),
        ("torfaen", 34_000),
        ("torfaen gwent", 44_000),
    ]


def test_a_budget_that_is_exceeded_is_said_in_the_summary_and_once_its_year_is_over(tmp_path: Path) -> None:
    inv = cases.inventory(tmp_path, programme=cases.PROGRAMME.replace("at_most: 120_000", "at_most: 50_000"))
    said = str(pack(inv).summary)
    assert "Agree how £4,200 more revenue than its budget is to be met in 2016/17." in said
    assert "exceeded most: by £4,200, in 2016/17" in said
    over = replace(inv, progress=Progress((0, 1, 2, 3), {}, {}, {}, ""))
    (missed,) = (one for one in missed_goals(over, ledger(over, cases.NOTHING_REPORTED)) if one.rule == "budget")
    assert str(missed) == "budget: revenue of at most 50,000.00 in 2016/17: 54,200.00"


def test_a_partner_s_budget_is_in_its_own_pack_alone(inv: Inventory) -> None:
    """Beside its own systems' revenue, and its part of what all share without saying what of that is revenue."""
    assert rows(inv, "budgets", TORFAEN) == [("2017/18", 34_000, 0, 60_000)]
    for audience in (Audience("gwent"), PUBLIC, Audience("torfaen", public=True)):
        assert "budgets" not in tables(inv, audience)
        assert tidy(inv, audience)["fact_budget"] == []
    assert [row["budget"] for row in tidy(inv, TORFAEN)["fact_budget"]] == [1]


@pytest.mark.parametrize("audience", READERS, ids=str)
def test_what_the_shared_costs_consist_of_is_not_told_by_revenue(
    inv: Inventory, tmp_path: Path, audience: Audience
) -> None:
    """The same 4,200 of 2016/17, once as the worth of own people's days and once as the capital of a build."""
    no_worth = cases.PROGRAMME.replace(", day_cost: 300", "")
    built = cases.SERVICES.replace("build: {quarters: 1,", "build: {quarters: 1, capital: 4_200,")
    other = cases.inventory(tmp_path / "other", programme=no_worth, services=built)
    assert pack(inv, audience) == pack(other, audience)
    assert tidy(inv, audience) == tidy(other, audience)


# -- areas, confidence, contacts ------------------------------------------------------------------


def test_areas_add_up(inv: Inventory) -> None:
    """Networks in 2016/17: 20,000 + 10,000 of running, 8,000 and 2,000; two moves of 2,000. What all share is apart."""
    found = rows(inv, "areas")
    assert found[0] == ("networks", "2016/17", 40_000, 4_000, 0, 44_000)
    assert found[-2:] == [
        ("shared by all", "2016/17", 0, 0, 4_200, 4_200),
        ("All areas", "all years", 100_000, 5_000, 4_200, 109_200),
    ]
    paid = [row for row in tidy(inv)["fact_cost"] if row["cash"]]
    assert sum(float(str(row["amount"])) for row in paid) == pytest.approx(109_200)
    assert sum(float(str(row["amount"])) for row in paid if row["area"] == "web") == pytest.approx(17_000)


def test_areas_tell_the_public_nothing_of_what_one_system_costs(inv: Inventory) -> None:
    assert "areas" not in tables(inv, PUBLIC)
    assert {row["area"] for row in tidy(inv, PUBLIC)["fact_cost"]} == {None}
    assert len(rows(inv, "areas", TORFAEN)) == 5


def test_confidence_and_contact(inv: Inventory) -> None:
    assert rows(inv, "confidence") == [("high", 1, 28_000), ("medium", 2, 24_000), ("low", 1, 6_000)]
    assert [row[-1] for row in rows(inv, "partners")] == ["ict@gwent.example", None, "ict@torfaen.example"]
    assert [row[-1] for row in rows(inv, "partners", TORFAEN)] == ["ict@torfaen.example"]
    assert "@" not in f"{tidy(inv, PUBLIC)} {pack(inv, PUBLIC)}"


# -- gates, dates, partners, risks ----------------------------------------------------------------


def test_a_service_says_what_it_waits_for(inv: Inventory) -> None:
    assert rows(inv, "services") == [
        ("Review of pilots", "2016/17 Q2", "2016/17 Q3", "Mail, HIDDENNAME", "2016/17 Q1"),
    ]
    assert [(row["system"], row["moves"]) for row in tidy(inv)["fact_gate"]] == [
        ("torfaen/mail", "2016/17 Q1"),
        ("gwent/vault", "2016/17 Q1"),
    ]
    late = replace(cases.NOTHING_REPORTED, moves=cases.NOTHING_REPORTED.moves[:2], builds=())
    (service,) = facts(inv, plan=late).programme.services
    assert (service.ready, service.waits) == (None, (("torfaen/mail", 0), ("gwent/vault", None)))


def test_a_partner_joins_and_reports_say_when(inv: Inventory) -> None:
    assert [row[:2] for row in rows(inv, "partners")] == [
        ("Gwent", "the start"),
        ("Newport", "2017/18 Q1"),
        ("Torfaen", "the start"),
    ]
    assert {row["partner"]: row["joins"] for row in tidy(inv)["dim_partner"]}["newport"] == "2017/18 Q1"


def test_milestones_by_date_those_that_ask_nothing_too(inv: Inventory) -> None:
    asked = ("2016/17 Q2", "half of Torfaen first", None, "50.0% of 2 systems moved", 2, "will be, as planned")
    agreed = (dt.date(2016, 5, 19), "Strategy agreed", "governance", None, None, None)
    assert rows(inv, "milestones") == [agreed, asked]
    assert rows(inv, "milestones", PUBLIC) == [agreed, asked]
    assert rows(inv, "milestones", TORFAEN) == [asked]  # the programme's dates are in the Board's pack
    welsh = tables(inv, code="cy")["milestones"].rows[0]
    assert welsh[1:3] == ("Cytuno ar strategaeth", "llywodraethu")
    assert [(row["kind"], row["needed"], row["live"]) for row in tidy(inv)["fact_milestone"]] == [
        ("governance", None, None),
        (None, 1, 2),
    ]


@pytest.mark.parametrize(
    ("quarter", "share", "reached"),
    [(0, "1/2", "will be, as planned"), (1, "1/2", "yes"), (0, "2", "will not be, as planned"), (1, "2", "no")],
)
def test_a_milestone_ahead_is_not_said_to_be_reached(inv: Inventory, quarter: int, share: str, reached: str) -> None:
    milestone = next(one for one in inv.milestones if one.share is not None)
    data = replace(inv, milestones=(replace(milestone, share=Fraction(share)),))
    basis = Basis(PlanBooks(data, cases.NOTHING_REPORTED), None, quarter, None)
    document = pack_document(pack_facts(basis, BOARD), language("en"), drawn=None, made_from={})
    (table,) = [table for table in document.tables() if table.key == "milestones"]
    assert [row[-1] for row in table.rows] == [reached]


def test_the_register_of_risks_names_what_they_touch_to_whom_it_may_be_named(inv: Inventory) -> None:
    assert [row[-1] for row in rows(inv, "register")] == [None, "Mail", "HIDDENNAME", None]
    assert [row[0] for row in rows(inv, "register", TORFAEN)] == ["the mail provider fails"]
    assert [row[0] for row in rows(inv, "register", PUBLIC)] == ["staff leave", "the mail provider fails"]
    assert facts(inv, PUBLIC).texts_withheld == 2
    assert [row["systems"] for row in tidy(inv, PUBLIC)["fact_risk"]] == [None, "torfaen/mail"]
    for audience in (TORFAEN, PUBLIC):
        assert "HIDDENNAME" not in str(pack(inv, audience))


@pytest.mark.parametrize("audience", [BOARD, *READERS], ids=str)
def test_keys_of_the_new_tables_lead_somewhere(tmp_path: Path, audience: Audience) -> None:
    """A date long before and one long after are quarters that there are, too."""
    dates = "  - {by: 2012-05-19, name: Before}\n  - {by: 2021/22 Q3, name: After}\nbudgets:"
    inv = cases.inventory(tmp_path, programme=cases.PROGRAMME.replace("budgets:", dates))
    shown = facts(inv, audience).shown
    found = star_tables(
        shown.inventory, shown.plan, shown.ledger, PackScope("", None, audience.partner, audience.public)
    )
    columns = {
        f"{name}.{column.name}": {row[place] for row in table.rows}
        for name, table in found.items()
        for place, column in enumerate(table.schema.columns)
    }
    for name, table in found.items():
        for column in table.schema.columns:
            if column.key:
                assert columns[f"{name}.{column.name}"] - {None} <= columns[column.key], f"{name}.{column.name}"
    assert bool({"2012/13 Q1", "2021/22 Q3"} <= columns["dim_quarter.quarter"]) is (audience.partner is None)
