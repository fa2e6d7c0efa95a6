"""Reports that go on from others: what stops and starts again, second steps, horizons that move on, scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Call
from reported import SERVICES, STARTED, SYSTEMS, folder, read

import consolidate as c
from consolidate.inventory import Inventory
from consolidate.optimizer import optimize
from consolidate.plan import Stay
from consolidate.planning import make_plan

pytestmark = pytest.mark.usefixtures("little")

# -- stories that go on --------------------------------------------------------------------------

STOPPED = "p/mail: {status: stopped}"
FIRST = "p/two: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q2}"


def faults(tmp_path: Path, **reports: str) -> list[str]:
    """The errors of an inventory with these reports, without the folder's name."""
    with pytest.raises(c.InvalidInventory) as caught:
        read(tmp_path, **reports)
    return [str(one).removeprefix(f"{tmp_path}/") for one in caught.value.problems if one.severity == "error"]


@pytest.mark.parametrize("key", ["start", "cutover", "expected"])
def test_what_has_ended_has_no_dates_unless_it_starts_again(tmp_path: Path, key: str) -> None:
    when = "2016/17 Q4" if key == "expected" else "2016/17 Q3"
    found = faults(tmp_path, q1=STARTED % "", q2=STOPPED, q3=f"p/mail: {{{key}: {when}}}")
    assert found[0].endswith("it is `stopped`; write `status: started` if work goes on")
    assert found[0].startswith("progress/2016-17-Q3.yaml:3:")
    assert read(tmp_path, q1=STARTED % "", q2=STOPPED, q3="p/mail: {note: asked again}").progress


DRIFT = "p/move: {status: started, %s, start: 2016/17 Q%s}"


def moved_on(tmp_path: Path, **reports: str) -> tuple[str, str | None, int]:
    """How a system with many options moves, as the reports leave it."""
    ways = "[{approach: rehost}, {approach: rehost, one_off: 5}, {approach: consolidate, to: hub}, {approach: consolidate, to: den}, {approach: consolidate, to: hub, one_off: 7}]"  # noqa: E501
    at = folder(tmp_path, **reports)
    (at / "services.yaml").write_text(f"services:\n  {SERVICES}\n  den: {{}}\n")
    with (at / "partners/p.yaml").open("a") as file:
        file.write(f"  move: {{options: {ways}}}\n")
    told = c.load(at).progress
    assert told is not None
    option = told.systems["p/move"][0].option
    assert option is not None
    return option.approach, option.first.to, option.number


@pytest.mark.parametrize(
    ("first", "then", "wanted"),
    [
        ("approach: rehost, option: 2", "", ("rehost", None, 2)),
        ("approach: rehost, option: 2", "approach: rehost, ", ("rehost", None, 2)),
        ("approach: rehost, option: 2", "approach: consolidate, ", ("consolidate", "hub", 3)),
        ("approach: consolidate, to: hub, option: 5", "to: den, ", ("consolidate", "den", 4)),
        ("approach: consolidate, to: hub, option: 5", "to: hub, ", ("consolidate", "hub", 5)),
        ("approach: consolidate, to: den", "approach: rehost, ", ("rehost", None, 1)),
        ("option: 2", "approach: rehost, ", ("rehost", None, 2)),
        ("option: 5", "approach: consolidate, to: hub, ", ("consolidate", "hub", 5)),
        ("approach: consolidate, option: 5", "to: hub, ", ("consolidate", "hub", 5)),
    ],
)
def test_a_restart_goes_on_as_before_unless_it_says_otherwise(
    tmp_path: Path, first: str, then: str, wanted: tuple[str, str | None, int]
) -> None:
    again = f"p/move: {{status: started, {then}start: 2016/17 Q3}}"
    assert moved_on(tmp_path / "a", q1=DRIFT % (first, 1), q2="p/move: {status: stopped}", q3=again) == wanted
    other = f"p/move: {{status: started, {then}note: so}}"
    assert moved_on(tmp_path / "b", q1=DRIFT % (first, 1), q2=other) == wanted


def test_an_option_stands_and_what_is_said_later_must_fit(tmp_path: Path) -> None:
    """A key that is said for the first time makes no earlier one void."""
    with pytest.raises(c.InvalidInventory) as caught:
        moved_on(tmp_path, q1=DRIFT % ("approach: consolidate, option: 5", 1), q2="p/move: {to: den}")
    found = [(one.path.rpartition("/")[2], one.line, one.message) for one in caught.value.problems]
    what = "option 5 is `consolidate into hub`, and `consolidate into den` is reported"
    assert found == [("2016-17-Q1.yaml", 3, f"{what}; leave `option` out, or write what fits")]


def test_a_restart_needs_its_own_start(tmp_path: Path) -> None:
    found = faults(tmp_path, q1=STARTED % "", q2=STOPPED, q3="p/mail: {status: started}")
    assert [one.partition(" ")[2] for one in found] == ["when did work start? write `start`"]


def test_a_second_step_is_of_its_firsts_option(tmp_path: Path) -> None:
    second = "p/two: {status: started, step: 2, start: 2016/17 Q3, option: %s}"
    found = faults(tmp_path / "a", q2=FIRST, q3=second % 7)
    assert found == [
        "progress/2016-17-Q3.yaml:3:64: its first step is of option 1, and so is its second; leave `option` out"
    ]
    assert read(tmp_path / "b", q2=FIRST, q3=second % 1).progress


BEGUN_TWO = "p/two: {status: started, approach: rehost, start: 2016/17 Q1, expected: 2016/17 Q4}"
GIVEN_UP = "p/two: {status: cancelled, step: 2%s}"


def test_a_second_step_may_be_given_up_before_the_first_is_live(tmp_path: Path) -> None:
    data = read(tmp_path, q1=BEGUN_TWO, q2=GIVEN_UP % "")
    made = make_plan(data, gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert [(move.step, move.cutover) for move in plan.moves if move.system == "p/two"] == [(1, 3)]


def test_a_first_step_that_stops_takes_what_was_said_of_the_second_with_it(tmp_path: Path) -> None:
    """The second is planned anew with the first; what was spent on it is spent."""
    told = {"q1": BEGUN_TWO, "q2": GIVEN_UP % ", capital: {main: 70}", "q3": "p/two: {status: stopped}"}
    data = read(tmp_path / "a", **told)
    made = make_plan(data, gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert verdict.ledger.capital["main", 1] == pytest.approx(70.0)
    assert [move.step for move in plan.moves if move.system == "p/two"] == [1, 2]
    again = read(tmp_path / "b", **told, q4="p/two: {status: started, start: 2016/17 Q4}")
    made = make_plan(again, gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert [move.step for move in plan.moves if move.system == "p/two"] == [1, 2]
    given_up = read(tmp_path / "c", **(told | {"q3": "p/two: {status: cancelled}"}))
    made = make_plan(given_up, gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert Stay("p/two") in plan.stays


@pytest.mark.parametrize(("expected", "more"), [("2017/18 Q4", 1), ("2018/19 Q1", 2), ("2018/19 Q3", 4)])
def test_a_second_step_that_finds_no_room_is_no_plan(tmp_path: Path, expected: str, more: int) -> None:
    """It is not lost where the first step ends beyond the horizon: the way out is the same as a quarter before."""
    services = "services: {hub: {status: ready, start: 2016/17 Q1, ready: 2016/17 Q2}}"
    late = BEGUN_TWO.replace("2016/17 Q4", expected)
    with pytest.raises(c.NoPlan) as caught:
        make_plan(read(tmp_path / "a", q1=f"{services}\nsystems:\n  {late}"), gap=0)
    assert [line for line in caught.value.lines if line.startswith("relax")] == [
        f"relax: horizon +{more} = 2018/19 Q{more}"
    ]
    given_up = read(tmp_path / "b", q1=f"{services}\nsystems:\n  {late}", q2=GIVEN_UP % "")
    assert [move.step for move in make_plan(given_up, gap=0).plan.moves if move.system == "p/two"] == [1]


def warned(data: Inventory) -> list[str]:
    return [f"{one.path.rpartition('/')[2]}:{one.line}:{one.column}: {one.message}" for one in data.warnings]


def test_what_was_live_and_is_not_any_more_is_asked_after(tmp_path: Path) -> None:
    data = read(tmp_path, q2=FIRST, q3="p/two: {status: stopped}")
    said = "it was `live` before; now it counts as not moved again (if it does not, leave `status` out)"
    assert warned(data) == [f"2016-17-Q3.yaml:3:19: {said}"]
    ready = "services: {hub: {status: ready, start: 2016/17 Q1, ready: 2016/17 Q2}}"
    data = read(tmp_path / "b", q1=ready, q2="services: {hub: {status: started, expected: 2016/17 Q4}}")
    assert "it was `ready` before; now it counts as not ready again" in warned(data)[0]
    assert not warned(read(tmp_path / "c", q2=FIRST, q3="p/two: {status: off}", q4="p/two: {status: off}"))


ABSENT = "no report says that `hub` is built; write it under `services`, or the plan may build it later"
SECOND = "p/two: {status: started, step: 2, start: 2016/17 Q4, expected: 2017/18 Q3}"


def test_an_entry_without_a_step_is_of_the_first_and_is_asked_after(tmp_path: Path) -> None:
    """Money that comes after the first step's cutover is its own; its dates cannot be those of the second."""
    late = "p/two: {capital: {main: 90}}"
    data = read(tmp_path / "a", q2=FIRST, q4=SECOND, q5=late)
    asked = "taken to be of its first step; write `step: 2` if it is of the second, `step: 1` if it is not"
    assert warned(data) == [f"2016-17-Q4.yaml:3:3: {ABSENT}", f"2017-18-Q1.yaml:3:3: {asked}"]
    assert data.progress is not None
    assert [[one.quarter for one in report.spent] for report in data.progress.systems["p/two"]] == [[4], []]
    made = make_plan(data, gap=0)
    verdict = made.verdict
    assert verdict.ok
    assert verdict.ledger.capital["main", 4] == pytest.approx(90.0)
    assert warned(read(tmp_path / "b", q2=FIRST, q4=SECOND, q5=late.replace("{capital", "{step: 1, capital"))) == [
        f"2016-17-Q4.yaml:3:3: {ABSENT}"
    ]
    found = faults(tmp_path / "c", q2=FIRST, q4=SECOND, q6="p/two: {status: live, cutover: 2017/18 Q2}")
    place = f"{tmp_path / 'c'}/progress/2017-18-Q2.yaml:3"
    assert found == [
        f"progress/2016-17-Q4.yaml:3:44: its first step cut over in 2017/18 Q2 ({place}); start after that, "
        "or write `step: 2` there if the second is meant"
    ]


def test_a_report_to_be_corrected_says_which_step_it_is_of(tmp_path: Path, call: Call) -> None:
    """The first step's old system is switched off when the second is done already."""
    at = folder(tmp_path, q2=FIRST, q3="p/two: {status: live, step: 2, start: 2016/17 Q3, cutover: 2016/17 Q3}")
    path = at / "programme.yaml"
    path.write_text(path.read_text().replace("parallel_run: 1", "parallel_run: 2"))
    (at / "approved").mkdir()
    (at / "approved/001-2016-07-12.json").write_text(c.to_json(optimize(c.load(at), gap=0).plan, c.load(at).calendar))
    assert call("report-progress", "2016/17 Q4", "--inventory", at).code == 0
    assert 'p/two: {status: "off", approach: rehost, step: 1' in (at / "progress/2016-17-Q4.yaml").read_text()
    assert not [one for one in warned(c.load(at)) if "taken to be of its first step" in one]


# -- the horizon moves on ------------------------------------------------------------------------


def rolled(tmp_path: Path, first: str, two: str) -> Path:
    """The same inventory from 2016/17 Q3 on, with a report on that quarter and ``two`` as it is described now."""
    at = folder(tmp_path, q3=first)
    for name, old, new in (
        ("programme.yaml", "from: 2016/17 Q1", "from: 2016/17 Q3"),
        ("partners/p.yaml", SYSTEMS.splitlines()[-1], two),
    ):
        text = (at / name).read_text()
        assert old in text
        (at / name).write_text(text.replace(old, new))
    return at


def test_what_the_message_about_an_old_report_advises_works(tmp_path: Path) -> None:
    """What is under way stands in the first report with its own start; what is done is described as it is now."""
    was, now = SYSTEMS.splitlines()[-1], "two: {run_cost: 8_100, options: [{approach: retain}]}"
    at = rolled(tmp_path / "a", f"{STARTED % ''}\n{FIRST}", was)
    (at / "progress/2016-17-Q2.yaml").write_text(f"quarter: 2016/17 Q2\nsystems:\n  {STARTED % ''}\n")
    with pytest.raises(c.InvalidInventory) as caught:
        c.load(at)
    old, done = (one.message for one in caught.value.problems)
    assert old == (
        "2016/17 Q2 is before the horizon, which starts in 2016/17 Q3; if the horizon has moved on, take this file out "
        "of progress/ (git keeps it), say in the report on 2016/17 Q3 what is still under way, and describe what is "
        "done in the inventory as it is now"
    )
    assert done == "it cut over before the horizon starts in 2016/17 Q3; describe the system as it is now"
    data = c.load(rolled(tmp_path / "b", STARTED % ", expected: 2016/17 Q4", now))
    made = make_plan(data, gap=0)
    plan, verdict = made.plan, made.verdict
    assert verdict.ok
    assert [(move.start, move.cutover) for move in plan.moves if move.system == "p/mail"] == [(-2, 1)]
    assert Stay("p/two") in plan.stays
    assert c.from_json(c.to_json(plan, data.calendar), data.calendar, "plan.json").moves == plan.moves


# -- scenarios -----------------------------------------------------------------------------------


def test_a_report_that_a_scenario_makes_wrong_names_the_scenario(tmp_path: Path, call: Call) -> None:
    at = folder(tmp_path, q1=STARTED % "" + "\np/pay: {status: started, start: 2016/17 Q1}")
    (at / "scenarios").mkdir()
    (at / "scenarios/no-mail.yaml").write_text("partners: {p: {systems: {mail: null, pay: {after: null}}}}\n")
    with pytest.raises(c.InvalidInventory) as caught:
        c.load(at, "no-mail")
    found = [one.message for one in caught.value.problems if one.path.endswith("Q1.yaml")]
    assert found[0].startswith("unknown system `p/mail`")
    assert found[0].endswith(" (with scenario `no-mail` laid over the inventory)")
    assert found[1] == "how does it move? write its `approach` (and `to`)"
    lines = call("check", at).err.splitlines()
    assert [sum(text in line for line in lines) for text in ("how does it move", "scenario `no-mail` laid")] == [1, 1]


@pytest.mark.parametrize(
    ("base", "other", "default", "years"),
    [
        ("{p: 60%, q: 40%}", "{q: 100%}", {"q": 1}, {}),
        ("{default: systems, 2016/17: equal}", "{2017/18: users}", "systems", {2016: "equal", 2017: "users"}),
        (
            "{default: systems, 2016/17: equal}",
            "{default: null, 2016/17: null, 2017/18: equal}",
            "users",
            {2017: "equal"},
        ),
        (
            "{2016/17: {p: 60%, q: 40%}, 2017/18: equal}",
            "{2016/17: {q: 100%}}",
            "users",
            {2016: {"q": 1}, 2017: "equal"},
        ),
        ("systems", "{2016/17: equal}", "users", {2016: "equal"}),
        ("{default: systems, 2016/17: equal}", "{p: 100%}", {"p": 1}, {}),
        ("{default: systems, 2016/17: equal}", "equal", "equal", {}),
        ("{p: 60%, q: 40%}", "{default: equal, 2016/17: {p: 100%}}", "equal", {2016: {"p": 1}}),
        ("{default: equal, 2016/17: {p: 60%, q: 40%}}", "{default: {q: 100%}}", {"q": 1}, {2016: {"p": 0.6, "q": 0.4}}),
    ],
)
def test_a_scenario_gives_another_rule_of_who_pays_as_a_whole_or_by_year(
    tmp_path: Path, base: str, other: str, default: object, years: dict[int, object]
) -> None:
    """Each rule is one whole, for its shares add up; years and ``default`` are replaced one by one."""
    at = folder(tmp_path)
    (at / "partners/q.yaml").write_text("partner: Q\nsystems: {x: {run_cost: 1_000}}\n")
    (at / "scenarios").mkdir()
    (at / "scenarios/other.yaml").write_text(f"programme: {{apportion: {other}}}\n")
    with (at / "programme.yaml").open("a") as file:
        file.write(f"apportion: {base}\n")
    rule = c.load(at, "other").apportion
    assert (rule.default, rule.years.keys()) == (default, years.keys())
    for year, wanted in years.items():
        assert rule.years[year] == (pytest.approx(wanted) if isinstance(wanted, dict) else wanted)


def test_what_was_not_reached_in_time_is_said_everywhere(tmp_path: Path, call: Call, undrawn: None) -> None:
    at, out = folder(tmp_path / "inventory", q1="", q2=""), tmp_path / "out"
    with (at / "programme.yaml").open("a") as file:
        file.write("milestones:\n  - {by: 2016/17 Q2, live: 100%, systems: [p/mail], why: the old one fails}\n")
        file.write("  - {by: 2016/17 Q2, live: 50%, why: everybody}\n")
    (at / "partners/q.yaml").write_text("partner: Q\nsystems: {x: {run_cost: 1_000}}\n")
    said = call("plan", at, "--out", out)
    one = "milestone: 100% of p/mail live by 2016/17 Q2 (the old one fails): 0 of 1"
    other = "milestone: 50% live by 2016/17 Q2 (everybody): 0 of 5"
    assert (said.code, said.err) == (0, "")
    assert [line for line in said.out.splitlines() if "MISSED" in line] == [f"MISSED    {one}", f"MISSED    {other}"]
    said = call("verify", out / "plan.json", "--inventory", at)
    assert said.code == 0
    assert f"plan.json: missed {one}" in said.out
    pages = {}
    for whom in ((), ("--partner", "p"), ("--partner", "q")):
        files = ("--plan", out / "plan.json", "--out", tmp_path / "pack", "--formats", "html", "--lang", "both")
        assert call("board", "--inventory", at, *files, *whom).code == 0
        stem = "".join(f"-{word}" for word in whom[1:])
        for code in ("en", "cy"):
            pages[(*whom[1:], code)] = next((tmp_path / "pack").glob(f"*Q2{stem}-{code}.html")).read_text()
    assert "Missed milestone: 50.0% of 5 systems moved by the end of" in pages["en",]
    assert "Carreg filltir a gollwyd: 100.0% o 1 system wedi symud erbyn diwedd" in pages["cy",]
    assert "(the old one fails); moved: 0." in pages["p", "en"]
    assert "everybody" not in pages["p", "en"]
    assert "Missed" not in pages["q", "en"]


def test_nobody_moves_into_what_is_not_there(tmp_path: Path) -> None:
    moved = "p/two: {status: started, step: 2, start: 2016/17 Q4}"
    ready = "services: {hub: {status: ready, start: 2016/17 Q1, ready: 2016/17 Q2}}"
    assert warned(read(tmp_path / "a", q2=FIRST, q4=moved)) == [f"2016-17-Q4.yaml:3:3: {ABSENT}"]
    assert not warned(read(tmp_path / "b", q1=ready, q2=FIRST, q4=moved))
