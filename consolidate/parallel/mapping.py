"""Many jobs over an executor: each done once, whatever becomes of the workers; results as they come, or in order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeVar

from consolidate.errors import Message, Remedy, UserError
from consolidate.parallel.executors import cores
from consolidate.parallel.jobs import (
    NoStopSign,
    Parcel,
    ParcelMissing,
    SentJob,
    StopSign,
    Work,
    allowance,
    do_job,
    parcel_of,
)
from consolidate.solving.exact.solver import ProgressMonitor

Value = TypeVar("Value")

TRIES = 4
"""Workers that may be lost while they are at one job, before it is given up."""
LOOK_SECONDS = 0.1
"""How often it is looked whether the caller wants to stop."""


def _unheard(number: int, done: int) -> None:
    """The default callback at the beginning of each job: does nothing."""


@dataclass(frozen=True)
class Round:
    """How a round of jobs is to be done.

    Attributes:
        executor: who does them; None: this process, one after the other.
        monitor: the caller's wish to stop; in this process also how far each search is.
        deadline: in seconds of ``time.monotonic()``; jobs share the time that is left.
        on_start: called as each job is begun, with its number and how many are done.
    """

    executor: Executor | None = None
    monitor: ProgressMonitor = field(default_factory=ProgressMonitor)
    deadline: float | None = None
    on_start: Callable[[int, int], None] = _unheard

    def is_over(self) -> bool:
        """Whether no more jobs are to be begun."""
        return self.monitor.stop() or (self.deadline is not None and time.monotonic() >= self.deadline)

    def seconds(self, at_once: int, unfinished: int) -> float | None:
        """A job's share of the time that is left, of which each worker has its own."""
        if self.deadline is None:
            return None
        return max(self.deadline - time.monotonic(), 0.1) * min(at_once / unfinished, 1.0)


def done_by(work: Work, common: Any, jobs: Sequence[Any], how: Round) -> Generator[tuple[int, Any], None, None]:
    """Number and result of each job, as they are done; a job that there was no time for is left out.

    The first job is begun in any case. A caller that stops taking results ends the jobs under way.

    Raises:
        Exception: what a job raises, as itself.
        UserError: workers, or the way to them, were lost again and again.
    """
    if how.executor is None:
        return _here(work, common, jobs, how)
    return _Dispatcher(how.executor, how, work, jobs).results(common)


def in_order(results: Iterable[tuple[int, Value]]) -> Iterator[tuple[int, Value]]:
    """The same by number; each is held back until those before it are there, or will never be.

    >>> list(in_order([(2, "c"), (0, "a"), (4, "e"), (1, "b")]))
    [(0, 'a'), (1, 'b'), (2, 'c'), (4, 'e')]
    """
    early: dict[int, Value] = {}
    due = 0
    for number, value in results:
        early[number] = value
        while due in early:
            yield due, early.pop(due)
            due += 1
    yield from sorted(early.items(), key=lambda one: one[0])


def _here(work: Work, common: Any, jobs: Sequence[Any], how: Round) -> Generator[tuple[int, Any], None, None]:
    """One after the other, in this process."""
    for number, job in enumerate(jobs):
        if number and how.is_over():
            return
        how.on_start(number, number)
        yield number, work(common, job, allowance(how.seconds(1, len(jobs) - number), how.monitor))


@dataclass
class _Dispatcher:
    """Hands out jobs, no more at once than there are workers, and takes in results."""

    executor: Executor
    how: Round
    work: Work
    jobs: Sequence[Any]
    running: dict[Future[Any], int] = field(default_factory=dict)
    done: int = 0

    def __post_init__(self) -> None:
        self.waiting = deque(range(len(self.jobs)))
        self.losses = dict.fromkeys(self.waiting, 0)
        make = getattr(self.executor, "stop_sign", NoStopSign)
        self.sign: StopSign = make()

    def results(self, common: Any) -> Generator[tuple[int, Any], None, None]:
        """Number and result of each job, as they are done."""
        parcel = parcel_of(common)
        sent = 0
        stopped = False
        try:
            while self.waiting or self.running:
                at_once = self._slots()
                while self.waiting and len(self.running) < at_once:
                    # The first tasks bring the parcel along; by then the workers have it.
                    self._hand_out(self.waiting.popleft(), parcel if sent < at_once else parcel.emptied(), at_once)
                    sent += 1
                ended, _ = wait(self.running, LOOK_SECONDS, FIRST_COMPLETED)
                self._check()
                yield from self._taken_in(ended, parcel, at_once)
                if self.how.monitor.stop() and not stopped:
                    stopped = True
                    self.sign.put_up()
                if self.how.is_over():
                    self.waiting.clear()
        finally:
            if self.running:
                self.sign.put_up()
            for future in self.running:
                future.cancel()

    def _slots(self) -> int:
        """How many jobs the executor can do at once; where it does not say, as many as there are cores."""
        return int(getattr(self.executor, "slots", 0) or cores())

    def _hand_out(self, number: int, parcel: Parcel, at_once: int) -> None:
        if not self.losses[number]:
            self.how.on_start(number, self.done)
        seconds = self.how.seconds(at_once, len(self.jobs) - self.done)
        sent = SentJob(self.work, parcel, self.jobs[number], seconds, self.sign)
        try:
            future = self.executor.submit(do_job, sent)
        except BrokenExecutor:  # found out only now that a worker has gone
            self._renew()
            future = self.executor.submit(do_job, sent)
        self.running[future] = number

    def _taken_in(self, ended: Iterable[Future[Any]], parcel: Parcel, at_once: int) -> Iterator[tuple[int, Any]]:
        """Results of calls that have ended; those whose worker was lost, or lacked the parcel, are made again."""
        lost = []
        lacking = []
        # Each is taken off first: handing out anew may renew the executor, with which all that still run are lost.
        for number, future in sorted(((self.running.pop(one), one) for one in ended), key=itemgetter(0)):
            try:
                value = future.result()
            except (BrokenExecutor, CancelledError) as error:
                lost.append((number, error))
                continue
            except Exception as error:  # a job's own goes on as itself; one that says that the way is lost, in words
                lost_way = self._lost_way(error)
                if lost_way is None:
                    raise
                raise lost_way from None
            if isinstance(value, ParcelMissing):
                lacking.append(number)
                continue
            self.done += 1
            yield number, value
        for number, reason in lost:
            self._once_more(number, reason)
        if lost and isinstance(lost[0][1], BrokenExecutor):
            self._renew()
        for number in lacking:
            self._hand_out(number, parcel, at_once)

    def _once_more(self, number: int, error: Exception) -> None:
        """Puts a job that was lost back in front, unless that has happened too often."""
        if isinstance(error, CancelledError):
            raise UserError(Message("the connection to the workers was lost; ", Remedy.SCHEDULER))
        self.losses[number] += 1
        if self.losses[number] >= TRIES:
            before = f"{TRIES} workers in turn were lost while they were at the same plan; "
            raise UserError(Message(before, Remedy.WHY_LOST))
        self.waiting.appendleft(number)

    def _renew(self) -> None:
        """Has the executor start again; one that cannot is at its end."""
        renew = getattr(self.executor, "renew", None)
        if renew is None:
            raise UserError(Message("a worker was lost, and with it all of them; ", Remedy.WHY_LOST))
        for number in self.running.values():  # they are lost with the others
            self._once_more(number, BrokenExecutor())
        self.running.clear()
        renew()

    def _check(self) -> None:
        """Lets the executor say that no worker is left."""
        check: Callable[[], None] | None = getattr(self.executor, "check", None)
        if check is not None:
            check()

    def _lost_way(self, error: Exception) -> UserError | None:
        """What an error means that is none of a job's own; None where the job itself raised it."""
        meaning: Callable[[Exception], UserError | None] | None = getattr(self.executor, "lost", None)
        return None if meaning is None else meaning(error)
