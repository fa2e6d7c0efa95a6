"""Planning with little work, where what is tested holds for any plan and not for good ones alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from consolidate.solving.decomposition import method
from consolidate.solving.decomposition.heuristic import WorkBudget
from consolidate.solving.infeasibility import elastic_model

LITTLE = WorkBudget(first=40, quick=100, iterations=100, held=15, steps=600, elected=0)
"""What a handful of systems need: the usual work is meant for fifty systems and more."""
LEAST = WorkBudget(first=10, quick=20, iterations=10, held=5, steps=50, elected=0)
"""To be put in the place of the former where not even a plan by heuristics is asked for."""
PLACEMENTS = 1_000
"""The same for the search for a plan in a longer horizon, from which a way out is bettered."""
ITERATIONS = 60
"""The same for the prices of a plan that was found without them: its certificate then proves less."""


@contextmanager
def little_work() -> Iterator[None]:
    """Heuristics do little, whatever the number of systems; what is proven, the exact method proves all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkBudget, "of", lambda _: LITTLE)
        patch.setattr(elastic_model, "MOST_PLACEMENTS", PLACEMENTS)
        patch.setattr(method, "ITERATIONS", ITERATIONS)
        yield
