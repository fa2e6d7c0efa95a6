"""``plan --prefer``: takes a plan near the best and says so; and the line that another leaves less unsupported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_inventories
from commands import Call

import consolidate
from consolidate.errors import OutOfTime
from consolidate.inventory import Inventory
from consolidate.planning import PlanResult
from consolidate.preferring import PreferredPlan

PROGRAMME = """
programme: Small
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 0}}
roles: {dba: {days: 10}}
approaches:
  rehost: {medium: {quarters: 1, effort: {dba: 10}}}
"""
SYSTEMS = """
one:
  run_cost: 4000
  tier: gold
  end_of_life: 2016/17 Q1
  options: [{approach: rehost, end_of_life: never, run_cost: 0}]
two: {run_cost: 4400, options: [{approach: rehost, run_cost: 0}]}
three: {run_cost: 4_000_000, options: [{approach: retain}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The dba moves one system a quarter: `two` first is £100 cheaper, and `one` is then unsupported for a quarter."""
    return small_inventories.write(tmp_path / "inventory", PROGRAMME, SYSTEMS)


def _plan(folder: Path, out: Path) -> dict[str, object]:
    data = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def test_a_plan_within_the_gap_that_leaves_less_unsupported_is_told(call: Call, folder: Path, tmp_path: Path) -> None:
    said = call("plan", folder, "--out", tmp_path / "out")
    assert said.code == 0
    assert said.out.splitlines()[-1] == (
        "Another plan within the gap leaves 0 systems unsupported, not 1, and costs £100 more: see "
        "`consolidate alternatives`."
    )
    assert "prefer" not in _plan(folder, tmp_path / "out")


def test_a_plan_that_leaves_less_unsupported_and_is_no_dearer_is_the_plan(
    call: Call, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first plan within the gap, in which the dba idles for three quarters, and both systems wait."""
    real = consolidate.make_plan
    monkeypatch.setattr(consolidate, "make_plan", lambda *given, **named: _later(*given, real(*given, **named)), False)
    said = call("plan", folder, "--gap", "3%", "--out", tmp_path / "out")
    assert said.code == 0
    assert "within the gap" not in said.out
    plan = _plan(folder, tmp_path / "out")
    data = consolidate.load(folder)
    best = real(data, gap=0)
    assert plan["objective"] == pytest.approx(best.objective + 100)
    assert plan["bound"] == best.bound
    assert (plan["status"], plan.get("prefer")) == ("within_gap", None)
    assert consolidate.verify_plan(data, consolidate.load_plan(folder, tmp_path / "out" / "plan.json")[1]).ok


def test_with_all_scenarios_it_is_the_plan_as_well(
    call: Call, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = consolidate.make_plan

    def late(*given: Any, **named: Any) -> PlanResult:
        return _later(*given, real(*given, **named))

    monkeypatch.setattr(consolidate, "make_plan", late, False)
    monkeypatch.setattr("consolidate.parallel.plans.make_plan", late)
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "other.yaml").write_text("scenario: other\n", encoding="utf-8")
    together, alone = tmp_path / "together", tmp_path / "alone"
    assert call("plan", folder, "--gap", "3%", "--all-scenarios", "--workers", "1", "--out", together).code == 0
    assert call("plan", folder, "--gap", "3%", "--out", alone).code == 0
    assert call("plan", folder, "--gap", "3%", "--scenario", "other", "--out", alone / "other").code == 0
    for name in ("plan.json", "other/plan.json"):
        assert (together / name).read_bytes() == (alone / name).read_bytes()
    inventory = consolidate.load(folder)
    [attempt] = consolidate.plan_many([inventory], consolidate.PlanOptions(gap=0.03, look_for_support=True))
    text = consolidate.to_json(attempt.result.plan, inventory.calendar)
    assert text == (alone / "plan.json").read_text(encoding="utf-8")


def test_the_look_for_less_unsupported_ends_with_the_time_limit(
    call: Call, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took as long as it took: 45 seconds of 280 systems, whatever the limit."""
    real, heard = consolidate.fewer_unsupported, []

    def asked(*given: Any, **named: Any) -> PreferredPlan | None:
        heard.append(named["time_limit"])
        return real(*given, **{**named, "time_limit": 0})

    monkeypatch.setattr(consolidate, "fewer_unsupported", asked, False)
    monkeypatch.setattr("consolidate.parallel.plans.fewer_unsupported", asked)
    said = call("plan", folder, "--time-limit", "50", "--out", tmp_path / "one")
    assert (said.code, "within the gap" in said.out) == (0, False)
    every = ("--all-scenarios", "--workers", "1")
    assert call("plan", folder, "--time-limit", "50", *every, "--out", tmp_path / "all").code == 0
    assert len(heard) == 2
    assert all(0 < seconds < 50 for seconds in heard)


def _later(data: Inventory, result: PlanResult) -> PlanResult:
    """The result with its moves three quarters later, as a search that is ended early might leave them."""
    moves = tuple(
        replace(one, start=one.start + 3, cutover=one.cutover + 3, last=one.last + 3) for one in result.plan.moves
    )
    books = consolidate.verify_plan(data, replace(result.plan, moves=moves)).ledger
    total = books.total
    plan = replace(
        result.plan,
        moves=moves,
        costs=books.costs.as_json(),
        objective=total,
        status="within_gap",
        gap=1 - result.bound / total,
        savings_gap=None,
    )
    return PlanResult(**{**vars(result), "plan": plan, "verdict": consolidate.verify_plan(data, plan)})


@pytest.mark.parametrize("gap", ["0", "0.0001%"])
def test_nothing_is_told_of_a_plan_that_is_not_within_the_gap(
    call: Call, folder: Path, tmp_path: Path, gap: str
) -> None:
    said = call("plan", folder, "--gap", gap, "--out", tmp_path / "out")
    assert said.code == 0
    assert "within the gap" not in said.out


def test_a_preferred_plan_is_taken_and_says_so(call: Call, folder: Path, tmp_path: Path) -> None:
    """Its gap is honest: to the bound of the cost, which the best plan has."""
    call("plan", folder, "--out", tmp_path / "best")
    said = call("plan", folder, "--prefer", "support", "--within", "0.5%", "--out", tmp_path / "out")
    assert said.code == 0
    assert said.out.splitlines()[-1] == (
        "PREFERRED  support: tier gold 1 -> 0, £100 dearer than the plan found first; that no plan so near has less is "
        "proven."
    )
    best, plan = _plan(folder, tmp_path / "best"), _plan(folder, tmp_path / "out")
    assert (plan["prefer"], plan["within"]) == ("support", 0.005)
    assert plan["bound"] == best["bound"]
    assert plan["status"] == "within_gap"
    assert plan["objective"] == pytest.approx(best["objective"] + 100)  # type: ignore[operator]
    assert plan["gap"] == pytest.approx(100 / plan["objective"])  # type: ignore[operator]
    path = tmp_path / "out" / "plan.json"
    verified = call("verify", path, "--inventory", folder)
    assert verified.code == 0
    assert f"{path}: is not the cheapest: support was preferred, at up to 0.500% more\n" in verified.out
    data, made = consolidate.load_plan(folder, path)
    assert consolidate.to_json(made, data.calendar) == path.read_text(encoding="utf-8")


def test_a_preferred_plan_can_be_approved(call: Call, folder: Path, tmp_path: Path) -> None:
    call("plan", folder, "--prefer", "support", "--within", "0.5%", "--out", tmp_path / "out")
    assert call("approve", tmp_path / "out" / "plan.json", "--inventory", folder, "--by", "the Board").code == 0
    said = call("plan", folder, "--prefer", "approved", "--within", "0.5%", "--out", tmp_path / "again")
    assert said.code == 0
    first, second = _plan(folder, tmp_path / "out"), _plan(folder, tmp_path / "again")
    assert second["moves"] == first["moves"]
    assert second["prefer"] == "approved"


def test_where_the_best_plan_has_it_already(call: Call, folder: Path, tmp_path: Path) -> None:
    said = call("plan", folder, "--prefer", "capital", "--out", tmp_path / "out")
    assert said.code == 0
    assert (
        said.out.splitlines()[-1]
        == "PREFERRED  capital: as the plan found first; that no plan so near has less is proven."
    )
    assert _plan(folder, tmp_path / "out")["status"] == "optimal"


def test_out_of_time_the_best_plan_is_written(
    call: Call, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*given: object, **named: object) -> None:
        raise OutOfTime

    monkeypatch.setattr(consolidate, "prefer", late, raising=False)
    said = call("plan", folder, "--prefer", "support", "--out", tmp_path / "out")
    assert said.code == 0
    assert said.out.splitlines()[-1].startswith("PREFERRED  support: the search ended before it was looked for")
    assert "prefer" not in _plan(folder, tmp_path / "out")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prefer": "cheap"}, "prefer: the plan says cheap; it is one of support, capital"),
        ({"prefer": "approved"}, "prefer: the plan says approved, and no plan is approved"),
        ({"within": None}, "within: the plan says None; it is a share from 0 to 1, and there only beside prefer"),
        ({"within": 3.0}, "within: the plan says 3.0"),
        ({"prefer": None}, "within: the plan says 0.005"),
    ],
)
def test_a_wrong_claim_is_found(
    call: Call, folder: Path, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    call("plan", folder, "--prefer", "support", "--within", "0.5%", "--out", tmp_path / "out")
    path = tmp_path / "out" / "plan.json"
    path.write_text(json.dumps({**_plan(folder, tmp_path / "out"), **change}), encoding="utf-8")
    said = call("verify", path, "--inventory", folder)
    assert said.code == 1
    assert message in said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--prefer", "cheap"), "--prefer 'cheap': of this inventory may be preferred support, capital, calm, finish"),
        (("--prefer", "approved"), "--prefer 'approved': of this inventory may be preferred support, capital, calm"),
        (("--prefer", "calm", "--within", "x"), "--within: 'x' is no share; write a percentage as 0.1%"),
        (("--prefer", "calm", "--all-scenarios"), "--prefer is for one plan and --all-scenarios makes several"),
    ],
)
def test_what_is_refused(call: Call, folder: Path, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    said = call("plan", folder, "--out", tmp_path / "out", *arguments)
    assert said.code == 2
    assert message in said.err
    assert not (tmp_path / "out" / "plan.json").exists()
