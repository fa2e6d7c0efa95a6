"""Who pays: the rule in the file, and the books shared out to the penny."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import small_inventories
from builders import build, consolidate, inventory, plan_of, rehost, retain, role, service, system
from hypothesis import given
from hypothesis import strategies as st

from consolidate.accounts.ledger import Ledger, ledger
from consolidate.cost_sharing.apportionment import Amount, apportion, divide, parts_by_year, pence, rules_in_words
from consolidate.errors import InvalidInventory
from consolidate.inventory import Apportion, Inventory, Name, Partner
from consolidate.loading import load
from consolidate.report.tables import plan_tables

YEARS = "programme: P\nhorizon: {from: 2016/17 Q1, to: 2018/19 Q4}\napproaches: {retain: {}}\n"


def loaded(folder: Path, rule: str) -> Inventory:
    """Three partners, p with one system and q with two; r has neither systems nor users."""
    small_inventories.write(folder, YEARS + rule, "one: {}")
    (folder / "partners/q.yaml").write_text("users: 30\nsystems: {one: {}, two: {}}\n")
    (folder / "partners/p.yaml").write_text("users: 10\nsystems: {one: {}}\n")
    (folder / "partners/r.yaml").write_text("{}\n")
    return load(folder)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("", ["1/4 3/4 0"] * 3),  # by users
        ("apportion: users", ["1/4 3/4 0"] * 3),
        ("apportion: systems", ["1/3 2/3 0"] * 3),
        ("apportion: equal", ["1/3 1/3 1/3"] * 3),
        ("apportion: {p: 33.3%, r: 66.7%}", ["333/1000 0 667/1000"] * 3),
        ("apportion: {2017/18: equal}", ["1/4 3/4 0", "1/3 1/3 1/3", "1/4 3/4 0"]),
        ("apportion: {default: systems, 2018/19: {r: 100%}}", ["1/3 2/3 0", "1/3 2/3 0", "0 0 1"]),
        ("apportion: {default: {p: 50%, q: 50%}, 2016/17: users}", ["1/4 3/4 0", "1/2 1/2 0", "1/2 1/2 0"]),
    ],
)
def test_rules(tmp_path: Path, rule: str, expected: list[str]) -> None:
    inv = loaded(tmp_path, rule)
    found = [" ".join(str(part) for part in parts_by_year(inv)[year].values()) for year in (2016, 2017, 2018)]
    assert found == expected


def test_users_and_systems_fall_back_to_equal_parts() -> None:
    nobody = inventory(system("a/x"), system("b/x"))
    assert parts_by_year(nobody)[2016] == {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    none = inventory(partners=[_partner("a", 0), _partner("b", 0)])
    assert parts_by_year(replace(none, apportion=Apportion("systems")))[2016] == {
        "a": Fraction(1, 2),
        "b": Fraction(1, 2),
    }


def test_a_partner_may_be_called_default(tmp_path: Path) -> None:
    small_inventories.write(tmp_path, YEARS + "apportion: {default: 40%, p: 60%}", "one: {}")
    (tmp_path / "partners/default.yaml").write_text("{}\n")
    inv = load(tmp_path)
    assert parts_by_year(inv)[2016] == {"default": Fraction(2, 5), "p": Fraction(3, 5)}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("apportion: user", "4:12: `user` is no rule to apportion by; did you mean `users`?"),
        ("apportion: by headcount", "4:12: `by headcount` is no rule to apportion by; write `users`, `systems`, "),
        ("apportion: [users]", "4:12: a list where one value belongs; write it as `users`"),
        ("apportion: {p: 40%, q: 50%}", "4:12: the shares add up to 90%; make them add up to 100%"),
        ("apportion: {p: 33.3%, q: 33.3%, r: 33.3%}", "4:12: the shares add up to 99.9%; make them add up to 100%"),
        ("apportion: {p: 40%, qq: 60%}", "4:21: unknown partner `qq`; did you mean `q`?"),
        ("apportion: {p: 40, q: 60%}", "4:16: `40` lacks its %; write `40%`"),
        ("apportion: {p: -40%, q: 100%}", "4:16: `-40%` is negative"),
        ("apportion: {p: 0%, q: 140%}", "4:23: `140%` is too much; write at most `100%`"),
        ("apportion: {default: equal, 2017: users}", "4:29: `2017` is no financial year; write `default` or a year"),
        ("apportion: {2017/19: users}", "4:13: `2017/19` is no such time; the year after 2017 is 18: write 2017/18"),
        ("apportion: {2017/18: {p: 10%}}", "4:22: the shares add up to 10%; make them add up to 100%"),
        ("apportion: {2017/18: {p: 10%, z: 90%}}", "4:31: unknown partner `z`"),
        ("apportion: {}", "4:12: the shares add up to 0%; make them add up to 100%"),
        ("apportion:", "4:1: no value here; write one, such as `users`, or leave the key out"),
    ],
)
def test_faults(tmp_path: Path, rule: str, message: str) -> None:
    with pytest.raises(InvalidInventory) as caught:
        loaded(tmp_path, rule)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{tmp_path}/programme.yaml:{message}".replace(f"{tmp_path}/", problem.path[:-14]))


def test_the_rule_has_no_effect_on_the_plan_but_is_content(tmp_path: Path) -> None:
    users, equal = loaded(tmp_path, ""), loaded(tmp_path, "apportion: equal")
    assert users.content_hash != equal.content_hash
    assert replace(users, apportion=equal.apportion, content_hash=equal.content_hash) == equal


def test_a_scenario_may_change_it(tmp_path: Path) -> None:
    loaded(tmp_path, "apportion: users")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/even.yaml").write_text("programme: {apportion: {2016/17: equal}}\n")
    inv = load(tmp_path, "even")
    assert [str(parts_by_year(inv)[year]["p"]) for year in (2016, 2017)] == ["1/3", "1/4"]
    assert rules_in_words(inv) == "by users; 2016/17 equally"


# -- the books ------------------------------------------------------------------------------------


def _partner(id: str, users: float) -> Partner:
    return Partner(id, Name({"en": id}), None, users, None, None)


@pytest.fixture
def case() -> tuple[Inventory, Ledger]:
    """a moves into a service that is built and needs agency staff; b stays. Users 2 : 1."""
    inv = inventory(
        system(
            "a/x", consolidate("s", capital={"b": 10}, one_off=4, run_cost=0), run_cost=100, exposure=7, end_of_life=0
        ),
        system("b/y", retain(), run_cost=33.33),
        services=[service("s", build(1, capital=100, run_cost=40, effort={"dba": 3}))],
        roles=[role("dba", 1, agency=9, rate=0.5)],
        pots=[("b", 10, False)],
        partners=[_partner("a", 20), _partner("b", 10)],
        T=4,
        A=8,
    )
    plan = plan_of(inv, {"a/x": (1, 2)}, builds={"s": 0}, agency={("dba", 0): 2})
    return inv, ledger(inv, plan)


def test_worked_by_hand(case: tuple[Inventory, Ledger]) -> None:
    """a: 3 quarters of 25 and 10 + 4 of its move, b's pot or not. Shared: 100 + 1 agency + 30, then 40 a year."""
    found = apportion(*case)
    assert found.amount("a", 2016) == Amount(direct=8900, allocated=8734, exposure=1400)
    assert found.amount("b", 2016) == Amount(direct=3333, allocated=4366, exposure=0)
    assert found.amount("a", 2017) == Amount(direct=0, allocated=2667, exposure=0)
    assert found.amount("b", 2017) == Amount(direct=3333, allocated=1333, exposure=0)
    assert found.amount(year=2016) == Amount(direct=12233, allocated=13100, exposure=1400)


def test_a_year_may_have_its_own_rule(case: tuple[Inventory, Ledger]) -> None:
    inv, books = case
    found = apportion(replace(inv, apportion=Apportion("users", {2017: {"b": Fraction(1)}})), books)
    assert found.amount("a", 2016).allocated == 8734
    assert [found.amount(id, 2017).allocated for id in "ab"] == [0, 4000]
    assert found.rules == {2016: "by users", 2017: "by agreed percentages"}


def test_the_table_adds_up_to_costs_csv(case: tuple[Inventory, Ledger]) -> None:
    frame, costs = plan_tables.apportioned_table(*case), plan_tables.costs_table(*case)
    assert round(frame["total"].sum(), 2) == round(costs["amount"].sum(), 2)
    own, shared = costs[costs["partner"] != "shared"], costs[costs["partner"] == "shared"]
    assert round(frame["direct"].sum(), 2) == round(own["amount"].sum(), 2)
    assert round(frame["allocated"].sum(), 2) == round(shared["amount"].sum(), 2)
    assert plan_tables.frame_to_csv(frame).splitlines()[:2] == [
        "partner,financial_year,rule,part,kind,cash,direct,allocated,total,spending,note",
        "a,2016/17,by users,66.666666666667,run,yes,75.00,20.00,95.00,revenue,",
    ]


AMOUNTS = st.floats(0, 1e7, allow_nan=False)
WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=6).filter(any)


@given(st.integers(0, 10**13), WEIGHTS)
def test_dividing_adds_up_and_is_never_a_penny_out(amount: int, weights: list[int]) -> None:
    parts = [Fraction(weight, sum(weights)) for weight in weights]
    divided = divide(amount, parts)
    assert sum(divided) == amount
    assert all(got >= 0 and abs(Fraction(got) - amount * part) < 1 for got, part in zip(divided, parts, strict=True))


KEYS = st.tuples(
    st.sampled_from(["a", "b", "c", None]),
    st.sampled_from([2016, 2017]),
    st.sampled_from(["run", "agency", "exposure"]),
)


@given(st.dictionaries(KEYS, AMOUNTS), st.lists(st.integers(0, 5_000), min_size=3, max_size=3))
def test_pennies_add_up_and_nobody_is_paid(book: dict[tuple[str | None, int, str], float], users: list[int]) -> None:
    """Whatever the books and the users: all lines are the ledger's cash to the penny, and none is negative."""
    inv = inventory(partners=[_partner(id, count) for id, count in zip("abc", users, strict=True)], T=8)
    books = replace(ledger(inv, plan_of(inv)), cash=book)
    found = apportion(inv, books)
    assert sum(line.total for line in found.lines) == sum(pence(inv, book).values())
    assert abs(sum(line.total for line in found.lines) - sum(map(Fraction, book.values()), Fraction(0)) * 100) <= 1
    assert all(line.direct >= 0 and line.allocated >= 0 for line in found.lines)
    by_partner = [found.amount(id) for id in "abc"]
    assert sum(one.total + one.exposure for one in by_partner) == sum(line.total for line in found.lines)


def test_hostile_names_stay_text() -> None:
    inv = inventory(
        system("a/x", rehost(), run_cost=1), partners=[replace(_partner("a", 1), name=Name({"en": "=cmd"}))]
    )
    assert "=cmd" not in plan_tables.frame_to_csv(plan_tables.apportioned_table(inv, ledger(inv, plan_of(inv))))
