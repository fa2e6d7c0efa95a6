"""Why a plan does what it does with a system."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from consolidate.errors import UserError
from consolidate.explain.binding_limits import what_holds
from consolidate.explain.choice_search import TRIES
from consolidate.explain.explained import ChoiceExplained, PricedChoice, SystemExplained
from consolidate.explain.explainer import About, Explainer, Question, Questions
from consolidate.explain.forbidden import what_forbids
from consolidate.explain.names import Named
from consolidate.explain.successors import finish_slack
from consolidate.inventory import Option, System
from consolidate.phrases import NameInLanguages, Phrase
from consolidate.solving.decomposition.held_choices import PricedColumn
from consolidate.solving.exact.solver import INFINITY
from consolidate.solving.formulation.choices import windows

LATER = 4
"""By how many quarters later a start may be tried before it is missed."""


@dataclass(frozen=True)
class SystemExplainer(Explainer):
    """The explanation of one system."""

    meant: Named

    @property
    def system(self) -> System:
        """What is left to plan of it."""
        return self.left.systems[self.meant.id]

    @property
    def name(self) -> NameInLanguages:
        """As people read it."""
        return NameInLanguages(self.inventory.systems[self.meant.id].name.texts)

    @property
    def now(self) -> PricedColumn:
        """What the plan does with it.

        Raises:
            UserError: that is no choice any more.
        """
        now = self.search.held.present(self.meant.id)
        if now is None:
            raise UserError(f"what was planned of {self.meant.id} is no choice any more, so nothing compares with it")
        return now

    def whole(self, asked: Sequence[Collection[Question]] | None = None) -> ChoiceExplained:
        """All that is said of it.

        Args:
            asked: what is asked instead of its own :attr:`questions`: about other quarters, and other options.
        """
        now = self.now
        present = self.choice(self._option(now.option), now.cutovers)
        quarters, others = asked or [list(some.values()) for some in self.questions]
        found = self.explained(self.meant, self.name, present, quarters, others)
        held, free = what_holds(self.search, self.reading, self.meant.id, now)
        return replace(found, held_by=held, not_held_by=free)

    @cached_property
    def questions(self) -> tuple[Questions, Questions]:
        """What is asked about other quarters, and about other options."""
        now, every = self.now, self.search.held.choices(self.meant.id)
        return dict(self._quarters(now, every)), dict(self._others(now, every))

    def short(self) -> SystemExplained:
        """A quarter later, and the next best option, alone."""
        return self.in_short(*(self.answers(list(some.values())) for some in self.near_questions()))

    def in_short(self, later: Sequence[PricedChoice], other: Sequence[PricedChoice]) -> SystemExplained:
        """What is said in short, with what was answered to :meth:`near_questions`: of the options, the cheapest."""
        now = self.now
        best = min(other, key=lambda one: (one.state != "priced", one.later, one.cost or 0.0), default=None)
        return SystemExplained(
            self.meant.id,
            self.name,
            replace(self.choice(self._option(now.option), now.cutovers), state="present"),
            next(iter(later), None),
            best,
            finish_slack(self.reading, "system", self.meant.id),
            self.reading.book.courses[self.meant.id].outcome,
        )

    def near_questions(self) -> tuple[Questions, Questions]:
        """Of its :attr:`questions` the one about a quarter later, and those among which the next best option is.

        Of a small inventory these are all options that may be in a plan; of others the one with the least bound.
        """
        now, (quarters, others) = self.now, self.questions
        later = About("step", len(now.cutovers) - 1, now.cutovers[-1] + 1) if now.cutovers else About("step")
        every = self.search.held.choices(self.meant.id)
        possible = [one for one in every if one.option != now.option and one.least < INFINITY]
        ordered = sorted(possible, key=lambda one: (one.least, one.option, one.starts))
        keys = list(dict.fromkeys(About("option", one.option) for one in ordered))
        if not self.search.is_small:
            del keys[1:]
        return {key: quarters[key] for key in (later,) if key in quarters}, {
            key: others[key] for key in keys if key in others
        }

    def later_question(self, step: int, quarters: int) -> Question | None:
        """Asks for a step of it, which the plan has, so many quarters later; None where the horizon ends before.

        Args:
            step: its number from 1; a step before it stays where it is, one after it may move.
            quarters: how many.
        """
        now, every = self.now, self.search.held.choices(self.meant.id)
        cutover = now.cutovers[step - 1] + quarters
        if cutover >= self.inventory.plan_quarters:
            return None
        wanted = (*now.cutovers[: step - 1], cutover)
        found = [one for one in every if one.option == now.option and one.cutovers[:step] == wanted]
        if found:
            return self._asked(found, whole=False)
        if step > 1 or self.system.began:
            return replace(self.choice(self._option(now.option), wanted), state="impossible")
        return self._forbidden(self._option(now.option), cutover)

    def other_question(self, quarter: int, below: float) -> Question | None:
        """Asks what it does at best where no work on it begins before a quarter: that, later or otherwise, or nothing.

        None where work on it has begun, and where it is proven that nothing of the kind costs less than ``below``.

        Args:
            quarter: from the horizon's start.
            below: what a plan would have to cost less than, in the inventory's currency, discounted.
        """
        if self.system.began:
            return None
        every = self.search.held.choices(self.meant.id)
        found = [one for one in every if not one.starts or one.starts[0] >= quarter]
        wanted = sorted(found, key=lambda one: (one.least, one.option, one.starts))
        choice = self.choice(self._option(self.now.option), [])
        if not wanted or wanted[0].least == INFINITY:
            return replace(choice, state="impossible")
        possible = [one for one in wanted if one.least + self.search.settled < below]
        if not possible:
            return None
        options = list(dict.fromkeys(one.option for one in possible))[:TRIES]
        parts = [self._parts([one for one in possible if one.option == each], quarter) for each in options]
        return self.search.later(choice, [part for some in parts for part in some], quarter)

    def _parts(self, wanted: list[PricedColumn], quarter: int = 0) -> list[list[PricedColumn]]:
        """Of an option's choices those that begin from a quarter on, and from each later one in which it may turn out
        that the plan's own start is missed. One of each part is tried, of which the option is said to cost the least:
        so that is no more than what is left of it costs then.

        Args:
            wanted: the choices, what has the least bound first.
            quarter: the quarter, from the horizon's start.
        """
        now = self.now
        missed = range(now.starts[0] + 1, now.starts[0] + 2 + LATER) if now.starts else range(0)
        from_each = [quarter, *(first for first in missed if first > quarter)]
        parts = [[one for one in wanted if not one.starts or one.starts[0] >= first] for first in from_each]
        return list({part[0].starts: part for part in reversed(parts) if part}.values())[::-1]

    def just_in(self, option: int | None, cutovers: tuple[int, ...]) -> Questions:
        """Asks for just these cutovers, by one option, or (None) by each that there is.

        Args:
            option: its number.
            cutovers: the quarter of each step's cutover, from the horizon's start.
        """
        return {
            About("option", one.option, cutovers[-1]): self._asked([one], whole=False)
            for one in self.search.held.choices(self.meant.id)
            if one.cutovers == cutovers and option in (None, one.option)
        }

    def _option(self, number: int) -> Option:
        return next(option for option in self.system.options if option.number == number)

    def _quarters(self, now: PricedColumn, every: list[PricedColumn]) -> Iterator[tuple[About, Question]]:
        """The option that is taken, in other quarters: of two steps, each of them."""
        same = [one for one in every if one.option == now.option and one.cutovers]
        for step in range(len(self.system.began), len(now.cutovers)):
            for quarter in self.around(now.cutovers[step]):
                before = now.cutovers[:step]
                found = [one for one in same if one.cutovers[: step + 1] == (*before, quarter)]
                if found:
                    yield About("step", step, quarter), self._asked(found, whole=False)
                elif not (step or self.system.began):
                    yield About("step", step, quarter), self._forbidden(self._option(now.option), quarter)

    def _others(self, now: PricedColumn, every: list[PricedColumn]) -> Iterator[tuple[About, Question]]:
        """The other options, each in its best quarter."""
        for option in self.system.options:
            if option.number == now.option:
                continue
            found = [one for one in every if one.option == option.number]
            if found:
                yield About("option", option.number), self._asked(found, whole=True)
            elif option.steps and not self.system.began:
                yield About("option", option.number), self._forbidden(option, None)

    def _asked(self, found: list[PricedColumn], *, whole: bool) -> Question:
        """Asks for any of some choices of one option, or for the ``whole`` of it."""
        wanted = sorted(found, key=lambda one: (one.least, one.starts))
        first = wanted[0]
        choice = self.choice(self._option(first.option), [] if whole else first.cutovers)
        if first.least == INFINITY:
            one = self.search.variant_with(self.meant.id, first.option)
            return self.search.impossible(choice, one if whole else self.search.variant_in(self.meant.id, wanted))
        possible = [one for one in wanted if one.least < INFINITY]
        if whole:
            return self.search.option(choice, self.meant.id, self._parts(possible))
        return self.search.quarter(choice, self.meant.id, possible)

    def _forbidden(self, option: Option, cutover: int | None) -> PricedChoice:
        """A choice that is none, with what forbids it; without a quarter, in all of them."""
        bounds = windows(self.left, self.left.plan_quarters)
        quarters = range(self.left.plan_quarters) if cutover is None else [cutover]
        why = [what_forbids(self.left, bounds, self.system, option, quarter) for quarter in quarters]
        # Of all quarters, what forbids the last in which it could be done at all says most.
        told = next((one for one in reversed(why) if one), ())
        choice = self.choice(option, [] if cutover is None else [cutover])
        if not told and option.then is not None:
            told = (Phrase("no quarter is left for its second step"),)
        return replace(choice, state="forbidden" if told else "impossible", forbidden_by=told)
