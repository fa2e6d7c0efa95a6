"""Fixtures that several test files share."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import once_a_run
import pytest
import small_inventories
from commands import PROGRAMME, SERVICES, SYSTEMS, Call, Said, execute
from little_work import little_work
from problem_cases import write

import consolidate.diagrams.roadmap
from consolidate.cli import app, console
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.planning import PlanResult

os.environ["CONSOLIDATE_NO_CACHE"] = "1"  # tests leave the user's folder alone; those of what is kept have their own

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whoever runs the tests in the background may have turned Ctrl-C off; the commands' processes would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A machine that is busy takes longer over an example, which says nothing of what is tested.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("busy")


@pytest.fixture(scope="session", autouse=True)
def one_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The processes of a run keep in one folder what is made once for all of them."""
    base = tmp_path_factory.getbasetemp()
    once_a_run.keep_in((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "once-a-run")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command in this process: exit code and what it said. It never shows a traceback."""

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr(console, "cores", lambda: 1)  # other processes would know nothing of little work
        monkeypatch.setattr(sys, "argv", ["consolidate", *map(str, arguments)])
        with little_work():
            code = app._run()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert "a fault of ours" not in err
        return Said(code, out, err)

    return run


@pytest.fixture
def little() -> Iterator[None]:
    """Planning with little work: see :mod:`little_work`."""
    with little_work():
        yield


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures take the longest; most tests are not about them."""
    monkeypatch.setattr(consolidate.diagrams.roadmap, "draw_roadmap", lambda *_: consolidate.diagrams.roadmap.Drawn(()))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_inventories.write(tmp_path / "inventory", PROGRAMME, SYSTEMS, SERVICES)


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the small inventory and its plan, to be read only."""
    folder = tmp_path_factory.mktemp("planned")
    small_inventories.write(folder / "inventory", PROGRAMME, SYSTEMS, SERVICES)
    said = execute("plan", folder / "inventory", "--out", folder / "outputs")
    assert said.code == 0, said.err
    return folder


@pytest.fixture
def made(planned: Path, tmp_path: Path) -> Path:
    """A folder with an inventory, its plan, and another inventory."""
    folder = Path(shutil.copytree(planned, tmp_path / "made"))
    other = Path(shutil.copytree(folder / "inventory", folder / "other"))
    partner = other / "partners/p.yaml"
    partner.write_text(partner.read_text(encoding="utf-8").replace("60_000", "70_000"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def inventory(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    """The inventory in the files of a test module, its ``FILES``: once for all of its tests."""
    return load(write(tmp_path_factory.mktemp("files"), request.module.FILES))


@pytest.fixture(scope="module")
def result(inventory: Inventory) -> PlanResult:
    """The best plan of that inventory."""
    return consolidate.make_plan(inventory, gap=0)
