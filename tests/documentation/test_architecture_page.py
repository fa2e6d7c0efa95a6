"""docs/architecture.md is the map of the packages that are there."""

from __future__ import annotations

import importlib.util
import re
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest
from commands import ROOT

PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
ROWS = [
    (re.findall(r"`([\w.]+)`", names), owned)
    for names, owned in re.findall(r"^\| (`[^|]+) \| [^|]+ \| ([^|]*)\|$", PAGE, re.MULTILINE)
]
NAMES = [name for names, _ in ROWS for name in names]


def tables() -> ModuleType:
    """The module of tests that has the tables of packages."""
    path = ROOT / "tests/architecture/test_house_rules.py"
    spec = importlib.util.spec_from_file_location("house_rules", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RULES = tables()


def test_the_page_names_the_packages_of_the_tables_and_no_other() -> None:
    assert sorted(NAMES) == sorted({*RULES.FOLDERS, *RULES.FILES} - {"__init__", "__main__"})


@pytest.mark.parametrize("name", NAMES)
def test_a_row_uses_only_rows_above_it(name: str) -> None:
    (row,) = (number for number, (names, _) in enumerate(ROWS) if name in names)
    above = {other for names, _ in ROWS[: row + 1] for other in names}
    above |= {"__init__"} if name == "cli" else set()  # the public API, which is what commands call
    for module in RULES.NAMES:
        if RULES.folder(module) == name:
            assert {RULES.folder(other) for other in RULES.needs(module)} <= above, module


def test_the_owners_are_those_of_the_tables() -> None:
    """The page calls packages by the names they are installed by, the tables by the names they are imported by."""
    distributions = {name: found[0].lower() for name, found in packages_distributions().items()}
    table: dict[str, set[str]] = {}
    for package, owners in RULES.OWNERS.items():
        for owner in owners:
            table.setdefault(owner, set()).add(distributions.get(package, package))
    page = {names[0]: {part.strip().lower() for part in owned.split(",")} for names, owned in ROWS if owned.strip()}
    assert page == table


def test_the_folders_of_tests_that_it_names_are_there() -> None:
    named = set(re.findall(r"`tests/(\w+)`", PAGE))
    packages = {path.name for path in (ROOT / "consolidate").iterdir() if path.is_dir()}
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and list(path.rglob("*.py"))}
    assert packages - {"data", "locale", "__pycache__"} <= folders, "each package has its tests in a folder of its name"
    assert folders - packages <= named
    assert all(Path(ROOT / "tests" / name).is_dir() for name in named)
