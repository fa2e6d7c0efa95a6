"""The example in flight is in order, and its approved plan is of its own files."""

from __future__ import annotations

import json

from commands import ROOT, Call

import consolidate

EXAMPLE = ROOT / "examples/srs-in-flight/inventory"


def test_it_has_no_errors_and_nothing_suspicious(call: Call) -> None:
    said = call("check", EXAMPLE)
    assert said.code == 0
    assert said.err == ""


def test_its_plan_was_approved_as_the_files_stand() -> None:
    inventory = consolidate.load(EXAMPLE)
    assert inventory.approved is not None
    (file,) = (EXAMPLE / "approved").iterdir()
    approval = json.loads(file.read_text(encoding="utf-8"))["approved"]
    assert approval["inventory"] == inventory.approved.inventory == inventory.content_hash
    assert inventory.progress is not None
    assert len(inventory.progress.quarters) == 6
