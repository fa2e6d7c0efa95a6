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


def scatter(target: Floats, index: Ints, values: Floats) -> None:
    """``target[index] += values`` for rows, also where one occurs in the index several times: they are added in order.

    Args:
        target: [rows, width], contiguous.
        index: by row of ``values``, the row of ``target``.
        values: [n, width].
    """
    width = target.shape[1]
    places = index[:, None] * width + np.arange(width)
    np.add.at(target.reshape(-1), places.ravel(), values.ravel())


def ordered_product(left: Floats, right: Floats) -> Floats:
    """``left @ right`` over the last axis of one and the first of the other, added up in the order of that axis.

    BLAS adds in an order of its own, which differs from processor to processor, and so do the last bits of its sums.
    """
    total = np.zeros(left.shape[:-1] + right.shape[1:])
    for number, each in enumerate(right):
        total += np.multiply.outer(left[..., number], each)
    return total


def tails(values: Floats) -> Floats:
    """Sums of the last axis from each place to its end, and a final 0: [..., n] to [..., n + 1]."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    sums[..., :-1] = np.cumsum(values[..., ::-1], axis=-1)[..., ::-1]
    return sums


def spans(values: Floats, quarters: int) -> Floats:
    """Sums of ``quarters`` consecutive entries of the last axis: [..., n] to [..., n - quarters + 1]."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    return sums[..., quarters:] - sums[..., : max(sums.shape[-1] - quarters, 0)]
