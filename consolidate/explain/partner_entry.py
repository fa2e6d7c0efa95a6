"""What a plan says of one partner."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import fsum

from consolidate.accounts.ledger import Ledger
from consolidate.cost_sharing.apportionment import apportion
from consolidate.explain.plan_reading import ApprovedDifference, MilestoneInPlan, PlanReading
from consolidate.explain.values import CostLine, DatedQuarter, UseByQuarter, cost_lines
from consolidate.phrases import NameInLanguages
from consolidate.quarters import year_label
from consolidate.vocabulary import counted


@dataclass(frozen=True)
class CutoverInPlan:
    """A step of a system's move, in the quarter in which it cuts over."""

    system: str
    step: int
    approach: str
    to: str | None
    cutover: DatedQuarter
    users: float


@dataclass(frozen=True)
class BillLine:
    """What a partner pays in a financial year for one kind of cost, as in apportioned.csv: in currency, undiscounted.

    ``direct``: for its own systems; ``shared``: its part of what all share, by the stated rule; both exact to the
    penny. ``cash``: False for judged exposure and for the price put on changing an approved plan, which are not paid.
    """

    year: str
    kind: str
    cash: bool
    direct: float
    shared: float


@dataclass(frozen=True)
class PartnerInPlan:
    """What a plan says of a partner.

    Attributes
    ----------
    id, name, contact, users
        Which it is; ``joins``: from when it takes part, None from the start.
    systems
        How many it has.
    cutovers
        Its moves by the quarter in which they cut over, then by system.
    stays
        Its systems that stay as they are.
    users_of_systems, users_moved
        Users of its systems, a person counted once for each, and of those that are live in the end.
    costs
        What its own systems cost, by kind beside leaving them as they are, discounted.
    shared
        Its part in cash of what all share (services, agency staff), undiscounted, by the stated rule; ``direct``: what
        its own systems cost in cash, undiscounted, which goes with it.
    bill
        The same by financial year and kind of cost, with what is judged and not paid.
    people, capital
        What the work on its systems takes, by role and by pot.
    unsupported
        By system the quarters in which it runs unsupported; ``unsupported_as_it_is``: how many it would be, all told.
    milestones
        Those that its systems count for.
    approved
        What differs from the approved plan; None where none is approved.
    also
        What else bears the same name, as ``kind:id``.
    """

    id: str
    name: str
    contact: str | None
    users: float
    joins: DatedQuarter | None
    systems: int
    cutovers: tuple[CutoverInPlan, ...]
    stays: tuple[str, ...]
    users_of_systems: float
    users_moved: float
    costs: tuple[CostLine, ...]
    direct: float
    shared: float
    bill: tuple[BillLine, ...]
    people: tuple[UseByQuarter, ...]
    capital: tuple[UseByQuarter, ...]
    unsupported: dict[str, tuple[DatedQuarter, ...]]
    unsupported_as_it_is: int
    milestones: tuple[MilestoneInPlan, ...]
    approved: tuple[ApprovedDifference, ...] | None
    also: tuple[str, ...] = ()

    def __repr__(self) -> str:
        size = f"{counted(self.systems, 'system')}, {counted(len(self.cutovers), 'cutover')}"
        return f"<PartnerInPlan {self.id}: {size}; pays {self.direct + self.shared:,.2f}>"


def partner_in_plan(reading: PlanReading, id: str, also: tuple[str, ...]) -> PartnerInPlan:
    """What a plan says of a partner, by its id."""
    inventory, book = reading.inventory, reading.book
    partner = inventory.partners[id]
    own = frozenset(key for key, system in inventory.systems.items() if system.partner == id)
    people, capital = reading.resources(systems=own)
    apportioned = apportion(inventory, book)
    bill = apportioned.amount(id)
    return PartnerInPlan(
        id=id,
        name=NameInLanguages(partner.name.texts),
        contact=partner.contact,
        users=partner.users,
        joins=reading.dated(partner.joins) if partner.joins > 0 else None,
        systems=len(own),
        cutovers=_cutovers(reading, own),
        stays=tuple(key for key in inventory.systems if key in own and not book.courses[key].works),
        users_of_systems=fsum(inventory.systems[key].users for key in sorted(own)),
        users_moved=fsum(inventory.systems[key].users for key in sorted(own) if key in book.live),
        costs=cost_lines(_of_partner(book, id), _of_partner(reading.as_it_is, id)),
        direct=bill.direct / 100,
        shared=bill.allocated / 100,
        bill=tuple(
            BillLine(year_label(line.year), line.kind, line.cash, line.direct / 100, line.allocated / 100)
            for line in apportioned.lines
            if line.partner == id
        ),
        people=people,
        capital=capital,
        unsupported={
            key: tuple(map(reading.dated, book.exposed[key]))
            for key in inventory.systems
            if key in own and key in book.exposed
        },
        unsupported_as_it_is=sum(len(reading.as_it_is.exposed.get(key, ())) for key in own),
        milestones=reading.milestones_of(own),
        approved=reading.approved_differences(systems=own),
        also=also,
    )


def _cutovers(reading: PlanReading, own: frozenset[str]) -> tuple[CutoverInPlan, ...]:
    found = [
        CutoverInPlan(id, n, work.step.approach, work.step.to, reading.dated(work.cutover), system.users)
        for id, system in reading.inventory.systems.items()
        if id in own
        for n, work in enumerate(reading.book.courses[id].works, 1)
    ]
    return tuple(sorted(found, key=lambda one: (one.cutover.number, one.system, one.step)))


def _of_partner(book: Ledger, id: str) -> dict[str, float]:
    """What a partner's own systems cost, discounted, by kind."""
    kinds: dict[str, list[float]] = defaultdict(list)
    for (partner, _, kind), amount in book.discounted.items():
        if partner == id:
            kinds[kind].append(amount)
    return {kind: fsum(amounts) for kind, amounts in kinds.items()}
