"""Workers that are processes of this machine.

They are started anew (``spawn``), not forked: it is the only way that is the same on Linux, macOS and Windows, and a
fork of a process with threads, as a solver has them, may hang. They import what planning takes once, some half a
second of work, and stay until the executor is closed.

Ctrl-C reaches all processes of a terminal. It is for this one to say what is to become of it, so workers ignore it from
their first moment: they are started with it blocked. They end with this process, however it ends.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from ctypes import c_longlong
from multiprocessing import context, parent_process
from typing import Any, ParamSpec, TypeVar

from consolidate.parallel.jobs import StopSign

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class WorkerProcess(context.SpawnProcess):
    """A process that is started with Ctrl-C and SIGTERM held back, until it ignores them."""

    def start(self) -> None:
        """Starts it."""
        with _held_back():
            super().start()

    def terminate(self) -> None:
        """Ends it. SIGTERM, which it ignores, would not: a pool that has lost another process would wait for ever."""
        self.kill()


class WorkerContext(context.SpawnContext):
    """Starts such processes for a pool, and remembers them."""

    def __init__(self) -> None:
        self.started: list[WorkerProcess] = []

    def Process(self, *given: Any, **named: Any) -> WorkerProcess:  # type: ignore[override]  # there it is a class by this name
        """A process that is to be started."""
        self.started.append(WorkerProcess(*given, **named))
        return self.started[-1]


@contextmanager
def _held_back() -> Iterator[None]:
    """Both signals wait meanwhile, for this thread and for whom it starts."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class RoundStop:
    """The stop sign of one round in all processes of a pool: a number in shared memory, up to which rounds are over."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self) -> bool:
        """Whether the round is over."""
        return _over is not None and int(_over.value) >= self.number

    def __reduce__(self) -> tuple[type[RoundStop], tuple[int]]:
        return RoundStop, (self.number,)


class _RoundOfPool(RoundStop):
    """The same in the process that owns the pool; what is sent to workers is the number alone."""

    def __init__(self, number: int, over: Any) -> None:
        super().__init__(number)
        self._over = over

    def __call__(self) -> bool:
        return int(self._over.value) >= self.number

    def put_up(self) -> None:
        self._over.value = max(int(self._over.value), self.number)


_over: Any = None
"""In a worker: the last round that is over."""


def _begin(over: Any) -> None:
    """What a worker does first."""
    global _over
    _over = over
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))  # on Windows that is as sudden


class ProcessWorkers(Executor):
    """A pool of processes that can be renewed when one of them was ended from outside.

    Parameters
    ----------
    slots
        How many processes, at most; each is started when there is something for it to do.
    """

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._context = WorkerContext()
        self._over = self._context.RawValue(c_longlong, 0)
        self._rounds = 0
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.slots, self._context, initializer=_begin, initargs=(self._over,))

    def submit(
        self, fn: Callable[Arguments, Value], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Value]:
        """Hands a call to the next process that is free."""
        return self._pool.submit(fn, *args, **kwargs)

    def stop_sign(self) -> StopSign:
        """A stop sign for a new round of jobs."""
        self._rounds += 1
        return _RoundOfPool(self._rounds, self._over)

    def renew(self) -> None:
        """Starts again after the pool has broken, as it does when one of its processes was killed."""
        self.kill()
        self._pool = self._new_pool()

    def kill(self) -> None:
        """Ends the processes at once, whatever they are at; what they were at is lost."""
        for process in self._context.started:
            if process.pid is not None and process.is_alive():
                process.kill()
        if sys.version_info < (3, 11, 5):
            self._let_go()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._context.started.clear()

    def _let_go(self) -> None:
        """Closes this process's end of what workers read jobs from, now that none of them is left.

        A pool's thread that is sending a job larger than the pipe holds would wait for ever for somebody to read it,
        and the pool for that thread (https://github.com/python/cpython/issues/94777). From Python 3.11.5 on the pool
        closes it by itself, and to close it twice at one time is an error.
        """
        reader = getattr(getattr(self._pool, "_call_queue", None), "_reader", None)
        if reader is not None:
            reader.close()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ends the processes once they are done."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._over.value = self._rounds
            self.shutdown(cancel_futures=True)
        else:
            self.kill()
