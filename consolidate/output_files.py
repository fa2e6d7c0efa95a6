"""The one place that writes files: each is there whole, or not at all.

What is written goes first into a new file beside its place, with a random name; nothing is written through
a link, nor into a folder that is one.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from consolidate.errors import Message, Remedy, UserError


class CannotWrite(UserError):
    """A file or a folder cannot be written.

    Attributes:
        path: of the file or the folder.
        reason: why, in a few words.
    """

    def __init__(self, path: Path, reason: str, message: str | None = None) -> None:
        self.path, self.reason = path, reason
        super().__init__(message or f"{path}: cannot be written ({reason})")

    def __reduce__(self) -> tuple[type[CannotWrite], tuple[Path, str, str]]:
        return type(self), (self.path, self.reason, self.message)


def why_not(error: OSError | UnicodeError) -> str:
    """Why a file can't be written, in a few words."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "half a letter in it: no text at all"


def check_writable(folder: Path) -> None:
    """Tries to write into a folder, so that a run fails at once where its results could not be written.

    A folder that is not there is made, and is gone again afterwards: a run that comes to nothing leaves none behind.

    Raises:
        CannotWrite: nothing can be written there.
    """
    refuse_links(folder)
    probe = _beside(folder / "probe")
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.open("xb").close()
        probe.unlink()
        for path in missing:
            path.rmdir()
    except OSError as error:
        before = f"{folder}: cannot write there ({why_not(error)}); "
        raise CannotWrite(folder, why_not(error), Message(before, Remedy.OTHER_FOLDER)) from None


def refuse_links(folder: Path) -> None:
    """Refuses to write into a folder that is a link: it may have been planted to lead elsewhere.

    Of a relative path no folder may be one. How an absolute path leads to its last folder is the machine's concern.

    Raises:
        CannotWrite: names the link.
    """
    for path in (folder,) if folder.is_absolute() else (folder, *folder.parents):
        if _leads_elsewhere(path):
            reason = "it is a link, through which nothing is written; name the folder that it leads to"
            raise CannotWrite(folder, reason, f"{path}: {reason}")


def write_file(path: Path, content: bytes | str) -> None:
    """Writes a file, in UTF-8 where it is a text: into a new file beside it, which then takes its place.

    Raises:
        CannotWrite: the file is as it was before, or not there.
    """
    refuse_links(path.parent)
    beside = _beside(path)
    try:
        _write_beside(beside, content)
        os.replace(beside, path)
    except (OSError, UnicodeError) as error:
        raise CannotWrite(path, why_not(error)) from None
    finally:
        remove_if_possible(beside)


def write_new_file(path: Path, content: bytes | str) -> None:
    """As :func:`write_file`, where no file is there yet, whatever others do at the same moment.

    Raises:
        FileExistsError: there is one.
        CannotWrite: the file is not there.
    """
    refuse_links(path.parent)
    beside = _beside(path)
    try:
        _write_beside(beside, content)
        _link(beside, path, content)
    except FileExistsError:
        raise
    except (OSError, UnicodeError) as error:
        raise CannotWrite(path, why_not(error)) from None
    finally:
        remove_if_possible(beside)


def remove_if_possible(path: Path) -> None:
    """Removes a file; that it is not there, or stays there, is no matter."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _leads_elsewhere(path: Path) -> bool:
    """Whether it is a symbolic link, or what Windows calls a junction (which Python 3.12 is the first to tell)."""
    return path.is_symlink() or (sys.version_info >= (3, 12) and os.path.isjunction(path))


def _beside(path: Path) -> Path:
    """A name that is not in use, in the same folder, so that the file can take its place in one step."""
    return path.with_name(f".{token_hex(8)}.part")


def _write_beside(beside: Path, content: bytes | str) -> None:
    beside.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    with beside.open("xb") as file:
        file.write(data)


def _link(beside: Path, path: Path, content: bytes | str) -> None:
    """Gives a file its name, which fails with FileExistsError where it is taken."""
    try:
        os.link(beside, path)
        return
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # the file system or Python has no hard links; the next lines write it
        pass
    with path.open("xb") as file:
        try:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
        except OSError:
            remove_if_possible(path)
            raise
