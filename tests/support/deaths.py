"""Ends what writes files at a chosen point: as a kill does, after which nothing is done any more, or as an error."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

CHANGES = ("replace", "link", "unlink", "mkdir", "rmdir", "ftruncate")
"""Functions of ``os`` that change files. The others are making a new file, and writing into it."""


class Killed(BaseException):
    """Stands for the end of the process: nothing that is done after it has any effect."""


class Slow:
    """A new file, of whose content half is written before the other half is."""

    def __init__(self, file: IO[bytes], write: Callable[[bytes], int]) -> None:
        self.file, self.second = file, write

    def __enter__(self) -> Slow:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def close(self) -> None:
        """Closes it, with what was written."""
        self.file.close()

    def write(self, content: bytes) -> None:
        """Writes the first half, and then, if all goes well, the second."""
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        self.second(content[len(content) // 2 :])


class Deaths:
    """Counts changes of files; at the chosen one, before it is made, all ends or an error is raised.

    Args:
        patch: puts the counting functions in the place of those of ``os``.
        at: the number of the change from 1; beyond the last, nothing happens.
        error: what is raised there; None stands for a kill.
        forever: whether the error is raised at every change of that kind from then on, as on a full disk.
    """

    def __init__(
        self, patch: pytest.MonkeyPatch, at: int = 10**9, error: Callable[[], OSError] | None = None, forever: str = ""
    ) -> None:
        self.count, self.dead = 0, False
        self.at, self.error, self.forever = at, error, forever
        for name in CHANGES:
            patch.setattr(os, name, self._counted(name, getattr(os, name)))
        patch.setattr(Path, "open", self._opening(Path.open))

    def _opening(self, opened: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if "x" not in mode:
                return opened(path, mode, *arguments, **options)
            file = self._counted("open", opened)(path, mode, *arguments, **options)
            return Slow(file, self._counted("write", file.write))

        return call

    def _counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if self.dead:
                raise Killed
            self.count += 1
            if self.count == self.at or (self.count > self.at and name == self.forever):
                if self.error is not None:
                    raise self.error()
                self.dead = True
                raise Killed
            return function(*arguments, **options)

        return call


def contents(folder: Path) -> dict[str, bytes]:
    """What is in the files that anybody sees, by name."""
    found = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    shown = [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in shown}


def hidden(folder: Path) -> list[str]:
    """The names of what is hidden in a folder."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))
