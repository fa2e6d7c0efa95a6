"""What a plan means for contracts, support, people, joining partners, gates and budgets, in figures worked by hand.

Quarters are counted from 2016/17 Q1; nothing is discounted unless a test says so.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from builders import (
    build,
    consolidate,
    contract,
    inventory,
    plan_of,
    refresh,
    rehost,
    retain,
    role,
    service,
    system,
)

from consolidate.accounts.approved_plan_status import standing
from consolidate.accounts.ledger import Ledger, baseline, ledger
from consolidate.accounts.verdict import violations
from consolidate.inventory import Apportion, Inventory, Name, Partner, Progress, ServiceReport
from consolidate.variants import with_systems


def kind(book: Ledger, kind: str, partner: str | None = "a") -> dict[int, float]:
    """Undiscounted amounts of a kind in each quarter, zeros left out."""
    row = book.flows.get((partner, kind), ())
    return {q: amount for q, amount in enumerate(row) if amount}


def broken(inv: Inventory, choices: dict[str, tuple[int, ...]], **more: object) -> list[str]:
    return [str(one) for one in violations(inv, plan_of(inv, choices, **more))]  # type: ignore[arg-type]


# -- contracts ------------------------------------------------------------------------------------


def test_a_contract_goes_on_when_no_step_ends_it() -> None:
    """400 a year, whatever its term: a lift and shift ends no contract."""
    move = rehost(ends_contract=False)
    inv = inventory(system("a/x", retain(), move, contract=contract(400, 2, exit=1)))
    assert kind(ledger(inv, plan_of(inv, {"a/x": (2, 0)})), "contract") == dict.fromkeys(range(8), 100)


def test_the_second_step_ends_it_if_the_first_does_not() -> None:
    """Twelve months from quarter 1: the old software goes with the second step, in quarter 4, so to quarter 5."""
    moves = rehost(ends_contract=False, then=consolidate("s", parallel_run=1))
    inv = inventory(system("a/x", retain(), moves, contract=contract(400, 1)), services=[service("s")])
    book = ledger(inv, plan_of(inv, {"a/x": (2, 0, 3)}))
    assert kind(book, "contract") == dict.fromkeys(range(6), 100)


def test_a_renewal_of_hardware_leaves_the_contract_alone() -> None:
    inv = inventory(system("a/x", retain(), refresh(), contract=contract(400, 1, exit=1)))
    assert kind(ledger(inv, plan_of(inv, {"a/x": (2, 0)})), "contract") == dict.fromkeys(range(8), 100)


# -- support --------------------------------------------------------------------------------------


def test_extended_support_is_paid_as_long_as_it_is_sold() -> None:
    """Exposed from quarter 3 on, supported to quarter 4."""
    inv = inventory(system("a/x", end_of_life=2, extended_support=40, extended_until=4, exposure=7))
    book = ledger(inv, plan_of(inv))
    assert kind(book, "support") == {3: 10, 4: 10}
    assert kind(book, "exposure") == dict.fromkeys(range(3, 8), 7)


# -- joining --------------------------------------------------------------------------------------


def test_nothing_counts_before_a_partner_joins() -> None:
    """Running, contract, support, exposure and interfaces: all from quarter 3 on, in leaving all as it is, too."""
    late = system("b/y", run_cost=80, contract=contract(40, 1), end_of_life=0, extended_support=20, exposure=3, joins=3)
    inv = inventory(system("a/x", run_cost=4, interfaces={"b/y": 5}), late)
    for book in (baseline(inv), ledger(inv, plan_of(inv))):
        assert kind(book, "run", "b") == dict.fromkeys(range(3, 8), 20)
        assert kind(book, "contract", "b") == dict.fromkeys(range(3, 8), 10)
        assert kind(book, "support", "b") == dict.fromkeys(range(3, 8), 5)
        assert kind(book, "exposure", "b") == dict.fromkeys(range(3, 8), 3)
    moved = ledger(inv, plan_of(inv, {"a/x": (2, 0)}))
    assert kind(moved, "interface") == dict.fromkeys(range(3, 8), 5)
    assert broken(inv, {"b/y": (2, 2)}) == ["window: b/y starts in 2016/17 Q3, before its earliest 2016/17 Q4"]


# -- people ---------------------------------------------------------------------------------------


def test_own_days_are_worth_what_they_are_less_the_days_bought() -> None:
    """8 days in quarter 1 and 4 in quarter 2 at 10; 3 of the 8 are bought at 25."""
    inv = inventory(
        system("a/x", rehost(quarters=2, effort={"dba": [8, 4]})), roles=[role("dba", 5, agency=3, rate=25, worth=10)]
    )
    book = ledger(inv, plan_of(inv, {"a/x": (1, 1)}, agency={("dba", 1): 3}))
    assert kind(book, "staff", None) == {1: 50, 2: 40}
    assert kind(book, "agency", None) == {1: 75}
    assert book.costs.staff == 90
    assert baseline(inv).costs.staff == 0


def test_a_role_without_a_cost_of_a_day_is_worth_nothing() -> None:
    inv = inventory(system("a/x", rehost(effort={"dba": 8})), roles=[role("dba")])
    assert ledger(inv, plan_of(inv, {"a/x": (1, 0)})).costs.staff == 0


# -- gates and builds -----------------------------------------------------------------------------


def gated(**more: object) -> Inventory:
    """A review of a quarter that waits for two pilots."""
    review = service("review", build(1), after=["a/x", "b/y"], **more)  # type: ignore[arg-type]
    return inventory(system("a/x"), system("b/y", retain(), rehost(), refresh()), services=[review])


def test_a_service_is_built_once_all_that_it_waits_for_have_moved() -> None:
    inv = gated()
    assert broken(inv, {"a/x": (2, 0), "b/y": (2, 1)}, builds={"review": 2}) == []
    assert broken(inv, {"a/x": (2, 0), "b/y": (2, 2)}, builds={"review": 2}) == [
        "gate: the build of review starts in 2016/17 Q3, before b/y is live in 2016/17 Q4"
    ]
    for stays in ({}, {"b/y": (3, 0)}):
        assert broken(inv, {"a/x": (2, 0), **stays}, builds={"review": 5}) == [
            "gate: review waits for b/y, which does not move"
        ]


def test_a_service_that_must_be_built_is_and_in_time() -> None:
    inv = gated(must_build=True, latest=4)
    moves = {"a/x": (2, 0), "b/y": (2, 1)}
    assert broken(inv, moves, builds={"review": 3}) == []
    assert broken(inv, moves) == ["must_build: review must be built, and is not"]
    assert broken(inv, moves, builds={"review": 4}) == [
        "build: review is ready in 2017/18 Q2, after its latest 2017/18 Q1"
    ]


# -- budgets and targets --------------------------------------------------------------------------


def shared(budgets: list[tuple[str, float, list[str] | None]], apportion: Apportion | None = None) -> Inventory:
    """a/x moves for 30 of one-off cost into a service for 40 a year of its own and 7 of a day's work; b/y stays."""
    return inventory(
        system("a/x", retain(), consolidate("s", one_off=30, effort={"dba": 7}), run_cost=200),
        system("b/y", run_cost=100),
        services=[service("s", build(1, run_cost=40), run_cost_per_system=60)],
        roles=[role("dba", worth=1)],
        partners=[
            Partner("a", Name({"en": "A"}), None, 30.0, None, None),
            Partner("b", Name({"en": "B"}), None, 10.0, None, None),
        ],
        budgets=budgets,
        apportion=apportion,
    )


PLAN: dict[str, tuple[int, ...]] = {"a/x": (2, 1)}
"""The service is ready in quarter 1; in the first year a/x runs for two quarters as before, and for two in it."""


def test_revenue_of_a_year_is_all_that_is_not_capital() -> None:
    """Running 100 + 30 and 100, one-off 30, three quarters of the service 30, work 7."""
    inv = shared([("2016/17", 0, None), ("2017/18", 0, None)])
    book = ledger(inv, plan_of(inv, PLAN, builds={"s": 0}))
    assert book.revenue == (297, 60 + 100 + 40)


def test_partners_bear_their_own_and_their_part_of_what_is_shared() -> None:
    """By users a bears three quarters of the service and the work; equally, half."""
    inv = shared([("2016/17", 0, ["a"]), ("2016/17", 0, ["b"])])
    assert ledger(inv, plan_of(inv, PLAN, builds={"s": 0})).revenue == (160 + 0.75 * 37, 100 + 0.25 * 37)
    equal = shared([("2016/17", 0, ["a"])], Apportion("equal"))
    assert ledger(equal, plan_of(equal, PLAN, builds={"s": 0})).revenue == (160 + 0.5 * 37,)
    agreed = shared([("2016/17", 0, ["a"])], Apportion({"a": Fraction(1, 10), "b": Fraction(9, 10)}))
    assert ledger(agreed, plan_of(agreed, PLAN, builds={"s": 0})).revenue == (pytest.approx(160 + 3.7),)


def test_a_budget_is_kept_to_the_penny() -> None:
    for most, problems in ((297, []), (296.99, ["budget: revenue in 2016/17: 297.00 is over 296.99"])):
        assert broken(shared([("2016/17", most, None)]), PLAN, builds={"s": 0}) == problems


# -- the approved plan ----------------------------------------------------------------------------


def test_an_approved_build_that_nobody_needs_stands_if_it_must_be_made() -> None:
    inv = gated(must_build=True)
    approved = plan_of(inv, {"a/x": (2, 0), "b/y": (2, 1)}, builds={"review": 2})
    stands = standing(replace(inv, approved=approved), approved)
    assert stands is not None
    assert stands.broken == ()


def test_an_approved_plan_that_bought_cheaper_agency_days_keeps_its_budget() -> None:
    """10 days at 300 would be 3,000; bought at 100 they are 1,000."""
    dba = role("dba", 40, agency=40, rate=100, worth=300)
    inv = inventory(system("a/x", rehost(effort={"dba": 10})), roles=[dba], budgets=[("2016/17", 1_000, None)])
    approved = plan_of(inv, {"a/x": (1, 0)}, agency={("dba", 0): 10})
    stands = standing(replace(inv, approved=approved), approved)
    assert stands is not None
    assert stands.broken == ()


def test_a_reported_service_stays_where_the_systems_that_it_waits_for_are_left_out() -> None:
    report = ServiceReport("review", "started", 0, None, None, (), 0)
    progress = Progress((0,), {}, {"review": report}, {}, "0" * 64)
    part = with_systems(replace(gated(), progress=progress, open=1), {"a/x"})
    assert part.services["review"].after == ("a/x",)
    assert ledger(part, plan_of(part)).ready["review"] == 1
    none = with_systems(gated(), set())
    assert none.services["review"].after == ()
