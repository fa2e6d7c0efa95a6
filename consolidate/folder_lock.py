"""A lock on a folder: of several processes that would change what is in it, one does at a time.

The lock is the operating system's, on a file in the folder: it ends with the process that holds it, however that
ends, so that no lock is ever left behind and no rule is needed for when one is too old.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from consolidate.errors import Message, Remedy
from consolidate.output_files import CannotWrite, remove_if_possible, why_not

LOCK_FILE = ".consolidate.lock"
"""The file that is locked; it is removed with the lock."""
PATIENCE = 20.0
"""Seconds to wait for another process, which needs a moment for what it writes."""
_PAUSE = 0.05
_FAR = 1 << 30
"""Where Windows locks a byte: what is locked there cannot be read, and who holds the lock must be readable."""

if sys.platform == "win32":
    import msvcrt

    def _taken(file: int) -> bool:
        """Locks a file if nobody else has."""
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(file: int) -> bool:
        """Locks a file if nobody else has."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Holds the lock on a folder that is there; waits a while if another process holds it.

    Raises:
        CannotWrite: it cannot be had; the message says who has it.
    """
    path = folder / LOCK_FILE
    try:
        file = _locked(folder, path)
    except OSError as error:
        raise CannotWrite(folder, why_not(error), f"{path}: cannot be locked ({why_not(error)})") from None
    try:
        yield
    finally:
        try:
            if sys.platform != "win32":  # while it is locked: a process that has opened it meanwhile looks again
                remove_if_possible(path)
        finally:
            os.close(file)
        if sys.platform == "win32":  # where no open file can be removed
            remove_if_possible(path)


def _locked(folder: Path, path: Path) -> int:
    until = time.monotonic() + PATIENCE
    while True:
        file = _opened(path)
        try:
            if _taken(file):
                if _is_still(file, path):
                    _say_who(file)
                    return file
            elif time.monotonic() >= until:
                who = _who(file)
                before = f"{folder}: {who} is writing there; wait until it is done, or "
                raise CannotWrite(folder, f"{who} is writing there", Message(before, Remedy.OTHER_FOLDER))
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        time.sleep(_PAUSE)


def _opened(path: Path) -> int:
    """The file to lock, opened: made if need be, never through a link, never under a second name."""
    if path.is_symlink():
        raise OSError(f"it is a link, and none of ours: remove {path}")
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o666)
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(file)
        raise OSError(f"it is no file of ours: remove {path}")
    return file


def _is_still(file: int, path: Path) -> bool:
    """Whether a file that was opened is the one of that name, and not one that has been removed."""
    try:
        return os.path.samestat(os.fstat(file), os.lstat(path))
    except FileNotFoundError:
        return False


def _say_who(file: int) -> None:
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    with suppress(OSError):  # a full disk: the lock is there all the same
        os.write(file, b"process %d" % os.getpid())


def _who(file: int) -> str:
    os.lseek(file, 0, os.SEEK_SET)
    said = os.read(file, 40).decode("ascii", "replace")
    return said if said.startswith("process ") and said[8:].isdigit() else "another process"
