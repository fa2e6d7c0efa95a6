"""The same inventory is planned once in a run, and the same picture or page made once, for tests of what is around."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from once_a_run import kept

from consolidate import planning
from consolidate.diagrams.engine import rendering
from consolidate.inventory import Inventory
from consolidate.report.formats import pdf
from consolidate.solving.decomposition.heuristic import WorkBudget
from consolidate.typesetting import typst_compiler

_plans: dict[tuple[Any, ...], Any] = {}


@contextmanager
def drawn_once() -> Iterator[None]:
    """What Graphviz and typst make of the very same source is that of the first time; all that leads to it is done."""
    typeset, renderers = typst_compiler.typeset, rendering.renderers

    def set_once(source: bytes, inputs: dict[str, str], kind: Any, *, ppi: float = 144.0) -> list[bytes]:
        key = ("typeset", source, sorted(inputs.items()), kind, ppi)
        return kept(key, lambda: typeset(source, inputs, kind, ppi=ppi))

    def drawn_by(renderer: rendering.Renderer) -> rendering.Renderer:
        def draw(jobs: Sequence[rendering.Job]) -> list[bytes]:
            return kept(("drawn", renderer.__name__, tuple(jobs)), lambda: renderer(jobs))

        return draw

    with pytest.MonkeyPatch.context() as patch:
        for module in (typst_compiler, pdf):
            patch.setattr(module, "typeset", set_once)
        patch.setattr(rendering, "renderers", lambda: [drawn_by(renderer) for renderer in renderers()])
        yield


@contextmanager
def made_once() -> Iterator[None]:
    """Plans, too, are those of the first time; what commands read, check and write is done each time."""
    make_plan = planning.make_plan

    def plan(inventory: Inventory, **options: Any) -> Any:
        hashes = inventory.content_hash, inventory.approved_hash
        begins = options["start"].hash if options.get("start") else None
        key = ("plan", *hashes, options["gap"], options.get("certify", True), begins, WorkBudget.of(50))
        if key not in _plans:
            _plans[key] = kept(key, lambda: make_plan(inventory, **options))
        return _plans[key]

    with drawn_once(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "make_plan", plan)
        yield
