"""Plans that begin with an earlier one: as true as any, whatever they began with."""

from __future__ import annotations

import functools
import pickle
import random
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import brute_force
import pytest
import random_inventories
from little_work import little_work

from consolidate import Start, read_start, start_from, to_json, write_plan
from consolidate.accounts.verdict import verify_plan
from consolidate.errors import InvalidArgument, NoPlan, OutOfTime, RejectedPlan, UserError
from consolidate.forced_choices import forbidding, forcing
from consolidate.inventory import Inventory
from consolidate.loading import load
from consolidate.optimizer import Result, optimize, still_proven
from consolidate.plan import Move, Stay
from consolidate.planning import make_plan
from consolidate.restricting import only_restricts
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.lagrangian import Lagrangian
from consolidate.solving.decomposition.method import cheapest_plan
from consolidate.solving.decomposition.start import prices_at
from consolidate.solving.decomposition.warm_start import kept_columns
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.variants import (
    with_latest,
    with_pot,
    with_role,
    with_scaled_work,
    with_systems,
    with_target,
)

SEEDS = (*range(0, 60, 4), 86, 119)


@functools.cache
def inventory(seed: int) -> Inventory:
    with tempfile.TemporaryDirectory() as name:
        return load(name, scenario=random_inventories.write(seed, Path(name)))


_best: dict[str, brute_force.Best | None] = {}


def best_of(given: Inventory) -> brute_force.Best | None:
    if given.content_hash not in _best:
        _best[given.content_hash] = brute_force.best(given)
    return _best[given.content_hash]


@pytest.fixture(params=[0, 300], ids=["decomposition alone", "then exactly"])
def _not_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is so small that it is solved at once; everything is large, or nothing."""
    monkeypatch.setattr("consolidate.optimizer.SMALL_CHOICES", 0)
    monkeypatch.setattr("consolidate.optimizer.LARGE", request.param)


@functools.cache
def planned(seed: int) -> Result | None:
    """A plan from nothing; None where there is none."""
    try:
        with little_work():
            return make_plan(inventory(seed))
    except (NoPlan, OutOfTime):
        return None


@functools.cache
def start_of(seed: int) -> Start | None:
    result = planned(seed)
    return None if result is None else start_from(inventory(seed), result)


def with_a_plan() -> list[int]:
    """Seeds of inventories that minimise cost and have a plan."""
    return [seed for seed in range(60) if inventory(seed).minimise == "cost" and best_of(inventory(seed)) is not None]


class Changes:
    """Draws changes of an inventory, one at a time."""

    def __init__(self, given: Inventory, seed: int) -> None:
        self.given = given
        self.r = random.Random(seed)

    def system(self) -> str:
        return self.r.choice(sorted(self.given.systems))

    def pot(self) -> Inventory:
        pot = self.given.pots[self.r.choice(sorted(self.given.pots))]
        period = self.r.choice(pot.periods)
        return with_pot(self.given, pot.id, period.label, period.amount * self.r.choice([0.5, 0.9, 1.2]))

    def role(self) -> Inventory:
        role = self.given.roles[self.r.choice(sorted(self.given.roles))]
        quarter = self.r.randrange(self.given.plan_quarters)
        factor = self.r.choice([0.5, 0.9, 1.1])
        days = None if role.days is None else role.days[quarter] * factor
        return with_role(self.given, role.id, quarter, days=days, day_rate=role.day_rate[quarter] / factor)

    def target(self) -> Inventory:
        number = self.r.randrange(len(self.given.targets))
        savings = self.given.targets[number].savings
        return with_target(self.given, number + 1, savings + self.r.choice([-10, 10]))

    def latest(self) -> Inventory:
        return with_latest(self.given, self.system(), self.r.randrange(self.given.plan_quarters))

    def work(self) -> Inventory:
        factor = self.r.choice([0.8, 1.2])
        return with_scaled_work(self.given, self.system(), effort=factor, capital=factor, run_cost=factor)

    def forced(self) -> Inventory:
        system = self.given.systems[self.system()]
        option = self.r.choice(system.options)
        starts = () if option.approach == "retain" else sorted(self.r.choices(range(4), k=len(option.steps)))
        return forcing(self.given, system.id, option.number, *starts)

    def forbidden(self) -> Inventory:
        return forbidding(self.given, self.system(), cutover=self.r.randrange(self.given.plan_quarters))

    def fewer(self) -> Inventory:
        return with_systems(self.given, set(self.given.systems) - {self.system()})

    def drawn(self, count: int) -> list[Inventory]:
        kinds: list[Callable[[], Inventory]] = [
            self.pot, self.role, self.target, self.latest, self.work, self.forced, self.forbidden, self.fewer,
        ]  # fmt: skip
        found: list[Inventory] = []
        for _ in range(10 * count):
            try:
                found.append(self.r.choice(kinds)())
            except (UserError, IndexError, ValueError):  # nothing of the kind, or a change that cannot be made
                continue
        return found[:count]


def outcome(given: Inventory, start: Start | None) -> Result | NoPlan | OutOfTime:
    try:
        with little_work():
            return make_plan(given, start=start)
    except (NoPlan, OutOfTime) as error:
        return error


def sound(given: Inventory, found: Result | NoPlan | OutOfTime) -> None:
    """What came of it is true: a plan keeps the rules, and the cheapest one lies between its bound and its cost."""
    best = best_of(given)
    if isinstance(found, OutOfTime):
        return
    if isinstance(found, NoPlan):
        assert best is None
        return
    assert best is not None
    verdict = verify_plan(given, found.plan)
    assert verdict.ok, verdict.faults
    close = 1e-6 * max(abs(best.objective), 1.0)
    assert found.bound <= best.objective + close
    assert found.objective >= best.objective - close


@pytest.mark.usefixtures("_not_at_once")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_inventory_is_planned_as_truly_from_an_earlier_plan(seed: int) -> None:
    start = start_of(seed)
    if start is not None:
        for changed in (inventory(seed), *Changes(inventory(seed), seed).drawn(3)):
            sound(changed, outcome(changed, start))


@pytest.mark.parametrize("seed", range(0, 160, 2))
def test_what_only_restricts_makes_no_plan_cheaper(seed: int) -> None:
    """The bound from before still holds: by brute force over all plans of both."""
    before = best_of(inventory(seed))
    for changed in Changes(inventory(seed), seed).drawn(6):
        if only_restricts(inventory(seed), changed):
            after = best_of(changed)
            assert after is None or before is not None
            assert after is None or before is None or after.objective >= before.objective - 1e-6


def test_every_kind_of_change_is_told_apart() -> None:
    """Those that take something away restrict, their opposites do not."""
    seen = set()
    for seed in range(0, 40, 2):
        given = inventory(seed)
        for changed in Changes(given, seed).drawn(10):
            if changed.origin is not None:
                seen.add((changed.origin.changes[-1].function.__name__, only_restricts(given, changed)))
    assert {(kind, True) for kind in ("with_pot", "with_role", "with_latest", "forcing", "forbidding")} <= seen
    assert {("with_pot", False), ("with_role", False), ("with_latest", False), ("with_systems", False)} <= seen
    assert ("with_systems", True) not in seen


# -- what it begins with ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seed() -> int:
    """Of one with moves, in which money is short or may be."""
    for seed in with_a_plan():
        best, given = best_of(inventory(seed)), inventory(seed)
        funded = any(period.amount for pot in given.pots.values() for period in pot.periods)
        if best is not None and best.plan.plan().moves and funded and given.progress is None:
            return seed
    raise AssertionError


@pytest.fixture
def data(seed: int, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    monkeypatch.setattr("consolidate.optimizer.SMALL_CHOICES", 0)
    return inventory(seed)


@pytest.fixture
def start(data: Inventory) -> Start:
    with little_work():
        return start_from(data, make_plan(data))


def test_the_same_start_gives_the_same_plan_which_names_it(data: Inventory, start: Start) -> None:
    texts = set()
    for one in (start, pickle.loads(pickle.dumps(start))):
        found = outcome(data, one)
        assert isinstance(found, Result)
        assert found.plan.start == start.hash
        texts.add(to_json(found.plan, data.calendar))
    (text,) = texts
    assert f'"start": "{start.hash}"' in text


@pytest.mark.parametrize("large", [False, True])
def test_where_nothing_comes_of_a_start_a_plan_is_found_without(
    data: Inventory, start: Start, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the start where that made the search shorter."""
    if large:
        monkeypatch.setattr("consolidate.optimizer.LARGE", 0)
    monkeypatch.setattr(
        "consolidate.optimizer.warm_plan",
        lambda given, _, *limits: replace(cheapest_plan(given, given.plan_quarters, *limits[:2]), plan=None),
    )
    found, cold = outcome(data, start), outcome(data, None)
    assert isinstance(found, Result)
    assert isinstance(cold, Result)
    sound(data, found)
    assert found.method == cold.method
    assert found.plan.start == (None if large else start.hash)


def test_a_start_that_is_not_named_has_proven_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing came of a start and it was forgotten, its bound was still believed: the same file needed it."""
    data = inventory(7)  # of which the decomposition leaves a gap
    monkeypatch.setattr("consolidate.optimizer.SMALL_CHOICES", 0)
    monkeypatch.setattr("consolidate.optimizer.LARGE", 0)
    monkeypatch.setattr(
        "consolidate.optimizer.warm_plan",
        lambda given, _, *limits: replace(cheapest_plan(given, given.plan_quarters, *limits[:2]), plan=None),
    )
    cold = outcome(data, None)
    assert isinstance(cold, Result)
    assert cold.bound < cold.objective
    found = outcome(data, replace(start_from(data, cold), bound=(cold.bound + cold.objective) / 2))
    assert isinstance(found, Result)
    assert to_json(found.plan, data.calendar) == to_json(cold.plan, data.calendar)


def test_nothing_is_warm_unasked(data: Inventory) -> None:
    found = outcome(data, None)
    assert isinstance(found, Result)
    assert found.plan.start is None
    assert '"start": "' not in to_json(found.plan, data.calendar).split('"moves"')[0]


def test_an_interval_is_reported_before_any_search(data: Inventory, start: Start) -> None:
    said: list[tuple[float, float]] = []
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return any(objective < float("inf") for objective, _ in said)

    with little_work():
        found = optimize(data, start=start, monitor=ProgressMonitor(lambda *pair: said.append(pair), stop))
    assert said[0][0] == float("inf")
    assert said[0][1] > -float("inf")
    assert found.objective == pytest.approx(start.plan.objective)


def test_the_earlier_plan_is_kept_choice_by_choice(data: Inventory, start: Start) -> None:
    columns = Columns(data, data.plan_quarters)
    kept = kept_columns(columns, start)
    moved = {move.system: move for move in start.plan.moves if move.step == 1}
    assert len(kept) == len(data.systems)
    for number, column in kept.items():
        id = columns.systems[number].id
        assert (column.starts[:1] or (None,))[0] == (moved[id].start if id in moved else None)


@pytest.mark.parametrize("price", [1e11, -5.0, 1e300, float("inf"), float("nan"), 0.0])
def test_wild_prices_do_no_harm(data: Inventory, start: Start, price: float) -> None:
    wild = {family: dict.fromkeys(rows, (price,) * 20) for family, rows in start.prices.items()}
    lagrangian = Lagrangian(Columns(data, data.plan_quarters))
    for family, values in prices_at(lagrangian, replace(start, prices=wild)).items():
        assert (abs(values) <= 1e12).all()
        assert family == "together" or (values >= 0).all()
    sound(data, outcome(data, replace(start, prices=wild)))


def test_a_nonsense_plan_does_no_harm(data: Inventory, start: Start) -> None:
    moves = tuple(Move(99, id, 1, 7, "rehost", "nowhere", 3, -4) for id in data.systems)
    for plan in (
        replace(start.plan, moves=moves, stays=()),
        replace(start.plan, moves=(*start.plan.moves, *moves)),
        replace(start.plan, moves=(), stays=(), builds=()),
        replace(start.plan, moves=(), stays=tuple(map(Stay, data.systems)), builds=()),
    ):
        sound(data, outcome(data, replace(start, plan=plan)))


def test_a_bound_that_a_plan_undercuts_is_not_believed(data: Inventory, start: Start) -> None:
    sound(data, outcome(data, replace(start, bound=1e12)))


def test_a_bound_is_kept_only_where_it_must_hold(data: Inventory, start: Start) -> None:
    pot, period = next((pot, period) for pot in data.pots.values() for period in pot.periods if period.amount)
    less, more = (with_pot(data, pot.id, period.label, period.amount * factor) for factor in (0.9, 1.1))
    least = with_pot(less, pot.id, period.label, 0.0)

    def kept(given: Inventory, one: Start = start) -> float:
        return still_proven(one, remaining_of(given))

    assert kept(data) == kept(less) == kept(least) == start.bound
    assert kept(more) == -float("inf")
    assert kept(with_pot(more, pot.id, period.label, 0.0)) == start.bound  # what lies between does not matter
    edited = replace(less, origin=None)  # as if its files had been read: nobody knows what it was before
    assert kept(edited) == -float("inf")
    approved_since = replace(start, plan=replace(start.plan, approved="0" * 64))
    assert kept(data, approved_since) == -float("inf")


def test_a_result_of_another_inventory_is_no_start(data: Inventory, start: Start) -> None:
    found = outcome(data, start)
    assert isinstance(found, Result)
    other = with_systems(data, set(list(data.systems)[:1]))
    with pytest.raises(InvalidArgument, match="another inventory"):
        start_from(other, found)


# -- files --------------------------------------------------------------------------------------------


def test_a_start_from_files_believes_no_bound(data: Inventory, tmp_path: Path) -> None:
    with little_work():
        made = make_plan(data)
    write_plan(data, made, tmp_path)
    read = read_start(data, tmp_path / "plan.json")
    assert read.bound == -float("inf")
    assert read.prices == {family: rows for family, rows in start_from(data, made).prices.items() if rows}
    sound(data, outcome(data, read))
    (tmp_path / "certificate.json").unlink()
    without = read_start(data, tmp_path / "plan.json")
    assert not without.prices
    assert without.hash != read.hash
    sound(data, outcome(data, without))


@pytest.mark.parametrize("text", ["", "{", "7", '{"format": 1}', '{"format": 1, "prices": []}'])
def test_what_is_no_certificate_is_refused(data: Inventory, tmp_path: Path, text: str) -> None:
    with little_work():
        write_plan(data, make_plan(data), tmp_path)
    (tmp_path / "certificate.json").write_text(text, encoding="utf-8")
    with pytest.raises(RejectedPlan, match=r"certificate\.json: "):
        read_start(data, tmp_path / "plan.json")


def test_a_plan_with_nothing_in_common_is_refused(data: Inventory, tmp_path: Path) -> None:
    with little_work():
        write_plan(data, make_plan(data), tmp_path)
    renamed = replace(data, systems={f"other/{number}": one for number, one in enumerate(data.systems.values())})
    with pytest.raises(RejectedPlan, match="has no system in common with"):
        read_start(renamed, tmp_path / "plan.json")
