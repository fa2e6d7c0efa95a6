"""SECURITY.md says what is so. What it promises of single files is tested where they are read and written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import ROOT
from source_tree import parsed

from consolidate.loading.sources import MAX_SYSTEMS
from consolidate.yaml_files.findings import MOST_IN_A_FILE, MOST_OF_A_KIND
from consolidate.yaml_files.parser import MAX_ALIASED, MAX_DEPTH, MAX_NODES, MAX_NODES_IN_ALL
from consolidate.yaml_files.text_files import MAX_BYTES

PAGE = " ".join((ROOT / "SECURITY.md").read_text(encoding="utf-8").split())
MODULES = sorted((ROOT / "consolidate").rglob("*.py"))
NETWORK = {
    "asyncio",
    "dask",
    "distributed",
    "ftplib",
    "http",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "urllib",
}
ON_THE_NETWORK = {"consolidate/parallel/cluster.py"}
"""Speaks with a scheduler, where one is named on the command line or by the caller."""
RUNS_CODE = {"marshal", "pickle", "runpy", "shelve"}


def imported(path: Path) -> Iterator[str]:
    """The first part of every module that a file imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def called(path: Path) -> set[str]:
    """The plain names that a file calls."""
    tree = ast.walk(parsed(path))
    return {node.func.id for node in tree if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_reaches_the_network_or_runs_what_it_reads(path: Path) -> None:
    assert bool(NETWORK & {*imported(path)}) == (path.relative_to(ROOT).as_posix() in ON_THE_NETWORK)
    assert not RUNS_CODE & {*imported(path)}
    assert not {"eval", "exec", "compile", "__import__"} & called(path)


def test_only_pictures_and_workers_start_another_process() -> None:
    starting = [path for path in MODULES if {"subprocess", "multiprocessing"} & {*imported(path)}]
    assert {path.parent.relative_to(ROOT).as_posix() for path in starting} == {
        "consolidate/diagrams/engine",
        "consolidate/parallel",
    }


def test_the_limits_of_a_file_are_those_of_the_reader() -> None:
    limits = (
        f"{MAX_BYTES // 1_000_000} MB",
        f"{MAX_DEPTH} levels deep",
        f"{MAX_ALIASED:,} nodes",
        f"{MAX_NODES:,} keys",
    )
    assert all(limit in PAGE for limit in limits)


def test_the_bounds_are_those_of_the_code() -> None:
    page = " ".join((ROOT / "docs" / "security.md").read_text(encoding="utf-8").split())
    bounds = (
        f"{MAX_NODES:,}",
        f"{MAX_NODES_IN_ALL:,}",
        f"| systems | {MAX_SYSTEMS:,}",
        f"{MOST_IN_A_FILE} errors",
        f"{MOST_OF_A_KIND} warnings",
    )
    assert all(bound in page for bound in bounds)
