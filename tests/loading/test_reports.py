"""What reports say together: the later completes the earlier, and each fault is told where it can be mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from reported import STARTED, folder, read

import consolidate as c
from consolidate.editing.progress_form import report
from consolidate.plan import Plan

NO_APPROACH = "p/mail: {status: started, start: 2016/17 Q1}"
FIRST = "p/two: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q2}"


def faults(tmp_path: Path, **reports: str) -> list[str]:
    """The errors of an inventory with these reports, without the folder's name."""
    with pytest.raises(c.InvalidInventory) as caught:
        read(tmp_path, **reports)
    return [str(one).replace(f"{tmp_path}/", "") for one in caught.value.problems if one.severity == "error"]


def test_a_second_step_that_is_faulty_itself_is_not_said_to_be_none(tmp_path: Path) -> None:
    """What its fault is stands at its place; that there is no second step would send somebody to the wrong file."""
    at = folder(tmp_path, q2=FIRST, q3="p/two: {status: started, step: 2, start: 2016/17 Q3}")
    partner = at / "partners/p.yaml"
    text = partner.read_text(encoding="utf-8")
    assert "then: {approach: consolidate, to: hub}" in text
    partner.write_text(text.replace("then: {approach: consolidate, to: hub}", "then: {to: hub}"), encoding="utf-8")
    with pytest.raises(c.InvalidInventory) as caught:
        c.load(at)
    (problem,) = [one for one in caught.value.problems if one.severity == "error"]
    assert (problem.path, problem.message) == (str(partner), "`approach` is missing; write `approach: consolidate`")


# -- an old report that a later one completes ------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "then", "wanted"),
    [
        (NO_APPROACH, "p/mail: {approach: rehost}", ("rehost", 0)),
        ("p/mail: {status: started, approach: rehost}", "p/mail: {start: 2016/17 Q1}", ("rehost", 0)),
        (STARTED % "", "p/mail: {status: live, cutover: 2016/17 Q2}", ("rehost", 0)),
    ],
)
def test_an_old_report_is_read_with_what_a_later_one_completes(
    tmp_path: Path, first: str, then: str, wanted: tuple[str, int]
) -> None:
    """As a quarter ended, work had begun when and in the way that is known by now; what came of it later had not."""
    read(tmp_path, q1=first, q2=then)
    old = c.load(tmp_path, until="2016/17 Q1").progress
    assert old is not None
    (report,) = old.systems["p/mail"]
    assert report.option is not None
    assert (report.option.approach, report.start) == wanted
    assert (old.quarters, report.status, report.cutover, report.reported) == ((0,), "started", None, 0)


def test_an_old_report_is_read_with_the_start_of_a_service_that_a_later_one_gives(tmp_path: Path) -> None:
    then = "services: {hub: {start: 2016/17 Q1}}"
    read(tmp_path, q1="services: {hub: {status: started}}", q2=then)
    old = c.load(tmp_path, until="2016/17 Q1").progress
    assert old is not None
    assert (old.services["hub"].status, old.services["hub"].start) == ("started", 0)


def test_what_begins_again_completes_nothing_that_was_given_up(tmp_path: Path) -> None:
    again = "p/mail: {status: started, approach: rehost, start: 2016/17 Q3}"
    read(tmp_path, q1=NO_APPROACH, q2="p/mail: {status: stopped}", q3=again)
    with pytest.raises(c.InvalidInventory, match="1 error"):
        c.load(tmp_path, until="2016/17 Q1")


# -- a second step tells options apart -------------------------------------------------------------

WAYS = "  way: {options: [{approach: rehost}, {approach: rehost, then: {approach: replatform}}, {approach: retain}]}\n"


@pytest.mark.parametrize("said", [", option: 2", ""])
def test_a_report_on_the_second_step_may_name_the_option_or_leave_it_to_the_approach(tmp_path: Path, said: str) -> None:
    first = "p/way: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q1}"
    second = f"p/way: {{status: started, step: 2{said}, approach: replatform, start: 2016/17 Q2}}"
    with pytest.raises(c.InvalidInventory):
        read(tmp_path, q1=first, q2=second)
    with (tmp_path / "partners/p.yaml").open("a") as file:
        file.write(WAYS)
    told = c.load(tmp_path).progress
    assert told is not None
    assert [(one.step, one.option.number) for one in told.systems["p/way"] if one.option is not None] == [
        (1, 2),
        (2, 2),
    ]


# -- both steps in one quarter ---------------------------------------------------------------------

BOTH = """
p/two:
  - {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q2}
  - {status: started, step: 2, start: 2016/17 Q3, capital: 70}
"""


def test_a_system_may_have_an_entry_for_each_step_in_one_quarter(tmp_path: Path) -> None:
    data = read(tmp_path, q3=BOTH)
    assert data.progress is not None
    first, second = data.progress.systems["p/two"]
    assert (first.status, first.cutover, second.status, second.start) == ("live", 1, "started", 2)
    assert [len(one.spent) for one in (first, second)] == [0, 1]
    assert not [one for one in data.warnings if "taken to be of its first step" in one.message]
    lonely = read(tmp_path / "b", q2="p/mail: [{status: started, approach: rehost, start: 2016/17 Q1}]").progress
    assert lonely is not None
    assert lonely.systems["p/mail"][0].status == "started"


def test_both_steps_may_be_given_up_in_one_quarter(tmp_path: Path) -> None:
    """The second goes with the first, whatever the order in which they are written."""
    late = FIRST.replace("live", "started").replace("cutover", "expected").replace("Q2", "Q4")
    stopped, cancelled = "{status: stopped}", "{status: cancelled, step: 2}"
    for place, listed in enumerate((f"{stopped}, {cancelled}", f"{cancelled}, {stopped}")):
        told = read(tmp_path / str(place), q1=late, q2=f"p/two: [{listed}]").progress
        assert told is not None
        assert [(one.step, one.status) for one in told.systems["p/two"]] == [(1, "stopped")]


def test_faults_in_a_list_of_entries_are_told_in_their_entry(tmp_path: Path) -> None:
    twice = BOTH.replace("step: 2, ", "")
    what = "another entry here is of its step 1; write one for each step in a quarter"
    assert faults(tmp_path / "a", q3=twice) == [f"progress/2016-17-Q3.yaml:6:7: {what}"]
    wrong = faults(tmp_path / "b", q3=BOTH.replace("started", "begun"))
    assert [one.split(" ")[0] for one in wrong] == ["progress/2016-17-Q3.yaml:6:16:"]
    unknown = faults(tmp_path / "c", q3=BOTH.replace("capital", "capitol"))
    assert unknown == ["progress/2016-17-Q3.yaml:6:53: unknown key `capitol`; did you mean `capital`?"]
    text = faults(tmp_path / "d", q3="p/two: live")
    assert text[0].startswith("progress/2016-17-Q3.yaml:3:10: `live` stands where more belongs; write a mapping")


def test_a_form_has_an_entry_for_each_step_that_has_something_to_say(tmp_path: Path) -> None:
    """The first step's old system is switched off in the quarter in which the second step is under way."""
    at = folder(tmp_path, q2=FIRST, q3="p/two: {status: started, step: 2, start: 2016/17 Q3, expected: 2017/18 Q1}")
    path = at / "programme.yaml"
    path.write_text(path.read_text().replace("parallel_run: 1", "parallel_run: 2"))
    data = c.load(at)
    text = report(data, c.make_plan(data, gap=0).plan, 3)
    assert '  p/two:\n    - {status: "off", approach: rehost, step: 1,' in text
    assert "\n    - {status: started, approach: consolidate, to: hub, step: 2," in text
    (at / "progress/2016-17-Q4.yaml").write_text(text)
    again = c.load(at).progress
    assert again is not None
    assert [one.status for one in again.systems["p/two"]] == ["off", "started"]


# -- faults are told where they can be mended ------------------------------------------------------


def test_what_was_expected_in_an_old_report_is_asked_after_in_the_newest(tmp_path: Path) -> None:
    late = STARTED % ", expected: 2016/17 Q2"
    ask = "`p/mail` was expected in 2016/17 Q2 (progress/2016-17-Q1.yaml:3), which is past; report here how it stands: "
    ask += "`expected: 2016/17 Q4` or later, or `live`"
    assert faults(tmp_path / "a", q1=late, q3="") == [f"progress/2016-17-Q3.yaml:1:10: {ask}"]
    assert faults(tmp_path / "b", q1=late, q3="p/mail: {note: soon}") == [f"progress/2016-17-Q3.yaml:3:3: {ask}"]
    own = faults(tmp_path / "c", q2=late)
    assert [one.partition(" ")[2] for one in own] == ["2016/17 Q2 is past; write 2016/17 Q3 or later, or `live`"]
    service = "services: {hub: {status: started, start: 2016/17 Q1, expected: 2016/17 Q2}}"
    assert faults(tmp_path / "d", q1=service, q3="")[0].startswith("progress/2016-17-Q3.yaml:1:10: `hub` was expected")


def test_a_stop_that_may_be_meant_of_the_second_step_is_asked_after_where_it_stands(tmp_path: Path) -> None:
    second = "p/two: {status: started, step: 2, start: 2016/17 Q3}"
    what = (
        "its second step is `started` (progress/2016-17-Q3.yaml:3); write `step: 2` here if that is `stopped`, or say "
    )
    assert faults(tmp_path, q2=FIRST, q3=second, q4="p/two: {status: stopped}") == [
        f"progress/2016-17-Q4.yaml:3:19: {what}what becomes of it as well"
    ]


def test_what_is_retained_is_reported_as_cancelled(tmp_path: Path) -> None:
    what = "under `retain` there is no work; write `status: cancelled` if it stays, or how it moves"
    told = "p/old: {status: %s, approach: retain, start: 2016/17 Q1}"
    assert faults(tmp_path / "a", q1=told % "started") == [f"progress/2016-17-Q1.yaml:3:38: {what}"]
    data = read(tmp_path / "b", q1="p/mail: {status: cancelled, approach: retain}")
    assert data.progress is not None
    assert data.progress.systems["p/mail"][0].option is None


# -- what docs/format.md says of reports ---------------------------------------------------------------


def test_an_option_does_without_its_approach(tmp_path: Path) -> None:
    told = read(tmp_path, q1="p/old: {status: started, option: 2, start: 2016/17 Q1}").progress
    assert told is not None
    assert [one.option.approach for one in told.systems["p/old"] if one.option is not None] == ["refresh"]


def test_what_begins_again_begins_from_nothing(tmp_path: Path) -> None:
    """500 are lost; then the whole 6,000 count anew over two quarters from the new start."""
    for status in ("stopped", "cancelled"):
        again = "p/mail: {status: started, start: 2016/17 Q3}"
        told = {"q1": STARTED % ", capital: {main: 500}", "q2": f"p/mail: {{status: {status}}}", "q3": again}
        data = read(tmp_path / status, **told)
        book = c.ledger(data, Plan((), (), (), ()))
        assert [book.capital.get(("main", q), 0.0) for q in range(5)] == [500, 0, 3_000, 3_000, 0]


def test_capital_and_effort_have_each_a_last_quarter_of_their_own(tmp_path: Path) -> None:
    """6,000 and 18 days over two quarters, now three: capital is told of the first, effort of the second too much."""
    late = STARTED % ", expected: 2016/17 Q3, capital: {main: 1_000}"
    data = read(tmp_path, q1=late, q2="p/mail: {effort: {dba: 25}}")
    book = c.ledger(data, Plan((), (), (), ()))
    assert [book.capital.get(("main", q), 0.0) for q in range(4)] == [1_000, 2_500, 2_500, 0]
    assert [book.staff.get(("dba", q), 0.0) for q in range(4)] == [6, 25, 0, 0]


def test_as_planned_is_the_options_quarters_from_the_reported_start(tmp_path: Path) -> None:
    data = read(tmp_path, q2="p/mail: {status: started, approach: rehost, start: 2016/17 Q2}")
    assert c.ledger(data, Plan((), (), (), ())).courses["p/mail"].works[0].cutover == 2
    late = read(tmp_path / "b", q1=STARTED % "", q4="")
    assert c.ledger(late, Plan((), (), (), ())).courses["p/mail"].works[0].cutover == 4


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("start: 2016/17 Q2", "`start` is after 2016/17 Q1, the quarter reported on"),
        ("start: 2016/17 Q1, cutover: 2016/17 Q1", "what is `started` has no `cutover` yet"),
    ],
)
def test_dates_that_have_not_come_are_errors(tmp_path: Path, entry: str, what: str) -> None:
    assert what in faults(tmp_path, q1=f"p/mail: {{status: started, approach: rehost, {entry}}}")[0]
