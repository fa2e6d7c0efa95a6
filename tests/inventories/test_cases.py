"""The cases under examples/: what their papers say stands in them to the letter, and the shipped command plans each."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections import defaultdict
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from commands import COMMAND, ROOT

import consolidate
from consolidate.errors import Problem
from consolidate.inventory import Inventory
from consolidate.loading import load, scenario_names

CASES = ("sts", "onesource", "worcestershire", "plymouth-cco")
SCENARIOS = [(case, scenario) for case in CASES for scenario in scenario_names(ROOT / "examples" / case)]
AREAS = (
    *("Infrastructure", "End user computing", "Campus networking and connectivity"),
    *("Cyber protection", "Service delivery"),
)


def case(name: str) -> Inventory:
    return load(ROOT / "examples" / name)


def years(inventory: Inventory, quarters: range) -> set[str]:
    return {inventory.label(q)[:7] for q in quarters}


def must_save(warning: Problem) -> bool:
    return "leaving everything as it is costs" in warning.message


# -- each of them ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_odd(name: str) -> None:
    """But that a county must save to keep to its budgets, which `check` says as it should."""
    assert [one for one in case(name).warnings if not must_save(one)] == []
    assert sum(map(must_save, case(name).warnings)) == (3 if name == "worcestershire" else 0)


@pytest.mark.parametrize(("name", "scenario"), SCENARIOS)
def test_nor_in_a_scenario(name: str, scenario: str) -> None:
    assert [one for one in load(ROOT / "examples" / name, scenario).warnings if not must_save(one)] == []


@pytest.mark.parametrize("name", CASES)
def test_what_is_ours_is_marked_and_so_are_facts(name: str) -> None:
    folder = ROOT / "examples" / name
    for path in (folder / "programme.yaml", folder / "services.yaml", *sorted((folder / "partners").glob("*.yaml"))):
        head = re.split(r"\n(?!#|\n)", path.read_text(encoding="utf-8"))[0]
        assert "ILLUSTRATION" in head, path
        assert "Fact" in head, path
    for path in (folder / "scenarios").glob("*.yaml"):
        assert "illustration" in path.read_text(encoding="utf-8").lower() or path.stem == "option-2", path


@pytest.mark.parametrize("name", CASES)
def test_the_shipped_command_proves_what_the_page_says(name: str, tmp_path: Path) -> None:
    """To 0.5% or better; and the cost that the page tells the Board is this plan's, within as much."""
    program = [*COMMAND, "plan", f"examples/{name}", "--out", str(tmp_path), "--gap", "0.5%"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all("leaving everything as it is costs" in line for line in done.stderr.splitlines())
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert plan["status"] in ("optimal", "within_gap")
    assert 0 <= plan["gap"] <= 0.005
    page = (ROOT / "examples" / name / "README.md").read_text(encoding="utf-8")
    (millions,) = re.findall(r"The plan costs £([\d.]+) million", page)
    assert plan["costs"]["total"] == pytest.approx(float(millions) * 1e6, rel=0.006)
    if name == "sts":  # totals by area and year
        with (tmp_path / "areas.csv").open(encoding="utf-8", newline="") as file:
            capital = [row for row in csv.DictReader(file) if row["kind"] == "capital"]
        assert {row["area"] for row in capital} == set(AREAS)
        assert {row["financial_year"] for row in capital} == {f"20{n}/{n + 1}" for n in range(21, 26)}
        assert 35_500_000 <= sum(float(row["amount"]) for row in capital) <= 36_000_000


# -- STS -------------------------------------------------------------------------------------


def test_sts_has_three_councils_and_lewisham_homes_joins() -> None:
    inventory = case("sts")
    assert set(inventory.partners) == {"brent", "lewisham", "southwark", "lewisham-homes"}
    assert {id for id, partner in inventory.partners.items() if partner.joins} == {"lewisham-homes"}
    assert len(years(inventory, range(inventory.plan_quarters))) == 5


def test_sts_spends_about_36_million_in_the_areas_of_the_paper() -> None:
    inventory = case("sts")
    (pot,) = inventory.pots.values()
    assert sum(period.amount for period in pot.periods) == 36_000_000
    totals: dict[str | None, float] = defaultdict(float)
    for system in inventory.systems.values():
        totals[system.area] += sum(system.options[0].first.capital.values())
    assert set(totals) == set(AREAS)
    assert 35_500_000 <= sum(totals.values()) <= 36_000_000
    assert not any(service.build and sum(service.build.capital.values()) for service in inventory.services.values())


def test_sts_option_2_costs_750_thousand_a_year_and_needs_the_least_agency_of_those_that_can_be_had() -> None:
    costs, posts, agency = {}, {}, {}
    for name in ("option-1", "option-2", "option-3"):
        inventory = load(ROOT / "examples/sts", name)
        build = inventory.services["operating-model"].build
        assert build is not None
        costs[name] = build.run_cost
        posts[name] = sum(sum(role.days or ()) for role in inventory.roles.values())
        agency[name] = sum(sum(role.agency_days) for role in inventory.roles.values())
    assert costs == {"option-1": 0, "option-2": 750_000, "option-3": 1_100_000}
    assert posts["option-1"] < posts["option-2"] < posts["option-3"]
    assert agency["option-1"] > agency["option-2"] > agency["option-3"]


def test_sts_own_people_are_cheaper_than_agency_and_apprentices_cannot_be_bought() -> None:
    roles = case("sts").roles
    assert all(role.day_cost for role in roles.values())
    assert not any(roles["apprentice"].agency_days)
    for role in roles.values():
        assert all(rate > cost for rate, cost in zip(role.day_rate, role.day_cost, strict=False) if rate), role.id


def test_sts_checkpoints_are_gates_and_who_pays_is_reviewed_each_year() -> None:
    inventory = case("sts")
    gates = [service for service in inventory.services.values() if service.after]
    assert [gate.id for gate in gates] == ["checkpoint-1", "checkpoint-2"]
    assert all(gate.must_build and gate.latest is not None for gate in gates)
    assert all(any(gate.id in system.options[0].first.needs for system in inventory.systems.values()) for gate in gates)
    assert len(inventory.apportion.years) == 2
    assert "lewisham-homes" not in inventory.apportion.years[2021]
    assert "lewisham-homes" in inventory.apportion.years[2022]
    assert sum(str(one.name) == "Apportionment reviewed" for one in inventory.milestones) == 4


# -- oneSource -------------------------------------------------------------------------------


def test_onesource_has_21_functions_in_each_council() -> None:
    inventory = case("onesource")
    assert set(inventory.partners) == {"havering", "newham"}
    functions = [system for system in inventory.systems.values() if "day-one" in system.options[0].first.needs]
    assert {sum(system.partner == partner for system in functions) for partner in inventory.partners} == {21}
    assert sum(partner.users for partner in inventory.partners.values()) == 1_350
    for system in functions:
        for option in system.options:
            assert (option.first.approach, option.then and option.then.approach) == ("relocate", "consolidate")


def test_onesource_is_live_within_four_months() -> None:
    inventory = case("onesource")
    assert inventory.minimise == "finish"
    (live,) = [milestone for milestone in inventory.milestones if milestone.share is not None]
    assert (live.share, inventory.label(live.by)) == (Fraction(1), "2013/14 Q4")
    assert inventory.calendar.quarter("2013/14 Q4") == 1


def test_onesource_tests_its_redesigns_and_log_in_opens_the_first_day() -> None:
    inventory = case("onesource")
    assert set(inventory.services["day-one"].after) == {
        *("havering/networks", "newham/networks", "havering/mail", "newham/mail")
    }
    redesigned = [option.then for system in inventory.systems.values() for option in system.options if option.then]
    assert sum(step.parallel_run == 1 for step in redesigned) >= 39
    assert {review for step in redesigned for review in step.needs} >= {"quick-wins", "reviews-2", "reviews-3"}
    assert inventory.services["reviews-2"].needs == ("quick-wins",)


def test_onesource_newham_adopts_the_oracle_of_havering() -> None:
    inventory = case("onesource")
    assert inventory.services["one-oracle"].build is None
    for id in ("newham/finance", "havering/finance", "newham/payroll", "newham/hr"):
        assert inventory.systems[id].options[0].services == ("one-oracle",)


# -- Worcestershire --------------------------------------------------------------------------


def test_worcestershire_tranches() -> None:
    inventory = case("worcestershire")
    trial, phones = inventory.systems["worcestershire/tablets-trial"], inventory.systems["worcestershire/mobile-phones"]
    assert (trial.users, phones.users) == (46, 1_000)
    assert inventory.services["tablet-review"].after == ("worcestershire/tablets-trial",)
    assert "tablet-review" in inventory.systems["worcestershire/tablets-all"].options[0].first.needs
    (by,) = [one for one in inventory.milestones if one.who.systems == {phones.id}]
    assert (by.day, by.share) == (date(2019, 5, 31), Fraction(1))


def test_worcestershire_saves_by_insourcing_and_keeps_to_its_revenue() -> None:
    inventory = case("worcestershire")
    assert {target.savings for target in inventory.targets} == {250_000}
    assert len(inventory.budgets) == 3
    assert sum(system.area == "Insourcing" for system in inventory.systems.values()) == 3
    assert inventory.label(0) == "2017/18 Q3"  # October 2017
    assert inventory.partners["worcestershire-children-first"].joins > 0


def test_worcestershire_liberata_runs_on_where_its_software_is_upgraded() -> None:
    liberata = case("worcestershire").systems["worcestershire/liberata"]
    ended_by = {option.approach: option.contract_step for option in liberata.options}
    assert ended_by == {"replatform": None, "rehost": None, "repurchase": 0}


def test_worcestershire_names_what_the_paper_names() -> None:
    inventory = case("worcestershire")
    names = {str(system.name) for system in inventory.systems.values()}
    names |= {str(service.name) for service in inventory.services.values()}
    names |= {str(system.area) for system in inventory.systems.values()}
    said = " ".join(names)
    for word in ("Frameworki", "Liquidlogic", "Intune", "ActiveSync", "Power BI", "Liberata", "Windows 7", "G1", "DXC"):
        assert word in said, word
    for area in ("Social Care Case Management Programme", "Future Technology Transformation Programme"):
        assert area in names


# -- Plymouth --------------------------------------------------------------------------------


def test_plymouth_saves_in_each_year_what_the_paper_says() -> None:
    targets = [(target.label, target.savings) for target in case("plymouth-cco").targets]
    assert targets == [("2014/15", 900_000), ("2015/16", 3_800_000), ("2016/17", 3_500_000)]


def test_plymouth_has_five_projects_that_depend_on_each_other_and_on_other_programmes() -> None:
    inventory = case("plymouth-cco")
    assert sorted({str(system.area)[:6] for system in inventory.systems.values()}) == [f"CCO_0{n}" for n in range(1, 6)]
    assert inventory.services["transaction-centre"].needs == ("delt", "as-is")
    assert "transaction-centre" in inventory.services["business-support"].needs
    for other in ("accommodation", "integrated-commissioning", "service-reviews", "category-management"):
        assert inventory.services[other].build is None


def test_plymouth_has_milestones_of_each_kind_with_the_dates_of_the_paper() -> None:
    milestones = case("plymouth-cco").milestones
    assert {one.kind for one in milestones} == {"governance", "engagement", "deliverable", "planning"}
    assert [(one.day, one.kind) for one in milestones if one.day] == [
        (date(2014, 8, 1), "deliverable"),
        (date(2014, 8, 13), "engagement"),
        (date(2014, 8, 13), "planning"),
        (date(2014, 10, 22), "governance"),
    ]
    assert all(one.share is None for one in milestones if one.day)


def test_plymouth_goes_from_as_is_to_to_be_stage_by_stage() -> None:
    services = case("plymouth-cco").services
    stages = ("champion", "co-design", "as-is", "standardise", "automate", "collaborate")
    for before, after in pairwise(stages):
        assert before in services[after].needs, after
    assert services["standardise"].after
    assert services["automate"].after


# -- from the package ------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_a_copy_is_the_same_inventory(name: str, tmp_path: Path) -> None:
    """But for the first line of each file, which leads to the schemas beside it."""
    consolidate.start_inventory(tmp_path / "mine", name)
    mine, origin = load(tmp_path / "mine"), case(name)
    assert [one.message for one in mine.warnings] == [one.message for one in origin.warnings]
    assert (list(mine.systems), list(mine.services)) == (list(origin.systems), list(origin.services))
    assert scenario_names(tmp_path / "mine") == scenario_names(ROOT / "examples" / name)
    assert (tmp_path / "mine" / "README.md").is_file()
