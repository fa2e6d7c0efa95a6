"""Tests pass on a machine that is busy with other things: none waits for a fixed time, or asks how long it took."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from source_tree import ROOT, parsed

TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if "attack" not in path.parts)
"""All but those that end processes at moments drawn by chance."""
POLL = 0.1
"""Seconds between two looks at something, at most."""


def long_waits(tree: ast.AST) -> Iterator[str]:
    """Sleeps that are no pauses between two looks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("time.sleep", "sleep"):
            seconds = node.args[0]
            if not (isinstance(seconds, ast.Constant) and float(str(seconds.value)) <= POLL):
                yield ast.unparse(node)


def test_no_example_has_to_be_ready_in_time() -> None:
    settings = hypothesis.settings()
    assert settings.deadline is None
    assert hypothesis.HealthCheck.too_slow in settings.suppress_health_check


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_waits_for_a_fixed_time(path: Path) -> None:
    assert list(long_waits(parsed(path))) == []


def test_the_rule_finds_what_it_looks_for() -> None:
    tree = ast.parse("time.sleep(3); sleep(pause); time.sleep(0.01); x.sleeping(5)")
    assert list(long_waits(tree)) == ["time.sleep(3)", "sleep(pause)"]
