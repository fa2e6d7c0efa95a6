"""The house's own rules: who may import whom, who owns which package, who may print."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "consolidate"

GROUND = ("errors", "quarters", "plan", "inventory", "vocabulary", "version")
"""What everybody may import: the typed data that all share, the words, and the version."""

FOLDERS: dict[str, tuple[str, ...]] = {
    "yaml_files": (),
    "catalogue": ("yaml_files",),
    "loading.schema": ("yaml_files",),
    "loading": ("yaml_files", "catalogue", "loading.schema"),
    "accounts": (),
    "solving": (),
    "solving.formulation": (),
    "solving.exact": ("solving.formulation",),
    "solving.decomposition": ("solving.formulation", "solving.exact"),
    "solving.makespan": ("solving.formulation", "solving.exact"),
    "solving.infeasibility": ("solving.formulation", "solving.exact", "solving.makespan"),
    "cost_sharing": ("accounts", "planning", "optimizer", "solving.exact"),
    "editing": ("accounts",),
    "typesetting": (),
    "diagrams.engine": ("typesetting",),
    "diagrams": ("diagrams.engine", "accounts", "language"),
    "report.document": (),
    "report.facts": ("report.document", "accounts", "cost_sharing"),
    "report.sections": ("report.document", "report.facts", "accounts", "language"),
    "report.formats": ("report.document", "typesetting", "diagrams.engine", "language"),
    "report.tables": ("report.document", "typesetting", "accounts", "cost_sharing", "diagrams.engine"),
    "report": (),
    "cli": ("*",),
}
"""Which folders (and files of the package's own level) the modules of a folder may import, besides the ground."""

FILES: dict[str, tuple[str, ...]] = {
    "errors": ("vocabulary",),
    "quarters": (),
    "version": (),
    "vocabulary": (),
    "plan": ("errors", "quarters"),
    "inventory": ("errors", "quarters", "plan"),
    "language": (),
    "optimizer": ("solving.formulation", "solving.exact", "solving.decomposition", "solving.makespan"),
    "planning": (
        "optimizer",
        "accounts",
        "solving.formulation",
        "solving.exact",
        "solving.decomposition",
        "solving.infeasibility",
    ),
    "__init__": ("*",),
    "__main__": ("cli",),
}
"""The same for the files beside the folders."""

ORDERS: dict[str, tuple[str, ...]] = {
    "accounts": ("actuals", "courses", "contracts", "journal", "ledger", "rules", "verdict", "differences"),
    "report.facts": ("plan_books", "audience", "contract_notices", "records", "exposure", "money", "compute"),
    "report.sections": ("wording", "changes", "money", "moves", "people", "risk", "summary", "pack_document"),
    "report.formats": (
        *("svg_elements", "chart_layout", "charts", "cell_text", "font_coverage", "typst_setup", "page_layout"),
        *("html", "pdf", "word", "workbook"),
    ),
    "report.tables": ("plan_tables", "tidy_tables", "star_schema"),
}
"""Inside a folder, a module imports only those before it."""

SIDES = ("accounts", "solving")
"""Two independent computations of everything that matters: neither side imports the other."""

OWNERS = {
    "yaml": {"yaml_files"},
    "pydantic": {"loading.schema"},
    "pulp": {"solving.exact", "solving.makespan", "solving.decomposition", "cost_sharing"},
    "highspy": {"solving.exact"},
    "pandas": {"report.tables"},
    "babel": {"language"},
    "jinja2": {"report.formats"},
    "markupsafe": {"report.formats"},
    "typst": {"typesetting"},
    "docx": {"report.formats"},
    "xlsxwriter": {"report.formats"},
    "pyarrow": {"report.tables"},
    "graphviz": {"diagrams.engine"},
    "pygraphviz": {"diagrams.engine"},
    "rich": {"cli"},
    "typer": {"cli"},
}
"""The folders in which each third-party package is used; numpy is everyone's."""

MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = sorted(path for folder in ("consolidate", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    """A module's dotted name: ``solving.exact.model``; a folder's ``__init__`` bears the name of the folder."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


NAMES = {module_name(path): path for path in MODULES}


def folder(name: str) -> str:
    """The folder that a module stands in; a file beside the folders stands for itself."""
    if name in FOLDERS:
        return name
    return name.rpartition(".")[0] or name


def imported(tree: ast.AST, name: str) -> Iterator[str]:
    """Whole dotted names of everything imported, wherever in the file, for the type checker alone or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = ["consolidate", *name.split(".")]
                base = ".".join([*here[: len(here) - node.level], *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


@cache
def imports(name: str) -> frozenset[str]:
    return frozenset(imported(parsed(NAMES[name]), name))


def module_of(full: str) -> str:
    """The module that a dotted name leads to; for a name of the package (``consolidate.load``) its ``__init__``."""
    parts = full.split(".")[1:]
    while parts and ".".join(parts) not in NAMES:
        parts.pop()
    return ".".join(parts) or "__init__"


@cache
def needs(name: str) -> frozenset[str]:
    """The modules of the package that a module imports."""
    own = (module_of(full) for full in imports(name) if full.split(".")[0] == "consolidate")
    return frozenset(own) - {name}


def circles(graph: dict[str, frozenset[str]]) -> list[str]:
    """What is left when modules that import nothing left are taken away again and again, and then importers too."""
    left = {name: set(others) & graph.keys() for name, others in graph.items()}
    for _ in range(2):
        while loose := {name for name, others in left.items() if not others & left.keys()}:
            left = {name: others for name, others in left.items() if name not in loose}
        left = {name: {other for other, others in left.items() if name in others} for name in left}
    return sorted(left)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_folder_imports_only_what_the_table_allows(name: str) -> None:
    own = folder(name)
    table = FOLDERS if own in FOLDERS else FILES
    assert own in table, f"{own} has no place in the tables: give it one"
    allowed = {*GROUND, own, *table[own]} if own not in GROUND else set(table[own])
    wrong = {other for other in needs(name) if folder(other) not in allowed}
    assert not wrong or "*" in allowed, f"{name} imports {sorted(wrong)}"


def test_no_module_imports_itself_in_the_end() -> None:
    assert not circles({name: needs(name) for name in NAMES})


@pytest.mark.parametrize("package", ORDERS)
def test_inside_a_folder_imports_go_one_way(package: str) -> None:
    order = [f"{package}.{module}" for module in ORDERS[package]]
    assert sorted(order) == sorted(name for name in NAMES if folder(name) == package and name != package)
    for place, name in enumerate(order):
        late = {other for other in needs(name) if other in order[place:]}
        assert not late, f"{name} imports {sorted(late)}, which come after it"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_accounts_and_solving_never_meet(name: str) -> None:
    for one, other in (SIDES, SIDES[::-1]):
        if name.split(".")[0] == one:
            assert not {found for found in needs(name) if found.split(".")[0] == other}
    if name.split(".")[0] == "report":
        assert not {found for found in needs(name) if found.split(".")[0] == "solving"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_package_has_one_owner(name: str) -> None:
    for package in sorted({full.split(".")[0] for full in imports(name)}):
        if package not in {*sys.stdlib_module_names, "consolidate", "numpy"}:
            assert package in OWNERS, f"{package} has no owner: give it one"
            assert folder(name) in OWNERS[package], f"{package} belongs to {sorted(OWNERS[package])}"


_LOUD = re.compile(r"print|exit|quit|sys\.exit|os\._exit|os\.abort|sys\.std(out|err)\.write|typer\..*")
_QUIET = sorted(name for name in NAMES if name.split(".")[0] not in ("cli", "__main__"))


@pytest.mark.parametrize("name", _QUIET)
def test_only_the_command_line_prints_or_ends(name: str) -> None:
    for node in ast.walk(parsed(NAMES[name])):
        if isinstance(node, ast.Call):
            assert not _LOUD.fullmatch(ast.unparse(node.func)), f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Raise) and node.exc is not None:
            assert not ast.unparse(node.exc).startswith("SystemExit"), f"line {node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 700


_ELSEWHERE = re.compile(r"(?<![\w.])/(?:work|home|Users|tmp)/|\.\./shared")
_TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".json", ".html", ".css", ".svg", ".gv", ".po", ""}


def texts() -> Iterator[Path]:
    """The project's own text files."""
    for part in ("consolidate", "tests", "benchmarks", "docs", "inventory", ".ci", "schemas"):
        found = sorted((ROOT / part).rglob("*"))
        yield from (path for path in found if path.is_file() and path.suffix in _TEXT)
    yield from (path for path in (ROOT / "README.md", ROOT / "Makefile", ROOT / "pyproject.toml") if path.exists())


def test_no_file_names_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in texts()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _ELSEWHERE.search(line)
    ]
    assert not found, "\n".join(found)


def test_the_rules_find_what_they_look_for() -> None:
    """The helpers themselves are tried on a module that breaks the rules in every way."""
    text = (
        "import yaml\nfrom consolidate.solving import exact\nfrom .rules import ledger\n"
        "if TYPE_CHECKING:\n    from consolidate import plan\ndef f():\n    import pulp.apis\n"
    )
    names = set(imported(ast.parse(text), "accounts.costs"))
    rules = "consolidate.accounts.rules.ledger"
    assert names == {"yaml", "consolidate.solving.exact", rules, "consolidate.plan", "pulp.apis"}
    assert {module_of(one) for one in ("consolidate.load", "consolidate.plan.Move", rules)} == {
        *("__init__", "plan", "accounts.rules"),
    }
    graph = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset("b"), "d": frozenset("a"), "e": frozenset()}
    assert circles(graph) == ["b", "c"]
    assert _LOUD.fullmatch("sys.exit")
    assert _ELSEWHERE.search("see /wo" + "rk/main")
    assert not _ELSEWHERE.search("https://example.org/work/main")
