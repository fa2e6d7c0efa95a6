r"""What is limited, stated once for every method: the families of rules that couple choices through a sum.

A **resource** is one such sum: person-days of a role in a quarter (renewable, in the words of multi-mode project
scheduling), capital of a pot up to the end of a period (non-renewable), moves under way in a quarter, users of a
service, revenue in a year. A milestone or a savings target is a resource, too, of which a plan has to provide
``at_least`` so much.

A :class:`ResourceFamily` says of all resources of one kind which there are, how much of each is available, and what
a choice and a build use of them. Every method on the solving side takes both from here: the mixed-integer program
makes rows of variables from them (:mod:`consolidate.solving.exact.model`), the schedules pack them into whole numbers
(:mod:`consolidate.solving.formulation.resource_vectors`), :mod:`consolidate.solving.formulation.solution` and
:mod:`consolidate.solving.infeasibility.excess` add up figures, and the decomposition prices them. So a new family is
written here, and nowhere else unless a method treats it in a way of its own; which do is the table in
:mod:`consolidate.solving.formulation.families`. The accounts have their own rules and share nothing with this.

Use is *entered* by quarter, and a resource counts the entries of one or more quarters:

.. math:: \sum_{q \in Q_r} \Big( \sum_j u_{jq}\, x_j + \sum_{v,b} u_{v,q-b}\, z_{vb} \Big) \le R_r

with :math:`u` what a choice or a build uses and :math:`R_r` what is available; :math:`\ge` where it is ``at_least``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import fsum
from typing import Any, ClassVar, NamedTuple

from consolidate.inventory import Budget, Build, Inventory, Option, Pot, Service, Step, System, Target
from consolidate.solving.formulation.choices import BuildChoice, Choice
from consolidate.solving.formulation.costs import Passage, Prices, Timing, bridged_span, passage, worth
from consolidate.solving.formulation.people import agency_days, premium, worked
from consolidate.solving.formulation.shared_parts import SharedParts

Key = tuple[str, Any, int]
"""(family, rule, time): ``('staff', role, quarter)``, ``('capital', pot, period)``, ``('limit', number, quarter)``,
``('capacity', service, 0)``, ``('milestone', number, 0)``, ``('target', number, 0)``, ``('budget', number, 0)``."""

Entry = tuple[str, Any, int]
"""Where a use is entered: like a :data:`Key`, but capital by quarter, not by period."""

Item = tuple[Any, ...]
"""An amount in the inventory that may be relaxed: ``('role', id, quarter)``, ``('pot', id, period)``, …"""

Work = Step | Build


class Resource(NamedTuple):
    """One sum that is limited.

    ``available``: what there is to begin with; ``agency``: what can be bought on top (person-days); ``built``: what
    the build of its service adds (users). ``quarters``: the entries that it counts; ``cumulative``: and all that
    the resource before it counts. ``implied``: whether the resource after it allows no more than this one does.
    """

    family: str
    rule: Any
    time: int
    available: float
    quarters: Sequence[int] = (0,)
    agency: float = 0.0
    built: float = 0.0
    cumulative: bool = False
    implied: bool = False

    @property
    def key(self) -> Key:
        """Family, rule and time, by which it is known everywhere."""
        return self.family, self.rule, self.time

    @property
    def own(self) -> float:
        """What there is once all services are built, without agency staff."""
        return self.available + self.built

    @property
    def in_all(self) -> float:
        """All that there can be of it, agency staff and builds included."""
        return self.own + self.agency


CLOSE = 1e-6
"""What a sum may be over what is available by, in its own unit: what solvers allow themselves.

In money this is far below a penny, and it is less than the accounts allow, so that what passes here passes there."""
RESOLUTION = 2.0**-51
"""What a sum of floats that was rounded once may be out by, relative to it."""


def closeness(size: float) -> float:
    """By how much sums of amounts of this size in all may miss what is available, and still keep within it.

    It does not grow with the size but by what floats cannot tell apart: of £10m, some billionths of a penny.

    >>> closeness(1e7) < 1.1e-6, closeness(1e12) < 0.001
    (True, True)
    """
    return CLOSE + RESOLUTION * abs(size)


def loosened(limit: float, *, at_least: bool = False) -> float:
    """A limit as a solver is given it, so that a plan that just keeps it is possible to the solver, too.

    Beyond some billions a solver's own tolerance is finer than floats are. What it then finds slightly over the limit
    is refused by :func:`consolidate.solving.formulation.solution.first_violation`.

    >>> loosened(1e6), loosened(1e12) - 1e12 < 0.001
    (1000000.0, True)
    """
    more = max(RESOLUTION * abs(limit) - CLOSE, 0.0)
    return limit - more if at_least else limit + more


class ResourceFamily(ABC):
    """The resources of one kind in an inventory, and what is used of them.

    ``name`` is the rule's name everywhere: in the model's rows, in the accounts, in messages. ``unit``: of its
    amounts. ``at_least``: whether a plan has to provide the amount instead of keeping within it. ``item``: what may
    be relaxed is called so in :mod:`consolidate.solving.infeasibility.relaxations`; ``whole``: only by whole numbers.
    ``packed``: whether the schedules keep within it as they are built; of others only whole plans are tested.
    """

    name: ClassVar[str]
    unit: ClassVar[str]
    item: ClassVar[str]
    at_least: ClassVar[bool] = False
    whole: ClassVar[bool] = False
    packed: ClassVar[bool] = True

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory

    @abstractmethod
    def resources(self) -> Iterator[Resource]:
        """Its resources, in the inventory's order, then in time."""

    def of_work(self, work: Work, start: int) -> Iterator[tuple[Entry, float]]:
        """What a piece of work uses that starts in a quarter."""
        return iter(())

    def of_choice(self, choice: Choice) -> Iterator[tuple[Entry, float]]:
        """What a choice uses: unless a family says otherwise, what the work on its steps does."""
        for step, start in zip(choice.option.steps, choice.when.starts, strict=False):
            yield from self.of_work(step, start)

    def of_build(self, build: BuildChoice) -> Iterator[tuple[Entry, float]]:
        """What the build of a service uses."""
        assert build.service.build is not None
        return self.of_work(build.service.build, build.start)

    def of_all(self, choices: Sequence[Choice], builds: Sequence[BuildChoice]) -> Iterator[tuple[Entry, float]]:
        """What choices and builds use only together: nothing, unless a family says otherwise."""
        return iter(())

    def items(self, rule: Any, time: int = 0) -> tuple[Item, ...]:
        """The amounts of the inventory that a resource consists of, the last of them its own."""
        return ((self.item, rule),)


class SummableFamily(ResourceFamily):
    """A family whose amounts can be added up over time, for the choice of options without time."""

    def total_of_work(self, work: Work) -> Iterator[tuple[Any, float]]:
        """What a piece of work uses by rule, whenever it is done."""
        return iter(())

    def total_of_option(self, system: System, option: Option) -> Iterator[tuple[Any, float]]:
        """What an option uses by rule, whenever it is carried out."""
        for step in option.steps if option.approach != "retain" else ():
            yield from self.total_of_work(step)

    @abstractmethod
    def total_available(self, rule: Any, end: int) -> float:
        """What is available by a rule in the first ``end`` quarters together."""


class Staff(SummableFamily):
    """Person-days of a role in a quarter; agency days can be bought on top."""

    name, unit, item = "staff", "person-days", "role"

    def resources(self) -> Iterator[Resource]:
        """Each limited role in each quarter."""
        for role in self.inventory.roles.values():
            for quarter, days in enumerate(role.days or ()):
                yield Resource("staff", role.id, quarter, days, (quarter,), role.agency_days[quarter])

    def of_work(self, work: Work, start: int) -> Iterator[tuple[Entry, float]]:
        """Person-days in each quarter of work."""
        roles = self.inventory.roles
        for role, days in work.effort.items():
            if roles[role].days is not None:
                for offset, figure in enumerate(days):
                    if figure:
                        yield ("staff", role, start + offset), figure

    def items(self, rule: Any, time: int = 0) -> tuple[Item, ...]:
        """The role's days in the quarter."""
        return (("role", rule, time),)

    def total_of_work(self, work: Work) -> Iterator[tuple[Any, float]]:
        """Person-days of all quarters of work."""
        for role, days in work.effort.items():
            if self.inventory.roles[role].days is not None and fsum(days):
                yield role, fsum(days)

    def total_available(self, rule: Any, end: int) -> float:
        """Days of all quarters, agency days included."""
        role = self.inventory.roles[rule]
        return fsum((role.days or ())[:end]) + fsum(role.agency_days[:end])


class Capital(SummableFamily):
    """Capital of a pot in a period; with carry-forward, up to the period's end.

    An amount is spread evenly over the quarters of work.
    """

    name, unit, item = "capital", "currency", "pot"

    def resources(self) -> Iterator[Resource]:
        """Each pot up to the end of each period, or in it alone."""
        for pot in self.inventory.pots.values():
            amount, implied = 0.0, _implied(pot)
            for number, period in enumerate(pot.periods):
                amount = amount + period.amount if pot.carry_forward else period.amount
                cumulative = pot.carry_forward and number > 0
                yield Resource(
                    "capital",
                    pot.id,
                    number,
                    amount,
                    period.quarters,
                    cumulative=cumulative,
                    implied=implied[number],
                )

    def of_work(self, work: Work, start: int) -> Iterator[tuple[Entry, float]]:
        """The amount, spread evenly over the quarters of work."""
        quarters = max(work.quarters, 1)
        for pot, amount in work.capital.items():
            if pot is not None and amount:
                share = amount / quarters
                for offset in range(quarters):
                    yield ("capital", pot, start + offset), share

    def items(self, rule: Any, time: int = 0) -> tuple[Item, ...]:
        """The amounts of the periods that count: with carry-forward, the earlier ones too."""
        first = 0 if self.inventory.pots[rule].carry_forward else time
        return tuple(("pot", rule, number) for number in range(first, time + 1))

    def total_of_work(self, work: Work) -> Iterator[tuple[Any, float]]:
        """The whole amount."""
        return ((pot, amount) for pot, amount in work.capital.items() if pot is not None and amount)

    def total_available(self, rule: Any, end: int) -> float:
        """The amounts of all periods."""
        return fsum(period.amount for period in self.inventory.pots[rule].periods)


def _implied(pot: Pot) -> list[bool]:
    """By period, whether the next one says all that its own rule does.

    With carry-forward, what is spent up to the end of a period is no more than what is spent up to the end of the
    next, so where the next adds nothing, its rule implies this one's.
    """
    return [pot.carry_forward and following.amount <= 0 for _, following in pairwise(pot.periods)] + [False]


class Capacity(SummableFamily):
    """Users of a service; it holds none until it is built."""

    name, unit, item = "capacity", "users", "capacity"

    def resources(self) -> Iterator[Resource]:
        """Each service that holds only so many users."""
        for service in self.inventory.services.values():
            if service.capacity is not None:
                if service.build is None:
                    yield Resource("capacity", service.id, 0, service.capacity)
                else:
                    yield Resource("capacity", service.id, 0, 0.0, built=service.capacity)

    def of_choice(self, choice: Choice) -> Iterator[tuple[Entry, float]]:
        """The users of the system, in each service that it moves into."""
        users = choice.system.users
        for service in choice.option.services if users else ():
            if self.inventory.services[service].capacity is not None:
                yield ("capacity", service, 0), users

    def total_of_option(self, system: System, option: Option) -> Iterator[tuple[Any, float]]:
        """The users of the system, in each service that it moves into."""
        for service in option.services:
            if self.inventory.services[service].capacity is not None:
                yield service, system.users

    def total_available(self, rule: Any, end: int) -> float:
        """The users that the service holds."""
        return self.inventory.services[rule].capacity or 0.0


class Limits(ResourceFamily):
    """Moves under way in a quarter."""

    name, unit, item, whole = "limit", "moves", "limit", True

    def __init__(self, inventory: Inventory) -> None:
        super().__init__(inventory)
        self.numbers: dict[str, list[int]] = {}
        """By system, the limits that count it."""
        for number, limit in enumerate(inventory.limits):
            for system in limit.who.systems:
                self.numbers.setdefault(system, []).append(number)

    def resources(self) -> Iterator[Resource]:
        """Each limit in each quarter."""
        for number, limit in enumerate(self.inventory.limits):
            for quarter in range(self.inventory.plan_quarters):
                yield Resource("limit", number, quarter, limit.room(quarter), (quarter,))

    def of_choice(self, choice: Choice) -> Iterator[tuple[Entry, float]]:
        """One move in each quarter of work, for each limit that counts the system."""
        numbers = self.numbers.get(choice.system.id)
        if not numbers or not choice.when.starts:
            return
        quarters: dict[int, None] = {}
        for start, cutover in zip(choice.when.starts, choice.when.cutovers, strict=True):
            quarters.update(dict.fromkeys(range(start, cutover + 1)))
        for number in numbers:
            for quarter in quarters:
                yield ("limit", number, quarter), 1.0


class Milestones(SummableFamily):
    """Systems that are live by the end of a quarter."""

    name, unit, item, at_least, whole, packed = "milestone", "systems", "milestone", True, True, False

    def __init__(self, inventory: Inventory) -> None:
        super().__init__(inventory)
        self.deadlines: dict[str, list[tuple[int, int]]] = {}
        """By system, the milestones that count it, and the last cutover that counts."""
        for number, rule in enumerate(inventory.milestones):
            for system in rule.who.systems:
                self.deadlines.setdefault(system, []).append((number, rule.by))

    def resources(self) -> Iterator[Resource]:
        """Each milestone that asks for any system."""
        for number, rule in enumerate(self.inventory.milestones):
            if rule.needed:
                yield Resource("milestone", number, 0, rule.needed)

    def of_choice(self, choice: Choice) -> Iterator[tuple[Entry, float]]:
        """One system, where it is live in time."""
        if choice.live is not None:
            for number, by in self.deadlines.get(choice.system.id, ()):
                if choice.live <= by:
                    yield ("milestone", number, 0), 1.0

    def total_of_option(self, system: System, option: Option) -> Iterator[tuple[Any, float]]:
        """One system, where it goes live at all."""
        if option.goes_live:
            yield from ((number, 1.0) for number, _ in self.deadlines.get(system.id, ()))

    def total_available(self, rule: Any, end: int) -> float:
        """The systems that have to be live."""
        return float(self.inventory.milestones[rule].needed)


class _YearlyRules(ResourceFamily):
    """What concerns a financial year, of all partners or of some: targets and budgets.

    ``parts``: by rule, what its partners bear of what is shared.
    """

    def __init__(self, inventory: Inventory, rules: Sequence[Target | Budget]) -> None:
        super().__init__(inventory)
        self.rules = rules
        self.prices = Prices(inventory) if rules else None
        self.parts = [SharedParts(inventory, rule.partners) for rule in rules]

    def fixed_costs(self, service: Service, start: int) -> Iterator[tuple[int, float]]:
        """By the number of a rule, what a service costs in its year whose build starts in a quarter."""
        if self.prices is not None:
            for number, rule in enumerate(self.rules):
                part = None if rule.partners is None else self.parts[number].at
                yield number, self.prices.build_running(service, start, rule.quarters, part)


class Targets(_YearlyRules):
    """Running costs saved in a financial year against leaving everything as it is, undiscounted.

    The fixed running costs of services that are built count against it.
    """

    name, unit, item, at_least, packed = "target", "currency", "target", True, False

    def __init__(self, inventory: Inventory) -> None:
        super().__init__(inventory, inventory.targets)

    def resources(self) -> Iterator[Resource]:
        """Each target."""
        for number, rule in enumerate(self.inventory.targets):
            yield Resource("target", number, 0, rule.savings)

    def of_choice(self, choice: Choice) -> Iterator[tuple[Entry, float]]:
        """What is saved in the target's year."""
        if self.prices is not None:
            for number, rule in enumerate(self.inventory.targets):
                if self.parts[number].concerns(choice.system.partner):
                    saved = self.prices.saved(choice.system, choice.option, choice.when, rule.quarters)
                    yield ("target", number, 0), saved

    def of_build(self, build: BuildChoice) -> Iterator[tuple[Entry, float]]:
        """What the service costs in the target's year, as a loss."""
        for number, running in self.fixed_costs(build.service, build.start):
            yield ("target", number, 0), -running


class Budgets(_YearlyRules):
    """Revenue in a financial year, undiscounted: running, contracts, support, one-off, people and interfaces.

    Of some partners: what their own systems cost, and their part of what is shared (services' fixed running costs and
    people). Agency staff and interfaces come about only from choices together (:meth:`of_all`).
    """

    name, unit, item, packed = "budget", "currency", "budget", False

    def __init__(self, inventory: Inventory) -> None:
        super().__init__(inventory, inventory.budgets)
        self.years: dict[int, list[int]] = {}
        """By quarter, the budgets whose year it is in."""
        for number, rule in enumerate(inventory.budgets):
            for quarter in rule.quarters:
                self.years.setdefault(quarter, []).append(number)

    def resources(self) -> Iterator[Resource]:
        """Each budget."""
        for number, rule in enumerate(self.inventory.budgets):
            yield Resource("budget", number, 0, rule.at_most)

    def of_choice(self, choice: Choice) -> Iterator[tuple[Entry, float]]:
        """What the system costs in the budget's year, and what the days of work on it are worth."""
        for number in range(len(self.inventory.budgets)):
            spent = self.own_cost(number, choice.system, choice.option, choice.when)
            if spent:
                yield ("budget", number, 0), spent
        yield from self._worth(choice)

    def own_cost(self, number: int, system: System, option: Option, when: Timing) -> float:
        """What a system costs by itself in a budget's year: running, one-off, and interfaces with settled systems.

        The partner whose system lists an interface pays for it, which need not be this system's partner.
        """
        if self.prices is None:
            return 0.0
        rule, part = self.inventory.budgets[number], self.parts[number]
        spent = 0.0
        if part.concerns(system.partner):
            spent = self.prices.running(system, option, when, rule.quarters)
            spent += self.prices.one_off(option, when, rule.quarters)
        mine = passage(option, when)
        for one in system.settled:
            first, last = bridged_span(mine, Passage(one.live, one.retired), one.joined)
            spent += self._paid(number, one.partner, one.cost, range(first, last + 1))
        return spent

    def of_build(self, build: BuildChoice) -> Iterator[tuple[Entry, float]]:
        """What the service costs in the budget's year, and what the days of its build are worth."""
        for number, running in self.fixed_costs(build.service, build.start):
            yield ("budget", number, 0), running
        if self.prices is not None:
            yield from self._worth(build)

    def _worth(self, choice: Choice | BuildChoice) -> Iterator[tuple[Entry, float]]:
        for role, quarter, days in worked(choice):
            price = worth(self.inventory.roles[role], quarter)
            yield from (
                (("budget", number, 0), self.parts[number].at(quarter) * price * days)
                for number in (self.years.get(quarter, ()) if price else ())
            )

    def of_agency(self, role: str, quarter: int) -> Iterator[tuple[Entry, float]]:
        """What one agency day adds."""
        for number in self.years.get(quarter, ()):
            extra = self.parts[number].at(quarter) * premium(self.inventory.roles[role], quarter)
            yield ("budget", number, 0), extra

    def of_own_cost(self, partner: str, cost: float, quarters: range) -> Iterator[tuple[Entry, float]]:
        """What a cost of a partner's own adds that is paid in each of some quarters, such as an interface's."""
        for number in range(len(self.inventory.budgets)):
            paid = self._paid(number, partner, cost, quarters)
            if paid:
                yield ("budget", number, 0), paid

    def _paid(self, number: int, partner: str, cost: float, quarters: range) -> float:
        """What counts in a budget's year of a cost of a partner's own, paid in each of some quarters."""
        year = self.inventory.budgets[number].quarters
        both = range(max(quarters.start, year.start), min(quarters.stop, year.stop))
        return cost * len(both) if self.parts[number].concerns(partner) else 0.0

    def of_all(self, choices: Sequence[Choice], builds: Sequence[BuildChoice]) -> Iterator[tuple[Entry, float]]:
        """Agency staff and interfaces.

        Work beyond all days that there are, and so beyond what agencies have, is one's own people's.
        """
        for (role, quarter), lacking in agency_days(self.inventory, (*choices, *builds)).items():
            days = min(lacking, self.inventory.roles[role].agency_days[quarter])
            yield from ((entry, extra * days) for entry, extra in self.of_agency(role, quarter))
        passages = {choice.system.id: passage(choice.option, choice.when) for choice in choices}
        for choice in choices:
            for link in choice.system.interfaces:
                if link.other in passages:
                    joined = max(choice.system.joins, self.inventory.systems[link.other].joins)
                    first, last = bridged_span(passages[choice.system.id], passages[link.other], joined)
                    yield from self.of_own_cost(choice.system.partner, link.cost, range(first, last + 1))


RESOURCE_FAMILIES: tuple[type[ResourceFamily], ...] = (Staff, Capital, Capacity, Limits, Milestones, Targets, Budgets)
"""The families, in the order in which rules are looked at."""


class Resources:
    """All that is limited in one inventory.

    ``families``: by name, those of which it has resources; ``by_key``: its resources, family by family.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.families: dict[str, ResourceFamily] = {}
        self.by_key: dict[Key, Resource] = {}
        self._of: dict[str, list[Resource]] = {}
        for kind in RESOURCE_FAMILIES:
            family = kind(inventory)
            found = list(family.resources())
            if found:
                self.families[kind.name] = family
                self._of[kind.name] = found
                self.by_key.update((resource.key, resource) for resource in found)

    def of(self, family: str) -> Sequence[Resource]:
        """The resources of a family, in order."""
        return self._of.get(family, ())

    def counting(self) -> dict[Entry, list[Key]]:
        """By entry, the resources that count it, leaving out those that another implies."""
        found: dict[Entry, list[Key]] = {}
        for resources in self._of.values():
            before: list[Entry] = []
            for resource in resources:
                entries = [(resource.family, resource.rule, quarter) for quarter in resource.quarters]
                before = before + entries if resource.cumulative else entries
                for entry in before if not resource.implied else ():
                    found.setdefault(entry, []).append(resource.key)
        return found

    def used(
        self, family: ResourceFamily, choices: Sequence[Choice], builds: Sequence[BuildChoice]
    ) -> dict[Entry, float]:
        """What some choices and builds use of a family's resources together, by entry; each sum is rounded once."""
        used: dict[Entry, list[float]] = defaultdict(list)
        for entry, amount in family.of_all(choices, builds):
            used[entry].append(amount)
        for choice in choices:
            for entry, amount in family.of_choice(choice):
                used[entry].append(amount)
        for build in builds:
            for entry, amount in family.of_build(build):
                used[entry].append(amount)
        return {entry: fsum(amounts) for entry, amounts in used.items()}

    def counted(self, family: ResourceFamily, used: Mapping[Entry, float]) -> Iterator[tuple[Resource, float]]:
        """Each resource of a family with the entries that it counts added up."""
        so_far = 0.0
        for resource in self.of(family.name):
            now = fsum(used.get((resource.family, resource.rule, quarter), 0.0) for quarter in resource.quarters)
            so_far = so_far + now if resource.cumulative else now
            yield resource, so_far
