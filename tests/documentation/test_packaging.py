"""What is installed is ours and whole; the ways of installing that the pages describe lead there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path

import pytest
import wheels
from commands import ROOT, Call
from packaging.requirements import Requirement
from packaging.version import Version

import consolidate

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
README = (ROOT / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="not run from the source")

needs_setuptools = pytest.mark.skipif(
    Version(version("setuptools")) < Version("77"), reason="builds with the setuptools of the extra dev"
)
needs_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone: there is no list of its files")


def tracked() -> list[str]:
    """The files of the repository, those about to be added, too."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    return sorted(file for file in listed.stdout.decode().splitlines() if (ROOT / file).is_file())


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository's files, to be built and installed from."""
    folder = tmp_path_factory.mktemp("clone")
    for file in tracked():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, folder / file)
    return folder


# -- the names -------------------------------------------------------------------------------


def test_version_is_that_of_the_source(call: Call) -> None:
    assert call("--version").out == f"consolidate {consolidate.__version__}\n"
    assert PROJECT["dynamic"] == ["version"]


def pages() -> Iterator[Path]:
    """Whatever may say how to install something."""
    for folder, ending in (("consolidate", "*.py"), ("benchmarks", "*.*"), ("docs", "*.md"), ("examples", "*.md")):
        yield from sorted(path for path in (ROOT / folder).rglob(ending) if path.suffix in (".py", ".md"))
    yield from (*sorted(ROOT.glob("*.md")), ROOT / "Makefile", ROOT / "pyproject.toml")


def test_nothing_sends_for_the_project_of_that_name_on_the_package_index() -> None:
    """``consolidate`` there is somebody else's code."""
    said = []
    for path in pages():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"pip install (-\S+ )*'?\"?consolidate(?!-planner)\b", text), path
        for name, extras in re.findall(r"(consolidate[\w-]*|['\"]\.)\[([a-z,]+)\]['\"]", text):
            said.append(path.name)
            assert name.strip("'\"") in (PROJECT["name"], "."), path
            assert set(extras.split(",")) <= EXTRAS.keys(), path
    assert {"README.md", "Makefile", "remedies.py"} <= set(said)


# -- what is built ---------------------------------------------------------------------------


def build(kind: str, source: Path, out: Path) -> Path:
    """What setuptools makes of a source tree: ``sdist`` or ``wheel``."""
    script = f"import sys; from setuptools import build_meta; print(build_meta.build_{kind}(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(out)], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def unpacked(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in the wheel, in a folder to import from."""
    place = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(build("wheel", clone, place)) as archive:
        archive.extractall(place / "installed")
    return place / "installed"


def of(example: str) -> list[str]:
    """The files of an example, within its folder."""
    folder = "inventory/" if example == "srs" else f"examples/{example}/"
    return [file.removeprefix(folder) for file in tracked() if file.startswith(folder)]


@needs_git
@needs_setuptools
def test_the_source_distribution_holds_what_a_clone_holds(clone: Path, tmp_path: Path) -> None:
    """And the wheel that is built from it has every file of the package, the examples, the licence and no tests."""
    sdist = build("sdist", clone, tmp_path)
    assert sdist.name == f"consolidate_planner-{consolidate.__version__}.tar.gz"
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # from 3.11.4
        files = [name.partition("/")[2] for name in archive.getnames() if archive.getmember(name).isfile()]
    made = {file for file in files if file.startswith("consolidate_planner.egg-info/")} | {"PKG-INFO", "setup.cfg"}
    assert sorted({*files} - made) == tracked()

    wheel = build("wheel", tmp_path / sdist.name.removesuffix(".tar.gz"), tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        info = f"consolidate_planner-{consolidate.__version__}.dist-info"
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        assert "Apache License" in archive.read(f"{info}/licenses/LICENSE").decode()
    package = [file for file in tracked() if file.startswith("consolidate/")]
    examples = [
        f"consolidate/data/examples/{example}/{file}" for example in consolidate.EXAMPLES for file in of(example)
    ]
    assert sorted(name for name in names if not name.startswith(info)) == sorted((*package, *examples))
    assert "consolidate/py.typed" in package
    assert metadata["Name"] == "consolidate-planner"
    assert metadata["Version"] == consolidate.__version__
    assert metadata["License-Expression"] == "Apache-2.0"


@needs_git
@needs_setuptools
@pytest.mark.parametrize("example", consolidate.EXAMPLES)
def test_an_installed_wheel_copies_each_example(example: str, unpacked: Path, tmp_path: Path) -> None:
    """Away from the source, from a wheel that is unpacked as pip would."""
    program = [sys.executable, "-m", "consolidate"]
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    for words in (["init", "mine", "--example", example], ["check", "mine"]):
        done = subprocess.run(
            [*program, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        assert "error" not in done.stderr
    assert "no errors" in done.stdout
    copied = {
        path.relative_to(tmp_path / "mine").as_posix() for path in (tmp_path / "mine").rglob("*") if path.is_file()
    }
    assert {file for file in copied if not file.startswith("schemas/")} == set(of(example))


# -- without the internet --------------------------------------------------------------------


def lines_with(text: str) -> list[str]:
    """The README's command lines with this text, without their comments."""
    shell = "".join(re.findall(r"^```sh\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL))
    return [line.split("  #")[0].strip() for line in shell.replace("\\\n", " ").splitlines() if text in line]


def install_line() -> str:
    (line,) = lines_with("--no-index")
    return line


def download_lines() -> tuple[str, str]:
    """For a machine of the same kind, and for Windows."""
    here, windows = lines_with("pip download")
    assert "--platform win_amd64" in windows
    return here, windows


@needs_git
@needs_setuptools
@pytest.mark.skipif(os.name == "nt", reason="the lines are for sh")
def test_the_offline_route_works_word_for_word(clone: Path, tmp_path: Path) -> None:
    """The README's lines, with a folder of wheels in the package index's place: they are empty of code (but for
    setuptools, which builds), so what is tried is that each line asks for what the next one needs."""
    index = tmp_path / "index"
    index.mkdir()
    for name, distribution in wheels.installed().items():
        if not name.startswith("consolidate"):
            wheels.write_wheel(distribution, index, whole=name == "setuptools")
    fetching = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index)}
    for line, more in ((download_lines()[0], fetching), ("python3 -m venv .venv", {}), (install_line(), {})):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        environment |= {"PATH": path, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", **more}
        environment["PIP_NO_COMPILE"] = "1"
        done = subprocess.run(line, shell=True, cwd=clone, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert (clone / ".venv/bin/consolidate").exists()


def asked_for(extras: str, platform: Mapping[str, str] | None = None) -> list[Requirement]:
    """What the project and some of its extras ask for on a platform (default: this one)."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras.split(",") for line in EXTRAS[extra])]
    listed = map(Requirement, lines)
    return [one for one in listed if one.marker is None or one.marker.evaluate({**(platform or {})})]


def test_what_is_fetched_for_windows_is_what_windows_asks_for() -> None:
    """pip reads markers for the machine that it runs on, so the line names what only Windows needs."""
    line = download_lines()[1]
    assert f"--python-version {PROJECT['requires-python'].removeprefix('>=').replace('.', '')} " in line
    extras, *named = shlex.split(line.partition(":all:")[2])
    fetched = wheels.needed([*asked_for(extras[2:-1]), *map(Requirement, named)])
    (installed,) = re.findall(r"\.\[([a-z,]+)\]", install_line())
    assert wheels.needed(asked_for(installed, wheels.WINDOWS), wheels.WINDOWS) <= fetched
    assert "setuptools" in fetched


# -- what editors are told -------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["inventory", "examples", "starter", *consolidate.EXAMPLES])
def test_modelines_lead_to_a_schema(folder: str, tmp_path: Path, call: Call) -> None:
    place = ROOT / folder
    if folder in ("starter", *consolidate.EXAMPLES):
        place = tmp_path / "inventory"
        assert call("init", place, *(() if folder == "starter" else ("--example", folder))).code == 0
    found = 0
    for path in sorted(place.rglob("*.yaml")):
        if "progress" not in path.parts:  # a report is written by a command, which cannot know where schemas are
            (target,) = re.findall(r"^# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
            kind = {"partners": "partner", "scenarios": "scenario"}.get(path.parent.name, path.stem)
            assert (path.parent / target).resolve().name == f"{kind}.schema.json", path
            assert (path.parent / target).is_file(), path
            found += 1
    assert found >= 3
