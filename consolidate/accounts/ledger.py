"""The ledger: what a plan uses and costs, quarter by quarter, from the plan alone.

This is the second of two independent computations. It walks through the quarters and books what
falls in each, as the format's "What a plan costs" reads; it shares nothing with the model but the
typed inventory and the calendar. Everything anyone reads about a plan comes from here.

It also reckons plans that break the rules (:mod:`consolidate.accounts.rules` says which): a move that the
inventory cannot explain (an unknown system, an option that does not exist, a second one of the
same step) is left out, a system without a move is reckoned as staying put, and cutovers are
worked out from the start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum, isfinite
from types import MappingProxyType

from consolidate.accounts import actuals
from consolidate.inventory import Contract, Inventory, Option, Step, System
from consolidate.plan import KINDS, Agency, Costs, Plan, ServiceBuild
from consolidate.quarters import Calendar

NOT_CASH = ("exposure", "stability")
"""Kinds of cost that nobody pays: judged risk, and the price put on changing an approved plan."""

SHARED = None
"""The partner of what all share: services and agency staff."""

_SAVED = ("run", "contract", "support")
"""What a target counts."""


@dataclass(frozen=True, slots=True)
class Work:
    """One step of work as it will be: quarters of start, cutover and of the old system's ``last``."""

    step: Step
    start: int
    cutover: int
    last: int
    fixed: actuals.Fixed | None = None
    """What was reported of it, when it was."""


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of a system: the option it takes, and one or two steps of work (none: it stays)."""

    option: Option | None
    works: tuple[Work, ...]

    @property
    def first(self) -> Work | None:
        return self.works[0] if self.works else None

    @property
    def cutover(self) -> int | None:
        """The quarter it cuts over to something else than what it was; None if it stays or is renewed."""
        if not self.works or self.works[0].step.approach == "refresh":
            return None
        return self.works[0].cutover

    @property
    def retired(self) -> int | None:
        """The first quarter without the system; None when it is not retired."""
        return next((work.cutover + 1 for work in self.works if work.step.approach == "retire"), None)


Book = Mapping[tuple[str | None, int, str], float]
"""An amount by partner (None: shared), financial year (its first calendar year) and kind of cost."""


@dataclass(frozen=True)
class Ledger:
    """What a plan uses and costs, over the quarters appraised, 0 … A-1.

    Attributes:
        costs: discounted, by kind.
        cash: undiscounted, by partner (None: shared), financial year and kind. The kinds in
            :data:`NOT_CASH` are in it, under their own names: never add them up without saying so.
        discounted: the same, discounted; adds up to ``costs``. Stability is never discounted.
        flows: undiscounted amounts of each of the A quarters, by (partner, kind); without stability.
        per_system: discounted cost by system and kind (kinds that are 0 left out).
        staff: person-days used by (role, quarter), 0 left out.
        agency: person-days bought in by (role, quarter).
        agency_cost: what they cost, undiscounted, by (role, quarter).
        capital: spent by (pot, quarter); the pot None is capital that belongs to no pot.
        exposed: quarters past end of life by system; systems with none are left out.
        live: first live quarter by system; absent when it stays or is refreshed.
        ready: the quarter from which a service can be used; absent when it is never built.
        users: users of the systems that go into each service.
        moving: how many moves have work in progress in each of the T quarters.
        finish: quarters up to and including the last cutover; 0 without moves.
        savings: saved in each target's year (undiscounted), by the target's label.
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
    savings: Mapping[str, float]
    courses: Mapping[str, Course] = field(repr=False)
    committed_staff: Mapping[tuple[str, int], float] = field(default_factory=dict, repr=False)
    committed_capital: Mapping[tuple[str | None, int], float] = field(default_factory=dict, repr=False)

    @property
    def total(self) -> float:
        """Everything, judged exposure and stability too: what a plan of least cost minimises."""
        return self.costs.total

    @property
    def paid(self) -> float:
        """Cash alone, discounted."""
        return self.total - self.costs.exposure - self.costs.stability


def ledger(inventory: Inventory, plan: Plan) -> Ledger:
    """Reckon a plan: money, people, capital, risk, by the quarter."""
    return _Reckoning(inventory, plan, stability=inventory.stability).ledger()


def baseline(inventory: Inventory) -> Ledger:
    """The ledger of leaving everything as it is: every system retained, nothing built."""
    nothing = Plan(moves=(), stays=(), builds=(), agency=())
    return _Reckoning(replace(inventory, progress=None), nothing, stability=0.0).ledger()


def courses(inventory: Inventory, plan: Plan) -> dict[str, Course]:
    """What becomes of each system of the inventory, in its order."""
    found: dict[str, dict[int, tuple[Option, int]]] = defaultdict(dict)
    for move in plan.moves:
        option = _option(inventory.systems.get(move.system), move.option)
        if option is not None and option.approach != "retain" and move.step in range(1, len(option.steps) + 1):
            found[move.system].setdefault(move.step, (option, move.start))
    return {id: _reported(inventory, id, _course(found.get(id, {}))) for id in inventory.systems}


def _reported(inventory: Inventory, id: str, planned: Course) -> Course:
    """What becomes of a system once its reports are heeded: they stand, whatever the plan says."""
    if actuals.cancelled(inventory, id):
        return Course(None, ())
    fixed = actuals.steps_of(inventory, id)
    if not fixed:
        return planned
    option = fixed[0].option
    works = [Work(one.step, one.start, one.cutover, one.last, one) for one in fixed]
    if actuals.cancelled(inventory, id, 2):
        return Course(replace(option, then=None), tuple(works))
    if len(works) < len(option.steps) and planned.option is not None and planned.option.number == option.number:
        works += planned.works[1:]
    return Course(option, tuple(works))


def _option(system: System | None, number: int) -> Option | None:
    return next((one for one in system.options if one.number == number), None) if system else None


def _course(steps: Mapping[int, tuple[Option, int]]) -> Course:
    if 1 not in steps:
        return Course(None, ())
    option, start = steps[1]
    works = [_work(option.first, start)]
    if option.then is not None and 2 in steps and steps[2][0] is option:
        works.append(_work(option.then, steps[2][1]))
    return Course(option, tuple(works))


def _work(step: Step, start: int) -> Work:
    cutover = start + step.quarters - 1
    last = cutover if step.approach == "refresh" else cutover + step.parallel_run
    return Work(step, start, cutover, last)


def builds_of(inventory: Inventory, plan: Plan) -> list[ServiceBuild]:
    """The builds that the inventory knows, each service once, their ready quarters worked out or as reported."""
    found: dict[str, ServiceBuild] = {}
    for id, report in inventory.progress.services.items() if inventory.progress else ():
        if inventory.services[id].build is not None and report.start is not None:
            found[id] = ServiceBuild(report.start, id, actuals.ready_from(inventory, report))
    for build in plan.builds:
        service = inventory.services.get(build.service)
        if service is not None and service.build is not None and build.service not in found:
            found[build.service] = ServiceBuild(build.start, build.service, build.start + service.build.quarters)
    return list(found.values())


class _Reckoning:
    """A ledger in the making."""

    def __init__(self, inventory: Inventory, plan: Plan, stability: float) -> None:
        self.inventory = inventory
        self.plan = plan
        self.stability = stability
        self.A = inventory.A
        self.factors = [inventory.discount(q) for q in range(inventory.A)]
        self.courses = courses(inventory, plan)
        self.builds = builds_of(inventory, plan)
        self.flows: dict[tuple[str | None, str], list[float]] = {}
        self.unmoved: dict[tuple[str | None, int], float] = defaultdict(float)
        self.per_system: dict[str, dict[str, float]] = {}
        self.staff: dict[tuple[str, int], float] = defaultdict(float)
        self.capital: dict[tuple[str | None, int], float] = defaultdict(float)
        self.exposed: dict[str, tuple[int, ...]] = {}
        self.committed_staff: dict[tuple[str, int], float] = defaultdict(float)
        self.committed_capital: dict[tuple[str | None, int], float] = defaultdict(float)

    def ledger(self) -> Ledger:
        for id, course in self.courses.items():
            self.system(self.inventory.systems[id], course)
        for build in self.builds:
            self.service(build)
        self.existing()
        agency, agency_cost = self.bought()
        self.changed()
        cash, discounted = self.by_year()
        return Ledger(
            costs=Costs(**{kind: fsum(v for key, v in discounted.items() if key[2] == kind) for kind in KINDS}),
            cash=MappingProxyType(cash),
            discounted=MappingProxyType(discounted),
            flows=MappingProxyType({key: tuple(row) for key, row in self.flows.items()}),
            per_system=MappingProxyType(self.per_system),
            staff=MappingProxyType({key: days for key, days in self.staff.items() if days}),
            agency=MappingProxyType(agency),
            agency_cost=MappingProxyType(agency_cost),
            capital=MappingProxyType({key: amount for key, amount in self.capital.items() if amount}),
            exposed=MappingProxyType(self.exposed),
            live=MappingProxyType(self.live()),
            ready=MappingProxyType(self.ready()),
            users=MappingProxyType(self.users()),
            moving=self.moving(),
            finish=max([0, *(work.cutover + 1 for one in self.courses.values() for work in one.works)]),
            savings=MappingProxyType(self.savings()),
            courses=MappingProxyType(self.courses),
            committed_staff=MappingProxyType(self.committed_staff),
            committed_capital=MappingProxyType(self.committed_capital),
        )

    def book(self, partner: str | None, kind: str, amounts: Iterable[tuple[int, float]], system: str = "") -> None:
        """Enter amounts by quarter; those outside the appraisal do not count."""
        row = self.flows.get((partner, kind))
        value = 0.0
        for q, amount in amounts:
            if amount and 0 <= q < self.A:
                if row is None:
                    row = self.flows[partner, kind] = [0.0] * self.A
                row[q] += amount
                value += amount * self.factors[q]
        if system and value:
            kinds = self.per_system.setdefault(system, {})
            kinds[kind] = kinds.get(kind, 0.0) + value

    # ---- one system -------------------------------------------------------------------------

    def system(self, system: System, course: Course) -> None:
        """Book all that one system costs and uses."""
        for work in course.works:
            self.work(system, work)
        for spent in actuals.lost(self.inventory, system.id):
            self.take(((role, spent.quarter, days) for role, days in (spent.effort or {}).items()), ())
            paid = ((pot, spent.quarter, amount) for pot, amount in (spent.capital or {}).items())
            self.take((), paid, system.partner, system.id)
        self.book(system.partner, "run", self.run(system, course), system.id)
        if system.contract is not None:
            payments = _contract(system.contract, course, self.inventory.calendar, self.factors)
            self.book(system.partner, "contract", payments, system.id)
        exposed = _exposed(system, course, self.A)
        if exposed:
            self.exposed[system.id] = tuple(exposed)
            self.book(system.partner, "support", ((q, system.extended_support / 4) for q in exposed), system.id)
            self.book(system.partner, "exposure", ((q, system.exposure) for q in exposed), system.id)
        for interface in system.interfaces:
            quarters = self.bridged(course, self.courses.get(interface.other))
            self.book(system.partner, "interface", ((q, interface.cost) for q in quarters), system.id)

    def work(self, system: System, work: Work) -> None:
        """Book the work itself: people, capital and one-off cost, while it is in progress."""
        step = work.step
        if work.fixed is not None:
            spent = work.fixed.report.spent
            length = work.cutover - work.start + 1
            self.take(
                actuals.people(step.effort, work.start, work.cutover, spent),
                actuals.money(step.capital, work.start, work.cutover, spent),
                system.partner,
                system.id,
            )
            self.book(system.partner, "one_off", _evenly(step.one_off, work.start, length), system.id)
            return
        self.people(step.effort, work.start)
        self.spend(step.capital, work.start, step.quarters, system.partner, system.id)
        self.book(system.partner, "one_off", _evenly(step.one_off, work.start, step.quarters), system.id)

    def take(
        self,
        people: Iterable[tuple[str | None, int, float]],
        money: Iterable[tuple[str | None, int, float]],
        partner: str | None = None,
        system: str = "",
    ) -> None:
        """Book the people and the money of work that was reported."""
        for role, q, days in people:
            if role is not None and 0 <= q < self.inventory.T:
                self.staff[role, q] += days
                self.committed_staff[role, q] += days
        for pot, q, amount in money:
            self.book(partner, "capital", [(q, amount)], system)
            if 0 <= q < self.A:
                self.capital[pot, q] += amount
                self.committed_capital[pot, q] += amount

    def people(self, effort: Mapping[str, tuple[float, ...]], start: int) -> None:
        for role, days in effort.items():
            for q, used in enumerate(days, start=start):
                if 0 <= q < self.inventory.T:
                    self.staff[role, q] += used

    def spend(
        self, capital: Mapping[str | None, float], start: int, quarters: int, partner: str | None, system: str = ""
    ) -> None:
        for pot, total in capital.items():
            amounts = _evenly(total, start, quarters)
            self.book(partner, "capital", amounts, system)
            for q, amount in amounts:
                if 0 <= q < self.A:
                    self.capital[pot, q] += amount

    def run(self, system: System, course: Course) -> Iterator[tuple[int, float]]:
        """Today's system up to its last quarter, and what each step leads to from the quarter after cutover.

        What a first step led to runs on until the second step's last quarter.
        """
        works = course.works
        spans = [(0, works[0].last if works else self.A - 1, system.run_cost)]
        ends = [works[1].last if len(works) == 2 else self.A - 1, self.A - 1]
        spans += [(work.cutover + 1, end, work.step.run_cost) for work, end in zip(works, ends, strict=False)]
        for begin, end, cost in spans:
            for q in range(max(begin, 0), min(end, self.A - 1) + 1):
                yield q, cost / 4

    def bridged(self, one: Course, other: Course | None) -> Iterator[int]:
        """Quarters in which exactly one of two systems is live, and neither has been retired."""
        if other is None or (one.cutover is None and other.cutover is None):
            return
        for q in range(self.A):
            gone = any(course.retired is not None and q >= course.retired for course in (one, other))
            live = [course.cutover is not None and q > course.cutover for course in (one, other)]
            if not gone and live[0] != live[1]:
                yield q

    # ---- what is shared ---------------------------------------------------------------------

    def service(self, made: ServiceBuild) -> None:
        """Book a service: its build, and its fixed running cost from the quarter it is ready."""
        build = self.inventory.services[made.service].build
        assert build is not None  # builds_of keeps no others
        report = self.inventory.progress.services.get(made.service) if self.inventory.progress else None
        if report is None:
            self.people(build.effort, made.start)
            self.spend(build.capital, made.start, max(build.quarters, 1), SHARED)
        else:
            end = max(made.ready - 1, made.start)
            self.take(
                actuals.people(build.effort, made.start, end, report.spent),
                actuals.money(build.capital, made.start, end, report.spent),
            )
        self.book(SHARED, "run", ((q, build.run_cost / 4) for q in range(max(made.ready, 0), self.A)))

    def existing(self) -> None:
        """Book what was reported of services that exist without a build of the programme's."""
        for id, report in self.inventory.progress.services.items() if self.inventory.progress else ():
            if self.inventory.services[id].build is None:
                for spent in report.spent:
                    self.take(((role, spent.quarter, days) for role, days in (spent.effort or {}).items()), ())
                    self.take((), ((pot, spent.quarter, amount) for pot, amount in (spent.capital or {}).items()))

    def bought(self) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float]]:
        """Book agency staff; gives the days and their cost by (role, quarter)."""
        days: dict[tuple[str, int], float] = defaultdict(float)
        for row in self.plan.agency:
            if self.possible(row):
                days[row.role, row.quarter] += row.days
        cost = {(role, q): d * self.inventory.roles[role].day_rate[q] for (role, q), d in days.items()}
        self.book(SHARED, "agency", ((q, amount) for (_, q), amount in cost.items()))
        return dict(days), cost

    def possible(self, row: Agency) -> bool:
        """Whether the inventory knows the role and the quarter, so that there is a price."""
        return row.role in self.inventory.roles and 0 <= row.quarter < self.inventory.T and isfinite(row.days)

    def changed(self) -> None:
        """Book what it costs to differ from the approved plan, in the year of the move, undiscounted."""
        approved = self.inventory.approved
        if approved is None or not self.stability:
            return
        known = {move.system for move in approved.moves} | {stay.system for stay in approved.stays}
        then = {(move.system, move.step): (move.approach, move.to, move.cutover) for move in approved.moves}
        now = {
            (id, number): (work.step.approach, work.step.to, work.cutover)
            for id, course in self.courses.items()
            for number, work in enumerate(course.works, start=1)
        }
        for key in dict.fromkeys([*then, *now]):
            system = self.inventory.systems.get(key[0])
            if system is not None and system.id in known:
                self.change(system, then.get(key), now.get(key))

    def change(
        self, system: System, then: tuple[str, str | None, int] | None, now: tuple[str, str | None, int] | None
    ) -> None:
        same = then is not None and now is not None and then[:2] == now[:2]
        quarters = abs(now[2] - then[2]) if same and now and then else 4
        if not quarters:
            return
        cost = self.stability * quarters
        cutover = (now or then or ("", None, 0))[2]
        year = self.inventory.calendar.year(min(max(cutover, 0), self.A - 1))
        self.unmoved[system.partner, year] += cost
        kinds = self.per_system.setdefault(system.id, {})
        kinds["stability"] = kinds.get("stability", 0.0) + cost

    # ---- adding up --------------------------------------------------------------------------

    def by_year(self) -> tuple[dict[tuple[str | None, int, str], float], dict[tuple[str | None, int, str], float]]:
        """The books by partner, year and kind, plain and discounted; partners and kinds in a fixed order."""
        partners = [*self.inventory.partners, SHARED]
        plain: dict[tuple[str | None, int, str], float] = {}
        discounted: dict[tuple[str | None, int, str], float] = {}
        for partner in partners:
            for year, quarters in years_of(self.inventory.calendar, self.A):
                for kind in KINDS:
                    key = (partner, year, kind)
                    if kind == "stability":
                        if key[:2] in self.unmoved:
                            plain[key] = discounted[key] = self.unmoved[partner, year]
                        continue
                    row = self.flows.get((partner, kind))
                    if row is not None and any(row[q] for q in quarters):
                        plain[key] = fsum(row[q] for q in quarters)
                        discounted[key] = fsum(row[q] * self.factors[q] for q in quarters)
        return plain, discounted

    def live(self) -> dict[str, int]:
        return {id: one.cutover + 1 for id, one in self.courses.items() if one.cutover is not None}

    def ready(self) -> dict[str, int]:
        made = {build.service: build.ready for build in self.builds}
        ready = {id: made.get(id, service.ready) for id, service in self.inventory.services.items()}
        for id, report in self.inventory.progress.services.items() if self.inventory.progress else ():
            ready[id] = actuals.ready_from(self.inventory, report)
        return {id: q for id, q in ready.items() if q is not None}

    def users(self) -> dict[str, float]:
        users = dict.fromkeys(self.inventory.services, 0.0)
        for id, course in self.courses.items():
            for service in course.option.services if course.option else ():
                users[service] += self.inventory.systems[id].users
        return users

    def moving(self) -> tuple[int, ...]:
        counts = [0] * self.inventory.T
        for course in self.courses.values():
            for work in course.works:
                for q in range(max(work.start, 0), min(work.cutover, self.inventory.T - 1) + 1):
                    counts[q] += 1
        return tuple(counts)

    def savings(self) -> dict[str, float]:
        """What each target's year costs if nothing changes, less what it costs under the plan."""
        if not self.inventory.targets:
            return {}
        after = {kind: self.kind(kind) for kind in _SAVED}
        saved = {}
        for target in self.inventory.targets:
            quarters = [q for q in target.quarters if 0 <= q < self.A]
            before = fsum(_unchanged(system, q) for system in self.inventory.systems.values() for q in quarters)
            saved[target.label] = before - fsum(after[kind][q] for kind in _SAVED for q in quarters)
        return saved

    def kind(self, kind: str) -> list[float]:
        """A kind of cost in each quarter, all partners together, undiscounted."""
        rows = [row for (_, each), row in self.flows.items() if each == kind]
        return [fsum(row[q] for row in rows) for q in range(self.A)]


def years_of(calendar: Calendar, quarters: int) -> list[tuple[int, list[int]]]:
    """The financial years of quarters 0 … ``quarters`` - 1, each with its quarters."""
    years: dict[int, list[int]] = {}
    for q in range(quarters):
        years.setdefault(calendar.year(q), []).append(q)
    return list(years.items())


def _evenly(amount: float, start: int, quarters: int) -> Sequence[tuple[int, float]]:
    return [(q, amount / quarters) for q in range(start, start + quarters)] if amount else []


def _unchanged(system: System, q: int) -> float:
    """Run, contract and support of a retained system in quarter ``q``."""
    contract = system.contract.cost if system.contract else 0.0
    support = system.extended_support if system.end_of_life is not None and q > system.end_of_life else 0.0
    return (system.run_cost + contract + support) / 4


def supported(system: System, course: Course, A: int) -> list[tuple[int, int, int]]:
    """What of a system runs and has an end of life: the old system or what a step led to. (first quarter, last
    quarter, the quarter in which its support ends)"""
    works = course.works
    spans = [(0, works[0].last if works else A - 1, system.end_of_life)]
    ends = [works[1].last if len(works) == 2 else A - 1, A - 1]
    spans += [(work.cutover + 1, end, work.step.end_of_life) for work, end in zip(works, ends, strict=False)]
    return [(begin, end, dies) for begin, end, dies in spans if dies is not None]


def _exposed(system: System, course: Course, A: int) -> list[int]:
    """Quarters in which something past its end of life runs."""
    dated = supported(system, course, A)
    return [q for q in range(A) if any(begin <= q <= end and q > dies for begin, end, dies in dated)]


def _contract(
    contract: Contract, course: Course, calendar: Calendar, factors: Sequence[float]
) -> list[tuple[int, float]]:
    """Payments by quarter: to the end of the term that covers the old system's last quarter, or bought out."""
    A = len(factors)
    quarterly = contract.cost / 4
    if course.cutover is None:
        return [(q, quarterly) for q in range(A)]
    last = course.works[0].last
    due = [(q, quarterly) for q in range(min(_term(contract, min(last, A - 1), calendar), A - 1) + 1)]
    if contract.exit is None or not -1 <= last < A - 1:
        return due
    rest = fsum(amount * factors[q] for q, amount in due if q > last)
    out = contract.exit * factors[last + 1]
    # Equal costs count as equal even where the last digits of the sums differ.
    if out < rest - 1e-9 * max(rest, 1.0):
        return [*due[: last + 1], (last + 1, contract.exit)]
    return due


def _term(contract: Contract, last: int, calendar: Calendar) -> int:
    """The last quarter of the first term that ends no sooner than quarter ``last``."""
    month = contract.ends
    while calendar.of_month(month) < last:
        month += max(contract.renews_for, 1)
    return calendar.of_month(month)
