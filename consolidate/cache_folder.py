"""A folder of the user's own, in which results are kept from one run to the next.

What lies there is trusted as Python trusts its own ``__pycache__``: so it has to be the user's, and nobody else's.
Whatever is odd about the folder or a file in it, it is done without, in silence: nothing depends on what is kept.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

from consolidate.output_files import CannotWrite, remove_if_possible, write_file

OFF = "CONSOLIDATE_NO_CACHE"
"""The variable of the environment that, set to anything, switches the folder off."""
ELSEWHERE = "CONSOLIDATE_CACHE_DIR"
"""The variable of the environment that names another folder, by its absolute path."""
MOST_BYTES = 100_000_000
"""How much is kept; then what was not used for the longest time goes."""
_MOST_BYTES_OF_ONE = 50_000_000
_A_DAY = 24 * 60 * 60
_ENTRY = re.compile(r"[0-9a-f]{64}")
_DIGEST = hashlib.sha256().digest_size


class CacheFolder:
    """The folder; see :func:`user_cache`. Entries are named by a sha256 of all that they depend on, as hex."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str) -> bytes | None:
        """What was kept under a name; None where there is nothing, or not what was written."""
        data = _content(self.path / name)
        if data is None or data[:_DIGEST] != _digest(name, data[_DIGEST:]):
            return None
        return data[_DIGEST:]

    def write(self, name: str, content: bytes) -> bool:
        """Keeps something under a name; whether that was possible."""
        if not self.path.is_dir():  # removed meanwhile: it would be made again with rights for others
            return False
        try:
            write_file(self.path / name, _digest(name, content) + content)
        except CannotWrite:
            return False
        return True

    def clear(self) -> None:
        """Removes all that was kept."""
        with suppress(OSError), os.scandir(self.path) as entries:
            for entry in entries:
                if _ENTRY.fullmatch(entry.name):
                    remove_if_possible(Path(entry.path))

    def shrink(self) -> None:
        """Removes what was not used for the longest time, if there is too much, and what runs that ended left."""
        found: list[tuple[float, int, Path]] = []
        with suppress(OSError), os.scandir(self.path) as entries:
            for entry in entries:
                about = entry.stat(follow_symlinks=False)
                if _ENTRY.fullmatch(entry.name):
                    found.append((about.st_mtime, about.st_size, Path(entry.path)))
                elif entry.name.endswith(".part") and about.st_mtime < time.time() - _A_DAY:
                    remove_if_possible(Path(entry.path))
        total = sum(size for _, size, _ in found)
        if total <= MOST_BYTES:
            return
        for _, size, path in sorted(found):
            remove_if_possible(path)
            total -= size
            if total <= MOST_BYTES * 3 // 4:
                return


def user_cache(*, apart_from: Path) -> CacheFolder | None:
    """The user's folder, made if it is not there; None where it is switched off, or cannot be trusted.

    Args:
        apart_from: a folder that others may write to, such as an inventory; the user's may not lie in it, nor in the
            repository that it belongs to.
    """
    path = _location()
    if path is None or not path.is_absolute():
        return None
    try:
        if _lies_in(path, _shared_folder(apart_from)):
            return None
        if not os.path.lexists(path):
            _make(path, given=ELSEWHERE in os.environ)
        about = os.lstat(path)
    except OSError:
        return None
    return CacheFolder(path) if stat.S_ISDIR(about.st_mode) and _is_private(about) else None


def clear_user_cache() -> None:
    """Removes all that was kept in the user's folder, and the folder if nothing else is in it."""
    path = _location()
    if path is None or not path.is_absolute() or not path.is_dir():
        return
    cache = user_cache(apart_from=Path.cwd())
    if cache is None:
        return
    cache.clear()
    with suppress(OSError):
        cache.path.rmdir()


def _location() -> Path | None:
    """Where the platform has caches of a user; None where that is not known."""
    if os.environ.get(OFF):
        return None
    if given := os.environ.get(ELSEWHERE):
        return Path(given)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local, "consolidate", "Cache") if local else None
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        return Path(home, "Library", "Caches", "consolidate")
    caches = os.environ.get("XDG_CACHE_HOME", "")
    return Path(caches if os.path.isabs(caches) else os.path.join(home, ".cache"), "consolidate")


def _make(path: Path, *, given: bool) -> None:
    """Makes the folder, for nobody but the user.

    Raises:
        OSError: it cannot be made; or it would lie in a folder of somebody else, as after ``sudo``, and was not given.
    """
    nearest = next((folder for folder in path.parents if folder.exists()), None)
    if nearest is None or not (given or _is_own(os.stat(nearest))):
        raise PermissionError(str(path))
    os.makedirs(path.parent, mode=0o700, exist_ok=True)
    with suppress(FileExistsError):  # another process was faster
        os.mkdir(path, mode=0o700)


def _is_own(about: os.stat_result) -> bool:
    return sys.platform == "win32" or about.st_uid == os.geteuid()


def _is_private(about: os.stat_result) -> bool:
    """Whether nobody but the user can read or write it; on Windows that follows from where it lies."""
    return sys.platform == "win32" or (_is_own(about) and not about.st_mode & 0o077)


def _shared_folder(folder: Path) -> Path:
    """The repository that a folder belongs to, else the folder itself; links followed."""
    real = Path(os.path.realpath(folder))
    return next((above for above in (real, *real.parents) if (above / ".git").exists()), real)


def _lies_in(path: Path, folder: Path) -> bool:
    real = Path(os.path.realpath(path))
    return real == folder or folder in real.parents


def _content(path: Path) -> bytes | None:
    """The bytes of a file of the user's own; None of anything else. That it was used is noted, once a day."""
    safely = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # neither through a link nor from a pipe
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | safely)) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or not _is_own(about) or about.st_size > _MOST_BYTES_OF_ONE:
                return None
            if about.st_mtime < time.time() - _A_DAY:
                with suppress(OSError):
                    os.utime(path)
            return file.read(_MOST_BYTES_OF_ONE)
    except OSError:
        return None


def _digest(name: str, content: bytes) -> bytes:
    """What tells a whole entry from one that was cut short, or has another's name."""
    return hashlib.sha256(name.encode() + content).digest()
