"""The house's own rules: who may import whom, who owns which package, who may print."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "consolidate"

ROOMS = (
    ("decomposition", "scheduling"),
    ("quarters", "problems"),
    ("reader",),
    ("files",),
    ("eol",),
    ("inventory",),
    ("language",),
    ("plan",),
    ("loader",),
    ("costs",),
    ("standing",),
    ("choices",),
    ("chosen", "packed"),
    ("keeping",),
    ("presolve",),
    ("scheduling.schedule", "scheduling.tree"),
    ("model",),
    ("solver",),
    ("scheduling.timeless", "scheduling.swarm"),
    ("scheduling.shortage",),
    ("search",),
    ("decomposition.arrays",),
    ("decomposition.closed_forms",),
    ("decomposition.columns",),
    ("decomposition.shared",),
    ("decomposition.dual",),
    ("decomposition.cells",),
    ("decomposition.building",),
    ("decomposition.state",),
    ("decomposition.greedy",),
    ("decomposition.rebuild", "decomposition.neighbourhood"),
    ("decomposition.decompose",),
    ("decomposition.fixing", "decomposition.certificate", "decisive"),
    ("decomposition.large",),
    ("scheduling.finish",),
    ("optimizer",),
    ("relaxing",),
    ("explain",),
    ("happened",),
    ("ledger",),
    ("check",),
    ("changes",),
    ("expected",),
    ("apportion", "game"),
    ("planning",),
    ("shares",),
    ("tables", "screen"),
    ("screen_changes",),
    ("pictures",),
    ("roadmap",),
    ("report",),
    ("__init__",),
    ("cli", "commands", "__main__"),
)
"""From the ground up. A module may import those of earlier rooms, and those of its own."""

FOLDERS = {name.split(".")[0] for names in ROOMS for name in names if "." in name}
"""Folders of which each module is a room of its own: they say themselves what they hold, and import nothing."""
_FIRST = [names[0] for names in ROOMS]
SOLVING = {name for names in ROOMS[_FIRST.index("costs") : _FIRST.index("explain") + 1] for name in names}
"""From `costs` to `explain`, all that has to do with finding a plan."""
CHECKING = {"happened", "ledger", "check"}
"""Two independent computations: neither imports the other."""

OWNERS = {
    "yaml": {"reader"},
    "pydantic": {"files"},
    "pulp": {"model", "solver", "scheduling.timeless", "search", "decomposition.neighbourhood", "game"},
    "highspy": {"solver"},
    "pandas": {"tables"},
    "babel": {"language"},
    "jinja2": {"report"},
    "markupsafe": {"report"},
    "typst": {"report"},
    "docx": {"report"},
    "xlsxwriter": {"report"},
    "pyarrow": {"report"},
    "graphviz": {"pictures", "roadmap"},
    "pygraphviz": {"pictures", "roadmap"},
    "rich": {"screen", "cli", "commands"},
    "typer": {"cli", "commands"},
}
"""Each third-party package has one owner; numpy is everyone's."""

MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = sorted(path for folder in ("consolidate", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))


def room(path: Path) -> str:
    """A module's name within the package; a folder is one room, unless the table names its modules."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts) if parts[0] in FOLDERS and parts[1] != "__init__" else parts[0]


def level(name: str) -> int:
    """Its place in the table, from the ground; what has no place stands above all."""
    return next((place for place, names in enumerate(ROOMS) if name in names), len(ROOMS))


def imported(tree: ast.AST, path: Path) -> Iterator[str]:
    """Whole dotted names of everything imported, wherever in the file, type hints apart."""
    hints = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in hints:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                folder = ["consolidate", *path.relative_to(PACKAGE).parts[:-1]]
                base = ".".join([*folder[: len(folder) + 1 - node.level], *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def imports(path: Path) -> set[str]:
    return set(imported(ast.parse(path.read_text(encoding="utf-8")), path))


def rooms_of(names: set[str]) -> set[str]:
    """Rooms that the names lead to; a name of the package itself (``consolidate.load``) is its ``__init__``."""
    known = {room(path) for path in MODULES}
    parts = [name.split(".") for name in names if name.split(".")[0] == "consolidate"]
    return {next((one for one in (".".join(part[1:3]), *part[1:2]) if one in known), "__init__") for part in parts}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_run_one_way(path: Path) -> None:
    own = room(path)
    assert any(own in names for names in ROOMS), f"{own} has no place in the table of rooms: give it one"
    above = {other for other in rooms_of(imports(path)) if level(other) > level(own)}
    assert not above, f"{own} imports {sorted(above)}, which stand above it"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_model_and_check_stay_apart(path: Path) -> None:
    for one, other in ((SOLVING, CHECKING), (CHECKING, SOLVING)):
        if room(path) in one:
            assert not rooms_of(imports(path)) & other


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_each_package_has_one_owner(path: Path) -> None:
    for package in sorted({full.split(".")[0] for full in imports(path)}):
        if package not in {*sys.stdlib_module_names, "consolidate", "numpy"}:
            assert package in OWNERS, f"{package} has no owner: give it one"
            assert room(path) in OWNERS[package], f"{package} belongs to {sorted(OWNERS[package])}"


_LOUD = re.compile(r"print|exit|quit|sys\.exit|os\._exit|os\.abort|sys\.std(out|err)\.write|typer\..*")


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) not in ("cli", "commands")], ids=name)
def test_only_the_command_line_prints_or_ends(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            assert not _LOUD.fullmatch(ast.unparse(node.func)), f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Raise) and node.exc is not None:
            assert not ast.unparse(node.exc).startswith("SystemExit"), f"line {node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_stay_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 700


_ELSEWHERE = re.compile(r"(?<![\w.])/(?:work|home|Users|tmp)/|\.\./shared")
_TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".json", ".html", ".css", ".svg", ".gv", ".po", ""}


def texts() -> Iterator[Path]:
    """The project's own text files."""
    for folder in ("consolidate", "tests", "benchmarks", "docs", "inventory", ".ci", "schemas"):
        found = sorted((ROOT / folder).rglob("*"))
        yield from (path for path in found if path.is_file() and path.suffix in _TEXT)
    yield from (path for path in (ROOT / "README.md", ROOT / "Makefile", ROOT / "pyproject.toml") if path.exists())


def test_no_file_names_somebodys_machine() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in texts()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _ELSEWHERE.search(line)
    ]
    assert not found, "\n".join(found)


def test_the_rules_find_what_they_look_for() -> None:
    """The table itself is tried on a module that breaks it in every way."""
    text = "import yaml\nfrom consolidate import model\nfrom .check import ledger\ndef f():\n    import pulp.apis\n"
    path = PACKAGE / "costs.py"
    names = set(imported(ast.parse(text), path))
    assert names == {"yaml", "consolidate.model", "consolidate.check.ledger", "pulp.apis"}
    assert rooms_of({"consolidate.load", "consolidate.plan.Move", "yaml"}) == {"__init__", "plan"}
    assert _LOUD.fullmatch("sys.exit")
    assert _ELSEWHERE.search("see /wo" + "rk/main")
    assert not _ELSEWHERE.search("https://example.org/work/main")
