"""Switching values: both ends by ledgers of changed files, what is proven against plans made anew, by brute force."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import small_inventories

import consolidate as c
from consolidate.explain.appraisal import compare_options
from consolidate.explain.option_plans import OptionBooks
from consolidate.explain.switching import DISCOUNT_RATE, SwitchingValue, switching_values

PROGRAMME = """
programme: Small
horizon: {{from: 2016/17 Q1, to: 2017/18 Q4}}
discount_rate: {rate}
tiers: {{gold: {{exposure: {exposure}}}}}
roles: {{dba: {{days: 3}}}}
approaches:
  rehost: {{medium: {{quarters: 1, effort: {{dba: 3}}, capital: {capital}, run_cost: {after}, end_of_life: never}}}}
  retain: {{}}
"""
SYSTEMS = """
a: {{run_cost: {before}, tier: gold, end_of_life: 2016-06-30}}
b: {{run_cost: {before}, tier: gold, end_of_life: 2016-09-30}}
c: {{run_cost: {before}}}
"""
FIGURES = {"rate": 0.035, "exposure": 40.0, "capital": 900.0, "after": 2_200.0, "before": 4_000.0}
OF = {"capital": ("capital",), "exposure": ("exposure",), "run": ("before", "after")}
"""The figures in the files that a kind of cost is made of."""
FEWER = "partners: {p: {systems: {c: {options: [{approach: retain}]}}}}\n"


def write(folder: Path, **others: float) -> Path:
    """Three systems; ``fewer``: one of them stays."""
    figures = {**FIGURES, **others}
    shown = {key: f"{value:.6%}" if key == "rate" else f"{value:.8f}" for key, value in figures.items()}
    made = small_inventories.write(folder, PROGRAMME.format(**shown), SYSTEMS.format(**shown))
    (made / "scenarios").mkdir(exist_ok=True)
    (made / "scenarios/fewer.yaml").write_text(FEWER, encoding="utf-8")
    return made


def changed(folder: Path, one: SwitchingValue, amount: float) -> Path:
    """The files with a figure changed as a switching value says."""
    if one.figure == DISCOUNT_RATE:
        return write(folder, rate=amount)
    return write(folder, **{key: FIGURES[key] * (1 + amount) for key in OF[one.figure]})


def books(folder: Path) -> dict[str, OptionBooks]:
    """The plans of the two options, each with its books."""
    found = {}
    for name, scenario in (("base", None), ("fewer", "fewer")):
        inv = c.load(folder, scenario)
        plan = c.make_plan(inv, gap=0).plan
        found[name] = OptionBooks(name, "plan", inv, plan, c.ledger(inv, plan))
    return found


def values(folder: Path) -> tuple[dict[str, OptionBooks], OptionBooks, tuple[SwitchingValue, ...]]:
    """The options, doing nothing, and the switching values of the inventory itself against the other two."""
    options = books(folder)
    inv = options["base"].inventory
    nothing = OptionBooks("do nothing", "nothing", inv, None, c.baseline(inv))
    return options, nothing, switching_values(options["base"], [nothing, options["fewer"]])


def held(folder: Path, option: OptionBooks) -> float:
    """What an option's plan is worth by the files as they are now, by the ledger alone."""
    inv = c.load(folder, None if option.name != "fewer" else "fewer")
    return c.baseline(inv).total - (c.baseline(inv) if option.plan is None else c.ledger(inv, option.plan)).total


def test_both_ends_are_so_by_the_ledgers_of_the_changed_files(tmp_path: Path, little: None) -> None:
    options, nothing, found = values(write(tmp_path / "files"))
    every = {**options, "do nothing": nothing}
    assert {one.figure for one in found} >= {"capital", "run"}
    assert {one.rival for one in found} == {"fewer"}
    found += switching_values(options["base"], [nothing])
    assert "do nothing" in {one.rival for one in found}
    for one in found:
        for amount, first, second in (
            (one.before, one.best_before, one.rival_before),
            (one.after, one.best_after, one.rival_after),
        ):
            files = changed(tmp_path / "changed", one, amount)
            assert held(files, options["base"]) == pytest.approx(first, abs=0.01)
            assert held(files, every[one.rival]) == pytest.approx(second, abs=0.01)
        assert one.best_before >= one.rival_before
        assert one.rival_after > one.best_after
        rivals = every.values() if one.rival == "fewer" else [options["base"], nothing]
        others = [held(changed(tmp_path / "changed", one, one.before), other) for other in rivals]
        assert one.best_before == pytest.approx(max(others), abs=0.01)


def test_up_to_what_is_proven_no_plan_made_anew_is_worth_more(tmp_path: Path, little: None) -> None:
    options, _, found = values(write(tmp_path / "files"))
    proven = [one for one in found if one.at_least is not None]
    assert proven
    for one in proven:
        assert one.at_least is not None
        assert 0 < abs(one.at_least) <= abs(one.before)
        for part in (0.5, 1.0):
            files = changed(tmp_path / "changed", one, one.at_least * part)
            anew = c.load(files, "fewer")
            best = c.baseline(anew).total - c.make_plan(anew, gap=0).verdict.ledger.total
            assert best <= held(files, options["base"]) + 0.01


def test_a_bound_that_proves_nothing_proves_nothing(tmp_path: Path, little: None) -> None:
    options, _, _ = values(write(tmp_path / "files"))
    fewer = options["fewer"]
    assert fewer.plan is not None
    loose = replace(fewer, plan=replace(fewer.plan, bound=0.0))
    found = switching_values(options["base"], [loose])
    assert found
    assert all(one.at_least is None for one in found)


def test_a_wrong_total_is_caught(tmp_path: Path, little: None) -> None:
    """The books of an option altered by a pound's worth of capital: its switching values no longer agree."""
    options, nothing, right = values(write(tmp_path / "files"))
    book = options["base"].book
    wrong = replace(book, costs=replace(book.costs, capital=book.costs.capital + 400))
    planted = switching_values(replace(options["base"], book=wrong), [nothing, options["fewer"]])
    (one,) = (one for one in planted if one.figure == "capital")
    files = changed(tmp_path / "changed", one, one.after)
    assert held(files, options["base"]) != pytest.approx(one.best_after, abs=0.01)
    assert one not in right


def test_they_are_part_of_an_appraisal(tmp_path: Path, little: None) -> None:
    folder = write(tmp_path / "files")
    found = compare_options(folder, ["base", "fewer"])
    assert found.best == "base"
    assert {one.figure for one in found.switching} == {one.figure for one in values(folder)[2]}
