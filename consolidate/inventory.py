"""The inventory as the planner sees it: valid, complete and immutable.

Everything here is already checked and filled in: approaches are merged into options,
percentages into pounds, dates into quarters (see :mod:`consolidate.quarters`), filters
into lists of systems. Code that takes an :class:`Inventory` does not check input again.

Units: amounts of money in the programme's currency at its price base; ``run_cost`` and
the like are *a year*; effort is person-days; time is quarters from the horizon's start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import PurePath
from typing import Any, Literal

from consolidate.errors import InvalidArgument, Problem
from consolidate.plan import Plan, require_plan
from consolidate.quarters import Calendar
from consolidate.vocabulary import html_table

Effort = Mapping[str, tuple[float, ...]]
"""Person-days by role, one figure for each quarter of work."""

Capital = Mapping[str | None, float]
"""Capital by pot, in total; the key ``None`` is capital that belongs to no pot."""


@dataclass(frozen=True)
class Name:
    """A text, by language. ``str()`` gives English, else the first there is."""

    texts: Mapping[str, str]

    def __str__(self) -> str:
        return self.texts.get("en") or next(iter(self.texts.values()))


@dataclass(frozen=True)
class Role:
    """A team (a renewable resource).

    ``days``: person-days free in each quarter of the horizon; None means not limited.
    ``agency_days``, ``day_rate``: what can be bought in each quarter, and its price a day.
    ``day_cost``: what a day of one's own people is worth, in each quarter that is appraised; empty: nothing.
    """

    id: str
    days: tuple[float, ...] | None
    agency_days: tuple[float, ...]
    day_rate: tuple[float, ...]
    day_cost: tuple[float, ...] = ()


@dataclass(frozen=True)
class Period:
    """A financial year or a quarter of a pot. ``label`` is ``2016/17`` or ``2016/17 Q3``."""

    label: str
    quarters: range
    amount: float


@dataclass(frozen=True)
class Pot:
    """A pot of capital (a non-renewable resource): its periods inside the horizon, in order."""

    id: str
    carry_forward: bool
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Selection:
    """The systems a rule speaks of. ``text`` says so in words, e.g. ``torfaen, monmouthshire``."""

    systems: frozenset[str]
    text: str


@dataclass(frozen=True)
class Freeze:
    """Quarters in which the systems of ``who`` may not work, or not cut over."""

    quarters: frozenset[int]
    """Quarters of the horizon in which it holds."""
    stops_work: bool
    """True: no work in progress; False: no cutover."""
    who: Selection
    why: str


@dataclass(frozen=True)
class Limit:
    """At most ``moves`` moves with work in progress in any one quarter."""

    moves: int
    who: Selection
    taken: tuple[int, ...] = ()
    """Moves of others that count in each quarter, for they are under way; none where it ends."""
    own: tuple[int, ...] = ()
    """Moves of ``who`` that are under way in each quarter whatever is planned."""

    def room(self, quarter: int) -> int:
        """How many of ``who`` may have work in progress in a quarter: what is under way breaks nothing by itself."""
        taken = self.taken[quarter] if quarter < len(self.taken) else 0
        own = self.own[quarter] if quarter < len(self.own) else 0
        return max(self.moves - taken, own)


@dataclass(frozen=True)
class Milestone:
    """By the end of quarter ``by`` at least ``share`` of the systems is live.

    Without a share it is a date of the programme that asks nothing of a plan; then it has a ``name``.
    ``kind``: ``governance``, ``engagement``, ``deliverable`` or ``planning``, where that is said.
    ``day``: the date, where one is given and not a quarter.
    """

    by: int
    share: Fraction | None
    who: Selection
    why: str
    name: Name | None = None
    kind: str | None = None
    day: date | None = None

    @property
    def needed(self) -> int:
        """How many systems that is: rounded up, in exact arithmetic."""
        return 0 if self.share is None else -((-self.share * len(self.who.systems)) // 1)


@dataclass(frozen=True)
class Target:
    """``savings`` (undiscounted) in the financial year ``label``; ``quarters`` are those appraised.

    ``partners``: those whose savings count, with their parts of what is shared; None: the whole programme's.
    """

    label: str
    quarters: range
    savings: float
    partners: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Budget:
    """Revenue ``at_most`` (undiscounted) in the financial year ``label``; ``quarters`` are those appraised.

    ``partners``: those whose own costs count, with their parts of what is shared; None: the whole programme's.
    """

    label: str
    quarters: range
    at_most: float
    partners: tuple[str, ...] | None = None


Rule = str | Mapping[str, Fraction]
"""How a year's shared costs are apportioned: ``users``, ``systems``, ``equal``, or an exact share by partner."""


@dataclass(frozen=True)
class Apportion:
    """The rules for apportioning shared costs: by financial year (its first calendar year), else ``default``."""

    default: Rule = "users"
    years: Mapping[int, Rule] = field(default_factory=dict)


@dataclass(frozen=True)
class Build:
    """How a service is made. ``effort`` has max(quarters, 1) figures for each role; ``run_cost`` a year."""

    quarters: int
    effort: Effort
    capital: Capital
    run_cost: float


@dataclass(frozen=True)
class Service:
    """A shared service.

    Exactly one of ``build`` and ``ready`` is not None: ``ready`` is the quarter from which
    an existing service can be used (0 or earlier when it exists from the start).

    ``after``: systems that must all have moved before its build starts; it is not built where one of them stays.
    ``must_build``: whether every plan builds it. ``latest``: the last value of start + quarters of its build.
    """

    id: str
    name: Name
    provides: str
    needs: tuple[str, ...]
    earliest: int
    build: Build | None
    ready: int | None
    run_cost_per_user: float
    run_cost_per_system: float
    capacity: float | None
    accredited_to: str | None
    after: tuple[str, ...] = ()
    must_build: bool = False
    latest: int | None = None


@dataclass(frozen=True)
class When:
    """A point in time as the files give it: a day, or a whole quarter (``day`` is None)."""

    quarter: int
    day: date | None = None


@dataclass(frozen=True)
class EndOfLife:
    """When support ends, of the software and of the hardware; None: not in sight."""

    software: When | None = None
    hardware: When | None = None

    @property
    def first(self) -> When | None:
        """The earlier of the two; of two in one quarter the software's, unless the hardware's day is earlier."""
        if self.software is None or self.hardware is None:
            return self.software or self.hardware
        return min(self.software, self.hardware, key=lambda when: (when.quarter, when.day or date.max))

    @property
    def quarter(self) -> int | None:
        """The quarter after which what runs is exposed; None: never."""
        return first.quarter if (first := self.first) is not None else None


NO_END = EndOfLife()
"""No end of support in sight."""


@dataclass(frozen=True)
class Step:
    """One piece of work on a system and what it leads to (``retain`` has 0 quarters of work).

    ``run_cost`` is what it costs a year afterwards, for every approach. ``needs`` lists every
    service that must be ready before this work starts: the system's, the option's and ``to``.
    ``end_of_life`` is the quarter after which what it leads to is exposed, ``support_ends`` the dates behind it.
    ``ends_contract``: whether the contract of the system of today ends with it.
    """

    approach: str
    to: str | None
    quarters: int
    effort: Effort
    capital: Capital
    one_off: float
    run_cost: float
    parallel_run: int
    end_of_life: int | None
    needs: tuple[str, ...]
    ends_contract: bool = False
    support_ends: EndOfLife = NO_END


@dataclass(frozen=True)
class Option:
    """A way to treat a system (a mode). ``number`` is its place in the list as written, from 1."""

    number: int
    first: Step
    then: Step | None = None

    @property
    def approach(self) -> str:
        """That of its first step."""
        return self.first.approach

    @property
    def steps(self) -> tuple[Step, ...]:
        """One or two pieces of work, in order."""
        return (self.first,) if self.then is None else (self.first, self.then)

    @property
    def goes_live(self) -> bool:
        """False for ``retain`` and ``refresh``."""
        return self.first.approach not in ("retain", "refresh")

    @property
    def contract_step(self) -> int | None:
        """Which step (0 or 1) ends the contract of today; None: it runs on without end."""
        return next((number for number, step in enumerate(self.steps) if step.ends_contract), None)

    @property
    def services(self) -> tuple[str, ...]:
        """The services it consolidates into, each once."""
        return tuple(dict.fromkeys(step.to for step in self.steps if step.to is not None))


@dataclass(frozen=True)
class Contract:
    """``cost`` a year; ``ends`` is a month (see :func:`consolidate.quarters.months`); months else.

    ``day``: the day of that month on which the term ends; None: its last.
    """

    cost: float
    ends: int
    renews_for: int
    notice: int | None
    exit: float | None
    day: int | None = None


@dataclass(frozen=True)
class Interface:
    """``cost`` a quarter while exactly one of the two systems is live and neither is retired."""

    other: str
    cost: float


@dataclass(frozen=True)
class SettledInterface:
    """An interface with a system of which nothing is left to decide, as the other of its two systems sees it.

    ``partner`` pays ``cost`` a quarter from ``joined`` on, while exactly one of the two is live and neither is retired.
    The settled system is live after the cutover ``live``, and retired after ``retired``: quarters from the horizon's
    start, which may lie beyond its end.
    """

    partner: str
    cost: float
    joined: int
    live: int
    retired: int


@dataclass(frozen=True)
class System:
    """What a partner runs today. ``id`` is whole: ``torfaen/hr-payroll``.

    ``place`` is ``path:line`` of its entry, for messages.
    """

    id: str
    partner: str
    name: Name
    capability: str
    tier: str | None
    exposure: float
    """Judged cost of one quarter past end of life: its tier's."""
    users: float
    size: str
    run_cost: float
    end_of_life: int | None
    """The quarter after which it is exposed; ``support_ends`` has the dates behind it."""
    product: str | None
    extended_support: float
    """A year, paid in exposed quarters up to ``extended_until``."""
    contract: Contract | None
    classification: str | None
    after: tuple[str, ...]
    interfaces: tuple[Interface, ...]
    area: str | None
    confidence: str
    must_move: bool
    earliest: int
    """First quarter in which work may start; 0 when nothing is said."""
    latest: int | None
    """Last quarter in which it may cut over; None when nothing is said."""
    options: tuple[Option, ...]
    place: str = ""
    support_ends: EndOfLife = NO_END
    extended_until: int | None = None
    """The last quarter in which extended support is sold; None: without end."""
    joins: int = 0
    """The quarter from which its partner takes part: before it, nothing of the system counts."""
    began: tuple[int, ...] = ()
    """Starts of the steps that are fixed already, of its only option; such steps take nothing and obey no window."""
    settled: tuple[SettledInterface, ...] = ()
    """Its interfaces with systems of which nothing is left to decide; ``interfaces`` are those with others."""

    def support_bought(self, quarter: int) -> float:
        """What extended support costs in a quarter in which it runs unsupported; nothing once it is not sold."""
        return self.extended_support / 4 if self.extended_until is None or quarter <= self.extended_until else 0.0

    def option(self, number: int) -> Option:
        """The option with that number, from 1."""
        return next(option for option in self.options if option.number == number)


@dataclass(frozen=True)
class Spent:
    """What one quarter's report says was spent on a piece of work; None: nothing is said, what was planned stands."""

    quarter: int
    capital: Capital | None
    effort: Mapping[str, float] | None
    """Person-days by role."""


@dataclass(frozen=True)
class StepReport:
    """Where the reports leave one step of a system: a later one stands, key by key.

    ``option`` and ``start`` are None only where the work never began (``cancelled``). ``cutover``: when it
    was, once ``live`` or ``off``; ``expected``: when it is to be. ``spent``: on this work, by quarter;
    ``lost``: on earlier attempts that were stopped. ``reported``: the last quarter that speaks of it.
    """

    system: str
    step: int
    status: str
    """``started``, ``live``, ``off``, ``stopped`` or ``cancelled``."""
    option: Option | None
    start: int | None
    cutover: int | None
    expected: int | None
    off: int | None
    """The quarter in which the old system was switched off."""
    spent: tuple[Spent, ...]
    lost: tuple[Spent, ...]
    reported: int
    note: str = ""
    place: str = ""

    @property
    def stands(self) -> bool:
        """Whether its start and approach are fixed: it is under way, or done."""
        return self.status in ("started", "live", "off")


@dataclass(frozen=True)
class ServiceReport:
    """Where the reports leave a service. ``ready``: from when it could be used; ``expected``: from when it is to be."""

    service: str
    status: str
    """``started`` or ``ready``."""
    start: int | None
    """None for a service that exists without a build."""
    ready: int | None
    expected: int | None
    spent: tuple[Spent, ...]
    reported: int
    note: str = ""
    place: str = ""


@dataclass(frozen=True)
class Risk:
    """A risk to delivery, as entered. ``likelihood`` and ``impact``: high, medium or low; ``systems``: it touches."""

    risk: Name
    likelihood: str
    impact: str
    owner: Name | None
    action: Name | None
    systems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """How delivery stands, as people see it."""

    rag: str
    why: Name | None
    decisions: tuple[Name, ...]
    risks: tuple[Risk, ...]


@dataclass(frozen=True)
class Progress:
    """What was reported of the work so far.

    ``quarters``: those reported on, rising. ``systems``: by id, its steps in order. ``delivery``: by quarter.
    """

    quarters: tuple[int, ...]
    systems: Mapping[str, tuple[StepReport, ...]]
    services: Mapping[str, ServiceReport]
    delivery: Mapping[int, Delivery]
    hash: str
    """sha256 of the files, as hex."""
    approved: Progress | None = field(default=None, repr=False, compare=False)
    """What had been reported when the approved plan was made, if these reports begin with just that."""

    @property
    def open(self) -> int:
        """The first quarter in which anything may still start."""
        return self.quarters[-1] + 1

    def step(self, system: str, number: int) -> StepReport | None:
        """Where the reports leave a step of a system, by its number from 1; None where they do not speak of it."""
        return next((one for one in self.systems.get(system, ()) if one.step == number), None)


@dataclass(frozen=True)
class Partner:
    """An organisation that runs systems; ``pot``: from where its moves are paid unless they say otherwise."""

    id: str
    name: Name
    contact: str | None
    users: float
    budget: float | None
    pot: str | None
    joins: int = 0
    """The first quarter in which it takes part."""


@dataclass(frozen=True)
class Amounts:
    """An amount by period, whatever the horizon: the most exact entry wins, and a period with none has 0.

    ``years`` by the financial year's first calendar year, ``quarters`` from the horizon's start.
    """

    default: float = 0.0
    years: Mapping[int, float] = field(default_factory=dict)
    quarters: Mapping[int, float] = field(default_factory=dict)

    def at(self, quarter: int, calendar: Calendar) -> float:
        """The amount in a quarter."""
        if quarter in self.quarters:
            return self.quarters[quarter]
        return self.years.get(calendar.year(quarter), self.default)


@dataclass(frozen=True)
class RoleAmounts:
    """A role's days (None: not limited), agency days, price of a day, and worth of an own day, by period."""

    days: Amounts | None
    agency_days: Amounts
    day_rate: Amounts
    day_cost: Amounts = Amounts()


@dataclass(frozen=True)
class RecurringQuarters:
    """Quarters by number from the horizon's start, and those of every financial year, 0 to 3."""

    exact: frozenset[int] = frozenset()
    every_year: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Timetable:
    """What the files say by quarter and by year, whatever the horizon: see :mod:`consolidate.horizon`.

    Attributes:
        appraisal_follows: whether the appraisal ends with the horizon, for the files do not say when.
        roles, pots: their amounts, by id.
        freezes: their quarters, in the order of the rules.
        targets, budgets: their financial years (the first calendar year of each), in the order of the rules.
    """

    appraisal_follows: bool = True
    roles: Mapping[str, RoleAmounts] = field(default_factory=dict)
    pots: Mapping[str, Amounts] = field(default_factory=dict)
    freezes: tuple[RecurringQuarters, ...] = ()
    targets: tuple[int, ...] = ()
    budgets: tuple[int, ...] = ()


@dataclass(frozen=True)
class Modification:
    """One change made to an inventory: a function of :mod:`consolidate.variants` or like those, and its arguments."""

    function: Callable[..., Inventory]
    arguments: tuple[tuple[str, Any], ...]
    """By name, all of them."""


@dataclass(frozen=True)
class Origin:
    """How a variant came about: ``changes`` made to the inventory of the files, one after the other."""

    files: Inventory
    changes: tuple[Modification, ...]


@dataclass(frozen=True, repr=False)
class Inventory:
    """The whole of it. Mappings are in the order of the files.

    ``plan_quarters`` (T in docs/format.md) may be worked in, ``appraisal_quarters`` (A) >= T are appraised: how many
    from quarter 0 on. To change an inventory, see :mod:`consolidate.variants`.
    """

    programme: Name
    currency: str
    price_base: str
    calendar: Calendar
    plan_quarters: int
    appraisal_quarters: int
    discount_rate: float
    minimise: str
    stability: float
    tiers: Mapping[str, float]
    classifications: tuple[str, ...]
    roles: Mapping[str, Role]
    pots: Mapping[str, Pot]
    freezes: tuple[Freeze, ...]
    limits: tuple[Limit, ...]
    milestones: tuple[Milestone, ...]
    together: tuple[tuple[str, ...], ...]
    targets: tuple[Target, ...]
    services: Mapping[str, Service]
    partners: Mapping[str, Partner]
    systems: Mapping[str, System]
    scenario: str | None
    """The scenario file's name without ``.yaml``."""
    content_hash: str
    """sha256 of programme, services, partners, scenario and the look-ups used, as hex; of a variant, its own."""
    approved: Plan | None
    approved_hash: str | None
    progress: Progress | None
    """What was reported; it is fixed, and nothing else starts before ``progress.open``."""
    warnings: tuple[Problem, ...]
    open: int = 0
    """The first quarter in which anything that is not fixed may start."""
    places: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """``path:line`` of rules, by ``latest torfaen/hr``, ``limit 1``, ``milestone 1``, ``freeze 1``,
    ``target 1``, ``budget 1``, ``pot onewales``, ``role dba``, ``service ccis``, ``together 1``."""
    apportion: Apportion = field(default_factory=Apportion)
    """Who pays for what all share; it has no effect on the plan."""
    names: Mapping[str, Name] = field(default_factory=dict)
    """Names of tiers, roles and pots that have one, by ``tier gold``, ``role dba``, ``pot onewales``."""
    budgets: tuple[Budget, ...] = ()
    risks: tuple[Risk, ...] = ()
    """The programme's register of risks; it has no effect on the plan."""
    timetable: Timetable = field(default_factory=Timetable, compare=False)
    """What a longer horizon is filled from."""
    origin: Origin | None = field(default=None, compare=False)
    """What it was made from, and how; None for the inventory of the files."""

    def __repr__(self) -> str:
        return f"<Inventory {', '.join(f'{name} {value}' for name, value in self._summary())}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: a small table."""
        return html_table("Inventory", self._summary())

    def _summary(self) -> list[tuple[str, str]]:
        """What identifies it, in a few words: (name, value)."""
        T = self.plan_quarters
        horizon = f"{self.label(0)} to {self.label(T - 1)} ({T} quarters)" if T else "no quarter"
        counts = (("systems", self.systems), ("partners", self.partners), ("services", self.services))
        return [
            ("programme", str(self.programme)),
            *((("scenario", self.scenario),) if self.scenario is not None else ()),
            *((name, f"{len(entries):,}") for name, entries in counts),
            ("horizon", horizon),
            *((("changes", f"{len(self.origin.changes):,}"),) if self.origin is not None else ()),
            ("hash", self.content_hash[:12]),
        ]

    def name_of(self, kind: Literal["tier", "role", "pot"], id: str) -> Name:
        """The name of a tier, a role or a pot; its id where it has none."""
        return self.names.get(f"{kind} {id}") or Name({"en": id})

    def discount(self, quarter: int) -> float:
        """The factor for a money flow in ``quarter``: (1 + rate) ^ (-quarter / 4)."""
        return float((1.0 + self.discount_rate) ** (-quarter / 4))

    def label(self, quarter: int) -> str:
        """A quarter as the files write it: ``2017/18 Q2``."""
        return self.calendar.label(quarter)

    def file_label(self, quarter: int) -> str:
        """A quarter as the names of files have it: ``2017-18-Q2``."""
        return self.label(quarter).replace("/", "-").replace(" ", "-")


def require_inventory(given: object) -> None:
    """Refuses what is no inventory, such as the name of its folder, before anything is asked of it.

    Raises:
        InvalidArgument: it is none.
    """
    if not isinstance(given, Inventory):
        kind = "a path" if isinstance(given, str | PurePath) else f"of the type {type(given).__name__}"
        raise InvalidArgument("inventory", repr(given)[:80], f"{kind}, not an inventory; give what load returns")


def require_plan_of(inventory: Inventory, plan: Plan, argument: str = "plan") -> None:
    """Refuses a plan that was made of another inventory, before anything is asked of it.

    Raises:
        InvalidArgument: it was, or it or the inventory is none; ``argument`` is what the plan was given as.
    """
    require_inventory(inventory)
    require_plan(plan, argument)
    if plan.inventory != inventory.content_hash:
        raise InvalidArgument(argument, plan.programme, "a plan of another inventory than the one given")
