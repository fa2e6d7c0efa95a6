"""What it costs to have more or less of one thing: by hand, and against cold plans of changed inventories."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import random_inventories
from problem_cases import write

import consolidate
from consolidate import Frontier, FrontierOptions, planning
from consolidate.errors import InvalidArgument, RejectedPlan, UserError
from consolidate.explain.frontier import priced, resized
from consolidate.explain.frontier_words import frontier_headline, more_than_at_hand, proven_more
from consolidate.forced_choices import forbidding
from consolidate.inventory import Inventory
from consolidate.language import language
from consolidate.loading import load
from consolidate.planning import PlanResult
from consolidate.variants import with_pot

ENGLISH = language("en")

NEVER = "end_of_life: never}"
FILES = {
    "programme.yaml": """
programme: Frontier
horizon: {from: 2016/17 Q1, to: 2017/18 Q4}
discount_rate: 0%
tiers: {gold: {exposure: 1_000}}
roles: {engineer: {days: {2016/17: 50, 2017/18: 100}}, tester: {}}
capital: {common: {amount: {2016/17: 60_000, 2017/18: 0}}}
""",
    "partners/a.yaml": """
systems:
  one:
    run_cost: 400_000
    tier: gold
    end_of_life: 2016-03-31
    options: [{approach: rehost, capital: 60_000, effort: {engineer: 50}, run_cost: 0, NEVER}, {approach: retain}]
  two:
    run_cost: 4_000
    tier: gold
    end_of_life: 2016-03-31
    options: [{approach: rehost, one_off: 10_000, run_cost: 4_000, NEVER}, {approach: retain}]
""",
}


FILES = {path: text.replace("NEVER}", NEVER) for path, text in FILES.items()}


def asked(inventory: Inventory, result: PlanResult, what: str, **options: object) -> Frontier:
    start = consolidate.start_from(inventory, result)
    return consolidate.frontier(inventory, result.plan, what, FrontierOptions(**options), start=start)  # type: ignore[arg-type]


def test_by_how_much_the_plan_is_undercut(inventory: Inventory, result: PlanResult) -> None:
    """Of a plan in which system one stays, though it need not: other prices of exposure come upon the best plan."""
    dear = consolidate.make_plan(resized(inventory, "pot", "common", 0.9), gap=0)
    poor = replace(result, plan=replace(dear.plan, inventory=inventory.content_hash, bound=result.bound))
    assert asked(inventory, poor, "exposure").undercut == pytest.approx(dear.objective - result.objective)
    assert asked(inventory, result, "exposure").undercut == 0
    assert asked(inventory, poor, "common", sizes=(0.9,)).undercut == 0  # a smaller pot has no room for it


def test_the_steps_of_a_pot_worked_by_hand(inventory: Inventory, result: PlanResult) -> None:
    """System one moves for £60,000, or stays at £800,000; it then is unsupported in all eight quarters.

    It cuts over in the first quarter, and costs its run of that quarter and exposure before the move is done.
    """
    found = asked(inventory, result, "common", sizes=(0.9, 1.2))
    assert (found.kind, found.id, found.at_hand) == ("pot", "common", 1)
    assert [point.size for point in found.points] == [0.9, 1.0, 1.2]
    assert [point.amount for point in found.points] == pytest.approx([54_000, 60_000, 72_000])
    less, now, more = found.points
    stays = consolidate.optimize(resized(inventory, "pot", "common", 0.9), gap=0).objective
    assert less.cost == pytest.approx(stays)
    assert now.cost == pytest.approx(result.objective)
    assert more.cost == pytest.approx(result.objective)
    assert stays - result.objective > 600_000
    for point in found.points:
        assert point.low == pytest.approx(point.cost, abs=0.01)
    assert less.unsupported is not None
    assert now.unsupported is not None
    assert less.unsupported > now.unsupported
    assert now.finish is not None


def test_less_costs_nothing_or_more_and_more_nothing_or_less_whatever_is_known(
    inventory: Inventory, result: PlanResult
) -> None:
    """Bounds and plans of a pot that is known to within £50 at hand, and hardly at all at the other sizes."""
    found = asked(inventory, result, "common", sizes=(0.9, 1.2))
    less, now, more = found.points
    points = (
        replace(less, cost=1_700.0, low=400.0),
        replace(now, cost=1_000.0, low=950.0),
        replace(more, cost=990.0, low=300.0),
    )
    poor = replace(found, points=points)
    assert [more_than_at_hand(poor, point) for point in points] == [(700, 0, 750), (0, 0, 0), (-10, -700, 0)]
    said = [proven_more(ENGLISH, poor, point, "{:,.0f}".format) for point in points]
    assert said == ["not settled: 0 to +750", "what there is", "not settled: -700 to 0"]
    hardly = replace(poor, points=(points[0], replace(now, low=990.0000001, cost=1_000.0), points[2]))
    hardly = replace(hardly, points=(*hardly.points[:2], replace(points[2], cost=990.0, low=990.0)))
    assert more_than_at_hand(hardly, hardly.points[2])[2] < 0  # by the last digits of a bound, and so proves nothing
    assert proven_more(ENGLISH, hardly, hardly.points[2], "{:,.0f}".format) == "no measurable difference: -10 to 0"
    near = replace(poor, points=(replace(points[0], cost=1_020.0), *points[1:]))
    assert proven_more(ENGLISH, near, near.points[0], "{:,.0f}".format) == "no measurable difference: 0 to +70"


def test_exposure_has_a_plan_at_each_price_that_chooses_it(inventory: Inventory, result: PlanResult) -> None:
    """System two costs £10,000 to move, which ends £7,000 of exposure: it moves where that is dearer."""
    found = asked(inventory, result, "exposure")
    amounts = [point.amount for point in found.points]
    costs = [point.cost for point in found.points]
    assert amounts == sorted(amounts)
    assert len(found.points) == 2
    assert costs[0] == pytest.approx((costs[1] or 0) + 10_000)
    assert amounts == pytest.approx([2_000, 9_000])
    assert found.at_hand == 1
    for point in found.points:
        assert point.low is not None
        assert point.cost is not None
        assert point.low <= point.cost + 0.01
        assert point.low == pytest.approx(point.cost, abs=1)


def test_where_no_plan_of_a_size_can_be_that_is_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "way_out", None)  # nobody asks for a way out, which takes longer than a plan
    must = {path: text.replace(f"{NEVER}, {{approach: retain}}]", f"{NEVER}]", 1) for path, text in FILES.items()}
    inventory = load(write(tmp_path, must))
    found = asked(inventory, consolidate.make_plan(inventory, gap=0), "role engineer", sizes=(0.5, 1.5))
    assert [point.possible for point in found.points] == [False, True, True]
    none, _, more = found.points
    assert (none.cost, none.low, none.unsupported) == (None, None, None)
    only_none = replace(found, points=(none, found.points[1]), at_hand=1)
    said = frontier_headline(ENGLISH, only_none, "{:,.0f}".format)
    assert said == "Role engineer: with 50% (300 days) no plan keeps the rules."
    not_found = replace(only_none, points=(replace(none, possible=True), found.points[1]))
    assert "with 50% (300 days) no plan was found" in frontier_headline(ENGLISH, not_found, "{:,.0f}".format)
    alone = replace(found, points=(found.points[1],), at_hand=0)
    assert "no other plan with more or less of it was found" in frontier_headline(ENGLISH, alone, "{:,.0f}".format)
    assert more.amount == pytest.approx(900)  # 75 days in each quarter of the first year, and 150 of the second


def with_approved(folder: Path, plan: PlanResult, inventory: Inventory) -> Inventory:
    (folder / "approved").mkdir(exist_ok=True)
    (folder / "approved/001-2016-04-01.json").write_text(consolidate.to_json(plan.plan, inventory.calendar))
    return load(folder)


def test_the_price_of_calm(tmp_path: Path) -> None:
    """The approved plan leaves system one for two quarters; to undo that saves £100,000 a quarter."""
    before = load(write(tmp_path, FILES))
    late = before
    for quarter in (0, 1):
        late = forbidding(late, "a/one", cutover=quarter)
    approved = consolidate.make_plan(late, gap=0)
    inventory = with_approved(tmp_path, approved, before)
    assert inventory.approved is not None
    result = consolidate.make_plan(inventory, gap=0)
    found = asked(inventory, result, "changes")
    assert found.points[0].amount == 0
    assert found.points[0].changed == 0
    assert found.points[0].cost == pytest.approx(approved.objective)
    last = found.points[-1]
    assert last.cost == pytest.approx(result.objective)
    assert last.changed == 1
    for point in found.points:
        assert point.low is not None
        assert point.low <= (point.cost or 0) + 0.01


def test_what_is_refused(inventory: Inventory, result: PlanResult) -> None:
    for what, message in (
        ("comon", "there is no pot and no limited role called `comon`; did you mean `common`"),
        ("tester", "there is no pot and no limited role called `tester`"),
        ("changes", "no plan is approved"),
    ):
        with pytest.raises(UserError, match=message):
            asked(inventory, result, what)
    start = consolidate.start_from(inventory, result)
    with pytest.raises(InvalidArgument, match="another inventory"):
        consolidate.frontier(with_pot(inventory, "common", "2016/17", 0), result.plan, "common", start=start)
    with pytest.raises(InvalidArgument, match="sizes"):
        asked(inventory, result, "common", sizes=(-1.0,))
    poor = with_pot(inventory, "common", "2016/17", 1)
    with pytest.raises(RejectedPlan, match="breaks a rule"):
        consolidate.frontier(poor, replace(result.plan, inventory=poor.content_hash), "common", start=start)


def test_workers_change_nothing(inventory: Inventory, result: PlanResult) -> None:
    start = consolidate.start_from(inventory, result)
    with consolidate.planning_workers(2) as executor:
        for what in ("common", "exposure"):
            many = consolidate.frontier(inventory, result.plan, what, start=start, executor=executor)
            one = consolidate.frontier(inventory, result.plan, what, start=start)
            assert consolidate.answer_json(many) == consolidate.answer_json(one)


# -- against cold plans -----------------------------------------------------------------------------


def cases(folder: Path, count: int) -> list[tuple[Inventory, PlanResult]]:
    """Random inventories of which there is a plan, with a poor one."""
    found: list[tuple[Inventory, PlanResult]] = []
    for seed in range(60):
        inventory = load(folder / str(seed), random_inventories.write(seed, folder / str(seed)))
        if inventory.minimise == "cost" and len(found) < count:
            try:
                found.append((inventory, consolidate.make_plan(inventory, gap=0.05)))
            except UserError:
                continue
    return found


def broken(inventory: Inventory, found: Frontier) -> list[str]:
    """What cold plans refute of a frontier: points that say more is needed, or less is enough, than is so."""
    said = []
    for point in found.points:
        if found.kind in ("pot", "role"):
            try:
                best = consolidate.optimize(resized(inventory, found.kind, found.id, point.size), gap=0).objective
            except UserError:
                said += ["a plan where there is none"] if point.cost is not None else []
                continue
            if not point.possible or not (point.low or 0) - 0.01 <= best <= (point.cost or best) + 0.01:
                said.append(f"{point.size}: {point.low} to {point.cost}, and it is {best}")
            continue
        for price in (0.0, 0.3, 1.0, 3.0, 50.0):
            plan = consolidate.optimize(priced(inventory, found.kind, price), gap=0).plan
            costs = consolidate.ledger(priced(inventory, found.kind, 1.0), plan).costs
            amount = costs.exposure if found.kind == "exposure" else costs.stability
            if amount <= point.amount + 1e-6 and costs.total - amount < (point.low or 0) - 0.01:
                said.append(f"{point.amount}: at least {point.low}, and it is {costs.total - amount}")
    return said


def test_what_is_proven_holds_against_cold_plans_and_a_wrong_bound_is_caught(tmp_path: Path) -> None:
    caught = 0
    for number, (inventory, result) in enumerate(cases(tmp_path, 3)):
        pots, roles = list(inventory.pots), [id for id, role in inventory.roles.items() if role.days is not None]
        whats = [f"pot {pots[0]}"] if pots else []
        whats += [f"role {roles[0]}"] if roles else []
        whats += ["exposure"] if any(one.exposure for one in inventory.systems.values()) else []
        for what in whats:
            found = asked(inventory, result, what, sizes=(0.5, 1.5), most=3)
            assert not broken(inventory, found), (number, what)
            wrong = tuple(
                replace(point, low=(point.low or 0) + 1e6, cost=(point.cost or 0) + 1e6) for point in found.points
            )
            caught += bool(broken(inventory, replace(found, points=wrong)))
    assert caught >= 3


def test_it_says_when_it_was_stopped(inventory: Inventory, result: PlanResult) -> None:
    start = consolidate.start_from(inventory, result)
    stop = consolidate.ProgressMonitor(stop=lambda: True)
    for monitor, options, stopped in (
        (stop, FrontierOptions(sizes=(0.9,)), True),
        (None, FrontierOptions(sizes=(0.9,), time_limit=0.0), True),
        (None, FrontierOptions(sizes=(0.9,)), False),
    ):
        found = consolidate.frontier(inventory, result.plan, "common", options, start=start, monitor=monitor)
        assert found.stopped == stopped
        assert ("It was stopped before it was done" in consolidate.frontier_html(found)) == stopped
