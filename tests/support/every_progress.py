"""Every plan of a small inventory on which reports came in, with its books; and such inventories, at random."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from math import prod
from pathlib import Path

import random_inventories
import random_progress

import consolidate as c
from consolidate.accounts.courses import courses
from consolidate.accounts.ledger import Ledger, ledger
from consolidate.inventory import Inventory
from consolidate.optimizer import optimize
from consolidate.plan import Agency, Move, Plan, ServiceBuild, Stay
from consolidate.solving.formulation import remaining


def every_plan(inventory: Inventory) -> Iterator[tuple[Plan, Ledger]]:
    """Every combination of options, starts and builds, sensible or not; agency days as the ledger finds them short."""
    fixed = courses(inventory, Plan((), (), (), ()))
    ways: list[list[tuple[tuple[Move, ...], tuple[Stay, ...]]]] = []
    for id, system in inventory.systems.items():
        course = fixed[id]
        if inventory.progress is not None and inventory.progress.systems.get(id) and _settled(inventory, id):
            number = course.option.number if course.option else 0
            done = tuple(
                Move(w.start, id, n, number, w.step.approach, w.step.to, w.cutover, w.last)
                for n, w in enumerate(course.works, 1)
            )
            goes_on = course.option is not None and len(course.option.steps) > len(done) > 0
            seconds = _seconds(inventory, done) if goes_on else [done]
            ways.append([(moves, () if moves else (Stay(id),)) for moves in seconds])
            continue
        found: list[tuple[tuple[Move, ...], tuple[Stay, ...]]] = []
        for option in system.options:
            if option.approach == "retain":
                found.append(((), (Stay(id),)))
                continue
            for starts in itertools.combinations(range(inventory.plan_quarters), len(option.steps)):
                found.append((tuple(_moves(id, option, starts)), ()))
        ways.append(found)
    told = inventory.progress.services if inventory.progress else {}
    builds: list[list[ServiceBuild | None]] = [
        [None, *(ServiceBuild(q, id, q + service.build.quarters) for q in range(inventory.plan_quarters))]
        for id, service in inventory.services.items()
        if service.build is not None and id not in told
    ]
    stand = remaining.remaining_of(inventory).builds
    if prod(map(len, [*ways, *builds])) > 1_500:
        return
    for way in itertools.product(*ways):
        for built in itertools.product(*builds):
            moves = tuple(move for one, _ in way for move in one)
            stays = tuple(stay for _, one in way for stay in one)
            plan = Plan(moves, stays, (*stand, *(one for one in built if one is not None)), ())
            book = ledger(inventory, plan)
            if agency := tuple(_agency(inventory, book)):
                plan = replace(plan, agency=agency)
                book = ledger(inventory, plan)
            yield plan, book


def _settled(inventory: Inventory, id: str) -> bool:
    assert inventory.progress is not None
    return inventory.progress.systems[id][0].status != "stopped"


def _moves(id: str, option, starts: tuple[int, ...]) -> Iterator[Move]:  # type: ignore[no-untyped-def]
    for number, (step, start) in enumerate(zip(option.steps, starts, strict=True), 1):
        cutover = start + step.quarters - 1
        last = cutover if step.approach == "refresh" else cutover + step.parallel_run
        yield Move(start, id, number, option.number, step.approach, step.to, cutover, last)


def _seconds(inventory: Inventory, done: tuple[Move, ...]) -> list[tuple[Move, ...]]:
    assert inventory.progress is not None
    option = inventory.progress.systems[done[0].system][0].option
    assert option is not None
    later = [list(_moves(done[0].system, option, (0, start)))[1] for start in range(inventory.plan_quarters)]
    return [(*done, move) for move in later]


def _agency(inventory: Inventory, book: Ledger) -> Iterator[Agency]:
    """What is lacking, and all that may be bought where a day of it costs less than an own one."""
    for (name, q), used in sorted(book.staff.items()):
        role = inventory.roles[name]
        wanted = 0.0 if role.days is None else used - role.days[q]
        if role.day_cost and role.day_rate[q] < role.day_cost[q]:
            wanted = used
        if wanted > 0 and role.agency_days[q]:
            yield Agency(name, q, min(wanted, role.agency_days[q]))


def progressed(seed: int, at: Path) -> Inventory | None:
    """A random inventory with random reports; None where it has no plan to report on."""
    random_inventories.write(seed, at)
    data = c.load(at)
    try:
        plan = optimize(data, gap=0).plan
    except c.NoPlan:
        return None
    (at / "progress").mkdir()
    for name, text in random_progress.reports(data, plan, seed).items():
        (at / "progress" / name).write_text(text, encoding="utf-8")
    return c.load(at)
