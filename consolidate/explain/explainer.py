"""What the explanations of systems, services and partners have in common: choices asked about, and their answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from consolidate.explain.choice_search import Asked, ChoiceSearch
from consolidate.explain.explained import ChoiceExplained, PricedChoice
from consolidate.explain.names import Named
from consolidate.explain.plan_reading import PlanReading
from consolidate.explain.step_words import way_of
from consolidate.explain.successors import finish_slack, waits_for
from consolidate.explain.values import dated
from consolidate.inventory import Inventory, Option
from consolidate.phrases import NameInLanguages, Phrase

Question = Asked | PricedChoice
"""A choice that is asked about; or one of which it is known at once that it cannot be."""


class About(NamedTuple):
    """What a question is about, whatever inventory it is asked of.

    ``what``: ``step`` of a system, ``option``, ``ready``, ``unbuilt`` or ``built`` of a service. ``number``: of the
    step from 0, or of the option. ``quarter``: of that step's cutover, or from which a service is ready. ``user``: for
    whose sake a service would be built.
    """

    what: str
    number: int = 0
    quarter: int | None = None
    user: str = ""


Questions = Mapping[About, Question]


@dataclass(frozen=True)
class Explainer:
    """A plan and the search for others, with which a system, service or partner is explained.

    ``nearest``: how many quarters sooner and later are asked about; None: all of them.
    """

    reading: PlanReading
    search: ChoiceSearch
    nearest: int | None

    @property
    def inventory(self) -> Inventory:
        """The inventory of the plan."""
        return self.reading.inventory

    @property
    def left(self) -> Inventory:
        """What is left to plan."""
        return self.search.remaining.inventory

    @property
    def slack(self) -> float:
        """By how much the plan may lie above the best there is."""
        return max(self.search.total - self.reading.plan.bound, 0.0)

    def around(self, quarter: int) -> list[int]:
        """The quarters about which is asked, the nearest first."""
        every = [other for other in range(self.inventory.plan_quarters) if other != quarter]
        near = [other for other in every if self.nearest is None or abs(other - quarter) <= self.nearest]
        return sorted(near, key=lambda other: (abs(other - quarter), other < quarter))

    def choice(self, way: Option | Phrase, cutovers: Iterable[int]) -> PricedChoice:
        """A choice that is not answered yet: an option of a system, or in words what is done with a service."""
        quarters = tuple(dated(self.inventory, quarter) for quarter in cutovers)
        if isinstance(way, Phrase):
            return PricedChoice(None, way, quarters, "not found")
        return PricedChoice(way.number, way_of(way), quarters, "not found")

    def answers(self, asked: Collection[Question]) -> list[PricedChoice]:
        """What is asked with its answer, in that order; what has none yet when a stop is asked for is left out."""
        found = []
        for number, one in enumerate(asked):
            choice = one if isinstance(one, PricedChoice) else one.choice
            said = " ".join([choice.what, *(quarter.label for quarter in choice.quarters)])
            self.search.monitor.on_plan(number, len(asked), said)
            if isinstance(one, PricedChoice):
                found.append(one)
            elif not self.search.monitor.stop():
                found.append(self.search.answered(one))
        return found

    def explained(
        self,
        meant: Named,
        name: NameInLanguages,
        present: PricedChoice,
        quarters: Collection[Question],
        others: Collection[Question],
    ) -> ChoiceExplained:
        """The explanation of a system or a service, without what only one of them has.

        Args:
            meant: which it is.
            name: as people read it.
            present: what the plan does.
            quarters: the same in other quarters.
            others: other options.
        """
        in_quarters, otherwise = self.answers(quarters), self.answers(others)
        found = ChoiceExplained(
            kind="system" if meant.kind == "system" else "service",
            id=meant.id,
            name=name,
            marking=self.reading.marking,
            currency=self.inventory.currency,
            present=replace(present, state="present"),
            total=self.search.total,
            slack=self.slack,
            quarters=tuple(sorted(in_quarters, key=lambda one: [quarter.number for quarter in one.quarters])),
            others=tuple(sorted(otherwise, key=lambda one: (one.cost is None, one.later, one.cost or 0.0))),
            float_quarters=None,
            finish_slack=finish_slack(self.reading, meant.kind, meant.id),
            waits=waits_for(self.reading, meant.kind, meant.id),
            also=meant.others,
            plan_status=self.reading.plan.status,
        )
        return replace(found, float_quarters=_float_of(found))


def _float_of(found: ChoiceExplained) -> int | None:
    """By how many quarters the last of it may be later at no measurable cost: all quarters up to that one."""
    now = found.present.quarters
    later = {
        one.quarters[-1].number - now[-1].number: one
        for one in found.quarters
        if now and one.quarters[:-1] == now[:-1] and one.quarters[-1] > now[-1]
    }
    if not later:
        return None
    quarters = 0
    while (one := later.get(quarters + 1)) is not None and one.state == "priced" and not one.measurable(found.slack):
        quarters += 1
    return quarters
