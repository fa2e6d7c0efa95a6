"""The calendar of decisions: by when each start, build and notice of a plan must be decided, and what missing it costs.

The last responsible moment of a start or a build is the latest quarter in which it costs nothing measurable more, found
by planning it a quarter later, and another, until it does (:mod:`consolidate.explain.explainer`); where quarters are
minimised, in which the last cutover stays where it is, too (:mod:`consolidate.explain.finish_levels`). Each is asked
by itself: two delays at once may cost more. Contracts have their last day for notice; what a missed one costs is what
the same plan costs with the contract renewed once. One that is bought out is left on the day on which its system is
switched off; a buy-out that is missed costs what the rest of its term does beyond the price of leaving.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from consolidate.accounts.contract_notices import ContractNotice, Intention, contract_notices
from consolidate.accounts.ledger import ledger
from consolidate.errors import InvalidArgument
from consolidate.explain.choice_search import ChoiceSearch
from consolidate.explain.explain_choice import EXPLAINED_GAP, asked_reading
from consolidate.explain.explained import PlanFinish, PricedChoice
from consolidate.explain.explainer import Question
from consolidate.explain.finish_levels import FinishLevels, Level
from consolidate.explain.names import Named
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.service_explained import ServiceExplainer
from consolidate.explain.step_words import way_of_step
from consolidate.explain.system_explained import SystemExplainer
from consolidate.explain.values import DatedQuarter, dated
from consolidate.forced_choices import is_reported
from consolidate.inventory import Inventory
from consolidate.phrases import NameInLanguages, Phrase, QuarterLabel
from consolidate.plan import Plan
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import ProgressMonitor
from consolidate.variants import variant, with_entry
from consolidate.vocabulary import counted

DecisionKind = Literal["start", "build", "notice", "renewal"]
LATER = 4
"""By how many quarters later each start and build is tried at most."""
STEPS = 1_000
"""Steps of the search for each quarter of each start: as many as are compiled, which takes less time than the 200 that
are not, and finds plans that are a quarter nearer."""
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
    tried
        Of a start or a build, whether it was tried later; False where a stop came before, or nothing was to be tried:
        then its latest quarter is the plan's own, or the last that was tried.
    cost
        What missing it costs: the difference of two ledgers' totals; *at most*, of a start or a build. None where it
        cannot be missed, or no plan was found.
    ends
        Of a contract, when the term ends.
    left
        Of a contract that is bought out before that, the last day that it is in use.
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
    tried: bool = True
    cost: float | None = None
    ends: dt.date | None = None
    left: dt.date | None = None


@dataclass(frozen=True)
class DecisionCalendar:
    """The decisions of a plan, in the order of their days.

    ``marking``: the highest classification of the systems. ``total``: what the plan costs; ``slack``: by how
    much it may lie above the best, within which nothing is measurable. ``ends``: where quarters are minimised, when the
    plan ends; then the latest quarter of a decision is one with which it ends as soon, and ``slack`` is of plans that
    do. ``plan``: the hash of its inventory; ``stamp``:
    the first day of its first open quarter. ``stopped``: whether a stop ended it before it was done; then what was not
    tried yet (``tried`` of a decision) has the quarter that the plan has.
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

    def __repr__(self) -> str:
        return f"<DecisionCalendar of {self.programme}: {counted(len(self.decisions), 'decision')}>"


def decisions(
    inventory: Inventory,
    plan: Plan,
    *,
    later: int = LATER,
    gap: float = EXPLAINED_GAP,
    start: Start | None = None,
    monitor: ProgressMonitor | None = None,
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
    reading, monitor = asked_reading(inventory, plan), monitor or ProgressMonitor()
    levels = FinishLevels(reading, start, gap, monitor, STEPS) if inventory.minimise == "finish" else None
    if levels is None:
        asked = _Asked(Level(reading, ChoiceSearch(inventory, plan, start, gap, monitor, STEPS)))
    else:
        asked = _AskedFinish(levels.at(0), levels)
    found = [*_work(asked, later), *_contracts(reading)]
    return DecisionCalendar(
        programme=NameInLanguages(inventory.programme.texts),
        marking=reading.marking,
        currency=inventory.currency,
        plan=inventory.content_hash,
        stamp=inventory.calendar.first_day(inventory.open),
        total=asked.level.search.total,
        slack=asked.slack,
        ends=None if levels is None else levels.ends,
        stopped=monitor.stop(),
        decisions=tuple(sorted(found, key=lambda one: (one.day, one.kind, one.id, one.step))),
    )


# -- starts and builds ----------------------------------------------------------------------------


_Later = Callable[[Level, int], Question | None]
"""Asks in a level for a start or a build so many quarters later; None where the horizon ends before."""


@dataclass(frozen=True)
class _Asked:
    """How it is asked what a start or a build costs later: of a plan of least cost."""

    level: Level

    @property
    def slack(self) -> float:
        """By how much the plan may lie above the best."""
        return max(self.level.search.total - self.level.reading.plan.bound, 0.0)

    def later(self, at: _Later, cutover: int | None, quarters: int) -> PricedChoice | None:
        """What it costs so many quarters later; None where the horizon ends before.

        Args:
            at: asks for it.
            cutover: the plan's, of a step of a system.
            quarters: how many.
        """
        asked = at(self.level, quarters)
        return None if asked is None else self.level.search.answer_of(asked)


@dataclass(frozen=True)
class _AskedFinish(_Asked):
    """The same for a plan of fewest quarters: what counts first is the last cutover."""

    levels: FinishLevels

    def later(self, at: _Later, cutover: int | None, quarters: int) -> PricedChoice | None:
        asked = at(self.levels.at(self.levels.top), quarters)
        if asked is None or isinstance(asked, PricedChoice):
            return asked
        wanted = None if cutover is None else cutover + quarters
        return self.levels.answered(asked.choice, wanted, lambda level: at(level, quarters))


def _work(asked: _Asked, later: int) -> Iterator[Decision]:
    reading, search = asked.level.reading, asked.level.search
    inventory = reading.inventory
    builds = [
        build
        for id, build in reading.builds.items()
        if inventory.services[id].build is not None and not is_reported(inventory, id)
    ]
    works = [
        (id, step, work)
        for id, course in reading.book.courses.items()
        for step, work in enumerate(course.works, 1)
        if work.reported is None
    ]
    count = len(builds) + len(works)
    for number, build in enumerate(builds):
        search.monitor.on_plan(number, count, build.service)
        at = partial(_later_build, build.service)
        name = NameInLanguages(inventory.services[build.service].name.texts)
        decision = Decision(dt.date.max, "build", build.service, name, 1, Phrase("build"))
        room = _room(inventory, reading.book.ready[build.service])
        yield _latest(asked, decision, (build.start, room), later, partial(asked.later, at, None))
    for number, (id, step, work) in enumerate(works, len(builds)):
        search.monitor.on_plan(number, count, id)
        name = NameInLanguages(inventory.systems[id].name.texts)
        decision = Decision(dt.date.max, "start", id, name, step, way_of_step(work.step.approach, work.step.to))
        ask = partial(asked.later, partial(_later_start, id, step), work.cutover)
        known = search.held.present(id) is not None
        room = _room(inventory, work.cutover)
        yield _latest(asked, decision, (work.start, room), later if known else 0, ask)


def _room(inventory: Inventory, end: int) -> int:
    """By how many quarters what ends in one may be later in the horizon."""
    return inventory.plan_quarters - 1 - end


def _later_build(service: str, level: Level, quarters: int) -> Question | None:
    return ServiceExplainer(level.reading, level.search, None, Named("service", service)).later_question(quarters)


def _later_start(system: str, step: int, level: Level, quarters: int) -> Question | None:
    return SystemExplainer(level.reading, level.search, None, Named("system", system)).later_question(step, quarters)


def _latest(
    asked: _Asked,
    decision: Decision,
    planned: tuple[int, int],
    later: int,
    ask: Callable[[int], PricedChoice | None],
) -> Decision:
    """A start or build with its latest quarter at no measurable cost, and what the one after that costs.

    Args:
        asked: of which plan.
        decision: what is to be decided, without an answer.
        planned: the quarter in which the plan has it, and how many later ones the horizon has room for.
        later: how many of these are tried at most.
        ask: asks for it so many quarters later.
    """
    inventory, quarters, missed = asked.level.reading.inventory, 0, None
    start, room = planned
    stop, cut = asked.level.search.monitor.stop, False
    while quarters < min(later, room):
        missed = None if (cut := stop()) else ask(quarters + 1)
        if missed is not None and stop() and _undecided(missed, asked.slack):
            missed, cut = None, True  # the search for it was cut short, so that it says little
        if missed is None or missed.state != "priced" or missed.measurable(asked.slack):
            break
        quarters, missed = quarters + 1, None
    if missed is None and not cut and quarters == room:
        missed = _horizon_ends(inventory, decision)
    latest = dated(inventory, start + quarters)
    return replace(
        decision,
        day=latest.begins,
        planned=dated(inventory, start),
        latest=latest,
        open_ended=bool(quarters) and missed is None,
        tried=bool(later) and not cut,
        missed=missed,
        cost=None if missed is None else missed.cost,
    )


def _horizon_ends(inventory: Inventory, decision: Decision) -> PricedChoice:
    """That nothing is later than the last quarter of the horizon."""
    last = QuarterLabel(inventory.label(inventory.plan_quarters - 1))
    ends = Phrase("the horizon ends with {quarter}", quarter=last)
    return PricedChoice(None, decision.what, (), "forbidden", forbidden_by=(ends,))


def _undecided(found: PricedChoice, slack: float) -> bool:
    """Whether an answer may be another when more is searched: none was found, or a plan of which nothing is proven."""
    proven = found.dearer or found.later_at_least > 0
    return not proven and (found.state == "not found" or found.measurable(slack))


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
