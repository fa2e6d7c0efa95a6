"""The calendar of decisions: by when each start, build and notice of a plan must be decided, and what missing it costs.

The last responsible moment of a start or a build is the latest quarter in which it costs nothing measurable more, found
by planning it a quarter later, and another, until it does (:mod:`consolidate.explain.last_moments`); where quarters are
minimised, in which the last cutover stays where it is, too (:mod:`consolidate.explain.finish_levels`). Each is asked
by itself: two delays at once may cost more. Contracts have their last day for notice; what a missed one costs is what
the same plan costs with the contract renewed once. One that is bought out is left on the day on which its system is
switched off; a buy-out that is missed costs what the rest of its term does beyond the price of leaving.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Literal

from consolidate.accounts.contract_notices import ContractNotice, Intention, contract_notices
from consolidate.accounts.ledger import ledger
from consolidate.errors import InvalidArgument
from consolidate.explain.explain_choice import EXPLAINED_GAP, asked_reading
from consolidate.explain.explained import PlanFinish, PricedChoice
from consolidate.explain.last_moments import Asking, LastMoment, Work, last_moment
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.system_explained import LATER
from consolidate.explain.values import DatedQuarter, dated
from consolidate.inventory import Inventory
from consolidate.parallel.mapping import Round, done_by
from consolidate.phrases import NameInLanguages, Phrase
from consolidate.plan import Plan
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.variants import variant, with_entry
from consolidate.vocabulary import counted

DecisionKind = Literal["start", "build", "notice", "renewal"]
_OF_CONTRACTS: dict[Intention, Phrase] = {
    "leave": Phrase("leave the contract"),
    "left": Phrase("leave the contract (was notice given?)"),
    "buy_out": Phrase("buy out the contract"),
    "stay": Phrase("let the contract renew"),
}
"""What is to be decided of a contract."""
_NOTICE_GONE_BY = Phrase("buy out the contract (was notice given?)")


@dataclass(frozen=True)
class Decision:
    """Something of a plan that must be decided by a day.

    Attributes
    ----------
    day
        The last responsible day: the first of the latest quarter in which work may start, or the last for notice.
    kind
        ``start`` of a step of a system; ``build`` of a service; ``notice``, a contract that the plan leaves at
        the end of a term or buys out; ``renewal``, one that it lets run on, of which this is the last day to leave it
        instead.
    id, name, step
        The system or service; of a start, the number of the step.
    what
        In words: the approach, or what becomes of the contract.
    planned, latest
        Of a start or a build, the quarter in which the plan has it, and the latest at no measurable cost.
    open_ended
        Whether it may be later still: the last quarter that was tried costs nothing measurable either.
    missed
        Of a start or a build, what the quarter after the latest costs, or what forbids it (its cutover, or from when
        it is ready): where no later one is in the horizon, that it ends. None where nothing later was asked.
    again
        Where that cannot be, what the first quarter after it costs in which it may be again, or that no plan was found;
        None where none that was tried may.
    never_later
        Whether it is proven that it can be in no later quarter in the same way.
    otherwise
        Of a start, what costs less than that, or costs something where that has no cost: what the system does in the
        best plan found in which no work on it begins by the latest quarter, by any of its options. Of a build, to build
        it later or, in large inventories, not at all. ``at_least`` of a start holds for all plans in which it is missed
        so. ``impossible`` or ``forbidden``: it is proven that there is no such plan. None where nothing better was
        found, and of a second step, of which it is not asked.
    tried
        Of a start or a build, whether it was tried later; False where a stop came before, or nothing was to be tried:
        then its latest quarter is the plan's own, or the last that was tried.
    cost
        What missing it costs: the difference of two ledgers' totals; *at most*, of a start or a build, whichever of the
        three costs least. None where it cannot be missed, or no plan was found.
    ends
        Of a contract, when the term ends.
    left
        Of a contract that is bought out before that, the last day that it is in use.
    partners
        Whose it is: the partner of the system; of a build, all partners whose moves in the plan need the service, or
        one that needs it.
    """

    day: dt.date
    kind: DecisionKind
    id: str
    name: NameInLanguages
    step: int
    what: Phrase
    planned: DatedQuarter | None = None
    latest: DatedQuarter | None = None
    open_ended: bool = False
    missed: PricedChoice | None = None
    again: PricedChoice | None = None
    never_later: bool = False
    otherwise: PricedChoice | None = None
    tried: bool = True
    cost: float | None = None
    ends: dt.date | None = None
    left: dt.date | None = None
    partners: tuple[str, ...] = ()


@dataclass(frozen=True)
class DecisionCalendar:
    """The decisions of a plan, in the order of their days.

    ``marking``: the highest classification of the systems. ``total``: what the plan costs; ``slack``: by how
    much it may lie above the best, within which nothing is measurable. ``ends``: where quarters are minimised, when the
    plan ends; then the latest quarter of a decision is one with which it ends as soon, and ``slack`` is of plans that
    do. ``plan``: the hash of its inventory; ``stamp``:
    the first day of its first open quarter. ``stopped``: whether a stop ended it before it was done; then what was not
    tried yet (``tried`` of a decision) has the quarter that the plan has. ``left_out``: how many decisions
    :meth:`only` has left out.
    """

    programme: NameInLanguages
    marking: str
    currency: str
    plan: str
    stamp: dt.date
    total: float
    slack: float
    decisions: tuple[Decision, ...]
    ends: PlanFinish | None = None
    stopped: bool = False
    left_out: int = 0

    def __repr__(self) -> str:
        return f"<DecisionCalendar of {self.programme}: {counted(len(self.decisions), 'decision')}>"

    def only(
        self, partners: Collection[str] = (), kinds: Collection[str] = (), until: dt.date | None = None
    ) -> DecisionCalendar:
        """The same with some of its decisions alone.

        Parameters
        ----------
        partners
            Those of these partners; none given: of all.
        kinds
            Those of these kinds (:attr:`Decision.kind`); none given: of all.
        until
            Those that are due by this day; None: all.

        Returns
        -------
        DecisionCalendar
            With the rest counted in ``left_out``.
        """
        shown = tuple(
            one
            for one in self.decisions
            if (not partners or not set(partners).isdisjoint(one.partners))
            and (not kinds or one.kind in kinds)
            and (until is None or one.day <= until)
        )
        return replace(self, decisions=shown, left_out=self.left_out + len(self.decisions) - len(shown))


def decisions(
    inventory: Inventory,
    plan: Plan,
    *,
    later: int = LATER,
    gap: float = EXPLAINED_GAP,
    start: Start | None = None,
    monitor: ProgressMonitor | None = None,
    executor: Executor | None = None,
) -> DecisionCalendar:
    """By when each start, build, notice and renewal of a plan must be decided, and what missing it costs.

    Parameters
    ----------
    inventory, plan, gap, start
        As :func:`consolidate.explain_choice` takes them.
    later
        By how many quarters later each start and build is tried at most; 0: the plan's own quarters.
    monitor
        Progress callback and stop request; ``on_plan`` is told of each start and build. When stopped, those that were
        not tried yet have the quarter that the plan has.
    executor
        Who does the searches, from :func:`consolidate.planning_workers`; None: this process. The answer is the same.

    Returns
    -------
    DecisionCalendar
        Plain data, in the order of the days.

    Raises
    ------
    RejectedPlan
        The plan is not one of this inventory as it is now, or breaks a rule.
    InvalidArgument
        ``inventory`` is none; ``later`` is below 0, or ``gap`` no share.
    Disagreement
        The ledger rejects a plan that was found: a fault of this package.
    """
    if later < 0:
        raise InvalidArgument("later", str(later), "give 0 or more quarters")
    asking, monitor = Asking(asked_reading(inventory, plan), start, gap, later), monitor or ProgressMonitor()
    works = asking.works()

    def begun(number: int, done: int) -> None:
        monitor.on_plan(done, len(works), works[number].id)

    how = Round(executor, monitor, on_start=begun)
    found = [*_work(asking, how), *_contracts(asking.reading)]
    return DecisionCalendar(
        programme=NameInLanguages(inventory.programme.texts),
        marking=asking.reading.marking,
        currency=inventory.currency,
        plan=inventory.content_hash,
        stamp=inventory.calendar.first_day(inventory.open),
        total=asking.reading.book.total,
        slack=asking.slack,
        ends=asking.ends,
        stopped=monitor.stop(),
        decisions=tuple(sorted(found, key=lambda one: (one.day, one.kind, one.id, one.step))),
    )


# -- starts and builds ----------------------------------------------------------------------------


def _work(asking: Asking, how: Round) -> Iterator[Decision]:
    """The starts and builds that are still to be decided, each with its last moment."""
    reading = asking.reading
    todo = asking.works()
    answers = dict(done_by(last_moment, asking, todo, how))
    needing = _needing(reading)
    for number, work in enumerate(todo):
        found = _decided(reading.inventory, work, answers.get(number) or LastMoment(0, stopped=True), asking.later)
        own = (work.id.partition("/")[0],) if work.kind == "start" else needing.get(work.id, ())
        yield replace(found, partners=own)


def _needing(reading: PlanReading) -> Mapping[str, tuple[str, ...]]:
    """By service, the partners whose moves in the plan need it, or need one that is built on it."""
    inventory = reading.inventory
    found: dict[str, set[str]] = {}
    for move in reading.plan.moves:
        system = inventory.systems[move.system]
        steps = [option.steps[move.step - 1] for option in system.options if option.number == move.option]
        waiting = [service for step in steps for service in step.needs]
        while waiting:
            service = waiting.pop()
            partners = found.setdefault(service, set())
            if system.partner not in partners:
                partners.add(system.partner)
                waiting += inventory.services[service].needs if inventory.services[service].build is not None else ()
    return {service: tuple(sorted(partners)) for service, partners in found.items()}


def _decided(inventory: Inventory, work: Work, found: LastMoment, later: int) -> Decision:
    named = inventory.services[work.id] if work.kind == "build" else inventory.systems[work.id]
    latest = dated(inventory, work.start + found.quarters)
    ways = [one for one in (found.missed, found.again, found.otherwise) if one is not None and one.cost is not None]
    return Decision(
        day=latest.begins,
        kind=work.kind,
        id=work.id,
        name=NameInLanguages(named.name.texts),
        step=work.step,
        what=work.what,
        planned=dated(inventory, work.start),
        latest=latest,
        open_ended=bool(found.quarters) and found.missed is None,
        missed=found.missed,
        again=found.again,
        never_later=found.never_later,
        otherwise=found.otherwise,
        tried=bool(later) and not found.stopped,
        cost=min(((one.later, one.cost or 0.0) for one in ways), default=(0, None))[1],
    )


# -- contracts ------------------------------------------------------------------------------------


@variant
def renewed_until(inventory: Inventory, system: str, month: int) -> Inventory:
    """A system's contract ends no sooner than at the end of a month (year * 12 + month - 1)."""
    found = inventory.systems[system]
    assert found.contract is not None
    changed = replace(found, contract=replace(found.contract, ends=month))
    return replace(inventory, systems=with_entry(inventory.systems, system, changed))


@variant
def not_bought_out(inventory: Inventory, system: str) -> Inventory:
    """A system's contract cannot be left before a term ends."""
    found = inventory.systems[system]
    assert found.contract is not None
    changed = replace(found, contract=replace(found.contract, exit=None))
    return replace(inventory, systems=with_entry(inventory.systems, system, changed))


def _open_days(inventory: Inventory) -> tuple[dt.date, dt.date]:
    """The first and the last day of the open quarters of the horizon."""
    return inventory.calendar.first_day(inventory.open), inventory.calendar.last_day(inventory.plan_quarters - 1)


def _contracts(reading: PlanReading) -> Iterator[Decision]:
    """The last days for notice, and for buying out, in the open quarters; and what missing them costs."""
    inventory = reading.inventory
    for one in contract_notices(inventory, reading.book, *_open_days(inventory)):
        what, cost = _OF_CONTRACTS[one.wish], None
        if one.wish == "buy_out":
            what, cost = _NOTICE_GONE_BY if one.late else what, _cost_of_the_rest(reading, one)
        elif one.wish in ("leave", "left"):
            cost = _cost_of_renewal(reading, one)
        yield Decision(
            day=one.day,
            kind="renewal" if one.wish == "stay" else "notice",
            id=one.system,
            name=NameInLanguages(inventory.systems[one.system].name.texts),
            step=one.term.number + 1,
            what=what,
            cost=cost,
            ends=one.term.ends,
            left=one.left,
            partners=(inventory.systems[one.system].partner,),
        )


def _cost_of_the_rest(reading: PlanReading, one: ContractNotice) -> float:
    """What the same plan costs more with a contract paid to the end of its term."""
    return ledger(not_bought_out(reading.inventory, one.system), reading.plan).total - reading.book.total


def _cost_of_renewal(reading: PlanReading, notice: ContractNotice) -> float:
    """What the same plan costs more with a contract renewed once more than it wants."""
    contract = reading.inventory.systems[notice.system].contract
    assert contract is not None
    month = contract.ends + (notice.term.number + 1) * max(contract.renews_for, 1)
    changed = renewed_until(reading.inventory, notice.system, month)
    return ledger(changed, reading.plan).total - reading.book.total
