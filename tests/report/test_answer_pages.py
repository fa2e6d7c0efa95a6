"""Whatever has an answer bears the classification of what it shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from problem_cases import write

import consolidate
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.planning import PlanResult

FILES = {
    "programme.yaml": """
programme: Marked
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
classifications: [official, official-sensitive]
roles: {engineer: {days: {2016/17: 50, 2017/18: 100}}}
capital: {common: {amount: {2016/17: 60_000, 2017/18: 10_000}}}
tiers: {gold: {exposure: 1_000}}
""",
    "services.yaml": """
services:
  hub: {provides: email, build: {quarters: 1, capital: 10_000}}
""",
    "partners/a.yaml": """
systems:
  one:
    run_cost: 400_000
    tier: gold
    end_of_life: 2016-03-31
    classification: official-sensitive
    options: [{approach: rehost, capital: 50_000, effort: {engineer: 20}, run_cost: 0}, {approach: retain}]
  mail:
    run_cost: 30_000
    capability: email
    options: [{approach: consolidate, to: hub, run_cost: 0}, {approach: retain}]
""",
}


def explained(name: str) -> Callable[[Inventory, PlanResult], str]:
    return lambda data, made: consolidate.explanation_html(consolidate.explain_choice(data, made.plan, name, nearest=1))


ANSWERS: dict[str, Callable[[Inventory, PlanResult], str]] = {
    "system": explained("a/one"),
    "service": explained("hub"),
    "partner": explained("a"),
    "decisions": lambda data, made: consolidate.decisions_html(consolidate.decisions(data, made.plan, later=0)),
    "diary": lambda data, made: consolidate.decisions_ics(consolidate.decisions(data, made.plan, later=0)),
    "worth": lambda data, made: consolidate.worth_html(
        consolidate.worth(data, made.plan, consolidate.WorthOptions(most=0), start=consolidate.start_from(data, made))
    ),
    "frontier": lambda data, made: consolidate.frontier_html(
        consolidate.frontier(
            data,
            made.plan,
            "common",
            consolidate.FrontierOptions(sizes=(1.0,)),
            start=consolidate.start_from(data, made),
        )
    ),
    "alternatives": lambda data, made: consolidate.alternatives_html(consolidate.alternatives(data, made.plan)),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_it_is_marked(name: str, inventory: Inventory, result: PlanResult) -> None:
    assert "OFFICIAL-SENSITIVE" in ANSWERS[name](inventory, result)


def test_without_a_classification_there_is_no_empty_band(tmp_path: Path) -> None:
    files = {path: text.replace("classification: official-sensitive", "") for path, text in FILES.items()}
    programme = files["programme.yaml"].replace("classifications: [official, official-sensitive]\n", "")
    data = load(write(tmp_path, {**files, "programme.yaml": programme}))
    page = consolidate.explanation_html(consolidate.explain_choice(data, consolidate.make_plan(data).plan, "a/one"))
    assert "<main" in page
    for absent in ('<header class="top"', '<p class="marking"', "<footer"):
        assert absent not in page
