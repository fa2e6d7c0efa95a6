"""Files at the size of an attack: each ends in a few lines, a few seconds and some 300 MB."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from problem_cases import FILES, write

MOST_MB = 330
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


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_costs_little(tmp_path: Path, text: str) -> None:
    write(tmp_path, {**FILES, "partners/torfaen.yaml": text})
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    code, megabytes, seconds = json.loads(done.stdout)
    assert code == 1
    assert megabytes < MOST_MB
    assert seconds < MOST_SECONDS
    assert len(done.stderr.replace(str(tmp_path), "")) < 60_000
    assert done.stderr.count("\n") < 210
