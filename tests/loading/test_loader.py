"""From files to the inventory: every key once, what is filled in, scenarios, the hash, a longer horizon."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from problem_cases import FILES, write

from consolidate.catalogue import end_of_life
from consolidate.errors import InvalidInventory, UserError
from consolidate.inventory import Inventory
from consolidate.loading import load, scenario_names
from consolidate.loading.schema import SCHEMAS, schema, schema_text
from consolidate.variants import with_longer_horizon

FULL = {
    "programme.yaml": """
programme: {en: Test, cy: Prawf}
currency: EUR
price_base: 2015/16
financial_year_starts: 4
horizon: {from: 2016/17 Q2, to: 2018/19 Q1}
appraise_to: 2019/20 Q4
discount_rate: 3.5%
minimise: finish
stability: 2_000
tiers:
  platinum: {exposure: 60_000}
  gold: {exposure: 25_000.5}
classifications: [official, secret]
roles:
  dba:
    days: {default: 240, 2016/17: 180, 2017/18 Q4: 120, 2016-12-31: 7}
    agency: {days: 60, day_rate: {default: 520, 2017/18: 530}}
  engineer: {days: 150}
  writer: {}
capital:
  common: {amount: {2016/17: 600_000, 2017/18: 450_000}, carry_forward: yes}
  torfaen: {amount: {default: 80_000, 2016/17 Q3: 50_000}}
approaches:
  rehost:
    small: {quarters: 1, effort: {dba: 10}, capital: 5_000, run_cost: 90%}
    medium: {quarters: 1, effort: {dba: 25}, capital: 12_000, run_cost: 90%}
  consolidate:
    medium: {quarters: 2, effort: {dba: 20, engineer: 40}, capital: 20_000, one_off: 15_000, parallel_run: 1}
  retire:
    medium: {effort: {writer: 1}}
  retain: {}
freezes:
  - {quarters: [Q4, 2016/17 Q2], capabilities: [hr], stops: work, why: year end}
  - {quarters: [2017-05-05]}
limits:
  - {moves: 4, partners: [torfaen], tiers: [gold]}
  - {moves: 9}
milestones:
  - {by: 2017/18 Q4, live: 33.3%, why: steadily}
together:
  - [torfaen/hr, monmouthshire/hr]
targets:
  - {year: 2016/17, savings: 400_000}
  - {year: 2019/20, savings: 1}
""",
    "services.yaml": """
services:
  zone:
    name: The zone
    build: {quarters: 2, effort: {engineer: 160, dba: [1, 2]}, capital: {common: 250_000, torfaen: 1}, run_cost: 60_000}
  hr:
    provides: hr
    needs: [zone]
    earliest: 2017/18 Q1
    build: {quarters: 0, effort: {dba: [5]}, capital: 9}
    run_cost_per_user: 9
    run_cost_per_system: 0.5
    capacity: 20_000
    accredited_to: official
  people: {provides: hr, ready: 2016/17 Q3}
  mail: {}
""",
    "partners/monmouthshire.yaml": """
systems:
  hr: {size: small, classification: secret}
  mail: {capability: mail}
""",
    "partners/torfaen.yaml": """
partner: Torfaen County Borough Council
contact: board@torfaen.example
users: 4_100
budget: 2_833_894
pot: common
systems:
  hr:
    name: {cy: Y Gyflogres, en: Payroll}
    capability: hr
    tier: gold
    users: 100
    size: medium
    run_cost: 165_000
    end_of_life: 2018-03-31
    product: anything at all
    extended_support: 30_000
    contract: {cost: 70_000, ends: 2017/18 Q2, renews_for: 6, notice: 6, exit: 20_000}
    classification: official
    after: [identity, monmouthshire/mail]
    needs: [zone]
    interfaces: [{with: identity, cost: 2_500}, {with: torfaen/identity, cost: 1}]
    area: people
    confidence: low
    must_move: yes
    earliest: 2016/17 Q3
    latest: 2018/19 Q1
    options:
      - {approach: retain}
      - {approach: consolidate, to: hr, quarters: 2, effort: {dba: 20, engineer: [10, 30]}, capital: {torfaen: 15_000}}
      - approach: rehost
        capital: 0
        needs: [people]
        end_of_life: 2020-01-14
        then: {approach: consolidate, to: people}
      - {approach: refresh, quarters: 3, run_cost: 150%, end_of_life: 2030/31 Q1}
      - {approach: retire}
      - {approach: refactor, run_cost: 5}
  identity: {product: Windows Server 2008 R2, run_cost: 33, must_move: no}
""",
    "scenarios/bold.yaml": """
scenario: Bold
description: |
  More money,
  and a partner more.
programme:
  capital: {common: {amount: 5}, torfaen: null}
  roles: {dba: {days: {2016/17: null}}}
  limits: []
services:
  hr: {capacity: null, needs: []}
  zone: {build: {capital: {torfaen: null}}}
  post: {provides: mail}
partners:
  monmouthshire: {systems: {mail: null}}
  cardiff: {systems: {mail: {options: [{approach: consolidate, to: post}]}}}
  torfaen:
    systems:
      hr: {after: [], options: [{approach: retire}]}
""",
}


@pytest.fixture
def full(tmp_path: Path) -> Path:
    return write(tmp_path / "inventory", FULL)


@pytest.fixture
def inventory(full: Path) -> Inventory:
    return load(full)


def test_programme(inventory: Inventory) -> None:
    assert str(inventory.programme) == "Test"
    assert inventory.programme.texts["cy"] == "Prawf"
    assert (inventory.currency, inventory.price_base) == ("EUR", "2015/16")
    assert (inventory.plan_quarters, inventory.appraisal_quarters) == (8, 15)
    assert inventory.label(0) == "2016/17 Q2"
    assert (inventory.discount_rate, inventory.minimise, inventory.stability) == (0.035, "finish", 2_000)
    assert inventory.tiers == {"platinum": 60_000, "gold": 25_000.5}
    assert inventory.classifications == ("official", "secret")
    assert inventory.scenario is None
    assert inventory.approved is None


def test_the_most_exact_amount_wins(inventory: Inventory) -> None:
    dba = inventory.roles["dba"]
    assert dba.days == (180, 7, 180, 240, 240, 240, 120, 240)
    assert dba.agency_days == (60,) * 8
    assert dba.day_rate == (520, 520, 520, 530, 530, 530, 530, 520)
    assert inventory.roles["engineer"].agency_days == (0,) * 8
    assert inventory.roles["writer"].days is None


def test_pots_by_year_and_by_quarter(inventory: Inventory) -> None:
    common, torfaen = inventory.pots["common"], inventory.pots["torfaen"]
    assert common.carry_forward
    assert [(period.label, period.quarters, period.amount) for period in common.periods] == [
        ("2016/17", range(3), 600_000),
        ("2017/18", range(3, 7), 450_000),
        ("2018/19", range(7, 8), 0),
    ]
    assert not torfaen.carry_forward
    assert [(period.label, period.quarters, period.amount) for period in torfaen.periods] == [
        ("2016/17 Q2", range(1), 0),
        ("2016/17 Q3", range(1, 2), 50_000),
        ("2016/17 Q4", range(2, 3), 0),
        ("2017/18", range(3, 7), 80_000),
        ("2018/19", range(7, 8), 80_000),
    ]


def test_rules(inventory: Inventory) -> None:
    hr, every = {"torfaen/hr", "monmouthshire/hr"}, set(inventory.systems)
    first, second = inventory.freezes
    assert (first.quarters, first.stops_work, first.who.systems, first.why) == ({0, 2, 6}, True, hr, "year end")
    assert (second.quarters, second.stops_work, second.who.systems) == ({3}, False, every)
    assert [(limit.moves, limit.who.systems) for limit in inventory.limits] == [(4, {"torfaen/hr"}), (9, every)]
    (milestone,) = inventory.milestones
    assert (milestone.by, milestone.share, milestone.needed) == (6, Fraction(333, 1000), 2)
    assert inventory.together == (("torfaen/hr", "monmouthshire/hr"),)
    assert [(target.label, target.quarters, target.savings) for target in inventory.targets] == [
        ("2016/17", range(3), 400_000),
        ("2019/20", range(11, 15), 1),
    ]


def test_services(inventory: Inventory) -> None:
    zone, hr, people, mail = inventory.services.values()
    assert zone.build is not None
    assert zone.build.effort == {"engineer": (80, 80), "dba": (1, 2)}
    assert zone.build.capital == {"common": 250_000, "torfaen": 1}
    assert (zone.build.quarters, zone.build.run_cost, zone.provides, zone.ready) == (2, 60_000, "zone", None)
    assert (zone.accredited_to, zone.capacity, str(zone.name)) == ("secret", None, "The zone")
    assert hr.build is not None
    assert (hr.build.quarters, hr.build.effort, hr.build.capital) == (0, {"dba": (5,)}, {"common": 9})
    assert (hr.needs, hr.earliest, hr.run_cost_per_user, hr.run_cost_per_system) == (("zone",), 3, 9, 0.5)
    assert (hr.capacity, hr.accredited_to, str(hr.name)) == (20_000, "official", "hr")
    assert (people.ready, people.build, mail.ready) == (1, None, 0)


def test_partners(inventory: Inventory) -> None:
    monmouthshire, torfaen = inventory.partners.values()
    assert (str(monmouthshire.name), monmouthshire.pot, monmouthshire.users) == ("monmouthshire", "common", 0)
    assert (torfaen.contact, torfaen.users, torfaen.budget) == ("board@torfaen.example", 4_100, 2_833_894)
    assert torfaen.pot == "common"


def test_a_system(inventory: Inventory) -> None:
    hr = inventory.systems["torfaen/hr"]
    assert hr.name.texts == {"cy": "Y Gyflogres", "en": "Payroll"}
    assert (hr.partner, hr.capability, hr.tier, hr.exposure, hr.users) == ("torfaen", "hr", "gold", 25_000.5, 100)
    assert (hr.run_cost, hr.end_of_life, hr.product, hr.extended_support) == (165_000, 6, "anything at all", 30_000)
    assert hr.contract is not None
    assert (hr.contract.cost, hr.contract.ends) == (70_000, 2017 * 12 + 8)  # the last month of 2017/18 Q2 is September
    assert (hr.contract.renews_for, hr.contract.notice, hr.contract.exit) == (6, 6, 20_000)
    assert hr.after == ("torfaen/identity", "monmouthshire/mail")
    assert [(interface.other, interface.cost) for interface in hr.interfaces] == [
        ("torfaen/identity", 2_500),
        ("torfaen/identity", 1),
    ]
    assert (hr.area, hr.confidence, hr.must_move, hr.earliest, hr.latest) == ("people", "low", True, 1, 7)
    assert hr.place.endswith("partners/torfaen.yaml:8")
    identity = inventory.systems["torfaen/identity"]
    assert (identity.users, identity.size, identity.capability) == (4_100, "medium", "identity")
    assert inventory.label(identity.end_of_life or 0) == "2019/20 Q4"  # 2020-01-14


def test_options_as_written(inventory: Inventory) -> None:
    """``must_move`` drops retain and refresh; the others keep their numbers."""
    consolidate, rehost, retire, refactor = inventory.systems["torfaen/hr"].options
    assert [option.number for option in inventory.systems["torfaen/hr"].options] == [2, 3, 5, 6]
    step = consolidate.first
    assert (step.to, step.quarters, step.effort) == ("hr", 2, {"dba": (10, 10), "engineer": (10, 30)})
    assert (step.capital, step.one_off, step.parallel_run) == ({"torfaen": 15_000}, 15_000, 1)
    assert step.run_cost == 9 * 100 + 0.5
    assert step.needs == ("zone", "hr")
    assert rehost.then is not None
    assert (rehost.first.capital, rehost.first.run_cost) == ({}, 148_500)
    assert (rehost.first.needs, rehost.first.end_of_life) == (("zone", "people"), 14)
    assert (rehost.then.approach, rehost.then.to, rehost.then.quarters) == ("consolidate", "people", 2)
    assert (rehost.then.effort, rehost.then.capital) == ({"dba": (10, 10), "engineer": (20, 20)}, {"common": 20_000})
    assert (rehost.then.needs, rehost.then.run_cost, rehost.then.parallel_run) == (("zone", "people"), 0, 1)
    assert (retire.first.run_cost, retire.first.effort) == (0, {"writer": (1,)})
    assert (refactor.first.run_cost, refactor.first.effort, refactor.first.quarters) == (5, {}, 1)


def test_options_from_approaches(inventory: Inventory) -> None:
    """In the order of `approaches` and of the services; only services that fit."""

    def offered(system: str) -> list[tuple[int, str, str | None]]:
        return [(option.number, option.approach, option.first.to) for option in inventory.systems[system].options]

    assert offered("monmouthshire/hr") == [(1, "rehost", None), (2, "retain", None)]  # small
    assert offered("monmouthshire/mail") == [
        (1, "rehost", None),
        (2, "consolidate", "mail"),
        (3, "retire", None),
        (4, "retain", None),
    ]
    retain = inventory.systems["torfaen/identity"].options[-1].first
    assert (retain.quarters, retain.run_cost, retain.needs) == (0, 33, ())


def test_consolidate_is_offered_for_each_service_that_fits(full: Path) -> None:
    text = FULL["partners/monmouthshire.yaml"]
    write(full, {"partners/monmouthshire.yaml": text.replace("size: small, classification: secret", "users: 2")})
    options = load(full).systems["monmouthshire/hr"].options
    assert [option.first.to for option in options] == [None, "hr", "people", None, None]
    assert options[1].first.run_cost == 18.5
    write(full, {"partners/monmouthshire.yaml": text.replace("size: small, ", "")})
    options = load(full).systems["monmouthshire/hr"].options
    assert [option.first.to for option in options] == [None, "people", None, None]


def test_refresh_keeps_todays_cost_unless_it_says_otherwise(full: Path) -> None:
    text = FULL["partners/torfaen.yaml"].replace("must_move: yes", "must_move: no")
    write(full, {"partners/torfaen.yaml": text})
    options = load(full).systems["torfaen/hr"].options
    assert [option.number for option in options] == [1, 2, 3, 4, 5, 6]
    assert (options[3].first.run_cost, options[3].first.quarters, options[3].goes_live) == (247_500, 3, False)


def test_defaults(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "programme.yaml": "programme: P\nhorizon: {from: 2016/17 Q1, to: 2016/17 Q2}\n"
            "approaches: {retain: {}, rehost: {medium: {capital: 5}}}\n",
            "partners/a.yaml": "systems: {b: {}}\n",
        },
    )
    inventory = load(tmp_path)
    assert (inventory.currency, inventory.price_base, inventory.discount_rate) == ("GBP", "2016/17", 0.035)
    assert (inventory.minimise, inventory.stability, inventory.plan_quarters, inventory.appraisal_quarters) == (
        "cost",
        0,
        2,
        2,
    )
    b = inventory.systems["a/b"]
    assert (str(b.name), b.capability, b.users, b.run_cost, b.size) == ("b", "b", 0, 0, "medium")
    assert (b.tier, b.exposure, b.classification, b.contract, b.end_of_life) == (None, 0, None, None, None)
    assert (b.earliest, b.latest, b.confidence, b.must_move) == (0, None, "medium", False)
    assert b.options[1].first.capital == {None: 5}  # no pots: it belongs to none
    assert b.options[1].first.quarters == 1
    assert inventory.partners["a"].pot is None


def test_a_financial_year_may_start_in_another_month(tmp_path: Path) -> None:
    text = FILES["programme.yaml"] + "financial_year_starts: 1\n"
    partner = "systems: {a: {end_of_life: 2016-03-31, contract: {cost: 1, ends: 2016/17 Q1}}}\n"
    write(tmp_path, {**FILES, "programme.yaml": text, "partners/torfaen.yaml": partner})
    system = load(tmp_path).systems["torfaen/a"]
    assert system.end_of_life == 0
    assert system.contract is not None
    assert system.contract.ends == 2016 * 12 + 2


@pytest.mark.parametrize("month", ["10", "1_0", "10.0"])
def test_the_month_may_be_written_as_any_number(month: str, tmp_path: Path) -> None:
    text = FILES["programme.yaml"] + f"financial_year_starts: {month}\n"
    write(tmp_path, {**FILES, "programme.yaml": text})
    assert load(tmp_path).calendar.starts == 10


def test_a_scenario_is_laid_over(full: Path) -> None:
    inventory = load(full, "bold")
    assert inventory.scenario == "bold"
    assert [period.amount for period in inventory.pots["common"].periods] == [5, 5, 5]
    assert list(inventory.pots) == ["common"]
    assert inventory.roles["dba"].days == (240, 7, 240, 240, 240, 240, 120, 240)
    assert inventory.limits == ()
    assert inventory.services["hr"].capacity is None
    assert inventory.services["hr"].needs == ()
    assert list(inventory.services) == ["zone", "hr", "people", "mail", "post"]
    assert list(inventory.partners) == ["monmouthshire", "torfaen", "cardiff"]
    assert list(inventory.systems) == ["monmouthshire/hr", "torfaen/hr", "torfaen/identity", "cardiff/mail"]


SCENARIO = """
programme: {capital: {torfaen: null}}
services: {zone: {build: {capital: {torfaen: null}}}}
partners:
  torfaen: {systems: {hr: {after: [identity], options: [{approach: retire}]}}}
  monmouthshire: {systems: {mail: null}}
  cardiff: {systems: {mail: {}}}
"""


def test_a_scenario_has_marks_of_its_own(full: Path) -> None:
    write(full, {"scenarios/new.yaml": SCENARIO})
    assert load(full, "new").systems["cardiff/mail"].place == f"{full}/scenarios/new.yaml:7"


def test_scenario_names(full: Path) -> None:
    write(full, {"scenarios/timid.yaml": "scenario: Timid\n", "scenarios/notes.txt": "x"})
    assert scenario_names(full) == ("bold", "timid")
    with pytest.raises(UserError, match=r"unknown scenario `blod`; did you mean `bold`\? \(there is `bold`, `timid`\)"):
        load(full, "blod")
    for name in ("../scenarios/bold", "../partners/torfaen", "", "nul\0", "/etc/passwd"):
        with pytest.raises(UserError, match="unknown scenario"):
            load(full, name)


def test_the_hash_is_of_the_content(full: Path, tmp_path: Path) -> None:
    first = load(full).content_hash
    other = write(tmp_path / "other", FULL)
    for name, text in FULL.items():
        (other / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(other).content_hash == first
    write(other, {"scenarios/bold.yaml": "scenario: Changed\n", "approved/notes.txt": "x"})
    assert load(other).content_hash == first
    with_scenario = load(other, "bold").content_hash
    assert with_scenario != first
    (other / "scenarios" / "bold.yaml").rename(other / "scenarios" / "same.yaml")
    assert load(other, "same").content_hash != with_scenario
    write(other, {"services.yaml": FULL["services.yaml"] + "\n"})
    assert load(other).content_hash != first


def test_the_hash_holds_the_look_ups_used(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(full).content_hash
    text = "products: {windows-server: {name: W, source: S, checked: 2026-01-01, releases: {'2008-r2': 2021-01-14}}}"
    monkeypatch.setattr(end_of_life, "catalogue", lambda: end_of_life.read(text))
    assert load(full).content_hash != first


PLAN = {
    "format": 1,
    "programme": "Test",
    "scenario": None,
    "inventory": "x",
    "approved": None,
    "progress": None,
    "status": "optimal",
    "objective": 1.0,
    "bound": 1.0,
    "gap": 0.0,
    "moves": [
        {
            "system": "torfaen/hr",
            "option": 2,
            "approach": "consolidate",
            "to": "hr",
            "step": 1,
            "start": "2016/17 Q3",
            "cutover": "2016/17 Q4",
            "last": "2016/17 Q4",
        }
    ],
    "stays": [],
    "builds": [],
    "agency": [],
    "costs": {},
}


def test_the_last_approved_plan_by_name(full: Path) -> None:
    write(full, {"approved/002.json": json.dumps(PLAN), "approved/001.json": "rubbish"})
    inventory = load(full)
    assert inventory.approved is not None
    assert inventory.approved.moves[0].start == 1
    assert inventory.approved_hash is not None
    (full / "approved" / "002.json").write_bytes(json.dumps(PLAN, indent=1).replace("\n", "\r\n").encode())
    first = load(full).approved_hash
    (full / "approved" / "002.json").write_bytes(json.dumps(PLAN, indent=1).encode())
    assert load(full).approved_hash == first


@pytest.mark.parametrize("text", ["rubbish", "[]", "9" * 5000, "[" * 100_000, '{"format": 2}', "{}", "\ufeff{"])
def test_a_bad_approved_plan_is_a_problem(text: str, full: Path) -> None:
    write(full, {"approved/001.json": text})
    with pytest.raises(InvalidInventory) as caught:
        load(full)
    errors = [str(problem) for problem in caught.value.problems if problem.severity == "error"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{full}/approved/001.json:1:1: not a plan that was approved (")
    assert "\n" not in errors[0]


def test_progress_is_no_part_of_the_inventorys_hash(full: Path) -> None:
    before = load(full)
    write(full, {"progress/2016-17-Q2.yaml": "quarter: 2016/17 Q2\n"})
    after = load(full)
    assert (before.content_hash, before.progress) == (after.content_hash, None)
    assert after.progress is not None
    write(full, {"progress/2016-17-Q3.yaml": "x"})
    with pytest.raises(InvalidInventory) as caught:
        load(full)
    errors = [str(problem) for problem in caught.value.problems if problem.severity == "error"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{full}/progress/2016-17-Q3.yaml:1:1: ")


def test_a_longer_horizon(inventory: Inventory, full: Path) -> None:
    """Everything given by period goes on; nothing is read again."""
    for name in FULL:
        (full / name).unlink()
    longer = with_longer_horizon(inventory, 6)
    assert (longer.plan_quarters, longer.appraisal_quarters) == (14, 15)
    assert longer.roles["dba"].days == (*(inventory.roles["dba"].days or ()), 240, 240, 240, 240, 240, 240)
    assert longer.pots["common"].periods[-1].quarters == range(11, 14)
    assert longer.pots["common"].periods[-2].quarters == range(7, 11)
    assert longer.freezes[0].quarters == {0, 2, 6, 10}
    assert longer.systems == inventory.systems
    assert with_longer_horizon(longer, 2) == with_longer_horizon(inventory, 8)
    assert (with_longer_horizon(longer, 2).plan_quarters, with_longer_horizon(longer, 2).appraisal_quarters) == (16, 16)


def test_an_appraisal_by_default_follows_the_horizon(tmp_path: Path) -> None:
    text = FILES["programme.yaml"].replace("appraise_to: 2019/20 Q4\n", "")
    write(tmp_path, {**FILES, "programme.yaml": text})
    assert (
        load(tmp_path).appraisal_quarters,
        with_longer_horizon(load(tmp_path), 3).appraisal_quarters,
        load(tmp_path, extend=3).appraisal_quarters,
    ) == (8, 11, 11)
    assert load(tmp_path, extend=3) == with_longer_horizon(load(tmp_path), 3)


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        ("pot torfaen", "programme.yaml", "  torfaen: {amount"),
        ("role dba", "programme.yaml", "  dba:"),
        ("freeze 2", "programme.yaml", "  - {quarters: [2017-05-05]}"),
        ("limit 2", "programme.yaml", "  - {moves: 9}"),
        ("milestone 1", "programme.yaml", "  - {by: 2017/18 Q4"),
        ("together 1", "programme.yaml", "  - [torfaen/hr"),
        ("target 2", "programme.yaml", "  - {year: 2019/20"),
        ("service people", "services.yaml", "  people:"),
        ("latest torfaen/hr", "partners/torfaen.yaml", "    latest:"),
    ],
)
def test_places_of_rules(rule: str, name: str, text: str, inventory: Inventory, full: Path) -> None:
    lines = FULL[name].splitlines()
    line = next(number for number, written in enumerate(lines, 1) if written.startswith(text))
    assert inventory.places[rule] == f"{full}/{name}:{line}"


# Schemas


@pytest.mark.parametrize("kind", SCHEMAS)
def test_published_schemas_are_current(kind: str) -> None:
    path = Path(__file__).parents[2] / "schemas" / f"{kind}.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(kind), "run `consolidate schema` again"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_key_is_described_with_an_example(kind: str) -> None:
    made = schema(kind)
    for part in (made, *made.get("$defs", {}).values()):
        assert part["additionalProperties"] is False
        assert part["description"]
        for key, value in part["properties"].items():
            assert value["description"], key
            assert value["examples"], key
