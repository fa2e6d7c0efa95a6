"""What several tests look at is made once for a run of the tests, whichever of its processes asks for it first.

Only what is a function of its arguments may be kept so, and what comes back is for reading: each process unpickles a
copy of its own. Two processes that ask at the same moment may both make it; they make the same.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
Made = TypeVar("Made")

_folders: list[Path] = []


def keep_in(folder: Path) -> None:
    """Where this run keeps what was made: one folder for all of its processes."""
    folder.mkdir(parents=True, exist_ok=True)
    _folders[:] = [folder]


def kept(key: Any, make: Callable[[], Made]) -> Made:
    """What was made under this key before; else what ``make`` gives. The key's ``repr`` says all of it."""
    if not _folders:
        return make()
    path = _folders[0] / hashlib.sha256(repr(key).encode("utf-8", "surrogatepass")).hexdigest()
    if path.exists():
        return pickle.loads(path.read_bytes())  # type: ignore[no-any-return]
    made = make()
    number, name = tempfile.mkstemp(dir=path.parent)
    with open(number, "wb") as file:
        pickle.dump(made, file)
    os.replace(name, path)
    return made


def once_a_run(function: Callable[P, Made]) -> Callable[P, Made]:
    """A function of plain arguments whose results are remembered in this process, and kept for the others."""

    @functools.cache
    def remembered(*arguments: Any, **named: Any) -> Made:
        key = (function.__module__, function.__qualname__, arguments, sorted(named.items()))
        return kept(key, lambda: function(*arguments, **named))

    return remembered  # type: ignore[return-value]
