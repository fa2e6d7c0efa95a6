"""What is sent to a worker, and what a worker does with it.

A worker is handed a :class:`SentJob`: a function of a module, a job for it, and a :class:`Parcel`, which holds what all
jobs of a round have in common (an inventory, say, or a start for all of them). Each worker keeps the parcel, so its
content travels once: later tasks bear its key alone. A worker that has not got it answers :class:`ParcelMissing`, and
is sent the same task again, in full. So nothing hangs on which worker does what, or on a worker being an old one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Protocol

from consolidate.errors import Message, Remedy, UserError
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.solving.formulation.stopping import never
from consolidate.version import __version__

KEPT = 2
"""Parcels that a worker keeps: that of the round under way, and that of the one before."""


@dataclass(frozen=True)
class Allowance:
    """What a job may take: until when (seconds of ``time.monotonic()`` where it is done), and who may stop it."""

    deadline: float | None
    monitor: ProgressMonitor

    @property
    def seconds(self) -> float | None:
        """Seconds that are left, a moment at least; None without a limit."""
        return None if self.deadline is None else max(self.deadline - time.monotonic(), 0.1)


def allowance(seconds: float | None, monitor: ProgressMonitor) -> Allowance:
    """What a job may take that begins now."""
    return Allowance(None if seconds is None else time.monotonic() + seconds, monitor)


Work = Callable[[Any, Any, Allowance], Any]
"""From what all jobs have in common, a job and what it may take, to its result: a function of a module, which gives
the same result each time it is called, in whatever process."""


class StopSign(Protocol):
    """Asks the jobs of one round to end with what they have; it can be sent to workers, who look at it."""

    def __call__(self) -> bool:
        """Whether it is up."""

    def put_up(self) -> None:
        """Asks them to end."""


class NoStopSign:
    """The stop sign of an executor that cannot reach running jobs: they end when they are done."""

    def __call__(self) -> bool:
        """Never."""
        return never()

    def put_up(self) -> None:
        """Does nothing."""


@dataclass(frozen=True)
class Parcel:
    """What all jobs of a round have in common, by a key of its own; empty for a worker that has it already."""

    key: str
    content: Any = field(repr=False)
    full: bool = True

    def emptied(self) -> Parcel:
        """The same, for a worker that keeps what was in it."""
        return Parcel(self.key, None, full=False)


def parcel_of(common: object) -> Parcel:
    """What jobs have in common, as it is sent."""
    return Parcel(token_hex(16), common)


@dataclass(frozen=True)
class ParcelMissing:
    """The answer of a worker that has to be sent the content as well."""

    key: str


@dataclass(frozen=True)
class SentJob:
    """A job as it is sent; ``seconds``: how long it may take, from when it begins."""

    work: Work
    parcel: Parcel
    job: Any
    seconds: float | None
    stop: StopSign
    version: str = __version__


_kept: dict[str, Any] = {}
"""What this worker has been sent, by key, the oldest first."""


def do_job(sent: SentJob) -> Any:
    """Does a job: what is called in a worker.

    Raises:
        UserError: it was sent by another version of this package. What the job itself raises, it raises as well.
    """
    if sent.version != __version__:
        raise other_version(f"a worker has version {__version__} of consolidate, and this is {sent.version}")
    common = _unpacked(sent.parcel)
    if isinstance(common, ParcelMissing):
        return common
    return sent.work(common, sent.job, allowance(sent.seconds, ProgressMonitor(stop=sent.stop)))


def _unpacked(parcel: Parcel) -> Any:
    """What is in a parcel, which is kept, or that it is missing."""
    if parcel.key in _kept:
        return _kept[parcel.key]
    if not parcel.full:
        return ParcelMissing(parcel.key)
    _kept[parcel.key] = parcel.content
    for old in list(_kept)[:-KEPT]:
        _kept.pop(old, None)
    return parcel.content


def other_version(what: str) -> UserError:
    """The error that a worker is another than this process."""
    return UserError(Message(f"{what}: their figures might differ; ", Remedy.SAME_VERSIONS))
