"""Why a plan builds a service when it does, or does not build it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from consolidate.errors import UserError
from consolidate.explain.choice_search import Asked
from consolidate.explain.explained import ChoiceExplained, PricedChoice
from consolidate.explain.explainer import Explainer, Question
from consolidate.explain.forbidden import what_forbids_ready
from consolidate.explain.names import Named
from consolidate.explain.worth_building import break_even
from consolidate.inventory import Service
from consolidate.phrases import NameInLanguages, Phrase
from consolidate.solving.exact.solver import INFINITY
from consolidate.solving.formulation.choices import windows

_USERS = 4
"""Systems for each of which it is asked what a service would cost that is not built."""
_BUILT, _NOT_BUILT = Phrase("built"), Phrase("not built")


@dataclass(frozen=True)
class ServiceExplainer(Explainer):
    """The explanation of one service."""

    meant: Named

    def whole(self) -> ChoiceExplained:
        """All of it.

        Raises:
            UserError: it needs no build, or its build was reported.
        """
        service = self.left.services[self.meant.id]
        if service.build is None:
            raise UserError(f"{service.id} is there already, so no plan decides about it")
        ready = self.reading.book.ready.get(service.id)
        present = self.choice(_NOT_BUILT, []) if ready is None else self.choice(_BUILT, [ready])
        name = NameInLanguages(service.name.texts)
        if ready is None:
            return self.explained(self.meant, name, present, [], self._built(service))
        quarters = [self._asked(service, quarter) for quarter in self.around(ready)]
        without = self._without(service)
        found = self.explained(self.meant, name, present, quarters, [without])
        if isinstance(without, Asked) and (plan := without.answer()[0]) is not None and not self.search.monitor.stop():
            found = replace(found, break_even=break_even(self.search, self.reading, service.id, plan))
        return found

    def later_by(self, quarters: int) -> PricedChoice | None:
        """Its build, which the plan has, so many quarters later; None where the horizon ends before."""
        ready = self.reading.book.ready[self.meant.id] + quarters
        if ready >= self.inventory.plan_quarters:
            return None
        return self.search.answer_of(self._asked(self.left.services[self.meant.id], ready))

    def _built(self, service: Service) -> list[Question]:
        """For one that is not built: to build it; of a large inventory, for those that come nearest to using it."""
        if self.search.is_small:
            return [self.search.built(self.choice(_BUILT, []), service.id, None)]
        users = self.search.held.users_of(service.id)
        if not users:
            idle = (Phrase("no system has an option that needs it and that its dates allow"),)
            return [replace(self.choice(_BUILT, []), forbidden_by=idle)]
        asked: list[Question] = []
        for user in users[:_USERS]:
            system = list(self.left.systems)[user.column.system]
            choice = self.choice(Phrase("built for {system}", system=system), [])
            impossible = user.least == INFINITY
            asked.append(
                replace(choice, state="impossible") if impossible else self.search.built(choice, service.id, user)
            )
        return asked

    def _asked(self, service: Service, quarter: int) -> Question:
        choice = self.choice(_BUILT, [quarter])
        bounds = windows(self.left, self.left.plan_quarters)
        if told := what_forbids_ready(self.left, bounds, service, quarter):
            return replace(choice, state="forbidden", forbidden_by=told)
        if self.search.held.least_with_service(service.id, quarter) == INFINITY:
            return replace(choice, state="impossible")
        return self.search.service(choice, service.id, quarter)

    def _without(self, service: Service) -> Question:
        choice = self.choice(_NOT_BUILT, [])
        if service.must_build:
            return replace(choice, state="forbidden", forbidden_by=(Phrase("it must be built"),))
        if self.search.held.least_with_service(service.id, None) == INFINITY:
            return replace(choice, state="impossible")
        return self.search.service(choice, service.id, None)
