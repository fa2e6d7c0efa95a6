"""An inventory whose parts a test replaces, and the problems that are found in it."""

from __future__ import annotations

from pathlib import Path

from consolidate.errors import InvalidInventory, Problem
from consolidate.loading import load

FILES = {
    "programme.yaml": """
programme: Test
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2019/20 Q4
tiers: {gold: {exposure: 100}}
classifications: [official, secret]
roles:
  dba: {days: 10}
capital:
  common: {amount: 1_000}
approaches:
  rehost:
    medium: {effort: {dba: 1}, capital: 10}
  consolidate:
    medium: {quarters: 2, effort: {dba: [1, 2]}}
  retain: {}
""",
    "services.yaml": """
services:
  email: {build: {capital: 5}}
""",
    "partners/torfaen.yaml": """
partner: Torfaen
systems:
  email: {tier: gold}
  library: {}
""",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def found(folder: Path, scenario: str | None = None) -> tuple[Problem, ...]:
    """All problems, or, where there is no error, all warnings."""
    try:
        return load(folder, scenario).warnings
    except InvalidInventory as error:
        return error.problems
