"""Arguments of the library that cannot be used are refused at once, in a line that names them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import consolidate
from consolidate import InvalidArgument


@pytest.mark.parametrize("function", [consolidate.make_plan, consolidate.optimize])
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"gap": -1}, "gap -1: give a share from 0 to 1"),
        ({"gap": 1.5}, "gap 1.5: give a share"),  # 150%
        ({"gap": float("nan")}, "gap nan: give a share"),
        ({"threads": 0}, "threads 0: give 1 or more"),
        ({"time_limit": -2}, "time_limit -2: give seconds"),
    ],
)
def test_limits_of_a_plan(small: Path, function: Callable[..., Any], given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        function(consolidate.load(small), **given)
    assert str(caught.value).startswith(message)


def test_quarters_of_an_inventory(small: Path) -> None:
    with pytest.raises(InvalidArgument, match="until 'then': "):
        consolidate.load(small, until="then")
    with pytest.raises(InvalidArgument, match="extend -3: a horizon can only be lengthened"):
        consolidate.load(small, extend=-3)


def test_kinds_of_schemas(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="kind 'golf': there are programme, "):
        consolidate.schema_text("golf")
    with pytest.raises(InvalidArgument, match="kind 'golf'"):
        consolidate.write_schemas(tmp_path / "schemas", ["programme", "golf"])
    assert not list(tmp_path.iterdir())


def test_formats_of_pictures(small: Path, tmp_path: Path) -> None:
    inventory = consolidate.load(small)
    result = consolidate.make_plan(inventory, gap=0.05)
    with pytest.raises(InvalidArgument, match="formats 'pdf': there are svg, png, gv"):
        consolidate.draw_roadmap(inventory, result.plan, result.verdict.ledger, tmp_path / "out", formats=("pdf",))
    with pytest.raises(InvalidArgument, match="language 'de': there are en, cy"):
        consolidate.draw_roadmap(inventory, result.plan, result.verdict.ledger, tmp_path / "out", language="de")
    assert not (tmp_path / "out").exists()


TAKES_AN_INVENTORY: list[Callable[..., Any]] = [
    consolidate.make_plan,
    consolidate.optimize,
    consolidate.plan_for_pack,
    consolidate.cost_shares,
    consolidate.baseline,
    lambda given: consolidate.ledger(given, NOTHING),
    lambda given: consolidate.verify_plan(given, NOTHING),
    lambda given: consolidate.violations(given, NOTHING),
    lambda given: consolidate.missed_goals(given, None),  # type: ignore[arg-type]
    lambda given: consolidate.apportion(given, None),  # type: ignore[arg-type]
    lambda given: consolidate.draw_roadmap(given, NOTHING, None, "never"),  # type: ignore[arg-type]
]
NOTHING = consolidate.Plan((), (), (), ())
TAKES_A_PLAN: list[Callable[..., Any]] = [
    consolidate.ledger,
    consolidate.verify_plan,
    consolidate.violations,
    lambda inventory, given: consolidate.to_json(given, inventory.calendar),
    lambda inventory, given: consolidate.diff_plans(inventory, given, inventory, given),
    lambda inventory, given: consolidate.describe_in_plan(inventory, given, "p"),
    lambda inventory, given: consolidate.what_if(inventory, given, inventory),
    lambda inventory, given: consolidate.decisions(inventory, given),
    lambda inventory, given: consolidate.alternatives(inventory, given),
]


@pytest.mark.parametrize("function", TAKES_A_PLAN)
def test_a_result_is_not_its_plan(small: Path, function: Callable[..., Any]) -> None:
    """What a notebook has at hand is the result."""
    inventory = consolidate.load(small)
    result = consolidate.make_plan(inventory, gap=0.05)
    with pytest.raises(InvalidArgument, match="of the type PlanResult, not a plan; give a result's plan"):
        function(inventory, result)
    with pytest.raises(InvalidArgument, match="plan None: of the type NoneType, not a plan"):
        function(inventory, None)


@pytest.mark.parametrize("function", TAKES_AN_INVENTORY)
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("inventory", "inventory 'inventory': a path, not an inventory; give what load returns"),
        (Path("a"), "a path, not an inventory"),
        (None, "inventory None: of the type NoneType, not an inventory"),
    ],
)
def test_what_is_no_inventory(function: Callable[..., Any], given: object, message: str) -> None:
    """The folder's name is what a notebook gives first."""
    with pytest.raises(InvalidArgument, match=message):
        function(given)
