"""What a shell may complete: the names that are in the inventory, found without reading it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from commands import COMMAND

from consolidate.cli.arguments import complete_examples, complete_formats, complete_kinds, complete_languages
from consolidate.editing.new_inventory import EXAMPLES
from consolidate.loading.schema import SCHEMAS
from consolidate.report.pack import FORMATS, LANGUAGES


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("consolidate plan inventory --scenario ", ["cheap", "late"]),
        ("consolidate plan inventory --scenario c", ["cheap"]),
        ("consolidate plan elsewhere --scenario ", []),
        ("consolidate board --partner ", ["gwent", "torfaen"]),
        ("consolidate board --lang b", ["both"]),
        ("consolidate schema pr", ["programme", "progress"]),
        ("consolidate init --example s", ["srs", "sts"]),
        ("consolidate rep", ["report-progress"]),
    ],
)
def test_names_are_completed(words: str, expected: list[str], tmp_path: Path) -> None:
    for name in ("scenarios/cheap", "scenarios/late", "partners/torfaen", "partners/gwent"):
        path = tmp_path / "inventory" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    place = str(len(words.split(" ")) - 1)
    asked = {"_CONSOLIDATE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": place}
    script = "import sys; sys.argv = ['consolidate']; from consolidate.cli.app import main; main()"
    program = [COMMAND[0], "-c", script]
    done = subprocess.run(program, cwd=tmp_path, env=os.environ | asked, capture_output=True, text=True, check=False)
    assert done.stdout.split() == expected, done.stderr


def test_words_are_those_that_are_understood() -> None:
    assert complete_formats("") == list(FORMATS)
    assert complete_formats("html,p") == ["html,pdf"]
    assert complete_formats("html,") == [f"html,{form}" for form in FORMATS if form != "html"]
    assert complete_languages("") == [*LANGUAGES, "both"]
    assert complete_kinds("") == list(SCHEMAS)
    assert complete_examples("") == list(EXAMPLES)
