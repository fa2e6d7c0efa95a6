"""The files of one run: put in their places together, or not at all.

A run collects what it will write in an :class:`OutputSet`. When all is there, one process at a time

1. writes the new files into a new folder beside their places,
2. notes there what it is about to move,
3. moves the old files away, then the new ones in,
4. takes the note away, and the old files.

Whatever ends it before the fourth step, the old files are put back: at once, or by the next process that uses the
folder, which finds the note. Meanwhile old and new files are never in their places together.

The folder's list (:data:`LIST`) says which files a run wrote, and what was in them. Only those are replaced or
removed. A file of another origin that is in the way, or was changed since, is kept under another name.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import Any

from consolidate.errors import Message, RejectedPlan, Remedy
from consolidate.folder_lock import folder_lock
from consolidate.output_files import CannotWrite, refuse_links, why_not, write_file
from consolidate.plan import Plan, from_json, to_json
from consolidate.quarters import Calendar

LIST = ".consolidate.json"
"""What was written in a folder: by group of files, their names and the sha256 of what was in them."""
PLAN_FILE = "plan.json"
PLAN_GROUP = "plan"
"""The group of plan.json and of what is said of it as a whole."""
_NOTE = "moves.json"
_WORK = re.compile(r"\.consolidate-[0-9a-f]{16}")
_PART = re.compile(r"(?!\.|.*~[0-9])[^/\\:\0]+")
"""The name of a file that is written, replaced or removed. A note and a list may have been planted by the sender of
the folder; so no hidden file is one, such as ``.git/config``, nor what Windows may call one, ``GIT~1/config``."""


@dataclass(frozen=True)
class _Group:
    """Files that belong together: ``of`` says of what; by name the sha256 of each, None where it may change."""

    of: str | None
    files: Mapping[str, str | None]


@dataclass(frozen=True)
class _Move:
    """A file that is replaced, made or removed: where what is there goes to, and what takes its place."""

    name: str
    old: str | None
    new: str | None
    sha256: str | None
    """The hash of the file that takes its place."""


class OutputSet:
    """The files of one run, by name; :meth:`put_in_place` writes them, all of them or none.

    Parameters
    ----------
    folder
        Where they go.

    Attributes
    ----------
    folder
        The same.
    kept
        After :meth:`put_in_place`: what was in the way and is kept, by its name and its new name.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.kept: tuple[tuple[Path, Path], ...] = ()
        self._contents: dict[str, bytes] = {}
        self._groups: dict[str, _Group] = {}
        self._conditions: list[Callable[[Path], None]] = []

    def __contains__(self, name: str) -> bool:
        return name in self._contents

    def started(self, group: str) -> bool:
        """Whether the files of a group are replaced by this run."""
        return group in self._groups

    def start(self, group: str, of: str | None = None) -> None:
        """Replaces a group of files: those of an earlier run that are not written again will be removed.

        Unless they are of the very same as the new ones: where ``of`` is given, and is what it was.
        """
        self._groups[group] = _Group(of, {})

    def add(self, group: str, name: str, content: bytes | str, *, lasting: bool = True) -> Path:
        """Adds a file to a group that was started.

        Parameters
        ----------
        group
            Its group.
        name
            Its name in the folder, with ``/`` below a folder in it.
        content
            What is in it; texts are written in UTF-8.
        lasting
            Whether the same run gives the same content again.

        Raises
        ------
        CannotWrite
            There is half a letter in the text.
        """
        path = self.folder / name
        try:
            data = content.encode() if isinstance(content, str) else content
        except UnicodeError as error:
            raise CannotWrite(path, why_not(error)) from None
        before = self._groups[group]
        self._contents[name] = data
        self._groups[group] = _Group(before.of, {**before.files, name: _sha256(data) if lasting else None})
        return path

    def allow_only_if(self, condition: Callable[[Path], None]) -> None:
        """Adds what is to be true of the folder when the files are put in place; else it raises CannotWrite."""
        self._conditions.append(condition)

    def put_in_place(self) -> None:
        """Writes the files; see above.

        Raises
        ------
        CannotWrite
            A file cannot be written, or another process is writing there; all is as it was before.
        """
        folder = self.folder
        with _alone_in(folder):
            for condition in self._conditions:
                condition(folder)
            work = folder / f".consolidate-{token_hex(8)}"
            moves, contents = self._planned(_listed(folder), work.name)
            work.mkdir()
            try:
                for move in moves:
                    if move.new is not None:
                        write_file(folder / move.new, contents[move.name])
                _carry_out(folder, work, moves)
            finally:
                _clear(folder, work)
        self.kept = tuple(
            (folder / move.name, folder / move.old)
            for move in moves
            if move.old is not None and not move.old.startswith(f"{work.name}/")
        )

    def _planned(self, known: Mapping[str, _Group], work: str) -> tuple[list[_Move], dict[str, bytes]]:
        """What is moved, and what the new files hold, the folder's new list among them."""
        groups = dict(known)
        gone: dict[str, str | None] = {}
        for name, group in self._groups.items():
            before = known.get(name, _Group(None, {}))
            stay = group.of is not None and group.of == before.of
            groups[name] = _Group(group.of, {**before.files, **group.files} if stay else group.files)
            gone |= {} if stay else dict(before.files)
        contents = {**self._contents, LIST: _list_of(groups).encode()}
        written = _hashes(known)
        moves = []
        for number, (name, content) in enumerate(contents.items()):
            new, sha256 = f"{work}/new-{number}", _sha256(content)
            ours = name == LIST or (name in written and _is_as(self.folder / name, written[name]))
            moves.append(_Move(name, self._aside(name, ours, sha256, f"{work}/old-{number}"), new, sha256))
        for number, (name, was) in enumerate(gone.items(), len(moves)):
            if name not in contents and _is_as(self.folder / name, was):
                moves.append(_Move(name, f"{work}/old-{number}", None, None))
        return moves, contents

    def _aside(self, name: str, ours: bool, sha256: str, old: str) -> str | None:
        """Where what has a file's place goes to: into the work folder if it is a run's, else it is kept beside."""
        path = self.folder / name
        for above in PurePosixPath(name).parents[:-1]:
            refuse_links((self.folder / above).absolute())
        if not os.path.lexists(path):
            return None
        if path.is_dir() and not path.is_symlink():
            raise IsADirectoryError(errno.EISDIR, "a folder is in its place", str(path))
        return old if ours or _is_as(path, sha256) else _free_name(self.folder, name)


@contextmanager
def output_set(out: str | Path | OutputSet) -> Iterator[OutputSet]:
    """The set that was given; or one of the folder that was, which is put in place when all is added."""
    if isinstance(out, OutputSet):
        yield out
        return
    outputs = OutputSet(out)
    yield outputs
    outputs.put_in_place()


def replace_together(folder: Path, old: Mapping[str, bytes | None], new: Mapping[str, bytes | None]) -> None:
    """Replaces files that no run wrote, such as those of an inventory: all of them, or none.

    A file keeps what its owner allowed others to do with it.

    Args:
        folder: where they are.
        old: what each file holds by its name, as in an :class:`OutputSet`; None where there is to be none.
        new: what it is to hold; None where it is to go.

    Raises:
        CannotWrite: a file does not hold what it is said to, or cannot be written; all is as it was before.
    """
    with _alone_in(folder):
        for name, content in old.items():
            if not _is_name(name):  # a later process could not put it back
                raise CannotWrite(folder / name, "it has a name with a colon, a backslash or a tilde; rename it")
            for above in PurePosixPath(name).parents[:-1]:
                refuse_links((folder / above).absolute())
            path = folder / name
            there = path.read_bytes() if _is_file(path) else None
            if there != content or (there is None and os.path.lexists(path)):
                raise CannotWrite(path, "it was changed by somebody else meanwhile")
        work = folder / f".consolidate-{token_hex(8)}"
        work.mkdir()
        try:
            moves = [_replacing(folder, work, number, name, new[name]) for number, name in enumerate(old)]
            _carry_out(folder, work, moves)
        finally:
            _clear(folder, work)


def _replacing(folder: Path, work: Path, number: int, name: str, content: bytes | None) -> _Move:
    """The move that replaces a file; what takes its place is written already."""
    old = f"{work.name}/old-{number}" if os.path.lexists(folder / name) else None
    if content is None:
        return _Move(name, old, None, None)
    new = f"{work.name}/new-{number}"
    write_file(folder / new, content)
    if old is not None:
        shutil.copymode(folder / name, folder / new)
    return _Move(name, old, new, _sha256(content))


def put_back_interrupted(folder: Path) -> None:
    """Puts back the files of a folder if an earlier run was ended while it moved them; otherwise does nothing.

    Raises:
        CannotWrite: it cannot be done.
    """
    if next(_works(folder), None) is not None:
        with _alone_in(folder):
            pass  # it is done before anything else


def check_not_in_the_way(folder: Path, names: Sequence[str]) -> None:
    """Refuses to begin where files of those names are there that no run wrote, or that were changed since.

    Raises:
        CannotWrite: names the first.
    """
    put_back_interrupted(folder)
    written = _hashes(_listed(folder))
    for name in names:
        path = folder / name
        if os.path.lexists(path) and not (name in written and _is_as(path, written[name])):
            reason = "has been changed since it was written" if name in written else "was written by no earlier run"
            before = f"{path}: {reason}, and would be replaced; move it away, or "
            raise CannotWrite(folder, reason, Message(before, Remedy.OTHER_FOLDER))


def beside_its_plan(plan: Plan, calendar: Calendar) -> Callable[[Path], None]:
    """A condition of an :class:`OutputSet`: where the folder holds a plan, it is this one."""

    def condition(folder: Path) -> None:
        path = folder / PLAN_FILE
        try:
            text = path.read_text(encoding="utf-8-sig")
            same = text == to_json(plan, calendar) or from_json(text, calendar, str(path)) == plan
        except (OSError, UnicodeError, RejectedPlan):
            return  # no plan at all
        if not same:
            before = f"{path}: is another plan, beside which this one's files are not written; "
            raise CannotWrite(folder, "another plan is there", Message(before, Remedy.OTHER_FOLDER))

    return condition


# -- moving, and putting back ----------------------------------------------------------


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Makes the folder, and holds its lock; what a run that was ended has left half done there is put back first.

    Raises:
        CannotWrite: it cannot be done, or what is done meanwhile fails.
    """
    refuse_links(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with folder_lock(folder):
            for work in _works(folder):  # as the lock is held, no run is under way
                _clear(folder, work)
            yield
    except OSError as error:
        raise CannotWrite(folder, why_not(error), f"{error.filename or folder}: {why_not(error)}") from None


def _carry_out(folder: Path, work: Path, moves: Sequence[_Move]) -> None:
    write_file(work / _NOTE, json.dumps([asdict(move) for move in moves]))
    for move in moves:
        if move.old is not None:
            os.replace(folder / move.name, folder / move.old)
    for move in moves:
        if move.new is not None:
            (folder / move.name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / move.new, folder / move.name)
    (work / _NOTE).unlink()
    _remove_empty(folder, [move for move in moves if move.new is None])


def _clear(folder: Path, work: Path) -> None:
    """Puts back what was moved, if the note of it is there still; then takes the work folder away.

    Raises:
        OSError: it cannot be put back now; the note stays for the next run.
    """
    if os.path.lexists(work / _NOTE):
        moves = _noted(work)
        for move in moves:
            _put_back(folder, move)
        (work / _NOTE).unlink()
        _remove_empty(folder, moves)
    shutil.rmtree(work, ignore_errors=True)


def _put_back(folder: Path, move: _Move) -> None:
    """Undoes a move, if it was made; to do it again changes nothing."""
    path = folder / move.name
    refuse_links(path.parent.absolute())
    arrived = move.new is not None and not os.path.lexists(folder / move.new) and _is_as(path, move.sha256)
    if move.old is not None and os.path.lexists(folder / move.old):
        other = os.path.lexists(path) and not arrived  # another file was put there since: both are kept
        os.replace(folder / move.old, folder / _free_name(folder, move.name) if other else path)
    elif move.old is None and arrived:
        path.unlink()


def _works(folder: Path) -> Iterator[Path]:
    """Folders in which files are got ready; no link is one."""
    try:
        with os.scandir(folder) as entries:
            names = [one.name for one in entries if _WORK.fullmatch(one.name) and one.is_dir(follow_symlinks=False)]
    except OSError:
        return
    yield from (folder / name for name in sorted(names))


def _noted(work: Path) -> list[_Move]:
    """The moves that a run was about to make. A note whose paths lead out of the folder is not one of ours."""
    try:
        if not _is_file(work / _NOTE):
            raise ValueError("no file")
        moves = [_Move(**one) for one in json.loads((work / _NOTE).read_text(encoding="utf-8"))]
        for move in moves:
            ours = move.new is None or _is_in(work, move.new)
            known = _is_name(move.name) and (move.old is None or _is_in(work, move.old) or _is_name(move.old))
            if not ours or not known:
                raise ValueError("a name that leads elsewhere")
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise OSError(errno.EINVAL, "no note of ours; look what is in that folder, and remove it", str(work)) from None
    return moves


def _remove_empty(folder: Path, moves: Sequence[_Move]) -> None:
    """Removes the folders below the folder that its files leave empty."""
    for name in {move.name for move in moves if "/" in move.name}:
        with suppress(OSError):
            (folder / name).parent.rmdir()


# -- the folder's list, and what is there ----------------------------------------------------


def _listed(folder: Path) -> dict[str, _Group]:
    """What runs have written in a folder; nothing where its list is not one."""
    if not _is_file(folder / LIST):
        return {}
    try:
        groups = json.loads((folder / LIST).read_text(encoding="utf-8"))["groups"]
        found = {name: _Group(group["of"], dict(group["files"])) for name, group in groups.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}
    return {
        name: _Group(group.of, {file: was for file, was in group.files.items() if _is_name(file)})
        for name, group in found.items()
    }


def _hashes(groups: Mapping[str, _Group]) -> dict[str, str | None]:
    """What runs have written in all groups: by name, the sha256 of what was in it."""
    return {name: sha256 for group in groups.values() for name, sha256 in group.files.items()}


def _list_of(groups: Mapping[str, _Group]) -> str:
    said: dict[str, Any] = {
        name: {"of": group.of, "files": dict(sorted(group.files.items()))} for name, group in sorted(groups.items())
    }
    return json.dumps({"format": 1, "groups": said}, indent=1) + "\n"


def _is_name(name: object) -> bool:
    """Whether it is the name of a file in the folder, or in a folder in it, that may be replaced or removed."""
    parts = name.split("/") if isinstance(name, str) else []
    return name == LIST or (0 < len(parts) <= 2 and all(map(_PART.fullmatch, parts)))


def _is_in(work: Path, name: object) -> bool:
    """Whether it is the name of a file in the folder in which files are got ready."""
    before, _, rest = name.partition("/") if isinstance(name, str) else ("", "", "")
    return before == work.name and _PART.fullmatch(rest) is not None


def _is_file(path: Path) -> bool:
    """Whether it is a file, and no link to one."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _is_as(path: Path, sha256: str | None) -> bool:
    """Whether it is a file that holds what was written; None stands for anything."""
    return _is_file(path) and (sha256 is None or _sha256(path.read_bytes()) == sha256)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _free_name(folder: Path, name: str) -> str:
    """A name like that of the file under which it can be kept: ``map.kept.svg``."""
    path = PurePosixPath(name)
    number = 1
    while True:
        ending = f".kept{path.suffix}" if number == 1 else f".kept-{number}{path.suffix}"
        free = str(path.with_name(path.stem + ending))
        if not os.path.lexists(folder / free):
            return free
        number += 1
