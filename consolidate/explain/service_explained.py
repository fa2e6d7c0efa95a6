"""Why a plan builds a service when it does, or does not build it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from consolidate.errors import UserError
from consolidate.explain.choice_search import Asked
from consolidate.explain.explained import ChoiceExplained
from consolidate.explain.explainer import About, Explainer, Question, Questions
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

    def whole(self, asked: Sequence[Collection[Question]] | None = None) -> ChoiceExplained:
        """All of it.

        Args:
            asked: what is asked instead of its own :attr:`questions`: about other quarters, and about not building it.

        Raises:
            UserError: it needs no build, or its build was reported.
        """
        service = self.left.services[self.meant.id]
        if service.build is None:
            raise UserError(f"{service.id} is there already, so no plan decides about it")
        ready = self.reading.book.ready.get(service.id)
        present = self.choice(_NOT_BUILT, []) if ready is None else self.choice(_BUILT, [ready])
        quarters, others = asked or [list(some.values()) for some in self.questions]
        found = self.explained(self.meant, NameInLanguages(service.name.texts), present, quarters, others)
        without = None if ready is None else self.questions[1][About("unbuilt")]
        if isinstance(without, Asked) and (plan := without.answer()[0]) is not None and not self.search.monitor.stop():
            found = replace(found, break_even=break_even(self.search, self.reading, service.id, plan))
        return found

    @cached_property
    def questions(self) -> tuple[Questions, Questions]:
        """What is asked about other quarters, and about not building it; about building it, where the plan does not."""
        service, ready = self.left.services[self.meant.id], self.reading.book.ready.get(self.meant.id)
        if ready is None:
            return {}, self._built(service)
        quarters = {About("ready", quarter=quarter): self._asked(service, quarter) for quarter in self.around(ready)}
        return quarters, {About("unbuilt"): self._without(service)}

    def later_question(self, quarters: int) -> Question | None:
        """Asks for its build so many quarters later; None where the horizon ends before."""
        ready = self.reading.book.ready[self.meant.id] + quarters
        if ready >= self.inventory.plan_quarters:
            return None
        return self._asked(self.left.services[self.meant.id], ready)

    def other_question(self, quarter: int) -> Question:
        """Asks what is best where its build begins in no quarter before one; in a large inventory, not to build it."""
        if not self.search.is_small:
            return self._without(self.left.services[self.meant.id])
        return self.search.service_later(self.meant.id, quarter, (_BUILT, _NOT_BUILT))

    def _built(self, service: Service) -> Questions:
        """What is asked about a service that is not built: to build it.

        In a large inventory, for the systems that come nearest to using it.
        """
        if self.search.is_small:
            return {About("built"): self.search.built(self.choice(_BUILT, []), service.id, None)}
        users = self.search.held.users_of(service.id)
        if not users:
            idle = (Phrase("no system has an option that needs it and that its dates allow"),)
            return {About("built"): replace(self.choice(_BUILT, []), forbidden_by=idle)}
        asked: dict[About, Question] = {}
        for user in users[:_USERS]:
            system = list(self.left.systems)[user.column.system]
            choice = self.choice(Phrase("built for {system}", system=system), [])
            impossible = user.least == INFINITY
            asked[About("built", user=system)] = (
                replace(choice, state="impossible") if impossible else self.search.built(choice, service.id, user)
            )
        return asked

    def _asked(self, service: Service, quarter: int) -> Question:
        choice = self.choice(_BUILT, [quarter])
        bounds = windows(self.left, self.left.plan_quarters)
        if told := what_forbids_ready(self.left, bounds, service, quarter):
            return replace(choice, state="forbidden", forbidden_by=told)
        if self.search.held.least_with_service(service.id, quarter) == INFINITY:
            return self.search.impossible(choice, self.search.variant_built(service.id, quarter))
        return self.search.service(choice, service.id, quarter)

    def _without(self, service: Service) -> Question:
        choice = self.choice(_NOT_BUILT, [])
        if service.must_build:
            return replace(choice, state="forbidden", forbidden_by=(Phrase("it must be built"),))
        if self.search.held.least_with_service(service.id, None) == INFINITY:
            return self.search.impossible(choice, self.search.variant_built(service.id, None))
        return self.search.service(choice, service.id, None)
