"""The ledger, against numbers worked out by hand. Quarters are counted from 2016/17 Q1."""

from __future__ import annotations

from dataclasses import replace

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
    retire,
    role,
    service,
    system,
)

from consolidate.accounts.ledger import Ledger, baseline, ledger
from consolidate.inventory import Contract, Inventory
from consolidate.plan import KINDS, Agency, Move, Plan, ServiceBuild


def kind(book: Ledger, kind: str) -> dict[int, float]:
    """Undiscounted amounts of a kind in each quarter, all partners together, zeros left out."""
    rows = [row for (_, each), row in book.flows.items() if each == kind]
    return {q: sum(values) for q, values in enumerate(zip(*rows, strict=True)) if sum(values)}


def one(*options, services=(), T=8, A=None, rate=0.0, **keys) -> Inventory:  # type: ignore[no-untyped-def]  # as builders take them
    """An inventory of the single system a/x, which can be retained (option 1) or take what is given."""
    return inventory(system("a/x", retain(), *options, **keys), services=services, T=T, A=A, rate=rate)


def test_run_cost_of_a_move_with_parallel_running() -> None:
    """400 a year today, 40 afterwards; work in quarters 1 and 2, the old system runs until quarter 3."""
    inv = one(rehost(quarters=2, run_cost=40, parallel_run=1), run_cost=400)
    book = ledger(inv, plan_of(inv, {"a/x": (2, 1)}))
    assert kind(book, "run") == {0: 100, 1: 100, 2: 100, 3: 110, 4: 10, 5: 10, 6: 10, 7: 10}
    assert book.live == {"a/x": 3}
    assert book.finish == 3
    assert book.moving == (0, 1, 1, 0, 0, 0, 0, 0)


def test_discounting_is_by_the_quarter() -> None:
    """21% a year: a quarter's factor is 1.21 ^ -1/4, and 1/1.1 after two quarters."""
    inv = one(run_cost=400, T=3, rate=0.21)
    book = ledger(inv, plan_of(inv))
    assert book.costs.run == pytest.approx(100 + 100 / 1.21**0.25 + 100 / 1.1)
    assert book.cash["a", 2016, "run"] == 300
    assert book.discounted["a", 2016, "run"] == book.costs.run


def test_costs_run_on_to_the_end_of_the_appraisal() -> None:
    inv = one(rehost(run_cost=0), run_cost=400, T=2, A=5)
    assert baseline(inv).costs.run == 500
    assert ledger(inv, plan_of(inv, {"a/x": (2, 1)})).costs.run == 200


def test_retain_is_the_baseline() -> None:
    inv = one(rehost(), run_cost=400, contract=contract(80, 1), end_of_life=5, extended_support=40, exposure=7)
    book = ledger(inv, plan_of(inv))
    assert book == baseline(inv)
    assert (book.costs.run, book.costs.contract, book.costs.support, book.costs.exposure) == (800, 160, 20, 14)


def test_work_is_spread_evenly() -> None:
    inv = inventory(
        system("a/x", retain(), rehost(quarters=2, effort={"dba": 10, "net": (3, 5)}, capital={"p": 90}, one_off=30)),
        roles=[role("dba"), role("net")],
    )
    book = ledger(inv, plan_of(inv, {"a/x": (2, 6)}))
    assert book.staff == {("dba", 6): 5, ("dba", 7): 5, ("net", 6): 3, ("net", 7): 5}
    assert book.capital == {("p", 6): 45, ("p", 7): 45}
    assert kind(book, "one_off") == {6: 15, 7: 15}
    assert kind(book, "capital") == {6: 45, 7: 45}


def test_consolidation_costs_the_service_by_user_and_by_system() -> None:
    svc = service("s", run_cost_per_user=8, run_cost_per_system=20)
    inv = one(consolidate("s"), services=[svc], run_cost=400, users=10)
    book = ledger(inv, plan_of(inv, {"a/x": (2, 0)}))
    assert kind(book, "run") == {0: 100, **dict.fromkeys(range(1, 8), 25)}
    assert book.users == {"s": 10}


def test_a_service_runs_from_the_quarter_it_is_ready_and_is_shared() -> None:
    made = build(2, effort={"dba": 8}, capital={"p": 100}, run_cost=12)
    inv = inventory(system("a/x"), services=[service("s", made)], roles=[role("dba")])
    book = ledger(inv, plan_of(inv, builds={"s": 3}))
    assert kind(book, "run") == {5: 3, 6: 3, 7: 3}
    assert book.capital == {("p", 3): 50, ("p", 4): 50}
    assert book.staff == {("dba", 3): 4, ("dba", 4): 4}
    assert book.ready == {"s": 5}
    assert book.cash == {(None, 2016, "capital"): 50, (None, 2017, "capital"): 50, (None, 2017, "run"): 9}


def test_a_service_of_no_quarters_is_ready_as_it_is_bought() -> None:
    inv = inventory(
        system("a/x"), services=[service("s", build(0, effort={"dba": 8}, capital=100))], roles=[role("dba")]
    )
    book = ledger(inv, plan_of(inv, builds={"s": 3}))
    assert (book.ready, book.capital, book.staff) == ({"s": 3}, {(None, 3): 100}, {("dba", 3): 8})


def test_refresh_renews_in_place() -> None:
    """The old system up to and including the cutover, then the renewed one; it never goes live."""
    inv = one(
        refresh(quarters=2, run_cost=200, end_of_life=5),
        run_cost=400,
        end_of_life=0,
        exposure=10,
        contract=contract(4, 1),
    )
    book = ledger(inv, plan_of(inv, {"a/x": (2, 1)}))
    assert kind(book, "run") == {0: 100, 1: 100, 2: 100, 3: 50, 4: 50, 5: 50, 6: 50, 7: 50}
    assert book.exposed == {"a/x": (1, 2, 6, 7)}
    assert kind(book, "contract") == dict.fromkeys(range(8), 1)
    assert (book.live, book.finish) == ({}, 3)


def test_retire_leaves_nothing() -> None:
    inv = one(retire(quarters=1), run_cost=400, end_of_life=1, exposure=10, extended_support=4)
    book = ledger(inv, plan_of(inv, {"a/x": (2, 2)}))
    assert kind(book, "run") == {0: 100, 1: 100, 2: 100}
    assert kind(book, "exposure") == {2: 10}
    assert kind(book, "support") == {2: 1}
    assert book.live == {"a/x": 3}


def test_moving_an_unsupported_product_does_not_make_it_supported() -> None:
    """Old and new are both past their end of life while they run side by side: the quarter counts once."""
    inv = one(rehost(parallel_run=2, end_of_life=3), end_of_life=3, exposure=10, extended_support=4)
    book = ledger(inv, plan_of(inv, {"a/x": (2, 3)}))
    assert book.exposed == {"a/x": (4, 5, 6, 7)}
    assert (book.costs.exposure, book.costs.support) == (40, 4)


def test_two_steps() -> None:
    """Lift and shift in quarter 1, into the service in quarters 4 and 5, the lifted one kept until 6."""
    second = consolidate("s", quarters=2, parallel_run=1, run_cost=8)
    inv = one(
        rehost(run_cost=40, end_of_life=4, parallel_run=1, then=second),
        services=[service("s")],
        run_cost=400,
        users=3,
        end_of_life=0,
        exposure=10,
    )
    book = ledger(inv, plan_of(inv, {"a/x": (2, 1, 4)}))
    assert kind(book, "run") == {0: 100, 1: 100, 2: 110, 3: 10, 4: 10, 5: 10, 6: 12, 7: 2}
    assert book.exposed == {"a/x": (1, 2, 5, 6)}
    assert (book.live, book.finish, book.users) == ({"a/x": 2}, 6, {"s": 3})
    assert book.moving == (0, 1, 0, 0, 1, 1, 0, 0)


class TestContract:
    """40 a year, so 10 a quarter; it ends with quarter 2 and renews by the year unless said otherwise."""

    def paid(
        self, terms: Contract, cutover: int, parallel_run: int = 0, A: int = 12, rate: float = 0.0
    ) -> dict[int, float]:
        inv = one(rehost(parallel_run=parallel_run), contract=terms, T=8, A=A, rate=rate)
        return kind(ledger(inv, plan_of(inv, {"a/x": (2, cutover)})), "contract")

    def test_to_its_end_when_the_system_goes_sooner(self) -> None:
        assert self.paid(contract(40, 2), cutover=0) == dict.fromkeys(range(3), 10)

    def test_to_its_end_when_the_system_goes_in_its_last_quarter(self) -> None:
        assert self.paid(contract(40, 2), cutover=2) == dict.fromkeys(range(3), 10)

    def test_renewed_as_often_as_it_takes(self) -> None:
        assert self.paid(contract(40, 2), cutover=3) == dict.fromkeys(range(7), 10)
        assert self.paid(contract(40, 2), cutover=7) == dict.fromkeys(range(11), 10)

    def test_parallel_running_needs_it_too(self) -> None:
        assert self.paid(contract(40, 2), cutover=2, parallel_run=1) == dict.fromkeys(range(7), 10)

    def test_renewals_are_months(self) -> None:
        """It ends with December 2016 (quarter 2); a month more is January 2017 (3), 7 July (5), 14 February (7)."""
        assert self.paid(contract(40, 2, renews_for=1), cutover=3) == dict.fromkeys(range(4), 10)
        assert self.paid(contract(40, 2, renews_for=7), cutover=5) == dict.fromkeys(range(6), 10)
        assert self.paid(contract(40, 2, renews_for=7), cutover=6) == dict.fromkeys(range(8), 10)

    def test_long_past_terms_are_renewed_up_to_now(self) -> None:
        """It ended with March 2015 (quarter -5): renewed for 12 months at a time it reaches quarters -1, 3, 7."""
        assert self.paid(contract(40, -5), cutover=1) == dict.fromkeys(range(4), 10)

    def test_not_beyond_the_appraisal(self) -> None:
        assert self.paid(contract(40, 2), cutover=3, A=8) == dict.fromkeys(range(7), 10)
        assert self.paid(contract(40, 2), cutover=7, A=8) == dict.fromkeys(range(8), 10)

    def test_bought_out_when_cheaper(self) -> None:
        """Gone after quarter 3, bound until 6: 30 to come, or 29 to leave."""
        assert self.paid(contract(40, 2, exit=29), cutover=3) == {**dict.fromkeys(range(4), 10), 4: 29}
        assert self.paid(contract(40, 2, exit=31), cutover=3) == dict.fromkeys(range(7), 10)

    def test_runs_on_when_it_costs_the_same(self) -> None:
        assert self.paid(contract(40, 2, exit=30), cutover=3) == dict.fromkeys(range(7), 10)

    def test_runs_on_when_it_costs_the_same_but_for_the_last_digits(self) -> None:
        """3 x 0.1 is not 0.3 in floating point."""
        assert self.paid(contract(0.4, 2, exit=0.3), cutover=3) == dict.fromkeys(range(7), 0.1)

    def test_the_appraisal_ends_the_comparison(self) -> None:
        """Up to quarter 7 only 10 is to come, so 15 to leave does not pay, though the term runs on."""
        assert self.paid(contract(40, 2, exit=15), cutover=6, A=8) == dict.fromkeys(range(7), 10)
        assert self.paid(contract(40, 3, exit=15), cutover=6, A=8) == dict.fromkeys(range(8), 10)
        assert self.paid(contract(40, 3, exit=9), cutover=6, A=8) == {**dict.fromkeys(range(7), 10), 7: 9}

    def test_no_exit_without_quarters_to_come(self) -> None:
        assert self.paid(contract(40, 2, exit=0), cutover=2) == dict.fromkeys(range(3), 10)
        assert self.paid(contract(40, 3, exit=0), cutover=7, A=8) == dict.fromkeys(range(8), 10)

    def test_the_comparison_is_discounted(self) -> None:
        """At 21% the 30 to come after quarter 3 are worth 10 (1 + .9535 + .9091) = 28.63 as of quarter 4."""
        assert self.paid(contract(40, 2, exit=28.6), cutover=3, rate=0.21)[4] == 28.6
        assert self.paid(contract(40, 2, exit=28.7), cutover=3, rate=0.21)[4] == 10

    def test_follows_the_first_of_two_steps(self) -> None:
        inv = one(rehost(then=rehost(quarters=1)), contract=contract(40, 2))
        book = ledger(inv, plan_of(inv, {"a/x": (2, 0, 6)}))
        assert kind(book, "contract") == dict.fromkeys(range(3), 10)


class TestInterface:
    def paid(self, x: tuple[int, ...] | None, y: tuple[int, ...] | None, both: bool = False) -> dict[int, float]:
        """Options of both: 1 retain, 2 rehost, 3 retire, 4 rehost then retire, 5 refresh."""
        options = (retain(), rehost(), retire(), rehost(then=retire(quarters=1)), refresh())
        inv = inventory(
            system("a/x", *options, interfaces={"b/y": 5}),
            system("b/y", *options, interfaces={"a/x": 7} if both else None),
        )
        choices = {id: choice for id, choice in (("a/x", x), ("b/y", y)) if choice}
        return kind(ledger(inv, plan_of(inv, choices)), "interface")

    def test_while_exactly_one_is_live(self) -> None:
        assert self.paid((2, 1), (2, 3)) == {2: 5, 3: 5}
        assert self.paid((2, 3), (2, 1)) == {2: 5, 3: 5}
        assert self.paid((2, 1), (2, 1)) == {}
        assert self.paid((2, 5), None) == {6: 5, 7: 5}
        assert self.paid(None, None) == {}

    def test_a_refresh_is_not_live(self) -> None:
        assert self.paid((5, 1), (2, 5)) == {6: 5, 7: 5}
        assert self.paid((5, 1), (5, 5)) == {}

    def test_nothing_once_one_is_retired(self) -> None:
        assert self.paid((3, 1), None) == {}
        assert self.paid((2, 1), (3, 3)) == {2: 5, 3: 5}
        assert self.paid((4, 1, 4), None) == {2: 5, 3: 5, 4: 5}

    def test_listed_by_both_it_is_two(self) -> None:
        assert self.paid((2, 1), (2, 3), both=True) == {2: 12, 3: 12}

    def test_is_booked_to_who_lists_it(self) -> None:
        inv = inventory(system("a/x", interfaces={"b/y": 5}), system("b/y"))
        book = ledger(inv, plan_of(inv, {"b/y": (2, 6)}))
        assert book.cash == {("a", 2017, "interface"): 5}
        assert book.per_system == {"a/x": {"interface": 5}}


def test_agency_is_priced_by_role_and_quarter() -> None:
    inv = inventory(system("a/x"), roles=[role("dba", 0, agency=10, rate={1: 100, 2: 200})])
    book = ledger(inv, plan_of(inv, agency={("dba", 1): 2, ("dba", 2): 1.5}))
    assert book.agency_cost == {("dba", 1): 200, ("dba", 2): 300}
    assert book.cash == {(None, 2016, "agency"): 500}
    assert book.costs.agency == 500


class TestStability:
    """3 a quarter, so 12 for what is not simply moved in time."""

    options = (retain(), rehost(), retire(), rehost(then=retire(quarters=1)), refresh())

    def changed(self, approved: tuple[int, ...] | None, now: tuple[int, ...] | None) -> float:
        bare = inventory(system("a/x", *self.options), stability=3, rate=0.035)
        board = plan_of(bare, {"a/x": approved} if approved else {})
        inv = replace(bare, approved=board)
        return ledger(inv, plan_of(inv, {"a/x": now} if now else {})).costs.stability

    def test_by_the_quarter(self) -> None:
        assert self.changed((2, 1), (2, 1)) == 0
        assert self.changed((2, 1), (2, 4)) == 9
        assert self.changed((2, 7), (2, 0)) == 21
        assert self.changed((5, 2), (5, 3)) == 3

    def test_changed_dropped_and_added(self) -> None:
        assert self.changed((2, 1), (3, 1)) == 12
        assert self.changed((2, 1), None) == 12
        assert self.changed(None, (2, 1)) == 12

    def test_each_step_counts(self) -> None:
        assert self.changed((4, 1, 3), (4, 2, 5)) == 9
        assert self.changed((4, 1, 3), (2, 1)) == 12
        assert self.changed((4, 1, 3), None) == 24

    def test_systems_unknown_to_either_count_nothing(self) -> None:
        bare = inventory(system("a/x"), system("a/new"), stability=3)
        gone = Move(1, "a/gone", 1, 2, "rehost", None, 1, 1)
        board = replace(plan_of(inventory(system("a/x")), {"a/x": (2, 1)}), moves=(gone,))
        inv = replace(bare, approved=replace(board, stays=plan_of(bare).stays[:0]))
        assert ledger(inv, plan_of(inv, {"a/new": (2, 1)})).costs.stability == 0

    def test_is_not_part_of_leaving_everything_as_it_is(self) -> None:
        bare = inventory(system("a/x"), stability=3)
        inv = replace(bare, approved=plan_of(bare, {"a/x": (2, 1)}))
        assert baseline(inv).costs.stability == 0
        assert ledger(inv, plan_of(inv)).cash == {("a", 2016, "stability"): 12}

    def test_is_no_cash(self) -> None:
        bare = inventory(system("a/x", end_of_life=3, exposure=5, run_cost=4), stability=3)
        inv = replace(bare, approved=plan_of(bare, {"a/x": (2, 1)}))
        book = ledger(inv, plan_of(inv))
        assert (book.paid, book.total) == (8, 8 + 20 + 12)


def test_savings_count_run_contract_and_support_of_the_year() -> None:
    """2017/18 (quarters 4 to 7): 440 + 40 + 16 as things are; the plan pays 110 + 60 and 4 to leave in quarter 5."""
    svc = service("s", build(1, run_cost=20, capital=900))
    inv = inventory(
        system(
            "a/x",
            retain(),
            consolidate("s", run_cost=80, one_off=77),
            run_cost=440,
            contract=contract(40, 3, exit=4),
            end_of_life=3,
            extended_support=16,
            exposure=1_000,
        ),
        services=[svc],
        T=8,
        A=12,
        targets={"2017/18": 0, "2018/19": 0},
    )
    book = ledger(inv, plan_of(inv, {"a/x": (2, 4)}, builds={"s": 3}))
    first = 496 - (110 + 3 * 20 + 20) - (10 + 4) - 4
    assert book.savings == (first, 496 - 80 - 20)
    assert baseline(inv).savings == (0, 0)


def test_savings_of_a_year_that_is_appraised_in_part() -> None:
    inv = one(rehost(run_cost=0), run_cost=400, T=4, A=6)
    inv = replace(inv, targets=inventory(system("a/x"), T=4, A=6, targets={"2017/18": 1}).targets)
    assert ledger(inv, plan_of(inv, {"a/x": (2, 0)})).savings == (200,)


def test_books_add_up() -> None:
    """By partner and year, by system and by kind, all views of a plan come to the same total."""
    made = build(2, effort={"dba": 8}, capital={"p": 100}, run_cost=12)
    bare = inventory(
        system(
            "a/x", retain(), consolidate("s", capital=30, one_off=7), run_cost=400, contract=contract(50, 1, exit=3)
        ),
        system("b/y", run_cost=90, end_of_life=0, exposure=12, extended_support=9, interfaces={"a/x": 5}),
        services=[service("s", made, run_cost_per_system=11)],
        roles=[role("dba", 1, agency=9, rate=20, worth=15)],
        rate=0.035,
        stability=10,
        A=14,
    )
    inv = replace(bare, approved=plan_of(bare, {"a/x": (2, 5)}))
    book = ledger(inv, plan_of(inv, {"a/x": (2, 4)}, builds={"s": 0}, agency={("dba", 0): 3}))
    assert all(getattr(book.costs, kind) > 0 for kind in KINDS)
    assert sum(book.discounted.values()) == pytest.approx(book.total)
    shared = sum(amount for (partner, _, _), amount in book.discounted.items() if partner is None)
    own = sum(sum(kinds.values()) for kinds in book.per_system.values())
    assert own + shared == pytest.approx(book.total)
    assert book.discounted.keys() == book.cash.keys()


def test_quarters_before_the_horizon_and_after_the_appraisal_do_not_count() -> None:
    inv = inventory(system("a/x", retain(), rehost(quarters=4, capital=40, effort={"dba": 4})), roles=[role("dba")])
    early = ledger(inv, plan_of(inv, {"a/x": (2, -2)}))
    assert (early.costs.capital, early.staff) == (20, {("dba", 0): 1, ("dba", 1): 1})
    late = ledger(inv, plan_of(inv, {"a/x": (2, 7)}))
    assert (late.costs.capital, late.staff) == (10, {("dba", 7): 1})


def test_moves_that_the_inventory_cannot_explain_are_left_out() -> None:
    inv = inventory(system("a/x", run_cost=400), services=[service("s")])
    odd = Plan(
        moves=(
            Move(1, "a/nobody", 1, 2, "rehost", None, 1, 1),
            Move(1, "a/x", 1, 9, "rehost", None, 1, 1),
            Move(1, "a/x", 1, 1, "retain", None, 1, 1),
            Move(1, "a/x", 2, 2, "rehost", None, 1, 1),
        ),
        stays=(),
        builds=(ServiceBuild(0, "s", 1), ServiceBuild(0, "none", 1)),
        agency=(Agency("none", 0, 5.0),),
    )
    assert ledger(inv, odd) == baseline(inv)
