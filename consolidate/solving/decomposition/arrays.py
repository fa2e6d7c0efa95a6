"""Types of arrays, sums over quarters, and the kinds of work, for the modules that treat all choices at once."""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

INFINITY = float("inf")

LIVE, REFRESH, RETIRE, SECOND, SECOND_RETIRE = range(5)
"""Kinds of step row: a first step that goes live; one that never does; one that retires the system as it goes live; a
second step; a second step that retires the system."""


class Scatter:
    """Adds rows of an array to rows of another, many to one; the index is sorted once for all calls.

    Args:
        index: by row of the array that is added, the row of the other.
    """

    def __init__(self, index: Ints) -> None:
        self.order = np.argsort(index, kind="stable")
        self.unique, self.bounds = np.unique(index[self.order], return_index=True)

    def add(self, target: Floats, values: Floats, sign: float = 1.0) -> None:
        """``target[index] += sign * values``, also where a row occurs in the index several times."""
        if len(self.unique):
            target[self.unique] += sign * np.add.reduceat(values[self.order], self.bounds, axis=0)


def tails(values: Floats) -> Floats:
    """Sums of the last axis from each place to its end, and a final 0: [..., n] to [..., n + 1]."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    sums[..., :-1] = np.cumsum(values[..., ::-1], axis=-1)[..., ::-1]
    return sums


def spans(values: Floats, quarters: int) -> Floats:
    """Sums of ``quarters`` consecutive entries of the last axis: [..., n] to [..., n - quarters + 1]."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    return sums[..., quarters:] - sums[..., : sums.shape[-1] - quarters]
