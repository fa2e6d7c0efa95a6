"""Plans with one choice held, and what they cost more than the plan asked about: the engine of the explanations.

A small inventory is planned anew for each choice, exactly (:func:`consolidate.optimizer.optimize` of the variant that
:mod:`consolidate.forced_choices` makes); for a large one, the plan is repaired with the choice held
(:mod:`consolidate.solving.decomposition.held_choices`). Either way a plan goes through the ledger before any figure
of it is believed, and must do what was asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import NamedTuple

from consolidate.accounts.ledger import Ledger, ledger
from consolidate.accounts.verdict import verify_plan
from consolidate.errors import NoPlan, OutOfTime
from consolidate.explain.explained import PricedChoice
from consolidate.explain.forbidden import what_else_is_late
from consolidate.explain.loosened_limits import building_later, starting_later
from consolidate.explain.plan_diff import diff_books
from consolidate.explain.step_words import way_of
from consolidate.explain.values import dated
from consolidate.forced_choices import building, forcing, is_reported, not_building
from consolidate.inventory import Inventory
from consolidate.optimizer import optimize
from consolidate.phrases import Phrase
from consolidate.plan import Move, Plan
from consolidate.planning import Disagreement
from consolidate.solving.decomposition.held_choices import HeldChoices, PricedColumn
from consolidate.solving.decomposition.start import Start
from consolidate.solving.exact.solver import INFINITY, ProgressMonitor
from consolidate.solving.formulation.assemble import assemble
from consolidate.solving.formulation.remaining import remaining_of
from consolidate.solving.formulation.solution import Solution

Answer = tuple[Plan | None, float]
"""A plan with the choice, if one was found, and what every such plan costs at least (infinite: there is none)."""


EXACT = 250
"""Choices of an inventory up to which each one that is asked about is planned anew, exactly."""
EXACT_AFTERWARDS = 1_000
"""The same of one with which the search finds no plan: a plan is found so, or it is proven that there is none."""
TRIES = 3
"""Quarters that are tried where the first leaves no plan that is found."""
STEPS = 1_000
"""Steps of the search for each choice, whoever asks about it: what it costs at most is one figure in every answer.
So many are compiled, which takes less time than a fifth of them that are not."""


class Variant(NamedTuple):
    """The inventory in which a choice is the only one of a system or service, by its ``id``; ``make`` makes it."""

    id: str
    make: Callable[[], Inventory]


@dataclass(frozen=True)
class Asked:
    """A choice that is asked about, and how to find a plan with it.

    Attributes:
        choice: the choice, without an answer.
        answer: finds one.
        quarters: in which quarters a plan does it; None where the plan does something else.
        least: what every plan with it costs at least, known before one is sought.
        variant: an inventory of which every plan with the choice is one; None where no variant says it.
        named: by which option a plan does it, and that in words, where any of several may be taken.
    """

    choice: PricedChoice
    answer: Callable[[], Answer]
    quarters: Callable[[Plan], list[int] | None]
    least: float = -INFINITY
    variant: Variant | None = None
    named: Callable[[Plan], tuple[int | None, Phrase]] | None = None


class PlanSearch:
    """Plans of one inventory with one choice held.

    Args:
        inventory, plan: the plan asked about, and its inventory.
        start: the plan with the prices that proved its bound; without, prices are optimised from nothing.
        gap: how close to the best the plans of a small inventory are proven.
        monitor: progress, and a request to stop.
        steps: of the search for each choice.
    """

    def __init__(
        self,
        inventory: Inventory,
        plan: Plan,
        start: Start | None,
        gap: float,
        monitor: ProgressMonitor,
        steps: int = STEPS,
    ) -> None:
        self.counts_finish = False
        """Whether an answer says by how many quarters the last cutover is later."""
        self.inventory, self.plan, self.gap, self.monitor = inventory, plan, gap, monitor
        self.start = start or Start(plan, inventory.calendar, {})
        self.remaining = remaining_of(inventory)
        self.held = HeldChoices(self.remaining.inventory, self.start, steps, EXACT)
        self.book = ledger(inventory, plan)
        self.total = self.book.total
        self.settled = self.remaining.costs.total
        self.search_beyond(plan.bound)

    @property
    def is_small(self) -> bool:
        """Whether each choice is planned exactly."""
        return self.held.count <= EXACT

    def search_beyond(self, bound: float) -> None:
        """Has choices searched for again that cost measurably more, where the plan may lie so far above the best.

        Args:
            bound: what no plan costs less than.
        """
        self.held.enough = self.total + max(self.total - bound, 0.5) - self.settled

    def is_reported(self, system: str) -> bool:
        """Whether work on a system was reported: then it is forced in no variant."""
        return is_reported(self.inventory, system)

    def _exactly_one_of(self, system: str, wanted: Sequence[PricedColumn]) -> Answer:
        """The best plan with any of some choices, the least bound first, and the bound of all of them."""
        rest = {one.starts: one.least + self.settled for one in wanted}
        best: Plan | None = None
        for one in wanted:
            if self.monitor.stop() or (best is not None and best.objective <= rest[one.starts]):
                break  # none of the others costs less
            plan, rest[one.starts] = self.exactly(forcing(self.inventory, system, one.option, *one.starts))
            if plan is not None and (best is None or plan.objective < best.objective):
                best = plan
        return best, max(min(rest.values()), self.plan.bound)

    def _first_of(self, wanted: Sequence[PricedColumn]) -> Answer:
        """A plan with the first of some choices with which one is found, and the bound of all of them."""
        least = min(one.least for one in wanted)
        for one in wanted[:TRIES]:
            if (solution := self.held.with_column(one.column)) is not None:
                return self._nearby(solution, least)
        return self._nearby(None, least)

    def _cheapest_of(self, wanted: Sequence[Sequence[PricedColumn]]) -> Answer:
        """The cheapest of the plans found with the first of some choices with which one is found, and of some others.

        Not tried is what cannot be cheaper than a plan that was found.
        """
        best = None
        for some in wanted:
            if best is None or some[0].least + self.settled < best.objective:
                plan, _ = self._first_of(some)
                best = plan if best is None or (plan is not None and plan.objective < best.objective) else best
        return best, self._nearby(None, min(some[0].least for some in wanted))[1]

    def _likeliest_of(self, wanted: Sequence[Sequence[PricedColumn]]) -> Answer:
        """A plan with one of some choices, of some others and so on: of those of which the first seems the cheapest."""
        likeliest = min(wanted, key=lambda some: self.held.first_cost(some[0].column))
        return self._first_of(likeliest)[0], self._nearby(None, min(some[0].least for some in wanted))[1]

    def exactly(self, variant: Inventory) -> Answer:
        """The best plan of a variant, as one of the inventory itself, and its bound."""
        try:
            found = optimize(variant, gap=self.gap, monitor=ProgressMonitor(stop=self.monitor.stop))
        except NoPlan:
            return None, INFINITY
        except OutOfTime:
            return None, -INFINITY
        return replace(found.plan, inventory=self.inventory.content_hash), found.bound

    def holding(self, column: PricedColumn) -> Answer:
        """A plan with a choice of a system held, by a search."""
        return self._nearby(self.held.with_column(column.column), column.least)

    def alone_otherwise(self, column: PricedColumn) -> Plan | None:
        """The plan with another choice of one system and all else as it is, whether or not that keeps the rules."""
        return self._nearby(self.held.alone_otherwise(column.column), -INFINITY)[0]

    def free(self) -> Plan | None:
        """A plan with nothing held, by a search from the one there is."""
        return self._nearby(self.held.with_nothing_held(), self.held.bound)[0]

    def _nearby(self, solution: Solution | None, least: float) -> Answer:
        """A solution as a plan, with the bound that the prices prove, or that of all plans, where that is higher."""
        bound = max(least + self.settled, self.plan.bound)
        if solution is None:
            return None, bound
        return assemble(self.remaining, solution, bound - self.settled, self.gap), bound

    def impossible(self, choice: PricedChoice, variant: Variant | None) -> PricedChoice:
        """A choice that no plan has, with what forbids it, where that can be told from the dates alone.

        Args:
            choice: the choice.
            variant: the inventory with it.
        """
        why = self._too_late(variant)
        return replace(choice, state="forbidden" if why else "impossible", forbidden_by=why)

    def _too_late(self, variant: Variant | None) -> tuple[Phrase, ...]:
        """What else a choice leaves no quarter, so that no plan has it; empty where that is not so, or not known."""
        if variant is None or self.is_reported(variant.id):
            return ()
        return what_else_is_late(remaining_of(variant.make()).inventory, variant.id)


class ChoiceSearch(PlanSearch):
    """The same, asked about choices: what each of them costs more than the plan asked about."""

    # -- what is asked ----------------------------------------------------------------

    def option(self, choice: PricedChoice, system: str, wanted: Sequence[Sequence[PricedColumn]]) -> Asked:
        """Asks for an option of a system, in whichever quarter is best: of a large inventory, the best of those tried.

        Args:
            choice: the choice.
            system: its id.
            wanted: all that the option can be, what has the least bound first; and parts of it, of each of which one
                is tried.
        """
        number, retains = wanted[0][0].option, not wanted[0][0].starts

        def quarters(plan: Plan) -> list[int] | None:
            moves = moves_of(plan, system)
            return [one.cutover for one in moves] if {one.option for one in moves} == set([number][retains:]) else None

        variant, search = self.variant_with(system, number), partial(self._cheapest_of, wanted)
        answer = self._answer(search, lambda: self.exactly(variant.make()), variant, system)
        return Asked(choice, answer, quarters, self._least_of(wanted[0]), variant)

    def quarter(self, choice: PricedChoice, system: str, wanted: Sequence[PricedColumn]) -> Asked:
        """Asks for an option of a system in a quarter; ``wanted``: all that this can be, the least bound first."""
        number, starts = wanted[0].option, {one.starts for one in wanted}

        def quarters(plan: Plan) -> list[int] | None:
            moves = moves_of(plan, system)
            same = {one.option for one in moves} == {number} and tuple(one.start for one in moves) in starts
            return [one.cutover for one in moves] if same else None

        variant = self.variant_in(system, wanted)
        exactly, search = partial(self._exactly_one_of, system, wanted), partial(self._first_of, wanted)
        return Asked(choice, self._answer(search, exactly, variant, system), quarters, self._least_of(wanted), variant)

    def later(self, choice: PricedChoice, wanted: Sequence[Sequence[PricedColumn]], first: int) -> Asked:
        """Asks what a system does at best on which no work begins before a quarter: whichever option it takes.

        Args:
            choice: the choice.
            wanted: of each option that is tried all that it can be, what has the least bound first.
            first: the quarter.
        """
        system = self.held.columns.systems[wanted[0][0].column.system].id
        options = {option.number: option for option in self.inventory.systems[system].options}

        def number_in(plan: Plan) -> int:
            moves = moves_of(plan, system)
            return (
                moves[0].option if moves else next(one.number for one in options.values() if one.approach == "retain")
            )

        def quarters(plan: Plan) -> list[int] | None:
            moves = moves_of(plan, system)
            return [one.cutover for one in moves] if all(one.start >= first for one in moves) else None

        def named(plan: Plan) -> tuple[int, Phrase]:
            return number_in(plan), way_of(options[number_in(plan)])

        variant = Variant(system, lambda: starting_later(self.inventory, system, first))
        search = partial(self._likeliest_of, wanted)
        answer = self._answer(search, lambda: self.exactly(variant.make()), variant, system)
        return Asked(choice, answer, quarters, min(map(self._least_of, wanted)), variant, named)

    def _least_of(self, wanted: Sequence[PricedColumn]) -> float:
        return min(one.least for one in wanted) + self.settled

    def variant_with(self, system: str, option: int, starts: Sequence[int] = ()) -> Variant:
        """The inventory in which a system takes an option, and, where they are given, starts its steps then."""
        return Variant(system, lambda: forcing(self.inventory, system, option, *starts))

    def variant_in(self, system: str, wanted: Sequence[PricedColumn]) -> Variant:
        """The inventory in which a system takes a choice of an option; of several, one that starts no sooner."""
        number, first = wanted[0].option, min(one.starts for one in wanted)
        if len(wanted) == 1:
            return self.variant_with(system, number, first)
        return Variant(system, lambda: starting_later(forcing(self.inventory, system, number), system, first[0]))

    def service(self, choice: PricedChoice, service: str, ready: int | None) -> Asked:
        """Asks for a service to be ready from a quarter, or (None) not to be built."""
        least = self.held.least_with_service(service, ready)

        def quarters(plan: Plan) -> list[int] | None:
            found = _ready(plan, service)
            return found if found == ([] if ready is None else [ready]) else None

        def search() -> Answer:
            return self._nearby(self.held.with_service(service, ready), least)

        variant = self.variant_built(service, ready)
        answer = self._answer(search, lambda: self.exactly(variant.make()), variant)
        return Asked(choice, answer, quarters, least + self.settled, variant)

    def service_later(self, service: str, first: int, ways: tuple[Phrase, Phrase]) -> Asked:
        """Asks what is best where a service's build begins in no quarter before one: built later, or not at all.

        Of a small inventory, which is planned anew for it.

        Args:
            service: its id.
            first: the quarter.
            ways: in words, that it is built and that it is not.
        """
        built, unbuilt = ways
        choice = PricedChoice(None, unbuilt, (), "not found")
        build = self.inventory.services[service].build
        length = 0 if build is None else build.quarters
        variant = Variant(service, lambda: building_later(self.inventory, service, first))

        def quarters(plan: Plan) -> list[int] | None:
            found = _ready(plan, service)
            return found if all(ready - length >= first for ready in found) else None

        def named(plan: Plan) -> tuple[int | None, Phrase]:
            return None, built if _ready(plan, service) else unbuilt

        answer = cache(lambda: self.exactly(variant.make()))
        return Asked(choice, answer, quarters, variant=variant, named=named)

    def variant_built(self, service: str, ready: int | None) -> Variant:
        """The inventory in which a service is ready from a quarter, or (None) is not built."""
        given = self.inventory
        if ready is None:
            return Variant(service, lambda: not_building(given, service))
        return Variant(service, lambda: building(given, service, ready))

    def built(self, choice: PricedChoice, service: str, user: PricedColumn | None) -> Asked:
        """Asks for a service that the plan does not build: of a large inventory, for the sake of a ``user``."""

        def quarters(plan: Plan) -> list[int] | None:
            return _ready(plan, service) or None

        if user is None:
            return Asked(choice, cache(lambda: self.exactly(building(self.inventory, service))), quarters)
        return Asked(choice, cache(lambda: self._first_of([user])), quarters, self._least_of([user]))

    def _answer(
        self,
        search: Callable[[], Answer],
        exactly: Callable[[], Answer],
        variant: Variant | None,
        system: str | None = None,
    ) -> Callable[[], Answer]:
        """Finds a plan with a choice, once: exactly, of few choices; of more by a search, and exactly where that fails.

        Args:
            search: finds one by a search.
            exactly: plans the inventory with the choice.
            variant: the inventory with it.
            system: whose choice it is; none whose work was reported is forced in a variant.
        """

        @cache
        def found() -> Answer:
            if system is not None and self.is_reported(system):
                return search()
            plan, bound = exactly() if self.is_small else search()
            if plan is None and self._too_late(variant):
                return None, INFINITY
            if plan is None and not self.is_small and self.held.count <= EXACT_AFTERWARDS and not self.monitor.stop():
                plan, least = exactly()
                bound = max(bound, least)
            return plan, bound

        return found

    # -- what is answered -------------------------------------------------------------

    def answer_of(self, asked: Asked | PricedChoice) -> PricedChoice:
        """What is asked with its answer; what has one already as it is."""
        return asked if isinstance(asked, PricedChoice) else self.answered(asked)

    def answered(self, asked: Asked) -> PricedChoice:
        """The choice with what it costs.

        Raises:
            Disagreement: the ledger rejects the plan that was found, or it does not do what was asked.
        """
        plan, bound = asked.answer()
        at_least = bound - self.total
        if plan is None:
            if bound == INFINITY:
                return self.impossible(asked.choice, asked.variant)
            return replace(asked.choice, state="not found", at_least=at_least if at_least > -INFINITY else None)
        book = checked_book(self.inventory, plan, asked.choice.what)
        quarters = asked.quarters(plan)
        if quarters is None:
            raise Disagreement(f"a plan that was to have {asked.choice.what} does something else")
        found = diff_books(self.inventory, self.plan, self.book, self.inventory, plan, book)
        choice = asked.choice
        if asked.named is not None:
            number, what = asked.named(plan)
            choice = replace(choice, option=number, what=what)
        return replace(
            choice,
            quarters=tuple(dated(self.inventory, quarter) for quarter in quarters),
            state="priced",
            cost=found.more,
            at_least=min(at_least, found.more),  # bounds are known to a millionth, and no better than the plans
            costs=found.costs,
            steps=found.steps,
            builds=found.builds,
            unsupported=found.new_unsupported - found.old_unsupported,
            later=found.later if self.counts_finish else 0,
        )


def checked_book(inventory: Inventory, plan: Plan, what: str) -> Ledger:
    """The books of a plan that was found, which the ledger checks.

    Args:
        inventory: the inventory that it keeps the rules of.
        plan: the plan; it may bear the hash of another inventory.
        what: what it was to show, in words.

    Raises:
        Disagreement: the ledger rejects it: a fault of this package.
    """
    verdict = verify_plan(inventory, replace(plan, inventory=inventory.content_hash))
    if not verdict.ok:
        faults = [violation.message for violation in verdict.violations] + list(verdict.differences)
        raise Disagreement(f"the ledger rejects a plan with {what}: {'; '.join(faults[:3])}")
    return verdict.ledger


def moves_of(plan: Plan, system: str) -> list[Move]:
    """The moves of a system, by step."""
    return sorted((move for move in plan.moves if move.system == system), key=lambda move: move.step)


def _ready(plan: Plan, service: str) -> list[int]:
    """From when a service is ready that a plan builds; empty where it does not."""
    return [build.ready for build in plan.builds if build.service == service]
