"""Inventories changed in memory: what each change does, the hash it gives, and how they compose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest
from problem_cases import write as write_files

import consolidate.inventory
from consolidate import load, optimize, verify_plan
from consolidate.cost_sharing.group_inventory import group_inventory
from consolidate.errors import UserError
from consolidate.forced_choices import building, cutting_over, forbidding, forcing, not_building, taking
from consolidate.inventory import Inventory
from consolidate.solving.formulation.feasibility_core import reduced_to
from consolidate.solving.formulation.remaining import left_to_plan
from consolidate.variants import (
    delayed,
    description,
    minimising,
    systems_among,
    with_capacity,
    with_earliest,
    with_exposure,
    with_freeze_open,
    with_latest,
    with_limit,
    with_longer_horizon,
    with_milestone,
    with_partners,
    with_pot,
    with_role,
    with_scaled_work,
    with_stability,
    with_systems,
    with_target,
    with_unlimited_means,
)

FILES = {
    "programme.yaml": """
programme: Variants
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
tiers: {gold: {exposure: 100}}
roles: {dba: {days: {default: 40, 2018/19: 7}, agency: {days: 5, day_rate: 300}, day_cost: 200}}
capital: {common: {amount: {2016/17: 500, 2017/18: 400, 2018/19: 300}}}
freezes: [{quarters: [Q4], stops: cutover, why: year end}]
limits: [{moves: 2}]
milestones: [{by: 2017/18 Q4, live: 50%}]
targets: [{year: 2017/18, savings: 10}]
together: [[a/x, a/w]]
""",
    "services.yaml": "services: {mail: {capacity: 900, build: {quarters: 1, capital: 20}}}\n",
    "partners/a.yaml": """
partner: A
users: 10
systems:
  x:
    tier: gold
    run_cost: 400
    options: [{approach: rehost, quarters: 2, effort: {dba: 8}, capital: 30}, {approach: retire, quarters: 1}]
  w: {run_cost: 100, options: [{approach: rehost, quarters: 2}, {approach: retain}]}
""",
    "partners/b.yaml": """
partner: B
users: 5
systems:
  z:
    run_cost: 50
    after: [a/x]
    interfaces: [{with: a/w, cost: 3}]
    options: [{approach: rehost, quarters: 1, then: {approach: retire, quarters: 1}}, {approach: retain}]
""",
}


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    folder = tmp_path_factory.mktemp("variants")
    write(folder)
    return load(folder)


def write(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


CHANGES: dict[str, tuple[Callable[[Inventory], Inventory], Callable[[Inventory], object], object]] = {
    "systems": (lambda i: with_systems(i, {"a/w", "b/z"}), lambda i: list(i.systems), ["a/w", "b/z"]),
    "links of systems": (lambda i: with_systems(i, {"b/z"}), lambda i: i.systems["b/z"].interfaces, ()),
    "partners": (lambda i: with_partners(i, {"b"}), lambda i: (list(i.partners), list(i.systems)), (["b"], ["b/z"])),
    "pot": (lambda i: with_pot(i, "common", "2017/18", 1), lambda i: [p.amount for p in pot(i)], [500, 1]),
    "days": (lambda i: with_role(i, "dba", 1, days=3), lambda i: i.roles["dba"].days, (40, 3, *(40,) * 6)),
    "agency days": (lambda i: with_role(i, "dba", 7, agency_days=1), lambda i: i.roles["dba"].agency_days[7], 1),
    "rate": (lambda i: with_role(i, "dba", 0, day_rate=350), lambda i: i.roles["dba"].day_rate[:2], (350, 300)),
    "no shortage": (
        lambda i: with_unlimited_means(i),
        lambda i: (i.roles["dba"].days, i.roles["dba"].day_cost, pot(i)[0].amount),
        (None, (), 50),
    ),
    "limit": (lambda i: with_limit(i, 1, 5), lambda i: i.limits[0].moves, 5),
    "share": (lambda i: with_milestone(i, 1, share=Fraction(1)), lambda i: i.milestones[0].needed, 3),
    "by": (lambda i: with_milestone(i, 1, by=6), lambda i: (i.milestones[0].by, i.milestones[0].needed), (6, 2)),
    "target": (lambda i: with_target(i, 1, 99), lambda i: i.targets[0].savings, 99),
    "freeze": (lambda i: with_freeze_open(i, 1, 3), lambda i: i.freezes[0].quarters, {7}),
    "capacity": (lambda i: with_capacity(i, "mail", None), lambda i: i.services["mail"].capacity, None),
    "stability": (lambda i: with_stability(i, 12), lambda i: i.stability, 12),
    "exposure": (lambda i: with_exposure(i, "gold", 7), lambda i: (i.tiers["gold"], i.systems["a/x"].exposure), (7, 7)),
    "objective": (lambda i: minimising(i, "finish"), lambda i: i.minimise, "finish"),
    "effort": (
        lambda i: with_scaled_work(i, "a/x", effort=1.5),
        lambda i: i.systems["a/x"].options[0].first.effort,
        {"dba": (6, 6)},
    ),
    "capital": (
        lambda i: with_scaled_work(i, "a/x", capital=2),
        lambda i: i.systems["a/x"].options[0].first.capital,
        {"common": 60},
    ),
    "forced option": (lambda i: forcing(i, "a/x", 2), lambda i: [o.number for o in i.systems["a/x"].options], [2]),
    "forced start": (lambda i: forcing(i, "a/x", 1, 4), lambda i: i.freezes[1].quarters, {0, 1, 2, 3, 4, 6, 7}),
    "cutover": (
        lambda i: cutting_over(i, "a/w", 3),
        lambda i: (i.freezes[1].quarters, [option.number for option in i.systems["a/w"].options]),
        ({0, 1, 2, 4, 5, 6, 7}, [1]),
    ),
    "delay": (
        lambda i: delayed(i, 2),
        lambda i: ({one.earliest for one in i.systems.values()}, i.services["mail"].earliest),
        ({2}, 2),
    ),
    "some options": (
        lambda i: taking(i, "a/x", [2]),
        lambda i: [option.number for option in i.systems["a/x"].options],
        [2],
    ),
    "build": (
        lambda i: building(i, "mail"),
        lambda i: (i.services["mail"].must_build, i.services["mail"].latest),
        (True, None),
    ),
    "build by a quarter": (
        lambda i: building(i, "mail", 3),
        lambda i: (i.services["mail"].must_build, i.services["mail"].earliest, i.services["mail"].latest),
        (True, 2, 3),
    ),
    "no build": (lambda i: not_building(i, "mail"), lambda i: i.services["mail"].latest, -1),
    "forbidden option": (
        lambda i: forbidding(i, "a/x", option=1),
        lambda i: [option.number for option in i.systems["a/x"].options],
        [2],
    ),
    "forbidden quarter": (lambda i: forbidding(i, "a/x", cutover=2), lambda i: i.freezes[1].quarters, {2}),
    "latest": (lambda i: with_latest(i, "a/x", 5), lambda i: i.systems["a/x"].latest, 5),
    "earliest": (lambda i: with_earliest(i, "a/x", 3), lambda i: i.systems["a/x"].earliest, 3),
    "horizon": (
        lambda i: with_longer_horizon(i, 4),
        lambda i: (i.plan_quarters, i.appraisal_quarters, pot(i)[2].amount),
        (12, 12, 300),
    ),
}


def pot(inventory: Inventory) -> tuple[object, ...]:
    return inventory.pots["common"].periods


@pytest.mark.parametrize("name", CHANGES)
def test_a_variant_differs_by_the_change_and_bears_its_own_hash(name: str, inventory: Inventory) -> None:
    change, seen, expected = CHANGES[name]
    changed = change(inventory)
    assert seen(changed) == expected
    assert changed.content_hash != inventory.content_hash
    assert len(changed.content_hash) == 64
    assert change(inventory).content_hash == changed.content_hash
    assert changed.origin is not None
    assert changed.origin.files is inventory
    assert len(changed.origin.changes) == 1
    assert changed.timetable is inventory.timetable


def test_no_two_changes_have_the_same_hash(inventory: Inventory) -> None:
    hashes = [change(inventory).content_hash for change, _, _ in CHANGES.values()]
    assert len({*hashes, inventory.content_hash}) == len(hashes) + 1


def test_the_same_files_and_change_give_the_same_hash(inventory: Inventory, tmp_path: Path) -> None:
    """Whatever the type of a number, and the order of a set."""
    write(tmp_path)
    other = load(tmp_path)
    assert (
        with_pot(other, "common", "2016/17", 7).content_hash
        == with_pot(inventory, "common", "2016/17", 7.0).content_hash
    )
    assert (
        with_systems(other, {"b/z", "a/x"}).content_hash
        == with_systems(inventory, frozenset(["a/x", "b/z"])).content_hash
    )


def test_a_change_that_changes_nothing_gives_the_inventory(inventory: Inventory) -> None:
    assert with_pot(inventory, "common", "2016/17", 500) is inventory
    assert with_systems(inventory, inventory.systems.keys()) is inventory
    assert with_longer_horizon(inventory, 0) is inventory


def test_changes_compose_and_are_described(inventory: Inventory) -> None:
    both = with_limit(with_pot(inventory, "common", "2016/17", 7), 1, 3)
    assert both.origin is not None
    assert both.origin.files is inventory
    assert [description(change) for change in both.origin.changes] == [
        'with_pot(pot="common", period="2016/17", amount=7.0)',
        "with_limit(number=1.0, moves=3.0)",
    ]
    assert both.content_hash != with_limit(inventory, 1, 3).content_hash


def test_a_longer_horizon_comes_first_and_keeps_the_other_changes(inventory: Inventory) -> None:
    """Forced quarters and limits hold in the quarters that are new as well."""
    forced = forcing(with_pot(inventory, "common", "2016/17", 7), "a/x", 1, 4)
    longer = with_longer_horizon(forced, 2)
    assert longer == forcing(with_pot(with_longer_horizon(inventory, 2), "common", "2016/17", 7), "a/x", 1, 4)
    assert longer.freezes[1].quarters == {0, 1, 2, 3, 4, 6, 7, 8, 9}
    assert pot(longer)[0].amount == 7  # type: ignore[attr-defined]
    assert with_longer_horizon(longer, 3) == with_longer_horizon(forced, 5)


def test_nothing_is_known_beyond_the_horizon_without_a_timetable(inventory: Inventory) -> None:
    bare = replace(inventory, timetable=type(inventory.timetable)())
    with pytest.raises(ValueError, match="nothing is known of this inventory beyond its horizon"):
        with_longer_horizon(bare, 1)
    with pytest.raises(ValueError, match="only be made longer"):
        with_longer_horizon(inventory, -1)


def test_systems_without_the_others(inventory: Inventory) -> None:
    smaller = with_systems(inventory, {"b/z", "a/x"})
    assert smaller.together == ()
    assert smaller.systems["b/z"].after == ("a/x",)
    assert smaller.milestones[0].who.systems == {"a/x", "b/z"}
    assert systems_among(inventory, {"a/x"})["a/x"] is inventory.systems["a/x"]


def test_every_rule_speaks_of_the_systems_that_are_left(inventory: Inventory) -> None:
    """Whatever rules an inventory has: a milestone would wait for systems that are not there any more."""
    rules = {field.name for field in fields(Inventory) if "who" in rule_of(str(field.type))}
    assert {"freezes", "limits", "milestones"} <= rules
    smaller = with_systems(inventory, {"b/z"})
    for name in rules:
        assert getattr(inventory, name), f"the inventory of this test has no {name}"
        assert {id for rule in getattr(smaller, name) for id in rule.who.systems} == {"b/z"}, name


def rule_of(annotation: str) -> set[str]:
    """The fields of the rules that a field of an inventory holds several of."""
    kind = getattr(consolidate.inventory, annotation.removeprefix("tuple[").removesuffix(", ...]"), None)
    return {field.name for field in fields(kind)} if isinstance(kind, type) and is_dataclass(kind) else set()


def test_what_other_modules_change_is_a_variant_too(inventory: Inventory) -> None:
    hashes = {
        group_inventory(inventory, {"a"}).content_hash,
        group_inventory(inventory, {"b"}).content_hash,
        inventory.content_hash,
    }
    hashes.add(reduced_to(inventory, frozenset({"a/x", "a/w"})).content_hash)
    assert len(hashes) == 4


def test_what_is_left_to_plan_is_a_view(inventory: Inventory) -> None:
    assert left_to_plan(inventory) is inventory


FAULTS: list[tuple[Callable[[Inventory], Inventory], str]] = [
    (lambda i: with_systems(i, {"a/q"}), "there is no system 'a/q' in the inventory; it has a/x, a/w, b/z"),
    (lambda i: with_partners(i, {"c"}), "there is no partner 'c'"),
    (lambda i: with_pot(i, "gone", "2016/17", 1), "there is no pot 'gone'"),
    (lambda i: with_pot(i, "common", "2019/20", 1), "has no period '2019/20'; it has 2016/17, 2017/18"),
    (lambda i: with_pot(i, "common", "2016/17", -1), "0 or more, not -1"),
    (lambda i: with_pot(i, "common", "2016/17", float("nan")), "0 or more, not nan"),
    (lambda i: with_role(i, "dba", 8, days=1), "quarter 8 is outside the horizon, which has 8"),
    (lambda i: with_role(with_unlimited_means(i), "dba", 0, days=1), "is not limited"),
    (lambda i: with_limit(i, 0, 1), "there is no limit 0 in the inventory; it has 1"),
    (lambda i: with_milestone(i, 1, share=Fraction(2)), "a share is from 0 to 1, not 2"),
    (lambda i: minimising(i, "fun"), "cost or finish, not 'fun'"),  # type: ignore[arg-type]
    (lambda i: forcing(i, "a/x", 3), "a/x has no option 3; it has 1, 2"),
    (lambda i: forcing(i, "b/z", 1, 2), "option 1 of b/z has 2 steps to start, and 1 starts are given"),
    (lambda i: forcing(i, "a/x", 1, 9), "quarter 9 is outside"),
    (lambda i: cutting_over(i, "b/z", 3), "no option of b/z moves it in one step"),
    (lambda i: cutting_over(taking(i, "a/w", [2]), "a/w", 3), "it can only stay, or be renewed in place"),
    (lambda i: cutting_over(i, "a/x", 8), "quarter 8 is outside"),
    (lambda i: taking(i, "a/x", [3]), "a/x has no option 3; it has 1, 2"),
    (lambda i: taking(i, "a/x", []), "no option of a/x would be left"),
    (lambda i: building(i, "mail", 8), "quarter 8 is outside"),
    (lambda i: building(i, "post"), "there is no service 'post'"),
    (lambda i: not_building(building(i, "mail"), "mail"), "mail must be built"),
    (lambda i: delayed(i, -1), "0 or more, not -1"),
    (lambda i: forbidding(forcing(i, "a/x", 1), "a/x", option=1), "is the only one of a/x"),
    (lambda i: with_exposure(i, "tin", 1), "there is no tier 'tin'"),
]


@pytest.mark.parametrize(("change", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_what_cannot_be_changed(change: Callable[[Inventory], Inventory], message: str, inventory: Inventory) -> None:
    with pytest.raises(UserError) as caught:
        change(inventory)
    assert message in str(caught.value)


@pytest.mark.parametrize("starts", [(0,), (3,), (5,)])
def test_a_forced_start_is_planned(starts: tuple[int, ...], inventory: Inventory) -> None:
    forced = forcing(with_target(with_systems(inventory, {"a/x"}), 1, 0), "a/x", 1, *starts)
    plan = optimize(forced).plan
    assert [(move.option, move.start) for move in plan.moves] == [(1, *starts)]
    assert plan.inventory == forced.content_hash
    assert verify_plan(forced, plan).ok


def test_two_forced_steps_are_planned(inventory: Inventory) -> None:
    forced = forcing(with_target(with_systems(inventory, {"b/z"}), 1, 0), "b/z", 1, 2, 5)
    plan = optimize(forced).plan
    assert [(move.step, move.start) for move in plan.moves] == [(1, 2), (2, 5)]


@pytest.mark.parametrize("quarter", [1, 4, 6])
def test_a_forced_cutover_is_planned_by_whichever_option(quarter: int, inventory: Inventory) -> None:
    forced = cutting_over(with_target(with_systems(inventory, {"a/x"}), 1, 0), "a/x", quarter)
    plan = optimize(forced).plan
    assert [move.cutover for move in plan.moves] == [quarter]
    assert verify_plan(forced, plan).ok
    single = [forcing(forced, "a/x", option, quarter - length + 1) for option, length in ((1, 2), (2, 1))]
    assert plan.objective == pytest.approx(min(optimize(one).objective for one in single), abs=1e-6)


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_delayed_programme_starts_nothing_before(quarters: int, inventory: Inventory) -> None:
    later = delayed(with_target(inventory, 1, 0), quarters)
    plan = optimize(later).plan
    assert min(one.start for one in (*plan.moves, *plan.builds)) >= quarters
    assert verify_plan(later, plan).ok


def test_a_delay_holds_up_the_second_step_of_what_has_begun(tmp_path: Path) -> None:
    ways = "[{approach: rehost, run_cost: 200, then: {approach: refactor, run_cost: 0}}, {approach: retain}]"
    files = {
        "programme.yaml": "programme: Begun\nhorizon: {from: 2016/17 Q1, to: 2017/18 Q4}\n",
        "partners/a.yaml": f"systems: {{two: {{run_cost: 400, options: {ways}}}}}\n",
        "progress/1.yaml": "quarter: 2016/17 Q1\nsystems: {a/two: {status: live, option: 1, start: 2016/17 Q1, "
        "cutover: 2016/17 Q1}}\n",
    }
    inventory = load(write_files(tmp_path, files))
    starts = [
        [move.start for move in optimize(changed).plan.moves]
        for changed in (inventory, delayed(inventory, 0), delayed(inventory, 2))
    ]
    assert starts == [[0, 1], [0, 1], [0, 3]]


@pytest.mark.parametrize("ready", [1, 4, 7])
def test_a_forced_build_is_planned(ready: int, inventory: Inventory) -> None:
    forced = building(with_target(inventory, 1, 0), "mail", ready)
    plan = optimize(forced).plan
    assert [(build.service, build.ready) for build in plan.builds] == [("mail", ready)]
    assert verify_plan(forced, plan).ok


def test_a_forbidden_build_is_in_no_plan(inventory: Inventory) -> None:
    without = not_building(with_target(inventory, 1, 0), "mail")
    plan = optimize(without).plan
    assert not plan.builds
    assert verify_plan(without, plan).ok
