"""An options appraisal: the options beside doing nothing and doing the minimum, each by its own ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import fsum
from pathlib import Path

from consolidate.accounts.journal import REVENUE_KINDS
from consolidate.accounts.ledger import Ledger, baseline, years_of
from consolidate.accounts.verdict import violations
from consolidate.audience.restriction import highest_classification
from consolidate.cost_sharing.apportionment import apportion
from consolidate.explain.option_plans import ComparedOptions, OptionBooks, OptionKind, compared_options
from consolidate.explain.step_words import way_of_steps
from consolidate.explain.switching import SwitchingValue, switching_values
from consolidate.explain.values import CostLine, DatedQuarter, cost_lines, dated, dated_or_none
from consolidate.inventory import Inventory
from consolidate.parallel.plans import PlanOptions
from consolidate.phrases import NameInLanguages, Phrase
from consolidate.plan import Plan, Stay
from consolidate.quarters import year_label
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.vocabulary import counted

APPRAISAL_GAP = 0.005
"""How near the best a plan is made that is only compared."""


@dataclass(frozen=True)
class CashOfYear:
    """What is paid in a financial year, undiscounted; ``partner`` is empty for all together.

    ``revenue`` is without ``own_days``, the worth of one's own people's days, which is no payment. A partner's amounts
    are its own and its part of what all share, to the penny.
    """

    partner: str
    year: str
    capital: float
    revenue: float
    own_days: float


@dataclass(frozen=True)
class UnsupportedOfTier:
    """Quarters in which systems of a tier (empty: of none) run unsupported, all told."""

    tier: str
    quarters: int


@dataclass(frozen=True)
class PeopleOfYear:
    """Person-days of a role in a financial year; ``bought``: of them, from an agency."""

    role: str
    year: str
    days: float
    bought: float


@dataclass(frozen=True)
class AppraisedOption:
    """An option of the appraisal; amounts in the inventory's currency.

    Attributes
    ----------
    name, kind
        ``nothing``, ``minimum`` or ``plan``.
    source
        The file that the plan was read from; empty where it was made, or there is none.
    inventory
        The hash of its inventory.
    systems, moving, renewed, retired
        How many it has; how many of them move, are renewed in place, and are retired. The others stay.
    broken
        How many rules it breaks; doing nothing may. A plan breaks none.
    costs
        By kind, discounted, over the appraisal, beside doing nothing *with the option's own figures*.
    whole_life, cash
        All of them; and what of it is paid, so without judged exposure and the price of change.
    do_nothing
        What doing nothing costs with the option's own figures, as ``whole_life``.
    npv, cash_npv
        Net present value against doing nothing with the same figures: what the option costs less, in all and in cash.
    npv_at_most
        No plan of the option is worth more: a proven bound. None where quarters are minimised, and for doing nothing.
    years, partners
        Cash by year; and by partner and year.
    unsupported, people
        By tier, and by role and year.
    finish
        The last cutover; None where nothing moves.
    """

    name: str
    kind: OptionKind
    source: str
    inventory: str
    systems: int
    moving: int
    renewed: int
    retired: int
    broken: int
    costs: tuple[CostLine, ...]
    whole_life: float
    cash: float
    do_nothing: float
    npv: float
    cash_npv: float
    npv_at_most: float | None
    years: tuple[CashOfYear, ...]
    partners: tuple[CashOfYear, ...]
    unsupported: tuple[UnsupportedOfTier, ...]
    people: tuple[PeopleOfYear, ...]
    finish: DatedQuarter | None

    @property
    def quarters_unsupported(self) -> int:
        """Unsupported quarters of all tiers."""
        return sum(one.quarters for one in self.unsupported)


@dataclass(frozen=True)
class SystemInOption:
    """How and when a system moves in an option: its last step of work. ``how`` is ``stays``, or empty without it."""

    how: str
    cutover: DatedQuarter | None


@dataclass(frozen=True)
class SystemInOptions:
    """A system that is not treated alike in all options but doing nothing; ``options`` are in their order."""

    system: str
    options: tuple[SystemInOption, ...]


@dataclass(frozen=True)
class OptionsAppraisal:
    """What the options are worth.

    Attributes
    ----------
    programme, currency, price_base, discount_rate, marking
        Of the inventory itself; ``marking`` is the highest classification of the options' systems.
    first, last
        The quarters appraised.
    options
        Doing nothing, doing the minimum (where there is such a plan), and the options in their order.
    no_minimum
        Why there is no plan that does only the minimum: what is said of it, a line each; else empty.
    left_out
        Scenarios that have no plan, each with the reason: where all are compared, they are no options. One that was
        named is an error.
    moves
        What differs between them, doing nothing apart.
    best
        The option worth most of those that break no rule and with whose figures doing nothing costs the same as with
        the inventory's own: the worth of others is of something else. None where there is none.
    proven
        Whether no plan of another of these could be worth more than it.
    switching
        How far figures must change before another of these is worth more: see
        :mod:`consolidate.explain.switching`.
    names
        What tiers, roles and partners are called, by ``tier gold``, ``role dba``, ``partner torfaen``.
    """

    programme: NameInLanguages
    currency: str
    price_base: str
    discount_rate: float
    marking: str
    first: DatedQuarter
    last: DatedQuarter
    options: tuple[AppraisedOption, ...]
    no_minimum: tuple[str, ...]
    left_out: tuple[str, ...]
    moves: tuple[SystemInOptions, ...]
    best: str | None
    proven: bool
    switching: tuple[SwitchingValue, ...]
    names: Mapping[str, str]

    def __repr__(self) -> str:
        best = f"the best is {self.best}{'' if self.proven else ', not proven'}" if self.best else "none is the best"
        return f"<OptionsAppraisal of {self.programme}: {counted(len(self.options), 'option')}; {best}>"

    def option(self, name: str) -> AppraisedOption:
        """The option of that name."""
        return next(one for one in self.options if one.name == name)


def compare_options(
    folder: str | Path,
    names: Sequence[str] = (),
    *,
    plans: str | Path | None = None,
    options: PlanOptions | None = None,
    time_limit: float | None = None,
    monitor: ProgressMonitor | None = None,
    executor: Executor | None = None,
) -> OptionsAppraisal:
    """Compare options: scenarios and plans, with doing nothing and doing the minimum beside them.

    Doing nothing leaves every system as it is and builds nothing. Doing the minimum is the cheapest plan in which every
    system stays that may (see :mod:`consolidate.explain.do_minimum`). Both are of the inventory itself.

    Parameters
    ----------
    folder
        The folder that holds programme.yaml.
    names
        Of scenarios, or of files plan.json; ``base`` is the inventory itself. Default: that, and all scenarios.
    plans
        A folder with a plan.json, and one for each scenario in a folder of its name: those of the inventory as it is
        now are taken. Others are made.
    options
        How plans are made; default :class:`PlanOptions` with a gap of 0.5% and without certificates.
    time_limit, monitor, executor
        As :func:`consolidate.plan_many` takes them.

    Returns
    -------
    OptionsAppraisal
        Plain data; every amount is of a ledger, or the difference of two.

    Raises
    ------
    InvalidInventory
        The inventory, or a scenario, has errors.
    RejectedPlan
        A plan is of another inventory, or of this one as it was.
    NoPlan, OutOfTime
        An option that was named has no plan, or none was found in the time; the message names it.
    UserError
        A name is neither a scenario's nor a plan's; or the options' costs do not compare.
    """
    found = compared_options(
        Path(folder),
        names,
        None if plans is None else Path(plans),
        options or PlanOptions(gap=APPRAISAL_GAP, certify=False),
        time_limit=time_limit,
        monitor=monitor,
        executor=executor,
    )
    return _of_options(found)


def _of_options(found: ComparedOptions) -> OptionsAppraisal:
    base = found.options[0].inventory
    appraised = tuple(_appraised(one) for one in found.options)
    alike = [one for one in appraised if one.kind != "plan" or abs(one.do_nothing - appraised[0].do_nothing) < 0.5]
    best = max((one for one in alike if not one.broken), key=lambda one: one.npv, default=None)
    return OptionsAppraisal(
        programme=NameInLanguages(base.programme.texts),
        currency=base.currency,
        price_base=base.price_base,
        discount_rate=base.discount_rate,
        marking=_marking([one.inventory for one in found.options]),
        first=dated(base, 0),
        last=dated(base, base.appraisal_quarters - 1),
        options=appraised,
        no_minimum=found.no_minimum,
        left_out=found.left_out,
        moves=tuple(_moves(found.options)),
        best=None if best is None else best.name,
        proven=best is not None and all(_worth_less(one, best) for one in alike if one is not best),
        switching=_switching(found.options, best, [one.name for one in alike if not one.broken]),
        names={key: name for one in found.options for key, name in _names(one.inventory)},
    )


def _switching(
    options: Sequence[OptionBooks], best: AppraisedOption | None, names: Sequence[str]
) -> tuple[SwitchingValue, ...]:
    """The switching values of the best option against the others that come into question."""
    if best is None:
        return ()
    mine = next(one for one in options if one.name == best.name)
    return switching_values(mine, [one for one in options if one.name in names and one is not mine])


def _marking(inventories: Sequence[Inventory]) -> str:
    """The highest classification of their systems, by the first inventory's order."""
    known = inventories[0].classifications
    found = {highest_classification(one, one.systems) for one in inventories}
    return max(found, key=lambda one: known.index(one) if one in known else len(known), default="")


def _names(inventory: Inventory) -> Iterator[tuple[str, str]]:
    yield from ((f"tier {id}", NameInLanguages(inventory.name_of("tier", id).texts)) for id in inventory.tiers)
    yield from ((f"role {id}", NameInLanguages(inventory.name_of("role", id).texts)) for id in inventory.roles)
    yield from ((f"partner {id}", NameInLanguages(one.name.texts)) for id, one in inventory.partners.items())


def _worth_less(one: AppraisedOption, best: AppraisedOption) -> bool:
    """Whether no plan of an option could be worth more than the best one found, to the penny."""
    if one.kind == "nothing":
        return one.broken > 0 or one.npv <= best.npv
    return one.npv_at_most is not None and one.npv_at_most <= best.npv + 0.005


def _appraised(one: OptionBooks) -> AppraisedOption:
    inventory, book = one.inventory, one.book
    before = book if one.plan is None else baseline(inventory)
    bounded = one.plan is not None and inventory.minimise == "cost"
    outcomes = Counter(course.outcome for course in book.courses.values())
    return AppraisedOption(
        name=one.name,
        kind=one.kind,
        source=one.source,
        inventory=inventory.content_hash,
        systems=len(inventory.systems),
        moving=outcomes["moves"],
        renewed=outcomes["renewed"],
        retired=outcomes["retires"],
        broken=_broken(inventory) if one.plan is None else 0,
        costs=cost_lines(vars(book.costs), vars(before.costs)),
        whole_life=book.total,
        cash=book.paid,
        do_nothing=before.total,
        npv=before.total - book.total,
        cash_npv=before.paid - book.paid,
        npv_at_most=before.total - one.plan.bound if bounded and one.plan is not None else None,
        years=tuple(_cash(inventory, book)),
        partners=tuple(_cash_of_partners(inventory, book)),
        unsupported=_unsupported(inventory, book),
        people=tuple(_people(inventory, book)),
        finish=dated_or_none(inventory, book.finish - 1 if book.finish else None),
    )


def _broken(inventory: Inventory) -> int:
    """How many rules are broken if everything is left as it is."""
    left = Plan(moves=(), stays=tuple(map(Stay, inventory.systems)), builds=(), agency=())
    return len(violations(replace(inventory, progress=None), left))


def _cash(inventory: Inventory, book: Ledger) -> Iterator[CashOfYear]:
    for year, _ in years_of(inventory.calendar, inventory.appraisal_quarters):
        kinds: dict[str, list[float]] = defaultdict(list)
        for (_, when, kind), amount in book.cash.items():
            if when == year:
                kinds[kind].append(amount)
        amounts = {kind: fsum(parts) for kind, parts in kinds.items()}
        yield CashOfYear("", year_label(year), *_apart(amounts))


def _cash_of_partners(inventory: Inventory, book: Ledger) -> Iterator[CashOfYear]:
    amounts: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    shared = apportion(inventory, book)
    for line in shared.lines:
        amounts[line.partner, line.year][line.kind] = (line.direct + line.allocated) / 100
    for partner in shared.partners:
        for year in shared.years:
            yield CashOfYear(partner, year_label(year), *_apart(amounts[partner, year]))


def _apart(amounts: dict[str, float]) -> tuple[float, float, float]:
    """Capital, revenue that is paid, and the worth of one's own people's days."""
    revenue = fsum(amounts.get(kind, 0.0) for kind in REVENUE_KINDS if kind != "staff")
    return amounts.get("capital", 0.0), revenue, amounts.get("staff", 0.0)


def _unsupported(inventory: Inventory, book: Ledger) -> tuple[UnsupportedOfTier, ...]:
    """Every tier, those with none too, and what has no tier where there is any."""
    counts = dict.fromkeys([*inventory.tiers, ""], 0)
    for id, quarters in book.exposed.items():
        counts[inventory.systems[id].tier or ""] += len(quarters)
    return tuple(UnsupportedOfTier(tier, count) for tier, count in counts.items() if tier or count)


def _people(inventory: Inventory, book: Ledger) -> Iterator[PeopleOfYear]:
    """Years in which a role works."""
    for role in inventory.roles:
        for year, quarters in years_of(inventory.calendar, inventory.appraisal_quarters):
            days = fsum(book.effort.get((role, q), 0.0) for q in quarters)
            if days:
                bought = fsum(book.agency.get((role, q), 0.0) for q in quarters)
                yield PeopleOfYear(role, year_label(year), days, bought)


def _moves(options: Sequence[OptionBooks]) -> Iterator[SystemInOptions]:
    planned = [one for one in options if one.plan is not None]
    for id in dict.fromkeys(id for one in planned for id in one.inventory.systems):
        ways = tuple(_way(one, id) for one in planned)
        if len(set(ways)) > 1:
            yield SystemInOptions(id, tuple(_way(one, id) for one in options))


def _way(one: OptionBooks, id: str) -> SystemInOption:
    course = one.book.courses.get(id)
    if course is None:
        return SystemInOption("", None)
    if not course.works:
        return SystemInOption(Phrase("stays"), None)
    how = way_of_steps([(work.step.approach, work.step.to) for work in course.works])
    return SystemInOption(how, dated(one.inventory, course.works[-1].cutover))
