"""Judges a plan on the original instance, by that problem's own rules: the planner's word counts for nothing.

Shares no code with the planner. A plan is read with the key of its inventory; what it decides is
tested on the instance and valued anew. Only then are the plan's own claims held against that.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from public.convert import Key
from public.formats import Facilities, Instance, Knapsack, Project

NEAR = Decimal("0.01")
"""How near two amounts of the instance's money have to be to be the same."""

ROUNDING = Decimal("0.000001")
"""The same for amounts that the plan gives to six places, in proportion."""


@dataclass(frozen=True)
class Schedule:
    """Decisions on a project: the mode's number and the first period of each activity."""

    modes: Mapping[int, int]
    starts: Mapping[int, int]


@dataclass(frozen=True)
class Opening:
    """Decisions on facilities: which are open, and which serves each customer."""

    opened: frozenset[int]
    serves: Mapping[int, int]


@dataclass(frozen=True)
class Packing:
    """Decisions on a knapsack: the items taken."""

    taken: frozenset[int]


Decisions = Schedule | Opening | Packing


@dataclass(frozen=True)
class Verdict:
    """What a plan is worth.

    Attributes:
        faults: rules of the instance that it breaks, or why it cannot be read; empty for a good plan.
        value: makespan in periods, cost or profit in the instance's money; None with faults.
        bound: the plan's claim, in the same unit: no plan is better than this.
        optimal: whether the plan claims to be.
        false: claims about its own value that are wrong.
    """

    faults: tuple[str, ...]
    value: Decimal | None = None
    bound: Decimal | None = None
    optimal: bool = False
    false: tuple[str, ...] = ()


def judge_file(instance: Instance, key: Key, path: Path) -> Verdict:
    """The verdict on a plan.json; figures are read as the decimal numbers they are."""
    try:
        plan = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as error:
        return Verdict((f"no plan.json that can be read ({error})",))
    return judge(instance, key, plan)


def judge(instance: Instance, key: Key, plan: Mapping[str, Any]) -> Verdict:
    """The verdict on a plan as JSON has it."""
    try:
        decisions, horizon_faults = _decisions(instance, key, plan)
        faults = [*horizon_faults, *faults_of(instance, decisions)]
        claimed, bound = Decimal(plan["objective"]), Decimal(plan["bound"])
        optimal = plan["status"] == "optimal"
    except (KeyError, ValueError, TypeError, IndexError, ArithmeticError) as error:
        return Verdict((f"it cannot be read: {type(error).__name__}: {error}",))
    if faults:
        return Verdict(tuple(faults))
    value = value_of(instance, decisions)
    due = _objective(instance, key, plan, value)
    near = max(NEAR * key.money, abs(due) * ROUNDING)
    false = [] if abs(claimed - due) <= near else [f"objective {claimed} where the moves make {due}"]
    if bound > claimed + near:
        false.append(f"bound {bound} above its own objective {claimed}")
    return Verdict((), value, _bound(instance, key, bound), optimal, tuple(false))


# -- from the plan to decisions ---------------------------------------------------------------------


def _decisions(instance: Instance, key: Key, plan: Mapping[str, Any]) -> tuple[Decisions, list[str]]:
    faults = _coverage(key, plan)
    if plan["agency"]:
        faults.append("people are bought in: the instance has none")
    chosen, starts = {}, {}
    for move in plan["moves"]:
        item, way = key.systems[move["system"]], key.ways[move["system"]][_position(move)]
        start, cutover = (_ordinal(move[end]) - key.origin for end in ("start", "cutover"))
        if move["step"] != 1 or way.quarters < 1 or cutover != start + way.quarters - 1:
            faults.append(f"{move['system']}: from {start} to {cutover} is not {way.quarters} quarters of work")
        if start < 0 or cutover >= key.horizon:
            faults.append(f"{move['system']}: from {start} to {cutover} is not within 0 to {key.horizon - 1}")
        chosen[item], starts[item] = way.choice, start
        if isinstance(instance, Facilities) and key.services[move["to"]] != way.choice:
            faults.append(f"{move['system']}: its option does not lead to {move['to']}")
    stays = {key.systems[stay["system"]] for stay in plan["stays"]}
    built = Counter(key.services[build["service"]] for build in plan["builds"])
    faults += [f"facility {j} is opened {count} times" for j, count in built.items() if count > 1]
    if isinstance(instance, Knapsack):
        return Packing(frozenset(item for item, choice in chosen.items() if choice)), faults
    faults += [f"activity or customer {item} stays as it is" for item in sorted(stays)]
    if isinstance(instance, Project):
        return Schedule(chosen, starts), faults
    return Opening(frozenset(built), chosen), faults


def _coverage(key: Key, plan: Mapping[str, Any]) -> list[str]:
    """Each system is decided on once."""
    seen = Counter(entry["system"] for kind in ("moves", "stays") for entry in plan[kind])
    return [f"{whole}: decided {seen[whole]} times" for whole in sorted({*key.systems, *seen}) if seen[whole] != 1]


def _position(move: Mapping[str, Any]) -> int:
    option = move["option"]
    if not isinstance(option, int) or option < 1:
        raise ValueError(f"option {option!r}")
    return option - 1


def _ordinal(label: str) -> int:
    match = re.fullmatch(r"(\d{4})/(\d{2}) Q([1-4])", label)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        raise ValueError(f"{label!r} is no quarter")
    return 4 * int(match[1]) + int(match[3]) - 1


# -- the rules and the value of each problem --------------------------------------------------------


def faults_of(instance: Instance, decisions: Decisions) -> list[str]:
    """The instance's rules that the decisions break."""
    if isinstance(instance, Project) and isinstance(decisions, Schedule):
        return _project_faults(instance, decisions)
    if isinstance(instance, Facilities) and isinstance(decisions, Opening):
        return _facility_faults(instance, decisions)
    if isinstance(instance, Knapsack) and isinstance(decisions, Packing):
        return _knapsack_faults(instance, decisions)
    raise TypeError("decisions on another kind of problem")


def value_of(instance: Instance, decisions: Decisions) -> Decimal:
    """Makespan, cost or profit."""
    if isinstance(instance, Project) and isinstance(decisions, Schedule):
        return Decimal(max(_finish(instance, decisions, activity) for activity in instance.modes))
    if isinstance(instance, Facilities) and isinstance(decisions, Opening):
        served = (instance.cost[j][i] for i, j in decisions.serves.items())
        return sum((instance.fixed[j] for j in decisions.opened), sum(served, Decimal(0)))
    if isinstance(instance, Knapsack) and isinstance(decisions, Packing):
        return sum((instance.profit[item] for item in decisions.taken), Decimal(0))
    raise TypeError("decisions on another kind of problem")


def _finish(project: Project, schedule: Schedule, activity: int) -> int:
    """The first period after an activity."""
    return schedule.starts[activity] + project.modes[activity][schedule.modes[activity]].duration


def _project_faults(project: Project, schedule: Schedule) -> list[str]:
    missing = sorted(set(project.modes) ^ set(schedule.modes))
    if missing:
        return [f"activities not decided, or unknown: {missing}"]
    faults = [
        f"activity {activity} starts in period {schedule.starts[activity]}, before activity {earlier} is done"
        for activity, before in project.after.items()
        for earlier in before
        if schedule.starts[activity] < _finish(project, schedule, earlier)
    ]
    used: Counter[tuple[int, int]] = Counter()
    spent: Counter[int] = Counter()
    for activity, modes in project.modes.items():
        mode = modes[schedule.modes[activity]]
        for k, use in enumerate(mode.nonrenewable):
            spent[k] += use
        for k, use in enumerate(mode.renewable):
            for period in range(schedule.starts[activity], _finish(project, schedule, activity)):
                used[k, period] += use
    faults += [
        f"renewable {k + 1} in period {period}: {use} of {project.renewable[k]}"
        for (k, period), use in sorted(used.items())
        if use > project.renewable[k]
    ]
    return faults + [
        f"non-renewable {k + 1}: {use} of {project.nonrenewable[k]}"
        for k, use in sorted(spent.items())
        if use > project.nonrenewable[k]
    ]


def _facility_faults(facilities: Facilities, opening: Opening) -> list[str]:
    faults = [f"customer {i} is not served" for i in range(len(facilities.demand)) if i not in opening.serves]
    load: defaultdict[int, Decimal] = defaultdict(Decimal)
    for i, j in opening.serves.items():
        load[j] += facilities.demand[i]
        if j not in opening.opened:
            faults.append(f"customer {i} is served by facility {j}, which is closed")
    if facilities.capacity is not None:
        limits = facilities.capacity
        faults += [f"facility {j}: {use} of {limits[j]}" for j, use in sorted(load.items()) if use > limits[j]]
    return faults


def _knapsack_faults(knapsack: Knapsack, packing: Packing) -> list[str]:
    used = [sum((row[item] for item in packing.taken), Decimal(0)) for row in knapsack.use]
    pairs = enumerate(zip(used, knapsack.limit, strict=True), 1)
    return [f"limit {k}: {use} of {limit}" for k, (use, limit) in pairs if use > limit]


# -- between the instance's values and the plan's ---------------------------------------------------


def _objective(instance: Instance, key: Key, plan: Mapping[str, Any], value: Decimal) -> Decimal:
    """What the plan's objective has to be."""
    if isinstance(instance, Project):
        return Decimal(max(_ordinal(move["cutover"]) for move in plan["moves"]) - key.origin + 1)
    extra = sum((key.ways[move["system"]][_position(move)].extra for move in plan["moves"]), Decimal(0))
    return value * key.money + extra if isinstance(instance, Facilities) else key.stay - value * key.money + extra


def _bound(instance: Instance, key: Key, bound: Decimal) -> Decimal:
    """The plan's bound in the instance's units: a lower one, or an upper one on a profit."""
    if isinstance(instance, Project):
        return bound
    return bound / key.money if isinstance(instance, Facilities) else (key.stay - bound) / key.money
