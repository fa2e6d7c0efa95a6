"""The closed forms, against numbers worked by hand.

Unless a test says otherwise a system costs 400 a year (100 a quarter), eight quarters are
appraised, and money is not discounted. Where it is, the rate is such that the factor of
quarter q is 0.9 ^ q.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    build,
    consolidate,
    contract,
    inventory,
    option,
    plan_of,
    refresh,
    rehost,
    retain,
    retire,
    service,
    system,
)

from consolidate.inventory import Inventory, Option, System
from consolidate.solving.formulation.costs import NEVER, STAY, Passage, Prices, Timing, passage, term_end, timing

NINE_TENTHS = (1 / 0.9) ** 4 - 1
"""A discount rate a year at which money is worth nine tenths a quarter later."""

FIRST, SECOND = option("replatform", run_cost=200), option("refactor", quarters=2, run_cost=80, parallel_run=1)
ENDS_AGAIN = option("refactor", end_of_life=6, parallel_run=1).first
TWO_STEPS = replace(FIRST, then=SECOND.first)


def case(*options: Option, T: int = 8, A: int = 8, rate: float = 0.0, **more: object) -> tuple[Prices, System]:
    one = system("a/x", *options, **{"run_cost": 400.0, **more})  # type: ignore[arg-type]
    inv = inventory(one, T=T, A=A, rate=rate)
    return Prices(inv), inv.systems["a/x"]


def when(one: System, number: int, *starts: int) -> tuple[Option, Timing]:
    chosen = one.option(number)
    return chosen, timing(chosen, *starts)


# -- running costs ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "starts", "expected"),
    [
        (retain(), (), 800),  # 8 x 100
        (rehost(run_cost=200), (0,), 450),  # 0: 100; 1 to 7: 7 x 50
        (rehost(run_cost=200), (7,), 800),  # moved in the last quarter: nothing saved
        (rehost(run_cost=200, quarters=2), (2,), 600),  # 0 to 3: 4 x 100; 4 to 7: 4 x 50
        (rehost(run_cost=200, quarters=2, parallel_run=1), (2,), 700),  # both run in quarter 4
        (rehost(run_cost=200, parallel_run=9), (6,), 850),  # old to the end: 8 x 100; new in 7: 50
        (retire(), (3,), 400),  # 0 to 3
        (refresh(run_cost=40, quarters=2), (1,), 350),  # 0 to 2: 3 x 100; 3 to 7: 5 x 10
        # old 0 to 1: 200; first from 2 to last2 = 5 + 1 = 6: 5 x 50; second 6 to 7: 2 x 20
        (TWO_STEPS, (1, 4), 490),
        # old 0: 100; first 1 to 3, second in work 1 to 2: 3 x 50; second 3 to 7: 5 x 20
        (TWO_STEPS, (0, 1), 350),
    ],
)
def test_run(chosen: Option, starts: tuple[int, ...], expected: float) -> None:
    prices, one = case(chosen)
    assert prices.run(one, *when(one, 1, *starts)) == pytest.approx(expected)


def test_run_discounted() -> None:
    prices, one = case(rehost(run_cost=200), rate=NINE_TENTHS, A=4, T=4)
    # 100 x (1 + 0.9) + 50 x (0.81 + 0.729)
    assert prices.run(one, *when(one, 1, 1)) == pytest.approx(190 + 76.95)


def test_run_in_a_shared_service() -> None:
    inv = inventory(
        system("a/x", consolidate("s"), users=30, run_cost=400),
        services=[service("s", run_cost_per_user=2, run_cost_per_system=20)],
    )
    one = inv.systems["a/x"]
    # 30 users x 2 + 20 = 80 a year, 20 a quarter: old 0 to 1, new 2 to 7
    assert Prices(inv).run(one, *when(one, 1, 1)) == pytest.approx(200 + 120)


# -- contracts ------------------------------------------------------------------------------

# 100 a quarter, appraised over 12 quarters; `ends` and `last` are quarters.
CONTRACTS = [
    # ends, renews for (months), exit, last, paid to, leaves, paid in all
    (3, 12, None, 2, 3, False, 400),  # the term covers it
    (3, 12, None, 3, 3, False, 400),
    (3, 12, None, 4, 7, False, 800),  # one renewal
    (3, 12, None, 8, 11, False, 1200),  # two
    (3, 3, None, 5, 5, False, 600),  # renewed quarter by quarter
    (3, 1, None, 4, 4, False, 500),  # ... or month by month: April is enough
    (3, 5, None, 4, 5, False, 600),  # March + 5 months = August, in quarter 5, which is covered
    (3, 5, None, 5, 5, False, 600),
    (3, 5, None, 6, 7, False, 800),  # + 10 months = January, in quarter 7
    (-2, 12, None, 0, 2, False, 300),  # ended long ago: renewed to -2 + 4 = 2
    (15, 12, None, 2, 15, False, 1200),  # paid to the end of the appraisal
    (3, 12, 150, 1, 1, True, 350),  # quarters 2 and 3 would cost 200: bought out for 150
    (3, 12, 200, 1, 3, False, 400),  # the same: it runs on
    (3, 12, 250, 1, 3, False, 400),
    (3, 12, 150, 3, 3, False, 400),  # nothing is left of the term
    (3, 12, 150, 4, 4, True, 650),  # quarters 5 to 7 of the renewal would cost 300
    (3, 12, 0, 1, 1, True, 200),  # leaving is free
    (3, 12, 0, 3, 3, False, 400),
    (19, 12, 150, 10, 11, False, 1200),  # only quarter 11 is appraised: 100 is cheaper than 150
    (19, 12, 150, 11, 19, False, 1200),  # beyond the appraisal neither counts: the same
]


@pytest.mark.parametrize(("ends", "renews", "leave", "last", "paid_to", "leaves", "paid"), CONTRACTS)
def test_contract(
    ends: int, renews: int, leave: float | None, last: int, paid_to: int, leaves: bool, paid: float
) -> None:
    terms = contract(400, ends, renews_for=renews, exit=leave)
    prices, one = case(rehost(), contract=terms, T=12, A=12)
    chosen, then = when(one, 1, last)
    end, out = prices.contract_end(terms, chosen, then)
    assert out is leaves
    assert min(end, 11) == min(paid_to, 11)
    assert prices.contract(one, chosen, then) == pytest.approx(paid)


def test_contract_is_paid_for_ever_by_what_stays() -> None:
    prices, one = case(retain(), refresh(), contract=contract(400, 1, exit=1))
    assert prices.contract(one, *when(one, 1)) == pytest.approx(800)
    assert prices.contract(one, *when(one, 2, 0)) == pytest.approx(800)


def test_contract_covers_parallel_running() -> None:
    prices, one = case(rehost(parallel_run=1), contract=contract(400, 3))
    assert prices.contract(one, *when(one, 1, 2)) == pytest.approx(400)  # last = 3
    assert prices.contract(one, *when(one, 1, 3)) == pytest.approx(800)  # last = 4: renewed


def test_contract_ends_with_the_first_of_two_steps() -> None:
    prices, one = case(TWO_STEPS, contract=contract(400, 3))
    assert prices.contract(one, *when(one, 1, 2, 5)) == pytest.approx(400)


@pytest.mark.parametrize(
    ("ends", "leave", "expected"),
    [
        # last = 1. The fee of quarter 2 against 100 in quarter 2: the same, so it runs on.
        (2, 100, 100 + 90 + 81),
        # quarters 2 and 3: 81 + 72.9 = 153.9; a fee of 191 in quarter 2 is 154.71: it runs on,
        (3, 191, 100 + 90 + 153.9),
        # and of 189 is 153.09: out
        (3, 189, 100 + 90 + 153.09),
    ],
)
def test_way_out_of_a_contract_is_compared_discounted(ends: int, leave: float, expected: float) -> None:
    prices, one = case(rehost(), contract=contract(400, ends, exit=leave), rate=NINE_TENTHS)
    assert prices.contract(one, *when(one, 1, 1)) == pytest.approx(expected)


def test_term_end_counts_months() -> None:
    inv = inventory(system("a/x"))
    twenty_months = contract(400, 0, renews_for=20)  # June 2016, then February 2018 (7), October 2019 (14)
    assert [term_end(inv, twenty_months, last) for last in (0, 1, 7, 8, 14, 15)] == [0, 7, 7, 14, 14, 20]


# -- support and exposure -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "chosen", "starts", "quarters"),
    [
        (None, retain(), (), 0),
        (1, retain(), (), 6),  # 2 to 7
        (-3, retain(), (), 8),  # the past does not count
        (7, retain(), (), 0),
        (1, rehost(), (3,), 2),  # 2 and 3
        (1, rehost(), (1,), 0),
        (1, rehost(parallel_run=2), (3,), 4),  # 2 to 5
        (1, rehost(end_of_life=2), (3,), 6),  # moved unsupported: 2 and 3, then 4 to 7
        (1, rehost(end_of_life=5), (3,), 4),  # 2 and 3, then 6 and 7
        (1, rehost(end_of_life=4, parallel_run=2), (3,), 6),  # old 2 to 5, new 5 to 7: 5 counts once
        (None, rehost(end_of_life=4), (0,), 3),  # 5 to 7
        (1, refresh(end_of_life=5, quarters=2), (2,), 4),  # 2 and 3, then 6 and 7
        # old 1; first step 2 to 5, past its day in 4 and 5; second from 5, past its day in 7
        (0, replace(option("rehost", end_of_life=3), then=ENDS_AGAIN), (1, 4), 4),
    ],
)
def test_exposed_quarters(ends: int | None, chosen: Option, starts: tuple[int, ...], quarters: int) -> None:
    prices, one = case(chosen, end_of_life=ends, exposure=1_000.0, extended_support=40.0)
    costs = prices.choice(one, *when(one, 1, *starts))
    assert costs.exposure == pytest.approx(1_000 * quarters)
    assert costs.support == pytest.approx(10 * quarters)


def test_exposure_discounted() -> None:
    prices, one = case(rehost(), end_of_life=0, exposure=1_000.0, rate=NINE_TENTHS)
    assert prices.choice(one, *when(one, 1, 2)).exposure == pytest.approx(900 + 810)


# -- what is paid once --------------------------------------------------------------------


def test_capital_and_one_off_are_spread_over_the_work() -> None:
    prices, one = case(rehost(quarters=2, capital=200, one_off=60), rate=NINE_TENTHS)
    costs = prices.choice(one, *when(one, 1, 1))
    assert costs.capital == pytest.approx(100 * 0.9 + 100 * 0.81)
    assert costs.one_off == pytest.approx(30 * 0.9 + 30 * 0.81)


def test_capital_of_two_steps_and_two_pots() -> None:
    first, second = option("rehost", capital={"p": 10, "q": 20}), option("refactor", capital={None: 40}, one_off=8)
    prices, one = case(replace(first, then=second.first), rate=NINE_TENTHS)
    costs = prices.choice(one, *when(one, 1, 0, 2))
    assert costs.capital == pytest.approx(30 + 40 * 0.81)
    assert costs.one_off == pytest.approx(8 * 0.81)


@pytest.mark.parametrize(
    ("quarters", "start", "capital", "run"),
    [
        (2, 1, 50 * 0.9 + 50 * 0.81, 10 * 0.729),  # ready in 3, the last quarter appraised
        (1, 0, 100, 10 * (0.9 + 0.81 + 0.729)),
        (0, 2, 100 * 0.81, 10 * (0.81 + 0.729)),  # bought and ready in the same quarter
    ],
)
def test_build(quarters: int, start: int, capital: float, run: float) -> None:
    made = build(quarters, capital=100, run_cost=40)
    inv = inventory(system("a/x"), services=[service("s", made)], T=4, rate=NINE_TENTHS)
    costs = Prices(inv).build(inv.services["s"], start)
    assert costs.capital == pytest.approx(capital)
    assert costs.run == pytest.approx(run)


# -- interfaces ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "quarters"),
    [
        (Passage(), Passage(), 0),  # neither moves
        (Passage(1), Passage(), 6),  # 2 to 7
        (Passage(1), Passage(4), 3),  # 2 to 4
        (Passage(4), Passage(1), 3),
        (Passage(3), Passage(3), 0),
        (Passage(7), Passage(), 0),  # live after the appraisal
        (Passage(1), Passage(3, retired=3), 2),  # 2 and 3
        (Passage(1, retired=1), Passage(), 0),  # retired at once: nothing to bridge
        (Passage(1, retired=3), Passage(), 2),  # moved, then retired
        (Passage(1, retired=3), Passage(5), 2),
        (Passage(1), Passage(2, retired=6), 1),  # 2 alone
    ],
)
def test_interface(one: Passage, other: Passage, quarters: int) -> None:
    prices = Prices(inventory(system("a/x"), T=8))
    assert prices.interface(7.0, one, other) == pytest.approx(7 * quarters)
    assert prices.interface(7.0, other, one) == pytest.approx(7 * quarters)


@pytest.mark.parametrize(
    ("chosen", "starts", "expected"),
    [
        (retain(), (), Passage()),
        (refresh(), (2,), Passage()),
        (rehost(quarters=2), (2,), Passage(3)),
        (retire(quarters=2), (2,), Passage(3, 3)),
        (replace(rehost(), then=retire().first), (0, 4), Passage(0, 4)),
        (TWO_STEPS, (0, 4), Passage(0, NEVER)),
    ],
)
def test_passage(chosen: Option, starts: tuple[int, ...], expected: Passage) -> None:
    assert passage(chosen, timing(chosen, *starts)) == expected


# -- stability ------------------------------------------------------------------------------

ONE = system("a/x", retain(), rehost(), option("replatform"), TWO_STEPS, rehost(quarters=2), consolidate("s"))


def against(approved: dict[str, tuple[int, ...]]) -> Inventory:
    inv = inventory(ONE, system("a/y"), services=[service("s"), service("t")], stability=10)
    return replace(inv, approved=plan_of(inv, approved))


@pytest.mark.parametrize(
    ("before", "now", "quarters"),
    [
        ((2, 3), (2, 3), 0),
        ((2, 3), (2, 5), 2),
        ((2, 3), (2, 0), 3),
        ((2, 3), (5, 2), 0),  # twice the work, but the same approach and the same cutover
        ((2, 3), (3, 3), 4),  # another approach
        ((2, 3), (6, 3), 4),
        ((2, 3), (1,), 4),  # dropped
        ((1,), (2, 3), 4),  # added
        ((1,), (1,), 0),
        ((4, 1, 3), (4, 2, 3), 1),  # the first of two steps a quarter later
        ((4, 1, 3), (4, 2, 5), 3),
        ((4, 1, 3), (3, 1), 4),  # the second step dropped
        ((4, 1, 3), (1,), 8),
        ((1,), (4, 1, 3), 8),
    ],
)
def test_stability(before: tuple[int, ...], now: tuple[int, ...], quarters: int) -> None:
    inv = against({} if before == (1,) else {"a/x": before})
    one = inv.systems["a/x"]
    assert Prices(inv).stability(one, *when(one, *now)) == pytest.approx(10 * quarters)


def test_stability_of_what_the_approved_plan_does_not_know() -> None:
    inv = against({"a/x": (2, 3)})
    known = inv.approved
    assert known is not None
    inv = replace(inv, approved=replace(known, moves=(), stays=()))
    one = inv.systems["a/x"]
    assert Prices(inv).stability(one, *when(one, 2, 5)) == 0


def test_stability_is_not_discounted() -> None:
    inv = replace(against({"a/x": (2, 3)}), discount_rate=0.5)
    one = inv.systems["a/x"]
    assert Prices(inv).stability(one, *when(one, 2, 7)) == pytest.approx(40)


# -- targets, and leaving everything as it is ------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "start", "saved"),
    [
        # the second year, quarters 4 to 7; staying costs 400 + 400 of contract + 4 x 10 of support
        (rehost(run_cost=200), 0, 200 + 400 + 40),  # half the running cost; no contract, no support
        (rehost(run_cost=200), 5, 100 + 0 + 20),  # from 6 on; the contract, renewed, runs to 7
        (rehost(run_cost=400, end_of_life=0), 0, 0 + 400 + 0),  # moved, and still unsupported
        (retire(), 7, 0),
    ],
)
def test_saved_in_a_year(chosen: Option, start: int, saved: float) -> None:
    prices, one = case(retain(), chosen, contract=contract(400, 3), end_of_life=0, extended_support=40.0)
    assert prices.saved(one, *when(one, 2, start), range(4, 8)) == pytest.approx(saved)
    assert prices.saved(one, *when(one, 1), range(4, 8)) == 0


def test_what_it_costs_to_leave_counts_against_savings() -> None:
    prices, one = case(rehost(run_cost=400), contract=contract(400, 7, exit=50))
    # quarters 4 and 5 are paid, then 50 in quarter 6 instead of 200
    assert prices.saved(one, *when(one, 1, 5), range(4, 8)) == pytest.approx(150)
    assert prices.saved(one, *when(one, 1, 5), range(4)) == 0


def test_savings_are_not_discounted() -> None:
    prices, one = case(rehost(run_cost=0.0), rate=NINE_TENTHS)
    assert prices.saved(one, *when(one, 1, 3), range(4, 8)) == pytest.approx(400)


def test_running_cost_of_a_service_in_a_year() -> None:
    inv = inventory(system("a/x"), services=[service("s", build(2, run_cost=40))])
    assert Prices(inv).build_running(inv.services["s"], 3, range(4, 8)) == pytest.approx(30)  # ready in 5


def test_as_it_is() -> None:
    prices, one = case(
        rehost(), must_move=True, contract=contract(40, 3), end_of_life=5, exposure=7.0, extended_support=4.0
    )
    # run 800, contract 8 x 10, two exposed quarters at 7 + 1; even if it may not stay
    assert prices.as_it_is() == pytest.approx(800 + 80 + 16)
    assert prices.choice(one, STAY, Timing()).total == pytest.approx(896)
