"""docs/api.md names every function and class of the package and no other, and its examples run."""

from __future__ import annotations

import inspect
import pydoc
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
import small_inventories
from commands import PROGRAMME, ROOT, SERVICES, SYSTEMS

import consolidate

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_page_names_nothing_that_is_not_there() -> None:
    rows = "\n".join(re.findall(r"^\| (`.*?) \|", PAGE, flags=re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", rows)) <= set(consolidate.__all__)


@pytest.mark.parametrize("name", consolidate.__all__)
def test_each_name_is_there_and_says_what_it_is(name: str) -> None:
    found = getattr(consolidate, name)
    assert f"`{name}`" in PAGE
    if inspect.isfunction(found) or inspect.isclass(found):
        assert inspect.getdoc(found)


FUNCTIONS = [name for name in consolidate.__all__ if inspect.isfunction(getattr(consolidate, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_says_what_it_takes_and_gives(name: str) -> None:
    """Every argument has its line under Parameters; and what it returns is said."""
    function = getattr(consolidate, name)
    text = inspect.getdoc(function) or ""
    named = re.search(r"^Parameters\n-+\n(.*?)(?:\n\n\w+\n---|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert named, text
    said = {one for line in re.findall(r"^(\w.*)$", named[1], flags=re.MULTILINE) for one in line.split(", ")}
    assert said == set(inspect.signature(function).parameters)
    assert re.search(r"^Returns\n-------\n", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", consolidate.__all__)
def test_help_shows_no_lambda(name: str) -> None:
    found = getattr(consolidate, name)
    if callable(found):
        assert "<lambda>" not in pydoc.plain(pydoc.render_doc(found))


def test_types_that_functions_return_are_there() -> None:
    """What a function of the package returns can be named without looking for the module that it is in."""
    for name in FUNCTIONS:
        returned = str(inspect.signature(getattr(consolidate, name)).return_annotation)
        named = set(re.findall(r"\w+", returned)) - {
            "tuple",
            "str",
            "bool",
            "None",
            "Path",
            "list",
            "Generator",
            "Iterator",
            "Executor",
        }
        assert named <= set(consolidate.__all__), name


def test_no_name_is_that_of_a_module() -> None:
    modules = {path.stem for path in (ROOT / "consolidate").iterdir()}
    assert not modules & set(consolidate.__all__)


def test_the_examples_run(tmp_path: Path) -> None:
    """In a process of its own, and in a folder of its own; nothing of the command line is imported for it."""
    small_inventories.write(tmp_path / "inventory", PROGRAMME, SYSTEMS, SERVICES)
    unasked = "import sys; assert not [name for name in sys.modules if name.startswith('consolidate.cli')]"
    script = "\n".join([*EXAMPLES, unasked])
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, timeout=300)
    names = {path.name for path in (tmp_path / "outputs").iterdir()}
    assert {"plan.json", "certificate.json", "moves.csv", "roadmap.gv", "board-start-public-en.html"} <= names


LISTS = re.compile(r"(tuple|list|dict|Mapping|Sequence)\[(?!(str|int|float)\b)")
SHORT_LISTS = {"Approval", "HoldingLimit", "PreferredPlan"}
"""Classes whose lists have an entry or a few: files that were changed, quarters of two steps, preferences."""


@pytest.mark.parametrize("name", [name for name in consolidate.__all__ if is_dataclass(getattr(consolidate, name))])
def test_what_holds_a_list_has_a_short_text(name: str) -> None:
    """A notebook shows what a call returned: a line, not every decision of a calendar."""
    kind = getattr(consolidate, name)
    written_out = hasattr(kind.__repr__, "__wrapped__")
    lists = [field.name for field in fields(kind) if field.repr and LISTS.match(str(field.type))]
    assert not (written_out and lists) or name in SHORT_LISTS, lists


def test_to_import_the_package_is_to_import_nothing_of_it() -> None:
    """A check starts without the solver, and a plan without the Board pack."""
    script = "import sys, consolidate; print(*[name for name in sys.modules if name.startswith('consolidate.')])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
    script = (
        "import sys, consolidate; consolidate.check_inventory('inventory'); "
        "print(*[name for name in ('pulp', 'highspy', 'pandas', 'rich', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def test_what_a_notebook_shows_is_short(planned: Path, tmp_path: Path) -> None:
    """Of a plan, a verdict, a result and a pack: what it is and how good, not page after page of decisions."""
    data, plan = consolidate.load_plan(planned / "inventory", planned / "outputs" / "plan.json")
    verdict = consolidate.verify_plan(data, plan)
    result = consolidate.make_plan(data)
    pack = consolidate.board_pack(planned / "inventory", planned / "outputs")
    drawn = consolidate.draw_roadmap(data, plan, verdict.ledger, tmp_path, formats=("gv",))
    shares = consolidate.cost_shares(data, gap=0.5)
    books = consolidate.apportion(data, verdict.ledger)
    for short in (verdict.ledger, books, shares, drawn, result.certificate):
        assert 10 < len(repr(short)) < 150
        assert repr(short).startswith(f"<{type(short).__name__}")
    for shown in (plan, verdict, result, pack):
        assert 10 < len(repr(shown)) < 400
        assert str(data.programme) in repr(shown) or "keeps every rule" in repr(shown)
    for table in (plan, verdict, result):
        assert table._repr_html_().startswith("<table>")
    text = consolidate.to_json(plan, data.calendar).replace('"status": "optimal"', '"status": "feasible"')
    wrong = consolidate.verify_plan(data, consolidate.from_json(text, data.calendar, "plan.json"))
    assert repr(wrong) == "<Verdict: 0 rules broken, 1 figure wrong>"
    assert "status: the plan says feasible" in wrong._repr_html_()
