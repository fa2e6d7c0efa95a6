"""How the approved plan stands: whether it can still be carried out from where things are, by the ledger's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consolidate.accounts.courses import builds_of
from consolidate.accounts.differences import known_systems, renumbered
from consolidate.accounts.ledger import Ledger, ledger
from consolidate.accounts.rules import RULES, RuleContext, Violation, as_moves
from consolidate.inventory import Inventory
from consolidate.plan import Agency, Move, Plan, ServiceBuild, Stay, move_order
from consolidate.variants import with_systems


@dataclass(frozen=True)
class Standing:
    """Whether the approved plan, carried on with what was reported, keeps every rule; of today's inventory.

    ``broken``: the rules that it breaks with the systems that it knows alone. ``crowded``: those that it breaks only
    beside the systems that are new to it, as a later plan has these. ``dropped``: systems that it moves and that the
    later plan leaves where they are, so that there is room for the new ones.
    """

    broken: tuple[Violation, ...]
    crowded: tuple[Violation, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it can still be carried out."""
        return not self.broken and not self.crowded


def standing(inventory: Inventory, plan: Plan) -> Standing | None:
    """How the approved plan stands beside a later plan of the same inventory; None where none is approved."""
    approved = inventory.approved
    if approved is None:
        return None
    known = known_systems(inventory, approved)
    broken = _broken(with_systems(inventory, known), approved)
    if broken or len(known) == len(inventory.systems):
        return Standing(broken)
    crowded = _broken(inventory, _with_new(approved, plan, known))
    return Standing((), crowded, tuple(_dropped(inventory, approved, plan, known)) if crowded else ())


def _with_new(approved: Plan, plan: Plan, known: frozenset[str]) -> Plan:
    """The approved plan, and what a later one has of the systems that are new to it."""
    built = {build.service for build in approved.builds}
    return replace(
        approved,
        moves=(*approved.moves, *(move for move in plan.moves if move.system not in known)),
        stays=(*approved.stays, *(stay for stay in plan.stays if stay.system not in known)),
        builds=(*approved.builds, *(build for build in plan.builds if build.service not in built)),
    )


def _dropped(inventory: Inventory, approved: Plan, plan: Plan, known: frozenset[str]) -> Iterator[str]:
    """The systems that move in the one plan, and by decision and not by report do not in the other."""
    moved, kept = {move.system for move in approved.moves}, {move.system for move in plan.moves}
    for id in inventory.systems:
        report = inventory.progress.step(id, 1) if inventory.progress else None
        if id in known and id in moved - kept and (report is None or report.status != "cancelled"):
            yield id


def _broken(inventory: Inventory, plan: Plan) -> tuple[Violation, ...]:
    """The rules that a plan breaks when it is carried on from what was reported."""
    plan = renumbered(inventory, replace(plan, agency=()))
    book = ledger(inventory, plan)
    moves, stays = _moves_and_stays(inventory, plan, book)
    builds, agency = tuple(_builds(inventory, plan, book)), tuple(_agency(inventory, book))
    carried = Plan(moves, stays, builds, agency)
    context = RuleContext(inventory, carried, ledger(inventory, carried))
    return tuple(violation for rule in RULES for violation in rule(context))


def _moves_and_stays(inventory: Inventory, plan: Plan, book: Ledger) -> tuple[tuple[Move, ...], tuple[Stay, ...]]:
    """What becomes of each system: as it was reported, or else as planned."""
    context = RuleContext(inventory, plan, book)
    moves = [move for move in plan.moves if move.system in inventory.systems and not context.reported(move.system)]
    moves += [move for id in inventory.systems if context.reported(id) for move in as_moves(id, book.courses[id])]
    moving = {move.system for move in moves}
    return tuple(sorted(moves, key=move_order)), tuple(Stay(id) for id in inventory.systems if id not in moving)


def _builds(inventory: Inventory, plan: Plan, book: Ledger) -> Iterator[ServiceBuild]:
    """The builds that were reported, and of those planned the ones that must be made or that a system still needs."""
    reported = inventory.progress.services if inventory.progress else {}
    works = [work.step for course in book.courses.values() for work in course.works if work.reported is None]
    open_ = [id for step in works for id in step.needs]
    open_ += [id for id, service in inventory.services.items() if service.must_build]
    wanted: set[str] = set()
    while open_:
        id = open_.pop()
        if id not in wanted:
            wanted.add(id)
            open_ += inventory.services[id].needs
    yield from (one for one in builds_of(inventory, plan) if one.service in reported or one.service in wanted)


def _agency(inventory: Inventory, book: Ledger) -> Iterator[Agency]:
    """The agency days that the work needs, and those that cost less than own days, as far as they can be bought."""
    for (id, quarter), used in sorted(book.staff.items()):
        role = inventory.roles[id]
        if not 0 <= quarter < inventory.plan_quarters:
            continue
        cheaper = bool(role.day_cost) and role.day_rate[quarter] < role.day_cost[quarter]
        lacking = 0.0 if role.days is None else max(used - role.days[quarter], 0.0)
        days = min(used if cheaper else lacking, role.agency_days[quarter])
        if days > 0:
            yield Agency(id, quarter, days)
