"""Whether the files of an inventory have changed: they are looked at, which works on every file system."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from consolidate.loading.sources import ROOT_FILES, SUFFIX

_FOLDERS = {"partners": SUFFIX, "progress": SUFFIX, "scenarios": SUFFIX, "approved": ".json"}
"""The folders that a plan depends on, and how the names of their files end."""

_Seen = Mapping[Path, tuple[int, int]]
"""Each file's time of change, in nanoseconds, and its size in bytes."""


class InventoryWatch:
    """Notices that files of an inventory have changed since it last said so.

    Times and sizes are compared first, and contents where these differ: a file that is saved as it was is no change.
    While files go on changing, as an editor writes them, nothing is said: only once two looks find the same.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._seen = self._look()
        self._contents = self._hash()
        self._restless = False
        """Whether times or sizes differed at the last look."""

    def changed(self) -> bool:
        """Whether what the files hold has changed since the last time it was said; to be asked again and again."""
        now = self._look()
        if now != self._seen:
            self._seen, self._restless = now, True
            return False
        if not self._restless:
            return False
        before, self._contents, self._restless = self._contents, self._hash(), False
        return self._contents != before

    def _look(self) -> _Seen:
        seen = {}
        for path in self._files():
            try:
                status = path.stat()
            except OSError:
                continue  # it is being replaced
            seen[path] = (status.st_mtime_ns, status.st_size)
        return seen

    def _hash(self) -> str:
        digest = hashlib.sha256()
        for path in self._files():
            try:
                data = path.read_bytes()
            except OSError:
                data = b""
            digest.update(f"{path.name}:{len(data)}:".encode() + data)
        return digest.hexdigest()

    def _files(self) -> Iterator[Path]:
        """The files that a plan depends on, in a fixed order; those of editors, which are hidden or end otherwise, are
        none of them."""
        yield from (self.folder / name for name in ROOT_FILES)
        for folder, suffix in _FOLDERS.items():
            try:
                found = sorted((self.folder / folder).iterdir())
            except OSError:
                continue
            yield from (path for path in found if path.suffix == suffix and not path.name.startswith("."))
