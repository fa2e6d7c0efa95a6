"""The pages say what the code does: families, commands, options, prices; and their command lines run."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import little_work
import pytest
import typer.main
from commands import ROOT, WRITTEN, Call
from made_once import made_once

import consolidate
from consolidate.cli import app
from consolidate.solving.decomposition import heuristic
from consolidate.solving.exact import model
from consolidate.solving.infeasibility.relaxations import PRICES

DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
READMES = sorted([*(ROOT / "examples").rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md")])
COMMANDS = typer.main.get_command(app.app).commands  # type: ignore[attr-defined]
EXIT_CODES = (0, 1, 2, 3, 4, app.FAULT, app.INTERRUPTED)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def sections(page: str, level: int = 2) -> dict[str, str]:
    """A page's sections by heading."""
    parts = re.split(rf"^{'#' * level} (.+)\n", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(page: str, *languages: str) -> Iterator[str]:
    """What stands in fences of these languages."""
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL):
        if match[1] in languages:
            yield match[2]


# -- the model -------------------------------------------------------------------------------


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_model", DOCS / "generate_model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_model_page_is_current() -> None:
    page = text(DOCS / "model.md")
    assert page == generator().page(page), "run: python docs/generate_model.py"


@pytest.mark.parametrize("family", model.FAMILIES, ids=lambda family: family.__name__)
def test_each_family_has_a_sentence_and_a_formula(family: model.Family) -> None:
    entry = sections(text(DOCS / "model.md"), 3)[f"`{family.__name__}`"]
    docstring = family.__doc__ or ""
    assert docstring.splitlines()[0].split("  ")[0].replace("``", "`") in entry
    (formula, *_) = [*re.findall(r":math:`([^`]+)`", docstring), *re.findall(r"math:: (.+)", docstring)]
    assert formula.strip() in entry


def test_markdown_of_a_docstring() -> None:
    docstring = """Says :math:`a<b` of ``x``.   [pounds]

    .. math:: a
              + b

    See :mod:`consolidate.solving.formulation.costs`.
    """
    expected = "Says $`a<b`$ of `x`. [pounds]\n\n```math\na\n+ b\n```\n\nSee `consolidate.solving.formulation.costs`."
    assert generator().markdown(docstring) == expected


# -- the commands ----------------------------------------------------------------------------


def test_every_command_has_a_section_and_no_other() -> None:
    found = [title for title in sections(text(DOCS / "commands.md")) if title.startswith("consolidate ")]
    assert sorted(found) == sorted(f"consolidate {command}" for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_an_entry_with_its_default(command: str) -> None:
    section = sections(text(DOCS / "commands.md"))[f"consolidate {command}"]
    entries = dict(re.findall(r"^\| `(?:--)?([\w-]+)[^`]*` \|.*\| (.*) \|$", section, re.MULTILINE))
    known = {}
    for parameter in COMMANDS[command].params:
        option = parameter.opts[0].removeprefix("--")
        known[option if parameter.param_type_name == "option" else str(parameter.metavar or option)] = parameter.default
    assert set(entries) == set(known)
    for option, default in known.items():
        value = default.value if hasattr(default, "value") else default
        if value is not None and value is not False:
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            assert f"`{shown}`" in entries[option], option


def test_every_exit_code_is_said() -> None:
    codes = re.findall(r"^\| (\d+) \|", text(DOCS / "commands.md"), re.MULTILINE)
    assert tuple(map(int, codes)) == EXIT_CODES


def test_every_file_written_is_said() -> None:
    page = sections(text(DOCS / "commands.md"))["consolidate plan"]
    assert all(f"`{file}`" in page for file in WRITTEN)


def test_every_command_has_help() -> None:
    for command in COMMANDS.values():
        assert command.help
        for parameter in command.params:
            assert getattr(parameter, "help", None), parameter.name


# -- relaxations -----------------------------------------------------------------------------


def test_prices_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", text(DOCS / "relaxations.md"), re.MULTILINE)
    assert {kind: float(price.replace(",", "")) for kind, price in rows} == PRICES


@pytest.mark.parametrize("kind", PRICES)
def test_each_kind_of_line_is_shown(kind: str) -> None:
    assert re.search(rf"^\| `relax: {kind} .* = .+` \|", text(DOCS / "relaxations.md"), re.MULTILINE)


# -- all pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, *READMES], ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(path)):
        if "://" not in target:
            file, _, heading = target.partition("#")
            there = (path.parent / file) if file else path
            assert there.exists(), target
            if heading:
                titles = re.findall(r"^#+ (.+)$", text(there), re.MULTILINE)
                slugs = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
                assert heading in slugs, target


@pytest.mark.parametrize("path", [*PAGES, *READMES], ids=name)
def test_files_named_are_there(path: Path) -> None:
    if path.name == "CHANGELOG.md":
        return  # what was, need not be
    for file in re.findall(r"`((?:consolidate|tests|docs|benchmarks|schemas)/[\w./-]+)`", text(path)):
        assert (ROOT / file).exists(), file
    for file in re.findall(r"`([\w/]+\.py)`", text(path)):
        found = [*ROOT.glob(file), *path.parent.glob(file)]
        assert found or any(ROOT.glob(f"{part}/**/{file}") for part in ("consolidate", "benchmarks", "tests")), file


def command_lines(path: Path) -> list[str]:
    """Every `consolidate …` of a page's shell blocks."""
    lines = "".join(blocks(text(path), "sh", "bash", "console", "shell")).replace("\\\n", " ").splitlines()
    lines = [line.strip().removeprefix("$ ").split(" #")[0].strip() for line in lines]
    return [line for line in lines if re.match(r"(\S*/)?consolidate ", line)]


QUICK = {
    "plan": ["--gap", "100%"],
    "shares": ["--gap", "100%"],
    "compare": ["--gap", "100%", "--workers", "1"],
    "decisions": ["--later", "0"],
    "explain": ["--nearest", "1"],
    "whatif": ["--time-limit", "2"],
    "worth": ["--time-limit", "2", "--workers", "1"],
    "frontier": ["--time-limit", "2", "--workers", "1"],
    "alternatives": ["--time-limit", "2", "--workers", "1"],
}
"""Options with which a command does little work."""

ANSWERS = ("worth", "frontier", "compare", "alternatives", "decisions")
"""Commands that make many plans: they are run as the README has them; elsewhere their arguments are read."""


@pytest.mark.parametrize("path", [path for path in PAGES if command_lines(path)], ids=name)
def test_command_lines_run(path: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, in a folder with the shipped inventory. Planning ends at its first plan.

    What a page has generated is made smaller: how large an inventory may be is tested elsewhere.
    """
    shutil.copytree(ROOT / "inventory", tmp_path / "inventory")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(little_work, "LITTLE", little_work.LEAST)
    monkeypatch.setattr(heuristic, "PROOF_ITERATIONS", 20)
    for line in re.findall(r"^python (benchmarks/generate.py .+)$", text(path), re.MULTILINE):
        line = re.sub(r"--systems \d+", "--systems 60", line)
        subprocess.run([sys.executable, str(ROOT / line.split()[0]), *shlex.split(line)[1:]], check=True)
    for line in command_lines(path):
        words = shlex.split(line)[1:]
        if words[0] in ANSWERS and path.name != "README.md":
            COMMANDS[words[0]].make_context(words[0], words[1:])
            continue
        quick = QUICK.get(words[0], [])
        with made_once():
            said = call(*words, *quick)
        assert said.code == 0, (line, said.err)
    ignored = {line.strip("/") for line in text(ROOT / ".gitignore").splitlines()}
    untracked = {entry.name for entry in tmp_path.iterdir() if not (ROOT / entry.name).exists()} - ignored
    assert not untracked, "who follows the page leaves these behind; name them in .gitignore"


def test_the_readme_s_python_runs(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside an inventory; and each name of the package that the section mentions is public."""
    section = sections(text(ROOT / "README.md"))["From Python"]
    monkeypatch.chdir(planned)
    (code,) = blocks(section, "python")
    found: dict[str, Any] = {}
    exec(code, found)
    assert found["result"].verdict.ok
    assert found["costs"].total == pytest.approx(found["result"].objective)
    names = set(re.findall(r"\bconsolidate\.(\w+)", section))
    assert names <= set(consolidate.__all__)
    assert len(names) >= 4


def test_command_lines_are_found() -> None:
    assert len(command_lines(DOCS / "commands.md")) >= 10
