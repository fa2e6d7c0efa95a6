"""The calendar of decisions: last responsible moments against cold optima, contracts by hand, the file for a diary."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
import random_inventories
from problem_cases import write

import consolidate
from consolidate.errors import InvalidArgument, NoPlan, RejectedPlan, UserError
from consolidate.explain import choice_search
from consolidate.explain.decision_words import calendar_sentence, decision_words, missed_words, planned_words
from consolidate.explain.decisions import Decision, DecisionCalendar
from consolidate.forced_choices import building, forcing
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.loading import load
from consolidate.planning import PlanResult

ENGLISH = language("en")

FILES = {
    "programme.yaml": """
programme: "Decisions; by when, and why"
horizon: {from: 2016/17 Q1, to: 2018/19 Q4}
discount_rate: 0%
capital: {common: {amount: {2016/17: 60, 2017/18: 0, 2018/19: 60}}}
""",
    "services.yaml": """
services:
  hub: {provides: email, build: {quarters: 1, capital: 0}}
""",
    "partners/a.yaml": """
systems:
  one: {run_cost: 400, options: [{approach: rehost, capital: {common: 60}, run_cost: 0}, {approach: retain}]}
  free: {run_cost: 40, options: [{approach: rehost, run_cost: 40}]}
  mail:
    capability: email
    run_cost: 0
    contract: {cost: 80, ends: 2017-03-31, renews_for: 12, notice: 6}
    options: [{approach: consolidate, to: hub, quarters: 1, run_cost: 0}, {approach: retain}]
""",
}


@pytest.fixture(scope="module")
def calendar(inventory: Inventory, result: PlanResult) -> DecisionCalendar:
    return consolidate.decisions(inventory, result.plan, gap=0)


def one_of(calendar: DecisionCalendar, kind: str, id: str) -> Decision:
    (found,) = (one for one in calendar.decisions if (one.kind, one.id) == (kind, id))
    return found


def test_starts_and_builds_worked_by_hand(calendar: DecisionCalendar) -> None:
    """One saves £100 each quarter: it must not wait. What costs the same either way may. The hub may wait for as long
    as mail is off its contract in time: its cutover by 2016/17 Q4, so that the hub is ready by then."""
    one = one_of(calendar, "start", "a/one")
    assert one.planned == one.latest
    assert one.day == dt.date(2016, 4, 1)
    assert one.cost == pytest.approx(100)
    assert missed_words(ENGLISH, calendar, one) == "£100 more a quarter later (proven)"
    free = one_of(calendar, "start", "a/free")
    assert free.open_ended
    assert planned_words(ENGLISH, free).endswith("4 quarters or more of float")
    assert missed_words(ENGLISH, calendar, free) == "no measurable cost as far as was tried"
    mail, hub = one_of(calendar, "start", "a/mail"), one_of(calendar, "build", "hub")
    assert (mail.latest and mail.latest.label, mail.day) == ("2016/17 Q4", dt.date(2017, 1, 1))
    assert mail.cost == pytest.approx(80)
    assert (hub.latest and hub.latest.label, hub.day) == ("2016/17 Q3", dt.date(2016, 10, 1))
    assert hub.cost == pytest.approx(80)


def test_where_the_horizon_ends_nothing_is_later(inventory: Inventory) -> None:
    """What is planned in one of the last quarters, or may be as late as the last, cannot be later: no quarter is."""
    for cutover, later, said in ((11, 4, ""), (9, 4, ", 2 quarters of float"), (7, 4, ", 4 quarters of float")):
        forced = forcing(inventory, "a/free", 1, cutover)
        plan = replace(consolidate.make_plan(forced, gap=0).plan, inventory=inventory.content_hash)
        calendar = consolidate.decisions(inventory, plan, later=later, gap=0)
        free = one_of(calendar, "start", "a/free")
        assert (free.latest and free.latest.label, free.open_ended, free.tried) == ("2018/19 Q4", False, True)
        assert planned_words(ENGLISH, free) == f"{inventory.label(cutover)}{said}"
        assert missed_words(ENGLISH, calendar, free) == "cannot be later: the horizon ends with 2018/19 Q4"
        assert "mae’r gorwel yn gorffen gyda 2018/19 Ch4" in missed_words(language("cy"), calendar, free)
        assert "the horizon ends with 2018/19 Q4" in consolidate.answer_json(calendar)
        assert "the horizon ends with 2018/19 Q4" in consolidate.decisions_ics(calendar).replace("\r\n ", "")
        assert "the horizon ends with 2018/19 Q4" in consolidate.decisions_html(calendar)
    assert one_of(consolidate.decisions(inventory, plan, later=3, gap=0), "start", "a/free").open_ended


def test_a_notice_and_what_missing_it_costs(calendar: DecisionCalendar) -> None:
    """Six months before 31 March 2017; another term of a year costs £80."""
    notice = one_of(calendar, "notice", "a/mail")
    assert (notice.day, notice.ends) == (dt.date(2016, 9, 30), dt.date(2017, 3, 31))
    assert notice.cost == pytest.approx(80)
    assert missed_words(ENGLISH, calendar, notice) == "£80 more for another term"
    assert decision_words(ENGLISH, notice) == "a/mail: leave the contract"


def test_a_contract_that_goes_on_renews_by_itself(inventory: Inventory) -> None:
    stays = replace(
        inventory.systems["a/mail"],
        options=tuple(one for one in inventory.systems["a/mail"].options if not one.goes_live),
    )
    kept = replace(inventory, systems={**inventory.systems, "a/mail": stays})
    plan = consolidate.make_plan(kept, gap=0).plan
    found = consolidate.decisions(kept, plan, gap=0, later=0)
    renewal = one_of(found, "renewal", "a/mail")
    assert (renewal.day, renewal.cost) == (dt.date(2016, 9, 30), None)
    assert missed_words(ENGLISH, found, renewal) == "it renews by itself"


def bought_out(inventory: Inventory, ends: int, notice: int | None) -> tuple[DecisionCalendar, Decision]:
    """Mail moves in the first quarter, and its contract is left for 30: what it costs, and by when."""
    contract = inventory.systems["a/mail"].contract
    assert contract is not None
    left = replace(
        inventory.systems["a/mail"],
        run_cost=400.0,
        contract=replace(contract, ends=ends, notice=notice, exit=30.0, day=None),
    )
    changed = replace(inventory, systems={**inventory.systems, "a/mail": left})
    found = consolidate.decisions(changed, consolidate.make_plan(changed, gap=0).plan, gap=0, later=0)
    return found, one_of(found, "notice", "a/mail")


def test_a_buy_out_is_due_before_the_system_is_switched_off(inventory: Inventory) -> None:
    """The hub is ready in 2016/17 Q2, in which mail moves: paid until 30 September 2016, left for 30; else £20 in each
    of six quarters more to March 2018, or, of a contract to March 2026, in all ten that are appraised."""
    assert inventory.appraisal_quarters == 12
    for notice, day in ((None, dt.date(2016, 9, 30)), (3, dt.date(2016, 6, 30))):
        calendar, one = bought_out(inventory, 2018 * 12 + 2, notice)
        assert (one.day, one.left, one.ends) == (day, dt.date(2016, 9, 30), dt.date(2018, 3, 31))
        assert decision_words(ENGLISH, one) == "a/mail: buy out the contract"
        assert planned_words(ENGLISH, one) == "in use until 30 September 2016, term ends 31 March 2018"
        assert one.cost == pytest.approx(6 * 20 - 30)
        assert missed_words(ENGLISH, calendar, one) == "£90 more: the contract is paid to the end of its term"
        assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in consolidate.decisions_ics(calendar)
    _, one = bought_out(inventory, 2026 * 12 + 2, 0)  # its term ends after the horizon
    assert (one.day, one.cost) == (dt.date(2016, 9, 30), pytest.approx(10 * 20 - 30))
    _, one = bought_out(inventory, 2018 * 12 + 2, 9)
    assert (one.day, str(one.what)) == (dt.date(2015, 12, 31), "buy out the contract (was notice given?)")


def test_they_come_in_order(calendar: DecisionCalendar) -> None:
    days = [one.day for one in calendar.decisions]
    assert days == sorted(days)
    assert calendar_sentence(ENGLISH, calendar).startswith(
        "5 decisions: 3 starts, 1 build, 1 notice. The first is due by 1 April 2016"
    )


SEEDS = (7, 8, 15, 21, 38, 49, 57, 64, 65)
"""Of random inventories with plans that move or build something."""


def best(variant: Inventory) -> float | None:
    try:
        return consolidate.optimize(variant, gap=0).objective
    except NoPlan:
        return None


def missing(inventory: Inventory, plan: consolidate.Plan, one: Decision) -> Inventory | None:
    """The inventory in which a start or a build has been missed: nothing of it begins by its latest quarter."""
    assert one.latest is not None
    after = one.latest.number + 1
    if one.kind == "build":
        service = replace(inventory.services[one.id], earliest=max(inventory.services[one.id].earliest, after))
        return replace(inventory, services={**inventory.services, one.id: service}, content_hash=f"{one.id} {after}")
    if len([move for move in plan.moves if move.system == one.id]) > 1:
        return None
    system = replace(inventory.systems[one.id], earliest=max(inventory.systems[one.id].earliest, after))
    return replace(inventory, systems={**inventory.systems, one.id: system}, content_hash=f"{one.id} {after}")


def variant_of(inventory: Inventory, plan: consolidate.Plan, one: Decision, start: int) -> Inventory | None:
    """The inventory in which a start or build is in one quarter alone; None for what a variant cannot say."""
    if one.kind == "build":
        build = inventory.services[one.id].build
        assert build is not None
        if start + build.quarters >= inventory.plan_quarters:
            return None
        return building(inventory, one.id, start + build.quarters)
    moves = [move for move in plan.moves if move.system == one.id]
    if len(moves) > 1 or start >= inventory.plan_quarters:
        return None
    return forcing(inventory, one.id, moves[0].option, start)


def assert_missed(inventory: Inventory, plan: consolidate.Plan, one: Decision, total: float, *, exact: bool) -> None:
    assert one.latest is not None
    assert one.missed is not None
    after = variant_of(inventory, plan, one, one.latest.number + 1)
    dearer = None if after is None else best(after)
    barred = one.missed.state in ("forbidden", "impossible")
    assert not (barred and dearer is not None)
    if one.never_later:
        later = (variant_of(inventory, plan, one, start) for start in range(one.latest.number + 1, 40))
        assert all(best(variant) is None for variant in later if variant is not None)
    missed = missing(inventory, plan, one)
    least = None if missed is None else best(missed)
    if exact and missed is not None:
        assert barred == (dearer is None)
        assert barred or dearer is None or dearer - total == pytest.approx(one.missed.cost, abs=0.02)
        assert (least is None) == (one.cost is None)
        assert least is None or least - total == pytest.approx(one.cost, abs=0.02)
    elif least is not None:
        assert one.cost is None or one.cost >= least - total - 0.02
        proven = one.otherwise.at_least if one.otherwise is not None and one.kind == "start" else None
        assert proven is None or proven <= least - total + 0.02


@pytest.mark.parametrize("exact", [True, False])
def test_last_moments_hold_against_cold_optima(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    """At the latest quarter the optimum is no dearer; exactly planned, a quarter later it is, and the best that is
    left to be done once it is missed costs what is said. What is said to be proven is so, however it was found."""
    monkeypatch.setattr(choice_search, "EXACT", 10**9 if exact else 0)
    tried = 0
    for seed in SEEDS:
        inventory = load(tmp_path / str(seed), random_inventories.write(seed, tmp_path / str(seed)))
        if inventory.minimise == "finish" or inventory.progress is not None:
            continue
        try:
            result = consolidate.make_plan(inventory, gap=0)
        except UserError:
            continue
        start = consolidate.start_from(inventory, result)
        found = consolidate.decisions(inventory, result.plan, gap=0, later=2, start=start)
        for one in found.decisions:
            if one.latest is None or one.planned is None:
                continue
            at_latest = variant_of(inventory, result.plan, one, one.latest.number)
            if at_latest is None:
                continue
            cheapest = best(at_latest)
            assert cheapest is not None
            assert cheapest <= found.total + 0.6
            tried += 1
            if one.missed is not None:
                assert_missed(inventory, result.plan, one, found.total, exact=exact)
    assert tried > 5


TOGETHER = {
    "programme.yaml": """
programme: What waits
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
freezes: [{systems: [a/site], quarters: [2016/17 Q3], stops: cutover}]
""",
    "services.yaml": """
services:
  hub: {provides: email, build: {quarters: 1, capital: 0}}
""",
    "partners/a.yaml": """
systems:
  mail: {capability: email, run_cost: 400, latest: 2016/17 Q2, options: [{approach: consolidate, to: hub, run_cost: 0}]}
  site: {run_cost: 400, options: [{approach: rehost, run_cost: 0}]}
  pay:
    run_cost: 400
    latest: 2016/17 Q2
    options: [{approach: rehost, quarters: 2, run_cost: 0}, {approach: replatform, quarters: 1, run_cost: 360}]
  first: {run_cost: 400, options: [{approach: rehost, run_cost: 40}]}
  then: {run_cost: 400, after: [a/first], latest: 2016/17 Q2, options: [{approach: rehost, run_cost: 0}]}
""",
}


@pytest.mark.parametrize("exact", [True, False])
def test_what_together_forbids_it_is_named_and_what_else_may_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: bool
) -> None:
    """Mail waits for the hub, and the second system for the first. What is too late for pay to be rehosted, which runs
    for nothing then, is not too late to replatform it, which runs for £90 in each of six quarters."""
    monkeypatch.setattr(choice_search, "EXACT", 10**9 if exact else 0)
    inventory = load(write(tmp_path / "inventory", TOGETHER))
    result = consolidate.make_plan(inventory, gap=0)
    calendar = consolidate.decisions(inventory, result.plan, gap=0, start=consolidate.start_from(inventory, result))

    def said(kind: str, id: str, lang: str = "en") -> str:
        return missed_words(language(lang), calendar, one_of(calendar, kind, id))

    assert said("build", "hub") == "cannot be later: a/mail waits for it and has to cut over by 2016/17 Q2"
    assert said("start", "a/first") == "cannot be later: a/then waits for it and has to cut over by 2016/17 Q2"
    why = (
        "cannot be later in the same way: it has to cut over by 2016/17 Q2 (latest); otherwise replatform in 2016/17 Q2"
    )
    assert said("start", "a/pay").startswith(why)
    assert "£540 more" in said("start", "a/pay")
    assert one_of(calendar, "start", "a/pay").cost == pytest.approx(540)
    assert "fel arall" in said("start", "a/pay", "cy")


@pytest.mark.parametrize("exact", [True, False])
def test_a_frozen_quarter_is_not_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    """The next quarter is frozen, the one after it is not: two quarters more at £100; free of cost, it may go there."""
    monkeypatch.setattr(choice_search, "EXACT", 10**9 if exact else 0)
    free = TOGETHER["partners/a.yaml"].replace("  site: {run_cost: 400, ", "  site: {run_cost: 0, ")
    for systems, latest, missed in (
        (TOGETHER["partners/a.yaml"], "2016/17 Q2", "in 2016/17 Q4"),
        (free, "2017/18 Q2", "no measurable cost as far as was tried"),
    ):
        inventory = load(write(tmp_path / latest[:7] / "inventory", {**TOGETHER, "partners/a.yaml": systems}))
        plan = consolidate.make_plan(forcing(inventory, "a/site", 1, 1), gap=0).plan
        plan = replace(plan, inventory=inventory.content_hash)
        calendar = consolidate.decisions(inventory, plan, gap=0)
        site = one_of(calendar, "start", "a/site")
        assert (site.latest and site.latest.label) == latest
        assert missed in missed_words(ENGLISH, calendar, site)
        if site.again is not None:
            assert site.cost == pytest.approx(200)
            assert missed_words(ENGLISH, calendar, site).startswith(
                "cannot be a quarter later: a freeze forbids a cutover in 2016/17 Q3; in 2016/17 Q4: "
            )


@pytest.mark.parametrize("exact", [True, False])
def test_what_no_later_quarter_may_have_is_so_however_few_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: bool
) -> None:
    """Two quarters are tried of eleven; that there is no plan in which it begins later is proven of all. What is named
    forbids all of them, and not the freeze, which forbids the first alone."""
    monkeypatch.setattr(choice_search, "EXACT", 10**9 if exact else 0)
    milestone = "milestones: [{by: 2016/17 Q2, live: 100%, systems: [a/site], why: a promise}]\n"
    programme = TOGETHER["programme.yaml"].replace("2017/18 Q4", "2018/19 Q4") + milestone
    free = TOGETHER["partners/a.yaml"].replace("  site: {run_cost: 400, ", "  site: {run_cost: 0, ")
    files = {**TOGETHER, "programme.yaml": programme, "partners/a.yaml": free}
    inventory = load(write(tmp_path / "inventory", files))
    result = consolidate.make_plan(inventory, gap=0)
    calendar = consolidate.decisions(inventory, result.plan, gap=0, later=2)
    site = one_of(calendar, "start", "a/site")
    assert site.latest is not None
    assert (site.latest.label, site.never_later, site.cost) == ("2016/17 Q2", True, None)
    assert missed_words(ENGLISH, calendar, site) == (
        "cannot be later: too few systems could be live by 2016/17 Q2 for milestone 1"
    )


def test_whoever_does_the_searches_the_answer_is_the_same(
    inventory: Inventory, result: PlanResult, calendar: DecisionCalendar
) -> None:
    said: list[tuple[int, int, str]] = []
    monitor = consolidate.ProgressMonitor(on_plan=lambda *told: said.append(told))
    with consolidate.planning_workers(2) as workers:
        found = consolidate.decisions(inventory, result.plan, gap=0, executor=workers, monitor=monitor)
    assert found == calendar
    assert consolidate.answer_json(found) == consolidate.answer_json(calendar)
    assert {what for _, _, what in said} == {"hub", "a/one", "a/free", "a/mail"}


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    lines: list[str] = []
    for line in text[:-2].split("\r\n"):
        assert "\n" not in line
        assert len(line.encode()) <= 75
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def test_the_file_for_a_diary(calendar: DecisionCalendar, inventory: Inventory, result: PlanResult) -> None:
    """RFC 5545: CRLF, lines of at most 75 octets, each event with UID, DTSTAMP, DTSTART; values escaped."""
    text = consolidate.decisions_ics(calendar)
    lines = unfolded(text)
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    assert "X-WR-CALNAME:Decisions\\; by when\\, and why: decisions" in lines
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(calendar.decisions)
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(set(uids)) == len(calendar.decisions)
    assert {line for line in lines if line.startswith("DTSTAMP")} == {"DTSTAMP:20160401T000000Z"}
    place = lines.index("DTSTART;VALUE=DATE:20160930")
    assert lines[place + 1 : place + 3] == ["DTEND;VALUE=DATE:20161001", "SUMMARY:Last day: a/mail: leave the contract"]
    again = consolidate.decisions(inventory, result.plan, gap=0, later=1)
    assert [
        line for line in unfolded(consolidate.decisions_ics(again)) if line.startswith("UID:")
    ].sort() == uids.sort()
    assert consolidate.decisions_ics(calendar) == text


def test_letters_of_many_octets_are_not_cut(calendar: DecisionCalendar) -> None:
    named = replace(calendar, programme="Ŵyth llinell ŷd " * 20)
    assert any("Ŵyth llinell ŷd Ŵyth" in line for line in unfolded(consolidate.decisions_ics(named)))


def test_the_page_has_all_of_them(calendar: DecisionCalendar) -> None:
    page = consolidate.decisions_html(calendar)
    assert page == consolidate.decisions_html(calendar)
    assert "leave the contract" in page
    assert "Decisions due by month" in page


def test_a_stop_leaves_the_plans_own_quarters(inventory: Inventory, result: PlanResult) -> None:
    found = consolidate.decisions(inventory, result.plan, monitor=consolidate.ProgressMonitor(stop=lambda: True))
    assert all(one.planned == one.latest for one in found.decisions)
    assert found.stopped
    works = [one for one in found.decisions if one.kind in ("start", "build")]
    assert not any(one.tried for one in works)
    assert {missed_words(ENGLISH, found, one) for one in works} == {"not tried: this is the plan's own quarter"}
    said = "It was stopped before it was done: what was not tried yet has the plan"
    assert said in consolidate.decisions_html(found)
    assert any(line.startswith(f"X-WR-CALDESC:{said}") for line in unfolded(consolidate.decisions_ics(found)))


def test_what_was_tried_before_a_stop_stays(
    inventory: Inventory, result: PlanResult, calendar: DecisionCalendar
) -> None:
    """The first to be tried is the hub; the stop comes when the next one's turn comes."""
    turns: list[str] = []
    monitor = consolidate.ProgressMonitor(
        on_plan=lambda number, count, what: turns.append(what), stop=lambda: len(turns) > 1
    )
    found = consolidate.decisions(inventory, result.plan, gap=0, monitor=monitor)
    assert one_of(found, "build", "hub") == one_of(calendar, "build", "hub")
    assert not calendar.stopped
    assert found.stopped
    assert not any(one.tried for one in found.decisions if one.kind == "start")


def test_what_is_refused(inventory: Inventory, result: PlanResult, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="0 or more"):
        consolidate.decisions(inventory, result.plan, later=-1)
    with pytest.raises(RejectedPlan):
        consolidate.decisions(inventory, replace(result.plan, inventory="x"))
