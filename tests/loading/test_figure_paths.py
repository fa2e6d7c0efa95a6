"""Figures changed by their paths: what a change means, what it may name, and that a saved scenario means the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from problem_cases import write

import consolidate
from consolidate.errors import InvalidArgument, InvalidInventory, UserError
from consolidate.inventory import Inventory
from consolidate.loading import load

FILES = {
    "programme.yaml": """
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2018/19 Q4
discount_rate: 3%
tiers: {gold: {exposure: 100}}
roles:
  dba: {days: {default: 40, 2016/17 Q2: 20}, agency: {days: 10, day_rate: {2016/17: 500, default: 520}}}
  tester: {days: 30}
capital:
  common: {amount: {2016/17: 600_000, 2017/18: 450_000}}
  torfaen: {amount: {2016/17 Q1: 1_000, 2016/17 Q3: 3_000, 2017/18: 8_000}}
approaches:
  rehost: {medium: {effort: {dba: 4}, capital: 1_000, run_cost: 90%}}
  retain: {}
freezes:
  - {quarters: [Q4], why: year end}
  - {quarters: [2016/17 Q2]}
limits: [{moves: 4}, {moves: 2, partners: [torfaen]}]
budgets: [{year: 2017/18, at_most: 900_000}]
apportion: {torfaen: 60%, newport: 40%}
""",
    "services.yaml": "services: {mail: {provides: email, capacity: 900, build: {quarters: 2, capital: 50_000}}}",
    "partners/torfaen.yaml": """
users: 300
systems:
  email: {tier: gold, run_cost: 40_000, latest: 2017/18 Q2, end_of_life: 2017-01-31, needs: [mail]}
  library:
    run_cost: 10_000.50
    options:
      - {approach: rehost, effort: {dba: [4, 6]}, quarters: 2, capital: 500, run_cost: 80%}
      - {approach: retain}
""",
    "partners/newport.yaml": "systems: {email: {run_cost: 30_000}}",
    "scenarios/cut.yaml": """
scenario: Less
programme: {capital: {common: {amount: {2016/17: 500_000}}}, limits: [{moves: 3}]}
partners: {torfaen: {systems: {email: {end_of_life: {hardware: 2016-12-31}}}}}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "inventory", FILES)


def written_in(folder: Path, file: str, before: str, after: str) -> Inventory:
    """The inventory with a change written into a file by hand."""
    text = FILES[file]
    assert text.count(before) == 1
    return load(write(folder.parent / "by-hand", {**FILES, file: text.replace(before, after)}))


def same(one: Inventory, other: Inventory) -> bool:
    """Whether two inventories say the same, whatever files they come from."""

    def bare(inventory: Inventory) -> Inventory:
        systems = {id: replace(system, place="") for id, system in inventory.systems.items()}
        return replace(inventory, systems=systems, content_hash="", warnings=(), scenario=None)

    return bare(one) == bare(other)


@pytest.mark.parametrize(
    ("change", "file", "before", "after"),
    [
        ("discount_rate=5%", "programme.yaml", "discount_rate: 3%", "discount_rate: 5%"),
        ("discount_rate=+10%", "programme.yaml", "discount_rate: 3%", "discount_rate: 3.3%"),
        ("programme=Other", "programme.yaml", "programme: Test", "programme: Other"),
        ("tiers.gold=250", "programme.yaml", "exposure: 100", "exposure: 250"),
        ("capital.common.2017/18=-10%", "programme.yaml", "450_000", "405_000"),
        ("capital.common.amount.2016/17=1", "programme.yaml", "600_000", "1"),
        (
            "capital.common=+50%",
            "programme.yaml",
            "{2016/17: 600_000, 2017/18: 450_000}",
            "{2016/17: 900_000, 2017/18: 675_000}",
        ),
        ("capital.common=7", "programme.yaml", "{2016/17: 600_000, 2017/18: 450_000}", "7"),
        (
            "capital.torfaen.2016/17=-50%",
            "programme.yaml",
            "2016/17 Q1: 1_000, 2016/17 Q3: 3_000",
            "2016/17 Q1: 500, 2016/17 Q3: 1_500",
        ),
        (
            "roles.tester.2017/18=-10%",
            "programme.yaml",
            "tester: {days: 30}",
            "tester: {days: {default: 30, 2017/18: 27}}",
        ),
        (
            "roles.tester.2017/18  Q3=0",
            "programme.yaml",
            "tester: {days: 30}",
            "tester: {days: {default: 30, 2017/18 Q3: 0}}",
        ),
        ("roles.dba.2016/17=-50%", "programme.yaml", "2016/17 Q2: 20", "2016/17 Q2: 10, 2016/17: 20"),
        (
            "roles.dba.agency.2017/18=+5",
            "programme.yaml",
            "agency: {days: 10,",
            "agency: {days: {default: 10, 2017/18: 15},",
        ),
        (
            "roles.dba.agency.day_rate=+10%",
            "programme.yaml",
            "{2016/17: 500, default: 520}",
            "{2016/17: 550, default: 572}",
        ),
        ("roles.tester.day_cost=310", "programme.yaml", "tester: {days: 30}", "tester: {days: 30, day_cost: 310}"),
        ("limits.2=3", "programme.yaml", "moves: 2", "moves: 3"),
        ("limits.2.tiers=[gold]", "programme.yaml", "moves: 2,", "moves: 2, tiers: [gold],"),
        ("budgets.1=-1_000.25", "programme.yaml", "900_000", "898_999.75"),
        ("freezes.1=null", "programme.yaml", "  - {quarters: [Q4], why: year end}\n", ""),
        ("approaches.rehost.medium.run_cost=-10%", "programme.yaml", "run_cost: 90%", "run_cost: 81%"),
        (
            "apportion={torfaen: 50%, newport: 50%}",
            "programme.yaml",
            "{torfaen: 60%, newport: 40%}",
            "{torfaen: 50%, newport: 50%}",
        ),
        ("services.mail.build.capital=+20%", "services.yaml", "50_000", "60_000"),
        ("services.mail.capacity=null", "services.yaml", "capacity: 900, ", ""),
        ("partners.torfaen.users=400", "partners/torfaen.yaml", "users: 300", "users: 400"),
        ("torfaen/email.latest=2017/18 Q1", "partners/torfaen.yaml", "2017/18 Q2", "2017/18 Q1"),
        ("torfaen/email.latest=-2", "partners/torfaen.yaml", "2017/18 Q2", "2016/17 Q4"),
        (
            "torfaen/email.end_of_life.hardware=2016-12-31",
            "partners/torfaen.yaml",
            "2017-01-31",
            "{software: 2017-01-31, hardware: 2016-12-31}",
        ),
        ("torfaen/email.must_move=yes", "partners/torfaen.yaml", "tier: gold,", "tier: gold, must_move: yes,"),
        ("torfaen/library.run_cost=+0.5", "partners/torfaen.yaml", "10_000.50", "10_001"),
        ("torfaen/library.options.1.effort=-50%", "partners/torfaen.yaml", "[4, 6]", "[2, 3]"),
        ("torfaen/library.options.2=null", "partners/torfaen.yaml", "\n      - {approach: retain}", ""),
    ],
)
def test_a_change_means_what_the_same_words_in_the_file_would(
    folder: Path, change: str, file: str, before: str, after: str
) -> None:
    changed = load(folder, changes=[change])
    assert same(changed, written_in(folder, file, before, after))
    assert not same(changed, load(folder))
    assert changed.content_hash != load(folder).content_hash
    assert changed.content_hash == load(folder, changes=[change]).content_hash


def test_changes_are_made_one_after_the_other(folder: Path) -> None:
    twice = load(folder, changes=["capital.common.2017/18=-10%", "capital.common.2017/18=-10%"])
    assert same(twice, load(folder, changes=["capital.common.2017/18=364_500"]))


def test_a_scenario_comes_first(folder: Path) -> None:
    assert load(folder, "cut", changes=["capital.common.2016/17=+10%"]).pots["common"].periods[0].amount == 550_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("capital.comon=1", "there is no pot `comon`; did you mean `common`?"),
        ("roles.nurse=1", "there is no role `nurse`; there is `dba`, `tester`"),
        ("torfaen/emial.latest=2017/18 Q1", "there is no system `emial`; did you mean `email`?"),
        ("torfane/email.latest=2017/18 Q1", "there is no partner `torfane`; did you mean `torfaen`?"),
        ("services.male.capacity=1", "there is no service `male`; did you mean `mail`?"),
        ("mail.capacity=1", "`mail.capacity` leads nowhere; write `services.mail.capacity`"),
        ("torfaen.users=1", "`torfaen.users` leads nowhere; write `partners.torfaen.users`"),
        ("limits.3=1", "`3` is no entry of `limits`; give a number from 1 to 2"),
        ("capital.torfaen.2016/17=5", "is given by quarter in 2016/17; name `2016/17 Q1`"),
        ("capital.common.2016/17 Q1=5", "is given by year; name `2016/17`"),
        ("capital.common.amount.2016=5", "`2016` is no period; write `2016/17`, `2016/17 Q1` or `default`"),
        ("discount_rate.all=5%", "is a single figure, with nothing below it"),
        ("torfaen/email.run_cost=-50_000", "`40_000` would fall below 0; take away less"),
        ("freezes=+1", "there is no amount that could be changed by so much"),
        ("torfaen/email.tier=+1", "`gold` can't be changed by so much; write the new value itself"),
        ("torfaen/email.latest=+10%", "`2017/18 Q2` can't be changed by so much"),
        ("newport/email.latest=+1", "there is no figure here yet that could be changed by so much"),
        ("torfaen/email.options.1.capital=9", "its options are those of `approaches`"),
        ("capital.common", "changes no figure; write PATH=VALUE"),
        ("=5", "changes no figure; write PATH=VALUE"),
        ("stability=", "changes no figure; write PATH=VALUE"),
    ],
)
def test_a_change_of_nothing_is_refused_in_a_line(folder: Path, change: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        load(folder, changes=[change])
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("torfaen/email.latset=2017/18 Q1", "unknown key `latset`; did you mean `latest`?"),
        ("discout_rate=5%", "unknown key `discout_rate`; did you mean `discount_rate`?"),
        ("discount_rate=5", "`5` "),
        ("torfaen/email.needs=[male]", "unknown service `male`"),
        ("limits.1=[1, 2", ""),
        ("limits.1=1\nprogramme: Other", ""),
    ],
)
def test_a_faulty_value_is_reported_at_the_change(folder: Path, change: str, message: str) -> None:
    with pytest.raises(InvalidInventory) as error:
        load(folder, changes=[change])
    assert any(problem.path == change and message in problem.message for problem in error.value.problems)


@pytest.mark.parametrize(
    ("scenario", "changes"),
    [
        (None, ["capital.common.2017/18=-10%", "torfaen/email.latest=2017/18 Q1"]),
        (None, ["freezes.1=null", "torfaen/library.options.1.capital=+5", "services.mail.capacity=null"]),
        (None, ["torfaen/email.end_of_life=2017-06-30", "torfaen/email.end_of_life.hardware=2017-01-31"]),
        ("cut", ["capital.common.2016/17=-10%", "limits.1=2", "torfaen/email.end_of_life=2018-06-30"]),
        ("cut", ["apportion=users", "roles.tester.2016/17=-1"]),
    ],
)
def test_a_saved_scenario_means_the_same(folder: Path, scenario: str | None, changes: list[str]) -> None:
    path = consolidate.save_scenario(folder, "tried", changes, scenario=scenario)
    assert path == folder / "scenarios" / "tried.yaml"
    assert same(load(folder, "tried"), load(folder, scenario, changes=changes))


def test_nothing_is_saved_over_or_with_errors(folder: Path) -> None:
    before = (folder / "scenarios" / "cut.yaml").read_text(encoding="utf-8")
    with pytest.raises(UserError, match="is there already"):
        consolidate.save_scenario(folder, "cut", ["limits.1=2"])
    with pytest.raises(InvalidInventory):
        consolidate.save_scenario(folder, "new", ["limits.1=two"])
    with pytest.raises(InvalidArgument, match="name"):
        consolidate.save_scenario(folder, "../out", ["limits.1=2"])
    with pytest.raises(InvalidArgument, match="changes"):
        consolidate.save_scenario(folder, "new", [])
    assert (folder / "scenarios" / "cut.yaml").read_text(encoding="utf-8") == before
    assert [path.name for path in (folder / "scenarios").iterdir()] == ["cut.yaml"]


def test_every_figure_can_be_named(folder: Path) -> None:
    """Whatever is listed can be given back its own value, which changes nothing."""
    plain = load(folder)
    listed = consolidate.figures_of(folder)
    assert ("capital.common.2016/17", "600_000") in listed
    assert ("torfaen/email.latest", "2017/18 Q2") in listed
    assert ("limits.2", "2") in listed
    for path, value in listed:
        assert same(load(folder, changes=[f"{path}={value}"]), plain), path
