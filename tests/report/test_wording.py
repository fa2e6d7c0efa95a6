"""What the sections of a pack say in words."""

from __future__ import annotations

import pytest
from drawings import many

from consolidate.audience.plan_books import Basis, PlanBooks
from consolidate.audience.restriction import Audience
from consolidate.language import language
from consolidate.report.facts.compute import pack_facts
from consolidate.report.sections.wording import NAMES_IN_A_CELL, Wording


@pytest.fixture(scope="module")
def wording() -> Wording:
    """Twelve systems of three partners that share four names."""
    data, plan = many(12, 3, 4, 8, 1, ["Website", "Payroll", "Finance", "Libraries"])
    return Wording(pack_facts(Basis(PlanBooks(data, plan), None, 5, None), Audience()), language("en"))


def test_a_name_of_several_systems_is_said_once(wording: Wording) -> None:
    systems = list(wording.inventory.systems)
    assert wording.few_systems(systems[:2]) == "Website, Payroll"
    assert wording.few_systems(systems) == "Website (3), Payroll (3), Finance (3), Libraries (3)"
    assert wording.few_systems([]) is None


def test_of_many_names_it_is_said_how_many_systems_are_left(wording: Wording, monkeypatch: pytest.MonkeyPatch) -> None:
    assert NAMES_IN_A_CELL > 2
    monkeypatch.setattr("consolidate.report.sections.wording.NAMES_IN_A_CELL", 2)
    assert wording.few_systems(list(wording.inventory.systems)) == "Website (3), Payroll (3) and 6 more"
