"""Planning with little work, where what is tested holds for any plan and not for good ones alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from consolidate.solving.decomposition.heuristic import WorkBudget

LITTLE = WorkBudget(first=60, quick=150, iterations=150, held=20, steps=1500)
"""What a handful of systems need: the usual work is meant for fifty systems and more."""


@contextmanager
def little_work() -> Iterator[None]:
    """The decomposed method does little, whatever the number of systems."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkBudget, "of", lambda _: LITTLE)
        yield
