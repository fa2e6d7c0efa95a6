"""`verify` notices whatever was done to a plan.json, and `roadmap` draws what keeps the rules."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small_inventories
from commands import Call

Change = Callable[[dict[str, Any]], object]


def doctored(planned: Path, tmp_path: Path, change: Change) -> Path:
    """A copy of the plan with something changed in it."""
    data = json.loads((planned / "outputs" / "plan.json").read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


# -- verify ---------------------------------------------------------------------------------------


def test_verify(planned: Path, call: Call) -> None:
    said = call("verify", planned / "outputs" / "plan.json", "--inventory", planned / "inventory")
    assert said.code == 0
    assert "keeps every rule, and every figure agrees" in said.out
    assert call("verify", "--out", planned / "outputs", "--inventory", planned / "inventory") == said


def test_a_folder_with_a_plan_stands_for_the_plan(
    planned: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In either order, and alone where the inventory goes without saying; of two folders `diff` takes the plans."""
    inventory, out = planned / "inventory", planned / "outputs"
    whole = call("verify", out / "plan.json", inventory)
    assert call("verify", out, inventory) == call("verify", inventory, out) == whole
    assert call("diff", out, out / "plan.json", "--inventory", inventory).code == 0
    monkeypatch.chdir(planned)
    assert call("verify", "outputs").out.startswith("outputs/plan.json: keeps every rule")
    said = call("plan", "outputs", "--out", tmp_path)
    assert (said.code, said.err) == (
        2,
        "consolidate: there is a plan in `outputs`, and no inventory; name the folder of programme.yaml\n",
    )
    said = call("plan", planned, "--out", tmp_path)
    assert (said.code, said.err) == (
        2,
        f"consolidate: there is no inventory in `{planned}`; did you mean `{planned}/inventory`?\n",
    )


def test_one_figure_is_one(planned: Path, tmp_path: Path, call: Call) -> None:
    path = doctored(planned, tmp_path, lambda data: data["costs"].update(capital=data["costs"]["capital"] + 1))
    said = call("verify", path, planned / "inventory")
    assert said.err.endswith("plan.json: rejected: 0 rules broken, 1 figure wrong\n")


@pytest.mark.parametrize("name", ["certificate.json", "timings.json"])
def test_another_file_is_no_plan(planned: Path, call: Call, name: str) -> None:
    said = call("verify", planned / "outputs" / name, planned / "inventory")
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith(f"{name}: not a plan; give a plan.json that `consolidate plan` wrote\n")


@pytest.mark.parametrize("command", ["verify", "roadmap"])
def test_a_plan_of_another_inventory_is_refused_in_one_line(
    planned: Path, tmp_path: Path, call: Call, command: str
) -> None:
    other = small_inventories.write(tmp_path / "other", systems="email: {}")
    said = call(command, planned / "outputs" / "plan.json", "--inventory", other, "--out", tmp_path / "out")
    assert said.code == 1
    (line,) = said.err.splitlines()
    assert "is a plan of another inventory" in line
    assert "Small" in line
    assert "--inventory" in line


def test_an_inventory_that_has_changed_is_not_another_one(planned: Path, tmp_path: Path, call: Call) -> None:
    inventory = shutil.copytree(planned / "inventory", tmp_path / "inventory")
    programme = inventory / "programme.yaml"
    programme.write_text(programme.read_text(encoding="utf-8") + "stability: 1\n", encoding="utf-8")
    said = call("verify", planned / "outputs" / "plan.json", "--inventory", inventory)
    assert said.code == 1
    assert "inventory: it has changed since this plan was made" in said.err
    assert "another inventory (" not in said.err


def move(number: int, key: str, value: object) -> Change:
    return lambda data: data["moves"][number].__setitem__(key, value)


def put(key: str, value: object) -> Change:
    return lambda data: data.__setitem__(key, value)


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        (move(0, "system", "p/ghost"), "p/ghost"),
        (move(0, "option", 99), "option"),
        (move(0, "option", -1), "option"),
        (move(0, "approach", "retire"), "retire"),
        (move(0, "to", "payroll"), "payroll"),
        (move(0, "step", 2), "step"),
        (move(0, "start", "2019/20 Q4"), "from its start it is"),
        (move(0, "start", "2016/17"), r"moves\[0\]\.start: write a quarter"),
        (move(0, "cutover", "2017/18 Q4"), "cutover|cuts over"),
        (move(0, "last", "2019/20 Q4"), "last"),
        (lambda data: data["moves"].append(dict(data["moves"][0])), "p/"),
        (lambda data: data["moves"].pop(), "p/"),
        (lambda data: data["stays"].append({"system": "p/ghost", "approach": "retain"}), "p/ghost"),
        (put("stays", [{"system": "p/library", "approach": "refresh"}]), "refresh|library"),
        (lambda data: data["builds"].append({"service": "x", "start": "2016/17 Q1", "ready": "2016/17 Q2"}), "x"),
        (
            lambda data: data["agency"].append({"role": "engineer", "quarter": "2017/18 Q4", "days": 5}),
            "agency|engineer",
        ),
        (
            lambda data: data["agency"].append({"role": "nobody", "quarter": "2017/18 Q4", "days": 5}),
            "nobody",
        ),
        (lambda data: data["costs"].__setitem__("run", data["costs"]["run"] + 1), "costs: the plan says run"),
        (lambda data: data["costs"].pop("capital"), "costs: capital is missing"),
        (lambda data: data["costs"].__setitem__("bribes", 1), "there is no kind bribes"),
        (lambda data: data.__setitem__("objective", data["objective"] - 1), "objective"),
        (lambda data: data.__setitem__("bound", data["objective"] * 2), "bound"),
        (put("objective", float("nan")), "objective: must be a number"),
        (put("bound", float("-inf")), "bound: must be a number"),
        (put("objective", "12"), "objective: must be a number"),
        (put("gap", 0.5), "gap"),
        (put("savings_gap", 0.5), "savings_gap"),
        (put("status", "splendid"), "status"),
        (put("status", "feasible"), "status"),
        (put("inventory", "0" * 64), "inventory"),
        (put("programme", "Another"), "programme"),
        (put("approved", "0" * 64), "approved"),
        (put("progress", "0" * 64), "progress"),
        (put("format", 2), "format: must be 1"),
        (put("moves", 3), "moves: must be a list of objects"),
        (put("costs", []), "costs"),
    ],
)
def test_verify_notices(planned: Path, tmp_path: Path, call: Call, change: Change, noticed: str) -> None:
    path = doctored(planned, tmp_path, change)
    said = call("verify", path, "--inventory", planned / "inventory")
    assert said.code == 1, said
    assert said.out == ""
    assert all(line.startswith((f"{path}: ", f"consolidate: {path}: ")) for line in said.err.splitlines())
    assert re.search(noticed, said.err), said.err


@pytest.mark.parametrize("scenario", ["ghost", "../programme", ""])
def test_verify_a_plan_of_a_scenario_that_is_not_there(
    planned: Path, tmp_path: Path, call: Call, scenario: str
) -> None:
    path = doctored(planned, tmp_path, put("scenario", scenario))
    said = call("verify", path, "--inventory", planned / "inventory")
    assert said.code == 1
    assert said.err.startswith(f"consolidate: {path}: scenario: the plan says ")


def test_verify_gives_a_terminal_no_orders(planned: Path, tmp_path: Path, call: Call) -> None:
    orders = "\x1b[31m\x7f\x9b\u202e"
    path = doctored(planned, tmp_path, lambda data: data["moves"][0].__setitem__("system", f"p/{orders}ŵ"))
    said = call("verify", path, "--inventory", planned / "inventory")
    assert said.code == 1
    assert "p/\\x1b[31m\\x7f\\x9b\\u202eŵ is not a system" in said.err
    assert not set(orders[:1] + orders[5:]) & set(said.err)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "null", '"plan"', "{}", '{"format": 1}', "[" * 100_000, '{"format": 1%s}' % ("0" * 9_999)],
)  # fmt: skip
def test_verify_what_is_no_plan(planned: Path, tmp_path: Path, call: Call, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    for command in ("verify", "roadmap"):
        said = call(command, path, "--inventory", planned / "inventory", "--out", tmp_path / "out")
        assert said.code == 1
        assert said.err.startswith(f"consolidate: {path}: ")
        assert said.err.count("\n") == 1


# -- roadmap -------------------------------------------------------------------------------------


def test_roadmap_draws_again(planned: Path, tmp_path: Path, call: Call) -> None:
    plan = planned / "outputs" / "plan.json"
    said = call("roadmap", plan, "--inventory", planned / "inventory", "--out", tmp_path)
    assert said.code == 0, said.err
    names = ["dependencies.svg", "map.svg", "roadmap.gv", "roadmap.png", "roadmap.svg"]
    assert said.out.splitlines() == [str(tmp_path / name) for name in names]
    for name in names:
        if not name.endswith("png"):
            assert (tmp_path / name).read_bytes() == (planned / "outputs" / name).read_bytes()


def test_roadmap_draws_no_plan_that_breaks_a_rule(planned: Path, tmp_path: Path, call: Call) -> None:
    path = doctored(planned, tmp_path, lambda data: data["moves"].pop())
    said = call("roadmap", path, "--inventory", planned / "inventory", "--out", tmp_path / "out")
    assert said.code == 1
    assert "breaks a rule" in said.err
    assert f"consolidate verify {path}" in said.err
    assert not (tmp_path / "out").exists()


def test_roadmap_draws_plateaus_too(planned: Path, tmp_path: Path, call: Call) -> None:
    plan, named = planned / "outputs" / "plan.json", ("--inventory", planned / "inventory")
    said = call("roadmap", plan, *named, "--out", tmp_path, "--plateaus", "2017/18 Q4, 2016/17 Q2,")
    assert said.code == 0, said.err
    plateaus = [line for line in said.out.splitlines() if Path(line).name.startswith("plateaus")]
    assert plateaus == [str(tmp_path / f"plateaus.{kind}") for kind in ("gv", "png", "svg")]
    assert "End of 2016/17 Q2" in (tmp_path / "plateaus.svg").read_text(encoding="utf-8")
    wrong = call("roadmap", plan, *named, "--out", tmp_path / "out", "--plateaus", "2017")
    assert (wrong.code, wrong.err.splitlines()) == (
        2,
        ["consolidate: --plateaus '2017': write a quarter as 2016/17 Q1, or a date as 2018-03-31"],
    )
    assert not (tmp_path / "out").exists()
