"""What the library gives and raises can be sent to another process, and planned there to the same bytes."""

from __future__ import annotations

import importlib
import multiprocessing
import pickle
import pkgutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
import random_inventories

import consolidate
from consolidate import errors, load, make_plan, scenario_names, to_json
from consolidate.accounts.verdict import Verdict, verify_plan
from consolidate.catalogue.end_of_life import UnknownProduct
from consolidate.diagrams.engine.rendering import CannotDraw
from consolidate.errors import Message, Problem, Remedy
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.loading.kept_partner import TreeNeeded
from consolidate.loading.partner_encoding import Damaged, NotEncodable
from consolidate.loading.schema.fields import Fault, TooManyFaults
from consolidate.output_files import CannotWrite
from consolidate.phrases import AmountText, ListedTexts, Phrase, PluralPhrase, QuarterLabel
from consolidate.planning import Disagreement
from consolidate.solving.formulation.remaining import left_to_plan, remaining_of
from consolidate.variants import with_longer_horizon, with_pot, with_systems
from consolidate.yaml_files.nodes import Place
from consolidate.yaml_files.text_editing import NotEditable

ROOT = Path(__file__).parents[1]
SHIPPED, IN_FLIGHT = ROOT / "inventory", ROOT / "examples/srs-in-flight/inventory"


@pytest.fixture(scope="module", params=[SHIPPED, IN_FLIGHT], ids=["shipped", "in flight"])
def inventory(request: pytest.FixtureRequest) -> Inventory:
    return load(request.param)


Value = TypeVar("Value")


def again(value: Value) -> Value:
    found: Value = pickle.loads(pickle.dumps(value))
    return found


def test_an_inventory(inventory: Inventory) -> None:
    found = again(inventory)
    assert found == inventory
    assert (found.places, found.timetable, found.origin) == (inventory.places, inventory.timetable, None)
    assert with_longer_horizon(found, 3) == with_longer_horizon(inventory, 3)


def test_a_variant(inventory: Inventory) -> None:
    pot = next(iter(inventory.pots.values()))
    changed = with_pot(with_systems(inventory, set(list(inventory.systems)[:20])), pot.id, pot.periods[0].label, 1.0)
    found = again(changed)
    assert found == changed
    assert found.origin == changed.origin
    assert with_longer_horizon(found, 3) == with_longer_horizon(changed, 3)


def test_a_long_chain_of_changes(inventory: Inventory) -> None:
    """However many there are, none holds the one before it."""
    pot = next(iter(inventory.pots.values()))
    changed = inventory
    for amount in range(1, 1_001):
        changed = with_pot(changed, pot.id, pot.periods[0].label, float(amount))
    assert again(changed).content_hash == changed.content_hash


def test_what_is_left_to_plan() -> None:
    inventory = load(IN_FLIGHT)
    assert again(left_to_plan(inventory)) == left_to_plan(inventory)
    assert again(left_to_plan(inventory)).content_hash == inventory.content_hash
    remaining = remaining_of(inventory)
    assert again(remaining).costs == remaining.costs


def test_a_plan_and_a_verdict() -> None:
    inventory = load(IN_FLIGHT)
    plan = inventory.approved
    assert plan is not None
    verdict = verify_plan(inventory, plan)
    assert again(plan) == plan
    found: Verdict = again(verdict)
    assert found == verdict
    assert found.ledger == verdict.ledger


PROBLEM = Problem("programme.yaml", 3, 1, Message("it is not there; ", Remedy.PLAN_AGAIN))
ERRORS: list[Exception] = [
    errors.UserError(Message("nothing there; ", Remedy.PLAN_AGAIN, "!")),
    errors.InvalidArgument("gap", "2", "a gap is less than 1"),
    errors.InvalidInventory([PROBLEM, Problem("a.yaml", 1, 2, "odd", "warning")]),
    errors.RejectedPlan("the plan breaks a rule", ["one", "two"]),
    errors.NoPlan("no plan can meet the rules", ["these conflict", Message("try; ", Remedy.MORE_TIME)]),
    errors.OutOfTime(),
    UnknownProduct("windows; it is not in the table"),
    CannotWrite(Path("a.csv"), "out of paper"),
    CannotDraw("no Graphviz here"),
    Fault("`x` is no number", Place("a.yaml", 3, 4), [(None, "nor is `y`")]),
    Disagreement("the ledger rejects the plan"),
    TooManyFaults(),
    NotEditable(),
    TreeNeeded(),
    NotEncodable(),
    Damaged("no JSON"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error(error: Exception) -> None:
    found = again(error)
    assert type(found) is type(error)
    assert str(found) == str(error)
    assert found.args == error.args
    for name, value in vars(error).items():
        assert plain(getattr(found, name)) == plain(value), name


def plain(value: object) -> object:
    """A value in which places in files are compared by what they say."""
    if isinstance(value, Place):
        return value.source, value.line, value.column
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Message):
        return value.before, value.remedy, value.after
    return value


def test_why_there_is_no_plan_can_still_be_said_in_another_language() -> None:
    days = PluralPhrase("{n} person-day", "{n} person-days", 2.5, "2.5")
    rule = Phrase("{role} has {days} in {quarter}", role="dba", days=days, quarter=QuarterLabel("2016/17 Q2"))
    unit = AmountText(1, "GBP")
    price = Phrase("{price} for each {unit} of capital", price=unit, unit=unit)
    lines = [rule, Phrase("prices of giving way: {prices}", prices=ListedTexts((price, price)))]
    found = again(errors.NoPlan("no plan can meet the rules", lines)).lines
    assert list(found) == lines
    for line, was in zip(found, lines, strict=True):
        assert type(line) is Phrase
        assert language("cy").said(line) == language("cy").said(was) != was


def test_no_error_is_forgotten() -> None:
    found = set()
    for module in pkgutil.walk_packages(consolidate.__path__, "consolidate."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == module.name:
                    found.add(value.__name__)
    assert {name for name in found if not name.startswith("_")} <= {type(error).__name__ for error in ERRORS}


# -- plans made elsewhere -------------------------------------------------------------------------


def planned(inventory: Inventory) -> str:
    """plan.json's text."""
    plan = make_plan(inventory, certify=False).plan
    return to_json(plan, inventory.calendar)


def test_plans_made_in_other_processes_have_the_same_bytes(tmp_path: Path) -> None:
    random_inventories.write(3, tmp_path)
    whole = load(tmp_path)
    cases = [whole, *(load(tmp_path, name) for name in scenario_names(tmp_path)), with_longer_horizon(whole, 1)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(planned, cases)) == [planned(case) for case in cases]
