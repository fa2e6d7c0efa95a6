"""Pages of partners that others draw: the same files whoever draws them, and the same errors."""

from __future__ import annotations

import errno
import os
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from drawings import many, needs_graphviz

from consolidate import begin_roadmap, planning_workers
from consolidate.accounts.ledger import ledger
from consolidate.diagrams import partner_pages
from consolidate.diagrams.engine import rendering
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.plateaus import draw_plateaus
from consolidate.errors import UserError
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.plan import Plan

Case = tuple[Inventory, Plan]


class Failing(Executor):
    """An executor that does nothing as it should: ``fails`` says what becomes of a call."""

    def __init__(self, fails: Callable[[Future[Any]], None]) -> None:
        self.fails = fails
        self.calls = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        self.calls += 1
        future: Future[Any] = Future()
        self.fails(future)
        return future


def raising(error: Exception) -> Callable[[Future[Any]], None]:
    """A call that comes to an error."""
    return lambda future: future.set_exception(error)


def not_started(future: Future[Any]) -> None:
    """A call for which no process may be started."""
    raise PermissionError(errno.EPERM, "not here")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partner_pages, "_BATCH", 30)


@pytest.fixture(scope="module")
def case() -> Case:
    """Fifteen partners."""
    return many(120, 15, 6, 10, 5)


@pytest.fixture(scope="module")
def workers() -> Iterator[Executor]:
    with planning_workers(2) as executor:
        assert executor is not None
        yield executor


def files(case: Case, folder: Path, executor: Executor | None, code: str = "en") -> dict[str, bytes]:
    """What is drawn, by name."""
    data, plan = case
    begun = begin_roadmap(data, plan, ledger(data, plan), formats=("svg", "gv"), language=code, executor=executor)
    return {path.name: path.read_bytes() for path in begun.write(folder).files}


@needs_graphviz
@pytest.mark.parametrize("code", ["en", "cy"])
def test_pictures_are_the_same_whoever_draws_them(tmp_path: Path, case: Case, workers: Executor, code: str) -> None:
    here = files(case, tmp_path / "here", None, code)
    assert len([name for name in here if name.startswith("roadmap-partner-")]) == 30
    assert files(case, tmp_path / "there", workers, code) == here


def test_a_part_is_sent_without_the_rest_of_the_plan(case: Case) -> None:
    data, plan = case
    view = PlanView(data, plan, ledger(data, plan))
    sent = pickle.dumps(view.part_of("partner-3"))
    assert str(next(iter(data.systems.values())).name) not in repr(pickle.loads(sent))
    assert pickle.loads(sent).view().ledger == view.of_partner("partner-3").ledger
    assert pickle.loads(pickle.dumps(language("cy"))) is language("cy")


@needs_graphviz
@pytest.mark.parametrize("fails", [raising(BrokenExecutor()), not_started])
def test_what_no_process_draws_is_drawn_here(tmp_path: Path, case: Case, fails: Callable[[Future[Any]], None]) -> None:
    executor = Failing(fails)
    found = files(case, tmp_path, executor)
    assert executor.calls == (1 if fails is not_started else 4)
    assert len([name for name in found if name.startswith("roadmap-partner-")]) == 30


@needs_graphviz
def test_a_full_disk_of_a_process_is_said_in_the_same_line(tmp_path: Path, case: Case) -> None:
    full = Failing(raising(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
    with pytest.raises(UserError, match=r"the pictures cannot be written \(No space left on device\)"):
        files(case, tmp_path / "out", full)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("others", [True, False])
def test_without_graphviz_there_are_the_graphs_of_all(
    tmp_path: Path, case: Case, monkeypatch: pytest.MonkeyPatch, others: bool
) -> None:
    data, plan = case
    monkeypatch.setattr(rendering, "renderers", list)
    with ThreadPoolExecutor(1) as threads:
        begun = begin_roadmap(data, plan, ledger(data, plan), executor=threads if others else None)
        drawn = begun.write(tmp_path)
    names = {f"roadmap-partner-{number}.gv" for number in range(15)}
    assert {path.name for path in drawn.files} == {"roadmap.gv", "map.gv", "dependencies.gv", *names}
    assert drawn.note is not None
    assert "no Graphviz found" in drawn.note


def test_few_pages_are_drawn_here(case: Case) -> None:
    data, plan = many(120, 3, 6, 10, 5)
    executor = Failing(not_started)
    begin_roadmap(data, plan, ledger(data, plan), executor=executor)
    assert executor.calls == 0


@needs_graphviz
def test_plateaus_of_many_partners_are_drawn_part_by_part(tmp_path: Path, case: Case) -> None:
    data, plan = case
    drawn = draw_plateaus(data, plan, ledger(data, plan), tmp_path, [data.label(4)], formats=("svg",))
    assert {path.name for path in drawn.files} == {
        "plateaus.svg",
        *(f"plateaus-partner-{number}.svg" for number in range(15)),
    }


def test_giving_up_ends_the_processes(case: Case) -> None:
    data, plan = case
    with planning_workers(2) as executor:
        assert executor is not None
        begin_roadmap(data, plan, ledger(data, plan), executor=executor).give_up()
        with pytest.raises(RuntimeError, match=r"shutdown|terminated"):
            executor.submit(os.getpid)
