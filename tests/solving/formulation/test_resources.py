"""What is limited: each family by hand, and every family known to every method."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from builders import (
    build,
    consolidate,
    inventory,
    limit,
    milestone,
    pot,
    rehost,
    retain,
    role,
    service,
    system,
)

from consolidate.accounts import rules
from consolidate.inventory import Budget, Inventory
from consolidate.solving.decomposition import lagrangian
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.resources import ResourceIndex
from consolidate.solving.exact import model
from consolidate.solving.formulation import solution
from consolidate.solving.formulation.choices import offer
from consolidate.solving.formulation.families import TREATMENTS
from consolidate.solving.formulation.resource_vectors import ResourceVectors
from consolidate.solving.formulation.resources import RESOURCE_FAMILIES, Resources, SummableFamily
from consolidate.solving.infeasibility.elastic_model import LINKS
from consolidate.solving.infeasibility.relaxations import PRICES, RELAX
from consolidate.solving.makespan.aggregate_model import AggregateModel


def of_all_families() -> Inventory:
    """Two systems and a service, with a resource of every family."""
    move = consolidate("hr", quarters=2, effort={"dba": [3, 5]}, capital={"p": 8})
    small = inventory(
        system("a/x", retain(), move, users=30, run_cost=1_000),
        system("a/y", retain(), rehost(quarters=1, effort={"dba": 2}), users=20),
        services=[service("hr", build(quarters=1, effort={"dba": 4}, capital={"p": 6}, run_cost=40), capacity=40)],
        roles=[role("dba", 6, agency=2)],
        pots=[pot("p", [10, 4], carry_forward=True)],
        limits=[limit(1, "a/x", "a/y")],
        milestones=[milestone(3, "1/2", "a/x", "a/y")],
        targets={"2017/18": 100},
        T=8,
    )
    return replace(small, budgets=(Budget("2017/18", range(4, 8), 900.0),))


# -- every family is known to every method ----------------------------------------------------


def kinds(*wanted: str) -> set[str]:
    return {name for name, treatment in TREATMENTS.items() if treatment.kind in wanted}


def test_the_sums_are_the_families_of_resources() -> None:
    assert kinds("sum") == {family.name for family in RESOURCE_FAMILIES}
    for family in RESOURCE_FAMILIES:
        assert TREATMENTS[family.name].relaxed == family.item


def test_every_family_has_its_rows() -> None:
    rows = {rows.__name__ for rows in model.FAMILIES}
    assert {one.rows for one in TREATMENTS.values() if one.rows} == rows
    assert kinds("sum", "link", "cost", "aid") <= {name for name, one in TREATMENTS.items() if one.rows}


def test_every_family_is_looked_at_in_a_solution() -> None:
    known = {*solution.RULES, *(family.name for family in RESOURCE_FAMILIES)}
    assert {one.solution for one in TREATMENTS.values() if one.solution} == known
    assert kinds("sum", "link") <= known


def test_every_family_gives_way_or_is_a_link_that_can_be_named() -> None:
    assert {one.relaxed for one in TREATMENTS.values() if one.relaxed} == set(PRICES) == set(RELAX)
    assert kinds("link") - {"build"} == set(LINKS)


def test_every_family_has_a_price_in_the_decomposition() -> None:
    assert {name for name, one in TREATMENTS.items() if one.priced} == set(lagrangian.FAMILIES)
    inv = of_all_families()
    assert {key.family for key in ResourceIndex(Columns(inv, inv.plan_quarters)).keys} == kinds("sum")


def test_every_family_is_a_rule_of_the_accounts() -> None:
    known = {rule.__name__ for rule in rules.RULES}
    assert {rule for one in TREATMENTS.values() for rule in one.accounts} == known
    assert kinds("choice", "sum", "link") == {name for name, one in TREATMENTS.items() if one.accounts}


def test_every_sum_is_in_the_vectors_or_has_to_be_provided() -> None:
    inv = of_all_families()
    vectors = ResourceVectors(inv, offer(inv, inv.plan_quarters), optimistic=False)
    needed = {family.name for family in RESOURCE_FAMILIES if not family.packed}
    assert {key[0] for used in vectors.used.values() for key in used} | needed == kinds("sum")


def test_the_choice_of_options_knows_every_sum_that_needs_no_time() -> None:
    """The others are left out, and what is proven holds all the same."""
    inv = of_all_families()
    core = AggregateModel(inv, offer(inv, inv.plan_quarters), dict.fromkeys(PRICES, 1.0))
    summable = {family for family in RESOURCE_FAMILIES if issubclass(family, SummableFamily)}
    assert {key[0] for key in core.short} == {family.item for family in summable}
    assert {family.name for family in {*RESOURCE_FAMILIES} - summable} == {"limit", "target", "budget"}


# -- each family by hand ------------------------------------------------------------------------


def test_what_is_available() -> None:
    resources = Resources(of_all_families())
    assert list(resources.families) == ["staff", "capital", "capacity", "limit", "milestone", "target", "budget"]
    (days, *rest) = resources.of("staff")
    assert (days.key, days.available, days.agency, days.in_all) == (("staff", "dba", 0), 6, 2, 8)
    assert len(rest) == 7
    first, second = resources.of("capital")
    assert (first.available, first.cumulative, list(first.quarters)) == (10, False, [0, 1, 2, 3])
    assert (second.available, second.cumulative, list(second.quarters)) == (14, True, [4, 5, 6, 7])
    (users,) = resources.of("capacity")
    assert (users.available, users.built, users.own) == (0, 40, 40)
    assert [one.available for one in resources.of("limit")] == [1] * 8
    assert [one.available for one in resources.of("milestone")] == [1]
    assert [one.available for one in resources.of("target")] == [100]
    assert [one.available for one in resources.of("budget")] == [900]


def test_what_a_choice_and_a_build_use() -> None:
    inv = of_all_families()
    whole = offer(inv, inv.plan_quarters)
    moved = next(choice for choice in whole.systems["a/x"] if choice.when.starts == (3,))
    built = next(build for build in whole.builds["hr"] if build.start == 1)
    families = Resources(inv).families
    assert dict(families["staff"].of_choice(moved)) == {("staff", "dba", 3): 3, ("staff", "dba", 4): 5}
    assert dict(families["capital"].of_choice(moved)) == {("capital", "p", 3): 4, ("capital", "p", 4): 4}
    assert dict(families["capacity"].of_choice(moved)) == {("capacity", "hr", 0): 30}
    assert dict(families["limit"].of_choice(moved)) == {("limit", 0, 3): 1, ("limit", 0, 4): 1}
    assert dict(families["milestone"].of_choice(moved)) == {}  # live after quarter 4, asked for by 3
    assert dict(families["staff"].of_build(built)) == {("staff", "dba", 1): 4}
    assert dict(families["capital"].of_build(built)) == {("capital", "p", 1): 6}
    assert dict(families["target"].of_build(built)) == {("target", 0, 0): -40}
    assert list(families["limit"].of_build(built)) == []


@pytest.mark.parametrize(
    ("amounts", "carry", "implied"),
    [
        ([10, 4], True, [False, False]),
        ([10, 0], True, [True, False]),  # what is spent by then is spent by the end, and nothing is added
        ([10, 0], False, [False, False]),
        ([0, 10], True, [False, False]),
    ],
)
def test_a_period_that_says_nothing(amounts: list[float], carry: bool, implied: list[bool]) -> None:
    inv = inventory(system("a/x"), pots=[pot("p", amounts, carry_forward=carry)], T=8)
    resources = Resources(inv)
    assert [one.implied for one in resources.of("capital")] == implied
    counted = {key for keys in resources.counting().values() for key in keys}
    assert counted == {one.key for one in resources.of("capital") if not one.implied}


@pytest.mark.parametrize("seed", range(20))
def test_variables_and_figures_alike(seed: int) -> None:
    """A family's rows, with the variables of a plan at 1, add up to what the plan uses."""
    inv, dice = of_all_families(), random.Random(seed)
    m = model.Model(inv, inv.plan_quarters)
    taken = {key: dice.choice(found) for key, found in m.choices.items()}
    built = [dice.choice(found) for found in m.builds.values() if found]
    ones = {x for _, x in taken.values()} | {z for _, z in built}
    plan = [choice for choice, _ in taken.values()], [one for one, _ in built]
    for name, family in m.resources.families.items():
        used = m.resources.used(family, *plan)
        entered = {
            (name, *entry): sum(amount for var, amount in terms.items() if var in ones)
            for entry, terms in m.used[name].items()
        }
        assert {key: amount for key, amount in entered.items() if amount} == pytest.approx(
            {key: amount for key, amount in used.items() if amount}
        )
