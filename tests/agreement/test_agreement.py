"""The keystone: planner, ledger and brute force agree on random inventories that use every key.

Three computations that share nothing but the typed inventory: the model's coefficients
(``costs``), the ledger (``check``), and :mod:`brute_force`, which tries every plan. A fourth
reading of the format (:mod:`plain_reading`) says what the loader should have found.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import brute_force
import plain_reading
import pytest
import random_inventories
from brute_force import Schedule, Treatment
from random_inventories import loaded

from consolidate.accounts.ledger import ledger
from consolidate.accounts.verdict import verify_plan, violations
from consolidate.errors import NoPlan
from consolidate.inventory import Inventory, Selection
from consolidate.optimizer import optimize
from consolidate.plan import KINDS, Agency, Move, Plan, ServiceBuild

SEEDS = (*range(400), 1135, 2701)
"""The last two are ones on which HiGHS 1.15 goes wrong unless told otherwise (its presolve by enumeration)."""
PENNY = 0.005


@functools.cache
def best_of(seed: int) -> brute_force.Best | None:
    return brute_force.best(loaded(seed))


# -- what the loader finds ------------------------------------------------------------------------


def empty(value: Any) -> bool:
    """Nothing at all of a role or pot: the same as not being named."""
    return value in (0, ()) or (isinstance(value, tuple) and not any(value))


def plain(value: Any) -> Any:
    """Without what no plan depends on: where things stand, how rules are put in words, zeros, the last digits."""
    if isinstance(value, Selection):
        return value.systems
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:.10g}"
    if hasattr(value, "__dataclass_fields__"):
        ignored = {"place", *({"needs"} if getattr(value, "approach", "") == "retain" else ())}
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__ if name not in ignored}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if not empty(item)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def apart(found: Any, expected: Any, where: str) -> Iterator[str]:
    """Each place where two plain values differ."""
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in dict.fromkeys([*found, *expected]):
            yield from apart(found.get(key), expected.get(key), f"{where} / {key}")
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from apart(one, other, f"{where} / {place}")
    elif found != expected:
        yield f"{where}: {found} is not {expected}"


@pytest.mark.parametrize("seed", SEEDS)
def test_loader_reads_what_the_format_says(seed: int) -> None:
    found, expected = loaded(seed), plain_reading.read(seed)
    names = set(Inventory.__dataclass_fields__) - {"content_hash", "approved_hash", "warnings", "origin", "places"}
    differ = [apart(plain(getattr(found, name)), plain(getattr(expected, name)), name) for name in sorted(names)]
    assert list(itertools.chain(*differ)) == []


# -- the optimum ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_optimum_equals_brute_force(seed: int) -> None:
    inventory = loaded(seed)
    best = best_of(seed)
    if best is None:
        with pytest.raises(NoPlan):
            optimize(inventory, gap=0.0)
        return
    plan = optimize(inventory, gap=0.0).plan
    assert plan.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6)
    assert plan.bound <= plan.objective
    assert plan.status == "optimal"
    verdict = verify_plan(inventory, plan)
    assert verdict.violations == ()
    assert verdict.differences == ()
    assert brute_force.broken(inventory, plan) == []
    own = brute_force.costs(inventory, plan)
    assert plan.costs is not None
    for kind in KINDS:
        claimed, booked = plan.costs[kind], getattr(verdict.ledger.costs, kind)
        assert (claimed, booked) == pytest.approx((own.get(kind, 0.0),) * 2, abs=PENNY), kind
    # Under `finish` the cost decides among the plans that end soonest.
    assert plan.costs["total"] == pytest.approx(best.cost, rel=1e-6, abs=1e-6)


# -- any plan, good or bad ----------------------------------------------------------------------------


class Meddler:
    """Makes plans at random, most of them nearly right."""

    def __init__(self, inventory: Inventory, seed: int) -> None:
        self.inventory = inventory
        self.r = random.Random(seed)
        self.ways = {system.id: brute_force.treatments(inventory, system) for system in inventory.systems.values()}

    def treatment(self, system: str) -> Treatment:
        """Mostly one that the system alone may take; now and then at any time at all."""
        entry = self.inventory.systems[system]
        if self.ways[system] and self.r.random() < 0.85:
            return self.r.choice(self.ways[system])
        option = self.r.choice(entry.options)
        times = []
        for step in option.steps if option.approach != "retain" else ():
            start = self.r.randrange(-1, self.inventory.plan_quarters + 1)
            times.append((start, start + step.quarters - 1))
        return Treatment(entry, option, tuple(times))

    def builds(self) -> dict[str, int]:
        made = [service for service in self.inventory.services.values() if service.build is not None]
        return {service.id: self.r.choice([0, 0, 1, 2]) for service in made if self.r.random() < 0.8}

    def schedule(self) -> Schedule:
        return Schedule(self.inventory, {system: self.treatment(system) for system in self.ways}, self.builds())

    def altered(self, plan: Schedule) -> Schedule:
        """One decision changed."""
        ways, builds = dict(plan.ways), dict(plan.builds)
        if builds and self.r.random() < 0.3:
            service = self.r.choice(sorted(builds))
            builds[service] += self.r.choice([-1, 1])
            if self.r.random() < 0.3:
                del builds[service]
        else:
            system = self.r.choice(sorted(ways))
            shift = self.r.choice([-1, 1])
            times = tuple((start + shift, cutover + shift) for start, cutover in ways[system].times)
            ways[system] = replace(ways[system], times=times) if times else self.treatment(system)
        return Schedule(self.inventory, ways, builds)

    def agency(self, needed: list[Agency]) -> tuple[Agency, ...]:
        """What is needed; at times one thing less, or more than is needed."""
        bought = list(needed)
        if bought and self.r.random() < 0.2:
            bought.pop()
        if self.inventory.roles and self.r.random() < 0.2:
            role = self.r.choice(sorted(self.inventory.roles))
            quarter = self.r.randrange(self.inventory.plan_quarters)
            if all((item.role, item.quarter) != (role, quarter) for item in bought):
                bought.append(Agency(role, quarter, self.r.choice([1.0, 12.5, 45.0])))
        return tuple(sorted(bought))

    def plans(self, best: Schedule | None) -> Iterator[Plan]:
        """Random ones, and the best one altered."""
        for _ in range(6):
            one = self.schedule()
            yield replace(one.plan(), agency=self.agency(one.cheapest_agency()))
        for _ in range(6 if best else 0):
            assert best is not None
            one = self.altered(best)
            yield replace(one.plan(), agency=self.agency(one.cheapest_agency()))

    def misshapen(self, plan: Plan) -> Iterator[Plan]:
        """Plans that say something that cannot be."""
        if plan.moves:
            move = self.r.choice(plan.moves)
            others = tuple(other for other in plan.moves if other != move)
            later: Move = replace(move, cutover=move.cutover + 1)
            yield replace(plan, moves=others)
            yield replace(plan, moves=(*others, later))
            yield replace(plan, moves=(*plan.moves, move))
            yield replace(plan, moves=(*others, replace(move, last=move.last + 1)))
            yield replace(plan, moves=(*others, replace(move, option=99)))
            yield replace(plan, moves=(*others, replace(move, approach="relocate" + move.approach)))
        if plan.stays:
            yield replace(plan, stays=(*plan.stays, plan.stays[0]))
            yield replace(plan, stays=plan.stays[1:])
        if plan.builds:
            build: ServiceBuild = plan.builds[0]
            yield replace(plan, builds=(replace(build, ready=build.ready + 1), *plan.builds[1:]))
            yield replace(plan, builds=(*plan.builds, build))


@pytest.mark.parametrize("seed", SEEDS)
def test_ledger_agrees_on_any_plan(seed: int) -> None:
    inventory = loaded(seed)
    best = best_of(seed)
    for plan in Meddler(inventory, seed).plans(best.plan if best else None):
        broken = brute_force.broken(inventory, plan)
        assert bool(violations(inventory, plan)) == bool(broken), (broken, plan)
        own, booked = brute_force.costs(inventory, plan), ledger(inventory, plan).costs
        for kind in KINDS:
            assert getattr(booked, kind) == pytest.approx(own.get(kind, 0.0), abs=PENNY), (kind, plan)


@pytest.mark.parametrize("seed", SEEDS[::5])
def test_misshapen_plans_are_rejected(seed: int) -> None:
    inventory = loaded(seed)
    best = best_of(seed)
    meddler = Meddler(inventory, seed)
    straight = best.plan if best else meddler.schedule()
    for plan in meddler.misshapen(straight.plan()):
        assert brute_force.broken(inventory, plan) == ["shape"]
        assert violations(inventory, plan)


# -- that the inventories are worth agreeing on ------------------------------------------------------


KEYS = """
    programme currency price_base financial_year_starts horizon from to appraise_to discount_rate minimise stability
    tiers exposure classifications roles days agency day_rate capital amount carry_forward approaches quarters effort
    run_cost freezes stops why limits moves milestones by live together targets year savings partners capabilities
    systems services name provides needs earliest build ready run_cost_per_user run_cost_per_system capacity
    accredited_to partner contact users budget pot capability tier size end_of_life product extended_support contract
    cost ends renews_for notice exit classification after interfaces with area confidence must_move latest options
    approach one_off parallel_run then scenario description default software hardware until joins day_cost must_build
    budgets at_most apportion risks risk likelihood impact owner kind
"""


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from keys_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys_of(item)


def test_inventories_use_every_key() -> None:
    used: set[str] = set()
    for seed in SEEDS:
        sketch = random_inventories.Sketch(seed)
        parts = (sketch.programme, {"services": sketch.services}, sketch.partners, sketch.scenario)
        used |= set(itertools.chain.from_iterable(map(keys_of, parts)))
    assert set(KEYS.split()) - used == set()


def test_optima_exercise_every_kind_of_cost_and_move() -> None:
    """Agreement says nothing about what never happens: each thing happens in some optimum."""
    seen: set[str] = set()
    for seed in SEEDS:
        inventory, best = loaded(seed), best_of(seed)
        if best is None:
            seen.add("no plan")
            continue
        plan = best.plan.plan()
        seen |= {move.approach for move in plan.moves} | {f"step {move.step}" for move in plan.moves}
        seen |= {kind for kind, amount in best.plan.costs(plan.agency).items() if amount > 0}
        seen |= {inventory.minimise, "build" if plan.builds else "no build"}
    approaches = {"rehost", "replatform", "refactor", "relocate", "repurchase", "retire", "consolidate", "refresh"}
    assert {*KINDS, *approaches, "step 2", "build", "no plan", "cost", "finish"} - seen == set()


def test_same_seed_gives_the_same_files() -> None:
    assert random_inventories.files(7) == random_inventories.files(7)
    assert random_inventories.files(7) != random_inventories.files(8)
