"""The last responsible moment of one start or build of a plan: a job that any worker can do.

It is tried a quarter later, and another, until that costs something measurable; what cannot be in a quarter is tried in
the next. Then it is asked what missing that moment costs: the same in the first quarter in which it may be again, or
anything else that begins later, or never.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from consolidate.explain.choice_search import ChoiceSearch
from consolidate.explain.explained import PlanFinish, PricedChoice
from consolidate.explain.explainer import Question
from consolidate.explain.finish_levels import FinishLevels, Level
from consolidate.explain.names import Named
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.service_explained import ServiceExplainer
from consolidate.explain.step_words import way_of_step
from consolidate.explain.system_explained import SystemExplainer
from consolidate.forced_choices import is_reported
from consolidate.inventory import Inventory
from consolidate.parallel.jobs import Allowance
from consolidate.phrases import Phrase, QuarterLabel
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import INFINITY, ProgressMonitor


@dataclass(frozen=True)
class Work:
    """A start or a build that is to be decided.

    ``step``: its number, from 1. ``start``: the quarter in which the plan has it; ``end``: in which it cuts over, or
    from which it is ready; all from the horizon's start.
    """

    kind: Literal["start", "build"]
    id: str
    step: int
    what: Phrase
    start: int
    end: int


@dataclass(frozen=True)
class LastMoment:
    """By how many quarters later a start or a build may be at no measurable cost, and what later than that costs.

    ``missed``, ``again``, ``never_later``, ``otherwise``: as of :class:`consolidate.Decision`. ``stopped``: whether a
    stop came before it was tried.
    """

    quarters: int
    missed: PricedChoice | None = None
    again: PricedChoice | None = None
    never_later: bool = False
    otherwise: PricedChoice | None = None
    stopped: bool = False


@dataclass
class Asking:
    """A plan of which it is asked how late each start and build may be; what answers is made where it is used.

    Attributes:
        reading: the plan.
        start, gap: as :func:`consolidate.decisions` takes them.
        later: by how many quarters later each is tried at most.
    """

    reading: PlanReading
    start: Start | None
    gap: float
    later: int
    _answering: _Answering | None = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_answering": None}  # each worker makes its own

    def answering(self, monitor: ProgressMonitor) -> _Answering:
        """What answers, with a job's own wish to stop."""
        if self._answering is None:
            by_finish = self.reading.inventory.minimise == "finish"
            self._answering = _AnsweringByFinish(self, monitor) if by_finish else _Answering(self, monitor)
        self._answering.listen_to(monitor)
        return self._answering

    @property
    def slack(self) -> float:
        """By how much the plan may lie above the best; where quarters are minimised, above those that end as soon."""
        return self.answering(ProgressMonitor()).slack

    @property
    def ends(self) -> PlanFinish | None:
        """Where quarters are minimised, when the plan ends."""
        return self.answering(ProgressMonitor()).ends

    def works(self) -> list[Work]:
        """The builds and starts that were not reported, in the order of the plan's books."""
        reading, inventory = self.reading, self.reading.inventory
        found = [
            Work("build", id, 1, Phrase("build"), build.start, reading.book.ready[id])
            for id, build in reading.builds.items()
            if inventory.services[id].build is not None and not is_reported(inventory, id)
        ]
        for id, course in reading.book.courses.items():
            for step, work in enumerate(course.works, 1):
                if work.reported is None:
                    what = way_of_step(work.step.approach, work.step.to)
                    found.append(Work("start", id, step, what, work.start, work.cutover))
        return found


_Ask = Callable[[Level], Question | None]
"""Asks something of a start or a build in a level; None where it is no choice."""


class _Answering:
    """Answers how late a start or a build of a plan of least cost may be."""

    def __init__(self, asking: Asking, monitor: ProgressMonitor) -> None:
        reading = asking.reading
        search = ChoiceSearch(reading.inventory, reading.plan, asking.start, asking.gap, monitor)
        self.level = Level(reading, search)

    @property
    def slack(self) -> float:
        """By how much the plan may lie above the best."""
        return max(self.level.search.total - self.level.reading.plan.bound, 0.0)

    @property
    def ends(self) -> PlanFinish | None:
        """When the plan ends, where that is what counts."""
        return None

    def listen_to(self, monitor: ProgressMonitor) -> None:
        """Has all searches heed a job's own wish to stop."""
        self.level.search.monitor = monitor

    @property
    def stop(self) -> bool:
        """Whether a stop is asked for."""
        return self.level.search.monitor.stop()

    def question(self, ask: _Ask) -> Question | None:
        """What is asked, where nothing but the horizon ends the plan."""
        return ask(self.level)

    def answer(self, ask: _Ask, cutover: int | None) -> PricedChoice | None:
        """The answer; None where it is no choice.

        Args:
            ask: asks in a level.
            cutover: a cutover that it has; None where it may have any.
        """
        asked = self.question(ask)
        return None if asked is None else self.level.search.answer_of(asked)


class _AnsweringByFinish(_Answering):
    """The same of a plan of fewest quarters: what counts first is the last cutover."""

    def __init__(self, asking: Asking, monitor: ProgressMonitor) -> None:
        self.levels = FinishLevels(asking.reading, asking.start, asking.gap, monitor)
        self.level = self.levels.at(0)

    @property
    def ends(self) -> PlanFinish | None:
        return self.levels.ends

    def listen_to(self, monitor: ProgressMonitor) -> None:
        self.levels.listen_to(monitor)

    def question(self, ask: _Ask) -> Question | None:
        return ask(self.levels.at(self.levels.top))

    def answer(self, ask: _Ask, cutover: int | None) -> PricedChoice | None:
        asked = self.question(ask)
        if asked is None or isinstance(asked, PricedChoice):
            return asked
        return self.levels.answered(asked.choice, cutover, ask)


def last_moment(asking: Asking, work: Work, allowance: Allowance) -> LastMoment:
    """How late a start or a build may be, and what later than that costs: a job of :func:`consolidate.decisions`."""
    answering = asking.answering(allowance.monitor)
    if work.kind == "start" and answering.level.search.held.present(work.id) is None:
        ended = work.end == asking.reading.inventory.plan_quarters - 1
        missed = _horizon_ends(asking.reading.inventory, work) if ended else None
        return LastMoment(0, missed, never_later=ended, stopped=True)  # it is no choice that could be tried
    return _LastMoment(answering, work, asking.later).found()


class _LastMoment:
    """The search for one last moment."""

    def __init__(self, answering: _Answering, work: Work, later: int) -> None:
        self.answering, self.work, self.later = answering, work, later
        self.inventory = answering.level.reading.inventory
        self.room = self.inventory.plan_quarters - 1 - work.end

    def found(self) -> LastMoment:
        """All of it."""
        quarters, missed, again, stopped = 0, None, None, False
        tried = 0
        while tried < self.room and not stopped:
            ask = partial(self._ask, quarters=tried + 1)
            if tried >= self.later and not self._is_barred_at_once(ask, missed):
                break
            answer, stopped = self._answered(ask, tried + 1)
            if answer is None:
                break
            tried += 1
            if _barred(answer):
                missed = missed or answer
            elif answer.state == "priced" and not answer.measurable(self.answering.slack):
                quarters, missed = tried, None
            elif missed is None:
                missed = answer
                break
            else:
                again = answer
                break
        ended = tried == self.room and not stopped and again is None
        if ended and missed is None:
            missed = _horizon_ends(self.inventory, self.work)
        never = ended and missed is not None and _barred(missed)
        found = LastMoment(quarters, missed, again, never, stopped=stopped)
        return self._with_others(found) if self.later and not stopped and missed is not None else found

    def _ask(self, level: Level, quarters: int) -> Question | None:
        if self.work.kind == "build":
            return self._service(level).later_question(quarters)
        return self._system(level).later_question(self.work.step, quarters)

    def _system(self, level: Level) -> SystemExplainer:
        return SystemExplainer(level.reading, level.search, None, Named("system", self.work.id))

    def _service(self, level: Level) -> ServiceExplainer:
        return ServiceExplainer(level.reading, level.search, None, Named("service", self.work.id))

    def _is_barred_at_once(self, ask: _Ask, missed: PricedChoice | None) -> bool:
        """Whether what bars a quarter bars the next one, too, which is known without a search."""
        return missed is not None and isinstance(self.answering.question(ask), PricedChoice)

    def _answered(self, ask: _Ask, quarters: int) -> tuple[PricedChoice | None, bool]:
        """The answer so many quarters later, if it is one, and whether a stop came before."""
        if self.answering.stop:
            return None, True
        cutover = self.work.end + quarters if self.work.kind == "start" else None
        answer = self.answering.answer(ask, cutover)
        if answer is not None and self.answering.stop and _undecided(answer, self.answering.slack):
            return None, True  # the search for it was cut short, so that it says little
        return answer, False

    def _with_others(self, found: LastMoment) -> LastMoment:
        """With what else may be done, where that costs less than the same later."""
        if (self.work.step > 1) or self.answering.stop:
            return found
        search = self.answering.level.search
        same = [one.cost for one in (found.missed, found.again) if one is not None and one.cost is not None]
        below = search.total + min(same) if same and not search.counts_finish else INFINITY
        ask = partial(self._otherwise, quarter=self.work.start + found.quarters + 1, below=below)
        answer = self.answering.answer(ask, None)
        if answer is None or (self.answering.stop and _undecided(answer, self.answering.slack)):
            return found
        # Whatever begins later is among what was asked for; of a build in a large inventory only not to build it was.
        never = _barred(answer) and (self.work.kind == "start" or self.answering.level.search.is_small)
        return replace(found, never_later=found.never_later or never, otherwise=self._better(found, answer))

    def _otherwise(self, level: Level, quarter: int, below: float) -> Question | None:
        if self.work.kind == "build":
            return self._service(level).other_question(quarter)
        return self._system(level).other_question(quarter, below)

    def _better(self, found: LastMoment, other: PricedChoice) -> PricedChoice | None:
        """What else may be done where that says more than the same later; else None."""
        later = [one for one in (found.missed, found.again) if one is not None and one.cost is not None]
        if other.cost is None:
            return None if later else other
        ranks = [(one.later, (one.cost or 0.0) - 0.5) for one in later]
        return other if all((other.later, other.cost) < rank for rank in ranks) else None


def _barred(answer: PricedChoice) -> bool:
    """Whether it is proven that a choice cannot be."""
    return answer.state in ("forbidden", "impossible")


def _horizon_ends(inventory: Inventory, work: Work) -> PricedChoice:
    """That nothing is later than the last quarter of the horizon."""
    last = QuarterLabel(inventory.label(inventory.plan_quarters - 1))
    ends = Phrase("the horizon ends with {quarter}", quarter=last)
    return PricedChoice(None, work.what, (), "forbidden", forbidden_by=(ends,))


def _undecided(found: PricedChoice, slack: float) -> bool:
    """Whether an answer may be another when more is searched: none was found, or a plan of which nothing is proven."""
    proven = found.dearer or found.later_at_least > 0
    return not proven and (found.state == "not found" or found.measurable(slack))
