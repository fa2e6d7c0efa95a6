"""Plan or no plan, by a tree search: branch, propagate, and backtrack where there is a contradiction.

Depth first over what presolve leaves (:mod:`consolidate.solving.exact.presolve`): at each node one system takes one
of its options, or starts in one half of its window; then all that becomes impossible is removed, and near the top
what is left is probed as well. The system is the one with the fewest choices for its *weight*: the number of
times that it was the one left without a choice (F. Boussemart, F. Hemery, C. Lecoutre and L. Sais, "Boosting
systematic search by weighting constraints", 2004). All in whole numbers, so a "no" is a proof.

For projects of up to some twenty systems that compete for little this answers in a fraction of the time of
the mixed-integer program, whose relaxation says nothing where no objective is; for larger ones the
program is better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

from consolidate.solving.exact.presolve import Builds, Domain, Presolve, Systems
from consolidate.solving.formulation.choices import BuildChoice, Choice, topological_order, wanted_services
from consolidate.solving.formulation.solution import Solution, first_needed, first_violation

TOP = 8
"""Open nodes up to which what is left is probed as well."""


class TreeSearch:
    """A search that can be resumed. ``plan``: the first that obeys every rule.

    ``ended``: ``plan``, ``none`` when there is none, ``open`` when what was tried is not all, or a leaf
    says neither (services yet to be built may be built otherwise).
    """

    def __init__(self, presolve: Presolve, stop: Callable[[], bool] = lambda: False) -> None:
        self.presolve = presolve
        self.inventory = presolve.inventory
        self.stop = stop
        self.open: list[tuple[Systems, Builds]] = [(dict(presolve.systems), dict(presolve.builds))]
        self.weights = dict.fromkeys(presolve.order, 1)
        self.unsure = False
        self.plan: Solution | None = None
        self.ended = "open"

    def run(self, work: int) -> str:
        """Continues for so much work (systems looked at); returns how it ended."""
        presolve = self.presolve
        limit = presolve.looked + work
        while self.open and self.plan is None and presolve.looked < limit and not self.stop():
            systems, builds = self.open.pop()
            presolve.systems, presolve.builds = dict(systems), dict(builds)
            presolve.failed = None
            if self._possible():
                self._branch()
            elif presolve.failed is not None:
                self.weights[presolve.failed] += 1
        if self.plan is not None:
            self.ended = "plan"
        elif not self.open and not self.unsure:
            self.ended = "none"
        return self.ended

    @property
    def exhausted(self) -> bool:
        """True when no node is left to try."""
        return not self.open

    def _possible(self) -> bool:
        presolve = self.presolve
        if not presolve.follow():
            return False
        if len(self.open) >= TOP:
            return True
        return all(presolve.probe_system(key) for key in presolve.order if len(presolve.systems[key].found) > 1)

    def _branch(self) -> None:
        systems, builds = self.presolve.systems, self.presolve.builds
        free = [key for key in self.presolve.order if len(systems[key].found) > 1]
        if not free:
            self._leaf()
            return
        key = min(free, key=lambda key: len(systems[key].found) / self.weights[key])
        for part in reversed(self._parts(systems[key])):
            self.open.append(({**systems, key: self.presolve.domain(part)}, builds))

    def _parts(self, domain: Domain) -> list[list[Choice]]:
        """By option; where there is but one, the two halves of the window; where there is but one start, by choice."""
        options = sorted({choice.option.number for choice in domain.found})
        if len(options) > 1:
            return [[choice for choice in domain.found if choice.option.number == number] for number in options]
        if domain.first == domain.last:
            return [[choice] for choice in domain.found]
        middle = (domain.first + domain.last) // 2
        summaries = self.presolve.summaries
        return [
            [choice for choice in domain.found if summaries[choice].start <= middle],
            [choice for choice in domain.found if summaries[choice].start > middle],
        ]

    def _leaf(self) -> None:
        """Every system has one choice: that is a plan if it obeys all rules, those too that are not followed."""
        choices = tuple(domain.found[0] for domain in self.presolve.systems.values())
        wanted = wanted_services(self.inventory, (tuple(first_needed(choice)) for choice in choices))
        builds = self._builds(wanted, {choice.system.id: choice.live for choice in choices})
        plan = Solution(choices, tuple(builds))
        if first_violation(self.inventory, plan) is None:
            self.plan = plan
        elif wanted and any(self.inventory.services[service].build is not None for service in wanted):
            self.unsure = True

    def _builds(self, wanted: AbstractSet[str], live: Mapping[str, int | None]) -> list[BuildChoice]:
        """The soonest build of each service that the needed services, and the systems that it waits for, allow."""
        services = self.inventory.services
        ready: dict[str, int] = {}
        builds: list[BuildChoice] = []
        for key in topological_order({id: service.needs for id, service in services.items()}):
            waits = [live[system] for system in services[key].after]
            soonest = max([ready.get(need, 0) for need in services[key].needs], default=0)
            soonest = max([soonest, *(quarter + 1 for quarter in waits if quarter is not None)])
            found = [build for build in self.presolve.builds.get(key, ()) if build.start >= soonest]
            if key in wanted and found and None not in waits:
                builds.append(min(found, key=lambda build: build.start))
                ready[key] = builds[-1].ready
        return builds
