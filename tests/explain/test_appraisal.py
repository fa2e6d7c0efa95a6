"""An options appraisal: by hand on two systems, against ledgers and all plans on random inventories, and its errors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import brute_force
import pytest
import random_inventories
import small_inventories
from builders import build, consolidate, inventory, rehost, retain, service, system
from commands import Call

import consolidate as c
from consolidate.cli.remedies import worded
from consolidate.errors import NoPlan, OutOfTime, RejectedPlan, UserError
from consolidate.explain import option_plans
from consolidate.explain.answer_words import sayable
from consolidate.explain.appraisal import AppraisedOption, CashOfYear, OptionsAppraisal, compare_options
from consolidate.explain.do_minimum import do_minimum, must_move
from consolidate.language import language
from consolidate.parallel.plans import PlanAttempt
from consolidate.report.answers.appraisal_document import brief_worth, differing, no_difference, verdict_sentence
from consolidate.report.document import PackTable, TableColumn

ENGLISH = language("en")
PROGRAMME = """
programme: Small
horizon: {from: 2016/17 Q1, to: 2016/17 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 10}}
roles: {dba: {days: 100}}
approaches:
  rehost: {medium: {quarters: 1, effort: {dba: 5}, capital: 100, run_cost: 50%, end_of_life: never}}
  retain: {}
"""
SYSTEMS = """
a: {run_cost: 4_000, must_move: yes, tier: gold, end_of_life: 2016-06-30}
b: {run_cost: 4_000}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two systems worth moving at once; a scenario in which a move is too dear, and one without a plan."""
    made = small_inventories.write(tmp_path / "inventory", PROGRAMME, SYSTEMS)
    (made / "scenarios").mkdir()
    (made / "scenarios/dear.yaml").write_text(
        "programme: {approaches: {rehost: {medium: {capital: 3_000}}}}\n", encoding="utf-8"
    )
    return made


def worked(folder: Path, *names: str) -> OptionsAppraisal:
    return compare_options(folder, names)


def test_what_is_renewed_or_retired_is_not_counted_as_moving(tmp_path: Path, little: None) -> None:
    """As the summary of a plan counts: one moves, one is renewed in place, one goes, one stays."""
    systems = (
        SYSTEMS
        + """
c: {run_cost: 4_000, options: [{approach: refresh, run_cost: 100}]}
d: {run_cost: 4_000, options: [{approach: retire}]}
"""
    )
    folder = small_inventories.write(
        tmp_path / "inventory",
        PROGRAMME,
        systems.replace("b: {run_cost: 4_000", "b: {run_cost: 4_000, options: [{approach: retain}]"),
    )
    (one,) = (one for one in worked(folder).options if one.kind == "plan")
    assert (one.systems, one.moving, one.renewed, one.retired) == (4, 1, 1, 1)
    page = c.appraisal_html(worked(folder))
    assert "Renewed in place" in page
    assert "Retired" in page
    assert "without what is renewed in place or retired" in brief_worth(ENGLISH, worked(folder)).note


def test_by_hand(folder: Path, little: None) -> None:
    """A quarter of 1,000, then three of 500, and 100 for the move: 2,600 for each that moves, 4,000 for what stays."""
    found = worked(folder)
    assert [(one.name, one.kind) for one in found.options] == [
        ("do nothing", "nothing"),
        ("do minimum", "minimum"),
        ("base", "plan"),
        ("dear", "plan"),
    ]
    # Support ends with the first quarter: doing nothing leaves 3 quarters, at 10 each.
    assert [one.whole_life for one in found.options] == pytest.approx([8_030, 6_600, 5_200, 9_500])
    assert [one.npv for one in found.options] == pytest.approx([0, 1_430, 2_830, -1_470])
    assert [one.cash_npv for one in found.options] == pytest.approx([0, 1_400, 2_800, -1_500])
    assert [one.quarters_unsupported for one in found.options] == [3, 0, 0, 0]
    assert [one.moving for one in found.options] == [0, 1, 2, 1]
    assert [one.broken for one in found.options] == [1, 0, 0, 0]
    assert (found.best, found.proven, found.no_minimum) == ("base", True, ())
    minimum = found.option("do minimum")
    assert minimum.years == (CashOfYear("", "2016/17", 100.0, 6_500.0, 0.0),)
    assert minimum.partners == (CashOfYear("p", "2016/17", 100.0, 6_500.0, 0.0),)
    assert [(one.role, one.year, one.days, one.bought) for one in found.option("base").people] == [
        ("dba", "2016/17", 10.0, 0.0)
    ]


def test_what_moves_when_is_said_where_it_differs(folder: Path, little: None) -> None:
    (one,) = worked(folder, "base", "dear").moves
    assert one.system == "p/b"
    assert [(way.how, way.cutover and way.cutover.label) for way in one.options] == [
        ("stays", None),
        ("stays", None),
        ("rehost", "2016/17 Q1"),
        ("stays", None),
    ]
    assert [one.system for one in worked(folder, "dear").moves] == []


def agrees(option: AppraisedOption, inventory: c.Inventory, book: c.Ledger) -> None:
    """Every total is the ledger's: parts by year and by partner add up to it."""
    assert option.whole_life == pytest.approx(book.total)
    assert sum(line.plan for line in option.costs) == pytest.approx(book.total)
    assert option.npv == pytest.approx(c.baseline(inventory).total - book.total)
    cash = sum(amount for (_, _, kind), amount in book.cash.items() if kind not in ("exposure", "stability"))
    for rows in (option.years, option.partners):
        assert sum(one.capital + one.revenue + one.own_days for one in rows) == pytest.approx(cash, abs=0.01)
    assert sum(one.days for one in option.people) == pytest.approx(sum(book.effort.values()))
    assert option.quarters_unsupported == sum(map(len, book.exposed.values()))


def test_every_total_is_the_ledger_s(small: Path, tmp_path: Path, little: None) -> None:
    data = c.load(small)
    result = c.make_plan(data)
    c.write_plan(data, result, outputs := c.OutputSet(tmp_path / "out"))
    outputs.put_in_place()
    found = compare_options(small, ["base"], plans=tmp_path / "out")
    agrees(found.option("do nothing"), data, c.baseline(data))
    agrees(found.option("base"), data, result.verdict.ledger)
    assert found.option("base").source == str(tmp_path / "out/plan.json")


def test_a_plan_that_lies_there_is_not_made_anew_unless_the_files_have_changed(
    folder: Path, tmp_path: Path, little: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = c.load(folder)
    c.write_plan(data, c.make_plan(data), outputs := c.OutputSet(tmp_path / "out"))
    outputs.put_in_place()
    assert compare_options(folder, ["base"], plans=tmp_path / "out").option("base").source
    small_inventories.write(folder, PROGRAMME.replace("capital: 100", "capital: 200"), SYSTEMS)
    changed = compare_options(folder, ["base"], plans=tmp_path / "out").option("base")
    assert (changed.source, changed.whole_life) == ("", pytest.approx(5_400))
    with pytest.raises(RejectedPlan, match=r"plan\.json: "):
        compare_options(folder, [str(tmp_path / "out/plan.json")])


# -- doing the minimum ------------------------------------------------------------------------------


def test_what_a_gate_waits_for_must_move() -> None:
    """The review must be built, so both of its pilots move; what it needs has a gate of its own; the rest may stay."""
    inv = inventory(
        system("p/pilot", retain(), rehost()),
        system("p/deeper", retain(), rehost()),
        system("p/free", retain(), rehost()),
        system("p/moves", consolidate("hub")),
        system("p/for-hub", retain(), rehost()),
        services=[
            replace(service("review", build()), must_build=True, after=("p/pilot",), needs=("base",)),
            replace(service("base", build()), after=("p/deeper",)),
            replace(service("hub", build()), after=("p/for-hub",)),
            replace(service("other", build()), after=("p/free",)),
        ],
    )
    assert must_move(inv) == {"p/pilot", "p/deeper", "p/moves", "p/for-hub"}
    least = do_minimum(inv)
    assert [option.approach for option in least.systems["p/free"].options] == ["retain"]
    assert least.systems["p/pilot"] == inv.systems["p/pilot"]


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_cheapest_of_all_plans_in_which_they_stay(seed: int, little: None) -> None:
    inv = replace(random_inventories.loaded(seed), minimise="cost")
    must = must_move(inv)
    reported = inv.progress.systems if inv.progress else {}
    kept = {
        id: replace(one, options=tuple(option for option in one.options if option.approach == "retain"))
        for id, one in inv.systems.items()
        if id not in must and id not in reported
    }
    best = brute_force.best(replace(inv, systems={id: kept.get(id, one) for id, one in inv.systems.items()}))
    if best is None:
        with pytest.raises(NoPlan):
            c.make_plan(do_minimum(inv))
        return
    assert c.make_plan(do_minimum(inv), gap=0).verdict.ledger.total == pytest.approx(best.cost, abs=0.01)


def test_where_the_programme_asks_for_more_it_is_said(folder: Path, call: Call) -> None:
    small_inventories.write(folder, PROGRAMME + "milestones: [{by: 2016/17 Q4, live: 100%}]\n", SYSTEMS)
    said = call("compare", "base", "--inventory", folder, "--json")
    found = json.loads(said.out)
    assert [one["kind"] for one in found["options"]] == ["nothing", "plan"]
    assert "milestone" in " ".join(found["no_minimum"])


# -- the command ------------------------------------------------------------------------------------


def test_the_terminal_and_the_page_say_the_same(folder: Path, tmp_path: Path, call: Call) -> None:
    page = tmp_path / "page.html"
    said = call("compare", "--inventory", folder, "--out", tmp_path, "--html", page)
    assert (said.code, said.err) == (0, "")
    text = page.read_text(encoding="utf-8")
    sentence = "base is worth most: £2,830 more than doing nothing (no plan of another option could be worth more)."
    assert sentence in " ".join(said.out.split())
    assert sentence in text
    assert "Doing nothing breaks 1 rule" in text
    before = text
    call("compare", "--inventory", folder, "--out", tmp_path, "--html", page)
    assert page.read_text(encoding="utf-8") == before


def test_the_terminal_shows_the_summary_and_on_request_the_rest(folder: Path, tmp_path: Path, call: Call) -> None:
    said = call("compare", "--inventory", folder, "--out", tmp_path).out
    assert len(said.splitlines()) <= 40
    assert "What each option is worth" in said
    assert "do nothing" in said
    assert "--details adds" in said
    assert "Revenue by year" not in said
    whole = call("compare", "--inventory", folder, "--out", tmp_path, "--details").out
    assert "Revenue by year" in whole
    assert "Person-days by role and year" in whole
    assert "--details" not in whole
    assert "Revenue by year" in c.appraisal_html(worked(folder))


def test_the_appraisal_in_welsh(folder: Path, tmp_path: Path, call: Call) -> None:
    page = tmp_path / "page.html"
    where = ("--inventory", folder, "--out", tmp_path)
    said = call("compare", *where, "--lang", "cy", "--html", page).out
    assert said.startswith("base sydd werth fwyaf: £2,830 yn fwy na gwneud dim")
    assert "gwneud y lleiafswm" in said
    assert "Drafft yw’r testunau Cymraeg" in said
    text = page.read_text(encoding="utf-8")
    assert '<html lang="cy"' in text
    assert "Small: arfarniad o opsiynau" in text
    assert call("compare", *where, "--json", "--lang", "cy").out == call("compare", *where, "--json").out
    refused = call("compare", *where, "--lang", "fr")
    assert (refused.code, "--lang 'fr': the languages are en, cy" in refused.err) == (2, True)


def test_of_options_worth_the_same_none_is_called_the_best_alone(folder: Path) -> None:
    found = worked(folder)
    best = found.option(found.best or "")
    others = tuple(replace(one, npv=best.npv + 0.2) if one.name == "do minimum" else one for one in found.options)
    said = verdict_sentence(ENGLISH, replace(found, options=others))
    assert said.startswith("base and do minimum are worth most, all the same: £2,830 more than doing nothing")
    assert verdict_sentence(ENGLISH, found).startswith("base is worth most: £2,830")


def test_the_only_option_that_keeps_the_rules_is_not_called_the_best_of_others(folder: Path) -> None:
    found = worked(folder, "base")
    alone = replace(found, options=tuple(one for one in found.options if one.name in ("do nothing", "base")))
    said = "base is the only option that keeps every rule: £2,830 more than doing nothing."
    assert verdict_sentence(ENGLISH, alone) == said
    assert no_difference(ENGLISH, alone) == "Only base moves anything: there is no other to compare its moves with."
    assert no_difference(ENGLISH, found).startswith("All options but doing nothing move the same systems")
    assert no_difference(language("cy"), alone).startswith("base yn unig")
    free = replace(alone, options=tuple(replace(one, broken=0) for one in alone.options))
    assert verdict_sentence(ENGLISH, free).startswith("base is worth most: £2,830")


def test_an_option_measured_against_another_cost_of_doing_nothing_is_left_aside(folder: Path) -> None:
    found = worked(folder)
    others = tuple(
        replace(one, npv=9_000.0, do_nothing=one.do_nothing + 1) if one.name == "do minimum" else one
        for one in found.options
    )
    said = verdict_sentence(ENGLISH, replace(found, options=others))
    assert said.startswith("Of the options with one cost of doing nothing (not do minimum), base is worth most: £2,830")
    assert "no plan of another of these could be worth more" in said


def test_rows_in_which_all_options_have_the_same_are_left_out() -> None:
    """But for the total; amounts are compared to the penny."""
    columns = (TableColumn("year", "Year"), TableColumn("option1", "A", "money"), TableColumn("option2", "B", "money"))
    rows = (("2016/17", 1.0, 1.0001), ("2017/18", 0.0, 5.0), ("Total", 1.0, 1.0))
    found, alike = differing(PackTable("t", "T", columns, rows, total=True))
    assert ([row[0] for row in found.rows], alike) == (["2017/18", "Total"], 1)
    options = (TableColumn("option", "Option"), TableColumn("npv", "Worth", "money"))
    assert differing(PackTable("worth", "W", options, (("base", 1.0),)))[1] == 0


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("daer", "`daer` is neither a scenario of {} nor a plan.json; did you mean dear?"),
        ("there-is-none.json", "there-is-none.json: cannot be read"),
        ("poor", "poor: "),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_line(folder: Path, call: Call, name: str, line: str) -> None:
    poor = folder / "scenarios/poor.yaml"
    poor.write_text(
        "programme: {milestones: [{by: 2016/17 Q1, live: 100%}]}\n"
        "partners: {p: {systems: {a: {earliest: 2016/17 Q3}}}}\n"
    )
    said = call("compare", name, "--inventory", folder)
    assert said.code in (1, 2, 3)
    assert said.err.splitlines()[0].startswith(f"consolidate: {line.format(folder)}")
    assert said.out == ""


def test_other_rates_do_not_compare(folder: Path) -> None:
    (folder / "scenarios/rate.yaml").write_text("programme: {discount_rate: 5%}\n", encoding="utf-8")
    with pytest.raises(UserError, match="rate has another discount rate than the inventory itself"):
        worked(folder, "rate")


def test_an_option_whose_doing_nothing_costs_otherwise_is_never_the_best(folder: Path, little: None) -> None:
    (folder / "scenarios/larger.yaml").write_text("partners: {p: {systems: {b: {run_cost: 9_000}}}}\n")
    found = worked(folder, "base", "larger")
    assert found.option("larger").npv > found.option("base").npv
    assert found.best == "base"


def test_why_an_option_has_no_plan_is_said_in_welsh_for_every_reason(folder: Path) -> None:
    """There is none, time was up before there was one, or before it was begun."""
    poor = small_inventories.write(folder.parent / "poor", PROGRAMME, "a: {must_move: yes, earliest: 2017/18 Q1}")
    (none,) = c.plan_many([c.load(poor)])
    *_, not_begun = c.plan_many([c.load(folder)] * 2, time_limit=0)
    said = [str(none.error), str(OutOfTime()), str(not_begun.error)]
    assert said[2].startswith("the search ended before this plan was begun")
    assert not [one for one in said if language("cy").said(sayable(one)) == one]


def test_that_no_option_has_a_plan_keeps_its_remedy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(inventories: list[c.Inventory], *given: object, **named: object) -> list[PlanAttempt]:
        return [PlanAttempt(number, None, one, OutOfTime()) for number, one in enumerate(inventories)]

    monkeypatch.setattr(option_plans, "plan_many", late)
    with pytest.raises(UserError, match="no option has a plan: base: the search ended before") as caught:
        c.compare_options(folder)
    assert worded(caught.value).endswith("; give it more time with --time-limit")


def test_of_all_scenarios_one_without_a_plan_is_left_out_and_said(folder: Path, little: None) -> None:
    (folder / "scenarios/poor.yaml").write_text(
        "programme: {milestones: [{by: 2016/17 Q1, live: 100%}]}\n"
        "partners: {p: {systems: {a: {earliest: 2016/17 Q3}}}}\n",
        encoding="utf-8",
    )
    found = worked(folder)
    assert [one.name for one in found.options] == ["do nothing", "do minimum", "base", "dear"]
    (line,) = found.left_out
    assert line.startswith("poor: ")
    with pytest.raises(NoPlan, match="poor: "):
        worked(folder, "base", "poor")
