"""Ctrl-C and SIGTERM, which is taken as Ctrl-C: from the first moment to the last, and never a traceback.

Nothing but what Python has loaded anyway is imported here, so that the handlers are there before all the rest.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

TYPE_CHECKING = False  # for the type checker it is true; to import typing takes longer than all the rest
if TYPE_CHECKING:
    from typing import Any, NoReturn

INTERRUPTED = 130
"""The exit code."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SHOW_CURSOR = "\x1b[?25h"


class Run:
    """What is known of the command that runs: whether it was ``stopped``, whether its files are ``written``, or those
    of some of its plans, ``partly``; and which exit ``code`` it ended with, once it has."""

    def __init__(self) -> None:
        self.stopped = self.written = self.partly = False
        self.code: int | None = None

    def outcome(self) -> str:
        """What has become of the files."""
        if self.partly:
            return "the plans that were done are written"
        return "what it was to write is written" if self.written else "nothing was written"


RUN = Run()
"""The one of this process."""


def stopped_line() -> str:
    """What is said in the end."""
    return f"consolidate: stopped before it was done; {RUN.outcome()}"


def stop(signum: int, frame: FrameType | None) -> NoReturn:
    """A handler: what is under way ends, and cleans up after itself."""
    RUN.stopped = True
    raise KeyboardInterrupt


def give_up(signum: int = 0, frame: FrameType | None = None) -> NoReturn:
    """A handler: the process ends at once, in a line."""
    try:
        show = _SHOW_CURSOR if os.isatty(2) else ""
        os.write(2, f"{show}{stopped_line()}\n".encode())
    finally:
        os._exit(INTERRUPTED)


def give_up_at_once() -> None:
    """To begin with, while all is imported: there is nothing to clean up. What the caller ignores stays ignored."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, give_up)
    atexit.register(_leave_by_code)  # before all others, and so called after them


def stop_in_order() -> None:
    """From now on: whatever would do something about Ctrl-C is asked, be it a search or the command as a whole."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, stop)
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:
        signal.signal(signal.SIGTERM, _as_interrupt)
    sys.unraisablehook = _not_raised


def ignore() -> None:
    """In the end: the process is ending as it is."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def shielded() -> Iterator[None]:
    """Holds both off for a moment, in which a plan is written or files are put in their places."""
    before = [(number, signal.signal(number, signal.SIG_IGN)) for number in _SIGNALS]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _as_interrupt(signum: int, frame: FrameType | None) -> None:
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(signum, frame)
    else:  # ignored, as in the background of a shell
        stop(signum, frame)


def _leave_by_code() -> None:
    """Last of all: the process of a run that was stopped ends with its exit code.

    ``python -m`` would end it by the signal instead if the interruption came while a text was run as code (as the
    methods of a dataclass are made): Python remembers that, even if the interruption was caught since.
    """
    if RUN.stopped and RUN.code is not None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(RUN.code)


def _not_raised(what: Any) -> None:
    """Where Python can't raise an error (as an object is taken down), an interruption would be lost."""
    if what.exc_type is KeyboardInterrupt:
        give_up()
    sys.__unraisablehook__(what)
