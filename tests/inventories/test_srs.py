"""The default inventory: what the SRS strategy 2016-2020 says must stand in it, to the letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from consolidate.inventory import Inventory, System
from consolidate.loading import load, scenario_names
from consolidate.quarters import months, parse_date

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "inventory"
STARTER = ROOT / "consolidate" / "data" / "starter"

PILOTS = {
    "torfaen/revenues-benefits",
    "torfaen/ems-one",
    "monmouthshire/revenues-benefits",
    "monmouthshire/ems-one",
    "gwent-police/sign-on",
    "gwent-police/body-worn-video",
    "gwent-police/fotoweb",
}
FOR_ALL = ("email", "skype", "yammer", "sharepoint")


@pytest.fixture(scope="module")
def srs() -> Inventory:
    return load(FOLDER)


def quarter(inventory: Inventory, label: str) -> int:
    return inventory.calendar.quarter(label)


def rest(inventory: Inventory) -> list[System]:
    """All that moves onto OneWales after the pilots and what every partner shares."""
    return [
        system
        for system in inventory.systems.values()
        if system.must_move and system.id not in PILOTS and system.id.partition("/")[2] not in FOR_ALL
    ]


def test_nothing_is_odd(srs: Inventory) -> None:
    assert srs.warnings == ()


def test_the_partners_and_their_operating_budgets(srs: Inventory) -> None:
    assert {partner.id: (str(partner.name), partner.budget) for partner in srs.partners.values()} == {
        "torfaen": ("Torfaen County Borough Council", 2_833_894),
        "monmouthshire": ("Monmouthshire County Council", 2_180_831),
        "gwent-police": ("Gwent Police", 3_159_778),
    }
    assert sum(partner.budget or 0 for partner in srs.partners.values()) == 8_174_503


def test_the_years_of_the_strategy(srs: Inventory) -> None:
    assert (srs.label(0), srs.label(srs.plan_quarters - 1)) == ("2016/17 Q1", "2019/20 Q4")
    assert srs.appraisal_quarters > srs.plan_quarters


def test_the_service_tiers(srs: Inventory) -> None:
    assert list(srs.tiers) == ["platinum", "gold", "silver", "bronze"]
    assert list(srs.tiers.values()) == sorted(srs.tiers.values(), reverse=True)


def test_how_many_there_are(srs: Inventory) -> None:
    assert 60 <= len([system for system in srs.systems.values() if system.capability != "core-service"]) <= 75
    assert len(srs.services) >= 12
    assert min(sum(s.partner == partner for s in srs.systems.values()) for partner in srs.partners) >= 20


@pytest.mark.parametrize("partner", ["torfaen", "monmouthshire", "gwent-police"])
@pytest.mark.parametrize("name", FOR_ALL)
def test_every_partner_moves_what_is_shared_in_the_first_year(srs: Inventory, partner: str, name: str) -> None:
    system = srs.systems[f"{partner}/{name}"]
    assert system.latest == quarter(srs, "2016/17 Q4")
    assert {option.first.to for option in system.options} == {name}


def test_the_review_waits_for_the_pilots_and_is_held_in_2016(srs: Inventory) -> None:
    """Six pilots, two for each organisation; Gwent Police's second is two media systems."""
    review = srs.services["pilot-review"]
    assert set(review.after) == PILOTS
    assert review.must_build
    assert review.latest == quarter(srs, "2016/17 Q4")
    for pilot in PILOTS:
        assert srs.systems[pilot].latest == quarter(srs, "2016/17 Q4"), pilot
        assert not any("pilot-review" in option.first.needs for option in srs.systems[pilot].options), pilot


@pytest.mark.parametrize("year", ["2016/17", "2017/18", "2018/19", "2019/20"])
def test_the_operating_budgets_limit_the_revenue_of_each_year(year: str, srs: Inventory) -> None:
    limits = {budget.partners: budget.at_most for budget in srs.budgets if budget.label == year}
    assert limits == {(partner.id,): partner.budget for partner in srs.partners.values()}


def test_todays_costs_leave_a_little_room_in_the_budgets(srs: Inventory) -> None:
    """So little that what moving costs in revenue has to be found within the year."""
    for partner in srs.partners.values():
        own = [system for system in srs.systems.values() if system.partner == partner.id]
        today = sum(system.run_cost + (system.contract.cost if system.contract else 0) for system in own)
        assert partner.budget is not None
        assert 0.92 * partner.budget < today < partner.budget


def test_the_fifteen_risks(srs: Inventory) -> None:
    assert len(srs.risks) == 15
    texts = [str(risk.risk).lower() for risk in srs.risks]
    for words in ("channel shift", "minimum viable", "prince 2", "one wales cloud", "cross-organisation", "funding"):
        assert any(words in text for text in texts), words
    for risk in srs.risks:
        assert risk.owner is not None
        assert risk.action is not None
    touched = {system for risk in srs.risks for system in risk.systems}
    assert touched >= PILOTS


def test_memorandum_budgets_are_agreed_each_february(srs: Inventory) -> None:
    dates = [milestone for milestone in srs.milestones if milestone.share is None]
    assert [(date.day.month, date.kind) for date in dates if date.day is not None] == [(2, "governance")] * 3


def test_software_is_not_renewed_by_new_hardware(srs: Inventory) -> None:
    """Whatever is lifted and shifted keeps the date of its software; renewed hardware has a date of its own."""
    for system in srs.systems.values():
        for option in system.options:
            if option.approach in ("rehost", "relocate", "refresh") and option.number != 3:
                assert option.first.support_ends.software == system.support_ends.software, (system.id, option.number)


def test_newport_joins_on_the_first_of_april_2017(srs: Inventory) -> None:
    joined = load(FOLDER, "newport-joins")
    newport = joined.partners["newport"]
    assert newport.joins == quarter(srs, "2017/18 Q1")
    assert joined.warnings == ()
    assert {*joined.systems} > {*srs.systems}
    assert all(system.earliest >= newport.joins for system in joined.systems.values() if system.partner == "newport")
    payroll = joined.systems["newport/hr-payroll"]
    assert {option.first.to for option in payroll.options} == {"hr-payroll"}


def test_the_rest_waits_for_the_review(srs: Inventory) -> None:
    assert len(rest(srs)) > 40
    for system in rest(srs):
        for option in system.options:
            assert "pilot-review" in option.first.needs, system.id


@pytest.mark.parametrize("capability", ["hr-payroll", "social-care"])
def test_redesigns_of_2017(srs: Inventory, capability: str) -> None:
    systems = [system for system in srs.systems.values() if system.capability == capability]
    assert len(systems) >= 2
    assert min(system.earliest for system in systems) >= quarter(srs, "2017/18 Q1")


def test_social_care_moves_into_ccis_which_exists(srs: Inventory) -> None:
    care = [system for system in srs.systems.values() if system.capability == "social-care"]
    assert {system.partner for system in care} == {"torfaen", "monmouthshire"}
    assert {option.first.to for system in care for option in system.options} == {"ccis"}
    assert srs.services["ccis"].build is None


@pytest.mark.parametrize("partner", ["torfaen", "monmouthshire", "gwent-police"])
def test_hr_and_payroll_is_shared_when_its_contract_ends_at_the_latest(srs: Inventory, partner: str) -> None:
    system = srs.systems[f"{partner}/hr-payroll"]
    assert system.contract is not None
    assert system.latest == srs.calendar.of_month(system.contract.ends)
    assert {option.first.to for option in system.options} == {"hr-payroll"}


def test_on_premises_only_where_information_security_requires_it(srs: Inventory) -> None:
    highest = srs.classifications[-1]
    for system in srs.systems.values():
        if system.capability == "core-service":  # people and lines
            assert [option.approach for option in system.options] == ["retain"]
            continue
        may_stay = any(option.approach in ("retain", "refresh") for option in system.options)
        assert may_stay == (system.classification == highest), system.id
        assert system.must_move != may_stay, system.id


def test_no_large_volume_is_left_to_the_last_year(srs: Inventory) -> None:
    last = max((one for one in srs.milestones if one.share is not None), key=lambda milestone: milestone.by)
    assert last.by == quarter(srs, "2018/19 Q4")
    assert len(srs.systems) - last.needed < len(srs.systems) / 4


@pytest.mark.parametrize(
    ("system", "date"),
    [
        ("torfaen/file-service", "2015-07-14"),  # Windows Server 2003
        ("torfaen/sql-servers", "2016-04-12"),  # SQL Server 2005
        ("torfaen/email", "2017-04-11"),  # Exchange 2007
        ("gwent-police/sharepoint", "2017-10-10"),  # SharePoint 2007
        ("torfaen/skype", "2018-01-09"),  # Office Communications Server 2007 R2
        ("monmouthshire/sql-servers", "2019-07-09"),  # SQL Server 2008
        ("torfaen/gis", "2020-01-14"),  # Windows Server 2008
        ("monmouthshire/email", "2020-10-13"),  # Exchange 2010
    ],
)
def test_support_ends_when_it_really_did(srs: Inventory, system: str, date: str) -> None:
    found = srs.systems[system]
    assert found.product is not None
    assert found.end_of_life == srs.calendar.of_month(months(parse_date(date)))


def test_some_run_unsupported_whatever_is_done(srs: Inventory) -> None:
    lost = [s for s in srs.systems.values() if s.end_of_life is not None and s.end_of_life < 0]
    assert len(lost) >= 3


def test_services_that_everything_stands_on(srs: Inventory) -> None:
    named = {"landing-zone", "identity", "email", "skype", "yammer", "sharepoint", "hr-payroll", "ccis"}
    assert named <= srs.services.keys()


def test_figures_of_ours_are_marked_as_such() -> None:
    for path in (FOLDER / "programme.yaml", FOLDER / "services.yaml", *sorted((FOLDER / "partners").glob("*.yaml"))):
        head = path.read_text(encoding="utf-8").partition("\n\n")[0]
        assert "illustration" in head.lower(), path.name


def test_every_file_bears_its_schema() -> None:
    for path in [*FOLDER.rglob("*.yaml"), *STARTER.rglob("*.yaml")]:
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert re.fullmatch(r"# yaml-language-server: \$schema=[./]*schemas/\w+\.schema\.json", first), path.name


def test_scenarios_load_and_differ(srs: Inventory) -> None:
    names = scenario_names(FOLDER)
    assert names == ("capital-cut-20", "data-migration-engineer", "newport-joins", "no-agency")
    hashes = {load(FOLDER, name).content_hash for name in names} | {srs.content_hash}
    assert len(hashes) == len(names) + 1


def test_the_capital_cut_is_a_fifth_of_every_amount(srs: Inventory) -> None:
    cut = load(FOLDER, "capital-cut-20")
    for pot in srs.pots.values():
        amounts = [period.amount for period in cut.pots[pot.id].periods]
        assert amounts == pytest.approx([0.8 * period.amount for period in pot.periods])


def test_the_starter_is_a_valid_inventory() -> None:
    starter = load(STARTER)
    assert starter.warnings == ()
    assert 5 <= len(starter.systems) <= 8
    assert len(starter.services) == 2
