"""A small inventory with contracts, support dates, areas, budgets, gates, risks, dates and a partner that joins later,
for what reports say of them; and a plan of it whose figures can be worked out by hand."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.plan import Move, Plan, ServiceBuild, Stay

PROGRAMME = """
programme: {en: Three bodies, cy: Tri chorff}
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 1_000}}
classifications: [official, secret]
roles:
  engineer: {days: 40, day_cost: 300}
capital:
  common: {amount: 100_000}
apportion: equal
approaches:
  rehost: {medium: {quarters: 1, effort: {engineer: 4}, capital: 2_000, run_cost: 100%}}
  refactor: {medium: {quarters: 1, effort: {engineer: 4}, capital: 1_000, run_cost: 50%}}
  retain: {}
milestones:
  - {by: 2016-05-19, name: {en: Strategy agreed, cy: Cytuno ar strategaeth}, kind: governance}
  - {by: 2016/17 Q2, live: 50%, partners: [torfaen], why: half of Torfaen first}
budgets:
  - {year: 2016/17, at_most: 120_000}
  - {year: 2017/18, at_most: 60_000, partners: [torfaen]}
  - {year: 2017/18, at_most: 50_000, partners: [torfaen, gwent]}
targets:
  - {year: 2017/18, savings: 1_000}
  - {year: 2017/18, savings: 900, partners: [torfaen]}
risks:
  - {risk: staff leave, likelihood: high, impact: medium, owner: Head of ICT, action: pay more}
  - {risk: the mail provider fails, likelihood: low, impact: high, systems: [torfaen/mail]}
  - {risk: the vault floods, likelihood: low, impact: high, systems: [gwent/vault]}
  - {risk: nobody can find HIDDENNAME, likelihood: low, impact: low}
"""
SERVICES = """
services:
  review: {name: Review of pilots, after: [torfaen/mail, gwent/vault], build: {quarters: 1, effort: {engineer: 2}}}
"""
TORFAEN = """
partner: Torfaen
contact: ict@torfaen.example
budget: 90_000
systems:
  mail: {name: Mail, tier: gold, area: networks, confidence: high, run_cost: 20_000, end_of_life: {software: 2015-07-14, hardware: 2017/18 Q1}, extended_support: {cost: 4_000, until: 2016/17 Q2}, contract: {cost: 8_000, ends: 2016-09-30, notice: 3}}
  web: {name: Website, area: web, run_cost: 12_000, contract: {cost: 2_000, ends: 2016-09-30, notice: 1}}
"""  # noqa: E501
GWENT = """
partner: Gwent
contact: ict@gwent.example
systems:
  vault: {name: HIDDENNAME, area: networks, run_cost: 10_000, classification: secret}
"""
NEWPORT = """
partner: Newport
joins: 2017/18 Q1
systems:
  hr: {name: HR, run_cost: 6_000, confidence: low}
"""
NOTHING_REPORTED = Plan(
    moves=(
        Move(0, "torfaen/mail", 1, 1, "rehost", None, 0, 0),
        Move(1, "torfaen/web", 1, 2, "refactor", None, 1, 1),
        Move(0, "gwent/vault", 1, 1, "rehost", None, 0, 0),
    ),
    stays=(Stay("newport/hr"),),
    builds=(ServiceBuild(1, "review", 2),),
    agency=(),
)
"""The mail and the vault move at once, the website a quarter later; the review follows."""


def folder(path: Path, **changed: str) -> Path:
    """The inventory as files; ``changed``: other texts, by the names above in small letters."""
    texts = {
        "programme.yaml": changed.get("programme", PROGRAMME),
        "services.yaml": changed.get("services", SERVICES),
        "partners/torfaen.yaml": changed.get("torfaen", TORFAEN),
        "partners/gwent.yaml": changed.get("gwent", GWENT),
        "partners/newport.yaml": changed.get("newport", NEWPORT),
    }
    for name, text in texts.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def inventory(path: Path, **changed: str) -> Inventory:
    return load(folder(path, **changed))
