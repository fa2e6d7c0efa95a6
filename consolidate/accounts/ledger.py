"""The ledger: what a plan uses and costs, quarter by quarter, from the plan alone.

This is the second of two independent computations. It goes through the plan and posts to a journal
(:mod:`consolidate.accounts.journal`) what falls in each quarter, a function for each kind of cost, as the format's
"What a plan costs" reads; then it adds up. It shares nothing with the model but the typed inventory and the calendar.
Every figure that is shown of a plan comes from here.

Plans that break the rules (:mod:`consolidate.accounts.rules` says which) have a ledger, too: a move that the inventory
cannot explain (an unknown system, an option that does not exist, a second one of the same step) is left out, a system
without a move counts as staying, and cutovers are computed from the start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain
from math import fsum, isfinite
from typing import TypeVar

from consolidate.accounts import actuals
from consolidate.accounts.contracts import contract_payments
from consolidate.accounts.courses import Course, ScheduledStep, builds_of, courses, spans_with_end_of_life
from consolidate.accounts.journal import REVENUE_KINDS, SAVED_KINDS, Journal, evenly
from consolidate.accounts.partners_parts import parts_by_quarter
from consolidate.inventory import Inventory, Spent, System, require_inventory
from consolidate.plan import KINDS, Costs, Plan, ServiceBuild, require_plan
from consolidate.quarters import Calendar
from consolidate.remembering import remembering_last

NOT_CASH = ("exposure", "stability")
"""Kinds of cost that are not paid: judged risk, and the price put on changing an approved plan."""

_Key = TypeVar("_Key")

SHARED = None
"""The partner of what all share: services and agency staff."""

_Parts = Sequence[Mapping[str, Fraction]]
"""Each partner's part of what all share, by quarter; empty where no rule asks for it."""

Book = Mapping[tuple[str | None, int, str], float]
"""An amount by partner (None: shared), financial year (its first calendar year) and kind of cost."""


@dataclass(frozen=True, repr=False)
class Ledger:
    """What a plan uses and costs, over the quarters appraised, 0 … A-1.

    Attributes:
        costs: discounted, by kind.
        cash: undiscounted, by partner (None: shared), financial year and kind. The kinds in
            :data:`NOT_CASH` are in it, under their own names: never add them up without saying so.
        discounted: the same, discounted; adds up to ``costs``. Stability is never discounted.
        flows: undiscounted amounts of each quarter appraised, by (partner, kind); without stability.
        areas: the same of systems, by (partner, area, kind); the area None is that of systems without one. Empty
            where no system has an area.
        per_system: discounted cost by system and kind (kinds that are 0 left out).
        staff: person-days used by (role, quarter), 0 left out.
        agency: person-days bought in by (role, quarter).
        agency_cost: what they cost, undiscounted, by (role, quarter).
        capital: spent by (pot, quarter); the pot None is capital that belongs to no pot.
        exposed: quarters past end of life by system; systems with none are left out.
        live: first live quarter by system; absent when it stays or is refreshed.
        ready: the quarter from which a service can be used; absent when it is never built.
        users: users of the systems that go into each service.
        moving: how many moves have work in progress in each quarter of the horizon.
        finish: quarters up to and including the last cutover; 0 without moves.
        savings: saved in each target's year (undiscounted), in the order of the targets.
        revenue: what each budget's year costs in revenue (undiscounted), in the order of the budgets.
        effort: person-days by (role, quarter) like ``staff``, in all quarters appraised.
        courses: what becomes of each system.
        committed_staff, committed_capital: what of ``staff`` and ``capital`` is of work that was reported.
    """

    costs: Costs
    cash: Book
    discounted: Book
    flows: Mapping[tuple[str | None, str], tuple[float, ...]]
    per_system: Mapping[str, Mapping[str, float]]
    staff: Mapping[tuple[str, int], float]
    agency: Mapping[tuple[str, int], float]
    agency_cost: Mapping[tuple[str, int], float]
    capital: Mapping[tuple[str | None, int], float]
    exposed: Mapping[str, tuple[int, ...]]
    live: Mapping[str, int]
    ready: Mapping[str, int]
    users: Mapping[str, float]
    moving: tuple[int, ...]
    finish: int
    savings: tuple[float, ...]
    courses: Mapping[str, Course]
    revenue: tuple[float, ...] = ()
    areas: Mapping[tuple[str | None, str | None, str], tuple[float, ...]] = field(default_factory=dict)
    effort: Mapping[tuple[str, int], float] = field(default_factory=dict)
    committed_staff: Mapping[tuple[str, int], float] = field(default_factory=dict)
    committed_capital: Mapping[tuple[str | None, int], float] = field(default_factory=dict)

    def __repr__(self) -> str:
        moves = sum(len(course.works) for course in self.courses.values())
        size = f"{len(self.courses):,} systems, {moves:,} moves"
        return f"<Ledger of {size}: total {self.total:,.2f}, of it paid {self.paid:,.2f}, discounted>"

    @property
    def total(self) -> float:
        """Everything, judged exposure and stability too: what a plan of least cost minimises."""
        return self.costs.total

    @property
    def paid(self) -> float:
        """Cash alone, discounted."""
        return self.total - self.costs.exposure - self.costs.stability


def ledger(inventory: Inventory, plan: Plan) -> Ledger:
    """Write up the books of a plan: what it costs and uses, by the quarter.

    Parameters
    ----------
    inventory
        The inventory that the plan is of.
    plan
        Any plan; a move that the inventory cannot explain is left out.

    Returns
    -------
    Ledger
        Money in the inventory's currency, people in person-days, time in quarters.

    Raises
    ------
    InvalidArgument
        ``inventory`` or ``plan`` is none.
    """
    require_inventory(inventory)
    require_plan(plan)
    found, builds = courses(inventory, plan), builds_of(inventory, plan)
    exposed = {id: _exposed(inventory.systems[id], one, inventory.appraisal_quarters) for id, one in found.items()}
    agency = _agency_days(inventory, plan)
    agency_cost = {(role, q): days * inventory.roles[role].day_rate[q] for (role, q), days in agency.items()}
    journal = Journal(inventory)
    for id in found:
        _post_system(journal, inventory, inventory.systems[id], found, exposed[id])
    _post_services(journal, inventory, builds)
    journal.post(SHARED, "agency", ((q, amount) for (_, q), amount in agency_cost.items()))
    effort = _totals(journal.effort)
    journal.post(SHARED, "staff", _own_days(inventory, effort, agency))
    _post_changes(journal, inventory, found)
    cash, discounted = _by_year(journal, inventory)
    parts = _parts(inventory)
    return Ledger(
        costs=_by_kind(discounted),
        cash=cash,
        discounted=discounted,
        flows={key: tuple(row) for key, row in journal.flows.items()},
        per_system=dict(journal.per_system),
        staff=_totals(journal.staff),
        agency=agency,
        agency_cost=agency_cost,
        capital=_totals(journal.capital),
        exposed={id: quarters for id, quarters in exposed.items() if quarters},
        live={id: one.cutover + 1 for id, one in found.items() if one.cutover is not None},
        ready=_ready(inventory, builds),
        users=_users(inventory, found),
        moving=_moving(inventory, found),
        finish=max([0, *(work.cutover + 1 for one in found.values() for work in one.works)]),
        savings=_savings(journal, inventory, parts),
        courses=found,
        revenue=_revenue(journal, inventory, parts),
        areas={key: tuple(row) for key, row in journal.areas.items() if any(row)},
        effort=effort,
        committed_staff={key: fsum(days) for key, days in journal.committed_staff.items()},
        committed_capital={key: fsum(amounts) for key, amounts in journal.committed_capital.items()},
    )


def baseline(inventory: Inventory) -> Ledger:
    """Write up the books of leaving everything as it is: every system retained, nothing built.

    Parameters
    ----------
    inventory
        The inventory; what was reported of it is left aside.

    Returns
    -------
    Ledger
        What plans are compared with, in the inventory's currency.

    Raises
    ------
    InvalidArgument
        ``inventory`` is none.
    """
    require_inventory(inventory)
    return _baseline(inventory)


@remembering_last
def _baseline(inventory: Inventory) -> Ledger:
    """The same of an inventory."""
    nothing = Plan(moves=(), stays=(), builds=(), agency=())
    return ledger(replace(inventory, progress=None, stability=0.0), nothing)


# ---- one system ---------------------------------------------------------------------------------


def _post_system(
    journal: Journal, inventory: Inventory, system: System, found: Mapping[str, Course], exposed: Sequence[int]
) -> None:
    """Post all that one system costs and uses."""
    course = found[system.id]
    for work in course.works:
        _post_work(journal, system, work)
    for spent in actuals.abandoned_spending(inventory, system.id):
        _post_spent(journal, spent, system.partner, system.id)
    journal.post(system.partner, "run", _running_cost(system, course, inventory.appraisal_quarters), system.id)
    if system.contract is not None:
        due = contract_payments(system.contract, course, inventory.calendar, journal.factors)
        payments = ((q, amount) for q, amount in due if q >= system.joins)
        journal.post(system.partner, "contract", payments, system.id)
    if exposed:
        journal.post(system.partner, "support", [(q, system.support_bought(q)) for q in exposed], system.id)
        journal.post(system.partner, "exposure", [(q, system.exposure) for q in exposed], system.id)
    for interface in system.interfaces:
        quarters = _bridged(course, found.get(interface.other), inventory.appraisal_quarters)
        other = inventory.systems.get(interface.other)
        first = max(system.joins, other.joins if other is not None else 0)
        journal.post(system.partner, "interface", ((q, interface.cost) for q in quarters if q >= first), system.id)


def _post_work(journal: Journal, system: System, work: ScheduledStep) -> None:
    """Post the work itself: people, capital and one-off cost, while it is in progress."""
    step = work.step
    if work.reported is None:
        length = step.quarters
        journal.post_staff(step.effort, work.start)
        journal.post_capital(step.capital, work.start, length, system.partner, system.id)
    else:
        length, spent = work.cutover - work.start + 1, work.reported.report.spent
        journal.post_reported_staff(actuals.staff_used(step.effort, work.start, work.cutover, spent))
        capital = actuals.capital_spent(step.capital, work.start, work.cutover, spent)
        journal.post_reported_capital(capital, system.partner, system.id)
    journal.post(system.partner, "one_off", evenly(step.one_off, work.start, length), system.id)


def _post_spent(journal: Journal, spent: Spent, partner: str | None, system: str = "") -> None:
    """Post what was reported for one quarter, as it was reported."""
    journal.post_reported_staff((role, spent.quarter, days) for role, days in (spent.effort or {}).items())
    paid = ((pot, spent.quarter, amount) for pot, amount in (spent.capital or {}).items())
    journal.post_reported_capital(paid, partner, system)


def _running_cost(system: System, course: Course, A: int) -> list[tuple[int, float]]:
    """Today's system up to its last quarter, and what each step leads to from the quarter after cutover.

    What a first step led to runs on until the second step's last quarter.
    """
    works = course.works
    spans = [(0, works[0].last if works else A - 1, system.run_cost)]
    ends = [works[1].last if len(works) == 2 else A - 1, A - 1]
    spans += [(work.cutover + 1, end, work.step.run_cost) for work, end in zip(works, ends, strict=False)]
    return [(q, cost / 4) for begin, end, cost in spans for q in range(max(begin, system.joins), min(end, A - 1) + 1)]


def _exposed(system: System, course: Course, A: int) -> tuple[int, ...]:
    """Quarters in which something past its end of life runs."""
    dated = spans_with_end_of_life(system, course, A)
    spans = [range(max(begin, dies + 1, 0), min(end + 1, A)) for begin, end, dies in dated]
    return tuple(spans[0]) if len(spans) == 1 else tuple(sorted({q for span in spans for q in span}))


def _bridged(one: Course, other: Course | None, A: int) -> Iterator[int]:
    """Quarters in which exactly one of two systems is live, and neither has been retired."""
    if other is None or (one.cutover is None and other.cutover is None):
        return
    gone = min([A, *(course.retired for course in (one, other) if course.retired is not None)])
    first, second = (A if course.cutover is None else course.cutover for course in (one, other))
    for q in range(gone):
        if (q > first) != (q > second):
            yield q


# ---- what is shared -----------------------------------------------------------------------------


def _post_services(journal: Journal, inventory: Inventory, builds: Iterable[ServiceBuild]) -> None:
    """Post all services, those that are built and those that exist."""
    for build in builds:
        _post_service(journal, inventory, build)
    _post_existing_services(journal, inventory)


def _post_service(journal: Journal, inventory: Inventory, made: ServiceBuild) -> None:
    """Post a service: its build, and its fixed running cost from the quarter it is ready."""
    build = inventory.services[made.service].build
    assert build is not None  # builds_of keeps no others
    report = inventory.progress.services.get(made.service) if inventory.progress else None
    if report is None:
        journal.post_staff(build.effort, made.start)
        journal.post_capital(build.capital, made.start, max(build.quarters, 1), SHARED)
    else:
        end = max(made.ready - 1, made.start)
        journal.post_reported_staff(actuals.staff_used(build.effort, made.start, end, report.spent))
        capital = actuals.capital_spent(build.capital, made.start, end, report.spent)
        journal.post_reported_capital(capital, SHARED)
    journal.post(
        SHARED, "run", ((q, build.run_cost / 4) for q in range(max(made.ready, 0), inventory.appraisal_quarters))
    )


def _post_existing_services(journal: Journal, inventory: Inventory) -> None:
    """Post what was reported of services that exist without a build of the programme's."""
    for id, report in inventory.progress.services.items() if inventory.progress else ():
        if inventory.services[id].build is None:
            for spent in report.spent:
                _post_spent(journal, spent, SHARED)


def _own_days(
    inventory: Inventory, effort: Mapping[tuple[str, int], float], agency: Mapping[tuple[str, int], float]
) -> Iterator[tuple[int, float]]:
    """What the days of one's own people are worth: (quarter, amount) for each role whose day has a cost."""
    for role, q in dict.fromkeys([*effort, *agency]):
        worth = inventory.roles[role].day_cost
        if q < len(worth):
            yield q, worth[q] * (effort.get((role, q), 0.0) - agency.get((role, q), 0.0))


def _agency_days(inventory: Inventory, plan: Plan) -> dict[tuple[str, int], float]:
    """Agency days by (role, quarter), where the inventory knows both, so that there is a price."""
    days: dict[tuple[str, int], float] = defaultdict(float)
    for row in plan.agency:
        if row.role in inventory.roles and 0 <= row.quarter < inventory.plan_quarters and isfinite(row.days):
            days[row.role, row.quarter] += row.days
    return dict(days)


# ---- changes against the approved plan ----------------------------------------------------------


def _post_changes(journal: Journal, inventory: Inventory, found: Mapping[str, Course]) -> None:
    """Post what it costs to differ from the approved plan, in the year of the move, undiscounted."""
    approved = inventory.approved
    if approved is None or not inventory.stability:
        return
    known = {move.system for move in approved.moves} | {stay.system for stay in approved.stays}
    then = {(move.system, move.step): (move.approach, move.to, move.cutover) for move in approved.moves}
    now = {
        (id, number): (work.step.approach, work.step.to, work.cutover)
        for id, course in found.items()
        for number, work in enumerate(course.works, start=1)
    }
    for key in dict.fromkeys([*then, *now]):
        system, before, after = inventory.systems.get(key[0]), then.get(key), now.get(key)
        quarters = _quarters_of_change(before, after)
        if system is not None and system.id in known and quarters:
            cutover = (after or before or ("", None, 0))[2]
            year = inventory.calendar.year(min(max(cutover, 0), inventory.appraisal_quarters - 1))
            journal.post_stability(system.partner, year, inventory.stability * quarters, system.id)


def _quarters_of_change(then: tuple[str, str | None, int] | None, now: tuple[str, str | None, int] | None) -> int:
    """By how many quarters the cutover of a step is moved; a year for another approach or service, or no such step."""
    if then is not None and now is not None and then[:2] == now[:2]:
        return abs(now[2] - then[2])
    return 4


# ---- adding up ----------------------------------------------------------------------------------


def _by_year(
    journal: Journal, inventory: Inventory
) -> tuple[dict[tuple[str | None, int, str], float], dict[tuple[str | None, int, str], float]]:
    """The books by partner, year and kind, plain and discounted; partners and kinds in a fixed order."""
    plain: dict[tuple[str | None, int, str], float] = {}
    discounted: dict[tuple[str | None, int, str], float] = {}
    years = years_of(inventory.calendar, inventory.appraisal_quarters)
    for partner in (*inventory.partners, SHARED):
        for year, quarters in years:
            for kind in KINDS:
                key = (partner, year, kind)
                if kind == "stability":
                    if (partner, year) in journal.stability:
                        plain[key] = discounted[key] = journal.stability[partner, year]
                    continue
                row = journal.flows.get((partner, kind))
                if row is None:
                    continue
                amounts = [row[q] for q in quarters]
                if any(amounts):
                    plain[key] = fsum(amounts)
                    discounted[key] = fsum(row[q] * journal.factors[q] for q in quarters)
    return plain, discounted


def _by_kind(book: Book) -> Costs:
    """The amounts of a book, partners and years together."""
    amounts: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for (_, _, kind), amount in book.items():
        amounts[kind].append(amount)
    return Costs(**{kind: fsum(each) for kind, each in amounts.items()})


def _totals(amounts: Mapping[_Key, Sequence[float]]) -> dict[_Key, float]:
    """Each list added up, those that come to nothing left out."""
    return {key: total for key, some in amounts.items() if (total := fsum(some))}


def _ready(inventory: Inventory, builds: Iterable[ServiceBuild]) -> dict[str, int]:
    """The quarter from which each service can be used, where there is one."""
    made = {build.service: build.ready for build in builds}
    ready = {id: made.get(id, service.ready) for id, service in inventory.services.items()}
    for id, report in inventory.progress.services.items() if inventory.progress else ():
        ready[id] = actuals.ready_from(inventory, report)
    return {id: q for id, q in ready.items() if q is not None}


def _users(inventory: Inventory, found: Mapping[str, Course]) -> dict[str, float]:
    """Users of the systems that go into each service."""
    users = dict.fromkeys(inventory.services, 0.0)
    for id, course in found.items():
        for service in course.option.services if course.option else ():
            users[service] += inventory.systems[id].users
    return users


def _moving(inventory: Inventory, found: Mapping[str, Course]) -> tuple[int, ...]:
    """How many moves have work in progress in each quarter of the horizon."""
    counts = [0] * inventory.plan_quarters
    for course in found.values():
        for work in course.works:
            for q in range(max(work.start, 0), min(work.cutover, inventory.plan_quarters - 1) + 1):
                counts[q] += 1
    return tuple(counts)


def _parts(inventory: Inventory) -> _Parts:
    named = chain((rule.partners for rule in inventory.targets), (rule.partners for rule in inventory.budgets))
    return parts_by_quarter(inventory) if any(partners is not None for partners in named) else ()


def _savings(journal: Journal, inventory: Inventory, parts: _Parts) -> tuple[float, ...]:
    """What each target's year costs if nothing changes, less what it costs under the plan."""
    saved = []
    for target in inventory.targets:
        quarters = [q for q in target.quarters if 0 <= q < inventory.appraisal_quarters]
        systems = (one for one in inventory.systems.values() if _concerns(target.partners, one.partner))
        before = (_unchanged_cost(system, q) for system in systems for q in quarters)
        now = _borne(journal, parts, target.partners, SAVED_KINDS, quarters)
        saved.append(fsum(chain(before, (-amount for amount in now))))
    return tuple(saved)


def _revenue(journal: Journal, inventory: Inventory, parts: _Parts) -> tuple[float, ...]:
    """What each budget's year costs in revenue."""
    return tuple(
        fsum(_borne(journal, parts, budget.partners, REVENUE_KINDS, budget.quarters)) for budget in inventory.budgets
    )


def _concerns(partners: Sequence[str] | None, partner: str | None) -> bool:
    return partners is None or partner in partners


def _borne(
    journal: Journal,
    parts: _Parts,
    partners: Sequence[str] | None,
    kinds: Sequence[str],
    quarters: Iterable[int],
) -> Iterator[float]:
    """What some kinds cost in some quarters: all of it, or what some partners bear with their parts of the shared."""
    for q in quarters:
        share = fsum(float(parts[q].get(partner, 0)) for partner in partners) if partners is not None else 1.0
        for partner, kind, amount in journal.compared[q]:
            if kind in kinds and partner is SHARED:
                yield share * amount
            elif kind in kinds and _concerns(partners, partner):
                yield amount


def _unchanged_cost(system: System, q: int) -> float:
    """Run, contract and support of a retained system in quarter ``q``."""
    if q < system.joins:
        return 0.0
    contract = system.contract.cost if system.contract else 0.0
    exposed = system.end_of_life is not None and q > system.end_of_life
    return (system.run_cost + contract) / 4 + (system.support_bought(q) if exposed else 0.0)


def years_of(calendar: Calendar, quarters: int) -> list[tuple[int, list[int]]]:
    """The financial years of quarters 0 … ``quarters`` - 1, each with its quarters."""
    years: dict[int, list[int]] = {}
    for q in range(quarters):
        years.setdefault(calendar.year(q), []).append(q)
    return list(years.items())
