"""The generator of large inventories, the rivals that the planner is measured against, and the tables."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bench
import brute_force
import generate
import measure
import pytest
from generate import Hardness
from rivals import judge, waves
from rivals.plain_pulp import Plain
from rivals.strong import Strong
from small_inventories import write

from consolidate.accounts.ledger import ledger
from consolidate.accounts.verdict import violations
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.optimizer import optimize
from consolidate.plan import Plan, Stay, from_json, to_json

FOLDER = Path(__file__).parents[2] / "benchmarks"
STARTER = Path(__file__).parents[2] / "consolidate" / "data" / "starter"
VARIANTS = (
    Hardness(),
    Hardness(capital_tight=True),
    Hardness(staff_tight=True),
    Hardness(twice_links=True),
    Hardness(many_services=True),
    Hardness(True, True, True, True),
)

# -- the generator --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("systems", "seed", "hard"),
    [
        (20, 1, Hardness()),
        (20, 2, Hardness(capital_tight=True, twice_links=True)),
        (30, 3, Hardness(staff_tight=True)),
        (40, 4, Hardness(twice_links=True)),
        (30, 5, Hardness(many_services=True)),
    ],
)
def test_generated_inventory_has_a_plan(systems: int, seed: int, hard: Hardness, tmp_path: Path) -> None:
    generate.write(tmp_path, systems, seed, hard)
    inventory = load(tmp_path)
    assert len(inventory.systems) == systems
    plan = optimize(inventory, gap=0.5).plan
    assert violations(inventory, plan) == ()
    assert brute_force.broken(inventory, plan) == []
    assert plan.moves


@pytest.mark.parametrize("systems", [20, 97, 200, 1_000, 15_000])
def test_generator_writes_as_many_systems_as_asked(systems: int) -> None:
    files = generate.Generator(systems, 1).files()
    assert sum(text.count("\n    capability: ") for text in files.values()) == systems


def test_same_arguments_give_the_same_files() -> None:
    one, same, other = (generate.Generator(120, seed).files() for seed in (5, 5, 6))
    assert one == same
    assert one != other
    assert len({str(generate.Generator(120, 5, hard).files()) for hard in VARIANTS}) == len(VARIANTS)


def test_partners_can_be_given() -> None:
    names = [name for name in generate.Generator(120, 1, partners=5).files() if name.startswith("partners/")]
    assert len(names) == 5


RULES: dict[str, Callable[[Inventory], object]] = {
    "two steps": lambda i: any(o.then for s in i.systems.values() for o in s.options),
    "parallel run": lambda i: any(o.first.parallel_run for s in i.systems.values() for o in s.options),
    "refresh": lambda i: any(o.approach == "refresh" for s in i.systems.values() for o in s.options),
    "retire": lambda i: any(o.approach == "retire" for s in i.systems.values() for o in s.options),
    "one-off": lambda i: any(o.first.one_off for s in i.systems.values() for o in s.options),
    "end of life of what it leads to": lambda i: any(
        o.first.end_of_life is not None and o.approach == "rehost" for s in i.systems.values() for o in s.options
    ),
    "effort that is not spread evenly": lambda i: any(
        len(set(days)) > 1 for s in i.systems.values() for o in s.options for days in o.first.effort.values()
    ),
    "several services to choose from": lambda i: any(
        len({o.first.to for o in s.options if o.first.to}) > 1 for s in i.systems.values()
    ),
    "needs besides its service": lambda i: any(
        set(o.first.needs) - {o.first.to} for s in i.systems.values() for o in s.options
    ),
    "must move": lambda i: any(s.must_move for s in i.systems.values()),
    "earliest": lambda i: any(s.earliest for s in i.systems.values()),
    "latest": lambda i: any(s.latest is not None for s in i.systems.values()),
    "after": lambda i: any(s.after for s in i.systems.values()),
    "look-up of end of life": lambda i: any(s.product and s.end_of_life is not None for s in i.systems.values()),
    "extended support": lambda i: any(s.extended_support for s in i.systems.values()),
    "contract with a way out": lambda i: any(s.contract and s.contract.exit for s in i.systems.values()),
    "contract without one": lambda i: any(s.contract and s.contract.exit is None for s in i.systems.values()),
    "interfaces by both sides": lambda i: any(
        key in [back.other for back in i.systems[link.other].interfaces]
        for key, s in i.systems.items()
        for link in s.interfaces
    ),
    "classification": lambda i: len({s.classification for s in i.systems.values()}) > 1,
    "accreditation": lambda i: any(v.accredited_to == "official" for v in i.services.values()),
    "service with needs": lambda i: any(v.needs for v in i.services.values()),
    "service that exists": lambda i: any(v.build is None for v in i.services.values()),
    "service that is bought": lambda i: any(v.build and v.build.quarters == 0 for v in i.services.values()),
    "service with an earliest quarter": lambda i: any(v.earliest for v in i.services.values()),
    "capacity": lambda i: any(v.capacity for v in i.services.values()),
    "cost by user": lambda i: any(v.run_cost_per_user for v in i.services.values()),
    "cost by system": lambda i: any(v.run_cost_per_system for v in i.services.values()),
    "agency": lambda i: any(any(r.agency_days) for r in i.roles.values()),
    "days by quarter": lambda i: any(r.days and len(set(r.days)) > 2 for r in i.roles.values()),
    "role without limit": lambda i: any(r.days is None for r in i.roles.values()),
    "carry forward": lambda i: any(p.carry_forward for p in i.pots.values()),
    "pot by year alone": lambda i: any(not p.carry_forward for p in i.pots.values()),
    "pot by quarter": lambda i: any(len(period.quarters) == 1 for p in i.pots.values() for period in p.periods),
    "freeze of work": lambda i: any(f.stops_work for f in i.freezes),
    "freeze of cutovers": lambda i: any(not f.stops_work for f in i.freezes),
    "limits": lambda i: len({len(limit.who.systems) for limit in i.limits}) > 1,
    "milestones": lambda i: len({len(milestone.who.systems) for milestone in i.milestones}) > 1,
    "together": lambda i: i.together,
    "targets": lambda i: i.targets,
}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    folder = tmp_path_factory.mktemp("generated")
    generate.write(folder, 200, 1)
    return load(folder)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_in_a_generated_inventory(rule: str, generated: Inventory) -> None:
    assert RULES[rule](generated)


# -- rivals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hard", VARIANTS)
def test_waves_keep_every_rule(hard: Hardness, tmp_path: Path) -> None:
    generate.write(tmp_path, 120, 1, hard)
    inventory = load(tmp_path)
    plan = waves.plan(inventory)
    assert violations(inventory, plan) == ()
    assert brute_force.broken(inventory, plan) == []
    assert plan.moves


def test_waves_put_what_is_waited_for_first_and_what_exchanges_data_together(tmp_path: Path) -> None:
    systems = """
      one: {run_cost: 1000, after: [two]}
      two: {run_cost: 100}
      three: {run_cost: 1000, interfaces: [{with: four, cost: 1}]}
      four: {run_cost: 900, interfaces: [{with: three, cost: 1}]}
      five: {run_cost: 800}
    """
    programme = """
    programme: Small
    horizon: {from: 2016/17 Q1, to: 2016/17 Q4}
    appraise_to: 2019/20 Q4
    approaches: {rehost: {medium: {run_cost: 50%}}, retain: {}}
    limits: [{moves: 2}]
    """
    inventory = load(write(tmp_path, programme, systems))
    plan = waves.plan(inventory)
    when = {move.system: move.cutover for move in plan.moves}
    assert violations(inventory, plan) == ()
    assert when["p/two"] < when["p/one"]
    assert when["p/three"] == when["p/four"]
    assert len(when) == 5


@pytest.mark.parametrize("kind", [Plain, Strong])
def test_rival_models_agree_with_the_ledger_and_with_us(kind: type) -> None:
    import pulp

    inventory = load(STARTER)
    model = kind(inventory)
    model.problem.solve(pulp.HiGHS(msg=False, gapRel=0, threads=1))
    plan = model.plan()
    best = optimize(inventory, gap=0).plan
    assert violations(inventory, plan) == ()
    assert ledger(inventory, plan).total == pytest.approx(best.objective, abs=0.05)
    assert pulp.value(model.problem.objective) == pytest.approx(best.objective, abs=0.05)


def test_plain_model_prices_every_rule_as_the_ledger_does(tmp_path: Path) -> None:
    import pulp

    generate.write(tmp_path, 20, 1)
    inventory = load(tmp_path)
    model = Plain(inventory)
    model.problem.solve(pulp.HiGHS(msg=False, gapRel=0.2, threads=1))
    plan = model.plan()
    assert violations(inventory, plan) == ()
    assert ledger(inventory, plan).total == pytest.approx(pulp.value(model.problem.objective), rel=1e-7)


def test_cpsat_finds_the_same_optimum_in_a_process_of_its_own(tmp_path: Path) -> None:
    if importlib.util.find_spec("ortools") is None:
        pytest.skip("OR-Tools is not installed")
    command = [sys.executable, str(FOLDER / "rivals" / "run.py"), "cpsat", str(STARTER), str(tmp_path), "--gap", "0"]
    subprocess.run([*command, "--time-limit", "300"], check=True)
    inventory = load(STARTER)
    plan = from_json((tmp_path / "plan.json").read_text(encoding="utf-8"), inventory.calendar, "plan.json")
    best = optimize(inventory, gap=0).plan
    assert violations(inventory, plan) == ()
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["said"] == "OPTIMAL"
    assert ledger(inventory, plan).total == pytest.approx(best.objective, abs=0.05)


def test_judge_says_which_rule_a_plan_breaks(tmp_path: Path) -> None:
    folder = write(tmp_path / "inventory", systems="one: {run_cost: 100, must_move: yes}")
    path = tmp_path / "plan.json"
    path.write_text(to_json(Plan((), (Stay("p/one"),), (), ()), load(folder).calendar), encoding="utf-8")
    found = judge.judged(folder, path)
    assert found["broken"] == ["option"]
    assert found["systems"] == 1
    assert found["as_it_is"] > 90
    rejected = measure.found("x", found, 1.0, 1.0, measure.Ran(0, 1.0, 1.0, ""), "said so", {})
    assert rejected.cost is None
    assert rejected.note == "rejected, 1 times: option; said so"


# -- tables -----------------------------------------------------------------------------------------


def of(name: str, systems: int, cost: float | None, bound: float | None, seconds: float) -> measure.Found:
    phases = {"load": seconds / 10, "solve": seconds}
    return measure.Found(name, systems, 200.0, cost, bound, seconds, 2 * seconds, 10.0, "done", phases)


def test_tables_are_as_wide_as_their_cells() -> None:
    text = bench.table(["a", "b"], [["a long name", "y"]])
    assert len({len(line) for line in text.splitlines()}) == 1
    assert text.count("\n") == 2


def test_rivals_are_told_as_ratios() -> None:
    text = bench.rival_table(of("ours", 10, 100.0, 99.0, 2.0), [of("theirs", 10, 110.0, 88.0, 200.0)])
    row = [cell.strip() for cell in text.splitlines()[-1].split("|")]
    assert row[1:10] == ["theirs", "110", "1.1000", "11.11%", "20.000%", "19.64%", "20", "200.0", "100"]


def test_growth_is_told_as_an_exponent() -> None:
    rows = [of("ours", size, 100.0, 99.0, size / 100) for size in (100, 1_000, 10_000)]
    text = bench.growth_table(rows)
    solve = next(line for line in text.splitlines() if "solve" in line)
    assert solve.split("|")[-2].strip() == "1.00"
    assert measure.exponent([10, 100], [5, 5]) == 0.0
    assert measure.exponent([10, 100], [0, 5]) is None


def test_shares_of_time_add_up() -> None:
    row = bench.share_table([of("ours", 10, 100.0, 99.0, 2.0)]).splitlines()[-1]
    assert sum(int(cell.strip()[:-1]) for cell in row.split("|")[2:-1]) == 100
