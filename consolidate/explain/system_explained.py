"""Why a plan does what it does with a system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consolidate.errors import UserError
from consolidate.explain.binding_limits import what_holds
from consolidate.explain.explained import ChoiceExplained, PricedChoice, SystemExplained
from consolidate.explain.explainer import Explainer, Question
from consolidate.explain.forbidden import what_forbids
from consolidate.explain.names import Named
from consolidate.explain.successors import finish_slack
from consolidate.inventory import Option, System
from consolidate.phrases import NameInLanguages, Phrase
from consolidate.solving.decomposition.held_choices import PricedColumn
from consolidate.solving.exact.solver import INFINITY
from consolidate.solving.formulation.choices import windows


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

    def whole(self) -> ChoiceExplained:
        """All that is said of it."""
        now, every = self.now, self.search.held.choices(self.meant.id)
        present = self.choice(self._option(now.option), now.cutovers)
        quarters, others = list(self._quarters(now, every)), list(self._others(now, every))
        found = self.explained(self.meant, self.name, present, quarters, others)
        held, free = what_holds(self.search, self.reading, self.meant.id, now)
        return replace(found, held_by=held, not_held_by=free)

    def short(self) -> SystemExplained:
        """A quarter later, and the next best option, alone."""
        now, every = self.now, self.search.held.choices(self.meant.id)
        later = (
            [
                one
                for one in self._quarters(now, every)
                if _quarters_of(one)[:-1] == now.cutovers[:-1] and _quarters_of(one)[-1:] == (now.cutovers[-1] + 1,)
            ]
            if now.cutovers
            else []
        )
        other = min(
            (one for one in every if one.option != now.option and one.least < INFINITY),
            key=lambda one: (one.least, one.option, one.starts),
            default=None,
        )
        others = [self._asked([one for one in every if one.option == other.option], whole=True)] if other else []
        answers = self.answers(later), self.answers(others)
        return SystemExplained(
            self.meant.id,
            self.name,
            replace(self.choice(self._option(now.option), now.cutovers), state="present"),
            next(iter(answers[0]), None),
            next(iter(answers[1]), None),
            finish_slack(self.reading, "system", self.meant.id),
        )

    def later_by(self, step: int, quarters: int) -> PricedChoice | None:
        """A step of it, which the plan has, so many quarters later; None where the horizon ends before.

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
            return self.search.answer_of(self._asked(found, whole=False))
        if step > 1 or self.system.began:
            return replace(self.choice(self._option(now.option), wanted), state="impossible")
        return self._forbidden(self._option(now.option), cutover)

    def _option(self, number: int) -> Option:
        return next(option for option in self.system.options if option.number == number)

    def _quarters(self, now: PricedColumn, every: list[PricedColumn]) -> Iterator[Question]:
        """The option that is taken, in other quarters: of two steps, each of them."""
        same = [one for one in every if one.option == now.option and one.cutovers]
        for step in range(len(self.system.began), len(now.cutovers)):
            for quarter in self.around(now.cutovers[step]):
                before = now.cutovers[:step]
                found = [one for one in same if one.cutovers[: step + 1] == (*before, quarter)]
                if found:
                    yield self._asked(found, whole=False)
                elif not (step or self.system.began):
                    yield self._forbidden(self._option(now.option), quarter)

    def _others(self, now: PricedColumn, every: list[PricedColumn]) -> Iterator[Question]:
        """The other options, each in its best quarter."""
        for option in self.system.options:
            if option.number == now.option:
                continue
            found = [one for one in every if one.option == option.number]
            if found:
                yield self._asked(found, whole=True)
            elif option.steps and not self.system.began:
                yield self._forbidden(option, None)

    def _asked(self, found: list[PricedColumn], *, whole: bool) -> Question:
        """Asks for any of some choices of one option, or for the ``whole`` of it."""
        wanted = sorted(found, key=lambda one: (one.least, one.starts))
        first = wanted[0]
        choice = self.choice(self._option(first.option), [] if whole else first.cutovers)
        if first.least == INFINITY:
            return replace(choice, state="impossible")
        possible = [one for one in wanted if one.least < INFINITY]
        ask = self.search.option if whole else self.search.quarter
        return ask(choice, self.meant.id, possible)

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


def _quarters_of(one: Question) -> tuple[int, ...]:
    choice = one if isinstance(one, PricedChoice) else one.choice
    return tuple(quarter.number for quarter in choice.quarters)
