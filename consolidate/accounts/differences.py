"""What differs between two plans, system by system and service by service, and what the difference costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum
from typing import Literal

from consolidate.accounts import actuals
from consolidate.accounts.courses import builds_of, courses
from consolidate.accounts.ledger import Ledger, baseline, ledger
from consolidate.accounts.part_books import part_books
from consolidate.inventory import Inventory, Option, Progress, ServiceReport, Spent, StepReport
from consolidate.plan import Move, Plan, ServiceBuild
from consolidate.variants import with_systems

What = Literal["sooner", "later", "approach", "service", "option", "cost", "added", "dropped"]

SAME = 0.5
"""Capital that differs by less than this is the same: reports are rounded to whole amounts."""


@dataclass(frozen=True)
class Change:
    """One step of a system that is not as it was.

    ``quarters``: by how many its cutover is later (below 0: sooner); None where the two cannot be compared.
    ``reported``: the change has happened, it was not planned. ``cost``: what the whole system costs more,
    discounted, exposure in it, the price of change not; on the first change of a system, 0 on its second.
    ``capital``: what the step itself takes more, undiscounted, what was spent on attempts that were stopped in it.
    """

    system: str
    step: int
    what: What
    before: Move | None
    now: Move | None
    quarters: int | None
    reported: bool
    cost: float
    capital: float = 0.0


@dataclass(frozen=True)
class BuildChange:
    """A service whose build is not as it was; None where it is not built.

    ``cost``: what its build and its fixed running costs cost more, discounted. ``capital``: what its build takes more,
    undiscounted.
    """

    service: str
    what: What
    before: ServiceBuild | None
    now: ServiceBuild | None
    reported: bool
    cost: float = 0.0
    capital: float = 0.0

    @property
    def quarters(self) -> int | None:
        """By how many it is ready later (below 0: sooner); None where the two cannot be compared."""
        return self.now.ready - self.before.ready if self.now and self.before else None


@dataclass(frozen=True)
class NewSystem:
    """A system that the earlier plan does not know: nothing of it is more or less than there was.

    ``moves``: its steps, none where it stays. ``reported``: they have happened. ``costs``: by kind, discounted, the
    price of change not in it. ``saves``: what it costs less than it would if it stayed as it is.
    """

    system: str
    moves: tuple[Move, ...]
    reported: bool
    costs: Mapping[str, float]
    saves: float

    @property
    def cost(self) -> float:
        """All that it costs, discounted, exposure in it."""
        return fsum(self.costs.values())


@dataclass(frozen=True)
class Differences:
    """All that is not as it was approved. ``then``: the ledger of the approved plan, as if nothing had happened.

    ``more``: what the plan costs more, discounted, the price of change and what ``new`` systems cost not in it.
    """

    moves: tuple[Change, ...]
    builds: tuple[BuildChange, ...]
    new: tuple[NewSystem, ...]
    then: Ledger
    more: float


def against_approved(inventory: Inventory, plan: Plan, book: Ledger) -> Differences:
    """What differs from the plan that was approved last.

    Raises:
        ValueError: when none is approved.
    """
    earlier, approved = as_approved(inventory)
    then = ledger(earlier, approved)
    new = new_systems(inventory, approved, plan, book)
    more = (book.total, -book.costs.stability, -then.total, then.costs.stability, *(-one.cost for one in new))
    return Differences(
        changes(inventory, approved, plan, then, book, earlier),
        build_changes(inventory, approved, plan, earlier),
        new,
        then,
        fsum(more),
    )


def as_approved(inventory: Inventory) -> tuple[Inventory, Plan]:
    """The plan that was approved last, and the inventory of its systems as if nothing had happened since.

    What had been reported when the plan was made counts, if today's reports begin with it. Otherwise what was late
    already took as long as that plan says; what had been spent by then, no plan says, and it counts as the option has
    it. Options bear today's numbers.

    Raises:
        ValueError: when none is approved.
    """
    if inventory.approved is None:
        raise ValueError("no plan is approved")
    inventory = with_systems(inventory, known_systems(inventory, inventory.approved))
    assert inventory.approved is not None
    plan, then = renumbered(inventory, inventory.approved), _reported_then(inventory)
    bare = replace(inventory, progress=then, open=0 if then is None else then.open)
    systems = {**(then.systems if then else {}), **_otherwise(inventory, bare, plan)}
    services = {**(then.services if then else {}), **_built_otherwise(bare, plan)}
    if not systems and not services:
        return bare, plan
    reported = then or Progress((-1,), {}, {}, {}, "")
    return replace(bare, progress=replace(reported, systems=systems, services=services)), plan


def _reported_then(inventory: Inventory) -> Progress | None:
    """What had been reported when the approved plan was made, on what is in the inventory; None if that is unknown."""
    now = inventory.progress
    then = now.approved if now is not None else None
    if now is None or then is None or inventory.approved is None or then.hash != inventory.approved.progress:
        return None
    systems = {id: _as_today(inventory, reported) for id, reported in then.systems.items() if id in now.systems}
    return replace(
        then,
        systems={id: reported for id, reported in systems.items() if reported},
        services={id: reported for id, reported in then.services.items() if id in now.services},
        delivery={},
    )


def _as_today(inventory: Inventory, reported: tuple[StepReport, ...]) -> tuple[StepReport, ...]:
    """Reports on a system with its options as they are in the inventory; none where one is not there any more."""
    found = []
    for report in reported:
        if report.option is not None:
            step = report.option.steps[report.step - 1]
            option = _like(inventory, report.system, report.option.number, report.step, (step.approach, step.to))
            if option is None:
                return ()
            report = replace(report, option=option)
        found.append(report)
    return tuple(found)


def _otherwise(inventory: Inventory, bare: Inventory, plan: Plan) -> dict[str, tuple[StepReport, ...]]:
    """Systems that a plan moves at other times than options and reports would have it, as if reported so."""
    as_planned = {
        (id, step): (work.cutover, work.last)
        for id, one in courses(bare, plan).items()
        for step, work in enumerate(one.works, 1)
    }
    deviating = {one.system for one in plan.moves if as_planned.get((one.system, one.step)) != (one.cutover, one.last)}
    taken = {(one.system, one.step): (one, _taken(inventory, one)) for one in plan.moves if one.system in deviating}
    deviating -= {move.system for move, option in taken.values() if option is None}
    then = bare.progress.systems if bare.progress else {}
    systems = {id: {report.step: report for report in then.get(id, ())} for id in deviating}
    for (id, step), (move, option) in taken.items():
        if id in deviating:
            reported = systems[id].get(step)
            spent = reported.spent if reported and reported.stands else ()
            lost = () if reported is None else reported.lost if reported.stands else (*reported.lost, *reported.spent)
            done = StepReport(id, step, "off", option, move.start, move.cutover, None, move.last, spent, lost, 0)
            systems[id][step] = done
    return {id: tuple(report for _, report in sorted(systems[id].items())) for id in sorted(deviating)}


def _built_otherwise(bare: Inventory, plan: Plan) -> dict[str, ServiceReport]:
    """Services that a plan has ready at other times than their builds and the reports would have it."""
    as_planned = {one.service: one.ready for one in builds_of(bare, plan)}
    then = bare.progress.services if bare.progress else {}
    deviating = [one for one in plan.builds if as_planned.get(one.service, one.ready) != one.ready]
    spent = {one.service: then[one.service].spent if one.service in then else () for one in deviating}
    return {
        one.service: ServiceReport(one.service, "ready", one.start, one.ready, None, spent[one.service], 0)
        for one in deviating
    }


def _taken(inventory: Inventory, move: Move) -> Option | None:
    """The option that a move takes, if it is there still; one that is forbidden is known from its report."""
    if move.cutover < move.start:
        return None  # no such plan can have been approved
    return _like(inventory, move.system, move.option, move.step, (move.approach, move.to))


def _like(inventory: Inventory, id: str, number: int, step: int, way: tuple[str, str | None]) -> Option | None:
    """A system's option of a number, if a step of it has this approach and service still."""
    system = inventory.systems.get(id)
    reported = inventory.progress.systems.get(id, ()) if inventory.progress else ()
    ways = [*(system.options if system else ()), *(one.option for one in reported if one.option is not None)]
    return next((one for one in ways if one.number == number and _fits(one, step, way)), None)


def _fits(option: Option, step: int, way: tuple[str, str | None]) -> bool:
    """Whether a step of an option has this approach and service."""
    return len(option.steps) >= step > 0 and (option.steps[step - 1].approach, option.steps[step - 1].to) == way


def known_systems(inventory: Inventory, plan: Plan) -> frozenset[str]:
    """The systems of an inventory of which a plan says what becomes of them: the others are new to it."""
    named = {move.system for move in plan.moves} | {stay.system for stay in plan.stays}
    return frozenset(named & inventory.systems.keys())


def new_systems(inventory: Inventory, before: Plan, now: Plan, book: Ledger) -> tuple[NewSystem, ...]:
    """The systems that an earlier plan does not know, in the order of the inventory.

    Args:
        inventory: as it is now, reports included.
        before, now: the plans.
        book: the ledger of the later one.
    """
    unknown = inventory.systems.keys() - known_systems(inventory, before)
    if not unknown:
        return ()
    as_it_is, settled = baseline(inventory).per_system, _settled(inventory.progress)
    found = []
    for id in (id for id in inventory.systems if id in unknown):
        costs = {kind: amount for kind, amount in book.per_system.get(id, {}).items() if kind != "stability"}
        saves = _cost(as_it_is.get(id, {})) - fsum(costs.values())
        moves = tuple(sorted((move for move in now.moves if move.system == id), key=lambda move: move.step))
        found.append(NewSystem(id, moves, (id, 1) in settled, costs, saves))
    return tuple(found)


def changes(
    inventory: Inventory, before: Plan, now: Plan, then: Ledger, book: Ledger, earlier: Inventory
) -> tuple[Change, ...]:
    """Every step that differs, in the order of the inventory; what is new is none of them.

    A planned step whose cost alone differs, because its neighbours move otherwise, is as it was; one on which money
    was lost is not.

    Args:
        inventory: the inventory as it is now, reports included; systems it does not know are left out.
        before, now: the plans. A move of the same approach and service is the same move at another time, or, where
            it is at the same time, with another option or at another cost.
        then, book: their ledgers.
        earlier: the inventory of the plan before, with what had been reported then.
    """
    old = {(move.system, move.step): move for move in renumbered(inventory, before).moves}
    new = {(move.system, move.step): move for move in now.moves}
    settled, known = _settled(inventory.progress), known_systems(inventory, before)
    found = []
    for id in (id for id in inventory.systems if id in known):
        cost = _cost(book.per_system.get(id, {})) - _cost(then.per_system.get(id, {}))
        for step in (1, 2):
            one, other, reported = old.get((id, step)), new.get((id, step)), (id, step) in settled
            if one is not None and one.cutover < 0 and other is None:
                continue  # it was done before the horizon, which has moved on since
            lost = _lost(inventory, id, step)
            more = fsum((_capital(book, id, step), lost, -_capital(then, id, step), -_lost(earlier, id, step)))
            what = _what(one, other)
            if what is None and (lost or (one and reported)) and abs(more) >= SAME:
                what, reported = "cost", True
            if what is not None:
                same = one and other and what not in ("approach", "service")
                quarters = other.cutover - one.cutover if same and one and other else None
                found.append(Change(id, step, what, one, other, quarters, reported, cost, more))
                cost = 0.0
    return tuple(found)


def _settled(progress: Progress | None) -> set[tuple[str, int]]:
    """Steps that what was reported decides; a second one goes with its first where that has none to follow."""
    found = set()
    for id, reports in progress.systems.items() if progress else ():
        for report in reports:
            alone = report.stands and report.option is not None and report.option.then is None
            if report.stands or report.status == "cancelled":
                found.add((id, report.step))
            if report.step == 1 and (alone or report.status == "cancelled"):
                found.add((id, 2))
    return found


def _capital(book: Ledger, id: str, step: int) -> float:
    """The capital that a step takes, undiscounted, earlier attempts not in it; 0 where it is not taken."""
    works = book.courses[id].works if id in book.courses else ()
    if len(works) < step:
        return 0.0
    work = works[step - 1]
    if work.reported is None:
        return fsum(work.step.capital.values())
    spent = work.reported.report.spent
    return fsum(amount for _, _, amount in actuals.capital_spent(work.step.capital, work.start, work.cutover, spent))


def _lost(inventory: Inventory, id: str, step: int) -> float:
    """The capital that was spent on attempts at a step that were stopped or cancelled."""
    report = inventory.progress.step(id, step) if inventory.progress else None
    if report is None:
        return 0.0
    return fsum(_paid(report.lost if report.stands else (*report.lost, *report.spent)))


def _paid(spent: tuple[Spent, ...]) -> list[float]:
    return [amount for one in spent for amount in (one.capital or {}).values()]


def renumbered(inventory: Inventory, plan: Plan) -> Plan:
    """A plan of an inventory that has changed since: each move with the number that its option has now.

    That is the move's own number if the option still has its approach and service, else the first that has.
    """
    return replace(plan, moves=tuple(_renumbered(inventory, move) for move in plan.moves))


def _renumbered(inventory: Inventory, move: Move) -> Move:
    system, way = inventory.systems.get(move.system), (move.approach, move.to)
    fitting = [option.number for option in (system.options if system else ()) if _fits(option, move.step, way)]
    return move if move.option in fitting or not fitting else replace(move, option=fitting[0])


def _what(before: Move | None, now: Move | None) -> What | None:
    if before is None or now is None:
        return None if before is now else "added" if before is None else "dropped"
    if before.approach != now.approach:
        return "approach"
    if before.to != now.to:
        return "service"
    if before.cutover == now.cutover:
        return None if before.option == now.option else "option"
    return "later" if now.cutover > before.cutover else "sooner"


def _cost(kinds: Mapping[str, float]) -> float:
    return fsum(amount for kind, amount in kinds.items() if kind != "stability")


def build_changes(inventory: Inventory, before: Plan, now: Plan, earlier: Inventory) -> tuple[BuildChange, ...]:
    """Services that are ready at another time or reported to have cost otherwise, built or not built any more.

    Args:
        inventory: as it is now, reports included; the changes are in its order.
        before, now: the plans.
        earlier: the inventory of the plan before, with what had been reported then.
    """
    old = {build.service: build for build in before.builds}
    new = {build.service: build for build in now.builds}
    reported = inventory.progress.services if inventory.progress else {}
    found = []
    for id in inventory.services:
        one, other = old.get(id), new.get(id)
        if other is None and (one is None or (one.start < 0 and one.ready <= 0)):
            continue  # nor was it, or it was done before the horizon, which has moved on since
        then, book = _built(earlier, one), _built(inventory, other)
        more = fsum(book.capital.values()) - fsum(then.capital.values())
        what = _built_what(one, other, id in reported and abs(more) >= SAME)
        if what is not None:
            found.append(BuildChange(id, what, one, other, id in reported, book.costs.total - then.costs.total, more))
    return tuple(found)


def _built_what(before: ServiceBuild | None, now: ServiceBuild | None, dearer: bool) -> What | None:
    if before is None or now is None:
        return "added" if before is None else "dropped"
    if before.ready == now.ready:
        return "cost" if dearer else None
    return "later" if now.ready > before.ready else "sooner"


def _built(inventory: Inventory, build: ServiceBuild | None) -> Ledger:
    """The books of one build alone."""
    builds = () if build is None else (build,)
    return part_books(inventory, Plan((), (), builds, ()), services={one.service for one in builds})
