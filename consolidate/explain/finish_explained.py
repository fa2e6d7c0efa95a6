"""Why a plan of fewest quarters does what it does: what all else would do to the last cutover, then to the cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from consolidate.explain.explained import ChoiceExplained, PricedChoice, SystemExplained
from consolidate.explain.explainer import About, Question, Questions
from consolidate.explain.finish_levels import FinishLevels, Level
from consolidate.explain.names import Named
from consolidate.explain.service_explained import ServiceExplainer
from consolidate.explain.system_explained import SystemExplainer


@dataclass(frozen=True)
class FinishExplainer:
    """Explanations of a plan of fewest quarters.

    Attributes:
        levels: the plan.
        nearest: how many quarters sooner and later are asked about; None: all of them.
    """

    levels: FinishLevels
    nearest: int | None

    def whole(self, meant: Named) -> ChoiceExplained:
        """All that is said of a system or a service."""

        def at(level: Level) -> SystemExplainer | ServiceExplainer:
            kind = SystemExplainer if meant.kind == "system" else ServiceExplainer
            return kind(level.reading, level.search, self.nearest, meant)

        asked = at(self.levels.at(self.levels.top)).questions
        answers = self._answers(asked, lambda level: at(level).questions)
        return replace(at(self.levels.at(0)).whole(answers), ends=self.levels.ends)

    def short(self, system: str) -> SystemExplained:
        """What is said of one system of many."""

        def at(level: Level) -> SystemExplainer:
            return SystemExplainer(level.reading, level.search, 1, Named("system", system, ()))

        asked = at(self.levels.at(self.levels.top)).near_questions()
        return at(self.levels.at(0)).in_short(*self._answers(asked, lambda level: at(level).questions))

    def _answers(
        self, asked: Sequence[Questions], questions: Callable[[Level], Sequence[Questions]]
    ) -> list[list[PricedChoice]]:
        """What is asked, each answered in the first level that can.

        Args:
            asked: what is asked where nothing but the horizon ends the plan.
            questions: all that can be asked in a level.
        """
        known: dict[int, dict[About, Question]] = {}

        def question(level: Level, about: About) -> Question | None:
            if id(level) not in known:
                known[id(level)] = {key: one for some in questions(level) for key, one in some.items()}
            return known[id(level)].get(about)

        count, done = sum(map(len, asked)), 0
        answers: list[list[PricedChoice]] = []
        for some in asked:
            answers.append([])
            for about, one in some.items():
                if isinstance(one, PricedChoice):
                    answers[-1].append(one)
                elif not self.levels.monitor.stop():
                    said = " ".join([one.choice.what, *(quarter.label for quarter in one.choice.quarters)])
                    self.levels.monitor.on_plan(done, count, said)
                    cutover = about.quarter if about.what == "step" else None
                    ask = partial(question, about=about)
                    answers[-1].append(self.levels.answered(one.choice, cutover, ask))
                done += 1
        return answers
