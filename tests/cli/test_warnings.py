"""What commands say of warnings, and of scenarios."""

from __future__ import annotations

import re
from pathlib import Path

from commands import Call, Said


def test_check_counts_the_scenarios_that_it_checked_and_the_inventory_s_own_systems(small: Path, call: Call) -> None:
    (small / "scenarios").mkdir()
    for name in ("more", "most"):
        text = "scenario: More\npartners: {q: {contact: a@example.org}}\n"
        (small / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    said = call("check", small)
    assert said == Said(0, f"{small}: 3 systems of 1 partner and 2 scenarios; no errors, nothing odd\n", "")


def test_of_many_warnings_those_of_the_scenario_are_listed(
    small: Path, tmp_path: Path, call: Call, undrawn: None
) -> None:
    with (small / "partners" / "p.yaml").open("a", encoding="utf-8") as file:
        file.writelines(f"  old-{number}: {{end_of_life: 2001-01-01}}\n" for number in range(5))
    (small / "scenarios").mkdir()
    (small / "scenarios" / "slip.yaml").write_text("partners: {p: {systems: {odl-1: {}}}}\n", encoding="utf-8")
    said = call("plan", small, "--scenario", "slip", "--out", tmp_path / "out")
    warning, number = [line for line in said.err.splitlines() if "warning" in line]
    assert warning.startswith(f"{small}/scenarios/slip.yaml:1:26: warning: there is no system `p/odl-1`"), said.err
    (again,) = [line for line in said.out.splitlines() if line.startswith("SCENARIO  ")]
    assert again.startswith("SCENARIO  slip, line 1: there is no system `p/odl-1`")
    assert again.endswith("; did you mean `old-1`?")
    every = call("plan", small, "--all-scenarios", "--workers", "1", "--out", tmp_path / "every")
    assert again in every.out.splitlines()
    asked = call("decisions", small, "--scenario", "slip", "--later", "0", "--out", tmp_path / "out", "--json")
    assert asked.err.splitlines() == [again]
    assert warning.endswith("; did you mean `old-1`?")
    assert re.match(r"\d+ warnings; ", number)
