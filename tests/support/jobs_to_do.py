"""Jobs for workers: quick ones, one that ends its worker, one that waits to be stopped."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from consolidate.errors import NoPlan
from consolidate.parallel.jobs import Allowance

SECONDS = 60.0
"""After so long, whoever waits for something has waited in vain."""


def double(common: int, job: int, allowed: Allowance) -> int:
    """A sum, at once."""
    return common + 2 * job


def whose(common: object, job: object, allowed: Allowance) -> int:
    """The process that does it."""
    return os.getpid()


def kill_once(common: str, job: int, allowed: Allowance) -> int:
    """Job 1 ends its worker, as a kill by the system does, the first time it is done by any; ``common``: a folder."""
    if job == 1:
        try:
            (Path(common) / "killed").touch(exist_ok=False)
        except FileExistsError:
            return job
        os.kill(os.getpid(), signal.SIGKILL)
    return job


def kill(common: None, job: int, allowed: Allowance) -> int:
    """Job 1 ends its worker each time."""
    if job == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return job


def refuse(common: None, job: int, allowed: Allowance) -> int:
    """Job 1 has an error that a user can mend; job 2 one of ours."""
    if job == 1:
        raise NoPlan("no plan can meet the rules", ["this rule cannot be met:", "  a rule"])
    return job // (job - 2)


def wait_for_stop(common: str, job: int, allowed: Allowance) -> str:
    """Job 0 is done at once; the others note in the folder ``common`` that they began, and end when asked to."""
    if job == 0:
        return "done"
    (Path(common) / f"{job}-{os.getpid()}").touch()
    deadline = time.monotonic() + SECONDS
    while not allowed.monitor.stop():
        if time.monotonic() > deadline:
            return "waited in vain"
        time.sleep(0.01)
    return "stopped"


def echo(common: str, job: int, allowed: Allowance) -> str:
    """What all jobs have in common."""
    return common


def die(over: object) -> None:
    """What a worker does first: it ends."""
    os._exit(1)
