"""Workers of a Dask cluster, by way of its scheduler; the only module that knows ``distributed``.

The scheduler runs a task again whose worker was lost. It cannot end a task that runs, so there is a stop sign here,
too: an event of the scheduler, at which a running task looks once a second.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import dask
import distributed
import numpy as np

from consolidate.errors import InvalidArgument, Message, Remedy, UserError
from consolidate.parallel.jobs import StopSign, other_version
from consolidate.version import __version__

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

CONNECT_SECONDS = 10.0
"""How long a scheduler may take to answer, and then a worker to be there."""
PATIENCE_SECONDS = 120.0
"""How long there may be no workers later on: one that was lost may be started again."""
LOOK_SECONDS = 1.0
"""How often a task looks at the stop sign."""
_QUIET = {"distributed.admin.large-graph-warning-threshold": "10GB"}
"""A large inventory is a large message, and is meant to be one."""


class EventStop:
    """A stop sign that is an event of the scheduler, by its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._looked, self._up = -LOOK_SECONDS, False

    def __call__(self) -> bool:
        """Whether it is up, as far as was known a second ago."""
        now = time.monotonic()
        if not self._up and now - self._looked >= LOOK_SECONDS:
            self._up = bool(distributed.Event(self.name).is_set())
            self._looked = now
        return self._up

    def __reduce__(self) -> tuple[type[EventStop], tuple[str]]:
        return EventStop, (self.name,)


class _EventOfClient(EventStop):
    """The same in the process that owns the client; what is sent to workers is the name alone."""

    def __init__(self, name: str, client: Any) -> None:
        super().__init__(name)
        self._event = distributed.Event(name, client)

    def __call__(self) -> bool:
        return self._up

    def put_up(self) -> None:
        if not self._up:
            self._up = True
            with suppress(OSError):  # the scheduler may be gone, and its tasks with it
                self._event.set()

    def clear(self) -> None:
        """Takes it out of the scheduler's memory."""
        if self._up:
            with suppress(OSError):
                self._event.clear()


class ClusterWorkers(Executor):
    """The workers of a scheduler, as an executor.

    Parameters
    ----------
    client
        Connected to the scheduler.

    Attributes
    ----------
    slots
        How many tasks its workers can run at once.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        # pure=False: the scheduler is not to take two jobs for one because they look the same.
        self._executor = client.get_executor(pure=False)
        self._signs: list[_EventOfClient] = []
        self.slots = 1
        self._seen = time.monotonic()
        self._looked = self._seen - LOOK_SECONDS
        self.check()

    def submit(
        self, fn: Callable[Arguments, Value], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Value]:
        """Hands a call to the scheduler."""
        future: Future[Value] = self._executor.submit(fn, *args, **kwargs)
        return future

    def stop_sign(self) -> StopSign:
        """A stop sign for a new round of jobs."""
        sign = _EventOfClient(f"consolidate-stop-{uuid4().hex}", self._client)
        self._signs.append(sign)
        return sign

    def check(self) -> None:
        """Checks once a second whether the planning process is still there.

        Raises:
            UserError: the scheduler is gone, or has had no workers for long.
        """
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        try:
            threads = sum(self._client.nthreads().values())
        except OSError:
            raise _connection_lost() from None
        self.slots = max(int(threads), 1)
        if threads:
            self._seen = now
        elif now - self._seen > PATIENCE_SECONDS:
            raise UserError(Message("all workers of the scheduler were lost; ", Remedy.START_WORKERS))

    def lost(self, error: Exception) -> UserError | None:
        """What an error means that is none of the job's own: workers, or the scheduler, that are gone."""
        if isinstance(error, distributed.scheduler.KilledWorker):
            tries = error.allowed_failures + 1
            return UserError(
                Message(f"{tries} workers in turn were lost while they were at the same plan; ", Remedy.WHY_LOST)
            )
        if isinstance(error, distributed.client.FutureCancelledError | OSError):
            return _connection_lost()
        return None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Lets go of what was handed to the scheduler."""
        if self._client.status != "running":
            return
        for sign in self._signs if cancel_futures else ():
            sign.put_up()
        self._executor.shutdown(wait=wait and not cancel_futures)
        for sign in self._signs:
            sign.clear()


def _connection_lost() -> UserError:
    return UserError(Message("the connection to the scheduler was lost; ", Remedy.SCHEDULER))


@contextmanager
def cluster_workers(address: str) -> Iterator[ClusterWorkers]:
    """The workers of the scheduler at an address (``tcp://10.0.0.5:8786``), tried before they are used.

    Raises:
        UserError: it cannot be reached, has no workers, or workers are of another version.
    """
    with _unheard(), dask.config.set(_QUIET), _connected(address) as client:
        _check_versions(client)
        workers = ClusterWorkers(client)
        try:
            yield workers
        finally:
            workers.shutdown(cancel_futures=True)


@contextmanager
def _unheard() -> Iterator[None]:
    """Silences what the client logs to standard error: what matters is raised as an error."""
    loud = [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "distributed"]
    before = {name: logging.getLogger(name).level for name in (*loud, "tornado.application")}
    for name in before:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


class _Client(distributed.Client):  # type: ignore[misc]  # it comes without types
    """A client that is closed by who opened it; one that never got through would complain when the process ends."""

    def __del__(self) -> None:
        pass


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        # Tried first by itself: it says at once what a client tries again and again.
        socket.create_connection(_host_and_port(address), CONNECT_SECONDS).close()
        client = _Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError):
        before = f"no scheduler answers at {address}; "
        raise UserError(Message(before, Remedy.SCHEDULER)) from None
    try:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            before = f"the scheduler at {address} has no workers; "
            raise UserError(Message(before, Remedy.START_WORKERS)) from None
        yield client
    finally:
        client.close(timeout=CONNECT_SECONDS)


def _host_and_port(address: str) -> tuple[str, int]:
    """Both of them of an address.

    >>> _host_and_port("tcp://10.0.0.5:8786")
    ('10.0.0.5', 8786)

    Raises:
        InvalidArgument: it is no address.
    """
    try:
        parts = urlsplit(address)
        if parts.scheme and parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise InvalidArgument("scheduler", address, "give its address, as in tcp://10.0.0.5:8786")


# -- versions --------------------------------------------------------------------------------------


def versions() -> dict[str, str]:
    """Versions of what figures depend on, in this process."""
    return {"consolidate": __version__, "HiGHS": version("highspy"), "numpy": np.__version__}


def _check_versions(client: Any) -> None:
    """Tries every worker: first its Python, without which nothing else can be sent, then what figures depend on.

    Raises:
        UserError: one is another than here.
    """
    found = client.get_versions()
    here = _minor(found["client"])
    for worker in found["workers"].values():
        if _minor(worker) != here:
            raise other_version(f"workers have Python {_minor(worker)}, and this is {here}")
    own = versions()
    for theirs in client.run(versions, on_error="return").values():
        if not isinstance(theirs, Mapping):
            raise UserError(Message("consolidate is not installed where the workers are; ", Remedy.SAME_VERSIONS))
        for name, ours in own.items():
            if theirs.get(name) != ours:
                raise other_version(f"workers have version {theirs.get(name)} of {name}, and this is {ours}")


def _minor(info: Mapping[str, Any]) -> str:
    """``3.11`` of what a worker says of its machine."""
    return ".".join(str(info["host"]["python"]).split(".")[:2])
