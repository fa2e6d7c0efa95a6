"""The facts that a Board pack is made of; :mod:`consolidate.report.facts.compute` computes them.

Quarters are numbers from the start of the horizon. Amounts are in the programme's currency, undiscounted
unless said otherwise; effort is person-days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from consolidate.accounts.contract_notices import ContractNotice
from consolidate.accounts.differences import BuildChange, Change, NewSystem
from consolidate.accounts.rules import TENTH_OF_A_PENNY, over
from consolidate.accounts.verdict import MissedGoal
from consolidate.audience.plan_books import PlanBooks
from consolidate.audience.restriction import Audience, NameGuard
from consolidate.inventory import Delivery, EndOfLife, Inventory, Milestone, Risk
from consolidate.plan import Move, ServiceBuild
from consolidate.report.document import Rag

AHEAD = 4
"""Quarters that a pack looks ahead."""


@dataclass(frozen=True)
class BurnUp:
    """Systems moved by the end of each quarter of the horizon, and what is left.

    ``last_year``, ``last_year_approved``: how many cut over in the last financial year of the horizon. ``new``: how
    many of all are systems that the approved plan does not know.
    """

    approved: tuple[int, ...] | None
    actual: tuple[int | None, ...]
    forecast: tuple[int | None, ...]
    total: int
    total_approved: int | None
    moved: int
    due: int | None
    """How many should have moved by now, as approved."""
    first_of_last_year: int
    last_year: int
    last_year_approved: int | None
    renewals: int
    second_steps: int
    new: int = 0

    @property
    def left(self) -> int:
        """How many are still to move."""
        return self.total - self.moved


@dataclass(frozen=True)
class PotYear:
    """A pot in a financial year. ``available``: the year's amount and what was carried into it; None: no limit.

    ``spent``: in quarters that have been reported; ``committed``: of work under way; ``planned``: the rest.
    """

    pot: str | None
    year: int
    amount: float | None
    available: float | None
    spent: float
    committed: float
    planned: float
    approved: float | None

    @property
    def forecast(self) -> float:
        """What will have been spent of it by the end of the year."""
        return self.spent + self.committed + self.planned

    @property
    def left(self) -> float | None:
        """What remains of what is available; None: no limit."""
        return None if self.available is None else self.available - self.forecast


@dataclass(frozen=True)
class RevenueYear:
    """Revenue in a financial year. ``kinds``: what is paid, by kind; ``time``: what own people's days are worth, which
    is no payment. ``so_far``: in quarters up to now; None for years to come. ``as_it_is``: if everything were left."""

    year: int
    kinds: Mapping[str, float]
    time: float
    so_far: float | None
    as_it_is: float
    approved: float | None

    @property
    def total(self) -> float:
        """All that is revenue, own people's time too: what budgets limit."""
        return fsum((*self.kinds.values(), self.time))


@dataclass(frozen=True)
class BudgetYear:
    """A revenue budget, and what counts against it.

    ``partners``: of whom alone it speaks. ``allocated``: in a partner's pack, where ``revenue`` is that of its own
    systems, its part of what all share, of which it is not known what is revenue; None where ``revenue`` is everything.
    """

    label: str
    year: int
    quarters: int
    partners: tuple[str, ...] | None
    at_most: float
    revenue: float
    allocated: float | None = None

    @property
    def left(self) -> float:
        """What remains of it; below 0 where it is exceeded."""
        return self.at_most - self.revenue

    @property
    def kept(self) -> bool:
        """Whether it is not exceeded."""
        return not over(self.revenue, self.at_most, TENTH_OF_A_PENNY)


@dataclass(frozen=True)
class PartnersTarget:
    """A target of some partners alone, and what is saved."""

    label: str
    partners: tuple[str, ...]
    wanted: float
    saved: float


@dataclass(frozen=True)
class AreaYear:
    """What the systems of an area cost in a financial year; ``shared``: what all share. ``area`` None: no area."""

    area: str | None
    shared: bool
    year: int
    revenue: float
    capital: float
    time: float = 0.0


@dataclass(frozen=True)
class KnownFigures:
    """How sure the figures of systems are: how many have that confidence, and what they cost a year today."""

    confidence: str
    systems: int
    cost: float


@dataclass(frozen=True)
class MilestoneReached:
    """A milestone, and how many of its systems are live by then."""

    rule: Milestone
    live: int


@dataclass(frozen=True)
class ServiceComing:
    """A shared service: when its build starts and when it is ready (None: never), and the systems that it waits for,
    each with the quarter of its first cutover."""

    service: str
    start: int | None
    ready: int | None
    waits: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class RoleQuarter:
    """A role in a quarter: person-days. ``days`` and ``agency_limit``: what there is; None: not limited."""

    role: str
    quarter: int
    days: float | None
    agency_limit: float
    used: float
    agency: float

    @property
    def share(self) -> float | None:
        """Days used as a share of its own people's days; over 1 where agency staff is bought."""
        return self.used / self.days if self.days else None


@dataclass(frozen=True)
class UnsupportedSystem:
    """A system that runs past its end of support in some of the quarters looked at, or later, and then for longer
    than approved. ``support``: when it ends, as it was given, of what runs so.
    ``paid_until``: the last quarter in which extended support is paid for; None where it is not, or without end.
    ``until``: the last such quarter in a row, None where the appraisal ends first."""

    system: str
    support: EndOfLife
    paid_until: int | None
    first: int
    until: int | None
    approved: int | None
    """Quarters unsupported from now on, as approved; None where nothing was."""
    ahead: int
    """Quarters unsupported from now on, as planned now."""


@dataclass(frozen=True)
class ExposureFacts:
    """Systems running unsupported, in ``quarters``: now and the next ones. ``counts`` by (tier, partner)."""

    quarters: tuple[int, ...]
    counts: Mapping[tuple[str | None, str], tuple[int, ...]]
    totals: tuple[int, ...]
    systems: tuple[UnsupportedSystem, ...]
    critical: tuple[str, ...]
    """The tiers that make it red: the two of the highest judged exposure."""
    critical_now: int
    longer: int | None
    """Systems unsupported for longer than approved."""
    rag: Rag


@dataclass(frozen=True)
class Slip:
    """A step that was, or is expected to be, later than approved; ``now`` is None where it has not begun."""

    system: str
    step: int
    approved: int
    now: int | None
    status: str
    note: str


@dataclass(frozen=True)
class LateService:
    """A service that is ready later than approved; ``now`` is None where it is not built any more."""

    service: str
    approved: int
    now: int | None
    note: str


@dataclass(frozen=True)
class SavingYear:
    """Run, contract and support saved in a financial year, against leaving everything as it is."""

    year: int
    saved: float
    released: float | None
    """The part of ``saved`` in quarters up to now; None for years to come."""
    approved: float | None
    target: float | None
    new: float | None = None
    """The part of ``saved`` with systems that the approved plan does not know; None where there are none."""


@dataclass(frozen=True)
class BoardMeasures:
    """The measures agreed by the Board that follow from the data, each as (how many, of how many)."""

    in_time: tuple[int, int]
    quarter_in_time: tuple[int, int]
    year: int
    spent: float
    forecast: float
    limit: float | None
    released: float
    released_approved: float | None


@dataclass(frozen=True)
class NextQuarter:
    """What the plan does in the quarter to come. ``ready``: services that can be used from its beginning or end."""

    quarter: int
    starts: tuple[Move, ...]
    cutovers: tuple[Move, ...]
    builds: tuple[ServiceBuild, ...]
    ready: tuple[ServiceBuild, ...]
    notices: tuple[ContractNotice, ...]


@dataclass(frozen=True)
class PlanChanges:
    """What differs between two plans. ``cost``: by kind, what the later one costs more, discounted; what systems cost
    that are ``new``, for the earlier one does not know them, is not in it."""

    moves: tuple[Change, ...]
    builds: tuple[BuildChange, ...]
    new: tuple[NewSystem, ...]
    cost: Mapping[str, float]
    finish: int
    """Quarters by which the last cutover is later; below 0: sooner."""

    @property
    def exposure(self) -> float:
        """What of the cost is judged exposure, which is not cash."""
        return self.cost.get("exposure", 0.0)


@dataclass(frozen=True)
class HeadlineFigures:
    """The figures that are compared with those of the quarter before. ``capital``: of the whole programme."""

    moved: int
    unsupported: int
    capital: float
    finish: int


@dataclass(frozen=True)
class PartnerYear:
    """What a partner pays in a financial year, in pence; ``allocated`` is None where it may not be said.

    ``direct_capital``, ``allocated_capital``: what of either is capital. ``time``: what of the allocated is the worth
    of own people's days, which is no payment. What the allocated consists of is None where it may not be said.
    """

    partner: str
    year: int
    direct: int
    allocated: int | None
    direct_capital: int = 0
    allocated_capital: int | None = None
    time: int | None = None

    @property
    def total(self) -> int:
        """Direct, and allocated where that may be said."""
        return self.direct + (self.allocated or 0)


@dataclass(frozen=True)
class RevenueFacts:
    """Revenue by year, beside its budgets; ``targets`` of partners alone (of the Board's pack only: those of the whole
    programme are beside its savings); what each area costs, empty where no system has one."""

    years: tuple[RevenueYear, ...]
    budgets: tuple[BudgetYear, ...]
    targets: tuple[PartnersTarget, ...]
    areas: tuple[AreaYear, ...]


@dataclass(frozen=True)
class ProgrammeFacts:
    """What concerns the programme as such. ``risks``: those of its register that may be told; what was reported for
    the quarter is in ``delivery``. ``known``: empty where nothing is said of how sure figures are."""

    milestones: tuple[MilestoneReached, ...]
    services: tuple[ServiceComing, ...]
    risks: tuple[Risk, ...]
    known: tuple[KnownFigures, ...]


@dataclass(frozen=True)
class PackFacts:
    """A pack's facts, all of the systems that may be named: nothing of others is in any figure.

    ``shown`` is what everything is computed from; where the pack is public, it is without ends of support, and there
    is no ``exposure``. ``systems_withheld``: how many systems of whom the pack is for are left out;
    ``texts_withheld``: how many texts that people entered are left out for what they name.
    """

    audience: Audience
    quarter: int
    shown: PlanBooks
    approved: PlanBooks | None
    holds: bool | None
    dropped: tuple[str, ...]
    """Systems that the approved plan moves and this one does not, to make room for new ones; of a pack of all."""
    extra_cost: float | None
    """What the plan costs more than the approved one in cash, discounted, new systems apart; None without one, and to
    the public."""
    delivery: Delivery | None
    texts_withheld: int
    systems_withheld: int
    burn_up: BurnUp
    missed_goals: tuple[MissedGoal, ...]
    """Milestones and targets whose time is over and that were not met; of a pack that leaves systems out, only
    milestones of none but those that it shows."""
    pots: tuple[PotYear, ...]
    revenue: RevenueFacts
    programme: ProgrammeFacts
    people: tuple[RoleQuarter, ...]
    exposure: ExposureFacts | None
    notices: tuple[ContractNotice, ...]
    slips: tuple[Slip, ...]
    late: tuple[LateService, ...]
    savings: tuple[SavingYear, ...]
    measures: BoardMeasures
    next_quarter: NextQuarter | None
    headline: HeadlineFigures
    headline_before: HeadlineFigures | None
    """The same a quarter before."""
    since: PlanChanges | None
    against: PlanChanges | None
    pay: tuple[PartnerYear, ...]
    rules: Mapping[int, str]
    guard: NameGuard

    @property
    def inventory(self) -> Inventory:
        """The inventory that the facts are computed from."""
        return self.shown.inventory
