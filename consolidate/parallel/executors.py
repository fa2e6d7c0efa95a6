"""Where plans are made: here, in processes of this machine, or by the workers of a cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from consolidate.errors import InvalidArgument, Message, Remedy, UserError
from consolidate.parallel.processes import ProcessWorkers

MOST = 61
"""Processes of a pool: Windows waits for no more at once."""


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def planning_workers(count: int = 1, *, scheduler: str | None = None) -> Iterator[Executor | None]:
    """Workers that make plans, for as long as the ``with`` block lasts; all that takes many plans uses them.

    Whatever they are, figures are the same: a plan depends on its inventory, and on the work allowed. A plan whose
    worker is lost is made again. A script that uses processes has to keep what it does below
    ``if __name__ == "__main__":``, because each of them imports it.

    Parameters
    ----------
    count
        Processes of this machine; 1: plans are made one after the other in this process, and nothing is started. So
        they are where the platform has no processes that can be used.
    scheduler
        The address of a Dask scheduler (``tcp://10.0.0.5:8786``), whose workers are used instead. They must have the
        same versions of Python, this package, HiGHS and numpy. Anyone who can reach a scheduler can run code on its
        workers.

    Returns
    -------
    context manager of Executor or None
        Any :class:`concurrent.futures.Executor` may be used in its place; None stands for this process.

    Raises
    ------
    InvalidArgument
        Fewer than 1 worker, or more than 61.
    UserError
        The scheduler cannot be reached, has no workers, or they are of another version; or the optional package for
        clusters is not installed.
    """
    if not 1 <= count <= MOST:
        raise InvalidArgument("workers", str(count), f"give 1 to {MOST}")
    if scheduler is not None:
        try:
            # Imported here: it is optional, and half a second is spent on it.
            from consolidate.parallel.cluster import cluster_workers
        except ImportError:
            before = "plans on a cluster need a package that is not installed; "
            raise UserError(Message(before, Remedy.CLUSTER_PACKAGE)) from None
        with cluster_workers(scheduler) as cluster:
            yield cluster
    elif count == 1 or (workers := _processes(count)) is None:
        yield None
    else:
        with workers as processes:
            yield processes


def _processes(count: int) -> ProcessWorkers | None:
    """So many processes; None where the platform can have none, as without semaphores in some sandboxes."""
    try:
        return ProcessWorkers(count)
    except (OSError, ImportError, NotImplementedError):  # how Python says that the platform has no semaphores
        return None
