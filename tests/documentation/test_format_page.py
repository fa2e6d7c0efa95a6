"""The examples of the format's reference are read without an error, and its lists are those of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import ROOT
from problem_cases import write

from consolidate.loading import load
from consolidate.loading.schema import SCHEMAS, schema
from consolidate.plan import KINDS
from consolidate.solving.infeasibility.relaxations import PRICES
from consolidate.vocabulary import APPROACH_NAMES

PAGE = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
BASE = {
    "programme.yaml": """
programme: Test
horizon: {from: 2016/17 Q1, to: 2019/20 Q4}
roles: {cloud-engineer: {days: 100}, business-change: {days: 50}}
capital: {onewales: {amount: 600_000}}
approaches:
  rehost: {medium: {run_cost: 90%}}
  replatform: {medium: {quarters: 2}}
  refresh: {medium: {}}
  consolidate: {medium: {quarters: 2}}
  retain: {}
""",
    "services.yaml": """
services:
  landing-zone: {build: {quarters: 2, capital: 137_000}}
  email: {needs: [landing-zone]}
  hr-payroll: {}
""",
    "partners/torfaen.yaml": "systems: {email: {needs: [landing-zone]}, hr-payroll: {}}\n",
}
EXAMPLES = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
UNDER = {"programme.yaml": "programme:\n", "services.yaml": "", "partners/torfaen.yaml": "partners:\n  torfaen:\n"}


def test_every_example_says_of_which_file_it_is() -> None:
    assert len(EXAMPLES) == PAGE.count("```yaml") >= 7


@pytest.mark.parametrize(("file", "text"), EXAMPLES, ids=[f"{file}-{text.split(':')[0]}" for file, text in EXAMPLES])
def test_examples_are_read_without_an_error(file: str, text: str, tmp_path: Path) -> None:
    """Each is laid over a small inventory: as a scenario, unless it is a scenario or a report itself."""
    write(tmp_path, BASE)
    if file.startswith("progress/"):
        write(tmp_path, {file: text})
        assert load(tmp_path).progress is not None
        return
    if file in UNDER:
        head = UNDER[file]
        margin = " " * 2 * head.count("\n")
        text = head + "".join(margin + line for line in text.splitlines(keepends=True))
    write(tmp_path, {"scenarios/page.yaml": text})
    load(tmp_path, "page")


def test_plan_json_has_every_kind_of_cost() -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert list(json.loads(example)["costs"]) == [*KINDS, "total"]
    table = PAGE.split("\n## What a plan costs\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == sorted(KINDS, key=table.index)
    assert {*re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)} == {*KINDS}


def test_every_approach_and_every_relaxation_is_listed() -> None:
    assert {*APPROACH_NAMES} <= {*re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)}
    assert {*PRICES} == {*re.findall(r"^relax: (\w+)", PAGE, re.MULTILINE)}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_key_of_the_format_is_described(kind: str) -> None:
    made = schema(kind)
    keys = {key for part in (made, *made.get("$defs", {}).values()) for key in part["properties"]}
    described = {word for code in re.findall(r"`([^`\n]+)`", PAGE) for word in re.findall(r"\w+", code)}
    assert keys <= described
