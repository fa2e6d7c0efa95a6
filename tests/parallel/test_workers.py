"""Many jobs in processes of this machine: the same results whoever does them, and whatever becomes of the workers."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import jobs_to_do
import pytest
import random_inventories
from builders import build, consolidate, inventory, service, system
from commands import ROOT, Call

from consolidate import (
    PlanOptions,
    load,
    make_plan,
    plan_many,
    plan_scenarios,
    planning_workers,
    start_from,
    to_json,
)
from consolidate.cost_sharing.coalitions import cost_shares
from consolidate.cost_sharing.shares_json import as_json
from consolidate.errors import InvalidArgument, InvalidInventory, NoPlan, OutOfTime, UserError
from consolidate.inventory import Inventory
from consolidate.parallel import executors, processes
from consolidate.parallel.jobs import NoStopSign, ParcelMissing, SentJob, do_job, parcel_of
from consolidate.parallel.mapping import TRIES, Round, done_by, in_order
from consolidate.parallel.processes import ProcessWorkers
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.variants import with_earliest, with_longer_horizon, with_pot

needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@pytest.fixture(scope="module")
def two() -> Iterator[Executor]:
    with planning_workers(2) as executor:
        assert executor is not None
        yield executor


@pytest.fixture(scope="module")
def three() -> Iterator[Executor]:
    with planning_workers(3) as executor:
        assert executor is not None
        yield executor


# -- jobs ------------------------------------------------------------------------------------------


def test_each_job_is_done_once_and_in_order(two: Executor) -> None:
    assert list(in_order(done_by(jobs_to_do.double, 1, range(5), Round(two)))) == [(n, 1 + 2 * n) for n in range(5)]


def test_one_worker_is_this_process() -> None:
    with planning_workers() as executor:
        assert executor is None
        assert list(done_by(jobs_to_do.whose, None, [0], Round(executor))) == [(0, os.getpid())]


def test_any_executor_will_do() -> None:
    with ThreadPoolExecutor(2) as threads:
        assert sorted(done_by(jobs_to_do.double, 1, range(5), Round(threads))) == [(n, 1 + 2 * n) for n in range(5)]


def test_what_jobs_have_in_common_is_sent_to_a_worker_once() -> None:
    parcel = parcel_of("something large")
    sent = SentJob(jobs_to_do.echo, parcel.emptied(), 1, None, NoStopSign())
    assert do_job(sent) == ParcelMissing(parcel.key)
    assert do_job(replace(sent, parcel=parcel)) == "something large"
    assert do_job(sent) == "something large"
    with pytest.raises(UserError, match=r"a worker has version .* of consolidate, and this is 0\.0"):
        do_job(replace(sent, version="0.0"))


def test_errors_arrive_as_themselves(two: Executor) -> None:
    with pytest.raises(NoPlan, match="no plan can meet the rules") as caught:
        list(done_by(jobs_to_do.refuse, None, [1], Round(two)))
    assert caught.value.lines == ("this rule cannot be met:", "  a rule")
    with pytest.raises(ZeroDivisionError):
        list(done_by(jobs_to_do.refuse, None, [2], Round(two)))


def test_a_job_that_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="workers 0: give 1 to 61"), planning_workers(0):
        pass
    with pytest.raises(InvalidArgument, match="inventory 'inventory': a path"):
        plan_many(["inventory"])  # type: ignore[list-item]


# -- workers that are lost -------------------------------------------------------------------------


@needs_kill
def test_a_job_whose_worker_was_killed_is_done_again(tmp_path: Path) -> None:
    with planning_workers(2) as executor:
        assert list(in_order(done_by(jobs_to_do.kill_once, str(tmp_path), range(5), Round(executor)))) == [
            (n, n) for n in range(5)
        ]
    assert (tmp_path / "killed").exists()


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSYS, "not here"), ImportError("no semaphores"), NotImplementedError()]
)
def test_where_the_platform_has_no_processes_this_one_does_everything(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_: int) -> None:
        raise error

    monkeypatch.setattr(executors, "ProcessWorkers", none)
    with planning_workers(2) as executor:
        assert executor is None


@needs_kill
def test_when_one_process_is_lost_the_others_end() -> None:
    """Else who leaves the ``with`` block waits for ever: what is drawn after a plan has no round that kills them."""
    executor = ProcessWorkers(2)
    try:
        futures = [executor.submit(time.sleep, 1000) for _ in range(2)]
        one, other = executor._context.started
        one.kill()
        with pytest.raises(BrokenExecutor):
            futures[0].result(jobs_to_do.SECONDS)
        assert wait([other.sentinel], jobs_to_do.SECONDS) == [other.sentinel]
    finally:
        executor.kill()


@needs_kill
def test_a_pool_whose_workers_die_before_they_read_a_large_job_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a script is not protected by ``if __name__ == "__main__":``, so that no worker gets that far."""
    monkeypatch.setattr(processes, "_begin", jobs_to_do.die)
    executor = ProcessWorkers(2)
    lost = [executor.submit(len, bytes(10_000_000)) for _ in range(4)]
    for future in lost:
        with pytest.raises(BrokenExecutor):
            future.result(60)
    renewal = threading.Thread(target=executor.renew, daemon=True)
    renewal.start()
    renewal.join(60)
    assert not renewal.is_alive()
    executor.shutdown()


@needs_kill
def test_a_job_that_kills_its_worker_each_time_is_given_up() -> None:
    message = f"{TRIES} workers in turn were lost while they were at the same plan; see whether their machine is"
    with planning_workers(2) as executor, pytest.raises(UserError, match=message):
        list(done_by(jobs_to_do.kill, None, [1, 1], Round(executor)))


class _ForgetfulExecutor(Executor):
    """Does calls at once; its first two lack the parcel, and the third finds that a worker has gone."""

    slots = 2

    def __init__(self) -> None:
        self.calls = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.calls += 1
        if self.calls == 3:
            raise BrokenExecutor
        future: Future[Any] = Future()
        future.set_result(ParcelMissing(args[0].parcel.key) if self.calls < 3 else fn(*args, **kwargs))
        return future

    def renew(self) -> None:
        """As if it began anew."""


def test_a_pool_that_breaks_as_a_parcel_is_sent_again_is_renewed() -> None:
    jobs = [1, 2, 3]
    assert list(in_order(done_by(jobs_to_do.double, 1, jobs, Round(_ForgetfulExecutor())))) == [(0, 3), (1, 5), (2, 7)]


# -- stopping --------------------------------------------------------------------------------------


def test_who_takes_no_more_results_ends_the_jobs_under_way(two: Executor, tmp_path: Path) -> None:
    results = done_by(jobs_to_do.wait_for_stop, str(tmp_path), range(9), Round(two))
    assert next(results) == (0, "done")
    results.close()
    assert list(done_by(jobs_to_do.double, 1, [7], Round(two))) == [(0, 15)]
    assert len(list(tmp_path.iterdir())) < 8


def test_a_stop_keeps_what_is_done_and_begins_no_more(two: Executor, tmp_path: Path) -> None:
    monitor = ProgressMonitor(stop=lambda: len(list(tmp_path.iterdir())) > 1)
    results = dict(done_by(jobs_to_do.wait_for_stop, str(tmp_path), range(9), Round(two, monitor)))
    assert results == {0: "done", 1: "stopped", 2: "stopped"}


def test_jobs_share_the_time_that_is_left() -> None:
    how = Round(deadline=time.monotonic() + 100)
    assert [round(how.seconds(n, of) or 0) for n, of in ((1, 4), (2, 4), (2, 2), (2, 1))] == [25, 50, 100, 100]
    assert Round().seconds(1, 1) is None


PARENT = """
import os, signal, sys, threading
import jobs_to_do
from consolidate.parallel.executors import planning_workers
from consolidate.parallel.mapping import Round, done_by
if __name__ == "__main__":
    with planning_workers(2) as executor:
        for result in done_by(jobs_to_do.wait_for_stop, sys.argv[1], range(4), Round(executor)):
            print(*result, flush=True)
"""


def ended(process: int) -> bool:
    """Whether there is no such process any more, or only what is left of it until somebody asks for it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
def test_workers_end_with_their_parent(tmp_path: Path, how: str) -> None:
    """Killed alone; or by Ctrl-C, which reaches all processes, and of which workers say nothing."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    (tmp_path / "jobs").mkdir()
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests/support")])
    parent = subprocess.Popen(
        [sys.executable, script, tmp_path / "jobs"],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + jobs_to_do.SECONDS
    while len(began := [one.name for one in (tmp_path / "jobs").iterdir()]) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = [int(name.partition("-")[2]) for name in began]
    assert len(workers) == 2
    if how == "SIGKILL":
        parent.kill()
    else:
        os.killpg(parent.pid, signal.SIGINT)
    out, err = parent.communicate(timeout=jobs_to_do.SECONDS)
    assert out == "0 done\n"
    assert err.count("Traceback") == (how == "SIGINT")  # the script's own, which does nothing about Ctrl-C
    while not all(map(ended, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert all(map(ended, workers))


# -- plans -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> list[Inventory]:
    """An inventory and changes to it, one of which is longer, another without a plan; and inventories of their own."""
    folder = tmp_path_factory.mktemp("inventory")
    random_inventories.write(3, folder)
    whole = load(folder)
    pot = next(iter(whole.pots.values()))
    late = whole
    for id in whole.systems:
        late = with_earliest(late, id, whole.plan_quarters - 1)
    richer = with_pot(whole, pot.id, pot.periods[0].label, 1e6)
    return [whole, richer, late, with_longer_horizon(richer, 1), *(airport(n) for n in (1, 2))]


def airport(capital: float = 1) -> Inventory:
    """Three services, each on top of the one before; a needs the first, b two, c all three."""
    return inventory(
        *(system(f"{id}/x", consolidate(f"s{n}", run_cost=0)) for n, id in enumerate("abc", 1)),
        services=[
            service("s1", build(capital=capital)),
            service("s2", build(capital=1), needs=["s1"]),
            service("s3", build(capital=1), needs=["s2"]),
        ],
    )


def as_text(inventories: list[Inventory], executor: Executor | None, options: PlanOptions | None = None) -> list[str]:
    """Each plan's bytes, or what is said where there is none."""
    attempts = list(plan_many(inventories, options, executor=executor))
    assert [attempt.inventory for attempt in attempts] == inventories
    return [
        "; ".join([str(attempt.error), *getattr(attempt.error, "lines", ())])
        if attempt.error
        else to_json(attempt.result.plan, inventory.calendar)
        for attempt, inventory in zip(attempts, inventories, strict=True)
    ]


def test_plans_do_not_depend_on_the_number_of_workers(
    two: Executor, three: Executor, variants: list[Inventory]
) -> None:
    alone = as_text(variants, None)
    assert as_text(variants, two) == alone
    assert as_text(variants, three) == alone


def test_a_start_is_for_all_of_them(two: Executor, variants: list[Inventory]) -> None:
    whole, richer = variants[:2]
    options = PlanOptions(start=start_from(whole, make_plan(whole)))
    assert as_text([whole, richer], two, options) == as_text([whole, richer], None, options)


def test_plans_of_two_at_once_in_one_process_are_the_same(variants: list[Inventory]) -> None:
    """As workers of a cluster make them that have several threads."""
    with ThreadPoolExecutor(2) as threads:
        assert as_text(variants, threads) == as_text(variants, None)


def test_shares_do_not_depend_on_the_number_of_workers(two: Executor, three: Executor) -> None:
    alone = as_json(airport(), cost_shares(airport()))
    assert as_json(airport(), cost_shares(airport(), executor=two)) == alone
    assert as_json(airport(), cost_shares(airport(), executor=three)) == alone


def test_what_all_partners_lack_is_said_as_it_is_by_one_process(two: Executor) -> None:
    none = replace(airport(), systems={id: replace(one, options=()) for id, one in airport().systems.items()})
    for executor in (None, two):
        with pytest.raises(NoPlan):
            cost_shares(none, executor=executor)


def test_progress_counts_plans(two: Executor) -> None:
    said: list[tuple[int, int, str]] = []

    def hear(done: int, of: int, which: str) -> None:
        said.append((done, of, which))

    list(plan_many([airport(n) for n in (1, 2, 3)], monitor=ProgressMonitor(on_plan=hear), executor=two))
    assert len(said) == 6
    assert [one for one in said if one[0] == 3] == [(3, 3, "")]


def test_what_there_is_no_time_for_is_out_of_time() -> None:
    attempts = list(plan_many([airport(), airport(2)], monitor=ProgressMonitor(stop=lambda: True)))
    assert isinstance(attempts[1].error, OutOfTime)
    with pytest.raises(OutOfTime):
        _ = attempts[1].result
    assert list(plan_many([])) == []


def test_an_option_that_cannot_be_is_an_error_of_the_call(two: Executor) -> None:
    for executor in (None, two):
        with pytest.raises(InvalidArgument, match="gap 2"):
            list(plan_many([airport()], PlanOptions(gap=2), executor=executor))


# -- scenarios -------------------------------------------------------------------------------------


@pytest.fixture
def with_scenarios(small: Path) -> Path:
    """Three scenarios: one cheaper, one without a plan, one with an error."""
    folder = small / "scenarios"
    folder.mkdir()
    (folder / "cheap.yaml").write_text("partners: {p: {systems: {library: {run_cost: 4_000}}}}\n")
    (folder / "poor.yaml").write_text("programme: {milestones: [{by: 2016/17 Q1, live: 100%}]}\n")
    (folder / "wrong.yaml").write_text("programme: {horizn: 3}\n")
    return small


def test_scenarios_each_have_their_plan_or_their_error(with_scenarios: Path, little: None) -> None:
    attempts = list(plan_scenarios(with_scenarios))
    assert [attempt.scenario for attempt in attempts] == [None, "cheap", "poor", "wrong"]
    assert [type(attempt.error) for attempt in attempts] == [type(None), type(None), NoPlan, InvalidInventory]
    come = list(plan_scenarios(with_scenarios, as_they_come=True))
    assert sorted(attempt.number for attempt in come) == [0, 1, 2, 3]


def test_the_command_writes_a_folder_each_and_shows_all(
    call: Call, with_scenarios: Path, tmp_path: Path, undrawn: None
) -> None:
    out = tmp_path / "out"
    said = call("plan", with_scenarios, "--all-scenarios", "--out", out)
    assert said.code == 3  # that of the first without a plan
    assert (out / "plan.json").exists()
    assert (out / "cheap/plan.json").exists()
    assert not (out / "poor").exists()
    assert "scenario poor: no plan can meet the rules" in said.err
    assert "scenario wrong: the inventory has 1 error" in said.err
    rows = {line.split("  ")[0]: line.split() for line in said.out.splitlines()}
    assert rows["the inventory itself"] == ["the", "inventory", "itself", "199,570", "0%"]
    assert rows["cheap"] == ["cheap", "195,817", "0%", "-3,753", "-1.9%"]
    assert rows["poor"] == ["poor", *"-" * 4, "no", "plan"]
    assert rows["wrong"] == ["wrong", *"-" * 4, "has", "errors"]
    alone = call("plan", with_scenarios, "--scenario", "cheap", "--out", tmp_path / "alone")
    assert alone.code == 0
    assert (tmp_path / "alone/plan.json").read_bytes() == (out / "cheap/plan.json").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--all-scenarios", "--scenario", "cheap"], "--scenario is for one plan and --all-scenarios makes several"),
        (["--all-scenarios", "--start", "x.json"], "--start is for one plan and --all-scenarios makes several"),
        (["--scheduler", "tcp://127.0.0.1:1"], "--scheduler is for many plans: give it with --all-scenarios"),
        (["--all-scenarios", "--workers", "2", "--scheduler", "x"], "--workers are of this machine and --scheduler"),
    ],
)
def test_options_that_do_not_go_together(
    call: Call, with_scenarios: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    found = call("plan", with_scenarios, "--out", tmp_path / "out", *arguments)
    assert found.code == 2
    assert said in found.err
