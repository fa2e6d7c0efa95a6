"""Small inventories and plans for the tests, in a few words.

Quarters are numbers from the horizon's start, 2016/17 Q1 unless said otherwise. Amounts that
the loader would work out (a consolidated system's run cost, say) are filled in here as well,
so that a test states only what it is about::

    inv = inventory(
        system("torfaen/hr", retain(), consolidate("hr", quarters=2, effort={"dba": 10}), run_cost=1_000),
        services=[service("hr", build(quarters=1, capital=500), run_cost_per_user=2)],
        roles=[role("dba", 20)],
    )
    plan = plan_of(inv, {"torfaen/hr": (2, 1)}, builds={"hr": 0})    # option 2 from quarter 1
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from consolidate.inventory import (
    Apportion,
    Budget,
    Build,
    Contract,
    EndOfLife,
    Freeze,
    Interface,
    Inventory,
    Limit,
    Milestone,
    Name,
    Option,
    Partner,
    Period,
    Pot,
    Role,
    Selection,
    Service,
    Step,
    System,
    Target,
    When,
)
from consolidate.plan import Agency, Move, Plan, ServiceBuild, Stay
from consolidate.quarters import Calendar, parse_year

DEFAULT = -1.0
"""A run cost that :func:`inventory` fills in: what the format says when the file says nothing."""

Amounts = float | Sequence[float] | Mapping[int, float]
"""One figure for every quarter; a list of them; or by quarter, 0 elsewhere."""


def spread(effort: Mapping[str, float | Sequence[float]] | None, quarters: int) -> dict[str, tuple[float, ...]]:
    """Person-days by role: a number is spread evenly over the quarters, a list stands."""
    length = max(quarters, 1)
    return {
        role: (days / length,) * length if isinstance(days, int | float) else tuple(map(float, days))
        for role, days in (effort or {}).items()
    }


def by_pot(capital: float | Mapping[str | None, float]) -> dict[str | None, float]:
    """A plain number belongs to no pot here: name the pot in tests that are about pots."""
    if isinstance(capital, int | float):
        return {None: float(capital)} if capital else {}
    return dict(capital)


def option(
    approach: str,
    to: str | None = None,
    *,
    quarters: int = 1,
    effort: Mapping[str, float | Sequence[float]] | None = None,
    capital: float | Mapping[str | None, float] = 0.0,
    one_off: float = 0.0,
    run_cost: float = DEFAULT,
    parallel_run: int = 0,
    end_of_life: int | None = None,
    needs: Sequence[str] = (),
    then: Option | None = None,
    ends_contract: bool | None = None,
) -> Option:
    """An option with a single step, or with the first step of ``then`` as its second.

    Unless it is said, the contract of today ends with a step that moves the system, whatever its approach.
    """
    both = tuple(dict.fromkeys([*needs, *([to] if to else [])]))
    days = spread(effort, quarters)
    ends = approach not in ("retain", "refresh") if ends_contract is None else ends_contract
    step = Step(
        *(approach, to, quarters, days, by_pot(capital), one_off, run_cost, parallel_run, end_of_life, both, ends),
        support_ends=software_ends(end_of_life),
    )
    return Option(1, step, then.first if then else None)


def software_ends(quarter: int | None) -> EndOfLife:
    """The software's support ends with a quarter; None: with none."""
    return EndOfLife(None if quarter is None else When(quarter))


def retain() -> Option:
    return option("retain", quarters=0)


def refresh(**more: object) -> Option:
    return option("refresh", **more)  # type: ignore[arg-type]


def rehost(**more: object) -> Option:
    return option("rehost", **more)  # type: ignore[arg-type]


def retire(**more: object) -> Option:
    return option("retire", **more)  # type: ignore[arg-type]


def consolidate(to: str, **more: object) -> Option:
    return option("consolidate", to, **more)  # type: ignore[arg-type]


def system(
    id: str,
    *options: Option,
    run_cost: float = 0.0,
    users: float = 0.0,
    name: str | None = None,
    capability: str | None = None,
    tier: str | None = None,
    exposure: float = 0.0,
    size: str = "medium",
    end_of_life: int | None = None,
    product: str | None = None,
    extended_support: float = 0.0,
    contract: Contract | None = None,
    classification: str | None = None,
    after: Sequence[str] = (),
    interfaces: Mapping[str, float] | None = None,
    area: str | None = None,
    confidence: str = "medium",
    must_move: bool = False,
    earliest: int = 0,
    latest: int | None = None,
    extended_until: int | None = None,
    joins: int = 0,
) -> System:
    """A system; without options it can be retained, or rehosted in one quarter (options 1 and 2)."""
    partner, _, short = id.partition("/")
    return System(
        id=id,
        partner=partner,
        name=Name({"en": name or short}),
        capability=capability or short,
        tier=tier,
        exposure=exposure,
        users=users,
        size=size,
        run_cost=run_cost,
        end_of_life=end_of_life,
        product=product,
        extended_support=extended_support,
        contract=contract,
        classification=classification,
        after=tuple(after),
        interfaces=tuple(Interface(other, cost) for other, cost in (interfaces or {}).items()),
        area=area,
        confidence=confidence,
        must_move=must_move,
        earliest=max(earliest, joins),
        latest=latest,
        support_ends=software_ends(end_of_life),
        extended_until=extended_until,
        joins=joins,
        options=tuple(replace(one, number=n) for n, one in enumerate(options or (retain(), rehost()), start=1)),
    )


def contract(
    cost: float, ends: int, *, renews_for: int = 12, exit: float | None = None, notice: int | None = None
) -> Contract:
    """A contract that ends with quarter ``ends``, counted from 2016/17 Q1."""
    return Contract(cost, Calendar(4 * 2016).last_month(ends), renews_for, notice, exit)


def build(
    quarters: int = 1,
    *,
    effort: Mapping[str, float | Sequence[float]] | None = None,
    capital: float | Mapping[str | None, float] = 0.0,
    run_cost: float = 0.0,
) -> Build:
    return Build(quarters, spread(effort, quarters), by_pot(capital), run_cost)


def service(
    id: str,
    made: Build | None = None,
    *,
    ready: int = 0,
    provides: str | None = None,
    needs: Sequence[str] = (),
    earliest: int = 0,
    run_cost_per_user: float = 0.0,
    run_cost_per_system: float = 0.0,
    capacity: float | None = None,
    accredited_to: str | None = None,
    after: Sequence[str] = (),
    must_build: bool = False,
    latest: int | None = None,
) -> Service:
    """A service that is built, or without ``made`` exists from quarter ``ready``."""
    return Service(
        id=id,
        name=Name({"en": id}),
        provides=provides or id,
        needs=tuple(needs),
        earliest=earliest,
        build=made,
        ready=None if made else ready,
        run_cost_per_user=run_cost_per_user,
        run_cost_per_system=run_cost_per_system,
        capacity=capacity,
        accredited_to=accredited_to,
        after=tuple(after),
        must_build=must_build,
        latest=latest,
    )


def role(
    id: str, days: Amounts | None = None, *, agency: Amounts = 0.0, rate: Amounts = 0.0, worth: Amounts | None = None
) -> tuple[object, ...]:
    """A role for :func:`inventory`; ``days=None`` means not limited; ``worth`` of an own day, in quarters appraised."""
    return (id, days, agency, rate, worth)


def pot(id: str, amount: Amounts | Mapping[str, float], *, carry_forward: bool = False) -> tuple[object, ...]:
    """A pot for :func:`inventory`.

    A number is each year's amount, a list the years' in order; by label (``2016/17`` or ``2016/17 Q3``)
    as in the format, but for ``default``.
    """
    return (id, amount, carry_forward)


def who(*systems: str, text: str = "") -> Selection:
    return Selection(frozenset(systems), text or ", ".join(systems))


def freeze(quarters: Iterable[int], *systems: str, stops_work: bool = False, why: str = "a reason") -> Freeze:
    return Freeze(frozenset(quarters), stops_work, who(*systems), why)


def limit(moves: int, *systems: str) -> Limit:
    return Limit(moves, who(*systems))


def milestone(by: int, share: str, *systems: str, why: str = "a reason") -> Milestone:
    """``share`` as a fraction or a decimal in text: ``1/2``, ``0.7``."""
    return Milestone(by, Fraction(share), who(*systems), why)


def inventory(
    *systems: System,
    services: Sequence[Service] = (),
    roles: Sequence[tuple[object, ...]] = (),
    pots: Sequence[tuple[object, ...]] = (),
    partners: Sequence[Partner] = (),
    T: int = 8,
    A: int | None = None,
    rate: float = 0.0,
    minimise: str = "cost",
    stability: float = 0.0,
    tiers: Mapping[str, float] | None = None,
    classifications: Sequence[str] = (),
    freezes: Sequence[Freeze] = (),
    limits: Sequence[Limit] = (),
    milestones: Sequence[Milestone] = (),
    together: Sequence[Sequence[str]] = (),
    targets: Mapping[str, float] | None = None,
    budgets: Sequence[tuple[str, float, Sequence[str] | None]] = (),
    apportion: Apportion | None = None,
    approved: Plan | None = None,
    start: str = "2016/17 Q1",
    programme: str = "Test programme",
    currency: str = "GBP",
    scenario: str | None = None,
) -> Inventory:
    """An inventory; ``rate`` (the discount rate) is 0 unless given, to keep sums easy to follow.

    ``targets``: savings by financial year. ``budgets``: financial year, amount, partners (None: the whole programme).
    Partners are made up from the systems' ids, and join when their systems do.
    """
    calendar = Calendar(Calendar(0).quarter(start))
    A = T if A is None else A
    known = {service.id: service for service in services}
    named = {partner.id: partner for partner in partners}
    ids = dict.fromkeys([*named, *(one.partner for one in systems)])
    return Inventory(
        programme=Name({"en": programme}),
        currency=currency,
        price_base=calendar.year_label(0),
        calendar=calendar,
        plan_quarters=T,
        appraisal_quarters=A,
        discount_rate=rate,
        minimise=minimise,
        stability=stability,
        tiers=dict(tiers or {}),
        classifications=tuple(classifications),
        roles={str(one[0]): _role(one, T, A) for one in roles},
        pots={str(one[0]): _pot(one, calendar, T) for one in pots},
        freezes=tuple(freezes),
        limits=tuple(limits),
        milestones=tuple(milestones),
        together=tuple(map(tuple, together)),
        targets=tuple(_target(label, amount, calendar, A) for label, amount in (targets or {}).items()),
        budgets=tuple(_budget(*given, calendar, A) for given in budgets),
        apportion=apportion or Apportion(),
        services=known,
        partners={id: named.get(id) or _made_up(id, systems) for id in ids},
        systems={one.id: _filled(one, known, dict(tiers or {})) for one in systems},
        scenario=scenario,
        content_hash="0" * 64,
        approved=approved,
        approved_hash="a" * 64 if approved else None,
        progress=None,
        warnings=(),
    )


def _series(amounts: object, T: int) -> tuple[float, ...]:
    if isinstance(amounts, Mapping):
        return tuple(float(amounts.get(q, 0.0)) for q in range(T))
    if isinstance(amounts, Sequence):
        return tuple(map(float, amounts))
    assert isinstance(amounts, int | float)
    return (float(amounts),) * T


def _made_up(id: str, systems: Sequence[System]) -> Partner:
    joins = min((one.joins for one in systems if one.partner == id), default=0)
    return Partner(id, Name({"en": id.title()}), None, 0.0, None, None, joins)


def _role(one: tuple[object, ...], T: int, A: int) -> Role:
    id, days, agency, rate, worth = one
    own = None if days is None else _series(days, T)
    return Role(str(id), own, _series(agency, T), _series(rate, T), () if worth is None else _series(worth, A))


def _pot(one: tuple[object, ...], calendar: Calendar, T: int) -> Pot:
    id, amount, carry_forward = one
    years = list(dict.fromkeys(calendar.year(q) for q in range(T)))
    labels = {year: calendar.year_label(calendar.first_of_year(year)) for year in years}
    if not isinstance(amount, Mapping):
        amount = dict(zip(labels.values(), _series(amount, len(years)), strict=True))
    periods = []
    for year in years:
        quarters = [q for q in range(T) if calendar.year(q) == year]
        by_quarter = [q for q in quarters if calendar.label(q) in amount]
        if by_quarter:
            periods += [
                Period(calendar.label(q), range(q, q + 1), amount.get(calendar.label(q), 0.0)) for q in quarters
            ]
        else:
            span = range(quarters[0], quarters[-1] + 1)
            periods.append(Period(labels[year], span, float(amount.get(labels[year], 0.0))))
    return Pot(str(id), bool(carry_forward), tuple(periods))


def _target(label: str, savings: float, calendar: Calendar, A: int) -> Target:
    first = calendar.first_of_year(parse_year(label))
    return Target(label, range(max(first, 0), min(first + 4, A)), savings)


def _budget(label: str, at_most: float, partners: Sequence[str] | None, calendar: Calendar, A: int) -> Budget:
    return Budget(
        label, _target(label, 0, calendar, A).quarters, at_most, None if partners is None else tuple(partners)
    )


def _filled(one: System, services: Mapping[str, Service], tiers: Mapping[str, float]) -> System:
    options = tuple(
        replace(each, first=_costed(each.first, one, services), then=each.then and _costed(each.then, one, services))
        for each in one.options
    )
    return replace(one, options=options, exposure=one.exposure or tiers.get(one.tier or "", 0.0))


def _costed(step: Step, one: System, services: Mapping[str, Service]) -> Step:
    if step.run_cost != DEFAULT:
        return step
    if step.approach == "retire":
        return replace(step, run_cost=0.0)
    if step.to is not None:
        service = services[step.to]
        return replace(step, run_cost=service.run_cost_per_user * one.users + service.run_cost_per_system)
    return replace(step, run_cost=one.run_cost)


def moves_of(one: System, number: int, start: int, second: int | None = None) -> list[Move]:
    """The moves of a system that takes option ``number`` from quarter ``start`` (and ``second``)."""
    steps = one.option(number).steps
    starts = [start, start + steps[0].quarters if second is None else second]
    return [
        Move(
            s,
            one.id,
            n,
            number,
            step.approach,
            step.to,
            s + step.quarters - 1,
            s + step.quarters - 1 + step.parallel_run,
        )
        for n, (step, s) in enumerate(zip(steps, starts, strict=False), start=1)
    ]


def plan_of(
    inventory: Inventory,
    choices: Mapping[str, tuple[int, ...]] | None = None,
    *,
    builds: Mapping[str, int] | None = None,
    agency: Mapping[tuple[str, int], float] | None = None,
) -> Plan:
    """A plan that claims nothing: ``choices`` by system are (option, start) or (option, start, second start).

    Systems that are not named stay. A second step follows the first at once unless its start is given.
    """
    chosen = choices or {}
    moves = [move for id, choice in chosen.items() for move in moves_of(inventory.systems[id], *choice)]
    made = []
    for id, begun in (builds or {}).items():
        work = inventory.services[id].build
        assert work is not None
        made.append(ServiceBuild(begun, id, begun + work.quarters))
    return Plan(
        moves=tuple(sorted(moves)),
        stays=tuple(sorted(Stay(id) for id in inventory.systems if id not in chosen)),
        builds=tuple(sorted(made)),
        agency=tuple(sorted(Agency(role, q, days) for (role, q), days in (agency or {}).items())),
        programme=str(inventory.programme),
        scenario=inventory.scenario,
        inventory=inventory.content_hash,
        approved=inventory.approved_hash,
    )
