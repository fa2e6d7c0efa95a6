"""The same inventory is planned once, and the same picture drawn once, for commands that run one after another."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from consolidate import planning
from consolidate.diagrams.engine import pictures, rendering
from consolidate.inventory import Inventory

_plans: dict[tuple[str, str | None, float, bool], Any] = {}
_pictures: dict[rendering.Job, bytes] = {}
_pngs = functools.cache(pictures.svg_to_png)


@contextmanager
def made_once() -> Iterator[None]:
    """Plans and pictures are those of the first time; what commands read, check and write is done each time."""
    make_plan, renderers = planning.make_plan, rendering.renderers

    def plan(inventory: Inventory, **options: Any) -> Any:
        key = (inventory.content_hash, inventory.approved_hash, options["gap"], options.get("certify", True))
        if key not in _plans:
            _plans[key] = make_plan(inventory, **options)
        return _plans[key]

    def drawn_by(renderer: rendering.Renderer) -> rendering.Renderer:
        def draw(jobs: Sequence[rendering.Job]) -> list[bytes]:
            new = [job for job in dict.fromkeys(jobs) if job not in _pictures]
            _pictures.update(zip(new, renderer(new) if new else [], strict=True))
            return [_pictures[job] for job in jobs]

        return draw

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "make_plan", plan)
        patch.setattr(pictures, "svg_to_png", _pngs)
        patch.setattr(rendering, "renderers", lambda: [drawn_by(renderer) for renderer in renderers()])
        yield
