"""What differs between two inventories and their plans, and why: against brute force on small inventories."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path

import brute_force
import pytest
import random_inventories
import small_inventories
from builders import build, consolidate, inventory, plan_of, rehost, retain, service, system
from commands import PROGRAMME, SERVICES, SYSTEMS, Call
from little_work import little_work

import consolidate as c
from consolidate.errors import InvalidInventory, NoPlan, RejectedPlan, UserError
from consolidate.explain.diff_words import cause_words
from consolidate.explain.inventory_diff import Cause, InventoryDiff, grouped
from consolidate.language import language
from consolidate.loading.file_differences import FileDifference, InventoryPair
from consolidate.vocabulary import whole_money

EN = language("en")
POUNDS = partial(whole_money, "GBP")

TWO = """
mail: {run_cost: 40_000, options: [{approach: rehost, capital: 9_000, run_cost: 10_000}, {approach: retain}]}
pay: {run_cost: 20_000, options: [{approach: rehost, capital: 6_000, run_cost: 8_000}, {approach: retain}]}
"""
MONEY = """
programme: Small
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
capital: {main: {amount: {2016/17: 20_000, 2017/18: 20_000}}}
approaches: {rehost: {medium: {}}, retain: {}}
"""


def pair(tmp_path: Path, *changes: tuple[str, str]) -> tuple[Path, Path]:
    """An inventory, and a copy of it with texts replaced in its files."""
    old = small_inventories.write(tmp_path / "old", MONEY, TWO)
    new = Path(shutil.copytree(old, tmp_path / "new"))
    for before, after in changes:
        paths = [path for path in new.rglob("*.yaml") if before in path.read_text(encoding="utf-8")]
        assert paths, before
        for path in paths:
            path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    return old, new


def diff(old: Path, new: Path, gap: float = 0.0) -> InventoryDiff:
    with little_work():
        return c.diff_inventories(old, new, gap=gap)


# -- files ----------------------------------------------------------------------------------------


def test_paths_are_those_of_the_files(tmp_path: Path) -> None:
    changes = (("2017/18: 20_000", "2017/18: 5_000"), ("run_cost: 8_000", "run_cost: 9_000"), ("rate: 0%", "rate: 2%"))
    found = InventoryPair(*pair(tmp_path, *changes)).differences
    assert [(one.path, one.old, one.new) for one in found] == [
        ("discount_rate", "0%", "2%"),
        ("capital.main.2017/18", "20_000", "5_000"),
        ("p/pay.options.1.run_cost", "8_000", "9_000"),
    ]


def test_what_is_only_written_otherwise_is_no_difference(tmp_path: Path) -> None:
    assert (
        InventoryPair(*pair(tmp_path, ("40_000", "40000"), ("programme: Small", "programme:   Small"))).differences
        == ()
    )


def test_all_changed_back_is_the_old_inventory(tmp_path: Path) -> None:
    tried = 0
    for seed in range(0, 60, 3):
        old, new = tmp_path / f"{seed}", tmp_path / f"{seed + 1}"
        if random_inventories.write(seed, old) or random_inventories.write(seed + 1, new):
            continue
        try:
            two = InventoryPair(old, new)
        except UserError:
            continue
        back = two.changed_back(two.differences)
        assert back.content_hash not in (two.old.content_hash, two.new.content_hash)
        for part in ("systems", "services", "roles", "pots", "limits", "milestones", "freezes", "budgets", "stability"):
            assert getattr(back, part) == getattr(two.old, part), (seed, part)
        tried += 1
    assert tried >= 2


def test_other_calendars_do_not_compare(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="begin with different quarters"):
        InventoryPair(*pair(tmp_path, ("from: 2016/17 Q1", "from: 2016/17 Q2")))


def test_groups_close_the_deepest_level_first() -> None:
    def one(*keys: str) -> FileDifference:
        return FileDifference(".".join(keys), "1", "2", keys)

    found = [one("programme", "capital", "a", y) for y in "123"] + [one("programme", "stability"), one("services", "x")]
    assert [len(group) for group in grouped(found, 5)] == [1, 1, 1, 1, 1]
    assert [len(group) for group in grouped(found, 3)] == [3, 1, 1]
    assert [len(group) for group in grouped(found, 1)] == [4, 1] or len(grouped(found, 1)) == 2


# -- plans ----------------------------------------------------------------------------------------


def best(folder: Path) -> float:
    found = brute_force.best(c.load(folder))
    assert found is not None
    return found.cost


def test_a_cut_says_what_it_costs_and_moves(tmp_path: Path) -> None:
    """Less money than both moves take: the one that saves less waits for the next year."""
    old, new = pair(tmp_path, ("2016/17: 20_000", "2016/17: 9_000"))
    found = diff(old, new)
    assert found.plans.more == pytest.approx(best(new) - best(old))
    (step,) = found.plans.steps
    assert (step.system, step.what, step.quarters) == ("p/pay", "later", 4)
    (cause,) = found.causes
    assert (cause.path, cause.brings_back, cause.measurable) == ("capital.main.2016/17", ("p/pay",), True)
    assert cause.cost == pytest.approx(best(new) - best(old))


def test_causes_are_told_apart(tmp_path: Path) -> None:
    """Of two changes one moves something and costs; the other alone costs; a third means nothing to the plan."""
    changes = (("2016/17: 20_000", "2016/17: 9_000"), ("run_cost: 10_000", "run_cost: 12_000"))
    old, new = pair(
        tmp_path, *changes, ("programme: Small", "programme: Other"), ("{rehost:", "{replatform: {large: {}}, rehost:")
    )
    found = diff(old, new)
    by_path = {cause.path: cause for cause in found.causes}
    money, running = by_path["capital.main.2016/17"], by_path["p/mail.options.1.run_cost"]
    assert money.brings_back == ("p/pay",)
    assert running.brings_back == ()
    for change, cause in (("2016/17: 9_000", money), ("run_cost: 12_000", running)):
        one = Path(shutil.copytree(new, tmp_path / cause.path.replace("/", "-")))
        before = {"2016/17: 9_000": "2016/17: 20_000", "run_cost: 12_000": "run_cost: 10_000"}[change]
        for path in one.rglob("*.yaml"):
            path.write_text(path.read_text(encoding="utf-8").replace(change, before), encoding="utf-8")
        assert cause.cost == pytest.approx(best(new) - best(one))
    names = by_path["programme"]
    assert not names.measurable
    assert names.cost == pytest.approx(0)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_proven_holds_what_is_so(seed: int, tmp_path: Path) -> None:
    """At any gap: the true cost of a change, by brute force, lies in its interval."""
    old, new = tmp_path / "old", tmp_path / "new"
    if random_inventories.write(seed, old) is not None:
        return
    shutil.copytree(old, new)
    programme = new / "programme.yaml"
    text = programme.read_text(encoding="utf-8") + "\n"
    lines = text.splitlines()
    changed = [
        line.replace("discount_rate: ", "discount_rate: 1") for line in lines if not line.startswith("stability")
    ]
    programme.write_text("\n".join([*changed, "stability: 7"]) + "\n", encoding="utf-8")
    try:
        found = diff(old, new, gap=0.05)
        two = InventoryPair(old, new)
    except (NoPlan, InvalidInventory, UserError):
        return
    true_new = brute_force.best(two.new)
    groups = {tuple(one.path for one in group): two.changed_back(group) for group in grouped(two.differences)}
    for cause in found.causes:
        there = brute_force.best(groups[tuple(one.path for one in cause.figures)])
        if there is None or true_new is None:
            assert cause.cost is None
        elif cause.low is not None and cause.high is not None:
            assert cause.low - 0.01 <= true_new.cost - there.cost <= cause.high + 0.01


def test_what_cannot_be_changed_back_says_so(tmp_path: Path) -> None:
    old, new = pair(tmp_path, ("  mail: {run_cost: 40_000", "  mail: {must_move: yes, run_cost: 40_000"))
    (cause,) = diff(old, new).causes
    assert (cause.path, cause.measurable, cause.brings_back) == ("p/mail.must_move", False, ())
    old, new = pair(tmp_path / "b", ("2016/17: 20_000", "2016/17: 0"), ("2017/18: 20_000", "2017/18: 20_001"))
    paths = {cause.path: cause.brings_back for cause in diff(old, new).causes}
    assert paths["capital.main.2016/17"] == ("p/mail", "p/pay")
    assert paths["capital.main.2017/18"] == ()


def test_an_inventory_without_a_plan_is_named(tmp_path: Path) -> None:
    changes = (
        ("  mail: {", "  mail: {must_move: yes, "),
        ("2016/17: 20_000, 2017/18: 20_000", "2016/17: 0, 2017/18: 0"),
    )
    old, new = pair(tmp_path, *changes)
    with pytest.raises(NoPlan, match=r"the new inventory .*; make_plan says what would help"):
        diff(old, new)


def test_whoever_plans_the_answer_is_the_same(tmp_path: Path) -> None:
    """Three changes, of each of which is told when it is planned."""
    changes = (("2016/17: 20_000", "2016/17: 9_000"), ("run_cost: 10_000", "run_cost: 12_000"))
    old, new = pair(tmp_path, *changes, ("programme: Small", "programme: Other"))
    told: list[str] = []
    with c.planning_workers(2) as workers:
        found = c.diff_inventories(old, new, gap=0, executor=workers, on_plan=lambda done, of, what: told.append(what))
    assert found == c.diff_inventories(old, new, gap=0)
    assert len(found.causes) == 3
    assert set(told[2:]) == {f"with {cause.path} as it was" for cause in found.causes}


def test_no_move_differs_by_chance(tmp_path: Path) -> None:
    """What lies within the gap leaves the plan as it was; what is proven of a pound is said to the pound."""
    old, new = pair(tmp_path, ("capital: 6_000", "capital: 6_001"))
    found = diff(old, new, gap=0.05)
    assert found.plans.steps == ()
    (cause,) = found.causes
    assert cause.cost == pytest.approx(1)
    assert (cause.measurable, cause.brings_back) == (True, ())


@pytest.mark.parametrize(
    ("cost", "low", "high", "said"),
    [
        (5.0, -1.0, 11.0, "no measurable gain or cost"),
        (5.0, 0.0, 5.0, "no measurable gain or cost"),
        (0.0, -4e-7, 4e-7, "no measurable gain or cost"),
        (500.0, 300.0, 700.0, "£500 more (proven: £300 to £700 more)"),
        (-500.0, -700.0, -300.0, "£500 less (proven: £300 to £700 less)"),
        (500.0, 500.0, 500.0, "£500 more"),
        (500.0, None, None, "£500 more, not proven"),
    ],
)
def test_what_lies_within_the_gap_is_called_so(cost: float, low: float | None, high: float | None, said: str) -> None:
    assert cause_words(EN, Cause("x", (), cost, low, high, ()), POUNDS)[0] == said


# -- two plans ------------------------------------------------------------------------------------


def test_two_plans_of_one_inventory() -> None:
    mail = system("a/mail", retain(), consolidate("hub", capital=500, run_cost=10), run_cost=400)
    pay = system("a/pay", retain(), rehost(run_cost=100), run_cost=200)
    inv = inventory(mail, pay, services=[service("hub", build(capital=90, run_cost=40))])
    old = plan_of(inv, {"a/mail": (2, 2)}, builds={"hub": 1})
    new = plan_of(inv, {"a/mail": (2, 4), "a/pay": (2, 0)}, builds={"hub": 3})
    found = c.diff_plans(inv, old, inv, new)
    told = [(one.system, one.what, one.quarters) for one in found.steps]
    assert told == [("a/mail", "later", 2), ("a/pay", "added", None)]
    assert [(one.service, one.what) for one in found.builds] == [("hub", "later")]
    assert found.more == pytest.approx(c.ledger(inv, new).total - c.ledger(inv, old).total)
    assert sum(one.more for one in found.costs) == pytest.approx(found.more)
    assert sum(one.cost for one in (*found.steps, *found.builds)) == pytest.approx(found.more)
    assert c.diff_plans(inv, old, inv, old).same


def test_systems_that_one_inventory_has() -> None:
    one, two = (system(id, retain(), rehost(run_cost=100), run_cost=200) for id in ("a/one", "a/two"))
    old, new = inventory(one), inventory(two)
    found = c.diff_plans(old, plan_of(old), new, plan_of(new))
    assert [each.system for each in found.added] == ["a/two"]
    assert [each.system for each in found.removed] == ["a/one"]
    assert (found.systems, found.steps) == (0, ())


def test_a_plan_that_breaks_a_rule_is_refused() -> None:
    one = system("a/one", retain(), rehost(run_cost=100), run_cost=200, latest=2)
    inv = inventory(one)
    with pytest.raises(RejectedPlan, match="the new plan breaks a rule"):
        c.diff_plans(inv, plan_of(inv), inv, plan_of(inv, {"a/one": (2, 5)}))


# -- the command ----------------------------------------------------------------------------------


@pytest.fixture
def cut(tmp_path: Path) -> tuple[Path, Path]:
    return pair(tmp_path, ("2016/17: 20_000", "2016/17: 9_000"))


def test_diff_of_folders(cut: tuple[Path, Path], call: Call) -> None:
    said = call("diff", *cut, "--gap", "0")
    assert said.code == 0, said.err
    assert "capital.main.2016/17: 20_000 -> 9_000" in said.out
    assert "as they were again: p/pay" in said.out
    assert "p/pay: 4 quarters later, 2016/17 Q1 -> 2017/18 Q1" in said.out


def test_why_there_is_no_plan_is_said_in_welsh(tmp_path: Path, call: Call) -> None:
    old, new = pair(
        tmp_path,
        ("  mail: {", "  mail: {must_move: yes, "),
        ("2016/17: 20_000, 2017/18: 20_000", "2016/17: 0, 2017/18: 0"),
    )
    english, welsh = call("diff", old, new), call("diff", old, new, "--lang", "cy")
    assert (english.code, welsh.code) == (3, 3)
    assert english.err.endswith("no plan can meet the rules; `consolidate plan` says what would help\n")
    assert f"y rhestr systemau newydd ({new}): ni all unrhyw gynllun gadw at y rheolau; mae `consolidate" in welsh.err
    assert not re.search(r"\b(?:the|rules|says|would)\b", welsh.err)


def test_diff_as_json_and_markdown(cut: tuple[Path, Path], call: Call) -> None:
    data = json.loads(call("diff", *cut, "--gap", "0", "--json").out)
    assert data["kind_of_answer"] == "InventoryDiff"
    assert data["causes"][0]["brings_back"] == ["p/pay"]
    text = call("diff", *cut, "--gap", "0", "--markdown").out
    assert "| `capital.main.2016/17` | 20_000 | 9_000 |" in text
    assert "### Moves" in text
    assert all(line.endswith("|") for line in text.splitlines() if line.startswith("|"))


def test_diff_of_plans(planned: Path, made: Path, call: Call) -> None:
    plan = planned / "outputs" / "plan.json"
    said = call("diff", plan, plan, "--inventory", planned / "inventory")
    assert (said.code, said.out.strip()) == (0, "Nothing differs: the plans do the same, at the same cost.")
    said = call("diff", plan, plan, "--old-inventory", planned / "inventory", "--inventory", made / "other")
    assert said.code == 0
    assert "The new plan costs" in said.out
    (line,) = said.err.splitlines()
    assert "compared as" in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("{old}", "{old}/programme.yaml"), "give two inventories' folders, or two plans"),
        (("{old}", "{new}/nowhere"), "nowhere is not there; give two inventories' folders, or two plans"),
        (("{old}", "{new}", "--json", "--markdown"), "give one of them"),
        (("nowhere.json", "elsewhere.json", "--inventory", "{old}"), "cannot be read"),
        (("{old}/programme.yaml", "{new}/programme.yaml", "--inventory", "{old}"), "not JSON"),
    ],
)
def test_what_cannot_be_compared(cut: tuple[Path, Path], call: Call, words: tuple[str, ...], said: str) -> None:
    found = call("diff", *(word.format(old=cut[0], new=cut[1]) for word in words))
    assert found.code in (1, 2)
    assert len(found.err.splitlines()) == 1
    assert said in found.err


def test_markdown_holds_what_is_in_a_cell(tmp_path: Path, call: Call) -> None:
    small_inventories.write(tmp_path / "a", PROGRAMME, SYSTEMS, SERVICES)
    small_inventories.write(tmp_path / "b", PROGRAMME, SYSTEMS.replace("<roll>", "|<b>"), SERVICES)
    said = call("diff", tmp_path / "a", tmp_path / "b", "--gap", "100%", "--markdown")
    assert said.code == 0, said.err
    assert "Pay \\|&lt;b> & =cmd" in said.out
    assert "<b>" not in said.out
