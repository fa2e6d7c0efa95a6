"""The commands: what they write, what they say, and how they end."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small_inventories
from commands import COMMAND, PROGRAMME, ROOT, SERVICES, SYSTEMS, WRITTEN, Call, Said, execute

import consolidate.planning
import consolidate.solving.exact.neighbourhood_search
from consolidate import optimizer
from consolidate.cli import app
from consolidate.cli.arguments import parse_gap
from consolidate.errors import NoPlan
from consolidate.solving.exact.solver import INFINITY, Outcome

# -- plan ---------------------------------------------------------------------------------------


def test_plan_writes_everything(planned: Path) -> None:
    out = planned / "outputs"
    assert sorted(path.name for path in out.iterdir()) == WRITTEN
    assert all(path.stat().st_size for path in out.iterdir())
    plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert plan["format"] == 1
    assert plan["scenario"] is None
    assert plan["status"] in ("optimal", "within_gap")
    assert plan["gap"] <= 0.001
    assert {row["system"] for row in plan["moves"] + plan["stays"]} == {"p/email", "p/payroll", "p/library"}
    timings = json.loads((out / "timings.json").read_text(encoding="utf-8"))
    assert timings["ended"] == "gap"
    assert timings["columns"] > 0


def test_timings_count_no_columns_where_no_program_is_solved(
    small: Path, tmp_path: Path, call: Call, undrawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimizer, "LARGE", 0)
    out = tmp_path / "out"
    assert call("plan", small, "--out", out, "--gap", "50%").code == 0
    timings = json.loads((out / "timings.json").read_text(encoding="utf-8"))
    assert timings["method"] == "decomposition"
    assert not {"columns", "rows"} & set(timings)


def test_summary_fits_a_screen(small: Path, tmp_path: Path, call: Call, undrawn: None) -> None:
    said = call("plan", small, "--out", tmp_path / "out")
    assert said.code == 0
    assert said.err == ""
    assert "A small programme" in said.out
    assert "Proven to be" in said.out
    assert "plan.json" in said.out
    assert len(said.out.splitlines()) <= 40


def test_same_bytes_every_time(planned: Path, tmp_path: Path) -> None:
    said = execute("plan", planned / "inventory", "--out", tmp_path / "again", PYTHONHASHSEED="1234")
    assert said.code == 0
    for name in WRITTEN:
        if Path(name).suffix in (".json", ".csv", ".gv", ".svg") and name != "timings.json":
            assert (tmp_path / "again" / name).read_bytes() == (planned / "outputs" / name).read_bytes(), name


def test_no_path_of_this_machine_in_what_is_written(planned: Path) -> None:
    for path in (planned / "outputs").iterdir():
        if path.suffix != ".png":
            assert str(planned) not in path.read_text(encoding="utf-8"), path.name


def test_scenario(small: Path, tmp_path: Path, call: Call, undrawn: None) -> None:
    (small / "scenarios").mkdir()
    (small / "scenarios" / "stay.yaml").write_text(
        "scenario: Nothing moves\nprogramme: {approaches: {rehost: null, consolidate: null}}\n", encoding="utf-8"
    )
    assert call("plan", small, "--out", tmp_path, "--scenario", "stay").code == 0
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert plan["scenario"] == "stay"
    assert plan["moves"] == []
    assert call("verify", tmp_path / "plan.json", "--inventory", small).code == 0
    said = call("plan", small, "--out", tmp_path, "--scenario", "stray")
    assert said.code == 2
    assert "did you mean `stay`" in said.err


def test_another_solver_finds_as_good_a_plan(planned: Path, tmp_path: Path) -> None:
    said = execute("plan", planned / "inventory", "--out", tmp_path, "--solver", "PULP_CBC_CMD", "--gap", "0")
    assert said.code == 0, said.err
    best = json.loads((planned / "outputs" / "plan.json").read_text(encoding="utf-8"))
    other = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert other["status"] == "optimal"
    assert other["objective"] <= best["objective"] + 1e-4
    assert other["objective"] >= best["bound"] - 1e-4


@pytest.mark.parametrize("gap", ["0", "0.0", "0%", "5%", ".005", "100%"])
def test_gaps(small: Path, tmp_path: Path, call: Call, undrawn: None, gap: str) -> None:
    assert call("plan", small, "--out", tmp_path, "--gap", gap).code == 0
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert plan["gap"] <= parse_gap(gap) + 1e-9
    if parse_gap(gap) == 0:
        assert plan["status"] == "optimal"


# -- exit code 1 -----------------------------------------------------------------------------


def test_every_problem_on_its_own_line(small: Path, tmp_path: Path, call: Call) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "plan.json").write_text("the old plan", encoding="utf-8")
    with (small / "partners" / "p.yaml").open("a", encoding="utf-8") as file:
        file.write("  web: {tierr: gold, run_cost: -5}\n  gis: {after: [emial]}\n")
    said = call("plan", small, "--out", out)
    assert said.code == 1
    assert said.out == ""
    *lines, last = said.err.splitlines()
    assert len(lines) == 3
    for line in lines:
        assert re.fullmatch(r".*partners/p\.yaml:[67]:\d+: [^;]+; .+", line), line
    assert "tier" in lines[0]
    assert "email" in lines[2]
    assert last == "consolidate: the inventory has 3 errors"
    assert (out / "plan.json").read_text(encoding="utf-8") == "the old plan"
    assert list(out.iterdir()) == [out / "plan.json"]


# -- exit code 2 -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("plan nowhere", "`nowhere` is not there; name the folder"),
        ("plan file.txt", "`file.txt` is not a folder; name the folder"),
        ("plan inventory --out file.txt", "cannot write there .*; name another folder"),
        ("plan inventory --out file.txt/below", "cannot write there .*; name another folder"),
        ("plan inventory --gap much", "'much' is no gap; write a percentage as 0.1%"),
        ("plan inventory --gap -1", "'-1' is no gap"),
        ("plan inventory --gap 101%", "'101%' is no gap"),
        ("plan inventory --gap 0.5", "0.5 could be 0.5% or 50%: write the one you mean"),
        ("plan inventory --gap 0.01", "0.01 could be 0.01% or 1%: write the one you mean"),
        ("shares inventory --gap 1", "1 could be 1% or 100%: write the one you mean"),
        ("plan inventory --gap 2", "2 could be 2% or 200%: write the one you mean"),
        ("plan inventory --inventory other", "the inventory is named twice, inventory and --inventory other; name it"),
        ("verify p.json inventory --inventory other", "the inventory is named twice"),
        ("plan inventory --gap nan", "'nan' is no gap"),
        ("plan inventory --gap 1e-3", "'1e-3' is no gap"),
        ("plan inventory --time-limit 0", "0.1"),
        ("plan inventory --time-limit soon", "'--time-limit': Input should be a valid number"),
        ("plan inventory --threads 0", "greater than or equal to 1"),
        ("plan inventory --solver oracle", "no solver 'oracle' here; PuLP finds .*HiGHS.*"),
        ("plan inventory --scenario none", "unknown scenario `none`; the inventory has none"),
        ("plan inventory --scenario ../programme", "unknown scenario"),
        ("plan inventory extra", "unexpected extra argument"),
        ("plan inventory --fast", "No such option"),
        ("check nowhere", "`nowhere` is not there"),
        ("check inventory --format xml", "'xml'"),
        ("verify nowhere.json --inventory inventory", "nowhere.json: cannot be read .*name a plan.json"),
        ("verify inventory --inventory inventory", "inventory: cannot be read .*name a plan.json"),
        ("verify binary --inventory inventory", "binary: cannot be read .not UTF-8 text."),
        ("roadmap nowhere.json --inventory inventory", "nowhere.json: cannot be read"),
        ("roadmap --inventory inventory --out file.txt", "cannot write there"),
        ("init inventory", "inventory is there already; name a new folder"),
        ("init file.txt", "file.txt is there already"),
        ("init file.txt/below", "file.txt"),
        ("schema", "say which: consolidate schema KIND"),
        ("schema systems", "no file kind 'systems'; there are programme, services"),
        ("schema --out file.txt", "cannot be written"),
        ("plans", "No such command"),
    ],
)
def test_usage(small: Path, call: Call, monkeypatch: pytest.MonkeyPatch, arguments: str, said: str) -> None:
    monkeypatch.chdir(small.parent)
    monkeypatch.setenv("COLUMNS", "200")
    Path("file.txt").write_text("not a folder", encoding="utf-8")
    Path("binary").write_bytes(b"\xff\xfe\x00{")
    result = call(*arguments.split())
    assert result.code == 2, result
    assert re.search(said, " ".join(result.err.split())), result.err
    assert Path("file.txt").read_text(encoding="utf-8") == "not a folder"


def test_no_arguments_shows_help(call: Call) -> None:
    said = call()
    assert said.code == 2
    for command in ("plan", "check", "verify", "roadmap", "init", "schema"):
        assert command in said.out + said.err


@pytest.mark.parametrize("gap", ["0.5", "0.01", "1", "30"])
def test_a_number_that_could_be_meant_in_two_ways_is_no_gap(small: Path, tmp_path: Path, call: Call, gap: str) -> None:
    """0.5 for 0.5% was once taken as 50%, and dropped moves that had been approved."""
    out = tmp_path / "out"
    assert call("plan", small, "--out", out, "--gap", gap).code == 2
    assert not out.exists()


# -- naming the inventory: with every command in both ways -----------------------------------


@pytest.mark.parametrize("option", [False, True])
def test_every_command_takes_the_inventory_in_both_ways(
    planned: Path, tmp_path: Path, call: Call, undrawn: None, option: bool
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(planned / "inventory", folder)
    named = ("--inventory", folder) if option else (folder,)
    out = tmp_path / "out"
    plan = out / "plan.json"
    for words in (
        ("init", *(("--inventory", tmp_path / "new") if option else (tmp_path / "new",))),
        ("check", *named),
        ("plan", *named, "--out", out),
        ("shares", *named, "--out", out, "--gap", "100%"),
        ("verify", plan, *named),
        ("verify", *named, plan),
        ("verify", *named, "--out", out),
        ("roadmap", plan, *named, "--out", out),
        ("board", *named, "--out", out, "--formats", "csv", "--lang", "en"),
        ("approve", plan, *named, "--by", "The Board"),
        ("report-progress", "2016/17 Q1", *named),
    ):
        said = call(*words)
        assert said.code == 0, (words, said.err)
    assert (folder / "progress" / "2016-17-Q1.yaml").exists()


def test_a_command_that_is_advised_names_the_folder(small: Path, tmp_path: Path, call: Call, undrawn: None) -> None:
    with (small / "partners" / "p.yaml").open("a", encoding="utf-8") as file:
        file.writelines(f"  old-{number}: {{end_of_life: 2001-01-01}}\n" for number in range(5))
    said = call("plan", small, "--out", tmp_path / "out")
    assert re.search(rf"^\d+ warnings; `consolidate check {re.escape(str(small))}` lists them$", said.err, re.M), (
        said.err
    )


# -- exit code 3: the pair of the first issue --------------------------------------------------

PAIR = """
programme: Who goes first
horizon: {from: 2016/17 Q1, to: 2016/17 Q4}
tiers: {platinum: {exposure: 60_000}, bronze: {exposure: 0}}
roles:
  engineer: {days: 60}
approaches:
  rehost: {medium: {quarters: 1, effort: {engineer: 60}, run_cost: 50%, end_of_life: never}}
"""
PAIR_SYSTEMS = """
hr: {tier: bronze, run_cost: 40_000%s}
follow-on: {tier: bronze, run_cost: 40_000, after: [hr]}
email:
  tier: platinum
  run_cost: 1_000
  end_of_life: 2016-06-30
  %s
  options: [{approach: rehost, effort: {engineer: 10}}]
"""


def test_the_most_exposed_goes_first(tmp_path: Path, call: Call, undrawn: None) -> None:
    """One engineer with 60 days; HR takes 60, a follow-on after HR another 60, email 10 and loses its support."""
    folder = small_inventories.write(tmp_path / "inventory", PAIR, PAIR_SYSTEMS % ("", ""))
    assert call("plan", folder, "--out", tmp_path).code == 0
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    moves = {row["system"]: row["start"] for row in plan["moves"]}
    assert moves == {"p/email": "2016/17 Q1", "p/hr": "2016/17 Q2", "p/follow-on": "2016/17 Q3"}
    assert plan["status"] == "optimal"
    assert plan["costs"]["exposure"] == 0


def test_what_conflicts_and_the_cheapest_way_out(tmp_path: Path, call: Call) -> None:
    """The same with `latest` in the first quarter on both HR and email: there is no plan."""
    systems = PAIR_SYSTEMS % (", latest: 2016/17 Q1", "latest: 2016/17 Q1")
    folder = small_inventories.write(tmp_path / "inventory", PAIR, systems)
    out = tmp_path / "out"
    out.mkdir()
    (out / "plan.json").write_text("the old plan", encoding="utf-8")
    said = call("plan", folder, "--out", out)
    assert said.code == 3
    assert said.out == ""
    assert said.err.splitlines() == [
        "consolidate: no plan can meet the rules",
        "these rules cannot be met together:",
        "  engineer has 60 person-days in 2016/17 Q1",
        "  p/hr must cut over by 2016/17 Q1 (latest)",
        "  p/email must cut over by 2016/17 Q1 (latest)",
        "the cheapest way out, £6,000 at the stated prices; a plan that uses it exists:",
        "  engineer is 10 person-days short in 2016/17 Q1",
        "relax: role engineer 2016/17 Q1 +10 = 70",
        "way 2 (the next cheapest), £20,000 at the stated prices; a plan that uses it exists:",
        "  p/hr cannot cut over before 2016/17 Q2, 1 quarter late",
        "  way 2: latest p/hr +1 = 2016/17 Q2",
        "way 3 (the next cheapest), £20,000 at the stated prices; a plan that uses it exists:",
        "  p/email cannot cut over before 2016/17 Q2, 1 quarter late",
        "  way 3: latest p/email +1 = 2016/17 Q2",
        "prices of giving way: £600 a person-day, £20,000 a quarter later",
    ]
    assert [path.name for path in out.iterdir()] == ["plan.json"]
    assert (out / "plan.json").read_text(encoding="utf-8") == "the old plan"


def test_links_that_conflict_whatever_is_given(tmp_path: Path, call: Call) -> None:
    systems = "a: {must_move: yes}\nb: {after: [a], must_move: yes}"
    folder = small_inventories.write(tmp_path / "inventory", "together: [[p/a, p/b]]", systems)
    said = call("plan", folder, "--out", tmp_path / "out")
    assert said.code == 3
    assert said.err.splitlines() == [
        "consolidate: no plan can meet the rules",
        "these rules cannot be met together:",
        "  p/b waits for p/a (after)",
        "  p/a, p/b cut over together",
        "no more money, people or time makes a plan possible: change one of these links",
    ]


# -- exit codes 4 and 130 -----------------------------------------------------------------


def ended(how: str) -> Callable[..., Outcome]:
    return lambda *_, **__: Outcome(None, INFINITY, -INFINITY, how)


def test_time_ended_before_there_was_a_plan(
    small: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consolidate.solving.exact.neighbourhood_search, "solve", ended("time"))
    said = call("plan", small, "--out", tmp_path / "out")
    assert said.code == 4
    assert said.err.startswith("consolidate: the search ended before any plan was found; ")
    assert not (tmp_path / "out").exists()


def test_a_bound_that_the_plan_refutes_is_left_out_and_to_be_reported(
    small: Path, tmp_path: Path, call: Call, undrawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = consolidate.solving.exact.neighbourhood_search.solve

    def lying(*asked: Any, **how: Any) -> Outcome:
        found = honest(*asked, **how)
        return dataclasses.replace(found, bound=2 * found.objective)

    monkeypatch.setattr(consolidate.solving.exact.neighbourhood_search, "solve", lying)
    said = call("plan", small, "--out", tmp_path)
    assert said.code == 0
    assert said.err.startswith("HiGHS's first look claims that ")
    assert all(line.endswith("please report this inventory") for line in said.err.splitlines())


def test_a_time_limit_is_obeyed(hard: Path, tmp_path: Path, call: Call, undrawn: None) -> None:
    said = call("plan", hard, "--out", tmp_path, "--gap", "0", "--time-limit", "1.5")
    assert said.code in (0, 4)
    if said.code == 0:
        assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["status"] == "feasible"
        assert "No plan can cost over £" in " ".join(said.out.split())
    else:
        assert not (tmp_path / "plan.json").exists()


def test_interrupted_before_there_was_a_plan(
    small: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solve(problem: object, limits: object, monitor: Any = None, start: object = None, **_: bool) -> Outcome:
        signal.raise_signal(signal.SIGINT)
        assert monitor.stop()
        return Outcome(None, INFINITY, -INFINITY, "stopped")

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(consolidate.solving.exact.neighbourhood_search, "solve", solve)
    said = call("plan", small, "--out", tmp_path / "out")
    assert said == Said(130, "", "consolidate: stopped before it was done; nothing was written\n")
    assert not (tmp_path / "out").exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_interrupted_twice(small: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(*_: object, **__: object) -> Outcome:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("the second Ctrl-C gives up at once")

    monkeypatch.setattr(consolidate.solving.exact.neighbourhood_search, "solve", solve)
    assert call("plan", small, "--out", tmp_path / "out").code == 130
    assert not (tmp_path / "out").exists()


def test_interrupted_while_looking_for_a_way_out(
    small: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def way_out(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)
        raise NoPlan("not known yet")

    monkeypatch.setattr(consolidate.solving.exact.neighbourhood_search, "solve", ended("infeasible"))
    monkeypatch.setattr(consolidate.planning, "way_out", way_out)
    assert call("plan", small, "--out", tmp_path / "out").code == 130


def test_interrupted_while_drawing(small: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(consolidate.BegunDrawing, "write", draw)
    said = call("plan", small, "--out", tmp_path)
    assert said.code == 0
    assert said.err == "stopped while drawing; the plan is written: `consolidate roadmap` draws it\n"
    assert (tmp_path / "plan.json").exists()


def generated(folder: Path, systems: int) -> Path:
    """An inventory of so many systems."""
    generate = [sys.executable, ROOT / "benchmarks" / "generate.py", "--systems", str(systems), "--out", folder]
    subprocess.run(list(map(str, generate)), check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated inventory that takes minutes to prove."""
    return generated(tmp_path_factory.mktemp("hard"), 60)


@pytest.fixture(scope="module")
def fairly_hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose first plan is soon found, and that takes the better part of a minute to prove."""
    return generated(tmp_path_factory.mktemp("fairly-hard"), 30)


FOLLOWED = """
import sys
from consolidate.cli import app, console
from consolidate.solving.exact import neighbourhood_search
from little_work import little_work

def followed(function, sign):
    def call(*arguments, **options):
        print(sign, file=sys.stderr, flush=True)
        return function(*arguments, **options)
    return call

console._how_far = followed(console._how_far, "early")
neighbourhood_search.improve = followed(neighbourhood_search.improve, "late")
with little_work():
    app.main()
"""
"""The command, saying on stderr that the search has begun and, later, that the exact method betters a plan."""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a process of its own")
@pytest.mark.parametrize("sign", ["early", "late"])
def test_interrupted_by_a_signal(fairly_hard: Path, tmp_path: Path, sign: str) -> None:
    """Wherever it is: a plan that is feasible, or nothing at all."""
    command = [sys.executable, "-c", FOLLOWED, "plan", str(fairly_hard), "--out", str(tmp_path / "out"), "--gap", "0"]
    support = os.pathsep.join([str(ROOT / "tests/support"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": support}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    assert any(line.strip() == sign.encode() for line in process.stderr), "it ended before"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert b"Traceback" not in err
    assert process.returncode in (0, 130), err
    if process.returncode == 0:
        plan = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
        assert plan["status"] == "feasible"
    else:
        assert not (tmp_path / "out").exists()


# -- where nothing can be drawn, and what is ours to blame -----------------------------------------


def test_a_fault_of_ours_is_one_line(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def optimize(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(consolidate.planning, "optimize_remaining", optimize)
    monkeypatch.setattr(sys, "argv", ["consolidate", "plan", str(small), "--out", str(tmp_path)])
    assert app._run() == app.FAULT
    err = capsys.readouterr().err
    assert err.startswith("consolidate: a fault of ours (ZeroDivisionError: oh); nothing was written; ")
    assert err.count("\n") == 1
    monkeypatch.setenv("CONSOLIDATE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        app._run()


def test_a_plan_that_the_ledger_rejects_is_never_written(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = consolidate.planning.optimize_remaining

    def optimize(*arguments: Any, **more: Any) -> Any:
        result = honest(*arguments, **more)
        return dataclasses.replace(result, plan=dataclasses.replace(result.plan, moves=()))

    monkeypatch.setattr(consolidate.planning, "optimize_remaining", optimize)
    monkeypatch.setattr(sys, "argv", ["consolidate", "plan", str(small), "--out", str(tmp_path / "out")])
    assert app._run() == app.FAULT
    assert "the ledger rejects the plan" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# -- check -------------------------------------------------------------------------------------


def test_check(small: Path, call: Call) -> None:
    said = call("check", small)
    assert said == Said(0, f"{small}: 3 systems of 1 partner; no errors, nothing odd\n", "")


def odd_and_wrong(small: Path) -> None:
    """An odd pot, and a scenario with an error: two things said, of two files."""
    programme = small / "programme.yaml"
    text = programme.read_text(encoding="utf-8").replace("40_000}", "40_000}\n  spare: {amount: 1}")
    programme.write_text(text, encoding="utf-8")
    (small / "scenarios").mkdir()
    (small / "scenarios" / "bad.yaml").write_text("scenario: Bad\npartner: {}\n", encoding="utf-8")


def test_check_says_what_is_wrong_with_each_scenario(small: Path, call: Call) -> None:
    odd_and_wrong(small)
    said = call("check", small)
    assert said.code == 1
    assert said.out == ""
    warning, error, summary = said.err.splitlines()
    assert re.fullmatch(r".*programme\.yaml:\d+:\d+: warning: .*spare.*", warning)
    assert re.fullmatch(r".*scenarios/bad\.yaml:2:1: .*partner.*; .*partners.*", error)
    assert summary == f"{small} and 1 scenario: 1 error; once it is mended, more may be found that is odd"


def test_check_as_json(small: Path, call: Call) -> None:
    assert json.loads(call("check", small, "--format", "json").out) == []
    odd_and_wrong(small)
    said = call("check", small, "--format", "json")
    assert said.code == 1
    assert said.err == ""
    warning, error = json.loads(said.out)
    assert warning["severity"] == "warning"
    assert error["severity"] == "error"
    assert error["path"].endswith("bad.yaml")
    assert (error["line"], error["column"]) == (2, 1)


def test_check_for_github(small: Path, call: Call) -> None:
    odd_and_wrong(small)
    said = call("check", small, "--format", "github")
    assert said.code == 1
    warning, error = said.out.splitlines()
    assert re.fullmatch(r"::warning file=.*programme\.yaml,line=\d+,col=\d+::.*spare.*", warning)
    assert re.fullmatch(r"::error file=.*scenarios/bad\.yaml,line=2,col=1::.*", error)


def test_warnings_change_no_exit_code(small: Path, tmp_path: Path, call: Call, undrawn: None) -> None:
    odd_and_wrong(small)
    shutil.rmtree(small / "scenarios")
    assert call("check", small).code == 0
    said = call("plan", small, "--out", tmp_path)
    assert said.code == 0
    assert "spare" in said.err


# -- init, schema -------------------------------------------------------------------------


def test_init_then_check_then_plan(tmp_path: Path, call: Call, undrawn: None) -> None:
    folder = tmp_path / "mine"
    said = call("init", folder)
    assert said.code == 0
    assert f"consolidate plan {folder}" in said.out
    assert call("check", folder) == Said(0, f"{folder}: 6 systems of 1 partner; no errors, nothing odd\n", "")
    assert call("plan", folder, "--out", tmp_path / "out").code == 0
    again = call("init", folder)
    assert again.code == 2


def test_init_of_an_example_that_is_not_there(tmp_path: Path, call: Call) -> None:
    said = call("init", tmp_path / "mine", "--example", "st")
    assert (said.code, said.out) == (2, "")
    known = "the examples are srs, sts, onesource, worcestershire, plymouth-cco"
    assert said.err == f"consolidate: --example st: {known}; did you mean sts?\n"
    assert not (tmp_path / "mine").exists()


def test_init_names_schemas_that_are_there(tmp_path: Path, call: Call) -> None:
    call("init", tmp_path)
    for path in tmp_path.rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        match = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", first)
        assert match is not None, path
        assert (path.parent / match[1]).is_file(), path


@pytest.mark.parametrize("kind", ["programme", "services", "partner", "scenario", "progress"])
def test_schema(tmp_path: Path, call: Call, kind: str) -> None:
    said = call("schema", kind)
    assert said.code == 0
    assert json.loads(said.out)["$schema"].startswith("https://json-schema.org/")
    assert call("schema", "--out", tmp_path).code == 0
    assert (tmp_path / f"{kind}.schema.json").read_text(encoding="utf-8") == said.out


# -- terminals and file names ---------------------------------------------------------------------


def test_blanks_and_welsh_letters_in_paths(tmp_path: Path, call: Call) -> None:
    folder = small_inventories.write(tmp_path / "ein systemau ŵ", PROGRAMME, SYSTEMS, SERVICES)
    out = tmp_path / "allbwn newydd â"
    assert call("plan", folder, "--out", out).code == 0
    assert sorted(path.name for path in out.iterdir()) == WRITTEN
    assert call("verify", "--out", out, "--inventory", folder).code == 0


def test_a_poor_terminal(planned: Path, tmp_path: Path) -> None:
    """ASCII alone and 60 columns."""
    out = tmp_path / "ŵ"
    poor = {"PYTHONIOENCODING": "ascii", "LANG": "C", "LC_ALL": "C", "COLUMNS": "60", "TERM": "dumb"}
    said = execute("plan", planned / "inventory", "--out", out, **poor)
    assert said.code == 0, said.err
    assert said.out.isascii()
    assert max(map(len, said.out.splitlines())) <= 60
    said = execute("roadmap", "--inventory", planned / "inventory", "--out", out, **poor)
    assert said.code == 0, said.err
    assert said.out.isascii()


def test_json_stays_json_on_a_poor_terminal(tmp_path: Path) -> None:
    folder = small_inventories.write(tmp_path / "âŵ", systems="email: {tier: ŵ😀}")
    said = execute("check", folder, "--format", "json", PYTHONIOENCODING="ascii")
    assert said.code == 1
    assert "âŵ" in json.loads(said.out)[0]["path"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
@pytest.mark.parametrize("arguments", [["schema", "scenario"], ["verify"], ["--help"]], ids=lambda some: some[0])
def test_who_reads_may_leave(planned: Path, arguments: list[str]) -> None:
    """As in `consolidate … | head -n 1`: quiet, and no traceback as Python ends."""
    if arguments == ["verify"]:
        arguments = ["verify", "--out", str(planned / "outputs"), "--inventory", str(planned / "inventory")]
    reader, writer = os.pipe()
    os.close(reader)
    try:
        result = subprocess.run([*COMMAND, *arguments], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert result.stderr == b""
    assert result.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", ["check", "schema"])
def test_the_disk_is_full(planned: Path, command: str) -> None:
    arguments = ["schema", "scenario"] if command == "schema" else ["check", str(planned / "inventory")]
    with open("/dev/full", "w") as full:
        result = subprocess.run([*COMMAND, *arguments], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 2
    assert result.stderr == b"consolidate: standard output: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_nobody_listens(planned: Path, closed: str) -> None:
    command = " ".join([*COMMAND, "check", str(planned / "inventory"), closed])
    assert subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_main_ends_the_process(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    monkeypatch.setattr(sys, "argv", ["consolidate", "check", str(small)])
    with pytest.raises(SystemExit) as end:
        app.main()
    assert end.value.code == 0
    assert b"no errors" in written.getvalue()


def test_help_of_every_command(call: Call) -> None:
    for command in ("plan", "check", "verify", "roadmap", "init", "schema"):
        said = call(command, "--help")
        assert said.code == 0
        assert f"consolidate {command} [OPTIONS]" in said.out
