"""What has happened: reports read and merged, what they fix, and what is left to plan."""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from pathlib import Path

import pytest
import small_inventories
from every_progress import every_plan, progressed
from reported import PROGRAMME, STARTED, folder, read

import consolidate as c
from consolidate.accounts.actuals import capital_spent
from consolidate.accounts.ledger import ledger
from consolidate.accounts.verdict import verify_plan, violations
from consolidate.inventory import Inventory, Spent
from consolidate.optimizer import optimize
from consolidate.plan import Agency, Move, Plan, Stay
from consolidate.planning import make_plan
from consolidate.solving.formulation import commitments, remaining

pytestmark = pytest.mark.usefixtures("little")

# -- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reports", "line", "message"),
    [
        ({"q1": "p/mial: {status: live}"}, 3, "did you mean `p/mail`"),
        ({"q1": "p/mail: {status: done}"}, 3, "`done`"),
        ({"q1": "p/mail: {status: started, start: 2016/17 Q1}"}, 3, "write its `approach`"),
        ({"q1": "p/mail: {status: started, approach: rehost}"}, 3, "write `start`"),
        ({"q1": "p/mail: {status: started, approach: retire, start: 2016/17 Q1}"}, 3, "no such option; it has rehost"),
        ({"q1": STARTED.replace("Q1%s", "Q2")}, 3, "`start` is after 2016/17 Q1"),
        ({"q1": STARTED % ", expected: 2016/17 Q1"}, 3, "2016/17 Q1 is past"),
        ({"q1": STARTED % ", cutover: 2016/17 Q1"}, 3, "has no `cutover` yet"),
        ({"q1": STARTED.replace("started", "live") % ""}, 3, "write `cutover`"),
        ({"q1": STARTED.replace("started", "live") % ", cutover: 2016/17 Q2"}, 3, "`cutover` is after 2016/17 Q1"),
        ({"q2": "p/mail: {status: live, approach: rehost, start: 2016/17 Q2, cutover: 2016/17 Q1}"}, 3, "before work"),
        ({"q1": STARTED % ", step: 2"}, 3, "step 1 is not reported to be live"),
        ({"q1": STARTED % ", capital: {man: 1}"}, 3, "did you mean `main`"),
        ({"q1": STARTED % ", effort: 3"}, 3, "by role"),
        ({"q1": "services: {hob: {status: ready}}"}, 2, "did you mean `hub`"),
        ({"q1": "services: {hub: {status: ready, start: 2016/17 Q1}}"}, 2, "write `ready`"),
        ({"q1": "services: {hub: {status: ready, start: 2016/17 Q1, ready: 2016/17 Q3}}"}, 2, "be used by 2016/17 Q2"),
        ({"q1": "services: {hub: {status: started}}"}, 2, "write `start`"),
        ({"q1": "services: {}\ndelivery: {rag: blue}"}, 3, "`blue`"),
    ],
)  # fmt: skip
def test_every_fault_is_said_where_it_stands(tmp_path: Path, reports: dict[str, str], line: int, message: str) -> None:
    with pytest.raises(c.InvalidInventory) as caught:
        read(tmp_path, **{key: text or "" for key, text in reports.items()})
    problem = next(one for one in caught.value.problems if one.severity == "error")
    assert "progress/2016-17-Q" in problem.path
    assert (problem.line, message in problem.message) == (line, True), problem


def test_one_report_for_each_quarter_inside_the_horizon(tmp_path: Path) -> None:
    at = folder(tmp_path, q1="", q2="")
    (at / "progress/2016-17-Q2.yaml").write_text("quarter: 2016/17 Q1\n")
    (at / "progress/early.yaml").write_text("quarter: 2015/16 Q1\n")
    (at / "progress/2016-17-Q3.yml").write_text("quarter: 2016/17 Q3\n")
    with pytest.raises(c.InvalidInventory) as caught:
        c.load(at)
    errors = [str(one) for one in caught.value.problems if one.severity == "error"]
    assert len(errors) == 3
    assert "another file reports on 2016/17 Q1" in errors[0]
    assert "rename it" in errors[1]
    assert "2015/16 Q1 is before the horizon" in errors[2]
    assert "say in the report on 2016/17 Q1 what is still under way" in errors[2]


def test_a_later_entry_stands_key_by_key_and_spending_belongs_to_its_quarter(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        q1=STARTED % ", capital: {main: 1_000}, note: begun",
        q2="p/mail: {status: started, expected: 2016/17 Q4, effort: {dba: 3}}",
    )
    assert data.progress is not None
    told = data.progress.systems["p/mail"][0]
    assert (told.status, told.start, told.expected, told.note, told.reported) == ("started", 0, 3, "begun", 1)
    assert told.spent == (Spent(0, {"main": 1_000.0}, None), Spent(1, None, {"dba": 3.0}))
    assert data.progress.open == data.open == 2


def test_what_was_stopped_begins_anew(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        q1=STARTED % ", capital: {main: 1_000}",
        q2="p/mail: {status: stopped, capital: {main: 50}}",
        q3="p/mail: {status: started, approach: rehost, start: 2016/17 Q3, capital: {main: 7}}",
    )
    assert data.progress is not None
    told = data.progress.systems["p/mail"][0]
    assert (told.status, told.start) == ("started", 2)
    assert [one.quarter for one in told.lost] == [0, 1]
    assert [one.quarter for one in told.spent] == [2]


def test_what_must_move_forbids_may_have_happened_all_the_same(tmp_path: Path) -> None:
    data = read(tmp_path, q1="p/old: {status: live, approach: refresh, start: 2016/17 Q1, cutover: 2016/17 Q1}")
    made = make_plan(data, gap=0)
    plan, verdict = made.plan, made.verdict
    assert [(move.approach, move.cutover) for move in plan.moves if move.system == "p/old"] == [("refresh", 0)]
    assert verdict.ok


# -- what the quarters took ----------------------------------------------------------------------


SPREADS = [
    # total 6,000 over four quarters, nothing reported
    ({}, 0, 3, {0: 1_500, 1: 1_500, 2: 1_500, 3: 1_500}),
    # 2,000 reported for the first: what is left, 4,000, over the other three
    ({0: 2_000}, 0, 3, {0: 2_000, 1: 4_000 / 3, 2: 4_000 / 3, 3: 4_000 / 3}),
    # reported for the second: the first stands as planned; left after both: 6,000 - 1,500 - 500
    ({1: 500}, 0, 3, {0: 1_500, 1: 500, 2: 2_000, 3: 2_000}),
    # more than the total: nothing is left
    ({0: 7_000}, 0, 1, {0: 7_000}),
    # a bill after the cutover counts in its own quarter, and nothing is left to spread
    ({3: 100}, 0, 1, {0: 3_000, 1: 3_000, 3: 100}),
    # a bill before the start
    ({0: 600}, 1, 2, {0: 600, 1: 2_700, 2: 2_700}),
]


@pytest.mark.parametrize(("told", "start", "end", "wanted"), SPREADS)
def test_both_readings_of_what_the_quarters_took(
    told: dict[int, float], start: int, end: int, wanted: dict[int, float]
) -> None:
    spent = tuple(Spent(quarter, {"main": amount}, None) for quarter, amount in told.items())
    one = {q: amount for _, q, amount in capital_spent({"main": 6_000.0}, start, end, spent)}
    by_quarter = {quarter: {"main": amount} for quarter, amount in told.items()}
    other = {q: amount for _, q, amount in commitments.spread({"main": 6_000.0}, start, end, by_quarter)}
    assert one == pytest.approx(wanted)
    assert other == pytest.approx(wanted)


def test_an_effort_list_stands_at_its_own_length_only(tmp_path: Path) -> None:
    on_time = read(tmp_path / "a", q1=STARTED % "")
    book = ledger(on_time, optimize(on_time, gap=0).plan)
    assert (book.staff["dba", 0], book.staff["dba", 1]) == (6.0, 12.0)
    late = read(tmp_path / "b", q1=STARTED % ", expected: 2016/17 Q3")
    assert remaining.remaining_of(late).days == pytest.approx({("dba", 0): 6.0, ("dba", 1): 6.0, ("dba", 2): 6.0})


def test_off_is_the_last_quarter_of_the_old_system(tmp_path: Path) -> None:
    live = "p/mail: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q2}"
    data = read(tmp_path, q1=STARTED % "", q2=live, q4="p/mail: {status: off}")
    move = next(move for move in optimize(data).plan.moves if move.system == "p/mail")
    assert (move.cutover, move.last) == (1, 3)


def test_cancelled_stays_and_what_was_spent_counts(tmp_path: Path) -> None:
    data = read(tmp_path, q1=STARTED % ", capital: {main: 800}", q2="p/mail: {status: cancelled}")
    made = make_plan(data, gap=0)
    plan, verdict = made.plan, made.verdict
    assert Stay("p/mail") in plan.stays
    assert verdict.ledger.capital["main", 0] == 800.0
    assert verdict.ledger.committed_capital["main", 0] == 800.0


def test_what_waits_for_a_late_move_waits(tmp_path: Path) -> None:
    told = "p/mail: {status: started, approach: rehost, start: 2016/17 Q1, effort: {dba: 0}, capital: {main: 0}%s}"
    for place, expected, start in (("a", "2016/17 Q3", 3), ("b", "2017/18 Q1", 5)):
        plan = optimize(read(tmp_path / place, q1=told % f", expected: {expected}"), gap=0).plan
        assert next(move for move in plan.moves if move.system == "p/pay").start >= start


def test_work_under_way_breaks_no_rule_by_itself_but_leaves_nothing(tmp_path: Path) -> None:
    """It takes 50 days where there are 30 and 10 to be bought: those are bought, and nothing else fits beside it."""
    data = read(tmp_path, q1=STARTED % ", effort: {dba: 0}", q2="p/mail: {status: started, effort: {dba: 50}}")
    made = make_plan(data, gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert Agency("dba", 1, 10.0) in plan.agency
    now = remaining.remaining_of(data).inventory.roles["dba"]
    assert now.days is not None
    assert (now.days[1], now.agency_days[1]) == (0.0, 0.0)


# -- plans ---------------------------------------------------------------------------------------


def test_nothing_else_starts_before_the_first_open_quarter(tmp_path: Path) -> None:
    data = read(tmp_path, q1="", q3="")
    made = make_plan(data, gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert plan.moves
    assert min(move.start for move in plan.moves) >= 3
    early = next(move for move in plan.moves)
    moved = Move(2, *(getattr(early, key) for key in ("system", "step", "option", "approach", "to")), 3, 4)
    rules = {one.rule for one in verify_plan(data, Plan((moved,), plan.stays, (), ())).violations}
    assert "progress" in rules


def test_a_plan_that_denies_what_happened_is_rejected(tmp_path: Path) -> None:
    data = read(tmp_path, q1=STARTED % "")
    plan = optimize(data, gap=0).plan
    without = tuple(move for move in plan.moves if move.system != "p/mail")
    verdict = verify_plan(data, Plan(without, (*plan.stays, Stay("p/mail")), plan.builds, plan.agency))
    assert "p/mail is not in the plan as it was reported: rehost, 2016/17 Q1 to 2016/17 Q2" in {
        one.message for one in verdict.violations
    }


def test_a_second_step_is_planned_once_the_first_is_done(tmp_path: Path) -> None:
    live = "p/two: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q2}"
    data = read(tmp_path, q2=live)
    made = make_plan(data, gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    steps = [(move.step, move.start) for move in plan.moves if move.system == "p/two"]
    assert steps[0] == (1, 0)
    assert steps[1][0] == 2
    assert steps[1][1] >= 2
    given_up = read(tmp_path / "b", q2=live, q3="p/two: {status: cancelled, step: 2}")
    made = make_plan(given_up, gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert [move.step for move in plan.moves if move.system == "p/two"] == [1]


def test_a_milestone_that_is_past_asks_for_nothing(tmp_path: Path) -> None:
    at = folder(tmp_path, q1="")
    with (at / "programme.yaml").open("a") as file:
        file.write("milestones:\n  - {by: 2016/17 Q1, live: 100%, why: too late}\n")
    assert make_plan(c.load(at)).verdict.ok


def test_a_plan_that_lacks_the_second_step_of_what_has_begun_is_rejected(tmp_path: Path) -> None:
    live = "p/two: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q2}"
    data = read(tmp_path, q2=live)
    plan = optimize(data, gap=0).plan
    without = replace(plan, moves=tuple(move for move in plan.moves if move.step == 1))
    assert "progress" in {one.rule for one in verify_plan(data, without).violations}


BEGUN = "p/{}: {{status: started, approach: rehost, start: 2017/18 Q3, expected: 2017/18 Q4}}"


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        # more days than there are, in a horizon that has to grow
        ("", {"q8": "p/mail: {status: started, approach: rehost, start: 2017/18 Q4, effort: {dba: 90}}"}),
        # two moves begun where one is allowed, and one more that must be done beside them
        ("limits:\n  - {moves: 1}\n", {"q7": BEGUN.format("mail") + "\n" + BEGUN.format("pay")}),
    ],
)
def test_ways_out_begin_with_what_is_taken_already(tmp_path: Path, extra: str, told: dict[str, str]) -> None:
    at = folder(tmp_path, **told)
    with (at / "programme.yaml").open("a") as file:
        file.write(extra)
    with pytest.raises(c.NoPlan) as caught:
        make_plan(c.load(at), gap=0)
    assert any(one.startswith("relax: ") for one in caught.value.lines)
    assert any("left after what was reported" in one for one in caught.value.lines)


def test_an_interface_with_something_late_is_planned_with(tmp_path: Path) -> None:
    """The late side goes live after the horizon: a bridge until then is dearer than none."""
    at = folder(tmp_path, q2=STARTED % ", expected: 2018/19 Q1")
    path = at / "partners/p.yaml"
    path.write_text(path.read_text() + "  near: {run_cost: 8_000, interfaces: [{with: mail, cost: 3_000}]}\n")
    made = make_plan(c.load(at), gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert plan.bound == pytest.approx(plan.objective, rel=1e-6)


def test_the_quick_way_and_the_thrifty_way_are_not_the_same(tmp_path: Path) -> None:
    """The approved plan takes the second of two options alike in approach and length: it stands as it is."""
    options = "[{approach: rehost, one_off: 10}, {approach: rehost, one_off: 5}]"
    small_inventories.write(tmp_path, PROGRAMME, f"a: {{run_cost: 9_000, must_move: yes, options: {options}}}")
    data = c.load(tmp_path)
    best = optimize(data, gap=0).plan
    assert [move.option for move in best.moves] == [2]
    (tmp_path / "approved").mkdir()
    (tmp_path / "approved/001-2016-07-12.json").write_text(c.to_json(best, data.calendar))
    assert optimize(c.load(tmp_path), gap=0.5).plan.moves == best.moves


def test_what_a_later_report_leaves_out_stays_as_it_was(tmp_path: Path) -> None:
    live = "p/mail: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q2}"
    told = {"q1": STARTED % "", "q2": live, "q3": "p/mail: {status: off}", "q4": "p/mail: {capital: {main: 10}}"}
    data = read(tmp_path, **told, q5="p/mail: {status: off, note: said again}")
    assert data.progress is not None
    report = data.progress.systems["p/mail"][0]
    assert (report.status, report.off, report.spent[-1].quarter) == ("off", 2, 3)
    with pytest.raises(c.InvalidInventory, match="1 error"):
        read(tmp_path / "b", q1="p/mail: {capital: {main: 10}}")


# -- by trying everything ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(120))
def test_the_optimum_is_the_best_of_all_plans_that_the_ledger_accepts(seed: int, tmp_path: Path) -> None:
    data = progressed(seed, tmp_path / "inventory")
    if data is None:
        return
    tried = list(every_plan(data))
    books = [book for plan, book in tried if not violations(data, plan, book)]
    if not books:
        if tried:
            with pytest.raises(c.NoPlan):
                make_plan(data, gap=0)
        return
    best = min(float(book.finish) if data.minimise == "finish" else book.total for book in books)
    made = make_plan(data, gap=0)
    found, verdict = made.plan, made.verdict
    assert verdict.ok
    assert isclose(found.objective, best, rel_tol=1e-6, abs_tol=0.01)


@pytest.mark.parametrize("seed", range(120, 200))
def test_plans_of_what_is_left_are_plans_of_the_whole(seed: int, tmp_path: Path) -> None:
    """Model and ledger read the reports apart from each other, and agree on every figure; ways out lead out."""
    data = progressed(seed, tmp_path / "inventory")
    if data is not None:
        try:
            assert make_plan(data, gap=0).verdict.ok
        except c.NoPlan:
            return  # its way out was carried out, and the ledger accepted it, or it would be a Disagreement


# -- the approved plan ---------------------------------------------------------------------------


def delayed(plan: Plan, system: str) -> Plan:
    """The same plan, one system a quarter later."""
    moves = (
        replace(m, start=m.start + 1, cutover=m.cutover + 1, last=m.last + 1) if m.system == system else m
        for m in plan.moves
    )
    return replace(plan, moves=tuple(moves))


def _moved_and_broken(data: Inventory, plan: Plan, other: Plan) -> bool:
    return other.moves == plan.moves or bool(verify_plan(data, other).violations)


def test_the_approved_plan_stands_unless_it_is_beaten_by_more_than_the_gap(tmp_path: Path) -> None:
    at = folder(tmp_path)
    data = c.load(at)
    best = optimize(data, gap=0).plan
    slow = next(one for one in (delayed(best, id) for id in data.systems) if not _moved_and_broken(data, best, one))
    assert slow.moves != best.moves
    (at / "approved").mkdir()
    (at / "approved/001-2016-07-12.json").write_text(c.to_json(slow, data.calendar))
    now = c.load(at)
    assert optimize(now, gap=0.9).plan.moves == slow.moves
    assert optimize(now, gap=0).plan.moves == best.moves
