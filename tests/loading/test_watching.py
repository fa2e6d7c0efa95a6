"""A change of an inventory's files is noticed once they are at rest, and what is no change is none."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import small_inventories

from consolidate.loading.watching import InventoryWatch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_inventories.write(tmp_path / "inventory", systems="a: {run_cost: 5}")


def said(watch: InventoryWatch) -> list[bool]:
    return [watch.changed() for _ in range(3)]


def grown(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: grown(folder / "programme.yaml"),
        lambda folder: grown(folder / "partners" / "p.yaml"),
        lambda folder: (folder / "services.yaml").write_text("services: {}\n", encoding="utf-8"),
        lambda folder: (folder / "partners" / "p.yaml").unlink(),
        lambda folder: (folder / "partners" / "p.yaml").rename(folder / "partners" / "q.yaml"),
    ],
)
def test_a_change_is_said_once(folder: Path, change: Callable[[Path], object]) -> None:
    watch = InventoryWatch(folder)
    assert said(watch) == [False, False, False]
    change(folder)
    assert said(watch) == [False, True, False]
    grown(folder / "programme.yaml")
    assert said(watch) == [False, True, False]


def test_a_file_saved_as_it_was_is_no_change(folder: Path) -> None:
    watch = InventoryWatch(folder)
    os.utime(folder / "programme.yaml", (1, 1))
    assert said(watch) == [False, False, False]


def test_while_files_go_on_changing_nothing_is_said(folder: Path) -> None:
    watch = InventoryWatch(folder)
    for _ in range(3):
        grown(folder / "programme.yaml")
        assert not watch.changed()
    assert watch.changed()


def test_files_of_editors_are_none(folder: Path) -> None:
    watch = InventoryWatch(folder)
    for name in ("programme.yaml~", ".programme.yaml.swp", "partners/.p.yaml", "partners/p.yaml.tmp", "notes.txt"):
        (folder / name).write_text("x", encoding="utf-8")
    assert said(watch) == [False, False, False]


def test_a_folder_that_is_gone_is_a_change(folder: Path) -> None:
    watch = InventoryWatch(folder)
    folder.rename(folder.parent / "elsewhere")
    assert said(watch) == [False, True, False]
