"""The same jobs on a real scheduler with real workers, one of them killed while it works."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import jobs_to_do
import pytest
import random_inventories
from commands import Call

from consolidate import load, make_plan, plan_many, planning_workers, scenario_names, to_json
from consolidate.cost_sharing.coalitions import cost_shares
from consolidate.cost_sharing.shares_json import as_json
from consolidate.errors import NoPlan, UserError
from consolidate.parallel.mapping import Round, done_by, in_order

distributed = pytest.importorskip("distributed", reason="the extra for clusters is not installed")
cluster = pytest.importorskip("consolidate.parallel.cluster", reason="the extra for clusters is not installed")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler on this machine, with two workers that are processes."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=":0"
    ) as found:
        yield found.scheduler_address


@pytest.fixture
def workers(scheduler: str) -> Iterator[Executor]:
    with planning_workers(scheduler=scheduler) as executor:
        assert executor is not None
        yield executor


def test_plans_and_shares_have_the_same_bytes(workers: Executor, tmp_path: Path) -> None:
    random_inventories.write(3, tmp_path)
    whole = load(tmp_path)
    inventories = [whole, *(load(tmp_path, name) for name in scenario_names(tmp_path))]
    found = [to_json(one.result.plan, whole.calendar) for one in plan_many(inventories, executor=workers)]
    assert found == [to_json(make_plan(one).plan, whole.calendar) for one in inventories]
    assert as_json(whole, cost_shares(whole, executor=workers)) == as_json(whole, cost_shares(whole))


def test_errors_arrive_as_themselves(workers: Executor) -> None:
    with pytest.raises(NoPlan, match="no plan can meet the rules") as caught:
        list(done_by(jobs_to_do.refuse, None, [1], Round(workers)))
    assert caught.value.lines == ("this rule cannot be met:", "  a rule")


def test_a_job_whose_worker_was_killed_is_done_again(workers: Executor, tmp_path: Path) -> None:
    found = list(in_order(done_by(jobs_to_do.kill_once, str(tmp_path), range(5), Round(workers))))
    assert found == [(n, n) for n in range(5)]
    assert (tmp_path / "killed").exists()


def test_who_takes_no_more_results_ends_the_jobs_under_way(workers: Executor, tmp_path: Path) -> None:
    results = done_by(jobs_to_do.wait_for_stop, str(tmp_path), range(9), Round(workers))
    assert next(results) == (0, "done")
    results.close()
    assert sorted(done_by(jobs_to_do.double, 1, [7, 8], Round(workers))) == [(0, 15), (1, 17)]


def test_a_job_that_was_given_up_is_said_so(workers: Any) -> None:
    killed = distributed.scheduler.KilledWorker("a job", None, 3)
    assert str(workers.lost(killed)).startswith("4 workers in turn were lost while they were at the same plan; ")
    assert workers.lost(ValueError()) is None


# -- what is not as it should be -------------------------------------------------------------------


def refused(address: str) -> str:
    with pytest.raises(UserError) as caught, planning_workers(scheduler=address):
        pass
    return str(caught.value)


def test_a_scheduler_that_does_not_answer() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        assert refused(address) == (
            f"no scheduler answers at {address}; see that it runs, and that this machine can reach it"
        )
    for wrong in ("10.0.0.5:8786", "tcp://10.0.0.5", "tcp://a:b", ""):
        assert refused(wrong) == f"scheduler {wrong}: give its address, as in tcp://10.0.0.5:8786"


def test_a_scheduler_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2.0)
    with distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=":0") as found:
        address = found.scheduler_address
        assert refused(address) == (
            f"the scheduler at {address} has no workers; start some, where this package is installed"
        )


def test_workers_of_another_version(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "__version__", "9.9")
        said = refused(scheduler)
    assert said.startswith("workers have version ")
    assert " of consolidate, and this is 9.9: their figures might differ; install the same versions" in said
    monkeypatch.setattr(cluster, "_minor", lambda info: "3.99" if "packages" not in info else str(id(info)))
    assert "workers have Python" in refused(scheduler)


def test_the_command_on_a_scheduler(call: Call, scheduler: str, small: Path, tmp_path: Path, undrawn: None) -> None:
    (small / "scenarios").mkdir()
    (small / "scenarios/cheap.yaml").write_text("partners: {p: {systems: {library: {run_cost: 4_000}}}}\n")
    said = call("plan", small, "--all-scenarios", "--scheduler", scheduler, "--out", tmp_path / "out")
    assert (said.code, said.err) == (0, "")
    assert (tmp_path / "out/cheap/plan.json").exists()
    said = call("shares", small, "--scheduler", "tcp://127.0.0.1:1", "--out", tmp_path / "out")
    assert said.code == 2
    assert said.err == (
        "consolidate: no scheduler answers at tcp://127.0.0.1:1; "
        "see that `dask scheduler` runs there, and that this machine can reach it\n"
    )


def test_without_the_extra(call: Call, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "consolidate.parallel.cluster", None)
    said = call("shares", small, "--scheduler", "tcp://127.0.0.1:1", "--out", tmp_path / "out")
    assert said.code == 2
    assert said.err == (
        "consolidate: plans on a cluster need a package that is not installed; "
        "run: pip install 'consolidate-planner[cluster]'\n"
    )
