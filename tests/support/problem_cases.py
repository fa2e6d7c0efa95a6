"""An inventory whose parts a test replaces, and the problems that are found in it."""

from __future__ import annotations

import re
from pathlib import Path

from consolidate.errors import InvalidInventory, Problem
from consolidate.loading import load

_EXPECTED = re.compile(r" #([!?])(\d*) (.*)$")

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


def split(case: str) -> dict[str, str]:
    """The files of a case: after a line `== NAME`, the text of that file."""
    parts = re.split(r"^== (\S+)\n", case.lstrip("\n"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def agree(folder: Path, case: str, scenario: str | None = None) -> None:
    """Whether exactly the problems are found that the comments of a case announce.

    After `#!` an error, after `#?` a warning, several parted by ` | `; `#!3` gives the column as well.
    """
    files = split(case)
    write(folder, {**FILES, **files})
    expected = []
    for name, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if match := _EXPECTED.search(line):
                severity = "error" if match[1] == "!" else "warning"
                expected += [(name, number, severity, match[2], message) for message in match[3].split(" | ")]
    problems = found(folder, scenario)
    listed = "\n".join(map(str, problems))
    left = list(problems)
    for name, number, severity, column, message in expected:
        matching = [
            problem
            for problem in left
            if (problem.path, problem.line, problem.severity) == (f"{folder}/{name}", number, severity)
            and message in problem.message
            and column in ("", str(problem.column))
        ]
        assert matching, f"not reported: {name}:{number}: {message}\n{listed}"
        left.remove(matching[0])
    assert not left, f"reported, not expected: {left[0]}\n{listed}"
    assert list(problems) == sorted(problems)
