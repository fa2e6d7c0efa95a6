"""A tree written as YAML reads as the same tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from consolidate.yaml_files.findings import Findings
from consolidate.yaml_files.nodes import Map, Node, Seq
from consolidate.yaml_files.parser import parse
from consolidate.yaml_files.writer import yaml_text

ROOT = Path(__file__).parents[2]
ODD = """
texts: {plain: a word, "no": 'yes', empty: "", null: null, nothing: , tilde: ~, number: "007", colon: "a: b"}
numbers: [1_000, 1.10, 2020-13-14, 0x10, 90%, 2017/18 Q1]
lists: [[], {}, [a, [b]], {c: [d, {e: f}]}]
Welsh: "Ysgol Gynradd Tŷ'r Ŵyl # 1"
'long': >-
    a text that goes on and on, so that it is broken over two lines, as any writer of YAML would break it, and
    then goes on
"""


def written_twice(text: str) -> tuple[object, object]:
    findings = Findings()
    tree = parse(text, "file", findings)
    assert tree is not None
    again = parse(yaml_text(tree), "file", findings)
    assert again is not None
    assert not findings.problems
    return plain(tree), plain(again)


def plain(node: Node) -> object:
    """A tree without places: of a text, whether it is null and whether it may be a number counts as well."""
    if isinstance(node, Map):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, Seq):
        return [plain(entry) for entry in node]
    return str(node), node.plain, node.is_null


@pytest.mark.parametrize("file", sorted((ROOT / "inventory").rglob("*.yaml")), ids=lambda path: path.name)
def test_every_file_of_the_shipped_inventory(file: Path) -> None:
    before, after = written_twice(file.read_text(encoding="utf-8"))
    assert before == after


def test_odd_texts() -> None:
    before, after = written_twice(ODD)
    assert before == after
