"""Presolve: choices that no plan, or no best plan, can contain are removed before there is a model.

Two kinds of argument, and a proof for each:

*Impossible.* Choices are removed until nothing more follows (a fixpoint), by three rules.
**Links**: a choice of a system that waits for another starts after that one's earliest cutover, if it
must go live; a choice that goes live too late for all that is left of who waits for it, and
must work, cannot be; likewise for builds, services and ``together``. **Resources**: take from all
that there is the least that every other system takes, field by field
(:mod:`consolidate.solving.formulation.resource_vectors`), whatever it chooses; what does not fit into the rest is
impossible. This is the time-table argument of scheduling (mandatory parts) and the infeasible modes of A. Sprecher, S.
Hartmann and A. Drexl (1997), in one. **Probing**: suppose an option, or a start at either end of a window, and follow
the two rules; if a system is left without a choice, the supposition was wrong.

*Dominated.* A choice is dominated by another of the same system that takes no more of anything
limited, needs no service sooner or besides, starts no sooner, goes live no later (or holds nothing up),
serves milestones, targets and ``together`` as well, meets its interfaces in the same quarters, and
costs no more. In any plan the one can be exchanged for the other, so the one is dropped; of two that
dominate each other the later is. These are the inefficient modes of the same authors, for each
quarter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import BuildChoice, Choice, Offer, topological_order, wanted_services
from consolidate.solving.formulation.costs import NEVER
from consolidate.solving.formulation.people import Days, agency_is_cheaper, effort_of
from consolidate.solving.formulation.resource_vectors import ResourceVectors
from consolidate.solving.formulation.resources import Entry
from consolidate.solving.formulation.solution import first_needed
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped

PROBES = 400_000
"""Systems that probing may look at in all."""


@dataclass(frozen=True, slots=True)
class ChoiceSummary:
    """What presolve needs to know of a choice, computed once.

    ``start``: first quarter of work, :data:`NEVER` without work; ``live``: -1 if it never is (it holds
    nothing up then); ``needs``: services yet to be built, with the quarter in which they must be ready.
    """

    start: int
    live: int
    needs: tuple[tuple[str, int], ...]
    taken: int


class Domain:
    """What is left of one system's choices, and what the rules need to know of them, computed once.

    ``first``, ``last``: starts; ``soonest``: the first quarter after its earliest cutover (0 when it may hold
    nothing up); ``latest``: its last cutover; ``least``, ``most``: of everything limited, field by field.
    """

    __slots__ = ("first", "found", "last", "latest", "least", "most", "soonest")

    def __init__(
        self, found: Sequence[Choice], summaries: Mapping[Choice, ChoiceSummary], vectors: ResourceVectors
    ) -> None:
        self.found = found
        some = [summaries[choice] for choice in found]
        starts, lives = [one.start for one in some], [one.live for one in some]
        self.first, self.last = min(starts), max(starts)
        self.soonest, self.latest = 1 + min(lives), max(lives)
        least = most = some[0].taken
        guards, shift = vectors.guards, vectors.width - 1
        for one in some:
            larger = ((least | guards) - one.taken) & guards
            mask = larger - (larger >> shift)
            least = (one.taken & mask) | (least & ~mask)
            larger = ((one.taken | guards) - most) & guards
            mask = larger - (larger >> shift)
            most = (one.taken & mask) | (most & ~mask)
        self.least, self.most = least, most


Wanted = Callable[[ChoiceSummary], bool]
"""Which choices are left."""


def _starting_from(quarter: int) -> Wanted:
    return lambda one: one.start >= quarter


def _live_before(quarter: int) -> Wanted:
    """Those that are never live, too."""
    return lambda one: one.live < quarter


def _moved_before(quarter: int) -> Wanted:
    return lambda one: 0 <= one.live < quarter


def _live_in(quarters: Collection[int]) -> Wanted:
    return lambda one: one.live in quarters


def _fitting(room: int, guards: int) -> Wanted:
    """Those that take no more than there is room for, field by field."""
    return lambda one: (room - one.taken) & guards == guards


Systems = dict[str, Domain]
Builds = dict[str, list[BuildChoice]]


class Presolve:
    """Removes choices from an offer. Once ``stop`` returns True it ends with what it has.

    Raises:
        OutOfTime: it was stopped before there was anything to remove from.
    """

    def __init__(self, inventory: Inventory, offered: Offer, stop: Stop = never) -> None:
        self.inventory = inventory
        self.end = offered.end
        self.stop = stop
        self.vectors = ResourceVectors(inventory, offered, optimistic=True, stop=stop)
        self.offered = offered
        self.builds: Builds = {key: list(found) for key, found in offered.builds.items()}
        self.order = list(topological_order({key: system.after for key, system in inventory.systems.items()}))
        self.followers: dict[str, list[str]] = defaultdict(list)
        for system in inventory.systems.values():
            for other in system.after:
                self.followers[other].append(system.id)
        every = unless_stopped(chain.from_iterable(offered.systems.values()), stop)
        self.summaries = {choice: self._summary(choice) for choice in every}
        self.systems: Systems = {
            key: self.domain(found) for key, found in unless_stopped(offered.systems.items(), stop)
        }
        self.failed: str | None = None
        self.looked = 0
        self.scarce = any(service.build is not None for service in inventory.services.values())
        self.must_build = [key for key, service in inventory.services.items() if service.must_build]
        self.built_anyway = wanted_services(inventory, ())

    def domain(self, found: Sequence[Choice]) -> Domain:
        """The domain of a system that has these choices left."""
        return Domain(found, self.summaries, self.vectors)

    def _keep(self, key: str, wanted: Wanted) -> bool:
        """Leaves a system only the choices wanted; False when there are none."""
        domain = self.systems[key]
        kept = [choice for choice in domain.found if wanted(self.summaries[choice])]
        if not kept:
            self.failed = key
            return False
        if len(kept) < len(domain.found):
            self.systems[key] = self.domain(kept)
        return True

    def _summary(self, choice: Choice) -> ChoiceSummary:
        start = choice.when.starts[0] if choice.when.starts else NEVER
        needs = tuple(
            (service, quarter)
            for service, quarter in first_needed(choice).items()
            if self.inventory.services[service].build is not None
        )
        return ChoiceSummary(start, -1 if choice.live is None else choice.live, needs, self.vectors.needed[choice])

    def offer(self) -> Offer:
        """What is left."""
        return Offer(
            self.end,
            {key: tuple(domain.found) for key, domain in self.systems.items()},
            {key: tuple(found) for key, found in self.builds.items()},
        )

    # -- what is impossible --------------------------------------------------------------------

    def follow(self) -> bool:
        """Removes choices until nothing more follows; False when a system (``failed``) is left without a choice."""
        self.looked += len(self.systems)
        while not self.stop():
            before = self.size()
            if not (self._links() and self._resources() and self._milestones()):
                return False
            if self.size() == before:
                break
        return True

    def size(self) -> int:
        """How many choices and builds are left."""
        return sum(len(domain.found) for domain in self.systems.values()) + sum(map(len, self.builds.values()))

    def _links(self) -> bool:
        """Both ways along ``after``, then services and ``together``."""
        systems = self.systems
        for key in self.order:
            soonest = max((systems[other].soonest for other in self.inventory.systems[key].after), default=0)
            if soonest > systems[key].first and not self._keep(key, _starting_from(soonest)):
                return False
        for key in reversed(self.order):
            latest = min((systems[other].last for other in self.followers.get(key, ())), default=NEVER)
            if latest <= systems[key].latest and not self._keep(key, _live_before(latest)):
                return False
        return self._services() and self._together()

    def _services(self) -> bool:
        """What needs a service starts once it can be ready; builds that come too late for every system are removed."""
        if not self.scarce:
            return True
        for _ in self.builds:
            ready = {key: min((build.ready for build in found), default=NEVER) for key, found in self.builds.items()}
            before = self.size()
            for key, found in self.builds.items():
                needs = [need for need in self.inventory.services[key].needs if self._built(need)]
                self.builds[key] = [build for build in found if all(ready[need] <= build.start for need in needs)]
            if self.size() == before:
                break
        if not self._gates() or any(not self.builds[key] for key in self.must_build):
            return False
        last: dict[str, int] = defaultdict(lambda: -1, dict.fromkeys(self.must_build, NEVER))
        for key in self.systems:
            if not self._keep(key, lambda one: all(ready[service] <= quarter for service, quarter in one.needs)):
                return False
            for choice in self.systems[key].found:
                for service, quarter in self.summaries[choice].needs:
                    last[service] = max(last[service], quarter)
        for key in reversed(
            list(topological_order({key: service.needs for key, service in self.inventory.services.items()}))
        ):
            self.builds[key] = [build for build in self.builds[key] if build.ready <= last[key]]
            starts = max((build.start for build in self.builds[key]), default=-1)
            for need in self.inventory.services[key].needs:
                last[need] = max(last[need], starts)
        return True

    def _gates(self) -> bool:
        """Builds start once what they wait for can be live; it is in time for those that are built in any plan."""
        for key, found in self.builds.items():
            for system in self.inventory.services[key].after:
                lives = [self.summaries[choice].live for choice in self.systems[system].found]
                soonest = min((live for live in lives if live >= 0), default=NEVER)
                found = [build for build in found if build.start > soonest]
                last = max((build.start for build in found), default=0)
                if key in self.built_anyway and not self._keep(system, _moved_before(last)):
                    return False
            self.builds[key] = found
        return True

    def _built(self, service: str) -> bool:
        return self.inventory.services[service].build is not None

    def _together(self) -> bool:
        for group in self.inventory.together:
            lives = ({self.summaries[choice].live for choice in self.systems[key].found} for key in group)
            common = set.intersection(*lives)
            if not all(self._keep(key, _live_in(common)) for key in group):
                return False
        return True

    def _resources(self) -> bool:
        """What does not fit beside the least that all others take."""
        vectors, guards = self.vectors, self.vectors.guards
        free = vectors.full
        for key, domain in self.systems.items():
            if (free - domain.least) & guards != guards:
                self.failed = key
                return False
            free -= domain.least
        for key, domain in self.systems.items():
            room = free + domain.least
            if (room - domain.most) & guards != guards and not self._keep(key, _fitting(room, guards)):
                return False
        for key, builds in self.builds.items():
            self.builds[key] = [build for build in builds if vectors.fits(free, vectors.needed[build])]
        return True

    def _milestones(self) -> bool:
        """Where all that can be live in time must be, they are."""
        for rule in self.inventory.milestones:

            def live(one: ChoiceSummary, by: int = rule.by) -> bool:
                return 0 <= one.live <= by

            able = [
                key
                for key, domain in self.systems.items()
                if key in rule.who.systems and any(live(self.summaries[choice]) for choice in domain.found)
            ]
            if len(able) < rule.needed:
                return False
            if len(able) == rule.needed:
                for key in able:
                    self._keep(key, live)
        return True

    # -- probing -----------------------------------------------------------------------------

    def probe(self) -> bool:
        """Supposes each option, and each end of each window, and removes what is impossible."""
        if not self.follow():
            return False
        while self.looked < PROBES and not self.stop():
            before = self.size()
            for key in self.order:
                if self.stop():
                    return True
                if not self.probe_system(key):
                    return False
            if self.size() == before:
                break
        return True

    def probe_system(self, key: str) -> bool:
        """Probes the options and the ends of the window of one system; False when nothing is left at all."""
        for number in sorted({choice.option.number for choice in self.systems[key].found}):
            if not self._test(key, [c for c in self.systems[key].found if c.option.number == number]):
                return False
        for end in ("first", "last"):
            while self.systems[key].first < self.systems[key].last:
                domain = self.systems[key]
                edge = getattr(domain, end)
                if not self._test(key, [c for c in domain.found if self.summaries[c].start == edge]):
                    return False
                if self.systems[key] is domain:
                    break
        return True

    def _test(self, key: str, supposed: list[Choice]) -> bool:
        """Removes what is supposed if it leads to a contradiction; False when nothing is left at all."""
        systems, builds = self.systems, self.builds
        found = systems[key].found
        if not supposed or len(supposed) == len(found) or self.stop():
            return True
        self.systems, self.builds = {**systems, key: self.domain(supposed)}, dict(builds)
        possible = self.follow()
        self.systems, self.builds = systems, builds
        if possible:
            return True
        struck = set(supposed)
        self.systems[key] = self.domain([choice for choice in found if choice not in struck])
        return self.follow()

    # -- what is dominated ---------------------------------------------------------------------

    def efficient(self, goal: str) -> None:
        """Drops what is dominated, for ``cost`` or for ``finish`` (then cost says nothing)."""
        dominance = _Dominance(self, goal)
        for key, domain in self.systems.items():
            if self.stop():
                return
            self.systems[key] = self.domain(list(dominance.undominated(key, domain.found)))


class _Dominance:
    """Decides which choice of a system dominates which."""

    def __init__(self, presolve: Presolve, goal: str) -> None:
        self.summaries = presolve.summaries
        self.vectors = presolve.vectors
        self.goal = goal
        inventory = presolve.inventory
        self.waited_for = {key for key, followers in presolve.followers.items() if followers}
        self.together = {key for group in inventory.together for key in group}
        self.bridged = {
            key
            for system in inventory.systems.values()
            for link in system.interfaces
            if goal == "cost" or inventory.budgets
            for key in (system.id, link.other)
        }
        self.gating = {key for service in inventory.services.values() for key in service.after}
        self.cheaper = {
            (role.id, quarter)
            for role in inventory.roles.values()
            for quarter in range(len(role.agency_days))
            if agency_is_cheaper(role, quarter)
        }
        resources = presolve.vectors.resources
        self.families = [family for family in resources.families.values() if not family.packed]
        self.signs = {family.name: 1.0 if family.at_least else -1.0 for family in self.families}
        self.wanted = [resource.key for family in self.families for resource in resources.of(family.name)]

    def undominated(self, key: str, found: Sequence[Choice]) -> Iterator[Choice]:
        """Those that no other dominates; of two alike the first stays."""
        worth = {choice: (self._provided(choice), self._cheaper_days(choice)) for choice in found}
        kept: list[Choice] = []
        # What dominates costs no more, so among the dearer it need not be looked for.
        by_cost = sorted(found, key=lambda choice: choice.cost) if self.goal == "cost" else list(found)
        for choice in by_cost:
            if not any(self._dominates(key, other, choice, worth) for other in kept):
                if self.goal != "cost":
                    kept = [other for other in kept if not self._dominates(key, choice, other, worth)]
                kept.append(choice)
        wanted = set(kept)
        return (choice for choice in found if choice in wanted)

    def _provided(self, choice: Choice) -> tuple[float, ...]:
        """What a choice provides of each resource that a plan has to provide, or leaves of a budget: more is better."""
        if not self.wanted:
            return ()
        amounts: dict[Entry, float] = defaultdict(float)
        for entry, amount in chain.from_iterable(family.of_choice(choice) for family in self.families):
            amounts[entry] += self.signs[entry[0]] * amount
        return tuple(amounts.get(key, 0.0) for key in self.wanted)

    def _cheaper_days(self, choice: Choice) -> Days:
        """Its days of work where agency staff may do them for less than own people."""
        if not self.cheaper or not choice.when.starts:
            return {}
        return {at: used for at, used in effort_of([choice]).items() if at in self.cheaper}

    def _dominates(
        self, key: str, one: Choice, other: Choice, worth: Mapping[Choice, tuple[tuple[float, ...], Days]]
    ) -> bool:
        a, b = self.summaries[one], self.summaries[other]
        if a.start < b.start or (self.goal == "cost" and one.cost > other.cost):
            return False
        if self.goal == "finish" and one.finish > other.finish:
            return False
        if (key in self.together or key in self.bridged) and a.live != b.live:
            return False
        if key in self.bridged and one.retired != other.retired:
            return False
        if key in self.waited_for and a.live > b.live:
            return False
        if key in self.gating and b.live >= 0 and not 0 <= a.live <= b.live:
            return False
        (provided, days), (others, others_days) = worth[one], worth[other]
        # What a day costs where agency staff may do it for less depends on all others': the same days cost the same.
        if days != others_days:
            return False
        guards = self.vectors.guards
        if ((b.taken | guards) - a.taken) & guards != guards:
            return False
        needed = dict(b.needs)
        if any(service not in needed or quarter < needed[service] for service, quarter in a.needs):
            return False
        if not self.vectors.no_more(one, other):
            return False
        return all(x >= y for x, y in zip(provided, others, strict=True))


def presolved(inventory: Inventory, offered: Offer, goal: str, stop: Stop = never, *, probing: bool) -> Offer | None:
    """What is left of an offer for one goal; None when there is no plan.

    Args:
        inventory: the inventory.
        offered: all choices and builds.
        goal: ``cost`` or ``finish``.
        stop: returns True once it is to end with what it has.
        probing: also suppose options and starts, one by one.

    Raises:
        OutOfTime: it was stopped before there was anything to remove from.
    """
    if not offered.possible:
        return None
    presolve = Presolve(inventory, offered, stop)
    presolve.efficient(goal)
    if not (presolve.probe() if probing else presolve.follow()):
        return None
    return presolve.offer()
