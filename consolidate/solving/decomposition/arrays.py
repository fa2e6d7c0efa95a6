"""Types of arrays, and the kinds of work, for the modules that treat all choices at once."""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

INFINITY = float("inf")

LIVE, REFRESH, RETIRE, SECOND, SECOND_RETIRE = range(5)
"""Kinds of row: a first step that goes live; one that never does; one that is retired as it goes
live; a second step; a second step that retires."""
