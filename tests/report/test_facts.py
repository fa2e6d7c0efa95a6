"""What a Board pack says: each fact on a plan small enough to check by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from math import fsum
from pathlib import Path

import board_cases as cases
import pytest
import random_inventories
import random_progress
from builders import (
    build,
    consolidate,
    contract,
    inventory,
    option,
    plan_of,
    pot,
    refresh,
    rehost,
    retain,
    service,
    system,
)

from consolidate.accounts import contract_notices, contracts
from consolidate.accounts.ledger import ledger
from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.audience.restriction import Audience, restricted_to
from consolidate.errors import NoPlan
from consolidate.explain.decisions import decisions
from consolidate.inventory import Contract, When
from consolidate.language import language
from consolidate.loading import load
from consolidate.planning import make_plan
from consolidate.quarters import Calendar
from consolidate.report.document import CellKind, Cut, PackTable, TableColumn
from consolidate.report.facts.compute import pack_facts
from consolidate.report.facts.records import PackFacts
from consolidate.report.sections.moves import burn_up_section
from consolidate.report.sections.risk import contracts_section
from consolidate.report.sections.wording import Wording
from consolidate.report.tables.star_schema import PackScope, star_tables


def situation(path: Path, dispatch: int = 5) -> Basis:
    """Two quarters on, and one."""
    folder = cases.folder(path)
    before = cases.case(folder, until="2016/17 Q1")
    return Basis(cases.case(folder, dispatch), PlanBooks(before.inventory, cases.plans()[0]), 1, holds=False)


@pytest.fixture
def board(tmp_path: Path) -> PackFacts:
    return pack_facts(situation(tmp_path), Audience())


# -- contracts ------------------------------------------------------------------------------------


def ends(year: int, month: int, day: int | None = None, notice: int | None = 3, renews_for: int = 12) -> Contract:
    return Contract(100.0, year * 12 + month - 1, renews_for, notice, None, day)


@pytest.mark.parametrize(
    ("term_ends", "months", "last"),
    [
        ((2018, 3, 31), 6, (2017, 9, 30)),  # a month's end stays one
        ((2018, 6, 30), 3, (2018, 3, 31)),  # also where the other month is longer
        ((2018, 5, 31), 3, (2018, 2, 28)),
        ((2020, 5, 31), 3, (2020, 2, 29)),
        ((2018, 3, 15), 1, (2018, 2, 15)),
        ((2018, 3, 30), 1, (2018, 2, 28)),  # there is no 30 February
        ((2018, 3, 31), 0, (2018, 3, 31)),
        ((2018, 1, 31), 24, (2016, 1, 31)),  # longer than the term
    ],
)
def test_last_day_for_notice(term_ends: tuple[int, int, int], months: int, last: tuple[int, int, int]) -> None:
    assert contracts.last_day_for_notice(dt.date(*term_ends), months) == dt.date(*last)


@pytest.mark.parametrize("months", range(14))
def test_no_later_day_would_do(months: int) -> None:
    """The definition: months from the day of notice run out by the end of the term, and from the next day do not."""

    def after(given: dt.date) -> dt.date:
        number = given.year * 12 + given.month - 1 + months
        first = dt.date(number // 12, number % 12 + 1, 1)
        following = dt.date((number + 1) // 12, (number + 1) % 12 + 1, 1)
        return min(first + dt.timedelta(days=given.day - 1), following - dt.timedelta(days=1))

    for day in (dt.date(2019, 12, 31) + dt.timedelta(days=n) for n in range(430)):
        last = contracts.last_day_for_notice(day, months)
        assert after(last) <= day < after(last + dt.timedelta(days=1))


def test_notice_moves_on_with_each_renewal() -> None:
    """Right after an automatic renewal the last day is that of the new term, not of the first."""
    one = ends(2016, 9, 30, notice=3)
    assert [contracts.contract_term(one, n).notice for n in range(3)] == [
        dt.date(2016, 6, 30),
        dt.date(2017, 6, 30),
        dt.date(2018, 6, 30),
    ]


def test_a_renewed_term_ends_with_its_month() -> None:
    one = ends(2018, 2, 28, notice=1, renews_for=1)
    assert [contracts.contract_term(one, n).ends for n in range(3)] == [
        dt.date(2018, 2, 28),
        dt.date(2018, 3, 31),
        dt.date(2018, 4, 30),
    ]
    mid = ends(2018, 1, 30, notice=0, renews_for=1)
    assert [contracts.contract_term(mid, n).ends.day for n in range(3)] == [30, 28, 30]


def wishes(*, last: int | None, notice: int | None = 3, exit: float | None = None) -> list[tuple[str, str]]:
    """What the plan wants of a contract that ends with 2016/17 Q2 and renews yearly, over two years."""
    one = contract(1_000, 1, notice=notice, exit=exit)
    inv = inventory(system("p/a", retain(), rehost(), run_cost=100, contract=one), T=12)
    plan = plan_of(inv, {} if last is None else {"p/a": (2, last)})
    found = contract_notices.contract_notices(inv, ledger(inv, plan), dt.date(2016, 4, 1), dt.date(2018, 3, 31))
    return [(each.day.isoformat(), each.wish) for each in found]


def test_the_plan_leaves_at_the_end_of_the_term_that_covers_its_last_quarter() -> None:
    assert wishes(last=1) == [("2016-06-30", "leave")]
    assert wishes(last=2) == [("2016-06-30", "stay"), ("2017-06-30", "leave")]


def test_what_stays_stays_on_in_every_term_and_is_said_once() -> None:
    assert wishes(last=None) == [("2016-06-30", "stay")]


def test_buying_out_where_that_is_cheaper() -> None:
    """Its system is switched off on 31 December 2016; three months' notice run out then, and not with the term."""
    assert wishes(last=2, exit=10.0)[-1] == ("2016-09-30", "buy_out")
    assert wishes(last=2, exit=10.0, notice=None)[-1] == ("2016-12-31", "buy_out")
    assert wishes(last=2, exit=10_000.0)[-1] == ("2017-06-30", "leave")


@pytest.mark.parametrize("notice", [3, None])
def test_the_pack_and_the_calendar_of_decisions_date_a_buy_out_alike(notice: int | None) -> None:
    """Seen from 2016/17 Q3 the day of three months' notice, 30 September, has gone by; without notice it has not."""
    one = contract(1_000, 1, notice=notice, exit=10.0)
    inv = replace(inventory(system("p/a", retain(), rehost(), run_cost=100, contract=one), T=12), open=2)
    made = plan_of(inv, {"p/a": (2, 2)})
    costs = ledger(inv, made).costs
    claims = {"costs": costs.as_json(), "objective": costs.total, "bound": costs.total, "savings_gap": 0.0}
    plan = replace(made, status="optimal", **claims)
    facts = pack_facts(Basis(PlanBooks(inv, plan), None, 1, holds=True), Audience())
    table = next(block for block in contracts_section(Wording(facts, language("en"))).blocks if hasattr(block, "rows"))
    assert isinstance(table, PackTable)
    (row,) = (row for row in table.rows if "buy out" in str(row[-1]))
    decided = [one for one in decisions(inv, plan, later=0).decisions if one.left is not None]
    assert [row[0]] == [one.day for one in decided] == [dt.date(2016, 9 if notice else 12, 30 if notice else 31)]
    assert row[5] is None
    gone = "the day has gone by: check that notice was given; " if notice else ""
    unknown = "" if notice else "; how long notice is, is not known: the day on which it is switched off is shown"
    assert row[-1] == f"{gone}buy out the rest of the term for £10, after 2016/17 Q3{unknown}"
    assert "Of a contract that is bought out" in table.note


def test_unknown_notice_falls_on_the_end_of_the_term() -> None:
    assert wishes(last=1, notice=None) == [("2016-09-30", "leave")]


def wished(first: dt.date, *, last: int, exit: float | None = None) -> list[str]:
    """The same contract with three months' notice, seen from a day on which some has happened."""
    one = contract(1_000, 1, notice=3, exit=exit)
    inv = inventory(system("p/a", retain(), rehost(), run_cost=100, contract=one), T=12)
    book = ledger(inv, plan_of(inv, {"p/a": (2, last)}))
    return [each.wish for each in contract_notices.contract_notices(inv, book, first, dt.date(2018, 3, 31))]


def test_notice_that_should_have_been_given_is_asked_after_until_the_term_ends() -> None:
    assert wished(dt.date(2016, 7, 1), last=1) == ["left"]  # 30 June is past, 30 September is not
    assert wished(dt.date(2016, 10, 1), last=1) == []


def test_what_has_been_bought_out_is_not_bought_out_again() -> None:
    assert wished(dt.date(2016, 7, 1), last=0, exit=10.0) == ["buy_out"]  # paid in the second quarter, this one
    assert wished(dt.date(2016, 10, 1), last=0, exit=10.0) == []


def test_the_day_of_a_contract_is_kept(board: PackFacts) -> None:
    """A term that ends on 15 September, renewed every 6 months: the last day is a 15th, too."""
    web = board.inventory.systems["torfaen/web"].contract
    assert web is not None
    assert contracts.contract_term(web, 1).ends == dt.date(2017, 3, 15)
    assert contracts.contract_term(web, 1).notice == dt.date(2017, 2, 15)


# -- the rest, on the small case --------------------------------------------------------------------


def test_systems_moved(board: PackFacts) -> None:
    found = board.burn_up
    assert found.approved == (2, 3, 4, 5, 5, 5, 5, 5)
    assert found.actual == (1, 1, None, None, None, None, None, None)
    assert found.forecast == (None, 1, 2, 3, 4, 5, 5, 5)
    assert (found.total, found.moved, found.left, found.due) == (5, 1, 4, 3)
    assert (found.first_of_last_year, found.last_year, found.last_year_approved) == (4, 2, 0)


def test_renewals_and_second_steps_are_cutovers_of_no_further_system() -> None:
    """A system that moves twice, one that is renewed, one that stays: one moved, and three cutovers, which are told."""
    inv = inventory(
        system("p/twice", option("rehost", then=option("replatform"))),
        system("p/renewed", retain(), refresh()),
        system("p/stays", retain()),
        T=4,
    )
    plan = plan_of(inv, {"p/twice": (1, 0, 2), "p/renewed": (2, 1)})
    found = pack_facts(Basis(PlanBooks(inv, plan), None, 0, True), Audience())
    assert (found.burn_up.total, found.burn_up.renewals, found.burn_up.second_steps) == (1, 1, 1)
    said = [block.text for block in burn_up_section(Wording(found, language("en"))).blocks if hasattr(block, "text")]
    assert any("renewals in place (1) and second steps (1); with them there are 3 cutovers." in one for one in said)


def test_pots(board: PackFacts) -> None:
    """In 2016/17: 2,500 reported on the web, 2,000 planned each for others; what is left goes on."""
    found = {(one.pot, one.year): one for one in board.pots}
    torfaen = found["torfaen", 2016]
    assert torfaen.available == 20_000
    assert torfaen.spent == pytest.approx(2_500 + 2_000 / 3)  # a third of the desk's three quarters
    assert torfaen.committed == pytest.approx(2_000 * 2 / 3)
    assert torfaen.planned == pytest.approx(1_500)  # half of the mail's 3,000
    assert torfaen.approved == pytest.approx(2_000 + 2_000 + 3_000)
    common, later = found["common", 2016], found["common", 2017]
    assert later.available == pytest.approx(100_000 + (common.left or 0.0))
    whole = sum(one.forecast for one in board.pots)
    assert whole == pytest.approx(sum(board.shown.ledger.capital.values()))


def test_what_was_carried_into_a_year_without_money_of_its_own_is_there() -> None:
    inv = inventory(
        system("p/a", retain(), rehost(capital={"grant": 100})),
        T=8,
        A=16,
        pots=[pot("grant", {"2016/17": 700.0}, carry_forward=True)],
    )
    found = pack_facts(Basis(PlanBooks(inv, plan_of(inv, {"p/a": (2, 0)})), None, 4, True), Audience())
    assert [(one.year, one.available, one.forecast) for one in found.pots] == [(2016, 700.0, 100.0), (2017, 600.0, 0.0)]
    assert found.measures.limit == 600.0


def test_a_system_taken_out_since_is_no_more_approved_to_move() -> None:
    inv = inventory(system("p/a", retain(), rehost()), system("p/b", retain(), rehost()), T=4)
    approved = plan_of(inv, {"p/a": (2, 0), "p/b": (2, 0)})
    left = replace(inv, systems={"p/a": inv.systems["p/a"]}, approved=approved)
    found = pack_facts(Basis(PlanBooks(left, plan_of(left, {"p/a": (2, 0)})), None, 0, True), Audience())
    assert (found.burn_up.due, found.burn_up.total_approved) == (1, 1)


def test_a_service_that_should_be_there_and_is_not_reported_on_is_late() -> None:
    inv = inventory(
        system("p/a", retain(), consolidate("hr", quarters=1)), services=[service("hr", build(quarters=1))], T=8
    )
    inv = replace(inv, approved=plan_of(inv, {"p/a": (2, 1)}, builds={"hr": 0}))
    now = plan_of(inv, {"p/a": (2, 4)}, builds={"hr": 3})
    found = pack_facts(Basis(PlanBooks(inv, now), None, 1, False), Audience())
    assert [(one.service, one.approved, one.now, one.note) for one in found.late] == [("hr", 1, 4, "")]
    found = pack_facts(Basis(PlanBooks(inv, plan_of(inv, {})), None, 1, False), Audience())
    assert [(one.service, one.now) for one in found.late] == [("hr", None)]


def test_people_are_the_ledgers(board: PackFacts) -> None:
    used = {(one.role, one.quarter): one.used for one in board.people}
    assert {key: days for key, days in used.items() if days} == pytest.approx(dict(board.shown.ledger.staff))
    assert all(one.share == pytest.approx(one.used / 40) for one in board.people)


def test_exposure(board: PackFacts) -> None:
    """Unsupported in 2016/17 Q2: dispatch, custody, files of Gwent (gold, gold, silver); the desk from the next."""
    found = board.exposure
    assert found is not None
    assert found.quarters == (1, 2, 3, 4, 5)
    assert found.counts["gold", "gwent"] == (2, 2, 2, 2, 2)
    assert found.counts["silver", "gwent"] == (1, 1, 0, 0, 0)
    assert found.counts["silver", "torfaen"] == (1, 1, 1, 0, 0)
    assert found.counts["gold", "torfaen"] == (0, 0, 1, 1, 0)
    assert found.totals == (4, 4, 4, 3, 2)
    assert (found.critical, found.critical_now) == (("gold", "silver"), 4)
    assert found.longer == 4  # all but custody, which stays
    assert found.rag == "red"


@pytest.mark.parametrize(
    ("tier", "end", "approved_start", "start", "rag"),
    [
        ("gold", -1, 0, 0, "red"),  # a critical tier, now
        ("bronze", -1, 0, 0, "amber"),  # another
        ("bronze", 1, 3, 3, "amber"),  # in three quarters
        ("bronze", 1, 2, 3, "red"),  # for longer than approved
        ("bronze", 5, 5, 5, "green"),
        ("gold", 6, 7, 7, "green"),  # beyond the quarters looked at
    ],
)
def test_the_rule_of_exposure(tier: str, end: int, approved_start: int, start: int, rag: str) -> None:
    tiers = {"gold": 90.0, "silver": 50.0, "bronze": 10.0}
    inv = inventory(system("p/a", retain(), rehost(), tier=tier, end_of_life=end), T=12, tiers=tiers)
    plan = plan_of(inv, {"p/a": (2, start)})
    inv = replace(inv, approved=plan_of(inv, {"p/a": (2, approved_start)}))
    found = pack_facts(Basis(PlanBooks(inv, plan), None, -1, True), Audience()).exposure
    assert found is not None
    assert found.rag == rag


def test_when_support_ended_of_what_a_system_has_become() -> None:
    one = system("p/a", retain(), rehost(end_of_life=3), end_of_life=9)
    inv = inventory(one, T=12, tiers={"gold": 5.0})
    found = pack_facts(Basis(PlanBooks(inv, plan_of(inv, {"p/a": (2, 0)})), None, 2, True), Audience()).exposure
    assert found is not None
    assert [(each.support.software, each.first, each.until) for each in found.systems] == [(When(3), 4, None)]


def test_the_end_of_support_is_that_of_what_is_exposed() -> None:
    """The first step's support is over; it runs on beside the second, whose support is not."""
    two = option("rehost", end_of_life=2, then=option("replatform", end_of_life=20, parallel_run=3))
    inv = inventory(system("p/a", retain(), two, end_of_life=30), T=12, A=24)
    plan = plan_of(inv, {"p/a": (2, 0, 4)})
    found = pack_facts(Basis(PlanBooks(inv, plan), None, 5, True), Audience()).exposure
    assert found is not None
    assert [(each.support.software, each.first, each.until) for each in found.systems] == [(When(2), 5, 7)]


def test_systems_that_stay_unsupported_for_longer_are_listed_though_it_is_later() -> None:
    inv = inventory(system("p/a", retain(), rehost(), end_of_life=6), T=12)
    inv = replace(inv, approved=plan_of(inv, {"p/a": (2, 7)}))
    found = pack_facts(Basis(PlanBooks(inv, plan_of(inv, {"p/a": (2, 9)})), None, -1, True), Audience()).exposure
    assert found is not None
    assert not any(found.totals)
    assert found.longer == 1
    assert [(each.first, each.until, each.ahead, each.approved) for each in found.systems] == [(7, 9, 3, 1)]


def test_slipped_moves_and_why(board: PackFacts) -> None:
    said = {one.system: (one.approved, one.now, one.status, one.note) for one in board.slips}
    assert said == {
        "torfaen/desk": (1, 3, "started", "two people left"),
        "gwent/files": (0, 2, "started", "OTHERNAME is late"),
    }


def test_what_should_have_begun(tmp_path: Path) -> None:
    """Without the second report nobody says that the desk has begun."""
    where = situation(tmp_path)
    quiet = replace(where.now.inventory.progress, systems={})  # type: ignore[type-var]
    inv = replace(where.now.inventory, progress=quiet)
    found = pack_facts(replace(where, now=PlanBooks(inv, where.now.plan)), Audience())
    assert [(one.system, one.status) for one in found.slips] == [
        ("gwent/files", "waiting"),
        ("torfaen/web", "waiting"),
        ("torfaen/desk", "waiting"),
    ]


def test_measures(board: PackFacts) -> None:
    """Of the three moves due by now one was done, in time."""
    assert board.measures.in_time == (1, 3)
    assert board.measures.quarter_in_time == (0, 1)


def test_savings_are_against_leaving_everything(board: PackFacts) -> None:
    """2016/17: the web costs 80% of 8,000 from Q2 on, files of 20,000 from Q4; the service 2,000 a year from Q2;
    the web's contract of 2,000 ends with Q2."""
    first = board.savings[0]
    assert first.saved == pytest.approx(8_000 * 0.2 * 3 / 4 + 20_000 * 0.2 / 4 - 2_000 * 3 / 4 + 2_000 / 2)
    assert first.released == pytest.approx(8_000 * 0.2 / 4 - 2_000 / 4)
    assert board.savings[1].released is None


def test_next_quarter(board: PackFacts) -> None:
    assert board.next_quarter is not None
    assert board.next_quarter.quarter == 2
    assert board.next_quarter.starts == ()
    assert [move.system for move in board.next_quarter.cutovers] == ["gwent/files"]


def test_changes(board: PackFacts) -> None:
    assert board.since is not None
    assert board.against is not None
    against = {change.system: (change.what, change.quarters) for change in board.against.moves}
    assert against == {
        "torfaen/email": ("later", 1),
        "torfaen/desk": ("later", 2),
        "torfaen/web": ("cost", 0),  # it is reported to have taken more capital than was approved
        "gwent/dispatch": ("later", 3),
        "gwent/files": ("later", 2),
    }
    since = {change.system for change in board.since.moves}
    assert since == {"torfaen/email", "torfaen/desk", "gwent/dispatch"}  # the files were late a quarter ago
    assert board.against.finish == 2
    paid = sum(amount for kind, amount in board.against.cost.items() if kind != "exposure")
    assert board.extra_cost == pytest.approx(paid)


def test_who_pays_adds_up(board: PackFacts) -> None:
    cash = {key: amount for key, amount in board.shown.ledger.cash.items() if key[2] not in ("exposure", "stability")}
    paid = sum(one.direct + one.allocated for one in board.pay)
    assert paid == pytest.approx(100 * sum(cash.values()), abs=1)


# -- who may read what ------------------------------------------------------------------------------


def test_a_partner_pack_is_reckoned_from_its_own_systems(tmp_path: Path) -> None:
    found = pack_facts(situation(tmp_path), Audience("torfaen"))
    assert set(found.shown.inventory.systems) == {f"torfaen/{id}" for id in ("email", "desk", "web", "maps")}
    assert found.burn_up.total == 3
    assert found.delivery is None
    assert found.holds is None
    assert {one.pot for one in found.pots} == {"torfaen"}
    assert all(one.available is None for one in found.pots)
    assert found.exposure is not None
    assert found.exposure.totals == (1, 1, 2, 1, 0)
    assert {one.partner for one in found.pay} == {"torfaen"}


def test_a_public_pack_names_no_system_above_the_lowest(tmp_path: Path) -> None:
    found = pack_facts(situation(tmp_path), Audience(public=True))
    assert not [id for id in found.shown.inventory.systems if id.startswith("gwent")]
    assert found.systems_withheld == 3
    assert found.exposure is None
    assert found.shown.ledger.exposed == {}
    assert found.delivery is not None
    assert [str(one) for one in found.delivery.decisions] == ["approve <i>more</i> staff"]
    assert len(found.delivery.risks) == 1
    assert found.texts_withheld == 2


@pytest.mark.parametrize("secret", [1, 2, 3])
def test_what_is_left_out_is_in_no_sum(tmp_path: Path, secret: int) -> None:
    """However many systems are left out, all figures are of the others."""
    where = situation(tmp_path)
    systems = dict(where.now.inventory.systems)
    for id in ("gwent/files", "gwent/custody")[: 3 - secret]:
        systems[id] = replace(systems[id], classification="official")
    inv = replace(where.now.inventory, systems=systems)
    found = pack_facts(replace(where, now=PlanBooks(inv, where.now.plan)), Audience(public=True))
    assert found.systems_withheld == secret
    assert found.headline.unsupported == 0, "who runs unsupported is in nothing that is public"
    gwent = sum(one.direct for one in found.pay if one.partner == "gwent")
    shown = [id for id in found.shown.inventory.systems if id.startswith("gwent")]
    books = [where.now.ledger.per_system[id] for id in shown]
    own = [amount for book in books for kind, amount in book.items() if kind not in ("exposure", "support")]
    assert gwent == pytest.approx(100 * sum(own), abs=1)
    assert found.extra_cost is None


# -- random cases -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.usefixtures("little")
def test_facts_of_random_reports_add_up(seed: int, tmp_path: Path) -> None:
    """Every audience's facts can be had of whatever happened, and what is counted twice is the same."""
    random_inventories.write(seed, tmp_path)
    first = load(tmp_path)
    try:
        plan = make_plan(first).plan
        for name, text in random_progress.reports(first, plan, seed).items():
            (tmp_path / "progress").mkdir(exist_ok=True)
            (tmp_path / "progress" / name).write_text(text, encoding="utf-8")
        now = replace(load(tmp_path), approved=plan)
        case = PlanBooks(now, make_plan(now).plan)
    except NoPlan:
        return
    assert now.progress is not None
    quarter = now.progress.quarters[-1]
    before = replace(load(tmp_path, until=now.label(quarter - 1)), approved=plan)
    where = Basis(case, PlanBooks(before, plan), quarter, holds=None)
    for audience in (Audience(), Audience(public=True), *(Audience(partner) for partner in now.partners)):
        found = pack_facts(where, audience)
        assert found.headline.moved == found.burn_up.moved
        assert found.burn_up.total == len(found.shown.ledger.live)
        capital = fsum(one.forecast for one in found.pots)
        assert capital == pytest.approx(fsum(found.shown.ledger.capital.values()), abs=1e-6)
        if found.exposure is not None:
            assert found.exposure.totals[0] == found.headline.unsupported
        if audience.partner is None and found.shown.whole:
            cash = fsum(v for key, v in case.ledger.cash.items() if key[2] not in ("exposure", "stability"))
            assert sum(one.direct + one.allocated for one in found.pay) == pytest.approx(100 * cash, abs=1)


# -- tables -----------------------------------------------------------------------------------------


def test_the_last_day_of_the_last_year_there_is() -> None:
    assert Calendar(4 * 9999).last_day(2) == dt.date(9999, 12, 31)


def test_a_long_table_is_cut_on_a_page_and_still_adds_up() -> None:
    columns = tuple(TableColumn(key, key, kind) for key, kind in KINDS)
    rows = (*((f"row {n}", n, float(n), None) for n in range(10)), ("Total", 45, 45.0, None))
    table = PackTable("t", "T", columns, rows, total=True, note="A note.", cut=Cut(4, "4 of 10.", "6 more rows"))
    brief = table.brief()
    assert brief.rows == (*rows[:4], ("6 more rows", 39, 39.0, None), rows[-1])
    assert brief.note == "4 of 10. A note."
    assert brief.brief() == brief
    assert replace(table, rows=rows[:-1], total=False).brief().rows == rows[:4]
    assert replace(table, cut=None).brief().rows == rows


KINDS: tuple[tuple[str, CellKind], ...] = (("name", "text"), ("count", "count"), ("money", "money"), ("empty", "money"))


def test_tables_of_a_part_list_its_own_tiers(board: PackFacts) -> None:
    case = restricted_to(board.shown, frozenset({"torfaen/web"}), "torfaen")
    part = star_tables(case.inventory, case.plan, case.ledger, PackScope("OFFICIAL", None, "torfaen"))
    assert [row[0] for row in part["dim_tier"].rows] == ["bronze"]
    shown = board.shown
    whole = star_tables(shown.inventory, shown.plan, shown.ledger, PackScope("SECRET", None))
    assert [row[0] for row in whole["dim_tier"].rows] == ["gold", "silver", "bronze"]
