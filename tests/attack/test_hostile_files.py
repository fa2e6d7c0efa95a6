"""Files at the size of an attack: each ends in a few lines, a few seconds and some 300 MB; many in some 450 MB."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from problem_cases import FILES, write

MOST_MB = 330
MOST_MB_OF_MANY = 450
MOST_SECONDS = 15
"""Of processor time, on a slow machine."""

PARTNER = "partner: Torfaen\nsystems:\n"
NAMES = [f"payroll-and-human-resources-of-the-council-{number:05}" for number in range(6_000)]
HOSTILE = {
    "3 MB of near-miss names": PARTNER
    + "".join(
        f"  {name}: {{after: [{', '.join([name.replace('y', letter) for letter in 'abcdefgh'])}]}}\n" for name in NAMES
    ),
    "500,000 unknown keys of a system": PARTNER + "  a:\n" + "".join(f"    key-{n}: x\n" for n in range(500_000)),
    "300,000 unknown keys of a system": PARTNER + "  a:\n" + "".join(f"    key-{n}: x\n" for n in range(300_000)),
    "350,000 unknown keys of many": PARTNER
    + "".join(f"  s-{n}: {{{', '.join(f'key-{k}: x' for k in range(50))}}}\n" for n in range(7_000)),
    "500,000 unknown keys of the file": "partner: P\n" + "".join(f"key-{n}: x\n" for n in range(500_000)),
    "1,000,000 needs": PARTNER + f"  a: {{needs: [{', '.join(f'n{n}' for n in range(1_000_000))}]}}\n",
    "700,000 needs": PARTNER + f"  a: {{needs: [{', '.join(f'n{n}' for n in range(700_000))}]}}\n",
    "faulty options": PARTNER
    + "  a:\n    options:\n"
    + "      - {approach: rehoost, quarters: x, capital: y}\n" * 90_000,
    "wrong shapes": PARTNER + "".join(f"  s-{n}: x\n" for n in range(390_000)),
    "bad ids": PARTNER + "".join(f"  S_{n}: {{}}\n" for n in range(390_000)),
    "bad ids, no more than there may be systems": PARTNER + "".join(f"  S_{n}: {{}}\n" for n in range(50_000)),
    "systems without a fault": PARTNER + "".join(f"  s-{n}: {{}}\n" for n in range(390_000)),
    "repeated keys": PARTNER + "  a: {}\n" * 390_000,
    "faulty values": PARTNER + "".join(f"  s-{n}: {{users: -1, tier: x, after: [x, y]}}\n" for n in range(60_000)),
    "long values": PARTNER
    + "".join(f"  s-{n}: {{tier: {'1' * 200_000}, users: {'9' * 300_000}}}\n" for n in range(30)),
}

PROGRAM = """
import json, resource, sys, time
from consolidate.cli import app
sys.argv = ["consolidate", "check", sys.argv[1]]
code = app._run()
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([code, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime]))
"""


MANY = {
    "bad ids": PARTNER + "".join(f"  S_{n}: {{}}\n" for n in range(325_000)),
    "unknown keys of a system": PARTNER + "  a:\n" + "".join(f"    key-{n}: x\n" for n in range(325_000)),
}


def checked(folder: Path) -> tuple[float, float, str]:
    """What checking a faulty inventory took, in MB and in seconds of processor time, and what was said."""
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    code, megabytes, seconds = json.loads(done.stdout)
    assert code == 1
    return megabytes, seconds, done.stderr.replace(str(folder), "")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_costs_little(tmp_path: Path, text: str) -> None:
    write(tmp_path, {**FILES, "partners/torfaen.yaml": text})
    megabytes, seconds, said = checked(tmp_path)
    assert megabytes < MOST_MB
    assert seconds < MOST_SECONDS
    assert len(said) < 60_000
    assert said.count("\n") < 210


@pytest.mark.parametrize("text", MANY.values(), ids=MANY)
def test_three_hostile_files_cost_little_more(tmp_path: Path, text: str) -> None:
    write(tmp_path, {**FILES, **{f"partners/p-{number}.yaml": text for number in range(3)}})
    megabytes, seconds, said = checked(tmp_path)
    assert megabytes < MOST_MB_OF_MANY
    assert seconds < 2 * MOST_SECONDS
    assert said.count("\n") < 610


def test_a_hostile_scenario_costs_little(tmp_path: Path) -> None:
    keys = "".join(f"        key-{n}: x\n" for n in range(385_000))
    write(tmp_path, {**FILES, "scenarios/x.yaml": f"partners:\n  torfaen:\n    systems:\n      a:\n{keys}"})
    megabytes, seconds, _ = checked(tmp_path)
    assert megabytes < MOST_MB
    assert seconds < MOST_SECONDS
