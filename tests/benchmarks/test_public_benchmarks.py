"""The public benchmarks' tools, on instances of our own: readers, converter, judge, runner."""

from __future__ import annotations

import copy
import csv
import doctest
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import everything_tried
import pytest
import yaml
from commands import Call
from public import formats, money, results, run, scarce, solvers, style
from public.convert import Inventory, convert, horizon_of
from public.formats import Facilities, Knapsack, Mode, Project, read
from public.judge import judge
from public.marks import MARKS
from public.results import Case, Result, read_cases

from consolidate.loading import load

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
OWN = BENCHMARKS / "public" / "own"
CASES = {case.name: case for case in read_cases(OWN)}
PLANNABLE = [case for case in CASES.values() if not case.impossible]


def instance_of(case: Case) -> formats.Instance:
    return read(case.kind, case.file)


def case_of(name: str) -> Case:
    return CASES[f"own {name}"]


# -- our own instances ------------------------------------------------------------------------------


def test_own_instances_are_what_their_script_makes() -> None:
    spec = importlib.util.spec_from_file_location("make_own", OWN / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    written = {path.name: path.read_bytes() for path in OWN.iterdir() if path.is_file()}
    made = {name: text.encode() for name, text in make.files().items()}
    assert {name: written.get(name) for name in made} == made
    assert sorted(written) == sorted([*made, "make.py", "optima.csv"])


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_best_values_of_our_own_are_what_trying_everything_finds(case: Case) -> None:
    assert everything_tried.best(instance_of(case)) == case.best


# -- readers ----------------------------------------------------------------------------------------


def test_projects_with_scarce_people_are_what_they_say() -> None:
    text = scarce.instance(9)
    assert text == scarce.instance(9)
    project = formats.parse_project(text, "scarce9")
    assert [len(modes) for modes in project.modes.values()] == [3] * 30
    assert (len(project.renewable), len(project.nonrenewable)) == (2, 2)
    for k, there_is in enumerate(project.renewable):  # every activity can run by itself
        assert all(any(mode.renewable[k] <= there_is for mode in modes) for modes in project.modes.values())


def test_psplib_is_read() -> None:
    project = formats.parse_project((OWN / "roads.mm").read_text(), "roads")
    assert list(project.modes) == [2, 3, 4, 5, 6]
    assert project.modes[3][1] == Mode(5, (1, 4), (6, 1))
    assert project.after == {2: (), 3: (2,), 4: (), 5: (2,), 6: (4, 5)}
    assert (project.renewable, project.nonrenewable) == ((5, 6), (20, 19))


def test_mmlib_is_read() -> None:
    """Tabs, another heading, no horizon, successors in any order."""
    project = formats.parse_project((OWN / "bridges.mm").read_text(), "bridges")
    assert project.modes[2] == (Mode(3, (2, 4), (5, 3)), Mode(5, (0, 1), (3, 4)))
    assert project.after == {2: (), 3: (), 4: (3,), 5: (2,), 6: (3,), 7: (3,)}
    assert (project.renewable, project.nonrenewable) == ((5, 6), (28, 30))


def test_single_mode_has_no_money() -> None:
    project = formats.parse_project((OWN / "walls.sm").read_text(), "walls")
    assert {len(modes) for modes in project.modes.values()} == {1}
    assert project.nonrenewable == ()


def test_facilities_are_read_to_the_last_digit_and_nul_bytes_are_left() -> None:
    text = "2 3\n10 1.5\n20 2.25\n 4. 5. 6.\n1.10000 2 3\n4\n5 6.00005\r\n\0\0\0"
    assert formats.parse_facilities(text, "f", capacitated=True) == Facilities(
        "f",
        (Decimal(10), Decimal(20)),
        (Decimal("1.5"), Decimal("2.25")),
        (Decimal(4), Decimal(5), Decimal(6)),
        ((Decimal("1.1"), Decimal(2), Decimal(3)), (Decimal(4), Decimal(5), Decimal("6.00005"))),
    )
    assert formats.parse_facilities(text, "f", capacitated=False).capacity is None


def test_knapsack_is_read_whatever_the_line_breaks() -> None:
    wanted = Knapsack("k", (Decimal(7), Decimal(8)), ((Decimal(1), Decimal(2)),), (Decimal(2),))
    assert formats.parse_knapsack(" 1 \n 2 1 0 \n 7 8 1 2 2", "k") == wanted
    assert formats.parse_knapsack("1 2\n1 0 7\n8\n\n1 2 2\n", "k") == wanted


ROADS = (OWN / "roads.mm").read_text()


@pytest.mark.parametrize(
    ("kind", "text", "what"),
    [
        ("rcpsp-mm", "nothing", "headings"),
        ("rcpsp-mm", ROADS.replace(":  0   D", ":  1   D"), "doubly constrained"),
        ("rcpsp-mm", ROADS.replace("constrained        :  0", "constrained:"), "does not say"),
        ("rcpsp-mm", ROADS.replace("   6        3          1    7", "   6        3          2    7"), "announced"),
        ("rcpsp-mm", ROADS.replace("   6        3          1    7", "   6        3          1    9"), "no jobs"),
        ("rcpsp-mm", ROADS.replace("   6        3          1    7", "   6        2          1    7"), "declare"),
        ("rcpsp-mm", ROADS.replace("    5    6   20   19", "    5    6   20"), "availabilities"),
        ("rcpsp-mm", ROADS.replace("         3     7       4    2    7    4", "  3  7  4"), "a line of requests"),
        ("rcpsp-mm", ROADS.replace("         3     7       4", "         2     7       4"), "mode 2 stands"),
        ("rcpsp-mm", ROADS.replace("         3     7       4", "         3     0       4"), "duration 0"),
        ("rcpsp-mm", ROADS.replace("  7      1     0       0", "  7      1     1       0"), "source and sink"),
        ("sscflp", "2 3 1", "numbers where"),
        ("ufl", "2 3 capacity", "not only numbers"),
        ("ufl", "0 3", "sizes"),
        ("mknap", "2 1 1 0 5 5 5", "one problem"),
        ("mknap", "1 1 1 0 5 5 5 5", "numbers where"),
        ("tsp", "1", "no kind"),
    ],
)
def test_what_cannot_be_read_says_why(kind: str, text: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(text)
    with pytest.raises(ValueError, match=what) as caught:
        read(kind, path)
    assert str(path) in str(caught.value)


# -- the converter ----------------------------------------------------------------------------------


def documents(inventory: Inventory) -> dict[str, Any]:
    return {place: yaml.safe_load(text) for place, text in inventory.files.items()}


def test_project_is_written_as_the_mapping_says() -> None:
    case = case_of("roads")
    files = documents(convert(instance_of(case), horizon_of(instance_of(case), case.best)))
    assert files["programme.yaml"] == {
        "programme": "roads",
        "horizon": {"from": "2016/17 Q1", "to": "2021/22 Q1"},  # 1.5 x 11, rounded up, and 4
        "discount_rate": "0%",
        "minimise": "finish",
        "roles": {"r01": {"days": 5}, "r02": {"days": 6}},
        "capital": {
            "n01": {"amount": {"2016/17": 20, "default": 0}, "carry_forward": True},
            "n02": {"amount": {"2016/17": 19, "default": 0}, "carry_forward": True},
        },
    }
    system = files["partners/a.yaml"]["systems"]["a03"]
    assert system["must_move"] is True
    assert system["after"] == ["a/a02"]
    assert system["options"] == [
        option(3, {"r01": 12, "r02": 3}, {"n01": 4, "n02": 6}, 1),
        option(5, {"r01": 5, "r02": 20}, {"n01": 6, "n02": 1}, 4),
        option(7, {"r01": 28, "r02": 14}, {"n01": 7, "n02": 4}, 0),
    ]


def option(quarters: int, effort: dict[str, int], capital: dict[str, int], one_off: int) -> dict[str, Any]:
    return {"approach": "replatform", "quarters": quarters, "effort": effort, "capital": capital, "one_off": one_off}


def test_horizon_of_an_impossible_project_is_long() -> None:
    assert horizon_of(instance_of(case_of("castles")), None) == 120
    assert horizon_of(instance_of(case_of("depots")), Decimal(5)) == 1


def test_facilities_and_knapsacks_are_written_as_the_mapping_says() -> None:
    files = documents(convert(instance_of(case_of("depots")), 1))
    facilities = instance_of(case_of("depots"))
    assert isinstance(facilities, Facilities)
    assert facilities.capacity is not None
    assert files["programme.yaml"]["minimise"] == "cost"
    assert "capital" not in files["programme.yaml"]
    service = files["services.yaml"]["services"]["s01"]
    assert service == {
        "build": {"quarters": 0, "capital": facilities.fixed[1]},
        "capacity": facilities.capacity[1],
    }
    customer = files["partners/a.yaml"]["systems"]["c02"]
    assert customer["users"] == facilities.demand[2]
    assert [Decimal(str(o["one_off"])) for o in customer["options"]] == [row[2] for row in facilities.cost]
    assert "capacity" not in documents(convert(instance_of(case_of("wells")), 1))["services.yaml"]["services"]["s00"]
    knapsack = instance_of(case_of("market"))
    assert isinstance(knapsack, Knapsack)
    roles, pots = (documents(convert(knapsack, 1, pots=pots)) for pots in (False, True))
    assert roles["programme.yaml"]["appraise_to"] == "2017/18 Q1"
    assert roles["programme.yaml"]["roles"]["l01"] == {"days": knapsack.limit[0]}
    assert pots["programme.yaml"]["capital"]["l01"] == {"amount": {"2016/17": knapsack.limit[0]}}
    by_role, by_pot = (files["partners/a.yaml"]["systems"]["i03"] for files in (roles, pots))
    use = {f"l{k:02d}": row[3] for k, row in enumerate(knapsack.use, 1)}
    assert by_role["run_cost"] == knapsack.profit[3]
    assert by_role["options"] == [{"approach": "retain"}, {"approach": "retire", "effort": use}]
    assert by_pot["run_cost"] == knapsack.profit[3] + sum(use.values())
    assert by_pot["options"][1] == {"approach": "retire", "capital": use}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_relabelled_or_not_the_inventory_loads(case: Case, tmp_path: Path) -> None:
    instance = instance_of(case)
    texts = set()
    for place, seed in enumerate((None, 1, 1, 2)):
        inventory = solvers.inventory_of(case, instance, seed)
        folder = tmp_path / str(place)
        inventory.write(folder)
        loaded = load(folder)
        assert inventory.key.horizon == loaded.plan_quarters
        assert set(loaded.systems) == set(inventory.key.systems)
        # Options that `must_move` drops keep their numbers; here there are none.
        assert all(len(system.options) == len(inventory.key.ways[name]) for name, system in loaded.systems.items())
        texts.add(json.dumps(inventory.files))
    assert len(texts) == 3  # the same seed, the same files


def test_relabelling_adds_what_changes_nothing() -> None:
    """Worse options, links that follow from others, other calendars and units do turn up."""
    project = instance_of(case_of("walls"))
    assert isinstance(project, Project)
    inventories = [convert(project, 18, style.Style(str(seed))) for seed in range(20)]
    ways = [way for inventory in inventories for found in inventory.key.ways.values() for way in found]
    assert len(ways) > 20 * len(project.modes)
    assert any(way.quarters > 1 for way in ways)
    links = [sum(text.count("/") for text in _after(inventory)) for inventory in inventories]
    assert min(links) >= sum(map(len, project.after.values()))
    assert max(links) > sum(map(len, project.after.values()))
    assert len({inventory.key.origin for inventory in inventories}) > 10
    assert len({inventory.key.money for inventory in inventories}) > 2


def _after(inventory: Inventory) -> list[str]:
    return [
        whole
        for place, text in inventory.files.items()
        if place.startswith("partners/")
        for system in yaml.safe_load(text)["systems"].values()
        for whole in system.get("after", [])
    ]


def test_the_examples_in_the_docstrings_are_right() -> None:
    assert doctest.testmod(style).failed == 0


# -- the planner on our own, and the judge ----------------------------------------------------------


@pytest.fixture
def in_process(call: Call, undrawn: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs `consolidate plan` here and not in a process of its own: that takes a second each time."""

    def execute(command: Sequence[str | Path], folder: Path, timeout: float) -> solvers.Ended:
        began = time.time()
        said = call("plan", *command[len(solvers.PLAN) :])
        return solvers.Ended(said.code, said.out, said.err, began, time.time() - began, 0.0)

    monkeypatch.setattr(solvers, "execute", execute)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_every_optimum_of_our_own_is_reached_and_proved(seed: int | None, tmp_path: Path) -> None:
    for case in PLANNABLE:
        result = solvers.run_planner(case, solvers.Settings(relabel=seed), tmp_path / case.name)
        assert (result.faults, result.false) == ([], []), case.name
        assert result.proved, case.name
        assert result.value == case.best


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("seed", [None, 1])
def test_lack_of_money_is_recognised_however_long_the_horizon(seed: int | None, tmp_path: Path) -> None:
    result = solvers.run_planner(case_of("castles"), solvers.Settings(relabel=seed), tmp_path)
    assert (result.faults, result.false) == ([], [])
    assert result.code == 3
    assert result.names_pot
    assert result.cheapest, result.said
    assert "lacks 4/10 alone, 3 together" in result.said


@pytest.mark.usefixtures("in_process")
def test_the_runner_prints_the_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also the two-sided test: a plan in the best horizon, and none in one quarter less."""
    files = {name: tmp_path / name for name in ("tables.md", "missed.txt", "figures.json")}
    projects = [case.instance for case in PLANNABLE if case.kind.startswith("rcpsp")]
    arguments = [str(OWN), "--two-sided", "--instance", *projects, "--markdown", str(files["tables.md"])]
    arguments += ["--missed", str(files["missed.txt"]), "--json", str(files["figures.json"])]
    assert run.main([*arguments, "--keep", str(tmp_path / "kept")]) == 0
    text = files["tables.md"].read_text()
    assert text.strip() in capsys.readouterr().out
    rows: dict[str, list[str]] = {}
    for cells in filter(None, map(_cells, text.splitlines())):
        rows.setdefault(cells[0], cells[1:])
    assert rows["own"][:4] == ["4", "4", "4", "4"]
    assert rows["at the optimum"][:4] == ["4", "4", "4", "4"]
    assert rows["a quarter less"][:4] == ["4", "0", "4", "4"]
    assert rows["all"][-2:] == ["0", "0"]
    assert files["missed.txt"].read_text() == ""
    figures = [json.loads(line) for line in files["figures.json"].read_text().splitlines()]
    assert len(figures) == 12
    assert figures[0]["value"] == "11"
    assert (tmp_path / "kept" / "own-roads" / "outputs" / "plan.json").exists()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")[1:-1]] if line.startswith("| ") else []


def test_a_process_of_its_own(tmp_path: Path) -> None:
    """Once as it is run in earnest, drawing and all."""
    result = solvers.run_planner(case_of("market"), solvers.Settings(), tmp_path)
    assert result.proved
    assert result.value == 323
    assert result.cpu > 0
    assert (tmp_path / "outputs" / "roadmap.svg").exists()


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[formats.Instance, Inventory, dict[str, Any]]]:
    """A good plan for each case, made by the planner."""
    from consolidate.optimizer import optimize
    from consolidate.plan import to_json

    found = {}
    for case in PLANNABLE:
        instance = instance_of(case)
        inventory = solvers.inventory_of(case, instance, None)
        folder = tmp_path_factory.mktemp("good")
        inventory.write(folder)
        loaded = load(folder)
        plan = json.loads(to_json(optimize(loaded, gap=0).plan, loaded.calendar), parse_float=Decimal)
        found[case.name.removeprefix("own ")] = (instance, inventory, plan)
    return found


Plans = dict[str, tuple[formats.Instance, Inventory, dict[str, Any]]]
Spoil = Callable[[dict[str, Any]], object]


def move_of(plan: dict[str, Any], system: str) -> dict[str, Any]:
    return next(move for move in plan["moves"] if move["system"] == system)


def change(system: str, **values: object) -> Spoil:
    return lambda plan: move_of(plan, system).update(values)


def in_one_quarter(plan: dict[str, Any]) -> None:
    """Everything at once, each for as long as it takes."""
    for move in plan["moves"]:
        start, end = (solvers.judge._ordinal(move[edge]) for edge in ("start", "cutover"))
        move["start"] = label(2016 * 4)
        move["cutover"] = label(2016 * 4 + end - start)


def label(ordinal: int) -> str:
    return style.Calendar(0, 0).label(ordinal).rjust(10, "0")


def take_all(plan: dict[str, Any]) -> None:
    for stay in plan["stays"]:
        move = dict(plan["moves"][0], system=stay["system"], option=2)
        plan["moves"].append(move)
    plan["stays"].clear()


def dearest_way(plan: dict[str, Any]) -> None:
    """Two activities take their mode that costs the most money, however long it takes, one after the other."""
    for place, move in enumerate(sorted(plan["moves"], key=lambda move: move["system"])):
        quarters = {"a/a02": (1, 2), "a/a03": (3, 7), "a/a04": (1, 2), "a/a05": (1, 3), "a/a06": (3, 6)}
        option, length = quarters[move["system"]]
        start = 2016 * 4 + place * 7
        move.update(option=option, start=label(start), cutover=label(start + length - 1))


def into_one_depot(plan: dict[str, Any]) -> None:
    for move in plan["moves"]:
        move.update(to="s00", option=1)
    plan["builds"] = [{"service": "s00", "start": "2016/17 Q1", "ready": "2016/17 Q1"}]


@pytest.mark.parametrize(
    ("name", "spoil", "what"),
    [
        ("roads", lambda plan: plan["moves"].pop(), "decided 0 times"),
        ("roads", lambda plan: plan["moves"].append(dict(plan["moves"][0])), "decided 2 times"),
        ("roads", lambda plan: plan["moves"].append(dict(plan["moves"][0], system="a/a99")), "cannot be read"),
        ("roads", lambda plan: plan["stays"].append({"system": plan["moves"].pop()["system"]}), "stays as it is"),
        ("roads", change("a/a03", option=4), "cannot be read"),
        ("roads", change("a/a03", option=0), "cannot be read"),
        ("roads", change("a/a03", option=3, cutover="2016/17 Q2", start="2016/17 Q1"), "is not 7 quarters"),
        ("roads", change("a/a02", start="2015/16 Q4", cutover="2016/17 Q1"), "is not within"),
        ("roads", change("a/a06", option=1, start="2021/22 Q1", cutover="2021/22 Q2"), "is not within"),
        ("roads", change("a/a03", start="2016/18 Q1"), "is no quarter"),
        ("roads", change("a/a03", option=1, start="2016/17 Q1", cutover="2016/17 Q3"), "before activity 2 is done"),
        ("roads", lambda plan: plan["agency"].append({"role": "r01"}), "bought in"),
        ("roads", lambda plan: plan.pop("status"), "cannot be read"),
        ("bridges", in_one_quarter, "renewable 1 in period 0"),
        ("roads", dearest_way, "non-renewable 1"),
        ("depots", into_one_depot, "facility 0: "),
        ("depots", lambda plan: plan["builds"].pop(), "which is closed"),
        ("depots", lambda plan: plan["builds"].append(plan["builds"][0]), "opened 2 times"),
        ("depots", lambda plan: plan["moves"].pop(), "is not served"),
        ("depots", lambda plan: plan["moves"][0].update(to="s99"), "cannot be read"),
        ("wells", lambda plan: move_of(plan, "a/c00").update(option=3, to="s01"), "does not lead to s01"),
        ("market", take_all, "limit 1"),
        ("market (pots)", take_all, "limit 1"),
        ("market", lambda plan: plan["stays"].pop(), "decided 0 times"),
    ],
)
def test_a_wrong_plan_is_rejected(name: str, spoil: Spoil, what: str, plans: Plans) -> None:
    instance, inventory, good = plans[name]
    assert judge(instance, inventory.key, good).faults == ()
    wrong = copy.deepcopy(good)
    spoil(wrong)
    verdict = judge(instance, inventory.key, wrong)
    assert any(what in fault for fault in verdict.faults), verdict
    assert verdict.value is None


@pytest.mark.parametrize("case", PLANNABLE, ids=[case.name for case in PLANNABLE])
def test_a_good_plan_is_valued_by_the_judge_alone(case: Case, plans: Plans) -> None:
    instance, inventory, good = plans[case.name.removeprefix("own ")]
    verdict = judge(instance, inventory.key, good)
    assert verdict.false == ()
    assert verdict.optimal
    assert verdict.value == case.best
    assert verdict.bound == pytest.approx(case.best)
    boasting = judge(instance, inventory.key, dict(good, objective=good["objective"] - 1))
    assert boasting.value == case.best
    assert "objective" in boasting.false[0]
    assert "above its own" in judge(instance, inventory.key, dict(good, bound=good["objective"] + 1)).false[0]


def test_a_plan_that_takes_longer_is_worth_less(plans: Plans) -> None:
    instance, inventory, good = plans["canals"]
    late = copy.deepcopy(good)
    last = max(late["moves"], key=lambda move: move["cutover"])
    for edge in ("start", "cutover"):
        last[edge] = label(solvers.judge._ordinal(last[edge]) + 3)
    verdict = judge(instance, inventory.key, dict(late, objective=Decimal(8)))
    assert (verdict.faults, verdict.false, verdict.value) == ((), (), 8)


# -- claims, marks, the way out ---------------------------------------------------------------------


ROADS_CASE = Case("own", "roads", Path(), "rcpsp-mm", Decimal(11))
MARKET_CASE = Case("own", "market", Path(), "mknap", Decimal(323))
CASTLES_CASE = Case("own", "castles", Path(), "rcpsp-mm", None, impossible=True)


@pytest.mark.parametrize(
    ("result", "what"),
    [
        (Result(ROADS_CASE, value=Decimal(12), claims_best=True), "says 12 the best"),
        (Result(ROADS_CASE, value=Decimal(12), bound=Decimal("11.5")), "bound 11.5 beyond"),
        (Result(ROADS_CASE, value=Decimal(10)), "better than the proven best"),
        (Result(ROADS_CASE, code=3, claims_best=True), "says no plan"),
        (Result(MARKET_CASE, value=Decimal(322), claims_best=True), "says 322 the best"),
        (Result(MARKET_CASE, value=Decimal(322), bound=Decimal("322.5")), "bound 322.5 beyond"),
        (Result(CASTLES_CASE, value=Decimal(9)), "where there can be none"),
        (Result(ROADS_CASE, value=Decimal(11), bound=Decimal(11), claims_best=True), None),
        (Result(ROADS_CASE, value=Decimal(12), bound=Decimal(10)), None),
        (Result(MARKET_CASE, value=Decimal(322), bound=Decimal("323.2")), None),
        (Result(CASTLES_CASE, code=3, claims_best=True), None),
    ],
)
def test_false_claims_are_found(result: Result, what: str | None) -> None:
    result.hold_against_the_table()
    assert len(result.false) == (what is not None), result.false
    assert what is None or what in result.false[0]


def test_an_impossible_case_is_only_reached_by_naming_a_pot() -> None:
    assert not Result(CASTLES_CASE, code=3, claims_best=True).reached
    assert Result(CASTLES_CASE, code=3, claims_best=True, names_pot=True).reached
    assert not Result(CASTLES_CASE, code=4).reached


def test_marks_are_measured_over_all_their_classes() -> None:
    both = next(mark for mark in MARKS if mark.classes == ("m2", "n0", "c21"))
    cases = [Case(group, "x", Path(), "rcpsp-mm", Decimal(10)) for group in ("m2", "c21", "j10")]
    measured = both.reading([Result(case, value=Decimal(v)) for case, v in zip(cases, (10, 11, 99), strict=True)])
    assert measured == 0.5
    assert not both.met(0.5)
    assert both.met(0.98)
    far = next(mark for mark in MARKS if mark.what == "mean gap")
    assert far.met(0.03)
    assert not far.met(0.031)


@pytest.mark.parametrize("name", ["castles", "roads"])
def test_what_is_lacking_is_exact(name: str) -> None:
    project = instance_of(case_of(name))
    assert isinstance(project, Project)
    free = Project(project.name, project.modes, project.after, project.renewable, (999, 999))
    totals = [
        [sum(mode.nonrenewable[k] for mode in chosen.values()) for k in (0, 1)]
        for chosen in everything_tried.choices(free)
    ]
    over = [[max(t - limit, 0) for t, limit in zip(total, project.nonrenewable, strict=True)] for total in totals]
    found = money.lack(project)
    assert found.together == min(map(sum, over))
    assert found.alone == tuple(min(short[k] for short in over if short[1 - k] == 0) for k in (0, 1))
    assert money.suffices(project, [Decimal(found.alone[0] or 0), Decimal(0)])
    assert money.suffices(project, [Decimal(0), Decimal(0)]) == (name == "roads")


def test_the_lines_of_a_way_out_are_read() -> None:
    said = (
        "these rules cannot be met together:\nrelax: pot n01 2016/17 +4 = 22\nrelax: pot n02 2017/18 Q1 +0.5 = 18.5\n"
    )
    assert money.way_out(said) == money.WayOut({"n01": Decimal(4), "n02": Decimal("0.5")}, Decimal("4.5"), ())
    more = money.way_out(said + "relax: horizon +2 = 2020/21 Q2\nrelax: role r01 2017/18 Q2 +1 = 6\n")
    assert more.price == Decimal("200604.5")
    assert more.others == ("horizon", "role")
    with pytest.raises(ValueError, match="cannot be read"):
        money.way_out("relax: pot n01\n")


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ("relax: pot n01 2016/17 +1 = 19", "does not lead out"),
        ("relax: pot n03 2016/17 +9 = 19", "pots that there are not"),
    ],
)
def test_a_wrong_way_out_is_found(
    lines: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = solvers.Ended(3, "", lines + "\n", 0.0, 0.0, 0.0)
    monkeypatch.setattr(solvers, "execute", lambda *_: ended)
    assert run.main([str(OWN), "--instance", "castles"]) == 1
    assert what in capsys.readouterr().out


def test_a_crash_counts_as_a_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(solvers, "execute", lambda *_: solvers.Ended(70, "", "a fault of ours", 0.0, 0.0, 0.0))
    assert run.main([str(OWN), "--instance", "walls"]) == 1
    assert "exit code 70: a fault of ours" in capsys.readouterr().out


def test_running_out_of_time_is_no_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(solvers, "execute", lambda *_: solvers.Ended(4, "", "", 0.0, 60.0, 0.0))
    assert run.main([str(OWN), "--instance", "walls"]) == 0
    assert "NOT reached" in capsys.readouterr().err


@pytest.mark.parametrize("table", [None, "class,instance\nx,y\n", "class,instance,file,kind,best_known\na,b,c,tsp,1\n"])
def test_a_folder_without_a_proper_table_is_refused(
    table: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if table is not None:
        (tmp_path / "optima.csv").write_text(table)
    assert run.main([str(tmp_path)]) == 2
    assert "optima.csv" in capsys.readouterr().err


def test_classes_and_limits_choose_cases() -> None:
    wanted = run.parser().parse_args([str(OWN), "--limit", "1", "--instance", "market", "--class", "own"])
    assert [case.pots for case in run.chosen(list(CASES.values()), wanted)] == [False, True]
    wanted = run.parser().parse_args([str(OWN), "--class", "j10"])
    assert run.chosen(list(CASES.values()), wanted) == []


@pytest.mark.skipif(importlib.util.find_spec("ortools") is None, reason="OR-Tools is an extra")
@pytest.mark.parametrize("name", ["roads", "depots", "market", "castles"])
def test_cp_sat_finds_the_same(name: str, tmp_path: Path) -> None:
    """In a process of its own: it cannot be loaded beside HiGHS."""
    result = solvers.run_cpsat(case_of(name), solvers.Settings(time_limit=10), tmp_path)
    assert (result.faults, result.false) == ([], [])
    assert result.proved
    assert result.value == case_of(name).best


def test_the_table_of_our_own_names_every_file() -> None:
    with (OWN / "optima.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["file"] for row in rows} == {p.name for p in OWN.iterdir() if p.is_file() and p.suffix != ".py"} - {
        "optima.csv"
    }
    assert all(row["kind"] in results.KINDS for row in rows)


def test_the_command_says_how_it_is_used() -> None:
    said = subprocess.run(
        [sys.executable, str(BENCHMARKS / "public" / "run.py"), "--help"], capture_output=True, text=True, check=True
    )
    assert "--relabel" in said.stdout
