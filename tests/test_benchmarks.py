"""The generator of large inventories: the same seed, the same files; valid; and a plan exists."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import brute_force
import pytest

from consolidate.check import violations
from consolidate.loader import load
from consolidate.optimizer import optimize

FOLDER = Path(__file__).parent.parent / "benchmarks"


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


generate = module("generate")


@pytest.mark.parametrize(
    ("systems", "seed", "capital_tight", "twice_links"),
    [(20, 1, False, False), (20, 2, True, True), (60, 3, True, False), (60, 4, False, True)],
)
def test_generated_inventory_has_a_plan(
    systems: int, seed: int, capital_tight: bool, twice_links: bool, tmp_path: Path
) -> None:
    generate.write(tmp_path, systems, seed, capital_tight, twice_links)
    inventory = load(tmp_path)
    assert len(inventory.systems) == systems
    plan = optimize(inventory, gap=0.5)
    assert violations(inventory, plan) == ()
    assert brute_force.broken(inventory, plan) == []
    assert plan.moves


@pytest.mark.parametrize("systems", [20, 97, 200, 1_000, 15_000])
def test_generator_writes_as_many_systems_as_asked(systems: int) -> None:
    files = generate.Generator(systems, 1).files()
    assert sum(text.count("\n    capability: ") for text in files.values()) == systems


def test_same_arguments_give_the_same_files() -> None:
    one, same, other = (generate.Generator(120, seed).files() for seed in (5, 5, 6))
    assert one == same
    assert one != other


def test_table_is_as_wide_as_its_cells() -> None:
    bench = module("bench")
    text = bench.table([["x"] * len(bench.COLUMNS), ["a long name", *["y"] * (len(bench.COLUMNS) - 1)]])
    assert len({len(line) for line in text.splitlines()}) == 1
    assert text.count("\n") == 3
