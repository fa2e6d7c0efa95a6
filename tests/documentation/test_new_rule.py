"""docs/new-rule.md names what is there, and every family of limits is known at each place that it names."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from commands import ROOT

from consolidate.accounts.rules import RULES
from consolidate.solving.exact import model
from consolidate.solving.formulation.families import TREATMENTS
from consolidate.solving.formulation.resources import RESOURCE_FAMILIES, ResourceFamily
from consolidate.solving.infeasibility.relaxations import PRICED, PRICES, RELAX

PAGE = (ROOT / "docs/new-rule.md").read_text(encoding="utf-8")
PLACES = [
    (files, name)
    for cell in re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE)
    for files in [re.findall(r"`([\w./-]+/[\w./-]+)`", cell)]
    for name in re.findall(r'`("?[\w.]+"?)`', cell)
]


@cache
def defined(path: str) -> frozenset[str]:
    """Names that a module defines (those in a class as ``Class.name``), and its texts, in double quotes."""
    found = set()

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.add(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{prefix}{node.name}.")
            for target in [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", []):
                found.add(prefix + ast.unparse(target))

    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    visit(tree.body, "")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(f'"{node.value}"')
        if isinstance(node, ast.keyword):
            found.add(f'"{node.arg}"')
    return frozenset(found)


@pytest.mark.parametrize("path", sorted({*re.findall(r"`((?:consolidate|docs|schemas|tests)/[\w./-]+)`", PAGE)}))
def test_each_file_that_it_names_is_there(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize(("files", "name"), PLACES, ids=lambda value: value if isinstance(value, str) else "")
def test_each_name_is_in_its_file(files: list[str], name: str) -> None:
    (file,) = files
    assert name in defined(file), file


def test_names_are_found() -> None:
    assert len(PLACES) > 20


IN_OTHER_WORDS = {"consolidate/report/answers/explanation_document.py"}
"""Modules in which "limit" is any limit, not the rule."""


def speaks_of_limits(path: Path) -> bool:
    """Whether a module imports, reads or names the rule that the page follows through the code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom() if {"Limit", "Limits", "with_limit"}.intersection(one.name for one in node.names):
                return True
            case ast.Attribute(attr="limits", value=owner):
                if ast.unparse(owner).rpartition(".")[2] in ("inventory", "before", "own", "programme"):
                    return True
            case ast.Constant(value="limit" | "limits"):
                return True
            case ast.keyword(arg="limits", value=ast.Tuple()):
                return True
    return False


def test_it_names_every_module_that_speaks_of_its_example() -> None:
    """Whoever puts a rule beside it wherever the page says so has forgotten no place."""
    modules = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "consolidate").rglob("*.py")}
    speaking = {name for name, path in modules.items() if speaks_of_limits(path)}
    assert len(speaking) > 20
    assert speaking - {name for name in modules if name in PAGE} == IN_OTHER_WORDS


@pytest.mark.parametrize("family", RESOURCE_FAMILIES, ids=lambda family: family.name)
def test_every_family_is_known_at_each_place(family: type[ResourceFamily]) -> None:
    """By the same name everywhere; what may be relaxed bears the name of the amount. What each method makes of it
    is tested with ``TREATMENTS``."""
    name = family.name
    assert name in TREATMENTS
    assert name in {rows.__name__ for rows in model.FAMILIES}
    assert name in {rule.__name__ for rule in RULES}
    assert f'"{name}"' in defined("consolidate/solving/decomposition/subgradient.py")
    assert f'"{name}"' in defined("consolidate/solving/decomposition/certificate.py")
    assert family.item in PRICES
    assert family.item in PRICED
    assert family.item in RELAX
    assert f'"{family.item}"' in defined("consolidate/solving/infeasibility/explanation.py")
    assert f'"{family.item}"' in defined("consolidate/explain/scarcity.py")
    assert f'"{name}"' in defined("tests/support/brute_force.py")
