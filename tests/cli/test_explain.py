"""``consolidate explain``: answers on the terminal, as JSON and as a page, and what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import Call
from problem_cases import write

import consolidate


def where(folder: Path) -> tuple[str | Path, ...]:
    return ("--inventory", folder / "inventory", "--out", folder / "outputs")


def test_an_answer_begins_with_a_sentence(call: Call, planned: Path) -> None:
    said = call("explain", "payroll", *where(planned))
    assert said.code == 0, said.err
    assert said.out.startswith("p/payroll  ")
    assert "IN ANOTHER QUARTER" in said.out
    assert "WHAT IT COSTS" in said.out
    assert "FLOAT  " in said.out
    assert "Costs are compared with the plan's £" in said.out
    assert not said.err


def test_as_json_and_as_a_page(call: Call, planned: Path, tmp_path: Path) -> None:
    said = call("explain", "payroll", *where(planned), "--json", "--html", tmp_path / "pages/payroll.html")
    assert said.code == 0, said.err
    data = json.loads(said.out)
    assert (data["kind_of_answer"], data["id"]) == ("ChoiceExplained", "p/payroll")
    page = (tmp_path / "pages/payroll.html").read_text(encoding="utf-8")
    assert "why the plan does what it does" in page
    shown = call("explain", "payroll", *where(planned), "--html", tmp_path / "pages/payroll.html")
    assert shown.out.endswith("payroll.html: the same as a page, with all of it\n")
    assert (tmp_path / "pages/payroll.html").read_text(encoding="utf-8") == page


def test_an_answer_in_welsh(call: Call, planned: Path, tmp_path: Path) -> None:
    page = tmp_path / "cyflogau.html"
    said = call("explain", "payroll", *where(planned), "--nearest", "1", "--lang", "cy", "--html", page)
    assert said.code == 0, said.err
    assert said.out.startswith("p/payroll  Mae Cyflogau ŵ yn symud (ail-letya) ac yn trosglwyddo yn 2016/17 Ch4")
    assert "MEWN CHWARTER ARALL" in said.out
    assert "Drafft yw’r testunau Cymraeg" in said.out
    assert '<html lang="cy"' in page.read_text(encoding="utf-8")
    english = call("explain", "payroll", *where(planned), "--nearest", "1", "--json").out
    assert call("explain", "payroll", *where(planned), "--nearest", "1", "--json", "--lang", "cy").out == english


@pytest.mark.parametrize("command", ["explain", "show", "frontier"])
def test_a_name_too_long_for_a_file_is_only_unknown(call: Call, planned: Path, command: str) -> None:
    """A name may be a folder, too, when the inventory stands before it; this one can be none."""
    said = call(command, "x" * 300, planned / "inventory", "--out", planned / "outputs")
    assert said.code == 2
    assert "consolidate: there is no " in said.err
    assert "File name too long" not in said.err


def test_a_partner_and_fewer_quarters(call: Call, planned: Path) -> None:
    assert "a quarter later" in call("explain", "partner:p", *where(planned)).out
    near = json.loads(call("explain", "email", *where(planned), "--nearest", "1", "--json").out)
    assert len(near["quarters"]) <= 2


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("emial",), 2, "there is no system, partner or service `emial` in the inventory"),
        (("email", "--gap", "0.5"), 2, "write the one you mean"),
        (("email", "--scenario", "nothing"), 2, "nothing"),
        (("email", "--lang", "fr"), 2, "--lang 'fr': the languages are en, cy"),
        (("email", "--nearest", "0"), 2, "greater than or equal to 1"),
    ],
)
def test_what_is_refused(call: Call, planned: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    said = call("explain", *arguments, *where(planned))
    assert said.code == code
    assert message in said.err
    assert not said.out


def test_a_plan_of_another_inventory_is_not_asked(call: Call, made: Path) -> None:
    said = call("explain", "email", "--inventory", made / "other", "--out", made / "outputs")
    assert said.code == 0, said.err
    assert "there is no plan of this inventory as it is now; one is made first, and not kept" in said.err


MONEY_IN_ONE_YEAR = {
    "programme.yaml": """
programme: Money in one year
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 1_000}}
capital: {common: {amount: {2016/17: 10_000, 2017/18: 0}}}
""",
    "partners/a.yaml": """
systems:
  one:
    run_cost: 4_000
    tier: gold
    end_of_life: 2016-03-31
    latest: 2017/18 Q2
    options: [{approach: rehost, capital: 10_000, run_cost: 0, end_of_life: never}]
""",
}


def test_what_no_plan_does_is_told_with_the_command_that_says_why(call: Call, tmp_path: Path) -> None:
    inventory = write(tmp_path / "money", MONEY_IN_ONE_YEAR)
    said = call("explain", "one", "--inventory", inventory, "--out", tmp_path / "none")
    assert said.code == 0, said.err
    shown = " ".join(said.out.split())
    assert "2016/17 Q1" not in shown.split("WHAT ELSE", 1)[1].split("FLOAT", 1)[0], "the plan's own quarter is no other"
    assert "2017/18 Q1 to 2017/18 Q2 no plan with it keeps the rules" in shown
    asked = f'consolidate whatif --force "a/one=1@2017/18 Q1" --out {tmp_path / "none"} {inventory}'
    assert f"Which rules stand in the way: {asked}" in shown
    why = call("whatif", "--force", "a/one=1@2017/18 Q1", "--out", tmp_path / "none", inventory)
    assert why.code == 3
    assert "common has £0 of capital for 2017/18" in why.err


def commands_that_say_why(shown: str) -> list[str]:
    """The commands after the heading, each in one line."""
    return [" ".join(said.split()) for said in re.findall(r"Which rules stand in the way: (.*?)\n\n", shown, re.DOTALL)]


def test_of_quarters_sooner_the_nearest_is_asked_about(call: Call, tmp_path: Path) -> None:
    files = dict(MONEY_IN_ONE_YEAR)
    files["programme.yaml"] = files["programme.yaml"].replace("10_000, 2017/18: 0", "0, 2017/18: 10_000")
    files["partners/a.yaml"] = files["partners/a.yaml"].replace("    latest: 2017/18 Q2\n", "")
    inventory = write(tmp_path / "money", files)
    said = call("explain", "one", "--inventory", inventory, "--out", tmp_path / "none")
    assert said.code == 0, said.err
    (asked,) = commands_that_say_why(said.out)
    assert '--force "a/one=1@2016/17 Q4"' in asked


def test_of_a_service_that_cannot_be_built_it_is_asked_why_not(call: Call, tmp_path: Path) -> None:
    """It was asked what happens without it, which is what the plan has."""
    files = dict(MONEY_IN_ONE_YEAR)
    files["programme.yaml"] = files["programme.yaml"].replace("10_000, 2017/18: 0", "0, 2017/18: 0")
    files["services.yaml"] = "services: {hub: {provides: email, build: {quarters: 1, capital: 10_000}}}\n"
    files["partners/a.yaml"] = """
systems:
  mail:
    run_cost: 30_000
    capability: email
    options: [{approach: consolidate, to: hub, run_cost: 0}, {approach: retain}]
"""
    inventory = write(tmp_path / "money", files)
    said = call("explain", "hub", "--inventory", inventory, "--out", tmp_path / "none")
    assert said.code == 0, said.err
    assert commands_that_say_why(said.out) == [
        f"consolidate whatif --force hub --out {tmp_path / 'none'} {inventory}",
    ]
    why = call("whatif", "--force", "hub", "--out", tmp_path / "none", inventory)
    assert why.code == 3
    assert "capital of common is £10,000 short" in why.err


def test_of_work_that_was_reported_no_change_is_asked_about(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`whatif` refuses to force it."""
    real = consolidate.explain_choice

    def proven(*given: Any, **named: Any) -> Any:
        found = real(*given, **named)
        return replace(found, quarters=tuple(replace(one, state="impossible", cost=None) for one in found.quarters))

    monkeypatch.setattr(consolidate, "explain_choice", proven, False)
    files = dict(MONEY_IN_ONE_YEAR)
    files["partners/a.yaml"] = """
systems:
  one:
    run_cost: 4_000
    options:
      - approach: rehost
        run_cost: 3_000
        then: {approach: refactor, capital: 10_000, run_cost: 0}
"""
    files["progress/2016-17-Q1.yaml"] = """
quarter: 2016/17 Q1
systems: {a/one: {status: live, start: 2016/17 Q1, cutover: 2016/17 Q1, option: 1}}
"""
    inventory = write(tmp_path / "money", files)
    said = call("explain", "one", "--inventory", inventory, "--out", tmp_path / "none")
    assert said.code == 0, said.err
    assert "no plan with it keeps the rules" in " ".join(said.out.split())
    assert commands_that_say_why(said.out) == []
    asked = call("whatif", "--force", "a/one=1@2016/17 Q1,2017/18 Q1", "--out", tmp_path / "none", inventory)
    assert "was reported" in asked.err
