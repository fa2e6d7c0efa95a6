"""A small inventory with reports: what a test is about stands in the test, the rest is filled in here."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import small_inventories

import consolidate as c
from consolidate.inventory import Inventory

SYSTEMS = """
mail: {run_cost: 40_000, users: 10}
pay: {run_cost: 20_000, after: [mail]}
old: {run_cost: 8_000, must_move: yes, options: [{approach: rehost}, {approach: refresh}, {approach: retain}]}
two: {run_cost: 9_000, options: [{approach: rehost, run_cost: 90%, then: {approach: consolidate, to: hub}}, {approach: retain}]}
"""  # noqa: E501


PROGRAMME = """
programme: Small
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2019/20 Q4
discount_rate: 0%
stability: 100
roles:
  dba: {days: 30, agency: {days: 10, day_rate: 500}}
capital:
  main: {amount: {2016/17: 9_000, 2017/18: 20_000}, carry_forward: yes}
approaches:
  rehost: {medium: {quarters: 2, effort: {dba: [6, 12]}, capital: 6_000, one_off: 100, run_cost: 50%, parallel_run: 1}}
  retain: {}
"""


SERVICES = "hub: {build: {quarters: 2, effort: {dba: 8}, capital: 2_000, run_cost: 400}, capacity: 15}"


def folder(tmp_path: Path, **reports: str) -> Path:
    """A small inventory; reports by quarter: ``q1="mail: {status: …}"`` are the systems of 2016/17 Q1."""
    small_inventories.write(tmp_path, PROGRAMME, SYSTEMS, SERVICES)
    for key, text in reports.items():
        year, quarter = ("2017/18", int(key[1:]) - 4) if int(key[1:]) > 4 else ("2016/17", int(key[1:]))
        body = "".join(f"  {line}\n" for line in dedent(text).splitlines())
        whole = text if "systems:" in text or "services:" in text or not text else f"systems:\n{body}"
        path = tmp_path / "progress" / f"{year.replace('/', '-')}-Q{quarter}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"quarter: {year} Q{quarter}\n{whole}", encoding="utf-8")
    return tmp_path


def read(tmp_path: Path, **reports: str) -> Inventory:
    return c.load(folder(tmp_path, **reports))


STARTED = "p/mail: {status: started, approach: rehost, start: 2016/17 Q1%s}"
