"""The package's own source, read once: modules, what they import, functions, classes and texts."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "consolidate"
SOURCES = sorted(path for folder in ("consolidate", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    """A module's dotted name: ``solving.exact.model``; a folder's ``__init__`` bears the name of the folder."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


NAMES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
"""Every module, and its file."""


# -- imports ---------------------------------------------------------------------------------------


def imported(tree: ast.AST, name: str, *, is_package: bool = False) -> Iterator[str]:
    """Whole dotted names of everything imported, wherever in the file, for the type checker alone or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = ["consolidate", *name.split("."), *(["__init__"] if is_package else [])]
                base = ".".join([*here[: len(here) - node.level], *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


@cache
def imports(name: str) -> frozenset[str]:
    path = NAMES[name]
    return frozenset(imported(parsed(path), name, is_package=path.stem == "__init__"))


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


# -- definitions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Definition:
    """A function or class, and where it is defined: its class, and whether that is inside of a function."""

    module: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    owner: str
    local: bool

    @property
    def name(self) -> str:
        """As in ``solving.exact.model: Model.load``."""
        return f"{self.module}: {self.owner + '.' if self.owner else ''}{self.node.name}"

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def public(self) -> bool:
        """Whether others may use it."""
        return not (self.local or self.node.name.startswith("_") or self.owner.startswith("_"))

    @property
    def lines(self) -> int:
        return (self.node.end_lineno or 0) - self.node.lineno + 1

    @property
    def arguments(self) -> int:
        """How many a caller may give, ``self`` and ``cls`` apart."""
        if isinstance(self.node, ast.ClassDef):
            return 0
        found = self.node.args
        every = [one.arg for one in (*found.posonlyargs, *found.args, *found.kwonlyargs)]
        return len(every) - (bool(self.owner) and every[:1] in (["self"], ["cls"]))


def defined(tree: ast.AST, module: str, owner: str = "", local: bool = False) -> Iterator[Definition]:
    """Every function and class below a node."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Definition(module, node, owner, local)
            yield from defined(node, module, owner, True)
        elif isinstance(node, ast.ClassDef):
            yield Definition(module, node, owner, local)
            yield from defined(node, module, node.name, local)
        else:
            yield from defined(node, module, owner, local)


@cache
def definitions() -> tuple[Definition, ...]:
    """Every function and class of the package."""
    return tuple(one for name, path in NAMES.items() for one in defined(parsed(path), name))


# -- texts -----------------------------------------------------------------------------------------


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every string of a module that is no docstring."""
    standing_alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in standing_alone:
            yield node


def apart(found: Collection[str], known: Collection[str]) -> str:
    """What breaks a rule and is no known exception, and each exception that is one no more; nothing when all is well.

    So a list of exceptions only shrinks.
    """
    new = [f"breaks the rule: {name}" for name in sorted(set(found) - set(known))]
    return "\n".join([*new, *(f"is no exception any more: {name}" for name in sorted(set(known) - set(found)))])
