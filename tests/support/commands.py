"""Runs the commands for the tests, in this process or in one of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "consolidate")

PROGRAMME = """
programme: A small programme
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2019/20 Q4
tiers: {gold: {exposure: 5_000}}
roles:
  engineer: {days: 20, agency: {days: 10, day_rate: 400}}
capital:
  common: {amount: 40_000}
approaches:
  rehost: {medium: {quarters: 1, effort: {engineer: 15}, capital: 4_000, run_cost: 90%, end_of_life: never}}
  consolidate: {medium: {quarters: 2, effort: {engineer: 24}, capital: 3_000}}
  retain: {}
"""
SYSTEMS = """
email: {tier: gold, run_cost: 60_000, users: 100, end_of_life: 2016-12-31}
payroll: {name: {en: "Pay <roll> & =cmd", cy: Cyflogau ŵ}, tier: gold, run_cost: 30_000, end_of_life: 2017-03-31, after: [email]}
library: {run_cost: 5_000}
"""  # noqa: E501
SERVICES = "email: {build: {effort: {engineer: 20}, capital: 9_000, run_cost: 2_000}, run_cost_per_user: 30}"

WRITTEN = [
    *(
        ".consolidate.json",
        "apportioned.csv",
        "capital.csv",
        "certificate.json",
        "costs.csv",
        "dependencies.svg",
        "map.svg",
        "moves.csv",
        "plan.json",
    ),
    *("prices.csv", "roadmap.gv", "roadmap.png", "roadmap.svg", "staff.csv", "timings.json", "unsupported.csv"),
]


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Call = Callable[..., Said]


def welsh_page(call: Call, page: Path, *words: str | Path) -> str:
    """The page of an answer in Welsh, which is marked as a draft; its JSON is the same as in English."""

    def said(lang: str, *more: str | Path) -> str:
        answer = call(*words, "--lang", lang, *more)
        assert answer.code == 0, answer.err
        return answer.out

    assert "Drafft yw’r testunau Cymraeg" in said("cy", "--html", page)
    text = page.read_text(encoding="utf-8")
    assert '<html lang="cy"' in text
    assert said("cy", "--json") == said("en", "--json")
    return text


def execute(*arguments: str | Path, timeout: float = 120, **environment: str) -> Said:
    """The same in a process of its own."""
    result = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    out, err = result.stdout.decode(), result.stderr.decode()
    assert "Traceback" not in err
    return Said(result.returncode, out, err)
