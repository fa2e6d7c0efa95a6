"""The mixed-integer program, one family of rows at a time on fixed plans; and its size, pinned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from builders import (
    build,
    consolidate,
    freeze,
    inventory,
    limit,
    milestone,
    option,
    plan_of,
    pot,
    refresh,
    rehost,
    retain,
    retire,
    role,
    service,
    system,
)

from consolidate.accounts.ledger import ledger
from consolidate.inventory import Inventory
from consolidate.optimizer import optimize
from consolidate.solving.exact.model import EQ, FAMILIES, LE, Constraint, Model, add
from consolidate.solving.exact.neighbourhood_search import start_values
from consolidate.solving.exact.solver import SolveLimits, solve
from consolidate.solving.formulation.choices import windows
from consolidate.solving.formulation.solution import Solution

Taken = Mapping[str, tuple[int, ...]]
"""By system: option, start of its first step, start of its second. Those not named stay."""


def pick(model: Model, taken: Taken, builds: Mapping[str, int]) -> Solution:
    """The model's choices that make up a plan."""
    choices = []
    for key, found in model.choices.items():
        number, *starts = taken.get(key, (1,))
        choices.append(
            next(c for c, _ in found if c.option.number == number and c.when.starts == tuple(starts))
        )  # fmt: skip
    made = [next(b for b, _ in model.builds[key] if b.start == start) for key, start in builds.items()]
    return Solution(tuple(choices), tuple(made))


def values_of(model: Model, taken: Taken, builds: Mapping[str, int]) -> dict[object, float]:
    """A plan as values: all the agency that may be bought, and every interface paid for."""
    values = start_values(model, pick(model, taken, builds))
    return {var: values.get(var, var.upBound) for var in model.problem.variables()}


def holds(row: Constraint, values: Mapping[object, float]) -> bool:
    left = sum(factor * values[var] for var, factor in row.terms.items())
    if row.sense == EQ:
        return abs(left - row.bound) < 1e-9
    return left <= row.bound + 1e-9 if row.sense == LE else left >= row.bound - 1e-9


def broken(inv: Inventory, taken: Taken, builds: Mapping[str, int] | None = None) -> set[str]:
    """Families of which a plan breaks a row."""
    model = Model(inv, inv.plan_quarters)
    model.load()
    values = values_of(model, taken, builds or {})
    return {row.family for row in model.rows if not holds(row, values)}


def cost(inv: Inventory, taken: Taken, builds: Mapping[str, int] | None = None) -> float:
    """What the model thinks that a plan costs: everything else is left to the solver."""
    model = Model(inv, inv.plan_quarters)
    model.load()
    for var, value in start_values(model, pick(model, taken, builds or {})).items():
        var.lowBound = var.upBound = value  # type: ignore[attr-defined]
    outcome = solve(model.problem, SolveLimits(0.0))
    assert outcome.ended == "gap"
    return outcome.objective


# -- one family at a time ----------------------------------------------------------------


def test_option_takes_exactly_one() -> None:
    inv = inventory(system("a/x"))
    model = Model(inv, inv.plan_quarters)
    model.load()
    (row,) = [row for row in model.rows if row.family == "option"]
    values = values_of(model, {}, {})
    assert holds(row, values)
    first, second = [var for _, var in model.choices["a/x"]][:2]
    assert not holds(row, {**values, second: 1.0})
    assert not holds(row, {**values, first: 0.0})


@pytest.mark.parametrize(("starts", "bad"), [((0, 1), False), ((0, 0), True), ((1, 2), False)])
def test_staff(starts: tuple[int, int], bad: bool) -> None:
    work = rehost(effort={"dba": 7})
    inv = inventory(system("a/x", retain(), work), system("a/y", retain(), work), roles=[role("dba", 10)])
    assert broken(inv, {"a/x": (2, starts[0]), "a/y": (2, starts[1])}) == ({"staff"} if bad else set())


def test_staff_may_be_bought_up_to_a_limit() -> None:
    work = rehost(effort={"dba": 7})
    systems = [system("a/x", retain(), work), system("a/y", retain(), work)]
    both = {"a/x": (2, 0), "a/y": (2, 0)}
    assert broken(inventory(*systems, roles=[role("dba", 10, agency=4)]), both) == set()
    assert broken(inventory(*systems, roles=[role("dba", 10, agency=3.9)]), both) == {"staff"}
    assert broken(inventory(*systems, roles=[role("dba")]), both) == set()


def test_staff_follows_a_list_quarter_by_quarter() -> None:
    work = rehost(quarters=2, effort={"dba": [1, 9]})
    inv = inventory(system("a/x", retain(), work), roles=[role("dba", [9, 9, 8, 9, 9, 9, 9, 9])])
    assert broken(inv, {"a/x": (2, 0)}) == set()
    assert broken(inv, {"a/x": (2, 1)}) == {"staff"}


@pytest.mark.parametrize(
    ("amount", "carry", "starts", "bad"),
    [
        ([10, 10], False, (0, 4), False),
        ([10, 10], False, (0, 1), True),
        ([10, 10], True, (0, 1), True),  # what is to come cannot be spent now
        ([10, 10], True, (4, 5), False),  # what is left over can
        ([10, 10], False, (4, 5), True),
        ({"2016/17 Q2": 20}, False, (1, 1), False),
        ({"2016/17 Q2": 20}, False, (1, 2), True),
        ({"2016/17 Q2": 20}, True, (1, 2), False),
        ({"2016/17": 20}, False, (0, 4), True),  # a year without an amount has none
    ],
)
def test_capital(amount: list[float] | dict[str, float], carry: bool, starts: tuple[int, int], bad: bool) -> None:
    work = rehost(capital={"p": 10})
    inv = inventory(
        system("a/x", retain(), work),
        system("a/y", retain(), work),
        pots=[pot("p", amount, carry_forward=carry)],  # type: ignore[arg-type]
    )
    assert broken(inv, {"a/x": (2, starts[0]), "a/y": (2, starts[1])}) == ({"capital"} if bad else set())


def test_capital_is_spread_over_the_quarters_of_work() -> None:
    inv = inventory(system("a/x", retain(), rehost(quarters=2, capital={"p": 10})), pots=[pot("p", [5, 5])])
    assert broken(inv, {"a/x": (2, 3)}) == set()  # 5 in each year
    assert broken(inv, {"a/x": (2, 1)}) == {"capital"}


def test_ready() -> None:
    inv = inventory(system("a/x", retain(), consolidate("s")), services=[service("s", build(2))])
    assert broken(inv, {"a/x": (2, 2)}, {"s": 0}) == set()
    assert broken(inv, {"a/x": (2, 2)}, {"s": 1}) == {"ready"}
    assert broken(inv, {"a/x": (2, 2)}) == {"ready"}


def test_ready_for_the_second_step() -> None:
    steps = replace(rehost(), then=consolidate("s").first)
    inv = inventory(system("a/x", retain(), steps), services=[service("s", build(1))])
    assert broken(inv, {"a/x": (2, 0, 4)}, {"s": 3}) == set()
    assert broken(inv, {"a/x": (2, 0, 4)}, {"s": 4}) == {"ready"}


def test_build_waits_for_what_it_needs() -> None:
    inv = inventory(system("a/x"), services=[service("s", build(1)), service("t", build(1), needs=["s"])])
    assert broken(inv, {}, {"s": 0, "t": 1}) == set()
    assert broken(inv, {}, {"s": 1, "t": 1}) == {"needs"}
    assert broken(inv, {}, {"t": 1}) == {"needs"}


def test_build_happens_at_most_once() -> None:
    inv = inventory(system("a/x"), services=[service("s", build(1))])
    model = Model(inv, inv.plan_quarters)
    model.load()
    values = values_of(model, {}, {"s": 0})
    (row,) = [row for row in model.rows if row.family == "build"]
    assert holds(row, values)
    assert not holds(row, {**values, model.builds["s"][1][1]: 1.0})


@pytest.mark.parametrize(("made", "bad"), [({"s": 0}, {"capacity"}), ({}, {"capacity", "ready"})])
def test_capacity(made: dict[str, int], bad: set[str]) -> None:
    move = consolidate("s")
    inv = inventory(
        system("a/x", retain(), move, users=6),
        system("a/y", retain(), move, users=5),
        services=[service("s", build(1), capacity=10)],
    )
    assert broken(inv, {"a/x": (2, 1), "a/y": (2, 3)}, made) == bad
    assert broken(inv, {"a/x": (2, 1)}, {"s": 0}) == set()


def test_capacity_counts_a_system_once() -> None:
    both = replace(consolidate("s"), then=consolidate("s").first)
    inv = inventory(system("a/x", retain(), both, users=6), services=[service("s", capacity=10)])
    assert broken(inv, {"a/x": (2, 0, 2)}) == set()


@pytest.mark.parametrize(
    ("taken", "bad"),
    [
        ({"a/x": (2, 0), "a/y": (2, 2)}, False),
        ({"a/x": (2, 0), "a/y": (2, 1)}, True),  # x cuts over in 1, and is live from 2
        ({"a/y": (2, 0)}, False),  # x stays: it holds nothing up
        ({"a/x": (3, 5), "a/y": (2, 0)}, False),  # nor when it is renewed
        ({"a/x": (2, 4)}, False),
    ],
)
def test_after(taken: Taken, bad: bool) -> None:
    options = (retain(), rehost(quarters=2), refresh())
    inv = inventory(system("a/x", *options), system("a/y", *options, after=["a/x"]))
    assert broken(inv, taken) == ({"after"} if bad else set())


@pytest.mark.parametrize(
    ("taken", "bad"),
    [
        ({}, False),
        ({"a/x": (2, 1), "a/y": (3, 0)}, False),  # both cut over in 1
        ({"a/x": (2, 0), "a/y": (3, 0)}, True),
        ({"a/x": (2, 0)}, True),
        ({"a/x": (4, 0), "a/y": (4, 3)}, False),  # renewed: neither moves
    ],
)
def test_together(taken: Taken, bad: bool) -> None:
    options = (retain(), rehost(), option("replatform", quarters=2), refresh())
    inv = inventory(system("a/x", *options), system("a/y", *options), together=[["a/x", "a/y"]])
    assert broken(inv, taken) == ({"together"} if bad else set())


@pytest.mark.parametrize(
    ("taken", "bad"),
    [
        ({"a/x": (2, 0), "a/y": (2, 2)}, False),
        ({"a/x": (2, 0), "a/y": (2, 1)}, True),  # both under way in 1
        ({"a/x": (2, 0), "b/z": (2, 0)}, False),  # b/z is not meant
        ({"a/x": (3, 1), "a/y": (2, 0)}, True),  # a renewal counts
    ],
)
def test_limit(taken: Taken, bad: bool) -> None:
    options = (retain(), rehost(quarters=2), refresh())
    inv = inventory(*(system(key, *options) for key in ("a/x", "a/y", "b/z")), limits=[limit(1, "a/x", "a/y")])
    assert broken(inv, taken) == ({"limit"} if bad else set())


@pytest.mark.parametrize(
    ("taken", "bad"),
    [
        ({"a/x": (2, 3), "a/y": (2, 3)}, False),
        ({"a/x": (2, 3), "a/y": (2, 4)}, True),
        ({"a/x": (2, 3)}, True),  # a half of three is two
        ({"a/x": (2, 3), "a/y": (3, 0)}, True),  # a renewal never goes live
        ({"a/x": (2, 3), "a/y": (4, 3)}, False),  # what is retired counts
    ],
)
def test_milestone(taken: Taken, bad: bool) -> None:
    options = (retain(), rehost(), refresh(), retire())
    systems = [system(key, *options) for key in ("a/x", "a/y", "a/z")]
    inv = inventory(*systems, milestones=[milestone(3, "1/2", "a/x", "a/y", "a/z")])
    assert broken(inv, taken) == ({"milestone"} if bad else set())


@pytest.mark.parametrize(("start", "bad"), [(2, True), (1, False)])
def test_target(start: int, bad: bool) -> None:
    # 400 a year saved, less 40 a year of the service: from quarter 2 on 180 are left of 2016/17
    inv = inventory(
        system("a/x", retain(), option("rehost", run_cost=0, needs=["s"]), run_cost=400),
        services=[service("s", build(1, run_cost=40))],
        targets={"2016/17": 150},
    )
    assert broken(inv, {"a/x": (2, start)}, {"s": 0}) == ({"target"} if bad else set())


def test_freezes_and_bounds_are_no_rows_but_choices_that_do_not_exist() -> None:
    inv = inventory(
        system("a/x", retain(), rehost(quarters=2), earliest=1, latest=5),
        freezes=[freeze([3], "a/x"), freeze([5], "a/x", stops_work=True)],
    )
    model = Model(inv, inv.plan_quarters)
    # starts 1 to 4; not 2 (cuts over in 3), not 4 (works in 5)
    assert [choice.when.starts for choice, _ in model.choices["a/x"]] == [(), (1,), (3,)]
    assert {row.family for row in model.rows} == {"option"}


def test_windows_follow_the_links() -> None:
    must = rehost(quarters=2)
    inv = inventory(
        system("a/x", must),
        system("a/y", consolidate("s", quarters=2), after=["a/x"]),
        system("a/z", must, after=["a/y"], latest=7),
        services=[service("s", build(3), earliest=1)],
    )
    bounds = windows(inv, inv.plan_quarters)
    assert bounds.ready == {"s": 4}
    assert bounds.soonest == {"a/x": 1, "a/y": 5, "a/z": 7}
    assert bounds.live == {"a/x": 3, "a/y": 5, "a/z": 7}
    model = Model(inv, inv.plan_quarters)
    assert [choice.when.starts[0] for choice, _ in model.choices["a/x"]] == [0, 1, 2]
    assert [choice.when.starts[0] for choice, _ in model.choices["a/y"]] == [4]


# -- what it costs ---------------------------------------------------------------------------


def linked() -> Inventory:
    """Two systems and a retired one, an interface, agency, a service: every kind of coefficient."""
    return inventory(
        system(
            "a/x",
            retain(),
            consolidate("s", effort={"dba": 12}, one_off=8),
            interfaces={"a/y": 7.0},
            run_cost=400,
            users=3,
        ),
        system("a/y", retain(), rehost(run_cost=100), retire(), run_cost=200, interfaces={"a/x": 1.0}),
        services=[service("s", build(1, run_cost=40, capital=30), run_cost_per_user=4)],
        roles=[role("dba", 10, agency=5, rate=[1, 2, 3, 4, 5, 6, 7, 8])],
        T=8,
        A=12,
        rate=0.04,
    )


@pytest.mark.parametrize(
    ("taken", "builds", "agency"),
    [
        ({}, {}, {}),
        ({"a/x": (2, 3)}, {"s": 1}, {("dba", 3): 2.0}),
        ({"a/x": (2, 3), "a/y": (2, 5)}, {"s": 1}, {("dba", 3): 2.0}),
        ({"a/x": (2, 3), "a/y": (2, 0)}, {"s": 1}, {("dba", 3): 2.0}),
        ({"a/x": (2, 7), "a/y": (3, 2)}, {"s": 6}, {("dba", 7): 2.0}),
        ({"a/y": (2, 7)}, {}, {}),
    ],
)
def test_a_fixed_plan_costs_what_the_ledger_says(
    taken: Taken, builds: dict[str, int], agency: dict[tuple[str, int], float]
) -> None:
    inv = linked()
    plan = plan_of(inv, taken, builds=builds, agency=agency)
    assert cost(inv, taken, builds) == pytest.approx(ledger(inv, plan).costs.total)


def test_finish_counts_quarters_first() -> None:
    inv = inventory(
        system("a/x", rehost(run_cost=999), rehost(quarters=3)),
        system("a/y", rehost(effort={"dba": 5}), latest=6),
        system("a/z", retain(), rehost(run_cost=0), run_cost=40, earliest=3),
        roles=[role("dba", {1: 5, 2: 5})],
        minimise="finish",
    )
    plan = optimize(inv).plan
    # y at the earliest in 1, so two quarters; z then stays, though moving it would save money
    assert (plan.objective, plan.bound, plan.status) == (2.0, 2.0, "optimal")
    assert [(move.system, move.start) for move in plan.moves] == [("a/x", 1), ("a/y", 1)]
    assert [stay.system for stay in plan.stays] == ["a/z"]


# -- how large it is -------------------------------------------------------------------------


def everything() -> Inventory:
    """A small inventory that has a row of every family."""
    options = (
        retain(),
        rehost(effort={"dba": 4}, capital={"p": 5}),
        replace(rehost(), then=consolidate("s", quarters=2).first),
    )
    return inventory(
        system("a/x", *options, run_cost=100, users=5, interfaces={"a/y": 3.0}),
        system("a/y", *options, run_cost=100, users=5, after=["a/x"]),
        system("a/z", rehost(quarters=2, effort={"dba": 6}), run_cost=50, latest=4),
        services=[
            service("s", build(1), needs=["t"], capacity=8, after=["a/z"]),
            service("t", build(1), must_build=True),
        ],
        roles=[role("dba", 6, agency=1, rate=10, worth=12)],
        pots=[pot("p", [10, 10])],
        limits=[limit(2, "a/x", "a/y", "a/z")],
        milestones=[milestone(6, "1/3", "a/x", "a/y", "a/z")],
        targets={"2017/18": 1.0},
        budgets=[("2017/18", 1_000.0, None)],
        together=[["a/x", "a/y"]],
        freezes=[freeze([3], "a/x")],
        minimise="finish",
        T=6,
    )


def test_the_model_does_not_grow_by_accident() -> None:
    """Change these numbers when the model is meant to change, and say why in docs/model.md."""
    inv = everything()
    model = Model(inv, inv.plan_quarters)
    model.load()
    rows = Counter(row.family for row in model.rows)
    assert dict(rows) == {
        "option": 3,
        "staff": 6,
        "agency": 6,
        "capital": 2,
        "ready": 4,
        "build": 1,
        "must_build": 1,
        "needs": 3,
        "gate": 3,
        "capacity": 1,
        "mode": 2,
        "after": 6,
        "together": 6,
        "limit": 6,
        "milestone": 1,
        "target": 1,
        "interface": 10,
        "budget": 1,
        "by": 15,
    }
    assert set(rows) == {*(family.__name__ for family in FAMILIES), "needs", "must_build"}
    # x: staying, 5 starts (one is frozen), 6 pairs of starts; y: 1 + 6 + 7; z: 4 until its `latest`; `s` waits for z
    assert {system: len(found) for system, found in model.choices.items()} == {"a/x": 12, "a/y": 14, "a/z": 4}
    assert {key: len(found) for key, found in model.builds.items()} == {"s": 3, "t": 5}
    assert len(model.agency) == 6
    # ... and 2 options that a row counts whenever they start, 5 quarters in which the interface may be
    # paid, and 15 quarters by which a system may be live or a service ready in more than one way
    assert (model.count, len(model.rows)) == (30 + 8 + 6 + 2 + 5 + 15, 63 + 15)
    assert sum(len(row.terms) for row in model.rows) == 529


def test_sums_over_time_have_variables_only_where_cost_is_sought() -> None:
    inv = everything()
    for model in (Model(inv, inv.plan_quarters, "any"), Model(inv, inv.plan_quarters, relaxed=True)):
        assert not model.steps


def test_names_of_families_are_those_of_the_functions() -> None:
    assert len({family.__name__ for family in FAMILIES}) == len(FAMILIES) == 17


def test_no_row_is_empty() -> None:
    inv = everything()
    assert all(row.terms for row in Model(inv, inv.plan_quarters).rows)


def test_add_leaves_out_what_cancels() -> None:
    assert add(({"x": 1.0, "y": 2.0}, 1), ({"x": 1.0, "z": 3.0}, -1)) == {"y": 2.0, "z": -3.0}
