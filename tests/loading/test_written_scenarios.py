"""A scenario written into the inventory's files: they then mean what it meant, and only what it changes is changed."""

from __future__ import annotations

import difflib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import random_inventories
from commands import ROOT

from consolidate.errors import UserError
from consolidate.inventory import Inventory
from consolidate.loading import load, scenario_names
from consolidate.loading import written_scenarios as module
from consolidate.loading.written_scenarios import WrittenScenario, write_in

FOLDERS = (
    ROOT / "inventory",
    *(ROOT / "examples" / name for name in ("sts", "onesource", "worcestershire", "plymouth-cco")),
    ROOT / "examples/srs-in-flight/inventory",
)
SHIPPED = [(folder, scenario) for folder in FOLDERS for scenario in scenario_names(folder)]
RANDOM = [seed for seed in range(400) if "scenarios/what-if.yaml" in random_inventories.files(seed)]

FILES = {
    "programme.yaml": """\
# yaml-language-server: $schema=schemas/programme.schema.json
programme: Small   # its name
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}

tiers: {gold: {exposure: 5_000}}
roles:
  engineer:        # our own
    days: {default: 20, 2017/18: 25}   # free of other work
    agency: {days: 10, day_rate: 400}
capital:
  common: {amount: 40_000}   # illustration
limits:
  - {moves: 3}     # all of us
  # and of the first partner:
  - {moves: 2, partners: [p]}
approaches:
  rehost: {medium: {quarters: 1, effort: {engineer: 15}, capital: 4_000}}
  consolidate: {medium: {quarters: 2, effort: {engineer: 24}}}
  retain: {}
apportion: {default: users, 2016/17: systems}
""",
    "services.yaml": """\
services:
  email:
    build: {effort: {engineer: 20}, capital: 9_000, run_cost: 2_000}   # made ourselves
    capacity: 900
  files: {build: {capital: 1_000}}
""",
    "partners/p.yaml": """\
partner: P
users: 300
systems:
  # the first
  email: {tier: gold, run_cost: 60_000, users: 9, end_of_life: 2016-12-31}   # on premises
  payroll:
    tier: gold
    run_cost: 30_000   # with support
    end_of_life: {software: 2017-03-31, hardware: 2017-06-30}
    after: [email]
""",
    "partners/q.yaml": "partner: Q\nusers: 100\nsystems: {email: &usual {run_cost: 20_000}, desk: *usual}\n",
}


def inventory(folder: Path, scenario: str) -> Path:
    """The small inventory with a scenario of it, ``s``."""
    for name, text in (FILES | {"scenarios/s.yaml": scenario}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def put(folder: Path, written: WrittenScenario) -> Inventory:
    """The inventory of the edited files, as it is loaded."""
    for edit in written.files:
        path = folder / edit.path
        assert (path.read_bytes() if path.exists() else None) == edit.old
        if edit.new is None:
            path.unlink()
        else:
            path.write_bytes(edit.new)
    return load(folder)


def check(folder: Path, scenario: str) -> WrittenScenario:
    """What is written means the same as the scenario, by its hash and in every figure that plans are made from."""
    laid_over = load(folder, scenario)
    written = write_in(folder, laid_over)
    found = put(folder, written)
    assert found.scenario is None
    assert found == replace(written.inventory, warnings=found.warnings)
    systems = {id: replace(system, place=laid_over.systems[id].place) for id, system in found.systems.items()}
    same = replace(found, systems=systems, scenario=scenario, warnings=laid_over.warnings)
    assert replace(same, content_hash=laid_over.content_hash) == laid_over
    return written


def changed_lines(written: WrittenScenario) -> list[str]:
    """Lines that go and come, by file."""
    found = []
    for edit in written.files[:-1]:
        old, new = ((content or b"").decode().splitlines() for content in (edit.old, edit.new))
        for line in difflib.unified_diff(old, new, n=0, lineterm=""):
            if not line.startswith(("---", "+++", "@@")):
                found.append(f"{edit.path} {line}")
    return found


@pytest.mark.parametrize(("folder", "scenario"), SHIPPED, ids=[f"{a.name}-{b}" for a, b in SHIPPED])
def test_of_every_shipped_scenario(folder: Path, scenario: str, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "inventory"))
    written = check(copy, scenario)
    assert written.files[-1].path == f"scenarios/{scenario}.yaml"
    for line in changed_lines(written):
        path, _, what = line.partition(" ")
        assert not what.startswith("-#"), path
    comments = [line.lstrip() for line in (folder / "programme.yaml").read_text().splitlines()]
    kept = (copy / "programme.yaml").read_text().splitlines()
    assert [line for line in comments if line.startswith("#")] == [
        line.lstrip() for line in kept if line.lstrip().startswith("#")
    ]


@pytest.mark.parametrize("seed", RANDOM)
def test_of_random_inventories(seed: int, tmp_path: Path) -> None:
    scenario = random_inventories.write(seed, tmp_path)
    assert scenario is not None
    check(tmp_path, scenario)


CASES = {
    "a figure": (
        "programme: {capital: {common: {amount: 30_000}}}",
        ["programme.yaml -  common: {amount: 40_000}   # illustration",
         "programme.yaml +  common: {amount: 30_000}   # illustration"],
    ),
    "a period more, and no agency": (
        "programme: {roles: {engineer: {days: {2016/17: 15}, agency: null}}}",
        ["programme.yaml -    days: {default: 20, 2017/18: 25}   # free of other work",
         "programme.yaml -    agency: {days: 10, day_rate: 400}",
         "programme.yaml +    days: {default: 20, 2017/18: 25, 2016/17: 15}   # free of other work"],
    ),
    "a pot more, of which a partner pays": (
        "programme:\n  capital:\n    q: {amount: 5}   # theirs\npartners: {q: {pot: q}}",
        ["programme.yaml +  q: {amount: 5}   # theirs", "partners/q.yaml +pot: q"],
    ),
    "another list": (
        "programme: {limits: [{moves: 3}, {moves: 1, partners: [p]}, {moves: 1, partners: [q]}]}",
        ["programme.yaml -  - {moves: 2, partners: [p]}", "programme.yaml +  - {moves: 1, partners: [p]}",
         "programme.yaml +  - {moves: 1, partners: [q]}"],
    ),
    "no list": (
        "programme: {limits: null}",
        ["programme.yaml -limits:", "programme.yaml -  - {moves: 3}     # all of us",
         "programme.yaml -  # and of the first partner:", "programme.yaml -  - {moves: 2, partners: [p]}"],
    ),
    "who pays, by year": (
        "programme: {apportion: {2016/17: {p: 50%, q: 50%}}}",
        ["programme.yaml -apportion: {default: users, 2016/17: systems}",
         "programme.yaml +apportion: {default: users, 2016/17: {p: 50%, q: 50%}}"],
    ),
    "who pays, as a whole": (
        "programme: {apportion: equal}",
        ["programme.yaml -apportion: {default: users, 2016/17: systems}", "programme.yaml +apportion: equal"],
    ),
    "a service's key, and a service less": (
        "services: {email: {capacity: null}, files: null}",
        ["services.yaml -    capacity: 900", "services.yaml -  files: {build: {capital: 1_000}}"],
    ),
    "a service more": (
        "services:\n  # from 2017\n  desk:\n    build: {capital: 5}\n    latest: 2017/18 Q1",
        ["services.yaml +  # from 2017", "services.yaml +  desk:", "services.yaml +    build: {capital: 5}",
         "services.yaml +    latest: 2017/18 Q1"],
    ),
    "no services": ("services: null", [f"services.yaml -{line}" for line in FILES["services.yaml"].splitlines()]),
    "an end of support": (
        "partners: {p: {systems: {email: {end_of_life: 2018-12-31}}}}",
        ["partners/p.yaml -  email: {tier: gold, run_cost: 60_000, users: 9, end_of_life: 2016-12-31}   # on premises",
         "partners/p.yaml +  email: {tier: gold, run_cost: 60_000, users: 9, end_of_life: 2018-12-31}   # on premises"],
    ),
    "an end of the hardware's support": (
        "partners: {p: {systems: {email: {end_of_life: {hardware: 2017-12-31}}}}}",
        ["partners/p.yaml -  email: {tier: gold, run_cost: 60_000, users: 9, end_of_life: 2016-12-31}   # on premises",
         "partners/p.yaml +  email: {tier: gold, run_cost: 60_000, users: 9, "
         "end_of_life: {software: 2016-12-31, hardware: 2017-12-31}}   # on premises"],
    ),
    "one of two ends of support": (
        "partners: {p: {systems: {payroll: {end_of_life: 2018-03-31}}}}",
        ["partners/p.yaml -    end_of_life: {software: 2017-03-31, hardware: 2017-06-30}",
         "partners/p.yaml +    end_of_life: {software: 2018-03-31, hardware: 2017-06-30}"],
    ),
    "a system more, and keys less": (
        "partners: {p: {users: null, systems: {payroll: {after: null}, web: {run_cost: 1, end_of_life: 2018-01-01}}}}",
        ["partners/p.yaml -users: 300", "partners/p.yaml -    after: [email]",
         "partners/p.yaml +  web: {run_cost: 1, end_of_life: 2018-01-01}"],
    ),
    "a system less": (
        "partners: {p: {systems: {email: null, payroll: {after: null}}}}",
        ["partners/p.yaml -  email: {tier: gold, run_cost: 60_000, users: 9, end_of_life: 2016-12-31}   # on premises",
         "partners/p.yaml -    after: [email]"],
    ),
    "what an alias gives": (
        "partners: {q: {systems: {email: {run_cost: 21_000}}}}",
        ["partners/q.yaml -systems: {email: &usual {run_cost: 20_000}, desk: *usual}",
         "partners/q.yaml +systems: {email: &usual {run_cost: 21_000}, desk: {run_cost: 20_000}}"],
    ),
    "a partner more": (
        "partners:\n  new:\n    partner: N\n    users: 5   # so far\n    systems:\n      a: {run_cost: 1}\n      b:\n"
        "        run_cost: 2",
        ["partners/new.yaml +partner: N", "partners/new.yaml +users: 5   # so far", "partners/new.yaml +systems:",
         "partners/new.yaml +  a: {run_cost: 1}", "partners/new.yaml +  b:", "partners/new.yaml +    run_cost: 2"],
    ),
    "a partner more, on one line": (
        "# yaml-language-server: $schema=../schemas/scenario.schema.json\n"
        "partners: {new: {systems: {a: {run_cost: 1, after: null}}}}",
        ["partners/new.yaml +# yaml-language-server: $schema=../schemas/partner.schema.json",
         "partners/new.yaml +systems: {a: {run_cost: 1}}"],
    ),
    "a partner less": (
        "partners: {q: null}\nprogramme: {apportion: null}",
        ["programme.yaml -apportion: {default: users, 2016/17: systems}",
         *(f"partners/q.yaml -{line}" for line in FILES["partners/q.yaml"].splitlines())],
    ),
    "nothing": ("description: as it is", []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_change(case: str, tmp_path: Path) -> None:
    scenario, lines = CASES[case]
    written = check(inventory(tmp_path, f"{scenario}\n"), "s")
    assert changed_lines(written) == lines


def test_line_ends_and_a_byte_order_mark_stay(tmp_path: Path) -> None:
    folder = inventory(tmp_path, "programme: {limits: [{moves: 4}], currency: EUR}\npartners: {p: {users: 5}}\n")
    programme, partner = folder / "programme.yaml", folder / "partners/p.yaml"
    programme.write_bytes(programme.read_bytes().replace(b"\n", b"\r\n"))
    partner.write_bytes(b"\xef\xbb\xbf" + partner.read_bytes())
    before = partner.read_bytes()
    check(folder, "s")
    assert b"\n" not in programme.read_bytes().replace(b"\r\n", b"")
    assert programme.read_bytes().endswith(b"currency: EUR\r\n")
    assert partner.read_bytes() == before.replace(b"users: 300", b"users: 5")


def test_figures_are_counted(tmp_path: Path) -> None:
    written = check(inventory(tmp_path, CASES["a period more, and no agency"][0]), "s")
    assert [(edit.path, edit.figures) for edit in written.files] == [("programme.yaml", 3), ("scenarios/s.yaml", 0)]


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    folder = inventory(tmp_path, CASES["a figure"][0])
    (folder / "programme.yaml").rename(folder / "real.yaml")
    (folder / "programme.yaml").symlink_to("real.yaml")
    with pytest.raises(UserError, match=r"programme\.yaml: is a link, through which nothing is written"):
        write_in(folder, load(folder, "s"))


def test_what_would_mean_something_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the editing is at fault, or two ways of reading that should agree."""
    folder = inventory(tmp_path, CASES["a figure"][0])
    laid_over = load(folder, "s")
    with pytest.raises(UserError, match=r"programme\.yaml: what the scenario `s` changes cannot be written into it"):
        write_in(folder, replace(laid_over, discount_rate=0.5))
    edited = module.edited_text
    monkeypatch.setattr(module, "edited_text", lambda *given: edited(*given).replace("30_000", "30_001"))
    with pytest.raises(UserError, match=r"programme\.yaml: what the scenario `s` changes cannot be written into it"):
        write_in(folder, laid_over)


@pytest.mark.parametrize("name", ["scenarios/s.yaml", "programme.yaml", "partners/p.yaml"])
@pytest.mark.parametrize("text", [b"{", b"", b"\xff", b"a: &x {b: *x}"])
def test_what_is_spoiled_meanwhile_is_told(tmp_path: Path, name: str, text: bytes) -> None:
    folder = inventory(tmp_path, CASES["a figure"][0])
    laid_over = load(folder, "s")
    (folder / name).write_bytes(text)
    with pytest.raises(UserError, match=": was changed by somebody else meanwhile; try again"):
        write_in(folder, laid_over)
