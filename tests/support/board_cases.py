"""Inventories for the tests of the Board pack: three partners with secrets, reports, and an approved plan."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from textwrap import dedent
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject

from consolidate.audience.plan_books import PlanBooks
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.plan import Move, Plan, ServiceBuild, Stay

PROGRAMME = """
programme: {en: Three bodies, cy: Tri chorff}
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
appraise_to: 2018/19 Q4
discount_rate: 0%
tiers: {gold: {exposure: 5_000}, silver: {exposure: 1_000}, bronze: {exposure: 100}}
classifications: [official, secret]
roles:
  engineer: {days: 40}
capital:
  common: {amount: 100_000, carry_forward: yes}
  torfaen: {amount: 20_000}
apportion: equal
approaches:
  rehost:
    medium: {quarters: 1, effort: {engineer: 5}, capital: 2_000, run_cost: 80%, contract: ends, end_of_life: 2017-12-31}
  consolidate: {medium: {quarters: 2, effort: {engineer: 8}, capital: 3_000}}
  retain: {}
freezes:
  - {quarters: [2017/18 Q4], stops: cutover, why: "OTHERNAME has its audit"}
"""
SERVICES = """
services:
  email: {name: {en: Shared email, cy: E-bost}, build: {effort: {engineer: 20}, capital: {common: 9_000}, run_cost: 2_000}, run_cost_per_user: 10}
"""  # noqa: E501
TORFAEN = """
partner: {en: Torfaen, cy: Torfaen}
users: 100
pot: torfaen
systems:
  email: {name: {en: Mail <b>&, cy: Post}, tier: gold, run_cost: 40_000, users: 100, end_of_life: 2016-12-31, contract: {cost: 10_000, ends: 2017-03-31, notice: 3}}
  desk: {name: Service desk, tier: silver, run_cost: 20_000, end_of_life: 2016-06-30, interfaces: [{with: gwent/dispatch, cost: 700}]}
  web: {name: Website, tier: bronze, run_cost: 8_000, contract: {cost: 2_000, ends: 2016-09-15, renews_for: 6, notice: 1}}
  maps: {name: Maps, tier: bronze, run_cost: 3_000}
"""  # noqa: E501
GWENT = """
partner: Gwent
users: 100
pot: common
systems:
  dispatch: {name: {en: OTHERNAME dispatch, cy: ENWARALL}, tier: gold, run_cost: 90_000, classification: secret, end_of_life: 2016-03-31, contract: {cost: 5_000, ends: 2017-06-30, notice: 6}}
  custody: {name: OTHERNAME, tier: gold, run_cost: 50_000, classification: secret, end_of_life: 2016-03-31}
  files: {name: OTHERNAME files, tier: silver, run_cost: 20_000, classification: secret, end_of_life: 2016-03-31}
"""  # noqa: E501
MONMOUTH = """
partner: Monmouth
users: 100
pot: common
systems:
  hr: {name: HR, tier: silver, run_cost: 9_000}
"""
FIRST = """
quarter: 2016/17 Q1
systems:
  torfaen/web: {status: live, approach: rehost, start: 2016/17 Q1, cutover: 2016/17 Q1, capital: 2_500}
  gwent/files: {status: started, approach: rehost, start: 2016/17 Q1, expected: 2016/17 Q3, capital: 1_000, note: OTHERNAME is late}
services:
  email: {status: ready, start: 2016/17 Q1, ready: 2016/17 Q2}
delivery: {rag: green, decisions: [nothing yet]}
"""  # noqa: E501
SECOND = """
quarter: 2016/17 Q2
systems:
  torfaen/desk: {status: started, approach: rehost, start: 2016/17 Q2, expected: 2016/17 Q4, note: two people left}
delivery:
  rag: amber
  why: {en: staff left, cy: gadawodd staff}
  decisions: [approve <i>more</i> staff, buy new disks for OTHERNAME files]
  risks:
    - {risk: more staff leave, likelihood: high, impact: medium, owner: Head of ICT, action: pay more}
    - {risk: the ENWARALL building floods, likelihood: low, impact: high}
"""


def folder(path: Path, **changed: str) -> Path:
    """The inventory as files; ``changed``: other texts for ``programme``, ``torfaen``, ``gwent``, ``first`` …"""
    texts = {
        "programme.yaml": changed.get("programme", PROGRAMME),
        "services.yaml": changed.get("services", SERVICES),
        "partners/torfaen.yaml": changed.get("torfaen", TORFAEN),
        "partners/gwent.yaml": changed.get("gwent", GWENT),
        "partners/monmouth.yaml": MONMOUTH,
        "progress/2016-17-Q1.yaml": changed.get("first", FIRST),
        "progress/2016-17-Q2.yaml": changed.get("second", SECOND),
    }
    for name, text in texts.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def move(system: str, option: int, approach: str, start: int, cutover: int, to: str | None = None) -> Move:
    return Move(start, system, 1, option, approach, to, cutover, cutover)


OWN_APPROVED = (
    move("torfaen/web", 1, "rehost", 0, 0),
    move("torfaen/desk", 1, "rehost", 1, 1),
    move("torfaen/email", 2, "consolidate", 2, 3, "email"),
)
OTHERS_APPROVED = (move("gwent/files", 1, "rehost", 0, 0), move("gwent/dispatch", 1, "rehost", 2, 2))
STAYS = (Stay("torfaen/maps"), Stay("gwent/custody"), Stay("monmouth/hr"))
BUILDS = (ServiceBuild(0, "email", 1),)


def plans(others_approved: tuple[Move, ...] = OTHERS_APPROVED, dispatch: int = 5) -> tuple[Plan, Plan]:
    """The approved plan, and the current one, two quarters on: the desk, and what others move, are later."""
    approved = Plan((*OWN_APPROVED, *others_approved), STAYS, BUILDS, ())
    now = Plan(
        (
            move("torfaen/web", 1, "rehost", 0, 0),
            move("torfaen/desk", 1, "rehost", 1, 3),
            move("torfaen/email", 2, "consolidate", 3, 4, "email"),
            move("gwent/files", 1, "rehost", 0, 2),
            move("gwent/dispatch", 1, "rehost", dispatch, dispatch),
        ),
        STAYS,
        BUILDS,
        (),
        status="feasible",
        gap=0.01 * dispatch,
    )
    return approved, now


def case(path: Path, dispatch: int = 5, until: str | None = None) -> PlanBooks:
    """What is in a folder, with its plan."""
    approved, now = plans(dispatch=dispatch)
    inventory: Inventory = replace(load(path, until=until), approved=approved, approved_hash="a" * 64)
    return PlanBooks(inventory, now)


@cache
def texts_of(name: str, content: bytes) -> str:
    """All that can be read in a file, compressed parts too."""
    if name.endswith((".docx", ".xlsx")):
        with zipfile.ZipFile(BytesIO(content)) as parts:
            return "\n".join(parts.read(one).decode("utf-8", "replace") for one in parts.namelist())
    if name.endswith(".pdf"):
        return _pdf(content)
    return content.decode("utf-8", "replace")


def _pdf(content: bytes) -> str:
    """The text on the pages, and every string that stands elsewhere, as beside pictures for those who can't see."""
    reader = PdfReader(BytesIO(content))
    numbers = sorted({*reader.xref_objStm, *(number for found in reader.xref.values() for number in found)})
    strings = [text for number in numbers for text in _strings(reader.get_object(IndirectObject(number, 0, reader)))]
    return "\n".join([*(page.extract_text() for page in reader.pages), str(reader.metadata), *strings])


def _strings(value: Any) -> Iterator[str]:
    """The strings in an object; what it refers to stands elsewhere."""
    if isinstance(value, dict):
        value = list(dict.values(value))
    if isinstance(value, list):
        for one in list.__iter__(value):
            if not isinstance(one, IndirectObject):
                yield from _strings(one)
    elif isinstance(value, str):
        yield str(value)
