"""Who may read what: a plan cut down to the systems that a pack may speak of.

A pack that leaves systems out is not a whole one with rows taken away: everything in it is computed from an
inventory that never held the others, so that nothing can be found by subtracting. What is left of the rules
and of the texts is what speaks of the systems that stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from consolidate.audience.plan_books import PlanBooks
from consolidate.inventory import (
    NO_END,
    Inventory,
    Milestone,
    Name,
    Option,
    Partner,
    Progress,
    Risk,
    Role,
    Selection,
    Service,
    Step,
    StepReport,
    System,
)
from consolidate.plan import Plan
from consolidate.variants import systems_among, variant

THRESHOLD = 3
"""A public pack does not tell apart fewer left out systems than this."""


@dataclass(frozen=True)
class Audience:
    """Who a pack is for: one partner (its id), or the whole Board; ``public``: everybody."""

    partner: str | None = None
    public: bool = False

    @property
    def sees_all(self) -> bool:
        """Whether nothing is left out for it: the whole Board."""
        return self.partner is None and not self.public

    def base(self, inventory: Inventory) -> frozenset[str]:
        """The systems that figures may be about."""
        return frozenset(id for id, one in inventory.systems.items() if self.partner in (None, one.partner))

    def shown(self, inventory: Inventory) -> frozenset[str]:
        """The systems that may be named."""
        found = self.base(inventory)
        if not self.public:
            return found
        lowest = inventory.classifications[:1]
        return frozenset(
            id for id in found if classification_level(inventory, inventory.systems[id]) <= len(lowest) - 1
        )


def classification_level(inventory: Inventory, system: System) -> int:
    """The place of a system's classification, 0 for the lowest; -1 where the inventory has none."""
    known = inventory.classifications
    return known.index(system.classification) if system.classification in known else -1 if not known else 0


def highest_classification(inventory: Inventory, systems: Iterable[str]) -> str:
    """The highest classification among systems; the lowest there is where there are none; else empty."""
    known = inventory.classifications
    if not known:
        return ""
    return known[max([0, *(classification_level(inventory, inventory.systems[id]) for id in systems)])]


def restricted_to(books: PlanBooks, keep: frozenset[str], partner: str | None, *, bare: bool = False) -> PlanBooks:
    """The plan of the systems to ``keep`` alone; ``partner``: whose they are, where they are one partner's.

    ``bare``, for the public: also without all ends of support, so that nothing tells which system runs unsupported.
    Agency staff goes, for it is bought for all together, and what own people's days are worth; and so do limits,
    targets, budgets but those of the partner alone, rules on other systems, and what there is of people and money,
    which is there for all. Risks and milestones stay where they touch only what is kept.
    To a partner, services are there from the quarter they are ready; how they are built, and what for that they wait,
    is the programme's. ``bare`` also leaves out whom to ask, and services that these systems might go to and do not:
    they are built for others; and what the others cost to build and to run, for a partner that knows its part of all
    that is shared could take that away from it.
    """
    inventory = books.inventory
    services = _services(inventory, _steps(books, keep) if bare else _any_steps(inventory, keep))
    smaller = restricted_inventory(inventory, keep, services, partner, books.ledger.ready, bare)
    built = frozenset() if partner is not None else services
    # Without its origin, so that what was left out cannot be reached from it.
    return PlanBooks(replace(smaller, origin=None), _plan(books.plan, keep, built), whole=False)


@variant
def restricted_inventory(
    inventory: Inventory,
    keep: frozenset[str],
    services: frozenset[str],
    partner: str | None,
    ready: Mapping[str, int],
    bare: bool,
) -> Inventory:
    """An inventory that holds some systems and services alone; see :func:`restricted_to`.

    ``ready``: the quarter in which each service is ready by the plan.
    """
    there = {id: one for id, one in inventory.services.items() if id in services}
    if partner is not None:
        there = _simply_there(there, ready)
    elif bare:
        there = {id: _without_cost(one) for id, one in there.items()}
    guard = NameGuard(inventory, keep)
    gates = {id: replace(one, after=tuple(each for each in one.after if each in keep)) for id, one in there.items()}

    def why(who: Selection, text: str) -> str:
        """The reason of a rule; that of one on others as well is the programme's, not a partner's."""
        return "" if partner is not None and not who.systems <= keep else guard.text(text)

    systems = systems_among(inventory, keep)
    if bare:
        systems = {id: _without_end_of_life(one) for id, one in systems.items()}
    built = frozenset() if partner is not None else services
    pots = _pots(inventory, systems.values(), frozenset() if bare else built, partner)
    return replace(
        inventory,
        systems=systems,
        services=gates,
        partners={id: _partner(one, bare) for id, one in inventory.partners.items() if partner in (None, id)},
        roles=_roles(inventory, systems.values(), built),
        pots={id: replace(one, periods=()) for id, one in inventory.pots.items() if id in pots},
        limits=(),
        together=(),
        targets=(),
        budgets=() if bare else tuple(one for one in inventory.budgets if one.partners == (partner,)),
        risks=open_risks(inventory.risks, keep, guard, partner),
        milestones=tuple(
            replace(one, who=_selection(one.who, keep), why=why(one.who, one.why))
            for one in inventory.milestones
            if _milestone_open(one, inventory, keep, guard, partner)
        ),
        freezes=tuple(
            replace(one, who=_selection(one.who, keep), why=why(one.who, one.why))
            for one in inventory.freezes
            if one.who.systems & keep
        ),
        approved=None if inventory.approved is None else _plan(inventory.approved, keep, built),
        progress=None if inventory.progress is None else _progress(inventory.progress, keep, built, bare),
        warnings=(),
        places={},
    )


def _plan(plan: Plan, keep: frozenset[str], services: frozenset[str]) -> Plan:
    return replace(
        plan,
        moves=tuple(move for move in plan.moves if move.system in keep),
        stays=tuple(stay for stay in plan.stays if stay.system in keep),
        builds=tuple(build for build in plan.builds if build.service in services),
        agency=(),
    )


def _progress(progress: Progress, keep: frozenset[str], services: frozenset[str], bare: bool) -> Progress:
    then = progress.approved
    return replace(
        progress,
        systems={
            id: tuple(_report(one, bare) for one in reports) for id, reports in progress.systems.items() if id in keep
        },
        services={
            id: replace(one, spent=tuple(replace(spent, capital=None) for spent in one.spent)) if bare else one
            for id, one in progress.services.items()
            if id in services
        },
        delivery={},
        hash="",
        # It is known by its hash to be what the approved plan was made with.
        approved=None if then is None else replace(_progress(then, keep, services, bare), hash=then.hash),
    )


def _report(report: StepReport, bare: bool) -> StepReport:
    return replace(report, option=_without_end(report.option)) if bare and report.option is not None else report


def open_risks(risks: Iterable[Risk], keep: frozenset[str], guard: NameGuard, partner: str | None) -> tuple[Risk, ...]:
    """Risks that touch no other systems, and whose texts name none; a ``partner`` learns of those on its own alone."""
    return tuple(
        one
        for one in risks
        if keep.issuperset(one.systems)
        and (one.systems or partner is None)
        and all(text is None or guard.open(text) for text in (one.risk, one.owner, one.action))
    )


def _milestone_open(
    one: Milestone, inventory: Inventory, keep: frozenset[str], guard: NameGuard, partner: str | None
) -> bool:
    """Whether a milestone may be told: it is of systems that are kept alone, or a date of the whole programme's, which
    is nothing that a partner's pack speaks of."""
    told = bool(one.who.systems) and one.who.systems <= keep
    if not told and one.share is None and partner is None:
        told = one.who.systems >= {id for id, system in inventory.systems.items() if system.joins <= max(one.by, 0)}
    return told and (one.name is None or guard.open(one.name))


def _partner(one: Partner, bare: bool) -> Partner:
    """A partner; the public is not told whom to ask, or what it has for its operation."""
    return replace(one, contact=None, budget=None) if bare else one


def _selection(who: Selection, keep: frozenset[str]) -> Selection:
    """Its words may name systems, so they go."""
    return Selection(who.systems & keep, "")


def _without_end_of_life(system: System) -> System:
    """A system without any date on which support ends, of itself or of what it may become."""
    options = tuple(_without_end(option) for option in system.options)
    return replace(system, end_of_life=None, support_ends=NO_END, extended_until=None, product=None, options=options)


def _without_end(option: Option) -> Option:
    def bare(step: Step) -> Step:
        return replace(step, end_of_life=None, support_ends=NO_END)

    return replace(option, first=bare(option.first), then=None if option.then is None else bare(option.then))


def _simply_there(services: Mapping[str, Service], ready: Mapping[str, int]) -> dict[str, Service]:
    """Services as ones that exist from the quarter in which they are ready; those that never are go."""
    return {
        id: replace(one, build=None, ready=ready[id], after=(), must_build=False, latest=None)
        for id, one in services.items()
        if id in ready
    }


def _without_cost(service: Service) -> Service:
    """A service whose build takes people and time, and no money; it costs nothing to run but what its users pay."""
    return (
        service if service.build is None else replace(service, build=replace(service.build, capital={}, run_cost=0.0))
    )


def _any_steps(inventory: Inventory, keep: frozenset[str]) -> Iterator[Step]:
    """All that might be done with the systems."""
    return (step for id in keep for option in inventory.systems[id].options for step in option.steps)


def _steps(books: PlanBooks, keep: frozenset[str]) -> Iterator[Step]:
    """What is done with the systems, or was to be by the approved plan: of what else is built for others, a public
    pack says nothing."""
    for id in keep:
        yield from (work.step for work in books.ledger.courses[id].works)
    approved = books.inventory.approved
    for move in approved.moves if approved else ():
        options = books.inventory.systems[move.system].options if move.system in keep else ()
        for option in options:
            if option.number == move.option and move.step <= len(option.steps):
                yield option.steps[move.step - 1]


def _services(inventory: Inventory, steps: Iterable[Step]) -> frozenset[str]:
    """What the steps go to or need, and what that needs."""
    found: set[str] = set()
    open_ = [service for step in steps for service in (*step.needs, *([step.to] if step.to else []))]
    while open_:
        service = open_.pop()
        if service not in found and service in inventory.services:
            found.add(service)
            open_ += inventory.services[service].needs
    return frozenset(found)


def _pots(
    inventory: Inventory, systems: Iterable[System], services: frozenset[str], partner: str | None
) -> frozenset[str | None]:
    """Pots that the systems and their services draw on, and the partner's own."""
    found = {pot for system in systems for option in system.options for step in option.steps for pot in step.capital}
    for id in services:
        build = inventory.services[id].build
        found |= set(build.capital) if build is not None else set()
    for system in systems if inventory.progress else ():
        for report in inventory.progress.systems.get(system.id, ()) if inventory.progress else ():
            found |= {pot for spent in (*report.spent, *report.lost) for pot in spent.capital or {}}
    for id, of_service in inventory.progress.services.items() if inventory.progress else ():
        if id in services:
            found |= {pot for spent in of_service.spent for pot in spent.capital or {}}
    return frozenset(found | ({inventory.partners[partner].pot} if partner is not None else set()))


def _roles(inventory: Inventory, systems: Iterable[System], services: frozenset[str]) -> dict[str, Role]:
    """Roles that the systems and their services may need or have needed, without how many people there are."""
    found = {role for system in systems for option in system.options for step in option.steps for role in step.effort}
    progress = inventory.progress
    for system in systems if progress else ():
        reports = progress.systems.get(system.id, ()) if progress else ()
        found |= {role for report in reports for spent in (*report.spent, *report.lost) for role in spent.effort or {}}
    for id in services:
        build = inventory.services[id].build
        found |= set(build.effort) if build is not None else set()
        spent_on = progress.services[id].spent if progress and id in progress.services else ()
        found |= {role for spent in spent_on for role in spent.effort or {}}
    none = (0.0,) * inventory.plan_quarters
    return {
        id: replace(role, days=None, agency_days=none, day_rate=none, day_cost=())
        for id, role in inventory.roles.items()
        if id in found
    }


class NameGuard:
    """Knows the names of the systems that may not be named, and the texts that hold one."""

    def __init__(self, inventory: Inventory, keep: frozenset[str]) -> None:
        self._inventory, self._keep = inventory, keep

    @cached_property
    def _others(self) -> frozenset[str]:
        """The words of other systems alone; gathered when a text is first asked about, for there may be none."""
        systems, keep = self._inventory.systems, self._keep
        own = {word for id in keep for word in _words(systems[id])}
        return frozenset(word for id, one in systems.items() if id not in keep for word in _words(one)) - own

    def names(self, *texts: str) -> bool:
        """Whether a text names one of them."""
        return any(self._one_of_them(_plain(text)) for text in texts if text)

    def _one_of_them(self, text: str) -> bool:
        """One pattern of thousands of words would take seconds to compile; most are not in the text at all."""
        there = (word for word in self._others if word in text)
        return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in there)

    def text(self, text: str) -> str:
        """The text, or nothing."""
        return "" if text and self.names(text) else text

    def open(self, name: Name) -> bool:
        """Whether a text may be shown, whatever its language."""
        return not self.names(*name.texts.values())


def _words(system: System) -> set[str]:
    names = map(_plain, system.name.texts.values())
    return {system.id, system.id.partition("/")[2], *names} - {""}


@lru_cache(maxsize=2**16)
def _plain(text: str) -> str:
    """A text in which a name is found however it is written: capitals, blanks, and letters made of two signs.

    >>> _plain("Covert\xa0 T\u0175r") == _plain("covert Tw\u0302r")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())
