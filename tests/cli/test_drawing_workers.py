"""Who draws the pages of partners: other processes where there are many, and this one where there can be none."""

from __future__ import annotations

import errno

import pytest
from commands import ROOT

import consolidate
from consolidate.cli import console
from consolidate.parallel import executors


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSYS, "not here"), ImportError("no sem_open"), NotImplementedError()]
)
def test_where_the_platform_has_no_processes_the_command_draws_itself(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_: int) -> None:
        raise error

    monkeypatch.setattr(console, "MANY_SYSTEMS", 1)
    monkeypatch.setattr(console, "cores", lambda: 2)
    monkeypatch.setattr(executors, "ProcessWorkers", none)
    with console.drawing_workers(consolidate.load(ROOT / "inventory")) as executor:
        assert executor is None
