"""How functions are compiled: by numba, once on a machine, with the arithmetic of Python to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

ENABLED = not getattr(numba.config, "DISABLE_JIT", False)
"""Whether numba compiles at all; otherwise loops would run in Python, a hundred times slower."""

Given = ParamSpec("Given")
Found = TypeVar("Found")


def compiled(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """A function that is compiled when it is first called; the machine code is kept on disk where there is a place."""
    try:
        return cast(Callable[Given, Found], numba.njit(cache=True, error_model="numpy")(function))
    except RuntimeError:  # there is no folder in which it could be kept
        return cast(Callable[Given, Found], numba.njit(error_model="numpy")(function))
