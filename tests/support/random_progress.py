"""Random reports on a random inventory: what happens to a plan when some of it slips, stops or is given up.

``reports(inventory, plan, seed)`` gives the texts of progress files, by name. All are valid; together they
use every status, figures reported and left out, quarters without a report, second steps beside their first, and
old reports that a later one completes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import random_inventories as texts

from consolidate.inventory import Budget, Interface, Inventory, Option, Step, StepReport
from consolidate.plan import Plan
from consolidate.quarters import year_label

Entries = dict[str, Any]


def reports(inventory: Inventory, plan: Plan, seed: int) -> dict[str, str]:
    """Progress files on some of the first quarters, as they might come in."""
    dice = random.Random(seed)
    last = dice.randrange(inventory.plan_quarters)
    quarters = [q for q in range(last) if dice.random() < 0.8] + [last]
    systems: dict[int, Entries] = {q: {} for q in quarters}
    services: dict[int, Entries] = {q: {} for q in quarters}
    for move in plan.moves:
        if move.step == 1:
            option = inventory.systems[move.system].option(move.option)
            _move(inventory, dice, systems, move.system, option.first, move.start, last)
            told = random.Random(f"{seed} {move.system}")
            if option.then is not None:
                _second(inventory, told, systems, move.system, option.then)
            _leave_out(told, systems, move.system)
    for build in plan.builds:
        _build(inventory, dice, services, build.service, build.start, last)
    return {
        inventory.file_label(q) + ".yaml": texts.block(
            {"quarter": inventory.label(q), "systems": systems[q], "services": services[q], **_delivery(dice)}
        )
        for q in quarters
    }


def _delivery(dice: random.Random) -> dict[str, Any]:
    if dice.random() < 0.6:
        return {}
    risk = {"risk": "the supplier leaves", "likelihood": "low", "impact": "high", "owner": "Head of ICT"}
    return {
        "delivery": {
            "rag": dice.choice(["red", "amber", "green"]),
            "why": {"en": "late", "cy": "hwyr"},
            "risks": [risk],
        }
    }


def _figures(inventory: Inventory, dice: random.Random, step: Any) -> dict[str, Any]:
    """What was spent in a quarter, perhaps."""
    found: dict[str, Any] = {}
    if inventory.pots and dice.random() < 0.4:
        found["capital"] = {dice.choice(list(inventory.pots)): dice.randrange(0, 30) * 1_000}
    if inventory.roles and dice.random() < 0.4:
        found["effort"] = {dice.choice(list(inventory.roles)): dice.randrange(0, 40)}
    return found


def _move(
    inventory: Inventory, dice: random.Random, told: Mapping[int, Entries], id: str, step: Step, start: int, last: int
) -> None:
    """A move's story, told in the quarters that are reported on."""
    joins = inventory.systems[id].joins
    start = max(start + dice.choice([-1, 0, 0, 0, 1]), joins if joins > 0 else -1)
    if start > last or dice.random() < 0.15:
        return
    cutover = start + step.quarters - 1 + dice.choice([0, 0, 0, 1])
    label = inventory.label
    entry: dict[str, Any] = {"status": "started", "approach": step.approach, "start": label(start)}
    if step.to is not None and dice.random() < 0.8:
        entry["to"] = step.to
    ending = dice.choice(["", "", "", "stopped", "cancelled"])
    for q in sorted(told):
        if q < start:
            continue
        now = dict(entry)
        if cutover <= q and cutover >= 0 and not ending:
            now |= {"status": dice.choice(["live", "live", "off"]), "cutover": label(cutover)}
        elif ending and q >= max(cutover, start):
            now = {"status": ending}
        elif dice.random() < 0.4:
            now["expected"] = label(min(last + 1 + dice.randrange(3), inventory.plan_quarters + 1))
        elif dice.random() < 0.3:
            continue
        told[q][id] = {**now, **_figures(inventory, dice, step)}
        if now["status"] in ("off", "stopped", "cancelled"):
            return


def _second(inventory: Inventory, dice: random.Random, told: Mapping[int, Entries], id: str, step: Step) -> None:
    """A second step that begins once the first is live: beside what is said of that, as a list of entries."""
    live = [q for q, systems in told.items() if "cutover" in systems.get(id, {})]
    for q in sorted(told):
        if not live or dice.random() < 0.5:
            continue
        cutover = inventory.calendar.quarter(told[live[0]][id]["cutover"])
        if not live[0] <= q or q <= cutover:
            continue
        entry = {"status": "started", "step": 2, "start": inventory.label(cutover + 1)}
        entry |= _figures(inventory, dice, step)
        told[q][id] = [told[q][id], entry] if id in told[q] else entry
        return


def _leave_out(dice: random.Random, told: Mapping[int, Entries], id: str) -> None:
    """What the first report leaves out, and the next one completes."""
    entries = [systems[id] for _, systems in sorted(told.items()) if id in systems]
    if len(entries) > 1 and all(isinstance(one, dict) and "approach" in one for one in entries[:2]):
        name = dice.choice(["approach", "start", "status"])
        if name != "status":
            del entries[0][name]


def _build(
    inventory: Inventory, dice: random.Random, told: Mapping[int, Entries], id: str, start: int, last: int
) -> None:
    service = inventory.services[id]
    assert service.build is not None
    start = max(start + dice.choice([0, 0, 0, 1]), 0)
    ready = start + service.build.quarters + dice.choice([0, 0, 1])
    label = inventory.label
    for q in sorted(told):
        if q < start:
            continue
        entry: dict[str, Any] = {"status": "started", "start": label(start)}
        if ready <= q + 1:
            entry |= {"status": "ready", "ready": label(ready)}
        elif dice.random() < 0.5:
            entry["expected"] = label(last + 1 + dice.randrange(2))
        told[q][id] = {**entry, **_figures(inventory, dice, service.build)}
        if entry["status"] == "ready":
            return


# -- work that ends beyond the horizon ---------------------------------------------------------------------


def with_late_work(inventory: Inventory, seed: int) -> Inventory | None:
    """The same, with some of its systems under way to beyond the horizon, and interfaces with them.

    ``inventory`` has reports. None where no system can be so without leaving nothing to plan.
    """
    dice = random.Random(f"late {seed}")
    assert inventory.progress is not None
    told = dict(inventory.progress.systems)
    free = [id for id, system in inventory.systems.items() if id not in told and system.joins < inventory.open]
    late = set()
    for id in dice.sample(free, min(len(free), dice.choice([1, 1, 2]))):
        options = [one for one in inventory.systems[id].options if one.approach != "retain" and one.then is None]
        if options and len(late) < len(inventory.systems) - 1:
            told[id] = (_under_way(inventory, dice, id, dice.choice(options)),)
            late.add(id)
    if not late or inventory.open >= inventory.plan_quarters:
        return None
    links: dict[str, list[Interface]] = {id: list(system.interfaces) for id, system in inventory.systems.items()}
    for one in sorted(late):
        for other in inventory.systems:
            if other != one and dice.random() < 0.8:
                lists, listed = dice.sample([one, other], 2)
                if all(link.other != listed for link in links[lists]):
                    links[lists].append(Interface(listed, float(dice.randint(100, 9_000))))
    systems = {id: replace(system, interfaces=tuple(links[id])) for id, system in inventory.systems.items()}
    return replace(inventory, systems=systems, progress=replace(inventory.progress, systems=told))


def _under_way(inventory: Inventory, dice: random.Random, id: str, option: Option) -> StepReport:
    start, until = inventory.open - 1, inventory.plan_quarters + dice.randrange(4)
    return StepReport(id, 1, "started", option, start, None, until, None, (), (), start)


def with_budget(inventory: Inventory, seed: int, at_most: float) -> Inventory:
    """The same with no budget but one, of a year and partners drawn by the seed."""
    dice = random.Random(f"budget {seed}")
    calendar, appraised = inventory.calendar, range(inventory.appraisal_quarters)
    year = calendar.year(dice.randrange(inventory.open, inventory.appraisal_quarters))
    quarters = [quarter for quarter in appraised if calendar.year(quarter) == year]
    partners = dice.choice([None, *((partner,) for partner in inventory.partners)])
    budget = Budget(year_label(year), range(quarters[0], quarters[-1] + 1), at_most, partners)
    return replace(inventory, budgets=(budget,), timetable=replace(inventory.timetable, budgets=(year,)))
